/*
 * compile.c: typed tree -> steps (machine.h). One function per kind of node, found by a table; each
 * is told in which register its result is wanted and says which operand holds it: that register, a
 * constant or a local.
 *
 * Registers are handed out like a stack: what a node needs for itself is free again when it is
 * done. Operators and functions of constants are run here, by the functions that run them later,
 * and become constants; one that fails stays a step, so that the error has its place.
 */
#include "feel/compile.h"
#include "base/err.h"
#include "base/vector.h"
#include "feel/builtins_int.h"
#include "feel/regex.h"
#include "feel/spec.h"

#define ANYWHERE          UINT32_MAX /* no register is wanted in particular */
#define COMPILE_DEPTH_MAX 2000

struct slot_use {
    uint32_t slot;
    struct span name;
};

/* Elements of the filters around, innermost first: a name may be a member of one. Spec mode. */
struct item {
    const struct item *outer;
    uint32_t index, element; /* frame index and register */
};

struct compiler {
    struct arena *arena;
    const struct item *items;
    struct feel_expr *e;
    VECTOR_OF(struct step, step_vector) steps;
    VECTOR_OF(struct value, value_vector) constants;
    VECTOR_OF(struct name_set, set_vector) sets;
    VECTOR_OF(struct slot_use, slot_vector) slots;
    VECTOR_OF(uint32_t, local_vector) locals; /* frame index -> register */
    uint32_t next, most;                      /* registers */
    uint32_t depth;
    bool deep;
};

static uint32_t compile(struct compiler *c, const struct node *n, uint32_t want);

static bool strict(const struct compiler *c)
{
    return c->e->mode == FEEL_STRICT;
}

/* ---- registers, constants, steps ---- */

static uint32_t registers_new(struct compiler *c, uint32_t n)
{
    uint32_t first = c->next;
    c->next += n;
    if (c->next > c->most)
        c->most = c->next;
    return first;
}

static uint32_t target(struct compiler *c, uint32_t want)
{
    return want == ANYWHERE ? registers_new(c, 1) : want;
}

static bool is_constant(uint32_t o)
{
    return o & OPERAND_CONSTANT;
}

static uint32_t constant(struct compiler *c, struct value v)
{
    struct value *at = VECTOR_PUSH(c->arena, &c->constants, struct value);
    if (!at)
        return OPERAND_CONSTANT;
    *at = v;
    return (uint32_t)(c->constants.n - 1) | OPERAND_CONSTANT;
}

static struct value constant_at(const struct compiler *c, uint32_t o)
{
    o &= ~OPERAND_CONSTANT;
    return o < c->constants.n ? c->constants.at[o]
                              : VALUE_NO_MEMORY_V; /* only after a failed push */
}

static uint32_t here(const struct compiler *c)
{
    return (uint32_t)c->steps.n;
}

/* Appends a step for n; the caller sets what is special. NULL without memory. */
static struct step *emit(struct compiler *c, enum step_code code, const struct node *n,
                         uint32_t dst)
{
    struct step *s = VECTOR_PUSH(c->arena, &c->steps, struct step);
    if (!s)
        return NULL;
    s->code = (uint8_t)code;
    s->dst = dst;
    s->start = n->start;
    s->end = n->end;
    return s;
}

static void emit3(struct compiler *c, enum step_code code, const struct node *n, uint32_t dst,
                  uint32_t a, uint32_t b)
{
    struct step *s = emit(c, code, n, dst);
    if (s) {
        s->op = n->op;
        s->a = a;
        s->b = b;
    }
}

static void set_jump(struct compiler *c, uint32_t at, uint32_t to)
{
    if (at < c->steps.n)
        c->steps.at[at].jump = to;
}

/* Makes sure that the operand is in register dst. */
static void load(struct compiler *c, const struct node *n, uint32_t dst, uint32_t o)
{
    if (o != dst)
        emit3(c, STEP_LOAD, n, dst, o, 0);
}

/* ---- locals ---- */

static void bind(struct compiler *c, uint32_t index, uint32_t reg)
{
    while (c->locals.n <= index)
        if (!VECTOR_PUSH(c->arena, &c->locals, uint32_t))
            return;
    c->locals.at[index] = reg;
}

static uint32_t bound(const struct compiler *c, uint32_t index)
{
    return index < c->locals.n ? c->locals.at[index] : 0;
}

/* ---- facts that an expression reads ---- */

static void use_slot(struct compiler *c, uint32_t slot, struct span name)
{
    for (size_t i = 0; i < c->slots.n; i++)
        if (c->slots.at[i].slot == slot)
            return;
    struct slot_use *u = VECTOR_PUSH(c->arena, &c->slots, struct slot_use);
    if (u)
        *u = (struct slot_use){slot, name};
}

static void use_let(struct compiler *c, uint32_t index)
{
    const struct feel_expr *e = c->e->lets[index].expr;
    for (size_t i = 0; e && i < e->slot_count; i++)
        use_slot(c, e->slots[i], e->slot_names[i]);
}

struct name_vector {
    struct span *at;
    size_t n, room;
};

static void collect_name(struct compiler *c, struct name_vector *v, struct span name)
{
    for (size_t i = 0; i < v->n; i++)
        if (span_eq(v->at[i], name))
            return;
    struct span *at = VECTOR_PUSH(c->arena, v, struct span);
    if (at)
        *at = name;
}

