/*
 * zone.c: see zone.h.
 *
 * To open a calendar of ICU costs far more than to ask it, so each thread keeps those of the zones
 * it asked last; they are closed when it ends. (ICU's own memory does not pass through alloc.h.)
 */
#include "feel/zone.h"
#include <pthread.h>
#include <stdlib.h>
#include <unicode/ucal.h>

#define ZONES_KEPT 4 /* of a thread; the oldest makes room */

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

/* ---- calendars ---- */

struct zones {
    struct {
        char name[ZONE_NAME_MAX];
        size_t n;
        UCalendar *calendar; /* NULL = free */
    } at[ZONES_KEPT];
    size_t next;
};

/* Per thread, and nothing but a store of what ICU would give again. */
static pthread_key_t zones_key;
static pthread_once_t zones_once = PTHREAD_ONCE_INIT;
static bool zones_have_key;

static void zones_close(void *p)
{
    struct zones *z = p;
    for (size_t i = 0; i < ZONES_KEPT; i++)
        if (z->at[i].calendar)
            ucal_close(z->at[i].calendar);
    free(z);
}

static void zones_make_key(void)
{
    zones_have_key = pthread_key_create(&zones_key, zones_close) == 0;
}

/* NULL without memory. Not of alloc.h: it outlives the call in which a program's own allocator
 * serves. */
static struct zones *zones_of_thread(void)
{
    struct zones *z;
    if (pthread_once(&zones_once, zones_make_key) != 0 || !zones_have_key)
        return NULL;
    z = pthread_getspecific(zones_key);
    if (z)
        return z;
    z = calloc(1, sizeof *z);
    if (z && pthread_setspecific(zones_key, z) != 0) {
        free(z);
        z = NULL;
    }
    return z;
}

static UCalendar *calendar_open(struct span zone)
{
    UChar name[ZONE_NAME_MAX];
    UErrorCode status = U_ZERO_ERROR;
    if (!wide_name(zone, name))
        return NULL;
    return ucal_open(name, (int32_t)zone.n, "", UCAL_GREGORIAN, &status);
}

/* The calendar of the zone; *ret_own: the caller closes it. */
static UCalendar *calendar_of(struct span zone, bool *ret_own)
{
    struct zones *z = zones_of_thread();
    UCalendar *c;
    for (size_t i = 0; z && i < ZONES_KEPT; i++)
        if (z->at[i].calendar && span_eq(span_of(z->at[i].name, z->at[i].n), zone)) {
            *ret_own = false;
            return z->at[i].calendar;
        }
    c = calendar_open(zone);
    *ret_own = !z || !c;
    if (*ret_own)
        return c;
    if (z->at[z->next].calendar)
        ucal_close(z->at[z->next].calendar);
    memcpy(z->at[z->next].name, zone.p, zone.n);
    z->at[z->next].n = zone.n;
    z->at[z->next].calendar = c;
    z->next = (z->next + 1) % ZONES_KEPT;
    return c;
}

static int32_t offset(struct span zone, int128 seconds, bool local)
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t raw = 0, summer = 0;
    bool own = false;
    UCalendar *c = calendar_of(zone, &own);
    if (!c)
        return 0;
    ucal_setMillis(c, table_milliseconds(seconds), &status);
    if (local) {
        ucal_getTimeZoneOffsetFromLocal(c, UCAL_TZ_LOCAL_FORMER, UCAL_TZ_LOCAL_FORMER, &raw,
                                        &summer, &status);
    } else {
        raw = ucal_get(c, UCAL_ZONE_OFFSET, &status);
        summer = ucal_get(c, UCAL_DST_OFFSET, &status);
    }
    if (own)
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
