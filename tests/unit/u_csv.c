/* u_csv.c: rows and positions of CSV, what is refused and where, going on behind it, writing. */
#include "base/buffer.h"
#include "base/csv.h"
#include "tests/unit/fault.h"

/* Rows as [a|b] with the place of each field when `places`; refusals as !CODE line:column. */
static void read_all(struct buffer *out, struct span text, bool places)
{
    struct arena a;
    struct csv c;
    struct csv_row row;
    int r;

    arena_init(&a);
    csv_init(&c, text, SPAN("f"));
    for (;;) {
        struct err e = ERR_INIT;
        r = csv_next(&c, &a, &row, &e);
        if (r == 0)
            break;
        if (r < 0) {
            CHECK(e.message[0] && e.hint[0] && strcmp(e.file, "f") == 0);
            buffer_print(out, "!%s %u:%u ", err_name(r), e.line, e.column);
            csv_skip(&c);
            continue;
        }
        CHECK_INT(row.line, row.at[0].line);
        for (size_t i = 0; i < row.n; i++) {
            buffer_print(out, "%s%.*s", i ? "|" : "[", SPAN_ARG(row.at[i].text));
            if (places)
                buffer_print(out, "@%u:%u", row.at[i].line, row.at[i].column);
        }
        buffer_add_z(out, "]");
    }
    arena_release(&a);
}

static void check(const char *text, const char *want, bool places)
{
    struct buffer out = BUFFER_INIT;

    read_all(&out, span_z(text), places);
    CHECK_TEXT(buffer_span(&out), want);
    buffer_release(&out);
}

static void test_rows(void)
{
    TEST("rows");
    check("", "", false);
    check("\xEF\xBB\xBF", "", false);
    check("\n\r\n\n", "", false);
    check("a", "[a]", false);
    check("a,b\r\nc,d\n", "[a|b][c|d]", false);
    check("\xEF\xBB\xBF"
          "a,\n,b",
          "[a|][|b]", false);
    check("\"a,b\",\"c\"\"d\",\"\",\"\"\"\"", "[a,b|c\"d||\"]", false);
    check("\"a\r\nb\",c", "[a\r\nb|c]", false);
    check(" a , b ", "[ a | b ]", false);
    check("a\rb,c", "[a\rb|c]", false); /* a lone CR is text */
    TEST("places");
    check("企业,ab,c\n\"x\ny\",z\n\n企", "[企业@1:1|ab@1:4|c@1:7][x\ny@2:1|z@3:4][企@5:1]", true);
}

static void test_refusals(void)
{
    TEST("refusals");
    check("a\"b,c\nd", "!E_INPUT 1:1 [d]", false);
    check("a,\"b\"c,d\ne", "!E_INPUT 1:3 [e]", false);
    check("a,\xff\ne", "!E_ENCODING 1:3 [e]", false);
    check("a,\"\xc3\x28\"\ne", "!E_ENCODING 1:3 [e]", false);
    check("a,\"b", "!E_INPUT 1:3 ", false);
    check("\"", "!E_INPUT 1:1 ", false);
    TEST("a forgotten quote costs one line");
    check("a,\"b\nc,d\ne,\"f\"\n", "!E_INPUT 1:3 [c|d][e|f]", false);
    check("a,\"b\nc,d\ne,f\n", "!E_INPUT 1:3 [c|d][e|f]", false);
    TEST("zero bytes");
    struct buffer out = BUFFER_INIT;
    read_all(&out, SPAN("a,b\0c\n\"d\0\",e\nf"), false);
    CHECK_TEXT(buffer_span(&out), "!E_ENCODING 1:3 !E_ENCODING 2:1 [f]");
    buffer_release(&out);
}

static void repeat(struct buffer *b, const char *z, size_t n)
{
    while (n--)
        buffer_add_z(b, z);
}

static void test_limits(void)
{
    struct buffer text = BUFFER_INIT, out = BUFFER_INIT;

    TEST("limits");
    repeat(&text, "x", CSV_FIELD_MAX);
    buffer_add_z(&text, "\n\"");
    repeat(&text, "y", CSV_FIELD_MAX - 1);
    buffer_add_z(&text, "\"\n");
    repeat(&text, "x", CSV_FIELD_MAX + 1);
    buffer_add_z(&text, "\n\"");
    repeat(&text, "y", CSV_FIELD_MAX + 1);
    buffer_add_z(&text, "\"\n");
    repeat(&text, ",", CSV_FIELDS_MAX - 1);
    buffer_add_z(&text, "\n");
    repeat(&text, ",", CSV_FIELDS_MAX);
    buffer_add_z(&text, "\nz");
    read_all(&out, buffer_span(&text), false);
    CHECK(out.n > 2 * (size_t)CSV_FIELD_MAX);
    CHECK(span_find(buffer_span(&out), SPAN("!E_LIMIT 3:1 !E_LIMIT 4:1 [|||")) != SIZE_MAX);
    CHECK(span_ends(buffer_span(&out), SPAN("|]!E_LIMIT 6:1000 [z]")));
    buffer_release(&text);
    buffer_release(&out);
}

/* A text of which each line could swallow the rest is read in linear time: all of it at most three
 * times. */
static void test_linear(void)
{
    struct buffer text = BUFFER_INIT;
    struct csv c;
    struct csv_row row;
    struct arena a;
    size_t refused = 0;

    TEST("open quotes everywhere");
    repeat(&text, "a,\"\"\"b\n", 200000);
    arena_init(&a);
    csv_init(&c, buffer_span(&text), SPAN("f"));
    for (int r = 1; r != 0;) {
        struct err e = ERR_INIT;
        arena_clear(&a);
        r = csv_next(&c, &a, &row, &e);
        if (r < 0) {
            refused++;
            csv_skip(&c);
        }
    }
    CHECK(refused > 0 && c.again <= text.n + CSV_FIELD_MAX);
    arena_release(&a);
    buffer_release(&text);
}

static void test_print(void)
{
    static const char *const cells[][2] = {
        {"", ""},
        {"a b", "a b"},
        {"a,b", "\"a,b\""},
        {"a\"b", "\"a\"\"b\""},
        {"a\nb", "\"a\nb\""},
        {"-5", "-5"},
        {"+1.5", "+1.5"},
        {"=1+1", "\"'=1+1\""},
        {"@x", "\"'@x\""},
        {"-cmd", "\"'-cmd\""},
        {"企业", "企业"},
    };

    TEST("writing");
    for (size_t i = 0; i < COUNT_OF(cells); i++) {
        struct buffer b = BUFFER_INIT;
        csv_print(&b, span_z(cells[i][0]));
        CHECK_TEXT(buffer_span(&b), cells[i][1]);
        buffer_release(&b);
    }
}

static int read_without_memory(void *context)
{
    struct err e = ERR_INIT;
    struct csv_row row;
    struct csv c;
    struct arena a;
    int r;

    UNUSED(context);
    arena_init(&a);
    csv_init(&c, SPAN("a,\"b\"\"c\",d\n1,2,3,4,5,6,7,8,9,10\n"), SPAN("f"));
    while ((r = csv_next(&c, &a, &row, &e)) > 0)
        ;
    arena_release(&a);
    return r;
}

int main(void)
{
    test_rows();
    test_refusals();
    test_limits();
    test_linear();
    test_print();
    TEST("no memory");
    fault_loop(read_without_memory, NULL);
    return test_end();
}
