/*
 * temporal.c: see temporal.h.
 */
#include "feel/temporal.h"
#include <stdio.h>
#include "feel/zone.h"

/* Takes 1 to `most` digits off the front; -1 when there are none or more. */
static int64_t take_digits(struct span *s, size_t least, size_t most)
{
    int64_t v = 0;
    size_t n = 0;
    while (n < s->n && s->p[n] >= '0' && s->p[n] <= '9') {
        if (n == most)
            return -1;
        v = v * 10 + (s->p[n] - '0');
        n++;
    }
    *s = span_from(*s, n);
    return n < least ? -1 : v;
}

static bool take_byte(struct span *s, char c)
{
    if (s->n == 0 || s->p[0] != c)
        return false;
    *s = span_from(*s, 1);
    return true;
}

/* ".123" as nanoseconds; further digits are cut. -1 when there is no digit. */
static int64_t take_fraction(struct span *s)
{
    int64_t v = 0, unit = NANOSECONDS_PER_SECOND;
    size_t n = 0;
    while (n < s->n && s->p[n] >= '0' && s->p[n] <= '9') {
        unit /= 10;
        v += (s->p[n] - '0') * unit;
        n++;
    }
    *s = span_from(*s, n);
    return n == 0 ? -1 : v;
}

static bool zone_parse(struct span s, struct time *t)
{
    if (s.n == 0)
        return true;
    if (s.n == 1 && s.p[0] == 'Z') {
        t->zone_kind = ZONE_OFFSET;
        return true;
    }
    if (take_byte(&s, '@')) {
        t->zone_kind = ZONE_NAMED;
        t->zone = s;
        return zone_known(s);
    }
    bool west = s.p[0] == '-';
    if (!take_byte(&s, '-') && !take_byte(&s, '+'))
        return false;
    int64_t hour = take_digits(&s, 2, 2);
    if (hour < 0 || hour > 18 || !take_byte(&s, ':'))
        return false;
    int64_t minute = take_digits(&s, 2, 2);
    int64_t second = take_byte(&s, ':') ? take_digits(&s, 2, 2) : 0;
    if (minute < 0 || minute > 59 || second < 0 || second > 59 || s.n > 0)
        return false;
    int64_t offset = hour * 3600 + minute * 60 + second;
    if (offset > 18 * 3600)
        return false;
    t->zone_kind = ZONE_OFFSET;
    t->offset = (int32_t)(west ? -offset : offset);
    return true;
}

/* *ret_next: it was 24:00:00. */
static bool clock_parse(struct span s, struct time *ret, bool *ret_next)
{
    struct time t = {0};
    int64_t hour = take_digits(&s, 2, 2);
    if (hour < 0 || !take_byte(&s, ':'))
        return false;
    int64_t minute = take_digits(&s, 2, 2);
    if (minute < 0 || !take_byte(&s, ':'))
        return false;
    int64_t second = take_digits(&s, 2, 2);
    int64_t fraction = take_byte(&s, '.') ? take_fraction(&s) : 0;
    *ret_next = hour == 24 && minute == 0 && second == 0 && fraction == 0;
    if (*ret_next)
        hour = 0;
    if (second < 0 || fraction < 0 || hour > 23 || minute > 59 || second > 59)
        return false;
    t.hour = (uint8_t)hour;
    t.minute = (uint8_t)minute;
    t.second = (uint8_t)second;
    t.nanosecond = (int32_t)fraction;
    if (!zone_parse(s, &t))
        return false;
    *ret = t;
    return true;
}

/* Without a date the offset of a named zone is that of the start of 1970. */
bool time_parse(struct span s, struct time *ret)
{
    struct date_time d = {.date = {1970, 1, 1}};
    bool next;
    if (!clock_parse(s, &d.time, &next))
        return false;
    zone_resolve(&d);
    *ret = d.time;
    return true;
}

void zone_resolve(struct date_time *d)
{
    if (d->time.zone_kind == ZONE_NAMED)
        d->time.offset = zone_offset_local(d->time.zone, d);
}

bool date_time_parse(struct span s, struct date_time *ret)
{
    struct date_time d = {0};
    bool next = false;
    const char *t = s.n > 0 ? memchr(s.p, 'T', s.n) : NULL;
    if (!t) {
        if (!date_parse(s, &d.date))
            return false;
    } else {
        size_t n = (size_t)(t - s.p);
        if (!date_parse(span_of(s.p, n), &d.date) ||
            !clock_parse(span_from(s, n + 1), &d.time, &next))
            return false;
        if (next && !date_add_days(d.date, 1, &d.date))
            return false;
        zone_resolve(&d);
    }
    *ret = d;
    return true;
}

