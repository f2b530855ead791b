/*
 * builtins_range.c: relations of points and ranges (the interval functions of the standard), and
 * ranges from text.
 *
 * A point is the range from it to itself. Each relation is said once, over the order of the four
 * pairs of ends; the converse functions ask it with the arguments changed over.
 */
#include "feel/builtins_int.h"
#include "feel/temporal.h"

/* How the ends of two ranges stand to each other, -1, 0, 1: `se` is the first's start to the
 * second's end. */
struct relation {
    int ss, se, es, ee;
    bool s1, e1, s2, e2; /* is the end included */
};

static bool is_before(const struct relation *r)
{
    return r->es < 0 || (r->es == 0 && !(r->e1 && r->s2));
}

static bool is_meeting(const struct relation *r)
{
    return r->es == 0 && r->e1 && r->s2;
}

/* Does the first reach beyond the start of the second? */
static bool reaches_start(const struct relation *r)
{
    return r->es > 0 || (r->es == 0 && r->e1 && r->s2);
}

static bool is_overlapping(const struct relation *r)
{
    return reaches_start(r) && (r->se < 0 || (r->se == 0 && r->s1 && r->e2));
}

static bool is_overlapping_before(const struct relation *r)
{
    bool earlier = r->ss < 0 || (r->ss == 0 && r->s1 && !r->s2);
    bool ends_within = r->ee < 0 || (r->ee == 0 && (!r->e1 || r->e2));
    return earlier && reaches_start(r) && ends_within;
}

static bool is_finishing(const struct relation *r)
{
    return r->ee == 0 && r->e1 == r->e2 && (r->ss > 0 || (r->ss == 0 && (!r->s1 || r->s2)));
}

static bool is_including(const struct relation *r)
{
    return (r->ss < 0 || (r->ss == 0 && (r->s1 || !r->s2))) &&
           (r->ee > 0 || (r->ee == 0 && (r->e1 || !r->e2)));
}

static bool is_starting(const struct relation *r)
{
    return r->ss == 0 && r->s1 == r->s2 && (r->ee < 0 || (r->ee == 0 && (!r->e1 || r->e2)));
}

/* The standard's words for a point and a range differ from those for two ranges where the range is
 * empty, such as [1..1). */
static bool is_including_point(const struct relation *r)
{
    return (r->ss < 0 && r->ee > 0) || (r->ss == 0 && r->s1) || (r->ee == 0 && r->e1);
}

static bool is_point_at_end(const struct relation *r)
{
    return r->ee == 0 && r->e2;
}

static bool is_point_at_start(const struct relation *r)
{
    return r->ss == 0 && r->s2;
}

static bool is_coinciding(const struct relation *r)
{
    return r->ss == 0 && r->ee == 0 && r->s1 == r->s2 && r->e1 == r->e2;
}

/* ---- from values ---- */

/* An end: a value, or beyond all of them. */
struct end {
    struct value v;
    int beyond; /* -1, 1; 0 = v */
    bool included;
};

static void ends_of(struct value v, struct end *ret_start, struct end *ret_end)
{
    if (v.kind != VALUE_RANGE) {
        *ret_start = *ret_end = (struct end){v, 0, true};
        return;
    }
    const struct range *r = v.range;
    *ret_start = (struct end){r->low, r->has_low ? 0 : -1, r->low_closed};
    *ret_end = (struct end){r->high, r->has_high ? 0 : 1, r->high_closed};
}

static bool order_ends(const struct end *x, const struct end *y, int *ret)
{
    if (x->beyond == 0 && y->beyond == 0)
        return value_order(x->v, y->v, ret);
    *ret = x->beyond != y->beyond ? (x->beyond < y->beyond ? -1 : 1) : 0;
    return true;
}

typedef bool holds(const struct relation *r);

static struct value relate(struct builtin_call *call, struct value x, struct value y, holds *f)
{
    struct end s1, e1, s2, e2;
    struct relation r;
    struct value absent = absent_inside(call->arena, x);
    if (absent.kind == VALUE_NULL)
        absent = absent_inside(call->arena, y);
    if (absent.kind != VALUE_NULL)
        return absent;
    ends_of(x, &s1, &e1);
    ends_of(y, &s2, &e2);
    r = (struct relation){
        .s1 = s1.included, .e1 = e1.included, .s2 = s2.included, .e2 = e2.included};
    if (!order_ends(&s1, &s2, &r.ss) || !order_ends(&s1, &e2, &r.se) ||
        !order_ends(&e1, &s2, &r.es) || !order_ends(&e1, &e2, &r.ee))
        return value_failure(call->arena, E_TYPE, "the ends must be comparable with each other");
    return value_boolean(f(&r));
}

