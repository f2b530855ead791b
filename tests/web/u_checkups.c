/*
 * u_checkups.c: the check-up as one visitor meets it, request by request, without a socket. Figures
 * are those of 000-G09: half of what employer and staff paid.
 */
#include "http/escape.h"
#include "http/site.h"
#include "tests/unit/fault.h"
#include "tests/unit/test.h"
#include "web/app.h"

struct visitor {
    struct site site;
    struct arena process, request;
    struct app app;
    struct span cookies; /* as the browser would send them; in `process` */
    struct answer answer;
    struct span csrf;
};

static const struct span DAY = {"as_of=2020-03-09", 16};

/* ---- requests ---- */

static void remember_cookie(struct visitor *v)
{
    for (size_t i = 0; i < v->answer.headers.n; i++) {
        struct span rest = v->answer.headers.at[i].value, first = {0};
        if (!span_eq(v->answer.headers.at[i].name, SPAN("Set-Cookie")) ||
            !span_starts(rest, SPAN("huiqi=")))
            continue;
        span_split(&rest, ';', &first);
        v->cookies = arena_print(&v->process, "%.*s; %.*s", SPAN_ARG(DAY), SPAN_ARG(first));
    }
}

static struct span between(struct span hay, struct span before, struct span after)
{
    size_t at = span_find(hay, before);
    if (at == SIZE_MAX)
        return SPAN("");
    hay = span_from(hay, at + before.n);
    at = span_find(hay, after);
    return span_of(hay.p, at == SIZE_MAX ? hay.n : at);
}

static struct span body(const struct visitor *v)
{
    return v->answer.body;
}

static bool says(const struct visitor *v, const char *text)
{
    return span_find(body(v), span_z(text)) != SIZE_MAX;
}

static int ask(struct visitor *v, const char *method, const char *target, struct span text,
               struct span type)
{
    struct pair headers[] = {{SPAN("Cookie"), v->cookies}, {SPAN("Content-Type"), type}};
    struct wire_request wire = {.method = span_z(method),
                                .target = span_z(target),
                                .body = text,
                                .headers = {headers, 2, 2}};

    arena_clear(&v->request);
    site_answer(&v->site, &wire, &v->request, &v->answer);
    remember_cookie(v);
    if (says(v, "name=\"csrf\""))
        v->csrf =
            arena_copy(&v->process, between(body(v), SPAN("name=\"csrf\" value=\""), SPAN("\"")));
    return v->answer.status;
}

static int get(struct visitor *v, const char *target)
{
    return ask(v, "GET", target, SPAN(""), SPAN("text/plain"));
}

/* Name and value by turns, ended by NULL. */
static int post(struct visitor *v, const char *target, const char *const *fields)
{
    struct buffer b = BUFFER_INIT;

    buffer_add_z(&b, "csrf=");
    escape_percent(&b, v->csrf);
    for (; fields[0]; fields += 2) {
        buffer_print(&b, "&%s=", fields[0]);
        escape_percent(&b, span_z(fields[1]));
    }
    int status = ask(v, "POST", target, buffer_span(&b), SPAN("application/x-www-form-urlencoded"));
    buffer_release(&b);
    return status;
}
#define POST(v, target, ...) post((v), (target), (const char *const[]){__VA_ARGS__, NULL, NULL})

static struct span location(const struct visitor *v)
{
    for (size_t i = 0; i < v->answer.headers.n; i++)
        if (span_eq(v->answer.headers.at[i].name, SPAN("Location")))
            return v->answer.headers.at[i].value;
    return SPAN("");
}

static const struct json *result(struct visitor *v)
{
    struct json *tree = NULL;
    struct err err = ERR_INIT;
    CHECK_INT(get(v, "/checkups/result.json"), 200);
    CHECK_INT(json_parse(&v->request, body(v), SPAN("result"), &tree, &err), 0);
    return tree;
}

