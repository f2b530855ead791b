/*
 * u_funds.c: funds on both engines: definitions, money that is reserved once, in turn and never
 * beyond the cap, by many at once; shares that sum; alarms; the ledger that balances throughout. To
 * blame: src/casework/fund*.c, ledger.c, money.c, benefits.c.
 */
#include <pthread.h>

#include "casework/benefits.h"
#include "tests/casework/money_desk.h"
#include "tests/unit/fault.h"

#define PLAIN                                                                                            \
    "{fund: plain, name: 测试资金, region: 北京市/海淀区, holder: 区财政局, cap: '10000'," \
    " order: approval}"

/* ---- definitions ---- */

static void check_definitions(struct money_desk *d)
{
#define HEAD "fund: a\nname: 甲\nregion: 北京市\nholder: 局\n"
    static const struct {
        const char *yaml;
        int code;
        uint32_t line;
    } bad[] = {
        {"- a\n", E_INPUT, 1},
        {HEAD, E_INPUT, 1},
        {HEAD "cap: 1\n", E_INPUT, 1},
        {HEAD "cap: 1\nplanned: 1\norder: approval\n", E_INPUT, 1},
        {HEAD "cap: -1\norder: approval\n", E_INPUT, 5},
        {HEAD "cap: 1.005\norder: approval\n", E_INPUT, 5},
        {HEAD "cap: 1000001亿\norder: approval\n", E_RANGE, 5},
        {HEAD "cap: 1\norder: first\n", E_INPUT, 6},
        {HEAD "cap: 1\norder: approval\ncapp: 2\n", E_NAME, 7},
        {HEAD "cap: 1\norder: approval\nlevels: [{name: 市, share: 60%}]\n", E_CHECK, 7},
        {HEAD "cap: 1\norder: approval\nlevels: [{name: 市, share: 60%}, {name: 区, share: 50%}]\n",
         E_CHECK, 7},
        {HEAD "cap: 1\norder: approval\nlevels: [{name: 市, share: 1/2}, {name: 区, share: 1/2}]\n",
         E_CHECK, 1},
        {HEAD "cap: 1\norder: approval\nperiods: [{name: a, from: 2020-01-01, to: 2020-06-30},"
              " {name: b, from: 2020-06-30, to: 2020-12-31}]\n",
         E_CHECK, 1},
        {HEAD "cap: 1\norder: approval\nperiods: [{name: a, from: 2020-13-01, to: 2020-06-30}]\n",
         E_INPUT, 7},
        {HEAD "cap: 1\norder: pro-rata\npurposes: [{name: a, cap: 1}]\n", E_CHECK, 1},
        {"fund: A B\n", E_INPUT, 1},
    };

    TEST("definitions that are refused, with their line");
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct fund_text f = {bad[i].yaml, 0};
        struct err err = ERR_INIT;
        CHECK_INT(money_do_on(d->s, &d->arena, fund_text_add, &f, &err), bad[i].code);
        if (!CHECK(err.line == bad[i].line && err.message[0]))
            printf("%s%u: %s\n", bad[i].yaml, err.line, err.message);
    }
    CHECK_INT(money_number(d, "SELECT COUNT(*) FROM fund"), 0);

    TEST("a fund is made once, with its budget in the ledger");
    int64_t id = money_fund(d, PLAIN);
    CHECK_INT(money_balance(d, id).budget, 1000000);
    CHECK_INT(money_balance(d, id).free, 1000000);
    struct fund_text again = {PLAIN, 0};
    CHECK_INT(money_do_on(d->s, &d->arena, fund_text_add, &again, NULL), E_CONFLICT);
    CHECK_INT(money_wrong(d), 0);
}

/* ---- what is reserved ---- */

struct undo {
    int64_t id, amount; /* amount 0 = release */
    const struct actor *who;
};

