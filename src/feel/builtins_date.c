/*
 * builtins_date.c: dates, times, durations: making them from text and parts, and what a path reads
 * from them.
 */
#include "feel/builtins_int.h"
#include "feel/temporal.h"

static struct value bad_text(struct builtin_call *call, struct span s, const char *what)
{
    return value_failure(call->arena, E_INPUT, "\"%.*s\" is no %s", (int)(s.n < 60 ? s.n : 60),
                         s.p ? s.p : "", what);
}

static struct value make_time(struct builtin_call *call, struct time t)
{
    struct time *p = ARENA_NEW(call->arena, struct time);
    if (!p)
        return VALUE_NO_MEMORY_V;
    *p = t;
    return (struct value){.kind = VALUE_TIME, .time = p};
}

static struct value make_date_time(struct builtin_call *call, struct date_time d)
{
    struct date_time *p = ARENA_NEW(call->arena, struct date_time);
    if (!p)
        return VALUE_NO_MEMORY_V;
    *p = d;
    return (struct value){.kind = VALUE_DATE_TIME, .date_time = p};
}

static struct date date_of(struct value v)
{
    return v.kind == VALUE_DATE ? v.date : v.date_time->date;
}

/* ---- constructors ---- */

struct value fn_date(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    struct date d;
    if (args[0].kind != VALUE_STRING)
        return value_date(date_of(args[0]));
    return date_parse(args[0].string, &d) ? value_date(d)
                                          : bad_text(call, args[0].string, "date (YYYY-MM-DD)");
}

struct value fn_date_parts(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    int64_t part[3];
    struct value failure;
    struct date d;
    for (size_t i = 0; i < 3; i++)
        if (!argument_int(call, args[i], &part[i], &failure))
            return failure;
    if (!date_make(part[0], part[1], part[2], &d))
        return value_failure(call->arena, E_INPUT, "there is no day %lld-%02lld-%02lld",
                             (long long)part[0], (long long)part[1], (long long)part[2]);
    return value_date(d);
}

struct value fn_date_time(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    struct date_time d = {0};
    if (args[0].kind == VALUE_DATE_TIME)
        return args[0];
    if (args[0].kind == VALUE_DATE)
        d.date = args[0].date;
    else if (!date_time_parse(args[0].string, &d))
        return bad_text(call, args[0].string, "date and time");
    return make_date_time(call, d);
}

struct value fn_date_time_parts(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    return make_date_time(call, (struct date_time){date_of(args[0]), *args[1].time});
}

struct value fn_time(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    struct time t = {0};
    if (args[0].kind == VALUE_TIME)
        return args[0];
    if (args[0].kind == VALUE_DATE)
        t.zone_kind = ZONE_OFFSET;
    else if (args[0].kind == VALUE_DATE_TIME)
        t = args[0].date_time->time;
    else if (!time_parse(args[0].string, &t))
        return bad_text(call, args[0].string, "time (hh:mm:ss)");
    return make_time(call, t);
}

static bool time_offset(struct builtin_call *call, struct value v, struct time *t,
                        struct value *ret_failure)
{
    int128 seconds = v.nanoseconds / NANOSECONDS_PER_SECOND;
    if (seconds > 18 * 3600 || seconds < -18 * 3600) {
        *ret_failure = value_failure(call->arena, E_RANGE, "an offset is within 18 hours");
        return false;
    }
    t->zone_kind = ZONE_OFFSET;
    t->offset = (int32_t)seconds;
    return true;
}

struct value fn_time_parts(struct builtin_call *call, const struct value *args, size_t n)
{
    struct time t = {0};
    struct value failure;
    int64_t hour, minute, second;
    struct decimal whole = args[2].kind == VALUE_NUMBER
                               ? decimal_round(args[2].number, 0, ROUND_FLOOR, NULL)
                               : DECIMAL_ZERO;
    if (!argument_int(call, args[0], &hour, &failure) ||
        !argument_int(call, args[1], &minute, &failure) ||
        !argument_int(call, value_number(whole), &second, &failure))
        return failure;
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
        return value_failure(call->arena, E_RANGE, "there is no time %lld:%02lld:%02lld",
                             (long long)hour, (long long)minute, (long long)second);
    struct decimal fraction = decimal_mul(decimal_sub(args[2].number, whole, NULL),
                                          decimal_from_int(NANOSECONDS_PER_SECOND), NULL);
    int64_t nanosecond = 0;
    decimal_to_int(decimal_round(fraction, 0, ROUND_DOWN, NULL), &nanosecond);
    t.hour = (uint8_t)hour;
    t.minute = (uint8_t)minute;
    t.second = (uint8_t)second;
    t.nanosecond = (int32_t)nanosecond;
    if (argument_given(args, n, 3) && !time_offset(call, args[3], &t, &failure))
        return failure;
    return make_time(call, t);
}

