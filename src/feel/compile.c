/*
 * compile.c: typed tree -> steps (machine.h). One function per kind of node, found by a table; each
 * is told in which register its result is wanted and says which operand holds it: that register, a
 * constant or a local.
 *
 * Registers are handed out like a stack: what a node needs for itself is free again when it is
 * done. Operators and functions of constants are run here, by the functions that run them later,
 * and become constants; one that fails stays a step, so that the error has its place.
 */
#include "feel/compile_int.h"
#include "base/err.h"
#include "base/vector.h"
#include "feel/builtins_int.h"
#include "feel/regex.h"
#include "feel/spec.h"

#define COMPILE_DEPTH_MAX 2000

bool compiler_strict(const struct compiler *c)
{
    return c->e->mode == FEEL_STRICT;
}

/* ---- registers, constants, steps ---- */

uint32_t compiler_registers(struct compiler *c, uint32_t n)
{
    uint32_t first = c->next;
    c->next += n;
    if (c->next > c->most)
        c->most = c->next;
    return first;
}

uint32_t compiler_target(struct compiler *c, uint32_t want)
{
    return want == ANYWHERE ? compiler_registers(c, 1) : want;
}

bool operand_is_constant(uint32_t o)
{
    return o & OPERAND_CONSTANT;
}

uint32_t compiler_constant(struct compiler *c, struct value v)
{
    struct value *at = VECTOR_PUSH(c->arena, &c->constants, struct value);
    if (!at)
        return OPERAND_CONSTANT;
    *at = v;
    return (uint32_t)(c->constants.n - 1) | OPERAND_CONSTANT;
}

struct value compiler_constant_at(const struct compiler *c, uint32_t o)
{
    o &= ~OPERAND_CONSTANT;
    return o < c->constants.n ? c->constants.at[o]
                              : VALUE_NO_MEMORY_V; /* only after a failed push */
}

uint32_t compiler_here(const struct compiler *c)
{
    return (uint32_t)c->steps.n;
}

/* Appends a step for n; the caller sets what is special. NULL without memory. */
struct step *compiler_emit(struct compiler *c, enum step_code code, const struct node *n,
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

void compiler_emit3(struct compiler *c, enum step_code code, const struct node *n, uint32_t dst,
                    uint32_t a, uint32_t b)
{
    struct step *s = compiler_emit(c, code, n, dst);
    if (s) {
        s->op = n->op;
        s->a = a;
        s->b = b;
    }
}

void compiler_set_jump(struct compiler *c, uint32_t at, uint32_t to)
{
    if (at < c->steps.n)
        c->steps.at[at].jump = to;
}

/* Makes sure that the operand is in register dst. */
void compiler_load(struct compiler *c, const struct node *n, uint32_t dst, uint32_t o)
{
    if (o != dst)
        compiler_emit3(c, STEP_LOAD, n, dst, o, 0);
}

/* ---- locals ---- */

void compiler_bind(struct compiler *c, uint32_t index, uint32_t reg)
{
    while (c->locals.n <= index)
        if (!VECTOR_PUSH(c->arena, &c->locals, uint32_t))
            return;
    c->locals.at[index] = reg;
}

uint32_t compiler_bound(const struct compiler *c, uint32_t index)
{
    return index < c->locals.n ? c->locals.at[index] : 0;
}

/* ---- operators ---- */

bool value_folds(struct value v)
{
    return v.kind < VALUE_UNKNOWN && !value_is_failed(v);
}

static uint32_t compile_unary(struct compiler *c, const struct node *n, uint32_t want)
{
    uint32_t dst = compiler_target(c, want), mark = c->next;
    uint32_t a = compile_node(c, n->child, ANYWHERE);
    c->next = mark;
    if (operand_is_constant(a)) {
        struct value v = op_apply(c->arena, compiler_strict(c), NOP_NEG, compiler_constant_at(c, a),
                                  VALUE_NULL_V);
        if (value_folds(v))
            return compiler_constant(c, v);
    }
    compiler_emit3(c, STEP_NEGATE, n, dst, a, 0);
    return dst;
}

/* and, or: the right side runs only when the left does not decide. */
static uint32_t compile_logic(struct compiler *c, const struct node *n, uint32_t want)
{
    uint32_t dst = compiler_target(c, want), mark = c->next;
    compiler_load(c, n->child, dst, compile_node(c, n->child, dst));
    uint32_t test = compiler_here(c);
    compiler_emit3(c, STEP_DECIDED, n, dst, dst, 0);
    uint32_t right = compile_node(c, n->child->next, ANYWHERE);
    compiler_emit3(c, STEP_LOGIC, n, dst, dst, right);
    compiler_set_jump(c, test, compiler_here(c));
    c->next = mark;
    return dst;
}

static uint32_t compile_binary(struct compiler *c, const struct node *n, uint32_t want)
{
    if (n->op == NOP_AND || n->op == NOP_OR)
        return compile_logic(c, n, want);
    uint32_t dst = compiler_target(c, want), mark = c->next;
    uint32_t a = compile_node(c, n->child, ANYWHERE);
    uint32_t b = compile_node(c, n->child->next, ANYWHERE);
    c->next = mark;
    if (operand_is_constant(a) && operand_is_constant(b)) {
        struct value v = op_apply(c->arena, compiler_strict(c), n->op, compiler_constant_at(c, a),
                                  compiler_constant_at(c, b));
        if (value_folds(v))
            return compiler_constant(c, v);
    }
    compiler_emit3(c, STEP_BINARY, n, dst, a, b);
    return dst;
}

static uint32_t compile_between(struct compiler *c, const struct node *n, uint32_t want)
{
    uint32_t dst = compiler_target(c, want), mark = c->next;
    uint32_t x = compile_node(c, n->child, ANYWHERE);
    uint32_t low = compile_node(c, n->child->next, ANYWHERE);
    uint32_t high = compile_node(c, n->child->next->next, ANYWHERE);
    struct step *s = compiler_emit(c, STEP_BETWEEN, n, dst);
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
        compiler_load(c, test, dst, compile_node(c, test->child, dst));
        return;
    }
    uint32_t mark = c->next;
    uint32_t b = compile_node(c, compares ? test->child : test, ANYWHERE);
    uint16_t names = compares ? 0 : compiler_names(c, x);
    struct step *s = compiler_emit(c, compares ? STEP_BINARY : STEP_IN, test, dst);
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
        uint32_t o = compiler_constant(c, t->value);
        first = t == n->child->next ? o : first;
    }
    struct step *s = count > 0 ? compiler_emit(c, STEP_AMONG, n, dst) : NULL;
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
            s->jump = compiler_here(c);
    }
}

