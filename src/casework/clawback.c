/*
 * clawback.c: claims: opening, plan, receipts, transfer, taking back (clawback.h). Each step holds
 * the fund's row, moves money in the ledger and leaves an event.
 */
#include "casework/clawback.h"

#include <inttypes.h>

#include "casework/benefits.h"
#include "casework/clawback_int.h"
#include "casework/funds_int.h"
#include "casework/ledger.h"
#include "casework/sql.h"

#define ROW(id, y, z, e) CLOSED_WORD(y, z, e),
const struct closed_word claim_cause_words[CLAIM_CAUSES] = {CLAIM_CAUSE_LIST(ROW)};

int claim_note(const struct claim_work *t, const char *kind, const struct json *detail,
               struct err *err)
{
    struct span actor = actor_label(t->arena, t->who), text = json_words(t->arena, detail);
    struct span act = arena_print(t->arena, "clawback.%s", kind);

    if (!actor.p || !text.p || !act.p || t->arena->failed)
        return err_memory(err);
    int r = sql_run(
        t->s,
        "INSERT INTO claim_event (claim_id, at, kind, actor, detail)"
        " VALUES ($1, $2, $3, $4, $5)",
        ARGS(INT(t->claim.id), INT(clock_now_ms()), TEXT(span_z(kind)), TEXT(actor), TEXT(text)),
        err);
    return r < 0 ? r
                 : money_audit(t->arena, t->s, t->who, true, act.p, "claim", t->claim.id, detail,
                               err);
}

static int post_step(const struct claim_work *t, const char *kind, enum ledger_account from,
                     enum ledger_account to, int64_t before, int64_t after, struct span reason,
                     struct err *err)
{
    const struct ledger_post p = {.kind = kind,
                                  .from = from,
                                  .to = to,
                                  .before = before,
                                  .after = after,
                                  .reservation_id = t->claim.reservation_id,
                                  .claim_id = t->claim.id,
                                  .actor = t->who,
                                  .reason = reason};
    return ledger_post(t->arena, t->s, &t->fund, &p, err);
}

/* Loads the claim and holds its fund; E_CONFLICT when it is over. */
static int hold_claim(struct claim_work *t, int64_t id, struct err *err)
{
    int r = claim_load(t->arena, t->s, id, &t->claim, err);

    if (r == 0)
        r = fund_load_id(t->arena, t->s, t->claim.fund_id, true, &t->fund, err);
    if (r == 0)
        r = fund_yours(t->arena, t->s, t->who, &t->fund, err);
    if (r == 0)
        r = claim_load(t->arena, t->s, id, &t->claim, err); /* again, now that it stands still */
    if (r == 0 && !span_eq(t->claim.state, SPAN("open")) &&
        !span_eq(t->claim.state, SPAN("transferred")))
        r = err_set(err, E_CONFLICT, "第 %" PRId64 " 号追回已经了结", id);
    return r;
}

static enum ledger_account place_of(const struct claim *c)
{
    return span_eq(c->state, SPAN("transferred")) ? ACCOUNT_MOVED : ACCOUNT_CLAIMED;
}

static int set_state(const struct claim_work *t, struct span state, struct err *err)
{
    return sql_run(t->s, "UPDATE claim SET state = $2 WHERE id = $1",
                   ARGS(INT(t->claim.id), TEXT(state)), err);
}

/* ---- opening ---- */

static bool claims_all(enum claim_cause c)
{
    return c == CAUSE_FRAUD || c == CAUSE_VIOLATION;
}

static int check_claim(const struct actor *who, const struct claim_new *n, struct err *err)
{
    /* that somebody cheated is a reviewer's finding */
    unsigned roles = ROLE_BIT(REVIEWER);
    int r = actor_need(who, claims_all(n->cause) ? roles : roles | ROLE_BIT(FINANCE), err);

    if (r == 0 && (!span_trim(n->cites).n || !span_trim(n->reason).n)) {
        r = err_set(err, E_INPUT, "追回要写理由和依据的条款");
        err_hint(err, "依据：文件和条款，如 《…办法》三/（二）");
        err_field(err, r, span_trim(n->cites).n ? "reason" : "cites");
    }
    return r;
}

