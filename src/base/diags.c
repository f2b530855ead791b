/*
 * diags.c: the list of diagnostics and how one is shown: place and message, source line, caret,
 * hint.
 */
#include "base/diags.h"
#include "base/utf8.h"
#include <stdarg.h>

/* Code points of a source line that are shown; longer lines are cut around the caret. */
#define SHOWN 120

void diags_init(struct diags *d, struct arena *a)
{
    *d = (struct diags){.arena = a, .limit = DIAGS_LIMIT};
}

/* Formats into the arena; empty, and the arena failed, when there is no memory. */
static struct span print_in(struct arena *a, const char *format, va_list args)
{
    struct buffer b = BUFFER_INIT;
    struct span s = {NULL, 0};

    buffer_vprint(&b, format, args);
    a->failed = a->failed || b.failed;
    if (!b.failed)
        s = arena_copy(a, buffer_span(&b));
    buffer_release(&b);
    return s;
}

struct diag *diags_add(struct diags *d, enum diag_level level, int code, const char *format, ...)
{
    struct diag *g;
    va_list args;

    if (!d)
        return NULL;
    if (level == DIAG_ERROR)
        d->errors++;
    if (level == DIAG_WARNING)
        d->warnings++;
    if (d->errors + d->warnings > d->limit || !(g = ARENA_NEW(d->arena, struct diag)))
        return NULL;
    g->level = level;
    g->code = code;
    va_start(args, format);
    g->message = print_in(d->arena, format, args);
    va_end(args);
    if (d->last)
        d->last->next = g;
    else
        d->first = g;
    d->last = g;
    return g;
}

void diag_hint(struct diags *d, struct diag *g, const char *format, ...)
{
    va_list args;

    if (!d || !g)
        return;
    va_start(args, format);
    g->hint = print_in(d->arena, format, args);
    va_end(args);
}

/* The line of `text` that holds byte `offset`, without its end. */
static struct span line_around(struct span text, size_t offset)
{
    size_t start = offset, end = offset;

    while (start > 0 && text.p[start - 1] != '\n')
        start--;
    while (end < text.n && text.p[end] != '\n')
        end++;
    if (end > start && text.p[end - 1] == '\r')
        end--;
    return span_of(text.p ? text.p + start : text.p, end - start);
}

void diag_place(struct diag *g, struct span file, struct span text, size_t offset, size_t length,
                uint32_t line0, uint32_t column0)
{
    uint32_t line, column;

    if (!g)
        return;
    if (offset > text.n)
        offset = text.n;
    if (length > text.n - offset)
        length = text.n - offset;
    utf8_position(text, offset, &line, &column);
    g->file = file;
    g->source = line_around(text, offset);
    g->source_column = line == 1 ? column0 : 1;
    g->line = line0 + line - 1;
    g->column = g->source_column + column - 1;
    g->length = (uint32_t)utf8_count(span_of(text.p ? text.p + offset : text.p, length));
    if (g->length == 0)
        g->length = 1;
}

static void fill(struct buffer *out, char c, size_t n)
{
    while (n-- > 0 && !out->failed)
        buffer_byte(out, c);
}

/* The source line and a caret line below it; both indented by two. */
static void print_source(struct buffer *out, const struct diag *g)
{
    size_t skip = g->source_column ? g->column - g->source_column : g->column - 1;
    size_t first = skip > SHOWN / 2 ? skip - SHOWN / 2 : 0;
    struct span shown = span_from(g->source, utf8_offset(g->source, first));
    struct span before, marked;
    size_t width;

    shown.n = utf8_offset(shown, SHOWN);
    before = span_of(shown.p, utf8_offset(shown, skip - first));
    marked = span_from(shown, before.n);
    marked.n = utf8_offset(marked, g->length);
    buffer_add(out, SPAN("  "));
    buffer_add(out, shown);
    buffer_add(out, SPAN("\n  "));
    for (size_t i = 0, n; i < before.n; i += n) {
        utf8_decode(span_from(before, i), &n);
        if (before.p[i] == '\t') /* a tab below a tab keeps the columns together */
            buffer_byte(out, '\t');
        else
            fill(out, ' ', utf8_width(span_of(before.p + i, n)));
    }
    buffer_byte(out, '^');
    width = utf8_width(marked);
    fill(out, '~', width > 1 ? width - 1 : 0);
    buffer_byte(out, '\n');
}

void diag_print(struct buffer *out, const struct diag *g)
{
    static const char *const levels[] = {"error", "warning", "note"};

    if (g->file.n)
        buffer_print(out, "%.*s:", SPAN_ARG(g->file));
    if (g->line)
        buffer_print(out, "%u:%u:", g->line, g->column);
    if (g->file.n || g->line)
        buffer_byte(out, ' ');
    buffer_print(out, "%s: ", levels[g->level]);
    buffer_add(out, g->message);
    buffer_byte(out, '\n');
    if (g->line && g->source.n)
        print_source(out, g);
    if (g->hint.n)
        buffer_print(out, "  hint: %.*s\n", SPAN_ARG(g->hint));
}

void diags_print(struct buffer *out, const struct diags *d)
{
    size_t kept = 0;

    for (const struct diag *g = d->first; g; g = g->next) {
        diag_print(out, g);
        kept += g->level != DIAG_NOTE;
    }
    if (d->errors + d->warnings > kept)
        buffer_print(out, "and %zu more\n", d->errors + d->warnings - kept);
}

void diags_to_err(const struct diags *d, struct err *err)
{
    const struct diag *g = d->first;

    while (g && g->level != DIAG_ERROR)
        g = g->next;
    if (!g) {
        if (d->errors)
            err_set(err, E_MEMORY, "%s", err_text(E_MEMORY, false));
        return;
    }
    if (!err || err->code)
        return;
    err_set(err, g->code, "%.*s", SPAN_ARG(g->message));
    err_at(err, g->file, g->line, g->column);
    if (g->hint.n)
        err_hint(err, "%.*s", SPAN_ARG(g->hint));
}
