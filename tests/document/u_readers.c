/*
 * u_readers.c: files of all formats as text, and files that want to do harm: cut, locked, bombs,
 * other encodings, endless children. All of them are made here.
 */
#include <stdlib.h>
#include "base/alloc.h"
#include "document/child.h"
#include "document/document.h"
#include "document/reader.h"
#include "tests/document/made.h"
#include "tests/unit/fault.h"

static struct arena arena;

static int read_bytes(struct span bytes, struct reader_text *ret, struct err *err)
{
    *err = (struct err)ERR_INIT;
    return reader_read(&arena, bytes, SPAN("made"), ret, err);
}

static void check_text(struct span bytes, enum reader_kind kind, const char *want)
{
    struct reader_text t = {0};
    struct err err;
    if (!CHECK_INT(read_bytes(bytes, &t, &err), 0)) {
        printf("%s\n", err.message);
        return;
    }
    CHECK_INT(t.kind, kind);
    CHECK_TEXT(t.text, want);
}

static void check_refused(struct span bytes, int code, const char *part)
{
    struct reader_text t = {0};
    struct err err;
    CHECK_INT(read_bytes(bytes, &t, &err), code);
    if (!CHECK(strstr(err.message, part) != NULL))
        printf("%s\n", err.message);
    CHECK(err.hint[0] != 0);
}

/* ---- encodings ---- */

static const char notice[] =
    "环形山区办法\n\n一、补助标准为每人每月1000元。\n二、期限三个月，逾期不补。\n";

static void check_encoding(const char *encoding, const char *mark, size_t mark_length,
                           const char *name)
{
    struct buffer b = BUFFER_INIT;
    struct reader_text t = {0};
    struct err err;
    TEST(name);
    buffer_add(&b, span_of(mark, mark_length));
    buffer_add(&b, made_in(&arena, encoding, span_z(notice)));
    CHECK_INT(read_bytes(buffer_span(&b), &t, &err), 0);
    CHECK_TEXT(t.text, notice);
    CHECK_TEXT(span_z(t.encoding), name);
    CHECK_INT(t.notes.n, 1);
    buffer_release(&b);
}

static void test_encodings(void)
{
    struct reader_text t;
    struct err err;
    check_encoding("gb18030", "", 0, "GB18030");
    check_encoding("UTF-16LE", "\xFF\xFE", 2, "UTF-16LE");
    check_encoding("UTF-16BE", "\xFE\xFF", 2, "UTF-16BE");
    check_encoding("UTF-16LE", "", 0, "UTF-16LE");
    check_encoding("UTF-16BE", "", 0, "UTF-16BE");
    check_encoding("UTF-32LE", "\xFF\xFE\0\0", 4, "UTF-32LE");

    TEST("UTF-8 is taken as it is");
    CHECK_INT(read_bytes(span_z(notice), &t, &err), 0);
    CHECK(t.text.p == notice && t.notes.n == 0);
    CHECK_INT(read_bytes(SPAN("\xEF\xBB\xBF甲"), &t, &err), 0);
    CHECK_INT(t.text.n, 6);

    TEST("what no encoding fits stays as it is");
    struct span big5 =
        made_in(&arena, "Big5", SPAN("環形山區支持企業穩崗辦法，以下辦理條件如表所示。"));
    CHECK(big5.n > 0);
    CHECK_INT(read_bytes(big5, &t, &err), 0);
    CHECK(t.text.p == big5.p);
    struct doc *doc;
    CHECK_INT(document_parse(&arena, t.text, SPAN("big5"), &doc, &err), E_ENCODING);
    CHECK(err.line == 1 && err.column == 1 && err.hint[0]);

    TEST("a mark that lies");
    check_refused(SPAN("\xFF\xFE\x00\xD8\x41\x00"), E_ENCODING, "begins as UTF-16LE");

    TEST("surrogates over the edge of a chunk");
    struct buffer b = BUFFER_INIT;
    for (int i = 0; i < 3000; i++)
        buffer_add_z(&b, i % 7 ? "𠀀" : "a");
    CHECK_INT(read_bytes(made_in(&arena, "gb18030", buffer_span(&b)), &t, &err), 0);
    struct buffer marked = BUFFER_INIT;
    buffer_add(&marked, span_of("\x84\x31\x95\x33", 4));
    buffer_add(&marked, made_in(&arena, "gb18030", buffer_span(&b)));
    CHECK_INT(read_bytes(buffer_span(&marked), &t, &err), 0);
    CHECK(span_eq(t.text, buffer_span(&b)));
    buffer_release(&b);
    buffer_release(&marked);
}

