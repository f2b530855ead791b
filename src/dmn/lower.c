/*
 * lower.c: boxed expressions to the tree of FEEL. All texts of one logic are put one after another
 * into one text, each a piece that knows its place in the file; each piece is parsed in the scope
 * where it stands, and what is around it becomes the nodes that text would have become.
 *
 * A lower_ function gives NULL after a mistake, which is reported.
 */
#include "dmn/dmn_int.h"
#include "feel/parse.h"

/* ---- the text ---- */

/* Output values are a list: written with brackets. The new line ends a comment. */
static bool in_brackets(const struct xml *text)
{
    return xml_is(text->parent, "outputValues");
}

static void add_piece(struct lowering *l, struct buffer *b, struct xml *owner,
                      const struct xml *text, bool brackets)
{
    struct feel_piece *p = VECTOR_PUSH(l->arena, &l->pieces, struct feel_piece);
    if (!p)
        return;
    p->start = (uint32_t)b->n;
    p->line = text->text_line;
    p->column = text->text_column;
    if (brackets)
        buffer_byte(b, '[');
    buffer_add(b, text->text);
    if (brackets)
        buffer_add_z(b, "\n]");
    p->end = (uint32_t)b->n;
    buffer_byte(b, '\n');
    owner->mark = (uint32_t)l->pieces.n;
}

/* An output without values of its own has those that its type allows: the piece belongs to the
 * output. */
static void collect_type_values(struct lowering *l, struct buffer *b, struct xml *output)
{
    struct span ref = xml_attribute(output, "typeRef");
    const struct dmn_item *item = map_get(&l->model->items, dmn_type_name(ref));
    const struct xml *text = item ? xml_child(xml_child(item->xml, "allowedValues"), "text") : NULL;
    if (text && span_trim(text->text).n > 0 && !xml_child(output, "outputValues"))
        add_piece(l, b, output, text, true);
}

static void collect(struct lowering *l, struct buffer *b, struct xml *x)
{
    for (struct xml *c = x->child; c; c = c->next)
        collect(l, b, c);
    if (xml_is(x, "text") && !x->child)
        add_piece(l, b, x, x, in_brackets(x));
    else if (xml_is(x, "output"))
        collect_type_values(l, b, x);
}

static int read_texts(struct lowering *l, const struct xml *logic)
{
    struct buffer b = BUFFER_INIT;
    collect(l, &b, (struct xml *)(uintptr_t)logic); /* marks its own tree */
    bool failed = buffer_failed(&b);
    l->unit.text = arena_copy(l->arena, buffer_span(&b));
    buffer_release(&b);
    if (failed || l->arena->failed)
        return E_MEMORY;
    l->unit.pieces = l->pieces.at;
    l->unit.piece_count = l->pieces.n;
    if (l->unit.text.n <= DMN_LOGIC_MAX)
        return 0;
    struct diag *g = dmn_report(l->model, logic, DIAG_ERROR, E_LIMIT,
                                "the texts of one logic have more than 2 MB");
    dmn_hint(l->model, g, "split it into decisions");
    return E_LIMIT;
}

/* ---- tools ---- */

struct node *lower_new(struct lowering *l, enum node_kind kind, const struct xml *at)
{
    uint32_t start = 0;
    while (at && !at->mark && at->child)
        at = at->child;
    if (at && at->mark)
        start = l->pieces.at[at->mark - 1].start;
    return tree_new(l->arena, kind, start, start);
}

static void lower_fail(struct lowering *l, const struct xml *at, int code, const char *what,
                       const char *hint)
{
    struct diag *g = dmn_report(l->model, at, DIAG_ERROR, code, "%s", what);
    dmn_hint(l->model, g, "%s", hint);
}

struct span lower_name(struct lowering *l, const struct xml *at, struct span name)
{
    struct span normal = lex_normal(l->arena, span_trim(name));
    if (normal.n == 0)
        lower_fail(l, at, E_INPUT, "a name is missing", "give the attribute name");
    return normal;
}

const struct scope *lower_scope(struct lowering *l, const struct scope *outer, struct span name)
{
    struct scope *s = ARENA_NEW(l->arena, struct scope);
    struct span *names = ARENA_NEW(l->arena, struct span);
    if (!s || !names)
        return outer;
    *names = name;
    *s = (struct scope){.outer = outer, .names = names, .n = 1, .longest = name.n};
    return s;
}

