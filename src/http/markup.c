/*
 * markup.c: see markup.h. A subset of the HTML tokenizer: what a template's author may write.
 */
#include "http/markup.h"

static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static void word_start(struct markup *m)
{
    m->word_n = 0;
}

static void word_add(struct markup *m, char c)
{
    if (c >= 'A' && c <= 'Z')
        c = (char)(c + 32);
    if (m->word_n < MARKUP_WORD)
        m->word[m->word_n++] = c;
}

static bool word_is(const struct markup *m, const char *name)
{
    return span_eq(span_of(m->word, m->word_n), span_z(name));
}

static bool word_in(const struct markup *m, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (word_is(m, names[i]))
            return true;
    return false;
}

static enum markup_kind kind_of_word(const struct markup *m)
{
    static const char *const urls[] = {"href",   "src",  "action", "formaction",
                                       "poster", "cite", "data",   "manifest"};
    static const char *const never[] = {"style", "srcdoc", "srcset", "http-equiv", "ping"};
    if (word_in(m, urls, COUNT_OF(urls)))
        return MARKUP_URL;
    if (word_in(m, never, COUNT_OF(never)) || span_starts(span_of(m->word, m->word_n), SPAN("on")))
        return MARKUP_NO_VALUE;
    return MARKUP_PLAIN;
}

static void tag_end(struct markup *m)
{
    m->state = m->raw && !m->closing ? MARKUP_RAW : MARKUP_TEXT;
    word_start(m);
}

static void element_end(struct markup *m)
{
    m->raw = word_is(m, "script") || word_is(m, "style");
    m->state = MARKUP_TAG;
}

static void in_less(struct markup *m, char c)
{
    m->closing = false;
    word_start(m);
    if (c == '/') {
        m->closing = true;
        m->state = MARKUP_ELEMENT;
    } else if (c == '!') {
        m->state = MARKUP_DECLARATION;
    } else if (letter(c)) {
        m->state = MARKUP_ELEMENT;
        word_add(m, c);
    } else if (c != '<') {
        m->state = MARKUP_TEXT;
    }
}

static void in_declaration(struct markup *m, char c)
{
    word_add(m, c);
    if (word_is(m, "--"))
        m->state = MARKUP_COMMENT;
    else if (c == '>')
        m->state = MARKUP_TEXT;
    if (m->state == MARKUP_COMMENT)
        word_start(m);
}

/* The word counts the dashes just read. */
static void in_comment(struct markup *m, char c)
{
    if (c == '-') {
        if (m->word_n < 2)
            m->word_n++;
    } else if (c == '>' && m->word_n == 2) {
        m->state = MARKUP_TEXT;
    } else {
        m->word_n = 0;
    }
}

static void in_tag(struct markup *m, char c)
{
    if (blank(c) || c == '/')
        return;
    if (c == '>') {
        tag_end(m);
        return;
    }
    m->state = MARKUP_NAME;
    m->broken = false;
    word_start(m);
    word_add(m, c);
}

static void in_name(struct markup *m, char c)
{
    if (c == '=' || blank(c) || c == '>' || c == '/') {
        m->kind = m->broken ? MARKUP_UNKNOWN : kind_of_word(m);
        m->state = c == '=' ? MARKUP_EQUALS : MARKUP_NAMED;
        if (c == '>')
            tag_end(m);
        else if (c == '/')
            m->state = MARKUP_TAG;
        return;
    }
    word_add(m, c);
}

static void in_named(struct markup *m, char c)
{
    bool unknown = m->kind == MARKUP_UNKNOWN;
    if (c == '=') {
        m->state = MARKUP_EQUALS;
    } else if (blank(c)) {
        m->state = unknown ? MARKUP_TAG : MARKUP_NAMED;
    } else {
        in_tag(m, c);
        m->broken = unknown; /* letters go on with the name before the section's end */
    }
}

static void in_equals(struct markup *m, char c)
{
    if (blank(c))
        return;
    m->url = MARKUP_URL_START;
    if (c == '"')
        m->state = MARKUP_DOUBLE;
    else if (c == '\'')
        m->state = MARKUP_SINGLE;
    else if (c == '>')
        tag_end(m);
    else
        m->state = MARKUP_BARE;
}

static void in_value(struct markup *m, char c, char quote)
{
    if (c == quote) {
        m->state = MARKUP_TAG;
        return;
    }
    if (c == '?' || c == '#')
        m->url = MARKUP_URL_QUERY;
    else if (m->url == MARKUP_URL_START)
        m->url = MARKUP_URL_PATH;
}

static void in_bare(struct markup *m, char c)
{
    if (c == '>')
        tag_end(m);
    else if (blank(c))
        m->state = MARKUP_TAG;
}

