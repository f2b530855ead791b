/*
 * draft_edit.c: see draft_edit.h. The tree is changed first; then the lines of each member that
 * differs are exchanged, and the result is read again: it must give the tree that was wanted.
 */
#include "policy/draft_edit.h"

#include <string.h>

const struct json *draft_edit_measures(const struct json *file)
{
    const struct json *list = JSON_GET(file, "measures");
    if (!list)
        list = JSON_GET(file, "products");
    return list && list->kind == JSON_ARRAY && list->n ? list : NULL;
}

/* ---- trees ---- */

static struct json *copy_tree(struct arena *a, const struct json *j)
{
    struct json *o = ARENA_NEW(a, struct json);
    if (!o)
        return NULL;
    *o = *j;
    o->first = o->last = o->next = NULL;
    o->index = NULL;
    o->n = 0;
    JSON_EACH(child, j)
    {
        struct json *c = copy_tree(a, child);
        if (!c)
            return NULL;
        if (o->last)
            o->last->next = c;
        else
            o->first = c;
        o->last = c;
        o->n++;
    }
    return o;
}

static void take_out(struct json *parent, struct json *child)
{
    struct json *before = NULL;
    for (struct json *c = parent->first; c; before = c, c = c->next) {
        if (c != child)
            continue;
        *(before ? &before->next : &parent->first) = c->next;
        if (parent->last == c)
            parent->last = before;
        parent->n--;
        return;
    }
}

/* 0 to 999, or SIZE_MAX. */
static size_t number_of(struct span s)
{
    size_t n = 0;
    if (!s.n || s.n > 3)
        return SIZE_MAX;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return SIZE_MAX;
        n = n * 10 + (size_t)(s.p[i] - '0');
    }
    return n;
}

static struct json *child_of(struct json *at, struct span part)
{
    size_t i = 0, which = number_of(part);
    for (struct json *c = at->first; c; c = c->next, i++)
        if (at->kind == JSON_ARRAY ? i == which : span_eq(c->key, part))
            return c;
    return NULL;
}

static bool is_key(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || s.p[i] == '_' || s.p[i] == '-'))
            return false;
    return s.n > 0 && s.n <= 40;
}

/* A member or the item behind the last; NULL where the path cannot go on. */
static struct json *add_child(struct arena *a, struct json *at, struct span part, enum json_kind k)
{
    bool fits =
        at->kind == JSON_ARRAY ? number_of(part) == at->n : at->kind == JSON_OBJECT && is_key(part);
    struct json *c = !fits              ? NULL
                     : k == JSON_ARRAY  ? json_array(a)
                     : k == JSON_OBJECT ? json_object(a)
                                        : json_string(a, SPAN(""));
    if (c && at->kind == JSON_ARRAY)
        json_add(at, c);
    else if (c)
        json_set(at, part, c);
    if (c)
        c->plain = true;
    return c;
}

/* Ends of lines as files have them. */
static struct span clean(struct arena *a, struct span s)
{
    s = span_trim(s);
    if (span_find(s, SPAN("\r")) == SIZE_MAX)
        return s;
    char *p = ARENA_ARRAY(a, char, s.n);
    size_t n = 0;
    for (size_t i = 0; p && i < s.n; i++)
        if (s.p[i] != '\r')
            p[n++] = s.p[i];
    return span_of(p, n);
}

static int leads_nowhere(const struct draft_edit *e, struct err *err)
{
    return err_set(err, E_INPUT, "a measure has no '%.*s'", SPAN_ARG(e->path));
}

static int set_text(struct arena *a, struct json *at, struct span part, const struct draft_edit *e,
                    struct err *err)
{
    struct json *c = child_of(at, part);
    struct span text = clean(a, e->text);
    if (!text.n) {
        if (c && at->kind == JSON_OBJECT)
            take_out(at, c);
        return 0;
    }
    if (!c)
        c = add_child(a, at, part, JSON_STRING);
    if (!c || (c->kind != JSON_STRING && c->kind != JSON_NULL))
        return a->failed ? err_memory(err) : leads_nowhere(e, err);
    if (!span_eq(span_trim(c->text), text)) {
        c->kind = JSON_STRING;
        c->text = text;
    }
    return 0;
}

static bool next_word(struct span *rest, struct span *ret)
{
    static const char *const blanks[] = {" ", "\t", "\n", "\r", "　", "、", "，", ","};
    size_t n = 0;
    *ret = (struct span){rest->p, 0};
    while (rest->n) {
        for (n = 0; n < COUNT_OF(blanks); n++)
            if (span_starts(*rest, span_z(blanks[n])))
                break;
        if (n == COUNT_OF(blanks) && !ret->n)
            ret->p = rest->p;
        if (n == COUNT_OF(blanks)) {
            ret->n++;
            *rest = span_from(*rest, 1);
            continue;
        }
        *rest = span_from(*rest, strlen(blanks[n]));
        if (ret->n)
            return true;
    }
    return ret->n > 0;
}

