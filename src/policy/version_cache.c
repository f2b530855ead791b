/*
 * version_cache.c: versions of the library that are loaded, by hash. Loading happens outside of the
 * lock: two threads that miss at once both load, and the second one's copy is let go.
 */
#include <pthread.h>
#include "base/alloc.h"
#include "policy/version.h"

struct library_cache {
    pthread_mutex_t lock;
    uint64_t clock;
    struct {
        struct library *library; /* NULL = free */
        uint64_t used;
    } at[VERSIONS_LOADED];
};

int library_cache_new(struct library_cache **ret, struct err *err)
{
    struct library_cache *c = alloc_new(sizeof *c);
    if (!c)
        return err_memory(err);
    pthread_mutex_init(&c->lock, NULL);
    *ret = c;
    return 0;
}

void library_cache_free(struct library_cache *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < VERSIONS_LOADED; i++)
        library_unref(c->at[i].library);
    pthread_mutex_destroy(&c->lock);
    alloc_free(c);
}

/* A reference, or NULL. */
static struct library *look(struct library_cache *c, struct span hash)
{
    struct library *found = NULL;
    pthread_mutex_lock(&c->lock);
    for (size_t i = 0; i < VERSIONS_LOADED && !found; i++)
        if (c->at[i].library && span_eq(span_z(c->at[i].library->hash), hash)) {
            c->at[i].used = ++c->clock;
            found = library_ref(c->at[i].library);
        }
    pthread_mutex_unlock(&c->lock);
    return found;
}

/* Into the free place, else the one that was not used for longest. */
static void put(struct library_cache *c, struct library *l)
{
    size_t oldest = 0;
    pthread_mutex_lock(&c->lock);
    for (size_t i = 1; i < VERSIONS_LOADED; i++)
        if (c->at[i].used < c->at[oldest].used)
            oldest = i;
    struct library *old = c->at[oldest].library;
    c->at[oldest].library = library_ref(l);
    c->at[oldest].used = ++c->clock;
    pthread_mutex_unlock(&c->lock);
    library_unref(old);
}

int library_cache_take(struct library_cache *c, struct store *s, struct span hash,
                       struct library **ret, struct err *err)
{
    struct arena arena;
    struct diags diags;
    struct library *l = look(c, hash), *other;
    int r = 0;
    if (!l) {
        arena_init(&arena);
        diags_init(&diags, &arena);
        r = library_load_version(s, hash, &l, &diags, err);
        arena_release(&arena);
        other = r == 0 ? look(c, span_z(l->hash)) : NULL;
        if (other)
            library_unref(other);
        else if (r == 0)
            put(c, l);
    }
    if (r == 0)
        *ret = l;
    return r;
}

static void give_back(void *library)
{
    library_unref(library);
}

int library_of(void *lender, struct span hash, const struct library **ret, struct err *err)
{
    const struct library_lender *x = lender;
    struct library *l = NULL;
    int r = library_cache_take(x->cache, x->store, hash, &l, err);
    if (r < 0)
        return r;
    if (arena_defer(x->arena, give_back, l) < 0) {
        library_unref(l);
        return err_memory(err);
    }
    *ret = l;
    return 0;
}
