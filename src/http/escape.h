/*
 * escape.h: text into markup, by the place where it will stand.
 */
#ifndef HUIQI_HTTP_ESCAPE_H
#define HUIQI_HTTP_ESCAPE_H
#include "base/buffer.h"

enum escape {
    ESCAPE_TEXT,      /* text between tags, or a quoted attribute */
    ESCAPE_URL_WHOLE, /* a URL from its beginning: scheme checked, reserved characters kept */
    ESCAPE_URL_PATH, /* inside a path: / stays (not as the first byte), all else reserved is encoded
                      */
    ESCAPE_URL_QUERY, /* inside a query or fragment: everything reserved is encoded */
    ESCAPE_URL_READY, /* a part that is encoded already */
    ESCAPE_NONE,      /* marked raw */
    ESCAPE_REFUSED,   /* no value may stand here; only the template compiler sees it */
};

/* What stands in place of a URL whose scheme is not http, https, mailto or tel. */
#define ESCAPE_BAD_URL "#refused"

void escape_add(struct buffer *out, struct span s, enum escape how);
/* Percent-encodes everything but unreserved characters: a query value. */
void escape_percent(struct buffer *out, struct span s);
/* No scheme at all, or one of the harmless ones; not protocol-relative tricks with back slashes. */
bool escape_url_ok(struct span s);
#endif
