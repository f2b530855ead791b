/*
 * resolve.h: names and frames of a tree in spec mode. Inside the front end.
 */
#ifndef HUIQI_FEEL_RESOLVE_H
#define HUIQI_FEEL_RESOLVE_H
#include "feel/check.h"

/*
 * What feel_check is to strict mode. Nothing is an error here but want of memory: what cannot be is
 * a null when it runs, and a NODE_BAD in the tree that says why. Undeclared names and functions
 * called wrongly are warnings.
 */
NODISCARD int feel_resolve(struct arena *program, struct source *source,
                           const struct feel_compile *how, struct node *tree, struct checked *ret);
#endif
