/*
 * machine.h: the back end's own structures: compiled expressions (steps), one run of them
 * (machine), and what operators and built-in functions are given. For the .c files of this folder
 * only.
 *
 * An expression is a flat array of steps of one size. Every step says where its result goes, so
 * nothing is copied on a stack; operands are registers of the run or constants of the program.
 * Blocks (bodies of loops, arms of an undecided `if`, functions) are stretches of the same array
 * that run to their END.
 */
#ifndef HUIQI_FEEL_MACHINE_H
#define HUIQI_FEEL_MACHINE_H
#include "feel/builtins.h"
#include "feel/feel.h"
#include "feel/spec.h"

enum step_code {
#define STEP(code, meaning) STEP_##code,
#include "feel/steps.def"
#undef STEP
    STEP_CODES
};

#define OPERAND_CONSTANT 0x80000000u /* the rest is an index into constants, else a register */

enum loop_kind { LOOP_FOR, LOOP_SPREAD, LOOP_SOME, LOOP_EVERY, LOOP_FILTER };

#define NO_REGISTER UINT32_MAX

struct step {
    uint8_t code;   /* enum step_code */
    uint8_t op;     /* enum node_op; enum loop_kind of LOOP */
    uint16_t names; /* name set of the facts that the tested operand reads; 0 = none */
    uint32_t dst, a, b, c, n, jump;
    uint32_t start, end; /* bytes of the text, for errors and uses */
    union {
        const struct span *name; /* PATH; SLOT, DATED: the fact */
        const struct span
            *keys; /* CONTEXT; CALL_VALUE: names of the arguments, NULL = by position */
        const struct node *node;              /* RANGE: its flags */
        const struct type *type;              /* INSTANCE_OF, COERCE */
        const struct feel_table *table;       /* TABLE */
        const struct function_code *function; /* CLOSURE */
        const struct regex *regex;            /* CALL: of a constant pattern */
    };
};
_Static_assert(sizeof(struct step) <= 64, "a step fits a cache line");

struct name_set { /* facts that an expression reads */
    size_t n;
    const struct span *at;
};

struct function_code {
    uint32_t entry;  /* first step of the body */
    uint32_t result; /* operand of the body's value */
    uint32_t param_count;
    const uint32_t *params;          /* registers */
    const struct span *names;        /* of the parameters */
    const struct type *const *types; /* spec mode: arguments are coerced to them */
    const struct type *type;         /* of the function, as far as its text says it */
};

/* A function value: code and the registers as they were where it was written. Or a built-in, or the
 * host's. */
struct function {
    const struct function_code *code; /* NULL for the other two */
    const struct feel_callable *host; /* NULL for the other two */
    const struct value *captured;     /* of feel_expr.registers */
    const struct value *locals;       /* of the run that made it: another run may call it */
    const struct feel_expr *of;
    int builtin; /* row */
};

struct feel_expr {
    struct span text;
    enum feel_mode mode;
    const struct feel_vocabulary *vocabulary;
    const struct node *tree;
    const struct type *type;
    const struct step *steps;
    size_t step_count;
    const struct value *constants;
    size_t constant_count;
    const struct name_set *names;
    size_t name_set_count;
    uint32_t registers;
    bool closures;   /* registers are captured: they start as null */
    uint32_t result; /* operand */
    const uint32_t *slots;
    const struct span *slot_names; /* beside slots */
    size_t slot_count;
    const struct feel_let *lets; /* copied: shown by feel_worked */
    size_t let_count;
    uint64_t lets_named; /* FEEL_LET_BIT of each that it names */
};

/* One run. */
struct machine {
    const struct feel_expr *e;
    struct feel_run *run;
    struct arena *arena;
    struct value *registers;
    int64_t budget;           /* steps left; negative = exhausted */
    uint32_t depth;           /* blocks within blocks */
    bool every_use;           /* record each look at a slot, not only the first */
    struct regexes **regexes; /* of the run; made by the first match */
};

#define MACHINE_DEPTH_MAX                                                                          \
    1000 /* C recursion: blocks nested by text (FEEL_DEPTH_MAX) and by calls of functions */
#define FEEL_STRING_MAX (16u << 20) /* bytes of a text made by an evaluation */

/* What a built-in function may look at beside its arguments. */
struct builtin_call {
    struct arena *arena;
    const struct feel_run *run;
    struct machine *machine;      /* NULL while constants are folded */
    const struct name_set *names; /* facts that the arguments read; may be NULL */
    const struct regex *regex;    /* of a constant pattern; may be NULL */
    bool strict;
    bool named; /* the row is the one that was meant: no other is tried */
};

typedef struct value operator_run(struct arena *request, enum node_op op, struct value left,
                                  struct value right);
