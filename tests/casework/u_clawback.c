/*
 * u_clawback.c: money claimed back on both engines: causes, plan, receipts once, transfer, taking
 * back; who is barred, where, until which day; random sequences keep every sum. To blame:
 * src/casework/clawback*.c.
 */
#include "casework/benefits.h"
#include "casework/clawback.h"
#include "casework/money_days.h"
#include "identity/accounts.h"
#include "tests/casework/pay_desk.h"
#include "tests/unit/fault.h"

#define FUND                                                                                         \
    "{fund: back, name: 测试资金, region: 北京市/海淀区, holder: 区财政局, cap: 1000," \
    " order: approval}"
#define SPENT_AGAIN                                                                                  \
    "{fund: back, name: 测试资金, region: 北京市/海淀区, holder: 区财政局, cap: 1000," \
    " order: approval, reuse: 是, remainder: 区, levels: [{name: 市, share: 1/3},"                \
    " {name: 区, share: 2/3}], purposes: [{name: 一, cap: 500}]}"

static struct seal seal;

static const struct actor chief = {
    .account_id = 16, .name = {"审核己", 9}, .roles = 1u << USER_REVIEWER | 1u << USER_FINANCE};

/* A reservation that has been paid. */
static int64_t paid(struct money_desk *d, unsigned subject, int64_t amount, const char *purpose)
{
    struct fund_request q = money_request("back", money_subject(d, subject), amount);
    int64_t id = 0;

    q.purpose = span_z(purpose);
    CHECK_INT(money_reserve(d, &q, &id), 0);
    pay_account(d, &seal, money_subject(d, subject), "62220000");
    CHECK_INT(pay_all(d, pay_sent(d, &seal, "back")), 0);
    return id;
}

/* ---- steps in a call each ---- */

struct claim_step {
    enum { OPEN, PLAN, REPAY, TRANSFER, DROP, LIFT, BAR } what;
    const struct actor *who;
    struct claim_new order;
    int64_t id, amount;
    const char *reference;
    const struct instalment *plan;
    size_t n;
    struct bar bar;
};

static int claim_run(struct arena *a, struct store *s, void *context, struct err *err)
{
    struct claim_step *c = context;

    switch (c->what) {
    case OPEN:
        return claim_open(a, s, c->who, &c->order, &c->id, err);
    case PLAN:
        return claim_plan(a, s, c->who, c->id, c->plan, c->n, err);
    case REPAY:
        return claim_repay(a, s, c->who, c->id, c->amount, span_z(c->reference), (struct date){0},
                           err);
    case TRANSFER:
        return claim_transfer(a, s, c->who, c->id, SPAN("区法院"), SPAN("到期不还"), err);
    case DROP:
        return claim_cancel(a, s, c->who, c->id, SPAN("复核后撤销"), err);
    case LIFT:
        return bar_lift(a, s, c->who, c->id, SPAN("复核"), err);
    default:
        return bar_add(a, s, c->who, &c->bar, &c->id, err);
    }
}

static int step(struct money_desk *d, struct claim_step *c)
{
    return money_do_on(d->s, &d->arena, claim_run, c, NULL);
}

static struct claim_step opening(int64_t reservation, enum claim_cause cause, int64_t amount)
{
    return (struct claim_step){.what = OPEN,
                               .who = &chief,
                               .order = {.reservation_id = reservation,
                                         .cause = cause,
                                         .amount = amount,
                                         .cites = SPAN("《办法》三/（二）"),
                                         .reason = SPAN("核查发现")}};
}

static int repay(struct money_desk *d, int64_t claim, int64_t amount, const char *reference)
{
    struct claim_step c = {
        .what = REPAY, .who = &chief, .id = claim, .amount = amount, .reference = reference};
    return step(d, &c);
}

static struct claim look(struct money_desk *d, int64_t id)
{
    struct claim c = {0};
    CHECK_INT(claim_load(&d->arena, d->s, id, &c, NULL), 0);
    return c;
}

