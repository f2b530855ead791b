/*
 * clocks.c: see clocks.h. A day counts when the clock runs as the day begins: the day of the start
 * does not, the day of a stop does, the day on which it goes on does not (docs/clocks.md).
 */
#include "casework/clocks.h"

#define MINUTE_MS   INT64_C(60000)
#define DAY_MS      INT64_C(86400000)
#define SHANGHAI_MS (INT64_C(8) * 60 * MINUTE_MS)

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static int64_t ceil_div(int64_t a, int64_t b)
{
    return a / b + (a % b > 0);
}

int64_t clock_day(int64_t at)
{
    return floor_div(at + SHANGHAI_MS, DAY_MS);
}

int64_t clock_midnight(int64_t day)
{
    return day * DAY_MS - SHANGHAI_MS;
}

bool clock_date(int64_t at, struct date *ret)
{
    return date_from_days(clock_day(at), ret);
}

/* ---- days ---- */

static int to_date(int64_t day, struct date *ret, struct err *err)
{
    return date_from_days(day, ret) ? 0 : err_set(err, E_RANGE, "outside the calendar");
}

/* The month's own last day is the last day where it has no corresponding one (民法典 202). When the
 * start counts, the day before the corresponding one is the last. */
static int last_of_months(int64_t months, int64_t start, bool same_day, int64_t *ret,
                          struct err *err)
{
    struct date d, to;
    int r = to_date(start, &d, err);

    if (r < 0)
        return r;
    if (!date_add_months(d, months, &to))
        return err_set(err, E_RANGE, "outside the calendar");
    *ret = date_days(to) - (same_day && to.day == d.day);
    return 0;
}

static int last_working(const struct calendar *c, int64_t n, int64_t start, int64_t *ret,
                        struct err *err)
{
    struct date d, to;
    int r = to_date(start, &d, err);

    if (r == 0)
        r = calendar_add_working(c, d, n, &to, err);
    if (r == 0)
        *ret = date_days(to);
    return r;
}

int clock_last_day(const struct calendar *c, enum limit_unit unit, int64_t n, int64_t start,
                   bool same_day, int64_t *ret, struct err *err)
{
    if (n == 0) {
        *ret = start;
        return 0;
    }
    switch (unit) {
    case LIMIT_WORKING_DAYS:
        return last_working(c, n, start - same_day, ret, err);
    case LIMIT_MONTHS:
        return last_of_months(n, start, same_day, ret, err);
    case LIMIT_YEARS:
        return last_of_months(n * 12, start, same_day, ret, err);
    case LIMIT_WEEKS:
        n *= 7;
        break;
    default:
        break;
    }
    *ret = start + n - same_day;
    return 0;
}

static bool in_moments(const struct limit *l)
{
    return l->unit <= LIMIT_HOURS && !l->until.expr && !l->month_end;
}

static int64_t unit_ms(enum limit_unit u)
{
    return u == LIMIT_HOURS ? 60 * MINUTE_MS : MINUTE_MS;
}

static bool fixed_end(const struct limit *l)
{
    return l->until.expr || l->month_end;
}

enum limit_unit clock_unit(const struct clock *c)
{
    if (fixed_end(&c->limit) || c->limit.unit > LIMIT_WORKING_DAYS)
        return LIMIT_DAYS;
    return c->limit.unit;
}

/* Days of the clock's own kind in (from, to]. */
static int count_days(const struct clock_sight *s, const struct clock *c, int64_t from, int64_t to,
                      int64_t *ret, struct err *err)
{
    struct date a, b;
    int r;

    if (clock_unit(c) != LIMIT_WORKING_DAYS) {
        *ret = to - from;
        return 0;
    }
    r = to_date(from, &a, err);
    if (r == 0)
        r = to_date(to, &b, err);
    return r == 0 ? calendar_count_working(s->calendar, a, b, ret, err) : r;
}

