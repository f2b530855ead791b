/*
 * app.h: the application behind the pages: what handlers get as their third argument, and the table
 * of routes. One file per noun; each declares its handlers in handlers.h and its lines in routes.c.
 *
 * The application is set up before the server starts. Its library may be exchanged while it runs
 * (edition.h): a handler gets a view of it, made by app_enter for one request, whose library,
 * search and synonyms stay the same to the end of that request.
 */
#ifndef HUIQI_WEB_APP_H
#define HUIQI_WEB_APP_H
#include "document/search.h"
#include "http/route.h"
#include "identity/oidc.h"
#include "policy/cite.h"
#include "policy/search.h"
#include "store/pool.h"
#include "web/edition.h"

struct doc_tags;
struct app {
    const char *version;
    struct library *library;     /* of the view: the edition of this request */
    struct search_index *search; /* likewise, and synonyms and tags */
    struct corpus corpus;        /* texts of documents, when a folder of them was given */
    bool has_corpus;
    struct search_synonyms *synonyms;
    const struct doc_tags *tags; /* the catalogue */
    struct docsearch *docsearch; /* over the documents in the store; NULL until there is one */
    const char *database; /* address of the store; a connection is opened where one is needed */
    struct shelf *shelf;  /* editions; NULL = the library never changes */
    struct follower *follower;
    struct library_cache *versions; /* for cases that began under an earlier one: library_of */
    const char *public_url;         /* where people see the site; NULL = unknown */
    struct oidc *oidc;              /* NULL: people sign in here only */
    struct store_pool *pool;        /* connections for requests; NULL until there is a database */
};

extern const struct route app_routes[];
extern const size_t app_route_count;

/* Loads the library, indexes it, reads the texts of `documents` (NULL = none), chooses the database
   but does not touch it. The library's problems go to diags. `app` itself stays where it is. */
NODISCARD int app_init(struct app *app, struct arena *process, const char *library,
                       const char *documents, struct diags *diags, struct err *err);
/* Takes up OpenID Connect, where the environment sets it up. */
NODISCARD int app_sign_on(struct app *app, struct arena *process, struct err *err);
/* Makes the database, or brings its tables up to date, and notes the library in it: once everything
 * else is in order. */
NODISCARD int app_make_database(struct app *app, struct err *err);
/* After app_make_database: takes up what is published now ... */
NODISCARD int app_take_up(struct app *app, struct err *err);
/* ... and starts the thread that does so whenever it changes. */
NODISCARD int app_follow(struct app *app, struct err *err);
/* The view of one request, in its arena; the edition stays until that is released. NULL without
 * memory. For site_config.enter. */
void *app_enter(void *app, struct arena *request);
/* For site_config.identify: who a token stands for. */
NODISCARD int app_identify(void *app, struct arena *request, struct span token, struct actor *ret,
                           struct err *err);
/* For site_config.keep, whose context is the application: data of people who have signed in. */
NODISCARD int app_session_load(void *app, struct span token, struct arena *request,
                               struct span *ret, struct err *err);
NODISCARD int app_session_save(void *app, struct span token, struct span text, struct err *err);
void app_session_drop(void *app, struct span token);
/* For site_config.visitors: the store of what is remembered of people who have not signed in. */
struct session_store app_visitors(struct app *app);
/* After app_make_database: the key of visitors' ids and of tokens of forms, for sessions_use_key.
 */
NODISCARD int app_form_key(struct app *app, unsigned char ret[SESSION_KEY], struct err *err);
/* For site_config.unread: messages in the inbox of who asks; 0 when that cannot be told. */
int64_t app_unread(void *app, struct arena *request, const struct actor *who);
void app_release(struct app *app);
#endif
