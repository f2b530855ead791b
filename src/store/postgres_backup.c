/*
 * postgres_backup.c: a dump of our own: every table of the schema as COPY writes it, read in one
 * snapshot. Lines:
 *
 *     huiqi-dump 1 VERSION            the form, and the version of the tables
 *     table NAME (COLUMN, ...)        then rows, then a line \.
 *     sequence NAME COLUMN VALUE      the last number given out
 *     end
 *
 * No line of data is \. alone: COPY escapes the backslash. A restore makes the tables of that
 * version, empties what the making put there, and takes foreign keys off while rows come in, all
 * in one transaction: adding the keys again proves them.
 */
#include <errno.h>
#include <inttypes.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/vector.h"
#include "store/store_int.h"

#define FORM "huiqi-dump 1 "

struct dump {
    PGconn *conn;
    FILE *file;
    const char *path;
    struct err *err;
    int64_t skipped; /* tables of the file that nobody here knows */
};

static int fail_query(struct dump *d, const PGresult *result)
{
    const char *text = result ? PQresultErrorMessage(result) : PQerrorMessage(d->conn);
    return err_set(d->err, E_STORE, "PostgreSQL: %.*s", (int)strcspn(text, "\n"), text);
}

static int fail_file(struct dump *d, const char *what)
{
    return err_set(d->err, E_IO, "cannot %s %s: %s", what, d->path, strerror(errno));
}

/* A query with its rows, or NULL with the error set. */
static PGresult *ask(struct dump *d, const char *sql)
{
    PGresult *result = PQexec(d->conn, sql);
    ExecStatusType status = PQresultStatus(result);

    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_COPY_OUT ||
        status == PGRES_COPY_IN)
        return result;
    (void)fail_query(d, result);
    PQclear(result);
    return NULL;
}

static int run(struct dump *d, const char *sql)
{
    PGresult *result = ask(d, sql);
    PQclear(result);
    return result ? 0 : d->err && d->err->code ? d->err->code : E_STORE;
}

static int run_buffer(struct dump *d, struct buffer *sql)
{
    int r = buffer_failed(sql) ? err_memory(d->err) : run(d, sql->p);
    buffer_clear(sql);
    return r;
}

/* Quoted names, and lists of quoted columns but generated ones. */
static const char TABLES[] =
    "SELECT quote_ident(c.relname), string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)"
    " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
    " WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace"
    " AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''"
    " GROUP BY c.relname ORDER BY c.relname";
static const char SEQUENCES[] =
    "SELECT quote_ident(c.relname), quote_ident(a.attname),"
    " pg_get_serial_sequence(quote_ident(c.relname), a.attname)"
    " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
    " WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace"
    " AND a.attnum > 0 AND NOT a.attisdropped AND a.attidentity <> '' ORDER BY c.relname";
static const char KEYS[] =
    "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)"
    " FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
    " ORDER BY 1, 2";

/* ---- writing ---- */

static int write_rows(struct dump *d)
{
    char *row = NULL;
    int n;

    while ((n = PQgetCopyData(d->conn, &row, 0)) > 0) {
        bool ok = fwrite(row, 1, (size_t)n, d->file) == (size_t)n;
        PQfreemem(row);
        if (!ok)
            return fail_file(d, "write");
    }
    PGresult *end = PQgetResult(d->conn);
    int r = n == -1 && PQresultStatus(end) == PGRES_COMMAND_OK ? 0 : fail_query(d, end);
    PQclear(end);
    return r;
}

static int write_table(struct dump *d, const char *name, const char *columns)
{
    struct buffer sql = BUFFER_INIT;
    int r;

    buffer_print(&sql, "COPY %s (%s) TO STDOUT", name, columns);
    r = run_buffer(d, &sql);
    buffer_release(&sql);
    if (r == 0 && fprintf(d->file, "table %s (%s)\n", name, columns) < 0)
        r = fail_file(d, "write");
    if (r == 0)
        r = write_rows(d);
    if (r == 0 && fputs("\\.\n", d->file) < 0)
        r = fail_file(d, "write");
    return r;
}

static int write_tables(struct dump *d, const struct backup_watch *w)
{
    PGresult *tables = ask(d, TABLES);
    int r = tables ? 0 : E_STORE;

    for (int i = 0; tables && i < PQntuples(tables) && r == 0; i++) {
        r = write_table(d, PQgetvalue(tables, i, 0), PQgetvalue(tables, i, 1));
        if (w && w->tell)
            w->tell(w->context, i + 1, PQntuples(tables));
    }
    PQclear(tables);
    return r;
}

