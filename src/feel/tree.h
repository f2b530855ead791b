/*
 * tree.h: the syntax tree, one for both front ends. Built only by the parser through tree_new;
 * every node keeps its bytes of the text. The checker fills `type` and `ref`; nothing else changes
 * after parsing.
 *
 * Children hang in a sibling list, so that a pass needs no table of layouts:
 *
 *   LITERAL      value                              NAME       name, ref
 *   UNARY        op (NEG); child                    BINARY     op (OR..POW); left, right
 *   BETWEEN      x, low, high                       IN         x, test...   (each an expression or
 * a TEST node) TEST         op (< <= > >= = !=), child; `(< 5)` within `in`; also a bare RANGE or
 * LIST is a test IF           condition, then, else              PATH       source, name FILTER
 * source, condition                  CALL       callee, argument... (plain, or all ARGUMENT)
 *   ARGUMENT     name; child; index = number of the parameter (filled in by the checker)
 *   LIST         item...                            CONTEXT    ENTRY...       ENTRY  name, child
 *                (CONTEXT with low_closed: a row of a relation, whose entries are no names for one
 * another) RANGE        low, high, open/closed flags; a missing end has has_low / has_high false
 *   FOR          ITERATOR..., body                  SOME, EVERY ITERATOR..., condition
 *   ITERATOR     name; child, or two children for `a..b`
 *   FUNCTION     PARAM..., body                     PARAM      name, type expression optional
 *   INSTANCE_OF  child, type expression as TYPE node TYPE      name, children; members of context<>
 * are ENTRY nodes, the last child of function<> is the result COERCE       child; type is set by
 * who made it  (spec mode: a declared type of a boxed expression, a parameter, a result) TABLE
 * table; ENTRY... one per input (bind names), RULE... one per rule, a RULE without condition when
 * there is a default, then one LIST of output values per output (empty = none were declared) RULE
 * condition (boolean), output... ; the default has outputs only
 *
 * Frame indices (REF_LOCAL): lets first, in their order; then iterators, parameters, entries of
 * contexts and `item` by depth of nesting. ITERATOR, PARAM, ENTRY and FILTER (for its `item`) carry
 * the index that they bind.
 */
#ifndef HUIQI_FEEL_TREE_H
#define HUIQI_FEEL_TREE_H
#include "base/diags.h"
#include "feel/type.h"

enum node_kind {
    NODE_LITERAL,
    NODE_NAME,
    NODE_UNARY,
    NODE_BINARY,
    NODE_BETWEEN,
    NODE_IN,
    NODE_TEST,
    NODE_IF,
    NODE_PATH,
    NODE_FILTER,
    NODE_CALL,
    NODE_ARGUMENT,
    NODE_LIST,
    NODE_CONTEXT,
    NODE_ENTRY,
    NODE_RANGE,
    NODE_FOR,
    NODE_SOME,
    NODE_EVERY,
    NODE_ITERATOR,
    NODE_FUNCTION,
    NODE_PARAM,
    NODE_INSTANCE_OF,
    NODE_TYPE,
    NODE_COERCE,
    NODE_TABLE,
    NODE_RULE,
    NODE_BAD, /* where the parser gave up: only in trees with errors, which are never compiled */
    NODE_KINDS
};

enum node_op {
    NOP_NONE,
    NOP_OR,
    NOP_AND,
    NOP_EQ,
    NOP_NE,
    NOP_LT,
    NOP_LE,
    NOP_GT,
    NOP_GE,
    NOP_ADD,
    NOP_SUB,
    NOP_MUL,
    NOP_DIV,
    NOP_POW,
    NOP_NEG,
    NODE_OPS
};

/* What a name stands for; filled in by the checker. */
enum ref_kind {
    REF_NONE,
    REF_SLOT,    /* a name of the vocabulary: index into the host's slots */
    REF_LOCAL,   /* let, iterator, parameter, `item`: frame index */
    REF_BUILTIN, /* index into builtins */
    REF_MEMBER,  /* a bare member name inside a filter: index of the local (`item`) whose member it
                    is */
    REF_DATED,   /* a vocabulary name of TYPE_DATED: index is the slot; bare (type = that of one
                    value), or the callee   of a CALL of one argument (type = the TYPE_DATED itself)
                  */
};

struct node {
    uint8_t kind;                                    /* enum node_kind */
    uint8_t op;                                      /* enum node_op */
    bool has_low, has_high, low_closed, high_closed; /* RANGE */
    uint8_t ref;                                     /* enum ref_kind */
    uint16_t height;     /* 1 for a leaf: what recursion over it costs; at most FEEL_DEPTH_MAX */
    uint32_t start, end; /* bytes of the text, half open */
    uint32_t index;      /* of ref */
    struct span name;    /* NAME, PATH, ARGUMENT, ENTRY, ITERATOR, PARAM, TYPE */
    struct value value;  /* LITERAL */
    const struct type *type;
    const struct feel_table *table;   /* TABLE: spec.h */
    struct node *child, *last, *next; /* first and last child, next sibling */
};

struct node *tree_new(struct arena *a, enum node_kind kind, uint32_t start, uint32_t end);
void tree_add(struct node *parent,
              struct node *child); /* appends; NULL is ignored; child is complete */
/* Indented outline with kinds, spans and types: the printable form of two stages. */
void tree_dump(struct buffer *out, const struct node *n, struct span text);
/* What stands in the place of a node; false = the node itself. Not asked about the names of
 * functions that are called. */
typedef bool tree_look(void *context, const struct node *n, struct value *ret);
/* FEEL text again, with the fewest brackets. look may be NULL. */
void tree_print(struct buffer *out, const struct node *n, tree_look *look, void *context);
#endif
