/*
 * u_lists.c: what a black list does to money: early repayment of claims, payment later, nothing by
 * the program (免申即享); who is listed, where the list reaches, until when; and vouchers, which
 * want a list: quota, validity, one contract, two people, the ledger. Argument: the library
 * (tests/casework/office). To blame: src/casework/clawback_list.c, payment_batch.c, direct_run.c,
 * voucher*.c.
 */
#include "casework/clawback.h"
#include "casework/direct_data.h"
#include "casework/registers.h"
#include "casework/voucher.h"
#include "identity/accounts.h"
#include "tests/casework/case_desk.h"
#include "tests/unit/fault.h"

#define HOME "月球省/环形山区"
#define FUND                                                                                       \
    "{fund: home, name: 补贴, region: " HOME ", holder: " FINANCE ", cap: 1000, order: approval}"
#define AWAY                                                                                         \
    "{fund: away, name: 外区, region: 月球省/静海区, holder: 静海区财政局, cap: 1000," \
    " order: approval}"

static const struct actor chief = {.account_id = 61,
                                   .name = {"主任", 6},
                                   .roles = 1u << USER_REVIEWER | 1u << USER_FINANCE |
                                            1u << USER_HANDLER | 1u << USER_PUBLISHER};
static const struct actor second = {
    .account_id = 62, .name = {"另一人", 9}, .roles = 1u << USER_REVIEWER | 1u << USER_FINANCE};

/* ---- lists ---- */

static void list_step(struct case_desk *d, int64_t id, const struct register_change *c)
{
    struct actor who = chief;

    who.account_id = c->step == REGISTER_STEP_APPROVE ? second.account_id : chief.account_id;
    d->err = (struct err)ERR_INIT;
    case_said(d, "list", register_do(&d->m.arena, d->m.s, d->library, &who, id, c, &d->err), 0);
}

static int64_t listed(struct case_desk *d, const char *list, const char *code, const char *from)
{
    const struct register_new x = {.name_of_list = span_z(list),
                                   .subject_kind = ENTERPRISE_KIND.kind,
                                   .subject_code = case_code(d, code),
                                   .reason = SPAN("决定")};
    int64_t id = 0;

    d->err = (struct err)ERR_INIT;
    case_said(d, "propose",
              register_propose(&d->m.arena, d->m.s, d->library, &chief, &x, &id, &d->err), 0);
    list_step(d, id, &(struct register_change){.step = REGISTER_STEP_APPROVE});
    list_step(d, id,
              &(struct register_change){.step = REGISTER_STEP_PUBLISH, .from_day = span_z(from)});
    return id;
}

static void unlisted(struct case_desk *d, int64_t id)
{
    list_step(d, id,
              &(struct register_change){.step = REGISTER_STEP_REMOVE, .reason = SPAN("修复")});
}

/* ---- claims ---- */

static int64_t reserved(struct case_desk *d, const char *fund, int64_t subject, const char *item)
{
    struct fund_request q = money_request(fund, subject, 10000);
    int64_t id = 0;

    q.ground.item = span_z(item);
    CHECK_INT(money_reserve(&d->m, &q, &id), 0);
    return id;
}

struct claiming {
    int64_t reservation, id;
    const struct instalment *plan;
    size_t n;
};

static int claiming_run(struct arena *a, struct store *s, void *context, struct err *err)
{
    struct claiming *c = context;
    const struct claim_new n = {.reservation_id = c->reservation,
                                .cause = CAUSE_OVERPAID,
                                .cites = SPAN("三"),
                                .reason = SPAN("多付")};

    return c->plan ? claim_plan(a, s, &chief, c->id, c->plan, c->n, err)
                   : claim_open(a, s, &chief, &n, &c->id, err);
}

static int64_t claimed(struct case_desk *d, int64_t reservation)
{
    struct claiming c = {.reservation = reservation};
    CHECK_INT(money_do_on(d->m.s, &d->m.arena, claiming_run, &c, NULL), 0);
    return c.id;
}

static int planned(struct case_desk *d, int64_t claim, const struct instalment *plan, size_t n)
{
    struct claiming c = {.id = claim, .plan = plan, .n = n};
    return money_do_on(d->m.s, &d->m.arena, claiming_run, &c, NULL);
}

static struct claim look(struct case_desk *d, int64_t id)
{
    struct claim c = {0};
    CHECK_INT(claim_load(&d->m.arena, d->m.s, id, &c, NULL), 0);
    return c;
}

