/*
 * lines.c: phase one, first half: the file as lines with their properties. Knows nothing of
 * meaning.
 */
#include "document/document_int.h"
#include "base/utf8.h"

#define WRAP_WIDTH 15 /* characters: print lines are wider, headings and cells rarely */

static const char nul_hint[] = "the file is binary or UTF-16; convert it to UTF-8 text first";
static const char utf8_hint[] = "convert it first, for example: iconv -f GB18030 -t UTF-8";

static int bad_byte(struct build *b, size_t offset, int code, const char *what, const char *hint)
{
    uint32_t line, column;
    utf8_position(span_of(b->doc->bytes.p, offset), offset, &line, &column);
    err_set(b->err, code, "%s at byte %zu", what, offset);
    err_at(b->err, b->doc->file, line, column);
    err_hint(b->err, "%s", hint);
    return code;
}

static int check_bytes(struct build *b)
{
    struct span s = b->doc->bytes;
    if (s.n > DOC_FILE_MAX) {
        err_set(b->err, E_LIMIT, "file of %zu bytes; at most %u are read", s.n, DOC_FILE_MAX);
        err_at(b->err, b->doc->file, 0, 0);
        err_hint(b->err, "split the file");
        return E_LIMIT;
    }
    const char *nul = s.n ? memchr(s.p, 0, s.n) : NULL;
    if (nul)
        return bad_byte(b, (size_t)(nul - s.p), E_ENCODING, "NUL byte", nul_hint);
    size_t bad = utf8_check(s);
    if (bad != SIZE_MAX)
        return bad_byte(b, bad, E_ENCODING, "invalid UTF-8", utf8_hint);
    return 0;
}

/* Bytes of white space at p: ASCII blanks, U+00A0, U+3000, U+FEFF; 0 = none. */
static size_t blank_at(const char *p, const char *end)
{
    unsigned char c = (unsigned char)*p;
    if (c == ' ' || (c >= '\t' && c <= '\r'))
        return 1;
    if (c < 0xC2)
        return 0;
    if (c == 0xC2 && end - p >= 2 && (unsigned char)p[1] == 0xA0)
        return 2;
    if (end - p < 3)
        return 0;
    return memcmp(p, "\xE3\x80\x80", 3) == 0 || memcmp(p, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
}

static size_t blank_before(const char *p, const char *start)
{
    if (p > start && (p[-1] == ' ' || (p[-1] >= '\t' && p[-1] <= '\r')))
        return 1;
    if (p - start >= 2 && memcmp(p - 2, "\xC2\xA0", 2) == 0)
        return 2;
    return p - start >= 3 && memcmp(p - 3, "\xE3\x80\x80", 3) == 0 ? 3 : 0;
}

/* A page number alone on its line, or the mark of a converter: "# Page 12:". */
static bool is_page(struct span s)
{
    if (span_starts(s, SPAN("# Page ")) && span_ends(s, SPAN(":")))
        s = span_of(s.p + 7, s.n - 8);
    else if (s.n > 4 && span_starts(s, SPAN("- ")) && span_ends(s, SPAN(" -")))
        s = span_of(s.p + 2, s.n - 4);
    if (s.n == 0 || s.n > 4)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return true;
}

static bool has_controls(struct span s)
{
    bool found = false;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        found |=
            (c < ' ') & ((c < '\t') | (c > '\r')); /* without a branch: the compiler widens it */
    }
    return found;
}

/* What the whole file holds at all: most files have neither, and their lines need no look. */
struct rare {
    bool feeds, controls;
};

static void line_describe(struct line *l, const char *text, size_t end, const struct line *before,
                          const struct rare *rare)
{
    const char *p = text + l->start, *e = text + end;
    bool feed = rare->feeds && memchr(p, '\f', (size_t)(e - p)) != NULL;
    size_t n;
    while (p < e && (n = blank_at(p, e)))
        p += n;
    while (e > p && (n = blank_before(e, p)))
        e -= n;
    l->content_start = (uint32_t)(p - text);
    l->content_end = (uint32_t)(e - text);
    l->blank = p == e;
    l->trailing = end > l->start && text[end - 1] == ' ';
    if (l->blank)
        return;
    struct span content = span_of(p, (size_t)(e - p));
    l->page = is_page(content);
    l->raw = rare->controls && has_controls(content);
    /* the form feed is often lost: its page then starts right under a line of text, after one space
     */
    l->top = feed || !before || (!before->blank && text[l->start] == ' ');
}

