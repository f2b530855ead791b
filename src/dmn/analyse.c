/*
 * analyse.c: see analyse.h. A rule is a box: one set of regions a column. Two rules overlap when
 * their sets meet in every column. What no rule hits is found column by column: regions in which
 * the same rules are left are looked at together, until no rule is left (a gap) or one lets
 * everything pass.
 */
#include "dmn/analyse.h"
#include "dmn/axis.h"
#include "feel/parse.h"

struct column {
    struct axis axis;
    const struct xml *xml; /* <input> */
    struct span title;
    struct node **cells; /* by rule; NULL: could not be read */
    bool *opaque;        /* by rule */
    uint64_t *sets;      /* by rule */
    uint64_t *box;       /* of the sweep: where it stands */
    size_t opaque_count;
};

struct table {
    const struct dmn_model *model;
    const struct dmn_element *element;
    const struct xml *xml;
    struct arena *arena;
    struct diags *diags;
    struct column *columns;
    const struct xml **rules;
    bool *outside;                          /* by rule: it hits no input at all */
    size_t column_count, rule_count, words; /* words: of a set of rules */
    enum hit_policy policy;
    int64_t work; /* left */
    size_t kept, dropped;
};

/* ---- reports ---- */

static struct diag *report(struct table *t, const struct xml *at, enum diag_level level, int code,
                           struct buffer *message)
{
    struct diag *g = dmn_report_to(t->diags, t->model, at, level, code, buffer_span(message));
    t->arena->failed = t->arena->failed || buffer_failed(message);
    buffer_release(message);
    return g;
}

static void hint(struct table *t, struct diag *g, struct buffer *text)
{
    if (g && text->n > 0)
        diag_hint(t->diags, g, "%.*s", SPAN_ARG(buffer_span(text)));
    t->arena->failed = t->arena->failed || buffer_failed(text);
    buffer_release(text);
}

/* May one more of this kind be shown? */
static bool may_show(struct table *t)
{
    if (t->kept < ANALYSE_FINDINGS_MAX) {
        t->kept++;
        return true;
    }
    t->dropped++;
    return false;
}

static void say_dropped(struct table *t, const char *what)
{
    struct buffer b = BUFFER_INIT;
    if (t->dropped > 0) {
        buffer_print(&b, "%zu further %s in this table are not shown", t->dropped, what);
        (void)report(t, t->xml, DIAG_NOTE, E_LIMIT, &b);
    }
    t->kept = t->dropped = 0;
}

static void say_stopped(struct table *t, const char *what)
{
    struct buffer b = BUFFER_INIT;
    buffer_print(&b, "the table is too large to look for all %s: stopped after %d comparisons",
                 what, ANALYSE_WORK_MAX);
    (void)report(t, t->xml, DIAG_NOTE, E_LIMIT, &b);
}

static bool is_whole(const struct axis *x, const uint64_t *set)
{
    return memcmp(set, x->domain, x->words * sizeof *set) == 0;
}

/* `a < 5, b "x"`: where the columns' boxes say something. */
static void print_box(struct buffer *out, const struct table *t)
{
    size_t n = 0;
    for (size_t c = 0; c < t->column_count; c++) {
        const struct column *k = &t->columns[c];
        if (is_whole(&k->axis, k->box))
            continue;
        buffer_print(out, "%s%.*s ", n++ > 0 ? "; " : "", SPAN_ARG(k->title));
        axis_print(out, &k->axis, k->box);
    }
    if (n == 0)
        buffer_add_z(out, "any input");
}

static void print_example(struct buffer *out, struct table *t)
{
    const char *before = "for example ";
    for (size_t c = 0; c < t->column_count; c++) {
        struct column *k = &t->columns[c];
        struct buffer one = BUFFER_INIT;
        if (axis_example(&one, &k->axis, k->box) && k->opaque_count < t->rule_count) {
            buffer_print(out, "%s%.*s = %.*s", before, SPAN_ARG(k->title),
                         SPAN_ARG(buffer_span(&one)));
            before = ", ";
        }
        t->arena->failed = t->arena->failed || buffer_failed(&one);
        buffer_release(&one);
    }
}

/* ---- reading a table ---- */

static struct span text_of(const struct xml *x)
{
    return xml_child_text(x, "text");
}

