/*
 * read.c: YAML trees into structs by descriptor tables (struct shape of library_int.h).
 *
 * An unknown key, a missing one, a value of the wrong form: each is a diagnostic with file, line,
 * column and hint, and reading goes on, so that one run reports many.
 */
#include <stdarg.h>
#include "base/utf8.h"
#include "policy/library_int.h"

void *need(struct loader *l, void *p)
{
    if (!p)
        l->failed = true;
    return p;
}

/* ---- complaints ---- */

static void source_index(struct loader *l, struct source *s)
{
    size_t n = 1;
    for (size_t i = 0; i < s->text.n; i++)
        n += s->text.p[i] == '\n';
    uint32_t *lines = need(l, ARENA_ARRAY(l->scratch, uint32_t, n + 1));
    if (!lines)
        return;
    size_t at = 1;
    for (size_t i = 0; i < s->text.n; i++)
        if (s->text.p[i] == '\n')
            lines[at++] = (uint32_t)i + 1;
    s->lines = lines;
    s->line_count = n;
}

/* A line (1-based) without its end; empty when there is none. */
static struct span source_line(struct loader *l, struct source *s, uint32_t line)
{
    if (s && !s->lines)
        source_index(l, s);
    if (!s || !s->lines || line == 0 || line > s->line_count)
        return (struct span){NULL, 0};
    struct span rest = span_from(s->text, s->lines[line - 1]);
    const char *end = rest.n ? memchr(rest.p, '\n', rest.n) : NULL;
    if (end)
        rest.n = (size_t)(end - rest.p);
    if (rest.n > 0 && rest.p[rest.n - 1] == '\r')
        rest.n--;
    return rest;
}

static struct source *source_of(struct loader *l, struct span path)
{
    for (size_t i = 0; i < l->sources.n; i++)
        if (l->sources.at[i]->path.p == path.p)
            return l->sources.at[i];
    return l->source;
}

static struct diag *place_in(struct loader *l, struct diag *g, struct source *s, uint32_t line,
                             uint32_t column, struct span word)
{
    if (!g || !s)
        return g;
    g->file = s->shown;
    g->line = line;
    g->column = column;
    g->length = word.n ? (uint32_t)utf8_count(word) : 1;
    g->source = arena_copy(l->diags->arena, source_line(l, s, line));
    g->source_column = 1;
    return g;
}

struct diag *place_value(struct loader *l, struct diag *g, const struct json *j)
{
    if (!g || !j)
        return g;
    return place_in(l, g, l->source, j->line, j->column, json_text(j));
}

struct diag *place_key(struct loader *l, struct diag *g, const struct json *j)
{
    if (!g || !j)
        return g;
    return place_in(l, g, l->source, j->key_line, j->key_column, j->key);
}

struct diag *place_at(struct loader *l, struct diag *g, struct place where, struct span word)
{
    return place_in(l, g, source_of(l, where.file), where.line, where.column, word);
}

void adopt_diags(struct loader *l, const struct diag *before, const struct formula *f)
{
    struct source *s = source_of(l, f->place.file);
    for (struct diag *g = before ? before->next : l->diags->first; g; g = g->next) {
        if (g->line > f->place.line) /* later lines of a block scalar are indented as its first */
            g->column += f->place.column - 1;
        g->file = s ? s->shown : (struct span){NULL, 0};
        g->source = arena_copy(l->diags->arena, source_line(l, s, g->line));
        g->source_column = 1;
    }
}

void hint(struct loader *l, struct diag *g, const char *format, ...)
{
    struct buffer b = BUFFER_INIT;
    va_list args;
    va_start(args, format);
    buffer_vprint(&b, format, args);
    va_end(args);
    if (g && buffer_failed(&b))
        l->failed = true;
    if (g && !buffer_failed(&b))
        diag_hint(l->diags, g, "%s", b.p);
    buffer_release(&b);
}

/* ---- scalars ---- */

bool is_absent(const struct json *j)
{
    if (!j || j->kind == JSON_NULL)
        return true;
    return j->kind == JSON_STRING && j->plain &&
           (span_eq(j->text, SPAN("null")) || span_eq(j->text, SPAN("~")));
}

