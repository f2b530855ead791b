/*
 * u_search.c: the search page without a socket, over the shipped library and two invented
 * documents.
 */
#include <stdlib.h>
#include <unistd.h>

#include "document/search.h"
#include "http/escape.h"
#include "http/site.h"
#include "store/store.h"
#include "tests/unit/fault.h"
#include "tests/unit/test.h"
#include "web/app.h"

struct visitor {
    struct site site;
    struct arena process, request;
    struct app app;
    struct answer answer;
};

/* ---- documents ---- */

static int put_documents(struct store *s, void *context, struct err *err)
{
    const struct span issuer = SPAN("环形山区<人民政府>");
    const struct search_clause clauses[] = {
        {SPAN("一/（一）"), SPAN("减免租金"), SPAN("承租<国有>房屋的企业，免收租金。")},
        {SPAN("二"), SPAN(""), SPAN("租金由产权单位减免，\"先免后补\"。")}};
    struct search_entry e = {.id = 1,
                             .slug = SPAN("月球省-环形山区-1"),
                             .title = SPAN("关于减免租金的通知"),
                             .number = SPAN("环府办〔2020〕12号"),
                             .region = SPAN("月球省/环形山区"),
                             .type = SPAN("通知"),
                             .issued = SPAN("2020-02-20"),
                             .in_to = SPAN("2020-12-31"),
                             .issuers = &issuer,
                             .issuer_count = 1,
                             .clauses = clauses,
                             .clause_count = 2};
    struct arena a;
    int r;

    UNUSED(context);
    arena_init(&a);
    r = search_put(s, &a, &e, err);
    for (e.id = 2; r == 0 && e.id < 30; e.id++) {
        e.slug = arena_print(&a, "d%d", (int)e.id);
        e.title = SPAN("批量文件");
        e.clause_count = 1;
        r = search_put(s, &a, &e, err);
    }
    arena_release(&a);
    return r;
}

/* ---- requests ---- */

/* `path` with the words of `query` as its q. */
static int get(struct visitor *v, const char *path, const char *query, const char *rest)
{
    struct pair headers[] = {{SPAN("Cookie"), SPAN("as_of=2021-03-09")}};
    struct buffer target = BUFFER_INIT;

    buffer_print(&target, "%s?q=", path);
    escape_percent(&target, span_z(query));
    buffer_add_z(&target, rest);
    struct wire_request wire = {
        .method = SPAN("GET"), .target = buffer_span(&target), .headers = {headers, 1, 1}};
    arena_clear(&v->request);
    site_answer(&v->site, &wire, &v->request, &v->answer);
    buffer_release(&target);
    return v->answer.status;
}

static bool says(const struct visitor *v, const char *text)
{
    return span_find(v->answer.body, span_z(text)) != SIZE_MAX;
}

static const struct json *tree(struct visitor *v, const char *query, const char *rest)
{
    struct json *j = NULL;
    struct err err = ERR_INIT;

    CHECK_INT(get(v, "/search.json", query, rest), 200);
    CHECK_INT(json_parse(&v->request, v->answer.body, SPAN("search"), &j, &err), 0);
    return j;
}

static struct span count(const struct json *j, const char *group, const char *key)
{
    return json_text(json_get(json_get(j, span_z(group)), span_z(key)));
}

/* ---- cases ---- */

static void page(struct visitor *v)
{
    TEST("the page");
    CHECK_INT(get(v, "/search", "", ""), 200);
    CHECK(says(v, "<datalist id=\"suggestions\">"));
    CHECK(!says(v, "found-documents"));
    CHECK_INT(get(v, "/search", "产权单位", ""), 200);
    CHECK(says(v, "租金由<mark>产权单位</mark>减免"));
    CHECK(says(v, "#%E4%BA%8C\">二</a>"));
    CHECK(says(v, "当日不在有效期内")); /* the day is in 2021 */
    CHECK(says(v, "环形山区&lt;人民政府&gt;"));
    CHECK_INT(get(v, "/search", "国有", ""), 200);
    CHECK(says(v, "承租&lt;<mark>国有</mark>&gt;房屋"));
    CHECK_INT(get(v, "/search", "贴息", ""), 200);
    CHECK(says(v, "found-measures"));
    CHECK(says(v, "也查了同义的"));
    CHECK_INT(get(v, "/search", "没有这样的词", ""), 200);
    CHECK(says(v, "没有找到"));
}

static void hostile(struct visitor *v)
{
    TEST("what nobody should type");
    CHECK_INT(get(v, "/search", "<script>alert(1)</script>\"", ""), 200);
    CHECK(!says(v, "<script>alert"));
    CHECK_INT(get(v, "/search", "\"租金", ""), 200);
    CHECK(says(v, "引号没有闭合"));
    CHECK_INT(get(v, "/search", "-租金", ""), 200);
    CHECK(says(v, "只写了要排除的词"));
    CHECK_INT(get(v, "/search", "租金", "&page=0"), 422);
    CHECK_INT(get(v, "/search", "租金", "&year=x"), 422);
    CHECK_INT(get(v, "/search", "租金", "&in=all"), 422);
    CHECK_INT(get(v, "/search", "租金", "&page=9999"), 200);
    CHECK_INT(get(v, "/search", "租金", "&region=%3Cb%3E"), 200);
    CHECK(!says(v, "<b>"));
}

