/*
 * made.h: invented files of the formats that are read, made at run time: Word files (libzip), PDF,
 * texts in other encodings (ICU). Nothing binary is committed.
 */
#ifndef HUIQI_TESTS_DOCUMENT_MADE_H
#define HUIQI_TESTS_DOCUMENT_MADE_H
#include <unicode/ucnv.h>
#include <zip.h>
#include "base/arena.h"
#include "base/buffer.h"
#include "base/utf8.h"

struct made_part {
    const char *name;
    struct span bytes;
};

#define MADE_W "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\""

static inline struct span made_zip(struct arena *a, const struct made_part *parts, size_t n)
{
    zip_error_t error;
    zip_stat_t st;
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, &error);
    zip_source_keep(source);
    zip_t *zip = zip_open_from_source(source, ZIP_TRUNCATE, &error);
    for (size_t i = 0; i < n; i++)
        zip_file_add(zip, parts[i].name,
                     zip_source_buffer(zip, parts[i].bytes.p, parts[i].bytes.n, 0), 0);
    zip_close(zip);
    zip_source_stat(source, &st);
    char *bytes = arena_alloc(a, st.size + 1);
    zip_source_open(source);
    zip_source_read(source, bytes, st.size);
    zip_source_close(source);
    zip_source_free(source);
    return span_of(bytes, st.size);
}

/* A Word file of this body, with the numbering 一、 （一） 1. as list 1. */
static inline struct span made_docx(struct arena *a, const char *body)
{
    static const char numbering[] =
        "<w:numbering " MADE_W "><w:abstractNum w:abstractNumId=\"0\">"
        "<w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/><w:numFmt w:val=\"japaneseCounting\"/>"
        "<w:lvlText w:val=\"%1、\"/></w:lvl>"
        "<w:lvl w:ilvl=\"1\"><w:start w:val=\"1\"/><w:numFmt w:val=\"chineseCounting\"/>"
        "<w:lvlText w:val=\"（%2）\"/></w:lvl>"
        "<w:lvl w:ilvl=\"2\"><w:start w:val=\"1\"/><w:numFmt w:val=\"decimal\"/>"
        "<w:lvlText w:val=\"%3.\"/></w:lvl>"
        "<w:lvl w:ilvl=\"3\"><w:start w:val=\"1\"/><w:numFmt w:val=\"decimal\"/>"
        "<w:lvlText w:val=\"%1.%4\"/></w:lvl></w:abstractNum>"
        "<w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num>"
        "<w:num w:numId=\"2\"><w:abstractNumId w:val=\"0\"/><w:lvlOverride w:ilvl=\"0\">"
        "<w:startOverride w:val=\"5\"/></w:lvlOverride></w:num></w:numbering>";
    static const char styles[] =
        "<w:styles " MADE_W "><w:style w:styleId=\"Base\"><w:pPr><w:numPr>"
        "<w:numId w:val=\"1\"/></w:numPr></w:pPr></w:style>"
        "<w:style w:styleId=\"Derived\"><w:basedOn w:val=\"Base\"/><w:pPr><w:numPr>"
        "<w:ilvl w:val=\"1\"/></w:numPr></w:pPr></w:style></w:styles>";
    static const char notes[] =
        "<w:footnotes " MADE_W "><w:footnote w:id=\"2\"><w:p><w:r><w:t>仅限国有房屋。</w:t></w:r>"
        "</w:p></w:footnote></w:footnotes>";
    struct span document =
        arena_print(a,
                    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><w:document " MADE_W
                    "><w:body>%s</w:body></w:document>",
                    body);
    const struct made_part parts[] = {{"word/document.xml", document},
                                      {"word/numbering.xml", span_z(numbering)},
                                      {"word/styles.xml", span_z(styles)},
                                      {"word/footnotes.xml", span_z(notes)}};
    return made_zip(a, parts, COUNT_OF(parts));
}

/* Text from UTF-8 into another encoding of ICU. */
static inline struct span made_in(struct arena *a, const char *encoding, struct span text)
{
    UErrorCode status = U_ZERO_ERROR;
    size_t room = text.n * 4 + 8;
    char *out = arena_alloc(a, room);
    int32_t n =
        ucnv_convert(encoding, "UTF-8", out, (int32_t)room, text.p, (int32_t)text.n, &status);
    return span_of(out, U_SUCCESS(status) ? (size_t)n : 0);
}

/* One object of a PDF; its place goes into `at`. */
static inline void made_object(struct buffer *out, size_t *at, unsigned *count, const char *text)
{
    at[(*count)++] = out->n;
    buffer_print(out, "%u 0 obj\n%s\nendobj\n", *count, text);
}

static inline void made_stream(struct buffer *out, size_t *at, unsigned *count, struct span stream)
{
    struct buffer b = BUFFER_INIT;
    buffer_print(&b, "<< /Length %zu >>\nstream\n%.*s\nendstream", stream.n, SPAN_ARG(stream));
    made_object(out, at, count, b.p);
    buffer_release(&b);
}

/* A page with these lines, in a font that maps two-byte codes to the same code points. */
static inline struct span made_pdf(struct arena *a, struct span text)
{
    struct buffer out = BUFFER_INIT, page = BUFFER_INIT, map = BUFFER_INIT;
    size_t at[8];
    unsigned n = 0;
    buffer_add_z(&page, "BT /F1 12 Tf 40 800 Td 16 TL <");
    for (size_t i = 0, length; i < text.n; i += length) {
        uint32_t c = utf8_decode(span_from(text, i), &length);
        if (c == '\n')
            buffer_add_z(&page, "> Tj T* <");
        else
            buffer_print(&page, "%04X", c);
    }
    buffer_add_z(&page, "> Tj ET");
    buffer_add_z(&map, "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
                       "1 begincodespacerange <0000> <FFFF> endcodespacerange\n");
    for (unsigned block = 0; block < 256; block += 64) {
        buffer_add_z(&map, "64 beginbfrange\n");
        for (unsigned i = block; i < block + 64; i++)
            buffer_print(&map, "<%02X00> <%02XFF> <%02X00>\n", i, i, i);
        buffer_add_z(&map, "endbfrange\n");
    }
    buffer_add_z(&map, "endcmap end end");
    buffer_add_z(&out, "%PDF-1.4\n");
    made_object(&out, at, &n, "<< /Type /Catalog /Pages 2 0 R >>");
    made_object(&out, at, &n, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
    made_object(&out, at, &n,
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 7 0 R"
                " /Resources << /Font << /F1 4 0 R >> >> >>");
    made_object(&out, at, &n,
                "<< /Type /Font /Subtype /Type0 /BaseFont /Made /Encoding /Identity-H"
                " /DescendantFonts [5 0 R] /ToUnicode 6 0 R >>");
    made_object(&out, at, &n,
                "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Made /DW 1000 /CIDSystemInfo"
                " << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>");
    made_stream(&out, at, &n, buffer_span(&map));
    made_stream(&out, at, &n, buffer_span(&page));
    size_t xref = out.n;
    buffer_print(&out, "xref\n0 %u\n0000000000 65535 f \n", n + 1);
    for (unsigned i = 0; i < n; i++)
        buffer_print(&out, "%010zu 00000 n \n", at[i]);
    buffer_print(&out, "trailer << /Size %u /Root 1 0 R >>\nstartxref\n%zu\n%%%%EOF\n", n + 1,
                 xref);
    struct span made = arena_copy(a, buffer_span(&out));
    buffer_release(&out);
    buffer_release(&page);
    buffer_release(&map);
    return made;
}
#endif
