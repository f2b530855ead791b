/*
 * dates.c: when a measure is in force and when one applies for it; other dates of the text. Dates
 * change `timing` only, never a status.
 */
#include "policy/match_int.h"

struct window {
    struct value from, to; /* DATE, UNKNOWN, ERROR; null = not stated */
    bool over;             /* `to` is not known, but past whenever what it waits for comes */
};

struct builder {
    struct evaluation *e;
    const struct measure *measure;
    const struct parts *parts;
    struct evaluation safe; /* definitions as if every event without a date came today */
    struct evaluation late; /* ... or as late as can be */
    struct date_finding *at;
    size_t n;
    const struct missing **missing;
    const struct failure **failure;
    int code; /* E_MEMORY */
};

/* ---- what a date rests on ---- */

static bool reads_event(const struct library *l, const struct feel_expr *x)
{
    size_t n = 0;
    const uint32_t *slots = feel_slots(x, &n);
    for (size_t i = 0; i < n; i++)
        if (l->slots[slots[i]].kind == SLOT_PARAMETER && l->slots[slots[i]].parameter->event)
            return true;
    return false;
}

/* By its own names, or by way of definitions. */
static bool rests_on_event(const struct builder *b, const struct feel_expr *x)
{
    const struct library *l = b->e->values->library;
    size_t n = b->measure->let_count;
    uint64_t named = feel_lets(x);
    if (reads_event(l, x))
        return true;
    for (size_t i = n; named && i-- > 0;) {
        const struct feel_expr *let = b->parts->lets[i].formula.expr;
        if (!(named & FEEL_LET_BIT(i)) || !let)
            continue;
        if (reads_event(l, let))
            return true;
        named |= feel_lets(let);
    }
    return false;
}

static struct span certainty(const struct builder *b, const struct formula *f, bool known,
                             bool inferred)
{
    if (f->expr && rests_on_event(b, f->expr))
        return SPAN("event");
    if (!known)
        return SPAN("unknown");
    return inferred ? SPAN("reading") : SPAN("fixed");
}

/* The date if every event without one came that day. */
static struct value suppose(struct builder *b, struct evaluation *e, const struct formula *f,
                            struct date day)
{
    struct values *v = b->e->values;
    v->events_supposed = true;
    v->supposed = day;
    if (!e->values) {
        *e = (struct evaluation){.values = v, .frame = b->e->frame};
        b->code = evaluate_lets(e, b->measure, b->parts->lets);
    }
    struct value x = b->code == 0 ? evaluate(e, f->expr, NULL) : VALUE_NULL_V;
    v->events_supposed = false;
    return x;
}

/* What has not happened cannot have happened before today: a deadline that counts from it is not
 * before the same deadline counted from today. */
static void find_safe(struct builder *b, const struct formula *f, struct date_finding *d)
{
    struct value x = suppose(b, &b->safe, f, b->e->values->options->as_of);
    d->has_safe = x.kind == VALUE_DATE;
    if (d->has_safe)
        d->safe = x.date;
}

static struct value add_date(struct builder *b, struct date_finding start, const struct formula *f,
                             bool inferred)
{
    struct value v = f->expr ? evaluate(b->e, f->expr, NULL) : VALUE_NULL_V;
    struct date_finding *d = &b->at[b->n++];
    note_value(b->e->values->arena, v, b->missing, b->failure);
    *d = start;
    d->known = v.kind == VALUE_DATE;
    if (d->known)
        d->date = v.date;
    d->certainty = certainty(b, f, d->known, inferred);
    if (!d->known && f->expr && span_eq(d->certainty, SPAN("event")))
        find_safe(b, f, d);
    return v;
}

/* ---- timing ---- */

static bool past(struct value v, struct date as_of)
{
    return v.kind == VALUE_DATE && date_compare(as_of, v.date) > 0;
}

static bool ahead(struct value v, struct date as_of)
{
    return v.kind == VALUE_DATE && date_compare(as_of, v.date) < 0;
}

static bool open_ended(struct value v)
{
    return v.kind == VALUE_UNKNOWN || v.kind == VALUE_ERROR;
}

/* Late applications that are still taken: at a price, or because it prolongs itself. */
static bool still_taken(const struct measure *m)
{
    return span_eq(m->late, SPAN("late-fee")) || span_eq(m->late, SPAN("automatic"));
}

static enum timing timing_of(const struct measure *m, struct window force, struct window apply,
                             struct date as_of)
{
    bool unannounced = m->apply_mode == APPLY_ANNOUNCED && apply.from.kind == VALUE_NULL &&
                       apply.to.kind == VALUE_NULL;
    if (past(force.to, as_of) || force.over)
        return TIMING_EXPIRED;
    if (past(apply.to, as_of) || apply.over)
        return still_taken(m) ? TIMING_OPEN : TIMING_CLOSED;
    if (ahead(force.from, as_of) || ahead(apply.from, as_of))
        return TIMING_NOT_YET;
    if (open_ended(force.from) || open_ended(apply.from) || unannounced)
        return TIMING_UNKNOWN_START;
    if (open_ended(force.to) || open_ended(apply.to))
        return TIMING_UNKNOWN_END;
    return TIMING_OPEN;
}

/* ---- windows ---- */

/* A window that ends with an event, but not after a day of its own (year end, or earlier with the
 * response), is over once that day is past, whether the event came or not. */
