/*
 * parameter_edit.h: one more value of a parameter in its file, or the day of an event: everything
 * else of the file stays as its author wrote it. It becomes law with the draft that it is part of.
 */
#ifndef HUIQI_POLICY_PARAMETER_EDIT_H
#define HUIQI_POLICY_PARAMETER_EDIT_H
#include "base/json.h"

struct parameter_new {
    struct span value;    /* as the file has it: 22000, 2020-07-20, 新值 */
    struct span from, to; /* ISO dates; from empty = of an event today, or its day when that is
                             past; to empty = open */
    struct span region;   /* empty = everywhere */
    struct span source;   /* the document that says so */
};
/* Whether the file declares the parameter; *ret_event = it is the day of an event. */
bool parameter_in_file(struct arena *request, struct span yaml, struct span name, bool *ret_event);
/* E_NOT_FOUND: not in this file; E_INPUT: no date, no source, a value that is none, a file in which
 * the values stand in one line; E_CONFLICT: a value of that region from that day on is there. */
NODISCARD int parameter_edit(struct arena *request, struct span name, struct span yaml,
                             const struct parameter_new *x, struct span *ret, struct err *err);
#endif