static int next_working(const struct clock_sight *s, int64_t day, int64_t *ret, struct err *err)
{
    struct date d, to;
    int r = to_date(day, &d, err);

    if (r == 0)
        r = calendar_next_working(s->calendar, d, &to, err);
    if (r == 0)
        *ret = date_days(to);
    return r;
}

/* ---- what formulas give ---- */

static struct span what_lacks(struct value v, const struct formula *f)
{
    if (v.kind == VALUE_UNKNOWN && v.unknown->missing)
        return v.unknown->missing->fact;
    return f->text;
}

static bool date_of(const struct clock_sight *s, const struct formula *f, int64_t *ret,
                    struct span *lacks)
{
    struct value v = s->value(s->context, f);

    if (v.kind == VALUE_DATE) {
        *ret = date_days(v.date);
        return true;
    }
    *lacks = what_lacks(v, f);
    return false;
}

/* A part of a unit is given whole. */
static bool count_of(const struct clock_sight *s, const struct limit *l, int64_t *ret,
                     struct span *lacks)
{
    struct value v;

    *ret = l->n;
    if (!l->amount.expr)
        return true;
    v = s->value(s->context, &l->amount);
    if (v.kind == VALUE_NUMBER &&
        decimal_to_int(decimal_round(v.number, 0, ROUND_CEILING, NULL), ret) && *ret >= 0 &&
        *ret <= CLOCK_LIMIT_MAX)
        return true;
    *lacks = what_lacks(v, &l->amount);
    return false;
}

/* ---- working out ---- */

/* A limit reckoned from a day; E_CHECK = a value is not known (*lacks). */
static int reach(const struct clock_sight *s, const struct limit *l, int64_t start, bool same_day,
                 int64_t *ret, struct span *lacks, struct err *err)
{
    int64_t n;
    struct date d;

    if (l->until.expr)
        return date_of(s, &l->until, ret, lacks) ? 0 : E_CHECK;
    if (!count_of(s, l, &n, lacks))
        return E_CHECK;
    if (!l->month_end)
        return clock_last_day(s->calendar, l->unit, n, start, same_day, ret, err);
    if (!date_from_days(start, &d) || !date_add_months((struct date){d.year, d.month, 1}, n, &d))
        return err_set(err, E_RANGE, "outside the calendar");
    *ret = date_days(date_month_end(d));
    return 0;
}

/* While the marks are read. */
struct reckoning {
    const struct clock_sight *sight;
    const struct clock *clock;
    struct span lacks;
    int64_t last, stopped, months;
    bool running, whole; /* whole: months of start and extensions add up, nothing came between */
    int64_t start, from, used, left;
};

static int64_t months_of(const struct limit *l)
{
    return l->amount.expr || fixed_end(l) ? 0
           : l->unit == LIMIT_MONTHS      ? l->n
           : l->unit == LIMIT_YEARS       ? (int64_t)l->n * 12
                                          : 0;
}

static int begin(struct reckoning *k, int64_t at, struct err *err)
{
    const struct clock *c = k->clock;

    k->start = clock_day(at);
    k->from = k->start - c->same_day;
    k->running = true;
    k->months = months_of(&c->limit);
    k->whole = k->months > 0;
    return reach(k->sight, &c->limit, k->start, c->same_day, &k->last, &k->lacks, err);
}

static int stop(struct reckoning *k, int64_t at, struct err *err)
{
    int64_t day = clock_day(at), n = 0;
    int r = count_days(k->sight, k->clock, k->from, day, &n, err);

    if (r == 0 && n > 0)
        k->used += n;
    if (r == 0)
        r = count_days(k->sight, k->clock, day, k->last, &k->left, err);
    if (k->left < 0)
        k->left = 0;
    k->stopped = day;
    k->running = k->whole = false;
    return r;
}

static int add_left(const struct reckoning *k, int64_t from, int64_t *ret, struct err *err)
{
    bool working = clock_unit(k->clock) == LIMIT_WORKING_DAYS;

    if (working && k->left == 0)
        return next_working(k->sight, from, ret, err);
    return clock_last_day(k->sight->calendar, working ? LIMIT_WORKING_DAYS : LIMIT_DAYS, k->left,
                          from, false, ret, err);
}

