/*
 * session_memory.c: the store of sessions in this process: a hash table under one lock, the least
 * recently used first out. Lost on restart, not shared by processes.
 */
#include "http/session.h"
#include <pthread.h>
#include "base/alloc.h"

#define BUCKETS 4096

struct entry {
    struct entry *chain;         /* same bucket */
    struct entry *newer, *older; /* order of use */
    unsigned char hash[SESSION_HASH];
    int64_t expires; /* ms */
    size_t n;
    char text[];
};

struct memory {
    pthread_mutex_t lock;
    struct entry *buckets[BUCKETS];
    struct entry *newest, *oldest;
    size_t count, bytes;
};

static struct entry **find(struct memory *m, const unsigned char hash[SESSION_HASH])
{
    size_t bucket = ((size_t)hash[0] << 8 | hash[1]) % BUCKETS;
    struct entry **at = &m->buckets[bucket];
    while (*at && memcmp((*at)->hash, hash, SESSION_HASH) != 0)
        at = &(*at)->chain;
    return at;
}

static void unlink_use(struct memory *m, struct entry *e)
{
    if (e->newer)
        e->newer->older = e->older;
    else
        m->newest = e->older;
    if (e->older)
        e->older->newer = e->newer;
    else
        m->oldest = e->newer;
    e->newer = e->older = NULL;
}

static void link_newest(struct memory *m, struct entry *e)
{
    e->older = m->newest;
    if (m->newest)
        m->newest->newer = e;
    else
        m->oldest = e;
    m->newest = e;
}

static void remove_at(struct memory *m, struct entry **at)
{
    struct entry *e = *at;
    if (!e)
        return;
    *at = e->chain;
    unlink_use(m, e);
    m->count--;
    m->bytes -= e->n;
    alloc_free(e);
}

static int memory_load(void *data, const unsigned char hash[SESSION_HASH], int64_t now_ms,
                       struct arena *request, struct span *ret, struct err *err)
{
    struct memory *m = data;
    int r = 0;
    pthread_mutex_lock(&m->lock);
    struct entry **at = find(m, hash);
    if (*at && (*at)->expires < now_ms)
        remove_at(m, at);
    if (*at && memcmp((*at)->hash, hash, SESSION_HASH) == 0) {
        struct entry *e = *at;
        struct span text = arena_copy(request, span_of(e->text, e->n));
        unlink_use(m, e);
        link_newest(m, e);
        e->expires = now_ms + SESSION_SECONDS * INT64_C(1000);
        if (text.p)
            *ret = text;
        else
            r = err_memory(err);
    } else {
        r = err_set(err, E_NOT_FOUND, "no such session");
    }
    pthread_mutex_unlock(&m->lock);
    return r;
}

static int memory_save(void *data, const unsigned char hash[SESSION_HASH], struct span text,
                       int64_t now_ms, struct err *err)
{
    struct memory *m = data;
    struct entry *e = alloc_new(sizeof *e + text.n);
    if (!e)
        return err_memory(err);
    memcpy(e->hash, hash, SESSION_HASH);
    memcpy(e->text, text.p, text.n);
    e->n = text.n;
    e->expires = now_ms + SESSION_SECONDS * INT64_C(1000);
    pthread_mutex_lock(&m->lock);
    struct entry **at = find(m, hash);
    if (*at)
        remove_at(m, at);
    while (m->oldest && (m->count >= SESSION_COUNT || m->bytes + e->n > SESSION_TOTAL))
        remove_at(m, find(m, m->oldest->hash));
    at = find(m, hash);
    e->chain = *at;
    *at = e;
    link_newest(m, e);
    m->count++;
    m->bytes += e->n;
    pthread_mutex_unlock(&m->lock);
    return 0;
}

static void memory_drop(void *data, const unsigned char hash[SESSION_HASH])
{
    struct memory *m = data;
    pthread_mutex_lock(&m->lock);
    struct entry **at = find(m, hash);
    if (*at)
        remove_at(m, at);
    pthread_mutex_unlock(&m->lock);
}

static void memory_free(void *data)
{
    struct memory *m = data;
    while (m && m->oldest)
        remove_at(m, find(m, m->oldest->hash));
    if (m)
        pthread_mutex_destroy(&m->lock);
    alloc_free(m);
}

int session_store_memory(struct session_store *ret, struct err *err)
{
    struct memory *m = alloc_new(sizeof *m);
    if (!m)
        return err_memory(err);
    pthread_mutex_init(&m->lock, NULL);
    *ret = (struct session_store){m, memory_load, memory_save, memory_drop, memory_free};
    return 0;
}