/* How much is claimed of what was paid. */
static int find_amount(const struct claim_new *n, const struct reservation *v, int64_t *ret,
                       struct err *err)
{
    int64_t left = v->amount - v->claimed;

    if (!span_eq(v->state, SPAN("paid")))
        return err_set(err, E_CONFLICT, "第 %" PRId64 " 号占用没有付出，无可追回", v->id);
    *ret = n->amount ? n->amount : left;
    if (left == 0 || *ret > left || *ret < 0)
        return err_field(err,
                         err_set(err, E_CONFLICT, "已付而未追回的只有 %" PRId64 ".%02d 元",
                                 left / 100, (int)(left % 100)),
                         "amount");
    if (claims_all(n->cause) && *ret != left)
        return err_field(err, err_set(err, E_CHECK, "骗取或违规使用的，全额追回"), "amount");
    return 0;
}

static int insert_claim(const struct claim_work *t, const struct claim_new *n,
                        const struct reservation *v, int64_t amount, struct span day, int64_t *ret,
                        struct err *err)
{
    struct span actor = actor_label(t->arena, t->who);

    if (!actor.p)
        return err_memory(err);
    int r =
        sql_insert(t->s,
                   "INSERT INTO claim (reservation_id, subject_id, fund_id, case_id, cause,"
                   " amount, decided_on, state, cites, reason, at, actor)"
                   " VALUES ($1, $2, $3, $4, $5, $6, $7, 'open', $8, $9, $10, $11) {new id}",
                   ARGS(INT(v->id), INT(v->subject_id), INT(v->fund_id), INT_OR_NULL(n->case_id),
                        TEXT(claim_cause_words[n->cause].yaml), INT(amount), TEXT(day),
                        TEXT(n->cites), TEXT(n->reason), INT(clock_now_ms()), TEXT(actor)),
                   ret, err);
    return r < 0 ? r
                 : sql_run(t->s, "UPDATE reservation SET claimed = claimed + $2 WHERE id = $1",
                           ARGS(INT(v->id), INT(amount)), err);
}

/* Three years: the day of the decision does not count, the same day ends it. */
static int bar_subject(const struct claim_work *t, const struct claim_new *n, struct date from,
                       struct err *err)
{
    char start[DATE_TEXT], end[DATE_TEXT];
    struct date last;
    int64_t id;

    if (!claims_all(n->cause))
        return 0;
    if (!date_add_months(from, 12 * BAR_YEARS, &last))
        return err_set(err, E_RANGE, "决定日期超出范围");
    const struct bar b = {.subject_id = t->claim.subject_id,
                          .claim_id = t->claim.id,
                          .region = n->bar_region.n ? n->bar_region : t->fund.region,
                          .measure = n->bar_measure,
                          .from_day = span_of(start, date_print(from, start)),
                          .last_day = span_of(end, date_print(last, end)),
                          .reason = n->reason};
    return bar_add(t->arena, t->s, t->who, &b, &id, err);
}

static int hold_reservation(struct claim_work *t, int64_t id, struct reservation *v,
                            struct err *err)
{
    int r = reservation_load(t->arena, t->s, id, v, err);

    if (r == 0)
        r = fund_load_id(t->arena, t->s, v->fund_id, true, &t->fund, err);
    if (r == 0)
        r = fund_yours(t->arena, t->s, t->who, &t->fund, err);
    return r < 0 ? r : reservation_load(t->arena, t->s, id, v, err);
}

static int note_opening(struct claim_work *t, const struct claim_new *n, int64_t amount,
                        struct err *err)
{
    struct json *detail = json_object(t->arena);

    JSON_SET(detail, "cause", json_string(t->arena, claim_cause_words[n->cause].yaml));
    JSON_SET(detail, "amount", money_json(t->arena, amount));
    JSON_SET(detail, "cites", json_string(t->arena, n->cites));
    return claim_note(t, "open", detail, err);
}

