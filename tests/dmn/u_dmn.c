/*
 * u_dmn.c: limits of models, each reached; failing allocations over a model with everything in it;
 * one model in several threads.
 */
#include <pthread.h>
#include <stdlib.h>
#include "base/file.h"
#include "dmn/conformance.h"
#include "dmn/dmn.h"
#include "feel/spec.h"
#include "dmn/xml.h"
#include "tests/unit/fault.h"

#define HEAD                                                                                       \
    "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" namespace=\"urn:t\" "     \
    "name=\"t\">"

static const char *folder;

static void repeat(struct buffer *b, const char *text, int n)
{
    while (n-- > 0)
        buffer_add_z(b, text);
}

static int xml_code(const struct buffer *b)
{
    struct arena a;
    struct xml *root;
    struct err err = ERR_INIT;
    arena_init(&a);
    int r = xml_read(&a, buffer_span(b), SPAN("t.xml"), &root, &err);
    CHECK(r == 0 || (err.line > 0 && err.message[0]));
    arena_release(&a);
    return r;
}

static void xml_limits(void)
{
    struct buffer b = BUFFER_INIT;
    TEST("xml limits");
    repeat(&b, "<a>", XML_DEPTH_LIMIT);
    repeat(&b, "</a>", XML_DEPTH_LIMIT);
    CHECK_INT(xml_code(&b), 0);
    buffer_clear(&b);
    repeat(&b, "<a>", XML_DEPTH_LIMIT + 1);
    CHECK_INT(xml_code(&b), E_LIMIT);
    buffer_clear(&b);
    buffer_add_z(&b, "<a>");
    repeat(&b, "<b/>", XML_NODES_LIMIT);
    CHECK_INT(xml_code(&b), E_LIMIT);
    buffer_clear(&b);
    buffer_add_z(&b, "<a>");
    repeat(&b, "xxxxxxxxxxxxxxxx", (XML_SIZE_LIMIT >> 4) + 1);
    CHECK_INT(xml_code(&b), E_LIMIT);
    buffer_clear(&b);
    buffer_add_z(&b, "<a>&undefined;</a>");
    CHECK_INT(xml_code(&b), E_SYNTAX);
    buffer_clear(&b);
    buffer_add_z(&b, "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>");
    CHECK_INT(xml_code(&b), E_FORBIDDEN);
    buffer_clear(&b);
    CHECK_INT(xml_code(&b), E_SYNTAX);
    buffer_release(&b);
}

static void xml_places(void)
{
    struct arena a;
    struct xml *root;
    TEST("xml places");
    arena_init(&a);
    CHECK_INT(xml_read(&a, SPAN("<a>\n  <b x='1&lt;2'>t&amp;<![CDATA[<u>]]></b>\n</a>"), SPAN("t"),
                       &root, NULL),
              0);
    struct xml *b = xml_child(root, "b");
    CHECK_TEXT(b->text, "t&<u>");
    CHECK_TEXT(xml_attribute(b, "x"), "1<2");
    CHECK_INT(b->line, 2);
    CHECK_INT(b->text_line, 2);
    CHECK(!xml_child(root, "c"));
    arena_release(&a);
}

/* Loads a text and says whether a diagnostic of that code is among its mistakes. */
static bool reports(struct span text, int code)
{
    struct arena a;
    struct diags diags;
    struct dmn *m;
    bool found = false;
    arena_init(&a);
    diags_init(&diags, &a);
    CHECK_INT(dmn_load_text(&a, text, SPAN("t.dmn"), &m, &diags, NULL), 0);
    for (const struct diag *g = diags.first; g; g = g->next)
        found = found || g->code == code;
    arena_release(&a);
    return found;
}

static void chain(struct buffer *b, int n)
{
    buffer_add_z(b, HEAD);
    for (int i = 0; i < n; i++) {
        buffer_print(b, "<decision name=\"d%d\" id=\"d%d\"><variable name=\"d%d\"/>", i, i, i);
        if (i > 0)
            buffer_print(
                b,
                "<informationRequirement><requiredDecision href=\"#d%d\"/></informationRequirement>"
                "<literalExpression><text>d%d + 1</text></literalExpression>",
                i - 1, i - 1);
        else
            buffer_add_z(b, "<literalExpression><text>1</text></literalExpression>");
        buffer_add_z(b, "</decision>");
    }
    buffer_add_z(b, "</definitions>");
}