static int set_words(struct arena *a, struct json *at, struct span part, const struct draft_edit *e,
                     struct err *err)
{
    struct json *c = child_of(at, part);
    struct span rest = e->text, word;
    if (!span_trim(rest).n) {
        if (c)
            take_out(at, c);
        return 0;
    }
    if (!c)
        c = add_child(a, at, part, JSON_ARRAY);
    if (!c || c->kind != JSON_ARRAY)
        return a->failed ? err_memory(err) : leads_nowhere(e, err);
    c->first = c->last = NULL;
    c->n = 0;
    while (next_word(&rest, &word)) {
        struct json *item = json_string(a, word);
        if (item)
            item->plain = true;
        json_add(c, item);
    }
    return 0;
}

static int edit_one(struct arena *a, struct json *measure, const struct draft_edit *e,
                    struct err *err)
{
    struct json *way[DRAFT_EDIT_DEPTH], *at = measure;
    struct span rest = e->path, part, next;
    size_t depth = 0;
    bool last = !span_split(&rest, '.', &part);
    while (!last) {
        bool more = span_split(&rest, '.', &next);
        if (!more)
            break;
        struct json *c = child_of(at, part);
        if (!c && (!span_trim(e->text).n || e->how == DRAFT_EDIT_DROP))
            return 0;
        if (!c)
            c = add_child(a, at, part, number_of(next) == SIZE_MAX ? JSON_OBJECT : JSON_ARRAY);
        if (!c || depth == DRAFT_EDIT_DEPTH || (c->kind != JSON_OBJECT && c->kind != JSON_ARRAY))
            return a->failed ? err_memory(err) : leads_nowhere(e, err);
        way[depth++] = at;
        at = c;
        part = next;
    }
    if (e->how == DRAFT_EDIT_DROP) {
        struct json *c = at->kind == JSON_ARRAY ? child_of(at, part) : NULL;
        if (c)
            take_out(at, c);
        return 0;
    }
    int r =
        e->how == DRAFT_EDIT_WORDS ? set_words(a, at, part, e, err) : set_text(a, at, part, e, err);
    while (r == 0 && depth-- > 0 && !at->n && at->kind == JSON_OBJECT &&
           way[depth]->kind == JSON_OBJECT) {
        take_out(way[depth], at);
        at = way[depth];
    }
    return r;
}

/* Items of lists that have nothing left. */
static void drop_empty(struct json *at)
{
    for (struct json *c = at->first, *next; c; c = next) {
        next = c->next;
        if (at->kind == JSON_ARRAY && c->kind == JSON_OBJECT && !c->n)
            take_out(at, c);
        else
            drop_empty(c);
    }
}

int draft_edit_tree(struct arena *request, const struct json *measure, const struct draft_edit *at,
                    size_t n, struct json **ret, struct err *err)
{
    struct json *tree =
        measure && measure->kind == JSON_OBJECT ? copy_tree(request, measure) : NULL;
    int r = 0;
    if (!tree)
        return request->failed ? err_memory(err) : err_set(err, E_INPUT, "that is no measure");
    for (size_t i = 0; i < n && r == 0; i++)
        if (at[i].how != DRAFT_EDIT_DROP)
            r = edit_one(request, tree, &at[i], err);
    for (size_t i = n; i-- > 0 && r == 0;) /* from the end: numbers before stay right */
        if (at[i].how == DRAFT_EDIT_DROP)
            r = edit_one(request, tree, &at[i], err);
    drop_empty(tree);
    *ret = tree;
    return r < 0 ? r : request->failed ? err_memory(err) : 0;
}

static bool same(const struct json *x, const struct json *y)
{
    bool alike = x->kind == y->kind && span_eq(x->key, y->key) && x->n == y->n &&
                 (x->kind != JSON_STRING || span_eq(x->text, y->text));
    const struct json *b = y->first;
    for (const struct json *a = x->first; a && alike; a = a->next, b = b->next)
        alike = same(a, b);
    return alike;
}

/* ---- writing ---- */