static bool surely_over(struct builder *b, struct value to, const struct formula *f)
{
    static const struct date never = {9000, 12, 31};
    return to.kind == VALUE_UNKNOWN && f->expr && rests_on_event(b, f->expr) &&
           past(suppose(b, &b->late, f, never), b->e->values->options->as_of);
}

static const struct words opens = {SPAN_INIT("开始申请"), SPAN_INIT("apply from")},
                          closes = {SPAN_INIT("申请截止"), SPAN_INIT("apply by")};

/* What the text says, as changed by the notices that were known by then. */
static struct window add_application(struct builder *b)
{
    const struct measure *m = b->measure;
    const struct formula *from = &m->apply_from, *to = &m->apply_to;
    struct date_finding first = {.what = SPAN("apply-from"),
                                 .title = opens,
                                 .cites = m->apply_cites},
                        last = {.what = SPAN("apply-by"), .title = closes, .cites = m->apply_cites};
    for (size_t i = 0; i < m->notice_count; i++) {
        const struct notice *n = &m->notices[i];
        if (date_compare(n->known, b->e->values->options->known_by) > 0)
            break;
        if (n->from.expr) {
            from = &n->from;
            first.notice = n;
            first.cites = n->cites;
        }
        if (n->to.expr) {
            to = &n->to;
            last.notice = n;
            last.cites = n->cites;
        }
    }
    struct window w;
    w.from = add_date(b, first, from, false);
    w.to = add_date(b, last, to, false);
    w.over = surely_over(b, w.to, to);
    return w;
}

/* The round to think of today: one that is open, else the next, else the last. */
static size_t round_of_today(const struct window *at, size_t n, struct date as_of)
{
    size_t best = n - 1;
    for (size_t i = n; i-- > 0;)
        if (!past(at[i].to, as_of))
            best = i;
    for (size_t i = n; i-- > 0;)
        if (!past(at[i].to, as_of) && !ahead(at[i].from, as_of))
            best = i;
    return best;
}

static struct window add_rounds(struct builder *b)
{
    const struct measure *m = b->measure;
    struct window *at = ARENA_ARRAY(b->e->values->arena, struct window, m->round_count);
    struct date_finding *first = b->at + b->n;
    if (!at) {
        b->code = E_MEMORY;
        return (struct window){VALUE_NULL_V, VALUE_NULL_V, false};
    }
    for (size_t i = 0; i < m->round_count; i++) {
        const struct round *r = &m->rounds[i];
        struct date_finding d = {.what = SPAN("round-from"),
                                 .title = r->title,
                                 .cites = r->cites.n ? r->cites : m->apply_cites,
                                 .round = r};
        at[i].from = add_date(b, d, &r->from, false);
        d.what = SPAN("round-by");
        at[i].to = add_date(b, d, &r->to, false);
        at[i].over = false;
    }
    size_t today = round_of_today(at, m->round_count, b->e->values->options->as_of);
    first[2 * today].what = SPAN("apply-from");
    first[2 * today + 1].what = SPAN("apply-by");
    return at[today];
}

static struct window add_force(struct builder *b)
{
    static const struct words in_force = {SPAN_INIT("生效"), SPAN_INIT("in force from")},
                              expires = {SPAN_INIT("有效期至"), SPAN_INIT("in force until")};
    const struct measure *m = b->measure;
    struct date_finding d = {
        .what = SPAN("in-force-from"), .title = in_force, .cites = m->in_force_cites};
    struct window w;
    w.from = add_date(b, d, &m->in_force_from, m->from_inferred);
    d.what = SPAN("in-force-to");
    d.title = expires;
    w.to = add_date(b, d, &m->in_force_to, m->from_inferred);
    w.over = surely_over(b, w.to, &m->in_force_to);
    return w;
}

int find_dates(struct evaluation *e, const struct measure *m, const struct parts *p,
               struct finding *ret, const struct missing **missing, const struct failure **failure)
{
    size_t room = m->date_count + 2 * m->round_count + 4;
    struct builder b = {.e = e,
                        .measure = m,
                        .parts = p,
                        .at = ARENA_ARRAY(e->values->arena, struct date_finding, room),
                        .missing = missing};
    struct date as_of = e->values->options->as_of;
    struct window apply = {VALUE_NULL_V, VALUE_NULL_V, false};
    const struct failure *ignored = NULL; /* a window that fails is unknown: it decides no status */
    if (!b.at)
        return E_MEMORY;
    b.failure = &ignored;
    struct window force = add_force(&b);
    if (m->round_count)
        apply = add_rounds(&b);
    else if (m->apply_mode != APPLY_NONE || m->apply_from.expr || m->apply_to.expr)
        apply = add_application(&b);
    for (size_t i = 0; i < m->date_count; i++) {
        const struct measure_date *d = &p->dates[i];
        (void)add_date(&b,
                       (struct date_finding){.what = d->what, .title = d->title, .cites = d->cites},
                       &d->is, false);
    }
    *failure = *failure ? *failure : ignored;
    ret->dates = b.at;
    ret->date_count = b.n;
    ret->timing = timing_of(m, force, apply, as_of);
    ret->late = ret->timing == TIMING_OPEN && (past(apply.to, as_of) || apply.over);
    return b.code;
}

bool finding_deadline(const struct finding *f, struct date *ret)
{
    for (size_t i = 0; i < f->date_count; i++) {
        const struct date_finding *d = &f->dates[i];
        if (!span_eq(d->what, SPAN("apply-by")) || !(d->known || d->has_safe))
            continue;
        *ret = d->has_safe ? d->safe : d->date;
        return true;
    }
    return false;
}
