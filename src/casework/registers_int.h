/*
 * registers_int.h: what registers_read.c gives to registers.c.
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
#endif
