/*
 * ops.h: the run functions of ops.def, so that the table can name them. Call op_apply of machine.h
 * instead.
 */
#ifndef HUIQI_FEEL_OPS_H
#define HUIQI_FEEL_OPS_H
#include "feel/tree.h"

#define OP_FUNCTION(name)                                                                          \
    struct value name(struct arena *request, enum node_op op, struct value left, struct value right)
OP_FUNCTION(op_logic);
OP_FUNCTION(op_equal);
OP_FUNCTION(op_compare);
OP_FUNCTION(op_arithmetic);
OP_FUNCTION(op_join);
OP_FUNCTION(op_add_durations);
OP_FUNCTION(op_shift);
OP_FUNCTION(op_elapsed);
OP_FUNCTION(op_scale);
OP_FUNCTION(op_ratio);
OP_FUNCTION(op_negate);
#undef OP_FUNCTION
#endif
