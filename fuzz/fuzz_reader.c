/*
 * fuzz_reader.c: any bytes as a file: an error or a text that can be parsed. The first byte says
 * what the rest is: the file itself, the body of a Word file, its numbering, a page. PDFs are left
 * to pdftotext's own authors.
 */
#include <stdlib.h>
#include "document/document.h"
#include "document/reader.h"
#include "tests/document/made.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct span word_file(struct arena *a, struct span s, bool numbering)
{
    const struct made_part parts[] = {
        {"word/document.xml",
         numbering
             ? SPAN("<w:document " MADE_W "><w:body><w:p><w:pPr><w:numPr><w:ilvl w:val=\"0\"/>"
                    "<w:numId w:val=\"1\"/></w:numPr></w:pPr></w:p><w:p><w:pPr><w:numPr>"
                    "<w:ilvl w:val=\"1\"/><w:numId w:val=\"1\"/></w:numPr></w:pPr></w:p>"
                    "</w:body></w:document>")
             : s},
        {"word/numbering.xml", numbering ? s : SPAN("<w:numbering " MADE_W "/>")}};
    return made_zip(a, parts, COUNT_OF(parts));
}

static struct span made(struct arena *a, uint8_t how, struct span s)
{
    switch (how & 3) {
    case 1:
        return word_file(a, s, false);
    case 2:
        return word_file(a, s, true);
    case 3:
        return arena_print(a, "<html>%.*s", SPAN_ARG(s));
    default:
        return s;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct reader_text t = {0};
    struct doc *doc;
    struct err err = ERR_INIT;
    if (size == 0)
        return 0;
    arena_init(&a);
    struct span file = made(&a, data[0], span_of((const char *)data + 1, size - 1));
    struct span head = span_of(file.p, file.n < 1024 ? file.n : 1024);
    if (span_find(head, SPAN("%PDF-")) == SIZE_MAX &&
        reader_read(&a, file, SPAN("fuzz"), &t, &err) == 0) {
        if (t.kind != READER_TEXT && utf8_check(t.text) != SIZE_MAX)
            abort();
        int r = document_parse(&a, t.text, SPAN("fuzz"), &doc, &err);
        if (r == 0 && doc_check(doc))
            abort();
    }
    arena_release(&a);
    return 0;
}
