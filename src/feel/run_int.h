/*
 * run_int.h: what the parts of the machine share. For run*.c.
 */
#ifndef HUIQI_FEEL_RUN_INT_H
#define HUIQI_FEEL_RUN_INT_H
#include "feel/machine.h"

static inline const struct value *machine_operand(const struct machine *m, uint32_t o)
{
    return o & OPERAND_CONSTANT ? &m->e->constants[o & ~OPERAND_CONSTANT] : &m->registers[o];
}

static inline bool machine_strict(const struct machine *m)
{
    return m->e->mode == FEEL_STRICT;
}

/* run.c */
/* The steps from pc to the END of their block, or to `stop`. */
void machine_block(struct machine *m, uint32_t pc, uint32_t stop);
struct value machine_place(struct machine *m, const struct step *s, struct value v);
struct value machine_fail(struct machine *m, const struct step *s, const char *what,
                          struct value got);
/* v, when it may be the value of a condition; else why not. */
struct value machine_truth(struct machine *m, const struct step *s, struct value v);

/* v; when it is an error without a place, with the place of the step. */
static inline struct value machine_located(struct machine *m, const struct step *s, struct value v)
{
    bool failed = v.kind == VALUE_ERROR || value_is_failed(v);
    if (!failed || v.failure->end != 0 || v.failure->code == E_MEMORY)
        return v;
    return machine_place(m, s, v);
}

/* run_loop.c */
struct value run_loop(struct machine *m, const struct step *s, uint32_t pc);
struct value run_count(struct machine *m, const struct step *s);

/* run_call.c */
struct value run_call(struct machine *m, const struct step *s);
struct value run_closure(struct machine *m, const struct step *s);
#endif
