/*
 * source.c: reports about an expression's text.
 */
#include <stdarg.h>
#include "feel/source.h"
#include "base/buffer.h"
#include "feel/spec.h"

/* The sentence of a format, in the arena of the diagnostics; empty without memory. */
static struct span sentence(struct diags *d, const char *format, va_list args)
{
    struct buffer b = BUFFER_INIT;
    struct span s;

    buffer_vprint(&b, format, args);
    s = buffer_failed(&b) ? (struct span){NULL, 0} : arena_copy(d->arena, buffer_span(&b));
    buffer_release(&b);
    return s;
}

void source_place(const struct source *s, struct diag *g, uint32_t start, uint32_t end)
{
    struct span text = s->text;
    uint32_t line = s->line, column = s->column, from = 0;

    for (size_t i = 0; i < s->piece_count; i++)
        if (start >= s->pieces[i].start && start <= s->pieces[i].end) {
            from = s->pieces[i].start;
            text = span_of(text.p + from, s->pieces[i].end - from);
            line = s->pieces[i].line;
            column = s->pieces[i].column;
            break;
        }
    diag_place(g, s->file, text, start - from, end > start ? end - start : 1, line, column);
}

struct diag *source_error(struct source *s, int code, uint32_t start, uint32_t end,
                          const char *format, ...)
{
    struct diag *g;
    va_list args;

    if (s->errors++ == 0)
        s->code = code;
    if (!s->diags)
        return NULL;
    g = diags_add(s->diags, DIAG_ERROR, code, "%s", "");
    if (!g)
        return NULL;
    va_start(args, format);
    g->message = sentence(s->diags, format, args);
    va_end(args);
    source_place(s, g, start, end);
    return g;
}

void source_hint(struct source *s, struct diag *g, const char *format, ...)
{
    va_list args;

    if (!g)
        return;
    va_start(args, format);
    g->hint = sentence(s->diags, format, args);
    va_end(args);
}
