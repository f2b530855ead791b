/*
 * organisations.c: see organisations.h.
 */
#include "identity/organisations.h"

#include "base/json.h"
#include "base/map.h"
#include "base/vector.h"
#include "identity/audit.h"
#include "identity/identity_int.h"

/* ---- reading ---- */

#define ROW_COLUMNS "o.id, o.name, o.kind, o.since, o.until, p.parent_id, COALESCE(q.name, '')"
/* $1 = the day: the place is the latest that has begun */
#define ROW_TABLES                                                                                 \
    " FROM organisation o LEFT JOIN organisation_place p ON p.organisation_id = o.id AND p.since " \
    "="                                                                                            \
    " (SELECT MAX(x.since) FROM organisation_place x WHERE x.organisation_id = o.id AND"           \
    " x.since <= $1) LEFT JOIN organisation q ON q.id = p.parent_id"
#define OF_THE_DAY " o.since <= $1 AND (o.until = '' OR o.until >= $1)"

static struct organisation_row read_row(struct arena *a, const struct stmt *st)
{
    return (struct organisation_row){.id = stmt_get_int(st, 0),
                                     .name = arena_copy(a, stmt_get_text(st, 1)),
                                     .kind = arena_copy(a, stmt_get_text(st, 2)),
                                     .since = arena_copy(a, stmt_get_text(st, 3)),
                                     .until = arena_copy(a, stmt_get_text(st, 4)),
                                     .parent_id = stmt_is_null(st, 5) ? 0 : stmt_get_int(st, 5),
                                     .parent = arena_copy(a, stmt_get_text(st, 6))};
}

int organisation_find(struct store *s, struct arena *a, struct span name, struct date day,
                      struct organisation_row *ret, struct err *err)
{
    char text[DATE_TEXT];
    struct stmt *st;
    int r = store_prepare(s,
                          "SELECT " ROW_COLUMNS ROW_TABLES " WHERE" OF_THE_DAY
                          " AND (o.name = $2 OR o.id = (SELECT"
                          " n.organisation_id FROM organisation_alias n WHERE n.alias = $2 AND"
                          " n.since <= $1 AND (n.until = '' OR n.until >= $1)"
                          " ORDER BY n.since DESC LIMIT 1))"
                          " ORDER BY CASE WHEN o.name = $2 THEN 0 ELSE 1 END LIMIT 1",
                          &st, err);
    if (r < 0)
        return r;
    stmt_text(st, 1, identity_day(day, text));
    stmt_text(st, 2, name);
    r = stmt_step(st, err);
    if (r > 0)
        *ret = read_row(a, st);
    stmt_done(st);
    if (r == 0) {
        r = err_set(err, E_NOT_FOUND, "no organisation '%.*s'", SPAN_ARG(name));
        err_hint(err, "all of them: huiqi account organisation");
        return r;
    }
    return r < 0 ? r : a->failed ? err_memory(err) : 0;
}

int organisation_list(struct store *s, struct arena *a, struct date day,
                      struct organisation_row **ret, size_t *ret_n, struct err *err)
{
    VECTOR_OF(struct organisation_row, rows) v = {0};
    char text[DATE_TEXT];
    struct stmt *st;
    int r = store_prepare(
        s, "SELECT " ROW_COLUMNS ROW_TABLES " WHERE" OF_THE_DAY " ORDER BY o.name", &st, err);

    if (r < 0)
        return r;
    stmt_text(st, 1, identity_day(day, text));
    while ((r = stmt_step(st, err)) > 0) {
        struct organisation_row *row = VECTOR_PUSH(a, &v, struct organisation_row);
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

/* 0 = nobody */
static int parent_of(struct store *s, int64_t id, struct span day, int64_t *ret, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s,
                          "SELECT parent_id FROM organisation_place WHERE organisation_id = $1"
                          " AND since <= $2 ORDER BY since DESC LIMIT 1",
                          &st, err);
    *ret = 0;
    if (r < 0)
        return r;
    stmt_int(st, 1, id);
    stmt_text(st, 2, day);
    r = stmt_step(st, err);
    if (r > 0)
        *ret = stmt_get_int(st, 0);
    stmt_done(st);
    return r < 0 ? r : 0;
}

int organisation_within(struct store *s, int64_t id, int64_t top, struct date day, bool *ret,
                        struct err *err)
{
    char text[DATE_TEXT];
    struct span on = identity_day(day, text);
    int r = 0;

