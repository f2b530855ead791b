/*
 * search.h: full text over the clauses of documents, on both engines: words of one character up,
 * exact phrases, facets, typing help. What is written here is masked text only.
 *
 * Writing happens inside the transaction that changes the documents (search_put, search_drop). The
 * decision it embodies: every row that can be found carries, besides its own text, the title, 文号
 * and offices of its document and its facets as words of their own, so that one look into one
 * index answers "all these words, in this region, of this year"; the price is an index about half
 * as large again.
 *
 * Looking for is done through a struct docsearch: one for a process, any number of threads. It
 * keeps connections, and of each document its dates and facets (some 70 bytes), read again
 * when the tables have changed. At most DOCSEARCH_CANDIDATES hits are ranked: title hits are
 * looked for first, then headings, then text; `more` says that there are others.
 */
#ifndef HUIQI_DOCUMENT_SEARCH_H
#define HUIQI_DOCUMENT_SEARCH_H
#include "base/date.h"
#include "base/json.h"
#include "store/store.h"

#define DOCSEARCH_CANDIDATES   5000
#define DOCSEARCH_WORDS        12  /* of a query; more are left out with a hint */
#define DOCSEARCH_ALTERNATIVES 8   /* of a word: itself and its synonyms */
#define DOCSEARCH_TEXT         300 /* characters of a query */
#define DOCSEARCH_PAGE         20  /* documents on a page, when nothing else is asked for */
#define DOCSEARCH_PAGE_MOST    100
#define DOCSEARCH_CLAUSES      3     /* shown of a document */
#define SEARCH_CLAUSES_MOST    65535 /* of a document */

/* ---- writing, inside a transaction ---- */

struct search_clause {
    struct span path, heading, text;
};
struct search_entry {
    int64_t id;                 /* of the document, 1 up to 2^40 */
    struct span slug;           /* its name in addresses */
    struct span title, number;  /* number: 文号 */
    struct span region, type;   /* 上海市/静安区; 通知 */
    struct span issued;         /* ISO date, or empty */
    struct span in_from, in_to; /* in force; empty = not known, not limited */
    const struct span *issuers; /* a name holds no line break */
    size_t issuer_count;
    const struct span *tags;
    size_t tag_count;
    const struct search_clause *clauses;
    size_t clause_count;
};
/* Writes a document's rows in place of those that are there. `scratch` is used for the time of the
 * call. */
NODISCARD int search_put(struct store *s, struct arena *scratch, const struct search_entry *e,
                         struct err *err);
/* Takes a document's rows away; none is no error. */
NODISCARD int search_drop(struct store *s, struct arena *scratch, int64_t id, struct err *err);
/* Do the indices find every row that they were made from? *ret_rows = documents and clauses,
 * *ret_bad = those that they do not find. Rebuilds nothing. */
NODISCARD int search_verify(struct store *s, int64_t *ret_rows, int64_t *ret_bad, struct err *err);
/* Are those rows what the archive has now? *ret_rows = documents, *ret_bad = rows that differ, lack
 * or are too many. */
NODISCARD int search_verify_archive(struct store *s, int64_t *ret_rows, int64_t *ret_bad,
                                    struct err *err);

/* ---- looking for ---- */

struct docsearch;
/* Opens nothing but checks nothing either: the first query does. `url` is copied. */
NODISCARD int docsearch_open(const char *url, struct docsearch **ret, struct err *err);
void docsearch_close(struct docsearch *d); /* accepts NULL */

/* Words that mean the same: any finds all. Made once, then constant. */
#define SYNONYM_REGISTER "同义词"
struct search_synonyms;
struct search_synonyms *search_synonyms_new(struct arena *program); /* NULL = no memory */
NODISCARD int search_synonyms_add(struct search_synonyms *y, const struct span *words, size_t n);
/* An entry of the register: words that mean the same, with / between them. E_MEMORY. */
NODISCARD int search_synonyms_entry(struct search_synonyms *y, struct span entry);
/* Those of the library in `folder`. */
NODISCARD int search_synonyms_load(struct arena *arena, const char *folder,
                                   struct search_synonyms **ret, struct err *err);

