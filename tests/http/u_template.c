/*
 * u_template.c: what our templates do beyond the specification: escaping by place, refusals with
 * position, messages, bounds, failing allocations. Blame
 * src/http/{template,template_render,markup,escape,text}.c.
 */
#include "base/file.h"
#include "http/template.h"
#include "tests/unit/fault.h"
#include "tests/unit/test.h"

static const char zh[] = "nav:\n  home: 首页\nfound: \"共 {count} 项 <{who.name}>\"\nplain: a&b\n";
static const char en[] =
    "nav:\n  home: Home\nfound: \"{count} found for <{who.name}>\"\nplain: a&b\n";

struct bench {
    struct arena a;
    struct diags diags;
    struct texts texts;
    struct templates *set;
    struct buffer out;
};

static void bench_init(struct bench *b)
{
    arena_init(&b->a);
    diags_init(&b->diags, &b->a);
    buffer_init(&b->out);
    texts_init(&b->texts, &b->a);
    CHECK_INT(texts_add(&b->texts, LANGUAGE_ZH, &b->a, span_z(zh), SPAN("zh.yaml"), &b->diags), 0);
    CHECK_INT(texts_add(&b->texts, LANGUAGE_EN, &b->a, span_z(en), SPAN("en.yaml"), &b->diags), 0);
    b->set = templates_new(&b->a, TEMPLATE_PAGE);
}

static void bench_release(struct bench *b)
{
    buffer_release(&b->out);
    arena_release(&b->a);
}

/* Renders a page over JSON text; NULL when it does not compile. */
static int render(struct bench *b, const char *page, const char *data, enum language l)
{
    struct json *tree = NULL;
    struct err err = ERR_INIT;
    CHECK_INT(templates_add(b->set, SPAN("page"), span_z(page), &b->diags), 0);
    CHECK_INT(templates_link(b->set, &b->texts, &b->diags), 0);
    if (b->diags.errors > 0)
        return E_CHECK;
    CHECK_INT(json_parse(&b->a, span_z(data), SPAN("data"), &tree, &err), 0);
    const struct json *frames[] = {tree};
    return template_render(templates_find(b->set, SPAN("page")), l, frames, 1, &b->out, &err);
}

static void gives(const char *page, const char *data, const char *want)
{
    struct bench b;
    TEST(page);
    bench_init(&b);
    CHECK_INT(render(&b, page, data, LANGUAGE_ZH), 0);
    CHECK_TEXT(buffer_span(&b.out), want);
    for (const struct diag *d = b.diags.first; d; d = d->next)
        printf("  %.*s\n", SPAN_ARG(d->message));
    bench_release(&b);
}

/* The first diagnostic is at line:column and its message holds `part`. */
static void refuses(const char *page, uint32_t line, uint32_t column, const char *part)
{
    struct bench b;
    TEST(page);
    bench_init(&b);
    CHECK_INT(render(&b, page, "{}", LANGUAGE_ZH), E_CHECK);
    const struct diag *d = b.diags.first;
    if (CHECK(d != NULL)) {
        CHECK_INT(d->line, line);
        CHECK_INT(d->column, column);
        if (!CHECK(span_find(d->message, span_z(part)) != SIZE_MAX))
            printf("  %.*s\n", SPAN_ARG(d->message));
    }
    bench_release(&b);
}

static void places(void)
{
    const char *evil = "{\"v\": \"<a href='x' onclick=\\\"y\\\">&\"}";
    gives("<p>{{v}}</p>", evil, "<p>&lt;a href=&#39;x&#39; onclick=&quot;y&quot;&gt;&amp;</p>");
    gives("<p title=\"{{v}}\">", evil,
          "<p title=\"&lt;a href=&#39;x&#39; onclick=&quot;y&quot;&gt;&amp;\">");
    gives("<p title='{{v}}'>", evil,
          "<p title='&lt;a href=&#39;x&#39; onclick=&quot;y&quot;&gt;&amp;'>");
    gives("<p>{{{v}}}</p>", "{\"v\": \"<b>\"}", "<p><b></p>");
    gives("<textarea>{{v}}</textarea>", "{\"v\": \"</textarea>\"}",
          "<textarea>&lt;/textarea&gt;</textarea>");
    gives("<script src=\"/x.js\"></script><p>{{v}}</p>", "{\"v\": 1}",
          "<script src=\"/x.js\"></script><p>1</p>");
    gives("<style>a < b</style>{{v}}", "{\"v\": 1}", "<style>a < b</style>1");
    gives("<!-- a > b -->{{v}}<!doctype html>", "{\"v\": \"<\"}",
          "<!-- a > b -->&lt;<!doctype html>");
    gives("1 < 2 {{v}}", "{\"v\": \"<\"}", "1 < 2 &lt;");
    gives("<option value=\"{{v}}\"{{#v}} selected{{/v}}>", "{\"v\": \"x\"}",
          "<option value=\"x\" selected>");
    gives("<tr{{#v}} class=\"{{v}}\"{{/v}} id=\"{{v}}\">", "{\"v\": \"x\"}",
          "<tr class=\"x\" id=\"x\">");
    gives("<canvas data-v=\"{{v}}\">", "{\"v\": [1, \"<\\\"\"]}",
          "<canvas data-v=\"[1,&quot;&lt;\\&quot;&quot;]\">");
}

