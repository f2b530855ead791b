/*
 * checkup_calendar.c: windows and deadlines of a check-up: one month as a table, the same as a list
 * with how certain each day is, and the whole as an iCalendar file. Shown is what the feed holds
 * (policy/ical.h): nothing that is over, nothing of what the enterprise is not eligible for.
 */
#include <stdlib.h>
#include "policy/ical.h"
#include "web/checkup_view.h"
#include "web/handlers.h"

#define IN_CELL 3 /* entries in a day of the table; the list has all */
#define UNDATED 15

struct entry {
    struct date day;
    const struct finding *finding;
    const struct date_finding *date;
};
VECTOR_OF(struct entry, entries);

static int by_day(const void *x, const void *y)
{
    const struct entry *a = x, *b = y;
    int r = date_compare(a->day, b->day);
    if (!r && a->finding->group != b->finding->group)
        r = a->finding->group < b->finding->group ? -1 : 1;
    if (!r)
        r = span_compare(a->finding->measure->id, b->finding->measure->id);
    if (!r)
        r = span_compare(a->finding->item, b->finding->item);
    return r ? r : span_compare(a->date->what, b->date->what);
}

static bool take_entries(struct view *v, struct entries *all)
{
    for (size_t i = 0; i < v->checkup->n; i++) {
        const struct finding *f = &v->checkup->findings[i];
        for (size_t k = 0; k < f->date_count; k++) {
            const struct date_finding *d = &f->dates[k];
            if (!ical_shows(f, d, v->req->as_of))
                continue;
            struct entry *e = VECTOR_PUSH(v->arena, all, struct entry);
            if (!e)
                return false;
            *e = (struct entry){d->has_safe ? d->safe : d->date, f, d};
        }
    }
    if (all->n)
        qsort(all->at, all->n, sizeof *all->at, by_day);
    return true;
}

/* ---- the month ---- */

static struct date first_of(struct date d)
{
    d.day = 1;
    return d;
}

static struct date month_asked(struct request *req)
{
    struct date d;
    struct span s = request_text(req, "month");
    struct span day = s.n == 7 ? arena_print(req->arena, "%.*s-01", SPAN_ARG(s)) : SPAN("");
    return day.n && field_date(day, &d) ? d : first_of(req->as_of);
}

static struct date months_on(struct date d, int n)
{
    int m = d.year * 12 + d.month - 1 + n;
    return (struct date){.year = m / 12, .month = m % 12 + 1, .day = 1};
}

static bool same_month(struct date a, struct date b)
{
    return a.year == b.year && a.month == b.month;
}

static struct span month_text(struct view *v, struct date d)
{
    return arena_print(v->arena, "%04d-%02d", (int)d.year, (int)d.month);
}

static struct json *day_entry(struct view *v, const struct entry *e, size_t number)
{
    struct json *o = json_object(v->arena);
    JSON_SET(o, "entry_say", text(v, words_in(e->date->title, v->english)));
    JSON_SET(o, "entry_title", text(v, words_in(e->finding->measure->title, v->english)));
    set_count(v, o, "entry_number", number);
    return o;
}

/* One cell of the table; day 0: the days before and after the month. */
static struct json *cell_shape(struct view *v, const struct entries *all, struct date day,
                               bool inside)
{
    struct json *o = json_object(v->arena), *list = json_array(v->arena);
    size_t n = 0;

    for (size_t i = 0; inside && i < all->n; i++)
        if (date_compare(all->at[i].day, day) == 0 && n++ < IN_CELL)
            json_add(list, day_entry(v, &all->at[i], i + 1));
    set_flag(v, o, "inside", inside);
    set_count(v, o, "day_number", (size_t)day.day);
    JSON_SET(o, "day_iso", text(v, day_text(v->arena, day)));
    set_flag(v, o, "is_today", date_compare(day, v->req->as_of) == 0);
    JSON_SET(o, "entries", list);
    set_flag(v, o, "more_in_day", n > IN_CELL);
    set_count(v, o, "more_count", n > IN_CELL ? n - IN_CELL : 0);
    return o;
}

/* Monday first. 1970-01-05 was one. */
static int weekday(struct date d)
{
    static const struct date monday = {1970, 1, 5};
    int64_t n = (date_days(d) - date_days(monday)) % 7;
    return (int)(n < 0 ? n + 7 : n);
}

static struct json *weeks_shape(struct view *v, const struct entries *all, struct date month)
{
    struct json *weeks = json_array(v->arena), *days = NULL;
    struct date day = month;
    int lead = weekday(month);

    if (!date_add_days(month, -lead, &day))
        return weeks;
    while (date_compare(day, months_on(month, 1)) < 0 && !v->arena->failed) {
        struct json *week = json_object(v->arena);
        days = json_array(v->arena);
        for (int k = 0; k < 7; k++) {
            json_add(days, cell_shape(v, all, day, same_month(day, month)));
            if (!date_add_days(day, 1, &day))
                return weeks;
        }
        JSON_SET(week, "days", days);
        json_add(weeks, week);
    }
    return weeks;
}

/* ---- the list ---- */