static int undo_run(struct arena *a, struct store *s, void *context, struct err *err)
{
    const struct undo *u = context;

    return u->amount ? fund_correct(a, s, u->who, u->id, u->amount, SPAN("更正"), err)
                     : fund_release(a, s, u->who, u->id, SPAN("撤销"), err);
}

static int undo(struct money_desk *d, int64_t id, int64_t amount)
{
    struct undo u = {id, amount, &finance};
    return money_do_on(d->s, &d->arena, undo_run, &u, NULL);
}

static void check_ground(struct money_desk *d)
{
    int64_t fund = money_fund(d, PLAIN), first = 0, other = 0;
    struct fund_request q = money_request("plain", money_subject(d, 1), 600000);

    TEST("the same ground is paid once; another item, period or part is another ground");
    CHECK_INT(money_reserve(d, &q, &first), 0);
    CHECK_INT(money_reserve(d, &q, NULL), E_CONFLICT);
    q.amount = 100;
    CHECK_INT(money_reserve(d, &q, NULL), E_CONFLICT);
    q.ground.item = SPAN("L1");
    CHECK_INT(money_reserve(d, &q, NULL), 0);
    q.ground.about = SPAN("2020");
    CHECK_INT(money_reserve(d, &q, NULL), 0);
    q.ground.part = SPAN("第一期");
    CHECK_INT(money_reserve(d, &q, &other), 0);
    CHECK_INT(money_balance(d, fund).reserved, 600300);

    TEST("released money is free again, and so is its ground");
    CHECK_INT(undo(d, other, 0), 0);
    CHECK_INT(undo(d, other, 0), E_CONFLICT);
    CHECK_INT(money_balance(d, fund).reserved, 600200);
    CHECK_INT(money_reserve(d, &q, NULL), 0);

    TEST("another amount");
    CHECK_INT(undo(d, first, 500000), 0);
    CHECK_INT(undo(d, first, 2000000), E_CONFLICT);
    CHECK_INT(money_balance(d, fund).reserved, 500300);
    CHECK_INT(money_wrong(d), 0);
}

static void check_refusals(struct money_desk *d)
{
    struct fund_request q = money_request("plain", money_subject(d, 1), 100), bad = q;
    struct undo by_agent = {1, 0, &agent};
    struct approval p = {q, &agent, 0};

    money_fund(d, PLAIN);
    TEST("what is not payable");
    bad.precision = PRECISION_CAP;
    CHECK_INT(money_reserve(d, &bad, NULL), E_CHECK);
    bad = q, bad.basis = BASIS_DECLARED;
    CHECK_INT(money_reserve(d, &bad, NULL), E_CHECK);
    bad = q, bad.nature = NATURE_POSTPONED;
    CHECK_INT(money_reserve(d, &bad, NULL), E_CHECK);
    bad = q, bad.amount = 0;
    CHECK_INT(money_reserve(d, &bad, NULL), E_CHECK);
    bad = q, bad.fund = SPAN("none");
    CHECK_INT(money_reserve(d, &bad, NULL), E_NOT_FOUND);
    bad = q, bad.purpose = SPAN("none");
    CHECK_INT(money_reserve(d, &bad, NULL), E_NOT_FOUND);
    bad = q, bad.amount = 1000001;
    CHECK_INT(money_reserve(d, &bad, NULL), E_CONFLICT);

    TEST("who may not");
    CHECK_INT(money_do_on(d->s, &d->arena, approval_run, &p, NULL), E_FORBIDDEN);
    CHECK_INT(money_reserve(d, &q, &by_agent.id), 0);
    CHECK_INT(money_do_on(d->s, &d->arena, undo_run, &by_agent, NULL), E_FORBIDDEN);
    CHECK_INT(money_wrong(d), 0);
}

/* ---- parts ---- */

