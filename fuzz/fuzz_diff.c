/*
 * fuzz_diff.c: two versions of a document of a few lines each: what was kept and added is the later
 * text, what was kept and dropped the earlier one; every clause is told of once.
 */
#include <stdlib.h>
#include "base/buffer.h"
#include "document/diff.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CLAUSES_MAX 200

static size_t clauses_of(struct span s, struct archive_clause *out)
{
    static const char *const paths[] = {"", "一", "二", "一/（一）", "二/（一）", "段1"};
    struct span line;
    size_t n = 0;
    while (n < CLAUSES_MAX && span_split(&s, '\n', &line)) {
        unsigned char c = line.n ? (unsigned char)line.p[0] : 0;
        out[n] = (struct archive_clause){.position = (int64_t)n,
                                         .parent = -1,
                                         .kind = c & 1 ? SPAN("clause") : SPAN("paragraph"),
                                         .path = span_z(paths[c % COUNT_OF(paths)]),
                                         .text = line};
        n++;
    }
    return n;
}

static void rebuild(const struct diff_item *item)
{
    struct buffer before = BUFFER_INIT, after = BUFFER_INIT;
    for (size_t i = 0; i < item->run_count; i++) {
        if (item->runs[i].word != DIFF_ADDED)
            buffer_add(&before, item->runs[i].text);
        if (item->runs[i].word != DIFF_DROPPED)
            buffer_add(&after, item->runs[i].text);
    }
    if (!span_eq(buffer_span(&before), item->before ? item->before->text : (struct span){0}) ||
        !span_eq(buffer_span(&after), item->after ? item->after->text : (struct span){0}))
        abort();
    buffer_release(&before);
    buffer_release(&after);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct archive_clause before[CLAUSES_MAX], after[CLAUSES_MAX];
    struct span all = span_of((const char *)data, size), first = {0};
    struct arena a;
    struct diff d;
    struct err err = ERR_INIT;
    size_t told[2] = {0};
    if (!span_split(&all, 0, &first))
        return 0;
    size_t n = clauses_of(first, before), m = clauses_of(all, after);
    arena_init(&a);
    if (document_diff(&a, before, n, after, m, &d, &err) < 0)
        abort();
    for (size_t i = 0; i < d.n; i++) {
        told[0] += d.items[i].before != NULL;
        told[1] += d.items[i].after != NULL;
        rebuild(&d.items[i]);
    }
    if (told[0] != n || told[1] != m)
        abort();
    arena_release(&a);
    return 0;
}
