/*
 * show.h: a model for people: the requirement graph and the decision tables, as text, as HTML, the
 * graph as SVG. Writes to a buffer whose failure is sticky; the caller looks once at its end.
 */
#ifndef HUIQI_DMN_SHOW_H
#define HUIQI_DMN_SHOW_H
#include "base/buffer.h"
#include "dmn/dmn.h"

void dmn_show_text(struct buffer *out, const struct dmn *m);
void dmn_show_svg(struct buffer *out, const struct dmn *m);
/* A whole page: graph, then tables. */
void dmn_show_html(struct buffer *out, const struct dmn *m);
#endif
