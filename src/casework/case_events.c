/*
 * case_events.c: see case_events.h.
 */
#include "casework/case_events.h"

#include <inttypes.h>

#include "base/date.h"
#include "casework/cases_int.h"
#include "casework/clocks.h"
#include "casework/sql.h"
#include "identity/audit.h"
#include "jobs/outbox.h"
#include "policy/event_days.h"

#define EVENT_WORD SPAN("event:")

static bool same_day(const struct event_day *a, const struct event_day *b)
{
    return a->known == b->known && (!a->known || date_compare(a->day, b->day) == 0);
}

/* ---- one case ---- */

/* What the case knows of it: the last word in its history, else its own library's. *ret_person: a
 * person said so in this case. */
static struct event_day known_here(const struct case_work *w, const struct parameter *own,
                                   struct date today, bool *ret_person)
{
    struct event_day d = event_day(own, w->file.procedure->region, today);

    *ret_person = false;
    for (size_t i = 0; i < w->file.event_count; i++) {
        const struct case_event *e = &w->file.events[i];
        struct date said;
        if (!span_starts(e->act, EVENT_WORD) ||
            !span_eq(span_from(e->act, EVENT_WORD.n), own->name) ||
            !date_parse(json_text(JSON_GET(e->data, "date")), &said))
            continue;
        d = (struct event_day){.known = true, .day = said};
        *ret_person = !JSON_GET(e->data, "library");
    }
    return d;
}

static struct span day_text(struct arena *a, struct date d)
{
    char text[DATE_TEXT];
    return arena_copy(a, span_of(text, date_print(d, text)));
}

static struct json *data_of(const struct case_work *w, const struct event_day *d)
{
    struct arena *a = w->arena;
    struct json *j = json_object(a);
    const char *hash = w->office->library->hash;

    JSON_SET(j, "date", json_string(a, day_text(a, d->day)));
    JSON_SET(j, "library", json_string(a, span_z(hash)));
    JSON_SET(j, "source", json_string(a, d->source));
    if (d->through.n)
        JSON_SET(j, "through", json_string(a, d->through));
    JSON_SET(j, "reason",
             json_string(a, arena_print(a, "%.*s%s%.*s（规则库版本 %.16s）",
                                        SPAN_ARG(day_text(a, d->day)), d->source.n ? "，依据 " : "",
                                        SPAN_ARG(d->source), hash)));
    return j;
}

/* ---- who is told ---- */

static bool moved(const struct clock_view *was, const struct clock_view *is)
{
    return was->state != is->state || was->has_due != is->has_due || was->due != is->due;
}

static void add_clock(struct buffer *out, const struct clock_view *c, bool english)
{
    char from[DATE_TEXT], to[DATE_TEXT];
    struct date start = {1970, 1, 1}, end = {1970, 1, 1};

    (void)clock_date(c->started, &start);
    (void)clock_date(c->due - 1, &end);
    date_print(start, from);
    date_print(end, to);
    struct span title = words_in(c->clock->title, english);
    if (c->has_due)
        buffer_print(out,
                     english ? "\n'%.*s' runs from %s, its last day is %s."
                             : "\n“%.*s”自%s起算，最后一日为%s。",
                     SPAN_ARG(title), from, to);
}

static struct span say(const struct case_work *w, const struct parameter *p,
                       const struct event_day *d, const struct clock_view *was, bool english)
{
    struct buffer out = BUFFER_INIT;
    struct span day = day_text(w->arena, d->day), number = w->file.row.number;
    struct span title = words_in(w->file.procedure->title, english);

    buffer_print(&out,
                 english ? "The day of '%.*s' is %.*s%s%.*s. It concerns case %.*s (%.*s)."
                         : "“%.*s”已定为%.*s%s%.*s。与办件%.*s（%.*s）有关。",
                 SPAN_ARG(english ? words_in(p->title, true) : p->name), SPAN_ARG(day),
                 d->source.n ? english ? ", by " : "，依据" : "", SPAN_ARG(d->source),
                 SPAN_ARG(number), SPAN_ARG(title));
    for (size_t i = 0; i < w->file.procedure->clock_count; i++)
        if (moved(&was[i], &w->file.view->clocks[i]))
            add_clock(&out, &w->file.view->clocks[i], english);
    struct span copy =
        buffer_failed(&out) ? (struct span){NULL, 0} : arena_copy(w->arena, buffer_span(&out));
    buffer_release(&out);
    return copy;
}

