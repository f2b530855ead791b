/*
 * u_refused.c: forms that were refused, shown again, over pages written here: which form it was,
 * what stands in it, where the errors lead; pages cut off anywhere. Blame src/http/refused.c.
 */
#include "http/refused.h"
#include "tests/unit/fault.h"
#include "tests/unit/test.h"

static const char page[] =
    "<main><div class=\"error-summary\"></div>"
    "<form method=\"get\" action=\"/x\"><input id=\"g\" name=\"place\"></form>"
    "<form method=\"post\" action=\"/x\"><input type=\"hidden\" name=\"act\" value=\"near\">"
    "<input id=\"p1\" name=\"place\"><button>近</button></form>"
    "<details><summary>折</summary>"
    "<form method=\"post\" action=\"/x\"><input type=\"hidden\" name=\"act\" value=\"far\">"
    "<p><label for=\"p2\">地点 <b>与</b> 门</label><input id=\"p2\" name=\"place\" value=\"old\" "
    "aria-describedby=\"help\" required></p>"
    "<select id=\"s\" name=\"size\"><option value=\"\" selected>-</option><option>small</option>"
    "<option value=\"l\">large</option></select>"
    "<fieldset><legend>甲乙</legend><input type=\"radio\" id=\"r1\" name=\"which\" value=\"a\" "
    "checked>"
    "<input type=\"radio\" id=\"r2\" name=\"which\" value=\"b\"></fieldset>"
    "<textarea id=\"t\" name=\"text\">gone</textarea>"
    "<input type=\"password\" id=\"w\" name=\"word\"><input id=\"k1\" name=\"many\"><input "
    "id=\"k2\" "
    "name=\"many\"><button name=\"then\" value=\"go\">远 去</button></form></details></main>";

#define CONST_SPAN(literal)                                                                        \
    {                                                                                              \
        (literal), sizeof(literal) - 1                                                             \
    }

static struct pair sent[] = {{CONST_SPAN("act"), CONST_SPAN("far")},
                             {CONST_SPAN("place"), CONST_SPAN("<\"&'>")},
                             {CONST_SPAN("size"), CONST_SPAN("l")},
                             {CONST_SPAN("which"), CONST_SPAN("b")},
                             {CONST_SPAN("text"), CONST_SPAN("\n</textarea>")},
                             {CONST_SPAN("word"), CONST_SPAN("secret-word")},
                             {CONST_SPAN("many"), CONST_SPAN("one")},
                             {CONST_SPAN("many"), CONST_SPAN("two")},
                             {CONST_SPAN("then"), CONST_SPAN("go")}};

static struct field_error nowhere = {NULL, CONST_SPAN("nothing"), CONST_SPAN("M4")};
static struct field_error which = {&nowhere, CONST_SPAN("which"), CONST_SPAN("M3")};
static struct field_error size = {&which, CONST_SPAN("size"), CONST_SPAN("M2")};
static struct field_error place = {&size, CONST_SPAN("place"), CONST_SPAN("M1")};

static struct request request_of(struct arena *a)
{
    struct request req = {.arena = a,
                          .method = METHOD_POST,
                          .path = SPAN("/y"),
                          .target = SPAN("/y?a=1"),
                          .sent_to = SPAN("/x"),
                          .errors = &place};

    req.form = (struct pairs){sent, COUNT_OF(sent), COUNT_OF(sent)};
    return req;
}

static bool holds(struct span s, const char *part)
{
    bool is = span_find(s, span_z(part)) != SIZE_MAX;

    if (!is)
        printf("%.*s\nlacks %s\n", SPAN_ARG(s), part);
    return is;
}

static void marks(void)
{
    struct arena a;
    struct span out = {0};

    TEST("marks");
    arena_init(&a);
    struct request req = request_of(&a);
    CHECK_INT(refused_mark(&req, span_z(page), &out), 0);
    CHECK(holds(out, "<details open>"));
    CHECK(holds(out,
                "<form method=\"post\" action=\"/x\" id=\"refused-form\" tabindex=\"-1\"><input "
                "type=\"hidden\" name=\"refused.page\" value=\"/y?a=1\">"));
    CHECK(holds(
        out, "<span class=\"field-error\" id=\"p2.error\">M1</span><input name=\"place\" required "
             "value=\"&lt;&quot;&amp;&#39;&gt;\" id=\"p2\" aria-invalid=\"true\" "
             "aria-describedby=\"p2.error help\">"));
    CHECK(holds(out, "<option value=\"\">-</option><option>small</option><option value=\"l\" "
                     "selected>large</option>"));
    CHECK(holds(out, "<legend>甲乙</legend><span class=\"field-error\" id=\"r1.error\">M3</span>"));
    CHECK(holds(out, "value=\"b\" checked>") &&
          span_find(out, SPAN("value=\"a\" checked")) == SIZE_MAX);
    CHECK(holds(out, ">\n\n&lt;/textarea&gt;</textarea>"));
    CHECK(holds(out, "name=\"many\" value=\"one\"") && holds(out, "name=\"many\" value=\"two\""));
    CHECK(span_find(out, SPAN("secret-word")) == SIZE_MAX);
    CHECK(holds(out, "<input id=\"p1\" name=\"place\"><button>")); /* the other form is as it was */
    arena_release(&a);
}

static void summary(void)
{
    static const char *const expected[][2] = {
        {"p2", "地点 与 门"}, {"s", ""}, {"r1", "甲乙"}, {"refused-form", "远 去"}};
    struct arena a;

    TEST("summary");
    arena_init(&a);
    struct request req = request_of(&a);
    struct json *errors = json_array(&a);
    for (const struct field_error *e = req.errors; e; e = e->next) {
        struct json *o = json_object(&a);
        JSON_SET(o, "name", json_string(&a, e->name));
        json_add(errors, o);
    }
    CHECK_INT(refused_find(&req, span_z(page), errors), 0);
    size_t i = 0;
    JSON_EACH(e, errors)
    {
        CHECK_TEXT(json_text(JSON_GET(e, "target")), expected[i][0]);
        CHECK_TEXT(json_text(JSON_GET(e, "label")), expected[i++][1]);
    }
    CHECK_INT(i, 4);
    arena_release(&a);
}

/* A page that ends anywhere, and one without the form, come out as they went in or marked. */
static void cut_off(void)
{
    struct arena a;
    struct span out = {0};

    TEST("cut off");
    for (size_t n = 0; n < sizeof page; n++) {
        arena_init(&a);
        struct request req = request_of(&a);
        if (!CHECK_INT(refused_mark(&req, span_of(page, n), &out), 0) || !CHECK(out.n >= n))
            printf("at %zu\n", n);
        arena_release(&a);
    }
    arena_init(&a);
    struct request req = request_of(&a);
    req.sent_to = SPAN("/elsewhere");
    CHECK_INT(refused_mark(&req, span_z(page), &out), 0);
    CHECK(span_eq(out, span_z(page)));
    arena_release(&a);
}

static int once(void *context)
{
    struct arena a;
    struct span out = {0};

    UNUSED(context);
    arena_init(&a);
    struct request req = request_of(&a);
    int r = refused_mark(&req, span_z(page), &out);
    arena_release(&a);
    return r;
}

int main(int argc, char **argv)
{
    UNUSED(argc);
    UNUSED(argv);
    marks();
    summary();
    cut_off();
    TEST("memory ends");
    fault_loop(once, NULL);
    return test_end();
}
