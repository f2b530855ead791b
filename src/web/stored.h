/*
 * stored.h: the documents of the store behind the pages, beside those of the library. A document of
 * the library says what we know of a text; the store holds the text itself once it was imported.
 * They are the same when region and title agree.
 *
 * A connection is opened for a request that needs one and closed by its end.
 */
#ifndef HUIQI_WEB_STORED_H
#define HUIQI_WEB_STORED_H
#include "document/archive.h"
#include "web/app.h"

/* A document as a page shows it: either may be NULL, not both. */
struct stored_pair {
    const struct library_document *known;
    const struct archive_version *text;
};

NODISCARD int stored_open(const struct app *app, struct store **ret, struct err *err);
/* `name`: id of the library, or slug of the store; `number` 0 = the newest version. E_NOT_FOUND. */
NODISCARD int stored_find(const struct app *app, struct store *s, struct arena *a, struct span name,
                          int64_t number, struct stored_pair *ret, struct err *err);
/* The document of the library that a stored text is, or NULL. */
const struct library_document *stored_known(const struct app *app, struct arena *a,
                                            const struct archive_version *v);

/* Whether a text is in force on a day, as far as dates are known. */
enum stored_force { FORCE_UNKNOWN, FORCE_NOT_YET, FORCE_NOW, FORCE_OVER };
struct stored_period {
    struct span from, to; /* ISO dates, or the words of an event; empty = not stated */
    enum stored_force force;
};
struct stored_period stored_period_of(struct arena *a, const struct stored_pair *p,
                                      struct date as_of);
const char *stored_force_name(enum stored_force force);

#endif
