/*
 * library.c: `huiqi library SUBCOMMAND`: check, list, stats; the others are in library_*.c.
 */
#include "cli/library.h"
#include <stdio.h>
#include "base/map.h"
#include "cli/cites.h"
#include "cli/commands.h"
#include "dmn/analyse.h"
#include "policy/procedure.h"
#include "policy/show.h"

#define OPTION(struct_name, member, option, argument, kind, help)                                  \
    {                                                                                              \
        option, argument, help, kind, offsetof(struct struct_name, member)                         \
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
    {"huiqi library check", "every file, every expression, every reference"},
    {"huiqi library check --documents texts", "and every citation against the texts of a folder"},
};
static const struct command_spec check_spec = {
    .name = "library check",
    .usage = "[--documents DIR]",
    .summary =
        "检查文库。Reports every problem with file, line, column and hint, then the counts.\n"
        "Exit 0 when nothing is wrong, 1 when a check failed, 2 when a file could not be read at "
        "all.",
    .options = check_options,
    .option_count = COUNT_OF(check_options),
    .examples = check_examples,
    .example_count = COUNT_OF(check_examples),
};

static void print_counts(struct buffer *out, const struct library *l)
{
    size_t products = 0;
    for (size_t i = 0; i < l->measure_count; i++)
        products += l->measures[i]->product;
    buffer_print(out,
                 "事实 %zu  参数 %zu  名录 %zu  决策 %zu  机构 %zu  文件 %zu  措施 %zu  产品 %zu  "
                 "事项 %zu\n",
                 l->fact_count, l->parameter_count, l->register_count, l->decision_count,
                 l->organisation_count, l->document_count, l->measure_count - products, products,
                 l->procedure_count);
    buffer_print(out, "版本 %s\n", l->hash);
}

/* Gaps and overlaps of the decision tables: E_CHECK when rules are in conflict. */
static int check_tables(const struct library *l, struct diags *diags, struct err *err)
{
    size_t before = diags->errors;
    for (size_t i = 0; i < l->decision_model_count; i++)
        if (dmn_analyse(l->decision_models[i]->dmn, diags) < 0)
            return err_memory(err);
    return diags->errors > before ? E_CHECK : 0;
}

static int check(int argc, char **argv)
{
    struct check_values values = {0};
    struct arena arena;
    struct diags diags;
    struct err err = ERR_INIT;
    struct library *l = NULL;
    struct buffer out = BUFFER_INIT;
    int count, status = options_parse(&check_spec, argc, argv, &values, &count);
    if (status != OPTIONS_RUN)
        return status;
    arena_init(&arena);
    diags_init(&diags, &arena);
    int r = library_load(library_folder(values.library), &l, &diags, &err);
    if (l && r == 0)
        r = check_tables(l, &diags, &err);
    diags_print(&out, &diags);
    fwrite(out.p, 1, out.n, stderr);
    buffer_clear(&out);
    if (r < 0 && !diags.errors)
        status = report_err(&err);
    else
        status = r == E_CHECK ? 1 : r < 0 ? 2 : 0;
    if (l)
        print_counts(&out, l);
    if (r == 0 || diags.errors)
        buffer_print(&out, "错误 %zu  警告 %zu\n", diags.errors, diags.warnings);
    if (l && values.documents)
        status = cli_resolve(&out, l, values.documents, NULL, 0, status);
    library_unref(l);
    arena_release(&arena);
    return cli_flush(&out, status);
}

/* ---- list ---- */

struct list_values {
    const char *library, *kind, *region, *document;
    bool json;
};
static const struct option_spec list_options[] = {
    OPTION(list_values, library, "library", "DIR", OPTION_TEXT,
           "the folder (else HUIQI_LIBRARY, ./library, installed)"),
    OPTION(list_values, kind, "kind", "KIND", OPTION_TEXT,
           "refund or 返还; 'product' for credit products"),
    OPTION(list_values, region, "region", "REGION", OPTION_TEXT,
           "上海市/静安区, or what lies within 上海市"),
    OPTION(list_values, document, "document", "ID", OPTION_TEXT, "of one document"),
    OPTION(list_values, json, "json", NULL, OPTION_FLAG, "as JSON"),
};
static const struct option_example list_examples[] = {
    {"huiqi library list --kind refund", "measures that pay something back"},
};
static const struct command_spec list_spec = {
    .name = "library list",
    .usage = "[--kind KIND] [--region REGION] [--document ID] [--json]",
    .summary =
        "列出措施。One line for each measure: catalogue number, kind, precision, region, title.",
    .options = list_options,
    .option_count = COUNT_OF(list_options),
    .examples = list_examples,
    .example_count = COUNT_OF(list_examples),
};

