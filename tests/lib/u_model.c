/*
 * u_model.c: decision models through the public headers alone: elements, inputs, imports, services,
 * mistakes with places, memory through the hook, and everything again with every allocation failing
 * once.
 */
#include <stdio.h>
#include <stdlib.h>
#include <huiqi/dmn.h>

static int checks, failures;
#define CHECK(x) check((x), #x, __LINE__)
static bool check(bool good, const char *what, int line)
{
    checks++;
    if (!good) {
        failures++;
        fprintf(stderr, "u_model.c:%d: %s\n", line, what);
    }
    return good;
}

/* ---- an allocator that counts and fails ---- */

struct heap {
    long live, calls, fail_at; /* 0 = never */
};

static void *heap_resize(void *context, void *old, size_t size)
{
    struct heap *h = context;
    if (++h->calls == h->fail_at)
        return NULL;
    void *p = realloc(old, size);
    h->live += p && !old;
    return p;
}

static void heap_release(void *context, void *p)
{
    struct heap *h = context;
    h->live--;
    free(p);
}

/* ---- models ---- */

#define DMN "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" "
#define NEED(kind, id)                                                                             \
    "<informationRequirement><required" kind " href=\"" id "\"/></informationRequirement>"
#define LITERAL(text) "<literalExpression><text>" text "</text></literalExpression>"

#define DECISION(id, name, inside)                                                                 \
    "<decision id=\"" id "\" name=\"" name "\"><variable name=\"" name "\"/>" inside "</"          \
    "decision>\n"

/* clang-format off: a line here is a line there */
static const char main_text[] = DMN
    "namespace=\"urn:main\" name=\"main\">\n"
    "<import namespace=\"urn:rates\" name=\"rates\" "
    "importType=\"https://www.omg.org/spec/DMN/20230324/MODEL/\"/>\n"
    "<inputData id=\"n\" name=\"n\"><variable name=\"n\" "
    "typeRef=\"number\"/></inputData>\n" DECISION(
        "d", "due",
        NEED("Input", "#n") NEED("Decision", "urn:rates#r") "\n" LITERAL(
            "n * rates.rate / (n - 3)")) DECISION("b", "bad", "\n" LITERAL("1 +"))
        DECISION("t", "twice",
                 NEED("Decision", "#d") LITERAL(
                     "due * 2")) "<decisionService id=\"s\" name=\"both\"><variable name=\"both\"/>"
                                 "<outputDecision href=\"#t\"/><outputDecision "
                                 "href=\"#d\"/><inputData href=\"#n\"/></decisionService>\n"
                                 "</definitions>";
/* clang-format on */
static const char rates_text[] =
    DMN "namespace=\"urn:rates\" name=\"rates\"><decision id=\"r\" name=\"rate\"><variable "
        "name=\"rate\"/>" LITERAL("0.5") "</decision></definitions>";

enum { N, DUE, BAD, TWICE, BOTH, RATE };

struct world {
    struct heap heap;
    struct huiqi_engine *engine;
    struct huiqi_model *model;
    struct huiqi_problems *problems;
    struct huiqi_run *run;
};

static struct huiqi_source source(const char *text, const char *file)
{
    return (struct huiqi_source){huiqi_text(text), huiqi_text(file)};
}

static int open_world(struct world *w)
{
    const struct huiqi_allocator allocator = {heap_resize, heap_release, &w->heap};
    const struct huiqi_source sources[] = {source(main_text, "main.dmn"),
                                           source("<not/>", "other.xml"),
                                           source(rates_text, "rates.dmn")};
    int r = huiqi_engine_new(&allocator, &w->engine);
    if (r == 0)
        r = huiqi_model_load(w->engine, sources, 3, &w->model, &w->problems);
    return r == 0 ? huiqi_model_run(w->model, &w->run) : r;
}

static void close_world(struct world *w) /* not in the order in which they were made */
{
    huiqi_engine_free(w->engine);
    huiqi_model_free(w->model);
    huiqi_run_free(w->run);
    huiqi_problems_free(w->problems);
}

