/*
 * edition.c: see edition.h.
 */
#include "web/edition.h"

#include <time.h>
#include "base/alloc.h"
#include "base/date.h"
#include "base/trace.h"

#define LOOK_SECONDS  1
#define RETRY_SECONDS 60 /* a version that did not load is tried again then */

/* ---- editions ---- */

static int read_synonyms(struct edition *e)
{
    const struct library_register *r =
        map_get(&e->library->register_by_name, SPAN(SYNONYM_REGISTER));
    int code = 0;
    e->synonyms = search_synonyms_new(&e->arena);
    if (!e->synonyms)
        return E_MEMORY;
    if (!r || r->list.kind != VALUE_LIST)
        return 0;
    for (size_t i = 0; i < r->list.list->n && code == 0; i++)
        if (r->list.list->at[i].kind == VALUE_STRING)
            code = search_synonyms_entry(e->synonyms, r->list.list->at[i].string);
    return code;
}

static void read_tags(struct edition *e)
{
    const struct library_register *r = map_get(&e->library->register_by_name, SPAN(TAG_REGISTER));

    for (size_t i = 0; r && r->list.kind == VALUE_LIST && i < r->list.list->n; i++)
        if (r->list.list->at[i].kind == VALUE_STRING)
            doc_tags_add(&e->arena, &e->tags, r->list.list->at[i].string);
}

int edition_new(struct library *l, bool published, struct edition **ret, struct err *err)
{
    struct edition *e = alloc_new(sizeof *e);
    if (!e) {
        library_unref(l);
        return err_memory(err);
    }
    e->references = 1;
    e->published = published;
    e->library = l;
    arena_init(&e->arena);
    e->search = search_index_new(&e->arena, l);
    read_tags(e);
    if (!e->search || read_synonyms(e) < 0 || e->arena.failed) {
        edition_unref(e);
        return err_memory(err);
    }
    *ret = e;
    return 0;
}

struct edition *edition_ref(struct edition *e)
{
    __atomic_add_fetch(&e->references, 1, __ATOMIC_RELAXED);
    return e;
}

void edition_unref(struct edition *e)
{
    if (!e || __atomic_sub_fetch(&e->references, 1, __ATOMIC_ACQ_REL) > 0)
        return;
    arena_release(&e->arena);
    library_unref(e->library);
    alloc_free(e);
}

/* ---- the shelf ---- */

void shelf_init(struct shelf *s, const char *folder, struct edition *first)
{
    *s = (struct shelf){.now = first, .folder = folder};
    pthread_mutex_init(&s->lock, NULL);
}

void shelf_release(struct shelf *s)
{
    if (!s->now)
        return;
    edition_unref(s->now);
    s->now = NULL;
    pthread_mutex_destroy(&s->lock);
}

struct edition *shelf_take(struct shelf *s)
{
    pthread_mutex_lock(&s->lock);
    struct edition *e = edition_ref(s->now);
    pthread_mutex_unlock(&s->lock);
    return e;
}

/* The old one is let go outside of the lock: freeing a library takes its time. */
static void put(struct shelf *s, struct edition *e)
{
    pthread_mutex_lock(&s->lock);
    struct edition *old = s->now;
    s->now = e;
    pthread_mutex_unlock(&s->lock);
    edition_unref(old);
}

static int load(struct shelf *s, struct store *store, struct span hash, struct edition **ret,
                struct err *err)
{
    struct arena arena;
    struct diags diags;
    struct library *l = NULL;
    arena_init(&arena);
    diags_init(&diags, &arena);
    int r = hash.n ? library_load_version(store, hash, &l, &diags, err)
                   : library_load(s->folder, &l, &diags, err);
    arena_release(&arena);
    return r < 0 ? r : edition_new(l, hash.n > 0, ret, err);
}

/* Only the follower changes what is on the shelf: between looking and putting nobody else does. */
int shelf_follow(struct shelf *s, struct store *store, bool *ret_swapped, struct err *err)
{
    char hash[LIBRARY_HASH + 1];
    int64_t now = clock_now_ms();
    struct edition *present = shelf_take(s), *next = NULL;
    int r = library_published(store, now, now, hash, err);
    bool same = hash[0] ? strcmp(hash, present->library->hash) == 0 : !present->published;
    edition_unref(present);
    *ret_swapped = false;
    if (r < 0 || same)
        return r;
    r = load(s, store, span_z(hash), &next, err);
    if (r < 0)
        return r;
    put(s, next);
    *ret_swapped = true;
    if (trace_on(TRACE_POLICY))
        trace_line(TRACE_POLICY, "library %s taken up", next->library->hash);
    return 0;
}

/* ---- the follower ---- */

struct follower {
    struct shelf *shelf;
    const char *database;
    struct store *store;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stop;
};

/* True when it is time to end. */
static bool pause_for(struct follower *f, int seconds)
{
    struct timespec until;
    bool stop;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += seconds;
    pthread_mutex_lock(&f->lock);
    while (!f->stop && pthread_cond_timedwait(&f->wake, &f->lock, &until) == 0)
        ;
    stop = f->stop;
    pthread_mutex_unlock(&f->lock);
    return stop;
}

/* A broken connection is made again at the next look. */
static int look(struct follower *f)
{
    struct err err = ERR_INIT;
    bool swapped;
    int r = f->store ? 0 : store_open(f->database, &f->store, &err);
    if (r == 0)
        r = shelf_follow(f->shelf, f->store, &swapped, &err);
    if (r == 0)
        return LOOK_SECONDS;
    if (trace_on(TRACE_POLICY))
        trace_line(TRACE_POLICY, "published version not taken up: %s", err.message);
    store_close(f->store);
    f->store = NULL;
    return r == E_CHECK || r == E_INPUT || r == E_MEMORY ? RETRY_SECONDS : LOOK_SECONDS;
}

static void *follow(void *context)
{
    struct follower *f = context;
    int seconds = LOOK_SECONDS;
    while (!pause_for(f, seconds))
        seconds = look(f);
    store_close(f->store);
    return NULL;
}

int follower_start(struct shelf *s, const char *database, struct follower **ret, struct err *err)
{
    struct follower *f = alloc_new(sizeof *f);
    pthread_condattr_t monotonic;
    if (!f)
        return err_memory(err);
    f->shelf = s;
    f->database = database;
    pthread_mutex_init(&f->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&f->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (pthread_create(&f->thread, NULL, follow, f) != 0) {
        alloc_free(f);
        return err_set(err, E_LIMIT, "no thread to follow the published library");
    }
    *ret = f;
    return 0;
}

void follower_stop(struct follower *f)
{
    if (!f)
        return;
    pthread_mutex_lock(&f->lock);
    f->stop = true;
    pthread_cond_signal(&f->wake);
    pthread_mutex_unlock(&f->lock);
    pthread_join(f->thread, NULL);
    pthread_cond_destroy(&f->wake);
    pthread_mutex_destroy(&f->lock);
    alloc_free(f);
}