static const char *form_of(const struct json *j)
{
    switch (j->kind) {
    case JSON_ARRAY:
        return "a list";
    case JSON_OBJECT:
        return "a map";
    case JSON_NULL:
        return "nothing";
    default:
        return "a text";
    }
}

bool want_text(struct loader *l, const struct json *j, const char *what)
{
    if (j && (j->kind == JSON_STRING || j->kind == JSON_NUMBER))
        return true;
    struct diag *g =
        COMPLAIN(l, j, E_TYPE, "'%s' must be a text, this is %s", what, j ? form_of(j) : "nothing");
    if (j && j->kind == JSON_OBJECT)
        hint(l, g, "put the text into quotes when it holds ': ' or begins with '{'");
    return false;
}

struct place place_of(struct loader *l, const struct json *j)
{
    return (struct place){l->source ? l->source->path : (struct span){NULL, 0}, j ? j->line : 0,
                          j ? j->column : 0};
}

/* The place of a scalar's first byte of content: behind its quote, or on the line below | and >. */
static struct place content_place(struct loader *l, const struct json *j)
{
    struct place at = place_of(l, j);
    if (j->plain)
        return at;
    struct span line = source_line(l, l->source, j->line);
    struct span rest = span_from(line, utf8_offset(line, j->column - 1));
    if (rest.n == 0 || (rest.p[0] != '|' && rest.p[0] != '>')) {
        at.column++;
        return at;
    }
    line = source_line(l, l->source, j->line + 1);
    size_t indent = 0;
    while (indent < line.n && line.p[indent] == ' ')
        indent++;
    at.line++;
    at.column = (uint32_t)indent + 1;
    return at;
}

struct formula formula_of(struct loader *l, const struct json *j)
{
    return (struct formula){.text = json_text(j), .place = content_place(l, j)};
}

bool date_of(struct loader *l, const struct json *j, struct date *ret)
{
    if (!want_text(l, j, "date"))
        return false;
    if (date_parse(json_text(j), ret))
        return true;
    struct diag *g = COMPLAIN(l, j, E_INPUT, "'%.*s' is no date", SPAN_ARG(j->text));
    hint(l, g, "dates are ISO: 2020-03-09");
    return false;
}

static bool boolean_of(struct loader *l, const struct json *j, bool *ret)
{
    struct span t = json_text(j);
    if (j->kind == JSON_TRUE || span_eq(t, SPAN("true")))
        return *ret = true, true;
    if (j->kind == JSON_FALSE || span_eq(t, SPAN("false")))
        return *ret = false, true;
    hint(l, COMPLAIN(l, j, E_TYPE, "'%.*s' is neither true nor false", SPAN_ARG(t)),
         "write true or false");
    return false;
}

static bool number_of(struct loader *l, const struct json *j, struct decimal *ret)
{
    if (!want_text(l, j, "number"))
        return false;
    if (decimal_parse(json_text(j), ret))
        return true;
    struct diag *g = COMPLAIN(l, j, E_TYPE, "'%.*s' is no number", SPAN_ARG(j->text));
    if (span_ends(j->text, SPAN("%")))
        hint(l, g, "a percentage is written as a fraction: 5.5%% as 0.055");
    else
        hint(l, g, "digits with a point, at most 34 of them; units are said by 'unit'");
    return false;
}

static bool string_value(struct loader *l, const struct json *j, const struct type *t,
                         struct value *ret)
{
    if (!want_text(l, j, "value"))
        return false;
    *ret = value_string(j->text);
    struct map known;
    map_init(&known, l->scratch);
    for (size_t i = 0; i < t->value_count; i++) {
        if (span_eq(t->values[i], j->text))
            return true;
        if (map_put(&known, t->values[i], ret) < 0)
            l->failed = true;
    }
    if (t->value_count == 0)
        return true;
    struct diag *g = COMPLAIN(l, j, E_TYPE, "'%.*s' is not among the values", SPAN_ARG(j->text));
    struct span near = map_nearest(&known, j->text);
    if (near.n)
        hint(l, g, "did you mean '%.*s'?", SPAN_ARG(near));
    return false;
}

