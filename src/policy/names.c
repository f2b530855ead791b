/*
 * names.c: see names.h. Used by sentences about findings, by pages and by commands in English.
 */
#include "policy/names.h"
#include "base/buffer.h"

static const struct {
    const char *zh, *en;
} periods[] = {{"上年", "last year"},     {"本年", "this year"},    {"上月", "last month"},
               {"本月", "this month"},    {"本季", "this quarter"}, {"上季", "last quarter"},
               {"上一年度", "last year"}, {"今日", "today"}};

struct span name_words(const struct library *l, struct span name, bool english)
{
    const struct fact *f = english ? map_get(&l->fact_by_name, name) : NULL;
    const struct parameter *p = english && !f ? map_get(&l->parameter_by_name, name) : NULL;

    if (f && f->title.en.n)
        return f->title.en;
    return p && p->title.en.n ? p->title.en : name;
}

static bool in_word(char c)
{
    return (unsigned char)c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z') || c == '_';
}

/* A function keeps its bracket; words stand off theirs. */
static void add_word(struct buffer *out, const struct library *l, struct span word, bool opens)
{
    struct span words = name_words(l, word, true);

    for (size_t i = 0; i < COUNT_OF(periods); i++)
        if (span_eq(word, span_z(periods[i].zh))) {
            buffer_add_z(out, periods[i].en);
            return;
        }
    buffer_add(out, words);
    if (opens && !span_eq(words, word))
        buffer_byte(out, ' ');
}

/* The text literal that begins here, as it is. */
static size_t literal(struct span text)
{
    size_t n = 1;

    while (n < text.n && text.p[n] != '"')
        n += text.p[n] == '\\' && n + 1 < text.n ? 2 : 1;
    return n < text.n ? n + 1 : text.n;
}

struct span formula_words(struct arena *request, const struct library *l, struct span text,
                          bool english)
{
    struct buffer out = BUFFER_INIT;
    struct span rest = text;

    if (!english || !text.n)
        return text;
    while (rest.n) {
        size_t n = 0;
        while (n < rest.n && in_word(rest.p[n]))
            n++;
        if (n)
            add_word(&out, l, span_of(rest.p, n), n < rest.n && rest.p[n] == '(');
        else
            buffer_add(&out, span_of(rest.p, n = rest.p[0] == '"' ? literal(rest) : 1));
        rest = span_from(rest, n);
    }
    struct span copy =
        buffer_failed(&out) ? (struct span){0} : arena_copy(request, buffer_span(&out));
    buffer_release(&out);
    return copy.p ? copy : text;
}