static bool needs_quotes(struct span s)
{
    static const char first[] = "-?:,[]{}#&*!|>'\"%@`~";
    if (!s.n || strchr(first, s.p[0]) || s.p[0] == ' ' || s.p[s.n - 1] == ' ' ||
        s.p[s.n - 1] == ':')
        return true;
    for (size_t i = 0; i < s.n; i++)
        if (strchr(",[]{}\"'", s.p[i]) || (unsigned char)s.p[i] < ' ' ||
            (i && s.p[i] == '#' && s.p[i - 1] == ' ') ||
            (s.p[i] == ':' && i + 1 < s.n && s.p[i + 1] == ' '))
            return true;
    return false;
}

static void write_quoted(struct buffer *out, struct span s)
{
    bool twice = span_find(s, SPAN("\n")) != SIZE_MAX || span_find(s, SPAN("\t")) != SIZE_MAX;
    buffer_byte(out, twice ? '"' : '\'');
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (twice && (c == '\n' || c == '\t' || c == '"' || c == '\\'))
            buffer_byte(out, '\\');
        else if (!twice && c == '\'')
            buffer_byte(out, '\'');
        buffer_byte(out, twice && c == '\n' ? 'n' : twice && c == '\t' ? 't' : c);
    }
    buffer_byte(out, twice ? '"' : '\'');
}

static void write_scalar(struct buffer *out, struct span s, bool plain)
{
    if (plain && !needs_quotes(s))
        buffer_add(out, s);
    else
        write_quoted(out, s);
}

static bool is_scalar(const struct json *j)
{
    return j->kind != JSON_ARRAY && j->kind != JSON_OBJECT;
}

static void write_flow(struct buffer *out, const struct json *j)
{
    if (j->kind == JSON_STRING)
        write_scalar(out, j->text, j->plain);
    if (is_scalar(j))
        return;
    buffer_byte(out, j->kind == JSON_ARRAY ? '[' : '{');
    JSON_EACH(c, j)
    {
        if (c != j->first)
            buffer_add_z(out, ", ");
        if (j->kind == JSON_OBJECT) {
            write_scalar(out, c->key, true);
            buffer_add_z(out, ": ");
        }
        write_flow(out, c);
    }
    buffer_byte(out, j->kind == JSON_ARRAY ? ']' : '}');
}

/* Texts in two languages, windows, lists of words: in one line, as authors write them. */
static bool is_short(const struct json *j)
{
    JSON_EACH(c, j)
    if (!is_scalar(c))
        return false;
    return true;
}

static void write_member(struct buffer *out, const struct json *j, size_t indent);

static void pad(struct buffer *out, size_t n)
{
    while (n-- > 0)
        buffer_byte(out, ' ');
}

static void write_members(struct buffer *out, const struct json *j, size_t indent)
{
    JSON_EACH(c, j)
    {
        if (c != j->first)
            pad(out, indent);
        write_member(out, c, indent);
    }
}

static void write_items(struct buffer *out, const struct json *j, size_t indent)
{
    JSON_EACH(c, j)
    {
        pad(out, indent);
        buffer_add_z(out, "- ");
        if (c->kind == JSON_OBJECT && !JSON_GET(c, "zh")) {
            write_members(out, c, indent + 2);
        } else {
            write_flow(out, c);
            buffer_byte(out, '\n');
        }
    }
}

/* "key: value" and a line end; the first line is indented already. */
static void write_member(struct buffer *out, const struct json *j, size_t indent)
{
    write_scalar(out, j->key, true);
    buffer_byte(out, ':');
    if (is_short(j)) {
        if (j->kind != JSON_NULL)
            buffer_byte(out, ' ');
        write_flow(out, j);
        buffer_byte(out, '\n');
        return;
    }
    buffer_byte(out, '\n');
    if (j->kind == JSON_ARRAY)
        write_items(out, j, indent + 2);
    else {
        pad(out, indent + 2);
        write_members(out, j, indent + 2);
    }
}

/* ---- the lines of a file ---- */

static size_t line_start(struct span text, uint32_t line)
{
    size_t at = 0;
    for (uint32_t n = 1; n < line && at < text.n; n++) {
        const char *end = memchr(text.p + at, '\n', text.n - at);
        at = end ? (size_t)(end - text.p) + 1 : text.n;
    }
    return at;
}

/* Blank lines and comments before a place belong to what follows. */
static size_t without_tail(struct span text, size_t from, size_t end)
{
    while (end > from) {
        size_t start = end - 1;
        while (start > from && text.p[start - 1] != '\n')
            start--;
        struct span line = span_trim(span_of(text.p + start, end - start));
        if (start == from || (line.n && line.p[0] != '#'))
            break;
        end = start;
    }
    return end;
}

/* Where the list of measures ends: the next key of the file, else its end. */
static size_t end_of_list(struct span yaml, const struct json *list)
{
    return list->next ? line_start(yaml, list->next->key_line) : yaml.n;
}