static int barred(struct money_desk *d, unsigned subject, const char *region, struct date on)
{
    struct bar b = {0};
    const struct bar_question q = {.subject_id = money_subject(d, subject),
                                   .region = span_z(region),
                                   .measure = SPAN("test/a"),
                                   .on = on};
    return bar_find(&d->arena, d->s, &q, &b, NULL);
}

/* ---- opening ---- */

static void check_opening(struct money_desk *d)
{
    struct fund_request q;
    struct claim_step c;
    int64_t id, open = 0;

    money_fund(d, FUND);
    id = paid(d, 1, 10000, "");
    TEST("what cannot be claimed");
    c = opening(id, CAUSE_FRAUD, 5000); /* fraud claims all */
    CHECK_INT(step(d, &c), E_CHECK);
    c = opening(id, CAUSE_OVERPAID, 10001);
    CHECK_INT(step(d, &c), E_CONFLICT);
    c = opening(id, CAUSE_FRAUD, 0);
    c.order.cites = SPAN(" ");
    CHECK_INT(step(d, &c), E_INPUT);
    c = opening(id, CAUSE_FRAUD, 0);
    c.who = &finance;
    CHECK_INT(step(d, &c), E_FORBIDDEN);
    q = money_request("back", money_subject(d, 2), 100);
    CHECK_INT(money_reserve(d, &q, &open), 0);
    c = opening(open, CAUSE_FRAUD, 0);
    CHECK_INT(step(d, &c), E_CONFLICT); /* not paid */
    CHECK_INT(money_number(d, "SELECT COUNT(*) FROM claim"), 0);

    TEST("overpaid: a part, and nobody is barred; then the rest");
    c = opening(id, CAUSE_OVERPAID, 4000);
    c.who = &finance;
    CHECK_INT(step(d, &c), 0);
    CHECK_INT(barred(d, 1, "北京市/海淀区", (struct date){0}), 0);
    c = opening(id, CAUSE_OVERPAID, 6001);
    CHECK_INT(step(d, &c), E_CONFLICT);
    c = opening(id, CAUSE_FRAUD, 0);
    CHECK_INT(step(d, &c), 0);
    CHECK_INT(look(d, c.id).amount, 6000);
    CHECK_INT(barred(d, 1, "北京市/海淀区", (struct date){0}), 1);
    CHECK_INT(money_wrong(d), 0);
}

/* ---- the bar ---- */

static void check_bar(struct money_desk *d)
{
    struct fund_request q;
    struct claim_step c;

    money_fund(d, FUND);
    c = opening(paid(d, 1, 10000, ""), CAUSE_FRAUD, 0);
    TEST("three years from the decision, to the day; the district and what lies in it");
    CHECK_INT(step(d, &c), 0); /* decided on 2020-03-09 */
    CHECK_INT(barred(d, 1, "北京市/海淀区", (struct date){2020, 3, 8}), 0);
    CHECK_INT(barred(d, 1, "北京市/海淀区", (struct date){2020, 3, 9}), 1);
    CHECK_INT(barred(d, 1, "北京市/海淀区", (struct date){2023, 3, 9}), 1);
    CHECK_INT(barred(d, 1, "北京市/海淀区", (struct date){2023, 3, 10}), 0);
    CHECK_INT(barred(d, 1, "北京市/海淀区/中关村", (struct date){0}), 1);
    CHECK_INT(barred(d, 1, "北京市", (struct date){0}), 0);
    CHECK_INT(barred(d, 1, "北京市/朝阳区", (struct date){0}), 0);
    CHECK_INT(barred(d, 2, "北京市/海淀区", (struct date){0}), 0);

    TEST("who is barred gets no money");
    q = money_request("back", money_subject(d, 1), 100);
    q.ground.item = SPAN("2");
    CHECK_INT(money_reserve(d, &q, NULL), E_CONFLICT);
    q.on = (struct date){2023, 3, 10};
    CHECK_INT(money_reserve(d, &q, NULL), 0);

    TEST("a claim taken back lifts its bar");
    c.what = DROP;
    CHECK_INT(step(d, &c), 0);
    CHECK_INT(barred(d, 1, "北京市/海淀区", (struct date){0}), 0);
    CHECK_INT(step(d, &c), E_CONFLICT);
    CHECK_INT(money_wrong(d), 0);

    TEST("a bar by another decision: one measure, without end; lifted once");
    c = (struct claim_step){.what = BAR,
                            .who = &chief,
                            .bar = {.subject_id = money_subject(d, 3),
                                    .measure = SPAN("test"),
                                    .from_day = SPAN("2020-01-01"),
                                    .reason = SPAN("黑名单")}};
    CHECK_INT(step(d, &c), 0);
    CHECK_INT(barred(d, 3, "上海市", (struct date){2099, 1, 1}), 1);
    c.bar.last_day = SPAN("2019-12-31");
    struct claim_step bad = c;
    CHECK_INT(step(d, &bad), E_INPUT);
    c.what = LIFT;
    CHECK_INT(step(d, &c), 0);
    CHECK_INT(step(d, &c), E_NOT_FOUND);
    CHECK_INT(barred(d, 3, "上海市", (struct date){0}), 0);
}

