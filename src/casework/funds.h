/*
 * funds.h: funds (资金): money with a budget, and what of it is reserved for whom (S058, S092).
 *
 * A fund is a row made once from a definition (docs/money.md); its budget is hard (cap: never
 * exceeded) or planned (exceeded with an alarm). Shares of levels, sources, purposes and periods
 * are its parts. Money moves only by entries of the ledger (ledger.h); a reservation is made when
 * a case is approved, in the transaction of the approval.
 *
 * Many at once: fund_lock takes the fund's row first, so that approvals against one fund take
 * turns on either store. On PostgreSQL who waited gets E_BUSY and store_write repeats the whole
 * transaction.
 *
 * Who acts on a fund by hand acts in the organisation that holds it, or in one above (where that
 * organisation is known to the store); what comes from a case has been allowed by its procedure.
 *
 * All amounts are 分. Texts of rows live in the arena given. Every change is audited.
 */
#ifndef HUIQI_CASEWORK_FUNDS_H
#define HUIQI_CASEWORK_FUNDS_H
#include "base/json.h"
#include "casework/money.h"
#include "policy/match.h"
#include "store/store.h"

/* FUND_ORDER(ID, "word", zh, en): whom the money goes to first. */
#define FUND_ORDER_LIST(FUND_ORDER)                                                                \
    FUND_ORDER(COMPLETE, "complete-application", "按申请完备的先后", "by complete application")    \
    FUND_ORDER(APPROVAL, "approval", "按批准的先后", "by approval")                                \
    FUND_ORDER(PRO_RATA, "pro-rata", "按比例分配", "pro rata")                                     \
    FUND_ORDER(NOT_STATED, "not-stated", "文件未规定，由人决定", "not stated: a person decides")
#define FUND_ORDER_ENUM(id, word, zh, en) FUND_ORDER_##id,
enum fund_order { FUND_ORDER_LIST(FUND_ORDER_ENUM) FUND_ORDERS };
extern const struct closed_word fund_order_words[FUND_ORDERS];

enum fund_part_kind { PART_LEVEL, PART_SOURCE, PART_PURPOSE, PART_PERIOD, PART_KINDS };
struct fund_part {
    enum fund_part_kind kind;
    struct span name;
    struct share share; /* of a level; of others 0/1 */
    bool has_most, has_each;
    int64_t most, each; /* at most; a head of a purpose */
    struct span starts, ends, level;
    bool closed;
    int64_t used; /* what reservations hold of it, paid ones included */
};
struct fund {
    int64_t id;
    struct span code, name, region, holder;
    int64_t budget;
    bool hard, reuse;
    enum fund_order order;
    struct span remainder; /* "largest" or a level's name */
    int64_t rounding;      /* of pro rata: 1 or 100 分 */
    struct span state;     /* open, frozen, closed */
    struct fund_part *parts;
    size_t part_count;
    struct share shares[MONEY_PARTS_MAX]; /* of the levels; one of 1/1 when there are none */
    struct span levels[MONEY_PARTS_MAX];
    size_t level_count, taker; /* of the odd 分; level_count = the largest fraction */
};

/* Balances: what docs/money.md calls 余额表. free = budget - reserved - committed - paid. */
struct fund_balance {
    int64_t budget, reserved, committed, paid, claimed, recovered, free;
};

/* By code. With `lock` inside a transaction: nobody else changes it until the end. E_NOT_FOUND. */
NODISCARD int fund_load(struct arena *request, struct store *s, struct span code, bool lock,
                        struct fund *ret, struct err *err);
NODISCARD int fund_load_id(struct arena *request, struct store *s, int64_t id, bool lock,
                           struct fund *ret, struct err *err);
const struct fund_part *fund_part_find(const struct fund *f, enum fund_part_kind kind,
                                       struct span name);
/* The shares of an amount by level. */
void fund_split(const struct fund *f, int64_t amount, int64_t ret[MONEY_PARTS_MAX]);
NODISCARD int fund_balance(struct store *s, int64_t fund_id, struct fund_balance *ret,
                           struct err *err);
/* Codes in order. */
NODISCARD int fund_list(struct arena *request, struct store *s, struct span **ret, size_t *ret_n,
                        struct err *err);
struct json *fund_json(struct arena *request, const struct fund *f, const struct fund_balance *b);

/* ---- making and changing (roles: finance) ---- */

/* From a definition, in a transaction. E_INPUT with position, E_CONFLICT when the code is taken. */
NODISCARD int fund_add(struct arena *request, struct store *s, const struct actor *who,
                       const struct json *definition, struct span file, int64_t *ret_id,
                       struct err *err);
/* Adds to the budget, or takes away what is free; in a transaction. E_CONFLICT. */
NODISCARD int fund_change(struct arena *request, struct store *s, const struct actor *who,
                          struct span code, int64_t by, struct span reason, struct err *err);
/* open, frozen, closed; in a transaction. */
NODISCARD int fund_set_state(struct arena *request, struct store *s, const struct actor *who,
                             struct span code, struct span state, struct span reason,
                             struct err *err);

/* ---- what a figure is for: never twice for the same ---- */

