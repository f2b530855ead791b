/*
 * check.c: types of a tree. One function a form, each gives the type of its node; names are in
 * check_name.c, type expressions in check_type.c, operators in check_op.c, calls in check_call.c.
 *
 * Sound in this sense: an expression without errors and without TYPE_ANY never meets a wrong kind
 * when it runs. Null fits every type (known to be absent is a value), and what it does is the
 * runner's affair.
 */
#include <stdarg.h>
#include "feel/check_int.h"
#include "feel/lex.h"

/* --- reports --- */

struct diag *check_error(struct checker *c, const struct node *n, const char *format, ...)
{
    struct buffer b = BUFFER_INIT;
    struct diag *g;
    va_list args;

    va_start(args, format);
    buffer_vprint(&b, format, args);
    va_end(args);
    g = source_error(c->source, E_TYPE, n->start, n->end, "%.*s", SPAN_ARG(buffer_span(&b)));
    buffer_release(&b);
    return g;
}

void check_hint(struct checker *c, struct diag *g, const char *format, ...)
{
    struct buffer b = BUFFER_INIT;
    va_list args;

    va_start(args, format);
    buffer_vprint(&b, format, args);
    va_end(args);
    source_hint(c->source, g, "%.*s", SPAN_ARG(buffer_span(&b)));
    buffer_release(&b);
}

struct span check_type_text(struct checker *c, const struct type *t)
{
    struct buffer b = BUFFER_INIT;
    struct span s;

    type_print(&b, t);
    s = arena_copy(c->arena, buffer_span(&b));
    buffer_release(&b);
    return s;
}

struct span check_source(const struct checker *c, const struct node *n)
{
    return span_of(c->source->text.p + n->start, n->end - n->start);
}

enum value_kind kind_of_type(const struct type *t)
{
    static const uint8_t kinds[TYPE_KINDS] = {
        [TYPE_ANY] = VALUE_KINDS,       [TYPE_NULL] = VALUE_NULL,
        [TYPE_BOOLEAN] = VALUE_BOOLEAN, [TYPE_NUMBER] = VALUE_NUMBER,
        [TYPE_STRING] = VALUE_STRING,   [TYPE_DATE] = VALUE_DATE,
        [TYPE_TIME] = VALUE_TIME,       [TYPE_DATE_TIME] = VALUE_DATE_TIME,
        [TYPE_DAYS] = VALUE_DAYS,       [TYPE_MONTHS] = VALUE_MONTHS,
        [TYPE_LIST] = VALUE_LIST,       [TYPE_CONTEXT] = VALUE_CONTEXT,
        [TYPE_RANGE] = VALUE_RANGE,     [TYPE_FUNCTION] = VALUE_FUNCTION,
        [TYPE_DATED] = VALUE_KINDS,
    };
    return (enum value_kind)kinds[t->kind];
}

const struct type *or_any(const struct type *t)
{
    return t ? t : &TYPE_ANY_T;
}

/* --- locals --- */

static void bind_local(struct checker *c, struct local *local, struct span name,
                       const struct type *type)
{
    *local = (struct local){.outer = c->locals, .name = name, .type = type, .index = c->next++};
    if (c->next > c->frame)
        c->frame = c->next;
    c->locals = local;
}

static void unbind_local(struct checker *c, const struct local *local)
{
    c->locals = local->outer;
    c->next = local->index;
}

/* A local that outlives this function's caller's frame only inside the arena: iterators and entries
 * are many. */
static const struct local *bind_kept(struct checker *c, struct node *n, const struct type *type)
{
    struct local *local = ARENA_NEW(c->arena, struct local);

    if (!local)
        return NULL;
    bind_local(c, local, n->name, type);
    n->index = local->index;
    return local;
}

static void unbind_to(struct checker *c, const struct local *outer, uint32_t next)
{
    c->locals = outer;
    c->next = next;
}

/* --- fitting --- */

static bool one_of(const struct type *set, struct span value)
{
    for (size_t i = 0; i < set->value_count; i++)
        if (span_eq(set->values[i], value))
            return true;
    return false;
}

