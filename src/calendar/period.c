/*
 * period.c: years, quarters, months and days as facts are indexed by them.
 */
#include "calendar/calendar.h"
#include <stdio.h>

static bool months_from(int64_t year, int64_t month, int count, enum period_kind kind,
                        struct period *ret)
{
    struct date first, last;

    if (!date_make(year, month, 1, &first) || !date_make(year, month + count - 1, 1, &last))
        return false;
    *ret = (struct period){.kind = kind, .first = first, .last = date_month_end(last)};
    return true;
}

bool period_of(struct date d, enum period_kind kind, struct period *ret)
{
    switch (kind) {
    case PERIOD_YEAR:
        return months_from(d.year, 1, 12, kind, ret);
    case PERIOD_QUARTER:
        return months_from(d.year, (d.month - 1) / 3 * 3 + 1, 3, kind, ret);
    case PERIOD_MONTH:
        return months_from(d.year, d.month, 1, kind, ret);
    case PERIOD_DAY:
        *ret = (struct period){.kind = kind, .first = d, .last = d};
        return true;
    case PERIOD_NONE:
        return false;
    }
    return false;
}

/* Reads "YEARtail" as a date whose month and day are those of `rest`, by completing the text. */
static bool parse_completed(struct span s, const char *rest, enum period_kind kind,
                            struct period *ret)
{
    char text[DATE_TEXT];
    struct date d;
    int n;

    if (s.n > 20)
        return false;
    n = snprintf(text, sizeof text, "%.*s%s", SPAN_ARG(s), rest);
    return n > 0 && date_parse(span_of(text, (size_t)n), &d) && period_of(d, kind, ret);
}

/* Digits and signs tell the kinds apart: a hyphen at the start belongs to the year. */
bool period_parse(struct span s, struct period *ret)
{
    static const char *const quarters[] = {"-01-01", "-04-01", "-07-01", "-10-01"};
    size_t hyphens = 0;

    if (s.n >= 2 && s.p[s.n - 2] == 'Q' && s.p[s.n - 1] >= '1' && s.p[s.n - 1] <= '4')
        return parse_completed(span_of(s.p, s.n - 2), quarters[s.p[s.n - 1] - '1'], PERIOD_QUARTER,
                               ret);
    for (size_t i = 1; i < s.n; i++)
        hyphens += s.p[i] == '-';
    if (hyphens == 0)
        return parse_completed(s, "-01-01", PERIOD_YEAR, ret);
    if (hyphens == 1)
        return parse_completed(s, "-01", PERIOD_MONTH, ret);
    return parse_completed(s, "", PERIOD_DAY, ret);
}

size_t period_print(struct period p, char out[PERIOD_TEXT])
{
    char day[DATE_TEXT];
    size_t n = date_print(p.first, day); /* ends with -MM-DD, six bytes */

    switch (p.kind) {
    case PERIOD_YEAR:
        return (size_t)snprintf(out, PERIOD_TEXT, "%.*s", (int)n - 6, day);
    case PERIOD_QUARTER:
        return (size_t)snprintf(out, PERIOD_TEXT, "%.*sQ%d", (int)n - 6, day,
                                p.first.month / 3 + 1);
    case PERIOD_MONTH:
        return (size_t)snprintf(out, PERIOD_TEXT, "%.*s", (int)n - 3, day);
    case PERIOD_DAY:
        return (size_t)snprintf(out, PERIOD_TEXT, "%s", day);
    case PERIOD_NONE:
        break;
    }
    out[0] = '\0';
    return 0;
}

bool period_step(struct period p, int64_t n, struct period *ret)
{
    static const int months[] = {
        [PERIOD_YEAR] = 12, [PERIOD_QUARTER] = 3, [PERIOD_MONTH] = 1, [PERIOD_DAY] = 0};
    struct date d;
    int64_t shift;

    if (p.kind == PERIOD_NONE)
        return false;
    if (p.kind == PERIOD_DAY)
        return date_add_days(p.first, n, &d) && period_of(d, p.kind, ret);
    return !__builtin_mul_overflow(n, months[p.kind], &shift) &&
           date_add_months(p.first, shift, &d) && period_of(d, p.kind, ret);
}
