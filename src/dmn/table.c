/*
 * table.c: decision tables to a TABLE node (feel/tree.h): inputs are names that no text can write,
 * a rule's condition is the tests of its entries joined by `and`, hit policy and outputs are data
 * beside the node.
 */
#include "dmn/dmn_int.h"

struct table {
    struct lowering *l;
    const struct xml *xml;
    const struct scope *scope;
    struct feel_table *shape;
    struct span *inputs;               /* their names */
    const struct type **output_bounds; /* by output; NULL: any value */
};

static struct node *with(struct node *parent, struct node *child)
{
    if (!parent || !child)
        return NULL;
    tree_add(parent, child);
    return parent;
}

static void refuse(struct table *t, const struct xml *at, const char *what, const char *hint)
{
    dmn_hint(t->l->model, dmn_report(t->l->model, at, DIAG_ERROR, E_INPUT, "%s", what), "%s", hint);
}

/* ---- policy ---- */

static const struct {
    const char *name;
    enum hit_policy policy;
} policies[] = {
    {"UNIQUE", HIT_UNIQUE},
    {"FIRST", HIT_FIRST},
    {"PRIORITY", HIT_PRIORITY},
    {"ANY", HIT_ANY},
    {"COLLECT", HIT_COLLECT},
    {"RULE ORDER", HIT_RULE_ORDER},
    {"OUTPUT ORDER", HIT_OUTPUT_ORDER},
};

static const struct {
    const char *name;
    enum hit_aggregation aggregation;
} aggregations[] = {
    {"SUM", HIT_SUM}, {"COUNT", HIT_COUNT}, {"MIN", HIT_MIN}, {"MAX", HIT_MAX}, {"LIST", HIT_LIST}};

enum hit_policy dmn_policy(const struct xml *table)
{
    struct span name = span_trim(xml_attribute(table, "hitPolicy"));
    for (size_t i = 0; i < COUNT_OF(policies); i++)
        if (span_eq(span_z(policies[i].name), name))
            return policies[i].policy;
    return HIT_UNIQUE;
}

static bool read_policy(struct table *t)
{
    struct span policy = span_trim(xml_attribute(t->xml, "hitPolicy")),
                how = span_trim(xml_attribute(t->xml, "aggregation"));
    bool found = policy.n == 0, known = how.n == 0; /* left out: UNIQUE, a list */
    for (size_t i = 0; i < COUNT_OF(policies); i++)
        if (span_eq(span_z(policies[i].name), policy)) {
            t->shape->policy = policies[i].policy;
            found = true;
        }
    for (size_t i = 0; i < COUNT_OF(aggregations); i++)
        if (span_eq(span_z(aggregations[i].name), how)) {
            t->shape->aggregation = aggregations[i].aggregation;
            known = true;
        }
    if (!found)
        refuse(t, t->xml, "unknown hit policy",
               "UNIQUE, FIRST, PRIORITY, ANY, COLLECT, RULE ORDER or OUTPUT ORDER");
    if (!known)
        refuse(t, t->xml, "unknown aggregation", "SUM, COUNT, MIN or MAX; left out: a list");
    if (t->shape->aggregation != HIT_LIST && t->shape->aggregation != HIT_COUNT &&
        t->shape->output_count > 1)
        refuse(t, t->xml, "an aggregation of several outputs",
               "only a table with one output can be aggregated");
    return found && known;
}

/* The values of a column as a type; NULL when it has none. In strict mode the cells are checked
 * instead (strict.c). */
static const struct type *bounds_of(struct table *t, const struct xml *values, struct span name)
{
    struct dmn_model *m = t->l->model;
    return m->whole->strict ? NULL : dmn_bounded(m, values, name);
}

/* What is not among the values of the column is null. */
static struct node *bounded(struct table *t, struct node *value, const struct type *type)
{
    struct node *n =
        value && type ? tree_new(t->l->arena, NODE_COERCE, value->start, value->end) : NULL;
    if (!n)
        return value;
    n->type = type;
    return with(n, value);
}

/* ---- inputs ---- */

