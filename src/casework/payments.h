/*
 * payments.h: reserved money leaves in batches (拨付, S091): made by one person, approved by
 * another one, given to the bank or treasury as a file, settled by its reply. A reservation is on
 * its way once; what the bank returns is a state, and may be paid again once the account is another
 * one.
 *
 *     draft -> approved -> sent -> settled          draft, approved -> cancelled
 *     a payment: waiting -> sent -> paid | returned; paid -> returned (a later return)
 *
 * Names, banks and accounts of payees stand in the database only under seal; lists show the last
 * four characters. Making a file opens them and is logged as a read.
 *
 * All functions that change run inside the caller's transaction. Amounts are 分.
 */
#ifndef HUIQI_CASEWORK_PAYMENTS_H
#define HUIQI_CASEWORK_PAYMENTS_H
#include "casework/funds.h"
#include "document/seal.h"

#define BATCH_LINES 20000 /* payments of one batch: what one file of a bank holds */
#define REPLY_LINES 20000

/* ---- payees ---- */

struct payee_new {
    int64_t subject_id;
    struct span name, bank, account; /* one line each; the account in digits, letters, - */
};
/* The account that the subject is paid to from now on. An agent may say it for his own subject;
 * else window, handler, finance. E_INPUT. */
NODISCARD int payee_add(struct arena *request, struct store *s, const struct seal *seal,
                        const struct actor *who, const struct payee_new *p, int64_t *ret_id,
                        struct err *err);

/* ---- batches ---- */

struct batch_new {
    struct span fund; /* code */
    struct span title;
    const int64_t *reservations; /* these only; they may be to a barred or listed subject or to an
                                    account that was returned: a person has named them */
    size_t n;                    /* 0 = all that is reserved */
};
struct left_out {
    int64_t reservation_id;
    const char *why; /* "no-payee", "barred", "returned-account"; "listed": on a list with later
                        payment; "case-open", "voucher-open": its case or voucher is not yet to be
                        paid, which naming it does not change */
};
struct batch_made {
    int64_t id, lines, total;
    struct left_out *left_out;
    size_t left_out_n;
};
/* Roles: finance. E_CONFLICT: nothing can be paid, or what was named cannot. */
NODISCARD int batch_make(struct arena *request, struct store *s, const struct actor *who,
                         const struct batch_new *n, struct batch_made *ret, struct err *err);
/* By another person than the maker (E_FORBIDDEN): the money is committed. Roles: finance, reviewer.
 */
NODISCARD int batch_approve(struct arena *request, struct store *s, const struct actor *who,
                            int64_t id, struct err *err);
/* Not after it was sent. */
NODISCARD int batch_cancel(struct arena *request, struct store *s, const struct actor *who,
                           int64_t id, struct span reason, struct err *err);

enum batch_format { BATCH_CSV, BATCH_XML };
/* The file of an approved batch: the same bytes each time. CSV ends with number, total and the
 * SHA-256 of the lines before; XML has the shape of ISO 20022 pain.001. */
NODISCARD int batch_file(struct arena *request, struct store *s, const struct seal *seal,
                         const struct actor *who, int64_t id, enum batch_format format,
                         struct buffer *out, struct err *err);
/* The file has been handed over: approved -> sent; its SHA-256 is kept. */
NODISCARD int batch_submit(struct arena *request, struct store *s, const struct seal *seal,
                           const struct actor *who, int64_t id, struct err *err);

/* ---- the reply ---- */

enum reply_result { REPLY_PAID, REPLY_RETURNED, REPLY_PENDING };
struct reply_line {
    struct span key; /* as in the file: HQ<batch>-<position> */
    enum reply_result result;
    int64_t amount;
    struct span date, reference, reason;
    uint32_t line, column;
};
struct reply_problem {
    uint32_t line, column;
    struct span what;
};
struct reply {
    struct reply_line *at;
    struct reply_problem *problems;
    size_t n, problem_n;
    size_t room, problem_room;
};
/* CSV with columns 支付键/key, 结果/result, 金额/amount and, where there, 日期/date,
 * 流水号/reference, 原因/reason; a line 合计,NUMBER,SUM is compared. Lines that cannot be read are
 * problems; negative only for what ends reading (E_INPUT: no header; E_LIMIT, E_MEMORY). */
