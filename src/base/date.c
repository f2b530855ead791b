/*
 * date.c: days on the proleptic Gregorian calendar by arithmetic on eras of 400 years, and the one
 * place that reads the clock.
 */
#include "base/date.h"
#include "base/err.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define DAY_MS      INT64_C(86400000)
#define SHANGHAI_MS (INT64_C(8) * 3600 * 1000) /* no summer time since 1991 */
#define ERA_DAYS    146097

bool date_is_leap(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int date_month_length(int64_t year, int month)
{
    static const uint8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    if (month < 1 || month > 12)
        return 0;
    return lengths[month - 1] + (month == 2 && date_is_leap(year));
}

bool date_make(int64_t year, int64_t month, int64_t day, struct date *ret)
{
    if (year < -DATE_YEAR_MAX || year > DATE_YEAR_MAX || month < 1 || month > 12 || day < 1 ||
        day > date_month_length(year, (int)month))
        return false;
    *ret = (struct date){(int32_t)year, (uint8_t)month, (uint8_t)day};
    return true;
}

/* Splits exactly n digits off *s. */
static bool take_digits(struct span *s, size_t n, int64_t *ret)
{
    int64_t value = 0;

    if (s->n < n)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (s->p[i] < '0' || s->p[i] > '9')
            return false;
        value = value * 10 + (s->p[i] - '0');
    }
    *s = span_from(*s, n);
    *ret = value;
    return true;
}

static bool take_byte(struct span *s, char c)
{
    if (s->n == 0 || s->p[0] != c)
        return false;
    *s = span_from(*s, 1);
    return true;
}

/* A year has at least four digits, more only without a leading zero; "-0000" is none. */
static bool take_year(struct span *s, int64_t *ret)
{
    bool negative = take_byte(s, '-');
    size_t n = 0;
    int64_t year;

    while (n < s->n && s->p[n] >= '0' && s->p[n] <= '9')
        n++;
    if (n < 4 || n > 9 || (n > 4 && s->p[0] == '0') || !take_digits(s, n, &year))
        return false;
    if (negative && year == 0)
        return false;
    *ret = negative ? -year : year;
    return true;
}

/* Splits a date off the start of *s. */
static bool take_date(struct span *s, struct date *ret)
{
    int64_t year, month, day;

    return take_year(s, &year) && take_byte(s, '-') && take_digits(s, 2, &month) &&
           take_byte(s, '-') && take_digits(s, 2, &day) && date_make(year, month, day, ret);
}

bool date_parse(struct span s, struct date *ret)
{
    struct date d;

    if (!take_date(&s, &d) || s.n)
        return false;
    *ret = d;
    return true;
}

static void two_digits(char *out, int n)
{
    out[0] = (char)('0' + n / 10 % 10);
    out[1] = (char)('0' + n % 10);
}

size_t date_print(struct date d, char out[DATE_TEXT])
{
    int year = d.year;

    if (year >= 0 && year <= 9999) { /* nearly all: explanations print many */
        memcpy(out, "yyyy-mm-dd", sizeof "yyyy-mm-dd");
        two_digits(out, year / 100);
        two_digits(out + 2, year);
        two_digits(out + 5, d.month);
        two_digits(out + 8, d.day);
        return sizeof "yyyy-mm-dd" - 1;
    }
    return (size_t)snprintf(out, DATE_TEXT, "%s%04d-%02d-%02d", year < 0 ? "-" : "",
                            year < 0 ? -year : year, d.month, d.day);
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b != 0 && (a % b < 0) != (b < 0));
}

