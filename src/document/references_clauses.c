/*
 * references_clauses.c: clauses that share their words. Each clause is a set of hashes of eight
 * neighbouring Chinese characters (figures, punctuation and blanks left out, so that other figures
 * do not hide a copy), one in four kept by its value; clauses that share enough become pairs. Pairs
 * are duplicates, conflicts of figures in one region, or a city's clause beside its district's.
 */
#include <stdlib.h>
#include "document/mention_int.h"
#include "document/references_int.h"

#define SHINGLE   8  /* characters */
#define KEEP      4  /* one hash in so many */
#define COMMON    24 /* a shingle in more clauses is a phrase of the trade */
#define LIKE      50 /* percent shared: comparable */
#define COPY      80 /* percent shared: the same */
#define LINEAGE   4  /* clauses alike: a district's text follows the city's */
#define PAIRS_MAX 200000

struct clause {
    size_t text;
    const struct reference_file *file;
    const struct doc_node *node;
    size_t kept; /* shingles kept */
};
VECTOR_OF(struct clause, clause_vector);

struct posting {
    uint64_t hash;
    uint32_t clause;
};
VECTOR_OF(struct posting, posting_vector);

struct shared {
    uint32_t a, b;
};
VECTOR_OF(struct shared, shared_vector);

struct comparing {
    struct linking *l;
    struct clause_vector clauses;
    struct posting_vector postings;
    struct shared_vector shared;
};

/* ---- shingles ---- */

static int by_hash(const void *a, const void *b)
{
    const struct posting *x = a, *y = b;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return x->clause < y->clause ? -1 : x->clause > y->clause;
}

/* The Chinese characters of the text, without all else. */
static struct span only_han(struct arena *a, struct span s)
{
    char *p = arena_alloc(a, s.n + 1);
    size_t n = 0;
    for (size_t at = 0; p && at < s.n;) {
        if (han_at(s, at)) {
            memcpy(p + n, s.p + at, 3);
            n += 3;
            at += 3;
        } else
            at++;
    }
    return span_of(p, p ? n : 0);
}

static void add_clause(struct comparing *c, size_t text, const struct reference_file *f,
                       const struct doc_node *node)
{
    struct span han = only_han(c->l->arena, node->text);
    if (han.n < 20 * 3)
        return;
    struct clause *k = VECTOR_PUSH(c->l->arena, &c->clauses, struct clause);
    if (!k)
        return;
    *k = (struct clause){.text = text, .file = f, .node = node};
    for (size_t at = 0; at + SHINGLE * 3 <= han.n; at += 3) {
        uint64_t hash = hash_bytes(span_of(han.p + at, SHINGLE * 3));
        hash ^= hash >> 31;
        if (hash % KEEP)
            continue;
        struct posting *p = VECTOR_PUSH(c->l->arena, &c->postings, struct posting);
        if (p)
            *p = (struct posting){.hash = hash, .clause = (uint32_t)(c->clauses.n - 1)};
        k->kept++;
    }
}

static bool comparable(const struct doc_node *n)
{
    return n->seg_count &&
           (n->kind == DOC_CLAUSE || n->kind == DOC_PARAGRAPH || n->kind == DOC_ITEM);
}

static void collect(struct comparing *c)
{
    for (size_t i = 0; i < c->l->file_count; i++) {
        const struct reference_file *f = &c->l->files[i];
        for (size_t e = 0; e < f->entries->n; e++) {
            const struct doc_entry *entry = &f->entries->at[e];
            size_t text = text_of_entry(c->l, entry);
            const struct doc_node *n = entry->node;
            for (; text != NO_TEXT && n; n = doc_following(entry->node, n))
                if (comparable(n) && doc_entry_of(f->entries, n) == entry)
                    add_clause(c, text, f, n);
        }
    }
}

/* ---- pairs ---- */

static int by_pair(const void *a, const void *b)
{
    const struct shared *x = a, *y = b;
    if (x->a != y->a)
        return x->a < y->a ? -1 : 1;
    return x->b < y->b ? -1 : x->b > y->b;
}

