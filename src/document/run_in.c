/*
 * run_in.c: enumerations inside a paragraph, 一是...二是..., become addressable members.
 */
#include "document/document_int.h"

static const char *const members[] = {"一是",   "二是",   "三是",   "四是",  "五是",
                                      "六是",   "七是",   "八是",   "九是",  "十是",
                                      "十一是", "十二是", "十三是", "十四是"};
static const char *const before[] = {"。", "；", "：", "，", "、", "！", "？",
                                     "）", "”",  ";",  ":",  ",",  " ",  NULL};

/* Where member `i` begins at or behind `from`; SIZE_MAX = nowhere. It must begin a phrase. */
static size_t member_at(struct span text, size_t from, size_t i)
{
    struct span word = span_z(members[i]);
    for (size_t at = from; at < text.n;) {
        size_t found = span_find(span_from(text, at), word);
        if (found == SIZE_MAX)
            return SIZE_MAX;
        at += found;
        if (at == from || word_ends_any(span_of(text.p, at), before))
            return at;
        at += word.n;
    }
    return SIZE_MAX;
}

/* Fills cuts with the starts of the members; 0 unless there are at least two. */
static size_t find_members(struct span text, size_t from, size_t cuts[COUNT_OF(members)])
{
    size_t n = 0, at = from;
    while (n < COUNT_OF(members)) {
        size_t found = member_at(text, at, n);
        if (found == SIZE_MAX)
            break;
        cuts[n] = found;
        at = found + strlen(members[n]);
        n++;
    }
    return n >= 2 ? n : 0;
}

/* "加大支持。具体..." : a short first sentence with more behind it is the clause's heading. */
static struct span run_in_title(struct span text)
{
    size_t stop = span_find(text, SPAN("。")), colon = span_find(text, SPAN("："));
    if (stop != SIZE_MAX && text_runes(span_of(text.p, stop), 25) < 25 &&
        (colon == SIZE_MAX || colon > stop))
        return span_of(text.p, stop);
    if (colon != SIZE_MAX && text_runes(span_of(text.p, colon), 13) < 13)
        return span_of(text.p, colon);
    return (struct span){0};
}

/* 第五条【全程网办】... */
static struct span marked_title(struct span text)
{
    size_t close = span_starts(text, SPAN("【")) ? span_find(text, SPAN("】")) : SIZE_MAX;
    return close == SIZE_MAX || text_runes(span_of(text.p, close), 31) > 30
               ? (struct span){0}
               : span_of(text.p + 3, close - 3);
}

static struct span block_title(struct span text)
{
    struct span marked = marked_title(text);
    if (marked.n)
        return marked;
    if (text_heading_like(text))
        return text;
    return run_in_title(text);
}

static void member_into(struct build *b, struct doc_node *parent, const struct block *k, size_t i,
                        const size_t range[2], const size_t source[2])
{
    struct doc_node *n = node_new(b, parent, DOC_ITEM);
    if (!n)
        return;
    size_t mark = strlen(members[i]);
    node_take(b, n, k, source[0], source[1]);
    node_text(n, k, range[0] + mark, range[1]);
    n->mark = span_of(k->text.p + range[0], mark);
    n->title = block_title(n->text);
    node_step(b, n, n->mark);
}

void block_into(struct build *b, struct doc_node *n, const struct block *k, size_t from)
{
    size_t cuts[COUNT_OF(members) + 1];
    if (!n)
        return;
    size_t count = find_members(k->text, from, cuts);
    size_t end = count ? cuts[0] : k->text.n, source = count ? block_source(b, k, end) : SIZE_MAX;
    if (count && end == 0)
        source = b->lines.at[k->first].start; /* nothing stands before the first member */
    node_take(b, n, k, 0, source);
    node_text(n, k, from, end);
    if (n->kind == DOC_CLAUSE) /* paragraphs and bullets have no title */
        n->title = block_title(n->text);
    cuts[count] = k->text.n;
    for (size_t i = 0; i < count; i++) {
        size_t next = i + 1 < count ? block_source(b, k, cuts[i + 1]) : SIZE_MAX;
        member_into(b, n, k, i, (size_t[2]){cuts[i], cuts[i + 1]}, (size_t[2]){source, next});
        source = next;
    }
}
