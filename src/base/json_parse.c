/*
 * json_parse.c: JSON text into the tree. libyajl knows the grammar and decodes strings; positions
 * are ours: every event skips white space and one separator from the end of the one before, which
 * gives the byte where its token begins.
 */
#include "base/json.h"
#include "base/json_int.h"
#include "base/utf8.h"
#include <yajl/yajl_parse.h>

struct reader {
    struct json_build build;
    struct span text, file;
    size_t end;        /* of the last token */
    size_t line_start; /* byte where the line of line_at begins; places are asked in order */
    size_t counted;    /* byte up to which columns are counted */
    uint32_t line, columns;
    struct err *err;
    int result; /* of our own refusals */
};

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r'); /* all that libyajl passes over */
}

/* Where the next token begins. */
static size_t next_token(const struct reader *r)
{
    size_t i = r->end;
    bool separated = false;

    for (; i < r->text.n; i++) {
        char c = r->text.p[i];
        if ((c == ',' || c == ':') && !separated && r->build.depth)
            separated = true;
        else if (!is_space(c))
            break;
    }
    return i;
}

/* The place of byte `offset`, which is never before one asked earlier. */
static struct json_place place_at(struct reader *r, size_t offset)
{
    const char *p = r->text.p, *end;

    while (r->line_start < offset &&
           (end = memchr(p + r->line_start, '\n', offset - r->line_start))) {
        r->line++;
        r->line_start = r->counted = (size_t)(end - p) + 1;
        r->columns = 0;
    }
    if (offset > r->counted) { /* counted on from the last place: one long line costs linear time */
        r->columns += (uint32_t)utf8_count(span_of(p + r->counted, offset - r->counted));
        r->counted = offset;
    }
    return (struct json_place){r->line, 1 + r->columns};
}

static int refuse(struct reader *r, int code, size_t offset, const char *message, const char *hint)
{
    struct json_place at = place_at(r, offset);

    r->result = err_set(r->err, code, "%s", message);
    err_at(r->err, r->file, at.line, at.column);
    if (hint)
        err_hint(r->err, "%s", hint);
    return 0;
}

static int no_memory(struct reader *r)
{
    r->result = err_memory(r->err);
    return 0;
}

/* Bytes of the string token that begins at `start`, quotes included. */
static size_t string_length(struct span text, size_t start)
{
    size_t i = start + 1;

    while (i < text.n && text.p[i] != '"')
        i += text.p[i] == '\\' ? 2 : 1;
    return (i < text.n ? i + 1 : text.n) - start;
}