/* ---- Word ---- */

#define P(inner) "<w:p><w:r><w:t>" inner "</w:t></w:r></w:p>"
#define N(level, inner)                                                                            \
    "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"" level                                                  \
    "\"/><w:numId w:val=\"1\"/></w:numPr></w:pPr><w:r><w:t>" inner "</w:t></w:r></w:p>"
#define CELL(inner) "<w:tc>" P(inner) "</w:tc>"

static void test_docx(void)
{
    TEST("numbers as Word prints them");
    check_text(made_docx(&arena,
                         P("办法") N("0", "总则") N("0", "内容") N("1", "补助") N("2", "甲。")
                             N("2", "乙。") N("1", "减免") N("2", "丙。") N("3", "丁。")),
               READER_DOCX,
               "办法\n\n一、总则\n\n二、内容\n\n（一）补助\n\n1. 甲。\n\n2. 乙。\n\n（二）减免\n\n"
               "1. 丙。\n\n二.1 丁。\n\n");

    TEST("numbers by style, taken away, begun at five");
    check_text(
        made_docx(&arena,
                  "<w:p><w:pPr><w:pStyle w:val=\"Base\"/></w:pPr><w:r><w:t>甲</w:t></w:r></w:p>"
                  "<w:p><w:pPr><w:pStyle w:val=\"Derived\"/></w:pPr><w:r><w:t>乙</w:t></w:r>"
                  "</w:p><w:p><w:pPr><w:pStyle w:val=\"Base\"/><w:numPr><w:numId w:val=\"0\"/>"
                  "</w:numPr></w:pPr><w:r><w:t>丙</w:t></w:r></w:p><w:p><w:pPr><w:numPr>"
                  "<w:numId w:val=\"2\"/></w:numPr></w:pPr><w:r><w:t>丁</w:t></w:r></w:p>"),
        READER_DOCX, "一、甲\n\n（一）乙\n\n丙\n\n五、丁\n\n");

    TEST("tables, footnotes, tracked changes, breaks");
    check_text(
        made_docx(&arena,
                  "<w:tbl><w:tr>" CELL("部门") CELL("电话") "</w:tr><w:tr>" CELL("人社局")
                      CELL("010-55550000") "</w:tr></w:tbl>"
                                           "<w:p><w:r><w:t>租金减免</w:t><w:footnoteReference "
                                           "w:id=\"2\"/></w:r></w:p>"
                                           "<w:p><w:del><w:r><w:delText>删</w:delText></w:r>"
                                           "</w:del><w:ins><w:r><w:t>补&amp;上</w:t></w:r>"
                                           "</w:ins><w:r><w:br/><w:t>下</w:t></w:r></w:p>"),
        READER_DOCX,
        "部门\t电话\n\n人社局\t010-55550000\n\n租金减免[1]\n\n补&上\n\n下\n\n[1] "
        "仅限国有房屋。\n\n");
}

static struct span spaces(size_t n)
{
    char *p = arena_alloc(&arena, n);
    memset(p, ' ', n);
    return span_of(p, n);
}

static void test_docx_hostile(void)
{
    struct span good = made_docx(&arena, P("甲"));
    TEST("a Word file cut off");
    for (size_t n = 4; n < good.n; n += good.n / 7)
        check_refused(span_of(good.p, n), E_INPUT, "damaged");

    TEST("a zip bomb");
    const struct made_part bomb[] = {{"word/document.xml", spaces((size_t)64 << 20)}};
    struct span zip = made_zip(&arena, bomb, 1);
    CHECK(zip.n < ((size_t)1 << 20));
    check_refused(zip, E_LIMIT, "unpacks to more than");

    TEST("a zip archive that is no Word file");
    const struct made_part other[] = {{"xl/workbook.xml", SPAN("<a/>")}};
    check_refused(made_zip(&arena, other, 1), E_INPUT, "no Word document");

    TEST("entities");
    const struct made_part entity[] = {
        {"word/document.xml",
         SPAN("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>")}};
    struct reader_text t;
    struct err err;
    CHECK(read_bytes(made_zip(&arena, entity, 1), &t, &err) < 0);

    TEST("deep nesting");
    struct buffer deep = BUFFER_INIT;
    for (int i = 0; i < 5000; i++)
        buffer_add_z(&deep, "<w:p>");
    CHECK(read_bytes(made_docx(&arena, deep.p), &t, &err) < 0);
    buffer_release(&deep);
}

