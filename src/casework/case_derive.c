/*
 * case_derive.c: the tables that follow from the events: the row of the case and its clocks.
 * Written in the transaction of the event; cases_verify works them out again and compares.
 */
#include "casework/cases_int.h"
#include "casework/clocks.h"

/* ---- what the row says ---- */

/* 分 from 元; a figure finer than a 分 is a mistake of the rule and says so. */
static int to_cents(struct decimal yuan, int64_t *ret, struct err *err)
{
    struct decimal hundred = decimal_from_int(100), cents;
    unsigned flags = 0;

    cents = decimal_mul(yuan, hundred, &flags);
    if (!decimal_to_int(cents, ret))
        return err_set(err, E_RANGE, "金额不是整分，或超出范围");
    return 0;
}

/* The clock that a queue is sorted by: the first that runs or has run out and is still open. */
static const struct clock_view *pressing(const struct case_view *v)
{
    const struct clock_view *first = NULL;

    for (size_t i = 0; i < v->procedure->clock_count; i++) {
        const struct clock_view *c = &v->clocks[i];
        if ((c->state == CLOCK_RUNNING || clock_overdue(c, v->phase)) && c->has_due &&
            (!first || c->due < first->due))
            first = c;
    }
    return v->phase == PHASE_ENDED ? NULL : first;
}

static bool from_here(const struct procedure_act *a, struct span state)
{
    for (size_t i = 0; i < a->from_count; i++)
        if (span_eq(a->from[i], state))
            return true;
    return false;
}

/* Whose turn it is: the organisation of the clock's owner, else of the first office that has
 * something to do; where only the applicant has, it stays where it was. */
static struct span queue_of(const struct case_work *w, const struct clock_view *due)
{
    const struct procedure *p = w->file.procedure;
    struct span state = p->states[w->file.view->state].id;
    struct span found =
        due ? case_party_organisation(w, due->clock->owner) : (struct span){NULL, 0};

    for (size_t i = 0; !found.n && i < p->act_count; i++)
        for (size_t k = 0; !found.n && from_here(&p->acts[i], state) && k < p->acts[i].who_count;
             k++)
            found = case_party_organisation(w, p->acts[i].who[k]);
    return found.n ? found : w->file.row.organisation.n ? w->file.row.organisation : p->authority;
}

int case_fill_row(struct case_work *w, struct err *err)
{
    const struct case_view *v = w->file.view;
    const struct clock_view *due = pressing(v);
    struct case_row *row = &w->file.row;
    int r = 0;

    row->state = v->procedure->states[v->state].id;
    row->phase = v->phase;
    row->decision = v->decision;
    row->has_amount = v->has_amount;
    row->amount = 0;
    if (v->has_amount)
        r = to_cents(v->amount, &row->amount, err);
    row->due_at = due ? due->due : CASE_NO_DUE;
    row->due_clock = due ? due->clock->id : (struct span){"", 0};
    row->due_owner = due ? due->clock->owner : (struct span){"", 0};
    row->organisation = queue_of(w, due);
    row->paused = v->paused;
    row->events = (int64_t)w->file.event_count;
    row->changed_at = row->events ? w->file.events[row->events - 1].at : row->opened_at;
    if (v->phase != PHASE_ENDED)
        row->closed_at = 0;
    else if (!row->closed_at)
        row->closed_at = row->changed_at;
    return r;
}

/* ---- when to look again ---- */

static bool waits_for_program(const struct case_work *w)
{
    const struct procedure *p = w->file.procedure;

    for (size_t i = 0; i < p->act_count; i++)
        if (case_act_of_program(&p->acts[i], w->file.row.state))
            return true;
    return false;
}

/* A clock whose date comes, or becomes known, while nobody does anything. */
static bool waits_for_date(const struct case_work *w)
{
    const struct case_view *v = w->file.view;

    for (size_t i = 0; i < w->file.procedure->clock_count; i++) {
        const struct clock_view *c = &v->clocks[i];
        if (c->state == CLOCK_WAITING && c->clock->from.expr)
            return true;
        if (c->state == CLOCK_RUNNING && !c->has_due)
            return true;
    }
    return false;
}

