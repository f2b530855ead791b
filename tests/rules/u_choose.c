/*
 * u_choose.c: the best permitted set against every subset of small random problems, and named
 * cases. The value of a subset is worked out here once more, in whole numbers, from what choose.h
 * says.
 */
#include "policy/choose.h"
#include "tests/unit/test.h"

#define MOST 9 /* things: 512 subsets */

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static size_t below(uint64_t *state, size_t n)
{
    return (size_t)(next_random(state) % n);
}

struct plain_need {
    size_t item, of[2], n;
    bool all;
};
struct plain_group {
    size_t at[3], n, most;
    int64_t cap; /* -1 = none */
};
struct plain {
    size_t n;
    int64_t amount[MOST], deadline[MOST];
    unsigned obligations[MOST];
    bool conflict[MOST][MOST], barred[MOST];
    struct plain_need needs[2];
    struct plain_group groups[2];
    size_t less_item, less_by; /* one deduction; equal = none */
    int64_t less;
    size_t need_count, group_count;
};

static struct plain random_problem(uint64_t *r)
{
    struct plain p = {.n = 1 + below(r, MOST)};
    for (size_t i = 0; i < p.n; i++) {
        p.amount[i] = (int64_t)below(r, 4) * 100;
        p.deadline[i] = (int64_t)below(r, 3);
        p.obligations[i] = (unsigned)below(r, 3);
        p.barred[i] = below(r, 10) == 0;
        for (size_t k = 0; k < i; k++)
            p.conflict[i][k] = p.conflict[k][i] = below(r, 3) == 0;
    }
    p.need_count = below(r, 3);
    for (size_t i = 0; i < p.need_count; i++)
        p.needs[i] = (struct plain_need){
            below(r, p.n), {below(r, p.n), below(r, p.n)}, 1 + below(r, 2), below(r, 2) == 0};
    p.group_count = below(r, 3);
    for (size_t i = 0; i < p.group_count; i++) {
        struct plain_group g = {{0}, 0, below(r, 2) ? 1 : SIZE_MAX, below(r, 2) ? 250 : -1};
        for (size_t k = 0; k < p.n && g.n < 3; k++)
            if (below(r, 2))
                g.at[g.n++] = k;
        p.groups[i] = g;
    }
    p.less_item = below(r, p.n);
    p.less_by = below(r, p.n);
    p.less = (int64_t)below(r, 3) * 70;
    return p;
}

/* ---- by looking at everything ---- */

struct tally {
    int64_t value, deadline;
    size_t members;
    unsigned obligations;
};

static size_t count_of(const size_t *at, size_t n, unsigned set)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += set >> at[i] & 1;
    return count;
}

static bool is_permitted(const struct plain *p, unsigned set)
{
    for (size_t i = 0; i < p->n; i++)
        for (size_t k = 0; k <= i; k++)
            if ((set >> i & 1) && (set >> k & 1) && (p->conflict[i][k] || p->barred[i]))
                return false;
    for (size_t i = 0; i < p->need_count; i++) {
        const struct plain_need *need = &p->needs[i];
        size_t met = count_of(need->of, need->n, set);
        if ((set >> need->item & 1) && (need->all ? met < need->n : met == 0))
            return false;
    }
    for (size_t i = 0; i < p->group_count; i++)
        if (count_of(p->groups[i].at, p->groups[i].n, set) > p->groups[i].most)
            return false;
    return true;
}

static struct tally tally_of(const struct plain *p, unsigned set)
{
    int64_t give[MOST] = {0};
    struct tally t = {0, INT64_MAX, 0, 0};
    for (size_t i = 0; i < p->n; i++) {
        if (!(set >> i & 1))
            continue;
        give[i] = p->amount[i];
        if (i == p->less_item && p->less_by != i && (set >> p->less_by & 1))
            give[i] = give[i] > p->less ? give[i] - p->less : 0;
        t.members++;
        t.obligations += p->obligations[i];
        t.deadline = p->deadline[i] < t.deadline ? p->deadline[i] : t.deadline;
    }
    for (size_t i = 0; i < p->group_count; i++) {
        int64_t sum = 0, over;
        for (size_t k = 0; k < p->groups[i].n; k++)
            sum += give[p->groups[i].at[k]];
        over = p->groups[i].cap >= 0 && sum > p->groups[i].cap ? sum - p->groups[i].cap : 0;
        for (size_t k = p->groups[i].n; k-- > 0;) {
            int64_t *x = &give[p->groups[i].at[k]];
            int64_t off = *x < over ? *x : over;
            *x -= off;
            over -= off;
        }
    }
    for (size_t i = 0; i < p->n; i++)
        t.value += give[i];
    return t;
}

static struct tally best_of_all(const struct plain *p, size_t with, bool *found)
{
    struct tally best = {0};
    *found = false;
    for (unsigned set = 0; set < 1u << p->n; set++) {
        if ((with < p->n && !(set >> with & 1)) || !is_permitted(p, set))
            continue;
        struct tally t = tally_of(p, set);
        bool better = t.value != best.value ? t.value > best.value : t.members > best.members;
        if (!*found || better)
            best = t;
        *found = true;
    }
    return best;
}

