/*
 * reader_docx.c: the text of a Word file: a zip archive of XML parts. Paragraphs, their numbers as
 * Word would print them (docx_numbers.c), tables (a row is a line), footnotes behind the text.
 * What was deleted under tracked changes is left out, what was inserted stays.
 *
 * Zip bombs: each part is read up to the size that xml_read accepts and no further, whatever the
 * archive says of it.
 */
#include <zip.h>
#include "base/alloc.h"
#include "document/docx.h"
#include "document/reader_int.h"

#define ENTRIES_MAX                                                                                \
    20000 /* files in the archive: a Word file has some dozens, a bomb thousands                   \
           */

/* ---- the archive ---- */

struct archive {
    zip_t *zip;
    struct arena *arena;
    struct span file;
    struct err *err;
};

static int damaged(const struct archive *z, const char *what)
{
    err_set(z->err, E_INPUT, "the Word file is damaged or cut off: %s", what);
    err_hint(z->err, "fetch the file again, or open it in Word or WPS and save it anew");
    err_at(z->err, z->file, 0, 0);
    return E_INPUT;
}

static int open_archive(struct archive *z, struct span bytes)
{
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(bytes.p, bytes.n, 0, &error);
    if (source)
        z->zip = zip_open_from_source(source, ZIP_RDONLY, &error);
    if (source && !z->zip)
        zip_source_free(source);
    int code = zip_error_code_zip(&error);
    zip_error_fini(&error);
    if (!z->zip)
        return code == ZIP_ER_MEMORY ? err_memory(z->err) : damaged(z, "not a whole zip archive");
    if (zip_get_num_entries(z->zip, 0) <= ENTRIES_MAX)
        return 0;
    return err_set(z->err, E_LIMIT, "the archive holds more than %d files", ENTRIES_MAX);
}

static int too_large(const struct archive *z, const char *name)
{
    err_set(z->err, E_LIMIT, "%s of the Word file unpacks to more than %u bytes", name,
            XML_SIZE_LIMIT);
    err_hint(z->err, "split the file, or save it as text");
    err_at(z->err, z->file, 0, 0);
    return E_LIMIT;
}

/* One file of the archive; *ret empty when there is none of that name. */
static int read_part(const struct archive *z, const char *name, struct span *ret)
{
    enum { STEP = 65536 };
    struct buffer b = BUFFER_INIT;
    char room[STEP];
    zip_int64_t n = 0;
    int r = 0;

    *ret = (struct span){0};
    zip_file_t *f = zip_fopen(z->zip, name, 0);
    if (!f)
        return 0;
    while (r == 0 && (n = zip_fread(f, room, STEP)) > 0) {
        buffer_add(&b, span_of(room, (size_t)n));
        if (b.n > XML_SIZE_LIMIT)
            r = too_large(z, name);
    }
    zip_fclose(f);
    if (r == 0 && n < 0)
        r = damaged(z, name);
    if (r == 0) {
        *ret = arena_copy(z->arena, buffer_span(&b));
        r = ret->p && !buffer_failed(&b) ? 0 : err_memory(z->err);
    }
    buffer_release(&b);
    return r;
}

/* As a tree; *ret NULL when there is no such part. */
static int read_xml(const struct archive *z, const char *name, struct xml **ret)
{
    struct span bytes;
    int r = read_part(z, name, &bytes);

    *ret = NULL;
    if (r < 0 || bytes.n == 0)
        return r;
    return xml_read(z->arena, bytes, arena_print(z->arena, "%.*s:%s", SPAN_ARG(z->file), name), ret,
                    z->err);
}

/* ---- the text ---- */

struct docx {
    struct archive zip;
    struct docx_numbers numbers;
    struct buffer out, line;
    struct buffer notes;              /* texts of the footnotes met, in their order */
    struct xml *footnotes, *endnotes; /* parts, or NULL */
    unsigned footnote;                /* how many of both were met */
    unsigned cell;                    /* open cells: a paragraph inside is not a line of its own */
};

static const char *const dropped[] = {
    "del",   "moveFrom", "instrText", "delText", "Fallback", "rPr",      "sectPr",       "fldData",
    "tblPr", "tblGrid",  "trPr",      "tcPr",    "sdtPr",    "sdtEndPr", "delInstrText", NULL};

static bool is_dropped(const struct xml *x)
{
    for (const char *const *d = dropped; *d; d++)
        if (xml_is(x, *d))
            return true;
    return false;
}

static void end_line(struct docx *d)
{
    struct span s = span_trim(buffer_span(&d->line));
    if (s.n) {
        buffer_add(&d->out, s);
        buffer_add_z(&d->out, "\n\n");
    }
    buffer_clear(&d->line);
}

/* Control characters of the XML would be raw pieces of the text. */
static void add_text(struct docx *d, struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        buffer_byte(&d->line, (unsigned char)s.p[i] < ' ' ? ' ' : s.p[i]);
}

static const struct xml *note_of(const struct xml *part, const char *name, struct span id)
{
    XML_EACH(note, part, name)
    if (span_eq(docx_attribute(note, "id"), id))
        return note;
    return NULL;
}

/* All w:t below x, in order. */
static void plain_text(struct buffer *out, const struct xml *x)
{
    const struct xml *n = x;
    while (n) {
        if (xml_is(n, "t"))
            buffer_add(out, n->text);
        if (n->child && !is_dropped(n)) {
            n = n->child;
            continue;
        }
        while (n != x && !n->next)
            n = n->parent;
        n = n == x ? NULL : n->next;
    }
}