static void data(struct visitor *v)
{
    const struct json *j;

    TEST("the same as data");
    j = tree(v, "租金", "");
    CHECK_TEXT(count(j, "documents", "documents"), "29");
    CHECK_TEXT(count(j, "documents", "hits"), "29"); /* a title, 28 clauses */
    CHECK_INT(JSON_GET(JSON_GET(j, "documents"), "rows")->n, 20);
    j = tree(v, "租金", "&page=2");
    CHECK_INT(JSON_GET(JSON_GET(j, "documents"), "rows")->n, 9);
    j = tree(v, "产权单位", "&region=%E6%9C%88%E7%90%83%E7%9C%81");
    CHECK_TEXT(count(j, "documents", "documents"), "1");
    CHECK_TEXT(count(j, "measures", "count"), "0"); /* filters are those of documents */
    j = tree(v, "产权单位", "&in_force=1");
    CHECK_TEXT(count(j, "documents", "documents"), "0");
    j = tree(v, "产权单位", "&in_force=1&date=2020-03-09");
    CHECK_TEXT(count(j, "documents", "documents"), "1");
    j = tree(v, "贴息", "&in=measures");
    CHECK(JSON_GET(j, "documents") == NULL);
    CHECK(JSON_GET(j, "measures") != NULL);
    CHECK(JSON_GET(j, "products") == NULL);
    j = tree(v, "\"租金\" -产权", "&in=measures"); /* measures know no such signs */
    CHECK(JSON_GET(j, "measures") != NULL);
}

static void pages(struct visitor *v)
{
    TEST("pages, groups and facets are links");
    CHECK_INT(get(v, "/search", "租金", ""), 200);
    CHECK(says(v, "rel=\"next\""));
    CHECK(!says(v, "rel=\"prev\""));
    CHECK(says(v, "/search?q=%E7%A7%9F%E9%87%91&amp;page=2"));
    CHECK(says(v, "/search?q=%E7%A7%9F%E9%87%91&amp;in=documents"));
    CHECK(says(v, "/search?q=%E7%A7%9F%E9%87%91&amp;region=%E6%9C%88%E7%90%83%E7%9C%81\""));
    CHECK(says(v, "/search?q=%E7%A7%9F%E9%87%91&amp;year=2020"));
    CHECK_INT(get(v, "/search", "租金", "&page=2"), 200);
    CHECK(says(v, "rel=\"prev\""));
    CHECK(!says(v, "rel=\"next\""));
    CHECK_INT(get(v, "/search", "租金", "&region=%E6%9C%88%E7%90%83%E7%9C%81"), 200);
    CHECK(says(v, "region=%E6%9C%88%E7%90%83%E7%9C%81%2F%E7%8E%AF")); /* one further down */
    CHECK(says(v, "name=\"region\" value=\"月球省\""));
}

static void english(struct visitor *v)
{
    TEST("English");
    CHECK_INT(get(v, "/search", "租金", "&lang=en"), 200);
    CHECK(says(v, "Clauses of documents"));
    CHECK(says(v, "29 documents, 29 places"));
}

static void typing_help(struct visitor *v)
{
    TEST("typing help");
    CHECK_INT(get(v, "/search/suggest", "jmzj", ""), 200);
    CHECK(says(v, "关于减免租金的通知"));
    CHECK_INT(get(v, "/search/suggest", "", ""), 200);
    CHECK_INT(get(v, "/search/suggest", "创业担保", ""), 200);
    CHECK(says(v, "创业担保贷款"));
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
    TEST("memory ends");
    fault_loop(one, &(struct attempt){v, "/search?q=%E7%A7%9F%E9%87%91&year=2020"});
    fault_loop(one, &(struct attempt){v, "/search/suggest?q=j"});
}

static void no_database(struct visitor *v)
{
    struct docsearch *d = v->app.docsearch;

    TEST("no documents at all");
    v->app.docsearch = NULL;
    CHECK_INT(get(v, "/search", "贴息", ""), 200);
    CHECK(says(v, "found-measures"));
    v->app.docsearch = d;
}

static void run(struct visitor *v)
{
    page(v), hostile(v), data(v), pages(v), english(v), typing_help(v), memory_ends(v);
    no_database(v);
}

int main(int argc, char **argv)
{
    struct visitor v = {.answer = {0}};
    struct diags diags;
    struct err err = ERR_INIT;
    struct store *s = NULL;
    char folder[] = "/tmp/huiqi-page.XXXXXX", url[80], command[100];
    struct site_config config = {
        .routes = app_routes, .route_count = app_route_count, .app = &v.app};

    if (argc != 3 || !CHECK(mkdtemp(folder) != NULL))
        return 2;
    snprintf(url, sizeof(url), "sqlite:%s/test.db", folder);
    setenv("HUIQI_DATABASE", url, 1);
    arena_init(&v.process);
    arena_init(&v.request);
    diags_init(&diags, &v.process);
    config.web = argv[1];
    v.app.version = "0";
    if (CHECK_INT(app_init(&v.app, &v.process, argv[2], NULL, &diags, &err), 0) &&
        CHECK_INT(app_make_database(&v.app, &err), 0) &&
        CHECK_INT(site_init(&v.site, &config, &v.process, &diags, &err), 0) &&
        CHECK_INT(store_open(url, &s, &err), 0) &&
        CHECK_INT(store_write(s, put_documents, NULL, &err), 0))
        run(&v);
    else
        printf("%s\n", err.message);
    store_close(s);
    site_release(&v.site);
    app_release(&v.app);
    arena_release(&v.request);
    arena_release(&v.process);
    snprintf(command, sizeof(command), "rm -rf '%s'", folder);
    CHECK_INT(system(command), 0);
    return test_end();
}