/* After the rows: a number given out meanwhile is no harm, one given twice would be. */
static int write_sequences(struct dump *d)
{
    struct buffer sql = BUFFER_INIT;
    PGresult *all = ask(d, SEQUENCES);
    int r = all ? 0 : E_STORE;

    for (int i = 0; all && i < PQntuples(all) && r == 0; i++) {
        buffer_clear(&sql);
        buffer_print(&sql, "SELECT last_value FROM %s WHERE is_called", PQgetvalue(all, i, 2));
        PGresult *value = buffer_failed(&sql) ? NULL : ask(d, sql.p);
        if (!value)
            r = buffer_failed(&sql) ? err_memory(d->err) : E_STORE;
        else if (PQntuples(value) == 1 &&
                 fprintf(d->file, "sequence %s %s %s\n", PQgetvalue(all, i, 0),
                         PQgetvalue(all, i, 1), PQgetvalue(value, 0, 0)) < 0)
            r = fail_file(d, "write");
        PQclear(value);
    }
    PQclear(all);
    buffer_release(&sql);
    return r;
}

static int write_version(struct dump *d)
{
    PGresult *version = ask(d, "SELECT COALESCE(MAX(version), 0) FROM migration");
    int r = version ? 0 : E_STORE;

    if (version && fprintf(d->file, FORM "%s\n", PQgetvalue(version, 0, 0)) < 0)
        r = fail_file(d, "write");
    PQclear(version);
    return r;
}

