/*
 * u_documents.c: the pages of 公文库 without a socket: an invented notice is imported, changed and
 * imported again; every way to look at it must show what it should and hide what it must.
 */
#include <stdlib.h>
#include <unistd.h>

#include "document/archive.h"
#include "document/reader.h"
#include "document/seal.h"
#include "http/escape.h"
#include "http/site.h"
#include "tests/unit/fault.h"
#include "tests/unit/test.h"
#include "web/app.h"

struct visitor {
    struct site site;
    struct arena process, request;
    struct app app;
    struct answer answer;
    struct span slug; /* of the notice */
};

#define NOTICE(limit)                                                                                                                  \
    "示例区人民政府办公室关于减轻企业负担的通知\n\n例府办〔2031〕7号\n\n各街道办事处：\n\n"          \
    "为减轻企业负担，现通知如下。\n\n一、减免租金\n\n（一）适用对象。在示例区登记的小微企业，" \
    "可以申请减免租金<一次>。\n\n（二）办理时限。区甲局在" limit                                                                       \
    "个工作日内办结。\n\n二、联系方式\n\n联系人：张三 13900000000\n\n示例区人民政府办公室\n\n"           \
    "2031年3月4日\n"

static int file_text(struct visitor *v, const char *text, struct err *err)
{
    struct arena *a = &v->process;
    struct archive_file file = {.name = SPAN("notice.txt"), .original = span_z(text)};
    struct reader_text read;
    struct archive_report report;
    struct store *s = NULL;
    struct seal seal;
    struct doc *doc = NULL;
    int r = store_open(v->app.database, &s, err);

    if (r == 0)
        r = seal_load(s, v->app.database, true, &seal, err);
    if (r == 0)
        r = reader_read(a, file.original, file.name, &read, err);
    if (r == 0)
        r = document_parse(a, read.text, file.name, &doc, err);
    file.text = &read;
    file.doc = doc;
    if (r == 0)
        r = document_archive_put(s, &seal, a, &file, &report, err);
    if (r == 0 && report.entry_count > 0)
        v->slug = report.entries[0].slug;
    store_close(s);
    return r;
}

static int get(struct visitor *v, const char *target)
{
    struct pair headers[] = {{SPAN("Cookie"), SPAN("as_of=2031-04-01")}};
    struct wire_request wire = {
        .method = SPAN("GET"), .target = span_z(target), .headers = {headers, 1, 1}};

    arena_clear(&v->request);
    site_answer(&v->site, &wire, &v->request, &v->answer);
    return v->answer.status;
}

static int get_notice(struct visitor *v, const char *ending)
{
    struct buffer target = BUFFER_INIT;

    buffer_add_z(&target, "/documents/");
    escape_percent(&target, v->slug);
    buffer_add_z(&target, ending);
    buffer_byte(&target, 0);
    int status = get(v, target.p);
    buffer_release(&target);
    return status;
}

static bool says(const struct visitor *v, const char *text)
{
    return span_find(v->answer.body, span_z(text)) != SIZE_MAX;
}

static void nobody_is_named(const struct visitor *v)
{
    CHECK(!says(v, "张三") && !says(v, "13900000000"));
}

static void browsing(struct visitor *v)
{
    TEST("browsing");
    CHECK_INT(get(v, "/documents"), 200);
    CHECK(says(v, "关于减轻企业负担的通知") && says(v, "例府办〔2031〕7号"));
    CHECK(says(v, "文库登记的文件"));
    CHECK_INT(get(v, "/documents?year=2031"), 200);
    CHECK(says(v, "关于减轻企业负担的通知") && !says(v, "文库登记的文件"));
    CHECK_INT(get(v, "/documents?year=2030"), 200);
    CHECK(!says(v, "关于减轻企业负担的通知"));
    CHECK_INT(get(v, "/documents?page=0"), 422);
    CHECK_INT(get(v, "/documents?region=%27%22%3Cx%3E"), 200);
    CHECK(!says(v, "<x>"));
}

static void text(struct visitor *v)
{
    TEST("the text, masked");
    CHECK_INT(get_notice(v, ""), 200);
    CHECK(says(v, "可以申请减免租金&lt;一次&gt;") && says(v, "在5个工作日内办结"));
    CHECK(says(v, "〔姓名〕") && says(v, "id=\"一/（一）\""));
    nobody_is_named(v);
    CHECK_INT(get_notice(v, "?version=1"), 200);
    CHECK(says(v, "在3个工作日内办结"));
    CHECK_INT(get_notice(v, "?version=9"), 404);
}

static void changes(struct visitor *v)
{
    TEST("what a version changed");
    CHECK_INT(get_notice(v, "?version=2&since=1"), 200);
    CHECK(says(v, "<del>3</del><ins>5</ins>") || says(v, "<ins>5</ins>"));
    CHECK(says(v, "这一版改了什么"));
    nobody_is_named(v);
}

static void original(struct visitor *v)
{
    TEST("the original beside it, masked too");
    CHECK_INT(get_notice(v, "?original=1"), 200);
    CHECK(says(v, "class=\"original"));
    nobody_is_named(v);
}

static void facts(struct visitor *v)
{
    TEST("facts below the clauses, when asked for");
    CHECK_INT(get_notice(v, "?facts=1"), 200);
    CHECK(says(v, "时限 5 工作日</span>") && says(v, "规模 小型;微型</span>"));
    nobody_is_named(v);
    CHECK_INT(get_notice(v, ""), 200);
    CHECK(!says(v, "时限 5 工作日</span>"));
}

