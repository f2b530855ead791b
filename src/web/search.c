/*
 * search.c: one search for people: measures and products of the library, and the clauses of the
 * documents in the store, on one page. Everything works by links; typing help is a datalist that a
 * small script keeps up to date (web/static/search.js).
 */
#include "document/search.h"
#include "http/escape.h"
#include "web/handlers.h"
#include "web/shape.h"

#define FEW         5  /* of a group on the page of all groups */
#define MANY        50 /* of a group on its own page */
#define FACETS_MOST 10
#define SUGGESTED   10

/* ---- addresses ---- */

static const char *const kept[] = {"q",    "in",   "region", "issuer",
                                   "year", "type", "tag",    "in_force"};

static void add_parameter(struct buffer *b, const char *key, struct span value)
{
    if (!value.n)
        return;
    buffer_print(b, "%c%s=", b->n && span_find(buffer_span(b), SPAN("?")) != SIZE_MAX ? '&' : '?',
                 key);
    escape_percent(b, value);
}

/* This page with one thing changed; an empty value takes it away, another page is a new list. */
static struct json *link_with(struct request *req, const char *key, struct span value)
{
    struct buffer b = BUFFER_INIT;

    buffer_add_z(&b, "/search");
    for (size_t i = 0; i < COUNT_OF(kept); i++)
        add_parameter(&b, kept[i], strcmp(kept[i], key) == 0 ? value : request_text(req, kept[i]));
    if (strcmp(key, "page") == 0)
        add_parameter(&b, key, value);
    struct span link = arena_copy(req->arena, buffer_span(&b));
    req->arena->failed |= buffer_failed(&b);
    buffer_release(&b);
    return json_string(req->arena, link);
}

/* The page of a document, at a clause. */
static struct json *document_link(struct request *req, struct span slug, struct span path)
{
    struct buffer b = BUFFER_INIT;

    buffer_add(&b, shape_link(req, "documents", slug));
    if (path.n) {
        buffer_byte(&b, '#');
        escape_percent(&b, path);
    }
    struct span link = arena_copy(req->arena, buffer_span(&b));
    req->arena->failed |= buffer_failed(&b);
    buffer_release(&b);
    return json_string(req->arena, link);
}

static struct json *truth(struct request *req, bool b)
{
    return json_bool(req->arena, b);
}

/* ---- measures and products ---- */

/* What the index of measures understands: words without quotation marks; those with - are left out.
 */
static struct span plain_words(struct request *req, struct span q, struct span understood)
{
    struct buffer b = BUFFER_INIT;
    struct span word;

    if (!understood.n)
        return q;
    while (span_split(&understood, ' ', &word)) {
        if (!word.n || word.p[0] == '-')
            continue;
        if (b.n)
            buffer_byte(&b, ' ');
        for (size_t i = 0; i < word.n; i++)
            if (word.p[i] != '"')
                buffer_byte(&b, word.p[i]);
    }
    struct span words = arena_copy(req->arena, buffer_span(&b));
    req->arena->failed |= buffer_failed(&b);
    buffer_release(&b);
    return words;
}

static struct json *measure_json(struct request *req, const struct search_hit *hit)
{
    const struct measure *m = hit->measure;
    struct json *o = json_object(req->arena);

    JSON_SET(o, "id", shape_text(req, m->id));
    JSON_SET(o, "link", shape_text(req, shape_measure_link(req, m)));
    JSON_SET(o, "title", shape_text(req, words_in(m->title, is_english(req))));
    JSON_SET(o, "plain", shape_text(req, words_in(m->plain, is_english(req))));
    JSON_SET(o, "region", shape_text(req, m->region));
    JSON_SET(o, "office", shape_text(req, m->product ? m->institution : m->authority));
    return o;
}

static void add_group(struct request *req, struct json *data, const char *key,
                      const struct search_hit *hits, size_t n, bool products, size_t most)
{
    struct json *group = json_object(req->arena), *items = json_array(req->arena);
    int64_t count = 0;

    for (size_t i = 0; i < n; i++) {
        if (hits[i].measure->product != products)
            continue;
        if (++count <= (int64_t)most)
            json_add(items, measure_json(req, &hits[i]));
    }
    JSON_SET(group, "count", json_int(req->arena, count));
    JSON_SET(group, "items", items);
    JSON_SET(group, "any", truth(req, count > 0));
    JSON_SET(group, "more", truth(req, count > (int64_t)most));
    JSON_SET(group, "all", link_with(req, "in", span_z(key)));
    json_set(data, span_z(key), group);
}

