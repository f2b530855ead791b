/*
 * resolve.c: spec mode's second pass: which name means what, and which frame index binds it. Types
 * are left to the run but where they are written down: the standard turns a clash into null when it
 * happens.
 *
 * Inside a filter a name may be a member of the element: only the run knows. The compiler asks the
 * elements first (compile.c, probe); here a name gets the meaning it has outside.
 */
#include "feel/resolve.h"
#include "feel/check_int.h"
#include "feel/lex.h"
#include "feel/spec.h"

/* A name bound inside the expression, innermost first. */
struct bound {
    const struct bound *outer;
    struct span name;
    uint32_t index;
    bool used;
};

struct resolver {
    struct checker types; /* for type expressions; its reports are silent */
    struct source silent;
    struct arena *arena;
    struct source *source;
    const struct feel_compile *how;
    struct bound *bound;
    uint32_t next, frame;
    bool *used; /* per vocabulary slot */
};

static void resolve(struct resolver *r, struct node *n);

/* --- bindings --- */

static struct bound *bind(struct resolver *r, struct span name)
{
    struct bound *b = ARENA_NEW(r->arena, struct bound);

    if (!b)
        return NULL;
    *b = (struct bound){.outer = r->bound, .name = name, .index = r->next++};
    if (r->next > r->frame)
        r->frame = r->next;
    r->bound = b;
    return b;
}

static uint32_t bind_index(struct resolver *r, struct span name)
{
    struct bound *b = bind(r, name);

    return b ? b->index : 0;
}

struct mark {
    struct bound *bound;
    uint32_t next;
};

static struct mark mark_of(const struct resolver *r)
{
    return (struct mark){r->bound, r->next};
}

static void unbind(struct resolver *r, struct mark m)
{
    r->bound = m.bound;
    r->next = m.next;
}

/* --- what cannot be --- */

static void warn(struct resolver *r, const struct node *n, int code, struct span message)
{
    struct diag *g = r->source->diags ? diags_add(r->source->diags, DIAG_WARNING, code, "%.*s",
                                                  SPAN_ARG(message))
                                      : NULL;

    if (g)
        source_place(r->source, g, n->start, n->end);
}

/* The node yields null when it runs, and this is why. */
static void doom(struct resolver *r, struct node *n, int code, struct span message)
{
    struct failure *f = ARENA_NEW(r->arena, struct failure);

    warn(r, n, code, message);
    if (n->kind != NODE_NAME)
        n->name = SPAN("null"); /* how it is printed: a name stays what was written */
    n->kind = NODE_BAD;
    n->child = n->last = NULL;
    if (!f)
        return;
    *f = (struct failure){.code = code, .message = message, .start = n->start, .end = n->end};
    n->value = (struct value){.kind = VALUE_NULL, .failed = true, .failure = f};
}

/* --- names --- */

static bool bound_name(struct resolver *r, struct node *n)
{
    struct span name = lex_normal(r->arena, n->name);

    for (struct bound *b = r->bound; b; b = (struct bound *)b->outer)
        if (span_eq(b->name, n->name) || (name.p && span_eq(b->name, name))) {
            b->used = true;
            n->ref = REF_LOCAL;
            n->index = b->index;
            return true;
        }
    for (size_t i = r->how->let_count; i-- > 0;)
        if (span_eq(r->how->lets[i].name, n->name) ||
            span_eq(lex_normal(r->arena, r->how->lets[i].name), name)) {
            n->ref = REF_LOCAL;
            n->index = (uint32_t)i;
            return true;
        }
    return false;
}

static bool slot_name(struct resolver *r, struct node *n)
{
    const struct feel_name *found =
        r->how->vocabulary ? map_get(&r->how->vocabulary->names, n->name) : NULL;

    if (!found)
        return false;
    n->ref = found->type->kind == TYPE_DATED ? REF_DATED : REF_SLOT;
    n->index = found->slot;
    r->used[found->slot] = true;
    return true;
}

static bool builtin_name(struct node *n)
{
    int row = builtin_find_in(n->name, FEEL_SPEC);

    if (row < 0)
        return false;
    n->ref = REF_BUILTIN;
    n->index = (uint32_t)row;
    return true;
}

