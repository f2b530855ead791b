/*
 * rights.c: what accounts may do: rights, delegations, and the seats that follow from both on a
 * day. See accounts.h.
 */
#include "base/buffer.h"
#include "base/utf8.h"
#include "base/vector.h"
#include "identity/accounts_int.h"
#include "identity/identity_int.h"
#include "identity/organisations.h"

/* Where each role may be held. */
enum place { IN_ORGANISATION = 1, FOR_SUBJECT = 2, EVERYWHERE = 4 };
static const unsigned places[USER_ROLES] = {
    [USER_AGENT] = FOR_SUBJECT,
    [USER_WINDOW] = IN_ORGANISATION,
    [USER_HANDLER] = IN_ORGANISATION,
    [USER_REVIEWER] = IN_ORGANISATION,
    [USER_FINANCE] = IN_ORGANISATION,
    [USER_COUNTERPARTY] = IN_ORGANISATION | FOR_SUBJECT,
    [USER_PUBLISHER] = IN_ORGANISATION | EVERYWHERE,
    [USER_AUDITOR] = IN_ORGANISATION | EVERYWHERE,
    [USER_ADMINISTRATOR] = IN_ORGANISATION | EVERYWHERE,
};

int right_fits(enum user_role role, int64_t organisation, int64_t subject, struct err *err)
{
    unsigned is = organisation ? IN_ORGANISATION : subject ? FOR_SUBJECT : EVERYWHERE;

    if ((organisation && subject) || role >= USER_ROLES || !(places[role] & is)) {
        int r = err_set(err, E_INPUT, "the role cannot be held there");
        err_hint(err,
                 "agent: for a subject; window, handler, reviewer, finance: in an organisation");
        return r;
    }
    return 0;
}

static int row_exists(struct store *s, const char *sql, int64_t id, const char *what,
                      struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s, sql, &st, err);

    if (r < 0)
        return r;
    stmt_int(st, 1, id);
    r = stmt_step(st, err);
    stmt_done(st);
    return r < 0 ? r : r == 0 ? err_set(err, E_NOT_FOUND, "no such %s", what) : 0;
}

static int check_exist(struct store *s, int64_t account, int64_t organisation, int64_t subject,
                       struct err *err)
{
    int r = row_exists(s, "SELECT 1 FROM account WHERE id = $1", account, "account", err);

    if (r == 0 && organisation)
        r = row_exists(s, "SELECT 1 FROM organisation WHERE id = $1", organisation, "organisation",
                       err);
    if (r == 0 && subject)
        r = row_exists(s, "SELECT 1 FROM subject WHERE id = $1", subject, "subject", err);
    return r;
}

/* An administrator of an organisation reaches what lies below it. */
static int check_below(struct store *s, const struct actor *who, int64_t organisation,
                       struct err *err)
{
    bool within = false;
    int r = account_need_administrator(who, err);

    if (r < 0 || who->program || !who->organisation_id)
        return r;
    r = organisation_within(s, organisation, who->organisation_id, date_today(), &within, err);
    if (r == 0 && !within)
        r = err_set(err, E_FORBIDDEN, "this lies outside of the administrator's organisation");
    return r;
}

int account_need_reach(struct store *s, const struct actor *who, int64_t account, struct err *err)
{
    VECTOR_OF(int64_t, ids) v = {0};
    struct arena a;
    struct stmt *st;
    int r = account_need_administrator(who, err);

    if (r < 0 || who->program || !who->organisation_id)
        return r;
    r = store_prepare(s, "SELECT organisation_id FROM account_right WHERE account_id = $1", &st,
                      err);
    if (r < 0)
        return r;
    arena_init(&a);
    stmt_int(st, 1, account);
    while ((r = stmt_step(st, err)) > 0) {
        int64_t *id = VECTOR_PUSH(&a, &v, int64_t);
        if (!id) {
            r = err_memory(err);
            break;
        }
        *id = stmt_get_int(st, 0);
    }
    stmt_done(st);
    for (size_t i = 0; r == 0 && i < v.n; i++)
        r = check_below(s, who, v.at[i], err);
    arena_release(&a);
    return r;
}

/* ---- granting ---- */

struct grant {
    const struct actor *who;
    const struct right_new *right;
    const struct delegation_new *delegation;
    int64_t id, account;
    struct date last;
    struct span roles; /* of a delegation, as words */
};

