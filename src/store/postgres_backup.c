/*
 * postgres_backup.c: a dump of our own: every table of the schema as COPY writes it, read in one
 * snapshot; dump.h says in what form.
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
#include "store/dump.h"
#include "store/store_int.h"

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

    if (version && fprintf(d->file, DUMP_FORM "%s\n", PQgetvalue(version, 0, 0)) < 0)
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

/* What dump_read tells is put into the database. */
struct load {
    struct dump d;
    struct store *store;
    const struct backup_watch *watch;
    struct backup_report *report;
    PGresult *tables, *keys;
    int done;
    bool open, skip; /* a COPY runs; the rows are of a table that nobody here knows */
};

static bool is_ours(const PGresult *tables, struct span name)
{
    for (int i = 0; i < PQntuples(tables); i++)
        if (span_eq(span_z(PQgetvalue(tables, i, 0)), name))
            return true;
    return false;
}

/* A table that somebody else keeps in the schema stays out: nobody here can make it. */
static int load_begin(void *context, const struct dump_table *t, struct err *err)
{
    struct load *x = context;
    struct buffer sql = BUFFER_INIT;

    UNUSED(err);
    x->skip = !is_ours(x->tables, t->name);
    if (x->skip) {
        x->d.skipped++;
        return 0;
    }
    buffer_print(&sql, "COPY %.*s (%.*s) FROM STDIN", SPAN_ARG(t->name), SPAN_ARG(t->list));
    int r = run_buffer(&x->d, &sql);
    buffer_release(&sql);
    x->open = r == 0;
    return r;
}

static int load_row(void *context, struct span line, struct err *err)
{
    struct load *x = context;

    UNUSED(err);
    if (!x->skip && PQputCopyData(x->d.conn, line.p, (int)line.n) != 1)
        return fail_query(&x->d, NULL);
    return 0;
}

/* Of a reading that failed the rows are given up. */
static int end_copy(struct load *x, const char *why)
{
    int r = 0;

    x->open = false;
    if (PQputCopyEnd(x->d.conn, why) != 1 && !why)
        r = fail_query(&x->d, NULL);
    PGresult *end = PQgetResult(x->d.conn);
    if (r == 0 && !why && PQresultStatus(end) != PGRES_COMMAND_OK)
        r = fail_query(&x->d, end);
    PQclear(end);
    PQclear(PQgetResult(x->d.conn));
    return r;
}

static int load_end(void *context, struct err *err)
{
    struct load *x = context;
    int total = PQntuples(x->tables), r = x->skip ? 0 : end_copy(x, NULL);

    UNUSED(err);
    if (r == 0 && x->watch && x->watch->tell && x->done < total)
        x->watch->tell(x->watch->context, ++x->done, total);
    return r;
}

static int load_sequence(void *context, struct span table, struct span column, int64_t value,
                         struct err *err)
{
    struct load *x = context;
    struct buffer sql = BUFFER_INIT;

    UNUSED(err);
    if (!is_ours(x->tables, table))
        return 0;
    char *t = PQescapeLiteral(x->d.conn, table.p, table.n);
    char *c = PQescapeLiteral(x->d.conn, column.p, column.n);
    if (t && c)
        buffer_print(&sql, "SELECT setval(pg_get_serial_sequence(%s, %s), %" PRId64 ")", t, c,
                     value);
    int r = t && c ? run_buffer(&x->d, &sql) : err_memory(x->d.err);
    PQfreemem(t);
    PQfreemem(c);
    buffer_release(&sql);
    return r;
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

static int prepare(struct load *x)
{
    int r;

    x->tables = ask(&x->d, TABLES);
    x->keys = x->tables ? ask(&x->d, KEYS) : NULL;
    r = x->keys ? 0 : E_STORE;
    if (r == 0)
        r = for_each(&x->d, x->tables, "ALTER TABLE", "DISABLE TRIGGER USER", 0);
    if (r == 0)
        r = for_each(&x->d, x->keys, "ALTER TABLE", "DROP CONSTRAINT", 1);
    return r < 0 ? r : empty_tables(&x->d, x->tables);
}

static int finish(struct load *x)
{
    int r = for_each(&x->d, x->keys, "ALTER TABLE", "ADD CONSTRAINT", 2);

    return r < 0 ? r : for_each(&x->d, x->tables, "ALTER TABLE", "ENABLE TRIGGER USER", 0);
}

static int load_version(void *context, int64_t version, struct err *err)
{
    struct load *x = context;
    int r = store_check_version(version, err);

    x->report->version = version;
    if (r == 0)
        r = store_begin(x->store, err);
    if (r == 0)
        r = store_make_tables(x->store, version, err);
    return r < 0 ? r : prepare(x);
}

int postgres_load(struct store *s, const char *file, const struct backup_watch *w,
                  struct backup_report *ret, struct err *err)
{
    struct err own = ERR_INIT;
    struct load x = {.d = {postgres_connection(s), fopen(file, "rbe"), file, err ? err : &own, 0},
                     .store = s,
                     .watch = w,
                     .report = ret};
    const struct dump_sink sink = {&x, load_version, load_begin, load_row, load_end, load_sequence};

    if (!x.d.file)
        return fail_file(&x.d, "read");
    int r = dump_read(x.d.file, file, &sink, x.d.err);
    if (x.open)
        (void)end_copy(&x, "damaged");
    if (r == 0)
        r = finish(&x);
    ret->skipped = x.d.skipped;
    if (r == 0)
        r = store_commit(s, x.d.err);
    else if (store_in_transaction(s))
        store_rollback(s);
    PQclear(x.tables);
    PQclear(x.keys);
    (void)fclose(x.d.file);
    return r;
}
