/*
 * convert.c: JSON to values of a declared type and back. Numbers are read and written as text.
 */
#include "base/map.h"
#include "feel/feel.h"
#include "feel/temporal.h"

static int bad(const struct json *j, struct err *err, int code, const char *wanted)
{
    static const char *const kinds[] = {"null",   "false",  "true",     "a number",
                                        "a text", "a list", "an object"};
    struct span text = json_text(j);
    if (text.n > 0)
        err_set(err, code, "%s is needed, not \"%.*s\"", wanted, (int)(text.n < 60 ? text.n : 60),
                text.p);
    else
        err_set(err, code, "%s is needed, not %s", wanted, kinds[j->kind]);
    if (j->line > 0)
        err_at(err, (struct span){0}, j->line, j->column);
    return code;
}

/* ---- scalars ---- */

static bool is_text(const struct json *j)
{
    return j->kind == JSON_STRING;
}

static int read_boolean(const struct json *j, struct value *ret, struct err *err)
{
    bool yes = j->kind == JSON_TRUE || (is_text(j) && j->plain && span_eq(j->text, SPAN("true")));
    bool no = j->kind == JSON_FALSE || (is_text(j) && j->plain && span_eq(j->text, SPAN("false")));
    if (!yes && !no)
        return bad(j, err, E_TYPE, "true or false");
    *ret = value_boolean(yes);
    return 0;
}

static int read_number(const struct json *j, struct value *ret, struct err *err)
{
    struct decimal d;
    if (j->kind != JSON_NUMBER && !is_text(j))
        return bad(j, err, E_TYPE, "a number");
    if (!decimal_parse(j->text, &d))
        return bad(j, err, E_INPUT, "a number");
    *ret = value_number(d);
    return 0;
}

static int not_listed(const struct json *j, const struct type *t, struct err *err)
{
    struct span nearest = {0};
    size_t best = j->text.n / 3 + 2;
    bad(j, err, E_INPUT, "one of the declared values");
    for (size_t i = 0; i < t->value_count; i++) {
        size_t d = edit_distance(j->text, t->values[i], best);
        if (d < best) {
            best = d;
            nearest = t->values[i];
        }
    }
    if (nearest.n > 0)
        err_hint(err, "did you mean \"%.*s\"?", SPAN_ARG(nearest));
    else
        err_hint(err, "for example \"%.*s\"", SPAN_ARG(t->values[0]));
    return E_INPUT;
}

static int read_string(const struct json *j, const struct type *t, struct value *ret,
                       struct err *err)
{
    if (!is_text(j))
        return bad(j, err, E_TYPE, "a text");
    bool listed = t->value_count == 0;
    for (size_t i = 0; i < t->value_count && !listed; i++)
        listed = span_eq(t->values[i], j->text);
    if (!listed)
        return not_listed(j, t, err);
    *ret = value_string(j->text);
    return 0;
}

static int read_date(const struct json *j, struct value *ret, struct err *err)
{
    struct date d;
    if (!is_text(j) || !date_parse(j->text, &d))
        return bad(j, err, is_text(j) ? E_INPUT : E_TYPE, "a date (YYYY-MM-DD)");
    *ret = value_date(d);
    return 0;
}

static int read_time(struct arena *a, const struct json *j, struct value *ret, struct err *err)
{
    struct time *t = ARENA_NEW(a, struct time);
    if (!t)
        return err_memory(err);
    if (!is_text(j) || !time_parse(j->text, t))
        return bad(j, err, is_text(j) ? E_INPUT : E_TYPE, "a time (hh:mm:ss)");
    *ret = (struct value){.kind = VALUE_TIME, .time = t};
    return 0;
}

static int read_date_time(struct arena *a, const struct json *j, struct value *ret, struct err *err)
{
    struct date_time *d = ARENA_NEW(a, struct date_time);
    if (!d)
        return err_memory(err);
    if (!is_text(j) || !date_time_parse(j->text, d))
        return bad(j, err, is_text(j) ? E_INPUT : E_TYPE, "a date and time (YYYY-MM-DDThh:mm:ss)");
    *ret = (struct value){.kind = VALUE_DATE_TIME, .date_time = d};
    return 0;
}