#define PARTS                                                                                              \
    "fund: parts\nname: 分用途\nregion: 上海市/静安区\nholder: 局\ncap: 1000\norder: approval\n" \
    "remainder: 市级\nlevels:\n- {name: 市级, share: 1/3}\n- {name: 区级, share: 2/3}\n"             \
    "purposes:\n- {name: 就业, cap: 30, each: 10}\n- {name: 其他}\n"                                   \
    "periods:\n- {name: '2020', from: 2020-01-01, to: 2020-12-31, cap: 500}\n"                             \
    "- {name: '2021', from: 2021-01-01, to: 2021-12-31}\n"

static int64_t level_balance(struct money_desk *d, int64_t fund, const char *level,
                             const char *kind)
{
    struct ledger_balance *at = NULL;
    struct err err = ERR_INIT;
    size_t n = 0;

    CHECK_INT(ledger_balances(&d->arena, d->s, fund, &at, &n, &err), 0);
    for (size_t i = 0; i < n; i++)
        if (span_eq(at[i].level, span_z(level)) && span_eq(at[i].kind, span_z(kind)))
            return at[i].balance;
    return -1;
}

static void check_parts(struct money_desk *d)
{
    int64_t fund = money_fund(d, PARTS);
    struct fund_request q = money_request("parts", money_subject(d, 1), 1000);

    TEST("a purpose has to be named; heads are whole; its cap holds");
    CHECK_INT(money_reserve(d, &q, NULL), E_CHECK);
    q.purpose = SPAN("就业");
    q.amount = 1001;
    CHECK_INT(money_reserve(d, &q, NULL), E_CHECK);
    q.amount = 3000;
    CHECK_INT(money_reserve(d, &q, NULL), 0);
    q.ground.item = SPAN("2");
    q.amount = 1000;
    CHECK_INT(money_reserve(d, &q, NULL), E_CONFLICT);

    TEST("a period caps, too, and its days are its days");
    q.purpose = SPAN("其他");
    q.amount = 47001;
    CHECK_INT(money_reserve(d, &q, NULL), E_CONFLICT);
    q.amount = 46999;
    CHECK_INT(money_reserve(d, &q, NULL), 0);
    q.ground.item = SPAN("3");
    q.on = (struct date){2022, 1, 1};
    CHECK_INT(money_reserve(d, &q, NULL), E_CONFLICT);

    TEST("levels bear their shares; the odd 分 goes where the definition says");
    CHECK_INT(level_balance(d, fund, "市级", "reserved"), 1000 + 15667);
    CHECK_INT(level_balance(d, fund, "区级", "reserved"), 2000 + 31332);
    CHECK_INT(money_wrong(d), 0);
}

/* ---- alarms ---- */

static void check_alarms(struct money_desk *d)
{
    int64_t fund = money_fund(d, PLAIN), id = 0;
    struct fund_request q = money_request("plain", money_subject(d, 1), 699999);
    const char *count = "SELECT COUNT(*) FROM fund_event WHERE kind = 'alarm'";

    UNUSED(fund);
    TEST("an alarm at 70 % and at 90 %, once each time that it is passed");
    CHECK_INT(money_reserve(d, &q, &id), 0);
    CHECK_INT(money_number(d, count), 0);
    CHECK_INT(undo(d, id, 700000), 0);
    CHECK_INT(money_number(d, count), 1);
    CHECK_INT(undo(d, id, 899999), 0);
    CHECK_INT(money_number(d, count), 1);
    CHECK_INT(undo(d, id, 900000), 0);
    CHECK_INT(money_number(d, count), 2);
    CHECK_INT(undo(d, id, 600000), 0);
    CHECK_INT(money_number(d, "SELECT COUNT(*) FROM fund_alarm"), 0);
    CHECK_INT(undo(d, id, 1000000), 0);
    CHECK_INT(money_number(d, count), 5);
    CHECK_INT(money_wrong(d), 0);
}

