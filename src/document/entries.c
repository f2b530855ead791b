/*
 * entries.c: finds the separate documents of a parsed file and names them; entries_head.c and
 * entries_foot.c read what their heads and feet say.
 */
#include "document/entries_int.h"
#include "base/map.h"
#include "base/utf8.h"

VECTOR_OF(struct doc_entry, entry_vector);

#define ID_LETTERS   16 /* of the title, in an id */
#define TITLE_LINES  4  /* of a single text */
#define TAIL_LETTERS 24 /* of a title that two entries are compared by */

/* ---- facts ---- */

static bool inside(struct span whole, struct span part)
{
    return part.p && whole.p && part.p >= whole.p && part.p + part.n <= whole.p + whole.n;
}

struct doc_fact fact_in(const struct entries *x, const struct doc_node *n, struct span part)
{
    const struct doc_node *owner = inside(n->text, part) ? n : NULL;
    for (const struct doc_node *c = n->first; c && !owner; c = c->next)
        if (c->kind != DOC_CELL && inside(c->text, part))
            owner = c;
    struct doc_fact f = {.text = part};
    if (!owner || part.n == 0)
        return f;
    size_t at = (size_t)(part.p - owner->text.p);
    f.start = doc_source(x->doc, owner, at);
    f.end = doc_source(x->doc, owner, at + part.n - 1) + 1;
    return f;
}

/* ---- which nodes are entries ---- */

static bool is_entry(const struct doc_node *n)
{
    return n->kind == DOC_PART || n->kind == DOC_LISTED || n->kind == DOC_ENTRY ||
           n->kind == DOC_BULLETIN;
}

static bool is_enclosed(const struct doc_node *n)
{
    return n->parent && n->kind == DOC_PART && doc_enclosed_part(n->parent) == n;
}

/* A document of a compilation: its head prints a date, or lines around its text follow. */
static bool has_head(const struct doc_node *n)
{
    if (n->kind != DOC_PART || !n->parent || n->parent->kind == DOC_PART)
        return false;
    const struct doc_node *c = n->first;
    while (c && c->kind != DOC_FIELD)
        c = c->next;
    return n->date.n > 0 || c;
}

static bool marked_annex(const struct doc_node *n)
{
    return span_starts(n->mark, SPAN("附"));
}

static enum doc_entry_kind kind_of(const struct entries *x, const struct doc_node *n)
{
    if (n->kind == DOC_LISTED)
        return DOC_ENTRY_CATALOGUE;
    if (n->kind == DOC_ENTRY)
        return DOC_ENTRY_DIGEST;
    if (n->kind == DOC_BULLETIN)
        return DOC_ENTRY_BULLETIN;
    if (n == x->doc->root || has_head(n))
        return DOC_ENTRY_DOCUMENT;
    if (marked_annex(n) || (n->parent && has_head(n->parent)))
        return DOC_ENTRY_ANNEX;
    return DOC_ENTRY_PART;
}

static const struct doc_node *below(const struct doc_node *n)
{
    for (const struct doc_node *c = n->first; c; c = c->next)
        if (c->kind != DOC_FIELD && c->kind != DOC_CONTACT)
            return c;
    return NULL;
}

static bool entry_add(struct entries *x, struct entry_vector *v, const struct doc_node *n)
{
    struct doc_entry *e = VECTOR_PUSH(x->arena, v, struct doc_entry);
    if (!e)
        return false;
    const struct doc_node *body = doc_enclosed_part(n);
    e->kind = kind_of(x, n);
    e->node = n;
    e->body = body && e->kind == DOC_ENTRY_DOCUMENT ? body : n;
    e->start = n->start;
    e->end = n->end;
    e->line = n->line;
    e->end_line = n->end_line;
    e->title = fact_in(x, n, n->title);
    e->body_title = e->body->title;
    if (!below(n))
        e->flags |= DOC_FLAG_NO_BODY;
    return true;
}

/* Does a line above the text belong to its title? Not the head of the paper, a 文号 or a date. */
static bool title_line(const struct doc_node *n)
{
    struct span s = span_trim(n->text), number;
    struct date day;
    return (n->kind == DOC_PARAGRAPH || n->kind == DOC_HEADING) && text_heading_like(s) &&
           !span_ends(s, SPAN("文件")) && !head_number_line(s, &number) && !head_date(s, 0, &day);
}

