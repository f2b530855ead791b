/*
 * documents.c: 公文库: the texts of the store by region, year and type; what the library says of
 * documents; and one document with its text, validity, measures, versions and relations. Texts come
 * from the store (`huiqi document import`) or a folder (`huiqi serve --documents DIR`), masked.
 */
#include "document/export.h"
#include "document/follow.h"
#include "document/tags.h"
#include "http/escape.h"
#include "web/document_text.h"
#include "web/graph_picture.h"
#include "web/handlers.h"
#include "web/shape.h"

#define PAGE 50 /* documents of the store on a page */

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

/* ---- browsing ---- */

static struct json *row_json(struct request *req, const struct app *app,
                             const struct archive_version *v)
{
    const struct stored_pair p = {stored_known(app, req->arena, v), v};
    struct json *o = json_object(req->arena);
    size_t measures = p.known ? measures_of(app->library, p.known) : 0;
    struct stored_period t = stored_period_of(req->arena, &p, req->as_of);

    JSON_SET(o, "id", shape_text(req, v->slug));
    JSON_SET(o, "link", shape_text(req, shape_link(req, "documents", v->slug)));
    shape_set(req, o, "title", v->title.n ? v->title : v->source_name);
    shape_set(req, o, "number", v->doc_number);
    shape_set(req, o, "type", v->type);
    shape_set(req, o, "region", v->region);
    shape_set(req, o, "issued", v->issued);
    JSON_SET(o, "bare", json_bool(req->arena, span_eq(v->kind, SPAN("catalogue"))));
    JSON_SET(o, "over", json_bool(req->arena, t.force == FORCE_OVER));
    JSON_SET(o, "measures", json_int(req->arena, (int64_t)measures));
    JSON_SET(o, "has_measures", json_bool(req->arena, measures > 0));
    return o;
}

/* The list with one filter changed; another filter begins on the first page. */
static struct span link_with(struct request *req, const char *key, struct span value)
{
    static const char *const kept[] = {"region", "issuer", "year", "type", "tag"};
    struct buffer b = BUFFER_INIT;
    char mark = '?';

    buffer_add_z(&b, "/documents");
    for (size_t i = 0; i <= COUNT_OF(kept); i++) {
        const char *name = i < COUNT_OF(kept) ? kept[i] : "page";
        bool changed = strcmp(name, key) == 0;
        struct span v = changed || i == COUNT_OF(kept) ? value : request_text(req, name);
        if (!v.n || (i == COUNT_OF(kept) && !changed))
            continue;
        buffer_print(&b, "%c%s=", mark, name);
        escape_percent(&b, v);
        mark = '&';
    }
    struct span link = arena_copy(req->arena, buffer_span(&b));
    req->arena->failed |= buffer_failed(&b);
    buffer_release(&b);
    return link;
}

static void add_facet(struct request *req, const char *key, const struct archive_facets *f,
                      struct json *groups)
{
    struct json *group = json_object(req->arena), *values = json_array(req->arena);
    struct span title = arena_print(req->arena, "documents.by_%s", key);
    struct span chosen = request_text(req, key);

    for (size_t i = 0; i < f->n; i++) {
        struct json *o = json_object(req->arena);
        if (!f->at[i].value.n || span_eq(f->at[i].value, chosen))
            continue;
        JSON_SET(o, "title", shape_text(req, f->at[i].value));
        JSON_SET(o, "documents", json_int(req->arena, f->at[i].documents));
        JSON_SET(o, "link", shape_text(req, link_with(req, key, f->at[i].value)));
        json_add(values, o);
    }
    JSON_SET(group, "title", shape_text(req, request_say(req, title.p ? title.p : "", NULL)));
    JSON_SET(group, "values", values);
    shape_set(req, group, "chosen", chosen);
    if (chosen.n)
        JSON_SET(group, "without", shape_text(req, link_with(req, key, SPAN(""))));
    json_add(groups, group);
}

static void add_paging(struct request *req, int64_t total, int64_t page, struct json *data)
{
    int64_t pages = (total + PAGE - 1) / PAGE;
    struct json *o = json_object(req->arena);

    if (pages < 2)
        return;
    JSON_SET(o, "page", json_int(req->arena, page));
    JSON_SET(o, "pages", json_int(req->arena, pages));
    if (page > 1)
        JSON_SET(
            o, "before",
            shape_text(req, link_with(req, "page", arena_print(req->arena, "%d", (int)page - 1))));
    if (page < pages)
        JSON_SET(
            o, "after",
            shape_text(req, link_with(req, "page", arena_print(req->arena, "%d", (int)page + 1))));
    JSON_SET(data, "paging", o);
}

