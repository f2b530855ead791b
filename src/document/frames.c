/*
 * frames.c: two kinds of collections that are known by their frame, not by numbering.
 *   digest:   entries of [department line] date line, title lines, body, 来源 line
 *   bulletin: masthead with 第 n 期, items with a title and a department in brackets at the end, a
 * foot
 */
#include "document/document_int.h"

/* ---- shared ---- */

static struct doc_node *add_node(struct build *b, struct doc_node *parent, enum doc_kind kind,
                                 const struct block *k)
{
    struct doc_node *n = node_new(b, parent, kind);
    if (!n)
        return NULL;
    node_take(b, n, k, 0, SIZE_MAX);
    node_text(n, k, 0, k->text.n);
    return n;
}

static void add_paragraph(struct build *b, struct doc_node *parent, const struct block *k)
{
    bool bullet = k->mark.style == STYLE_BULLET;
    struct doc_node *n = node_new(b, parent, bullet ? DOC_ITEM : DOC_PARAGRAPH);
    if (!n)
        return;
    node_paragraph_step(b, n);
    if (bullet)
        n->mark = span_trim(span_of(k->text.p, k->mark.length));
    block_into(b, n, k, bullet ? k->mark.length : 0);
    n->title = (struct span){0};
}

static struct doc_node *add_masthead(struct build *b, struct span step, uint32_t first,
                                     uint32_t last)
{
    if (first >= last)
        return NULL;
    struct doc_node *n = node_new(b, b->doc->root, DOC_MASTHEAD);
    if (!n)
        return NULL;
    node_step(b, n, step);
    for (uint32_t i = first; i < last; i++)
        add_paragraph(b, n, &b->blocks.at[i]);
    return n;
}

/* ---- digest ---- */

static bool is_source(struct span text)
{
    if (span_starts(text, SPAN("；")))
        text = span_from(text, 3);
    return span_starts(text, SPAN("来源：")) || span_starts(text, SPAN("来源:"));
}

static struct span source_unit(struct span text)
{
    size_t at = span_find(text, SPAN("："));
    size_t n = 3;
    if (at == SIZE_MAX) {
        at = span_find(text, SPAN(":"));
        n = 1;
    }
    return at == SIZE_MAX ? (struct span){0} : span_trim(span_from(text, at + n));
}

bool frames_digest(const struct build *b)
{
    unsigned dates = 0, sources = 0;
    for (size_t i = 0; i < b->blocks.n; i++) {
        dates += text_is_date(b->blocks.at[i].text);
        sources += is_source(b->blocks.at[i].text);
    }
    return dates >= 2 && sources >= 2;
}

/* Does an entry begin at block i: a date line, or a department line above one? */
static bool entry_starts(const struct build *b, uint32_t i)
{
    const struct block *k = &b->blocks.at[i];
    if (text_is_date(k->text))
        return true;
    return i + 1 < b->blocks.n && text_is_date(k[1].text) && text_title_like(k->text) &&
           text_runes(k->text, 21) <= 20;
}

/* Titles are the lines below the date that end no sentence; the first names the entry. */
static void entry_line(struct build *b, struct doc_node *entry, const struct block *k, bool *titles)
{
    if (is_source(k->text)) {
        struct doc_node *n = add_node(b, entry, DOC_SOURCE, k);
        node_step(b, n, SPAN("来源"));
        entry->unit = source_unit(k->text);
        return;
    }
    bool first = !entry->title.n;
    if (first || (*titles && k->mark.style == STYLE_NONE && text_title_like(k->text))) {
        struct doc_node *n = add_node(b, entry, DOC_HEADING, k);
        if (!n)
            return;
        n->title = n->text;
        node_step(b, n, SPAN("标题"));
        if (first)
            entry->title = n->title;
        *titles = true;
        return;
    }
    *titles = false;
    add_paragraph(b, entry, k);
}

static struct doc_node *entry_open(struct build *b, uint32_t *i)
{
    struct doc_node *entry = node_new(b, b->doc->root, DOC_ENTRY), *n;
    if (!entry)
        return NULL;
    if (!text_is_date(b->blocks.at[*i].text)) {
        n = add_node(b, entry, DOC_HEADING, &b->blocks.at[*i]);
        if (n) {
            n->title = entry->unit = n->text;
            node_step(b, n, SPAN("部门"));
        }
        ++*i;
    }
    n = add_node(b, entry, DOC_DATE, &b->blocks.at[*i]);
    node_step(b, n, SPAN("日期"));
    entry->date = b->blocks.at[*i].text;
    ++*i;
    return entry;
}

static uint32_t entry_build(struct build *b, uint32_t i)
{
    struct doc_node *entry = entry_open(b, &i);
    bool titles = false, closed = false;
    if (!entry)
        return (uint32_t)b->blocks.n;
    for (; i < b->blocks.n && !closed && !entry_starts(b, i); i++) {
        closed = is_source(b->blocks.at[i].text);
        entry_line(b, entry, &b->blocks.at[i], &titles);
    }
    node_title_step(b, entry);
    if (!entry->title.n)
        node_step(b, entry, entry->date);
    return i;
}

/* Title and issuer above the first long paragraph. */
static uint32_t digest_masthead(struct build *b)
{
    uint32_t i = 0;
    while (i < b->blocks.n && i < 6 && !entry_starts(b, i) &&
           text_runes(b->blocks.at[i].text, 61) <= 60 &&
           !span_ends(b->blocks.at[i].text, SPAN("。")))
        i++;
    add_masthead(b, SPAN("报头"), 0, i);
    if (i > 0)
        b->doc->root->title = b->blocks.at[0].text;
    return i;
}

