/*
 * csv.c: reads CSV without copying more than it must.
 */
#include "base/csv.h"

#include "base/buffer.h"
#include "base/decimal.h"
#include "base/utf8.h"
#include "base/vector.h"

void csv_init(struct csv *c, struct span text, struct span file)
{
    *c = (struct csv){.text = text, .file = file, .at = 0, .line = 1};
    if (span_starts(text, SPAN("\xEF\xBB\xBF")))
        c->at = 3;
}

static bool at_end_of_row(const struct csv *c)
{
    return c->at >= c->text.n || c->text.p[c->at] == '\n' ||
           (c->text.p[c->at] == '\r' && c->at + 1 < c->text.n && c->text.p[c->at + 1] == '\n');
}

static void take_line_end(struct csv *c)
{
    if (c->at < c->text.n && c->text.p[c->at] == '\r')
        c->at++;
    if (c->at < c->text.n && c->text.p[c->at] == '\n') {
        c->at++;
        c->line++;
    }
}

void csv_skip(struct csv *c)
{
    while (c->at < c->text.n && c->text.p[c->at] != '\n')
        c->at++;
    take_line_end(c);
}

static int fail(const struct csv *c, const struct csv_field *f, int code, struct err *err, const char *message, const char *hint)
{
    err_set(err, code, "%s", message);
    err_hint(err, "%s", hint);
    err_at(err, c->file, f->line, f->column);
    return code;
}

/* The text between quotes; *at is behind the opening one. Doubled quotes become one. */
static int quoted(struct csv *c, struct arena *a, struct csv_field *f, struct err *err)
{
    struct buffer b = BUFFER_INIT;
    size_t start = c->at;
    int r = 0;

    while (c->at < c->text.n) {
        char ch = c->text.p[c->at];
        if (ch == '"' && c->at + 1 < c->text.n && c->text.p[c->at + 1] == '"') {
            c->at++; /* the second one is text */
        } else if (ch == '"') {
            break;
        }
        if (c->at - start > CSV_FIELD_MAX)
            break;
        if (ch == '\n')
            c->line++;
        buffer_byte(&b, ch);
        c->at++;
    }
    if (c->at - start > CSV_FIELD_MAX)
        r = fail(c, f, E_LIMIT, err, "a field is too long", "is a closing quote missing?");
    else if (c->at >= c->text.n)
        r = fail(c, f, E_INPUT, err, "a quoted field has no closing quote", "put a \" at the end of the field");
    else
        c->at++;
    if (r == 0) {
        f->text = arena_copy(a, buffer_span(&b));
        if (buffer_failed(&b) || a->failed)
            r = err_memory(err);
        else if (!at_end_of_row(c) && c->text.p[c->at] != ',')
            r = fail(c, f, E_INPUT, err, "text after the closing quote of a field", "double the quotes inside a quoted field");
    }
    buffer_release(&b);
    return r;
}

static int plain(struct csv *c, struct csv_field *f, struct err *err)
{
    size_t start = c->at;

    while (!at_end_of_row(c) && c->text.p[c->at] != ',') {
        if (c->text.p[c->at] == '"')
            return fail(c, f, E_INPUT, err, "a quote inside a field without quotes", "put the whole field in quotes and double the inner ones");
        if (c->text.p[c->at] == 0)
            return fail(c, f, E_ENCODING, err, "a zero byte", "save the file as CSV UTF-8");
        c->at++;
    }
    f->text = span_of(c->text.p + start, c->at - start);
    if (f->text.n > CSV_FIELD_MAX)
        return fail(c, f, E_LIMIT, err, "a field is too long", "at most 1 MiB");
    return 0;
}

static int field(struct csv *c, struct arena *a, size_t line_start, struct csv_field *f, struct err *err)
{
    int r;

    f->line = c->line;
    f->column = (uint32_t)utf8_count(span_of(c->text.p + line_start, c->at - line_start)) + 1;
    if (c->at < c->text.n && c->text.p[c->at] == '"') {
        c->at++;
        r = quoted(c, a, f, err);
    } else {
        r = plain(c, f, err);
    }
    if (r == 0 && utf8_check(f->text) != SIZE_MAX)
        r = fail(c, f, E_ENCODING, err, "not UTF-8", "save the file as CSV UTF-8 (in Excel: CSV UTF-8)");
    return r;
}

int csv_next(struct csv *c, struct arena *a, struct csv_row *ret, struct err *err)
{
    VECTOR_OF(struct csv_field, fields) v = {0};
    size_t line_start;
    uint32_t line;

    while (c->at < c->text.n && at_end_of_row(c))
        take_line_end(c);
    if (c->at >= c->text.n)
        return 0;
    line_start = c->at;
    line = c->line;
    for (;;) {
        struct csv_field *f = VECTOR_PUSH(a, &v, struct csv_field);
        if (!f)
            return err_memory(err);
        int r = field(c, a, line_start, f, err);
        if (r < 0)
            return r;
        if (at_end_of_row(c))
            break;
        c->at++; /* the comma */
        if (v.n >= CSV_FIELDS_MAX)
            return fail(c, f, E_LIMIT, err, "too many fields in one row", "at most 1000 columns");
    }
    take_line_end(c);
    *ret = (struct csv_row){v.at, v.n, line};
    return 1;
}

void csv_print(struct buffer *out, struct span s)
{
    struct decimal number;
    /* -5 is a number, -cmd is not */
    bool formula = s.n && strchr("=+-@\t\r", s.p[0]) && !decimal_parse(s, &number);
    bool quote = formula;

    for (size_t i = 0; i < s.n && !quote; i++)
        quote = strchr(",\"\r\n", s.p[i]) != NULL;
    if (!quote) {
        buffer_add(out, s);
        return;
    }
    buffer_byte(out, '"');
    if (formula)
        buffer_byte(out, '\'');
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"')
            buffer_byte(out, '"');
        buffer_byte(out, s.p[i]);
    }
    buffer_byte(out, '"');
}
