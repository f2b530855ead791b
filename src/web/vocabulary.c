/*
 * vocabulary.c: what measures stand on: parameters with their history, registers with their
 * entries, and the measures that read them; and the library in figures.
 */
#include "base/buffer.h"
#include "feel/value.h"
#include "web/handlers.h"
#include "web/shape.h"

/* ---- who reads it ---- */

static bool reads(const struct measure *m, uint32_t slot)
{
    for (size_t i = 0; i < m->slot_count; i++)
        if (m->slots[i] == slot)
            return true;
    return false;
}

static void add_users(struct request *req, const struct library *l, uint32_t slot,
                      struct json *data)
{
    struct json *list = json_array(req->arena);

    for (size_t i = 0; i < l->measure_count; i++) {
        struct json *o = json_object(req->arena);
        if (!reads(l->measures[i], slot))
            continue;
        JSON_SET(o, "link", shape_text(req, shape_measure_link(req, l->measures[i])));
        JSON_SET(o, "title", shape_text(req, words_in(l->measures[i]->title, is_english(req))));
        JSON_SET(o, "region", shape_text(req, l->measures[i]->region));
        json_add(list, o);
    }
    JSON_SET(data, "users", list);
    JSON_SET(data, "user_count", json_int(req->arena, list ? (int64_t)list->n : 0));
    JSON_SET(data, "has_users", json_bool(req->arena, list && list->n > 0));
}

static struct json *value_words(struct request *req, struct value v)
{
    struct buffer b = BUFFER_INIT;

    if (v.kind == VALUE_STRING)
        return shape_text(req, v.string);
    value_print(&b, v);
    struct span words = arena_copy(req->arena, buffer_span(&b));
    req->arena->failed |= buffer_failed(&b);
    buffer_release(&b);
    return shape_text(req, words);
}

/* ---- parameters ---- */

static bool holds(const struct parameter_value *v, struct date day)
{
    return date_compare(v->from, day) <= 0 && (!v->has_to || date_compare(day, v->to) <= 0);
}

/* The value of the day that is said for everywhere, else the first of a region. */
static const struct parameter_value *value_now(const struct parameter *p, struct date day)
{
    const struct parameter_value *best = NULL;

    if (p->has_known_until && date_compare(day, p->known_until) > 0)
        return NULL;
    for (size_t i = 0; i < p->value_count; i++)
        if (holds(&p->values[i], day) && (!best || !p->values[i].region.n))
            best = &p->values[i];
    return best;
}

static struct json *parameter_line(struct request *req, const struct parameter *p)
{
    const struct parameter_value *now = value_now(p, req->as_of);
    struct json *o = json_object(req->arena);

    JSON_SET(o, "name", shape_text(req, p->name));
    JSON_SET(o, "link", shape_text(req, shape_link(req, "parameters", p->name)));
    JSON_SET(o, "title", shape_text(req, words_in(p->title, is_english(req))));
    shape_set(req, o, "unit", p->unit);
    shape_set(req, o, "holder", p->holder);
    JSON_SET(o, "event", json_bool(req->arena, p->event));
    JSON_SET(o, "known", json_bool(req->arena, now != NULL));
    if (now)
        JSON_SET(o, "value", value_words(req, now->value));
    if (now)
        shape_set(req, o, "region", now->region);
    if (p->has_known_until)
        JSON_SET(o, "known_until", shape_date(req, p->known_until));
    return o;
}

int parameters_list(struct request *req, struct response *res, void *context)
{
    const struct app *app = context;
    struct json *list = json_array(req->arena);

    for (size_t i = 0; i < app->library->parameter_count; i++)
        json_add(list, parameter_line(req, app->library->parameters[i]));
    JSON_SET(res->data, "parameters", list);
    res->template = "parameters";
    res->title = "vocabulary.parameters";
    return 200;
}

static struct json *history(struct request *req, const struct parameter *p)
{
    struct json *list = json_array(req->arena);

