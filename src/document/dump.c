/*
 * dump.c: see dump.h. A line is [table, value, ...]: integers as numbers, texts as strings, sealed
 * values in base64, what is absent as null. The first line says what the file is, the last how many
 * rows there were: a file that was cut off is refused.
 */
#include "document/dump.h"
#include <sodium.h>
#include <stdlib.h>
#include "base/json.h"
#include "document/archive_int.h"

#define FORMAT "huiqi-documents-1"

/* In the order in which rows may be written: what is referred to comes first. `kinds`: of the
 * columns, i integer, t text, b sealed. `sequence`: PostgreSQL goes on counting behind the rows. */
static const struct table {
    const char *name, *kinds, *read, *write, *sequence;
} tables[] = {
    {"source_file", "ittttiiit",
     "SELECT id, sha256, name, kind, encoding, size, text_size, imported_at, report FROM "
     "source_file ORDER BY id",
     "INSERT INTO source_file (id, sha256, name, kind, encoding, size, text_size, imported_at, "
     "report) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
     "SELECT setval(pg_get_serial_sequence('source_file', 'id'), (SELECT MAX(id) FROM "
     "source_file))"},
    {"source_part", "itib",
     "SELECT source_id, kind, part, sealed FROM source_part ORDER BY source_id, kind, part",
     "INSERT INTO source_part (source_id, kind, part, sealed) VALUES ($1, $2, $3, $4)", NULL},
    {"document", "ittii",
     "SELECT id, slug, match_key, latest, created_at FROM document ORDER BY id",
     "INSERT INTO document (id, slug, match_key, latest, created_at) VALUES ($1, $2, $3, $4, $5)",
     "SELECT setval(pg_get_serial_sequence('document', 'id'), (SELECT MAX(id) FROM document))"},
    {"document_tag", "itit",
     "SELECT document_id, tag, has, actor FROM document_tag ORDER BY document_id, tag",
     "INSERT INTO document_tag (document_id, tag, has, actor) VALUES ($1, $2, $3, $4)", NULL},
    {"document_version", "iiiiitttttttttiiti",
     "SELECT id, document_id, number, source_id, ordinal, kind, title, doc_number, issuers, "
     "issued, signed, region, type, meta, start_byte, end_byte, text_digest, imported_at FROM "
     "document_version ORDER BY id",
     "INSERT INTO document_version (id, document_id, number, source_id, ordinal, kind, title, "
     "doc_number, issuers, issued, signed, region, type, meta, start_byte, end_byte, text_digest, "
     "imported_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, "
     "$17, $18)",
     "SELECT setval(pg_get_serial_sequence('document_version', 'id'), (SELECT MAX(id) FROM "
     "document_version))"},
    {"clause", "iiiiitttttiii",
     "SELECT id, version_id, position, parent, depth, kind, path, mark, title, text, start_byte, "
     "end_byte, line FROM clause ORDER BY id",
     "INSERT INTO clause (id, version_id, position, parent, depth, kind, path, mark, title, text, "
     "start_byte, end_byte, line) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
     "SELECT setval(pg_get_serial_sequence('clause', 'id'), (SELECT MAX(id) FROM clause))"},
    {"clause_fact", "iiitiiiit",
     "SELECT id, version_id, clause_id, kind, text_start, text_end, start_byte, end_byte, value "
     "FROM clause_fact ORDER BY id",
     "INSERT INTO clause_fact (id, version_id, clause_id, kind, text_start, text_end, start_byte, "
     "end_byte, value) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
     "SELECT setval(pg_get_serial_sequence('clause_fact', 'id'), (SELECT MAX(id) FROM "
     "clause_fact))"},
    {"document_relation", "iiitittt",
     "SELECT id, version_id, clause_id, kind, target_id, target_number, target_title, value FROM "
     "document_relation ORDER BY id",
     "INSERT INTO document_relation (id, version_id, clause_id, kind, target_id, target_number, "
     "target_title, value) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
     "SELECT setval(pg_get_serial_sequence('document_relation', 'id'), (SELECT MAX(id) FROM "
     "document_relation))"},
    {"redaction", "iitttttiiib",
     "SELECT id, source_id, kind, placeholder, reason, digest, state, start_byte, end_byte, line, "
     "sealed FROM redaction ORDER BY id",
     "INSERT INTO redaction (id, source_id, kind, placeholder, reason, digest, state, start_byte, "
     "end_byte, line, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
     "SELECT setval(pg_get_serial_sequence('redaction', 'id'), (SELECT MAX(id) FROM redaction))"},
    {"redaction_place", "iitii",
     "SELECT redaction_id, clause_id, field, text_start, text_end FROM redaction_place ORDER BY "
     "clause_id, field, text_start",
     "INSERT INTO redaction_place (redaction_id, clause_id, field, text_start, text_end) VALUES "
     "($1, $2, $3, $4, $5)",
     NULL},
    {"document_event", "iitiiitt",
     "SELECT id, at, kind, source_id, document_id, redaction_id, actor, detail FROM document_event "
     "ORDER BY id",
     "INSERT INTO document_event (id, at, kind, source_id, document_id, redaction_id, actor, "
     "detail) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
     "SELECT setval(pg_get_serial_sequence('document_event', 'id'), (SELECT MAX(id) FROM "
     "document_event))"},
    {"seal_key", "ti", "SELECT fingerprint, first_used FROM seal_key ORDER BY fingerprint",
     "INSERT INTO seal_key (fingerprint, first_used) VALUES ($1, $2)", NULL},
};

