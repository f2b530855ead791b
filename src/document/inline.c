/*
 * inline.c: marks inside the text of a node: cited titles, 文号, responsible departments,
 * addresses, numbers.
 */
#include "document/document_int.h"

#define CITATION_MAX    600  /* bytes between 《 and 》 */
#define RESPONSIBLE_MAX 1500 /* bytes of a list of departments */

struct scan {
    struct build *b;
    struct mark_vector marks;
    struct span s;
};

static size_t mark_add(struct scan *c, enum doc_mark_kind kind, size_t from, size_t to)
{
    struct doc_mark *m = VECTOR_PUSH(c->b->arena, &c->marks, struct doc_mark);
    if (m)
        *m = (struct doc_mark){.kind = kind, .start = (uint32_t)from, .end = (uint32_t)to};
    return to;
}

/* 《...》 with 《》 inside counted. */
static size_t citation(struct scan *c, size_t at)
{
    unsigned depth = 0;
    for (size_t i = at; i + 3 <= c->s.n && i - at < CITATION_MAX; i++) {
        if (memcmp(c->s.p + i, "《", 3) == 0)
            depth++;
        else if (memcmp(c->s.p + i, "》", 3) == 0 && --depth == 0)
            return mark_add(c, DOC_MARK_CITATION, at, i + 3);
    }
    return at + 3;
}

static size_t digits(struct span s, size_t at)
{
    size_t n = 0;
    while (at + n < s.n && s.p[at + n] >= '0' && s.p[at + n] <= '9')
        n++;
    return n;
}

static bool han_before(struct span s, size_t at)
{
    return at >= 3 && (unsigned char)s.p[at - 3] >= 0xE4 && (unsigned char)s.p[at - 3] <= 0xE9;
}

/* 某府规〔2020〕3号: the characters before the bracket belong to it. */
static size_t number(struct scan *c, size_t at)
{
    size_t n = digits(c->s, at + 3), from = at;
    struct span rest = span_from(c->s, at + 3 + n);
    if (n != 4 || !span_starts(rest, SPAN("〕")))
        return at + 3;
    size_t m = digits(c->s, at + n + 6), end = at + n + 6 + m;
    if (m == 0 || !span_starts(span_from(c->s, end), SPAN("号")))
        return at + 3;
    while (han_before(c->s, from) && at - from < 36)
        from -= 3;
    return mark_add(c, DOC_MARK_NUMBER, from, end + 3);
}

/* （责任部门：...） */
static size_t responsible(struct scan *c, size_t at, size_t open)
{
    static const char *const words[] = {"责任部门", "责任单位", "牵头单位", "牵头部门",
                                        "主责单位", "责任主体", NULL};
    if (!word_starts_any(span_from(c->s, at + open), words))
        return at + open;
    struct span rest = span_from(c->s, at + open);
    if (rest.n > RESPONSIBLE_MAX)
        rest.n = RESPONSIBLE_MAX;
    size_t wide = span_find(rest, SPAN("）")), narrow = span_find(rest, SPAN(")"));
    size_t close = wide < narrow ? wide + 3 : narrow + 1;
    if (wide == SIZE_MAX && narrow == SIZE_MAX)
        return at + open;
    return mark_add(c, DOC_MARK_RESPONSIBLE, at, at + open + close);
}

static bool address_char(char ch)
{
    return ch > ' ' && ch < 0x7F && !strchr(",;()<>\"", ch);
}

static size_t address(struct scan *c, size_t at)
{
    struct span rest = span_from(c->s, at);
    if (!span_starts(rest, SPAN("http://")) && !span_starts(rest, SPAN("https://")))
        return at + 1;
    size_t n = 0;
    while (n < rest.n && address_char(rest.p[n]))
        n++;
    return mark_add(c, DOC_MARK_URL, at, at + n);
}

static bool mail_char(char ch)
{
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') ||
           (ch && strchr("._-+", ch));
}

static size_t email(struct scan *c, size_t at)
{
    size_t from = at, to = at + 1;
    while (from > 0 && mail_char(c->s.p[from - 1]) && at - from < 64)
        from--;
    while (to < c->s.n && mail_char(c->s.p[to]))
        to++;
    if (from == at || to - at < 4)
        return at + 1;
    return mark_add(c, DOC_MARK_EMAIL, from, to);
}

static size_t phone(struct scan *c, size_t at)
{
    size_t count, n = text_phone(c->s, at, &count), skip = digits(c->s, at);
    bool mobile = count == 11 && c->s.p[at] == '1' && n == 11;
    if (n && count <= 13 && !mobile)
        mark_add(c, DOC_MARK_PHONE, at, at + n);
    return at + (n ? n : skip);
}

static size_t mark_at(struct scan *c, size_t at)
{
    struct span rest = span_from(c->s, at);
    switch ((unsigned char)c->s.p[at]) {
    case 0xE3:
        if (span_starts(rest, SPAN("《")))
            return citation(c, at);
        return span_starts(rest, SPAN("〔")) ? number(c, at) : at + 3;
    case 0xEF:
        return span_starts(rest, SPAN("（")) ? responsible(c, at, 3) : at + 3;
    case '(':
        return responsible(c, at, 1);
    case 'h':
        return address(c, at);
    case '@':
        return email(c, at);
    default:
        return c->s.p[at] >= '0' && c->s.p[at] <= '9' ? phone(c, at) : at + 1;
    }
}

static void scan_node(struct build *b, struct doc_node *n)
{
    struct scan c = {.b = b, .s = n->text};
    for (size_t at = 0; at < c.s.n;) {
        unsigned char byte = (unsigned char)c.s.p[at];
        at = byte >= 0x80 && byte != 0xE3 && byte != 0xEF ? at + 1 : mark_at(&c, at);
    }
    n->marks = c.marks.at;
    n->mark_count = c.marks.n;
}

void inline_marks(struct build *b)
{
    const struct doc_node *n = b->doc->root;
    for (; n; n = doc_following(b->doc->root, n))
        scan_node(b, (struct doc_node *)n); /* ours until the parse returns */
}
