/*
 * library_coverage.c: `huiqi library coverage`: rows of a catalogue against the library.
 */
#include "cli/library.h"
#include <stdio.h>
#include "base/file.h"
#include "policy/coverage.h"

#define CATALOGUE_MAX (16u << 20)

struct coverage_values {
    const char *library, *catalogue;
};
static const struct option_spec options[] = {
    {"library", "DIR", "the folder (else HUIQI_LIBRARY, ./library, installed)", OPTION_TEXT,
     offsetof(struct coverage_values, library)},
    {"catalogue", "FILE.tsv",
     "tab-separated, columns by header (default: catalogue.tsv of the library)", OPTION_TEXT,
     offsetof(struct coverage_values, catalogue)},
};
static const struct option_example examples[] = {
    {"huiqi library coverage", "against the shipped catalogue"}};
static const struct command_spec spec = {
    .name = "library coverage",
    .usage = "[--catalogue FILE.tsv]",
    .summary = "覆盖情况。Rows covered by kind and precision, the share of manual conditions, one "
               "line for each uncovered\n"
               "row, and at the end 'N of M rows covered'. Exit 0.",
    .options = options,
    .option_count = COUNT_OF(options),
    .examples = examples,
    .example_count = COUNT_OF(examples),
};

struct tally {
    size_t rows, covered, conditions, manual, manual_only;
};

static void add(struct tally *t, const struct catalogue_row *r)
{
    t->rows++;
    t->covered += r->problem == NULL;
    t->conditions += r->conditions;
    t->manual += r->manual;
    t->manual_only += r->manual_only;
}

static void print_tally(struct buffer *out, const char *name, const struct tally *t)
{
    struct buffer cell = BUFFER_INIT;
    if (t->rows == 0)
        return;
    cli_column(out, span_z(name), 16);
    buffer_print(&cell, "%zu/%zu", t->covered, t->rows);
    cli_column(out, buffer_span(&cell), 10);
    buffer_clear(&cell);
    buffer_print(&cell, "%zu/%zu", t->manual, t->conditions);
    cli_column(out, buffer_span(&cell), 10);
    buffer_print(out, "%3zu%%  %zu\n",
                 t->conditions ? (t->manual * 100 + t->conditions / 2) / t->conditions : 0,
                 t->manual_only);
    out->failed = out->failed || cell.failed;
    buffer_release(&cell);
}

static void print_heading(struct buffer *out, const char *first)
{
    cli_column(out, span_z(first), 16);
    cli_column(out, SPAN("覆盖"), 10);
    cli_column(out, SPAN("人工条件"), 10);
    buffer_add_z(out, "占比  仅人工\n");
}

static void print_table(struct buffer *out, const struct coverage_report *c, const char *heading,
                        const struct closed_word *words, size_t n, bool by_kind)
{
    struct tally other = {0};
    print_heading(out, heading);
    for (size_t i = 0; i < n; i++) {
        struct tally t = {0};
        for (size_t k = 0; k < c->n; k++)
            if (span_eq(by_kind ? c->rows[k].kind : c->rows[k].precision, words[i].yaml))
                add(&t, &c->rows[k]);
        struct buffer name = BUFFER_INIT;
        buffer_print(&name, "%.*s", SPAN_ARG(words[i].yaml));
        print_tally(out, name.p, &t);
        buffer_release(&name);
        other.rows += t.rows;
    }
    if (other.rows != c->n)
        buffer_print(out, "（另有 %zu 行的%s不在词表中）\n", c->n - other.rows, heading);
    buffer_byte(out, '\n');
}

static int print_report(const struct coverage_report *c)
{
    struct buffer out = BUFFER_INIT;
    print_table(&out, c, "种类", kind_words, KINDS, true);
    print_table(&out, c, "精度", precision_words, PRECISIONS, false);
    for (size_t i = 0; i < c->n; i++)
        if (c->rows[i].problem)
            buffer_print(&out, "%.*s  %s  %.*s\n", SPAN_ARG(c->rows[i].catalogue),
                         c->rows[i].problem, SPAN_ARG(c->rows[i].title));
    buffer_print(&out, "%zu of %zu rows covered\n", c->covered, c->n);
    return cli_flush(&out, 0);
}

static int report(struct arena *request, const struct library *l, const char *catalogue,
                  const char *folder)
{
    struct err err = ERR_INIT;
    struct span text,
        path = catalogue ? span_z(catalogue) : arena_print(request, "%s/catalogue.tsv", folder);
    struct coverage_report c;
    if (!path.p)
        return report_err((err_memory(&err), &err));
    if (file_read(request, path.p, CATALOGUE_MAX, &text, &err) < 0 ||
        coverage_compute(request, l, text, path, &c, &err) < 0)
        return report_err(&err);
    return print_report(&c);
}

int library_coverage(int argc, char **argv)
{
    struct coverage_values values = {0};
    struct library *l = NULL;
    struct arena request;
    int count, status = options_parse(&spec, argc, argv, &values, &count);
    if (status == OPTIONS_RUN)
        status = cli_load_library(values.library, &l);
    if (status != OPTIONS_RUN)
        return status;
    arena_init(&request);
    status = report(&request, l, values.catalogue, library_folder(values.library));
    arena_release(&request);
    library_unref(l);
    return status;
}
