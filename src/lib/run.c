/*
 * run.c: values in, evaluation.
 *
 * A run has its slots twice, for the two front ends differ in what is not set: unknown in strict
 * mode, null in spec mode.
 */
#include "lib/lib_int.h"
#include "feel/spec.h"

static size_t slot_count(const struct huiqi_run *run)
{
    return run->vocabulary->names.slots;
}

/* What every slot is before it is set. */
static void unset_all(struct huiqi_run *run)
{
    for (size_t i = 0; i < slot_count(run); i++) {
        run->slots[i] = (struct value){.kind = VALUE_UNKNOWN, .unknown = run->unset[i]};
        run->nulls[i] = VALUE_NULL_V;
    }
}

static int make_unset(struct huiqi_run *run)
{
    struct span none = {0};
    for (size_t i = 0; i < slot_count(run); i++) {
        const struct missing *m =
            missing_one(&run->arena, run->vocabulary->texts[i], none, none, CAUSE_ASK, none);
        struct value v = m ? value_unknown(&run->arena, m) : VALUE_NULL_V;
        if (v.kind != VALUE_UNKNOWN)
            return E_MEMORY;
        run->unset[i] = v.unknown;
    }
    return 0;
}

static int run_prepare(struct huiqi_run *run)
{
    size_t n = slot_count(run) + 1; /* an empty vocabulary has slots too */
    run->slots = ARENA_ARRAY(&run->arena, struct value, n);
    run->nulls = ARENA_ARRAY(&run->arena, struct value, n);
    run->unset = ARENA_ARRAY(&run->arena, const struct unknown *, n);
    if (!run->slots || !run->nulls || !run->unset || make_unset(run) < 0)
        return E_MEMORY;
    unset_all(run);
    run->feel = (struct feel_run){.arena = &run->results, .as_of = date_today()};
    return 0;
}

int huiqi_run_new(struct huiqi_vocabulary *vocabulary, struct huiqi_run **ret_run)
{
    const struct allocator *before = lib_enter(vocabulary->engine);
    struct huiqi_run *run = alloc_new(sizeof *run);
    int r = run ? 0 : E_MEMORY;
    if (run) {
        lib_vocabulary_ref(vocabulary);
        run->vocabulary = vocabulary;
        r = run_prepare(run);
    }
    if (r == 0)
        *ret_run = run;
    else
        huiqi_run_free(run);
    lib_leave(before);
    return r;
}

void huiqi_run_free(struct huiqi_run *run)
{
    if (!run)
        return;
    struct huiqi_vocabulary *v = run->vocabulary;
    struct huiqi_model *model = run->model;
    const struct allocator *before = lib_enter(v->engine);
    arena_release(&run->results);
    arena_release(&run->inputs);
    arena_release(&run->arena);
    lib_program_unref(run->last);
    alloc_free(run);
    lib_leave(before);
    huiqi_vocabulary_free(v);
    huiqi_model_free(model);
}

void lib_forget(struct huiqi_run *run)
{
    arena_clear(&run->results);
    run->feel.uses = run->feel.uses_last = NULL;
    run->feel.problems = NULL;
    run->feel.problem_count = 0;
    run->result = VALUE_NULL_V;
}

void huiqi_run_clear(struct huiqi_run *run)
{
    const struct allocator *before = lib_enter(run->vocabulary->engine);
    lib_forget(run);
    arena_clear(&run->inputs);
    unset_all(run);
    lib_leave(before);
}

int huiqi_run_date(struct huiqi_run *run, struct huiqi_text date)
{
    return date_parse(span_in(date), &run->feel.as_of) ? HUIQI_OK : HUIQI_INPUT;
}

void huiqi_run_trace(struct huiqi_run *run, bool on)
{
    run->feel.trace = on;
}

/* ---- values in ---- */

void lib_put(struct huiqi_run *run, uint32_t index, struct value v)
{
    run->slots[index] = v;
    run->nulls[index] = v.kind >= VALUE_UNKNOWN ? VALUE_NULL_V : v;
}

static int put(struct huiqi_run *run, uint32_t index, struct value v)
{
    lib_put(run, index, v);
    return HUIQI_OK;
}