static uint32_t compile_in(struct compiler *c, const struct node *n, uint32_t want)
{
    uint32_t dst = compiler_target(c, want), mark = c->next;
    const struct node *x = n->child, *test = x->next;
    uint32_t xo = compile_node(c, x, ANYWHERE);
    bool conditions = n->op == NOP_AND;
    uint32_t one = compiler_registers(c, 1);
    struct node either = *n;
    either.op = NOP_OR;
    uint32_t from = compiler_here(c);
    compile_among(c, n, xo, dst);
    compile_test(c, x, xo, test, dst, conditions);
    for (test = test->next; test; test = test->next) {
        compiler_emit3(c, STEP_DECIDED, &either, dst, dst, 0);
        compile_test(c, x, xo, test, one, conditions);
        compiler_emit3(c, STEP_LOGIC, &either, dst, dst, one);
    }
    decide_at_once(c, from, dst);
    c->next = mark;
    return dst;
}

/* A test outside `in`: a range such as (< 5). The parser makes a RANGE of it where it stands alone.
 */
static uint32_t compile_lone_test(struct compiler *c, const struct node *n, uint32_t want)
{
    return compile_node(c, n->child, want);
}

static uint32_t compile_if(struct compiler *c, const struct node *n, uint32_t want)
{
    const struct node *condition = n->child, *yes = condition->next, *no = yes->next;
    uint32_t dst = compiler_target(c, want), mark = c->next;
    uint32_t a = compile_node(c, condition, ANYWHERE);
    uint32_t branch = compiler_here(c);
    compiler_emit3(c, STEP_IF, condition, dst, a, 0);
    compiler_load(c, yes, dst, compile_node(c, yes, dst));
    uint32_t first_end = compiler_here(c);
    compiler_emit3(c, STEP_ARM_END, yes, dst, 0, 0);
    compiler_set_jump(c, branch, compiler_here(c));
    compiler_load(c, no, dst, compile_node(c, no, dst));
    uint32_t second_end = compiler_here(c);
    compiler_emit3(c, STEP_ARM_END, no, dst, 0, 0);
    compiler_set_jump(c, first_end, compiler_here(c));
    compiler_set_jump(c, second_end, compiler_here(c));
    if (branch < c->steps.n)
        c->steps.at[branch].n = compiler_here(c);
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
    uint32_t dst = compiler_target(c, want), mark = c->next;
    uint32_t a = compile_node(c, n->child, ANYWHERE);
    c->next = mark;
    return compile_path_of(c, n, a, static_property(n->child, n->name), dst);
}

