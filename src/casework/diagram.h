/*
 * diagram.h: a procedure as a picture: an SVG that stands alone or inside a page. States stand
 * below one another; under each the acts and lapses that leave it, each with a line to the lane of
 * the state it leads to. Nothing overlaps, however many ways there are, and it reads on a phone.
 *
 * The picture has a title and a description that says every way in words. Text and frames take the
 * colour of the page around (currentColor); no script, no style sheet, no font is needed.
 */
#ifndef HUIQI_CASEWORK_DIAGRAM_H
#define HUIQI_CASEWORK_DIAGRAM_H
#include "policy/procedure.h"

/* *ret in the arena; E_MEMORY. */
NODISCARD int procedure_svg(struct arena *a, const struct procedure *p, bool english,
                            struct span *ret, struct err *err);
/* The same in words: a line for each way, "已收件 → 审查：受理（窗口）". For those who do not see
   the picture, and for terminals. */
NODISCARD int procedure_ways_text(struct arena *a, const struct procedure *p, bool english,
                                  struct span *ret, struct err *err);
#endif