/* {"role": ..., "organisation": ..., "subject": ..., "since": ..., "until": ...} by numbers */
static int audit_grant(struct store *s, const struct grant *g, const char *act, struct span roles,
                       int64_t organisation, int64_t subject, struct span since, struct span until,
                       struct err *err)
{
    struct buffer out = BUFFER_INIT;

    buffer_print(&out,
                 "{\"id\":%" PRId64 ",\"roles\":\"%.*s\",\"organisation\":%" PRId64
                 ",\"subject\":%" PRId64 ",\"since\":\"%.*s\",\"until\":\"%.*s\"",
                 g->id, SPAN_ARG(roles), organisation, subject, SPAN_ARG(since), SPAN_ARG(until));
    if (g->delegation)
        buffer_print(&out, ",\"from\":%" PRId64, g->delegation->from_account);
    buffer_byte(&out, '}');
    int r = buffer_failed(&out)
                ? err_memory(err)
                : account_audit(s, g->who, AUDIT_CHANGE, act, g->account, buffer_span(&out), err);
    buffer_release(&out);
    return r;
}

static int insert_right(struct store *s, struct grant *g, struct span since, struct span until,
                        struct err *err)
{
    const struct right_new *x = g->right;
    struct stmt *st;
    int r =
        store_prepare(s,
                      "INSERT INTO account_right (account_id, role, organisation_id, subject_id,"
                      " since, until, granted_by, granted_at)"
                      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8){new id}",
                      &st, err);
    if (r < 0)
        return r;
    stmt_int(st, 1, x->account_id);
    stmt_text(st, 2, user_role_word(x->role));
    stmt_int(st, 3, x->organisation_id);
    stmt_int(st, 4, x->subject_id);
    stmt_text(st, 5, since);
    stmt_text(st, 6, until);
    stmt_int(st, 7, g->who->account_id);
    stmt_int(st, 8, clock_now_ms());
    return stmt_insert(st, &g->id, err);
}

static int put_right(struct store *s, void *context, struct err *err)
{
    struct grant *g = context;
    const struct right_new *x = g->right;
    char from[DATE_TEXT], to[DATE_TEXT];
    struct span since = identity_day(x->since, from);
    struct span until = x->has_until ? identity_day(x->until, to) : SPAN("");
    int r = check_exist(s, x->account_id, x->organisation_id, x->subject_id, err);

    if (r == 0)
        r = check_below(s, g->who, x->organisation_id, err);
    if (r == 0)
        r = insert_right(s, g, since, until, err);
    g->account = x->account_id;
    return r == 0 ? audit_grant(s, g, "account.grant", user_role_word(x->role), x->organisation_id,
                                x->subject_id, since, until, err)
                  : r;
}

int right_grant(struct store *s, const struct actor *who, const struct right_new *x,
                int64_t *ret_id, struct err *err)
{
    struct grant g = {.who = who, .right = x};
    int r = right_fits(x->role, x->organisation_id, x->subject_id, err);

    if (r == 0 && who->account_id && who->account_id == x->account_id)
        r = err_set(err, E_FORBIDDEN, "nobody grants rights to himself");
    if (r == 0 && x->has_until && date_compare(x->until, x->since) < 0)
        r = err_set(err, E_INPUT, "the right ends before it begins");
    if (r == 0)
        r = store_write(s, put_right, &g, err);
    if (r == 0)
        *ret_id = g.id;
    return r;
}

struct ending {
    int64_t account, organisation;
    struct span until;
};

/* The line of a right or a delegation (whose account is the giver). */
static int read_ending(struct store *s, struct arena *a, const char *sql, int64_t id,
                       struct ending *ret, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s, sql, &st, err);

    if (r < 0)
        return r;
    stmt_int(st, 1, id);
    r = stmt_step(st, err);
    if (r > 0)
        *ret = (struct ending){stmt_get_int(st, 0), stmt_get_int(st, 1),
                               arena_copy(a, stmt_get_text(st, 2))};
    stmt_done(st);
    if (r == 0)
        return err_set(err, E_NOT_FOUND, "there is no such line");
    return r < 0 ? r : a->failed ? err_memory(err) : 0;
}

