/*
 * graph_picture.h: the picture of related texts for a page. It stands between the documents' words
 * (document/references.h) and the library's, which use the same names for other things.
 */
#ifndef HUIQI_WEB_GRAPH_PICTURE_H
#define HUIQI_WEB_GRAPH_PICTURE_H
#include "base/arena.h"

struct picture_text {
    struct span id, title, number, region, link;
    bool held;
};
struct picture_edge {
    size_t from, to;
    struct span kind; /* as the library writes it */
};
/* The SVG; {NULL, 0} = no memory. */
struct span graph_picture(struct arena *a, const struct picture_text *texts, size_t n,
                          const struct picture_edge *edges, size_t m);
/* The name under which a kind of relation is drawn and said. */
const char *graph_kind(struct span kind);
#endif
