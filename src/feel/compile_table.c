/*
 * compile_table.c: decision tables to steps.
 */
#include "feel/compile_int.h"
#include "feel/spec.h"

/* Registers of a table: a hit per rule, its outputs, the default's, lists of output values. */
struct table_registers {
    uint32_t hits, outputs, defaults, values;
};

static void compile_outputs(struct compiler *c, const struct node *rule, const struct node *first,
                            uint32_t to)
{
    UNUSED(rule);
    for (const struct node *o = first; o; o = o->next, to++)
        compiler_load(c, o, to, compile_node(c, o, to));
}

/* One rule: its condition; when it is true its outputs. Returns the number of a step to jump behind
 * a first hit. */
static uint32_t compile_rule(struct compiler *c, const struct node *rule, uint32_t hit,
                             uint32_t outputs)
{
    uint32_t mark = c->next;
    uint32_t condition = compile_node(c, rule->child, ANYWHERE), test = compiler_here(c);
    c->next = mark;
    compiler_emit3(c, STEP_RULE, rule, hit, condition, 0);
    compile_outputs(c, rule, rule->child->next, outputs);
    uint32_t end = compiler_here(c);
    compiler_emit3(c, STEP_RULE_END, rule, hit, hit, 0);
    compiler_set_jump(c, end, compiler_here(c));
    compiler_set_jump(c, test, compiler_here(c));
    return end;
}

static void compile_default(struct compiler *c, const struct node *rule, const struct feel_table *t,
                            const struct table_registers *r)
{
    uint32_t test = compiler_here(c);
    struct step *s = compiler_emit(c, STEP_NO_HIT, rule, r->hits);
    if (s) {
        s->a = r->hits;
        s->n = (uint32_t)t->rule_count;
    }
    compile_outputs(c, rule, rule->child, r->defaults);
    compiler_set_jump(c, test, compiler_here(c));
}

/* Their values come to lie before the hits, where the machine finds them for explanations. */
static const struct node *compile_inputs(struct compiler *c, const struct node *n, uint32_t reg)
{
    const struct node *child = n->child;
    for (; child && child->kind == NODE_ENTRY; child = child->next, reg++) {
        compiler_load(c, child, reg, compile_node(c, child->child, reg));
        compiler_bind(c, child->index, reg);
    }
    return child;
}

uint32_t compile_table(struct compiler *c, const struct node *n, uint32_t want)
{
    const struct feel_table *t = n->table;
    uint32_t dst = compiler_target(c, want), mark = c->next, outputs = (uint32_t)t->output_count,
             i = 0;
    uint32_t rules = (uint32_t)t->rule_count, inputs = (uint32_t)t->input_count;
    uint32_t first = compiler_registers(c, inputs + rules);
    const struct node *child = compile_inputs(c, n, first);
    struct table_registers r = {.hits = first + inputs,
                                .outputs = compiler_registers(c, rules * outputs),
                                .defaults = compiler_registers(c, outputs),
                                .values = compiler_registers(c, outputs)};
    uint32_t *ends = ARENA_ARRAY(c->arena, uint32_t, rules + 1);
    if (!ends) /* what follows counts on every rule having been passed */
        return dst;
    for (uint32_t h = 0; h < rules; h++) /* registers may hold what an earlier form left */
        compiler_load(c, n, r.hits + h, compiler_constant(c, VALUE_NULL_V));
    for (; child && i < rules; child = child->next, i++)
        ends[i] = compile_rule(c, child, r.hits + i, r.outputs + i * outputs);
    if (child && child->kind == NODE_RULE) {
        compile_default(c, child, t, &r);
        child = child->next;
    }
    for (uint32_t o = 0; child && o < outputs; child = child->next, o++)
        compiler_load(c, child, r.values + o, compile_node(c, child, r.values + o));
    if (t->policy == HIT_FIRST)
        for (uint32_t e = 0; e < i; e++)
            compiler_set_jump(c, ends[e], compiler_here(c));
    struct step *s = compiler_emit(c, STEP_TABLE, n, dst);
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