static const struct json *finding(struct visitor *v, const char *catalogue)
{
    JSON_EACH(f, JSON_GET(result(v), "findings"))
    if (span_eq(json_text(JSON_GET(f, "catalogue")), span_z(catalogue)))
        return f;
    return NULL;
}

static struct span amount(struct visitor *v)
{
    const struct json *results = JSON_GET(finding(v, "000-G09"), "results");
    return json_text(JSON_GET(results ? results->first : NULL, "value"));
}

static void begin(struct visitor *v, const char *facts)
{
    CHECK_INT(get(v, "/checkups"), 200);
    CHECK_INT(POST(v, "/checkups", "kind", "enterprise", "facts", facts), 303);
}

static int answer(struct visitor *v, const char *fact, const char *period, const char *value)
{
    CHECK_INT(get(v, "/checkups/question?fact=%E5%8F%82%E4%BF%9D%E4%BA%BA%E6%95%B0&period=2019-12"),
              200);
    return POST(v, "/checkups/question", "fact", fact, "period", period, "item", "0", "how",
                "answer", "value", value);
}

/* ---- cases ---- */

static void before_begin(struct visitor *v)
{
    TEST("before the beginning");
    CHECK_INT(get(v, "/"), 200);
    CHECK(says(v, "href=\"/checkups\""));
    CHECK_INT(get(v, "/checkups/result"), 303);
    CHECK_TEXT(location(v), "/checkups");
    CHECK_INT(get(v, "/checkups/question"), 303);
    CHECK_INT(get(v, "/checkups/answers"), 303);
    CHECK_INT(get(v, "/products/compare"), 200);
    CHECK_INT(get(v, "/checkups"), 200);
    CHECK_INT(POST(v, "/checkups", "kind", "nobody"), 422);
    CHECK_INT(POST(v, "/checkups", "kind", "enterprise", "facts", "{\"参保人教\": 1}"), 422);
    CHECK(says(v, "参保人数"));
    CHECK_INT(POST(v, "/checkups", "kind", "enterprise", "facts", "[]"), 422);
    CHECK_INT(POST(v, "/checkups", "kind", "enterprise", "facts", "{"), 422);
    v->csrf = SPAN("x");
    CHECK_INT(POST(v, "/checkups", "kind", "enterprise"), 403);
}

static void figures(struct visitor *v)
{
    TEST("figures follow answers");
    begin(v, "{\"纳税地\": \"上海市/静安区\"}");
    CHECK_TEXT(location(v), "/checkups/result");
    CHECK_INT(answer(v, "参保人数", "2019-12", "３０"), 303);
    CHECK_INT(answer(v, "裁员率", "2019", "2%"), 303);
    CHECK_INT(answer(v, "单位实缴失业保险费", "2019", "24,000"), 303);
    CHECK_INT(answer(v, "职工实缴失业保险费", "2019", "19200"), 303);
    CHECK_TEXT(amount(v), "21600.00");
    CHECK_INT(get(v, "/checkups/result"), 200);
    CHECK(says(v, "21,600"));
    CHECK(says(v, "稳岗"));
    CHECK_INT(get(v, "/checkups/answers"), 200);
    CHECK(says(v, "2%"));
    CHECK_INT(POST(v, "/checkups/question", "fact", "单位实缴失业保险费", "period", "2019", "how",
                   "answer", "value", "34000", "back", "answers"),
              303);
    CHECK_TEXT(location(v), "/checkups/answers");
    CHECK_TEXT(amount(v), "26600.00");
    CHECK_INT(POST(v, "/checkups/answers", "fact", "单位实缴失业保险费", "period", "2019"), 303);
    CHECK_TEXT(amount(v), "");
    CHECK_INT(get(v, "/products/compare?type=loan"), 200);
    CHECK_INT(get(v, "/checkups/result?lang=en"), 200);
    CHECK(says(v, "Result of the check-up"));
    CHECK_INT(POST(v, "/checkups/answers", "all", "yes"), 303);
    CHECK_INT(get(v, "/checkups/answers"), 303);
}