int postgres_dump(struct store *s, const char *file, const struct backup_watch *w, struct err *err)
{
    struct err own = ERR_INIT;
    struct dump d = {postgres_connection(s), fopen(file, "wbe"), file, err ? err : &own, 0};

    if (!d.file)
        return fail_file(&d, "write");
    int r = run(&d, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    if (r == 0)
        r = write_version(&d);
    if (r == 0)
        r = write_tables(&d, w);
    if (r == 0)
        r = write_sequences(&d);
    if (r == 0 && fputs("end\n", d.file) < 0)
        r = fail_file(&d, "write");
    PQclear(PQexec(d.conn, "ROLLBACK"));
    if (fclose(d.file) != 0 && r == 0)
        r = fail_file(&d, "write");
    return r;
}

/* ---- and back ---- */

struct line {
    char *p;
    size_t room;
};

/* Length with its line end; 0 = the end of the file, -1 = cannot be read. */
static ssize_t read_line(struct dump *d, struct line *l)
{
    errno = 0;
    ssize_t n = getline(&l->p, &l->room, d->file);
    return n > 0 ? n : feof(d->file) ? 0 : -1;
}

static int damaged(struct dump *d)
{
    return err_set(d->err, E_CHECK, "%s is damaged", d->path);
}

static int read_version(struct dump *d, struct line *l, int64_t *ret)
{
    ssize_t n = read_line(d, l);

    if (n <= 0 || !span_starts(span_of(l->p, (size_t)n), SPAN(FORM)))
        return err_set(d->err, E_INPUT, "this is no backup of a huiqi store on PostgreSQL");
    *ret = strtoll(l->p + strlen(FORM), NULL, 10);
    return *ret > 0 ? store_check_version(*ret, d->err) : damaged(d);
}

static int read_rows(struct dump *d, struct line *l, bool skip)
{
    ssize_t n;

    while ((n = read_line(d, l)) > 0) {
        if (n == 3 && memcmp(l->p, "\\.\n", 3) == 0)
            return 0;
        if (!skip && PQputCopyData(d->conn, l->p, (int)n) != 1)
            return fail_query(d, NULL);
    }
    return damaged(d);
}

static bool is_ours(const PGresult *tables, const char *words)
{
    size_t n = strcspn(words, "(");

    for (int i = 0; i < PQntuples(tables); i++) {
        const char *name = PQgetvalue(tables, i, 0);
        if (strlen(name) + 1 == n && memcmp(name, words, n - 1) == 0)
            return true;
    }
    return false;
}

/* "table NAME (COLUMNS)": the words are ours, quoted by the database that wrote them. A table that
 * somebody else keeps in the schema stays out: nobody here can make it. */
static int read_table(struct dump *d, struct line *l, const PGresult *tables)
{
    const char *words = l->p + strlen("table ");
    struct buffer sql = BUFFER_INIT;

    if (!is_ours(tables, words)) {
        d->skipped++;
        return read_rows(d, l, true);
    }
    buffer_print(&sql, "COPY %s FROM STDIN", words);
    int r = run_buffer(d, &sql);
    buffer_release(&sql);
    if (r < 0)
        return r;
    r = read_rows(d, l, false);
    if (PQputCopyEnd(d->conn, r < 0 ? "damaged" : NULL) != 1 && r == 0)
        r = fail_query(d, NULL);
    PGresult *end = PQgetResult(d->conn);
    if (r == 0 && PQresultStatus(end) != PGRES_COMMAND_OK)
        r = fail_query(d, end);
    PQclear(end);
    PQclear(PQgetResult(d->conn));
    return r;
}

static int read_sequence(struct dump *d, char *words)
{
    char *column = strchr(words, ' '), *value = column ? strchr(column + 1, ' ') : NULL;
    struct buffer sql = BUFFER_INIT;

    if (!value)
        return damaged(d);
    *column++ = 0;
    *value++ = 0;
    char *table = PQescapeLiteral(d->conn, words, strlen(words));
    buffer_print(&sql, "SELECT setval(pg_get_serial_sequence(%s, '%s'), %" PRId64 ")",
                 table ? table : "''", column, (int64_t)strtoll(value, NULL, 10));
    PQfreemem(table);
    int r = run_buffer(d, &sql);
    buffer_release(&sql);
    return r;
}

static int read_parts(struct dump *d, struct line *l, const PGresult *tables,
                      const struct backup_watch *w)
{
    ssize_t n;
    int done = 0, r = 0;

    while (r == 0 && (n = read_line(d, l)) > 0) {
        if (l->p[n - 1] != '\n')
            return damaged(d);
        l->p[n - 1] = 0;
        if (strcmp(l->p, "end") == 0)
            return read_line(d, l) == 0 ? 0 : damaged(d);
        if (strncmp(l->p, "table ", 6) == 0) {
            r = read_table(d, l, tables);
            if (w && w->tell && done < PQntuples(tables))
                w->tell(w->context, ++done, PQntuples(tables));
        } else if (strncmp(l->p, "sequence ", 9) == 0) {
            r = read_sequence(d, l->p + 9);
        } else {
            r = damaged(d);
        }
    }
    return r < 0 ? r : damaged(d);
}

/* Runs one statement for each row of `rows`: its columns stand for %s. */
static int for_each(struct dump *d, const PGresult *rows, const char *before, const char *between,
                    int last)
{
    struct buffer sql = BUFFER_INIT;
    int r = 0;

    for (int i = 0; i < PQntuples(rows) && r == 0; i++) {
        buffer_print(&sql, "%s %s %s", before, PQgetvalue(rows, i, 0), between);
        for (int c = 1; c <= last; c++)
            buffer_print(&sql, " %s", PQgetvalue(rows, i, c));
        r = run_buffer(d, &sql);
    }
    buffer_release(&sql);
    return r;
}

/* What making the tables put there goes, too: the dump has it. */
static int empty_tables(struct dump *d, const PGresult *tables)
{
    struct buffer sql = BUFFER_INIT;

    buffer_add_z(&sql, "TRUNCATE ");
    for (int i = 0; i < PQntuples(tables); i++)
        buffer_print(&sql, "%s%s", i ? ", " : "", PQgetvalue(tables, i, 0));
    int r = run_buffer(d, &sql);
    buffer_release(&sql);
    return r;
}

static int fill(struct dump *d, struct line *l, const struct backup_watch *w)
{
    PGresult *tables = ask(d, TABLES), *keys = tables ? ask(d, KEYS) : NULL;
    int r = keys ? 0 : E_STORE;

    if (r == 0)
        r = for_each(d, tables, "ALTER TABLE", "DISABLE TRIGGER USER", 0);
    if (r == 0)
        r = for_each(d, keys, "ALTER TABLE", "DROP CONSTRAINT", 1);
    if (r == 0)
        r = empty_tables(d, tables);
    if (r == 0)
        r = read_parts(d, l, tables, w);
    if (r == 0)
        r = for_each(d, keys, "ALTER TABLE", "ADD CONSTRAINT", 2);
    if (r == 0)
        r = for_each(d, tables, "ALTER TABLE", "ENABLE TRIGGER USER", 0);
    PQclear(tables);
    PQclear(keys);
    return r;
}

int postgres_load(struct store *s, const char *file, const struct backup_watch *w,
                  struct backup_report *ret, struct err *err)
{
    struct err own = ERR_INIT;
    struct dump d = {postgres_connection(s), fopen(file, "rbe"), file, err ? err : &own, 0};
    struct line l = {0};

    if (!d.file)
        return fail_file(&d, "read");
    int r = read_version(&d, &l, &ret->version);
    if (r == 0)
        r = store_begin(s, d.err);
    if (r == 0) {
        r = store_make_tables(s, ret->version, d.err);
        if (r == 0)
            r = fill(&d, &l, w);
        ret->skipped = d.skipped;
        if (r == 0)
            r = store_commit(s, d.err);
        else
            store_rollback(s);
    }
    free(l.p);
    (void)fclose(d.file);
    return r;
}