bool lib_is_set(const struct huiqi_run *run, uint32_t index)
{
    const struct value *v = &run->slots[index];
    return v->kind != VALUE_UNKNOWN || v->unknown != run->unset[index];
}

struct huiqi_problem huiqi_run_error(const struct huiqi_run *run)
{
    const struct err *e = &run->err;
    return (struct huiqi_problem){.status = e->code,
                                  .line = e->line,
                                  .column = e->column,
                                  .message = huiqi_text(e->message),
                                  .hint = huiqi_text(e->hint)};
}

/* Text of a declared type: JSON knows how to read that from a string. */
static int read_text(struct huiqi_run *run, const struct type *t, struct huiqi_text text,
                     struct value *ret)
{
    struct span s = arena_copy(&run->inputs, span_in(text));
    struct json j = {.kind = JSON_STRING, .text = s};
    run->err.code = 0;
    if (!s.p)
        return E_MEMORY;
    if (t->kind == TYPE_BOOLEAN && (span_eq(s, SPAN("true")) || span_eq(s, SPAN("false"))))
        j.kind = s.n == 4 ? JSON_TRUE : JSON_FALSE;
    if (t->kind == TYPE_LIST || t->kind == TYPE_CONTEXT || t->kind == TYPE_RANGE ||
        t->kind == TYPE_FUNCTION)
        return err_set(&run->err, E_TYPE, "values of this type are made, or read from JSON");
    return feel_from_json(&run->inputs, &j, t, ret, &run->err);
}

int huiqi_set_text(struct huiqi_run *run, uint32_t index, struct huiqi_text text)
{
    struct value v;
    if (index >= slot_count(run))
        return HUIQI_USAGE;
    const struct allocator *before = lib_enter(run->vocabulary->engine);
    int r = read_text(run, run->vocabulary->types[index], text, &v);
    lib_leave(before);
    return r < 0 ? r : put(run, index, v);
}

int huiqi_set_json(struct huiqi_run *run, uint32_t index, struct huiqi_text json)
{
    struct json *j = NULL;
    struct value v;
    if (index >= slot_count(run))
        return HUIQI_USAGE;
    const struct allocator *before = lib_enter(run->vocabulary->engine);
    struct span text = arena_copy(&run->inputs, span_in(json));
    run->err.code = 0;
    int r = text.p ? json_parse(&run->inputs, text, (struct span){0}, &j, &run->err) : E_MEMORY;
    if (r == 0)
        r = feel_from_json(&run->inputs, j, run->vocabulary->types[index], &v, &run->err);
    lib_leave(before);
    return r < 0 ? r : put(run, index, v);
}

static bool takes(const struct huiqi_run *run, uint32_t index, enum type_kind kind)
{
    enum type_kind declared = run->vocabulary->types[index]->kind;
    return declared == kind || declared == TYPE_ANY;
}

int huiqi_set_integer(struct huiqi_run *run, uint32_t index, int64_t number)
{
    if (index >= slot_count(run))
        return HUIQI_USAGE;
    return takes(run, index, TYPE_NUMBER) ? put(run, index, value_int(number)) : HUIQI_TYPE;
}

int huiqi_set_boolean(struct huiqi_run *run, uint32_t index, bool truth)
{
    if (index >= slot_count(run))
        return HUIQI_USAGE;
    return takes(run, index, TYPE_BOOLEAN) ? put(run, index, value_boolean(truth)) : HUIQI_TYPE;
}

int huiqi_set_null(struct huiqi_run *run, uint32_t index)
{
    return index < slot_count(run) ? put(run, index, VALUE_NULL_V) : HUIQI_USAGE;
}

int huiqi_set_unknown(struct huiqi_run *run, uint32_t index, enum huiqi_cause cause,
                      struct huiqi_text holder)
{
    struct span none = {0};
    struct value v = VALUE_NULL_V;
    if (index >= slot_count(run) || (unsigned)cause >= CAUSES)
        return HUIQI_USAGE;
    const struct allocator *before = lib_enter(run->vocabulary->engine);
    struct span who = arena_copy(&run->inputs, span_in(holder));
    const struct missing *m = who.p ? missing_one(&run->inputs, run->vocabulary->texts[index], none,
                                                  none, (enum cause)cause, who)
                                    : NULL;
    if (m)
        v = value_unknown(&run->inputs, m);
    lib_leave(before);
    return v.kind == VALUE_UNKNOWN ? put(run, index, v) : HUIQI_NO_MEMORY;
}

