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
    size_t back = c->at - c->row_at;

    if (c->line > c->row_line && c->again + back <= c->text.n + CSV_FIELD_MAX) {
        c->again += back;
        c->at = c->row_at;
        c->line = c->row_line;
    }
    while (c->at < c->text.n && c->text.p[c->at] != '\n')
        c->at++;
    take_line_end(c);
}

static int fail(const struct csv *c, const struct csv_field *f, int code, struct err *err,
                const char *message, const char *hint)
{
    err_set(err, code, "%s", message);
    err_hint(err, "%s", hint);
    err_at(err, c->file, f->line, f->column);
    return code;
}

static int zero_byte(const struct csv *c, const struct csv_field *f, struct err *err)
{
    return fail(c, f, E_ENCODING, err, "字段里有零字节", "另存为 CSV UTF-8");
}

/* Moves to the closing quote; *ret_doubled counts the doubled ones before it. */
static int find_close(struct csv *c, const struct csv_field *f, size_t *ret_doubled,
                      struct err *err)
{
    size_t end = c->text.n - c->at > CSV_FIELD_MAX ? c->at + CSV_FIELD_MAX : c->text.n;

    *ret_doubled = 0;
    for (; c->at < end; c->at++) {
        char ch = c->text.p[c->at];
        if (ch == 0)
            return zero_byte(c, f, err);
        c->line += ch == '\n';
        if (ch != '"')
            continue;
        if (c->at + 1 >= c->text.n || c->text.p[c->at + 1] != '"')
            return 0;
        c->at++;
        ++*ret_doubled;
    }
    if (end < c->text.n)
        return fail(c, f, E_LIMIT, err, "字段过长（超过 1 MiB）", "是不是少了收尾的双引号？");
    return fail(c, f, E_INPUT, err, "双引号没有收尾", "在字段末尾补一个 \"");
}

/* With doubled quotes made one. */
static struct span undouble(struct arena *a, struct span s, size_t doubled)
{
    char *to = arena_alloc(a, s.n - doubled + 1);
    size_t n = 0;

    for (size_t i = 0; to && i < s.n; i++) {
        to[n++] = s.p[i];
        if (s.p[i] == '"')
            i++;
    }
    return span_of(to, n);
}

/* The text between quotes; c->at is behind the opening one. */
static int quoted(struct csv *c, struct arena *a, struct csv_field *f, struct err *err)
{
    size_t start = c->at, doubled;
    int r = find_close(c, f, &doubled, err);

    if (r < 0)
        return r;
    f->text = span_of(c->text.p + start, c->at - start);
    c->at++;
    if (!at_end_of_row(c) && c->text.p[c->at] != ',')
        return fail(c, f, E_INPUT, err, "收尾的双引号后面还有文字", "引号里的双引号要写两次");
    if (doubled)
        f->text = undouble(a, f->text, doubled);
    return f->text.p ? 0 : err_memory(err);
}

static int plain(struct csv *c, struct csv_field *f, struct err *err)
{
    size_t start = c->at;

    while (!at_end_of_row(c) && c->text.p[c->at] != ',') {
        if (c->text.p[c->at] == '"')
            return fail(c, f, E_INPUT, err, "没有用双引号括起来的字段里有双引号",
                        "把整个字段括起来，里面的双引号写两次");
        if (c->text.p[c->at] == 0)
            return zero_byte(c, f, err);
        c->at++;
    }
    f->text = span_of(c->text.p + start, c->at - start);
    if (f->text.n > CSV_FIELD_MAX)
        return fail(c, f, E_LIMIT, err, "字段过长（超过 1 MiB）", "这一行是不是粘在了一起？");
    return 0;
}

/* A place in the text and its column; moves forward only, so that a long row is counted once. */
struct mark {
    size_t at;
    uint32_t column;
};

static void mark_move(struct mark *m, const struct csv *c)
{
    size_t line = c->at; /* where the last line of what was passed begins */

    while (line > m->at && c->text.p[line - 1] != '\n')
        line--;
    if (line > m->at) {
        m->at = line;
        m->column = 1;
    }
    m->column += (uint32_t)utf8_count(span_of(c->text.p + m->at, c->at - m->at));
    m->at = c->at;
}

static int field(struct csv *c, struct arena *a, struct mark *m, struct csv_field *f,
                 struct err *err)
{
    int r;

    mark_move(m, c);
    f->line = c->line;
    f->column = m->column;
    if (c->at < c->text.n && c->text.p[c->at] == '"') {
        c->at++;
        r = quoted(c, a, f, err);
    } else {
        r = plain(c, f, err);
    }
    if (r == 0 && utf8_check(f->text) != SIZE_MAX)
        r = fail(c, f, E_ENCODING, err, "不是 UTF-8 编码",
                 "另存为 CSV UTF-8（Excel：另存为 → CSV UTF-8）");
    return r;
}

int csv_next(struct csv *c, struct arena *a, struct csv_row *ret, struct err *err)
{
    VECTOR_OF(struct csv_field, fields) v = {0};

    while (c->at < c->text.n && at_end_of_row(c))
        take_line_end(c);
    if (c->at >= c->text.n)
        return 0;
    c->row_at = c->at;
    c->row_line = c->line;
    for (struct mark m = {c->at, 1};;) {
        struct csv_field *f = VECTOR_PUSH(a, &v, struct csv_field);
        if (!f)
            return err_memory(err);
        int r = field(c, a, &m, f, err);
        if (r < 0)
            return r;
        if (at_end_of_row(c))
            break;
        c->at++; /* the comma */
        if (v.n >= CSV_FIELDS_MAX)
            return fail(c, f, E_LIMIT, err, "一行的字段太多", "最多 1000 列");
    }
    take_line_end(c);
    *ret = (struct csv_row){v.at, v.n, c->row_line};
    return 1;
}

void csv_print(struct buffer *out, struct span s)
{
    struct decimal number;
    /* -5 is a number, -cmd is not */
    bool formula = s.n && strchr("=+-@\t\r", s.p[0]) && !decimal_parse(s, &number);
    bool quote =
        formula ||
        span_starts(s,
                    SPAN("\xEF\xBB\xBF")); /* a mark at the start of a file would be passed over */

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
