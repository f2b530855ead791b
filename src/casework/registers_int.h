/*
 * registers_int.h: what registers_read.c gives to registers.c, and that to register_batch.c.
 */
#ifndef HUIQI_CASEWORK_REGISTERS_INT_H
#define HUIQI_CASEWORK_REGISTERS_INT_H
#include "casework/registers.h"

#define REGISTER_COLUMNS                                                                           \
    "SELECT id, register, subject_kind, subject_code, name, case_number, effects, state, tier,"    \
    " from_day, to_day, objected, events, region FROM register_entry"
void register_row_read(struct arena *a, const struct stmt *st, struct register_entry *ret);
/* Where each step may be taken, by whom, and where it leads. */
struct register_rule {
    unsigned states; /* bit per enum register_state; 0 = opens the entry */
    unsigned roles;  /* bit per enum user_role */
    bool to_state;   /* leads to `state`; else it stays */
    enum register_state state;
    bool reason, second, objected;
};
extern const struct register_rule register_rules[REGISTER_STEPS];

/* Inside the caller's transaction. */
struct register_work {
    struct arena *arena;
    struct store *store;
    const struct library *library;
    const struct actor *who;
};
/* A list that is kept; E_NOT_FOUND with the nearest. */
NODISCARD int register_find(const struct register_work *w, struct span name,
                            const struct library_register **ret, struct err *err);
/* Whether a step that opens an entry is for this account. */
NODISCARD int register_may(const struct register_work *w, enum register_step step, struct err *err);
/* Proposes what the caller has seen not to be there. */
NODISCARD int register_put_fresh(const struct register_work *w, const struct register_new *x,
                                 int64_t *ret_id, struct err *err);
NODISCARD int register_step_within(const struct register_work *w, int64_t id,
                                   const struct register_change *c, struct err *err);
/* Whether he is, or acts for, whoever did that. */
bool register_same_person(const struct actor *who, int64_t account_id, int64_t for_account_id,
                          struct span actor);
#endif
