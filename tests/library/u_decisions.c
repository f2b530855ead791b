/*
 * u_decisions.c: the shipped size table against the standard restated here by limits: around every
 * limit of every line, with every figure missing in turn. What is decided must be right, and what
 * is left open must be open indeed. u_decisions LIBRARY
 */
#include "feel/spec.h"
#include "policy/library.h"
#include "tests/unit/test.h"

enum { PERSONS, REVENUE, ASSETS, FIGURES };
#define MISSING (-1)

/* What a large, a medium, a small enterprise must reach; 0 = the line does not ask. */
static const struct line {
    const char *name;
    int64_t at[3][FIGURES];
} lines[] = {
    {"农、林、牧、渔业", {{0, 20000, 0}, {0, 500, 0}, {0, 50, 0}}},
    {"工业", {{1000, 40000, 0}, {300, 2000, 0}, {20, 300, 0}}},
    {"建筑业", {{0, 80000, 80000}, {0, 6000, 5000}, {0, 300, 300}}},
    {"批发业", {{200, 40000, 0}, {20, 5000, 0}, {5, 1000, 0}}},
    {"零售业", {{300, 20000, 0}, {50, 500, 0}, {10, 100, 0}}},
    {"交通运输业", {{1000, 30000, 0}, {300, 3000, 0}, {20, 200, 0}}},
    {"仓储业", {{200, 30000, 0}, {100, 1000, 0}, {20, 100, 0}}},
    {"邮政业", {{1000, 30000, 0}, {300, 2000, 0}, {20, 100, 0}}},
    {"住宿业", {{300, 10000, 0}, {100, 2000, 0}, {10, 100, 0}}},
    {"餐饮业", {{300, 10000, 0}, {100, 2000, 0}, {10, 100, 0}}},
    {"信息传输业", {{2000, 100000, 0}, {100, 1000, 0}, {10, 100, 0}}},
    {"软件和信息技术服务业", {{300, 10000, 0}, {100, 1000, 0}, {10, 50, 0}}},
    {"房地产开发经营", {{0, 200000, 10000}, {0, 1000, 5000}, {0, 100, 2000}}},
    {"物业管理", {{1000, 5000, 0}, {300, 1000, 0}, {100, 500, 0}}},
    {"租赁和商务服务业", {{300, 0, 120000}, {100, 0, 8000}, {10, 0, 100}}},
    {"其他未列明行业", {{300, 0, 0}, {100, 0, 0}, {10, 0, 0}}},
};
static const char *const sizes[] = {"微型", "小型", "中型", "大型"};

/* 0 to 3: the smallest level of the figures that count. -1: open. Any figure at the bottom decides.
 */
static int expected(const struct line *l, const int64_t *given)
{
    int least = 3;
    bool open = false;
    for (int f = 0; f < FIGURES; f++) {
        int level = 0;
        if (l->at[2][f] == 0)
            continue;
        if (given[f] == MISSING) {
            open = true;
            continue;
        }
        for (int k = 2; k >= 0; k--)
            if (given[f] >= l->at[k][f])
                level = 3 - k;
        least = level < least ? level : least;
    }
    return open && least > 0 ? -1 : least;
}

struct grid {
    const struct library *library;
    struct value function;
    size_t points, wrong;
};

static struct value figure(struct arena *a, int64_t n, const char *name)
{
    if (n != MISSING)
        return value_int(n);
    return value_unknown(a, missing_one(a, span_z(name), SPAN(""), SPAN(""), CAUSE_ASK, SPAN("")));
}