static void collect_names(struct compiler *c, const struct node *n, struct name_vector *v)
{
    if (n->kind == NODE_NAME &&
        (n->ref == REF_SLOT || n->ref == REF_DATED || n->ref == REF_MEMBER)) {
        collect_name(c, v, n->name);
    } else if (n->kind == NODE_NAME && n->ref == REF_LOCAL && n->index < c->e->let_count) {
        const struct feel_expr *e = c->e->lets[n->index].expr;
        for (size_t i = 0; e && i < e->slot_count; i++)
            collect_name(c, v, e->slot_names[i]);
    } else if (n->kind == NODE_PATH && n->child->type &&
               (n->child->type->kind == TYPE_CONTEXT || n->child->type->kind == TYPE_LIST)) {
        collect_name(c, v, n->name); /* the member is what is asked, not the list it is in */
    } else {
        for (const struct node *child = n->child; child; child = child->next)
            collect_names(c, child, v);
    }
}

/* Number of the set of facts that n reads; 0 is the empty set. */
static uint16_t name_set(struct compiler *c, const struct node *n)
{
    struct name_vector v = {0};
    collect_names(c, n, &v);
    if (v.n == 0 || c->sets.n >= UINT16_MAX)
        return 0;
    struct name_set *set = VECTOR_PUSH(c->arena, &c->sets, struct name_set);
    if (!set)
        return 0;
    *set = (struct name_set){v.n, v.at};
    return (uint16_t)(c->sets.n - 1);
}

/* ---- leaves ---- */

static uint32_t compile_literal(struct compiler *c, const struct node *n, uint32_t want)
{
    if (!value_is_failed(n->value))
        return constant(c, n->value);
    uint32_t dst = target(c, want);
    emit3(c, STEP_LOAD, n, dst, constant(c, n->value), 0);
    return dst;
}

static const struct span *name_copy(struct compiler *c, struct span name)
{
    struct span *p = ARENA_NEW(c->arena, struct span);
    if (p)
        *p = name;
    return p;
}

static uint32_t compile_slot(struct compiler *c, const struct node *n, uint32_t want)
{
    uint32_t dst = target(c, want);
    const struct span *name = name_copy(c, n->name);
    struct step *s = emit(c, STEP_SLOT, n, dst);
    use_slot(c, n->index, n->name);
    if (s) {
        s->n = n->index;
        s->name = name;
    }
    return dst;
}

/* argument NULL = bare */
static uint32_t compile_dated(struct compiler *c, const struct node *n, const struct node *name,
                              const struct node *argument, uint32_t want)
{
    uint32_t dst = target(c, want), mark = c->next;
    uint32_t a = argument ? compile(c, argument, ANYWHERE) : constant(c, VALUE_NULL_V);
    const struct span *copy = name_copy(c, name->name);
    struct step *s = emit(c, STEP_DATED, n, dst);
    use_slot(c, name->index, name->name);
    if (s) {
        s->n = name->index;
        s->a = a;
        s->name = copy;
    }
    c->next = mark;
    return dst;
}

static uint32_t compile_local(struct compiler *c, const struct node *n, uint32_t want)
{
    if (n->index >= c->e->let_count)
        return bound(c, n->index);
    uint32_t dst = target(c, want);
    struct step *s = emit(c, STEP_LET, n, dst);
    use_let(c, n->index);
    if (s)
        s->n = n->index;
    return dst;
}

static uint32_t compile_path_of(struct compiler *c, const struct node *n, uint32_t of,
                                uint32_t property, uint32_t dst)
{
    const struct span *name = name_copy(c, n->name);
    struct step *s = emit(c, STEP_PATH, n, dst);
    if (s) {
        s->a = of;
        s->n = property;
        s->name = name;
    }
    return dst;
}

static uint32_t compile_builtin_value(struct compiler *c, const struct node *n)
{
    struct function *f = ARENA_NEW(c->arena, struct function);
    if (!f)
        return constant(c, VALUE_NO_MEMORY_V);
    f->builtin = (int)n->index;
    return constant(c, (struct value){.kind = VALUE_FUNCTION, .function = f});
}

static uint32_t compile_meaning(struct compiler *c, const struct node *n, uint32_t want)
{
    switch ((enum ref_kind)n->ref) {
    case REF_SLOT:
        return compile_slot(c, n, want);
    case REF_DATED:
        return compile_dated(c, n, n, NULL, want);
    case REF_LOCAL:
        return compile_local(c, n, want);
    case REF_MEMBER:
        return compile_path_of(c, n, bound(c, n->index), 0, target(c, want));
    case REF_BUILTIN:
        return compile_builtin_value(c, n);
    case REF_NONE:
        break;
    }
    struct value v = value_failure(c->arena, E_NAME, "%.*s is not declared", SPAN_ARG(n->name));
    return constant(c, strict(c) ? v : value_spec(v));
}

/* Asks the element for a member of that name; *ret_step is the step whose jump is to be set. */
static void probe(struct compiler *c, const struct node *n, uint32_t element, uint32_t dst,
                  uint32_t *ret_step)
{
    const struct span *name = name_copy(c, n->name);
    struct step *s = emit(c, STEP_MEMBER, n, dst);
    *ret_step = here(c) - 1;
    if (s) {
        s->a = element;
        s->name = name;
    }
}

