/*
 * enumerator.c: the numbering styles in use, read at the start of a paragraph. What level a number
 * stands on is not said by its style alone; outline.c decides that.
 */
#include "document/document_int.h"
#include "base/utf8.h"

static uint32_t rune_at(struct span s, size_t at, size_t *ret_n)
{
    *ret_n = 0;
    if (at >= s.n)
        return 0;
    return utf8_decode(span_from(s, at), ret_n);
}

static uint32_t chinese_digit(uint32_t rune)
{
    static const uint32_t runes[] = {0x3007, 0x4E00, 0x4E8C, 0x4E09, 0x56DB, 0x4E94,
                                     0x516D, 0x4E03, 0x516B, 0x4E5D}; /* 〇一二三四五六七八九 */
    for (uint32_t i = 0; i < COUNT_OF(runes); i++)
        if (rune == runes[i])
            return i;
    return rune == 0x96F6 ? 0 : UINT32_MAX; /* 零 */
}

size_t chinese_number(struct span s, uint32_t *ret)
{
    uint32_t value = 0, digit = 0;
    bool any = false;
    size_t at = 0, n;
    for (;;) {
        uint32_t rune = rune_at(s, at, &n), d = n ? chinese_digit(rune) : UINT32_MAX;
        if (d != UINT32_MAX)
            digit = d;
        else if (n && (rune == 0x5341 || rune == 0x767E)) { /* 十 百 */
            value += (digit || any ? digit : 1) * (rune == 0x5341 ? 10 : 100);
            digit = 0;
        } else
            break;
        any = true;
        at += n;
        if (at > 15) /* five characters: 一百二十三 is enough for any outline */
            return 0;
    }
    *ret = value + digit;
    return at;
}

/* Arabic number of at most three digits, half or full width. */
static size_t arabic_number(struct span s, uint32_t *ret)
{
    size_t at = 0, n, count = 0;
    uint32_t value = 0;
    for (; count < 4; count++) {
        uint32_t rune = rune_at(s, at, &n);
        if (n && rune >= '0' && rune <= '9')
            value = value * 10 + (rune - '0');
        else if (n && rune >= 0xFF10 && rune <= 0xFF19)
            value = value * 10 + (rune - 0xFF10);
        else
            break;
        at += n;
    }
    *ret = value;
    return count > 3 ? 0 : at;
}

static bool is_digit(struct span s, size_t at)
{
    return at < s.n && s.p[at] >= '0' && s.p[at] <= '9';
}

static size_t spaces_at(struct span s, size_t at)
{
    size_t n = 0;
    while (at + n < s.n) {
        if (s.p[at + n] == ' ' || s.p[at + n] == '\t')
            n++;
        else if (span_starts(span_from(s, at + n), SPAN("\xE3\x80\x80")))
            n += 3;
        else
            break;
    }
    return n;
}

static bool done(struct span s, struct enumerator *e, enum style style, size_t from, size_t digits,
                 size_t end)
{
    e->style = style;
    e->digits = span_of(s.p + from, digits);
    e->length = end + spaces_at(s, end);
    return true;
}

/* （一） (1) : number between brackets of any width. */
static bool bracketed(struct span s, struct enumerator *e)
{
    size_t open, close, n;
    uint32_t rune = rune_at(s, 0, &open);
    if (rune != '(' && rune != 0xFF08)
        return false;
    struct span in = span_from(s, open);
    enum style style = STYLE_CHINESE_BRACKET;
    n = chinese_number(in, &e->number);
    if (n == 0) {
        style = STYLE_NUMBER_BRACKET;
        n = arabic_number(in, &e->number);
    }
    rune = rune_at(in, n, &close);
    if (n == 0 || (rune != ')' && rune != 0xFF09))
        return false;
    e->variant = 0xFF09;
    return done(s, e, style, open, n, open + n + close);
}

/* 第一章 第一节 第一条, and 第一， */
static bool ordinal(struct span s, struct enumerator *e)
{
    static const struct {
        uint32_t rune;
        enum style style;
    } units[] = {{0x7AE0, STYLE_CHAPTER}, {0x8282, STYLE_SECTION}, {0x6761, STYLE_ARTICLE},
                 {0xFF0C, STYLE_ORDINAL}, {0x3001, STYLE_ORDINAL}, {',', STYLE_ORDINAL}};
    if (!span_starts(s, SPAN("第")))
        return false;
    size_t unit, n = chinese_number(span_from(s, 3), &e->number);
    if (n == 0)
        n = arabic_number(span_from(s, 3), &e->number);
    if (n == 0)
        return false;
    uint32_t rune = rune_at(s, 3 + n, &unit);
    for (size_t i = 0; i < COUNT_OF(units); i++)
        if (unit && rune == units[i].rune) {
            e->variant = rune;
            return done(s, e, units[i].style, 3, n, 3 + n + unit);
        }
    return false;
}

