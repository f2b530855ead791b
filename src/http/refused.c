/*
 * refused.c: see refused.h. A page is read tag by tag; changes are collected and made in one pass.
 */
#include "http/refused.h"
#include <stdlib.h>
#include "base/vector.h"
#include "http/escape.h"

#define FORM_ID "refused-form"

struct tag {
    size_t from, to; /* from < to behind > */
    struct span name;
    bool closing;
};

/* One place of the page that changes: `cut` bytes at `at` give way to `text`. */
struct edit {
    size_t at, cut, order;
    struct span text;
};

struct reading {
    const struct request *req;
    struct arena *arena;
    struct span page;
    const struct pairs *sent;
    struct tag form; /* its start tag; to == 0: none was found */
    size_t end;      /* of the form */
    VECTOR_OF(struct edit, edits) edits;
};

/* ---- markup ---- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* The next tag at or behind *at, which goes behind it. */
static bool next_tag(struct span page, size_t *at, size_t end, struct tag *ret)
{
    size_t i = *at;

    while (i < end && page.p[i] != '<')
        i++;
    if (i >= end)
        return false;
    *ret = (struct tag){.from = i++};
    ret->closing = i < end && page.p[i] == '/';
    i += ret->closing;
    size_t name = i;
    while (i < end && !is_blank(page.p[i]) && page.p[i] != '>' && page.p[i] != '/')
        i++;
    ret->name = span_of(page.p + name, i - name);
    for (char quote = 0; i < end && (quote || page.p[i] != '>'); i++) {
        if (quote ? page.p[i] == quote : page.p[i] == '"' || page.p[i] == '\'')
            quote = quote ? 0 : page.p[i];
    }
    ret->to = i < end ? i + 1 : end;
    *at = ret->to;
    return true;
}

static bool is(const struct tag *t, const char *name)
{
    return !t->closing && span_eq(t->name, span_z(name));
}

struct attribute {
    struct span name, value, whole; /* as written */
};

/* The attribute that begins at or behind *at, which goes to its end. */
static bool next_attribute(struct span tag, size_t *at, struct attribute *ret)
{
    size_t i = *at;

    while (i < tag.n && (is_blank(tag.p[i]) || tag.p[i] == '/'))
        i++;
    size_t from = i;
    while (i < tag.n && !is_blank(tag.p[i]) && tag.p[i] != '=')
        i++;
    *ret = (struct attribute){.name = span_of(tag.p + from, i - from), .value = SPAN("")};
    if (i + 1 < tag.n && tag.p[i] == '=' && (tag.p[i + 1] == '"' || tag.p[i + 1] == '\'')) {
        size_t open = i + 2, close = open;
        while (close < tag.n && tag.p[close] != tag.p[i + 1])
            close++;
        ret->value = span_of(tag.p + open, close - open);
        i = close < tag.n ? close + 1 : close;
    } else if (i < tag.n && tag.p[i] == '=') {
        while (i < tag.n && !is_blank(tag.p[i]))
            i++;
    }
    ret->whole = span_of(tag.p + from, i - from);
    *at = i;
    return ret->name.n > 0;
}

/* The tag's inside, behind its name. */
static struct span inside(const struct reading *x, const struct tag *t)
{
    size_t from = (size_t)(t->name.p - x->page.p) + t->name.n;

    return span_of(x->page.p + from, t->to > from ? t->to - 1 - from : 0);
}

static bool attribute(const struct reading *x, const struct tag *t, const char *name,
                      struct span *ret)
{
    struct span all = inside(x, t);
    struct attribute found;
    size_t at = 0;

    while (next_attribute(all, &at, &found))
        if (span_eq(found.name, span_z(name))) {
            *ret = found.value;
            return true;
        }
    *ret = SPAN("");
    return false;
}

static const struct {
    const char *written, *read;
} entities[] = {{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}};

static struct span unescape(struct arena *a, struct span s)
{
    struct buffer out = BUFFER_INIT;