static int read_duration(const struct json *j, enum value_kind kind, struct value *ret,
                         struct err *err)
{
    struct value v;
    if (!is_text(j) || !duration_parse(j->text, &v) || v.kind != (uint8_t)kind)
        return bad(j, err, is_text(j) ? E_INPUT : E_TYPE,
                   kind == VALUE_DAYS ? "a duration of days (P3DT4H)"
                                      : "a duration of months (P1Y2M)");
    *ret = v;
    return 0;
}

/* ---- structures ---- */

static int read_list(struct arena *a, const struct json *j, const struct type *t, struct value *ret,
                     struct err *err)
{
    if (j->kind != JSON_ARRAY)
        return bad(j, err, E_TYPE, "a list");
    if (j->n > FEEL_LIST_MAX)
        return err_set(err, E_LIMIT, "a list has more than %d elements", FEEL_LIST_MAX);
    struct value *at = ARENA_ARRAY(a, struct value, j->n + 1);
    size_t i = 0;
    if (!at)
        return err_memory(err);
    JSON_EACH(item, j)
    {
        int r = feel_from_json(a, item, t->element ? t->element : &TYPE_ANY_T, &at[i++], err);
        if (r < 0)
            return r;
    }
    *ret = value_list(a, at, j->n);
    return 0;
}

static int unknown_member(const struct json *member, const struct type *t, struct err *err)
{
    struct span nearest = {0};
    size_t best = member->key.n / 3 + 2;
    for (size_t i = 0; i < t->member_count; i++) {
        size_t d = edit_distance(member->key, t->members[i].name, best);
        if (d < best) {
            best = d;
            nearest = t->members[i].name;
        }
    }
    err_set(err, E_NAME, "there is no member \"%.*s\"", SPAN_ARG(member->key));
    if (nearest.n > 0)
        err_hint(err, "did you mean \"%.*s\"?", SPAN_ARG(nearest));
    if (member->key_line > 0)
        err_at(err, (struct span){0}, member->key_line, member->key_column);
    return E_NAME;
}

static bool is_member(const struct type *t, struct span key)
{
    for (size_t i = 0; i < t->member_count; i++)
        if (span_eq(t->members[i].name, key))
            return true;
    return t->member_count == 0;
}

/* A member that is not there is unknown, and asked for about the item that the object is. */
static struct value absent_member(struct arena *a, const struct json *object, struct span name)
{
    struct span none = {0}, item = json_text(JSON_GET(object, "id"));
    return value_unknown(a, missing_one(a, name, item, none, CAUSE_ASK, none));
}

/* An open context (no members declared) takes every key as it comes. */
static int read_any_context(struct arena *a, const struct json *j, struct context *c,
                            struct err *err)
{
    size_t i = 0;
    JSON_EACH(member, j)
    {
        c->at[i].key = member->key;
        int r = feel_from_json(a, member, &TYPE_ANY_T, &c->at[i++].value, err);
        if (r < 0)
            return r;
    }
    return 0;
}

static int read_members(struct arena *a, const struct json *j, const struct type *t,
                        struct context *c, struct err *err)
{
    for (size_t i = 0; i < t->member_count; i++) {
        const struct json *member = json_get(j, t->members[i].name);
        c->at[i].key = t->members[i].name;
        if (!member) {
            c->at[i].value = absent_member(a, j, t->members[i].name);
            continue;
        }
        int r = feel_from_json(a, member, t->members[i].type, &c->at[i].value, err);
        if (r < 0)
            return r;
    }
    return 0;
}

static int read_context(struct arena *a, const struct json *j, const struct type *t,
                        struct value *ret, struct err *err)
{
    if (j->kind != JSON_OBJECT)
        return bad(j, err, E_TYPE, "an object");
    JSON_EACH(member, j)
    if (!is_member(t, member->key))
        return unknown_member(member, t, err);
    size_t n = t->member_count > 0 ? t->member_count : j->n;
    struct context *c = arena_alloc(a, sizeof *c + n * sizeof c->at[0]);
    if (!c)
        return err_memory(err);
    c->n = n;
    int r = t->member_count > 0 ? read_members(a, j, t, c, err) : read_any_context(a, j, c, err);
    if (r == 0)
        *ret = (struct value){.kind = VALUE_CONTEXT, .context = c};
    return r;
}