int claim_open(struct arena *request, struct store *s, const struct actor *who,
               const struct claim_new *n, int64_t *ret_id, struct err *err)
{
    struct claim_work t = {.arena = request, .s = s, .who = who};
    struct reservation v;
    char text[DATE_TEXT];
    struct date from = n->decided_on.year ? n->decided_on : date_today();
    struct span day = span_of(text, date_print(from, text));
    int64_t amount = 0;
    int r = check_claim(who, n, err);

    if (r == 0)
        r = hold_reservation(&t, n->reservation_id, &v, err);
    if (r == 0)
        r = find_amount(n, &v, &amount, err);
    if (r == 0)
        r = insert_claim(&t, n, &v, amount, day, &t.claim.id, err);
    if (r < 0)
        return r;
    t.claim.reservation_id = v.id;
    t.claim.subject_id = v.subject_id;
    r = post_step(&t, "claim", ACCOUNT_CLAIMS, ACCOUNT_CLAIMED, 0, amount, n->reason, err);
    if (r == 0)
        r = bar_subject(&t, n, from, err);
    if (r == 0)
        r = note_opening(&t, n, amount, err);
    if (r == 0)
        r = claim_hasten_listed(&t, amount, from, err);
    if (r == 0)
        *ret_id = t.claim.id;
    return r;
}

/* ---- plan ---- */

static int check_plan(const struct claim *c, const struct instalment *at, size_t n, struct err *err)
{
    int64_t sum = 0;

    if (n == 0 || n > CLAIM_PLAN)
        return err_field(err, err_set(err, E_INPUT, "计划要有 1 到 %d 期", CLAIM_PLAN), "plan");
    for (size_t i = 0; i < n; i++) {
        if (at[i].amount <= 0 || !money_add(sum, at[i].amount, &sum))
            return err_field(err, err_set(err, E_INPUT, "第 %zu 期的金额必须大于零", i + 1),
                             "plan");
        if (i && date_compare(at[i - 1].due, at[i].due) >= 0)
            return err_field(err, err_set(err, E_INPUT, "第 %zu 期不在前一期之后", i + 1), "plan");
    }
    if (sum != c->amount - c->repaid)
        return err_field(err, err_set(err, E_CHECK, "各期之和不等于尚欠的金额"), "plan");
    return 0;
}

int claim_put_plan(const struct claim_work *t, const struct instalment *at, size_t n,
                   struct err *err)
{
    int64_t number = 0;
    int r = sql_int(t->s, "SELECT MAX(number) FROM claim_plan WHERE claim_id = $1",
                    ARGS(INT(t->claim.id)), 0, &number, err);

    for (size_t i = 0; r == 0 && i < n; i++) {
        char due[DATE_TEXT];
        r = sql_run(t->s,
                    "INSERT INTO claim_plan (claim_id, number, position, due, amount)"
                    " VALUES ($1, $2, $3, $4, $5)",
                    ARGS(INT(t->claim.id), INT(number + 1), INT((int64_t)i + 1),
                         TEXT(span_of(due, date_print(at[i].due, due))), INT(at[i].amount)),
                    err);
    }
    return r;
}

int claim_plan(struct arena *request, struct store *s, const struct actor *who, int64_t claim_id,
               const struct instalment *at, size_t n, struct err *err)
{
    struct claim_work t = {.arena = request, .s = s, .who = who};
    struct json *detail = json_object(request);
    char first[DATE_TEXT];
    int r = actor_need(who, APPROVAL_ROLES, err);

    if (r == 0)
        r = hold_claim(&t, claim_id, err);
    if (r == 0)
        r = check_plan(&t.claim, at, n, err);
    if (r == 0)
        r = claim_may_wait(&t, at[n - 1].due, err);
    if (r == 0)
        r = claim_put_plan(&t, at, n, err);
    JSON_SET(detail, "instalments", json_int(request, (int64_t)n));
    if (r == 0)
        r = claim_note(&t, "plan", detail, err);
    if (r < 0)
        return r;
    const struct claim_told told = {.what = CLAIM_PLANNED,
                                    .day = span_of(first, date_print(at[0].due, first)),
                                    .instalments = n};
    return claim_tell(&t, &told, NULL, err);
}