static int go_on(struct reckoning *k, int64_t at, struct err *err)
{
    k->from = clock_day(at);
    k->running = true;
    return add_left(k, k->from, &k->last, err);
}

static int extend(struct reckoning *k, struct err *err)
{
    const struct limit *x = &k->clock->extension;
    int64_t months = months_of(x), last = k->last;
    int r = 0;

    if (k->whole && months) {
        k->months += months;
        return last_of_months(k->months, k->start, k->clock->same_day, &k->last, err);
    }
    k->whole = false;
    if (!k->running)
        r = add_left(k, k->stopped, &last, err);
    if (r == 0)
        r = reach(k->sight, x, last, false, &k->last, &k->lacks, err);
    if (r == 0 && !k->running)
        r = count_days(k->sight, k->clock, k->stopped, k->last, &k->left, err);
    return r;
}

static int read_mark(struct reckoning *k, const struct clock_mark *m, struct err *err)
{
    switch (m->kind) {
    case MARK_START:
        return begin(k, m->at, err);
    case MARK_STOP:
        return stop(k, m->at, err);
    case MARK_RESUME:
        return go_on(k, m->at, err);
    case MARK_EXTEND:
        return extend(k, err);
    }
    return 0;
}

static int64_t at_end_of(const struct limit *l, int64_t day)
{
    if (!l->has_time)
        return clock_midnight(day + 1);
    return clock_midnight(day) + (l->hour * 60 + l->minute) * MINUTE_MS;
}

static int warn_before(struct clock_run *r, const struct clock_sight *s, struct err *err)
{
    const struct limit *w = &r->clock->warn;
    struct span lacks;
    int64_t n, day = r->due_day;
    int code = 0;

    r->warn = 0;
    if (!w->given || !r->has_due || !count_of(s, w, &n, &lacks))
        return 0;
    if (w->unit <= LIMIT_HOURS) {
        r->warn = r->due - n * unit_ms(w->unit);
        return 0;
    }
    if (w->unit == LIMIT_WORKING_DAYS || w->unit >= LIMIT_MONTHS)
        code = clock_last_day(s->calendar, w->unit, -n, day, false, &day, err);
    else
        day -= w->unit == LIMIT_WEEKS ? n * 7 : n;
    if (code == 0)
        r->warn = clock_midnight(day) + (w->has_time ? (w->hour * 60 + w->minute) * MINUTE_MS : 0);
    return code;
}

static int reckon_days(struct clock_run *r, const struct clock_sight *s, struct err *err)
{
    struct reckoning k = {.sight = s, .clock = r->clock};
    int code = 0;

    for (size_t i = 0; i < r->marks.n && code == 0; i++)
        code = read_mark(&k, &r->marks.at[i], err);
    r->start_day = k.start;
    r->from = k.from;
    r->used = k.used;
    r->left = k.left;
    r->lacks = k.lacks;
    r->due_day = k.last;
    if (code == 0 && r->clock->moves && k.running)
        code = next_working(s, k.last, &r->due_day, err);
    if (code == 0 && k.running) {
        r->has_due = true;
        r->due = at_end_of(&r->clock->limit, r->due_day);
    }
    if (code == 0 && k.running && r->closes_at) {
        r->due = r->closes_at;
        r->due_day = clock_day(r->closes_at - 1);
    }
    return code;
}

