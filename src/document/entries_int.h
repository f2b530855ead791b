/*
 * entries_int.h: what entries.c, entries_head.c and entries_foot.c share.
 */
#ifndef HUIQI_DOCUMENT_ENTRIES_INT_H
#define HUIQI_DOCUMENT_ENTRIES_INT_H
#include "document/entries.h"
#include "document/heads.h"
#include "document/regions.h"

VECTOR_OF(struct doc_fact, fact_vector);
VECTOR_OF(struct doc_missing, missing_vector);

struct entries {
    const struct doc *doc;
    struct arena *arena;
    struct doc_entries *list;
    struct region frame; /* of the whole file */
    bool frame_read;
    int32_t frame_year; /* the year that the file speaks of most; 0 = none */
};

/* A part of a node's text with its place in the file. */
struct doc_fact fact_in(const struct entries *x, const struct doc_node *n, struct span part);
bool next_sentence(struct span *rest, struct span *ret);

/* entries_head.c */
void entry_head(struct entries *x, struct doc_entry *e);
/* Issuers from the tag of responsible departments in an item of an overview. */
void entry_responsible(struct entries *x, struct doc_entry *e, const struct doc_node *item);
struct span entry_type(struct span title);
/* entries_foot.c */
void entry_validity(struct entries *x, struct doc_entry *e);
void entry_missing(struct entries *x, struct doc_entry *e);
void entry_enclosed(struct entries *x, struct doc_entry *e);
#endif
