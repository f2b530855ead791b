/*
 * fund_order.c: whose turn it is: complete applications that wait for money, and a period that is
 * closed with shares for all (funds.h, enum fund_order).
 */
#include <inttypes.h>

#include "base/vector.h"
#include "casework/funds_int.h"
#include "casework/sql.h"

/* ---- waiting ---- */

static int insert_request(struct store *s, const struct fund_place *p, const struct fund_request *q,
                          int64_t complete_at, int64_t *ret, struct err *err)
{
    const struct ground *g = &q->ground;
    int64_t there;
    int r = sql_int(
        s,
        "SELECT id FROM fund_request WHERE measure = $1 AND subject_id = $2"
        " AND item = $3 AND about = $4 AND part = $5 AND state <> 'withdrawn'",
        ARGS(TEXT(g->measure), INT(g->subject_id), TEXT(g->item), TEXT(g->about), TEXT(g->part)), 0,
        &there, err);

    if (r == 0 && there)
        r = err_set(err, E_CONFLICT, "同一事由已有申请在排队：第 %" PRId64 " 号", there);
    if (r < 0)
        return r;
    return sql_insert(
        s,
        "INSERT INTO fund_request (fund_id, purpose, period, case_id, subject_id, measure, part,"
        " item, about, amount, months, nature, complete_at, state)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'waiting') {new id}",
        ARGS(INT(p->fund.id), TEXT(p->purpose ? p->purpose->name : SPAN("")),
             TEXT(p->period ? p->period->name : SPAN("")), INT_OR_NULL(q->case_id),
             INT(g->subject_id), TEXT(g->measure), TEXT(g->part), TEXT(g->item), TEXT(g->about),
             INT(q->amount), INT(q->months), TEXT(nature_words[q->nature].yaml), INT(complete_at)),
        ret, err);
}

/* The figure may still be unverified; only where it is divided without another look it may not. */
static int askable(const struct fund_place *p, const struct fund_request *q, struct err *err)
{
    struct fund_request verified = *q;

    if (p->fund.order != FUND_ORDER_PRO_RATA)
        verified.basis = BASIS_VERIFIED;
    return fund_payable(&verified, err);
}

int fund_apply(struct arena *request, struct store *s, const struct actor *who,
               const struct fund_request *q, int64_t complete_at, int64_t *ret_id, struct err *err)
{
    struct fund_place p;
    int64_t id = 0;
    int r = q->case_id ? 0 : actor_need(who, APPROVAL_ROLES | ROLE_BIT(WINDOW), err);

    if (r == 0 && complete_at > clock_now_ms())
        r = err_set(err, E_INPUT, "申请完备的时间在将来");
    if (r == 0)
        r = fund_place_of(request, s, q, &p, err);
    if (r == 0)
        r = askable(&p, q, err);
    if (r == 0)
        r = ground_free(s, &q->ground, err);
    if (r == 0)
        r = insert_request(s, &p, q, complete_at, &id, err);
    if (r == 0)
        r = money_audit(request, s, who, false, "fund.apply", "fund-request", id, NULL, err);
    if (r == 0)
        *ret_id = id;
    return r;
}

static int end_request(struct store *s, int64_t id, struct span state, struct err *err)
{
    return sql_run(s, "UPDATE fund_request SET state = $2 WHERE id = $1 AND state = 'waiting'",
                   ARGS(INT(id), TEXT(state)), err);
}

/* The fund that an application waits in, 0 = it waits in none. */
static int waiting_in(struct store *s, const struct actor *who, int64_t id, int64_t *ret,
                      struct err *err)
{
    int64_t by_hand = 0;
    int r = sql_int(s,
                    "SELECT CASE WHEN case_id IS NULL THEN 1 ELSE 0 END FROM fund_request"
                    " WHERE id = $1",
                    ARGS(INT(id)), 0, &by_hand, err);

