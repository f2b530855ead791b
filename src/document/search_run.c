/*
 * search_run.c: finding and ranking. Three looks: documents by title, clauses by heading, clauses
 * by text; each gives row numbers only, DOCSEARCH_CANDIDATES in all. They are gathered by document,
 * ranked and counted by what the cards say; only the page that is shown reads texts.
 *
 * FTS5 hands out rows one by one and is left when there are enough. A GIN index builds the whole
 * set first, which for a frequent word is most of the table. So documents lie in blocks whose
 * number is a token of every row: one block is asked first, and when it promises too many rows, the
 * blocks are asked one after the other until there are enough.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "document/search_int.h"

#define SCAN_MOST     20000 /* rows looked at when some do not count (in force); half on PostgreSQL */
#define BRANCHES_MOST 8     /* combinations of synonyms asked of PostgreSQL, one by one */
#define BLOCKS_FEW    4     /* blocks that are not worth asking one by one */
#define SET_MOST      40000 /* rows that PostgreSQL may gather to hand out the first of them */
#define SPLIT_BELOW   10    /* documents: with fewer, phrases are taken apart too */

VECTOR_OF(int64_t, row_list); /* most often in order */

struct finder {
    struct arena *a;
    struct desk desk;
    const struct docsearch_options *o;
    const struct search_query *q;
    size_t room;                   /* rows that may still be added */
    bool more;                     /* there were others */
    const struct row_list *titles; /* documents whose title has it all: their clauses, which have it
                                      from there, do not count again; NULL = none */
    const struct row_list *known;  /* rows that need not come again; NULL = none */
};

/* ---- which rows count ---- */

static bool known_out(const struct card *c, int32_t day)
{
    int32_t from = c->from != DAY_NONE ? c->from : c->issued;
    return (from != DAY_NONE && day < from) || (c->to != DAY_NONE && day > c->to);
}

static int by_row(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static bool is_in(const struct row_list *list, int64_t row)
{
    return list && list->n && bsearch(&row, list->at, list->n, sizeof(row), by_row);
}

/* Found already? */
static bool is_repeated(const struct finder *f, int64_t row)
{
    return is_in(f->known, row) || is_in(f->titles, row >> ROW_BITS << ROW_BITS);
}

static bool counts(const struct finder *f, int64_t row)
{
    const struct card *c = card_find(f->desk.cards, row >> ROW_BITS);
    return c && !(f->o->has_in_force && known_out(c, (int32_t)date_days(f->o->in_force)));
}

static int push_row(struct finder *f, struct row_list *list, int64_t row, struct err *err)
{
    int64_t *slot = VECTOR_PUSH(f->a, list, int64_t);

    if (!slot)
        return err_memory(err);
    *slot = row;
    return 0;
}

static int add_row(struct finder *f, struct row_list *list, int64_t row, struct err *err)
{
    return is_repeated(f, row) || !counts(f, row) ? 0 : push_row(f, list, row, err);
}

/* ---- FTS5 ---- */

#define CLAUSES_USUAL 8 /* of a document */

/* Rows looked at, so that enough are left when some do not count. */
static size_t scan_most(const struct finder *f)
{
    size_t repeated = (f->known ? f->known->n : 0) + (f->titles ? f->titles->n * CLAUSES_USUAL : 0);
    return repeated + (f->o->has_in_force ? SCAN_MOST : f->room + 1);
}

static const char *const match_sql[TABLE_COUNT] = {
    "SELECT rowid FROM search_title WHERE search_title MATCH $1",
    "SELECT rowid FROM search_heading WHERE search_heading MATCH $1",
    "SELECT rowid FROM search_text WHERE search_text MATCH $1",
};

static int find_match(struct finder *f, enum search_table table, struct row_list *list,
                      struct err *err)
{
    struct buffer match = BUFFER_INIT;
    struct stmt *st = NULL;
    size_t scanned = 0;
    int r;

    query_match(&match, f->q);
    r = buffer_failed(&match) ? err_memory(err)
                              : store_prepare(f->desk.store, match_sql[table], &st, err);
    if (r < 0)
        goto done;
    stmt_text(st, 1, buffer_span(&match));
    while ((r = stmt_step(st, err)) > 0 && list->n <= f->room && scanned++ < scan_most(f))
        if ((r = add_row(f, list, stmt_get_int(st, 0), err)) < 0)
            break;
    f->more |= r > 0;
    r = r < 0 ? r : 0;
done:
    stmt_done(st);
    buffer_release(&match);
    return r;
}

/* ---- GIN ---- */

/* $5: documents whose clauses do not count. Not with <> ALL, which looks at each of them. */
#define OTHERS                                                                                     \
    " AND NOT EXISTS (SELECT 1 FROM unnest($5::bigint[]) known WHERE known = id >> 16)"            \
    " LIMIT $2"
#define ARRAY_SQL(table)                                                                           \
    {                                                                                              \
        "SELECT id FROM search_" table " WHERE tokens @> $1::bigint[]"                             \
        " AND $3::text IS NULL AND $4::text IS NULL" OTHERS,                                       \
            "SELECT id FROM search_" table " WHERE tokens @> $1::bigint[]"                         \
            " AND folded LIKE ALL ($3::text[]) AND NOT folded LIKE ANY ($4::text[])" OTHERS        \
    }
/* Without and with a look at the text itself. */
static const char *const array_sql[TABLE_COUNT][2] = {
    ARRAY_SQL("title"),
    ARRAY_SQL("heading"),
    ARRAY_SQL("text"),
};

/* One way of every word. */
struct branch {
    const struct phrase *ways[DOCSEARCH_WORDS];
    size_t n;
    struct buffer codes, patterns, excluded;
};

static void add_text(struct buffer *out, struct span text)
{
    buffer_add_z(out, out->n > 1 ? ",\"" : "\"");
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '"' || text.p[i] == '\\')
            buffer_byte(out, '\\');
        buffer_byte(out, text.p[i]);
    }
    buffer_byte(out, '"');
}

