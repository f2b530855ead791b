/*
 * text.c: see text.h. The template engine fills the placeholders of a message that stands in a
 * template itself (template_render.c); here is the way for handlers.
 */
#include "http/text.h"
#include "base/file.h"
#include "base/vector.h"

struct text_loader {
    struct texts *texts;
    enum language language;
    struct arena *arena;
    struct span file;
    struct diags *diags;
};

static const struct {
    struct span tag, html;
    const char *file;
} languages[LANGUAGE_COUNT] = {
    [LANGUAGE_ZH] = {{"zh", 2}, {"zh-CN", 5}, "zh.yaml"},
    [LANGUAGE_EN] = {{"en", 2}, {"en", 2}, "en.yaml"},
};

struct span language_tag(enum language l)
{
    return languages[l].tag;
}

struct span language_html(enum language l)
{
    return languages[l].html;
}

bool language_parse(struct span tag, enum language *ret)
{
    for (int l = 0; l < LANGUAGE_COUNT; l++) {
        struct span want = languages[l].tag;
        if (span_starts(tag, want) && (tag.n == want.n || tag.p[want.n] == '-')) {
            *ret = (enum language)l;
            return true;
        }
    }
    return false;
}

int path_split(struct arena *a, struct span dotted, const struct span **ret_parts, size_t *ret_n,
               struct err *err)
{
    size_t count = 1, n = 0;
    struct span part, rest = dotted;
    if (span_eq(dotted, SPAN("."))) {
        *ret_parts = NULL;
        *ret_n = 0;
        return 0;
    }
    for (size_t i = 0; i < dotted.n; i++)
        count += dotted.p[i] == '.';
    struct span *parts = ARENA_ARRAY(a, struct span, count);
    if (!parts)
        return err_memory(err);
    while (n < count && span_split(&rest, '.', &part)) {
        if (part.n == 0)
            return err_set(err, E_SYNTAX, "empty part in the name '%.*s'", SPAN_ARG(dotted));
        parts[n++] = part;
    }
    if (n != count)
        return err_set(err, E_SYNTAX, "empty part in the name '%.*s'", SPAN_ARG(dotted));
    *ret_parts = parts;
    *ret_n = n;
    return 0;
}

VECTOR_OF(struct piece, piece_vector);

static int add_piece(struct arena *a, struct piece_vector *v, struct piece piece)
{
    struct piece *slot = VECTOR_PUSH(a, v, struct piece);
    if (!slot)
        return E_MEMORY;
    *slot = piece;
    return 0;
}

/* Cuts a message at its {names}. */
static int cut(struct arena *a, struct message *m, struct err *err)
{
    struct piece_vector v = {0};
    struct span rest = m->text;
    while (rest.n > 0) {
        struct piece hole = {0};
        size_t open = span_find(rest, SPAN("{"));
        struct span literal = span_of(rest.p, open < rest.n ? open : rest.n);
        if (literal.n > 0 && add_piece(a, &v, (struct piece){.text = literal}) < 0)
            return err_memory(err);
        rest = span_from(rest, literal.n);
        if (rest.n == 0)
            break;
        size_t close = span_find(rest, SPAN("}"));
        if (close == SIZE_MAX)
            return err_set(err, E_SYNTAX, "'{' without '}' in message '%.*s'", SPAN_ARG(m->key));
        hole.text = span_of(rest.p + 1, close - 1);
        int r = path_split(a, hole.text, &hole.parts, &hole.part_count, err);
        if (r < 0)
            return r;
        if (add_piece(a, &v, hole) < 0)
            return err_memory(err);
        rest = span_from(rest, close + 1);
    }
    m->pieces = v.at;
    m->n = v.n;
    return 0;
}

static void complain(struct text_loader *load, const struct json *at, const struct err *err)
{
    struct diag *d = diags_add(load->diags, DIAG_ERROR, err->code, "%s", err->message);
    if (d) {
        d->file = load->file;
        d->line = at->line;
        d->column = at->column;
        d->length = 1;
    }
}

static int add_message(struct text_loader *load, const struct json *value, struct span key)
{
    struct err err = ERR_INIT;
    struct message *m = ARENA_NEW(load->arena, struct message);
    if (!m)
        return E_MEMORY;
    m->key = key;
    m->text = json_text(value);
    if (cut(load->arena, m, &err) < 0)
        complain(load, value, &err);
    return map_put(&load->texts->by_key[load->language], key, m);
}

