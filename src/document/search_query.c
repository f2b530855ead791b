/*
 * search_query.c: what was asked. Words are parted by blanks; "quoted" and “quoted” words are one
 * phrase and have no synonyms; -word must not occur. Whatever else is typed is punctuation. Nothing
 * is an error.
 */
#include <unicode/ubrk.h>
#include <unicode/ustring.h>

#include "base/utf8.h"
#include "document/search_int.h"

const char *search_hint_name(enum search_hint h)
{
    static const char *const names[] = {"", "empty", "only-excluded", "quote", "many", "split"};
    return names[h];
}

/* ---- phrases ---- */

struct phrase_maker {
    struct arena *a;
    struct phrase *p;
};

static int add_part(void *context, const struct token *t)
{
    struct phrase_maker *m = context;
    struct span *part;

    if (t->colocated)
        return 0;
    part = VECTOR_PUSH(m->a, &m->p->parts, struct span);
    if (!part)
        return E_MEMORY;
    *part = arena_copy(m->a, t->text);
    if (t->joined && m->p->parts.n <= 64)
        m->p->joined |= UINT64_C(1) << (m->p->parts.n - 1);
    return 0;
}

static int add_code(void *context, const struct token *t)
{
    struct phrase_maker *m = context;
    int64_t *code = VECTOR_PUSH(m->a, &m->p->codes, int64_t);

    if (code)
        *code = token_code(t->text);
    return code ? 0 : E_MEMORY;
}

/* NULL without memory (arena->failed). A phrase of nothing but punctuation has no parts. */
static struct phrase *make_phrase(struct arena *a, struct span text)
{
    struct phrase *p = ARENA_NEW(a, struct phrase);
    struct phrase_maker m = {a, p};
    struct buffer b = BUFFER_INIT;

    if (!p)
        return NULL;
    p->text = arena_copy(a, text);
    (void)tokens_each(text, TOKENS_TEXT, add_part, &m);
    (void)tokens_each(text, TOKENS_QUERY, add_code, &m);
    if (p->codes.n > 1) {
        tokens_pattern(&b, text);
        p->pattern = arena_copy(a, buffer_span(&b));
        a->failed |= buffer_failed(&b);
    }
    buffer_release(&b);
    return a->failed ? NULL : p;
}

/* ---- synonyms ---- */

struct synonym_group {
    struct spans words;
};
struct search_synonyms {
    struct arena *arena;
    struct map by_key;
    VECTOR_OF(struct synonym_group *, groups) groups;
};

struct search_synonyms *search_synonyms_new(struct arena *program)
{
    struct search_synonyms *y = ARENA_NEW(program, struct search_synonyms);

    if (y) {
        y->arena = program;
        map_init(&y->by_key, program);
    }
    return y;
}

static struct span key_of(struct arena *a, struct span word)
{
    struct buffer b = BUFFER_INIT;

    tokens_key(&b, word);
    struct span key = arena_copy(a, buffer_span(&b));
    a->failed |= buffer_failed(&b);
    buffer_release(&b);
    return key;
}

int search_synonyms_add(struct search_synonyms *y, const struct span *words, size_t n)
{
    struct synonym_group *g = ARENA_NEW(y->arena, struct synonym_group);
    struct synonym_group **slot = VECTOR_PUSH(y->arena, &y->groups, struct synonym_group *);

    if (!g || !slot)
        return E_MEMORY;
    *slot = g;
    for (size_t i = 0; i < n; i++) {
        struct span *word = VECTOR_PUSH(y->arena, &g->words, struct span);
        if (!word)
            return E_MEMORY;
        *word = arena_copy(y->arena, words[i]);
        if (map_put(&y->by_key, key_of(y->arena, words[i]), g) < 0)
            return E_MEMORY;
    }
    return y->arena->failed ? E_MEMORY : 0;
}

static void add_way(struct arena *a, struct search_word *w, struct span text)
{
    struct phrase *p;

    for (size_t i = 0; i < w->way_count; i++)
        if (span_eq(w->ways[i]->text, text))
            return;
    if (w->way_count == DOCSEARCH_ALTERNATIVES || !(p = make_phrase(a, text)) || !p->parts.n)
        return;
    w->ways[w->way_count++] = p;
}

