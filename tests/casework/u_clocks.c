/*
 * u_clocks.c: clocks of cases: dates worked out by hand, against a naive count day by day over 2019
 * to 2026, and what starts, stops, extends and ends them. Argument: the library folder, for its
 * calendar.
 */
#include "casework/clocks.h"
#include "tests/unit/test.h"

#define HOUR INT64_C(3600000)

static const struct calendar *calendar;
static struct arena arena;

static struct date date_z(const char *text)
{
    struct date d = {1970, 1, 1};
    CHECK(date_parse(span_z(text), &d));
    return d;
}

static int64_t day_z(const char *text)
{
    return date_days(date_z(text));
}

/* "2023-09-28" at an hour. */
static int64_t at(const char *text, int hour)
{
    return clock_midnight(day_z(text)) + hour * HOUR;
}

static struct span day_text(int64_t day)
{
    static char text[DATE_TEXT];
    struct date d;
    return date_from_days(day, &d) ? span_of(text, date_print(d, text)) : span_z("none");
}

/* ---- values for formulas ---- */

/* What a formula gives, by its text. */
struct known {
    const char *text;
    struct value value;
};
static struct known known[4];

static struct value look_up(void *context, const struct formula *f)
{
    const struct missing *m;

    UNUSED(context);
    for (size_t i = 0; i < COUNT_OF(known); i++)
        if (known[i].text && span_eq(f->text, span_z(known[i].text)))
            return known[i].value;
    m = missing_one(&arena, f->text, SPAN(""), SPAN(""), CAUSE_ASK, SPAN(""));
    return value_unknown(&arena, m);
}

static struct formula formula(const char *text)
{
    /* never run: look_up answers by its text */
    return (struct formula){.text = span_z(text),
                            .expr = (const struct feel_expr *)(uintptr_t)text};
}

static struct clock_sight sight(const char *state)
{
    return (struct clock_sight){
        .arena = &arena, .calendar = calendar, .value = look_up, .state = span_z(state)};
}

static struct limit limit(uint32_t n, enum limit_unit unit)
{
    return (struct limit){.given = true, .n = n, .unit = unit};
}

#define NAMES(...)                                                                                 \
    {                                                                                              \
        .acts = (const struct span[]){__VA_ARGS__},                                                \
        .n = sizeof((const struct span[]){__VA_ARGS__}) / sizeof(struct span)                      \
    }

static void happen(struct clock_run *r, const char *name, int64_t when)
{
    struct clock_sight s = sight("review");
    CHECK_INT(clock_event(r, &s, span_z(name), false, when, NULL), 0);
}

static struct clock_view look(const struct clock_run *r, int64_t now)
{
    struct clock_sight s = sight("review");
    struct clock_view v;
    clock_look(r, &s, now, &v);
    return v;
}

/* ---- by hand ---- */

