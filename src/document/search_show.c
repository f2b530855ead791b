/*
 * search_show.c: shown text with the words marked: the text is cut as the index cuts it, so that
 * what is marked is what was found. Long texts are cut to the part around the first marks.
 */
#include "base/utf8.h"
#include "document/search_int.h"

#define BEFORE 24 /* characters shown before the first mark of a cut text */

struct cut_token {
    struct span text;
    size_t start, end;
    bool joined;
};
struct cutting {
    struct arena *a;
    VECTOR_OF(struct cut_token, cut_tokens) tokens;
};

static int add_token(void *context, const struct token *t)
{
    struct cutting *c = context;
    struct cut_token *slot;

    if (t->colocated)
        return 0;
    slot = VECTOR_PUSH(c->a, &c->tokens, struct cut_token);
    if (!slot)
        return E_MEMORY;
    *slot = (struct cut_token){arena_copy(c->a, t->text), t->start, t->end, t->joined};
    return 0;
}

static bool occurs_at(const struct cutting *c, size_t at, const struct phrase *p)
{
    if (p->parts.n > c->tokens.n - at)
        return false;
    for (size_t i = 0; i < p->parts.n; i++) {
        const struct cut_token *t = &c->tokens.at[at + i];
        bool joined = i < 64 && i > 0 && (p->joined >> i & 1);
        if (!span_eq(t->text, p->parts.at[i]) || (joined && !t->joined))
            return false;
    }
    return true;
}

/* Tokens from `at` on that belong to a word of q; 0 = none. */
static size_t marked_at(const struct cutting *c, size_t at, const struct search_query *q)
{
    size_t longest = 0;

    for (size_t i = 0; i < q->n; i++)
        for (size_t k = 0; !q->words[i].excluded && k < q->words[i].way_count; k++) {
            const struct phrase *p = q->words[i].ways[k];
            if (p->parts.n > longest && occurs_at(c, at, p))
                longest = p->parts.n;
        }
    return longest;
}

struct range {
    size_t start, end;
};
VECTOR_OF(struct range, ranges);

static void find_ranges(struct arena *a, const struct search_query *q, struct span text,
                        struct ranges *ret)
{
    struct cutting c = {.a = a};

    (void)tokens_each(text, TOKENS_TEXT, add_token, &c);
    for (size_t i = 0, n; i < c.tokens.n; i += n ? n : 1) {
        n = marked_at(&c, i, q);
        struct range *r = n ? VECTOR_PUSH(a, ret, struct range) : NULL;
        if (r)
            *r = (struct range){c.tokens.at[i].start, c.tokens.at[i + n - 1].end};
    }
}

static void add_piece(struct arena *a, struct search_pieces *p, size_t *room, struct span text,
                      bool mark)
{
    struct search_piece *slot =
        text.n ? vector_push(a, (void **)&p->at, &p->n, room, sizeof(*p->at)) : NULL;
    if (slot)
        *slot = (struct search_piece){text, mark};
}

/* The byte `back` characters before `at`. */
static size_t step_back(struct span text, size_t at, size_t back)
{
    while (at > 0 && back > 0) {
        do
            at--;
        while (at > 0 && ((unsigned char)text.p[at] & 0xC0) == 0x80);
        back--;
    }
    return at;
}

/* What part of a long text is shown. */
static struct range window(struct span text, const struct ranges *marks, size_t most)
{
    size_t first = marks->n ? marks->at[0].start : 0;

    if (utf8_count(text) <= most)
        return (struct range){0, text.n};
    size_t start = step_back(text, first, BEFORE);
    struct span rest = span_from(text, start);
    if (utf8_count(rest) < most)
        start = step_back(text, text.n, most);
    return (struct range){start, start + utf8_offset(span_from(text, start), most)};
}

unsigned show_pieces(struct arena *a, const struct search_query *q, struct span text, size_t most,
                     struct search_pieces *ret)
{
    struct ranges marks = {0};
    struct search_pieces p = {0};
    size_t room = 0;

    if (!text.n) {
        *ret = p;
        return 0;
    }
    find_ranges(a, q, text, &marks);
    struct range w = window(text, &marks, most);
    size_t at = w.start;
    add_piece(a, &p, &room, w.start ? SPAN("…") : SPAN(""), false);
    for (size_t i = 0; i < marks.n && marks.at[i].start < w.end; i++) {
        size_t end = marks.at[i].end < w.end ? marks.at[i].end : w.end;
        if (marks.at[i].start < at)
            continue;
        add_piece(a, &p, &room, span_of(text.p + at, marks.at[i].start - at), false);
        add_piece(a, &p, &room, span_of(text.p + marks.at[i].start, end - marks.at[i].start), true);
        at = end;
    }
    add_piece(a, &p, &room, span_of(text.p + at, w.end - at), false);
    add_piece(a, &p, &room, w.end < text.n ? SPAN("…") : SPAN(""), false);
    *ret = p;
    return (unsigned)marks.n;
}
