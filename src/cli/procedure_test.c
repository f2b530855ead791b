/*
 * procedure_test.c: `huiqi procedure test`: the scripted runs of the procedures, played by the
 * engine that real cases run by.
 */
#include "casework/scripts.h"
#include "cli/cites.h"
#include "cli/procedure.h"
#include "policy/procedure.h"

#include <stdio.h>

struct test_values {
    const char *library, *documents;
    bool json, verbose;
};
static const struct option_spec options[] = {
    {"library", "DIR", "the folder (else HUIQI_LIBRARY, ./library, installed)", OPTION_TEXT,
     offsetof(struct test_values, library)},
    {"documents", "DIR", "texts against which the citations of what is played are resolved, too",
     OPTION_TEXT, offsetof(struct test_values, documents)},
    {"json", NULL, "as JSON: every run with what came out otherwise", OPTION_FLAG,
     offsetof(struct test_values, json)},
    {"verbose", NULL, "names the runs that pass, too", OPTION_FLAG,
     offsetof(struct test_values, verbose)},
};
static const struct option_example examples[] = {
    {"huiqi procedure test", "all runs of all procedures"},
    {"huiqi procedure test shanghai/", "those of the procedures whose id begins so"},
    {"huiqi procedure test S202 --verbose", "those of a row of the catalogue, one line each"},
};
static const struct command_spec spec = {
    .name = "procedure test",
    .usage = "[ID...] [--documents DIR] [--json] [--verbose]",
    .summary =
        "演练事项。Plays the scripted runs of procedures and says for each failed expectation the "
        "line of the file, what was expected, what came, and where the case stood. Exit 1 when one "
        "fails, or, with --documents, when a citation leads nowhere.",
    .options = options,
    .option_count = COUNT_OF(options),
    .examples = examples,
    .example_count = COUNT_OF(examples),
    .most = -1,
};

struct counts {
    size_t passed, failed, procedures;
};

/* By id, beginning of an id, or a row of the catalogue; nothing named means all. */
static bool named(const struct procedure *p, struct span word)
{
    if (span_eq(p->id, word) || (span_ends(word, SPAN("/")) && span_starts(p->id, word)))
        return true;
    for (size_t i = 0; i < p->catalogue_count; i++)
        if (span_eq(p->catalogue[i], word))
            return true;
    return false;
}

static bool wanted(const struct procedure *p, int n, char **words)
{
    for (int i = 0; i < n; i++)
        if (named(p, span_z(words[i])))
            return true;
    return n == 0;
}

/* A word that no procedure has is a mistake of whoever typed it. */
static int check_words(const struct library *l, int n, char **words)
{
    for (int i = 0; i < n; i++) {
        struct span near = {NULL, 0};
        bool found = false;
        for (size_t k = 0; k < l->procedure_count && !found; k++)
            found = named(l->procedures[k], span_z(words[i]));
        if (found)
            continue;
        struct err err = ERR_INIT;
        (void)procedure_find(l, span_z(words[i]), &near);
        err_set(&err, E_NOT_FOUND, "没有事项“%s”", words[i]);
        if (near.n)
            err_hint(&err, "是不是 %.*s？", SPAN_ARG(near));
        return report_err(&err);
    }
    return OPTIONS_RUN;
}

/* ---- text ---- */

static void print_failures(struct buffer *out, const struct procedure *p,
                           const struct procedure_run *run, const struct script_failure *first)
{
    struct span view = {NULL, 0};

    buffer_print(out, "%.*s:%u: %.*s: %.*s\n", SPAN_ARG(run->place.file), run->place.line,
                 SPAN_ARG(p->id), SPAN_ARG(run->name));
    for (const struct script_failure *f = first; f; f = f->next) {
        buffer_print(out, "  %.*s:%u: %.*s: expected %.*s, got %.*s\n", SPAN_ARG(run->place.file),
                     f->line, SPAN_ARG(f->what), SPAN_ARG(f->expected), SPAN_ARG(f->got));
        if (f->view.n && !span_eq(f->view, view))
            buffer_print(out, "      %.*s\n", SPAN_ARG(f->view));
        view = f->view;
    }
}

/* ---- JSON ---- */

static struct json *failure_json(struct arena *a, const struct script_failure *f)
{
    struct json *j = json_object(a);

    JSON_SET(j, "line", json_int(a, f->line));
    JSON_SET(j, "column", json_int(a, f->column));
    JSON_SET(j, "what", json_string(a, f->what));
    JSON_SET(j, "expected", json_string(a, f->expected));
    JSON_SET(j, "got", json_string(a, f->got));
    JSON_SET(j, "view", json_string(a, f->view));
    return j;
}

