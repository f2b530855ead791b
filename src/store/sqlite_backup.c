/*
 * sqlite_backup.c: the online backup interface of SQLite. The copy is of one moment: the source is
 * read in a transaction, so that writers neither wait for it nor make it begin again.
 */
#include <sqlite3.h>
#include <stdio.h>
#include <time.h>

#include "base/arena.h"
#include "store/store_int.h"

#define PAGES_A_STEP 2048 /* 8 MiB: often enough to tell how far it is */

static int fail(sqlite3 *db, struct err *err)
{
    return sqlite3_errcode(db) == SQLITE_NOMEM
               ? err_memory(err)
               : err_set(err, E_IO, "SQLite: %s", db ? sqlite3_errmsg(db) : "no memory");
}

static int copy(sqlite3 *to, sqlite3 *from, const struct backup_watch *w, struct err *err)
{
    sqlite3_backup *b = sqlite3_backup_init(to, "main", from, "main");
    int code = SQLITE_OK;

    if (!b)
        return fail(to, err);
    while (code == SQLITE_OK || code == SQLITE_BUSY || code == SQLITE_LOCKED) {
        code = sqlite3_backup_step(b, PAGES_A_STEP);
        if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
            nanosleep(&(struct timespec){.tv_nsec = 50000000L}, NULL);
        if (w && w->tell)
            w->tell(w->context, sqlite3_backup_pagecount(b) - sqlite3_backup_remaining(b),
                    sqlite3_backup_pagecount(b));
    }
    if (sqlite3_backup_finish(b) == SQLITE_OK && code == SQLITE_DONE)
        return 0;
    return fail(to, err);
}

/* The first value of the only row of a query. */
static int query(sqlite3 *db, const char *sql, struct arena *a, struct span *ret, struct err *err)
{
    sqlite3_stmt *st = NULL;
    int r = 0;

    *ret = (struct span){0};
    if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK)
        return fail(db, err);
    int code = sqlite3_step(st);
    if (code == SQLITE_ROW)
        *ret = arena_copy(a, span_z((const char *)sqlite3_column_text(st, 0)));
    else if (code != SQLITE_DONE)
        r = fail(db, err);
    sqlite3_finalize(st);
    return r;
}

int sqlite_dump(struct store *s, const char *file, const struct backup_watch *w, struct err *err)
{
    sqlite3 *from = sqlite_connection(s), *to = NULL;
    int r = 0;

    if (sqlite3_exec(from, "BEGIN; SELECT COUNT(*) FROM sqlite_schema", NULL, NULL, NULL) !=
        SQLITE_OK)
        return fail(from, err);
    if (sqlite3_open_v2(file, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) != SQLITE_OK)
        r = fail(to, err);
    if (r == 0)
        r = copy(to, from, w, err);
    /* one file: nothing of it shall stand in another beside it */
    if (r == 0 && sqlite3_exec(to, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL) != SQLITE_OK)
        r = fail(to, err);
    if (sqlite3_close(to) != SQLITE_OK && r == 0)
        r = fail(to, err);
    (void)sqlite3_exec(from, "ROLLBACK", NULL, NULL, NULL);
    return r;
}

/* ---- and back ---- */

static int check_source(sqlite3 *from, int64_t *ret_version, struct err *err)
{
    struct arena a;
    struct span text;

    arena_init(&a);
    int r = query(from, "SELECT MAX(version) FROM migration", &a, &text, NULL);
    if (r < 0 && (sqlite3_errcode(from) == SQLITE_CORRUPT || sqlite3_errcode(from) == SQLITE_IOERR))
        r = err_set(err, E_CHECK, "the backup is damaged: %s", sqlite3_errmsg(from));
    else if (r < 0 || text.n == 0)
        r = err_set(err, E_INPUT, "this is no backup of a huiqi store on SQLite");
    for (size_t i = 0; r == 0 && i < text.n; i++)
        *ret_version = *ret_version * 10 + (text.p[i] - '0');
    if (r == 0)
        r = store_check_version(*ret_version, err);
    if (r == 0)
        r = query(from, "PRAGMA integrity_check(1)", &a, &text, err);
    if (r == 0 && !span_eq(text, SPAN("ok")))
        r = err_set(err, E_CHECK, "the backup is damaged: %.*s", SPAN_ARG(text));
    if (r == 0)
        r = query(from, "SELECT \"table\" FROM pragma_foreign_key_check LIMIT 1", &a, &text, err);
    if (r == 0 && text.n)
        r = err_set(err, E_CHECK, "the backup is damaged: rows of %.*s refer to none",
                    SPAN_ARG(text));
    arena_release(&a);
    return r;
}

int sqlite_load(struct store *s, const char *file, const struct backup_watch *w,
                struct backup_report *ret, struct err *err)
{
    sqlite3 *from = NULL;
    int r = 0;

    ret->version = 0;
    if (sqlite3_open_v2(file, &from, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
        r = fail(from, err);
    if (r == 0)
        r = sqlite_add_tokenizer(from, err); /* the check reads the index of words, too */
    if (r == 0)
        r = check_source(from, &ret->version, err);
    if (r == 0)
        r = copy(sqlite_connection(s), from, w, err);
    sqlite3_close(from);
    return r;
}