static bool bound_outside(const struct node *n, const struct item *item)
{
    return n->ref != REF_LOCAL || n->index <= item->index;
}

/* A name inside a filter: a member of the nearest element that has it, else what it means outside.
 */
static uint32_t compile_name(struct compiler *c, const struct node *n, uint32_t want)
{
    enum { PROBES = 16 };
    uint32_t steps[PROBES], count = 0;
    if (!c->items || strict(c) || !bound_outside(n, c->items))
        return compile_meaning(c, n, want);
    uint32_t dst = registers_new(c, 1);
    for (const struct item *i = c->items; i && count < PROBES && bound_outside(n, i); i = i->outer)
        probe(c, n, i->element, dst, &steps[count++]);
    load(c, n, dst, compile_meaning(c, n, dst));
    while (count > 0)
        set_jump(c, steps[--count], here(c));
    return dst;
}

/* ---- operators ---- */

static bool folds(struct value v)
{
    return v.kind < VALUE_UNKNOWN && !value_is_failed(v);
}

static uint32_t compile_unary(struct compiler *c, const struct node *n, uint32_t want)
{
    uint32_t dst = target(c, want), mark = c->next;
    uint32_t a = compile(c, n->child, ANYWHERE);
    c->next = mark;
    if (is_constant(a)) {
        struct value v = op_apply(c->arena, strict(c), NOP_NEG, constant_at(c, a), VALUE_NULL_V);
        if (folds(v))
            return constant(c, v);
    }
    emit3(c, STEP_NEGATE, n, dst, a, 0);
    return dst;
}

/* and, or: the right side runs only when the left does not decide. */
static uint32_t compile_logic(struct compiler *c, const struct node *n, uint32_t want)
{
    uint32_t dst = target(c, want), mark = c->next;
    load(c, n->child, dst, compile(c, n->child, dst));
    uint32_t test = here(c);
    emit3(c, STEP_DECIDED, n, dst, dst, 0);
    uint32_t right = compile(c, n->child->next, ANYWHERE);
    emit3(c, STEP_LOGIC, n, dst, dst, right);
    set_jump(c, test, here(c));
    c->next = mark;
    return dst;
}

static uint32_t compile_binary(struct compiler *c, const struct node *n, uint32_t want)
{
    if (n->op == NOP_AND || n->op == NOP_OR)
        return compile_logic(c, n, want);
    uint32_t dst = target(c, want), mark = c->next;
    uint32_t a = compile(c, n->child, ANYWHERE);
    uint32_t b = compile(c, n->child->next, ANYWHERE);
    c->next = mark;
    if (is_constant(a) && is_constant(b)) {
        struct value v = op_apply(c->arena, strict(c), n->op, constant_at(c, a), constant_at(c, b));
        if (folds(v))
            return constant(c, v);
    }
    emit3(c, STEP_BINARY, n, dst, a, b);
    return dst;
}

static uint32_t compile_between(struct compiler *c, const struct node *n, uint32_t want)
{
    uint32_t dst = target(c, want), mark = c->next;
    uint32_t x = compile(c, n->child, ANYWHERE);
    uint32_t low = compile(c, n->child->next, ANYWHERE);
    uint32_t high = compile(c, n->child->next->next, ANYWHERE);
    struct step *s = emit(c, STEP_BETWEEN, n, dst);
    if (s) {
        s->a = x;
        s->b = low;
        s->c = high;
    }
    c->next = mark;
    return dst;
}

/* One test of `x in (...)` into dst. */
static void compile_test(struct compiler *c, const struct node *x, uint32_t xo,
                         const struct node *test, uint32_t dst, bool conditions)
{
    bool compares = test->kind == NODE_TEST;
    if (compares && test->op == NOP_NONE) { /* a condition on `?` */
        load(c, test, dst, compile(c, test->child, dst));
        return;
    }
    uint32_t mark = c->next;
    uint32_t b = compile(c, compares ? test->child : test, ANYWHERE);
    uint16_t names = compares ? 0 : name_set(c, x);
    struct step *s = emit(c, compares ? STEP_BINARY : STEP_IN, test, dst);
    if (s) {
        s->op = compares ? test->op : conditions;
        s->a = xo;
        s->b = b;
        s->names = names;
    }
    c->next = mark;
}

/* Are there several tests, all literals of one kind that the machine compares by itself? Then how
 * many, else 0. */
static uint32_t plain_tests(const struct node *first)
{
    uint32_t n = 0;
    for (const struct node *t = first; t; t = t->next, n++)
        if (t->kind != NODE_LITERAL || t->value.kind != first->value.kind ||
            (t->value.kind != VALUE_STRING && t->value.kind != VALUE_NUMBER &&
             t->value.kind != VALUE_DATE))
            return 0;
    return n > 1 ? n : 0;
}

/* One step for x in (literal, ...) when x is of their kind; the tests one by one follow for
 * everything else. */
static void compile_among(struct compiler *c, const struct node *n, uint32_t xo, uint32_t dst)
{
    uint32_t count = plain_tests(n->child->next), first = 0;
    for (const struct node *t = n->child->next; count > 0 && t; t = t->next) {
        uint32_t o = constant(c, t->value);
        first = t == n->child->next ? o : first;
    }
    struct step *s = count > 0 ? emit(c, STEP_AMONG, n, dst) : NULL;
    if (s) {
        s->a = xo;
        s->b = first;
        s->n = count;
    }
}