/* The steps of a loop over operand `source`; element register and body are the caller's. */
static uint32_t loop_begin(struct compiler *c, const struct node *n, enum loop_kind kind,
                           uint32_t source, uint32_t dst, uint32_t element)
{
    uint32_t at = compiler_here(c);
    struct step *s = compiler_emit(c, STEP_LOOP, n, dst);
    if (s) {
        s->op = (uint8_t)kind;
        s->a = source;
        s->c = element;
    }
    return at;
}

static void loop_end(struct compiler *c, const struct node *n, uint32_t at, uint32_t result)
{
    compiler_emit(c, STEP_END, n, 0);
    if (at < c->steps.n) {
        c->steps.at[at].b = result;
        c->steps.at[at].jump = compiler_here(c);
    }
}

static uint32_t compile_filter(struct compiler *c, const struct node *n, uint32_t want)
{
    const struct node *source = n->child, *condition = source->next;
    uint32_t dst = compiler_target(c, want), mark = c->next;
    uint32_t a = compile_node(c, source, ANYWHERE);
    if (condition->type && condition->type->kind == TYPE_NUMBER) {
        compiler_emit3(c, STEP_INDEX, n, dst, a, compile_node(c, condition, ANYWHERE));
    } else {
        uint32_t element = compiler_registers(c, 1);
        struct item item = {c->items, n->index, element};
        compiler_bind(c, n->index, element);
        uint32_t at = loop_begin(c, n, LOOP_FILTER, a, dst, element);
        c->items = &item;
        loop_end(c, n, at, compile_node(c, condition, ANYWHERE));
        c->items = item.outer;
    }
    c->next = mark;
    return dst;
}

static uint32_t compile_iterated(struct compiler *c, const struct node *iterator)
{
    const struct node *from = iterator->child, *to = from->next;
    if (!to)
        return compile_node(c, from, ANYWHERE);
    uint32_t dst = compiler_registers(c, 1), a = compile_node(c, from, ANYWHERE),
             b = compile_node(c, to, ANYWHERE);
    compiler_emit3(c, STEP_COUNT_LIST, iterator, dst, a, b);
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
    uint32_t element = compiler_registers(c, 1);
    uint32_t at = loop_begin(c, n, kind, source, dst, element);
    if (at < c->steps.n) /* register of `partial`, when the body looks at it */
        c->steps.at[at].n =
            n->kind == NODE_FOR && n->ref == REF_LOCAL ? compiler_bound(c, n->index) : NO_REGISTER;
    compiler_bind(c, iterator->index, element);
    uint32_t result;
    if (last) {
        result = compile_node(c, iterator->next, ANYWHERE);
    } else {
        result = compiler_registers(c, 1);
        compile_iterators(c, n, iterator->next, result);
    }
    loop_end(c, n, at, result);
    c->next = mark;
}

static uint32_t compile_loop(struct compiler *c, const struct node *n, uint32_t want)
{
    uint32_t dst = compiler_target(c, want), mark = c->next;
    if (n->kind == NODE_FOR && n->ref == REF_LOCAL) {
        uint32_t partial = compiler_registers(c, 1);
        compiler_bind(c, n->index, partial);
        compiler_load(c, n, partial, compiler_constant(c, VALUE_NULL_V));
    }
    compile_iterators(c, n, n->child, dst);
    c->next = mark;
    return dst;
}

/* ---- sequences ---- */

uint32_t node_children(const struct node *n)
{
    uint32_t count = 0;
    for (const struct node *child = n->child; child; child = child->next)
        count++;
    return count;
}

/* Values of constants when all n operands are such, else NULL and every operand is in its register
 * from `first`. */
struct value *compiler_gather(struct compiler *c, const struct node *n, const uint32_t *operands,
                              uint32_t count, uint32_t first)
{
    bool all = true;
    for (uint32_t i = 0; i < count; i++)
        all = all && operand_is_constant(operands[i]);
    struct value *values = all ? ARENA_ARRAY(c->arena, struct value, count + 1) : NULL;
    for (uint32_t i = 0; i < count && values; i++)
        values[i] = compiler_constant_at(c, operands[i]);
    for (uint32_t i = 0; i < count && !all; i++)
        compiler_load(c, n, first + i, operands[i]);
    return values;
}

