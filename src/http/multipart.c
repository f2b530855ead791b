/*
 * multipart.c: multipart/form-data (RFC 7578, RFC 2046 5.1): what a form with a file field sends.
 * Bytes of files are used where they lie; nothing is guessed: a part without a name, a missing end
 * or a boundary that is none is refused.
 */
#include "base/utf8.h"
#include "http/wire.h"

#define BOUNDARY_MOST 70 /* RFC 2046 */

/* The value of `key` among the parameters of a header field: token or quoted. */
static struct span parameter(struct span header, struct span key)
{
    struct span part = {0}, name = {0};

    span_split(&header, ';', &part);
    while (header.p && span_split(&header, ';', &part)) {
        struct span value = part;
        span_split(&value, '=', &name);
        if (!value.p || !wire_eq_ascii(span_trim(name), key))
            continue;
        value = span_trim(value);
        if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"')
            return span_of(value.p + 1, value.n - 2);
        return value;
    }
    return (struct span){0};
}

/* The text before the next `mark` in *rest, which goes on behind it; false when there is none. */
static bool take_until(struct span *rest, struct span mark, struct span *ret)
{
    size_t at = span_find(*rest, mark);

    if (at == SIZE_MAX)
        return false;
    *ret = span_of(rest->p, at);
    *rest = span_from(*rest, at + mark.n);
    return true;
}

struct part {
    struct span name, file, media, bytes;
    bool is_file;
};

static void read_header(struct span line, struct part *ret)
{
    struct span key = {0}, value = line;

    span_split(&value, ':', &key);
    if (!value.p)
        return;
    if (wire_eq_ascii(span_trim(key), SPAN("content-type")))
        ret->media = span_trim(value);
    if (!wire_eq_ascii(span_trim(key), SPAN("content-disposition")))
        return;
    ret->name = parameter(value, SPAN("name"));
    ret->file = parameter(value, SPAN("filename"));
    ret->is_file = ret->file.p != NULL;
}

/* As of other forms: no control bytes but tab and line ends. */
static bool plain(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 0x20 && !strchr("\t\r\n", s.p[i]))
            return false;
    return utf8_check(s) == SIZE_MAX;
}

static int read_part(struct span raw, struct part *ret, struct err *err)
{
    struct span head = {0}, line = {0};

    *ret = (struct part){.media = SPAN("application/octet-stream")};
    if (!take_until(&raw, SPAN("\r\n\r\n"), &head))
        return err_set(err, E_INPUT, "a part of the form has no end of its header");
    while (head.n) {
        if (!take_until(&head, SPAN("\r\n"), &line)) {
            line = head;
            head.n = 0;
        }
        read_header(line, ret);
    }
    ret->bytes = raw;
    if (!ret->name.n || ret->name.n > WIRE_NAME)
        return err_set(err, E_INPUT, "a part of the form has no name, or a long one");
    if (!plain(ret->name) || !plain(ret->file) || !plain(ret->media) ||
        (!ret->is_file && !plain(ret->bytes)))
        return err_set(err, E_ENCODING, "a part of the form is not UTF-8, or holds control bytes");
    return 0;
}

/* Browsers of old send a path. */
static struct span last_of_path(struct span name)
{
    for (size_t i = name.n; i > 0; i--)
        if (name.p[i - 1] == '/' || name.p[i - 1] == '\\')
            return span_from(name, i);
    return name;
}

static int keep_part(struct arena *a, const struct part *p, struct pairs *ret,
                     struct uploads *files, struct err *err)
{
    if (ret->n + files->n >= WIRE_FIELDS)
        return err_set(err, E_LIMIT, "more than %d fields", WIRE_FIELDS);
    if (!p->is_file) {
        struct pair *slot = VECTOR_PUSH(a, ret, struct pair);
        if (!slot)
            return err_memory(err);
        *slot = (struct pair){p->name, p->bytes};
        return 0;
    }
    if (!p->file.n && !p->bytes.n)
        return 0;
    struct upload *slot = VECTOR_PUSH(a, files, struct upload);
    if (!slot)
        return err_memory(err);
    *slot = (struct upload){p->name, last_of_path(p->file), p->media, p->bytes};
    return 0;
}

int wire_multipart(struct arena *request, struct span content_type, struct span raw,
                   struct pairs *ret, struct uploads *files, struct err *err)
{
    struct span boundary = parameter(content_type, SPAN("boundary")), skipped = {0};
    struct span first = arena_print(request, "--%.*s", SPAN_ARG(boundary));
    struct span between = arena_print(request, "\r\n--%.*s", SPAN_ARG(boundary));

    if (request->failed)
        return err_memory(err);
    if (!boundary.n || boundary.n > BOUNDARY_MOST)
        return err_set(err, E_INPUT, "the form names no boundary of its parts");
    if (!span_starts(raw, first) && !take_until(&raw, between, &skipped))
        return err_set(err, E_INPUT, "the form has no parts");
    if (span_starts(raw, first))
        raw = span_from(raw, first.n);
    while (!span_starts(raw, SPAN("--"))) {
        struct span one = {0};
        struct part part;
        if (!span_starts(raw, SPAN("\r\n")))
            return err_set(err, E_INPUT, "the parts of the form are not separated");
        raw = span_from(raw, 2);
        if (!take_until(&raw, between, &one))
            return err_set(err, E_INPUT, "the form has no end");
        int r = read_part(one, &part, err);
        if (r == 0)
            r = keep_part(request, &part, ret, files, err);
        if (r < 0)
            return r;
    }
    return 0;
}
