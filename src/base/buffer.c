/*
 * buffer.c: growing text with a sticky failure. An empty buffer points at a shared zero byte that
 * nobody writes.
 */
#include "base/buffer.h"
#include "base/alloc.h"
#include "base/utf8.h"
#include <stdio.h>

char buffer_empty[1];

void buffer_init(struct buffer *b)
{
    *b = (struct buffer)BUFFER_INIT;
}

void buffer_release(struct buffer *b)
{
    if (b->room)
        alloc_free(b->p);
    buffer_init(b);
}

void buffer_clear(struct buffer *b)
{
    b->n = 0;
    b->failed = false;
    if (b->room)
        b->p[0] = '\0';
}

/* Makes room for n more bytes and the zero byte. */
static bool grow(struct buffer *b, size_t n)
{
    size_t need, room;
    char *p;

    if (b->failed)
        return false;
    if (b->room && n < b->room - b->n)
        return true;
    if (n > SIZE_MAX / 4 - b->n) {
        b->failed = true;
        return false;
    }
    need = b->n + n + 1;
    room = b->room * 2 > need ? b->room * 2 : need;
    if (room < 64)
        room = 64;
    p = alloc_resize(b->room ? b->p : NULL, room);
    if (!p) {
        b->failed = true;
        return false;
    }
    b->p = p;
    b->room = room;
    return true;
}

void buffer_add(struct buffer *b, struct span s)
{
    if (s.n == 0 || !grow(b, s.n))
        return;
    memcpy(b->p + b->n, s.p, s.n);
    b->n += s.n;
    b->p[b->n] = '\0';
}

void buffer_add_z(struct buffer *b, const char *z)
{
    buffer_add(b, span_z(z));
}

void buffer_byte(struct buffer *b, char c)
{
    if (!grow(b, 1))
        return;
    b->p[b->n++] = c;
    b->p[b->n] = '\0';
}

void buffer_rune(struct buffer *b, uint32_t rune)
{
    char bytes[4];

    buffer_add(b, span_of(bytes, utf8_encode(rune, bytes)));
}

/* ---- markup ---- */

static const char *entity(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

/* XML 1.0: no controls but tab and line ends, no surrogates, no U+FFFE and U+FFFF. */
static bool xml_allows(uint32_t c)
{
    return c == '\t' || c == '\n' || c == '\r' || (c >= ' ' && c < 0xD800) ||
           (c >= 0xE000 && c < 0xFFFE) || (c > 0xFFFF && c <= 0x10FFFF);
}

void buffer_escape(struct buffer *b, struct span s)
{
    static const char replacement[] = "\xEF\xBF\xBD";
    size_t from = 0;

    for (size_t i = 0, n = 1; i < s.n; i += n) {
        const char *instead = entity(s.p[i]);
        if (!instead && !xml_allows(utf8_decode(span_from(s, i), &n)))
            instead = replacement;
        if (instead) {
            n = instead == replacement ? n : 1;
            buffer_add(b, span_of(s.p + from, i - from));
            buffer_add_z(b, instead);
            from = i + n;
        }
    }
    if (from < s.n)
        buffer_add(b, span_from(s, from));
}

/* ---- formats ---- */

void buffer_vprint(struct buffer *b, const char *format, va_list args)
{
    va_list again;
    int n;

    va_copy(again, args);
    n = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (n < 0)
        b->failed = true;
    else if (grow(b, (size_t)n)) {
        vsnprintf(b->p + b->n, (size_t)n + 1, format, args);
        b->n += (size_t)n;
    }
}

void buffer_print(struct buffer *b, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    buffer_vprint(b, format, args);
    va_end(args);
}
