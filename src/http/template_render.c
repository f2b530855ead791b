/*
 * template_render.c: runs a compiled template. The stack of contexts is an array; a section or
 * partial is one level of recursion, bounded by TEMPLATE_DEPTH.
 */
#include "http/template_int.h"

#define FRAMES (TEMPLATE_DEPTH + 8)

struct render {
    enum language language;
    const struct json *stack[FRAMES];
    size_t n;
    size_t depth;
    struct buffer *out;
    size_t start;          /* length of out before us */
    struct buffer indent;  /* of the partials around us ... */
    size_t indent_from;    /* ... as far as it goes before lines here */
    struct buffer scratch; /* a value on its way to be escaped */
    struct err *err;
};

static const struct json *resolve(const struct render *r, const struct span *parts, size_t n)
{
    if (n == 0)
        return r->n > 0 ? r->stack[r->n - 1] : NULL;
    const struct json *found = NULL;
    for (size_t i = r->n; i > 0 && !found; i--)
        found = json_get(r->stack[i - 1], parts[0]);
    for (size_t k = 1; k < n && found; k++)
        found = json_get(found, parts[k]);
    return found;
}

static bool truthy(const struct json *j)
{
    if (!j || j->kind == JSON_NULL || j->kind == JSON_FALSE)
        return false;
    if (j->kind == JSON_ARRAY)
        return j->first != NULL;
    return j->kind != JSON_STRING || j->text.n > 0;
}

static void add_value(struct render *r, const struct json *value, enum escape how)
{
    if (!value || value->kind == JSON_NULL)
        return;
    if (value->kind == JSON_STRING || value->kind == JSON_NUMBER) {
        escape_add(r->out, value->text, how);
        return;
    }
    buffer_clear(&r->scratch);
    json_print(&r->scratch, value, JSON_COMPACT);
    escape_add(r->out, span_trim(buffer_span(&r->scratch)), how);
    if (buffer_failed(&r->scratch))
        r->out->failed = true;
}

static void add_message(struct render *r, const struct op *op)
{
    const struct message *m = op->messages[r->language];
    for (size_t i = 0; m && i < m->n; i++) {
        const struct piece *piece = &m->pieces[i];
        if (piece->parts)
            add_value(r, resolve(r, piece->parts, piece->part_count), op->escape);
        else
            escape_add(r->out, piece->text, op->escape);
    }
}

static void add_text(struct render *r, const struct op *op)
{
    struct span rest = op->text;
    struct span indent = span_from(buffer_span(&r->indent), r->indent_from);
    if (indent.n == 0) {
        buffer_add(r->out, rest);
        return;
    }
    if (op->line_start)
        buffer_add(r->out, indent);
    while (rest.n > 0) {
        size_t end = span_find(rest, SPAN("\n"));
        size_t take = end == SIZE_MAX ? rest.n : end + 1;
        buffer_add(r->out, span_of(rest.p, take));
        rest = span_from(rest, take);
        if (rest.n > 0)
            buffer_add(r->out, indent);
    }
}

static int run(struct render *r, const struct template *t, size_t from, size_t to);

static int enter(struct render *r)
{
    if (r->depth >= TEMPLATE_DEPTH)
        return err_set(r->err, E_LIMIT, "templates nest deeper than %d", TEMPLATE_DEPTH);
    r->depth++;
    return 0;
}

static int run_with(struct render *r, const struct template *t, size_t at,
                    const struct json *context)
{
    if (r->n >= FRAMES)
        return err_set(r->err, E_LIMIT, "contexts nest deeper than %d", FRAMES);
    r->stack[r->n++] = context;
    int result = run(r, t, at + 1, t->ops.at[at].end);
    r->n--;
    return result;
}

static int run_section(struct render *r, const struct template *t, size_t at)
{
    const struct op *op = &t->ops.at[at];
    const struct json *value = resolve(r, op->parts, op->n);
    bool is = truthy(value);
    if (op->kind == OP_INVERTED)
        return is ? 0 : run(r, t, at + 1, op->end);
    if (!is)
        return 0;
    if (value->kind != JSON_ARRAY)
        return run_with(r, t, at, value);
    JSON_EACH(item, value)
    {
        int result = run_with(r, t, at, item);
        if (result < 0)
            return result;
    }
    return 0;
}

/* Alone on its line, a partial's lines are indented by the tag's own and the outer indentation;
   inside of a line they are not. */
static int run_partial(struct render *r, const struct op *op)
{
    size_t from = r->indent_from, n = r->indent.n;
    if (!op->partial)
        return 0;
    if (op->alone)
        buffer_add(&r->indent, op->text);
    else
        r->indent_from = n;
    int result = run(r, op->partial, 0, op->partial->ops.n);
    r->indent.n = n;
    r->indent_from = from;
    return result;
}

static int run_op(struct render *r, const struct template *t, size_t *at)
{
    const struct op *op = &t->ops.at[*at];
    int result = 0;
    switch (op->kind) {
    case OP_TEXT:
        add_text(r, op);
        break;
    case OP_VALUE:
        add_value(r, resolve(r, op->parts, op->n), op->escape);
        break;
    case OP_MESSAGE:
        add_message(r, op);
        break;
    case OP_SECTION:
    case OP_INVERTED:
        result = run_section(r, t, *at);
        *at = op->end - 1;
        break;
    case OP_PARTIAL:
        result = run_partial(r, op);
        break;
    }
    ++*at;
    return result;
}

static int run(struct render *r, const struct template *t, size_t from, size_t to)
{
    int result = enter(r);
    if (result < 0)
        return result;
    for (size_t at = from; result == 0 && at < to;) {
        result = run_op(r, t, &at);
        if (result == 0 && (buffer_failed(r->out) || buffer_failed(&r->indent)))
            result = err_memory(r->err);
        if (result == 0 && r->out->n - r->start > TEMPLATE_OUTPUT)
            result = err_set(r->err, E_LIMIT, "the page is larger than %u bytes", TEMPLATE_OUTPUT);
    }
    r->depth--;
    return result;
}

int template_render(const struct template *t, enum language language,
                    const struct json *const *frames, size_t n, struct buffer *out, struct err *err)
{
    struct render r = {.language = language, .out = out, .start = out->n, .err = err};
    if (n > FRAMES)
        return err_set(err, E_LIMIT, "more than %d frames", FRAMES);
    buffer_init(&r.indent);
    buffer_init(&r.scratch);
    for (size_t i = 0; i < n; i++)
        r.stack[r.n++] = frames[i];
    int result = run(&r, t, 0, t->ops.n);
    buffer_release(&r.indent);
    buffer_release(&r.scratch);
    return result;
}

int template_render_once(struct arena *request, struct span text, const struct json *view,
                         bool english, struct span *ret, struct err *err)
{
    struct templates *set = templates_new(request, TEMPLATE_PLAIN);
    const struct json *const frames[] = {view};
    struct buffer out = BUFFER_INIT;
    struct diags diags;
    int r;

    diags_init(&diags, request);
    if (!set)
        return err_memory(err);
    r = templates_add(set, SPAN("once"), text, &diags);
    if (r == 0)
        r = templates_link(set, NULL, &diags);
    if (r < 0)
        return err_set(err, r == E_MEMORY ? E_MEMORY : E_SYNTAX, "the text is no template");
    r = template_render(templates_find(set, SPAN("once")), english ? LANGUAGE_EN : LANGUAGE_ZH,
                        frames, 1, &out, err);
    if (r == 0)
        *ret = arena_copy(request, buffer_span(&out));
    buffer_release(&out);
    return r < 0 ? r : request->failed ? err_memory(err) : 0;
}
