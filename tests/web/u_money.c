/*
 * u_money.c: pages of money, as each person sees them: who is barred, on the page of the
 * application and on the reviewer's, with ground and last day; a claim with plan and receipts;
 * vouchers for holder, provider and office; the way of the money; approvals to be made up.
 * Arguments: web, the library (tests/casework/office). To blame: src/web/money.c, vouchers.c,
 * case_review.c, their templates.
 */
#include <stdlib.h>
#include <unistd.h>

#include "casework/clawback.h"
#include "casework/payments.h"
#include "casework/registers.h"
#include "casework/voucher.h"
#include "http/site.h"
#include "identity/organisations.h"
#include "identity/sessions.h"
#include "policy/subjects.h"
#include "tests/unit/test.h"
#include "web/app.h"

#define FIRM     "91000000MA0000000N"
#define PROVIDER "91000000000000115R"
#define DAY                                                                                        \
    (struct date)                                                                                  \
    {                                                                                              \
        2023, 3, 1                                                                                 \
    }

struct visitor {
    struct site site;
    struct arena process, request;
    struct app app;
    struct answer answer;
    struct store *store;
    struct span token; /* of whoever looks */
    int64_t firm, provider, claim, batch, reservation;
};

static const struct actor chief = {.account_id = 901,
                                   .name = {"主任", 6},
                                   .roles = 1u << USER_REVIEWER | 1u << USER_FINANCE |
                                            1u << USER_HANDLER | 1u << USER_PUBLISHER};
static const struct actor second = {
    .account_id = 902, .name = {"另一人", 9}, .roles = 1u << USER_REVIEWER | 1u << USER_FINANCE};

static const struct actor operator_ = {.program = true, .name = {"operator", 8}};

#define OK(call)                                                                                   \
    do {                                                                                           \
        struct err err = ERR_INIT;                                                                 \
        if (!CHECK_INT((call), 0))                                                                 \
            printf("%s\n", err.message);                                                           \
    } while (0)

/* ---- asking ---- */

static int ask(struct visitor *v, const char *method, const char *target, const char *form)
{
    struct pair headers[] = {
        {SPAN("Accept"), SPAN("text/html")},
        {SPAN("Authorization"), {0}},
        {SPAN("Content-Type"), SPAN("application/x-www-form-urlencoded")},
    };
    struct wire_request wire = {
        .method = span_z(method), .target = span_z(target), .headers = {headers, form ? 3 : 2, 3}};

    arena_clear(&v->request);
    headers[1].value = arena_print(&v->request, "Bearer %.*s", SPAN_ARG(v->token));
    if (form)
        wire.body = span_z(form);
    site_answer(&v->site, &wire, &v->request, &v->answer);
    return v->answer.status;
}

static bool says(const struct visitor *v, const char *text)
{
    bool there = span_find(v->answer.body, span_z(text)) != SIZE_MAX;

    if (!there)
        printf("the page does not say %s\n", text);
    return there;
}

static bool silent(const struct visitor *v, const char *text)
{
    return span_find(v->answer.body, span_z(text)) == SIZE_MAX;
}

/* ---- people ---- */

static int64_t person(struct visitor *v, const char *login, enum user_role role,
                      int64_t organisation, int64_t subject)
{
    struct right_new x = {
        .role = role, .since = DAY, .organisation_id = organisation, .subject_id = subject};
    int64_t right = 0;

    OK(account_add(v->store, &operator_, span_z(login), SPAN(""), SPAN(""), &x.account_id, &err));
    OK(right_grant(v->store, &operator_, &x, &right, &err));
    return x.account_id;
}

/* The library names them. */
static int64_t office_of(struct visitor *v, const char *name)
{
    struct organisation_row row = {0};
    OK(organisation_find(v->store, &v->process, span_z(name), DAY, &row, &err));
    return row.id;
}

static void sit(struct visitor *v, int64_t account)
{
    char token[SESSION_TOKEN + 1] = "";
    OK(session_vouched(v->store, &v->process, account, SPAN("test"), token, &err));
    v->token = arena_copy(&v->process, span_z(token));
}