#define RELATION(name, f)                                                                          \
    struct value name(struct builtin_call *call, const struct value *args, size_t n)               \
    {                                                                                              \
        UNUSED(n);                                                                                 \
        return relate(call, args[0], args[1], f);                                                  \
    }
#define CONVERSE(name, f)                                                                          \
    struct value name(struct builtin_call *call, const struct value *args, size_t n)               \
    {                                                                                              \
        UNUSED(n);                                                                                 \
        return relate(call, args[1], args[0], f);                                                  \
    }
/* f of two ranges, point_f when the argument at `at`, 0 or 1, is a point. */
#define OF_POINT(args, at, f, point_f) ((args)[at].kind == VALUE_RANGE ? (f) : (point_f))
#define POINT_RELATION(name, f, point_f)                                                           \
    struct value name(struct builtin_call *call, const struct value *args, size_t n)               \
    {                                                                                              \
        UNUSED(n);                                                                                 \
        return relate(call, args[0], args[1], OF_POINT(args, 0, f, point_f));                      \
    }
#define POINT_CONVERSE(name, f, point_f)                                                           \
    struct value name(struct builtin_call *call, const struct value *args, size_t n)               \
    {                                                                                              \
        UNUSED(n);                                                                                 \
        return relate(call, args[1], args[0], OF_POINT(args, 1, f, point_f));                      \
    }

RELATION(fn_before, is_before)
CONVERSE(fn_after, is_before)
RELATION(fn_meets, is_meeting)
CONVERSE(fn_met_by, is_meeting)
RELATION(fn_overlaps, is_overlapping)
RELATION(fn_overlaps_before, is_overlapping_before)
CONVERSE(fn_overlaps_after, is_overlapping_before)
POINT_RELATION(fn_finishes, is_finishing, is_point_at_end)
POINT_CONVERSE(fn_finished_by, is_finishing, is_point_at_end)
struct value fn_includes(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    return relate(call, args[0], args[1], OF_POINT(args, 1, is_including, is_including_point));
}
struct value fn_during(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    return relate(call, args[1], args[0], OF_POINT(args, 0, is_including, is_including_point));
}
POINT_RELATION(fn_starts, is_starting, is_point_at_start)
POINT_CONVERSE(fn_started_by, is_starting, is_point_at_start)
RELATION(fn_coincides, is_coinciding)

/* ---- range("[1..3]") ---- */

static bool is_literal_text(const struct node *n)
{
    return n->kind == NODE_LITERAL && n->value.kind == VALUE_STRING;
}

/* A literal, a number with a sign, or date("...") and its like. */
static bool is_literal_end(const struct node *n)
{
    static const char *const constructors[] = {"date", "time", "date and time", "duration"};
    if (n->kind == NODE_LITERAL)
        return true;
    if (n->kind == NODE_UNARY)
        return n->child->kind == NODE_LITERAL && n->child->value.kind == VALUE_NUMBER;
    if (n->kind != NODE_CALL || !n->child->next || n->child->next->next ||
        !is_literal_text(n->child->next))
        return false;
    for (size_t i = 0; i < COUNT_OF(constructors); i++)
        if (n->child->kind == NODE_NAME && span_eq(n->child->name, span_z(constructors[i])))
            return true;
    return false;
}

static bool is_literal_range(const struct node *n)
{
    return n->kind == NODE_RANGE && n->has_low && n->has_high && is_literal_end(n->child) &&
           is_literal_end(n->child->next);
}

/* Ends of one ordered kind, in order. */
static bool is_ordered(const struct range *r)
{
    int c = 0;
    if (r->low.kind == VALUE_NULL || r->high.kind == VALUE_NULL)
        return !r->low.failed && !r->high.failed && r->low.kind != r->high.kind;
    return value_order(r->low, r->high, &c) && c <= 0;
}

struct value fn_range(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    const struct feel_compile how = {.mode = FEEL_SPEC};
    const struct feel_expr *e = NULL;
    struct feel_run run = {.arena = call->arena};
    struct value v = VALUE_NULL_V;
    int r = feel_compile(call->arena, args[0].string, &how, &e, NULL);
    if (r == E_MEMORY)
        return VALUE_NO_MEMORY_V;
    machine_charge(call->machine, args[0].string.n);
    if (r == 0 && is_literal_range(feel_tree(e)))
        v = feel_run(e, &run);
    if (v.kind == VALUE_RANGE && is_ordered(v.range))
        return v;
    return value_failure(call->arena, E_INPUT, "\"%.*s\" is no range of literals, such as [1..3]",
                         (int)(args[0].string.n < 60 ? args[0].string.n : 60),
                         args[0].string.p ? args[0].string.p : "");
}