/* One "12D" of a duration; *order makes the units come in their order, each once. */
struct duration_part {
    char unit;
    int order;
    int64_t seconds; /* 0 = counts months */
    int64_t months;
};
static const struct duration_part parts[] = {
    {'Y', 1, 0, 12},   {'M', 2, 0, 1},  {'D', 3, 86400, 0},
    {'H', 5, 3600, 0}, {'M', 6, 60, 0}, {'S', 7, 1, 0},
};

static const struct duration_part *find_part(char unit, bool after_t)
{
    for (size_t i = 0; i < COUNT_OF(parts); i++)
        if (parts[i].unit == unit && (parts[i].order > 4) == after_t)
            return &parts[i];
    return NULL;
}

struct duration_sum {
    int64_t months;
    int128 nanoseconds;
    bool has_months, has_days;
    int order;
};

static bool duration_take(struct span *s, bool after_t, struct duration_sum *sum)
{
    int64_t v = take_digits(s, 1, 17);
    int64_t fraction = 0;
    bool dot = v >= 0 && take_byte(s, '.');
    if (dot) { /* "0.S" has no digit behind its point */
        fraction = take_fraction(s);
        fraction = fraction < 0 ? 0 : fraction;
    }
    if (v < 0 || fraction < 0 || s->n == 0)
        return false;
    const struct duration_part *p = find_part(s->p[0], after_t);
    if (!p || p->order <= sum->order || (dot && p->unit != 'S'))
        return false;
    *s = span_from(*s, 1);
    sum->order = p->order;
    if (p->months > 0) {
        sum->has_months = true;
        sum->months += v * p->months;
        return sum->months <= DURATION_MONTHS_MAX;
    }
    sum->has_days = true;
    sum->nanoseconds += (int128)v * p->seconds * NANOSECONDS_PER_SECOND + fraction;
    return sum->nanoseconds <= DURATION_NANOSECONDS_MAX;
}

bool duration_parse(struct span s, struct value *ret)
{
    struct duration_sum sum = {0};
    bool minus = take_byte(&s, '-');
    if (!take_byte(&s, 'P') || s.n == 0)
        return false;
    bool after_t = false;
    while (s.n > 0) {
        if (!after_t && take_byte(&s, 'T')) {
            after_t = true;
            if (s.n == 0)
                return false;
        }
        if (!duration_take(&s, after_t, &sum))
            return false;
    }
    if (sum.has_months == sum.has_days)
        return false;
    *ret = sum.has_months ? value_months(minus ? -sum.months : sum.months)
                          : value_days(minus ? -sum.nanoseconds : sum.nanoseconds);
    return true;
}

/* ---- printing ---- */

/* ".5" of half a second; nothing for none. */
static void fraction_print(struct buffer *out, int64_t nanosecond)
{
    char digits[16];
    if (nanosecond == 0)
        return;
    int n = snprintf(digits, sizeof digits, "%09lld", (long long)nanosecond);
    while (n > 1 && digits[n - 1] == '0')
        n--;
    buffer_byte(out, '.');
    buffer_add(out, span_of(digits, (size_t)n));
}

static void zone_print(struct buffer *out, const struct time *t)
{
    if (t->zone_kind == ZONE_NAMED) {
        buffer_byte(out, '@');
        buffer_add(out, t->zone);
    } else if (t->zone_kind == ZONE_OFFSET && t->offset == 0) {
        buffer_byte(out, 'Z');
    } else if (t->zone_kind == ZONE_OFFSET) {
        int o = t->offset < 0 ? -t->offset : t->offset;
        buffer_print(out, "%c%02d:%02d", t->offset < 0 ? '-' : '+', o / 3600, o / 60 % 60);
        if (o % 60)
            buffer_print(out, ":%02d", o % 60);
    }
}

void time_print(struct buffer *out, const struct time *t)
{
    buffer_print(out, "%02d:%02d:%02d", t->hour, t->minute, t->second);
    fraction_print(out, t->nanosecond);
    zone_print(out, t);
}

void date_time_print(struct buffer *out, const struct date_time *dt)
{
    char text[DATE_TEXT];
    buffer_add(out, span_of(text, date_print(dt->date, text)));
    buffer_byte(out, 'T');
    time_print(out, &dt->time);
}

