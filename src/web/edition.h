/*
 * edition.h: the library that requests use, with what is made from it (the search index, the
 * synonyms), as one thing that is swapped while the server runs (design.md section 6).
 *
 * An edition never changes. The shelf holds the present one; a request takes it once and keeps it
 * to its end, so that nothing is judged half by the old and half by the new version. A follower
 * looks each second which version is published in the store, loads it beside the requests and puts
 * it on the shelf; the old one goes with its last request. Several processes on one database follow
 * each on its own. A version that cannot be loaded leaves the old one in use.
 */
#ifndef HUIQI_WEB_EDITION_H
#define HUIQI_WEB_EDITION_H
#include <pthread.h>
#include "document/search.h"
#include "document/tags.h"
#include "policy/search.h"
#include "policy/version.h"

struct edition {
    int references; /* atomic */
    bool published; /* from the store; else from the folder */
    struct arena arena;
    struct library *library;
    struct search_index *search;
    struct search_synonyms *synonyms;
    struct doc_tags tags; /* the catalogue */
};

/* Takes over the reference to `l`, on failure, too. */
NODISCARD int edition_new(struct library *l, bool published, struct edition **ret, struct err *err);
struct edition *edition_ref(struct edition *e);
void edition_unref(struct edition *e); /* accepts NULL */

struct shelf {
    pthread_mutex_t lock;
    struct edition *now;
    const char *folder; /* what is used while nothing is published */
};
void shelf_init(struct shelf *s, const char *folder, struct edition *first);
void shelf_release(struct shelf *s);
struct edition *shelf_take(struct shelf *s); /* a reference for the caller */
/* One look: what is published now is on the shelf afterwards. *ret_swapped tells whether another
 * edition came; an error leaves the old one. */
NODISCARD int shelf_follow(struct shelf *s, struct store *store, bool *ret_swapped,
                           struct err *err);

/* A thread that follows each second, with a connection of its own. */
struct follower;
NODISCARD int follower_start(struct shelf *s, const char *database, struct follower **ret,
                             struct err *err);
void follower_stop(struct follower *f); /* accepts NULL; waits for it */
#endif