static void wrong_answers(struct visitor *v)
{
    static const struct {
        const char *fact, *period, *value, *says;
    } wrong[] = {
        {"参保人数", "2019-12", "三十", "value=\"三十\""},
        {"参保人数", "2019-12", "1.5", "整数"},
        {"参保人数", "2019-12", "-1", "不能小于"},
        {"参保人数", "2019-12", "5%", "数字"},
        {"参保人数", "2019-12", "", "请填写"},
        {"裁员率", "2019", "120%", "不能大于"},
        {"裁员率", "2019", "1e9999", "error-summary"},
        {"单位实缴失业保险费", "2019", "1.234", "小数"},
        {"主体类型", "", "皇家", "请选择"},
        {"主体类型", "", "", "请选择"},
        {"行业", "", "皇家", "请选择"},
        {"行业", "", "", "至少"},
        {"旅行社许可证", "", "maybe", "请选择"},
        {"受理日期", "", "2020-02-30", "日期"},
        {"纳税地", "", "", "请填写"},
        {"参保人数", "2019-12", "<script>", "&lt;script&gt;"},
    };
    TEST("wrong answers");
    begin(v, "");
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        CHECK_INT(answer(v, wrong[i].fact, wrong[i].period, wrong[i].value), 422);
        CHECK(says(v, "error-summary"));
        if (!CHECK(says(v, wrong[i].says)))
            printf("  %s = %s: no '%s'\n", wrong[i].fact, wrong[i].value, wrong[i].says);
    }
    CHECK_INT(POST(v, "/checkups/question", "fact", "行业", "how", "answer", "value", "旅游",
                   "value", "none"),
              422);
    CHECK_INT(answer(v, "参保人教", "", "1"), 404);
    CHECK_INT(answer(v, "参保人数", "2019", "1"), 404);
    CHECK_INT(answer(v, "参保人数", "", "1"), 404);
    CHECK_INT(POST(v, "/checkups/question", "fact", "贷款本金", "item", "7", "how", "answer",
                   "value", "1"),
              404);
    CHECK_INT(POST(v, "/checkups/answers", "fact", "没有"), 404);
    CHECK_INT(get(v, "/checkups/answers"), 200);
    CHECK(!says(v, "answer-said"));
}

static void kinds_of_answers(struct visitor *v)
{
    TEST("kinds of answers");
    begin(v, "");
    CHECK_INT(answer(v, "纳税地", "", "静安区"), 303);
    CHECK_INT(answer(v, "主体类型", "", "企业"), 303);
    CHECK_INT(answer(v, "旅行社许可证", "", "false"), 303);
    CHECK_INT(answer(v, "受理日期", "", "2020-03-02"), 303);
    CHECK_INT(POST(v, "/checkups/question", "fact", "行业", "how", "answer", "value", "旅游",
                   "value", "会展"),
              303);
    CHECK_INT(POST(v, "/checkups/question", "fact", "所在名单", "how", "answer", "value", "none"),
              303);
    CHECK_INT(POST(v, "/checkups/question", "fact", "营业收入", "period", "2019", "how", "unknown"),
              303);
    CHECK_INT(POST(v, "/checkups/question", "fact", "资产总额", "period", "2019", "how", "absent"),
              303);
    CHECK_INT(get(v, "/checkups/answers"), 200);
    CHECK(says(v, "上海市/静安区"));
    CHECK(says(v, "旅游、会展"));
    CHECK(says(v, "2020-03-02"));
    CHECK(says(v, "不知道"));
    CHECK(says(v, "不适用"));
    CHECK(says(v, "都没有"));
}

