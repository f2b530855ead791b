/*
 * value.c: making values and missing sets, comparing values. What fails for want of memory gives
 * the constant error value E_MEMORY, so callers need no second path. Printing is in value_print.c.
 */
#include "feel/value.h"
#include <stdarg.h>
#include <stdio.h>
#include "base/err.h"

const char *const cause_names[CAUSES] = {
    [CAUSE_ASK] = "ask",     [CAUSE_RECOGNITION] = "recognition", [CAUSE_PARAMETER] = "parameter",
    [CAUSE_EVENT] = "event", [CAUSE_FUTURE] = "future",           [CAUSE_REGISTER] = "register",
    [CAUSE_TEXT] = "text",
};

static const char *const kind_names[VALUE_KINDS] = {
    [VALUE_NULL] = "null",
    [VALUE_BOOLEAN] = "boolean",
    [VALUE_NUMBER] = "number",
    [VALUE_STRING] = "string",
    [VALUE_DATE] = "date",
    [VALUE_TIME] = "time",
    [VALUE_DATE_TIME] = "date and time",
    [VALUE_DAYS] = "days and time duration",
    [VALUE_MONTHS] = "years and months duration",
    [VALUE_LIST] = "list",
    [VALUE_CONTEXT] = "context",
    [VALUE_RANGE] = "range",
    [VALUE_FUNCTION] = "function",
    [VALUE_UNKNOWN] = "unknown",
    [VALUE_ERROR] = "error",
};

const struct value VALUE_NULL_V = {.kind = VALUE_NULL};
const struct value VALUE_TRUE_V = {.kind = VALUE_BOOLEAN, .boolean = true};
const struct value VALUE_FALSE_V = {.kind = VALUE_BOOLEAN, .boolean = false};

static const struct failure no_memory = {
    .code = E_MEMORY,
    .message = {"out of memory", sizeof "out of memory" - 1},
};
const struct value VALUE_NO_MEMORY_V = {.kind = VALUE_ERROR, .failure = &no_memory};

struct value value_boolean(bool b)
{
    return b ? VALUE_TRUE_V : VALUE_FALSE_V;
}

struct value value_number(struct decimal d)
{
    return (struct value){.kind = VALUE_NUMBER, .number = d};
}

struct value value_int(int64_t i)
{
    return value_number(decimal_from_int(i));
}

struct value value_string(struct span s)
{
    return (struct value){.kind = VALUE_STRING, .string = s};
}

struct value value_date(struct date d)
{
    return (struct value){.kind = VALUE_DATE, .date = d};
}

struct value value_days(int128 nanoseconds)
{
    return (struct value){.kind = VALUE_DAYS, .nanoseconds = nanoseconds};
}

struct value value_months(int64_t months)
{
    return (struct value){.kind = VALUE_MONTHS, .months = months};
}

struct value value_list(struct arena *a, const struct value *at, size_t n)
{
    struct list *l = NULL;
    if (n <= (SIZE_MAX - sizeof *l) / sizeof *at)
        l = arena_alloc(a, sizeof *l + n * sizeof *at);
    if (!l)
        return VALUE_NO_MEMORY_V;
    l->n = n;
    if (n > 0)
        memcpy(l->at, at, n * sizeof *at);
    return (struct value){.kind = VALUE_LIST, .list = l};
}

struct value value_unknown(struct arena *a, const struct missing *missing)
{
    return value_bounded(a, missing, NULL, NULL);
}

struct value value_bounded(struct arena *a, const struct missing *missing,
                           const struct decimal *min, const struct decimal *max)
{
    struct unknown *u = ARENA_NEW(a, struct unknown);
    if (!u ||
        !missing) /* an unknown without a missing fact can only come from a failed allocation */
        return VALUE_NO_MEMORY_V;
    u->missing = missing;
    if (min) {
        u->has_min = true;
        u->min = *min;
    }
    if (max) {
        u->has_max = true;
        u->max = *max;
    }
    return (struct value){.kind = VALUE_UNKNOWN, .unknown = u};
}

struct value value_failure(struct arena *a, int code, const char *format, ...)
{
    char text[ERR_TEXT];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    struct failure *f = ARENA_NEW(a, struct failure);
    if (!f || n < 0)
        return VALUE_NO_MEMORY_V;
    size_t length = (size_t)n < sizeof text ? (size_t)n : sizeof text - 1;
    f->code = code;
    f->message = arena_copy(a, span_of(text, length));
    if (!f->message.p)
        return VALUE_NO_MEMORY_V;
    return (struct value){.kind = VALUE_ERROR, .failure = f};
}

struct value value_spec(struct value v)
{
    if (v.kind != VALUE_ERROR || v.failure->code == E_MEMORY)
        return v;
    return (struct value){.kind = VALUE_NULL, .failed = true, .failure = v.failure};
}

