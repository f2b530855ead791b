/*
 * builtins_list.c: functions of lists. A list may be PARTIAL or OPEN and may hold unknown elements:
 * counts and sums are then bounds, absence is unknown, and what is decided all the same is decided
 * (law 15).
 */
#include "feel/builtins_int.h"

static struct value empty_failure(struct builtin_call *call)
{
    return value_failure(call->arena, E_RANGE, "the list is empty");
}

static bool is_partial(struct elements e)
{
    return e.list && e.list->coverage != COVERAGE_COMPLETE;
}

static const struct missing *coverage_missing(struct builtin_call *call, struct elements e)
{
    return list_missing(call->arena, e.list, call->names);
}

/* An error, an unknown or a wrong kind among elements that must all be known; else null. */
static struct value not_all_known(struct builtin_call *call, struct elements e,
                                  enum value_kind kind)
{
    const struct value *error = elements_error(e);
    if (error)
        return *error;
    for (size_t i = 0; i < e.n; i++)
        if (e.at[i].kind != (uint8_t)kind && e.at[i].kind != VALUE_UNKNOWN)
            return type_failure(call->arena, "every element must be a number", e.at[i]);
    const struct missing *m = elements_missing(call, e);
    return m ? value_unknown(call->arena, m) : VALUE_NULL_V;
}

/* Equality among elements: in spec mode what cannot be compared is not equal. */
static struct value same(struct builtin_call *call, struct value x, struct value y)
{
    struct value equal = equal_value(call->arena, x, y);
    return equal.kind == VALUE_ERROR && !call->strict ? VALUE_FALSE_V : equal;
}

/* ---- membership ---- */

struct value fn_list_contains(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    const struct list *l = args[0].list;
    struct value any = VALUE_FALSE_V;
    if (args[0].kind != VALUE_LIST) /* known to be absent: nothing is in it */
        return any;
    machine_charge(call->machine, l->n);
    for (size_t i = 0; i < l->n && !value_is_true(any); i++)
        any = logic_or(call->arena, any, same(call, l->at[i], args[1]));
    if (l->coverage != COVERAGE_COMPLETE && !value_is_true(any))
        any = logic_or(call->arena, any,
                       value_unknown(call->arena, list_missing(call->arena, l, call->names)));
    return any;
}

struct value fn_index_of(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    const struct list *l = args[0].list;
    struct list_builder b;
    list_begin(&b, call->arena, call->machine);
    for (size_t i = 0; i < l->n; i++) {
        struct value equal = same(call, l->at[i], args[1]);
        if (value_is_true(equal))
            list_add(&b, value_int((int64_t)i + 1));
        else if (equal.kind == VALUE_UNKNOWN)
            list_incomplete(&b, COVERAGE_PARTIAL, equal.unknown->missing);
        else if (equal.kind == VALUE_ERROR)
            list_add(&b, equal);
    }
    list_inherit(&b, l);
    return list_end(&b);
}

/* ---- counting and adding ---- */

struct value fn_count(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    struct elements e = elements_of(args, 1);
    struct value count = value_int((int64_t)e.n);
    if (!is_partial(e))
        return count;
    return value_bounded(call->arena, coverage_missing(call, e), &count.number, NULL);
}

/* All elements combined by op, bounds and all; an ERROR as soon as one occurs. */
static struct value combine(struct builtin_call *call, struct elements e, enum node_op op,
                            struct value start)
{
    struct value r = start;
    machine_charge(call->machine, e.n);
    for (size_t i = 0; i < e.n && r.kind != VALUE_ERROR; i++)
        r = op_apply(call->arena, true, op, r, e.at[i]);
    return r;
}

static bool none_negative(struct elements e)
{
    struct bounds b;
    for (size_t i = 0; i < e.n; i++)
        if (!bounds_of(e.at[i], &b) || !b.has_min || decimal_sign(b.min) < 0)
            return false;
    return true;
}

/* What is here of a partial list is a lower bound where nothing is negative. */
static struct value partial_sum(struct builtin_call *call, struct elements e, struct value sum)
{
    struct bounds b;
    if (!bounds_of(sum, &b))
        return sum;
    const struct missing *m = missing_union(call->arena, b.missing, coverage_missing(call, e));
    return value_bounded(call->arena, m, none_negative(e) && b.has_min ? &b.min : NULL, NULL);
}

