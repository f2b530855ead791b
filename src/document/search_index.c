/*
 * search_index.c: writing what is searched. A document becomes one row (title, 文号, offices) and
 * one for each clause with text; what a row is found by is derived from the two plain tables
 * search_document and search_clause alone, so that it can be taken back and checked.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/map.h"
#include "document/search_int.h"

/* ---- facets ---- */

static const char facet_letters[SEARCH_FACETS] = {'r', 'i', 'y', 't', 'g'};

void facet_word(struct buffer *out, enum search_facet_kind kind, struct span value)
{
    buffer_print(out, FACET_MARK "%c%016" PRIx64, facet_letters[kind], hash_bytes(value));
}

static void add_facet(struct buffer *out, enum search_facet_kind kind, struct span value)
{
    if (!value.n)
        return;
    if (out->n)
        buffer_byte(out, ' ');
    facet_word(out, kind, value);
}

static void add_lines(struct buffer *out, enum search_facet_kind kind, struct span lines)
{
    struct span line;

    while (span_split(&lines, '\n', &line))
        add_facet(out, kind, line);
}

/* A region counts for every one it lies in. */
static void add_regions(struct buffer *out, struct span region)
{
    for (size_t i = 0; i <= region.n; i++)
        if (i == region.n || region.p[i] == '/')
            add_facet(out, SEARCH_REGION, span_of(region.p, i));
}

#define CODE_BLOCK (INT64_C(1) << 61)

int64_t block_code(int64_t document)
{
    return CODE_BLOCK | document >> BLOCK_BITS;
}

/* ---- the rows ---- */

/* A row of search_document, with what its clauses carry of it. */
struct entry {
    int64_t id;
    struct span slug, title, number, region, issuers, type, tags, issued, in_from, in_to;
    struct span offices; /* issuers and region */
    struct span context; /* title, number and offices */
    struct span facets;
};

static void derive(struct arena *a, struct entry *e)
{
    struct buffer b = BUFFER_INIT;

    e->offices = arena_print(a, "%.*s\n%.*s", SPAN_ARG(e->issuers), SPAN_ARG(e->region));
    e->context = arena_print(a, "%.*s\n%.*s\n%.*s", SPAN_ARG(e->title), SPAN_ARG(e->number),
                             SPAN_ARG(e->offices));
    add_regions(&b, e->region);
    add_lines(&b, SEARCH_ISSUER, e->issuers);
    add_facet(&b, SEARCH_YEAR, span_of(e->issued.p, e->issued.n < 4 ? 0 : 4));
    add_facet(&b, SEARCH_TYPE, e->type);
    add_lines(&b, SEARCH_TAG, e->tags);
    e->facets = buffer_failed(&b) ? (struct span){NULL, 0} : arena_copy(a, buffer_span(&b));
    a->failed |= buffer_failed(&b);
    buffer_release(&b);
}

#define FIELDS_MAX 4
/* What a row of one of the three tables is found by. The last field is the facets. */
struct fields {
    enum search_table table;
    struct span at[FIELDS_MAX];
    size_t n;
};

static struct fields title_fields(const struct entry *e)
{
    return (struct fields){TABLE_TITLE, {e->title, e->number, e->offices, e->facets}, 4};
}

static struct fields heading_fields(const struct entry *e, const struct search_clause *c)
{
    return (struct fields){TABLE_HEADING, {c->heading, e->context, e->facets}, 3};
}

static struct fields text_fields(const struct entry *e, const struct search_clause *c)
{
    return (struct fields){TABLE_TEXT, {c->text, c->heading, e->context, e->facets}, 4};
}

/* ---- FTS5 ---- */

static const char *const match_insert[TABLE_COUNT] = {
    "INSERT INTO search_title (rowid, title, number, offices, facets) VALUES ($1, $2, $3, $4, $5)",
    "INSERT INTO search_heading (rowid, heading, context, facets) VALUES ($1, $2, $3, $4)",
    "INSERT INTO search_text (rowid, text, heading, context, facets) VALUES ($1, $2, $3, $4, $5)",
};
/* A table without content takes back what it is told that it was given. */
static const char *const match_delete[TABLE_COUNT] = {
    "INSERT INTO search_title (search_title, rowid, title, number, offices, facets)"
    " VALUES ('delete', $1, $2, $3, $4, $5)",
    "INSERT INTO search_heading (search_heading, rowid, heading, context, facets)"
    " VALUES ('delete', $1, $2, $3, $4)",
    "INSERT INTO search_text (search_text, rowid, text, heading, context, facets)"
    " VALUES ('delete', $1, $2, $3, $4, $5)",
};

