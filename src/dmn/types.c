/*
 * types.c: item definitions to struct type: structures, collections, functions, allowed values
 * (compiled unary tests of
 * `?`). Also the member names of the model, which the lexer needs to know.
 */
#include "dmn/dmn_int.h"
#include "feel/parse.h"

/* ---- names ---- */

static const struct {
    const char *name;
    const struct type *type;
} standard_types[] = {
    {"Any", &TYPE_ANY_T},
    {"any", &TYPE_ANY_T},
    {"number", &TYPE_NUMBER_T},
    {"string", &TYPE_STRING_T},
    {"boolean", &TYPE_BOOLEAN_T},
    {"date", &TYPE_DATE_T},
    {"time", &TYPE_TIME_T},
    {"date and time", &TYPE_DATE_TIME_T},
    {"dateTime", &TYPE_DATE_TIME_T},
    {"days and time duration", &TYPE_DAYS_T},
    {"dayTimeDuration", &TYPE_DAYS_T},
    {"years and months duration", &TYPE_MONTHS_T},
    {"yearMonthDuration", &TYPE_MONTHS_T},
    {"Null", &TYPE_NULL_T},
};

static const struct type *standard_type(struct span name)
{
    for (size_t i = 0; i < COUNT_OF(standard_types); i++)
        if (span_eq(span_z(standard_types[i].name), name))
            return standard_types[i].type;
    return NULL;
}

/* Structures of which the standard says only the kind. */
static const struct type *open_type(struct span name)
{
    static const struct type any_list = {.kind = TYPE_LIST, .element = &TYPE_ANY_T};
    static const struct type any_context = {.kind = TYPE_CONTEXT};
    if (span_eq(name, SPAN("context")))
        return &any_context;
    return span_eq(name, SPAN("list")) ? &any_list : NULL;
}

/* feel:number, tns:tLoan: the prefix of DMN 1.1 says nothing more. */
struct span dmn_type_name(struct span ref)
{
    size_t colon = span_find(ref, SPAN(":"));
    return span_trim(colon == SIZE_MAX ? ref : span_from(ref, colon + 1));
}

static const struct type *item_type(struct dmn_model *m, struct dmn_item *item);

const struct type *dmn_type_ref(struct dmn_model *m, struct span ref, const struct xml *at)
{
    struct span name = dmn_type_name(ref);
    const struct type *t = map_get(&m->types, name);
    struct dmn_item *item = t ? NULL : map_get(&m->items, name);
    if (name.n == 0)
        return &TYPE_ANY_T;
    if (item)
        t = item_type(m, item);
    if (!t)
        t = standard_type(name);
    if (!t)
        t = open_type(name);
    if (t)
        return t;
    struct diag *g = dmn_report(m, at, DIAG_ERROR, E_NAME, "unknown type `%.*s`", SPAN_ARG(name));
    struct span near = map_nearest(&m->items, name);
    if (near.n > 0)
        dmn_hint(m, g, "did you mean `%.*s`?", SPAN_ARG(near));
    else
        dmn_hint(m, g,
                 "types are those of the item definitions and number, string, boolean, date, time, "
                 "date and time, "
                 "days and time duration, years and months duration, Any");
    return &TYPE_ANY_T;
}

/* ---- allowed values ---- */

static int add_piece(struct dmn_model *m, struct feel_unit *u, struct feel_piece *piece,
                     const struct xml *text)
{
    *piece = (struct feel_piece){
        .end = (uint32_t)text->text.n, .line = text->text_line, .column = text->text_column};
    *u = (struct feel_unit){.program = m->whole->program,
                            .text = text->text,
                            .pieces = piece,
                            .piece_count = 1,
                            .diags = m->whole->diags};
    return 0;
}

/* Compiled tests of `?`, NULL when there are none or they are wrong (reported). */
static const struct feel_expr *allowed_values(struct dmn_model *m, const struct xml *constraint)
{
    const struct xml *text = xml_child(constraint, "text");
    struct arena *a = m->whole->program;
    const struct feel_expr *e = NULL;
    struct feel_unit u;
    struct feel_piece piece;
    struct node *x = tree_new(a, NODE_NAME, 0, 0), *tests;
    if (!text || !x || span_trim(text->text).n == 0 || add_piece(m, &u, &piece, text) < 0)
        return NULL;
    const struct feel_let let = {.name = SPAN("?"), .type = &TYPE_ANY_T};
    const struct feel_compile how = {.mode = FEEL_SPEC,
                                     .vocabulary = &m->vocabulary,
                                     .lets = &let,
                                     .let_count = 1,
                                     .types = &m->types,
                                     .file = m->path,
                                     .line = piece.line,
                                     .column = piece.column};
    u.how = &how;
    x->name = SPAN("?");
    if (feel_unit_tests(&u, 0, feel_scope(a, &how), x, &tests) < 0 ||
        feel_unit_compile(&u, tests, &e) < 0)
        return NULL;
    return e;
}

