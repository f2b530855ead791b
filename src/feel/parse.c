/*
 * parse.c: tokens to tree, by binding power (Pratt): a table says for each token what it does at
 * the start of an expression and what after one.
 *
 * The parser owns the lexical scope: it tells the lexer which names are known at each token,
 * because names may contain spaces and operators. It knows no types: inside a filter and after a
 * dot every member name of the vocabulary is known, and the checker decides which one was meant.
 *
 * Its parts: parse_form.c (if, for, some, every, function), parse_type.c, parse_test.c (in, unary
 * tests).
 *
 * After a mistake: report once, read on from the next comma or closing bracket.
 */
#include "feel/parse_int.h"
#include "feel/name.h"
#include "feel/spec.h"

/* --- tools --- */

struct node *parser_make(struct parser *p, enum node_kind kind, uint32_t start)
{
    struct node *n = tree_new(p->arena, kind, start, p->before.end > start ? p->before.end : start);

    if (n)
        return n;
    p->spare = (struct node){.kind = NODE_BAD, .height = 1};
    return &p->spare;
}

void parser_read(struct parser *p)
{
    p->quiet = false;
    p->now = lex_next(&p->lex, p->scope);
    while (p->now.kind == TOK_BAD) {
        p->quiet = true;
        p->now = lex_next(&p->lex, p->scope);
    }
}

void parser_advance(struct parser *p)
{
    p->before = p->now;
    parser_read(p);
}

/* Reads the token looked at again, under another scope. */
void parser_rescope(struct parser *p, const struct scope *scope)
{
    bool quiet = p->quiet;

    p->scope = scope;
    p->lex.at = p->now.start;
    parser_read(p);
    p->quiet |= quiet;
}

const struct scope *parser_inner(struct parser *p, struct span name)
{
    struct scope *s = ARENA_NEW(p->arena, struct scope);
    struct span *names = ARENA_NEW(p->arena, struct span);

    if (!s || !names)
        return p->scope;
    *names = name;
    *s = (struct scope){.outer = p->scope, .names = names, .n = 1, .longest = name.n};
    return s;
}

static void add_key(struct parser *p, struct span name)
{
    struct span *slot = VECTOR_PUSH(p->arena, &p->key_names, struct span);

    if (!slot)
        return;
    *slot = name;
    p->keys.names = p->key_names.at;
    p->keys.n = p->key_names.n;
    if (name.n > p->keys.longest)
        p->keys.longest = name.n;
}

static void give_up(struct parser *p)
{
    p->limit = true;
    p->panic = true;
    p->lex.at = (uint32_t)p->source->text.n;
    p->now = (struct token){.kind = TOK_END, .start = p->lex.at, .end = p->lex.at};
}

void parser_too_deep(struct parser *p, uint32_t start)
{
    struct diag *g;

    if (!p->limit) {
        g = source_error(p->source, E_LIMIT, start, start + 1,
                         "nested or chained more than %d deep", FEEL_DEPTH_MAX);
        source_hint(p->source, g,
                    "write `x in (a, b, ...)` for a chain of `or`, sum([...]) for a chain of `+`, "
                    "or split it");
    }
    give_up(p);
}

/* A finished node: its end, and the limit of its height. */
struct node *parser_done(struct parser *p, struct node *n)
{
    n->end = p->before.end > n->end ? p->before.end : n->end;
    if (n->height > FEEL_DEPTH_MAX)
        parser_too_deep(p, n->start);
    return n;
}

struct span parser_text(const struct parser *p, struct token t)
{
    return span_of(p->source->text.p + t.start, t.end - t.start);
}

/* `and裁员率`: a keyword glued to what follows. */
static bool hint_glued(struct parser *p, struct diag *g)
{
    static const char *const words[] = {"and",  "or",   "in",        "between",
                                        "then", "else", "satisfies", "return"};
    struct span text = parser_text(p, p->now);

    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (text.n > strlen(words[i]) && span_starts(text, span_z(words[i]))) {
            source_hint(p->source, g, "write a space: %s %.*s", words[i],
                        SPAN_ARG(span_from(text, strlen(words[i]))));
            return true;
        }
    return false;
}

