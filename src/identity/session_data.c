/*
 * session_data.c: what pages remember of somebody who has signed in, and the end of old sessions.
 * See sessions.h.
 */
#include "base/date.h"
#include "identity/accounts_int.h"
#include "identity/audit_int.h"
#include "identity/sessions.h"

#define PURGE_ROWS 1000 /* in one transaction: writers wait for it */

int session_data_load(struct store *s, struct arena *a, struct span token, struct span *ret,
                      struct err *err)
{
    char hash[AUDIT_HASH + 1];
    struct span data = {0};
    struct stmt *st;
    int r = store_prepare(s, "SELECT data FROM account_session_data WHERE hash = $1", &st, err);

    if (r < 0)
        return r;
    session_hash(token, hash);
    stmt_text(st, 1, span_of(hash, AUDIT_HASH));
    r = stmt_step(st, err);
    if (r > 0)
        data = arena_copy(a, stmt_get_text(st, 0));
    stmt_done(st);
    if (r == 0)
        return err_set(err, E_NOT_FOUND, "nothing is kept of this session");
    if (r < 0 || !data.p)
        return r < 0 ? r : err_memory(err);
    *ret = data;
    return 0;
}

struct keeping {
    struct span hash, text;
};

static int put_data(struct store *s, void *context, struct err *err)
{
    const struct keeping *k = context;
    struct stmt *st;
    int r = store_prepare(s,
                          "INSERT INTO account_session_data (hash, data, changed_at)"
                          " VALUES ($1, $2, $3) ON CONFLICT (hash) DO UPDATE SET"
                          " data = excluded.data, changed_at = excluded.changed_at",
                          &st, err);
    if (r < 0)
        return r;
    stmt_text(st, 1, k->hash);
    stmt_text(st, 2, k->text);
    stmt_int(st, 3, clock_now_ms());
    return stmt_run(st, err);
}

static int drop_data(struct store *s, void *context, struct err *err)
{
    const struct keeping *k = context;
    struct stmt *st;
    int r = store_prepare(s, "DELETE FROM account_session_data WHERE hash = $1", &st, err);

    if (r < 0)
        return r;
    stmt_text(st, 1, k->hash);
    return stmt_run(st, err);
}

int session_data_save(struct store *s, struct span token, struct span text, struct err *err)
{
    char hash[AUDIT_HASH + 1];
    struct keeping k;

    session_hash(token, hash);
    k = (struct keeping){span_of(hash, AUDIT_HASH), text};
    return store_write(s, text.n ? put_data : drop_data, &k, err);
}

/* ---- old ones ---- */

/* In the order in which they go: data first, as long as a session can live; then what is shown as
 * the account's recent sessions. */
static const struct {
    const char *sql;
    bool dead; /* all that no request can use any more, not only what is old */
} old_rows[] = {
    {"DELETE FROM account_session_data WHERE hash IN (SELECT hash FROM account_session_data"
     " WHERE changed_at < $1 LIMIT $2) RETURNING hash",
     true},
    {"DELETE FROM account_session WHERE hash IN (SELECT hash FROM account_session"
     " WHERE expires_at < $1 LIMIT $2) RETURNING hash",
     false},
    {"DELETE FROM visitor_data WHERE hash IN (SELECT hash FROM visitor_data WHERE used_at < $1"
     " LIMIT $2) RETURNING hash",
     true},
    {"DELETE FROM account_reset WHERE hash IN (SELECT hash FROM account_reset WHERE expires_at < $1"
     " LIMIT $2) RETURNING hash",
     false},
    {"DELETE FROM sign_on WHERE hash IN (SELECT hash FROM sign_on WHERE expires_at < $1 LIMIT $2)"
     " RETURNING hash",
     true},
};

struct purge {
    const char *sql;
    int64_t before, n;
};

static int purge_some(struct store *s, void *context, struct err *err)
{
    struct purge *p = context;
    struct stmt *st;
    int r = store_prepare(s, p->sql, &st, err);

    if (r < 0)
        return r;
    stmt_int(st, 1, p->before);
    stmt_int(st, 2, PURGE_ROWS);
    p->n = 0;
    while ((r = stmt_step(st, err)) > 0)
        p->n++;
    stmt_done(st);
    return r;
}

int sessions_purge(struct store *s, bool (*stop)(void *), void *context, int64_t *ret_n,
                   struct err *err)
{
    int64_t now = clock_now_ms(), total = 0;
    int r = 0;

    for (size_t i = 0; i < COUNT_OF(old_rows) && r == 0; i++) {
        struct purge p = {.sql = old_rows[i].sql,
                          .before = now - (old_rows[i].dead ? SIGN_IN_LIFE_MS : SIGN_IN_KEPT_MS)};
        do {
            r = store_write(s, purge_some, &p, err);
            total += p.n;
        } while (r == 0 && p.n == PURGE_ROWS && !(stop && stop(context)));
    }
    if (r == 0)
        *ret_n = total;
    return r;
}