static void outside_set(struct checker *c, const struct node *n, const struct type *set)
{
    struct span nearest, all = check_type_text(c, set);
    struct map values;
    struct diag *g = check_error(c, n, "\"%.*s\" is not one of the values: %.*s",
                                 SPAN_ARG(n->value.string), SPAN_ARG(all));

    map_init(&values, c->arena);
    for (size_t i = 0; i < set->value_count; i++)
        check_collect(&values, set->values[i]);
    nearest = map_nearest(&values, n->value.string);
    if (nearest.n)
        check_hint(c, g, "did you mean \"%.*s\"?", SPAN_ARG(nearest));
}

bool check_values(struct checker *c, const struct node *n, const struct type *set)
{
    bool good = true;

    if (!set || set->kind != TYPE_STRING || !set->value_count)
        return true;
    if (n->kind == NODE_LITERAL && n->value.kind == VALUE_STRING) {
        good = one_of(set, n->value.string);
        if (!good)
            outside_set(c, n, set);
    } else if (n->kind == NODE_LIST)
        for (const struct node *i = n->child; i; i = i->next)
            good &= check_values(c, i, set);
    else if (n->kind == NODE_IF && n->child && n->child->next)
        for (const struct node *i = n->child->next; i; i = i->next)
            good &= check_values(c, i, set);
    return good;
}

/* Texts written down in n are checked against the set; anything else must have a type that fits. */
static bool literal_fits(const struct node *n, const struct type *want)
{
    if (n->kind == NODE_LITERAL && n->value.kind == VALUE_STRING)
        return want->kind == TYPE_STRING;
    if (n->kind == NODE_IF && n->child && n->child->next && n->child->next->next)
        return literal_fits(n->child->next, want) && literal_fits(n->child->next->next, want);
    if (n->kind == NODE_LIST && want->kind == TYPE_LIST) {
        for (const struct node *i = n->child; i; i = i->next)
            if (!literal_fits(i, want->element))
                return false;
        return true;
    }
    return n->type && type_fits(n->type, want);
}

bool check_fits(struct checker *c, const struct node *n, const struct type *want, const char *what)
{
    struct diag *g;

    if (literal_fits(n, want))
        return check_values(c, n, want->kind == TYPE_LIST ? want->element : want);
    if (!n->type)
        return true;
    g = check_error(c, n, "%s must be %.*s and is %.*s", what, SPAN_ARG(check_type_text(c, want)),
                    SPAN_ARG(check_type_text(c, n->type)));
    if (n->type->kind == TYPE_NUMBER && want->kind == TYPE_NUMBER)
        check_hint(c, g, "convert it: with unit(x * factor, \"%.*s\")", SPAN_ARG(want->unit));
    return false;
}

/* --- forms --- */

static const struct type *check_literal(const struct node *n)
{
    return type_of_kind((enum value_kind)n->value.kind);
}

static const struct type *check_list(struct checker *c, struct node *n)
{
    const struct type *element = &TYPE_NULL_T;

    for (struct node *i = n->child; i; i = i->next)
        element = or_any(type_common(c->arena, element, check_node(c, i)));
    return or_any(type_list(c->arena, element));
}

/* The name is declared twice within one context. */
static void check_repeat(struct checker *c, const struct node *first, const struct node *n)
{
    for (const struct node *e = first; e && e != n; e = e->next)
        if (span_eq(e->name, n->name)) {
            source_error(c->source, E_SYNTAX, n->start, n->end, "entry `%.*s` stands twice",
                         SPAN_ARG(n->name));
            return;
        }
}

size_t check_children(const struct node *n)
{
    size_t count = 0;

    for (const struct node *i = n->child; i; i = i->next)
        count++;
    return count;
}

#define CONTEXT_MAX                                                                                \
    1000 /* entries of one context in a text: repeats are found by comparing each with each */

static const struct type *check_context(struct checker *c, struct node *n)
{
    size_t count = check_children(n), i = 0;
    struct type_member *members = ARENA_ARRAY(c->arena, struct type_member, count + 1);
    const struct local *outer = c->locals;
    uint32_t next = c->next;

    if (!members)
        return &TYPE_ANY_T;
    if (count > CONTEXT_MAX) {
        source_error(c->source, E_LIMIT, n->start, n->start + 1, "a context has at most %d entries",
                     CONTEXT_MAX);
        return &TYPE_ANY_T;
    }
    for (struct node *e = n->child; e; e = e->next) {
        if (e->kind != NODE_ENTRY)
            continue;
        e->type = e->child ? check_node(c, e->child) : &TYPE_ANY_T;
        check_repeat(c, n->child, e);
        members[i].name = e->name;
        members[i++].type = e->type;
        bind_kept(c, e, e->type);
    }
    unbind_to(c, outer, next);
    return or_any(type_context(c->arena, members, i));
}

