/*
 * parse.h: tokens to tree. Inside the front end.
 */
#ifndef HUIQI_FEEL_PARSE_H
#define HUIQI_FEEL_PARSE_H
#include "feel/feel.h"
#include "feel/lex.h"

/* How tightly a form binds, loosest first. The printer puts brackets by the same list. */
enum binding {
    BIND_OPEN, /* if, for, some, every, function */
    BIND_OR,
    BIND_AND,
    BIND_COMPARE,
    BIND_ADD,
    BIND_MUL,
    BIND_POW,
    BIND_NEG,
    BIND_IS,
    BIND_POSTFIX
};

/*
 * Parses the whole text. *ret is set even when there are errors (NODE_BAD where nothing could be
 * read), so that the checker can report more; E_SYNTAX or E_LIMIT then. E_MEMORY leaves it alone.
 */
NODISCARD int feel_parse(struct arena *program, struct source *source,
                         const struct feel_compile *how, struct node **ret);
/*
 * One piece of a unit (spec.h), under a scope of the caller that ends in feel_scope(program, how).
 * tests: unary tests of x, which become an expression.
 */
NODISCARD int feel_parse_piece(struct arena *program, struct source *source,
                               const struct feel_compile *how, const struct scope *scope,
                               struct node *x, struct node **ret);
/* Names that `how` puts in scope, for lex_dump. NULL without memory. */
const struct scope *feel_scope(struct arena *a, const struct feel_compile *how);
#endif
