/*
 * u_wire.c: percent-encoding, forms, cookies, Accept lists. Blame src/http/wire.c.
 */
#include "http/wire.h"
#include "base/buffer.h"
#include "tests/unit/fault.h"
#include "tests/unit/test.h"

static void decodes(const char *raw, enum wire_plus plus, int code, const char *want)
{
    struct arena a;
    struct span got = {0};
    struct err err = ERR_INIT;
    TEST(raw);
    arena_init(&a);
    CHECK_INT(wire_decode(&a, span_z(raw), plus, &got, &err), code);
    CHECK_INT(err.code, code);
    if (code == 0)
        CHECK_TEXT(got, want);
    arena_release(&a);
}

static void decoding(void)
{
    decodes("a%20b+c", WIRE_PLUS_IS_SPACE, 0, "a b c");
    decodes("a%20b+c", WIRE_PLUS_IS_PLUS, 0, "a b+c");
    decodes("%E7%94%B2", WIRE_PLUS_IS_PLUS, 0, "甲");
    decodes("%e7%94%b2%2F", WIRE_PLUS_IS_PLUS, 0, "甲/");
    decodes("", WIRE_PLUS_IS_PLUS, 0, "");
    decodes("%", WIRE_PLUS_IS_PLUS, E_ENCODING, NULL);
    decodes("%4", WIRE_PLUS_IS_PLUS, E_ENCODING, NULL);
    decodes("%zz", WIRE_PLUS_IS_PLUS, E_ENCODING, NULL);
    decodes("%00", WIRE_PLUS_IS_SPACE, E_ENCODING, NULL);
    decodes("a%0Ab", WIRE_PLUS_IS_SPACE, 0, "a\nb");
    decodes("a%0Ab", WIRE_PLUS_IS_PLUS, E_ENCODING, NULL);
    decodes("%C0%80", WIRE_PLUS_IS_PLUS, E_ENCODING, NULL);
    decodes("%ED%A0%80", WIRE_PLUS_IS_PLUS, E_ENCODING, NULL);
    decodes("\xff", WIRE_PLUS_IS_PLUS, E_ENCODING, NULL);
}

#define PARTS(text)       SPAN("--b\r\n" text "\r\n--b--\r\n")
#define NAMED(name, more) "Content-Disposition: form-data; name=\"" name "\"" more "\r\n\r\n"

static void multipart(struct span raw, const char *type, int code, size_t fields, size_t files)
{
    struct arena a;
    struct pairs pairs = {0};
    struct uploads uploads = {0};
    struct err err = ERR_INIT;
    arena_init(&a);
    CHECK_INT(wire_multipart(&a, span_z(type), raw, &pairs, &uploads, &err), code);
    if (code == 0) {
        CHECK_INT(pairs.n, fields);
        CHECK_INT(uploads.n, files);
    }
    arena_release(&a);
}

static void multiparts(void)
{
    static const char type[] = "multipart/form-data; boundary=b";
    struct arena a;
    struct pairs pairs = {0};
    struct uploads files = {0};
    struct err err = ERR_INIT;
    TEST("multipart");
    arena_init(&a);
    CHECK_INT(wire_multipart(&a, SPAN("multipart/form-data; boundary=\"b\""),
                             PARTS(NAMED("说明", "") "两行\r\n--x\r\n--b\r\n" NAMED(
                                 "file", "; filename=\"C:\\d\\证.pdf\"\r\nContent-Type: "
                                         "application/pdf") "%PDF\0\r\n-"),
                             &pairs, &files, &err),
              0);
    CHECK_INT(pairs.n, 1);
    CHECK_TEXT(*wire_find(&pairs, SPAN("说明")), "两行\r\n--x");
    CHECK_INT(files.n, 1);
    CHECK_TEXT(files.at[0].field, "file");
    CHECK_TEXT(files.at[0].name, "证.pdf");
    CHECK_TEXT(files.at[0].media, "application/pdf");
    CHECK_INT(files.at[0].bytes.n, 8);
    arena_release(&a);
    multipart(PARTS(NAMED("f", "; filename=\"\"")), type, 0, 0, 0);
    multipart(PARTS(NAMED("q", "") "1"), "multipart/form-data", E_INPUT, 0, 0);
    multipart(PARTS("Content-Type: text/plain\r\n\r\nx"), type, E_INPUT, 0, 0);
    multipart(PARTS(NAMED("q", "") "\1"), type, E_ENCODING, 0, 0);
    multipart(PARTS(NAMED("q", "") "\xff"), type, E_ENCODING, 0, 0);
    multipart(SPAN("--b\r\n" NAMED("q", "") "1"), type, E_INPUT, 0, 0);
    multipart(SPAN("--b"), type, E_INPUT, 0, 0);
    multipart(SPAN(""), type, E_INPUT, 0, 0);
    multipart(SPAN("--b--"), type, 0, 0, 0);
}

