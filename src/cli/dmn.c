/*
 * dmn.c: `huiqi dmn SUBCOMMAND`: decision models of the standard: check, test. `run` is in
 * dmn_run.c, `show` in dmn_show.c.
 */
#include "cli/dmn.h"
#include <stdio.h>
#include <sys/stat.h>
#include "base/file.h"
#include "cli/commands.h"
#include "dmn/analyse.h"
#include "dmn/conformance.h"
#include "dmn/dmn.h"
#include "feel/spec.h"

static int print_out(struct buffer *out, int status)
{
    if (buffer_failed(out))
        status = 2;
    fwrite(out->p, 1, out->n, stdout);
    buffer_release(out);
    return status;
}

/* ---- test ---- */

struct test_values {
    const char *junit;
    bool list, folders;
};
static const struct option_spec test_options[] = {
    {"junit", "FILE", "the results as JUnit XML, too", OPTION_TEXT,
     offsetof(struct test_values, junit)},
    {"list-failures", NULL, "each case that failed: what was expected, what came", OPTION_FLAG,
     offsetof(struct test_values, list)},
    {"by-file", NULL, "how many passed and failed in each file", OPTION_FLAG,
     offsetof(struct test_values, folders)},
};
static const struct option_example test_examples[] = {
    {"huiqi dmn test tck", "every file of conformance cases below the folder"},
    {"huiqi dmn test tck/compliance-level-2 --list-failures", "and what differs"},
    {"huiqi dmn test tck --junit results.xml", "for a build server"},
};
static const struct command_spec test_spec = {
    .name = "dmn test",
    .usage = "PATH... [--junit FILE] [--list-failures] [--by-file]",
    .summary =
        "Runs files of conformance cases (the format of the DMN TCK) against the models beside "
        "them. Values and the\n"
        "error flag must agree. The last line is `N passed, N failed`; exit 1 when one failed.",
    .options = test_options,
    .option_count = COUNT_OF(test_options),
    .examples = test_examples,
    .example_count = COUNT_OF(test_examples),
    .least = 1,
    .most = -1,
};

struct test_run {
    struct test_values options;
    size_t passed, failed, files;
    size_t file_passed, file_failed;
    struct buffer out, junit;
    int status;
};

static void junit_case(struct buffer *b, const struct dmn_case_result *r)
{
    buffer_add_z(b, "<testcase classname=\"");
    buffer_escape(b, span_z(r->file));
    buffer_add_z(b, "\" name=\"");
    buffer_escape(b, r->id);
    buffer_add_z(b, r->passed ? "\"/>\n" : "\"><failure>");
    if (!r->passed) {
        buffer_escape(b, r->message);
        buffer_add_z(b, "</failure></testcase>\n");
    }
}

static void on_case(void *context, const struct dmn_case_result *r)
{
    struct test_run *t = context;
    struct span message = r->message, line;
    if (r->passed)
        t->file_passed++;
    else
        t->file_failed++;
    if (t->options.junit)
        junit_case(&t->junit, r);
    if (r->by_value)
        buffer_print(&t->out,
                     "note: %s %.*s: the value alone was compared, the kit contradicts itself "
                     "about this error\n",
                     r->file, SPAN_ARG(r->id));
    if (r->passed || !t->options.list)
        return;
    buffer_print(&t->out, "%s %.*s\n", r->file, SPAN_ARG(r->id));
    while (span_split(&message, '\n', &line))
        buffer_print(&t->out, "    %.*s\n", SPAN_ARG(line));
}

static void flush(struct buffer *b)
{
    fwrite(b->p, 1, b->n, stdout);
    buffer_clear(b);
}

static int test_file(void *context, const char *path)
{
    struct test_run *t = context;
    struct err err = ERR_INIT;
    size_t mistakes = 0;
    if (!dmn_is_conformance(path))
        return 0;
    t->files++;
    t->file_passed = t->file_failed = 0;
    if (dmn_test_file(path, on_case, t, &mistakes, &err) < 0) {
        t->status = report_err(&err);
        t->file_failed++;
    }
    if (t->options.folders)
        buffer_print(&t->out, "%s: %zu passed, %zu failed\n", path, t->file_passed, t->file_failed);
    t->passed += t->file_passed;
    t->failed += t->file_failed;
    flush(&t->out);
    return 0;
}

