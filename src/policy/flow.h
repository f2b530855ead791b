/*
 * flow.h: the ways from state to state that a procedure allows: by acts, by clocks that lapse, by
 * withdrawal. What may happen, not what will: guards are taken as open, and a clock may run
 * wherever an act or a lapse can have left it running. The checker and the picture stand on it.
 */
#ifndef HUIQI_POLICY_FLOW_H
#define HUIQI_POLICY_FLOW_H
#include "policy/procedure.h"

#define FLOW_OPENING SIZE_MAX
struct flow_way {
    size_t from, to;                 /* states; from = FLOW_OPENING: the case begins */
    const struct procedure_act *act; /* or */
    const struct clock *lapse;       /* or neither: the applicant withdraws */
};
struct flow {
    const struct flow_way *ways; /* by state they leave, in the order of the definition */
    size_t n;
    const bool *reached; /* states */
    const bool *running; /* clocks x states: may run there */
};
/* All in the arena; E_MEMORY. Names that the procedure does not have are passed over. */
NODISCARD int flow_find(struct arena *a, const struct procedure *p, struct flow *ret,
                        struct err *err);
/* May this clock run in this state? */
static inline bool flow_runs(const struct flow *f, const struct procedure *p, size_t clock,
                             size_t state)
{
    return f->running[clock * p->state_count + state];
}
/* Can it start at all? */
bool flow_starts(const struct flow *f, const struct clock *c);
#endif