static size_t count(const struct xml *x, const char *name)
{
    size_t n = 0;
    XML_EACH(c, x, name)
    n++;
    return n;
}

static struct node *lower_input(struct table *t, const struct xml *x, size_t i)
{
    const struct xml *expression = xml_child(x, "inputExpression"),
                     *text = xml_child(expression, "text");
    struct node *entry = lower_new(t->l, NODE_ENTRY, x), *value;
    t->inputs[i] = arena_print(t->l->arena, "\x01input %u", t->l->tables++);
    if (!text || span_trim(text->text).n == 0) {
        refuse(t, x, "an input without an expression", "give <inputExpression> with <text>");
        return NULL;
    }
    value = lower_text(t->l, text, t->scope);
    if (!t->l->model->whole->strict) /* there types are static */
        value = lower_coerced(t->l, value, xml_attribute(expression, "typeRef"), expression);
    value = bounded(t, value, bounds_of(t, xml_child(x, "inputValues"), span_trim(text->text)));
    if (entry)
        entry->name = t->inputs[i];
    return with(entry, value);
}

static struct node *input_name(struct table *t, size_t i, const struct xml *at)
{
    struct node *n = lower_new(t->l, NODE_NAME, at);
    if (n)
        n->name = t->inputs[i];
    return n;
}

/* ---- rules ---- */

static bool is_any(const struct xml *text)
{
    struct span s = text ? span_trim(text->text) : (struct span){0};
    return s.n == 0 || span_eq(s, SPAN("-"));
}

static struct node *both(struct table *t, struct node *x, struct node *y)
{
    struct node *n;
    if (!x || !y)
        return x ? x : y;
    n = tree_new(t->l->arena, NODE_BINARY, x->start, y->end);
    if (!n)
        return NULL;
    n->op = NOP_AND;
    tree_add(n, x);
    tree_add(n, y);
    return n;
}

/* true when no entry says anything. *ret_good: every entry could be read. */
static struct node *lower_condition(struct table *t, const struct xml *rule, bool *ret_good)
{
    struct node *all = NULL, *one;
    size_t i = 0;
    XML_EACH(entry, rule, "inputEntry")
    {
        const struct xml *text = xml_child(entry, "text");
        if (i < t->shape->input_count && !is_any(text)) {
            one = lower_tests(t->l, text, t->scope, input_name(t, i, entry));
            *ret_good = *ret_good && one;
            all = both(t, all, one);
        }
        i++;
    }
    if (i != t->shape->input_count) {
        refuse(t, rule, "the rule has not as many input entries as the table has inputs",
               "one entry an input; - for any value");
        *ret_good = false;
    }
    if (all)
        return all;
    all = lower_new(t->l, NODE_LITERAL, rule);
    if (all)
        all->value = VALUE_TRUE_V;
    return all;
}

static const struct xml *nth(const struct xml *x, const char *name, size_t i)
{
    const struct xml *c = xml_child(x, name);
    while (c && i-- > 0)
        c = xml_again(c, name);
    return c;
}

/* An output entry, coerced to the type of its output; of a table with one output that may be the
 * table's. */
static struct node *lower_output(struct table *t, const struct xml *entry, size_t i)
{
    const struct xml *text = xml_child(entry, "text"), *output = nth(t->xml, "output", i);
    struct node *n;
    if (!text || span_trim(text->text).n == 0 || is_any(text)) {
        n = lower_new(t->l, NODE_LITERAL, entry);
        if (n)
            n->value = VALUE_NULL_V;
        return n;
    }
    n = lower_text(t->l, text, t->scope);
    n = lower_coerced(t->l, n, xml_attribute(output, "typeRef"), output);
    return bounded(t, n, t->output_bounds[i]);
}