static int write_ending(struct store *s, const char *sql, struct grant *g, const char *act,
                        const struct ending *e, struct err *err)
{
    char last[DATE_TEXT];
    struct span until = identity_day(g->last, last);
    struct stmt *st;

    if (e->until.n && span_compare(until, e->until) > 0)
        return err_set(err, E_CONFLICT, "it ends earlier already, on %.*s", SPAN_ARG(e->until));
    int r = store_prepare(s, sql, &st, err);
    if (r < 0)
        return r;
    stmt_int(st, 1, g->id);
    stmt_text(st, 2, until);
    r = stmt_run(st, err);
    g->account = e->account;
    return r == 0 ? audit_grant(s, g, act, SPAN(""), e->organisation, 0, SPAN(""), until, err) : r;
}

static int end_right(struct store *s, void *context, struct err *err)
{
    struct grant *g = context;
    struct ending e = {0};
    struct arena a;

    arena_init(&a);
    int r = read_ending(
        s, &a, "SELECT account_id, organisation_id, until FROM account_right WHERE id = $1", g->id,
        &e, err);
    if (r == 0)
        r = check_below(s, g->who, e.organisation, err);
    if (r == 0)
        r = write_ending(s, "UPDATE account_right SET until = $2 WHERE id = $1", g, "account.end",
                         &e, err);
    arena_release(&a);
    return r;
}

int right_end(struct store *s, const struct actor *who, int64_t id, struct date last,
              struct err *err)
{
    return store_write(s, end_right, &(struct grant){.who = who, .id = id, .last = last}, err);
}

#define PLACE_NAMES                                                                                \
    "COALESCE(o.name, ''), COALESCE(CASE WHEN b.name = '' THEN b.code ELSE b.name END, '')"

int right_list(struct store *s, struct arena *a, int64_t account_id, struct right_row **ret,
               size_t *ret_n, struct err *err)
{
    VECTOR_OF(struct right_row, rows) v = {0};
    struct stmt *st;
    int r = store_prepare(s,
                          "SELECT r.id, r.role, r.organisation_id, r.subject_id, r.since, r.until,"
                          " " PLACE_NAMES " FROM account_right r"
                          " LEFT JOIN organisation o ON o.id = r.organisation_id"
                          " LEFT JOIN subject b ON b.id = r.subject_id"
                          " WHERE r.account_id = $1 ORDER BY r.id",
                          &st, err);
    if (r < 0)
        return r;
    stmt_int(st, 1, account_id);
    while ((r = stmt_step(st, err)) > 0) {
        struct right_row *row = VECTOR_PUSH(a, &v, struct right_row);
        if (!row) {
            r = err_memory(err);
            break;
        }
        *row = (struct right_row){.id = stmt_get_int(st, 0),
                                  .account_id = account_id,
                                  .organisation_id = stmt_get_int(st, 2),
                                  .subject_id = stmt_get_int(st, 3),
                                  .since = arena_copy(a, stmt_get_text(st, 4)),
                                  .until = arena_copy(a, stmt_get_text(st, 5)),
                                  .organisation = arena_copy(a, stmt_get_text(st, 6)),
                                  .subject = arena_copy(a, stmt_get_text(st, 7))};
        if (!user_role_parse(stmt_get_text(st, 1), &row->role))
            v.n--; /* of a newer program */
    }
    stmt_done(st);
    if (r < 0 || a->failed)
        return r < 0 ? r : err_memory(err);
    *ret = v.at;
    *ret_n = v.n;
    return 0;
}

/* ---- delegation ---- */

static struct span role_words(struct arena *a, unsigned roles)
{
    struct buffer out = BUFFER_INIT;

    for (unsigned i = 0; i < USER_ROLES; i++)
        if (roles >> i & 1)
            buffer_print(&out, "%s%.*s", out.n ? "," : "",
                         SPAN_ARG(user_role_word((enum user_role)i)));
    struct span copy =
        buffer_failed(&out) ? (struct span){NULL, 0} : arena_copy(a, buffer_span(&out));
    buffer_release(&out);
    return copy;
}

static unsigned roles_of_words(struct span words)
{
    unsigned roles = 0;
    enum user_role one;
    struct span word;

    while (span_split(&words, ',', &word))
        if (user_role_parse(word, &one))
            roles |= 1u << one;
    return roles;
}

static int insert_delegation(struct store *s, struct grant *g, struct span since, struct span until,
                             struct err *err)
{
    const struct delegation_new *x = g->delegation;
    struct stmt *st;
    int r = store_prepare(s,
                          "INSERT INTO delegation (from_account, to_account, roles,"
                          " organisation_id, subject_id, since, until, granted_by, granted_at)"
                          " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9){new id}",
                          &st, err);
    if (r < 0)
        return r;
    stmt_int(st, 1, x->from_account);
    stmt_int(st, 2, x->to_account);
    stmt_text(st, 3, g->roles);
    stmt_int(st, 4, x->organisation_id);
    stmt_int(st, 5, x->subject_id);
    stmt_text(st, 6, since);
    stmt_text(st, 7, until);
    stmt_int(st, 8, g->who->account_id);
    stmt_int(st, 9, clock_now_ms());
    return stmt_insert(st, &g->id, err);
}

