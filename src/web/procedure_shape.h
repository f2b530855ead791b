/*
 * procedure_shape.h: pieces of procedures as pages show them: clocks, papers, what carries a
 * measure out.
 */
#ifndef HUIQI_WEB_PROCEDURE_SHAPE_H
#define HUIQI_WEB_PROCEDURE_SHAPE_H
#include "policy/procedure.h"
#include "web/shape.h"

/* {id, title, owner, limit, starts, stops, ends, lapse, warn, cites}. */
struct json *clock_shape(struct request *req, const struct procedure *p, const struct clock *c);
/* {id, title, form, copies, needed_if, held, later, note, cites}. */
struct json *material_shape(struct request *req, const struct material *m);
/* Whether a field is filled in by acts of others only, as an office's is for an applicant. */
bool field_of_others(const struct procedure *p, struct span field, struct span party);
/* The procedures that carry out a measure: [{title, plain, guide, begin}]; `begin` keeps the item.
 */
struct json *procedures_for(struct request *req, const struct library *l, const struct measure *m,
                            struct span item);
/* Address of a guide. */
struct span guide_link(struct request *req, const struct procedure *p);
/* What a field is called: its title; facts have questions in both languages, names in one. */
struct span field_title(struct request *req, const struct procedure_field *f);
/* A simple test of a procedure in words: 房屋用途 = "生产经营" -> 房屋用途为“生产经营”; what is not
 * simple stays. */
struct span test_say(struct request *req, struct span test);
#endif
