/*
 * table.c: the result of a decision table: which of the rules that hit count, by hit policy. The
 * conditions and outputs are steps (compile.c, compile_table).
 *
 * Strict mode has rules whose condition is unknown. A false rule is out. UNIQUE, ANY: a rule that
 * surely hits gives the result (the table promises that no other disagrees); else what the open
 * rules and the default agree on, or unknown. FIRST: as `if` after `if`. PRIORITY: the same in the
 * order of the outputs. Lists lack the open rules: they are partial. Counts, sums, least and
 * greatest lie between bounds, for what the open rules would add is known.
 */
#include "feel/machine.h"

/* Rules that hit, in the order in which they count. */
struct hits {
    uint32_t *rules;
    size_t n;
};

struct table {
    struct arena *arena;
    bool strict;
    const struct feel_table *t;
    const struct value *hits, *outputs, *defaults, *values;
};

/* One row of outputs as the table's value. */
static struct value row_value(const struct table *t, const struct value *row)
{
    size_t n = t->t->output_count;
    if (n == 1 && (!t->t->output_names || t->t->output_names[0].n == 0))
        return row[0];
    struct context *c = arena_alloc(t->arena, sizeof *c + n * sizeof c->at[0]);
    if (!c)
        return VALUE_NO_MEMORY_V;
    c->n = n;
    for (size_t i = 0; i < n; i++)
        c->at[i] = (struct context_entry){t->t->output_names[i], row[i]};
    return (struct value){.kind = VALUE_CONTEXT, .context = c};
}

static const struct value *row_of(const struct table *t, uint32_t rule)
{
    return t->outputs + rule * t->t->output_count;
}

static bool rows_equal(const struct table *t, uint32_t a, uint32_t b)
{
    for (size_t i = 0; i < t->t->output_count; i++)
        if (!value_is_true(equal_value(t->arena, row_of(t, a)[i], row_of(t, b)[i])))
            return false;
    return true;
}

/* Place of a value in the list of output values; behind all when it is not there. */
static size_t rank(const struct table *t, size_t output, struct value v)
{
    struct value list = t->values[output];
    size_t n = list.kind == VALUE_LIST ? list.list->n : 0;
    for (size_t i = 0; i < n; i++)
        if (value_is_true(equal_value(t->arena, list.list->at[i], v)))
            return i;
    return n;
}

static bool ranks_before(const struct table *t, uint32_t a, uint32_t b)
{
    for (size_t i = 0; i < t->t->output_count; i++) {
        size_t x = rank(t, i, row_of(t, a)[i]), y = rank(t, i, row_of(t, b)[i]);
        if (x != y)
            return x < y;
    }
    return false;
}

/* Stable, by insertion: few rules hit at once. */
static void sort_hits(const struct table *t, struct hits *h)
{
    for (size_t i = 1; i < h->n; i++)
        for (size_t j = i; j > 0 && ranks_before(t, h->rules[j], h->rules[j - 1]); j--) {
            uint32_t swap = h->rules[j];
            h->rules[j] = h->rules[j - 1];
            h->rules[j - 1] = swap;
        }
}

static struct value list_of_hits(const struct table *t, const struct hits *h)
{
    struct list_builder b;
    list_begin(&b, t->arena, NULL);
    for (size_t i = 0; i < h->n; i++) {
        struct value hit = t->hits[h->rules[i]];
        if (hit.kind == VALUE_ERROR)
            return hit;
        if (hit.kind == VALUE_UNKNOWN)
            list_incomplete(&b, COVERAGE_PARTIAL, hit.unknown->missing);
        else
            list_add(&b, row_value(t, row_of(t, h->rules[i])));
    }
    return list_end(&b);
}

static struct value aggregate(const struct table *t, const struct hits *h)
{
    struct value list = list_of_hits(t, h);
    struct builtin_call call = {.arena = t->arena, .strict = t->strict};
    static const char *const functions[] = {
        [HIT_SUM] = "sum",
        [HIT_COUNT] = "count",
        [HIT_MIN] = "min",
        [HIT_MAX] = "max",
    };
    if (t->t->aggregation == HIT_LIST || list.kind != VALUE_LIST)
        return list;
    return builtin_apply(&call, (size_t)builtin_find(span_z(functions[t->t->aggregation])), &list,
                         1);
}

static struct value unique(const struct table *t, const struct hits *h)
{
    if (h->n > 1)
        return value_failure(t->arena, E_CONFLICT, "rules %u and %u both hit, and only one may",
                             h->rules[0] + 1, h->rules[1] + 1);
    return row_value(t, row_of(t, h->rules[0]));
}

static struct value any(const struct table *t, const struct hits *h)
{
    for (size_t i = 1; i < h->n; i++)
        if (!rows_equal(t, h->rules[0], h->rules[i]))
            return value_failure(t->arena, E_CONFLICT, "rules %u and %u hit with different outputs",
                                 h->rules[0] + 1, h->rules[i] + 1);
    return row_value(t, row_of(t, h->rules[0]));
}

static struct value by_policy(const struct table *t, struct hits *h)
{
    switch (t->t->policy) {
    case HIT_UNIQUE:
        return unique(t, h);
    case HIT_ANY:
        return any(t, h);
    case HIT_FIRST:
        return row_value(t, row_of(t, h->rules[0]));
    case HIT_PRIORITY:
        sort_hits(t, h);
        return row_value(t, row_of(t, h->rules[0]));
    case HIT_OUTPUT_ORDER:
        sort_hits(t, h);
        return list_of_hits(t, h);
    case HIT_RULE_ORDER:
        return list_of_hits(t, h);
    case HIT_COLLECT:
        break;
    }
    return aggregate(t, h);
}