static void hint_unexpected(struct parser *p, struct diag *g)
{
    struct span before = parser_text(p, p->before), now = parser_text(p, p->now);

    if (p->now.kind == TOK_WORD && hint_glued(p, g))
        return;
    if (p->now.kind == TOK_DOTS)
        source_hint(p->source, g, "a range has brackets: [0..5], (0..5], ]0..5[");
    if (span_eq(before, SPAN("not")))
        source_hint(p->source, g, "write not(...)");
    else if (p->before.kind == TOK_NUMBER && (p->now.kind == TOK_WORD || p->now.kind == TOK_NAME))
        source_hint(p->source, g, "units belong to the declaration of a fact: write %.*s alone",
                    SPAN_ARG(before));
    else if (p->before.kind <= TOK_WORD && (p->now.kind == TOK_WORD || p->now.kind == TOK_NAME))
        source_hint(p->source, g, "no name in scope reads `%.*s %.*s`", SPAN_ARG(before),
                    SPAN_ARG(now));
}

void parser_unexpected(struct parser *p, const char *wanted)
{
    struct diag *g;

    if (p->panic || p->quiet) {
        p->panic = true;
        return;
    }
    p->panic = true;
    if (p->now.kind == TOK_WORD || p->now.kind == TOK_NAME)
        g = source_error(p->source, E_SYNTAX, p->now.start, p->now.end, "expected %s, found `%.*s`",
                         wanted, SPAN_ARG(parser_text(p, p->now)));
    else
        g = source_error(p->source, E_SYNTAX, p->now.start, p->now.end, "expected %s, found %s",
                         wanted, token_name(p->now.kind));
    hint_unexpected(p, g);
}

static bool is_closing(enum token_kind kind)
{
    return kind == TOK_RPAREN || kind == TOK_RBRACKET || kind == TOK_RBRACE;
}

/* To `kind`, or what ends the surrounding form. */
static void skip_to(struct parser *p, enum token_kind kind)
{
    int open = 0;

    for (; p->now.kind != TOK_END; parser_advance(p)) {
        if (open == 0 &&
            (p->now.kind == kind || p->now.kind == TOK_COMMA || is_closing(p->now.kind)))
            return;
        if (p->now.kind == TOK_LPAREN || p->now.kind == TOK_LBRACKET || p->now.kind == TOK_LBRACE)
            open++;
        else if (is_closing(p->now.kind))
            open--;
    }
}

bool parser_accept(struct parser *p, enum token_kind kind)
{
    if (p->now.kind != kind)
        return false;
    parser_advance(p);
    return true;
}

bool parser_expect(struct parser *p, enum token_kind kind)
{
    if (p->now.kind != kind) {
        parser_unexpected(p, token_name(kind));
        skip_to(p, kind);
    }
    if (p->now.kind != kind)
        return false;
    p->panic = false;
    parser_advance(p);
    return true;
}

struct node *parser_bad(struct parser *p)
{
    return parser_make(p, NODE_BAD, p->now.start);
}

/* --- literals and names --- */

static struct node *parse_literal(struct parser *p)
{
    struct node *n;

    parser_advance(p);
    n = parser_make(p, NODE_LITERAL, p->before.start);
    if (p->before.kind == TOK_TRUE || p->before.kind == TOK_FALSE)
        n->value = value_boolean(p->before.kind == TOK_TRUE);
    else if (p->before.kind != TOK_NULL)
        n->value = p->before.value;
    return n;
}

struct node *parse_name(struct parser *p)
{
    struct node *n;

    parser_advance(p);
    n = parser_make(p, NODE_NAME, p->before.start);
    n->name = p->before.name;
    return n;
}

/* Not in scope. Words that follow belong to it: two names never stand side by side. */
static struct node *parse_word(struct parser *p)
{
    struct node *n = parse_name(p);

    while (p->now.kind == TOK_WORD && !p->quiet) {
        parser_advance(p);
        n->end = p->before.end;
        n->name = span_of(p->source->text.p + n->start, n->end - n->start);
    }
    return n;
}

static struct node *parse_negation(struct parser *p)
{
    struct node *n;

    parser_advance(p);
    n = parser_make(p, NODE_UNARY, p->before.start);
    n->op = NOP_NEG;
    tree_add(n, parse_expr(p, BIND_NEG));
    return parser_done(p, n);
}

/* --- brackets: groups, ranges, lists, contexts --- */