    while (s.n) {
        size_t i = 0;
        while (i < COUNT_OF(entities) && !span_starts(s, span_z(entities[i].written)))
            i++;
        if (i < COUNT_OF(entities))
            buffer_add_z(&out, entities[i].read);
        else
            buffer_byte(&out, s.p[0]);
        s = span_from(s, i < COUNT_OF(entities) ? strlen(entities[i].written) : 1);
    }
    struct span copy = buffer_failed(&out) ? (struct span){0} : arena_copy(a, buffer_span(&out));
    buffer_release(&out);
    if (!copy.p)
        a->failed = true;
    return copy;
}

static struct span read_attribute(const struct reading *x, const struct tag *t, const char *name)
{
    struct span value;

    (void)attribute(x, t, name, &value);
    return unescape(x->arena, value);
}

/* What somebody reads between two places: tags left out, blanks put together. */
static struct span words_between(const struct reading *x, size_t from, size_t to)
{
    struct buffer out = BUFFER_INIT;

    for (size_t i = from; i < to; i++) {
        if (x->page.p[i] == '<')
            while (i < to && x->page.p[i] != '>')
                i++;
        else if (!is_blank(x->page.p[i]))
            buffer_byte(&out, x->page.p[i]);
        else if (out.n && out.p[out.n - 1] != ' ')
            buffer_byte(&out, ' ');
    }
    struct span read =
        buffer_failed(&out) ? (struct span){0} : unescape(x->arena, span_trim(buffer_span(&out)));
    buffer_release(&out);
    return read;
}

/* The words up to the end tag of an element that holds no other of its name. */
static struct span words_of(const struct reading *x, const struct tag *t)
{
    size_t at = t->to;
    struct tag end;

    while (next_tag(x->page, &at, x->page.n, &end))
        if (end.closing && span_eq(end.name, t->name))
            return words_between(x, t->to, end.from);
    return SPAN("");
}

/* ---- the form that was sent ---- */

static bool is_control(const struct tag *t)
{
    return is(t, "input") || is(t, "select") || is(t, "textarea");
}

static bool is_choice(const struct reading *x, const struct tag *t)
{
    struct span type = read_attribute(x, t, "type");

    return is(t, "input") && (span_eq(type, SPAN("checkbox")) || span_eq(type, SPAN("radio")));
}

static bool was_sent(const struct reading *x, struct span name, struct span value)
{
    for (size_t i = 0; i < x->sent->n; i++)
        if (span_eq(x->sent->at[i].name, name) && span_eq(x->sent->at[i].value, value))
            return true;
    return false;
}

/* How much a control speaks for its form: what is hidden or pressed tells forms apart best. */
static int speaks(const struct reading *x, const struct tag *t)
{
    struct span name = read_attribute(x, t, "name"), type = read_attribute(x, t, "type");
    struct span value = read_attribute(x, t, "value");

    if (!name.n || span_eq(name, SPAN("csrf")) || !(is_control(t) || is(t, "button")))
        return 0;
    if (is(t, "button"))
        return was_sent(x, name, value) ? 4 : 0;
    if (span_eq(type, SPAN("hidden")))
        return was_sent(x, name, value) ? 8 : wire_find(x->sent, name) ? -8 : 0;
    if (wire_find(x->sent, name))
        return 1;
    return is_choice(x, t) || span_eq(type, SPAN("file")) ? 0 : -1;
}

/* Whether a form, or a button of it, leads where this one was sent: without its query. */
static bool leads_to(const struct reading *x, const struct tag *t, const char *name)
{
    struct span action = SPAN(""), path = {0};
    bool says = attribute(x, t, name, &action);

    action = unescape(x->arena, action);
    span_split(&action, '?', &path);
    if (!says)
        return is(t, "form");
    return span_eq(path, x->req->sent_to.n ? x->req->sent_to : x->req->path);
}

#define FOREIGN (-1000) /* a form that leads elsewhere */
#define LACKING 3       /* fields that were not sent speak against a form, but no more than this */

