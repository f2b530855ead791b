/*
 * resets.c: a link with which somebody gives himself a password, once: made by an administrator,
 * who never learns the password. See accounts.h.
 */
#include "identity/accounts.h"
#include "identity/accounts_int.h"
#include "identity/sessions.h"

struct making {
    const struct actor *who;
    int64_t account, now;
    char hash[AUDIT_HASH + 1];
};

static int run_for(struct store *s, const char *sql, int64_t account, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s, sql, &st, err);

    if (r < 0)
        return r;
    stmt_int(st, 1, account);
    return stmt_run(st, err);
}

/* An earlier link ends with the new one. */
static int put_link(struct store *s, void *context, struct err *err)
{
    const struct making *m = context;
    struct stmt *st;
    int r = account_need_reach(s, m->who, m->account, err);

    if (r == 0)
        r = run_for(s, "DELETE FROM account_reset WHERE account_id = $1 AND used_at = 0",
                    m->account, err);
    if (r == 0)
        r = store_prepare(s,
                          "INSERT INTO account_reset (hash, account_id, made_by, created_at,"
                          " expires_at) VALUES ($1, $2, $3, $4, $5)",
                          &st, err);
    if (r < 0)
        return r;
    stmt_text(st, 1, span_of(m->hash, AUDIT_HASH));
    stmt_int(st, 2, m->account);
    stmt_int(st, 3, m->who->account_id);
    stmt_int(st, 4, m->now);
    stmt_int(st, 5, m->now + RESET_LIFE_MS);
    r = stmt_run(st, err);
    return r == 0
               ? account_audit(s, m->who, AUDIT_CHANGE, "account.link", m->account, SPAN(""), err)
               : r;
}

int account_reset_make(struct store *s, const struct actor *who, int64_t id,
                       char token[SESSION_TOKEN + 1], int64_t *ret_expires, struct err *err)
{
    struct making m = {.who = who, .account = id, .now = clock_now_ms()};
    struct account_row account;
    struct arena a;
    int r = account_need_administrator(who, err);

    arena_init(&a);
    if (r == 0)
        r = account_get(s, &a, id, &account, err);
    if (r == 0 && account.disabled_at)
        r = err_set(err, E_CONFLICT, "the account is closed: open it first");
    if (r == 0 && sodium_init() < 0)
        r = err_set(err, E_IO, "no source of random numbers");
    if (r == 0) {
        session_make_token(token);
        session_hash(span_of(token, SESSION_TOKEN), m.hash);
        r = store_write(s, put_link, &m, err);
    }
    if (r == 0)
        *ret_expires = m.now + RESET_LIFE_MS;
    arena_release(&a);
    return r;
}

static int find_link(struct store *s, const char *hash, int64_t *ret_account, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(
        s,
        "SELECT r.account_id FROM account_reset r JOIN account a ON a.id = r.account_id"
        " WHERE r.hash = $1 AND r.used_at = 0 AND r.expires_at > $2 AND a.disabled_at = 0",
        &st, err);

    if (r < 0)
        return r;
    stmt_text(st, 1, span_z(hash));
    stmt_int(st, 2, clock_now_ms());
    r = stmt_step(st, err);
    if (r > 0)
        *ret_account = stmt_get_int(st, 0);
    stmt_done(st);
    return r == 0 ? err_set(err, E_NOT_FOUND, "the link was used, or is over") : r < 0 ? r : 0;
}

int account_reset_look(struct store *s, struct arena *a, struct span token, struct account_row *ret,
                       struct err *err)
{
    char hash[AUDIT_HASH + 1];
    int64_t id = 0;

    session_hash(token, hash);
    int r = find_link(s, hash, &id, err);
    return r < 0 ? r : account_get(s, a, id, ret, err);
}

struct using
{
    const struct account_row *account;
    char link[AUDIT_HASH + 1];
    char hash[crypto_pwhash_STRBYTES];
};

/* Looked at once more: of two that use it at once the second comes too late. */
static int use_link(struct store *s, void *context, struct err *err)
{
    const struct using *u = context;
    const struct actor self = {.account_id = u->account->id, .name = u->account->name};
    struct stmt *st;
    int64_t id = 0;
    int r = find_link(s, u->link, &id, err);

    if (r == 0)
        r = store_prepare(s, "UPDATE account_reset SET used_at = $2 WHERE hash = $1", &st, err);
    if (r < 0)
        return r;
    stmt_text(st, 1, span_z(u->link));
    stmt_int(st, 2, clock_now_ms());
    r = stmt_run(st, err);
    if (r == 0)
        r = password_put(s, id, u->hash, err);
    return r == 0 ? account_audit(s, &self, AUDIT_CHANGE, "account.password", id,
                                  SPAN("{\"how\":\"link\"}"), err)
                  : r;
}

int account_reset_use(struct store *s, struct arena *a, struct span token, struct span password,
                      struct err *err)
{
    struct account_row account;
    struct using u = {.account = &account};
    int r = account_reset_look(s, a, token, &account, err);

    if (r == 0)
        r = password_check(account.login, password, err);
    if (r == 0)
        r = password_hash(password, u.hash, err);
    if (r < 0)
        return r;
    session_hash(token, u.link);
    r = store_write(s, use_link, &u, err);
    sodium_memzero(u.hash, sizeof u.hash);
    return r;
}
