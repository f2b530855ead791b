/*
 * search.h: full text over the measures and products of a library, in memory: words of any length,
 * one character too, because every position of a text may begin one. A query is words separated by
 * blanks; each must be found, in any field; fields weigh by rank. (Clauses of documents come with
 * the document library.)
 */
#ifndef HUIQI_POLICY_SEARCH_H
#define HUIQI_POLICY_SEARCH_H
#include "policy/library.h"

#define SEARCH_WORDS_MAX 16

struct search_index; /* of one library; immutable */

/* Folds case and width of all texts once. NULL without memory. */
struct search_index *search_index_new(struct arena *program, const struct library *l);

struct search_hit {
    const struct measure *measure;
    unsigned score;
    struct span field; /* where it was found best, as shown: the text itself */
};
/* All measures for an empty query (score 0), in the library's order; else by score, then order. */
NODISCARD int search_measures(struct arena *request, const struct search_index *x,
                              struct span query, struct search_hit **ret, size_t *ret_n,
                              struct err *err);
#endif
