/*
 * builtins_context.c: functions of contexts.
 */
#include "feel/builtins_int.h"

struct value fn_get_value(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    return path_value(call->arena, call->strict, args[0], args[1].string, 0);
}

static struct context *context_new(struct arena *a, size_t n)
{
    struct context *c = arena_alloc(a, sizeof *c + n * sizeof c->at[0]);
    if (c)
        c->n = n;
    return c;
}

struct value fn_get_entries(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    const struct context *from = args[0].context;
    struct list_builder list;
    list_begin(&list, call->arena, call->machine);
    for (size_t i = 0; i < from->n; i++) {
        struct context *c = context_new(call->arena, 2);
        if (!c)
            return VALUE_NO_MEMORY_V;
        c->at[0] = (struct context_entry){SPAN("key"), value_string(from->at[i].key)};
        c->at[1] = (struct context_entry){SPAN("value"), from->at[i].value};
        list_add(&list, (struct value){.kind = VALUE_CONTEXT, .context = c});
    }
    return list_end(&list);
}

struct value fn_context_put(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    const struct context *from = args[0].context;
    bool there = context_get(from, args[1].string) != NULL;
    struct context *c = context_new(call->arena, from->n + (there ? 0 : 1));
    if (!c)
        return VALUE_NO_MEMORY_V;
    machine_charge(call->machine, from->n);
    for (size_t i = 0; i < from->n; i++) {
        c->at[i] = from->at[i];
        if (span_eq(c->at[i].key, args[1].string))
            c->at[i].value = args[2];
    }
    if (!there)
        c->at[from->n] = (struct context_entry){args[1].string, args[2]};
    return (struct value){.kind = VALUE_CONTEXT, .context = c};
}