/* How well a form fits what was sent; its end. */
static int weigh(const struct reading *x, const struct tag *form, size_t *ret_end)
{
    bool post = span_eq(read_attribute(x, form, "method"), SPAN("post"));
    bool leads = leads_to(x, form, "action");
    size_t at = form->to;
    int sum = 0, lacking = 0;
    struct tag t;

    *ret_end = x->page.n;
    while (next_tag(x->page, &at, x->page.n, &t)) {
        if (t.closing && span_eq(t.name, SPAN("form"))) {
            *ret_end = t.from;
            break;
        }
        int word = speaks(x, &t);
        if (word < 0 && span_eq(read_attribute(x, &t, "name"), SPAN("act")))
            return FOREIGN; /* another step than this one */
        lacking += word == -1;
        sum += word == -1 && lacking > LACKING ? 0 : word;
        leads = leads || (is(&t, "button") && leads_to(x, &t, "formaction"));
    }
    return leads && post == (x->req->method == METHOD_POST) ? sum : FOREIGN;
}

static void find_form(struct reading *x)
{
    size_t at = 0, end = 0;
    struct tag t;
    int best = FOREIGN;

    while (next_tag(x->page, &at, x->page.n, &t)) {
        int sum = is(&t, "form") ? weigh(x, &t, &end) : FOREIGN;
        if (sum > best) {
            best = sum;
            x->form = t;
            x->end = end;
        }
    }
}

/* The first control of that name that somebody can see. */
static bool find_control(const struct reading *x, struct span name, struct tag *ret)
{
    size_t at = x->form.to;

    while (x->form.to && next_tag(x->page, &at, x->end, ret))
        if (is_control(ret) && span_eq(read_attribute(x, ret, "name"), name) &&
            !span_eq(read_attribute(x, ret, "type"), SPAN("hidden")))
            return true;
    return false;
}

/* The fieldset around a place: its start tag and its legend; false = none. */
static bool find_group(const struct reading *x, size_t place, struct tag *ret, struct tag *legend)
{
    size_t at = x->form.to;
    struct tag t;
    bool open = false;

    *legend = (struct tag){0};
    while (next_tag(x->page, &at, place, &t)) {
        if (span_eq(t.name, SPAN("fieldset"))) {
            open = !t.closing;
            *ret = t;
        } else if (is(&t, "legend")) {
            *legend = t;
        }
    }
    return open && legend->from > ret->from;
}

/* Its id; one made of its name where it has none. */
static struct span id_of(const struct reading *x, const struct tag *t)
{
    struct span id = read_attribute(x, t, "id");

    return id.n ? id
                : arena_print(x->arena, "refused.%.*s", SPAN_ARG(read_attribute(x, t, "name")));
}

static struct span label_of(const struct reading *x, const struct tag *control)
{
    struct span id = id_of(x, control), own = read_attribute(x, control, "aria-label");
    struct tag t, legend;
    size_t at = x->form.to;

    if (is_choice(x, control) && find_group(x, control->from, &t, &legend))
        return words_of(x, &legend);
    while (!own.n && next_tag(x->page, &at, x->end, &t))
        if (is(&t, "label") && span_eq(read_attribute(x, &t, "for"), id))
            return words_of(x, &t);
    return own;
}

/* What is on the button that was pressed, else on the first. */
static struct span button_of(const struct reading *x)
{
    struct span first = SPAN("");
    size_t at = x->form.to;
    struct tag t;

    while (next_tag(x->page, &at, x->end, &t)) {
        if (!is(&t, "button"))
            continue;
        if (!first.n)
            first = words_of(x, &t);
        if (speaks(x, &t) > 0)
            return words_of(x, &t);
    }
    return first;
}

static int begin(struct reading *x, const struct request *req, struct span page)
{
    *x = (struct reading){.req = req, .arena = req->arena, .page = page};
    x->sent = req->method == METHOD_POST ? &req->form : &req->query;
    find_form(x);
    return x->arena->failed ? E_MEMORY : 0;
}

