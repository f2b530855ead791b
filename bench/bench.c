/*
 * bench.c: what things cost inside the program, measured in one run: a rule of the library without
 * and with its explanation, one enterprise against the library, loading, reading a document. Prints
 * medians; asserts nothing about time.
 *
 *     bench LIBRARY FACTS.json [DOCUMENT]
 */
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>

#include "base/file.h"
#include "document/mention.h"
#include "policy/match.h"

#define RUNS 15

static double now_of(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double now(void)
{
    return now_of(CLOCK_MONOTONIC);
}

/* Processor time, of all threads: what remains of a figure when the machine is busy. */
static double worked(void)
{
    return now_of(CLOCK_PROCESS_CPUTIME_ID);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *v, int n)
{
    qsort(v, (size_t)n, sizeof(*v), by_size);
    return v[n / 2];
}

static void line(const char *what, double value, const char *unit)
{
    printf("%-58s %12.2f %s\n", what, value, unit);
}

struct setting {
    struct library *library;
    struct json *facts;
    struct arena arena;
};

static int one_checkup(struct setting *s, bool trace, struct checkup **ret)
{
    struct subject subject;
    struct match_options options = {.trace = trace};
    struct err err = ERR_INIT;

    date_make(2020, 3, 9, &options.as_of);
    options.known_by = options.as_of;
    arena_clear(&s->arena);
    if (subject_from_json(&s->arena, s->library, s->facts, SPAN("facts"), &subject, &err) < 0 ||
        match(&s->arena, s->library, &subject, &options, ret, &err) < 0) {
        fprintf(stderr, "bench: %s\n", err.message);
        return -1;
    }
    return 0;
}

/* How many conditions and figures one check-up evaluates: the unit "rule" of the figures below. */
static size_t rules_of(const struct checkup *c)
{
    size_t n = 0;
    for (size_t i = 0; i < c->n; i++)
        n += c->findings[i].measure->condition_count + c->findings[i].measure->benefit_count +
             c->findings[i].measure->let_count;
    return n;
}

static void bench_match(struct setting *s, bool trace)
{
    double times[RUNS];
    struct checkup *c = NULL;
    size_t rules = 0, findings = 0;

    for (int i = 0; i < RUNS; i++) {
        int repeat = 20;
        double start = worked();
        for (int k = 0; k < repeat; k++)
            if (one_checkup(s, trace, &c) < 0)
                return;
        times[i] = (worked() - start) / repeat;
        rules = rules_of(c);
        findings = c->n;
    }
    double t = median(times, RUNS);
    printf("one enterprise: %zu findings, %zu rules (conditions, lets, figures)\n", findings,
           rules);
    line(trace ? "one enterprise against the library, explained (processor)"
               : "  the same without explanation (processor)",
         t / 1e6, "ms");
    line(trace ? "  a rule with its explanation" : "  a rule without explanation",
         t / (double)rules, "ns");
}

static void bench_json(struct setting *s)
{
    double times[RUNS];
    struct checkup *c = NULL;
    size_t bytes = 0;

    for (int i = 0; i < RUNS; i++) {
        struct buffer out = BUFFER_INIT;
        if (one_checkup(s, true, &c) < 0)
            return;
        double start = now();
        json_print(&out, checkup_json(&s->arena, c), JSON_COMPACT);
        times[i] = now() - start;
        bytes = out.n;
        buffer_release(&out);
    }
    line("the check-up as JSON", median(times, RUNS) / 1e6, "ms");
    line("  its size", (double)bytes / 1024, "KiB");
}

/* An enterprise of which nothing is known: every measure is addressed to it, none is decided. */
static void bench_untold(const struct setting *s)
{
    struct setting untold = {.library = s->library};
    struct arena a;
    struct err err = ERR_INIT;

    arena_init(&a);
    arena_init(&untold.arena);
    if (json_parse(&a, SPAN("{}"), SPAN("nothing"), &untold.facts, &err) == 0)
        bench_match(&untold, true);
    arena_release(&untold.arena);
    arena_release(&a);
}

static void bench_load(const char *folder)
{
    double times[RUNS], processor[RUNS];
    size_t measures = 0;

    for (int i = 0; i < RUNS; i++) {
        struct library *l = NULL;
        struct arena a;
        struct diags diags;
        struct err err = ERR_INIT;
        arena_init(&a);
        diags_init(&diags, &a);
        double start = now(), before = worked();
        if (library_load(folder, &l, &diags, &err) < 0)
            return;
        times[i] = now() - start;
        processor[i] = worked() - before;
        measures = l->measure_count;
        library_unref(l);
        arena_release(&a);
    }
    line("load and check the library, by the clock", median(times, RUNS) / 1e6, "ms");
    line("  processor time of its two threads together", median(processor, RUNS) / 1e6, "ms");
    line("  measures in it", (double)measures, "");
}

static void bench_document(const char *path)
{
    double times[RUNS];
    struct arena a;
    struct span text;
    struct err err = ERR_INIT;

    arena_init(&a);
    if (file_read(&a, path, DOC_FILE_MAX, &text, &err) < 0) {
        fprintf(stderr, "bench: %s\n", err.message);
        arena_release(&a);
        return;
    }
    for (int i = 0; i < RUNS; i++) {
        struct arena program;
        struct doc *doc;
        arena_init(&program);
        double start = now();
        if (document_parse(&program, text, span_z(path), &doc, &err) < 0)
            break;
        times[i] = now() - start;
        arena_release(&program);
    }
    line("reading a document", (double)text.n / (median(times, RUNS) / 1e9) / 1e6, "MB/s");
    arena_release(&a);
}

/* What the text says inside its sentences: found on demand, apart from reading. */
static void bench_mentions(const char *library, const char *path)
{
    double times[RUNS];
    struct arena a;
    struct span text;
    struct names names;
    struct doc *doc;
    struct doc_entries entries;
    struct mentions found = {.n = 0};
    struct err err = ERR_INIT;

    arena_init(&a);
    if (file_read(&a, path, DOC_FILE_MAX, &text, &err) < 0 ||
        names_load(&a, library, &names, &err) < 0 ||
        document_parse(&a, text, span_z(path), &doc, &err) < 0 ||
        document_entries(doc, &a, &entries, &err) < 0) {
        fprintf(stderr, "bench: %s\n", err.message);
        arena_release(&a);
        return;
    }
    for (int i = 0; i < RUNS; i++) {
        struct mention_setting setting = {.names = &names, .entries = &entries};
        struct arena request;
        arena_init(&request);
        double start = now();
        if (mentions_find(&request, doc, doc->root, &setting, &found, &err) < 0)
            break;
        times[i] = now() - start;
        arena_release(&request);
    }
    line("inline facts of a document", (double)text.n / (median(times, RUNS) / 1e9) / 1e6, "MB/s");
    line("  facts in it", (double)found.n, "");
    arena_release(&a);
}

int main(int argc, char **argv)
{
    struct setting s = {0};
    struct arena a;
    struct diags diags;
    struct span text;
    struct err err = ERR_INIT;
    struct rusage usage;

    if (argc < 3) {
        fprintf(stderr, "usage: bench LIBRARY FACTS.json [DOCUMENT]\n");
        return 2;
    }
    arena_init(&a);
    arena_init(&s.arena);
    diags_init(&diags, &a);
    if (library_load(argv[1], &s.library, &diags, &err) < 0 ||
        file_read(&a, argv[2], 1 << 20, &text, &err) < 0 ||
        json_parse(&a, text, span_z(argv[2]), &s.facts, &err) < 0) {
        fprintf(stderr, "bench: %s\n", err.message);
        return 2;
    }
    bench_match(&s, false);
    bench_match(&s, true);
    bench_json(&s);
    bench_untold(&s);
    bench_load(argv[1]);
    if (argc > 3 && argv[3][0])
        bench_document(argv[3]);
    if (argc > 3 && argv[3][0])
        bench_mentions(argv[1], argv[3]);
    getrusage(RUSAGE_SELF, &usage);
    line("memory of this program at most", (double)usage.ru_maxrss / 1024, "MiB");
    arena_release(&s.arena);
    library_unref(s.library);
    arena_release(&a);
    return 0;
}
