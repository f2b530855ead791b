/*
 * results.c: the figures of a finding. A payable amount is shown only where the text gives it
 * exactly, the conditions hold and every fact of the formula is known (laws 2 and 17); otherwise
 * bounds, or nothing.
 */
#include "policy/match_int.h"

bool is_in_yuan(const struct benefit *b)
{
    return b->kind == RESULT_MONEY || span_eq(b->unit, SPAN("元"));
}

static struct value rounded(const struct benefit *b, struct value v)
{
    unsigned flags = 0;
    if (is_in_yuan(b) && v.kind == VALUE_NUMBER)
        v.number = decimal_round(v.number, 2, b->round, &flags);
    return v;
}

static struct value figure(struct evaluation *e, const struct formula *f, struct ground *ground,
                           const struct missing **missing, const struct failure **failure)
{
    const struct feel_use *uses = NULL;
    if (!f->expr)
        return VALUE_NULL_V;
    struct value v = evaluate_whole(e, f->expr, &uses);
    ground->basis = basis_of(e, uses, ground->basis, &ground->told);
    note_value(e->values->arena, v, missing, failure);
    return v;
}

static void set_min(struct result *r, struct value v)
{
    if (v.kind != VALUE_NUMBER || (r->has_min && decimal_compare(r->min.number, v.number) >= 0))
        return;
    r->has_min = true;
    r->min = rounded(r->benefit, v);
}

static void set_max(struct result *r, struct value v)
{
    if (v.kind != VALUE_NUMBER || (r->has_max && decimal_compare(r->max.number, v.number) <= 0))
        return;
    r->has_max = true;
    r->max = rounded(r->benefit, v);
}

/* What is known of an amount that is not: "at least 0" says nothing. */
static void set_bounds(struct result *r, struct value v, bool certain)
{
    const struct unknown *u = v.unknown;
    if (u->has_max)
        set_max(r, value_number(u->max));
    if (u->has_min && certain && decimal_sign(u->min) > 0)
        set_min(r, value_number(u->min));
}

static bool is_figure(struct value v)
{
    return v.kind == VALUE_NUMBER || v.kind == VALUE_DATE || v.kind == VALUE_STRING ||
           v.kind == VALUE_BOOLEAN;
}

static void set_amount(struct result *r, struct value v, struct value cap, enum status status)
{
    bool certain = status == STATUS_ELIGIBLE || r->benefit->precision != PRECISION_EXACT;
    if (v.kind == VALUE_UNKNOWN)
        set_bounds(r, v, certain);
    if (!is_figure(v))
        return;
    if (v.kind == VALUE_NUMBER && cap.kind == VALUE_NUMBER &&
        decimal_compare(v.number, cap.number) > 0)
        v = cap;
    if (!certain) {
        set_max(r, v);
        return;
    }
    r->has_value = true;
    r->value = rounded(r->benefit, v);
}

/* Definitions that the expression rests on, those of definitions included. */
static uint64_t lets_behind(const struct evaluation *e, const struct feel_expr *x)
{
    uint64_t named = feel_lets(x);
    for (size_t i = e->let_count; named && i-- > 0;)
        if (named & FEEL_LET_BIT(i))
            named |= feel_lets(e->lets[i].formula.expr);
    return named;
}

/* "0.5 * (12000 + 9600)", and where definitions stand behind a number: "; 比例 = 1 - 0.5". */
static void add_worked(struct buffer *out, struct evaluation *e, const struct feel_expr *low,
                       const struct feel_expr *x)
{
    struct feel_run run = run_of(e);
    uint64_t named = lets_behind(e, x) | (low ? lets_behind(e, low) : 0);
    if (low) {
        buffer_byte(out, '[');
        feel_worked(out, low, &run);
        buffer_add_z(out, "..");
    }
    feel_worked(out, x, &run);
    if (low)
        buffer_byte(out, ']');
    for (size_t i = 0; i < e->let_count; i++) {
        const struct node *tree = feel_tree(e->lets[i].formula.expr);
        if (!(named & FEEL_LET_BIT(i)) || !tree || tree->kind == NODE_LITERAL)
            continue;
        buffer_print(out, "; %.*s = ", SPAN_ARG(e->lets[i].name));
        feel_worked(out, e->lets[i].formula.expr, &run);
    }
}

