/*
 * builtins.c: the tables of run functions, and the one way into them: what no function sees (null,
 * UNKNOWN, ERROR, a wrong kind) is settled here by the row's signature.
 */
#include "feel/builtins_int.h"

builtin_run *const builtin_runs[] = {
#define BUILTIN(run, ...) run,
#include "feel/builtins.def"
#undef BUILTIN
};

property_run *const property_runs[] = {
#define PROPERTY(kind, name, result, run, meaning) run,
#include "feel/properties.def"
#undef PROPERTY
};

static const struct builtin_param *param_of(const struct builtin *row, size_t i)
{
    return &row->params[i < row->param_count ? i : row->param_count - 1u];
}

static struct value check_argument(struct builtin_call *call, const struct builtin *row, size_t i,
                                   struct value v)
{
    const struct builtin_param *p = param_of(row, i);
    bool whole = p->kinds == K_LIST || p->kinds == K_CONTEXT; /* of which elements are read */
    bool reads_null = builtin_runs[row - builtins] == fn_list_contains || !whole;
    if (v.kind == VALUE_NULL && (((row->flags & B_NULLS) && reads_null) || i >= row->min))
        return VALUE_TRUE_V;
    if (KIND_BIT(v.kind) & p->kinds)
        return VALUE_TRUE_V;
    if (v.kind == VALUE_NULL)
        return value_failure(call->arena, E_TYPE, "%s: null where %s is needed", row->name,
                             p->name);
    return value_failure(call->arena, E_TYPE, "%s: a %s is no %s", row->name,
                         value_kind_name(v.kind), p->name);
}

/* Rounding and its like: bounds of the first argument go through the function. */
static struct value through_bounds(struct builtin_call *call, size_t index,
                                   const struct value *args, size_t n)
{
    struct value copy[BUILTIN_PARAMS];
    struct bounds b, r = {0};
    if (!(builtins[index].flags & B_MONOTONE) || n == 0 || n > COUNT_OF(copy) ||
        !bounds_of(args[0], &b))
        return VALUE_NULL_V;
    for (size_t i = 1; i < n; i++)
        if (args[i].kind >= VALUE_UNKNOWN)
            return VALUE_NULL_V;
    memcpy(copy, args, n * sizeof *copy);
    r.missing = b.missing;
    copy[0] = value_number(b.min);
    struct value low = b.has_min ? builtin_runs[index](call, copy, n) : VALUE_NULL_V;
    copy[0] = value_number(b.max);
    struct value high = b.has_max ? builtin_runs[index](call, copy, n) : VALUE_NULL_V;
    r.has_min = low.kind == VALUE_NUMBER;
    r.has_max = high.kind == VALUE_NUMBER;
    if (r.has_min)
        r.min = low.number;
    if (r.has_max)
        r.max = high.number;
    return bounds_value(call->arena, &r);
}

/* The absent value that decides the call before it is made, or null. */
static struct value absent_argument(struct builtin_call *call, size_t index,
                                    const struct value *args, size_t n)
{
    struct value absent = VALUE_NULL_V;
    for (size_t i = 0; i < n; i++)
        if (args[i].kind >= VALUE_UNKNOWN)
            absent = absent.kind == VALUE_NULL ? args[i] : absent_of(call->arena, absent, args[i]);
    if (absent.kind == VALUE_UNKNOWN) {
        struct value bounded = through_bounds(call, index, args, n);
        if (bounded.kind != VALUE_NULL)
            return bounded;
        return value_unknown(call->arena, absent.unknown->missing);
    }
    return absent;
}

static struct value check_arguments(struct builtin_call *call, const struct builtin *row,
                                    const struct value *args, size_t n)
{
    struct value ok = VALUE_TRUE_V;
    if (n < row->min || (!(row->flags & B_MANY) && n > row->max))
        return value_failure(call->arena, E_TYPE, "%s does not take %zu arguments", row->name, n);
    for (size_t i = 0; i < n && ok.kind != VALUE_ERROR; i++)
        if (args[i].kind < VALUE_UNKNOWN)
            ok = check_argument(call, row, i, args[i]);
    return ok;
}

/* Another row of the same name that takes these arguments: where types were not known before the
 * run. */
static size_t other_row(struct builtin_call *call, size_t index, const struct value *args, size_t n)
{
    size_t first = index;
    while (first > 0 && strcmp(builtins[first - 1].name, builtins[index].name) == 0)
        first--;
    for (size_t i = first; i < builtin_count && strcmp(builtins[i].name, builtins[index].name) == 0;
         i++)
        if (i != index && check_arguments(call, &builtins[i], args, n).kind != VALUE_ERROR)
            return i;
    return index;
}