NODISCARD int reply_parse(struct arena *request, struct span text, struct span file,
                          struct reply *ret, struct err *err);

struct reply_outcome {
    int64_t id; /* of the reply */
    int64_t lines, paid, returned, unchanged;
    bool repeated; /* the same file was taken before: nothing was changed */
    const struct reply_problem *problems;
    size_t problem_n;
};
/* All of it or nothing: one unknown or contradicting line refuses the file with E_CHECK, and
 * ret->problems tells each with its position (filled in then, too). */
NODISCARD int batch_reply(struct arena *request, struct store *s, const struct actor *who,
                          int64_t id, struct span text, struct span file, struct reply_outcome *ret,
                          struct err *err);

/* ---- the way of the money ---- */

struct hop {
    struct span giver, taker, account, source; /* account: a label, never a number */
    int64_t amount;
    struct date made_on; /* year 0 = today */
};
NODISCARD int hop_add(struct arena *request, struct store *s, const struct actor *who,
                      int64_t batch_id, const struct hop *h, struct err *err);

/* ---- the day of payment (提前兑现, S093) ---- */

struct payday_new {
    struct span fund;
    int64_t reservation_id;             /* 0 = all that is reserved and of the class */
    struct span purpose, measure, list; /* the class; empty = any. list: the subject stands on it */
    struct date on;
    struct span reason, cites; /* neither may be empty */
};
/* Sets the day on which reserved money is to be paid, or an earlier one; a day is never put off,
 * the amount stays. *ret_n = how many. Roles: handler, reviewer, finance. E_CONFLICT: none is
 * moved. */
NODISCARD int payday_set(struct arena *request, struct store *s, const struct actor *who,
                         const struct payday_new *n, size_t *ret_n, struct err *err);
struct payday {
    int64_t reservation_id, amount;
    struct span fund, subject_code, subject_name, measure, state, due, was, reason, cites, actor;
    bool late; /* past, and not paid */
};
/* By day; fund 0 = all. */
NODISCARD int payday_list(struct arena *request, struct store *s, int64_t fund_id,
                          struct payday **ret, size_t *ret_n, struct err *err);

/* ---- looking ---- */

struct batch {
    int64_t id, fund_id, maker_id, made_at, approver_id, approved_at, sent_at, lines, total;
    int64_t paid, returned; /* 分 of its payments */
    struct span fund, title, state, maker, approver, checksum;
};
NODISCARD int batch_load(struct arena *request, struct store *s, int64_t id, struct batch *ret,
                         struct err *err);
struct batch_query {
    int64_t fund_id;   /* 0 = any */
    struct span state; /* empty = any */
    int64_t after;     /* id of the last one before */
    size_t limit;
};
NODISCARD int batch_list(struct arena *request, struct store *s, const struct batch_query *q,
                         struct batch **ret, size_t *ret_n, struct err *err);
struct payment {
    int64_t id, batch_id, position, reservation_id, subject_id, amount, again_of;
    int64_t claimed; /* of its reservation */
    struct span state, reason, reference, value_date, measure, subject_code, tail;
};
/* Behind a position (0 = from the first). */
NODISCARD int payment_list(struct arena *request, struct store *s, int64_t batch_id, int64_t after,
                           size_t limit, struct payment **ret, size_t *ret_n, struct err *err);
/* What became of a reservation: all its payments. */
NODISCARD int payments_of(struct arena *request, struct store *s, int64_t reservation_id,
                          struct payment **ret, size_t *ret_n, struct err *err);
struct json *batch_json(struct arena *request, const struct batch *b);
struct json *payment_json(struct arena *request, const struct payment *p);
/* [{from, to, account, source, amount, on, by}] */
NODISCARD int hop_list_json(struct arena *request, struct store *s, int64_t batch_id,
                            struct json **ret, struct err *err);
#endif
