/*
 * spec.h: FEEL in spec mode as DMN models need it: names that are known only when the model is
 * read, several texts (the cells of a table, the entries of a boxed context) that become one tree,
 * values coerced to declared types, and functions of the host. Written for src/dmn; the door for
 * everything else is feel.h.
 *
 * Names from outside are the lets of struct feel_compile: a name, a type, a value per run. A name
 * with a dot (an import) is a let whose type and value are a context.
 *
 * Spec mode never gives ERROR or UNKNOWN: a mistake makes a null and adds a problem to the run.
 */
#ifndef HUIQI_FEEL_SPEC_H
#define HUIQI_FEEL_SPEC_H
#include "feel/feel.h"
#include "feel/lex.h"

/* ---- one unit: several texts, one tree ---- */

/* Where a stretch of a unit's text comes from. */
struct feel_piece {
    uint32_t start, end;   /* bytes of the unit's text */
    uint32_t line, column; /* of its first byte in the file */
};

struct feel_unit {
    struct arena *program;
    const struct feel_compile *how;  /* mode, lets, vocabulary (for its members), types, file */
    struct span text;                /* all pieces, one after another */
    const struct feel_piece *pieces; /* in order; between two of them there may be bytes of none */
    size_t piece_count;
    struct diags *diags; /* places are those of the file */
};

/*
 * Parses piece i. scope: the names known there, innermost first, ending in feel_scope(program,
 * how): the caller binds what the tree around it will bind (entries before it, parameters,
 * iterators). *ret is set only when all is well; E_SYNTAX, E_NAME, E_LIMIT with diagnostics, or
 * E_MEMORY.
 */
NODISCARD int feel_unit_expression(struct feel_unit *u, size_t i, const struct scope *scope,
                                   struct node **ret);
/* Piece i as unary tests of x: an expression that is true when the value of x passes. `?` is x
 * inside. `-` is true. */
NODISCARD int feel_unit_tests(struct feel_unit *u, size_t i, const struct scope *scope,
                              struct node *x, struct node **ret);
/* Check and compile what was put together of parsed pieces and own nodes (tree_new, tree_add). */
NODISCARD int feel_unit_compile(struct feel_unit *u, struct node *tree,
                                const struct feel_expr **ret);

/* ---- problems of a run: what made a null ---- */

struct feel_problem {
    struct feel_problem *next;
    int code; /* of err.def */
    struct span message;
    const struct feel_expr *expr; /* in whose text; may be NULL */
    uint32_t start, end;
};
#define FEEL_PROBLEMS_MAX 100 /* kept; further ones are counted only */
/* Adds one to run->problems. Never fails: without memory it is counted all the same. */
void feel_problem(struct feel_run *run, int code, const char *format, ...) PRINTF_LIKE(3, 4);

/* ---- types ---- */

/*
 * v as a value of type t by the conversions that the standard names: one to a list of one, a list
 * of one to its element, date to date and time; members of contexts and elements of lists likewise.
 * What does not conform or is not allowed (type.allowed) is null with a problem.
 */
struct value feel_coerce(struct feel_run *run, const struct type *t, struct value v);
/* Does it conform as it is, allowed values included? Null conforms to every type. */
bool feel_conforms(struct feel_run *run, const struct type *t, struct value v);

/* ---- functions of the host as values ---- */

struct feel_callable {
    struct span name;
    size_t param_count;
    const struct span *params;       /* names, for calls with named arguments */
    const struct type *const *types; /* arguments are coerced to them; NULL = any */
    const struct type *result;       /* NULL = any */
    /* args: param_count of them, coerced. Problems go to the run. */
    struct value (*call)(const struct feel_callable *f, struct feel_run *run,
                         const struct value *args);
    const void *context;
};
/* A function value; *f must outlive it. */
struct value feel_function(struct arena *a, const struct feel_callable *f);
/* Calls any function value: closures, built-ins, the host's. names may be NULL (by position). */
struct value feel_call(struct feel_run *run, struct value function, const struct value *args,
                       const struct span *names, size_t n);
/* external { java: ... }: one of the few that are answered here (external.c), or NULL. Parameter
 * names are the caller's. */
const struct feel_callable *feel_external(struct span class_name, struct span signature);

/* ---- decision tables ---- */

enum hit_policy {
    HIT_UNIQUE,
    HIT_FIRST,
    HIT_PRIORITY,
    HIT_ANY,
    HIT_COLLECT,
    HIT_RULE_ORDER,
    HIT_OUTPUT_ORDER
};
enum hit_aggregation { HIT_LIST, HIT_SUM, HIT_COUNT, HIT_MIN, HIT_MAX };

/*
 * What a TABLE node (tree.h) has beside its children. One output without a name gives its value,
 * else a context.
 */
struct feel_table {
    enum hit_policy policy;
    enum hit_aggregation aggregation;
    size_t input_count, rule_count, output_count;
    bool has_default;
    const struct span *output_names; /* with one output it may be empty */
};
#endif
