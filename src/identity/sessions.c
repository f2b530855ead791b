/*
 * sessions.c: signing in and out, and tokens. See sessions.h.
 */
#include "identity/sessions.h"

#include "base/vector.h"
#include "identity/accounts_int.h"
#include "identity/audit_int.h"
#include "identity/identity_int.h"

/* How often a session that is used is written as used: not on every request. */
#define SEEN_EVERY_MS (INT64_C(5) * 60 * 1000)

void session_hash(struct span token, char out[AUDIT_HASH + 1])
{
    unsigned char raw[AUDIT_BYTES];
    struct audit_hash h;

    audit_hash_begin(&h, "huiqi session 1");
    audit_hash_text(&h, token);
    audit_hash_end(&h, raw);
    audit_hex(raw, out);
}

/* ---- signing in ---- */

struct candidate {
    int64_t id, locked_until, disabled_at;
    struct span name, hash;
};

static int find_candidate(struct store *s, struct arena *a, struct span login,
                          struct candidate *ret, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(
        s, "SELECT id, locked_until, disabled_at, name, password FROM account WHERE login = $1",
        &st, err);

    *ret = (struct candidate){0};
    if (r < 0)
        return r;
    stmt_text(st, 1, login);
    r = stmt_step(st, err);
    if (r > 0)
        *ret = (struct candidate){stmt_get_int(st, 0), stmt_get_int(st, 1), stmt_get_int(st, 2),
                                  arena_copy(a, stmt_get_text(st, 3)),
                                  arena_copy(a, stmt_get_text(st, 4))};
    stmt_done(st);
    return r < 0 ? r : a->failed ? err_memory(err) : 0;
}

/* Takes as long whether there is such an account or not. */
static int password_right(const struct candidate *c, struct span password, bool *ret,
                          struct err *err)
{
    char hash[crypto_pwhash_STRBYTES] = "";

    *ret = false;
    if (sodium_init() < 0)
        return err_set(err, E_IO, "no source of random numbers");
    if (password.n > PASSWORD_MOST)
        return 0;
    if (c->hash.n == 0 || c->hash.n >= sizeof hash)
        return password_hash(password, hash, err);
    memcpy(hash, c->hash.p, c->hash.n);
    *ret = crypto_pwhash_str_verify(hash, password.p ? password.p : "", password.n) == 0;
    return 0;
}

struct entrance {
    struct candidate *candidate;
    struct span how, login;
    struct span detail;  /* of the log */
    const char *refusal; /* NULL = let in */
    bool count;          /* the refusal is a wrong password: it counts */
    const struct seat *seat;
    char hash[AUDIT_HASH + 1];
};

static int count_failure(struct store *s, int64_t id, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s,
                          "UPDATE account SET failures = failures + 1, locked_until = CASE WHEN"
                          " failures + 1 >= $2 THEN $3 ELSE locked_until END WHERE id = $1",
                          &st, err);
    if (r < 0)
        return r;
    stmt_int(st, 1, id);
    stmt_int(st, 2, SIGN_IN_TRIES);
    stmt_int(st, 3, clock_now_ms() + SIGN_IN_LOCK_MS);
    return stmt_run(st, err);
}

static int forget_failures(struct store *s, int64_t id, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s,
                          "UPDATE account SET failures = 0, locked_until = 0 WHERE id = $1 AND"
                          " failures > 0",
                          &st, err);
    if (r < 0)
        return r;
    stmt_int(st, 1, id);
    return stmt_run(st, err);
}