struct value fn_sum(struct builtin_call *call, const struct value *args, size_t n)
{
    struct elements e = elements_of(args, n);
    if (e.n == 0 && !call->strict)
        return VALUE_NULL_V;
    struct value sum = combine(call, e, NOP_ADD, value_int(0));
    return is_partial(e) ? partial_sum(call, e, sum) : sum;
}

struct value fn_mean(struct builtin_call *call, const struct value *args, size_t n)
{
    struct elements e = elements_of(args, n);
    if (e.n == 0 && !is_partial(e))
        return empty_failure(call);
    struct value sum = combine(call, e, NOP_ADD, value_int(0));
    if (sum.kind == VALUE_ERROR)
        return sum;
    if (is_partial(e))
        return value_unknown(call->arena, elements_missing(call, e));
    return op_apply(call->arena, call->strict, NOP_DIV, sum, value_int((int64_t)e.n));
}

struct value fn_product(struct builtin_call *call, const struct value *args, size_t n)
{
    struct elements e = elements_of(args, n);
    if (e.n == 0 && !is_partial(e))
        return empty_failure(call);
    struct value product = combine(call, e, NOP_MUL, value_int(1));
    if (product.kind == VALUE_ERROR || !is_partial(e))
        return product;
    return value_unknown(call->arena, elements_missing(call, e));
}

/* ---- least and greatest ---- */

/* Bounds of min(...), from those of the elements; max is the mirror image. An element that surely
   lies above the least upper bound has no say and is not missing. */
static struct value least(struct builtin_call *call, struct elements e, bool mirror)
{
    struct bounds r = {.has_min = !is_partial(e)}, b;
    bool first = true;
    for (size_t i = 0; i < e.n; i++) {
        bounds_of(e.at[i], &b);
        if (mirror)
            b = (struct bounds){b.has_max, b.has_min, decimal_neg(b.max), decimal_neg(b.min),
                                b.missing};
        if (b.has_max && (!r.has_max || decimal_compare(b.max, r.max) < 0)) {
            r.has_max = true;
            r.max = b.max;
        }
        r.has_min = r.has_min && b.has_min;
        if (r.has_min && (first || decimal_compare(b.min, r.min) < 0))
            r.min = b.min;
        first = false;
    }
    for (size_t i = 0; i < e.n; i++) {
        bounds_of(e.at[i], &b);
        bool has_low = mirror ? b.has_max : b.has_min;
        struct decimal low = mirror ? decimal_neg(b.max) : b.min;
        if (!(r.has_max && has_low && decimal_compare(low, r.max) >= 0))
            r.missing = missing_union(call->arena, r.missing, b.missing);
    }
    if (is_partial(e))
        r.missing = missing_union(call->arena, r.missing, coverage_missing(call, e));
    if (mirror)
        r = (struct bounds){r.has_max, r.has_min, decimal_neg(r.max), decimal_neg(r.min),
                            r.missing};
    return bounds_value(call->arena, &r);
}

/* Kind of the known elements: VALUE_UNKNOWN when there is none, VALUE_ERROR (and *ret) when they
 * differ. */
static enum value_kind common_kind(struct builtin_call *call, struct elements e, struct value *ret)
{
    enum value_kind kind = VALUE_UNKNOWN;
    for (size_t i = 0; i < e.n; i++) {
        enum value_kind k = e.at[i].kind;
        if (k == VALUE_UNKNOWN || (kind == k && k != VALUE_NULL))
            continue;
        if (kind != VALUE_UNKNOWN || k == VALUE_NULL || !(KIND_BIT(k) & K_ORDERED)) {
            *ret = type_failure(call->arena, "the elements must be comparable with each other",
                                e.at[i]);
            return VALUE_ERROR;
        }
        kind = k;
    }
    return kind;
}

