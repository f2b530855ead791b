/*
 * document_text.c: see document_text.h.
 */
#include "web/document_text.h"
#include "document/diff.h"
#include "document/export.h"
#include "document/follow.h"
#include "document/path.h"
#include "document/seal.h"
#include "web/shape.h"

/* ---- measures that rest on a clause ---- */

static void add_link(struct request *req, const struct measure *m, struct json *links)
{
    struct json *link = json_object(req->arena);

    JSON_SET(link, "link", shape_text(req, shape_measure_link(req, m)));
    JSON_SET(link, "title", shape_text(req, words_in(m->title, is_english(req))));
    json_add(links, link);
}

static void set_links(struct request *req, struct json *o, struct json *links)
{
    JSON_SET(o, "has_measures", json_bool(req->arena, links && links->n > 0));
    JSON_SET(o, "measures", links);
}

static void link_path(struct request *req, const struct app *app, const struct library_document *d,
                      struct span path, struct json *o)
{
    struct json *links = json_array(req->arena);

    for (size_t i = 0; d && path.n && i < app->library->measure_count; i++) {
        const struct measure *m = app->library->measures[i];
        if (m->document == d && span_eq(m->cites, path))
            add_link(req, m, links);
    }
    set_links(req, o, links);
}

static void link_node(struct request *req, const struct app *app, const struct library_document *d,
                      const struct doc_node *node, struct json *o)
{
    struct json *links = json_array(req->arena);
    const struct corpus_text *t;

    for (size_t i = 0; i < app->library->measure_count; i++) {
        const struct measure *m = app->library->measures[i];
        if (m->document == d && m->cites.n && clause_find(&app->corpus, d, m->cites, &t) == node)
            add_link(req, m, links);
    }
    set_links(req, o, links);
}

/* ---- clauses ---- */

static struct json *clause_new(struct request *req, struct span kind, int64_t depth, int64_t line)
{
    struct json *o = json_object(req->arena);

    JSON_SET(o, "kind", shape_text(req, kind));
    JSON_SET(o, "depth", json_int(req->arena, depth > 6 ? 6 : depth));
    JSON_SET(o, "line", json_int(req->arena, line));
    return o;
}

/* The contents: clauses with a heading or a title, two levels. */
static void add_content(struct request *req, struct json *contents, int64_t depth, struct span path,
                        struct span words)
{
    struct json *o = json_object(req->arena);

    if (!words.n || !path.n)
        return;
    JSON_SET(o, "path", shape_text(req, path));
    JSON_SET(o, "words", shape_text(req, words));
    JSON_SET(o, "depth", json_int(req->arena, depth));
    json_add(contents, o);
}

static bool is_shown(const struct archive_clause *c)
{
    return c->text.n || c->title.n;
}

static void from_store(struct request *req, const struct app *app, const struct stored_pair *p,
                       const struct archive_clause *clauses, size_t n, struct json *data)
{
    struct json *list = json_array(req->arena), *contents = json_array(req->arena);

    for (size_t i = 0; i < n && list && list->n < OUTLINE_MAX; i++) {
        const struct archive_clause *c = &clauses[i];
        if (!is_shown(c))
            continue;
        struct json *o = clause_new(req, c->kind, c->depth, c->line);
        JSON_SET(o, "path", shape_text(req, c->path));
        shape_set(req, o, "mark", span_trim(c->mark));
        shape_set(req, o, "heading", c->title);
        shape_set(req, o, "text", export_body(c));
        link_path(req, app, p->known, c->path, o);
        json_add(list, o);
        if (c->depth <= 2)
            add_content(req, contents, c->depth, c->path, c->title);
    }
    JSON_SET(data, "clauses", list);
    JSON_SET(data, "contents", contents);
    JSON_SET(data, "has_contents", json_bool(req->arena, contents && contents->n > 1));
}

static bool is_part_of_its_own(const struct doc_node *node, const struct doc_node *base)
{
    return node != base && node->kind == DOC_PART;
}

static struct json *node_json(struct request *req, const struct app *app,
                              const struct library_document *d, const struct corpus_text *t,
                              const struct doc_node *node, int depth)
{
    struct json *o = clause_new(req, span_z(doc_kind_name(node->kind)), depth, node->line);
    struct span text = node->text;

    JSON_SET(o, "path",
             shape_text(req, doc_masked(req->arena, t->doc, node,
                                        arena_print(req->arena, "L%u", (unsigned)node->line))));
    shape_set(req, o, "mark", span_trim(node->mark));
    shape_set(req, o, "heading", doc_masked(req->arena, t->doc, node, node->title));
    if (node->title.n && span_starts(text, node->title))
        text = span_from(text, node->title.n);
    shape_set(req, o, "text", doc_masked(req->arena, t->doc, node, text));
    link_node(req, app, d, node, o);
    return o;
}