static struct value apply(struct builtin_call *call, size_t index, const struct value *args,
                          size_t n)
{
    struct value ok = check_arguments(call, &builtins[index], args, n);
    if (ok.kind == VALUE_ERROR) {
        size_t other = other_row(call, index, args, n);
        if (other == index)
            return ok;
        index = other;
    }
    if (!(builtins[index].flags & B_OWN)) {
        struct value absent = absent_argument(call, index, args, n);
        if (absent.kind != VALUE_NULL)
            return absent;
    }
    return builtin_runs[index](call, args, n);
}

/* ---- spec mode: conversions of arguments, overloads tried when it runs ---- */

/* Does the parameter take it as it is? Null only where it is said. */
static bool takes(const struct builtin *row, const struct builtin_param *p, struct value v)
{
    if (v.kind == VALUE_NULL)
        return (p->kinds & K_NULL) != 0 || ((row->flags & B_NULLS) && (row->flags & B_OWN));
    return (KIND_BIT(v.kind) & p->kinds) != 0;
}

/* The standard's conversions: one value to a list of one, a list of one to its element, a date to
 * its midnight. */
static bool convert(struct builtin_call *call, const struct builtin *row,
                    const struct builtin_param *p, struct value *v)
{
    if (takes(row, p, *v))
        return true;
    if (v->kind == VALUE_NULL)
        return false;
    if (v->kind == VALUE_LIST && v->list->n == 1 && v->list->at[0].kind != VALUE_NULL &&
        takes(row, p, v->list->at[0])) {
        *v = v->list->at[0];
        return true;
    }
    if (p->kinds != K_LIST)
        return false;
    *v = value_list(call->arena, v, 1);
    return v->kind == VALUE_LIST;
}

static bool row_count_fits(const struct builtin *row, size_t n)
{
    return n >= row->min && ((row->flags & B_MANY) || n <= row->max) && !(row->flags & B_STRICT);
}

static bool row_takes(const struct builtin *row, const struct value *args, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!takes(row, param_of(row, i), args[i]))
            return false;
    return row_count_fits(row, n);
}

/* args are changed. */
static bool row_converts(struct builtin_call *call, const struct builtin *row, struct value *args,
                         size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!convert(call, row, param_of(row, i), &args[i]))
            return false;
    return row_count_fits(row, n);
}

/* The cause of a null argument, if an error made it; else which argument is wrong. */
static struct value refusal(struct builtin_call *call, const struct builtin *row,
                            const struct value *args, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (value_is_failed(args[i]))
            return args[i];
    for (size_t i = 0; i < n && row_count_fits(row, n); i++)
        if (!takes(row, param_of(row, i), args[i]))
            return value_failure(call->arena, E_TYPE, "%s: %s is no %s", row->name,
                                 value_kind_name(args[i].kind), param_of(row, i)->name);
    return value_failure(call->arena, E_TYPE, "%s does not take %zu arguments", row->name, n);
}

static struct value apply_converted(struct builtin_call *call, size_t first, size_t last,
                                    const struct value *args, size_t n)
{
    struct value few[BUILTIN_PARAMS], *copy = few;
    if (n > COUNT_OF(few))
        copy = ARENA_ARRAY(call->arena, struct value, n);
    if (!copy)
        return VALUE_NO_MEMORY_V;
    for (size_t i = first; i <= last; i++) {
        if (n > 0)
            memcpy(copy, args, n * sizeof *copy);
        if (row_converts(call, &builtins[i], copy, n))
            return builtin_runs[i](call, copy, n);
    }
    return refusal(call, &builtins[first], args, n);
}

static struct value spec_apply(struct builtin_call *call, size_t index, const struct value *args,
                               size_t n)
{
    size_t first = index, last = index;
    if (row_takes(&builtins[index], args, n))
        return builtin_runs[index](call, args, n);
    while (!call->named && first > 0 && strcmp(builtins[first - 1].name, builtins[index].name) == 0)
        first--;
    while (!call->named && last + 1 < builtin_count &&
           strcmp(builtins[last + 1].name, builtins[index].name) == 0)
        last++;
    for (size_t i = first; i <= last; i++)
        if (row_takes(&builtins[i], args, n))
            return builtin_runs[i](call, args, n);
    return apply_converted(call, first, last, args, n);
}

