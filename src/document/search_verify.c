/*
 * search_verify.c: is what is searched what it was made from? Against the archive by comparing
 * rows; against the index by asking it for each row.
 */
#include "document/search_int.h"

static int count_of(struct store *s, const char *sql, int64_t *sum, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s, sql, &st, err);

    if (r < 0)
        return r;
    r = stmt_step(st, err);
    if (r > 0)
        *sum += stmt_get_int(st, 0);
    stmt_done(st);
    return r < 0 ? r : 0;
}

#define NEWEST                                                                                     \
    " FROM document d JOIN document_version v ON v.document_id = d.id AND v.number = d.latest"     \
    " AND v.kind <> 'frame'"

int search_verify_archive(struct store *s, int64_t *ret_rows, int64_t *ret_bad, struct err *err)
{
    static const char *const bad[] = {
        "SELECT COUNT(*)" NEWEST " LEFT JOIN search_document x ON x.id = d.id"
        " WHERE x.id IS NULL OR x.title <> v.title OR x.number <> v.doc_number"
        " OR x.region <> v.region OR x.type <> v.type OR x.issued <> v.issued OR x.slug <> d.slug",
        "SELECT COUNT(*)" NEWEST " JOIN clause c ON c.version_id = v.id"
        " LEFT JOIN search_clause x ON x.id = d.id * 65536 + c.position + 1"
        " WHERE c.path <> '' AND (c.text <> '' OR c.title <> '')"
        " AND (x.id IS NULL OR x.text <> c.text OR x.heading <> c.title OR x.path <> c.path)",
        "SELECT COUNT(*) FROM search_document x"
        " WHERE NOT EXISTS (SELECT 1" NEWEST " WHERE d.id = x.id)",
        "SELECT COUNT(*) FROM search_clause x WHERE NOT EXISTS (SELECT 1" NEWEST
        " JOIN clause c ON c.version_id = v.id WHERE d.id = x.id / 65536"
        " AND c.position = x.id % 65536 - 1)",
    };
    int64_t rows = 0, wrong = 0;
    int r = count_of(s, "SELECT COUNT(*)" NEWEST, &rows, err);

    for (size_t i = 0; r == 0 && i < COUNT_OF(bad); i++)
        r = count_of(s, bad[i], &wrong, err);
    if (r < 0)
        return r;
    *ret_rows = rows;
    *ret_bad = wrong;
    return 0;
}

/* ---- the index ---- */

#define ASKED 6 /* characters and words of a text that the index is asked for */

static const char *const match_sql[TABLE_COUNT] = {
    "SELECT 1 FROM search_title WHERE search_title MATCH $1 AND rowid = $2",
    "SELECT 1 FROM search_heading WHERE search_heading MATCH $1 AND rowid = $2",
    "SELECT 1 FROM search_text WHERE search_text MATCH $1 AND rowid = $2",
};
static const char *const array_sql[TABLE_COUNT] = {
    "SELECT 1 FROM search_title WHERE folded LIKE $1 AND id = $2",
    "SELECT 1 FROM search_heading WHERE folded LIKE $1 AND id = $2",
    "SELECT 1 FROM search_text WHERE folded LIKE $1 AND id = $2",
};

struct beginning {
    size_t count, end;
};

static int measure(void *context, const struct token *t)
{
    struct beginning *b = context;

    if (t->colocated)
        return 0;
    b->end = t->end;
    return ++b->count == ASKED;
}

static void write_question(struct buffer *out, enum store_engine engine, struct span text)
{
    if (engine == STORE_POSTGRES) {
        tokens_pattern(out, text);
        return;
    }
    buffer_byte(out, '"');
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] != '"' && text.p[i])
            buffer_byte(out, text.p[i]);
    buffer_byte(out, '"');
}

/* Is the row found by the first characters of its text? */
static int ask(struct store *s, enum search_table table, int64_t row, struct span text,
               int64_t *bad, struct err *err)
{
    const char *sql = (store_engine(s) == STORE_SQLITE ? match_sql : array_sql)[table];
    struct buffer question = BUFFER_INIT;
    struct stmt *st;
    struct beginning first = {0, 0};
    int r;

    (void)tokens_each(text, TOKENS_TEXT, measure, &first);
    if (!first.count)
        return 0;
    text = span_of(text.p, first.end);
    write_question(&question, store_engine(s), text);
    r = buffer_failed(&question) ? err_memory(err) : store_prepare(s, sql, &st, err);
    if (r == 0) {
        stmt_text(st, 1, buffer_span(&question));
        stmt_int(st, 2, row);
        r = stmt_step(st, err);
        *bad += r == 0;
        stmt_done(st);
    }
    buffer_release(&question);
    return r < 0 ? r : 0;
}

/* Rows are read in portions: PostgreSQL hands over whole results. */
static int ask_some(struct store *s, const char *sql, enum search_table table, int shift,
                    int64_t *after, int64_t *rows, int64_t *bad, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s, sql, &st, err);

    if (r < 0)
        return r;
    stmt_int(st, 1, *after);
    while ((r = stmt_step(st, err)) > 0) {
        ++*rows;
        *after = stmt_get_int(st, 0);
        r = ask(s, table, *after << shift, stmt_get_text(st, 1), bad, err);
        if (r < 0)
            break;
    }
    stmt_done(st);
    return r;
}

static int ask_all(struct store *s, const char *sql, enum search_table table, int shift,
                   int64_t *rows, int64_t *bad, struct err *err)
{
    int64_t after = 0, before;
    int r;

    do {
        before = *rows;
        r = ask_some(s, sql, table, shift, &after, rows, bad, err);
    } while (r == 0 && *rows > before);
    return r;
}

int search_verify(struct store *s, int64_t *ret_rows, int64_t *ret_bad, struct err *err)
{
    int64_t rows = 0, bad = 0, headings = 0;
    int r = ask_all(s, "SELECT id, title FROM search_document WHERE id > $1 ORDER BY id LIMIT 1000",
                    TABLE_TITLE, ROW_BITS, &rows, &bad, err);

    if (r == 0)
        r = ask_all(s,
                    "SELECT id, heading FROM search_clause WHERE heading <> '' AND id > $1"
                    " ORDER BY id LIMIT 1000",
                    TABLE_HEADING, 0, &headings, &bad, err);
    if (r == 0)
        r = ask_all(s, "SELECT id, text FROM search_clause WHERE id > $1 ORDER BY id LIMIT 1000",
                    TABLE_TEXT, 0, &rows, &bad, err);
    if (r < 0)
        return r;
    *ret_rows = rows;
    *ret_bad = bad;
    return 0;
}