/* Roles that the account holds itself in a place, some day of the period. */
static int held_roles(struct store *s, const struct delegation_new *x, struct span since,
                      struct span until, unsigned *ret, struct err *err)
{
    enum user_role one;
    struct stmt *st;
    int r = store_prepare(s,
                          "SELECT role FROM account_right WHERE account_id = $1 AND"
                          " organisation_id = $2 AND subject_id = $3 AND since <= $5 AND"
                          " (until = '' OR until >= $4)",
                          &st, err);
    *ret = 0;
    if (r < 0)
        return r;
    stmt_int(st, 1, x->from_account);
    stmt_int(st, 2, x->organisation_id);
    stmt_int(st, 3, x->subject_id);
    stmt_text(st, 4, since);
    stmt_text(st, 5, until);
    while ((r = stmt_step(st, err)) > 0)
        if (user_role_parse(stmt_get_text(st, 0), &one))
            *ret |= 1u << one;
    stmt_done(st);
    *ret &= ~(1u << USER_ADMINISTRATOR);
    return r;
}

/* The giver; an administrator within his reach. */
static int may_delegate(struct store *s, const struct actor *who, int64_t giver,
                        int64_t organisation, struct err *err)
{
    if (who->account_id && who->account_id == giver)
        return 0;
    return check_below(s, who, organisation, err);
}

static int put_delegation(struct store *s, void *context, struct err *err)
{
    struct grant *g = context;
    const struct delegation_new *x = g->delegation;
    char from[DATE_TEXT], to[DATE_TEXT];
    struct span since = identity_day(x->since, from), until = identity_day(x->until, to);
    struct arena a;
    unsigned held = 0;
    int r = check_exist(s, x->from_account, x->organisation_id, x->subject_id, err);

    arena_init(&a);
    if (r == 0)
        r = check_exist(s, x->to_account, 0, 0, err);
    if (r == 0)
        r = may_delegate(s, g->who, x->from_account, x->organisation_id, err);
    if (r == 0)
        r = held_roles(s, x, since, until, &held, err);
    unsigned roles = x->roles ? x->roles : held;
    if (r == 0 && (!roles || (roles & ~held)))
        r = err_set(err, E_FORBIDDEN, "the giver does not hold these roles there himself");
    g->roles = role_words(&a, roles);
    if (r == 0 && !g->roles.p)
        r = err_memory(err);
    if (r == 0)
        r = insert_delegation(s, g, since, until, err);
    g->account = x->to_account;
    if (r == 0)
        r = audit_grant(s, g, "account.delegate", g->roles, x->organisation_id, x->subject_id,
                        since, until, err);
    arena_release(&a);
    return r;
}

int delegation_add(struct store *s, const struct actor *who, const struct delegation_new *x,
                   int64_t *ret_id, struct err *err)
{
    struct grant g = {.who = who, .delegation = x};
    int r = 0;

    if (x->from_account == x->to_account)
        r = err_set(err, E_INPUT, "nobody delegates to himself");
    else if (who->account_id && who->account_id == x->to_account)
        r = err_set(err, E_FORBIDDEN, "nobody takes the rights of another himself");
    else if (date_compare(x->until, x->since) < 0 ||
             date_days(x->until) - date_days(x->since) >= DELEGATION_DAYS)
        r = err_set(err, E_INPUT, "a delegation has a first and a last day, at most %d days",
                    DELEGATION_DAYS);
    if (r == 0)
        r = store_write(s, put_delegation, &g, err);
    if (r == 0)
        *ret_id = g.id;
    return r;
}

static int end_delegation(struct store *s, void *context, struct err *err)
{
    struct grant *g = context;
    struct ending e = {0};
    struct arena a;

    arena_init(&a);
    int r = read_ending(s, &a,
                        "SELECT from_account, organisation_id, until FROM delegation WHERE id = $1",
                        g->id, &e, err);
    if (r == 0)
        r = may_delegate(s, g->who, e.account, e.organisation, err);
    if (r == 0)
        r = write_ending(s, "UPDATE delegation SET until = $2 WHERE id = $1", g,
                         "account.delegate-end", &e, err);
    arena_release(&a);
    return r;
}