/* The words as they are, else the first of their synonyms that something has. */
static int find_measures(struct request *req, const struct app *app, struct span words,
                         struct span synonyms, struct search_hit **ret, size_t *ret_n,
                         struct err *err)
{
    struct span other;
    int r = search_measures(req->arena, app->search, words, ret, ret_n, err);

    while (r == 0 && *ret_n == 0 && span_split(&synonyms, ' ', &other))
        if (other.n)
            r = search_measures(req->arena, app->search, other, ret, ret_n, err);
    return r;
}

/* ---- documents ---- */

static bool known_out(struct request *req, const struct search_row *row)
{
    struct date d;

    if (date_parse(row->in_to, &d) && date_compare(req->as_of, d) > 0)
        return true;
    return date_parse(row->in_from, &d) && date_compare(req->as_of, d) < 0;
}

/* Adds to the JSON of the search what the page shows besides. */
static void dress_row(struct request *req, const struct search_row *row, struct json *o)
{
    struct json *clause = (struct json *)(uintptr_t)JSON_GET(o, "clauses");

    JSON_SET(o, "link", document_link(req, row->slug, (struct span){NULL, 0}));
    JSON_SET(o, "lapsed", truth(req, known_out(req, row)));
    clause = clause ? clause->first : NULL;
    for (size_t i = 0; clause && i < row->clause_count; i++, clause = clause->next) {
        JSON_SET(clause, "link", document_link(req, row->slug, row->clauses[i].path));
        JSON_SET(clause, "has_heading", truth(req, row->clauses[i].heading.n > 0));
    }
    if (row->hits > row->clause_count)
        JSON_SET(o, "others", json_int(req->arena, (int64_t)(row->hits - row->clause_count)));
}

/* Of regions: the top, and those just below the chosen one. */
static bool facet_shown(struct request *req, const struct search_facet *f)
{
    struct span chosen = request_text(req, "region");

    if (f->kind != SEARCH_REGION)
        return true;
    if (chosen.n && (!span_starts(f->value, chosen) || f->value.n == chosen.n))
        return false;
    struct span below = chosen.n ? span_from(f->value, chosen.n + 1) : f->value;
    return span_find(below, SPAN("/")) == SIZE_MAX;
}

static struct json *facet_json(struct request *req, const char *key, const struct search_facet *f)
{
    struct json *o = json_object(req->arena);
    size_t from = 0;

    for (size_t i = 0; f->kind == SEARCH_REGION && i < f->value.n; i++)
        if (f->value.p[i] == '/')
            from = i + 1;
    JSON_SET(o, "title", shape_text(req, span_from(f->value, from)));
    JSON_SET(o, "documents", json_int(req->arena, f->documents));
    JSON_SET(o, "link", link_with(req, key, f->value));
    return o;
}

static void add_facets(struct request *req, const struct docsearch_result *r, struct json *data)
{
    static const struct {
        const char *key, *title;
    } kinds[SEARCH_FACETS] = {{"region", "search.region"},
                              {"issuer", "search.issuer"},
                              {"year", "search.year"},
                              {"type", "search.type"},
                              {"tag", "search.tag"}};
    struct json *groups = json_array(req->arena);

    for (size_t kind = 0; kind < SEARCH_FACETS; kind++) {
        struct json *group = json_object(req->arena), *values = json_array(req->arena);
        struct span chosen = request_text(req, kinds[kind].key);
        for (size_t i = 0; i < r->facet_count; i++) {
            const struct search_facet *f = &r->facets[i];
            bool open = kind == SEARCH_REGION || !chosen.n;
            if (f->kind == kind && open && facet_shown(req, f) && values && values->n < FACETS_MOST)
                json_add(values, facet_json(req, kinds[kind].key, f));
        }
        if (!values || (!values->n && !chosen.n))
            continue;
        JSON_SET(group, "title", shape_text(req, request_say(req, kinds[kind].title, NULL)));
        JSON_SET(group, "values", values);
        if (chosen.n) {
            JSON_SET(group, "chosen", shape_text(req, chosen));
            JSON_SET(group, "without", link_with(req, kinds[kind].key, (struct span){NULL, 0}));
        }
        json_add(groups, group);
    }
    JSON_SET(data, "facet_groups", groups);
    JSON_SET(data, "has_facets", truth(req, groups && groups->n > 0));
}

