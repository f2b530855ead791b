/*
 * u_route.c: matching of paths and typing of fields. Blame src/http/route.c and field.c.
 */
#include "http/route.h"
#include "tests/unit/fault.h"
#include "tests/unit/test.h"

static int nothing(struct request *req, struct response *res, void *app)
{
    UNUSED(req);
    UNUSED(res);
    UNUSED(app);
    return 200;
}

static const char *const sizes[] = {"small", "large", NULL};
static const struct field fields[] = {
    {.name = "q", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED, .most = 5},
    {.name = "n", .kind = FIELD_INT, .least = 1, .most = 10},
    {.name = "on", .kind = FIELD_DATE},
    {.name = "sum", .kind = FIELD_MONEY},
    {.name = "rate", .kind = FIELD_NUMBER},
    {.name = "size", .kind = FIELD_CHOICE, .flags = FIELD_MANY, .choices = sizes},
    {.name = "yes", .kind = FIELD_BOOL},
    {.name = "facts", .kind = FIELD_JSON},
};

static const struct route routes[] = {
    {METHOD_GET, "/", nothing},
    {METHOD_GET, "/m", nothing, FIELDS(fields)},
    {METHOD_POST, "/m", nothing, FIELDS(fields)},
    {METHOD_GET, "/m/{id*}", nothing},
    {METHOD_GET, "/m/new", nothing},
    {METHOD_GET, "/c/{code}/step/{n}", nothing},
    {METHOD_GET, "/c/{code}", nothing},
    {METHOD_DELETE, "/c/{code}", nothing},
};

static const struct route *find(struct arena *a, const char *path, enum method m,
                                struct pairs *params, unsigned *allowed)
{
    struct router router;
    struct span segments[32], rest = span_from(span_z(path), 1);
    size_t n = 0;
    struct err err = ERR_INIT;
    CHECK_INT(router_init(&router, a, routes, COUNT_OF(routes), &err), 0);
    while (span_split(&rest, '/', &segments[n]))
        n++;
    *params = (struct pairs){0};
    return router_find(&router, m, segments, n, a, params, allowed);
}

static void leads(const char *path, enum method m, const char *want, const char *first)
{
    struct arena a;
    struct pairs params;
    unsigned allowed = 0;
    TEST(path);
    arena_init(&a);
    const struct route *r = find(&a, path, m, &params, &allowed);
    if (want ? CHECK(r != NULL) : CHECK(r == NULL) && r)
        CHECK_TEXT(span_z(r->path), want);
    if (r && first && CHECK(params.n > 0))
        CHECK_TEXT(params.at[0].value, first);
    arena_release(&a);
}

static void matching(void)
{
    struct arena a;
    struct pairs params;
    unsigned allowed = 0;
    leads("/", METHOD_GET, "/", NULL);
    leads("/m", METHOD_GET, "/m", NULL);
    leads("/m", METHOD_HEAD, "/m", NULL);
    leads("/m/new", METHOD_GET, "/m/new", NULL);
    leads("/m/a/b/c", METHOD_GET, "/m/{id*}", "a/b/c");
    leads("/m/", METHOD_GET, NULL, NULL);
    leads("/c/9131/step/2", METHOD_GET, "/c/{code}/step/{n}", "9131");
    leads("/c/9131", METHOD_GET, "/c/{code}", "9131");
    leads("/c//step/2", METHOD_GET, NULL, NULL);
    leads("/c/9131/step", METHOD_GET, NULL, NULL);
    leads("/x", METHOD_GET, NULL, NULL);
    TEST("allowed methods");
    arena_init(&a);
    CHECK(find(&a, "/m", METHOD_PUT, &params, &allowed) == NULL);
    CHECK_INT(allowed, 1u << METHOD_GET | 1u << METHOD_HEAD | 1u << METHOD_POST);
    CHECK(find(&a, "/c/1", METHOD_POST, &params, &allowed) == NULL);
    CHECK_INT(allowed, 1u << METHOD_GET | 1u << METHOD_HEAD | 1u << METHOD_DELETE);
    arena_release(&a);
}

static void bad_tables(void)
{
    static const struct route bad[][2] = {
        {{METHOD_GET, "x", nothing}, {METHOD_GET, "/y", nothing}},
        {{METHOD_GET, "/a/{b*}/c", nothing}, {METHOD_GET, "/y", nothing}},
        {{METHOD_GET, "/a{b}", nothing}, {METHOD_GET, "/y", nothing}},
        {{METHOD_GET, "/a/{b}", nothing}, {METHOD_GET, "/a/{c}", nothing}},
        {{METHOD_GET, "/a", NULL}, {METHOD_GET, "/y", nothing}},
    };
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct arena a;
        struct router router;
        struct err err = ERR_INIT;
        TEST(bad[i][0].path);
        arena_init(&a);
        CHECK_INT(router_init(&router, &a, bad[i], 2, &err), E_CHECK);
        CHECK(err.message[0] != 0);
        arena_release(&a);
    }
}

struct bench {
    struct arena a;
    struct texts texts;
    struct request req;
};

static int read_form(struct bench *b, const char *form, const char *body)
{
    struct err err = ERR_INIT;
    arena_init(&b->a);
    texts_init(&b->texts, &b->a);
    b->req = (struct request){
        .arena = &b->a, .texts = &b->texts, .route = &routes[2], .method = METHOD_POST};
    int r = wire_form(&b->a, span_z(form), &b->req.form, &err);
    if (r == 0 && body) {
        struct json *tree = NULL;
        r = json_parse(&b->a, span_z(body), SPAN("body"), &tree, &err);
        b->req.body = tree;
    }
    return r == 0 ? request_read_fields(&b->req, &err) : r;
}