/* 一、 and 一是 */
static bool chinese(struct span s, struct enumerator *e)
{
    size_t unit, n = chinese_number(s, &e->number);
    if (n == 0)
        return false;
    uint32_t rune = rune_at(s, n, &unit);
    e->variant = rune;
    if (rune == 0x3001 || rune == 0xFF0E || rune == '.')
        return done(s, e, STYLE_CHINESE, 0, n, n + unit);
    if (rune == 0x662F) /* 是 */
        return done(s, e, STYLE_FIRSTLY, 0, n, n + unit);
    return false;
}

/* Behind "1.": "5" is a figure, "2019年度" and "12345热线" begin the text of an item. */
static bool figure_goes_on(struct span s, size_t at)
{
    size_t n = 0;
    while (is_digit(s, at + n))
        n++;
    return n > 0 && n < 4;
}

/* 1、 1. 1． 1） ; "1.5" and "9:00" are figures. */
static bool arabic(struct span s, struct enumerator *e)
{
    size_t unit, n = arabic_number(s, &e->number);
    if (n == 0)
        return false;
    uint32_t rune = rune_at(s, n, &unit);
    e->variant = rune;
    if (rune == ')' || rune == 0xFF09)
        return done(s, e, STYLE_NUMBER_BRACKET, 0, n, n + unit);
    if (rune == 0x3001 || rune == 0xFF0E || (rune == '.' && !figure_goes_on(s, n + 1)))
        return done(s, e, STYLE_NUMBER, 0, n, n + unit);
    return false;
}

static bool circled(struct span s, struct enumerator *e)
{
    size_t n;
    uint32_t rune = rune_at(s, 0, &n);
    if (rune < 0x2460 || rune > 0x2473)
        return false;
    e->number = rune - 0x2460 + 1;
    e->variant = 0x2460;
    return done(s, e, STYLE_CIRCLED, 0, n, n);
}

/* Bullets; several may stand together ("- ◆", "·•"). */
static bool bullet(struct span s, struct enumerator *e)
{
    static const char *const bullets[] = {"·", "•", "〃", "◆", "●", "■",
                                          "▪", "◇", "○",  "★", "☆", NULL};
    size_t at = 0;
    for (;;) {
        struct span rest = span_from(s, at);
        const char *const *w = bullets;
        while (*w && !span_starts(rest, span_z(*w)))
            w++;
        if (*w)
            at += strlen(*w);
        else if (span_starts(rest, SPAN("- ")) || span_starts(rest, SPAN("* ")))
            at += 2;
        else
            break;
        at += spaces_at(s, at);
    }
    e->variant = 0;
    return at > 0 && at < s.n && done(s, e, STYLE_BULLET, 0, at, at);
}

bool enumerator_read(struct span s, struct enumerator *e)
{
    *e = (struct enumerator){.style = STYLE_NONE};
    if (s.n < 2)
        return false;
    unsigned char first = (unsigned char)s.p[0];
    bool character =
        first >= 0xE4 && first <= 0xE9; /* most paragraphs begin with one: two styles do too */
    if (character
            ? ordinal(s, e) || chinese(s, e)
            : bracketed(s, e) || chinese(s, e) || arabic(s, e) || circled(s, e) || bullet(s, e))
        return true;
    *e = (struct enumerator){.style = STYLE_NONE};
    return false;
}

struct span enumerator_step(struct arena *a, const struct enumerator *e)
{
    struct span d = e->digits;
    switch (e->style) {
    case STYLE_CHAPTER:
        return arena_print(a, "第%.*s章", SPAN_ARG(d));
    case STYLE_SECTION:
        return arena_print(a, "第%.*s节", SPAN_ARG(d));
    case STYLE_ARTICLE:
        return arena_print(a, "第%.*s条", SPAN_ARG(d));
    case STYLE_ORDINAL:
        return arena_print(a, "第%.*s", SPAN_ARG(d));
    case STYLE_CHINESE_BRACKET:
        return arena_print(a, "（%.*s）", SPAN_ARG(d));
    case STYLE_NUMBER_BRACKET:
        return arena_print(a, "（%u）", e->number);
    case STYLE_NUMBER:
        return arena_print(a, "%u", e->number);
    case STYLE_FIRSTLY:
        return arena_print(a, "%.*s是", SPAN_ARG(d));
    case STYLE_CHINESE:
    case STYLE_CIRCLED:
        return d;
    case STYLE_NONE:
    case STYLE_BULLET:
        break;
    }
    return (struct span){0};
}
