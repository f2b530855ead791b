/*
 * app.h: the application behind the pages: what handlers get as their third argument, and the table
 * of routes. One file per noun; each declares its handlers in handlers.h and its lines in routes.c.
 *
 * Set up before the server starts and constant while it runs; any thread reads it.
 */
#ifndef HUIQI_WEB_APP_H
#define HUIQI_WEB_APP_H
#include "http/route.h"

struct app {
    const char *version;
};

extern const struct route app_routes[];
extern const size_t app_route_count;
#endif
