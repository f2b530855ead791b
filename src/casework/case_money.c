/*
 * case_money.c: what an act of a case means for money, in the transaction of the act: reserved at
 * approval, given back, claimed back. A case pays by its reservation: who makes a batch finds it
 * there (S092, S094).
 */
#include <inttypes.h>

#include "casework/cases_int.h"
#include "casework/clawback.h"
#include "casework/funds.h"

/* What the opening of the case says, else what the definition says. */
static struct span opening_text(const struct case_work *w, const char *key)
{
    return w->file.event_count ? json_text(json_get(w->file.events[0].data, span_z(key)))
                               : (struct span){NULL, 0};
}

/* Where neither the opening nor the definition names a fund, whoever approves does. */
static struct span fund_of(const struct case_work *w, const struct procedure_act *a,
                           const struct case_event *e)
{
    struct span own = opening_text(w, "fund");
    struct span named = own.n ? own : a->fund.n ? a->fund : w->file.procedure->fund;
    return named.n ? named : json_text(JSON_GET(e->data, "fund"));
}

/* The period that the benefit is about, where the case has a field of one of these names. */
static struct span about(const struct case_work *w)
{
    static const char *const names[] = {"所属期", "申报年度", "享受期间", "年度"};
    struct span own = opening_text(w, "about");

    for (size_t i = 0; !own.n && i < COUNT_OF(names); i++) {
        size_t field = procedure_field_index(w->file.procedure, span_z(names[i]));
        const struct local_value *v =
            field == SIZE_MAX ? NULL
                              : &w->file.view->locals[w->file.procedure->fields[field].local];
        if (v && v->given && v->value.kind == VALUE_STRING)
            own = v->value.string;
        else if (v && v->given) {
            struct buffer b = BUFFER_INIT;
            value_text(&b, v->value);
            own = arena_copy(w->arena, buffer_span(&b));
            buffer_release(&b);
        }
    }
    return own;
}

/* A procedure without a measure is a ground of its own. */
static struct ground ground_of(const struct case_work *w)
{
    const struct measure *m = case_measure(&w->file, 0);
    struct span item = w->file.row.item, period = about(w);

    return (struct ground){.measure = m ? m->id : w->file.procedure->id,
                           .subject_id = w->file.row.subject_id,
                           .item = item.p ? item : SPAN(""),
                           .about = period.p ? period : SPAN(""),
                           .part = SPAN("")};
}

static int amount_of(const struct case_work *w, int64_t *ret, struct err *err)
{
    unsigned flags = 0;
    struct decimal fen;

    if (!w->file.view->has_amount)
        return err_set(err, E_CHECK, "还没有确定金额，不能占用资金");
    fen = decimal_mul(w->file.view->amount, decimal_from_int(100), &flags);
    if (flags || !decimal_to_int(fen, ret) || *ret <= 0)
        return err_set(err, E_CHECK, "金额不是可以支付的数目");
    return 0;
}

static enum nature nature_of(const struct case_work *w)
{
    const struct measure *m = case_measure(&w->file, 0);

    for (size_t i = 0; m && i < m->benefit_count; i++)
        if (m->benefits[i].kind == RESULT_MONEY)
            return m->benefits[i].nature;
    return NATURE_RECEIVED;
}

static int reserve(struct case_work *w, const struct procedure_act *a, const struct case_event *e,
                   struct err *err)
{
    struct span purpose = opening_text(w, "purpose");
    struct fund_request q = {.fund = fund_of(w, a, e),
                             .purpose =
                                 purpose.n ? purpose : json_text(JSON_GET(e->data, "purpose")),
                             .case_id = w->file.row.id,
                             .ground = ground_of(w),
                             .precision = PRECISION_EXACT,
                             .nature = nature_of(w),
                             .basis = BASIS_VERIFIED, /* an office has looked at the papers */
                             .region = w->file.procedure->region,
                             .reason = w->file.row.number,
                             .decision = json_text(JSON_GET(e->data, "order_decision")),
                             .instruction = json_text(JSON_GET(e->data, "instruction"))};
    int64_t id = 0;
    int r = amount_of(w, &q.amount, err);

    if (r == 0 && !q.fund.n)
        return err_set(err, E_CHECK, "事项没有写明资金，也没有指定：不能占用");
    return r == 0 ? fund_reserve(w->arena, w->office->store, w->who, &q, &id, err) : r;
}

static int reservations(struct case_work *w, struct reservation **ret, size_t *ret_n,
                        struct err *err)
{
    struct reservation_query q = {.case_id = w->file.row.id, .limit = 100};
    return reservation_list(w->arena, w->office->store, &q, ret, ret_n, err);
}

static struct span reason_of(const struct case_work *w, const struct case_event *e)
{
    struct span reason = json_text(JSON_GET(e->data, "reason"));
    return reason.n ? reason : w->file.row.number;
}