static void footnote(struct docx *d, const struct xml *reference, bool end)
{
    struct span id = docx_attribute(reference, "id");
    const struct xml *note =
        end ? note_of(d->endnotes, "endnote", id) : note_of(d->footnotes, "footnote", id);
    if (!note)
        return;
    d->footnote++;
    buffer_print(&d->line, "[%u]", d->footnote);
    buffer_print(&d->notes, "[%u] ", d->footnote);
    plain_text(&d->notes, note);
    buffer_add_z(&d->notes, "\n\n");
}

/* A run's content. Page breaks are not lines: Word breaks pages anew each time. */
static void leaf(struct docx *d, const struct xml *x)
{
    if (xml_is(x, "t"))
        add_text(d, x->text);
    else if (xml_is(x, "tab") && x->parent && !xml_is(x->parent, "tabs"))
        buffer_byte(&d->line, d->cell ? ' ' : '\t');
    else if (xml_is(x, "noBreakHyphen"))
        buffer_byte(&d->line, '-');
    else if (xml_is(x, "footnoteReference") || xml_is(x, "endnoteReference"))
        footnote(d, x, xml_is(x, "endnoteReference"));
    else if ((xml_is(x, "br") || xml_is(x, "cr")) && d->cell)
        buffer_byte(&d->line, ' ');
    else if (xml_is(x, "br") || xml_is(x, "cr"))
        end_line(d);
}

/* The blank that ended the last paragraph becomes the tab. */
static void next_cell(struct buffer *line)
{
    if (line->p[line->n - 1] == ' ')
        line->p[line->n - 1] = '\t';
    else
        buffer_byte(line, '\t');
}

static void enter(struct docx *d, const struct xml *x)
{
    if (xml_is(x, "p")) {
        if (!d->cell)
            end_line(d);
        docx_number(&d->numbers, xml_child(x, "pPr"), &d->line);
    } else if (xml_is(x, "tr") && !d->cell) {
        end_line(d);
    } else if (xml_is(x, "tc")) {
        if (d->line.n)
            next_cell(&d->line);
        d->cell++;
    } else {
        leaf(d, x);
    }
}

static void leave(struct docx *d, const struct xml *x)
{
    d->cell -= xml_is(x, "tc") && d->cell > 0;
    if (xml_is(x, "p") && d->cell)
        buffer_byte(&d->line, ' ');
    else if (!d->cell && (xml_is(x, "p") || xml_is(x, "tr")))
        end_line(d);
}

static bool closed(const struct xml *x)
{
    return !x->child || is_dropped(x) || xml_is(x, "pPr");
}

static void walk_body(struct docx *d, const struct xml *body)
{
    const struct xml *x = body;
    for (;;) {
        if (!is_dropped(x) && !xml_is(x, "pPr"))
            enter(d, x);
        if (!closed(x)) {
            x = x->child;
            continue;
        }
        leave(d, x);
        while (x != body && !x->next) {
            x = x->parent;
            leave(d, x);
        }
        if (x == body)
            break;
        x = x->next;
    }
    end_line(d);
}

static int read_body(struct docx *d, struct reader_text *ret)
{
    struct arena *a = d->zip.arena;
    struct xml *document = NULL, *styles = NULL, *numbering = NULL;
    int r = read_xml(&d->zip, "word/document.xml", &document);

    if (r == 0 && !xml_child(document, "body")) {
        err_set(d->zip.err, E_INPUT, "a zip archive, but no Word document");
        err_hint(d->zip.err, "unpack it, or save the document as .docx");
        err_at(d->zip.err, d->zip.file, 0, 0);
        r = E_INPUT;
    }
    if (r == 0)
        r = read_xml(&d->zip, "word/styles.xml", &styles);
    if (r == 0)
        r = read_xml(&d->zip, "word/numbering.xml", &numbering);
    if (r == 0)
        r = read_xml(&d->zip, "word/footnotes.xml", &d->footnotes);
    if (r == 0)
        r = read_xml(&d->zip, "word/endnotes.xml", &d->endnotes);
    if (r < 0)
        return r;
    docx_numbers_init(&d->numbers, a, styles, numbering);
    walk_body(d, xml_child(document, "body"));
    buffer_add(&d->out, buffer_span(&d->notes));
    if (buffer_failed(&d->out) || buffer_failed(&d->line) || buffer_failed(&d->notes))
        return err_memory(d->zip.err);
    ret->text = arena_copy(a, buffer_span(&d->out));
    ret->encoding = "DOCX";
    if (d->footnote)
        reader_note(a, ret, "脚注 %u 条移至文末", d->footnote);
    if (d->numbers.unknown)
        reader_note(a, ret, "%zu 处自动编号的样式不认识，按阿拉伯数字写出", d->numbers.unknown);
    return a->failed ? err_memory(d->zip.err) : 0;
}

int reader_docx(struct arena *a, struct span bytes, struct span file, struct reader_text *ret,
                struct err *err)
{
    struct docx d = {.zip = {.arena = a, .file = file, .err = err},
                     .out = BUFFER_INIT,
                     .line = BUFFER_INIT,
                     .notes = BUFFER_INIT};
    int r = open_archive(&d.zip, bytes);

    if (r == 0)
        r = read_body(&d, ret);
    if (d.zip.zip)
        zip_discard(d.zip.zip);
    buffer_release(&d.out);
    buffer_release(&d.line);
    buffer_release(&d.notes);
    return r;
}