/* ---- out ---- */

static struct json *value_out(struct arena *a, const struct stmt *st, int column, char kind)
{
    if (stmt_is_null(st, column))
        return json_null(a);
    if (kind == 'i')
        return json_int(a, stmt_get_int(st, column));
    struct span s = stmt_get_text(st, column);
    if (kind == 't')
        return json_string(a, s);
    size_t n = sodium_base64_ENCODED_LEN(s.n, sodium_base64_VARIANT_ORIGINAL);
    char *text = arena_alloc(a, n);
    if (!text)
        return NULL;
    sodium_bin2base64(text, n, (const unsigned char *)s.p, s.n, sodium_base64_VARIANT_ORIGINAL);
    return json_string(a, span_z(text));
}

struct dumping {
    struct store *store;
    int (*write)(void *context, struct span line);
    void *context;
    struct arena arena;
    struct buffer line;
    size_t rows;
    struct err *err;
};

static int put_line(struct dumping *d, const struct json *j)
{
    buffer_clear(&d->line);
    json_print(&d->line, j, JSON_COMPACT);
    buffer_byte(&d->line, '\n');
    if (d->arena.failed || buffer_failed(&d->line))
        return err_memory(d->err);
    return d->write(d->context, buffer_span(&d->line)) < 0
               ? err_set(d->err, E_IO, "cannot write the dump")
               : 0;
}

static int dump_row(struct dumping *d, const struct table *t, const struct stmt *st)
{
    arena_clear(&d->arena);
    struct json *row = json_array(&d->arena);
    json_add(row, json_string(&d->arena, span_z(t->name)));
    for (int i = 0; t->kinds[i]; i++)
        json_add(row, value_out(&d->arena, st, i, t->kinds[i]));
    d->rows++;
    return put_line(d, row);
}

static int dump_table(struct dumping *d, const struct table *t)
{
    struct stmt *st;
    int r = store_prepare(d->store, t->read, &st, d->err);
    if (r < 0)
        return r;
    while ((r = stmt_step(st, d->err)) > 0) {
        r = dump_row(d, t, st);
        if (r < 0)
            break;
    }
    stmt_done(st);
    return r;
}

