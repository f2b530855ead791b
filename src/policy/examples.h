/*
 * examples.h: a measure's examples, run through match().
 */
#ifndef HUIQI_POLICY_EXAMPLES_H
#define HUIQI_POLICY_EXAMPLES_H
#include "policy/match.h"

/* One thing that came out otherwise than expected. */
struct mismatch {
    const struct mismatch *next;
    struct span what, got, expected;
    const struct json *at; /* the scalar of the file that it contradicts; NULL = something else */
};
/* Runs one example; *ret is NULL when it passed. Fails only without memory. */
NODISCARD int example_run(struct arena *request, const struct library *l, const struct measure *m,
                          const struct example *x, const struct mismatch **ret);
/* Is it the scalar that a file expects, read as the kind of value that came out? */
bool value_reads_as(struct value got, struct span expected);
#endif
