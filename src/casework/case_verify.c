/*
 * case_verify.c: the rows of cases against their events: worked out again for the moment that the
 * rows are of, with what was known on its day, and compared column by column (`huiqi store verify`,
 * `huiqi case verify`).
 */
#include <inttypes.h>

#include "casework/case_forget.h"
#include "casework/cases_int.h"
#include "casework/sql.h"

static const struct actor program = {.program = true, .name = {"program", 7}};

/* ---- the row ---- */

#define FROM_ACTS 4 /* columns */

/* What was deleted behind its term (case_forget.h) cannot be worked out from again: of such a case
 * only what its acts alone say is compared. */
static bool is_forgotten(const struct case_file *f)
{
    for (size_t i = 0; i < f->event_count; i++)
        if (case_forgot(&f->events[i]))
            return true;
    return false;
}

/* The first column that differs; NULL = none. `acts`: only those that follow from acts alone. */
static const char *differs(const struct case_row *a, const struct case_row *b, bool acts)
{
    const struct {
        const char *column;
        bool same;
    } columns[] = {
        /* the first four follow from the acts alone */
        {"events", a->events == b->events},
        {"state", span_eq(a->state, b->state)},
        {"phase", a->phase == b->phase},
        {"closed_at", a->closed_at == b->closed_at},
        {"decision", a->decision == b->decision},
        {"amount", a->has_amount == b->has_amount && a->amount == b->amount},
        {"organisation", span_eq(a->organisation, b->organisation)},
        {"due_at", a->due_at == b->due_at},
        {"due_clock", span_eq(a->due_clock, b->due_clock)},
        {"due_owner", span_eq(a->due_owner, b->due_owner)},
        {"paused", a->paused == b->paused},
    };

    for (size_t i = 0; i < (acts ? FROM_ACTS : COUNT_OF(columns)); i++)
        if (!columns[i].same)
            return columns[i].column;
    return NULL;
}

/* ---- the clocks ---- */

static int64_t wanted_state(const struct case_work *w, struct span clock, int64_t due)
{
    for (size_t i = 0; i < w->file.procedure->clock_count; i++) {
        const struct clock_view *c = &w->file.view->clocks[i];
        if (span_eq(c->clock->id, clock))
            return due == (c->has_due ? c->due : 0) ? (int64_t)c->state : -1;
    }
    return -1;
}

static int clocks_differ(const struct case_work *w, const char **ret, struct err *err)
{
    static const char *const names[] = {"waiting", "running", "stopped", "ended", "lapsed"};
    struct stmt *st;
    int r =
        sql_open(w->office->store,
                 "SELECT clock, state, due_at FROM case_clock WHERE case_id = $1 ORDER BY clock",
                 ARGS(INT(w->file.row.id)), &st, err);
    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0) {
        int64_t state = wanted_state(w, stmt_get_text(st, 0), stmt_get_int(st, 2));
        if (state < 0 || !span_eq(stmt_get_text(st, 1), span_z(names[state])))
            *ret = "clock";
    }
    stmt_done(st);
    return r;
}

/* ---- one case ---- */

static int events_in_order(const struct case_work *w, const char **ret)
{
    for (size_t i = 0; i < w->file.event_count; i++)
        if (w->file.events[i].seq != (int64_t)i + 1)
            *ret = "events";
    return 0;
}

/* *ret = what differs; NULL = nothing. A row that the timer has still to bring up to an event of
 * a payment is passed over. */
static int verify_one(struct arena *a, const struct office *o, int64_t id, struct case_work *w,
                      const char **ret, struct err *err)
{
    struct case_row stored;
    int r;

    *w = (struct case_work){.arena = a, .office = o, .who = &program, .now = clock_now_ms()};
    r = case_work_load(w, id, err);
    if (r < 0 || w->derived_at < 0)
        return r;
    stored = w->file.row;
    w->now = w->derived_at         ? w->derived_at
             : w->file.event_count ? w->file.events[w->file.event_count - 1].at
                                   : stored.opened_at;
    r = case_work_known(w, err);
    if (r == 0)
        r = case_work_view(w, (struct span){NULL, 0}, err);
    if (r == 0)
        r = case_fill_row(w, err);
    if (r < 0)
        return r;
    events_in_order(w, ret);
    if (!*ret)
        *ret = differs(&stored, &w->file.row, is_forgotten(&w->file));
    return *ret || is_forgotten(&w->file) ? 0 : clocks_differ(w, ret, err);
}

static int count_one(struct arena *a, const struct office *o, int64_t id, struct verify *v,
                     struct err *err)
{
    struct case_work w = {.arena = a};
    struct err wrong = ERR_INIT;
    const char *what = NULL;
    int r = verify_one(a, o, id, &w, &what, &wrong);

    v->rows++;
    if (r == E_MEMORY || r == E_BUSY) {
        if (err)
            *err = wrong;
        return r;
    }
    if (r < 0)
        verify_wrong(v, "办件 %" PRId64 "：%s", id, wrong.message);
    else if (what)
        verify_wrong(v, "办件 %.*s 与事件不符：%s", SPAN_ARG(w.file.row.number), what);
    return 0;
}

int cases_verify(const struct office *o, struct verify *v, struct err *err)
{
    struct arena one;
    int64_t id = 0;
    int r;

    arena_init(&one);
    while ((r = sql_int(o->store, "SELECT id FROM casefile WHERE id > $1 ORDER BY id LIMIT 1",
                        ARGS(INT(id)), 0, &id, err)) == 0 &&
           id) {
        r = count_one(&one, o, id, v, err);
        arena_clear(&one);
        if (r < 0)
            break;
    }
    arena_release(&one);
    return r;
}
