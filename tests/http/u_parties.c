/*
 * u_parties.c: a case on pages, as each of its parties: a bank, a landlord, a school, another
 * department see their own step and nothing of the others', of amounts or of what the applicant has
 * had besides; the office and the applicant see all. Keys of new cases never repeat. Blame
 * src/web/cases.c, case_form.c, case_general.c, desk.c, src/casework/case_json.c.
 */
#include <stdlib.h>
#include <unistd.h>

#include "http/site.h"
#include "identity/organisations.h"
#include "identity/sessions.h"
#include "policy/subjects.h"
#include "tests/unit/test.h"
#include "web/app.h"

struct visitor {
    struct site site;
    struct arena process, request;
    struct app app;
    struct answer answer;
    struct store *store;
    int64_t subject;
};

static const struct actor operator_ = {.program = true, .name = {"operator", 8}};

#define OK(call)                                                                                   \
    do {                                                                                           \
        struct err err = ERR_INIT;                                                                 \
        if (!CHECK_INT((call), 0))                                                                 \
            printf("%s\n", err.message);                                                           \
    } while (0)

static int64_t organisation(struct visitor *v, const char *name)
{
    const struct organisation_new o = {span_z(name), SPAN("department"), {0}, NULL, 0};
    const struct date day = {2020, 1, 1};
    struct organisation_row row;
    int64_t id = 0;

    if (organisation_find(v->store, &v->process, span_z(name), day, &row, NULL) == 0)
        return row.id; /* of the library */
    OK(organisation_add(v->store, &operator_, &o, day, &id, &err));
    return id;
}

/* The token of somebody in an organisation; NULL = the firm's agent. */
static struct span person(struct visitor *v, const char *login, enum user_role role,
                          const char *organisation_name)
{
    struct right_new right = {.role = role, .since = {2020, 1, 1}};
    char token[SESSION_TOKEN + 1] = "";
    int64_t id = 0;

    if (organisation_name)
        right.organisation_id = organisation(v, organisation_name);
    else
        right.subject_id = v->subject;
    OK(account_add(v->store, &operator_, span_z(login), SPAN(""), SPAN(""), &right.account_id,
                   &err));
    OK(right_grant(v->store, &operator_, &right, &id, &err));
    OK(session_vouched(v->store, &v->process, right.account_id, SPAN("test"), token, &err));
    return arena_copy(&v->process, span_z(token));
}

static int put_firm(struct store *s, void *context, struct err *err)
{
    struct visitor *v = context;
    struct fact_event e = {.fact = SPAN("从业人员"),
                           .item = SPAN(""),
                           .period = SPAN(""),
                           .value = {.kind = VALUE_NUMBER, .number = decimal_from_int(12)},
                           .source = SPAN("名册"),
                           .basis = BASIS_VERIFIED,
                           .observed = {2023, 1, 1}};
    bool written;
    int r = subject_put(s, ENTERPRISE_KIND.kind, SPAN("91000000000000115R"), SPAN("甲厂"),
                        &v->subject, err);

    return r == 0 ? subject_add_event(&v->process, s, v->subject, &e, &written, err) : r;
}

/* ---- asking ---- */

static int ask_as(struct visitor *v, const char *method, const char *target, struct span token,
                  struct span type, struct span body)
{
    struct pair headers[] = {
        {SPAN("Accept"), SPAN("text/html")},
        {SPAN("Content-Type"), type},
        {SPAN("Authorization"), {0}},
    };
    struct wire_request wire = {.method = span_z(method),
                                .target = span_z(target),
                                .body = body,
                                .headers = {headers, token.n ? 3 : 2, 3}};
    arena_clear(&v->request);
    headers[2].value = arena_print(&v->request, "Bearer %.*s", SPAN_ARG(token));
    site_answer(&v->site, &wire, &v->request, &v->answer);
    return v->answer.status;
}

static int ask(struct visitor *v, const char *method, const char *target, struct span token,
               struct span body)
{
    return ask_as(v, method, target, token, SPAN("application/x-www-form-urlencoded"), body);
}

static int get(struct visitor *v, const char *target, struct span token)
{
    return ask(v, "GET", target, token, SPAN(""));
}

static bool says(const struct visitor *v, const char *text)
{
    return span_find(v->answer.body, span_z(text)) != SIZE_MAX;
}

static int post_json(struct visitor *v, const char *target, struct span token, const char *body)
{
    return ask_as(v, "POST", target, token, SPAN("application/json"), span_z(body));
}

/* ---- the parties ---- */

