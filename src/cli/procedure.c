/*
 * procedure.c: `huiqi procedure SUBCOMMAND`: list and check; the others are in procedure_*.c.
 */
#include "cli/procedure.h"
#include <stdio.h>
#include "cli/cites.h"
#include "cli/commands.h"
#include "policy/show_procedure.h"

#define OPTION(struct_name, member, option, argument, kind, help)                                  \
    {                                                                                              \
        option, argument, help, kind, offsetof(struct struct_name, member)                         \
    }

/* ---- one by name ---- */

static const struct procedure *by_catalogue(const struct library *l, struct span row)
{
    const struct procedure *found = NULL;
    size_t n = 0;
    for (size_t i = 0; i < l->procedure_count; i++)
        for (size_t k = 0; k < l->procedures[i]->catalogue_count; k++)
            if (span_eq(l->procedures[i]->catalogue[k], row)) {
                found = l->procedures[i];
                n++;
            }
    return n == 1 ? found : NULL;
}

int cli_procedure(const struct library *l, const char *id, const struct procedure **ret)
{
    struct span near = {NULL, 0};
    struct err err = ERR_INIT;
    const struct procedure *p = procedure_find(l, span_z(id), &near);
    if (!p)
        p = by_catalogue(l, span_z(id));
    if (p) {
        *ret = p;
        return OPTIONS_RUN;
    }
    err_set(&err, E_NOT_FOUND, "no procedure '%s'", id);
    if (near.n)
        err_hint(&err, "did you mean '%.*s'?", SPAN_ARG(near));
    else
        err_hint(&err, "huiqi procedure list");
    return report_err(&err);
}

/* ---- list ---- */

struct list_values {
    const char *library, *kind, *region, *document;
    bool json;
};
static const struct option_spec list_options[] = {
    OPTION(list_values, library, "library", "DIR", OPTION_TEXT,
           "the folder (else HUIQI_LIBRARY, ./library, installed)"),
    OPTION(list_values, kind, "kind", "KIND", OPTION_TEXT, "permit or 许可"),
    OPTION(list_values, region, "region", "REGION", OPTION_TEXT,
           "上海市/静安区, or what lies within 上海市"),
    OPTION(list_values, document, "document", "ID", OPTION_TEXT, "that rest on one document"),
    OPTION(list_values, json, "json", NULL, OPTION_FLAG, "as JSON"),
};
static const struct option_example list_examples[] = {
    {"huiqi procedure list --region 上海市", "what can be applied for in a city"},
    {"huiqi procedure list --kind permit --json", "permits, for programs"},
};
static const struct command_spec list_spec = {
    .name = "procedure list",
    .usage = "[--kind KIND] [--region REGION] [--document ID] [--json]",
    .summary =
        "列出事项。One line for each procedure: id, kind, region, title, and how many states, "
        "acts, clocks and\n"
        "scripted runs it has.",
    .options = list_options,
    .option_count = COUNT_OF(list_options),
    .examples = list_examples,
    .example_count = COUNT_OF(list_examples),
};

static bool list_fits(const struct procedure *p, const struct list_values *v)
{
    const struct closed_word *kind = &procedure_kind_words[p->kind];
    struct span k = span_z(v->kind ? v->kind : ""), r = span_z(v->region ? v->region : "");
    bool within = span_eq(p->region, r) || (span_starts(p->region, r) && p->region.p[r.n] == '/');
    return (!v->kind || span_eq(kind->yaml, k) || span_eq(kind->title.zh, k)) &&
           (!v->region || within) &&
           (!v->document || (p->document && span_eq(p->document->id, span_z(v->document))));
}

static int list_json(const struct library *l, const struct list_values *v)
{
    struct arena request;
    arena_init(&request);
    struct json *all = json_array(&request);
    for (size_t i = 0; i < l->procedure_count; i++)
        if (list_fits(l->procedures[i], v))
            json_add(all, procedure_line_json(&request, l->procedures[i]));
    int status = cli_print_json(request.failed ? NULL : all);
    arena_release(&request);
    return status;
}

