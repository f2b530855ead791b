/*
 * references_int.h: what the files references*.c share.
 */
#ifndef HUIQI_DOCUMENT_REFERENCES_INT_H
#define HUIQI_DOCUMENT_REFERENCES_INT_H
#include "base/map.h"
#include "base/vector.h"
#include "document/document_int.h"
#include "document/references.h"

VECTOR_OF(struct reference_text, text_vector);
VECTOR_OF(struct relation, relation_vector);
VECTOR_OF(struct referral, referral_vector);
VECTOR_OF(struct quotation, quotation_vector);
VECTOR_OF(struct clause_pair, pair_vector);

struct linking {
    struct arena *arena;
    const struct names *names;
    const struct reference_file *files;
    size_t file_count;
    struct text_vector texts;
    struct relation_vector relations;
    struct referral_vector referrals;
    struct quotation_vector quotations;
    struct pair_vector duplicates, conflicts, floors;
    struct map by_number, by_title; /* folded -> index + 1 as a pointer */
    struct map by_entry;            /* pointer to the entry -> likewise */
    struct map by_pair;             /* from and to -> index + 1 of their relation */
};

#define NO_TEXT SIZE_MAX

/* references.c: the text that a number or title means; a stub is made where there is none. */
size_t text_cited(struct linking *l, struct span number, struct span title,
                  enum reference_how *ret_how);
/* references_clauses.c */
void clauses_compare(struct linking *l);
/* references_refers.c */
void referrals_find(struct linking *l, const struct reference_file *f);
/* The text of the files that an entry is; NO_TEXT. */
size_t text_of_entry(const struct linking *l, const struct doc_entry *e);
const struct doc_entry *separate_entry(const struct doc_entry *e);
#endif
