/*
 * compile_name.c: names and literals to operands: facts, locals, members of what is filtered; and
 * which facts an expression reads.
 */
#include "feel/compile_int.h"

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
uint16_t compiler_names(struct compiler *c, const struct node *n)
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

uint32_t compile_literal(struct compiler *c, const struct node *n, uint32_t want)
{
    if (!value_is_failed(n->value))
        return compiler_constant(c, n->value);
    uint32_t dst = compiler_target(c, want);
    compiler_emit3(c, STEP_LOAD, n, dst, compiler_constant(c, n->value), 0);
    return dst;
}

const struct span *compiler_name(struct compiler *c, struct span name)
{
    struct span *p = ARENA_NEW(c->arena, struct span);
    if (p)
        *p = name;
    return p;
}

static uint32_t compile_slot(struct compiler *c, const struct node *n, uint32_t want)
{
    uint32_t dst = compiler_target(c, want);
    const struct span *name = compiler_name(c, n->name);
    struct step *s = compiler_emit(c, STEP_SLOT, n, dst);
    use_slot(c, n->index, n->name);
    if (s) {
        s->n = n->index;
        s->name = name;
    }
    return dst;
}

/* argument NULL = bare */
uint32_t compile_dated(struct compiler *c, const struct node *n, const struct node *name,
                       const struct node *argument, uint32_t want)
{
    uint32_t dst = compiler_target(c, want), mark = c->next;
    uint32_t a =
        argument ? compile_node(c, argument, ANYWHERE) : compiler_constant(c, VALUE_NULL_V);
    const struct span *copy = compiler_name(c, name->name);
    struct step *s = compiler_emit(c, STEP_DATED, n, dst);
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
        return compiler_bound(c, n->index);
    uint32_t dst = compiler_target(c, want);
    struct step *s = compiler_emit(c, STEP_LET, n, dst);
    use_let(c, n->index);
    if (s)
        s->n = n->index;
    return dst;
}

uint32_t compile_path_of(struct compiler *c, const struct node *n, uint32_t of, uint32_t property,
                         uint32_t dst)
{
    const struct span *name = compiler_name(c, n->name);
    struct step *s = compiler_emit(c, STEP_PATH, n, dst);
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
        return compiler_constant(c, VALUE_NO_MEMORY_V);
    f->builtin = (int)n->index;
    return compiler_constant(c, (struct value){.kind = VALUE_FUNCTION, .function = f});
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
        return compile_path_of(c, n, compiler_bound(c, n->index), 0, compiler_target(c, want));
    case REF_BUILTIN:
        return compile_builtin_value(c, n);
    case REF_NONE:
        break;
    }
    struct value v = value_failure(c->arena, E_NAME, "%.*s is not declared", SPAN_ARG(n->name));
    return compiler_constant(c, compiler_strict(c) ? v : value_spec(v));
}

/* Asks the element for a member of that name; *ret_step is the step whose jump is to be set. */
static void probe(struct compiler *c, const struct node *n, uint32_t element, uint32_t dst,
                  uint32_t *ret_step)
{
    const struct span *name = compiler_name(c, n->name);
    struct step *s = compiler_emit(c, STEP_MEMBER, n, dst);
    *ret_step = compiler_here(c) - 1;
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
uint32_t compile_name(struct compiler *c, const struct node *n, uint32_t want)
{
    enum { PROBES = 16 };
    uint32_t steps[PROBES], count = 0;
    if (!c->items || compiler_strict(c) || !bound_outside(n, c->items))
        return compile_meaning(c, n, want);
    uint32_t dst = compiler_registers(c, 1);
    for (const struct item *i = c->items; i && count < PROBES && bound_outside(n, i); i = i->outer)
        probe(c, n, i->element, dst, &steps[count++]);
    compiler_load(c, n, dst, compile_meaning(c, n, dst));
    while (count > 0)
        compiler_set_jump(c, steps[--count], compiler_here(c));
    return dst;
}