bool value_of(struct loader *l, const struct json *j, const struct type *t, struct value *ret)
{
    struct decimal d;
    struct date day;
    bool b;
    switch (t->kind) {
    case TYPE_NUMBER:
        return number_of(l, j, &d) && (*ret = value_number(d), true);
    case TYPE_BOOLEAN:
        return boolean_of(l, j, &b) && (*ret = value_boolean(b), true);
    case TYPE_DATE:
        return date_of(l, j, &day) && (*ret = value_date(day), true);
    default:
        return string_value(l, j, t, ret);
    }
}

/* ---- closed words ---- */

/* "did you mean" when one is near, else all of them. */
static void hint_words(struct loader *l, struct diag *g, struct span word,
                       struct span (*get)(const void *, size_t), const void *table, size_t n)
{
    if (!g)
        return;
    size_t best = word.n / 3 + 2;
    struct span near = {NULL, 0};
    struct buffer all = BUFFER_INIT;
    for (size_t i = 0; i < n; i++) {
        struct span w = get(table, i);
        size_t d = edit_distance(word, w, best);
        if (d < best) {
            best = d;
            near = w;
        }
        buffer_print(&all, "%s%.*s", i ? ", " : "", SPAN_ARG(w));
    }
    if (near.n)
        hint(l, g, "did you mean '%.*s'?", SPAN_ARG(near));
    else
        hint(l, g, "one of: %s", all.p);
    buffer_release(&all);
}

static struct span get_closed(const void *table, size_t i)
{
    return ((const struct closed_word *)table)[i].yaml;
}

static struct span get_plain(const void *table, size_t i)
{
    return span_z(((const char *const *)table)[i]);
}

static struct span get_key(const void *table, size_t i)
{
    return span_z(((const struct key *)table)[i].name);
}

int word_of(struct loader *l, const struct json *j, const struct closed_word *words, size_t n,
            const char *what)
{
    if (!want_text(l, j, what))
        return -1;
    int i = closed_word_find(words, n, j->text);
    if (i < 0)
        hint_words(l, COMPLAIN(l, j, E_NAME, "unknown %s '%.*s'", what, SPAN_ARG(j->text)), j->text,
                   get_closed, words, n);
    return i;
}

static bool choice_ok(struct loader *l, const struct json *j, const struct key *k)
{
    const char *const *words = k->extra;
    for (size_t i = 0; i < k->extra_count; i++)
        if (span_eq(json_text(j), span_z(words[i])))
            return true;
    hint_words(l, COMPLAIN(l, j, E_NAME, "unknown %s '%.*s'", k->name, SPAN_ARG(j->text)), j->text,
               get_plain, words, k->extra_count);
    return false;
}

/* ---- readers of fields ---- */

static void set_given(const struct key *k, void *base)
{
    if (k->second)
        *(bool *)((char *)base + k->second) = true;
}

void read_text(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    if (want_text(l, j, k->name))
        *(struct span *)field_of(base, k) = span_trim(j->text);
}

void read_bool(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    if (boolean_of(l, j, field_of(base, k)))
        set_given(k, base);
}

void read_decimal(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    if (number_of(l, j, field_of(base, k)))
        set_given(k, base);
}

void read_date(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    if (date_of(l, j, field_of(base, k)))
        set_given(k, base);
}

void read_formula(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    if (want_text(l, j, k->name))
        *(struct formula *)field_of(base, k) = formula_of(l, j);
}

void read_word(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    int i = word_of(l, j, k->extra, k->extra_count, k->name);
    if (i >= 0) {
        *(int *)field_of(base, k) = i;
        set_given(k, base);
    }
}

void read_choice(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    if (want_text(l, j, k->name) && choice_ok(l, j, k))
        *(struct span *)field_of(base, k) = j->text;
}

static bool want_list(struct loader *l, const struct json *j, const struct key *k)
{
    if (j->kind == JSON_ARRAY)
        return true;
    struct diag *g = COMPLAIN(l, j, E_TYPE, "'%s' must be a list, this is %s", k->name, form_of(j));
    if (j->kind == JSON_STRING)
        hint(l, g, "write [%.*s]", SPAN_ARG(j->text));
    else
        hint(l, g, "a list has '- ' before each element");
    return false;
}

