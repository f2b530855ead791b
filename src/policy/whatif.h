/*
 * whatif.h: two check-ups side by side: what turns when a fact, a parameter, or the library itself
 * is another; and what the subject could honestly do to have more (law 20).
 */
#ifndef HUIQI_POLICY_WHATIF_H
#define HUIQI_POLICY_WHATIF_H
#include "policy/match.h"

/* A finding that differs; NULL on the side where there is none. */
struct change {
    const struct finding *before, *after;
};
/* By measure and item, in the order of `after`, then what is gone. */
NODISCARD int checkup_changes(struct arena *request, const struct checkup *before,
                              const struct checkup *after, const struct change **ret,
                              size_t *ret_n);
struct json *changes_json(struct arena *request, const struct change *changes, size_t n);

/* One step that would make a near miss a hit. */
struct advice {
    const struct finding *finding; /* of group 差一步 */
    const struct condition_finding *condition;
    const struct fact *fact;
    struct span item, period;
    struct value from, to;       /* from: the present value */
    const struct finding *after; /* the finding as it would be */
    struct decimal gain;         /* of the whole check-up: received, exact, of the safe sets */
    const struct change *losses; /* cliffs: what the same step would take away */
    size_t loss_count;
};
/* For every near miss the smallest change that suffices, the largest gain first. */
NODISCARD int checkup_advice(struct arena *request, const struct checkup *c,
                             const struct advice **ret, size_t *ret_n, struct err *err);
struct json *advice_json(struct arena *request, const struct advice *advice, size_t n);
#endif
