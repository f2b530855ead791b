/*
 * accounts.c: accounts and their passwords. Rights are in rights.c, sessions in sessions.c.
 */
#include "identity/accounts.h"

#include "base/utf8.h"
#include "base/vector.h"
#include "identity/accounts_int.h"
#include "identity/audit.h"
#include "identity/identity_int.h"

/* ---- roles ---- */

#define ROLE_ROW(id, word, zh, en) {word, zh, en},
static const struct {
    const char *word, *zh, *en;
} role_rows[] = {USER_ROLE_LIST(ROLE_ROW)};

struct span user_role_word(enum user_role r)
{
    return span_z(role_rows[r].word);
}

struct span user_role_title(enum user_role r, bool english)
{
    return span_z(english ? role_rows[r].en : role_rows[r].zh);
}

bool user_role_parse(struct span word, enum user_role *ret)
{
    for (size_t i = 0; i < COUNT_OF(role_rows); i++)
        if (span_eq(word, span_z(role_rows[i].word))) {
            *ret = (enum user_role)i;
            return true;
        }
    return false;
}

/* ---- reading ---- */

#define ACCOUNT_COLUMNS                                                                            \
    "id, login, name, created_at, locked_until, disabled_at,"                                      \
    " CASE WHEN password = '' THEN 0 ELSE 1 END"

static struct account_row read_row(struct arena *a, const struct stmt *st)
{
    return (struct account_row){.id = stmt_get_int(st, 0),
                                .login = arena_copy(a, stmt_get_text(st, 1)),
                                .name = arena_copy(a, stmt_get_text(st, 2)),
                                .created_at = stmt_get_int(st, 3),
                                .locked_until = stmt_get_int(st, 4),
                                .disabled_at = stmt_get_int(st, 5),
                                .has_password = stmt_get_int(st, 6) == 1};
}

static int read_one(struct arena *a, struct stmt *st, struct account_row *ret, struct err *err)
{
    int r = stmt_step(st, err);

    if (r > 0)
        *ret = read_row(a, st);
    stmt_done(st);
    if (r == 0)
        return err_set(err, E_NOT_FOUND, "no such account");
    return r < 0 ? r : a->failed ? err_memory(err) : 0;
}

int account_find(struct store *s, struct arena *a, struct span login, struct account_row *ret,
                 struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s, "SELECT " ACCOUNT_COLUMNS " FROM account WHERE login = $1", &st, err);

    if (r < 0)
        return r;
    stmt_text(st, 1, login);
    return read_one(a, st, ret, err);
}

int account_get(struct store *s, struct arena *a, int64_t id, struct account_row *ret,
                struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s, "SELECT " ACCOUNT_COLUMNS " FROM account WHERE id = $1", &st, err);

    if (r < 0)
        return r;
    stmt_int(st, 1, id);
    return read_one(a, st, ret, err);
}

int account_list(struct store *s, struct arena *a, struct span after, size_t limit,
                 struct account_row **ret, size_t *ret_n, struct err *err)
{
    VECTOR_OF(struct account_row, rows) v = {0};
    struct stmt *st;
    int r = store_prepare(
        s, "SELECT " ACCOUNT_COLUMNS " FROM account WHERE login > $1 ORDER BY login LIMIT $2", &st,
        err);

    if (r < 0)
        return r;
    stmt_text(st, 1, after);
    stmt_int(st, 2, (int64_t)limit);
    while ((r = stmt_step(st, err)) > 0) {
        struct account_row *row = VECTOR_PUSH(a, &v, struct account_row);
        if (!row) {
            r = err_memory(err);
            break;
        }
        *row = read_row(a, st);
    }
    stmt_done(st);
    if (r < 0 || a->failed)
        return r < 0 ? r : err_memory(err);
    *ret = v.at;
    *ret_n = v.n;
    return 0;
}

/* ---- passwords ---- */