static void add_others(struct arena *a, struct search_word *w, const struct synonym_group *g,
                       size_t member, struct span before, struct span after)
{
    for (size_t i = 0; i < g->words.n; i++)
        if (i != member)
            add_way(a, w,
                    arena_print(a, "%.*s%.*s%.*s", SPAN_ARG(before), SPAN_ARG(g->words.at[i]),
                                SPAN_ARG(after)));
}

/* The word has a member of g inside, the longest counts: the others stand in its place. */
static void add_inside(struct arena *a, struct search_word *w, const struct synonym_group *g)
{
    struct span text = w->ways[0]->text;
    size_t best = g->words.n, best_at = 0;

    for (size_t i = 0; i < g->words.n; i++) {
        size_t at = span_find(text, g->words.at[i]);
        if (at == SIZE_MAX || (best < g->words.n && g->words.at[i].n <= g->words.at[best].n))
            continue;
        best = i;
        best_at = at;
    }
    if (best < g->words.n)
        add_others(a, w, g, best, span_of(text.p, best_at),
                   span_from(text, best_at + g->words.at[best].n));
}

/* Its own group, else the first that has a part of it. */
static void add_synonyms(struct arena *a, const struct search_synonyms *y, struct search_word *w)
{
    struct span key = key_of(a, w->ways[0]->text);
    const struct synonym_group *own = map_get(&y->by_key, key);

    if (own) {
        add_others(a, w, own, SIZE_MAX, (struct span){NULL, 0}, (struct span){NULL, 0});
        return;
    }
    for (size_t i = 0; i < y->groups.n && w->way_count == 1; i++)
        add_inside(a, w, y->groups.at[i]);
}

/* ---- words ---- */

static const struct {
    struct span open, close;
} quotes[] = {
    {{"\"", 1}, {"\"", 1}}, {{"“", 3}, {"”", 3}}, {{"「", 3}, {"」", 3}}, {{"＂", 3}, {"＂", 3}}};
static const struct span blanks[] = {{" ", 1}, {"\t", 1}, {"\n", 1}, {"\r", 1}, {"　", 3}};
static const struct span minuses[] = {{"-", 1}, {"－", 3}, {"−", 3}};

static size_t starts_with_any(struct span s, const struct span *set, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (span_starts(s, set[i]))
            return set[i].n;
    return 0;
}

static size_t quote_at(struct span s, struct span *ret_close)
{
    for (size_t i = 0; i < COUNT_OF(quotes); i++)
        if (span_starts(s, quotes[i].open)) {
            *ret_close = quotes[i].close;
            return quotes[i].open.n;
        }
    return 0;
}

/* Up to the next blank or quotation mark. */
static struct span take_plain(struct span *rest)
{
    struct span close, whole = *rest;

    while (rest->n && !starts_with_any(*rest, blanks, COUNT_OF(blanks)) && !quote_at(*rest, &close))
        *rest = span_from(*rest, 1);
    return span_of(whole.p, whole.n - rest->n);
}

static struct span take_quoted(struct span *rest, size_t open, struct span close,
                               enum search_hint *hint)
{
    struct span inside = span_from(*rest, open);
    size_t end = span_find(inside, close);

    if (end == SIZE_MAX) {
        *hint = SEARCH_HINT_QUOTE;
        end = inside.n;
    }
    *rest = span_from(inside, end + close.n);
    return span_of(inside.p, end);
}

static void add_word(struct arena *a, const struct docsearch_options *o, struct search_query *q,
                     struct span text, bool quoted, bool excluded)
{
    struct search_word w = {.excluded = excluded, .quoted = quoted};

    add_way(a, &w, text);
    if (!w.way_count) /* nothing but punctuation */
        return;
    if (q->n == DOCSEARCH_WORDS) {
        q->hint = SEARCH_HINT_MANY;
        return;
    }
    if (!quoted && !excluded && o->synonyms)
        add_synonyms(a, o->synonyms, &w);
    q->required += !excluded;
    q->words[q->n++] = w;
}