/* One text under two titles is a slip of whoever collected them. */
static void note_duplicates(struct build *b)
{
    for (const struct doc_node *e = b->doc->root->first; e; e = e->next) {
        const struct doc_node *next = e->next, *p = e->last, *q = next ? next->last : NULL;
        if (e->kind != DOC_ENTRY || !next || next->kind != DOC_ENTRY)
            continue;
        p = p && p->kind == DOC_SOURCE ? p->prev : p;
        q = q && q->kind == DOC_SOURCE ? q->prev : q;
        if (p && q && p->kind == DOC_PARAGRAPH && text_runes(p->text, 30) >= 30 &&
            span_eq(p->text, q->text))
            repair_note(b, DOC_NOTE, doc_source(b->doc, q, 0), next->title, e->title,
                        "same body as the entry before");
    }
}

int digest_build(struct build *b)
{
    b->doc->form = DOC_FORM_DIGEST;
    for (uint32_t i = digest_masthead(b); i < b->blocks.n;) {
        if (entry_starts(b, i))
            i = entry_build(b, i);
        else
            add_paragraph(b, b->doc->root, &b->blocks.at[i++]);
    }
    b->doc->segs = b->segs.at;
    note_duplicates(b);
    return b->arena->failed ? err_memory(b->err) : 0;
}

/* ---- bulletin ---- */

#define MASTHEAD_LINES 8

static bool is_issue(struct span s)
{
    return s.n < 30 && span_starts(s, SPAN("第")) && span_ends(s, SPAN("期"));
}

static bool is_foot(struct span s)
{
    static const char *const words[] = {"本期送",   "送：",   "发：", "报：", "抄送",
                                        "责任编辑", "编辑：", "主送", NULL};
    return word_starts_any(s, words);
}

bool frames_bulletin(const struct build *b)
{
    for (uint32_t i = 0; i < b->blocks.n && i < MASTHEAD_LINES; i++)
        if (is_issue(b->blocks.at[i].text))
            return true;
    return false;
}

/* Behind the date line, or behind the line with the number of the issue. */
static uint32_t masthead_end(const struct build *b)
{
    uint32_t end = 0;
    for (uint32_t i = 0; i < b->blocks.n && i < MASTHEAD_LINES; i++)
        if (is_issue(b->blocks.at[i].text) || text_is_date(b->blocks.at[i].text))
            end = i + 1;
    return end;
}

/* （区某局） at the end of an item. */
static struct span unit_tag(struct span s)
{
    if (!span_ends(s, SPAN("）")))
        return (struct span){0};
    size_t close = s.n - 3, at = close;
    while (at >= 3 && close - at < 60 && memcmp(s.p + at - 3, "（", 3) != 0)
        at--;
    if (at < 3 || close - at >= 60)
        return (struct span){0};
    struct span tag = span_of(s.p + at, close - at);
    return text_runes(tag, 21) <= 20 && span_find(tag, SPAN("，")) == SIZE_MAX ? tag
                                                                               : (struct span){0};
}

/* Title and body on one line, a blank between: bytes of the title, 0 = no title here. */
static size_t inline_title(struct span s)
{
    for (size_t i = 0; i < s.n && i < 120; i++)
        if (s.p[i] == ' ') {
            struct span t = span_of(s.p, i);
            return text_runes(t, 6) >= 6 && span_find(t, SPAN("，")) == SIZE_MAX &&
                           text_title_like(t)
                       ? i
                       : 0;
        }
    return 0;
}

static void item_title(struct build *b, struct doc_node *item, const struct block *k, size_t n)
{
    struct doc_node *h = node_new(b, item, DOC_HEADING);
    if (!h)
        return;
    bool whole = n == k->text.n;
    node_take(b, h, k, 0, whole ? SIZE_MAX : block_source(b, k, n));
    node_text(h, k, 0, n);
    h->title = item->title = h->text;
    node_step(b, h, SPAN("标题"));
    if (whole)
        return;
    struct doc_node *p = node_new(b, item, DOC_PARAGRAPH);
    if (!p)
        return;
    node_paragraph_step(b, p);
    struct block rest = *k;
    node_take(b, p, &rest, block_source(b, k, n), SIZE_MAX);
    node_text(p, k, n + 1, k->text.n);
}

/* Blocks up to the one that ends with a department tag. */
static uint32_t item_build(struct build *b, uint32_t i, uint32_t last)
{
    struct doc_node *item = node_new(b, b->doc->root, DOC_BULLETIN);
    if (!item)
        return last;
    while (i < last && !item->unit.n) {
        const struct block *k = &b->blocks.at[i++];
        item->unit = unit_tag(k->text);
        size_t title = item->title.n              ? 0
                       : text_title_like(k->text) ? k->text.n
                                                  : inline_title(k->text);
        if (title)
            item_title(b, item, k, title);
        else
            add_paragraph(b, item, k);
    }
    node_title_step(b, item);
    if (!item->title.n)
        node_step(b, item, SPAN("无题"));
    return i;
}

int bulletin_build(struct build *b)
{
    uint32_t last = (uint32_t)b->blocks.n, i = masthead_end(b);
    b->doc->form = DOC_FORM_BULLETIN;
    while (last > i && is_foot(b->blocks.at[last - 1].text))
        last--;
    add_masthead(b, SPAN("报头"), 0, i);
    b->doc->root->title = b->blocks.at[0].text;
    while (i < last)
        i = item_build(b, i, last);
    add_masthead(b, SPAN("报尾"), last, (uint32_t)b->blocks.n);
    return b->arena->failed ? err_memory(b->err) : 0;
}
