/*
 * fund_reserve.c: money for one approval: is the figure payable, is the ground free, may the
 * subject have it, whose turn is it, is enough left. Then row, entry, counters and alarms, all in
 * the caller's transaction (funds.h). Applications that wait and pro rata: fund_order.c.
 */
#include <inttypes.h>

#include "base/vector.h"
#include "casework/benefits.h"
#include "casework/clawback.h"
#include "casework/funds_int.h"
#include "casework/ledger.h"
#include "casework/sql.h"

/* ---- may it be paid at all ---- */

/* Money that leaves a fund; what is not charged or postponed never does (law 17). */
static bool paid_out(enum nature n)
{
    return n == NATURE_RECEIVED || n == NATURE_THIRD_PARTY || n == NATURE_RETURNED ||
           n == NATURE_LENT;
}

int fund_payable(const struct fund_request *q, struct err *err)
{
    int r = 0;

    if (q->precision != PRECISION_EXACT)
        r = err_set(err, E_CHECK, "只有确切金额可以拨付，这一金额：%.*s",
                    SPAN_ARG(precision_words[q->precision].title.zh));
    else if (!paid_out(q->nature))
        r = err_set(err, E_CHECK, "不是从资金拨付的款项：%.*s",
                    SPAN_ARG(nature_words[q->nature].title.zh));
    else if (q->basis != BASIS_VERIFIED)
        r = err_set(err, E_CHECK, "金额所依据的事实还没有核实");
    else if (q->amount <= 0 || q->amount > MONEY_MAX || q->months < 0)
        r = err_set(err, E_CHECK, "金额必须大于零");
    else if (!q->ground.measure.n || !q->ground.subject_id)
        r = err_set(err, E_INPUT, "缺少措施或对象");
    if (r == E_CHECK)
        err_hint(err, "上限、区间、未公布标准都不是应付金额；先核实事实，再批准");
    return r;
}

int ground_free(struct store *s, const struct ground *g, struct err *err)
{
    int64_t id;
    int r = sql_int(
        s,
        "SELECT id FROM reservation WHERE measure = $1 AND subject_id = $2"
        " AND item = $3 AND about = $4 AND part = $5 AND state <> 'released'",
        ARGS(TEXT(g->measure), INT(g->subject_id), TEXT(g->item), TEXT(g->about), TEXT(g->part)), 0,
        &id, err);

    if (r < 0 || !id)
        return r;
    err_set(err, E_CONFLICT, "同一事由已经批准过：第 %" PRId64 " 号占用", id);
    err_hint(err, "同一措施、对象、标的和期间只付一次");
    return E_CONFLICT;
}

int fund_not_barred(struct arena *request, struct store *s, const struct fund_request *q,
                    const struct fund *f, struct err *err)
{
    struct bar bar;
    const struct bar_question b = {.subject_id = q->ground.subject_id,
                                   .region = q->region.n ? q->region : f->region,
                                   .measure = q->ground.measure,
                                   .on = q->on.year ? q->on : date_today()};
    int r = bar_find(request, s, &b, &bar, err);

    if (r <= 0)
        return r;
    err_set(err, E_CONFLICT, "该对象禁止申请至 %.*s：%.*s",
            SPAN_ARG(bar.last_day.n ? bar.last_day : SPAN("解除之日")), SPAN_ARG(bar.reason));
    return E_CONFLICT;
}

/* ---- its place in the fund ---- */

static bool has_parts(const struct fund *f, enum fund_part_kind kind)
{
    for (size_t i = 0; i < f->part_count; i++)
        if (f->parts[i].kind == kind)
            return true;
    return false;
}

