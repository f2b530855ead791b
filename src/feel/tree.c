/*
 * tree.c: the syntax tree: building, an outline for people, FEEL text again.
 *
 * Recursion here is as deep as the tree, which the parser bounds by FEEL_DEPTH_MAX.
 */
#include "feel/tree.h"
#include "feel/value_print.h"
#include "feel/builtins.h"
#include "feel/parse.h"

struct node *tree_new(struct arena *a, enum node_kind kind, uint32_t start, uint32_t end)
{
    struct node *n = ARENA_NEW(a, struct node);

    if (n) {
        n->kind = (uint8_t)kind;
        n->height = 1;
        n->start = start;
        n->end = end;
    }
    return n;
}

void tree_add(struct node *parent, struct node *child)
{
    if (!parent || !child)
        return;
    if (parent->last)
        parent->last->next = child;
    else
        parent->child = child;
    parent->last = child;
    if (parent->height <= child->height)
        parent->height = (uint16_t)(child->height + 1);
}

/* --- outline --- */

static const char *const kind_names[NODE_KINDS] = {
    [NODE_LITERAL] = "literal",   [NODE_NAME] = "name",
    [NODE_UNARY] = "unary",       [NODE_BINARY] = "binary",
    [NODE_BETWEEN] = "between",   [NODE_IN] = "in",
    [NODE_TEST] = "test",         [NODE_IF] = "if",
    [NODE_PATH] = "path",         [NODE_FILTER] = "filter",
    [NODE_CALL] = "call",         [NODE_LIST] = "list",
    [NODE_CONTEXT] = "context",   [NODE_ENTRY] = "entry",
    [NODE_RANGE] = "range",       [NODE_FOR] = "for",
    [NODE_SOME] = "some",         [NODE_EVERY] = "every",
    [NODE_ITERATOR] = "iterator", [NODE_FUNCTION] = "function",
    [NODE_PARAM] = "param",       [NODE_INSTANCE_OF] = "instance of",
    [NODE_TYPE] = "type",         [NODE_ARGUMENT] = "argument",
    [NODE_COERCE] = "coerce",     [NODE_TABLE] = "table",
    [NODE_RULE] = "rule",         [NODE_BAD] = "bad",
};

static void dump_ref(struct buffer *out, const struct node *n)
{
    static const char *const names[] = {
        [REF_NONE] = "",
        [REF_SLOT] = "slot",
        [REF_LOCAL] = "local",
        [REF_BUILTIN] = "builtin",
        [REF_MEMBER] = "member of local",
        [REF_DATED] = "dated slot",
    };

    if (n->ref != REF_NONE)
        buffer_print(out, " {%s %u}", names[n->ref], n->index);
}

static void print_literal(struct buffer *out, struct value v);

static void dump_node(struct buffer *out, const struct node *n, struct span text, int depth)
{
    buffer_print(out, "%*s%s", depth * 2, "", kind_names[n->kind]);
    if (n->op != NOP_NONE)
        buffer_print(out, " %s", op_text((enum node_op)n->op));
    if (n->name.n)
        buffer_print(out, " `%.*s`", SPAN_ARG(n->name));
    if (n->kind == NODE_LITERAL) {
        buffer_byte(out, ' ');
        print_literal(out, n->value);
    }
    if (n->kind == NODE_RANGE)
        buffer_print(out, " %s %s",
                     !n->has_low     ? "-"
                     : n->low_closed ? "closed"
                                     : "open",
                     !n->has_high     ? "-"
                     : n->high_closed ? "closed"
                                      : "open");
    dump_ref(out, n);
    buffer_print(out, " %u..%u", n->start, n->end);
    if (n->type) {
        buffer_add_z(out, " : ");
        type_print(out, n->type);
    }
    buffer_byte(out, '\n');
    for (const struct node *c = n->child; c; c = c->next)
        dump_node(out, c, text, depth + 1);
}

void tree_dump(struct buffer *out, const struct node *n, struct span text)
{
    if (n)
        dump_node(out, n, text, 0);
}

/* --- FEEL text --- */

