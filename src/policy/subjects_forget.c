/*
 * subjects_forget.c: sensitive facts are kept for their purpose and a time, then deleted: see
 * subjects.h. What an earlier event said goes with the later ones of the same age, so that the
 * present stays a view of the history.
 */
#include <inttypes.h>

#include "identity/audit.h"
#include "policy/subjects_int.h"

struct forgetting {
    struct arena *arena;
    const struct actor *who;
    struct date day;
    bool dry;
    struct forgotten *at;
    size_t n;
};

bool fact_first_kept(const struct fact *f, struct date day, struct date *ret)
{
    int64_t months = 0;
    return f->sensitive && f->has_keep_months && decimal_to_int(f->keep_months, &months) &&
           date_add_months(day, -months, ret);
}

static int run_sql(struct store *s, const char *sql, struct span fact, struct span before,
                   int64_t *ret_count, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s, sql, &st, err);

    if (r < 0)
        return r;
    stmt_text(st, 1, fact);
    stmt_text(st, 2, before);
    if (!ret_count)
        return stmt_run(st, err);
    r = stmt_step(st, err);
    if (r > 0)
        *ret_count = stmt_get_int(st, 0);
    stmt_done(st);
    return r < 0 ? r : 0;
}

static int log_fact(struct store *s, const struct forgetting *g, const struct forgotten *x,
                    struct err *err)
{
    const struct audit_entry e = {AUDIT_CHANGE, SPAN("facts.forget"), SPAN("fact"), x->fact->name,
                                  arena_print(g->arena, "{\"events\":%" PRId64 "}", x->events)};
    return e.detail.p ? audit_add(s, g->who, &e, err) : err_memory(err);
}

#define OLD "SELECT id FROM fact_event WHERE fact = $1 AND observed < $2"

static int forget_one(struct store *s, struct forgetting *g, struct forgotten *x, struct err *err)
{
    struct date kept;
    char text[DATE_TEXT];

    x->events = 0;
    if (!fact_first_kept(x->fact, g->day, &kept))
        return 0;
    struct span before = span_of(text, date_print(kept, text)), fact = x->fact->name;
    int r = run_sql(s, "SELECT COUNT(*) FROM fact_event WHERE fact = $1 AND observed < $2", fact,
                    before, &x->events, err);
    if (r < 0 || g->dry || !x->events)
        return r;
    r = run_sql(s, "DELETE FROM fact_now WHERE event_id IN (" OLD ")", fact, before, NULL, err);
    if (r == 0)
        r = run_sql(s, "DELETE FROM fact_event WHERE fact = $1 AND observed < $2", fact, before,
                    NULL, err);
    return r < 0 ? r : log_fact(s, g, x, err);
}

static int forget(struct store *s, void *context, struct err *err)
{
    struct forgetting *g = context;
    int r = 0;

    for (size_t i = 0; i < g->n && r == 0; i++)
        r = forget_one(s, g, &g->at[i], err);
    return r;
}

int subjects_forget(struct arena *request, struct store *s, const struct library *l,
                    const struct actor *who, struct date day, bool dry, struct forgotten **ret,
                    size_t *ret_n, struct err *err)
{
    struct forgetting g = {.arena = request, .who = who, .day = day, .dry = dry};

    if (!actor_is(who, USER_ADMINISTRATOR)) {
        int r = err_set(err, E_FORBIDDEN, "deleting what is over is not for this account");
        err_hint(err, "the program does it each day; else an administrator");
        return r;
    }
    g.at = ARENA_ARRAY(request, struct forgotten, l->fact_count + 1);
    if (!g.at)
        return err_memory(err);
    for (size_t i = 0; i < l->fact_count; i++)
        if (l->facts[i]->sensitive && l->facts[i]->has_keep_months)
            g.at[g.n++].fact = l->facts[i];
    int r = store_write(s, forget, &g, err);
    if (r == 0) {
        *ret = g.at;
        *ret_n = g.n;
    }
    return r;
}