static void check_planned(struct money_desk *d)
{
    int64_t fund = money_fund(d, "{fund: plan, name: 甲, region: 北京市, holder: 局, planned: 100,"
                                 " order: approval}");
    struct fund_request q = money_request("plan", money_subject(d, 1), 10001);

    TEST("a planned figure may be exceeded, with all three alarms");
    CHECK_INT(money_reserve(d, &q, NULL), 0);
    CHECK_INT(money_balance(d, fund).free, -1);
    CHECK_INT(money_number(d, "SELECT COUNT(*) FROM fund_alarm"), 3);
    CHECK_INT(money_wrong(d), 0);
}

/* ---- order ---- */

struct application {
    struct fund_request q;
    int64_t at, id;
};

static int apply_run(struct arena *a, struct store *s, void *context, struct err *err)
{
    struct application *p = context;
    return fund_apply(a, s, &handler, &p->q, p->at, &p->id, err);
}

static int64_t apply(struct money_desk *d, const struct fund_request *q, int64_t at)
{
    struct application p = {*q, at, 0};
    struct err err = ERR_INIT;

    if (!CHECK(money_do_on(d->s, &d->arena, apply_run, &p, &err) == 0))
        printf("%s\n", err.message);
    return p.id;
}

#define FUND_OF(code, order)                                                                       \
    "{fund: " code ", name: 甲, region: 北京市, holder: 局, cap: 100, order: " order "}"

static void check_completion(struct money_desk *d)
{
    struct fund_request early = money_request("complete", money_subject(d, 1), 6000),
                        late = money_request("complete", money_subject(d, 2), 4001);

    TEST("complete-application: who was complete first keeps his money");
    money_fund(d, FUND_OF("complete", "complete-application"));
    apply(d, &early, 1000);
    apply(d, &late, 2000);
    CHECK_INT(money_reserve(d, &late, NULL), E_CONFLICT);
    CHECK_INT(money_reserve(d, &early, NULL), 0);
    CHECK_INT(money_reserve(d, &late, NULL), E_CONFLICT);
    late.amount = 4000;
    CHECK_INT(money_reserve(d, &late, NULL), 0);
    CHECK_INT(money_number(d, "SELECT COUNT(*) FROM fund_request WHERE state = 'served'"), 2);
    CHECK_INT(money_wrong(d), 0);
}

static int withdraw_run(struct arena *a, struct store *s, void *context, struct err *err)
{
    const int64_t *id = context;
    return fund_withdraw(a, s, &handler, *id, SPAN("撤回"), err);
}

static void check_withdrawal(struct money_desk *d)
{
    struct fund_request early = money_request("complete", money_subject(d, 1), 6000),
                        late = money_request("complete", money_subject(d, 2), 4001);
    int64_t first;

    TEST("who withdraws keeps nobody waiting, and may apply again");
    money_fund(d, FUND_OF("complete", "complete-application"));
    first = apply(d, &early, 1000);
    apply(d, &late, 2000);
    CHECK_INT(money_reserve(d, &late, NULL), E_CONFLICT);
    CHECK_INT(money_do_on(d->s, &d->arena, withdraw_run, &first, NULL), 0);
    CHECK_INT(money_do_on(d->s, &d->arena, withdraw_run, &first, NULL), E_CONFLICT);
    CHECK_INT(money_reserve(d, &late, NULL), 0);
    CHECK(apply(d, &early, 3000) > first);
    CHECK_INT(money_wrong(d), 0);
}

static void check_person(struct money_desk *d)
{
    static const struct actor program = {.program = true, .name = {"program", 7}};
    struct fund_request a = money_request("open", money_subject(d, 1), 6000),
                        b = money_request("open", money_subject(d, 2), 5000);
    struct approval p = {b, &program, 0};

    TEST("not-stated: enough for all, or a person says why");
    money_fund(d, FUND_OF("open", "not-stated"));
    apply(d, &a, 1000);
    apply(d, &b, 2000);
    CHECK_INT(money_reserve(d, &b, NULL), E_CONFLICT);
    p.q.decision = SPAN("程序不能决定");
    CHECK_INT(money_do_on(d->s, &d->arena, approval_run, &p, NULL), E_CONFLICT);
    b.decision = SPAN("会议决定先付乙");
    CHECK_INT(money_reserve(d, &b, NULL), 0);
    a.decision = SPAN("也付甲");
    CHECK_INT(money_reserve(d, &a, NULL), E_CONFLICT); /* no decision makes money */
    CHECK_INT(money_wrong(d), 0);
}