static struct value extreme(struct builtin_call *call, struct elements e, bool greatest)
{
    struct value failure = VALUE_NULL_V;
    const struct value *error = elements_error(e);
    if (error)
        return *error;
    if (e.n == 0 && !is_partial(e))
        return empty_failure(call);
    machine_charge(call->machine, e.n);
    enum value_kind kind = common_kind(call, e, &failure);
    if (kind == VALUE_ERROR)
        return failure;
    const struct missing *m = elements_missing(call, e);
    if (m && (kind == VALUE_NUMBER || kind == VALUE_UNKNOWN))
        return least(call, e, greatest);
    if (m)
        return value_unknown(call->arena, m);
    struct value best = e.at[0];
    for (size_t i = 1; i < e.n; i++) {
        int c = 0;
        value_order(e.at[i], best, &c);
        if (greatest ? c > 0 : c < 0)
            best = e.at[i];
    }
    return best;
}

struct value fn_min(struct builtin_call *call, const struct value *args, size_t n)
{
    return extreme(call, elements_of(args, n), false);
}

struct value fn_max(struct builtin_call *call, const struct value *args, size_t n)
{
    return extreme(call, elements_of(args, n), true);
}

/* ---- sorting ---- */

/* Is x to stand after y? Sets *ret_stop to what ends the sorting. */
typedef bool stands_after(struct builtin_call *call, struct value how, struct value x,
                          struct value y, struct value *ret_stop);

static bool by_order(struct builtin_call *call, struct value how, struct value x, struct value y,
                     struct value *ret_stop)
{
    UNUSED(how);
    int c = 0;
    if (!value_order(x, y, &c))
        *ret_stop = type_failure(call->arena, "the elements must be comparable with each other", y);
    return c > 0;
}

static bool by_function(struct builtin_call *call, struct value how, struct value x, struct value y,
                        struct value *ret_stop)
{
    struct value pair[2] = {y, x};
    struct value r = machine_call(call->machine, how, pair, 2);
    if (r.kind >= VALUE_UNKNOWN)
        *ret_stop = r;
    else if (r.kind != VALUE_BOOLEAN)
        *ret_stop = type_failure(call->arena, "the order must be a boolean", r);
    return value_is_true(r);
}

/* Merges the sorted halves at[0..half) and at[half..n) through `room`. */
static void merge(struct builtin_call *call, stands_after *after, struct value how,
                  struct value *at, size_t half, size_t n, struct value *room,
                  struct value *ret_stop)
{
    size_t i = 0, j = half, k = 0;
    while (i < half && j < n && ret_stop->kind == VALUE_NULL && machine_charge(call->machine, 1))
        room[k++] = after(call, how, at[i], at[j], ret_stop) ? at[j++] : at[i++];
    while (i < half)
        room[k++] = at[i++];
    while (j < n)
        room[k++] = at[j++];
    memcpy(at, room, n * sizeof *at);
}

/* Stable merge sort, bottom up. The sorted copy, or NULL and *ret_stop. */
static struct value *sorted(struct builtin_call *call, struct elements e, stands_after *after,
                            struct value how, struct value *ret_stop)
{
    struct value *at = ARENA_ARRAY(call->arena, struct value, e.n + 1);
    struct value *room = ARENA_ARRAY(call->arena, struct value, e.n + 1);
    *ret_stop = at && room ? VALUE_NULL_V : VALUE_NO_MEMORY_V;
    if (!at || !room)
        return NULL;
    if (e.n > 0)
        memcpy(at, e.at, e.n * sizeof *at);
    for (size_t width = 1; width < e.n; width *= 2)
        for (size_t i = 0; i + width < e.n && ret_stop->kind == VALUE_NULL; i += 2 * width) {
            size_t n = e.n - i < 2 * width ? e.n - i : 2 * width;
            merge(call, after, how, at + i, width, n, room, ret_stop);
        }
    return ret_stop->kind == VALUE_NULL ? at : NULL;
}

struct value fn_sort(struct builtin_call *call, const struct value *args, size_t n)
{
    struct elements e = elements_of(args, 1);
    const struct value *error = elements_error(e);
    struct value stop;
    bool given = argument_given(args, n, 1);
    if (error)
        return *error;
    const struct missing *m =
        given ? NULL : elements_missing(call, (struct elements){e.at, e.n, NULL});
    if (m)
        return value_unknown(call->arena, m);
    struct value *at =
        sorted(call, e, given ? by_function : by_order, given ? args[1] : VALUE_NULL_V, &stop);
    if (!at)
        return stop;
    struct list_builder b;
    list_begin(&b, call->arena, call->machine);
    for (size_t i = 0; i < e.n; i++)
        list_add(&b, at[i]);
    if (e.list)
        list_inherit(&b, e.list);
    return list_end(&b);
}

