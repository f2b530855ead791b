/*
 * value.h: what an expression yields. A value is 32 bytes, passed by value; what it points to lives
 * in an arena and is never changed after it was made, so values are shared freely.
 *
 * Two kinds are not in the standard:
 *   UNKNOWN  nobody supplied it. Carries which facts are missing and, for numbers, the bounds that
 * are known all the same. Passes through every operator by Kleene's logic. ERROR    a computation
 * failed (division by zero, failed conversion, overflow). Passes like unknown, never selects an
 * else, and ends in an undetermined finding with position and cause. In spec mode neither occurs:
 * what fails is a null that remembers why (`failed`); it behaves like any null. When both meet, the
 * error wins; when two unknowns meet, their missing sets are united.
 */
#ifndef HUIQI_FEEL_VALUE_H
#define HUIQI_FEEL_VALUE_H
#include "base/arena.h"
#include "base/date.h"
#include "base/decimal.h"

enum value_kind {
    VALUE_NULL,
    VALUE_BOOLEAN,
    VALUE_NUMBER,
    VALUE_STRING,
    VALUE_DATE,
    VALUE_TIME,
    VALUE_DATE_TIME,
    VALUE_DAYS,   /* days and time duration: nanoseconds */
    VALUE_MONTHS, /* years and months duration: months */
    VALUE_LIST,
    VALUE_CONTEXT,
    VALUE_RANGE,
    VALUE_FUNCTION,
    VALUE_UNKNOWN,
    VALUE_ERROR,
    VALUE_KINDS
};

struct list;
struct context;
struct range;
struct function;
struct unknown;
struct failure;

struct value {
    uint8_t kind; /* enum value_kind */
    bool failed;  /* of a NULL in spec mode: an error made it, `failure` says which; means nothing
                     for other kinds */
    union {
        bool boolean;
        struct decimal number;
        struct span string;
        struct date date;
        const struct time *time;
        const struct date_time *date_time;
        int128 nanoseconds;
        int64_t months;
        const struct list *list;
        const struct context *context;
        const struct range *range;
        const struct function *function;
        const struct unknown *unknown;
        const struct failure *failure;
    };
};
_Static_assert(sizeof(struct value) <= 32, "a value is half a cache line");

/*
 * How much of the real list is here (law 15). COMPLETE: all of it. PARTIAL: some may be missing:
 * absence is unknown, counts and sums are lower bounds. OPEN: a list of the text that ends in 等:
 * what is outside needs recognition.
 */
enum coverage { COVERAGE_COMPLETE, COVERAGE_PARTIAL, COVERAGE_OPEN };

struct list {
    size_t n;
    enum coverage coverage;
    const struct missing *missing; /* what would complete it; NULL when COMPLETE */
    struct value at[];
};

struct context_entry {
    struct span key;
    struct value value;
};
struct context {
    size_t n; /* order of the source kept */
    struct context_entry at[];
};

struct range {
    struct value low, high; /* NULL kind with has_ = false: no bound on that side */
    bool has_low, has_high; /* (>= 5) has only a low one */
    bool low_closed, high_closed;
    uint8_t op; /* spec mode: NOP_EQ, NOP_NE of low alone: (= 5), (!= 5); else 0 */
};

/* Why something is missing (law 14). Only ASK becomes a question to the user. */
enum cause {
    CAUSE_ASK,
    CAUSE_RECOGNITION,
    CAUSE_PARAMETER,
    CAUSE_EVENT,
    CAUSE_FUTURE,
    CAUSE_REGISTER,
    CAUSE_TEXT,
    CAUSES
};
extern const char *const cause_names[CAUSES]; /* "ask", "recognition", ... */

/* One missing thing. A set is a linked list without repeats, sorted by (fact, item, period). */
struct missing {
    const struct missing *next;
    struct span fact;   /* fact, parameter, event or register name */
    struct span item;   /* id of the item, empty for the subject itself */
    struct span period; /* canonical period text or ISO date, empty when timeless */
    enum cause cause;
    struct span holder;         /* who could supply it; may be empty */
    struct span available_from; /* ISO date for FUTURE, else empty */
};

struct unknown {
    const struct missing *missing; /* at least one */
    bool has_min, has_max;         /* a number that is not known, within these closed bounds */
    struct decimal min, max;
};

struct failure {
    int code; /* of base/err.def */
    struct span message;
    uint32_t start, end; /* bytes of the expression's text */
};

extern const struct value VALUE_NULL_V, VALUE_TRUE_V, VALUE_FALSE_V;
extern const struct value VALUE_NO_MEMORY_V; /* the constant error E_MEMORY */
struct value value_boolean(bool b);
struct value value_number(struct decimal d);
struct value value_int(int64_t i);
struct value value_string(struct span s); /* not copied */
struct value value_date(struct date d);
struct value value_days(int128 nanoseconds);
struct value value_months(int64_t months);
/* These allocate; without memory they give the constant error value E_MEMORY. */
struct value value_list(struct arena *a, const struct value *at, size_t n);
struct value value_unknown(struct arena *a, const struct missing *missing);
struct value value_bounded(struct arena *a, const struct missing *missing,
                           const struct decimal *min,
                           const struct decimal *max); /* NULL = no bound */
struct value value_failure(struct arena *a, int code, const char *format, ...) PRINTF_LIKE(3, 4);
/* A set of one. NULL without memory. */
const struct missing *missing_one(struct arena *a, struct span fact, struct span item,
                                  struct span period, enum cause cause, struct span holder);
const struct missing *missing_union(struct arena *a, const struct missing *x,
                                    const struct missing *y);
/* True, with the missing set, when v is unknown. */
static inline bool value_is_unknown(struct value v)
{
    return v.kind == VALUE_UNKNOWN;
}
/* A null that an error made: spec mode. */
static inline bool value_is_failed(struct value v)
{
    return v.kind == VALUE_NULL && v.failed;
}
/* What spec mode makes of a value: an error becomes null. Want of memory stays an error. */
struct value value_spec(struct value v);
static inline bool value_is(struct value v, enum value_kind kind)
{
    return v.kind == (uint8_t)kind;
}
static inline bool value_is_true(struct value v)
{
    return v.kind == VALUE_BOOLEAN && v.boolean;
}
static inline bool value_is_false(struct value v)
{
    return v.kind == VALUE_BOOLEAN && !v.boolean;
}
const struct value *context_get(const struct context *c,
                                struct span key); /* NULL = no such entry */

struct buffer;
/* As FEEL's string(), strings in quotes: what explanations and tests show. */
void value_print(struct buffer *out, struct value v);
/* As FEEL's string(): without quotes at the top. */
void value_text(struct buffer *out, struct value v);
const char *value_kind_name(enum value_kind kind); /* "number", "days and time duration", ... */
/* Deep equality of two known values of the same kind; anything else is false. For tests and for
 * `if`. */
bool value_same(struct value a, struct value b);
#endif