/* Minutes and hours run from the moment (民法典 201), through nights and days off. */
static int reckon_moments(struct clock_run *r, const struct clock_sight *s, struct err *err)
{
    const struct limit *l = &r->clock->limit, *x = &r->clock->extension;
    int64_t n = 0, more = 0;
    bool running = false;

    UNUSED(err);
    r->lacks = (struct span){NULL, 0};
    r->used = r->left = 0;
    if (!count_of(s, l, &n, &r->lacks))
        return E_CHECK;
    if (x->given && (!in_moments(x) || !count_of(s, x, &more, &r->lacks)))
        more = 0;
    for (size_t i = 0; i < r->marks.n; i++) {
        const struct clock_mark *m = &r->marks.at[i];
        if (m->kind == MARK_START)
            r->left = n * unit_ms(l->unit);
        if (m->kind == MARK_EXTEND)
            r->left += more * unit_ms(x->unit);
        if (m->kind == MARK_STOP && running) {
            r->used += m->at - r->from;
            r->left -= m->at - r->from;
        }
        if (m->kind == MARK_START || m->kind == MARK_RESUME)
            r->from = m->at;
        if (m->kind != MARK_EXTEND)
            running = m->kind != MARK_STOP;
    }
    r->due = r->from + r->left;
    r->due_day = clock_day(r->due);
    r->has_due = running;
    return 0;
}

/* A year that the calendar does not know, or a value that nobody has given, leaves a clock without
 * end; it says what it waits for. */
static int work_out(struct clock_run *r, const struct clock_sight *s, struct err *err)
{
    struct err why = ERR_INIT;
    int code;

    r->has_due = false;
    r->warn = 0;
    code = in_moments(&r->clock->limit) ? reckon_moments(r, s, &why) : reckon_days(r, s, &why);
    if (code == 0)
        code = warn_before(r, s, &why);
    if (code < 0 && !r->lacks.n)
        r->lacks = SPAN("工作日历");
    return s->arena->failed || code == E_MEMORY ? err_memory(err) : 0;
}

/* ---- marks ---- */

static int mark(struct clock_run *r, const struct clock_sight *s, enum clock_mark_kind kind,
                int64_t at, struct err *err)
{
    struct clock_mark *m = VECTOR_PUSH(s->arena, &r->marks, struct clock_mark);
    if (!m)
        return err_memory(err);
    *m = (struct clock_mark){kind, at};
    return work_out(r, s, err);
}

/* Its end is a date of its own, so that being out of its state for a while does not move it. */
static bool anchored(const struct clock *c)
{
    return c->from.expr || fixed_end(&c->limit);
}

/* The mark of a pause belongs to the first reason and the last one gone. */
static int set_stops(struct clock_run *r, const struct clock_sight *s, bool held, bool outside,
                     int64_t at, struct err *err)
{
    bool was = r->held || (r->outside && !anchored(r->clock));
    bool is = held || (outside && !anchored(r->clock));

    r->held = held;
    r->outside = outside;
    r->state = held || outside ? CLOCK_STOPPED : CLOCK_RUNNING;
    return was == is ? 0 : mark(r, s, is ? MARK_STOP : MARK_RESUME, at, err);
}

static bool is_outside(const struct clock *c, const struct clock_sight *s)
{
    return c->only_in.n && !span_eq(c->only_in, s->state);
}

static const struct trigger *trigger_of(const struct clock *c, enum clock_trigger which)
{
    const struct trigger *const all[] = {&c->starts, &c->stops, &c->resumes, &c->ends,
                                         &c->extended_by};
    return all[which];
}

static void forget(struct clock_run *r, enum clock_trigger which)
{
    if (r->seen[which])
        memset(r->seen[which], 0, trigger_of(r->clock, which)->n * sizeof(bool));
}

/* A limit that comes out as null: in this case there is none, and the clock does not run. */
static bool has_no_limit(const struct clock *c, const struct clock_sight *s)
{
    const struct formula *f = c->limit.until.expr ? &c->limit.until : &c->limit.amount;
    return f->expr && s->value(s->context, f).kind == VALUE_NULL;
}

static int start(struct clock_run *r, const struct clock_sight *s, int64_t at, struct err *err)
{
    int code;

    if (has_no_limit(r->clock, s))
        return 0;
    r->marks.n = 0;
    r->ever = true;
    r->held = r->outside = false;
    r->extended = 0;
    r->late = false;
    r->state = CLOCK_RUNNING;
    for (enum clock_trigger t = TRIGGER_STOP; t <= TRIGGER_EXTEND; t++)
        forget(r, t);
    code = mark(r, s, MARK_START, at, err);
    if (code == 0 && is_outside(r->clock, s))
        code = set_stops(r, s, false, true, at, err);
    return code;
}