static int put_session(struct store *s, const struct entrance *e, struct err *err)
{
    int64_t now = clock_now_ms();
    struct stmt *st;
    int r = store_prepare(s,
                          "INSERT INTO account_session (hash, account_id, organisation_id,"
                          " subject_id, delegation_id, how, created_at, seen_at, expires_at)"
                          " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                          &st, err);
    if (r < 0)
        return r;
    stmt_text(st, 1, span_of(e->hash, AUDIT_HASH));
    stmt_int(st, 2, e->candidate->id);
    stmt_int(st, 3, e->seat ? e->seat->organisation_id : 0);
    stmt_int(st, 4, e->seat ? e->seat->subject_id : 0);
    stmt_int(st, 5, e->seat ? e->seat->delegation_id : 0);
    stmt_text(st, 6, e->how);
    stmt_int(st, 7, now);
    stmt_int(st, 8, now);
    stmt_int(st, 9, now + SIGN_IN_LIFE_MS);
    return stmt_run(st, err);
}

/* A login that nobody has is not written down: it may be a password typed into the wrong field. */
static int enter(struct store *s, void *context, struct err *err)
{
    struct entrance *e = context;
    const struct candidate *c = e->candidate;
    const struct actor who = {.account_id = c->id, .name = c->name};
    int r = 0;

    if (e->refusal) {
        if (e->count)
            r = count_failure(s, c->id, err);
        return r == 0 ? account_audit(s, &who, AUDIT_SIGN_IN, e->refusal, c->id, SPAN(""), err) : r;
    }
    r = forget_failures(s, c->id, err);
    if (r == 0)
        r = put_session(s, e, err);
    return r == 0 ? account_audit(s, &who, AUDIT_SIGN_IN, "account.sign-in", c->id, e->detail, err)
                  : r;
}

void session_make_token(char token[SESSION_TOKEN + 1])
{
    unsigned char random[32];

    randombytes_buf(random, sizeof random);
    sodium_bin2base64(token, SESSION_TOKEN + 1, random, sizeof random,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

/* Opens the session in the first seat. */
static int let_in(struct store *s, struct arena *a, struct entrance *e,
                  char token[SESSION_TOKEN + 1], struct err *err)
{
    struct seat *seats = NULL;
    size_t n = 0;
    int r = account_seats(s, a, e->candidate->id, date_today(), &seats, &n, err);

    if (r < 0)
        return r;
    e->seat = n ? &seats[0] : NULL;
    session_make_token(token);
    session_hash(span_of(token, SESSION_TOKEN), e->hash);
    return store_write(s, enter, e, err);
}

/* A locked account is refused before its password is looked at, and its attempts do not count: the
 * lock ends when it ends. */
int session_sign_in(struct store *s, struct arena *a, struct span login, struct span password,
                    enum sign_in *ret_how, char token[SESSION_TOKEN + 1], struct err *err)
{
    struct candidate c;
    struct entrance e = {.candidate = &c, .how = SPAN("password"), .login = login};
    bool right = false;
    int r = find_candidate(s, a, login, &c, err);

    if (r == 0)
        r = password_right(&c, password, &right, err);
    if (r < 0)
        return r;
    *ret_how = SIGN_IN_REFUSED;
    if (!c.id)
        return 0;
    bool locked = c.locked_until > clock_now_ms();
    if (locked || c.disabled_at || !right) {
        e.refusal = locked          ? "account.refused-locked"
                    : c.disabled_at ? "account.refused-disabled"
                                    : "account.refused";
        e.count = !locked && !c.disabled_at;
        return store_write(s, enter, &e, err);
    }
    r = let_in(s, a, &e, token, err);
    if (r == 0)
        *ret_how = SIGN_IN_DONE;
    return r;
}

int session_vouched(struct store *s, struct arena *a, int64_t account_id, struct span how,
                    char token[SESSION_TOKEN + 1], struct err *err)
{
    struct account_row account;
    int r = account_get(s, a, account_id, &account, err);

    if (r == 0 && sodium_init() < 0)
        r = err_set(err, E_IO, "no source of random numbers");
    if (r == 0 && account.disabled_at)
        r = err_set(err, E_FORBIDDEN, "the account is disabled");
    if (r < 0)
        return r;
    struct candidate c = {.id = account.id, .name = account.name};
    struct entrance e = {.candidate = &c, .how = how, .login = account.login};
    e.detail = arena_print(a, "{\"how\":\"%.*s\"}", SPAN_ARG(how));
    if (!e.detail.p)
        return err_memory(err);
    return let_in(s, a, &e, token, err);
}

/* ---- tokens ---- */

#define SESSION_COLUMNS                                                                            \
    "account_id, created_at, seen_at, expires_at, ended_at, organisation_id, subject_id,"          \
    " delegation_id, how, hash"

static struct session_row read_session(struct arena *a, const struct stmt *st)
{
    return (struct session_row){.account_id = stmt_get_int(st, 0),
                                .created_at = stmt_get_int(st, 1),
                                .seen_at = stmt_get_int(st, 2),
                                .expires_at = stmt_get_int(st, 3),
                                .ended_at = stmt_get_int(st, 4),
                                .organisation_id = stmt_get_int(st, 5),
                                .subject_id = stmt_get_int(st, 6),
                                .delegation_id = stmt_get_int(st, 7),
                                .how = arena_copy(a, stmt_get_text(st, 8)),
                                .hash = arena_copy(a, stmt_get_text(st, 9))};
}

static bool session_lives(const struct session_row *row, int64_t now)
{
    return !row->ended_at && now < row->expires_at && now < row->seen_at + SIGN_IN_IDLE_MS;
}

static int find_session(struct store *s, struct arena *a, struct span token,
                        struct session_row *ret, struct err *err)
{
    char hash[AUDIT_HASH + 1];
    struct stmt *st;

    if (token.n != SESSION_TOKEN)
        return err_set(err, E_NOT_FOUND, "nobody is signed in");
    int r = store_prepare(s, "SELECT " SESSION_COLUMNS " FROM account_session WHERE hash = $1", &st,
                          err);
    if (r < 0)
        return r;
    session_hash(token, hash);
    stmt_text(st, 1, span_of(hash, AUDIT_HASH));
    r = stmt_step(st, err);
    if (r > 0)
        *ret = read_session(a, st);
    stmt_done(st);
    if (r < 0 || a->failed)
        return r < 0 ? r : err_memory(err);
    if (r == 0 || !session_lives(ret, clock_now_ms()))
        return err_set(err, E_NOT_FOUND, "nobody is signed in");
    return 0;
}

static int touch(struct store *s, void *context, struct err *err)
{
    const struct session_row *row = context;
    struct stmt *st;
    int r = store_prepare(s, "UPDATE account_session SET seen_at = $2 WHERE hash = $1", &st, err);

    if (r < 0)
        return r;
    stmt_text(st, 1, row->hash);
    stmt_int(st, 2, clock_now_ms());
    return stmt_run(st, err);
}

static const struct seat *seat_of_session(const struct session_row *row, const struct seat *seats,
                                          size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (seats[i].organisation_id == row->organisation_id &&
            seats[i].subject_id == row->subject_id && seats[i].delegation_id == row->delegation_id)
            return &seats[i];
    return n ? &seats[0] : NULL; /* it ended: his first one */
}

int actor_of_session(struct store *s, struct arena *a, struct span token, struct date day,
                     struct actor *ret, struct session_row *ret_session, struct err *err)
{
    struct session_row row;
    struct account_row account;
    struct seat *seats = NULL;
    size_t n = 0;
    int r = find_session(s, a, token, &row, err);

    if (r == 0)
        r = account_get(s, a, row.account_id, &account, err);
    if (r == 0 && account.disabled_at)
        r = err_set(err, E_NOT_FOUND, "nobody is signed in");
    if (r == 0)
        r = account_seats(s, a, row.account_id, day, &seats, &n, err);
    if (r == 0 && clock_now_ms() >= row.seen_at + SEEN_EVERY_MS && !store_in_transaction(s))
        r = store_write(s, touch, &row, err);
    if (r < 0)
        return r;
    *ret = actor_in_seat(&account, seat_of_session(&row, seats, n));
    if (ret_session)
        *ret_session = row;
    return 0;
}

struct sitting {
    const struct session_row *row;
    const struct seat *seat;
};

static int sit_down(struct store *s, void *context, struct err *err)
{
    const struct sitting *x = context;
    struct stmt *st;
    int r = store_prepare(s,
                          "UPDATE account_session SET organisation_id = $2, subject_id = $3,"
                          " delegation_id = $4 WHERE hash = $1",
                          &st, err);
    if (r < 0)
        return r;
    stmt_text(st, 1, x->row->hash);
    stmt_int(st, 2, x->seat->organisation_id);
    stmt_int(st, 3, x->seat->subject_id);
    stmt_int(st, 4, x->seat->delegation_id);
    return stmt_run(st, err);
}

int session_take_seat(struct store *s, struct arena *a, struct span token, const struct seat *seat,
                      struct date day, struct err *err)
{
    struct session_row row;
    struct seat *seats = NULL;
    size_t n = 0;
    bool there = false;
    int r = find_session(s, a, token, &row, err);

    if (r == 0)
        r = account_seats(s, a, row.account_id, day, &seats, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++)
        there = there || (seats[i].organisation_id == seat->organisation_id &&
                          seats[i].subject_id == seat->subject_id &&
                          seats[i].delegation_id == seat->delegation_id);
    if (r == 0 && !there)
        r = err_set(err, E_NOT_FOUND, "the account has no such rights on this day");
    return r == 0 ? store_write(s, sit_down, &(struct sitting){&row, seat}, err) : r;
}

/* ---- signing out ---- */

struct leaving {
    const struct actor *who;
    const struct session_row *row;
    int64_t account, n;
};

static int leave(struct store *s, void *context, struct err *err)
{
    const struct leaving *x = context;
    struct stmt *st;
    int r = store_prepare(s, "UPDATE account_session SET ended_at = $2 WHERE hash = $1", &st, err);

    if (r < 0)
        return r;
    stmt_text(st, 1, x->row->hash);
    stmt_int(st, 2, clock_now_ms());
    r = stmt_run(st, err);
    return r == 0 ? account_audit(s, x->who, AUDIT_SIGN_IN, "account.sign-out", x->row->account_id,
                                  SPAN(""), err)
                  : r;
}

int session_sign_out(struct store *s, const struct actor *who, struct span token, struct err *err)
{
    struct session_row row;
    struct err once = ERR_INIT;
    struct arena a;

    arena_init(&a);
    int r = find_session(s, &a, token, &row, &once);
    if (r == 0)
        r = store_write(s, leave, &(struct leaving){.who = who, .row = &row}, &once);
    if (r == E_NOT_FOUND)
        r = 0;
    if (r < 0 && err)
        *err = once;
    arena_release(&a);
    return r;
}

int session_list(struct store *s, struct arena *a, int64_t account_id, struct session_row **ret,
                 size_t *ret_n, struct err *err)
{
    VECTOR_OF(struct session_row, rows) v = {0};
    struct stmt *st;
    int r = store_prepare(s,
                          "SELECT " SESSION_COLUMNS " FROM account_session WHERE account_id = $1"
                          " ORDER BY created_at DESC, hash LIMIT 200",
                          &st, err);
    if (r < 0)
        return r;
    stmt_int(st, 1, account_id);
    while ((r = stmt_step(st, err)) > 0) {
        struct session_row *row = VECTOR_PUSH(a, &v, struct session_row);
        if (!row) {
            r = err_memory(err);
            break;
        }
        *row = read_session(a, st);
    }
    stmt_done(st);
    if (r < 0 || a->failed)
        return r < 0 ? r : err_memory(err);
    *ret = v.at;
    *ret_n = v.n;
    return 0;
}

static int end_all(struct store *s, void *context, struct err *err)
{
    struct leaving *x = context;
    bool own = x->who->account_id && x->who->account_id == x->account;
    int r = own ? 0 : account_need_reach(s, x->who, x->account, err);

    if (r == 0)
        r = sessions_end_of(s, x->account, &x->n, err);
    return r == 0 ? account_audit(s, x->who, AUDIT_CHANGE, "account.sessions-end", x->account,
                                  SPAN(""), err)
                  : r;
}

int session_end_all(struct store *s, const struct actor *who, int64_t account_id, size_t *ret_n,
                    struct err *err)
{
    struct leaving x = {.who = who, .account = account_id};
    int r = store_write(s, end_all, &x, err);

    if (r == 0)
        *ret_n = (size_t)x.n;
    return r;
}