/* ---- what there is ---- */

static int fund_put(struct arena *a, struct store *s, struct err *err)
{
    struct json *j = NULL;
    int64_t id;
    int r = yaml_parse(a,
                       SPAN("{fund: home, name: 补贴资金, region: 月球省/环形山区,"
                            " holder: 另一处, cap: 1000000, order: approval}"),
                       SPAN("fund.yaml"), &j, err);

    return r < 0 ? r : fund_add(a, s, &chief, j, SPAN("fund.yaml"), &id, err);
}

static int reserve(struct visitor *v, struct store *s, const char *item, const char *instruction,
                   int64_t *ret, struct err *err)
{
    const struct fund_request q = {.fund = SPAN("home"),
                                   .ground = {.measure = SPAN("office/per-head"),
                                              .subject_id = v->firm,
                                              .item = span_z(item),
                                              .about = SPAN(""),
                                              .part = SPAN("")},
                                   .amount = 100000,
                                   .precision = PRECISION_EXACT,
                                   .nature = NATURE_RECEIVED,
                                   .basis = BASIS_VERIFIED,
                                   .reason = SPAN("批准"),
                                   .instruction = span_z(instruction)};
    return fund_reserve(&v->process, s, &chief, &q, ret, err);
}

static int pay_all(struct visitor *v, struct store *s, struct err *err)
{
    struct seal seal;
    const struct payee_new payee = {v->firm, SPAN("某厂"), SPAN("某银行"), SPAN("62220000")};
    const struct batch_new order = {.fund = SPAN("home"), .title = SPAN("三月")};
    struct batch_made made;
    struct reply_outcome outcome;
    int64_t id;
    int r = seal_load(s, store_url(), true, &seal, err);

    if (r == 0)
        r = payee_add(&v->process, s, &seal, &chief, &payee, &id, err);
    if (r == 0)
        r = batch_make(&v->process, s, &chief, &order, &made, err);
    if (r == 0)
        r = batch_approve(&v->process, s, &second, made.id, err);
    if (r == 0)
        r = batch_submit(&v->process, s, &seal, &chief, made.id, err);
    if (r == 0)
        r = batch_reply(&v->process, s, &chief, made.id,
                        SPAN("key,result,amount,date\nHQ1-1,paid,1000.00,2023-03-02\n"
                             "HQ1-2,paid,1000.00,2023-03-02\n"),
                        SPAN("reply.csv"), &outcome, err);
    v->batch = made.id;
    return r;
}

static int claim_put(struct visitor *v, struct store *s, struct err *err)
{
    const struct claim_new n = {.reservation_id = v->reservation,
                                .cause = CAUSE_FRAUD,
                                .cites = SPAN("《办法》七"),
                                .reason = SPAN("虚报人数")};
    return claim_open(&v->process, s, &chief, &n, &v->claim, err);
}

static int vouchers_put(struct visitor *v, struct store *s, struct err *err)
{
    struct json *j = NULL;
    struct span number;
    int64_t id;
    int r = yaml_parse(&v->process,
                       SPAN("{voucher: v, name: 示例算力券, kind: 算力券, fund: home,"
                            " measure: office/model, quota: 3, face: 100, months: 6,"
                            " providers: 算力服务商名单, cites: 五}"),
                       SPAN("v.yaml"), &j, err);

    if (r == 0)
        r = voucher_define(&v->process, s, &chief, j, SPAN("v.yaml"), &id, err);
    return r < 0 ? r : voucher_issue(&v->process, s, &chief, SPAN("v"), v->provider, &number, err);
}

static int put_all(struct store *s, void *context, struct err *err)
{
    struct visitor *v = context;
    int64_t owed = 0;
    int r = subject_put(s, ENTERPRISE_KIND.kind, SPAN(FIRM), SPAN("甲厂"), &v->firm, err);

    if (r == 0)
        r = subject_put(s, ENTERPRISE_KIND.kind, SPAN(PROVIDER), SPAN("乙公司"), &v->provider, err);
    if (r == 0)
        r = fund_put(&v->process, s, err);
    if (r == 0)
        r = reserve(v, s, "1", "", &v->reservation, err);
    if (r == 0)
        r = reserve(v, s, "2", "区长指令7号", &owed, err);
    if (r == 0)
        r = pay_all(v, s, err);
    if (r == 0)
        r = vouchers_put(v, s, err);
    return r < 0 ? r : claim_put(v, s, err);
}

