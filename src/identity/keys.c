/*
 * keys.c: see keys.h.
 */
#include "identity/keys.h"

#include <sodium.h>

#include "base/date.h"

/* 1 = found, 0 = there is none. */
static int read_key(struct store *s, struct span name, unsigned char ret[SITE_KEY], struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s, "SELECT key FROM site_key WHERE name = $1", &st, err);

    if (r < 0)
        return r;
    stmt_text(st, 1, name);
    r = stmt_step(st, err);
    struct span key = r > 0 ? stmt_get_text(st, 0) : (struct span){0};
    if (r > 0 && key.n == SITE_KEY)
        memcpy(ret, key.p, SITE_KEY);
    else if (r > 0)
        r = err_set(err, E_CONFLICT, "the key '%.*s' of this site is damaged", SPAN_ARG(name));
    stmt_done(st);
    return r;
}

struct fresh_key {
    struct span name;
    unsigned char bytes[SITE_KEY];
};

/* Another process may be as fast: the first one's counts. */
static int put_key(struct store *s, void *context, struct err *err)
{
    const struct fresh_key *k = context;
    struct stmt *st;
    int r = store_prepare(s,
                          "INSERT INTO site_key (name, key, created_at) VALUES ($1, $2, $3)"
                          " ON CONFLICT (name) DO NOTHING",
                          &st, err);
    if (r < 0)
        return r;
    stmt_text(st, 1, k->name);
    stmt_blob(st, 2, span_of((const char *)k->bytes, SITE_KEY));
    stmt_int(st, 3, clock_now_ms());
    return stmt_run(st, err);
}

int site_key(struct store *s, struct span name, unsigned char ret[SITE_KEY], struct err *err)
{
    struct fresh_key fresh = {.name = name};
    int r = read_key(s, name, ret, err);

    if (r != 0)
        return r < 0 ? r : 0;
    if (sodium_init() < 0)
        return err_set(err, E_IO, "no source of random numbers");
    randombytes_buf(fresh.bytes, SITE_KEY);
    r = store_write(s, put_key, &fresh, err);
    sodium_memzero(&fresh, sizeof fresh);
    if (r == 0)
        r = read_key(s, name, ret, err);
    if (r == 0)
        r = err_set(err, E_IO, "the key '%.*s' of this site was not kept", SPAN_ARG(name));
    return r < 0 ? r : 0;
}
