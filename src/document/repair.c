/*
 * repair.c: marks that a converter damaged are restored, exactly where they stand for others; every
 * change is listed with its place. Wrong words of the source are remarked on and left as they are.
 */
#include "document/document_int.h"
#include "base/utf8.h"

/* Words that are wrong wherever they stand. The proposal is shown, never applied. */
static const char *const wrong_words[] = {"一些列", "经营执照", "狙击战", "截止至",
                                          "视作为", "；来源：", NULL};
static const char *const right_words[] = {"一系列", "营业执照", "阻击战", "截至", "视作", "来源："};

void repair_note(struct build *b, enum doc_note kind, size_t offset, struct span original,
                 struct span repaired, const char *reason)
{
    struct doc_repair *r = VECTOR_PUSH(b->arena, &b->repairs, struct doc_repair);
    if (!r)
        return;
    *r = (struct doc_repair){.kind = kind,
                             .offset = offset,
                             .original = original,
                             .repaired = repaired,
                             .reason = reason};
}

static void edit_add(struct build *b, size_t at, size_t n, const char *with, const char *reason)
{
    struct edit *e = VECTOR_PUSH(b->arena, &b->edits, struct edit);
    if (e)
        *e = (struct edit){.at = at, .n = n, .with = with, .reason = reason};
}

static size_t digits(struct span s, size_t at)
{
    size_t n = 0;
    while (at + n < s.n && s.p[at + n] >= '0' && s.p[at + n] <= '9')
        n++;
    return n;
}

static size_t spaces(struct span s, size_t at)
{
    size_t n = 0;
    while (at + n < s.n && s.p[at + n] == ' ')
        n++;
    return n;
}

/* Behind the bracket of a 文号: " 3 号" loses its spaces. Returns where scanning goes on, 0 = no
 * number. */
static size_t number_tail(struct build *b, struct span s, size_t at, bool apply)
{
    size_t before = spaces(s, at), n = digits(s, at + before), after = spaces(s, at + before + n);
    if (n == 0 || !span_starts(span_from(s, at + before + n + after), SPAN("号")))
        return 0;
    if (apply && before)
        edit_add(b, at, before, "", "space in 文号");
    if (apply && after)
        edit_add(b, at + before + n, after, "", "space in 文号");
    return at + before + n + after + 3;
}

/* [2020]3号 -> 〔2020〕3号, „2020‟ likewise; `open` and `close` are the marks found instead of 〔
 * 〕. */
static size_t fix_number(struct build *b, struct span s, size_t at, struct span open,
                         struct span close)
{
    size_t year = at + open.n, n = digits(s, year);
    if (n != 4 || !span_starts(span_from(s, year + n), close))
        return 0;
    size_t tail = number_tail(b, s, year + n + close.n, false);
    if (tail == 0)
        return 0;
    edit_add(b, at, open.n, "〔", "bracket of 文号");
    edit_add(b, year + n, close.n, "〕", "bracket of 文号");
    return number_tail(b, s, year + n + close.n, true);
}

/* A damaged opening mark counts only when its partner follows; a lone one may be a bullet. */
struct pair {
    const char *open, *close, *right_open, *right_close, *reason;
};
static const struct pair pairs[] = {{"•", "‣", "《", "》", "book-title mark"},
                                    {"†", "‡", "〈", "〉", "inner book-title mark"}};

#define TITLE_MAX 600 /* bytes: a longer title has not been seen; bounds the search */

static bool partner_follows(struct span s, size_t at, const struct pair *p)
{
    struct span rest = span_from(s, at + 3);
    if (rest.n > TITLE_MAX)
        rest.n = TITLE_MAX;
    size_t close = span_find(rest, span_z(p->close)), open = span_find(rest, span_z(p->open));
    return close != SIZE_MAX && (open == SIZE_MAX || close < open);
}

static void fix_pair(struct build *b, struct span s, size_t at, unsigned *open)
{
    for (unsigned i = 0; i < COUNT_OF(pairs); i++) {
        const struct pair *p = &pairs[i];
        if (memcmp(s.p + at, p->open, 3) == 0 && partner_follows(s, at, p)) {
            edit_add(b, at, 3, p->right_open, p->reason);
            *open |= 1u << i;
        } else if (memcmp(s.p + at, p->close, 3) == 0 && (*open & (1u << i))) {
            edit_add(b, at, 3, p->right_close, p->reason);
            *open &= ~(1u << i);
        }
    }
}

static bool han_at(struct span s, size_t at)
{
    return at + 3 <= s.n && (unsigned char)s.p[at] >= 0xE4 && (unsigned char)s.p[at] <= 0xE9;
}

/* "自 助 经 办": at a space, how many bytes of (space, one character) follow; 0 unless three in a
 * row. */
static size_t letter_spaced(struct span s, size_t at)
{
    size_t n = 0;
    if (at < 3 || !han_at(s, at - 3))
        return 0;
    while (at + n < s.n && s.p[at + n] == ' ' && han_at(s, at + n + 1))
        n += 4;
    /* the last character must stand alone too, or be the end of the run */
    return n >= 12 ? n : 0;
}

static size_t fix_space(struct build *b, struct span s, size_t at)
{
    size_t n = letter_spaced(s, at);
    for (size_t i = 0; i < n; i += 4)
        edit_add(b, at + i, 1, "", "letter-spaced line");
    return n ? at + n : at + 1;
}

