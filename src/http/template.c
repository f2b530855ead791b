/*
 * template.c: Mustache text to a flat list of operations, sections by index. See template.h for the
 * language and template_render.c for the running.
 */
#include "base/file.h"
#include "http/template_int.h"

struct open_section {
    uint32_t op;
    struct markup before; /* the place where it began */
};

struct compiler {
    struct templates *set;
    struct template *t;
    struct diags *diags;
    struct span open, close; /* the delimiters in force */
    struct markup markup;
    struct open_section stack[TEMPLATE_NESTING];
    size_t depth;
    size_t at; /* where reading goes on */
    bool failed;
};

/* One tag as found in the source. */
struct tag {
    size_t from, to; /* whole tag */
    char kind;       /* '#', '^', '/', '>', '!', '=', '&' (raw) or 'v' (escaped) */
    struct span content;
    size_t line_from; /* alone: start of its line */
    size_t line_to;   /* alone: after the line's end */
    bool alone;
};

static struct diag *complain(struct compiler *c, size_t offset, size_t length, int code,
                             const char *what, struct span name)
{
    struct diag *d =
        diags_add(c->diags, DIAG_ERROR, code, name.n ? "%s: '%.*s'" : "%s", what, SPAN_ARG(name));
    if (d)
        diag_place(d, c->t->name, c->t->source, offset, length, 1, 1);
    c->failed = true;
    return d;
}

static struct op *push(struct compiler *c, enum op_kind kind, size_t offset)
{
    struct op *op = VECTOR_PUSH(c->set->arena, &c->t->ops, struct op);
    if (op) {
        op->kind = kind;
        op->offset = offset;
    }
    return op;
}

static bool at_line_start(struct span source, size_t at)
{
    return at == 0 || source.p[at - 1] == '\n';
}

static int add_text(struct compiler *c, size_t from, size_t to)
{
    if (from >= to)
        return 0;
    struct op *op = push(c, OP_TEXT, from);
    if (!op)
        return E_MEMORY;
    op->text = span_of(c->t->source.p + from, to - from);
    op->line_start = at_line_start(c->t->source, from);
    markup_feed(&c->markup, op->text);
    return 0;
}

static bool blank(char c)
{
    return c == ' ' || c == '\t';
}

/* A tag is alone when nothing but blanks shares its line: then the whole line vanishes. */
static void look_alone(struct span s, struct tag *tag)
{
    size_t from = tag->from, to = tag->to;
    while (from > 0 && blank(s.p[from - 1]))
        from--;
    while (to < s.n && blank(s.p[to]))
        to++;
    if (!at_line_start(s, from))
        return;
    if (to + 1 < s.n && s.p[to] == '\r' && s.p[to + 1] == '\n')
        to += 2;
    else if (to < s.n && s.p[to] == '\n')
        to++;
    else if (to < s.n)
        return;
    tag->alone = true;
    tag->line_from = from;
    tag->line_to = to;
}

/* Finds the end of the tag that opens at `from`; false (and reported) when there is none. */
static bool read_tag(struct compiler *c, size_t from, struct tag *tag)
{
    struct span s = c->t->source;
    size_t at = from + c->open.n;
    char kind = at < s.n ? s.p[at] : 0;
    const char *before_close = kind == '{' ? "}" : kind == '=' ? "=" : "";
    struct span rest;

    *tag = (struct tag){.from = from, .kind = 'v'};
    if (kind && strchr("#^/>!=&{", kind)) {
        tag->kind = kind == '{' ? '&' : kind;
        at++;
    }
    rest = span_from(s, at);
    size_t skipped = 0, found;
    for (;;) { /* "}" or "=" stands directly before the closing delimiter */
        found = span_find(span_from(rest, skipped), c->close);
        if (found == SIZE_MAX) {
            complain(c, from, c->open.n, E_SYNTAX, "this tag is never closed", (struct span){0});
            return false;
        }
        found += skipped;
        if (!*before_close || (found > 0 && rest.p[found - 1] == *before_close))
            break;
        if (*before_close == '}' && found + c->close.n < rest.n &&
            rest.p[found + c->close.n] == '}' && span_eq(c->close, SPAN("}}"))) {
            found++; /* }}} : the first brace belongs to the tag */
            break;
        }
        skipped = found + 1;
    }
    size_t inner = *before_close ? found - 1 : found;
    tag->content = span_trim(span_of(rest.p, inner));
    tag->to = at + found + c->close.n;
    return true;
}

