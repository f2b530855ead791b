/*
 * load_rules.c: rules of whole documents (law 18) that a catalogue lists as rows of their own: a
 * rule with `row:` is one measure more, whose only condition is the rule itself.
 */
#include "policy/library_int.h"

/* A copy of one node beside others: its children are shared. */
static void add_node(struct loader *l, struct json *to, const struct json *from)
{
    struct json *copy = need(l, ARENA_NEW(l->program, struct json));
    if (!copy)
        return;
    *copy = *from;
    copy->next = NULL;
    if (to->last)
        to->last->next = copy;
    else
        to->first = copy;
    to->last = copy;
    to->n++;
}

static struct json *map_at(struct loader *l, const struct json *place, enum json_kind kind)
{
    struct json *j = need(l, ARENA_NEW(l->program, struct json));
    if (j)
        *j = (struct json){.kind = kind, .line = place->line, .column = place->column};
    return j;
}

static void add_text(struct loader *l, struct json *to, const struct json *row, const char *key,
                     struct span text)
{
    if (json_get(row, span_z(key)) || !text.n)
        return;
    struct json *j = map_at(l, row, JSON_STRING);
    if (!j)
        return;
    j->text = text;
    json_set(to, span_z(key), j);
}

static void add_list(struct loader *l, struct json *to, const char *key, struct json *element)
{
    struct json *list = element ? map_at(l, element, JSON_ARRAY) : NULL;
    if (!list)
        return;
    json_add(list, element);
    json_set(to, span_z(key), list);
}

/* The rule as an own condition: no rule of the document holds for itself. */
static struct json *as_condition(struct loader *l, const struct json *rule)
{
    struct json *c = map_at(l, rule, JSON_OBJECT);
    JSON_EACH(e, c ? rule : NULL)
    {
        if (!span_eq(e->key, SPAN("rule")) && !span_eq(e->key, SPAN("row")))
            add_node(l, c, e);
    }
    return c;
}

static void exempt(struct loader *l, struct json *to, const struct library_document *d,
                   const struct json *row)
{
    struct json *list = map_at(l, row, JSON_ARRAY);
    for (; d && list; d = d->within)
        for (size_t i = 0; i < d->rule_count; i++) {
            struct json *id = map_at(l, row, JSON_STRING);
            if (!id)
                return;
            id->text = d->rules[i].id;
            json_add(list, id);
        }
    if (list)
        JSON_SET(to, "overrides", list);
}

static struct json *row_tree(struct loader *l, const struct library_document *d,
                             const struct json *rule, const struct json *row)
{
    struct json *to = map_at(l, row, JSON_OBJECT);
    if (!to)
        return NULL;
    JSON_EACH(e, row)
    add_node(l, to, e);
    add_text(l, to, row, "measure",
             arena_print(l->program, "%.*s/%.*s", SPAN_ARG(d->id),
                         SPAN_ARG(json_text(JSON_GET(rule, "rule")))));
    add_text(l, to, row, "document", d->id);
    add_text(l, to, row, "region", d->region);
    add_text(l, to, row, "authority", d->issuer_count ? d->issuers[0] : d->title);
    add_text(l, to, row, "kind", SPAN("status"));
    add_text(l, to, row, "precision", SPAN("decide"));
    add_text(l, to, row, "applicant", SPAN("enterprise"));
    add_text(l, to, row, "cites", json_text(JSON_GET(rule, "cites")));
    if (!JSON_GET(row, "addressee")) {
        struct json *role = map_at(l, row, JSON_STRING);
        if (role)
            role->text = SPAN("enterprise");
        add_list(l, to, "addressee", role);
    }
    exempt(l, to, d, row);
    add_list(l, to, "conditions", as_condition(l, rule));
    return to;
}

static void load_rows(struct loader *l, const struct json *e)
{
    const struct library_document *d =
        map_get(&l->library->document_by_id, json_text(JSON_GET(e, "document")));
    JSON_EACH(rule, d ? JSON_GET(e, "rules") : NULL)
    {
        const struct json *row = JSON_GET(rule, "row");
        if (is_absent(row))
            continue;
        if (row->kind != JSON_OBJECT) {
            hint(l, COMPLAIN(l, row, E_TYPE, "'row' must be a map"), "row: {catalogue: ..., ...}");
            continue;
        }
        struct json *tree = row_tree(l, d, rule, row);
        if (tree)
            load_measure_row(l, tree, NULL, NULL);
    }
}

void load_rule_rows(struct loader *l)
{
    struct measure none = {0};
    l->defaults = &none;
    for (size_t i = 0; i < l->sources.n; i++) {
        l->source = l->sources.at[i];
        JSON_EACH(e, JSON_GET(l->source->tree, "documents"))
        load_rows(l, e);
    }
    l->defaults = NULL;
}