static int list_text(const struct library *l, const struct list_values *v)
{
    struct buffer out = BUFFER_INIT;
    size_t n = 0;
    for (size_t i = 0; i < l->procedure_count; i++) {
        const struct procedure *p = l->procedures[i];
        if (!list_fits(p, v))
            continue;
        n++;
        cli_column(&out, p->id, 40);
        cli_column(&out, procedure_kind_words[p->kind].title.zh, 10);
        cli_column(&out, p->region, 20);
        buffer_print(&out, "%.*s（状态 %zu，环节 %zu，时限 %zu，脚本 %zu）\n",
                     SPAN_ARG(p->title.zh), p->state_count, p->act_count, p->clock_count,
                     p->run_count);
    }
    buffer_print(&out, "共 %zu 项\n", n);
    return cli_flush(&out, 0);
}

static bool kind_known(const char *kind)
{
    bool known = !kind;
    for (size_t i = 0; i < PROCEDURE_KINDS; i++)
        known = known || span_eq(procedure_kind_words[i].yaml, span_z(kind)) ||
                span_eq(procedure_kind_words[i].title.zh, span_z(kind));
    return known;
}

static int list(int argc, char **argv)
{
    struct list_values values = {0};
    struct library *l = NULL;
    int count, status = options_parse(&list_spec, argc, argv, &values, &count);
    if (status != OPTIONS_RUN)
        return status;
    if (!kind_known(values.kind))
        return report_usage(&list_spec, "unknown kind '%s'", values.kind);
    status = cli_load_library(values.library, &l);
    if (status != OPTIONS_RUN)
        return status;
    status = values.json ? list_json(l, &values) : list_text(l, &values);
    library_unref(l);
    return status;
}

/* ---- check ---- */

struct check_values {
    const char *library, *documents;
};
static const struct option_spec check_options[] = {
    OPTION(check_values, library, "library", "DIR", OPTION_TEXT,
           "the folder (else HUIQI_LIBRARY, ./library, installed)"),
    OPTION(check_values, documents, "documents", "DIR", OPTION_TEXT,
           "texts against which citations are resolved"),
};
static const struct option_example check_examples[] = {
    {"huiqi procedure check", "every procedure of the library"},
    {"huiqi procedure check shanghai/travel-deposit-refund --documents texts",
     "one, and its citations against the texts of a folder"},
};
static const struct command_spec check_spec = {
    .name = "procedure check",
    .usage = "[ID...] [--documents DIR]",
    .summary =
        "检查事项。Proves of each procedure what can be proved before a case runs by it: every "
        "name "
        "means\n"
        "something; every state is reached, left, and an end in sight from it; every clock can "
        "start, and lapse\n"
        "where it says; a refusal gives its reason and the remedy; decisions cite their clause; "
        "notices can be\n"
        "printed; scripted runs visit every state and try every clock. Errors give exit 1, "
        "warnings do not.\n"
        "Whether the runs come true says `huiqi procedure test`. docs/procedures.md explains the "
        "format.",
    .options = check_options,
    .option_count = COUNT_OF(check_options),
    .examples = check_examples,
    .example_count = COUNT_OF(check_examples),
    .most = -1,
};

/* The procedures asked for. */
struct chosen {
    const struct procedure **at;
    size_t n;
};

static int choose(struct arena *a, const struct library *l, char **ids, int count,
                  struct chosen *ret)
{
    size_t n = count ? (size_t)count : l->procedure_count;
    ret->at = ARENA_ARRAY(a, const struct procedure *, n + 1);
    if (!ret->at)
        return 2;
    ret->n = n;
    for (size_t i = 0; i < n; i++) {
        int status = OPTIONS_RUN;
        if (count)
            status = cli_procedure(l, ids[i], &ret->at[i]);
        else
            ret->at[i] = l->procedures[i];
        if (status != OPTIONS_RUN)
            return status;
    }
    return OPTIONS_RUN;
}

/* A line of a file belongs to the procedure that began last before it. */
static const struct procedure *at_line(const struct library *l, struct span file, uint32_t line)
{
    const struct procedure *found = NULL;
    for (size_t i = 0; i < l->procedure_count; i++) {
        const struct procedure *p = l->procedures[i];
        if (span_eq(p->place.file, file) && p->place.line <= line &&
            (!found || p->place.line > found->place.line))
            found = p;
    }
    return found;
}