static void texts(struct loader *l, const struct json *j, const struct key *k, void *base,
                  bool choices)
{
    if (!want_list(l, j, k))
        return;
    struct span *at = need(l, ARENA_ARRAY(l->program, struct span, j->n ? j->n : 1));
    if (!at)
        return;
    size_t n = 0;
    JSON_EACH(e, j)
    {
        if (want_text(l, e, k->name) && (!choices || choice_ok(l, e, k)))
            at[n++] = e->text;
    }
    *(const struct span **)field_of(base, k) = at;
    *(size_t *)((char *)base + k->second) = n;
}

void read_texts(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    texts(l, j, k, base, false);
}

void read_choices(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    texts(l, j, k, base, true);
}

void read_list(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    const struct shape *s = k->extra;
    if (!want_list(l, j, k))
        return;
    char *at = need(l, arena_array(l->program, j->n ? j->n : 1, s->size));
    if (!at)
        return;
    size_t n = 0;
    JSON_EACH(e, j)
    {
        if (read_shape(l, e, s, at + n * s->size))
            n++;
    }
    *(void **)field_of(base, k) = at;
    *(size_t *)((char *)base + k->second) = n;
}

/* A map whose struct is the field. */
void read_inner(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    read_shape(l, j, k->extra, field_of(base, k));
}

/* A map whose fields are members of the same struct. */
void read_same(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    read_shape(l, j, k->extra, base);
}

void read_words(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    if (j->kind == JSON_OBJECT) {
        read_shape(l, j, &words_shape, field_of(base, k));
        return;
    }
    struct diag *g = COMPLAIN(l, j, E_TYPE, "'%s' must say it in both languages", k->name);
    hint(l, g, "%s: {zh: ..., en: ...}", k->name);
}

static const struct key words_keys[] = {
    {.name = "zh", .read = read_text, .offset = offsetof(struct words, zh), .flags = KEY_REQUIRED},
    {.name = "en", .read = read_text, .offset = offsetof(struct words, en), .flags = KEY_REQUIRED},
};
const struct shape words_shape = {"text for people",    words_keys, COUNT_OF(words_keys),
                                  sizeof(struct words), NO_PLACE,   NULL};

/* ---- shapes ---- */

const struct key *shape_key(const struct shape *s, struct span name)
{
    for (size_t i = 0; i < s->key_count && name.n; i++)
        if (s->keys[i].name[0] == name.p[0] && span_eq(span_z(s->keys[i].name), name))
            return &s->keys[i];
    return NULL;
}

static void require_keys(struct loader *l, const struct json *j, const struct shape *s)
{
    for (size_t i = 0; i < s->key_count; i++) {
        const struct key *k = &s->keys[i];
        if (!(k->flags & KEY_REQUIRED) || !is_absent(json_get(j, span_z(k->name))))
            continue;
        struct diag *g = COMPLAIN(l, j, E_INPUT, "%s without '%s'", s->what, k->name);
        hint(l, g, k->read == read_words ? "add %s: {zh: ..., en: ...}" : "add %s: ...", k->name);
    }
}

static void read_member(struct loader *l, const struct json *member, const struct shape *s,
                        void *base)
{
    const struct key *k = shape_key(s, member->key);
    if (k && !is_absent(member))
        k->read(l, member, k, base);
    if (!k)
        hint_words(l,
                   COMPLAIN_KEY(l, member, E_NAME, "unknown key '%.*s' in a %s",
                                SPAN_ARG(member->key), s->what),
                   member->key, get_key, s->keys, s->key_count);
}

bool read_shape(struct loader *l, const struct json *j, const struct shape *s, void *base)
{
    if (j->kind != JSON_OBJECT) {
        struct diag *g =
            COMPLAIN(l, j, E_TYPE, "a %s must be a map, this is %s", s->what, form_of(j));
        hint(l, g, "keys: %s: ...", s->keys[0].name);
        return false;
    }
    if (s->place != NO_PLACE)
        *(struct place *)((char *)base + s->place) = place_of(l, j);
    JSON_EACH(member, j)
    read_member(l, member, s, base);
    require_keys(l, j, s);
    if (s->finish)
        s->finish(l, j, base);
    return true;
}

void read_shared(struct loader *l, const struct json *j, const struct shape *s, void *base)
{
    JSON_EACH(member, j)
    {
        const struct key *k = shape_key(s, member->key);
        if (k && (k->flags & KEY_SHARED) && !is_absent(member))
            k->read(l, member, k, base);
    }
}
