/*
 * feel.c: `huiqi feel`: one expression or one a line (feel_line.c), a prompt (feel_prompt.c), files
 * of tests (feel_test.c), the tables of the language (feel_tables.c).
 */
#include "cli/commands.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "cli/feel_line.h"
#include "cli/feel_prompt.h"
#include "cli/feel_tables.h"
#include "cli/feel_test.h"
#include "cli/options.h"

struct feel_options {
    const char *facts, *as_of;
    bool explain, test, spec, functions, markdown;
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
    {"functions", NULL,
     "the tables: functions, operators, properties; with an operand those that have the word",
     OPTION_FLAG, offsetof(struct feel_options, functions)},
    {"markdown", NULL, "the same tables as Markdown", OPTION_FLAG,
     offsetof(struct feel_options, markdown)},
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
    {"huiqi feel --functions round", "what the tables say about rounding"},
    {"huiqi feel",
     "a prompt: Tab completes, arrows bring earlier lines back, :help lists its commands"},
};

static const struct command_spec spec = {
    .name = "feel",
    .usage = "[EXPR] [--facts FILE] [--date DATE] [--explain] [--spec] | --test FILE... | "
             "--functions [WORD]",
    .summary = "Evaluates a FEEL expression (OMG DMN 1.5, strict mode: only declared names, static "
               "types) and prints its\n"
               "value. Without an expression it reads one a line, from a prompt or from standard "
               "input. The language: docs/feel.md\n"
               "and huiqi-feel(7). The prompt's history is kept in $XDG_STATE_HOME/huiqi, by "
               "default ~/.local/state/huiqi.",
    .options = options,
    .option_count = COUNT_OF(options),
    .examples = examples,
    .example_count = COUNT_OF(examples),
    .most = -1,
};

/* One line after the other; the status is that of the first that failed. */
static int lines(struct session *s, bool explain)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t n;
    int status = 0;
    bool quit = false;
    while (!quit && (n = getline(&line, &room, stdin)) >= 0) {
        int r = feel_line(s, span_of(line, (size_t)n), explain, &quit);
        status = status ? status : r;
    }
    free(line);
    return status;
}

static int tables(const struct feel_options *o, int count, char **operands)
{
    struct buffer out = BUFFER_INIT;
    struct span word = count == 1 ? span_z(operands[0]) : (struct span){0};
    bool any = feel_tables_print(&out, word, o->markdown);
    fwrite(out.p, 1, out.n, stdout);
    buffer_release(&out);
    if (!any)
        fprintf(stderr, "huiqi feel: nothing in the tables has '%.*s'\n", SPAN_ARG(word));
    return any ? 0 : 1;
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
        status = feel_evaluate(&s, span_z(operands[0]), o->explain);
    else if (isatty(STDIN_FILENO))
        status = feel_prompt(&s, o->explain);
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
    if (o.functions || o.markdown)
        return tables(&o, count, argv + 1);
    return run(&o, count, argv + 1);
}
