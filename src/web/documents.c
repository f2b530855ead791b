/*
 * documents.c: the documents of the library: list, and one with its outline, clauses and the
 * measures that rest on it. Texts are shown where a folder of them was given (`huiqi serve
 * --documents DIR`); personal data in them is masked.
 */
#include "web/handlers.h"
#include "web/shape.h"

#define OUTLINE_MAX 3000 /* nodes shown of one document */

static size_t measures_of(const struct library *l, const struct library_document *d)
{
    size_t n = 0;
    for (size_t i = 0; i < l->measure_count; i++)
        n += l->measures[i]->document == d;
    return n;
}

static struct json *issuers_json(struct request *req, const struct library_document *d)
{
    struct json *list = json_array(req->arena);
    for (size_t i = 0; i < d->issuer_count; i++)
        json_add(list, shape_text(req, d->issuers[i]));
    return list;
}

static struct json *line_json(struct request *req, const struct app *app,
                              const struct library_document *d)
{
    struct json *o = json_object(req->arena);
    size_t measures = measures_of(app->library, d);

    JSON_SET(o, "id", shape_text(req, d->id));
    JSON_SET(o, "link", shape_text(req, shape_link(req, "documents", d->id)));
    JSON_SET(o, "title", shape_text(req, d->title));
    shape_set(req, o, "number", d->number);
    shape_set(req, o, "type", d->type);
    shape_set(req, o, "region", d->region);
    JSON_SET(o, "issuers", issuers_json(req, d));
    if (d->has_issued)
        JSON_SET(o, "issued", shape_date(req, d->issued));
    JSON_SET(o, "measures", json_int(req->arena, (int64_t)measures));
    JSON_SET(o, "has_measures", json_bool(req->arena, measures > 0));
    return o;
}

/* A document and, one level below it, its parts. */
static void add_tree(struct request *req, const struct app *app, const struct library_document *d,
                     struct json *list)
{
    const struct library *l = app->library;
    struct json *o = line_json(req, app, d), *parts = json_array(req->arena);

    for (size_t i = 0; i < l->document_count; i++)
        if (l->documents[i]->within == d)
            add_tree(req, app, l->documents[i], parts);
    JSON_SET(o, "parts", parts);
    JSON_SET(o, "has_parts", json_bool(req->arena, parts && parts->n > 0));
    json_add(list, o);
}

int documents_list(struct request *req, struct response *res, void *context)
{
    const struct app *app = context;
    const struct library *l = app->library;
    struct json *list = json_array(req->arena);

    for (size_t i = 0; i < l->document_count; i++)
        if (!l->documents[i]->within)
            add_tree(req, app, l->documents[i], list);
    JSON_SET(res->data, "documents", list);
    JSON_SET(res->data, "count", json_int(req->arena, (int64_t)l->document_count));
    res->template = "documents";
    res->title = "documents.title";
    return 200;
}

/* ---- one document ---- */

static bool cited(const struct app *app, const struct library_document *d,
                  const struct doc_node *node, const struct measure *m)
{
    const struct corpus_text *t;
    return m->document == d && m->cites.n && clause_find(&app->corpus, d, m->cites, &t) == node;
}

static void add_links(struct request *req, const struct app *app, const struct library_document *d,
                      const struct doc_node *node, struct json *o)
{
    struct json *links = json_array(req->arena);

    for (size_t i = 0; i < app->library->measure_count; i++) {
        const struct measure *m = app->library->measures[i];
        if (!cited(app, d, node, m))
            continue;
        struct json *link = json_object(req->arena);
        JSON_SET(link, "link", shape_text(req, shape_measure_link(req, m)));
        JSON_SET(link, "title", shape_text(req, words_in(m->title, is_english(req))));
        json_add(links, link);
    }
    JSON_SET(o, "measures", links);
    JSON_SET(o, "has_measures", json_bool(req->arena, links && links->n > 0));
}

static struct json *clause_json(struct request *req, const struct app *app,
                                const struct library_document *d, const struct corpus_text *t,
                                const struct doc_node *node, int depth)
{
    struct json *o = json_object(req->arena);

    JSON_SET(o, "kind", shape_text(req, span_z(doc_kind_name(node->kind))));
    JSON_SET(o, "depth", json_int(req->arena, depth > 6 ? 6 : depth));
    shape_set(req, o, "mark", span_trim(node->mark));
    shape_set(req, o, "heading", doc_masked(req->arena, t->doc, node, node->title));
    struct span text = node->text;
    if (node->title.n && span_starts(text, node->title))
        text = span_from(text, node->title.n);
    shape_set(req, o, "text", doc_masked(req->arena, t->doc, node, text));
    JSON_SET(o, "line", json_int(req->arena, node->line));
    add_links(req, app, d, node, o);
    return o;
}

