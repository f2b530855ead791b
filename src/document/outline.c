/*
 * outline.c: phase two: blocks become an outline. First a survey finds the titles of the parts of a
 * compilation (they need a look at the whole file: an annex is announced before it comes), then one
 * pass places each block. The level of an enumerator is found by context: the open level whose
 * numbering it continues.
 */
#include "document/document_int.h"
#include "base/map.h"
#include "document/heads.h"
#include "document/outline_int.h"

enum { PART_NONE, PART_TOP, PART_RULE, PART_ANNEX };

/* ---- survey ---- */

static struct span without_bullet(const struct block *k)
{
    return k->mark.style == STYLE_BULLET ? span_from(k->text, k->mark.length) : k->text;
}

/* "附件2：" "附:" ; the bytes it takes, 0 = none */
static size_t annex_mark(struct span s)
{
    size_t at = span_starts(s, SPAN("附件")) ? 6 : span_starts(s, SPAN("附")) ? 3 : 0;
    if (at == 0)
        return 0;
    uint32_t number;
    size_t digits = chinese_number(span_from(s, at), &number);
    if (at == 6)
        at += digits;
    while (at < s.n && s.p[at] >= '0' && s.p[at] <= '9')
        at++;
    struct span rest = span_from(s, at);
    if (span_starts(rest, SPAN("：")))
        return at + 3;
    if (span_starts(rest, SPAN(":")) || span_starts(rest, SPAN(" ")))
        return at + 1;
    return 0;
}

/* An annex is announced by a line with its title before it comes; a pair of equal titles is both.
 */
static void survey_annex(struct build *b, struct map *first, uint32_t i)
{
    struct block *k = &b->blocks.at[i];
    size_t mark = annex_mark(k->text);
    struct span title = span_trim(span_from(k->text, mark));
    if (mark == 0 || !text_title_like(title))
        return;
    k->title = title;
    struct block *before = map_get(first, title);
    if (before && !before->mention) {
        k->mention = (uint32_t)(before - b->blocks.at) + 1;
        k->part = PART_ANNEX;
        before->part = PART_NONE;
    } else {
        if (k->top)
            k->part = PART_ANNEX;
    }
    if (map_put(first, title, k) < 0)
        b->arena->failed = true;
}

/* A bulleted title with a text of its own: a rule inside a part. */
static bool is_sub_rule(const struct build *b, uint32_t i)
{
    const struct block *k = &b->blocks.at[i], *next = k + 1;
    struct span title = without_bullet(k);
    if (k->mark.style != STYLE_BULLET || i + 1 >= b->blocks.n || next->mark.style == STYLE_BULLET)
        return false;
    if (!text_title_like(title))
        return false;
    return text_document_title(title) ||
           (next->mark.style == STYLE_CHINESE && next->mark.number == 1);
}

void outline_survey(struct build *b)
{
    struct map first;
    map_init(&first, b->arena);
    for (uint32_t i = 0; i < b->blocks.n; i++) {
        struct block *k = &b->blocks.at[i];
        if (i == 0)
            k->top = true;
        survey_annex(b, &first, i);
        if (k->part)
            continue;
        if (k->top && k->mark.style == STYLE_NONE && text_document_title(k->text)) {
            k->part = PART_TOP;
            k->title = k->text;
        } else if (is_sub_rule(b, i)) {
            k->part = PART_RULE;
            k->title = without_bullet(k);
        }
    }
}

/* ---- placing ---- */

static struct doc_node *parent_of(const struct outline *o)
{
    return o->count ? o->levels[o->count - 1].node : o->part;
}

static void push(struct outline *o, struct level l)
{
    if (o->count < COUNT_OF(o->levels) - 8 && l.node) /* parts need the rest of the depth */
        o->levels[o->count++] = l;
}

/* Unnumbered text belongs to the innermost level that still waits for its text. */
static void pop_bodies(struct outline *o)
{
    while (o->count && o->levels[o->count - 1].body)
        o->count--;
}

/* How well e goes on from level l: 0 = not at all. */
static int fit(const struct level *l, const struct enumerator *e)
{
    bool same = l->variant == e->variant;
    if (l->style != e->style)
        return 0;
    if (e->number == l->number + 1)
        return same ? 4 : 3;
    if (same)
        return 2;
    return e->number == 1 ? 0 : 1; /* another mark that starts at 1 is a new counter inside */
}

