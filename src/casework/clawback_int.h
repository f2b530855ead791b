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

/* ---- clawback_notices.c: what the debtor is told ---- */

/* NOTICE(ID, "word", zh, en) */
#define CLAIM_NOTICE_LIST(NOTICE)                                                                  \
    NOTICE(PLANNED, "plan", "还款计划已定", "A repayment plan was made")                           \
    NOTICE(HASTENED, "hasten", "追回款提前到期", "All of a claim falls due")                       \
    NOTICE(BROKEN, "break", "分期没有按时归还", "An instalment was missed")                        \
    NOTICE(TRANSFERRED, "transfer", "追回已移送", "A claim was handed over")
#define CLAIM_NOTICE_ENUM(id, word, zh, en) CLAIM_##id,
enum claim_notice { CLAIM_NOTICE_LIST(CLAIM_NOTICE_ENUM) CLAIM_NOTICES };
struct claim_told {
    enum claim_notice what;
    struct span day;    /* first instalment, due, missed, handed over */
    struct span name;   /* HASTENED: the list; TRANSFERRED: to whom */
    size_t instalments; /* PLANNED */
    int64_t late;       /* BROKEN */
};
/* Whoever stands for the debtor; *ret_n (may be NULL) = messages. */
NODISCARD int claim_tell(const struct claim_work *t, const struct claim_told *x, size_t *ret_n,
                         struct err *err);
/* A plan that is not kept: noted and told once for each instalment; *ret_n = 1 when it was. */
NODISCARD int claim_break(struct arena *request, struct store *s, const struct actor *who,
                          int64_t claim_id, size_t *ret_n, struct err *err);

/* A bar's region and measure are those of what is asked for. */
bool bar_reaches(const struct bar *b, const struct bar_question *q);

/* ---- clawback_list.c: who stands on a list with early repayment ---- */

/* E_CONFLICT when `last` lies ahead and the debtor is on such a list. */
NODISCARD int claim_may_wait(const struct claim_work *t, struct date last, struct err *err);
/* A claim opened while the debtor is on such a list is due on the day of its decision. */
NODISCARD int claim_hasten_listed(const struct claim_work *t, int64_t amount, struct date on,
                                  struct err *err);
#endif
