/*
 * search_cache.c: what queries share: connections that wait for the next one, and the cards, dates
 * and facets of every document. Cards are read whole when the tables have changed; queries that
 * are under way keep the old ones, and while one reads, the others work with the old ones too.
 */
#include <pthread.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "document/search_int.h"

#define IDLE_MOST 8 /* connections kept for later; more at once are opened and closed again */

struct docsearch {
    char *url;
    pthread_mutex_t lock; /* of everything below */
    struct store *idle[IDLE_MOST];
    size_t idle_count;
    struct cards *cards; /* NULL = not read yet */
    bool reading;
};

int docsearch_open(const char *url, struct docsearch **ret, struct err *err)
{
    struct docsearch *d = alloc_new(sizeof(*d));
    size_t n = strlen(url) + 1;

    if (d && (d->url = alloc_new(n))) {
        memcpy(d->url, url, n);
        if (pthread_mutex_init(&d->lock, NULL) == 0) {
            *ret = d;
            return 0;
        }
        alloc_free(d->url);
    }
    alloc_free(d);
    return err_memory(err);
}

static void cards_free(struct cards *c)
{
    if (!c)
        return;
    arena_release(&c->arena);
    alloc_free(c);
}

void docsearch_close(struct docsearch *d)
{
    if (!d)
        return;
    while (d->idle_count)
        store_close(d->idle[--d->idle_count]);
    cards_free(d->cards);
    pthread_mutex_destroy(&d->lock);
    alloc_free(d->url);
    alloc_free(d);
}

/* ---- cards ---- */

struct card_reader {
    struct cards *cards;
    struct arena *a; /* of the cards */
    struct arena scratch;
    struct map maps[SEARCH_FACETS]; /* value -> number of its term, plus 1 */
    VECTOR_OF(struct card, card_list) cards_read;
    VECTOR_OF(uint32_t, term_list) terms;
    VECTOR_OF(struct term, term_words) words;
};

static void add_term(struct card_reader *r, enum search_facet_kind kind, struct span value)
{
    uintptr_t known = (uintptr_t)map_get(&r->maps[kind], value);
    uint32_t *slot = value.n ? VECTOR_PUSH(r->a, &r->terms, uint32_t) : NULL;

    if (!slot)
        return;
    if (!known) {
        struct term *t = VECTOR_PUSH(r->a, &r->words, struct term);
        if (!t)
            return;
        *t = (struct term){kind, arena_copy(r->a, value)};
        known = r->words.n;
        r->a->failed |= map_put(&r->maps[kind], t->value, (void *)known) < 0;
    }
    *slot = (uint32_t)(known - 1);
}

static void add_lines(struct card_reader *r, enum search_facet_kind kind, struct span lines)
{
    struct span line;

    while (span_split(&lines, '\n', &line))
        add_term(r, kind, line);
}

static void add_regions(struct card_reader *r, struct span region)
{
    for (size_t i = 1; i <= region.n; i++)
        if (i == region.n || region.p[i] == '/')
            add_term(r, SEARCH_REGION, span_of(region.p, i));
}

static int32_t day_of(struct span text)
{
    struct date d;
    return text.n && date_parse(text, &d) ? (int32_t)date_days(d) : DAY_NONE;
}

static void read_card(struct card_reader *r, const struct stmt *st)
{
    struct card *c = VECTOR_PUSH(r->a, &r->cards_read, struct card);
    struct span issued = stmt_get_text(st, 4);

    if (!c)
        return;
    size_t length = utf8_count(stmt_get_text(st, 1));
    c->id = stmt_get_int(st, 0);
    c->title_length = (uint16_t)(length < UINT16_MAX ? length : UINT16_MAX);
    c->issued = day_of(issued);
    c->from = day_of(stmt_get_text(st, 5));
    c->to = day_of(stmt_get_text(st, 6));
    c->term = (uint32_t)r->terms.n;
    add_regions(r, stmt_get_text(st, 2));
    add_lines(r, SEARCH_ISSUER, stmt_get_text(st, 3));
    add_term(r, SEARCH_YEAR, span_of(issued.p, issued.n < 4 ? 0 : 4));
    add_term(r, SEARCH_TYPE, stmt_get_text(st, 7));
    add_lines(r, SEARCH_TAG, stmt_get_text(st, 8));
    c->term_count = (uint32_t)r->terms.n - c->term;
}