static void add_pages(struct request *req, const struct docsearch_result *r, size_t page,
                      struct json *data)
{
    size_t pages = (r->documents + DOCSEARCH_PAGE - 1) / DOCSEARCH_PAGE;

    if (pages < 2)
        return;
    struct json *o = json_object(req->arena);
    JSON_SET(o, "page", json_int(req->arena, (int64_t)page + 1));
    JSON_SET(o, "pages", json_int(req->arena, (int64_t)pages));
    if (page > 0)
        JSON_SET(o, "before", link_with(req, "page", arena_print(req->arena, "%zu", page)));
    if (page + 1 < pages)
        JSON_SET(o, "after", link_with(req, "page", arena_print(req->arena, "%zu", page + 2)));
    JSON_SET(data, "paging", o);
}

static const char *const hints[] = {
    [SEARCH_HINT_NONE] = NULL,
    [SEARCH_HINT_EMPTY] = NULL,
    [SEARCH_HINT_ONLY_EXCLUDED] = "search.only_excluded",
    [SEARCH_HINT_QUOTE] = "search.quote",
    [SEARCH_HINT_MANY] = "search.many",
    [SEARCH_HINT_SPLIT] = "search.split",
};

static void add_documents(struct request *req, const struct docsearch_result *r, size_t page,
                          struct json *data)
{
    struct json *found = docsearch_json(req->arena, r);
    struct json *rows = (struct json *)(uintptr_t)JSON_GET(found, "rows");
    struct json *row = rows ? rows->first : NULL;

    for (size_t i = 0; row && i < r->row_count; i++, row = row->next)
        dress_row(req, &r->rows[i], row);
    JSON_SET(found, "any", truth(req, r->row_count > 0));
    JSON_SET(found, "plus", shape_text(req, r->more ? SPAN("+") : SPAN("")));
    JSON_SET(found, "all", link_with(req, "in", SPAN("documents")));
    add_pages(req, r, page, found);
    JSON_SET(data, "documents", found);
    add_facets(req, r, data);
    if (hints[r->hint])
        JSON_SET(data, "hint_text", shape_text(req, request_say(req, hints[r->hint], NULL)));
    if (r->synonyms.n)
        JSON_SET(data, "synonyms", shape_text(req, r->synonyms));
}

static int find_documents(struct request *req, const struct app *app, size_t page,
                          struct docsearch_result *ret, struct err *err)
{
    const struct docsearch_options o = {.text = request_text(req, "q"),
                                        .region = request_text(req, "region"),
                                        .issuer = request_text(req, "issuer"),
                                        .type = request_text(req, "type"),
                                        .tag = request_text(req, "tag"),
                                        .year = request_value(req, "year")->number,
                                        .has_in_force = request_value(req, "in_force")->truth,
                                        .in_force = req->as_of,
                                        .today = req->as_of,
                                        .page = page,
                                        .synonyms = app->synonyms};

    *ret = (struct docsearch_result){0};
    return app->docsearch ? docsearch_run(app->docsearch, req->arena, &o, ret, err) : 0;
}

/* ---- typing help ---- */

static void add_suggestion(struct request *req, struct json *list, struct span text)
{
    JSON_EACH(known, list)
    if (span_eq(json_text(known), text))
        return;
    if (text.n && list && list->n < SUGGESTED)
        json_add(list, shape_text(req, text));
}

/* Titles, headings and offices of documents; titles of measures; departments. */
static int suggest(struct request *req, const struct app *app, struct span q, struct json **ret,
                   struct err *err)
{
    const struct library *l = app->library;
    struct json *list = json_array(req->arena);
    struct search_suggestion *found = NULL;
    size_t n = 0;
    int r = 0;

    if (app->docsearch && q.n)
        r = docsearch_suggest(app->docsearch, req->arena, q, SUGGESTED, &found, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++)
        add_suggestion(req, list, found[i].text);
    for (size_t i = 0; r == 0 && q.n && i < l->measure_count; i++)
        if (span_find(l->measures[i]->title.zh, q) != SIZE_MAX)
            add_suggestion(req, list, l->measures[i]->title.zh);
    for (size_t i = 0; r == 0 && i < l->organisation_count; i++)
        if (span_starts(l->organisations[i]->name, q))
            add_suggestion(req, list, l->organisations[i]->name);
    for (size_t i = 0; r == 0 && q.n && i < l->register_count; i++)
        if (span_starts(l->registers[i]->title.zh, q))
            add_suggestion(req, list, l->registers[i]->title.zh);
    *ret = list;
    return r;
}