/* The formula that is shown beside a figure; of a corridor both ends: "[LPR - 0.015..LPR - 0.01]".
 */
const struct formula *shown_formula(const struct benefit *b, const struct formula **ret_low)
{
    const struct formula *all[] = {&b->amount, &b->cap, &b->max, &b->min};
    *ret_low = NULL;
    for (size_t i = 0; i < COUNT_OF(all); i++)
        if (all[i]->expr) {
            if (all[i] == &b->max && b->min.expr)
                *ret_low = &b->min;
            return all[i];
        }
    return NULL;
}

static void set_worked(struct evaluation *e, const struct benefit *b, struct result *r)
{
    const struct formula *low, *shown = shown_formula(b, &low);
    struct buffer out = BUFFER_INIT;
    if (!shown || !(r->has_value || r->has_min || r->has_max))
        return;
    add_worked(&out, e, low ? low->expr : NULL, shown->expr);
    r->worked = arena_copy(e->values->arena, buffer_span(&out));
    if (buffer_failed(&out))
        e->values->arena->failed = true;
    buffer_release(&out);
}

void find_result(struct evaluation *e, const struct benefit *b, enum status status,
                 struct ground ground, struct result *ret, const struct missing **missing,
                 const struct failure **failure)
{
    struct value amount = figure(e, &b->amount, &ground, missing, failure),
                 cap = figure(e, &b->cap, &ground, missing, failure);
    struct value min = figure(e, &b->min, &ground, missing, failure),
                 max = figure(e, &b->max, &ground, missing, failure);
    ret->benefit = b;
    ret->basis = ground.told ? ground.basis : BASIS_DECLARED;
    set_amount(ret, amount, cap, status);
    if (!ret->has_value)
        set_max(ret, cap);
    set_min(ret, min);
    set_max(ret, max);
    if (e->values->options->trace)
        set_worked(e, b, ret);
}

void bound_deducted(struct evaluation *e, const struct measure *m, struct result *results,
                    const struct missing **missing, const struct failure **failure)
{
    for (size_t i = 0; i < m->relation_count; i++) {
        const struct relation *r = &m->relations[i];
        if (r->kind != RELATION_DEDUCT || r->soft || !r->when.expr)
            continue;
        struct value when = evaluate(e, r->when.expr, NULL);
        note_value(e->values->arena, when, missing, failure);
        for (size_t k = 0; when.kind == VALUE_UNKNOWN && k < m->benefit_count; k++) {
            struct result *x = &results[k];
            if (x->benefit->kind != RESULT_MONEY || !x->has_value ||
                (r->of.n && !span_eq(r->of, x->benefit->name)))
                continue;
            x->has_value = x->has_min = false;
            set_max(x, x->value);
        }
    }
}

void hide_figures(const struct measure *m, struct result *results)
{
    for (size_t i = 0; i < m->benefit_count; i++)
        results[i] = (struct result){.benefit = results[i].benefit, .basis = results[i].basis};
}

bool finding_amount(const struct finding *f, struct decimal *ret)
{
    bool found = false;
    enum nature nature = NATURE_RECEIVED;
    *ret = DECIMAL_ZERO;
    for (size_t i = 0; i < f->measure->benefit_count; i++) {
        const struct result *r = &f->results[i];
        if (r->benefit->kind != RESULT_MONEY || !r->has_value || r->value.kind != VALUE_NUMBER)
            continue;
        if (found && r->benefit->nature != nature)
            continue;
        nature = r->benefit->nature;
        *ret = decimal_add(*ret, r->value.number, NULL);
        found = true;
    }
    return found;
}
