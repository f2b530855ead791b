/*
 * value.c: values out, and values kept beyond the evaluation that made them.
 */
#include "lib/lib_int.h"
#include "feel/value.h"

#define KEEP_DEPTH_MAX 1000 /* recursion: as deep as the machine nests */

_Static_assert((int)HUIQI_ERROR == (int)VALUE_ERROR && (int)HUIQI_LIST == (int)VALUE_LIST,
               "kinds are the machine's");
_Static_assert((int)HUIQI_TEXT == (int)CAUSE_TEXT, "causes are the machine's");

size_t lib_copy_out(struct span s, char *out, size_t room)
{
    size_t n = s.n < room ? s.n : room ? room - 1 : 0;
    if (n > 0)
        memcpy(out, s.p, n);
    if (room > 0)
        out[n] = '\0';
    return s.n;
}

enum huiqi_kind huiqi_kind(const struct huiqi_value *value)
{
    return (enum huiqi_kind)value_in(value)->kind;
}

bool huiqi_boolean(const struct huiqi_value *value, bool *ret_truth)
{
    const struct value *v = value_in(value);
    if (v->kind != VALUE_BOOLEAN)
        return false;
    *ret_truth = v->boolean;
    return true;
}

bool huiqi_integer(const struct huiqi_value *value, int64_t *ret_number)
{
    const struct value *v = value_in(value);
    return v->kind == VALUE_NUMBER && decimal_to_int(v->number, ret_number);
}

struct huiqi_text huiqi_string(const struct huiqi_value *value)
{
    const struct value *v = value_in(value);
    return v->kind == VALUE_STRING ? text_out(v->string) : (struct huiqi_text){NULL, 0};
}

size_t huiqi_print(struct huiqi_run *run, const struct huiqi_value *value, char *out, size_t room)
{
    const struct allocator *before = lib_enter(run->vocabulary->engine);
    struct buffer b = BUFFER_INIT;
    value_text(&b, *value_in(value));
    size_t n = b.failed ? SIZE_MAX : lib_copy_out(buffer_span(&b), out, room);
    buffer_release(&b);
    lib_leave(before);
    return n;
}

size_t huiqi_json(struct huiqi_run *run, const struct huiqi_value *value, char *out, size_t room)
{
    const struct allocator *before = lib_enter(run->vocabulary->engine);
    struct buffer b = BUFFER_INIT;
    struct arena scratch;
    arena_init(&scratch);
    struct json *j = feel_to_json(&scratch, *value_in(value));
    if (j)
        json_print(&b, j, JSON_COMPACT);
    size_t n =
        !j || b.failed || scratch.failed ? SIZE_MAX : lib_copy_out(buffer_span(&b), out, room);
    buffer_release(&b);
    arena_release(&scratch);
    lib_leave(before);
    return n;
}

size_t huiqi_count(const struct huiqi_value *value)
{
    const struct value *v = value_in(value);
    return v->kind == VALUE_LIST ? v->list->n : v->kind == VALUE_CONTEXT ? v->context->n : 0;
}

const struct huiqi_value *huiqi_at(const struct huiqi_value *value, size_t i)
{
    const struct value *v = value_in(value);
    if (i >= huiqi_count(value))
        return NULL;
    return value_out(v->kind == VALUE_LIST ? &v->list->at[i] : &v->context->at[i].value);
}

struct huiqi_text huiqi_key(const struct huiqi_value *value, size_t i)
{
    const struct value *v = value_in(value);
    if (v->kind != VALUE_CONTEXT || i >= v->context->n)
        return (struct huiqi_text){NULL, 0};
    return text_out(v->context->at[i].key);
}

const struct huiqi_value *huiqi_member(const struct huiqi_value *value, struct huiqi_text key)
{
    const struct value *v = value_in(value);
    return v->kind == VALUE_CONTEXT ? value_out(context_get(v->context, span_in(key))) : NULL;
}

bool huiqi_range(const struct huiqi_value *value, struct huiqi_range *ret_range)
{
    const struct value *v = value_in(value);
    if (v->kind != VALUE_RANGE)
        return false;
    const struct range *r = v->range;
    *ret_range = (struct huiqi_range){r->has_low ? value_out(&r->low) : NULL,
                                      r->has_high ? value_out(&r->high) : NULL, r->low_closed,
                                      r->high_closed};
    return true;
}

bool huiqi_missing_at(const struct huiqi_value *value, size_t i, struct huiqi_missing *ret_missing)
{
    const struct value *v = value_in(value);
    const struct missing *m = v->kind == VALUE_UNKNOWN ? v->unknown->missing : NULL;
    while (m && i-- > 0)
        m = m->next;
    if (!m)
        return false;
    *ret_missing = (struct huiqi_missing){text_out(m->fact), text_out(m->item),
                                          (enum huiqi_cause)m->cause, text_out(m->holder)};
    return true;
}

static void print_bound(bool has, struct decimal d, char *out, size_t room)
{
    if (has)
        (void)decimal_plain(d, out, room);
    else
        out[0] = '\0';
}

bool huiqi_bounds(const struct huiqi_value *value, char *low, char *high, size_t room)
{
    const struct value *v = value_in(value);
    if (v->kind != VALUE_UNKNOWN || (!v->unknown->has_min && !v->unknown->has_max) ||
        room < DECIMAL_TEXT)
        return false;
    print_bound(v->unknown->has_min, v->unknown->min, low, room);
    print_bound(v->unknown->has_max, v->unknown->max, high, room);
    return true;
}

