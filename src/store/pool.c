/*
 * pool.c: a stack of idle connections under a mutex; the one used last is the warmest.
 */
#include "store/pool.h"

#include <pthread.h>

#include "base/alloc.h"
#include "store/store_int.h"

struct store_pool {
    const char *url;
    pthread_mutex_t lock;
    struct store *idle[POOL_KEPT];
    size_t n;
};

int store_pool_new(const char *url, struct store_pool **ret, struct err *err)
{
    struct store_pool *p = alloc_new(sizeof *p);

    if (!p)
        return err_memory(err);
    p->url = url;
    if (pthread_mutex_init(&p->lock, NULL) != 0) {
        alloc_free(p);
        return err_memory(err);
    }
    *ret = p;
    return 0;
}

void store_pool_free(struct store_pool *p)
{
    if (!p)
        return;
    for (size_t i = 0; i < p->n; i++)
        store_close(p->idle[i]);
    pthread_mutex_destroy(&p->lock);
    alloc_free(p);
}

int store_pool_take(struct store_pool *p, struct store **ret, struct err *err)
{
    struct store *s = NULL;

    pthread_mutex_lock(&p->lock);
    if (p->n)
        s = p->idle[--p->n];
    pthread_mutex_unlock(&p->lock);
    if (!s)
        return store_open(p->url, ret, err);
    *ret = s;
    return 0;
}

void store_pool_give(struct store_pool *p, struct store *s)
{
    if (!s)
        return;
    store_rollback(s);
    if (s->engine->alive(s)) {
        pthread_mutex_lock(&p->lock);
        if (p->n < POOL_KEPT) {
            p->idle[p->n++] = s;
            s = NULL;
        }
        pthread_mutex_unlock(&p->lock);
    }
    store_close(s);
}

struct loan {
    struct store_pool *pool;
    struct store *store;
};

static void end_loan(void *p)
{
    struct loan *l = p;
    store_pool_give(l->pool, l->store);
}

int store_pool_lend(struct store_pool *p, struct arena *request, struct store **ret,
                    struct err *err)
{
    struct loan *l = ARENA_NEW(request, struct loan);
    int r;

    if (!l)
        return err_memory(err);
    l->pool = p;
    r = store_pool_take(p, &l->store, err);
    if (r < 0)
        return r;
    if (arena_defer(request, end_loan, l) < 0) {
        store_pool_give(p, l->store);
        return err_memory(err);
    }
    *ret = l->store;
    return 0;
}
