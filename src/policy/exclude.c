/*
 * exclude.c: of two measures that may not be enjoyed together, the one that gives more for certain
 * is kept; the other is shown as excluded by it. Amounts that are not exact exclude nothing: which
 * is higher is not known.
 */
#include <stdlib.h>
#include "policy/match_int.h"

static bool may_exclude(enum relation_kind kind)
{
    return kind == RELATION_EXCLUDES || kind == RELATION_NOT_REPEATED ||
           kind == RELATION_HIGHER_OF || kind == RELATION_CHOOSE_ONE;
}

static bool says(const struct measure *m, struct span other)
{
    for (size_t i = 0; i < m->relation_count; i++) {
        const struct relation *r = &m->relations[i];
        for (size_t k = 0; may_exclude(r->kind) && k < r->with_count; k++)
            if (span_eq(r->with[k], other))
                return true;
    }
    return false;
}

static bool compete(const struct finding *x, const struct finding *y)
{
    if (x->measure == y->measure || (x->item.n && y->item.n && !span_eq(x->item, y->item)))
        return false;
    return says(x->measure, y->measure->id) || says(y->measure, x->measure->id);
}

struct candidate {
    struct finding *finding;
    struct decimal amount;
    size_t order;
};

static int by_amount(const void *x, const void *y)
{
    const struct candidate *a = x, *b = y;
    int r = decimal_compare(b->amount, a->amount);
    return r ? r : a->order < b->order ? -1 : 1;
}

static int exclude_one(struct arena *a, struct candidate *c, size_t i)
{
    const struct measure **by = NULL;
    size_t n = 0;
    for (size_t k = 0; k < i; k++)
        n += !c[k].finding->excluded_count && compete(c[k].finding, c[i].finding);
    if (!n)
        return 0;
    by = ARENA_ARRAY(a, const struct measure *, n);
    if (!by)
        return E_MEMORY;
    n = 0;
    for (size_t k = 0; k < i; k++)
        if (!c[k].finding->excluded_count && compete(c[k].finding, c[i].finding))
            by[n++] = c[k].finding->measure;
    c[i].finding->excluded_by = by;
    c[i].finding->excluded_count = n;
    return 0;
}

int find_exclusions(struct arena *request, struct finding *findings, size_t n)
{
    struct candidate *c = ARENA_ARRAY(request, struct candidate, n + 1);
    size_t count = 0;
    int r = 0;
    if (!c)
        return E_MEMORY;
    for (size_t i = 0; i < n; i++) {
        struct candidate x = {&findings[i], DECIMAL_ZERO, i};
        if (findings[i].group == GROUP_CAN && finding_amount(&findings[i], &x.amount))
            c[count++] = x;
    }
    qsort(c, count, sizeof *c, by_amount);
    for (size_t i = 1; i < count && r == 0; i++)
        r = exclude_one(request, c, i);
    return r;
}