/* ---- keeping ---- */

static int keep(struct arena *a, struct value v, struct value *ret, int depth);

static int keep_one(struct arena *a, const struct missing *m, const struct missing **ret)
{
    struct missing *copy = ARENA_NEW(a, struct missing);
    if (!copy)
        return E_MEMORY;
    *copy = *m;
    copy->fact = arena_copy(a, m->fact);
    copy->item = arena_copy(a, m->item);
    copy->period = arena_copy(a, m->period);
    copy->holder = arena_copy(a, m->holder);
    copy->available_from = arena_copy(a, m->available_from);
    *ret = copy;
    return a->failed ? E_MEMORY : 0;
}

/* A set of missing things. */
static int keep_missing(struct arena *a, const struct missing *m, const struct missing **ret)
{
    *ret = NULL;
    for (; m; m = m->next) {
        if (keep_one(a, m, ret) < 0)
            return E_MEMORY;
        ret = (const struct missing **)&(*ret)->next; /* just made here */
        *ret = NULL;
    }
    return 0;
}

static int keep_list(struct arena *a, struct value *v, int depth)
{
    const struct list *from = v->list;
    *v = value_list(a, from->at, from->n);
    if (v->kind != VALUE_LIST)
        return E_MEMORY;
    struct list *l = (struct list *)v->list; /* just made here */
    l->coverage = from->coverage;
    int r = keep_missing(a, from->missing, &l->missing);
    for (size_t i = 0; i < l->n && r == 0; i++)
        r = keep(a, from->at[i], &l->at[i], depth + 1);
    return r;
}

static int keep_context(struct arena *a, struct value *v, int depth)
{
    const struct context *from = v->context;
    struct context *c = arena_alloc(a, sizeof *c + from->n * sizeof c->at[0]);
    int r = c ? 0 : E_MEMORY;
    for (size_t i = 0; i < from->n && r == 0; i++) {
        c->n = i + 1;
        c->at[i].key = arena_copy(a, from->at[i].key);
        r = c->at[i].key.p ? keep(a, from->at[i].value, &c->at[i].value, depth + 1) : E_MEMORY;
    }
    v->context = c;
    return r;
}

static int keep_range(struct arena *a, struct value *v, int depth)
{
    struct range *r = ARENA_NEW(a, struct range);
    if (!r)
        return E_MEMORY;
    *r = *v->range;
    v->range = r;
    int failed = keep(a, r->low, &r->low, depth + 1);
    return failed < 0 ? failed : keep(a, r->high, &r->high, depth + 1);
}

static int keep_time(struct arena *a, struct value *v)
{
    struct time *t = ARENA_NEW(a, struct time);
    struct span zone = arena_copy(a, v->time->zone);
    if (!t || !zone.p)
        return E_MEMORY;
    *t = *v->time;
    t->zone = zone;
    v->time = t;
    return 0;
}

static int keep_date_time(struct arena *a, struct value *v)
{
    struct date_time *d = ARENA_NEW(a, struct date_time);
    struct span zone = arena_copy(a, v->date_time->time.zone);
    if (!d || !zone.p)
        return E_MEMORY;
    *d = *v->date_time;
    d->time.zone = zone;
    v->date_time = d;
    return 0;
}

static int keep_unknown(struct arena *a, struct value *v)
{
    struct unknown *u = ARENA_NEW(a, struct unknown);
    if (!u)
        return E_MEMORY;
    *u = *v->unknown;
    v->unknown = u;
    return keep_missing(a, u->missing, &u->missing);
}

static int keep_failure(struct arena *a, struct value *v)
{
    struct failure *f = ARENA_NEW(a, struct failure);
    if (!f)
        return E_MEMORY;
    *f = *v->failure;
    f->message = arena_copy(a, f->message);
    v->failure = f;
    return f->message.p ? 0 : E_MEMORY;
}

static int keep(struct arena *a, struct value v, struct value *ret, int depth)
{
    int r = 0;
    if (depth > KEEP_DEPTH_MAX)
        return E_LIMIT;
    if (v.kind == VALUE_STRING) {
        v.string = arena_copy(a, v.string);
        r = v.string.p ? 0 : E_MEMORY;
    } else if (v.kind == VALUE_LIST)
        r = keep_list(a, &v, depth);
    else if (v.kind == VALUE_CONTEXT)
        r = keep_context(a, &v, depth);
    else if (v.kind == VALUE_RANGE)
        r = keep_range(a, &v, depth);
    else if (v.kind == VALUE_TIME)
        r = keep_time(a, &v);
    else if (v.kind == VALUE_DATE_TIME)
        r = keep_date_time(a, &v);
    else if (v.kind == VALUE_UNKNOWN)
        r = keep_unknown(a, &v);
    else if (v.kind == VALUE_ERROR)
        r = keep_failure(a, &v);
    else if (v.kind == VALUE_FUNCTION)
        r = E_TYPE;
    v.failed = false;
    *ret = v;
    return r;
}

int lib_keep(struct arena *a, struct value v, struct value *ret)
{
    return keep(a, v, ret, 0);
}
