/*
 * builtins_int.h: the run functions of builtins.def and properties.def, and what they share. For
 * builtins*.c.
 */
#ifndef HUIQI_FEEL_BUILTINS_INT_H
#define HUIQI_FEEL_BUILTINS_INT_H
#include "feel/machine.h"

#define BUILTIN(run, ...) builtin_run run;
#include "feel/builtins.def"
#undef BUILTIN
#define PROPERTY(kind, name, result, run, meaning) property_run run;
#include "feel/properties.def"
#undef PROPERTY

/* An argument that was left out is null. */
static inline bool argument_given(const struct value *args, size_t n, size_t i)
{
    return i < n && args[i].kind != VALUE_NULL;
}
/* Whole number of argument i, or false and *ret_failure. */
bool argument_int(struct builtin_call *call, struct value v, int64_t *ret,
                  struct value *ret_failure);
/* The elements meant by f(list) or f(a, b, c). */
struct elements {
    const struct value *at;
    size_t n;
    const struct list *list; /* NULL when they were arguments */
};
struct elements elements_of(const struct value *args, size_t n);
/* NULL when nothing is missing from the elements; else unknown elements and coverage united.
 *ret_error: an ERROR among them. */
const struct missing *elements_missing(struct builtin_call *call, struct elements e);
const struct value *elements_error(struct elements e);
struct value copy_text(struct builtin_call *call, struct span s);
/* Takes the buffer's text into the arena and releases the buffer. */
struct value take_buffer(struct builtin_call *call, struct buffer *b);
#endif