/* A fund with purposes pays for these only (S092). */
static int find_purpose(const struct fund_request *q, struct fund_place *p, struct err *err)
{
    p->purpose = fund_part_find(&p->fund, PART_PURPOSE, q->purpose);
    if (q->purpose.n && !p->purpose)
        return err_set(err, E_NOT_FOUND, "资金“%.*s”没有用途“%.*s”", SPAN_ARG(p->fund.code),
                       SPAN_ARG(q->purpose));
    if (!q->purpose.n && has_parts(&p->fund, PART_PURPOSE))
        return err_set(err, E_CHECK, "资金“%.*s”分用途使用：要写明用途", SPAN_ARG(p->fund.code));
    if (p->purpose && p->purpose->has_each && q->amount % p->purpose->each)
        return err_set(err, E_CHECK, "用途“%.*s”按份计算，金额不是每份金额的整数倍",
                       SPAN_ARG(q->purpose));
    return 0;
}

static const struct fund_part *period_of_day(const struct fund *f, struct date on)
{
    char text[DATE_TEXT];
    struct span day = span_of(text, date_print(on, text));

    for (size_t i = 0; i < f->part_count; i++)
        if (f->parts[i].kind == PART_PERIOD && span_compare(f->parts[i].starts, day) <= 0 &&
            span_compare(day, f->parts[i].ends) <= 0)
            return &f->parts[i];
    return NULL;
}

static int find_period(const struct fund_request *q, struct fund_place *p, struct err *err)
{
    struct date on = q->on.year ? q->on : date_today();

    if (!has_parts(&p->fund, PART_PERIOD))
        return q->period.n ? err_set(err, E_NOT_FOUND, "资金“%.*s”不分期间", SPAN_ARG(p->fund.code))
                           : 0;
    p->period = q->period.n ? fund_part_find(&p->fund, PART_PERIOD, q->period)
                            : period_of_day(&p->fund, on);
    if (!p->period && q->period.n)
        return err_set(err, E_NOT_FOUND, "资金“%.*s”没有期间“%.*s”", SPAN_ARG(p->fund.code),
                       SPAN_ARG(q->period));
    if (!p->period)
        return err_set(err, E_CONFLICT, "批准之日不在资金的任何期间内");
    if (p->period->closed)
        return err_set(err, E_CONFLICT, "期间“%.*s”已经结束", SPAN_ARG(p->period->name));
    return 0;
}

int fund_place_of(struct arena *request, struct store *s, const struct fund_request *q,
                  struct fund_place *ret, struct err *err)
{
    struct fund_place p = {0};
    int r = fund_load(request, s, q->fund, true, &p.fund, err);

    if (r == 0 && !span_eq(p.fund.state, SPAN("open")))
        r = err_set(err, E_CONFLICT, "资金“%.*s”已经%s", SPAN_ARG(p.fund.code),
                    span_eq(p.fund.state, SPAN("frozen")) ? "冻结" : "关闭");
    if (r == 0)
        r = find_purpose(q, &p, err);
    if (r == 0)
        r = find_period(q, &p, err);
    if (r == 0)
        *ret = p;
    return r;
}

static void narrow(const struct fund_part *p, int64_t *left)
{
    if (p && p->has_most && p->most - p->used < *left)
        *left = p->most - p->used;
}

int fund_left(struct store *s, const struct fund_place *p, int64_t *ret, struct err *err)
{
    struct fund_balance b;
    int64_t left = MONEY_MAX;
    int r = fund_balance(s, p->fund.id, &b, err);

    if (r < 0)
        return r;
    if (p->fund.hard)
        left = b.free;
    narrow(p->purpose, &left);
    narrow(p->period, &left);
    *ret = left;
    return 0;
}

/* ---- counters ---- */

static int use_part(struct store *s, int64_t fund_id, struct span kind, struct span name,
                    int64_t by, struct err *err)
{
    return name.n ? sql_run(s,
                            "UPDATE fund_part SET used = used + $4"
                            " WHERE fund_id = $1 AND kind = $2 AND name = $3",
                            ARGS(INT(fund_id), TEXT(kind), TEXT(name), INT(by)), err)
                  : 0;
}

int fund_use(struct store *s, int64_t fund_id, struct span purpose, struct span period, int64_t by,
             struct err *err)
{
    int r = use_part(s, fund_id, SPAN("purpose"), purpose, by, err);

