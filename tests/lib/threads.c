/*
 * threads.c: one compiled program and one decision model, eight threads: each has its own runs,
 * compiles something of its own meanwhile, and must see its own values. Built with ThreadSanitizer
 * by tools/thread-check; runs among the other tests too.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <huiqi/dmn.h>

#define THREADS 8
#define ROUNDS  2000

struct job {
    struct huiqi_vocabulary *vocabulary;
    const struct huiqi_program *amount, *text, *pattern, *spec;
    struct huiqi_model *model;
    int64_t number;
    long wrong;
};

static bool is(struct huiqi_run *run, const struct huiqi_value *value, const char *wanted)
{
    char text[128];
    huiqi_print(run, value, text, sizeof text);
    return strcmp(text, wanted) == 0;
}

/* Its own compilation beside the others' evaluations. */
static bool compiles(struct huiqi_vocabulary *v, struct huiqi_run *run, int64_t i)
{
    struct huiqi_program *p = NULL;
    char text[64], wanted[32];
    snprintf(text, sizeof text, "sum(for k in 1..%lld return k)", (long long)(i % 10 + 1));
    snprintf(wanted, sizeof wanted, "%lld", (long long)((i % 10 + 1) * (i % 10 + 2) / 2));
    if (huiqi_compile(v, huiqi_text(text), NULL, &p, NULL) < 0)
        return false;
    bool good = is(run, huiqi_evaluate(run, p), wanted);
    huiqi_program_free(p);
    return good;
}

static bool one_round(struct job *j, struct huiqi_run *run, int64_t i)
{
    int64_t n = j->number * 1000 + i;
    char wanted[64];
    if (huiqi_set_integer(run, 0, n) < 0 || huiqi_set_text(run, 1, huiqi_text("2020-03-09")) < 0)
        return false;
    snprintf(wanted, sizeof wanted, "%lld.5", (long long)(n * 3));
    if (!is(run, huiqi_evaluate(run, j->amount), wanted))
        return false;
    snprintf(wanted, sizeof wanted, "n=%lld, 2020-03-10", (long long)n);
    if (!is(run, huiqi_evaluate(run, j->text), wanted) ||
        !is(run, huiqi_evaluate(run, j->pattern), "true"))
        return false;
    return is(run, huiqi_evaluate(run, j->spec), "null") && huiqi_run_problem_count(run) > 0 &&
           (i % 50 != 0 || compiles(j->vocabulary, run, i));
}

/* ---- the shared model ---- */

#define NAMED(kind, name, inside)                                                                  \
    "<" kind " id=\"" name "\" name=\"" name "\"><variable name=\"" name "\"/>" inside "</" kind ">"
#define RULE(test, output)                                                                         \
    "<rule><inputEntry><text>" test "</text></inputEntry><outputEntry><text>" output               \
    "</text></outputEntry></rule>"

static const char model_text[] =
    "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" namespace=\"urn:t\" "
    "name=\"t\">" NAMED("inputData", "n", "") NAMED(
        "decision", "size",
        "<informationRequirement><requiredInput href=\"#n\"/></informationRequirement>"
        "<decisionTable><input><inputExpression><text>n</text></inputExpression></input><output/"
        ">" RULE("&lt; 3000", "\"small\"") RULE("&gt;= 3000", "\"large\"") "</decisionTable>")
        NAMED("decision", "text",
              "<informationRequirement><requiredDecision href=\"#size\"/></informationRequirement>"
              "<informationRequirement><requiredInput href=\"#n\"/></informationRequirement>"
              "<literalExpression><text>size + \" \" + string(n / 0 = null) + \" \" + string(n)"
              "</text></literalExpression>") "</definitions>";
enum { INPUT, SIZE, TEXT };

static struct huiqi_model *load(struct huiqi_engine *engine)
{
    const struct huiqi_source source = {huiqi_text(model_text), huiqi_text("t.dmn")};
    struct huiqi_model *m = NULL;
    struct huiqi_problems *problems = NULL;
    if (huiqi_model_load(engine, &source, 1, &m, &problems) < 0 || problems) {
        fprintf(stderr, "%s", huiqi_problems_text(problems));
        exit(2);
    }
    return m;
}