static const struct {
    enum limit_unit unit;
    uint32_t n;
    const char *start;
    bool same_day, moves;
    const char *last;
} dates[] = {
    /* 29 September to 6 October are off; 7 and 8 October, a weekend, are worked */
    {LIMIT_WORKING_DAYS, 2, "2023-09-28", false, false, "2023-10-08"},
    {LIMIT_WORKING_DAYS, 1, "2023-09-28", false, false, "2023-10-07"},
    /* the spring festival of 2020, made longer: 24 January to 2 February */
    {LIMIT_WORKING_DAYS, 5, "2020-01-23", false, false, "2020-02-07"},
    {LIMIT_WORKING_DAYS, 1, "2020-01-17", false, false, "2020-01-19"}, /* a worked Sunday */
    {LIMIT_WORKING_DAYS, 10, "2020-04-24", false, false, "2020-05-11"},
    {LIMIT_WORKING_DAYS, 3, "2020-10-01", false, false, "2020-10-12"}, /* starts on a day off */
    {LIMIT_WORKING_DAYS, 3, "2020-10-09", true, false, "2020-10-12"},  /* 9, 10 (worked), 12 */
    {LIMIT_WORKING_DAYS, 1, "2025-12-31", false, false, "2026-01-04"}, /* a worked Sunday */
    {LIMIT_DAYS, 15, "2023-06-08", false, false, "2023-06-23"},
    {LIMIT_DAYS, 15, "2023-06-08", false, true, "2023-06-25"}, /* 22 to 24 June off, 25 worked */
    {LIMIT_DAYS, 10, "2020-01-20", false, true, "2020-02-03"},
    {LIMIT_DAYS, 90, "2020-08-01", true, false, "2020-10-29"},
    {LIMIT_DAYS, 1, "2024-02-28", false, false, "2024-02-29"},
    {LIMIT_WEEKS, 2, "2024-02-29", false, false, "2024-03-14"},
    {LIMIT_MONTHS, 1, "2023-01-31", false, false, "2023-02-28"},
    {LIMIT_MONTHS, 1, "2024-01-31", false, false, "2024-02-29"},
    {LIMIT_MONTHS, 3, "2023-11-30", false, false, "2024-02-29"},
    {LIMIT_MONTHS, 3, "2023-10-11", false, false, "2024-01-11"},
    {LIMIT_MONTHS, 1, "2023-03-01", true, false, "2023-03-31"},
    {LIMIT_MONTHS, 1, "2023-01-31", true, false, "2023-02-28"},
    {LIMIT_MONTHS, 6, "2022-08-31", false, true, "2023-02-28"},
    {LIMIT_YEARS, 1, "2020-02-29", false, false, "2021-02-28"},
    {LIMIT_YEARS, 2, "2022-02-28", false, false, "2024-02-28"},
};

static void test_dates(void)
{
    TEST("dates");
    for (size_t i = 0; i < COUNT_OF(dates); i++) {
        struct clock c = {.starts = NAMES(SPAN("go")),
                          .limit = limit(dates[i].n, dates[i].unit),
                          .same_day = dates[i].same_day,
                          .moves = dates[i].moves};
        struct clock_run r;
        CHECK_INT(clock_init(&arena, &c, &r, NULL), 0);
        happen(&r, "go", at(dates[i].start, 23));
        CHECK(r.has_due);
        if (!CHECK_TEXT(day_text(r.due_day), dates[i].last))
            printf("  row %zu from %s\n", i, dates[i].start);
        CHECK_INT(r.due, clock_midnight(r.due_day + 1));
    }
}

static void test_hours(void)
{
    struct clock c = {.starts = NAMES(SPAN("go")),
                      .stops = NAMES(SPAN("stop")),
                      .resumes = NAMES(SPAN("on")),
                      .limit = limit(24, LIMIT_HOURS),
                      .warn = limit(30, LIMIT_MINUTES)};
    struct clock_run r;
    struct clock_view v;

    TEST("hours run through nights and days off");
    CHECK_INT(clock_init(&arena, &c, &r, NULL), 0);
    happen(&r, "go", at("2020-01-23", 10));
    CHECK_INT(r.due, at("2020-01-24", 10));
    CHECK_INT(r.warn, at("2020-01-24", 10) - HOUR / 2);
    happen(&r, "stop", at("2020-01-23", 16));
    CHECK(!r.has_due);
    v = look(&r, at("2020-01-25", 0));
    CHECK_INT(v.used, 6);
    CHECK_INT(v.left, 18);
    happen(&r, "on", at("2020-01-25", 8));
    CHECK_INT(r.due, at("2020-01-26", 2));
    v = look(&r, at("2020-01-25", 9) + 1);
    CHECK_INT(v.used, 7);
    CHECK_INT(v.left, 17); /* a part of an hour is still there */
}

/* ---- day by day ---- */

static uint64_t seed = 20200123;
static uint32_t random_below(uint32_t n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % n;
}

static bool works(int64_t day)
{
    struct date d;
    bool yes = false;
    CHECK(date_from_days(day, &d) && calendar_is_working(calendar, d, &yes, NULL) == 0);
    return yes;
}