    for (size_t i = p->value_count; i-- > 0;) {
        const struct parameter_value *v = &p->values[i];
        struct json *o = json_object(req->arena);
        JSON_SET(o, "from", shape_date(req, v->from));
        if (v->has_to)
            JSON_SET(o, "to", shape_date(req, v->to));
        JSON_SET(o, "value", value_words(req, v->value));
        shape_set(req, o, "region", v->region);
        shape_set(req, o, "source", v->source);
        JSON_SET(o, "current", json_bool(req->arena, v == value_now(p, req->as_of)));
        json_add(list, o);
    }
    return list;
}

int parameters_show(struct request *req, struct response *res, void *context)
{
    const struct app *app = context;
    struct span name = request_param(req, "name");
    const struct parameter *p = map_get(&app->library->parameter_by_name, name);

    if (!p)
        return err_set(&res->err, E_NOT_FOUND, "没有这个参数：%.*s", SPAN_ARG(name));
    struct json *values = history(req, p);
    JSON_SET(res->data, "parameter", parameter_line(req, p));
    JSON_SET(res->data, "values", values);
    JSON_SET(res->data, "is_event", json_bool(req->arena, p->event));
    JSON_SET(res->data, "no_values", json_bool(req->arena, values && values->n == 0));
    JSON_SET(res->data, "title", shape_text(req, words_in(p->title, is_english(req))));
    add_users(req, app->library, p->slot, res->data);
    res->template = "parameter";
    return 200;
}

/* ---- registers ---- */

static const char *coverage_key(const struct library_register *r)
{
    static const char *const keys[] = {"vocabulary.complete", "vocabulary.partial",
                                       "vocabulary.open"};
    return keys[r->list.kind == VALUE_LIST ? r->list.list->coverage : 0];
}

static struct json *register_line(struct request *req, const struct library_register *r)
{
    static const char *const kinds[] = {"", "list.white", "list.black", "list.key", "list.record"};
    struct json *o = json_object(req->arena);
    size_t n = r->list.kind == VALUE_LIST ? r->list.list->n : 0;

    JSON_SET(o, "name", shape_text(req, r->name));
    JSON_SET(o, "link", shape_text(req, shape_link(req, "registers", r->name)));
    JSON_SET(o, "title", shape_text(req, words_in(r->title, is_english(req))));
    JSON_SET(o, "coverage", shape_text(req, request_say(req, coverage_key(r), NULL)));
    JSON_SET(o, "entries", json_int(req->arena, (int64_t)n));
    JSON_SET(o, "is_kept", json_bool(req->arena, r->kept != REGISTER_TABLE));
    if (r->kept != REGISTER_TABLE)
        JSON_SET(o, "kind", shape_text(req, request_say(req, kinds[r->kept], NULL)));
    shape_set(req, o, "keeper", r->keeper);
    return o;
}

int registers_list(struct request *req, struct response *res, void *context)
{
    const struct app *app = context;
    struct json *list = json_array(req->arena);
    bool kept = false;

    for (size_t i = 0; i < app->library->register_count; i++) {
        json_add(list, register_line(req, app->library->registers[i]));
        kept = kept || app->library->registers[i]->kept != REGISTER_TABLE;
    }
    JSON_SET(res->data, "registers", list);
    JSON_SET(res->data, "has_kept", json_bool(req->arena, kept));
    res->template = "registers";
    res->title = "vocabulary.registers";
    return 200;
}