static void model_limits(void)
{
    struct buffer b = BUFFER_INIT;
    TEST("model limits");
    chain(&b, DMN_CHAIN_MAX);
    CHECK(!reports(buffer_span(&b), E_LIMIT));
    buffer_clear(&b);
    chain(&b, DMN_CHAIN_MAX + 5);
    CHECK(reports(buffer_span(&b), E_LIMIT));
    buffer_clear(&b);
    buffer_add_z(&b, HEAD "<decision name=\"a\"><variable name=\"a\"/><list>");
    for (unsigned n = 0; n < DMN_LOGIC_MAX / 1000 + 10; n++) {
        buffer_add_z(&b, "<literalExpression><text>\"");
        repeat(&b, "xxxxxxxxxx", 100);
        buffer_add_z(&b, "\"</text></literalExpression>");
    }
    buffer_add_z(&b, "</list></decision></definitions>");
    CHECK(reports(buffer_span(&b), E_LIMIT));
    buffer_release(&b);
}

/* The Y combinator of services: each call needs another service frame. */
static void service_depth(void)
{
    static const char text[] =
        HEAD "<inputData name=\"f\" id=\"f\"><variable name=\"f\"/></inputData>"
             "<decision name=\"again\" id=\"again\"><variable name=\"again\"/>"
             "<informationRequirement><requiredInput href=\"#f\"/></informationRequirement>"
             "<literalExpression><text>f(f)</text></literalExpression></decision>"
             "<decisionService name=\"s\" id=\"s\"><variable name=\"s\"/><outputDecision "
             "href=\"#again\"/><inputData href=\"#f\"/>"
             "</decisionService>"
             "<decision name=\"start\" id=\"start\"><variable name=\"start\"/>"
             "<knowledgeRequirement><requiredKnowledge href=\"#s\"/></knowledgeRequirement>"
             "<literalExpression><text>s(s)</text></literalExpression></decision></definitions>";
    struct arena a;
    struct diags diags;
    struct dmn *m;
    struct dmn_run run;
    TEST("services within services");
    arena_init(&a);
    diags_init(&diags, &a);
    CHECK_INT(dmn_load_text(&a, span_of(text, sizeof text - 1), SPAN("t.dmn"), &m, &diags, NULL),
              0);
    CHECK_INT(diags.errors, 0);
    CHECK_INT(dmn_run_init(&run, m, &a), 0);
    struct value v = dmn_decide(&run, dmn_find(m, (struct span){0}, SPAN("start")));
    bool limit = false;
    for (const struct feel_problem *p = run.feel.problems; p; p = p->next)
        limit = limit || p->code == E_LIMIT;
    CHECK_INT(v.kind, VALUE_NULL);
    CHECK(limit);
    arena_release(&a);
}

static struct dmn *load_text(struct arena *a, const char *text)
{
    struct diags diags;
    struct dmn *m = NULL;
    diags_init(&diags, a);
    CHECK_INT(dmn_load_text(a, span_z(text), SPAN("t.dmn"), &m, &diags, NULL), 0);
    CHECK_INT(diags.errors, 0);
    return m;
}

static bool has_problem(const struct dmn_run *run, int code)
{
    for (const struct feel_problem *p = run->feel.problems; p; p = p->next)
        if (p->code == code)
            return true;
    return false;
}

#define DECISION(name, needs, logic)                                                               \
    "<decision id=\"" name "\" name=\"" name "\"><variable name=\"" name "\"/>" needs logic        \
    "</decision>"
#define REQUIRES(kind, what, name)                                                                 \
    "<" kind "Requirement><required" what " href=\"#" name "\"/></" kind "Requirement>"
#define LITERAL(text) "<literalExpression><text>" text "</text></literalExpression>"

