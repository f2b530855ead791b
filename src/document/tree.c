/*
 * tree.c: nodes: making, linking, giving them their pieces and steps; the walk; the check. Order of
 * making is order of the file: a node takes its own pieces before any child is made.
 */
#include "document/document_int.h"
#include <stdlib.h>
#include "base/map.h"
#include "base/utf8.h"

struct doc_node *node_new(struct build *b, struct doc_node *parent, enum doc_kind kind)
{
    if (!parent && b->doc->root) /* there was no memory for the parent */
        return NULL;
    struct doc_node *n = ARENA_NEW(b->arena, struct doc_node);
    if (!n)
        return NULL;
    n->kind = kind;
    n->parent = parent;
    n->repeat = 1;
    b->doc->node_count++;
    if (!parent)
        return n;
    n->prev = parent->last;
    if (parent->last)
        parent->last->next = n;
    else
        parent->first = n;
    parent->last = n;
    return n;
}

static enum doc_piece_kind piece_kind(const struct line *l)
{
    if (l->blank)
        return DOC_BLANK;
    if (l->page)
        return DOC_PAGE;
    return l->raw ? DOC_RAW : DOC_LINE;
}

static void piece_add(struct build *b, struct doc_node *n, const struct doc_piece *p)
{
    struct doc_piece *last = n->piece_count ? &b->pieces.at[b->pieces.n - 1] : NULL;
    if (last && last->kind == DOC_BLANK && p->kind == DOC_BLANK) {
        last->end = p->end;
        return;
    }
    struct doc_piece *slot = VECTOR_PUSH(b->arena, &b->pieces, struct doc_piece);
    if (!slot)
        return;
    *slot = *p;
    if (n->piece_count++ == 0)
        n->piece = (uint32_t)b->pieces.n - 1;
}

void node_take(struct build *b, struct doc_node *n, const struct block *k, size_t from, size_t to)
{
    if (!n)
        return;
    for (uint32_t i = k->first; i < k->last; i++) {
        const struct line *l = &b->lines.at[i];
        struct doc_piece p = {
            .start = l->start, .end = l->next, .line = i + 1, .kind = piece_kind(l)};
        if (p.start < from)
            p.start = from;
        if (p.end > to)
            p.end = to;
        if (p.start < p.end)
            piece_add(b, n, &p);
    }
}

void node_text(struct doc_node *n, const struct block *k, size_t from, size_t to)
{
    n->text = span_of(k->text.p + from, to - from);
    n->seg = k->seg;
    n->seg_count = k->seg_count;
    n->seg_text = k->text.p;
}

/* ---- steps ---- */

static struct step_slot *slot_find(struct step_slot *slots, size_t count,
                                   const struct doc_node *parent, struct span step)
{
    size_t i = (hash_bytes(step) ^ ((uintptr_t)parent >> 4)) & (count - 1);
    while (slots[i].parent && (slots[i].parent != parent || !span_eq(slots[i].step, step)))
        i = (i + 1) & (count - 1);
    return &slots[i];
}

static bool slots_grow(struct build *b)
{
    size_t count = b->slot_count ? b->slot_count * 2 : 256;
    struct step_slot *slots = ARENA_ARRAY(b->arena, struct step_slot, count);
    if (!slots)
        return false;
    for (size_t i = 0; i < b->slot_count; i++)
        if (b->slots[i].parent)
            *slot_find(slots, count, b->slots[i].parent, b->slots[i].step) = b->slots[i];
    b->slots = slots;
    b->slot_count = count;
    return true;
}

void node_step(struct build *b, struct doc_node *n, struct span step)
{
    if (!n)
        return;
    n->step = step;
    if (b->slot_used * 2 >= b->slot_count && !slots_grow(b))
        return;
    struct step_slot *s = slot_find(b->slots, b->slot_count, n->parent, step);
    if (!s->parent) {
        *s = (struct step_slot){.parent = n->parent, .step = step};
        b->slot_used++;
    }
    n->repeat = ++s->count;
}

void node_paragraph_step(struct build *b, struct doc_node *n)
{
    if (n) /* numbered by its parent: unique, needs no table */
        n->step = arena_print(b->arena, "段%u", ++n->parent->paragraphs);
}

struct span scratch_copy(struct build *b)
{
    b->arena->failed |= buffer_failed(&b->raw);
    return arena_copy(b->arena, buffer_span(&b->raw));
}