#define PAUSES 3
struct story {
    bool working;
    int64_t n, start, stop[PAUSES], on[PAUSES]; /* days */
    size_t pauses;
};

static bool runs_at_dawn(const struct story *s, int64_t day)
{
    for (size_t i = 0; i < s->pauses; i++)
        if (day > s->stop[i] && day <= s->on[i])
            return false;
    return day > s->start;
}

/* Counts one day after the other; *ret_used = counted up to `today`. */
static int64_t naive_last(const struct story *s, int64_t today, int64_t *ret_used)
{
    int64_t counted = 0, last = 0;

    *ret_used = 0;
    for (int64_t day = s->start + 1; counted < s->n || day <= today; day++) {
        bool counts = runs_at_dawn(s, day) && (!s->working || works(day));
        counted += counts;
        if (counts && counted == s->n)
            last = day;
        if (day <= today)
            *ret_used = counted;
    }
    /* stopped on its last day: it ends with the day on which it goes on, or the next working one */
    for (size_t i = 0; i < s->pauses; i++)
        if (s->stop[i] >= last) {
            last = s->on[i];
            while (s->working && !works(last))
                last++;
        }
    return last;
}

/* Pauses while the clock runs; the engine says until when it does. */
static void tell_story(struct story *s, struct clock_run *r)
{
    int64_t from = s->start;

    happen(r, "go", clock_midnight(s->start) + 10 * HOUR);
    for (size_t i = random_below(PAUSES + 1); i > 0; i--) {
        int64_t stop = from + random_below(6), on = stop + random_below(12);
        bool spent = stop == r->due_day;
        if (stop > r->due_day)
            break;
        s->stop[s->pauses] = stop;
        s->on[s->pauses++] = on;
        happen(r, "stop", clock_midnight(stop) + 11 * HOUR);
        happen(r, "on", clock_midnight(on) + 12 * HOUR);
        from = on;
        if (spent)
            break;
    }
}

static void test_naive(void)
{
    int64_t first = day_z("2019-01-01"), days = day_z("2026-06-30") - first;

    TEST("against a count day by day");
    for (int i = 0; i < 3000; i++) {
        struct story s = {.working = i % 2, .n = 1 + random_below(25)};
        struct clock c = {.starts = NAMES(SPAN("go")),
                          .stops = NAMES(SPAN("stop")),
                          .resumes = NAMES(SPAN("on")),
                          .limit =
                              limit((uint32_t)s.n, s.working ? LIMIT_WORKING_DAYS : LIMIT_DAYS)};
        struct clock_run r;
        struct clock_view v;
        int64_t used, want;
        s.start = first + random_below((uint32_t)days);
        CHECK_INT(clock_init(&arena, &c, &r, NULL), 0);
        tell_story(&s, &r);
        want = naive_last(&s, r.due_day, &used);
        if (!CHECK_INT(r.due_day, want)) {
            printf("  from %.*s\n", SPAN_ARG(day_text(s.start)));
            break;
        }
        v = look(&r, clock_midnight(r.due_day) + HOUR);
        CHECK_INT(v.used, used);
        CHECK_INT(v.left, 0);
        v = look(&r, r.due + HOUR);
        CHECK(v.left < 0 || s.working);
        if (i % 100 == 0)
            arena_clear(&arena);
    }
}

/* The n-th month on, found by walking: its day of the same number, or its last. */
static int64_t naive_month(int64_t start, int n)
{
    struct date d = {1970, 1, 1}, e = d;
    int passed = 0;

    CHECK(date_from_days(start, &d));
    for (int64_t day = start + 1;; day++) {
        CHECK(date_from_days(day, &e));
        passed += e.day == 1;
        if (passed == n &&
            (e.day == d.day || (e.day < d.day && e.day == date_month_length(e.year, e.month))))
            return day;
    }
}

static void test_months(void)
{
    int64_t first = day_z("2019-01-01");

    TEST("months, by walking");
    for (int64_t day = first; day < first + 800; day++)
        for (int n = 1; n < 14; n += 4) {
            int64_t last;
            CHECK_INT(clock_last_day(calendar, LIMIT_MONTHS, n, day, false, &last, NULL), 0);
            if (last != naive_month(day, n))
                CHECK_TEXT(day_text(last), "another");
        }
    CHECK(true);
}