static int add_stored(struct request *req, const struct app *app, struct json *data,
                      struct err *err)
{
    const struct archive_filter filter = {.region = request_text(req, "region"),
                                          .issuer = request_text(req, "issuer"),
                                          .type = request_text(req, "type"),
                                          .tag = request_text(req, "tag"),
                                          .year = request_value(req, "year")->number};
    int64_t page = request_value(req, "page")->given ? request_value(req, "page")->number : 1;
    struct json *rows = json_array(req->arena), *groups = json_array(req->arena);
    struct archive_page found;
    struct store *s;
    int r = stored_open(app, &s, err);

    if (r == 0)
        r = document_archive_browse(s, req->arena, &filter, (size_t)(page - 1) * PAGE, PAGE, &found,
                                    err);
    store_close(s);
    if (r < 0)
        return r;
    for (size_t i = 0; i < found.n; i++)
        json_add(rows, row_json(req, app, &found.rows[i]));
    add_facet(req, "region", &found.regions, groups);
    add_facet(req, "year", &found.years, groups);
    add_facet(req, "type", &found.types, groups);
    add_facet(req, "issuer", &found.issuers, groups);
    add_facet(req, "tag", &found.tags, groups);
    JSON_SET(data, "stored", rows);
    JSON_SET(data, "stored_count", json_int(req->arena, found.total));
    JSON_SET(data, "facet_groups", groups);
    add_paging(req, found.total, page, data);
    return 0;
}

static bool is_filtered(const struct request *req)
{
    return request_text(req, "region").n || request_text(req, "issuer").n ||
           request_text(req, "type").n || request_text(req, "tag").n ||
           request_value(req, "year")->given || request_value(req, "page")->given;
}

int documents_list(struct request *req, struct response *res, void *context)
{
    const struct app *app = context;
    const struct library *l = app->library;
    struct json *list = json_array(req->arena);
    int r = add_stored(req, app, res->data, &res->err);

    if (r < 0)
        return r;
    for (size_t i = 0; i < l->document_count && !is_filtered(req); i++)
        if (!l->documents[i]->within)
            add_tree(req, app, l->documents[i], list);
    const struct json *stored = JSON_GET(res->data, "stored");
    JSON_SET(res->data, "any_stored",
             json_bool(req->arena, (stored && stored->n > 0) || is_filtered(req)));
    JSON_SET(res->data, "filtered", json_bool(req->arena, is_filtered(req)));
    JSON_SET(res->data, "documents", list);
    JSON_SET(res->data, "count", json_int(req->arena, (int64_t)l->document_count));
    res->template = "documents";
    res->title = "documents.title";
    return 200;
}

/* ---- one document ---- */

static void add_relations(struct request *req, const struct app *app,
                          const struct library_document *d, struct json *relations,
                          struct json *data)
{
    struct json *missing = json_array(req->arena);

    for (size_t i = 0; i < d->relation_count; i++) {
        const struct document_relation *r = &d->relations[i];
        struct json *o = json_object(req->arena);
        const struct library_document *other =
            r->document.n ? map_get(&app->library->document_by_id, r->document) : NULL;
        struct span key = arena_print(req->arena, "documents.relation_%s", graph_kind(r->kind));
        JSON_SET(o, "kind", shape_text(req, r->kind));
        JSON_SET(o, "say", shape_text(req, request_say(req, key.p ? key.p : "", NULL)));
        shape_set(req, o, "title", other ? other->title : r->title.n ? r->title : r->document);
        if (other)
            JSON_SET(o, "link", shape_text(req, shape_link(req, "documents", other->id)));
        shape_set(req, o, "number", r->number);
        JSON_SET(o, "held", json_bool(req->arena, r->held));
        json_add(relations, o);
    }
    for (size_t i = 0; i < d->missing_count; i++)
        json_add(missing, shape_text(req, d->missing[i]));
    JSON_SET(data, "missing", missing);
    JSON_SET(data, "has_missing", json_bool(req->arena, missing && missing->n > 0));
}

static bool is_listed(const struct json *list, const struct stored_relation *r)
{
    JSON_EACH(o, list)
    {
        if (r->number.n ? span_eq(json_text(JSON_GET(o, "number")), r->number)
                        : span_eq(json_text(JSON_GET(o, "title")), r->title))
            return true;
    }
    return false;
}