/* ---- missing sets ---- */

const struct missing *missing_one(struct arena *a, struct span fact, struct span item,
                                  struct span period, enum cause cause, struct span holder)
{
    struct missing *m = ARENA_NEW(a, struct missing);
    if (!m)
        return NULL;
    m->fact = fact;
    m->item = item;
    m->period = period;
    m->cause = cause;
    m->holder = holder;
    return m;
}

static int missing_compare(const struct missing *x, const struct missing *y)
{
    bool one = x->fact.p == y->fact.p && x->fact.n == y->fact.n;
    int c = one ? 0 : span_compare(x->fact, y->fact);
    if (c == 0)
        c = span_compare(x->item, y->item);
    if (c == 0)
        c = span_compare(x->period, y->period);
    return c;
}

/* Is every member of y in x? Then the union is x itself and nothing is allocated. */
static bool missing_contains(const struct missing *x, const struct missing *y)
{
    for (; y; y = y->next) {
        while (x && missing_compare(x, y) < 0)
            x = x->next;
        if (!x || missing_compare(x, y) != 0)
            return false;
    }
    return true;
}

const struct missing *missing_union(struct arena *a, const struct missing *x,
                                    const struct missing *y)
{
    if (x == y || missing_contains(x, y))
        return x;
    if (missing_contains(y, x))
        return y;
    const struct missing *head = NULL;
    const struct missing **link = &head;
    while (x && y) {
        int c = missing_compare(x, y);
        struct missing *m = ARENA_NEW(a, struct missing);
        if (!m)
            return NULL;
        *m = c <= 0 ? *x : *y;
        if (c <= 0)
            x = x->next;
        if (c >= 0)
            y = y->next;
        *link = m;
        link = &m->next;
    }
    *link = x ? x : y; /* tails are shared: sets are never changed */
    return head;
}

/* ---- reading ---- */

const struct value *context_get(const struct context *c, struct span key)
{
    for (size_t i = 0; i < c->n; i++)
        if (span_eq(c->at[i].key, key))
            return &c->at[i].value;
    return NULL;
}

const char *value_kind_name(enum value_kind kind)
{
    return kind < VALUE_KINDS ? kind_names[kind] : "?";
}

static bool time_same(const struct time *a, const struct time *b)
{
    return a->hour == b->hour && a->minute == b->minute && a->second == b->second &&
           a->nanosecond == b->nanosecond && a->zone_kind == b->zone_kind &&
           a->offset == b->offset && span_eq(a->zone, b->zone);
}

static bool list_same(const struct list *a, const struct list *b)
{
    if (a->n != b->n || a->coverage != COVERAGE_COMPLETE || b->coverage != COVERAGE_COMPLETE)
        return false;
    for (size_t i = 0; i < a->n; i++)
        if (!value_same(a->at[i], b->at[i]))
            return false;
    return true;
}

static bool context_same(const struct context *a, const struct context *b)
{
    if (a->n != b->n)
        return false;
    for (size_t i = 0; i < a->n; i++) {
        const struct value *v = context_get(b, a->at[i].key);
        if (!v || !value_same(a->at[i].value, *v))
            return false;
    }
    return true;
}

static bool range_same(const struct range *a, const struct range *b)
{
    return a->has_low == b->has_low && a->has_high == b->has_high &&
           a->low_closed == b->low_closed && a->high_closed == b->high_closed && a->op == b->op &&
           (!a->has_low || value_same(a->low, b->low)) &&
           (!a->has_high || value_same(a->high, b->high));
}

bool value_same(struct value a, struct value b)
{
    if (a.kind != b.kind)
        return false;
    switch ((enum value_kind)a.kind) {
    case VALUE_NULL:
        return true;
    case VALUE_BOOLEAN:
        return a.boolean == b.boolean;
    case VALUE_NUMBER:
        return decimal_compare(a.number, b.number) == 0;
    case VALUE_STRING:
        return span_eq(a.string, b.string);
    case VALUE_DATE:
        return date_compare(a.date, b.date) == 0;
    case VALUE_TIME:
        return time_same(a.time, b.time);
    case VALUE_DATE_TIME:
        return date_compare(a.date_time->date, b.date_time->date) == 0 &&
               time_same(&a.date_time->time, &b.date_time->time);
    case VALUE_DAYS:
        return a.nanoseconds == b.nanoseconds;
    case VALUE_MONTHS:
        return a.months == b.months;
    case VALUE_LIST:
        return list_same(a.list, b.list);
    case VALUE_CONTEXT:
        return context_same(a.context, b.context);
    case VALUE_RANGE:
        return range_same(a.range, b.range);
    case VALUE_FUNCTION:
        return a.function == b.function;
    case VALUE_UNKNOWN:
    case VALUE_ERROR:
    case VALUE_KINDS:
        break;
    }
    return false;
}
