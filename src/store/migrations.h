/*
 * migrations.h: the tables, as the list of steps that made them. A step is never changed after it
 * was released: add one.
 */
#ifndef HUIQI_STORE_MIGRATIONS_H
#define HUIQI_STORE_MIGRATIONS_H
#include <stddef.h>

struct migration {
    const char *why;
    const char *sql;
    const char *sqlite, *postgres; /* what only one engine runs, after `sql`; NULL = nothing */
};
extern const struct migration migrations[];
extern const size_t migration_count; /* version n = the first n steps were run */
#endif