static void stand_for(struct case_desk *d, int64_t subject)
{
    static const struct actor operator_ = {.program = true, .name = {"operator", 8}};
    struct right_new right = {.role = USER_AGENT, .subject_id = subject, .since = {2020, 1, 1}};
    int64_t id = 0;

    CHECK_INT(store_execute(d->m.s, "DELETE FROM message WHERE kind = 'claim.hasten'", NULL), 0);
    CHECK_INT(account_add(d->m.s, &operator_, SPAN("debtor-of-list"), SPAN(""), SPAN(""),
                          &right.account_id, NULL),
              0);
    CHECK_INT(right_grant(d->m.s, &operator_, &right, &id, NULL), 0);
}

static void check_claims(struct case_desk *d, int64_t firm)
{
    static const struct instalment half[] = {{{2023, 4, 1}, 4000}, {{2023, 9, 1}, 6000}};
    int64_t here = reserved(d, "home", firm, "1"), there = reserved(d, "away", firm, "2"),
            next = reserved(d, "home", firm, "3"), entry;

    pay_account(&d->m, &d->seal, firm, "62220000");
    CHECK_INT(pay_all(&d->m, pay_sent(&d->m, &d->seal, "home")), 0);
    CHECK_INT(pay_all(&d->m, pay_sent(&d->m, &d->seal, "away")), 0);
    here = claimed(d, here);
    there = claimed(d, there);
    CHECK_INT(planned(d, here, half, 2), 0);
    CHECK_INT(planned(d, there, half, 2), 0);
    CHECK_INT(look(d, here).overdue, 0);

    stand_for(d, look(d, here).subject_id);
    TEST("published with early repayment: all is due on the first day, where the list reaches");
    entry = listed(d, "严重失信名单", "1", "2023-03-02");
    CHECK_INT(look(d, here).due, 0);
    case_now("2023-03-02T09:00:00");
    CHECK_INT(look(d, here).overdue, 10000);
    CHECK_INT(look(d, there).overdue, 0);

    TEST("no instalments while listed; what is claimed then is due at once");
    CHECK_INT(planned(d, here, half, 2), E_CONFLICT);
    CHECK_INT(planned(d, there, half, 2), 0);
    CHECK_INT(look(d, claimed(d, next)).overdue, 10000);
    CHECK_INT(money_number(&d->m, "SELECT COUNT(*) FROM claim_event WHERE kind = 'hasten'"), 2);
    CHECK_INT(money_number(&d->m, "SELECT COUNT(*) FROM message WHERE kind = 'claim.hasten' AND"
                                  " text_zh LIKE '%严重失信名单%'"),
              2);

    TEST("after removal a plan may be agreed again");
    unlisted(d, entry);
    CHECK_INT(look(d, here).overdue, 10000);
    CHECK_INT(planned(d, here, half, 2), 0);
    CHECK_INT(look(d, here).overdue, 0);
    case_all_right(d);
}

/* ---- payments ---- */

static void check_payments(struct case_desk *d, int64_t firm)
{
    int64_t other = case_firm(d, "2", 5), ids[1], entry;
    struct pay_step p = {
        .what = MAKE, .who = &finance, .order = {.fund = SPAN("home"), .title = SPAN("四月")}};

    TEST("later payment: left out of a batch, and said; a person may name it");
    entry = listed(d, "严重失信名单", "1", "2023-03-02");
    ids[0] = reserved(d, "home", firm, "4");
    (void)reserved(d, "home", other, "4");
    pay_account(&d->m, &d->seal, other, "62221111");
    CHECK_INT(pay(&d->m, &p), 0);
    CHECK_INT(p.made.lines, 1);
    if (CHECK_INT(p.made.left_out_n, 1)) {
        CHECK_INT(p.made.left_out[0].reservation_id, ids[0]);
        CHECK(strcmp(p.made.left_out[0].why, "listed") == 0);
    }
    p.order.reservations = ids;
    p.order.n = 1;
    CHECK_INT(pay(&d->m, &p), 0);
    CHECK_INT(p.made.lines, 1);
    unlisted(d, entry);
    case_all_right(d);
}

/* ---- nothing by the program, and who is gone ---- */

static const struct actor drafter = {
    .account_id = 63, .name = {"经办", 6}, .roles = 1u << USER_HANDLER};

static void project(struct case_desk *d)
{
    struct json *j = NULL;
    int64_t id;
    int r = yaml_parse(&d->m.arena,
                       SPAN("{code: heads, title: 稳岗, measure: office/per-head, audience: 企业,"
                            " content: 补贴, conditions: 见细则, times: 1次, period: 全年,"
                            " department: " LABOUR ", paid_by: 次月, contact: 无, kind: 资金,"
                            " notes: 无, source: 环劳〔2023〕1号, fund: home,"
                            " push: {to: 企业, content: 通知, cycle: 每年}}"),
                       SPAN("p.yaml"), &j, &d->err);

    if (r == 0)
        r = direct_define(&d->m.arena, &d->o, &drafter, j, SPAN("p.yaml"), &id, &d->err);
    case_said(d, "define", r, 0);
}

