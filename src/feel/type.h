/*
 * type.h: static types of strict mode. Structural, shared, immutable; the simple ones are
 * constants.
 *
 * `unit` makes 元 and 万元, 月 and 日 different numbers: adding or comparing two units is a compile
 * error; multiplying and dividing drops to the other unit or to none; a literal fits every unit.
 * `values` closes a string type (an enumeration): comparing with another literal is a compile error
 * that names the nearest value.
 */
#ifndef HUIQI_FEEL_TYPE_H
#define HUIQI_FEEL_TYPE_H
#include "feel/value.h"

enum type_kind {
    TYPE_ANY, /* not known statically: checked when run */
    TYPE_NULL,
    TYPE_BOOLEAN,
    TYPE_NUMBER,
    TYPE_STRING,
    TYPE_DATE,
    TYPE_TIME,
    TYPE_DATE_TIME,
    TYPE_DAYS,
    TYPE_MONTHS,
    TYPE_LIST,     /* of element */
    TYPE_CONTEXT,  /* members; closed unless `open` */
    TYPE_RANGE,    /* of element */
    TYPE_FUNCTION, /* params -> result */
    TYPE_DATED, /* a fact by period or a parameter by date: used bare (at the as-of date) or called
                   with one argument */
    TYPE_KINDS
};

#define DATED_BY_ID 255

struct type;
struct type_member {
    struct span name;
    const struct type *type;
};
struct type {
    enum type_kind kind;
    struct span unit;   /* NUMBER: "元", "人", "月", ... ; empty = none */
    size_t value_count; /* STRING: closed set when > 0 */
    const struct span *values;
    const struct type *element; /* LIST, RANGE; DATED: type of one value */
    size_t member_count;        /* CONTEXT */
    const struct type_member *members;
    bool open; /* CONTEXT: what contexts of different types have in common: each may have more */
    size_t param_count; /* FUNCTION */
    const struct type *const *params;
    const struct type *result;
    uint8_t period; /* DATED: enum period_kind of calendar.h; PERIOD_NONE = by date (parameter);
                       DATED_BY_ID = by a text in quotes that the host knows */
    const struct feel_expr
        *allowed;     /* spec mode: the let `?` passes these unary tests; NULL = every value */
    struct span name; /* spec mode: of the item definition, for messages; may be empty */
    bool bare; /* DATED: may be used without a call (parameters; facts whose present value is asked)
                */
};

extern const struct type TYPE_ANY_T, TYPE_NULL_T, TYPE_BOOLEAN_T, TYPE_NUMBER_T, TYPE_STRING_T,
    TYPE_DATE_T, TYPE_TIME_T, TYPE_DATE_TIME_T, TYPE_DAYS_T, TYPE_MONTHS_T;
const struct type *type_number(struct arena *a, struct span unit);
const struct type *type_enumeration(struct arena *a, const struct span *values, size_t n);
const struct type *type_list(struct arena *a, const struct type *element);
const struct type *type_range(struct arena *a, const struct type *element);
const struct type *type_dated(struct arena *a, const struct type *element, uint8_t period,
                              bool bare);
/* Members and params are taken as they are, not copied. All constructors give NULL without memory.
 */
const struct type *type_context(struct arena *a, const struct type_member *members, size_t n);
const struct type *type_function(struct arena *a, const struct type *const *params, size_t n,
                                 const struct type *result);
const struct type_member *type_member_find(const struct type *context,
                                           struct span name); /* NULL = none */
/* The static type of a kind of values; ANY for structured ones. */
const struct type *type_of_kind(enum value_kind kind);
/* The least type that both fit: numbers keep a unit that they share, enumerations are united,
   different kinds are ANY, null gives way. The element of an empty list is TYPE_NULL. NULL without
   memory. */
const struct type *type_common(struct arena *a, const struct type *x, const struct type *y);
void type_print(struct buffer *out, const struct type *t); /* "number (元)", "list<context<...>>" */
/* May a value of type `from` stand where `to` is wanted? */
bool type_fits(const struct type *from, const struct type *to);
#endif