static void read_words(struct arena *a, const struct docsearch_options *o, struct search_query *q)
{
    size_t end = utf8_offset(o->text, DOCSEARCH_TEXT), skip;
    struct span rest = span_of(o->text.p, end), close = {NULL, 0};

    if (end < o->text.n)
        q->hint = SEARCH_HINT_MANY;
    while (rest.n) {
        if ((skip = starts_with_any(rest, blanks, COUNT_OF(blanks)))) {
            rest = span_from(rest, skip);
            continue;
        }
        size_t minus = starts_with_any(rest, minuses, COUNT_OF(minuses));
        rest = span_from(rest, minus);
        size_t open = quote_at(rest, &close);
        struct span word = open ? take_quoted(&rest, open, close, &q->hint) : take_plain(&rest);
        add_word(a, o, q, word, open > 0, minus > 0);
    }
}

static void need_facet(struct arena *a, struct search_query *q, enum search_facet_kind kind,
                       struct span value)
{
    struct buffer b = BUFFER_INIT;
    struct span *word = value.n ? VECTOR_PUSH(a, &q->facets, struct span) : NULL;

    if (!word)
        return;
    facet_word(&b, kind, value);
    *word = arena_copy(a, buffer_span(&b));
    a->failed |= buffer_failed(&b);
    buffer_release(&b);
}

int query_read(struct arena *a, const struct docsearch_options *o, struct search_query *ret,
               struct err *err)
{
    struct search_query q = {.synonyms = o->synonyms};

    read_words(a, o, &q);
    need_facet(a, &q, SEARCH_REGION, o->region);
    need_facet(a, &q, SEARCH_ISSUER, o->issuer);
    need_facet(a, &q, SEARCH_TYPE, o->type);
    need_facet(a, &q, SEARCH_TAG, o->tag);
    if (o->year > 0)
        need_facet(a, &q, SEARCH_YEAR, arena_print(a, "%04lld", (long long)o->year));
    if (q.n && !q.required)
        q.hint = SEARCH_HINT_ONLY_EXCLUDED;
    if (!q.n)
        q.hint = SEARCH_HINT_EMPTY;
    if (a->failed)
        return err_memory(err);
    *ret = q;
    return 0;
}

/* ---- taking a phrase apart ---- */

#define SPLIT_LEAST 4 /* characters: shorter phrases are words */

static bool all_joined(const struct phrase *p)
{
    size_t n = p->parts.n;
    return n >= SPLIT_LEAST && n <= 64 &&
           (p->joined | 1) == (n == 64 ? ~UINT64_C(0) : (UINT64_C(1) << n) - 1);
}

/* Words that say nothing alone. */
static bool is_little(struct span word)
{
    return span_find(SPAN("的和与及等在对为是或之其于以了"), word) != SIZE_MAX;
}

/* A word of the dictionary; single characters that stand side by side are a word that the
 * dictionary does not have (小|微, 贴|息). */
struct split_state {
    struct arena *a;
    struct spans *words;
    struct span single; /* characters in a row, none so far when empty */
};

static void end_single(struct split_state *s)
{
    struct span *slot = utf8_count(s->single) > 1 ? VECTOR_PUSH(s->a, s->words, struct span) : NULL;
    if (slot)
        *slot = arena_copy(s->a, s->single);
    s->single = (struct span){NULL, 0};
}

static void take_word(struct split_state *s, struct span word)
{
    struct span *slot;

    if (utf8_count(word) == 1 && !is_little(word)) {
        s->single = arena_print(s->a, "%.*s%.*s", SPAN_ARG(s->single), SPAN_ARG(word));
        return;
    }
    end_single(s);
    if (utf8_count(word) > 1 && (slot = VECTOR_PUSH(s->a, s->words, struct span)))
        *slot = word;
}

