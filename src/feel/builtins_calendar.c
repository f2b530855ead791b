/*
 * builtins_calendar.c: working days by the official calendar, periods of facts, regions. What the
 * calendar does not know is a missing parameter, never a guess; a place known only roughly leaves a
 * smaller region unknown.
 */
#include <stdio.h>
#include "feel/builtins_int.h"

/* ---- working days ---- */

static struct value no_year(struct builtin_call *call, int32_t year)
{
    struct span none = {0};
    struct span period = arena_print(call->arena, "%04d", (int)year);
    return value_unknown(call->arena, missing_one(call->arena, SPAN("工作日历"), none, period,
                                                  CAUSE_PARAMETER, none));
}

/* The first year that is not loaded, from `year` on in the direction of `by`. */
static int32_t first_unknown(const struct calendar *c, int32_t year, int32_t by)
{
    while (c && calendar_knows(c, year) && year < DATE_YEAR_MAX && year > -DATE_YEAR_MAX)
        year += by;
    return year;
}

/* The calendar of the run; NULL and *ret_answer when there is none (or while constants are folded).
 */
static const struct calendar *calendar_of(struct builtin_call *call, int32_t year,
                                          struct value *ret_answer)
{
    const struct calendar *c = call->run ? call->run->calendar : NULL;
    if (!c)
        *ret_answer = no_year(call, year);
    return c;
}

static struct value answer(struct builtin_call *call, int result, const struct err *err,
                           struct value value, int32_t year, int32_t by)
{
    if (result == 0)
        return value;
    if (result == E_NOT_FOUND)
        return no_year(call, first_unknown(call->run->calendar, year, by));
    return value_failure(call->arena, result, "%s", err->message);
}

struct value fn_working_days_after(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    struct value failure;
    struct err err = ERR_INIT;
    struct date d = args[0].date;
    int64_t count;
    const struct calendar *c = calendar_of(call, d.year, &failure);
    if (!c)
        return failure;
    if (!argument_int(call, args[1], &count, &failure))
        return failure;
    int r = calendar_add_working(c, args[0].date, count, &d, &err);
    return answer(call, r, &err, value_date(d), args[0].date.year, count < 0 ? -1 : 1);
}

struct value fn_working_days_between(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    struct value failure;
    struct err err = ERR_INIT;
    int64_t count = 0;
    const struct calendar *c = calendar_of(call, args[0].date.year, &failure);
    if (!c)
        return failure;
    int r = calendar_count_working(c, args[0].date, args[1].date, &count, &err);
    return answer(call, r, &err, value_int(count), args[0].date.year,
                  date_compare(args[1].date, args[0].date) < 0 ? -1 : 1);
}

struct value fn_next_working_day(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    struct value failure;
    struct err err = ERR_INIT;
    struct date d = args[0].date;
    const struct calendar *c = calendar_of(call, d.year, &failure);
    if (!c)
        return failure;
    int r = calendar_next_working(c, args[0].date, &d, &err);
    return answer(call, r, &err, value_date(d), args[0].date.year, 1);
}

/* ---- periods ---- */

static struct value period_text(struct builtin_call *call, struct period p)
{
    char text[PERIOD_TEXT];
    return copy_text(call, span_of(text, period_print(p, text)));
}

static struct value bad_period(struct builtin_call *call, struct span s)
{
    return value_failure(call->arena, E_INPUT,
                         "\"%.*s\" is no period (2019, 2019Q4, 2019-12 or 2019-12-31)",
                         (int)(s.n < 60 ? s.n : 60), s.p ? s.p : "");
}

struct value fn_period(struct builtin_call *call, const struct value *args, size_t n)
{
    static const char *const kinds[] = {[PERIOD_YEAR] = "year",
                                        [PERIOD_QUARTER] = "quarter",
                                        [PERIOD_MONTH] = "month",
                                        [PERIOD_DAY] = "day"};
    UNUSED(n);
    struct period p;
    for (size_t i = PERIOD_YEAR; i < COUNT_OF(kinds); i++)
        if (span_eq(span_z(kinds[i]), args[0].string) &&
            period_of(args[1].date, (enum period_kind)i, &p))
            return period_text(call, p);
    return value_failure(call->arena, E_INPUT, "a period is a year, quarter, month or day");
}

struct value fn_previous(struct builtin_call *call, const struct value *args, size_t n)
{
    struct period p;
    int64_t count = 1;
    struct value failure;
    if (argument_given(args, n, 1) && !argument_int(call, args[1], &count, &failure))
        return failure;
    if (!period_parse(args[0].string, &p))
        return bad_period(call, args[0].string);
    if (count < -DATE_YEAR_MAX || count > DATE_YEAR_MAX || !period_step(p, -count, &p))
        return value_failure(call->arena, E_RANGE, "the period is out of range");
    return period_text(call, p);
}

struct value fn_periods(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    struct period p, last;
    struct list_builder b;
    if (!period_parse(args[0].string, &p))
        return bad_period(call, args[0].string);
    if (!period_parse(args[1].string, &last))
        return bad_period(call, args[1].string);
    if (p.kind != last.kind)
        return value_failure(call->arena, E_INPUT, "the two periods are of different kinds");
    list_begin(&b, call->arena, call->machine);
    while (date_compare(p.first, last.first) <= 0 && b.failed.kind != VALUE_ERROR &&
           (!call->machine || call->machine->budget >= 0)) {
        list_add(&b, period_text(call, p));
        if (!period_step(p, 1, &p))
            break;
    }
    return list_end(&b);
}

/* ---- regions ---- */

/* Is `inner` the region `outer` or inside it? Paths such as 上海市/静安区. */
static bool inside(struct span inner, struct span outer)
{
    return span_starts(inner, outer) && (inner.n == outer.n || inner.p[outer.n] == '/');
}

struct value fn_within_region(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    struct span place = args[0].string, region = args[1].string;
    if (place.n == 0 || region.n == 0)
        return value_failure(call->arena, E_INPUT, "an empty place or region");
    if (inside(place, region))
        return VALUE_TRUE_V;
    if (inside(region, place)) /* only known to be somewhere around it */
        return value_unknown(call->arena, missing_names(call->arena, call->names, CAUSE_ASK));
    return VALUE_FALSE_V;
}