struct close_call {
    const char *code;
    struct allotment *at;
    size_t n;
};

static int close_run(struct arena *a, struct store *s, void *context, struct err *err)
{
    struct close_call *c = context;

    return fund_close_period(a, s, &finance, span_z(c->code), SPAN(""), SPAN("到期"), &c->at, &c->n,
                             err);
}

static void check_pro_rata(struct money_desk *d)
{
    struct close_call c = {"shares", NULL, 0};
    int64_t fund, given = 0;

    TEST("pro rata: nothing before the end, then all of it in proportion");
    fund = money_fund(d, FUND_OF("shares", "pro-rata"));
    for (unsigned i = 1; i <= 7; i++) {
        struct fund_request q = money_request("shares", money_subject(d, i), 1000 * i);
        apply(d, &q, 1000 - i);
        CHECK_INT(money_reserve(d, &q, NULL), E_CONFLICT);
    }
    CHECK_INT(money_do_on(d->s, &d->arena, close_run, &c, NULL), 0);
    CHECK_INT(c.n, 7);
    for (size_t i = 0; i < c.n; i++) {
        given += c.at[i].given;
        CHECK(c.at[i].given <= c.at[i].asked && c.at[i].reservation_id > 0);
        /* 28,000 asked of 10,000: each gets 10/28, no more than one 分 off */
        CHECK(llabs(c.at[i].given * 28 - c.at[i].asked * 10) <= 28);
    }
    CHECK_INT(given, 10000);
    CHECK_INT(money_balance(d, fund).free, 0);
    CHECK_INT(money_do_on(d->s, &d->arena, close_run, &c, NULL), E_CONFLICT);
    CHECK_INT(money_wrong(d), 0);
}

/* ---- many at once ---- */

#define CROWD 64
#define CAN   10
#define EACH  1000

struct crowd {
    const char *url;
    int64_t subject;
    int code;
};

static void *approve_one(void *context)
{
    struct crowd *c = context;
    struct store *s = NULL;
    struct arena a;
    struct approval p = {money_request("crowd", c->subject, EACH), &reviewer, 0};

    arena_init(&a);
    /* a cluster may allow fewer connections than that: wait for one */
    for (int i = 0; (c->code = store_open(c->url, &s, NULL)) < 0 && i < 2000; i++)
        usleep(5000);
    if (c->code == 0)
        c->code = money_do_on(s, &a, approval_run, &p, NULL);
    store_close(s);
    arena_release(&a);
    return NULL;
}

static void run_crowd(struct money_desk *d, struct crowd *crowd)
{
    pthread_t threads[CROWD];
    size_t n = 0;

    for (; n < CROWD; n++) {
        crowd[n].url = d->url;
        if (pthread_create(&threads[n], NULL, approve_one, &crowd[n]))
            break;
    }
    CHECK_INT(n, CROWD);
    while (n > 0)
        pthread_join(threads[--n], NULL);
}

static void check_crowd(struct money_desk *d)
{
    struct crowd crowd[CROWD] = {0};
    int64_t fund = money_fund(d, FUND_OF("crowd", "approval"));
    int paid = 0, refused = 0;

    TEST("64 approvals at once against a fund that can pay 10: exactly 10 pay");
    for (unsigned i = 0; i < CROWD; i++)
        crowd[i].subject = money_subject(d, i);
    run_crowd(d, crowd);
    for (size_t i = 0; i < CROWD; i++) {
        paid += crowd[i].code == 0;
        refused += crowd[i].code == E_CONFLICT;
    }
    CHECK_INT(paid, CAN);
    CHECK_INT(refused, CROWD - CAN);
    CHECK_INT(money_number(d, "SELECT COUNT(*) FROM reservation"), CAN);
    CHECK_INT(money_balance(d, fund).free, 0);
    CHECK_INT(money_balance(d, fund).reserved, CAN * EACH);
    CHECK_INT(money_wrong(d), 0);
}