enum node_op parser_comparison(enum token_kind kind)
{
    static const uint8_t ops[TOKENS] = {
        [TOK_EQ] = NOP_EQ, [TOK_NE] = NOP_NE, [TOK_LT] = NOP_LT,
        [TOK_LE] = NOP_LE, [TOK_GT] = NOP_GT, [TOK_GE] = NOP_GE,
    };
    return (enum node_op)ops[kind];
}

/* After `low..`: the upper end and the bracket that says whether it belongs. */
struct node *parse_range_rest(struct parser *p, uint32_t start, struct node *low, bool low_closed)
{
    bool no_filter = p->no_filter;
    struct node *n, *high;

    parser_advance(p);
    p->no_filter = true;
    high = parse_expr(p, BIND_ADD);
    p->no_filter = no_filter;
    n = parser_make(p, NODE_RANGE, start);
    n->has_low = n->has_high = true;
    n->low_closed = low_closed;
    n->high_closed = p->now.kind == TOK_RBRACKET;
    tree_add(n, low);
    tree_add(n, high);
    if (p->now.kind == TOK_RBRACKET || p->now.kind == TOK_RPAREN || p->now.kind == TOK_LBRACKET)
        parser_advance(p);
    else
        parser_unexpected(p, "`]`, `)` or `[` at the end of the range");
    return parser_done(p, n);
}

/* `(< 5)`: a range with one end. `(= 5)` is a range with an op, which strict mode refuses outside
 * `in`. */
static struct node *parse_half_range(struct parser *p, uint32_t start)
{
    enum node_op op = parser_comparison(p->now.kind);
    bool equality = op == NOP_EQ || op == NOP_NE;
    struct node *n;
    struct diag *g;

    parser_advance(p);
    n = parser_make(p, equality && p->strict ? NODE_TEST : NODE_RANGE, start);
    n->op = equality ? (uint8_t)op : NOP_NONE;
    n->has_low = op == NOP_GT || op == NOP_GE || (equality && !p->strict);
    n->has_high = op == NOP_LT || op == NOP_LE;
    n->low_closed = op == NOP_GE || equality;
    n->high_closed = op == NOP_LE || equality;
    tree_add(n, parse_expr(p, BIND_ADD));
    parser_expect(p, TOK_RPAREN);
    if (equality && p->strict) {
        g = source_error(p->source, E_SYNTAX, start, p->before.end,
                         "(= x) is a range only in the standard's mode");
        source_hint(p->source, g, "write [x..x], or compare with =");
    }
    return parser_done(p, n);
}

static struct node *parse_group(struct parser *p)
{
    uint32_t start = p->now.start;
    bool no_filter = p->no_filter;
    struct node *n;

    parser_advance(p);
    p->no_filter = false;
    if (parser_comparison(p->now.kind) != NOP_NONE)
        n = parse_half_range(p, start);
    else {
        n = parse_expr(p, BIND_OPEN);
        if (p->now.kind == TOK_DOTS)
            n = parse_range_rest(p, start, n, false);
        else
            parser_expect(p, TOK_RPAREN);
    }
    p->no_filter = no_filter;
    return n;
}

/* Items up to `close`, which is taken. */
void parse_items(struct parser *p, struct node *n, enum token_kind close,
                 struct node *(*item)(struct parser *))
{
    do {
        tree_add(n, item(p));
        if (p->now.kind != TOK_COMMA && p->now.kind != close) {
            parser_unexpected(p, close == TOK_RPAREN   ? "`,` or `)`"
                                 : close == TOK_RBRACE ? "`,` or `}`"
                                                       : "`,` or `]`");
            skip_to(p, close);
        }
        if (p->now.kind == TOK_COMMA || p->now.kind == close)
            p->panic = false;
    } while (parser_accept(p, TOK_COMMA));
    parser_accept(p, close);
}

struct node *parse_item(struct parser *p)
{
    if (is_closing(p->now.kind)) { /* `[1, ]` */
        parser_unexpected(p, "an expression");
        return parser_bad(p);
    }
    return parse_expr(p, BIND_OPEN);
}

static struct node *parse_list_or_range(struct parser *p)
{
    uint32_t start = p->now.start;
    bool no_filter = p->no_filter;
    struct node *n, *first;