static int binding_of_op(enum node_op op)
{
    switch (op) {
    case NOP_OR:
        return BIND_OR;
    case NOP_AND:
        return BIND_AND;
    case NOP_ADD:
    case NOP_SUB:
        return BIND_ADD;
    case NOP_MUL:
    case NOP_DIV:
        return BIND_MUL;
    case NOP_POW:
        return BIND_POW;
    default:
        return BIND_COMPARE;
    }
}

static int binding_of(const struct node *n)
{
    switch ((enum node_kind)n->kind) {
    case NODE_IF:
    case NODE_FOR:
    case NODE_SOME:
    case NODE_EVERY:
    case NODE_FUNCTION:
        return BIND_OPEN;
    case NODE_BINARY:
        return binding_of_op((enum node_op)n->op);
    case NODE_BETWEEN:
    case NODE_IN:
        return BIND_COMPARE;
    case NODE_UNARY:
        return BIND_NEG;
    case NODE_INSTANCE_OF:
        return BIND_IS;
    case NODE_LITERAL:
        return n->value.kind == VALUE_NUMBER && decimal_sign(n->value.number) < 0 ? BIND_NEG
                                                                                  : BIND_POSTFIX;
    default:
        return BIND_POSTFIX;
    }
}

/* Where a tree is printed to, and what may stand in the place of a node. */
struct printer {
    struct buffer *out;
    tree_look *look; /* NULL = nothing */
    void *context;
};

static void print_node(const struct printer *w, const struct node *n);

static int binding_of_value(struct value v)
{
    return v.kind == VALUE_NUMBER && decimal_sign(v.number) < 0 ? BIND_NEG : BIND_POSTFIX;
}

/* with unit(x, "yuan") is for the checker: where figures are shown, people read x. */
static const struct node *without_unit(const struct node *n)
{
    const struct node *callee = n->kind == NODE_CALL ? n->child : NULL;
    bool is_unit = callee && callee->kind == NODE_NAME && callee->ref == REF_BUILTIN &&
                   span_eq(callee->name, SPAN("with unit"));

    return is_unit && callee->next && callee->next->kind != NODE_ARGUMENT ? callee->next : n;
}

static void print_at(const struct printer *w, const struct node *n, int least)
{
    struct value v;

    if (!n)
        return;
    if (w->look)
        n = without_unit(n);
    bool known = w->look && w->look(w->context, n, &v);
    bool brackets = (known ? binding_of_value(v) : binding_of(n)) < least;
    if (brackets)
        buffer_byte(w->out, '(');
    if (known)
        print_literal(w->out, v);
    else
        print_node(w, n);
    if (brackets)
        buffer_byte(w->out, ')');
}

static void print_string(struct buffer *out, struct span s)
{
    buffer_byte(out, '"');
    for (size_t i = 0, from = 0; i <= s.n; i++) {
        unsigned char c = i < s.n ? (unsigned char)s.p[i] : 0;
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        if (i > from) /* what stands as it is, at once */
            buffer_add(out, span_of(s.p + from, i - from));
        from = i + 1;
        if (i == s.n)
            break;
        if (c == '"' || c == '\\')
            buffer_print(out, "\\%c", c);
        else if (c == '\n')
            buffer_add_z(out, "\\n");
        else if (c == '\t')
            buffer_add_z(out, "\\t");
        else if (c == '\r')
            buffer_add_z(out, "\\r");
        else
            buffer_print(out, "\\u%04X", c);
    }
    buffer_byte(out, '"');
}

static void print_literal(struct buffer *out, struct value v)
{
    switch ((enum value_kind)v.kind) {
    case VALUE_STRING:
        print_string(out, v.string);
        break;
    case VALUE_DATE:
    case VALUE_TIME:
    case VALUE_DATE_TIME:
    case VALUE_DAYS:
    case VALUE_MONTHS:
        buffer_add_z(out, "@\"");
        value_text(out, v);
        buffer_byte(out, '"');
        break;
    default:
        value_literal(out, v);
    }
}

static void print_list(const struct printer *w, const struct node *first, int least)
{
    for (const struct node *c = first; c; c = c->next) {
        print_at(w, c, least);
        buffer_add_z(w->out, c->next ? ", " : "");
    }
}