void days_print(struct buffer *out, int128 ns)
{
    if (ns == 0) {
        buffer_add_z(out, "PT0S");
        return;
    }
    if (ns < 0) {
        buffer_byte(out, '-');
        ns = -ns;
    }
    int64_t seconds = (int64_t)(ns / NANOSECONDS_PER_SECOND);
    int64_t fraction = (int64_t)(ns % NANOSECONDS_PER_SECOND);
    int64_t days = seconds / SECONDS_PER_DAY, rest = seconds % SECONDS_PER_DAY;
    buffer_byte(out, 'P');
    if (days)
        buffer_print(out, "%lldD", (long long)days);
    if (rest || fraction)
        buffer_byte(out, 'T');
    if (rest / 3600)
        buffer_print(out, "%lldH", (long long)(rest / 3600));
    if (rest / 60 % 60)
        buffer_print(out, "%lldM", (long long)(rest / 60 % 60));
    if (rest % 60 || fraction) {
        buffer_print(out, "%lld", (long long)(rest % 60));
        fraction_print(out, fraction);
        buffer_byte(out, 'S');
    }
}

void months_print(struct buffer *out, int64_t months)
{
    if (months == 0) {
        buffer_add_z(out, "P0M");
        return;
    }
    if (months < 0) {
        buffer_byte(out, '-');
        months = -months;
    }
    buffer_byte(out, 'P');
    if (months / 12)
        buffer_print(out, "%lldY", (long long)(months / 12));
    if (months % 12)
        buffer_print(out, "%lldM", (long long)(months % 12));
}

/* ---- arithmetic ---- */

int128 time_nanoseconds(const struct time *t)
{
    int64_t seconds = t->hour * 3600 + t->minute * 60 + t->second;
    return (int128)seconds * NANOSECONDS_PER_SECOND + t->nanosecond;
}

int64_t time_seconds(const struct time *t)
{
    return t->hour * 3600 + t->minute * 60 + t->second - t->offset;
}

int128 date_time_seconds(const struct date_time *d)
{
    return (int128)date_days(d->date) * SECONDS_PER_DAY + time_seconds(&d->time);
}

int128 date_time_nanoseconds(const struct date_time *d)
{
    return (int128)date_days(d->date) * NANOSECONDS_PER_DAY + time_nanoseconds(&d->time) -
           (int128)d->time.offset * NANOSECONDS_PER_SECOND;
}

void time_set(struct time *t, int128 ns)
{
    int64_t seconds = (int64_t)(ns / NANOSECONDS_PER_SECOND);
    t->nanosecond = (int32_t)(ns % NANOSECONDS_PER_SECOND);
    t->hour = (uint8_t)(seconds / 3600);
    t->minute = (uint8_t)(seconds / 60 % 60);
    t->second = (uint8_t)(seconds % 60);
}

bool date_time_from_nanoseconds(int128 since_1970, const struct time *zone, struct date_time *ret)
{
    struct time clock = *zone;
    int128 seconds =
        since_1970 / NANOSECONDS_PER_SECOND - (since_1970 % NANOSECONDS_PER_SECOND < 0);
    if (clock.zone_kind == ZONE_NAMED)
        clock.offset = zone_offset_at(clock.zone, seconds);
    int128 local = since_1970 + (int128)clock.offset * NANOSECONDS_PER_SECOND;
    int128 days = local / NANOSECONDS_PER_DAY;
    int128 rest = local % NANOSECONDS_PER_DAY;
    if (rest < 0) {
        rest += NANOSECONDS_PER_DAY;
        days--;
    }
    struct date_time d = {.time = clock};
    if (days > INT64_MAX || days < INT64_MIN || !date_from_days((int64_t)days, &d.date))
        return false;
    time_set(&d.time, rest);
    *ret = d;
    return true;
}

#define HALF_INT128 INT64_C(1000000000000000000) /* two halves of 18 digits */

struct decimal decimal_from_int128(int128 i)
{
    struct decimal high = decimal_from_int((int64_t)(i / HALF_INT128));
    struct decimal low = decimal_from_int((int64_t)(i % HALF_INT128));
    return decimal_add(decimal_mul(high, decimal_from_int(HALF_INT128), NULL), low, NULL);
}

bool decimal_to_int128(struct decimal d, int128 *ret)
{
    struct decimal half = decimal_from_int(HALF_INT128);
    struct decimal high = decimal_round(decimal_div(d, half, NULL), 0, ROUND_DOWN, NULL);
    struct decimal low = decimal_sub(d, decimal_mul(high, half, NULL), NULL);
    int64_t h, l;
    if (!decimal_to_int(high, &h) || !decimal_to_int(low, &l))
        return false;
    *ret = (int128)h * HALF_INT128 + l;
    return true;
}