/* A bar that begins on the 29th of February ends on the 28th. */
static void check_leap(struct money_desk *d)
{
    struct claim_step c;

    money_fund(d, FUND);
    c = opening(paid(d, 1, 100, ""), CAUSE_VIOLATION, 0);
    c.order.decided_on = (struct date){2020, 2, 29};
    TEST("a leap day");
    CHECK_INT(step(d, &c), 0);
    CHECK_INT(barred(d, 1, "北京市/海淀区", (struct date){2023, 2, 28}), 1);
    CHECK_INT(barred(d, 1, "北京市/海淀区", (struct date){2023, 3, 1}), 0);
}

/* ---- repaying ---- */

static void check_repaying(struct money_desk *d)
{
    static const struct instalment plan[] = {{{2020, 3, 1}, 3000}, {{2020, 4, 1}, 7000}};
    static const struct instalment wrong[] = {{{2020, 3, 1}, 3000}, {{2020, 3, 1}, 7000}};
    struct claim_step c;
    int64_t fund = money_fund(d, FUND), id;

    c = opening(paid(d, 1, 10000, ""), CAUSE_FRAUD, 0);
    CHECK_INT(step(d, &c), 0);
    id = c.id;

    TEST("a plan sums to what is open; what is overdue today");
    c = (struct claim_step){.what = PLAN, .who = &chief, .id = id, .plan = plan, .n = 1};
    CHECK_INT(step(d, &c), E_CHECK);
    c.plan = wrong, c.n = 2;
    CHECK_INT(step(d, &c), E_INPUT);
    c.plan = plan;
    CHECK_INT(step(d, &c), 0);
    CHECK_INT(look(d, id).overdue, 3000);

    TEST("a receipt is booked once");
    CHECK_INT(repay(d, id, 2000, "A1"), 0);
    CHECK_INT(repay(d, id, 2000, "A1"), 0);
    CHECK_INT(repay(d, id, 2001, "A1"), E_CONFLICT);
    CHECK_INT(repay(d, id, 8001, "A2"), E_CONFLICT);
    CHECK_INT(repay(d, id, 0, "A3"), E_INPUT);
    CHECK_INT(look(d, id).repaid, 2000);
    CHECK_INT(look(d, id).overdue, 1000);
    CHECK_INT(money_wrong(d), 0);

    TEST("handed to enforcement; repaid there; then it is over");
    c = (struct claim_step){.what = TRANSFER, .who = &chief, .id = id};
    CHECK_INT(step(d, &c), 0);
    CHECK_INT(step(d, &c), E_CONFLICT);
    CHECK_INT(money_wrong(d), 0);
    CHECK_INT(repay(d, id, 8000, "A2"), 0);
    CHECK_TEXT(look(d, id).state, "repaid");
    CHECK_INT(repay(d, id, 8000, "A2"), 0); /* told again: nothing happens */
    CHECK_INT(repay(d, id, 1, "A4"), E_CONFLICT);
    CHECK_INT(money_balance(d, fund).recovered, 10000);
    CHECK_INT(money_balance(d, fund).free, 90000); /* this fund does not spend it again */
    CHECK_INT(money_wrong(d), 0);
}