/* Pops to the level that e continues, or to the one it opens a new counter under. */
static void find_place(struct outline *o, const struct enumerator *e)
{
    int best = 0;
    unsigned at = 0;
    for (unsigned i = o->count; i-- > 0;) {
        int f = fit(&o->levels[i], e);
        if (f > best) {
            best = f;
            at = i;
        }
    }
    if (best) {
        o->count = at;
        return;
    }
    unsigned rank = 2u * e->style;
    while (o->count && o->levels[o->count - 1].rank > rank &&
           !(e->number == 1 && span_ends(o->levels[o->count - 1].node->text, SPAN("："))))
        o->count--;
}

/* One sentence that asks: its answer follows. */
static bool is_question(struct span t)
{
    return (span_ends(t, SPAN("？")) || span_ends(t, SPAN("?"))) &&
           span_find(t, SPAN("。")) == SIZE_MAX;
}

/* A clause that is only a heading, or only leads to what follows, keeps the unnumbered text behind
 * it. */
static bool leads(const struct build *b, uint32_t i, const struct doc_node *n)
{
    struct span t = n->text;
    if (n->first)
        return false;
    if (text_heading_like(t) || t.n == 0 || span_ends(t, SPAN("：")) || span_ends(t, SPAN(":")) ||
        is_question(t))
        return true;
    const struct block *k = &b->blocks.at[i], *next = k + 1;
    return i + 1 < b->blocks.n && k->mark.style <= STYLE_NUMBER && next->mark.style == STYLE_NONE &&
           !next->part && !contact_line(next->text, false) && span_ends(t, SPAN("。")) &&
           text_runes(t, 21) <= 20 && span_find(t, SPAN("，")) == SIZE_MAX;
}

static void push_clause(struct outline *o, struct doc_node *n, const struct enumerator *e,
                        bool body)
{
    push(o, (struct level){.node = n,
                           .style = e->style,
                           .variant = e->variant,
                           .number = e->number,
                           .rank = 2u * e->style,
                           .body = body});
}

static struct doc_node *open_clause(struct outline *o, const struct block *k, size_t at,
                                    const struct enumerator *e)
{
    find_place(o, e);
    struct doc_node *n = node_new(o->b, parent_of(o), DOC_CLAUSE);
    if (n)
        n->mark = span_trim(span_of(k->text.p + at, e->length));
    return n;
}

/* "（二）…；（三）…" on one line, when （四） comes next: where the second begins; 0 = nowhere. */
static size_t second_item(struct outline *o, uint32_t i, struct enumerator *ret)
{
    const struct block *k = &o->b->blocks.at[i], *next = k + 1;
    if (i + 1 >= o->last || next->role || next->mark.style != k->mark.style ||
        next->mark.number != k->mark.number + 2 || k->mark.style == STYLE_ARTICLE)
        return 0;
    for (size_t at = k->mark.length; at + 3 < k->text.n; at++)
        if (span_starts(span_from(k->text, at), SPAN("；")) &&
            enumerator_read(span_from(k->text, at + 3), ret) && ret->style == k->mark.style &&
            ret->number == k->mark.number + 1)
            return at + 3;
    return 0;
}

/* Both items of such a line. */
static void add_two(struct outline *o, uint32_t i, size_t cut, const struct enumerator *second)
{
    struct build *b = o->b;
    const struct block *k = &b->blocks.at[i];
    size_t source = block_source(b, k, cut);
    struct doc_node *n = open_clause(o, k, 0, &k->mark), *m;
    node_take(b, n, k, 0, source);
    if (n)
        node_text(n, k, k->mark.length, cut);
    node_step(b, n, enumerator_step(b->arena, &k->mark));
    push_clause(o, n, &k->mark, true);
    m = open_clause(o, k, cut, second);
    node_take(b, m, k, source, SIZE_MAX);
    if (m)
        node_text(m, k, cut + second->length, k->text.n);
    node_step(b, m, enumerator_step(b->arena, second));
    push_clause(o, m, second, true);
}

static void add_clause(struct outline *o, uint32_t i)
{
    struct build *b = o->b;
    const struct block *k = &b->blocks.at[i];
    struct enumerator second;
    size_t cut = second_item(o, i, &second);
    if (cut) {
        add_two(o, i, cut, &second);
        return;
    }
    struct doc_node *n = open_clause(o, k, 0, &k->mark);
    if (!n)
        return;
    block_into(b, n, k, k->mark.length);
    node_step(b, n, enumerator_step(b->arena, &k->mark));
    push_clause(o, n, &k->mark, !leads(b, i, n));
}