/* Unary tests of `?` as a tree; NULL when it is none. `-` is true. */
static struct node *read_cell(struct table *t, struct span text)
{
    const struct feel_piece piece = {.end = (uint32_t)text.n, .line = 1, .column = 1};
    const struct feel_compile how = {.mode = FEEL_SPEC,
                                     .vocabulary = &t->model->vocabulary,
                                     .lets = t->element->lets,
                                     .let_count = t->element->let_count,
                                     .types = &t->model->types};
    struct feel_unit u = {
        .program = t->arena, .text = text, .pieces = &piece, .piece_count = 1, .how = &how};
    const struct scope *scope = feel_scope(t->arena, &how);
    struct node *x = tree_new(t->arena, NODE_NAME, 0, 0), *cell = NULL;
    if (!scope || !x)
        return NULL;
    x->name = SPAN("?");
    if (text.n == 0 || span_eq(text, SPAN("-"))) {
        cell = tree_new(t->arena, NODE_LITERAL, 0, 0);
        if (cell)
            cell->value = VALUE_TRUE_V;
        return cell;
    }
    return feel_unit_tests(&u, 0, scope, x, &cell) < 0 ? NULL : cell;
}

static const struct type *column_type(const struct table *t, const struct xml *input)
{
    const struct xml *expression = xml_child(input, "inputExpression");
    struct span ref = dmn_type_name(xml_attribute(expression, "typeRef")),
                name = text_of(expression);
    const struct type *type = map_get(&t->model->types, ref);
    for (size_t i = 0; !type && i < t->element->needs.n; i++)
        if (t->element->needs.at[i].prefix.n == 0 &&
            span_eq(t->element->needs.at[i].element->name, name))
            type = t->element->needs.at[i].element->type;
    return type ? type : span_eq(ref, SPAN("boolean")) ? &TYPE_BOOLEAN_T : &TYPE_ANY_T;
}

/* The tests that bound the inputs of a column: its own, else those of its type. */
static struct node *read_domain(struct table *t, const struct xml *input, const struct type *type)
{
    const struct dmn_item *item = map_get(&t->model->items, type->name);
    struct span text = text_of(xml_child(input, "inputValues"));
    if (text.n == 0 && type->name.n > 0 && item)
        text = text_of(xml_child(item->xml, "allowedValues"));
    return read_cell(t, text);
}

static void see_cells(struct table *t, struct column *k)
{
    for (size_t r = 0; r < t->rule_count; r++)
        k->opaque[r] = k->opaque[r] || !k->cells[r] || !axis_learn(&k->axis, k->cells[r]);
}

static void make_sets(struct table *t, struct column *k)
{
    struct axis *x = &k->axis;
    for (size_t r = 0; r < t->rule_count; r++) {
        uint64_t *set = k->sets + r * x->words;
        k->opaque[r] = k->opaque[r] || !axis_set(x, k->cells[r], set);
        if (k->opaque[r])
            axis_fill(x, set);
        k->opaque_count += k->opaque[r];
    }
}

/* The allowed values cut the axis too; what they do not allow is no region of its domain. */
static void bound_domain(struct table *t, struct axis *x, struct node *domain)
{
    uint64_t *set = ARENA_ARRAY(t->arena, uint64_t, x->words);
    if (set && domain && axis_set(x, domain, set))
        memcpy(x->domain, set, x->words * sizeof *set);
}

