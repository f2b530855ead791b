/*
 * date.h: the temporal values of FEEL on the proleptic Gregorian calendar. Years reach from
 * -999,999,999 to 999,999,999. A struct is valid or was never made: constructors check.
 */
#ifndef HUIQI_BASE_DATE_H
#define HUIQI_BASE_DATE_H
#include "base/base.h"

struct date {
    int32_t year;
    uint8_t month, day;
};

enum zone_kind { ZONE_NONE, ZONE_OFFSET, ZONE_NAMED };

struct time {
    uint8_t hour, minute, second;
    uint8_t zone_kind; /* enum zone_kind */
    int32_t nanosecond;
    int32_t offset;   /* seconds east of UTC; for ZONE_NAMED resolved when there is a date */
    struct span zone; /* "Europe/Paris" for ZONE_NAMED */
};

struct date_time {
    struct date date;
    struct time time;
};

#define DATE_YEAR_MAX 999999999
#define DATE_TEXT     48

bool date_make(int64_t year, int64_t month, int64_t day, struct date *ret);
bool date_parse(struct span s, struct date *ret); /* [-]YYYY-MM-DD, the form of XML Schema */
size_t date_print(struct date d, char out[DATE_TEXT]);
int64_t date_days(struct date d); /* days since 1970-01-01 */
bool date_from_days(int64_t days, struct date *ret);
int date_compare(struct date a, struct date b);
int date_weekday(struct date d); /* 1 = Monday ... 7 = Sunday */
int date_month_length(int64_t year, int month);
bool date_is_leap(int64_t year);
bool date_add_days(struct date d, int64_t days, struct date *ret);
/* The same day n months on; the last day of that month where it has none (民法典 202). */
bool date_add_months(struct date d, int64_t months, struct date *ret);
struct date date_month_end(struct date d);

/* Today in Asia/Shanghai and now in UTC: the only reads of the clock. HUIQI_NOW fixes both: a date
   or a date and time in ISO form (without zone: Asia/Shanghai). */
struct date date_today(void);
/* E_USAGE when HUIQI_NOW is set and cannot be read: main asks once. (The readers then use the real
 * clock.) */
struct err;
NODISCARD int clock_check(struct err *err);
int64_t clock_now_ms(void);                          /* milliseconds since 1970 UTC */
size_t clock_print(int64_t ms, char out[DATE_TEXT]); /* 2020-03-09T08:00:00+08:00 */
/* A date (its first instant) or a date and time; without zone Asia/Shanghai. */
bool clock_read(struct span s, int64_t *ret_ms);
#endif