/* The word holds the last bytes that could be "</script" or "</style". */
static void in_raw(struct markup *m, char c)
{
    if (c == '<') {
        word_start(m);
        word_add(m, c);
        return;
    }
    if (m->word_n == 0)
        return;
    word_add(m, c);
    if (word_is(m, "</script") || word_is(m, "</style")) {
        m->closing = true;
        m->state = MARKUP_TAG;
    } else if (m->word_n >= 8) {
        word_start(m);
    }
}

static void element_name(struct markup *m, char c)
{
    if (blank(c) || c == '/' || c == '>') {
        element_end(m);
        in_tag(m, c);
    } else {
        word_add(m, c);
    }
}

static void feed_byte(struct markup *m, char c)
{
    switch (m->state) {
    case MARKUP_TEXT:
        if (c == '<')
            m->state = MARKUP_LESS;
        return;
    case MARKUP_LESS:
        in_less(m, c);
        return;
    case MARKUP_ELEMENT:
        element_name(m, c);
        return;
    case MARKUP_TAG:
        in_tag(m, c);
        return;
    case MARKUP_NAME:
        in_name(m, c);
        return;
    case MARKUP_NAMED:
        in_named(m, c);
        return;
    case MARKUP_EQUALS:
        in_equals(m, c);
        return;
    case MARKUP_DOUBLE:
        in_value(m, c, '"');
        return;
    case MARKUP_SINGLE:
        in_value(m, c, '\'');
        return;
    case MARKUP_BARE:
        in_bare(m, c);
        return;
    case MARKUP_DECLARATION:
        in_declaration(m, c);
        return;
    case MARKUP_COMMENT:
        in_comment(m, c);
        return;
    case MARKUP_RAW:
        in_raw(m, c);
        return;
    }
}

void markup_feed(struct markup *m, struct span literal)
{
    for (size_t i = 0; i < literal.n; i++)
        feed_byte(m, literal.p[i]);
}

void markup_boundary(struct markup *m)
{
    if (m->state == MARKUP_ELEMENT)
        element_end(m);
    if (m->state == MARKUP_NAME) {
        m->state = MARKUP_NAMED;
        m->kind = MARKUP_UNKNOWN; /* what follows may go on with the name */
    }
}

static bool between_attributes(const struct markup *m)
{
    return m->state == MARKUP_TAG || m->state == MARKUP_NAMED;
}

bool markup_join(struct markup *a, const struct markup *b)
{
    if (between_attributes(a) && between_attributes(b) && a->raw == b->raw) {
        if (a->state != b->state) {
            a->state = MARKUP_NAMED;
            a->kind = MARKUP_UNKNOWN;
        }
        return true;
    }
    if (a->state != b->state)
        return false;
    bool value = a->state == MARKUP_DOUBLE || a->state == MARKUP_SINGLE;
    if (value && a->kind != b->kind)
        return false;
    if (value && (a->url == MARKUP_URL_START || b->url == MARKUP_URL_START))
        a->url = MARKUP_URL_START;
    else if (value && b->url > a->url)
        a->url = b->url;
    return true;
}

static enum escape url_escape(const struct markup *m, bool raw)
{
    if (m->url == MARKUP_URL_START)
        return ESCAPE_URL_WHOLE;
    if (raw)
        return ESCAPE_URL_READY;
    return m->url == MARKUP_URL_QUERY ? ESCAPE_URL_QUERY : ESCAPE_URL_PATH;
}

enum escape markup_escape(const struct markup *m, bool raw)
{
    if (m->state == MARKUP_TEXT)
        return raw ? ESCAPE_NONE : ESCAPE_TEXT;
    if (m->state != MARKUP_DOUBLE && m->state != MARKUP_SINGLE)
        return ESCAPE_REFUSED;
    if (m->kind == MARKUP_URL)
        return url_escape(m, raw);
    if (m->kind == MARKUP_PLAIN && !raw)
        return ESCAPE_TEXT;
    return ESCAPE_REFUSED;
}

const char *markup_place(const struct markup *m)
{
    switch (m->state) {
    case MARKUP_TEXT:
        return "in text";
    case MARKUP_LESS:
    case MARKUP_ELEMENT:
        return "in the name of an element";
    case MARKUP_TAG:
    case MARKUP_NAME:
    case MARKUP_NAMED:
        return "in a tag outside of a quoted value";
    case MARKUP_EQUALS:
    case MARKUP_BARE:
        return "in an attribute without quotes";
    case MARKUP_DOUBLE:
    case MARKUP_SINGLE:
        return "in an attribute that takes no such value";
    case MARKUP_DECLARATION:
    case MARKUP_COMMENT:
        return "in a comment of the markup";
    case MARKUP_RAW:
        return "in a script or style";
    }
    return "";
}