int clock_init(struct arena *a, const struct clock *c, struct clock_run *ret, struct err *err)
{
    *ret = (struct clock_run){.clock = c};
    for (enum clock_trigger t = TRIGGER_START; t <= TRIGGER_EXTEND; t++) {
        const struct trigger *of = trigger_of(c, t);
        if (!of->last)
            continue;
        ret->seen[t] = ARENA_ARRAY(a, bool, of->n + 1);
        if (!ret->seen[t])
            return err_memory(err);
    }
    return 0;
}

/* ---- what happens ---- */

bool clock_names(const struct trigger *t, struct span name)
{
    for (size_t i = 0; i < t->n; i++)
        if (span_eq(t->acts[i], name))
            return true;
    return false;
}

static bool hit(struct clock_run *r, enum clock_trigger which, struct span name)
{
    const struct trigger *t = trigger_of(r->clock, which);
    bool all = true;

    if (!clock_names(t, name))
        return false;
    if (!t->last)
        return which != TRIGGER_START || !t->first || !r->ever;
    for (size_t i = 0; i < t->n; i++) {
        r->seen[which][i] = r->seen[which][i] || span_eq(t->acts[i], name);
        all = all && r->seen[which][i];
    }
    if (all)
        forget(r, which);
    return all;
}

void clock_end(struct clock_run *r, int64_t at)
{
    r->late = r->state == CLOCK_LAPSED || (r->state == CLOCK_RUNNING && r->has_due && at >= r->due);
    r->state = CLOCK_ENDED;
    r->closed = at;
    r->ever = true;
}

bool clock_extendable(const struct clock_run *r)
{
    return clock_active(r) && r->extended < r->clock->extensions;
}

/* What is owed from a date that is not known yet may be done before it is. */
static bool can_end(const struct clock_run *r)
{
    return clock_active(r) || r->state == CLOCK_LAPSED ||
           (r->state == CLOCK_WAITING && r->clock->from.expr);
}

static int pause_and_extend(struct clock_run *r, const struct clock_sight *s, struct span name,
                            bool supplies, int64_t at, struct err *err)
{
    const struct clock *c = r->clock;
    bool stops = hit(r, TRIGGER_STOP, name);
    bool resumes = hit(r, TRIGGER_RESUME, name) || (supplies && c->stops.n && !c->resumes.n);
    bool extends = hit(r, TRIGGER_EXTEND, name);
    int code = 0;

    if (!clock_active(r))
        return 0;
    if (stops && !r->held) {
        r->held_by = name;
        code = set_stops(r, s, true, r->outside, at, err);
    } else if (resumes && r->held) {
        code = set_stops(r, s, false, r->outside, at, err);
    }
    if (code == 0 && extends && clock_extendable(r)) {
        r->extended++;
        code = mark(r, s, MARK_EXTEND, at, err);
    }
    return code;
}

int clock_event(struct clock_run *r, const struct clock_sight *s, struct span name, bool supplies,
                int64_t at, struct err *err)
{
    int code;

    if (hit(r, TRIGGER_END, name) && can_end(r))
        clock_end(r, at);
    code = pause_and_extend(r, s, name, supplies, at, err);
    if (code == 0 && hit(r, TRIGGER_START, name))
        code = start(r, s, at, err);
    return code;
}

int clock_enter(struct clock_run *r, const struct clock_sight *s, int64_t at, struct err *err)
{
    bool outside = is_outside(r->clock, s);

    if (!clock_active(r) || outside == r->outside)
        return 0;
    return set_stops(r, s, r->held, outside, at, err);
}

static int refresh_start(struct clock_run *r, const struct clock_sight *s, struct err *err)
{
    int64_t day;
    struct span lacks = {NULL, 0};

    if (!date_of(s, &r->clock->from, &day, &lacks)) {
        r->state = CLOCK_WAITING;
        r->marks.n = 0;
        r->has_due = false;
        r->lacks = lacks;
        return 0;
    }
    if (r->state == CLOCK_WAITING || r->start_day != day)
        return start(r, s, clock_midnight(day), err);
    return r->clock->limit.amount.expr || r->clock->limit.until.expr ? work_out(r, s, err) : 0;
}