    return r < 0 ? r : use_part(s, fund_id, SPAN("period"), period, by, err);
}

int reservation_move(struct store *s, int64_t id, struct span from, struct span to, struct err *err)
{
    int64_t moved;
    int r = sql_run(s, "UPDATE reservation SET state = $3 WHERE id = $1 AND state = $2",
                    ARGS(INT(id), TEXT(from), TEXT(to)), err);

    if (r == 0)
        r = sql_int(s, "SELECT 1 FROM reservation WHERE id = $1 AND state = $2",
                    ARGS(INT(id), TEXT(to)), 0, &moved, err);
    if (r == 0 && !moved)
        r = err_set(err, E_CONFLICT, "第 %" PRId64 " 号占用的状态已经变了", id);
    return r;
}

/* ---- booking ---- */

static struct span name_of(const struct fund_part *p)
{
    return p ? p->name : SPAN("");
}

static int insert_reservation(struct store *s, const struct fund_place *p,
                              const struct fund_request *q, int64_t *ret, struct err *err)
{
    char day[DATE_TEXT];
    struct span on = span_of(day, date_print(q->on.year ? q->on : date_today(), day));

    return sql_insert(
        s,
        "INSERT INTO reservation (fund_id, purpose, period, case_id, subject_id, measure, part,"
        " item, about, amount, months, nature, state, reason, reserved_at, reserved_on)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'reserved', $13, $14, $15)"
        " {new id}",
        ARGS(INT(p->fund.id), TEXT(name_of(p->purpose)), TEXT(name_of(p->period)),
             INT_OR_NULL(q->case_id), INT(q->ground.subject_id), TEXT(q->ground.measure),
             TEXT(q->ground.part), TEXT(q->ground.item), TEXT(q->ground.about), INT(q->amount),
             INT(q->months), TEXT(nature_words[q->nature].yaml), TEXT(q->reason),
             INT(clock_now_ms()), TEXT(on)),
        ret, err);
}

static int insert_owed(struct arena *request, struct store *s, const struct actor *who,
                       const struct fund_request *q, int64_t id, struct err *err)
{
    struct span actor = actor_label(request, who);

    if (!q->instruction.n)
        return 0;
    if (!actor.p)
        return err_memory(err);
    return sql_run(s,
                   "INSERT INTO payment_owed (reservation_id, instruction, since, actor)"
                   " VALUES ($1, $2, $3, $4)",
                   ARGS(INT(id), TEXT(q->instruction), INT(clock_now_ms()), TEXT(actor)), err);
}

/* What the log says of an approval. */
static int log_booking(struct arena *request, struct store *s, const struct actor *who,
                       const struct fund_place *p, const struct fund_request *q, int64_t id,
                       struct err *err)
{
    struct json *detail = json_object(request);

    JSON_SET(detail, "fund", json_string(request, p->fund.code));
    JSON_SET(detail, "measure", json_string(request, q->ground.measure));
    JSON_SET(detail, "amount", money_json(request, q->amount));
    if (q->decision.n)
        JSON_SET(detail, "decision", json_string(request, q->decision));
    if (q->instruction.n)
        JSON_SET(detail, "instruction", json_string(request, q->instruction));
    return money_audit(request, s, who, true, "fund.reserve", "reservation", id, detail, err);
}

static int book_entry(struct arena *request, struct store *s, const struct actor *who,
                      const struct fund_place *p, const struct fund_request *q, int64_t id,
                      struct err *err)
{
    const struct ledger_post post = {.kind = "reserve",
                                     .from = ACCOUNT_FREE,
                                     .to = ACCOUNT_RESERVED,
                                     .after = q->amount,
                                     .reservation_id = id,
                                     .actor = who,
                                     .reason = q->decision.n ? q->decision : q->reason};
    int r = ledger_post(request, s, &p->fund, &post, err);