static void add_number(struct buffer *out, int64_t code)
{
    buffer_print(out, "%s%" PRId64, out->n > 1 ? "," : "", code);
}

static struct span pattern_of(struct arena *a, const struct phrase *p)
{
    struct buffer b = BUFFER_INIT;

    if (p->pattern.n)
        return p->pattern;
    tokens_pattern(&b, p->text);
    struct span pattern = arena_copy(a, buffer_span(&b));
    a->failed |= buffer_failed(&b);
    buffer_release(&b);
    return pattern;
}

/* The arrays of a branch as text; the block's number is added to the codes for each question. */
static void print_branch(struct finder *f, struct branch *b)
{
    const struct search_query *q = f->q;

    buffer_byte(&b->codes, '{');
    buffer_byte(&b->patterns, '{');
    buffer_byte(&b->excluded, '{');
    for (size_t i = 0; i < q->facets.n; i++)
        add_number(&b->codes, token_code(q->facets.at[i]));
    for (size_t i = 0; i < b->n; i++) {
        for (size_t k = 0; k < b->ways[i]->codes.n; k++)
            add_number(&b->codes, b->ways[i]->codes.at[k]);
        if (b->ways[i]->pattern.n)
            add_text(&b->patterns, b->ways[i]->pattern);
    }
    for (size_t i = 0; i < q->n; i++)
        for (size_t k = 0; q->words[i].excluded && k < q->words[i].way_count; k++)
            add_text(&b->excluded, pattern_of(f->a, q->words[i].ways[k]));
    buffer_byte(&b->patterns, '}');
    buffer_byte(&b->excluded, '}');
}

/* The documents of a block (-1 = all) whose titles have it all. */
static void add_titles(const struct finder *f, int64_t block, struct buffer *out)
{
    buffer_byte(out, '{');
    for (size_t i = 0; f->titles && i < f->titles->n; i++) {
        int64_t document = f->titles->at[i] >> ROW_BITS;
        if (block < 0 || document >> BLOCK_BITS == block)
            add_number(out, document);
    }
    buffer_byte(out, '}');
}

