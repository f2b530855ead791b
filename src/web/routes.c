/*
 * routes.c: every address of the application, once. /openapi.json is made from this table.
 */
#include "web/handlers.h"

const struct route app_routes[] = {
    {METHOD_GET, "/", home_show, .summary = "The first page."},
    {METHOD_GET, "/about", about_show, .summary = "What this is, its version and its sources."},
    {METHOD_GET, "/healthz", health_show, .summary = "Whether the server works."},
    {METHOD_GET, "/openapi.json", openapi_show, .flags = ROUTE_CACHE,
     .summary = "This description."},
};

const size_t app_route_count = COUNT_OF(app_routes);