static int too_long(struct build *b, size_t start)
{
    err_set(b->err, E_LIMIT, "line of more than %u bytes", DOC_LINE_MAX);
    err_at(b->err, b->doc->file, (uint32_t)b->lines.n + 1, 1);
    err_hint(b->err, "byte %zu: is this a text file? break its lines", start);
    return E_LIMIT;
}

/* A page number before a line makes it the top of a page. */
static void mark_tops(struct span text, struct line_vector *v)
{
    static const char *const open[] = {"—", "-", "、", "，", "（", NULL};
    bool page = false;
    const struct line *before = NULL;
    for (size_t i = 0; i < v->n; i++) {
        struct line *l = &v->at[i];
        /* the rest of a number that the line before began */
        if (l->page && text.p[l->content_start] != '#' && before &&
            word_ends_any(span_of(text.p + before->content_start,
                                  before->content_end - before->content_start),
                          open))
            l->page = false;
        if (l->page)
            page = true;
        else if (!l->blank) {
            l->top |= page;
            page = false;
            before = l;
        }
    }
}

/* Lines, pieces and segments come about one for one: room made at once spares the copies of growth.
 */
static int make_room(struct build *b)
{
    struct span s = b->doc->bytes;
    size_t n = 2;
    for (const char *p = s.p, *end = s.p + s.n; p < end && (p = memchr(p, '\n', (size_t)(end - p)));
         p++)
        n++;
    b->lines.at = ARENA_ARRAY(b->arena, struct line, n);
    b->pieces.at = ARENA_ARRAY(b->arena, struct doc_piece, n);
    b->segs.at = ARENA_ARRAY(b->arena, struct doc_seg, n);
    if (!b->lines.at || !b->pieces.at || !b->segs.at)
        return err_memory(b->err);
    b->lines.room = b->pieces.room = b->segs.room = n;
    return 0;
}

int lines_read(struct build *b)
{
    int r = check_bytes(b);
    if (r == 0)
        r = make_room(b);
    if (r < 0)
        return r;
    struct span s = b->doc->bytes;
    struct rare rare = {.feeds = s.n && memchr(s.p, '\f', s.n), .controls = has_controls(s)};
    for (size_t at = 0; at < s.n;) {
        const char *nl = memchr(s.p + at, '\n', s.n - at);
        size_t end = nl ? (size_t)(nl - s.p) : s.n;
        if (end - at > DOC_LINE_MAX)
            return too_long(b, at);
        const struct line *before = NULL;
        struct line *l = VECTOR_PUSH(b->arena, &b->lines, struct line);
        if (!l)
            return err_memory(b->err);
        if (b->lines.n > 1)
            before = l - 1;
        l->start = (uint32_t)at;
        l->next = (uint32_t)(nl ? end + 1 : end);
        if (end > at && s.p[end - 1] == '\r')
            end--;
        line_describe(l, s.p, end, before, &rare);
        at = l->next;
    }
    mark_tops(s, &b->lines);
    b->doc->lines = (uint32_t)b->lines.n;
    return 0;
}

/* Which rule joins lines into paragraphs is measured, not assumed: converters differ. */
enum doc_joining lines_measure(const struct build *b)
{
    size_t full = 0, trailing = 0, cut = 0;
    for (size_t i = 0; i < b->lines.n; i++) {
        const struct line *l = &b->lines.at[i];
        if (l->blank)
            continue;
        full++;
        trailing += l->trailing;
        bool followed = i + 1 < b->lines.n && !l[1].blank;
        struct span s =
            span_of(b->doc->bytes.p + l->content_start, l->content_end - l->content_start);
        bool open = s.n && ((s.p[s.n - 1] & 0x80) != 0) && !text_ends_sentence(s);
        cut += followed && open && text_runes(s, WRAP_WIDTH) >= WRAP_WIDTH;
    }
    if (trailing >= 2 && trailing * 5 >= full)
        return DOC_JOIN_TRAILING_SPACE;
    /* hard-wrapped text: many lines of print width stop in the middle of a sentence and go on in
     * the next */
    return cut * 5 >= full && cut > 1 ? DOC_JOIN_WRAPPED : DOC_JOIN_SPACED;
}
