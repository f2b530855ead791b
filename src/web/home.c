/*
 * home.c: the first page.
 */
#include "web/handlers.h"

int home_show(struct request *req, struct response *res, void *context)
{
    UNUSED(req);
    UNUSED(context);
    res->template = "home";
    res->title = "home.title";
    return 200;
}
