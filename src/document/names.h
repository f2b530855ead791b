/*
 * names.h: what bodies and texts are called: departments with their other names
 * (library/organisations), documents with title and number (library/documents), nicknames of texts
 * (library/nicknames). Read from the library's files without the rest of the library, because this
 * folder lies below it; the library's own check is the one that complains. Immutable once loaded;
 * lives in the arena given.
 */
#ifndef HUIQI_DOCUMENT_NAMES_H
#define HUIQI_DOCUMENT_NAMES_H
#include "base/map.h"
#include "base/err.h"

struct name_body {
    struct span name, region, kind;
};
struct name_text {
    struct span id, title, number, region;
    bool held;              /* its text is at hand: the entry names a source or lies within one */
    struct name_text *next; /* of the same title or number */
};
struct name_relation { /* as declared in library/documents */
    const struct name_text *from;
    struct span kind, document, title, number;
};
struct name_nick {
    struct span nickname, region, number, title;
};

struct names {
    struct map bodies;              /* every name and alias -> struct name_body */
    struct map by_number, by_title; /* folded (name_fold) -> struct name_text */
    struct name_nick *nicks;
    size_t nick_count;
    const struct name_text **texts;
    size_t text_count;
    struct name_relation *relations;
    size_t relation_count;
};

/* Reads DIR/organisations, DIR/documents, DIR/nicknames; a folder that is not there is empty. */
NODISCARD int names_load(struct arena *arena, const char *folder, struct names *ret,
                         struct err *err);
/* The declared body of a printed name ("区财政局" with region 上海市/静安区), or NULL. */
const struct name_body *names_body(const struct names *n, struct arena *scratch, struct span name,
                                   struct span region);
/* The text behind a nickname as printed, spaces allowed ("市 16条"); region narrows; or NULL. */
const struct name_nick *names_nick(const struct names *n, struct span printed, struct span region);
/* Without spaces, quotes, brackets of titles; brackets of numbers as 〔〕. */
struct span name_fold(struct arena *a, struct span s);
/* A department's word in its full form: 发改委 -> 发展和改革委员会; empty = not a department's. */
struct span name_department(struct span stem);
#endif
