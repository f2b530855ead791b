/*
 * feel_complete.h: which names may stand where the cursor is. Names contain spaces, so what is
 * completed is the longest end of the text that begins some name at the start of a word:
 * "sum(string le" completes "string length". Knows nothing of terminals.
 */
#ifndef HUIQI_CLI_FEEL_COMPLETE_H
#define HUIQI_CLI_FEEL_COMPLETE_H
#include "cli/feel_session.h"

struct completion {
    size_t typed;    /* bytes of the text, from its end, that the candidates continue */
    struct span *at; /* candidates, sorted, without repeats */
    size_t n, room;
    struct span missing; /* what all of them have behind `typed` */
};

/* Everything lives in `a`; 0 or E_MEMORY. No candidate: n is 0. */
NODISCARD int feel_complete(struct arena *a, const struct session *s, struct span text,
                            struct completion *ret);
#endif