/* ---- receipts ---- */

/* 1 = booked before, 0 = new. */
static int known_receipt(const struct claim_work *t, int64_t amount, struct span reference,
                         struct err *err)
{
    int64_t before = 0;
    int r = sql_int(t->s, "SELECT amount FROM claim_receipt WHERE claim_id = $1 AND reference = $2",
                    ARGS(INT(t->claim.id), TEXT(reference)), 0, &before, err);

    if (r < 0 || !before)
        return r;
    return before == amount
               ? 1
               : err_field(err, err_set(err, E_CONFLICT, "这一凭证号已经登记过，金额不同"),
                           "reference");
}

static int book_receipt(const struct claim_work *t, int64_t amount, struct span reference,
                        struct span day, struct err *err)
{
    struct span actor = actor_label(t->arena, t->who);
    bool all = t->claim.repaid + amount == t->claim.amount;

    if (!actor.p)
        return err_memory(err);
    int r =
        sql_run(t->s,
                "INSERT INTO claim_receipt (claim_id, reference, amount, received_on, at, actor)"
                " VALUES ($1, $2, $3, $4, $5, $6)",
                ARGS(INT(t->claim.id), TEXT(reference), INT(amount), TEXT(day), INT(clock_now_ms()),
                     TEXT(actor)),
                err);
    return r < 0 ? r
                 : sql_run(t->s, "UPDATE claim SET repaid = repaid + $2, state = $3 WHERE id = $1",
                           ARGS(INT(t->claim.id), INT(amount),
                                TEXT(all ? SPAN("repaid") : t->claim.state)),
                           err);
}

/* Where a fund may spend again what comes back, it is free again. */
static int give_back(const struct claim_work *t, int64_t amount, struct span reference,
                     struct err *err)
{
    struct reservation v;
    int64_t before = t->claim.repaid;
    int r = t->fund.reuse ? reservation_load(t->arena, t->s, t->claim.reservation_id, &v, err) : 0;

    if (r < 0 || !t->fund.reuse)
        return r;
    r = post_step(t, "back", ACCOUNT_PAID, ACCOUNT_FREE, before, before + amount, reference, err);
    if (r == 0)
        r = fund_use(t->s, t->fund.id, v.purpose, v.period, -amount, err);
    return r < 0 ? r : fund_watch(t->arena, t->s, t->who, t->fund.id, err);
}

static int repay(struct claim_work *t, int64_t amount, struct span reference, struct span day,
                 struct err *err)
{
    struct json *detail = json_object(t->arena);
    int64_t before = t->claim.repaid;
    int r = book_receipt(t, amount, reference, day, err);

    if (r == 0)
        r = post_step(t, "recover", place_of(&t->claim), ACCOUNT_RECOVERED, before, before + amount,
                      reference, err);
    if (r == 0)
        r = give_back(t, amount, reference, err);
    if (r == 0)
        r = benefit_note(t->arena, t->s, t->who, t->claim.reservation_id, SPAN("recovered"),
                         -amount, 0, err);
    JSON_SET(detail, "amount", money_json(t->arena, amount));
    JSON_SET(detail, "reference", json_string(t->arena, reference));
    return r < 0 ? r : claim_note(t, "repay", detail, err);
}

