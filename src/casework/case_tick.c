/*
 * case_tick.c: what time brings while nobody touches a case: clocks run out, dates that a clock
 * waits for come, conditions of acts that the program does by itself become true. Whoever acts
 * writes down what is due before; else the timer does, case by case, each in a transaction.
 *
 * What a look would show is the same before and after: only the rows for lists and the effects
 * (notices, sub-cases, money) wait for the tick.
 */
#include <inttypes.h>

#include "base/date.h"
#include "casework/case_trail.h"
#include "casework/cases_int.h"
#include "casework/clocks.h"
#include "identity/audit.h"

static const struct actor timer = {.program = true, .name = {"program", 7}};

/* ---- lapses ---- */

static int note_lapse(const struct case_work *w, const struct case_event *e, struct err *err)
{
    const struct procedure *p = w->file.procedure;
    struct audit_entry entry = {
        .class = AUDIT_CHANGE,
        .act = arena_print(w->arena, "case.%.*s", SPAN_ARG(e->act)),
        .object_kind = SPAN("case"),
        .object = w->file.row.number,
        .detail = arena_print(w->arena,
                              "{\"seq\":%" PRId64 ",\"state\":\"%.*s\",\"decision\":\"%.*s\","
                              "\"data\":\"%.*s\"}",
                              e->seq, SPAN_ARG(p->states[w->file.view->state].id),
                              SPAN_ARG(decision_words[w->file.view->decision].yaml),
                              SPAN_ARG(case_data_digest(w->arena, e->data))),
    };
    return w->arena->failed ? err_memory(err) : audit_add(w->office->store, &timer, &entry, err);
}

static int write_lapse(struct case_work *w, struct err *err)
{
    const struct case_event *e;
    int r = case_append(w, w->file.view->lapses[0], err);

    if (r == 0)
        r = case_work_view(w, (struct span){NULL, 0}, err);
    if (r < 0)
        return r;
    e = &w->events[w->file.event_count - 1];
    r = case_effects(w, e, err);
    if (r == 0)
        r = case_notice_lapse(w, e, err);
    return r == 0 ? note_lapse(w, e, err) : r;
}

/* Whoever happens to act is not who lets a clock run out. */
int case_write_lapses(struct case_work *w, size_t *ret_n, struct err *err)
{
    const struct actor *who = w->who;
    int r = 0;

    w->who = &timer;
    while (r == 0 && w->file.view->lapse_count) {
        r = write_lapse(w, err);
        ++*ret_n;
    }
    w->who = who;
    return r;
}

int case_catch_up(struct case_work *w, bool corrects, size_t *ret_n, struct err *err)
{
    size_t days = 0;
    int r = case_write_lapses(w, ret_n, err);

    if (r == 0)
        r = case_write_days(w, corrects, &days, err);
    *ret_n += days;
    return r == 0 && days ? case_write_lapses(w, ret_n, err) : r;
}

/* ---- acts of the program ---- */

/* Without a condition nothing says when: such an act is done by whoever reports its reason. */
bool case_act_of_program(const struct procedure_act *a, struct span state)
{
    bool program = false, here = false;

    for (size_t i = 0; i < a->who_count; i++)
        program |= span_eq(a->who[i], SPAN("program"));
    for (size_t i = 0; i < a->from_count; i++)
        here |= span_eq(a->from[i], state);
    return program && here && a->condition_count;
}

static bool done_by_program(const struct case_work *w, struct span act)
{
    for (size_t i = 0; i < w->file.event_count; i++)
        if (span_eq(w->file.events[i].act, act) && span_eq(w->file.events[i].by, timer.name))
            return true;
    return false;
}

/* Each at most once in a tick; one that may be done again, once in its case. A refusal is not an
 * error: the next look tries anew. */
static int try_act(struct case_work *w, const struct procedure_act *a, size_t *ret_n,
                   struct err *err)
{
    struct case_act act = {.act = a->id, .party = timer.name};
    struct span state = w->file.procedure->states[w->file.view->state].id;
    enum refusal refusal = REFUSAL_NONE;
    struct err refused = ERR_INIT;
    int r;

    if (!case_act_of_program(a, state) ||
        ((a->flags & ACT_OPEN_ENDED) && done_by_program(w, a->id)))
        return 0;
    r = case_act_within(w, &act, &refusal, &refused);
    if (r == 0)
        ++*ret_n;
    if (r < 0 && refusal == REFUSAL_NONE) {
        if (err)
            *err = refused;
        return r;
    }
    return r < 0 ? 0 : case_write_lapses(w, ret_n, err);
}

static int try_acts(struct case_work *w, size_t *ret_n, struct err *err)
{
    int r = case_parties_of(w, err);

    for (size_t i = 0; r == 0 && i < w->file.procedure->act_count; i++)
        r = try_act(w, &w->file.procedure->acts[i], ret_n, err);
    return r;
}

