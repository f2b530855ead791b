/*
 * outline_int.h: the state of placing blocks, shared by outline.c (clauses) and collection.c
 * (groups, documents and the lines around them, in a compilation with heads).
 */
#ifndef HUIQI_DOCUMENT_OUTLINE_INT_H
#define HUIQI_DOCUMENT_OUTLINE_INT_H
#include "document/document_int.h"

struct level {
    struct doc_node *node;
    enum style style; /* NONE: a heading without enumerator */
    uint32_t variant, number;
    unsigned rank;
    bool body; /* has said its text: what is unnumbered no longer belongs to it */
};

#define GROUPS_MAX 4 /* headings of a compilation inside each other */

struct outline {
    struct build *b;
    struct doc_node *groups[GROUPS_MAX]; /* open headings that hold documents */
    enum style group_styles[GROUPS_MAX];
    unsigned group_count;
    struct doc_node *document;   /* of a compilation with heads */
    size_t heads;                /* met so far */
    const struct block *annex;   /* the word 附件 above a title */
    struct doc_node *top, *part; /* part at the first level; the innermost open one */
    struct doc_node *contact;    /* open block of contact lines */
    unsigned contact_styles;     /* bits: of the levels whose items have contact blocks */
    uint32_t ahead;              /* the next numbered block behind the current one */
    uint32_t last;               /* end of the blocks */
    bool form;                   /* a blank form: lines stay paragraphs */
    bool titles;                 /* the file has parts */
    struct level levels[DOC_DEPTH_MAX];
    unsigned count;
};

/* collection.c: a block that has a role. */
void collection_add(struct outline *o, const struct block *k);
#endif