    for (int i = 0; r == 0 && id && id != top && i < ORGANISATION_DEPTH; i++)
        r = parent_of(s, id, on, &id, err);
    *ret = r == 0 && id && id == top;
    return r;
}

int actor_sees_organisation(struct store *s, const struct actor *who, int64_t id, struct date day,
                            bool *ret, struct err *err)
{
    const unsigned everywhere = 1u << USER_AUDITOR | 1u << USER_ADMINISTRATOR;

    *ret = who->program || (!who->organisation_id && (who->roles & everywhere));
    if (*ret || !who->organisation_id)
        return 0;
    return organisation_within(s, id, who->organisation_id, day, ret, err);
}

/* ---- writing ---- */

static int put_organisation(struct store *s, const struct organisation_new *o, struct span since,
                            int64_t *ret_id, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s,
                          "INSERT INTO organisation (name, kind, since, until)"
                          " VALUES ($1, $2, $3, '') ON CONFLICT (name) DO NOTHING{new id}",
                          &st, err);
    if (r < 0)
        return r;
    stmt_text(st, 1, o->name);
    stmt_text(st, 2, o->kind);
    stmt_text(st, 3, since);
    return stmt_insert(st, ret_id, err);
}

static int put_place(struct store *s, int64_t id, int64_t parent, struct span since,
                     struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s,
                          "INSERT INTO organisation_place (organisation_id, since, parent_id)"
                          " VALUES ($1, $2, $3) ON CONFLICT (organisation_id, since)"
                          " DO UPDATE SET parent_id = excluded.parent_id",
                          &st, err);
    if (r < 0)
        return r;
    stmt_int(st, 1, id);
    stmt_text(st, 2, since);
    stmt_int(st, 3, parent);
    return stmt_run(st, err);
}

static int put_aliases(struct store *s, int64_t id, const struct organisation_new *o,
                       struct span since, struct err *err)
{
    struct stmt *st;
    int r = 0;

    for (size_t i = 0; r == 0 && i < o->alias_count; i++) {
        r = store_prepare(s,
                          "INSERT INTO organisation_alias (alias, since, until, organisation_id)"
                          " VALUES ($1, $2, '', $3) ON CONFLICT (alias, since) DO NOTHING",
                          &st, err);
        if (r < 0)
            return r;
        stmt_text(st, 1, o->aliases[i]);
        stmt_text(st, 2, since);
        stmt_int(st, 3, id);
        r = stmt_run(st, err);
    }
    return r;
}

struct seeding {
    const struct organisation_new *at;
    size_t n, fresh;
};

static int id_of_name(struct store *s, struct span name, int64_t *ret, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s, "SELECT id FROM organisation WHERE name = $1", &st, err);

    *ret = 0;
    if (r < 0)
        return r;
    stmt_text(st, 1, name);
    r = stmt_step(st, err);
    if (r > 0)
        *ret = stmt_get_int(st, 0);
    stmt_done(st);
    return r < 0 ? r : 0;
}

/* First all names, so that parents are there whatever the order. */
static int seed_all(struct store *s, void *context, struct err *err)
{
    struct seeding *x = context;
    struct arena a;
    int r = 0;

    arena_init(&a);
    int64_t *ids = ARENA_ARRAY(&a, int64_t, x->n + 1);
    x->fresh = 0;
    for (size_t i = 0; ids && r == 0 && i < x->n; i++) {
        r = put_organisation(s, &x->at[i], SPAN(""), &ids[i], err);
        x->fresh += r == 0 && ids[i];
    }
    for (size_t i = 0; ids && r == 0 && i < x->n; i++) {
        int64_t parent = 0;
        if (!ids[i])
            continue;
        if (x->at[i].parent.n)
            r = id_of_name(s, x->at[i].parent, &parent, err);
        if (r == 0)
            r = put_place(s, ids[i], parent, SPAN(""), err);
        if (r == 0)
            r = put_aliases(s, ids[i], &x->at[i], SPAN(""), err);
    }
    arena_release(&a);
    return ids ? r : err_memory(err);
}

/* Most starts find nothing to do: told by reading, so that they do not queue for writing. */
static int any_missing(struct store *s, const struct seeding *x, bool *ret, struct err *err)
{
    int64_t id = 1;
    int r = 0;

    for (size_t i = 0; r == 0 && id && i < x->n; i++)
        r = id_of_name(s, x->at[i].name, &id, err);
    *ret = id == 0;
    return r;
}