/* The clauses below `base` in the order of the text; nested documents are left to their own pages.
 */
static struct json *from_folder(struct request *req, const struct app *app,
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
            json_add(list, node_json(req, app, d, t, node, depth));
        depth++;
    }
    return list;
}

int text_show(struct request *req, const struct app *app, struct store *s,
              const struct stored_pair *p, struct json *data, struct err *err)
{
    const struct corpus_text *t = NULL;
    const struct doc_node *base = NULL;

    if (p->text) {
        struct archive_clause *clauses;
        size_t n;
        int r = document_archive_clauses(s, req->arena, p->text->id, &clauses, &n, err);
        if (r < 0)
            return r;
        from_store(req, app, p, clauses, n, data);
    } else if (app->has_corpus) {
        t = corpus_text_of(&app->corpus, p->known, &base);
        if (t && base)
            JSON_SET(data, "clauses", from_folder(req, app, p->known, t, base));
    }
    JSON_SET(data, "held", json_bool(req->arena, p->text || (t && base)));
    return 0;
}

/* ---- versions ---- */

static struct json *run_json(struct request *req, const struct diff_run *run)
{
    static const char *const names[] = {"kept", "added", "dropped"};
    struct json *o = json_object(req->arena);

    json_set(o, span_z(names[run->word]), shape_text(req, run->text));
    return o;
}

static struct json *change_json(struct request *req, const struct diff_item *item)
{
    const struct archive_clause *c = item->after ? item->after : item->before;
    struct json *o = json_object(req->arena), *runs = json_array(req->arena);
    struct span key = arena_print(req->arena, "documents.change_%s", diff_kind_name(item->kind));

    JSON_SET(o, "kind", shape_text(req, span_z(diff_kind_name(item->kind))));
    JSON_SET(o, "say", shape_text(req, request_say(req, key.p ? key.p : "", NULL)));
    JSON_SET(o, "path", shape_text(req, c->path));
    shape_set(req, o, "mark", span_trim(c->mark));
    for (size_t i = 0; i < item->run_count; i++) {
        struct diff_run run = item->runs[i];
        if (item->kind == DIFF_INSERTED)
            run.word = DIFF_ADDED;
        if (item->kind == DIFF_REMOVED)
            run.word = DIFF_DROPPED;
        json_add(runs, run_json(req, &run));
    }
    JSON_SET(o, "runs", runs);
    return o;
}

int text_changes(struct request *req, struct store *s, const struct archive_version *v,
                 int64_t before, struct json *data, struct err *err)
{
    struct json *changes = json_object(req->arena), *items = json_array(req->arena);
    struct archive_version *old;
    struct archive_clause *a, *b;
    struct diff diff;
    size_t n, m;
    int r = document_archive_get(s, req->arena, v->slug, before, &old, err);

    if (r == 0)
        r = document_archive_clauses(s, req->arena, old->id, &a, &n, err);
    if (r == 0)
        r = document_archive_clauses(s, req->arena, v->id, &b, &m, err);
    if (r == 0)
        r = document_diff(req->arena, a, n, b, m, &diff, err);
    if (r < 0)
        return r;
    for (size_t i = 0; i < diff.n; i++)
        if (diff.items[i].kind != DIFF_SAME)
            json_add(items, change_json(req, &diff.items[i]));
    JSON_SET(changes, "before", json_int(req->arena, before));
    JSON_SET(changes, "after", json_int(req->arena, v->number));
    JSON_SET(changes, "items", items);
    JSON_SET(changes, "none", json_bool(req->arena, items && items->n == 0));
    JSON_SET(data, "changes", changes);
    return 0;
}

/* ---- facts ---- */

static struct json *fact_json(struct request *req, const struct stored_fact *f)
{
    struct json *o = json_object(req->arena), *value = NULL;
    struct span key = arena_print(req->arena, "documents.fact_%.*s", SPAN_ARG(f->kind));
    struct err ignored = ERR_INIT; /* what the archive wrote is JSON */

