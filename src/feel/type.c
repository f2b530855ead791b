/*
 * type.c: static types: constructors, printing, and the two relations the checker asks for: does a
 * type fit another, and what have two in common.
 */
#include "feel/type.h"
#include "base/buffer.h"

#define SIMPLE(name, kind_) const struct type name = {.kind = (kind_)}
SIMPLE(TYPE_ANY_T, TYPE_ANY);
SIMPLE(TYPE_NULL_T, TYPE_NULL);
SIMPLE(TYPE_BOOLEAN_T, TYPE_BOOLEAN);
SIMPLE(TYPE_NUMBER_T, TYPE_NUMBER);
SIMPLE(TYPE_STRING_T, TYPE_STRING);
SIMPLE(TYPE_DATE_T, TYPE_DATE);
SIMPLE(TYPE_TIME_T, TYPE_TIME);
SIMPLE(TYPE_DATE_TIME_T, TYPE_DATE_TIME);
SIMPLE(TYPE_DAYS_T, TYPE_DAYS);
SIMPLE(TYPE_MONTHS_T, TYPE_MONTHS);

static const struct type *keep(struct arena *a, struct type t)
{
    struct type *p = ARENA_NEW(a, struct type);

    if (p)
        *p = t;
    return p;
}

const struct type *type_number(struct arena *a, struct span unit)
{
    return unit.n ? keep(a, (struct type){.kind = TYPE_NUMBER, .unit = unit}) : &TYPE_NUMBER_T;
}

const struct type *type_enumeration(struct arena *a, const struct span *values, size_t n)
{
    return n ? keep(a, (struct type){.kind = TYPE_STRING, .values = values, .value_count = n})
             : &TYPE_STRING_T;
}

const struct type *type_list(struct arena *a, const struct type *element)
{
    return element ? keep(a, (struct type){.kind = TYPE_LIST, .element = element}) : NULL;
}

const struct type *type_range(struct arena *a, const struct type *element)
{
    return element ? keep(a, (struct type){.kind = TYPE_RANGE, .element = element}) : NULL;
}

const struct type *type_dated(struct arena *a, const struct type *element, uint8_t period,
                              bool bare)
{
    if (!element)
        return NULL;
    return keep(
        a, (struct type){.kind = TYPE_DATED, .element = element, .period = period, .bare = bare});
}

const struct type *type_context(struct arena *a, const struct type_member *members, size_t n)
{
    return keep(a, (struct type){.kind = TYPE_CONTEXT, .members = members, .member_count = n});
}

const struct type *type_function(struct arena *a, const struct type *const *params, size_t n,
                                 const struct type *result)
{
    if (!result)
        return NULL;
    return keep(
        a,
        (struct type){.kind = TYPE_FUNCTION, .params = params, .param_count = n, .result = result});
}

const struct type_member *type_member_find(const struct type *context, struct span name)
{
    for (size_t i = 0; i < context->member_count; i++)
        if (span_eq(context->members[i].name, name))
            return &context->members[i];
    return NULL;
}

const struct type *type_of_kind(enum value_kind kind)
{
    static const struct type *const types[VALUE_KINDS] = {
        [VALUE_NULL] = &TYPE_NULL_T,           [VALUE_BOOLEAN] = &TYPE_BOOLEAN_T,
        [VALUE_NUMBER] = &TYPE_NUMBER_T,       [VALUE_STRING] = &TYPE_STRING_T,
        [VALUE_DATE] = &TYPE_DATE_T,           [VALUE_TIME] = &TYPE_TIME_T,
        [VALUE_DATE_TIME] = &TYPE_DATE_TIME_T, [VALUE_DAYS] = &TYPE_DAYS_T,
        [VALUE_MONTHS] = &TYPE_MONTHS_T,
    };
    return types[kind] ? types[kind] : &TYPE_ANY_T;
}

/* --- printing --- */

static const char *const kind_names[TYPE_KINDS] = {
    [TYPE_ANY] = "any",
    [TYPE_NULL] = "null",
    [TYPE_BOOLEAN] = "boolean",
    [TYPE_NUMBER] = "number",
    [TYPE_STRING] = "string",
    [TYPE_DATE] = "date",
    [TYPE_TIME] = "time",
    [TYPE_DATE_TIME] = "date and time",
    [TYPE_DAYS] = "days and time duration",
    [TYPE_MONTHS] = "years and months duration",
    [TYPE_LIST] = "list",
    [TYPE_CONTEXT] = "context",
    [TYPE_RANGE] = "range",
    [TYPE_FUNCTION] = "function",
    [TYPE_DATED] = "dated",
};

static void print_values(struct buffer *out, const struct type *t)
{
    enum { SHOWN = 6 };

    buffer_add_z(out, " (");
    for (size_t i = 0; i < t->value_count && i < SHOWN; i++)
        buffer_print(out, "%s\"%.*s\"", i ? ", " : "", SPAN_ARG(t->values[i]));
    buffer_add_z(out, t->value_count > SHOWN ? ", ...)" : ")");
}

static void print_members(struct buffer *out, const struct type *t)
{
    buffer_byte(out, '<');
    for (size_t i = 0; i < t->member_count; i++) {
        buffer_print(out, "%s%.*s: ", i ? ", " : "", SPAN_ARG(t->members[i].name));
        type_print(out, t->members[i].type);
    }
    buffer_byte(out, '>');
}

