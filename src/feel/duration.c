/*
 * duration.c: ISO 8601 durations as FEEL takes them: -P1Y2M (months) or -P3DT4H5M6.7S (days and time).
 */
#include "feel/builtins.h"

struct reader {
    struct span rest;
    bool bad;
};

/* A run of digits; false when there is none. Sets bad past 18 digits, which no limit below allows anyway. */
static bool take_number(struct reader *r, int64_t *ret)
{
    int64_t n = 0;
    size_t i = 0;

    while (i < r->rest.n && r->rest.p[i] >= '0' && r->rest.p[i] <= '9') {
        if (i >= 18) {
            r->bad = true;
            return false;
        }
        n = n * 10 + (r->rest.p[i++] - '0');
    }
    r->rest = span_from(r->rest, i);
    *ret = n;
    return i > 0;
}

static bool take_byte(struct reader *r, char c)
{
    if (!r->rest.n || r->rest.p[0] != c)
        return false;
    r->rest = span_from(r->rest, 1);
    return true;
}

/* `digits` then `unit`; leaves r alone when the unit is another one. */
static bool take_part(struct reader *r, char unit, int64_t *ret)
{
    struct reader save = *r;

    if (take_number(r, ret) && take_byte(r, unit))
        return true;
    save.bad = r->bad;
    *r = save;
    return false;
}

/* Seconds may have up to nine digits of fraction. */
static bool take_seconds(struct reader *r, int64_t *ret_seconds, int64_t *ret_nano)
{
    struct reader save = *r;
    int64_t scale = 100000000;

    *ret_nano = 0;
    if (!take_number(r, ret_seconds))
        return false;
    if (take_byte(r, '.')) {
        if (!r->rest.n || r->rest.p[0] < '0' || r->rest.p[0] > '9')
            r->bad = true;
        while (r->rest.n && r->rest.p[0] >= '0' && r->rest.p[0] <= '9') {
            *ret_nano += (r->rest.p[0] - '0') * scale;
            scale /= 10;
            r->rest = span_from(r->rest, 1);
        }
    }
    if (take_byte(r, 'S'))
        return true;
    *r = save;
    return false;
}

static bool months_parse(struct reader r, bool negative, struct value *ret)
{
    int64_t years = 0, months = 0;
    bool has_years = take_part(&r, 'Y', &years), has_months = take_part(&r, 'M', &months);

    if (r.bad || r.rest.n || (!has_years && !has_months) || years > INT64_MAX / 24 || months > INT64_MAX / 2)
        return false;
    months += years * 12;
    *ret = (struct value){.kind = VALUE_MONTHS, .months = negative ? -months : months};
    return true;
}

static bool days_parse(struct reader r, bool negative, struct value *ret)
{
    int64_t days = 0, hours = 0, minutes = 0, seconds = 0, nano = 0;
    bool some = take_part(&r, 'D', &days), some_time = false;
    int128 total;

    if (take_byte(&r, 'T')) {
        some_time = take_part(&r, 'H', &hours);
        some_time |= take_part(&r, 'M', &minutes);
        some_time |= take_seconds(&r, &seconds, &nano);
        if (!some_time)
            return false;
    }
    if (r.bad || r.rest.n || (!some && !some_time))
        return false;
    total = (((int128)days * 24 + hours) * 60 + minutes) * 60 + seconds;
    total = total * 1000000000 + nano;
    *ret = (struct value){.kind = VALUE_DAYS, .nanoseconds = negative ? -total : total};
    return true;
}

bool duration_parse(struct span s, struct value *ret)
{
    struct reader r = {.rest = s};
    bool negative = take_byte(&r, '-');

    if (!take_byte(&r, 'P'))
        return false;
    return months_parse(r, negative, ret) || days_parse(r, negative, ret);
}
