/*
 * follow.c: see follow.h. The hook `facts_follow` is called inside the transaction that files a
 * version, and again when what is hidden changed or a dump came back (`doc` is NULL then): facts
 * move to where their words stand now, relations look for their target again.
 */
#include "document/follow.h"
#include "base/buffer.h"
#include "base/json.h"
#include "base/map.h"
#include "base/vector.h"
#include "document/mention.h"
#include "document/references.h"

NODISCARD int facts_follow(const struct archive_change *c, struct err *err);

VECTOR_OF(struct stored_fact, fact_list);
VECTOR_OF(struct stored_relation, relation_list);

static struct span printed(struct arena *a, const struct json *j)
{
    struct buffer b = BUFFER_INIT;
    json_print(&b, j, JSON_COMPACT);
    struct span s = arena_copy(a, buffer_span(&b));
    a->failed |= buffer_failed(&b);
    buffer_release(&b);
    return s;
}

/* Position of each node of the version, plus one. */
static int nodes_map(const struct archive_change *c, struct map *m, struct err *err)
{
    map_init(m, c->arena);
    for (size_t i = 0; i < c->clause_count; i++)
        if (map_put(m, span_of((const char *)&c->nodes[i], sizeof c->nodes[i]),
                    (void *)(uintptr_t)(i + 1)) < 0)
            return err_memory(err);
    return 0;
}

static size_t clause_at(const struct map *m, const struct doc_node *node)
{
    return (size_t)(uintptr_t)map_get(m, span_of((const char *)&node, sizeof node));
}

static bool inside(const struct archive_change *c, size_t start)
{
    return (int64_t)start >= c->version->start && (int64_t)start < c->version->end;
}

/* ---- facts ---- */

static struct span fact_value(struct arena *a, const struct mention *m, struct span words)
{
    struct json *j = json_object(a);
    JSON_SET(j, "text", json_string(a, words));
    JSON_SET(j, "value", json_string(a, m->value));
    if (m->kind == MENTION_UNIT)
        JSON_SET(j, "role", json_string(a, span_z(mention_role_name(m->role))));
    if (m->meant.n)
        JSON_SET(j, "meant", json_string(a, m->meant));
    if (m->inferred)
        JSON_SET(j, "inferred", json_bool(a, true));
    return printed(a, j);
}

/* A fact is kept where its words stand in the clear: what is hidden has none. */
static int put_fact(const struct archive_change *c, size_t clause, const struct mention *m,
                    struct err *err)
{
    const struct archive_clause *k = &c->clauses[clause];
    size_t from = archive_masked_offset(c, clause, m->from),
           to = archive_masked_offset(c, clause, m->to);
    struct span words = span_of(m->node->text.p + m->from, m->to - m->from);
    struct stmt *st;
    if (to < from || to > k->text.n || !span_eq(span_of(k->text.p + from, to - from), words))
        return 0;
    int r = store_prepare(c->store,
                          "INSERT INTO clause_fact (version_id, clause_id, kind, text_start,"
                          " text_end, start_byte, end_byte, value)"
                          " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                          &st, err);
    if (r < 0)
        return r;
    const int64_t numbers[] = {(int64_t)from, (int64_t)to, (int64_t)m->start, (int64_t)m->end};
    stmt_int(st, 1, c->version->id);
    stmt_int(st, 2, k->id);
    stmt_text(st, 3, span_z(mention_name(m->kind)));
    for (int i = 0; i < 4; i++)
        stmt_int(st, 4 + i, numbers[i]);
    stmt_text(st, 8, fact_value(c->arena, m, words));
    return stmt_post(st, err);
}

static int put_facts(const struct archive_change *c, const struct map *nodes, struct err *err)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < c->mentions->n; i++) {
        const struct mention *m = &c->mentions->at[i];
        size_t at = inside(c, m->start) ? clause_at(nodes, m->node) : 0;
        if (at && m->to > m->from)
            r = put_fact(c, at - 1, m, err);
    }
    return r;
}

static int read_facts(struct stmt *st, struct arena *a, struct fact_list *list, struct err *err)
{
    int r;
    while ((r = stmt_step(st, err)) > 0) {
        struct stored_fact *f = VECTOR_PUSH(a, list, struct stored_fact);
        if (f)
            *f = (struct stored_fact){.id = stmt_get_int(st, 0),
                                      .clause = stmt_get_int(st, 1),
                                      .start = stmt_get_int(st, 2),
                                      .end = stmt_get_int(st, 3),
                                      .kind = arena_copy(a, stmt_get_text(st, 4)),
                                      .value = arena_copy(a, stmt_get_text(st, 5))};
        if (a->failed) {
            r = err_memory(err);
            break;
        }
    }
    stmt_done(st);
    return r;
}