static int dump_frame(struct dumping *d, bool end)
{
    struct json *j;
    arena_clear(&d->arena);
    j = json_array(&d->arena);
    json_add(j, json_string(&d->arena, end ? SPAN("end") : SPAN(FORMAT)));
    if (end)
        json_add(j, json_int(&d->arena, (int64_t)d->rows));
    return put_line(d, j);
}

int archive_dump(struct store *s, int (*write)(void *context, struct span line), void *context,
                 size_t *ret_rows, struct err *err)
{
    struct dumping d = {
        .store = s, .write = write, .context = context, .line = BUFFER_INIT, .err = err};
    arena_init(&d.arena);
    int r = store_begin(s, err); /* all tables at one moment */
    if (r == 0) {
        r = dump_frame(&d, false);
        for (size_t i = 0; r == 0 && i < COUNT_OF(tables); i++)
            r = dump_table(&d, &tables[i]);
        if (r == 0)
            r = dump_frame(&d, true);
        store_rollback(s);
    }
    buffer_release(&d.line);
    arena_release(&d.arena);
    if (r == 0)
        *ret_rows = d.rows;
    return r;
}

/* ---- back ---- */

struct restoring {
    const struct dump_source *source;
    struct store *store;
    struct arena arena;
    size_t rows, line;
    bool ended;
    struct err *err;
};

static int not_ours(const struct restoring *d, const char *why)
{
    err_set(d->err, E_INPUT, "not a whole dump of documents: %s", why);
    err_hint(d->err, "make it with 'huiqi document dump FILE'");
    err_at(d->err, SPAN("dump"), (uint32_t)d->line, 1);
    return E_INPUT;
}

/* An integer of a dump; the text is JSON's own. */
static bool integer(const struct json *j, int64_t *ret)
{
    struct span s = json_text(j);
    char text[24], *end;
    if (j->kind != JSON_NUMBER || s.n == 0 || s.n >= sizeof text)
        return false;
    memcpy(text, s.p, s.n);
    text[s.n] = 0;
    *ret = strtoll(text, &end, 10);
    return *end == 0;
}

static bool unsealed(struct arena *a, struct span text, struct span *ret)
{
    size_t n = 0, room = text.n / 4 * 3 + 4;
    unsigned char *p = arena_alloc(a, room);
    if (!p || sodium_base642bin(p, room, text.p, text.n, NULL, &n, NULL,
                                sodium_base64_VARIANT_ORIGINAL) != 0)
        return false;
    *ret = span_of((char *)p, n);
    return true;
}

static bool bind(struct restoring *d, struct stmt *st, int index, char kind, const struct json *j)
{
    int64_t number;
    struct span blob;
    if (j->kind == JSON_NULL) {
        stmt_null(st, index);
        return true;
    }
    if (kind == 'i') {
        if (!integer(j, &number))
            return false;
        stmt_int(st, index, number);
        return true;
    }
    if (j->kind != JSON_STRING || (kind == 'b' && !unsealed(&d->arena, j->text, &blob)))
        return false;
    if (kind == 'b')
        stmt_blob(st, index, blob);
    else
        stmt_text(st, index, j->text);
    return true;
}

static int restore_row(struct restoring *d, const struct table *t, const struct json *row)
{
    const struct json *value = row->first->next;
    struct stmt *st;
    if (row->n != strlen(t->kinds) + 1)
        return not_ours(d, "a row of another length");
    int r = store_prepare(d->store, t->write, &st, d->err);
    if (r < 0)
        return r;
    for (int i = 0; t->kinds[i]; i++, value = value->next)
        if (!bind(d, st, i + 1, t->kinds[i], value)) {
            stmt_done(st);
            return d->arena.failed ? err_memory(d->err) : not_ours(d, "a value of another kind");
        }
    d->rows++;
    return stmt_post(st, d->err);
}