/* ---- what starts and ends it ---- */

static void test_triggers(void)
{
    struct clock each = {.starts = NAMES(SPAN("a"), SPAN("b")),
                         .ends = NAMES(SPAN("end")),
                         .limit = limit(5, LIMIT_DAYS)};
    struct clock first = each, last = each;
    struct clock_run r;

    TEST("each start anew, the first only, the last of all");
    first.starts.first = true;
    last.starts.last = true;
    CHECK_INT(clock_init(&arena, &each, &r, NULL), 0);
    CHECK_INT(look(&r, 0).state, CLOCK_WAITING);
    CHECK_TEXT(look(&r, 0).why, "a");
    happen(&r, "a", at("2024-03-01", 9));
    happen(&r, "b", at("2024-03-03", 9));
    CHECK_TEXT(day_text(r.due_day), "2024-03-08");
    CHECK_INT(clock_init(&arena, &first, &r, NULL), 0);
    happen(&r, "b", at("2024-03-01", 9));
    happen(&r, "a", at("2024-03-03", 9));
    CHECK_TEXT(day_text(r.due_day), "2024-03-06");
    CHECK_INT(clock_init(&arena, &last, &r, NULL), 0);
    happen(&r, "b", at("2024-03-01", 9));
    happen(&r, "b", at("2024-03-02", 9));
    CHECK_INT(r.state, CLOCK_WAITING);
    CHECK_TEXT(look(&r, 0).why, "a");
    happen(&r, "a", at("2024-03-03", 9));
    CHECK_TEXT(day_text(r.due_day), "2024-03-08");
    happen(&r, "end", at("2024-03-08", 23));
    CHECK_INT(r.state, CLOCK_ENDED);
    CHECK(!r.late);
    happen(&r, "a", at("2024-03-09", 9));
    CHECK_INT(r.state, CLOCK_ENDED);
    happen(&r, "b", at("2024-03-10", 9));
    CHECK_INT(r.state, CLOCK_RUNNING);
    happen(&r, "end", at("2024-03-16", 0));
    CHECK(r.late);
}

static void test_from(void)
{
    struct clock c = {
        .from = formula("解除日"), .ends = NAMES(SPAN("end")), .limit = limit(3, LIMIT_MONTHS)};
    struct clock_run r;
    struct clock_sight s = sight("review");

    TEST("from a date that nobody knows yet");
    memset(known, 0, sizeof known);
    CHECK_INT(clock_init(&arena, &c, &r, NULL), 0);
    CHECK_INT(clock_refresh(&r, &s, at("2020-03-01", 9), NULL), 0);
    CHECK_INT(r.state, CLOCK_WAITING);
    CHECK_TEXT(look(&r, at("2020-03-01", 9)).why, "解除日");
    known[0] = (struct known){"解除日", value_date(date_z("2020-08-31"))};
    CHECK_INT(clock_refresh(&r, &s, at("2020-09-01", 9), NULL), 0);
    CHECK_TEXT(day_text(r.due_day), "2020-11-30");
    known[0].value = value_date(date_z("2020-09-15")); /* set right */
    CHECK_INT(clock_refresh(&r, &s, at("2020-09-20", 9), NULL), 0);
    CHECK_TEXT(day_text(r.due_day), "2020-12-15");
    CHECK_INT(clock_init(&arena, &c, &r, NULL), 0);
    memset(known, 0, sizeof known);
    CHECK_INT(clock_refresh(&r, &s, at("2020-03-01", 9), NULL), 0);
    happen(&r, "end", at("2020-03-02", 9)); /* done before it was owed */
    CHECK_INT(r.state, CLOCK_ENDED);
}