static bool decides(struct huiqi_run *run, uint32_t index, const char *wanted)
{
    char out[128];
    huiqi_print(run, huiqi_decide(run, index), out, sizeof out);
    if (strcmp(out, wanted) == 0)
        return true;
    fprintf(stderr, "element %u gives %s, not %s\n", index, out, wanted);
    return false;
}

/* ---- tests ---- */

static bool is(struct huiqi_text t, const char *z)
{
    return t.n == strlen(z) && memcmp(t.p, z, t.n) == 0;
}

static void test_elements(const struct world *w)
{
    struct huiqi_element e;
    uint32_t index = 99;
    CHECK(is(huiqi_model_name(w->model), "main") && huiqi_element_count(w->model) == 6);
    CHECK(huiqi_element_at(w->model, N, &e) && e.kind == HUIQI_INPUT_DATA && is(e.name, "n") &&
          is(e.type, "number") && e.line == 3 && e.space.n == 0 && !e.broken);
    CHECK(huiqi_element_at(w->model, BAD, &e) && e.kind == HUIQI_DECISION && e.broken);
    CHECK(huiqi_element_at(w->model, RATE, &e) && is(e.space, "urn:rates"));
    CHECK(!huiqi_element_at(w->model, 6, &e));
    CHECK(huiqi_element_find(w->model, huiqi_text("both"), &index) == 0 && index == BOTH);
    CHECK(huiqi_element_find(w->model, huiqi_text("none"), &index) == HUIQI_NAME && index == BOTH);
    CHECK(huiqi_element_need(w->model, TWICE, 0) == DUE &&
          huiqi_element_need(w->model, TWICE, 1) == UINT32_MAX);
    CHECK(huiqi_element_need(w->model, BOTH, 0) == N);
    CHECK(huiqi_element_need(w->model, 6, 0) == UINT32_MAX);
}

static void test_problems(const struct world *w)
{
    struct huiqi_problem p = huiqi_problem_at(w->problems, 0);
    CHECK(huiqi_problem_count(w->problems) == 1 && p.status == HUIQI_SYNTAX && p.line == 7 &&
          p.column == 29);
    CHECK(strstr(huiqi_problems_text(w->problems), "main.dmn:7:") != NULL);
}

static void test_decide(const struct world *w)
{
    struct huiqi_problem p;
    CHECK(huiqi_set_inputs(w->run, huiqi_text("{\"n\": 5}")) == 0);
    CHECK(decides(w->run, DUE, "1.25") && decides(w->run, TWICE, "2.5"));
    CHECK(decides(w->run, BOTH, "{twice: 2.5, due: 1.25}"));
    CHECK(huiqi_run_problem_count(w->run) == 0);
    CHECK(huiqi_set_integer(w->run, DUE, 7) == 0 && decides(w->run, TWICE, "14"));
    huiqi_run_clear(w->run);
    CHECK(huiqi_set_text(w->run, N, huiqi_text("3")) == 0 && decides(w->run, DUE, "null"));
    p = huiqi_run_problem(w->run, 0); /* where the division stands, in the file of the model */
    CHECK(huiqi_failure(w->run, huiqi_decide(w->run, DUE), &p) && p.status == HUIQI_DIVISION);
    p = huiqi_run_problem(w->run, 0);
    CHECK(p.status == HUIQI_DIVISION && p.line == 5 && p.column == 26);
    CHECK(decides(w->run, BAD, "null") && huiqi_run_problem_count(w->run) == 1);
    CHECK(huiqi_kind(huiqi_decide(w->run, N)) == HUIQI_ERROR);
    CHECK(huiqi_kind(huiqi_decide(w->run, 6)) == HUIQI_ERROR);
}