    if (r == 0 && by_hand)
        r = actor_need(who, APPROVAL_ROLES | ROLE_BIT(WINDOW), err);
    return r < 0
               ? r
               : sql_int(s, "SELECT fund_id FROM fund_request WHERE id = $1 AND state = 'waiting'",
                         ARGS(INT(id)), 0, ret, err);
}

int fund_withdraw(struct arena *request, struct store *s, const struct actor *who,
                  int64_t request_id, struct span reason, struct err *err)
{
    struct json *detail = json_object(request);
    int64_t fund_id = 0;
    int r = waiting_in(s, who, request_id, &fund_id, err);
    struct fund f;

    if (r == 0 && fund_id)
        r = fund_load_id(request, s, fund_id, true, &f, err);
    if (r == 0 && fund_id)
        r = waiting_in(s, who, request_id, &fund_id, err); /* again, now that it stands still */
    if (r == 0 && !fund_id)
        r = err_set(err, E_CONFLICT, "第 %" PRId64 " 号申请不在排队", request_id);
    if (r == 0)
        r = end_request(s, request_id, SPAN("withdrawn"), err);
    JSON_SET(detail, "reason", json_string(request, reason));
    return r < 0 ? r
                 : money_audit(request, s, who, false, "fund.withdraw", "fund-request", request_id,
                               detail, err);
}

int fund_served(struct store *s, const struct fund *f, const struct fund_request *q,
                struct err *err)
{
    const struct ground *g = &q->ground;

    return sql_run(s,
                   "UPDATE fund_request SET state = 'served' WHERE fund_id = $1 AND measure = $2"
                   " AND subject_id = $3 AND item = $4 AND about = $5 AND part = $6"
                   " AND state = 'waiting'",
                   ARGS(INT(f->id), TEXT(g->measure), INT(g->subject_id), TEXT(g->item),
                        TEXT(g->about), TEXT(g->part)),
                   err);
}

/* ---- whose turn ---- */

struct turn {
    struct store *s;
    const struct fund_place *place;
    int64_t own, since; /* the own application and its moment; 0 = none was noted: it is the last */
    bool all;           /* all others count, not only those before */
};

static int find_own(struct turn *t, const struct fund_request *q, struct err *err)
{
    const struct ground *g = &q->ground;
    struct stmt *st;
    int r = sql_open(t->s,
                     "SELECT id, complete_at FROM fund_request WHERE fund_id = $1 AND measure = $2"
                     " AND subject_id = $3 AND item = $4 AND about = $5 AND part = $6"
                     " AND state = 'waiting'",
                     ARGS(INT(t->place->fund.id), TEXT(g->measure), INT(g->subject_id),
                          TEXT(g->item), TEXT(g->about), TEXT(g->part)),
                     &st, err);

    if (r < 0)
        return r;
    t->since = INT64_MAX;
    r = stmt_step(st, err);
    if (r > 0) {
        t->own = stmt_get_int(st, 0);
        t->since = stmt_get_int(st, 1);
    }
    stmt_done(st);
    return r < 0 ? r : 0;
}

/* What others who wait ask for of a purpose and period (empty = of the whole fund). */
static int asked_by_others(const struct turn *t, struct span purpose, struct span period,
                           int64_t *ret, struct err *err)
{
    return sql_int(t->s,
                   "SELECT CAST(SUM(amount) AS BIGINT) FROM fund_request WHERE fund_id = $1"
                   " AND state = 'waiting' AND id <> $2 AND (purpose = $3 OR $4 = 1)"
                   " AND (period = $5 OR $6 = 1)"
                   " AND ($7 = 1 OR complete_at < $8 OR (complete_at = $8 AND id < $2))",
                   ARGS(INT(t->place->fund.id), INT(t->own), TEXT(purpose), INT(!purpose.n),
                        TEXT(period), INT(!period.n), INT(t->all), INT(t->since)),
                   0, ret, err);
}

