/*
 * spec.c: see spec.h: units of several texts, problems of a run, coercion to declared types,
 * functions of the host.
 */
#include "feel/spec.h"
#include <stdarg.h>
#include "feel/check.h"
#include "feel/compile.h"
#include "feel/machine.h"
#include "feel/parse.h"
#include "feel/regex.h"
#include "feel/resolve.h"

/* ---- units ---- */

static void shift(struct node *n, uint32_t by)
{
    n->start += by;
    n->end += by;
    for (struct node *c = n->child; c; c = c->next)
        shift(c, by);
}

static int parse_piece(struct feel_unit *u, size_t i, const struct scope *scope, struct node *x,
                       struct node **ret)
{
    const struct feel_piece *p = &u->pieces[i];
    struct span text = span_of(u->text.p + p->start, p->end - p->start);
    struct source source = {.text = text,
                            .file = u->how->file,
                            .diags = u->diags,
                            .line = p->line,
                            .column = p->column};
    struct node *tree = NULL;
    int r = source_check(&source);
    uint32_t x_start = x ? x->start : 0, x_end = x ? x->end : 0;
    if (r == 0)
        r = feel_parse_piece(u->program, &source, u->how, scope, x, &tree);
    if (r < 0)
        return r;
    shift(tree, p->start);
    if (x) { /* it is the caller's, and stands where it stood */
        x->start = x_start;
        x->end = x_end;
    }
    *ret = tree;
    return 0;
}

int feel_unit_expression(struct feel_unit *u, size_t i, const struct scope *scope,
                         struct node **ret)
{
    return parse_piece(u, i, scope, NULL, ret);
}

int feel_unit_tests(struct feel_unit *u, size_t i, const struct scope *scope, struct node *x,
                    struct node **ret)
{
    return parse_piece(u, i, scope, x, ret);
}

int feel_unit_compile(struct feel_unit *u, struct node *tree, const struct feel_expr **ret)
{
    struct source source = {.text = u->text,
                            .file = u->how->file,
                            .diags = u->diags,
                            .line = 1,
                            .column = 1,
                            .pieces = u->pieces,
                            .piece_count = u->piece_count};
    struct checked checked = {0};
    int r = feel_resolve(u->program, &source, u->how, tree, &checked);
    return r < 0 ? r : feel_compile_checked(u->program, u->text, u->how, &checked, ret, u->diags);
}

/* ---- problems ---- */

void problem_keep(struct feel_run *run, const struct feel_expr *e, const struct failure *f)
{
    struct feel_problem *p = run->problems;
    if (p && e && !p->expr && span_eq(p->message, f->message)) { /* now it has a place */
        p->expr = e;
        p->start = f->start;
        p->end = f->end;
        return;
    }
    if (run->problem_count++ >= FEEL_PROBLEMS_MAX)
        return;
    p = ARENA_NEW(run->arena, struct feel_problem);
    if (!p)
        return;
    *p = (struct feel_problem){run->problems, f->code, f->message, e, f->start, f->end};
    run->problems = p;
}

void feel_problem(struct feel_run *run, int code, const char *format, ...)
{
    struct failure f = {.code = code};
    struct buffer b = BUFFER_INIT;
    va_list args;
    va_start(args, format);
    buffer_vprint(&b, format, args);
    va_end(args);
    f.message = arena_copy(run->arena, buffer_span(&b));
    run->arena->failed = run->arena->failed || buffer_failed(&b);
    buffer_release(&b);
    problem_keep(run, NULL, &f);
}

/* ---- types ---- */

/* The unary tests of an item definition. */
static bool is_allowed(struct feel_run *run, const struct type *t, struct value v)
{
    struct feel_run inner = {
        .arena = run->arena, .locals = &v, .calendar = run->calendar, .as_of = run->as_of};
    return !t->allowed || value_is_true(feel_run(t->allowed, &inner));
}

static struct value coerced(struct feel_run *run, const struct type *t, struct value v);

static struct value failed(struct feel_run *run, const struct type *t, struct value v)
{
    struct buffer b = BUFFER_INIT;
    if (t->name.n > 0)
        buffer_add(&b, t->name);
    else
        type_print(&b, t);
    v = value_spec(value_failure(run->arena, E_TYPE, "a %s is no %.*s", value_kind_name(v.kind),
                                 (int)(b.n < 200 ? b.n : 200), b.p ? b.p : ""));
    run->arena->failed = run->arena->failed || buffer_failed(&b);
    buffer_release(&b);
    return v;
}

static struct value coerce_list(struct feel_run *run, const struct type *t, struct value v)
{
    if (v.kind != VALUE_LIST)
        v = value_list(run->arena, &v, 1);
    if (v.kind != VALUE_LIST || t->element->kind == TYPE_ANY)
        return v;
    struct value list = value_list(run->arena, v.list->at, v.list->n);
    struct list *made = list.kind == VALUE_LIST ? (struct list *)list.list : NULL; /* just now */
    struct value *at = made ? made->at : NULL;
    if (made) { /* what it lacks it still lacks */
        made->coverage = v.list->coverage;
        made->missing = v.list->missing;
    }
    for (size_t i = 0; at && i < v.list->n; i++) {
        at[i] = coerced(run, t->element, v.list->at[i]);
        if (value_is_failed(at[i]) && v.list->at[i].kind != VALUE_NULL)
            return at[i];
    }
    return list;
}

