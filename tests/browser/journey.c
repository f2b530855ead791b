/*
 * journey.c: what people do, in a real browser: the check-up from the home page to a changed
 * answer, a wrong number, the other language, the keyboard alone, a phone, and the pages around
 * them. Every page that is looked at is checked by axe-core (no serious finding) and photographed;
 * a phone's page must not scroll sideways.
 *
 *     journey BASE-URL CHROMEDRIVER-PORT AXE.JS FOLDER-FOR-PICTURES
 */
#include <stdio.h>
#include <stdlib.h>
#include "base/file.h"
#include "tests/browser/trip.h"

#define QUESTIONS 7

static struct span fact_asked(struct trip *t)
{
    return script_text(t, "return document.querySelector('input[name=fact]').value");
}

/* ---- answers ---- */

static const struct {
    const char *fact, *text;
} answers[] = {
    {"从业人员", "30"},
    {"营业收入", "800"},
    {"注册地", "上海市/静安区"},
    {"纳税地", "静安区"},
    {"参保地", "上海市/静安区"},
    {"参保人数", "30"},
    {"裁员率", "2%"},
    {"经营地", "上海市/静安区"},
    {"资产总额", "5000"},
    {"单位实缴失业保险费", "12000"},
    {"职工实缴失业保险费", "9000"},
};

static const char *text_for(struct span fact)
{
    for (size_t i = 0; i < COUNT_OF(answers); i++)
        if (span_eq(fact, span_z(answers[i].fact)))
            return answers[i].text;
    return NULL;
}

/* A typed answer where there is one, the second choice of radios and boxes (never the first by
 * chance), else "don't know". */
static void answer(struct trip *t)
{
    const char *text = text_for(fact_asked(t));

    if (text && there(t, "input[type=text]#value")) {
        CHECK(wd_type(&t->w, "#value", text));
        leave(t, "button[value=answer]");
    } else if (there(t, "#value-2")) {
        CHECK(wd_click(&t->w, "#value-2"));
        leave(t, "button[value=answer]");
    } else {
        leave(t, "button[value=unknown]");
    }
}

static void start(struct trip *t, const char *facts)
{
    go(t, "/checkups?date=2020-03-09");
    if (facts) {
        CHECK(wd_click(&t->w, ".start-form summary"));
        CHECK(wd_type(&t->w, "#facts", facts));
    }
    leave(t, ".start-form button[type=submit]");
}

/* ---- journeys ---- */

static void check_up(struct trip *t)
{
    TEST("home to result");
    go(t, "/?date=2020-03-09");
    says(t, "2020-03-09");
    look(t, "home");
    leave(t, "main a.btn-primary");
    CHECK(at(t, "/checkups"));
    look(t, "start");
    leave(t, ".start-form button[type=submit]");
    for (int i = 0; i < QUESTIONS && CHECK(at(t, "/checkups/question")); i++) {
        look(t, "question");
        answer(t);
    }
    CHECK(at(t, "/checkups/result"));
    says(t, "初步匹配，以主管部门审核为准");
    look(t, "result");
    CHECK(there(t, "#group-can, #group-supply, #group-not"));
    leave(t, ".finding h4 a");
    CHECK(at(t, "/checkups/findings/"));
    CHECK(there(t, ".conditions"));
    look(t, "finding");
}

static const char tour_facts[] = "{\"纳税地\": \"上海市/静安区\", \"参保地\": \"上海市/静安区\", "
                                 "\"主体类型\": \"企业\", \"参保人数\": {\"2019-12\": 30}, "
                                 "\"裁员率\": {\"2019\": 0.02}, \"单位实缴失业保险费\": {\"2019\": "
                                 "24000}, \"职工实缴失业保险费\": {\"2019\": 19200}}";

/* The refund of 000-G09 is half of what was paid; one answer changed, the sum follows, the rest
 * stays. */
static void change_one(struct trip *t)
{
    TEST("change one answer");
    start(t, tour_facts);
    CHECK(at(t, "/checkups/result"));
    says(t, "21,600.00");
    look(t, "result-of-facts");
    go(t, "/checkups/answers");
    look(t, "answers");
    leave(t, ".answer-list a[href*=\"%E5%8D%95%E4%BD%8D%E5%AE%9E%E7%BC%B4\"]");
    CHECK(at(t, "/checkups/question?fact="));
    CHECK_TEXT(script_text(t, "return document.querySelector('#value').value"), "24000");
    look(t, "change");
    CHECK(wd_type(&t->w, "#value", "34,000"));
    leave(t, "button[value=answer]");
    CHECK(at(t, "/checkups/answers"));
    says(t, "34,000");
    go(t, "/checkups/result");
    says(t, "26,600.00");
    CHECK(!wd_has_text(&t->w, "21,600.00"));
}