struct value fn_median(struct builtin_call *call, const struct value *args, size_t n)
{
    struct elements e = elements_of(args, n);
    struct value stop = not_all_known(call, e, VALUE_NUMBER);
    if (stop.kind != VALUE_NULL)
        return stop;
    if (e.n == 0)
        return call->strict ? empty_failure(call) : VALUE_NULL_V;
    struct value *at = sorted(call, e, by_order, VALUE_NULL_V, &stop);
    if (!at)
        return stop;
    if (e.n % 2)
        return at[e.n / 2];
    struct value sum = op_apply(call->arena, true, NOP_ADD, at[e.n / 2 - 1], at[e.n / 2]);
    return op_apply(call->arena, true, NOP_DIV, sum, value_int(2));
}

struct value fn_stddev(struct builtin_call *call, const struct value *args, size_t n)
{
    struct elements e = elements_of(args, n);
    struct value stop = not_all_known(call, e, VALUE_NUMBER);
    unsigned flags = 0;
    if (stop.kind != VALUE_NULL)
        return stop;
    if (e.n < 2)
        return value_failure(call->arena, E_RANGE, "a deviation needs two values at least");
    struct decimal sum = DECIMAL_ZERO, squares = DECIMAL_ZERO;
    for (size_t i = 0; i < e.n; i++)
        sum = decimal_add(sum, e.at[i].number, &flags);
    struct decimal mean = decimal_div(sum, decimal_from_uint(e.n), &flags);
    for (size_t i = 0; i < e.n; i++) {
        struct decimal d = decimal_sub(e.at[i].number, mean, &flags);
        squares = decimal_add(squares, decimal_mul(d, d, &flags), &flags);
    }
    struct decimal d =
        decimal_sqrt(decimal_div(squares, decimal_from_uint(e.n - 1), &flags), &flags);
    return decimal_is_finite(d) ? value_number(d)
                                : value_failure(call->arena, E_RANGE, "the result is out of range");
}

struct value fn_mode(struct builtin_call *call, const struct value *args, size_t n)
{
    struct elements e = elements_of(args, n);
    struct value stop = not_all_known(call, e, VALUE_NUMBER);
    if (stop.kind != VALUE_NULL)
        return stop;
    struct value *at = sorted(call, e, by_order, VALUE_NULL_V, &stop);
    if (!at)
        return stop;
    struct list_builder b;
    list_begin(&b, call->arena, call->machine);
    size_t most = 0;
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0, j; i < e.n; i = j) {
            for (j = i; j < e.n && value_same(at[i], at[j]); j++)
                ;
            if (pass == 0 && j - i > most)
                most = j - i;
            if (pass == 1 && j - i == most)
                list_add(&b, at[i]);
        }
    return list_end(&b);
}

/* ---- making lists of lists ---- */

static void add_all(struct list_builder *b, const struct list *l)
{
    for (size_t i = 0; i < l->n; i++)
        list_add(b, l->at[i]);
    list_inherit(b, l);
}

struct value fn_append(struct builtin_call *call, const struct value *args, size_t n)
{
    struct list_builder b;
    if (args[0].kind >= VALUE_UNKNOWN)
        return args[0];
    if (args[0].kind != VALUE_LIST)
        return type_failure(call->arena, "append needs a list", args[0]);
    list_begin(&b, call->arena, call->machine);
    add_all(&b, args[0].list);
    for (size_t i = 1; i < n; i++)
        list_add(&b, args[i]);
    return list_end(&b);
}

struct value fn_concatenate(struct builtin_call *call, const struct value *args, size_t n)
{
    struct list_builder b;
    list_begin(&b, call->arena, call->machine);
    for (size_t i = 0; i < n; i++)
        add_all(&b, args[i].list);
    return list_end(&b);
}