typedef struct value builtin_run(struct builtin_call *call, const struct value *args, size_t n);
typedef struct value property_run(struct arena *request, struct value of);

/* ops.c */
struct value op_apply(struct arena *a, bool strict, enum node_op op, struct value left,
                      struct value right);
struct value op_between(struct arena *a, bool strict, struct value x, struct value low,
                        struct value high);
struct value op_in(struct arena *a, bool strict, struct value x, struct value test,
                   const struct name_set *names);
/* Three-valued equality: TRUE, FALSE, UNKNOWN or ERROR; looks into lists and contexts. */
struct value equal_value(struct arena *a, struct value x, struct value y);
/* Order of two known values of one ordered kind; false when they have none. */
bool value_order(struct value x, struct value y, int *ret);
struct value type_failure(struct arena *a, const char *what, struct value got);

/* logic.c: Kleene's logic and bounds */
struct value logic_and(struct arena *a, struct value x, struct value y);
struct value logic_or(struct arena *a, struct value x, struct value y);
/* The condition is unknown: what both agree on stands; else what either lacks is missing too. */
struct value logic_either(struct arena *a, struct value condition, struct value x, struct value y);
struct value logic_not(struct arena *a, struct value x);
/* ERROR before UNKNOWN; unknowns united. At least one of the two is such. */
struct value absent_of(struct arena *a, struct value x, struct value y);
/* The unknown or error somewhere inside a list, context or range, united; null when there is none.
 */
struct value absent_inside(struct arena *a, struct value v);
struct bounds {
    bool has_min, has_max;
    struct decimal min, max;
    const struct missing *missing; /* NULL for a known number */
};
bool bounds_of(struct value v, struct bounds *ret);
/* A number when both bounds meet, else an unknown. */
struct value bounds_value(struct arena *a, const struct bounds *b);
struct value bounds_arithmetic(struct arena *a, enum node_op op, struct value x, struct value y);
struct value bounds_compare(struct arena *a, enum node_op op, struct value x, struct value y);
/* What a list leaves open: its own missing set, or recognition of the named facts when it is OPEN.
 */
const struct missing *list_missing(struct arena *a, const struct list *l,
                                   const struct name_set *names);
/* One missing entry per name; a place holder name when there is none. */
const struct missing *missing_names(struct arena *a, const struct name_set *names,
                                    enum cause cause);

/* builtins_*.c */
extern builtin_run *const builtin_runs[];
extern property_run *const property_runs[];
struct value builtin_apply(struct builtin_call *call, size_t row, const struct value *args,
                           size_t n);

/* run.c */
struct value machine_run(const struct feel_expr *e, struct feel_run *run, bool every_use);
/* Takes n off the budget: false when it is used up (the run then ends in E_LIMIT). m may be NULL.
 */
bool machine_charge(struct machine *m, uint64_t n);
struct value machine_call(struct machine *m, struct value function, const struct value *args,
                          size_t n);
/* names: one per argument; NULL = by position. */
struct value machine_call_named(struct machine *m, struct value function, const struct value *args,
                                const struct span *names, size_t n);
/* table.c: the result of a decision table from its registers (step TABLE). An ERROR when its policy
   is broken. In strict mode hits may be unknown or an error (Kleene's logic over rules), and no hit
   without a default is an error too. */
struct value table_result(struct arena *a, bool strict, const struct feel_table *t,
                          const struct value *hits, const struct value *outputs,
                          const struct value *defaults, const struct value *values);
/* spec.c: what made a null, kept in the run. */
void problem_keep(struct feel_run *run, const struct feel_expr *e, const struct failure *f);
/* The simple steps, without a machine: for the run and for folding. names may be NULL. */
struct value path_value(struct arena *a, bool strict, struct value of, struct span name,
                        uint32_t property);
struct value index_value(struct arena *a, bool strict, struct value of, struct value index);
struct value range_value(struct arena *a, bool strict, struct value low, struct value high,
                         const struct node *n);
struct value instance_value(struct arena *a, struct value v, const struct type *t);

/* list.c: growing a list of unknown length */
struct list_builder {
    struct machine *machine; /* charged; may be NULL */
    struct arena *arena;
    struct value *at;
    size_t n, room;
    enum coverage coverage;
    const struct missing *missing;
    struct value failed; /* ERROR once something went wrong, else null */
};
void list_begin(struct list_builder *b, struct arena *a, struct machine *m);
void list_add(struct list_builder *b, struct value v);
/* Some elements may not be here. */
void list_incomplete(struct list_builder *b, enum coverage coverage, const struct missing *missing);
void list_inherit(struct list_builder *b, const struct list *from); /* its coverage */
struct value list_end(struct list_builder *b);
#endif