/* A test that is true decides: from each of the steps since `from` that look at dst straight to the
 * end. */
static void decide_at_once(struct compiler *c, uint32_t from, uint32_t dst)
{
    for (uint32_t i = from; i < c->steps.n; i++) {
        struct step *s = &c->steps.at[i];
        if (s->dst == dst &&
            (s->code == STEP_AMONG || (s->code == STEP_DECIDED && s->op == NOP_OR)))
            s->jump = here(c);
    }
}

static uint32_t compile_in(struct compiler *c, const struct node *n, uint32_t want)
{
    uint32_t dst = target(c, want), mark = c->next;
    const struct node *x = n->child, *test = x->next;
    uint32_t xo = compile(c, x, ANYWHERE);
    bool conditions = n->op == NOP_AND;
    uint32_t one = registers_new(c, 1);
    struct node either = *n;
    either.op = NOP_OR;
    uint32_t from = here(c);
    compile_among(c, n, xo, dst);
    compile_test(c, x, xo, test, dst, conditions);
    for (test = test->next; test; test = test->next) {
        emit3(c, STEP_DECIDED, &either, dst, dst, 0);
        compile_test(c, x, xo, test, one, conditions);
        emit3(c, STEP_LOGIC, &either, dst, dst, one);
    }
    decide_at_once(c, from, dst);
    c->next = mark;
    return dst;
}

/* A test outside `in`: a range such as (< 5). The parser makes a RANGE of it where it stands alone.
 */
static uint32_t compile_lone_test(struct compiler *c, const struct node *n, uint32_t want)
{
    return compile(c, n->child, want);
}

static uint32_t compile_if(struct compiler *c, const struct node *n, uint32_t want)
{
    const struct node *condition = n->child, *yes = condition->next, *no = yes->next;
    uint32_t dst = target(c, want), mark = c->next;
    uint32_t a = compile(c, condition, ANYWHERE);
    uint32_t branch = here(c);
    emit3(c, STEP_IF, condition, dst, a, 0);
    load(c, yes, dst, compile(c, yes, dst));
    uint32_t first_end = here(c);
    emit3(c, STEP_ARM_END, yes, dst, 0, 0);
    set_jump(c, branch, here(c));
    load(c, no, dst, compile(c, no, dst));
    uint32_t second_end = here(c);
    emit3(c, STEP_ARM_END, no, dst, 0, 0);
    set_jump(c, first_end, here(c));
    set_jump(c, second_end, here(c));
    if (branch < c->steps.n)
        c->steps.at[branch].n = here(c);
    c->next = mark;
    return dst;
}

/* ---- members and elements ---- */

/* Row + 1 when the static type says which property it is. */
static uint32_t static_property(const struct node *source, struct span name)
{
    for (size_t i = 0; source->type && i < property_count; i++)
        if (type_of_kind(properties[i].kind)->kind == source->type->kind &&
            source->type->kind != TYPE_ANY && span_eq(span_z(properties[i].name), name))
            return (uint32_t)i + 1;
    return 0;
}

static uint32_t compile_path(struct compiler *c, const struct node *n, uint32_t want)
{
    uint32_t dst = target(c, want), mark = c->next;
    uint32_t a = compile(c, n->child, ANYWHERE);
    c->next = mark;
    return compile_path_of(c, n, a, static_property(n->child, n->name), dst);
}

/* The steps of a loop over operand `source`; element register and body are the caller's. */
static uint32_t loop_begin(struct compiler *c, const struct node *n, enum loop_kind kind,
                           uint32_t source, uint32_t dst, uint32_t element)
{
    uint32_t at = here(c);
    struct step *s = emit(c, STEP_LOOP, n, dst);
    if (s) {
        s->op = (uint8_t)kind;
        s->a = source;
        s->c = element;
    }
    return at;
}

static void loop_end(struct compiler *c, const struct node *n, uint32_t at, uint32_t result)
{
    emit(c, STEP_END, n, 0);
    if (at < c->steps.n) {
        c->steps.at[at].b = result;
        c->steps.at[at].jump = here(c);
    }
}

static uint32_t compile_filter(struct compiler *c, const struct node *n, uint32_t want)
{
    const struct node *source = n->child, *condition = source->next;
    uint32_t dst = target(c, want), mark = c->next;
    uint32_t a = compile(c, source, ANYWHERE);
    if (condition->type && condition->type->kind == TYPE_NUMBER) {
        emit3(c, STEP_INDEX, n, dst, a, compile(c, condition, ANYWHERE));
    } else {
        uint32_t element = registers_new(c, 1);
        struct item item = {c->items, n->index, element};
        bind(c, n->index, element);
        uint32_t at = loop_begin(c, n, LOOP_FILTER, a, dst, element);
        c->items = &item;
        loop_end(c, n, at, compile(c, condition, ANYWHERE));
        c->items = item.outer;
    }
    c->next = mark;
    return dst;
}

static uint32_t compile_iterated(struct compiler *c, const struct node *iterator)
{
    const struct node *from = iterator->child, *to = from->next;
    if (!to)
        return compile(c, from, ANYWHERE);
    uint32_t dst = registers_new(c, 1), a = compile(c, from, ANYWHERE),
             b = compile(c, to, ANYWHERE);
    emit3(c, STEP_COUNT_LIST, iterator, dst, a, b);
    return dst;
}

