/*
 * axis.c: see axis.h. Regions: of ordered kinds 2i is the stretch before point i, 2i + 1 the point
 * itself, 2n the stretch behind the last; of texts and truth values i is the point, n any other
 * text. Null, where a cell names it, is one more.
 */
#include "dmn/axis.h"
#include <stdio.h>
#include "feel/machine.h"
#include "feel/value_print.h"

void axis_init(struct axis *x, struct arena *a)
{
    *x = (struct axis){.arena = a, .kind = VALUE_NULL};
}

static bool is_set_kind(const struct axis *x)
{
    return x->kind == VALUE_STRING || x->kind == VALUE_BOOLEAN;
}

/* ---- fixed values ---- */

static const char *const constructors[] = {"date",     "time",   "date and time",
                                           "duration", "number", "years and months duration"};

static bool is_fixed(const struct node *n);

static bool is_fixed_call(const struct node *n)
{
    bool known = false;
    for (size_t i = 0; i < COUNT_OF(constructors); i++)
        known = known || (n->child && n->child->kind == NODE_NAME &&
                          span_eq(n->child->name, span_z(constructors[i])));
    for (const struct node *c = known ? n->child->next : NULL; c; c = c->next)
        known = known && is_fixed(c);
    return known;
}

/* Of literals, arithmetic and the functions that make values from text. Bounded by the parser. */
static bool is_fixed(const struct node *n)
{
    if (n->kind == NODE_CALL)
        return is_fixed_call(n);
    if (n->kind == NODE_BINARY ? n->op < NOP_ADD : n->kind != NODE_UNARY)
        return n->kind == NODE_LITERAL;
    for (const struct node *c = n->child; c; c = c->next)
        if (!is_fixed(c))
            return false;
    return true;
}

/* The value of a fixed expression, which then is a literal. */
static bool fixed_value(struct axis *x, struct node *n, struct value *ret)
{
    static const struct feel_vocabulary none = {.slots = 0};
    const struct feel_compile how = {.mode = FEEL_SPEC, .vocabulary = &none};
    struct feel_unit u = {.program = x->arena, .how = &how};
    struct feel_run run = {.arena = x->arena};
    const struct feel_expr *e = NULL;
    if (!is_fixed(n))
        return false;
    if (n->kind != NODE_LITERAL) {
        struct node *next = n->next;
        if (feel_unit_compile(&u, n, &e) < 0)
            return false;
        struct value v = feel_run(e, &run);
        if (v.kind == VALUE_ERROR) /* want of memory: all else is null */
            x->arena->failed = true;
        *n = (struct node){.kind = NODE_LITERAL, .height = 1, .value = v, .next = next};
    }
    *ret = n->value;
    return !value_is_failed(*ret) && ret->kind < VALUE_UNKNOWN;
}

/* ---- points ---- */

