/*
 * u_tokens.c: what texts are cut into. `u_tokens --print` writes src/store/han.def anew from ICU;
 * without it the table is compared with ICU.
 */
#include <unicode/ustring.h>
#include <unicode/utrans.h>

#include "base/utf8.h"
#include "store/tokens.h"
#include "tests/unit/test.h"

/* ---- tokens as text: "稳|稳岗 岗" = at one place 稳 and 稳岗, at the next 岗 ---- */

static int write_token(void *context, const struct token *t)
{
    struct buffer *b = context;

    if (b->n)
        buffer_byte(b, t->colocated ? '|' : ' ');
    buffer_add(b, t->text);
    return 0;
}

static void check_cut(const char *text, const char *found, const char *sought)
{
    struct buffer b = BUFFER_INIT;

    CHECK_INT(tokens_each(span_z(text), TOKENS_TEXT, write_token, &b), 0);
    CHECK_TEXT(buffer_span(&b), found);
    buffer_clear(&b);
    CHECK_INT(tokens_each(span_z(text), TOKENS_QUERY, write_token, &b), 0);
    CHECK_TEXT(buffer_span(&b), sought);
    buffer_release(&b);
}

static void check_cuts(void)
{
    TEST("cutting");
    check_cut("", "", "");
    check_cut("，。 ", "", "");
    check_cut("税", "税", "税");
    check_cut("补贴", "补|补贴 贴", "补贴");
    check_cut("稳岗返还", "稳|稳岗 岗|岗返 返|返还 还", "稳岗 岗返 返还");
    check_cut("企业、个人", "企|企业 业 个|个人 人", "企业 业 个人");
    check_cut("补贴。", "补|补贴 贴", "补贴");
    check_cut("LPR利率", "lpr 利|利率 率", "lpr 利率");
    check_cut("补贴500元", "补|补贴 贴 500 元", "补贴 贴 500 元");
    check_cut("H1N1 e-mail", "h1n1 e mail", "h1n1 e mail");
}

static void check_folds(void)
{
    TEST("folding");
    check_cut("ＬＰＲ ５００", "lpr 500", "lpr 500");
    check_cut("貸款", "贷|贷款 款", "贷款");
    check_cut("1,000万", "1000 万", "1000 万");
    check_cut("1,000,000.50元", "1000000.50 元", "1000000.50 元");
    check_cut("1,2 3.", "1 2 3", "1 2 3");
    check_cut("５.５%", "5.5", "5.5");
    check_cut("caf\xc3\xa9 cafe\xcc\x81", "cafe cafe", "cafe cafe");
    check_cut("①②", "12", "12");
    check_cut("㎡", "m2", "m2");
    check_cut("\xff补\xff贴", "补 贴", "补 贴");
    check_cut("㈠项", "一 项", "一 项");
    check_cut("ガス", "カ|カス ス", "カス");
}

static void check_numbers_of_documents(void)
{
    const char *found = "沪|沪府 府|府办 办 2020|2020〕12 12 号",
               *sought = "沪府 府办 办 2020〕12 12 号";

    TEST("文号");
    check_cut("沪府办〔2020〕12号", found, sought);
    check_cut("沪府办[2020]12号", found, sought);
    check_cut("沪府办（２０２０）第12号", "沪|沪府 府|府办 办 2020|2020〕12 第 12 号",
              "沪府 府办 办 2020〕12 第 12 号");
    check_cut("沪府办【2020】\n012号", "沪|沪府 府|府办 办 2020|2020〕12 012 号",
              "沪府 府办 办 2020〕12 012 号");
    check_cut("（2020年）", "2020 年", "2020 年");
    check_cut("〔2020", "2020", "2020");
    check_cut("〔20201〕1", "20201 1", "20201 1");
    check_cut("〔2020〕", "2020", "2020");
}

static void check_bounds(void)
{
    char word[300];
    struct buffer b = BUFFER_INIT;

    TEST("a long word");
    memset(word, 'a', sizeof(word));
    tokens_key(&b, span_of(word, sizeof(word)));
    CHECK_INT(b.n, TOKEN_MAX);
    buffer_release(&b);
}

static int stop_at_second(void *context, const struct token *t)
{
    int *n = context;
    UNUSED(t);
    return ++*n == 2 ? 7 : 0;
}

static void check_stop(void)
{
    int n = 0;

    TEST("the receiver ends it");
    CHECK_INT(tokens_each(SPAN("一二三四"), TOKENS_TEXT, stop_at_second, &n), 7);
    CHECK_INT(n, 2);
}

static int note_place(void *context, const struct token *t)
{
    struct buffer *b = context;
    buffer_print(b, "%zu-%zu%s ", t->start, t->end, t->joined ? "+" : "");
    return 0;
}

static void check_places(void)
{
    struct buffer b = BUFFER_INIT;

    TEST("places in the input");
    (void)tokens_each(SPAN("补，贴a款"), TOKENS_TEXT, note_place, &b);
    CHECK_TEXT(buffer_span(&b), "0-3 6-9 9-10 10-13 ");
    buffer_clear(&b);
    (void)tokens_each(SPAN("补贴"), TOKENS_TEXT, note_place, &b);
    CHECK_TEXT(buffer_span(&b), "0-3 0-6 3-6+ ");
    buffer_release(&b);
}

