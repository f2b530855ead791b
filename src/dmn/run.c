/*
 * run.c: one evaluation of a model: values by element, each made once, requirements first.
 *
 * A service runs in a frame of its own: what is given to it hides what is outside, and nothing that
 * it computes is seen outside.
 */
#include "dmn/dmn_int.h"

enum { ABSENT, GIVEN, RUNNING };

static struct value evaluate(struct dmn_run *r, const struct dmn_element *e);

int dmn_run_init(struct dmn_run *r, const struct dmn *m, struct arena *request)
{
    *r = (struct dmn_run){.model = m};
    r->feel.arena = request;
    r->values = ARENA_ARRAY(request, struct value, m->elements.n + 1);
    r->states = ARENA_ARRAY(request, uint8_t, m->elements.n + 1);
    r->calls = ARENA_NEW(request, struct dmn_calls);
    return r->values && r->states && r->calls ? 0 : E_MEMORY;
}

int dmn_run_copy(struct dmn_run *r, const struct dmn_run *from)
{
    size_t n = from->model->elements.n;
    if (dmn_run_init(r, from->model, from->feel.arena) < 0)
        return E_MEMORY;
    r->feel = from->feel;
    memcpy(r->values, from->values, n * sizeof *r->values);
    memcpy(r->states, from->states, n * sizeof *r->states);
    return 0;
}

void dmn_set(struct dmn_run *r, const struct dmn_element *e, struct value v)
{
    r->values[e->index] = feel_coerce(&r->feel, e->type, v);
    r->states[e->index] = GIVEN;
}

/* A null that remembers why, and a problem of the run. */
static struct value fail(struct feel_run *feel, int code, const char *what, struct span name)
{
    feel_problem(feel, code, what, SPAN_ARG(name));
    return value_spec(value_failure(feel->arena, code, what, SPAN_ARG(name)));
}

/* ---- names in scope ---- */

static struct value import_value(struct dmn_run *r, const struct dmn_name_in_scope *s)
{
    struct context *c = arena_alloc(r->feel.arena, sizeof *c + s->n * sizeof c->at[0]);
    if (!c)
        return VALUE_NULL_V;
    c->n = s->n;
    for (size_t i = 0; i < s->n; i++)
        c->at[i] =
            (struct context_entry){s->needs[i].element->name, evaluate(r, s->needs[i].element)};
    return (struct value){.kind = VALUE_CONTEXT, .context = c};
}

static const struct value *scope_values(struct dmn_run *r, const struct dmn_element *e)
{
    struct value *v = ARENA_ARRAY(r->feel.arena, struct value, e->let_count + 1);
    for (size_t i = 0; v && i < e->let_count; i++)
        v[i] = e->sources[i].is_import ? import_value(r, &e->sources[i])
                                       : evaluate(r, e->sources[i].needs->element);
    return v;
}

/* ---- elements ---- */

static struct value run_logic(struct dmn_run *r, const struct dmn_element *e)
{
    const struct value *locals;
    struct value v;
    if (e->broken)
        return fail(&r->feel, E_CHECK, "`%.*s` has mistakes and cannot be evaluated", e->name);
    if (!e->logic)
        return fail(&r->feel, E_NOT_FOUND, "`%.*s` has no logic", e->name);
    locals = scope_values(r, e);
    if (!locals)
        return VALUE_NULL_V;
    struct feel_run feel = r->feel;
    feel.locals = locals;
    size_t before = feel.problem_count;
    v = feel_run(e->logic, &feel);
    r->feel.problems = feel.problems;
    r->feel.problem_count = feel.problem_count;
    if (value_is_failed(v) && v.failure->code == E_LIMIT && feel.problem_count == before)
        feel_problem(&r->feel, v.failure->code, "`%.*s`: %.*s", SPAN_ARG(e->name),
                     SPAN_ARG(v.failure->message));
    if (v.kind < VALUE_UNKNOWN || e->model->whole->strict)
        return v;
    if (v.kind == VALUE_ERROR && v.failure->code == E_MEMORY)
        r->feel.arena->failed = true; /* also when it was a buffer that could not grow */
    return fail(&r->feel, v.kind == VALUE_ERROR ? v.failure->code : E_INPUT,
                "`%.*s` could not be evaluated", e->name);
}

static struct value service_value(struct dmn_run *r, const struct dmn_element *e);

static struct value fresh_value(struct dmn_run *r, const struct dmn_element *e)
{
    switch (e->kind) {
    case DMN_INPUT:
        feel_problem(&r->feel, E_NOT_FOUND, "the input `%.*s` is not given", SPAN_ARG(e->name));
        return VALUE_NULL_V;
    case DMN_SERVICE:
        return service_value(r, e);
    case DMN_DECISION:
    case DMN_BKM:
        break;
    }
    return run_logic(r, e);
}

