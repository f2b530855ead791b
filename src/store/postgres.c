/*
 * postgres.c: the server engine over libpq. Parameters and results travel as text, blobs as binary;
 * a statement's whole result is held until stmt_done. Posted statements go out in a pipeline whose
 * results are read before anything else is asked.
 */
#include <libpq-fe.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "store/store_int.h"

#define PARAMS_MAX  32
#define INT_TEXT    24
#define POSTED_MOST 500 /* statements sent before their results are read */

struct postgres_store {
    struct store base;
    PGconn *conn;
    unsigned next_name;
    unsigned posted; /* statements on their way whose results were not read; the pipeline is open */
};
struct postgres_stmt {
    struct stmt base;
    char name[16];
    int params; /* highest index bound so far */
    const char *values[PARAMS_MAX];
    int lengths[PARAMS_MAX], formats[PARAMS_MAX];
    char ints[PARAMS_MAX][INT_TEXT];
    char *copies[PARAMS_MAX]; /* text parameters need a zero byte behind them */
    PGresult *result;
    int row;
    struct span blob; /* unescaped, of the present row */
};

static PGconn *conn_of(struct store *s)
{
    return ((struct postgres_store *)s)->conn;
}

/* Two programs make the tables at the same time: one of them meets the other's in the catalogue. */
static bool made_twice(const PGresult *result, const char *state)
{
    const char *constraint = result ? PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME) : NULL;

    if (!state)
        return false;
    return strcmp(state, "42P07") == 0 || strcmp(state, "42710") == 0 ||
           (strcmp(state, "23505") == 0 && constraint && strncmp(constraint, "pg_", 3) == 0);
}

static int fail(struct store *s, const PGresult *result, struct err *err)
{
    const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    const char *text = result ? PQresultErrorMessage(result) : PQerrorMessage(conn_of(s));
    int n = (int)strcspn(text, "\n");

    if (state &&
        (strcmp(state, "40001") == 0 || strcmp(state, "40P01") == 0 || strcmp(state, "55P03") == 0))
        return err_set(err, E_BUSY, "the transaction met another one");
    if (made_twice(result, state))
        return err_set(err, E_BUSY, "%.*s", n, text);
    if (state && strncmp(state, "23", 2) == 0)
        return err_set(err, E_CONFLICT, "%.*s", n, text);
    return err_set(err, E_STORE, "PostgreSQL: %.*s", n, text);
}