static void no_loans(struct visitor *v)
{
    TEST("no items of a kind");
    begin(v, "");
    CHECK_INT(answer(v, "贷款本金", "", "100000"), 303);
    CHECK_INT(get(v, "/checkups/answers"), 200);
    CHECK(says(v, "100,000"));
    CHECK_INT(POST(v, "/checkups/question", "fact", "贷款期限", "how", "absent"), 303);
    CHECK_INT(get(v, "/checkups/answers"), 200);
    CHECK(!says(v, "100,000"));
    CHECK(says(v, "没有贷款"));
    CHECK_INT(get(v, "/checkups/result"), 200);
    CHECK_INT(POST(v, "/checkups/answers", "list", "loan"), 303);
    CHECK_INT(get(v, "/checkups/answers"), 200);
    CHECK(!says(v, "没有贷款"));
    TEST("items of a list");
    begin(v, "{\"贷款\": [{\"id\": \"甲\", \"贷款本金\": 1000}, {\"贷款本金\": 2000}], "
             "\"贷款.complete\": true}");
    CHECK_INT(get(v, "/checkups/answers"), 200);
    CHECK(says(v, "item=2"));
    CHECK(!says(v, "item=甲"));
    CHECK_INT(POST(v, "/checkups/question", "fact", "贷款本金", "item", "1", "how", "answer",
                   "value", "3000"),
              303);
    CHECK_INT(get(v, "/checkups/answers"), 200);
    CHECK(says(v, "3,000"));
    CHECK(says(v, "2,000"));
    CHECK(!says(v, "1,000"));
}

/* Seven questions and no more, none asked twice; then on, for those who like. */
static void seven_questions(struct visitor *v)
{
    struct span asked[40];
    size_t n = 0;

    TEST("seven questions");
    begin(v, "");
    CHECK_TEXT(location(v), "/checkups/question");
    while (n < COUNT_OF(asked) &&
           get(v, n < 7 ? "/checkups/question" : "/checkups/question?more=yes") == 200) {
        struct span fact = between(body(v), SPAN("name=\"fact\" value=\""), SPAN("\""));
        struct span period = between(body(v), SPAN("name=\"period\" value=\""), SPAN("\""));
        struct span key = arena_print(&v->process, "%.*s@%.*s", SPAN_ARG(fact), SPAN_ARG(period));
        for (size_t i = 0; i < n; i++)
            CHECK(!span_eq(asked[i], key));
        asked[n++] = key;
        fact = arena_copy(&v->process, fact);
        period = arena_copy(&v->process, period);
        CHECK_INT(POST(v, "/checkups/question", "fact", fact.p, "period", period.p, "how",
                       n % 2 ? "unknown" : "absent"),
                  303);
        if (n == 7) {
            CHECK_INT(get(v, "/checkups/question"), 303);
            CHECK_TEXT(location(v), "/checkups/result");
        }
    }
    CHECK(n > 7);
    CHECK_INT(get(v, "/checkups/result"), 200);
}

static void persons(struct visitor *v)
{
    TEST("persons");
    CHECK_INT(get(v, "/checkups"), 200);
    CHECK_INT(POST(v, "/checkups", "kind", "person"), 303);
    JSON_EACH(f, JSON_GET(result(v), "findings"))
    CHECK_TEXT(json_text(JSON_GET(JSON_GET(f, "subject"), "kind")), "person");
    CHECK_INT(get(v, "/checkups/result"), 200);
}

static int match_json(struct visitor *v, const char *text)
{
    v->cookies = DAY;
    return ask(v, "POST", "/match", span_z(text), SPAN("application/json"));
}

static void programs(struct visitor *v)
{
    TEST("for programs");
    CHECK_INT(match_json(v, "{\"facts\": {\"参保人数\": {\"2019-12\": 30}}, \"date\": "
                            "\"2020-03-09\", \"measure\": \"000-G09\"}"),
              200);
    CHECK(says(v, "\"as_of\":\"2020-03-09\""));
    CHECK(says(v, "\"undetermined\""));
    CHECK_INT(match_json(v, "{}"), 200);
    CHECK_INT(match_json(v, "{\"facts\": {\"参保人数\": 30}}"), 400);
    CHECK(span_starts(body(v), SPAN("{\"error\"")));
    CHECK_INT(match_json(v, "{\"facts\": {\"参保人教\": {\"2019-12\": 30}}}"), 400);
    CHECK(says(v, "参保人数"));
    CHECK_INT(match_json(v, "{\"facts\": [1]}"), 400);
    CHECK_INT(match_json(v, "{\"measure\": \"000-G999\"}"), 404);
    CHECK_INT(match_json(v, "{\"measure\": \"000-G09\", \"reading\": \"none\"}"), 400);
    CHECK_INT(match_json(v, "{\"date\": \"2020-02-30\"}"), 422);
    CHECK_INT(match_json(v, "{\"fcats\": {}}"), 422);
    CHECK_INT(match_json(v, "{"), 400);
}