struct value fn_duration(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    struct value v;
    return duration_parse(args[0].string, &v)
               ? v
               : bad_text(call, args[0].string, "duration (P1Y2M or P3DT4H)");
}

/* Whole months from a to b; the day (and the time, as `late`) decides whether the last one is full.
 */
static int64_t whole_months(struct date a, struct date b)
{
    int64_t months = ((int64_t)b.year - a.year) * 12 + b.month - a.month;
    struct date reached;
    if (months > 0 && date_add_months(a, months, &reached) && date_compare(reached, b) > 0)
        months--;
    if (months < 0 && date_add_months(a, months, &reached) && date_compare(reached, b) < 0)
        months++;
    return months;
}

/* The standard counts by days of the month, without clipping: from 01-31 to 02-29 is no whole
 * month. */
struct value fn_months_duration(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(call);
    UNUSED(n);
    struct date a = date_of(args[0]), b = date_of(args[1]);
    int64_t months = ((int64_t)b.year - a.year) * 12 + b.month - a.month;
    if (months > 0 && b.day < a.day)
        months--;
    if (months < 0 && b.day > a.day)
        months++;
    return value_months(months);
}

struct value fn_months_between(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(call);
    UNUSED(n);
    return value_int(whole_months(args[0].date, args[1].date));
}

/* ---- the clock ---- */

#define HOUSE_OFFSET (8 * 3600) /* the house keeps the time of Shanghai */

struct value fn_now(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(args);
    UNUSED(n);
    struct time zone = {.zone_kind = ZONE_OFFSET, .offset = HOUSE_OFFSET};
    struct date_time d;
    if (!date_time_from_nanoseconds((int128)clock_now_ms() * 1000000, &zone, &d))
        return value_failure(call->arena, E_RANGE, "the clock is out of range");
    return make_date_time(call, d);
}

struct value fn_today(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(args);
    UNUSED(n);
    return value_date(call->run && call->run->as_of.month ? call->run->as_of : date_today());
}

/* ---- parts of the year ---- */

struct value fn_day_of_year(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(call);
    UNUSED(n);
    struct date d = date_of(args[0]);
    struct date first = {.year = d.year, .month = 1, .day = 1};
    return value_int(date_days(d) - date_days(first) + 1);
}

struct value fn_day_of_week(struct builtin_call *call, const struct value *args, size_t n)
{
    static const char *const names[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                        "Friday", "Saturday", "Sunday"};
    UNUSED(call);
    UNUSED(n);
    return value_string(span_z(names[date_weekday(date_of(args[0])) - 1]));
}

struct value fn_month_of_year(struct builtin_call *call, const struct value *args, size_t n)
{
    static const char *const names[] = {"January",   "February", "March",    "April",
                                        "May",       "June",     "July",     "August",
                                        "September", "October",  "November", "December"};
    UNUSED(call);
    UNUSED(n);
    return value_string(span_z(names[date_of(args[0]).month - 1]));
}

/* ISO 8601: the week belongs to the year of its Thursday. */
struct value fn_week_of_year(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    struct date d = date_of(args[0]), thursday;
    if (!date_add_days(d, 4 - date_weekday(d), &thursday))
        return value_failure(call->arena, E_RANGE, "the date is out of range");
    struct date first = {.year = thursday.year, .month = 1, .day = 1};
    return value_int((date_days(thursday) - date_days(first)) / 7 + 1);
}

/* ---- days and months, without any working day ---- */

