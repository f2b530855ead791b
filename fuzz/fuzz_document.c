/*
 * fuzz_document.c: any bytes: an error or a sound tree that gives the input back; text and masks
 * come out of it,
 * its separate documents lie inside it.
 */
#include <stdlib.h>
#include "base/buffer.h"
#include "document/document.h"
#include "document/entries.h"
#include "document/path.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void rebuild(const struct doc *doc)
{
    size_t at = 0;
    for (size_t i = 0; i < doc->piece_count; i++) {
        if (doc->pieces[i].start != at)
            abort();
        at = doc->pieces[i].end;
    }
    if (at != doc->bytes.n)
        abort();
}

/* Paths cost a walk each: the first hundred nodes tell enough. */
static void paths(struct arena *a, const struct doc *doc)
{
    unsigned n = 0;
    for (const struct doc_node *d = doc->root; d && n < 100; d = doc_following(doc->root, d), n++)
        if (doc_find(doc, doc_path(a, doc, d)) != d)
            abort();
}

static void entries(struct arena *a, const struct doc *doc)
{
    struct doc_entries list;
    struct err err = ERR_INIT;
    if (document_entries(doc, a, &list, &err) < 0)
        return;
    for (size_t i = 0; i < list.n; i++)
        if (list.at[i].end > doc->bytes.n || list.at[i].start > list.at[i].end || !list.at[i].id.n)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct err err = ERR_INIT;
    struct doc *doc;
    struct buffer out = BUFFER_INIT;
    arena_init(&a);
    if (document_parse(&a, span_of((const char *)data, size), SPAN("fuzz"), &doc, &err) == 0) {
        rebuild(doc);
        paths(&a, doc);
        entries(&a, doc);
        doc_text(&out, doc, doc->root, false);
        doc_masked_source(&out, doc, 0, size);
    }
    buffer_release(&out);
    arena_release(&a);
    return 0;
}