static int read_column(struct table *t, struct column *k, const struct xml *input, size_t c)
{
    const struct type *type = column_type(t, input);
    struct node *domain = read_domain(t, input, type);
    struct span label = span_trim(xml_attribute(input, "label"));
    k->xml = input;
    k->title = label.n > 0 ? label : text_of(xml_child(input, "inputExpression"));
    k->cells = ARENA_ARRAY(t->arena, struct node *, t->rule_count + 1);
    k->opaque = ARENA_ARRAY(t->arena, bool, t->rule_count + 1);
    axis_init(&k->axis, t->arena);
    if (!k->cells || !k->opaque)
        return E_MEMORY;
    for (size_t r = 0; r < t->rule_count; r++) {
        const struct xml *entry = xml_child(t->rules[r], "inputEntry");
        for (size_t i = 0; i < c && entry; i++)
            entry = xml_again(entry, "inputEntry");
        k->cells[r] = read_cell(t, text_of(entry));
        k->opaque[r] = type->kind == TYPE_LIST;
    }
    see_cells(t, k);
    if (domain && !axis_learn(&k->axis, domain))
        domain = NULL;
    if (axis_cut(&k->axis, type->kind == TYPE_BOOLEAN || k->axis.kind == VALUE_BOOLEAN) < 0)
        return E_MEMORY;
    bound_domain(t, &k->axis, domain);
    k->sets = ARENA_ARRAY(t->arena, uint64_t, t->rule_count * k->axis.words + 1);
    k->box = ARENA_ARRAY(t->arena, uint64_t, k->axis.words);
    if (!k->sets || !k->box)
        return E_MEMORY;
    make_sets(t, k);
    return t->arena->failed ? E_MEMORY : 0;
}

static void say_opaque(struct table *t, const struct column *k)
{
    struct buffer b = BUFFER_INIT;
    size_t n = 0;
    if (k->opaque_count == 0)
        return;
    buffer_print(&b, "not analysed: column `%.*s`, ", SPAN_ARG(k->title));
    if (k->opaque_count == t->rule_count)
        buffer_add_z(&b, "all rules");
    for (size_t r = 0; r < t->rule_count && k->opaque_count < t->rule_count && n < 6; r++)
        if (k->opaque[r] && ++n < 6)
            buffer_print(&b, "%s%zu",
                         n > 1                  ? ", "
                         : k->opaque_count == 1 ? "rule "
                                                : "rules ",
                         r + 1);
    buffer_add_z(&b, n == 6 ? ", ...: cells that are no fixed sets of values"
                            : ": cells that are no fixed sets of values");
    (void)report(t, k->xml, DIAG_NOTE, E_CHECK, &b);
}

static size_t count(const struct xml *x, const char *name)
{
    size_t n = 0;
    XML_EACH(c, x, name)
    n++;
    return n;
}

static int read_table(struct table *t)
{
    size_t i = 0;
    t->rule_count = count(t->xml, "rule");
    t->column_count = count(t->xml, "input");
    t->words = t->rule_count / 64 + 1;
    t->rules = ARENA_ARRAY(t->arena, const struct xml *, t->rule_count + 1);
    t->outside = ARENA_ARRAY(t->arena, bool, t->rule_count + 1);
    t->columns = ARENA_ARRAY(t->arena, struct column, t->column_count + 1);
    if (!t->rules || !t->outside || !t->columns)
        return E_MEMORY;
    XML_EACH(x, t->xml, "rule")
    t->rules[i++] = x;
    i = 0;
    XML_EACH(x, t->xml, "input")
    {
        if (read_column(t, &t->columns[i], x, i) < 0)
            return E_MEMORY;
        say_opaque(t, &t->columns[i++]);
    }
    return 0;
}

/* ---- rules that hit nothing ---- */

static bool is_empty(const uint64_t *set, size_t words)
{
    for (size_t i = 0; i < words; i++)
        if (set[i])
            return false;
    return true;
}

static const uint64_t *set_of(const struct column *k, size_t rule)
{
    return k->sets + rule * k->axis.words;
}

static void find_outside(struct table *t)
{
    for (size_t r = 0; r < t->rule_count; r++)
        for (size_t c = 0; c < t->column_count && !t->outside[r]; c++) {
            struct column *k = &t->columns[c];
            struct buffer b = BUFFER_INIT;
            if (!is_empty(set_of(k, r), k->axis.words))
                continue;
            t->outside[r] = true;
            if (!may_show(t))
                continue;
            buffer_print(&b, "rule %zu hits no input: column `%.*s` never has such a value", r + 1,
                         SPAN_ARG(k->title));
            (void)report(t, t->rules[r], DIAG_WARNING, E_CHECK, &b);
        }
    say_dropped(t, "rules that hit nothing");
}

/* ---- overlaps ---- */

/* The boxes become what both hit; false when that is nothing. A cell that is no fixed set hits
 * nothing here. */