/* Reads the results of all that was posted; the first error counts. */
static int settle(struct store *s, struct err *err)
{
    struct postgres_store *ps = (struct postgres_store *)s;
    PGresult *result;
    int r = 0;

    if (ps->posted == 0)
        return 0;
    if (!PQpipelineSync(ps->conn))
        r = fail(s, NULL, err);
    for (; ps->posted > 0; ps->posted--)
        while ((result = PQgetResult(ps->conn))) {
            ExecStatusType status = PQresultStatus(result);
            if (r == 0 && status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
                r = fail(s, result, err);
            PQclear(result);
        }
    PQclear(PQgetResult(ps->conn)); /* of the synchronisation */
    if (!PQexitPipelineMode(ps->conn) && r == 0)
        r = fail(s, NULL, err);
    return r;
}

static int run(struct store *s, const char *sql, struct err *err)
{
    int r = settle(s, err);
    if (r < 0)
        return r;
    PGresult *result = PQexec(conn_of(s), sql);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        r = fail(s, result, err);
    PQclear(result);
    return r;
}

static void close_store(struct store *s)
{
    PQfinish(conn_of(s));
    alloc_free(s);
}

static int begin(struct store *s, struct err *err)
{
    return run(s, "BEGIN ISOLATION LEVEL SERIALIZABLE", err);
}

static int commit(struct store *s, struct err *err)
{
    return run(s, "COMMIT", err);
}

static void rollback(struct store *s)
{
    struct err ignored = ERR_INIT; /* the connection is gone, so is the transaction */
    (void)!settle(s, &ignored);
    (void)!run(s, "ROLLBACK", &ignored);
}

/* A lock of the session, taken before the transaction begins and so before it sees anything; any
 * number that no other program of the database uses. It ends with the connection at the latest. */
#define LINE "7450239114"

static int stand_in_line(struct store *s, struct err *err)
{
    return run(s, "SELECT pg_advisory_lock(" LINE ")", err);
}

static void leave_line(struct store *s)
{
    struct err ignored = ERR_INIT;
    (void)!run(s, "SELECT pg_advisory_unlock(" LINE ")", &ignored);
}

static int execute(struct store *s, const char *sql, struct err *err)
{
    char *text = store_words(s->engine, sql);
    int r = text ? run(s, text, err) : err_memory(err);
    alloc_free(text);
    return r;
}

static int prepare(struct store *s, const char *sql, struct stmt **ret, struct err *err)
{
    struct postgres_store *ps = (struct postgres_store *)s;
    struct postgres_stmt *st = alloc_new(sizeof(*st));
    char *text = store_words(s->engine, sql);
    int r = 0;

    if (!st || !text) {
        r = err_memory(err);
    } else if ((r = settle(s, err)) == 0) {
        snprintf(st->name, sizeof(st->name), "s%u", ps->next_name++);
        PGresult *result = PQprepare(ps->conn, st->name, text, 0, NULL);
        if (PQresultStatus(result) != PGRES_COMMAND_OK)
            r = fail(s, result, err);
        PQclear(result);
    }
    alloc_free(text);
    if (r < 0) {
        alloc_free(st);
        return r;
    }
    *ret = &st->base;
    return 0;
}

static int place(struct postgres_stmt *st, int index)
{
    if (index < 1 || index > PARAMS_MAX)
        BUG("parameter $%d in: %s", index, st->base.sql);
    if (index > st->params)
        st->params = index;
    return index - 1;
}

static void bind_int(struct stmt *s, int index, int64_t value)
{
    struct postgres_stmt *st = (struct postgres_stmt *)s;
    int i = place(st, index);
    snprintf(st->ints[i], INT_TEXT, "%" PRId64, value);
    st->values[i] = st->ints[i];
    st->formats[i] = 0;
}

static void bind_text(struct stmt *s, int index, struct span value, bool blob)
{
    struct postgres_stmt *st = (struct postgres_stmt *)s;
    int i = place(st, index);
    char *copy = alloc_new(value.n + 1);

    alloc_free(st->copies[i]);
    st->copies[i] = copy;
    if (!copy) {
        s->bind_error = E_MEMORY;
        return;
    }
    if (value.n)
        memcpy(copy, value.p, value.n);
    st->values[i] = copy;
    st->lengths[i] = (int)value.n;
    st->formats[i] = blob ? 1 : 0;
}

static void bind_null(struct stmt *s, int index)
{
    struct postgres_stmt *st = (struct postgres_stmt *)s;
    st->values[place(st, index)] = NULL;
}

static int step(struct stmt *s, struct err *err)
{
    struct postgres_stmt *st = (struct postgres_stmt *)s;

    if (!st->result) {
        int r = settle(s->store, err);
        if (r < 0)
            return r;
        st->result = PQexecPrepared(conn_of(s->store), st->name, st->params, st->values,
                                    st->lengths, st->formats, 0);
        ExecStatusType status = PQresultStatus(st->result);
        if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
            return fail(s->store, st->result, err);
        st->row = -1;
    }
    PQfreemem((void *)(uintptr_t)st->blob.p);
    st->blob = (struct span){NULL, 0};
    return ++st->row < PQntuples(st->result) ? 1 : 0;
}

static bool is_null(const struct stmt *s, int column)
{
    const struct postgres_stmt *st = (const struct postgres_stmt *)s;
    return PQgetisnull(st->result, st->row, column);
}

static int64_t get_int(const struct stmt *s, int column)
{
    const struct postgres_stmt *st = (const struct postgres_stmt *)s;
    return strtoll(PQgetvalue(st->result, st->row, column), NULL, 10);
}

static int insert(struct stmt *s, int64_t *ret_id, struct err *err)
{
    int r = step(s, err);

    if (r >= 0)
        *ret_id = r > 0 ? get_int(s, 0) : 0;
    return r < 0 ? r : 0;
}

static int post(struct stmt *s, struct err *err)
{
    struct postgres_stmt *st = (struct postgres_stmt *)s;
    struct postgres_store *ps = (struct postgres_store *)s->store;

    if (ps->posted == 0 && !PQenterPipelineMode(ps->conn))
        return fail(s->store, NULL, err);
    if (!PQsendQueryPrepared(ps->conn, st->name, st->params, st->values, st->lengths, st->formats,
                             0)) {
        int r = fail(s->store, NULL, err);
        struct err ignored = ERR_INIT;
        if (ps->posted)
            (void)!settle(s->store, &ignored);
        else
            (void)!PQexitPipelineMode(ps->conn);
        return r;
    }
    return ++ps->posted < POSTED_MOST ? 0 : settle(s->store, err);
}

#define BYTEA_OID 17

static struct span get_text(const struct stmt *s, int column)
{
    /* The cast is of our own object: unescaped blobs are cached in the statement. */
    struct postgres_stmt *st = (struct postgres_stmt *)(uintptr_t)s;
    const char *p = PQgetvalue(st->result, st->row, column);
    size_t n = (size_t)PQgetlength(st->result, st->row, column);

    if (PQftype(st->result, column) != BYTEA_OID)
        return span_of(p, n);
    PQfreemem((void *)(uintptr_t)st->blob.p);
    st->blob.p = (const char *)PQunescapeBytea((const unsigned char *)p, &st->blob.n);
    return st->blob;
}

static void done(struct stmt *s)
{
    struct postgres_stmt *st = (struct postgres_stmt *)s;

    PQclear(st->result);
    PQfreemem((void *)(uintptr_t)st->blob.p);
    st->blob = (struct span){NULL, 0};
    st->result = NULL;
    for (int i = 0; i < st->params; i++) {
        alloc_free(st->copies[i]);
        st->copies[i] = NULL;
        st->values[i] = NULL;
    }
}

static void free_stmt(struct stmt *s)
{
    done(s);
    alloc_free(s);
}

static bool alive(const struct store *s)
{
    return PQstatus(((const struct postgres_store *)s)->conn) == CONNECTION_OK;
}

static const struct engine postgres_engine = {
    .id = STORE_POSTGRES,
    .words = {"BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY", "BIGINT", "BYTEA", "", "",
              " RETURNING id"},
    .close = close_store,
    .alive = alive,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .stand_in_line = stand_in_line,
    .leave_line = leave_line,
    .execute = execute,
    .prepare = prepare,
    .bind_int = bind_int,
    .bind_text = bind_text,
    .bind_null = bind_null,
    .step = step,
    .insert = insert,
    .post = post,
    .is_null = is_null,
    .get_int = get_int,
    .get_text = get_text,
    .done = done,
    .free_stmt = free_stmt,
    .dump = postgres_dump,
    .load = postgres_load,
};

struct pg_conn *postgres_connection(struct store *s)
{
    return conn_of(s);
}

static void quiet(void *context, const char *message)
{
    UNUSED(context);
    UNUSED(message); /* notices such as "already exists, skipping" */
}

int postgres_open(const char *url, struct store **ret, struct err *err)
{
    struct postgres_store *s = alloc_new(sizeof(*s));
    int r;

    if (!s)
        return err_memory(err);
    s->base.engine = &postgres_engine;
    s->conn = PQconnectdb(url);
    if (PQstatus(s->conn) != CONNECTION_OK) {
        r = fail(&s->base, NULL, err);
        err_hint(
            err,
            "is the server running, and does HUIQI_DATABASE name the right user and database?");
    } else {
        PQsetNoticeProcessor(s->conn, quiet, NULL);
        r = run(&s->base, "SET client_encoding = 'UTF8'; SET standard_conforming_strings = on",
                err);
    }
    if (r < 0) {
        close_store(&s->base);
        return r;
    }
    *ret = &s->base;
    return 0;
}
