/*
 * calendar.h: working days by the official calendar, and deadlines.
 *
 * The calendar is data (library/parameters/calendar.yaml): per year the days off and the weekends
 * worked (调休), each with its notice. A year that is not loaded is not guessed: functions that
 * touch it return E_NOT_FOUND and the year. 日 and 工作日 are different units. A period counts from
 * the day after its event (民法典 201); a deadline of days or months that ends on a day off moves
 * to the next working day only where the caller says so (民法典 203 is a rule of law, not of
 * arithmetic).
 */
#ifndef HUIQI_CALENDAR_CALENDAR_H
#define HUIQI_CALENDAR_CALENDAR_H
#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"

struct calendar; /* immutable after building; lives in its arena */

struct calendar *calendar_new(struct arena *program); /* knows no year */
NODISCARD int calendar_add_year(struct calendar *c, int32_t year, struct err *err);
/* Marks a day of a known year: off although a weekday, or worked although a weekend. */
NODISCARD int calendar_mark(struct calendar *c, struct date day, bool works, struct err *err);
bool calendar_knows(const struct calendar *c, int32_t year);

/* 0 and the answer, or E_NOT_FOUND (year not loaded). */
NODISCARD int calendar_is_working(const struct calendar *c, struct date d, bool *ret,
                                  struct err *err);
/* The n-th working day after d (n >= 0; 0 gives d itself), or before it (n < 0). */
NODISCARD int calendar_add_working(const struct calendar *c, struct date d, int64_t n,
                                   struct date *ret, struct err *err);
/* Working days in (from, to]; negative when to is before from. */
NODISCARD int calendar_count_working(const struct calendar *c, struct date from, struct date to,
                                     int64_t *ret, struct err *err);
NODISCARD int calendar_next_working(const struct calendar *c, struct date d, struct date *ret,
                                    struct err *err); /* d itself if it is one */

/*
 * Periods as facts are indexed by them: "2019" year, "2019Q4" quarter, "2019-12" month,
 * "2019-12-31" day. Canonical text only.
 */
enum period_kind { PERIOD_NONE, PERIOD_YEAR, PERIOD_QUARTER, PERIOD_MONTH, PERIOD_DAY };
struct period {
    enum period_kind kind;
    struct date first, last;
};
#define PERIOD_TEXT 48
bool period_parse(struct span s, struct period *ret);
size_t period_print(struct period p, char out[PERIOD_TEXT]);
bool period_of(struct date d, enum period_kind kind,
               struct period *ret);                               /* the period that contains d */
bool period_step(struct period p, int64_t n, struct period *ret); /* n periods later */
#endif
