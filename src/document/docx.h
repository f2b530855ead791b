/*
 * docx.h: the automatic numbers of a Word file: which list a paragraph belongs to, how its level is
 * printed, and the counters. For reader_docx.c.
 */
#ifndef HUIQI_DOCUMENT_DOCX_H
#define HUIQI_DOCUMENT_DOCX_H
#include "base/buffer.h"
#include "base/map.h"
#include "dmn/xml.h"

#define DOCX_LEVELS 9 /* of Word's lists */

struct docx_list {
    const struct xml *num;      /* w:num: overrides of levels, or NULL */
    const struct xml *abstract; /* w:abstractNum */
    struct docx_counts *counts; /* lists of one abstractNum go on counting each other's */
    bool begun[DOCX_LEVELS];    /* the overridden start of this w:num was applied */
};

struct docx_numbers {
    struct arena *arena;
    struct map lists;  /* numId -> struct docx_list */
    struct map styles; /* styleId -> w:style */
    size_t unknown;    /* numbers in a format we do not know: printed in digits */
};

/* styles, numbering: the parts, or NULL. A lack of memory is noted in the arena. */
void docx_numbers_init(struct docx_numbers *n, struct arena *a, const struct xml *styles,
                       const struct xml *numbering);
/* The number of the paragraph with these properties (NULL = none), as Word prints it; nothing when
   it has none. Counts. */
void docx_number(struct docx_numbers *n, const struct xml *properties, struct buffer *out);
/* The value of attribute `name` of WordprocessingML (w:val). */
struct span docx_attribute(const struct xml *x, const char *name);
#endif
