/*
 * parse_int.h: the parser's own structure and what its parts share. For parse*.c.
 */
#ifndef HUIQI_FEEL_PARSE_INT_H
#define HUIQI_FEEL_PARSE_INT_H
#include "base/vector.h"
#include "feel/parse.h"
#include "feel/source.h"

VECTOR_OF(struct span, span_vector);

struct parser {
    struct arena *arena;
    struct source *source;
    struct lexer lex;
    const struct scope *scope;
    struct scope types;   /* of type expressions: declared ones and those of the language */
    struct scope members; /* after a dot: properties, the vocabulary's members, keys of this text */
    struct scope keys;
    struct span_vector key_names;
    struct token before, now; /* the token just taken and the one looked at */
    int depth;
    bool strict;
    bool panic; /* a syntax error was reported and nothing found yet to go on from */
    bool quiet; /* an unreadable token was skipped before `now`: what follows from it is not
                   reported */
    bool limit;
    bool no_filter; /* the upper end of a range: `[` closes it */
    struct node
        spare; /* stands for nodes when there is no memory; the result is thrown away then */
};

/* parse.c: nodes and tokens */
struct node *parser_make(struct parser *p, enum node_kind kind, uint32_t start);
/* A finished node: its end, and the limit of its height. */
struct node *parser_done(struct parser *p, struct node *n);
struct node *parser_bad(struct parser *p); /* NODE_BAD here */
void parser_read(struct parser *p);        /* the token at lex.at becomes `now` */
void parser_advance(struct parser *p);
bool parser_accept(struct parser *p, enum token_kind kind); /* takes it when it is there */
bool parser_expect(struct parser *p, enum token_kind kind); /* reports when it is not */
void parser_unexpected(struct parser *p, const char *wanted);
void parser_too_deep(struct parser *p, uint32_t start);
struct span parser_text(const struct parser *p, struct token t);
/* Reads the token looked at again, under another scope. */
void parser_rescope(struct parser *p, const struct scope *scope);
/* The present scope and one name more. */
const struct scope *parser_inner(struct parser *p, struct span name);
/* Reads on at `at` a name that is being declared; kind TOK_BAD when there is none. */
struct token parser_fresh_name(struct parser *p, uint32_t at, bool stop_at_in);
enum node_op parser_comparison(enum token_kind kind); /* NOP_NONE: it is none */

/* parse.c: expressions */
struct node *parse_expr(struct parser *p, int least);
struct node *parse_name(struct parser *p);
struct node *parse_item(struct parser *p);
/* Items up to `close`, which is taken. */
void parse_items(struct parser *p, struct node *n, enum token_kind close,
                 struct node *(*item)(struct parser *));
/* After `low..`: the upper end and the bracket that says whether it belongs. */
struct node *parse_range_rest(struct parser *p, uint32_t start, struct node *low, bool low_closed);

/* parse_form.c: what begins with a word and binds names */
struct node *parse_if(struct parser *p);
struct node *parse_for(struct parser *p);
struct node *parse_some(struct parser *p);
struct node *parse_every(struct parser *p);
struct node *parse_function(struct parser *p);

/* parse_type.c */
struct node *parse_type(struct parser *p);
extern const struct scope parse_type_scope; /* names of the language's types */

/* parse_test.c */
struct node *parse_in(struct parser *p, struct node *left, uint32_t start);
struct node *parse_unary_tests(struct parser *p, struct node *x); /* of x, to the end */
#endif
