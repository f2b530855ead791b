/*
 * payments_int.h: what the files of payments share: a step of one batch that holds the fund's row.
 */
#ifndef HUIQI_CASEWORK_PAYMENTS_INT_H
#define HUIQI_CASEWORK_PAYMENTS_INT_H
#include "casework/ledger.h"
#include "casework/payments.h"

struct batch_step {
    struct arena *arena;
    struct store *s;
    const struct actor *who;
    struct fund fund;
    struct batch batch;
};
/* Loads the batch and locks its fund; E_CONFLICT when it has another state (empty = any). */
NODISCARD int batch_hold(struct batch_step *t, int64_t id, struct span state, struct err *err);
NODISCARD int batch_set_state(const struct batch_step *t, struct span state, struct err *err);

/* E_CONFLICT of a frozen fund; a closed one still pays what it has promised. */
NODISCARD int fund_pays(const struct fund *f, struct err *err);

/* The account that money lies in and the state of its reservation have one name. */
struct money_move {
    const char *kind;
    enum ledger_account from, to;
    struct span reason;
};
NODISCARD int payment_move(const struct batch_step *t, const struct payment *p,
                           const struct money_move *m, struct err *err);
#endif
