/*
 * lib_int.h: what stands behind the opaque types of include/huiqi. For the .c files of this folder
 * only.
 *
 * A public function enters with lib_enter, which makes the engine's allocator that of the thread,
 * and leaves with lib_leave. A public value is a struct value of feel under another name.
 */
#ifndef HUIQI_LIB_LIB_INT_H
#define HUIQI_LIB_LIB_INT_H
#include <stdatomic.h>
#include <huiqi/dmn.h>
#include <huiqi/feel.h>
#include "base/alloc.h"
#include "feel/feel.h"

struct huiqi_engine {
    atomic_uint refs;
    const struct allocator *use; /* NULL = the C library */
    struct allocator allocator;
};

struct huiqi_vocabulary {
    atomic_uint refs;
    atomic_bool sealed; /* something was compiled or a run was made: no further names */
    struct huiqi_engine *engine;
    struct arena arena; /* names and types */
    struct feel_vocabulary names;
    const struct type **types; /* by slot */
    struct span *texts;        /* the names, by slot */
    size_t room;
};

struct huiqi_program {
    atomic_uint refs;
    struct huiqi_vocabulary *vocabulary;
    struct arena arena;
    const struct feel_expr *expr;
    struct span text, file;
    uint32_t line, column;
    bool spec;
};

struct huiqi_problems {
    struct huiqi_engine *engine;
    struct arena arena;
    struct diags diags;
    struct span text; /* as people read it */
};

struct huiqi_run {
    struct huiqi_vocabulary *vocabulary;
    struct arena arena;           /* the run itself and its slots */
    struct arena inputs;          /* values made and set, until cleared */
    struct arena results;         /* of the last evaluation */
    struct value *slots;          /* strict mode: what is not set is unknown */
    struct value *nulls;          /* spec mode: what is not set is null */
    const struct unknown **unset; /* by slot; made once */
    struct feel_run feel;
    struct value result;
    struct huiqi_program *last; /* of the result; referenced */
    struct huiqi_model *model;  /* huiqi_model_run: slots are its elements; referenced. Else NULL */
    struct err err;
};

static inline const struct allocator *lib_enter(const struct huiqi_engine *engine)
{
    return alloc_use(engine->use);
}

static inline void lib_leave(const struct allocator *before)
{
    (void)alloc_use(before);
}

static inline struct span span_in(struct huiqi_text t)
{
    return span_of(t.p, t.n);
}

static inline struct huiqi_text text_out(struct span s)
{
    return (struct huiqi_text){s.p, s.n};
}

static inline const struct huiqi_value *value_out(const struct value *v)
{
    return (const struct huiqi_value *)v;
}

static inline const struct value *value_in(const struct huiqi_value *v)
{
    return (const struct value *)v;
}

struct huiqi_problem lib_problem(const struct diag *g);
/* NULL without memory. */
struct huiqi_problems *lib_problems_new(struct huiqi_engine *e);
/* To *ret as people read it, or freed when there is nothing to say or ret is NULL. */
void lib_problems_give(struct huiqi_problems *p, struct huiqi_problems **ret);
void lib_add_err(struct diags *d, const struct err *err);

/* Forgets what the last evaluation left. */
void lib_forget(struct huiqi_run *run);
void lib_put(struct huiqi_run *run, uint32_t index, struct value v);
bool lib_is_set(const struct huiqi_run *run, uint32_t index);
/* A problem of a run with its place in the file of the model. */
struct feel_problem;
struct huiqi_problem lib_model_problem(const struct huiqi_model *m, const struct feel_problem *p);
/* The type that the text writes, in the arena. HUIQI_SYNTAX: none. */
NODISCARD int lib_type(struct arena *a, struct span text, const struct type **ret);
/* Copies what fits of s and a zero byte; returns s.n. */
size_t lib_copy_out(struct span s, char *out, size_t room);
/* v with everything it points to in the arena. E_TYPE: a function is inside; E_LIMIT: nested too
 * deeply. */
NODISCARD int lib_keep(struct arena *a, struct value v, struct value *ret);

void lib_vocabulary_ref(struct huiqi_vocabulary *v);
void lib_program_unref(struct huiqi_program *p);
#endif
