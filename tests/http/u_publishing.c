/*
 * u_publishing.c: publishing and registers by form, on an invented library: a measure is taken up,
 * changed in the form, tried, refused to its own writer, approved by another, published, withdrawn;
 * an entry of a list goes its whole way. Mistakes keep what was typed. Blame src/web/drafts.c,
 * draft_form.c, versions.c, lists.c.
 */
#include <stdlib.h>
#include <unistd.h>

#include "http/escape.h"
#include "http/site.h"
#include "identity/organisations.h"
#include "identity/sessions.h"
#include "tests/identity/both.h"
#include "web/app.h"

#define handler money_handler /* a type of the server has the name */
#include "tests/casework/money_desk.h"
#undef handler

struct visitor {
    struct site site;
    struct arena process, request;
    struct app app;
    struct answer answer;
    struct store *store;
    int64_t office;
};
/* Tokens of four people: who writes, who approves, who proposes, who examines. */
struct people {
    struct span writer, second, handler, reviewer;
};

static const struct actor operator_ = {.program = true, .name = {"operator", 8}};

#define OK(call)                                                                                   \
    do {                                                                                           \
        struct err err = ERR_INIT;                                                                 \
        if (!CHECK_INT((call), 0))                                                                 \
            printf("%s\n", err.message);                                                           \
    } while (0)

static struct span person(struct visitor *v, const char *login, enum user_role role)
{
    struct right_new right = {.role = role, .since = {2020, 1, 1}};
    bool everywhere = role == USER_PUBLISHER;
    char token[SESSION_TOKEN + 1] = "";
    int64_t id = 0;

