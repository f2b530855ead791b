/*
 * feel-in-c.c: a policy condition inside somebody else's program, with nothing but libhuiqi:
 *
 *     cc feel-in-c.c $(pkg-config --cflags --libs huiqi) && ./a.out
 *
 * It declares three names, compiles a rule once, and asks it of three enterprises: one that says
 * everything, one that leaves something open, and one text that is wrong.
 */
#include <stdio.h>
#include <huiqi/feel.h>

enum { HEADCOUNT, SIZE, RENT, NAMES }; /* indices, in the order of declaration */

static int declare(struct huiqi_vocabulary *v)
{
    const struct huiqi_text sizes[] = {huiqi_text("大型"), huiqi_text("中型"), huiqi_text("小型"),
                                       huiqi_text("微型")};
    int r = huiqi_declare_number(v, huiqi_text("企业人数"), huiqi_text("人"), NULL);
    if (r == 0)
        r = huiqi_declare_choice(v, huiqi_text("企业规模"), sizes, 4, NULL);
    if (r == 0)
        r = huiqi_declare_number(v, huiqi_text("月租金"), huiqi_text("元"), NULL);
    return r;
}

static void show(struct huiqi_run *run, const struct huiqi_program *rule)
{
    const struct huiqi_value *value = huiqi_evaluate(run, rule);
    struct huiqi_missing missing;
    struct huiqi_problem problem;
    char text[256];

    huiqi_print(run, value, text, sizeof text);
    printf("value   %s\n", text);
    huiqi_worked(run, rule, text, sizeof text);
    printf("worked  %s\n", text);
    for (size_t i = 0; huiqi_missing_at(value, i, &missing); i++)
        printf("ask     %.*s\n", (int)missing.name.n, missing.name.p);
    if (huiqi_failure(run, value, &problem))
        printf("failed  %u:%u %.*s\n", problem.line, problem.column, (int)problem.message.n,
               problem.message.p);
}

static int ask(struct huiqi_vocabulary *v, const struct huiqi_program *rule)
{
    struct huiqi_run *run = NULL;
    int r = huiqi_run_new(v, &run);
    if (r == 0)
        r = huiqi_set_integer(run, HEADCOUNT, 120);
    if (r == 0)
        r = huiqi_set_text(run, RENT, huiqi_text("8800.50"));
    if (r == 0) {
        show(run, rule); /* the size is not known yet */
        r = huiqi_set_text(run, SIZE, huiqi_text("小型"));
    }
    if (r == 0) {
        show(run, rule);
        r = huiqi_set_integer(run, HEADCOUNT, 0);
    }
    if (r == 0)
        show(run, rule); /* division by zero is an error, not a refusal */
    huiqi_run_free(run);
    return r;
}

int main(void)
{
    const char *text =
        "if 企业规模 in (\"小型\", \"微型\") then min(月租金 * 3 * 0.5, 1000000 / 企业人数) else 0";
    struct huiqi_engine *engine = NULL;
    struct huiqi_vocabulary *v = NULL;
    struct huiqi_program *rule = NULL, *wrong = NULL;
    struct huiqi_problems *problems = NULL;
    int r = huiqi_engine_new(NULL, &engine);

    if (r == 0)
        r = huiqi_vocabulary_new(engine, &v);
    if (r == 0)
        r = declare(v);
    if (r == 0)
        r = huiqi_compile(v, huiqi_text(text), NULL, &rule, NULL);
    if (r == 0)
        r = ask(v, rule);
    if (r == 0 && huiqi_compile(v, huiqi_text("企业人数 <= 300 and 企业规摸 = \"小型\""), NULL,
                                &wrong, &problems) < 0)
        printf("%s", huiqi_problems_text(problems));
    if (r < 0)
        fprintf(stderr, "feel-in-c: %s\n", huiqi_status_text(r));
    huiqi_problems_free(problems);
    huiqi_program_free(wrong);
    huiqi_program_free(rule);
    huiqi_vocabulary_free(v);
    huiqi_engine_free(engine);
    return r < 0;
}