    return r < 0 ? r
                 : fund_use(s, p->fund.id, name_of(p->purpose), name_of(p->period), q->amount, err);
}

int fund_book(struct arena *request, struct store *s, const struct actor *who,
              const struct fund_place *p, const struct fund_request *q, int64_t *ret_id,
              struct err *err)
{
    int64_t id = 0;
    int r = insert_reservation(s, p, q, &id, err);

    if (r == 0)
        r = book_entry(request, s, who, p, q, id, err);
    if (r == 0)
        r = insert_owed(request, s, who, q, id, err);
    if (r == 0)
        r = benefit_note(request, s, who, id, SPAN("approved"), q->amount, 1, err);
    if (r == 0)
        r = fund_watch(request, s, who, p->fund.id, err);
    if (r == 0)
        r = log_booking(request, s, who, p, q, id, err);
    if (r == 0)
        *ret_id = id;
    return r;
}

/* What comes from a case has been allowed by its procedure. */
static int may_reserve(const struct actor *who, int64_t case_id, struct err *err)
{
    return case_id ? 0 : actor_need(who, APPROVAL_ROLES, err);
}

int fund_reserve(struct arena *request, struct store *s, const struct actor *who,
                 const struct fund_request *q, int64_t *ret_id, struct err *err)
{
    struct fund_place p;
    int r = may_reserve(who, q->case_id, err);

    if (r == 0)
        r = fund_payable(q, err);
    if (r == 0)
        r = fund_place_of(request, s, q, &p, err);
    if (r == 0 && !q->case_id)
        r = fund_yours(request, s, who, &p.fund, err);
    if (r == 0)
        r = ground_free(s, &q->ground, err);
    if (r == 0)
        r = fund_not_barred(request, s, q, &p.fund, err);
    if (r == 0)
        r = fund_turn(s, who, &p, q, err);
    if (r == 0)
        r = fund_book(request, s, who, &p, q, ret_id, err);
    return r == 0 ? fund_served(s, &p.fund, q, err) : r;
}

/* ---- giving back, another amount ---- */

/* The reservation and its fund, locked; E_CONFLICT unless nothing is on its way. */
static int hold(struct arena *request, struct store *s, const struct actor *who, int64_t id,
                struct span reason, struct reservation *v, struct fund *f, struct err *err)
{
    int r = reservation_load(request, s, id, v, err);

    if (r == 0)
        r = may_reserve(who, v->case_id, err);
    if (r == 0 && !span_trim(reason).n)
        r = err_set(err, E_INPUT, "要写理由");
    if (r == 0)
        r = fund_load_id(request, s, v->fund_id, true, f, err);
    if (r == 0 && !v->case_id)
        r = fund_yours(request, s, who, f, err);
    if (r == 0)
        r = reservation_load(request, s, id, v, err); /* again: now nobody else changes it */
    if (r == 0 && !span_eq(v->state, SPAN("reserved")))
        r = err_set(err, E_CONFLICT, "第 %" PRId64 " 号占用的状态是 %.*s，不能更改", id,
                    SPAN_ARG(v->state));
    int64_t waiting = 0;
    if (r == 0)
        r = sql_int(s,
                    "SELECT batch_id FROM payment WHERE reservation_id = $1"
                    " AND state IN ('waiting', 'sent')",
                    ARGS(INT(id)), 0, &waiting, err);
    if (r == 0 && waiting)
        r = err_set(err, E_CONFLICT, "已经列入第 %" PRId64 " 号拨付批次", waiting);
    return r;
}

/* The money of a voucher moves with the voucher only. */
static int no_voucher(struct store *s, int64_t id, struct err *err)
{
    int64_t there = 0;
    int r = sql_int(s,
                    "SELECT id FROM voucher WHERE reservation_id = $1"
                    " AND state NOT IN ('withdrawn', 'expired')",
                    ARGS(INT(id)), 0, &there, err);

    if (r < 0 || !there)
        return r;
    err_set(err, E_CONFLICT, "第 %" PRId64 " 号占用是一张券的票面", id);
    err_hint(err, "由 huiqi voucher withdraw、settle 办理");
    return E_CONFLICT;
}

