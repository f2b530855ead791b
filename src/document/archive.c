/*
 * archive.c: what is asked of the documents in the store. Reads only; archive_put.c writes.
 */
#include "document/archive.h"
#include "base/date.h"
#include "document/archive_int.h"
#include "document/seal.h"

VECTOR_OF(struct archive_version, version_vector);
VECTOR_OF(struct archive_clause, clause_vector);

/* Text of the present row as lasting text; a failure is noted in the arena. */
static struct span keep(struct arena *a, const struct stmt *st, int column)
{
    return arena_copy(a, stmt_get_text(st, column));
}

#define VERSION_COLUMNS                                                                            \
    "v.id, v.document_id, v.number, d.latest, v.source_id, v.ordinal, v.start_byte, v.end_byte,"   \
    " v.imported_at, v.kind, d.slug, v.title, v.doc_number, v.issued, v.signed, v.region, v.type," \
    " v.issuers, v.meta, v.text_digest, f.name, f.sha256 FROM document_version v"                  \
    " JOIN document d ON d.id = v.document_id JOIN source_file f ON f.id = v.source_id "

static void read_version(struct arena *a, const struct stmt *st, struct archive_version *v)
{
    int64_t *const numbers[] = {&v->id,      &v->document, &v->number, &v->latest,     &v->source,
                                &v->ordinal, &v->start,    &v->end,    &v->imported_at};
    struct span *const texts[] = {&v->kind,         &v->slug,      &v->title,       &v->doc_number,
                                  &v->issued,       &v->signed_on, &v->region,      &v->type,
                                  &v->issuers,      &v->meta,      &v->text_digest, &v->source_name,
                                  &v->source_sha256};
    int column = 0;
    for (size_t i = 0; i < COUNT_OF(numbers); i++)
        *numbers[i] = stmt_get_int(st, column++);
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        *texts[i] = keep(a, st, column++);
}

/* All rows of a bound statement. */
static int read_versions(struct stmt *st, struct arena *a, struct version_vector *v,
                         struct err *err)
{
    int r;
    while ((r = stmt_step(st, err)) > 0) {
        struct archive_version *one = VECTOR_PUSH(a, v, struct archive_version);
        if (one)
            read_version(a, st, one);
        if (a->failed) {
            r = err_memory(err);
            break;
        }
    }
    stmt_done(st);
    return r;
}

#define FILTER                                                                                     \
    "WHERE ($1 = 1 OR v.number = d.latest)"                                                        \
    " AND ($2 = '' OR v.region = $2 OR v.region LIKE $2 || '/%')"                                  \
    " AND ($3 = '' OR v.issuers LIKE '%\"' || $3 || '\"%')"                                        \
    " AND ($4 = '' OR v.type = $4) AND ($5 = '' OR v.kind = $5)"                                   \
    " AND ($6 = '' OR v.doc_number = $6) AND ($7 = '' OR v.issued LIKE $7 || '-%')"                \
    " AND (CAST($8 AS {int}) = 0 OR v.source_id = CAST($8 AS {int}))"                              \
    " AND ($9 = 1 OR v.kind <> 'frame')"                                                           \
    " AND ($10 = '' OR EXISTS (SELECT 1 FROM document_tag t WHERE t.document_id = d.id"            \
    " AND t.tag = $10 AND t.has = 1)) "

static int prepare_filtered(struct store *s, struct arena *a, const char *sql,
                            const struct archive_filter *filter, struct stmt **ret, struct err *err)
{
    struct span year = filter->year ? arena_print(a, "%04d", (int)filter->year) : SPAN("");
    int r = store_prepare(s, sql, ret, err);

    if (r < 0)
        return r;
    stmt_int(*ret, 1, filter->all_versions);
    stmt_text(*ret, 2, filter->region);
    stmt_text(*ret, 3, filter->issuer);
    stmt_text(*ret, 4, filter->type);
    stmt_text(*ret, 5, filter->kind);
    stmt_text(*ret, 6, filter->doc_number);
    stmt_text(*ret, 7, year);
    stmt_int(*ret, 8, filter->source);
    stmt_int(*ret, 9, filter->frames);
    stmt_text(*ret, 10, filter->tag);
    return 0;
}