int delegation_end(struct store *s, const struct actor *who, int64_t id, struct date last,
                   struct err *err)
{
    return store_write(s, end_delegation, &(struct grant){.who = who, .id = id, .last = last}, err);
}

int delegation_list(struct store *s, struct arena *a, int64_t account_id,
                    struct delegation_row **ret, size_t *ret_n, struct err *err)
{
    VECTOR_OF(struct delegation_row, rows) v = {0};
    struct stmt *st;
    int r = store_prepare(s,
                          "SELECT d.id, d.from_account, d.to_account, d.organisation_id,"
                          " d.subject_id, d.roles, f.login, t.login, d.since, d.until,"
                          " " PLACE_NAMES " FROM delegation d"
                          " JOIN account f ON f.id = d.from_account"
                          " JOIN account t ON t.id = d.to_account"
                          " LEFT JOIN organisation o ON o.id = d.organisation_id"
                          " LEFT JOIN subject b ON b.id = d.subject_id"
                          " WHERE d.from_account = $1 OR d.to_account = $1 ORDER BY d.id",
                          &st, err);
    if (r < 0)
        return r;
    stmt_int(st, 1, account_id);
    while ((r = stmt_step(st, err)) > 0) {
        struct delegation_row *row = VECTOR_PUSH(a, &v, struct delegation_row);
        if (!row) {
            r = err_memory(err);
            break;
        }
        *row = (struct delegation_row){.id = stmt_get_int(st, 0),
                                       .from_account = stmt_get_int(st, 1),
                                       .to_account = stmt_get_int(st, 2),
                                       .organisation_id = stmt_get_int(st, 3),
                                       .subject_id = stmt_get_int(st, 4),
                                       .roles = roles_of_words(stmt_get_text(st, 5)),
                                       .from_login = arena_copy(a, stmt_get_text(st, 6)),
                                       .to_login = arena_copy(a, stmt_get_text(st, 7)),
                                       .since = arena_copy(a, stmt_get_text(st, 8)),
                                       .until = arena_copy(a, stmt_get_text(st, 9)),
                                       .organisation = arena_copy(a, stmt_get_text(st, 10)),
                                       .subject = arena_copy(a, stmt_get_text(st, 11))};
    }
    stmt_done(st);
    if (r < 0 || a->failed)
        return r < 0 ? r : err_memory(err);
    *ret = v.at;
    *ret_n = v.n;
    return 0;
}

/* ---- seats ---- */

VECTOR_OF(struct seat, seat_vector);

/* The seat of a line: one there already, or a new one at the end. */
static struct seat *seat_of(struct arena *a, struct seat_vector *v, const struct seat *like)
{
    for (size_t i = 0; i < v->n; i++) {
        struct seat *x = &v->at[i];
        if (x->organisation_id == like->organisation_id && x->subject_id == like->subject_id &&
            x->delegation_id == like->delegation_id)
            return x;
    }
    struct seat *x = v->n < SEATS_MOST ? VECTOR_PUSH(a, v, struct seat) : NULL;
    if (!x)
        return NULL;
    *x = *like;
    x->organisation = arena_copy(a, like->organisation);
    x->subject = arena_copy(a, like->subject);
    x->subject_code = arena_copy(a, like->subject_code);
    x->for_login = arena_copy(a, like->for_login);
    return x;
}

#define SEAT_COLUMNS                                                                               \
    "r.role, r.organisation_id, r.subject_id, COALESCE(o.name, ''), COALESCE(CASE WHEN"            \
    " b.name = '' THEN b.code ELSE b.name END, ''), COALESCE(b.code, '')"
#define SEAT_TABLES                                                                                \
    " LEFT JOIN organisation o ON o.id = r.organisation_id"                                        \
    " LEFT JOIN subject b ON b.id = r.subject_id"
#define RIGHT_HOLDS " r.since <= $2 AND (r.until = '' OR r.until >= $2)"

/* Delegated lines have three columns more: the delegation, whose it is, the roles handed on. */
static const char own_seats_sql[] =
    "SELECT " SEAT_COLUMNS ", 0, 0, '', ''"
    " FROM account_right r" SEAT_TABLES " WHERE r.account_id = $1 AND" RIGHT_HOLDS " ORDER BY r.id";