int clock_refresh(struct clock_run *r, const struct clock_sight *s, int64_t at, struct err *err)
{
    const struct clock *c = r->clock;

    UNUSED(at);
    if (c->from.expr && (clock_active(r) || r->state == CLOCK_WAITING))
        return refresh_start(r, s, err);
    if (clock_active(r) && (c->limit.amount.expr || c->limit.until.expr))
        return work_out(r, s, err);
    return 0;
}

int clock_lapse(struct clock_run *r, const struct clock_sight *s, int64_t at, struct err *err)
{
    bool renews = r->clock->lapse == LAPSE_RENEWED && !r->clock->from.expr &&
                  !fixed_end(&r->clock->limit) && r->has_due;
    int64_t due = r->due, last = r->due_day;

    r->state = CLOCK_LAPSED;
    r->closed = at;
    r->late = true;
    if (!renews)
        return 0;
    if (in_moments(&r->clock->limit))
        return start(r, s, due, err);
    return start(r, s, clock_midnight(last + r->clock->same_day), err);
}

/* ---- looking ---- */

static void look_moments(const struct clock_run *r, int64_t now, struct clock_view *ret)
{
    int64_t unit = unit_ms(r->clock->limit.unit);
    int64_t used = r->used, left = r->left;

    if (r->has_due) {
        used += now > r->from ? now - r->from : 0;
        left = r->due - now;
    }
    ret->used = used / unit;
    ret->left = left >= 0 ? ceil_div(left, unit) : -ceil_div(-left, unit);
}

static void look_days(const struct clock_run *r, const struct clock_sight *s, int64_t now,
                      struct clock_view *ret)
{
    int64_t today = clock_day(now), n = 0;
    struct err ignored = ERR_INIT;

    ret->used = r->used;
    ret->left = r->left;
    if (r->held || (r->outside && !anchored(r->clock)))
        return;
    if (today > r->from && count_days(s, r->clock, r->from, today, &n, &ignored) == 0)
        ret->used += n;
    if (!r->has_due)
        return;
    if (today < r->from)
        today = r->from;
    if (count_days(s, r->clock, today, r->due_day, &n, &ignored) == 0)
        ret->left = n;
}

static struct span waits_for(const struct clock_run *r)
{
    const struct trigger *t = &r->clock->starts;

    if (r->clock->from.expr)
        return r->lacks.n ? r->lacks : r->clock->from.text;
    for (size_t i = 0; i < t->n; i++)
        if (!t->last || !r->seen[TRIGGER_START][i])
            return t->acts[i];
    return (struct span){NULL, 0};
}

static struct span why(const struct clock_run *r)
{
    if (r->state == CLOCK_WAITING)
        return waits_for(r);
    if (r->state == CLOCK_STOPPED)
        return r->held ? r->held_by : r->clock->only_in;
    return r->state == CLOCK_RUNNING && !r->has_due ? r->lacks : (struct span){NULL, 0};
}

void clock_look(const struct clock_run *r, const struct clock_sight *s, int64_t now,
                struct clock_view *ret)
{
    *ret = (struct clock_view){.clock = r->clock,
                               .state = r->state,
                               .has_due = r->has_due,
                               .due = r->has_due ? r->due : 0,
                               .warn = r->warn,
                               .late = r->late,
                               .why = why(r),
                               .extended = r->extended};
    if (!r->marks.n)
        return;
    ret->started = r->marks.at[0].at;
    if (r->state == CLOCK_ENDED && now > r->closed)
        now = r->closed;
    if (in_moments(&r->clock->limit))
        look_moments(r, now, ret);
    else
        look_days(r, s, now, ret);
    if (r->state == CLOCK_LAPSED && ret->left > -1)
        ret->left = -1;
}
