/*
 * blocks.c: phase one, second half: lines become paragraphs. Three rules of joining, chosen by
 * measure: trailing space: a paragraph ends with the line that ends with a space (blank lines say
 * nothing); spaced: each line is a paragraph, unless it stops in the middle of a sentence (cut by a
 * page break); wrapped: lines of print width follow each other; an enumerator or a blank line
 * begins a new paragraph.
 */
#include "document/document_int.h"
#include "base/utf8.h"

/* A line this long which ends in no sentence mark was cut by a page break; titles are shorter. */
#define LONG_LINE  60
#define SHORT_LINE 25

static struct span content(const struct build *b, const struct line *l)
{
    return span_of(b->doc->bytes.p + l->content_start, l->content_end - l->content_start);
}

static bool starts_annex(struct span s)
{
    return span_starts(s, SPAN("附件")) || span_starts(s, SPAN("附：")) ||
           span_starts(s, SPAN("附:"));
}

static bool unfinished(struct span s)
{
    if (span_ends(s, SPAN("，")) || span_ends(s, SPAN("、")))
        return true;
    return text_runes(s, LONG_LINE) >= LONG_LINE && !text_ends_sentence(s);
}

/* Does the paragraph that holds `last` go on with `next`? */
static bool goes_on(struct build *b, const struct line *last, const struct line *next)
{
    struct span l = content(b, last), n = content(b, next);
    struct enumerator e;
    if (last->role || next->role)
        return last->role == next->role && !next->begins;
    switch (b->doc->joining) {
    case DOC_JOIN_TRAILING_SPACE:
        return !last->trailing && !(next->top && starts_annex(n));
    case DOC_JOIN_SPACED:
        return unfinished(l) && !enumerator_read(n, &e) && !starts_annex(n);
    case DOC_JOIN_WRAPPED:
        if (b->reflow.width && !starts_annex(n))
            return reflow_goes_on(b, (uint32_t)(last - b->lines.at),
                                  (uint32_t)(next - b->lines.at));
        if (enumerator_read(n, &e) || starts_annex(n))
            return false;
        if (text_runes(l, SHORT_LINE) < SHORT_LINE && text_title_like(l) && text_title_like(n))
            return false;
        if (last->top && text_document_title(l))
            return false;
        return next == last + 1 || !text_ends_sentence(l);
    }
    return false;
}

static bool ascii_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Two Latin words on two lines had a space between them; pieces of an address had none. */
static bool needs_space(const struct buffer *raw, struct span next)
{
    if (raw->n == 0 || next.n == 0 || !ascii_letter(raw->p[raw->n - 1]) || !ascii_letter(next.p[0]))
        return false;
    size_t word = raw->n;
    while (word > 0 && raw->p[word - 1] > ' ' && raw->p[word - 1] < 0x7F)
        word--;
    return span_find(span_of(raw->p + word, raw->n - word), SPAN("/")) == SIZE_MAX;
}

/* In a head the end of a paragraph parts issuers and title: it becomes a space. */
static bool paragraph_ended(const struct build *b, uint32_t i)
{
    while (i-- > 0)
        if (!b->lines.at[i].blank && !b->lines.at[i].page)
            return b->lines.at[i].trailing;
    return false;
}

static int block_join(struct build *b, struct block *k, uint32_t end)
{
    buffer_clear(&b->raw);
    k->seg = (uint32_t)b->segs.n;
    for (uint32_t i = k->first; i < end; i++) {
        const struct line *l = &b->lines.at[i];
        if (l->blank || (l->page && end - k->first > 1))
            continue;
        struct span s = content(b, l);
        bool ended = b->raw.n && l->role == ROLE_HEAD && b->raw.p[b->raw.n - 1] != ' ' &&
                     paragraph_ended(b, i);
        if (ended || needs_space(&b->raw, s))
            buffer_byte(&b->raw, ' ');
        struct doc_seg *seg = VECTOR_PUSH(b->arena, &b->segs, struct doc_seg);
        if (!seg)
            return E_MEMORY;
        *seg = (struct doc_seg){.text = (uint32_t)b->raw.n, .source = l->content_start};
        buffer_add(&b->raw, s);
    }
    k->seg_count = (uint32_t)b->segs.n - k->seg;
    return buffer_failed(&b->raw) ? E_MEMORY : repair_block(b, k);
}

static int block_close(struct build *b, struct block *k, uint32_t end)
{
    int r = block_join(b, k, end);
    if (r < 0)
        return err_memory(b->err);
    if (!k->raw && k->role == ROLE_NONE)
        enumerator_read(k->text, &k->mark);
    return 0;
}

static struct block *block_open(struct build *b, uint32_t first, bool spaced)
{
    struct block *k = VECTOR_PUSH(b->arena, &b->blocks, struct block);
    if (!k) {
        err_memory(b->err);
        return NULL;
    }
    const struct line *l = &b->lines.at[first];
    k->first = first;
    k->top = l->top;
    k->raw = l->raw;
    k->role = l->role;
    k->space_line_before = spaced;
    return k;
}

/* A block's lines reach to the next block: what stands between belongs to it. */
static void blocks_extend(struct build *b)
{
    for (size_t i = 0; i < b->blocks.n; i++)
        b->blocks.at[i].last =
            i + 1 < b->blocks.n ? b->blocks.at[i + 1].first : (uint32_t)b->lines.n;
}

/* A document that is too short to tell is measured like the whole file. */
static void measure_document(struct build *b, size_t head)
{
    uint32_t end = head + 1 < b->heads.n ? b->heads.at[head + 1].first : (uint32_t)b->lines.n;
    reflow_measure(b, b->heads.at[head].last, end);
    if (b->reflow.width)
        return;
    if (!b->whole_measured) {
        reflow_measure(b, 0, (uint32_t)b->lines.n);
        b->whole = b->reflow;
        b->whole_measured = true;
    }
    b->reflow = b->whole;
}

int blocks_make(struct build *b)
{
    struct block *open = NULL;
    const struct line *last = NULL; /* last line of text of the open block */
    uint32_t end = 0;
    bool spaced = false;
    size_t head = 0;
    if (!b->heads.n)
        reflow_measure(b, 0, (uint32_t)b->lines.n);
    for (uint32_t i = 0; i < b->lines.n; i++) {
        const struct line *l = &b->lines.at[i];
        if (head < b->heads.n && b->heads.at[head].first == i)
            measure_document(b, head++);
        if (l->blank || l->page) {
            spaced |= l->blank && l->trailing;
            continue;
        }
        if (open && (open->raw || l->raw || !goes_on(b, last, l))) {
            if (block_close(b, open, end) < 0)
                return E_MEMORY;
            open = NULL;
        }
        if (!open) {
            if (!(open = block_open(b, i, spaced)))
                return E_MEMORY;
            if (b->reflow.width)
                reflow_begin(b, i);
        }
        spaced = false;
        last = l;
        end = i + 1;
    }
    if (open && block_close(b, open, end) < 0)
        return E_MEMORY;
    blocks_extend(b);
    return 0;
}
