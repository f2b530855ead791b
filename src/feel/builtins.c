/*
 * builtins.c: the tables of run functions, and the one way into them: what no function sees (null, UNKNOWN,
 * ERROR, a wrong kind) is settled here by the row's signature.
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

static struct value check_argument(struct builtin_call *call, const struct builtin *row, size_t i, struct value v)
{
    const struct builtin_param *p = param_of(row, i);
    if (v.kind == VALUE_NULL && ((row->flags & B_NULLS) || i >= row->min))
        return VALUE_TRUE_V;
    if (KIND_BIT(v.kind) & p->kinds)
        return VALUE_TRUE_V;
    if (v.kind == VALUE_NULL)
        return value_failure(call->arena, E_TYPE, "%s: null where %s is needed", row->name, p->name);
    return value_failure(call->arena, E_TYPE, "%s: a %s is no %s", row->name, value_kind_name(v.kind), p->name);
}

/* Rounding and its like: bounds of the first argument go through the function. */
static struct value through_bounds(struct builtin_call *call, size_t index, const struct value *args, size_t n)
{
    struct value copy[BUILTIN_PARAMS];
    struct bounds b, r = {0};
    if (!(builtins[index].flags & B_MONOTONE) || n == 0 || n > COUNT_OF(copy) || !bounds_of(args[0], &b))
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
static struct value absent_argument(struct builtin_call *call, size_t index, const struct value *args, size_t n)
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

static struct value check_arguments(struct builtin_call *call, const struct builtin *row, const struct value *args,
                                    size_t n)
{
    struct value ok = VALUE_TRUE_V;
    if (n < row->min || (!(row->flags & B_MANY) && n > row->max))
        return value_failure(call->arena, E_TYPE, "%s does not take %zu arguments", row->name, n);
    for (size_t i = 0; i < n && ok.kind != VALUE_ERROR; i++)
        if (args[i].kind < VALUE_UNKNOWN)
            ok = check_argument(call, row, i, args[i]);
    return ok;
}

/* Another row of the same name that takes these arguments: where types were not known before the run. */
static size_t other_row(struct builtin_call *call, size_t index, const struct value *args, size_t n)
{
    size_t first = index;
    while (first > 0 && strcmp(builtins[first - 1].name, builtins[index].name) == 0)
        first--;
    for (size_t i = first; i < builtin_count && strcmp(builtins[i].name, builtins[index].name) == 0; i++)
        if (i != index && check_arguments(call, &builtins[i], args, n).kind != VALUE_ERROR)
            return i;
    return index;
}

static struct value apply(struct builtin_call *call, size_t index, const struct value *args, size_t n)
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

struct value builtin_apply(struct builtin_call *call, size_t index, const struct value *args, size_t n)
{
    struct value r = apply(call, index, args, n);
    if (!call->strict && r.kind == VALUE_ERROR && r.failure->code != E_MEMORY)
        return VALUE_NULL_V;
    return r;
}

/* ---- shared by the functions ---- */

bool argument_int(struct builtin_call *call, struct value v, int64_t *ret, struct value *ret_failure)
{
    if (v.kind == VALUE_NUMBER && decimal_to_int(v.number, ret))
        return true;
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
        return value_failure(call->arena, E_LIMIT, "the text is longer than %u bytes", FEEL_STRING_MAX);
    machine_charge(call->machine, s.n / 64);
    struct span copy = arena_copy(call->arena, s);
    return copy.p ? value_string(copy) : VALUE_NO_MEMORY_V;
}

/* ---- logic ---- */

static struct value truth(struct builtin_call *call, struct value v)
{
    if (v.kind == VALUE_BOOLEAN || v.kind >= VALUE_UNKNOWN)
        return v;
    return call->strict ? type_failure(call->arena, "a boolean is needed", v) : VALUE_NULL_V;
}

struct value fn_not(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    return logic_not(call->arena, truth(call, args[0]));
}

struct value fn_known(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(call);
    UNUSED(n);
    return args[0].kind == VALUE_ERROR ? args[0] : value_boolean(args[0].kind != VALUE_UNKNOWN);
}

typedef struct value combine(struct arena *a, struct value x, struct value y);

static struct value fold_truth(struct builtin_call *call, struct elements e, combine *f, struct value start)
{
    struct value r = start;
    for (size_t i = 0; i < e.n; i++)
        r = f(call->arena, r, truth(call, e.at[i]));
    if (e.list && e.list->coverage != COVERAGE_COMPLETE)
        r = f(call->arena, r, value_unknown(call->arena, list_missing(call->arena, e.list, call->names)));
    return r;
}

struct value fn_all(struct builtin_call *call, const struct value *args, size_t n)
{
    return fold_truth(call, elements_of(args, n), logic_and, VALUE_TRUE_V);
}

struct value fn_any(struct builtin_call *call, const struct value *args, size_t n)
{
    return fold_truth(call, elements_of(args, n), logic_or, VALUE_FALSE_V);
}
