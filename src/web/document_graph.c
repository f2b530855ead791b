/*
 * document_graph.c: how documents are related, as the library declares it: a picture in columns by
 * level, and the same as a table. Texts that are only named stand there as well, dashed.
 */
#include "base/vector.h"
#include "web/graph_picture.h"
#include "web/handlers.h"
#include "web/shape.h"

VECTOR_OF(struct picture_text, text_vector);
VECTOR_OF(struct picture_edge, edge_vector);

struct graph {
    struct request *req;
    const struct app *app;
    struct text_vector texts;
    struct edge_vector edges;
    struct json *rows;
};

/* The place of a text: by id, else by number, else by title; made when there is none. */
static size_t text_index(struct graph *g, const struct picture_text *t)
{
    for (size_t i = 0; i < g->texts.n; i++) {
        const struct picture_text *o = &g->texts.at[i];
        if ((t->id.n && span_eq(o->id, t->id)) ||
            (t->number.n ? span_eq(o->number, t->number) : !t->id.n && span_eq(o->title, t->title)))
            return i;
    }
    struct picture_text *slot = VECTOR_PUSH(g->req->arena, &g->texts, struct picture_text);
    if (slot)
        *slot = *t;
    return slot ? g->texts.n - 1 : 0;
}

static struct picture_text text_of_known(struct request *req, const struct library_document *d)
{
    return (struct picture_text){.id = d->id,
                                 .title = d->title,
                                 .number = d->number,
                                 .region = d->region,
                                 .held = true,
                                 .link = shape_link(req, "documents", d->id)};
}

static struct picture_text text_of_relation(struct request *req, const struct app *app,
                                            const struct document_relation *r)
{
    const struct library_document *d =
        r->document.n ? map_get(&app->library->document_by_id, r->document) : NULL;

    if (d)
        return text_of_known(req, d);
    return (struct picture_text){
        .title = r->title.n ? r->title : r->number, .number = r->number, .held = r->held};
}

static void add_row(struct graph *g, const struct picture_text *from, const struct picture_text *to,
                    struct span kind)
{
    struct json *o = json_object(g->req->arena);
    struct span key = arena_print(g->req->arena, "documents.relation_%s", graph_kind(kind));

    JSON_SET(o, "from", shape_text(g->req, from->title));
    JSON_SET(o, "from_link", shape_text(g->req, from->link));
    JSON_SET(o, "kind", shape_text(g->req, request_say(g->req, key.p ? key.p : "", NULL)));
    JSON_SET(o, "to", shape_text(g->req, to->title));
    shape_set(g->req, o, "to_link", to->link);
    shape_set(g->req, o, "number", to->number);
    JSON_SET(o, "held", json_bool(g->req->arena, to->held));
    json_add(g->rows, o);
}

static void add_document(struct graph *g, const struct library_document *d)
{
    struct picture_text from = text_of_known(g->req, d);

    for (size_t i = 0; i < d->relation_count; i++) {
        struct picture_text to = text_of_relation(g->req, g->app, &d->relations[i]);
        size_t a = text_index(g, &from), b = text_index(g, &to);
        struct picture_edge *e = VECTOR_PUSH(g->req->arena, &g->edges, struct picture_edge);
        if (e)
            *e = (struct picture_edge){a, b, d->relations[i].kind};
        add_row(g, &from, &to, d->relations[i].kind);
    }
}

static bool within_region(struct span region, struct span wanted)
{
    return !wanted.n ||
           (span_starts(region, wanted) && (region.n == wanted.n || region.p[wanted.n] == '/'));
}

static void add_regions(struct request *req, const struct app *app, struct json *data)
{
    struct json *list = json_array(req->arena);
    struct span chosen = request_text(req, "region");

    for (size_t i = 0; i < app->library->document_count; i++) {
        struct span region = app->library->documents[i]->region;
        bool known = !region.n || !app->library->documents[i]->relation_count;
        JSON_EACH(o, list)
        known = known || span_eq(json_text(JSON_GET(o, "value")), region);
        if (!known)
            shape_option(req, list, region, region, span_eq(region, chosen));
    }
    JSON_SET(data, "regions", list);
}

int documents_graph(struct request *req, struct response *res, void *context)
{
    const struct app *app = context;
    struct graph g = {.req = req, .app = app, .rows = json_array(req->arena)};

    for (size_t i = 0; i < app->library->document_count; i++)
        if (within_region(app->library->documents[i]->region, request_text(req, "region")))
            add_document(&g, app->library->documents[i]);
    JSON_SET(res->data, "picture",
             json_string(req->arena,
                         graph_picture(req->arena, g.texts.at, g.texts.n, g.edges.at, g.edges.n)));
    JSON_SET(res->data, "relations", g.rows);
    JSON_SET(res->data, "count", json_int(req->arena, g.rows ? (int64_t)g.rows->n : 0));
    add_regions(req, app, res->data);
    res->template = "graph";
    res->title = "documents.graph";
    return 200;
}