/* A single text: its title may take several lines. */
static struct doc_fact root_title(struct entries *x)
{
    const struct doc_node *root = x->doc->root, *n = root->first, *first = NULL;
    struct buffer joined = BUFFER_INIT;
    struct doc_fact f = {0}, line;
    for (unsigned seen = 0; n && seen < TITLE_LINES + 3; n = n->next, seen++) {
        if (!title_line(n)) {
            if (first)
                break;
            continue;
        }
        first = first ? first : n;
        line = fact_in(x, n, span_trim(n->text));
        f.start = f.end ? f.start : line.start;
        f.end = line.end;
        buffer_add(&joined, line.text);
        if (text_document_word(line.text)) {
            f.text = arena_copy(x->arena, buffer_span(&joined));
            break;
        }
    }
    x->arena->failed |= buffer_failed(&joined);
    buffer_release(&joined);
    n = root->first;
    if (!f.text.n && n)
        f = fact_in(x, n, root->title.n ? root->title : n->title.n ? n->title : n->text);
    return f;
}

static void add_letters(struct buffer *out, struct span s, size_t limit)
{
    for (size_t at = 0, n = 0; at < s.n && n < limit;) {
        size_t size;
        uint32_t rune = utf8_decode(span_from(s, at), &size);
        bool letter = (rune >= '0' && rune <= '9') || (rune >= 'a' && rune <= 'z') ||
                      (rune >= 'A' && rune <= 'Z') || (rune >= 0x3400 && rune <= 0x9FFF);
        if (letter) {
            buffer_add(out, span_of(s.p + at, size));
            n++;
        }
        at += size;
    }
}

/* ---- relations among entries ---- */

static bool is_below(const struct doc_node *n, const struct doc_node *top)
{
    while (n && n != top)
        n = n->parent;
    return n != NULL;
}

/* Entries come in the order of the file: the open one before, or one that holds it. */
static void link_within(struct doc_entries *list)
{
    for (size_t i = 1; i < list->n; i++) {
        const struct doc_entry *e = &list->at[i - 1];
        while (e && !is_below(list->at[i].node, e->node))
            e = e->within;
        list->at[i].within = e;
    }
}

/* An overview tells who is responsible for each part: n-th item, n-th part. */
static void take_overview(struct entries *x)
{
    struct doc_entries *list = x->list;
    const struct doc_entry *front = list->n ? &list->at[0] : NULL;
    size_t items = 0, parts = 0;
    if (!front || front->kind != DOC_ENTRY_PART || front->title.text.n)
        return;
    for (const struct doc_node *c = front->node->first; c; c = c->next)
        items += c->kind == DOC_CLAUSE;
    for (size_t i = 1; i < list->n; i++)
        parts += list->at[i].kind == DOC_ENTRY_PART && !list->at[i].within;
    if (items == 0 || items != parts)
        return;
    const struct doc_node *item = front->node->first;
    for (size_t i = 1; i < list->n; i++) {
        struct doc_entry *e = &list->at[i];
        if (e->kind != DOC_ENTRY_PART || e->within)
            continue;
        while (item->kind != DOC_CLAUSE)
            item = item->next;
        entry_responsible(x, e, item);
        item = item->next;
    }
    for (size_t i = 1; i < list->n; i++)
        if (list->at[i].within && !list->at[i].issuer_count) {
            list->at[i].issuers = list->at[i].within->issuers;
            list->at[i].issuer_count = list->at[i].within->issuer_count;
            list->at[i].flags |= list->at[i].within->flags & DOC_FLAG_ISSUER_INFERRED;
            if (list->at[i].issuer_count)
                list->at[i].flags &= ~(unsigned)DOC_FLAG_NO_ISSUER;
        }
}

/* An annex says of itself only what differs from its document. */
static void inherit(struct doc_entries *list)
{
    for (size_t i = 0; i < list->n; i++) {
        struct doc_entry *e = &list->at[i];
        if (e->kind != DOC_ENTRY_ANNEX || !e->within)
            continue;
        if (!e->date.year) {
            e->date = e->within->date;
            if (e->date.year)
                e->flags &= ~(unsigned)DOC_FLAG_NO_DATE;
        }
        e->region = e->within->region;
    }
}

/* The end of a title without marks and blanks: what two titles of one text share, with or without
 * the issuer before. */
static struct span title_tail(struct entries *x, struct span title)
{
    struct buffer letters = BUFFER_INIT;
    add_letters(&letters, title, SIZE_MAX);
    struct span s = buffer_span(&letters);
    size_t at = s.n;
    for (unsigned n = 0; at > 0 && n < TAIL_LETTERS; n++)
        do
            at--;
        while (at > 0 && ((unsigned char)s.p[at] & 0xC0) == 0x80);
    x->arena->failed |= buffer_failed(&letters);
    struct span tail = x->arena->failed ? (struct span){0} : arena_copy(x->arena, span_from(s, at));
    buffer_release(&letters);
    return tail;
}

