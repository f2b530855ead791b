/*
 * regex.h: compiled patterns: those that stand in a program as constants, kept with it, and those
 * of one run, kept as long as it lasts. Patterns are XPath's (pattern.h); PCRE2 matches them, with
 * all its memory from base/alloc.h.
 */
#ifndef HUIQI_FEEL_REGEX_H
#define HUIQI_FEEL_REGEX_H
#include "base/arena.h"
#include "base/buffer.h"

#define REGEX_STEPS_MAX                                                                            \
    1000000 /* steps of one match: a pattern that backtracks for ever is an error */
#define REGEX_MEMORY_MAX 20000 /* KiB of one match */
#define REGEX_KEPT       16    /* patterns that a run remembers; the oldest makes room */

/* Immutable: any number of threads may match with it. */
struct regex {
    struct span pattern, flags; /* as written */
    void *code;                 /* PCRE2's */
    uint32_t groups;            /* that capture, and the whole match */
    bool literal;               /* the flag q: the replacement is, too */
};

/* For a constant pattern, in the program's memory. NULL when it is no good (the run says why) or
 * without memory. */
const struct regex *regex_constant(struct arena *program, struct span pattern, struct span flags);
bool regex_is(const struct regex *r, struct span pattern, struct span flags);

struct regexes; /* what a run needs to match; made when it first does. One thread. */
struct regexes *regexes_new(void); /* NULL = no memory */
void regexes_free(struct regexes *s);

/* The pattern, compiled now or remembered; it lives until REGEX_KEPT others were asked for. Else
 * E_INPUT with the reason in *ret_why (of `why`, cleared first) or E_MEMORY. *ret_cost: bytes
 * compiled. */
NODISCARD int regexes_get(struct regexes *s, struct span pattern, struct span flags,
                          const struct regex **ret, struct buffer *why, size_t *ret_cost);

/* The next match at or after `at`: 1, and the ends of all groups in *ret (SIZE_MAX: not part of
 * it); 0 = there is none; E_LIMIT, E_MEMORY. *ret stays until the next call. */
NODISCARD int regexes_find(struct regexes *s, const struct regex *r, struct span text, size_t at,
                           const size_t **ret);
#endif
