/*
 * ask.c: what to ask next. Only causes of kind ASK are questions. A question is worth the number of
 * findings, still open and of the regions of the subject, that its answer could decide. What is
 * asked about an item counts half: it speaks of one of several, and most subjects have none. Of
 * equal ones the fact that more measures of the check-up read at all comes first (what an
 * enterprise is, before what one grant wants to know), then what more money hangs on.
 */
#include <stdlib.h>
#include "policy/match_int.h"

struct asking {
    struct arena *arena;
    const struct library *library;
    uint32_t *reach; /* per slot: measures of the check-up that read it */
    VECTOR_OF(struct question, question_vector) all;
};

static bool waits(const struct finding *f)
{
    return !f->other_side && f->group != GROUP_NOT && f->group != GROUP_NEAR &&
           f->group != GROUP_TIME;
}

/* What the finding may bring at most, as far as it is known. */
static struct decimal stake_of(const struct finding *f)
{
    struct decimal sum = DECIMAL_ZERO;
    for (size_t i = 0; i < f->measure->benefit_count; i++) {
        const struct result *r = &f->results[i];
        bool gain = r->benefit->kind == RESULT_MONEY && r->benefit->nature == NATURE_RECEIVED;
        if (gain && r->has_max && r->max.kind == VALUE_NUMBER)
            sum = decimal_add(sum, r->max.number, NULL);
    }
    return sum;
}

static struct question *question_of(struct asking *g, const struct fact *f, const struct missing *m)
{
    for (size_t i = 0; i < g->all.n; i++) {
        struct question *q = &g->all.at[i];
        if (q->fact == f && span_eq(q->item, m->item) && span_eq(q->period, m->period))
            return q;
    }
    struct question *q = VECTOR_PUSH(g->arena, &g->all, struct question);
    if (q)
        *q = (struct question){.fact = f,
                               .item = m->item,
                               .period = m->period,
                               .reach = g->reach[f->slot],
                               .at_stake = DECIMAL_ZERO};
    return q;
}

static int ask_for(struct asking *g, const struct finding *f)
{
    struct decimal stake = stake_of(f);
    for (const struct missing *m = f->missing; m; m = m->next) {
        const struct fact *fact =
            m->cause == CAUSE_ASK ? map_get(&g->library->fact_by_name, m->fact) : NULL;
        if (!fact)
            continue;
        struct question *q = question_of(g, fact, m);
        if (!q)
            return E_MEMORY;
        q->settles++;
        q->at_stake = decimal_add(q->at_stake, stake, NULL);
    }
    return 0;
}

static size_t weight(const struct question *q)
{
    return q->fact->of ? q->settles : 2 * q->settles;
}

static int more_first(size_t a, size_t b)
{
    return a == b ? 0 : a > b ? -1 : 1;
}

static int by_worth(const void *x, const void *y)
{
    const struct question *a = x, *b = y;
    int r = more_first(weight(a), weight(b));
    if (!r)
        r = more_first(a->reach, b->reach);
    if (!r)
        r = decimal_compare(b->at_stake, a->at_stake);
    if (!r)
        r = span_compare(a->fact->name, b->fact->name);
    if (!r)
        r = span_compare(a->item, b->item);
    return r ? r : span_compare(a->period, b->period);
}

/* Measures with items of their own are left out: those are asked about one by one. */
static int count_reach(struct asking *g, const struct checkup *c)
{
    g->reach = ARENA_ARRAY(g->arena, uint32_t, c->library->vocabulary.slots);
    if (!g->reach)
        return E_MEMORY;
    for (size_t i = 0; i < c->n; i++)
        for (size_t k = 0; !c->findings[i].item.n && k < c->findings[i].measure->slot_count; k++)
            g->reach[c->findings[i].measure->slots[k]]++;
    return 0;
}

int checkup_questions(struct arena *request, const struct checkup *c, size_t limit,
                      const struct question **ret, size_t *ret_n, struct err *err)
{
    struct asking g = {.arena = request, .library = c->library};
    if (count_reach(&g, c) < 0)
        return err_memory(err);
    for (size_t i = 0; i < c->n; i++)
        if (waits(&c->findings[i]) && ask_for(&g, &c->findings[i]) < 0)
            return err_memory(err);
    if (g.all.n)
        qsort(g.all.at, g.all.n, sizeof *g.all.at, by_worth);
    *ret = g.all.at;
    *ret_n = g.all.n < limit ? g.all.n : limit;
    return 0;
}