static int read_cards(struct store *s, struct card_reader *r, struct err *err)
{
    struct stmt *st;
    int status = store_prepare(s,
                               "SELECT id, title, region, issuers, issued, in_from, in_to, type,"
                               " tags FROM search_document ORDER BY id",
                               &st, err);
    if (status < 0)
        return status;
    while ((status = stmt_step(st, err)) > 0 && !r->a->failed)
        read_card(r, st);
    stmt_done(st);
    return status;
}

/* Vectors grow by doubling and leave the old arrays in the arena: what is kept is copied once. */
static void *keep(struct arena *a, const void *at, size_t n, size_t size)
{
    void *copy = arena_array(a, n ? n : 1, size);

    if (copy && n)
        memcpy(copy, at, n * size);
    return copy;
}

static void keep_cards(struct cards *c, const struct card_reader *r)
{
    struct term *words = keep(&c->arena, r->words.at, r->words.n, sizeof(*words));

    c->at = keep(&c->arena, r->cards_read.at, r->cards_read.n, sizeof(*c->at));
    c->n = r->cards_read.n;
    c->terms = keep(&c->arena, r->terms.at, r->terms.n, sizeof(*c->terms));
    c->term_use = r->terms.n;
    for (size_t i = 0; words && i < r->words.n; i++)
        words[i].value = arena_copy(&c->arena, words[i].value);
    c->dictionary = words;
    c->term_count = r->words.n;
}

static int cards_read(struct store *s, int64_t changes, struct cards **ret, struct err *err)
{
    struct cards *c = alloc_new(sizeof(*c));
    struct card_reader r = {.cards = c};
    int status;

    if (!c)
        return err_memory(err);
    arena_init(&c->arena);
    arena_init(&r.scratch);
    r.a = &r.scratch;
    for (size_t i = 0; i < SEARCH_FACETS; i++)
        map_init(&r.maps[i], &r.scratch);
    c->changes = changes;
    status = read_cards(s, &r, err);
    if (status == 0)
        keep_cards(c, &r);
    if (status == 0 && (r.scratch.failed || c->arena.failed))
        status = err_memory(err);
    arena_release(&r.scratch);
    if (status < 0) {
        cards_free(c);
        return status;
    }
    *ret = c;
    return 0;
}

