/*
 * reader_pdf.c: the text of a PDF by pdftotext (poppler-utils), a child process: a PDF reader is
 * too large to trust with the server's memory. Reading order, not page layout: columns of a table
 * follow each other. Form feeds between pages stay: the reader of texts knows them.
 */
#include "document/child.h"
#include "document/reader_int.h"
#include "document/document.h"

static const struct child_limits limits = {
    .memory = (size_t)1 << 30, /* of a hundred scanned pages too */
    .output = DOC_FILE_MAX,
    .cpu = 20,
    .wall_ms = 30000,
};

static int refused(const struct child_result *c, struct err *err)
{
    if (span_find(c->messages, SPAN("password")) != SIZE_MAX) {
        err_set(err, E_INPUT, "the PDF is locked by a password");
        err_hint(err, "save a copy without password");
    } else {
        err_set(err, E_INPUT, "the PDF cannot be read: it is damaged or cut off");
        err_hint(err, "fetch the file again, or open it in a reader and save a copy");
    }
    return E_INPUT;
}

static bool blank(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] > ' ')
            return false;
    return true;
}

static size_t messages(struct span s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += s.p[i] == '\n';
    return n;
}

int reader_pdf(struct arena *a, struct span bytes, struct span file, struct reader_text *ret,
               struct err *err)
{
    static const char *const argv[] = {"pdftotext", "-enc", "UTF-8", "-eol",
                                       "unix",      "-",    "-",     NULL};
    struct child_result c;
    int r = child_run(a, argv, bytes, &limits, &c, err);

    if (r == E_NOT_FOUND)
        err_hint(err, "install poppler-utils, or give the text of the PDF");
    if (r == 0 && c.status != 0)
        r = refused(&c, err);
    if (r == 0 && blank(c.output)) {
        err_set(err, E_INPUT, "no text in the PDF: its pages are pictures, or it is cut off");
        err_hint(err, "have the text recognised (OCR) first");
        r = E_INPUT;
    }
    if (r < 0) {
        err_at(err, file, 0, 0);
        return r;
    }
    ret->text = c.output;
    ret->encoding = "PDF";
    if (c.messages.n)
        reader_note(a, ret, "PDF 有损坏之处（%zu 条提示），文字可能不全", messages(c.messages));
    return a->failed ? err_memory(err) : 0;
}