/* Rows asked for at once, so that enough are left when some do not count. */
static size_t ask_most(const struct finder *f)
{
    size_t repeated = f->known ? f->known->n : 0;
    return repeated + (f->o->has_in_force ? SCAN_MOST / 2 : f->room + 1);
}

/* block -1 = all. *ret_n = rows that came; they are added to `list` unless it is NULL. */
static int ask_block(struct finder *f, enum search_table table, const struct branch *b,
                     int64_t block, size_t limit, struct row_list *list, size_t *ret_n,
                     struct err *err)
{
    bool look = b->patterns.n > 2 || b->excluded.n > 2;
    struct buffer codes = BUFFER_INIT, titles = BUFFER_INIT;
    struct stmt *st = NULL;
    size_t n = 0;
    int r;

    add_titles(f, block, &titles);
    buffer_add(&codes, buffer_span(&b->codes));
    if (block >= 0)
        add_number(&codes, block_code(block << BLOCK_BITS));
    buffer_byte(&codes, '}');
    r = buffer_failed(&codes) || buffer_failed(&titles)
            ? err_memory(err)
            : store_prepare(f->desk.store, array_sql[table][look], &st, err);
    if (r < 0)
        goto done;
    stmt_text(st, 1, buffer_span(&codes));
    stmt_int(st, 2, (int64_t)limit);
    stmt_null(st, 3);
    stmt_null(st, 4);
    stmt_text(st, 5, buffer_span(&titles));
    if (look) {
        stmt_text(st, 3, buffer_span(&b->patterns));
        stmt_text(st, 4, buffer_span(&b->excluded));
    }
    for (; (r = stmt_step(st, err)) > 0; n++)
        if (list && (r = add_row(f, list, stmt_get_int(st, 0), err)) < 0)
            break;
    *ret_n = n;
done:
    stmt_done(st);
    buffer_release(&codes);
    buffer_release(&titles);
    return r;
}

static int ask_blocks(struct finder *f, enum search_table table, const struct branch *b,
                      int64_t blocks, struct row_list *list, struct err *err)
{
    size_t scanned = 0, n = 0, before = list->n;
    int64_t block = blocks;
    int r = 0;

    while (r == 0 && list->n - before <= f->room && scanned < ask_most(f) && block-- > 0) {
        r = ask_block(f, table, b, block, ask_most(f) - scanned, list, &n, err);
        scanned += n;
    }
    f->more |= block > 0;
    return r;
}

static int find_branch(struct finder *f, enum search_table table, struct branch *b,
                       struct row_list *list, struct err *err)
{
    const struct cards *c = f->desk.cards;
    int64_t blocks = c->n ? (c->at[c->n - 1].id >> BLOCK_BITS) + 1 : 0;
    size_t n = 0;
    int r;

    print_branch(f, b);
    if (f->a->failed || buffer_failed(&b->patterns) || buffer_failed(&b->excluded))
        return err_memory(err);
    if (blocks > BLOCKS_FEW) {
        size_t many = SET_MOST / (size_t)blocks + 1;
        r = ask_block(f, table, b, blocks / 2, many, NULL, &n, err);
        if (r < 0)
            return r;
        if (n == many)
            return ask_blocks(f, table, b, blocks, list, err);
    }
    r = ask_block(f, table, b, -1, ask_most(f), list, &n, err);
    f->more |= n >= ask_most(f);
    return r;
}

/* Branch number `number` of the query; false when there is none. */
static bool choose_branch(const struct search_query *q, size_t number, struct branch *ret)
{
    for (size_t i = 0; i < q->n; i++) {
        const struct search_word *w = &q->words[i];
        if (w->excluded)
            continue;
        ret->ways[ret->n++] = w->ways[number % w->way_count];
        number /= w->way_count;
    }
    return number == 0;
}

static int find_array(struct finder *f, enum search_table table, struct row_list *list,
                      struct err *err)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < BRANCHES_MOST; i++) {
        struct branch b = {.codes = BUFFER_INIT, .patterns = BUFFER_INIT, .excluded = BUFFER_INIT};
        bool there = choose_branch(f->q, i, &b);
        if (there)
            r = find_branch(f, table, &b, list, err);
        buffer_release(&b.codes);
        buffer_release(&b.patterns);
        buffer_release(&b.excluded);
        if (!there)
            break;
    }
    return r;
}