/* One iterator and what follows it: the next iterator, or the body. */
static void compile_iterators(struct compiler *c, const struct node *n, const struct node *iterator,
                              uint32_t dst)
{
    static const uint8_t kinds[NODE_KINDS] = {
        [NODE_FOR] = LOOP_FOR,
        [NODE_SOME] = LOOP_SOME,
        [NODE_EVERY] = LOOP_EVERY,
    };
    bool last = iterator->next->kind != NODE_ITERATOR;
    enum loop_kind kind =
        n->kind == NODE_FOR && !last ? LOOP_SPREAD : (enum loop_kind)kinds[n->kind];
    uint32_t mark = c->next;
    uint32_t source = compile_iterated(c, iterator);
    uint32_t element = registers_new(c, 1);
    uint32_t at = loop_begin(c, n, kind, source, dst, element);
    if (at < c->steps.n) /* register of `partial`, when the body looks at it */
        c->steps.at[at].n =
            n->kind == NODE_FOR && n->ref == REF_LOCAL ? bound(c, n->index) : NO_REGISTER;
    bind(c, iterator->index, element);
    uint32_t result;
    if (last) {
        result = compile(c, iterator->next, ANYWHERE);
    } else {
        result = registers_new(c, 1);
        compile_iterators(c, n, iterator->next, result);
    }
    loop_end(c, n, at, result);
    c->next = mark;
}

static uint32_t compile_loop(struct compiler *c, const struct node *n, uint32_t want)
{
    uint32_t dst = target(c, want), mark = c->next;
    if (n->kind == NODE_FOR && n->ref == REF_LOCAL) {
        uint32_t partial = registers_new(c, 1);
        bind(c, n->index, partial);
        load(c, n, partial, constant(c, VALUE_NULL_V));
    }
    compile_iterators(c, n, n->child, dst);
    c->next = mark;
    return dst;
}

/* ---- sequences ---- */

static uint32_t count_children(const struct node *n)
{
    uint32_t count = 0;
    for (const struct node *child = n->child; child; child = child->next)
        count++;
    return count;
}

/* Values of constants when all n operands are such, else NULL and every operand is in its register
 * from `first`. */
static struct value *gather(struct compiler *c, const struct node *n, const uint32_t *operands,
                            uint32_t count, uint32_t first)
{
    bool all = true;
    for (uint32_t i = 0; i < count; i++)
        all = all && is_constant(operands[i]);
    struct value *values = all ? ARENA_ARRAY(c->arena, struct value, count + 1) : NULL;
    for (uint32_t i = 0; i < count && values; i++)
        values[i] = constant_at(c, operands[i]);
    for (uint32_t i = 0; i < count && !all; i++)
        load(c, n, first + i, operands[i]);
    return values;
}

static void load_all(struct compiler *c, const struct node *n, const uint32_t *operands,
                     uint32_t count, uint32_t first)
{
    for (uint32_t i = 0; i < count; i++)
        load(c, n, first + i, operands[i]);
}

static uint32_t compile_list(struct compiler *c, const struct node *n, uint32_t want)
{
    uint32_t count = count_children(n), i = 0;
    uint32_t dst = target(c, want), mark = c->next, first = registers_new(c, count);
    uint32_t *operands = ARENA_ARRAY(c->arena, uint32_t, count + 1);
    for (const struct node *child = n->child; child && operands; child = child->next, i++)
        operands[i] = compile(c, child, first + i);
    c->next = mark;
    if (!operands)
        return dst;
    struct value *values = gather(c, n, operands, count, first);
    if (values)
        return constant(c, value_list(c->arena, values, count));
    struct step *s = emit(c, STEP_LIST, n, dst);
    if (s) {
        s->a = first;
        s->n = count;
    }
    return dst;
}

static uint32_t compile_context(struct compiler *c, const struct node *n, uint32_t want)
{
    uint32_t count = count_children(n), i = 0;
    uint32_t dst = target(c, want), mark = c->next, first = registers_new(c, count);
    struct span *keys = ARENA_ARRAY(c->arena, struct span, count + 1);
    for (const struct node *entry = n->child; entry && keys; entry = entry->next, i++) {
        keys[i] = entry->name;
        load(c, entry, first + i, compile(c, entry->child, first + i));
        bind(c, entry->index, first + i); /* later entries may use it */
    }
    struct step *s = emit(c, STEP_CONTEXT, n, dst);
    if (s) {
        s->a = first;
        s->n = count;
        s->keys = keys;
    }
    c->next = mark;
    return dst;
}

static uint32_t compile_range(struct compiler *c, const struct node *n, uint32_t want)
{
    uint32_t dst = target(c, want), mark = c->next;
    const struct node *low = n->has_low ? n->child : NULL;
    const struct node *high = !n->has_high ? NULL : low ? low->next : n->child;
    uint32_t a = low ? compile(c, low, ANYWHERE) : constant(c, VALUE_NULL_V);
    uint32_t b = high ? compile(c, high, ANYWHERE) : constant(c, VALUE_NULL_V);
    c->next = mark;
    if (is_constant(a) && is_constant(b)) {
        struct value v = range_value(c->arena, strict(c), constant_at(c, a), constant_at(c, b), n);
        if (folds(v))
            return constant(c, v);
    }
    struct step *s = emit(c, STEP_RANGE, n, dst);
    if (s) {
        s->a = a;
        s->b = b;
        s->node = n;
    }
    return dst;
}

