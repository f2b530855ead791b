/*
 * search.c: folded texts of each measure, field by field, and a scan over them: 700 measures are
 * some 200 KB, which a scan passes in well under a millisecond; an index would be larger than the
 * texts.
 */
#include "policy/search.h"

#include "base/buffer.h"
#include "base/utf8.h"
#include "base/vector.h"

/* What a hit in a field is worth. */
enum {
    WEIGHT_TITLE = 16,
    WEIGHT_TAG = 8,
    WEIGHT_PLAIN = 6,
    WEIGHT_OFFICE = 5,
    WEIGHT_DOCUMENT = 4,
    WEIGHT_CONDITION = 3,
    WEIGHT_REST = 1
};

struct field {
    struct span shown, folded;
    unsigned weight;
};
struct entry {
    const struct measure *measure;
    VECTOR_OF(struct field, fields) fields;
};
struct search_index {
    struct entry *at;
    size_t n;
};

/* Full-width ASCII to half, capitals to small: 稳岗 stays, ＫＥＹ becomes key. */
static struct span fold(struct arena *a, struct span s)
{
    struct buffer b = BUFFER_INIT;
    size_t length;

    while (s.n) {
        uint32_t c = utf8_decode(s, &length);
        if (c >= 0xFF01 && c <= 0xFF5E)
            c -= 0xFEE0;
        if (c >= 'A' && c <= 'Z')
            c += 'a' - 'A';
        if (c != RUNE_BAD)
            buffer_rune(&b, c);
        s = span_from(s, length);
    }
    struct span folded =
        buffer_failed(&b) ? (struct span){NULL, 0} : arena_copy(a, buffer_span(&b));
    a->failed |= buffer_failed(&b);
    buffer_release(&b);
    return folded;
}

static void add(struct arena *a, struct entry *e, struct span text, unsigned weight)
{
    struct field *f = text.n ? VECTOR_PUSH(a, &e->fields, struct field) : NULL;
    if (f)
        *f = (struct field){text, fold(a, text), weight};
}

static void add_words(struct arena *a, struct entry *e, struct words w, unsigned weight)
{
    add(a, e, w.zh, weight);
    add(a, e, w.en, weight);
}

static void add_measure(struct arena *a, struct entry *e, const struct measure *m)
{
    e->measure = m;
    add_words(a, e, m->title, WEIGHT_TITLE);
    add(a, e, m->catalogue, WEIGHT_TITLE);
    for (size_t i = 0; i < m->tag_count; i++)
        add(a, e, m->tags[i], WEIGHT_TAG);
    add_words(a, e, m->plain, WEIGHT_PLAIN);
    add(a, e, m->authority, WEIGHT_OFFICE);
    add(a, e, m->institution, WEIGHT_OFFICE);
    add(a, e, m->region, WEIGHT_OFFICE);
    if (m->document) {
        add(a, e, m->document->title, WEIGHT_DOCUMENT);
        add(a, e, m->document->number, WEIGHT_DOCUMENT);
    }
    add_words(a, e, kind_words[m->kind].title, WEIGHT_DOCUMENT);
    for (size_t i = 0; i < m->condition_count; i++)
        add_words(a, e, m->conditions[i].text, WEIGHT_CONDITION);
    for (size_t i = 0; i < m->material_count; i++)
        add_words(a, e, m->materials[i], WEIGHT_REST);
    for (size_t i = 0; i < m->note_count; i++)
        add_words(a, e, m->notes[i], WEIGHT_REST);
}

struct search_index *search_index_new(struct arena *program, const struct library *l)
{
    struct search_index *x = ARENA_NEW(program, struct search_index);

    if (!x)
        return NULL;
    x->n = l->measure_count;
    x->at = ARENA_ARRAY(program, struct entry, x->n ? x->n : 1);
    for (size_t i = 0; x->at && i < x->n; i++)
        add_measure(program, &x->at[i], l->measures[i]);
    return program->failed ? NULL : x;
}

/* The best field for one word; 0 = the word is nowhere. */
static unsigned score_word(const struct entry *e, struct span word, struct span *ret_field)
{
    unsigned best = 0;

    for (size_t i = 0; i < e->fields.n; i++)
        if (e->fields.at[i].weight > best && span_find(e->fields.at[i].folded, word) != SIZE_MAX) {
            best = e->fields.at[i].weight;
            *ret_field = e->fields.at[i].shown;
        }
    return best;
}

static void score_entry(const struct entry *e, const struct span *words, size_t n,
                        struct search_hit *ret)
{
    unsigned total = 0, best = 0;

    for (size_t i = 0; i < n; i++) {
        struct span field = {NULL, 0};
        unsigned score = score_word(e, words[i], &field);
        if (score == 0) {
            ret->score = 0;
            return;
        }
        if (score > best) {
            best = score;
            ret->field = field;
        }
        total += score;
    }
    ret->measure = e->measure;
    ret->score = total;
}

static size_t split_words(struct span query, struct span words[SEARCH_WORDS_MAX])
{
    size_t n = 0;
    struct span rest = query, word;

    while (n < SEARCH_WORDS_MAX && span_split(&rest, ' ', &word)) {
        struct span ideographic =
            SPAN("　"); /* the blank of Chinese keyboards folds to none of ours */
        size_t at;
        while ((at = span_find(word, ideographic)) != SIZE_MAX && n < SEARCH_WORDS_MAX) {
            if (at)
                words[n++] = span_of(word.p, at);
            word = span_from(word, at + ideographic.n);
        }
        if (word.n && n < SEARCH_WORDS_MAX)
            words[n++] = word;
    }
    return n;
}

/* Insertion keeps equal scores in the library's order; hits are few hundred at most. */
static void sort_hits(struct search_hit *at, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct search_hit h = at[i];
        size_t k = i;
        while (k > 0 && at[k - 1].score < h.score) {
            at[k] = at[k - 1];
            k--;
        }
        at[k] = h;
    }
}

int search_measures(struct arena *request, const struct search_index *x, struct span query,
                    struct search_hit **ret, size_t *ret_n, struct err *err)
{
    struct span words[SEARCH_WORDS_MAX];
    size_t count = split_words(fold(request, query), words), n = 0;
    struct search_hit *hits = ARENA_ARRAY(request, struct search_hit, x->n ? x->n : 1);

    if (!hits || request->failed)
        return err_memory(err);
    for (size_t i = 0; i < x->n; i++) {
        struct search_hit h = {.measure = x->at[i].measure};
        if (count)
            score_entry(&x->at[i], words, count, &h);
        if (!count || h.score)
            hits[n++] = h;
    }
    sort_hits(hits, n);
    *ret = hits;
    *ret_n = n;
    return 0;
}