    parser_advance(p);
    if (parser_accept(p, TOK_RBRACKET))
        return parser_make(p, NODE_LIST, start);
    p->no_filter = false;
    first = parse_expr(p, BIND_OPEN);
    if (p->now.kind == TOK_DOTS)
        n = parse_range_rest(p, start, first, true);
    else {
        n = parser_make(p, NODE_LIST, start);
        tree_add(n, first);
        if (parser_accept(p, TOK_COMMA))
            parse_items(p, n, TOK_RBRACKET, parse_item);
        else
            parser_expect(p, TOK_RBRACKET);
        parser_done(p, n);
    }
    p->no_filter = no_filter;
    return n;
}

/* `]1..5]` */
static struct node *parse_open_range(struct parser *p)
{
    uint32_t start = p->now.start;
    struct node *low;

    parser_advance(p);
    low = parse_expr(p, BIND_ADD);
    if (p->now.kind == TOK_DOTS)
        return parse_range_rest(p, start, low, false);
    parser_unexpected(p, "`..`");
    return low;
}

/* Reads on at `at` a name that is being declared; kind TOK_BAD when there is none. */
struct token parser_fresh_name(struct parser *p, uint32_t at, bool stop_at_in)
{
    struct token t;

    p->lex.at = at;
    t = lex_fresh_name(&p->lex, stop_at_in);
    if (stop_at_in && t.kind == TOK_WORD &&
        lex_is_keyword(t.name)) /* an iterator's name is read bare */
        t.kind = TOK_BAD;
    if (t.kind == TOK_BAD)
        p->lex.at = at;
    p->before = t.kind == TOK_BAD ? p->before : t;
    parser_read(p);
    return t;
}

/* p->now stands before the key: `{` or `,`. */
static struct node *parse_entry(struct parser *p)
{
    struct token key = parser_fresh_name(p, p->now.start, false);
    struct node *n;

    if (key.kind == TOK_BAD && p->now.kind == TOK_STRING) {
        parser_advance(p);
        key = p->before;
        key.name = p->strict ? lex_normal(p->arena, key.value.string) : key.value.string;
    } else if (key.kind == TOK_BAD) {
        parser_unexpected(p, "a name and `:`");
        return parser_bad(p);
    }
    n = parser_make(p, NODE_ENTRY, key.start);
    n->name = key.name;
    if (!parser_expect(p, TOK_COLON))
        return n;
    tree_add(n, parse_expr(p, BIND_OPEN));
    add_key(p, n->name);
    p->scope = parser_inner(p, n->name);
    return parser_done(p, n);
}

static struct node *parse_context(struct parser *p)
{
    const struct scope *outer = p->scope;
    bool no_filter = p->no_filter;
    struct node *n;

    parser_advance(p);
    n = parser_make(p, NODE_CONTEXT, p->before.start);
    if (parser_accept(p, TOK_RBRACE))
        return parser_done(p, n);
    p->no_filter = false;
    parse_items(p, n, TOK_RBRACE, parse_entry);
    p->no_filter = no_filter;
    parser_rescope(p, outer);
    return parser_done(p, n);
}

/* --- what follows an expression --- */

static const struct node *chain_of(const struct node *left)
{
    bool compares = left->kind == NODE_BINARY && left->op >= NOP_EQ && left->op <= NOP_GE;

    return compares || left->kind == NODE_IN || left->kind == NODE_BETWEEN ? left : NULL;
}

/* 1 < 2 < 3, which the standard's grammar reads as (1 < 2) < 3. Gives what to go on with as the
 * left side. */
static struct node *refuse_chain(struct parser *p, struct node *left, uint32_t left_start)
{
    const struct node *chain = chain_of(left);
    struct span middle;
    struct node *n;
    struct diag *g;

    if (!p->strict || !chain || chain->start != left_start || !chain->child || !chain->last)
        return left; /* in brackets: meant so */
    middle = span_of(p->source->text.p + chain->last->start, chain->last->end - chain->last->start);
    g = source_error(p->source, E_SYNTAX, left_start, p->now.end, "comparison of a comparison");
    source_hint(p->source, g, "write `... and %.*s %.*s ...`", SPAN_ARG(middle),
                SPAN_ARG(parser_text(p, p->now)));
    n = parser_make(p, NODE_BAD, left_start); /* its names are checked, its type is not */
    tree_add(n, left);
    return n;
}