/* ---- calls ---- */

/* Which argument names the facts when the answer is unknown through the fault of a list or a place.
 */
static const struct node *asked_argument(const struct builtin *row, const struct node *first)
{
    bool second = first && span_eq(span_z(row->name), SPAN("list contains"));
    const struct node *n = second ? first->next : first;
    return n && n->kind == NODE_ARGUMENT ? n->child : n;
}

/* Names of the arguments of a call, or NULL. */
static const struct span *argument_names(struct compiler *c, const struct node *first)
{
    size_t n = 0;
    if (!first || first->kind != NODE_ARGUMENT || strict(c))
        return NULL;
    for (const struct node *a = first; a; a = a->next)
        n++;
    struct span *names = ARENA_ARRAY(c->arena, struct span, n + 1);
    n = 0;
    for (const struct node *a = first; a && names; a = a->next)
        names[n++] = a->name;
    return names;
}

/* Arguments into order; named ones by the parameter's number. Returns their count. */
static uint32_t compile_arguments(struct compiler *c, const struct node *first, uint32_t *operands,
                                  uint32_t base, bool in_place)
{
    uint32_t count = 0;
    for (const struct node *n = first; n; n = n->next) {
        bool named = n->kind == NODE_ARGUMENT;
        uint32_t at = named && in_place ? n->index : count;
        operands[at] = compile(c, named ? n->child : n, base + at);
        if (at + 1 > count)
            count = at + 1;
    }
    return count;
}

static uint32_t room_for(const struct node *call)
{
    uint32_t n = count_children(call);
    return n > BUILTIN_PARAMS ? n : BUILTIN_PARAMS;
}

static bool fold_call(struct compiler *c, uint32_t row, const struct value *values, uint32_t count,
                      bool named, struct value *ret)
{
    struct builtin_call call = {.arena = c->arena, .strict = strict(c), .named = named};
    if (!values || (builtins[row].flags & B_CLOCK))
        return false;
    for (uint32_t i = 0; i < count; i++)
        if (values[i].kind == VALUE_FUNCTION)
            return false; /* needs a machine */
    *ret = builtin_apply(&call, row, values, count);
    return folds(*ret);
}

/* Where the functions that take a pattern have their flags; the pattern is the second. */
static bool takes_pattern(uint32_t row, uint32_t *ret_flags)
{
    static const struct {
        builtin_run *run;
        uint32_t flags;
    } takers[] = {{fn_matches, 2}, {fn_replace, 3}, {fn_split, UINT32_MAX}};
    for (size_t i = 0; i < COUNT_OF(takers); i++)
        if (builtin_runs[row] == takers[i].run) {
            *ret_flags = takers[i].flags;
            return true;
        }
    return false;
}

/* The pattern of a call when it is known now, compiled with the program; else NULL. */
static const struct regex *known_pattern(struct compiler *c, uint32_t row, const uint32_t *operands,
                                         uint32_t count)
{
    struct value flags = VALUE_NULL_V;
    uint32_t at = 0;
    if (!takes_pattern(row, &at) || count < 2 || !is_constant(operands[1]) ||
        (at < count && !is_constant(operands[at])))
        return NULL;
    struct value pattern = constant_at(c, operands[1]);
    if (at < count)
        flags = constant_at(c, operands[at]);
    if (pattern.kind != VALUE_STRING || (flags.kind != VALUE_STRING && flags.kind != VALUE_NULL))
        return NULL;
    return regex_constant(c->arena, pattern.string,
                          flags.kind == VALUE_STRING ? flags.string : (struct span){0});
}

static uint32_t compile_builtin(struct compiler *c, const struct node *n, uint32_t row,
                                uint32_t want)
{
    const struct node *first = n->child->next;
    uint32_t room = room_for(n), dst = target(c, want), mark = c->next,
             base = registers_new(c, room);
    uint32_t *operands = ARENA_ARRAY(c->arena, uint32_t, room);
    if (!operands)
        return dst;
    uint32_t null = constant(c, VALUE_NULL_V);
    for (uint32_t i = 0; i < room; i++)
        operands[i] = null; /* an optional one left out */
    uint32_t count = compile_arguments(c, first, operands, base, true);
    const struct node *asked = asked_argument(&builtins[row], first);
    c->next = mark;
    struct value *values = gather(c, n, operands, count, base), folded;
    bool named = first && first->kind == NODE_ARGUMENT;
    if (fold_call(c, row, values, count, named, &folded))
        return constant(c, folded);
    const struct regex *regex = known_pattern(c, row, operands, count);
    if (values)
        load_all(c, n, operands, count, base);
    uint16_t names = asked ? name_set(c, asked) : 0;
    struct step *s = emit(c, STEP_CALL, n, dst);
    if (s) {
        s->a = base;
        s->op = named;
        s->c = row;
        s->n = count;
        s->names = names;
        s->regex = regex;
    }
    return dst;
}

