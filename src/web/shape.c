/*
 * shape.c: see shape.h.
 */
#include "web/shape.h"
#include "policy/names.h"

void shape_say(struct request *req, struct json *tree)
{
    /* Depth-first without recursion: nodes still to visit hang on a stack in the arena. */
    struct frame {
        struct json *node;
        struct frame *below;
    } *top = ARENA_NEW(req->arena, struct frame);

    if (top)
        top->node = tree;
    while (top) {
        struct json *node = top->node;
        top = top->below;
        if (!node || (node->kind != JSON_OBJECT && node->kind != JSON_ARRAY))
            continue;
        const struct json *zh = JSON_GET(node, "zh"), *en = JSON_GET(node, "en");
        if (node->kind == JSON_OBJECT && zh && en && node->n == 2) {
            struct span text = is_english(req) && json_text(en).n ? json_text(en) : json_text(zh);
            JSON_SET(node, "say", json_string(req->arena, text));
            continue;
        }
        for (struct json *child = node->first; child; child = child->next) {
            struct frame *f = child->first ? ARENA_NEW(req->arena, struct frame) : NULL;
            if (f) {
                f->node = child;
                f->below = top;
                top = f;
            }
        }
    }
}

struct json *shape_text(struct request *req, struct span s)
{
    return json_string(req->arena, s);
}

struct json *shape_date(struct request *req, struct date d)
{
    char text[DATE_TEXT];
    return json_string(req->arena, arena_copy(req->arena, span_of(text, date_print(d, text))));
}

void shape_set(struct request *req, struct json *o, const char *key, struct span text)
{
    if (text.n)
        json_set(o, span_z(key), json_string(req->arena, text));
}

void shape_list(struct request *req, struct json *data, const char *name, struct json *list)
{
    json_set(data, span_z(name), list);
    json_set(data, arena_print(req->arena, "has_%s", name),
             json_bool(req->arena, list && list->n > 0));
}

struct json *shape_word(struct request *req, const struct closed_word *w)
{
    struct json *o = json_object(req->arena);
    JSON_SET(o, "id", json_string(req->arena, w->yaml));
    JSON_SET(o, "title", json_string(req->arena, words_in(w->title, is_english(req))));
    return o;
}

struct span shape_link(struct request *req, const char *folder, struct span id)
{
    static const char hex[] = "0123456789ABCDEF";
    struct buffer b = BUFFER_INIT;

    buffer_print(&b, "/%s/", folder);
    for (size_t i = 0; i < id.n; i++) {
        unsigned char c = (unsigned char)id.p[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                     c == '-' || c == '/' || c == '.';
        if (plain) {
            buffer_byte(&b, (char)c);
        } else {
            buffer_byte(&b, '%');
            buffer_byte(&b, hex[c >> 4]);
            buffer_byte(&b, hex[c & 15]);
        }
    }
    struct span link = arena_copy(req->arena, buffer_span(&b));
    req->arena->failed |= buffer_failed(&b);
    buffer_release(&b);
    return link;
}

struct span shape_measure_link(struct request *req, const struct measure *m)
{
    return shape_link(req, m->product ? "products" : "measures", m->id);
}

struct json *shape_decision(struct request *req, const struct decision_model *m)
{
    struct json *o = json_object(req->arena);
    JSON_SET(o, "link", shape_text(req, shape_link(req, "decisions", m->id)));
    JSON_SET(o, "title", shape_text(req, words_in(m->title, is_english(req))));
    return o;
}

/* The clause's own text and that below it, masked. */
static struct span clause_text(struct request *req, const struct corpus_text *t,
                               const struct doc_node *node)
{
    struct buffer b = BUFFER_INIT;

    doc_text(&b, t->doc, node, false);
    struct span text = arena_copy(req->arena, span_trim(buffer_span(&b)));
    req->arena->failed |= buffer_failed(&b);
    buffer_release(&b);
    return text;
}

struct json *shape_citation(struct request *req, const struct app *app,
                            const struct library_document *d, struct span clause)
{
    struct json *o = json_object(req->arena);
    const struct corpus_text *t = NULL;
    const struct doc_node *node;

    JSON_SET(o, "document", json_string(req->arena, d->id));
    JSON_SET(o, "title", json_string(req->arena, d->title));
    JSON_SET(o, "clause", json_string(req->arena, clause));
    JSON_SET(o, "link", json_string(req->arena, shape_link(req, "documents", d->id)));
    node = app->has_corpus && clause.n ? clause_find(&app->corpus, d, clause, &t) : NULL;
    /* null, not absent: a template would find the text of whatever stands around the citation */
    JSON_SET(o, "text",
             node ? json_string(req->arena, clause_text(req, t, node)) : json_null(req->arena));
    JSON_SET(o, "line", node ? json_int(req->arena, node->line) : json_null(req->arena));
    return o;
}

void shape_option(struct request *req, struct json *list, struct span value, struct span title,
                  bool chosen)
{
    struct json *o = json_object(req->arena);
    JSON_SET(o, "value", json_string(req->arena, value));
    JSON_SET(o, "title", json_string(req->arena, title));
    JSON_SET(o, "chosen", json_bool(req->arena, chosen));
    json_add(list, o);
}

struct span shape_grouped(struct request *req, struct span figure)
{
    size_t sign = figure.n && figure.p[0] == '-', whole = sign;
    struct buffer b = BUFFER_INIT;

    while (whole < figure.n && figure.p[whole] >= '0' && figure.p[whole] <= '9')
        whole++;
    if (whole < figure.n && figure.p[whole] != '.')
        return figure;
    for (size_t i = 0; i < figure.n; i++) {
        if (i > sign && i < whole && (whole - i) % 3 == 0)
            buffer_byte(&b, ',');
        buffer_byte(&b, figure.p[i]);
    }
    struct span text = arena_copy(req->arena, buffer_span(&b));
    req->arena->failed |= buffer_failed(&b);
    buffer_release(&b);
    return text;
}

struct span shape_actor(struct request *req, struct span login)
{
    return span_eq(login, SPAN("operator")) ? request_say(req, "audit.operator", NULL) : login;
}

struct span shape_purpose(struct request *req, const struct fact *f)
{
    int64_t months = 0;
    bool english = is_english(req);

    if (!f || !f->sensitive || !f->purpose.zh.n || !decimal_to_int(f->keep_months, &months))
        return SPAN("");
    return arena_print(req->arena,
                       english ? "%.*s; deleted after %d months." : "%.*s，%d个月后删除。",
                       SPAN_ARG(words_in(f->purpose, english)), (int)months);
}

void shape_formula(struct request *req, struct json *o, const char *key, const struct library *l,
                   struct span text)
{
    struct span words = formula_words(req->arena, l, text, is_english(req));

    shape_set(req, o, key, text);
    if (!span_eq(words, text))
        json_set(o, arena_print(req->arena, "%s_en", key), shape_text(req, words));
}
