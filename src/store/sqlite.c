/*
 * sqlite.c: the embedded engine. WAL, synchronous FULL, foreign keys; writers of this process take
 * turns.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <time.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "store/store_int.h"

#define BUSY_MS 10000

struct sqlite_store {
    struct store base;
    sqlite3 *db;
};
struct sqlite_stmt {
    struct stmt base;
    sqlite3_stmt *st;
    int params;
};

/* The one mutable global: a lock, not state. SQLite has one writer; queueing here beats polling its
 * lock. */
static pthread_mutex_t writer = PTHREAD_MUTEX_INITIALIZER;

static int fail(struct store *s, struct err *err)
{
    sqlite3 *db = ((struct sqlite_store *)s)->db;
    int code = sqlite3_errcode(db) & 0xff;

    if (code == SQLITE_NOMEM)
        return err_memory(err);
    if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
        return err_set(err, E_BUSY, "the database is locked");
    if (code == SQLITE_CONSTRAINT)
        return err_set(err, E_CONFLICT, "%s", sqlite3_errmsg(db));
    return err_set(err, E_STORE, "SQLite: %s", sqlite3_errmsg(db));
}

static void sqlite_close_store(struct store *s)
{
    sqlite3_close(((struct sqlite_store *)s)->db);
    alloc_free(s);
}