/* ---- one case ---- */

struct tick_call {
    struct arena *arena;
    const struct office *office;
    int64_t id;
    size_t n;
};

static int tick_within(struct store *s, void *context, struct err *err)
{
    struct tick_call *c = context;
    struct case_work *w = ARENA_NEW(c->arena, struct case_work);
    int r = w ? case_lock(s, c->id, err) : err_memory(err);

    c->n = 0;
    if (r < 0)
        return r;
    *w = (struct case_work){
        .arena = c->arena, .office = c->office, .who = &timer, .now = clock_now_ms()};
    r = case_work_load(w, c->id, err);
    if (r == 0)
        r = case_work_view(w, (struct span){NULL, 0}, err);
    if (r == 0)
        r = case_catch_up(w, true, &c->n, err);
    if (r == 0)
        r = try_acts(w, &c->n, err);
    if (r == 0)
        r = case_notice_due(w, err);
    w->ticked = true;
    return r == 0 ? case_derive(w, err) : r;
}

int case_tick(struct arena *request, const struct office *o, int64_t id, size_t *ret_n,
              struct err *err)
{
    struct tick_call c = {.arena = request, .office = o, .id = id};
    int r = store_write(o->store, tick_within, &c, err);

    if (r == 0)
        *ret_n = c.n;
    return r;
}

/* ---- all of them ---- */

#define TICK_PAGE 100

struct tick_place {
    int64_t at, id;
};

/* A page behind a place, in the order of an index. `st` is at its first row. */
static int read_places(struct stmt *st, struct tick_place *ret, size_t *ret_n, struct err *err)
{
    int r;

    *ret_n = 0;
    while ((r = stmt_step(st, err)) > 0 && *ret_n < TICK_PAGE)
        ret[(*ret_n)++] = (struct tick_place){stmt_get_int(st, 0), stmt_get_int(st, 1)};
    stmt_done(st);
    return r < 0 ? r : 0;
}

static int page_of(const struct office *o, const char *sql, struct tick_place after,
                   struct tick_place *ret, size_t *ret_n, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(o->store, sql, &st, err);

    if (r < 0)
        return r;
    stmt_int(st, 1, clock_now_ms());
    stmt_int(st, 2, after.at);
    stmt_int(st, 3, after.id);
    stmt_int(st, 4, TICK_PAGE);
    return read_places(st, ret, ret_n, err);
}

static bool ends_everything(int r)
{
    return r == E_MEMORY || r == E_STORE || r == E_IO || r == E_BUSY;
}

struct sweep {
    const struct office *office;
    size_t limit, seen, touched;
    struct err first; /* of a case that could not be done: the others are */
};

static int sweep_one(struct sweep *g, int64_t id, struct err *err)
{
    struct err wrong = ERR_INIT;
    struct arena one;
    size_t n = 0;
    int r;

    arena_init(&one);
    r = case_tick(&one, g->office, id, &n, &wrong);
    arena_release(&one);
    g->seen++;
    g->touched += r == 0 && n > 0;
    if (r == 0)
        return 0;
    if (!g->first.code)
        g->first = wrong;
    if (!ends_everything(r))
        return 0;
    if (err)
        *err = wrong;
    return r;
}

static int sweep_by(struct sweep *g, const char *sql, struct err *err)
{
    struct tick_place page[TICK_PAGE], after = {0, 0};
    size_t n = TICK_PAGE;
    int r = 0;

    while (r == 0 && n == TICK_PAGE && g->seen < g->limit) {
        r = page_of(g->office, sql, after, page, &n, err);
        for (size_t i = 0; r == 0 && i < n && g->seen < g->limit; i++)
            r = sweep_one(g, page[i].id, err);
        if (n)
            after = page[n - 1];
    }
    return r;
}

/* A case that cannot be judged keeps none of the others waiting; it is told at the end. */
int cases_tick(struct arena *request, const struct office *o, size_t limit, size_t *ret_n,
               struct err *err)
{
    struct sweep g = {.office = o, .limit = limit, .first = ERR_INIT};
    int r;

    UNUSED(request);
    r = sweep_by(&g,
                 "SELECT due_at, case_id FROM case_clock WHERE state = 'running' AND due_at > 0"
                 " AND due_at <= $1 AND (due_at, case_id) > ($2, $3)"
                 " ORDER BY due_at, case_id LIMIT $4",
                 err);
    if (r == 0)
        r = sweep_by(&g,
                     "SELECT look_at, id FROM casefile WHERE look_at > 0 AND look_at <= $1"
                     " AND (look_at, id) > ($2, $3) ORDER BY look_at, id LIMIT $4",
                     err);
    *ret_n = g.touched;
    if (r < 0 || !g.first.code)
        return r;
    if (err)
        *err = g.first;
    return g.first.code;
}
