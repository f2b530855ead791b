/*
 * zone.c: see zone.h.
 */
#include "feel/zone.h"
#include <unicode/ucal.h>

#define ZONE_NAME_MAX    64
#define SECONDS_PER_DAY_ INT64_C(86400)
#define CYCLE_SECONDS                                                                              \
    (INT64_C(146097) * SECONDS_PER_DAY_)      /* 400 years: the calendar repeats, weekdays too */
#define TABLE_FIRST (-INT64_C(30610224000))   /* the year 1000: before every table */
#define TABLE_LAST  (INT64_C(157054) * 86400) /* the year 2400 */

static bool wide_name(struct span zone, UChar out[ZONE_NAME_MAX])
{
    if (zone.n == 0 || zone.n > ZONE_NAME_MAX)
        return false;
    for (size_t i = 0; i < zone.n; i++) {
        if ((unsigned char)zone.p[i] >= 0x80)
            return false;
        out[i] = (UChar)zone.p[i];
    }
    return true;
}

bool zone_known(struct span zone)
{
    UChar name[ZONE_NAME_MAX], canonical[ZONE_NAME_MAX];
    UErrorCode status = U_ZERO_ERROR;
    UBool system = false;
    if (!wide_name(zone, name))
        return false;
    ucal_getCanonicalTimeZoneID(name, (int32_t)zone.n, canonical, ZONE_NAME_MAX, &system, &status);
    return U_SUCCESS(status) && system;
}

/* The same second of an equal year within the tables. */
static double table_milliseconds(int128 seconds)
{
    if (seconds < TABLE_FIRST)
        seconds = TABLE_FIRST;
    if (seconds > TABLE_LAST)
        seconds = TABLE_LAST - CYCLE_SECONDS + (seconds - TABLE_LAST) % CYCLE_SECONDS;
    return (double)(int64_t)seconds * 1000.0;
}

static int32_t offset(struct span zone, int128 seconds, bool local)
{
    UChar name[ZONE_NAME_MAX];
    UErrorCode status = U_ZERO_ERROR;
    int32_t raw = 0, summer = 0;
    if (!wide_name(zone, name))
        return 0;
    UCalendar *c = ucal_open(name, (int32_t)zone.n, "", UCAL_GREGORIAN, &status);
    ucal_setMillis(c, table_milliseconds(seconds), &status);
    if (local) {
        ucal_getTimeZoneOffsetFromLocal(c, UCAL_TZ_LOCAL_FORMER, UCAL_TZ_LOCAL_FORMER, &raw,
                                        &summer, &status);
    } else {
        raw = ucal_get(c, UCAL_ZONE_OFFSET, &status);
        summer = ucal_get(c, UCAL_DST_OFFSET, &status);
    }
    ucal_close(c);
    return U_SUCCESS(status) ? (raw + summer) / 1000 : 0;
}

int32_t zone_offset_local(struct span zone, const struct date_time *d)
{
    int128 seconds = (int128)date_days(d->date) * SECONDS_PER_DAY_ + d->time.hour * 3600 +
                     d->time.minute * 60 + d->time.second;
    return offset(zone, seconds, true);
}

int32_t zone_offset_at(struct span zone, int128 seconds)
{
    return offset(zone, seconds, false);
}