int document_archive_list(struct store *s, struct arena *a, const struct archive_filter *filter,
                          struct archive_version **ret, size_t *ret_n, struct err *err)
{
    static const char sql[] = "SELECT " VERSION_COLUMNS FILTER "ORDER BY v.document_id, v.number";
    struct version_vector v = {0};
    struct stmt *st;
    int r = prepare_filtered(s, a, sql, filter, &st, err);

    if (r == 0)
        r = read_versions(st, a, &v, err);
    if (r < 0)
        return r;
    *ret = v.at;
    *ret_n = v.n;
    return 0;
}

/* ---- browsing ---- */

VECTOR_OF(struct archive_facet, facet_vector);

static int read_facets(struct store *s, struct arena *a, const char *sql,
                       const struct archive_filter *filter, struct archive_facets *ret,
                       struct err *err)
{
    struct facet_vector v = {0};
    struct stmt *st;
    int r = prepare_filtered(s, a, sql, filter, &st, err);

    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0) {
        struct archive_facet *f = VECTOR_PUSH(a, &v, struct archive_facet);
        if (f)
            *f = (struct archive_facet){keep(a, st, 0), stmt_get_int(st, 1)};
        if (a->failed) {
            r = err_memory(err);
            break;
        }
    }
    stmt_done(st);
    *ret = (struct archive_facets){v.at, v.n};
    return r;
}

#define COUNTED(column)                                                                            \
    "SELECT " column ", COUNT(*) FROM document_version v JOIN document d ON d.id = "               \
    "v.document_id " FILTER " GROUP BY 1 ORDER BY 1"
/* A document has several: those with most documents first. */
#define LISTED(column, from)                                                                       \
    "SELECT " column ", COUNT(*) FROM document_version v JOIN document d ON d.id = "               \
    "v.document_id JOIN " from FILTER " GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 40"
_Static_assert(ARCHIVE_FACET_MOST == 40, "the limit above");
#define ISSUERS "CASE WHEN v.issuers = '' THEN '[]' ELSE v.issuers END"
/* In the order of enum store_engine. */
static const char *const issuers_sql[] = {
    LISTED("i.value", "json_each(" ISSUERS ") i ON 1 = 1 "),
    LISTED("i.value",
           "LATERAL jsonb_array_elements_text(CAST(" ISSUERS " AS jsonb)) i(value) ON 1 = 1 "),
};
static const char tags_sql[] =
    LISTED("g.tag", "document_tag g ON g.document_id = d.id AND g.has = 1 ");

int document_archive_browse(struct store *s, struct arena *a, const struct archive_filter *filter,
                            size_t from, size_t most, struct archive_page *ret, struct err *err)
{
    static const char rows[] = "SELECT " VERSION_COLUMNS FILTER
                               "ORDER BY v.issued DESC, v.document_id LIMIT CAST($11 AS {int})"
                               " OFFSET CAST($12 AS {int})";
    struct version_vector v = {0};
    struct archive_facets all = {0};
    struct stmt *st;
    int r = prepare_filtered(s, a, rows, filter, &st, err);

    *ret = (struct archive_page){0};
    if (r < 0)
        return r;
    stmt_int(st, 11, (int64_t)most);
    stmt_int(st, 12, (int64_t)from);
    r = read_versions(st, a, &v, err);
    if (r == 0)
        r = read_facets(s, a, COUNTED("'all'"), filter, &all, err);
    if (r == 0)
        r = read_facets(s, a, COUNTED("v.region"), filter, &ret->regions, err);
    if (r == 0)
        r = read_facets(s, a, COUNTED("SUBSTR(v.issued, 1, 4)"), filter, &ret->years, err);
    if (r == 0)
        r = read_facets(s, a, COUNTED("v.type"), filter, &ret->types, err);
    if (r == 0)
        r = read_facets(s, a, issuers_sql[store_engine(s)], filter, &ret->issuers, err);
    if (r == 0)
        r = read_facets(s, a, tags_sql, filter, &ret->tags, err);
    ret->rows = v.at;
    ret->n = v.n;
    ret->total = all.n ? all.at[0].documents : 0;
    return r;
}