int refused_find(const struct request *req, struct span page, struct json *errors)
{
    struct reading x;
    int r = begin(&x, req, page);

    for (struct json *e = errors->first; r == 0 && x.form.to && e; e = e->next) {
        struct tag control;
        bool known = find_control(&x, json_text(JSON_GET(e, "name")), &control);
        struct span id = read_attribute(&x, &x.form, "id");
        if (!known && req->method != METHOD_POST) /* an address that somebody wrote */
            continue;
        JSON_SET(e, "target",
                 json_string(x.arena, known  ? id_of(&x, &control)
                                      : id.n ? id
                                             : SPAN(FORM_ID)));
        JSON_SET(e, "label", json_string(x.arena, known ? label_of(&x, &control) : button_of(&x)));
    }
    return x.arena->failed ? E_MEMORY : r;
}

/* ---- changing the page ---- */

static void change(struct reading *x, size_t at, size_t cut, struct span text)
{
    struct edit *e = VECTOR_PUSH(x->arena, &x->edits, struct edit);

    if (e)
        *e = (struct edit){at, cut, x->edits.n, text};
}

static struct span kept(struct reading *x, struct buffer *out)
{
    struct span copy =
        buffer_failed(out) ? (struct span){0} : arena_copy(x->arena, buffer_span(out));

    buffer_release(out);
    if (!copy.p)
        x->arena->failed = true;
    return copy;
}

static const struct field_error *error_at(const struct reading *x, struct span name)
{
    const struct field_error *e = x->req->errors;

    while (e && !span_eq(e->name, name))
        e = e->next;
    return e;
}

/* The n-th value that was sent of a name. */
static const struct span *sent_value(const struct reading *x, struct span name, size_t n)
{
    for (size_t i = 0; i < x->sent->n; i++)
        if (span_eq(x->sent->at[i].name, name) && n-- == 0)
            return &x->sent->at[i].value;
    return NULL;
}

static void add_attribute(struct buffer *out, const char *name, struct span value)
{
    buffer_print(out, " %s=\"", name);
    escape_add(out, value, ESCAPE_TEXT);
    buffer_byte(out, '"');
}

struct marks {
    const struct span *value; /* instead of the one in the page; NULL = as it is */
    bool choice, chosen;      /* the place of `checked` or `selected` */
    struct span error, id;    /* the id of its message, empty = none; its own */
};

/* Whether an attribute gives way to what the marks say. */
static bool gives_way(const struct marks *m, struct span name)
{
    if (span_eq(name, SPAN("value")))
        return m->value != NULL;
    if (span_eq(name, SPAN("checked")) || span_eq(name, SPAN("selected")))
        return m->choice;
    return m->error.n && (span_eq(name, SPAN("aria-describedby")) ||
                          span_eq(name, SPAN("aria-invalid")) || span_eq(name, SPAN("id")));
}

/* An error is said before the help that was there. */
static void add_error(struct reading *x, struct buffer *out, const struct tag *t,
                      const struct marks *m)
{
    struct span help = read_attribute(x, t, "aria-describedby");

    add_attribute(out, "id", m->id);
    if (!is(t, "fieldset"))
        add_attribute(out, "aria-invalid", SPAN("true"));
    add_attribute(
        out, "aria-describedby",
        arena_print(x->arena, "%.*s%s%.*s", SPAN_ARG(m->error), help.n ? " " : "", SPAN_ARG(help)));
}

/* The start tag anew, with what is asked for and the rest of what it says. */
static void rewrite(struct reading *x, const struct tag *t, const struct marks *m)
{
    struct span all = inside(x, t);
    struct buffer out = BUFFER_INIT;
    struct attribute has;
    size_t at = 0;

    buffer_print(&out, "<%.*s", SPAN_ARG(t->name));
    while (next_attribute(all, &at, &has))
        if (!gives_way(m, has.name))
            buffer_print(&out, " %.*s", SPAN_ARG(has.whole));
    if (m->value)
        add_attribute(&out, "value", *m->value);
    if (m->choice && m->chosen)
        buffer_add_z(&out, is(t, "option") ? " selected" : " checked");
    if (m->error.n)
        add_error(x, &out, t, m);
    buffer_byte(&out, '>');
    change(x, t->from, t->to - t->from, kept(x, &out));
}