static bool good_name(struct compiler *c, const struct tag *tag)
{
    if (tag->content.n == 0) {
        complain(c, tag->from, tag->to - tag->from, E_SYNTAX, "a tag without a name", tag->content);
        return false;
    }
    for (size_t i = 0; i < tag->content.n; i++) {
        if ((unsigned char)tag->content.p[i] <= 0x20) {
            complain(c, tag->from, tag->to - tag->from, E_SYNTAX, "white space in a name",
                     tag->content);
            return false;
        }
    }
    return true;
}

static int name_op(struct compiler *c, struct op *op, const struct tag *tag)
{
    struct err err = ERR_INIT;
    op->name = tag->content;
    int r = path_split(c->set->arena, op->name, &op->parts, &op->n, &err);
    if (r == E_MEMORY)
        return r;
    if (r < 0)
        complain(c, tag->from, tag->to - tag->from, E_SYNTAX, err.message, (struct span){0});
    return 0;
}

static bool is_message(const struct compiler *c, const struct op *op)
{
    return c->set->mode == TEMPLATE_PAGE && op->n > 1 && span_eq(op->parts[0], SPAN("t"));
}

static enum escape choose_escape(struct compiler *c, const struct tag *tag)
{
    bool raw = tag->kind == '&';
    if (c->set->mode == TEMPLATE_PLAIN)
        return raw ? ESCAPE_NONE : ESCAPE_TEXT;
    enum escape e = markup_escape(&c->markup, raw);
    if (e == ESCAPE_REFUSED) {
        struct diag *d = complain(c, tag->from, tag->to - tag->from, E_SYNTAX,
                                  "no value can safely stand here", tag->content);
        diag_hint(c->diags, d, "this is %s; write values in text or in a quoted attribute",
                  markup_place(&c->markup));
    }
    return e;
}

static int add_value(struct compiler *c, const struct tag *tag)
{
    if (!good_name(c, tag))
        return 0;
    enum escape escape = choose_escape(c, tag);
    struct op *op = push(c, OP_VALUE, tag->from);
    if (!op)
        return E_MEMORY;
    op->escape = escape;
    int r = name_op(c, op, tag);
    if (r == 0 && is_message(c, op))
        op->kind = OP_MESSAGE;
    return r;
}

static int open_section(struct compiler *c, const struct tag *tag)
{
    if (!good_name(c, tag))
        return 0;
    if (c->depth >= TEMPLATE_NESTING) {
        complain(c, tag->from, tag->to - tag->from, E_LIMIT, "sections nest too deep",
                 tag->content);
        return 0;
    }
    struct op *op = push(c, tag->kind == '#' ? OP_SECTION : OP_INVERTED, tag->from);
    if (!op)
        return E_MEMORY;
    markup_boundary(&c->markup);
    c->stack[c->depth++] = (struct open_section){(uint32_t)(c->t->ops.n - 1), c->markup};
    return name_op(c, op, tag);
}

static int close_section(struct compiler *c, const struct tag *tag)
{
    if (c->depth == 0) {
        complain(c, tag->from, tag->to - tag->from, E_SYNTAX, "no section is open here",
                 tag->content);
        return 0;
    }
    struct open_section *open = &c->stack[--c->depth];
    struct op *op = &c->t->ops.at[open->op];
    op->end = (uint32_t)c->t->ops.n;
    if (!span_eq(op->name, tag->content)) {
        struct diag *d =
            complain(c, tag->from, tag->to - tag->from, E_SYNTAX,
                     "this closes another section than the one that is open", tag->content);
        diag_hint(c->diags, d, "open is '%.*s'", SPAN_ARG(op->name));
    }
    markup_boundary(&c->markup);
    if (c->set->mode == TEMPLATE_PAGE && !markup_join(&c->markup, &open->before)) {
        struct diag *d =
            complain(c, tag->from, tag->to - tag->from, E_SYNTAX,
                     "a section ends in another kind of markup than it began", tag->content);
        diag_hint(c->diags, d, "it ends %s", markup_place(&c->markup));
        c->markup = open->before;
    }
    return 0;
}