/* 1 = the amount fits beside what the others ask for, 0 = it does not. */
static int fits_in(const struct turn *t, int64_t left, struct span purpose, struct span period,
                   int64_t amount, struct err *err)
{
    int64_t others;
    int r = asked_by_others(t, purpose, period, &others, err);

    return r < 0 ? r : (int128)left - others >= amount;
}

static int fits_part(const struct turn *t, const struct fund_part *p, int64_t amount,
                     struct err *err)
{
    struct span none = SPAN("");

    if (!p || !p->has_most)
        return 1;
    return fits_in(t, p->most - p->used, p->kind == PART_PURPOSE ? p->name : none,
                   p->kind == PART_PERIOD ? p->name : none, amount, err);
}

static int fits_beside_others(const struct turn *t, int64_t amount, struct err *err)
{
    struct fund_balance b;
    int r = fund_balance(t->s, t->place->fund.id, &b, err);

    if (r == 0)
        r = t->place->fund.hard ? fits_in(t, b.free, SPAN(""), SPAN(""), amount, err) : 1;
    if (r > 0)
        r = fits_part(t, t->place->purpose, amount, err);
    return r > 0 ? fits_part(t, t->place->period, amount, err) : r;
}

static int too_little(int64_t left, int64_t amount, struct err *err)
{
    char have[MONEY_TEXT], want[MONEY_TEXT];

    money_print(left, have);
    money_print(amount, want);
    err_set(err, E_CONFLICT, "资金余额不足：剩 %s 元，需 %s 元", have, want);
    err_hint(err, "huiqi fund show 显示余额；追加预算后再批准，或等待释放");
    return E_CONFLICT;
}

/* complete-application: those before have first claim. */
static int turn_by_completion(struct turn *t, const struct fund_request *q, struct err *err)
{
    int r = find_own(t, q, err);

    if (r == 0)
        r = fits_beside_others(t, q->amount, err);
    if (r != 0)
        return r < 0 ? r : 0;
    err_set(err, E_CONFLICT, "余额须留给更早完备的申请");
    err_hint(err, "先处理排在前面的申请，或由申请人撤回");
    return E_CONFLICT;
}

/* not-stated: enough for all, or a person says who gets it. */
static int turn_by_person(struct turn *t, const struct actor *who, const struct fund_request *q,
                          struct err *err)
{
    int r = find_own(t, q, err);

    t->all = true;
    if (r == 0)
        r = fits_beside_others(t, q->amount, err);
    if (r != 0)
        return r < 0 ? r : 0;
    if (span_trim(q->decision).n && !who->program)
        return 0;
    err_set(err, E_CONFLICT, "余额不够所有已完备的申请，文件没有规定先后：由人决定");
    err_hint(err, "批准时写明决定：给谁、为什么");
    return E_CONFLICT;
}

int fund_turn(struct store *s, const struct actor *who, const struct fund_place *p,
              const struct fund_request *q, struct err *err)
{
    struct turn t = {.s = s, .place = p};
    int64_t left = 0;
    int r = fund_left(s, p, &left, err);

    if (r < 0)
        return r;
    if (q->amount > left)
        return too_little(left, q->amount, err);
    switch (p->fund.order) {
    case FUND_ORDER_COMPLETE:
        return turn_by_completion(&t, q, err);
    case FUND_ORDER_NOT_STATED:
        return turn_by_person(&t, who, q, err);
    case FUND_ORDER_PRO_RATA:
        err_set(err, E_CONFLICT, "该资金按比例分配：申请先排队，期间结束时一并分配");
        err_hint(err, "huiqi fund close CODE PERIOD 结束期间并分配");
        return E_CONFLICT;
    default:
        return 0;
    }
}

/* ---- closing a period ---- */

struct closing {
    struct arena *arena;
    struct store *s;
    const struct actor *who;
    struct fund_place place;
    struct span reason;
    struct fund_request *requests;
    struct allotment *at;
    size_t n, request_n, room, request_room;
};

