/*
 * places_hours.c: when a service point is open, and how far it is: the text of its hours against
 * the official calendar, the great circle between two spots.
 */
#include <math.h>

#include "base/date.h"
#include "casework/clocks.h"
#include "casework/places.h"

/* ---- where ---- */

/* Six decimals of a degree, as an integer. */
static bool degrees(struct span text, int64_t most, int64_t *ret)
{
    struct decimal d, million = decimal_from_int(1000000);
    unsigned flags = 0;

    text = span_trim(text);
    if (!text.n || !decimal_parse(text, &d))
        return false;
    d = decimal_round(decimal_mul(d, million, &flags), 0, ROUND_HALF_EVEN, &flags);
    return decimal_to_int(d, ret) && *ret >= -most * 1000000 && *ret <= most * 1000000;
}

bool spot_parse(struct span latitude, struct span longitude, struct spot *ret)
{
    *ret = (struct spot){.known = false};
    ret->known = degrees(latitude, 90, &ret->latitude) && degrees(longitude, 180, &ret->longitude);
    return ret->known;
}

/* Angles are no amounts: binary floating point, rounded to whole metres. */
int64_t spot_metres(struct spot a, struct spot b)
{
    const double radius = 6371008.8, unit = M_PI / 180e6;
    double x = (double)a.latitude * unit, y = (double)b.latitude * unit,
           across = (double)(b.longitude - a.longitude) * unit,
           h = pow(sin((y - x) / 2), 2) + cos(x) * cos(y) * pow(sin(across / 2), 2);

    return (int64_t)llround(2 * radius * asin(sqrt(h < 1 ? h : 1)));
}

/* ---- when ---- */

enum { WORKED = 7, EVERY = 8 };
struct opening {
    int first, last; /* 0 = Monday ... 6, or WORKED, EVERY */
    int from, to;    /* minutes of the day */
};

static bool day_named(struct span *text, int *ret)
{
    static const char *const names[] = {"周一", "周二", "周三",   "周四", "周五",
                                        "周六", "周日", "工作日", "每天"};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (span_starts(*text, span_z(names[i]))) {
            *text = span_from(*text, strlen(names[i]));
            *ret = (int)i;
            return true;
        }
    return false;
}

static bool two_digits(const char *p, int *ret)
{
    if (p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9')
        return false;
    *ret = (p[0] - '0') * 10 + (p[1] - '0');
    return true;
}

/* "09:00"; 24:00 is the end of the day */
static bool minute_named(struct span text, int *ret)
{
    int hour, minute;

    if (text.n != 5 || text.p[2] != ':' || !two_digits(text.p, &hour) ||
        !two_digits(text.p + 3, &minute))
        return false;
    *ret = hour * 60 + minute;
    return minute < 60 && *ret <= 24 * 60;
}

static bool read_opening(struct span text, struct opening *ret)
{
    if (!day_named(&text, &ret->first))
        return false;
    ret->last = ret->first;
    if (span_starts(text, SPAN("至"))) {
        text = span_from(text, strlen("至"));
        if (!day_named(&text, &ret->last) || ret->last > 6 || ret->last < ret->first)
            return false;
    }
    text = span_trim(text);
    return text.n == 11 && text.p[5] == '-' && minute_named(span_of(text.p, 5), &ret->from) &&
           minute_named(span_from(text, 6), &ret->to) && ret->from < ret->to;
}

/* The next of a list; false = none, or one that cannot be read (ret_bad). */
static bool next_opening(struct span *rest, struct opening *ret, bool *ret_bad)
{
    size_t at = span_find(*rest, SPAN("；")), n = strlen("；"), semicolon;
    struct span one;

    *rest = span_trim(*rest);
    if (!rest->n)
        return false;
    at = span_find(*rest, SPAN("；"));
    semicolon = span_find(*rest, SPAN(";"));
    if (semicolon < at) {
        at = semicolon;
        n = 1;
    }
    one = span_trim(span_of(rest->p, at == SIZE_MAX ? rest->n : at));
    *rest = at == SIZE_MAX ? (struct span){rest->p, 0} : span_from(*rest, at + n);
    *ret_bad = !read_opening(one, ret);
    return !*ret_bad;
}

bool hours_valid(struct span hours)
{
    struct opening x;
    bool bad = false;

    while (next_opening(&hours, &x, &bad))
        continue;
    return !bad;
}

static enum hours_answer on_day(const struct opening *x, const struct calendar *c, struct date d)
{
    int weekday = (int)((date_days(d) % 7 + 7 + 3) % 7); /* 1970-01-01 was a Thursday */
    bool works = false;

    if (x->first == EVERY)
        return HOURS_OPEN;
    if (x->first < WORKED)
        return weekday >= x->first && weekday <= x->last ? HOURS_OPEN : HOURS_SHUT;
    if (!c || calendar_is_working(c, d, &works, NULL) < 0)
        return HOURS_UNKNOWN;
    return works ? HOURS_OPEN : HOURS_SHUT;
}

enum hours_answer hours_open(struct span hours, const struct calendar *c, int64_t at)
{
    enum hours_answer answer = HOURS_SHUT;
    int64_t local = at + INT64_C(8) * 3600000;
    int minute = (int)(local / 60000 % (24 * 60));
    struct date day = {1970, 1, 1};
    struct opening x;
    bool bad = false, any = false;

    if (!clock_date(at, &day))
        return HOURS_UNKNOWN;
    while (next_opening(&hours, &x, &bad)) {
        any = true;
        if (minute < x.from || minute >= x.to)
            continue;
        enum hours_answer one = on_day(&x, c, day);
        if (one == HOURS_OPEN)
            return one;
        answer = one == HOURS_UNKNOWN ? one : answer;
    }
    return any && !bad ? answer : HOURS_UNKNOWN;
}