/* Where v is, or has to come; false when it has no order among the points. */
static bool find_point(const struct axis *x, struct value v, size_t *ret, bool *ret_found)
{
    size_t low = 0, high = x->n;
    int c = 0;
    *ret_found = false;
    for (size_t i = 0; is_set_kind(x) && i < x->n; i++)
        if (value_same(x->points[i], v)) {
            *ret = i;
            return *ret_found = true;
        }
    if (is_set_kind(x))
        low = high;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (!value_order(x->points[middle], v, &c))
            return false;
        *ret_found = *ret_found || c == 0;
        if (c == 0)
            low = high = middle;
        else if (c < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *ret = low;
    return true;
}

static bool can_be_point(struct value v)
{
    return v.kind >= VALUE_BOOLEAN && v.kind <= VALUE_MONTHS;
}

static bool learn_point(struct axis *x, struct value v)
{
    size_t at;
    bool found;
    if (v.kind == VALUE_NULL)
        return x->has_null = true;
    if (!can_be_point(v) || (x->kind != VALUE_NULL && x->kind != v.kind))
        return false;
    if (!x->points)
        x->points = ARENA_ARRAY(x->arena, struct value, AXIS_POINTS_MAX);
    x->kind = v.kind;
    if (!x->points || !find_point(x, v, &at, &found))
        return false;
    if (found)
        return true;
    x->full = x->full || x->n == AXIS_POINTS_MAX;
    if (x->full)
        return false;
    memmove(x->points + at + 1, x->points + at, (x->n - at) * sizeof *x->points);
    x->points[at] = v;
    x->n++;
    return true;
}

/* ---- sets ---- */

static void fill(uint64_t *set, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        set_add(set, i);
}

void axis_fill(const struct axis *x, uint64_t *set)
{
    memcpy(set, x->domain, x->words * sizeof *set);
}

/* Regions but null. */
static size_t plain_regions(const struct axis *x)
{
    return x->regions - x->has_null;
}

/* The regions of `? op v`. */
static bool compare_set(struct axis *x, enum node_op op, struct value v, uint64_t *set)
{
    size_t at, last = plain_regions(x);
    bool found;
    if (v.kind == VALUE_NULL && (op == NOP_EQ || op == NOP_NE)) {
        fill(set, op == NOP_EQ ? last : 0, op == NOP_EQ ? x->regions : last);
        return true;
    }
    if (v.kind != x->kind || !find_point(x, v, &at, &found) || !found)
        return false;
    if (!is_set_kind(x))
        at = 2 * at + 1;
    else if (op != NOP_EQ && op != NOP_NE)
        return false;
    if (op == NOP_NE || op == NOP_LT || op == NOP_LE)
        fill(set, 0, at);
    if (op == NOP_EQ || op == NOP_LE || op == NOP_GE)
        set_add(set, at);
    if (op == NOP_NE || op == NOP_GT || op == NOP_GE)
        fill(set, at + 1, op == NOP_NE ? x->regions : last);
    return true;
}

/* One look at a cell: without a set the points are learnt, with one it is filled. */
struct look {
    struct axis *x;
    uint64_t *set; /* NULL: learning */
};

static bool leaf(struct look *l, enum node_op op, struct node *operand)
{
    struct value v;
    if (!fixed_value(l->x, operand, &v))
        return false;
    return l->set ? compare_set(l->x, op, v, l->set) : learn_point(l->x, v);
}

static bool look_condition(struct look *l, struct node *n);
static bool look_test(struct look *l, struct node *n);

typedef bool look_at(struct look *l, struct node *n);

/* Both at once (and), or either (or). */
static bool combine(struct look *l, bool is_and, look_at *first, struct node *a, look_at *second,
                    struct node *b)
{
    struct look left = *l, right = *l;
    if (!l->set)
        return first(&left, a) && second(&right, b);
    left.set = ARENA_ARRAY(l->x->arena, uint64_t, l->x->words);
    right.set = ARENA_ARRAY(l->x->arena, uint64_t, l->x->words);
    if (!left.set || !right.set || !first(&left, a) || !second(&right, b))
        return false;
    for (size_t i = 0; i < l->x->words; i++)
        l->set[i] |= is_and ? left.set[i] & right.set[i] : left.set[i] | right.set[i];
    return true;
}

/* What a null makes of a negated test is not worth a table of its own: opaque. */
static bool negate(struct look *l, look_at *look, struct node *n)
{
    struct look inner = *l;
    if (!l->set)
        return look(l, n);
    inner.set = ARENA_ARRAY(l->x->arena, uint64_t, l->x->words);
    if (!inner.set || l->x->has_null || !look(&inner, n))
        return false;
    for (size_t i = 0; i < l->x->regions; i++)
        if (!set_has(inner.set, i))
            set_add(l->set, i);
    return true;
}

static bool low_end(struct look *l, struct node *n)
{
    return leaf(l, n->low_closed ? NOP_GE : NOP_GT, n->child);
}

static bool high_end(struct look *l, struct node *n)
{
    return leaf(l, n->high_closed ? NOP_LE : NOP_LT, n->last);
}

static bool look_range(struct look *l, struct node *n)
{
    if (n->op != NOP_NONE)
        return leaf(l, (enum node_op)n->op, n->child);
    if (n->has_low && n->has_high)
        return combine(l, true, low_end, n, high_end, n);
    return n->has_low ? low_end(l, n) : n->has_high && high_end(l, n);
}

static bool is_input(const struct node *n)
{
    return n->kind == NODE_NAME && span_eq(n->name, SPAN("?"));
}

/* Truth values are values only where the column is one of truth values. */
static bool look_literal(struct look *l, struct node *n)
{
    if (n->value.kind == VALUE_BOOLEAN && l->x->kind != VALUE_BOOLEAN && l->x->kind != VALUE_NULL)
        return false;
    return leaf(l, NOP_EQ, n);
}

static bool look_each(struct look *l, struct node *first)
{
    for (struct node *n = first; n; n = n->next)
        if (!look_test(l, n))
            return false;
    return true;
}

static bool look_test(struct look *l, struct node *n)
{
    switch ((enum node_kind)n->kind) {
    case NODE_LITERAL:
        return look_literal(l, n);
    case NODE_RANGE:
        return look_range(l, n);
    case NODE_LIST:
        return look_each(l, n->child);
    case NODE_TEST:
        return n->op == NOP_NONE ? look_condition(l, n->child)
                                 : leaf(l, (enum node_op)n->op, n->child);
    default:
        return leaf(l, NOP_EQ, n);
    }
}

static enum node_op mirrored(enum node_op op)
{
    return op == NOP_LT   ? NOP_GT
           : op == NOP_GT ? NOP_LT
           : op == NOP_LE ? NOP_GE
           : op == NOP_GE ? NOP_LE
                          : op;
}

static bool look_binary(struct look *l, struct node *n)
{
    enum node_op op = (enum node_op)n->op;
    if (op == NOP_AND || op == NOP_OR)
        return combine(l, op == NOP_AND, look_condition, n->child, look_condition, n->last);
    if (op < NOP_EQ || op > NOP_GE)
        return false;
    if (is_input(n->child))
        return leaf(l, op, n->last);
    return is_input(n->last) && leaf(l, mirrored(op), n->child);
}

static bool between_low(struct look *l, struct node *n)
{
    return leaf(l, NOP_GE, n->child->next);
}

static bool between_high(struct look *l, struct node *n)
{
    return leaf(l, NOP_LE, n->last);
}

/* An expression that is true of `?`. */
static bool look_condition(struct look *l, struct node *n)
{
    switch ((enum node_kind)n->kind) {
    case NODE_BINARY:
        return look_binary(l, n);
    case NODE_BETWEEN:
        return is_input(n->child) && combine(l, true, between_low, n, between_high, n);
    case NODE_IN:
        return is_input(n->child) && look_each(l, n->child->next);
    case NODE_CALL:
        return n->child->kind == NODE_NAME && span_eq(n->child->name, SPAN("not")) &&
               n->child->next && n->child->next == n->last && negate(l, look_condition, n->last);
    default:
        return false;
    }
}

static bool look_cell(struct look *l, struct node *cell)
{
    if (cell->kind != NODE_LITERAL || !value_is_true(cell->value))
        return look_condition(l, cell);
    if (l->set) /* `-` */
        fill(l->set, 0, l->x->regions);
    return true;
}

bool axis_learn(struct axis *x, struct node *cell)
{
    struct look l = {.x = x};
    return look_cell(&l, cell);
}

bool axis_set(struct axis *x, struct node *cell, uint64_t *set)
{
    struct look l = {.x = x, .set = set};
    if (!look_cell(&l, cell))
        return false;
    for (size_t i = 0; i < x->words; i++)
        set[i] &= x->domain[i];
    return true;
}

/* ---- cutting ---- */

/* The next value of a kind that goes in steps: days and months. */
static bool next_value(struct value v, struct value *ret)
{
    if (v.kind == VALUE_MONTHS) {
        *ret = value_months(v.months + 1);
        return v.months < INT64_MAX;
    }
    *ret = v;
    return v.kind == VALUE_DATE && date_add_days(v.date, 1, &ret->date);
}

/* Is there nothing between points i - 1 and i? */
static bool is_empty(const struct axis *x, size_t i)
{
    struct value next;
    return i > 0 && i < x->n && next_value(x->points[i - 1], &next) &&
           value_same(next, x->points[i]);
}

int axis_cut(struct axis *x, bool is_boolean)
{
    if (is_boolean && (x->kind == VALUE_BOOLEAN || x->kind == VALUE_NULL) &&
        (!learn_point(x, VALUE_TRUE_V) || !learn_point(x, VALUE_FALSE_V)))
        return E_MEMORY;
    x->regions = (is_set_kind(x) ? x->n + 1 : 2 * x->n + 1) + x->has_null;
    x->words = (x->regions + 63) / 64;
    x->domain = ARENA_ARRAY(x->arena, uint64_t, x->words);
    if (!x->domain)
        return E_MEMORY;
    for (size_t i = 0; i < x->regions; i++) {
        bool stretch = !is_set_kind(x) && i % 2 == 0 && i < plain_regions(x);
        bool other = x->kind == VALUE_BOOLEAN && x->n == 2 && i == 2;
        if (!other && !(stretch && is_empty(x, i / 2)))
            set_add(x->domain, i);
    }
    return 0;
}

/* ---- for people ---- */

static void separate(struct buffer *out, size_t *n)
{
    if ((*n)++ > 0)
        buffer_add_z(out, ", ");
}

static void print_points(struct buffer *out, const struct axis *x, const uint64_t *set, bool wanted)
{
    size_t n = 0;
    for (size_t i = 0; i < x->n; i++)
        if (set_has(x->domain, i) && set_has(set, i) == wanted) {
            separate(out, &n);
            value_literal(out, x->points[i]);
        }
}

/* Regions from..to (both in the set) of an ordered axis. */
static void print_stretch(struct buffer *out, const struct axis *x, size_t from, size_t to)
{
    bool low_open = from % 2 == 0, high_open = to % 2 == 0;
    bool has_low = from > 0, has_high = to < 2 * x->n;
    struct value low = has_low ? x->points[low_open ? from / 2 - 1 : from / 2] : VALUE_NULL_V,
                 high = has_high ? x->points[to / 2] : VALUE_NULL_V;
    if (from == to && !low_open) {
        value_literal(out, low);
    } else if (has_low && has_high) {
        buffer_byte(out, low_open ? '(' : '[');
        value_literal(out, low);
        buffer_add_z(out, "..");
        value_literal(out, high);
        buffer_byte(out, high_open ? ')' : ']');
    } else if (has_low || has_high) {
        buffer_add_z(out, has_low ? (low_open ? "> " : ">= ") : high_open ? "< " : "<= ");
        value_literal(out, has_low ? low : high);
    } else {
        buffer_byte(out, '-');
    }
}

static void print_stretches(struct buffer *out, const struct axis *x, const uint64_t *set,
                            size_t *n)
{
    size_t end = plain_regions(x);
    for (size_t i = 0; i < end; i++) {
        size_t from = i;
        if (!set_has(set, i))
            continue;
        while (i + 1 < end && (set_has(set, i + 1) || !set_has(x->domain, i + 1)))
            i++;
        while (!set_has(set, i))
            i--;
        separate(out, n);
        print_stretch(out, x, from, i);
    }
}

void axis_print(struct buffer *out, const struct axis *x, const uint64_t *set)
{
    size_t n = 0;
    if (is_set_kind(x) && set_has(set, x->n)) {
        buffer_add_z(out, "not(");
        print_points(out, x, set, false);
        buffer_byte(out, ')');
        n++;
    } else if (is_set_kind(x)) {
        size_t before = out->n;
        print_points(out, x, set, true);
        n = out->n > before;
    } else {
        print_stretches(out, x, set, &n);
    }
    if (x->has_null && set_has(set, x->regions - 1)) {
        separate(out, &n);
        buffer_add_z(out, "null");
    }
}

/* Halfway; whole where a whole number lies between. */
static struct decimal between(struct decimal a, struct decimal b)
{
    struct decimal one = decimal_from_int(1);
    struct decimal whole = decimal_add(decimal_round(a, 0, ROUND_FLOOR, NULL), one, NULL);
    if (decimal_compare(whole, b) < 0)
        return whole;
    return decimal_normal(decimal_div(decimal_add(a, b, NULL), decimal_from_int(2), NULL));
}

static bool step_number(const struct value *low, const struct value *high, struct value *ret)
{
    struct decimal one = decimal_from_int(1);
    *ret = value_number(low && high ? between(low->number, high->number)
                        : low       ? decimal_add(low->number, one, NULL)
                                    : decimal_sub(high->number, one, NULL));
    return true;
}

/* A value between two neighbours of the axis, one of which may be missing. */
static bool step(const struct value *low, const struct value *high, struct value *ret)
{
    const struct value *one = low ? low : high;
    *ret = *one;
    switch ((enum value_kind)one->kind) {
    case VALUE_NUMBER:
        return step_number(low, high, ret);
    case VALUE_DATE:
        return date_add_days(one->date, low ? 1 : -1, &ret->date);
    case VALUE_MONTHS:
        ret->months += low ? 1 : -1;
        return true;
    case VALUE_DAYS:
        ret->nanoseconds = low && high ? (low->nanoseconds + high->nanoseconds) / 2
                                       : one->nanoseconds + (low ? 1 : -1) * (int128)1000000000;
        return true;
    default:
        return false;
    }
}

/* A text that no cell names. */
static bool other_text(struct buffer *out, const struct axis *x)
{
    char text[32] = "other";
    size_t at;
    bool found = true;
    for (size_t n = 0; found && x->kind == VALUE_STRING; n++) {
        if (n > 0)
            snprintf(text, sizeof text, "other %zu", n);
        (void)find_point(x, value_string(span_z(text)), &at, &found);
    }
    if (!found)
        value_literal(out, value_string(span_z(text)));
    return !found;
}

bool axis_example(struct buffer *out, const struct axis *x, const uint64_t *set)
{
    struct value v;
    size_t i = 0;
    while (i < x->regions && !set_has(set, i))
        i++;
    if (i == x->regions)
        return false;
    if (x->has_null && i == x->regions - 1)
        v = VALUE_NULL_V;
    else if (is_set_kind(x) && i == x->n)
        return other_text(out, x);
    else if (is_set_kind(x))
        v = x->points[i];
    else if (i % 2 == 1)
        v = x->points[i / 2];
    else if (x->n == 0 || !step(i > 0 ? &x->points[i / 2 - 1] : NULL,
                                i / 2 < x->n ? &x->points[i / 2] : NULL, &v))
        return false;
    value_literal(out, v);
    return true;
}