/* The numbered block behind block i in the same text; o->last = none. */
static uint32_t next_numbered(struct outline *o, uint32_t i)
{
    const struct block *k = o->b->blocks.at;
    if (o->ahead > i)
        return o->ahead;
    for (o->ahead = i + 1; o->ahead < o->last; o->ahead++) {
        enum style style = k[o->ahead].mark.style;
        if (k[o->ahead].role || k[o->ahead].part || (style != STYLE_NONE && style != STYLE_BULLET))
            break;
    }
    return o->ahead;
}

/* The open level whose successor comes next; o->count = none. */
static unsigned level_continued(struct outline *o, uint32_t i)
{
    uint32_t next = next_numbered(o, i);
    if (next >= o->last || o->b->blocks.at[next].role || o->b->blocks.at[next].part)
        return o->count;
    for (unsigned at = o->count; at-- > 0;)
        if (fit(&o->levels[at], &o->b->blocks.at[next].mark) >= 3)
            return at;
    return o->count;
}

/* Closes the levels that the next numbered block cannot lie in; false = there is none. */
static bool pop_to_rank(struct outline *o, uint32_t i)
{
    uint32_t next = next_numbered(o, i);
    const struct block *k = &o->b->blocks.at[next];
    if (next >= o->last || k->role || k->part)
        return false;
    while (o->count && o->levels[o->count - 1].rank >= 2u * k->mark.style)
        o->count--;
    return true;
}

/* What is not numbered belongs to the item whose successor comes next, or to the one that the next
 * counter opens under. Closes what lies deeper; false = what comes next says nothing. */
static bool pop_to_item(struct outline *o, uint32_t i)
{
    unsigned item = level_continued(o, i);
    if (item < o->count) {
        while (o->count > item + 1 && o->levels[o->count - 1].body)
            o->count--;
        return true;
    }
    return pop_to_rank(o, i);
}

/* Paragraphs that speak of the whole part leave the clause they stand behind. */
static bool about_whole(struct span t, bool waits)
{
    static const char *const words[] = {"上述", "以上", NULL};
    static const char *const force[] = {"起施行", "起实施", "起执行", "有效期", NULL};
    return annex_mark(t) > 0 || word_starts_any(t, words) ||
           (!waits && text_about_itself(t) && word_has_any(t, force));
}

static void add_paragraph(struct outline *o, uint32_t i)
{
    struct build *b = o->b;
    const struct block *k = &b->blocks.at[i];
    bool bullet = k->mark.style == STYLE_BULLET;
    bool waits = o->count && !o->levels[o->count - 1].body;
    if (about_whole(k->text, waits) && level_continued(o, i) == o->count)
        o->count = 0;
    else if (!waits && !pop_to_item(o, i))
        pop_bodies(o);
    struct doc_node *n = node_new(b, parent_of(o), bullet ? DOC_ITEM : DOC_PARAGRAPH);
    if (!n)
        return;
    node_paragraph_step(b, n);
    if (bullet)
        n->mark = span_trim(span_of(k->text.p, k->mark.length));
    block_into(b, n, k, bullet ? k->mark.length : 0);
}

/* Is a numbered heading open that has not said anything yet? The line behind it is its text. */
static bool waits_for_text(const struct outline *o)
{
    const struct level *l = o->count ? &o->levels[o->count - 1] : NULL;
    return l && l->style != STYLE_NONE && !l->body && !l->node->first &&
           text_heading_like(l->node->text);
}

/* A title without enumerator, known by a numbering that starts anew below it. */
static bool heads_numbering(const struct outline *o, uint32_t i)
{
    const struct block *k = &o->b->blocks.at[i], *next = k + 1;
    return next->mark.number == 1 && next->mark.style >= STYLE_CHAPTER &&
           next->mark.style <= STYLE_NUMBER && text_runes(k->text, 31) <= 30;
}

/* A short line without any mark, between finished items, above the next one or above a text: the
 * headings of groups whose counters may run on. */
static bool heads_group(struct outline *o, uint32_t i)
{
    static const char *const marks[] = {"、", "，", "：", "“",    "（", "(",
                                        ",",  ":",  "您", "特此", NULL};
    static const char *const nouns[] = {"政策", "措施", "服务", "保障", "要求",
                                        "规定", "事项", "须知", "附则", "总则",
                                        "标准", "范围", "流程", "程序", NULL};
    const struct block *k = &o->b->blocks.at[i], *next = k + 1;
    if (text_runes(k->text, 15) > 14 || word_has_any(k->text, marks) || next->part || next->role ||
        contact_line(next->text, true))
        return false;
    for (size_t at = 0; at < k->text.n; at++)
        if (k->text.p[at] >= '0' && k->text.p[at] <= '9')
            return false;
    if (word_ends_any(k->text, nouns))
        return next->mark.style != STYLE_NONE || text_runes(next->text, 20) >= 20;
    return next->mark.style == STYLE_NUMBER && level_continued(o, i) < o->count;
}