static struct node *lower_rule(struct table *t, const struct xml *x)
{
    bool good = true;
    struct node *rule = lower_new(t->l, NODE_RULE, x), *output;
    size_t i = 0;
    rule = with(rule, lower_condition(t, x, &good));
    XML_EACH(entry, x, "outputEntry")
    {
        if (i >= t->shape->output_count)
            break;
        output = lower_output(t, entry, i++);
        good = good && output;
        if (output)
            rule = with(rule, output);
    }
    if (i != t->shape->output_count || nth(x, "outputEntry", t->shape->output_count)) {
        refuse(t, x, "the rule has not as many output entries as the table has outputs",
               "one entry an output");
        return NULL;
    }
    return good ? rule : NULL;
}

/* ---- outputs ---- */

static struct node *lower_default(struct table *t)
{
    struct node *rule = lower_new(t->l, NODE_RULE, t->xml);
    size_t i = 0;
    XML_EACH(output, t->xml, "output")
    {
        const struct xml *entry = xml_child(output, "defaultOutputEntry");
        struct node *n = lower_output(t, entry, i++);
        rule = with(rule, n);
        t->shape->has_default = t->shape->has_default || entry;
    }
    return rule;
}

/* The values of an output in the order of their priority: its own, else those that its type allows.
 */
static struct node *lower_values(struct table *t, const struct xml *output)
{
    const struct xml *text = xml_child(xml_child(output, "outputValues"), "text");
    if (text && span_trim(text->text).n > 0)
        return lower_text(t->l, text, t->scope);
    if (output->mark) /* those of the type, put there by lower.c */
        return lower_text(t->l, output, t->scope);
    return lower_new(t->l, NODE_LIST, output);
}

static struct span output_name(const struct table *t, const struct xml *output)
{
    struct span name = span_trim(xml_attribute(output, "name"));
    return name.n > 0 ? name : t->l->element->name;
}

static bool read_outputs(struct table *t)
{
    struct span *names = ARENA_ARRAY(t->l->arena, struct span, t->shape->output_count + 1);
    size_t i = 0;
    t->output_bounds = ARENA_ARRAY(t->l->arena, const struct type *, t->shape->output_count + 1);
    if (!names || !t->output_bounds)
        return false;
    XML_EACH(output, t->xml, "output")
    {
        struct span name = span_trim(xml_attribute(output, "name"));
        if (t->shape->output_count > 1)
            names[i] = lower_name(t->l, output, name);
        t->output_bounds[i++] =
            bounds_of(t, xml_child(output, "outputValues"), output_name(t, output));
    }
    t->shape->output_names = names;
    if (i == 0)
        refuse(t, t->xml, "a decision table without an output", "give at least one <output>");
    return i > 0;
}

/* ---- the table ---- */

static struct node *lower_parts(struct table *t, struct node *n)
{
    struct node *part;
    bool good = true;
    size_t i = 0;
    XML_EACH(x, t->xml, "input")
    n = with(n, lower_input(t, x, i++));
    XML_EACH(x, t->xml, "rule")
    {
        part = lower_rule(t, x); /* all rules are looked at: one check reports every mistake */
        good = good && part;
        if (part)
            n = with(n, part);
    }
    part = lower_default(t);
    if (t->shape->has_default || !part)
        n = with(n, part);
    XML_EACH(x, t->xml, "output")
    n = with(n, lower_values(t, x));
    return good ? n : NULL;
}

struct node *lower_table(struct lowering *l, const struct xml *x, const struct scope *scope)
{
    struct table t = {
        .l = l, .xml = x, .scope = scope, .shape = ARENA_NEW(l->arena, struct feel_table)};
    struct node *n = lower_new(l, NODE_TABLE, x);
    if (!t.shape || !n)
        return NULL;
    t.shape->input_count = count(x, "input");
    t.shape->rule_count = count(x, "rule");
    t.shape->output_count = count(x, "output");
    t.inputs = ARENA_ARRAY(l->arena, struct span, t.shape->input_count + 1);
    n->table = t.shape;
    struct dmn *whole = l->model->whole;
    struct dmn_table *known = VECTOR_PUSH(l->arena, &whole->tables, struct dmn_table);
    if (known)
        *known = (struct dmn_table){t.shape, l->element, x};
    if (!t.inputs || !known || !read_outputs(&t) || !read_policy(&t))
        return NULL;
    return lower_parts(&t, n);
}