static struct fund_request read_request(struct arena *a, const struct stmt *st,
                                        const struct closing *c)
{
    struct fund_request q = {.fund = c->place.fund.code,
                             .purpose = sql_text(a, st, 1),
                             .period = c->place.period ? c->place.period->name : SPAN(""),
                             .case_id = stmt_get_int(st, 2),
                             .ground = {.subject_id = stmt_get_int(st, 3),
                                        .measure = sql_text(a, st, 4),
                                        .part = sql_text(a, st, 5),
                                        .item = sql_text(a, st, 6),
                                        .about = sql_text(a, st, 7)},
                             .amount = stmt_get_int(st, 8),
                             .months = stmt_get_int(st, 9),
                             .precision = PRECISION_EXACT,
                             .basis = BASIS_VERIFIED,
                             .reason = c->reason};
    struct span nature = stmt_get_text(st, 10);

    for (size_t i = 0; i < NATURES; i++)
        if (span_eq(nature_words[i].yaml, nature))
            q.nature = (enum nature)i;
    return q;
}

static bool add_waiting(struct closing *c, const struct stmt *st)
{
    struct allotment *a = vector_push(c->arena, (void **)&c->at, &c->n, &c->room, sizeof *a);
    struct fund_request *q =
        vector_push(c->arena, (void **)&c->requests, &c->request_n, &c->request_room, sizeof *q);

    if (!a || !q)
        return false;
    *q = read_request(c->arena, st, c);
    *a = (struct allotment){.request_id = stmt_get_int(st, 0), .asked = q->amount};
    return true;
}

static int load_waiting(struct closing *c, struct err *err)
{
    struct stmt *st;
    int r = sql_open(
        c->s,
        "SELECT id, purpose, COALESCE(case_id, 0), subject_id, measure, part, item,"
        " about, amount, months, nature FROM fund_request WHERE fund_id = $1"
        " AND period = $2 AND state = 'waiting' ORDER BY complete_at, id",
        ARGS(INT(c->place.fund.id), TEXT(c->place.period ? c->place.period->name : SPAN(""))), &st,
        err);

    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0 && add_waiting(c, st))
        ;
    stmt_done(st);
    return r < 0 ? r : c->arena->failed ? err_memory(err) : 0;
}

/* Who may have a share: not who is barred, nor who was served otherwise. */
static int may_share(const struct closing *c, size_t i, struct err *err)
{
    struct err why = ERR_INIT;
    int r = fund_not_barred(c->arena, c->s, &c->requests[i], &c->place.fund, &why);

    if (r == 0)
        r = ground_free(c->s, &c->requests[i].ground, &why);
    if (r == 0 || r == E_CONFLICT)
        return r == 0;
    return err_set(err, why.code, "%s", why.message);
}

static int share_out(struct closing *c, struct err *err)
{
    int64_t *asked = ARENA_ARRAY(c->arena, int64_t, c->n + 1);
    int64_t *given = ARENA_ARRAY(c->arena, int64_t, c->n + 1);
    size_t *who = ARENA_ARRAY(c->arena, size_t, c->n + 1);
    int64_t left = 0, sum = 0;
    size_t n = 0;
    int r = asked && given && who ? 0 : err_memory(err);

    for (size_t i = 0; r >= 0 && i < c->n; i++)
        if ((r = may_share(c, i, err)) > 0) {
            who[n] = i;
            asked[n++] = c->at[i].asked;
            if (!money_add(sum, c->at[i].asked, &sum))
                r = err_set(err, E_RANGE, "申请金额合计过大");
        }
    if (r >= 0)
        r = fund_left(c->s, &c->place, &left, err);
    if (r == 0 && sum > left && left > 0)
        r = money_pro_rata(c->arena, left, c->place.fund.rounding, asked, n, given, err);
    for (size_t k = 0; r == 0 && k < n; k++)
        c->at[who[k]].given = sum > left ? given[k] : asked[k];
    return r;
}

