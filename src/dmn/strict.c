/*
 * strict.c: models for a host with a closed vocabulary (dmn_load_strict): types with units and
 * closed sets, cells that must keep to them, decisions as functions of their inputs.
 */
#include "dmn/dmn_int.h"

/* ---- types ---- */

static struct span extra(const struct xml *x, struct span name)
{
    for (const struct xml_attribute *a = x->attributes; a; a = a->next)
        if (span_eq(a->ns, SPAN(DMN_HUIQI_NS)) && span_eq(a->name, name))
            return span_trim(a->value);
    return (struct span){NULL, 0};
}

/* The next of texts in quotes with commas between, off *rest; false at the end, or when it is
 * anything else (*ret_good). */
static bool next_text(struct span *rest, bool first, struct span *ret, bool *ret_good)
{
    *rest = span_trim(*rest);
    *ret_good = rest->n > 0 || !first;
    if (rest->n == 0)
        return false;
    *ret_good = false;
    if (!first) {
        if (rest->p[0] != ',')
            return false;
        *rest = span_trim(span_from(*rest, 1));
    }
    if (rest->n < 2 || rest->p[0] != '"')
        return false;
    size_t end = span_find(span_from(*rest, 1), SPAN("\""));
    if (end == SIZE_MAX || span_find(span_of(rest->p + 1, end), SPAN("\\")) != SIZE_MAX)
        return false;
    *ret = span_of(rest->p + 1, end);
    *rest = span_from(*rest, end + 2);
    *ret_good = true;
    return true;
}

/* How many texts a list of nothing but texts has; 0 for any other expression. */
static size_t read_texts(struct span text, struct span *to)
{
    struct span one;
    size_t n = 0;
    bool good;
    while (next_text(&text, n == 0, &one, &good)) {
        if (to)
            to[n] = one;
        n++;
    }
    return good ? n : 0;
}

const struct type *dmn_strict_type(struct dmn_model *m, const struct xml *x, const struct type *t)
{
    const struct xml *allowed = xml_child(xml_child(x, "allowedValues"), "text");
    struct arena *a = m->whole->program;
    struct span unit = extra(x, SPAN("unit"));
    size_t n = allowed && t->kind == TYPE_STRING ? read_texts(allowed->text, NULL) : 0;
    struct type *own;
    if (!m->whole->strict || (n == 0 && unit.n == 0))
        return t;
    if (unit.n > 0 && t->kind != TYPE_NUMBER) {
        dmn_hint(m, dmn_report(m, x, DIAG_ERROR, E_TYPE, "a unit of something that is no number"),
                 "drop huiqi:unit");
        return t;
    }
    own = ARENA_NEW(a, struct type);
    struct span *values = ARENA_ARRAY(a, struct span, n + 1);
    if (!own || !values)
        return t;
    *own = *t;
    own->unit = unit;
    if (n > 0) {
        own->value_count = read_texts(allowed->text, values);
        own->values = values;
    }
    return own;
}

/* ---- cells ---- */

static bool is_value(const struct type *t, struct span s)
{
    for (size_t i = 0; i < t->value_count; i++)
        if (span_eq(t->values[i], s))
            return true;
    return false;
}

static void check_cell(struct dmn_model *m, const struct type *t, const struct xml *text)
{
    struct span rest = text ? text->text : (struct span){NULL, 0}, one;
    struct map known;
    bool first = true, good;
    if (!t || t->value_count == 0 || read_texts(rest, NULL) == 0)
        return;
    for (; next_text(&rest, first, &one, &good); first = false) {
        if (is_value(t, one))
            continue;
        struct diag *g =
            dmn_report(m, text, DIAG_ERROR, E_NAME, "\"%.*s\" is none of the values of %.*s",
                       SPAN_ARG(one), SPAN_ARG(t->name));
        map_init(&known, m->whole->program);
        for (size_t i = 0; i < t->value_count; i++)
            if (map_put(&known, t->values[i], m) < 0)
                return;
        struct span near = map_nearest(&known, one);
        if (near.n > 0)
            dmn_hint(m, g, "did you mean \"%.*s\"?", SPAN_ARG(near));
    }
}

/* The type of the name that an input expression is; NULL for other expressions. */
static const struct type *input_type(const struct dmn_element *e, const struct xml *input)
{
    struct span name = xml_child_text(xml_child(input, "inputExpression"), "text");
    for (size_t i = 0; i < e->needs.n; i++)
        if (span_eq(e->needs.at[i].element->name, name))
            return e->needs.at[i].element->type;
    return NULL;
}

static void check_column(struct dmn_element *e, const struct xml *table, const char *entries,
                         size_t column, const struct type *t)
{
    XML_EACH(rule, table, "rule")
    {
        size_t i = 0;
        XML_EACH(entry, rule, entries)
        if (i++ == column)
            check_cell(e->model, t, xml_child(entry, "text"));
    }
}