static int add_partial(struct compiler *c, const struct tag *tag)
{
    if (!good_name(c, tag))
        return 0;
    if (c->set->mode == TEMPLATE_PAGE && c->markup.state != MARKUP_TEXT)
        complain(c, tag->from, tag->to - tag->from, E_SYNTAX, "a partial stands between tags only",
                 tag->content);
    struct op *op = push(c, OP_PARTIAL, tag->from);
    if (!op)
        return E_MEMORY;
    op->name = tag->content;
    op->alone = tag->alone;
    if (tag->alone)
        op->text = span_of(c->t->source.p + tag->line_from, tag->from - tag->line_from);
    return 0;
}

static void set_delimiters(struct compiler *c, const struct tag *tag)
{
    struct span s = tag->content;
    size_t gap = 0;
    while (gap < s.n && (unsigned char)s.p[gap] > 0x20)
        gap++;
    struct span open = span_of(s.p, gap), close = span_trim(span_from(s, gap));
    bool bad = open.n == 0 || close.n == 0;
    for (size_t i = 0; i < s.n; i++)
        bad = bad || s.p[i] == '=';
    for (size_t i = 0; i < close.n; i++)
        bad = bad || (unsigned char)close.p[i] <= 0x20;
    if (bad) {
        complain(c, tag->from, tag->to - tag->from, E_SYNTAX,
                 "two delimiters without = and blanks belong here", s);
        return;
    }
    c->open = open;
    c->close = close;
}

static int add_tag(struct compiler *c, const struct tag *tag)
{
    switch (tag->kind) {
    case '!':
        return 0;
    case '=':
        set_delimiters(c, tag);
        return 0;
    case '#':
    case '^':
        return open_section(c, tag);
    case '/':
        return close_section(c, tag);
    case '>':
        return add_partial(c, tag);
    default:
        return add_value(c, tag);
    }
}

/* The indentation of a partial also goes before a line that begins with a tag. */
static int mark_line(struct compiler *c, const struct tag *tag)
{
    if (tag->alone || !at_line_start(c->t->source, tag->from))
        return 0;
    struct op *op = push(c, OP_TEXT, tag->from);
    if (!op)
        return E_MEMORY;
    op->line_start = true;
    return 0;
}

static int step(struct compiler *c)
{
    struct span s = c->t->source;
    struct tag tag;
    size_t found = span_find(span_from(s, c->at), c->open);
    if (found == SIZE_MAX || !read_tag(c, c->at + found, &tag)) {
        int r = add_text(c, c->at, s.n);
        c->at = s.n;
        return r;
    }
    if (tag.kind != 'v' && tag.kind != '&')
        look_alone(s, &tag);
    int r = add_text(c, c->at, tag.alone ? tag.line_from : tag.from);
    if (r == 0)
        r = mark_line(c, &tag);
    if (r == 0)
        r = add_tag(c, &tag);
    c->at = tag.alone ? tag.line_to : tag.to;
    return r;
}

static void check_ended(struct compiler *c)
{
    if (c->depth > 0) {
        const struct op *op = &c->t->ops.at[c->stack[c->depth - 1].op];
        complain(c, op->offset, c->open.n, E_SYNTAX, "this section is never closed", op->name);
    }
    if (c->set->mode == TEMPLATE_PAGE && !c->failed && c->markup.state != MARKUP_TEXT &&
        c->markup.state != MARKUP_LESS) /* a last "<" is text */
        complain(c, c->t->source.n, 1, E_SYNTAX, "the template ends inside of markup",
                 span_z(markup_place(&c->markup)));
}

struct templates *templates_new(struct arena *process, enum template_mode mode)
{
    struct templates *set = ARENA_NEW(process, struct templates);
    if (!set)
        return NULL;
    set->arena = process;
    set->mode = mode;
    map_init(&set->by_name, process);
    return set;
}