static struct json *stored_relation_json(struct request *req, const struct stored_relation *r)
{
    struct json *o = json_object(req->arena);
    struct span key = arena_print(req->arena, "documents.relation_%s", graph_kind(r->kind));

    JSON_SET(o, "kind", shape_text(req, r->kind));
    JSON_SET(o, "say", shape_text(req, request_say(req, key.p ? key.p : "", NULL)));
    shape_set(req, o, "title", r->title.n ? r->title : r->number);
    if (r->slug.n)
        JSON_SET(o, "link", shape_text(req, shape_link(req, "documents", r->slug)));
    shape_set(req, o, "number", r->title.n ? r->number : (struct span){NULL, 0});
    shape_set(req, o, "clause", r->path);
    JSON_SET(o, "held", json_bool(req->arena, r->slug.n > 0));
    return o;
}

/* What the stored text says of others, besides what the library declares; and others of it. */
static int add_stored_relations(struct request *req, struct store *s,
                                const struct archive_version *v, struct json *to, struct json *data,
                                struct err *err)
{
    struct json *from = json_array(req->arena);
    struct stored_relation *relations;
    size_t n;
    int r = follow_relations(s, req->arena, v, &relations, &n, err);

    for (size_t i = 0; r == 0 && i < n; i++) {
        struct json *list = relations[i].reverse ? from : to;
        if (!is_listed(list, &relations[i]))
            json_add(list, stored_relation_json(req, &relations[i]));
    }
    JSON_SET(data, "named_by", from);
    JSON_SET(data, "has_named_by", json_bool(req->arena, from && from->n > 0));
    return r;
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

/* What is known of a text that the library does not describe: from its own head and foot. */
static struct json *text_json(struct request *req, const struct archive_version *v)
{
    struct json *o = json_object(req->arena), *issuers = NULL;
    struct err ignored = ERR_INIT;

    JSON_SET(o, "id", shape_text(req, v->slug));
    JSON_SET(o, "link", shape_text(req, shape_link(req, "documents", v->slug)));
    JSON_SET(o, "title", shape_text(req, v->title.n ? v->title : v->source_name));
    shape_set(req, o, "number", v->doc_number);
    shape_set(req, o, "type", v->type);
    shape_set(req, o, "region", v->region);
    shape_set(req, o, "issued", v->issued);
    if (json_parse(req->arena, v->issuers, SPAN("issuers"), &issuers, &ignored) == 0)
        JSON_SET(o, "issuers", issuers);
    return o;
}

static void add_force(struct request *req, const struct stored_pair *p, struct json *data)
{
    struct stored_period t = stored_period_of(req->arena, p, req->as_of);
    struct json *o = json_object(req->arena);
    struct span key = arena_print(req->arena, "documents.force_%s", stored_force_name(t.force));

    JSON_SET(o, "force", shape_text(req, span_z(stored_force_name(t.force))));
    JSON_SET(o, "say", shape_text(req, request_say(req, key.p ? key.p : "", NULL)));
    JSON_SET(o, "now", json_bool(req->arena, t.force == FORCE_NOW));
    JSON_SET(o, "over", json_bool(req->arena, t.force == FORCE_OVER));
    shape_set(req, o, "from", t.from);
    shape_set(req, o, "to", t.to);
    JSON_SET(data, "validity", o);
}

static void add_versions(struct request *req, const struct archive_version *v, struct json *data)
{
    struct json *list = json_array(req->arena);
    struct span link = shape_link(req, "documents", v->slug);

    for (int64_t n = v->latest; n >= 1; n--) {
        struct json *o = json_object(req->arena);
        JSON_SET(o, "number", json_int(req->arena, n));
        JSON_SET(o, "current", json_bool(req->arena, n == v->number));
        JSON_SET(
            o, "link",
            shape_text(req, arena_print(req->arena, "%.*s?version=%d", SPAN_ARG(link), (int)n)));
        if (n > 1)
            JSON_SET(o, "changes",
                     shape_text(req, arena_print(req->arena, "%.*s?version=%d&since=%d",
                                                 SPAN_ARG(link), (int)n, (int)n - 1)));
        json_add(list, o);
    }
    JSON_SET(data, "versions", list);
    JSON_SET(data, "several", json_bool(req->arena, v->latest > 1));
    JSON_SET(data, "here", shape_text(req, link));
    JSON_SET(data, "stored", json_bool(req->arena, true));
}

static const struct {
    const char *type, *ending;
} formats[] = {{"text/markdown; charset=utf-8", "md"},
               {"text/html; charset=utf-8", "html"},
               {"application/akn+xml; charset=utf-8", "xml"}};

/* The text as a file: Markdown, a page that stands alone, Akoma Ntoso. */
static int send_file(struct request *req, struct response *res, struct store *s,
                     const struct archive_version *v, size_t format)
{
    static void (*const makers[])(struct buffer *, struct arena *, const struct export_input *) = {
        export_markdown, export_html, export_akn};
    struct export_input in = {.version = v};
    struct archive_clause *clauses;
    struct buffer b = BUFFER_INIT;
    int r = document_archive_clauses(s, req->arena, v->id, &clauses, &in.n, &res->err);

    if (r < 0)
        return r;
    in.clauses = clauses;
    makers[format](&b, req->arena, &in);
    res->body = arena_copy(req->arena, buffer_span(&b));
    res->type = formats[format].type;
    res->filename =
        arena_print(req->arena, "document-%d.%s", (int)v->document, formats[format].ending).p;
    bool failed = buffer_failed(&b);
    buffer_release(&b);
    return failed || !res->body.p ? err_memory(&res->err) : 200;
}

static int add_tags(struct request *req, struct store *s, const struct archive_version *v,
                    struct json *data, struct err *err)
{
    struct json *list = json_array(req->arena);
    struct span *tags = NULL;
    size_t n = 0;
    int r = document_archive_tags(s, req->arena, v->document, &tags, &n, err);