static struct direct_run divide(struct case_desk *d)
{
    struct direct_run run = {0};

    d->err = (struct err)ERR_INIT;
    case_said(d, "divide",
              direct_divide(&d->m.arena, &d->o, &drafter, SPAN("heads"), (struct date){2023, 3, 2},
                            &run, &d->err),
              0);
    return run;
}

static int divide_starving(void *context)
{
    struct case_desk *d = context;
    struct direct_run run;
    struct arena a;
    int r;

    arena_init(&a);
    r = direct_divide(&a, &d->o, &drafter, SPAN("heads"), (struct date){2023, 3, 2}, &run, NULL);
    arena_release(&a);
    return r;
}

static int moves_starving(void *context)
{
    struct case_desk *d = context;
    struct direct_place *at;
    struct arena a;
    size_t n;
    int r;

    arena_init(&a);
    r = direct_moves(&a, &d->o, 2, 100, &at, &n, NULL);
    arena_release(&a);
    return r;
}

static void check_direct(struct case_desk *d)
{
    struct direct_place *at = NULL;
    struct direct_run run;
    int64_t entry, bad = 0, runs = 0;
    size_t n = 0;

    project(d);
    TEST("a list with later payment bars what the program would pay");
    run = divide(d);
    CHECK_INT(run.groups[DIRECT_PAY], 2);
    entry = listed(d, "严重失信名单", "1", "2023-03-02");
    run = divide(d);
    CHECK_INT(run.groups[DIRECT_PAY], 1);
    CHECK_INT(run.groups[DIRECT_BARRED], 1);
    CHECK_INT(
        direct_places(&d->m.arena, &d->o, run.id, DIRECT_BARRED, 0, SPAN(""), 10, &at, &n, NULL),
        0);
    CHECK(n == 1 && span_find(at[0].why, SPAN("严重失信名单")) != SIZE_MAX &&
          span_find(at[0].why, SPAN("移出之日")) != SIZE_MAX);
    unlisted(d, entry);

    TEST("who is nowhere in the newest run is a move, with where he was");
    CHECK_INT(store_execute(d->m.s,
                            "INSERT INTO direct_place (run_id, subject_id, item, grp, amount,"
                            " ground, why) SELECT 2, MIN(id), '贷款1', 'pay', 700, 'g', '{}'"
                            " FROM subject WHERE kind = 'enterprise'",
                            &d->err),
              0);
    run = divide(d);
    CHECK_INT(direct_moves(&d->m.arena, &d->o, run.id, 100, &at, &n, NULL), 0);
    if (CHECK_INT(n, 2)) { /* back to pay; gone */
        CHECK_INT(at[0].group, DIRECT_PAY);
        CHECK_INT(at[0].was, DIRECT_BARRED);
        CHECK_INT(at[1].group, DIRECT_GROUPS);
        CHECK_INT(at[1].was, DIRECT_PAY);
        CHECK_INT(at[1].was_amount, 700);
        CHECK_TEXT(at[1].item, "贷款1");
        struct json *j = direct_place_json(&d->m.arena, &at[1], false);
        CHECK_TEXT(json_text(JSON_GET(j, "group")), "gone");
        CHECK_TEXT(json_text(JSON_GET(j, "was_amount")), "7.00");
    }
    CHECK_INT(direct_moves(&d->m.arena, &d->o, run.id, 1, &at, &n, NULL), 0);
    CHECK_INT(n, 1);
    CHECK_INT(store_execute(d->m.s, "DELETE FROM direct_place WHERE item = '贷款1'", &d->err), 0);

    TEST("no memory: a run goes on where it stopped, and is whole");
    fault_loop(divide_starving, d);
    fault_loop(moves_starving, d);
    CHECK_INT(direct_verify(d->m.s, &runs, &bad, NULL), 0);
    CHECK_INT(bad, 0);
    case_all_right(d);
}

/* ---- vouchers ---- */

#define VOUCHER                                                                                    \
    "{voucher: v, name: 算力券, kind: 算力券, fund: home, measure: office/model, quota: 3,"  \
    " per_holder: 2, face: 100, share: 1/3, months: 6, providers: 算力服务商名单, cites: 五}"

struct voucher_step {
    enum { DEFINE, FACE, ISSUE, USE, REDEEM, REJECT, SETTLE, WITHDRAW, LAPSE } what;
    const struct actor *who;
    const char *text; /* definition, or number of the voucher */
    int64_t subject, amount;
    struct voucher_use use;
    size_t n;
    struct span number;
};

