/*
 * backup.h: the whole store as one file, taken while others write, and back into an empty store.
 *
 * The file is a database of its own on SQLite (its online backup interface), and on PostgreSQL a
 * dump of ours: rows of every table as COPY writes them, read in one snapshot; pg_dump is not
 * needed. Beside it stands FILE.sha256 in the form of sha256sum; a restore without it, or of a file
 * that has another hash, is refused. Both engines restore what they wrote, not each other's.
 *
 * The key of what is sealed (document/seal.h) is a file of its own and not in here.
 */
#ifndef HUIQI_STORE_BACKUP_H
#define HUIQI_STORE_BACKUP_H
#include "store/store.h"

#define BACKUP_HASH 65 /* hexadecimal, with its zero byte */

/* Told how far it is: pages of SQLite, tables of PostgreSQL. */
struct backup_watch {
    void (*tell)(void *context, int64_t done, int64_t total); /* may be NULL */
    void *context;
};
struct backup_report {
    int64_t version; /* of the tables in the file */
    int64_t bytes;
    int64_t skipped; /* PostgreSQL: tables of the schema that are not ours, left out by a restore */
    char hash[BACKUP_HASH];
};

/* Writes FILE and FILE.sha256, readable by the owner only. E_CONFLICT when FILE is there already;
 * after a failure neither is. Outside of a transaction. */
NODISCARD int store_backup(struct store *s, const char *file, const struct backup_watch *watch,
                           struct backup_report *ret, struct err *err);

/* Into a store without tables (version 0), which then are those of this program: all or nothing.
 * E_CONFLICT: the store is not empty, the file is of a newer program; E_CHECK: another hash, or
 * a damaged file; E_INPUT: not a backup of this engine. */
NODISCARD int store_restore(struct store *s, const char *file, const struct backup_watch *watch,
                            struct backup_report *ret, struct err *err);
#endif
