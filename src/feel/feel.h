/*
 * feel.h: compile and run FEEL expressions. The door of the folder.
 *
 *     text -> lex -> parse (tree) -> check (typed tree) -> compile (steps) -> run (value)
 *
 * Strict mode (measure files): names come from a host vocabulary, closed; types are static;
 * problems are diagnostics with caret and nearest names. Spec mode (DMN) shares everything after
 * the parser.
 *
 * A compiled expression is immutable and may be run by many threads at once, each with its own
 * arena and its own frame. It lives in the program arena it was compiled into.
 */
#ifndef HUIQI_FEEL_FEEL_H
#define HUIQI_FEEL_FEEL_H
#include "base/diags.h"
#include "base/json.h"
#include "base/map.h"
#include "calendar/calendar.h"
#include "feel/tree.h"
#include "feel/type.h"
#include "feel/value.h"

/* Named limits; each is reached by a test. */
#define FEEL_TEXT_MAX  (64u << 10) /* bytes of one expression */
#define FEEL_DEPTH_MAX 200     /* nesting of the tree: recursion of the parser and the checker */
#define FEEL_NAME_MAX  512     /* bytes of one name: the lexer tries that far */
#define FEEL_STEPS_MAX 2000000 /* steps of one run: time */
#define FEEL_LIST_MAX  1000000 /* elements of one list */

enum feel_mode { FEEL_STRICT, FEEL_SPEC };

/* What a vocabulary knows of one name. */
struct feel_name {
    struct span name;
    const struct type *type;
    uint32_t slot;
};

/*
 * The vocabulary of strict mode: a closed set of names, given by the host (policy, or a test).
 * Names are matched longest first, so they may contain spaces and operators. Complete it before
 * compiling: compilers only read it.
 */
struct feel_vocabulary {
    struct map names;   /* of struct feel_name, by normal form (lex.h) */
    struct map members; /* names of all members of context types in it, for the lexer */
    size_t longest;     /* bytes of the longest name or member */
    uint32_t slots;     /* how many */
};
void feel_vocabulary_init(struct feel_vocabulary *v, struct arena *program);
/* E_INPUT: empty, too long, begins with a digit, a keyword, a character no name has; E_CONFLICT:
 * declared already. */
NODISCARD int feel_declare(struct feel_vocabulary *v, struct span name, const struct type *type,
                           uint32_t *ret_slot);

struct feel_expr; /* compiled */

struct feel_let { /* a local definition visible to the expression: measures' `let`, decision inputs
                   */
    struct span name;
    const struct feel_expr *expr; /* evaluated once per run set, by the caller, into locals[] */
    const struct type *type;
};

struct feel_compile {
    enum feel_mode mode;
    const struct feel_vocabulary *vocabulary; /* strict mode */
    const struct feel_let *lets; /* visible locals, in order; locals[i] at run time is lets[i] */
    size_t let_count;
    const struct type *want; /* type the result must fit; NULL = any */
    const struct map *types; /* spec mode: declared types (struct type) by name, for `instance of`
                                and parameters */
    /* where the text stands, for diagnostics */
    struct span file;
    uint32_t line, column; /* 1-based place of its first byte; 0 = 1 */
};

/* E_SYNTAX, E_NAME, E_TYPE, E_LIMIT with diagnostics, or E_MEMORY. `text` must outlive the program.
 */
NODISCARD int feel_compile(struct arena *program, struct span text, const struct feel_compile *how,
                           const struct feel_expr **ret, struct diags *diags);

const struct type *feel_type(const struct feel_expr *e);
struct span feel_text(const struct feel_expr *e);
const struct node *feel_tree(const struct feel_expr *e);
/* Slots that the expression can read, sorted, without repeats: what a rule needs. */
const uint32_t *feel_slots(const struct feel_expr *e, size_t *ret_count);

/* The lets that it names itself: a bit each; the last bit stands for all further ones. */
#define FEEL_LET_BIT(i) (UINT64_C(1) << ((i) < 63 ? (i) : 63))
uint64_t feel_lets(const struct feel_expr *e);

/* One look at a slot during a run, for explanations. */
struct feel_use {
    struct feel_use *next;
    uint32_t slot;
    struct span name;
    struct span item;   /* empty for the subject itself */
    struct span period; /* argument of a dated name, canonical; empty when bare */
    struct value value; /* may be unknown */
    uint32_t start, end;
};

/* One decision table that was evaluated, for explanations. */
struct feel_table_use {
    const struct feel_table_use *next;
    const struct feel_table *table; /* spec.h */
    const struct value *inputs;     /* of its inputs, in order */
    const struct value *hits;       /* by rule: true = it hit; null = not looked at any more */
    struct value result;
};
#define FEEL_TABLE_USES_MAX 1000 /* kept; further ones are counted only */
struct feel_table_uses {
    struct feel_table_use *first, *last;
    size_t n;
};

struct feel_run {
    struct arena *arena;       /* of the request: results live here */
    const struct value *slots; /* one per vocabulary slot; undeclared facts are VALUE_UNKNOWN values
                                  made by the host */
    const struct value *locals; /* one per let */
    /* Value of a TYPE_DATED name: bare (argument is VALUE_NULL) or called. The host answers unknown
     * with its cause. */
    struct value (*dated)(void *context, struct feel_run *run, uint32_t slot,
                          struct value argument);
    void *context;
    const struct calendar *calendar;
    struct date as_of;
    bool trace;            /* collect uses */
    struct feel_use *uses; /* newest last; one per (slot, item, period) */
    struct feel_use *uses_last;
    struct feel_table_uses *tables; /* NULL: not asked for; shared by runs within one another */
    struct feel_problem *problems;  /* spec mode: newest first (spec.h) */
    size_t problem_count;           /* also of those that were not kept */
};

/* Never fails: what goes wrong is an ERROR value. */
struct value feel_run(const struct feel_expr *e, struct feel_run *run);

/*
 * The formula with the numbers in it: names replaced by their values of this run, e.g. "0.5 *
 * (12000 + 9000)". Percentages, dates and texts as FEEL literals. Unknown names stay names.
 */
void feel_worked(struct buffer *out, const struct feel_expr *e, struct feel_run *run);
/* Every stage: tokens, tree, typed tree, steps. */
void feel_explain(struct buffer *out, const struct feel_expr *e);

/*
 * JSON to a value of a declared type: numbers from numbers or digit strings, dates from ISO
 * strings, enumerations checked, lists, contexts. E_TYPE or E_INPUT with position and nearest
 * value.
 */
NODISCARD int feel_from_json(struct arena *a, const struct json *j, const struct type *t,
                             struct value *ret, struct err *err);
struct json *feel_to_json(struct arena *a, struct value v);
/* The type that JSON data shows by itself: for prompts and tests, where nothing is declared. NULL
 * without memory. */
const struct type *feel_infer(struct arena *a, const struct json *j);
#endif