static int voucher_run(struct arena *a, struct store *s, void *context, struct err *err)
{
    struct voucher_step *v = context;
    struct span text = span_z(v->text);
    struct json *j = NULL;
    int r;

    switch (v->what) {
    case DEFINE:
        r = yaml_parse(a, text, SPAN("v.yaml"), &j, err);
        return r < 0 ? r : voucher_define(a, s, v->who, j, SPAN("v.yaml"), &v->subject, err);
    case FACE:
        return voucher_set_face(a, s, v->who, text, v->amount, SPAN("通知三"), err);
    case ISSUE:
        return voucher_issue(a, s, v->who, text, v->subject, &v->number, err);
    case USE:
        return voucher_use(a, s, v->who, text, &v->use, err);
    case REDEEM:
        return voucher_redeem(a, s, v->who, text, SPAN("验收单"), v->amount, err);
    case REJECT:
        return voucher_reject(a, s, v->who, text, SPAN("缺章"), err);
    case SETTLE:
        return voucher_settle(a, s, v->who, text, err);
    case WITHDRAW:
        return voucher_withdraw(a, s, v->who, text, SPAN("注销"), err);
    default:
        return voucher_lapse(a, s, v->who, text, &v->n, err);
    }
}

static int step(struct case_desk *d, struct voucher_step v)
{
    d->err = (struct err)ERR_INIT;
    return money_do_on(d->m.s, &d->m.arena, voucher_run, &v, &d->err);
}

#define STEP(what_, who_, ...)                                                                     \
    step(d, (struct voucher_step){.what = what_, .who = &(who_), __VA_ARGS__})

static struct voucher voucher(struct case_desk *d, const char *number)
{
    struct voucher v = {0};
    CHECK_INT(voucher_load(&d->m.arena, d->m.s, span_z(number), &v, NULL), 0);
    return v;
}

static void check_definitions(struct case_desk *d)
{
    static const struct {
        const char *yaml;
        int want;
    } table[] = {
        {"{voucher: v}", E_INPUT},
        {"[v]", E_INPUT},
        {"{voucher: V}", E_INPUT},
        {"{vouchers: v}", E_NAME},
        {"{voucher: v, quota: 0}", E_INPUT},
        {"{voucher: v, quota: 1.5}", E_INPUT},
        {"{voucher: v, face: 很多}", E_INPUT},
        {"{voucher: v, share: 3/2}", E_INPUT},
        {"{voucher: v, until: 2023-02-30}", E_INPUT},
        {"{voucher: v, pays: nobody}", E_INPUT},
        {"{voucher: v, name: a, kind: a, fund: home, measure: m, providers: l, cites: c}",
         E_INPUT}, /* no validity */
        {"{voucher: v, name: a, kind: a, fund: home, measure: m, providers: l, cites: c,"
         " months: 6, until: 2024-01-01}",
         E_INPUT},
        {"{voucher: v, name: a, kind: a, fund: none, measure: m, providers: l, cites: c,"
         " months: 6}",
         E_NOT_FOUND},
        {"{voucher: v, name: a, kind: a, fund: home, measure: m, providers: l, cites: c,"
         " months: 6, purpose: 无}",
         E_NOT_FOUND},
    };

    TEST("definitions that are refused");
    for (size_t i = 0; i < COUNT_OF(table); i++)
        if (!CHECK_INT(STEP(DEFINE, finance, .text = table[i].yaml), table[i].want))
            printf("%s: %s\n", table[i].yaml, d->err.message);
    CHECK_INT(STEP(DEFINE, reviewer, .text = VOUCHER), E_FORBIDDEN);
    CHECK_INT(STEP(DEFINE, finance, .text = VOUCHER), 0);
    CHECK_INT(STEP(DEFINE, finance, .text = VOUCHER), E_CONFLICT);
    CHECK_INT(STEP(FACE, reviewer, .text = "v", .amount = 0), E_INPUT);
    CHECK_INT(STEP(FACE, finance, .text = "v", .amount = 5), E_FORBIDDEN);
    CHECK_INT(STEP(FACE, reviewer, .text = "w", .amount = 5), E_NOT_FOUND);
}

static int64_t free_of(struct case_desk *d)
{
    struct fund f;
    CHECK_INT(fund_load(&d->m.arena, d->m.s, SPAN("home"), false, &f, NULL), 0);
    return money_balance(&d->m, f.id).free;
}