void compiler_load_all(struct compiler *c, const struct node *n, const uint32_t *operands,
                       uint32_t count, uint32_t first)
{
    for (uint32_t i = 0; i < count; i++)
        compiler_load(c, n, first + i, operands[i]);
}

static uint32_t compile_list(struct compiler *c, const struct node *n, uint32_t want)
{
    uint32_t count = node_children(n), i = 0;
    uint32_t dst = compiler_target(c, want), mark = c->next, first = compiler_registers(c, count);
    uint32_t *operands = ARENA_ARRAY(c->arena, uint32_t, count + 1);
    for (const struct node *child = n->child; child && operands; child = child->next, i++)
        operands[i] = compile_node(c, child, first + i);
    c->next = mark;
    if (!operands)
        return dst;
    struct value *values = compiler_gather(c, n, operands, count, first);
    if (values)
        return compiler_constant(c, value_list(c->arena, values, count));
    struct step *s = compiler_emit(c, STEP_LIST, n, dst);
    if (s) {
        s->a = first;
        s->n = count;
    }
    return dst;
}

static uint32_t compile_context(struct compiler *c, const struct node *n, uint32_t want)
{
    uint32_t count = node_children(n), i = 0;
    uint32_t dst = compiler_target(c, want), mark = c->next, first = compiler_registers(c, count);
    struct span *keys = ARENA_ARRAY(c->arena, struct span, count + 1);
    for (const struct node *entry = n->child; entry && keys; entry = entry->next, i++) {
        keys[i] = entry->name;
        compiler_load(c, entry, first + i, compile_node(c, entry->child, first + i));
        compiler_bind(c, entry->index, first + i); /* later entries may use it */
    }
    struct step *s = compiler_emit(c, STEP_CONTEXT, n, dst);
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
    uint32_t dst = compiler_target(c, want), mark = c->next;
    const struct node *low = n->has_low ? n->child : NULL;
    const struct node *high = !n->has_high ? NULL : low ? low->next : n->child;
    uint32_t a = low ? compile_node(c, low, ANYWHERE) : compiler_constant(c, VALUE_NULL_V);
    uint32_t b = high ? compile_node(c, high, ANYWHERE) : compiler_constant(c, VALUE_NULL_V);
    c->next = mark;
    if (operand_is_constant(a) && operand_is_constant(b)) {
        struct value v = range_value(c->arena, compiler_strict(c), compiler_constant_at(c, a),
                                     compiler_constant_at(c, b), n);
        if (value_folds(v))
            return compiler_constant(c, v);
    }
    struct step *s = compiler_emit(c, STEP_RANGE, n, dst);
    if (s) {
        s->a = a;
        s->b = b;
        s->node = n;
    }
    return dst;
}

/* ---- types ---- */

static uint32_t compile_instance(struct compiler *c, const struct node *n, uint32_t want)
{
    uint32_t dst = compiler_target(c, want), mark = c->next;
    uint32_t a = compile_node(c, n->child, ANYWHERE);
    struct step *s = compiler_emit(c, STEP_INSTANCE_OF, n, dst);
    if (s) {
        s->a = a;
        s->type = n->child->next->type ? n->child->next->type : &TYPE_ANY_T;
    }
    c->next = mark;
    return dst;
}

static uint32_t compile_coerce(struct compiler *c, const struct node *n, uint32_t want)
{
    uint32_t dst = compiler_target(c, want), mark = c->next;
    uint32_t a = compile_node(c, n->child, ANYWHERE);
    struct step *s = compiler_emit(c, STEP_COERCE, n, dst);
    if (s) {
        s->a = a;
        s->type = n->type ? n->type : &TYPE_ANY_T;
    }
    c->next = mark;
    return dst;
}

/* ---- dispatch ---- */

typedef uint32_t compile_form(struct compiler *c, const struct node *n, uint32_t want);

static compile_form *const compile_forms[NODE_KINDS] = {
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

uint32_t compile_node(struct compiler *c, const struct node *n, uint32_t want)
{
    uint32_t result = 0;
    if (c->depth >= COMPILE_DEPTH_MAX) {
        c->deep = true;
        return compiler_target(c, want);
    }
    c->depth++;
    if (!compile_forms[n->kind])
        BUG("no steps for a node of kind %d", n->kind);
    result = compile_forms[n->kind](c, n, want);
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
    e->result = compile_node(&c, e->tree, ANYWHERE);
    compiler_emit(&c, STEP_END, e->tree, 0);
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