static bool is_heading(struct outline *o, uint32_t i)
{
    const struct block *k = &o->b->blocks.at[i];
    if (i + 1 >= o->last || k->mark.style != STYLE_NONE || k[1].part || k[1].role ||
        !text_heading_like(k->text) || text_runes(k->text, 2) != 2 ||
        span_find(k->text, SPAN("《")) != SIZE_MAX || annex_mark(k->text) != 0 || waits_for_text(o))
        return false;
    struct span number;
    if (head_number_line(k->text, &number) || text_is_date(k->text))
        return false; /* they stand above the text of a notice */
    return heads_numbering(o, i) || (o->b->heads.n && heads_group(o, i));
}

/* Rank of a heading: just above the counter below it. One that heads plain text is a sibling of the
 * outermost open heading. */
static unsigned heading_rank(const struct outline *o, uint32_t i)
{
    enum style next = o->b->blocks.at[i + 1].mark.style;
    if (next != STYLE_NONE && next != STYLE_BULLET && next != STYLE_ARTICLE)
        return 2u * next - 1;
    for (unsigned at = 0; at < o->count; at++)
        if (o->levels[at].style == STYLE_NONE)
            return o->levels[at].rank;
    return next == STYLE_ARTICLE ? 2u * STYLE_CHAPTER : 2u * STYLE_CHINESE - 1;
}

static void add_heading(struct outline *o, uint32_t i)
{
    struct build *b = o->b;
    const struct block *k = &b->blocks.at[i];
    unsigned rank = heading_rank(o, i);
    pop_bodies(o);
    while (o->count && o->levels[o->count - 1].rank >= rank)
        o->count--;
    for (unsigned j = 0; j < o->count && k[1].mark.style != STYLE_NONE; j++)
        if (o->levels[j].style == k[1].mark.style)
            o->count = j;
    struct doc_node *n = node_new(b, parent_of(o), DOC_HEADING);
    if (!n)
        return;
    node_take(b, n, k, 0, SIZE_MAX);
    node_text(n, k, 0, k->text.n);
    n->title = n->text;
    node_title_step(b, n);
    push(o, (struct level){.node = n, .rank = rank});
}

/* Contact lines between the items of a counter are each item's, and so in every later counter of
 * that kind. Else they stay under a heading that asks for them, or are the part's. */
static struct doc_node *contact_parent(struct outline *o, uint32_t i)
{
    static const char *const words[] = {"联系", "电话", "咨询", NULL};
    unsigned item = level_continued(o, i), known = o->count;
    for (unsigned at = o->count; at-- > 0 && known == o->count;)
        if (o->contact_styles & 1u << o->levels[at].style)
            known = at;
    if (item < o->count)
        o->contact_styles |= 1u << o->levels[item].style;
    if (known < o->count && (item == o->count || known > item))
        item = known;
    if (item < o->count) {
        o->count = item + 1;
        return parent_of(o);
    }
    pop_bodies(o);
    if (o->count && word_has_any(o->levels[o->count - 1].node->title, words))
        return parent_of(o);
    if (!o->b->heads.n || !pop_to_rank(o, i))
        o->count = o->count && o->levels[0].style == STYLE_NONE && o->b->heads.n ? 1 : 0;
    return parent_of(o);
}

static void add_contact(struct outline *o, uint32_t i)
{
    struct build *b = o->b;
    const struct block *k = &b->blocks.at[i];
    if (!o->contact) {
        o->contact = node_new(b, contact_parent(o, i), DOC_CONTACT);
        node_step(b, o->contact, SPAN("联系方式"));
    }
    struct doc_node *n = o->contact ? node_new(b, o->contact, DOC_ITEM) : NULL;
    if (!n)
        return;
    node_take(b, n, k, 0, SIZE_MAX);
    node_text(n, k, 0, k->text.n);
    node_paragraph_step(b, n);
}

/* Nesting of parts that is believed; deeper annexes go to the top part. */
#define PART_DEPTH_MAX 6

/* The part that announced the annex, if it is still open: the tree keeps the order of the file. */
static struct doc_node *annex_parent(const struct outline *o, const struct block *k)
{
    struct doc_node *p = k->mention ? o->b->blocks.at[k->mention - 1].home : NULL;
    bool open = false;
    unsigned depth = 0;
    for (const struct doc_node *n = o->part; n; n = n->parent) {
        open |= n == p;
        depth++;
    }
    return open && depth < PART_DEPTH_MAX ? p : o->top;
}

