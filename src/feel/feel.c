/*
 * feel.c: the door: text to a compiled expression, and what can be asked of one.
 */
#include "feel/feel.h"
#include "feel/check.h"
#include "feel/compile.h"

/* The lets of the caller's array, copied: the expression outlives it. */
static int copy_lets(struct arena *program, const struct feel_compile *how, struct feel_expr *e)
{
    if (how->let_count == 0)
        return 0;
    struct feel_let *lets = ARENA_ARRAY(program, struct feel_let, how->let_count);
    if (!lets)
        return E_MEMORY;
    memcpy(lets, how->lets, how->let_count * sizeof *lets);
    e->lets = lets;
    e->let_count = how->let_count;
    return 0;
}

static uint64_t lets_named(const struct node *n, size_t let_count)
{
    uint64_t bits = 0;
    if (n->kind == NODE_NAME && n->ref == REF_LOCAL && n->index < let_count)
        bits = FEEL_LET_BIT(n->index);
    for (const struct node *c = n->child; c; c = c->next)
        bits |= lets_named(c, let_count);
    return bits;
}

static int too_deep(const struct feel_compile *how, struct span text, struct diags *diags)
{
    struct diag *g = diags_add(diags, DIAG_ERROR, E_LIMIT, "the expression is nested too deeply");
    if (g)
        diag_place(g, how->file, text, 0, 1, how->line ? how->line : 1,
                   how->column ? how->column : 1);
    return E_LIMIT;
}

int feel_compile(struct arena *program, struct span text, const struct feel_compile *how,
                 const struct feel_expr **ret, struct diags *diags)
{
    struct checked checked = {0};
    int r = feel_front(program, text, how, &checked, diags);
    return r < 0 ? r : feel_compile_checked(program, text, how, &checked, ret, diags);
}

int feel_compile_checked(struct arena *program, struct span text, const struct feel_compile *how,
                         const struct checked *checked, const struct feel_expr **ret,
                         struct diags *diags)
{
    struct feel_expr *e = ARENA_NEW(program, struct feel_expr);
    if (!e || copy_lets(program, how, e) < 0)
        return E_MEMORY;
    e->text = text;
    e->mode = how->mode;
    e->vocabulary = how->vocabulary;
    e->tree = checked->tree;
    e->type = checked->type;
    int r = compile_steps(program, e);
    if (r == E_LIMIT)
        return too_deep(how, text, diags);
    if (r < 0)
        return r;
    e->lets_named = e->tree && e->let_count ? lets_named(e->tree, e->let_count) : 0;
    *ret = e;
    return 0;
}

uint64_t feel_lets(const struct feel_expr *e)
{
    return e->lets_named;
}

const struct type *feel_type(const struct feel_expr *e)
{
    return e->type;
}

struct span feel_text(const struct feel_expr *e)
{
    return e->text;
}

const struct node *feel_tree(const struct feel_expr *e)
{
    return e->tree;
}

const uint32_t *feel_slots(const struct feel_expr *e, size_t *ret_count)
{
    *ret_count = e->slot_count;
    return e->slots;
}