int fund_release(struct arena *request, struct store *s, const struct actor *who,
                 int64_t reservation_id, struct span reason, struct err *err)
{
    int r = no_voucher(s, reservation_id, err);
    return r < 0 ? r : fund_release_held(request, s, who, reservation_id, reason, err);
}

int fund_correct(struct arena *request, struct store *s, const struct actor *who,
                 int64_t reservation_id, int64_t amount, struct span reason, struct err *err)
{
    int r = no_voucher(s, reservation_id, err);
    return r < 0 ? r : fund_correct_held(request, s, who, reservation_id, amount, reason, err);
}

int fund_release_held(struct arena *request, struct store *s, const struct actor *who,
                      int64_t reservation_id, struct span reason, struct err *err)
{
    struct reservation v;
    struct fund f;
    int r = hold(request, s, who, reservation_id, reason, &v, &f, err);

    if (r < 0)
        return r;
    const struct ledger_post post = {.kind = "release",
                                     .from = ACCOUNT_RESERVED,
                                     .to = ACCOUNT_FREE,
                                     .after = v.amount,
                                     .reservation_id = reservation_id,
                                     .actor = who,
                                     .reason = reason};
    struct json *detail = json_object(request);
    JSON_SET(detail, "reason", json_string(request, reason));
    r = ledger_post(request, s, &f, &post, err);
    if (r == 0)
        r = fund_use(s, f.id, v.purpose, v.period, -v.amount, err);
    if (r == 0)
        r = reservation_move(s, reservation_id, SPAN("reserved"), SPAN("released"), err);
    if (r == 0)
        r = benefit_note(request, s, who, reservation_id, SPAN("released"), -v.amount, -1, err);
    if (r == 0)
        r = fund_watch(request, s, who, f.id, err);
    return r < 0 ? r
                 : money_audit(request, s, who, true, "fund.release", "reservation", reservation_id,
                               detail, err);
}

/* More needs room; less always fits. */
static int room_for(struct store *s, const struct fund *f, const struct reservation *v, int64_t by,
                    struct err *err)
{
    struct fund_place p = {.fund = *f,
                           .purpose = fund_part_find(f, PART_PURPOSE, v->purpose),
                           .period = fund_part_find(f, PART_PERIOD, v->period)};
    int64_t left = 0;
    int r = fund_left(s, &p, &left, err);

    return r == 0 && by > left ? err_set(err, E_CONFLICT, "资金余额不足") : r;
}

int fund_correct_held(struct arena *request, struct store *s, const struct actor *who,
                      int64_t reservation_id, int64_t amount, struct span reason, struct err *err)
{
    struct reservation v;
    struct fund f;
    int r = hold(request, s, who, reservation_id, reason, &v, &f, err);

    if (r == 0 && (amount <= 0 || amount > MONEY_MAX))
        r = err_set(err, E_INPUT, "金额必须大于零");
    if (r == 0)
        r = room_for(s, &f, &v, amount - v.amount, err);
    if (r < 0 || amount == v.amount)
        return r;
    const struct ledger_post post = {.kind = "correct",
                                     .from = ACCOUNT_FREE,
                                     .to = ACCOUNT_RESERVED,
                                     .before = v.amount,
                                     .after = amount,
                                     .reservation_id = reservation_id,
                                     .actor = who,
                                     .reason = reason};
    struct json *detail = json_object(request);
    JSON_SET(detail, "before", money_json(request, v.amount));
    JSON_SET(detail, "after", money_json(request, amount));
    JSON_SET(detail, "reason", json_string(request, reason));
    r = ledger_post(request, s, &f, &post, err);
    if (r == 0)
        r = sql_run(s, "UPDATE reservation SET amount = $2 WHERE id = $1",
                    ARGS(INT(reservation_id), INT(amount)), err);
    if (r == 0)
        r = fund_use(s, f.id, v.purpose, v.period, amount - v.amount, err);
    if (r == 0)
        r = benefit_note(request, s, who, reservation_id, SPAN("approved"), amount - v.amount, 0,
                         err);
    if (r == 0)
        r = fund_watch(request, s, who, f.id, err);
    return r < 0 ? r
                 : money_audit(request, s, who, true, "fund.correct", "reservation", reservation_id,
                               detail, err);
}

