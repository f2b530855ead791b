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

static struct value put(struct builtin_call *call, const struct context *from, struct span key,
                        struct value v)
{
    struct value args[3] = {{.kind = VALUE_CONTEXT, .context = from}, value_string(key), v};
    return fn_context_put(call, args, 3);
}

/* Every context on the way must be there already. */
static struct value put_path(struct builtin_call *call, struct value in, const struct list *keys,
                             size_t at, struct value v)
{
    if (in.kind != VALUE_CONTEXT || at >= keys->n || keys->at[at].kind != VALUE_STRING ||
        at >= FEEL_DEPTH_MAX)
        return value_failure(call->arena, E_TYPE,
                             "no context, or no text as a key, at step %zu of the path", at + 1);
    struct span key = keys->at[at].string;
    if (at + 1 == keys->n)
        return put(call, in.context, key, v);
    const struct value *next = context_get(in.context, key);
    struct value inner = put_path(call, next ? *next : VALUE_NULL_V, keys, at + 1, v);
    return inner.kind == VALUE_ERROR ? inner : put(call, in.context, key, inner);
}

struct value fn_context_put_path(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    return put_path(call, args[0], args[1].list, 0, args[2]);
}

/* Entries put together; room for `most`. */
struct context_builder {
    struct context *c;
    struct map keys; /* key -> its place, plus one */
};

static bool builder_begin(struct builtin_call *call, struct context_builder *b, size_t most)
{
    b->c = context_new(call->arena, most);
    map_init(&b->keys, call->arena);
    if (b->c)
        b->c->n = 0;
    return b->c && machine_charge(call->machine, most);
}

/* False when the key was there, or without memory. */
static bool builder_add(struct context_builder *b, struct span key, struct value v)
{
    struct context_entry *there = map_get(&b->keys, key);
    if (there)
        there->value = v;
    else {
        b->c->at[b->c->n] = (struct context_entry){key, v};
        if (map_put(&b->keys, key, &b->c->at[b->c->n]) == 0)
            b->c->n++;
    }
    return !there;
}

struct value fn_context(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    const struct list *l = args[0].list;
    struct context_builder b;
    if (!builder_begin(call, &b, l->n))
        return VALUE_NO_MEMORY_V;
    for (size_t i = 0; i < l->n; i++) {
        const struct context *entry = l->at[i].kind == VALUE_CONTEXT ? l->at[i].context : NULL;
        const struct value *key = entry ? context_get(entry, SPAN("key")) : NULL;
        const struct value *v = entry ? context_get(entry, SPAN("value")) : NULL;
        if (!key || key->kind != VALUE_STRING || !v)
            return value_failure(call->arena, E_TYPE, "entry %zu is no {key: text, value: ...}",
                                 i + 1);
        if (!builder_add(&b, key->string, *v))
            return value_failure(call->arena, E_CONFLICT, "key \"%.*s\" stands twice",
                                 (int)(key->string.n < 60 ? key->string.n : 60), key->string.p);
    }
    return (struct value){.kind = VALUE_CONTEXT, .context = b.c};
}

struct value fn_context_merge(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    const struct list *l = args[0].list;
    struct context_builder b;
    size_t most = 0;
    for (size_t i = 0; i < l->n; i++) {
        if (l->at[i].kind != VALUE_CONTEXT)
            return type_failure(call->arena, "every element must be a context", l->at[i]);
        most += l->at[i].context->n;
    }
    if (!builder_begin(call, &b, most))
        return VALUE_NO_MEMORY_V;
    for (size_t i = 0; i < l->n; i++)
        for (size_t k = 0; k < l->at[i].context->n; k++)
            (void)builder_add(&b, l->at[i].context->at[k].key, l->at[i].context->at[k].value);
    return (struct value){.kind = VALUE_CONTEXT, .context = b.c};
}