struct value builtin_apply(struct builtin_call *call, size_t index, const struct value *args,
                           size_t n)
{
    return call->strict ? apply(call, index, args, n)
                        : value_spec(spec_apply(call, index, args, n));
}

/* ---- shared by the functions ---- */

bool argument_int(struct builtin_call *call, struct value v, int64_t *ret,
                  struct value *ret_failure)
{
    if (v.kind == VALUE_NUMBER && decimal_to_int(v.number, ret))
        return true;
    if (v.kind == VALUE_NUMBER && !call->strict &&
        decimal_to_int(decimal_round(v.number, 0, ROUND_DOWN, NULL), ret))
        return true; /* the standard cuts */
    *ret_failure = value_failure(call->arena, E_RANGE, "a whole number is needed");
    return false;
}

struct elements elements_of(const struct value *args, size_t n)
{
    if (n == 1 && args[0].kind == VALUE_LIST)
        return (struct elements){args[0].list->at, args[0].list->n, args[0].list};
    return (struct elements){args, n, NULL};
}

const struct missing *elements_missing(struct builtin_call *call, struct elements e)
{
    const struct missing *m = NULL;
    for (size_t i = 0; i < e.n; i++)
        if (e.at[i].kind == VALUE_UNKNOWN)
            m = missing_union(call->arena, m, e.at[i].unknown->missing);
    if (e.list && e.list->coverage != COVERAGE_COMPLETE)
        m = missing_union(call->arena, m, list_missing(call->arena, e.list, call->names));
    return m;
}

const struct value *elements_error(struct elements e)
{
    for (size_t i = 0; i < e.n; i++)
        if (e.at[i].kind == VALUE_ERROR)
            return &e.at[i];
    return NULL;
}

struct value copy_text(struct builtin_call *call, struct span s)
{
    if (s.n > FEEL_STRING_MAX)
        return value_failure(call->arena, E_LIMIT, "the text is longer than %u bytes",
                             FEEL_STRING_MAX);
    machine_charge(call->machine, s.n / 64);
    struct span copy = arena_copy(call->arena, s);
    return copy.p ? value_string(copy) : VALUE_NO_MEMORY_V;
}

/* ---- logic ---- */

static struct value truth(struct builtin_call *call, struct value v)
{
    if (v.kind == VALUE_BOOLEAN || v.kind >= VALUE_UNKNOWN)
        return v;
    if (v.kind == VALUE_NULL && !call->strict)
        return v;
    struct value failure = type_failure(call->arena, "a boolean is needed", v);
    return call->strict ? failure : value_spec(failure);
}

struct value fn_not(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    return logic_not(call->arena, truth(call, args[0]));
}

struct value fn_is(struct builtin_call *call, const struct value *args, size_t n)
{
    if (n == 0)
        return value_failure(call->arena, E_TYPE, "is needs a value");
    return value_boolean(value_same(args[0], n > 1 ? args[1] : VALUE_NULL_V));
}

struct value fn_known(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(call);
    UNUSED(n);
    return args[0].kind == VALUE_ERROR ? args[0] : value_boolean(args[0].kind != VALUE_UNKNOWN);
}

typedef struct value combine(struct arena *a, struct value x, struct value y);

static struct value fold_truth(struct builtin_call *call, struct elements e, combine *f,
                               struct value start)
{
    struct value r = start;
    for (size_t i = 0; i < e.n; i++)
        r = f(call->arena, r, truth(call, e.at[i]));
    if (e.list && e.list->coverage != COVERAGE_COMPLETE)
        r = f(call->arena, r,
              value_unknown(call->arena, list_missing(call->arena, e.list, call->names)));
    return r;
}

/* all(null) means the list, all(null, true) means two values. */
static bool null_list(const struct value *args, size_t n)
{
    return n == 1 && args[0].kind == VALUE_NULL;
}

struct value fn_all(struct builtin_call *call, const struct value *args, size_t n)
{
    if (null_list(args, n))
        return type_failure(call->arena, "all needs a list", args[0]);
    return fold_truth(call, elements_of(args, n), logic_and, VALUE_TRUE_V);
}

struct value fn_any(struct builtin_call *call, const struct value *args, size_t n)
{
    if (null_list(args, n))
        return type_failure(call->arena, "any needs a list", args[0]);
    return fold_truth(call, elements_of(args, n), logic_or, VALUE_FALSE_V);
}