/* ---- HTML ---- */

static void test_html(void)
{
    TEST("page");
    check_text(
        SPAN("<!DOCTYPE html><html><head><title>t</title><style>p{}</style></head><body>"
             "<script>alert('<p>x</p>')</script><h1>办法</h1><p>第一段&amp;\n 文字&nbsp;。<br>换行"
             "</p><ol start=3><li>甲<li>乙<ul><li>丙</ul></ol><noscript>无</noscript></body>"),
        READER_HTML, "办法\n\n第一段& 文字\u00a0。\n\n换行\n\n3. 甲\n\n4. 乙\n\n·丙\n\n");
    TEST("table of data, table of layout");
    check_text(
        SPAN("<html><table><tr><th>部门<th>电话</tr><tr><td><p>人社局</p><td><p>010</p></table>"
             "<table><tr><td><p>一。</p><p>二。</p><ol><li>三</ol></table>"),
        READER_HTML, "部门\t电话\n\n人社局\t010\n\n一。\n\n二。\n\n1. 三\n\n");
    TEST("page in GB18030 that says so or not");
    check_text(made_in(&arena, "gb18030", SPAN("<html><p>环形山区支持企业稳岗办法</p></html>")),
               READER_HTML, "环形山区支持企业稳岗办法\n\n");
    TEST("a sentence with a sign is no page");
    check_text(SPAN("甲 <html> 乙"), READER_TEXT, "甲 <html> 乙");
}

static void test_html_hostile(void)
{
    struct buffer b = BUFFER_INIT;
    struct reader_text t;
    struct err err;
    TEST("nesting without end is refused or read, never followed");
    buffer_add_z(&b, "<html>");
    for (int i = 0; i < 100000; i++)
        buffer_add_z(&b, i % 2 ? "<div>" : "<ul><li>");
    int r = read_bytes(buffer_span(&b), &t, &err);
    CHECK(r == 0 || r == E_LIMIT);
    buffer_clear(&b);
    TEST("open ends");
    buffer_add_z(&b, "<html><p>甲<b>乙<table><tr><td>丙<!-- ");
    CHECK_INT(read_bytes(buffer_span(&b), &t, &err), 0);
    CHECK(span_find(t.text, SPAN("丙")) != SIZE_MAX);
    TEST("cut inside a character");
    r = read_bytes(SPAN("<html><p>\xE7\x94"), &t, &err);
    CHECK_INT(r, E_ENCODING);
    buffer_release(&b);
}

/* ---- PDF and children ---- */

static bool installed(const char *program)
{
    const char *const argv[] = {program, "-v", NULL};
    const struct child_limits limits = {(size_t)1 << 30, 65536, 5, 10000};
    struct child_result c;
    struct err err = ERR_INIT;
    return child_run(&arena, argv, SPAN(""), &limits, &c, &err) != E_NOT_FOUND;
}

static void test_pdf(void)
{
    struct reader_text t;
    struct err err;
    if (!installed("pdftotext")) {
        printf("PDF: skipped, pdftotext is not installed\n");
        return;
    }
    TEST("PDF");
    struct span pdf = made_pdf(&arena, SPAN("环形山区办法\n一、补助标准为每月1000元。"));
    CHECK_INT(read_bytes(pdf, &t, &err), 0);
    CHECK_INT(t.kind, READER_PDF);
    CHECK(span_find(t.text, SPAN("环形山区办法\n")) != SIZE_MAX);
    CHECK(span_find(t.text, SPAN("一、补助标准为每月1000元。")) != SIZE_MAX);

    TEST("PDF cut off: what is left of its text with a note, or an error");
    for (size_t n = 16; n < pdf.n; n += pdf.n / 9) {
        int r = read_bytes(span_of(pdf.p, n), &t, &err);
        CHECK(r == 0 ? t.notes.n > 0 : r == E_INPUT && err.hint[0]);
    }
    TEST("PDF without text");
    check_refused(made_pdf(&arena, SPAN(" ")), E_INPUT, "no text");
}

