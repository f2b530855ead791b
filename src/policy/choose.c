/*
 * choose.c: see choose.h. Things fall into components that nothing ties together; in each the
 * larger amounts are tried first, with and without, and what cannot beat the best set so far is not
 * looked at.
 */
#include "policy/choose.h"
#include "base/err.h"
#include <stdlib.h>
#include <string.h>

/* ---- what a set gives ---- */

static bool needs_met(const struct choice *c, const bool *chosen)
{
    for (size_t i = 0; i < c->need_count; i++) {
        const struct choice_need *need = &c->needs[i];
        size_t met = 0;
        if (!chosen[need->item])
            continue;
        for (size_t k = 0; k < need->n; k++)
            met += chosen[need->of[k]];
        if (need->all ? met < need->n : met == 0)
            return false;
    }
    return true;
}

static bool groups_met(const struct choice *c, const bool *chosen)
{
    for (size_t i = 0; i < c->group_count; i++) {
        size_t n = 0;
        for (size_t k = 0; k < c->groups[i].n; k++)
            n += chosen[c->groups[i].at[k]];
        if (n > c->groups[i].most)
            return false;
    }
    return true;
}

static bool permitted(const struct choice *c, const bool *chosen)
{
    for (size_t i = 0; i < c->n; i++) {
        if (chosen[i] && c->barred && c->barred[i])
            return false;
        for (size_t k = 0; chosen[i] && k < i; k++)
            if (chosen[k] && c->conflict[i * c->n + k])
                return false;
    }
    return needs_met(c, chosen) && groups_met(c, chosen);
}

static struct decimal less(struct decimal x, struct decimal by)
{
    struct decimal rest = decimal_sub(x, by, NULL);
    return decimal_sign(rest) < 0 ? DECIMAL_ZERO : rest;
}

static void cap_group(const struct choice_group *g, struct decimal *amounts)
{
    struct decimal sum = DECIMAL_ZERO;
    for (size_t k = 0; k < g->n; k++)
        sum = decimal_add(sum, amounts[g->at[k]], NULL);
    struct decimal over = less(sum, g->cap);
    for (size_t k = g->n; k-- > 0 && decimal_sign(over) > 0;) {
        struct decimal rest = less(amounts[g->at[k]], over);
        over = less(over, amounts[g->at[k]]);
        amounts[g->at[k]] = rest;
    }
}

bool choice_value(const struct choice *c, const bool *chosen, struct decimal *amounts,
                  struct decimal *ret)
{
    *ret = DECIMAL_ZERO;
    for (size_t i = 0; i < c->n; i++)
        amounts[i] = chosen[i] ? c->items[i].amount : DECIMAL_ZERO;
    for (size_t i = 0; i < c->deduction_count; i++) {
        const struct choice_deduction *d = &c->deductions[i];
        if (chosen[d->item] && chosen[d->by])
            amounts[d->item] = less(amounts[d->item], d->amount);
    }
    for (size_t i = 0; i < c->group_count; i++)
        if (c->groups[i].has_cap)
            cap_group(&c->groups[i], amounts);
    for (size_t i = 0; i < c->n; i++)
        *ret = decimal_add(*ret, amounts[i], NULL);
    return permitted(c, chosen);
}

/* ---- one component ---- */

struct score {
    struct decimal value;
    size_t members;
    unsigned obligations;
    int64_t deadline;
};

struct search {
    const struct choice *c;
    size_t *at; /* members of the component, larger amounts first */
    size_t n;
    size_t with;          /* must be chosen; SIZE_MAX = nothing */
    bool *chosen, *best;  /* over all items of c */
    struct decimal *room; /* scratch: amounts */
    bool found;
    struct score score;
    size_t sets;
};

/* < 0: x is better. */
static int score_compare(const struct score *x, const struct score *y)
{
    int r = decimal_compare(y->value, x->value);
    if (r)
        return r;
    if (x->members != y->members)
        return x->members > y->members ? -1 : 1;
    if (x->obligations != y->obligations)
        return x->obligations < y->obligations ? -1 : 1;
    return x->deadline < y->deadline ? -1 : x->deadline > y->deadline;
}

static void look(struct search *s)
{
    struct score score = {.deadline = INT64_MAX};
    s->sets++;
    if (!choice_value(s->c, s->chosen, s->room, &score.value))
        return;
    for (size_t i = 0; i < s->n; i++) {
        const struct choice_item *item = &s->c->items[s->at[i]];
        if (!s->chosen[s->at[i]])
            continue;
        score.members++;
        score.obligations += item->obligations;
        if (item->deadline < score.deadline)
            score.deadline = item->deadline;
    }
    if (s->found && score_compare(&score, &s->score) >= 0)
        return;
    s->found = true;
    s->score = score;
    memcpy(s->best, s->chosen, s->c->n * sizeof *s->best);
}