/* ---- the pages ---- */

static void applying(struct visitor *v, int64_t agent)
{
    TEST("who is barred is told before he applies: why, and until when");
    sit(v, agent);
    CHECK_INT(ask(v, "GET", "/cases/new/office/grant", NULL), 200);
    CHECK(says(v, "虚报人数"));
    CHECK(says(v, "2026-03-01"));
    CHECK(says(v, "不能申请"));
    CHECK(silent(v, "name=\"procedure\""));
    CHECK_INT(ask(v, "POST", "/cases", "procedure=office%2Fgrant&key=1"), 409);
}

static void reviewing(struct visitor *v, int64_t officer, int64_t agent, const char *number)
{
    char target[80];

    TEST("the reviewer and the applicant see it on a case that began before");
    snprintf(target, sizeof target, "/cases/%s", number);
    sit(v, officer);
    CHECK_INT(ask(v, "GET", target, NULL), 200);
    CHECK(says(v, "虚报人数"));
    CHECK(says(v, "2026-03-01"));
    sit(v, agent);
    CHECK_INT(ask(v, "GET", target, NULL), 200);
    CHECK(says(v, "虚报人数"));
}

static void not_barred(struct visitor *v, int64_t agent)
{
    TEST("who is not barred sees the form only");
    sit(v, agent);
    CHECK_INT(ask(v, "GET", "/cases/new/office/grant", NULL), 200);
    CHECK(says(v, "name=\"procedure\""));
    CHECK(silent(v, "不能申请"));
}

static void claims(struct visitor *v, int64_t money, int64_t reviewer)
{
    TEST("a claim: plan, receipt, bar, history; each sees what he may do");
    sit(v, money);
    CHECK_INT(ask(v, "GET", "/clawbacks/1", NULL), 200);
    CHECK(says(v, "月球省/环形山区"));
    CHECK(silent(v, "value=\"transfer\""));
    CHECK_INT(ask(v, "POST", "/clawbacks/1", "act=plan&plan=2023-04-01+400%0A2023-05-01+500"), 422);
    CHECK(says(v, "各期之和"));
    CHECK_INT(ask(v, "POST", "/clawbacks/1", "act=plan&plan=2023-04-01+400%0A2023-05-01+600"), 303);
    CHECK_INT(ask(v, "POST", "/clawbacks/1", "act=repay&amount=400&reference=R1"), 303);
    CHECK_INT(ask(v, "GET", "/clawbacks/1", NULL), 200);
    CHECK(says(v, "2023-05-01"));
    CHECK(says(v, "R1"));
    CHECK(says(v, "订立还款计划"));
    sit(v, reviewer);
    CHECK_INT(ask(v, "GET", "/clawbacks/1", NULL), 200);
    CHECK(says(v, "value=\"transfer\""));
    CHECK_INT(ask(v, "POST", "/clawbacks/1", "act=transfer&to=%E6%B3%95%E9%99%A2&reason=x"), 303);
    CHECK_INT(ask(v, "GET", "/clawbacks/1", NULL), 200);
    CHECK(says(v, "已移送"));
}

static void payments(struct visitor *v, int64_t money)
{
    TEST("the way of the money, and what is owed");
    sit(v, money);
    CHECK_INT(
        ask(v, "POST", "/payments/1",
            "act=hop&from=%E5%B8%82%E8%B4%A2%E6%94%BF&to=%E5%8C%BA&amount=2000&on=2023-03-01"),
        303);
    CHECK_INT(ask(v, "GET", "/payments/1", NULL), 200);
    CHECK(says(v, "市财政"));
    CHECK(says(v, "2023-03-02"));
    CHECK_INT(ask(v, "GET", "/funds", NULL), 200);
    CHECK(says(v, "区长指令7号"));
}