/* Index from 0 of a FEEL position in a list of n, -1 and *ret_failure when outside. */
static int64_t position(struct builtin_call *call, struct value v, int64_t n,
                        struct value *ret_failure)
{
    int64_t i;
    if (!argument_int(call, v, &i, ret_failure))
        return -1;
    if (i == 0 || i > n || i < -n) {
        *ret_failure =
            value_failure(call->arena, E_RANGE, "position %lld is outside a list of %lld",
                          (long long)i, (long long)n);
        return -1;
    }
    return i > 0 ? i - 1 : n + i;
}

/* Positions in a list of which elements may be missing are not known. */
static bool unknown_positions(struct builtin_call *call, const struct list *l, struct value *ret)
{
    if (l->coverage == COVERAGE_COMPLETE)
        return false;
    *ret = value_unknown(call->arena, list_missing(call->arena, l, call->names));
    return true;
}

enum edit { EDIT_INSERT, EDIT_REMOVE, EDIT_REPLACE };

static struct value edited(struct builtin_call *call, const struct list *l, int64_t at,
                           enum edit edit, struct value v)
{
    struct list_builder b;
    list_begin(&b, call->arena, call->machine);
    for (size_t i = 0; i < l->n; i++) {
        if ((int64_t)i == at && edit != EDIT_REMOVE)
            list_add(&b, v);
        if ((int64_t)i != at || edit == EDIT_INSERT)
            list_add(&b, l->at[i]);
    }
    if (edit == EDIT_INSERT && at == (int64_t)l->n)
        list_add(&b, v);
    return list_end(&b);
}

struct value fn_insert_before(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    const struct list *l = args[0].list;
    struct value failure;
    if (unknown_positions(call, l, &failure))
        return failure;
    int64_t at = position(call, args[1], (int64_t)l->n, &failure);
    return at < 0 ? failure : edited(call, l, at, EDIT_INSERT, args[2]);
}

struct value fn_remove(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    const struct list *l = args[0].list;
    struct value failure;
    if (unknown_positions(call, l, &failure))
        return failure;
    int64_t at = position(call, args[1], (int64_t)l->n, &failure);
    return at < 0 ? failure : edited(call, l, at, EDIT_REMOVE, VALUE_NULL_V);
}

static struct value replace_where(struct builtin_call *call, const struct list *l,
                                  struct value match, struct value by)
{
    struct list_builder b;
    list_begin(&b, call->arena, call->machine);
    for (size_t i = 0; i < l->n; i++) {
        struct value pair[2] = {l->at[i], by};
        struct value r = machine_call(call->machine, match, pair, 2);
        if (r.kind >= VALUE_UNKNOWN)
            return r;
        if (r.kind != VALUE_BOOLEAN && !call->strict)
            return type_failure(call->arena, "list replace: the function must say true or false",
                                r);
        list_add(&b, value_is_true(r) ? by : l->at[i]);
    }
    list_inherit(&b, l);
    return list_end(&b);
}

struct value fn_list_replace(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    const struct list *l = args[0].list;
    struct value failure;
    if (args[1].kind == VALUE_FUNCTION)
        return replace_where(call, l, args[1], args[2]);
    if (unknown_positions(call, l, &failure))
        return failure;
    int64_t at = position(call, args[1], (int64_t)l->n, &failure);
    return at < 0 ? failure : edited(call, l, at, EDIT_REPLACE, args[2]);
}

struct value fn_sublist(struct builtin_call *call, const struct value *args, size_t n)
{
    const struct list *l = args[0].list;
    struct value failure;
    if (unknown_positions(call, l, &failure))
        return failure;
    int64_t at = position(call, args[1], (int64_t)l->n, &failure), length = 0;
    if (at < 0)
        return failure;
    if (!argument_given(args, n, 2))
        length = (int64_t)l->n - at;
    else if (!argument_int(call, args[2], &length, &failure))
        return failure;
    if (length < 0 || length > (int64_t)l->n - at)
        return value_failure(call->arena, E_RANGE, "the part reaches outside a list of %zu", l->n);
    machine_charge(call->machine, (uint64_t)length);
    return value_list(call->arena, l->at + at, (size_t)length);
}