static int write_match(struct store *s, const char *sql, int64_t row, const struct fields *f,
                       struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s, sql, &st, err);

    if (r < 0)
        return r;
    stmt_int(st, 1, row);
    for (size_t i = 0; i < f->n; i++)
        stmt_text(st, (int)i + 2, f->at[i]);
    return stmt_post(st, err);
}

/* ---- arrays ---- */

static const char *const array_insert[TABLE_COUNT] = {
    "INSERT INTO search_title (id, folded, tokens) VALUES ($1, $2, $3::bigint[])",
    "INSERT INTO search_heading (id, folded, tokens) VALUES ($1, $2, $3::bigint[])",
    "INSERT INTO search_text (id, folded, tokens) VALUES ($1, $2, $3::bigint[])",
};
static const char *const array_delete[TABLE_COUNT] = {
    "DELETE FROM search_title WHERE id = $1",
    "DELETE FROM search_heading WHERE id = $1",
    "DELETE FROM search_text WHERE id = $1",
};

struct code_list {
    struct arena *a;
    struct codes codes;
};

static int add_code(void *context, const struct token *t)
{
    struct code_list *list = context;
    int64_t *code = VECTOR_PUSH(list->a, &list->codes, int64_t);

    if (code)
        *code = token_code(t->text);
    return code ? 0 : E_MEMORY;
}

static int by_code(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* {1,2,3} without repeats. */
static void print_codes(struct buffer *out, struct codes *codes)
{
    qsort(codes->at, codes->n, sizeof(*codes->at), by_code);
    buffer_byte(out, '{');
    for (size_t i = 0; i < codes->n; i++)
        if (i == 0 || codes->at[i] != codes->at[i - 1])
            buffer_print(out, "%s%" PRId64, i ? "," : "", codes->at[i]);
    buffer_byte(out, '}');
}

/* The folded fields, facets left out, and the codes of all. */
static int fold_fields(struct arena *a, int64_t row, const struct fields *f, struct buffer *folded,
                       struct buffer *codes)
{
    struct code_list list = {.a = a};
    int64_t *block = VECTOR_PUSH(a, &list.codes, int64_t);
    int r = 0;

    if (!block)
        return E_MEMORY;
    *block = block_code(row >> ROW_BITS);
    for (size_t i = 0; i < f->n && r == 0; i++) {
        r = tokens_each(f->at[i], TOKENS_TEXT, add_code, &list);
        if (i + 1 == f->n)
            break;
        tokens_plain(folded, f->at[i]);
        buffer_byte(folded, '\n');
    }
    print_codes(codes, &list.codes);
    return r < 0 || buffer_failed(folded) || buffer_failed(codes) ? E_MEMORY : 0;
}

static int insert_array(struct store *s, int64_t row, const struct fields *f, struct err *err)
{
    struct buffer folded = BUFFER_INIT, codes = BUFFER_INIT;
    struct arena a;
    struct stmt *st;
    int r;

    arena_init(&a);
    r = fold_fields(&a, row, f, &folded, &codes);
    if (r < 0)
        r = err_memory(err);
    else
        r = store_prepare(s, array_insert[f->table], &st, err);
    if (r == 0) {
        stmt_int(st, 1, row);
        stmt_text(st, 2, buffer_span(&folded));
        stmt_text(st, 3, buffer_span(&codes));
        r = stmt_post(st, err);
    }
    buffer_release(&folded);
    buffer_release(&codes);
    arena_release(&a);
    return r;
}

static int delete_array(struct store *s, int64_t row, enum search_table table, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s, array_delete[table], &st, err);

    if (r < 0)
        return r;
    stmt_int(st, 1, row);
    return stmt_post(st, err);
}

/* ---- either ---- */