static bool in_filter(const struct resolver *r)
{
    for (const struct bound *b = r->bound; b; b = b->outer)
        if (span_eq(b->name, SPAN("item")))
            return true;
    return false;
}

static void resolve_name(struct resolver *r, struct node *n)
{
    if (bound_name(r, n) || slot_name(r, n) || builtin_name(n))
        return;
    n->ref = REF_NONE;
    if (!in_filter(r))
        doom(r, n, E_NAME, arena_print(r->arena, "`%.*s` is not declared", SPAN_ARG(n->name)));
}

/* --- calls --- */

static struct node *argument_value(struct node *n)
{
    return n->kind == NODE_ARGUMENT && n->child ? n->child : n;
}

static int param_index(const struct builtin *b, struct span name)
{
    for (int i = 0; i < b->param_count; i++)
        if (span_eq(span_z(b->params[i].name), name))
            return i;
    return -1;
}

/* Do the names of the arguments, each once, name parameters of the row, all needed ones among them?
 */
static bool names_fit(const struct builtin *b, const struct node *first)
{
    uint32_t given = 0, needed = (1u << b->min) - 1;

    for (const struct node *a = first; a; a = a->next) {
        int p = param_index(b, a->name);
        if (p < 0 || (given >> p & 1u))
            return false;
        given |= 1u << p;
    }
    return (given & needed) == needed;
}

static bool count_fits(const struct builtin *b, size_t n)
{
    return n >= b->min && (n <= b->max || (b->flags & B_MANY));
}

static bool same_name(size_t row, size_t first)
{
    return row < builtin_count && strcmp(builtins[row].name, builtins[first].name) == 0;
}

/* Are the arguments named in the order of the row? before(point, range) and before(range, point)
 * have the same names. */
static bool in_order(const struct builtin *b, const struct node *arguments)
{
    size_t i = 0;

    for (const struct node *a = arguments; a; a = a->next, i++)
        if (param_index(b, a->name) != (int)i)
            return false;
    return true;
}

static int find_row(size_t first, const struct node *arguments, size_t n, bool named)
{
    for (size_t row = first; named && same_name(row, first); row++)
        if (!(builtins[row].flags & B_STRICT) && names_fit(&builtins[row], arguments) &&
            in_order(&builtins[row], arguments))
            return (int)row;
    for (size_t row = first; same_name(row, first); row++)
        if (!(builtins[row].flags & B_STRICT) &&
            (named ? names_fit(&builtins[row], arguments) : count_fits(&builtins[row], n)))
            return (int)row;
    return -1;
}

static void call_builtin(struct resolver *r, struct node *n, size_t count, bool named)
{
    struct node *callee = n->child;
    int row = find_row(callee->index, callee->next, count, named);

    if (row < 0) {
        doom(r, n, E_TYPE,
             arena_print(r->arena, "wrong arguments for %s", builtins[callee->index].name));
        return;
    }
    callee->index = (uint32_t)row;
    for (struct node *a = callee->next; a && named; a = a->next)
        a->index = (uint32_t)param_index(&builtins[row], a->name);
}

#define ARGUMENTS_MAX 1000

static void resolve_call(struct resolver *r, struct node *n)
{
    struct node *callee = n->child;
    size_t count = 0, named = 0;

    for (struct node *a = callee->next; a; a = a->next, count++) {
        named += a->kind == NODE_ARGUMENT;
        resolve(r, argument_value(a));
        a->type = &TYPE_ANY_T;
    }
    resolve(r, callee);
    if (count > ARGUMENTS_MAX)
        doom(r, n, E_LIMIT, SPAN("too many arguments"));
    else if (named && named != count)
        doom(r, n, E_SYNTAX, SPAN("name all arguments or none"));
    else if (callee->kind == NODE_NAME && callee->ref == REF_BUILTIN)
        call_builtin(r, n, count, named > 0);
}

/* --- types --- */

static void resolve_type(struct resolver *r, struct node *n)
{
    r->silent = (struct source){.text = r->source->text};
    check_type(&r->types, n);
    if (r->silent.errors)
        n->type = NULL;
}

