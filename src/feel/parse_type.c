/*
 * parse_type.c: type expressions, behind `instance of` and the parameters of a function.
 */
#include "feel/parse_int.h"

static const struct span type_names[] = {
    {"any", 3},
    {"Any", 3},
    {"null", 4},
    {"Null", 4},
    {"boolean", 7},
    {"number", 6},
    {"string", 6},
    {"date", 4},
    {"time", 4},
    {"date and time", 13},
    {"days and time duration", 22},
    {"years and months duration", 25},
    {"list", 4},
    {"context", 7},
    {"range", 5},
    {"function", 8},
};
const struct scope parse_type_scope = {
    .names = type_names, .n = COUNT_OF(type_names), .longest = 25};

static struct node *parse_type_member(struct parser *p)
{
    struct token name = parser_fresh_name(p, p->now.start, false);
    struct node *n;

    if (name.kind == TOK_BAD) {
        parser_unexpected(p, "a name and `:`");
        return parser_bad(p);
    }
    n = parser_make(p, NODE_ENTRY, name.start);
    n->name = name.name;
    if (parser_expect(p, TOK_COLON))
        tree_add(n, parse_type(p));
    return parser_done(p, n);
}

static void parse_type_arguments(struct parser *p, struct node *n)
{
    bool members = span_eq(n->name, SPAN("context"));

    if (p->now.kind != TOK_GT)
        do
            tree_add(n, members ? parse_type_member(p) : parse_type(p));
        while (parser_accept(p, TOK_COMMA));
    parser_expect(p, TOK_GT);
    if (span_eq(n->name, SPAN("function")) && parser_expect(p, TOK_ARROW))
        tree_add(n, parse_type(p));
}

struct node *parse_type(struct parser *p)
{
    struct node *n;
    struct token t;

    if (++p->depth > FEEL_DEPTH_MAX)
        parser_too_deep(p, p->now.start);
    p->lex.at = p->now.start;
    t = lex_member(&p->lex, &p->types);
    p->before = t;
    parser_read(p);
    n = parser_make(p, NODE_TYPE, t.start);
    n->name = t.name;
    if (t.kind != TOK_NAME && t.kind != TOK_WORD && !p->limit) {
        p->now = t;
        parser_unexpected(p, "the name of a type");
        n->kind = NODE_BAD;
    } else if (parser_accept(p, TOK_LT))
        parse_type_arguments(p, n);
    p->depth--;
    return parser_done(p, n);
}