static void forms(void)
{
    struct arena a;
    struct pairs pairs = {0};
    struct err err = ERR_INIT;
    struct buffer many = BUFFER_INIT;
    TEST("forms");
    arena_init(&a);
    CHECK_INT(wire_form(&a, SPAN("q=%E7%A8%8E&&empty=&bare&q=2&%3D=%26"), &pairs, &err), 0);
    CHECK_INT(pairs.n, 5);
    CHECK_TEXT(*wire_find(&pairs, SPAN("q")), "税");
    CHECK_TEXT(*wire_find(&pairs, SPAN("empty")), "");
    CHECK_TEXT(*wire_find(&pairs, SPAN("bare")), "");
    CHECK_TEXT(*wire_find(&pairs, SPAN("=")), "&");
    CHECK(wire_find(&pairs, SPAN("no")) == NULL);
    for (int i = 0; i <= WIRE_FIELDS; i++)
        buffer_add_z(&many, "a=1&");
    pairs = (struct pairs){0};
    CHECK_INT(wire_form(&a, buffer_span(&many), &pairs, &err), E_LIMIT);
    buffer_clear(&many);
    for (int i = 0; i <= WIRE_NAME; i++)
        buffer_byte(&many, 'n');
    pairs = (struct pairs){0};
    err = (struct err)ERR_INIT;
    CHECK_INT(wire_form(&a, buffer_span(&many), &pairs, &err), E_LIMIT);
    buffer_release(&many);
    arena_release(&a);
}

static void cookies(void)
{
    TEST("cookies");
    CHECK_TEXT(wire_cookie(SPAN("a=1; huiqi=xyz ; b=2"), SPAN("huiqi")), "xyz");
    CHECK_TEXT(wire_cookie(SPAN("xhuiqi=1; huiqi=2"), SPAN("huiqi")), "2");
    CHECK_TEXT(wire_cookie(SPAN("huiqi"), SPAN("huiqi")), "");
    CHECK_TEXT(wire_cookie(SPAN(";;=;"), SPAN("huiqi")), "");
}

static void accept(void)
{
    int how = 0;
    struct span json = SPAN("application/json"), html = SPAN("text/html");
    TEST("accept");
    CHECK_INT(wire_accept(SPAN(""), json, &how), 1000);
    CHECK_INT(wire_accept(SPAN("application/json"), json, &how), 1000);
    CHECK_INT(wire_accept(SPAN("application/json"), html, &how), 0);
    CHECK_INT(wire_accept(SPAN("text/html;q=0.5, application/json;q=0.25"), json, &how), 250);
    CHECK_INT(wire_accept(SPAN("text/*;q=0.5,*/*;q=0.125"), json, &how), 125);
    CHECK_INT(wire_accept(SPAN("text/*;q=0.5,*/*;q=0.125"), html, &how), 500);
    CHECK_INT(how, 1);
    CHECK_INT(wire_accept(SPAN("text/html;q=0, */*"), html, &how), 0);
    CHECK_INT(wire_accept(SPAN("Text/HTML ; Q=0.3"), html, &how), 300);
    CHECK_INT(wire_accept(SPAN(",;,=;q=,"), html, &how), 0);
    CHECK_INT(wire_language(SPAN("en-US,en;q=0.9,zh;q=0.3"), SPAN("en")), 1000);
    CHECK_INT(wire_language(SPAN("en-US,en;q=0.9,zh-CN;q=0.3"), SPAN("zh")), 300);
    CHECK_INT(wire_language(SPAN("eng"), SPAN("en")), 0);
    CHECK(wire_etag_matches(SPAN("\"a\", W/\"b\""), SPAN("\"b\"")));
    CHECK(wire_etag_matches(SPAN("*"), SPAN("\"b\"")));
    CHECK(!wire_etag_matches(SPAN("\"ab\""), SPAN("\"b\"")));
}

static int one_form(void *context)
{
    struct arena a;
    struct pairs pairs = {0};
    arena_init(&a);
    int r = wire_form(&a, span_z(context), &pairs, NULL);
    arena_release(&a);
    return r;
}

int main(void)
{
    char text[] = "a=1&b=%20&c=%E7%94%B2&d=4&e=5&f=6&g=7&h=8&i=9&j=10";
    decoding();
    forms();
    multiparts();
    cookies();
    accept();
    fault_loop(one_form, text);
    return test_end();
}