static int split_text(struct arena *a, struct span text, struct spans *ret)
{
    UErrorCode status = U_ZERO_ERROR;
    struct split_state state = {.a = a, .words = ret};
    int32_t room = (int32_t)text.n + 1, n = 0;
    UChar *units = ARENA_ARRAY(a, UChar, (size_t)room);

    if (!units)
        return E_MEMORY;
    u_strFromUTF8(units, room, &n, text.p, (int32_t)text.n, &status);
    UBreakIterator *words = ubrk_open(UBRK_WORD, "zh", units, n, &status);
    if (U_FAILURE(status))
        return 0; /* no dictionary: the phrase stays one */
    int32_t from = ubrk_first(words), to;
    while ((to = ubrk_next(words)) != UBRK_DONE) {
        int32_t length = 0, most = (to - from) * 3 + 1;
        char *utf8 = arena_alloc(a, (size_t)most);
        if (!utf8)
            break;
        u_strToUTF8(utf8, most, &length, units + from, to - from, &status);
        if (U_SUCCESS(status))
            take_word(&state, span_of(utf8, (size_t)length));
        from = to;
    }
    end_single(&state);
    ubrk_close(words);
    return a->failed ? E_MEMORY : 0;
}

int query_split(struct arena *a, const struct search_query *q, struct search_query *ret,
                bool *ret_changed, struct err *err)
{
    const struct docsearch_options o = {.synonyms = q->synonyms};
    struct search_query split = {
        .hint = q->hint, .facets = q->facets, .synonyms = q->synonyms, .split = true};
    bool changed = false;

    for (size_t i = 0; i < q->n; i++) {
        const struct search_word *w = &q->words[i];
        struct spans parts = {0};
        if (!w->quoted && !w->excluded && all_joined(w->ways[0]) &&
            split_text(a, w->ways[0]->text, &parts) < 0)
            return err_memory(err);
        if (parts.n < 2) {
            if (split.n < DOCSEARCH_WORDS) {
                split.required += !w->excluded;
                split.words[split.n++] = *w;
            }
            continue;
        }
        changed = true;
        for (size_t k = 0; k < parts.n; k++)
            add_word(a, &o, &split, parts.at[k], false, false);
    }
    if (a->failed)
        return err_memory(err);
    *ret = split;
    *ret_changed = changed;
    return 0;
}

/* ---- for FTS5 ---- */

static void add_quoted(struct buffer *out, struct span text)
{
    buffer_byte(out, '"');
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '"')
            buffer_byte(out, '"');
        if (text.p[i])
            buffer_byte(out, text.p[i]);
    }
    buffer_byte(out, '"');
}

static void add_ways(struct buffer *out, const struct search_word *w)
{
    if (w->way_count > 1)
        buffer_byte(out, '(');
    for (size_t i = 0; i < w->way_count; i++) {
        if (i)
            buffer_add_z(out, " OR ");
        add_quoted(out, w->ways[i]->text);
    }
    if (w->way_count > 1)
        buffer_byte(out, ')');
}

void query_match(struct buffer *out, const struct search_query *q)
{
    const char *between = "(";

    for (size_t i = 0; i < q->facets.n; i++, between = " AND ") {
        buffer_add_z(out, between);
        add_quoted(out, q->facets.at[i]);
    }
    for (size_t i = 0; i < q->n; i++)
        if (!q->words[i].excluded) {
            buffer_add_z(out, between);
            add_ways(out, &q->words[i]);
            between = " AND ";
        }
    buffer_byte(out, ')');
    for (size_t i = 0; i < q->n; i++)
        if (q->words[i].excluded) {
            buffer_add_z(out, " NOT ");
            add_ways(out, &q->words[i]);
        }
}

/* ---- for people ---- */

void query_describe(struct arena *a, const struct search_query *q, struct docsearch_result *ret)
{
    struct buffer words = BUFFER_INIT, others = BUFFER_INIT;

    for (size_t i = 0; i < q->n; i++) {
        const struct search_word *w = &q->words[i];
        buffer_print(&words, "%s%s%s%.*s%s", words.n ? " " : "", w->excluded ? "-" : "",
                     w->quoted ? "\"" : "", SPAN_ARG(w->ways[0]->text), w->quoted ? "\"" : "");
        for (size_t k = 1; k < w->way_count; k++)
            buffer_print(&others, "%s%.*s", others.n ? " " : "", SPAN_ARG(w->ways[k]->text));
    }
    ret->understood = arena_copy(a, buffer_span(&words));
    ret->synonyms = arena_copy(a, buffer_span(&others));
    a->failed |= buffer_failed(&words) || buffer_failed(&others);
    buffer_release(&words);
    buffer_release(&others);
}