/* A closed set of strings, and everything else that a type says. */
static bool fits(struct huiqi_run *run, const struct type *t, struct value v)
{
    if (v.kind == VALUE_NULL || v.kind >= VALUE_UNKNOWN)
        return true;
    if (!feel_conforms(&run->feel, t, v))
        return false;
    for (size_t i = 0; i < t->value_count; i++)
        if (span_eq(t->values[i], v.string))
            return true;
    return t->value_count == 0;
}

int huiqi_set(struct huiqi_run *run, uint32_t index, const struct huiqi_value *value)
{
    struct value v = VALUE_NULL_V;
    if (index >= slot_count(run) || !value)
        return HUIQI_USAGE;
    const struct allocator *before = lib_enter(run->vocabulary->engine);
    run->err.code = 0;
    int r = lib_keep(&run->inputs, *value_in(value), &v);
    if (r == 0 && !fits(run, run->vocabulary->types[index], v))
        r = err_set(&run->err, E_TYPE, "%.*s is declared with another type",
                    SPAN_ARG(run->vocabulary->texts[index]));
    lib_leave(before);
    return r < 0 ? r : put(run, index, v);
}

/* ---- values made ---- */

static int give(struct huiqi_run *run, struct value v, const struct huiqi_value **ret)
{
    struct value *kept = ARENA_NEW(&run->inputs, struct value);
    if (!kept)
        return E_MEMORY;
    *kept = v;
    *ret = value_out(kept);
    return HUIQI_OK;
}

int huiqi_make(struct huiqi_run *run, struct huiqi_text type, struct huiqi_text text,
               const struct huiqi_value **ret_value)
{
    const struct type *t = NULL;
    struct value v = VALUE_NULL_V;
    const struct allocator *before = lib_enter(run->vocabulary->engine);
    int r = lib_type(&run->inputs, span_in(type), &t);
    if (r == 0)
        r = read_text(run, t, text, &v);
    if (r == 0)
        r = give(run, v, ret_value);
    lib_leave(before);
    return r;
}

static int make_list(struct huiqi_run *run, const struct huiqi_value *const *values, size_t n,
                     const struct huiqi_value **ret)
{
    struct value *at = ARENA_ARRAY(&run->inputs, struct value, n + 1);
    int r = at ? 0 : E_MEMORY;
    for (size_t i = 0; i < n && r == 0; i++)
        r = lib_keep(&run->inputs, *value_in(values[i]), &at[i]);
    struct value v = r == 0 ? value_list(&run->inputs, at, n) : VALUE_NULL_V;
    if (r == 0)
        r = v.kind == VALUE_LIST ? give(run, v, ret) : E_MEMORY;
    return r;
}

int huiqi_make_list(struct huiqi_run *run, const struct huiqi_value *const *values, size_t n,
                    const struct huiqi_value **ret_value)
{
    const struct allocator *before = lib_enter(run->vocabulary->engine);
    int r = make_list(run, values, n, ret_value);
    lib_leave(before);
    return r;
}

static int make_context(struct huiqi_run *run, const struct huiqi_text *keys,
                        const struct huiqi_value *const *values, size_t n,
                        const struct huiqi_value **ret)
{
    struct context *c = n < SIZE_MAX / sizeof c->at[0] - 1
                            ? arena_alloc(&run->inputs, sizeof *c + n * sizeof c->at[0])
                            : NULL;
    int r = c ? 0 : E_MEMORY;
    for (size_t i = 0; i < n && r == 0; i++) {
        c->n = i;
        if (context_get(c, span_in(keys[i])))
            return err_set(&run->err, E_INPUT, "the key `%.*s` occurs twice",
                           SPAN_ARG(span_in(keys[i])));
        c->at[i].key = arena_copy(&run->inputs, span_in(keys[i]));
        r = c->at[i].key.p ? lib_keep(&run->inputs, *value_in(values[i]), &c->at[i].value)
                           : E_MEMORY;
    }
    if (r < 0)
        return r;
    c->n = n;
    return give(run, (struct value){.kind = VALUE_CONTEXT, .context = c}, ret);
}