static const struct type *check_range(struct checker *c, struct node *n)
{
    const struct type *element = &TYPE_NULL_T, *end;
    struct node *low = n->child;

    for (struct node *i = n->child; i; i = i->next) {
        end = check_node(c, i);
        if (end->kind != TYPE_ANY && !(KIND_BIT(kind_of_type(end)) & K_ORDERED))
            check_error(c, i, "the end of a range cannot be %.*s",
                        SPAN_ARG(check_type_text(c, end)));
        else if (i != low && low->type->kind != TYPE_ANY && end->kind != TYPE_ANY &&
                 low->type->kind != end->kind)
            check_error(c, n, "ends of different types: %.*s and %.*s",
                        SPAN_ARG(check_type_text(c, low->type)), SPAN_ARG(check_type_text(c, end)));
        else if (i != low)
            check_units(c, n, low->type, end, "make a range of");
        element = or_any(type_common(c->arena, element, end));
    }
    return or_any(type_range(c->arena, element));
}

static void want_boolean(struct checker *c, const struct node *n, const char *what)
{
    struct diag *g;

    if (n->type->kind == TYPE_BOOLEAN || n->type->kind == TYPE_ANY)
        return;
    g = check_error(c, n, "%s must be boolean and is %.*s", what,
                    SPAN_ARG(check_type_text(c, n->type)));
    if (n->type->kind == TYPE_NUMBER)
        check_hint(c, g, "compare it: %.*s > 0", SPAN_ARG(check_source(c, n)));
    else if (n->type->kind == TYPE_STRING)
        check_hint(c, g, "compare it: %.*s = \"...\"", SPAN_ARG(check_source(c, n)));
}

static const struct type *check_if(struct checker *c, struct node *n)
{
    const struct type *then, *otherwise;

    for (struct node *i = n->child; i; i = i->next)
        check_node(c, i);
    want_boolean(c, n->child, "the condition of `if`");
    if (!n->child->next || !n->child->next->next)
        return &TYPE_ANY_T; /* reported by the parser */
    then = n->child->next->type;
    otherwise = n->child->next->next->type;
    if (!check_units(c, n, then, otherwise, "choose between"))
        return &TYPE_NUMBER_T;
    return or_any(type_common(c->arena, then, otherwise));
}

/* The member or property of a value of type t, or NULL. */
static const struct type *member_of(const struct type *t, struct span name)
{
    const struct type_member *m = t->kind == TYPE_CONTEXT ? type_member_find(t, name) : NULL;
    int row;

    if (m)
        return m->type;
    if (t->kind == TYPE_ANY || t->kind == TYPE_NULL)
        return &TYPE_ANY_T;
    if (t->kind == TYPE_CONTEXT)
        return NULL;
    row = property_find(kind_of_type(t), name);
    if (row < 0)
        return NULL;
    if (properties[row].result == VALUE_NULL) /* an end of a range */
        return t->element;
    return type_of_kind((enum value_kind)properties[row].result);
}

static void no_member(struct checker *c, const struct node *n, const struct type *t)
{
    struct span nearest;
    struct map names;
    uint32_t start = n->end - n->start > n->name.n ? n->end - (uint32_t)n->name.n : n->start;
    struct diag *g = source_error(c->source, E_NAME, start, n->end, "%.*s has no member `%.*s`",
                                  SPAN_ARG(check_type_text(c, t)), SPAN_ARG(n->name));

    if (t->kind == TYPE_LIST)
        t = t->element;
    map_init(&names, c->arena);
    for (size_t i = 0; i < t->member_count; i++)
        check_collect(&names, t->members[i].name);
    for (size_t i = 0; i < property_count; i++)
        if (properties[i].kind == kind_of_type(t))
            check_collect(&names, span_z(properties[i].name));
    nearest = map_nearest(&names, n->name);
    if (nearest.n)
        source_hint(c->source, g, "did you mean `%.*s`?", SPAN_ARG(nearest));
}