static void print_call(const struct printer *w, const struct node *n)
{
    const struct printer plain = {.out = w->out};

    print_at(&plain, n->child, BIND_POSTFIX);
    buffer_byte(w->out, '(');
    print_list(w, n->child->next, BIND_OPEN);
    buffer_byte(w->out, ')');
}

static void print_range(const struct printer *w, const struct node *n)
{
    const struct node *low = n->has_low ? n->child : NULL;
    const struct node *high = !n->has_high ? NULL : low ? low->next : n->child;

    if (low && high) {
        buffer_byte(w->out, n->low_closed ? '[' : '(');
        print_at(w, low, BIND_ADD);
        buffer_add_z(w->out, "..");
        print_at(w, high, BIND_ADD);
        buffer_byte(w->out, n->high_closed ? ']' : ')');
        return;
    }
    buffer_add_z(w->out,
                 low ? (n->low_closed ? "(>= " : "(> ") : (n->high_closed ? "(<= " : "(< "));
    print_at(w, low ? low : high, BIND_ADD);
    buffer_byte(w->out, ')');
}

static void print_in(const struct printer *w, const struct node *n)
{
    const struct node *test = n->child->next;
    bool brackets = test && (test->next || test->kind == NODE_TEST);

    print_at(w, n->child, BIND_ADD);
    buffer_add_z(w->out, brackets ? " in (" : " in ");
    print_list(w, test, BIND_ADD);
    if (brackets)
        buffer_byte(w->out, ')');
}

static void print_iterators(const struct printer *w, const struct node *n, const char *word,
                            const char *before_body)
{
    const struct node *c = n->child;

    buffer_add_z(w->out, word);
    for (; c && c->kind == NODE_ITERATOR; c = c->next) {
        buffer_print(w->out, "%.*s in ", SPAN_ARG(c->name));
        print_at(w, c->child, BIND_ADD);
        if (c->child && c->child->next) {
            buffer_add_z(w->out, "..");
            print_at(w, c->child->next, BIND_ADD);
        }
        buffer_add_z(w->out, c->next && c->next->kind == NODE_ITERATOR ? ", " : "");
    }
    buffer_add_z(w->out, before_body);
    print_at(w, c, BIND_OPEN);
}

static void print_function(const struct printer *w, const struct node *n)
{
    const struct node *c = n->child;

    buffer_add_z(w->out, "function(");
    for (; c && c->kind == NODE_PARAM; c = c->next) {
        buffer_add(w->out, c->name);
        if (c->child) {
            buffer_add_z(w->out, ": ");
            print_node(w, c->child);
        }
        buffer_add_z(w->out, c->next && c->next->kind == NODE_PARAM ? ", " : "");
    }
    buffer_add_z(w->out, ") ");
    print_at(w, c, BIND_OPEN);
}

/* Also a member of a context<> type. */
static void print_entry(const struct printer *w, const struct node *n)
{
    bool plain = true;

    for (size_t i = 0; i < n->name.n; i++)
        plain = plain && !strchr("\":,{}()[]", n->name.p[i]);
    if (plain)
        buffer_add(w->out, n->name);
    else
        print_string(w->out, n->name);
    buffer_add_z(w->out, ": ");
    print_at(w, n->child, BIND_OPEN);
}

static void print_type(const struct printer *w, const struct node *n)
{
    bool function = span_eq(n->name, SPAN("function"));

    buffer_add(w->out, n->name);
    if (!n->child)
        return;
    buffer_byte(w->out, '<');
    for (const struct node *c = n->child; c && (!function || c->next); c = c->next) {
        print_node(w, c);
        buffer_add_z(w->out, c->next && (!function || c->next->next) ? ", " : "");
    }
    buffer_byte(w->out, '>');
    for (const struct node *c = n->child; function && c; c = c->next)
        if (!c->next) {
            buffer_add_z(w->out, " -> ");
            print_node(w, c);
        }
}

static void print_binary(const struct printer *w, const struct node *n)
{
    int own = binding_of(n);

    print_at(w, n->child, own == BIND_COMPARE ? own + 1 : own);
    buffer_byte(w->out, ' ');
    buffer_add_z(w->out, op_text((enum node_op)n->op));
    buffer_byte(w->out, ' ');
    print_at(w, n->child ? n->child->next : NULL, own + 1);
}