static void share_run(struct comparing *c, const struct posting *run, size_t n)
{
    if (n < 2 || n > COMMON || c->shared.n > PAIRS_MAX)
        return;
    for (size_t i = 0; i < n; i++)
        for (size_t k = i + 1; k < n; k++) {
            if (run[i].clause == run[k].clause)
                continue;
            struct shared *s = VECTOR_PUSH(c->l->arena, &c->shared, struct shared);
            if (s)
                *s = (struct shared){run[i].clause, run[k].clause};
        }
}

static void share_all(struct comparing *c)
{
    if (c->postings.n)
        qsort(c->postings.at, c->postings.n, sizeof c->postings.at[0], by_hash);
    for (size_t i = 0, k; i < c->postings.n; i = k) {
        for (k = i; k < c->postings.n && c->postings.at[k].hash == c->postings.at[i].hash; k++)
            ;
        share_run(c, c->postings.at + i, k - i);
    }
    if (c->shared.n)
        qsort(c->shared.at, c->shared.n, sizeof c->shared.at[0], by_pair);
}

/* ---- figures ---- */

static bool is_figure(const struct mention *m)
{
    return m->kind <= MENTION_COUNT || m->kind == MENTION_DURATION || m->kind == MENTION_LIMIT ||
           m->kind == MENTION_WINDOW || m->kind == MENTION_ANCHORED;
}

static const struct mention *first_of(const struct clause *k)
{
    const struct mentions *all = k->file->mentions;
    size_t lo = 0, hi = all->n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (all->at[mid].start < k->node->start)
            lo = mid + 1;
        else
            hi = mid;
    }
    return all->at + lo;
}

static const struct mention *next_figure(const struct clause *k, const struct mention *m)
{
    const struct mention *end = k->file->mentions->at + k->file->mentions->n;
    for (; m && m < end && m->start < k->node->end; m++)
        if (m->node == k->node && is_figure(m))
            return m;
    return NULL;
}

static bool says(const struct clause *k, const struct mention *figure)
{
    for (const struct mention *m = next_figure(k, first_of(k)); m; m = next_figure(k, m + 1))
        if (m->kind == figure->kind && span_eq(m->value, figure->value))
            return true;
    return false;
}

/* The first figure of `a` that `b` does not say, and one of its kind in b that a does not say. */
static bool figures_differ(const struct clause *a, const struct clause *b,
                           const struct mention **ret_a, const struct mention **ret_b)
{
    *ret_a = *ret_b = NULL;
    for (const struct mention *m = next_figure(a, first_of(a)); m; m = next_figure(a, m + 1)) {
        if (says(b, m))
            continue;
        *ret_a = m;
        for (const struct mention *o = next_figure(b, first_of(b)); o; o = next_figure(b, o + 1))
            if (o->kind == m->kind && !says(a, o)) {
                *ret_b = o;
                return true;
            }
    }
    return *ret_a != NULL;
}

static bool number_in(struct span value, struct decimal *ret, struct span *ret_unit)
{
    while (value.n && strchr("<>=", value.p[0]))
        value = span_from(value, 1);
    size_t n = 0;
    while (n < value.n && ((value.p[n] >= '0' && value.p[n] <= '9') || value.p[n] == '.'))
        n++;
    *ret_unit = span_from(value, n);
    return n && decimal_parse(span_of(value.p, n), ret);
}

/* Money and shares: more is kinder; times within which an office acts: less is. */
static const char *change_of(const struct mention *city, const struct mention *district)
{
    struct decimal x, y;
    struct span u, v;
    if (!district)
        return "not-stated";
    if (!number_in(city->value, &x, &u) || !number_in(district->value, &y, &v) || !span_eq(u, v))
        return "changed";
    int order = decimal_compare(y, x);
    if (order == 0)
        return "changed";
    bool less_is_kind = city->kind == MENTION_LIMIT || city->kind == MENTION_ANCHORED;
    return (order > 0) == less_is_kind ? "stricter" : "looser";
}

/* ---- sorting pairs ---- */

static bool within_region(struct span inner, struct span outer)
{
    return outer.n && inner.n > outer.n && span_starts(inner, outer) && inner.p[outer.n] == '/';
}

