/*
 * engine.c: the engine with its allocator, and vocabularies: names and types before anything is
 * compiled.
 */
#include "lib/lib_int.h"

const char *huiqi_status_text(int status)
{
    return status == HUIQI_OK ? "fine" : err_text(status, false);
}

const char *huiqi_version(void)
{
    return HUIQI_VERSION;
}

/* ---- engine ---- */

int huiqi_engine_new(const struct huiqi_allocator *allocator, struct huiqi_engine **ret_engine)
{
    struct allocator own = {0};
    if (allocator && (!allocator->resize || !allocator->release))
        return HUIQI_USAGE;
    if (allocator)
        own = (struct allocator){allocator->resize, allocator->release, allocator->context};
    const struct allocator *before = alloc_use(allocator ? &own : NULL);
    struct huiqi_engine *e = alloc_new(sizeof *e);
    lib_leave(before);
    if (!e)
        return HUIQI_NO_MEMORY;
    e->allocator = own;
    e->use = allocator ? &e->allocator : NULL;
    atomic_init(&e->refs, 1);
    *ret_engine = e;
    return HUIQI_OK;
}

void huiqi_engine_free(struct huiqi_engine *engine)
{
    if (!engine || atomic_fetch_sub(&engine->refs, 1) != 1)
        return;
    struct allocator own = engine->allocator; /* it frees the struct that holds it */
    const struct allocator *before = alloc_use(engine->use ? &own : NULL);
    alloc_free(engine);
    lib_leave(before);
}

/* ---- vocabulary ---- */

int huiqi_vocabulary_new(struct huiqi_engine *engine, struct huiqi_vocabulary **ret_vocabulary)
{
    const struct allocator *before = lib_enter(engine);
    struct huiqi_vocabulary *v = alloc_new(sizeof *v);
    lib_leave(before);
    if (!v)
        return HUIQI_NO_MEMORY;
    atomic_init(&v->refs, 1);
    atomic_init(&v->sealed, false);
    atomic_fetch_add(&engine->refs, 1);
    v->engine = engine;
    arena_init(&v->arena);
    feel_vocabulary_init(&v->names, &v->arena);
    *ret_vocabulary = v;
    return HUIQI_OK;
}

void lib_vocabulary_ref(struct huiqi_vocabulary *v)
{
    atomic_store(&v->sealed, true);
    atomic_fetch_add(&v->refs, 1);
}

void huiqi_vocabulary_free(struct huiqi_vocabulary *vocabulary)
{
    if (!vocabulary || atomic_fetch_sub(&vocabulary->refs, 1) != 1)
        return;
    struct huiqi_engine *engine = vocabulary->engine;
    const struct allocator *before = lib_enter(engine);
    arena_release(&vocabulary->arena);
    alloc_free(vocabulary);
    lib_leave(before);
    huiqi_engine_free(engine);
}

uint32_t huiqi_declared(const struct huiqi_vocabulary *vocabulary)
{
    return vocabulary->names.slots;
}

/*
 * FEEL's own grammar reads the type: as that of the parameter of a function. What could end the
 * parameter list or begin a comment is in no type.
 */
int lib_type(struct arena *a, struct span text, const struct type **ret)
{
    struct feel_vocabulary none;
    struct feel_compile how = {.mode = FEEL_STRICT, .vocabulary = &none};
    const struct feel_expr *e = NULL;
    struct diags diags;
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] == '(' || text.p[i] == ')' || text.p[i] == '/' || text.p[i] == '"')
            return E_SYNTAX;
    struct span function = arena_print(a, "function(x: %.*s) x", SPAN_ARG(text));
    if (!function.p)
        return E_MEMORY;
    feel_vocabulary_init(&none, a);
    diags_init(&diags, a);
    int r = feel_compile(a, function, &how, &e, &diags);
    if (r < 0)
        return r == E_MEMORY || r == E_LIMIT || r == E_ENCODING ? r : E_SYNTAX;
    const struct type *t = feel_type(e);
    if (t->kind != TYPE_FUNCTION || t->param_count != 1)
        return E_SYNTAX;
    *ret = t->params[0];
    return 0;
}

/* Room for one more type and name. */
static int make_room(struct huiqi_vocabulary *v)
{
    size_t n = v->names.slots, room = v->room ? v->room * 2 : 16;
    if (n < v->room)
        return 0;
    const struct type **types = ARENA_ARRAY(&v->arena, const struct type *, room);
    struct span *texts = ARENA_ARRAY(&v->arena, struct span, room);
    if (!types || !texts)
        return E_MEMORY;
    if (n > 0) {
        memcpy(types, v->types, n * sizeof *types);
        memcpy(texts, v->texts, n * sizeof *texts);
    }
    v->types = types;
    v->texts = texts;
    v->room = room;
    return 0;
}

/* type: what lib_type or a constructor gave; NULL when it had no memory. */
static int declare(struct huiqi_vocabulary *v, struct huiqi_text name, const struct type *type,
                   uint32_t *ret_index)
{
    uint32_t slot = 0;
    struct span copy = arena_copy(&v->arena, span_in(name));
    int r = type && copy.p ? make_room(v) : E_MEMORY;
    if (r == 0)
        r = feel_declare(&v->names, copy, type, &slot);
    if (r < 0)
        return r;
    v->types[slot] = type;
    v->texts[slot] = copy;
    if (ret_index)
        *ret_index = slot;
    return HUIQI_OK;
}

int huiqi_declare(struct huiqi_vocabulary *vocabulary, struct huiqi_text name,
                  struct huiqi_text type, uint32_t *ret_index)
{
    const struct type *t = NULL;
    if (atomic_load(&vocabulary->sealed))
        return HUIQI_CONFLICT;
    const struct allocator *before = lib_enter(vocabulary->engine);
    int r = lib_type(&vocabulary->arena, span_in(type), &t);
    if (r == 0)
        r = declare(vocabulary, name, t, ret_index);
    lib_leave(before);
    return r;
}

int huiqi_declare_number(struct huiqi_vocabulary *vocabulary, struct huiqi_text name,
                         struct huiqi_text unit, uint32_t *ret_index)
{
    if (atomic_load(&vocabulary->sealed))
        return HUIQI_CONFLICT;
    const struct allocator *before = lib_enter(vocabulary->engine);
    struct span copy = arena_copy(&vocabulary->arena, span_in(unit));
    int r =
        declare(vocabulary, name, copy.p ? type_number(&vocabulary->arena, copy) : NULL, ret_index);
    lib_leave(before);
    return r;
}

static const struct type *choice(struct arena *a, const struct huiqi_text *values, size_t n)
{
    struct span *copies = ARENA_ARRAY(a, struct span, n + 1);
    for (size_t i = 0; copies && i < n; i++) {
        copies[i] = arena_copy(a, span_in(values[i]));
        if (!copies[i].p)
            return NULL;
    }
    return copies ? type_enumeration(a, copies, n) : NULL;
}

int huiqi_declare_choice(struct huiqi_vocabulary *vocabulary, struct huiqi_text name,
                         const struct huiqi_text *values, size_t n, uint32_t *ret_index)
{
    if (atomic_load(&vocabulary->sealed))
        return HUIQI_CONFLICT;
    const struct allocator *before = lib_enter(vocabulary->engine);
    int r = declare(vocabulary, name, choice(&vocabulary->arena, values, n), ret_index);
    lib_leave(before);
    return r;
}