static void vouchers(struct visitor *v, int64_t money, int64_t officer, int64_t firm,
                     int64_t provider)
{
    TEST("vouchers: an office sees all, an enterprise its own");
    sit(v, officer);
    CHECK_INT(ask(v, "GET", "/vouchers", NULL), 200);
    CHECK(says(v, "示例算力券"));
    CHECK(says(v, "v-0001"));
    CHECK(says(v, "name=\"holder\""));
    CHECK_INT(ask(v, "POST", "/vouchers", "programme=v&holder=" FIRM), 409); /* barred */
    CHECK(says(v, "虚报人数"));
    CHECK_INT(ask(v, "POST", "/vouchers", "programme=v&holder=" PROVIDER), 303);
    sit(v, firm);
    CHECK_INT(ask(v, "GET", "/vouchers", NULL), 200);
    CHECK(silent(v, "v-0001"));
    CHECK_INT(ask(v, "GET", "/vouchers/v-0001", NULL), 404);
    CHECK_INT(ask(v, "POST", "/vouchers/v-0001", "act=settle"), 404);
    sit(v, provider); /* the holder of this one */
    CHECK_INT(ask(v, "GET", "/vouchers/v-0001", NULL), 200);
    CHECK(says(v, "value=\"use\""));
    CHECK(silent(v, "value=\"withdraw\""));
    CHECK_INT(
        ask(v, "POST", "/vouchers/v-0001", "act=use&provider=" FIRM "&contract=HT-1&amount=300"),
        409);
    CHECK(says(v, "算力服务商名单"));
    CHECK_INT(ask(v, "POST", "/vouchers/v-0001", "act=withdraw&reason=x"), 403);
    sit(v, money);
    CHECK_INT(ask(v, "POST", "/vouchers/v-0001", "act=withdraw&reason=x"), 303);
    CHECK_INT(ask(v, "GET", "/vouchers/v-0001", NULL), 200);
    CHECK(says(v, "已收回"));
}

static int know(struct store *s, void *context, struct err *err)
{
    struct visitor *v = context;
    const struct fact_event e = {
        .fact = SPAN("从业人员"),
        .item = SPAN(""),
        .period = SPAN(""),
        .value = {.kind = VALUE_NUMBER, .number = decimal_from_int(28)},
        .source = SPAN("统计部门"),
        .basis = BASIS_VERIFIED,
        .observed = DAY,
    };
    bool written;
    return subject_add_event(&v->process, s, v->firm, &e, &written, err);
}

static void data(struct visitor *v, int64_t officer, int64_t firm, int64_t other)
{
    TEST("a datum is objected to, asked for, corrected; what turns is shown; others see nothing");
    OK(store_write(v->store, know, v, &err));
    sit(v, firm);
    CHECK_INT(ask(v, "POST", "/data", "act=object&fact=%E4%BB%8E%E4%B8%9A&value=0&reason=x"), 400);
    CHECK_INT(ask(v, "POST", "/data",
                  "act=object&fact=%E4%BB%8E%E4%B8%9A%E4%BA%BA%E5%91%98&value=0&reason=wrong"),
              303);
    CHECK_INT(ask(v, "GET", "/data", NULL), 200);
    CHECK(says(v, "统计部门"));
    CHECK(silent(v, "value=\"correct\""));
    CHECK_INT(ask(v, "POST", "/data", "act=correct&id=1&value=0&reason=x"), 403);
    sit(v, other);
    CHECK_INT(ask(v, "GET", "/data", NULL), 200);
    CHECK(silent(v, "统计部门"));
    sit(v, officer);
    CHECK_INT(ask(v, "POST", "/data", "act=ask&id=1"), 303);
    CHECK_INT(ask(v, "POST", "/data", "act=correct&id=1&value=0&reason=checked"), 303);
    CHECK_INT(ask(v, "GET", "/data", NULL), 200);
    CHECK(says(v, "已更正"));
    CHECK(says(v, "按人补贴"));
    CHECK(silent(v, "value=\"correct\""));
}

