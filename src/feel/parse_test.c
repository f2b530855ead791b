/*
 * parse_test.c: what a value is tested against: behind `in`, and the unary tests of a cell.
 */
#include "feel/parse_int.h"

/* --- `?`, the value that a test asks about --- */

static bool mentions_input(const struct node *n)
{
    if (n->kind == NODE_NAME && span_eq(n->name, SPAN("?")))
        return true;
    for (const struct node *c = n->child; c; c = c->next)
        if (mentions_input(c))
            return true;
    return false;
}

static struct node *clone(struct parser *p, const struct node *n)
{
    struct node *copy = parser_make(p, (enum node_kind)n->kind, n->start);

    *copy = *n;
    copy->next = copy->child = copy->last = NULL;
    for (const struct node *c = n->child; c && !p->arena->failed; c = c->next)
        tree_add(copy, clone(p, c));
    return copy;
}

/* Every `?` becomes x. */
static void put_input(struct parser *p, struct node *n, const struct node *x)
{
    if (n->kind == NODE_NAME && span_eq(n->name, SPAN("?")) && x->kind == NODE_NAME)
        n->name = x->name;
    else if (n->kind == NODE_NAME && span_eq(n->name, SPAN("?"))) {
        struct node *next = n->next, *copy = clone(p, x);
        *n = *copy;
        n->next = next;
    } else
        for (struct node *c = n->child; c && !p->arena->failed; c = c->next)
            put_input(p, c, x);
}

/* One test of `in`: `< 5`, or an expression. */
static struct node *parse_test(struct parser *p)
{
    enum node_op op = parser_comparison(p->now.kind);
    struct node *n;

    if (op == NOP_NONE)
        return parse_item(p);
    parser_advance(p);
    n = parser_make(p, NODE_TEST, p->before.start);
    n->op = (uint8_t)op;
    tree_add(n, parse_expr(p, BIND_ADD));
    return parser_done(p, n);
}

/* Is `?` the value of a unary test already? */
static bool has_input(const struct parser *p)
{
    for (const struct scope *s = p->scope; s; s = s->outer)
        for (size_t i = 0; i < s->n; i++)
            if (span_eq(s->names[i], SPAN("?")))
                return true;
    return false;
}

/* `x in (? > 3)`: a condition on x, which `?` stands for. */
static struct node *ask_input(struct parser *p, struct node *in, struct node *test)
{
    struct node *condition;

    if (p->strict || p->arena->failed || test->kind == NODE_NAME || test->kind == NODE_TEST ||
        !mentions_input(test) || has_input(p))
        return test;
    put_input(p, test, in->child);
    condition = parser_make(p, NODE_TEST, test->start);
    tree_add(condition, test);
    return parser_done(p, condition);
}

static void ask_inputs(struct parser *p, struct node *in)
{
    struct node *t = in->child ? in->child->next : NULL;

    if (!t)
        return;
    in->child->next = NULL;
    in->last = in->child;
    while (t && !p->arena->failed) {
        struct node *next = t->next;
        t->next = NULL;
        tree_add(in, ask_input(p, in, t));
        t = next;
    }
}

/* `in (a, < 5)`, `in (1..5]` */
static void parse_test_group(struct parser *p, struct node *in)
{
    uint32_t start = p->now.start;
    bool no_filter = p->no_filter;
    struct node *first;

    parser_advance(p);
    p->no_filter = false;
    first = parse_test(p);
    if (p->now.kind == TOK_DOTS)
        first = parse_range_rest(p, start, first, false);
    tree_add(in, first);
    if (first->kind != NODE_RANGE || first->start != start) {
        if (parser_accept(p, TOK_COMMA))
            parse_items(p, in, TOK_RPAREN, parse_test);
        else
            parser_expect(p, TOK_RPAREN);
    }
    p->no_filter = no_filter;
}

struct node *parse_in(struct parser *p, struct node *left, uint32_t start)
{
    struct node *n;

    parser_advance(p);
    n = parser_make(p, NODE_IN, start);
    tree_add(n, left);
    if (p->now.kind == TOK_LPAREN)
        parse_test_group(p, n);
    else if (parser_comparison(p->now.kind) != NOP_NONE)
        tree_add(n, parse_test(p));
    else
        tree_add(n, parse_expr(p, BIND_ADD));
    ask_inputs(p, n);
    return parser_done(p, n);
}

/* --- unary tests --- */

/* One of them: what mentions `?` is a condition, anything else is compared with x. */
static struct node *parse_unary_test(struct parser *p)
{
    struct node *n = parse_test(p), *test;

    if (p->arena->failed || n->kind == NODE_TEST ||
        !mentions_input(n)) /* without memory nodes may be one another's children */
        return n;
    test = parser_make(p, NODE_TEST, n->start);
    tree_add(test, n);
    return parser_done(p, test);
}

static struct node *parse_tests(struct parser *p, struct node *x)
{
    struct node *in = parser_make(p, NODE_IN, p->now.start), *tests;

    in->op = NOP_AND; /* a boolean among them is a condition, too, when x is none */
    tree_add(in, x);
    do
        tree_add(in, parse_unary_test(p));
    while (parser_accept(p, TOK_COMMA));
    tests = x->next;
    for (struct node *t = tests; t && !p->arena->failed; t = t->next)
        put_input(p, t, x);
    return parser_done(p, in);
}

static bool at_not_tests(const struct parser *p)
{
    return p->now.kind == TOK_NAME && span_eq(p->now.name, SPAN("not"));
}

static struct node *parse_not_tests(struct parser *p, struct node *x)
{
    struct node *call = parser_make(p, NODE_CALL, p->now.start), *not = parse_name(p);

    tree_add(call, not );
    parser_expect(p, TOK_LPAREN);
    tree_add(call, parse_tests(p, x));
    parser_expect(p, TOK_RPAREN);
    return parser_done(p, call);
}

struct node *parse_unary_tests(struct parser *p, struct node *x)
{
    struct token first = p->now;
    uint32_t at = p->lex.at;
    struct node *n;

    if (p->now.kind == TOK_MINUS) { /* `-` alone lets everything pass */
        parser_advance(p);
        if (p->now.kind == TOK_END) {
            n = parser_make(p, NODE_LITERAL, first.start);
            n->value = VALUE_TRUE_V;
            return n;
        }
        p->now = first;
        p->lex.at = at;
    }
    n = at_not_tests(p) ? parse_not_tests(p, x) : parse_tests(p, x);
    if (p->now.kind == TOK_END || first.kind != TOK_NAME || p->source->errors)
        return n;
    x->next = NULL; /* `not(...) and ...`: an expression after all */
    p->lex.at = first.start;
    parser_read(p);
    return parse_tests(p, x);
}