int password_hash(struct span password, char out[crypto_pwhash_STRBYTES], struct err *err)
{
    if (sodium_init() < 0)
        return err_set(err, E_IO, "no source of random numbers");
    if (crypto_pwhash_str_alg(out, password.p ? password.p : "", password.n, PASSWORD_PASSES,
                              PASSWORD_MEMORY, crypto_pwhash_ALG_ARGON2ID13) != 0)
        return err_memory(err);
    return 0;
}

int password_check(struct span login, struct span password, struct err *err)
{
    if (utf8_check(password) != SIZE_MAX)
        return err_set(err, E_ENCODING, "the password is not UTF-8");
    if (utf8_count(password) < PASSWORD_LEAST || password.n > PASSWORD_MOST)
        return err_set(err, E_INPUT, "a password has %d characters or more, at most %d bytes",
                       PASSWORD_LEAST, PASSWORD_MOST);
    if (span_eq(login, password))
        return err_set(err, E_INPUT, "the password is the login");
    return 0;
}

static bool login_ok(struct span login)
{
    bool ok = login.n > 0 && login.n <= LOGIN_MOST;

    for (size_t i = 0; ok && i < login.n; i++) {
        char c = login.p[i];
        bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        ok = word || (i > 0 && (c == '-' || c == '_' || c == '.' || c == '@'));
    }
    return ok;
}

/* ---- changing ---- */

/* What the changes of this file need; the hash is made before the transaction: it takes long. */
struct change {
    const struct actor *who;
    int64_t id;
    struct span login, name;
    char hash[crypto_pwhash_STRBYTES];
    bool disabled;
};

int account_audit(struct store *s, const struct actor *who, enum audit_class class, const char *act,
                  int64_t account, struct span detail, struct err *err)
{
    char id[24];
    const struct audit_entry e = {class, span_z(act), SPAN("account"), identity_number(account, id),
                                  detail};
    return audit_add(s, who, &e, err);
}

int account_need_administrator(const struct actor *who, struct err *err)
{
    if (actor_is(who, USER_ADMINISTRATOR))
        return 0;
    int r = err_set(err, E_FORBIDDEN, "only an administrator may do this");
    err_hint(err, "the first one: huiqi account add LOGIN --role administrator");
    return r;
}

static int add_row(struct store *s, void *context, struct err *err)
{
    struct change *c = context;
    struct stmt *st;
    int r = store_prepare(s,
                          "INSERT INTO account (login, name, password, created_at)"
                          " VALUES ($1, $2, $3, $4) ON CONFLICT (login) DO NOTHING{new id}",
                          &st, err);
    if (r < 0)
        return r;
    stmt_text(st, 1, c->login);
    stmt_text(st, 2, c->name);
    stmt_text(st, 3, span_z(c->hash));
    stmt_int(st, 4, clock_now_ms());
    r = stmt_insert(st, &c->id, err);
    if (r == 0 && !c->id)
        r = err_set(err, E_CONFLICT, "there is an account '%.*s'", SPAN_ARG(c->login));
    return r == 0 ? account_audit(s, c->who, AUDIT_CHANGE, "account.add", c->id, SPAN(""), err) : r;
}

int account_add(struct store *s, const struct actor *who, struct span login, struct span name,
                struct span password, int64_t *ret_id, struct err *err)
{
    struct change c = {.who = who, .login = login, .name = name.n ? name : login};
    int r = account_need_administrator(who, err);

    if (r == 0 && !login_ok(login)) {
        r = err_set(err, E_INPUT, "'%.*s' is no login", SPAN_ARG(login));
        err_hint(err, "small letters, digits, - _ . and @, at most %d; the first a letter or digit",
                 LOGIN_MOST);
    }
    if (r == 0 && (c.name.n > ACCOUNT_NAME_MOST || utf8_check(c.name) != SIZE_MAX))
        r = err_set(err, E_INPUT, "the name is no text of at most %d bytes", ACCOUNT_NAME_MOST);
    if (r == 0 && password.n)
        r = password_check(login, password, err);
    if (r == 0 && password.n)
        r = password_hash(password, c.hash, err);
    if (r == 0)
        r = store_write(s, add_row, &c, err);
    if (r == 0)
        *ret_id = c.id;
    return r;
}

