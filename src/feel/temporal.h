/*
 * temporal.h: times, date-times and durations as FEEL writes and computes them. Dates are
 * base/date.h.
 *
 * Parsers take the whole span and are exact; printers append canonical text. A zone is an offset
 * from UTC, or a name (zone.h), which is kept for printing; beside a date it has its offset, too.
 * 24:00:00 is midnight of the next day.
 */
#ifndef HUIQI_FEEL_TEMPORAL_H
#define HUIQI_FEEL_TEMPORAL_H
#include "base/buffer.h"
#include "feel/value.h"

#define NANOSECONDS_PER_SECOND INT64_C(1000000000)
#define SECONDS_PER_DAY        INT64_C(86400)
#define NANOSECONDS_PER_DAY    (NANOSECONDS_PER_SECOND * SECONDS_PER_DAY)
/* Longest duration: the whole calendar of +-999,999,999 years, in nanoseconds and in months. */
#define DURATION_NANOSECONDS_MAX ((int128)INT64_C(800000000000) * NANOSECONDS_PER_DAY)
#define DURATION_MONTHS_MAX      INT64_C(24000000000)

bool time_parse(struct span s, struct time *ret); /* 10:30:00[.fraction][Z|+08:00|@Zone/Name] */
bool date_time_parse(struct span s, struct date_time *ret); /* a bare date is its midnight */
/* P1Y2M gives MONTHS, P1DT2H3M4.5S gives DAYS, with an optional minus; a mixture is refused. */
bool duration_parse(struct span s, struct value *ret);

/* Seconds since 1970 or midnight, fractions cut: what `=` compares. */
int128 date_time_seconds(const struct date_time *d);
int64_t time_seconds(const struct time *t);
/* Fills in the offset of a named zone, at that date. */
void zone_resolve(struct date_time *d);

void time_print(struct buffer *out, const struct time *t);
void date_time_print(struct buffer *out, const struct date_time *dt);
void days_print(struct buffer *out, int128 nanoseconds);
void months_print(struct buffer *out, int64_t months);

int128 time_nanoseconds(const struct time *t);           /* since midnight */
int128 date_time_nanoseconds(const struct date_time *d); /* since 1970, offset taken off */
void time_set(struct time *t, int128 since_midnight); /* 0 <= since_midnight < a day; zone kept */
bool date_time_from_nanoseconds(int128 since_1970, const struct time *zone, struct date_time *ret);

struct decimal decimal_from_int128(int128 i);          /* exact below 10^34 */
bool decimal_to_int128(struct decimal d, int128 *ret); /* integers below 10^36 */
#endif