/* ids hold no blanks: they stand in lists. */
static struct span message_id(struct reading *x, struct span id)
{
    return arena_print(x->arena, "%.*s.error", SPAN_ARG(id));
}

static void say_error(struct reading *x, size_t at, struct span id, struct span message)
{
    struct buffer out = BUFFER_INIT;

    buffer_add_z(&out, "<span class=\"field-error\"");
    add_attribute(&out, "id", id);
    buffer_byte(&out, '>');
    escape_add(&out, message, ESCAPE_TEXT);
    buffer_add_z(&out, "</span>");
    change(x, at, 0, kept(x, &out));
}

/* The message stands before its field; of boxes and buttons to choose from behind their legend. */
static struct span place_error(struct reading *x, const struct tag *t, const struct field_error *e)
{
    struct tag group, legend;
    struct span id = message_id(x, id_of(x, t));
    size_t at = t->from;

    if (is_choice(x, t) && find_group(x, t->from, &group, &legend)) {
        struct marks m = {.id = read_attribute(x, &group, "id"), .error = id};
        size_t end = legend.to;
        struct tag close = legend;
        while (next_tag(x->page, &end, x->end, &close) &&
               !(close.closing && span_eq(close.name, SPAN("legend"))))
            ;
        if (!m.id.n)
            m.id = arena_print(x->arena, "%.*s.group", SPAN_ARG(id_of(x, t)));
        rewrite(x, &group, &m);
        at = close.to;
    }
    say_error(x, at, id, e->message);
    return id;
}

static void refill_select(struct reading *x, const struct tag *select, const struct span *value)
{
    size_t at = select->to;
    struct tag t;

    while (next_tag(x->page, &at, x->end, &t) && !span_eq(t.name, SPAN("select"))) {
        struct span own;
        struct marks m = {.choice = true};
        if (!is(&t, "option"))
            continue;
        m.chosen = span_eq(
            attribute(x, &t, "value", &own) ? unescape(x->arena, own) : words_of(x, &t), *value);
        rewrite(x, &t, &m);
    }
}

static void refill_text(struct reading *x, const struct tag *area, const struct span *value)
{
    size_t at = area->to;
    struct buffer out = BUFFER_INIT;
    struct tag end;

    if (!next_tag(x->page, &at, x->page.n, &end))
        return;
    if (span_starts(*value, SPAN("\n")))
        buffer_byte(&out, '\n'); /* a reader of HTML drops the first */
    escape_add(&out, *value, ESCAPE_TEXT);
    change(x, area->to, end.from - area->to, kept(x, &out));
}

/* Kinds of input whose value is not sent back. */
static bool is_secret(struct span type)
{
    return span_eq(type, SPAN("password")) || span_eq(type, SPAN("file")) ||
           span_eq(type, SPAN("hidden")) || span_eq(type, SPAN("submit"));
}

static void mark_control(struct reading *x, const struct tag *t, const struct span *value,
                         const struct field_error *e)
{
    struct marks m = {.id = id_of(x, t)};
    bool secret = is_secret(read_attribute(x, t, "type"));

    if (is_choice(x, t)) {
        m.choice = x->sent->n > 0;
        m.chosen = was_sent(x, read_attribute(x, t, "name"), read_attribute(x, t, "value"));
    } else if (is(t, "input") && !secret) {
        m.value = value;
    }
    if (e)
        m.error = place_error(x, t, e);
    if (m.error.n || m.value || m.choice)
        rewrite(x, t, &m);
    if (is(t, "select") && value)
        refill_select(x, t, value);
    if (is(t, "textarea") && value)
        refill_text(x, t, value);
}