int templates_add(struct templates *set, struct span name, struct span text, struct diags *diags)
{
    struct template *t = ARENA_NEW(set->arena, struct template);
    struct compiler c = {
        .set = set, .t = t, .diags = diags, .open = SPAN("{{"), .close = SPAN("}}")};
    if (!t)
        return E_MEMORY;
    t->name = name;
    t->source = text;
    while (c.at < text.n) {
        int r = step(&c);
        if (r < 0)
            return r;
    }
    check_ended(&c);
    if (c.failed)
        t->ops.n = 0; /* half a template is none */
    return map_put(&set->by_name, name, t);
}

struct folder_loader {
    struct templates *set;
    struct diags *diags;
    size_t prefix;
};

static const struct span ending = {".mustache", 9};

static int load_file(void *context, const char *path)
{
    struct folder_loader *load = context;
    struct span text, name = arena_copy(load->set->arena, span_z(path));
    struct err err = ERR_INIT;
    if (!name.p)
        return E_MEMORY;
    name = span_from(name, load->prefix);
    name.n -= ending.n;
    int r = file_read(load->set->arena, path, TEMPLATE_FILE, &text, &err);
    if (r < 0) {
        diags_add(load->diags, DIAG_ERROR, r, "%s", err.message);
        return r == E_MEMORY ? r : 0;
    }
    return templates_add(load->set, name, text, load->diags);
}

int templates_load(struct templates *set, const char *folder, struct diags *diags, struct err *err)
{
    struct folder_loader load = {set, diags, strlen(folder) + 1};
    return file_walk(set->arena, folder, ending, load_file, &load, err);
}

static void link_message(struct templates *set, struct template *t, struct op *op,
                         const struct texts *texts, struct diags *diags)
{
    struct span key = span_from(op->name, 2);
    for (int l = 0; l < LANGUAGE_COUNT && texts; l++)
        op->messages[l] = texts_find(texts, (enum language)l, key);
    if (op->messages[0])
        return;
    struct diag *d = diags_add(diags, DIAG_ERROR, E_NAME, "no message '%.*s'", SPAN_ARG(key));
    if (!d)
        return;
    diag_place(d, t->name, t->source, op->offset, op->name.n, 1, 1);
    struct span near = texts ? map_nearest(&texts->by_key[0], key) : (struct span){0};
    if (near.n > 0)
        diag_hint(diags, d, "did you mean '%.*s'?", SPAN_ARG(near));
    UNUSED(set);
}

static void link_partial(struct templates *set, struct template *t, struct op *op,
                         struct diags *diags)
{
    op->partial = map_get(&set->by_name, op->name);
    if (op->partial || set->mode == TEMPLATE_PLAIN)
        return;
    struct diag *d = diags_add(diags, DIAG_ERROR, E_NAME, "no template '%.*s'", SPAN_ARG(op->name));
    if (!d)
        return;
    diag_place(d, t->name, t->source, op->offset, op->name.n, 1, 1);
    struct span near = map_nearest(&set->by_name, op->name);
    if (near.n > 0)
        diag_hint(diags, d, "did you mean '%.*s'?", SPAN_ARG(near));
}

int templates_link(struct templates *set, const struct texts *texts, struct diags *diags)
{
    for (size_t i = 0; i < set->by_name.n; i++) {
        struct template *t = set->by_name.entries[i].value;
        for (size_t k = 0; k < t->ops.n; k++) {
            struct op *op = &t->ops.at[k];
            if (op->kind == OP_PARTIAL)
                link_partial(set, t, op, diags);
            else if (op->kind == OP_MESSAGE)
                link_message(set, t, op, texts, diags);
        }
    }
    return set->arena->failed ? E_MEMORY : 0;
}

const struct template *templates_find(const struct templates *set, struct span name)
{
    return map_get(&set->by_name, name);
}

/* Partials may call each other in circles: the depth bounds the walk. */
static bool uses(const struct template *t, struct span name, int depth)
{
    for (size_t i = 0; i < t->ops.n; i++) {
        const struct op *op = &t->ops.at[i];
        if (op->n > 0 && span_eq(op->parts[0], name))
            return true;
        if (op->partial && depth > 0 && uses(op->partial, name, depth - 1))
            return true;
    }
    return false;
}

bool template_uses(const struct template *t, struct span name)
{
    return uses(t, name, 6);
}
