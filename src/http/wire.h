/*
 * wire.h: the small languages of HTTP: percent-encoding, forms, cookies, Accept lists. Everything
 * here reads bytes of a stranger: what is malformed is refused with a position, never repaired.
 *
 * Results live in the request's arena or point into the text given. No state, any thread.
 */
#ifndef HUIQI_HTTP_WIRE_H
#define HUIQI_HTTP_WIRE_H
#include "base/arena.h"
#include "base/err.h"
#include "base/vector.h"

#define WIRE_FIELDS 200 /* name=value pairs of one form: a page of questions has some thirty */
#define WIRE_NAME   256 /* bytes of a decoded field name */

struct pair {
    struct span name, value;
};
VECTOR_OF(struct pair, pairs);

enum wire_plus { WIRE_PLUS_IS_PLUS, WIRE_PLUS_IS_SPACE };

/* Undoes %XX. E_ENCODING for a bad escape, a NUL or control byte (tab and line ends are allowed
   where plus is a space, that is in forms) or bytes that are not UTF-8. */
NODISCARD int wire_decode(struct arena *request, struct span raw, enum wire_plus plus,
                          struct span *ret, struct err *err);
/* application/x-www-form-urlencoded, in order; E_LIMIT beyond WIRE_FIELDS. */
NODISCARD int wire_form(struct arena *request, struct span raw, struct pairs *ret, struct err *err);
/*
 * multipart/form-data (RFC 7578) of a Content-Type header's boundary: parts without a file name
 * into `ret`, files into `files`, their bytes pointing into `raw`. An empty file field is left out.
 * E_INPUT with what is malformed, E_LIMIT beyond WIRE_FIELDS parts.
 */
struct upload {
    struct span field, name, media, bytes; /* name: of the file, without folders */
};
VECTOR_OF(struct upload, uploads);
NODISCARD int wire_multipart(struct arena *request, struct span content_type, struct span raw,
                             struct pairs *ret, struct uploads *files, struct err *err);
/* The first value of that name; NULL when absent. */
const struct span *wire_find(const struct pairs *pairs, struct span name);
/* The value of a cookie in a Cookie header; empty when absent. */
struct span wire_cookie(struct span header, struct span name);
/* Quality 0 to 1000 that an Accept header gives a media type; 1000 for an absent header. The most
   specific range counts; *ret_specific: 2 named, 1 type/anything, 0 anything at all. */
int wire_accept(struct span header, struct span type, int *ret_specific);
/* Quality 0 to 1000 that an Accept-Language header gives a primary language ("zh", "en"). */
int wire_language(struct span header, struct span primary);
/* Whether an If-None-Match header names the entity tag (quotes included). */
bool wire_etag_matches(struct span header, struct span etag);
bool wire_eq_ascii(struct span a, struct span b); /* equal but for ASCII case */
#endif
