/*
 * value_print.h: the third style of printing beside value_print and value_text of value.h.
 */
#ifndef HUIQI_FEEL_VALUE_PRINT_H
#define HUIQI_FEEL_VALUE_PRINT_H
#include "base/buffer.h"
#include "feel/value.h"

/* An expression that yields the value again: @"2020-03-09", "text", [1, 2]. */
void value_literal(struct buffer *out, struct value v);
#endif
