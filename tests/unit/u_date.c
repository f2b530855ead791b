/* u_date.c: the calendar of dates, and the clock that HUIQI_NOW fixes. */
#include <stdlib.h>
#include "base/date.h"
#include "base/err.h"
#include "tests/unit/test.h"

static struct date day(const char *z)
{
    struct date d = {1, 1, 1};

    if (!date_parse(span_z(z), &d))
        CHECK(!"a date of the test can be read");
    return d;
}

static char text[DATE_TEXT];

static struct span shown(struct date d)
{
    return span_of(text, date_print(d, text));
}

static struct span months_on(const char *z, int64_t n)
{
    struct date d = {1, 1, 1};

    return date_add_months(day(z), n, &d) ? shown(d) : SPAN("none");
}

static void test_parse(void)
{
    static const char *const good[] = {"2020-02-29",  "2000-02-29",      "0000-01-01",
                                       "-0001-12-31", "999999999-12-31", "-999999999-01-01",
                                       "12345-06-07"};
    static const char *const bad[] = {"",
                                      "2019-02-29",
                                      "1900-02-29",
                                      "2020-13-01",
                                      "2020-00-01",
                                      "2020-01-32",
                                      "2020-1-1",
                                      "20200101",
                                      "2020-01-01 ",
                                      "02020-01-01",
                                      "-0000-01-01",
                                      "+2020-01-01",
                                      "1000000000-01-01",
                                      "２０２０-01-01"};
    struct date d;

    TEST("parse");
    for (size_t i = 0; i < COUNT_OF(good); i++)
        CHECK_TEXT(shown(day(good[i])), good[i]);
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        CHECK(!date_parse(span_z(bad[i]), &d));
}

static void test_days(void)
{
    struct date d = {0}, before = {0};
    bool ok = true;

    TEST("days");
    CHECK_INT(date_days(day("1970-01-01")), 0);
    CHECK_INT(date_days(day("2000-03-01")), 11017);
    CHECK_INT(date_weekday(day("2020-03-09")), 1);
    CHECK_INT(date_weekday(day("1969-12-28")), 7);
    for (int64_t n = -800000; n < 200000; n++) {
        ok = ok && date_from_days(n, &d) && date_days(d) == n &&
             (n == -800000 || date_compare(before, d) < 0);
        before = d;
    }
    CHECK(ok);
    CHECK(!date_add_days(day("999999999-12-31"), 1, &d));
    CHECK(!date_add_days(day("-999999999-01-01"), -1, &d));
    CHECK(!date_add_days(day("2020-01-01"), INT64_MAX, &d));
    CHECK(!date_add_days(day("1960-01-01"), INT64_MIN, &d));
}

static void test_months(void)
{
    TEST("months");
    CHECK_TEXT(months_on("2020-01-31", 1), "2020-02-29");
    CHECK_TEXT(months_on("2019-01-31", 1), "2019-02-28");
    CHECK_TEXT(months_on("2020-02-29", 12), "2021-02-28");
    CHECK_TEXT(months_on("2020-02-29", -2), "2019-12-29");
    CHECK_TEXT(months_on("2020-03-31", -1), "2020-02-29");
    CHECK_TEXT(months_on("0000-01-15", -1), "-0001-12-15");
    CHECK_TEXT(months_on("999999999-12-01", 1), "none");
    CHECK_TEXT(months_on("2020-01-01", INT64_MAX), "none");
    CHECK_TEXT(shown(date_month_end(day("2020-02-01"))), "2020-02-29");
}

static void test_clock(void)
{
    static const struct {
        const char *now, *today, *printed;
    } table[] = {
        {"2020-03-09", "2020-03-09", "2020-03-09T00:00:00+08:00"},
        {"2020-03-09T23:59", "2020-03-09", "2020-03-09T23:59:00+08:00"},
        {"2020-03-09T16:00:00Z", "2020-03-10", "2020-03-10T00:00:00+08:00"},
        {"2020-03-09 10:00:00.5-05:00", "2020-03-09", "2020-03-09T23:00:00+08:00"},
    };
    static const char *const bad[] = {"today", "2020-02-30", "2020-03-09T", "2020-03-09T24:00",
                                      "2020-03-09T10:00:00+15:00"};
    struct err e = ERR_INIT;

    TEST("clock");
    for (size_t i = 0; i < COUNT_OF(table); i++) {
        setenv("HUIQI_NOW", table[i].now, 1);
        CHECK_INT(clock_check(NULL), 0);
        CHECK_TEXT(shown(date_today()), table[i].today);
        CHECK_TEXT(span_of(text, clock_print(clock_now_ms(), text)), table[i].printed);
    }
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        setenv("HUIQI_NOW", bad[i], 1);
        CHECK_INT(clock_check(&e), E_USAGE);
    }
    unsetenv("HUIQI_NOW");
    CHECK(date_today().year > 2020);
}

int main(void)
{
    test_parse();
    test_days();
    test_months();
    test_clock();
    return test_end();
}