/* ---- the pages of a result ---- */

static const char enterprise[] =
    "{\"注册地\": \"上海市/静安区\", \"纳税地\": \"上海市/静安区\", \"参保地\": \"上海市/静安区\", "
    "\"主体类型\": \"企业\", \"参保人数\": {\"2019-12\": 30}, \"裁员率\": {\"2019\": 0.02}, "
    "\"单位实缴失业保险费\": {\"2019\": 24000}, \"职工实缴失业保险费\": {\"2019\": 19200}}";

static size_t count_of(const struct visitor *v, const char *text)
{
    struct span rest = body(v);
    size_t n = 0, at;
    while ((at = span_find(rest, span_z(text))) != SIZE_MAX) {
        n++;
        rest = span_from(rest, at + 1);
    }
    return n;
}

/* Findings of a group that have a card of their own. */
static size_t cards(struct visitor *v, const char *group)
{
    size_t n = 0;
    JSON_EACH(f, JSON_GET(result(v), "findings"))
    n += span_eq(json_text(JSON_GET(f, "group")), span_z(group)) &&
         JSON_GET(f, "counted_with")->kind == JSON_NULL &&
         JSON_GET(f, "other_side")->kind != JSON_TRUE;
    return n;
}

static void groups(struct visitor *v)
{
    TEST("groups, folded and filtered");
    begin(v, enterprise);
    size_t wanted = cards(v, "未到期或已过期"), shown = 0;
    CHECK(wanted > 40);
    CHECK_INT(get(v, "/checkups/result"), 200);
    CHECK(count_of(v, "<li class=\"finding\">") <= 6 * 8);
    CHECK(says(v, "/checkups/result?group=time"));
    for (size_t page = 1; page <= (wanted + 39) / 40; page++) {
        char path[60];
        snprintf(path, sizeof path, "/checkups/result?group=time&page=%zu", page);
        CHECK_INT(get(v, path), 200);
        shown += count_of(v, "<li class=\"finding\">");
    }
    CHECK_INT(shown, wanted);
    CHECK_INT(get(v, "/checkups/result?group=time&page=1000"), 200);
    CHECK_INT(count_of(v, "<li class=\"finding\">"), 0);
    CHECK_INT(get(v, "/checkups/result?group=none"), 422);
    CHECK_INT(get(v, "/checkups/result?kind=refund&region=%E4%B8%8A%E6%B5%B7%E5%B8%82"), 200);
    CHECK(says(v, "失业保险稳岗返还"));
    CHECK(!says(v, "<span class=\"tag\">全国</span>"));
    CHECK_INT(get(v, "/checkups/result?region=%3Cscript%3E"), 200);
    CHECK(!says(v, "<script>alert"));
    CHECK_INT(count_of(v, "<li class=\"finding\">"), 0);
}

static void one_finding(struct visitor *v)
{
    TEST("one finding");
    begin(v, enterprise);
    CHECK_INT(get(v, "/checkups/findings/000-G09"), 200);
    CHECK(says(v, "21,600.00 元"));
    CHECK(says(v, "class=\"conditions\""));
    CHECK(says(v, "单位实缴失业保险费"));
    CHECK_INT(get(v, "/checkups/findings/000-G09.json"), 200);
    CHECK(says(v, "\"21600.00\""));
    CHECK_INT(get(v, "/checkups/findings/000-G999"), 404);
    CHECK_INT(get(v, "/checkups/findings/000-G09?item=7"), 404);
    CHECK_INT(get(v, "/checkups/letter/000-G09"), 404);
}

