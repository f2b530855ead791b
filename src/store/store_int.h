/*
 * store_int.h: the seam between store.c and the engines. Each engine embeds struct store and struct
 * stmt as its first member and fills in the table of functions.
 */
#ifndef HUIQI_STORE_STORE_INT_H
#define HUIQI_STORE_STORE_INT_H
#include "base/map.h"
#include "store/backup.h"
#include "store/store.h"

struct engine {
    enum store_engine id;
    const char *const words[6]; /* {serial} {int} {blob} {strict} {clustered} {new id} */
    void (*close)(struct store *);
    bool (*alive)(const struct store *); /* false: the connection is broken for good */
    int (*begin)(struct store *, struct err *);
    int (*commit)(struct store *, struct err *);
    void (*rollback)(struct store *);
    /* One after the other: whoever met another one stands in line before he tries again. NULL: the
     * engine has its own order. */
    int (*stand_in_line)(struct store *, struct err *);
    void (*leave_line)(struct store *);
    int (*execute)(struct store *, const char *sql, struct err *);
    int (*prepare)(struct store *, const char *sql, struct stmt **ret, struct err *);
    void (*bind_int)(struct stmt *, int, int64_t);
    void (*bind_text)(struct stmt *, int, struct span, bool blob);
    void (*bind_null)(struct stmt *, int);
    int (*step)(struct stmt *, struct err *);
    int (*insert)(struct stmt *, int64_t *ret_id, struct err *);
    int (*post)(struct stmt *, struct err *); /* NULL: at once is as good */
    bool (*is_null)(const struct stmt *, int);
    int64_t (*get_int)(const struct stmt *, int);
    struct span (*get_text)(const struct stmt *, int);
    void (*done)(struct stmt *);
    void (*free_stmt)(struct stmt *);
    /* Whole stores, see backup.h; `file` is there for load only. */
    int (*dump)(struct store *, const char *file, const struct backup_watch *, struct err *);
    int (*load)(struct store *, const char *file, const struct backup_watch *,
                struct backup_report *ret, struct err *); /* ret: version, skipped */
};

struct store {
    const struct engine *engine;
    struct stmt *stmts; /* cache, most recent first */
    bool in_transaction;
    struct store_chain chain, chain_before; /* now; when the transaction began */
};
struct stmt {
    struct store *store;
    struct stmt *next;
    const char *sql; /* as given: the key of the cache */
    int bind_error;  /* sticky until done: no memory, a text that no engine keeps */
};

int sqlite_open(const char *path, struct store **ret, struct err *err);
/* Makes the tokenizer `huiqi` known to FTS5 on this connection. */
struct sqlite3;
NODISCARD int sqlite_add_tokenizer(struct sqlite3 *db, struct err *err);
/* The connection behind a store of this engine. */
struct sqlite3 *sqlite_connection(struct store *s);
int sqlite_dump(struct store *s, const char *file, const struct backup_watch *w, struct err *err);
int sqlite_load(struct store *s, const char *file, const struct backup_watch *w,
                struct backup_report *ret, struct err *err);
struct pg_conn;
struct pg_conn *postgres_connection(struct store *s);
int postgres_dump(struct store *s, const char *file, const struct backup_watch *w, struct err *err);
int postgres_load(struct store *s, const char *file, const struct backup_watch *w,
                  struct backup_report *ret, struct err *err);
/* E_CONFLICT when `version` is above what this program knows. */
int store_check_version(int64_t version, struct err *err);
/* Makes the tables of `version` inside the open transaction, in a database that has none. */
int store_make_tables(struct store *s, int64_t version, struct err *err);
int postgres_open(const char *url, struct store **ret, struct err *err);
/* Replaces {serial} and its like; the result is heap memory of base/alloc, NULL = no memory. */
char *store_words(const struct engine *e, const char *sql);
#endif
