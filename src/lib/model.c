/*
 * model.c: decision models: loading, looking at their elements, deciding.
 *
 * A run of a model is a run (run.c) of a vocabulary that nobody sees: its slots are the elements,
 * so that every function that sets a value works on both.
 */
#include "lib/lib_int.h"
#include "dmn/dmn.h"
#include "feel/spec.h"

_Static_assert((int)HUIQI_INPUT_DATA == (int)DMN_INPUT && (int)HUIQI_SERVICE == (int)DMN_SERVICE,
               "kinds are the model's");

struct huiqi_model {
    atomic_uint refs;
    struct huiqi_engine *engine;
    struct arena arena;
    const struct dmn *dmn;
    struct huiqi_vocabulary *names;     /* a slot per element; never shown */
    const struct dmn_element **element; /* by public index: the model's own first */
    uint32_t *index;                    /* public index by dmn_index */
    struct span *types;                 /* as text, by public index */
    size_t count;
};

/* ---- loading ---- */

static struct dmn_source *copy_sources(struct arena *a, const struct huiqi_source *from, size_t n)
{
    struct dmn_source *to = ARENA_ARRAY(a, struct dmn_source, n);
    for (size_t i = 0; to && i < n; i++)
        to[i] = (struct dmn_source){arena_copy(a, span_in(from[i].text)),
                                    arena_copy(a, span_in(from[i].file))};
    return a->failed ? NULL : to;
}

static struct span type_text(struct arena *a, const struct type *t)
{
    struct buffer b = BUFFER_INIT;
    if (t->name.n > 0)
        return t->name;
    type_print(&b, t);
    struct span s = arena_copy(a, buffer_span(&b));
    a->failed = a->failed || buffer_failed(&b);
    buffer_release(&b);
    return s;
}

/* Those of one side: the model's own, or those of imported models. */
static size_t number_elements(struct huiqi_model *m, bool own, size_t next)
{
    for (size_t i = 0; i < m->count; i++) {
        const struct dmn_element *e = dmn_any_at(m->dmn, i);
        if ((dmn_space(m->dmn, e).n == 0) != own)
            continue;
        m->element[next] = e;
        m->index[i] = (uint32_t)next;
        m->types[next] = type_text(&m->arena, dmn_type(e));
        next++;
    }
    return next;
}

/* The slots of runs: what huiqi_declare does for names that expressions can write. */
static int name_slots(struct huiqi_model *m)
{
    struct huiqi_vocabulary *v = m->names;
    v->types = ARENA_ARRAY(&v->arena, const struct type *, m->count + 1);
    v->texts = ARENA_ARRAY(&v->arena, struct span, m->count + 1);
    if (!v->types || !v->texts)
        return E_MEMORY;
    for (size_t i = 0; i < m->count; i++) {
        v->types[i] = dmn_type(m->element[i]);
        v->texts[i] = dmn_element_name(m->element[i]);
    }
    v->names.slots = (uint32_t)m->count;
    return 0;
}

static int number(struct huiqi_model *m)
{
    m->count = dmn_any_count(m->dmn);
    m->element = ARENA_ARRAY(&m->arena, const struct dmn_element *, m->count + 1);
    m->index = ARENA_ARRAY(&m->arena, uint32_t, m->count + 1);
    m->types = ARENA_ARRAY(&m->arena, struct span, m->count + 1);
    if (!m->element || !m->index || !m->types)
        return E_MEMORY;
    (void)number_elements(m, false, number_elements(m, true, 0));
    return m->arena.failed ? E_MEMORY : name_slots(m);
}

static int load(struct huiqi_model *m, const struct huiqi_source *sources, size_t n,
                struct diags *diags)
{
    struct dmn_source *copies = copy_sources(&m->arena, sources, n);
    struct err err = ERR_INIT;
    struct dmn *dmn = NULL;
    int r = copies ? dmn_load_texts(&m->arena, copies, n, &dmn, diags, &err) : E_MEMORY;
    if (r < 0) {
        lib_add_err(diags, &err);
        return r;
    }
    m->dmn = dmn;
    return number(m);
}

static int model_new(struct huiqi_engine *engine, struct huiqi_model **ret)
{
    struct huiqi_model *m = alloc_new(sizeof *m);
    if (!m)
        return E_MEMORY;
    atomic_init(&m->refs, 1);
    arena_init(&m->arena);
    atomic_fetch_add(&engine->refs, 1);
    m->engine = engine;
    *ret = m;
    return huiqi_vocabulary_new(engine, &m->names);
}

int huiqi_model_load(struct huiqi_engine *engine, const struct huiqi_source *sources, size_t n,
                     struct huiqi_model **ret_model, struct huiqi_problems **ret_problems)
{
    const struct allocator *before = lib_enter(engine);
    struct huiqi_problems *problems = lib_problems_new(engine);
    struct huiqi_model *m = NULL;
    int r = n == 0 ? HUIQI_USAGE : problems ? model_new(engine, &m) : E_MEMORY;
    if (ret_problems)
        *ret_problems = NULL;
    if (r == 0)
        r = load(m, sources, n, &problems->diags);
    if (problems)
        lib_problems_give(problems, ret_problems); /* shows lines of the model's text */
    if (r == 0)
        *ret_model = m;
    else
        huiqi_model_free(m);
    lib_leave(before);
    return r;
}

