/*
 * parse_form.c: if, for, some, every, function: what begins with a word and, but for if, puts names
 * in scope.
 */
#include "feel/parse_int.h"
#include "feel/spec.h"

struct node *parse_if(struct parser *p)
{
    struct node *n;

    parser_advance(p);
    n = parser_make(p, NODE_IF, p->before.start);
    tree_add(n, parse_expr(p, BIND_OPEN));
    if (parser_expect(p, TOK_THEN))
        tree_add(n, parse_expr(p, BIND_OPEN));
    if (n->last != n->child && p->now.kind != TOK_ELSE && !p->panic && !p->quiet) {
        struct diag *g =
            source_error(p->source, E_SYNTAX, n->start, n->start + 2, "`if` without `else`");
        source_hint(p->source, g, "say what holds otherwise: if ... then ... else ...");
        p->panic = true;
    }
    if (parser_expect(p, TOK_ELSE))
        tree_add(n, parse_expr(p, BIND_OPEN));
    return parser_done(p, n);
}

static struct node *parse_iterator(struct parser *p)
{
    struct token name = parser_fresh_name(p, p->now.start, true);
    struct node *n;

    if (name.kind == TOK_BAD) {
        parser_unexpected(p, "the name of the iterator");
        return parser_bad(p);
    }
    n = parser_make(p, NODE_ITERATOR, name.start);
    n->name = name.name;
    if (!parser_expect(p, TOK_IN))
        return n;
    tree_add(n, parse_expr(p, BIND_OPEN));
    if (parser_accept(p, TOK_DOTS))
        tree_add(n, parse_expr(p, BIND_OPEN));
    parser_rescope(p, parser_inner(p, n->name)); /* known to the next iterators and the body */
    return parser_done(p, n);
}

static struct node *parse_loop(struct parser *p, enum node_kind kind, enum token_kind word)
{
    const struct scope *outer = p->scope;
    struct node *n;

    parser_advance(p);
    n = parser_make(p, kind, p->before.start);
    do
        tree_add(n, parse_iterator(p));
    while (parser_accept(p, TOK_COMMA));
    if (parser_expect(p, word))
        tree_add(n, parse_expr(p, BIND_OPEN));
    parser_rescope(p, outer);
    return parser_done(p, n);
}

struct node *parse_for(struct parser *p)
{
    return parse_loop(p, NODE_FOR, TOK_RETURN);
}

struct node *parse_some(struct parser *p)
{
    return parse_loop(p, NODE_SOME, TOK_SATISFIES);
}

struct node *parse_every(struct parser *p)
{
    return parse_loop(p, NODE_EVERY, TOK_SATISFIES);
}

static struct node *parse_param(struct parser *p)
{
    struct token name = parser_fresh_name(p, p->now.start, false);
    struct node *n;

    if (name.kind == TOK_BAD) {
        parser_unexpected(p, "the name of a parameter");
        return parser_bad(p);
    }
    n = parser_make(p, NODE_PARAM, name.start);
    n->name = name.name;
    if (parser_accept(p, TOK_COLON))
        tree_add(n, parse_type(p));
    return parser_done(p, n);
}

static void refuse_external(struct parser *p, const struct node *n)
{
    struct diag *g;

    if (!span_eq(parser_text(p, p->now), SPAN("external")))
        return;
    g = source_error(p->source, E_SYNTAX, n->start, p->now.end,
                     "external functions are not run here");
    source_hint(p->source, g, "write the body in FEEL");
    p->panic = true;
}

/* The text of entry `name` of a context in the tree, or nothing. */
static const struct node *entry_of(const struct node *context, struct span name)
{
    for (const struct node *e = context && context->kind == NODE_CONTEXT ? context->child : NULL; e;
         e = e->next)
        if (span_eq(e->name, name))
            return e->child;
    return NULL;
}

static struct span text_of_entry(const struct node *context, struct span name)
{
    const struct node *n = entry_of(context, name);
    bool text = n && n->kind == NODE_LITERAL && n->value.kind == VALUE_STRING;

    return text ? n->value.string : (struct span){NULL, 0};
}

/* `external { java: { class: "...", method signature: "..." } }`: a call of the host's function
 * with the parameters. */
static struct node *parse_external(struct parser *p, const struct node *function)
{
    uint32_t start = p->now.start;
    const struct node *java;
    const struct feel_callable *f;
    struct node *call, *callee;

    parser_advance(p);
    java = entry_of(parse_expr(p, BIND_OPEN), SPAN("java"));
    f = feel_external(text_of_entry(java, SPAN("class")),
                      text_of_entry(java, SPAN("method signature")));
    call = parser_make(p, NODE_CALL, start);
    callee = parser_make(p, NODE_LITERAL, start);
    callee->value = f ? feel_function(p->arena, f) : VALUE_NULL_V;
    tree_add(call, callee);
    for (const struct node *c = function->child; c && !p->arena->failed; c = c->next) {
        struct node *name = parser_make(p, NODE_NAME, start);
        name->name = c->name;
        tree_add(call, name);
    }
    return parser_done(p, call);
}

struct node *parse_function(struct parser *p)
{
    const struct scope *outer = p->scope;
    struct node *n;

    parser_advance(p);
    n = parser_make(p, NODE_FUNCTION, p->before.start);
    if (!parser_expect(p, TOK_LPAREN))
        return n;
    if (!parser_accept(p, TOK_RPAREN))
        parse_items(p, n, TOK_RPAREN, parse_param);
    for (const struct node *c = n->child; c && !p->arena->failed;
         c = c->next) /* spare nodes may be circular */
        p->scope = parser_inner(p, c->name);
    parser_rescope(p, p->scope);
    if (p->strict)
        refuse_external(p, n);
    if (!p->strict && span_eq(parser_text(p, p->now), SPAN("external")))
        tree_add(n, parse_external(p, n));
    else
        tree_add(n, parse_expr(p, BIND_OPEN));
    parser_rescope(p, outer);
    return parser_done(p, n);
}
