/*
 * calendar.c: a bit a day for every known year. Years are few, so they lie in a sorted array.
 */
#include "calendar/calendar.h"
#include "base/vector.h"

#define YEAR_WORDS 6 /* 366 bits */

struct year {
    int32_t year;
    uint64_t works[YEAR_WORDS];  /* bit n: the day n after 1 January is a working day */
    uint64_t marked[YEAR_WORDS]; /* named by a notice; a second, different mark is a conflict */
};

struct calendar {
    struct arena *arena;
    VECTOR_OF(struct year, year_vector) years; /* ascending */
};

static unsigned day_of_year(struct date d)
{
    return (unsigned)(date_days(d) - date_days((struct date){d.year, 1, 1}));
}

static unsigned year_length(int32_t year)
{
    return date_is_leap(year) ? 366 : 365;
}

static bool bit(const uint64_t *words, unsigned i)
{
    return words[i / 64] >> (i % 64) & 1;
}

static void set_bit(uint64_t *words, unsigned i, bool on)
{
    uint64_t mask = UINT64_C(1) << (i % 64);

    words[i / 64] = on ? words[i / 64] | mask : words[i / 64] & ~mask;
}

static struct year *find_year(const struct calendar *c, int32_t year)
{
    size_t low = 0, high = c->years.n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (c->years.at[middle].year == year)
            return &c->years.at[middle];
        if (c->years.at[middle].year < year)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static int unknown_year(int32_t year, struct err *err)
{
    err_set(err, E_NOT_FOUND, "the working-day calendar of %d is not loaded", (int)year);
    err_hint(err, "add the year to the calendar of the library once its notice is issued");
    return E_NOT_FOUND;
}

struct calendar *calendar_new(struct arena *program)
{
    struct calendar *c = ARENA_NEW(program, struct calendar);

    if (c)
        c->arena = program;
    return c;
}

/* Monday to Friday work until a mark says otherwise. */
static void fill_weekdays(struct year *y)
{
    int weekday = date_weekday((struct date){y->year, 1, 1});

    for (unsigned i = 0; i < year_length(y->year); i++) {
        set_bit(y->works, i, weekday <= 5);
        weekday = weekday % 7 + 1;
    }
}

int calendar_add_year(struct calendar *c, int32_t year, struct err *err)
{
    struct year y = {.year = year};
    size_t i;

    if (year < 1 || year > 9999)
        return err_set(err, E_RANGE, "%d is no year of a calendar", (int)year);
    if (find_year(c, year))
        return err_set(err, E_CONFLICT, "the calendar of %d is there already", (int)year);
    if (!VECTOR_PUSH(c->arena, &c->years, struct year))
        return err_memory(err);
    fill_weekdays(&y);
    for (i = c->years.n - 1; i > 0 && c->years.at[i - 1].year > year; i--)
        c->years.at[i] = c->years.at[i - 1];
    c->years.at[i] = y;
    return 0;
}

int calendar_mark(struct calendar *c, struct date day, bool works, struct err *err)
{
    struct year *y = find_year(c, day.year);
    unsigned i;
    char text[DATE_TEXT];

    if (!y)
        return unknown_year(day.year, err);
    i = day_of_year(day);
    if (bit(y->marked, i) && bit(y->works, i) != works) {
        date_print(day, text);
        return err_set(err, E_CONFLICT, "%s is marked both off and worked", text);
    }
    set_bit(y->marked, i, true);
    set_bit(y->works, i, works);
    return 0;
}

bool calendar_knows(const struct calendar *c, int32_t year)
{
    return find_year(c, year) != NULL;
}

int calendar_is_working(const struct calendar *c, struct date d, bool *ret, struct err *err)
{
    const struct year *y = find_year(c, d.year);

    if (!y)
        return unknown_year(d.year, err);
    *ret = bit(y->works, day_of_year(d));
    return 0;
}

/* Walks from d in steps of one day until `n` working days are met. */
static int walk(const struct calendar *c, struct date d, int64_t n, int step, struct date *ret,
                struct err *err)
{
    const struct year *y = NULL;
    int64_t days = date_days(d), start = 0;

    while (n > 0) {
        days += step;
        if (!y || days < start || days - start >= year_length(y->year)) {
            if (!date_from_days(days, &d))
                return err_set(err, E_RANGE, "outside the calendar");
            y = find_year(c, d.year);
            if (!y)
                return unknown_year(d.year, err);
            start = date_days((struct date){d.year, 1, 1});
        }
        n -= bit(y->works, (unsigned)(days - start));
    }
    if (!date_from_days(days, &d))
        BUG("a day of a known year is no day");
    *ret = d;
    return 0;
}

int calendar_add_working(const struct calendar *c, struct date d, int64_t n, struct date *ret,
                         struct err *err)
{
    if (n == INT64_MIN)
        n++; /* neither is ever reached: a year is missing long before */
    return n < 0 ? walk(c, d, -n, -1, ret, err) : walk(c, d, n, 1, ret, err);
}

/* Working days among the days first ... last of a year. */
static int64_t count_days(const struct year *y, unsigned first, unsigned last)
{
    int64_t count = 0;

    for (unsigned w = first / 64; w <= last / 64; w++) {
        uint64_t word = y->works[w];
        if (w == first / 64)
            word &= UINT64_MAX << (first % 64);
        if (w == last / 64)
            word &= UINT64_MAX >> (63 - last % 64);
        count += __builtin_popcountll(word);
    }
    return count;
}

/* Working days in (from, to], from before to. */
static int count_forward(const struct calendar *c, struct date from, struct date to, int64_t *ret,
                         struct err *err)
{
    int64_t count = 0;
    struct date first;

    if (!date_add_days(from, 1, &first))
        return err_set(err, E_RANGE, "outside the calendar");
    for (int32_t year = first.year; year <= to.year; year++) {
        const struct year *y = find_year(c, year);
        if (!y)
            return unknown_year(year, err);
        count += count_days(y, year == first.year ? day_of_year(first) : 0,
                            year == to.year ? day_of_year(to) : year_length(year) - 1);
    }
    *ret = count;
    return 0;
}

int calendar_count_working(const struct calendar *c, struct date from, struct date to, int64_t *ret,
                           struct err *err)
{
    int order = date_compare(from, to), r;
    int64_t count = 0;

    if (order == 0) {
        *ret = 0;
        return 0;
    }
    r = order < 0 ? count_forward(c, from, to, &count, err)
                  : count_forward(c, to, from, &count, err);
    if (r == 0)
        *ret = order < 0 ? count : -count;
    return r;
}

int calendar_next_working(const struct calendar *c, struct date d, struct date *ret,
                          struct err *err)
{
    bool works = false;
    int r = calendar_is_working(c, d, &works, err);

    if (r < 0)
        return r;
    return calendar_add_working(c, d, works ? 0 : 1, ret, err);
}
