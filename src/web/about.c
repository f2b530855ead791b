/*
 * about.c: what this is, for whom, and which version.
 */
#include "web/handlers.h"

int about_show(struct request *req, struct response *res, void *context)
{
    const struct app *app = context;
    res->template = "about";
    res->title = "about.title";
    JSON_SET(res->data, "program_version", json_string(req->arena, span_z(app->version)));
    return 200;
}