static const struct type *restricted(struct dmn_model *m, const struct type *base, struct span name,
                                     const struct feel_expr *allowed)
{
    struct type *t;
    if (!allowed && (name.n == 0 || base->kind != TYPE_CONTEXT))
        return base;
    t = ARENA_NEW(m->whole->program, struct type);
    if (!t)
        return base;
    *t = *base;
    t->name = name;
    if (allowed)
        t->allowed = allowed;
    return t;
}

const struct type *dmn_bounded(struct dmn_model *m, const struct xml *constraint, struct span name)
{
    const struct feel_expr *allowed = allowed_values(m, constraint);
    struct type *t = allowed ? ARENA_NEW(m->whole->program, struct type) : NULL;
    if (t)
        *t = (struct type){.kind = TYPE_ANY, .allowed = allowed, .name = name};
    return t;
}

/* ---- structures ---- */

static const struct type *definition_type(struct dmn_model *m, const struct xml *x);

static const struct type *structure(struct dmn_model *m, const struct xml *x)
{
    struct arena *a = m->whole->program;
    size_t n = 0;
    XML_EACH(c, x, "itemComponent")
    n++;
    struct type_member *members = ARENA_ARRAY(a, struct type_member, n + 1);
    if (!members)
        return &TYPE_ANY_T;
    n = 0;
    XML_EACH(c, x, "itemComponent")
    {
        members[n].name = lex_normal(a, span_trim(xml_attribute(c, "name")));
        members[n++].type = definition_type(m, c);
    }
    const struct type *t = type_context(a, members, n);
    return t ? t : &TYPE_ANY_T;
}

static const struct type *function_type(struct dmn_model *m, const struct xml *x)
{
    struct arena *a = m->whole->program;
    size_t n = 0;
    XML_EACH(p, x, "parameters")
    n++;
    const struct type **params = ARENA_ARRAY(a, const struct type *, n + 1);
    if (!params)
        return &TYPE_ANY_T;
    n = 0;
    XML_EACH(p, x, "parameters")
    params[n++] = dmn_type_ref(m, xml_attribute(p, "typeRef"), p);
    const struct type *t =
        type_function(a, params, n, dmn_type_ref(m, xml_attribute(x, "outputTypeRef"), x));
    return t ? t : &TYPE_ANY_T;
}

static const struct type *base_type(struct dmn_model *m, const struct xml *x)
{
    if (xml_child(x, "itemComponent"))
        return structure(m, x);
    if (xml_child(x, "functionItem"))
        return function_type(m, xml_child(x, "functionItem"));
    return dmn_type_ref(m, xml_child_text(x, "typeRef"), xml_child(x, "typeRef"));
}

/* Allowed values are those of the elements, a type constraint those of the whole (DMN 1.5). */
static const struct type *definition_type(struct dmn_model *m, const struct xml *x)
{
    struct span name = xml_is(x, "itemDefinition") ? xml_attribute(x, "name") : (struct span){0};
    struct span collection = xml_attribute(x, "isCollection");
    const struct type *t = base_type(m, x);
    bool is_list = span_eq(collection, SPAN("true")) || span_eq(collection, SPAN("1"));
    t = restricted(m, t, is_list ? (struct span){0} : name,
                   allowed_values(m, xml_child(x, "allowedValues")));
    if (is_list) {
        const struct type *list = type_list(m->whole->program, t);
        t = list ? list : &TYPE_ANY_T;
    }
    t = restricted(m, t, name, allowed_values(m, xml_child(x, "typeConstraint")));
    return dmn_strict_type(m, x, t);
}