/* ---- by the program ---- */

struct built {
    struct choice choice;
    struct choice_item items[MOST];
    bool conflict[MOST * MOST];
    struct choice_need needs[2];
    struct choice_deduction deduction;
    struct choice_group groups[2];
};

static void build(const struct plain *p, struct built *b)
{
    *b = (struct built){.choice = {.n = p->n}};
    for (size_t i = 0; i < p->n; i++) {
        b->items[i] =
            (struct choice_item){decimal_from_int(p->amount[i]), p->obligations[i], p->deadline[i]};
        for (size_t k = 0; k < p->n; k++)
            b->conflict[i * p->n + k] = p->conflict[i][k];
    }
    for (size_t i = 0; i < p->need_count; i++)
        b->needs[i] =
            (struct choice_need){p->needs[i].item, p->needs[i].of, p->needs[i].n, p->needs[i].all};
    for (size_t i = 0; i < p->group_count; i++)
        b->groups[i] =
            (struct choice_group){p->groups[i].at, p->groups[i].n, p->groups[i].most,
                                  p->groups[i].cap >= 0, decimal_from_int(p->groups[i].cap)};
    b->deduction = (struct choice_deduction){p->less_item, p->less_by, decimal_from_int(p->less)};
    b->choice.items = b->items;
    b->choice.conflict = b->conflict;
    b->choice.barred = p->barred;
    b->choice.needs = b->needs;
    b->choice.need_count = p->need_count;
    b->choice.groups = b->groups;
    b->choice.group_count = p->group_count;
    b->choice.deductions = &b->deduction;
    b->choice.deduction_count = p->less_item != p->less_by;
}

static unsigned set_of(const struct choice_answer *a, size_t n)
{
    unsigned set = 0;
    for (size_t i = 0; i < n; i++)
        set |= (unsigned)a->chosen[i] << i;
    return set;
}

static void compare(struct arena *a, const struct plain *p, size_t with)
{
    struct built b;
    struct choice_answer answer;
    bool found;
    struct tally best = best_of_all(p, with, &found);
    build(p, &b);
    CHECK_INT(choose(a, &b.choice, with, &answer), 0);
    CHECK_INT(answer.possible, found);
    CHECK(answer.proved);
    if (!found)
        return;
    unsigned set = set_of(&answer, p->n);
    CHECK(is_permitted(p, set));
    CHECK(with >= p->n || (set >> with & 1));
    CHECK_INT(decimal_compare(answer.value, decimal_from_int(best.value)), 0);
    CHECK_INT(tally_of(p, set).value, best.value);
    CHECK_INT(tally_of(p, set).members, best.members);
}

static void test_random(void)
{
    struct arena a;
    uint64_t state = UINT64_C(0x9E3779B97F4A7C15);
    TEST("against every subset");
    arena_init(&a);
    for (size_t i = 0; i < 2000; i++) {
        struct plain p = random_problem(&state);
        compare(&a, &p, SIZE_MAX);
        compare(&a, &p, below(&state, p.n));
        arena_clear(&a);
    }
    arena_release(&a);
}

/* Of equal sets: fewer obligations, then the earlier deadline. */
static void test_ties(void)
{
    struct arena a;
    struct plain p = {
        .n = 3, .amount = {100, 100, 100}, .obligations = {2, 1, 1}, .deadline = {1, 9, 4}};
    struct built b;
    struct choice_answer answer;
    TEST("ties");
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < 3; k++)
            p.conflict[i][k] = i != k;
    arena_init(&a);
    build(&p, &b);
    CHECK_INT(choose(&a, &b.choice, SIZE_MAX, &answer), 0);
    CHECK_INT(set_of(&answer, 3), 4);
    CHECK_INT(choose(&a, &b.choice, 0, &answer), 0);
    CHECK_INT(set_of(&answer, 3), 1);
    arena_release(&a);
}

/* Sixty things of which one may be had: no doubling of the work with each. */
static void test_large(void)
{
    enum { N = 60 };
    struct arena a;
    struct choice_answer answer;
    arena_init(&a);
    struct choice_item *items = ARENA_ARRAY(&a, struct choice_item, N);
    bool *conflict = ARENA_ARRAY(&a, bool, N *N);
    TEST("large");
    for (size_t i = 0; items && conflict && i < N; i++) {
        items[i] = (struct choice_item){decimal_from_int((int64_t)i), 0, INT64_MAX};
        for (size_t k = 0; k < N; k++)
            conflict[i * N + k] = i != k;
    }
    struct choice c = {.items = items, .n = N, .conflict = conflict};
    CHECK_INT(choose(&a, &c, SIZE_MAX, &answer), 0);
    CHECK(answer.proved && answer.chosen[N - 1]);
    CHECK_INT(decimal_compare(answer.value, decimal_from_int(N - 1)), 0);
    arena_release(&a);
}

int main(void)
{
    test_random();
    test_ties();
    test_large();
    return test_end();
}
