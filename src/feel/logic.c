/*
 * logic.c: Kleene's logic over true, false, UNKNOWN and ERROR, and what is known of unknown
 * numbers.
 *
 * Bounds stay right under rounding: the operations round monotonically, so the rounded result of
 * the rounded bound bounds the rounded result.
 */
#include "feel/machine.h"

static bool is_absent(struct value v)
{
    return v.kind >= VALUE_UNKNOWN;
}

struct value absent_of(struct arena *a, struct value x, struct value y)
{
    if (x.kind == VALUE_ERROR)
        return x;
    if (y.kind == VALUE_ERROR)
        return y;
    if (x.kind != VALUE_UNKNOWN)
        x = y;
    if (y.kind != VALUE_UNKNOWN)
        y = x;
    const struct missing *m = missing_union(a, x.unknown->missing, y.unknown->missing);
    if (m == x.unknown->missing && !x.unknown->has_min && !x.unknown->has_max)
        return x;
    return value_unknown(a, m);
}

/* Nothing, an absent value, or both united. */
static struct value unite(struct arena *a, struct value sum, struct value v)
{
    v = absent_inside(a, v);
    if (v.kind == VALUE_NULL)
        return sum;
    return sum.kind == VALUE_NULL ? v : absent_of(a, sum, v);
}

struct value absent_inside(struct arena *a, struct value v)
{
    struct value sum = VALUE_NULL_V;
    if (is_absent(v))
        return v;
    if (v.kind == VALUE_LIST) {
        for (size_t i = 0; i < v.list->n; i++)
            sum = unite(a, sum, v.list->at[i]);
        if (v.list->coverage != COVERAGE_COMPLETE)
            sum = unite(a, sum, value_unknown(a, list_missing(a, v.list, NULL)));
    } else if (v.kind == VALUE_CONTEXT) {
        for (size_t i = 0; i < v.context->n; i++)
            sum = unite(a, sum, v.context->at[i].value);
    } else if (v.kind == VALUE_RANGE) {
        sum = unite(a, unite(a, sum, v.range->low), v.range->high);
    }
    return sum;
}

/* AND with decider = false, OR with decider = true. Anything but a boolean acts as null. */
static struct value logic(struct arena *a, struct value x, struct value y, bool decider)
{
    struct value decided = value_boolean(decider);
    if ((x.kind == VALUE_BOOLEAN && x.boolean == decider) ||
        (y.kind == VALUE_BOOLEAN && y.boolean == decider))
        return decided;
    if (is_absent(x) || is_absent(y))
        return absent_of(a, x, y);
    if (x.kind != VALUE_BOOLEAN || y.kind != VALUE_BOOLEAN)
        return value_is_failed(x) ? x : value_is_failed(y) ? y : VALUE_NULL_V;
    return value_boolean(!decider);
}

struct value logic_and(struct arena *a, struct value x, struct value y)
{
    return logic(a, x, y, false);
}

struct value logic_or(struct arena *a, struct value x, struct value y)
{
    return logic(a, x, y, true);
}

struct value logic_not(struct arena *a, struct value x)
{
    UNUSED(a);
    if (is_absent(x))
        return x;
    if (x.kind == VALUE_BOOLEAN)
        return value_boolean(!x.boolean);
    return value_is_failed(x) ? x : VALUE_NULL_V;
}

/* ---- missing sets of lists and names ---- */

const struct missing *missing_names(struct arena *a, const struct name_set *names, enum cause cause)
{
    struct span none = {0};
    if (!names || names->n == 0)
        return missing_one(a, SPAN("列表之外"), none, none, cause, none);
    const struct missing *all = NULL;
    for (size_t i = 0; i < names->n; i++) {
        const struct missing *one = missing_one(a, names->at[i], none, none, cause, none);
        if (!one)
            return NULL;
        all = missing_union(a, all, one);
    }
    return all;
}

