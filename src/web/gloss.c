/*
 * gloss.c: official terms and what they mean, for every page that shows them. The terms are the
 * messages gloss.* of web/text, each written "term = meaning"; a page gets those whose term occurs
 * in its own texts.
 */
#include "web/checkup.h"

#define GLOSS_MOST 64 /* terms in web/text; more are not looked for */

struct term {
    struct span term, means;
    bool found;
};
struct visit {
    struct visit *below;
    const struct json *node;
};

static bool read_term(const struct map_entry *e, struct term *ret)
{
    const struct message *m = e->value;
    size_t at = span_starts(e->key, SPAN("gloss.")) ? span_find(m->text, SPAN(" = ")) : SIZE_MAX;

    if (at == SIZE_MAX)
        return false;
    *ret = (struct term){.term = span_of(m->text.p, at),
                         .means = span_from(m->text, at + strlen(" = "))};
    return true;
}

static size_t read_terms(const struct map *messages, struct term *terms)
{
    size_t n = 0;
    for (size_t i = 0; i < messages->n && n < GLOSS_MOST; i++)
        n += read_term(&messages->entries[i], &terms[n]);
    return n;
}

/* Members for machines, and the details that stay folded: a page names its terms above them. */
static bool is_shown(const struct json *node)
{
    static const struct span hidden[] = {
        SPAN_INIT("conditions"), SPAN_INIT("results"),  SPAN_INIT("readings"), SPAN_INIT("dates"),
        SPAN_INIT("cites"),      SPAN_INIT("contacts"), SPAN_INIT("citation"), SPAN_INIT("text"),
        SPAN_INIT("text_en"),    SPAN_INIT("plain_en"), SPAN_INIT("title_en"), SPAN_INIT("facts")};
    bool text = node->kind == JSON_STRING || node->kind == JSON_ARRAY || node->kind == JSON_OBJECT;

    for (size_t i = 0; text && node->key.n && i < COUNT_OF(hidden); i++)
        if (span_eq(node->key, hidden[i]))
            return false;
    return text;
}

static void look(struct span text, struct term *terms, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!terms[i].found && span_find(text, terms[i].term) != SIZE_MAX)
            terms[i].found = true;
}

/* Depth-first with a stack of its own. */
static void look_through(struct arena *a, const struct json *tree, struct term *terms, size_t n)
{
    struct visit first = {NULL, tree}, *top = &first;

    while (top) {
        const struct json *node = top->node;
        top = top->below;
        if (node->kind == JSON_STRING)
            look(node->text, terms, n);
        JSON_EACH(child, node)
        {
            struct visit *v = is_shown(child) ? ARENA_NEW(a, struct visit) : NULL;
            if (v) {
                *v = (struct visit){top, child};
                top = v;
            }
        }
    }
}

void gloss_add(struct request *req, struct json *data)
{
    struct term terms[GLOSS_MOST];
    size_t n = read_terms(&req->texts->by_key[req->language], terms);
    struct json *list = json_array(req->arena);

    look_through(req->arena, data, terms, n);
    for (size_t i = 0; i < n; i++) {
        if (!terms[i].found)
            continue;
        struct json *o = json_object(req->arena);
        JSON_SET(o, "term", json_string(req->arena, terms[i].term));
        JSON_SET(o, "means", json_string(req->arena, terms[i].means));
        json_add(list, o);
    }
    JSON_SET(data, "gloss", list);
    JSON_SET(data, "has_gloss", json_bool(req->arena, list && list->n > 0));
}
