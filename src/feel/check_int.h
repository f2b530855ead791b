/*
 * check_int.h: what the files of the checker share: check.c (forms), check_name.c,
 * check_type.c (type expressions), check_op.c (operators and tests), check_call.c (calls).
 */
#ifndef HUIQI_FEEL_CHECK_INT_H
#define HUIQI_FEEL_CHECK_INT_H
#include "feel/builtins.h"
#include "feel/check.h"

/* A name bound inside the expression, innermost first; lets are not here. */
struct local {
    const struct local *outer;
    struct span name;
    const struct type *type;
    uint32_t index; /* of the frame */
    bool item;      /* of a filter: the members of its type are names, too */
};

struct checker {
    struct arena *arena;
    struct source *source;
    const struct feel_compile *how;
    bool strict;
    const struct local *locals;
    uint32_t next, frame; /* next free index of the frame, and how many were ever needed */
    uint64_t *used;       /* a bit per vocabulary slot */
};

/* Type of a node, which is kept in it. Never NULL: what is wrong is reported once and then
 * TYPE_ANY. */
const struct type *check_node(struct checker *c, struct node *n);
const struct type *check_call(struct checker *c, struct node *n);
const struct type *check_binary(struct checker *c, struct node *n);
const struct type *check_unary(struct checker *c, struct node *n);
const struct type *check_between(struct checker *c, struct node *n);
const struct type *check_in(struct checker *c, struct node *n);
/* A function literal whose untyped parameters get types from where it stands (NULL = any). */
const struct type *check_function(struct checker *c, struct node *n,
                                  const struct type *const *given, size_t given_count);
/* A type expression; gives and keeps the type. What is wrong with it is reported. */
const struct type *check_type(struct checker *c, struct node *n);
/* Meaning of a name; the callee of a call may be a fact by period. NULL when it is undeclared
 * (reported). */
const struct type *check_name(struct checker *c, struct node *n, bool called);

/* Does the value of node n, of type n->type, fit `want`? Looks into literals, lists and arms of
 * `if`. Reports. */
bool check_fits(struct checker *c, const struct node *n, const struct type *want, const char *what);
/* May two types be compared or added? Reports units that differ. */
bool check_units(struct checker *c, const struct node *at, const struct type *x,
                 const struct type *y, const char *verb);
/* A text compared with a closed set: each literal text below n must belong to it. */
bool check_values(struct checker *c, const struct node *n, const struct type *set);

/* For the nearest of them: all names there are. */
void check_collect(struct map *m, struct span name);
struct span check_type_text(struct checker *c, const struct type *t); /* for reports */
struct span check_source(const struct checker *c, const struct node *n);
struct diag *check_error(struct checker *c, const struct node *n, const char *format, ...)
    PRINTF_LIKE(3, 4);
void check_hint(struct checker *c, struct diag *g, const char *format, ...) PRINTF_LIKE(3, 4);
size_t check_children(const struct node *n); /* how many */
/* The kind of the values of a type; VALUE_KINDS when it is not known. */
enum value_kind kind_of_type(const struct type *t);
const struct type *or_any(const struct type *t); /* a type that there was no memory for */
#endif