const struct missing *list_missing(struct arena *a, const struct list *l,
                                   const struct name_set *names)
{
    if (l->missing)
        return l->missing;
    return missing_names(a, names,
                         l->coverage == COVERAGE_OPEN ? CAUSE_RECOGNITION : CAUSE_REGISTER);
}

/* ---- bounds ---- */

bool bounds_of(struct value v, struct bounds *ret)
{
    if (v.kind == VALUE_NUMBER) {
        *ret = (struct bounds){true, true, v.number, v.number, NULL};
        return true;
    }
    if (v.kind != VALUE_UNKNOWN)
        return false;
    const struct unknown *u = v.unknown;
    *ret = (struct bounds){u->has_min, u->has_max, u->min, u->max, u->missing};
    return true;
}

struct value bounds_value(struct arena *a, const struct bounds *b)
{
    if (b->has_min && b->has_max && decimal_compare(b->min, b->max) == 0)
        return value_number(b->min);
    return value_bounded(a, b->missing, b->has_min ? &b->min : NULL, b->has_max ? &b->max : NULL);
}

typedef struct decimal arithmetic(struct decimal x, struct decimal y, unsigned *flags);

/* A bound that overflowed is none. */
static void set_bound(arithmetic *f, struct decimal x, struct decimal y, bool *has,
                      struct decimal *ret)
{
    unsigned flags = 0;
    *ret = f(x, y, &flags);
    *has = !(flags & (DECIMAL_INVALID | DECIMAL_DIVISION | DECIMAL_OVERFLOW)) &&
           decimal_is_finite(*ret);
}

static void bounds_add(const struct bounds *x, const struct bounds *y, struct bounds *r)
{
    if (x->has_min && y->has_min)
        set_bound(decimal_add, x->min, y->min, &r->has_min, &r->min);
    if (x->has_max && y->has_max)
        set_bound(decimal_add, x->max, y->max, &r->has_max, &r->max);
}

static void bounds_negate(struct bounds *b)
{
    struct bounds old = *b;
    b->has_min = old.has_max;
    b->has_max = old.has_min;
    b->min = decimal_neg(old.max);
    b->max = decimal_neg(old.min);
}

/* Both ends of both: the extremes are at the corners. */
static void bounds_corners(arithmetic *f, const struct bounds *x, const struct bounds *y,
                           struct bounds *r)
{
    struct decimal xs[2] = {x->min, x->max}, ys[2] = {y->min, y->max};
    for (int i = 0; i < 4; i++) {
        struct decimal d;
        bool has;
        set_bound(f, xs[i / 2], ys[i % 2], &has, &d);
        if (!has) {
            r->has_min = r->has_max = false;
            return;
        }
        if (i == 0 || decimal_compare(d, r->min) < 0)
            r->min = d;
        if (i == 0 || decimal_compare(d, r->max) > 0)
            r->max = d;
    }
    r->has_min = r->has_max = true;
}

static bool is_bounded(const struct bounds *b)
{
    return b->has_min && b->has_max;
}

static bool not_negative(const struct bounds *b)
{
    return b->has_min && decimal_sign(b->min) >= 0;
}

/* x times or by the known number k. */
static void bounds_scale(arithmetic *f, const struct bounds *x, struct decimal k, struct bounds *r)
{
    struct bounds by = *x;
    if (decimal_sign(k) < 0) {
        bounds_negate(&by);
        k = decimal_neg(k);
    }
    if (decimal_sign(k) == 0 && !is_bounded(&by))
        return;
    if (by.has_min)
        set_bound(f, by.min, k, &r->has_min, &r->min);
    if (by.has_max)
        set_bound(f, by.max, k, &r->has_max, &r->max);
}

static void bounds_multiply(const struct bounds *x, const struct bounds *y, struct bounds *r)
{
    if (!y->missing)
        bounds_scale(decimal_mul, x, y->min, r);
    else if (!x->missing)
        bounds_scale(decimal_mul, y, x->min, r);
    else if (is_bounded(x) && is_bounded(y))
        bounds_corners(decimal_mul, x, y, r);
    else if (not_negative(x) && not_negative(y))
        set_bound(decimal_mul, x->min, y->min, &r->has_min, &r->min);
}