static size_t fix_e2(struct build *b, struct span s, size_t at, unsigned *open)
{
    if (at + 3 > s.n || (unsigned char)s.p[at + 1] != 0x80)
        return at + 3;
    unsigned char c = (unsigned char)s.p[at + 2];
    if (c == 0x9E) { /* „ */
        size_t to = fix_number(b, s, at, SPAN("„"), SPAN("‟"));
        return to ? to : at + 3;
    }
    if (c >= 0xA0 && c <= 0xA3) /* † ‡ • ‣ */
        fix_pair(b, s, at, open);
    return at + 3;
}

static size_t fix_at(struct build *b, struct span s, size_t at, unsigned *open)
{
    size_t to;
    switch ((unsigned char)s.p[at]) {
    case 0xE2:
        return fix_e2(b, s, at, open);
    case 0xE8: /* 臵, an old form that fonts give for 置 */
        if (span_starts(span_from(s, at), SPAN("臵")))
            edit_add(b, at, 3, "置", "character of the font");
        return at + 3;
    case 0xE3: /* 〕 : only the spaces behind it */
        to = span_starts(span_from(s, at), SPAN("〕")) ? number_tail(b, s, at + 3, true) : 0;
        return to ? to : at + 3;
    case '[':
        to = fix_number(b, s, at, SPAN("["), SPAN("]"));
        return to ? to : at + 1;
    case '*':
        if (span_starts(span_from(s, at), SPAN("**")))
            edit_add(b, at, 2, "", "Markdown bold");
        return at + (at + 1 < s.n && s.p[at + 1] == '*' ? 2 : 1);
    default: /* space */
        return fix_space(b, s, at);
    }
}

static void find_edits(struct build *b, struct span s)
{
    unsigned open = 0;
    b->edits.n = 0;
    for (size_t at = 0; at < s.n;) {
        unsigned char c = (unsigned char)s.p[at];
        if (c == 0xE2 || c == 0xE8 || c == 0xE3 || c == '[' || c == '*' || c == ' ')
            at = fix_at(b, s, at, &open);
        else
            at += c >= 0xE4 && c < 0xF0 ? 3 : 1; /* characters are passed over whole */
    }
}

static size_t source_of(const struct doc_seg *segs, size_t n, size_t offset)
{
    size_t lo = 0, hi = n;
    while (hi - lo > 1) {
        size_t mid = lo + (hi - lo) / 2;
        if (segs[mid].text <= offset)
            lo = mid;
        else
            hi = mid;
    }
    return n ? segs[lo].source + (offset - segs[lo].text) : 0;
}

size_t block_source(const struct build *b, const struct block *k, size_t offset)
{
    return source_of(b->segs.at + k->seg, k->seg_count, offset);
}

size_t doc_source(const struct doc *doc, const struct doc_node *n, size_t offset)
{
    size_t base = n->text.p && n->seg_text ? (size_t)(n->text.p - n->seg_text) : 0;
    if (n->seg_count == 0)
        return n->start;
    return source_of(doc->segs + n->seg, n->seg_count, base + offset);
}

static void seg_add(struct build *b, size_t text, size_t source)
{
    struct doc_seg *seg = VECTOR_PUSH(b->arena, &b->segs, struct doc_seg);
    if (seg)
        *seg = (struct doc_seg){.text = (uint32_t)text, .source = source};
}

/* The segments of the joined text between two edits, moved to their new offsets; *next is the first
   not yet passed. */
static void segs_between(struct build *b, const struct block *old, uint32_t *next, size_t from,
                         size_t to)
{
    if (from >= to)
        return;
    seg_add(b, b->fixed.n, block_source(b, old, from));
    for (; *next < old->seg_count && b->segs.at[old->seg + *next].text < to; ++*next) {
        struct doc_seg seg = b->segs.at[old->seg + *next];
        if (seg.text > from)
            seg_add(b, b->fixed.n + (seg.text - from), seg.source);
    }
}

static void apply_edits(struct build *b, struct block *k, struct span raw)
{
    struct block old = *k;
    size_t at = 0;
    uint32_t next = 0;
    buffer_clear(&b->fixed);
    k->seg = (uint32_t)b->segs.n;
    for (size_t i = 0; i < b->edits.n; i++) {
        const struct edit *e = &b->edits.at[i];
        segs_between(b, &old, &next, at, e->at);
        buffer_add(&b->fixed, span_of(raw.p + at, e->at - at));
        size_t source = block_source(b, &old, e->at);
        if (*e->with)
            seg_add(b, b->fixed.n, source);
        buffer_add_z(&b->fixed, e->with);
        repair_note(b, DOC_REPAIR, source, span_of(b->doc->bytes.p + source, e->n), span_z(e->with),
                    e->reason);
        at = e->at + e->n;
    }
    segs_between(b, &old, &next, at, raw.n);
    buffer_add(&b->fixed, span_of(raw.p + at, raw.n - at));
    k->seg_count = (uint32_t)b->segs.n - k->seg;
}

static void note_typos(struct build *b, const struct block *k)
{
    size_t word = 0, at = words_find(k->text, 0, wrong_words, &word);
    while (at != SIZE_MAX) {
        size_t n = strlen(wrong_words[word]);
        repair_note(b, DOC_NOTE, block_source(b, k, at), span_of(k->text.p + at, n),
                    span_z(right_words[word]), "wording of the source");
        at = words_find(k->text, at + n, wrong_words, &word);
    }
}

int repair_block(struct build *b, struct block *k)
{
    struct span raw = buffer_span(&b->raw);
    find_edits(b, raw);
    if (b->edits.n) {
        apply_edits(b, k, raw);
        if (buffer_failed(&b->fixed))
            return E_MEMORY;
        raw = buffer_span(&b->fixed);
    }
    k->text = arena_copy(b->arena, raw);
    if (!k->text.p || b->arena->failed)
        return E_MEMORY;
    note_typos(b, k);
    return 0;
}