static void check_same_ground(struct money_desk *d)
{
    struct crowd crowd[CROWD] = {0};
    int paid = 0;

    TEST("64 approvals of one ground at once: one pays");
    money_fund(d, FUND_OF("crowd", "approval"));
    for (unsigned i = 0; i < CROWD; i++)
        crowd[i].subject = money_subject(d, 1);
    run_crowd(d, crowd);
    for (size_t i = 0; i < CROWD; i++)
        paid += crowd[i].code == 0;
    CHECK_INT(paid, 1);
    CHECK_INT(money_number(d, "SELECT COUNT(*) FROM reservation"), 1);
    CHECK_INT(money_wrong(d), 0);
}

/* ---- sums ---- */

static uint64_t next(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *seed >> 33;
}

static void check_splits(void)
{
    uint64_t seed = 6;

    TEST("shares of levels sum to the whole, each within one 分 of its share");
    for (int i = 0; i < 20000; i++) {
        struct share shares[4];
        int64_t part[4], sum = 0, rest = 1000, amount = (int64_t)(next(&seed) % 10000019);
        for (size_t k = 0; k < 3; k++) {
            int64_t up = (int64_t)(next(&seed) % (uint64_t)(rest / 2 + 1));
            shares[k] = (struct share){up, 1000};
            rest -= up;
        }
        shares[3] = (struct share){rest, 1000};
        money_split(amount, shares, 4, 4, part);
        for (size_t k = 0; k < 4; k++) {
            sum += part[k];
            if (llabs(part[k] * 1000 - amount * shares[k].up) >= 1000)
                CHECK(false);
        }
        if (sum != amount)
            CHECK_INT(sum, amount);
    }
    CHECK(shares_whole((struct share[]){{1, 3}, {2, 3}}, 2));
    CHECK(!shares_whole((struct share[]){{333333, 1000000}, {666666, 1000000}}, 2));
}

static void check_amounts(void)
{
    static const struct {
        const char *text;
        int64_t fen;
    } good[] = {{"1500000", 150000000}, {"0.01", 1},
                {"150万", 150000000},   {"1.5 亿元", INT64_C(150) * 100000000},
                {"0.000001万", 1},      {"100000000000000", MONEY_MAX}};
    static const char *const bad[] = {"",
                                      "-1",
                                      "1.001",
                                      "1,000",
                                      "万",
                                      "1e3",
                                      "１",
                                      ".",
                                      "1.",
                                      ".5",
                                      "1..2",
                                      "0x10",
                                      "100000000000000.01"};
    int64_t fen;

    TEST("amounts as text");
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        fen = -1;
        CHECK_INT(money_parse(span_z(good[i].text), &fen, NULL), 0);
        CHECK_INT(fen, good[i].fen);
    }
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        if (!CHECK(money_parse(span_z(bad[i]), &fen, NULL) < 0))
            printf("%s\n", bad[i]);
}