struct value fn_days_after(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    int64_t days;
    struct value failure;
    struct date d;
    if (!argument_int(call, args[1], &days, &failure))
        return failure;
    return date_add_days(args[0].date, days, &d)
               ? value_date(d)
               : value_failure(call->arena, E_RANGE, "the date is out of range");
}

struct value fn_days_between(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(call);
    UNUSED(n);
    return value_int(date_days(args[1].date) - date_days(args[0].date));
}

struct value fn_months_after(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    int64_t months;
    struct value failure;
    struct date d;
    if (!argument_int(call, args[1], &months, &failure))
        return failure;
    return date_add_months(args[0].date, months, &d)
               ? value_date(d)
               : value_failure(call->arena, E_RANGE, "the date is out of range");
}

struct value fn_month_end(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(call);
    UNUSED(n);
    return value_date(date_month_end(args[0].date));
}

/* ---- what a path reads ---- */

#define PROPERTY_FUNCTION(name, expression)                                                        \
    struct value name(struct arena *request, struct value v)                                       \
    {                                                                                              \
        UNUSED(request);                                                                           \
        return (expression);                                                                       \
    }

static const struct time *clock_of(struct value v)
{
    return v.kind == VALUE_TIME ? v.time : &v.date_time->time;
}

static int64_t seconds_of(struct value v)
{
    return (int64_t)(v.nanoseconds / NANOSECONDS_PER_SECOND);
}

/* Whole seconds and what is left of one, as a decimal. */
static struct value seconds_with(int64_t seconds, int64_t nanosecond)
{
    if (nanosecond == 0)
        return value_int(seconds);
    struct decimal fraction =
        decimal_div(decimal_from_int(nanosecond), decimal_from_int(NANOSECONDS_PER_SECOND), NULL);
    return value_number(decimal_add(decimal_from_int(seconds), fraction, NULL));
}

static struct value second_of_clock(const struct time *t)
{
    return seconds_with(t->second, t->nanosecond);
}

static struct value offset_of_time(const struct time *t)
{
    return t->zone_kind == ZONE_OFFSET ? value_days((int128)t->offset * NANOSECONDS_PER_SECOND)
                                       : VALUE_NULL_V;
}

static struct value zone_of_time(const struct time *t)
{
    return t->zone_kind == ZONE_NAMED ? value_string(t->zone) : VALUE_NULL_V;
}

PROPERTY_FUNCTION(prop_year, value_int(date_of(v).year))
PROPERTY_FUNCTION(prop_month, value_int(date_of(v).month))
PROPERTY_FUNCTION(prop_day, value_int(date_of(v).day))
PROPERTY_FUNCTION(prop_weekday, value_int(date_weekday(date_of(v))))
PROPERTY_FUNCTION(prop_hour, value_int(clock_of(v)->hour))
PROPERTY_FUNCTION(prop_minute, value_int(clock_of(v)->minute))
PROPERTY_FUNCTION(prop_second, second_of_clock(clock_of(v)))
PROPERTY_FUNCTION(prop_time_offset, offset_of_time(clock_of(v)))
PROPERTY_FUNCTION(prop_timezone, zone_of_time(clock_of(v)))
PROPERTY_FUNCTION(prop_days, value_int(seconds_of(v) / SECONDS_PER_DAY))
PROPERTY_FUNCTION(prop_hours, value_int(seconds_of(v) / 3600 % 24))
PROPERTY_FUNCTION(prop_minutes, value_int(seconds_of(v) / 60 % 60))
PROPERTY_FUNCTION(prop_seconds, seconds_with(seconds_of(v) % 60,
                                             (int64_t)(v.nanoseconds % NANOSECONDS_PER_SECOND)))
PROPERTY_FUNCTION(prop_years, value_int(v.months / 12))
PROPERTY_FUNCTION(prop_months, value_int(v.months % 12))
PROPERTY_FUNCTION(prop_start, v.range->has_low ? v.range->low : VALUE_NULL_V)
PROPERTY_FUNCTION(prop_end, v.range->has_high ? v.range->high : VALUE_NULL_V)
PROPERTY_FUNCTION(prop_start_included, value_boolean(v.range->low_closed))
PROPERTY_FUNCTION(prop_end_included, value_boolean(v.range->high_closed))
