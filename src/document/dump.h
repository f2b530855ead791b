/*
 * dump.h: the whole library of documents as one file of JSON lines, and back. Ids, sealed values
 * and the log travel as they are, so that a dump of what was restored is the same file; the key
 * does not travel: it is a file of its own (seal.h).
 */
#ifndef HUIQI_DOCUMENT_DUMP_H
#define HUIQI_DOCUMENT_DUMP_H
#include "base/buffer.h"
#include "document/archive.h"

#define DUMP_LINE_MAX (16u << 20) /* bytes: a sealed part of 4 MiB in base64 needs 6 */

/* Calls write(context, line) for each line. A negative result ends it. */
NODISCARD int archive_dump(struct store *s, int (*write)(void *context, struct span line),
                           void *context, size_t *ret_rows, struct err *err);

struct dump_source {
    int (*rewind)(void *context);
    /* 1 = a line without its end, 0 = no more, negative = error. */
    int (*next)(void *context, struct span *ret, struct err *err);
    void *context;
};

/* Into a database that holds no documents: all of the file, or nothing. E_CONFLICT, E_INPUT. */
NODISCARD int archive_restore(struct store *s, const struct dump_source *source, size_t *ret_rows,
                              struct err *err);
#endif