void huiqi_model_free(struct huiqi_model *model)
{
    if (!model || atomic_fetch_sub(&model->refs, 1) != 1)
        return;
    struct huiqi_engine *engine = model->engine;
    const struct allocator *before = lib_enter(engine);
    huiqi_vocabulary_free(model->names);
    arena_release(&model->arena);
    alloc_free(model);
    lib_leave(before);
    huiqi_engine_free(engine);
}

struct huiqi_text huiqi_model_name(const struct huiqi_model *model)
{
    return text_out(dmn_name(model->dmn));
}

/* ---- elements ---- */

size_t huiqi_element_count(const struct huiqi_model *model)
{
    return model->count;
}

bool huiqi_element_at(const struct huiqi_model *model, uint32_t index,
                      struct huiqi_element *ret_element)
{
    if (index >= model->count)
        return false;
    const struct dmn_element *e = model->element[index];
    *ret_element = (struct huiqi_element){.kind = (enum huiqi_element_kind)dmn_kind(e),
                                          .name = text_out(dmn_element_name(e)),
                                          .type = text_out(model->types[index]),
                                          .space = text_out(dmn_space(model->dmn, e)),
                                          .line = dmn_line(e),
                                          .broken = dmn_is_broken(e)};
    return true;
}

int huiqi_element_find(const struct huiqi_model *model, struct huiqi_text name, uint32_t *ret_index)
{
    for (size_t i = 0; i < model->count; i++)
        if (span_eq(dmn_element_name(model->element[i]), span_in(name))) {
            *ret_index = (uint32_t)i;
            return HUIQI_OK;
        }
    return HUIQI_NAME;
}

uint32_t huiqi_element_need(const struct huiqi_model *model, uint32_t index, size_t i)
{
    const struct dmn_element *need =
        index < model->count ? dmn_need_at(model->element[index], i) : NULL;
    return need ? model->index[dmn_index(need)] : UINT32_MAX;
}

/* ---- evaluation ---- */

int huiqi_model_run(struct huiqi_model *model, struct huiqi_run **ret_run)
{
    struct huiqi_run *run = NULL;
    int r = huiqi_run_new(model->names, &run);
    if (r < 0)
        return r;
    atomic_fetch_add(&model->refs, 1);
    run->model = model;
    *ret_run = run;
    return HUIQI_OK;
}

static int set_member(struct huiqi_run *run, const struct json *member)
{
    uint32_t index = 0;
    struct value v = VALUE_NULL_V;
    int r = huiqi_element_find(run->model, text_out(member->key), &index);
    enum dmn_kind kind = r == 0 ? dmn_kind(run->model->element[index]) : DMN_BKM;
    if (kind != DMN_INPUT && kind != DMN_DECISION) {
        err_set(&run->err, E_NAME, "the model has no input `%.*s`", SPAN_ARG(member->key));
        err_at(&run->err, (struct span){0}, member->key_line, member->key_column);
        return HUIQI_NAME;
    }
    r = feel_from_json(&run->inputs, member, run->vocabulary->types[index], &v, &run->err);
    if (r == 0)
        lib_put(run, index, v);
    return r;
}

static int set_members(struct huiqi_run *run, struct span text)
{
    struct json *object = NULL;
    int r =
        text.p ? json_parse(&run->inputs, text, (struct span){0}, &object, &run->err) : E_MEMORY;
    if (r == 0 && object->kind != JSON_OBJECT)
        r = err_set(&run->err, E_TYPE, "the inputs are a JSON object");
    if (r < 0)
        return r;
    JSON_EACH(member, object)
    {
        r = set_member(run, member);
        if (r < 0)
            return r;
    }
    return HUIQI_OK;
}

int huiqi_set_inputs(struct huiqi_run *run, struct huiqi_text json)
{
    if (!run->model)
        return HUIQI_USAGE;
    const struct allocator *before = lib_enter(run->vocabulary->engine);
    run->err = (struct err)ERR_INIT;
    int r = set_members(run, arena_copy(&run->inputs, span_in(json)));
    lib_leave(before);
    return r;
}

static bool is_asked(const struct huiqi_model *m, uint32_t index)
{
    return m && index < m->count &&
           (dmn_kind(m->element[index]) == DMN_DECISION ||
            dmn_kind(m->element[index]) == DMN_SERVICE);
}

static struct value decide(struct huiqi_run *run, uint32_t index)
{
    const struct huiqi_model *m = run->model;
    struct dmn_run r;
    if (!is_asked(m, index))
        return value_failure(&run->results, E_USAGE, "neither a decision nor a service");
    if (dmn_run_init(&r, m->dmn, &run->results) < 0)
        return VALUE_NO_MEMORY_V;
    r.feel.as_of = run->feel.as_of;
    for (uint32_t i = 0; i < m->count; i++)
        if (lib_is_set(run, i))
            dmn_set(&r, m->element[i], run->nulls[i]);
    struct value v = dmn_decide(&r, m->element[index]);
    run->feel.problems = r.feel.problems;
    run->feel.problem_count = r.feel.problem_count;
    return run->results.failed ? VALUE_NO_MEMORY_V : v;
}

const struct huiqi_value *huiqi_decide(struct huiqi_run *run, uint32_t index)
{
    const struct allocator *before = lib_enter(run->vocabulary->engine);
    lib_forget(run);
    run->result = decide(run, index);
    lib_leave(before);
    return value_out(&run->result);
}

struct huiqi_problem lib_model_problem(const struct huiqi_model *m, const struct feel_problem *p)
{
    struct diag g = {.level = DIAG_ERROR, .code = p->code, .message = p->message};
    dmn_place(m->dmn, p->expr, p->start, p->end, &g);
    return lib_problem(&g);
}