struct node *lower_text(struct lowering *l, const struct xml *text, const struct scope *scope)
{
    struct node *n = NULL;
    if (!text || !text->mark || feel_unit_expression(&l->unit, text->mark - 1, scope, &n) < 0)
        return NULL;
    return n;
}

struct node *lower_tests(struct lowering *l, const struct xml *text, const struct scope *scope,
                         struct node *x)
{
    struct node *n = NULL;
    if (!x || !text || !text->mark || feel_unit_tests(&l->unit, text->mark - 1, scope, x, &n) < 0)
        return NULL;
    return n;
}

struct node *lower_coerced(struct lowering *l, struct node *n, struct span type_ref,
                           const struct xml *at)
{
    const struct type *t;
    struct node *c;
    if (!n || span_trim(type_ref).n == 0)
        return n;
    t = dmn_type_ref(l->model, type_ref, at);
    if (t->kind == TYPE_ANY && !t->allowed)
        return n;
    c = tree_new(l->arena, NODE_COERCE, n->start, n->end);
    if (!c)
        return NULL;
    c->type = t;
    tree_add(c, n);
    return c;
}

/* The expression inside a wrapper such as <in> or <then>. */
static struct node *lower_inside(struct lowering *l, const struct xml *x, const char *name,
                                 const struct scope *scope)
{
    const struct xml *wrapper = xml_child(x, name);
    if (wrapper && wrapper->child)
        return lower_expression(l, wrapper->child, scope);
    struct diag *g = dmn_report(l->model, x, DIAG_ERROR, E_INPUT, "<%.*s> without <%s>",
                                SPAN_ARG(x->name), name);
    dmn_hint(l->model, g, "put an expression into <%s>", name);
    return NULL;
}

static struct node *with(struct node *parent, struct node *child)
{
    if (!parent || !child)
        return NULL;
    tree_add(parent, child);
    return parent;
}

/* ---- literal ---- */

typedef struct node *lower_form(struct lowering *l, const struct xml *x, const struct scope *scope);

static struct node *null_node(struct lowering *l, const struct xml *x)
{
    struct node *n = lower_new(l, NODE_LITERAL, x);
    if (n)
        n->value = VALUE_NULL_V;
    return n;
}

static struct node *lower_literal(struct lowering *l, const struct xml *x,
                                  const struct scope *scope)
{
    const struct xml *text = xml_child(x, "text");
    struct span language = xml_attribute(x, "expressionLanguage");
    if (language.n > 0 && span_find(language, SPAN("FEEL")) == SIZE_MAX &&
        span_find(language, SPAN("feel")) == SIZE_MAX) {
        lower_fail(l, x, E_INPUT, "an expression in another language than FEEL",
                   "only FEEL is evaluated");
        return NULL;
    }
    if (!text || span_trim(text->text).n == 0)
        return null_node(l, x);
    return lower_text(l, text, scope);
}

/* ---- context, list, relation ---- */

static struct node *lower_entry(struct lowering *l, const struct xml *x, struct span name,
                                const struct xml *expression, const struct scope *scope)
{
    struct node *e = lower_new(l, NODE_ENTRY, x), *child;
    child = expression ? lower_expression(l, expression, scope) : null_node(l, x);
    if (e)
        e->name = name;
    return with(e, child);
}

static const struct xml *entry_expression(const struct xml *x)
{
    const struct xml *c = x->child;
    while (c &&
           (xml_is(c, "variable") || xml_is(c, "description") || xml_is(c, "extensionElements")))
        c = c->next;
    return c;
}

/* What no text can write, so that it meets no other name. */
#define RESULT_NAME SPAN("\x01result")

static struct node *result_of(struct lowering *l, struct node *context)
{
    struct node *path =
        context ? tree_new(l->arena, NODE_PATH, context->start, context->end) : NULL;
    if (path)
        path->name = RESULT_NAME;
    return with(path, context);
}

static struct node *lower_context(struct lowering *l, const struct xml *x,
                                  const struct scope *scope)
{
    struct node *context = lower_new(l, NODE_CONTEXT, x), *entry;
    bool has_result = false;
    XML_EACH(c, x, "contextEntry")
    {
        const struct xml *variable = xml_child(c, "variable");
        struct span name = RESULT_NAME;
        if (variable && span_trim(xml_attribute(variable, "name")).n > 0)
            name = lower_name(l, variable, xml_attribute(variable, "name"));
        else
            has_result = true;
        entry = lower_entry(l, c, name, entry_expression(c), scope);
        if (entry && variable)
            entry->child = entry->last =
                lower_coerced(l, entry->child, xml_attribute(variable, "typeRef"), variable);
        context = with(context, entry);
        scope = lower_scope(l, scope, name);
    }
    return has_result ? result_of(l, context) : context;
}