    right.organisation_id = everywhere ? 0 : v->office;
    OK(account_add(v->store, &operator_, span_z(login), SPAN(""), SPAN(""), &right.account_id,
                   &err));
    OK(right_grant(v->store, &operator_, &right, &id, &err));
    OK(session_vouched(v->store, &v->process, right.account_id, SPAN("test"), token, &err));
    return arena_copy(&v->process, span_z(token));
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

/* As nobody: JSON without a session needs no token of a form. */
static int post_json(struct visitor *v, const char *target, const char *body)
{
    return ask_as(v, "POST", target, SPAN(""), SPAN("application/json"), span_z(body));
}

static int get(struct visitor *v, const char *target, struct span token)
{
    return ask(v, "GET", target, token, SPAN(""));
}

static bool says(const struct visitor *v, const char *text)
{
    return span_find(v->answer.body, span_z(text)) != SIZE_MAX;
}

/* Pairs of name and value, NULL at the end. */
static int post(struct visitor *v, const char *target, struct span token, const char *const *form)
{
    struct buffer b = BUFFER_INIT;

    for (; *form; form += 2) {
        buffer_print(&b, "%s%s=", b.n ? "&" : "", form[0]);
        for (const char *c = form[1]; *c; c++)
            buffer_print(&b, "%%%02X", (unsigned char)*c);
    }
    int status = ask(v, "POST", target, token, buffer_span(&b));
    buffer_release(&b);
    return status;
}
#define FORM(...)                                                                                  \
    (const char *const[])                                                                          \
    {                                                                                              \
        __VA_ARGS__, NULL                                                                          \
    }

/* ---- drafts ---- */

#define FILE_PAGE "/drafts/1/files/measures/idle.yaml"

static void begin(struct visitor *v, const struct people *p)
{
    TEST("beginning: what is missing, what is not there");
    CHECK_INT(get(v, "/drafts", p->writer), 200);
    CHECK_INT(get(v, "/drafts/new", p->writer), 200);
    CHECK_INT(post(v, "/drafts/new", p->writer, FORM("title", "", "text", "键入的文本")), 422);
    CHECK(says(v, "键入的文本"));
    CHECK_INT(post(v, "/drafts/new", p->writer, FORM("title", "提高标准", "measure", "moon/no")),
              422);
    CHECK(says(v, "value=\"提高标准\"") && says(v, "value=\"moon/no\""));
    CHECK_INT(get(v, "/drafts/1", p->writer), 404);

    TEST("a measure in force is taken up");
    CHECK_INT(
        post(v, "/drafts/new", p->writer, FORM("title", "提高标准", "measure", "moon/crater/idle")),
        303);
    CHECK_INT(get(v, "/drafts/1", p->writer), 200);
    CHECK(says(v, FILE_PAGE));
    CHECK_INT(get(v, FILE_PAGE "?lang=en", p->writer), 200);
    CHECK(says(v, "name=\"m.conditions.1.if\"") && says(v, "not(是否在旅游市场黑名单)"));
    CHECK_INT(get(v, "/drafts/1/files/measures/other.yaml", p->writer), 404);
}

static void change(struct visitor *v, const struct people *p)
{
    TEST("a form with a mistake keeps what was typed");
    CHECK_INT(
        post(v, FILE_PAGE, p->writer,
             FORM("as", "form", "then", "save", "m.title.zh", "", "m.title.en", "Higher aid")),
        422);
    CHECK(says(v, "value=\"Higher aid\"") && says(v, "href=\"#m.title.zh\""));

    TEST("a trial says what came out and keeps nothing");
    CHECK_INT(
        post(v, FILE_PAGE, p->writer,
             FORM("as", "form", "then", "try", "m.benefit.0.amount", "参保人数(上年末) * 600")),
        200);
    CHECK(says(v, "18000") && says(v, "15000.00") && says(v, "* 600"));
    CHECK_INT(get(v, FILE_PAGE, p->writer), 200);
    CHECK(says(v, "* 500") && !says(v, "* 600"));

    TEST("text that cannot be read, or names what is not there: the line");
    CHECK_INT(post(v, FILE_PAGE, p->writer, FORM("as", "text", "then", "try", "text", "a: [\n")),
              422);
    CHECK(says(v, "a: ["));
    CHECK_INT(post(v, FILE_PAGE, p->writer,
                   FORM("as", "form", "then", "try", "m.conditions.0.if", "是否停业")),
              422);
    CHECK(says(v, "是否停业") && says(v, "第 15 行"));

    TEST("kept; not over what somebody else wrote meanwhile");
    CHECK_INT(post(v, FILE_PAGE, p->writer,
                   FORM("as", "form", "then", "save", "seen", "2", "m.title.en", "Aid for rest",
                        "w.tags", "就业 补助")),
              303);
    CHECK_INT(post(v, FILE_PAGE, p->second,
                   FORM("as", "form", "then", "save", "seen", "2", "m.title.en", "Another title")),
              409);
    CHECK(says(v, "value=\"Another title\""));
    CHECK_INT(get(v, FILE_PAGE, p->writer), 200);
    CHECK(says(v, "tags: [就业, 补助]") && says(v, "Aid for rest"));
}

static void decide(struct visitor *v, const struct people *p)
{
    TEST("approval: what it needs, and by whom");
    CHECK_INT(post(v, "/drafts/1", p->second, FORM("act", "approve")), 422);
    CHECK_INT(post(v, "/drafts/1", p->writer,
                   FORM("act", "set", "disclosure", "主动公开", "tags", "就业", "review", "通过",
                        "interpretation", "停过工的企业可以申请")),
              303);
    CHECK_INT(post(v, "/drafts/1", p->writer, FORM("act", "approve")), 403);
    CHECK_INT(post(v, "/drafts/1", p->handler, FORM("act", "approve")), 403);
    CHECK_INT(post(v, "/drafts/1", p->second, FORM("act", "approve", "seen", "2")), 409);
    CHECK_INT(post(v, "/drafts/1", p->second, FORM("act", "publish")), 409);
    CHECK_INT(post(v, "/drafts/1", p->reviewer, FORM("act", "check")), 200);
    CHECK_INT(post(v, "/drafts/1", p->second, FORM("act", "approve")), 303);

    TEST("in force, and taken back");
    CHECK_INT(post(v, "/drafts/1", p->reviewer, FORM("act", "publish")), 409 - 6);
    CHECK_INT(post(v, "/drafts/1", p->writer, FORM("act", "publish", "from", "2020-03-01")), 422);
    CHECK(says(v, "value=\"2020-03-01\""));
    CHECK_INT(post(v, "/drafts/1", p->writer, FORM("act", "publish")), 303);
    CHECK_INT(get(v, "/versions", SPAN("")), 200);
    CHECK(says(v, "第 1 次发布") && !says(v, "writer"));
    CHECK_INT(get(v, "/versions/1", p->writer), 200);
    CHECK(says(v, "moon/crater/idle") && says(v, "writer"));
    CHECK_INT(post(v, "/drafts/1", p->writer, FORM("act", "withdraw", "reason", "")), 422);
    CHECK_INT(post(v, "/drafts/1", p->writer, FORM("act", "withdraw", "reason", "限额有误")), 303);
    CHECK_INT(post(v, "/versions/1", p->writer, FORM("act", "withdraw", "reason", "再次")), 409);
    CHECK_INT(post(v, "/versions/2", p->writer, FORM("act", "publish")), 404);
    CHECK_INT(get(v, "/versions/9", SPAN("")), 404);
    CHECK_INT(get(v, "/versions?lang=en", SPAN("")), 200);
    CHECK(says(v, "withdrawn"));
}

/* ---- files ---- */

struct sent {
    const char *field, *name, *type; /* name NULL = an ordinary field, whose value `bytes` is */
    struct span bytes;
};

/* As a browser sends a form with files. */
static int upload(struct visitor *v, const char *target, struct span token,
                  const struct sent *parts, size_t n)
{
    struct buffer b = BUFFER_INIT;

    for (size_t i = 0; i < n; i++) {
        const struct sent *p = &parts[i];
        buffer_print(&b, "--xYz\r\nContent-Disposition: form-data; name=\"%s\"", p->field);
        if (p->name)
            buffer_print(&b, "; filename=\"%s\"\r\nContent-Type: %s", p->name, p->type);
        buffer_add_z(&b, "\r\n\r\n");
        buffer_add(&b, p->bytes);
        buffer_add_z(&b, "\r\n");
    }
    buffer_add_z(&b, "--xYz--\r\n");
    int status = ask_as(v, "POST", target, token, SPAN("multipart/form-data; boundary=xYz"),
                        buffer_span(&b));
    buffer_release(&b);
    return status;
}
#define UPLOAD(v, target, token, ...)                                                              \
    upload(v, target, token, (const struct sent[]){__VA_ARGS__},                                   \
           sizeof((const struct sent[]){__VA_ARGS__}) / sizeof(struct sent))
#define TITLE                                                                                      \
    {                                                                                              \
        "title", NULL, NULL, SPAN("上传的文件")                                                    \
    }
#define TXT(text)                                                                                  \
    {                                                                                              \
        "file", "通知.txt", "text/plain", SPAN(text)                                               \
    }

#define NOTICE                                                                                                          \
    "月球市关于支持停工企业的通知\n月政发〔2020〕7号\n\n一、对停工三十日以上的企业，" \
    "给予一次性补助5000元。联系人：张小明，电话138"                                                  \
    "00000000。\n二、"                                                                                               \
    "申请时间为2020年3月1日至2020年6月30日。\n\n月球市人民政府\n2020年2月20日\n"

static void uploads(struct visitor *v, const struct people *p)
{
    TEST("a text is uploaded: archived, masked, and measures proposed from it");
    int64_t drafts = both_count(v->store, "SELECT COUNT(*) FROM draft");
    CHECK_INT(UPLOAD(v, "/drafts/new", p->writer, TITLE, TXT(NOTICE)), 303);
    CHECK_INT(both_count(v->store, "SELECT COUNT(*) FROM draft"), drafts + 1);
    CHECK_INT(get(v, "/drafts/2", p->writer), 200);
    CHECK(says(v, "上传的文件") && says(v, "/drafts/2/files/"));
    CHECK_INT(get(v, "/documents", SPAN("")), 200);
    CHECK(!says(v, "138"
                   "00000000"));
    CHECK(both_count(v->store, "SELECT COUNT(*) FROM clause WHERE text LIKE '%5000元%'") > 0);
    CHECK_INT(both_count(v->store, "SELECT COUNT(*) FROM document_tag WHERE tag = '停工'"), 1);
    CHECK_INT(both_count(v->store, "SELECT COUNT(*) FROM clause WHERE text LIKE"
                                   " '%138"
                                   "00000000%'"),
              0);

    TEST("no file chosen: a draft without files; a file without a byte, or with nothing in it: no");
    CHECK_INT(UPLOAD(v, "/drafts/new", p->writer, TITLE, {"file", "", "text/plain", SPAN("")}),
              303);
    CHECK_INT(UPLOAD(v, "/drafts/new", p->writer, TITLE, TXT("")), 422);
    CHECK(says(v, "value=\"上传的文件\"") && says(v, "href=\"#file\""));
    CHECK_INT(UPLOAD(v, "/drafts/new", p->writer, TITLE, TXT(" \n\n ")), 422);

    TEST("what is no text: a picture, a broken PDF, bytes of no encoding");
    CHECK_INT(UPLOAD(v, "/drafts/new", p->writer, TITLE,
                     {"file", "图.png", "image/png", SPAN("\x89PNG\r\n\x1a\n\0\0\0\rIHDR")}),
              422);
    CHECK_INT(UPLOAD(v, "/drafts/new", p->writer, TITLE,
                     {"file", "文.pdf", "application/pdf", SPAN("%PDF-1.4\nnothing\n%%EOF\n")}),
              422);
    CHECK(says(v, "href=\"#file\""));
    CHECK_INT(both_count(v->store, "SELECT COUNT(*) FROM draft"), drafts + 2);

    TEST("a large file is taken, one that is too large refused by name");
    static char large[13 << 20];
    for (size_t i = 0; i < sizeof large; i += 4)
        memcpy(large + i, i % 120 ? "文 " : "字\n", 4);
    CHECK_INT(UPLOAD(v, "/drafts/new", p->writer, TITLE,
                     {"file", "长.txt", "text/plain", span_of(large, sizeof large)}),
              413);
    CHECK(UPLOAD(v, "/drafts/new", p->writer, TITLE,
                 {"file", "长.txt", "text/plain", span_of(large, 3 << 20)}) != 413);

    TEST("a form cut off in its file: refused, nothing begun");
    int64_t now = both_count(v->store, "SELECT COUNT(*) FROM draft");
    CHECK_INT(ask_as(v, "POST", "/drafts/new", p->writer, SPAN("multipart/form-data; boundary=xYz"),
                     SPAN("--xYz\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nx\r\n"
                          "--xYz\r\nContent-Disposition: form-data; name=\"file\"; "
                          "filename=\"a.txt\"\r\n\r\nhalf")),
              400);
    CHECK_INT(both_count(v->store, "SELECT COUNT(*) FROM draft"), now);

    TEST("a file of a measure is added to a draft; one that is none is shown with its line");
    CHECK_INT(UPLOAD(v, "/drafts/2", p->writer, {"act", NULL, NULL, SPAN("add")},
                     {"path", NULL, NULL, SPAN("measures/extra.yaml")},
                     {"file", "extra.yaml", "text/yaml", SPAN("measures: []\n")}),
              303);
    CHECK_INT(get(v, "/drafts/2/files/measures/extra.yaml", p->writer), 200);
    CHECK_INT(UPLOAD(v, "/drafts/2", p->handler, {"act", NULL, NULL, SPAN("add")},
                     {"path", NULL, NULL, SPAN("measures/other.yaml")},
                     {"file", "other.yaml", "text/yaml", SPAN("measures: []\n")}),
              403);
}

/* ---- registers ---- */

#define LIST  "/registers/%E6%97%85%E6%B8%B8%E5%B8%82%E5%9C%BA%E9%BB%91%E5%90%8D%E5%8D%95"
#define ENTRY LIST "/entries/1"

static void propose(struct visitor *v, const struct people *p)
{
    TEST("proposing: mistakes keep what was typed");
    CHECK_INT(get(v, LIST, SPAN("")), 200);
    CHECK(!says(v, "id=\"code\""));
    CHECK_INT(post(v, LIST, p->handler, FORM("code", "123", "reason", "未退还质保金")), 422);
    CHECK(says(v, "value=\"123\"") && says(v, "未退还质保金"));
    CHECK_INT(post(v, LIST, p->handler, FORM("code", "91000000000000115R", "reason", "")), 422);
    CHECK_INT(
        post(v, LIST, p->handler,
             FORM("kind", "person", "code", "P-4711", "title", "王小明", "reason", "未退还质保金")),
        303);

    TEST("what is only proposed is not public");
    CHECK_INT(get(v, ENTRY, SPAN("")), 404);
    CHECK_INT(get(v, LIST, SPAN("")), 200);
    CHECK(!says(v, "未退还质保金"));
    CHECK_INT(get(v, ENTRY, p->handler), 200);
}

static void list_and_object(struct visitor *v, const struct people *p)
{
    TEST("examined by a second person with the right to it");
    CHECK_INT(post(v, ENTRY, p->handler, FORM("act", "approve")), 403);
    CHECK_INT(post(v, ENTRY, p->second, FORM("act", "publish")), 409);
    CHECK_INT(post(v, ENTRY, p->reviewer, FORM("act", "approve")), 303);
    CHECK_INT(post(v, ENTRY, p->second, FORM("act", "publish", "from", "2020-03-01")), 422);
    CHECK_INT(post(v, ENTRY, p->second, FORM("act", "publish")), 303);

    TEST("public now, the person masked, nobody of the office named");
    CHECK_INT(get(v, LIST, SPAN("")), 200);
    CHECK(says(v, "未退还质保金") && !says(v, "王小明") && !says(v, "P-4711"));
    CHECK_INT(get(v, ENTRY, SPAN("")), 200);
    CHECK(!says(v, "王小明") && !says(v, "P-4711") && !says(v, "handler"));
    CHECK(!says(v, "moon/crater/rules")); /* the list's text is not the basis of a step */
    CHECK_INT(get(v, ENTRY, p->reviewer), 200);
    CHECK(says(v, "王小明") && says(v, "handler"));
    CHECK_INT(get(v, LIST "?date=2020-03-09", SPAN("")), 200);
    CHECK(!says(v, "未退还质保金"));

    TEST("anybody objects, with a reason; the office answers");
    CHECK_INT(post_json(v, ENTRY, "{\"act\":\"object\",\"reason\":\"\"}"), 422);
    CHECK_INT(post_json(v, ENTRY, "{\"act\":\"remove\",\"reason\":\"x\"}"), 403);
    CHECK_INT(post(v, ENTRY, p->reviewer, FORM("act", "keep", "reason", "x")), 409);
    CHECK_INT(post_json(v, ENTRY, "{\"act\":\"object\",\"reason\":\"已经退还\"}"), 303);
    CHECK_INT(post_json(v, ENTRY, "{\"act\":\"object\",\"reason\":\"再说一次\"}"), 409);
    CHECK_INT(get(v, ENTRY, SPAN("")), 200);
    CHECK(says(v, "有异议"));
    CHECK_INT(post(v, ENTRY, p->reviewer, FORM("act", "keep", "reason", "凭证不符")), 303);
    CHECK_INT(post(v, ENTRY, p->reviewer, FORM("act", "adjust", "reason", "")), 422);
    CHECK_INT(post(v, ENTRY, p->reviewer, FORM("act", "adjust", "tier", "B", "reason", "情节较轻")),
              303);
    CHECK_INT(post(v, ENTRY, p->reviewer, FORM("act", "remove", "reason", "已退还")), 303);
    CHECK_INT(get(v, LIST, SPAN("")), 200);
    CHECK(!says(v, "已退还"));
    CHECK_INT(get(v, LIST "/entries/9", SPAN("")), 404);
    CHECK_INT(get(v, "/registers/%E8%A1%8C%E4%B8%9A", SPAN("")), 200);
}

#define FIELD(name, text)                                                                          \
    {                                                                                              \
        name, NULL, NULL, SPAN(text)                                                               \
    }
#define CSV(text)                                                                                  \
    {                                                                                              \
        "file", "名单.csv", "text/csv", SPAN(text)                                                 \
    }
#define BATCHES LIST "/batches"

static void import_list(struct visitor *v, const struct people *p)
{
    TEST("an outside list: tried, imported, with every bad row; what was typed stays");
    CHECK_INT(UPLOAD(v, BATCHES, p->handler, FIELD("source", "市文旅局"),
                     FIELD("listed", "2020-03-01"), CSV("行业\n餐饮\n")),
              422);
    CHECK(says(v, "value=\"市文旅局\"") && says(v, "value=\"2020-03-01\""));
    CHECK_INT(UPLOAD(v, BATCHES, p->handler, FIELD("source", ""), FIELD("listed", "2020-03-01"),
                     CSV("名称\n甲社\n")),
              422);
    CHECK_INT(UPLOAD(v, BATCHES, p->handler, FIELD("source", "市文旅局"),
                     FIELD("listed", "2020-03-01"), FIELD("then", "try"),
                     CSV("名称,社会信用代码\n甲社,\n乙社,123\n")),
              200);
    CHECK(says(v, "没有写入") && says(v, "第 3 行") && says(v, "甲社"));
    CHECK_INT(both_count(v->store, "SELECT count(*) FROM register_batch"), 0);
    CHECK_INT(UPLOAD(v, BATCHES, p->handler, FIELD("source", "市文旅局"),
                     FIELD("listed", "2020-03-01"), FIELD("then", "import"),
                     CSV("名称,社会信用代码\n甲社,\n乙社,123\n丙社,\n")),
              303);
    CHECK_INT(get(v, BATCHES "/1", p->handler), 200);
    CHECK(says(v, "甲社") && says(v, "待审核") && !says(v, "value=\"approve\""));
    CHECK_INT(get(v, LIST, SPAN("")), 200);
    CHECK(!says(v, "市文旅局") && !says(v, "甲社"));
    CHECK_INT(get(v, "/registers/%E9%87%8D%E7%82%B9%E4%BC%81%E4%B8%9A/batches/1", p->handler), 404);

    TEST("by row or whole, by a second person; published");
    CHECK_INT(post(v, BATCHES "/1", p->reviewer, FORM("act", "approve")), 422);
    CHECK_INT(post(v, BATCHES "/1", p->reviewer, FORM("act", "refuse", "row", "3")), 422);
    CHECK_INT(
        post(v, BATCHES "/1", p->reviewer, FORM("act", "refuse", "row", "3", "reason", "同名")),
        303);
    CHECK_INT(post(v, BATCHES "/1", p->reviewer, FORM("act", "approve-all")), 303);
    CHECK_INT(post(v, BATCHES "/1", p->reviewer, FORM("act", "publish")), 403);
    CHECK_INT(post(v, BATCHES "/1", p->second, FORM("act", "publish")), 303);
    CHECK_INT(get(v, LIST, SPAN("")), 200);
    CHECK(says(v, "甲社") && !says(v, "丙社"));
    CHECK_INT(get(v, LIST, p->handler), 200);
    CHECK(says(v, "市文旅局 2020-03-01"));
}

/* ---- a fund: what is owed, days of payment ---- */

#define FUND "/funds/web"

static void fund_acts(struct visitor *v, const struct people *p)
{
    struct money_desk d = {.s = v->store};
    int64_t first = 0, second = 0;

    arena_init(&d.arena);
    money_fund(&d, "{fund: web, name: 测试资金, region: 月球市, holder: 别处财政所, cap: 1000,"
                   " order: approval}");
    struct fund_request q = money_request("web", money_subject(&d, 1), 1000);
    q.instruction = SPAN("应急指令一号");
    CHECK_INT(money_reserve(&d, &q, &first), 0);
    q = money_request("web", money_subject(&d, 2), 2000);
    CHECK_INT(money_reserve(&d, &q, &second), 0);
    arena_release(&d.arena);

    TEST("an approval that is owed is made up on the page of the fund, once");
    struct span cashier = person(v, "cashier", USER_FINANCE);
    char number[24];
    snprintf(number, sizeof number, "%lld", (long long)first);
    CHECK_INT(get(v, FUND, p->handler), 200);
    CHECK(says(v, "应急指令一号") && !says(v, "value=\"make-up\""));
    CHECK_INT(get(v, FUND, cashier), 200);
    CHECK(says(v, "value=\"make-up\"") && says(v, "value=\"due\""));
    CHECK_INT(post(v, FUND, p->handler, FORM("act", "make-up", "reservation", number, "how", "x")),
              403);
    CHECK_INT(post(v, FUND, cashier, FORM("act", "make-up", "reservation", number, "how", "")),
              422);
    CHECK_INT(
        post(v, FUND, cashier, FORM("act", "make-up", "reservation", number, "how", "补签审批单")),
        303);
    CHECK_INT(
        post(v, FUND, cashier, FORM("act", "make-up", "reservation", number, "how", "再补一次")),
        409);
    CHECK_INT(get(v, FUND, p->handler), 200);
    CHECK(says(v, "补签审批单"));

    TEST("a day of payment, with its document; what was typed stays");
    CHECK_INT(post(v, FUND, cashier, FORM("act", "due", "on", "2030-04-01", "reason", "提前兑现")),
              422);
    CHECK(says(v, "value=\"2030-04-01\"") && says(v, "value=\"提前兑现\""));
    CHECK_INT(post(v, FUND, cashier,
                   FORM("act", "due", "on", "2030-04-01", "reason", "提前兑现", "cites", "通知二")),
              303);
    CHECK_INT(post(v, FUND, cashier,
                   FORM("act", "due", "on", "2030-05-01", "reason", "推后", "cites", "通知三")),
              409);
    CHECK_INT(get(v, FUND, p->handler), 200);
    CHECK(says(v, "通知二") && says(v, "2030-04-01") && !says(v, "通知三"));
}

/* ---- the visitor ---- */

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

static void journey(struct visitor *v)
{
    const struct organisation_new office = {SPAN("示例区办"), SPAN("department"), {0}, NULL, 0};
    const struct date day = {2020, 1, 1};
    OK(organisation_add(v->store, &operator_, &office, day, &v->office, &err));
    const struct people p = {
        person(v, "writer", USER_PUBLISHER), person(v, "second", USER_PUBLISHER),
        person(v, "handler", USER_HANDLER), person(v, "reviewer", USER_REVIEWER)};

    begin(v, &p);
    change(v, &p);
    decide(v, &p);
    uploads(v, &p);
    propose(v, &p);
    list_and_object(v, &p);
    import_list(v, &p);
    fund_acts(v, &p);
    arena_clear(&v->request); /* gives connections back */
}

static char **arguments;

static void suite(const char *url)
{
    char folder[] = "/tmp/huiqi-publishing.XXXXXX", key[64], command[80];
    char **argv = arguments;
    struct visitor v = {0};

    if (!CHECK(mkdtemp(folder) != NULL))
        return;
    snprintf(key, sizeof key, "%s/key", folder);
    setenv("HUIQI_KEY_FILE", key, 1);

    setenv("HUIQI_NOW", "2020-03-10T10:00:00", 1);
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
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    arguments = argv;
    return both_run(suite);
}