static bool is_part_of_its_own(const struct doc_node *node, const struct doc_node *base)
{
    return node != base && node->kind == DOC_PART;
}

/* The clauses below `base` in the order of the text; nested documents are left to their own pages.
 */
static struct json *outline_json(struct request *req, const struct app *app,
                                 const struct library_document *d, const struct corpus_text *t,
                                 const struct doc_node *base)
{
    struct json *list = json_array(req->arena);
    struct doc_walk walk;
    enum doc_event event;
    int depth = 0, hidden = 0;

    doc_walk_init(&walk, base);
    while ((event = doc_walk_next(&walk)) != DOC_DONE && list && list->n < OUTLINE_MAX) {
        const struct doc_node *node = walk.node;
        bool nested = is_part_of_its_own(node, base);
        if (event == DOC_EXIT) {
            depth--;
            hidden -= nested;
            continue;
        }
        hidden += nested;
        if (!hidden && node != base && (node->text.n || node->title.n))
            json_add(list, clause_json(req, app, d, t, node, depth));
        depth++;
    }
    return list;
}

static void add_relations(struct request *req, const struct library_document *d, struct json *data)
{
    struct json *relations = json_array(req->arena), *missing = json_array(req->arena);

    for (size_t i = 0; i < d->relation_count; i++) {
        const struct document_relation *r = &d->relations[i];
        struct json *o = json_object(req->arena);
        JSON_SET(o, "kind", shape_text(req, r->kind));
        shape_set(req, o, "title", r->title.n ? r->title : r->document);
        shape_set(req, o, "number", r->number);
        JSON_SET(o, "held", json_bool(req->arena, r->held));
        json_add(relations, o);
    }
    for (size_t i = 0; i < d->missing_count; i++)
        json_add(missing, shape_text(req, d->missing[i]));
    JSON_SET(data, "relations", relations);
    JSON_SET(data, "has_relations", json_bool(req->arena, relations && relations->n > 0));
    JSON_SET(data, "missing", missing);
    JSON_SET(data, "has_missing", json_bool(req->arena, missing && missing->n > 0));
}

static void add_measures(struct request *req, const struct app *app,
                         const struct library_document *d, struct json *data)
{
    struct json *list = json_array(req->arena);

    for (size_t i = 0; i < app->library->measure_count; i++) {
        const struct measure *m = app->library->measures[i];
        if (m->document != d)
            continue;
        struct json *o = json_object(req->arena);
        JSON_SET(o, "link", shape_text(req, shape_measure_link(req, m)));
        JSON_SET(o, "title", shape_text(req, words_in(m->title, is_english(req))));
        JSON_SET(o, "clause", shape_text(req, m->cites));
        json_add(list, o);
    }
    JSON_SET(data, "measures", list);
    JSON_SET(data, "has_measures", json_bool(req->arena, list && list->n > 0));
}

static void add_around(struct request *req, const struct app *app, const struct library_document *d,
                       struct json *data)
{
    struct json *parts = json_array(req->arena);

    if (d->within)
        JSON_SET(data, "within", line_json(req, app, d->within));
    for (size_t i = 0; i < app->library->document_count; i++)
        if (app->library->documents[i]->within == d)
            json_add(parts, line_json(req, app, app->library->documents[i]));
    JSON_SET(data, "parts", parts);
    JSON_SET(data, "has_parts", json_bool(req->arena, parts && parts->n > 0));
    if (d->from_inferred)
        JSON_SET(data, "inferred", shape_text(req, words_in(d->from_why, is_english(req))));
}

int documents_show(struct request *req, struct response *res, void *context)
{
    const struct app *app = context;
    struct span id = request_param(req, "id");
    const struct library_document *d = map_get(&app->library->document_by_id, id);
    const struct doc_node *base = NULL;

    if (!d)
        return err_set(&res->err, E_NOT_FOUND, "没有这份文件：%.*s", SPAN_ARG(id));
    JSON_SET(res->data, "document", line_json(req, app, d));
    JSON_SET(res->data, "title", shape_text(req, d->title));
    const struct corpus_text *t = app->has_corpus ? corpus_text_of(&app->corpus, d, &base) : NULL;
    JSON_SET(res->data, "held", json_bool(req->arena, t && base));
    if (t && base)
        JSON_SET(res->data, "clauses", outline_json(req, app, d, t, base));
    add_relations(req, d, res->data);
    add_measures(req, app, d, res->data);
    add_around(req, app, d, res->data);
    res->template = "document";
    return 200;
}
