/*
 * about.c: what this is, for whom, which version, and how much of the catalogue it covers.
 */
#include "web/handlers.h"
#include "web/shape.h"

/* Rows of a table "kind or precision: measures". */
static struct json *counts_json(struct request *req, const struct closed_word *words, size_t n,
                                const size_t *counts)
{
    struct json *list = json_array(req->arena);

    for (size_t i = 0; i < n; i++) {
        if (!counts[i])
            continue;
        struct json *o = shape_word(req, &words[i]);
        JSON_SET(o, "count", json_int(req->arena, (int64_t)counts[i]));
        json_add(list, o);
    }
    return list;
}

static void add_coverage(struct request *req, const struct library *l, struct json *data)
{
    size_t kinds[KINDS] = {0}, precisions[PRECISIONS] = {0}, products = 0, conditions = 0,
           manual = 0, examples = 0;

    for (size_t i = 0; i < l->measure_count; i++) {
        const struct measure *m = l->measures[i];
        kinds[m->kind]++;
        precisions[m->precision]++;
        products += m->product;
        examples += m->example_count;
        conditions += m->condition_count;
        for (size_t k = 0; k < m->condition_count; k++)
            manual += m->conditions[k].manual;
    }
    JSON_SET(data, "measures", json_int(req->arena, (int64_t)(l->measure_count - products)));
    JSON_SET(data, "products", json_int(req->arena, (int64_t)products));
    JSON_SET(data, "documents", json_int(req->arena, (int64_t)l->document_count));
    JSON_SET(data, "facts", json_int(req->arena, (int64_t)l->fact_count));
    JSON_SET(data, "examples", json_int(req->arena, (int64_t)examples));
    JSON_SET(data, "conditions", json_int(req->arena, (int64_t)conditions));
    JSON_SET(data, "manual", json_int(req->arena, (int64_t)manual));
    JSON_SET(data, "kinds", counts_json(req, kind_words, KINDS, kinds));
    JSON_SET(data, "precisions", counts_json(req, precision_words, PRECISIONS, precisions));
}

/* Texts that the library names as sources, with what is known of them. */
static void add_sources(struct request *req, const struct library *l, struct json *data)
{
    struct json *list = json_array(req->arena);

    for (size_t i = 0; i < l->document_count; i++) {
        const struct library_document *d = l->documents[i];
        if (d->within)
            continue;
        struct json *o = json_object(req->arena);
        JSON_SET(o, "title", shape_text(req, d->title));
        JSON_SET(o, "link", shape_text(req, shape_link(req, "documents", d->id)));
        shape_set(req, o, "number", d->number);
        shape_set(req, o, "region", d->region);
        json_add(list, o);
    }
    JSON_SET(data, "sources", list);
}

int about_show(struct request *req, struct response *res, void *context)
{
    const struct app *app = context;

    res->template = "about";
    res->title = "about.title";
    JSON_SET(res->data, "program_version", json_string(req->arena, span_z(app->version)));
    JSON_SET(res->data, "library", json_string(req->arena, span_z(app->library->hash)));
    add_coverage(req, app->library, res->data);
    add_sources(req, app->library, res->data);
    return 200;
}
