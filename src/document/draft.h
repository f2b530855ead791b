/*
 * draft.h: proposals of measures out of a text: one for each clause that grants, asks or forbids
 * something, in the format of docs/authoring.md, with citation, kind, amounts, caps, windows and
 * departments filled in and all that needs a mind as `manual:` conditions. What comes out passes
 * `huiqi library check`; it is a beginning for an author, never a rule by itself.
 */
#ifndef HUIQI_DOCUMENT_DRAFT_H
#define HUIQI_DOCUMENT_DRAFT_H
#include "base/buffer.h"
#include "document/mention.h"

#define DRAFT_MEASURES_MAX 500 /* of one document: more is a text that was cut wrongly */

struct draft_source {
    const struct doc *doc;
    const struct doc_entries *entries;
    const struct mentions *mentions;
    const struct names *names; /* may be NULL */
    struct span region;        /* where the text prints none; may be empty */
    bool stored;               /* a text of the database: no file to name as its source */
};

/* Writes a file of the library for one document of the file: `documents:` where the library does
   not know it, then `measures:`. `clause`: only that node, decidable or not; NULL: all that are.
   *ret_count: how many measures; 0 writes nothing. */
NODISCARD int draft_measures(struct arena *arena, const struct draft_source *source,
                             const struct doc_entry *entry, const struct doc_node *clause,
                             struct buffer *out, size_t *ret_count, struct err *err);
#endif