static int read_any(struct arena *a, const struct json *j, struct value *ret, struct err *err)
{
    static const struct type any_list = {.kind = TYPE_LIST, .element = &TYPE_ANY_T};
    static const struct type any_context = {.kind = TYPE_CONTEXT};
    static const struct type *const types[] = {
        [JSON_NULL] = &TYPE_NULL_T,     [JSON_FALSE] = &TYPE_BOOLEAN_T,
        [JSON_TRUE] = &TYPE_BOOLEAN_T,  [JSON_NUMBER] = &TYPE_NUMBER_T,
        [JSON_STRING] = &TYPE_STRING_T, [JSON_ARRAY] = &any_list,
        [JSON_OBJECT] = &any_context,
    };
    return feel_from_json(a, j, types[j->kind], ret, err);
}

int feel_from_json(struct arena *a, const struct json *j, const struct type *t, struct value *ret,
                   struct err *err)
{
    struct value v = VALUE_NULL_V;
    int r = 0;
    if (j->kind == JSON_NULL) {
        *ret = v;
        return 0;
    }
    switch (t->kind) {
    case TYPE_ANY:
        r = read_any(a, j, &v, err);
        break;
    case TYPE_BOOLEAN:
        r = read_boolean(j, &v, err);
        break;
    case TYPE_NUMBER:
        r = read_number(j, &v, err);
        break;
    case TYPE_STRING:
        r = read_string(j, t, &v, err);
        break;
    case TYPE_DATE:
        r = read_date(j, &v, err);
        break;
    case TYPE_TIME:
        r = read_time(a, j, &v, err);
        break;
    case TYPE_DATE_TIME:
        r = read_date_time(a, j, &v, err);
        break;
    case TYPE_DAYS:
        r = read_duration(j, VALUE_DAYS, &v, err);
        break;
    case TYPE_MONTHS:
        r = read_duration(j, VALUE_MONTHS, &v, err);
        break;
    case TYPE_LIST:
        r = read_list(a, j, t, &v, err);
        break;
    case TYPE_CONTEXT:
        r = read_context(a, j, t, &v, err);
        break;
    default:
        r = bad(j, err, E_TYPE, "null");
        break;
    }
    if (r == 0 && v.kind == VALUE_ERROR)
        return err_memory(err);
    if (r == 0)
        *ret = v;
    return r;
}

/* ---- the other way ---- */

static struct span printed(struct arena *a, struct value v)
{
    struct buffer b = BUFFER_INIT;
    value_text(&b, v);
    struct span s = arena_copy(a, buffer_span(&b));
    a->failed = a->failed || b.failed;
    buffer_release(&b);
    return s;
}

static struct json *unknown_json(struct arena *a, const struct unknown *u)
{
    struct json *object = json_object(a), *facts = json_array(a);
    for (const struct missing *m = u->missing; m; m = m->next) {
        struct json *one = json_object(a);
        JSON_SET(one, "fact", json_string(a, m->fact));
        JSON_SET(one, "item", json_string(a, m->item));
        JSON_SET(one, "period", json_string(a, m->period));
        JSON_SET(one, "cause", json_string(a, span_z(cause_names[m->cause])));
        json_add(facts, one);
    }
    JSON_SET(object, "unknown", facts);
    if (u->has_min)
        JSON_SET(object, "min", json_number(a, printed(a, value_number(u->min))));
    if (u->has_max)
        JSON_SET(object, "max", json_number(a, printed(a, value_number(u->max))));
    return object;
}

