/* u_base.c: spans, memory, buffers, maps, errors, diagnostics, UTF-8, files. */
#include "base/alloc.h"
#include "base/arena.h"
#include "base/beside.h"
#include "base/buffer.h"
#include "base/diags.h"
#include "base/file.h"
#include "base/map.h"
#include "base/utf8.h"
#include "base/vector.h"
#include "tests/unit/fault.h"
#include <unistd.h>

static void test_spans(void)
{
    struct span rest = SPAN("a,,b"), part;

    TEST("spans");
    CHECK_TEXT(span_trim(SPAN(" \t x y\n")), "x y");
    CHECK_INT(span_find(SPAN("abcabc"), SPAN("ca")), 2);
    CHECK(span_find(SPAN("abc"), SPAN("d")) == SIZE_MAX);
    CHECK(span_compare(SPAN("ab"), SPAN("abc")) < 0);
    CHECK(span_split(&rest, ',', &part) && span_eq(part, SPAN("a")));
    CHECK(span_split(&rest, ',', &part) && part.n == 0);
    CHECK(span_split(&rest, ',', &part) && span_eq(part, SPAN("b")));
    CHECK(!span_split(&rest, ',', &part));
}

static void count_up(void *p)
{
    ++*(int *)p;
}

static void test_arena(void)
{
    struct arena a;
    int ran = 0;
    bool zeroed = true;

    TEST("arena");
    arena_init(&a);
    for (size_t i = 0; i < 3000; i++) {
        unsigned char *p = arena_alloc(&a, i);
        if (!CHECK(p && (uintptr_t)p % 16 == 0))
            break;
        for (size_t k = 0; k < i; k++)
            zeroed = zeroed && p[k] == 0;
        memset(p, 0xff, i);
        if (i == 2000)
            arena_clear(&a);
    }
    CHECK(zeroed);
    CHECK_INT(arena_defer(&a, count_up, &ran), 0);
    CHECK_INT(arena_defer(&a, count_up, &ran), 0);
    CHECK(!arena_array(&a, SIZE_MAX / 2, 16) && a.failed);
    arena_release(&a);
    CHECK_INT(ran, 2);
    a.limit = 10000;
    CHECK(arena_alloc(&a, 9000) && !arena_alloc(&a, 9000) && a.failed);
    arena_release(&a);
}

/* What another arena holds lives on in this one, however full either is; its defers run with it. */
static void test_adopt(void)
{
    struct arena a, other;
    int ran = 0;

    TEST("arena_adopt");
    for (int empty = 0; empty < 2; empty++) {
        arena_init(&a);
        arena_init(&other);
        struct span kept = empty ? SPAN("") : arena_copy(&a, SPAN("kept"));
        struct span taken = arena_copy(&other, SPAN("taken"));
        CHECK(arena_alloc(&other, 100000) && arena_defer(&other, count_up, &ran) == 0);
        size_t used = a.used + other.used;
        arena_adopt(&a, &other);
        CHECK(!other.block && !other.defers && other.used == 0);
        CHECK(a.used == used && !a.failed);
        arena_release(&other);
        CHECK_INT(ran, empty);
        CHECK(arena_alloc(&a, 3000) && arena_alloc(&a, 3000));
        CHECK_TEXT(taken, "taken");
        CHECK_TEXT(kept, empty ? "" : "kept");
        arena_adopt(&a, &other);
        arena_release(&a);
        CHECK_INT(ran, empty + 1);
    }
    arena_init(&a);
    arena_init(&other);
    other.limit = 1;
    CHECK(!arena_alloc(&other, 9000));
    arena_adopt(&a, &other);
    CHECK(a.failed && !other.failed);
    arena_release(&a);
}