static struct node *lower_list(struct lowering *l, const struct xml *x, const struct scope *scope)
{
    struct node *list = lower_new(l, NODE_LIST, x);
    for (const struct xml *c = x->child; c; c = c->next)
        if (!xml_is(c, "description") && !xml_is(c, "extensionElements"))
            list = with(list, lower_expression(l, c, scope));
    return list;
}

static struct span column_name(struct lowering *l, const struct xml *column)
{
    struct span name = xml_attribute(column, "name");
    return lower_name(l, column,
                      name.n > 0 ? name : xml_attribute(xml_child(column, "variable"), "name"));
}

static struct node *lower_row(struct lowering *l, const struct xml *relation, const struct xml *row,
                              const struct scope *scope)
{
    struct node *context = lower_new(l, NODE_CONTEXT, row);
    const struct xml *cell = row->child, *column = xml_child(relation, "column");
    if (context)
        context->low_closed = true; /* cells do not see one another */
    for (; cell && column; cell = cell->next, column = xml_again(column, "column")) {
        struct node *entry = lower_entry(l, cell, column_name(l, column), cell, scope);
        if (entry)
            entry->child = entry->last =
                lower_coerced(l, entry->child, xml_attribute(column, "typeRef"), column);
        context = with(context, entry);
    }
    if (!cell && !column)
        return context;
    lower_fail(l, row, E_INPUT, "the row has not as many cells as there are columns",
               "one expression a column");
    return NULL;
}

static struct node *lower_relation(struct lowering *l, const struct xml *x,
                                   const struct scope *scope)
{
    struct node *list = lower_new(l, NODE_LIST, x);
    XML_EACH(row, x, "row")
    list = with(list, lower_row(l, x, row, scope));
    return list;
}

/* ---- function, invocation ---- */

