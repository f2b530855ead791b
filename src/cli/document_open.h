/*
 * document_open.h: what the commands over documents share: a file read, parsed and cut into its
 * documents, and the names of the library where there is one.
 */
#ifndef HUIQI_CLI_DOCUMENT_OPEN_H
#define HUIQI_CLI_DOCUMENT_OPEN_H
#include "base/json.h"
#include "document/mention.h"

struct opened {
    struct arena *arena;
    struct doc *doc;
    struct doc_entries entries;
    struct mentions mentions;
    bool stored; /* the masked text of the database, not a file */
};

/* Reads and parses `path` ("-" is standard input) and finds its mentions. A name that is no file is
   looked for among the documents of the database: then the text is the masked one, and places are
   bytes of that. */
NODISCARD int document_open(struct arena *arena, const char *path, const struct names *names,
                            struct opened *ret, struct err *err);
/* The names of the library at --library, HUIQI_LIBRARY, ./library; without one `ret` is empty. */
NODISCARD int document_names(struct arena *arena, const char *library, struct names *ret,
                             struct err *err);
bool document_database_exists(void);
/* Prints the tree, or the buffer when `j` is NULL, to stdout; the exit status. */
NODISCARD int document_output(struct arena *arena, struct buffer *out, const struct json *j);
#endif
