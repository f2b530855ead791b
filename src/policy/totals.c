/*
 * totals.c: sums over a check-up. Money of different natures is never added; exact amounts and
 * upper bounds are two sums; what another measure excludes is left out.
 */
#include "policy/match_int.h"

static void add_result(struct total *t, const struct result *r)
{
    bool exact =
        r->has_value && r->benefit->precision == PRECISION_EXACT && r->value.kind == VALUE_NUMBER;
    if (exact) {
        t->exact = decimal_add(t->exact, r->value.number, NULL);
        t->exact_count++;
        if (r->basis == BASIS_VERIFIED)
            t->verified = decimal_add(t->verified, r->value.number, NULL);
    } else if ((r->has_max && r->max.kind == VALUE_NUMBER) ||
               (r->has_value && r->value.kind == VALUE_NUMBER)) {
        t->upper = decimal_add(t->upper, r->has_max ? r->max.number : r->value.number, NULL);
        t->upper_count++;
    } else
        t->unpublished_count++;
}

/* Is this the result that deductions are taken off? */
static bool bears_deductions(const struct measure *m, const struct benefit *b)
{
    bool named = false;
    for (size_t i = 0; i < m->relation_count; i++) {
        const struct relation *r = &m->relations[i];
        if (r->kind != RELATION_DEDUCT || !r->of.n)
            continue;
        if (span_eq(r->of, b->name))
            return true;
        named = true;
    }
    return !named;
}

/* What rules between measures take off the amount of one. */
static void take_off(struct total ret[NATURES], const struct finding *f)
{
    for (size_t k = 0; k < f->measure->benefit_count; k++) {
        const struct result *r = &f->results[k];
        struct total *t = &ret[r->benefit->nature];
        if (r->benefit->kind != RESULT_MONEY || !r->has_value ||
            !bears_deductions(f->measure, r->benefit))
            continue;
        t->exact = decimal_sub(t->exact, f->less, NULL);
        if (r->basis == BASIS_VERIFIED)
            t->verified = decimal_sub(t->verified, f->less, NULL);
        return;
    }
}

size_t checkup_totals(const struct checkup *c, struct total ret[NATURES])
{
    size_t used = 0;
    for (size_t i = 0; i < NATURES; i++)
        ret[i] = (struct total){.nature = (enum nature)i,
                                .exact = DECIMAL_ZERO,
                                .verified = DECIMAL_ZERO,
                                .upper = DECIMAL_ZERO};
    for (size_t i = 0; i < c->n; i++) {
        const struct finding *f = &c->findings[i];
        if (f->group != GROUP_CAN || f->excluded_count || f->left_out || f->card || f->other_side)
            continue;
        if (f->in_part && decimal_sign(f->less) > 0)
            take_off(ret, f);
        for (size_t k = 0; k < f->measure->benefit_count; k++)
            if (f->results[k].benefit->kind == RESULT_MONEY)
                add_result(&ret[f->results[k].benefit->nature], &f->results[k]);
    }
    for (size_t i = 0; i < NATURES; i++)
        if (ret[i].exact_count + ret[i].upper_count + ret[i].unpublished_count)
            ret[used++] = ret[i];
    return used;
}