static void relations(struct visitor *v)
{
    struct span notice = v->slug, carries;
    struct buffer link = BUFFER_INIT;
    struct err err = ERR_INIT;

    TEST("a text that carries another out: both pages lead to the other");
    CHECK_INT(
        file_text(
            v,
            "示例区丙局关于租金的实施细则\n\n一、依据\n\n根据《示例区人民政府办公室关于"
            "减轻企业负担的通知》（例府办〔2031〕7号）和《示例市某某工作规则汇编》制定本细则。\n",
            &err),
        0);
    carries = v->slug;
    escape_percent(&link, notice);
    CHECK_INT(get_notice(v, ""), 200);
    CHECK(span_find(v->answer.body, buffer_span(&link)) != SIZE_MAX);
    CHECK(says(v, "示例市某某工作规则汇编") && says(v, "落实"));
    v->slug = notice;
    buffer_clear(&link);
    escape_percent(&link, carries);
    CHECK_INT(get_notice(v, ""), 200);
    CHECK(says(v, "提到本文的文件"));
    CHECK(span_find(v->answer.body, buffer_span(&link)) != SIZE_MAX);
    buffer_release(&link);
}

static void files(struct visitor *v)
{
    static const struct {
        const char *ending, *sign;
    } forms[] = {{"?format=markdown", "减免租金"},
                 {"?format=html", "<html"},
                 {"?format=akn", "<akomaNtoso"}};

    TEST("files to take along");
    for (size_t i = 0; i < COUNT_OF(forms); i++) {
        CHECK_INT(get_notice(v, forms[i].ending), 200);
        CHECK(says(v, forms[i].sign));
        nobody_is_named(v);
    }
    CHECK_INT(get_notice(v, "?format=exe"), 422);
}

static void data(struct visitor *v)
{
    struct json *tree = NULL;
    struct err err = ERR_INIT;

    TEST("the same as data");
    CHECK_INT(get_notice(v, ".json"), 200);
    CHECK_INT(json_parse(&v->request, v->answer.body, SPAN("document"), &tree, &err), 0);
    CHECK(JSON_GET(tree, "clauses") && JSON_GET(tree, "clauses")->n > 4);
    CHECK_TEXT(json_text(JSON_GET(JSON_GET(tree, "document"), "number")), "例府办〔2031〕7号");
    nobody_is_named(v);
}

static void around(struct visitor *v)
{
    TEST("graph and districts");
    CHECK_INT(get(v, "/documents/graph"), 200);
    CHECK(says(v, "<svg") && says(v, "沪府规〔2020〕3号"));
    CHECK_INT(get(v, "/families"), 200);
    CHECK_INT(get(v, "/families/shanghai-free-connection-2023"), 200);
    CHECK(says(v, "上海市/金山区") && says(v, "须在城镇范围"));
    CHECK_INT(get(v, "/families/none"), 404);
    CHECK_INT(get(v, "/documents/none"), 404);
}

struct attempt {
    struct visitor *visitor;
    const char *target;
};

static int one(void *context)
{
    struct attempt *t = context;
    struct wire_request wire = {.method = SPAN("GET"), .target = span_z(t->target)};
    struct arena request;
    struct answer a;

    arena_init(&request);
    site_answer(&t->visitor->site, &wire, &request, &a);
    int status = a.status;
    arena_release(&request);
    return status == 200 ? 0 : status == 503 ? E_MEMORY : E_IO;
}

static void memory_ends(struct visitor *v)
{
    struct buffer target = BUFFER_INIT;

    TEST("memory ends");
    buffer_add_z(&target, "/documents/");
    escape_percent(&target, v->slug);
    buffer_add_z(&target, "?version=2&since=1&original=1&facts=1");
    buffer_byte(&target, 0);
    fault_loop(one, &(struct attempt){v, target.p});
    fault_loop(one, &(struct attempt){v, "/families/shanghai-free-connection-2023"});
    buffer_release(&target);
}

int main(int argc, char **argv)
{
    struct visitor v = {.answer = {0}};
    struct diags diags;
    struct err err = ERR_INIT;
    char folder[] = "/tmp/huiqi-documents.XXXXXX", url[80], command[100];
    struct site_config config = {
        .routes = app_routes, .route_count = app_route_count, .app = &v.app};

    if (argc != 3 || !CHECK(mkdtemp(folder) != NULL))
        return 2;
    snprintf(url, sizeof(url), "sqlite:%s/test.db", folder);
    setenv("HUIQI_DATABASE", url, 1);
    unsetenv("HUIQI_KEY_FILE");
    arena_init(&v.process);
    arena_init(&v.request);
    diags_init(&diags, &v.process);
    config.web = argv[1];
    v.app.version = "0";
    if (CHECK_INT(app_init(&v.app, &v.process, argv[2], NULL, &diags, &err), 0) &&
        CHECK_INT(app_make_database(&v.app, &err), 0) &&
        CHECK_INT(site_init(&v.site, &config, &v.process, &diags, &err), 0) &&
        CHECK_INT(file_text(&v, NOTICE("3"), &err), 0) &&
        CHECK_INT(file_text(&v, NOTICE("5"), &err), 0)) {
        browsing(&v), text(&v), changes(&v), original(&v), facts(&v), relations(&v), files(&v),
            data(&v), around(&v);
        memory_ends(&v);
    } else {
        printf("%s\n", err.message);
    }
    site_release(&v.site);
    app_release(&v.app);
    arena_release(&v.request);
    arena_release(&v.process);
    snprintf(command, sizeof(command), "rm -rf '%s'", folder);
    CHECK_INT(system(command), 0);
    return test_end();
}