int registers_show(struct request *req, struct response *res, void *context)
{
    const struct app *app = context;
    const struct library *l = app->library;
    struct span name = request_param(req, "name");
    const struct library_register *r = map_get(&l->register_by_name, name);
    struct json *entries = json_array(req->arena);

    if (!r)
        return err_set(&res->err, E_NOT_FOUND, "没有这份名录：%.*s", SPAN_ARG(name));
    if (r->kept != REGISTER_TABLE)
        return lists_show(req, res, context);
    for (size_t i = 0; r->list.kind == VALUE_LIST && i < r->list.list->n; i++)
        json_add(entries, value_words(req, r->list.list->at[i]));
    JSON_SET(res->data, "register", register_line(req, r));
    JSON_SET(res->data, "entries", entries);
    JSON_SET(res->data, "title", shape_text(req, words_in(r->title, is_english(req))));
    const struct library_document *d =
        r->source_document.n ? map_get(&l->document_by_id, r->source_document) : NULL;
    if (d)
        JSON_SET(res->data, "cites", shape_citation(req, app, d, r->source_clause));
    add_users(req, l, r->slot, res->data);
    res->template = "register";
    return 200;
}

/* ---- in figures ---- */

static struct json *count_row(struct request *req, struct span title, size_t n, size_t most)
{
    struct json *o = json_object(req->arena);

    JSON_SET(o, "title", shape_text(req, title));
    JSON_SET(o, "count", json_int(req->arena, (int64_t)n));
    JSON_SET(o, "width", json_int(req->arena, (int64_t)(most ? 2 + n * 318 / most : 2)));
    return o;
}

static void add_counts(struct request *req, const struct library *l, struct json *data,
                       const char *key, const struct closed_word *words, size_t n,
                       size_t (*of)(const struct measure *))
{
    struct json *rows = json_array(req->arena);
    size_t *counts = ARENA_ARRAY(req->arena, size_t, n), most = 0;

    if (!counts)
        return;
    for (size_t i = 0; i < l->measure_count; i++)
        if (!l->measures[i]->product && ++counts[of(l->measures[i])] > most)
            most = counts[of(l->measures[i])];
    for (size_t i = 0; i < n; i++)
        if (counts[i])
            json_add(rows,
                     count_row(req, words_in(words[i].title, is_english(req)), counts[i], most));
    json_set(data, span_z(key), rows);
}

static size_t kind_of(const struct measure *m)
{
    return m->kind;
}

static size_t precision_of(const struct measure *m)
{
    return m->precision;
}

static void add_conditions(struct request *req, const struct library *l, struct json *data)
{
    size_t conditions = 0, manual = 0, examples = 0, measures = 0;

    for (size_t i = 0; i < l->measure_count; i++) {
        const struct measure *m = l->measures[i];
        measures += !m->product;
        examples += m->example_count;
        conditions += m->condition_count;
        for (size_t k = 0; k < m->condition_count; k++)
            manual += m->conditions[k].manual;
    }
    JSON_SET(data, "measure_count", json_int(req->arena, (int64_t)measures));
    JSON_SET(data, "product_count", json_int(req->arena, (int64_t)(l->measure_count - measures)));
    JSON_SET(data, "row_count", json_int(req->arena, (int64_t)l->measure_by_catalogue.n));
    JSON_SET(data, "document_count", json_int(req->arena, (int64_t)l->document_count));
    JSON_SET(data, "fact_count", json_int(req->arena, (int64_t)l->fact_count));
    JSON_SET(data, "example_count", json_int(req->arena, (int64_t)examples));
    JSON_SET(data, "condition_count", json_int(req->arena, (int64_t)conditions));
    JSON_SET(data, "manual_count", json_int(req->arena, (int64_t)manual));
    JSON_SET(
        data, "executed_percent",
        json_int(req->arena, conditions ? (int64_t)((conditions - manual) * 100 / conditions) : 0));
}

int statistics_show(struct request *req, struct response *res, void *context)
{
    const struct app *app = context;

    add_conditions(req, app->library, res->data);
    add_counts(req, app->library, res->data, "kinds", kind_words, KINDS, kind_of);
    add_counts(req, app->library, res->data, "precisions", precision_words, PRECISIONS,
               precision_of);
    res->template = "statistics";
    res->title = "vocabulary.statistics";
    return 200;
}
