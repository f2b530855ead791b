/*
 * escape.c: see escape.h. The template engine and the redirect check are its users.
 */
#include "http/escape.h"
#include "http/wire.h"

static bool unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

static void add_percent(struct buffer *out, struct span s, const char *keep)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (unreserved(s.p[i]) || (c && strchr(keep, c))) {
            buffer_byte(out, s.p[i]);
            continue;
        }
        buffer_byte(out, '%');
        buffer_byte(out, digits[c >> 4]);
        buffer_byte(out, digits[c & 15]);
    }
}

void escape_percent(struct buffer *out, struct span s)
{
    add_percent(out, s, "");
}

static bool scheme_ok(struct span scheme)
{
    static const char *const harmless[] = {"http", "https", "mailto", "tel"};
    for (size_t i = 0; i < COUNT_OF(harmless); i++)
        if (wire_eq_ascii(scheme, span_z(harmless[i])))
            return true;
    return false;
}

bool escape_url_ok(struct span s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c <= 0x20 || c == 0x7f || c == '\\') /* browsers drop or turn these before the scheme */
            return false;
        if (c == '/' || c == '?' || c == '#')
            return true;
        if (c == ':')
            return scheme_ok(span_of(s.p, i));
    }
    return true;
}

/* & and ' are legal in a URL and not in an attribute. */
static void add_url(struct buffer *out, struct span s)
{
    size_t from = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c > 0x20 && c != 0x7f && c != '"' && c != '\'' && c != '<' && c != '>' && c != '&' &&
            c != '`' && c != '\\')
            continue;
        buffer_add(out, span_of(s.p + from, i - from));
        if (c == '&')
            buffer_add_z(out, "&amp;");
        else
            add_percent(out, span_of(s.p + i, 1), "");
        from = i + 1;
    }
    if (from < s.n)
        buffer_add(out, span_from(s, from));
}

static void add_path(struct buffer *out, struct span s)
{
    if (s.n > 0 && s.p[0] == '/') { /* else "/" before it would make it another host */
        buffer_add_z(out, "%2F");
        s = span_from(s, 1);
    }
    add_percent(out, s, "/");
}

void escape_add(struct buffer *out, struct span s, enum escape how)
{
    switch (how) {
    case ESCAPE_TEXT:
        buffer_escape(out, s);
        return;
    case ESCAPE_URL_WHOLE:
        if (escape_url_ok(s))
            add_url(out, s);
        else
            buffer_add_z(out, ESCAPE_BAD_URL);
        return;
    case ESCAPE_URL_PATH:
        add_path(out, s);
        return;
    case ESCAPE_URL_QUERY:
        add_percent(out, s, "");
        return;
    case ESCAPE_URL_READY:
        add_url(out, s);
        return;
    case ESCAPE_NONE:
        buffer_add(out, s);
        return;
    case ESCAPE_REFUSED:
        return;
    }
}