/* ---- rows of all three tables ---- */

static void sort_unique(struct row_list *list)
{
    size_t n = 0;

    if (list->n > 1)
        qsort(list->at, list->n, sizeof(*list->at), by_row);
    for (size_t i = 0; i < list->n; i++)
        if (n == 0 || list->at[i] != list->at[n - 1])
            list->at[n++] = list->at[i];
    list->n = n;
}

static int find_rows(struct finder *f, enum search_table table, struct row_list *list,
                     struct err *err)
{
    int r;

    if (f->room == 0) {
        f->more = true;
        return 0;
    }
    r = store_engine(f->desk.store) == STORE_SQLITE ? find_match(f, table, list, err)
                                                    : find_array(f, table, list, err);
    if (r < 0)
        return r;
    sort_unique(list);
    if (list->n > f->room) {
        list->n = f->room;
        f->more = true;
    }
    f->room -= list->n;
    return 0;
}

/* Rows of `list` that are not in `known`; both in order. */
static void without(struct row_list *list, const struct row_list *known)
{
    size_t n = 0, k = 0;

    for (size_t i = 0; i < list->n; i++) {
        while (k < known->n && known->at[k] < list->at[i])
            k++;
        if (k == known->n || known->at[k] != list->at[i])
            list->at[n++] = list->at[i];
    }
    list->n = n;
}

/* Rows of `list` that are in `known` too; both in order. */
static void only(struct row_list *list, const struct row_list *known)
{
    size_t n = 0, k = 0;

    for (size_t i = 0; i < list->n; i++) {
        while (k < known->n && known->at[k] < list->at[i])
            k++;
        if (k < known->n && known->at[k] == list->at[i])
            list->at[n++] = list->at[i];
    }
    list->n = n;
}

static bool excludes(const struct search_query *q)
{
    return q->required < q->n;
}

/* ---- candidates: documents ---- */

struct candidate {
    const struct card *card;
    const struct search_query *query;
    const int64_t *headings, *texts; /* rows of its clauses */
    size_t heading_count, text_count;
    enum search_field field;
    uint64_t key; /* larger is better */
};
VECTOR_OF(struct candidate, candidates);

#define TEN_YEARS 3653

/* In this order: where the words were found; in force; how short the title is or how many clauses
 * have them; how new it is. */
static uint64_t key_of(const struct candidate *c, int32_t today)
{
    size_t length = c->card->title_length, many = c->heading_count + c->text_count;
    uint64_t relevance = c->field == SEARCH_TITLE ? UINT16_MAX - length
                         : many < UINT16_MAX      ? many
                                                  : UINT16_MAX;
    int32_t issued = c->card->issued == DAY_NONE ? -10 * TEN_YEARS : c->card->issued;

    return (uint64_t)(SEARCH_WORDS - (unsigned)c->field) << 60 |
           (uint64_t)!known_out(c->card, today) << 59 | relevance << 40 |
           (uint64_t)(issued + 100 * TEN_YEARS);
}

static size_t run_of(const struct row_list *list, size_t at, int64_t document)
{
    size_t n = 0;

    while (at + n < list->n && list->at[at + n] >> ROW_BITS == document)
        n++;
    return n;
}

static int64_t document_at(const struct row_list *list, size_t at)
{
    return at < list->n ? list->at[at] >> ROW_BITS : INT64_MAX;
}

static bool is_among(const struct candidates *list, size_t n, int64_t id)
{
    for (size_t i = 0; i < n; i++)
        if (list->at[i].card->id == id)
            return true;
    return false;
}

/* Merges the three lists by document. Documents that are among the candidates stay as they are. */
static int gather(struct finder *f, const struct row_list rows[TABLE_COUNT], bool split,
                  struct candidates *list)
{
    size_t at[TABLE_COUNT] = {0}, before = list->n;
    int32_t today = (int32_t)date_days(f->o->today);