/* Every letter that the result offers can be had; none names what somebody did not say. */
static void letters(struct visitor *v)
{
    TEST("letters");
    begin(v, "{\"注册地\": \"北京市/石景山区\"}");
    CHECK_INT(get(v, "/checkups/result"), 200);
    CHECK(says(v, "/checkups/letter/beijing/shijingshan/landlord-support"));
    CHECK_INT(get(v, "/checkups/letter/beijing/shijingshan/landlord-support"), 200);
    CHECK(says(v, "尊敬的出租方"));
    CHECK(says(v, "class=\"letter\""));
    CHECK(says(v, "2020-03-09"));
    CHECK_INT(get(v, "/checkups/letter/beijing/shijingshan/landlord-support?lang=en"), 200);
    CHECK(says(v, "To the landlord"));
    CHECK_INT(get(v, "/checkups?lang=zh"), 200);
}

static void what_is_missing(struct visitor *v)
{
    TEST("what is missing");
    begin(v, "{\"注册地\": \"上海市/静安区\"}");
    CHECK_INT(get(v, "/checkups/missing"), 200);
    CHECK(says(v, "id=\"cause-ask\""));
    CHECK(says(v, "id=\"cause-recognition\""));
    CHECK(says(v, "企业规模"));
    CHECK(says(v, "back=result"));
}

static void what_if(struct visitor *v)
{
    TEST("what if");
    begin(v, enterprise);
    CHECK_INT(get(v, "/checkups/what-if"), 200);
    CHECK(says(v, "单位实缴失业保险费"));
    CHECK(says(v, "name=\"parameter\""));
    CHECK_INT(get(v, "/checkups/what-if?fact=%E8%A3%81%E5%91%98%E7%8E%87&period=2019"), 200);
    CHECK(says(v, "value=\"0.02\""));
    CHECK_INT(get(v, "/checkups/what-if?fact=%E6%B2%A1%E6%9C%89"), 404);
    CHECK_INT(get(v, "/checkups/what-if?parameter=%E6%B2%A1%E6%9C%89"), 404);
    CHECK_INT(POST(v, "/checkups/what-if", "fact", "单位实缴失业保险费", "period", "2019", "item",
                   "0", "how", "answer", "value", "34,000"),
              200);
    CHECK(says(v, "21,600"));
    CHECK(says(v, "26,600"));
    CHECK(says(v, "class=\"table stack turns\""));
    CHECK_INT(POST(v, "/checkups/what-if", "fact", "单位实缴失业保险费", "period", "2019", "item",
                   "0", "how", "answer", "value", "24000.00"),
              200);
    CHECK(!says(v, "class=\"table stack turns\""));
    CHECK_INT(POST(v, "/checkups/what-if", "fact", "单位实缴失业保险费", "period", "2019", "item",
                   "0", "how", "answer", "value", "很多"),
              422);
    CHECK(says(v, "value=\"很多\""));
    CHECK_TEXT(amount(v), "21600.00"); /* nothing was kept */
    CHECK_INT(
        POST(v, "/checkups/what-if", "parameter", "一年期LPR", "how", "answer", "value", "4%"),
        200);
    CHECK_INT(POST(v, "/checkups/what-if", "parameter", "一年期LPR", "how", "answer", "value", ""),
              422);
}