static int index_add(struct store *s, int64_t row, struct fields f, struct err *err)
{
    if (store_engine(s) == STORE_SQLITE)
        return write_match(s, match_insert[f.table], row, &f, err);
    return insert_array(s, row, &f, err);
}

static int index_remove(struct store *s, int64_t row, struct fields f, struct err *err)
{
    if (store_engine(s) == STORE_SQLITE)
        return write_match(s, match_delete[f.table], row, &f, err);
    return delete_array(s, row, f.table, err);
}

typedef int index_change(struct store *, int64_t, struct fields, struct err *);

static int change_clause(struct store *s, index_change *change, const struct entry *e, int64_t row,
                         const struct search_clause *c, struct err *err)
{
    int r = c->heading.n ? change(s, row, heading_fields(e, c), err) : 0;
    return r < 0 ? r : change(s, row, text_fields(e, c), err);
}

/* ---- suggestions ---- */

#define SUGGESTION_MOST 120 /* bytes of a heading that is worth suggesting */
#define TITLE_MOST      600 /* of a title or an office */

static int forget_unused(struct store *s, struct span key, const char *kind, struct span text,
                         struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s,
                          "DELETE FROM search_suggestion"
                          " WHERE key = $1 AND kind = $2 AND text = $3 AND uses <= 0",
                          &st, err);
    if (r < 0)
        return r;
    stmt_text(st, 1, key);
    stmt_text(st, 2, span_z(kind));
    stmt_text(st, 3, text);
    return stmt_post(st, err);
}

static int count_suggestion(struct store *s, struct span key, const char *kind, struct span text,
                            int by, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s,
                          "INSERT INTO search_suggestion (key, kind, text, uses)"
                          " VALUES ($1, $2, $3, $4) ON CONFLICT (key, kind, text)"
                          " DO UPDATE SET uses = search_suggestion.uses + excluded.uses",
                          &st, err);
    if (r < 0)
        return r;
    stmt_text(st, 1, key);
    stmt_text(st, 2, span_z(kind));
    stmt_text(st, 3, text);
    stmt_int(st, 4, by);
    r = stmt_post(st, err);
    return r < 0 || by > 0 ? r : forget_unused(s, key, kind, text, err);
}

static int count_key(struct store *s, void (*form)(struct buffer *, struct span), const char *kind,
                     struct span from, struct span text, int by, struct err *err)
{
    struct buffer key = BUFFER_INIT;
    int r = 0;

    form(&key, from);
    if (buffer_failed(&key))
        r = err_memory(err);
    else if (key.n)
        r = count_suggestion(s, buffer_span(&key), kind, text, by, err);
    buffer_release(&key);
    return r;
}

/* By its beginning, and by the first letters of its sounds. */
static int suggest_from(struct store *s, const char *kind, struct span from, struct span text,
                        int by, struct err *err)
{
    if (text.n > TITLE_MOST)
        return 0;
    int r = count_key(s, tokens_key, kind, from, text, by, err);
    return r < 0 ? r : count_key(s, tokens_initials, kind, from, text, by, err);
}

/* What a title is about, behind its 关于 or inside its first 《: nobody begins with the office. */
static struct span core_of(struct span title)
{
    static const struct span marks[] = {{"《", 3}, {"关于", 6}};

    for (size_t i = 0; i < COUNT_OF(marks); i++) {
        size_t at = span_find(title, marks[i]);
        if (at != SIZE_MAX && at + marks[i].n < title.n)
            return span_from(title, at + marks[i].n);
    }
    return (struct span){NULL, 0};
}

static int suggest_entry(struct store *s, const struct entry *e, int by, struct err *err)
{
    struct span core = core_of(e->title), lines = e->issuers, line;
    int r = suggest_from(s, "title", core.n ? core : e->title, e->title, by, err);

    while (r == 0 && span_split(&lines, '\n', &line))
        if (line.n)
            r = suggest_from(s, "office", line, line, by, err);
    return r;
}

static int suggest_heading(struct store *s, struct span heading, int by, struct err *err)
{
    if (!heading.n || heading.n > SUGGESTION_MOST)
        return 0;
    return suggest_from(s, "heading", heading, heading, by, err);
}

/* ---- the plain tables ---- */