    for (;;) {
        size_t n[TABLE_COUNT];
        int64_t id = INT64_MAX;
        for (size_t t = 0; t < TABLE_COUNT; t++)
            if (document_at(&rows[t], at[t]) < id)
                id = document_at(&rows[t], at[t]);
        if (id == INT64_MAX)
            return 0;
        for (size_t t = 0; t < TABLE_COUNT; t++)
            n[t] = run_of(&rows[t], at[t], id);
        struct candidate *c =
            is_among(list, before, id) ? NULL : VECTOR_PUSH(f->a, list, struct candidate);
        if (f->a->failed)
            return E_MEMORY;
        if (c) {
            *c = (struct candidate){.card = card_find(f->desk.cards, id),
                                    .query = f->q,
                                    .headings = rows[TABLE_HEADING].at + at[TABLE_HEADING],
                                    .texts = rows[TABLE_TEXT].at + at[TABLE_TEXT],
                                    .heading_count = n[TABLE_HEADING],
                                    .text_count = n[TABLE_TEXT]};
            c->field = split              ? SEARCH_WORDS
                       : n[TABLE_TITLE]   ? SEARCH_TITLE
                       : n[TABLE_HEADING] ? SEARCH_HEADING
                                          : SEARCH_TEXT;
            c->key = key_of(c, today);
        }
        for (size_t t = 0; t < TABLE_COUNT; t++)
            at[t] += n[t];
    }
}

static int collect(struct finder *f, bool split, struct candidates *list, size_t *hits,
                   struct err *err)
{
    struct row_list *rows = ARENA_ARRAY(f->a, struct row_list, TABLE_COUNT);
    int r = rows ? 0 : err_memory(err);

    f->known = f->titles = NULL;
    for (size_t t = 0; r == 0 && t < TABLE_COUNT; t++) {
        /* clauses without a word of their own are not asked for: all of a filtered list */
        if (t == TABLE_TITLE || f->q->required)
            r = find_rows(f, (enum search_table)t, &rows[t], err);
        if (t == TABLE_TITLE)
            f->titles = &rows[t];
        if (t == TABLE_HEADING && !excludes(f->q))
            f->known = &rows[t];
    }
    if (r < 0)
        return r;
    if (excludes(f->q)) { /* a heading does not know what the text below it says */
        only(&rows[TABLE_HEADING], &rows[TABLE_TEXT]);
        without(&rows[TABLE_TEXT], &rows[TABLE_HEADING]);
    }
    if (gather(f, rows, split, list) < 0)
        return err_memory(err);
    for (size_t t = 0; t < TABLE_COUNT; t++)
        *hits += rows[t].n;
    return 0;
}

/* What sorting moves about: small. */
struct place {
    uint64_t key;
    const struct candidate *candidate;
};

static int by_key(const void *a, const void *b)
{
    const struct place *x = a, *y = b;

    if (x->key != y->key)
        return x->key < y->key ? 1 : -1;
    return (x->candidate > y->candidate) - (x->candidate < y->candidate);
}

static struct place *rank(struct arena *a, const struct candidates *list)
{
    struct place *places = ARENA_ARRAY(a, struct place, list->n ? list->n : 1);

    for (size_t i = 0; places && i < list->n; i++)
        places[i] = (struct place){list->at[i].key, &list->at[i]};
    if (places && list->n > 1)
        qsort(places, list->n, sizeof(*places), by_key);
    return places;
}

/* ---- facets ---- */

static int by_facet(const void *a, const void *b)
{
    const struct search_facet *x = a, *y = b;

    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    if (x->kind != SEARCH_REGION && x->kind != SEARCH_YEAR && x->documents != y->documents)
        return x->documents < y->documents ? 1 : -1;
    int by_text = span_compare(x->value, y->value);
    return x->kind == SEARCH_YEAR ? -by_text : by_text;
}

static int count_facets(struct finder *f, const struct candidates *list,
                        struct docsearch_result *ret)
{
    const struct cards *c = f->desk.cards;
    int64_t *count = ARENA_ARRAY(f->a, int64_t, c->term_count ? c->term_count : 1);
    size_t n = 0;