/* Calls side by side: DMN_CALLS_MAX of them are made, one more is not. */
static void service_calls(void)
{
    static const char head[] =
        HEAD "<inputData name=\"x\" id=\"x\"><variable name=\"x\"/></inputData>" DECISION(
            "one", REQUIRES("information", "Input", "x"),
            LITERAL(
                "x")) "<decisionService name=\"s\" "
                      "id=\"s\"><variable name=\"s\"/><outputDecision href=\"#one\"/><inputData "
                      "href=\"#x\"/></decisionService>";
    struct buffer b = BUFFER_INIT;
    TEST("calls of services");
    for (int more = 0; more < 2; more++) {
        struct arena a;
        struct dmn_run run;
        arena_init(&a);
        buffer_clear(&b);
        buffer_add_z(&b, head);
        buffer_print(
            &b,
            DECISION("all", REQUIRES("knowledge", "Knowledge", "s"),
                     LITERAL("count((for i in 1..%d return s(i))[item = null])")) "</definitions>",
            DMN_CALLS_MAX + more);
        buffer_byte(&b, '\0');
        struct dmn *m = load_text(&a, b.p);
        CHECK_INT(dmn_run_init(&run, m, &a), 0);
        struct value v = dmn_decide(&run, dmn_find(m, (struct span){0}, SPAN("all")));
        int64_t nulls = -1;
        CHECK(v.kind == VALUE_NUMBER && decimal_to_int(v.number, &nulls));
        CHECK_INT(nulls, more);
        CHECK_INT(has_problem(&run, E_LIMIT), more);
        arena_release(&a);
    }
    buffer_release(&b);
}

/* A chain of models, each imports the next. */
static int import_chain(size_t n)
{
    struct arena a;
    struct diags diags;
    struct dmn *m;
    arena_init(&a);
    diags_init(&diags, &a);
    struct dmn_source *sources = ARENA_ARRAY(&a, struct dmn_source, n);
    for (size_t i = 0; i < n; i++)
        sources[i] = (struct dmn_source){
            arena_print(&a,
                        "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" "
                        "namespace=\"urn:%zu\" name=\"m\">%s<import name=\"n\" "
                        "namespace=\"urn:%zu\" "
                        "importType=\"https://www.omg.org/spec/DMN/20230324/MODEL/\"/>%s"
                        "</definitions>",
                        i, i + 1 < n ? "" : "<!--", i + 1, i + 1 < n ? "" : "-->"),
            SPAN("t.dmn")};
    int r = dmn_load_texts(&a, sources, n, &m, &diags, NULL);
    CHECK_INT(diags.errors, 0);
    arena_release(&a);
    return r;
}

static void import_limit(void)
{
    TEST("imported models");
    CHECK_INT(import_chain(DMN_MODELS_MAX), 0);
    CHECK_INT(import_chain(DMN_MODELS_MAX + 1), E_LIMIT);
}

/* A function that calls itself without end, by way of its argument, is stopped, and says so. */
static void endless_function(void)
{
    static const char text[] =
        HEAD "<businessKnowledgeModel id=\"f\" name=\"f\"><variable name=\"f\"/><encapsulatedLogic>"
             "<formalParameter name=\"g\"/>" LITERAL(
                 "g(g) + 1") "</encapsulatedLogic>"
                             "</businessKnowledgeModel>" DECISION(
                                 "start", REQUIRES("knowledge", "Knowledge", "f"),
                                 LITERAL("f(f)")) "</definitions>";
    struct arena a;
    struct dmn_run run;
    TEST("endless function");
    arena_init(&a);
    struct dmn *m = load_text(&a, text);
    CHECK_INT(dmn_run_init(&run, m, &a), 0);
    struct value v = dmn_decide(&run, dmn_find(m, (struct span){0}, SPAN("start")));
    CHECK_INT(v.kind, VALUE_NULL);
    CHECK(has_problem(&run, E_LIMIT));
    arena_release(&a);
}

/* More evaluations of tables than an explanation keeps: counted all the same. */
static void many_tables(void)
{
    static const char text[] =
        HEAD "<businessKnowledgeModel id=\"f\" name=\"f\"><variable name=\"f\"/><encapsulatedLogic>"
             "<formalParameter name=\"n\"/><decisionTable><input><inputExpression><text>n</text>"
             "</inputExpression></input><output/><rule><inputEntry><text>-</text></inputEntry>"
             "<outputEntry><text>n</text></outputEntry></rule></decisionTable></encapsulatedLogic>"
             "</businessKnowledgeModel>" DECISION(
                 "all", REQUIRES("knowledge", "Knowledge", "f"),
                 LITERAL("sum(for i in 1..1005 return f(i))")) "</definitions>";
    struct arena a;
    struct dmn_run run;
    TEST("tables of an explanation");
    arena_init(&a);
    struct dmn *m = load_text(&a, text);
    CHECK_INT(dmn_run_init(&run, m, &a), 0);
    struct json *x = dmn_explain(&run, dmn_find(m, (struct span){0}, SPAN("all")));
    CHECK_TEXT(json_text(JSON_GET(x, "text")), "505515");
    CHECK_INT(run.feel.tables->n, 1005);
    size_t kept = 0;
    JSON_EACH(e, JSON_GET(x, "elements"))
    kept += JSON_GET(e, "tables")->n;
    CHECK_INT(kept, FEEL_TABLE_USES_MAX);
    arena_release(&a);
}