/* `instance of list`: these types need their parameters. */
static bool lacks_parameters(const struct resolver *r, const struct node *type)
{
    static const char *const constructed[] = {"list", "context", "range", "function"};

    for (size_t i = 0; i < COUNT_OF(constructed); i++)
        if (span_eq(type->name, span_z(constructed[i])) && !type->child)
            return !r->how->types || !map_get(r->how->types, type->name);
    return false;
}

static void resolve_instance(struct resolver *r, struct node *n)
{
    struct node *type = n->child ? n->child->next : NULL;

    resolve(r, n->child);
    if (!type)
        return;
    resolve_type(r, type);
    if (!type->type)
        doom(r, n, E_NAME, arena_print(r->arena, "there is no type `%.*s`", SPAN_ARG(type->name)));
    else if (lacks_parameters(r, type))
        doom(r, n, E_TYPE,
             arena_print(r->arena, "`%.*s` is a type only with its parameters: list<number>",
                         SPAN_ARG(type->name)));
}

/* --- forms that bind --- */

static bool repeats(const struct node *first, const struct node *n)
{
    for (const struct node *e = first; e != n; e = e->next)
        if (span_eq(e->name, n->name))
            return true;
    return false;
}

#define CONTEXT_MAX                                                                                \
    1000 /* entries of one context in a text: repeats are found by comparing each with each */

static void resolve_context(struct resolver *r, struct node *n)
{
    struct mark m = mark_of(r);
    size_t count = 0;

    for (struct node *e = n->child; e; e = e->next) {
        if (++count > CONTEXT_MAX || repeats(n->child, e)) {
            doom(r, n, E_CONFLICT,
                 arena_print(r->arena, "entry `%.*s` stands twice", SPAN_ARG(e->name)));
            break;
        }
        if (e->child)
            resolve(r, e->child);
        e->type = &TYPE_ANY_T;
        e->index =
            bind_index(r, n->low_closed ? (struct span){0}
                                        : e->name); /* cells of a row do not see one another */
    }
    unbind(r, m);
}

static void resolve_filter(struct resolver *r, struct node *n)
{
    struct mark m;

    resolve(r, n->child);
    m = mark_of(r);
    n->index = bind_index(r, SPAN("item"));
    resolve(r, n->child->next);
    unbind(r, m);
}

/* for, some, every. A `for` binds `partial` for its body; ref says whether anybody looks at it. */
static void resolve_loop(struct resolver *r, struct node *n)
{
    struct mark m = mark_of(r);
    struct bound *partial = n->kind == NODE_FOR ? bind(r, SPAN("partial")) : NULL;

    for (struct node *i = n->child; i; i = i->next) {
        if (i->kind != NODE_ITERATOR) {
            resolve(r, i);
            continue;
        }
        for (struct node *c = i->child; c; c = c->next)
            resolve(r, c);
        i->type = &TYPE_ANY_T;
        i->index = bind_index(r, i->name);
    }
    n->ref = partial && partial->used ? REF_LOCAL : REF_NONE;
    n->index = partial ? partial->index : 0;
    unbind(r, m);
}

static const struct type *written_type(struct resolver *r, const struct node *n);

static const struct type *written_context(struct resolver *r, const struct node *n)
{
    struct type_member *members = ARENA_ARRAY(r->arena, struct type_member, CONTEXT_MAX);
    size_t count = 0;

    for (const struct node *e = n->child; e && members && count < CONTEXT_MAX; e = e->next)
        members[count++] =
            (struct type_member){e->name, e->child ? written_type(r, e->child) : &TYPE_ANY_T};
    return members ? or_any(type_context(r->arena, members, count)) : &TYPE_ANY_T;
}

/* What the text itself says of a value's type: for the results of functions. */
static const struct type *written_type(struct resolver *r, const struct node *n)
{
    const struct type *element = &TYPE_NULL_T;

    if (n->kind == NODE_LITERAL)
        return type_of_kind((enum value_kind)n->value.kind);
    if (n->kind == NODE_CONTEXT)
        return written_context(r, n);
    if (n->kind == NODE_FUNCTION)
        return n->type;
    if (n->kind != NODE_LIST)
        return &TYPE_ANY_T;
    for (const struct node *i = n->child; i; i = i->next)
        element = or_any(type_common(r->arena, element, written_type(r, i)));
    return or_any(type_list(r->arena, element));
}

