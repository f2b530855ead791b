/*
 * clawback.h: money claimed back (追回, S094): why, by which clause, how much of what was paid;
 * plan and receipts; transfer to enforcement; and the bar on new applications that follows fraud.
 *
 * A claim is of one paid reservation. Fraud and violation claim all of it and bar the subject from
 * the region of the fund for three years from the day of the decision; overpaid and condition-lost
 * may claim a part and bar nobody. Every step moves money in the ledger and is audited. Amounts 分.
 *
 * All that changes runs inside the caller's transaction.
 */
#ifndef HUIQI_CASEWORK_CLAWBACK_H
#define HUIQI_CASEWORK_CLAWBACK_H
#include "casework/funds.h"

#define BAR_YEARS  3
#define CLAIM_PLAN 120 /* instalments: ten years of months */

/* CLAIM_CAUSE(ID, "word", zh, en) */
#define CLAIM_CAUSE_LIST(CLAIM_CAUSE)                                                              \
    CLAIM_CAUSE(FRAUD, "fraud", "骗取", "fraud")                                                   \
    CLAIM_CAUSE(VIOLATION, "violation", "违规使用", "used against the rules")                      \
    CLAIM_CAUSE(OVERPAID, "overpaid", "多付", "paid too much")                                     \
    CLAIM_CAUSE(LOST, "condition-lost", "条件丧失", "a condition was lost")
#define CLAIM_CAUSE_ENUM(id, word, zh, en) CAUSE_##id,
enum claim_cause { CLAIM_CAUSE_LIST(CLAIM_CAUSE_ENUM) CLAIM_CAUSES };
extern const struct closed_word claim_cause_words[CLAIM_CAUSES];

struct claim_new {
    int64_t reservation_id, case_id; /* case 0 = none */
    enum claim_cause cause;
    int64_t amount;          /* 0 = all that is still unclaimed */
    struct date decided_on;  /* year 0 = today */
    struct span cites;       /* document and clause: never empty */
    struct span reason;      /* never empty */
    struct span bar_region;  /* empty = of the fund */
    struct span bar_measure; /* empty = all measures there */
};
/* E_CONFLICT: nothing of it was paid, or not so much is left to claim; E_CHECK: a cause that claims
 * all with a smaller amount. */
NODISCARD int claim_open(struct arena *request, struct store *s, const struct actor *who,
                         const struct claim_new *n, int64_t *ret_id, struct err *err);

struct instalment {
    struct date due;
    int64_t amount;
};
/* Instalments that sum to what is open; a later plan takes the place of the one before. */
NODISCARD int claim_plan(struct arena *request, struct store *s, const struct actor *who,
                         int64_t claim_id, const struct instalment *at, size_t n, struct err *err);
/* A receipt. The same reference with the same amount again changes nothing; with another one is
 * E_CONFLICT, as is more than what is open. */
NODISCARD int claim_repay(struct arena *request, struct store *s, const struct actor *who,
                          int64_t claim_id, int64_t amount, struct span reference,
                          struct date received_on, struct err *err);
/* What is open goes to enforcement, court or police: `to`. It may still be repaid. */
NODISCARD int claim_transfer(struct arena *request, struct store *s, const struct actor *who,
                             int64_t claim_id, struct span to, struct span reason, struct err *err);
/* Taken back: what is open is claimed no longer, the bar is lifted. */
NODISCARD int claim_cancel(struct arena *request, struct store *s, const struct actor *who,
                           int64_t claim_id, struct span reason, struct err *err);

struct claim {
    int64_t id, reservation_id, subject_id, fund_id, case_id, amount, repaid, at;
    struct span fund, measure, subject_kind, subject_code, subject_name;
    struct span cause, state, decided_on, cites, reason, actor;
    int64_t due, overdue; /* by the plan and today: to be repaid by now, and still open of it */
};
NODISCARD int claim_load(struct arena *request, struct store *s, int64_t id, struct claim *ret,
                         struct err *err);
struct claim_query {
    int64_t fund_id, subject_id; /* 0 = any */
    struct span state;           /* empty = any */
    int64_t after;               /* id of the last one before */
    size_t limit;
};
NODISCARD int claim_list(struct arena *request, struct store *s, const struct claim_query *q,
                         struct claim **ret, size_t *ret_n, struct err *err);
/* Of one who is published on a list with early repayment: what is open of the claims where the list
 * reaches is due at once, on the first day of the entry; in its transaction. `claim_plan` takes no
 * later day while the entry holds. */
struct register_entry;
NODISCARD int claims_hasten(struct arena *request, struct store *s, const struct actor *who,
                            const struct register_entry *e, struct err *err);
/* With plan, receipts and events. */
NODISCARD int claim_json(struct arena *request, struct store *s, const struct claim *c,
                         struct json **ret, struct err *err);

/* ---- bars ---- */

struct bar {
    int64_t id, subject_id, claim_id;
    struct span region, measure, from_day, last_day, reason; /* last_day empty = without end */
};
struct bar_question {
    int64_t subject_id;
    struct span region;  /* of the measure: barred when it lies in the bar's region */
    struct span measure; /* id; empty = any measure: only bars from all count */
    struct date on;      /* year 0 = today */
};
/* 1 = barred and *ret the bar that lasts longest; 0 = not. Asked when a case opens and by 免申即享.
 */
NODISCARD int bar_find(struct arena *request, struct store *s, const struct bar_question *q,
                       struct bar *ret, struct err *err);
/* Everything that keeps a subject from applying or from being paid at once, for whoever looks at an
 * application: bars by decision, and lists whose effects reach the region. */
struct standing {
    struct span ground, from_day, last_day; /* the reason, or the list; empty last day = open */
    int64_t bar_id, entry_id;               /* one of them */
    bool no_application, later_payment, early_repayment;
};
NODISCARD int standings_of(struct arena *request, struct store *s, const struct bar_question *q,
                           struct standing **ret, size_t *ret_n, struct err *err);
/* Bars by other decisions. `last_day` year 0 = without end. Roles: reviewer. */
NODISCARD int bar_add(struct arena *request, struct store *s, const struct actor *who,
                      const struct bar *b, int64_t *ret_id, struct err *err);
NODISCARD int bar_lift(struct arena *request, struct store *s, const struct actor *who,
                       int64_t bar_id, struct span why, struct err *err);
/* In force on a day (year 0 = today), by subject; subject 0 = all. */
NODISCARD int bar_list(struct arena *request, struct store *s, int64_t subject_id, struct date on,
                       struct bar **ret, size_t *ret_n, struct err *err);
#endif
