/*
 * library_coverage.c: `huiqi library coverage`: rows of a catalogue against the library.
 */
#include "cli/library.h"
#include <stdio.h>
#include "base/file.h"
#include "policy/coverage.h"

#define CATALOGUE_MAX (16u << 20)

struct coverage_values {
    const char *library, *catalogue, *documents, *uncovered;
};
static const struct option_spec options[] = {
    {"library", "DIR", "the folder (else HUIQI_LIBRARY, ./library, installed)", OPTION_TEXT,
     offsetof(struct coverage_values, library)},
    {"catalogue", "FILE.tsv",
     "tab-separated, columns by header (default: catalogue.tsv of the library)", OPTION_TEXT,
     offsetof(struct coverage_values, catalogue)},
    {"documents", "DIR", "texts: the clause of each row must be found in them", OPTION_TEXT,
     offsetof(struct coverage_values, documents)},
    {"uncovered", "PREFIX", "only the uncovered rows whose number begins so, each with the reason",
     OPTION_TEXT, offsetof(struct coverage_values, uncovered)},
};
static const struct option_example examples[] = {
    {"huiqi library coverage", "against the shipped catalogue"},
    {"huiqi library coverage --uncovered 000-K",
     "what is left to do, and why a row does not count"},
};
static const struct command_spec spec = {
    .name = "library coverage",
    .usage = "[--catalogue FILE.tsv] [--documents DIR] [--uncovered PREFIX]",
    .summary = "覆盖情况。Rows covered by kind and precision, the share of manual conditions, one "
               "line for each uncovered\n"
               "row with the reason, and at the end 'N of M rows covered'. A row counts when kind, "
               "precision, region and clause are\n"
               "those of the catalogue and at least one condition, figure or date is computed, or "
               "every manual condition says who\n"
               "decides, by which clause and why. Exit 0.",
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
    t->covered += r->problem.n == 0;
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

/* The part of a number before its first '-': the report that the row is from. */
static struct span report_of(const struct catalogue_row *r)
{
    struct span rest = r->catalogue, part = {NULL, 0};
    (void)span_split(&rest, '-', &part);
    return part;
}

static void print_reports(struct buffer *out, const struct coverage_report *c)
{
    print_heading(out, "目录");
    for (size_t i = 0; i < c->n; i++) {
        struct span name = report_of(&c->rows[i]);
        struct tally t = {0};
        struct buffer text = BUFFER_INIT;
        bool seen = false;
        for (size_t k = 0; k < i && !seen; k++)
            seen = span_eq(report_of(&c->rows[k]), name);
        if (seen)
            continue;
        for (size_t k = i; k < c->n; k++)
            if (span_eq(report_of(&c->rows[k]), name))
                add(&t, &c->rows[k]);
        buffer_print(&text, "%.*s", SPAN_ARG(name));
        print_tally(out, text.p, &t);
        buffer_release(&text);
    }
    buffer_byte(out, '\n');
}

static void print_uncovered(struct buffer *out, const struct coverage_report *c, struct span prefix)
{
    for (size_t i = 0; i < c->n; i++)
        if (c->rows[i].problem.n && span_starts(c->rows[i].catalogue, prefix))
            buffer_print(out, "%.*s  %.*s  %.*s\n", SPAN_ARG(c->rows[i].catalogue),
                         SPAN_ARG(c->rows[i].problem), SPAN_ARG(c->rows[i].title));
}

static int print_report(const struct coverage_report *c, const char *uncovered)
{
    struct buffer out = BUFFER_INIT;
    if (!uncovered) {
        print_reports(&out, c);
        print_table(&out, c, "种类", kind_words, KINDS, true);
        print_table(&out, c, "精度", precision_words, PRECISIONS, false);
    }
    print_uncovered(&out, c, span_z(uncovered));
    buffer_print(&out, "%zu of %zu rows covered\n", c->covered, c->n);
    return cli_flush(&out, 0);
}

static int report(struct arena *request, const struct library *l,
                  const struct coverage_values *values)
{
    struct err err = ERR_INIT;
    struct span text, path = values->catalogue ? span_z(values->catalogue)
                                               : arena_print(request, "%s/catalogue.tsv",
                                                             library_folder(values->library));
    struct coverage_report c;
    struct corpus texts;
    if (!path.p)
        return report_err((err_memory(&err), &err));
    if (file_read(request, path.p, CATALOGUE_MAX, &text, &err) < 0 ||
        (values->documents && corpus_load(request, values->documents, &texts, &err) < 0) ||
        coverage_compute(request, l, text, path, values->documents ? &texts : NULL, &c, &err) < 0)
        return report_err(&err);
    return print_report(&c, values->uncovered);
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
    status = report(&request, l, &values);
    arena_release(&request);
    library_unref(l);
    return status;
}