enum search_hint {
    SEARCH_HINT_NONE,
    SEARCH_HINT_EMPTY,         /* no word was given, or nothing but punctuation */
    SEARCH_HINT_ONLY_EXCLUDED, /* -word alone finds nothing */
    SEARCH_HINT_QUOTE,         /* a quotation mark is not closed: taken to the end */
    SEARCH_HINT_MANY,          /* too many words or too long: the rest was left out */
    SEARCH_HINT_SPLIT,         /* few have the phrase: those with its words were added */
};
const char *search_hint_name(enum search_hint h);

struct docsearch_options {
    struct span text;                      /* a b "c d" -e */
    struct span region, issuer, type, tag; /* empty = any; region: also below it */
    int64_t year;                          /* of issue; 0 = any */
    bool has_in_force;
    struct date in_force;  /* leaves out what is known not to be in force that day */
    struct date today;     /* what is in force that day comes first */
    size_t page, per_page; /* page from 0; per_page 0 = DOCSEARCH_PAGE */
    const struct search_synonyms *synonyms; /* may be NULL */
};

/* A stretch of shown text. */
struct search_piece {
    struct span text;
    bool mark;
};
struct search_pieces {
    struct search_piece *at;
    size_t n;
};
struct search_found {
    struct span path; /* of the clause */
    struct search_pieces heading, text;
    unsigned marks;
};
enum search_field { SEARCH_TITLE, SEARCH_HEADING, SEARCH_TEXT, SEARCH_WORDS };
struct search_row {
    int64_t id;
    struct span slug, number, region, issuers, type, issued, in_from, in_to; /* issuers: lines */
    struct search_pieces title;
    enum search_field field; /* the best that was found in; WORDS: only the words of a phrase */
    size_t hits;             /* clauses found in it (among the candidates) */
    struct search_found *clauses;
    size_t clause_count;
};
enum search_facet_kind {
    SEARCH_REGION,
    SEARCH_ISSUER,
    SEARCH_YEAR,
    SEARCH_TYPE,
    SEARCH_TAG,
    SEARCH_FACETS
};
struct search_facet {
    enum search_facet_kind kind;
    struct span value;
    int64_t documents;
};
struct docsearch_result {
    struct search_row *rows; /* of the page */
    size_t row_count;
    size_t documents, hits;      /* found; hits: titles and clauses */
    bool more;                   /* there are others: the counts read 5000+ */
    struct search_facet *facets; /* by kind, then number; regions by path */
    size_t facet_count;
    enum search_hint hint;
    struct span understood; /* the query as it was read */
    struct span synonyms;   /* words looked for besides, with blanks between */
};
/* Everything in the result is in `request`. Bad syntax is a hint, never an error. */
NODISCARD int docsearch_run(struct docsearch *d, struct arena *request,
                            const struct docsearch_options *o, struct docsearch_result *ret,
                            struct err *err);

/* What may be meant by the beginning of a word, or the first letters of its sounds: titles,
 * headings, offices. */
struct search_suggestion {
    struct span text, kind; /* title, heading, office */
};
NODISCARD int docsearch_suggest(struct docsearch *d, struct arena *request, struct span prefix,
                                size_t most, struct search_suggestion **ret, size_t *ret_n,
                                struct err *err);
/* Documents in the index, and bytes of what is kept of them in memory. */
NODISCARD int docsearch_size(struct docsearch *d, size_t *ret_documents, size_t *ret_bytes,
                             struct err *err);
/* The result as JSON: {query, documents, hits, more, hint, synonyms, facets, rows}. */
struct json *docsearch_json(struct arena *a, const struct docsearch_result *r);
#endif