static void test_inputs(const struct world *w)
{
    huiqi_run_clear(w->run);
    CHECK(huiqi_set_inputs(w->run, huiqi_text("{\n \"m\": 5}")) == HUIQI_NAME);
    CHECK(huiqi_run_error(w->run).line == 2 && huiqi_run_error(w->run).column == 2);
    CHECK(huiqi_set_inputs(w->run, huiqi_text("{\"n\": \"five\"}")) < 0 &&
          huiqi_run_error(w->run).line == 1);
    CHECK(huiqi_set_inputs(w->run, huiqi_text("{\"n\": ")) == HUIQI_SYNTAX);
    CHECK(huiqi_set_inputs(w->run, huiqi_text("[1]")) == HUIQI_TYPE);
    CHECK(huiqi_set_inputs(w->run, huiqi_text("{\"both\": 1}")) == HUIQI_NAME);
    CHECK(huiqi_set_text(w->run, 6, huiqi_text("1")) == HUIQI_USAGE);
    CHECK(huiqi_set_unknown(w->run, N, HUIQI_ASK, huiqi_text("")) == 0 &&
          decides(w->run, DUE, "null"));
}

static int load_status(struct huiqi_engine *engine, const char *text, uint32_t line)
{
    const struct huiqi_source one = source(text, "x.dmn");
    struct huiqi_model *m = NULL;
    struct huiqi_problems *problems = NULL;
    int r = huiqi_model_load(engine, &one, 1, &m, &problems);
    CHECK(huiqi_problem_count(problems) > 0 && huiqi_problem_at(problems, 0).line == line);
    CHECK((m != NULL) == (r == 0));
    huiqi_problems_free(problems);
    huiqi_model_free(m);
    return r;
}

static void test_refused(const struct world *w)
{
    struct huiqi_model *m = NULL;
    CHECK(load_status(w->engine, "<a>\n<b></a>", 2) == HUIQI_SYNTAX);
    CHECK(load_status(w->engine, "\n<a/>", 2) == HUIQI_INPUT);
    CHECK(load_status(w->engine, "<!DOCTYPE a><a/>", 1) == HUIQI_FORBIDDEN);
    CHECK(load_status(w->engine, main_text, 2) == 0); /* without what it imports */
    CHECK(huiqi_model_load(w->engine, NULL, 0, &m, NULL) == HUIQI_USAGE);
}

static void test_other_runs(const struct world *w)
{
    struct huiqi_vocabulary *v = NULL;
    struct huiqi_run *run = NULL;
    CHECK(huiqi_vocabulary_new(w->engine, &v) == 0 && huiqi_run_new(v, &run) == 0);
    CHECK(huiqi_set_inputs(run, huiqi_text("{}")) == HUIQI_USAGE);
    CHECK(huiqi_kind(huiqi_decide(run, 0)) == HUIQI_ERROR);
    huiqi_run_free(run);
    huiqi_vocabulary_free(v);
}

/* All of it with the n-th allocation failing: a refusal or the right answer, and nothing left. */
static bool survives(long n, long *ret_calls)
{
    struct world w = {.heap = {.fail_at = n}};
    bool good = true;
    int r = open_world(&w);
    if (r == 0)
        r = huiqi_set_inputs(w.run, huiqi_text("{\"n\": 5}"));
    if (r == 0) {
        const struct huiqi_value *v = huiqi_decide(w.run, BOTH);
        good = huiqi_kind(v) == HUIQI_ERROR || huiqi_count(v) == 2;
    } else
        good = r == HUIQI_NO_MEMORY;
    close_world(&w);
    *ret_calls = w.heap.calls;
    return good && w.heap.live == 0;
}

static void test_no_memory(void)
{
    long calls = 0, ignored;
    CHECK(survives(0, &calls) && calls > 20);
    for (long i = 1; i <= calls; i++)
        if (!CHECK(survives(i, &ignored)))
            fprintf(stderr, "  allocation %ld of %ld\n", i, calls);
}

int main(void)
{
    struct world w = {.heap = {0}};
    if (CHECK(open_world(&w) == 0)) {
        test_elements(&w);
        test_problems(&w);
        test_decide(&w);
        test_inputs(&w);
        test_refused(&w);
        test_other_runs(&w);
    }
    close_world(&w);
    CHECK(w.heap.live == 0);
    test_no_memory();
    printf("%d checks, %d failed\n", checks, failures);
    return failures > 0;
}