static struct value evaluate(struct dmn_run *r, const struct dmn_element *e)
{
    if (r->states[e->index] == ABSENT) {
        struct value v = fresh_value(r, e);
        r->values[e->index] = v;
        r->states[e->index] = GIVEN;
    }
    return r->values[e->index];
}

/* ---- services ---- */

/* What a service value remembers: the run in which it is called. */
struct service_call {
    struct feel_callable callable; /* first: the callee gets its address */
    struct dmn_run *run;
    const struct dmn_element *service;
};

static struct value outputs_of(struct dmn_run *r, const struct dmn_element *e)
{
    const struct dmn_need_vector *v = &e->outputs;
    struct context *c;
    if (v->n == 1)
        return evaluate(r, v->at[0].element);
    c = arena_alloc(r->feel.arena, sizeof *c + v->n * sizeof c->at[0]);
    if (!c)
        return VALUE_NULL_V;
    c->n = v->n;
    for (size_t i = 0; i < v->n; i++)
        c->at[i] = (struct context_entry){v->at[i].element->name, evaluate(r, v->at[i].element)};
    return (struct value){.kind = VALUE_CONTEXT, .context = c};
}

/* A frame in which nothing is known but the arguments. */
static struct value run_frame(struct dmn_run *outer, struct feel_run *feel,
                              const struct dmn_element *e, const struct value *args)
{
    struct dmn_run r;
    struct value v;
    if (dmn_run_init(&r, outer->model, feel->arena) < 0)
        return VALUE_NULL_V;
    r.feel = *feel;
    r.calls = outer->calls;
    for (size_t i = 0; i < e->params.n; i++)
        dmn_set(&r, e->params.at[i].element, args[i]);
    v = feel_coerce(&r.feel, e->result, outputs_of(&r, e));
    feel->problems = r.feel.problems;
    feel->problem_count = r.feel.problem_count;
    return v;
}

static struct value run_service(struct dmn_run *outer, struct feel_run *feel,
                                const struct dmn_element *e, const struct value *args)
{
    struct dmn_calls *calls = outer->calls;
    if (calls->depth >= DMN_SERVICE_DEPTH_MAX || calls->count >= DMN_CALLS_MAX)
        return fail(feel, E_LIMIT,
                    "too many calls of services within one another, or altogether: `%.*s`",
                    e->name);
    calls->depth++;
    calls->count++;
    struct value v = run_frame(outer, feel, e, args);
    calls->depth--;
    return v;
}

static struct value call_service(const struct feel_callable *f, struct feel_run *feel,
                                 const struct value *args)
{
    const struct service_call *call = (const struct service_call *)(const void *)f;
    return run_service(call->run, feel, call->service, args);
}

static struct value service_value(struct dmn_run *r, const struct dmn_element *e)
{
    struct arena *a = r->feel.arena;
    struct service_call *call = ARENA_NEW(a, struct service_call);
    struct span *params = ARENA_ARRAY(a, struct span, e->params.n + 1);
    const struct type **types = ARENA_ARRAY(a, const struct type *, e->params.n + 1);
    struct dmn_run *copy = ARENA_NEW(a, struct dmn_run); /* the function may outlive the frame */
    if (!call || !params || !types || !copy)
        return VALUE_NULL_V;
    for (size_t i = 0; i < e->params.n; i++) {
        params[i] = e->params.at[i].element->name;
        types[i] = e->params.at[i].element->type;
    }
    *copy = *r;
    call->run = copy;
    call->service = e;
    call->callable = (struct feel_callable){.name = e->name,
                                            .param_count = e->params.n,
                                            .params = params,
                                            .types = types,
                                            .result = e->result,
                                            .call = call_service,
                                            .context = call};
    return feel_function(a, &call->callable);
}

/* Asked for directly, a service takes what is set in the run. */
static struct value ask_service(struct dmn_run *r, const struct dmn_element *e)
{
    struct value *args = ARENA_ARRAY(r->feel.arena, struct value, e->params.n + 1);
    if (!args)
        return VALUE_NULL_V;
    for (size_t i = 0; i < e->params.n; i++) {
        const struct dmn_element *p = e->params.at[i].element;
        args[i] = r->states[p->index] == GIVEN ? r->values[p->index] : VALUE_NULL_V;
        if (r->states[p->index] != GIVEN)
            feel_problem(&r->feel, E_NOT_FOUND, "`%.*s` is not given", SPAN_ARG(p->name));
    }
    return run_service(r, &r->feel, e, args);
}

struct value dmn_decide(struct dmn_run *r, const struct dmn_element *e)
{
    return e->kind == DMN_SERVICE ? ask_service(r, e) : evaluate(r, e);
}
