/*
 * lex.h: text to tokens. What a name is depends on the scope: at each position the longest name in
 * scope wins, so names may contain spaces, operators and keywords. The lexer therefore reads one
 * token at a time, is told the scope each time, and can be set back to read again under another
 * one.
 *
 * Mistakes that have one plain correction (full-width punctuation, 5%, 500万元) are reported with
 * it, and the corrected token is returned, so that the rest of the expression is still read.
 */
#ifndef HUIQI_FEEL_LEX_H
#define HUIQI_FEEL_LEX_H
#include "base/map.h"
#include "feel/source.h"
#include "feel/value.h"

enum token_kind {
    TOK_END,
    TOK_BAD,      /* reported already */
    TOK_NUMBER,   /* value */
    TOK_STRING,   /* value */
    TOK_TEMPORAL, /* @"..."; value */
    TOK_NAME,     /* in scope; name = its normal form */
    TOK_WORD,     /* like a name, but not in scope */
    TOK_LPAREN,
    TOK_RPAREN,
    TOK_LBRACKET,
    TOK_RBRACKET,
    TOK_LBRACE,
    TOK_RBRACE,
    TOK_COMMA,
    TOK_COLON,
    TOK_DOT,
    TOK_DOTS,
    TOK_ARROW,
    TOK_PLUS,
    TOK_MINUS,
    TOK_STAR,
    TOK_SLASH,
    TOK_POWER,
    TOK_EQ,
    TOK_NE,
    TOK_LT,
    TOK_LE,
    TOK_GT,
    TOK_GE,
    TOK_IF,
    TOK_THEN,
    TOK_ELSE,
    TOK_FOR,
    TOK_IN,
    TOK_RETURN,
    TOK_SOME,
    TOK_EVERY,
    TOK_SATISFIES,
    TOK_BETWEEN,
    TOK_AND,
    TOK_OR,
    TOK_INSTANCE,
    TOK_OF,
    TOK_FUNCTION,
    TOK_TRUE,
    TOK_FALSE,
    TOK_NULL,
    TOKENS
};

struct token {
    enum token_kind kind;
    uint32_t start, end;
    struct span name;
    struct value value;
};

/* Names known at a place of the text, innermost first. A level has a map, an array of names, or the
 * built-ins. */
struct scope {
    const struct scope *outer;
    const struct map *map;
    const struct span *names; /* normal forms */
    size_t n;
    size_t longest;                  /* bytes of its longest name, or more */
    bool builtins, properties, spec; /* spec: of the built-ins only those of the standard */
};

struct lexer {
    struct arena *arena;
    struct source *source;
    uint32_t at;       /* where the next token is looked for */
    uint32_t reported; /* mistakes before this byte were reported: a second reading is silent */
    bool strict;
    char *scratch; /* FEEL_NAME_MAX bytes for the candidate of a name */
};

NODISCARD int lex_init(struct lexer *l, struct arena *a, struct source *source, bool strict);
struct token lex_next(struct lexer *l, const struct scope *scope);
/* A name that is being declared or called by name, as written up to a character that no name has, a
   keyword `in` (when stop_at_in) or the end; kind is TOK_WORD, or TOK_BAD (not reported) when there
   is none. */
struct token lex_fresh_name(struct lexer *l, bool stop_at_in);
/* What follows a dot: the longest name in scope, else one word, keywords included. */
struct token lex_member(struct lexer *l, const struct scope *members);

/* White space once between words and not around other characters. {NULL, 0} without memory or when
   longer than FEEL_NAME_MAX. Not copied when it is normal already. */
struct span lex_normal(struct arena *a, struct span name);
/* May it be declared? */
bool lex_is_name(struct span name);
bool lex_is_keyword(struct span name);
const char *token_name(enum token_kind kind); /* "a number", "`then`" */
/* All tokens of a text, one a line. */
void lex_dump(struct buffer *out, struct arena *a, struct span text, const struct scope *scope,
              bool strict);
#endif