static void mark_duplicates(struct entries *x)
{
    struct map first;
    map_init(&first, x->arena);
    for (size_t i = 0; i < x->list->n && !x->arena->failed; i++) {
        struct doc_entry *e = &x->list->at[i];
        struct span tail = title_tail(x, e->title.text);
        const struct doc_entry *seen = tail.n ? map_get(&first, tail) : NULL;
        if (!seen && tail.n)
            x->arena->failed |= map_put(&first, tail, e) < 0;
        if (seen && seen->kind == e->kind &&
            (doc_same_title(e->title.text, seen->title.text) ||
             doc_title_ends(e->title.text, seen->title.text) ||
             doc_title_ends(seen->title.text, e->title.text)))
            e->flags |= DOC_FLAG_DUPLICATE;
    }
}

static const struct doc_node *last_text(const struct doc_node *n)
{
    const struct doc_node *p = n->last;
    while (p && p->kind == DOC_SOURCE)
        p = p->prev;
    return p && p->kind == DOC_PARAGRAPH && text_runes(p->text, 30) >= 30 ? p : NULL;
}

/* One body under two titles: a slip of whoever collected them. */
static void mark_same_body(struct doc_entries *list)
{
    for (size_t i = 1; i < list->n; i++) {
        const struct doc_node *p = last_text(list->at[i].node),
                              *q = last_text(list->at[i - 1].node);
        if (list->at[i].kind == DOC_ENTRY_DIGEST && p && q && span_eq(p->text, q->text))
            list->at[i].flags |= DOC_FLAG_DUPLICATE;
    }
}

/* A long text that breaks off: its end was lost before it came here. */
static bool breaks_off(const struct doc_node *n)
{
    static const char *const marks[] = {"，", "。", "；", ",", NULL};
    struct span s = span_trim(n->text);
    if (n->kind == DOC_FIELD || n->kind == DOC_CELL || n->kind == DOC_CONTACT || n->first ||
        text_runes(s, 40) < 40 || !word_has_any(s, marks) || text_ends_sentence(s))
        return false;
    return s.n && (unsigned char)s.p[s.n - 1] >= 0x80;
}

static void mark_truncated(struct doc_entry *e)
{
    for (const struct doc_node *n = e->node->first; n; n = doc_following(e->node, n))
        if (breaks_off(n))
            e->flags |= DOC_FLAG_TRUNCATED;
}

/* ---- ids ---- */

/* 上海市-黄浦区-2023-02-15-title-hash: readable, and the same as long as these stay. */
static struct span entry_id(struct entries *x, const struct doc_entry *e)
{
    struct buffer out = BUFFER_INIT, whole = BUFFER_INIT;
    char day[DATE_TEXT], hash[DOC_SHA256_HEX];
    struct span region = e->region, part;
    while (region.n && span_split(&region, '/', &part)) {
        buffer_add(&out, part);
        buffer_byte(&out, '-');
    }
    if (e->date.year) {
        size_t n = date_print(e->date, day);
        buffer_add(&out, span_of(day, n));
        buffer_byte(&out, '-');
    }
    buffer_add(&whole, buffer_span(&out));
    add_letters(&whole, e->title.text, SIZE_MAX);
    buffer_add(&whole, e->number.text);
    buffer_add_z(&whole, doc_entry_kind_name(e->kind));
    doc_sha256(buffer_span(&whole), hash);
    add_letters(&out, e->title.text, ID_LETTERS);
    if (e->title.text.n)
        buffer_byte(&out, '-');
    buffer_add(&out, span_of(hash, 8));
    x->arena->failed |= buffer_failed(&out) || buffer_failed(&whole);
    struct span id = x->arena->failed ? (struct span){0} : arena_copy(x->arena, buffer_span(&out));
    buffer_release(&out);
    buffer_release(&whole);
    return id;
}

/* Entries that agree in everything are told apart by a number. */
static void set_ids(struct entries *x)
{
    struct map seen;
    map_init(&seen, x->arena);
    for (size_t i = 0; i < x->list->n && !x->arena->failed; i++) {
        struct doc_entry *e = &x->list->at[i];
        struct span id = entry_id(x, e);
        unsigned *count = map_get(&seen, id);
        e->id = count ? arena_print(x->arena, "%.*s-%u", SPAN_ARG(id), ++*count) : id;
        if (count || !(count = ARENA_NEW(x->arena, unsigned)))
            continue;
        *count = 1;
        x->arena->failed |= map_put(&seen, id, count) < 0;
    }
}

/* ---- frame ---- */