static const struct kind {
    const char *login, *organisation, *field, *paper, *act;
} kinds[] = {{"bank", "月球银行", "账户说明一", "银行流水甲", "say-bank"},
             {"landlord", "月球物业", "租金说明二", "租赁合同乙", "say-landlord"},
             {"school", "月球学校", "学籍说明三", "毕业证书丙", "say-school"},
             {"bureau", "月球商务局", "行业说明四", "行业许可丁", "say-bureau"}};
#define CASE "/cases/2023030100000001"

static void only_his(struct visitor *v, size_t own)
{
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        bool right = says(v, kinds[i].field) == (i == own) && says(v, kinds[i].paper) == (i == own);
        if (!CHECK(right))
            printf("the page of the %s, about the %s\n", kinds[own].login, kinds[i].login);
    }
    CHECK(!says(v, "从业人员") && !says(v, "1,200"));
}

static void as_party(struct visitor *v, size_t own, struct span token)
{
    char form[80];

    CHECK_INT(get(v, CASE, token), 200);
    only_his(v, own);
    CHECK(!says(v, "of the office") && !says(v, "审核时限"));
    CHECK_INT(says(v, "银行时限"), own == 0);
    CHECK(!says(v, "/do/transfer") && !says(v, "/do/note") && !says(v, "review"));
    snprintf(form, sizeof form, CASE "/do/%s", kinds[own].act);
    CHECK_INT(get(v, form, token), 200);
    only_his(v, own);
    CHECK_INT(get(v, CASE "/do/submit", token), 200); /* another's step: nothing to see in it */
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (i != own)
            CHECK(!says(v, kinds[i].paper));
    snprintf(form, sizeof form, CASE "/do/%s", kinds[(own + 1) % 4].act);
    CHECK_INT(post_json(v, form, token, "{\"data\": {\"fields\": {}}}"), 409);
    CHECK_INT(get(v, "/desk", token), 200);
    CHECK(!says(v, "1,200"));
}

static void journey(struct visitor *v)
{
    OK(store_write(v->store, put_firm, v, &err));
    struct span agent = person(v, "agent", USER_AGENT, NULL);
    struct span office = person(v, "office", USER_HANDLER, "环形山区劳动局");

    TEST("a case is begun by a page, handed in, and each party looks at it");
    CHECK_INT(get(v, "/cases/new/office/four", agent), 200);
    CHECK_INT(post_json(v, "/cases", agent, "{\"procedure\": \"office/four\", \"key\": \"k\"}"),
              303);
    CHECK_INT(post_json(v, CASE "/do/submit", agent,
                        "{\"data\": {\"materials\": {\"statement\": {}, \"lease\": {},"
                        " \"diploma\": {}, \"licence2\": {}}}}"),
              303);
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        as_party(v, i, person(v, kinds[i].login, USER_COUNTERPARTY, kinds[i].organisation));

    TEST("the office and the applicant see all of it");
    CHECK_INT(get(v, CASE, office), 200);
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        CHECK(says(v, kinds[i].field) && says(v, kinds[i].paper));
    CHECK(says(v, "审核时限") && says(v, "1,200"));
    CHECK_INT(get(v, CASE, agent), 200);
    CHECK(says(v, "从业人员") && says(v, "租赁合同乙") && !says(v, "1,200"));

    TEST("somebody else sees nothing");
    CHECK_INT(get(v, CASE, person(v, "other", USER_COUNTERPARTY, "别的单位")), 403);

    TEST("two new cases of one moment have two keys");
    CHECK_INT(get(v, "/cases/new/office/four", agent), 200);
    struct span first = arena_copy(&v->process, v->answer.body);
    CHECK_INT(get(v, "/cases/new/office/four", agent), 200);
    size_t at = span_find(first, SPAN("name=\"key\"")), n = 80;
    CHECK(at != SIZE_MAX && !span_eq(span_of(first.p + at, n), span_of(v->answer.body.p + at, n)));
    arena_clear(&v->request); /* gives connections back */
}

static bool open_visitor(struct visitor *v, char **argv, const char *url)
{
    struct diags diags;
    struct err err = ERR_INIT;
    struct site_config config = {.web = argv[1],
                                 .routes = app_routes,
                                 .route_count = app_route_count,
                                 .app = &v->app,
                                 .identify = app_identify};

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

int main(int argc, char **argv)
{
    char folder[] = "/tmp/huiqi-parties.XXXXXX", url[64], command[80];
    struct visitor v = {0};

    if (argc != 3 || !CHECK(mkdtemp(folder) != NULL))
        return 2;
    snprintf(url, sizeof url, "sqlite:%s/test.db", folder);
    setenv("HUIQI_NOW", "2023-03-01T09:00:00", 1);
    if (open_visitor(&v, argv, url)) {
        journey(&v);
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