/* 段1 as a title: in brackets, since paragraphs own that step. */
static bool like_paragraph_step(struct span t)
{
    struct span rest = span_starts(t, SPAN("段")) ? span_from(t, SPAN("段").n) : SPAN("");
    size_t i = 0;
    while (i < rest.n && rest.p[i] >= '0' && rest.p[i] <= '9')
        i++;
    return i > 0 && i == rest.n;
}

/* A title as a step: the characters of the notation become their full-width forms, blanks at the
 * ends go. */
void node_title_step(struct build *b, struct doc_node *n)
{
    if (!n)
        return;
    struct span t = span_trim(n->title);
    if (!t.n) { /* an entry of an index that is a date and an address only */
        node_step(b, n, SPAN("〔无题〕"));
        return;
    }
    if (like_paragraph_step(t)) {
        node_step(b, n, arena_print(b->arena, "〔%.*s〕", (int)t.n, t.p));
        return;
    }
    if (!memchr(t.p ? t.p : "", '/', t.n) && !memchr(t.p ? t.p : "", '#', t.n)) {
        node_step(b, n, t);
        return;
    }
    buffer_clear(&b->raw);
    for (size_t i = 0; i < t.n; i++)
        if (t.p[i] == '/')
            buffer_add_z(&b->raw, "／");
        else if (t.p[i] == '#')
            buffer_add_z(&b->raw, "＃");
        else
            buffer_byte(&b->raw, t.p[i]);
    node_step(b, n, scratch_copy(b));
}

/* ---- walk ---- */

void doc_walk_init(struct doc_walk *w, const struct doc_node *start)
{
    *w = (struct doc_walk){.start = start};
}

enum doc_event doc_walk_next(struct doc_walk *w)
{
    if (!w->node) {
        w->node = w->start;
        return w->event = w->start ? DOC_ENTER : DOC_DONE;
    }
    if (w->event == DOC_ENTER && w->node->first) {
        w->node = w->node->first;
        return w->event = DOC_ENTER;
    }
    if (w->event == DOC_ENTER)
        return w->event = DOC_EXIT;
    if (w->event == DOC_DONE || w->node == w->start)
        return w->event = DOC_DONE;
    if (w->node->next) {
        w->node = w->node->next;
        return w->event = DOC_ENTER;
    }
    w->node = w->node->parent;
    return w->event = DOC_EXIT;
}

const struct doc_node *doc_following(const struct doc_node *start, const struct doc_node *n)
{
    if (n->first)
        return n->first;
    while (n != start && !n->next)
        n = n->parent;
    return n == start ? NULL : n->next;
}

/* ---- positions ---- */

uint32_t doc_line_at(const struct doc *doc, size_t offset)
{
    size_t lo = 0, hi = doc->piece_count;
    if (hi == 0)
        return 1;
    while (hi - lo > 1) {
        size_t mid = lo + (hi - lo) / 2;
        if (doc->pieces[mid].start <= offset)
            lo = mid;
        else
            hi = mid;
    }
    const struct doc_piece *p = &doc->pieces[lo];
    uint32_t line = p->line;
    for (size_t i = p->start; i < offset && i < p->end; i++)
        line += doc->bytes.p[i] == '\n';
    return line;
}

static uint32_t column_at(const struct doc *doc, size_t offset)
{
    size_t start = offset;
    while (start > 0 && doc->bytes.p[start - 1] != '\n')
        start--;
    return (uint32_t)text_runes(span_of(doc->bytes.p + start, offset - start), SIZE_MAX) + 1;
}

static void place(const struct doc *doc, struct doc_node *n)
{
    n->line = n->piece_count ? doc->pieces[n->piece].line : doc_line_at(doc, n->start);
    n->column = column_at(doc, n->start);
    size_t end = n->text_end > n->start ? n->text_end : n->start;
    n->end_line = end > n->start ? doc_line_at(doc, end - 1) : n->line;
    n->end_column = column_at(doc, end);
}

