/*
 * explain.c: why a decision has its value, as data:
 *
 *   {name, kind, value, elements: [{name, kind, value, text, given, line, expression, requires:
 * [name], tables: [..]}], problems: [{message, line, column}]}
 *
 * Elements: what it rests on and was looked at, the decision itself first, each before what it
 * requires. A table: {policy, line, inputs: [{expression, text}], rules: how many, hits: [{rule,
 * line, entries: [..], outputs: [..], notes: [..]}], default: whether its default counts, text};
 * one for each time that it was evaluated. `text` is a value as FEEL writes it, `value` the same as
 * JSON.
 */
#include "dmn/dmn_int.h"
#include "feel/value_print.h"

static const char *const kind_names[] = {[DMN_INPUT] = "input",
                                         [DMN_DECISION] = "decision",
                                         [DMN_BKM] = "knowledge",
                                         [DMN_SERVICE] = "service"};

static struct json *text_json(struct arena *a, struct value v)
{
    struct buffer b = BUFFER_INIT;
    value_literal(&b, v);
    struct json *j = json_string(a, arena_copy(a, buffer_span(&b)));
    a->failed = a->failed || buffer_failed(&b);
    buffer_release(&b);
    return j;
}

static struct json *string_json(struct arena *a, const char *z)
{
    return json_string(a, span_z(z));
}

/* ---- tables ---- */

static struct json *texts_json(struct arena *a, const struct xml *x, const char *name)
{
    struct json *list = json_array(a);
    XML_EACH(c, x, name)
    json_add(list, json_string(a, xml_child_text(c, "text")));
    return list;
}

static struct json *inputs_json(struct arena *a, const struct dmn_table *t,
                                const struct feel_table_use *u)
{
    struct json *list = json_array(a);
    size_t i = 0;
    XML_EACH(x, t->xml, "input")
    {
        struct json *o = json_object(a);
        JSON_SET(o, "expression",
                 json_string(a, xml_child_text(xml_child(x, "inputExpression"), "text")));
        JSON_SET(o, "text", text_json(a, u->inputs[i++]));
        json_add(list, o);
    }
    return list;
}

static struct json *hits_json(struct arena *a, const struct dmn_table *t,
                              const struct feel_table_use *u)
{
    struct json *list = json_array(a);
    size_t i = 0;
    XML_EACH(rule, t->xml, "rule")
    {
        struct json *o = json_object(a);
        if (!value_is_true(u->hits[i++]))
            continue;
        JSON_SET(o, "rule", json_int(a, (int64_t)i));
        JSON_SET(o, "line", json_int(a, rule->line));
        JSON_SET(o, "entries", texts_json(a, rule, "inputEntry"));
        JSON_SET(o, "outputs", texts_json(a, rule, "outputEntry"));
        JSON_SET(o, "notes", texts_json(a, rule, "annotationEntry"));
        json_add(list, o);
    }
    return list;
}

static struct json *table_json(struct arena *a, const struct dmn_table *t,
                               const struct feel_table_use *u)
{
    struct json *o = json_object(a), *hits = hits_json(a, t, u);
    struct span policy = span_trim(xml_attribute(t->xml, "hitPolicy")),
                how = span_trim(xml_attribute(t->xml, "aggregation"));
    JSON_SET(o, "policy", json_string(a, policy.n > 0 ? policy : SPAN("UNIQUE")));
    if (how.n > 0)
        JSON_SET(o, "aggregation", json_string(a, how));
    JSON_SET(o, "line", json_int(a, t->xml->line));
    JSON_SET(o, "inputs", inputs_json(a, t, u));
    JSON_SET(o, "rules", json_int(a, (int64_t)u->table->rule_count));
    JSON_SET(o, "hits", hits);
    JSON_SET(o, "default", json_bool(a, hits && !hits->first && u->table->has_default));
    JSON_SET(o, "text", text_json(a, u->result));
    return o;
}

static const struct dmn_table *find_table(const struct dmn *m, const struct feel_table *table)
{
    for (size_t i = 0; i < m->tables.n; i++)
        if (m->tables.at[i].table == table)
            return &m->tables.at[i];
    return NULL;
}

static struct json *tables_json(struct dmn_run *r, const struct dmn_element *e)
{
    struct arena *a = r->feel.arena;
    struct json *list = json_array(a);
    for (const struct feel_table_use *u = r->feel.tables->first; u; u = u->next) {
        const struct dmn_table *t = find_table(r->model, u->table);
        if (t && t->element == e)
            json_add(list, table_json(a, t, u));
    }
    return list;
}

/* ---- elements ---- */

