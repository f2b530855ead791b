/*
 * voucher.h: vouchers (服务券、创新券、智评券、算力券; S103): a programme of a fund issues them,
 * the holder uses one with a listed provider under a contract, the provider hands it in after
 * acceptance, a second person settles it, and payments pay it (docs/money.md).
 *
 *     issued -> used -> redeemed -> settled        issued, used -> withdrawn | expired
 *                ^---- rejected ----'
 *
 * The face of a voucher is reserved in the fund when it is issued (fund_reserve), and cut down to
 * what is settled: so vouchers are never over the fund, stand in its double-entry ledger, and what
 * is not used is free again. A voucher is one ground; a contract of a provider is paid by one
 * voucher; nothing is used or handed in after the last day.
 *
 * What a text does not state is no figure: a programme without a face issues nothing until a
 * person sets one and names the document (voucher_set_face).
 *
 * All that changes runs inside the caller's transaction, and holds the fund's row. Amounts are 分.
 */
#ifndef HUIQI_CASEWORK_VOUCHER_H
#define HUIQI_CASEWORK_VOUCHER_H
#include "casework/funds.h"

/* VOUCHER_STATE(ID, "word", zh, en) */
#define VOUCHER_STATE_LIST(VOUCHER_STATE)                                                          \
    VOUCHER_STATE(ISSUED, "issued", "已发放", "issued")                                            \
    VOUCHER_STATE(USED, "used", "已签约使用", "used under a contract")                             \
    VOUCHER_STATE(REDEEMED, "redeemed", "已核销，待结算", "handed in")                             \
    VOUCHER_STATE(SETTLED, "settled", "已结算", "settled")                                         \
    VOUCHER_STATE(WITHDRAWN, "withdrawn", "已收回", "withdrawn")                                   \
    VOUCHER_STATE(EXPIRED, "expired", "已过期", "expired")
#define VOUCHER_STATE_ENUM(id, word, zh, en) VOUCHER_##id,
enum voucher_state { VOUCHER_STATE_LIST(VOUCHER_STATE_ENUM) VOUCHER_STATES };
extern const struct closed_word voucher_state_words[VOUCHER_STATES];

/* ---- programmes ---- */

struct voucher_programme {
    int64_t id, fund_id;
    struct span code, name, kind, fund, purpose, measure;
    int64_t quota, per_holder; /* vouchers in all, of one holder; 0 = not stated */
    int64_t face;              /* 0 = not stated: nothing is issued */
    struct span face_basis;    /* the document that gives the face; empty = the definition's */
    struct share share;        /* of the contract that a voucher pays at most */
    int64_t months;            /* valid so long; 0 = to `last_day` */
    struct span last_day;      /* for all of them; empty = `months` */
    struct span providers;     /* the list of a register that providers have to stand on */
    bool pays_holder;          /* who has paid the provider himself; else the provider */
    struct span cites;         /* document and clause */
    int64_t notice_days;       /* the holder is told so long before the last day; 0 = not stated */
    int64_t counts[VOUCHER_STATES];
};
/* From a definition (docs/examples/voucher.yaml). Roles: finance, of the fund. E_INPUT with
 * position, E_NOT_FOUND (fund), E_CONFLICT (the code is taken). */
NODISCARD int voucher_define(struct arena *request, struct store *s, const struct actor *who,
                             const struct json *definition, struct span file, int64_t *ret_id,
                             struct err *err);
/* The face of vouchers that are issued from now on; `cites`: the document that states it, never
 * empty. Roles: reviewer. */
NODISCARD int voucher_set_face(struct arena *request, struct store *s, const struct actor *who,
                               struct span programme, int64_t face, struct span cites,
                               struct err *err);
NODISCARD int voucher_programme_load(struct arena *request, struct store *s, struct span code,
                                     struct voucher_programme *ret, struct err *err);
/* By code. */
NODISCARD int voucher_programmes(struct arena *request, struct store *s,
                                 struct voucher_programme **ret, size_t *ret_n, struct err *err);