static struct json *failure_json(struct arena *a, const struct failure *f)
{
    struct json *object = json_object(a), *inner = json_object(a);
    JSON_SET(inner, "code", json_string(a, span_z(err_name(f->code))));
    JSON_SET(inner, "message", json_string(a, f->message));
    JSON_SET(inner, "start", json_int(a, f->start));
    JSON_SET(inner, "end", json_int(a, f->end));
    JSON_SET(object, "error", inner);
    return object;
}

static struct json *list_json(struct arena *a, const struct list *l)
{
    struct json *array = json_array(a);
    for (size_t i = 0; i < l->n; i++)
        json_add(array, feel_to_json(a, l->at[i]));
    return array;
}

static struct json *context_json(struct arena *a, const struct context *c)
{
    struct json *object = json_object(a);
    for (size_t i = 0; i < c->n; i++)
        json_set(object, c->at[i].key, feel_to_json(a, c->at[i].value));
    return object;
}

struct json *feel_to_json(struct arena *a, struct value v)
{
    switch ((enum value_kind)v.kind) {
    case VALUE_NULL:
        return json_null(a);
    case VALUE_BOOLEAN:
        return json_bool(a, v.boolean);
    case VALUE_NUMBER:
        return json_number(a, printed(a, v));
    case VALUE_STRING:
        return json_string(a, v.string);
    case VALUE_LIST:
        return list_json(a, v.list);
    case VALUE_CONTEXT:
        return context_json(a, v.context);
    case VALUE_UNKNOWN:
        return unknown_json(a, v.unknown);
    case VALUE_ERROR:
        return failure_json(a, v.failure);
    default:
        return json_string(a, printed(a, v));
    }
}

/* ---- types that data show by themselves ---- */

/* Adds a member, or widens the one of that name. False without memory. */
static bool infer_member(struct arena *a, const struct json *member, struct type_member *members,
                         size_t *n)
{
    const struct type *t = feel_infer(a, member);
    size_t i = 0;
    while (i < *n && !span_eq(members[i].name, member->key))
        i++;
    if (i < *n)
        t = type_common(a, members[i].type, t);
    else
        ++*n;
    members[i] = (struct type_member){member->key, t};
    return t != NULL;
}

/* Objects of one list have one type with all their members: what one lacks is unknown of it. */
static const struct type *infer_rows(struct arena *a, const struct json *array)
{
    size_t room = 1, n = 0;
    JSON_EACH(row, array) room += row->n;
    struct type_member *members = ARENA_ARRAY(a, struct type_member, room);
    if (!members)
        return NULL;
    JSON_EACH(row, array)
    JSON_EACH(member, row)
    if (!infer_member(a, member, members, &n))
        return NULL;
    return type_context(a, members, n);
}

static const struct type *infer_list(struct arena *a, const struct json *j)
{
    const struct type *element = j->first ? &TYPE_NULL_T : &TYPE_ANY_T;
    bool rows = j->n > 0;
    JSON_EACH(item, j) rows = rows && item->kind == JSON_OBJECT;
    if (rows)
        return type_list(a, infer_rows(a, j));
    JSON_EACH(item, j) element = type_common(a, element, feel_infer(a, item));
    return element ? type_list(a, element) : NULL;
}

static const struct type *infer_context(struct arena *a, const struct json *j)
{
    struct type_member *members = ARENA_ARRAY(a, struct type_member, j->n + 1);
    size_t i = 0;
    if (!members)
        return NULL;
    JSON_EACH(member, j)
    {
        members[i].name = member->key;
        members[i].type = feel_infer(a, member);
        if (!members[i++].type)
            return NULL;
    }
    return type_context(a, members, i);
}

const struct type *feel_infer(struct arena *a, const struct json *j)
{
    switch (j->kind) {
    case JSON_FALSE:
    case JSON_TRUE:
        return &TYPE_BOOLEAN_T;
    case JSON_NUMBER:
        return &TYPE_NUMBER_T;
    case JSON_STRING:
        return &TYPE_STRING_T;
    case JSON_ARRAY:
        return infer_list(a, j);
    case JSON_OBJECT:
        return infer_context(a, j);
    case JSON_NULL:
        break;
    }
    return &TYPE_NULL_T;
}
