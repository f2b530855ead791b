/*
 * load_parameters.c: dated values, events, and the calendar of working days: `parameters:` and
 * `calendar:`.
 */
#include <stdlib.h>
#include "policy/library_int.h"

/* ---- parameters ---- */

#define AT(member)       .offset = offsetof(struct parameter, member)
#define VALUE_AT(member) .offset = offsetof(struct parameter_value, member)

/* The value itself is read when the type of its parameter is known. */
static void read_later(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    UNUSED(l), UNUSED(j), UNUSED(k), UNUSED(base);
}

static const struct key value_keys[] = {
    {.name = "from", .read = read_date, VALUE_AT(from), .flags = KEY_REQUIRED},
    {.name = "to",
     .read = read_date,
     VALUE_AT(to),
     .second = offsetof(struct parameter_value, has_to)},
    {.name = "region", .read = read_text, VALUE_AT(region)},
    {.name = "value", .read = read_later, .flags = KEY_REQUIRED},
    {.name = "source", .read = read_text, VALUE_AT(source), .flags = KEY_REQUIRED},
    {.name = "known",
     .read = read_date,
     VALUE_AT(known),
     .second = offsetof(struct parameter_value, has_known)},
};
static const struct shape value_shape = {
    "value", value_keys, COUNT_OF(value_keys), sizeof(struct parameter_value), NO_PLACE, NULL};
#define UNION_AT(member) .offset = offsetof(struct event_union, member)
static const struct key union_keys[] = {
    {.name = "event", .read = read_text, UNION_AT(event), .flags = KEY_REQUIRED},
    {.name = "region", .read = read_text, UNION_AT(region)},
    {.name = "source", .read = read_text, UNION_AT(source), .flags = KEY_REQUIRED},
};
static const struct shape union_shape = {
    "declaration", union_keys, COUNT_OF(union_keys), sizeof(struct event_union), NO_PLACE, NULL};
static const struct key parameter_keys[] = {
    {.name = "parameter", .read = read_text, AT(name), .flags = KEY_REQUIRED},
    {.name = "type", .read = read_later, .flags = KEY_REQUIRED},
    {.name = "unit", .read = read_text, AT(unit)},
    {.name = "title", .read = read_words, AT(title), .flags = KEY_REQUIRED},
    {.name = "holder", .read = read_text, AT(holder)},
    {.name = "event", .read = read_bool, AT(event)},
    {.name = "known_until",
     .read = read_date,
     AT(known_until),
     .second = offsetof(struct parameter, has_known_until)},
    {.name = "values", .read = read_later},
    {.name = "united",
     .read = read_list,
     AT(united),
     .second = offsetof(struct parameter, united_count),
     .extra = &union_shape},
};

static int by_from(const void *x, const void *y)
{
    const struct parameter_value *a = x, *b = y;
    int r = date_compare(a->from, b->from);
    return r ? r : span_compare(a->region, b->region);
}

static void check_values(struct loader *l, const struct json *j, const struct parameter *p)
{
    for (size_t i = 0; i + 1 < p->value_count; i++)
        if (by_from(&p->values[i], &p->values[i + 1]) == 0)
            hint(l,
                 COMPLAIN(l, j, E_CONFLICT, "'%.*s' has two values from the same day",
                          SPAN_ARG(p->name)),
                 "one value per day and region");
    for (size_t i = 0; i < p->value_count; i++)
        if (p->values[i].has_to && date_compare(p->values[i].to, p->values[i].from) < 0)
            COMPLAIN(l, j, E_RANGE, "a value of '%.*s' ends before it begins", SPAN_ARG(p->name));
}

static void read_values(struct loader *l, const struct json *j, struct parameter *p)
{
    if (j->kind != JSON_ARRAY) {
        hint(l, COMPLAIN(l, j, E_TYPE, "'values' must be a list"),
             "- {from: 2020-01-01, value: ..., source: ...}");
        return;
    }
    struct parameter_value *at =
        need(l, ARENA_ARRAY(l->program, struct parameter_value, j->n ? j->n : 1));
    if (!at)
        return;
    size_t n = 0;
    JSON_EACH(e, j)
    {
        const struct json *v = JSON_GET(e, "value");
        if (read_shape(l, e, &value_shape, &at[n]) && !is_absent(v) &&
            value_of(l, v, p->type, &at[n].value))
            n++;
    }
    qsort(at, n, sizeof *at, by_from);
    p->values = at;
    p->value_count = n;
    check_values(l, j, p);
}