static bool one_decision(struct job *j, struct huiqi_run *run, int64_t i)
{
    int64_t n = j->number * 1000 + i;
    char wanted[64];
    snprintf(wanted, sizeof wanted, "%s true %lld", n < 3000 ? "small" : "large", (long long)n);
    return huiqi_set_integer(run, INPUT, n) == 0 && is(run, huiqi_decide(run, TEXT), wanted) &&
           huiqi_run_problem_count(run) > 0 && huiqi_run_problem(run, 0).line == 1;
}

static void decide(struct job *j)
{
    struct huiqi_run *run = NULL;
    if (huiqi_model_run(j->model, &run) < 0)
        j->wrong++;
    for (int64_t i = 0; run && i < ROUNDS; i++)
        j->wrong += !one_decision(j, run, i);
    huiqi_run_free(run);
}

static void *work(void *p)
{
    struct job *j = p;
    struct huiqi_run *run = NULL;
    if (huiqi_run_new(j->vocabulary, &run) < 0)
        j->wrong++;
    else
        huiqi_run_trace(run, j->number % 2);
    for (int64_t i = 0; run && i < ROUNDS; i++) {
        j->wrong += !one_round(j, run, i);
        if (i % 100 == 99)
            huiqi_run_clear(run);
    }
    huiqi_run_free(run);
    decide(j);
    return NULL;
}

static struct huiqi_program *program(struct huiqi_vocabulary *v, const char *text,
                                     enum huiqi_mode mode)
{
    const struct huiqi_compile how = {.mode = mode};
    struct huiqi_program *p = NULL;
    struct huiqi_problems *problems = NULL;
    if (huiqi_compile(v, huiqi_text(text), &how, &p, &problems) < 0) {
        fprintf(stderr, "%s", huiqi_problems_text(problems));
        exit(2);
    }
    huiqi_problems_free(problems);
    return p;
}

int main(void)
{
    struct huiqi_engine *engine = NULL;
    struct huiqi_vocabulary *v = NULL;
    struct job jobs[THREADS];
    pthread_t threads[THREADS];
    long wrong = 0;
    if (huiqi_engine_new(NULL, &engine) < 0 || huiqi_vocabulary_new(engine, &v) < 0 ||
        huiqi_declare(v, huiqi_text("n"), huiqi_text("number"), NULL) < 0 ||
        huiqi_declare(v, huiqi_text("day"), huiqi_text("date"), NULL) < 0)
        return 2;
    struct huiqi_program *amount =
        program(v, "if n > 2 ** 60 then 0 else n * 3 + 0.5", HUIQI_STRICT);
    struct huiqi_program *text =
        program(v, "\"n=\" + string(n) + \", \" + string(day + duration(\"P1D\"))", HUIQI_STRICT);
    struct huiqi_program *pattern = program(
        v, "matches(string(n), \"^[0-9]+$\") and count([n, 1][item > 0]) >= 1", HUIQI_STRICT);
    /* a named zone: each thread has calendars of its own */
    struct huiqi_program *spec = program(
        v,
        "if @\"2021-07-01T12:00:00@Europe/Paris\" + duration(\"PT\" + string(modulo(n, 20)) + "
        "\"H\") > @\"2021-07-01T09:59:00Z\" then n / 0 else 1",
        HUIQI_SPEC);
    struct huiqi_model *model = load(engine);
    for (int i = 0; i < THREADS; i++) {
        jobs[i] = (struct job){v, amount, text, pattern, spec, model, i, 0};
        if (pthread_create(&threads[i], NULL, work, &jobs[i]) != 0)
            return 2;
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        wrong += jobs[i].wrong;
    }
    huiqi_engine_free(engine); /* any order */
    huiqi_vocabulary_free(v);
    huiqi_model_free(model);
    huiqi_program_free(amount);
    huiqi_program_free(text);
    huiqi_program_free(pattern);
    huiqi_program_free(spec);
    printf("%d threads, %d rounds each, %ld wrong\n", THREADS, ROUNDS, wrong);
    return wrong > 0;
}