static int insert_entry(struct store *s, const struct entry *e, size_t clauses, struct err *err)
{
    const struct span texts[] = {e->slug, e->title, e->number, e->region,  e->issuers,
                                 e->type, e->tags,  e->issued, e->in_from, e->in_to};
    struct stmt *st;
    int r = store_prepare(s,
                          "INSERT INTO search_document (id, slug, title, number, region, issuers,"
                          " type, tags, issued, in_from, in_to, clauses)"
                          " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
                          &st, err);
    if (r < 0)
        return r;
    stmt_int(st, 1, e->id);
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        stmt_text(st, (int)i + 2, texts[i]);
    stmt_int(st, 12, (int64_t)clauses);
    return stmt_post(st, err);
}

static int insert_clause(struct store *s, int64_t row, const struct search_clause *c,
                         struct err *err)
{
    struct stmt *st;
    int r = store_prepare(
        s, "INSERT INTO search_clause (id, path, heading, text) VALUES ($1, $2, $3, $4)", &st, err);
    if (r < 0)
        return r;
    stmt_int(st, 1, row);
    stmt_text(st, 2, c->path);
    stmt_text(st, 3, c->heading);
    stmt_text(st, 4, c->text);
    return stmt_post(st, err);
}

static int run_with_id(struct store *s, const char *sql, int64_t first, int64_t last,
                       struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s, sql, &st, err);

    if (r < 0)
        return r;
    stmt_int(st, 1, first);
    if (last)
        stmt_int(st, 2, last);
    return stmt_post(st, err);
}

/* Who keeps cards of the documents in memory sees that they are old. */
static int count_change(struct store *s, struct err *err)
{
    struct stmt *st;
    int r =
        store_prepare(s, "UPDATE search_state SET changes = changes + 1 WHERE id = 1", &st, err);
    return r < 0 ? r : stmt_post(st, err);
}

/* ---- reading them back ---- */

static int read_entry(struct store *s, struct arena *a, int64_t id, struct entry *ret, bool *there,
                      struct err *err)
{
    struct span *texts[] = {&ret->slug, &ret->title, &ret->number, &ret->region,  &ret->issuers,
                            &ret->type, &ret->tags,  &ret->issued, &ret->in_from, &ret->in_to};
    struct stmt *st;
    int r = store_prepare(s,
                          "SELECT slug, title, number, region, issuers, type, tags, issued,"
                          " in_from, in_to FROM search_document WHERE id = $1",
                          &st, err);
    if (r < 0)
        return r;
    stmt_int(st, 1, id);
    r = stmt_step(st, err);
    *there = r > 0;
    ret->id = id;
    for (size_t i = 0; *there && i < COUNT_OF(texts); i++)
        *texts[i] = arena_copy(a, stmt_get_text(st, (int)i));
    stmt_done(st);
    if (*there)
        derive(a, ret);
    return r < 0 ? r : a->failed ? err_memory(err) : 0;
}

struct old_clause {
    int64_t row;
    struct search_clause clause;
};
VECTOR_OF(struct old_clause, old_clauses);

static int read_clauses(struct store *s, struct arena *a, int64_t id, struct old_clauses *ret,
                        struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s,
                          "SELECT id, path, heading, text FROM search_clause"
                          " WHERE id BETWEEN $1 AND $2 ORDER BY id",
                          &st, err);
    if (r < 0)
        return r;
    stmt_int(st, 1, ROW_OF(id, 1));
    stmt_int(st, 2, ROW_OF(id, SEARCH_CLAUSES_MOST));
    while ((r = stmt_step(st, err)) > 0) {
        struct old_clause *c = VECTOR_PUSH(a, ret, struct old_clause);
        if (!c)
            break;
        c->row = stmt_get_int(st, 0);
        c->clause.path = arena_copy(a, stmt_get_text(st, 1));
        c->clause.heading = arena_copy(a, stmt_get_text(st, 2));
        c->clause.text = arena_copy(a, stmt_get_text(st, 3));
    }
    stmt_done(st);
    return r < 0 ? r : a->failed ? err_memory(err) : 0;
}

/* ---- taking away ---- */