static void point(struct grid *g, const struct line *l, const int64_t *given)
{
    struct arena a;
    arena_init(&a);
    struct feel_run run = {.arena = &a, .calendar = g->library->calendar, .as_of = {2020, 3, 9}};
    struct value args[] = {value_string(span_z(l->name)), figure(&a, given[PERSONS], "从业人员"),
                           figure(&a, given[REVENUE], "营业收入"),
                           figure(&a, given[ASSETS], "资产总额")};
    struct value v = feel_call(&run, g->function, args, NULL, 4);
    int want = expected(l, given);
    bool good = want < 0 ? v.kind == VALUE_UNKNOWN
                         : v.kind == VALUE_STRING && span_eq(v.string, span_z(sizes[want]));
    for (const struct missing *m = v.kind == VALUE_UNKNOWN ? v.unknown->missing : NULL; m && good;
         m = m->next)
        for (int f = 0; f < FIGURES;
             f++) /* nothing is asked that is known, or that the line does not count */
            if (span_eq(m->fact, args[f + 1].kind == VALUE_UNKNOWN
                                     ? args[f + 1].unknown->missing->fact
                                     : SPAN("")))
                good = good && l->at[2][f] != 0;
    if (!good && g->wrong++ < 5)
        printf("%s %lld %lld %lld: %s wanted, kind %d\n", l->name, (long long)given[0],
               (long long)given[1], (long long)given[2], want < 0 ? "unknown" : sizes[want],
               v.kind);
    g->points++;
    arena_release(&a);
}

/* Values worth trying of one figure. */
static size_t candidates(const struct line *l, int f, int64_t *to)
{
    size_t n = 0;
    to[n++] = MISSING;
    to[n++] = 0;
    for (int k = 0; k < 3 && l->at[2][f]; k++) {
        to[n++] = l->at[k][f] - 1;
        to[n++] = l->at[k][f];
    }
    return n;
}

static void grid_of(struct grid *g, const struct line *l)
{
    int64_t at[FIGURES][8], given[FIGURES];
    size_t n[FIGURES];
    for (int f = 0; f < FIGURES; f++)
        n[f] = candidates(l, f, at[f]);
    for (size_t i = 0; i < n[PERSONS]; i++)
        for (size_t j = 0; j < n[REVENUE]; j++)
            for (size_t k = 0; k < n[ASSETS]; k++) {
                given[PERSONS] = at[PERSONS][i];
                given[REVENUE] = at[REVENUE][j];
                given[ASSETS] = at[ASSETS][k];
                point(g, l, given);
            }
}

static const struct decision *find(const struct library *l, const char *name)
{
    for (size_t i = 0; i < l->decision_count; i++)
        if (span_eq(l->decisions[i]->name, span_z(name)))
            return l->decisions[i];
    return NULL;
}

static void test_grid(const struct library *l)
{
    const struct decision *d = find(l, "企业划型");
    struct grid g = {.library = l};
    CHECK(d != NULL);
    if (!d)
        return;
    g.function = d->function.value;
    for (size_t i = 0; i < COUNT_OF(lines); i++)
        grid_of(&g, &lines[i]);
    printf("%zu points\n", g.points);
    CHECK(g.wrong == 0);
    CHECK(g.points > 500);
}

/* Known to be absent is no number: an error where it counts, and nothing where it does not. */
static void test_absent(const struct library *l)
{
    const struct decision *d = find(l, "企业划型");
    struct arena a;
    arena_init(&a);
    struct feel_run run = {.arena = &a, .calendar = l->calendar, .as_of = {2020, 3, 9}};
    struct value args[] = {value_string(SPAN("工业")), value_int(500), value_int(50000),
                           VALUE_NULL_V};
    struct value v = d ? feel_call(&run, d->function.value, args, NULL, 4) : VALUE_NULL_V;
    CHECK(v.kind == VALUE_STRING && span_eq(v.string, SPAN("中型")));
    args[2] = VALUE_NULL_V;
    v = d ? feel_call(&run, d->function.value, args, NULL, 4) : VALUE_NULL_V;
    CHECK(v.kind == VALUE_NULL &&
          v.failed); /* the door of the host speaks spec mode: an error is a failed null */
    arena_release(&a);
}

int main(int argc, char **argv)
{
    struct arena arena;
    struct diags diags;
    struct err err = ERR_INIT;
    struct library *l = NULL;
    arena_init(&arena);
    diags_init(&diags, &arena);
    int r = argc > 1 ? library_load(argv[1], &l, &diags, &err) : E_INPUT;
    CHECK(r == 0);
    if (l) {
        test_grid(l);
        test_absent(l);
    }
    library_unref(l);
    arena_release(&arena);
    return test_end();
}
