/*
 * check_op.c: operators and tests against the matrix of ops.def.
 */
#include "base/date.h"
#include "feel/check_int.h"

/* --- the matrix --- */

struct match {
    size_t rows;      /* that fit and are allowed */
    size_t refused;   /* that fit in the standard's mode only */
    uint8_t result;   /* of the last one */
    bool same_result; /* of all */
};

static bool kind_fits(uint8_t row, enum value_kind kind)
{
    return kind == VALUE_KINDS || row == kind;
}

/* VALUE_KINDS stands for a kind that is not known statically. */
static struct match find_rows(const struct checker *c, enum node_op op, enum value_kind left,
                              enum value_kind right)
{
    struct match m = {.same_result = true};

    for (size_t i = 0; i < op_row_count; i++) {
        const struct op_row *row = &op_rows[i];
        if (row->op != op || !kind_fits(row->left, left) || !kind_fits(row->right, right))
            continue;
        if (row->spec_only && c->strict) {
            m.refused++;
            continue;
        }
        m.same_result = m.same_result && (!m.rows || m.result == row->result);
        m.result = row->result;
        m.rows++;
    }
    return m;
}

static bool is_equality(enum node_op op)
{
    return op == NOP_EQ || op == NOP_NE;
}

static bool is_comparison(enum node_op op)
{
    return op >= NOP_EQ && op <= NOP_GE;
}

/* --- units --- */

bool check_units(struct checker *c, const struct node *at, const struct type *x,
                 const struct type *y, const char *verb)
{
    struct diag *g;

    if (x->kind != TYPE_NUMBER || y->kind != TYPE_NUMBER || !x->unit.n || !y->unit.n ||
        span_eq(x->unit, y->unit))
        return true;
    g = check_error(c, at, "cannot %s different units: %.*s and %.*s", verb, SPAN_ARG(x->unit),
                    SPAN_ARG(y->unit));
    check_hint(c, g, "convert one: with unit(x * factor, \"%.*s\")", SPAN_ARG(x->unit));
    return false;
}

/* Sums and differences keep a unit. Products and quotients have none, which fits all: 人 * 500 may
 * well be 元. */
static const struct type *unit_of(struct checker *c, struct node *n, const struct type *x,
                                  const struct type *y)
{
    if (x->kind != TYPE_NUMBER || y->kind != TYPE_NUMBER)
        return &TYPE_NUMBER_T;
    if (n->op != NOP_ADD && n->op != NOP_SUB)
        return &TYPE_NUMBER_T;
    if (!check_units(c, n, x, y, n->op == NOP_ADD ? "add" : "subtract"))
        return &TYPE_NUMBER_T;
    return or_any(type_common(c->arena, x, y));
}

/* --- reports --- */

static const struct node *literal_text(const struct node *n)
{
    return n->kind == NODE_LITERAL && n->value.kind == VALUE_STRING ? n : NULL;
}

static bool is_temporal(const struct type *t)
{
    return t->kind == TYPE_DATE || t->kind == TYPE_TIME || t->kind == TYPE_DATE_TIME ||
           t->kind == TYPE_DAYS || t->kind == TYPE_MONTHS;
}

/* A text beside a date: probably meant as one. */
static bool hint_date_text(struct checker *c, struct diag *g, const struct node *x,
                           const struct node *y)
{
    const struct node *text = literal_text(x) ? x : literal_text(y), *other = text == x ? y : x;

    if (!text || !is_temporal(other->type))
        return false;
    check_hint(c, g, "write @\"%.*s\"", SPAN_ARG(text->value.string));
    return true;
}