/* ---- strict mode: rules that may hit ---- */

/* The decision as text, with k given or unknown (NULL) and n given or unknown (negative). */
static struct span strict_value(struct arena *a, const struct dmn *m, const char *decision,
                                const char *k, int64_t n, struct value *ret)
{
    struct dmn_run run;
    struct span ns = {0};
    struct buffer b = BUFFER_INIT;
    struct value lost_k = value_unknown(a, missing_one(a, SPAN("k"), ns, ns, CAUSE_ASK, ns)),
                 lost_n = value_unknown(a, missing_one(a, SPAN("n"), ns, ns, CAUSE_ASK, ns));
    CHECK_INT(dmn_run_init(&run, m, a), 0);
    dmn_set(&run, dmn_find(m, ns, SPAN("k")), k ? value_string(span_z(k)) : lost_k);
    dmn_set(&run, dmn_find(m, ns, SPAN("n")), n >= 0 ? value_int(n) : lost_n);
    *ret = dmn_decide(&run, dmn_find(m, ns, span_z(decision)));
    value_print(&b, *ret);
    struct span s = arena_copy(a, buffer_span(&b));
    buffer_release(&b);
    return s;
}

static const struct {
    const char *k;
    int64_t n;
} strict_facts[] = {{"a", 20}, {"a", -1}, {NULL, 20}, {"b", -1}};

/* What may hit and what surely does: a rule of higher priority that may hit leaves its value or the
 * next one; one that surely hits decides, whatever is open below it. */
static const struct {
    const char *decision, *wanted[COUNT_OF(strict_facts)];
} strict_cases[] = {
    {"p213", {"2", "unknown [1..2]: n", "2", "unknown [2..3]: n"}},
    {"p123", {"1", "1", "unknown [1..2]: k", "unknown [2..3]: n"}},
    {"same", {"1", "1", "1", "unknown: n"}},
    {"first", {"1", "1", "unknown [1..2]: k", "unknown [2..3]: n"}},
    {"count", {"3", "unknown [2..3]: n", "unknown [2..3]: k", "unknown [1..2]: n"}},
    {"sum", {"6", "unknown [4..6]: n", "unknown [5..6]: k", "unknown [3..5]: n"}},
    {"sum of both signs",
     {"-1", "unknown [-1..4]: n", "unknown [-2..-1]: k", "unknown [-2..3]: n"}},
    {"max", {"3", "3", "3", "3"}},
    {"min", {"1", "1", "unknown [1..2]: k", "unknown [2..3]: n"}},
    {"rule order", {"[1, 2, 3]", "[1, 3, ...]", "[2, 3, ...]", "[3, ...]"}},
    {"output order", {"[3, 2, 1]", "[3, 1, ...]", "[3, 2, ...]", "[3, ...]"}},
};

static void strict_rows(void)
{
    struct arena a;
    struct diags diags;
    struct dmn *m;
    struct value v;
    TEST("rules that may hit");
    arena_init(&a);
    diags_init(&diags, &a);
    struct span text;
    char path[4096];
    snprintf(path, sizeof path, "%s/strict.dmn", folder);
    CHECK_INT(file_read(&a, path, XML_SIZE_LIMIT, &text, NULL), 0);
    CHECK_INT(dmn_load_strict(&a, text, span_z(path), &m, &diags, NULL), 0);
    CHECK_INT(diags.errors, 0);
    for (size_t i = 0; i < COUNT_OF(strict_cases); i++)
        for (size_t k = 0; k < COUNT_OF(strict_facts); k++) {
            struct span text_of = strict_value(&a, m, strict_cases[i].decision, strict_facts[k].k,
                                               strict_facts[k].n, &v);
            CHECK_TEXT(text_of, strict_cases[i].wanted[k]);
        }
    (void)strict_value(&a, m, "rule order", "a", -1, &v); /* a list that lacks what n may add */
    if (CHECK(v.kind == VALUE_LIST && v.list->missing)) {
        CHECK_INT(v.list->coverage, COVERAGE_PARTIAL);
        CHECK_TEXT(v.list->missing->fact, "n");
    }
    (void)strict_value(&a, m, "output order", "a", 20, &v);
    CHECK(v.kind == VALUE_LIST && v.list->coverage == COVERAGE_COMPLETE);
    arena_release(&a);
}