static void calendar(struct visitor *v)
{
    TEST("calendar");
    begin(v, enterprise);
    CHECK_INT(get(v, "/checkups/calendar"), 200);
    CHECK(says(v, "class=\"month\""));
    CHECK(says(v, "2020-03"));
    CHECK_INT(get(v, "/checkups/calendar?month=2020-02"), 200);
    CHECK_INT(count_of(v, "<td") - count_of(v, "<td class=\"outside\""), 29);
    CHECK(!says(v, "id=\"entry-")); /* what is past is no date for a calendar */
    CHECK_INT(get(v, "/checkups/calendar?month=1900-01"), 200);
    CHECK_INT(get(v, "/checkups/calendar?month=2200-12"), 200);
    CHECK_INT(get(v, "/checkups/calendar?month=2020-13"), 200);
    CHECK(says(v, "datetime=\"2020-03-01\""));
    CHECK_INT(get(v, "/checkups/calendar.ics"), 200);
    CHECK(span_starts(body(v), SPAN("BEGIN:VCALENDAR\r\n")));
    size_t dates = count_of(v, "BEGIN:VEVENT"), listed = 0;
    CHECK(dates > 0);
    for (int m = 0; m < 36; m++) {
        char path[60];
        snprintf(path, sizeof path, "/checkups/calendar?month=%04d-%02d", 2020 + m / 12,
                 m % 12 + 1);
        CHECK_INT(get(v, path), 200);
        listed += count_of(v, "<li id=\"entry-");
    }
    CHECK(listed > 0 && listed <= dates);
}

static void places(struct visitor *v)
{
    TEST("every district");
    begin(v, enterprise);
    CHECK_INT(get(v, "/checkups/places"), 200);
    CHECK(says(v, "上海市/静安区"));
    CHECK_INT(count_of(v, "class=\"is-own\""), 1);
    CHECK(count_of(v, "<th scope=\"row\">") > 10);
    CHECK_INT(get(v, "/checkups/places?family=none"), 200);
    CHECK_INT(get(v, "/checkups/places.json"), 200);
    CHECK(says(v, "\"vary\":\"注册地\""));
}

/* Where it is registered first of all; among the first seven its size, wherever that is. */
static void first_questions(struct visitor *v)
{
    static const char *const cities[] = {"上海市/静安区", "北京市/海淀区"};

    TEST("the first questions");
    for (size_t i = 0; i < COUNT_OF(cities); i++) {
        begin(v, "");
        CHECK_INT(get(v, "/checkups/question"), 200);
        CHECK(says(v, "name=\"fact\" value=\"注册地\""));
        CHECK_INT(
            POST(v, "/checkups/question", "fact", "注册地", "how", "answer", "value", cities[i]),
            303);
        bool size = false;
        for (int n = 1; n < 7; n++) {
            CHECK_INT(get(v, "/checkups/question"), 200);
            struct span fact = arena_copy(
                &v->process, between(body(v), SPAN("name=\"fact\" value=\""), SPAN("\"")));
            size |= span_eq(fact, SPAN("企业规模"));
            CHECK_INT(POST(v, "/checkups/question", "fact", fact.p, "how", "unknown"), 303);
        }
        CHECK(size);
    }
}

/* Over the invented rules between measures (tests/rules): their figures are those of its cases. */
static void sets(struct visitor *v)
{
    TEST("sets and steps");
    begin(v, "{\"人数\": 10}");
    CHECK_INT(get(v, "/checkups/result"), 200);
    CHECK(says(v, "class=\"panel bundle\""));
    CHECK(says(v, "<span class=\"set-value\">800 元</span>")); /* best */
    CHECK(says(v, "<span class=\"set-value\">500 元</span>")); /* safe */
    CHECK(says(v, "市区两级同类补贴可否都拿？"));
    CHECK(says(v, "<span class=\"set-value\">130 元</span>"));
    CHECK(says(v, "次优的组合： 100 元"));
    CHECK(says(v, "免收 9,000 元"));
    begin(v, "{\"备案数\": 2, \"人数\": 5, \"是否报送年报\": false, \"成立年数\": 1}");
    CHECK_INT(get(v, "/checkups/result"), 200);
    CHECK(says(v, "备案数：由 2 次 变为 3 次"));
    CHECK(says(v, "合计多得 700 元"));
    CHECK(says(v, "小心：这一步会同时失去"));
    CHECK(says(v, "等到 成立年数 由 1 年 变为 3 年"));
    CHECK_INT(get(v, "/checkups/result?group=near"), 200);
    CHECK(says(v, "合计多得 700 元"));
    CHECK(!says(v, "class=\"panel bundle\""));
    CHECK_INT(get(v, "/checkups/result.json"), 200);
    CHECK(says(v, "\"gain\":\"700.00\""));
    CHECK(says(v, "\"changes\":null"));
    CHECK_INT(POST(v, "/checkups/what-if", "fact", "备案数", "how", "answer", "value", "3"), 200);
    CHECK(says(v, "如果“备案数”是 3 次："));
    CHECK(says(v, "way-better"));
    CHECK(says(v, "way-worse"));
    CHECK_INT(POST(v, "/checkups/what-if", "parameter", "年限标准", "how", "answer", "value", "1"),
              200);
    CHECK(says(v, "70.00 元"));
    CHECK_INT(POST(v, "/checkups/what-if", "parameter", "年限标准", "how", "answer", "value", "3"),
              200);
    CHECK(says(v, "没有结论会变"));
}