static uint32_t compile_call_value(struct compiler *c, const struct node *n, uint32_t want)
{
    uint32_t room = room_for(n), dst = target(c, want), mark = c->next,
             base = registers_new(c, room);
    uint32_t *operands = ARENA_ARRAY(c->arena, uint32_t, room);
    if (!operands)
        return dst;
    uint32_t callee = compile(c, n->child, ANYWHERE);
    uint32_t count = compile_arguments(c, n->child->next, operands, base, strict(c));
    const struct span *names = argument_names(c, n->child->next);
    load_all(c, n, operands, count, base);
    struct step *s = emit(c, STEP_CALL_VALUE, n, dst);
    if (s) {
        s->keys = names;
        s->a = callee;
        s->b = base;
        s->n = count;
    }
    c->next = mark;
    return dst;
}

static uint32_t compile_call(struct compiler *c, const struct node *n, uint32_t want)
{
    const struct node *callee = n->child, *argument = callee->next;
    if (callee->kind == NODE_NAME && callee->ref == REF_BUILTIN)
        return compile_builtin(c, n, callee->index, want);
    if (callee->kind == NODE_NAME && callee->ref == REF_DATED)
        return compile_dated(
            c, n, callee, argument && argument->kind == NODE_ARGUMENT ? argument->child : argument,
            want);
    return compile_call_value(c, n, want);
}

/* The body runs in a copy of the frame, so it may use every register from here on. */
static uint32_t compile_function(struct compiler *c, const struct node *n, uint32_t want)
{
    uint32_t dst = target(c, want), mark = c->next, count = 0;
    struct function_code *f = ARENA_NEW(c->arena, struct function_code);
    uint32_t *params = ARENA_ARRAY(c->arena, uint32_t, count_children(n) + 1);
    struct span *names = ARENA_ARRAY(c->arena, struct span, count_children(n) + 1);
    const struct type **types = ARENA_ARRAY(c->arena, const struct type *, count_children(n) + 1);
    if (!f || !params || !names || !types)
        return dst;
    const struct node *child = n->child;
    for (; child && child->kind == NODE_PARAM; child = child->next) {
        params[count] = registers_new(c, 1);
        names[count] = child->name;
        types[count] = child->type ? child->type : &TYPE_ANY_T;
        bind(c, child->index, params[count++]);
    }
    uint32_t at = here(c);
    struct step *s = emit(c, STEP_CLOSURE, n, dst);
    if (s)
        s->function = f;
    c->e->closures = true;
    uint32_t result = child ? compile(c, child, ANYWHERE) : constant(c, VALUE_NULL_V);
    emit(c, STEP_END, n, 0);
    set_jump(c, at, here(c));
    *f = (struct function_code){at + 1, result, count, params, names, strict(c) ? NULL : types,
                                n->type};
    c->next = mark;
    return dst;
}

static uint32_t compile_instance(struct compiler *c, const struct node *n, uint32_t want)
{
    uint32_t dst = target(c, want), mark = c->next;
    uint32_t a = compile(c, n->child, ANYWHERE);
    struct step *s = emit(c, STEP_INSTANCE_OF, n, dst);
    if (s) {
        s->a = a;
        s->type = n->child->next->type ? n->child->next->type : &TYPE_ANY_T;
    }
    c->next = mark;
    return dst;
}

static uint32_t compile_coerce(struct compiler *c, const struct node *n, uint32_t want)
{
    uint32_t dst = target(c, want), mark = c->next;
    uint32_t a = compile(c, n->child, ANYWHERE);
    struct step *s = emit(c, STEP_COERCE, n, dst);
    if (s) {
        s->a = a;
        s->type = n->type ? n->type : &TYPE_ANY_T;
    }
    c->next = mark;
    return dst;
}

/* ---- decision tables ---- */

/* Registers of a table: a hit per rule, its outputs, the default's, lists of output values. */
struct table_registers {
    uint32_t hits, outputs, defaults, values;
};

static void compile_outputs(struct compiler *c, const struct node *rule, const struct node *first,
                            uint32_t to)
{
    UNUSED(rule);
    for (const struct node *o = first; o; o = o->next, to++)
        load(c, o, to, compile(c, o, to));
}

/* One rule: its condition; when it is true its outputs. Returns the number of a step to jump behind
 * a first hit. */
static uint32_t compile_rule(struct compiler *c, const struct node *rule, uint32_t hit,
                             uint32_t outputs)
{
    uint32_t mark = c->next;
    uint32_t condition = compile(c, rule->child, ANYWHERE), test = here(c);
    c->next = mark;
    emit3(c, STEP_RULE, rule, hit, condition, 0);
    compile_outputs(c, rule, rule->child->next, outputs);
    uint32_t end = here(c);
    emit3(c, STEP_RULE_END, rule, hit, hit, 0);
    set_jump(c, end, here(c));
    set_jump(c, test, here(c));
    return end;
}

static void compile_default(struct compiler *c, const struct node *rule, const struct feel_table *t,
                            const struct table_registers *r)
{
    uint32_t test = here(c);
    struct step *s = emit(c, STEP_NO_HIT, rule, r->hits);
    if (s) {
        s->a = r->hits;
        s->n = (uint32_t)t->rule_count;
    }
    compile_outputs(c, rule, rule->child, r->defaults);
    set_jump(c, test, here(c));
}

static const struct node *compile_inputs(struct compiler *c, const struct node *n)
{
    const struct node *child = n->child;
    for (; child && child->kind == NODE_ENTRY; child = child->next) {
        uint32_t reg = registers_new(c, 1);
        load(c, child, reg, compile(c, child->child, reg));
        bind(c, child->index, reg);
    }
    return child;
}