static size_t print_warnings(struct buffer *out, const struct library *l, const struct diags *diags,
                             const struct procedure *p)
{
    size_t n = 0;
    for (const struct diag *g = diags->first; g; g = g->next)
        if (g->level == DIAG_WARNING && at_line(l, g->file, g->line) == p) {
            diag_print(out, g);
            n++;
        }
    return n;
}

static int print_checked(const struct library *l, const struct diags *diags,
                         const struct chosen *chosen, const char *documents)
{
    struct buffer out = BUFFER_INIT, said = BUFFER_INIT;
    size_t warnings = 0;
    int status = 0;
    for (size_t i = 0; i < chosen->n; i++) {
        const struct procedure *p = chosen->at[i];
        size_t n = print_warnings(&said, l, diags, p);
        warnings += n;
        cli_column(&out, p->id, 40);
        buffer_print(&out, "状态 %zu  环节 %zu  时限 %zu  脚本 %zu  警告 %zu\n", p->state_count,
                     p->act_count, p->clock_count, p->run_count, n);
    }
    fwrite(said.p, 1, said.n, stderr);
    buffer_release(&said);
    buffer_print(&out, "事项 %zu  错误 0  警告 %zu\n", chosen->n, warnings);
    if (documents)
        status = cli_resolve(&out, l, documents, chosen->at, chosen->n, 0);
    return cli_flush(&out, status);
}

/* A library with errors is none: they are all said, whosever they are. */
static int print_broken(const struct diags *diags, const struct err *err, int r)
{
    struct buffer out = BUFFER_INIT;
    if (!diags->errors)
        return report_err(err);
    diags_print(&out, diags);
    fwrite(out.p, 1, out.n, stderr);
    buffer_clear(&out);
    buffer_print(&out, "错误 %zu  警告 %zu\n", diags->errors, diags->warnings);
    return cli_flush(&out, r == E_CHECK ? 1 : 2);
}

static int check(int argc, char **argv)
{
    struct check_values values = {0};
    struct arena arena;
    struct diags diags;
    struct err err = ERR_INIT;
    struct library *l = NULL;
    struct chosen chosen = {0};
    int count, status = options_parse(&check_spec, argc, argv, &values, &count);
    if (status != OPTIONS_RUN)
        return status;
    arena_init(&arena);
    diags_init(&diags, &arena);
    diags.limit = SIZE_MAX;
    int r = library_load(library_folder(values.library), &l, &diags, &err);
    status = r < 0 ? print_broken(&diags, &err, r) : choose(&arena, l, argv + 1, count, &chosen);
    if (status == OPTIONS_RUN)
        status = print_checked(l, &diags, &chosen, values.documents);
    library_unref(l);
    arena_release(&arena);
    return status;
}

/* ---- the subcommands ---- */

static const struct subcommand subcommands[] = {
    {"list", list, "procedures by kind, region, document", NULL},
    {"show", procedure_show, "everything about one; --diagram draws it", NULL},
    {"check", check, "what can be proved before a case runs", NULL},
    {"test", procedure_test, "plays the scripted runs", NULL},
    {"window", procedure_window, "when calls are open; extends and closes them", NULL},
    {"new", procedure_new, "prints a skeleton that passes the check", NULL},
};

int cmd_procedure(int argc, char **argv)
{
    static const struct command_group group = {
        .name = "procedure",
        .summary =
            "事项：一类办件怎样办。A procedure is a file of library/procedures: states, the acts "
            "that lead from one to\n"
            "the next and who may do them, what is asked for, which clocks run and what follows "
            "when they lapse. No\n"
            "program changes for a new one: write it (`new`), prove it (`check`), run its scripts "
            "(`test`), look at\n"
            "it (`show --diagram`). docs/procedures.md explains the format.",
        .at = subcommands,
        .n = COUNT_OF(subcommands),
    };
    return group_run(&group, argc, argv);
}
