/* u_calendar.c: working days of 2020 with 调休, and periods. */
#include "calendar/calendar.h"
#include "tests/unit/test.h"

static struct date day(const char *z)
{
    struct date d = {1, 1, 1};

    if (!date_parse(span_z(z), &d))
        CHECK(!"a date of the test can be read");
    return d;
}

static char text[PERIOD_TEXT];

static struct span shown(struct date d)
{
    return span_of(text, date_print(d, text));
}

/* The days off and the worked weekends of 2020 as announced, the longer Spring Festival included.
 */
static const struct {
    const char *first, *last;
    bool works;
} marks[] = {
    {"2020-01-01", "2020-01-01", false}, {"2020-01-24", "2020-02-02", false},
    {"2020-01-19", "2020-01-19", true},  {"2020-04-04", "2020-04-06", false},
    {"2020-05-01", "2020-05-05", false}, {"2020-04-26", "2020-04-26", true},
    {"2020-05-09", "2020-05-09", true},  {"2020-06-25", "2020-06-27", false},
    {"2020-06-28", "2020-06-28", true},  {"2020-10-01", "2020-10-08", false},
    {"2020-09-27", "2020-09-27", true},  {"2020-10-10", "2020-10-10", true},
};

static struct calendar *build(struct arena *a)
{
    struct calendar *c = calendar_new(a);

    CHECK_INT(calendar_add_year(c, 2020, NULL), 0);
    for (size_t i = 0; i < COUNT_OF(marks); i++) {
        struct date d = day(marks[i].first);
        while (date_compare(d, day(marks[i].last)) <= 0) {
            CHECK_INT(calendar_mark(c, d, marks[i].works, NULL), 0);
            if (!date_add_days(d, 1, &d))
                break;
        }
    }
    return c;
}

static struct span working_on(const struct calendar *c, const char *from, int64_t n)
{
    struct date d;
    int r = calendar_add_working(c, day(from), n, &d, NULL);

    return r < 0 ? span_z(err_name(r)) : shown(d);
}

static int64_t between(const struct calendar *c, const char *from, const char *to)
{
    int64_t n = 0;
    int r = calendar_count_working(c, day(from), day(to), &n, NULL);

    return r < 0 ? r * 1000000 : n;
}

static void test_working(const struct calendar *c)
{
    bool works = false;
    struct date d;

    TEST("working days");
    CHECK_INT(calendar_is_working(c, day("2020-01-19"), &works, NULL), 0);
    CHECK(works);
    CHECK_INT(calendar_is_working(c, day("2020-01-31"), &works, NULL), 0);
    CHECK(!works);
    CHECK_INT(calendar_is_working(c, day("2019-12-31"), &works, NULL), E_NOT_FOUND);
    CHECK_TEXT(working_on(c, "2020-01-23", 1), "2020-02-03");
    CHECK_TEXT(working_on(c, "2020-02-03", -1), "2020-01-23");
    CHECK_TEXT(working_on(c, "2020-04-24", 5), "2020-04-30");
    CHECK_TEXT(working_on(c, "2020-10-03", 0), "2020-10-03");
    CHECK_TEXT(working_on(c, "2020-12-31", 1), "E_NOT_FOUND");
    CHECK_TEXT(working_on(c, "2020-01-02", -1), "E_NOT_FOUND");
    CHECK_TEXT(working_on(c, "2020-06-01", INT64_MAX), "E_NOT_FOUND");
    CHECK_TEXT(working_on(c, "2020-06-01", INT64_MIN), "E_NOT_FOUND");
    CHECK_INT(calendar_next_working(c, day("2020-10-01"), &d, NULL), 0);
    CHECK_TEXT(shown(d), "2020-10-09");
    CHECK_INT(calendar_next_working(c, day("2020-10-10"), &d, NULL), 0);
    CHECK_TEXT(shown(d), "2020-10-10");
}

static void test_count(const struct calendar *c)
{
    bool agree = true;

    TEST("counting");
    CHECK_INT(between(c, "2019-12-31", "2020-12-31"), 249);
    CHECK_INT(between(c, "2020-12-31", "2019-12-31"), -249);
    CHECK_INT(between(c, "2020-03-09", "2020-03-09"), 0);
    CHECK_INT(between(c, "2020-03-06", "2020-03-09"), 1);
    CHECK_INT(between(c, "2020-12-31", "2021-01-05"), (int64_t)E_NOT_FOUND * 1000000);
    for (int64_t n = 1; n <= 240; n++) { /* adding and counting agree */
        struct date d = day("2020-01-03");
        int64_t count = 0;
        agree = agree && calendar_add_working(c, day("2020-01-03"), n, &d, NULL) == 0 &&
                calendar_count_working(c, day("2020-01-03"), d, &count, NULL) == 0 && count == n;
    }
    CHECK(agree);
}

static void test_marks(struct calendar *c)
{
    struct err e = ERR_INIT;

    TEST("marks");
    CHECK_INT(calendar_mark(c, day("2020-01-19"), false, &e), E_CONFLICT);
    CHECK_INT(calendar_mark(c, day("2021-01-01"), false, NULL), E_NOT_FOUND);
    CHECK_INT(calendar_add_year(c, 2020, NULL), E_CONFLICT);
    CHECK_INT(calendar_add_year(c, 2022, NULL), 0);
    CHECK_INT(calendar_add_year(c, 2021, NULL), 0);
    CHECK(calendar_knows(c, 2021) && !calendar_knows(c, 2019));
    CHECK_INT(between(c, "2020-12-31", "2021-01-05"), 3);
}

static void test_periods(void)
{
    static const struct {
        const char *text, *first, *last, *next;
    } good[] = {
        {"2019", "2019-01-01", "2019-12-31", "2020"},
        {"2019Q4", "2019-10-01", "2019-12-31", "2020Q1"},
        {"2020-02", "2020-02-01", "2020-02-29", "2020-03"},
        {"2019-12-31", "2019-12-31", "2019-12-31", "2020-01-01"},
        {"-0001-12", "-0001-12-01", "-0001-12-31", "0000-01"},
    };
    static const char *const bad[] = {
        "",           "19",      "2019Q5", "2019Q0", "2019q1",        "2019-13",    "2019-1",
        "2019-02-30", "2019-Q1", "02019",  "Q1",     "2019-12-31-01", "1000000000", "2019 "};
    struct period p, q;

    TEST("periods");
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        if (!CHECK(period_parse(span_z(good[i].text), &p)))
            continue;
        CHECK_TEXT(shown(p.first), good[i].first);
        CHECK_TEXT(shown(p.last), good[i].last);
        CHECK_TEXT(span_of(text, period_print(p, text)), good[i].text);
        CHECK(period_step(p, 1, &q));
        CHECK_TEXT(span_of(text, period_print(q, text)), good[i].next);
        CHECK(period_step(q, -1, &q) && date_compare(q.first, p.first) == 0);
        CHECK(!period_step(p, INT64_MAX, &q));
    }
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        CHECK(!period_parse(span_z(bad[i]), &p));
}

int main(void)
{
    struct arena a;
    struct calendar *c;

    arena_init(&a);
    c = build(&a);
    test_working(c);
    test_count(c);
    test_marks(c);
    test_periods();
    arena_release(&a);
    return test_end();
}