struct json *voucher_programme_json(struct arena *request, const struct voucher_programme *p);

/* ---- steps of a voucher ---- */

/* E_CHECK: the face is not stated; E_CONFLICT: over the quota, of the holder or in all, or over
 * the fund, the holder is barred. *ret_number lives in the arena: CODE-0001. */
NODISCARD int voucher_issue(struct arena *request, struct store *s, const struct actor *who,
                            struct span programme, int64_t holder_id, struct span *ret_number,
                            struct err *err);
struct voucher_use {
    int64_t provider_id;
    struct span contract; /* its number: one line */
    int64_t amount;       /* of the contract */
    struct date on;       /* signed; year 0 = today */
};
/* The holder's agent, a window, a handler. E_CONFLICT: not issued, past its last day, the provider
 * is not on the list that day, the contract has a voucher. */
NODISCARD int voucher_use(struct arena *request, struct store *s, const struct actor *who,
                          struct span number, const struct voucher_use *u, struct err *err);
/* Handed in after acceptance: the provider's agent, a handler. `acceptance` names the paper;
 * `amount` = what was accepted of the contract. E_CONFLICT: not used, past its last day. */
NODISCARD int voucher_redeem(struct arena *request, struct store *s, const struct actor *who,
                             struct span number, struct span acceptance, int64_t amount,
                             struct err *err);
/* Back to `used`: the acceptance does not hold. Roles: reviewer, finance. */
NODISCARD int voucher_reject(struct arena *request, struct store *s, const struct actor *who,
                             struct span number, struct span reason, struct err *err);
/* By another person than who handed it in (E_FORBIDDEN): the smaller of face and share of what was
 * accepted is to be paid, the rest is free again. Roles: reviewer, finance. */
NODISCARD int voucher_settle(struct arena *request, struct store *s, const struct actor *who,
                             struct span number, struct err *err);
/* Of an issued or used one. Roles: reviewer, finance. */
NODISCARD int voucher_withdraw(struct arena *request, struct store *s, const struct actor *who,
                               struct span number, struct span reason, struct err *err);
/* Those whose last day is past; *ret_n of them; holders and providers are told. Roles: finance,
 * reviewer; the program. */
NODISCARD int voucher_lapse(struct arena *request, struct store *s, const struct actor *who,
                            struct span programme, size_t *ret_n, struct err *err);

/* Holders (and providers under contract) whose last day comes within the programme's notice_days
 * are told, once a voucher; *ret_n vouchers. */
NODISCARD int voucher_warn(struct arena *request, struct store *s, const struct actor *who,
                           struct span programme, size_t *ret_n, struct err *err);

/* ---- looking ---- */

struct voucher {
    int64_t id, programme_id, fund_id, holder_id, provider_id, reservation_id;
    int64_t face, contract_amount, accepted, amount; /* amount: settled */
    enum voucher_state state;
    struct span number, programme, name, fund, holder_code, holder_name, provider_code,
        provider_name, issued_on, last_day, contract, used_on, acceptance, redeemed_on, settled_on;
    struct span money; /* state of its reservation: reserved, committed, paid, released */
    bool over;         /* issued or used, and its last day is past */
};
NODISCARD int voucher_load(struct arena *request, struct store *s, struct span number,
                           struct voucher *ret, struct err *err);
struct voucher_query {
    struct span programme, state; /* empty = any */
    int64_t subject_id;           /* as holder or provider; 0 = any */
    int64_t after;                /* id of the last one before */
    size_t limit;
};
NODISCARD int voucher_list(struct arena *request, struct store *s, const struct voucher_query *q,
                           struct voucher **ret, size_t *ret_n, struct err *err);
/* With its events where the store is given. */
NODISCARD int voucher_json(struct arena *request, struct store *s, const struct voucher *v,
                           struct json **ret, struct err *err);
/* What the voucher pays of an accepted amount. */
int64_t voucher_worth(int64_t face, struct share share, int64_t accepted);
#endif