static void check_issuing(struct case_desk *d, int64_t a, int64_t b)
{
    int64_t before = free_of(d);

    TEST("issued: reserved at once, never over quota, holder, fund");
    CHECK_INT(STEP(ISSUE, agent, .text = "v", .subject = a), E_FORBIDDEN);
    CHECK_INT(STEP(ISSUE, handler, .text = "v", .subject = a), 0);
    CHECK_INT(free_of(d), before - 10000);
    CHECK_INT(STEP(ISSUE, handler, .text = "v", .subject = a), 0);
    CHECK_INT(STEP(ISSUE, handler, .text = "v", .subject = a), E_CONFLICT);
    CHECK_INT(STEP(ISSUE, handler, .text = "v", .subject = b), 0);
    CHECK_INT(STEP(ISSUE, handler, .text = "v", .subject = b), E_CONFLICT);
    CHECK_INT(STEP(WITHDRAW, second, .text = "v-0003"), 0);
    CHECK_INT(STEP(WITHDRAW, second, .text = "v-0003"), E_CONFLICT);
    CHECK_INT(STEP(FACE, reviewer, .text = "v", .amount = 10000000), 0);
    CHECK_INT(STEP(ISSUE, handler, .text = "v", .subject = b), E_CONFLICT); /* over the fund */
    CHECK_INT(STEP(FACE, reviewer, .text = "v", .amount = 6000), 0);
    CHECK_INT(STEP(ISSUE, handler, .text = "v", .subject = b), 0);
    CHECK_INT(voucher(d, "v-0001").face, 10000);
    CHECK_INT(voucher(d, "v-0004").face, 6000);
    CHECK_INT(free_of(d), before - 26000);
    case_all_right(d);
}

static void check_using(struct case_desk *d, int64_t a, int64_t provider)
{
    struct actor holder = case_agent(a, 71), seller = case_agent(provider, 72);
    struct voucher_use u = {.provider_id = provider, .contract = SPAN("HT-1"), .amount = 40000};
    struct voucher_use self = u, far = u;

    self.provider_id = a;
    far.on = (struct date){2023, 3, 1};
    TEST("used with a listed provider, within validity, one contract once");
    CHECK_INT(STEP(USE, holder, .text = "v-0001", .use = u), E_CONFLICT); /* not listed */
    (void)listed(d, "算力服务商名单", "2", "2023-03-02");
    CHECK_INT(STEP(USE, seller, .text = "v-0001", .use = u), E_FORBIDDEN);
    CHECK_INT(STEP(USE, holder, .text = "v-0001", .use = self), E_CONFLICT);
    CHECK_INT(STEP(USE, holder, .text = "v-0001", .use = far), E_INPUT); /* before it was issued */
    CHECK_INT(STEP(REDEEM, seller, .text = "v-0001", .amount = 1), E_CONFLICT);
    CHECK_INT(STEP(USE, holder, .text = "v-0001", .use = u), 0);
    CHECK_INT(STEP(USE, holder, .text = "v-0001", .use = u), E_CONFLICT);
    CHECK_INT(STEP(USE, holder, .text = "v-0002", .use = u), E_CONFLICT); /* the same contract */
    u.contract = SPAN("HT-2");
    CHECK_INT(STEP(USE, holder, .text = "v-0002", .use = u), 0);

    TEST("handed in once, after acceptance, by the provider; settled by another one");
    CHECK_INT(STEP(REDEEM, holder, .text = "v-0001", .amount = 20001), E_FORBIDDEN);
    CHECK_INT(STEP(REDEEM, seller, .text = "v-0001", .amount = 40001), E_CONFLICT);
    CHECK_INT(STEP(REDEEM, chief, .text = "v-0001", .amount = 20001), 0);
    CHECK_INT(STEP(REDEEM, chief, .text = "v-0001", .amount = 20001), E_CONFLICT);
    CHECK_INT(STEP(SETTLE, chief, .text = "v-0001"), E_FORBIDDEN);
    CHECK_INT(STEP(REJECT, second, .text = "v-0001"), 0);
    CHECK_INT(STEP(SETTLE, second, .text = "v-0001"), E_CONFLICT);
    CHECK_INT(STEP(REDEEM, seller, .text = "v-0001", .amount = 20001), 0);
    CHECK_INT(STEP(WITHDRAW, second, .text = "v-0001"), E_CONFLICT);
    CHECK_INT(STEP(SETTLE, second, .text = "v-0001"), 0);
    CHECK_INT(STEP(SETTLE, second, .text = "v-0001"), E_CONFLICT);
    CHECK_INT(voucher(d, "v-0001").amount, 6667); /* a third, whole 分 */
    case_all_right(d);
}