/* Walks the tree of a file; depth is bounded by the parser. */
static int add_tree(struct text_loader *load, const struct json *tree, struct span prefix)
{
    JSON_EACH(child, tree)
    {
        struct span key = prefix.n == 0 ? child->key
                                        : arena_print(load->arena, "%.*s.%.*s", SPAN_ARG(prefix),
                                                      SPAN_ARG(child->key));
        int r = 0;
        if (!key.p)
            return E_MEMORY;
        if (child->kind == JSON_OBJECT) {
            r = add_tree(load, child, key);
        } else if (child->kind == JSON_STRING) {
            r = add_message(load, child, key);
        } else {
            struct err err = ERR_INIT;
            r = err_set(&err, E_TYPE, "message '%.*s' is not text", SPAN_ARG(key));
            complain(load, child, &err);
            r = 0;
        }
        if (r < 0)
            return r;
    }
    return 0;
}

void texts_init(struct texts *t, struct arena *process)
{
    for (int l = 0; l < LANGUAGE_COUNT; l++)
        map_init(&t->by_key[l], process);
}

int texts_add(struct texts *t, enum language l, struct arena *process, struct span yaml,
              struct span file, struct diags *diags)
{
    struct text_loader load = {t, l, process, file, diags};
    struct json *tree = NULL;
    struct err err = ERR_INIT;
    int r = yaml_parse(process, yaml, file, &tree, &err);
    if (r < 0) {
        struct json at = {.line = err.line, .column = err.column};
        complain(&load, &at, &err);
        return r == E_MEMORY ? r : 0;
    }
    return add_tree(&load, tree, (struct span){0});
}

static bool same_holes(const struct message *a, const struct message *b)
{
    for (size_t i = 0; i < a->n; i++) {
        bool found = !a->pieces[i].parts;
        for (size_t j = 0; j < b->n && !found; j++)
            found = b->pieces[j].parts && span_eq(a->pieces[i].text, b->pieces[j].text);
        if (!found)
            return false;
    }
    return true;
}

static void compare(const struct texts *t, enum language a, enum language b, struct diags *diags)
{
    const struct map *mine = &t->by_key[a];
    for (size_t i = 0; i < mine->n; i++) {
        const struct message *m = mine->entries[i].value;
        const struct message *other = map_get(&t->by_key[b], m->key);
        if (!other) {
            diags_add(diags, DIAG_ERROR, E_NAME, "message '%.*s' of %s is missing in %s",
                      SPAN_ARG(m->key), languages[a].file, languages[b].file);
        } else if (!same_holes(m, other)) {
            diags_add(diags, DIAG_ERROR, E_CHECK,
                      "message '%.*s' has a placeholder in %s that %s lacks", SPAN_ARG(m->key),
                      languages[a].file, languages[b].file);
        }
    }
}

void texts_compare(const struct texts *t, struct diags *diags)
{
    for (int a = 0; a < LANGUAGE_COUNT; a++)
        for (int b = 0; b < LANGUAGE_COUNT; b++)
            if (a != b)
                compare(t, (enum language)a, (enum language)b, diags);
}

int texts_load(struct texts *t, struct arena *process, const char *folder, struct diags *diags,
               struct err *err)
{
    for (int l = 0; l < LANGUAGE_COUNT; l++) {
        struct span path = arena_print(process, "%s/%s", folder, languages[l].file), yaml;
        if (!path.p)
            return err_memory(err);
        int r = file_read(process, path.p, TEXT_FILE, &yaml, err);
        if (r < 0)
            return r;
        if (texts_add(t, (enum language)l, process, yaml, path, diags) < 0)
            return err_memory(err);
    }
    texts_compare(t, diags);
    return 0;
}

const struct message *texts_find(const struct texts *t, enum language l, struct span key)
{
    return map_get(&t->by_key[l], key);
}

struct span texts_print(const struct texts *t, enum language l, struct span key,
                        const struct json *args, struct arena *request)
{
    const struct message *m = texts_find(t, l, key);
    struct buffer out = BUFFER_INIT;
    if (!m)
        return key;
    if (m->n == 1 && !m->pieces[0].parts)
        return m->text;
    for (size_t i = 0; i < m->n; i++) {
        const struct piece *piece = &m->pieces[i];
        const struct json *value = args;
        for (size_t k = 0; k < piece->part_count; k++)
            value = json_get(value, piece->parts[k]);
        buffer_add(&out, piece->parts ? json_text(value) : piece->text);
    }
    struct span text = arena_copy(request, buffer_span(&out));
    if (buffer_failed(&out))
        text = (struct span){0};
    buffer_release(&out);
    return text;
}