/* A draft of the firm, from before it was barred. */
static void begin_case(struct visitor *v, int64_t agent, char *ret, size_t room)
{
    struct span location = {"", 0};

    TEST("a case");
    sit(v, agent);
    CHECK_INT(ask(v, "POST", "/cases", "procedure=office%2Fgrant&key=0"), 303);
    for (size_t i = 0; i < v->answer.headers.n; i++)
        if (span_eq(v->answer.headers.at[i].name, SPAN("Location")))
            location = v->answer.headers.at[i].value;
    if (CHECK(location.n > 7)) /* behind "/cases/" */
        snprintf(ret, room, "%.*s", (int)location.n - 7, location.p + 7);
}

static bool open_visitor(struct visitor *v, char **argv, const char *url)
{
    struct diags diags;
    struct err err = ERR_INIT;
    struct site_config config = {
        .web = argv[1],
        .routes = app_routes,
        .route_count = app_route_count,
        .app = &v->app,
        .identify = app_identify,
        .unread = app_unread,
        .keep = {&v->app, app_session_load, app_session_save, app_session_drop}};

    v->app.version = "1";
    arena_init(&v->process);
    arena_init(&v->request);
    diags_init(&diags, &v->process);
    setenv("HUIQI_DATABASE", url, 1);
    bool ok = CHECK_INT(app_init(&v->app, &v->process, argv[2], NULL, &diags, &err), 0) &&
              CHECK_INT(site_init(&v->site, &config, &v->process, &diags, &err), 0) &&
              CHECK_INT(app_make_database(&v->app, &err), 0) &&
              CHECK_INT(store_open(url, &v->store, &err), 0);
    if (!ok)
        printf("%s\n", err.message);
    return ok;
}

static int put_firm(struct store *s, void *context, struct err *err)
{
    struct visitor *v = context;
    int r = subject_put(s, ENTERPRISE_KIND.kind, SPAN(FIRM), SPAN("甲厂"), &v->firm, err);

    return r < 0 ? r
                 : subject_put(s, ENTERPRISE_KIND.kind, SPAN(PROVIDER), SPAN("乙公司"),
                               &v->provider, err);
}

static void check_all(struct visitor *v)
{
    int64_t office = office_of(v, "环形山区劳动局"), purse = office_of(v, "环形山区财政局");
    char number[40] = "";

    TEST("people");
    OK(store_write(v->store, put_firm, v, &err));
    int64_t firm = person(v, "firm", USER_AGENT, 0, v->firm);
    int64_t other = person(v, "other", USER_AGENT, 0, v->provider);
    int64_t officer = person(v, "officer", USER_HANDLER, office, 0);
    int64_t money = person(v, "money", USER_FINANCE, purse, 0);
    int64_t reviewer = person(v, "reviewer", USER_REVIEWER, purse, 0);
    int64_t clerk = person(v, "clerk", USER_HANDLER, purse, 0);

    begin_case(v, firm, number, sizeof number);
    OK(store_write(v->store, put_all, v, &err));
    applying(v, firm);
    reviewing(v, officer, firm, number);
    not_barred(v, other);
    claims(v, money, reviewer);
    payments(v, money);
    vouchers(v, money, clerk, firm, other);
    data(v, officer, firm, other);
}

int main(int argc, char **argv)
{
    char folder[] = "/tmp/huiqi-money.XXXXXX", url[64], command[80];
    struct visitor v = {0};

    if (argc != 3 || !CHECK(mkdtemp(folder) != NULL))
        return 2;
    snprintf(url, sizeof url, "sqlite:%s/test.db", folder);
    setenv("HUIQI_NOW", "2023-03-01T10:00:00", 1);
    if (open_visitor(&v, argv, url)) {
        check_all(&v);
        arena_clear(&v.request);
        store_close(v.store);
        site_release(&v.site);
        app_release(&v.app);
    }
    arena_release(&v.request);
    arena_release(&v.process);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    CHECK_INT(system(command), 0);
    return test_end();
}