static void check_paying(struct case_desk *d, int64_t provider)
{
    struct pay_step p = {
        .what = MAKE, .who = &finance, .order = {.fund = SPAN("home"), .title = SPAN("券")}};
    struct payment *at = NULL;
    size_t n = 0;

    TEST("paid to the provider, and only what is settled");
    CHECK_INT(pay(&d->m, &p), 0);
    CHECK_INT(payment_list(&d->m.arena, d->m.s, p.made.id, 0, 10, &at, &n, NULL), 0);
    if (CHECK_INT(n, 1)) {
        CHECK_INT(at[0].amount, 6667);
        CHECK_TEXT(at[0].subject_code, (char *)(uintptr_t)case_code(d, "2").p);
    }
    CHECK_INT(p.made.left_out_n, 2);
    CHECK(strcmp(p.made.left_out[0].why, "voucher-open") == 0);
    CHECK_INT(money_number(&d->m, "SELECT pay_to FROM reservation WHERE pay_to IS NOT NULL"),
              provider);
}

static void check_validity(struct case_desk *d)
{
    int64_t before = free_of(d);

    TEST("never after the last day: the same day six months later");
    case_now("2023-09-02T23:00:00");
    CHECK_INT(STEP(REDEEM, chief, .text = "v-0002", .amount = 300), 0);
    CHECK_INT(STEP(REJECT, second, .text = "v-0002"), 0);
    CHECK_INT(STEP(LAPSE, second, .text = "v"), 0);
    case_now("2023-09-03T00:00:00");
    CHECK(voucher(d, "v-0002").over);
    CHECK_INT(STEP(REDEEM, chief, .text = "v-0002", .amount = 300), E_CONFLICT);
    struct voucher_step lapse = {.what = LAPSE, .who = &second, .text = "v"};
    CHECK_INT(money_do_on(d->m.s, &d->m.arena, voucher_run, &lapse, NULL), 0);
    CHECK_INT(lapse.n, 2);
    CHECK_INT(voucher(d, "v-0002").state, VOUCHER_EXPIRED);
    CHECK_INT(free_of(d), before + 16000);
    case_all_right(d);

    TEST("the check finds what was changed behind its back");
    CHECK_INT(
        store_execute(d->m.s, "UPDATE voucher SET amount = 6668 WHERE number = 'v-0001'", &d->err),
        0);
    CHECK(money_wrong(&d->m) > 0);
    CHECK_INT(
        store_execute(d->m.s, "UPDATE voucher SET amount = 6667 WHERE number = 'v-0001'", &d->err),
        0);
    CHECK_INT(money_wrong(&d->m), 0);
}

struct starving {
    struct case_desk *d;
    struct voucher_step step;
};

static int and_forget(struct arena *a, struct store *s, void *context, struct err *err)
{
    struct voucher_step *v = context;
    int r = voucher_run(a, s, v, err);

    return r == 0 ? E_CHECK : r;
}

static int starve(void *context)
{
    struct starving *x = context;
    struct arena a;
    int r;

    arena_init(&a);
    r = money_do_on(x->d->m.s, &a, and_forget, &x->step, NULL);
    arena_release(&a);
    return r == E_CHECK ? 0 : r;
}

static void check_starving(struct case_desk *d, int64_t a)
{
    struct starving define = {d,
                              {.what = DEFINE,
                               .who = &finance,
                               .text = "{voucher: w, name: 券, kind: 券, fund: home,"
                                       " measure: m, face: 1, months: 1,"
                                       " providers: 无, cites: 五}"}};
    struct starving issue = {d, {.what = ISSUE, .who = &handler, .text = "v", .subject = a}};
    int64_t before = money_number(&d->m, "SELECT COUNT(*) FROM voucher");

    TEST("no memory: nothing is issued");
    fault_loop(starve, &define);
    fault_loop(starve, &issue);
    CHECK_INT(money_number(&d->m, "SELECT COUNT(*) FROM voucher"), before);
    CHECK_INT(money_wrong(&d->m), 0);
}

static void check_vouchers(struct case_desk *d, int64_t a)
{
    int64_t provider = case_firm(d, "2", 5), b = case_firm(d, "3", 5);

    check_definitions(d);
    check_starving(d, b);
    check_issuing(d, a, b);
    check_using(d, a, provider);
    check_paying(d, provider);
    check_validity(d);
}

/* ---- data: demands, objections ---- */

struct data_step {
    enum { ASK_FOR, SUPPLY, REFUSE, OBJECT, ASK_UNIT, CORRECT, KEEP, EARLIER } what;
    struct case_desk *d;
    const struct actor *who;
    int64_t id;
    const char *fact, *text, *more;
    struct payday_new day;
    size_t n;
};

