/*
 * health.c: for load balancers and scripts: 200 and one line of JSON while the server works,
 * with the version of the library that it uses.
 */
#include "web/handlers.h"

int health_show(struct request *req, struct response *res, void *context)
{
    const struct app *app = context;
    JSON_SET(res->data, "status", json_string(req->arena, SPAN("ok")));
    JSON_SET(res->data, "version", json_string(req->arena, span_z(app->version)));
    if (app->library)
        JSON_SET(res->data, "library", json_string(req->arena, span_z(app->library->hash)));
    return 200;
}
