/*
 * encoding.c: which encoding a text is in, and the text in UTF-8. A byte order mark decides; else
 * valid UTF-8 is UTF-8; else UTF-16 or GB18030, when every byte decodes and what comes out looks
 * like Chinese. A guess that does not look right is not made.
 */
#include <unicode/ucnv.h>
#include "base/buffer.h"
#include "base/utf8.h"
#include "document/reader_int.h"

struct mark {
    struct span bytes;
    const char *name, *icu;
};

/* UTF-32 before UTF-16: its mark begins with the other's. */
static const struct mark marks[] = {
    {{"\xEF\xBB\xBF", 3}, "UTF-8", NULL},          {{"\xFF\xFE\0\0", 4}, "UTF-32LE", "UTF-32LE"},
    {{"\0\0\xFE\xFF", 4}, "UTF-32BE", "UTF-32BE"}, {{"\xFF\xFE", 2}, "UTF-16LE", "UTF-16LE"},
    {{"\xFE\xFF", 2}, "UTF-16BE", "UTF-16BE"},     {{"\x84\x31\x95\x33", 4}, "GB18030", "gb18030"},
};

/* Does a text of this language use the code point? */
static bool usual(uint32_t c)
{
    static const struct {
        uint32_t from, to;
    } ranges[] = {{9, 10},          {12, 13},         {0x20, 0x7E},     {0xA0, 0xFF},
                  {0x2010, 0x2044}, {0x2103, 0x2103}, {0x2150, 0x218F}, {0x2190, 0x2193},
                  {0x2460, 0x24FF}, {0x2500, 0x25FF}, {0x3000, 0x303F}, {0x3200, 0x33FF},
                  {0x4E00, 0x9FFF}, {0xFF00, 0xFFEF}, {0xFEFF, 0xFEFF}};
    for (size_t i = 0; i < COUNT_OF(ranges); i++)
        if (c >= ranges[i].from && c <= ranges[i].to)
            return true;
    return false;
}

struct decoded {
    struct buffer text;
    size_t runes, usual;
};

static void take(struct decoded *d, const UChar *p, size_t n)
{
    for (size_t i = 0; i < n;) {
        uint32_t c = p[i++];
        if ((c & 0xFC00) == 0xD800 && i < n)
            c = 0x10000 + ((c & 0x3FF) << 10) + (p[i++] & 0x3FF);
        d->runes++;
        d->usual += usual(c);
        if (d->runes > 1 || c != 0xFEFF)
            buffer_rune(&d->text, c);
    }
}

/* false: some byte does not fit the encoding (or there is no memory: d->text failed). */
static bool decode(const char *icu, struct span bytes, struct decoded *d)
{
    UErrorCode status = U_ZERO_ERROR;
    UConverter *cnv = ucnv_open(icu, &status);
    const char *p = bytes.p, *end = bytes.p + bytes.n;
    UChar room[2048];

    if (U_SUCCESS(status))
        ucnv_setToUCallBack(cnv, UCNV_TO_U_CALLBACK_STOP, NULL, NULL, NULL, &status);
    bool more = U_SUCCESS(status);
    while (more) {
        UChar *to = room;
        status = U_ZERO_ERROR;
        /* one less: a pair of surrogates is never cut, ICU keeps its second half back */
        ucnv_toUnicode(cnv, &to, room + COUNT_OF(room) - 1, &p, end, NULL, true, &status);
        size_t n = (size_t)(to - room);
        if (status == U_BUFFER_OVERFLOW_ERROR && n && (room[n - 1] & 0xFC00) == 0xD800) {
            UChar *last = to;
            status = U_ZERO_ERROR;
            ucnv_toUnicode(cnv, &last, to + 1, &p, end, NULL, true, &status);
            n = (size_t)(last - room);
        }
        take(d, room, n);
        more = status == U_BUFFER_OVERFLOW_ERROR && !buffer_failed(&d->text);
    }
    ucnv_close(cnv);
    return U_SUCCESS(status) && !buffer_failed(&d->text);
}

/* GB18030 accepts almost any pair of bytes; texts use the characters of its first level and its
   punctuation. Big5 and others fail here. */
static bool chinese_pairs(struct span s)
{
    size_t pairs = 0, common = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char a = (unsigned char)s.p[i];
        if (a < 0x80)
            continue;
        unsigned char b = i + 1 < s.n ? (unsigned char)s.p[i + 1] : 0;
        pairs++;
        common += b >= 0xA1 && ((a >= 0xB0 && a <= 0xD7) || (a >= 0xA1 && a <= 0xA9));
        i++;
    }
    return pairs > 0 && common * 100 >= pairs * 80;
}

enum fit { FIT_NO, FIT_YES, FIT_MEMORY };

/* Decodes and keeps the text when it looks right. */
static enum fit try_encoding(struct arena *a, const char *icu, const char *name, struct span bytes,
                             bool sure, struct reader_text *ret)
{
    struct decoded d = {.text = BUFFER_INIT};
    bool ok = decode(icu, bytes, &d);
    enum fit fit = buffer_failed(&d.text) ? FIT_MEMORY : FIT_NO;

    if (ok && (sure || d.usual * 100 >= d.runes * 97)) {
        ret->text = arena_copy(a, buffer_span(&d.text));
        ret->encoding = name;
        fit = ret->text.p ? FIT_YES : FIT_MEMORY;
    }
    buffer_release(&d.text);
    return fit;
}

static const struct mark *find_mark(struct span bytes)
{
    for (size_t i = 0; i < COUNT_OF(marks); i++)
        if (span_starts(bytes, marks[i].bytes))
            return &marks[i];
    return NULL;
}

static int converted(enum fit fit, struct arena *a, struct reader_text *ret, struct err *err)
{
    if (fit == FIT_MEMORY)
        return err_memory(err);
    reader_note(a, ret, "由 %s 编码转换为 UTF-8", ret->encoding);
    return a->failed ? err_memory(err) : 0;
}

static int marked(struct arena *a, const struct mark *m, struct span bytes, struct reader_text *ret,
                  struct err *err)
{
    enum fit fit = try_encoding(a, m->icu, m->name, bytes, true, ret);
    if (fit != FIT_NO)
        return converted(fit, a, ret, err);
    err_set(err, E_ENCODING, "the file begins as %s but does not go on as such", m->name);
    err_hint(err, "open it in an editor and save it as UTF-8");
    return E_ENCODING;
}

static int guessed(struct arena *a, struct span bytes, struct reader_text *ret, struct err *err)
{
    bool even = bytes.n % 2 == 0;
    enum fit fit = FIT_NO;

    if (even)
        fit = try_encoding(a, "UTF-16LE", "UTF-16LE", bytes, false, ret);
    if (even && fit == FIT_NO)
        fit = try_encoding(a, "UTF-16BE", "UTF-16BE", bytes, false, ret);
    if (fit == FIT_NO && !(bytes.n && memchr(bytes.p, 0, bytes.n)) && chinese_pairs(bytes))
        fit = try_encoding(a, "gb18030", "GB18030", bytes, false, ret);
    return fit == FIT_NO ? 0 : converted(fit, a, ret, err);
}

int encoding_read(struct arena *a, struct span bytes, struct reader_text *ret, struct err *err)
{
    const struct mark *m = find_mark(bytes);

    ret->text = bytes;
    ret->encoding = "UTF-8";
    if (m && m->icu)
        return marked(a, m, bytes, ret, err);
    if (m || bytes.n == 0)
        return 0;
    if (utf8_check(bytes) == SIZE_MAX && !memchr(bytes.p, 0, bytes.n))
        return 0;
    return guessed(a, bytes, ret, err);
}