static const char delegated_seats_sql[] =
    "SELECT " SEAT_COLUMNS ", d.id, d.from_account, d.roles, f.login FROM delegation d"
    " JOIN account f ON f.id = d.from_account AND f.disabled_at = 0"
    " JOIN account_right r ON r.account_id = d.from_account AND"
    " r.organisation_id = d.organisation_id AND r.subject_id = d.subject_id" SEAT_TABLES
    " WHERE d.to_account = $1 AND d.since <= $2 AND d.until >= $2 AND" RIGHT_HOLDS
    " ORDER BY d.id, r.id";

static int add_seats(struct store *s, struct arena *a, const char *sql, int64_t account_id,
                     struct date day, struct seat_vector *v, struct err *err)
{
    char text[DATE_TEXT];
    enum user_role role;
    struct stmt *st;
    int r = store_prepare(s, sql, &st, err);

    if (r < 0)
        return r;
    stmt_int(st, 1, account_id);
    stmt_text(st, 2, identity_day(day, text));
    while ((r = stmt_step(st, err)) > 0) {
        const struct seat like = {.organisation_id = stmt_get_int(st, 1),
                                  .subject_id = stmt_get_int(st, 2),
                                  .organisation = stmt_get_text(st, 3),
                                  .subject = stmt_get_text(st, 4),
                                  .subject_code = stmt_get_text(st, 5),
                                  .delegation_id = stmt_get_int(st, 6),
                                  .for_account_id = stmt_get_int(st, 7),
                                  .for_login = stmt_get_text(st, 9)};
        bool known = user_role_parse(stmt_get_text(st, 0), &role);
        if (!known || (like.delegation_id && !(roles_of_words(stmt_get_text(st, 8)) >> role & 1)))
            continue;
        struct seat *seat = seat_of(a, v, &like);
        if (seat)
            seat->roles |= 1u << role;
    }
    stmt_done(st);
    return r;
}

int account_seats(struct store *s, struct arena *a, int64_t account_id, struct date day,
                  struct seat **ret, size_t *ret_n, struct err *err)
{
    struct seat_vector v = {0};
    int r = add_seats(s, a, own_seats_sql, account_id, day, &v, err);

    if (r == 0)
        r = add_seats(s, a, delegated_seats_sql, account_id, day, &v, err);
    if (r < 0 || a->failed)
        return r < 0 ? r : err_memory(err);
    *ret = v.at;
    *ret_n = v.n;
    return 0;
}

/* ---- actors ---- */

struct actor actor_in_seat(const struct account_row *account, const struct seat *seat)
{
    struct actor who = {.account_id = account->id, .name = account->name};

    if (!seat)
        return who;
    who.roles = seat->roles;
    who.organisation_id = seat->organisation_id;
    who.organisation = seat->organisation;
    who.subject_id = seat->subject_id;
    who.delegation_id = seat->delegation_id;
    who.for_account_id = seat->for_account_id;
    return who;
}

struct actor actor_operator(void)
{
    return (struct actor){
        .program = true, .name = SPAN("operator"), .roles = (1u << USER_ROLES) - 1};
}

static bool seat_is(const struct seat *x, struct span place)
{
    return span_eq(x->organisation, place) || span_eq(x->subject, place) ||
           span_eq(x->subject_code, place) || span_eq(x->for_login, place);
}

static const struct seat *choose_seat(const struct seat *seats, size_t n, struct span place)
{
    for (size_t i = 0; i < n; i++)
        if (!place.n || seat_is(&seats[i], place))
            return &seats[i];
    return NULL;
}

int actor_of_account(struct store *s, struct arena *a, struct span login, struct date day,
                     struct actor *ret, struct err *err)
{
    struct span place = login, name = {NULL, 0};
    struct account_row account;
    struct seat *seats = NULL;
    size_t n = 0;

    span_split(&place, '/', &name);
    int r = account_find(s, a, name, &account, err);
    if (r == 0 && account.disabled_at)
        r = err_set(err, E_FORBIDDEN, "the account '%.*s' is disabled", SPAN_ARG(name));
    if (r == 0)
        r = account_seats(s, a, account.id, day, &seats, &n, err);
    if (r < 0)
        return r;
    const struct seat *seat = choose_seat(seats, n, place);
    if (place.n && !seat)
        return err_set(err, E_NOT_FOUND, "'%.*s' has no rights at '%.*s' on this day",
                       SPAN_ARG(name), SPAN_ARG(place));
    *ret = actor_in_seat(&account, seat);
    return 0;
}