/* ---- other forms ---- */

static void check_form(void (*form)(struct buffer *, struct span), const char *text,
                       const char *want)
{
    struct buffer b = BUFFER_INIT;
    form(&b, span_z(text));
    CHECK_TEXT(buffer_span(&b), want);
    buffer_release(&b);
}

static void check_forms(void)
{
    TEST("plain form, pattern, key, sounds");
    check_form(tokens_plain, "《贷款，ABC》补贴5元", " 贷款 abc 补贴 5 元 ");
    check_form(tokens_plain, "", " ");
    check_form(tokens_pattern, "贷款", "%贷款%");
    check_form(tokens_pattern, "ABC贷款", "% abc 贷款%");
    check_form(tokens_pattern, "贷款5", "%贷款 5 %");
    check_form(tokens_key, "《贷款，ABC》", "贷款abc");
    check_form(tokens_initials, "稳岗返还ABC 1号", "wgfhabc1h");
}

static void check_codes(void)
{
    TEST("codes");
    CHECK_INT(token_code(SPAN("税")), 0x7A0E);
    CHECK(token_code(SPAN("补贴")) != token_code(SPAN("贴补")));
    CHECK(token_code(SPAN("lpr")) > INT64_C(1) << 60);
    CHECK(token_code(SPAN("2020〕12")) != token_code(SPAN("2020〕21")));
    CHECK(token_code(SPAN("")) >= 0);
}

/* ---- the tables ---- */

static UTransliterator *open_rules(const char *id)
{
    UChar name[64];
    UErrorCode status = U_ZERO_ERROR;
    u_uastrcpy(name, id);
    return utrans_openU(name, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
}

/* The first unit of what one character becomes; 0 when it becomes several and `single`. */
static UChar become(UTransliterator *t, UChar c, bool single)
{
    UChar text[64] = {c};
    int32_t length = 1, limit = 1;
    UErrorCode status = U_ZERO_ERROR;

    utrans_transUChars(t, text, &length, 64, 0, &limit, &status);
    return U_FAILURE(status) || (single && length != 1) ? 0 : text[0];
}

static char initial_of(UTransliterator *sounds, UChar c)
{
    UChar u = become(sounds, c, false);
    return u >= 'a' && u <= 'z' ? (char)u : '-';
}

static void print_tables(UTransliterator *simple, UTransliterator *sounds)
{
    int n = 0;

    printf(
        "/* han.def: made from ICU by `u_tokens --print`, which also compares them: traditional "
        "characters with their\n   simplified ones, in order; the first letters of the sounds of "
        "U+4E00 to U+9FFF. Included by tokens.c. */\n");
    for (UChar c = 0x4E00; c <= 0x9FFF; c++) {
        UChar to = become(simple, c, true);
        if (to && to != c)
            printf("%sSIMPLE(0x%04X, 0x%04X)", n == 0 ? "" : n % 5 ? " " : "\n", c, to), n++;
    }
    printf("\n");
    for (int c = 0x4E00; c <= 0x9FFF; c++)
        printf("%s%c%s", (c - 0x4E00) % 100 == 0 ? "SOUNDS(\"" : "", initial_of(sounds, (UChar)c),
               (c - 0x4E00) % 100 == 99 || c == 0x9FFF ? "\")\n" : "");
}

static void check_tables(UTransliterator *simple, UTransliterator *sounds)
{
    int wrong = 0;

    TEST("han.def is what ICU says");
    for (UChar c = 0x4E00; c <= 0x9FFF; c++) {
        struct buffer text = BUFFER_INIT, got = BUFFER_INIT, want = BUFFER_INIT;
        UChar to = become(simple, c, true);
        char letter = initial_of(sounds, c);
        buffer_rune(&text, c);
        buffer_rune(&want, to ? to : c);
        tokens_key(&got, buffer_span(&text));
        wrong += !span_eq(buffer_span(&got), buffer_span(&want));
        if (!to || to == c) {
            buffer_clear(&got);
            tokens_initials(&got, buffer_span(&text));
            wrong += letter == '-' ? got.n != 0 : got.n != 1 || got.p[0] != letter;
        }
        buffer_release(&text), buffer_release(&got), buffer_release(&want);
    }
    CHECK_INT(wrong, 0);
}

int main(int argc, char **argv)
{
    UTransliterator *simple = open_rules("Traditional-Simplified");
    UTransliterator *sounds = open_rules("Han-Latin; Latin-ASCII");
    bool print = argc > 1 && strcmp(argv[1], "--print") == 0;

    if (CHECK(simple && sounds)) {
        if (print)
            print_tables(simple, sounds);
        else
            check_tables(simple, sounds);
    }
    utrans_close(simple);
    utrans_close(sounds);
    if (print)
        return 0;
    check_cuts();
    check_folds();
    check_numbers_of_documents();
    check_bounds();
    check_stop();
    check_places();
    check_forms();
    check_codes();
    return test_end();
}
