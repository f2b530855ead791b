/*
 * feel_pending.c: stands in for the compiler of expressions until src/feel has one; meson.build leaves it out then.
 */
#include "feel/feel.h"

int feel_compile(struct arena *program, struct span text, const struct feel_compile *how, const struct feel_expr **ret,
                 struct diags *diags)
{
    UNUSED(program), UNUSED(text), UNUSED(how), UNUSED(diags);
    *ret = NULL;
    return 0;
}

const struct type *feel_type(const struct feel_expr *e)
{
    UNUSED(e);
    return &TYPE_ANY_T;
}

const struct node *feel_tree(const struct feel_expr *e)
{
    UNUSED(e);
    return NULL;
}

const uint32_t *feel_slots(const struct feel_expr *e, size_t *ret_count)
{
    UNUSED(e);
    *ret_count = 0;
    return NULL;
}
