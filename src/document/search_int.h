/*
 * search_int.h: shared by the files of searching: search_index.c (writing), search_query.c (what
 * was asked), search_cache.c (connections, dates and facets in memory), search_run.c (finding and
 * ranking), search_show.c (marks and pieces), search_suggest.c.
 */
#ifndef HUIQI_DOCUMENT_SEARCH_INT_H
#define HUIQI_DOCUMENT_SEARCH_INT_H
#include "base/map.h"
#include "base/vector.h"
#include "document/search.h"
#include "store/tokens.h"

/* Rows of the index: a document's own row is document << ROW_BITS, its clauses follow. */
#define ROW_BITS                 16
#define ROW_OF(document, number) ((document) << ROW_BITS | (int64_t)(number))

/* Documents of one block are looked through together on PostgreSQL (see search_run.c). */
#define BLOCK_BITS 11

enum search_table { TABLE_TITLE, TABLE_HEADING, TABLE_TEXT, TABLE_COUNT };

/* A facet as a word that nobody types: a letter of no language of ours, the kind, a hash. */
#define FACET_MARK "\xc7\x81" /* U+01C1 */
void facet_word(struct buffer *out, enum search_facet_kind kind, struct span value);
int64_t block_code(int64_t document);

/* ---- search_query.c ---- */

VECTOR_OF(int64_t, codes);
VECTOR_OF(struct span, spans);

/* One way to say a word. */
struct phrase {
    struct span text;    /* as typed or as the register has it */
    struct spans parts;  /* characters and words in a row, to find it in a shown text */
    uint64_t joined;     /* bit i: part i stands directly behind part i - 1 */
    struct codes codes;  /* its tokens */
    struct span pattern; /* of LIKE, when one token alone does not tell it */
};
struct search_word {
    bool excluded, quoted;
    struct phrase *ways[DOCSEARCH_ALTERNATIVES]; /* the first is the word itself */
    size_t way_count;
};
struct search_query {
    struct search_word words[DOCSEARCH_WORDS];
    size_t n, required;
    enum search_hint hint;
    struct spans facets;                    /* facet words that must be there */
    const struct search_synonyms *synonyms; /* may be NULL */
    bool split;                             /* a phrase was taken apart */
};
NODISCARD int query_read(struct arena *a, const struct docsearch_options *o,
                         struct search_query *ret, struct err *err);
/* Takes phrases of four characters and more apart into words of the dictionary; *ret_changed =
 * there were some. */
NODISCARD int query_split(struct arena *a, const struct search_query *q, struct search_query *ret,
                          bool *ret_changed, struct err *err);
/* For FTS5. */
void query_match(struct buffer *out, const struct search_query *q);
void query_describe(struct arena *a, const struct search_query *q, struct docsearch_result *ret);

/* ---- search_cache.c ---- */

#define DAY_NONE INT32_MIN

struct card {
    int64_t id;
    int32_t issued, from, to;  /* days since 1970; DAY_NONE = not known */
    uint32_t term, term_count; /* in cards->terms: what it counts for */
    uint16_t title_length;     /* characters */
};
struct term {
    enum search_facet_kind kind;
    struct span value;
};
/* Dates and facets of all documents; constant. */
struct cards {
    struct arena arena;
    unsigned users; /* guarded by the docsearch's lock */
    int64_t changes;
    struct card *at; /* by id */
    size_t n;
    uint32_t *terms;
    size_t term_use;
    struct term *dictionary;
    size_t term_count;
};
struct desk { /* what one query works with */
    struct store *store;
    struct cards *cards;
};
NODISCARD int desk_take(struct docsearch *d, struct desk *ret, struct err *err);
void desk_give(struct docsearch *d, struct desk *k);
/* NULL = not there. */
const struct card *card_find(const struct cards *c, int64_t id);

/* ---- search_show.c ---- */

/* `text` with the words of q marked; when longer than `most` characters, the part around the first
 * marks. Returns how many marks. */
unsigned show_pieces(struct arena *a, const struct search_query *q, struct span text, size_t most,
                     struct search_pieces *ret);
#endif
