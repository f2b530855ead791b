/*
 * ledger.c: see ledger.h. Accounts are made when first needed.
 */
#include "casework/ledger.h"
#include "base/vector.h"
#include "casework/sql.h"

#define ROW(id, y, z, e) CLOSED_WORD(y, z, e),
const struct closed_word ledger_account_words[LEDGER_ACCOUNTS] = {LEDGER_ACCOUNT_LIST(ROW)};

static int account_id(struct store *s, int64_t fund_id, struct span level, struct span kind,
                      int64_t *ret, struct err *err)
{
    const struct sql_args who = ARGS(INT(fund_id), TEXT(level), TEXT(kind));
    int r =
        sql_int(s, "SELECT id FROM ledger_account WHERE fund_id = $1 AND level = $2 AND kind = $3",
                who, 0, ret, err);

    if (r < 0 || *ret)
        return r;
    return sql_insert(s,
                      "INSERT INTO ledger_account (fund_id, level, kind)"
                      " VALUES ($1, $2, $3) {new id}",
                      who, ret, err);
}

struct posting {
    struct store *s;
    const struct fund *fund;
    int64_t entry_id, position;
};

static int add_line(struct posting *p, size_t level, enum ledger_account account, int64_t amount,
                    struct err *err)
{
    int64_t id;
    int r = account_id(p->s, p->fund->id, p->fund->levels[level],
                       ledger_account_words[account].yaml, &id, err);

    if (r == 0)
        r = sql_run(p->s,
                    "INSERT INTO ledger_line (entry_id, position, account_id, amount)"
                    " VALUES ($1, $2, $3, $4)",
                    ARGS(INT(p->entry_id), INT(p->position), INT(id), INT(amount)), err);
    if (r == 0)
        r = sql_run(p->s, "UPDATE ledger_account SET balance = balance + $2 WHERE id = $1",
                    ARGS(INT(id), INT(amount)), err);
    p->position++;
    return r;
}

static int add_entry(struct arena *request, struct store *s, const struct fund *f,
                     const struct ledger_post *p, int64_t *ret, struct err *err)
{
    struct span actor = actor_label(request, p->actor);

    if (!actor.p)
        return err_memory(err);
    return sql_insert(s,
                      "INSERT INTO ledger_entry (fund_id, at, kind, reservation_id, payment_id,"
                      " claim_id, actor, reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) {new id}",
                      ARGS(INT(f->id), INT(clock_now_ms()), TEXT(span_z(p->kind)),
                           INT_OR_NULL(p->reservation_id), INT_OR_NULL(p->payment_id),
                           INT_OR_NULL(p->claim_id), TEXT(actor), TEXT(p->reason)),
                      ret, err);
}

int ledger_post(struct arena *request, struct store *s, const struct fund *f,
                const struct ledger_post *p, struct err *err)
{
    struct posting posting = {.s = s, .fund = f, .position = 1};
    int64_t before[MONEY_PARTS_MAX], after[MONEY_PARTS_MAX];
    int r = add_entry(request, s, f, p, &posting.entry_id, err);

    fund_split(f, p->before, before);
    fund_split(f, p->after, after);
    for (size_t i = 0; r == 0 && i < f->level_count; i++) {
        int64_t moved = after[i] - before[i];
        if (moved == 0)
            continue;
        r = add_line(&posting, i, p->from, -moved, err);
        if (r == 0)
            r = add_line(&posting, i, p->to, moved, err);
    }
    return r;
}

/* ---- looking ---- */

int ledger_entries(struct arena *request, struct store *s, int64_t fund_id, int64_t after,
                   size_t limit, struct ledger_entry **ret, size_t *ret_n, struct err *err)
{
    VECTOR_OF(struct ledger_entry, entries) v = {0};
    struct ledger_entry *e = NULL;
    struct stmt *st;
    int r = sql_open(s,
                     "SELECT e.id, e.at, e.kind, COALESCE(e.reservation_id, 0),"
                     " COALESCE(e.payment_id, 0), COALESCE(e.claim_id, 0), e.actor, e.reason,"
                     " CAST((SELECT COALESCE(SUM(ABS(l.amount)), 0) / 2 FROM ledger_line l"
                     " WHERE l.entry_id = e.id) AS BIGINT)"
                     " FROM ledger_entry e WHERE e.fund_id = $1 AND e.id > $2"
                     " ORDER BY e.id LIMIT $3",
                     ARGS(INT(fund_id), INT(after), INT((int64_t)limit)), &st, err);

    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0 &&
           (e = VECTOR_PUSH(request, &v, struct ledger_entry)) != NULL)
        *e = (struct ledger_entry){.id = stmt_get_int(st, 0),
                                   .at = stmt_get_int(st, 1),
                                   .kind = sql_text(request, st, 2),
                                   .reservation_id = stmt_get_int(st, 3),
                                   .payment_id = stmt_get_int(st, 4),
                                   .claim_id = stmt_get_int(st, 5),
                                   .actor = sql_text(request, st, 6),
                                   .reason = sql_text(request, st, 7),
                                   .amount = stmt_get_int(st, 8)};
    stmt_done(st);
    if (r < 0 || request->failed)
        return r < 0 ? r : err_memory(err);
    *ret = v.at;
    *ret_n = v.n;
    return 0;
}

int ledger_balances(struct arena *request, struct store *s, int64_t fund_id,
                    struct ledger_balance **ret, size_t *ret_n, struct err *err)
{
    VECTOR_OF(struct ledger_balance, balances) v = {0};
    struct ledger_balance *b;
    struct stmt *st;
    int r = sql_open(s,
                     "SELECT level, kind, balance FROM ledger_account WHERE fund_id = $1"
                     " ORDER BY id",
                     ARGS(INT(fund_id)), &st, err);

    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0 &&
           (b = VECTOR_PUSH(request, &v, struct ledger_balance)) != NULL)
        *b = (struct ledger_balance){sql_text(request, st, 0), sql_text(request, st, 1),
                                     stmt_get_int(st, 2)};
    stmt_done(st);
    if (r < 0 || request->failed)
        return r < 0 ? r : err_memory(err);
    *ret = v.at;
    *ret_n = v.n;
    return 0;
}
