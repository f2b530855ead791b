/*
 * markup.h: where in the markup a template stands. The compiler feeds the literal text of a
 * template through this small reader of HTML and asks, at each {{name}}, which escaping belongs
 * there; places where no escaping is safe (scripts, styles, handlers, unquoted values, names) are
 * refused.
 *
 * Price: a section must end in markup of the kind in which it began, and a partial stands in text.
 */
#ifndef HUIQI_HTTP_MARKUP_H
#define HUIQI_HTTP_MARKUP_H
#include "base/base.h"
#include "http/escape.h"

enum markup_state {
    MARKUP_TEXT,
    MARKUP_LESS,        /* after "<" */
    MARKUP_ELEMENT,     /* in an element's name */
    MARKUP_TAG,         /* in a tag, between attributes */
    MARKUP_NAME,        /* in an attribute's name */
    MARKUP_NAMED,       /* after an attribute's name, before = */
    MARKUP_EQUALS,      /* after = */
    MARKUP_DOUBLE,      /* in "value" */
    MARKUP_SINGLE,      /* in 'value' */
    MARKUP_BARE,        /* in an unquoted value */
    MARKUP_DECLARATION, /* <!doctype */
    MARKUP_COMMENT,     /* <!-- */
    MARKUP_RAW,         /* in script or style */
};

enum markup_kind { MARKUP_PLAIN, MARKUP_URL, MARKUP_NO_VALUE, MARKUP_UNKNOWN };
enum markup_url { MARKUP_URL_START, MARKUP_URL_PATH, MARKUP_URL_QUERY };

#define MARKUP_WORD 16 /* longest name that matters is "formaction" */

struct markup {
    enum markup_state state;
    enum markup_kind kind;  /* of the attribute */
    enum markup_url url;    /* how far into a URL */
    bool raw;               /* the open tag is a script or style */
    bool broken;            /* the name being read began elsewhere */
    bool closing;           /* the tag is </... */
    char word[MARKUP_WORD]; /* the name being read, lower case, cut */
    size_t word_n;
};

void markup_feed(struct markup *m, struct span literal);
/* A tag of the template stands here: a name that was being read ends. */
void markup_boundary(struct markup *m);
/* The place after either of two ways; false when they do not fit together. */
bool markup_join(struct markup *a, const struct markup *b);
/* The escaping for a value here; ESCAPE_REFUSED where none is safe. `raw` is {{{name}}} or
 * {{&name}}. */
enum escape markup_escape(const struct markup *m, bool raw);
const char *markup_place(const struct markup *m); /* in words, for errors */
#endif