    if (!count)
        return E_MEMORY;
    for (size_t i = 0; i < list->n; i++)
        for (uint32_t k = 0; k < list->at[i].card->term_count; k++)
            n += count[c->terms[list->at[i].card->term + k]]++ == 0;
    ret->facets = ARENA_ARRAY(f->a, struct search_facet, n ? n : 1);
    if (!ret->facets)
        return E_MEMORY;
    for (size_t i = 0; i < c->term_count; i++)
        if (count[i])
            ret->facets[ret->facet_count++] = (struct search_facet){
                c->dictionary[i].kind, arena_copy(f->a, c->dictionary[i].value), count[i]};
    qsort(ret->facets, ret->facet_count, sizeof(*ret->facets), by_facet);
    return f->a->failed ? E_MEMORY : 0;
}

/* ---- the page ---- */

#define TITLE_MOST   120 /* characters shown */
#define HEADING_MOST 60
#define TEXT_MOST    140
#define ROWS_READ    6  /* clauses of a document read to choose the best */
#define ROWS_SCANNED 24 /* likewise, when only the title is known to have the words */

static void read_clause(struct finder *f, const struct candidate *c, const struct stmt *st,
                        struct search_found *ret)
{
    struct span heading = arena_copy(f->a, stmt_get_text(st, 2));
    struct span text = arena_copy(f->a, stmt_get_text(st, 3));

    if (heading.n && span_starts(text, heading)) /* a heading that runs into its text */
        text = span_from(text, heading.n);
    ret->path = arena_copy(f->a, stmt_get_text(st, 1));
    ret->marks = 4 * show_pieces(f->a, c->query, heading, HEADING_MOST, &ret->heading);
    ret->marks += show_pieces(f->a, c->query, text, TEXT_MOST, &ret->text);
}

VECTOR_OF(struct search_found, found_list);

/* Kept when it has marks of its own: what only its document's title has is not its merit. */
static int add_found(struct finder *f, const struct candidate *c, struct stmt *st,
                     struct found_list *list, struct err *err)
{
    struct search_found found = {0}, *slot;

    read_clause(f, c, st, &found);
    if (found.marks && (slot = VECTOR_PUSH(f->a, list, struct search_found)))
        *slot = found;
    return f->a->failed ? err_memory(err) : 0;
}

/* The best clauses come first, the others in their order; few are kept. */
static void choose_clauses(struct found_list *list, struct search_row *ret)
{
    for (size_t i = 1; i < list->n; i++) {
        struct search_found c = list->at[i];
        size_t k = i;
        for (; k > 0 && list->at[k - 1].marks < c.marks; k--)
            list->at[k] = list->at[k - 1];
        list->at[k] = c;
    }
    ret->clauses = list->at;
    ret->clause_count = list->n < DOCSEARCH_CLAUSES ? list->n : DOCSEARCH_CLAUSES;
}

/* A document of the page while its texts are read. */
struct shown {
    const struct candidate *candidate;
    struct found_list found;
    struct search_row *row;
};
struct page {
    struct shown *at;
    size_t n;
};

static struct shown *shown_of(const struct page *p, int64_t document)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->at[i].candidate->card->id == document)
            return &p->at[i];
    return NULL;
}

/* One question for all rows of a page: a list of numbers is JSON here and an array there. */
#define ID_LIST  " IN (SELECT value FROM json_each($1))"
#define ID_ARRAY " = ANY ($1::bigint[])"
#define HEAD_SQL                                                                                   \
    "SELECT id, title, slug, number, region, issuers, type, issued, in_from, in_to"                \
    " FROM search_document WHERE id"
#define CLAUSE_SQL "SELECT id, path, heading, text FROM search_clause WHERE id"
/* In the order of enum store_engine. */
static const char *const head_sql[] = {HEAD_SQL ID_LIST, HEAD_SQL ID_ARRAY};
static const char *const clause_sql[] = {CLAUSE_SQL ID_LIST " ORDER BY id",
                                         CLAUSE_SQL ID_ARRAY " ORDER BY id"};

