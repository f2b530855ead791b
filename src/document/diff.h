/*
 * diff.h: what changed between two versions of a document: clauses matched by path, by text and by
 * likeness; inserted, removed, changed (with the words that changed), moved, renumbered.
 */
#ifndef HUIQI_DOCUMENT_DIFF_H
#define HUIQI_DOCUMENT_DIFF_H
#include "document/archive.h"

enum diff_kind {
    DIFF_SAME,
    DIFF_RENUMBERED,
    DIFF_MOVED,
    DIFF_CHANGED,
    DIFF_INSERTED,
    DIFF_REMOVED
};
enum diff_word { DIFF_KEPT, DIFF_ADDED, DIFF_DROPPED };

struct diff_run {
    enum diff_word word;
    struct span text;
};

struct diff_item {
    enum diff_kind kind;
    bool moved;                                  /* of DIFF_CHANGED: stands elsewhere too */
    const struct archive_clause *before, *after; /* NULL where there is none */
    struct diff_run *runs;                       /* of the text; one run when it is the same */
    size_t run_count;
};

struct diff {
    struct diff_item
        *items; /* in the order of the later version; what was removed where it stood */
    size_t n;
    size_t counts[DIFF_REMOVED + 1];
};

NODISCARD int document_diff(struct arena *a, const struct archive_clause *before, size_t n,
                            const struct archive_clause *after, size_t m, struct diff *ret,
                            struct err *err);
const char *diff_kind_name(enum diff_kind kind);
#endif