int follow_facts(struct store *s, struct arena *a, int64_t version, struct stored_fact **ret,
                 size_t *ret_n, struct err *err)
{
    struct fact_list list = {0};
    struct stmt *st;
    int r = store_prepare(s,
                          "SELECT f.id, f.clause_id, f.text_start, f.text_end, f.kind, f.value"
                          " FROM clause_fact f JOIN clause c ON c.id = f.clause_id"
                          " WHERE f.version_id = $1 ORDER BY c.position, f.text_start, f.id",
                          &st, err);
    if (r < 0)
        return r;
    stmt_int(st, 1, version);
    r = read_facts(st, a, &list, err);
    *ret = list.at;
    *ret_n = list.n;
    return r;
}

static struct span words_of(struct arena *a, struct span value)
{
    struct json *j = NULL;
    struct err ignored = ERR_INIT; /* what was written here is JSON */
    if (json_parse(a, value, SPAN("fact"), &j, &ignored) < 0)
        return (struct span){NULL, 0};
    return json_text(JSON_GET(j, "text"));
}

static bool stands(struct span text, size_t at, struct span words)
{
    return words.n && at <= text.n && span_starts(span_from(text, at), words);
}

/* Where the words stand now, nearest to where they stood; SIZE_MAX = nowhere. */
static size_t nearest(struct span text, size_t at, struct span words)
{
    for (size_t d = 0; words.n && d <= text.n + at; d++) {
        if (stands(text, at + d, words))
            return at + d;
        if (d <= at && stands(text, at - d, words))
            return at - d;
    }
    return SIZE_MAX;
}

static int move_fact(struct store *s, const struct stored_fact *f, size_t at, size_t n,
                     struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s, "UPDATE clause_fact SET text_start = $2, text_end = $3 WHERE id = $1",
                          &st, err);
    if (r < 0)
        return r;
    stmt_int(st, 1, f->id);
    stmt_int(st, 2, (int64_t)at);
    stmt_int(st, 3, (int64_t)(at + n));
    return stmt_post(st, err);
}

/* A release put longer or shorter words where a placeholder stood. */
static int move_facts(const struct archive_change *c, struct err *err)
{
    struct stored_fact *facts;
    size_t n, k = 0;
    int r = follow_facts(c->store, c->arena, c->version->id, &facts, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++) {
        while (k < c->clause_count && c->clauses[k].id != facts[i].clause)
            k++;
        if (k == c->clause_count)
            break;
        struct span words = words_of(c->arena, facts[i].value), text = c->clauses[k].text;
        size_t at = nearest(text, (size_t)facts[i].start, words);
        if (at != SIZE_MAX && at != (size_t)facts[i].start)
            r = move_fact(c->store, &facts[i], at, words.n, err);
    }
    return r;
}

/* ---- relations ---- */

#define CORE_LEAST 18 /* bytes: shorter titles name a kind of text, not a text */

static struct span core_of(struct arena *a, struct span title)
{
    struct span core = title_core(a, title);
    return core.n < CORE_LEAST ? SPAN("") : core;
}

static int put_relation(const struct archive_change *c, const struct relation *r, size_t clause,
                        struct err *err)
{
    const struct reference_text *to = &c->said->texts[r->to];
    struct arena *a = c->arena;
    struct span title =
        to->entry ? to->title : doc_masked_range(a, c->doc, r->start, r->end, to->title, NULL);
    struct json *value = json_object(a);
    struct stmt *st;
    int e = store_prepare(c->store,
                          "INSERT INTO document_relation (version_id, clause_id, kind, target_id,"
                          " target_number, target_title, target_core, value)"
                          " VALUES ($1, $2, $3, NULL, $4, $5, $6, $7)",
                          &st, err);
    if (e < 0)
        return e;
    JSON_SET(value, "start", json_int(a, (int64_t)r->start));
    JSON_SET(value, "end", json_int(a, (int64_t)r->end));
    stmt_int(st, 1, c->version->id);
    stmt_int(st, 2, c->clauses[clause].id);
    stmt_text(st, 3, span_z(relation_name(r->kind)));
    stmt_text(st, 4, to->number.p ? to->number : SPAN(""));
    stmt_text(st, 5, title.p ? title : SPAN(""));
    stmt_text(st, 6, core_of(a, title));
    stmt_text(st, 7, printed(a, value));
    return stmt_post(st, err);
}

static int put_relations(const struct archive_change *c, const struct map *nodes, struct err *err)
{
    int e = 0;
    for (size_t i = 0; e == 0 && i < c->said->relation_count; i++) {
        const struct relation *r = &c->said->relations[i];
        size_t at = r->node && inside(c, r->start) ? clause_at(nodes, r->node) : 0;
        const struct doc_entry *to = c->said->texts[r->to].entry;
        if (at && !(to && clause_at(nodes, to->node)))
            e = put_relation(c, r, at - 1, err);
    }
    return e;
}

