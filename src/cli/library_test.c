/*
 * library_test.c: `huiqi library test`: the examples of every measure.
 */
#include "cli/library.h"
#include <stdio.h>
#include "cli/edits.h"
#include "policy/examples.h"

struct test_values {
    const char *library, *filter;
    bool verbose, update, write;
};
static const struct option_spec options[] = {
    {"library", "DIR", "the folder (else HUIQI_LIBRARY, ./library, installed)", OPTION_TEXT,
     offsetof(struct test_values, library)},
    {"filter", "TEXT", "only measures whose id or catalogue number holds the text", OPTION_TEXT,
     offsetof(struct test_values, filter)},
    {"verbose", NULL, "names the examples that pass, too", OPTION_FLAG,
     offsetof(struct test_values, verbose)},
    {"update", NULL, "shows what the files would have to expect; changes nothing", OPTION_FLAG,
     offsetof(struct test_values, update)},
    {"write", NULL, "with --update: writes what was shown", OPTION_FLAG,
     offsetof(struct test_values, write)},
};
static const struct option_example examples[] = {
    {"huiqi library test", "all examples"},
    {"huiqi library test --filter 000-G09", "those of one measure"},
    {"huiqi library test --update", "what a changed rule makes of the examples, line by line"},
};
static const struct command_spec spec = {
    .name = "library test",
    .usage = "[--filter TEXT] [--update [--write]]",
    .summary = "运行示例。Runs each measure's examples; exit 1 when one fails.",
    .options = options,
    .option_count = COUNT_OF(options),
    .examples = examples,
    .example_count = COUNT_OF(examples),
};

static bool wanted(const struct measure *m, const char *filter)
{
    return !filter || span_find(m->id, span_z(filter)) != SIZE_MAX ||
           span_find(m->catalogue, span_z(filter)) != SIZE_MAX;
}

static void print_failure(struct buffer *out, const struct measure *m, const struct example *x,
                          const struct mismatch *first)
{
    buffer_print(out, "%.*s:%u: %.*s %.*s: %.*s\n", SPAN_ARG(x->place.file), x->place.line,
                 SPAN_ARG(m->catalogue), SPAN_ARG(m->id), SPAN_ARG(x->name));
    for (const struct mismatch *d = first; d; d = d->next)
        buffer_print(out, "    %.*s: got %.*s, expected %.*s\n", SPAN_ARG(d->what),
                     SPAN_ARG(d->got), SPAN_ARG(d->expected));
}

static void note_edits(struct edits *edits, const struct example *x, const struct mismatch *first)
{
    for (const struct mismatch *d = first; d; d = d->next)
        if (d->at)
            edits_add(edits, x->place.file, d->at->line, d->at->column, d->expected, d->got);
}

/* Both counts grow; E_MEMORY or 0. */
static int run_measure(struct buffer *out, const struct library *l, const struct measure *m,
                       bool verbose, struct edits *edits, size_t count[2])
{
    struct arena request;
    int r = 0;
    arena_init(&request);
    for (size_t i = 0; i < m->example_count && r == 0; i++) {
        const struct example *x = &m->examples[i];
        const struct mismatch *first = NULL;
        r = example_run(&request, l, m, x, &first);
        if (r == 0)
            count[first != NULL]++;
        if (first && edits)
            note_edits(edits, x, first);
        if (first)
            print_failure(out, m, x, first);
        else if (verbose && r == 0)
            buffer_print(out, "ok %.*s: %.*s\n", SPAN_ARG(m->id), SPAN_ARG(x->name));
        arena_clear(&request);
    }
    arena_release(&request);
    return r;
}

int library_test(int argc, char **argv)
{
    struct test_values values = {0};
    struct library *l = NULL;
    struct buffer out = BUFFER_INIT;
    size_t count[2] = {0, 0};
    struct edits edits;
    int operands, r = 0, status = options_parse(&spec, argc, argv, &values, &operands);
    if (status == OPTIONS_RUN)
        status = cli_load_library(values.library, &l);
    if (status != OPTIONS_RUN)
        return status;
    edits_init(&edits);
    for (size_t i = 0; i < l->measure_count && r == 0; i++)
        if (wanted(l->measures[i], values.filter))
            r = run_measure(&out, l, l->measures[i], values.verbose, values.update ? &edits : NULL,
                            count);
    if (r == 0 && values.update)
        r = edits_show(&edits, &out, values.write);
    edits_release(&edits);
    buffer_print(&out, "%zu passed, %zu failed\n", count[0], count[1]);
    out.failed = out.failed || r < 0;
    library_unref(l);
    return cli_flush(&out, count[1] ? 1 : 0);
}