static bool kind_fits(const struct measure *m, const char *kind)
{
    struct span k = span_z(kind);
    return !kind || span_eq(kind_words[m->kind].yaml, k) ||
           span_eq(kind_words[m->kind].title.zh, k) || (m->product && span_eq(k, SPAN("product")));
}

static bool region_fits(const struct measure *m, const char *region)
{
    struct span r = span_z(region);
    return !region || span_eq(m->region, r) ||
           (span_starts(m->region, r) && m->region.p[r.n] == '/');
}

static bool list_fits(const struct measure *m, const struct list_values *v)
{
    return kind_fits(m, v->kind) && region_fits(m, v->region) &&
           (!v->document || span_eq(m->document->id, span_z(v->document)));
}

static int list_json(const struct library *l, const struct list_values *v)
{
    struct arena request;
    arena_init(&request);
    struct json *list = json_array(&request);
    for (size_t i = 0; i < l->measure_count; i++)
        if (list_fits(l->measures[i], v))
            json_add(list, measure_line_json(&request, l->measures[i]));
    int status = cli_print_json(request.failed ? NULL : list);
    arena_release(&request);
    return status;
}

static int list_text(const struct library *l, const struct list_values *v)
{
    struct buffer out = BUFFER_INIT;
    size_t n = 0;
    for (size_t i = 0; i < l->measure_count; i++) {
        const struct measure *m = l->measures[i];
        if (!list_fits(m, v))
            continue;
        n++;
        cli_column(&out, m->catalogue.n ? m->catalogue : SPAN("-"), 10);
        cli_column(&out, kind_words[m->kind].title.zh, 10);
        cli_column(&out, precision_words[m->precision].title.zh, 12);
        cli_column(&out, m->region, 20);
        buffer_print(&out, "%.*s%s%.*s\n", SPAN_ARG(m->institution), m->institution.n ? " " : "",
                     SPAN_ARG(m->title.zh));
    }
    buffer_print(&out, "共 %zu 条\n", n);
    return cli_flush(&out, 0);
}