static void parameter_finish(struct loader *l, const struct json *j, void *base)
{
    struct parameter *p = base;
    const struct json *type = JSON_GET(j, "type"), *values = JSON_GET(j, "values");
    p->type = is_absent(type) ? NULL : type_named(l, type, p->unit, NULL, 0);
    if (p->event && p->type && p->type->kind != TYPE_DATE)
        hint(l, COMPLAIN(l, type, E_TYPE, "an event is a date"), "type: date");
    if (p->united_count && !p->event)
        hint(l, COMPLAIN(l, j, E_INPUT, "'united' is for events"), "add event: true");
    if (p->type && p->type->kind == TYPE_LIST)
        hint(l, COMPLAIN(l, type, E_TYPE, "a parameter cannot be a list"), "lists are registers");
    else if (p->type && !is_absent(values))
        read_values(l, values, p);
    if (!p->event && !p->holder.n)
        hint(l, COMPLAIN(l, j, E_INPUT, "a parameter needs a 'holder'"), "who publishes it?");
}

static const struct shape parameter_shape = {"parameter",
                                             parameter_keys,
                                             COUNT_OF(parameter_keys),
                                             sizeof(struct parameter),
                                             offsetof(struct parameter, place),
                                             parameter_finish};

void load_parameters(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    UNUSED(k), UNUSED(base);
    JSON_EACH(e, j)
    {
        struct parameter *p = need(l, ARENA_NEW(l->program, struct parameter));
        if (!p || !read_shape(l, e, &parameter_shape, p) || !p->type || !p->name.n)
            continue;
        struct parameter **slot =
            need(l, VECTOR_PUSH(l->program, &l->parameters, struct parameter *));
        if (slot)
            *slot = p;
    }
}

/* ---- calendar ---- */

struct year {
    struct span year, source;
    const struct span *off, *work; /* days and ranges, as written */
    size_t off_count, work_count;
};
#define YEAR_AT(member) .offset = offsetof(struct year, member)
static const struct key year_keys[] = {
    {.name = "year", .read = read_text, YEAR_AT(year), .flags = KEY_REQUIRED},
    {.name = "source", .read = read_text, YEAR_AT(source), .flags = KEY_REQUIRED},
    {.name = "off",
     .read = read_texts,
     YEAR_AT(off),
     .second = offsetof(struct year, off_count),
     .flags = KEY_REQUIRED},
    {.name = "work",
     .read = read_texts,
     YEAR_AT(work),
     .second = offsetof(struct year, work_count)},
};
static const struct shape year_shape = {"calendar year",     year_keys, COUNT_OF(year_keys),
                                        sizeof(struct year), NO_PLACE,  NULL};

/* "2020-01-24" or "2020-01-24..2020-02-02". */
static bool range_parse(struct span s, struct date *first, struct date *last)
{
    size_t dots = span_find(s, SPAN(".."));
    if (dots == SIZE_MAX)
        return date_parse(s, first) && date_parse(s, last);
    return date_parse(span_of(s.p, dots), first) && date_parse(span_from(s, dots + 2), last) &&
           date_compare(*first, *last) <= 0;
}

static bool range_ok(struct loader *l, const struct json *e, int32_t year, struct date *first,
                     struct date *last)
{
    if (!range_parse(json_text(e), first, last)) {
        hint(l,
             COMPLAIN(l, e, E_INPUT, "'%.*s' is no day or range of days", SPAN_ARG(json_text(e))),
             "2020-01-01 or 2020-01-24..2020-02-02");
        return false;
    }
    if (first->year == year && last->year == year)
        return true;
    COMPLAIN(l, e, E_RANGE, "%.*s is not in %d", SPAN_ARG(e->text), (int)year);
    return false;
}

static void mark_days(struct loader *l, const struct json *days, int32_t year, bool works)
{
    struct err err = ERR_INIT;
    JSON_EACH(e, days)
    {
        struct date d, last;
        if (!range_ok(l, e, year, &d, &last))
            continue;
        for (; date_compare(d, last) <= 0; (void)date_add_days(d, 1, &d))
            if (calendar_mark(l->calendar, d, works, &err) < 0) {
                COMPLAIN(l, e, err.code, "%s", err.message);
                break;
            }
    }
}

void load_calendar(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    UNUSED(k), UNUSED(base);
    JSON_EACH(e, j)
    {
        struct year y = {0};
        struct date first;
        struct err err = ERR_INIT;
        if (!l->calendar || !read_shape(l, e, &year_shape, &y))
            continue;
        struct span text = arena_print(l->scratch, "%.*s-01-01", SPAN_ARG(y.year));
        if (!date_parse(text, &first))
            COMPLAIN(l, JSON_GET(e, "year"), E_INPUT, "'%.*s' is no year", SPAN_ARG(y.year));
        else if (calendar_knows(l->calendar, first.year))
            COMPLAIN(l, JSON_GET(e, "year"), E_CONFLICT, "the year %d stands twice",
                     (int)first.year);
        else if (calendar_add_year(l->calendar, first.year, &err) < 0)
            COMPLAIN(l, JSON_GET(e, "year"), err.code, "%s", err.message);
        else {
            mark_days(l, JSON_GET(e, "off"), first.year, false);
            mark_days(l, JSON_GET(e, "work"), first.year, true);
        }
    }
}