static const struct type *item_type(struct dmn_model *m, struct dmn_item *item)
{
    if (item->type)
        return item->type;
    if (item->busy) {
        struct diag *g =
            dmn_report(m, item->xml, DIAG_ERROR, E_CONFLICT, "the type `%.*s` contains itself",
                       SPAN_ARG(xml_attribute(item->xml, "name")));
        dmn_hint(m, g, "types are finite: use Any for what repeats");
        return &TYPE_ANY_T;
    }
    item->busy = true;
    item->type = definition_type(m, item->xml);
    item->busy = false;
    return item->type;
}

/* ---- members ---- */

static const char *const member_places[] = {"itemComponent", "column", "output", "variable"};

static int add_member(struct dmn_model *m, struct span raw)
{
    struct feel_vocabulary *v = &m->vocabulary;
    struct span name = lex_normal(m->whole->program, span_trim(raw));
    if (name.n == 0)
        return 0;
    if (name.n > v->longest)
        v->longest = name.n;
    return map_put(&v->members, name, m);
}

static int add_members(struct dmn_model *m, const struct xml *x)
{
    int r = 0;
    for (size_t i = 0; i < COUNT_OF(member_places) && r == 0; i++)
        if (xml_is(x, member_places[i]))
            r = add_member(m, xml_attribute(x, "name"));
    if (r == 0 && xml_is(x, "column")) /* its name may be in a variable of an information item */
        r = add_member(m, xml_attribute(xml_child(x, "variable"), "name"));
    for (const struct xml *c = x->child; c && r == 0; c = c->next)
        r = add_members(m, c);
    return r;
}

static int import_names(struct dmn_model *m, const struct dmn_import *i)
{
    struct arena *a = m->whole->program;
    const struct map *types = &i->model->types, *members = &i->model->vocabulary.members;
    int r = 0;
    for (size_t k = 0; k < types->n && r == 0; k++) {
        struct span name =
            arena_print(a, "%.*s.%.*s", SPAN_ARG(i->name), SPAN_ARG(types->entries[k].key));
        r = name.p ? map_put(&m->types, i->name.n > 0 ? name : types->entries[k].key,
                             types->entries[k].value)
                   : E_MEMORY;
    }
    for (size_t k = 0; k < members->n && r == 0; k++)
        r = add_member(m, members->entries[k].key);
    return r;
}

/* ---- the whole ---- */

static int collect_items(struct dmn_model *m)
{
    XML_EACH(x, m->root, "itemDefinition")
    {
        struct span name = lex_normal(m->whole->program, span_trim(xml_attribute(x, "name")));
        struct dmn_item *item = ARENA_NEW(m->whole->program, struct dmn_item);
        if (!item)
            return E_MEMORY;
        item->xml = x;
        if (name.n == 0 || map_get(&m->items, name))
            dmn_report(m, x, DIAG_ERROR, E_CONFLICT,
                       name.n == 0 ? "a type without a name" : "a second type of the name `%.*s`",
                       SPAN_ARG(name));
        else if (map_put(&m->items, name, item) < 0)
            return E_MEMORY;
    }
    return 0;
}

/* The variable of a function has the type of the function, or (before DMN 1.3) that of its result.
 */
static void set_type(struct dmn_model *m, struct dmn_element *e)
{
    const struct xml *variable = xml_child(e->xml, "variable");
    const struct type *t = dmn_type_ref(m, xml_attribute(variable, "typeRef"), variable);
    bool is_function = e->kind == DMN_BKM || e->kind == DMN_SERVICE;
    e->type = is_function ? &TYPE_ANY_T : t;
    e->result = is_function && t->kind == TYPE_FUNCTION ? t->result : t;
}

int dmn_types(struct dmn_model *m)
{
    int r = add_members(m, m->root);
    for (size_t i = 0; i < m->imports.n && r == 0; i++)
        if (m->imports.at[i].model)
            r = import_names(m, &m->imports.at[i]);
    if (r == 0)
        r = collect_items(m);
    for (size_t i = 0; i < m->items.n && r == 0; i++) {
        const struct type *t = item_type(m, m->items.entries[i].value);
        union {
            const struct type *in;
            void *out;
        } type = {.in = t};
        r = map_put(&m->types, m->items.entries[i].key, type.out);
    }
    for (size_t i = 0; i < m->whole->elements.n && r == 0; i++)
        if (m->whole->elements.at[i]->model == m)
            set_type(m, m->whole->elements.at[i]);
    return m->whole->program->failed ? E_MEMORY : r;
}