/* Random acts: the sums hold after each hundred. */
static void check_random(struct money_desk *d)
{
    int64_t fund = money_fund(d, PARTS), ids[400], model = 0, amounts[400];
    uint64_t seed = 42;
    size_t n = 0;

    TEST("random reservations, corrections, releases: the sums are those of a model");
    for (int i = 0; i < 300; i++) {
        uint64_t what = next(&seed) % 4;
        int64_t amount = (int64_t)(next(&seed) % 900) + 1;
        size_t k = n ? next(&seed) % n : 0;
        if (what < 2) {
            struct fund_request q =
                money_request("parts", money_subject(d, (unsigned)(next(&seed) % 40)), amount);
            q.purpose = SPAN("其他");
            if (money_reserve(d, &q, &ids[n]) == 0) {
                model += amount;
                amounts[n++] = amount;
            }
        } else if (n && what == 2) {
            if (undo(d, ids[k], amount) == 0) {
                model += amount - amounts[k];
                amounts[k] = amount;
            }
        } else if (n && undo(d, ids[k], 0) == 0) {
            model -= amounts[k];
            ids[k] = ids[n - 1];
            amounts[k] = amounts[n - 1];
            n--;
        }
        if (i % 100 == 99)
            CHECK_INT(money_wrong(d), 0);
    }
    CHECK(n > 3);
    CHECK_INT(money_balance(d, fund).reserved, model);
    CHECK_INT(money_balance(d, fund).free, 100000 - model);
}

/* ---- what was had ---- */

static void check_benefits(struct money_desk *d)
{
    struct benefit_line *lines = NULL;
    struct err err = ERR_INIT;
    int64_t subject = money_subject(d, 1), id = 0;
    struct fund_request q = money_request("plain", subject, 5000);
    size_t n = 0;

    TEST("what a subject holds: once, with months; nothing after a release");
    money_fund(d, PLAIN);
    q.months = 3;
    CHECK_INT(money_reserve(d, &q, &id), 0);
    CHECK_INT(benefits_of(&d->arena, d->s, &(struct benefit_query){.subject_id = subject}, &lines,
                          &n, &err),
              0);
    CHECK_INT(n, 1);
    CHECK(n == 1 && lines[0].approved == 5000 && lines[0].times == 1 && lines[0].months == 3 &&
          lines[0].received == 0);
    CHECK_INT(undo(d, id, 0), 0);
    CHECK_INT(benefits_of(&d->arena, d->s, &(struct benefit_query){.subject_id = subject}, &lines,
                          &n, &err),
              0);
    CHECK(n == 1 && lines[0].approved == 0 && lines[0].times == 0 && lines[0].months == 0);
}

/* ---- no memory ---- */

struct starving {
    struct money_desk *d;
    unsigned n;
};

static int reserve_and_forget(struct arena *a, struct store *s, void *context, struct err *err)
{
    struct approval *p = context;
    int r = fund_reserve(a, s, p->who, &p->q, &p->id, err);

    return r == 0 ? E_CHECK : r; /* rolled back */
}

static int starve(void *context)
{
    struct starving *v = context;
    struct approval p = {money_request("plain", 0, 100), &reviewer, 0};
    struct arena a;

    arena_init(&a);
    p.q.ground.subject_id = 1 + (int64_t)v->n;
    int r = money_do_on(v->d->s, &a, reserve_and_forget, &p, NULL);
    arena_release(&a);
    return r == E_CHECK ? 0 : r;
}

static void check_memory(struct money_desk *d)
{
    struct starving v = {d, (unsigned)money_subject(d, 1) - 1};

    TEST("no memory: nothing is reserved");
    money_fund(d, PLAIN);
    fault_loop(starve, &v);
    CHECK_INT(money_number(d, "SELECT COUNT(*) FROM reservation"), 0);
    CHECK_INT(money_wrong(d), 0);
}

static void check_all(struct money_desk *d)
{
    static void (*const checks[])(struct money_desk *) = {
        check_definitions, check_ground,      check_refusals,   check_parts,    check_alarms,
        check_planned,     check_completion,  check_withdrawal, check_person,   check_pro_rata,
        check_crowd,       check_same_ground, check_random,     check_benefits, check_memory};

    for (size_t i = 0; i < COUNT_OF(checks); i++) {
        money_clear(d);
        checks[i](d);
    }
    money_clear(d);
}

int main(void)
{
    check_splits();
    check_amounts();
    return money_main(check_all);
}