static enum node_op binary_of(enum token_kind kind)
{
    static const uint8_t ops[TOKENS] = {
        [TOK_OR] = NOP_OR,    [TOK_AND] = NOP_AND,   [TOK_PLUS] = NOP_ADD,  [TOK_MINUS] = NOP_SUB,
        [TOK_STAR] = NOP_MUL, [TOK_SLASH] = NOP_DIV, [TOK_POWER] = NOP_POW,
    };
    return ops[kind] ? (enum node_op)ops[kind] : parser_comparison(kind);
}

static int binding_after(const struct parser *p);

static struct node *parse_binary(struct parser *p, struct node *left, uint32_t start)
{
    int own = binding_after(p);
    struct node *n;

    parser_advance(p);
    n = parser_make(p, NODE_BINARY, start);
    n->op = (uint8_t)binary_of(p->before.kind);
    tree_add(n, left);
    tree_add(n, parse_expr(p, own + 1));
    return parser_done(p, n);
}

static struct node *parse_between(struct parser *p, struct node *left, uint32_t start)
{
    struct node *n;

    parser_advance(p);
    n = parser_make(p, NODE_BETWEEN, start);
    tree_add(n, left);
    tree_add(n, parse_expr(p, BIND_ADD));
    if (parser_expect(p, TOK_AND))
        tree_add(n, parse_expr(p, BIND_ADD));
    return parser_done(p, n);
}

static struct node *parse_instance(struct parser *p, struct node *left, uint32_t start)
{
    struct node *n;

    parser_advance(p);
    n = parser_make(p, NODE_INSTANCE_OF, start);
    tree_add(n, left);
    if (parser_expect(p, TOK_OF))
        tree_add(n, parse_type(p));
    return parser_done(p, n);
}

static struct node *parse_path(struct parser *p, struct node *left, uint32_t start)
{
    struct node *n = parser_make(p, NODE_PATH, start);
    struct token t;

    p->lex.at = p->now.end;
    t = lex_member(&p->lex, &p->members);
    tree_add(n, left);
    if (t.kind == TOK_NAME || t.kind == TOK_WORD) {
        n->name = t.name;
        p->before = t;
        parser_read(p);
        return parser_done(p, n);
    }
    p->before = p->now;
    p->now = t;
    parser_unexpected(p, "the name of a member");
    return parser_done(p, n);
}

/* The scope of a filter's condition: `item` and the member names of everything. */
static const struct scope *filter_scope(struct parser *p)
{
    static const struct span item = {"item", 4};
    struct scope *s = ARENA_ARRAY(p->arena, struct scope, 3);

    if (!s)
        return p->scope;
    s[2] = p->keys;
    s[2].outer = p->scope;
    s[1] = (struct scope){.outer = &s[2], .map = p->members.map, .longest = p->members.longest};
    s[0] = (struct scope){.outer = &s[1], .names = &item, .n = 1, .longest = 4};
    return s;
}

static struct node *parse_filter(struct parser *p, struct node *left, uint32_t start)
{
    const struct scope *outer = p->scope;
    bool no_filter = p->no_filter;
    struct node *n;

    p->scope = filter_scope(p);
    p->no_filter = false;
    parser_advance(p);
    n = parser_make(p, NODE_FILTER, start);
    tree_add(n, left);
    tree_add(n, parse_expr(p, BIND_OPEN));
    p->scope = outer;
    p->no_filter = no_filter;
    parser_expect(p, TOK_RBRACKET);
    return parser_done(p, n);
}

/* Does `name:` stand after the bracket or comma looked at? */
static bool at_named_argument(struct parser *p)
{
    uint32_t back = p->lex.at, length;
    struct token t;
    bool named;

    p->lex.at = p->now.start;
    t = lex_fresh_name(&p->lex, false);
    while (rune_is_blank(rune_at(p->source->text, p->lex.at, &length)) && length)
        p->lex.at += length;
    named = t.kind == TOK_WORD && (span_starts(span_from(p->source->text, p->lex.at), SPAN(":")) ||
                                   span_starts(span_from(p->source->text, p->lex.at), SPAN("：")));
    p->lex.at = back;
    return named;
}

static struct node *parse_argument(struct parser *p)
{
    struct token name;
    struct node *n;