/* ---- 先拨后补 ---- */

int owed_list(struct arena *request, struct store *s, bool all, struct owed **ret, size_t *ret_n,
              struct err *err)
{
    VECTOR_OF(struct owed, owed_rows) v = {0};
    struct owed *o;
    struct stmt *st;
    int r = sql_open(s,
                     "SELECT o.reservation_id, o.since, COALESCE(o.made_up_at, 0), f.code,"
                     " o.instruction, o.actor, COALESCE(o.made_up_by, ''),"
                     " COALESCE(o.made_up_how, ''), v.amount"
                     " FROM payment_owed o JOIN reservation v ON v.id = o.reservation_id"
                     " JOIN fund f ON f.id = v.fund_id"
                     " WHERE o.made_up_at IS NULL OR CAST($1 AS BIGINT) = 1"
                     " ORDER BY CASE WHEN o.made_up_at IS NULL THEN 0 ELSE 1 END, o.id",
                     ARGS(INT(all)), &st, err);

    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0 && (o = VECTOR_PUSH(request, &v, struct owed)) != NULL)
        *o = (struct owed){.reservation_id = stmt_get_int(st, 0),
                           .since = stmt_get_int(st, 1),
                           .made_up_at = stmt_get_int(st, 2),
                           .fund = sql_text(request, st, 3),
                           .instruction = sql_text(request, st, 4),
                           .actor = sql_text(request, st, 5),
                           .made_up_by = sql_text(request, st, 6),
                           .made_up_how = sql_text(request, st, 7),
                           .amount = stmt_get_int(st, 8)};
    stmt_done(st);
    if (r < 0 || request->failed)
        return r < 0 ? r : err_memory(err);
    *ret = v.at;
    *ret_n = v.n;
    return 0;
}

int owed_make_up(struct arena *request, struct store *s, const struct actor *who,
                 int64_t reservation_id, struct span how, struct err *err)
{
    struct span actor = actor_label(request, who);
    int64_t open = -1;
    struct reservation v;
    struct fund f;
    int r = actor_need(who, APPROVAL_ROLES, err);

    if (r == 0)
        r = reservation_load(request, s, reservation_id, &v, err);
    if (r == 0)
        r = fund_load_id(request, s, v.fund_id, true, &f, err);
    if (r == 0)
        r = fund_yours(request, s, who, &f, err);
    if (r == 0 && !span_trim(how).n)
        r = err_set(err, E_INPUT, "要写补办了什么审批");
    if (r == 0)
        r = sql_int(s,
                    "SELECT CASE WHEN made_up_at IS NULL THEN 1 ELSE 0 END FROM payment_owed"
                    " WHERE reservation_id = $1",
                    ARGS(INT(reservation_id)), -1, &open, err);
    if (r == 0 && open <= 0)
        r = open < 0 ? err_set(err, E_NOT_FOUND, "第 %" PRId64 " 号占用不欠补办", reservation_id)
                     : err_set(err, E_CONFLICT, "已经补办过了");
    if (r == 0 && !actor.p)
        r = err_memory(err);
    if (r == 0)
        r = sql_run(s,
                    "UPDATE payment_owed SET made_up_at = $2, made_up_by = $3, made_up_how = $4"
                    " WHERE reservation_id = $1",
                    ARGS(INT(reservation_id), INT(clock_now_ms()), TEXT(actor), TEXT(how)), err);
    return r < 0 ? r
                 : money_audit(request, s, who, true, "fund.make-up", "reservation", reservation_id,
                               NULL, err);
}