static bool meet(struct table *t, size_t a, size_t b)
{
    for (size_t c = 0; c < t->column_count; c++) {
        struct column *k = &t->columns[c];
        const uint64_t *x = set_of(k, a), *y = set_of(k, b);
        t->work -= (int64_t)k->axis.words;
        if (k->opaque[a] || k->opaque[b])
            return false;
        for (size_t i = 0; i < k->axis.words; i++)
            k->box[i] = x[i] & y[i];
        if (is_empty(k->box, k->axis.words))
            return false;
    }
    return true;
}

enum outputs { SAME, DIFFERENT, UNCLEAR };

static bool is_literal(const struct node *cell, struct value *ret)
{
    const struct node *n = cell && cell->kind == NODE_IN && cell->child ? cell->child->next : NULL;
    bool is = n && n == cell->last && n->kind == NODE_LITERAL;
    if (is)
        *ret = n->value;
    return is;
}

static enum outputs compare_outputs(struct table *t, size_t a, size_t b)
{
    const struct xml *x = xml_child(t->rules[a], "outputEntry"),
                     *y = xml_child(t->rules[b], "outputEntry");
    enum outputs all = SAME;
    for (; x && y; x = xml_again(x, "outputEntry"), y = xml_again(y, "outputEntry")) {
        struct value v, w;
        if (span_eq(text_of(x), text_of(y)))
            continue;
        if (!is_literal(read_cell(t, text_of(x)), &v) || !is_literal(read_cell(t, text_of(y)), &w))
            all = UNCLEAR;
        else if (!value_same(v, w))
            return DIFFERENT;
    }
    return all;
}

static void say_overlap(struct table *t, size_t a, size_t b, enum outputs outputs)
{
    struct buffer message = BUFFER_INIT, example = BUFFER_INIT;
    if (!may_show(t))
        return;
    buffer_print(&message, "rules %zu and %zu %s: ", a + 1, b + 1,
                 outputs == UNCLEAR ? "both hit, and whether their outputs agree is not analysed"
                 : t->policy == HIT_ANY ? "both hit with different outputs"
                                        : "both hit, and UNIQUE allows one");
    print_box(&message, t);
    print_example(&example, t);
    hint(t, report(t, t->rules[b], outputs == UNCLEAR ? DIAG_NOTE : DIAG_ERROR, E_CHECK, &message),
         &example);
}

static void find_overlaps(struct table *t)
{
    t->work = ANALYSE_WORK_MAX;
    for (size_t b = 1; b < t->rule_count && t->work > 0; b++)
        for (size_t a = 0; a < b && t->work > 0; a++) {
            if (t->outside[a] || t->outside[b] || !meet(t, a, b))
                continue;
            enum outputs o = t->policy == HIT_UNIQUE ? DIFFERENT : compare_outputs(t, a, b);
            if (o != SAME)
                say_overlap(t, a, b, o);
        }
    if (t->work <= 0)
        say_stopped(t, "overlaps");
    say_dropped(t, "overlaps");
}

/* ---- gaps ---- */

/* Looking for what none of some rules hits. */
struct sweep {
    struct table *t;
    const uint64_t *const *bounds; /* by column: only there */
    bool opaque_hits; /* a cell that is no fixed set lets everything pass, else nothing */
    bool (*found)(struct sweep *s); /* the boxes are a gap; false: enough */
    bool over;
};

static bool passes(const struct sweep *s, const struct column *k, size_t rule, size_t region)
{
    return k->opaque[rule] ? s->opaque_hits : set_has(set_of(k, rule), region);
}

/* Lets the rule everything pass in this column and all after it? */
static bool is_open(const struct sweep *s, size_t rule, size_t from)
{
    for (size_t c = from; c < s->t->column_count; c++) {
        const struct column *k = &s->t->columns[c];
        const uint64_t *set = set_of(k, rule), *bound = s->bounds[c];
        s->t->work -= (int64_t)k->axis.words;
        if (k->opaque[rule] && !s->opaque_hits)
            return false;
        for (size_t i = 0; i < k->axis.words; i++)
            if (bound[i] & ~set[i])
                return false;
    }
    return true;
}

static bool any_open(const struct sweep *s, const uint64_t *rules, size_t from)
{
    for (size_t r = 0; r < s->t->rule_count; r++)
        if (set_has(rules, r) && is_open(s, r, from))
            return true;
    return false;
}