static int tell(const struct case_work *w, const struct outgoing *text, struct span to,
                struct err *err)
{
    struct outgoing m = *text;

    m.key = arena_print(w->arena, "case/%.*s/event/%zu/%.*s", SPAN_ARG(w->file.row.number),
                        w->file.event_count, SPAN_ARG(to));
    return w->arena->failed ? err_memory(err) : case_notify(w, to, &m, err);
}

static bool told_before(const struct case_work *w, const struct clock_view *was, size_t n)
{
    const struct procedure *p = w->file.procedure;

    for (size_t i = 0; i < n; i++)
        if (moved(&was[i], &w->file.view->clocks[i]) &&
            span_eq(p->clocks[i].owner, p->clocks[n].owner))
            return true;
    return span_eq(p->clocks[n].owner, SPAN("applicant"));
}

/* The applicant, and whose clocks it moved. */
static int tell_all(const struct case_work *w, const struct parameter *p, const struct event_day *d,
                    const struct clock_view *was, struct err *err)
{
    struct outgoing m = {.kind = SPAN("case.event"),
                         .object_kind = SPAN("case"),
                         .object = w->file.row.number,
                         .subject_zh = SPAN("等待的日期已确定"),
                         .subject_en = SPAN("A day that was waited for is set"),
                         .text_zh = say(w, p, d, was, false),
                         .text_en = say(w, p, d, was, true)};
    int r = m.text_zh.n && m.text_en.n ? tell(w, &m, SPAN("applicant"), err) : err_memory(err);

    for (size_t i = 0; r == 0 && i < w->file.procedure->clock_count; i++)
        if (moved(&was[i], &w->file.view->clocks[i]) && !told_before(w, was, i))
            r = tell(w, &m, w->file.procedure->clocks[i].owner, err);
    return r;
}

/* ---- written into the case ---- */

static int note_day(const struct case_work *w, const struct case_event *e, struct err *err)
{
    struct buffer detail = BUFFER_INIT;
    struct audit_entry entry = {.class = AUDIT_CHANGE,
                                .act = arena_print(w->arena, "case.%.*s", SPAN_ARG(e->act)),
                                .object_kind = SPAN("case"),
                                .object = w->file.row.number};
    int r = 0;

    json_print(&detail, e->data, JSON_COMPACT);
    entry.detail = arena_copy(w->arena, buffer_span(&detail));
    if (w->arena->failed || buffer_failed(&detail))
        r = err_memory(err);
    buffer_release(&detail);
    return r == 0 ? audit_add(w->office->store, w->who, &entry, err) : r;
}

static int write_day(struct case_work *w, const struct parameter *p, const struct event_day *d,
                     struct err *err)
{
    const struct clock_view *was = w->file.view->clocks;
    struct case_event e = {.at = w->now,
                           .act = arena_print(w->arena, "event:%.*s", SPAN_ARG(p->name)),
                           .by = SPAN("program"),
                           .data = data_of(w, d)};
    size_t at = w->file.event_count;
    int r = w->arena->failed ? err_memory(err) : 0;

    if (at && w->file.events[at - 1].at > e.at)
        e.at = w->file.events[at - 1].at;
    if (r == 0)
        r = case_append(w, e, err);
    if (r == 0)
        r = case_work_view(w, (struct span){NULL, 0}, err);
    if (r == 0)
        r = case_effects(w, &w->events[at], err);
    if (r == 0)
        r = tell_all(w, p, d, was, err);
    return r == 0 ? note_day(w, &w->events[at], err) : r;
}

static int take_day(struct case_work *w, const struct parameter *own, struct date today,
                    bool corrects, size_t *ret_n, struct err *err)
{
    const struct parameter *there = map_get(&w->office->library->parameter_by_name, own->name);
    struct event_day here, d = {.known = false};
    bool person;
    int r;

    if (there && there->event)
        d = event_day(there, w->file.procedure->region, today);
    if (!d.known || !event_needed(w->file.procedure, own))
        return 0;
    here = known_here(w, own, today, &person);
    if (person || (here.known && !corrects) || same_day(&here, &d))
        return 0;
    r = write_day(w, own, &d, err);
    *ret_n += r == 0;
    return r;
}