static void print_function(struct buffer *out, const struct type *t)
{
    buffer_byte(out, '<');
    for (size_t i = 0; i < t->param_count; i++) {
        buffer_add_z(out, i ? ", " : "");
        type_print(out, t->params[i]);
    }
    buffer_add_z(out, "> -> ");
    type_print(out, t->result);
}

void type_print(struct buffer *out, const struct type *t)
{
    buffer_add_z(out, kind_names[t->kind]);
    if (t->unit.n)
        buffer_print(out, " (%.*s)", SPAN_ARG(t->unit));
    if (t->value_count)
        print_values(out, t);
    if (t->element) {
        buffer_byte(out, '<');
        type_print(out, t->element);
        buffer_byte(out, '>');
    }
    if (t->kind == TYPE_CONTEXT)
        print_members(out, t);
    if (t->kind == TYPE_FUNCTION)
        print_function(out, t);
}

/* --- relations --- */

static bool has_value(const struct type *t, struct span value)
{
    for (size_t i = 0; i < t->value_count; i++)
        if (span_eq(t->values[i], value))
            return true;
    return false;
}

static bool string_fits(const struct type *from, const struct type *to)
{
    if (!to->value_count)
        return true;
    for (size_t i = 0; i < from->value_count; i++)
        if (!has_value(to, from->values[i]))
            return false;
    return from->value_count > 0;
}

static bool context_fits(const struct type *from, const struct type *to)
{
    for (size_t i = 0; i < to->member_count; i++) {
        const struct type_member *m = type_member_find(from, to->members[i].name);
        if (!m || !type_fits(m->type, to->members[i].type))
            return false;
    }
    return true;
}

static bool function_fits(const struct type *from, const struct type *to)
{
    if (from->param_count != to->param_count)
        return false;
    for (size_t i = 0; i < to->param_count; i++)
        if (!type_fits(to->params[i], from->params[i]))
            return false;
    return type_fits(from->result, to->result);
}

bool type_fits(const struct type *from, const struct type *to)
{
    if (from == to || from->kind == TYPE_ANY || to->kind == TYPE_ANY || from->kind == TYPE_NULL)
        return true;
    if (from->kind != to->kind)
        return false;
    switch (to->kind) {
    case TYPE_NUMBER:
        return !from->unit.n || !to->unit.n || span_eq(from->unit, to->unit);
    case TYPE_STRING:
        return string_fits(from, to);
    case TYPE_LIST:
    case TYPE_RANGE:
        return type_fits(from->element, to->element);
    case TYPE_CONTEXT:
        return context_fits(from, to);
    case TYPE_FUNCTION:
        return function_fits(from, to);
    case TYPE_DATED:
        return false;
    default:
        return true;
    }
}

static const struct type *common_string(struct arena *a, const struct type *x, const struct type *y)
{
    struct span *all;
    size_t n;

    if (string_fits(x, y))
        return y;
    if (string_fits(y, x))
        return x;
    if (!x->value_count || !y->value_count)
        return &TYPE_STRING_T;
    all = ARENA_ARRAY(a, struct span, x->value_count + y->value_count);
    if (!all)
        return NULL;
    memcpy(all, x->values, x->value_count * sizeof *all);
    n = x->value_count;
    for (size_t i = 0; i < y->value_count; i++)
        if (!has_value(x, y->values[i]))
            all[n++] = y->values[i];
    return type_enumeration(a, all, n);
}

/* The members that both have. */
static const struct type *common_context(struct arena *a, const struct type *x,
                                         const struct type *y)
{
    struct type_member *both = ARENA_ARRAY(a, struct type_member, x->member_count + 1);
    size_t n = 0;

    if (!both)
        return NULL;
    for (size_t i = 0; i < x->member_count; i++) {
        const struct type_member *m = type_member_find(y, x->members[i].name);
        if (!m)
            continue;
        both[n].name = m->name;
        both[n].type = type_common(a, x->members[i].type, m->type);
        if (!both[n++].type)
            return NULL;
    }
    struct type *t = (struct type *)type_context(a, both, n); /* made just now, not shared yet */
    if (t)
        t->open = x->open || y->open || n < x->member_count || n < y->member_count;
    return t;
}

static const struct type *common_same(struct arena *a, const struct type *x, const struct type *y)
{
    switch (x->kind) {
    case TYPE_NUMBER:
        if (!x->unit.n || !y->unit.n)
            return x->unit.n ? x : y;
        return span_eq(x->unit, y->unit) ? x : &TYPE_ANY_T;
    case TYPE_STRING:
        return common_string(a, x, y);
    case TYPE_LIST:
        return type_list(a, type_common(a, x->element, y->element));
    case TYPE_RANGE:
        return type_range(a, type_common(a, x->element, y->element));
    case TYPE_CONTEXT:
        return common_context(a, x, y);
    case TYPE_FUNCTION:
    case TYPE_DATED:
        return type_fits(x, y) ? y : type_fits(y, x) ? x : &TYPE_ANY_T;
    default:
        return x;
    }
}

const struct type *type_common(struct arena *a, const struct type *x, const struct type *y)
{
    if (!x || !y)
        return NULL;
    if (x == y || y->kind == TYPE_NULL)
        return x;
    if (x->kind == TYPE_NULL)
        return y;
    return x->kind == y->kind ? common_same(a, x, y) : &TYPE_ANY_T;
}