static void print_between(const struct printer *w, const struct node *n)
{
    const struct node *low = n->child->next;

    print_at(w, n->child, BIND_ADD);
    buffer_add_z(w->out, " between ");
    print_at(w, low, BIND_ADD);
    buffer_add_z(w->out, " and ");
    print_at(w, low->next, BIND_ADD);
}

static void print_if(const struct printer *w, const struct node *n)
{
    const struct node *then = n->child->next;

    buffer_add_z(w->out, "if ");
    print_at(w, n->child, BIND_OPEN);
    buffer_add_z(w->out, " then ");
    print_at(w, then, BIND_OPEN);
    buffer_add_z(w->out, " else ");
    print_at(w, then->next, BIND_OPEN);
}

/* One case a kind; flat on purpose. */
static void print_node(const struct printer *w, const struct node *n)
{
    switch ((enum node_kind)n->kind) {
    case NODE_LITERAL:
        print_literal(w->out, n->value);
        break;
    case NODE_NAME:
        buffer_add(w->out, n->name);
        break;
    case NODE_UNARY:
        buffer_byte(w->out, '-');
        print_at(w, n->child, BIND_NEG);
        break;
    case NODE_BINARY:
        print_binary(w, n);
        break;
    case NODE_BETWEEN:
        print_between(w, n);
        break;
    case NODE_IN:
        print_in(w, n);
        break;
    case NODE_TEST:
        buffer_add_z(w->out, op_text((enum node_op)n->op));
        buffer_byte(w->out, ' ');
        print_at(w, n->child, BIND_ADD);
        break;
    case NODE_IF:
        print_if(w, n);
        break;
    case NODE_PATH:
        print_at(w, n->child, BIND_POSTFIX);
        buffer_byte(w->out, '.');
        buffer_add(w->out, n->name);
        break;
    case NODE_FILTER:
        print_at(w, n->child, BIND_POSTFIX);
        buffer_byte(w->out, '[');
        print_at(w, n->child->next, BIND_OPEN);
        buffer_byte(w->out, ']');
        break;
    case NODE_CALL:
        print_call(w, n);
        break;
    case NODE_LIST:
        buffer_byte(w->out, '[');
        print_list(w, n->child, BIND_OPEN);
        buffer_byte(w->out, ']');
        break;
    case NODE_CONTEXT:
        buffer_byte(w->out, '{');
        print_list(w, n->child, BIND_OPEN);
        buffer_byte(w->out, '}');
        break;
    case NODE_ARGUMENT:
        buffer_print(w->out, "%.*s: ", SPAN_ARG(n->name));
        print_at(w, n->child, BIND_OPEN);
        break;
    case NODE_ENTRY:
        print_entry(w, n);
        break;
    case NODE_RANGE:
        print_range(w, n);
        break;
    case NODE_FOR:
        print_iterators(w, n, "for ", " return ");
        break;
    case NODE_SOME:
        print_iterators(w, n, "some ", " satisfies ");
        break;
    case NODE_EVERY:
        print_iterators(w, n, "every ", " satisfies ");
        break;
    case NODE_FUNCTION:
        print_function(w, n);
        break;
    case NODE_INSTANCE_OF:
        print_at(w, n->child, BIND_IS);
        buffer_add_z(w->out, " instance of ");
        print_node(w, n->child->next);
        break;
    case NODE_TYPE:
        print_type(w, n);
        break;
    case NODE_BAD:
        buffer_add(w->out, n->name.n ? n->name : SPAN("?"));
        break;
    case NODE_COERCE:
        print_at(w, n->child, BIND_OPEN);
        break;
    case NODE_TABLE: /* has no text of its own */
        buffer_add_z(w->out, "<decision table>");
        break;
    case NODE_RULE:
    case NODE_ITERATOR:
    case NODE_PARAM:
    case NODE_KINDS:
        break;
    }
}

void tree_print(struct buffer *out, const struct node *n, tree_look *look, void *context)
{
    struct printer w = {.out = out, .look = look, .context = context};
    print_at(&w, n, BIND_OPEN);
}
