/*
 * dump.c: see dump.h. Lines:
 *
 *     huiqi-dump 1 VERSION            the form, and the version of the tables
 *     table NAME (COLUMN, ...)        then rows, then a line \.
 *     sequence NAME COLUMN VALUE      the last number given out
 *     end
 */
#include "store/dump.h"

#include <errno.h>
#include <stdlib.h>

#define DIGITS_MOST 18 /* of a number */

struct reading {
    FILE *file;
    const char *name;
    const struct dump_sink *sink;
    struct err *err;
    char *line;
    size_t room;
};

static int damaged(const struct reading *d)
{
    return err_set(d->err, E_CHECK, "%s is damaged", d->name);
}

/* 1 = a line with its end, 0 = the end of the file. */
static int read_line(struct reading *d, struct span *ret)
{
    errno = 0;
    ssize_t n = getline(&d->line, &d->room, d->file);

    if (n <= 0)
        return feof(d->file) ? 0
                             : err_set(d->err, E_IO, "cannot read %s: %s", d->name,
                                       strerror(errno ? errno : EIO));
    *ret = span_of(d->line, (size_t)n);
    return 1;
}

/* ---- words ---- */

static bool take(struct span *rest, struct span word)
{
    if (!span_starts(*rest, word))
        return false;
    *rest = span_from(*rest, word.n);
    return true;
}

/* Between quotes: anything but a line end and a zero byte; a quote stands twice. */
static bool take_quoted(struct span *rest, struct span *ret)
{
    size_t i = 1;

    while (i < rest->n && rest->p[i] != 0) {
        if (rest->p[i] != '"') {
            i++;
        } else if (i + 1 < rest->n && rest->p[i + 1] == '"') {
            i += 2;
        } else {
            *ret = span_of(rest->p, i + 1);
            *rest = span_from(*rest, i + 1);
            return ret->n > 2;
        }
    }
    return false;
}

static bool take_name(struct span *rest, struct span *ret)
{
    size_t i = 0;

    if (span_starts(*rest, SPAN("\"")))
        return take_quoted(rest, ret);
    while (i < rest->n) {
        char c = rest->p[i];
        bool letter = (c >= 'a' && c <= 'z') || c == '_';
        if (!letter && !(i > 0 && c >= '0' && c <= '9'))
            break;
        i++;
    }
    *ret = span_of(rest->p, i);
    *rest = span_from(*rest, i);
    return i > 0;
}

static bool take_number(struct span *rest, int64_t *ret)
{
    size_t i = 0;

    *ret = 0;
    for (; i < rest->n && rest->p[i] >= '0' && rest->p[i] <= '9'; i++)
        if (i < DIGITS_MOST)
            *ret = *ret * 10 + (rest->p[i] - '0');
    *rest = span_from(*rest, i);
    return i > 0 && i <= DIGITS_MOST;
}

/* ---- lines ---- */

static int read_version(struct reading *d)
{
    struct span line = {0};
    int64_t version = 0;
    int r = read_line(d, &line);

    if (r < 0)
        return r;
    if (r == 0 || !take(&line, SPAN(DUMP_FORM)))
        return err_set(d->err, E_INPUT, "this is no backup of a huiqi store on PostgreSQL");
    if (!take_number(&line, &version) || version == 0 || !span_eq(line, SPAN("\n")))
        return damaged(d);
    return d->sink->version(d->sink->context, version, d->err);
}

static int read_rows(struct reading *d)
{
    struct span line = {0};
    int r;

    while ((r = read_line(d, &line)) > 0) {
        if (span_eq(line, SPAN("\\.\n")))
            return 0;
        if (line.p[line.n - 1] != '\n')
            break;
        r = d->sink->row(d->sink->context, line, d->err);
        if (r < 0)
            return r;
    }
    return r < 0 ? r : damaged(d);
}

static bool parse_table(struct span rest, struct dump_table *ret)
{
    ret->n = 0;
    if (!take_name(&rest, &ret->name) || !take(&rest, SPAN(" (")))
        return false;
    ret->list = rest;
    do {
        if (ret->n == DUMP_COLUMNS || !take_name(&rest, &ret->columns[ret->n]))
            return false;
        ret->n++;
    } while (take(&rest, SPAN(", ")));
    ret->list.n -= rest.n;
    return span_eq(rest, SPAN(")\n"));
}

static int read_table(struct reading *d, struct span rest)
{
    struct dump_table t;

    if (!parse_table(rest, &t))
        return damaged(d);
    int r = d->sink->begin(d->sink->context, &t, d->err);
    if (r == 0)
        r = read_rows(d);
    return r < 0 ? r : d->sink->end(d->sink->context, d->err);
}

static int read_sequence(struct reading *d, struct span rest)
{
    struct span table, column;
    int64_t value;

    if (!take_name(&rest, &table) || !take(&rest, SPAN(" ")) || !take_name(&rest, &column) ||
        !take(&rest, SPAN(" ")) || !take_number(&rest, &value) || !span_eq(rest, SPAN("\n")))
        return damaged(d);
    return d->sink->sequence(d->sink->context, table, column, value, d->err);
}

static int read_parts(struct reading *d)
{
    struct span line = {0};
    int r;

    while ((r = read_line(d, &line)) > 0) {
        if (span_eq(line, SPAN("end\n"))) {
            r = read_line(d, &line);
            return r > 0 ? damaged(d) : r;
        }
        if (take(&line, SPAN("table ")))
            r = read_table(d, line);
        else if (take(&line, SPAN("sequence ")))
            r = read_sequence(d, line);
        else
            r = damaged(d);
        if (r < 0)
            return r;
    }
    return r < 0 ? r : damaged(d);
}

int dump_read(FILE *f, const char *name, const struct dump_sink *sink, struct err *err)
{
    struct reading d = {f, name, sink, err, NULL, 0};
    int r = read_version(&d);

    if (r == 0)
        r = read_parts(&d);
    free(d.line);
    return r;
}
