/*
 * compile_int.h: the compiler's own structure and what its parts share. For compile*.c.
 */
#ifndef HUIQI_FEEL_COMPILE_INT_H
#define HUIQI_FEEL_COMPILE_INT_H
#include "base/vector.h"
#include "feel/builtins_int.h"
#include "feel/compile.h"

#define ANYWHERE UINT32_MAX /* no register is wanted in particular */

struct slot_use {
    uint32_t slot;
    struct span name;
};

/* Elements of the filters around, innermost first: a name may be a member of one. Spec mode. */
struct item {
    const struct item *outer;
    uint32_t index, element; /* frame index and register */
};

struct compiler {
    struct arena *arena;
    const struct item *items;
    struct feel_expr *e;
    VECTOR_OF(struct step, step_vector) steps;
    VECTOR_OF(struct value, value_vector) constants;
    VECTOR_OF(struct name_set, set_vector) sets;
    VECTOR_OF(struct slot_use, slot_vector) slots;
    VECTOR_OF(uint32_t, local_vector) locals; /* frame index -> register */
    uint32_t next, most;                      /* registers */
    uint32_t depth;
    bool deep;
};

/* compile.c. Every form is told in which register its result is wanted and gives the operand that
 * holds it. */
uint32_t compile_node(struct compiler *c, const struct node *n, uint32_t want);
bool compiler_strict(const struct compiler *c);
uint32_t compiler_registers(struct compiler *c, uint32_t n);
uint32_t compiler_target(struct compiler *c, uint32_t want);
bool operand_is_constant(uint32_t o);
uint32_t compiler_constant(struct compiler *c, struct value v);
struct value compiler_constant_at(const struct compiler *c, uint32_t o);
uint32_t compiler_here(const struct compiler *c);
/* Appends a step for n; the caller sets what is special. NULL without memory. */
struct step *compiler_emit(struct compiler *c, enum step_code code, const struct node *n,
                           uint32_t dst);
void compiler_emit3(struct compiler *c, enum step_code code, const struct node *n, uint32_t dst,
                    uint32_t a, uint32_t b);
void compiler_set_jump(struct compiler *c, uint32_t at, uint32_t to);
/* Makes sure that the operand is in register dst. */
void compiler_load(struct compiler *c, const struct node *n, uint32_t dst, uint32_t o);
void compiler_bind(struct compiler *c, uint32_t index, uint32_t reg); /* frame index to register */
uint32_t compiler_bound(const struct compiler *c, uint32_t index);
bool value_folds(struct value v); /* may it be a constant */
uint32_t node_children(const struct node *n);
/* The constants among the operands, when all are; else NULL and they are in registers from base. */
struct value *compiler_gather(struct compiler *c, const struct node *n, const uint32_t *operands,
                              uint32_t count, uint32_t base);
void compiler_load_all(struct compiler *c, const struct node *n, const uint32_t *operands,
                       uint32_t count, uint32_t base);

/* compile_name.c */
uint32_t compile_name(struct compiler *c, const struct node *n, uint32_t want);
uint32_t compile_literal(struct compiler *c, const struct node *n, uint32_t want);
/* A fact by period; argument NULL = bare. */
uint32_t compile_dated(struct compiler *c, const struct node *n, const struct node *name,
                       const struct node *argument, uint32_t want);
/* The member n->name of operand `of`, or property row `property` - 1, into dst. */
uint32_t compile_path_of(struct compiler *c, const struct node *n, uint32_t of, uint32_t property,
                         uint32_t dst);
const struct span *compiler_name(struct compiler *c, struct span name);
/* Number of the set of facts that n reads; 0 is the empty set. */
uint16_t compiler_names(struct compiler *c, const struct node *n);

/* compile_call.c */
uint32_t compile_call(struct compiler *c, const struct node *n, uint32_t want);
uint32_t compile_function(struct compiler *c, const struct node *n, uint32_t want);

/* compile_table.c */
uint32_t compile_table(struct compiler *c, const struct node *n, uint32_t want);
#endif