struct ground {
    struct span measure; /* id */
    int64_t subject_id;
    struct span item;  /* empty = the subject itself */
    struct span about; /* period that it is about; empty = none */
    struct span part;  /* which benefit of the measure, which instalment; empty = the only one */
};

struct fund_request {
    struct span fund;            /* code */
    struct span purpose, period; /* empty: none, or for a period the one that `on` lies in */
    int64_t case_id;             /* 0 = from no case */
    struct ground ground;
    int64_t amount;
    /* Law 2: only a figure that is exact is payable, and law 17: only on verified facts. */
    enum precision precision;
    enum nature nature;
    enum basis basis;
    int64_t months;          /* that the benefit covers; 0 = does not say */
    struct date on;          /* of the approval; year 0 = today */
    struct span region;      /* of the measure, for bars; empty = of the fund */
    struct span reason;      /* why, for the entry */
    struct span decision;    /* not-stated order and too little for all: who decided what; else
                                empty */
    struct span instruction; /* 先拨后补: paid on this instruction, the approval is owed; else
                                empty */
};

/* A complete application is noted, at its moment (ms): orders complete-application and pro-rata
 * need it, not-stated uses it. Inside a transaction. */
NODISCARD int fund_apply(struct arena *request, struct store *s, const struct actor *who,
                         const struct fund_request *q, int64_t complete_at, int64_t *ret_id,
                         struct err *err);
NODISCARD int fund_withdraw(struct arena *request, struct store *s, const struct actor *who,
                            int64_t request_id, struct span reason, struct err *err);
/*
 * Reserves money at approval, inside the caller's transaction. E_CHECK: the figure is not payable
 * (precision, basis, nature) or not of the purpose; E_CONFLICT: too little is left, the ground has
 * been paid or reserved, the subject is barred, the fund or period is closed, others come first;
 * E_NOT_FOUND: fund, purpose, period. *ret_id = the reservation.
 */
NODISCARD int fund_reserve(struct arena *request, struct store *s, const struct actor *who,
                           const struct fund_request *q, int64_t *ret_id, struct err *err);
/* Gives back what is reserved and not on its way. E_CONFLICT. */
NODISCARD int fund_release(struct arena *request, struct store *s, const struct actor *who,
                           int64_t reservation_id, struct span reason, struct err *err);
/* Another amount for what is reserved and not on its way. */
NODISCARD int fund_correct(struct arena *request, struct store *s, const struct actor *who,
                           int64_t reservation_id, int64_t amount, struct span reason,
                           struct err *err);

struct allotment {
    int64_t request_id, reservation_id; /* reservation 0 = its share is nothing */
    int64_t asked, given;
};
/* Closes a period of a fund: with order pro-rata all complete applications get their share. */
NODISCARD int fund_close_period(struct arena *request, struct store *s, const struct actor *who,
                                struct span code, struct span period, struct span reason,
                                struct allotment **ret, size_t *ret_n, struct err *err);

/* ---- looking ---- */

struct reservation {
    int64_t id, fund_id, case_id, subject_id, amount, months, claimed, reserved_at;
    struct span fund, purpose, period, state, nature, reason, reserved_on;
    struct span subject_kind, subject_code, subject_name; /* a person's name is empty */
    struct ground ground;
};
NODISCARD int reservation_load(struct arena *request, struct store *s, int64_t id,
                               struct reservation *ret, struct err *err);
struct reservation_query {
    int64_t fund_id, subject_id, case_id; /* 0 = any */
    struct span state;                    /* empty = any */
    int64_t after;                        /* id of the last one of the page before */
    size_t limit;
};
NODISCARD int reservation_list(struct arena *request, struct store *s,
                               const struct reservation_query *q, struct reservation **ret,
                               size_t *ret_n, struct err *err);
struct json *reservation_json(struct arena *request, const struct reservation *r);

struct fund_event {
    int64_t id, fund_id, at;
    struct span kind, actor, detail;
};
/* Events of a fund (0 = of all) behind `after`: what an outbox sends on. Kind "alarm" once for each
 * mark passed (70 %, 90 %; 100 % of a planned budget), again only after it had gone below. */
NODISCARD int fund_events(struct arena *request, struct store *s, int64_t fund_id, int64_t after,
                          size_t limit, struct fund_event **ret, size_t *ret_n, struct err *err);

/* ---- 先拨后补: paid on an instruction, the approval is owed (S120) ---- */

struct owed {
    int64_t reservation_id, since, made_up_at; /* made_up_at 0 = still owed */
    struct span fund, instruction, actor, made_up_by, made_up_how;
    int64_t amount;
};
/* Open ones first come oldest first; with `all` those made up, too. */
NODISCARD int owed_list(struct arena *request, struct store *s, bool all, struct owed **ret,
                        size_t *ret_n, struct err *err);
/* The approval has been completed: how. In a transaction. E_NOT_FOUND, E_CONFLICT. */
NODISCARD int owed_make_up(struct arena *request, struct store *s, const struct actor *who,
                           int64_t reservation_id, struct span how, struct err *err);

/* ---- checks ---- */

struct verify;
/* What must hold in the tables of money, whatever happened: entries balance, what is derived
 * (balances, uses, claims, batches, benefits) is what the histories say. */
NODISCARD int money_verify(struct store *s, struct verify *v, struct err *err);
#endif