    for (size_t i = 0; r == 0 && i < n; i++) {
        struct json *o = json_object(req->arena);
        JSON_SET(o, "title", shape_text(req, tags[i]));
        JSON_SET(o, "link", shape_text(req, link_with(req, "tag", tags[i])));
        json_add(list, o);
    }
    JSON_SET(data, "tags", list);
    JSON_SET(data, "has_tags", json_bool(req->arena, n > 0));
    return r;
}

static int fill(struct request *req, const struct app *app, struct store *s,
                const struct stored_pair *p, struct response *res)
{
    const struct input *since = request_value(req, "since");
    struct json *data = res->data, *relations = json_array(req->arena);
    int r = text_show(req, app, s, p, data, &res->err);

    if (r == 0 && p->text && since->given)
        r = text_changes(req, s, p->text, since->number, data, &res->err);
    if (r == 0 && p->text && request_value(req, "original")->truth)
        r = text_original(req, app, s, p->text, data, &res->err);
    if (r == 0 && p->text && request_value(req, "facts")->truth)
        r = text_facts(req, s, p->text, data, &res->err);
    if (r < 0)
        return r;
    JSON_SET(data, "document", p->known ? line_json(req, app, p->known) : text_json(req, p->text));
    JSON_SET(data, "title",
             shape_text(req, p->known           ? p->known->title
                             : p->text->title.n ? p->text->title
                                                : p->text->source_name));
    add_force(req, p, data);
    if (p->text)
        add_versions(req, p->text, data);
    if (p->known) {
        add_relations(req, app, p->known, relations, data);
        add_measures(req, app, p->known, data);
        add_around(req, app, p->known, data);
    }
    if (p->text)
        r = add_tags(req, s, p->text, data, &res->err);
    if (r == 0 && p->text)
        r = add_stored_relations(req, s, p->text, relations, data, &res->err);
    JSON_SET(data, "relations", relations);
    JSON_SET(data, "has_relations", json_bool(req->arena, relations && relations->n > 0));
    return r;
}

int documents_show(struct request *req, struct response *res, void *context)
{
    const struct app *app = context;
    const struct input *format = request_value(req, "format"),
                       *version = request_value(req, "version");
    struct span id = request_param(req, "id");
    struct stored_pair p;
    struct store *s;
    int r = stored_open(app, &s, &res->err);

    if (r == 0)
        r = stored_find(app, s, req->arena, id, version->number, &p, &res->err);
    if (r == E_NOT_FOUND) {
        res->err = (struct err)ERR_INIT;
        r = err_set(&res->err, E_NOT_FOUND, "没有这份文件：%.*s", SPAN_ARG(id));
    }
    if (r == 0 && format->given && p.text)
        r = send_file(req, res, s, p.text, format->choice);
    else if (r == 0)
        r = fill(req, app, s, &p, res);
    store_close(s);
    if (r < 0 || res->body.p)
        return r;
    res->template = "document";
    return 200;
}
