/*
 * fuzz_reading.c: any bytes: what the text says, how it relates, what it lacks, what measures it
 * proposes. Places of mentions lie in the file and touch no secret.
 */
#include <stdlib.h>
#include "document/draft.h"
#include "document/lint.h"
#include "document/references.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void sound(const struct doc *doc, const struct mentions *m)
{
    for (size_t i = 0; i < m->n; i++) {
        const struct mention *x = &m->at[i];
        if (x->start >= x->end || x->end > doc->bytes.n || x->value.n == 0)
            abort();
        for (size_t k = 0; k < doc->secret_count && k < 100; k++)
            if (doc->secrets[k].start < x->end && doc->secrets[k].end > x->start)
                abort();
    }
}

static void use(struct arena *a, const struct doc *doc, const struct doc_entries *entries,
                const struct mentions *mentions)
{
    struct reference_file file = {doc, entries, mentions};
    struct draft_source source = {.doc = doc, .entries = entries, .mentions = mentions};
    struct references refs;
    struct lints lints;
    struct err err = ERR_INIT;
    struct buffer out = BUFFER_INIT;
    size_t count;
    if (references_find(a, &file, 1, NULL, false, &refs, &err) == 0) {
        references_svg(&out, a, &refs);
        json_print(&out, references_json(a, &refs), JSON_COMPACT);
    }
    if (document_lint(a, doc, entries, mentions, NULL, &lints, &err) == 0)
        for (size_t i = 0; i < lints.n; i++)
            if (lints.at[i].start > doc->bytes.n)
                abort();
    for (size_t i = 0; i < entries->n && i < 20; i++)
        if (draft_measures(a, &source, &entries->at[i], NULL, &out, &count, &err) < 0)
            break;
    buffer_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct err err = ERR_INIT;
    struct doc *doc;
    struct doc_entries entries;
    struct mentions mentions;
    struct mention_setting setting = {.entries = &entries};
    arena_init(&a);
    if (document_parse(&a, span_of((const char *)data, size), SPAN("fuzz"), &doc, &err) == 0 &&
        document_entries(doc, &a, &entries, &err) == 0 &&
        mentions_find(&a, doc, doc->root, &setting, &mentions, &err) == 0) {
        sound(doc, &mentions);
        use(&a, doc, &entries, &mentions);
    }
    arena_release(&a);
    return 0;
}