/* The document a relation means: by its number, else by its title where not both are numbered; a
 * catalogue's entry only when the text itself is not held. */
#define OWN                                                                                        \
    "(SELECT v.document_id FROM document_version v WHERE v.id = document_relation.version_id)"
#define TARGET                                                                                     \
    "COALESCE((SELECT n.document_id FROM document_name n WHERE document_relation.target_number"    \
    " <> '' AND n.number = document_relation.target_number AND n.document_id <> " OWN              \
    " ORDER BY n.weight, n.document_id LIMIT 1), (SELECT n.document_id FROM document_name n"       \
    " WHERE document_relation.target_core <> '' AND n.core = document_relation.target_core"        \
    " AND (n.number = '' OR document_relation.target_number = '') AND n.document_id <> " OWN       \
    " ORDER BY n.weight, n.document_id LIMIT 1))"

static int link_own(const struct archive_change *c, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(
        c->store, "UPDATE document_relation SET target_id = " TARGET " WHERE version_id = $1", &st,
        err);
    if (r < 0)
        return r;
    stmt_int(st, 1, c->version->id);
    return stmt_post(st, err);
}

/* What was filed before may name this text. */
static int link_others(const struct archive_change *c, struct span core, struct err *err)
{
    const struct archive_version *v = c->version;
    struct stmt *st;
    int r = store_prepare(c->store,
                          "UPDATE document_relation SET target_id = " TARGET
                          " WHERE target_number = $1 OR target_core = $2 OR target_id = $3",
                          &st, err);
    if (r < 0)
        return r;
    stmt_text(st, 1, v->doc_number.n ? v->doc_number : SPAN("-")); /* empty: no text has it */
    stmt_text(st, 2, core.n ? core : SPAN("-"));
    stmt_int(st, 3, v->document);
    return stmt_post(st, err);
}

static int put_name(const struct archive_change *c, struct err *err)
{
    const struct archive_version *v = c->version;
    bool frame = span_eq(v->kind, SPAN("frame")) || span_eq(v->kind, SPAN("annex"));
    struct span core = core_of(c->arena, v->title);
    struct stmt *st;
    if (frame || v->number < v->latest)
        return 0;
    int r = store_prepare(c->store,
                          "INSERT INTO document_name (document_id, number, core, weight)"
                          " VALUES ($1, $2, $3, $4) ON CONFLICT (document_id) DO UPDATE SET"
                          " number = excluded.number, core = excluded.core",
                          &st, err);
    if (r < 0)
        return r;
    stmt_int(st, 1, v->document);
    stmt_text(st, 2, v->doc_number.p ? v->doc_number : SPAN(""));
    stmt_text(st, 3, core);
    stmt_int(st, 4, span_eq(v->kind, SPAN("document")) ? 0 : 1);
    r = stmt_post(st, err);
    return r < 0 ? r : link_others(c, core, err);
}

/* A dump holds titles, not what is compared of them. */
static int put_cores(const struct archive_change *c, struct err *err)
{
    struct fact_list list = {0};
    struct stmt *st;
    int r = store_prepare(
        c->store, "SELECT id, target_title FROM document_relation WHERE version_id = $1", &st, err);
    if (r < 0)
        return r;
    stmt_int(st, 1, c->version->id);
    while ((r = stmt_step(st, err)) > 0) {
        struct stored_fact *f = VECTOR_PUSH(c->arena, &list, struct stored_fact);
        if (f)
            *f = (struct stored_fact){.id = stmt_get_int(st, 0),
                                      .value = core_of(c->arena, stmt_get_text(st, 1))};
    }
    stmt_done(st);
    for (size_t i = 0; r == 0 && i < list.n; i++) {
        r = store_prepare(c->store, "UPDATE document_relation SET target_core = $2 WHERE id = $1",
                          &st, err);
        if (r < 0)
            return r;
        stmt_int(st, 1, list.at[i].id);
        stmt_text(st, 2, list.at[i].value);
        r = stmt_post(st, err);
    }
    return r;
}

int facts_follow(const struct archive_change *c, struct err *err)
{
    struct map nodes;
    int r = 0;
    if (c->doc && !span_eq(c->version->kind, SPAN("frame"))) {
        r = nodes_map(c, &nodes, err);
        if (r == 0)
            r = put_facts(c, &nodes, err);
        if (r == 0)
            r = put_relations(c, &nodes, err);
    } else if (!c->doc) {
        r = move_facts(c, err);
        if (r == 0)
            r = put_cores(c, err);
    }
    if (r == 0)
        r = put_name(c, err);
    if (r == 0)
        r = link_own(c, err);
    return r < 0 ? r : c->arena->failed ? err_memory(err) : 0;
}