static void test_child(void)
{
    struct child_limits limits = {(size_t)1 << 30, 65536, 5, 20000};
    struct child_result c = {0};
    struct err err = ERR_INIT;

    TEST("a child answers");
    CHECK_INT(child_run(&arena, (const char *const[]){"cat", NULL}, SPAN("甲"), &limits, &c, &err),
              0);
    CHECK_TEXT(c.output, "甲");
    CHECK_INT(c.status, 0);
    CHECK_INT(
        child_run(&arena, (const char *const[]){"cat", "/none", NULL}, SPAN(""), &limits, &c, &err),
        0);
    CHECK(c.status != 0 && c.messages.n > 0);

    TEST("endless output, endless time, no such program");
    CHECK_INT(child_run(&arena, (const char *const[]){"yes", NULL}, SPAN(""), &limits, &c, &err),
              E_LIMIT);
    limits.wall_ms = 200;
    err = (struct err)ERR_INIT;
    CHECK_INT(
        child_run(&arena, (const char *const[]){"sleep", "600", NULL}, SPAN(""), &limits, &c, &err),
        E_LIMIT);
    limits.wall_ms = 20000;
    err = (struct err)ERR_INIT;
    CHECK_INT(child_run(&arena, (const char *const[]){"no-such-program-here", NULL}, SPAN(""),
                        &limits, &c, &err),
              E_NOT_FOUND);

    TEST("memory, files and environment of a child");
    limits.memory = (size_t)64 << 20;
    CHECK_INT(
        child_run(&arena,
                  (const char *const[]){
                      "sh", "-c", "head -c 300000000 /dev/zero | tail -c 290000000 | wc -c", NULL},
                  SPAN(""), &limits, &c, &err),
        0);
    CHECK(span_find(c.output, SPAN("290000000")) == SIZE_MAX);
    CHECK_INT(child_run(&arena,
                        (const char *const[]){"sh", "-c",
                                              "echo x > /tmp/huiqi-child-test; echo $?; env", NULL},
                        SPAN(""), &limits, &c, &err),
              0);
    CHECK(span_find(c.output, SPAN("HUIQI")) == SIZE_MAX &&
          span_find(c.output, SPAN("HOME=")) == SIZE_MAX);
}

static void test_foreign(void)
{
    TEST("files that are something else");
    check_refused(SPAN("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), E_INPUT, ".doc");
    check_refused(SPAN("\x89PNG\r\n"), E_INPUT, "picture");
    check_refused(SPAN("{\\rtf1 x}"), E_INPUT, "RTF");
}

/* ---- lack of memory ---- */

static int fault_read(void *context)
{
    struct arena a;
    struct reader_text t;
    struct err err = ERR_INIT;
    arena_init(&a);
    int r = reader_read(&a, *(struct span *)context, SPAN("made"), &t, &err);
    arena_release(&a);
    return r;
}

static void test_faults(void)
{
    struct span docx =
        made_docx(&arena, P("办法") N("0", "总则") "<w:tbl><w:tr>" CELL("甲")
                              CELL("乙") "</w:tr></w:tbl><w:p><w:r><w:footnoteReference "
                                         "w:id=\"2\"/></w:r></w:p>");
    struct span html = SPAN("<html><p>甲</p><ol><li>乙</ol><table><tr><td>丙<td>丁</table><script>x"
                            "</script>");
    struct span gb = made_in(&arena, "gb18030", span_z(notice));
    TEST("failing allocations: Word");
    fault_loop(fault_read, &docx);
    TEST("failing allocations: HTML");
    fault_loop(fault_read, &html);
    TEST("failing allocations: GB18030");
    fault_loop(fault_read, &gb);
}

int main(void)
{
    arena_init(&arena);
    test_encodings();
    test_docx();
    test_docx_hostile();
    test_html();
    test_html_hostile();
    test_pdf();
    test_child();
    test_foreign();
    test_faults();
    arena_release(&arena);
    return test_end();
}