struct attempt {
    struct visitor *visitor;
    struct wire_request wire;
};

static int one(void *context)
{
    struct attempt *t = context;
    struct arena request;
    struct answer a;

    arena_init(&request);
    site_answer(&t->visitor->site, &t->wire, &request, &a);
    int status = a.status;
    arena_release(&request);
    return status == 200 ? 0 : status == 503 ? E_MEMORY : E_IO;
}

static void memory_ends(struct visitor *v)
{
    TEST("memory ends");
    begin(v, "{\"纳税地\": \"上海市/静安区\"}");
    struct pair headers[] = {{SPAN("Cookie"), v->cookies}};
    static const char *const pages[] = {"/",
                                        "/checkups",
                                        "/checkups/question",
                                        "/checkups/answers",
                                        "/checkups/result",
                                        "/checkups/findings/000-G09",
                                        "/checkups/what-if",
                                        "/checkups/calendar",
                                        "/products/compare"};
    for (size_t i = 0; i < COUNT_OF(pages); i++) {
        struct attempt t = {
            v, {.method = SPAN("GET"), .target = span_z(pages[i]), .headers = {headers, 1, 1}}};
        fault_loop(one, &t);
    }
}

static void with_rules(struct visitor *v, const char *folder)
{
    struct library *whole = v->app.library;
    struct diags diags;
    struct err err = ERR_INIT;

    diags_init(&diags, &v->process);
    if (!CHECK_INT(library_load(folder, &v->app.library, &diags, &err), 0))
        return;
    sets(v);
    library_unref(v->app.library);
    v->app.library = whole;
}

int main(int argc, char **argv)
{
    struct visitor v = {.cookies = DAY};
    struct diags diags;
    struct err err = ERR_INIT;
    struct site_config config = {
        .routes = app_routes, .route_count = app_route_count, .app = &v.app};

    if (argc != 4)
        return 2;
    arena_init(&v.process);
    arena_init(&v.request);
    diags_init(&diags, &v.process);
    config.web = argv[1];
    v.app.version = "0";
    if (!CHECK_INT(library_load(argv[2], &v.app.library, &diags, &err), 0) ||
        !CHECK_INT(site_init(&v.site, &config, &v.process, &diags, &err), 0))
        return test_end();
    before_begin(&v);
    figures(&v);
    wrong_answers(&v);
    kinds_of_answers(&v);
    no_loans(&v);
    seven_questions(&v);
    persons(&v);
    groups(&v);
    one_finding(&v);
    letters(&v);
    what_is_missing(&v);
    what_if(&v);
    calendar(&v);
    places(&v);
    first_questions(&v);
    with_rules(&v, argv[3]);
    programs(&v);
    memory_ends(&v);
    site_release(&v.site);
    library_unref(v.app.library);
    arena_release(&v.request);
    arena_release(&v.process);
    return test_end();
}