static void test_limits(void)
{
    struct clock c = {.starts = NAMES(SPAN("go"))};
    struct clock_run r;
    struct clock_sight s = sight("review");

    TEST("to a date, to the end of a month, by a formula, at an hour");
    memset(known, 0, sizeof known);
    c.limit = (struct limit){.given = true, .month_end = true, .n = 1};
    CHECK_INT(clock_init(&arena, &c, &r, NULL), 0);
    happen(&r, "go", at("2024-01-31", 9));
    CHECK_TEXT(day_text(r.due_day), "2024-02-29");
    c.limit = (struct limit){.given = true, .until = formula("截止日")};
    CHECK_INT(clock_init(&arena, &c, &r, NULL), 0);
    happen(&r, "go", at("2024-01-31", 9));
    CHECK(!r.has_due);
    CHECK_TEXT(look(&r, at("2024-02-01", 0)).why, "截止日");
    known[0] = (struct known){"截止日", value_date(date_z("2024-06-30"))};
    CHECK_INT(clock_refresh(&r, &s, at("2024-02-02", 0), NULL), 0);
    CHECK_TEXT(day_text(r.due_day), "2024-06-30");
    c.limit = (struct limit){.given = true,
                             .amount = formula("期限"),
                             .unit = LIMIT_WORKING_DAYS,
                             .has_time = true,
                             .hour = 17,
                             .minute = 30};
    known[0] = (struct known){"期限", value_int(5)};
    CHECK_INT(clock_init(&arena, &c, &r, NULL), 0);
    happen(&r, "go", at("2020-01-23", 9));
    CHECK_INT(r.due, at("2020-02-07", 17) + HOUR / 2);
    known[0].value = VALUE_NULL_V; /* no limit in this case */
    CHECK_INT(clock_init(&arena, &c, &r, NULL), 0);
    happen(&r, "go", at("2020-01-23", 9));
    CHECK_INT(r.state, CLOCK_WAITING);
    c.limit = limit(5, LIMIT_WORKING_DAYS);
    CHECK_INT(clock_init(&arena, &c, &r, NULL), 0);
    happen(&r, "go", at("2099-01-23", 9)); /* no calendar so far: nothing is guessed */
    CHECK_INT(r.state, CLOCK_RUNNING);
    CHECK(!r.has_due);
    CHECK(look(&r, at("2099-01-24", 9)).why.n > 0);
}

static void test_extension(void)
{
    struct clock c = {.starts = NAMES(SPAN("go")),
                      .extended_by = NAMES(SPAN("more")),
                      .limit = limit(3, LIMIT_MONTHS),
                      .extension = limit(3, LIMIT_MONTHS),
                      .extensions = 2,
                      .warn = limit(10, LIMIT_DAYS)};
    struct clock_run r;

    TEST("extension");
    CHECK_INT(clock_init(&arena, &c, &r, NULL), 0);
    happen(&r, "go", at("2023-08-30", 9));
    CHECK_TEXT(day_text(r.due_day), "2023-11-30");
    CHECK_INT(r.warn, at("2023-11-20", 0));
    CHECK(clock_extendable(&r));
    happen(&r, "more", at("2023-11-30", 9));
    CHECK_TEXT(day_text(r.due_day), "2024-02-29");
    happen(&r, "more", at("2024-02-29", 9));
    CHECK_TEXT(day_text(r.due_day), "2024-05-30"); /* nine months from the start */
    CHECK(!clock_extendable(&r));
    happen(&r, "more", at("2024-05-01", 9));
    CHECK_TEXT(day_text(r.due_day), "2024-05-30");
    CHECK_INT(r.extended, 2);
    c.limit = limit(10, LIMIT_WORKING_DAYS);
    c.extension = limit(5, LIMIT_WORKING_DAYS);
    c.stops = (struct trigger)NAMES(SPAN("stop"));
    c.resumes = (struct trigger)NAMES(SPAN("on"));
    CHECK_INT(clock_init(&arena, &c, &r, NULL), 0);
    happen(&r, "go", at("2024-03-01", 9));   /* Friday */
    happen(&r, "stop", at("2024-03-06", 9)); /* Monday to Wednesday used, seven left */
    CHECK_INT(look(&r, at("2024-03-20", 9)).used, 3);
    CHECK_INT(look(&r, at("2024-03-20", 9)).left, 7);
    happen(&r, "more", at("2024-03-20", 9));
    CHECK_INT(look(&r, at("2024-03-20", 9)).left, 12);
    happen(&r, "on", at("2024-03-22", 9));         /* Friday: goes on with Monday 25 March */
    CHECK_TEXT(day_text(r.due_day), "2024-04-10"); /* 4 to 6 April off, Sunday 7 worked */
}