static void keep_function_type(struct resolver *r, struct node *n)
{
    const struct type *result = &TYPE_ANY_T;
    size_t count = 0;

    for (const struct node *p = n->child; p; p = p->next)
        count += p->kind == NODE_PARAM;
    const struct type **params = ARENA_ARRAY(r->arena, const struct type *, count + 1);
    count = 0;
    for (const struct node *p = n->child; p && params; p = p->next)
        if (p->kind == NODE_PARAM)
            params[count++] = p->type;
        else
            result = written_type(r, p);
    n->type = or_any(type_function(r->arena, params, params ? count : 0, result));
}

static void resolve_function(struct resolver *r, struct node *n)
{
    struct mark m = mark_of(r);

    for (struct node *p = n->child; p; p = p->next) {
        if (p->kind != NODE_PARAM) {
            resolve(r, p);
            continue;
        }
        if (p->child) {
            resolve_type(r, p->child);
            p->type = p->child->type;
        }
        p->type = or_any(p->type);
        p->index = bind_index(r, p->name);
    }
    unbind(r, m);
}

static void resolve_table(struct resolver *r, struct node *n)
{
    struct mark m = mark_of(r);

    for (struct node *c = n->child; c; c = c->next)
        if (c->kind == NODE_ENTRY) {
            resolve(r, c->child);
            c->type = &TYPE_ANY_T;
            c->index = bind_index(r, c->name);
        } else
            resolve(r, c);
    unbind(r, m);
}

static void resolve_children(struct resolver *r, struct node *n)
{
    for (struct node *c = n->child; c; c = c->next)
        resolve(r, c);
}

/* --- dispatch --- */

typedef void resolve_node(struct resolver *r, struct node *n);

static resolve_node *const forms[NODE_KINDS] = {
    [NODE_NAME] = resolve_name,
    [NODE_CALL] = resolve_call,
    [NODE_CONTEXT] = resolve_context,
    [NODE_FILTER] = resolve_filter,
    [NODE_FOR] = resolve_loop,
    [NODE_SOME] = resolve_loop,
    [NODE_EVERY] = resolve_loop,
    [NODE_FUNCTION] = resolve_function,
    [NODE_INSTANCE_OF] = resolve_instance,
    [NODE_TABLE] = resolve_table,
};

/* A number written down is known to be one: then an index is no loop. */
static const struct type *type_written(const struct node *n)
{
    bool negative = n->kind == NODE_UNARY && n->child && n->child->kind == NODE_LITERAL;
    const struct node *literal = negative ? n->child : n;

    if (literal->kind == NODE_LITERAL && literal->value.kind == VALUE_NUMBER)
        return &TYPE_NUMBER_T;
    return &TYPE_ANY_T;
}

static void resolve(struct resolver *r, struct node *n)
{
    (forms[n->kind] ? forms[n->kind] : resolve_children)(r, n);
    if (n->kind == NODE_FUNCTION)
        keep_function_type(r, n);
    else if (n->kind != NODE_COERCE)
        n->type = type_written(n);
}

static int keep_slots(struct resolver *r, uint32_t slots, struct checked *ret)
{
    uint32_t *list = ARENA_ARRAY(r->arena, uint32_t, slots + 1);
    size_t n = 0;

    if (!list)
        return E_MEMORY;
    for (uint32_t i = 0; i < slots; i++)
        if (r->used[i])
            list[n++] = i;
    ret->slots = list;
    ret->slot_count = n;
    return 0;
}

int feel_resolve(struct arena *program, struct source *source, const struct feel_compile *how,
                 struct node *tree, struct checked *ret)
{
    uint32_t slots = how->vocabulary ? how->vocabulary->slots : 0, lets = (uint32_t)how->let_count;
    struct resolver r = {
        .arena = program, .source = source, .how = how, .next = lets, .frame = lets};

    r.used = ARENA_ARRAY(program, bool, slots + 1);
    if (!r.used)
        return E_MEMORY;
    r.types = (struct checker){.arena = program, .source = &r.silent, .how = how};
    resolve(&r, tree);
    if (program->failed || keep_slots(&r, slots, ret) < 0)
        return E_MEMORY;
    ret->tree = tree;
    ret->type = tree->type;
    ret->frame = r.frame;
    return 0;
}
