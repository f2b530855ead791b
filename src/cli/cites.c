/*
 * cites.c: see cites.h.
 */
#include "cli/cites.h"
#include "cli/options.h"
#include "policy/cite.h"

struct resolution {
    const struct corpus *texts;
    const struct procedure *const *of;
    size_t of_count;
    struct buffer *out;
    size_t given, resolved, without_text;
};

static bool is_asked(const struct resolution *r, const struct citation *c)
{
    bool asked = !r->of;
    for (size_t i = 0; i < r->of_count; i++)
        asked = asked || (c->procedure && c->procedure == r->of[i]);
    return asked;
}

static void resolve(void *context, const struct citation *c)
{
    struct resolution *r = context;
    const struct corpus_text *text = NULL;
    if (!is_asked(r, c))
        return;
    const struct doc_node *node = clause_find(r->texts, c->document, c->clause, &text);
    if (!text) {
        r->without_text++;
        return;
    }
    r->given++;
    if (node) {
        r->resolved++;
        return;
    }
    buffer_print(r->out, "%.*s:%u: %.*s: 未找到条款 %.*s（%.*s，%.*s）\n", SPAN_ARG(c->place.file),
                 c->place.line, SPAN_ARG(c->by), SPAN_ARG(c->clause), SPAN_ARG(c->document->id),
                 SPAN_ARG(text->name));
}

int cli_resolve(struct buffer *out, const struct library *l, const char *folder,
                const struct procedure *const *of, size_t n, int status)
{
    struct arena arena;
    struct corpus texts;
    struct err err = ERR_INIT;
    struct resolution r = {.texts = &texts, .of = of, .of_count = n, .out = out};
    arena_init(&arena);
    if (corpus_load(&arena, folder, &texts, &err) < 0) {
        arena_release(&arena);
        return report_err(&err);
    }
    citations_each(l, resolve, &r);
    if (r.without_text)
        buffer_print(out, "另有 %zu 处引用的文件未提供原文\n", r.without_text);
    buffer_print(out, "%zu of %zu citations resolve\n", r.resolved, r.given);
    arena_release(&arena);
    return r.resolved == r.given ? status : 1;
}
