/*
 * wire.c: see wire.h. Knows nothing of routes and sessions.
 */
#include "http/wire.h"
#include "base/buffer.h"
#include "base/utf8.h"

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

static bool control(unsigned char c, enum wire_plus plus)
{
    if (plus == WIRE_PLUS_IS_SPACE && (c == '\t' || c == '\n' || c == '\r'))
        return false;
    return c < 0x20 || c == 0x7f;
}

static int decode_bytes(struct span raw, enum wire_plus plus, char *out, size_t *ret_n,
                        struct err *err)
{
    size_t n = 0;
    for (size_t i = 0; i < raw.n; i++) {
        char c = raw.p[i];
        if (c == '%') {
            int high = i + 2 < raw.n ? hex(raw.p[i + 1]) : -1;
            int low = i + 2 < raw.n ? hex(raw.p[i + 2]) : -1;
            if (high < 0 || low < 0) {
                return err_set(err, E_ENCODING,
                               "'%%' at byte %zu is not followed by two hex digits", i + 1);
            }
            c = (char)(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus == WIRE_PLUS_IS_SPACE) {
            c = ' ';
        }
        if (control((unsigned char)c, plus))
            return err_set(err, E_ENCODING, "control character at byte %zu", i + 1);
        out[n++] = c;
    }
    *ret_n = n;
    return 0;
}

int wire_decode(struct arena *request, struct span raw, enum wire_plus plus, struct span *ret,
                struct err *err)
{
    char *out = arena_alloc(request, raw.n + 1);
    size_t n = 0;
    if (!out)
        return err_memory(err);
    int r = decode_bytes(raw, plus, out, &n, err);
    if (r < 0)
        return r;
    size_t bad = utf8_check(span_of(out, n));
    if (bad != SIZE_MAX)
        return err_set(err, E_ENCODING, "byte %zu of the decoded text is not UTF-8", bad + 1);
    *ret = span_of(out, n);
    return 0;
}

static int form_pair(struct arena *request, struct span part, struct pairs *pairs, struct err *err)
{
    if (pairs->n >= WIRE_FIELDS)
        return err_set(err, E_LIMIT, "more than %d fields", WIRE_FIELDS);
    struct span value = part, name = {0};
    struct pair pair = {{0}, {0}};
    span_split(&value, '=', &name);
    int r = wire_decode(request, name, WIRE_PLUS_IS_SPACE, &pair.name, err);
    if (r < 0)
        return r;
    if (pair.name.n > WIRE_NAME)
        return err_set(err, E_LIMIT, "a field name has more than %d bytes", WIRE_NAME);
    r = wire_decode(request, value.p ? value : (struct span){0}, WIRE_PLUS_IS_SPACE, &pair.value,
                    err);
    if (r < 0)
        return r;
    struct pair *slot = VECTOR_PUSH(request, pairs, struct pair);
    if (!slot)
        return err_memory(err);
    *slot = pair;
    return 0;
}

int wire_form(struct arena *request, struct span raw, struct pairs *ret, struct err *err)
{
    struct span part;
    while (span_split(&raw, '&', &part)) {
        int r = part.n > 0 ? form_pair(request, part, ret, err) : 0;
        if (r < 0)
            return r;
    }
    return 0;
}

const struct span *wire_find(const struct pairs *pairs, struct span name)
{
    for (size_t i = 0; i < pairs->n; i++)
        if (span_eq(pairs->at[i].name, name))
            return &pairs->at[i].value;
    return NULL;
}

struct span wire_cookie(struct span header, struct span name)
{
    struct span part = {0}, key = {0};
    while (span_split(&header, ';', &part)) {
        struct span value = span_trim(part);
        if (span_split(&value, '=', &key) && value.p && span_eq(span_trim(key), name))
            return span_trim(value);
    }
    return (struct span){0};
}

bool wire_eq_ascii(struct span a, struct span b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++) {
        char x = a.p[i], y = b.p[i];
        if (x >= 'A' && x <= 'Z')
            x = (char)(x + 32);
        if (y >= 'A' && y <= 'Z')
            y = (char)(y + 32);
        if (x != y)
            return false;
    }
    return true;
}

/* "0.8" as 800; what is no quality counts as 1. */
static int quality_number(struct span s)
{
    if (s.n == 0 || (s.p[0] != '0' && s.p[0] != '1'))
        return 1000;
    int value = (s.p[0] - '0') * 1000, place = 100;
    for (size_t i = 2; i < s.n && i < 5 && s.p[1] == '.'; i++, place /= 10) {
        if (s.p[i] < '0' || s.p[i] > '9')
            break;
        value += (s.p[i] - '0') * place;
    }
    return value > 1000 ? 1000 : value;
}

/* One element of an Accept list: *ret_name without parameters; returns its q in thousandths. */
static int element(struct span item, struct span *ret_name)
{
    struct span part = {0}, key = {0};
    int q = 1000;
    struct span rest = item;
    span_split(&rest, ';', ret_name);
    *ret_name = span_trim(*ret_name);
    while (rest.p && span_split(&rest, ';', &part)) {
        struct span value = span_trim(part);
        if (span_split(&value, '=', &key) && value.p && wire_eq_ascii(span_trim(key), SPAN("q")))
            q = quality_number(span_trim(value));
    }
    return q;
}

/* How closely a media range fits a type: 2 exactly, 1 its family, 0 any, -1 not at all. */
static int range_fits(struct span range, struct span type)
{
    if (wire_eq_ascii(range, type))
        return 2;
    if (span_eq(range, SPAN("*/*")) || span_eq(range, SPAN("*")))
        return 0;
    if (span_ends(range, SPAN("/*")) && type.n >= range.n - 1 &&
        wire_eq_ascii(span_of(range.p, range.n - 1), span_of(type.p, range.n - 1)))
        return 1;
    return -1;
}

int wire_accept(struct span header, struct span type, int *ret_specific)
{
    int best = -1, quality = 0;
    struct span item = {0}, name = {0};
    if (span_trim(header).n == 0) {
        *ret_specific = 0;
        return 1000;
    }
    while (span_split(&header, ',', &item)) {
        int q = element(item, &name);
        int fit = range_fits(name, type);
        if (fit > best) {
            best = fit;
            quality = q;
        }
    }
    *ret_specific = best < 0 ? 0 : best;
    return best < 0 ? 0 : quality;
}

int wire_language(struct span header, struct span primary)
{
    int best = 0;
    struct span item = {0}, name = {0};
    while (span_split(&header, ',', &item)) {
        int q = element(item, &name);
        bool fits = name.n >= primary.n && wire_eq_ascii(span_of(name.p, primary.n), primary) &&
                    (name.n == primary.n || name.p[primary.n] == '-');
        if (fits && q > best)
            best = q;
    }
    return best;
}

bool wire_etag_matches(struct span header, struct span etag)
{
    struct span item = {0};
    while (span_split(&header, ',', &item)) {
        item = span_trim(item);
        if (span_eq(item, SPAN("*")))
            return true;
        if (span_starts(item, SPAN("W/")))
            item = span_from(item, 2);
        if (span_eq(item, etag))
            return true;
    }
    return false;
}
