/*
 * ledger.h: double entry. An entry moves an amount from one account of a fund to another, level by
 * level; its lines sum to zero; entries are only appended and balances are sums of lines (S092).
 *
 *     budget -> free        the fund is made, its budget grows      (budget is negative: the
 * source) free -> reserved      approved                                reserved -> free released
 *     reserved -> committed in a batch that a second person passed  committed -> reserved  returned
 *     committed -> paid     the bank says so                        paid -> reserved       returned
 * later claims -> claimed     claimed back                            claimed -> recovered   repaid
 *     claimed -> moved      handed to another authority
 */
#ifndef HUIQI_CASEWORK_LEDGER_H
#define HUIQI_CASEWORK_LEDGER_H
#include "casework/funds.h"

/* LEDGER_ACCOUNT(ID, "word", zh, en) */
#define LEDGER_ACCOUNT_LIST(LEDGER_ACCOUNT)                                                        \
    LEDGER_ACCOUNT(BUDGET, "budget", "预算来源", "budget")                                         \
    LEDGER_ACCOUNT(FREE, "free", "可用", "free")                                                   \
    LEDGER_ACCOUNT(RESERVED, "reserved", "已批准占用", "reserved")                                 \
    LEDGER_ACCOUNT(COMMITTED, "committed", "拨付中", "committed")                                  \
    LEDGER_ACCOUNT(PAID, "paid", "已拨付", "paid")                                                 \
    LEDGER_ACCOUNT(CLAIMS, "claims", "追回对应", "claims")                                         \
    LEDGER_ACCOUNT(CLAIMED, "claimed", "应追回", "claimed")                                        \
    LEDGER_ACCOUNT(RECOVERED, "recovered", "已追回", "recovered")                                  \
    LEDGER_ACCOUNT(MOVED, "moved", "已移送", "moved")
#define LEDGER_ACCOUNT_ENUM(id, word, zh, en) ACCOUNT_##id,
enum ledger_account { LEDGER_ACCOUNT_LIST(LEDGER_ACCOUNT_ENUM) LEDGER_ACCOUNTS };
extern const struct closed_word ledger_account_words[LEDGER_ACCOUNTS];

struct ledger_post {
    const char *kind; /* "reserve", "release" ... */
    enum ledger_account from, to;
    /* What moves of each level is its share of `after` less its share of `before`: so the steps of
     * one amount always sum to the shares of the whole. */
    int64_t before, after;
    int64_t reservation_id, payment_id, claim_id; /* 0 = none */
    const struct actor *actor;
    struct span reason;
};
/* Inside a transaction that holds the fund's row. */
NODISCARD int ledger_post(struct arena *request, struct store *s, const struct fund *f,
                          const struct ledger_post *p, struct err *err);

struct ledger_entry {
    int64_t id, at, reservation_id, payment_id, claim_id, amount; /* amount: what moved */
    struct span kind, actor, reason;
};
/* Entries of a fund behind `after`, oldest first. */
NODISCARD int ledger_entries(struct arena *request, struct store *s, int64_t fund_id, int64_t after,
                             size_t limit, struct ledger_entry **ret, size_t *ret_n,
                             struct err *err);
struct ledger_balance {
    struct span level, kind;
    int64_t balance;
};
NODISCARD int ledger_balances(struct arena *request, struct store *s, int64_t fund_id,
                              struct ledger_balance **ret, size_t *ret_n, struct err *err);
#endif