static void test_escape(void)
{
    static const struct {
        struct span text;
        const char *want;
    } cases[] = {
        {{"a<b & \"c\" 'd'>", 14}, "a&lt;b &amp; &quot;c&quot; &#39;d&#39;&gt;"},
        {{"行\t间\r\n距", 12}, "行\t间\r\n距"},
        {{"a\0b\x1b", 4},
         "a\xEF\xBF\xBD"
         "b\xEF\xBF\xBD"},                                             /* controls */
        {{"\xff\xe4\xb8", 3}, "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"}, /* not UTF-8, cut off */
        {{"\xef\xbf\xbe\xed\xa0\x80", 3}, "\xEF\xBF\xBD"},             /* U+FFFE */
        {{"", 0}, ""},
    };

    TEST("markup escapes");
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buffer b = BUFFER_INIT;
        buffer_escape(&b, cases[i].text);
        CHECK_TEXT(buffer_span(&b), cases[i].want);
        buffer_release(&b);
    }
}

static void test_buffer(void)
{
    struct buffer b = BUFFER_INIT;

    TEST("buffer");
    buffer_print(&b, "%d-", 42);
    buffer_rune(&b, 0x4e2d);
    buffer_byte(&b, '!');
    CHECK_TEXT(buffer_span(&b), "42-中!");
    buffer_clear(&b);
    alloc_fail_after(1);
    for (int i = 0; i < 1000; i++)
        buffer_byte(&b, 'x');
    alloc_fail_after(0);
    CHECK(buffer_failed(&b));
    buffer_release(&b);
    CHECK(b.p && b.p[0] == '\0');
}

static int fill_map(void *context)
{
    struct arena a;
    struct map m;
    int r = 0;

    (void)context;
    arena_init(&a);
    map_init(&m, &a);
    for (int i = 0; i < 500 && r == 0; i++) {
        struct span key = arena_print(&a, "事实%d", i);
        r = key.p ? map_put(&m, key, &a) : E_MEMORY;
    }
    if (r == 0 && (m.n != 500 || map_get(&m, SPAN("事实499")) != &a || map_get(&m, SPAN("x"))))
        r = E_CHECK;
    arena_release(&a);
    return r;
}

static void test_map(void)
{
    struct arena a;
    struct map m;
    int one, two;

    TEST("map");
    fault_loop(fill_map, NULL);
    arena_init(&a);
    map_init(&m, &a);
    CHECK_INT(map_put(&m, SPAN("企业规模"), &one), 0);
    CHECK_INT(map_put(&m, SPAN("注册地区"), &one), 0);
    CHECK_INT(map_put(&m, SPAN("企业规模"), &two), 0);
    CHECK_INT(m.n, 2);
    CHECK(map_get(&m, SPAN("企业规模")) == &two);
    CHECK_TEXT(map_nearest(&m, SPAN("企业规膜")), "企业规模");
    CHECK_INT(map_nearest(&m, SPAN("完全不同的")).n, 0);
    CHECK_INT(edit_distance(SPAN("kitten"), SPAN("sitting"), 5), 3);
    CHECK_INT(edit_distance(SPAN("kitten"), SPAN("sitting"), 2), 3);
    CHECK_INT(edit_distance(SPAN(""), SPAN("中文"), 5), 2);
    arena_release(&a);
}

static void test_err(void)
{
    struct err e = ERR_INIT;
    char many[2000];

    TEST("err");
    for (size_t i = 0; i + 3 <= sizeof many; i += 3)
        memcpy(many + i, "文", 3);
    CHECK_INT(err_set(&e, E_INPUT, "x%.*s", 1998, many), E_INPUT);
    CHECK(utf8_check(span_z(e.message)) == SIZE_MAX);
    CHECK_INT(err_set(&e, E_NAME, "second"), E_NAME);
    CHECK_INT(e.code, E_INPUT);
    CHECK_INT(err_set(NULL, E_NAME, "nobody"), E_NAME);
    CHECK_TEXT(span_z(err_name(E_NOT_FOUND)), "E_NOT_FOUND");
    CHECK_INT(err_http(E_NOT_FOUND), 404);
    CHECK_INT(err_exit(E_CHECK), 1);
}