static int release(struct case_work *w, const struct procedure_act *a, const struct case_event *e,
                   struct err *err)
{
    struct reservation *at = NULL;
    size_t n = 0;
    int r = reservations(w, &at, &n, err);

    UNUSED(a);
    for (size_t i = 0; r == 0 && i < n; i++)
        if (span_eq(at[i].state, SPAN("reserved")))
            r = fund_release(w->arena, w->office->store, w->who, at[i].id, reason_of(w, e), err);
    return r;
}

int case_money_freed(struct case_work *w, const struct case_event *e, struct err *err)
{
    static const bool frees[DECISIONS] = {
        [DECISION_REFUSED] = true, [DECISION_WAIVED] = true, [DECISION_WITHDRAWN] = true,
        [DECISION_REVOKED] = true, [DECISION_VOID] = true,
    };
    bool ended = w->file.view->phase == PHASE_ENDED && frees[w->file.view->decision];

    return ended ? release(w, NULL, e, err) : 0;
}

/* An order to pay what nobody has reserved would be paid beside the fund. */
static int pay(struct case_work *w, const struct procedure_act *a, const struct case_event *e,
               struct err *err)
{
    const struct procedure *p = w->file.procedure;
    struct reservation *at = NULL;
    bool reserves = false;
    size_t n = 0;
    int r;

    UNUSED(e);
    for (size_t i = 0; i < p->act_count; i++)
        reserves |= (p->acts[i].flags & ACT_RESERVES) != 0;
    if (!reserves)
        return 0;
    r = reservations(w, &at, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++)
        if (!span_eq(at[i].state, SPAN("released")) && !span_eq(at[i].state, SPAN("waiting")))
            return 0;
    return r < 0 ? r
                 : err_set(err, E_CONFLICT, "办件没有占用资金，不能“%.*s”", SPAN_ARG(a->title.zh));
}

static enum claim_cause cause_of(const struct case_event *e)
{
    struct span word = json_text(JSON_GET(e->data, "cause"));

    for (int i = 0; i < CLAIM_CAUSES; i++)
        if (span_eq(word, claim_cause_words[i].yaml))
            return (enum claim_cause)i;
    return CAUSE_LOST;
}

static int claim(struct case_work *w, const struct procedure_act *a, const struct case_event *e,
                 struct err *err)
{
    struct claim_new n = {.case_id = w->file.row.id,
                          .cause = cause_of(e),
                          .cites = a->cites.n ? a->cites : w->file.procedure->cites,
                          .reason = reason_of(w, e)};
    struct span amount = json_text(JSON_GET(e->data, "amount"));
    struct reservation *at = NULL;
    size_t count = 0;
    int64_t id = 0;
    int r = reservations(w, &at, &count, err);

    if (r == 0 && amount.n)
        r = money_parse(amount, &n.amount, err);
    for (size_t i = 0; r == 0 && i < count; i++)
        if (span_eq(at[i].state, SPAN("paid"))) {
            n.reservation_id = at[i].id;
            return claim_open(w->arena, w->office->store, w->who, &n, &id, err);
        }
    return r < 0 ? r : err_set(err, E_CONFLICT, "这个办件没有已经支付的钱，无从追回");
}

/* Flags of an act, in the order of what they do. */
static const struct {
    unsigned flag;
    int (*run)(struct case_work *, const struct procedure_act *, const struct case_event *,
               struct err *);
} effects[] = {
    {ACT_RESERVES, reserve}, {ACT_RELEASES, release}, {ACT_PAYS, pay}, {ACT_CLAIMS_BACK, claim}};

int case_money(struct case_work *w, const struct procedure_act *a, const struct case_event *e,
               struct err *err)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < COUNT_OF(effects); i++)
        if (a->flags & effects[i].flag)
            r = effects[i].run(w, a, e, err);
    return r;
}

int case_not_owing(struct case_work *w, struct err *err)
{
    const struct measure *m = case_measure(&w->file, 0);
    struct bar_question q = {.subject_id = w->file.row.subject_id,
                             .region = w->file.procedure->region,
                             .measure = m ? m->id : (struct span){"", 0}};
    struct bar bar;
    int r;

    if (w->file.procedure->kind != PROCEDURE_APPLICATION &&
        w->file.procedure->kind != PROCEDURE_CALL)
        return 0;
    r = bar_find(w->arena, w->office->store, &q, &bar, err);
    if (r <= 0)
        return r;
    err_set(err, E_CONFLICT, "申请人在受限期内（至 %.*s）：%.*s",
            SPAN_ARG(bar.last_day.n ? bar.last_day : SPAN("解除之日")), SPAN_ARG(bar.reason));
    err_hint(err, "还清应退资金、解除限制后再申请");
    return E_CONFLICT;
}
