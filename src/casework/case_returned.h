/*
 * case_returned.h: a list that another department sends back (S069): every open case of a procedure
 * that waits for it is done at once. Who is on the list, confirmed: one act; who is not: the other,
 * with its reason, so that the earlier limit stays. Each case is a transaction of its own, by the
 * rights of whoever hands the list in.
 */
#ifndef HUIQI_CASEWORK_CASE_RETURNED_H
#define HUIQI_CASEWORK_CASE_RETURNED_H
#include "casework/cases.h"

#define RETURNED_LINES_MOST 100000

struct returned_list {
    struct span procedure;
    struct span text; /* lines "CODE" or "CODE,是" / "CODE,否"; a line that begins with no code is a
                         heading */
    struct span listed, unlisted; /* acts; `unlisted` empty = those stay where they are */
    struct span reason;           /* of the second one */
};
struct returned_problem {
    struct span number, code, why;
};
struct returned_result {
    size_t lines, listed, unlisted, left; /* left: waiting, not on the list, nothing done */
    struct returned_problem *problems;    /* cases in which it could not be done, and codes without
                                             a case (number empty) */
    size_t problem_count;
};

/* E_NOT_FOUND, E_NAME (no such act), E_INPUT (nobody on the list), E_LIMIT. */
NODISCARD int cases_returned(struct arena *request, const struct office *o, const struct actor *who,
                             const struct returned_list *list, struct returned_result *ret,
                             struct err *err);
#endif