/* The next moment at which somebody is warned that a limit is near. */
static int64_t next_warning(const struct case_work *w)
{
    int64_t next = 0;

    for (size_t i = 0; i < w->file.procedure->clock_count; i++) {
        const struct clock_view *c = &w->file.view->clocks[i];
        bool due = c->state == CLOCK_RUNNING && (w->ticked ? c->warn > w->now : c->warn > 0);
        if (due && (!next || c->warn < next))
            next = c->warn;
    }
    return next;
}

/* At once after an act, each midnight after that; when a warning is due; never while no day changes
 * anything. */
static int64_t look_at(const struct case_work *w)
{
    bool program = waits_for_program(w);
    int64_t warning = next_warning(w);

    if (w->file.view->phase == PHASE_ENDED)
        return 0;
    if (!program && !waits_for_date(w))
        return warning;
    if (warning && warning <= w->now)
        return w->now;
    return program && !w->ticked ? w->now : clock_midnight(clock_day(w->now) + 1);
}

static int write_row(const struct case_work *w, struct err *err)
{
    const struct case_row *row = &w->file.row;
    struct stmt *st;
    int r = store_prepare(
        w->office->store,
        "UPDATE casefile SET events = $2, state = $3, phase = $4, decision = $5, amount = $6,"
        " organisation = $7, due_at = $8, due_clock = $9, due_owner = $10, paused = $11,"
        " changed_at = $12, closed_at = $13, handler = $14, lane = $15,"
        " derived_at = $16, look_at = $17 WHERE id = $1",
        &st, err);
    if (r < 0)
        return r;
    stmt_int(st, 1, row->id);
    stmt_int(st, 2, row->events);
    stmt_text(st, 3, row->state);
    stmt_text(st, 4, phase_words[row->phase].yaml);
    stmt_text(st, 5, decision_words[row->decision].yaml);
    if (row->has_amount)
        stmt_int(st, 6, row->amount);
    else
        stmt_null(st, 6);
    stmt_text(st, 7, row->organisation);
    stmt_int(st, 8, row->due_at);
    stmt_text(st, 9, row->due_clock);
    stmt_text(st, 10, row->due_owner);
    stmt_int(st, 11, row->paused);
    stmt_int(st, 12, row->changed_at);
    stmt_int(st, 13, row->closed_at);
    stmt_int(st, 14, row->handler);
    stmt_int(st, 15, row->urgent ? 0 : 1);
    stmt_int(st, 16, w->now);
    stmt_int(st, 17, look_at(w));
    return stmt_run(st, err);
}

/* ---- clocks ---- */

static const char *const clock_state_names[] = {"waiting", "running", "stopped", "ended", "lapsed"};

static int write_clock(const struct case_work *w, const struct clock_view *c, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(
        w->office->store,
        "INSERT INTO case_clock (case_id, clock, state, owner, started_at, due_at, warn_at, late)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (case_id, clock) DO UPDATE SET"
        " state = excluded.state, started_at = excluded.started_at, due_at = excluded.due_at,"
        " warn_at = excluded.warn_at, late = excluded.late",
        &st, err);
    if (r < 0)
        return r;
    stmt_int(st, 1, w->file.row.id);
    stmt_text(st, 2, c->clock->id);
    stmt_text(st, 3, span_z(clock_state_names[c->state]));
    stmt_text(st, 4, c->clock->owner);
    stmt_int(st, 5, c->started);
    stmt_int(st, 6, c->has_due ? c->due : 0);
    stmt_int(st, 7, c->warn);
    stmt_int(st, 8, c->late);
    return stmt_run(st, err);
}

int case_derive(struct case_work *w, struct err *err)
{
    const struct case_view *v;
    int r = case_work_view(w, (struct span){NULL, 0}, err);

    if (r == 0)
        r = case_fill_row(w, err);
    if (r == 0)
        r = write_row(w, err);
    v = w->file.view;
    for (size_t i = 0; r == 0 && i < w->file.procedure->clock_count; i++)
        if (v->clocks[i].state != CLOCK_WAITING || v->clocks[i].started)
            r = write_clock(w, &v->clocks[i], err);
    return r;
}
