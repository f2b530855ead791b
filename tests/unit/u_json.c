/* u_json.c: the tree of data from JSON and YAML, what the parsers refuse and where. */
#include "base/json.h"
#include "tests/unit/fault.h"

typedef int parser(struct arena *, struct span, struct span, struct json **, struct err *);

/* Parses and prints compactly; or "CODE line:column". */
static void check(parser *parse, struct span in, const char *want)
{
    struct buffer out = BUFFER_INIT;
    struct err e = ERR_INIT;
    struct json *j = NULL;
    struct arena a;

    arena_init(&a);
    if (parse(&a, in, SPAN("f"), &j, &e) == 0)
        json_print(&out, j, JSON_COMPACT);
    else
        buffer_print(&out, "%s %u:%u", err_name(e.code), e.line, e.column);
    CHECK_TEXT(buffer_span(&out), want);
    buffer_release(&out);
    arena_release(&a);
}

struct row {
    const char *in, *want;
};

static void test_json(void)
{
    static const struct row rows[] = {
        {"1", "1"},
        {" -0.10e+5 ", "-0.10e+5"},
        {"123456789012345678901234567890.123456789", "123456789012345678901234567890.123456789"},
        {"{\"b\":[1,null,true],\"a\":\"\\u4e2d\\n\\u0001\"}",
         "{\"b\":[1,null,true],\"a\":\"中\\n\\u0001\"}"},
        {"\"\\ud83d\\ude00\"", "\"😀\""},
        {"\xef\xbb\xbf[]", "[]"},
        {"{\"a\":1,\n \"a\":2}", "E_CONFLICT 2:2"},
        {"[1,]", "E_SYNTAX 1:4"},
        {"[1 2]", "E_SYNTAX 1:4"},
        {"{\"中\"：1}", "E_SYNTAX 1:5"},
        {"{}\n x", "E_SYNTAX 2:2"},
        {"", "E_SYNTAX 1:1"},
        {"[\n1", "E_SYNTAX 2:2"},
        {"[NaN]", "E_SYNTAX 1:2"},
        {"\"\\ud800x\"", "E_ENCODING 1:2"},
        {"\f\n\"\\udd4d00\"", "E_ENCODING 2:2"}, /* behind a form feed, too */
        {"[\"\xff\"]", "E_ENCODING 1:3"},
        {"[\"a\nb\"]", "E_SYNTAX 1:3"},
        {"[01]", "E_SYNTAX 1:3"},
    };

    TEST("json");
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        check(json_parse, span_z(rows[i].in), rows[i].want);
}

static void test_yaml(void)
{
    static const struct row rows[] = {
        {"a: 1\nb:\n  - x\n  - {c: d, e: 'f'}\n",
         "{\"a\":\"1\",\"b\":[\"x\",{\"c\":\"d\",\"e\":\"f\"}]}"},
        {"a:\nb: ''\n", "{\"a\":null,\"b\":\"\"}"},
        {"a: |\n  x\n  y\n", "{\"a\":\"x\\ny\\n\"}"},
        {"", "null"},
        {"a: &x 1", "E_SYNTAX 1:4"},
        {"a: *x", "E_SYNTAX 1:4"},
        {"a: !!str 1", "E_SYNTAX 1:4"},
        {"<<: {a: b}", "E_SYNTAX 1:1"},
        {"a: 1\n中: 2\na: 3", "E_CONFLICT 3:1"},
        {"中: 文\n政：策\n", "E_SYNTAX 2:1"},
        {"a: b: c", "E_SYNTAX 1:5"},
        {"a\n--- \nb", "E_SYNTAX 2:1"},
        {"? [a]\n: b", "E_SYNTAX 1:3"},
        {"a: \"\xff\"", "E_ENCODING 1:5"},
        {"a: \x01", "E_ENCODING 1:4"},
    };

    TEST("yaml");
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        check(yaml_parse, span_z(rows[i].in), rows[i].want);
}

static void test_depth(void)
{
    char deep[2 * (JSON_DEPTH + 1)];

    TEST("depth");
    memset(deep, '[', JSON_DEPTH + 1);
    memset(deep + JSON_DEPTH + 1, ']', JSON_DEPTH + 1);
    check(json_parse, span_of(deep + 1, 2 * JSON_DEPTH),
          "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
          "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]");
    check(json_parse, span_of(deep, sizeof deep), "E_LIMIT 1:65");
    check(yaml_parse, span_of(deep, sizeof deep), "E_LIMIT 1:65");
}

static void test_readers(void)
{
    struct arena a;
    struct json *j = NULL;
    struct buffer b = BUFFER_INIT;

    TEST("readers");
    arena_init(&a);
    buffer_byte(&b, '{');
    for (int i = 0; i < 1000; i++)
        buffer_print(&b, "%s\"k%d\":%d", i ? "," : "", i, i);
    buffer_byte(&b, '}');
    CHECK_INT(json_parse(&a, buffer_span(&b), SPAN(""), &j, NULL), 0);
    CHECK_TEXT(json_text(JSON_GET(j, "k999")), "999");
    CHECK(!JSON_GET(j, "k1000") && !json_get(NULL, SPAN("x")) && json_text(NULL).n == 0);
    buffer_clear(&b);
    j = json_object(&a);
    JSON_SET(j, "金额", json_number(&a, SPAN("21600.00")));
    JSON_SET(j, "list", json_array(&a));
    json_print(&b, j, JSON_PRETTY);
    CHECK_TEXT(buffer_span(&b), "{\n  \"金额\": 21600.00,\n  \"list\": []\n}\n");
    buffer_release(&b);
    arena_release(&a);
}

struct attempt {
    parser *parse;
    struct span text;
};

static int parse_once(void *context)
{
    const struct attempt *t = context;
    struct json *j = NULL;
    struct err e = ERR_INIT;
    struct arena a;
    int r;

    arena_init(&a);
    r = t->parse(&a, t->text, SPAN(""), &j, &e);
    CHECK((r == 0) == (j != NULL) && e.code == r);
    arena_release(&a);
    return r;
}

static void test_faults(void)
{
    struct buffer b = BUFFER_INIT;

    TEST("faults");
    buffer_byte(&b, '{');
    for (int i = 0; i < 3000; i++)
        buffer_print(&b, "%s\"k%d\": [\"some text\", null]", i ? ",\n" : "", i);
    buffer_byte(&b, '}');
    fault_loop(parse_once, &(struct attempt){json_parse, buffer_span(&b)});
    fault_loop(parse_once, &(struct attempt){yaml_parse, buffer_span(&b)});
    buffer_release(&b);
}

int main(void)
{
    test_json();
    test_yaml();
    test_depth();
    test_readers();
    test_faults();
    return test_end();
}