static void test_states(void)
{
    struct clock c = {.starts = NAMES(SPAN("go")),
                      .limit = limit(5, LIMIT_WORKING_DAYS),
                      .only_in = SPAN("review")};
    struct clock_run r;
    struct clock_sight in = sight("review"), out = sight("supply");

    TEST("only in a state");
    CHECK_INT(clock_init(&arena, &c, &r, NULL), 0);
    happen(&r, "go", at("2024-03-04", 9));
    CHECK_INT(clock_enter(&r, &out, at("2024-03-05", 9), NULL), 0);
    CHECK_INT(r.state, CLOCK_STOPPED);
    CHECK_INT(clock_enter(&r, &in, at("2024-03-12", 9), NULL), 0);
    CHECK_INT(r.state, CLOCK_RUNNING);
    CHECK_TEXT(day_text(r.due_day), "2024-03-18"); /* four left: 13, 14, 15, 18 March */
    c.limit = (struct limit){.given = true, .month_end = true};
    CHECK_INT(clock_init(&arena, &c, &r, NULL), 0);
    happen(&r, "go", at("2024-03-04", 9));
    CHECK_INT(clock_enter(&r, &out, at("2024-03-05", 9), NULL), 0);
    CHECK_INT(clock_enter(&r, &in, at("2024-03-12", 9), NULL), 0);
    CHECK_TEXT(day_text(r.due_day), "2024-03-31"); /* a date of its own does not move */
}

static void test_lapse(void)
{
    struct clock c = {.starts = NAMES(SPAN("go")),
                      .ends = NAMES(SPAN("end")),
                      .limit = limit(3, LIMIT_WORKING_DAYS),
                      .lapse = LAPSE_RENEWED};
    struct clock_run r;
    struct clock_sight s = sight("review");

    TEST("lapse and renewal");
    CHECK_INT(clock_init(&arena, &c, &r, NULL), 0);
    happen(&r, "go", at("2023-09-27", 9));
    CHECK_TEXT(day_text(r.due_day), "2023-10-08");
    CHECK_INT(clock_lapse(&r, &s, r.due, NULL), 0);
    CHECK_INT(r.state, CLOCK_RUNNING);
    CHECK_TEXT(day_text(r.due_day), "2023-10-11");
    c.lapse = LAPSE_NOT_STATED;
    CHECK_INT(clock_lapse(&r, &s, r.due, NULL), 0);
    CHECK_INT(r.state, CLOCK_LAPSED);
    CHECK_INT(look(&r, at("2023-10-13", 9)).left, -2);
    CHECK_INT(look(&r, at("2023-10-12", 0)).left, -1);
    happen(&r, "end", at("2023-10-16", 9));
    CHECK_INT(r.state, CLOCK_ENDED);
    CHECK(r.late);
}

int main(int argc, char **argv)
{
    struct library *l = NULL;
    struct diags diags;
    struct arena messages;
    int r;

    if (argc < 2)
        return 2;
    arena_init(&arena);
    arena_init(&messages);
    diags_init(&diags, &messages);
    r = library_load(argv[1], &l, &diags, NULL);
    CHECK_INT(r, 0);
    if (r == 0) {
        calendar = l->calendar;
        test_dates();
        test_hours();
        test_naive();
        test_months();
        test_triggers();
        test_from();
        test_limits();
        test_extension();
        test_states();
        test_lapse();
        library_unref(l);
    }
    arena_release(&arena);
    arena_release(&messages);
    return test_end();
}