static int data_run(struct arena *a, struct store *s, void *context, struct err *err)
{
    struct data_step *x = context;
    const struct office *o = &x->d->o;
    const struct demand_new demand = {.project = SPAN("heads"),
                                      .fact = span_z(x->fact),
                                      .why = span_z(x->text),
                                      .collected = x->more != NULL};
    const struct objection_new objection = {.subject_id = x->id,
                                            .key = span_z(x->fact),
                                            .value = span_z(x->text),
                                            .reason = SPAN("名册有误")};
    int64_t id;

    switch (x->what) {
    case ASK_FOR:
        return demand_add(a, o, x->who, &demand, &id, err);
    case SUPPLY:
        return demand_supply(a, o, x->who, x->id,
                             &(struct demand_answer){.how = span_z(x->text),
                                                     .quality = SPAN("全面、及时、可用"),
                                                     .cycle = SPAN("每周")},
                             err);
    case REFUSE:
        return demand_refuse(a, o, x->who, x->id, span_z(x->more), span_z(x->text), err);
    case OBJECT:
        return objection_add(a, o, x->who, &objection, &id, err);
    case ASK_UNIT:
        return objection_ask(a, o, x->who, x->id, err);
    case CORRECT:
        return objection_correct(a, o, x->who, x->id, span_z(x->text), SPAN("复核"), err);
    case KEEP:
        return objection_keep(a, o, x->who, x->id, span_z(x->text), err);
    default:
        return payday_set(a, s, x->who, &x->day, &x->n, err);
    }
}

static int data_does(struct case_desk *d, struct data_step x)
{
    x.d = d;
    x.fact = x.fact ? x.fact : "";
    d->err = (struct err)ERR_INIT;
    return money_do_on(d->m.s, &d->m.arena, data_run, &x, &d->err);
}
#define DATA(what_, who_, ...)                                                                     \
    data_does(d, (struct data_step){.what = what_, .who = &(who_), __VA_ARGS__})

static int data_and_forget(struct arena *a, struct store *s, void *context, struct err *err)
{
    int r = data_run(a, s, context, err);

    return r == 0 ? E_CHECK : r;
}

static int data_starving(void *context)
{
    struct data_step *x = context;
    struct arena a;
    int r;

    arena_init(&a);
    r = money_do_on(x->d->m.s, &a, data_and_forget, x, NULL);
    arena_release(&a);
    return r == E_CHECK ? 0 : r;
}

static void check_demands(struct case_desk *d)
{
    struct demand *at = NULL;
    size_t n = 0;

    TEST("demands: the holder of the fact is asked, refused only with a clause");
    case_now("2023-03-01T09:00:00");
    CHECK_INT(DATA(ASK_FOR, handler, .fact = "从业人", .text = "算"), E_NOT_FOUND);
    CHECK_INT(DATA(ASK_FOR, handler, .fact = "从业人员", .text = " "), E_INPUT);
    CHECK_INT(DATA(ASK_FOR, agent, .fact = "从业人员", .text = "算"), E_FORBIDDEN);
    CHECK_INT(DATA(ASK_FOR, handler, .fact = "从业人员", .text = "算"), 0);
    CHECK_INT(DATA(ASK_FOR, handler, .fact = "从业人员", .text = "算"), E_CONFLICT);
    CHECK_INT(DATA(REFUSE, handler, .id = 1, .text = "不便", .more = " "), E_INPUT);
    CHECK_INT(DATA(REFUSE, handler, .id = 9, .text = "不便", .more = "某法三十"), E_NOT_FOUND);
    CHECK_INT(DATA(REFUSE, handler, .id = 1, .text = "不便", .more = "某法三十"), 0);
    CHECK_INT(DATA(SUPPLY, handler, .id = 1, .text = "接口"), E_CONFLICT);
    CHECK_INT(DATA(ASK_FOR, handler, .fact = "从业人员", .text = "算", .more = "有"), 0);
    CHECK_INT(DATA(SUPPLY, handler, .id = 2, .text = "接口"), 0);
    CHECK_INT(demand_list(&d->m.arena, d->m.s, SPAN("heads"), &at, &n, NULL), 0);
    if (CHECK_INT(n, 2)) {
        CHECK_TEXT(at[0].unit, "统计部门");
        CHECK_TEXT(at[0].due, "2023-03-22"); /* fifteen working days behind the 1st */
        CHECK_TEXT(at[0].cites, "某法三十");
        CHECK_INT(at[1].due.n, 0);
        CHECK_TEXT(at[1].state, "supplied");
    }
}