int organisations_seed(struct store *s, const struct organisation_new *at, size_t n, size_t *ret_n,
                       struct err *err)
{
    struct seeding x = {at, n, 0};
    bool missing = false;
    int r = any_missing(s, &x, &missing, err);

    if (r == 0 && missing)
        r = store_write(s, seed_all, &x, err);
    if (r == 0)
        *ret_n = x.fresh;
    return r;
}

struct change {
    const struct actor *who;
    const struct organisation_new *o;
    int64_t id, parent;
    struct date from;
};

/* An administrator of an organisation works below it only. */
static int check_reach(struct store *s, const struct change *c, int64_t id, struct err *err)
{
    bool sees = false;
    int r = actor_sees_organisation(s, c->who, id, c->from, &sees, err);

    if (r == 0 && (!sees || !actor_is(c->who, USER_ADMINISTRATOR)))
        r = err_set(err, E_FORBIDDEN, "only an administrator above it changes an organisation");
    return r;
}

static int audit_change(struct store *s, const struct change *c, const char *act, struct err *err)
{
    char from[DATE_TEXT], id[24];
    struct arena a;

    arena_init(&a);
    struct span detail = arena_print(&a, "{\"parent\":%lld,\"from\":\"%.*s\"}",
                                     (long long)c->parent, SPAN_ARG(identity_day(c->from, from)));
    const struct audit_entry e = {AUDIT_CHANGE, span_z(act), SPAN("organisation"),
                                  identity_number(c->id, id), detail};
    int r = detail.p ? audit_add(s, c->who, &e, err) : err_memory(err);
    arena_release(&a);
    return r;
}

static int add_one(struct store *s, void *context, struct err *err)
{
    struct change *c = context;
    char from[DATE_TEXT];
    struct span since = identity_day(c->from, from);
    int r = 0;

    c->parent = 0;
    if (c->o->parent.n)
        r = id_of_name(s, c->o->parent, &c->parent, err);
    if (r == 0 && c->o->parent.n && !c->parent)
        r = err_set(err, E_NOT_FOUND, "no organisation '%.*s'", SPAN_ARG(c->o->parent));
    if (r == 0)
        r = check_reach(s, c, c->parent, err);
    if (r == 0)
        r = put_organisation(s, c->o, since, &c->id, err);
    if (r == 0 && !c->id)
        r = err_set(err, E_CONFLICT, "there is an organisation '%.*s'", SPAN_ARG(c->o->name));
    if (r == 0)
        r = put_place(s, c->id, c->parent, since, err);
    if (r == 0)
        r = put_aliases(s, c->id, c->o, since, err);
    return r == 0 ? audit_change(s, c, "organisation.add", err) : r;
}

int organisation_add(struct store *s, const struct actor *who, const struct organisation_new *o,
                     struct date from, int64_t *ret_id, struct err *err)
{
    struct change c = {.who = who, .o = o, .from = from};

    if (!o->name.n || o->name.n > ORGANISATION_NAME || !o->kind.n)
        return err_set(err, E_INPUT, "an organisation has a name (at most %d bytes) and a kind",
                       ORGANISATION_NAME);
    int r = store_write(s, add_one, &c, err);
    if (r == 0)
        *ret_id = c.id;
    return r;
}

static int move_one(struct store *s, void *context, struct err *err)
{
    struct change *c = context;
    char from[DATE_TEXT];
    bool circle = false;
    int r = check_reach(s, c, c->id, err);

    if (r == 0)
        r = check_reach(s, c, c->parent, err);
    if (r == 0 && c->parent)
        r = organisation_within(s, c->parent, c->id, c->from, &circle, err);
    if (r == 0 && circle)
        r = err_set(err, E_CONFLICT, "an organisation cannot stand below itself");
    if (r == 0)
        r = put_place(s, c->id, c->parent, identity_day(c->from, from), err);
    return r == 0 ? audit_change(s, c, "organisation.move", err) : r;
}

int organisation_move(struct store *s, const struct actor *who, int64_t id, int64_t parent_id,
                      struct date from, struct err *err)
{
    struct change c = {.who = who, .id = id, .parent = parent_id, .from = from};
    return store_write(s, move_one, &c, err);
}
