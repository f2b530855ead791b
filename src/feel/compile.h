/*
 * compile.h: typed tree -> steps. Cannot fail but for memory and the depth of the tree.
 */
#ifndef HUIQI_FEEL_COMPILE_H
#define HUIQI_FEEL_COMPILE_H
#include "feel/machine.h"

/* Fills steps, constants, names, slots, registers and result of e, whose tree, type and lets are there. */
NODISCARD int compile_steps(struct arena *program, struct feel_expr *e);
#endif