/* ---- what the days bring, and who is told ---- */

/* An account that stands for a subject. */
static void stand_for(struct money_desk *d, const char *login, int64_t subject)
{
    static const struct actor operator_ = {.program = true, .name = {"operator", 8}};
    struct right_new right = {.role = USER_AGENT, .subject_id = subject, .since = {2020, 1, 1}};
    struct account_row row;
    int64_t id = 0;

    if (account_find(d->s, &d->arena, span_z(login), &row, NULL) == 0)
        return;
    CHECK_INT(
        account_add(d->s, &operator_, span_z(login), SPAN(""), SPAN(""), &right.account_id, NULL),
        0);
    CHECK_INT(right_grant(d->s, &operator_, &right, &id, NULL), 0);
}

static int64_t messages(struct money_desk *d, const char *kind)
{
    struct stmt *st;
    struct err err = ERR_INIT;
    int64_t n = -1;

    if (!CHECK_INT(store_prepare(d->s, "SELECT COUNT(*) FROM message WHERE kind = $1", &st, &err),
                   0))
        return -1;
    stmt_text(st, 1, span_z(kind));
    if (stmt_step(st, &err) == 1)
        n = stmt_get_int(st, 0);
    stmt_done(st);
    return n;
}

static struct money_days days(struct money_desk *d, const char *now)
{
    struct money_days n = {0};
    struct err err = ERR_INIT;

    setenv("HUIQI_NOW", now, 1);
    if (!CHECK_INT(money_days_run(&d->arena, d->s, &n, &err), 0))
        printf("%s\n", err.message);
    return n;
}

static void check_told(struct money_desk *d)
{
    static const struct instalment plan[] = {
        {{2020, 3, 20}, 3000}, {{2020, 4, 20}, 3000}, {{2020, 5, 20}, 4000}};
    struct claim_step c;
    struct err err = ERR_INIT;
    int64_t id;

    CHECK_INT(store_execute(d->s, "DELETE FROM message", &err), 0);
    stand_for(d, "debtor-1", money_subject(d, 1));
    money_fund(d, FUND);
    c = opening(paid(d, 1, 10000, ""), CAUSE_OVERPAID, 0);
    CHECK_INT(step(d, &c), 0);
    id = c.id;
    TEST("the debtor is told of the plan, once");
    c = (struct claim_step){.what = PLAN, .who = &chief, .id = id, .plan = plan, .n = 3};
    CHECK_INT(step(d, &c), 0);
    CHECK_INT(messages(d, "claim.plan"), 1);
    CHECK_INT(money_number(d, "SELECT COUNT(*) FROM message WHERE text_zh LIKE '%分 3 期%' AND"
                              " text_zh LIKE '%2020-03-20%' AND text_zh LIKE '%100.00%'"),
              1);
    TEST("a plan is broken the day behind the instalment, told once for each");
    CHECK_INT(days(d, "2020-03-20T23:00:00").broken, 0);
    CHECK_INT(days(d, "2020-03-21T01:00:00").broken, 1);
    CHECK_INT(days(d, "2020-03-22T01:00:00").broken, 0);
    CHECK_INT(messages(d, "claim.break"), 1);
    CHECK_INT(repay(d, id, 3000, "A1"), 0);
    CHECK_INT(days(d, "2020-03-23T01:00:00").broken, 0);
    CHECK_INT(repay(d, id, 2999, "A2"), 0);
    CHECK_INT(days(d, "2020-04-21T01:00:00").broken, 1);
    CHECK_INT(money_number(d, "SELECT COUNT(*) FROM message WHERE kind = 'claim.break' AND text_zh"
                              " LIKE '%0.01 元%' AND text_zh LIKE '%2020-04-20%'"),
              1);
    TEST("and that it is handed over; a repaid one breaks nothing");
    c = (struct claim_step){.what = TRANSFER, .who = &chief, .id = id};
    CHECK_INT(step(d, &c), 0);
    CHECK_INT(messages(d, "claim.transfer"), 1);
    CHECK_INT(repay(d, id, 4001, "A3"), 0);
    CHECK_INT(days(d, "2020-06-21T01:00:00").broken, 0);
    CHECK_INT(messages(d, "claim.break"), 2);
    CHECK_INT(money_wrong(d), 0);
    setenv("HUIQI_NOW", MONEY_NOW, 1);
}

