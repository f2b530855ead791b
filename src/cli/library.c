/*
 * library.c: `huiqi library SUBCOMMAND`: check, list, stats, new; the others are in library_*.c.
 */
#include "cli/library.h"
#include <stdio.h>
#include "base/map.h"
#include "cli/commands.h"

#define OPTION(struct_name, member, option, argument, kind, help)                                                      \
    {option, argument, help, kind, offsetof(struct struct_name, member)}

/* ---- check ---- */

struct check_values {
    const char *library, *documents;
};
static const struct option_spec check_options[] = {
    OPTION(check_values, library, "library", "DIR", OPTION_TEXT, "the folder (else HUIQI_LIBRARY, ./library, installed)"),
    OPTION(check_values, documents, "documents", "DIR", OPTION_TEXT, "texts against which citations are resolved"),
};
static const struct option_example check_examples[] = {
    {"huiqi library check", "every file, every expression, every reference"},
    {"huiqi library check --documents texts", "and every citation against the texts of a folder"},
};
static const struct command_spec check_spec = {
    .name = "library check", .usage = "[--documents DIR]",
    .summary = "检查文库。Reports every problem with file, line, column and hint, then the counts.\n"
               "Exit 0 when nothing is wrong, 1 when a check failed, 2 when a file could not be read at all.",
    .options = check_options, .option_count = COUNT_OF(check_options),
    .examples = check_examples, .example_count = COUNT_OF(check_examples),
};

static void print_counts(struct buffer *out, const struct library *l)
{
    size_t products = 0;
    for (size_t i = 0; i < l->measure_count; i++)
        products += l->measures[i]->product;
    buffer_print(out, "事实 %zu  参数 %zu  名录 %zu  机构 %zu  文件 %zu  措施 %zu  产品 %zu\n", l->fact_count,
                 l->parameter_count, l->register_count, l->organisation_count, l->document_count,
                 l->measure_count - products, products);
    buffer_print(out, "版本 %s\n", l->hash);
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
    library_unref(l);
    arena_release(&arena);
    return cli_flush(&out, status);
}

/* ---- the subcommands ---- */

struct subcommand {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *help;
};
static const struct subcommand subcommands[] = {
    {"check", check, "every file, expression, reference; --documents resolves citations"},
};

static void help(FILE *to)
{
    fprintf(to, "usage: huiqi library SUBCOMMAND [ARGUMENTS]\n\n文库：事实、参数、名录、文件、措施、金融产品。\n\n");
    for (size_t i = 0; i < COUNT_OF(subcommands); i++)
        fprintf(to, "  %-10s %s\n", subcommands[i].name, subcommands[i].help);
    fprintf(to, "\n'huiqi library SUBCOMMAND --help' teaches one, with examples.\n");
}

static int unknown(const char *name)
{
    const char *near = NULL;
    size_t best = strlen(name) / 3 + 2;
    for (size_t i = 0; i < COUNT_OF(subcommands); i++) {
        size_t d = edit_distance(span_z(name), span_z(subcommands[i].name), best);
        if (d < best) {
            best = d;
            near = subcommands[i].name;
        }
    }
    fprintf(stderr, "huiqi library: unknown subcommand '%s'", name);
    if (near)
        fprintf(stderr, ", did you mean '%s'?", near);
    fprintf(stderr, "\ntry 'huiqi library --help'\n");
    return 2;
}

int cmd_library(int argc, char **argv)
{
    if (argc < 2 || strcmp(argv[1], "--help") == 0) {
        help(argc < 2 ? stderr : stdout);
        return argc < 2 ? 2 : 0;
    }
    for (size_t i = 0; i < COUNT_OF(subcommands); i++)
        if (strcmp(argv[1], subcommands[i].name) == 0)
            return subcommands[i].run(argc - 1, argv + 1);
    return unknown(argv[1]);
}
