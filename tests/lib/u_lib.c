/*
 * u_lib.c: libhuiqi through its public headers alone: values in and out, errors with places, memory
 * through the hook, and the same work again with every allocation failing once.
 */
#include <stdio.h>
#include <stdlib.h>
#include <huiqi/feel.h>

static int checks, failures;
#define CHECK(x) check((x), #x, __LINE__)
static bool check(bool good, const char *what, int line)
{
    checks++;
    if (!good) {
        failures++;
        fprintf(stderr, "u_lib.c:%d: %s\n", line, what);
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

struct world {
    struct heap heap;
    struct huiqi_engine *engine;
    struct huiqi_vocabulary *v;
    struct huiqi_run *run;
};

static const char *const declared[][2] = {
    {"人数", "number"},      {"成立日期", "date"},
    {"名称", "string"},      {"员工", "list<context<姓名: string, 月薪: number>>"},
    {"是否高新", "boolean"}, {"随意", "Any"},
};
#define DECLARED (sizeof declared / sizeof declared[0])

static int open_world(struct world *w)
{
    const struct huiqi_allocator allocator = {heap_resize, heap_release, &w->heap};
    int r = huiqi_engine_new(&allocator, &w->engine);
    if (r == 0)
        r = huiqi_vocabulary_new(w->engine, &w->v);
    for (size_t i = 0; i < DECLARED && r == 0; i++)
        r = huiqi_declare(w->v, huiqi_text(declared[i][0]), huiqi_text(declared[i][1]), NULL);
    return r == 0 ? huiqi_run_new(w->v, &w->run) : r;
}

static void close_world(struct world *w)
{
    huiqi_engine_free(w->engine);
    huiqi_vocabulary_free(w->v);
    huiqi_run_free(w->run);
}

/* The value as text; "?" and the status when it does not compile. */
static int value_of(struct world *w, enum huiqi_mode mode, const char *text, char *out, size_t room)
{
    const struct huiqi_compile how = {.mode = mode};
    struct huiqi_program *p = NULL;
    struct huiqi_problems *problems = NULL;
    int r = huiqi_compile(w->v, huiqi_text(text), &how, &p, &problems);
    snprintf(out, room, "? %d", r);
    if (r == 0 && huiqi_print(w->run, huiqi_evaluate(w->run, p), out, room) == SIZE_MAX)
        r = HUIQI_NO_MEMORY;
    huiqi_problems_free(problems);
    huiqi_program_free(p);
    return r;
}

static bool gives(struct world *w, enum huiqi_mode mode, const char *text, const char *wanted)
{
    char out[256];
    if (value_of(w, mode, text, out, sizeof out) == 0 && strcmp(out, wanted) == 0)
        return true;
    fprintf(stderr, "%s gives %s, not %s\n", text, out, wanted);
    return false;
}

/* ---- tests ---- */

static int set_all(struct world *w)
{
    int r = huiqi_set_integer(w->run, 0, 300);
    if (r == 0)
        r = huiqi_set_text(w->run, 1, huiqi_text("2018-02-28"));
    if (r == 0)
        r = huiqi_set_text(w->run, 2, huiqi_text("惠企"));
    if (r == 0)
        r = huiqi_set_json(
            w->run, 3,
            huiqi_text(
                "[{\"姓名\": \"甲\", \"月薪\": 5000.10}, {\"姓名\": \"乙\", \"月薪\": 0.1}]"));
    return r;
}

static void test_values(struct world *w)
{
    CHECK(set_all(w) == 0);
    CHECK(gives(w, HUIQI_STRICT, "人数 * 1.5", "450"));
    CHECK(gives(w, HUIQI_STRICT, "成立日期 + duration(\"P1D\")", "2018-03-01"));
    CHECK(gives(w, HUIQI_STRICT, "sum(员工.月薪)", "5000.2"));
    CHECK(gives(w, HUIQI_STRICT, "员工[月薪 > 100].姓名", "[\"甲\"]"));
    CHECK(gives(w, HUIQI_STRICT, "名称 + \"!\"", "惠企!"));
    CHECK(gives(w, HUIQI_STRICT, "是否高新 or 人数 > 1", "true"));
    CHECK(gives(w, HUIQI_SPEC, "if 是否高新 then 1 else 2", "2"));
    CHECK(huiqi_set_boolean(w->run, 4, true) == 0 &&
          gives(w, HUIQI_STRICT, "if 是否高新 then 1 else 2", "1"));
    CHECK(huiqi_set_null(w->run, 2) == 0 && gives(w, HUIQI_STRICT, "名称 = null", "true"));
    CHECK(huiqi_set_boolean(w->run, 0, true) == HUIQI_TYPE &&
          huiqi_set_integer(w->run, 99, 1) == HUIQI_USAGE);
    CHECK(huiqi_set_text(w->run, 0, huiqi_text("三百")) == HUIQI_INPUT &&
          huiqi_run_error(w->run).message.n > 0);
    CHECK(huiqi_declare(w->v, huiqi_text("迟"), huiqi_text("number"), NULL) == HUIQI_CONFLICT);
    huiqi_run_clear(w->run);
}

static void test_reading(struct world *w)
{
    struct huiqi_program *p = NULL;
    struct huiqi_range range;
    int64_t n = 0;
    char json[128];
    CHECK(huiqi_compile(w->v, huiqi_text("{a: [1, 2.50, \"三\"], b: [1..人数), c: @\"P1D\"}"), NULL,
                        &p, NULL) == 0);
    CHECK(huiqi_program_needs(p) == 1 && huiqi_program_need(p, 0) == 0 &&
          huiqi_program_need(p, 1) == UINT32_MAX);
    CHECK(huiqi_set_integer(w->run, 0, 9) == 0);
    const struct huiqi_value *v = huiqi_evaluate(w->run, p), *a = huiqi_member(v, huiqi_text("a"));
    CHECK(huiqi_kind(v) == HUIQI_CONTEXT && huiqi_count(v) == 3 && huiqi_key(v, 1).n == 1 &&
          huiqi_at(v, 3) == NULL);
    if (CHECK(a && huiqi_count(a) == 3)) {
        CHECK(huiqi_integer(huiqi_at(a, 0), &n) && n == 1 && !huiqi_integer(huiqi_at(a, 1), &n));
        CHECK(huiqi_string(huiqi_at(a, 2)).n == 3);
    }
    CHECK(huiqi_range(huiqi_at(v, 1), &range) && range.low_closed && !range.high_closed);
    CHECK(huiqi_integer(range.high, &n) && n == 9);
    CHECK(huiqi_json(w->run, a, json, sizeof json) == strlen("[1,2.5,\"三\"]") &&
          strcmp(json, "[1,2.5,\"三\"]") == 0);
    CHECK(huiqi_print(w->run, a, json, 4) == strlen("[1, 2.5, \"三\"]") &&
          strcmp(json, "[1,") == 0);
    CHECK(huiqi_set(w->run, 5, v) == 0); /* kept: the next evaluation frees the result */
    CHECK(gives(w, HUIQI_SPEC, "随意.a[2]", "2.5"));
    CHECK(huiqi_set(w->run, 0, huiqi_evaluate(w->run, p)) == HUIQI_TYPE);
    huiqi_program_free(p);
    huiqi_run_clear(w->run);
}

static int make_staff(struct world *w)
{
    const struct huiqi_text keys[] = {huiqi_text("姓名"), huiqi_text("月薪")};
    const struct huiqi_value *members[2], *staff[2], *list;
    int r = huiqi_make(w->run, huiqi_text("string"), huiqi_text("丙"), &members[0]);
    if (r == 0)
        r = huiqi_make(w->run, huiqi_text("number"), huiqi_text("0.30"), &members[1]);
    for (int i = 0; i < 2 && r == 0; i++)
        r = huiqi_make_context(w->run, keys, members, 2, &staff[i]);
    if (r == 0)
        r = huiqi_make_list(w->run, staff, 2, &list);
    return r == 0 ? huiqi_set(w->run, 3, list) : r;
}

static void test_unknown(struct world *w)
{
    struct huiqi_program *p = NULL;
    struct huiqi_missing missing;
    char low[64], high[64];
    CHECK(huiqi_compile(w->v, huiqi_text("min(人数, 500) + if 是否高新 then 1 else 1"), NULL, &p,
                        NULL) == 0);
    const struct huiqi_value *v = huiqi_evaluate(w->run, p);
    CHECK(huiqi_kind(v) == HUIQI_UNKNOWN && huiqi_missing_at(v, 0, &missing) &&
          missing.cause == HUIQI_ASK);
    CHECK(missing.name.n == strlen("人数") && !huiqi_missing_at(v, 1, &missing));
    CHECK(huiqi_bounds(v, low, high, sizeof low) && low[0] == '\0' && strcmp(high, "501") == 0);
    CHECK(huiqi_set_unknown(w->run, 0, HUIQI_RECOGNITION, huiqi_text("经信部门")) == 0);
    v = huiqi_evaluate(w->run, p);
    CHECK(huiqi_missing_at(v, 0, &missing) && missing.cause == HUIQI_RECOGNITION &&
          missing.holder.n == strlen("经信部门"));
    huiqi_program_free(p);
    CHECK(make_staff(w) == 0 && gives(w, HUIQI_STRICT, "sum(员工.月薪)", "0.6"));
    huiqi_run_clear(w->run);
}

static void test_errors(struct world *w)
{
    const struct huiqi_compile where = {.file = huiqi_text("a.yaml"), .line = 7, .column = 5};
    struct huiqi_program *p = NULL;
    struct huiqi_problems *problems = NULL;
    struct huiqi_problem g;
    CHECK(huiqi_compile(w->v, huiqi_text("人数 +\n 人树"), &where, &p, &problems) == HUIQI_NAME &&
          p == NULL);
    g = huiqi_problem_at(problems, 0);
    CHECK(huiqi_problem_count(problems) == 1 && g.line == 8 && g.column == 2 && g.length == 2 &&
          g.hint.n > 0);
    CHECK(strstr(huiqi_problems_text(problems), "a.yaml:8:2") != NULL);
    CHECK(huiqi_problem_at(problems, 1).status == 0);
    huiqi_problems_free(problems);
    CHECK(huiqi_set_integer(w->run, 0, 0) == 0 &&
          huiqi_compile(w->v, huiqi_text("1 + 2 / 人数"), &where, &p, NULL) == 0);
    const struct huiqi_value *v = huiqi_evaluate(w->run, p);
    CHECK(huiqi_kind(v) == HUIQI_ERROR && huiqi_failure(w->run, v, &g));
    CHECK(g.status == HUIQI_DIVISION && g.line == 7 && g.column == 9);
    huiqi_program_free(p);
    const struct huiqi_compile spec = {.mode = HUIQI_SPEC};
    CHECK(huiqi_compile(w->v, huiqi_text("[1, 2 / 人数]"), &spec, &p, NULL) == 0);
    CHECK(huiqi_count(huiqi_evaluate(w->run, p)) == 2 && huiqi_run_problem_count(w->run) == 1);
    CHECK(huiqi_run_problem(w->run, 0).column == 5 && huiqi_run_problem(w->run, 1).status == 0);
    huiqi_program_free(p);
    const struct huiqi_compile typed = {.type = huiqi_text("boolean")};
    CHECK(huiqi_compile(w->v, huiqi_text("人数"), &typed, &p, NULL) == HUIQI_TYPE);
    CHECK(huiqi_compile(w->v, huiqi_text(""), NULL, &p, NULL) == HUIQI_SYNTAX);
}

static void test_declare(void)
{
    struct world w = {.heap = {0}};
    const struct huiqi_allocator half = {heap_resize, NULL, NULL};
    struct huiqi_engine *none = NULL;
    CHECK(huiqi_engine_new(&half, &none) == HUIQI_USAGE);
    CHECK(huiqi_engine_new(NULL, &w.engine) == 0 && huiqi_vocabulary_new(w.engine, &w.v) == 0);
    CHECK(huiqi_declare(w.v, huiqi_text("1a"), huiqi_text("number"), NULL) == HUIQI_INPUT);
    CHECK(huiqi_declare(w.v, huiqi_text("a"), huiqi_text("nmber"), NULL) == HUIQI_SYNTAX);
    CHECK(huiqi_declare(w.v, huiqi_text("a"), huiqi_text("number) 1 //"), NULL) == HUIQI_SYNTAX);
    CHECK(huiqi_declare(w.v, huiqi_text("a"), huiqi_text("number, y: number"), NULL) ==
          HUIQI_SYNTAX);
    CHECK(huiqi_declare(w.v, huiqi_text("a"), huiqi_text("list<number>"), NULL) == 0 &&
          huiqi_declared(w.v) == 1);
    CHECK(huiqi_declare(w.v, huiqi_text("a"), huiqi_text("number"), NULL) == HUIQI_CONFLICT);
    CHECK(strcmp(huiqi_status_text(HUIQI_DIVISION), "division by zero") == 0 &&
          huiqi_version()[0] != '\0');
    close_world(&w);
}

static void test_trace(struct world *w)
{
    struct huiqi_program *p = NULL;
    struct huiqi_use use;
    char text[64];
    huiqi_run_trace(w->run, true);
    CHECK(huiqi_set_integer(w->run, 0, 20) == 0 &&
          huiqi_compile(w->v, huiqi_text("人数 * 500 > 9000"), NULL, &p, NULL) == 0);
    (void)huiqi_evaluate(w->run, p);
    CHECK(huiqi_use_at(w->run, 0, &use) && use.end == strlen("人数") &&
          !huiqi_use_at(w->run, 1, &use));
    CHECK(huiqi_worked(w->run, p, text, sizeof text) == strlen("20 * 500 > 9000") &&
          strcmp(text, "20 * 500 > 9000") == 0);
    huiqi_run_trace(w->run, false);
    huiqi_program_free(p);
    huiqi_run_clear(w->run);
}

/* All of it with the n-th allocation failing: a clean refusal or the right answer, and nothing left
 * behind. */
static bool survives(long n)
{
    struct world w = {.heap = {.fail_at = n}};
    char out[64];
    bool good = true;
    if (open_world(&w) == 0 && set_all(&w) == 0 && make_staff(&w) == 0)
        for (int mode = HUIQI_STRICT; mode <= HUIQI_SPEC; mode++)
            if (value_of(&w, (enum huiqi_mode)mode, "[sum(员工.月薪), 人数 / 8][2]", out,
                         sizeof out) == 0)
                good = strcmp(out, "37.5") == 0 || strstr(out, "memory") != NULL;
    close_world(&w);
    return good && w.heap.live == 0;
}

static void test_no_memory(void)
{
    struct world w = {.heap = {0}};
    long n = 0;
    CHECK(survives(0));
    if (open_world(&w) == 0 && set_all(&w) == 0 && make_staff(&w) == 0)
        n = w.heap.calls + 60;
    close_world(&w);
    for (long i = 1; i <= n; i++)
        CHECK(survives(i));
}

int main(void)
{
    struct world w = {.heap = {0}};
    test_declare();
    if (CHECK(open_world(&w) == 0)) {
        test_values(&w);
        test_reading(&w);
        test_unknown(&w);
        test_errors(&w);
        test_trace(&w);
    }
    close_world(&w);
    CHECK(w.heap.live == 0);
    test_no_memory();
    printf("%d checks, %d failed\n", checks, failures);
    return failures > 0;
}