static int ask_for(struct finder *f, const char *const sql[2], const struct row_list *ids,
                   struct buffer *text, struct stmt **ret, struct err *err)
{
    bool sqlite = store_engine(f->desk.store) == STORE_SQLITE;
    int r;

    buffer_byte(text, sqlite ? '[' : '{');
    for (size_t i = 0; i < ids->n; i++)
        add_number(text, ids->at[i]);
    buffer_byte(text, sqlite ? ']' : '}');
    if (buffer_failed(text))
        return err_memory(err);
    r = store_prepare(f->desk.store, sql[store_engine(f->desk.store)], ret, err);
    if (r == 0)
        stmt_text(*ret, 1, buffer_span(text));
    return r;
}

static int read_heads(struct finder *f, const struct page *p, struct err *err)
{
    struct row_list ids = {0};
    struct buffer text = BUFFER_INIT;
    struct stmt *st = NULL;
    int r = 0;

    for (size_t i = 0; r == 0 && i < p->n; i++)
        r = push_row(f, &ids, p->at[i].candidate->card->id, err);
    if (r == 0)
        r = ask_for(f, head_sql, &ids, &text, &st, err);
    while (r == 0 && (r = stmt_step(st, err)) > 0) {
        struct shown *shown = shown_of(p, stmt_get_int(st, 0));
        struct span title = arena_copy(f->a, stmt_get_text(st, 1));
        r = 0;
        if (!shown)
            continue;
        struct search_row *row = shown->row;
        struct span *const texts[] = {&row->slug, &row->number, &row->region,  &row->issuers,
                                      &row->type, &row->issued, &row->in_from, &row->in_to};
        for (size_t i = 0; i < COUNT_OF(texts); i++)
            *texts[i] = arena_copy(f->a, stmt_get_text(st, (int)i + 2));
        show_pieces(f->a, shown->candidate->query, title, TITLE_MOST, &row->title);
    }
    stmt_done(st);
    buffer_release(&text);
    return r;
}

static int read_clauses(struct finder *f, const struct page *p, const struct row_list *ids,
                        struct err *err)
{
    struct buffer text = BUFFER_INIT;
    struct stmt *st = NULL;
    int r = ids->n ? ask_for(f, clause_sql, ids, &text, &st, err) : 0;

    while (r == 0 && st && (r = stmt_step(st, err)) > 0) {
        struct shown *shown = shown_of(p, stmt_get_int(st, 0) >> ROW_BITS);
        r = shown ? add_found(f, shown->candidate, st, &shown->found, err) : 0;
    }
    stmt_done(st);
    buffer_release(&text);
    return r;
}

/* The clauses to choose from: those with the words in the heading, then in the text. */
static int list_clauses(struct finder *f, const struct page *p, struct row_list *ids,
                        struct err *err)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < p->n; i++) {
        const struct candidate *c = p->at[i].candidate;
        for (size_t k = 0; r == 0 && k < c->heading_count && k < ROWS_READ; k++)
            r = push_row(f, ids, c->headings[k], err);
        for (size_t k = 0; r == 0 && k < c->text_count && k + c->heading_count < ROWS_READ; k++)
            r = push_row(f, ids, c->texts[k], err);
    }
    return r;
}

static bool unread(const struct shown *s)
{
    return s->found.n == 0 && s->candidate->query->required;
}

/* The first clauses of documents of which only the title is known to have the words. */
static int list_unread(struct finder *f, const struct page *p, struct row_list *ids,
                       struct err *err)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < p->n; i++)
        for (int k = 1; r == 0 && unread(&p->at[i]) && k <= ROWS_SCANNED; k++)
            r = push_row(f, ids, ROW_OF(p->at[i].candidate->card->id, k), err);
    return r;
}