static void test_diags(void)
{
    struct arena a;
    struct diags d;
    struct buffer b = BUFFER_INIT;
    struct diag *g;
    struct err e = ERR_INIT;

    TEST("diags");
    arena_init(&a);
    diags_init(&d, &a);
    g = diags_add(&d, DIAG_ERROR, E_NAME, "undeclared name %s", "规膜");
    diag_place(g, SPAN("m.yaml"), SPAN("企业 = 规膜"), 9, 6, 7, 11);
    diag_hint(&d, g, "did you mean %s?", "规模");
    diags_print(&b, &d);
    CHECK_TEXT(buffer_span(&b), "m.yaml:7:16: error: undeclared name 规膜\n  企业 = 规膜\n"
                                "         ^~~~\n  hint: did you mean 规模?\n");
    diags_to_err(&d, &e);
    CHECK_INT(e.code, E_NAME);
    CHECK_INT(e.column, 16);
    CHECK(!diags_add(NULL, DIAG_ERROR, E_NAME, "x"));
    for (int i = 0; i < 500; i++)
        diag_place(diags_add(&d, DIAG_ERROR, E_NAME, "x"), SPAN(""), SPAN(""), 5, 5, 1, 1);
    CHECK_INT(d.errors, 501);
    buffer_release(&b);
    arena_release(&a);
}

static void test_utf8(void)
{
    static const char *const bad[] = {
        "\x80", "\xc0\x80", "\xe4\xb8", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf8", "\xe0\x80\xaf"};
    uint32_t line, column;

    TEST("utf8");
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        CHECK_INT(utf8_check(span_z(bad[i])), 0);
    CHECK_INT(utf8_check(SPAN("plain ascii \xff")), 12);
    CHECK(utf8_check(SPAN("中文😀abcdefghijk")) == SIZE_MAX);
    CHECK_INT(utf8_count(SPAN("中文a")), 3);
    CHECK_INT(utf8_offset(SPAN("中文a"), 2), 6);
    CHECK_INT(utf8_offset(SPAN("中文a"), 9), 7);
    CHECK_INT(utf8_width(SPAN("中a（e\xcc\x81")), 6);
    utf8_position(SPAN("a\n中文b"), 8, &line, &column);
    CHECK_INT(line, 2);
    CHECK_INT(column, 3);
}

static int count_path(void *context, const char *path)
{
    (void)path;
    ++*(int *)context;
    return 0;
}

static void test_files(void)
{
    struct arena a;
    struct span got;
    struct err e = ERR_INIT;
    char folder[] = "u_base.XXXXXX";
    struct span path;
    int found = 0;

    TEST("files");
    arena_init(&a);
    if (!CHECK(mkdtemp(folder) != NULL))
        return;
    path = arena_print(&a, "%s/x.yaml", folder);
    CHECK_INT(file_write(path.p, SPAN("hello"), &e), 0);
    CHECK_INT(file_write(path.p, SPAN("again\n"), &e), 0);
    CHECK_INT(file_read(&a, path.p, 6, &got, &e), 0);
    CHECK_TEXT(got, "again\n");
    CHECK_INT(file_read(&a, path.p, 5, &got, NULL), E_LIMIT);
    CHECK_INT(file_read(&a, folder, 5, &got, NULL), E_IO);
    CHECK_INT(file_walk(&a, folder, SPAN(".yaml"), count_path, &found, &e), 0);
    CHECK_INT(found, 1);
    CHECK_INT(unlink(path.p), 0);
    CHECK_INT(file_read(&a, path.p, 5, &got, NULL), E_NOT_FOUND);
    CHECK(!file_exists(path.p));
    CHECK_INT(rmdir(folder), 0);
    arena_release(&a);
}

int main(void)
{
    test_spans();
    test_arena();
    test_adopt();
    test_buffer();
    test_escape();
    test_map();
    test_err();
    test_diags();
    test_utf8();
    test_files();
    return test_end();
}
