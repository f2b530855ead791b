/*
 * reader.c: what kind of file the bytes are, and the reader for it.
 */
#include "document/reader.h"
#include <stdarg.h>
#include "document/document.h"
#include "document/reader_int.h"

#define SNIFF 1024 /* bytes in which a kind shows itself */

const char *reader_kind_name(enum reader_kind kind)
{
    static const char *const names[] = {"text", "pdf", "docx", "html"};
    return names[kind];
}

void reader_note(struct arena *a, struct reader_text *t, const char *format, ...)
{
    struct buffer b = BUFFER_INIT;
    struct span *slot = VECTOR_PUSH(a, &t->notes, struct span);
    va_list args;

    va_start(args, format);
    buffer_vprint(&b, format, args);
    va_end(args);
    a->failed |= buffer_failed(&b);
    if (slot)
        *slot = arena_copy(a, buffer_span(&b));
    buffer_release(&b);
}

/* ---- kinds ---- */

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* Does s hold the word, written in small letters, in any case? */
static bool holds(struct span s, const char *word)
{
    size_t n = strlen(word);
    for (size_t i = 0; i + n <= s.n; i++) {
        size_t k = 0;
        while (k < n && lower(s.p[i + k]) == word[k])
            k++;
        if (k == n)
            return true;
    }
    return false;
}

/* A text whose first sign is a tag of HTML. */
static bool is_html(struct span text)
{
    static const char *const tags[] = {"<!doctype html", "<html", "<head", "<body", NULL};
    struct span s = text;

    if (span_starts(s, SPAN("\xEF\xBB\xBF")))
        s = span_from(s, 3);
    s = span_trim(s);
    if (s.n == 0 || s.p[0] != '<')
        return false;
    if (s.n > SNIFF)
        s.n = SNIFF;
    for (const char *const *t = tags; *t; t++)
        if (holds(s, *t))
            return true;
    return false;
}

/* What looks like a document and is none that we read: a sentence that helps. */
static const struct {
    struct span bytes;
    const char *what, *hint;
} foreign[] = {
    {{"\xD0\xCF\x11\xE0", 4}, "an old Word or WPS file (.doc)", "save it as .docx or text"},
    {{"{\\rtf", 5}, "an RTF file", "save it as .docx or text"},
    {{"\x89PNG", 4}, "a picture (PNG)", "have its text recognised (OCR) first"},
    {{"\xFF\xD8\xFF", 3}, "a picture (JPEG)", "have its text recognised (OCR) first"},
    {{"GIF8", 4}, "a picture (GIF)", "have its text recognised (OCR) first"},
    {{"II*\0", 4}, "a picture (TIFF)", "have its text recognised (OCR) first"},
    {{"OFD", 3}, "an OFD file", "save it as PDF or text"},
    {{"\x1F\x8B", 2}, "a compressed file (gzip)", "unpack it first"},
    {{"Rar!", 4}, "an archive (RAR)", "unpack it first"},
    {{"7z\xBC\xAF", 4}, "an archive (7z)", "unpack it first"},
    {{"\x7F"
      "ELF",
      4},
     "a program",
     "give a text, PDF, DOCX or HTML file"},
};

static int refuse_foreign(struct span bytes, struct span file, struct err *err)
{
    for (size_t i = 0; i < COUNT_OF(foreign); i++)
        if (span_starts(bytes, foreign[i].bytes)) {
            err_set(err, E_INPUT, "this is %s", foreign[i].what);
            err_hint(err, "%s", foreign[i].hint);
            err_at(err, file, 0, 0);
            return E_INPUT;
        }
    return 0;
}

static int read_text(struct arena *a, struct span bytes, struct span file, struct reader_text *ret,
                     struct err *err)
{
    int r = encoding_read(a, bytes, ret, err);
    if (r == 0 && is_html(ret->text)) {
        ret->kind = READER_HTML;
        r = reader_html(a, ret->text, file, ret, err);
    }
    if (r < 0)
        err_at(err, file, 0, 0);
    return r;
}

int reader_read(struct arena *a, struct span bytes, struct span file, struct reader_text *ret,
                struct err *err)
{
    struct reader_text t = {.kind = READER_TEXT};
    struct span head = span_of(bytes.p, bytes.n < SNIFF ? bytes.n : SNIFF);
    int r = refuse_foreign(bytes, file, err);

    if (r < 0)
        return r;
    if (span_find(head, SPAN("%PDF-")) != SIZE_MAX) {
        t.kind = READER_PDF;
        r = reader_pdf(a, bytes, file, &t, err);
    } else if (span_starts(bytes, SPAN("PK\x03\x04"))) {
        t.kind = READER_DOCX;
        r = reader_docx(a, bytes, file, &t, err);
    } else {
        r = read_text(a, bytes, file, &t, err);
    }
    if (r == 0 && a->failed)
        r = err_memory(err);
    if (r == 0)
        *ret = t;
    return r;
}

/* ---- numerals ---- */

/* 1 .. 9999; `inside`: after a greater unit, where a missing one is 零. */
static void chinese_section(struct buffer *out, uint32_t n, bool inside)
{
    static const char *const digits[] = {"零", "一", "二", "三", "四",
                                         "五", "六", "七", "八", "九"};
    static const char *const units[] = {"千", "百", "十", ""};
    uint32_t place = 1000;
    bool started = inside, zero = false;

    for (size_t i = 0; i < 4; i++, place /= 10) {
        uint32_t d = n / place % 10;
        if (d == 0) {
            zero |= started;
            continue;
        }
        if (zero)
            buffer_add_z(out, digits[0]);
        if (d != 1 || place != 10 || started) /* 十, not 一十 */
            buffer_add_z(out, digits[d]);
        buffer_add_z(out, units[i]);
        started = true;
        zero = false;
    }
}

void reader_chinese(struct buffer *out, uint32_t number)
{
    if (number == 0 || number > 99999999) {
        buffer_print(out, "%u", number);
        return;
    }
    if (number >= 10000) {
        chinese_section(out, number / 10000, false);
        buffer_add_z(out, "万");
    }
    if (number % 10000)
        chinese_section(out, number % 10000, number >= 10000);
}
