/*
 * check.h: the tree with types and meanings. Inside the front end, but for feel_front, which
 * compile.c calls.
 */
#ifndef HUIQI_FEEL_CHECK_H
#define HUIQI_FEEL_CHECK_H
#include "feel/feel.h"
#include "feel/source.h"

/* What the front end hands to the compiler. All of it lives in the program arena. */
struct checked {
    struct node *tree; /* every node has a type; names have a ref */
    const struct type *type;
    uint32_t frame;        /* locals that a run needs, lets included */
    const uint32_t *slots; /* vocabulary slots that it can read, sorted, without repeats */
    size_t slot_count;
};

/*
 * Text to checked tree: limits, encoding, parse, check. Reports as many problems as it can see; the
 * code of the first, or E_MEMORY. *ret is written only on success.
 */
NODISCARD int feel_front(struct arena *program, struct span text, const struct feel_compile *how,
                         struct checked *ret, struct diags *diags);

/* Checks a parsed tree; problems go to the source. E_MEMORY or 0: whether it is good,
 * source->errors says. */
NODISCARD int feel_check(struct arena *program, struct source *source,
                         const struct feel_compile *how, struct node *tree, struct checked *ret);
#endif