static int book_share(struct closing *c, size_t i, struct err *err)
{
    struct allotment *a = &c->at[i];
    int r;

    if (a->given == 0)
        return end_request(c->s, a->request_id, SPAN("unserved"), err);
    c->requests[i].amount = a->given;
    c->place.purpose = fund_part_find(&c->place.fund, PART_PURPOSE, c->requests[i].purpose);
    r = fund_book(c->arena, c->s, c->who, &c->place, &c->requests[i], &a->reservation_id, err);
    return r < 0 ? r : end_request(c->s, a->request_id, SPAN("served"), err);
}

/* A fund without periods ends as a whole. */
static int end_period(struct closing *c, struct err *err)
{
    const struct fund *f = &c->place.fund;

    if (c->place.period)
        return sql_run(c->s,
                       "UPDATE fund_part SET state = 'closed'"
                       " WHERE fund_id = $1 AND kind = 'period' AND name = $2",
                       ARGS(INT(f->id), TEXT(c->place.period->name)), err);
    return sql_run(c->s, "UPDATE fund SET state = 'closed' WHERE id = $1", ARGS(INT(f->id)), err);
}

static int find_closing(struct closing *c, struct span code, struct span period, struct err *err)
{
    struct fund *f = &c->place.fund;
    bool periods = false;
    int r = fund_load(c->arena, c->s, code, true, f, err);

    if (r < 0)
        return r;
    for (size_t i = 0; i < f->part_count; i++)
        periods |= f->parts[i].kind == PART_PERIOD;
    c->place.period = fund_part_find(f, PART_PERIOD, period);
    if ((period.n || periods) && !c->place.period)
        return err_set(err, E_NOT_FOUND, "资金“%.*s”没有期间“%.*s”", SPAN_ARG(code),
                       SPAN_ARG(period));
    if ((c->place.period && c->place.period->closed) || span_eq(f->state, SPAN("closed")))
        return err_set(err, E_CONFLICT, "已经结束过了");
    return 0;
}

static int note_closing(struct closing *c, struct err *err)
{
    struct json *detail = json_object(c->arena);
    int64_t given = 0, asked = 0;

    for (size_t i = 0; i < c->n; i++) {
        given += c->at[i].given;
        asked += c->at[i].asked;
    }
    JSON_SET(detail, "period",
             json_string(c->arena, c->place.period ? c->place.period->name : SPAN("")));
    JSON_SET(detail, "requests", json_int(c->arena, (int64_t)c->n));
    JSON_SET(detail, "asked", money_json(c->arena, asked));
    JSON_SET(detail, "given", money_json(c->arena, given));
    JSON_SET(detail, "reason", json_string(c->arena, c->reason));
    int r = fund_note(c->arena, c->s, c->who, c->place.fund.id, "closed", detail, NULL, err);
    return r < 0 ? r
                 : money_audit(c->arena, c->s, c->who, true, "fund.close", "fund", c->place.fund.id,
                               detail, err);
}

int fund_close_period(struct arena *request, struct store *s, const struct actor *who,
                      struct span code, struct span period, struct span reason,
                      struct allotment **ret, size_t *ret_n, struct err *err)
{
    struct closing c = {.arena = request, .s = s, .who = who, .reason = reason};
    int r = actor_need(who, MONEY_ROLES, err);

    if (r == 0)
        r = find_closing(&c, code, period, err);
    if (r == 0)
        r = fund_yours(request, s, who, &c.place.fund, err);
    if (r == 0)
        r = load_waiting(&c, err);
    if (r == 0 && c.place.fund.order == FUND_ORDER_PRO_RATA)
        r = share_out(&c, err);
    for (size_t i = 0; r == 0 && i < c.n; i++)
        r = book_share(&c, i, err);
    if (r == 0)
        r = end_period(&c, err);
    if (r == 0)
        r = note_closing(&c, err);
    if (r < 0)
        return r;
    *ret = c.at;
    *ret_n = c.n;
    return 0;
}