/* The pages around a result, and the result narrowed. */
static void around_result(struct trip *t)
{
    TEST("around the result");
    start(t, tour_facts);
    leave(t, "a[href=\"/checkups/missing\"]");
    CHECK(there(t, "#cause-ask"));
    look(t, "missing-facts");
    go(t, "/checkups/calendar");
    CHECK(there(t, "table.month tbody tr"));
    look(t, "calendar");
    start(t, "{\"注册地\": \"上海市/静安区\"}");
    go(t, "/checkups/places");
    CHECK(there(t, ".places-table .is-own"));
    look(t, "places");
    go(t, "/checkups/result?group=time");
    CHECK(there(t, ".findings .finding"));
    look(t, "group");
    CHECK(wd_click(&t->w, "#kind option[value=refund]"));
    leave(t, ".filters button");
    CHECK(at(t, "group=time"));
    CHECK(at(t, "kind=refund"));
    start(t, "{\"注册地\": \"北京市/石景山区\"}");
    leave(t, ".claims p a");
    CHECK(there(t, ".letter"));
    look(t, "letter");
}

/* One answer tried out: the sum follows, the answer stays. */
static void what_if(struct trip *t)
{
    TEST("what if");
    start(t, tour_facts);
    leave(t, "a[href=\"/checkups/what-if\"]");
    look(t, "what-if");
    leave(t, ".choice-links a[href*=\"%E5%8D%95%E4%BD%8D%E5%AE%9E%E7%BC%B4\"]");
    look(t, "what-if-form");
    CHECK(wd_type(&t->w, "#value", "34,000"));
    leave(t, "button[value=answer]");
    says(t, "26,600");
    CHECK(there(t, ".turns tbody tr"));
    look(t, "what-if-turns");
    go(t, "/checkups/answers");
    says(t, "24,000");
    CHECK(!wd_has_text(&t->w, "34,000"));
}

static void wrong_number(struct trip *t)
{
    TEST("wrong number");
    start(t, NULL);
    go(t, "/checkups/question?fact=%E5%8F%82%E4%BF%9D%E4%BA%BA%E6%95%B0&period=2019-12");
    CHECK(wd_type(&t->w, "#value", "三十人"));
    leave(t, "button[value=answer]");
    CHECK(there(t, ".error-summary"));
    CHECK_TEXT(script_text(t, "return document.querySelector('#value').value"), "三十人");
    CHECK(span_find(wd_title(&t->w), SPAN("有误")) != SIZE_MAX);
    look(t, "error");
    CHECK(wd_click(&t->w, ".error-summary a"));
    CHECK_TEXT(script_text(t, "return document.activeElement.id"), "value");
    CHECK(wd_type(&t->w, "#value", "30"));
    leave(t, "button[value=answer]");
    go(t, "/checkups/answers");
    says(t, "30 人");
    start(t, "{\"参保人教\": 3}");
    CHECK(there(t, ".error-summary"));
    says(t, "参保人数");
    look(t, "error-facts");
}

static void not_mine(struct trip *t)
{
    TEST("not mine and don't know");
    start(t, NULL);
    struct span first = fact_asked(t);
    leave(t, "button[value=unknown]");
    CHECK(!span_eq(fact_asked(t), first));
    leave(t, "button[value=absent]");
    go(t, "/checkups/answers");
    says(t, "不知道");
    says(t, "不适用");
    leave(t, ".answer-acts button");
    CHECK(there(t, ".notice-done"));
    leave(t, ".forget button");
    CHECK(at(t, "/checkups"));
    go(t, "/checkups/result");
    CHECK(!at(t, "/result"));
}

static void keyboard(struct trip *t)
{
    TEST("keyboard only");
    start(t, NULL);
    go(t, "/checkups/question?fact=%E5%8F%82%E4%BF%9D%E4%BA%BA%E6%95%B0&period=2019-12");
    CHECK(wd_keys(&t->w, "body", KEY_TAB));
    CHECK_TEXT(script_text(t, "return document.activeElement.className"), "skip-link");
    CHECK(wd_keys(&t->w, ".skip-link", KEY_ENTER));
    for (int i = 0;
         i < 6 && !span_eq(script_text(t, "return document.activeElement.id"), SPAN("value")); i++)
        CHECK(wd_keys(&t->w, ":focus", KEY_TAB));
    CHECK_TEXT(script_text(t, "return document.activeElement.id"), "value");
    CHECK_TEXT(script_text(t, "return getComputedStyle(document.activeElement).outlineStyle"),
               "solid");
    enter(t, "#value", "30");
    CHECK(at(t, "/checkups/question"));
    go(t, "/checkups/answers");
    says(t, "30 人");
}