static int drop_rows(struct store *s, int64_t id, struct err *err)
{
    int64_t first = ROW_OF(id, 1), last = ROW_OF(id, SEARCH_CLAUSES_MOST);
    int r =
        run_with_id(s, "DELETE FROM search_clause WHERE id BETWEEN $1 AND $2", first, last, err);

    if (r == 0)
        r = run_with_id(s, "DELETE FROM search_document WHERE id = $1", id, 0, err);
    return r;
}

static int drop_index(struct store *s, const struct entry *e, const struct old_clauses *clauses,
                      struct err *err)
{
    int r = index_remove(s, ROW_OF(e->id, 0), title_fields(e), err);

    if (r == 0)
        r = suggest_entry(s, e, -1, err);
    for (size_t i = 0; r == 0 && i < clauses->n; i++) {
        const struct search_clause *c = &clauses->at[i].clause;
        r = change_clause(s, index_remove, e, clauses->at[i].row, c, err);
        if (r == 0)
            r = suggest_heading(s, c->heading, -1, err);
    }
    return r;
}

static int drop(struct store *s, struct arena *a, int64_t id, bool *there, struct err *err)
{
    struct entry e = {0};
    struct old_clauses clauses = {0};
    int r = read_entry(s, a, id, &e, there, err);

    if (r < 0 || !*there)
        return r;
    r = read_clauses(s, a, id, &clauses, err);
    if (r == 0)
        r = drop_index(s, &e, &clauses, err);
    if (r == 0)
        r = drop_rows(s, id, err);
    return r;
}

int search_drop(struct store *s, struct arena *scratch, int64_t id, struct err *err)
{
    bool there = false;
    int r = drop(s, scratch, id, &there, err);

    if (r == 0 && there)
        r = count_change(s, err);
    return r;
}

/* ---- putting in ---- */

static struct span join(struct arena *a, const struct span *at, size_t n)
{
    struct buffer b = BUFFER_INIT;

    for (size_t i = 0; i < n; i++) {
        if (i)
            buffer_byte(&b, '\n');
        buffer_add(&b, at[i]);
    }
    struct span joined = arena_copy(a, buffer_span(&b));
    a->failed |= buffer_failed(&b);
    buffer_release(&b);
    return joined;
}

static struct entry entry_of(struct arena *a, const struct search_entry *from)
{
    struct entry e = {.id = from->id,
                      .slug = from->slug,
                      .title = from->title,
                      .number = from->number,
                      .region = from->region,
                      .type = from->type,
                      .issued = from->issued,
                      .in_from = from->in_from,
                      .in_to = from->in_to};

    e.issuers = join(a, from->issuers, from->issuer_count);
    e.tags = join(a, from->tags, from->tag_count);
    derive(a, &e);
    return e;
}

static int put_clause(struct store *s, const struct entry *e, int64_t row,
                      const struct search_clause *c, struct err *err)
{
    int r = insert_clause(s, row, c, err);

    if (r == 0)
        r = change_clause(s, index_add, e, row, c, err);
    if (r == 0)
        r = suggest_heading(s, c->heading, 1, err);
    return r;
}

static int put(struct store *s, const struct entry *e, const struct search_entry *from,
               struct err *err)
{
    int r = insert_entry(s, e, from->clause_count, err);

    if (r == 0)
        r = index_add(s, ROW_OF(e->id, 0), title_fields(e), err);
    if (r == 0)
        r = suggest_entry(s, e, 1, err);
    for (size_t i = 0; r == 0 && i < from->clause_count; i++)
        if (from->clauses[i].text.n || from->clauses[i].heading.n)
            r = put_clause(s, e, ROW_OF(e->id, i + 1), &from->clauses[i], err);
    return r;
}

int search_put(struct store *s, struct arena *scratch, const struct search_entry *from,
               struct err *err)
{
    bool there = false;
    struct entry e;
    int r;

    if (from->clause_count > SEARCH_CLAUSES_MOST)
        return err_set(err, E_LIMIT, "more than %d clauses in one document", SEARCH_CLAUSES_MOST);
    e = entry_of(scratch, from);
    if (scratch->failed)
        return err_memory(err);
    r = drop(s, scratch, from->id, &there, err);
    if (r == 0)
        r = put(s, &e, from, err);
    return r < 0 ? r : count_change(s, err);
}