const struct card *card_find(const struct cards *c, int64_t id)
{
    size_t low = 0, high = c->n;

    /* numbers most often follow one another */
    uint64_t guess = c->n ? (uint64_t)id - (uint64_t)c->at[0].id : 0;
    if (guess < c->n && c->at[guess].id == id)
        return &c->at[guess];
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (c->at[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < c->n && c->at[low].id == id ? &c->at[low] : NULL;
}

/* ---- a desk for a query ---- */

static int changes_now(struct store *s, int64_t *ret, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s, "SELECT changes FROM search_state WHERE id = 1", &st, err);

    if (r < 0)
        return r;
    r = stmt_step(st, err);
    *ret = r > 0 ? stmt_get_int(st, 0) : 0;
    stmt_done(st);
    return r < 0 ? r : 0;
}

/* Plans that fit here and do not change: the indices are always right, only their size is known. */
static int set_up(struct store *s, struct err *err)
{
    if (store_engine(s) == STORE_SQLITE)
        return store_execute(s, "PRAGMA query_only = ON; PRAGMA mmap_size = 4294967296", err);
    return store_execute(
        s,
        "SET enable_seqscan = off; SET enable_nestloop = off; SET jit = off; SET work_mem = '32MB';"
        "SET plan_cache_mode = force_generic_plan",
        err);
}

/* New rows wait in a list that every query has to read: when there are new ones, it is filed away
 * now instead of some time later. Where this may not be done (a replica, another owner) it is not.
 */
static void tidy_up(struct store *s)
{
    struct err ignored = ERR_INIT;

    if (store_engine(s) == STORE_POSTGRES)
        (void)!store_execute(s,
                             "SELECT gin_clean_pending_list('search_title_tokens'::regclass),"
                             " gin_clean_pending_list('search_heading_tokens'::regclass),"
                             " gin_clean_pending_list('search_text_tokens'::regclass)",
                             &ignored);
}

static int connection_take(struct docsearch *d, struct store **ret, struct err *err)
{
    struct store *s = NULL;
    int r;

    pthread_mutex_lock(&d->lock);
    if (d->idle_count)
        s = d->idle[--d->idle_count];
    pthread_mutex_unlock(&d->lock);
    if (!s) {
        r = store_open(d->url, &s, err);
        if (r == 0)
            r = set_up(s, err);
        if (r < 0) {
            store_close(s);
            return r;
        }
    }
    *ret = s;
    return 0;
}

static void connection_give(struct docsearch *d, struct store *s)
{
    pthread_mutex_lock(&d->lock);
    if (s && d->idle_count < IDLE_MOST) {
        d->idle[d->idle_count++] = s;
        s = NULL;
    }
    pthread_mutex_unlock(&d->lock);
    store_close(s);
}

/* Present cards that are new enough, or old ones while somebody else reads; NULL: read them. */
static struct cards *cards_take(struct docsearch *d, int64_t changes)
{
    struct cards *c = NULL;

    pthread_mutex_lock(&d->lock);
    if (d->cards && (d->cards->changes == changes || d->reading)) {
        c = d->cards;
        c->users++;
    } else {
        d->reading = true;
    }
    pthread_mutex_unlock(&d->lock);
    return c;
}

static void cards_give(struct docsearch *d, struct cards *c)
{
    bool last;

    pthread_mutex_lock(&d->lock);
    last = --c->users == 0 && c != d->cards;
    pthread_mutex_unlock(&d->lock);
    if (last)
        cards_free(c);
}

/* Puts new cards (NULL: reading failed) in the place of the old ones; the caller uses them. */
static void cards_publish(struct docsearch *d, struct cards *c)
{
    struct cards *old = NULL;

    pthread_mutex_lock(&d->lock);
    d->reading = false;
    if (c) {
        old = d->cards && d->cards->users == 0 ? d->cards : NULL;
        d->cards = c;
        c->users++;
    }
    pthread_mutex_unlock(&d->lock);
    cards_free(old);
}

int desk_take(struct docsearch *d, struct desk *ret, struct err *err)
{
    struct desk k = {NULL, NULL};
    int64_t changes;
    int r = connection_take(d, &k.store, err);

    if (r < 0)
        return r;
    r = changes_now(k.store, &changes, err);
    if (r == 0 && !(k.cards = cards_take(d, changes))) {
        tidy_up(k.store);
        r = cards_read(k.store, changes, &k.cards, err);
        cards_publish(d, r == 0 ? k.cards : NULL);
    }
    if (r < 0) {
        store_close(k.store);
        return r;
    }
    *ret = k;
    return 0;
}

void desk_give(struct docsearch *d, struct desk *k)
{
    cards_give(d, k->cards);
    connection_give(d, k->store);
}

int docsearch_size(struct docsearch *d, size_t *ret_documents, size_t *ret_bytes, struct err *err)
{
    struct desk k;
    int r = desk_take(d, &k, err);

    if (r < 0)
        return r;
    *ret_documents = k.cards->n;
    *ret_bytes = k.cards->arena.used;
    desk_give(d, &k);
    return 0;
}