struct rewriting {
    struct span yaml;
    struct buffer out;
    size_t done; /* bytes of yaml that are in out, or left out */
};

static void copy_to(struct rewriting *w, size_t end)
{
    if (end > w->done)
        buffer_add(&w->out, span_of(w->yaml.p + w->done, end - w->done));
    if (end > w->done)
        w->done = end;
}

static void rewrite(struct rewriting *w, const struct json *old, const struct json *now, size_t end)
{
    size_t indent = old->first->key_column - 1;
    for (const struct json *m = old->first; m; m = m->next) {
        const struct json *new = json_get(now, m->key);
        size_t start = line_start(w->yaml, m->key_line) + indent;
        size_t stop =
            without_tail(w->yaml, start, m->next ? line_start(w->yaml, m->next->key_line) : end);
        if (new &&same(m, new)) {
            copy_to(w, stop);
            continue;
        }
        copy_to(w, new || m == old->first ? start : start - indent);
        if (new)
            write_member(&w->out, new, indent);
        w->done = stop;
    }
    if (w->out.n && w->out.p[w->out.n - 1] != '\n')
        buffer_byte(&w->out, '\n');
    JSON_EACH(m, now)
    if (!json_get(old, m->key)) {
        pad(&w->out, indent);
        write_member(&w->out, m, indent);
    }
    copy_to(w, w->yaml.n);
}

/* Each member on a line of its own, at one column. */
static bool is_block(const struct json *measure)
{
    uint32_t line = 0;
    JSON_EACH(m, measure)
    {
        if (m->key_line <= line || m->key_column != measure->first->key_column)
            return false;
        line = m->key_line;
    }
    return line > 0;
}

static const struct json *item(const struct json *list, size_t which)
{
    const struct json *c = list ? list->first : NULL;
    while (c && which-- > 0)
        c = c->next;
    return c;
}

/* The whole file as it was, but for the measure. Members may stand in another order. */
static bool as_wanted(const struct json *file, const struct json *was, size_t which,
                      const struct json *wanted)
{
    const struct json *list = draft_edit_measures(file), *old = draft_edit_measures(was);
    size_t i = 0;
    bool ok = list && list->n == old->n && file->n == was->n;
    JSON_EACH(m, was)
    {
        const struct json *now = json_get(file, m->key);
        ok = ok && now && (m == old || same(m, now));
    }
    const struct json *o = old->first;
    for (const struct json *m = ok ? list->first : NULL; m && ok; m = m->next, o = o->next, i++) {
        if (i != which) {
            ok = same(m, o);
            continue;
        }
        ok = m->n == wanted->n;
        JSON_EACH(w, wanted)
        {
            const struct json *now = json_get(m, w->key);
            ok = ok && now && same(w, now);
        }
    }
    return ok;
}

static int refuse(struct err *err)
{
    int r = err_set(err, E_INPUT, "this measure is written so that a form cannot change it");
    err_hint(err, "change it as text");
    return r;
}

static int prove(struct arena *a, struct span yaml, struct span path, const struct json *was,
                 size_t which, const struct json *wanted, struct err *err)
{
    struct json *file = NULL;
    struct err ignored = ERR_INIT;
    int r = yaml_parse(a, yaml, path, &file, &ignored);
    if (r == E_MEMORY)
        return err_memory(err);
    if (r == 0 && as_wanted(file, was, which, wanted))
        return 0;
    return refuse(err);
}

int draft_edit_file(struct arena *request, struct span yaml, struct span path, size_t which,
                    const struct draft_edit *at, size_t n, struct span *ret, struct err *err)
{
    struct rewriting w = {.yaml = yaml};
    struct json *file = NULL, *now = NULL;
    int r = yaml_parse(request, yaml, path, &file, err);
    if (r < 0)
        return r;
    const struct json *list = draft_edit_measures(file), *old = item(list, which);
    if (!old)
        return err_set(err, E_NOT_FOUND, "%.*s has no measure %zu", SPAN_ARG(path), which + 1);
    r = draft_edit_tree(request, old, at, n, &now, err);
    if (r < 0)
        return r;
    if (!is_block(old))
        return refuse(err);
    rewrite(&w, old, now,
            old->next && old->next->first ? line_start(yaml, old->next->first->key_line)
                                          : end_of_list(yaml, list));
    struct span text = arena_copy(request, buffer_span(&w.out));
    if (buffer_failed(&w.out) || !text.p)
        r = err_memory(err);
    buffer_release(&w.out);
    if (r == 0)
        r = prove(request, text, path, file, which, now, err);
    if (r == 0)
        *ret = text;
    return r;
}