static const struct type *check_path(struct checker *c, struct node *n)
{
    const struct type *source = check_node(c, n->child), *found;
    bool list = source->kind == TYPE_LIST;

    if (!n->name.n)
        return &TYPE_ANY_T; /* reported by the parser */
    if (list)
        source = source->element;
    found = list && source->kind != TYPE_CONTEXT && source->kind != TYPE_ANY &&
                    source->kind != TYPE_NULL
                ? NULL
                : member_of(source, n->name);
    if (!found) {
        no_member(c, n, n->child->type);
        return &TYPE_ANY_T;
    }
    return list ? or_any(type_list(c->arena, found)) : found;
}

static const struct type *check_filter(struct checker *c, struct node *n)
{
    const struct type *source = check_node(c, n->child), *item, *condition;
    struct node *test = n->child->next;
    struct local local;

    item = source->kind == TYPE_LIST ? source->element : source;
    if (source->kind != TYPE_LIST && source->kind != TYPE_ANY && c->strict) {
        check_error(c, n->child, "only a list can be filtered, this is %.*s",
                    SPAN_ARG(check_type_text(c, source)));
        item = &TYPE_ANY_T;
    }
    bind_local(c, &local, SPAN("item"), item->kind == TYPE_NULL ? &TYPE_ANY_T : item);
    local.item = true;
    n->index = local.index;
    condition = check_node(c, test);
    unbind_local(c, &local);
    if (condition->kind == TYPE_NUMBER)
        return item;
    if (condition->kind == TYPE_BOOLEAN)
        return source->kind == TYPE_LIST ? source : or_any(type_list(c->arena, item));
    if (condition->kind != TYPE_ANY)
        check_error(
            c, test,
            "the condition of a filter must be boolean, or a number for a position, and is %.*s",
            SPAN_ARG(check_type_text(c, condition)));
    return &TYPE_ANY_T;
}

/* `a..b`, a list or a range: the type of what the iterator stands for. */
static const struct type *iterator_type(struct checker *c, const struct node *n)
{
    const struct node *low = n->child, *high = low->next;
    const struct type *t = low->type;
    bool counts = t->kind == TYPE_NUMBER || t->kind == TYPE_DATE || t->kind == TYPE_ANY;

    if (high && (!counts || (high->type->kind != TYPE_ANY && t->kind != TYPE_ANY &&
                             high->type->kind != t->kind))) {
        check_error(c, n, "an iteration runs over numbers or dates, not from %.*s to %.*s",
                    SPAN_ARG(check_type_text(c, t)), SPAN_ARG(check_type_text(c, high->type)));
        return &TYPE_ANY_T;
    }
    if (high || t->kind == TYPE_ANY)
        return t;
    if (t->kind == TYPE_LIST || t->kind == TYPE_RANGE)
        return t->element->kind == TYPE_NULL ? &TYPE_ANY_T : t->element;
    check_error(c, low, "an iteration needs a list or a range, this is %.*s",
                SPAN_ARG(check_type_text(c, t)));
    return &TYPE_ANY_T;
}

static void check_iterator(struct checker *c, struct node *n)
{
    for (struct node *i = n->child; i; i = i->next)
        check_node(c, i);
    n->type = n->kind == NODE_ITERATOR && n->child ? iterator_type(c, n) : &TYPE_ANY_T;
    bind_kept(c, n, n->type);
}

static const struct type *check_loop(struct checker *c, struct node *n)
{
    const struct local *outer = c->locals;
    const struct type *body = &TYPE_ANY_T;
    uint32_t next = c->next;

    for (struct node *i = n->child; i; i = i->next) {
        if (i->kind == NODE_ITERATOR) {
            check_iterator(c, i);
            continue;
        }
        body = check_node(c, i);
        if (n->kind != NODE_FOR && i->kind != NODE_BAD)
            want_boolean(c, i, "the condition after `satisfies`");
    }
    unbind_to(c, outer, next);
    return n->kind == NODE_FOR ? or_any(type_list(c->arena, body)) : &TYPE_BOOLEAN_T;
}

static const struct type *check_instance(struct checker *c, struct node *n)
{
    check_node(c, n->child);
    if (n->child->next)
        check_type(c, n->child->next);
    return &TYPE_BOOLEAN_T;
}

