/*
 * same.c: rows that pass on one rule (same_as): one of their findings is the card that is shown and
 * counted; it names the others as sources, and the last day is that of the strictest of them.
 */
#include "policy/match_int.h"

static const struct measure *rule_of(const struct measure *m)
{
    return m->same_as ? m->same_as : m;
}

static bool is_same(const struct finding *x, const struct finding *y)
{
    return rule_of(x->measure) == rule_of(y->measure) && span_eq(x->item, y->item);
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

static int join(struct arena *a, struct finding *all, size_t n, size_t first)
{
    const struct finding **sources = ARENA_ARRAY(a, const struct finding *, n);
    struct finding *card = &all[first];
    size_t count = 0;
    if (!sources)
        return E_MEMORY;
    for (size_t i = 0; i < n; i++)
        if (is_same(&all[first], &all[i]) && is_better(&all[i], card))
            card = &all[i];
    for (size_t i = 0; i < n; i++) {
        if (&all[i] == card || !is_same(card, &all[i]))
            continue;
        all[i].card = card;
        tighten(card, &all[i]);
        sources[count++] = &all[i];
    }
    card->sources = sources;
    card->source_count = count;
    return 0;
}

int find_same(struct arena *request, struct finding *findings, size_t n)
{
    int r = 0;
    for (size_t i = 0; i < n && r == 0; i++)
        if (findings[i].measure->same_as && !findings[i].card && !findings[i].source_count)
            r = join(request, findings, n, i);
    return r;
}