static void urls(void)
{
    gives("<a href=\"{{u}}\">", "{\"u\": \"/a?b=1&c=2\"}", "<a href=\"/a?b=1&amp;c=2\">");
    gives("<a href=\"{{u}}\">", "{\"u\": \"https://example.org/甲\"}",
          "<a href=\"https://example.org/甲\">");
    gives("<a href=\"{{u}}\">", "{\"u\": \"javascript:alert(1)\"}", "<a href=\"#refused\">");
    gives("<a href=\"{{u}}\">", "{\"u\": \"JaVaScript:alert(1)\"}", "<a href=\"#refused\">");
    gives("<a href=\"{{u}}\">", "{\"u\": \"java\\tscript:alert(1)\"}", "<a href=\"#refused\">");
    gives("<a href=\"{{u}}\">", "{\"u\": \" javascript:alert(1)\"}", "<a href=\"#refused\">");
    gives("<a href=\"{{u}}\">", "{\"u\": \"\\u0001javascript:alert(1)\"}", "<a href=\"#refused\">");
    gives("<a href=\"{{u}}\">", "{\"u\": \"data:text/html,x\"}", "<a href=\"#refused\">");
    gives("<a href='{{{u}}}'>", "{\"u\": \"vbscript:x\"}", "<a href='#refused'>");
    gives("<a href=\"{{u}}\">", "{\"u\": \"\\\\\\\\evil.example\"}", "<a href=\"#refused\">");
    gives("<img src=\"{{u}}\">", "{\"u\": \"javascript:x\"}", "<img src=\"#refused\">");
    gives("<form action=\"{{u}}\">", "{\"u\": \"javascript:x\"}", "<form action=\"#refused\">");
    gives("<a href=\"/m/{{u}}\">", "{\"u\": \"a/b c?d#e\"}", "<a href=\"/m/a/b%20c%3Fd%23e\">");
    gives("<a href=\"/{{u}}\">", "{\"u\": \"/evil.example\"}", "<a href=\"/%2Fevil.example\">");
    gives("<a href=\"/s?q={{u}}&d=1\">", "{\"u\": \"a&b=/c\"}",
          "<a href=\"/s?q=a%26b%3D%2Fc&d=1\">");
    gives("<a href=\"/s?{{&u}}\">", "{\"u\": \"q=%41&b='\"}", "<a href=\"/s?q=%41&amp;b=%27\">");
    gives("<a href=\"/x{{#u}}?q={{.}}{{/u}}\">", "{\"u\": \"a/b\"}", "<a href=\"/x?q=a%2Fb\">");
    gives("<a href=\"{{#u}}{{.}}{{/u}}\">", "{\"u\": \"javascript:x\"}", "<a href=\"#refused\">");
}

static void refusals(void)
{
    refuses("<script>var x = \"{{v}}\";</script>", 1, 18, "safely");
    refuses("<style>a{color:{{v}}}</style>", 1, 16, "safely");
    refuses("<p onclick=\"{{v}}\">", 1, 13, "safely");
    refuses("<p ONCLICK='{{v}}'>", 1, 13, "safely");
    refuses("<p style=\"{{v}}\">", 1, 11, "safely");
    refuses("<p title={{v}}>", 1, 10, "safely");
    refuses("<p title=a{{v}}>", 1, 11, "safely");
    refuses("<p {{v}}>", 1, 4, "safely");
    refuses("<{{v}}>", 1, 2, "safely");
    refuses("<p data-{{v}}=\"x\">", 1, 9, "safely");
    refuses("<p title=\"{{{v}}}\">", 1, 11, "safely");
    refuses("<p {{#v}}on{{/v}}click=\"{{v}}\">", 1, 25, "safely");
    refuses("<!-- {{v}} -->", 1, 6, "safely");
    refuses("<p>\n  甲{{#v}}<a {{/v}}>", 2, 13, "another kind of markup");
    refuses("{{#v}}<a href=\"{{/v}}\">", 1, 16, "another kind of markup");
    refuses("<a href=\"{{>p}}\">", 1, 10, "between tags");
    refuses("<p title=\"x", 1, 12, "ends inside");
    refuses("a\n{{#a}}\n", 2, 1, "never closed");
    refuses("{{/a}}", 1, 1, "no section is open");
    refuses("{{#a}}{{/b}}", 1, 7, "another section");
    refuses("x {{ a", 1, 3, "never closed");
    refuses("{{}}", 1, 1, "without a name");
    refuses("{{a b}}", 1, 1, "white space");
    refuses("{{a..b}}", 1, 1, "empty part");
    refuses("{{=x=}}", 1, 1, "delimiters");
    refuses("{{>nowhere}}", 1, 1, "no template");
    refuses("{{t.nav.hom}}", 1, 1, "no message");
}