int claim_repay(struct arena *request, struct store *s, const struct actor *who, int64_t claim_id,
                int64_t amount, struct span reference, struct date received_on, struct err *err)
{
    struct claim_work t = {.arena = request, .s = s, .who = who};
    char text[DATE_TEXT];
    struct date on = received_on.year ? received_on : date_today();
    int r = actor_need(who, MONEY_ROLES, err);

    if (r == 0 && (!span_trim(reference).n || amount <= 0))
        r = err_field(err, err_set(err, E_INPUT, "要写凭证号和大于零的金额"),
                      amount > 0 ? "reference" : "amount");
    if (r == 0)
        r = claim_load(request, s, claim_id, &t.claim, err);
    if (r == 0)
        r = fund_load_id(request, s, t.claim.fund_id, true, &t.fund, err);
    if (r == 0)
        r = known_receipt(&t, amount, reference, err);
    if (r != 0)
        return r < 0 ? r : 0;
    r = hold_claim(&t, claim_id, err);
    if (r == 0 && amount > t.claim.amount - t.claim.repaid)
        r = err_field(err, err_set(err, E_CONFLICT, "多于尚欠的金额"), "amount");
    return r < 0 ? r : repay(&t, amount, reference, span_of(text, date_print(on, text)), err);
}

/* ---- the other ends ---- */

int claim_transfer(struct arena *request, struct store *s, const struct actor *who,
                   int64_t claim_id, struct span to, struct span reason, struct err *err)
{
    struct claim_work t = {.arena = request, .s = s, .who = who};
    struct json *detail = json_object(request);
    char day[DATE_TEXT];
    int r = actor_need(who, ROLE_BIT(REVIEWER), err);

    if (r == 0 && (!span_trim(to).n || !span_trim(reason).n))
        r = err_field(err, err_set(err, E_INPUT, "要写移送给谁和理由"),
                      span_trim(to).n ? "reason" : "to");
    if (r == 0)
        r = hold_claim(&t, claim_id, err);
    if (r == 0 && !span_eq(t.claim.state, SPAN("open")))
        r = err_set(err, E_CONFLICT, "已经移送");
    if (r == 0)
        r = post_step(&t, "transfer", ACCOUNT_CLAIMED, ACCOUNT_MOVED, t.claim.repaid,
                      t.claim.amount, reason, err);
    if (r == 0)
        r = set_state(&t, SPAN("transferred"), err);
    JSON_SET(detail, "to", json_string(request, to));
    JSON_SET(detail, "reason", json_string(request, reason));
    if (r == 0)
        r = claim_note(&t, "transfer", detail, err);
    const struct claim_told told = {.what = CLAIM_TRANSFERRED, .day = money_today(day), .name = to};
    return r < 0 ? r : claim_tell(&t, &told, NULL, err);
}

static int lift_bars(const struct claim_work *t, struct span reason, struct err *err)
{
    char day[DATE_TEXT];

    return sql_run(t->s,
                   "UPDATE subject_bar SET lifted_on = $2, lifted_why = $3"
                   " WHERE claim_id = $1 AND lifted_on = ''",
                   ARGS(INT(t->claim.id), TEXT(money_today(day)), TEXT(reason)), err);
}

int claim_cancel(struct arena *request, struct store *s, const struct actor *who, int64_t claim_id,
                 struct span reason, struct err *err)
{
    struct claim_work t = {.arena = request, .s = s, .who = who};
    struct json *detail = json_object(request);
    int r = actor_need(who, ROLE_BIT(REVIEWER), err);

    if (r == 0 && !span_trim(reason).n)
        r = err_field(err, err_set(err, E_INPUT, "要写理由"), "reason");
    if (r == 0)
        r = hold_claim(&t, claim_id, err);
    if (r == 0)
        r = post_step(&t, "unclaim", place_of(&t.claim), ACCOUNT_CLAIMS, t.claim.repaid,
                      t.claim.amount, reason, err);
    if (r == 0)
        r = sql_run(s, "UPDATE reservation SET claimed = claimed - $2 WHERE id = $1",
                    ARGS(INT(t.claim.reservation_id), INT(t.claim.amount - t.claim.repaid)), err);
    if (r == 0)
        r = set_state(&t, SPAN("cancelled"), err);
    if (r == 0)
        r = lift_bars(&t, reason, err);
    JSON_SET(detail, "reason", json_string(request, reason));
    return r < 0 ? r : claim_note(&t, "cancel", detail, err);
}