static int run(struct store *s, const char *sql, struct err *err)
{
    if (sqlite3_exec(((struct sqlite_store *)s)->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        return fail(s, err);
    return 0;
}

static int begin(struct store *s, struct err *err)
{
    pthread_mutex_lock(&writer);
    int r = run(s, "BEGIN IMMEDIATE", err);
    if (r < 0)
        pthread_mutex_unlock(&writer);
    return r;
}

static int commit(struct store *s, struct err *err)
{
    int r = run(s, "COMMIT", err);
    if (r == 0)
        pthread_mutex_unlock(&writer);
    return r;
}

static void rollback(struct store *s)
{
    struct err ignored = ERR_INIT; /* nothing was open any more: SQLite rolled back itself */
    (void)!run(s, "ROLLBACK", &ignored);
    pthread_mutex_unlock(&writer);
}

static int execute(struct store *s, const char *sql, struct err *err)
{
    char *text = store_words(s->engine, sql);
    int r = text ? run(s, text, err) : err_memory(err);
    alloc_free(text);
    return r;
}

/* $1 would be a named parameter to SQLite, found by a search each time; ?1 is a numbered one. */
static void number_parameters(char *sql)
{
    for (; *sql; sql++)
        if (sql[0] == '$' && sql[1] >= '1' && sql[1] <= '9')
            sql[0] = '?';
}

static int prepare(struct store *s, const char *sql, struct stmt **ret, struct err *err)
{
    struct sqlite_stmt *st = alloc_new(sizeof(*st));
    char *text = store_words(s->engine, sql);
    int r = 0;

    if (text)
        number_parameters(text);

    if (!st || !text)
        r = err_memory(err);
    else if (sqlite3_prepare_v3(((struct sqlite_store *)s)->db, text, -1, SQLITE_PREPARE_PERSISTENT,
                                &st->st, NULL) != SQLITE_OK)
        r = fail(s, err);
    alloc_free(text);
    if (r < 0) {
        alloc_free(st);
        return r;
    }
    st->params = sqlite3_bind_parameter_count(st->st);
    *ret = &st->base;
    return 0;
}

/* Parameters were rewritten to ?1, ?2 ...: their index is their number. */
static int place(struct sqlite_stmt *st, int index)
{
    if (index < 1 || index > st->params)
        BUG("no parameter $%d in: %s", index, st->base.sql);
    return index;
}

static void bind_int(struct stmt *s, int index, int64_t value)
{
    struct sqlite_stmt *st = (struct sqlite_stmt *)s;
    if (sqlite3_bind_int64(st->st, place(st, index), value) != SQLITE_OK)
        s->bind_error = E_MEMORY;
}

static void bind_text(struct stmt *s, int index, struct span value, bool blob)
{
    struct sqlite_stmt *st = (struct sqlite_stmt *)s;
    const char *p = value.p ? value.p : "";
    int at = place(st, index);
    int r = blob ? sqlite3_bind_blob64(st->st, at, p, value.n, SQLITE_STATIC)
                 : sqlite3_bind_text64(st->st, at, p, value.n, SQLITE_STATIC, SQLITE_UTF8);
    if (r != SQLITE_OK)
        s->bind_error = E_MEMORY;
}

static void bind_null(struct stmt *s, int index)
{
    struct sqlite_stmt *st = (struct sqlite_stmt *)s;
    if (sqlite3_bind_null(st->st, place(st, index)) != SQLITE_OK)
        s->bind_error = E_MEMORY;
}

static int step(struct stmt *s, struct err *err)
{
    int r = sqlite3_step(((struct sqlite_stmt *)s)->st);
    if (r == SQLITE_ROW)
        return 1;
    if (r == SQLITE_DONE)
        return 0;
    return fail(s->store, err);
}

/* Not by RETURNING, which makes a table of its own for every row. */
static int insert(struct stmt *s, int64_t *ret_id, struct err *err)
{
    sqlite3 *db = ((struct sqlite_store *)s->store)->db;
    int r = step(s, err);

    if (r == 0)
        *ret_id = sqlite3_changes(db) > 0 ? sqlite3_last_insert_rowid(db) : 0;
    return r;
}

static bool is_null(const struct stmt *s, int column)
{
    return sqlite3_column_type(((const struct sqlite_stmt *)s)->st, column) == SQLITE_NULL;
}

static int64_t get_int(const struct stmt *s, int column)
{
    return sqlite3_column_int64(((const struct sqlite_stmt *)s)->st, column);
}

static struct span get_text(const struct stmt *s, int column)
{
    sqlite3_stmt *st = ((const struct sqlite_stmt *)s)->st;
    const char *p = sqlite3_column_type(st, column) == SQLITE_BLOB
                        ? sqlite3_column_blob(st, column)
                        : (const char *)sqlite3_column_text(st, column);
    return span_of(p, (size_t)sqlite3_column_bytes(st, column));
}

static void done(struct stmt *s)
{
    sqlite3_stmt *st = ((struct sqlite_stmt *)s)->st;
    sqlite3_reset(st);
    sqlite3_clear_bindings(st);
}

static void free_stmt(struct stmt *s)
{
    sqlite3_finalize(((struct sqlite_stmt *)s)->st);
    alloc_free(s);
}

static bool alive(const struct store *s)
{
    UNUSED(s);
    return true;
}

static const struct engine sqlite_engine = {
    .id = STORE_SQLITE,
    .words = {"INTEGER PRIMARY KEY", "INTEGER", "BLOB", " STRICT", " STRICT, WITHOUT ROWID", ""},
    .close = sqlite_close_store,
    .alive = alive,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .execute = execute,
    .prepare = prepare,
    .bind_int = bind_int,
    .bind_text = bind_text,
    .bind_null = bind_null,
    .step = step,
    .insert = insert,
    .is_null = is_null,
    .get_int = get_int,
    .get_text = get_text,
    .done = done,
    .free_stmt = free_stmt,
    .dump = sqlite_dump,
    .load = sqlite_load,
};

struct sqlite3 *sqlite_connection(struct store *s)
{
    return ((struct sqlite_store *)s)->db;
}

/* Several programs that open a new file at once quarrel about its change to WAL, which SQLite does
 * not wait for. */
static int set_up(struct store *s, struct err *err)
{
    int r = E_BUSY;

    for (int i = 0; i < BUSY_MS / 10 && r == E_BUSY; i++) {
        struct err once = ERR_INIT;
        if (i)
            nanosleep(&(struct timespec){.tv_nsec = 10000000L}, NULL);
        r = run(s,
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
                "PRAGMA trusted_schema = OFF; PRAGMA cache_size = -16384;" /* KiB: a transaction of
                                                                              1,000 rows fits */
                ,
                &once);
        if (r < 0 && r != E_BUSY && err && err->code == 0)
            *err = once;
    }
    return r == E_BUSY ? err_set(err, E_BUSY, "the database is locked") : r;
}

/* Makes the folders of `path`. */
static int make_folders(const char *path, struct err *err)
{
    struct buffer b;
    int r = 0;

    buffer_init(&b);
    for (const char *p = path; *p && r == 0; p++) {
        if (*p == '/' && b.n > 0 && mkdir(b.p, 0755) < 0 && errno != EEXIST)
            r = err_set(err, E_IO, "cannot make the folder %s: %s", b.p, strerror(errno));
        buffer_byte(&b, *p);
    }
    if (buffer_failed(&b))
        r = err_memory(err);
    buffer_release(&b);
    return r;
}

/* What is known about enterprises is nobody else's: a new file is the owner's alone, and the WAL
 * beside it inherits that. One that is there is not opened here: closing it would take away the
 * locks of every connection of this process (POSIX), another process would believe itself alone and
 * remove the WAL, and what this one writes from then on would be lost. */
static void make_file(const char *path)
{
    int fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0)
        close(fd);
}

int sqlite_open(const char *path, struct store **ret, struct err *err)
{
    struct sqlite_store *s;
    int r = make_folders(path, err);

    if (r < 0)
        return r;
    s = alloc_new(sizeof(*s));
    if (!s)
        return err_memory(err);
    s->base.engine = &sqlite_engine;
    make_file(path);
    if (sqlite3_open_v2(path, &s->db,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                        NULL) != SQLITE_OK) {
        r = err_set(err, E_STORE, "cannot open the database %s: %s", path,
                    s->db ? sqlite3_errmsg(s->db) : "no memory");
        err_hint(err, "is the folder writable? HUIQI_DATABASE=sqlite:PATH names another place");
    } else {
        sqlite3_busy_timeout(s->db, BUSY_MS);
        r = set_up(&s->base, err);
        if (r == 0)
            r = sqlite_add_tokenizer(s->db, err);
    }
    if (r < 0) {
        sqlite_close_store(&s->base);
        return r;
    }
    *ret = &s->base;
    return 0;
}
