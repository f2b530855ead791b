/*
 * store.h: the database, one interface over SQLite (embedded) and PostgreSQL (server).
 *
 * A struct store is one connection and belongs to one thread at a time. SQL is written once:
 * parameters are $1, $2 ..., and six words in braces differ by engine: {serial} {int} {blob}
 * {strict}, {clustered} for a strict table whose rows lie in the order of their key, {new id} at
 * the end of an INSERT run by stmt_insert. Money is integer 分, other decimals are canonical text,
 * dates are ISO text, instants are integer milliseconds since 1970; there is no floating column.
 *
 * Writes go through store_begin .. store_commit. On SQLite the writers of a process take turns (one
 * mutex, BEGIN IMMEDIATE), other processes wait by busy time-out; on PostgreSQL transactions are
 * SERIALIZABLE and a conflict is E_BUSY: store_write repeats the whole function then, and whoever
 * repeats does so one at a time.
 */
#ifndef HUIQI_STORE_STORE_H
#define HUIQI_STORE_STORE_H
#include "base/arena.h"
#include "base/err.h"

struct store;
struct stmt;

enum store_engine { STORE_SQLITE, STORE_POSTGRES };

#define STORE_DEFAULT   "sqlite:var/huiqi.db"
#define STORE_VALUE_MAX (16u << 20) /* bytes of one value */

/* "sqlite:PATH" (made on first use, with its folder) or "postgresql://...". Does not migrate. */
NODISCARD int store_open(const char *url, struct store **ret, struct err *err);
void store_close(struct store *s); /* accepts NULL; rolls back what is open */
/* HUIQI_DATABASE, else STORE_DEFAULT. */
const char *store_url(void);
enum store_engine store_engine(const struct store *s);

/* Brings the tables to this program's version, forward only; E_CONFLICT when the database is newer.
 */
NODISCARD int store_migrate(struct store *s, struct err *err);
/* Version of the tables now; 0 = none yet. */
NODISCARD int store_version(struct store *s, int64_t *ret, struct err *err);

NODISCARD int store_begin(struct store *s, struct err *err);
NODISCARD int store_commit(struct store *s, struct err *err);
void store_rollback(struct store *s);
/* Runs f inside a transaction; commits when it returns 0, rolls back otherwise; repeats after
 * E_BUSY up to 20 times. */
NODISCARD int store_write(struct store *s, int (*f)(struct store *, void *, struct err *),
                          void *context, struct err *err);
bool store_in_transaction(const struct store *s);
/*
 * What the audit log (identity/audit.c) keeps of a connection: the tip of the chain that it writes.
 * It goes back with a transaction that is rolled back.
 */
struct store_chain {
    int64_t run_id, entries; /* 0 = nothing written yet */
    unsigned char tip[32];
};
struct store_chain *store_chain(struct store *s);
/* One or several statements without parameters or rows. */
NODISCARD int store_execute(struct store *s, const char *sql, struct err *err);

/*
 * A prepared statement, kept by the connection and given again for the same text (compare by
 * address: pass literals). Use: stmt = store_prepare; bind; while (stmt_step == 1) read columns;
 * stmt_done.
 */
NODISCARD int store_prepare(struct store *s, const char *sql, struct stmt **ret, struct err *err);
void stmt_int(struct stmt *st, int index, int64_t value);      /* index from 1 */
void stmt_text(struct stmt *st, int index, struct span value); /* must live until stmt_done */
void stmt_blob(struct stmt *st, int index, struct span value);
void stmt_null(struct stmt *st, int index);
NODISCARD int stmt_step(struct stmt *st,
                        struct err *err);             /* 1 = a row, 0 = the end, negative = error */
bool stmt_is_null(const struct stmt *st, int column); /* columns from 0 */
int64_t stmt_get_int(const struct stmt *st, int column);
struct span stmt_get_text(const struct stmt *st,
                          int column); /* valid until the next step; also for blobs */
void stmt_done(struct stmt *st);       /* accepts NULL; ready for new bindings */
/* Prepare, bind nothing more, run to the end: for statements whose parameters were bound. */
NODISCARD int stmt_run(struct stmt *st, struct err *err);
/* As stmt_run, for a statement whose outcome nothing waits for: inside a transaction it may travel
 * with later ones, and its error come from the next call or from store_commit. No rows are read. */
NODISCARD int stmt_post(struct stmt *st, struct err *err);
/* As stmt_run, for "INSERT ... {new id}" of one row; *ret_id = its id, 0 when ON CONFLICT DO
 * NOTHING did nothing. */
NODISCARD int stmt_insert(struct stmt *st, int64_t *ret_id, struct err *err);
#endif