int document_archive_get(struct store *s, struct arena *a, struct span name, int64_t number,
                         struct archive_version **ret, struct err *err)
{
    struct version_vector v = {0};
    struct stmt *st;
    int r = store_prepare(
        s,
        "SELECT " VERSION_COLUMNS "WHERE (d.slug = $1 OR CAST(d.id AS TEXT) = $1) AND"
        " v.number = CASE WHEN CAST($2 AS {int}) = 0 THEN d.latest ELSE CAST($2 AS {int}) END",
        &st, err);

    if (r < 0)
        return r;
    stmt_text(st, 1, name);
    stmt_int(st, 2, number);
    r = read_versions(st, a, &v, err);
    if (r < 0)
        return r;
    if (v.n == 0) {
        if (number)
            err_set(err, E_NOT_FOUND, "no version %lld of a document '%.*s'", (long long)number,
                    SPAN_ARG(name));
        else
            err_set(err, E_NOT_FOUND, "no document '%.*s'", SPAN_ARG(name));
        err_hint(err, "'huiqi document list' names the documents held");
        return E_NOT_FOUND;
    }
    *ret = v.at;
    return 0;
}

int archive_version_by_id(struct store *s, struct arena *a, int64_t id,
                          struct archive_version **ret, struct err *err)
{
    struct version_vector v = {0};
    struct stmt *st;
    int r = store_prepare(s, "SELECT " VERSION_COLUMNS "WHERE v.id = $1", &st, err);

    if (r < 0)
        return r;
    stmt_int(st, 1, id);
    r = read_versions(st, a, &v, err);
    if (r == 0 && v.n == 0)
        r = err_set(err, E_NOT_FOUND, "no version of that id");
    if (r == 0)
        *ret = v.at;
    return r;
}

static void read_clause(struct arena *a, const struct stmt *st, struct archive_clause *c)
{
    c->id = stmt_get_int(st, 0);
    c->position = stmt_get_int(st, 1);
    c->parent = stmt_is_null(st, 2) ? -1 : stmt_get_int(st, 2);
    c->depth = stmt_get_int(st, 3);
    c->start = stmt_get_int(st, 4);
    c->end = stmt_get_int(st, 5);
    c->line = stmt_get_int(st, 6);
    c->kind = keep(a, st, 7);
    c->path = keep(a, st, 8);
    c->mark = keep(a, st, 9);
    c->title = keep(a, st, 10);
    c->text = keep(a, st, 11);
}

int document_archive_clauses(struct store *s, struct arena *a, int64_t version_id,
                             struct archive_clause **ret, size_t *ret_n, struct err *err)
{
    struct clause_vector v = {0};
    struct stmt *st;
    int r = store_prepare(s,
                          "SELECT id, position, parent, depth, start_byte, end_byte, line, kind,"
                          " path, mark, title, text FROM clause WHERE version_id = $1"
                          " ORDER BY position",
                          &st, err);

    if (r < 0)
        return r;
    stmt_int(st, 1, version_id);
    while ((r = stmt_step(st, err)) > 0) {
        struct archive_clause *c = VECTOR_PUSH(a, &v, struct archive_clause);
        if (c)
            read_clause(a, st, c);
        if (a->failed) {
            r = err_memory(err);
            break;
        }
    }
    stmt_done(st);
    if (r < 0)
        return r;
    *ret = v.at;
    *ret_n = v.n;
    return 0;
}

/* ---- what is sealed ---- */

struct span archive_part_about(struct arena *a, struct span sha256, const char *kind, int64_t part)
{
    return arena_print(a, "%.*s %s %lld", SPAN_ARG(sha256), kind, (long long)part);
}

