/*
 * refused.h: a form that was refused, shown again. One way for every form of the product: no
 * template writes anything for it. The page is rendered as usual; then the form that was sent is
 * found in it, each error finds its field by name, and
 *   - the summary at the top names the field (its label) and links to it,
 *   - the message stands at the field, which is aria-invalid and described by it,
 *   - what was sent stands in the fields again, but passwords and files.
 * An error of no field links to the form and names its button.
 *
 * Price: pages with errors are rendered twice and read once. The markup is ours: attributes quoted,
 * no script text; what cannot be read is left as it is.
 */
#ifndef HUIQI_HTTP_REFUSED_H
#define HUIQI_HTTP_REFUSED_H
#include "http/route.h"

/* Hidden in a form shown again: the page it stands on, which its own address does not tell. */
#define REFUSED_PAGE "refused.page"

/* Adds "target" (an id) and "label" to the errors of a list {name, message} that have a place on
 * the page. */
NODISCARD int refused_find(const struct request *req, struct span page, struct json *errors);
/* The same page with its form marked and filled in, in the request's arena. */
NODISCARD int refused_mark(const struct request *req, struct span page, struct span *ret);
#endif