static void open_part(struct outline *o, const struct block *k)
{
    static const char *const forms[] = {"登记表", "申请表", "申报表", "备案表", NULL};
    struct build *b = o->b;
    struct doc_node *root = b->doc->root;
    struct doc_node *parent = k->part == PART_TOP     ? root
                              : k->part == PART_ANNEX ? annex_parent(o, k)
                                                      : o->top;
    struct doc_node *n = node_new(b, parent, DOC_PART);
    if (!n)
        return;
    size_t mark = k->part == PART_ANNEX  ? annex_mark(k->text)
                  : k->part == PART_RULE ? k->mark.length
                                         : 0;
    node_take(b, n, k, 0, SIZE_MAX);
    node_text(n, k, mark, k->text.n);
    n->mark = span_trim(span_of(k->text.p, mark));
    n->title = k->title;
    node_title_step(b, n);
    if (k->part == PART_TOP)
        o->top = n;
    o->part = n;
    o->count = 0;
    o->form = word_ends_any(n->title, forms);
    o->contact_styles = 0;
}

/* What stands before the first title of a compilation. */
static void open_front(struct outline *o)
{
    struct doc_node *n = node_new(o->b, o->b->doc->root, DOC_PART);
    node_step(o->b, n, SPAN("卷首"));
    o->top = o->part = n;
}

/* The only title of a file is the document's own. */
static void add_title(struct outline *o, const struct block *k)
{
    struct build *b = o->b;
    struct doc_node *n = node_new(b, b->doc->root, DOC_HEADING);
    if (!n)
        return;
    node_take(b, n, k, 0, SIZE_MAX);
    node_text(n, k, 0, k->text.n);
    n->title = b->doc->root->title = n->text;
    node_title_step(b, n);
}

static void add_raw(struct outline *o, const struct block *k)
{
    struct doc_node *n = node_new(o->b, parent_of(o), DOC_PARAGRAPH);
    if (!n)
        return;
    node_take(o->b, n, k, 0, SIZE_MAX);
    node_text(n, k, 0, k->text.n);
    node_paragraph_step(o->b, n);
}

static void add_block(struct outline *o, uint32_t i)
{
    struct block *k = &o->b->blocks.at[i];
    bool enumerated = k->mark.style != STYLE_NONE && k->mark.style != STYLE_BULLET;
    /* 一是...二是 in one paragraph is split inside it; alone it is a clause of its own */
    if (k->mark.style == STYLE_FIRSTLY && span_find(k->text, SPAN("二是")) != SIZE_MAX &&
        k->mark.number == 1)
        enumerated = false;
    k->home = o->part;
    if (!o->form && contact_line(k->text, o->contact != NULL)) {
        add_contact(o, i);
        return;
    }
    o->contact = NULL;
    if (k->raw)
        add_raw(o, k);
    else if (o->form)
        add_paragraph(o, i);
    else if (enumerated)
        add_clause(o, i);
    else if (is_heading(o, i))
        add_heading(o, i);
    else
        add_paragraph(o, i);
}

static unsigned parts_from(const struct build *b, uint32_t first, uint32_t last)
{
    unsigned n = 0;
    for (uint32_t i = first; i < last; i++)
        n += b->blocks.at[i].part == PART_TOP;
    return n;
}

int outline_build(struct build *b, uint32_t first, uint32_t last)
{
    struct outline o = {.b = b, .top = b->doc->root, .part = b->doc->root, .last = last};
    unsigned parts = parts_from(b, first, last);
    bool own_title = parts == 1 && first < last && b->blocks.at[first].part == PART_TOP;
    bool front = b->heads.n && first < last && !b->blocks.at[first].role;
    if (b->heads.n)
        b->doc->form = DOC_FORM_COMPILATION;
    if (front)
        open_front(&o);
    if (parts && !own_title) {
        b->doc->form = DOC_FORM_COMPILATION;
        if (b->blocks.at[first].part != PART_TOP)
            open_front(&o);
    }
    for (uint32_t i = first; i < last;) {
        const struct block *k = &b->blocks.at[i];
        if (own_title && i == first)
            add_title(&o, k);
        else if (k->role)
            collection_add(&o, k);
        else if (k->part) {
            o.contact = NULL;
            open_part(&o, k);
        } else if (!o.form && i + 1 < last && table_head(k->text)) {
            pop_bodies(&o);
            o.contact = NULL; /* the table stands between: what follows is another block */
            i = table_build(b, parent_of(&o), i, last);
            continue;
        } else
            add_block(&o, i);
        i++;
    }
    return b->arena->failed ? err_memory(b->err) : 0;
}
