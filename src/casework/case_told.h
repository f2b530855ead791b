/*
 * case_told.h: what became of the money of a case, told to the case: "event:paid",
 * "event:returned". For areas that hold no library, such as payments.
 */
#ifndef HUIQI_CASEWORK_CASE_TOLD_H
#define HUIQI_CASEWORK_CASE_TOLD_H
#include "base/json.h"
#include "identity/actor.h"
#include "store/store.h"

struct case_told {
    const char *name; /* "paid", "returned" */
    int64_t reservation_id, payment_id;
    int64_t amount;                      /* 分 */
    struct span date, reference, reason; /* date empty = today */
};
/* Inside a transaction. Nothing happens for a reservation without a case. */
NODISCARD int case_tell(struct arena *request, struct store *s, const struct actor *who,
                        const struct case_told *t, struct err *err);
#endif