int huiqi_make_context(struct huiqi_run *run, const struct huiqi_text *keys,
                       const struct huiqi_value *const *values, size_t n,
                       const struct huiqi_value **ret_value)
{
    const struct allocator *before = lib_enter(run->vocabulary->engine);
    run->err.code = 0;
    int r = make_context(run, keys, values, n, ret_value);
    lib_leave(before);
    return r;
}

/* ---- evaluation ---- */

/* The program of the last result is kept: problems point into its text. */
static void remember(struct huiqi_run *run, const struct huiqi_program *program)
{
    struct huiqi_program *p = (struct huiqi_program *)program; /* only its counter changes */
    if (run->last == p)
        return;
    atomic_fetch_add(&p->refs, 1);
    lib_program_unref(run->last);
    run->last = p;
}

const struct huiqi_value *huiqi_evaluate(struct huiqi_run *run, const struct huiqi_program *program)
{
    const struct allocator *before = lib_enter(run->vocabulary->engine);
    lib_forget(run);
    remember(run, program);
    if (program->vocabulary == run->vocabulary) {
        run->feel.slots = program->spec ? run->nulls : run->slots;
        run->result = feel_run(program->expr, &run->feel);
    } else
        run->result = value_failure(&run->results, E_USAGE,
                                    "the program and the run have different vocabularies");
    lib_leave(before);
    return value_out(&run->result);
}

static struct huiqi_problem placed(const struct huiqi_program *p, int code, struct span message,
                                   uint32_t start, uint32_t end)
{
    struct diag g = {.level = DIAG_ERROR, .code = code, .message = message};
    if (p && end > start && end <= p->text.n)
        diag_place(&g, p->file, p->text, start, end - start, p->line, p->column);
    return lib_problem(&g);
}

size_t huiqi_run_problem_count(const struct huiqi_run *run)
{
    return run->feel.problem_count;
}

struct huiqi_problem huiqi_run_problem(const struct huiqi_run *run, size_t i)
{
    const struct feel_problem *p = run->feel.problems;
    while (p && i-- > 0)
        p = p->next;
    if (!p)
        return (struct huiqi_problem){0};
    return run->model ? lib_model_problem(run->model, p)
                      : placed(run->last, p->code, p->message, p->start, p->end);
}

bool huiqi_failure(const struct huiqi_run *run, const struct huiqi_value *value,
                   struct huiqi_problem *ret_problem)
{
    const struct value *v = value_in(value);
    if (v->kind != VALUE_ERROR && !value_is_failed(*v))
        return false;
    *ret_problem = placed(run->last, v->failure->code, v->failure->message, v->failure->start,
                          v->failure->end);
    return true;
}

bool huiqi_use_at(const struct huiqi_run *run, size_t i, struct huiqi_use *ret_use)
{
    const struct feel_use *u = run->feel.uses;
    while (u && i-- > 0)
        u = u->next;
    if (!u)
        return false;
    *ret_use = (struct huiqi_use){text_out(u->name), value_out(&u->value), u->start, u->end};
    return true;
}

size_t huiqi_worked(struct huiqi_run *run, const struct huiqi_program *program, char *out,
                    size_t room)
{
    struct buffer b = BUFFER_INIT;
    if (program->vocabulary != run->vocabulary)
        return lib_copy_out((struct span){0}, out, room);
    const struct allocator *before = lib_enter(run->vocabulary->engine);
    struct arena scratch; /* the last result stays */
    arena_init(&scratch);
    struct feel_run again = {.arena = &scratch,
                             .slots = program->spec ? run->nulls : run->slots,
                             .as_of = run->feel.as_of};
    feel_worked(&b, program->expr, &again);
    size_t n = b.failed || scratch.failed ? SIZE_MAX : lib_copy_out(buffer_span(&b), out, room);
    buffer_release(&b);
    arena_release(&scratch);
    lib_leave(before);
    return n;
}
