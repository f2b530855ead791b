/*
 * u_clawback.c: money claimed back on both engines: causes, plan, receipts once, transfer, taking
 * back; who is barred, where, until which day; random sequences keep every sum. To blame:
 * src/casework/clawback*.c.
 */
#include "casework/benefits.h"
#include "casework/clawback.h"
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
    static void (*const checks[])(struct money_desk *) = {check_opening,  check_bar,   check_leap,
                                                          check_repaying, check_again, check_random,
                                                          check_memory};

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