static bool fits(const struct search *s, size_t item)
{
    if (s->c->barred && s->c->barred[item])
        return false;
    for (size_t i = 0; i < s->n; i++)
        if (s->chosen[s->at[i]] && s->c->conflict[item * s->c->n + s->at[i]])
            return false;
    return true;
}

/* Could what is still open beat the best set so far? Deductions and caps only take away. */
static bool is_promising(const struct search *s, size_t depth)
{
    struct decimal most = DECIMAL_ZERO;
    size_t members = 0;
    if (!s->found)
        return true;
    for (size_t i = 0; i < s->n; i++) {
        bool in = i < depth ? s->chosen[s->at[i]] : fits(s, s->at[i]);
        if (in)
            most = decimal_add(most, s->c->items[s->at[i]].amount, NULL);
        members += in;
    }
    int r = decimal_compare(most, s->score.value);
    return r > 0 || (r == 0 && members >= s->score.members);
}

static void search_from(struct search *s, size_t depth)
{
    if (s->sets >= CHOICE_SETS_MAX || !is_promising(s, depth))
        return;
    if (depth == s->n) {
        look(s);
        return;
    }
    size_t item = s->at[depth];
    if (fits(s, item)) {
        s->chosen[item] = true;
        search_from(s, depth + 1);
        s->chosen[item] = false;
    }
    if (item != s->with)
        search_from(s, depth + 1);
}

/* ---- components ---- */

static size_t root_of(size_t *parent, size_t i)
{
    while (parent[i] != i)
        i = parent[i] = parent[parent[i]];
    return i;
}

static void tie(size_t *parent, size_t x, size_t y)
{
    parent[root_of(parent, x)] = root_of(parent, y);
}

static void tie_all(const struct choice *c, size_t *parent)
{
    for (size_t i = 0; i < c->n; i++)
        parent[i] = i;
    for (size_t i = 0; i < c->n; i++)
        for (size_t k = 0; k < i; k++)
            if (c->conflict[i * c->n + k])
                tie(parent, i, k);
    for (size_t i = 0; i < c->need_count; i++)
        for (size_t k = 0; k < c->needs[i].n; k++)
            tie(parent, c->needs[i].item, c->needs[i].of[k]);
    for (size_t i = 0; i < c->deduction_count; i++)
        tie(parent, c->deductions[i].item, c->deductions[i].by);
    for (size_t i = 0; i < c->group_count; i++)
        for (size_t k = 1; k < c->groups[i].n; k++)
            tie(parent, c->groups[i].at[0], c->groups[i].at[k]);
}

static void largest_first(const struct choice *c, size_t *at, size_t n)
{
    for (size_t i = 1; i < n; i++)
        for (size_t k = i;
             k > 0 && decimal_compare(c->items[at[k]].amount, c->items[at[k - 1]].amount) > 0;
             k--) {
            size_t swap = at[k];
            at[k] = at[k - 1];
            at[k - 1] = swap;
        }
}

static bool solve_component(struct search *s, struct choice_answer *answer)
{
    largest_first(s->c, s->at, s->n);
    s->found = false;
    s->sets = 0;
    search_from(s, 0);
    answer->proved = answer->proved && s->sets < CHOICE_SETS_MAX;
    for (size_t i = 0; s->found && i < s->n; i++)
        answer->chosen[s->at[i]] = s->best[s->at[i]];
    return s->found;
}

int choose(struct arena *a, const struct choice *c, size_t with, struct choice_answer *ret)
{
    size_t *parent = ARENA_ARRAY(a, size_t, c->n + 1);
    struct search s = {.c = c,
                       .with = with,
                       .at = ARENA_ARRAY(a, size_t, c->n + 1),
                       .chosen = ARENA_ARRAY(a, bool, c->n + 1),
                       .best = ARENA_ARRAY(a, bool, c->n + 1),
                       .room = ARENA_ARRAY(a, struct decimal, c->n + 1)};
    *ret = (struct choice_answer){.possible = true,
                                  .proved = true,
                                  .chosen = ARENA_ARRAY(a, bool, c->n + 1),
                                  .amounts = ARENA_ARRAY(a, struct decimal, c->n + 1)};
    if (!parent || !s.at || !s.chosen || !s.best || !s.room || !ret->chosen || !ret->amounts)
        return E_MEMORY;
    tie_all(c, parent);
    for (size_t root = 0; root < c->n; root++) {
        if (root_of(parent, root) != root)
            continue;
        s.n = 0;
        for (size_t i = 0; i < c->n; i++)
            if (root_of(parent, i) == root)
                s.at[s.n++] = i;
        ret->possible = solve_component(&s, ret) && ret->possible;
    }
    (void)choice_value(c, ret->chosen, ret->amounts, &ret->value);
    return 0;
}
