/*
 * search_suggest.c: typing help, and the result as JSON.
 */
#include "document/search_int.h"

#define PREFIX_MOST 60 /* bytes of a folded beginning: longer is not typed but pasted */

VECTOR_OF(struct search_suggestion, suggestions);

static bool is_there(const struct suggestions *list, struct span text)
{
    for (size_t i = 0; i < list->n; i++)
        if (span_eq(list->at[i].text, text))
            return true;
    return false;
}

/* U+10FFFF stands behind every text that begins with the key. */
#define BEHIND "\xf4\x8f\xbf\xbf"

static int read_suggestions(struct store *s, struct arena *a, struct span key, size_t most,
                            struct suggestions *list, struct err *err)
{
    struct span last = arena_print(a, "%.*s" BEHIND, SPAN_ARG(key));
    struct stmt *st;
    int r = store_prepare(s,
                          "SELECT text, kind FROM search_suggestion WHERE key >= $1 AND key < $2"
                          " ORDER BY key, kind, text LIMIT $3",
                          &st, err);
    if (r < 0)
        return r;
    stmt_text(st, 1, key);
    stmt_text(st, 2, last);
    stmt_int(st, 3, (int64_t)(most * 2)); /* a text may have two keys that begin alike */
    while ((r = stmt_step(st, err)) > 0 && list->n < most) {
        struct span text = stmt_get_text(st, 0);
        struct search_suggestion *slot =
            is_there(list, text) ? NULL : VECTOR_PUSH(a, list, struct search_suggestion);
        if (slot)
            *slot = (struct search_suggestion){arena_copy(a, text),
                                               arena_copy(a, stmt_get_text(st, 1))};
    }
    stmt_done(st);
    return r < 0 ? r : a->failed ? err_memory(err) : 0;
}

int docsearch_suggest(struct docsearch *d, struct arena *request, struct span prefix, size_t most,
                      struct search_suggestion **ret, size_t *ret_n, struct err *err)
{
    struct buffer key = BUFFER_INIT;
    struct suggestions list = {0};
    struct desk k;
    int r;

    tokens_key(&key, prefix);
    if (buffer_failed(&key)) {
        buffer_release(&key);
        return err_memory(err);
    }
    r = 0;
    if (key.n && key.n <= PREFIX_MOST && (r = desk_take(d, &k, err)) == 0) {
        r = read_suggestions(k.store, request, buffer_span(&key), most, &list, err);
        desk_give(d, &k);
    }
    buffer_release(&key);
    if (r < 0)
        return r;
    *ret = list.at;
    *ret_n = list.n;
    return 0;
}

/* ---- JSON ---- */

static struct json *pieces_json(struct arena *a, const struct search_pieces *p)
{
    struct json *list = json_array(a);

    for (size_t i = 0; i < p->n; i++) {
        struct json *o = json_object(a);
        JSON_SET(o, "text", json_string(a, p->at[i].text));
        JSON_SET(o, "mark", json_bool(a, p->at[i].mark));
        json_add(list, o);
    }
    return list;
}

static struct json *lines_json(struct arena *a, struct span lines)
{
    struct json *list = json_array(a);
    struct span line;

    while (span_split(&lines, '\n', &line))
        if (line.n)
            json_add(list, json_string(a, line));
    return list;
}

static struct json *clause_json(struct arena *a, const struct search_found *c)
{
    struct json *o = json_object(a);

    JSON_SET(o, "path", json_string(a, c->path));
    JSON_SET(o, "heading", pieces_json(a, &c->heading));
    JSON_SET(o, "text", pieces_json(a, &c->text));
    return o;
}

static struct json *row_json(struct arena *a, const struct search_row *r)
{
    static const char *const fields[] = {"title", "heading", "text", "words"};
    const struct {
        const char *key;
        struct span value;
    } texts[] = {{"document", r->slug},    {"number", r->number}, {"region", r->region},
                 {"type", r->type},        {"issued", r->issued}, {"in_force_from", r->in_from},
                 {"in_force_to", r->in_to}};
    struct json *o = json_object(a), *clauses = json_array(a);

    JSON_SET(o, "title", pieces_json(a, &r->title));
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        json_set(o, span_z(texts[i].key),
                 texts[i].value.n ? json_string(a, texts[i].value) : json_null(a));
    JSON_SET(o, "issuers", lines_json(a, r->issuers));
    JSON_SET(o, "found_in", json_string(a, span_z(fields[r->field])));
    JSON_SET(o, "hits", json_int(a, (int64_t)r->hits));
    for (size_t i = 0; i < r->clause_count; i++)
        json_add(clauses, clause_json(a, &r->clauses[i]));
    JSON_SET(o, "clauses", clauses);
    return o;
}

static struct json *facets_json(struct arena *a, const struct docsearch_result *r)
{
    static const char *const kinds[SEARCH_FACETS] = {"region", "issuer", "year", "type", "tag"};
    struct json *o = json_object(a), *lists[SEARCH_FACETS];

    for (size_t i = 0; i < SEARCH_FACETS; i++)
        json_set(o, span_z(kinds[i]), lists[i] = json_array(a));
    for (size_t i = 0; i < r->facet_count; i++) {
        struct json *f = json_object(a);
        JSON_SET(f, "value", json_string(a, r->facets[i].value));
        JSON_SET(f, "documents", json_int(a, r->facets[i].documents));
        json_add(lists[r->facets[i].kind], f);
    }
    return o;
}

struct json *docsearch_json(struct arena *a, const struct docsearch_result *r)
{
    struct json *o = json_object(a), *rows = json_array(a);

    JSON_SET(o, "query", json_string(a, r->understood));
    JSON_SET(o, "synonyms", json_string(a, r->synonyms));
    JSON_SET(o, "hint", r->hint ? json_string(a, span_z(search_hint_name(r->hint))) : json_null(a));
    JSON_SET(o, "documents", json_int(a, (int64_t)r->documents));
    JSON_SET(o, "hits", json_int(a, (int64_t)r->hits));
    JSON_SET(o, "more", json_bool(a, r->more));
    JSON_SET(o, "facets", facets_json(a, r));
    for (size_t i = 0; i < r->row_count; i++)
        json_add(rows, row_json(a, &r->rows[i]));
    JSON_SET(o, "rows", rows);
    return o;
}