int case_write_days(struct case_work *w, bool corrects, size_t *ret_n, struct err *err)
{
    static const struct actor timer = {.program = true, .name = {"program", 7}};
    const struct library *own = w->file.library, *now = w->office->library;
    const struct actor *who = w->who;
    struct date today;
    int r = 0;

    if (!now || strcmp(own->hash, now->hash) == 0 || w->file.view->phase == PHASE_ENDED ||
        !w->file.event_count || !clock_date(w->now, &today))
        return 0;
    w->who = &timer;
    for (size_t i = 0; r == 0 && i < own->parameter_count; i++)
        if (own->parameters[i]->event)
            r = take_day(w, own->parameters[i], today, corrects, ret_n, err);
    w->who = who;
    return r;
}

/* ---- what a clock says of it ---- */

static bool depends(const struct clock *c, const struct parameter *p)
{
    return event_read(&c->from, p) || event_read(&c->limit.until, p) ||
           event_read(&c->limit.amount, p);
}

/* The last event of the history whose day the clock reads. */
static const struct case_event *moved_by(const struct case_file *f, const struct clock *c)
{
    for (size_t i = f->event_count; i-- > 0;) {
        const struct case_event *e = &f->events[i];
        const struct parameter *p;
        if (!span_starts(e->act, EVENT_WORD))
            continue;
        p = map_get(&f->library->parameter_by_name, span_from(e->act, EVENT_WORD.n));
        if (p && (depends(c, p) || clock_names(&c->starts, e->act)))
            return e;
    }
    return NULL;
}

static struct span why_not(struct arena *a, const struct clock_view *c, bool english)
{
    bool start = c->state == CLOCK_WAITING;

    return arena_print(a, english ? "its %s is not set yet: %.*s" : "%s未定：%.*s",
                       english ? start ? "first day" : "last day"
                       : start ? "起算日"
                               : "截止日",
                       SPAN_ARG(c->why));
}

struct span case_clock_day(struct arena *request, const struct case_file *f,
                           const struct clock_view *c, bool english)
{
    bool dated = c->clock->from.expr || c->clock->limit.until.expr;
    const struct case_event *e =
        dated || c->clock->limit.amount.expr || c->clock->starts.n ? moved_by(f, c->clock) : NULL;
    struct span name, reason;

    if (dated && c->why.n &&
        (c->state == CLOCK_WAITING || (c->state == CLOCK_RUNNING && !c->has_due)))
        return why_not(request, c, english);
    if (!e || c->state == CLOCK_WAITING)
        return (struct span){NULL, 0};
    name = span_from(e->act, EVENT_WORD.n);
    reason = json_text(JSON_GET(e->data, "reason"));
    if (!reason.n)
        reason = json_text(JSON_GET(e->data, "date"));
    return arena_print(request, english ? "by the day of %.*s: %.*s" : "按%.*s：%.*s",
                       SPAN_ARG(name), SPAN_ARG(reason));
}

/* ---- which cases ---- */

struct waiting {
    struct span library, procedure;
};
VECTOR_OF(struct waiting, waiting_vector);

static int last_carried(struct store *s, const char *hash, bool *ret_same, struct err *err)
{
    struct stmt *st = NULL;
    int r = sql_open(s, "SELECT library FROM event_days_carried ORDER BY id DESC LIMIT 1", NO_ARGS,
                     &st, err);

    *ret_same = false;
    if (r == 0 && (r = stmt_step(st, err)) > 0)
        *ret_same = span_eq(stmt_get_text(st, 0), span_z(hash));
    stmt_done(st);
    return r < 0 ? r : 0;
}

static int list_waiting(struct arena *a, struct store *s, const char *hash,
                        struct waiting_vector *ret, struct err *err)
{
    struct stmt *st = NULL;
    int r = sql_open(s,
                     "SELECT DISTINCT library, procedure FROM casefile WHERE closed_at = 0"
                     " AND library <> $1 ORDER BY library, procedure",
                     ARGS(TEXT(span_z(hash))), &st, err);

