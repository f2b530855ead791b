/*
 * funds_int.h: what the files of money share: steps of one transaction that holds the fund's row.
 */
#ifndef HUIQI_CASEWORK_FUNDS_INT_H
#define HUIQI_CASEWORK_FUNDS_INT_H
#include "casework/funds.h"

#define ROLE_BIT(role) (1u << USER_##role)
#define MONEY_ROLES    ROLE_BIT(FINANCE)
#define APPROVAL_ROLES (ROLE_BIT(HANDLER) | ROLE_BIT(REVIEWER) | ROLE_BIT(FINANCE))

/* Notes what happened to a fund; `detail` is JSON or NULL. */
NODISCARD int fund_note(struct arena *request, struct store *s, const struct actor *who,
                        int64_t fund_id, const char *kind, const struct json *detail,
                        int64_t *ret_event, struct err *err);
/* Marks passed since the last look become events; marks left are taken down. */
NODISCARD int fund_watch(struct arena *request, struct store *s, const struct actor *who,
                         int64_t fund_id, struct err *err);
/* Adds `by` to what reservations hold of a purpose and a period (empty names: none). */
NODISCARD int fund_use(struct store *s, int64_t fund_id, struct span purpose, struct span period,
                       int64_t by, struct err *err);
/* Another state of a reservation that has the state `from`. */
NODISCARD int reservation_move(struct store *s, int64_t id, struct span from, struct span to,
                               struct err *err);

/* The actor belongs to the organisation that holds the fund, or to one above it: else E_FORBIDDEN.
 */
NODISCARD int fund_yours(struct arena *request, struct store *s, const struct actor *who,
                         const struct fund *f, struct err *err);

/* Where the money of a request would come from; checked. */
struct fund_place {
    struct fund fund;
    const struct fund_part *purpose, *period; /* NULL = the fund has none */
};
/* Loads and locks the fund of q and finds purpose and period: E_NOT_FOUND, E_CONFLICT, E_CHECK.
 * Its amount may be larger than what is left. */
NODISCARD int fund_place_of(struct arena *request, struct store *s, const struct fund_request *q,
                            struct fund_place *ret, struct err *err);
/* The figure is payable: E_CHECK says why not. */
NODISCARD int fund_payable(const struct fund_request *q, struct err *err);
/* What is left for the place. */
NODISCARD int fund_left(struct store *s, const struct fund_place *p, int64_t *ret, struct err *err);
/* E_CONFLICT when there is a reservation of the ground. */
NODISCARD int ground_free(struct store *s, const struct ground *g, struct err *err);
/* It is the turn of q, and enough is left: E_CONFLICT says who comes first, or what a person has to
 * decide. */
NODISCARD int fund_turn(struct store *s, const struct actor *who, const struct fund_place *p,
                        const struct fund_request *q, struct err *err);
/* The application of q's ground waits no longer. */
NODISCARD int fund_served(struct store *s, const struct fund *f, const struct fund_request *q,
                          struct err *err);
/* fund_release and fund_correct without the check that no voucher stands on it: by the voucher. */
NODISCARD int fund_release_held(struct arena *request, struct store *s, const struct actor *who,
                                int64_t reservation_id, struct span reason, struct err *err);
NODISCARD int fund_correct_held(struct arena *request, struct store *s, const struct actor *who,
                                int64_t reservation_id, int64_t amount, struct span reason,
                                struct err *err);
/* E_CONFLICT when the subject is barred from the measure on a day. */
NODISCARD int fund_not_barred(struct arena *request, struct store *s, const struct fund_request *q,
                              const struct fund *f, struct err *err);
/* After all checks: row, entry, counters, ledger of benefits, alarms, audit. */
NODISCARD int fund_book(struct arena *request, struct store *s, const struct actor *who,
                        const struct fund_place *p, const struct fund_request *q, int64_t *ret_id,
                        struct err *err);

/* The log; object is a number. `detail` may be NULL. */
NODISCARD int money_audit(struct arena *request, struct store *s, const struct actor *who,
                          bool decision, const char *act, const char *kind, int64_t object,
                          const struct json *detail, struct err *err);
/* Compact text of a tree in the arena; "{}" of NULL. {NULL, 0} = no memory. */
struct span json_words(struct arena *request, const struct json *j);
struct json *money_json(struct arena *request, int64_t fen); /* "1500000.00" */
#endif
