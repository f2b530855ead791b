/*
 * xml.h: an XML file as a small tree in an arena. libxml2 reads, this keeps: elements, attributes,
 * the text of leaves, and places. Untrusted input: no DOCTYPE at all, so no entities but the five
 * of XML; no network; depth, size and number of elements bounded.
 *
 * The tree lives in the arena given; nothing of libxml2 outlives the call. Threads may read
 * different files at once.
 */
#ifndef HUIQI_DMN_XML_H
#define HUIQI_DMN_XML_H
#include "base/arena.h"
#include "base/err.h"

/* Named limits; each is reached by a test. */
#define XML_SIZE_LIMIT  (16u << 20) /* bytes of a file: memory */
#define XML_DEPTH_LIMIT 100    /* elements within elements: recursion of whoever walks the tree */
#define XML_NODES_LIMIT 500000 /* elements and attributes of a file: memory */

struct xml_attribute {
    const struct xml_attribute *next;
    struct span ns, name, value;
};

struct xml {
    struct span ns, name;  /* name without prefix; ns is the URI */
    struct span text;      /* of an element without elements inside, as written; else empty */
    uint32_t line, column; /* of the end of the start tag, 1-based */
    uint32_t text_line, text_column; /* of the first byte of text */
    uint32_t mark;                   /* for whoever walks the tree */
    const struct xml_attribute *attributes;
    struct xml *parent, *child, *last, *next;
};

/* E_SYNTAX, E_LIMIT, E_FORBIDDEN (a DOCTYPE) with place, or E_MEMORY. `file` is for messages. */
NODISCARD int xml_read(struct arena *a, struct span text, struct span file, struct xml **ret,
                       struct err *err);

/* First child element of that name, or NULL; x may be NULL. */
struct xml *xml_child(const struct xml *x, const char *name);
/* The next sibling of that name, or NULL. */
struct xml *xml_again(const struct xml *x, const char *name);
bool xml_is(const struct xml *x, const char *name);
/* Value of the attribute without namespace, or the empty span with p NULL. */
struct span xml_attribute(const struct xml *x, const char *name);
bool xml_has(const struct xml *x, const char *name);
/* Text of the child element of that name, trimmed. */
struct span xml_child_text(const struct xml *x, const char *name);

#define XML_EACH(child_, parent_, name_)                                                           \
    for (struct xml *child_ = xml_child((parent_), (name_)); child_;                               \
         child_ = xml_again(child_, (name_)))
#endif