static int restore_line(struct restoring *d, const struct json *row)
{
    struct span name = json_text(row->first);
    int64_t rows;
    if (d->line == 1)
        return span_eq(name, SPAN(FORMAT)) ? 0 : not_ours(d, "it begins otherwise");
    if (span_eq(name, SPAN("end"))) {
        d->ended = row->n == 2 && integer(row->last, &rows) && rows == (int64_t)d->rows;
        return d->ended ? 0 : not_ours(d, "rows are missing");
    }
    for (size_t i = 0; i < COUNT_OF(tables); i++)
        if (span_eq(name, span_z(tables[i].name)))
            return restore_row(d, &tables[i], row);
    return not_ours(d, "a table of another name");
}

static int restore_lines(struct restoring *d)
{
    struct span line;
    int r;
    while ((r = d->source->next(d->source->context, &line, d->err)) > 0) {
        struct json *row = NULL;
        arena_clear(&d->arena);
        d->line++;
        if (d->ended)
            return not_ours(d, "it goes on behind its end");
        r = json_parse(&d->arena, line, SPAN("dump"), &row, d->err);
        if (r < 0)
            return r;
        if (row->kind != JSON_ARRAY || row->n == 0)
            return not_ours(d, "a line that is no row");
        r = restore_line(d, row);
        if (r < 0)
            return r;
    }
    return r < 0 ? r : d->ended ? 0 : not_ours(d, "it is cut off");
}

static int must_be_empty(struct restoring *d)
{
    struct stmt *st;
    int r = store_prepare(d->store, "SELECT 1 FROM source_file LIMIT 1", &st, d->err);
    if (r < 0)
        return r;
    r = stmt_step(st, d->err);
    stmt_done(st);
    if (r <= 0)
        return r;
    err_set(d->err, E_CONFLICT, "the database holds documents already");
    err_hint(d->err, "restore into another database: HUIQI_DATABASE=sqlite:PATH");
    return E_CONFLICT;
}

static int go_on_counting(struct restoring *d)
{
    int r = 0;
    if (store_engine(d->store) == STORE_POSTGRES)
        for (size_t i = 0; r == 0 && i < COUNT_OF(tables); i++)
            if (tables[i].sequence)
                r = store_execute(d->store, tables[i].sequence, d->err);
    return r;
}

/* Search and the like are made anew. */
static int tell_hooks(struct restoring *d)
{
    struct archive_version *v = NULL;
    size_t n = 0;
    arena_clear(&d->arena);
    int r = document_archive_list(d->store, &d->arena,
                                  &(struct archive_filter){.frames = true, .all_versions = true},
                                  &v, &n, d->err);
    for (size_t i = 0; r == 0 && i < n; i++) {
        struct archive_change change = {.store = d->store, .arena = &d->arena, .version = &v[i]};
        struct archive_clause *clauses = NULL;
        r = document_archive_clauses(d->store, &d->arena, v[i].id, &clauses, &change.clause_count,
                                     d->err);
        change.clauses = clauses;
        if (r == 0)
            r = archive_hooks_run(&change, d->err);
    }
    return r;
}

static int restore(struct store *s, void *context, struct err *err)
{
    struct restoring *d = context;
    d->err = err;
    d->store = s;
    d->rows = d->line = 0;
    d->ended = false;
    int r = must_be_empty(d);
    if (r == 0 && d->source->rewind(d->source->context) < 0)
        r = err_set(err, E_IO, "cannot read the dump from its beginning");
    if (r == 0)
        r = store_execute(s, "DELETE FROM seal_key", err);
    if (r == 0)
        r = restore_lines(d);
    if (r == 0)
        r = go_on_counting(d);
    return r < 0 ? r : tell_hooks(d);
}

int archive_restore(struct store *s, const struct dump_source *source, size_t *ret_rows,
                    struct err *err)
{
    struct restoring d = {.source = source};
    arena_init(&d.arena);
    int r = store_write(s, restore, &d, err);
    arena_release(&d.arena);
    if (r == 0)
        *ret_rows = d.rows;
    return r;
}