/* The year that full dates and 文号 of the file name most often. */
static int32_t main_year(struct span s)
{
    unsigned count[200] = {0}, best = 0;
    for (size_t at = 0; at + 7 <= s.n; at++) {
        if (s.p[at] != '1' && s.p[at] != '2')
            continue;
        unsigned year = 0;
        size_t n = 0;
        while (n < 5 && s.p[at + n] >= '0' && s.p[at + n] <= '9')
            year = year * 10 + (unsigned)(s.p[at + n++] - '0');
        struct span rest = span_trim(span_of(s.p + at + n, s.n - at - n < 6 ? s.n - at - n : 6));
        if (n == 4 && year >= 1949 && year < 2149 && span_starts(rest, SPAN("年")))
            count[year - 1949]++;
        at += n ? n - 1 : 0;
    }
    for (unsigned i = 1; i < COUNT_OF(count); i++)
        if (count[i] > count[best])
            best = i;
    return count[best] ? (int32_t)best + 1949 : 0;
}

static void read_frame(struct entries *x)
{
    const struct doc_node *root = x->doc->root;
    x->list->frame_title = x->doc->form == DOC_FORM_PLAIN ? (struct span){0} : root->title;
    if (x->doc->form == DOC_FORM_DIGEST)
        x->frame_year = main_year(x->doc->bytes);
    if (x->doc->form != DOC_FORM_BULLETIN)
        return;
    for (const struct doc_node *n = root->first; n; n = doc_following(root, n)) {
        if (n->kind == DOC_BULLETIN)
            break;
        struct span s = span_trim(n->text);
        size_t len = head_date(s, 0, &x->list->frame_date);
        if (len && len == s.n)
            break;
        x->list->frame_date = (struct date){0};
    }
}

/* ---- all ---- */

static bool collect(struct entries *x, struct entry_vector *v)
{
    const struct doc_node *root = x->doc->root;
    if (x->doc->form == DOC_FORM_PLAIN && !entry_add(x, v, root))
        return false;
    for (const struct doc_node *n = root; n; n = doc_following(root, n))
        if (n != root && is_entry(n) && !is_enclosed(n) && !entry_add(x, v, n))
            return false;
    return true;
}

int document_entries(const struct doc *doc, struct arena *arena, struct doc_entries *ret,
                     struct err *err)
{
    struct entries x = {.doc = doc, .arena = arena, .list = ret};
    struct entry_vector v = {0};
    *ret = (struct doc_entries){0};
    read_frame(&x);
    if (!collect(&x, &v))
        return err_memory(err);
    ret->at = v.at;
    ret->n = v.n;
    if (doc->form == DOC_FORM_PLAIN && v.n) {
        v.at[0].title = root_title(&x);
        v.at[0].body_title = v.at[0].title.text;
    }
    link_within(ret);
    for (size_t i = 0; i < v.n; i++) {
        entry_head(&x, &v.at[i]);
        entry_validity(&x, &v.at[i]);
        entry_missing(&x, &v.at[i]);
        entry_enclosed(&x, &v.at[i]);
        mark_truncated(&v.at[i]);
    }
    take_overview(&x);
    inherit(ret);
    mark_duplicates(&x);
    mark_same_body(ret);
    set_ids(&x);
    return arena->failed ? err_memory(err) : 0;
}

bool doc_entry_separate(const struct doc_entry *e)
{
    return e->kind != DOC_ENTRY_ANNEX || !e->within || e->within->kind != DOC_ENTRY_DOCUMENT;
}

const struct doc_entry *doc_entry_of(const struct doc_entries *list, const struct doc_node *node)
{
    size_t lo = 0, hi = list->n;
    while (lo < hi) { /* the last entry that begins at or before the node */
        size_t mid = lo + (hi - lo) / 2;
        if (list->at[mid].start <= node->start)
            lo = mid + 1;
        else
            hi = mid;
    }
    const struct doc_entry *e = lo ? &list->at[lo - 1] : NULL;
    while (e && !is_below(node, e->node))
        e = e->within;
    return e;
}

const char *doc_entry_kind_name(enum doc_entry_kind kind)
{
    static const char *const names[DOC_ENTRY_KINDS] = {"document", "part",     "annex",
                                                       "digest",   "bulletin", "catalogue"};
    return names[kind];
}

const char *doc_flag_name(unsigned bit)
{
    static const char *const names[DOC_FLAG_COUNT] = {"no-number",     "no-date",
                                                      "no-issuer",     "no-body",
                                                      "dates-differ",  "issuers-differ",
                                                      "year-inferred", "region-inferred",
                                                      "missing-annex", "duplicate",
                                                      "truncated",     "issuer-inferred",
                                                      "pending",       "issuer-count-differs"};
    return bit < DOC_FLAG_COUNT ? names[bit] : "unknown";
}

const char *doc_relation_name(enum doc_relation relation)
{
    static const char *const names[] = {"issues", "forwards", "interprets"};
    return names[relation];
}