/* ---- reading ---- */

static int read_relations(struct stmt *st, struct arena *a, bool reverse,
                          struct relation_list *list, struct err *err)
{
    int r;
    while ((r = stmt_step(st, err)) > 0) {
        struct stored_relation *x = VECTOR_PUSH(a, list, struct stored_relation);
        if (x)
            *x = (struct stored_relation){.kind = arena_copy(a, stmt_get_text(st, 0)),
                                          .reverse = reverse,
                                          .path = arena_copy(a, stmt_get_text(st, 1)),
                                          .title = arena_copy(a, stmt_get_text(st, 2)),
                                          .number = arena_copy(a, stmt_get_text(st, 3)),
                                          .slug = arena_copy(a, stmt_get_text(st, 4))};
        if (a->failed) {
            r = err_memory(err);
            break;
        }
    }
    stmt_done(st);
    return r;
}

int follow_relations(struct store *s, struct arena *a, const struct archive_version *v,
                     struct stored_relation **ret, size_t *ret_n, struct err *err)
{
    static const char *const sql[] = {
        "SELECT r.kind, c.path, COALESCE(t.title, r.target_title),"
        " COALESCE(t.doc_number, r.target_number), COALESCE(d.slug, '') FROM document_relation r"
        " JOIN clause c ON c.id = r.clause_id LEFT JOIN document d ON d.id = r.target_id"
        " LEFT JOIN document_version t ON t.document_id = d.id AND t.number = d.latest"
        " WHERE r.version_id = $1 ORDER BY r.id",
        "SELECT r.kind, c.path, w.title, w.doc_number, d.slug FROM document_relation r"
        " JOIN clause c ON c.id = r.clause_id JOIN document_version w ON w.id = r.version_id"
        " JOIN document d ON d.id = w.document_id AND d.latest = w.number"
        " WHERE r.target_id = $1 ORDER BY r.id"};
    struct relation_list list = {0};
    int r = 0;
    for (int i = 0; r == 0 && i < 2; i++) {
        struct stmt *st;
        r = store_prepare(s, sql[i], &st, err);
        if (r < 0)
            return r;
        stmt_int(st, 1, i ? v->document : v->id);
        r = read_relations(st, a, i == 1, &list, err);
    }
    *ret = list.at;
    *ret_n = list.n;
    return r;
}

/* ---- checking ---- */

/* In portions: PostgreSQL hands over whole results. */
static int verify_facts(struct store *s, int64_t *after, int64_t *rows, int64_t *bad,
                        struct err *err)
{
    struct arena a;
    struct stmt *st;
    int r = store_prepare(s,
                          "SELECT f.id, f.text_start, f.text_end, f.value, c.text, f.version_id,"
                          " c.version_id FROM clause_fact f JOIN clause c ON c.id = f.clause_id"
                          " WHERE f.id > $1 ORDER BY f.id LIMIT 1000",
                          &st, err);
    if (r < 0)
        return r;
    arena_init(&a);
    stmt_int(st, 1, *after);
    while ((r = stmt_step(st, err)) > 0) {
        struct span words = words_of(&a, stmt_get_text(st, 3)), text = stmt_get_text(st, 4);
        int64_t from = stmt_get_int(st, 1), to = stmt_get_int(st, 2);
        ++*rows;
        *after = stmt_get_int(st, 0);
        *bad += from < 0 || to - from != (int64_t)words.n || !stands(text, (size_t)from, words) ||
                stmt_get_int(st, 5) != stmt_get_int(st, 6);
        arena_clear(&a);
    }
    stmt_done(st);
    arena_release(&a);
    return r;
}

static int verify_relations(struct store *s, int64_t *rows, int64_t *bad, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s,
                          "SELECT COUNT(*), COALESCE(SUM(CASE WHEN target_id IS DISTINCT FROM"
                          " " TARGET " THEN 1 ELSE 0 END), 0) FROM document_relation",
                          &st, err);
    if (r < 0)
        return r;
    r = stmt_step(st, err);
    if (r > 0) {
        *rows += stmt_get_int(st, 0);
        *bad += stmt_get_int(st, 1);
    }
    stmt_done(st);
    return r < 0 ? r : 0;
}

int follow_verify(struct store *s, int64_t *ret_rows, int64_t *ret_bad, struct err *err)
{
    int64_t after = 0, before, rows = 0, bad = 0;
    int r;
    do {
        before = rows;
        r = verify_facts(s, &after, &rows, &bad, err);
    } while (r == 0 && rows > before);
    if (r == 0)
        r = verify_relations(s, &rows, &bad, err);
    *ret_rows = rows;
    *ret_bad = bad;
    return r;
}