static void hint_clash(struct checker *c, struct diag *g, const struct node *n,
                       const struct node *x, const struct node *y)
{
    bool text = x->type->kind == TYPE_STRING || y->type->kind == TYPE_STRING;
    const struct node *other = x->type->kind == TYPE_STRING ? y : x;

    if (hint_date_text(c, g, x, y))
        return;
    if (text && n->op == NOP_ADD)
        check_hint(c, g, "write string(%.*s)", SPAN_ARG(check_source(c, other)));
    else if (is_equality((enum node_op)n->op) &&
             (x->type->kind == TYPE_LIST) != (y->type->kind == TYPE_LIST))
        check_hint(c, g, "write `x in list`, or count(list) for its number");
    else if ((x->type->kind == TYPE_DATE) != (y->type->kind == TYPE_DATE) &&
             (n->op == NOP_ADD || n->op == NOP_SUB))
        check_hint(c, g, "write days after(d, n), months after(d, n) or working days after(d, n)");
    else if (text && (x->type->kind == TYPE_NUMBER || y->type->kind == TYPE_NUMBER))
        check_hint(c, g, "a number stands without quotes; number(text) converts one");
}

static void refused_in_strict(struct checker *c, const struct node *n, const struct node *x,
                              const struct node *y)
{
    bool months = x->type->kind == TYPE_MONTHS || y->type->kind == TYPE_MONTHS;
    struct diag *g = check_error(
        c, n, "%.*s %s %.*s is refused in strict mode", SPAN_ARG(check_type_text(c, x->type)),
        op_text((enum node_op)n->op), SPAN_ARG(check_type_text(c, y->type)));

    if (months)
        check_hint(c, g, "write months after(d, n): it says what happens at the end of a month");
}

static void clash(struct checker *c, const struct node *n, const struct node *x,
                  const struct node *y)
{
    struct diag *g =
        check_error(c, n, "`%s` does not take %.*s and %.*s", op_text((enum node_op)n->op),
                    SPAN_ARG(check_type_text(c, x->type)), SPAN_ARG(check_type_text(c, y->type)));

    hint_clash(c, g, n, x, y);
}

/* --- operators --- */

static const struct type *guess(enum node_op op)
{
    return is_comparison(op) || op == NOP_AND || op == NOP_OR ? &TYPE_BOOLEAN_T : &TYPE_ANY_T;
}

/* No two texts of the sets are equal: the comparison is decided already, so a mistake. */
static void check_sets(struct checker *c, const struct node *at, const struct type *x,
                       const struct type *y)
{
    if (x->kind != TYPE_STRING || y->kind != TYPE_STRING || !x->value_count || !y->value_count)
        return;
    for (size_t i = 0; i < x->value_count; i++)
        for (size_t j = 0; j < y->value_count; j++)
            if (span_eq(x->values[i], y->values[j]))
                return;
    check_error(c, at, "never equal: %.*s and %.*s", SPAN_ARG(check_type_text(c, x)),
                SPAN_ARG(check_type_text(c, y)));
}

/* Elements, ends and members are compared, too: their kinds must meet. */
static bool may_equal(const struct type *x, const struct type *y)
{
    if (x->kind == TYPE_ANY || y->kind == TYPE_ANY || x->kind == TYPE_NULL || y->kind == TYPE_NULL)
        return true;
    if (x->kind != y->kind)
        return false;
    return x->kind != TYPE_LIST && x->kind != TYPE_RANGE ? true : may_equal(x->element, y->element);
}

static const struct type *compare_types(struct checker *c, struct node *n, struct node *x,
                                        struct node *y)
{
    enum node_op op = (enum node_op)n->op;
    struct match m = find_rows(c, op, kind_of_type(x->type), kind_of_type(y->type));
    bool null = x->type->kind == TYPE_NULL || y->type->kind == TYPE_NULL;

    if (is_equality(op) && null)
        return &TYPE_BOOLEAN_T;
    if (!m.rows && m.refused)
        refused_in_strict(c, n, x, y);
    else if (!m.rows || (is_equality(op) && !may_equal(x->type, y->type)))
        clash(c, n, x, y);
    else {
        check_units(c, n, x->type, y->type, "compare");
        if (check_values(c, y, x->type) && check_values(c, x, y->type) && is_equality(op))
            check_sets(c, n, x->type, y->type);
    }
    return &TYPE_BOOLEAN_T;
}