static uint32_t compile_table(struct compiler *c, const struct node *n, uint32_t want)
{
    const struct feel_table *t = n->table;
    uint32_t dst = target(c, want), mark = c->next, outputs = (uint32_t)t->output_count, i = 0;
    const struct node *child = compile_inputs(c, n);
    uint32_t rules = (uint32_t)t->rule_count;
    struct table_registers r = {.hits = registers_new(c, rules),
                                .outputs = registers_new(c, rules * outputs),
                                .defaults = registers_new(c, outputs),
                                .values = registers_new(c, outputs)};
    uint32_t *ends = ARENA_ARRAY(c->arena, uint32_t, rules + 1);
    if (!ends) /* what follows counts on every rule having been passed */
        return dst;
    for (uint32_t h = 0; h < rules; h++) /* registers may hold what an earlier form left */
        load(c, n, r.hits + h, constant(c, VALUE_NULL_V));
    for (; child && i < rules; child = child->next, i++)
        ends[i] = compile_rule(c, child, r.hits + i, r.outputs + i * outputs);
    if (child && child->kind == NODE_RULE) {
        compile_default(c, child, t, &r);
        child = child->next;
    }
    for (uint32_t o = 0; child && o < outputs; child = child->next, o++)
        load(c, child, r.values + o, compile(c, child, r.values + o));
    if (t->policy == HIT_FIRST)
        for (uint32_t e = 0; e < i; e++)
            set_jump(c, ends[e], here(c));
    struct step *s = emit(c, STEP_TABLE, n, dst);
    if (s) {
        s->a = r.hits;
        s->b = r.outputs;
        s->c = r.defaults;
        s->n = r.values;
        s->table = t;
    }
    c->next = mark;
    return dst;
}

/* ---- dispatch ---- */

typedef uint32_t compile_node(struct compiler *c, const struct node *n, uint32_t want);

static compile_node *const compile_nodes[NODE_KINDS] = {
    [NODE_LITERAL] = compile_literal,
    [NODE_NAME] = compile_name,
    [NODE_UNARY] = compile_unary,
    [NODE_BINARY] = compile_binary,
    [NODE_BETWEEN] = compile_between,
    [NODE_IN] = compile_in,
    [NODE_TEST] = compile_lone_test,
    [NODE_IF] = compile_if,
    [NODE_PATH] = compile_path,
    [NODE_FILTER] = compile_filter,
    [NODE_CALL] = compile_call,
    [NODE_LIST] = compile_list,
    [NODE_CONTEXT] = compile_context,
    [NODE_RANGE] = compile_range,
    [NODE_FOR] = compile_loop,
    [NODE_SOME] = compile_loop,
    [NODE_EVERY] = compile_loop,
    [NODE_FUNCTION] = compile_function,
    [NODE_INSTANCE_OF] = compile_instance,
    [NODE_COERCE] = compile_coerce,
    [NODE_TABLE] = compile_table,
    [NODE_BAD] = compile_literal, /* spec mode: null always */
};

static uint32_t compile(struct compiler *c, const struct node *n, uint32_t want)
{
    uint32_t result = 0;
    if (c->depth >= COMPILE_DEPTH_MAX) {
        c->deep = true;
        return target(c, want);
    }
    c->depth++;
    if (!compile_nodes[n->kind])
        BUG("no steps for a node of kind %d", n->kind);
    result = compile_nodes[n->kind](c, n, want);
    c->depth--;
    return result;
}

/* ---- the whole ---- */

static void sort_slots(struct compiler *c)
{
    for (size_t i = 1; i < c->slots.n; i++)
        for (size_t j = i; j > 0 && c->slots.at[j].slot < c->slots.at[j - 1].slot; j--) {
            struct slot_use swap = c->slots.at[j];
            c->slots.at[j] = c->slots.at[j - 1];
            c->slots.at[j - 1] = swap;
        }
}

static void finish_slots(struct compiler *c)
{
    uint32_t *slots = ARENA_ARRAY(c->arena, uint32_t, c->slots.n + 1);
    struct span *names = ARENA_ARRAY(c->arena, struct span, c->slots.n + 1);
    if (!slots || !names)
        return;
    sort_slots(c);
    for (size_t i = 0; i < c->slots.n; i++) {
        slots[i] = c->slots.at[i].slot;
        names[i] = c->slots.at[i].name;
    }
    c->e->slots = slots;
    c->e->slot_names = names;
    c->e->slot_count = c->slots.n;
}

int compile_steps(struct arena *program, struct feel_expr *e)
{
    struct compiler c = {.arena = program, .e = e};
    struct name_set *none =
        VECTOR_PUSH(program, &c.sets, struct name_set); /* number 0: the empty set */
    UNUSED(none);
    e->result = compile(&c, e->tree, ANYWHERE);
    emit(&c, STEP_END, e->tree, 0);
    finish_slots(&c);
    if (program->failed)
        return E_MEMORY;
    if (c.deep)
        return E_LIMIT;
    e->steps = c.steps.at;
    e->step_count = c.steps.n;
    e->constants = c.constants.at;
    e->constant_count = c.constants.n;
    e->names = c.sets.at;
    e->name_set_count = c.sets.n;
    e->registers = c.most > 0 ? c.most : 1;
    return 0;
}
