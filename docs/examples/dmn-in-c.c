/*
 * dmn-in-c.c: a decision model inside somebody else's program, with nothing but libhuiqi:
 *
 *     cc dmn-in-c.c $(pkg-config --cflags --libs huiqi) && ./a.out interest.dmn
 *
 * It loads a model, lists its elements with what they require, and asks for a decision three times:
 * with inputs that are right, with one that the model does not allow, and with one misspelt.
 */
#include <stdio.h>
#include <stdlib.h>
#include <huiqi/dmn.h>

/* The whole file, or p NULL; free p. */
static struct huiqi_text read_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    long n = f && fseek(f, 0, SEEK_END) == 0 ? ftell(f) : -1;
    char *p = n >= 0 ? malloc((size_t)n + 1) : NULL;
    struct huiqi_text text = {p, 0};
    if (p) {
        rewind(f);
        text.n = fread(p, 1, (size_t)n, f);
    }
    if (f)
        fclose(f);
    return text;
}

static void list(const struct huiqi_model *model)
{
    static const char *const kinds[] = {"input", "decision", "knowledge", "service"};
    struct huiqi_element e, need;
    for (uint32_t i = 0; huiqi_element_at(model, i, &e); i++) {
        printf("%u %s %.*s: %.*s", i, kinds[e.kind], (int)e.name.n, e.name.p, (int)e.type.n,
               e.type.p);
        for (size_t k = 0; huiqi_element_at(model, huiqi_element_need(model, i, k), &need); k++)
            printf("%s%.*s", k == 0 ? "  <- " : ", ", (int)need.name.n, need.name.p);
        printf("\n");
    }
}

static void ask(struct huiqi_run *run, uint32_t decision, const char *inputs)
{
    char text[256];
    huiqi_run_clear(run);
    printf("%s\n", inputs);
    if (huiqi_set_inputs(run, huiqi_text(inputs)) < 0) {
        struct huiqi_problem p = huiqi_run_error(run);
        printf("  %u:%u %.*s\n", p.line, p.column, (int)p.message.n, p.message.p);
        return;
    }
    huiqi_print(run, huiqi_decide(run, decision), text, sizeof text);
    printf("  = %s\n", text);
    for (size_t i = 0; i < huiqi_run_problem_count(run); i++) {
        struct huiqi_problem p = huiqi_run_problem(run, i);
        if (p.line > 0)
            printf("  %u:%u ", p.line, p.column);
        printf("%s%.*s\n", p.line > 0 ? "" : "  ", (int)p.message.n, p.message.p);
    }
}

int main(int argc, char **argv)
{
    struct huiqi_source source = {read_file(argc > 1 ? argv[1] : "interest.dmn"),
                                  huiqi_text("interest.dmn")};
    struct huiqi_engine *engine = NULL;
    struct huiqi_model *model = NULL;
    struct huiqi_problems *problems = NULL;
    struct huiqi_run *run = NULL;
    uint32_t subsidy = 0;
    int r = source.text.p ? huiqi_engine_new(NULL, &engine) : HUIQI_IO;

    if (r == 0)
        r = huiqi_model_load(engine, &source, 1, &model, &problems);
    printf("%s", huiqi_problems_text(problems));
    if (r == 0)
        r = huiqi_element_find(model, huiqi_text("贴息金额"), &subsidy);
    if (r == 0)
        r = huiqi_model_run(model, &run);
    if (r == 0) {
        list(model);
        ask(run, subsidy, "{\"企业规模\": \"小型\", \"贷款金额\": 800000, \"年利率\": 0.0385}");
        ask(run, subsidy, "{\"企业规模\": \"巨型\", \"贷款金额\": 800000, \"年利率\": 0.0385}");
        ask(run, subsidy, "{\"企业规模\": \"小型\", \"贷款余额\": 800000}");
    }
    if (r < 0)
        fprintf(stderr, "dmn-in-c: %s\n", huiqi_status_text(r));
    huiqi_run_free(run);
    huiqi_model_free(model);
    huiqi_problems_free(problems);
    huiqi_engine_free(engine);
    free((char *)source.text.p);
    return r < 0;
}