const struct type *check_function(struct checker *c, struct node *n,
                                  const struct type *const *given, size_t given_count)
{
    size_t count = check_children(n), i = 0;
    const struct type **params = ARENA_ARRAY(c->arena, const struct type *, count + 1);
    const struct type *result = &TYPE_ANY_T, *t;
    const struct local *outer = c->locals;
    uint32_t next = c->next;

    n->type = &TYPE_ANY_T;
    if (!params)
        return n->type;
    for (struct node *p = n->child; p; p = p->next) {
        if (p->kind != NODE_PARAM) {
            result = check_node(c, p);
            continue;
        }
        t = p->child ? check_type(c, p->child) : i < given_count ? given[i] : &TYPE_ANY_T;
        p->type = t;
        params[i++] = t;
        bind_kept(c, p, t);
    }
    unbind_to(c, outer, next);
    n->type = or_any(type_function(c->arena, params, i, result));
    return n->type;
}

static const struct type *check_test(struct checker *c, struct node *n)
{
    check_node(c, n->child);
    return &TYPE_BOOLEAN_T;
}

/* One case a form; flat on purpose. */
static const struct type *form_type(struct checker *c, struct node *n)
{
    switch ((enum node_kind)n->kind) {
    case NODE_LITERAL:
        return check_literal(n);
    case NODE_NAME:
        return or_any(check_name(c, n, false));
    case NODE_UNARY:
        return check_unary(c, n);
    case NODE_BINARY:
        return check_binary(c, n);
    case NODE_BETWEEN:
        return check_between(c, n);
    case NODE_IN:
        return check_in(c, n);
    case NODE_TEST:
        return check_test(c, n);
    case NODE_IF:
        return check_if(c, n);
    case NODE_PATH:
        return check_path(c, n);
    case NODE_FILTER:
        return check_filter(c, n);
    case NODE_CALL:
        return check_call(c, n);
    case NODE_ARGUMENT:
        return n->child ? check_node(c, n->child) : &TYPE_ANY_T;
    case NODE_LIST:
        return check_list(c, n);
    case NODE_CONTEXT:
        return check_context(c, n);
    case NODE_RANGE:
        return check_range(c, n);
    case NODE_FOR:
    case NODE_SOME:
    case NODE_EVERY:
        return check_loop(c, n);
    case NODE_FUNCTION:
        return check_function(c, n, NULL, 0);
    case NODE_INSTANCE_OF:
        return check_instance(c, n);
    case NODE_TYPE:
        return check_type(c, n);
    case NODE_COERCE:
    case NODE_TABLE:
    case NODE_RULE:
    case NODE_ENTRY:
    case NODE_ITERATOR:
    case NODE_PARAM:
    case NODE_KINDS:
        break;
    case NODE_BAD:
        if (n->child)
            check_node(c, n->child);
        break;
    }
    return &TYPE_ANY_T;
}

const struct type *check_node(struct checker *c, struct node *n)
{
    n->type = form_type(c, n);
    return n->type;
}

/* --- the door --- */

static int keep_slots(struct checker *c, uint32_t slots, struct checked *ret)
{
    size_t words = slots / 64 + 1, n = 0;
    for (size_t i = 0; i < words; i++)
        n += (size_t)__builtin_popcountll(c->used[i]);
    uint32_t *list = ARENA_ARRAY(c->arena, uint32_t, n + 1);

    if (!list)
        return E_MEMORY;
    n = 0;
    for (size_t i = 0; i < words; i++)
        for (uint64_t rest = c->used[i]; rest; rest &= rest - 1)
            list[n++] = (uint32_t)(64 * i) + (uint32_t)__builtin_ctzll(rest);
    ret->slots = list;
    ret->slot_count = n;
    return 0;
}

int feel_check(struct arena *program, struct source *source, const struct feel_compile *how,
               struct node *tree, struct checked *ret)
{
    uint32_t slots = how->vocabulary ? how->vocabulary->slots : 0, lets = (uint32_t)how->let_count;
    struct checker c = {.arena = program,
                        .source = source,
                        .how = how,
                        .strict = how->mode == FEEL_STRICT,
                        .next = lets,
                        .frame = lets};

    c.used = ARENA_ARRAY(program, uint64_t, slots / 64 + 1);
    if (!c.used)
        return E_MEMORY;
    check_node(&c, tree);
    if (how->want)
        check_fits(&c, tree, how->want, "the result");
    if (program->failed || keep_slots(&c, slots, ret) < 0)
        return E_MEMORY;
    ret->tree = tree;
    ret->type = tree->type;
    ret->frame = c.frame;
    return 0;
}
