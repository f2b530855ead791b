/*
 * document_check.c: `huiqi document check`: what the wording of texts lacks, with place and hint.
 */
#include <stdio.h>
#include "cli/document_commands.h"
#include "cli/document_open.h"
#include "cli/options.h"
#include "document/lint.h"
#include "document/path.h"

struct check_options {
    bool json, strict;
    const char *library;
};

static const struct option_spec check_specs[] = {
    {"strict", NULL, "exit status 1 when anything is found", OPTION_FLAG,
     offsetof(struct check_options, strict)},
    {"json", NULL, "as data", OPTION_FLAG, offsetof(struct check_options, json)},
    {"library", "DIR", "where the names of departments and texts are (default: as 'match')",
     OPTION_TEXT, offsetof(struct check_options, library)},
};

static const struct option_example check_examples[] = {
    {"huiqi document check draft.txt", "one line for each find, with a hint"},
    {"huiqi document check draft.txt --strict", "for a gate before publication"},
};

static const struct command_spec check_command = {
    .name = "document check",
    .usage = "FILE|ID... [--strict]",
    .summary =
        "Looks for what the wording of a text lacks: catch-all clauses in conditions, "
        "requirements outside a closed list,\n"
        "limits without a figure, missing validity, broken citations, gaps in the numbering, "
        "claims that the figures do not give.",
    .options = check_specs,
    .option_count = COUNT_OF(check_specs),
    .examples = check_examples,
    .example_count = COUNT_OF(check_examples),
    .least = 1,
    .most = -1,
};

static struct span clause_of(const struct opened *o, const struct lint *x)
{
    struct span path = doc_path(o->arena, o->doc, x->node);
    return doc_masked(o->arena, o->doc, x->node, path);
}

static void print_one(struct buffer *out, const struct opened *o, const struct lint *x)
{
    struct span clause = clause_of(o, x);
    buffer_print(out, "%.*s:%u:%u: %s: ", SPAN_ARG(o->doc->file), x->line, x->column,
                 lint_severe(x->rule) ? "warning" : "note");
    buffer_add(out, doc_masked(o->arena, o->doc, x->node, x->message));
    buffer_print(out, " [%s]\n", lint_name(x->rule));
    buffer_print(out, "  clause: %.*s\n  hint: %s\n", SPAN_ARG(clause), lint_hint(x->rule));
}

static struct json *one_json(const struct opened *o, const struct lint *x)
{
    struct arena *a = o->arena;
    struct json *j = json_object(a);
    JSON_SET(j, "rule", json_string(a, span_z(lint_name(x->rule))));
    JSON_SET(j, "severe", json_bool(a, lint_severe(x->rule)));
    JSON_SET(j, "file", json_string(a, o->doc->file));
    JSON_SET(j, "line", json_int(a, x->line));
    JSON_SET(j, "column", json_int(a, x->column));
    JSON_SET(j, "start", json_int(a, (int64_t)x->start));
    JSON_SET(j, "end", json_int(a, (int64_t)x->end));
    JSON_SET(j, "clause", json_string(a, clause_of(o, x)));
    JSON_SET(j, "message", json_string(a, doc_masked(a, o->doc, x->node, x->message)));
    JSON_SET(j, "hint", json_string(a, span_z(lint_hint(x->rule))));
    return j;
}

static int check_file(struct arena *a, const char *path, const struct names *names,
                      struct buffer *out, struct json *list, size_t *count, struct err *err)
{
    struct opened o;
    struct lints found;
    int r = document_open(a, path, names, &o, err);
    if (r == 0)
        r = document_lint(a, o.doc, &o.entries, &o.mentions, names, &found, err);
    for (size_t i = 0; r == 0 && i < found.n; i++) {
        if (list)
            json_add(list, one_json(&o, &found.at[i]));
        else
            print_one(out, &o, &found.at[i]);
    }
    if (r == 0)
        *count += found.n;
    return r;
}

static int run(struct arena *a, const struct check_options *options, char **paths, int n)
{
    struct err err = ERR_INIT;
    struct names names;
    struct buffer out = BUFFER_INIT;
    struct json *list = options->json ? json_array(a) : NULL;
    size_t found = 0;
    int r = document_names(a, options->library, &names, &err);
    for (int i = 0; r == 0 && i < n; i++)
        r = check_file(a, paths[i], &names, &out, list, &found, &err);
    if (r < 0)
        r = report_err(&err);
    else {
        if (!list)
            buffer_print(&out, "%zu found\n", found);
        r = document_output(a, &out, list);
        if (r == 0 && options->strict && found)
            r = 1;
    }
    buffer_release(&out);
    return r;
}

int document_check(int argc, char **argv)
{
    struct check_options options = {0};
    struct arena arena;
    int count = 0, r = options_parse(&check_command, argc, argv, &options, &count);
    if (r != OPTIONS_RUN)
        return r;
    arena_init(&arena);
    r = run(&arena, &options, argv + 1, count);
    arena_release(&arena);
    return r;
}
