/*
 * json.h: the one tree of data. JSON in and out, YAML in: everything that crosses the border of the
 * program is this tree first. Numbers are spans of text, never doubles. Built in an arena; nodes of
 * parsed text carry their position. Order of members is kept.
 *
 * Missing children are no node: json_get of anything gives NULL and every reader accepts NULL.
 */
#ifndef HUIQI_BASE_JSON_H
#define HUIQI_BASE_JSON_H
#include "base/arena.h"
#include "base/buffer.h"
#include "base/err.h"

enum json_kind {
    JSON_NULL,
    JSON_FALSE,
    JSON_TRUE,
    JSON_NUMBER,
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT
};

struct json {
    enum json_kind kind;
    bool plain;            /* YAML: a scalar without quotes (kind is always JSON_STRING there) */
    uint32_t line, column; /* 1-based position of the value; 0 = built, not parsed */
    struct span text;      /* NUMBER, STRING */
    struct span key;       /* of this member in its object */
    uint32_t key_line, key_column;
    struct json *first, *last, *next; /* children of ARRAY, OBJECT; sibling */
    size_t n;                         /* number of children */
    struct json_index *index; /* of large parsed objects; made by the parsers, read-only after */
};

#define JSON_DEPTH 64          /* nesting that parsers accept */
#define JSON_SIZE  (64u << 20) /* bytes of text that parsers accept */

/* Parsers. Bad UTF-8, duplicate keys, depth and trailing text are errors with position in err. */
NODISCARD int json_parse(struct arena *a, struct span text, struct span file, struct json **ret,
                         struct err *err);
/* One YAML document: block and flow maps, lists, scalars. Anchors, aliases, tags and merge keys are
   refused, so are duplicate keys. All scalars are strings; an empty plain scalar is JSON_NULL. */
NODISCARD int yaml_parse(struct arena *a, struct span text, struct span file, struct json **ret,
                         struct err *err);

/* Readers: total functions. */
const struct json *json_get(const struct json *object, struct span key);
#define JSON_GET(object, literal) json_get((object), SPAN(literal))
struct span json_text(const struct json *j); /* of STRING and NUMBER, else empty */
#define JSON_EACH(child, parent)                                                                   \
    for (const struct json *child = (parent) ? (parent)->first : NULL; child; child = child->next)

/* Builders. A failed allocation sets arena->failed and gives NULL; adding to or of NULL does
   nothing, so a tree is built straight through and arena->failed looked at once. Text is not
   copied. */
struct json *json_object(struct arena *a);
struct json *json_array(struct arena *a);
struct json *json_string(struct arena *a, struct span s);
struct json *json_number(struct arena *a, struct span digits);
struct json *json_int(struct arena *a, int64_t i);
struct json *json_bool(struct arena *a, bool b);
struct json *json_null(struct arena *a);
void json_add(struct json *array, struct json *item);
void json_set(struct json *object, struct span key,
              struct json *value); /* appends; caller keeps keys unique */
#define JSON_SET(object, literal, value) json_set((object), SPAN(literal), (value))

enum json_print { JSON_COMPACT, JSON_PRETTY };
void json_print(struct buffer *out, const struct json *j, enum json_print how);
#endif
