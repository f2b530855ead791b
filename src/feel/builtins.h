/*
 * builtins.h: the tables of the language as data: operators (ops.def), built-in functions
 * (builtins.def), properties of values (properties.def).
 *
 * The checker reads the signatures; the runner includes the same .def files for its function
 * pointers, so an index into `builtins` is also an index into the runner's table. Several rows may
 * have one FEEL name: overloads, tried in order, the first whose argument names, count and kinds
 * fit is meant.
 */
#ifndef HUIQI_FEEL_BUILTINS_H
#define HUIQI_FEEL_BUILTINS_H
#include "feel/tree.h"

/* Sets of value kinds. */
#define KIND_BIT(kind) (1u << (kind))
enum kind_set {
    K_NULL = KIND_BIT(VALUE_NULL),
    K_BOOLEAN = KIND_BIT(VALUE_BOOLEAN),
    K_NUMBER = KIND_BIT(VALUE_NUMBER),
    K_STRING = KIND_BIT(VALUE_STRING),
    K_DATE = KIND_BIT(VALUE_DATE),
    K_TIME = KIND_BIT(VALUE_TIME),
    K_DATE_TIME = KIND_BIT(VALUE_DATE_TIME),
    K_DAYS = KIND_BIT(VALUE_DAYS),
    K_MONTHS = KIND_BIT(VALUE_MONTHS),
    K_LIST = KIND_BIT(VALUE_LIST),
    K_CONTEXT = KIND_BIT(VALUE_CONTEXT),
    K_RANGE = KIND_BIT(VALUE_RANGE),
    K_FUNCTION = KIND_BIT(VALUE_FUNCTION),
    K_CALENDAR = K_DATE | K_DATE_TIME,
    K_ORDERED = K_NUMBER | K_STRING | K_DATE | K_TIME | K_DATE_TIME | K_DAYS | K_MONTHS,
    K_ANY = (1 << (VALUE_FUNCTION + 1)) - 1,
};

/* Type of the result. The first ones are fixed; the others follow the arguments. */
enum result_rule {
    R_BOOLEAN,
    R_NUMBER,
    R_STRING,
    R_DATE,
    R_TIME,
    R_DATE_TIME,
    R_DAYS,
    R_MONTHS,
    R_ANY,
    R_LIST_NUMBER,
    R_LIST_STRING,
    R_LIST_ANY,
    R_FIRST,       /* type (and unit) of the first argument */
    R_COMMON,      /* what all arguments have in common: min(a, b) */
    R_ELEMENT,     /* element of the first argument: min(list) */
    R_LIST_COMMON, /* list of what all arguments have in common: open list(a, b) */
    R_GROWN,       /* first argument's list, taking in what the others add: append, insert before */
    R_FLAT,        /* list of the innermost elements */
    R_UNITED,      /* lists put together: concatenate, union */
    R_DURATION,    /* by the literal text: days or months */
    R_MEMBER,      /* member of a context by a literal key */
    R_ENTRIES,     /* list of {key, value} */
    R_PUT,         /* the context with one more or another entry */
    R_UNIT,        /* the number with the unit that the second argument says, a literal */
};

enum builtin_flags {
    B_NONE = 0,
    B_MANY = 1 << 0,   /* the last parameter may be repeated; only by position */
    B_OWN = 1 << 1,    /* the function sees UNKNOWN and ERROR arguments itself; others never do: the
                          runner passes    an unknown or an error on before the call. (Elements of
                          lists    are always its own affair.) */
    B_STRICT = 1 << 2, /* ours, not of the standard: strict mode only */
    B_SPEC = 1 << 3,   /* of the standard, refused in strict mode */
    B_NULLS = 1 << 4,  /* null arguments are meant to be given (otherwise null where a value is
                          needed is an error) */
    B_CLOCK = 1 << 6,  /* reads the clock: never a constant; its one parameter in the table stands
                          for none */
    B_MONOTONE = 1 << 5, /* never falls when its first argument rises: bounds of an unknown number
                            go through it */
};

struct builtin_param {
    const char *name;
    uint32_t kinds;    /* set of K_ that it takes */
    uint32_t elements; /* for lists: set of kinds of the elements; 0 = any */
};

#define BUILTIN_PARAMS 8

struct builtin {
    const char *name; /* in FEEL */
    enum result_rule result;
    uint8_t min, max; /* arguments; max is the number of params, UINT8_MAX with B_MANY */
    uint8_t param_count;
    uint32_t flags;
    struct builtin_param params[BUILTIN_PARAMS];
    const char *meaning, *example; /* example: "expression = value", runs as a test */
};

extern const struct builtin builtins[];
extern const size_t builtin_count;
/* First row of that FEEL name, or -1. Overloads follow one another. */
int builtin_find(struct span name);
/* First row of that name that the mode (enum feel_mode) has, or -1. */
int builtin_find_in(struct span name, int mode);

struct op_row {
    uint8_t op, left, right, result; /* enum node_op, enum value_kind x 3 */
    bool spec_only;
    const char *meaning;
};
extern const struct op_row op_rows[];
extern const size_t op_row_count;
const char *op_text(enum node_op op); /* "<=" */

struct property {
    uint8_t kind, result; /* enum value_kind */
    const char *name, *meaning;
};
extern const struct property properties[];
extern const size_t property_count;
int property_find(enum value_kind kind, struct span name); /* row or -1 */
#endif
