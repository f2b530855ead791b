/*
 * ops.c: the operators. One function per family serves the rows of ops.def; op_apply looks the row
 * up by the kinds of the operands and deals with what no row sees: null, UNKNOWN, ERROR.
 */
#include "feel/ops.h"
#include "feel/machine.h"
#include "feel/temporal.h"

static operator_run *const op_table[NODE_OPS][VALUE_KINDS][VALUE_KINDS] = {
#define OP(op, left, right, result, modes, run, meaning)                                           \
    [NOP_##op][VALUE_##left][VALUE_##right] = run,
#include "feel/ops.def"
#undef OP
};

struct value type_failure(struct arena *a, const char *what, struct value got)
{
    return value_failure(a, E_TYPE, "%s, not %s", what, value_kind_name(got.kind));
}

static struct value range_failure(struct arena *a)
{
    return value_failure(a, E_RANGE, "the result is out of range");
}

/* ---- equality ---- */

static struct value equal_lists(struct arena *a, const struct list *x, const struct list *y)
{
    struct value all = VALUE_TRUE_V;
    size_t n = x->n < y->n ? x->n : y->n;
    bool complete = x->coverage == COVERAGE_COMPLETE && y->coverage == COVERAGE_COMPLETE;
    if (complete && x->n != y->n)
        return VALUE_FALSE_V;
    if (!complete) {
        const struct missing *m = NULL;
        if (x->coverage != COVERAGE_COMPLETE)
            m = list_missing(a, x, NULL);
        if (y->coverage != COVERAGE_COMPLETE)
            m = missing_union(a, m, list_missing(a, y, NULL));
        return value_unknown(a, m);
    }
    for (size_t i = 0; i < n && !value_is_false(all); i++)
        all = logic_and(a, all, equal_value(a, x->at[i], y->at[i]));
    return all;
}

static struct value equal_contexts(struct arena *a, const struct context *x,
                                   const struct context *y)
{
    struct value all = value_boolean(x->n == y->n);
    for (size_t i = 0; i < x->n && !value_is_false(all); i++) {
        const struct value *v = context_get(y, x->at[i].key);
        all = v ? logic_and(a, all, equal_value(a, x->at[i].value, *v)) : VALUE_FALSE_V;
    }
    return all;
}

static struct value equal_ranges(struct arena *a, const struct range *x, const struct range *y)
{
    if (x->has_low != y->has_low || x->has_high != y->has_high || x->op != y->op ||
        x->low_closed != y->low_closed || x->high_closed != y->high_closed)
        return VALUE_FALSE_V;
    struct value low = x->has_low ? equal_value(a, x->low, y->low) : VALUE_TRUE_V;
    struct value high = x->has_high ? equal_value(a, x->high, y->high) : VALUE_TRUE_V;
    return logic_and(a, low, high);
}

static bool zoned_alike(const struct time *x, const struct time *y)
{
    return (x->zone_kind == ZONE_NONE) == (y->zone_kind == ZONE_NONE);
}

/* Times compare by instant where both have a zone, else by the clock; the standard compares whole
 * seconds. */
static bool equal_times(const struct time *x, const struct time *y)
{
    return zoned_alike(x, y) && (time_seconds(x) - time_seconds(y)) % SECONDS_PER_DAY == 0;
}

static bool equal_date_times(const struct date_time *x, const struct date_time *y)
{
    return zoned_alike(&x->time, &y->time) && date_time_seconds(x) == date_time_seconds(y);
}

struct value equal_value(struct arena *a, struct value x, struct value y)
{
    if (x.kind >= VALUE_UNKNOWN || y.kind >= VALUE_UNKNOWN)
        return x.kind == VALUE_ERROR || y.kind == VALUE_ERROR ? absent_of(a, x, y)
                                                              : bounds_compare(a, NOP_EQ, x, y);
    if (x.kind == VALUE_NULL || y.kind == VALUE_NULL)
        return value_boolean(x.kind == y.kind);
    if (x.kind != y.kind)
        return value_failure(a, E_TYPE, "a %s cannot equal a %s", value_kind_name(x.kind),
                             value_kind_name(y.kind));
    switch ((enum value_kind)x.kind) {
    case VALUE_LIST:
        return equal_lists(a, x.list, y.list);
    case VALUE_CONTEXT:
        return equal_contexts(a, x.context, y.context);
    case VALUE_RANGE:
        return equal_ranges(a, x.range, y.range);
    case VALUE_TIME:
        return value_boolean(equal_times(x.time, y.time));
    case VALUE_DATE_TIME:
        return value_boolean(equal_date_times(x.date_time, y.date_time));
    default:
        return value_boolean(value_same(x, y));
    }
}

struct value op_equal(struct arena *a, enum node_op op, struct value x, struct value y)
{
    struct value equal = equal_value(a, x, y);
    return op == NOP_NE ? logic_not(a, equal) : equal;
}

/* ---- order ---- */

static int order128(int128 x, int128 y)
{
    return x < y ? -1 : x > y;
}

bool value_order(struct value x, struct value y, int *ret)
{
    if (x.kind != y.kind)
        return false;
    switch ((enum value_kind)x.kind) {
    case VALUE_NUMBER:
        *ret = decimal_compare(x.number, y.number);
        return true;
    case VALUE_STRING:
        *ret = span_compare(x.string, y.string);
        return true;
    case VALUE_DATE:
        *ret = date_compare(x.date, y.date);
        return true;
    case VALUE_TIME:
        *ret = order128(time_nanoseconds(x.time) - (int128)x.time->offset * NANOSECONDS_PER_SECOND,
                        time_nanoseconds(y.time) - (int128)y.time->offset * NANOSECONDS_PER_SECOND);
        return true;
    case VALUE_DATE_TIME:
        *ret = order128(date_time_nanoseconds(x.date_time), date_time_nanoseconds(y.date_time));
        return true;
    case VALUE_DAYS:
        *ret = order128(x.nanoseconds, y.nanoseconds);
        return true;
    case VALUE_MONTHS:
        *ret = order128(x.months, y.months);
        return true;
    default:
        return false;
    }
}

struct value op_compare(struct arena *a, enum node_op op, struct value x, struct value y)
{
    int c = 0;
    if (!value_order(x, y, &c))
        return type_failure(a, "order needs comparable values", y);
    switch (op) {
    case NOP_LT:
        return value_boolean(c < 0);
    case NOP_LE:
        return value_boolean(c <= 0);
    case NOP_GT:
        return value_boolean(c > 0);
    default:
        return value_boolean(c >= 0);
    }
}

struct value op_logic(struct arena *a, enum node_op op, struct value x, struct value y)
{
    return op == NOP_AND ? logic_and(a, x, y) : logic_or(a, x, y);
}

/* ---- numbers ---- */

static struct value checked(struct arena *a, struct decimal d, unsigned flags)
{
    if (flags & DECIMAL_DIVISION)
        return value_failure(a, E_DIVISION, "division by zero");
    if ((flags & (DECIMAL_INVALID | DECIMAL_OVERFLOW)) || !decimal_is_finite(d))
        return range_failure(a);
    return value_number(d);
}

struct value op_arithmetic(struct arena *a, enum node_op op, struct value x, struct value y)
{
    unsigned flags = 0;
    struct decimal d;
    switch (op) {
    case NOP_ADD:
        d = decimal_add(x.number, y.number, &flags);
        break;
    case NOP_SUB:
        d = decimal_sub(x.number, y.number, &flags);
        break;
    case NOP_MUL:
        d = decimal_mul(x.number, y.number, &flags);
        break;
    case NOP_DIV:
        if (decimal_sign(y.number) == 0)
            return value_failure(a, E_DIVISION, "division by zero");
        d = decimal_div(x.number, y.number, &flags);
        break;
    default:
        d = decimal_pow(x.number, y.number, &flags);
        break;
    }
    return checked(a, d, flags);
}

struct value op_negate(struct arena *a, enum node_op op, struct value x, struct value none)
{
    UNUSED(a);
    UNUSED(op);
    UNUSED(none);
    if (x.kind == VALUE_NUMBER)
        return value_number(decimal_neg(x.number));
    if (x.kind == VALUE_DAYS)
        return value_days(-x.nanoseconds);
    return value_months(-x.months);
}

/* ---- texts ---- */

struct value op_join(struct arena *a, enum node_op op, struct value x, struct value y)
{
    UNUSED(op);
    size_t n = x.string.n + y.string.n;
    if (n > FEEL_STRING_MAX)
        return value_failure(a, E_LIMIT, "the text is longer than %u bytes", FEEL_STRING_MAX);
    char *p = arena_alloc(a, n + 1);
    if (!p)
        return VALUE_NO_MEMORY_V;
    if (x.string.n > 0)
        memcpy(p, x.string.p, x.string.n);
    if (y.string.n > 0)
        memcpy(p + x.string.n, y.string.p, y.string.n);
    return value_string(span_of(p, n));
}

/* ---- time ---- */

static struct value checked_days(struct arena *a, int128 ns)
{
    if (ns > DURATION_NANOSECONDS_MAX || ns < -DURATION_NANOSECONDS_MAX)
        return range_failure(a);
    return value_days(ns);
}

static struct value checked_months(struct arena *a, int64_t months)
{
    if (months > DURATION_MONTHS_MAX || months < -DURATION_MONTHS_MAX)
        return range_failure(a);
    return value_months(months);
}

struct value op_add_durations(struct arena *a, enum node_op op, struct value x, struct value y)
{
    int sign = op == NOP_SUB ? -1 : 1;
    if (x.kind == VALUE_DAYS)
        return checked_days(a, x.nanoseconds + sign * y.nanoseconds);
    return checked_months(a, x.months + sign * y.months);
}

static struct value make_date_time(struct arena *a, struct date_time d)
{
    struct date_time *p = ARENA_NEW(a, struct date_time);
    if (!p)
        return VALUE_NO_MEMORY_V;
    *p = d;
    return (struct value){.kind = VALUE_DATE_TIME, .date_time = p};
}

static struct value shift_time(struct arena *a, const struct time *t, int128 ns)
{
    int128 at = (time_nanoseconds(t) + ns) % NANOSECONDS_PER_DAY;
    if (at < 0)
        at += NANOSECONDS_PER_DAY;
    struct time *p = ARENA_NEW(a, struct time);
    if (!p)
        return VALUE_NO_MEMORY_V;
    *p = *t;
    time_set(p, at);
    return (struct value){.kind = VALUE_TIME, .time = p};
}

static struct value shift_date(struct arena *a, struct date d, struct value by, int sign)
{
    struct date to;
    bool ok;
    if (by.kind == VALUE_MONTHS) {
        ok = date_add_months(d, sign * by.months, &to);
    } else {
        int128 ns = sign * by.nanoseconds, days = ns / NANOSECONDS_PER_DAY;
        if (ns % NANOSECONDS_PER_DAY < 0)
            days--; /* a date is its first instant */
        ok = date_add_days(d, (int64_t)days, &to);
    }
    return ok ? value_date(to) : range_failure(a);
}

static struct value shift_date_time(struct arena *a, const struct date_time *d, struct value by,
                                    int sign)
{
    struct date_time to = *d;
    if (by.kind == VALUE_MONTHS && date_add_months(d->date, sign * by.months, &to.date)) {
        zone_resolve(&to);
        return make_date_time(a, to);
    }
    bool ok = by.kind == VALUE_MONTHS
                  ? false
                  : date_time_from_nanoseconds(date_time_nanoseconds(d) + sign * by.nanoseconds,
                                               &d->time, &to);
    return ok ? make_date_time(a, to) : range_failure(a);
}

struct value op_shift(struct arena *a, enum node_op op, struct value x, struct value y)
{
    bool swapped = x.kind == VALUE_DAYS || x.kind == VALUE_MONTHS;
    struct value point = swapped ? y : x, by = swapped ? x : y;
    int sign = op == NOP_SUB ? -1 : 1;
    if (point.kind == VALUE_DATE)
        return shift_date(a, point.date, by, sign);
    if (point.kind == VALUE_DATE_TIME)
        return shift_date_time(a, point.date_time, by, sign);
    return shift_time(a, point.time, sign * by.nanoseconds);
}

static int128 instant(struct value v)
{
    if (v.kind == VALUE_DATE)
        return (int128)date_days(v.date) * NANOSECONDS_PER_DAY;
    if (v.kind == VALUE_DATE_TIME)
        return date_time_nanoseconds(v.date_time);
    return time_nanoseconds(v.time) - (int128)v.time->offset * NANOSECONDS_PER_SECOND;
}

static const struct time *clock_of(struct value v)
{
    return v.kind == VALUE_TIME ? v.time : &v.date_time->time;
}

struct value op_elapsed(struct arena *a, enum node_op op, struct value x, struct value y)
{
    UNUSED(op);
    static const struct time utc = {.zone_kind =
                                        ZONE_OFFSET}; /* of a date beside a date and time */
    const struct time *p = x.kind == VALUE_DATE ? &utc : clock_of(x),
                      *q = y.kind == VALUE_DATE ? &utc : clock_of(y);
    if (!zoned_alike(p, q))
        return value_failure(a, E_TYPE, "one has a time zone and the other has none");
    return checked_days(a, instant(x) - instant(y));
}

static struct decimal duration_decimal(struct value v)
{
    return v.kind == VALUE_DAYS ? decimal_from_int128(v.nanoseconds) : decimal_from_int(v.months);
}

struct value op_scale(struct arena *a, enum node_op op, struct value x, struct value y)
{
    struct value duration = x.kind == VALUE_NUMBER ? y : x;
    struct value number = x.kind == VALUE_NUMBER ? x : y;
    unsigned flags = 0;
    struct decimal d = duration_decimal(duration);
    if (op == NOP_DIV && decimal_sign(number.number) == 0)
        return value_failure(a, E_DIVISION, "division by zero");
    d = op == NOP_DIV ? decimal_div(d, number.number, &flags)
                      : decimal_mul(d, number.number, &flags);
    d = decimal_round(d, 0, ROUND_DOWN, NULL);
    int128 whole;
    if ((flags & (DECIMAL_INVALID | DECIMAL_OVERFLOW)) || !decimal_to_int128(d, &whole))
        return range_failure(a);
    if (duration.kind == VALUE_DAYS)
        return checked_days(a, whole);
    if (whole > DURATION_MONTHS_MAX || whole < -DURATION_MONTHS_MAX)
        return range_failure(a);
    return value_months((int64_t)whole);
}

struct value op_ratio(struct arena *a, enum node_op op, struct value x, struct value y)
{
    return op_arithmetic(a, op, value_number(duration_decimal(x)),
                         value_number(duration_decimal(y)));
}

/* ---- dispatch ---- */

static bool is_order(enum node_op op)
{
    return op == NOP_LT || op == NOP_LE || op == NOP_GT || op == NOP_GE;
}

/* At least one operand is UNKNOWN or ERROR. */
static struct value apply_absent(struct arena *a, enum node_op op, struct value x, struct value y)
{
    if (x.kind == VALUE_ERROR || y.kind == VALUE_ERROR)
        return absent_of(a, x, y);
    if (op == NOP_EQ || op == NOP_NE || is_order(op))
        return bounds_compare(a, op, x, y);
    if (op == NOP_DIV && y.kind == VALUE_NUMBER && decimal_sign(y.number) == 0)
        return value_failure(a, E_DIVISION, "division by zero");
    if (op >= NOP_ADD && op <= NOP_DIV)
        return bounds_arithmetic(a, op, x, y);
    return absent_of(a, x, y);
}

static struct value apply_mismatch(struct arena *a, bool strict, enum node_op op, struct value x,
                                   struct value y)
{
    bool null = x.kind == VALUE_NULL || y.kind == VALUE_NULL;
    if (null && (op == NOP_EQ || op == NOP_NE))
        return value_boolean((x.kind == y.kind) == (op == NOP_EQ));
    if (!strict && x.kind == VALUE_NULL && x.failed)
        return x; /* the first cause is the one to tell */
    if (!strict && y.kind == VALUE_NULL && y.failed)
        return y;
    if (op == NOP_NEG && x.kind != VALUE_NULL)
        return value_failure(a, E_TYPE, "- does not take %s", value_kind_name(x.kind));
    if (null)
        return value_failure(a, E_TYPE, "null where a value is needed for %s", op_text(op));
    return value_failure(a, E_TYPE, "%s does not take %s and %s", op_text(op),
                         value_kind_name(x.kind), value_kind_name(y.kind));
}

static struct value apply_logic(struct arena *a, bool strict, enum node_op op, struct value x,
                                struct value y)
{
    if (strict && x.kind != VALUE_BOOLEAN && x.kind < VALUE_UNKNOWN)
        x = type_failure(a, "and, or need a boolean", x);
    if (strict && y.kind != VALUE_BOOLEAN && y.kind < VALUE_UNKNOWN)
        y = type_failure(a, "and, or need a boolean", y);
    return op_logic(a, op, x, y);
}

struct value op_apply(struct arena *a, bool strict, enum node_op op, struct value x, struct value y)
{
    if (op == NOP_AND || op == NOP_OR)
        return apply_logic(a, strict, op, x, y);
    if (x.kind >= VALUE_UNKNOWN || y.kind >= VALUE_UNKNOWN) {
        if (op == NOP_NEG)
            return bounds_arithmetic(a, NOP_SUB, value_int(0), x);
        return apply_absent(a, op, x, y);
    }
    operator_run *run = op_table[op][x.kind][y.kind];
    struct value r = run ? run(a, op, x, y) : apply_mismatch(a, strict, op, x, y);
    return strict ? r : value_spec(r);
}

struct value op_between(struct arena *a, bool strict, struct value x, struct value low,
                        struct value high)
{
    return logic_and(a, op_apply(a, strict, NOP_GE, x, low), op_apply(a, strict, NOP_LE, x, high));
}

static struct value in_range(struct arena *a, bool strict, struct value x, const struct range *r)
{
    struct value low = VALUE_TRUE_V, high = VALUE_TRUE_V;
    if (r->op != NOP_NONE)
        return op_apply(a, strict, r->op, x, r->low);
    if (r->has_low)
        low = op_apply(a, strict, r->low_closed ? NOP_GE : NOP_GT, x, r->low);
    if (r->has_high)
        high = op_apply(a, strict, r->high_closed ? NOP_LE : NOP_LT, x, r->high);
    if (!strict && r->has_low && !r->low_closed && r->low.kind == VALUE_NULL)
        low = VALUE_NULL_V; /* (null..10]: beyond an open end that is not known nothing is said to
                               be wrong */
    if (!strict && r->has_high && !r->high_closed && r->high.kind == VALUE_NULL)
        high = VALUE_NULL_V;
    return logic_and(a, low, high);
}

static struct value in_one(struct arena *a, bool strict, struct value x, struct value test)
{
    if (test.kind == VALUE_RANGE && x.kind != VALUE_RANGE)
        return in_range(a, strict, x, test.range);
    return op_apply(a, strict, NOP_EQ, x, test);
}

/* In spec mode what cannot be compared is not equal: only what is true counts. */
static struct value list_or(struct arena *a, bool strict, struct value any, struct value one)
{
    if (!strict && one.kind == VALUE_NULL)
        return any;
    return logic_or(a, any, one);
}

static struct value in_list(struct arena *a, bool strict, struct value x, const struct list *l,
                            const struct name_set *names)
{
    struct value any = VALUE_FALSE_V;
    for (size_t i = 0; i < l->n && !value_is_true(any); i++)
        any = list_or(a, strict, any, in_one(a, strict, x, l->at[i]));
    if (x.kind >= VALUE_UNKNOWN && any.kind >= VALUE_UNKNOWN)
        return any; /* whether it lies outside can be asked once it is known */
    if (l->coverage != COVERAGE_COMPLETE && !value_is_true(any))
        any = logic_or(a, any, value_unknown(a, list_missing(a, l, names)));
    return any;
}

struct value op_in(struct arena *a, bool strict, struct value x, struct value test,
                   const struct name_set *names)
{
    if (test.kind != VALUE_LIST)
        return in_one(a, strict, x, test);
    if (x.kind == VALUE_LIST && test.list->n > 0 && test.list->at[0].kind != VALUE_LIST)
        return equal_value(a, x, test);
    return in_list(a, strict, x, test.list, names);
}