static struct value coerce_context(struct feel_run *run, const struct type *t, struct value v)
{
    const struct context *from = v.context;
    struct context *c = arena_alloc(run->arena, sizeof *c + from->n * sizeof c->at[0]);
    if (!c)
        return VALUE_NO_MEMORY_V;
    c->n = from->n;
    for (size_t i = 0; i < from->n; i++)
        c->at[i] = from->at[i];
    for (size_t m = 0; m < t->member_count; m++) {
        size_t i = 0;
        while (i < c->n && !span_eq(c->at[i].key, t->members[m].name))
            i++;
        if (i == c->n)
            return failed(run, t, v);
        struct value member = coerced(run, t->members[m].type, c->at[i].value);
        if (value_is_failed(member) && c->at[i].value.kind != VALUE_NULL)
            return member;
        c->at[i].value = member;
    }
    return (struct value){.kind = VALUE_CONTEXT, .context = c};
}

static struct value midnight(struct feel_run *run, struct date d)
{
    struct date_time *dt = ARENA_NEW(run->arena, struct date_time);
    if (!dt)
        return VALUE_NO_MEMORY_V;
    *dt = (struct date_time){.date = d, .time = {.zone_kind = ZONE_OFFSET}};
    return (struct value){.kind = VALUE_DATE_TIME, .date_time = dt};
}

static struct value coerce_kind(struct feel_run *run, const struct type *t, struct value v)
{
    if (v.kind == VALUE_LIST && t->kind != TYPE_LIST && v.list->n == 1)
        v = v.list->at[0];
    if (v.kind == VALUE_NULL)
        return v;
    if (t->kind == TYPE_CONTEXT && v.kind == VALUE_CONTEXT)
        return coerce_context(run, t, v);
    if (t->kind == TYPE_DATE_TIME && v.kind == VALUE_DATE)
        return midnight(run, v.date);
    return value_is_true(instance_value(run->arena, v, t)) ? v : failed(run, t, v);
}

static struct value coerced(struct feel_run *run, const struct type *t, struct value v)
{
    if (!t || v.kind == VALUE_NULL || v.kind >= VALUE_UNKNOWN)
        return v;
    if (t->kind == TYPE_LIST)
        v = coerce_list(run, t, v);
    else if (t->kind != TYPE_ANY)
        v = coerce_kind(run, t, v);
    if (v.kind != VALUE_NULL && !is_allowed(run, t, v))
        return value_spec(value_failure(run->arena, E_RANGE, "the value is not allowed for %.*s",
                                        SPAN_ARG(t->name)));
    return v;
}

struct value feel_coerce(struct feel_run *run, const struct type *t, struct value v)
{
    struct value r = coerced(run, t, v);
    if (value_is_failed(r) && v.kind != VALUE_NULL)
        problem_keep(run, NULL, r.failure);
    return r;
}

static bool list_conforms(struct feel_run *run, const struct type *t, const struct list *l)
{
    for (size_t i = 0; i < l->n; i++)
        if (!feel_conforms(run, t->element, l->at[i]))
            return false;
    return true;
}

static bool context_conforms(struct feel_run *run, const struct type *t, const struct context *c)
{
    for (size_t i = 0; i < t->member_count; i++) {
        const struct value *v = context_get(c, t->members[i].name);
        if (!v || !feel_conforms(run, t->members[i].type, *v))
            return false;
    }
    return true;
}

bool feel_conforms(struct feel_run *run, const struct type *t, struct value v)
{
    bool good;
    if (!t || v.kind == VALUE_NULL)
        return true;
    if (t->kind == TYPE_LIST)
        good = v.kind == VALUE_LIST && list_conforms(run, t, v.list);
    else if (t->kind == TYPE_CONTEXT)
        good = v.kind == VALUE_CONTEXT && context_conforms(run, t, v.context);
    else
        good = value_is_true(instance_value(run->arena, v, t));
    return good && is_allowed(run, t, v);
}

/* ---- functions of the host ---- */

struct value feel_function(struct arena *a, const struct feel_callable *f)
{
    struct function *p = ARENA_NEW(a, struct function);
    if (!p)
        return VALUE_NO_MEMORY_V;
    p->host = f;
    return (struct value){.kind = VALUE_FUNCTION, .function = p};
}

struct value feel_call(struct feel_run *run, struct value function, const struct value *args,
                       const struct span *names, size_t n)
{
    static const struct feel_expr outside = {.mode = FEEL_SPEC};
    struct regexes *regexes = NULL;
    struct machine m = {.e = &outside,
                        .run = run,
                        .arena = run->arena,
                        .budget = FEEL_STEPS_MAX,
                        .regexes = &regexes};
    struct value v = machine_call_named(&m, function, args, names, n);
    regexes_free(regexes);
    if (m.budget < 0)
        v = value_failure(run->arena, E_LIMIT, "the evaluation takes more than %d steps",
                          FEEL_STEPS_MAX);
    if (v.kind == VALUE_ERROR && v.failure->code != E_MEMORY) {
        problem_keep(run, NULL, v.failure);
        v = value_spec(v);
    }
    return v;
}
