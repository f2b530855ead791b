/*
 * reflow.c: hard-wrapped text whose printed lines are of one width. A converter often cuts a
 * printed line once more behind its punctuation; the pieces add up to the width of print. So the
 * end of a paragraph shows: its last printed line is short. Widths are counted in cells: two for a
 * character, one for a Latin letter or digit; punctuation squeezed together explains a tolerance of
 * two.
 */
#include "document/document_int.h"

#define CELLS_MAX 240 /* wider lines are paragraphs, not lines of print */
#define CELLS_MIN 40
#define SLACK     2

static struct span content(const struct build *b, uint32_t i)
{
    const struct line *l = &b->lines.at[i];
    return span_of(b->doc->bytes.p + l->content_start, l->content_end - l->content_start);
}

static unsigned cells(struct span s)
{
    size_t n = 0, latin = 0, end = s.n > 3 * CELLS_MAX ? 3 * CELLS_MAX : s.n;
    for (size_t i = 0; i < end; i++) {
        unsigned char c = (unsigned char)s.p[i];
        n += (c & 0xC0) != 0x80;
        latin += c < 0x80;
    }
    n = 2 * n - latin;
    return n > CELLS_MAX ? CELLS_MAX + 1 : (unsigned)n;
}

static unsigned around(const unsigned *count, unsigned at)
{
    unsigned n = 0;
    for (unsigned i = at - SLACK; i <= at + SLACK; i++)
        n += count[i];
    return n;
}

static unsigned mode(const unsigned *count, unsigned from, unsigned to)
{
    unsigned best = from;
    for (unsigned i = from; i <= to; i++)
        if (count[i] > count[best])
            best = i;
    return best;
}

/* Measures the width of print and the indent of a first line in some lines; width 0: no such
 * layout. Documents of one compilation may differ in width. */
void reflow_measure(struct build *b, uint32_t from, uint32_t to)
{
    unsigned count[CELLS_MAX + 8] = {0}, lines = 0, wider = 0;
    b->reflow = (struct reflow){0};
    if (b->doc->joining != DOC_JOIN_WRAPPED)
        return;
    for (uint32_t i = from; i < to; i++)
        if (!b->lines.at[i].blank && !b->lines.at[i].page) {
            count[cells(content(b, i))]++;
            lines++;
        }
    unsigned width = mode(count, CELLS_MIN, CELLS_MAX - 1);
    for (unsigned i = width + 2 * SLACK + 1; i < COUNT_OF(count); i++)
        wider += count[i];
    if (around(count, width) * 12 < lines || wider * 50 > lines || around(count, width) < 8)
        return;
    unsigned first = mode(count, width - 8, width - 3);
    b->reflow.width = width;
    b->reflow.indent = count[first] * 40 > lines ? width - first : 4;
}

static bool full(unsigned at, unsigned width)
{
    return at + SLACK >= width && at <= width + SLACK;
}

/* Do the pieces from line i on fill up a printed line that stands at `at`? */
static bool fills(const struct build *b, uint32_t i, unsigned at, unsigned width)
{
    struct enumerator e;
    bool ended = false;
    for (; i < b->lines.n && at <= width + SLACK; i++) {
        const struct line *l = &b->lines.at[i];
        if (l->blank || l->page)
            continue;
        struct span s = content(b, i);
        if (l->role || (ended && enumerator_read(s, &e)))
            return false;
        at += cells(s);
        if (full(at, width))
            return true;
        ended = text_ends_sentence(s);
    }
    return false;
}

/* A text without the marks of a sentence: what a heading looks like. No heading stops at a word
 * that waits for another, and what stands behind 【...】 is the text of an article. */
static bool heading_piece(struct span s)
{
    static const char *const marks[] = {"，", "。", "；", "：", "（", NULL};
    static const char *const waiting[] = {"、", "之", "的", "和", "与", "或", "及", NULL};
    size_t label = span_find(s, SPAN("】"));
    return !word_has_any(s, marks) && !word_ends_any(s, waiting) &&
           (label == SIZE_MAX || label + 3 == s.n);
}

/* Brackets that text opens and does not close; a full stop ends the count. */
static int open_brackets(struct span s)
{
    int open = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == '(')
            open++;
        else if (c == ')')
            open--;
        else if ((c == 0xE3 || c == 0xEF) && i + 3 <= s.n) {
            open += memcmp(s.p + i, "（", 3) == 0;
            open -= memcmp(s.p + i, "）", 3) == 0;
            if (memcmp(s.p + i, "。", 3) == 0)
                open = 0;
        }
    }
    return open;
}

void reflow_begin(struct build *b, uint32_t i)
{
    struct reflow *r = &b->reflow;
    struct span s = content(b, i);
    struct enumerator e;
    bool enumerated = enumerator_read(s, &e);
    r->at = cells(s);
    r->capacity = r->width - r->indent;
    r->lone = enumerated && e.length + 1 >= s.n;
    r->heading = enumerated && heading_piece(span_from(s, e.length));
    r->first = enumerated && span_find(s, SPAN("。")) == SIZE_MAX ? e.style : STYLE_NONE;
    r->open = open_brackets(s);
}

static bool new_line(struct reflow *r, unsigned n)
{
    r->at = n;
    r->capacity = r->width;
    r->heading = false;
    r->first = STYLE_NONE;
    return true;
}

/* The printed line stopped short: by a paragraph's end, or the measure is a little off. */
static bool short_goes_on(struct build *b, uint32_t next, unsigned n, bool ended)
{
    struct reflow *r = &b->reflow;
    bool nearly = r->at + 3 * SLACK >= r->capacity;
    if (ended && (!nearly || fills(b, next, 0, r->width - r->indent)))
        return false;
    if (!ended && r->heading && !nearly)
        return false;
    return new_line(r, n);
}

/* Does the paragraph go on with line `next`? `last` is its last line so far. */
bool reflow_goes_on(struct build *b, uint32_t last, uint32_t next)
{
    struct reflow *r = &b->reflow;
    struct span s = content(b, next);
    unsigned n = cells(s);
    struct enumerator e;
    struct span l = content(b, last);
    bool ended = text_ends_sentence(l),
         listing = span_ends(l, SPAN("、")) || span_ends(l, SPAN("，"));
    bool enumerated = !listing && enumerator_read(s, &e);
    bool lone = r->lone, reached = full(r->at, r->capacity);
    bool inside = r->open > 0;
    r->lone = false;
    r->open = (inside ? r->open : 0) + open_brackets(s);
    if (lone) {
        r->heading &= heading_piece(s);
        r->at += n;
        return !enumerated;
    }
    /* a bracket behind a sentence names who is responsible: part of the paragraph */
    if (!enumerated && (inside || span_starts(s, SPAN("（")) || span_starts(s, SPAN("("))))
        return r->at + n > r->capacity + SLACK ? new_line(r, n) : (r->at += n, true);
    /* a numbered heading of one full line, and the first item below it */
    bool below = r->first != STYLE_NONE && r->first != e.style;
    if (enumerated && (ended || r->heading || !reached || below))
        return false;
    if (reached)
        return new_line(r, n);
    if (r->at + n > r->capacity + SLACK)
        return short_goes_on(b, next, n, ended);
    if ((ended || r->heading) && !fills(b, next, r->at, r->capacity) &&
        fills(b, next, 0, r->width - r->indent))
        return false;
    r->heading &= heading_piece(s);
    if (span_find(s, SPAN("。")) != SIZE_MAX)
        r->first = STYLE_NONE;
    r->at += n;
    return true;
}