int search_suggest(struct request *req, struct response *res, void *context)
{
    struct json *list = NULL;
    int r = suggest(req, context, request_text(req, "q"), &list, &res->err);

    if (r < 0)
        return r;
    JSON_SET(res->data, "suggestions", list);
    return 200;
}

/* ---- the page ---- */

static void add_tabs(struct request *req, struct json *data)
{
    static const struct {
        const char *value, *title;
    } tabs[] = {{"", "search.all"},
                {"measures", "search.measures"},
                {"products", "search.products"},
                {"documents", "search.documents"}};
    struct json *list = json_array(req->arena);

    for (size_t i = 0; i < COUNT_OF(tabs); i++) {
        struct json *o = json_object(req->arena);
        JSON_SET(o, "title", shape_text(req, request_say(req, tabs[i].title, NULL)));
        JSON_SET(o, "link", link_with(req, "in", span_z(tabs[i].value)));
        JSON_SET(o, "current", truth(req, span_eq(request_text(req, "in"), span_z(tabs[i].value))));
        json_add(list, o);
    }
    JSON_SET(data, "tabs", list);
}

static void add_form(struct request *req, struct json *data)
{
    struct json *hidden = json_array(req->arena);

    for (size_t i = 1; i < COUNT_OF(kept); i++) {
        if (!request_text(req, kept[i]).n || strcmp(kept[i], "in_force") == 0)
            continue;
        struct json *o = json_object(req->arena);
        JSON_SET(o, "name", shape_text(req, span_z(kept[i])));
        JSON_SET(o, "value", shape_text(req, request_text(req, kept[i])));
        json_add(hidden, o);
    }
    JSON_SET(data, "hidden", hidden);
    JSON_SET(data, "q", shape_text(req, request_text(req, "q")));
    JSON_SET(data, "in_force", truth(req, request_value(req, "in_force")->truth));
}

static bool asks_for(struct request *req, const char *group)
{
    struct span in = request_text(req, "in");
    return !in.n || span_eq(in, span_z(group));
}

static bool filtered(struct request *req)
{
    for (size_t i = 2; i < COUNT_OF(kept); i++)
        if (request_text(req, kept[i]).n)
            return true;
    return false;
}

static int add_measures(struct request *req, const struct app *app,
                        const struct docsearch_result *r, struct json *data, struct err *err)
{
    struct span words = plain_words(req, request_text(req, "q"), r->understood);
    size_t n = 0, most = request_text(req, "in").n ? MANY : FEW;
    struct search_hit *hits = NULL;
    int status =
        words.n && !filtered(req) ? find_measures(req, app, words, r->synonyms, &hits, &n, err) : 0;

    if (status < 0)
        return status;
    if (asks_for(req, "measures"))
        add_group(req, data, "measures", hits, n, false, most);
    if (asks_for(req, "products"))
        add_group(req, data, "products", hits, n, true, most);
    JSON_SET(data, "found", truth(req, n > 0 || r->row_count > 0));
    return 0;
}

int search_show(struct request *req, struct response *res, void *context)
{
    const struct app *app = context;
    struct docsearch_result found;
    struct json *suggestions = NULL;
    const struct input *page = request_value(req, "page");
    size_t number = page->given ? (size_t)page->number - 1 : 0;
    int r = find_documents(req, app, number, &found, &res->err);

    if (r == 0)
        r = add_measures(req, app, &found, res->data, &res->err);
    if (r == 0)
        r = suggest(req, app, request_text(req, "q"), &suggestions, &res->err);
    if (r < 0)
        return r;
    bool asked = request_text(req, "q").n || filtered(req);
    add_form(req, res->data);
    add_tabs(req, res->data);
    if (asked && asks_for(req, "documents"))
        add_documents(req, &found, number, res->data);
    JSON_SET(res->data, "asked", truth(req, asked));
    JSON_SET(res->data, "suggestions", suggestions);
    res->template = "search";
    res->title = "search.title";
    return 200;
}