/* The text between quotes of <literalExpression>, without FEEL's escapes: class and signature. */
static struct span quoted_entry(const struct xml *context, const char *name)
{
    XML_EACH(e, context, "contextEntry")
    if (span_eq(xml_attribute(xml_child(e, "variable"), "name"), span_z(name))) {
        struct span s = xml_child_text(xml_child(e, "literalExpression"), "text");
        if (s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"')
            return span_of(s.p + 1, s.n - 2);
    }
    return (struct span){0};
}

static struct node *lower_external(struct lowering *l, const struct xml *x)
{
    const struct xml *context = xml_child(x, "context");
    struct span class_name = quoted_entry(context, "class"),
                signature = quoted_entry(context, "method signature");
    const struct feel_callable *found = feel_external(class_name, signature);
    struct feel_callable *f = ARENA_NEW(l->arena, struct feel_callable);
    struct span *params = ARENA_ARRAY(l->arena, struct span, 16);
    struct node *n = lower_new(l, NODE_LITERAL, x);
    size_t count = 0;
    if (!found || !f || !params || !n) {
        struct diag *g =
            dmn_report(l->model, x, DIAG_ERROR, E_NOT_FOUND, "no function %.*s of %.*s",
                       SPAN_ARG(signature), SPAN_ARG(class_name));
        dmn_hint(l->model, g,
                 "a few functions of java.lang.Math, String and the number classes are answered");
        return NULL;
    }
    *f = *found;
    XML_EACH(p, x, "formalParameter")
    if (count < 16)
        params[count++] = lower_name(l, p, xml_attribute(p, "name"));
    if (count == f->param_count)
        f->params = params;
    n->value = feel_function(l->arena, f);
    return n;
}

static struct node *lower_param(struct lowering *l, const struct xml *x)
{
    struct node *p = lower_new(l, NODE_PARAM, x), *type;
    struct span ref = xml_attribute(x, "typeRef");
    if (!p)
        return NULL;
    p->name = lower_name(l, x, xml_attribute(x, "name"));
    if (span_trim(ref).n == 0 || dmn_type_ref(l->model, ref, x)->kind == TYPE_ANY)
        return p;
    type = lower_new(l, NODE_TYPE, x);
    if (type)
        type->name = dmn_type_name(ref);
    return with(p, type);
}

static struct node *lower_function(struct lowering *l, const struct xml *x,
                                   const struct scope *scope)
{
    struct span kind = xml_attribute(x, "kind");
    struct node *f = lower_new(l, NODE_FUNCTION, x), *p;
    const struct xml *body = NULL;
    if (span_eq(kind, SPAN("Java")))
        return lower_external(l, x);
    if (kind.n > 0 && !span_eq(kind, SPAN("FEEL"))) {
        lower_fail(l, x, E_INPUT, "a function of a kind that is not evaluated",
                   "kinds are FEEL and, for a few functions, Java");
        return NULL;
    }
    for (const struct xml *c = x->child; c; c = c->next) {
        if (!xml_is(c, "formalParameter")) {
            body = xml_is(c, "description") || xml_is(c, "extensionElements") ? body : c;
            continue;
        }
        p = lower_param(l, c);
        f = with(f, p);
        if (p)
            scope = lower_scope(l, scope, p->name);
    }
    return with(f, body ? lower_expression(l, body, scope) : null_node(l, x));
}

static struct node *lower_binding(struct lowering *l, const struct xml *x,
                                  const struct scope *scope)
{
    const struct xml *parameter = xml_child(x, "parameter"), *value = x->child;
    struct node *a = lower_new(l, NODE_ARGUMENT, x);
    while (value && xml_is(value, "parameter"))
        value = value->next;
    if (a)
        a->name = lower_name(l, x, xml_attribute(parameter, "name"));
    return with(a, value ? lower_expression(l, value, scope) : null_node(l, x));
}

static struct node *lower_invocation(struct lowering *l, const struct xml *x,
                                     const struct scope *scope)
{
    struct node *call = lower_new(l, NODE_CALL, x);
    const struct xml *callee = x->child;
    while (callee && (xml_is(callee, "binding") || xml_is(callee, "description") ||
                      xml_is(callee, "extensionElements")))
        callee = callee->next;
    if (!callee) {
        lower_fail(l, x, E_INPUT, "an invocation without the function",
                   "put an expression that yields it first");
        return NULL;
    }
    call = with(call, lower_expression(l, callee, scope));
    XML_EACH(b, x, "binding")
    call = with(call, lower_binding(l, b, scope));
    return call;
}

/* ---- conditional, filter, loops ---- */

static struct node *lower_conditional(struct lowering *l, const struct xml *x,
                                      const struct scope *scope)
{
    struct node *n = with(lower_new(l, NODE_IF, x), lower_inside(l, x, "if", scope));
    n = with(n, lower_inside(l, x, "then", scope));
    return with(n, lower_inside(l, x, "else", scope));
}

static struct node *lower_filter(struct lowering *l, const struct xml *x, const struct scope *scope)
{
    struct scope *members = ARENA_NEW(l->arena, struct scope);
    struct node *n = with(lower_new(l, NODE_FILTER, x), lower_inside(l, x, "in", scope));
    if (!members)
        return NULL;
    *members = (struct scope){.outer = scope,
                              .map = &l->model->vocabulary.members,
                              .longest = l->model->vocabulary.longest};
    return with(n, lower_inside(l, x, "match", lower_scope(l, members, SPAN("item"))));
}

static struct node *lower_loop(struct lowering *l, const struct xml *x, const struct scope *scope)
{
    static const struct {
        const char *name, *body;
        enum node_kind kind;
    } loops[] = {{"for", "return", NODE_FOR},
                 {"some", "satisfies", NODE_SOME},
                 {"every", "satisfies", NODE_EVERY}};
    size_t i = 0;
    while (!xml_is(x, loops[i].name))
        i++;
    struct node *iterator = lower_new(l, NODE_ITERATOR, x), *n;
    struct span name = lower_name(l, x, xml_attribute(x, "iteratorVariable"));
    iterator = with(iterator, lower_inside(l, x, "in", scope));
    if (iterator)
        iterator->name = name;
    n = with(lower_new(l, loops[i].kind, x), iterator);
    scope = lower_scope(l, scope, name);
    if (loops[i].kind == NODE_FOR)
        scope = lower_scope(l, scope, SPAN("partial"));
    return with(n, lower_inside(l, x, loops[i].body, scope));
}

/* ---- dispatch ---- */

static const struct {
    const char *name;
    lower_form *lower;
} forms[] = {
    {"literalExpression", lower_literal},
    {"context", lower_context},
    {"list", lower_list},
    {"relation", lower_relation},
    {"functionDefinition", lower_function},
    {"invocation", lower_invocation},
    {"conditional", lower_conditional},
    {"filter", lower_filter},
    {"for", lower_loop},
    {"some", lower_loop},
    {"every", lower_loop},
    {"decisionTable", lower_table},
};

static lower_form *form_of(const struct xml *x)
{
    for (size_t i = 0; i < COUNT_OF(forms); i++)
        if (xml_is(x, forms[i].name))
            return forms[i].lower;
    return NULL;
}

struct node *lower_expression(struct lowering *l, const struct xml *x, const struct scope *scope)
{
    lower_form *lower = form_of(x);
    if (!lower) {
        struct diag *g = dmn_report(l->model, x, DIAG_ERROR, E_INPUT, "<%.*s> is no expression",
                                    SPAN_ARG(x->name));
        dmn_hint(l->model, g,
                 "expressions are literalExpression, context, list, relation, functionDefinition, "
                 "invocation, "
                 "conditional, filter, for, some, every, decisionTable");
        return NULL;
    }
    return lower_coerced(l, lower(l, x, scope), xml_attribute(x, "typeRef"), x);
}

/* ---- the logic of an element ---- */

static const struct xml *logic_of(const struct dmn_element *e)
{
    if (e->kind == DMN_BKM)
        return xml_child(e->xml, "encapsulatedLogic");
    for (const struct xml *c = e->xml->child; e->kind == DMN_DECISION && c; c = c->next)
        if (span_eq(c->ns, e->xml->ns) && form_of(c))
            return c;
    return NULL;
}

static struct node *coerce_to(struct lowering *l, struct node *n, const struct type *t)
{
    struct node *c;
    if (!n || t->kind == TYPE_ANY)
        return n;
    c = tree_new(l->arena, NODE_COERCE, n->start, n->end);
    if (c)
        c->type = t;
    return with(c, n);
}

static struct node *lower_bkm(struct lowering *l, const struct dmn_element *e,
                              const struct xml *logic, const struct scope *scope)
{
    struct node *f = lower_function(l, logic, scope), *body;
    if (!f || f->kind != NODE_FUNCTION || e->result->kind == TYPE_ANY)
        return f;
    /* the body is the last child: give it the declared type */
    struct node *before = NULL;
    for (body = f->child; body->next; body = body->next)
        before = body;
    body = coerce_to(l, body, e->result);
    if (before)
        before->next = body;
    else
        f->child = body;
    f->last = body;
    return body ? f : NULL;
}

static int lower_logic(struct dmn_element *e, const struct xml *logic)
{
    struct lowering l = {.model = e->model, .element = e, .arena = e->model->whole->program};
    const struct feel_compile how = {.mode = FEEL_SPEC,
                                     .vocabulary = &e->model->vocabulary,
                                     .lets = e->lets,
                                     .let_count = e->let_count,
                                     .types = &e->model->types,
                                     .file = e->model->path,
                                     .line = logic->line,
                                     .column = logic->column};
    struct node *tree;
    int r;
    l.unit = (struct feel_unit){.program = l.arena, .how = &how, .diags = e->model->whole->diags};
    r = read_texts(&l, logic);
    const struct scope *scope = r == 0 ? feel_scope(l.arena, &how) : NULL;
    if (!scope)
        return r < 0 ? r : E_MEMORY;
    if (e->kind == DMN_BKM)
        tree = lower_bkm(&l, e, logic, scope);
    else
        tree = coerce_to(&l, lower_expression(&l, logic, scope), e->type);
    if (l.arena->failed)
        return E_MEMORY;
    /* read by the standard's rules, run by those of strict mode: nothing turns into null in silence
     */
    struct feel_compile run = how;
    run.mode = e->model->whole->strict ? FEEL_STRICT : FEEL_SPEC;
    l.unit.how = &run;
    e->pieces = l.unit.pieces;
    e->piece_count = l.unit.piece_count;
    return tree ? feel_unit_compile(&l.unit, tree, &e->logic) : E_SYNTAX;
}

int dmn_lower(struct dmn_element *e)
{
    const struct xml *logic = logic_of(e);
    int r = 0;
    if (logic && !e->broken)
        r = lower_logic(e, logic);
    if (r == E_MEMORY)
        return r;
    e->broken = e->broken || r < 0;
    return 0;
}
