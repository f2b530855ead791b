/*
 * dump.h: reading the form of a PostgreSQL backup (postgres_backup.c writes it) without a database:
 * what stands in the file is told piece by piece, and nothing of it is believed. Names are those of
 * SQL: a word of small letters, digits and _ or a quoted one; whoever makes SQL of them needs no
 * further quoting. Nothing else of a line but rows is handed on.
 */
#ifndef HUIQI_STORE_DUMP_H
#define HUIQI_STORE_DUMP_H
#include <stdio.h>
#include "base/err.h"

#define DUMP_FORM    "huiqi-dump 1 "
#define DUMP_COLUMNS 200 /* of a table at most */

struct dump_table {
    struct span name;                  /* as SQL has it */
    struct span columns[DUMP_COLUMNS]; /* likewise */
    size_t n;
    struct span list; /* "COLUMN, COLUMN": all of them */
};

/* Each is called in the order of the file; a negative answer ends the reading. Spans are valid
 * during the call. */
struct dump_sink {
    void *context;
    int (*version)(void *context, int64_t version, struct err *err);
    int (*begin)(void *context, const struct dump_table *t, struct err *err);
    int (*row)(void *context, struct span line, struct err *err); /* with its line end */
    int (*end)(void *context, struct err *err);
    int (*sequence)(void *context, struct span table, struct span column, int64_t value,
                    struct err *err);
};

/* To its `end`, behind which nothing may come. E_INPUT: another form; E_CHECK: damaged; else what
 * the sink answered. `name` is for messages. */
NODISCARD int dump_read(FILE *f, const char *name, const struct dump_sink *sink, struct err *err);
#endif
