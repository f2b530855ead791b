/*
 * describe.c: decisions as they are drawn for people:
 *
 *   {name, en, description, inputs: [{name, en, unit, type}], parts: [{name, en, description, line,
 * expression, is_table, policy, columns: [{title, is_input}], rules: [{number, cells: [{text,
 * any}], notes: [..]}], has_default, default, notes: [names of annotations]}]}
 *
 * Parts: the decisions that it rests on, requirements first, the decision itself last. Of a whole
 * model all of them.
 */
#include "dmn/dmn_int.h"

static void set_span(struct json *o, struct arena *a, struct span key, struct span text)
{
    json_set(o, key, json_string(a, text));
}

static struct span text_of(const struct xml *x)
{
    return xml_child_text(x, "text");
}

static void set_names(struct arena *a, struct json *o, const struct dmn_element *e)
{
    struct span en = dmn_extra(e->model->whole, e, SPAN("en"));
    set_span(o, a, SPAN("name"), e->name);
    set_span(o, a, SPAN("en"), en.n > 0 ? en : e->name);
    set_span(o, a, SPAN("description"), xml_child_text(e->xml, "description"));
}

static void add_column(struct arena *a, struct json *columns, struct span title, bool is_input)
{
    struct json *o = json_object(a);
    set_span(o, a, SPAN("title"), title);
    JSON_SET(o, "is_input", json_bool(a, is_input));
    json_add(columns, o);
}

static struct json *columns_json(struct arena *a, const struct dmn_element *e,
                                 const struct xml *table)
{
    struct json *columns = json_array(a);
    XML_EACH(x, table, "input")
    {
        struct span label = span_trim(xml_attribute(x, "label"));
        add_column(a, columns, label.n > 0 ? label : text_of(xml_child(x, "inputExpression")),
                   true);
    }
    XML_EACH(x, table, "output")
    {
        struct span label = span_trim(xml_attribute(x, "label")),
                    name = span_trim(xml_attribute(x, "name"));
        add_column(a, columns, label.n > 0 ? label : name.n > 0 ? name : e->name, false);
    }
    return columns;
}

static void add_cells(struct arena *a, struct json *cells, const struct xml *rule,
                      const char *entries)
{
    XML_EACH(x, rule, entries)
    {
        struct span text = text_of(x);
        struct json *o = json_object(a);
        bool any = text.n == 0 || span_eq(text, SPAN("-"));
        set_span(o, a, SPAN("text"), any ? SPAN("-") : text);
        JSON_SET(o, "any", json_bool(a, any));
        json_add(cells, o);
    }
}

static struct json *rules_json(struct arena *a, const struct xml *table)
{
    struct json *rules = json_array(a);
    int64_t number = 0;
    XML_EACH(rule, table, "rule")
    {
        struct json *o = json_object(a), *cells = json_array(a), *notes = json_array(a);
        add_cells(a, cells, rule, "inputEntry");
        add_cells(a, cells, rule, "outputEntry");
        XML_EACH(x, rule, "annotationEntry")
        json_add(notes, json_string(a, text_of(x)));
        JSON_SET(o, "number", json_int(a, ++number));
        JSON_SET(o, "line", json_int(a, rule->line));
        JSON_SET(o, "cells", cells);
        JSON_SET(o, "notes", notes);
        json_add(rules, o);
    }
    return rules;
}

static void set_table(struct arena *a, struct json *o, const struct dmn_element *e,
                      const struct xml *table)
{
    struct span policy = span_trim(xml_attribute(table, "hitPolicy"));
    struct span otherwise = text_of(xml_child(xml_child(table, "output"), "defaultOutputEntry"));
    struct json *notes = json_array(a);
    XML_EACH(x, table, "annotation")
    json_add(notes, json_string(a, span_trim(xml_attribute(x, "name"))));
    set_span(o, a, SPAN("policy"), policy.n > 0 ? policy : SPAN("UNIQUE"));
    JSON_SET(o, "columns", columns_json(a, e, table));
    JSON_SET(o, "rules", rules_json(a, table));
    JSON_SET(o, "notes", notes);
    JSON_SET(o, "has_default", json_bool(a, otherwise.n > 0));
    set_span(o, a, SPAN("default"), otherwise);
}

static struct json *part_json(struct arena *a, const struct dmn_element *e)
{
    const struct xml *table = xml_child(e->xml, "decisionTable");
    struct json *o = json_object(a);
    set_names(a, o, e);
    JSON_SET(o, "line", json_int(a, e->xml->line));
    JSON_SET(o, "is_table", json_bool(a, table != NULL));
    set_span(o, a, SPAN("expression"), text_of(xml_child(e->xml, "literalExpression")));
    if (table)
        set_table(a, o, e, table);
    return o;
}

static struct json *input_json(struct arena *a, const struct dmn_element *e)
{
    struct json *o = json_object(a), *values = json_array(a);
    struct buffer b = BUFFER_INIT;
    set_names(a, o, e);
    type_print(&b, e->type);
    set_span(o, a, SPAN("unit"), e->type->unit);
    set_span(o, a, SPAN("type"), arena_copy(a, buffer_span(&b)));
    a->failed = a->failed || buffer_failed(&b);
    buffer_release(&b);
    for (size_t i = 0; i < e->type->value_count; i++)
        json_add(values, json_string(a, e->type->values[i]));
    JSON_SET(o, "values", values);
    return o;
}

/* Requirements first. */
static void add_parts(struct arena *a, struct json *parts, const struct dmn_element *e, bool *seen)
{
    if (seen[e->index] || e->kind == DMN_INPUT)
        return;
    seen[e->index] = true;
    for (size_t i = 0; i < e->needs.n; i++)
        add_parts(a, parts, e->needs.at[i].element, seen);
    json_add(parts, part_json(a, e));
}

static void set_whole(struct arena *a, struct json *o, const struct dmn *m)
{
    struct span en = dmn_extra(m, NULL, SPAN("en"));
    set_span(o, a, SPAN("name"), dmn_name(m));
    set_span(o, a, SPAN("en"), en.n > 0 ? en : dmn_name(m));
    set_span(o, a, SPAN("description"), xml_child_text(m->models.at[0]->root, "description"));
}

struct json *dmn_decision_json(struct arena *a, const struct dmn *m, const struct dmn_element *e)
{
    struct json *o = json_object(a), *inputs = json_array(a), *parts = json_array(a);
    bool *marks = e ? dmn_rests_on(a, m, e) : NULL, *seen = ARENA_ARRAY(a, bool, m->elements.n + 1);
    if ((e && !marks) || !seen)
        return NULL;
    if (e)
        set_names(a, o, e);
    else
        set_whole(a, o, m);
    for (size_t i = 0; i < m->elements.n; i++)
        if (m->elements.at[i]->kind == DMN_INPUT && (!e || marks[m->elements.at[i]->index]))
            json_add(inputs, input_json(a, m->elements.at[i]));
    for (size_t i = 0; i < m->elements.n; i++)
        if (!e || m->elements.at[i] == e)
            add_parts(a, parts, m->elements.at[i], seen);
    JSON_SET(o, "inputs", inputs);
    JSON_SET(o, "parts", parts);
    return a->failed ? NULL : o;
}