static unsigned hex4(struct span s)
{
    unsigned v = 0;

    for (size_t i = 0; i < 4 && i < s.n; i++) {
        unsigned c = (unsigned char)s.p[i];
        v = v << 4 | (c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    return v;
}

/* Offset in the token of a surrogate without its partner, which libyajl would replace; or SIZE_MAX.
 */
static size_t lone_surrogate(struct span token)
{
    for (size_t i = 0; i + 1 < token.n; i++) {
        unsigned unit;
        if (token.p[i] != '\\')
            continue;
        if (token.p[++i] != 'u')
            continue;
        unit = hex4(span_from(token, i + 1));
        if (unit < 0xd800 || unit > 0xdfff)
            continue;
        if (unit > 0xdbff || !span_starts(span_from(token, i + 5), SPAN("\\u")))
            return i - 1;
        unit = hex4(span_from(token, i + 7));
        if (unit < 0xdc00 || unit > 0xdfff)
            return i - 1;
        i += 10;
    }
    return SIZE_MAX;
}

/* Copies a decoded string and moves behind its token. */
static bool take_string(struct reader *r, const unsigned char *p, size_t n, size_t start,
                        struct span *ret)
{
    size_t length = string_length(r->text, start);
    size_t bad = lone_surrogate(span_of(r->text.p + start, length));

    if (bad != SIZE_MAX)
        return refuse(r, E_ENCODING, start + bad, "half of a surrogate pair",
                      "write the character itself, or both halves of its \\u pair");
    *ret = arena_copy(r->build.arena, span_of((const char *)p, n));
    r->end = start + length;
    return ret->p || no_memory(r);
}

static int add(struct reader *r, enum json_kind kind, struct span text, size_t start)
{
    bool opens = kind == JSON_ARRAY || kind == JSON_OBJECT;

    if (opens && r->build.depth == JSON_DEPTH)
        return refuse(r, E_LIMIT, start, "nested too deeply", "at most 64 levels are read");
    return json_build_node(&r->build, kind, text, place_at(r, start)) ? 1 : no_memory(r);
}

/* A token whose text has n bytes and no content of its own. */
static int add_token(struct reader *r, enum json_kind kind, size_t n)
{
    size_t start = next_token(r);

    r->end = start + n;
    return add(r, kind, (struct span){NULL, 0}, start);
}

static int on_null(void *context)
{
    return add_token(context, JSON_NULL, 4);
}

static int on_boolean(void *context, int value)
{
    return add_token(context, value ? JSON_TRUE : JSON_FALSE, value ? 4 : 5);
}

static int on_number(void *context, const char *p, size_t n)
{
    struct reader *r = context;
    struct span copy = arena_copy(r->build.arena, span_of(p, n));
    size_t start = next_token(r);

    if (!copy.p)
        return no_memory(r);
    r->end = start + n;
    return add(r, JSON_NUMBER, copy, start);
}

static int on_string(void *context, const unsigned char *p, size_t n)
{
    struct reader *r = context;
    size_t start = next_token(r);
    struct span copy;

    return take_string(r, p, n, start, &copy) && add(r, JSON_STRING, copy, start);
}

static int on_key(void *context, const unsigned char *p, size_t n)
{
    struct reader *r = context;
    size_t start = next_token(r);
    struct span copy;

    if (!take_string(r, p, n, start, &copy))
        return 0;
    if (json_build_key(&r->build, copy, place_at(r, start)) == 0)
        return 1;
    r->result = err_set(r->err, E_CONFLICT, "duplicate key \"%.*s\"", SPAN_ARG(copy));
    return refuse(r, E_CONFLICT, start, "duplicate key", "keep one of the two");
}

static int on_start_map(void *context)
{
    return add_token(context, JSON_OBJECT, 1);
}

static int on_start_array(void *context)
{
    return add_token(context, JSON_ARRAY, 1);
}

static int on_end(void *context)
{
    struct reader *r = context;

    r->end = next_token(r) + 1;
    r->build.depth--;
    return 1;
}

static const yajl_callbacks callbacks = {
    .yajl_null = on_null,
    .yajl_boolean = on_boolean,
    .yajl_number = on_number,
    .yajl_string = on_string,
    .yajl_start_map = on_start_map,
    .yajl_map_key = on_key,
    .yajl_end_map = on_end,
    .yajl_start_array = on_start_array,
    .yajl_end_array = on_end,
};

/* What people write where JSON wants something else. */
static const struct {
    struct span begins;
    const char *hint;
} slips[] = {
    {{"'", 1}, "strings stand in double quotes"},
    {{"\xe2\x80\x9c", 3}, "use the ASCII quote \" instead of “"},
    {{"\xe2\x80\x9d", 3}, "use the ASCII quote \" instead of ”"},
    {{"\xef\xbc\x8c", 3}, "use the ASCII comma , instead of ，"},
    {{"\xef\xbc\x9a", 3}, "use the ASCII colon : instead of ："},
    {{"//", 2}, "JSON has no comments"},
    {{"/*", 2}, "JSON has no comments"},
    {{"#", 1}, "JSON has no comments"},
    {{"}", 1}, "is there a comma before it, or a value missing?"},
    {{"]", 1}, "is there a comma before it, or a bracket of the other kind open?"},
    {{"\"", 1}, "is there a comma missing before it?"},
    {{"+", 1}, "a number has no plus sign"},
    {{".", 1}, "write a digit before the point: 0.5"},
    {{"N", 1}, "not-a-number has no place in JSON: write null, or leave it out"},
    {{"T", 1}, "write true, false and null in lower case"},
    {{"F", 1}, "write true, false and null in lower case"},
};

static const char *hint_for(struct span rest)
{
    for (size_t i = 0; i < COUNT_OF(slips); i++)
        if (span_starts(rest, slips[i].begins))
            return slips[i].hint;
    return NULL;
}

/* libyajl saw a mistake: at a token that may not stand there, or inside a string or number. */
static void explain(struct reader *r, yajl_handle parser)
{
    size_t start = next_token(r), seen = yajl_get_bytes_consumed(parser), n;
    struct span rest = span_from(r->text, start);

    if (rest.n == 0) {
        refuse(r, E_SYNTAX, r->text.n, "the text ends too early",
               "a bracket, a quote or a value is missing at the end");
        return;
    }
    if (rest.p[0] == '"' && seen > start + 1 && seen <= r->text.n &&
        seen < start + string_length(r->text, start)) {
        refuse(r, E_SYNTAX, seen - 1, "a string with a bad escape or a control character",
               "a line break inside a string is written \\n, a backslash \\\\");
        return;
    }
    utf8_decode(rest, &n);
    r->result =
        err_set(r->err, E_SYNTAX, "unexpected %.*s", (unsigned char)rest.p[0] < 0x20 ? 17 : (int)n,
                (unsigned char)rest.p[0] < 0x20 ? "control character" : rest.p);
    refuse(r, E_SYNTAX, start, "unexpected", hint_for(rest));
}

static void run(struct reader *r)
{
    yajl_handle parser = yajl_alloc(&callbacks, NULL, r);
    yajl_status status;

    if (!parser) {
        no_memory(r);
        return;
    }
    yajl_config(parser, yajl_dont_validate_strings, 1); /* the whole text was checked */
    status = yajl_parse(parser, (const unsigned char *)r->text.p, r->text.n);
    if (status == yajl_status_error) {
        explain(r, parser);
    } else if (status == yajl_status_ok && yajl_complete_parse(parser) == yajl_status_error) {
        r->end = r->text.n;
        explain(r, parser);
    }
    yajl_free(parser);
}

int json_parse(struct arena *a, struct span text, struct span file, struct json **ret,
               struct err *err)
{
    struct reader r = {.build = {.arena = a}, .file = file, .line = 1, .err = err};
    size_t bad;

    if (span_starts(text, SPAN("\xef\xbb\xbf"))) /* byte order mark */
        text = span_from(text, 3);
    if (!text.p)
        text = SPAN("");
    r.text = text;
    bad = utf8_check(text);
    if (text.n > JSON_SIZE)
        refuse(&r, E_LIMIT, 0, "the text is too long", "at most 64 MiB are read");
    else if (bad != SIZE_MAX)
        refuse(&r, E_ENCODING, bad, "not valid UTF-8", "save the file as UTF-8");
    else
        run(&r);
    if (r.result < 0)
        return r.result;
    *ret = r.build.root;
    return 0;
}