    if (!at_named_argument(p))
        return parse_item(p);
    name = parser_fresh_name(p, p->now.start, false);
    n = parser_make(p, NODE_ARGUMENT, name.start);
    n->name = name.name;
    if (parser_expect(p, TOK_COLON))
        tree_add(n, parse_expr(p, BIND_OPEN));
    return parser_done(p, n);
}

static struct node *parse_call(struct parser *p, struct node *left, uint32_t start)
{
    bool no_filter = p->no_filter;
    struct node *n;

    parser_advance(p);
    n = parser_make(p, NODE_CALL, start);
    tree_add(n, left);
    p->no_filter = false;
    if (!parser_accept(p, TOK_RPAREN))
        parse_items(p, n, TOK_RPAREN, parse_argument);
    p->no_filter = no_filter;
    return parser_done(p, n);
}

/* --- the table --- */

static const struct form {
    struct node *(*prefix)(struct parser *p);
    struct node *(*infix)(struct parser *p, struct node *left, uint32_t start);
    int binding; /* of the infix form */
} forms[TOKENS] = {
    [TOK_NUMBER] = {parse_literal, NULL, 0},
    [TOK_STRING] = {parse_literal, NULL, 0},
    [TOK_TEMPORAL] = {parse_literal, NULL, 0},
    [TOK_TRUE] = {parse_literal, NULL, 0},
    [TOK_FALSE] = {parse_literal, NULL, 0},
    [TOK_NULL] = {parse_literal, NULL, 0},
    [TOK_NAME] = {parse_name, NULL, 0},
    [TOK_WORD] = {parse_word, NULL, 0},
    [TOK_LPAREN] = {parse_group, parse_call, BIND_POSTFIX},
    [TOK_LBRACKET] = {parse_list_or_range, parse_filter, BIND_POSTFIX},
    [TOK_RBRACKET] = {parse_open_range, NULL, 0},
    [TOK_LBRACE] = {parse_context, NULL, 0},
    [TOK_DOT] = {NULL, parse_path, BIND_POSTFIX},
    [TOK_PLUS] = {NULL, parse_binary, BIND_ADD},
    [TOK_MINUS] = {parse_negation, parse_binary, BIND_ADD},
    [TOK_STAR] = {NULL, parse_binary, BIND_MUL},
    [TOK_SLASH] = {NULL, parse_binary, BIND_MUL},
    [TOK_POWER] = {NULL, parse_binary, BIND_POW},
    [TOK_EQ] = {NULL, parse_binary, BIND_COMPARE},
    [TOK_NE] = {NULL, parse_binary, BIND_COMPARE},
    [TOK_LT] = {NULL, parse_binary, BIND_COMPARE},
    [TOK_LE] = {NULL, parse_binary, BIND_COMPARE},
    [TOK_GT] = {NULL, parse_binary, BIND_COMPARE},
    [TOK_GE] = {NULL, parse_binary, BIND_COMPARE},
    [TOK_BETWEEN] = {NULL, parse_between, BIND_COMPARE},
    [TOK_IN] = {NULL, parse_in, BIND_COMPARE},
    [TOK_INSTANCE] = {NULL, parse_instance, BIND_IS},
    [TOK_AND] = {NULL, parse_binary, BIND_AND},
    [TOK_OR] = {NULL, parse_binary, BIND_OR},
    [TOK_IF] = {parse_if, NULL, 0},
    [TOK_FOR] = {parse_for, NULL, 0},
    [TOK_SOME] = {parse_some, NULL, 0},
    [TOK_EVERY] = {parse_every, NULL, 0},
    [TOK_FUNCTION] = {parse_function, NULL, 0},
};

static int binding_after(const struct parser *p)
{
    return forms[p->now.kind].binding;
}

static struct node *parse_start(struct parser *p)
{
    struct node *n;

    if (forms[p->now.kind].prefix)
        return forms[p->now.kind].prefix(p);
    parser_unexpected(p, "an expression");
    n = parser_bad(p);
    /* an operator without its left side: read on behind it */
    if (forms[p->now.kind].infix && p->now.kind != TOK_IN && p->now.kind != TOK_AND)
        parser_advance(p);
    return n;
}

struct node *parse_expr(struct parser *p, int least)
{
    uint32_t start = p->now.start;
    struct node *n;

