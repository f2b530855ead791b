/*
 * app.h: the application behind the pages: what handlers get as their third argument, and the table
 * of routes. One file per noun; each declares its handlers in handlers.h and its lines in routes.c.
 *
 * Set up before the server starts and constant while it runs; any thread reads it.
 */
#ifndef HUIQI_WEB_APP_H
#define HUIQI_WEB_APP_H
#include "document/search.h"
#include "http/route.h"
#include "policy/cite.h"
#include "policy/search.h"

struct app {
    const char *version;
    struct library *library;
    struct search_index *search;
    struct corpus corpus; /* texts of documents, when a folder of them was given */
    bool has_corpus;
    struct search_synonyms *synonyms;
    struct docsearch *docsearch; /* over the documents in the store; NULL until there is one */
    const char *database; /* address of the store; a connection is opened where one is needed */
};

extern const struct route app_routes[];
extern const size_t app_route_count;

/* Loads the library, indexes it, reads the texts of `documents` (NULL = none), chooses the database
   but does not touch it. The library's problems go to diags. Everything but the library lives in
   `process`. */
NODISCARD int app_init(struct app *app, struct arena *process, const char *library,
                       const char *documents, struct diags *diags, struct err *err);
/* Makes the database, or brings its tables up to date, and notes the library in it: once everything
 * else is in order. */
NODISCARD int app_make_database(struct app *app, struct err *err);
void app_release(struct app *app);
#endif