/* ---- vouchers ---- */

struct issuing {
    const char *definition, *code;
    int64_t subject;
};

static int issue(struct arena *a, struct store *s, void *context, struct err *err)
{
    const struct issuing *x = context;
    struct json *j = NULL;
    struct span number;
    int64_t id = 0;
    int r = yaml_parse(a, span_z(x->definition), SPAN("v.yaml"), &j, err);

    if (r == 0)
        r = voucher_define(a, s, &finance, j, SPAN("v.yaml"), &id, err);
    return r < 0 ? r : voucher_issue(a, s, &handler, span_z(x->code), x->subject, &number, err);
}

#define VOUCHER(code, more)                                                                        \
    "{voucher: " code ", name: 算力券, kind: 算力券, fund: back, measure: test/v, face: 20," \
    " until: 2020-04-30, providers: 算力服务商名单, cites: 五" more "}"

static void check_vouchers(struct money_desk *d)
{
    struct issuing told = {VOUCHER("a", ", notice_days: 10"), "a", money_subject(d, 1)};
    struct issuing quiet = {VOUCHER("b", ""), "b", money_subject(d, 1)};
    struct money_days n;
    struct err err = ERR_INIT;

    CHECK_INT(store_execute(d->s, "DELETE FROM message", &err), 0);
    stand_for(d, "debtor-1", money_subject(d, 1));
    int64_t fund = money_fund(d, FUND);
    CHECK_INT(money_do_on(d->s, &d->arena, issue, &told, NULL), 0);
    CHECK_INT(money_do_on(d->s, &d->arena, issue, &quiet, NULL), 0);
    TEST("told so many days before as the programme says, once; where it says none, not at all");
    CHECK_INT(days(d, "2020-04-19T12:00:00").warned, 0);
    CHECK_INT(days(d, "2020-04-20T12:00:00").warned, 1);
    CHECK_INT(days(d, "2020-04-21T12:00:00").warned, 0);
    CHECK_INT(messages(d, "voucher.ends"), 1);
    CHECK_INT(money_number(d, "SELECT COUNT(*) FROM voucher_event WHERE kind = 'warn'"), 1);
    TEST("lapsed by the timer the day behind the last one, the money free, the holder told");
    n = days(d, "2020-04-30T23:59:00");
    CHECK_INT(n.lapsed, 0);
    CHECK_INT(money_balance(d, fund).free, 96000);
    n = days(d, "2020-05-01T00:30:00");
    CHECK_INT(n.lapsed, 2);
    CHECK_INT(n.warned, 0);
    CHECK_INT(money_balance(d, fund).free, 100000);
    CHECK_INT(messages(d, "voucher.lapsed"), 2);
    n = days(d, "2020-05-02T00:30:00");
    CHECK_INT(n.lapsed, 0);
    CHECK_INT(messages(d, "voucher.lapsed"), 2);
    CHECK_INT(money_wrong(d), 0);
    setenv("HUIQI_NOW", MONEY_NOW, 1);
}

/* ---- a fund that spends again ---- */

