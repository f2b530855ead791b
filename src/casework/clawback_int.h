/*
 * clawback_int.h: what the files of claims share: a step of one claim that holds the fund's row.
 */
#ifndef HUIQI_CASEWORK_CLAWBACK_INT_H
#define HUIQI_CASEWORK_CLAWBACK_INT_H
#include "casework/clawback.h"

struct claim_work {
    struct arena *arena;
    struct store *s;
    const struct actor *who;
    struct fund fund;
    struct claim claim;
};
/* An event of the claim and a line of the log; `detail` may be NULL. */
NODISCARD int claim_note(const struct claim_work *t, const char *kind, const struct json *detail,
                         struct err *err);
/* The plan that counts from now on. */
NODISCARD int claim_put_plan(const struct claim_work *t, const struct instalment *at, size_t n,
                             struct err *err);

/* A bar's region and measure are those of what is asked for. */
bool bar_reaches(const struct bar *b, const struct bar_question *q);

/* ---- clawback_list.c: who stands on a list with early repayment ---- */

/* E_CONFLICT when `last` lies ahead and the debtor is on such a list. */
NODISCARD int claim_may_wait(const struct claim_work *t, struct date last, struct err *err);
/* A claim opened while the debtor is on such a list is due on the day of its decision. */
NODISCARD int claim_hasten_listed(const struct claim_work *t, int64_t amount, struct date on,
                                  struct err *err);
#endif