int sessions_end_of(struct store *s, int64_t account, int64_t *ret_n, struct err *err)
{
    struct stmt *st;
    int64_t now = clock_now_ms();
    int r = store_prepare(s,
                          "SELECT COUNT(*) FROM account_session WHERE account_id = $1 AND"
                          " ended_at = 0 AND expires_at > $2",
                          &st, err);
    if (r < 0)
        return r;
    stmt_int(st, 1, account);
    stmt_int(st, 2, now);
    r = stmt_step(st, err);
    *ret_n = r > 0 ? stmt_get_int(st, 0) : 0;
    stmt_done(st);
    if (r < 0)
        return r;
    r = store_prepare(
        s, "UPDATE account_session SET ended_at = $2 WHERE account_id = $1 AND ended_at = 0", &st,
        err);
    if (r < 0)
        return r;
    stmt_int(st, 1, account);
    stmt_int(st, 2, now);
    return stmt_run(st, err);
}

int password_put(struct store *s, int64_t account, const char *hash, struct err *err)
{
    struct stmt *st;
    int64_t ended;
    int r = store_prepare(
        s, "UPDATE account SET password = $2, failures = 0, locked_until = 0 WHERE id = $1", &st,
        err);

    if (r < 0)
        return r;
    stmt_int(st, 1, account);
    stmt_text(st, 2, span_z(hash));
    r = stmt_run(st, err);
    return r == 0 ? sessions_end_of(s, account, &ended, err) : r;
}

static int put_password(struct store *s, void *context, struct err *err)
{
    struct change *c = context;
    bool own = c->who->account_id && c->who->account_id == c->id;
    int r = own ? 0 : account_need_reach(s, c->who, c->id, err);

    if (r == 0)
        r = password_put(s, c->id, c->hash, err);
    return r == 0 ? account_audit(s, c->who, AUDIT_CHANGE, "account.password", c->id, SPAN(""), err)
                  : r;
}

int account_set_password(struct store *s, const struct actor *who, int64_t id, struct span password,
                         struct err *err)
{
    struct change c = {.who = who, .id = id};
    struct account_row account;
    struct arena a;
    int r = who->account_id && who->account_id == id ? 0 : account_need_administrator(who, err);

    arena_init(&a);
    if (r == 0)
        r = account_get(s, &a, id, &account, err);
    if (r == 0)
        r = password_check(account.login, password, err);
    if (r == 0)
        r = password_hash(password, c.hash, err);
    if (r == 0)
        r = store_write(s, put_password, &c, err);
    arena_release(&a);
    return r;
}

static int put_disabled(struct store *s, void *context, struct err *err)
{
    struct change *c = context;
    struct stmt *st;
    int64_t ended = 0;
    int r = account_need_reach(s, c->who, c->id, err);

    if (r < 0)
        return r;
    r = store_prepare(
        s, "UPDATE account SET disabled_at = $2, failures = 0, locked_until = 0 WHERE id = $1", &st,
        err);

    if (r < 0)
        return r;
    stmt_int(st, 1, c->id);
    stmt_int(st, 2, c->disabled ? clock_now_ms() : 0);
    r = stmt_run(st, err);
    if (r == 0 && c->disabled)
        r = sessions_end_of(s, c->id, &ended, err);
    return r == 0 ? account_audit(s, c->who, AUDIT_CHANGE,
                                  c->disabled ? "account.disable" : "account.enable", c->id,
                                  SPAN(""), err)
                  : r;
}

int account_disable(struct store *s, const struct actor *who, int64_t id, bool disabled,
                    struct err *err)
{
    struct change c = {.who = who, .id = id, .disabled = disabled};
    struct account_row account;
    struct arena a;
    int r = account_need_administrator(who, err);

    arena_init(&a);
    if (r == 0 && who->account_id == id && id)
        r = err_set(err, E_CONFLICT, "nobody disables his own account");
    if (r == 0)
        r = account_get(s, &a, id, &account, err);
    if (r == 0)
        r = store_write(s, put_disabled, &c, err);
    arena_release(&a);
    return r;
}
