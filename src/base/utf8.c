/*
 * utf8.c: UTF-8 as RFC 3629 has it: shortest forms only, no surrogates. Widths come from ICU.
 */
#include "base/utf8.h"
#include <unicode/uchar.h>

/* Bytes that a lead byte promises; 0 = it cannot lead. */
static size_t lead_length(unsigned char c)
{
    if (c < 0x80)
        return 1;
    if (c < 0xc2)
        return 0;
    if (c < 0xe0)
        return 2;
    if (c < 0xf0)
        return 3;
    return c < 0xf5 ? 4 : 0;
}

uint32_t utf8_decode(struct span s, size_t *ret_length)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    static const unsigned char keep[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    const unsigned char *p = (const unsigned char *)s.p;
    size_t n;
    uint32_t rune;

    *ret_length = s.n ? 1 : 0;
    if (s.n == 0)
        return RUNE_BAD;
    n = lead_length(p[0]);
    if (n == 0 || n > s.n)
        return RUNE_BAD;
    rune = p[0] & keep[n];
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return RUNE_BAD;
        rune = rune << 6 | (p[i] & 0x3f);
    }
    if (rune < least[n] || rune > 0x10ffff || (rune >= 0xd800 && rune < 0xe000))
        return RUNE_BAD;
    *ret_length = n;
    return rune;
}

size_t utf8_encode(uint32_t rune, char out[4])
{
    size_t n = rune < 0x80 ? 1 : rune < 0x800 ? 2 : rune < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};

    if (rune > 0x10ffff || (rune >= 0xd800 && rune < 0xe000))
        BUG("U+%04X is no code point", (unsigned)rune);
    for (size_t i = n - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (rune & 0x3f));
        rune >>= 6;
    }
    out[0] = (char)(lead[n] | rune);
    return n;
}

/* Bytes of plain ASCII at the start of s, eight at a time. */
static size_t ascii_run(struct span s)
{
    size_t i = 0;
    uint64_t w;

    for (; s.n - i >= sizeof w; i += sizeof w) {
        memcpy(&w, s.p + i, sizeof w);
        if (w & 0x8080808080808080u)
            break;
    }
    return i;
}

/* Bytes of the plain three-byte characters that s begins with: most of a Chinese text. E0 and ED
   have forbidden ranges and are left to the decoder. */
static size_t three_byte_run(struct span s)
{
    const unsigned char *p = (const unsigned char *)s.p;
    size_t i = 0;

    while (i + 3 <= s.n && p[i] > 0xE0 && p[i] <= 0xEF && p[i] != 0xED &&
           (p[i + 1] & 0xC0) == 0x80 && (p[i + 2] & 0xC0) == 0x80)
        i += 3;
    return i;
}

size_t utf8_check(struct span s)
{
    size_t i = 0, n;

    while (i < s.n) {
        i += ascii_run(span_from(s, i));
        if (i == s.n)
            break;
        i += three_byte_run(span_from(s, i));
        if (i == s.n)
            break;
        if (utf8_decode(span_from(s, i), &n) == RUNE_BAD)
            return i;
        i += n;
    }
    return SIZE_MAX;
}

size_t utf8_count(struct span s)
{
    size_t count = 0, n;

    for (; s.n; s = span_from(s, n)) {
        utf8_decode(s, &n);
        count++;
    }
    return count;
}

size_t utf8_offset(struct span s, size_t index)
{
    size_t i = 0, n;

    for (; index > 0 && i < s.n; index--) {
        utf8_decode(span_from(s, i), &n);
        i += n;
    }
    return i;
}

static size_t rune_width(uint32_t rune)
{
    int type, width;

    if (rune == RUNE_BAD)
        return 1;
    type = u_charType((UChar32)rune);
    if (type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK || type == U_FORMAT_CHAR)
        return 0;
    width = u_getIntPropertyValue((UChar32)rune, UCHAR_EAST_ASIAN_WIDTH);
    return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

size_t utf8_width(struct span s)
{
    size_t width = 0, n;

    for (; s.n; s = span_from(s, n)) {
        uint32_t rune = utf8_decode(s, &n);
        width += rune >= 0x20 && rune < 0x7f ? 1 : rune_width(rune);
    }
    return width;
}

void utf8_position(struct span s, size_t offset, uint32_t *ret_line, uint32_t *ret_column)
{
    uint32_t line = 1;
    size_t start = 0;

    if (offset > s.n)
        offset = s.n;
    while (start < offset) {
        const char *end = memchr(s.p + start, '\n', offset - start);
        if (!end)
            break;
        line++;
        start = (size_t)(end - s.p) + 1;
    }
    *ret_line = line;
    *ret_column = 1 + (uint32_t)utf8_count(span_of(s.p ? s.p + start : s.p, offset - start));
}