static struct json *line_shape(struct view *v, const struct entry *e, size_t number)
{
    const struct date_finding *d = e->date;
    const struct finding *f = e->finding;
    struct json *o = day_entry(v, e, number);
    const char *certainty = d->has_safe                              ? "safe"
                            : span_eq(d->certainty, SPAN("event"))   ? "event"
                            : span_eq(d->certainty, SPAN("reading")) ? "reading"
                                                                     : "fixed";

    JSON_SET(o, "entry_day", text(v, day_text(v->arena, e->day)));
    JSON_SET(o, "entry_item", text(v, f->item));
    JSON_SET(o, "entry_link", text(v, finding_link(v, "findings", f)));
    JSON_SET(o, "group_word", text(v, words_in(group_words[f->group].title, v->english)));
    JSON_SET(o, "group_tag", text(v, span_z(group_tag(f->group))));
    JSON_SET(o, "certain",
             text(v, say(v, arena_print(v->arena, "checkup.certainty.%s", certainty).p, NULL)));
    set_flag(v, o, "is_fixed", span_eq(span_z(certainty), SPAN("fixed")));
    JSON_SET(o, "entry_document", text(v, f->measure->document->title));
    JSON_SET(o, "entry_clause", text(v, d->cites.n ? d->cites : f->measure->cites));
    return o;
}

static void add_month(struct view *v, const struct entries *all, struct date month,
                      struct json *data)
{
    struct json *list = json_array(v->arena), *args = json_object(v->arena);

    for (size_t i = 0; i < all->n; i++)
        if (same_month(all->at[i].day, month))
            json_add(list, line_shape(v, &all->at[i], i + 1));
    JSON_SET(data, "lines", list);
    set_flag(v, data, "has_lines", list && list->n > 0);
    set_count(v, data, "line_count", list ? list->n : 0);
    JSON_SET(data, "weeks", weeks_shape(v, all, month));
    JSON_SET(data, "month_say", text(v, period_words(v->req, month_text(v, month))));
    JSON_SET(args, "month", text(v, month_text(v, month)));
    JSON_SET(data, "month_before", text(v, month_text(v, months_on(month, -1))));
    JSON_SET(data, "month_after", text(v, month_text(v, months_on(month, 1))));
}

/* Months that have something, to go to. */
static void add_months(struct view *v, const struct entries *all, struct date chosen,
                       struct json *data)
{
    struct json *list = json_array(v->arena);

    for (size_t i = 0, n; i < all->n; i += n) {
        for (n = 1; i + n < all->n && same_month(all->at[i].day, all->at[i + n].day);)
            n++;
        struct json *o = json_object(v->arena);
        struct span month = month_text(v, all->at[i].day);
        JSON_SET(o, "month_id", text(v, month));
        JSON_SET(o, "month_words", text(v, period_words(v->req, month)));
        set_count(v, o, "month_count", n);
        set_flag(v, o, "month_chosen", same_month(all->at[i].day, chosen));
        json_add(list, o);
    }
    JSON_SET(data, "months", list);
    set_flag(v, data, "has_months", list && list->n > 0);
}

/* Open for applications, and nobody has said until when. */
static void add_undated(struct view *v, struct json *data)
{
    struct json *list = json_array(v->arena);
    size_t n = 0;

    for (size_t i = 0; i < v->checkup->n; i++) {
        const struct finding *f = &v->checkup->findings[i];
        struct date day;
        if (!is_listed(f) || f->measure->product || safe_day(f, &day) ||
            (f->group != GROUP_CAN && f->group != GROUP_CONFIRM) || n++ >= UNDATED)
            continue;
        struct json *o = json_object(v->arena);
        JSON_SET(o, "entry_title", text(v, words_in(f->measure->title, v->english)));
        JSON_SET(o, "entry_link", text(v, finding_link(v, "findings", f)));
        JSON_SET(o, "timing_word", text(v, words_in(timing_words[f->timing].title, v->english)));
        json_add(list, o);
    }
    JSON_SET(data, "undated", list);
    set_flag(v, data, "has_undated", n > 0);
    set_count(v, data, "undated_count", n);
}

int checkups_calendar(struct request *req, struct response *res, void *context)
{
    struct answers s;
    struct checkup *c;
    struct entries all = {0};
    int r = checkup_open(req, res, context, false, &s, &c);

    if (r != 0)
        return r;
    struct view v = view_of(&s, c);
    if (!take_entries(&v, &all))
        return err_memory(&res->err);
    struct date month = month_asked(req);
    add_month(&v, &all, month, res->data);
    add_months(&v, &all, month, res->data);
    add_undated(&v, res->data);
    set_count(&v, res->data, "date_count", all.n);
    res->template = "checkup_calendar";
    res->title = "checkup.calendar_title";
    return 200;
}

int checkups_feed(struct request *req, struct response *res, void *context)
{
    struct answers s;
    struct checkup *c;
    struct buffer b = BUFFER_INIT;
    int r = checkup_open(req, res, context, false, &s, &c);

    if (r != 0)
        return r;
    checkup_ical(&b, c, is_english(req));
    res->body = arena_copy(req->arena, buffer_span(&b));
    res->type = "text/calendar; charset=utf-8";
    res->filename = "huiqi.ics";
    r = buffer_failed(&b) || !res->body.p ? err_memory(&res->err) : 200;
    buffer_release(&b);
    return r;
}
