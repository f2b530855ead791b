/*
 * same.c: rows that pass on one rule (same_as): one of their findings is the card that is shown and
 * counted; it names the others as sources, and the last day is that of the strictest of them.
 */
#include "policy/match_int.h"

static const struct measure *rule_of(const struct measure *m)
{
    return m->same_as ? m->same_as : m;
}

/* The findings, and beside each the measure that carries its rule. */
struct rows {
    struct finding *at;
    const struct measure **rules;
    size_t n;
};

static bool is_same(const struct rows *r, size_t x, size_t y)
{
    return r->rules[x] == r->rules[y] && span_eq(r->at[x].item, r->at[y].item);
}

/* The rule's own finding, unless another row reaches further. */
static bool is_better(const struct finding *x, const struct finding *card)
{
    if (x->group != card->group)
        return x->group < card->group;
    return !x->measure->same_as && card->measure->same_as;
}

static void tighten(struct finding *card, const struct finding *source)
{
    struct date other;
    if (source->group == GROUP_NOT || !finding_deadline(source, &other))
        return;
    for (size_t i = 0; i < card->date_count; i++) {
        struct date_finding *d = (struct date_finding *)(uintptr_t)&card->dates[i];
        if (!span_eq(d->what, SPAN("apply-by")) ||
            (d->known && date_compare(other, d->date) >= 0) ||
            (d->has_safe && date_compare(other, d->safe) >= 0))
            continue;
        d->has_safe = true;
        d->safe = other;
    }
}

static int join(struct arena *a, const struct rows *r, size_t first)
{
    struct finding *all = r->at;
    size_t card = first, count = 0;
    for (size_t i = 0; i < r->n; i++) {
        if (!is_same(r, first, i))
            continue;
        count++;
        if (is_better(&all[i], &all[card]))
            card = i;
    }
    const struct finding **sources = ARENA_ARRAY(a, const struct finding *, count);
    if (!sources)
        return E_MEMORY;
    all[card].sources = sources;
    for (size_t i = 0; i < r->n; i++) {
        if (i == card || !is_same(r, card, i))
            continue;
        all[i].card = &all[card];
        tighten(&all[card], &all[i]);
        sources[all[card].source_count++] = &all[i];
    }
    return 0;
}

int find_same(struct arena *request, struct finding *findings, size_t n)
{
    struct rows rows = {findings, ARENA_ARRAY(request, const struct measure *, n + 1), n};
    int r = 0;
    if (!rows.rules)
        return E_MEMORY;
    for (size_t i = 0; i < n; i++)
        rows.rules[i] = rule_of(findings[i].measure);
    for (size_t i = 0; i < n && r == 0; i++)
        if (rows.rules[i] != findings[i].measure && !findings[i].card && !findings[i].source_count)
            r = join(request, &rows, i);
    return r;
}