struct span archive_find_about(struct arena *a, struct span sha256, int64_t start)
{
    return arena_print(a, "%.*s find %lld", SPAN_ARG(sha256), (long long)start);
}

static void log_reference(struct stmt *st, int index, int64_t id)
{
    if (id)
        stmt_int(st, index, id);
    else
        stmt_null(st, index);
}

int archive_log(struct store *s, const struct archive_log_line *line, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s,
                          "INSERT INTO document_event (at, kind, source_id, document_id,"
                          " redaction_id, actor, detail) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                          &st, err);

    if (r < 0)
        return r;
    stmt_int(st, 1, clock_now_ms());
    stmt_text(st, 2, span_z(line->kind));
    log_reference(st, 3, line->source);
    log_reference(st, 4, line->document);
    log_reference(st, 5, line->redaction);
    stmt_text(st, 6, line->actor);
    stmt_text(st, 7, line->detail);
    return stmt_post(st, err);
}

struct opening {
    const struct seal *seal;
    struct arena *arena;
    int64_t source;
    const char *kind;
    struct span actor;
    struct buffer out;
};

/* sha256 of a source; E_NOT_FOUND. */
static int source_sha(struct store *s, struct arena *a, int64_t source, struct span *ret,
                      struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s, "SELECT sha256 FROM source_file WHERE id = $1", &st, err);

    if (r < 0)
        return r;
    stmt_int(st, 1, source);
    r = stmt_step(st, err);
    if (r > 0)
        *ret = keep(a, st, 0);
    stmt_done(st);
    if (r == 0)
        return err_set(err, E_NOT_FOUND, "no file %lld", (long long)source);
    return r < 0 ? r : 0;
}

/* *ret_parts: how many there were. */
static int open_parts(struct store *s, struct opening *o, struct span sha, int64_t *ret_parts,
                      struct err *err)
{
    struct stmt *st;
    int64_t n = 0;
    int r = store_prepare(s,
                          "SELECT part, sealed FROM source_part WHERE source_id = $1 AND kind = $2"
                          " ORDER BY part",
                          &st, err);

    if (r < 0)
        return r;
    stmt_int(st, 1, o->source);
    stmt_text(st, 2, span_z(o->kind));
    while ((r = stmt_step(st, err)) > 0) {
        struct span plain, about = archive_part_about(o->arena, sha, o->kind, n++);
        r = seal_open(o->arena, o->seal, about, stmt_get_text(st, 1), &plain, err);
        if (r < 0)
            break;
        buffer_add(&o->out, plain);
    }
    stmt_done(st);
    *ret_parts = n;
    return r;
}

static int open_source(struct store *s, void *context, struct err *err)
{
    struct opening *o = context;
    struct span sha;
    int64_t parts;
    int r = source_sha(s, o->arena, o->source, &sha, err);

    buffer_clear(&o->out);
    if (r == 0)
        r = open_parts(s, o, sha, &parts, err);
    if (r == 0 && parts == 0 && strcmp(o->kind, "text") == 0) { /* the original is the text */
        o->kind = "original";
        r = open_parts(s, o, sha, &parts, err);
    }
    if (r == 0)
        r = archive_log(
            s,
            &(struct archive_log_line){
                .kind = "open", .source = o->source, .actor = o->actor, .detail = SPAN("{}")},
            err);
    return r;
}

int document_archive_original(struct store *s, const struct seal *seal, struct arena *a,
                              int64_t source, bool text, struct span actor, struct span *ret,
                              struct err *err)
{
    struct opening o = {.seal = seal,
                        .arena = a,
                        .source = source,
                        .kind = text ? "text" : "original",
                        .actor = actor,
                        .out = BUFFER_INIT};
    int r = store_write(s, open_source, &o, err);

    if (r == 0 && buffer_failed(&o.out))
        r = err_memory(err);
    if (r == 0)
        *ret = arena_copy(a, buffer_span(&o.out));
    buffer_release(&o.out);
    return r == 0 && !ret->p ? err_memory(err) : r;
}