static int test_path(struct test_run *t, const char *path)
{
    struct stat st;
    struct arena a;
    struct err err = ERR_INIT;
    int r = 0;
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
        arena_init(&a);
        r = file_walk(&a, path, SPAN(".xml"), test_file, t, &err);
        arena_release(&a);
    } else if (!dmn_is_conformance(path)) {
        r = err_set(&err, file_exists(path) ? E_INPUT : E_NOT_FOUND,
                    "%s: no file of conformance cases", path);
        err_hint(&err, "its root is <testCases>; a folder is searched for such files");
    } else {
        r = test_file(t, path);
    }
    return r < 0 ? report_err(&err) : 0;
}

static int write_junit(struct test_run *t)
{
    struct buffer all = BUFFER_INIT;
    struct err err = ERR_INIT;
    buffer_print(&all,
                 "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"dmn\" "
                 "tests=\"%zu\" failures=\"%zu\">\n",
                 t->passed + t->failed, t->failed);
    buffer_add(&all, buffer_span(&t->junit));
    buffer_add_z(&all, "</testsuite>\n");
    int r = buffer_failed(&all) || buffer_failed(&t->junit)
                ? err_memory(&err)
                : file_write(t->options.junit, buffer_span(&all), &err);
    buffer_release(&all);
    return r < 0 ? report_err(&err) : 0;
}

static int cmd_test(int argc, char **argv)
{
    struct test_run t = {.out = BUFFER_INIT, .junit = BUFFER_INIT};
    int count, status = options_parse(&test_spec, argc, argv, &t.options, &count);
    if (status != OPTIONS_RUN)
        return status;
    status = 0;
    for (int i = 1; i <= count; i++) {
        int s = test_path(&t, argv[i]);
        status = status ? status : s;
    }
    if (t.options.junit && status == 0)
        status = write_junit(&t);
    if (status == 0)
        status = t.status ? t.status : t.failed > 0;
    buffer_print(&t.out, "%zu passed, %zu failed\n", t.passed, t.failed);
    buffer_release(&t.junit);
    return print_out(&t.out, status);
}

/* ---- check ---- */

static const struct option_example check_examples[] = {
    {"huiqi dmn check loan.dmn", "every mistake with line, column and hint"},
};
static const struct command_spec check_spec = {
    .name = "dmn check",
    .usage = "MODEL",
    .summary =
        "Reads a model and what it imports, and reports every mistake: names, types, requirements "
        "that are missing or\n"
        "go in a circle, expressions. Then compares the rules of every decision table: inputs that "
        "two rules hit and\n"
        "only one may, inputs that none hits, rules that others hide, each with an example. Exit "
        "0, "
        "1 when rules are in\n"
        "conflict, 2 when the model has mistakes.",
    .examples = check_examples,
    .example_count = COUNT_OF(check_examples),
    .least = 1,
    .most = 1,
};

void dmn_print_diags(const struct diags *d)
{
    struct buffer out = BUFFER_INIT;
    diags_print(&out, d);
    fwrite(out.p, 1, out.n, stderr);
    buffer_release(&out);
}

static int cmd_check(int argc, char **argv)
{
    struct {
        bool none;
    } values = {false};
    int count, status = options_parse(&check_spec, argc, argv, &values, &count);
    if (status != OPTIONS_RUN)
        return status;
    struct arena program;
    struct diags diags;
    struct dmn *m;
    struct err err = ERR_INIT;
    arena_init(&program);
    diags_init(&diags, &program);
    status = dmn_load(&program, argv[1], &m, &diags, &err);
    bool readable = diags.errors == 0;
    if (status == 0 && dmn_analyse(m, &diags) < 0)
        status = err_memory(&err);
    dmn_print_diags(&diags);
    if (status < 0) {
        status = report_err(&err);
    } else {
        printf("%.*s: %zu elements, %zu errors, %zu warnings\n", SPAN_ARG(dmn_name(m)),
               dmn_element_count(m), diags.errors, diags.warnings);
        status = !readable ? 2 : diags.errors > 0;
    }
    arena_release(&program);
    return status;
}

/* ---- the command ---- */

static const struct subcommand subcommands[] = {
    {"run", dmn_run_command, "evaluate a model with inputs from JSON"},
    {"check", cmd_check, "every mistake of a model, with place and hint"},
    {"show", dmn_show, "the requirement graph and the tables as text, HTML or SVG"},
    {"test", cmd_test, "run files of conformance cases (DMN TCK)"},
};

int cmd_dmn(int argc, char **argv)
{
    static const struct command_group group = {
        .name = "dmn",
        .summary = "Decision models of the standard (OMG DMN 1.1 to 1.5).",
        .at = subcommands,
        .n = COUNT_OF(subcommands),
    };
    return group_run(&group, argc, argv);
}
