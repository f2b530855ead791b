/*
 * compile_call.c: calls and functions to steps. Calls of constants are run here; constant patterns
 * are compiled with the program.
 */
#include "feel/compile_int.h"
#include "feel/regex.h"

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
    if (!first || first->kind != NODE_ARGUMENT || compiler_strict(c))
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
        operands[at] = compile_node(c, named ? n->child : n, base + at);
        if (at + 1 > count)
            count = at + 1;
    }
    return count;
}

static uint32_t room_for(const struct node *call)
{
    uint32_t n = node_children(call);
    return n > BUILTIN_PARAMS ? n : BUILTIN_PARAMS;
}

static bool fold_call(struct compiler *c, uint32_t row, const struct value *values, uint32_t count,
                      bool named, struct value *ret)
{
    struct builtin_call call = {.arena = c->arena, .strict = compiler_strict(c), .named = named};
    if (!values || (builtins[row].flags & B_CLOCK))
        return false;
    for (uint32_t i = 0; i < count; i++)
        if (values[i].kind == VALUE_FUNCTION)
            return false; /* needs a machine */
    *ret = builtin_apply(&call, row, values, count);
    return value_folds(*ret);
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
    if (!takes_pattern(row, &at) || count < 2 || !operand_is_constant(operands[1]) ||
        (at < count && !operand_is_constant(operands[at])))
        return NULL;
    struct value pattern = compiler_constant_at(c, operands[1]);
    if (at < count)
        flags = compiler_constant_at(c, operands[at]);
    if (pattern.kind != VALUE_STRING || (flags.kind != VALUE_STRING && flags.kind != VALUE_NULL))
        return NULL;
    return regex_constant(c->arena, pattern.string,
                          flags.kind == VALUE_STRING ? flags.string : (struct span){0});
}

static uint32_t compile_builtin(struct compiler *c, const struct node *n, uint32_t row,
                                uint32_t want)
{
    const struct node *first = n->child->next;
    uint32_t room = room_for(n), dst = compiler_target(c, want), mark = c->next,
             base = compiler_registers(c, room);
    uint32_t *operands = ARENA_ARRAY(c->arena, uint32_t, room);
    if (!operands)
        return dst;
    uint32_t null = compiler_constant(c, VALUE_NULL_V);
    for (uint32_t i = 0; i < room; i++)
        operands[i] = null; /* an optional one left out */
    uint32_t count = compile_arguments(c, first, operands, base, true);
    const struct node *asked = asked_argument(&builtins[row], first);
    c->next = mark;
    struct value *values = compiler_gather(c, n, operands, count, base), folded;
    bool named = first && first->kind == NODE_ARGUMENT;
    if (fold_call(c, row, values, count, named, &folded))
        return compiler_constant(c, folded);
    const struct regex *regex = known_pattern(c, row, operands, count);
    if (values)
        compiler_load_all(c, n, operands, count, base);
    uint16_t names = asked ? compiler_names(c, asked) : 0;
    struct step *s = compiler_emit(c, STEP_CALL, n, dst);
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
    uint32_t room = room_for(n), dst = compiler_target(c, want), mark = c->next,
             base = compiler_registers(c, room);
    uint32_t *operands = ARENA_ARRAY(c->arena, uint32_t, room);
    if (!operands)
        return dst;
    uint32_t callee = compile_node(c, n->child, ANYWHERE);
    uint32_t count = compile_arguments(c, n->child->next, operands, base, compiler_strict(c));
    const struct span *names = argument_names(c, n->child->next);
    compiler_load_all(c, n, operands, count, base);
    struct step *s = compiler_emit(c, STEP_CALL_VALUE, n, dst);
    if (s) {
        s->keys = names;
        s->a = callee;
        s->b = base;
        s->n = count;
    }
    c->next = mark;
    return dst;
}

uint32_t compile_call(struct compiler *c, const struct node *n, uint32_t want)
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
uint32_t compile_function(struct compiler *c, const struct node *n, uint32_t want)
{
    uint32_t dst = compiler_target(c, want), mark = c->next, count = 0;
    struct function_code *f = ARENA_NEW(c->arena, struct function_code);
    uint32_t *params = ARENA_ARRAY(c->arena, uint32_t, node_children(n) + 1);
    struct span *names = ARENA_ARRAY(c->arena, struct span, node_children(n) + 1);
    const struct type **types = ARENA_ARRAY(c->arena, const struct type *, node_children(n) + 1);
    if (!f || !params || !names || !types)
        return dst;
    const struct node *child = n->child;
    for (; child && child->kind == NODE_PARAM; child = child->next) {
        params[count] = compiler_registers(c, 1);
        names[count] = child->name;
        types[count] = child->type ? child->type : &TYPE_ANY_T;
        compiler_bind(c, child->index, params[count++]);
    }
    uint32_t at = compiler_here(c);
    struct step *s = compiler_emit(c, STEP_CLOSURE, n, dst);
    if (s)
        s->function = f;
    c->e->closures = true;
    uint32_t result = child ? compile_node(c, child, ANYWHERE) : compiler_constant(c, VALUE_NULL_V);
    compiler_emit(c, STEP_END, n, 0);
    compiler_set_jump(c, at, compiler_here(c));
    *f = (struct function_code){
        at + 1, result, count, params, names, compiler_strict(c) ? NULL : types, n->type};
    c->next = mark;
    return dst;
}
