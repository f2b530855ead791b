/*
 * access.c: what is read from one value without a machine: a position, a member, the ends of a
 * range, and whether it is an instance of a type. For the run and for folding.
 */
#include "feel/machine.h"

struct value index_value(struct arena *a, bool strict, struct value of, struct value index)
{
    if (of.kind == VALUE_ERROR || index.kind >= VALUE_UNKNOWN)
        return absent_of(a, of, index);
    if (of.kind == VALUE_UNKNOWN)
        return value_unknown(a, of.unknown->missing);
    const struct value *at = of.kind == VALUE_LIST ? of.list->at : &of;
    int64_t n = of.kind == VALUE_LIST ? (int64_t)of.list->n : 1, i = 0;
    if (index.kind != VALUE_NUMBER || !decimal_to_int(index.number, &i) || i == 0)
        return strict ? value_failure(a, E_RANGE, "an index is a whole number, not 0")
                      : VALUE_NULL_V;
    if (of.kind == VALUE_LIST && of.list->coverage != COVERAGE_COMPLETE)
        return value_unknown(a, list_missing(a, of.list, NULL));
    if (i > n || i < -n)
        return strict ? value_failure(a, E_RANGE, "index %lld is outside a list of %lld",
                                      (long long)i, (long long)n)
                      : VALUE_NULL_V;
    return at[i > 0 ? i - 1 : n + i];
}

static struct value member_of(struct arena *a, bool strict, const struct context *c,
                              struct span name)
{
    const struct value *v = context_get(c, name);
    if (v)
        return *v;
    if (!strict)
        return value_spec(value_failure(a, E_NAME, "there is no member `%.*s`", SPAN_ARG(name)));
    struct span none = {0};
    const struct value *id = context_get(c, SPAN("id"));
    struct span item = id && id->kind == VALUE_STRING ? id->string : none;
    return value_unknown(a, missing_one(a, name, item, none, CAUSE_ASK, none));
}

static struct value path_list(struct arena *a, bool strict, const struct list *of, struct span name)
{
    struct list_builder b;
    list_begin(&b, a, NULL);
    for (size_t i = 0; i < of->n; i++)
        list_add(&b, path_value(a, strict, of->at[i], name, 0));
    list_inherit(&b, of);
    return list_end(&b);
}

struct value path_value(struct arena *a, bool strict, struct value of, struct span name,
                        uint32_t property)
{
    if (of.kind == VALUE_UNKNOWN)
        return value_unknown(a, of.unknown->missing);
    if (of.kind == VALUE_ERROR)
        return of;
    if (of.kind == VALUE_CONTEXT)
        return member_of(a, strict, of.context, name);
    if (of.kind == VALUE_LIST)
        return path_list(a, strict, of.list, name);
    if (property == 0 || properties[property - 1].kind != of.kind) {
        int row = property_find(of.kind, name);
        property = (uint32_t)(row + 1);
    }
    if (property > 0)
        return property_runs[property - 1](a, of);
    if (value_is_failed(of))
        return of;
    struct value v = value_failure(a, E_TYPE, "a %s has no member %.*s", value_kind_name(of.kind),
                                   SPAN_ARG(name));
    return strict ? v : value_spec(v);
}

struct value range_value(struct arena *a, bool strict, struct value low, struct value high,
                         const struct node *n)
{
    if (low.kind == VALUE_ERROR)
        return low;
    if (high.kind == VALUE_ERROR)
        return high;
    if (strict &&
        ((n->has_low && low.kind == VALUE_NULL) || (n->has_high && high.kind == VALUE_NULL)))
        return value_failure(a, E_TYPE, "null as the end of a range");
    struct range *r = ARENA_NEW(a, struct range);
    if (!r)
        return VALUE_NO_MEMORY_V;
    *r = (struct range){low, high, n->has_low, n->has_high, n->low_closed, n->high_closed, n->op};
    return (struct value){.kind = VALUE_RANGE, .range = r};
}

/* Inside of a value null is of every type. */
static struct value part_instance(struct arena *a, struct value v, const struct type *t)
{
    return v.kind == VALUE_NULL ? VALUE_TRUE_V : instance_value(a, v, t);
}

/* Kleene over what is inside: a list with an unknown element may or may not be a list<number>. */
static struct value instance_list(struct arena *a, const struct list *l, const struct type *element)
{
    struct value all = VALUE_TRUE_V;
    for (size_t i = 0; i < l->n && !value_is_false(all); i++)
        all = logic_and(a, all, part_instance(a, l->at[i], element));
    return all;
}

static struct value instance_context(struct arena *a, const struct context *c, const struct type *t)
{
    struct value all = VALUE_TRUE_V;
    for (size_t i = 0; i < t->member_count && !value_is_false(all); i++) {
        const struct value *v = context_get(c, t->members[i].name);
        all = v ? logic_and(a, all, part_instance(a, *v, t->members[i].type)) : VALUE_FALSE_V;
    }
    return all;
}

static struct value instance_range(struct arena *a, const struct range *r,
                                   const struct type *element)
{
    struct value low = r->has_low ? part_instance(a, r->low, element) : VALUE_TRUE_V;
    struct value high = r->has_high ? part_instance(a, r->high, element) : VALUE_TRUE_V;
    return logic_and(a, low, high);
}

/* Parameters may be wider and the result narrower than the type says. */
static bool function_conforms(const struct function *f, const struct type *t)
{
    if (f->code)
        return !f->code->type || type_fits(f->code->type, t);
    if (!f->host)
        return t->param_count <= builtins[f->builtin].max &&
               t->param_count >= builtins[f->builtin].min;
    if (f->host->param_count != t->param_count)
        return false;
    for (size_t i = 0; i < t->param_count && f->host->types; i++)
        if (f->host->types[i] && !type_fits(t->params[i], f->host->types[i]))
            return false;
    return !f->host->result || type_fits(f->host->result, t->result);
}

struct value instance_value(struct arena *a, struct value v, const struct type *t)
{
    if (v.kind >= VALUE_UNKNOWN)
        return v;
    if (t->kind == TYPE_ANY)
        return value_boolean(v.kind != VALUE_NULL);
    if (t->kind == TYPE_LIST && v.kind == VALUE_LIST)
        return instance_list(a, v.list, t->element);
    if (t->kind == TYPE_CONTEXT && v.kind == VALUE_CONTEXT)
        return instance_context(a, v.context, t);
    if (t->kind == TYPE_RANGE && v.kind == VALUE_RANGE)
        return instance_range(a, v.range, t->element);
    if (t->kind == TYPE_LIST || t->kind == TYPE_CONTEXT || t->kind == TYPE_RANGE)
        return VALUE_FALSE_V;
    if (t->kind == TYPE_FUNCTION)
        return value_boolean(v.kind == VALUE_FUNCTION && function_conforms(v.function, t));
    return value_boolean(type_of_kind(v.kind)->kind == t->kind);
}
