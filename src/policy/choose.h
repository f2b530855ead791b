/*
 * choose.h: the best permitted choice among things of which some may not be had together: which
 * set gives the most. Exact: branch and bound, one component of conflicts at a time. Knows nothing
 * of measures; bundle.c makes its problems.
 */
#ifndef HUIQI_POLICY_CHOOSE_H
#define HUIQI_POLICY_CHOOSE_H
#include "base/arena.h"
#include "base/decimal.h"

struct choice_item {
    struct decimal amount; /* at least 0 */
    unsigned obligations;  /* of equal sets the one with fewer is better ... */
    int64_t deadline; /* ... then the one whose earliest deadline comes first; INT64_MAX = none */
};
/* `item` only with one of `of` (or every one). */
struct choice_need {
    size_t item;
    const size_t *of;
    size_t n;
    bool all;
};
/* `item` gives so much less, down to nothing, when `by` is chosen, too. */
struct choice_deduction {
    size_t item, by;
    struct decimal amount;
};
/* At most so many of them, and together at most so much. */
struct choice_group {
    const size_t *at;
    size_t n;
    size_t most; /* SIZE_MAX = any number */
    bool has_cap;
    struct decimal cap; /* what is over comes off the last ones first */
};
struct choice {
    const struct choice_item *items;
    size_t n;
    const bool *conflict; /* n x n, symmetric: not both */
    const bool *barred;   /* n: not at all; NULL = none is */
    const struct choice_need *needs;
    const struct choice_deduction *deductions;
    const struct choice_group *groups;
    size_t need_count, deduction_count, group_count;
};
struct choice_answer {
    bool possible;
    bool *chosen;            /* n */
    struct decimal *amounts; /* n: what each gives in this set */
    struct decimal value;
    bool proved; /* false: too many sets to look at all of them */
};

#define CHOICE_SETS_MAX 400000 /* sets looked at for one component */

/*
 * The set of the largest value; of equal ones the one with more members, then fewer obligations,
 * then the earlier deadline, then the one whose first members come first. With `with` below n, the
 * best of those that hold it.
 */
NODISCARD int choose(struct arena *a, const struct choice *c, size_t with,
                     struct choice_answer *ret);
/* What a set gives: amounts (n) after deductions and caps; false when it is not permitted. */
bool choice_value(const struct choice *c, const bool *chosen, struct decimal *amounts,
                  struct decimal *ret);
#endif