struct value fn_reverse(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    struct list_builder b;
    list_begin(&b, call->arena, call->machine);
    for (size_t i = args[0].list->n; i > 0; i--)
        list_add(&b, args[0].list->at[i - 1]);
    list_inherit(&b, args[0].list);
    return list_end(&b);
}

static void flatten_into(struct builtin_call *call, struct list_builder *b, const struct list *l)
{
    list_inherit(b, l);
    for (size_t i = 0; i < l->n && machine_charge(call->machine, 1); i++) {
        if (l->at[i].kind == VALUE_LIST)
            flatten_into(call, b, l->at[i].list);
        else if (l->at[i].kind == VALUE_UNKNOWN) /* one element, or a list of any length */
            list_incomplete(b, COVERAGE_PARTIAL, l->at[i].unknown->missing);
        else
            list_add(b, l->at[i]);
    }
}

struct value fn_flatten(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    struct list_builder b;
    list_begin(&b, call->arena, call->machine);
    flatten_into(call, &b, args[0].list);
    return list_end(&b);
}

/* ---- each value once ---- */

/* Is v among at[0..n)? TRUE, FALSE, UNKNOWN or ERROR. */
static struct value among(struct builtin_call *call, const struct value *at, size_t n,
                          struct value v)
{
    struct value any = VALUE_FALSE_V;
    machine_charge(call->machine, n);
    for (size_t i = 0; i < n && !value_is_true(any); i++)
        any = logic_or(call->arena, any, same(call, at[i], v));
    return any;
}

/* Adds v to the distinct values; what may or may not be another one leaves the list partial. */
static void add_distinct(struct builtin_call *call, struct list_builder *b, struct value v)
{
    if (call->machine && call->machine->budget < 0)
        return;
    struct value there = v.kind >= VALUE_UNKNOWN ? v : among(call, b->at, b->n, v);
    if (value_is_false(there))
        list_add(b, v);
    else if (there.kind == VALUE_UNKNOWN)
        list_incomplete(b, COVERAGE_PARTIAL, there.unknown->missing);
    else if (there.kind == VALUE_ERROR)
        list_add(b, there);
}

static void add_distinct_all(struct builtin_call *call, struct list_builder *b,
                             const struct list *l)
{
    for (size_t i = 0; i < l->n; i++)
        add_distinct(call, b, l->at[i]);
    list_inherit(b, l);
}

struct value fn_distinct_values(struct builtin_call *call, const struct value *args, size_t n)
{
    return fn_union(call, args, n);
}

struct value fn_union(struct builtin_call *call, const struct value *args, size_t n)
{
    struct list_builder b;
    list_begin(&b, call->arena, call->machine);
    for (size_t i = 0; i < n; i++)
        add_distinct_all(call, &b, args[i].list);
    return list_end(&b);
}

struct value fn_duplicate_values(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    const struct list *l = args[0].list;
    struct list_builder b;
    list_begin(&b, call->arena, call->machine);
    for (size_t i = 0; i < l->n; i++) {
        if (call->machine && call->machine->budget < 0)
            break;
        struct value again = among(call, l->at + i + 1, l->n - i - 1, l->at[i]);
        if (value_is_true(again))
            add_distinct(call, &b, l->at[i]);
        else if (again.kind == VALUE_UNKNOWN)
            list_incomplete(&b, COVERAGE_PARTIAL, again.unknown->missing);
        else if (again.kind == VALUE_ERROR)
            return again;
    }
    list_inherit(&b, l);
    return list_end(&b);
}

/* ---- coverage said in the text ---- */

static struct value covered(struct builtin_call *call, const struct value *at, size_t n,
                            enum coverage coverage)
{
    struct list_builder b;
    list_begin(&b, call->arena, call->machine);
    for (size_t i = 0; i < n; i++)
        list_add(&b, at[i]);
    b.coverage = coverage;
    return list_end(&b);
}

struct value fn_open_list(struct builtin_call *call, const struct value *args, size_t n)
{
    return covered(call, args, n, COVERAGE_OPEN);
}

struct value fn_partial(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    return covered(call, args[0].list->at, args[0].list->n, COVERAGE_PARTIAL);
}