static void check_objections(struct case_desk *d, int64_t firm)
{
    struct actor own = case_agent(firm, 81), other = case_agent(firm + 1, 82);
    struct data_step correct = {
        .what = CORRECT, .d = d, .who = &reviewer, .id = 1, .fact = "", .text = "0"};
    struct objection x;

    TEST("an objection: one's own datum, which somebody has said; once while it is open");
    CHECK_INT(DATA(OBJECT, other, .id = firm, .fact = "从业人员", .text = "3"), E_FORBIDDEN);
    CHECK_INT(DATA(OBJECT, own, .id = firm, .fact = "是否示范企业", .text = "是"), E_NOT_FOUND);
    CHECK(DATA(OBJECT, own, .id = firm, .fact = "从业人员", .text = "很多") < 0);
    CHECK_INT(DATA(OBJECT, own, .id = firm, .fact = "从业人员", .text = "0"), 0);
    CHECK_INT(DATA(OBJECT, own, .id = firm, .fact = "从业人员", .text = "0"), E_CONFLICT);

    TEST("asked, then corrected by another one; what turns is recorded");
    CHECK_INT(DATA(CORRECT, own, .id = 1, .text = "0"), E_FORBIDDEN);
    CHECK_INT(DATA(ASK_UNIT, handler, .id = 1), 0);
    CHECK_INT(DATA(ASK_UNIT, handler, .id = 1), E_CONFLICT);
    CHECK_INT(DATA(KEEP, handler, .id = 1, .text = " "), E_INPUT);
    fault_loop(data_starving, &correct);
    CHECK_INT(DATA(CORRECT, reviewer, .id = 1, .text = "0"), 0);
    CHECK_INT(DATA(CORRECT, reviewer, .id = 1, .text = "0"), E_CONFLICT);
    CHECK_INT(objection_load(&d->m.arena, d->m.s, 1, &x, NULL), 0);
    CHECK_TEXT(x.state, "corrected");
    CHECK_TEXT(x.said, "10");
    CHECK(span_find(x.turned, SPAN("office/per-head")) != SIZE_MAX);
    CHECK_INT(money_number(&d->m, "SELECT COUNT(*) FROM fact_event WHERE source = '名册'"
                                  " AND value = '0' AND basis = 'verified'"),
              1);
    CHECK_INT(DATA(OBJECT, own, .id = firm, .fact = "从业人员", .text = "9"), 0);
    CHECK_INT(DATA(KEEP, handler, .id = 2, .text = "与名册一致"), 0);
}

static void check_days(struct case_desk *d, int64_t firm)
{
    struct data_step first = {.what = EARLIER,
                              .d = d,
                              .who = &finance,
                              .fact = "",
                              .day = {.fund = SPAN("home"),
                                      .measure = SPAN("test/a"),
                                      .on = {2023, 3, 31},
                                      .reason = SPAN("一季度"),
                                      .cites = SPAN("三")}};
    struct data_step step = first;
    struct payday *at = NULL;
    int64_t late;
    size_t n = 0;

    TEST("a day of payment moves forward only, for the class alone; the amount stays");
    late = reserved(d, "home", firm, "9");
    fault_loop(data_starving, &first);
    CHECK_INT(data_does(d, first), 0);
    CHECK_INT(data_does(d, first), E_CONFLICT);
    step.day.on = (struct date){2023, 4, 30};
    CHECK_INT(data_does(d, step), E_CONFLICT);
    step.day.on = (struct date){2023, 3, 20};
    step.day.list = SPAN("示范名单");
    CHECK_INT(data_does(d, step), E_CONFLICT); /* it is not on it */
    step.day.list = SPAN("");
    step.day.reservation_id = late;
    CHECK_INT(data_does(d, step), 0);
    step.day.reason = SPAN(" ");
    CHECK_INT(data_does(d, step), E_INPUT);
    step.who = &agent;
    CHECK_INT(data_does(d, step), E_FORBIDDEN);
    case_now("2023-03-21T00:00:00");
    CHECK_INT(payday_list(&d->m.arena, d->m.s, 0, &at, &n, NULL), 0);
    if (CHECK(n > 0)) {
        CHECK_INT(at[0].reservation_id, late);
        CHECK_TEXT(at[0].due, "2023-03-20");
        CHECK_TEXT(at[0].was, "2023-03-31");
        CHECK_INT(at[0].amount, 10000);
        CHECK(at[0].late);
    }
    case_all_right(d);
}

static void check_all(struct case_desk *d)
{
    int64_t firm = case_firm(d, "1", 10);

    (void)money_fund(&d->m, FUND);
    (void)money_fund(&d->m, AWAY);
    check_claims(d, firm);
    check_payments(d, firm);
    check_direct(d);
    check_vouchers(d, firm);
    check_demands(d);
    check_objections(d, firm);
    check_days(d, firm);
}

int main(int argc, char **argv)
{
    return case_main(argc, argv, "u_lists", check_all);
}
