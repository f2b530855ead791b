/*
 * program.c: texts to programs, and what is wrong in them.
 */
#include "lib/lib_int.h"

/* ---- problems ---- */

struct huiqi_problem lib_problem(const struct diag *g)
{
    return (struct huiqi_problem){
        .status = g->code,
        .warning = g->level != DIAG_ERROR,
        .line = g->line,
        .column = g->column,
        .length = g->length,
        .message = text_out(g->message),
        .hint = text_out(g->hint),
    };
}

size_t huiqi_problem_count(const struct huiqi_problems *problems)
{
    size_t n = 0;
    for (const struct diag *g = problems ? problems->diags.first : NULL; g; g = g->next)
        n++;
    return n;
}

struct huiqi_problem huiqi_problem_at(const struct huiqi_problems *problems, size_t i)
{
    const struct diag *g = problems ? problems->diags.first : NULL;
    while (g && i-- > 0)
        g = g->next;
    return g ? lib_problem(g) : (struct huiqi_problem){0};
}

const char *huiqi_problems_text(const struct huiqi_problems *problems)
{
    return problems && problems->text.p ? problems->text.p : "";
}

void huiqi_problems_free(struct huiqi_problems *problems)
{
    if (!problems)
        return;
    struct huiqi_engine *engine = problems->engine;
    const struct allocator *before = lib_enter(engine);
    arena_release(&problems->arena);
    alloc_free(problems);
    lib_leave(before);
    huiqi_engine_free(engine);
}

struct huiqi_problems *lib_problems_new(struct huiqi_engine *engine)
{
    struct huiqi_problems *p = alloc_new(sizeof *p);
    if (!p)
        return NULL;
    atomic_fetch_add(&engine->refs, 1);
    p->engine = engine;
    arena_init(&p->arena);
    diags_init(&p->diags, &p->arena);
    return p;
}

/* What ends a whole text, as one of the list. */
void lib_add_err(struct diags *d, const struct err *err)
{
    struct diag *g = err->code == 0 || err->code == E_MEMORY
                         ? NULL
                         : diags_add(d, DIAG_ERROR, err->code, "%s", err->message);
    if (!g)
        return;
    if (err->hint[0])
        diag_hint(d, g, "%s", err->hint);
    g->file = arena_copy(d->arena, span_z(err->file));
    g->line = err->line;
    g->column = err->column;
    g->length = err->line > 0;
}

/* For the caller: as text too; none when there is nothing to say. */
void lib_problems_give(struct huiqi_problems *p, struct huiqi_problems **ret)
{
    struct buffer b = BUFFER_INIT;
    if (!ret || !p->diags.first) {
        huiqi_problems_free(p);
        return;
    }
    diags_print(&b, &p->diags);
    p->text = arena_copy(&p->arena, buffer_span(&b));
    buffer_release(&b);
    *ret = p;
}

/* ---- programs ---- */

static int compile(struct huiqi_program *p, const struct huiqi_compile *how, struct diags *diags)
{
    struct feel_compile inner = {.mode = p->spec ? FEEL_SPEC : FEEL_STRICT,
                                 .vocabulary = &p->vocabulary->names,
                                 .file = p->file,
                                 .line = p->line,
                                 .column = p->column};
    const struct feel_expr *e = NULL;
    int r = 0;
    if (how->type.n > 0)
        r = lib_type(&p->arena, span_in(how->type), &inner.want);
    if (r == 0)
        r = feel_compile(&p->arena, p->text, &inner, &e, diags);
    p->expr = e;
    return r;
}

static int program_new(struct huiqi_vocabulary *v, struct span text,
                       const struct huiqi_compile *how, struct huiqi_program **ret)
{
    struct huiqi_program *p = alloc_new(sizeof *p);
    if (!p)
        return E_MEMORY;
    atomic_init(&p->refs, 1);
    lib_vocabulary_ref(v);
    p->vocabulary = v;
    arena_init(&p->arena);
    p->text = arena_copy(&p->arena, text);
    p->file = arena_copy(&p->arena, span_in(how->file));
    p->line = how->line ? how->line : 1;
    p->column = how->column ? how->column : 1;
    p->spec = how->mode == HUIQI_SPEC;
    *ret = p;
    return p->text.p && p->file.p ? 0 : E_MEMORY;
}

int huiqi_compile(struct huiqi_vocabulary *vocabulary, struct huiqi_text text,
                  const struct huiqi_compile *how, struct huiqi_program **ret_program,
                  struct huiqi_problems **ret_problems)
{
    static const struct huiqi_compile plain = {.mode = HUIQI_STRICT};
    const struct allocator *before = lib_enter(vocabulary->engine);
    struct huiqi_problems *problems = lib_problems_new(vocabulary->engine);
    struct huiqi_program *p = NULL;
    int r = E_MEMORY;
    if (ret_problems)
        *ret_problems = NULL;
    if (problems)
        r = program_new(vocabulary, span_in(text), how ? how : &plain, &p);
    if (r == 0)
        r = compile(p, how ? how : &plain, &problems->diags);
    if (problems)
        lib_problems_give(problems, ret_problems); /* shows lines of the program's text */
    if (r == 0)
        *ret_program = p;
    else
        lib_program_unref(p);
    lib_leave(before);
    return r;
}

void lib_program_unref(struct huiqi_program *p)
{
    if (!p || atomic_fetch_sub(&p->refs, 1) != 1)
        return;
    struct huiqi_vocabulary *v = p->vocabulary;
    const struct allocator *before = lib_enter(v->engine);
    arena_release(&p->arena);
    alloc_free(p);
    lib_leave(before);
    huiqi_vocabulary_free(v);
}

void huiqi_program_free(struct huiqi_program *program)
{
    lib_program_unref(program);
}

size_t huiqi_program_needs(const struct huiqi_program *program)
{
    size_t n = 0;
    (void)feel_slots(program->expr, &n);
    return n;
}

uint32_t huiqi_program_need(const struct huiqi_program *program, size_t i)
{
    size_t n = 0;
    const uint32_t *slots = feel_slots(program->expr, &n);
    return i < n ? slots[i] : UINT32_MAX;
}