    if (p->depth >= FEEL_DEPTH_MAX) {
        parser_too_deep(p, start);
        return parser_bad(p);
    }
    p->depth++;
    n = parse_start(p);
    while (forms[p->now.kind].infix && binding_after(p) >= least &&
           !(p->no_filter && p->now.kind == TOK_LBRACKET)) {
        if (binding_after(p) == BIND_COMPARE)
            n = refuse_chain(p, n, start);
        n = forms[p->now.kind].infix(p, n, start);
    }
    p->depth--;
    return n;
}

/* --- the door --- */

static void add_type_keys(struct parser *p, const struct type *t, int depth)
{
    if (!t || depth > FEEL_DEPTH_MAX)
        return;
    for (size_t i = 0; i < t->member_count; i++) {
        add_key(p, t->members[i].name);
        add_type_keys(p, t->members[i].type, depth + 1);
    }
    add_type_keys(p, t->element, depth + 1);
    add_type_keys(p, t->result, depth + 1);
}

const struct scope *feel_scope(struct arena *a, const struct feel_compile *how)
{
    struct scope *s = ARENA_ARRAY(a, struct scope, 3);
    struct span *names = ARENA_ARRAY(a, struct span, how->let_count + 1);

    if (!s || !names)
        return NULL;
    s[2] = (struct scope){.builtins = true, .spec = how->mode == FEEL_SPEC, .longest = 40};
    s[1].outer = &s[2];
    if (how->vocabulary) {
        s[1].map = &how->vocabulary->names;
        s[1].longest = how->vocabulary->longest;
    }
    s[0] = (struct scope){.outer = &s[1], .names = names, .n = how->let_count};
    for (size_t i = 0; i < how->let_count; i++) {
        names[i] = lex_normal(a, how->lets[i].name);
        if (names[i].n > s[0].longest)
            s[0].longest = names[i].n;
    }
    return s;
}

static int parser_init(struct parser *p, struct arena *program, struct source *source,
                       const struct feel_compile *how)
{
    *p = (struct parser){.arena = program, .source = source, .strict = how->mode == FEEL_STRICT};
    p->scope = feel_scope(program, how);
    p->members = (struct scope){.outer = &p->keys, .properties = true, .longest = 40};
    p->types = (struct scope){
        .outer = &parse_type_scope, .map = how->types, .longest = how->types ? FEEL_NAME_MAX : 0};
    if (how->vocabulary) {
        p->members.map = &how->vocabulary->members;
        if (how->vocabulary->longest > p->members.longest)
            p->members.longest = how->vocabulary->longest;
    }
    for (size_t i = 0; i < how->let_count; i++)
        add_type_keys(p, how->lets[i].type, 0);
    return p->scope ? lex_init(&p->lex, program, source, p->strict) : E_MEMORY;
}

/* --- pieces and whole texts --- */

int feel_parse_piece(struct arena *program, struct source *source, const struct feel_compile *how,
                     const struct scope *scope, struct node *x, struct node **ret)
{
    static const struct span input = {"?", 1};
    struct scope known = {.outer = scope, .names = &input, .n = 1, .longest = 1};
    struct parser p;

    if (parser_init(&p, program, source, how) < 0)
        return E_MEMORY;
    p.scope = x ? &known : scope ? scope : p.scope;
    for (const struct scope *s = scope; s; s = s->outer)
        for (size_t i = 0; i < s->n; i++)
            add_key(&p, s->names[i]);
    parser_read(&p);
    *ret = x ? parse_unary_tests(&p, x) : parse_expr(&p, BIND_OPEN);
    if (p.now.kind != TOK_END)
        parser_unexpected(&p, "an operator or the end");
    if (program->failed)
        return E_MEMORY;
    return p.limit ? E_LIMIT : source->errors ? source->code : 0;
}

int feel_parse(struct arena *program, struct source *source, const struct feel_compile *how,
               struct node **ret)
{
    struct parser p;
    struct node *n;

    if (parser_init(&p, program, source, how) < 0)
        return E_MEMORY;
    parser_read(&p);
    n = parse_expr(&p, BIND_OPEN);
    if (p.now.kind != TOK_END)
        parser_unexpected(&p, "an operator or the end");
    if (program->failed)
        return E_MEMORY;
    *ret = n;
    if (p.limit)
        return E_LIMIT;
    return source->errors ? E_SYNTAX : 0;
}