/* ---- failing allocations ---- */

static int load_and_run(void *context)
{
    struct arena program, request;
    struct diags diags;
    struct dmn *m;
    struct dmn_run run;
    struct err err = ERR_INIT;
    arena_init(&program);
    arena_init(&request);
    diags_init(&diags, &program);
    int r = dmn_load(&program, context, &m, &diags, &err);
    if (r == 0)
        r = dmn_run_init(&run, m, &request);
    for (size_t i = 0; r == 0 && i < dmn_element_count(m); i++)
        (void)dmn_decide(&run, dmn_element_at(m, i));
    if (r == 0 && !request.failed && dmn_element_count(m) > 0) {
        struct dmn_run again;
        r = dmn_run_init(&again, m, &request);
        if (r == 0 && !dmn_explain(&again, dmn_element_at(m, dmn_element_count(m) - 1)))
            r = E_MEMORY;
    }
    if (r == 0 && (request.failed || program.failed || diags.errors > 0))
        r = E_MEMORY;
    arena_release(&request);
    arena_release(&program);
    return r;
}

static char *path_of(const char *name)
{
    static char path[4096]; /* one at a time */
    snprintf(path, sizeof path, "%s/cases/%s", folder, name);
    return path;
}

/* Cases of the kit's format: each passes, or its file or the case says why not. */
static void count_failed(void *context, const struct dmn_case_result *r)
{
    *(size_t *)context += !r->passed;
}

static int run_cases(void *context)
{
    struct err err = ERR_INIT;
    size_t failed = 0, mistakes = 0;
    int r = dmn_test_file(context, count_failed, &failed, &mistakes, &err);
    return r == 0 && failed > 0 ? E_MEMORY : r;
}

static void faults(void)
{
    static const char *const models[] = {"boxed.dmn", "graph.dmn", "types.dmn", "tables.dmn"};
    for (size_t i = 0; i < COUNT_OF(models); i++) {
        TEST(models[i]);
        fault_loop(load_and_run, path_of(models[i]));
    }
    static const char *const cases[] = {"policies-test.xml", "dmn11-test.xml", "types-test.xml"};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        TEST(cases[i]);
        fault_loop(run_cases, path_of(cases[i]));
    }
}

/* ---- threads ---- */

static void *run_often(void *context)
{
    const struct dmn *m = context;
    size_t wrong = 0;
    for (int i = 0; i < 200; i++) {
        struct arena a;
        struct dmn_run run;
        arena_init(&a);
        if (dmn_run_init(&run, m, &a) < 0)
            abort();
        dmn_set(&run, dmn_find(m, (struct span){0}, SPAN("人数")), value_int(i));
        struct value v = dmn_decide(&run, dmn_find(m, (struct span){0}, SPAN("规模")));
        wrong += !(v.kind == VALUE_STRING && span_eq(v.string, i < 20 ? SPAN("小") : SPAN("中")));
        arena_release(&a);
    }
    return (void *)(uintptr_t)wrong;
}

static void threads(void)
{
    enum { THREADS = 4 };
    pthread_t at[THREADS];
    struct arena program;
    struct diags diags;
    struct dmn *m;
    TEST("threads");
    arena_init(&program);
    diags_init(&diags, &program);
    CHECK_INT(dmn_load(&program, path_of("tables.dmn"), &m, &diags, NULL), 0);
    for (int i = 0; i < THREADS; i++)
        CHECK_INT(pthread_create(&at[i], NULL, run_often, m), 0);
    for (int i = 0; i < THREADS; i++) {
        void *wrong = NULL;
        pthread_join(at[i], &wrong);
        CHECK_INT((uintptr_t)wrong, 0);
    }
    arena_release(&program);
}

int main(int argc, char **argv)
{
    folder = argc > 1 ? argv[1] : "tests/dmn";
    xml_limits();
    xml_places();
    model_limits();
    service_depth();
    service_calls();
    import_limit();
    endless_function();
    many_tables();
    strict_rows();
    faults();
    threads();
    return test_end();
}