/* Years are counted from March, so that the leap day is the last of its year. */
int64_t date_days(struct date d)
{
    int64_t year = (int64_t)d.year - (d.month <= 2);
    int64_t era = floor_div(year, 400);
    int64_t of_era = year - era * 400;
    int64_t month = d.month + (d.month > 2 ? -3 : 9);
    int64_t of_year = (153 * month + 2) / 5 + d.day - 1;

    return era * ERA_DAYS + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

bool date_from_days(int64_t days, struct date *ret)
{
    int64_t era, day, of_era, year, month;

    if (days < -INT64_C(400000000000) || days > INT64_C(400000000000))
        return false;
    days += 719468;
    era = floor_div(days, ERA_DAYS);
    day = days - era * ERA_DAYS;
    of_era = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    day -= 365 * of_era + of_era / 4 - of_era / 100;
    month = (5 * day + 2) / 153;
    day -= (153 * month + 2) / 5 - 1;
    year = era * 400 + of_era + (month >= 10);
    return date_make(year, month + (month < 10 ? 3 : -9), day, ret);
}

int date_compare(struct date a, struct date b)
{
    if (a.year != b.year)
        return a.year < b.year ? -1 : 1;
    if (a.month != b.month)
        return a.month < b.month ? -1 : 1;
    return (a.day > b.day) - (a.day < b.day);
}

int date_weekday(struct date d)
{
    int64_t days = date_days(d) + 3; /* 1970-01-01 was a Thursday */

    return (int)(days - floor_div(days, 7) * 7) + 1;
}

bool date_add_days(struct date d, int64_t days, struct date *ret)
{
    int64_t sum;

    return !__builtin_add_overflow(date_days(d), days, &sum) && date_from_days(sum, ret);
}

bool date_add_months(struct date d, int64_t months, struct date *ret)
{
    int64_t index = (int64_t)d.year * 12 + d.month - 1, year, month;
    int length;

    if (__builtin_add_overflow(index, months, &index))
        return false;
    year = floor_div(index, 12);
    month = index - year * 12 + 1;
    length = date_month_length(year, (int)month);
    return date_make(year, month, d.day < length ? d.day : length, ret);
}

struct date date_month_end(struct date d)
{
    d.day = (uint8_t)date_month_length(d.year, d.month);
    return d;
}

/* --- the clock ----------------------------------------------------------------------------- */

/* Splits ".123" off: milliseconds, further digits are dropped. */
static bool take_fraction(struct span *s, int64_t *ms)
{
    int64_t unit = 100;
    size_t n = 0;

    if (!take_byte(s, '.'))
        return true;
    for (; s->n && s->p[0] >= '0' && s->p[0] <= '9'; n++, unit /= 10) {
        *ms += (s->p[0] - '0') * unit;
        *s = span_from(*s, 1);
    }
    return n > 0;
}

/* What follows the time: nothing, Z, +hh:mm or -hh:mm. The whole rest must be used up. */
static bool read_zone(struct span s, int64_t *ret_ms)
{
    int64_t hours, minutes;
    bool west;

    *ret_ms = SHANGHAI_MS;
    if (s.n == 0)
        return true;
    if (span_eq(s, SPAN("Z"))) {
        *ret_ms = 0;
        return true;
    }
    west = take_byte(&s, '-');
    if (!west && !take_byte(&s, '+'))
        return false;
    if (!take_digits(&s, 2, &hours) || !take_byte(&s, ':') || !take_digits(&s, 2, &minutes) ||
        s.n || hours > 14 || minutes > 59)
        return false;
    *ret_ms = (hours * 60 + minutes) * 60000 * (west ? -1 : 1);
    return true;
}

bool clock_read(struct span s, int64_t *ret)
{
    struct date d;
    int64_t hour = 0, minute = 0, second = 0, ms = 0, zone = SHANGHAI_MS;

    if (!take_date(&s, &d) || d.year < 1 || d.year > 9999)
        return false;
    if (s.n) {
        if (!(take_byte(&s, 'T') || take_byte(&s, ' ')) || !take_digits(&s, 2, &hour) ||
            !take_byte(&s, ':') || !take_digits(&s, 2, &minute))
            return false;
        if (take_byte(&s, ':') && !(take_digits(&s, 2, &second) && take_fraction(&s, &ms)))
            return false;
        if (hour > 23 || minute > 59 || second > 59 || !read_zone(s, &zone))
            return false;
    }
    *ret = date_days(d) * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000 + ms - zone;
    return true;
}

int clock_check(struct err *err)
{
    const char *fixed = getenv("HUIQI_NOW");
    int64_t ms;

    if (!fixed || !*fixed || clock_read(span_z(fixed), &ms))
        return 0;
    err_set(err, E_USAGE, "HUIQI_NOW=%.64s is no date or date and time", fixed);
    err_hint(err, "write 2020-03-09 or 2020-03-09T08:00:00+08:00");
    return E_USAGE;
}

int64_t clock_now_ms(void)
{
    const char *fixed = getenv("HUIQI_NOW");
    struct timespec now;
    int64_t ms;

    if (fixed && *fixed && clock_read(span_z(fixed), &ms))
        return ms;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct date date_today(void)
{
    struct date d = {1970, 1, 1};

    if (!date_from_days(floor_div(clock_now_ms() + SHANGHAI_MS, DAY_MS), &d))
        BUG("the clock is outside the calendar");
    return d;
}

size_t clock_print(int64_t ms, char out[DATE_TEXT])
{
    int64_t local, days, rest;
    struct date d = {1970, 1, 1};
    size_t n;

    if (__builtin_add_overflow(ms, SHANGHAI_MS, &local))
        local = ms;
    days = floor_div(local, DAY_MS);
    rest = (local - days * DAY_MS) / 1000;
    if (!date_from_days(days, &d))
        BUG("a moment outside the calendar");
    n = date_print(d, out);
    return n + (size_t)snprintf(out + n, DATE_TEXT - n, "T%02d:%02d:%02d+08:00", (int)(rest / 3600),
                                (int)(rest / 60 % 60), (int)(rest % 60));
}