static struct json *run_json(struct arena *a, const struct procedure *p,
                             const struct procedure_run *run, const struct script_failure *first)
{
    struct json *j = json_object(a), *list = json_array(a);

    JSON_SET(j, "procedure", json_string(a, p->id));
    JSON_SET(j, "run", json_string(a, run->name));
    JSON_SET(j, "file", json_string(a, run->place.file));
    JSON_SET(j, "line", json_int(a, run->place.line));
    JSON_SET(j, "passed", json_bool(a, !first));
    for (const struct script_failure *f = first; f; f = f->next)
        json_add(list, failure_json(a, f));
    JSON_SET(j, "failures", list);
    return j;
}

/* ---- all of them ---- */

/* The JSON of a whole library's runs is kept, so the arena is, too. */
static int run_procedure(struct arena *a, struct buffer *out, struct json *runs,
                         const struct library *l, const struct procedure *p, bool verbose,
                         struct counts *counts)
{
    for (size_t i = 0; i < p->run_count; i++) {
        const struct script_failure *first = NULL;
        if (script_run(a, l, p, &p->runs[i], &first) < 0)
            return E_MEMORY;
        counts->passed += !first;
        counts->failed += first != NULL;
        if (runs)
            json_add(runs, run_json(a, p, &p->runs[i], first));
        else if (first)
            print_failures(out, p, &p->runs[i], first);
        else if (verbose)
            buffer_print(out, "ok %.*s: %.*s\n", SPAN_ARG(p->id), SPAN_ARG(p->runs[i].name));
        if (!runs)
            arena_clear(a);
    }
    counts->procedures++;
    return 0;
}

/* The citations of the procedures that were played. */
static int resolve_played(struct arena *a, struct buffer *out, const struct library *l,
                          const char *folder, int n, char **words, int status)
{
    const struct procedure **of = ARENA_ARRAY(a, const struct procedure *, l->procedure_count + 1);
    size_t count = 0;

    if (!of)
        return 2;
    for (size_t i = 0; i < l->procedure_count; i++)
        if (wanted(l->procedures[i], n, words))
            of[count++] = l->procedures[i];
    return cli_resolve(out, l, folder, of, count, status);
}

static int run_all(struct arena *a, const struct library *l, const struct test_values *values,
                   int n, char **words)
{
    struct buffer out = BUFFER_INIT;
    struct json *runs = values->json ? json_array(a) : NULL;
    struct counts counts = {0, 0, 0};
    struct json *whole;
    int code = 0, status;

    for (size_t i = 0; i < l->procedure_count && code == 0; i++)
        if (wanted(l->procedures[i], n, words))
            code = run_procedure(a, &out, runs, l, l->procedures[i], values->verbose, &counts);
    if (!values->json) {
        buffer_print(&out, "%zu procedures\n%zu passed, %zu failed\n", counts.procedures,
                     counts.passed, counts.failed);
        out.failed = out.failed || code < 0;
        status = counts.failed ? 1 : 0;
        if (values->documents && code == 0)
            status = resolve_played(a, &out, l, values->documents, n, words, status);
        return cli_flush(&out, status);
    }
    status = values->documents && code == 0
                 ? resolve_played(a, &out, l, values->documents, n, words, 0)
                 : 0;
    fwrite(out.p, 1, out.n, stderr); /* what leads nowhere; the JSON is the runs */
    buffer_release(&out);
    whole = json_object(a);
    JSON_SET(whole, "passed", json_int(a, (int64_t)counts.passed));
    JSON_SET(whole, "failed", json_int(a, (int64_t)counts.failed));
    JSON_SET(whole, "runs", runs);
    code = cli_print_json(a->failed || code < 0 ? NULL : whole);
    return code ? code : counts.failed ? 1 : status;
}

int procedure_test(int argc, char **argv)
{
    struct test_values values = {0};
    struct library *l = NULL;
    struct arena a;
    int operands, status = options_parse(&spec, argc, argv, &values, &operands);

    if (status == OPTIONS_RUN)
        status = cli_load_library(values.library, &l);
    if (status != OPTIONS_RUN)
        return status;
    status = check_words(l, operands, argv + 1);
    arena_init(&a);
    if (status == OPTIONS_RUN)
        status = run_all(&a, l, &values, operands, argv + 1);
    arena_release(&a);
    library_unref(l);
    return status;
}