static void push(struct linking *l, struct pair_vector *v, struct clause_pair p)
{
    struct clause_pair *slot = VECTOR_PUSH(l->arena, v, struct clause_pair);
    if (slot)
        *slot = p;
}

static void pair_found(struct comparing *c, const struct clause *a, const struct clause *b,
                       unsigned percent)
{
    const struct reference_text *ta = &c->l->texts.at[a->text], *tb = &c->l->texts.at[b->text];
    if (a->text == b->text)
        return;
    if (within_region(ta->region, tb->region)) { /* a is the city's */
        const struct clause *k = a;
        a = b;
        b = k;
        tb = ta;
        ta = &c->l->texts.at[a->text];
    }
    struct clause_pair p = {a->text, b->text, a->node, b->node, percent, NULL, NULL, NULL};
    bool differ = figures_differ(a, b, &p.a_value, &p.b_value);
    if (within_region(tb->region, ta->region)) {
        p.change = differ ? change_of(p.a_value, p.b_value) : "same";
        push(c->l, &c->l->floors, p);
    }
    if (percent >= COPY && !(differ && p.a_value && p.b_value))
        push(c->l, &c->l->duplicates, p);
    bool one_region = !ta->region.n || !tb->region.n || span_eq(ta->region, tb->region) ||
                      within_region(tb->region, ta->region);
    if (differ && p.a_value && p.b_value && one_region)
        push(c->l, &c->l->conflicts, p);
}

static void pairs_of(struct comparing *c)
{
    for (size_t i = 0, k; i < c->shared.n; i = k) {
        const struct shared *s = &c->shared.at[i];
        for (k = i; k < c->shared.n && by_pair(&c->shared.at[k], s) == 0; k++)
            ;
        const struct clause *a = &c->clauses.at[s->a], *b = &c->clauses.at[s->b];
        size_t most = a->kept > b->kept ? a->kept : b->kept;
        unsigned percent = most ? (unsigned)((k - i) * 100 / most) : 0;
        if (percent > 100)
            percent = 100;
        if (k - i >= 3 && percent >= LIKE)
            pair_found(c, a, b, percent);
    }
}

/* ---- what the district left out ---- */

static size_t floors_between(const struct linking *l, size_t city, size_t district)
{
    size_t n = 0;
    for (size_t i = 0; i < l->floors.n; i++)
        n += l->floors.at[i].a_text == city && l->floors.at[i].b_text == district &&
             l->floors.at[i].b != NULL;
    return n;
}

static bool followed(const struct linking *l, const struct doc_node *clause, size_t district)
{
    for (size_t i = 0; i < l->floors.n; i++)
        if (l->floors.at[i].a == clause && l->floors.at[i].b_text == district)
            return true;
    return false;
}

/* From when a text holds is each text's own matter. */
static bool is_closing(const struct doc_node *n)
{
    static const char *const words[] = {"起施行", "起实施", "有效期", "同时废止", "负责解释", NULL};
    return word_has_any(n->text, words);
}

/* Clauses with figures of a city's text that a district's copy does not repeat. */
static void dropped(struct comparing *c)
{
    struct linking *l = c->l;
    size_t found = l->floors.n;
    for (size_t i = 0; i < found; i++) {
        size_t city = l->floors.at[i].a_text, district = l->floors.at[i].b_text;
        bool seen = false;
        for (size_t k = 0; k < i && !seen; k++)
            seen = l->floors.at[k].a_text == city && l->floors.at[k].b_text == district;
        if (seen || floors_between(l, city, district) < LINEAGE)
            continue;
        for (size_t k = 0; k < c->clauses.n; k++) {
            const struct clause *q = &c->clauses.at[k];
            const struct mention *m = q->text == city ? next_figure(q, first_of(q)) : NULL;
            if (m && !is_closing(q->node) && !followed(l, q->node, district))
                push(l, &l->floors,
                     (struct clause_pair){city, district, q->node, NULL, 0, m, NULL, "dropped"});
        }
    }
}

void clauses_compare(struct linking *l)
{
    struct comparing c = {.l = l};
    collect(&c);
    share_all(&c);
    pairs_of(&c);
    dropped(&c);
}