static void english(struct trip *t)
{
    TEST("English");
    start(t, tour_facts);
    go(t, "/checkups/result?lang=en");
    says(t, "Result of the check-up");
    says(t, "21,600.00");
    CHECK_TEXT(script_text(t, "return document.documentElement.lang"), "en");
    look(t, "english-result");
    go(t, "/checkups/calendar");
    look(t, "english-calendar");
    go(t, "/checkups/what-if");
    look(t, "english-what-if");
    go(t, "/?lang=en");
    look(t, "english-home");
    go(t, "/checkups/question?more=yes&lang=en");
    look(t, "english-question");
    go(t, "/?lang=zh");
}

static void around(struct trip *t)
{
    TEST("pages around");
    go(t, "/?date=2020-03-09");
    enter(t, "#q", "失业");
    CHECK(at(t, "/search"));
    says(t, "失业保险稳岗返还");
    look(t, "search-all");
    go(t, "/search?q=%E5%AE%9E%E6%96%BD");
    says(t, "份文件");
    look(t, "search-documents");
    go(t, "/measures?q=%E5%A4%B1%E4%B8%9A");
    says(t, "失业保险稳岗返还");
    look(t, "search");
    go(t, "/measures/000-G09");
    says(t, "失业保险稳岗返还");
    look(t, "measure");
    go(t, "/documents");
    look(t, "documents");
    CHECK(wd_click(&t->w, "details.document-tree > summary"));
    leave(t, "details[open].document-tree a");
    look(t, "document");
    go(t, "/documents/graph?region=%E4%B8%8A%E6%B5%B7%E5%B8%82");
    CHECK(there(t, ".picture svg"));
    look(t, "graph");
    go(t, "/families");
    leave(t, ".rows li a");
    CHECK(there(t, "table tbody tr"));
    look(t, "family");
    go(t, "/products");
    look(t, "products");
    go(t, "/products/compare");
    CHECK(there(t, ".products-table tbody tr"));
    look(t, "compare");
    go(t, "/about");
    look(t, "about");
    go(t, "/nowhere");
    look(t, "missing");
    go(t, "/?date=2019-06-01");
    CHECK(there(t, ".notice-warn a[href*=\"2020-03-09\"]"));
    look(t, "home-nothing-open");
    go(t, "/?date=2020-03-09");
}

static void phone(struct trip *t)
{
    TEST("phone");
    go(t, "/?date=2020-03-09");
    CHECK_TEXT(script_text(t, "return String(window.innerWidth)"), "390");
    look(t, "home");
    start(t, NULL);
    look(t, "question");
    go(t, "/checkups/question?fact=%E8%A1%8C%E4%B8%9A");
    look(t, "question-many");
    start(t, tour_facts);
    look(t, "result");
    go(t, "/checkups/findings/000-G09");
    look(t, "finding");
    go(t, "/checkups/missing");
    look(t, "missing-facts");
    go(t, "/checkups/calendar");
    look(t, "calendar");
    go(t, "/checkups/places");
    look(t, "places");
    go(t, "/checkups/what-if");
    look(t, "what-if");
    go(t, "/checkups/answers");
    look(t, "answers");
    go(t, "/products/compare");
    look(t, "compare");
    go(t, "/measures");
    look(t, "search");
    go(t, "/search?q=%E5%AE%9E%E6%96%BD");
    look(t, "search-documents");
    go(t, "/measures/000-G09");
    look(t, "measure");
    go(t, "/documents");
    look(t, "documents");
    CHECK(wd_click(&t->w, "details.document-tree > summary"));
    leave(t, "details[open].document-tree a");
    look(t, "document");
    go(t, "/about");
    look(t, "about");
}

static void travel(struct trip *t, int port, void (*journey)(struct trip *))
{
    if (!CHECK(wd_open(&t->w, port, t->phone, false)))
        return;
    journey(t);
    wd_close(&t->w);
}

int main(int argc, char **argv)
{
    static void (*const desk[])(struct trip *) = {check_up, change_one,   around_result,
                                                  what_if,  wrong_number, not_mine,
                                                  keyboard, english,      around};
    struct trip t = {0};
    struct arena process;
    struct err err = ERR_INIT;

    if (argc != 5) {
        fputs("usage: journey BASE-URL CHROMEDRIVER-PORT AXE.JS FOLDER-FOR-PICTURES\n", stderr);
        return 2;
    }
    arena_init(&process);
    int port = (int)strtol(argv[2], NULL, 10);
    t.base = argv[1];
    t.pictures = argv[4];
    if (file_read(&process, argv[3], 8u << 20, &t.axe, &err) < 0) {
        fprintf(stderr, "%s\n", err.message);
        return 2;
    }
    for (size_t i = 0; i < COUNT_OF(desk); i++)
        travel(&t, port, desk[i]);
    t.phone = true;
    t.number = 0;
    travel(&t, port, phone);
    arena_release(&process);
    return trip_end(test_passed, test_failed);
}