/* The errors of a form as "field key, field key" (texts are empty, so a message is its key). */
static void errors(const char *form, const char *body, const char *want)
{
    struct bench b;
    struct buffer got = BUFFER_INIT;
    TEST(body ? body : form);
    CHECK_INT(read_form(&b, form, body), 0);
    for (const struct field_error *e = b.req.errors; e; e = e->next)
        buffer_print(&got, "%s%.*s %.*s", got.n ? ", " : "", SPAN_ARG(e->name),
                     SPAN_ARG(e->message));
    CHECK_TEXT(buffer_span(&got), want);
    buffer_release(&got);
    arena_release(&b.a);
}

static void typing(void)
{
    struct bench b;
    TEST("typed values");
    CHECK_INT(read_form(&b,
                        "q=+%E4%B8%AD%E5%B0%8F%E4%BC%81%E4%B8%9A+&n=7&on=2020-03-09&sum=12600.50&"
                        "rate=-0.5&size=large&"
                        "size=small&yes=on&facts=%7B%22a%22%3A1%7D&other=1",
                        NULL),
              0);
    CHECK(b.req.errors == NULL);
    CHECK_TEXT(request_text(&b.req, "q"), "中小企业");
    CHECK_INT(request_value(&b.req, "n")->number, 7);
    CHECK_INT(request_value(&b.req, "on")->date.day, 9);
    CHECK_INT(decimal_compare(request_value(&b.req, "sum")->decimal,
                              decimal_div(decimal_from_int(126005), decimal_from_int(10), NULL)),
              0);
    CHECK_INT(decimal_sign(request_value(&b.req, "rate")->decimal), -1);
    CHECK_INT(request_value(&b.req, "size")->choice, 1);
    CHECK_INT(request_value(&b.req, "size")->next->choice, 0);
    CHECK(request_value(&b.req, "yes")->truth);
    CHECK_TEXT(json_text(JSON_GET(request_value(&b.req, "facts")->json, "a")), "1");
    arena_release(&b.a);
    TEST("a JSON body");
    CHECK_INT(read_form(&b, "",
                        "{\"q\": \"x\", \"n\": 3, \"yes\": false, \"size\": [\"small\"], "
                        "\"facts\": {\"k\": [1]}, \"sum\": 12.30}"),
              0);
    CHECK(b.req.errors == NULL);
    CHECK_INT(request_value(&b.req, "n")->number, 3);
    CHECK(request_value(&b.req, "yes")->given && !request_value(&b.req, "yes")->truth);
    CHECK_TEXT(request_text(&b.req, "sum"), "12.30");
    CHECK(JSON_GET(request_value(&b.req, "facts")->json, "k") != NULL);
    arena_release(&b.a);
}

static void wrong(void)
{
    errors("", NULL, "q field.required");
    errors("q=++", NULL, "q field.required");
    errors("q=123456", NULL, "q field.long");
    errors("q=a&n=0", NULL, "n field.range");
    errors("q=a&n=11", NULL, "n field.range");
    errors("q=a&n=1.5", NULL, "n field.int");
    errors("q=a&n=99999999999999999999999", NULL, "n field.int");
    errors("q=a&on=2020-02-30", NULL, "on field.date");
    errors("q=a&on=0020-02-20", NULL, "on field.date");
    errors("q=a&sum=1.005", NULL, "sum field.money");
    errors("q=a&sum=-1", NULL, "sum field.money");
    errors("q=a&sum=1e5", NULL, "sum field.money");
    errors("q=a&sum=1%2C000", NULL, "sum field.money");
    errors("q=a&sum=1234567890123456", NULL, "sum field.money");
    errors("q=a&rate=x", NULL, "rate field.number");
    errors("q=a&size=huge", NULL, "size field.choice");
    errors("q=a&yes=maybe", NULL, "yes field.bool");
    errors("q=a&facts=%7B", NULL, "facts field.json");
    errors("q=a&q=b", NULL, "q field.twice");
    errors("", "{\"q\": \"a\", \"nn\": 1}", "nn field.unknown");
    errors("", "{\"q\": [\"a\"]}", "q field.json");
    errors("", "{\"q\": null}", "q field.required");
}

static void redirects(void)
{
    static const char *const bad[] = {"//evil.example", "https://evil.example", "x", "",
                                      "/\\evil.example"};
    struct bench b;
    struct response res = {0};
    TEST("redirects");
    CHECK_INT(read_form(&b, "q=a", NULL), 0);
    CHECK_INT(response_redirect(&b.req, &res, SPAN("/m/甲?a=1\r\nX: y")), 303);
    CHECK_TEXT(res.location, "/m/%E7%94%B2?a=1%0D%0AX:%20y");
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        CHECK_INT(response_redirect(&b.req, &(struct response){0}, span_z(bad[i])), E_FORBIDDEN);
    arena_release(&b.a);
}

static int fault(void *context)
{
    struct bench b;
    UNUSED(context);
    int r = read_form(&b, "q=a&n=x&size=large&size=small&facts=%5B1%5D", NULL);
    if (r == 0 && b.a.failed)
        r = E_MEMORY;
    arena_release(&b.a);
    return r;
}

int main(void)
{
    matching();
    bad_tables();
    typing();
    wrong();
    redirects();
    fault_loop(fault, NULL);
    return test_end();
}
