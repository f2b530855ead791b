/*
 * compile.h: typed tree -> steps. Cannot fail but for memory and the depth of the tree.
 */
#ifndef HUIQI_FEEL_COMPILE_H
#define HUIQI_FEEL_COMPILE_H
#include "feel/check.h"
#include "feel/machine.h"

/* Fills steps, constants, names, slots, registers and result of e, whose tree, type and lets are
 * there. */
NODISCARD int compile_steps(struct arena *program, struct feel_expr *e);
/* A checked tree as an expression: what feel_compile does after its front end. */
NODISCARD int feel_compile_checked(struct arena *program, struct span text,
                                   const struct feel_compile *how, const struct checked *checked,
                                   const struct feel_expr **ret, struct diags *diags);
#endif