static void check_again(struct money_desk *d)
{
    struct fund_request q;
    struct claim_step c;
    int64_t fund = money_fund(d, SPENT_AGAIN), id;

    TEST("what comes back is free again, of its purpose, too");
    c = opening(paid(d, 1, 50000, "一"), CAUSE_VIOLATION, 0);
    CHECK_INT(step(d, &c), 0);
    id = c.id;
    q = money_request("back", money_subject(d, 2), 10001);
    q.purpose = SPAN("一");
    CHECK_INT(money_reserve(d, &q, NULL), E_CONFLICT);
    CHECK_INT(repay(d, id, 10000, "A1"), 0);
    CHECK_INT(money_reserve(d, &q, NULL), E_CONFLICT);
    q.amount = 10000;
    CHECK_INT(money_reserve(d, &q, NULL), 0);
    CHECK_INT(money_balance(d, fund).free, 50000);
    CHECK_INT(money_wrong(d), 0);
    c = (struct claim_step){.what = DROP, .who = &chief, .id = id};
    CHECK_INT(step(d, &c), 0); /* the rest is claimed no longer */
    CHECK_INT(money_wrong(d), 0);
}

/* ---- random ---- */

static uint64_t next(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *seed >> 33;
}

static void check_random(struct money_desk *d)
{
    int64_t fund = money_fund(d, SPENT_AGAIN), claims[40], repaid = 0;
    uint64_t seed = 94;
    size_t n = 0;

    TEST("random claims, receipts, transfers, ends: every sum holds");
    for (unsigned i = 1; i <= 4; i++) {
        int64_t id = paid(d, i, 1000 + i, "一");
        for (int k = 0; k < 3; k++) {
            struct claim_step c = opening(id, CAUSE_OVERPAID, (int64_t)(next(&seed) % 400) + 1);
            CHECK_INT(step(d, &c), 0);
            claims[n++] = c.id;
        }
    }
    for (int i = 0; i < 120; i++) {
        int64_t claim = claims[next(&seed) % n], amount = (int64_t)(next(&seed) % 120) + 1;
        uint64_t what = next(&seed) % 20;
        char reference[32];
        struct claim_step c = {.what = what == 0 ? DROP : TRANSFER, .who = &chief, .id = claim};
        snprintf(reference, sizeof reference, "R%d", i);
        if (what > 1)
            repaid += repay(d, claim, amount, reference) == 0 ? amount : 0;
        else
            step(d, &c); /* may be over already */
        if (i % 40 == 39)
            CHECK_INT(money_wrong(d), 0);
    }
    CHECK(repaid > 0);
    CHECK_INT(money_balance(d, fund).recovered, repaid);
    CHECK_INT(money_balance(d, fund).paid, 4010 - repaid);
}

/* ---- no memory ---- */

struct starving {
    struct money_desk *d;
    int64_t reservation;
};

static int open_and_forget(struct arena *a, struct store *s, void *context, struct err *err)
{
    struct claim_step *c = context;
    int r = claim_run(a, s, c, err);

    return r == 0 ? E_CHECK : r;
}

static int starve(void *context)
{
    struct starving *v = context;
    struct claim_step c = opening(v->reservation, CAUSE_FRAUD, 0);
    struct arena a;

    arena_init(&a);
    int r = money_do_on(v->d->s, &a, open_and_forget, &c, NULL);
    arena_release(&a);
    return r == E_CHECK ? 0 : r;
}

static void check_memory(struct money_desk *d)
{
    struct starving v = {d, 0};

    money_fund(d, FUND);
    v.reservation = paid(d, 1, 1000, "");
    TEST("no memory: nothing is claimed");
    fault_loop(starve, &v);
    CHECK_INT(money_number(d, "SELECT COUNT(*) FROM claim"), 0);
    CHECK_INT(money_number(d, "SELECT COUNT(*) FROM subject_bar"), 0);
    CHECK_INT(money_wrong(d), 0);
}

static void check_all(struct money_desk *d)
{
    static void (*const checks[])(struct money_desk *) = {
        check_opening,  check_bar,   check_leap,   check_repaying, check_told,
        check_vouchers, check_again, check_random, check_memory};

    for (size_t i = 0; i < COUNT_OF(checks); i++) {
        money_clear(d);
        checks[i](d);
    }
    money_clear(d);
}

int main(void)
{
    memset(seal.key, 7, sizeof seal.key);
    return money_main(check_all);
}
