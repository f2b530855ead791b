/*
 * draft_edit.h: a measure in a file of the library changed field by field, as a form does it: only
 * the members that changed are written anew, everything else of the file stays as its author wrote
 * it, comments and order included.
 *
 * A path names a value within the measure: "title.zh", "conditions.0.if", "benefit.1.amount". The
 * number behind the last one of a list adds one. An empty text takes the value out; a map that has
 * nothing left goes with it.
 */
#ifndef HUIQI_POLICY_DRAFT_EDIT_H
#define HUIQI_POLICY_DRAFT_EDIT_H
#include "base/json.h"

#define DRAFT_EDIT_DEPTH 6 /* parts of a path */

enum draft_edit_how {
    DRAFT_EDIT_TEXT,
    DRAFT_EDIT_WORDS, /* the text is a list, blanks between */
    DRAFT_EDIT_DROP,  /* takes the item of a list out */
};
struct draft_edit {
    enum draft_edit_how how;
    struct span path, text;
};

/* The measures of a parsed file (measures: or products:); NULL when there are none. */
const struct json *draft_edit_measures(const struct json *file);
/* A copy of the measure with the edits in it. E_INPUT for a path that leads nowhere. */
NODISCARD int draft_edit_tree(struct arena *request, const struct json *measure,
                              const struct draft_edit *at, size_t n, struct json **ret,
                              struct err *err);
/*
 * The file with the edits in its measure number `which` (0 = the first). E_NOT_FOUND; E_INPUT also
 * where the measure is written so that single members cannot be exchanged (in one line).
 */
NODISCARD int draft_edit_file(struct arena *request, struct span yaml, struct span path,
                              size_t which, const struct draft_edit *at, size_t n, struct span *ret,
                              struct err *err);
#endif
