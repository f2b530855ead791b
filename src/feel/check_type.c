/*
 * check_type.c: type expressions to types.
 */
#include "feel/check_int.h"

static const struct type *check_type_list(struct checker *c, struct node *n, bool list)
{
    const struct type *element = &TYPE_ANY_T;

    if (n->child)
        element = check_type(c, n->child);
    if (n->child && n->child->next)
        check_error(c, n, "`%.*s<...>` takes one type", SPAN_ARG(n->name));
    return or_any(list ? type_list(c->arena, element) : type_range(c->arena, element));
}

static const struct type *check_type_context(struct checker *c, struct node *n)
{
    struct type_member *members = ARENA_ARRAY(c->arena, struct type_member, check_children(n) + 1);
    size_t i = 0;

    if (!members)
        return &TYPE_ANY_T;
    for (struct node *e = n->child; e; e = e->next) {
        e->type = e->child ? check_type(c, e->child) : &TYPE_ANY_T;
        members[i].name = e->name;
        members[i++].type = e->type;
    }
    return or_any(type_context(c->arena, members, i));
}

static const struct type *check_type_function(struct checker *c, struct node *n)
{
    const struct type **params = ARENA_ARRAY(c->arena, const struct type *, check_children(n) + 1);
    const struct type *result = &TYPE_ANY_T;
    size_t i = 0;

    if (!params)
        return &TYPE_ANY_T;
    for (struct node *t = n->child; t; t = t->next)
        if (t->next)
            params[i++] = check_type(c, t);
        else
            result = check_type(c, t);
    return or_any(type_function(c->arena, params, i, result));
}

static const struct type *simple_type(struct span name)
{
    static const struct {
        const char *name;
        const struct type *type;
    } simple[] = {
        {"any", &TYPE_ANY_T},
        {"Any", &TYPE_ANY_T},
        {"null", &TYPE_NULL_T},
        {"Null", &TYPE_NULL_T},
        {"boolean", &TYPE_BOOLEAN_T},
        {"number", &TYPE_NUMBER_T},
        {"string", &TYPE_STRING_T},
        {"date", &TYPE_DATE_T},
        {"time", &TYPE_TIME_T},
        {"date and time", &TYPE_DATE_TIME_T},
        {"days and time duration", &TYPE_DAYS_T},
        {"years and months duration", &TYPE_MONTHS_T},
    };
    for (size_t i = 0; i < COUNT_OF(simple); i++)
        if (span_eq(span_z(simple[i].name), name))
            return simple[i].type;
    return NULL;
}

/* A type expression, after `instance of` or behind a parameter. */
const struct type *check_type(struct checker *c, struct node *n)
{
    const struct type *t = c->how->types ? map_get(c->how->types, n->name) : NULL;

    if (!t)
        t = simple_type(n->name);
    if (n->kind == NODE_BAD)
        t = &TYPE_ANY_T;
    else if (span_eq(n->name, SPAN("list")))
        t = check_type_list(c, n, true);
    else if (span_eq(n->name, SPAN("range")))
        t = check_type_list(c, n, false);
    else if (span_eq(n->name, SPAN("context")))
        t = check_type_context(c, n);
    else if (span_eq(n->name, SPAN("function")))
        t = check_type_function(c, n);
    if (!t) {
        struct diag *g = source_error(c->source, E_NAME, n->start, n->end, "unknown type `%.*s`",
                                      SPAN_ARG(n->name));
        source_hint(
            c->source, g,
            "types are number, string, boolean, date, time, date and time, days and time duration, "
            "years and months duration, list<...>, range<...>, context<...>, function<...> -> ...");
        t = &TYPE_ANY_T;
    }
    n->type = t;
    return t;
}
