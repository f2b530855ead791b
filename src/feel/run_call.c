/*
 * run_call.c: calls of built-in functions, of functions written in the text (with the registers as
 * they were there), and of the host's.
 */
#include "feel/run_int.h"

struct value run_call(struct machine *m, const struct step *s)
{
    struct builtin_call call = {
        .arena = m->arena,
        .run = m->run,
        .machine = m,
        .names = &m->e->names[s->names],
        .regex = s->regex,
        .strict = machine_strict(m),
        .named = s->op,
    };
    return machine_located(m, s, builtin_apply(&call, s->c, &m->registers[s->a], s->n));
}

struct value run_closure(struct machine *m, const struct step *s)
{
    struct function *f = ARENA_NEW(m->arena, struct function);
    struct value *captured = ARENA_ARRAY(m->arena, struct value, m->e->registers);
    if (!f || !captured || !machine_charge(m, m->e->registers))
        return VALUE_NO_MEMORY_V;
    memcpy(captured, m->registers, m->e->registers * sizeof *captured);
    *f = (struct function){
        .code = s->function, .captured = captured, .locals = m->run->locals, .of = m->e};
    return (struct value){.kind = VALUE_FUNCTION, .function = f};
}

/* Arguments as the parameters want them; false when one cannot be. */
static bool coerce_arguments(struct machine *m, const struct type *const *types, size_t n,
                             struct value *args)
{
    for (size_t i = 0; i < n; i++) {
        bool absent = args[i].kind == VALUE_NULL;
        if (types[i] && types[i]->kind != TYPE_ANY)
            args[i] = feel_coerce(m->run, types[i], args[i]);
        if (args[i].kind == VALUE_NULL && !absent)
            return false;
    }
    return true;
}

static struct value call_code(struct machine *m, const struct function *f, const struct value *args)
{
    struct machine inner = *m;
    inner.e = f->of;
    inner.registers = ARENA_ARRAY(m->arena, struct value, f->of->registers);
    if (!inner.registers || !machine_charge(m, f->of->registers))
        return VALUE_NO_MEMORY_V;
    memcpy(inner.registers, f->captured, f->of->registers * sizeof *args);
    struct value *given = ARENA_ARRAY(m->arena, struct value, f->code->param_count + 1);
    if (!given)
        return VALUE_NO_MEMORY_V;
    if (f->code->param_count > 0)
        memcpy(given, args, f->code->param_count * sizeof *args);
    if (f->code->types && !coerce_arguments(m, f->code->types, f->code->param_count, given))
        return value_failure(m->arena, E_TYPE, "an argument is not of its parameter's type");
    for (uint32_t i = 0; i < f->code->param_count; i++)
        inner.registers[f->code->params[i]] = given[i];
    const struct value *locals = m->run->locals;
    inner.budget = m->budget;
    m->run->locals = f->locals;
    machine_block(&inner, f->code->entry, UINT32_MAX);
    m->run->locals = locals;
    m->budget = inner.budget;
    return *machine_operand(&inner, f->code->result);
}

static struct value call_host(struct machine *m, const struct feel_callable *f,
                              const struct value *args, size_t n)
{
    if (n != f->param_count)
        return value_failure(m->arena, E_TYPE, "%.*s takes %zu arguments, not %zu",
                             SPAN_ARG(f->name), f->param_count, n);
    struct value *given = ARENA_ARRAY(m->arena, struct value, n + 1);
    if (!given || ++m->depth > MACHINE_DEPTH_MAX)
        return given ? value_failure(m->arena, E_LIMIT, "calls are nested too deeply")
                     : VALUE_NO_MEMORY_V;
    if (n > 0)
        memcpy(given, args, n * sizeof *args);
    if (f->types && !coerce_arguments(m, f->types, n, given))
        return value_failure(m->arena, E_TYPE, "an argument of %.*s is not of its parameter's type",
                             SPAN_ARG(f->name));
    struct value v = f->call(f, m->run, given);
    m->depth--;
    return f->result ? feel_coerce(m->run, f->result, v) : v;
}

/* Number of the parameter of that name, or n. */
static size_t param_named(const struct function *f, struct span name, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct span param = f->host   ? f->host->params[i]
                            : f->code ? f->code->names[i]
                                      : span_z(builtins[f->builtin].params[i].name);
        if (span_eq(param, name))
            return i;
    }
    return n;
}

struct value machine_call_named(struct machine *m, struct value function, const struct value *args,
                                const struct span *names, size_t n)
{
    if (!names || function.kind != VALUE_FUNCTION)
        return machine_call(m, function, args, n);
    const struct function *f = function.function;
    size_t count = f->host   ? f->host->param_count
                   : f->code ? f->code->param_count
                             : builtins[f->builtin].param_count;
    struct value *ordered = ARENA_ARRAY(m->arena, struct value, count + 1);
    bool *given = ARENA_ARRAY(m->arena, bool, count + 1);
    if (!ordered || !given)
        return VALUE_NO_MEMORY_V;
    for (size_t i = 0; i < n; i++) {
        size_t p = param_named(f, names[i], count);
        if (p == count || given[p])
            return value_failure(m->arena, E_NAME, "the function has no parameter `%.*s` here",
                                 SPAN_ARG(names[i]));
        ordered[p] = args[i];
        given[p] = true;
    }
    return machine_call(m, function, ordered, count); /* one that was not named is null */
}

struct value machine_call(struct machine *m, struct value function, const struct value *args,
                          size_t n)
{
    if (function.kind >= VALUE_UNKNOWN)
        return function;
    if (function.kind != VALUE_FUNCTION)
        return type_failure(m->arena, "a call needs a function", function);
    const struct function *f = function.function;
    if (f->host)
        return call_host(m, f->host, args, n);
    if (!f->code) {
        struct builtin_call call = {
            .arena = m->arena, .run = m->run, .machine = m, .strict = machine_strict(m)};
        return builtin_apply(&call, (size_t)f->builtin, args, n);
    }
    if (n != f->code->param_count)
        return value_failure(m->arena, E_TYPE, "the function takes %u arguments, not %zu",
                             f->code->param_count, n);
    return call_code(m, f, args);
}