/* A name that was met so often before. */
struct met {
    struct span name;
    size_t n;
};

struct met_vector {
    struct met *at;
    size_t n, room;
};

static size_t meet(struct reading *x, struct met_vector *all, struct span name)
{
    for (size_t i = 0; i < all->n; i++)
        if (span_eq(all->at[i].name, name))
            return ++all->at[i].n;
    struct met *new = VECTOR_PUSH(x->arena, all, struct met);
    if (new)
        new->name = name;
    return 0;
}

static void mark_controls(struct reading *x)
{
    struct met_vector met = {0};
    size_t at = x->form.to;
    struct tag t;

    while (next_tag(x->page, &at, x->end, &t)) {
        struct span name = is_control(&t) ? read_attribute(x, &t, "name") : SPAN("");
        if (!name.n)
            continue;
        bool hidden = span_eq(read_attribute(x, &t, "type"), SPAN("hidden"));
        size_t before = meet(x, &met, name);
        const struct span *value = is_choice(x, &t) ? NULL : sent_value(x, name, before);
        mark_control(x, &t, value, before || hidden ? NULL : error_at(x, name));
    }
}

/* The form itself can be led to; it says which page it stands on, for the next time. */
static void mark_form(struct reading *x)
{
    struct buffer out = BUFFER_INIT;

    buffer_print(&out, "%.*s", (int)(x->form.to - 1 - x->form.from), x->page.p + x->form.from);
    if (!read_attribute(x, &x->form, "id").n)
        buffer_add_z(&out, " id=\"" FORM_ID "\" tabindex=\"-1\"");
    buffer_byte(&out, '>');
    if (x->req->method == METHOD_POST && x->req->sent_to.n) {
        buffer_add_z(&out, "<input type=\"hidden\" name=\"" REFUSED_PAGE "\"");
        add_attribute(&out, "value", x->req->target);
        buffer_byte(&out, '>');
    }
    change(x, x->form.from, x->form.to - x->form.from, kept(x, &out));
}

/* What the form is folded into is opened. */
static void open_folds(struct reading *x)
{
    size_t at = 0, depth = 0;
    struct tag open[16], t;

    while (next_tag(x->page, &at, x->form.from, &t)) {
        if (is(&t, "details") && depth < COUNT_OF(open))
            open[depth++] = t;
        else if (t.closing && depth && span_eq(t.name, SPAN("details")))
            depth--;
    }
    struct span ignored;
    for (size_t i = 0; i < depth; i++)
        if (!attribute(x, &open[i], "open", &ignored))
            change(x, open[i].to - 1, 0, SPAN(" open"));
}

static int by_place(const void *a, const void *b)
{
    const struct edit *x = a, *y = b;

    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    if (!x->cut != !y->cut) /* what is put in stands before what is replaced */
        return x->cut ? 1 : -1;
    return x->order < y->order ? -1 : x->order > y->order;
}

static int apply(struct reading *x, struct span *ret)
{
    struct buffer out = BUFFER_INIT;
    size_t at = 0;

    if (x->arena->failed)
        return E_MEMORY;
    if (x->edits.n)
        qsort(x->edits.at, x->edits.n, sizeof *x->edits.at, by_place);
    for (size_t i = 0; i < x->edits.n; i++) {
        const struct edit *e = &x->edits.at[i];
        if (e->at < at)
            continue; /* the same place twice: the first stays */
        buffer_add(&out, span_of(x->page.p + at, e->at - at));
        buffer_add(&out, e->text);
        at = e->at + e->cut;
    }
    buffer_add(&out, span_from(x->page, at));
    *ret = kept(x, &out);
    return x->arena->failed ? E_MEMORY : 0;
}

int refused_mark(const struct request *req, struct span page, struct span *ret)
{
    struct reading x;
    int r = begin(&x, req, page);

    if (r == 0 && x.form.to) {
        open_folds(&x);
        mark_form(&x);
        mark_controls(&x);
    }
    return r < 0 ? r : apply(&x, ret);
}
