/*
 * case_form.h: an act as a form: what it asks, what is known already, what was sent; and what a
 * reviewer looks at before he decides.
 */
#ifndef HUIQI_WEB_CASE_FORM_H
#define HUIQI_WEB_CASE_FORM_H
#include "web/office.h"

/* The page of one act; returns `status`. */
NODISCARD int case_form_show(struct desk *d, struct case_file *f, struct span act, int status);
/* What was sent, as the data of an event: fields, materials (files are stored first), missing,
 * reason, amount and the rest. */
NODISCARD int case_form_read(struct desk *d, struct case_file *f, struct json **ret);

/* One line for each thing that is lacking for an act and was not sent: an error at its field; false
 * = nothing is. */
bool case_form_lacks(struct desk *d, const struct case_file *f, struct span act,
                     const struct json *data);

/* case_general.c. Acts that every procedure knows, for who may do them: [{act, title, link}]. */
struct json *case_general_acts(struct desk *d, const struct case_file *f);
/* "催办" of "hurry": the act's id where there is no word for it. */
struct span general_title(struct request *req, struct span act);
/* Puts into the page what such an act asks for; *ret_known = there is such an act. */
NODISCARD int case_general_inputs(struct desk *d, const struct case_file *f, struct span act,
                                  bool *ret_known, bool *ret_reason);
/* What has been done, oldest first, as the page shows it. */
struct json *case_history(struct desk *d, const struct case_file *f);

void case_papers_shape(struct desk *d, const struct case_file *f);
void case_fields_shape(struct desk *d, const struct case_file *f);
/* What keeps a subject from what a procedure grants: `bars`, and `is_barred` where it may not even
 * apply. Nothing for 0, and for procedures that grant nothing. */
NODISCARD int case_bars(struct desk *d, int64_t subject, const struct procedure *p);
/* Conditions with evidence, amount with formula, other benefits of the applicant, into the page. */
NODISCARD int case_review(struct desk *d, struct case_file *f);
/* Draws of experts and their scores, for offices, and what may be done about them. */
NODISCARD int case_panels(struct desk *d, const struct case_file *f);
/* ".pdf" of a name; empty when there is none that is plain. */
struct span paper_suffix(struct span name);

/* cases.c: lists of cases */
struct json *case_line(struct desk *d, const struct case_row *row);
void case_page(struct request *req, struct case_query *q);
NODISCARD int case_lines(struct desk *d, const struct case_query *q, const char *path);
#endif