static void bounds_divide(const struct bounds *x, const struct bounds *y, struct bounds *r)
{
    bool one_side =
        (y->has_min && decimal_sign(y->min) > 0) || (y->has_max && decimal_sign(y->max) < 0);
    if (!one_side)
        return;
    if (!y->missing)
        bounds_scale(decimal_div, x, y->min, r);
    else if (is_bounded(x) && is_bounded(y))
        bounds_corners(decimal_div, x, y, r);
    else if (not_negative(x) && not_negative(y)) {
        r->has_min = true;
        r->min = DECIMAL_ZERO;
        if (x->has_max)
            set_bound(decimal_div, x->max, y->min, &r->has_max, &r->max);
    }
}

struct value bounds_arithmetic(struct arena *a, enum node_op op, struct value vx, struct value vy)
{
    struct bounds x, y, r = {0};
    if (!bounds_of(vx, &x) || !bounds_of(vy, &y))
        return absent_of(a, vx, vy);
    r.missing = missing_union(a, x.missing, y.missing);
    if (op == NOP_SUB)
        bounds_negate(&y);
    if (op == NOP_ADD || op == NOP_SUB)
        bounds_add(&x, &y, &r);
    else if (op == NOP_MUL)
        bounds_multiply(&x, &y, &r);
    else if (op == NOP_DIV)
        bounds_divide(&x, &y, &r);
    return bounds_value(a, &r);
}

/* -1 = x surely below y, 1 = surely not below, 0 = open. */
static int surely_below(const struct bounds *x, const struct bounds *y, bool or_equal)
{
    if (x->has_max && y->has_min) {
        int c = decimal_compare(x->max, y->min);
        if (c < 0 || (or_equal && c == 0))
            return -1;
    }
    if (x->has_min && y->has_max) {
        int c = decimal_compare(x->min, y->max);
        if (c > 0 || (!or_equal && c == 0))
            return 1;
    }
    return 0;
}

struct value bounds_compare(struct arena *a, enum node_op op, struct value vx, struct value vy)
{
    struct bounds x, y;
    if (!bounds_of(vx, &x) || !bounds_of(vy, &y))
        return absent_of(a, vx, vy);
    int s = 0;
    if (op == NOP_LT || op == NOP_LE)
        s = surely_below(&x, &y, op == NOP_LE);
    else if (op == NOP_GT || op == NOP_GE)
        s = surely_below(&y, &x, op == NOP_GE);
    else if (surely_below(&x, &y, false) < 0 || surely_below(&y, &x, false) < 0)
        s = op == NOP_NE ? -1 : 1;
    if (s == 0)
        return absent_of(a, vx, vy);
    return value_boolean(s < 0);
}

/* ---- one of two ---- */

/* A number that is one of two: between them. */
static struct value hull(struct arena *a, const struct missing *missing, struct value x,
                         struct value y)
{
    struct bounds low, high, r = {.missing = missing};
    if (!bounds_of(x, &low) || !bounds_of(y, &high))
        return value_unknown(a, missing);
    r.has_min = low.has_min && high.has_min;
    r.has_max = low.has_max && high.has_max;
    if (r.has_min)
        r.min = decimal_compare(low.min, high.min) < 0 ? low.min : high.min;
    if (r.has_max)
        r.max = decimal_compare(low.max, high.max) > 0 ? low.max : high.max;
    return bounds_value(a, &r);
}

struct value logic_either(struct arena *a, struct value condition, struct value x, struct value y)
{
    if (value_same(x, y))
        return x;
    if (x.kind == VALUE_ERROR && y.kind == VALUE_ERROR)
        return x;
    const struct missing *missing = condition.unknown->missing;
    if (x.kind == VALUE_UNKNOWN)
        missing = missing_union(a, missing, x.unknown->missing);
    if (y.kind == VALUE_UNKNOWN)
        missing = missing_union(a, missing, y.unknown->missing);
    return hull(a, missing, x, y);
}