    if (json_parse(req->arena, f->value, SPAN("fact"), &value, &ignored) < 0)
        return o;
    JSON_SET(o, "kind", shape_text(req, f->kind));
    JSON_SET(o, "say", shape_text(req, request_say(req, key.p ? key.p : "", NULL)));
    shape_set(req, o, "value", json_text(JSON_GET(value, "value")));
    shape_set(req, o, "words", json_text(JSON_GET(value, "text")));
    return o;
}

/* Clauses and facts are both in the order of the text. */
static void add_facts(struct request *req, const struct archive_clause *clauses, size_t n,
                      const struct stored_fact *facts, size_t m, const struct json *list)
{
    struct json *o = list ? list->first : NULL;
    size_t k = 0;

    for (size_t i = 0; i < n && o; i++) {
        struct json *own = json_array(req->arena);
        for (; k < m && facts[k].clause == clauses[i].id; k++)
            json_add(own, fact_json(req, &facts[k]));
        if (!is_shown(&clauses[i]))
            continue;
        JSON_SET(o, "has_facts", json_bool(req->arena, own && own->n > 0));
        JSON_SET(o, "facts", own);
        o = o->next;
    }
}

int text_facts(struct request *req, struct store *s, const struct archive_version *v,
               struct json *data, struct err *err)
{
    struct archive_clause *clauses;
    struct stored_fact *facts;
    size_t n, m;
    int r = document_archive_clauses(s, req->arena, v->id, &clauses, &n, err);

    if (r == 0)
        r = follow_facts(s, req->arena, v->id, &facts, &m, err);
    if (r == 0)
        add_facts(req, clauses, n, facts, m, JSON_GET(data, "clauses"));
    return r;
}

/* ---- the original beside it ---- */

/* The bytes of a clause alone: those below it have their own. */
static struct span source_of(struct request *req, const struct doc *doc,
                             const struct archive_clause *c, const struct archive_clause *next)
{
    struct buffer b = BUFFER_INIT;
    int64_t end = next && next->start > c->start && next->start < c->end ? next->start : c->end;

    if (end > c->start && (size_t)end <= doc->bytes.n)
        doc_masked_source(&b, doc, (size_t)c->start, (size_t)end);
    struct span source = arena_copy(req->arena, span_trim(buffer_span(&b)));
    req->arena->failed |= buffer_failed(&b);
    buffer_release(&b);
    return source;
}

/* Alike but for blanks and line ends: joining lines is no repair that a reader looks for. */
static bool same_but_blanks(struct span a, struct span b)
{
    size_t i = 0, k = 0;
    for (;;) {
        while (i < a.n && (unsigned char)a.p[i] <= ' ')
            i++;
        while (k < b.n && (unsigned char)b.p[k] <= ' ')
            k++;
        if (i == a.n || k == b.n)
            return i == a.n && k == b.n;
        if (a.p[i++] != b.p[k++])
            return false;
    }
}

static void add_sources(struct request *req, const struct doc *doc,
                        const struct archive_clause *clauses, size_t n, const struct json *list)
{
    struct json *o = list ? list->first : NULL;

    for (size_t i = 0; i < n && o; i++) {
        const struct archive_clause *c = &clauses[i];
        if (!is_shown(c))
            continue;
        struct span source = source_of(req, doc, c, i + 1 < n ? c + 1 : NULL);
        struct span shown =
            arena_print(req->arena, "%.*s%.*s", SPAN_ARG(c->mark), SPAN_ARG(c->text));
        shape_set(req, o, "original", source);
        JSON_SET(o, "repaired", json_bool(req->arena, !same_but_blanks(source, shown)));
        o = o->next;
    }
}

int text_original(struct request *req, const struct app *app, struct store *s,
                  const struct archive_version *v, struct json *data, struct err *err)
{
    struct archive_clause *clauses;
    struct seal seal;
    struct span bytes;
    struct doc *doc;
    size_t n;
    int r = seal_load(s, app->database, false, &seal, err);

    if (r < 0)
        return r;
    r = document_archive_original(s, &seal, req->arena, v->source, true, SPAN("页面"), &bytes, err);
    seal_forget(&seal);
    if (r == 0)
        r = document_parse(req->arena, bytes, v->source_name, &doc, err);
    if (r == 0)
        r = document_archive_clauses(s, req->arena, v->id, &clauses, &n, err);
    if (r == 0)
        add_sources(req, doc, clauses, n, JSON_GET(data, "clauses"));
    JSON_SET(data, "beside", json_bool(req->arena, r == 0));
    return r;
}
