/*
 * visitors.c: what pages remember of a browser that nobody has signed in with: the answers of a
 * check-up. Rows of the store, so that any process of a site serves it. See sessions.h.
 */
#include <sodium.h>

#include "identity/accounts_int.h"
#include "identity/audit_int.h"
#include "identity/sessions.h"

/* A row in use is written as used this often: not on every request. */
#define USED_EVERY_MS (INT64_C(10) * 60 * 1000)
#define TRIM_CHANCE   256 /* once in so many writes somebody looks whether there are too many */

struct visit_row {
    struct span hash, text;
    int64_t now;
};

static int touch(struct store *s, void *context, struct err *err)
{
    const struct visit_row *v = context;
    struct stmt *st;
    int r = store_prepare(s, "UPDATE visitor_data SET used_at = $2 WHERE hash = $1", &st, err);

    if (r < 0)
        return r;
    stmt_text(st, 1, v->hash);
    stmt_int(st, 2, v->now);
    return stmt_run(st, err);
}

int visitor_load(struct store *s, struct arena *a, struct span hash, int64_t now, struct span *ret,
                 struct err *err)
{
    int64_t used = 0;
    struct span data = {0};
    struct stmt *st;
    int r = store_prepare(
        s, "SELECT data, used_at FROM visitor_data WHERE hash = $1 AND used_at >= $2", &st, err);

    if (r < 0)
        return r;
    stmt_text(st, 1, hash);
    stmt_int(st, 2, now - VISITOR_LIFE_MS);
    r = stmt_step(st, err);
    if (r > 0) {
        data = arena_copy(a, stmt_get_text(st, 0));
        used = stmt_get_int(st, 1);
    }
    stmt_done(st);
    if (r == 0)
        return err_set(err, E_NOT_FOUND, "nothing is kept of this visitor");
    if (r < 0 || !data.p)
        return r < 0 ? r : err_memory(err);
    if (now >= used + USED_EVERY_MS)
        r = store_write(s, touch, &(struct visit_row){.hash = hash, .now = now}, err);
    *ret = data;
    return r < 0 ? r : 0;
}

static int put(struct store *s, void *context, struct err *err)
{
    const struct visit_row *v = context;
    struct stmt *st;
    int r = store_prepare(s,
                          "INSERT INTO visitor_data (hash, data, bytes, used_at)"
                          " VALUES ($1, $2, $3, $4) ON CONFLICT (hash) DO UPDATE SET"
                          " data = excluded.data, bytes = excluded.bytes,"
                          " used_at = excluded.used_at",
                          &st, err);
    if (r < 0)
        return r;
    stmt_text(st, 1, v->hash);
    stmt_text(st, 2, v->text);
    stmt_int(st, 3, (int64_t)v->text.n);
    stmt_int(st, 4, v->now);
    return stmt_run(st, err);
}

static int take_away(struct store *s, void *context, struct err *err)
{
    const struct visit_row *v = context;
    struct stmt *st;
    int r = store_prepare(s, "DELETE FROM visitor_data WHERE hash = $1", &st, err);

    if (r < 0)
        return r;
    stmt_text(st, 1, v->hash);
    return stmt_run(st, err);
}

struct bounds {
    int64_t rows, bytes;
};

static int trim(struct store *s, void *context, struct err *err)
{
    const struct bounds *b = context;
    struct stmt *st;
    int r = store_prepare(
        s,
        "DELETE FROM visitor_data WHERE hash IN (SELECT hash FROM (SELECT hash,"
        " ROW_NUMBER() OVER w AS place, SUM(bytes) OVER w AS total FROM visitor_data"
        " WINDOW w AS (ORDER BY used_at DESC, hash)) AS x WHERE place > $1 OR total > $2)",
        &st, err);

    if (r < 0)
        return r;
    stmt_int(st, 1, b->rows);
    stmt_int(st, 2, b->bytes);
    return stmt_run(st, err);
}

int visitors_trim(struct store *s, int64_t rows, int64_t bytes, struct err *err)
{
    return store_write(s, trim, &(struct bounds){rows, bytes}, err);
}

int visitor_save(struct store *s, struct span hash, struct span text, int64_t now, struct err *err)
{
    struct visit_row v = {hash, text, now};
    struct err quiet = ERR_INIT;
    int r = store_write(s, text.n ? put : take_away, &v, err);

    if (r == 0 && text.n && sodium_init() >= 0 && randombytes_uniform(TRIM_CHANCE) == 0)
        (void)!visitors_trim(s, VISITORS_MOST, VISITORS_BYTES, &quiet); /* the next one will */
    return r;
}
