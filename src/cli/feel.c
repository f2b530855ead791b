/*
 * feel.c: `huiqi feel`: one expression, a prompt, or files of tests (feel_test.c).
 */
#include "cli/commands.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <editline/readline.h>
#include "base/utf8.h"
#include "cli/feel_session.h"
#include "cli/feel_test.h"
#include "cli/options.h"

struct feel_options {
    const char *facts, *as_of;
    bool explain, test, spec;
};

static const struct option_spec options[] = {
    {"facts", "FILE", "names and values from a JSON object (- is standard input)", OPTION_TEXT,
     offsetof(struct feel_options, facts)},
    {"date", "DATE", "as-of date, YYYY-MM-DD; default today", OPTION_TEXT,
     offsetof(struct feel_options, as_of)},
    {"explain", NULL, "every stage: tokens, tree, typed tree, steps; then the numbers", OPTION_FLAG,
     offsetof(struct feel_options, explain)},
    {"spec", NULL, "the standard to the letter: what fails is null, and the reason is printed",
     OPTION_FLAG, offsetof(struct feel_options, spec)},
    {"test", NULL, "the operands are files of tests, one expression a line", OPTION_FLAG,
     offsetof(struct feel_options, test)},
};

static const struct option_example examples[] = {
    {"huiqi feel 'sum([1200, 800]) * 0.5'", "1000"},
    {"huiqi feel '企业规模 in (\"小型\", \"微型\")' --facts company.json",
     "true or false; facts are the names"},
    {"huiqi feel 'if 1 > 0 then \"是\" else \"否\"' --explain",
     "how the expression is read, compiled and run"},
    {"huiqi feel --test tests/feel/*.t",
     "runs files of expectations; ends with N passed, N failed"},
    {"huiqi feel --spec '[1, 2, 3][item > 1]'", "[2, 3]; as DMN models are evaluated"},
    {"huiqi feel", "a prompt; Ctrl-D leaves it"},
};

static const struct command_spec spec = {
    .name = "feel",
    .usage = "[EXPR] [--facts FILE] [--date DATE] [--explain] [--spec] | --test FILE...",
    .summary =
        "Evaluates a FEEL expression (OMG DMN 1.5, strict mode: only declared names, static types) "
        "and prints its\n"
        "value. Without an expression it reads one a line, from a prompt or from standard input.",
    .options = options,
    .option_count = COUNT_OF(options),
    .examples = examples,
    .example_count = COUNT_OF(examples),
    .most = -1,
};

static void print_diags(const struct diags *diags)
{
    struct buffer out = BUFFER_INIT;
    diags_print(&out, diags);
    fwrite(out.p, 1, out.n, stderr);
    buffer_release(&out);
}

static void print_use(struct buffer *out, const struct feel_use *u)
{
    buffer_print(out, "  %.*s", SPAN_ARG(u->name));
    if (u->period.n > 0)
        buffer_print(out, "(%.*s)", SPAN_ARG(u->period));
    buffer_add_z(out, " = ");
    value_print(out, u->value);
    buffer_byte(out, '\n');
}

static void print_explanation(struct buffer *out, const struct feel_expr *e, struct feel_run *run)
{
    feel_explain(out, e);
    buffer_add_z(out, "worked\n  ");
    feel_worked(out, e, run);
    buffer_add_z(out, "\nfacts\n");
    for (const struct feel_use *u = run->uses; u; u = u->next)
        print_use(out, u);
    buffer_add_z(out, "value\n  ");
}

/* Exit status: 0, or that of the error. */
static int evaluate(struct session *s, struct span text, bool explain)
{
    struct arena a;
    struct diags diags;
    const struct feel_expr *e;
    arena_init(&a);
    diags_init(&diags, &a);
    int r = session_compile(s, &a, text, &e, &diags);
    if (r < 0) {
        print_diags(&diags);
        if (!diags.first)
            fprintf(stderr, "huiqi feel: %s\n", err_text(r, false));
        arena_release(&a);
        return err_exit(r);
    }
    struct feel_run run = session_run(s, &a);
    struct buffer out = BUFFER_INIT;
    run.trace = explain;
    struct value v = feel_run(e, &run);
    if (explain)
        print_explanation(&out, e, &run);
    if (value_is_failed(v))
        session_failure(&diags, text, v.failure)->level = DIAG_WARNING;
    if (v.kind == VALUE_ERROR) {
        session_failure(&diags, text, v.failure);
        print_diags(&diags);
        r = v.failure->code;
    } else {
        value_print(&out, v);
        buffer_byte(&out, '\n');
        print_diags(&diags);
    }
    fwrite(out.p, 1, out.n, stdout);
    buffer_release(&out);
    arena_release(&a);
    return r < 0 ? err_exit(r) : 0;
}

static int prompt(struct session *s, bool explain)
{
    char *line;
    printf("FEEL, %s mode. One expression a line; Ctrl-D ends.\n",
           s->mode == FEEL_SPEC ? "spec" : "strict");
    using_history();
    while ((line = readline("feel> "))) {
        if (span_trim(span_z(line)).n > 0) {
            add_history(line);
            int r = evaluate(s, span_z(line), explain);
            (void)r; /* said already; the prompt goes on */
        }
        free(line);
    }
    printf("\n");
    return 0;
}

/* One expression a line; the status is that of the first that failed. */
static int lines(struct session *s, bool explain)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t n;
    int status = 0;
    while ((n = getline(&line, &room, stdin)) >= 0) {
        struct span text = span_trim(span_of(line, (size_t)n));
        if (text.n == 0)
            continue;
        int r = evaluate(s, text, explain);
        status = status ? status : r;
    }
    free(line);
    return status;
}

static int run(const struct feel_options *o, int count, char **operands)
{
    struct session s;
    struct err err = ERR_INIT;
    int status = 0;
    session_init(&s);
    s.mode = o->spec ? FEEL_SPEC : FEEL_STRICT;
    if (o->as_of && !date_parse(span_z(o->as_of), &s.as_of))
        status = report_usage(&spec, "--date needs a date YYYY-MM-DD, not '%s'", o->as_of);
    else if (o->facts && session_facts(&s, o->facts, &err) < 0)
        status = report_err(&err);
    else if (count == 1)
        status = evaluate(&s, span_z(operands[0]), o->explain);
    else if (isatty(STDIN_FILENO))
        status = prompt(&s, o->explain);
    else
        status = lines(&s, o->explain);
    session_release(&s);
    return status;
}

int cmd_feel(int argc, char **argv)
{
    struct feel_options o = {0};
    int count = 0;
    int r = options_parse(&spec, argc, argv, &o, &count);
    if (r != OPTIONS_RUN)
        return r;
    if (o.test)
        return count > 0 ? feel_test_files(count, argv + 1, o.explain)
                         : report_usage(&spec, "--test needs files");
    if (count > 1)
        return report_usage(&spec, "one expression at a time; put it in quotes");
    return run(&o, count, argv + 1);
}
