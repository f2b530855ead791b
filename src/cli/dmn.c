/*
 * dmn.c: `huiqi dmn SUBCOMMAND`: decision models of the standard: run, check, test. `show` is in
 * dmn_show.c.
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

static void xml_text(struct buffer *b, struct span s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == '<')
            buffer_add_z(b, "&lt;");
        else if (c == '&')
            buffer_add_z(b, "&amp;");
        else if (c == '"')
            buffer_add_z(b, "&quot;");
        else if (c >= 0x20 || c == '\n' || c == '\t')
            buffer_byte(b, (char)c);
    }
}

static void junit_case(struct buffer *b, const struct dmn_case_result *r)
{
    buffer_add_z(b, "<testcase classname=\"");
    xml_text(b, span_z(r->file));
    buffer_add_z(b, "\" name=\"");
    xml_text(b, r->id);
    buffer_add_z(b, r->passed ? "\"/>\n" : "\"><failure>");
    if (!r->passed) {
        xml_text(b, r->message);
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

static void print_diags(const struct diags *d)
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
    print_diags(&diags);
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

/* ---- run ---- */

struct run_values {
    const char *input, *decision, *as_of;
    bool explain;
};
static const struct option_spec run_options[] = {
    {"input", "FILE", "the inputs by name, a JSON object (- is standard input)", OPTION_TEXT,
     offsetof(struct run_values, input)},
    {"decision", "NAME", "only this decision or service; else all decisions", OPTION_TEXT,
     offsetof(struct run_values, decision)},
    {"date", "DATE", "today's date for the model, YYYY-MM-DD", OPTION_TEXT,
     offsetof(struct run_values, as_of)},
    {"explain", NULL, "the problems that made a null, and the steps of every decision", OPTION_FLAG,
     offsetof(struct run_values, explain)},
};
static const struct option_example run_examples[] = {
    {"huiqi dmn run loan.dmn --input case.json", "all decisions, as JSON"},
    {"huiqi dmn run loan.dmn --input case.json --decision 'Approval Status'", "one of them"},
};
static const struct command_spec run_spec = {
    .name = "dmn run",
    .usage = "MODEL [--input FILE] [--decision NAME] [--explain]",
    .summary = "Evaluates a decision model and prints the values of its decisions as JSON, by "
               "name. A null that a mistake\n"
               "made is explained on standard error.",
    .options = run_options,
    .option_count = COUNT_OF(run_options),
    .examples = run_examples,
    .example_count = COUNT_OF(run_examples),
    .least = 1,
    .most = 1,
};

static int set_inputs(struct dmn_run *run, const struct dmn *m, const struct json *inputs,
                      struct err *err)
{
    JSON_EACH(member, inputs)
    {
        const struct dmn_element *e = dmn_find(m, (struct span){0}, member->key);
        struct value v;
        if (!e || (dmn_kind(e) != DMN_INPUT && dmn_kind(e) != DMN_DECISION)) {
            err_set(err, E_NAME, "the model has no input `%.*s`", SPAN_ARG(member->key));
            err_at(err, (struct span){0}, member->key_line, member->key_column);
            return E_NAME;
        }
        int r = feel_from_json(run->feel.arena, member, dmn_type(e), &v, err);
        if (r < 0)
            return r;
        dmn_set(run, e, v);
    }
    return 0;
}

static int read_inputs(struct dmn_run *run, const struct dmn *m, const char *path, struct err *err)
{
    struct span text;
    struct json *inputs = NULL;
    int r = 0;
    if (path)
        r = file_read(run->feel.arena, path, JSON_SIZE, &text, err);
    if (r == 0 && path)
        r = json_parse(run->feel.arena, text, span_z(path), &inputs, err);
    if (r == 0 && inputs && inputs->kind != JSON_OBJECT)
        r = err_set(err, E_TYPE, "%s: the inputs are a JSON object", path);
    if (r < 0 || !inputs)
        return r;
    r = set_inputs(run, m, inputs, err);
    if (r < 0 && !err->file[0])
        err_at(err, span_z(path), err->line, err->column);
    return r;
}

static void print_problems(const struct dmn_run *run)
{
    for (const struct feel_problem *p = run->feel.problems; p; p = p->next)
        fprintf(stderr, "huiqi: note: %.*s\n", SPAN_ARG(p->message));
}

static int decide_all(struct dmn_run *run, const struct dmn *m, const struct run_values *o,
                      struct buffer *out, struct err *err)
{
    struct json *result = json_object(run->feel.arena);
    const struct dmn_element *e =
        o->decision ? dmn_find(m, (struct span){0}, span_z(o->decision)) : NULL;
    if (o->decision && (!e || dmn_kind(e) == DMN_INPUT || dmn_kind(e) == DMN_BKM)) {
        err_set(err, E_NAME, "the model has no decision `%s`", o->decision);
        return E_NAME;
    }
    for (size_t i = 0; i < dmn_element_count(m); i++) {
        const struct dmn_element *d = dmn_element_at(m, i);
        if (e ? d == e : dmn_kind(d) == DMN_DECISION)
            json_set(result, dmn_element_name(d),
                     feel_to_json(run->feel.arena, dmn_decide(run, d)));
    }
    json_print(out, result, JSON_PRETTY);
    return run->feel.arena->failed ? err_memory(err) : 0;
}

static int run_model(const char *path, const struct run_values *o, struct arena *program,
                     struct arena *request)
{
    struct diags diags;
    struct dmn *m;
    struct dmn_run run;
    struct err err = ERR_INIT;
    struct buffer out = BUFFER_INIT;
    diags_init(&diags, program);
    int r = dmn_load(program, path, &m, &diags, &err);
    print_diags(&diags);
    if (r == 0 && diags.errors > 0)
        return 2;
    if (r == 0)
        r = dmn_run_init(&run, m, request) < 0 ? err_memory(&err) : 0;
    if (r < 0)
        return report_err(&err);
    run.feel.as_of = date_today();
    if (o->as_of && !date_parse(span_z(o->as_of), &run.feel.as_of))
        return report_usage(&run_spec, "--date needs a date YYYY-MM-DD, not '%s'", o->as_of);
    r = read_inputs(&run, m, o->input, &err);
    if (r == 0)
        r = decide_all(&run, m, o, &out, &err);
    print_problems(&run);
    if (r == 0)
        buffer_byte(&out, '\n');
    return r < 0 ? (buffer_release(&out), report_err(&err)) : print_out(&out, 0);
}

static int cmd_run(int argc, char **argv)
{
    struct run_values o = {0};
    int count, status = options_parse(&run_spec, argc, argv, &o, &count);
    if (status != OPTIONS_RUN)
        return status;
    struct arena program, request;
    arena_init(&program);
    arena_init(&request);
    status = run_model(argv[1], &o, &program, &request);
    arena_release(&request);
    arena_release(&program);
    return status;
}

/* ---- the command ---- */

static const struct subcommand subcommands[] = {
    {"run", cmd_run, "evaluate a model with inputs from JSON"},
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