/* A kind that is no word of the list is a slip, not an empty answer. */
static bool kind_known(const char *kind)
{
    bool known = !kind || strcmp(kind, "product") == 0;
    for (size_t i = 0; i < KINDS; i++)
        known = known || span_eq(kind_words[i].yaml, span_z(kind)) ||
                span_eq(kind_words[i].title.zh, span_z(kind));
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

/* ---- stats ---- */

static const struct option_spec stats_options[] = {
    OPTION(check_values, library, "library", "DIR", OPTION_TEXT,
           "the folder (else HUIQI_LIBRARY, ./library, installed)"),
    OPTION(check_values, documents, "documents", "DIR", OPTION_TEXT,
           "texts: how many citations resolve"),
};
static const struct option_example stats_examples[] = {
    {"huiqi library stats", "how large, by kind; facts nobody reads"}};
static const struct command_spec stats_spec = {
    .name = "library stats",
    .usage = "[--documents DIR]",
    .summary =
        "统计。The share of conditions that are executed, rows by kind and precision, citations "
        "that resolve, and\n"
        "the facts that no measure reads.",
    .options = stats_options,
    .option_count = COUNT_OF(stats_options),
    .examples = stats_examples,
    .example_count = COUNT_OF(stats_examples),
};

static void stats_kinds(struct buffer *out, const struct library *l)
{
    cli_column(out, SPAN("种类"), 12);
    for (size_t p = 0; p < PRECISIONS; p++)
        cli_column(out, precision_words[p].title.zh, 12);
    buffer_byte(out, '\n');
    for (size_t k = 0; k < KINDS; k++) {
        size_t n[PRECISIONS] = {0}, total = 0;
        for (size_t i = 0; i < l->measure_count; i++)
            if (l->measures[i]->kind == k) {
                n[l->measures[i]->precision]++;
                total++;
            }
        if (total == 0)
            continue;
        cli_column(out, kind_words[k].title.zh, 12);
        for (size_t p = 0; p < PRECISIONS; p++)
            buffer_print(out, "%-12zu", n[p]);
        buffer_byte(out, '\n');
    }
}

static bool is_read(const struct library *l, const struct fact *f)
{
    for (size_t i = 0; i < l->measure_count; i++)
        for (size_t k = 0; k < l->measures[i]->slot_count; k++)
            if (l->measures[i]->slots[k] == f->slot)
                return true;
    for (size_t i = 0; i < l->procedure_count; i++)
        for (size_t k = 0; k < l->procedures[i]->slot_count; k++)
            if (l->procedures[i]->slots[k] == f->slot)
                return true;
    return false;
}

static void stats_facts(struct buffer *out, const struct library *l)
{
    size_t unread = 0;
    for (size_t i = 0; i < l->fact_count; i++)
        if (!is_read(l, l->facts[i]))
            buffer_print(out, "%s%.*s", unread++ ? "、" : "\n无措施使用的事实：",
                         SPAN_ARG(l->facts[i]->name));
    if (unread)
        buffer_print(out, "（%zu）\n", unread);
}

static void stats_examples_line(struct buffer *out, const struct library *l)
{
    size_t examples = 0, conditions = 0, manual = 0;
    for (size_t i = 0; i < l->measure_count; i++) {
        examples += l->measures[i]->example_count;
        conditions += l->measures[i]->condition_count;
        for (size_t k = 0; k < l->measures[i]->condition_count; k++)
            manual += l->measures[i]->conditions[k].manual;
    }
    size_t share = conditions ? ((conditions - manual) * 1000 + conditions / 2) / conditions : 0;
    buffer_print(out,
                 "条件 %zu：可执行 %zu（%zu.%zu%%），人工 %zu  措施族 %zu  示例 %zu  内存 %zu KB\n",
                 conditions, conditions - manual, share / 10, share % 10, manual, l->family_count,
                 examples, l->arena.used / 1024);
}

static int stats(int argc, char **argv)
{
    struct check_values values = {0};
    struct library *l = NULL;
    struct buffer out = BUFFER_INIT;
    int count, status = options_parse(&stats_spec, argc, argv, &values, &count);
    if (status == OPTIONS_RUN)
        status = cli_load_library(values.library, &l);
    if (status != OPTIONS_RUN)
        return status;
    print_counts(&out, l);
    stats_examples_line(&out, l);
    if (values.documents)
        status = cli_resolve(&out, l, values.documents, NULL, 0, 0);
    buffer_byte(&out, '\n');
    stats_kinds(&out, l);
    stats_facts(&out, l);
    library_unref(l);
    return cli_flush(&out, status == 2 ? 2 : 0);
}

/* ---- the subcommands ---- */

static const struct subcommand subcommands[] = {
    {"check", check, "every file, expression, reference; --documents resolves citations"},
    {"test", library_test, "runs the examples of the measures"},
    {"list", list, "measures by kind, region, document"},
    {"show", library_show, "everything about a measure"},
    {"facts", library_facts, "the vocabulary of facts files and expressions"},
    {"coverage", library_coverage, "rows of a catalogue that the library decides"},
    {"stats", stats, "counts, and facts that no measure reads"},
    {"diff", library_diff, "two versions in terms of what they find"},
    {"new", library_new, "prints a template to begin with"},
    {"publish", library_publish_command,
     "checks, runs the examples, keeps, makes it the version in force"},
    {"versions", library_versions_command, "what was published when, by whom, what differs"},
    {"withdraw", library_withdraw_command, "takes a publication back: the earlier version again"},
    {"export", library_export_command, "the files of a version, as they were published"},
};

int cmd_library(int argc, char **argv)
{
    static const struct command_group group = {
        .name = "library",
        .summary = "文库：事实、参数、名录、文件、措施、金融产品。",
        .at = subcommands,
        .n = COUNT_OF(subcommands),
    };
    return group_run(&group, argc, argv);
}