    while (r == 0 && (r = stmt_step(st, err)) > 0) {
        struct waiting *x = VECTOR_PUSH(a, ret, struct waiting);
        if (x)
            *x = (struct waiting){sql_text(a, st, 0), sql_text(a, st, 1)};
        r = x ? 0 : err_memory(err);
    }
    stmt_done(st);
    return r < 0 ? r : a->failed ? err_memory(err) : 0;
}

/* Is there a day that the version in force knows otherwise than theirs? Cases may have it already:
 * each is looked at. */
static bool has_news(const struct library *own, const struct library *now,
                     const struct procedure *p)
{
    struct date today = date_today();

    for (size_t i = 0; i < own->parameter_count; i++) {
        const struct parameter *x = own->parameters[i], *y;
        if (!x->event || !event_needed(p, x))
            continue;
        y = map_get(&now->parameter_by_name, x->name);
        if (!y || !y->event)
            continue;
        struct event_day was = event_day(x, p->region, today), is = event_day(y, p->region, today);
        if (is.known && !same_day(&was, &is))
            return true;
    }
    return false;
}

struct take_call {
    struct arena *arena;
    const struct office *office;
    struct waiting_vector waiting;
    size_t n;
};

static int mark(struct take_call *c, const struct waiting *x, struct err *err)
{
    struct store *s = c->office->store;
    int64_t n = 0;
    int r = sql_int(s,
                    "SELECT COUNT(*) FROM casefile WHERE closed_at = 0 AND library = $1"
                    " AND procedure = $2",
                    ARGS(TEXT(x->library), TEXT(x->procedure)), 0, &n, err);

    c->n += (size_t)n;
    return r < 0 ? r
                 : sql_run(s,
                           "UPDATE casefile SET look_at = $3 WHERE closed_at = 0 AND library = $1"
                           " AND procedure = $2",
                           ARGS(TEXT(x->library), TEXT(x->procedure), INT(clock_now_ms())), err);
}

static int take_within(struct store *s, void *context, struct err *err)
{
    struct take_call *c = context;
    int r = 0;

    c->n = 0;
    for (size_t i = 0; r == 0 && i < c->waiting.n; i++)
        r = mark(c, &c->waiting.at[i], err);
    return r < 0 ? r
                 : sql_run(s, "INSERT INTO event_days_carried (library, at) VALUES ($1, $2)",
                           ARGS(TEXT(span_z(c->office->library->hash)), INT(clock_now_ms())), err);
}

/* A version that is kept nowhere holds up no other cases: its own wait, and `case tick` names them.
 */
static int keep_news(struct take_call *c, struct err *err)
{
    const struct office *o = c->office;
    size_t n = 0;
    int r = 0;

    for (size_t i = 0; r == 0 && i < c->waiting.n; i++) {
        const struct waiting *x = &c->waiting.at[i];
        const struct library *own = NULL;
        const struct procedure *p;
        r = o->library_of ? o->library_of(o->context, x->library, &own, err) : E_NOT_FOUND;
        p = r == 0 ? procedure_find(own, x->procedure, NULL) : NULL;
        if (p && has_news(own, o->library, p))
            c->waiting.at[n++] = *x;
        if (r == E_NOT_FOUND && err)
            *err = (struct err)ERR_INIT;
        if (r == E_NOT_FOUND)
            r = 0;
    }
    c->waiting.n = n;
    return r;
}

int cases_take_days(struct arena *request, const struct office *o, size_t *ret_n, struct err *err)
{
    struct take_call c = {.arena = request, .office = o};
    bool same;
    int r = last_carried(o->store, o->library->hash, &same, err);

    *ret_n = 0;
    if (r < 0 || same)
        return r;
    r = list_waiting(request, o->store, o->library->hash, &c.waiting, err);
    if (r == 0)
        r = keep_news(&c, err);
    if (r == 0)
        r = store_write(o->store, take_within, &c, err);
    *ret_n = r == 0 ? c.n : 0;
    return r;
}