static struct json *requires_json(struct arena *a, const struct dmn_element *e)
{
    struct json *list = json_array(a);
    for (size_t i = 0; dmn_need_at(e, i); i++)
        json_add(list, json_string(a, dmn_need_at(e, i)->name));
    for (size_t i = 0; e->kind == DMN_SERVICE && i < e->outputs.n; i++)
        json_add(list, json_string(a, e->outputs.at[i].element->name));
    return list;
}

static void set_value(struct arena *a, struct json *o, const struct dmn_element *e, struct value v)
{
    if (e->kind == DMN_BKM || v.kind == VALUE_FUNCTION)
        return;
    JSON_SET(o, "value", feel_to_json(a, v));
    JSON_SET(o, "text", text_json(a, v));
}

/* shown: its value is known here. */
static struct json *element_json(struct dmn_run *r, const struct dmn_element *e, const bool *given,
                                 const struct value *shown)
{
    struct arena *a = r->feel.arena;
    struct json *o = json_object(a);
    struct span text = xml_child_text(xml_child(e->xml, "literalExpression"), "text");
    JSON_SET(o, "name", json_string(a, e->name));
    JSON_SET(o, "kind", string_json(a, kind_names[e->kind]));
    if (shown)
        set_value(a, o, e, *shown);
    JSON_SET(o, "given", json_bool(a, given[e->index]));
    JSON_SET(o, "line", json_int(a, e->xml->line));
    if (text.n > 0)
        JSON_SET(o, "expression", json_string(a, text));
    JSON_SET(o, "requires", requires_json(a, e));
    JSON_SET(o, "tables", tables_json(r, e));
    return o;
}

/* What e rests on, requirements first; of what was given nothing more. Bounded by DMN_CHAIN_MAX. */
struct order {
    const struct dmn_element **at;
    size_t n;
    bool *seen;
    const bool *given;
};

static void put_in_order(struct order *o, const struct dmn_element *e)
{
    if (o->seen[e->index])
        return;
    o->seen[e->index] = true;
    for (size_t i = e->outputs.n; i-- > 0;)
        put_in_order(o, e->outputs.at[i].element);
    for (size_t i = e->needs.n; i-- > 0 && !o->given[e->index];)
        put_in_order(o, e->needs.at[i].element);
    o->at[o->n++] = e;
}

static bool *given_now(struct dmn_run *r)
{
    bool *given = ARENA_ARRAY(r->feel.arena, bool, r->model->elements.n + 1);
    for (size_t i = 0; given && i < r->model->elements.n; i++)
        given[i] = r->states[i] != 0;
    return given;
}

static struct json *elements_json(struct dmn_run *r, const struct dmn_element *e, struct value v,
                                  const bool *given)
{
    struct arena *a = r->feel.arena;
    struct json *list = json_array(a);
    struct order o = {.at = ARENA_ARRAY(a, const struct dmn_element *, r->model->elements.n + 1),
                      .seen = ARENA_ARRAY(a, bool, r->model->elements.n + 1),
                      .given = given};
    if (!o.at || !o.seen)
        return NULL;
    put_in_order(&o, e);
    for (size_t i = o.n; i-- > 0;) {
        const struct dmn_element *x = o.at[i];
        const struct value *known = x == e ? &v : r->states[x->index] ? &r->values[x->index] : NULL;
        json_add(list, element_json(r, x, given, known));
    }
    return list;
}

static struct json *problems_json(struct dmn_run *r)
{
    struct arena *a = r->feel.arena;
    struct json *list = json_array(a);
    for (const struct feel_problem *p = r->feel.problems; p; p = p->next) {
        struct json *o = json_object(a);
        struct diag g = {.line = 0};
        JSON_SET(o, "message", json_string(a, p->message));
        if (dmn_place(r->model, p->expr, p->start, p->end, &g)) {
            JSON_SET(o, "line", json_int(a, g.line));
            JSON_SET(o, "column", json_int(a, g.column));
        }
        json_add(list, o);
    }
    return list;
}

struct json *dmn_explain(struct dmn_run *r, const struct dmn_element *e)
{
    struct arena *a = r->feel.arena;
    struct json *o = json_object(a);
    const bool *given = given_now(r);
    r->feel.tables = ARENA_NEW(a, struct feel_table_uses);
    if (!r->feel.tables || !given)
        return NULL;
    struct value v = dmn_decide(r, e);
    JSON_SET(o, "name", json_string(a, e->name));
    JSON_SET(o, "kind", string_json(a, kind_names[e->kind]));
    JSON_SET(o, "value", feel_to_json(a, v));
    JSON_SET(o, "text", text_json(a, v));
    JSON_SET(o, "elements", elements_json(r, e, v, given));
    JSON_SET(o, "problems", problems_json(r));
    return a->failed ? NULL : o;
}