/* Own range from the pieces; children are finished already. */
static void span_of_node(const struct doc *doc, struct doc_node *n)
{
    if (n->piece_count) {
        n->start = doc->pieces[n->piece].start;
        n->end = doc->pieces[n->piece + n->piece_count - 1].end;
    } else if (n->first && n->first->kind != DOC_CELL)
        n->start = n->first->start;
    if (n->last && n->last->kind != DOC_CELL) {
        n->end = n->last->end;
        n->text_end = n->last->text_end;
    } else if (n->text.n && n->seg_count)
        n->text_end = doc_source(doc, n, n->text.n - 1) + 1;
    else
        n->text_end = n->end;
    if (n->text_end > n->end)
        n->text_end = n->end;
    if (n->text_end < n->start)
        n->text_end = n->end;
}

static int by_offset(const void *a, const void *b)
{
    const struct doc_repair *x = a, *y = b;
    return x->offset != y->offset ? (x->offset < y->offset ? -1 : 1) : (int)x->kind - (int)y->kind;
}

/* One pass over the file for all of them: a long line may hold thousands. */
static void repairs_place(struct doc *doc)
{
    uint32_t line = 1, column = 1;
    size_t at = 0;
    if (doc->repair_count)
        qsort(doc->repairs, doc->repair_count, sizeof doc->repairs[0], by_offset);
    for (size_t i = 0; i < doc->repair_count; i++) {
        struct doc_repair *r = &doc->repairs[i];
        for (; at < r->offset; at++)
            if (doc->bytes.p[at] == '\n') {
                line++;
                column = 1;
            } else
                column += ((unsigned char)doc->bytes.p[at] & 0xC0) != 0x80;
        r->line = line;
        r->column = column;
    }
}

void tree_finish(struct build *b)
{
    struct doc *doc = b->doc;
    doc->pieces = b->pieces.at;
    doc->piece_count = b->pieces.n;
    doc->segs = b->segs.at;
    doc->seg_count = b->segs.n;
    doc->repairs = b->repairs.at;
    doc->repair_count = b->repairs.n;
    struct doc_walk w;
    doc_walk_init(&w, doc->root);
    while (doc_walk_next(&w) != DOC_DONE) {
        struct doc_node *n = (struct doc_node *)w.node; /* ours until the parse returns */
        if (w.event != DOC_EXIT)
            continue;
        if (n->kind != DOC_CELL)
            span_of_node(doc, n);
        place(doc, n);
    }
    repairs_place(doc);
}

/* ---- check ---- */

static const char *check_links(const struct doc_node *n)
{
    if (n->first && (n->first->parent != n || n->first->prev))
        return "first child badly linked";
    if (n->last && (n->last->parent != n || n->last->next))
        return "last child badly linked";
    if (!n->first != !n->last)
        return "children half linked";
    if (n->next && (n->next->prev != n || n->next->parent != n->parent))
        return "siblings badly linked";
    return NULL;
}

static const char *check_place(const struct doc_node *n)
{
    const struct doc_node *p = n->parent;
    if (n->start > n->end || n->text_end > n->end || n->text_end < n->start)
        return "node ends before it starts";
    /* a cell may repeat what stands above its row: the bank of several branches */
    if (p && n->kind != DOC_CELL && (n->start < p->start || n->end > p->end))
        return "node outside its parent";
    if (n->line == 0 || n->column == 0 || n->end_line < n->line)
        return "node without a position";
    if (p && !n->step.n)
        return "node without a step";
    return NULL;
}

const char *doc_check(const struct doc *doc)
{
    struct doc_walk w;
    size_t offset = 0, piece = 0, nodes = 0;
    unsigned depth = 0;
    const char *wrong;
    doc_walk_init(&w, doc->root);
    while (doc_walk_next(&w) != DOC_DONE) {
        const struct doc_node *n = w.node;
        if (w.event == DOC_EXIT) {
            depth--;
            continue;
        }
        nodes++;
        if (++depth > DOC_DEPTH_MAX)
            return "tree too deep";
        if ((wrong = check_links(n)) || (wrong = check_place(n)))
            return wrong;
        if (n->piece_count && n->piece != piece)
            return "pieces out of order";
        for (uint32_t i = 0; i < n->piece_count; i++, piece++) {
            if (doc->pieces[piece].start != offset || doc->pieces[piece].end <= offset)
                return "pieces do not tile the file";
            offset = doc->pieces[piece].end;
        }
    }
    if (offset != doc->bytes.n || piece != doc->piece_count)
        return "pieces do not cover the file";
    return nodes == doc->node_count ? NULL : "nodes out of the tree";
}
