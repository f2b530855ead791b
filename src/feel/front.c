/*
 * front.c: text to checked tree: the front end from outside.
 */
#include "base/trace.h"
#include "base/utf8.h"
#include "feel/check.h"
#include "feel/parse.h"
#include "feel/resolve.h"

static int refuse(struct source *s, int code, size_t at, const char *message, const char *hint)
{
    struct diag *g = source_error(s, code, (uint32_t)at, (uint32_t)at + 1, "%s", message);

    if (hint)
        source_hint(s, g, "%s", hint);
    return code;
}

int source_check(struct source *s)
{
    size_t bad;

    if (s->text.n > FEEL_TEXT_MAX) {
        s->text.n = FEEL_TEXT_MAX; /* positions stay small */
        return refuse(s, E_LIMIT, 0, "an expression has at most 65536 bytes",
                      "split it with `let`");
    }
    bad = utf8_check(s->text);
    if (bad != SIZE_MAX)
        return refuse(s, E_ENCODING, bad, "not UTF-8", "save the file as UTF-8");
    if (!span_trim(s->text).n)
        return refuse(s, E_SYNTAX, 0, "an expression is missing", NULL);
    return 0;
}

/* HUIQI_TRACE=check: each expression with its type. */
static void trace_checked(struct span text, const struct type *type)
{
    struct buffer b = BUFFER_INIT;

    type_print(&b, type);
    trace_line(TRACE_CHECK, "%.*s : %s", SPAN_ARG(text), b.p);
    buffer_release(&b);
}

int feel_front(struct arena *program, struct span text, const struct feel_compile *how,
               struct checked *ret, struct diags *diags)
{
    struct source source = {.text = text, .file = how->file, .diags = diags};
    struct checked checked = {.tree = NULL};
    struct node *tree = NULL;
    int r;

    source.line = how->line ? how->line : 1;
    source.column = how->column ? how->column : 1;
    r = source_check(&source);
    if (r < 0)
        return r;
    r = feel_parse(program, &source, how, &tree);
    if (r == E_MEMORY || r == E_LIMIT)
        return r;
    if (how->mode == FEEL_SPEC && source.errors)
        return source.code;
    r = (how->mode == FEEL_SPEC ? feel_resolve : feel_check)(program, &source, how, tree, &checked);
    if (r < 0)
        return r;
    if (source.errors)
        return source.code;
    if (trace_on(TRACE_CHECK))
        trace_checked(text, checked.type);
    *ret = checked;
    return 0;
}