static int read_texts(struct finder *f, const struct page *p, struct err *err)
{
    struct row_list clauses = {0}, others = {0};
    int r = read_heads(f, p, err);

    if (r == 0)
        r = list_clauses(f, p, &clauses, err);
    if (r == 0)
        r = read_clauses(f, p, &clauses, err);
    if (r == 0)
        r = list_unread(f, p, &others, err);
    if (r == 0)
        r = read_clauses(f, p, &others, err);
    return r < 0 ? r : f->a->failed ? err_memory(err) : 0;
}

static void finish_row(struct shown *s)
{
    const struct candidate *c = s->candidate;

    s->row->id = c->card->id;
    s->row->field = c->field;
    /* below a title only the clauses that were looked at are known */
    s->row->hits = c->field == SEARCH_TITLE ? s->found.n : c->heading_count + c->text_count;
    choose_clauses(&s->found, s->row);
}

static int read_page(struct finder *f, const struct candidates *list, struct docsearch_result *ret,
                     struct err *err)
{
    size_t per_page = f->o->per_page ? f->o->per_page : DOCSEARCH_PAGE;
    const struct place *places = rank(f->a, list);
    struct page p = {0};
    int r;

    if (per_page > DOCSEARCH_PAGE_MOST)
        per_page = DOCSEARCH_PAGE_MOST;
    size_t first = f->o->page < list->n / per_page + 1 ? f->o->page * per_page : list->n;
    p.n = list->n - (first < list->n ? first : list->n);
    if (p.n > per_page)
        p.n = per_page;
    p.at = ARENA_ARRAY(f->a, struct shown, p.n ? p.n : 1);
    ret->rows = ARENA_ARRAY(f->a, struct search_row, p.n ? p.n : 1);
    if (!ret->rows || !places || !p.at)
        return err_memory(err);
    for (size_t i = 0; i < p.n; i++)
        p.at[i] = (struct shown){.candidate = places[first + i].candidate, .row = &ret->rows[i]};
    r = p.n ? read_texts(f, &p, err) : 0;
    for (size_t i = 0; i < p.n; i++)
        finish_row(&p.at[i]);
    ret->row_count = p.n;
    return r;
}

/* ---- all of it ---- */

static int add_split(struct finder *f, struct candidates *list, struct docsearch_result *ret,
                     struct err *err)
{
    struct search_query *q = ARENA_NEW(f->a, struct search_query);
    bool changed = false;
    size_t before = list->n;
    int r = q ? query_split(f->a, f->q, q, &changed, err) : err_memory(err);

    if (r < 0 || !changed)
        return r;
    f->q = q;
    f->room = DOCSEARCH_CANDIDATES;
    r = collect(f, true, list, &ret->hits, err);
    if (r == 0 && list->n > before && ret->hint == SEARCH_HINT_NONE)
        ret->hint = SEARCH_HINT_SPLIT;
    return r;
}

static int answer(struct finder *f, struct docsearch_result *ret, struct err *err)
{
    struct candidates list = {0};
    int r = collect(f, false, &list, &ret->hits, err);

    if (r == 0 && list.n < SPLIT_BELOW && !f->more && f->q->required)
        r = add_split(f, &list, ret, err);
    if (r < 0)
        return r;
    ret->documents = list.n;
    ret->more = f->more;
    if (count_facets(f, &list, ret) < 0)
        return err_memory(err);
    return read_page(f, &list, ret, err);
}

int docsearch_run(struct docsearch *d, struct arena *request, const struct docsearch_options *o,
                  struct docsearch_result *ret, struct err *err)
{
    struct docsearch_result result = {0};
    struct search_query q;
    struct finder f = {.a = request, .o = o, .q = &q, .room = DOCSEARCH_CANDIDATES};
    int r = query_read(request, o, &q, err);

    if (r < 0)
        return r;
    result.hint = q.hint;
    query_describe(request, &q, &result);
    bool nothing = q.n ? !q.required : !q.facets.n;
    if (!nothing) {
        r = desk_take(d, &f.desk, err);
        if (r < 0)
            return r;
        r = answer(&f, &result, err);
        desk_give(d, &f.desk);
    }
    if (r == 0 && request->failed)
        r = err_memory(err);
    if (r == 0)
        *ret = result;
    return r;
}