void dmn_strict_cells(struct dmn_element *e)
{
    const struct xml *table = xml_child(e->xml, "decisionTable");
    size_t i = 0;
    XML_EACH(input, table, "input")
    check_column(e, table, "inputEntry", i++, input_type(e, input));
    i = 0;
    XML_EACH(output, table, "output")
    {
        struct span ref = xml_attribute(output, "typeRef");
        const struct type *t = ref.n > 0 ? dmn_type_ref(e->model, ref, output)
                               : i == 0  ? e->type
                                         : NULL;
        check_column(e, table, "outputEntry", i++, t);
        check_cell(e->model, t, xml_child(xml_child(output, "defaultOutputEntry"), "text"));
    }
}

/* ---- decisions as functions ---- */

struct decision_call {
    const struct dmn *model;
    const struct dmn_element *decision;
    const struct dmn_element *const *inputs;
};

static struct value call_decision(const struct feel_callable *f, struct feel_run *feel,
                                  const struct value *args)
{
    const struct decision_call *c = f->context;
    struct dmn_run r;
    if (dmn_run_init(&r, c->model, feel->arena) < 0)
        return VALUE_NO_MEMORY_V;
    r.feel.calendar = feel->calendar;
    r.feel.as_of = feel->as_of;
    for (size_t i = 0; i < f->param_count; i++)
        dmn_set(&r, c->inputs[i], args[i]);
    return dmn_decide(&r, c->decision);
}

/* Marks what e rests on. Circles were refused when loading; the chain is bounded by DMN_CHAIN_MAX.
 */
static void mark_needs(const struct dmn_element *e, bool *marks)
{
    if (marks[e->index])
        return;
    marks[e->index] = true;
    for (size_t i = 0; i < e->needs.n; i++)
        mark_needs(e->needs.at[i].element, marks);
}

bool *dmn_rests_on(struct arena *a, const struct dmn *m, const struct dmn_element *e)
{
    bool *marks = ARENA_ARRAY(a, bool, m->elements.n + 1);
    if (marks)
        mark_needs(e, marks);
    return marks;
}

/* Inputs in the order of the file. */
static size_t collect_inputs(const struct dmn *m, const bool *marks, const struct dmn_element **to)
{
    size_t n = 0;
    for (size_t i = 0; i < m->elements.n; i++)
        if (m->elements.at[i]->kind == DMN_INPUT && marks[m->elements.at[i]->index]) {
            if (to)
                to[n] = m->elements.at[i];
            n++;
        }
    return n;
}

static int make_callable(struct arena *a, const struct dmn *m, const struct dmn_element *e,
                         struct dmn_function *f)
{
    size_t n = f->input_count;
    struct decision_call *call = ARENA_NEW(a, struct decision_call);
    struct feel_callable *c = ARENA_NEW(a, struct feel_callable);
    struct span *names = ARENA_ARRAY(a, struct span, n + 1);
    const struct type **types = ARENA_ARRAY(a, const struct type *, n + 1);
    if (!call || !c || !names || !types)
        return E_MEMORY;
    for (size_t i = 0; i < n; i++) {
        names[i] = f->inputs[i]->name;
        types[i] = f->inputs[i]->type;
    }
    *call = (struct decision_call){m, e, f->inputs};
    *c = (struct feel_callable){.name = e->name,
                                .param_count = n,
                                .params = names,
                                .types = types,
                                .result = e->type,
                                .call = call_decision,
                                .context = call};
    f->value = feel_function(a, c);
    f->type = type_function(a, types, n, e->type);
    return f->value.kind == VALUE_FUNCTION && f->type ? 0 : E_MEMORY;
}

int dmn_function(struct arena *program, const struct dmn *m, const struct dmn_element *e,
                 struct dmn_function *ret)
{
    struct dmn_function f = {.input_count = 0};
    bool *marks = dmn_rests_on(program, m, e);
    if (!marks)
        return E_MEMORY;
    f.input_count = collect_inputs(m, marks, NULL);
    const struct dmn_element **inputs =
        ARENA_ARRAY(program, const struct dmn_element *, f.input_count + 1);
    if (!inputs)
        return E_MEMORY;
    (void)collect_inputs(m, marks, inputs);
    f.inputs = inputs;
    if (make_callable(program, m, e, &f) < 0)
        return E_MEMORY;
    *ret = f;
    return 0;
}

uint32_t dmn_line(const struct dmn_element *e)
{
    return e->xml->line;
}

struct span dmn_extra(const struct dmn *m, const struct dmn_element *e, struct span name)
{
    return extra(e ? e->xml : m->models.at[0]->root, name);
}