/* Regions of one column in which the same rules are left. */
struct group {
    uint64_t *rules, *regions;
};

static void left_in(const struct sweep *s, const struct column *k, const uint64_t *rules,
                    size_t region, uint64_t *ret)
{
    memset(ret, 0, s->t->words * sizeof *ret);
    for (size_t r = 0; r < s->t->rule_count; r++)
        if (set_has(rules, r) && passes(s, k, r, region))
            set_add(ret, r);
}

static struct group *group_new(struct arena *a, struct map *groups, const uint64_t *rules,
                               size_t words, size_t region_words)
{
    struct group *g = ARENA_NEW(a, struct group);
    uint64_t *copy = ARENA_ARRAY(a, uint64_t, words);
    if (!g || !copy)
        return NULL;
    memcpy(copy, rules, words * sizeof *copy);
    *g = (struct group){copy, ARENA_ARRAY(a, uint64_t, region_words)};
    if (!g->regions || map_put(groups, span_of((const char *)copy, words * sizeof *copy), g) < 0)
        return NULL;
    return g;
}

/* By the rules that are left, as bytes. */
static void make_groups(struct sweep *s, size_t c, const uint64_t *rules, struct map *groups,
                        struct arena *a)
{
    struct table *t = s->t;
    struct column *k = &t->columns[c];
    uint64_t *left = ARENA_ARRAY(a, uint64_t, t->words);
    for (size_t i = 0; left && i < k->axis.regions && t->work > 0; i++) {
        if (!set_has(s->bounds[c], i))
            continue;
        left_in(s, k, rules, i, left);
        t->work -= (int64_t)t->rule_count;
        struct group *g = map_get(groups, span_of((const char *)left, t->words * sizeof *left));
        if (!g)
            g = group_new(a, groups, left, t->words, k->axis.words);
        if (!g)
            return;
        set_add(g->regions, i);
    }
}

static void open_box(struct sweep *s, size_t from)
{
    for (size_t c = from; c < s->t->column_count; c++)
        memcpy(s->t->columns[c].box, s->bounds[c],
               s->t->columns[c].axis.words * sizeof *s->bounds[c]);
}

/* Depth: the columns, which the nodes of an XML file bound; see SWEEP_COLUMNS_MAX. */
static void sweep(struct sweep *s, size_t c, const uint64_t *rules)
{
    struct table *t = s->t;
    struct arena a;
    if (s->over || t->work <= 0)
        return;
    if (is_empty(rules, t->words)) {
        open_box(s, c);
        s->over = !s->found(s);
        return;
    }
    t->work -= (int64_t)t->rule_count;
    if (c == t->column_count || any_open(s, rules, c))
        return;
    arena_init(&a);
    struct column *k = &t->columns[c];
    struct map groups;
    map_init(&groups, &a);
    make_groups(s, c, rules, &groups, &a);
    for (size_t i = 0; i < groups.n && !a.failed; i++) {
        const struct group *g = groups.entries[i].value;
        memcpy(k->box, g->regions, k->axis.words * sizeof *k->box);
        sweep(s, c + 1, g->rules);
    }
    t->arena->failed = t->arena->failed || a.failed;
    arena_release(&a);
}

/* huiqi:gaps="intended": the table has no answer for some cases, and says so. */
static bool gaps_meant(const struct table *t)
{
    for (const struct xml_attribute *a = t->xml->attributes; a; a = a->next)
        if (span_eq(a->ns, SPAN(DMN_HUIQI_NS)) && span_eq(a->name, SPAN("gaps")))
            return span_eq(a->value, SPAN("intended"));
    return false;
}

static bool say_gap(struct sweep *s)
{
    struct table *t = s->t;
    struct buffer message = BUFFER_INIT, example = BUFFER_INIT;
    bool one = t->policy == HIT_UNIQUE || t->policy == HIT_ANY || t->policy == HIT_FIRST ||
               t->policy == HIT_PRIORITY;
    if (!may_show(t))
        return true;
    buffer_add_z(&message, one ? "no rule hits, and there is no default: "
                               : "no rule hits, so that the table yields null: ");
    print_box(&message, t);
    print_example(&example, t);
    hint(t, report(t, t->xml, one && !gaps_meant(t) ? DIAG_WARNING : DIAG_NOTE, E_CHECK, &message),
         &example);
    return true;
}

