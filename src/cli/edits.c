/*
 * edits.c: see edits.h. Edits of a file are made from its end to its beginning, so that earlier
 * places stay true.
 */
#include "cli/edits.h"
#include <stdio.h>
#include <stdlib.h>
#include "base/file.h"
#include "base/utf8.h"

void edits_init(struct edits *e)
{
    *e = (struct edits){.failed = false};
    arena_init(&e->arena);
}

void edits_add(struct edits *e, struct span file, uint32_t line, uint32_t column, struct span old,
               struct span now)
{
    struct edit *at = VECTOR_PUSH(&e->arena, &e->all, struct edit);
    if (!at) {
        e->failed = true;
        return;
    }
    *at =
        (struct edit){arena_copy(&e->arena, file), line,        column, arena_copy(&e->arena, old),
                      arena_copy(&e->arena, now),  e->all.n - 1};
}

static int by_place(const void *x, const void *y)
{
    const struct edit *a = x, *b = y;
    int r = span_compare(a->file, b->file);
    if (!r && a->line != b->line)
        r = a->line > b->line ? -1 : 1;
    if (!r && a->column != b->column)
        r = a->column > b->column ? -1 : 1;
    return r ? r : a->order < b->order ? -1 : 1;
}

static size_t line_start(struct span text, uint32_t line)
{
    size_t at = 0;
    for (; line > 1 && at < text.n; line--) {
        size_t end = span_find(span_from(text, at), SPAN("\n"));
        at = end == SIZE_MAX ? text.n : at + end + 1;
    }
    return at;
}

static struct span line_of(struct span text, size_t start)
{
    struct span rest = span_from(text, start), line = {NULL, 0};
    (void)span_split(&rest, '\n', &line);
    return line;
}

/* The text with the scalar replaced; as it was when the file says something else there. */
static struct span replaced(struct edits *e, const struct edit *x, struct span text,
                            struct buffer *out)
{
    size_t start = line_start(text, x->line);
    struct span line = line_of(text, start);
    size_t at = start + utf8_offset(line, x->column - 1);
    if (at < text.n && (text.p[at] == '"' || text.p[at] == '\''))
        at++;
    struct span rest = span_from(text, at);
    buffer_print(out, "%.*s:%u\n", SPAN_ARG(x->file), (unsigned)x->line);
    if (!span_starts(rest, x->old)) {
        buffer_print(out, "  （该处不是 %.*s，请自行改为 %.*s）\n", SPAN_ARG(x->old),
                     SPAN_ARG(x->now));
        return text;
    }
    struct span made = arena_print(&e->arena, "%.*s%.*s%.*s", (int)at, text.p, SPAN_ARG(x->now),
                                   SPAN_ARG(span_from(rest, x->old.n)));
    if (!made.p) {
        e->failed = true;
        return text;
    }
    buffer_print(out, "- %.*s\n+ %.*s\n", SPAN_ARG(line), SPAN_ARG(line_of(made, start)));
    return made;
}

static int write_file(struct edits *e, struct span path, struct span text, struct err *err)
{
    struct span name = arena_print(&e->arena, "%.*s", SPAN_ARG(path));
    FILE *f = name.p ? fopen(name.p, "wb") : NULL;
    bool done = f && fwrite(text.p, 1, text.n, f) == text.n;
    if (f && fclose(f) != 0)
        done = false;
    return done ? 0 : err_set(err, E_IO, "'%.*s' could not be written", SPAN_ARG(path));
}

static int show_file(struct edits *e, size_t *i, struct buffer *out, bool write)
{
    struct err err = ERR_INIT;
    struct span file = e->all.at[*i].file, text, old;
    struct span name = arena_print(&e->arena, "%.*s", SPAN_ARG(file));
    int r = name.p ? file_read(&e->arena, name.p, 8u << 20, &text, &err) : E_MEMORY;
    if (r < 0)
        return r;
    old = text;
    for (; *i < e->all.n && span_eq(e->all.at[*i].file, file); (*i)++)
        text = replaced(e, &e->all.at[*i], text, out);
    if (write && text.p != old.p && !e->failed)
        r = write_file(e, file, text, &err);
    if (r < 0)
        buffer_print(out, "%s\n", err.message);
    return r;
}

int edits_show(struct edits *e, struct buffer *out, bool write)
{
    int r = 0;
    if (e->failed)
        return E_MEMORY;
    if (e->all.n)
        qsort(e->all.at, e->all.n, sizeof *e->all.at, by_place);
    for (size_t i = 0; i < e->all.n && r == 0;)
        r = show_file(e, &i, out, write);
    if (e->all.n)
        buffer_print(out, write ? "%zu 处已写入\n" : "%zu 处可以改写：核对后加 --write\n",
                     e->all.n);
    return e->failed ? E_MEMORY : r;
}

void edits_release(struct edits *e)
{
    arena_release(&e->arena);
}