/* ---- rules that may hit ---- */

static struct value no_hit(const struct table *t)
{
    if (t->t->has_default)
        return row_value(t, t->defaults);
    return t->strict ? value_failure(t->arena, E_NOT_FOUND,
                                     "no rule of the table hits, and it has no default")
                     : VALUE_NULL_V;
}

/* The rules one after the other: the first that hits wins, whatever comes after it. */
static struct value in_turn(const struct table *t, const struct hits *h)
{
    struct value v = no_hit(t);
    for (size_t i = h->n; i-- > 0;) {
        struct value hit = t->hits[h->rules[i]], row = row_value(t, row_of(t, h->rules[i]));
        v = value_is_true(hit)        ? row
            : hit.kind == VALUE_ERROR ? hit
                                      : logic_either(t->arena, hit, row, v);
    }
    return v;
}

static bool is_one_row(enum hit_policy p)
{
    return p == HIT_UNIQUE || p == HIT_ANY || p == HIT_FIRST || p == HIT_PRIORITY;
}

/* Leaves only those that surely hit; false, and nothing changed, when there is none. */
static bool keep_sure(const struct table *t, struct hits *h)
{
    size_t n = 0;
    for (size_t i = 0; i < h->n; i++)
        if (value_is_true(t->hits[h->rules[i]]))
            h->rules[n++] = h->rules[i];
    if (n > 0)
        h->n = n;
    return n > 0;
}

/* A number over rules of which some may hit: the least and the greatest that it can be. */
struct tally {
    enum hit_aggregation how;
    struct decimal low, high;
    size_t sure, n;
    bool bounded; /* every output is a known number */
    const struct missing *missing;
};

static struct decimal further(struct decimal a, struct decimal b, bool greater)
{
    return (decimal_compare(a, b) < 0) == greater ? b : a;
}

static void tally_add(struct tally *y, struct decimal d, bool sure)
{
    bool is_sum = y->how == HIT_SUM || y->how == HIT_COUNT, greater = y->how == HIT_MAX;
    if (is_sum) {
        if (sure || decimal_sign(d) < 0)
            y->low = decimal_add(y->low, d, NULL);
        if (sure || decimal_sign(d) > 0)
            y->high = decimal_add(y->high, d, NULL);
    } else {
        struct decimal *reach = greater ? &y->high : &y->low, *least = greater ? &y->low : &y->high;
        *reach = y->n ? further(*reach, d, greater) : d;
        if (sure)
            *least = y->sure ? further(*least, d, greater) : d;
    }
    y->sure += sure;
    y->n++;
}

/* Nothing is said of the bounds when it may be that no rule hits at all. */
static struct value tally_end(struct arena *a, const struct tally *y)
{
    if (!y->bounded || y->sure == 0)
        return value_unknown(a, y->missing);
    if (decimal_compare(y->low, y->high) == 0)
        return value_number(y->low);
    return value_bounded(a, y->missing, &y->low, &y->high);
}

static struct value open_number(const struct table *t, const struct hits *h)
{
    struct tally y = {
        .how = t->t->aggregation, .low = DECIMAL_ZERO, .high = DECIMAL_ZERO, .bounded = true};
    for (size_t i = 0; i < h->n; i++) {
        struct value hit = t->hits[h->rules[i]], v = row_of(t, h->rules[i])[0];
        if (y.how == HIT_COUNT)
            v = value_int(1);
        if (hit.kind == VALUE_ERROR || v.kind == VALUE_ERROR)
            return hit.kind == VALUE_ERROR ? hit : v;
        if (value_is_unknown(hit))
            y.missing = missing_union(t->arena, y.missing, hit.unknown->missing);
        if (value_is_unknown(v))
            y.missing = missing_union(t->arena, y.missing, v.unknown->missing);
        if (v.kind == VALUE_NUMBER)
            tally_add(&y, v.number, value_is_true(hit));
        else
            y.bounded = false;
    }
    return t->arena->failed ? VALUE_NO_MEMORY_V : tally_end(t->arena, &y);
}

/* h: rules that hit or may. */
static struct value open_result(const struct table *t, struct hits *h)
{
    enum hit_policy p = t->t->policy;
    if (p == HIT_PRIORITY || p == HIT_OUTPUT_ORDER)
        sort_hits(t, h);
    if (!is_one_row(p))
        return p == HIT_COLLECT && t->t->aggregation != HIT_LIST ? open_number(t, h)
                                                                 : aggregate(t, h);
    if ((p == HIT_UNIQUE || p == HIT_ANY) && keep_sure(t, h))
        return by_policy(t, h);
    return in_turn(t, h);
}

struct value table_result(struct arena *a, bool strict, const struct feel_table *ft,
                          const struct value *hits, const struct value *outputs,
                          const struct value *defaults, const struct value *values)
{
    enum { FEW = 16 };
    uint32_t few[FEW];
    struct table t = {a, strict, ft, hits, outputs, defaults, values};
    struct hits h = {few, 0};
    bool open = false;
    if (ft->rule_count > FEW)
        h.rules = ARENA_ARRAY(a, uint32_t, ft->rule_count);
    if (!h.rules)
        return VALUE_NO_MEMORY_V;
    for (size_t i = 0; i < ft->rule_count; i++) {
        if (value_is_true(hits[i]) || hits[i].kind >= VALUE_UNKNOWN)
            h.rules[h.n++] = (uint32_t)i;
        open = open || hits[i].kind >= VALUE_UNKNOWN;
    }
    if (open)
        return open_result(&t, &h);
    if (h.n > 0)
        return by_policy(&t, &h);
    return ft->has_default || is_one_row(ft->policy) ? no_hit(&t) : VALUE_NULL_V;
}