static bool say_nothing(struct sweep *s)
{
    UNUSED(s);
    return false;
}

/* Depth of recursion of a sweep. */
#define SWEEP_COLUMNS_MAX 200

/* The rules before `end`, as a set. */
static uint64_t *rules_before(struct table *t, size_t end)
{
    uint64_t *rules = ARENA_ARRAY(t->arena, uint64_t, t->words);
    for (size_t r = 0; rules && r < end; r++)
        if (!t->outside[r])
            set_add(rules, r);
    return rules;
}

static void find_gaps(struct table *t)
{
    const uint64_t **bounds = ARENA_ARRAY(t->arena, const uint64_t *, t->column_count + 1);
    uint64_t *rules = rules_before(t, t->rule_count);
    struct sweep s = {.t = t, .bounds = bounds, .opaque_hits = true, .found = say_gap};
    if (!bounds || !rules)
        return;
    for (size_t c = 0; c < t->column_count; c++)
        bounds[c] = t->columns[c].axis.domain;
    t->work = ANALYSE_WORK_MAX;
    sweep(&s, 0, rules);
    if (t->work <= 0)
        say_stopped(t, "gaps");
    say_dropped(t, "gaps");
}

/* ---- hidden rules ---- */

static void find_hidden(struct table *t)
{
    const uint64_t **bounds = ARENA_ARRAY(t->arena, const uint64_t *, t->column_count + 1);
    t->work = ANALYSE_WORK_MAX;
    for (size_t r = 1; bounds && r < t->rule_count && t->work > 0; r++) {
        uint64_t *rules = rules_before(t, r);
        struct sweep s = {.t = t, .bounds = bounds, .found = say_nothing};
        struct buffer b = BUFFER_INIT;
        if (!rules || t->outside[r])
            continue;
        for (size_t c = 0; c < t->column_count; c++)
            bounds[c] = set_of(&t->columns[c], r);
        sweep(&s, 0, rules);
        if (s.over || t->work <= 0 || !may_show(t))
            continue;
        buffer_print(&b, "rule %zu never counts: the rules before it hit all that it hits", r + 1);
        (void)report(t, t->rules[r], DIAG_WARNING, E_CHECK, &b);
    }
    if (t->work <= 0)
        say_stopped(t, "hidden rules");
    say_dropped(t, "hidden rules");
}

/* ---- a table, a model ---- */

static bool has_default(const struct xml *table)
{
    XML_EACH(output, table, "output")
    if (xml_child(output, "defaultOutputEntry"))
        return true;
    return false;
}

static int look_at_table(struct table *t)
{
    if (read_table(t) < 0)
        return E_MEMORY;
    if (t->column_count > SWEEP_COLUMNS_MAX) {
        say_stopped(t, "gaps and overlaps");
        return 0;
    }
    find_outside(t);
    if (t->policy == HIT_UNIQUE || t->policy == HIT_ANY)
        find_overlaps(t);
    if (t->policy == HIT_FIRST)
        find_hidden(t);
    if (!has_default(t->xml))
        find_gaps(t);
    return t->arena->failed ? E_MEMORY : 0;
}

/* All tables of one element, also those within other boxes. */
static int look_at_element(const struct dmn_element *e, const struct xml *x, struct diags *diags)
{
    int r = 0;
    if (xml_is(x, "decisionTable")) {
        struct arena a;
        arena_init(&a);
        struct table t = {.model = e->model,
                          .element = e,
                          .xml = x,
                          .arena = &a,
                          .diags = diags,
                          .policy = dmn_policy(x)};
        r = look_at_table(&t);
        arena_release(&a);
    }
    for (const struct xml *c = x->child; c && r == 0; c = c->next)
        r = look_at_element(e, c, diags);
    return r;
}

int dmn_analyse(const struct dmn *m, struct diags *diags)
{
    int r = 0;
    for (size_t i = 0; i < m->elements.n && r == 0; i++) {
        const struct dmn_element *e = m->elements.at[i];
        if (e->model == m->models.at[0] && !e->broken)
            r = look_at_element(e, e->xml, diags);
    }
    return r;
}