static void messages(void)
{
    const char *data = "{\"count\": 3, \"who\": {\"name\": \"<甲>\"}}";
    struct bench b;
    gives("<p>{{t.found}}", data, "<p>共 3 项 &lt;&lt;甲&gt;&gt;");
    gives("<p title=\"{{t.plain}}\">", data, "<p title=\"a&amp;b\">");
    TEST("english");
    bench_init(&b);
    CHECK_INT(render(&b, "{{t.found}}", data, LANGUAGE_EN), 0);
    CHECK_TEXT(buffer_span(&b.out), "3 found for &lt;&lt;甲&gt;&gt;");
    CHECK_TEXT(texts_print(&b.texts, LANGUAGE_EN, SPAN("nav.home"), NULL, &b.a), "Home");
    CHECK_TEXT(texts_print(&b.texts, LANGUAGE_EN, SPAN("no.such"), NULL, &b.a), "no.such");
    bench_release(&b);
}

/* Both languages have the same keys with the same placeholders, or it is an error. */
static void compare(void)
{
    struct bench b;
    TEST("compare");
    bench_init(&b);
    texts_compare(&b.texts, &b.diags);
    CHECK_INT(b.diags.errors, 0);
    CHECK_INT(texts_add(&b.texts, LANGUAGE_ZH, &b.a, SPAN("more: x\n"), SPAN("zh.yaml"), &b.diags),
              0);
    texts_compare(&b.texts, &b.diags);
    CHECK_INT(b.diags.errors, 1);
    CHECK_INT(
        texts_add(&b.texts, LANGUAGE_EN, &b.a, SPAN("more: x {y}\n"), SPAN("en.yaml"), &b.diags),
        0);
    texts_compare(&b.texts, &b.diags);
    CHECK_INT(b.diags.errors, 2);
    CHECK_INT(
        texts_add(&b.texts, LANGUAGE_EN, &b.a, SPAN("bad: x {y\n"), SPAN("en.yaml"), &b.diags), 0);
    CHECK_INT(b.diags.errors, 3);
    CHECK_INT(b.diags.last->line, 1);
    CHECK_INT(texts_add(&b.texts, LANGUAGE_EN, &b.a, SPAN("a: [1\n"), SPAN("en.yaml"), &b.diags),
              0);
    CHECK_INT(b.diags.errors, 4);
    bench_release(&b);
}

static void bounds(void)
{
    struct bench b;
    struct buffer deep = BUFFER_INIT;
    TEST("a partial that calls itself for ever");
    bench_init(&b);
    CHECK_INT(render(&b, "x{{>page}}", "{}", LANGUAGE_ZH), E_LIMIT);
    bench_release(&b);
    TEST("a partial that doubles");
    bench_init(&b);
    CHECK_INT(render(&b, "{{#l}}{{>page}}{{/l}}0123456789", "{\"l\": [1, 2]}", LANGUAGE_ZH),
              E_LIMIT);
    bench_release(&b);
    for (int i = 0; i < TEMPLATE_NESTING + 1; i++)
        buffer_add_z(&deep, "{{#a}}");
    refuses(deep.p, 1, TEMPLATE_NESTING * 6 + 1, "too deep");
    buffer_release(&deep);
}

static int compile_and_render(void *context)
{
    static const char page[] =
        "<ul>{{#l}}\n<li><a href=\"/x/{{id}}?q={{id}}\">{{t.found}}</a>\n{{/l}}\n{{>part}}</ul>";
    const struct json *frames[] = {context};
    struct arena a;
    struct diags diags;
    struct texts texts;
    struct buffer out = BUFFER_INIT;
    arena_init(&a);
    diags_init(&diags, &a);
    texts_init(&texts, &a);
    struct templates *set = templates_new(&a, TEMPLATE_PAGE);
    int r =
        set ? texts_add(&texts, LANGUAGE_ZH, &a, span_z(zh), SPAN("zh.yaml"), &diags) : E_MEMORY;
    if (r == 0)
        r = templates_add(set, SPAN("page"), span_z(page), &diags);
    if (r == 0)
        r = templates_add(set, SPAN("part"), SPAN("a\n {{#l}}\n{{id}}\n{{/l}}\n"), &diags);
    if (r == 0)
        r = templates_link(set, &texts, &diags);
    if (r == 0)
        r = template_render(templates_find(set, SPAN("page")), LANGUAGE_ZH, frames, 1, &out, NULL);
    buffer_release(&out);
    if (r == 0 && a.failed)
        r = E_MEMORY;
    arena_release(&a);
    return r;
}

static void faults(void)
{
    struct arena a;
    struct json *tree = NULL;
    TEST("failing allocations");
    arena_init(&a);
    CHECK_INT(json_parse(&a, SPAN("{\"l\": [{\"id\": \"甲/1\"}, {\"id\": 2}], \"count\": 2}"),
                         SPAN("data"), &tree, NULL),
              0);
    fault_loop(compile_and_render, tree);
    arena_release(&a);
}

int main(void)
{
    places();
    urls();
    refusals();
    messages();
    compare();
    bounds();
    faults();
    return test_end();
}
