/*
 * page.h: one tree, two representations: JSON as it is, or poured into its template inside the
 * shell.
 */
#ifndef HUIQI_HTTP_PAGE_H
#define HUIQI_HTTP_PAGE_H
#include "http/site.h"

/* Turns what the handler left into body and content type of the answer. A failure to render becomes
   an error of its own. */
NODISCARD int page_represent(struct site *site, struct request *req, struct response *res,
                             int status, struct answer *ret, struct err *err);
/* Puts an error in place of whatever the response held. Keeps field errors of the request. */
void page_error(struct request *req, struct response *res, int status, const struct err *err);
NODISCARD int answer_header(struct answer *a, struct arena *request, const char *name,
                            struct span value);
#endif