static const struct type *arithmetic_type(struct checker *c, struct node *n, struct node *x,
                                          struct node *y)
{
    enum node_op op = (enum node_op)n->op;
    struct match m = find_rows(c, op, kind_of_type(x->type), kind_of_type(y->type));

    if (m.rows && m.same_result)
        return m.result == VALUE_NUMBER ? unit_of(c, n, x->type, y->type)
                                        : type_of_kind((enum value_kind)m.result);
    if (m.rows)
        return guess(op);
    if (m.refused)
        refused_in_strict(c, n, x, y);
    else
        clash(c, n, x, y);
    return guess(op);
}

const struct type *check_binary(struct checker *c, struct node *n)
{
    struct node *x = n->child, *y = x ? x->next : NULL;

    if (!x || !y)
        return guess((enum node_op)n->op);
    check_node(c, x);
    check_node(c, y);
    if (x->kind == NODE_BAD || y->kind == NODE_BAD)
        return guess((enum node_op)n->op);
    return is_comparison((enum node_op)n->op) ? compare_types(c, n, x, y)
                                              : arithmetic_type(c, n, x, y);
}

const struct type *check_unary(struct checker *c, struct node *n)
{
    const struct type *t = check_node(c, n->child);
    struct match m = find_rows(c, NOP_NEG, kind_of_type(t), VALUE_NULL);

    if (t->kind == TYPE_ANY)
        return t;
    if (m.rows)
        return t;
    check_error(c, n, "`-` does not take %.*s", SPAN_ARG(check_type_text(c, t)));
    return &TYPE_ANY_T;
}

/* --- between and in --- */

/* As if `x op y` stood there; reports are placed at y. */
static void compare_as(struct checker *c, enum node_op op, struct node *x, struct node *y)
{
    struct node stand_in = {
        .kind = NODE_BINARY, .op = (uint8_t)op, .start = y->start, .end = y->end};

    compare_types(c, &stand_in, x, y);
}

const struct type *check_between(struct checker *c, struct node *n)
{
    for (struct node *i = n->child; i; i = i->next)
        check_node(c, i);
    for (struct node *end = n->child->next; end; end = end->next)
        compare_as(c, NOP_LE, n->child, end);
    return &TYPE_BOOLEAN_T;
}

static void test_range(struct checker *c, struct node *x, struct node *test,
                       const struct type *range)
{
    struct node end = *test;

    end.type = range->element;
    end.kind = NODE_BAD; /* nothing in it is a literal text to be checked */
    compare_as(c, NOP_LE, x, &end);
}

/* x in list: equal to an element, or inside an element that is a range. */
static void test_list(struct checker *c, struct node *x, struct node *test)
{
    const struct type *element = test->type->element;
    struct node one = *test;

    if (element->kind == TYPE_RANGE && x->type->kind != TYPE_RANGE) {
        test_range(c, x, test, element);
        return;
    }
    one.type = x->type->kind == TYPE_LIST && element->kind != TYPE_LIST ? test->type : element;
    compare_as(c, NOP_EQ, x, &one);
}

static void check_one_test(struct checker *c, struct node *x, struct node *test)
{
    if (test->kind == NODE_TEST && test->child) {
        check_node(c, test->child);
        test->type = &TYPE_BOOLEAN_T;
        compare_as(c, (enum node_op)test->op, x, test->child);
        return;
    }
    check_node(c, test);
    if (test->kind == NODE_BAD || test->type->kind == TYPE_ANY)
        return;
    if (test->type->kind == TYPE_RANGE && x->type->kind != TYPE_RANGE)
        test_range(c, x, test, test->type);
    else if (test->type->kind == TYPE_LIST)
        test_list(c, x, test);
    else
        compare_as(c, NOP_EQ, x, test);
}

const struct type *check_in(struct checker *c, struct node *n)
{
    check_node(c, n->child);
    for (struct node *test = n->child->next; test; test = test->next)
        check_one_test(c, n->child, test);
    return &TYPE_BOOLEAN_T;
}
