/*
 * evaluate.c: one measure, under one reading, for the subject or one of its items: definitions,
 * conditions, status, results. Windows are in dates.c: they never change a status.
 */
#include "policy/match_int.h"

void note_value(struct arena *a, struct value v, const struct missing **missing,
                const struct failure **failure)
{
    if (v.kind == VALUE_UNKNOWN && missing)
        *missing = missing_union(a, *missing, v.unknown->missing);
    if (v.kind == VALUE_ERROR && !*failure)
        *failure = v.failure;
}

struct parts parts_of_measure(const struct measure *m, const struct reading *r)
{
    if (r)
        return (struct parts){r->lets, r->conditions, r->benefits, r->dates, r->test};
    return (struct parts){m->lets, m->conditions, m->benefits, m->dates, m->test};
}

/* ---- what an expression used, definitions included ---- */

struct uses {
    struct feel_use *first, *last;
};

static void add_use(struct arena *a, struct uses *to, const struct feel_use *u)
{
    for (const struct feel_use *x = to->first; x; x = x->next)
        if (x->slot == u->slot && span_eq(x->item, u->item) && span_eq(x->period, u->period))
            return;
    struct feel_use *copy = ARENA_NEW(a, struct feel_use);
    if (!copy)
        return;
    *copy = *u;
    copy->next = NULL;
    if (to->last)
        to->last->next = copy;
    else
        to->first = copy;
    to->last = copy;
}

static void add_uses(struct arena *a, struct uses *to, const struct feel_use *u)
{
    for (; u; u = u->next)
        add_use(a, to, u);
}

/* A computed fact is followed by what it was computed from. */
static void add_inner(const struct evaluation *e, struct uses *to)
{
    for (const struct feel_use *u = to->first; u; u = u->next)
        if (e->values->library->slots[u->slot].kind == SLOT_FACT)
            add_uses(e->values->arena, to, e->frame->states[u->slot].inner);
}

static const struct feel_use *whole_uses(const struct evaluation *e, const struct feel_expr *x,
                                         const struct feel_use *own)
{
    struct arena *a = e->values->arena;
    struct uses all = {NULL, NULL};
    bool computed = false;
    uint64_t named = feel_lets(x);
    for (const struct feel_use *u = own; u; u = u->next)
        computed = computed || e->frame->states[u->slot].inner;
    if (!named && !computed)
        return own;
    if (!own && !(named & (named - 1)) && !(named & FEEL_LET_BIT(63)))
        return e->let_uses[__builtin_ctzll(named)]; /* one definition and nothing else */
    add_uses(a, &all, own);
    for (size_t i = 0; i < e->let_count; i++)
        if (named & FEEL_LET_BIT(i))
            add_uses(a, &all, e->let_uses[i]);
    add_inner(e, &all);
    return all.first;
}

struct value evaluate_whole(const struct evaluation *e, const struct feel_expr *x,
                            const struct feel_use **ret_uses)
{
    const struct feel_use *own = NULL;
    struct value v = evaluate(e, x, &own);
    *ret_uses = whole_uses(e, x, own);
    return v;
}

/* Definitions are evaluated once; each sees those before. */
int evaluate_lets(struct evaluation *e, const struct measure *m, const struct let *lets)
{
    size_t n = m->let_count;
    struct value *locals = ARENA_ARRAY(e->values->arena, struct value, n + 1);
    e->let_uses = ARENA_ARRAY(e->values->arena, const struct feel_use *, n + 1);
    if (!locals || !e->let_uses)
        return E_MEMORY;
    e->locals = locals;
    e->lets = lets;
    for (size_t i = 0; i < n; i++) {
        e->let_count = i;
        locals[i] = evaluate_whole(e, lets[i].formula.expr, &e->let_uses[i]);
        if (m->chain_count)
            locals[i] = changed(e, m, i, locals[i]);
    }
    e->let_count = n;
    return 0;
}

/* ---- conditions ---- */

static struct value manual_truth(const struct evaluation *e, const struct measure *m,
                                 const struct condition *c, const struct feel_use **ret_uses)
{
    struct value by_criterion;
    if (criterion_truth(e, c->recognition, &by_criterion, ret_uses))
        return by_criterion;
    struct missing *x = ARENA_NEW(e->values->arena, struct missing);
    if (!x)
        return VALUE_NO_MEMORY_V;
    *x = (struct missing){
        .fact = c->text.zh, .item = e->frame->item, .holder = c->owner.n ? c->owner : m->authority};
    x->cause = c->reason == REASON_TEXT_NOT_HELD ? CAUSE_TEXT : CAUSE_RECOGNITION;
    return value_unknown(e->values->arena, x);
}

/* An expression that looks into an open list cannot say which fact lies outside; the uses can: a
 * list of texts, else the first text. */
#define NAMELESS SPAN("列表之外")

static struct span fact_behind(const struct evaluation *e, const struct feel_use *uses)
{
    const struct slot *slots = e->values->library->slots;
    struct span text = NAMELESS;
    for (const struct feel_use *u = uses; u; u = u->next) {
        if (slots[u->slot].kind != SLOT_FACT)
            continue;
        if (slots[u->slot].fact->is_list)
            return u->name;
        if (slots[u->slot].fact->type->kind == TYPE_STRING && span_eq(text, NAMELESS))
            text = u->name;
    }
    return text;
}

static bool is_outside(const struct evaluation *e, const struct missing *m)
{
    return span_eq(m->fact, NAMELESS) || (m->cause == CAUSE_RECOGNITION &&
                                          map_get(&e->values->library->register_by_name, m->fact));
}

static struct value with_names(const struct evaluation *e, struct value v,
                               const struct feel_use *uses)
{
    struct arena *a = e->values->arena;
    const struct missing *all = NULL, *m = v.kind == VALUE_UNKNOWN ? v.unknown->missing : NULL;
    while (m && !is_outside(e, m))
        m = m->next;
    if (!m)
        return v;
    for (m = v.unknown->missing; m; m = m->next) {
        struct missing *copy = ARENA_NEW(a, struct missing);
        if (!copy)
            return VALUE_NO_MEMORY_V;
        *copy = *m;
        copy->next = NULL;
        if (is_outside(e, m))
            copy->fact = fact_behind(e, uses);
        all = missing_union(a, all, copy);
    }
    return all ? value_unknown(a, all) : VALUE_NO_MEMORY_V;
}

static struct value condition_truth(const struct evaluation *e, const struct measure *m,
                                    const struct condition *c, const struct feel_use **ret_uses)
{
    if (c->manual || !c->test.expr)
        return manual_truth(e, m, c, ret_uses);
    struct value v = evaluate_whole(e, c->test.expr, ret_uses);
    v = with_names(e, v, *ret_uses);
    if (v.kind == VALUE_BOOLEAN || v.kind >= VALUE_UNKNOWN)
        return v;
    return value_failure(e->values->arena, E_TYPE, "the condition gives %s, neither true nor false",
                         value_kind_name((enum value_kind)v.kind));
}

static bool needs_others_only(const struct missing *m)
{
    for (; m; m = m->next)
        if (m->cause != CAUSE_RECOGNITION)
            return false;
    return true;
}

/* False refuses; else what anybody could still tell; else what an authority decides. */
static enum status status_of(const struct condition_finding *c, size_t n)
{
    enum status status = STATUS_ELIGIBLE;
    for (size_t i = 0; i < n; i++) {
        if (c[i].condition->soft || value_is_true(c[i].truth))
            continue;
        if (value_is_false(c[i].truth))
            return STATUS_INELIGIBLE;
        if (c[i].truth.kind == VALUE_ERROR || !needs_others_only(c[i].truth.unknown->missing))
            status = STATUS_UNDETERMINED;
        else if (status == STATUS_ELIGIBLE)
            status = STATUS_NEEDS_RECOGNITION;
    }
    return status;
}

static struct ground conditions_ground(const struct evaluation *e,
                                       const struct condition_finding *c, size_t n)
{
    struct ground g = {BASIS_VERIFIED, false};
    for (size_t i = 0; i < n; i++)
        g.basis = basis_of(e, c[i].uses, g.basis, &g.told);
    return g;
}

static int evaluate_conditions(const struct evaluation *e, const struct measure *m,
                               const struct parts *p, struct outcome *o)
{
    struct arena *a = e->values->arena;
    o->conditions = ARENA_ARRAY(a, struct condition_finding, m->condition_count + 1);
    if (!o->conditions)
        return E_MEMORY;
    for (size_t i = 0; i < m->condition_count; i++) {
        struct condition_finding *c = &o->conditions[i];
        c->condition = &p->conditions[i];
        c->truth = condition_truth(e, m, c->condition, &c->uses);
        note_value(a, c->truth, &o->missing, &o->failure);
    }
    o->status = status_of(o->conditions, m->condition_count);
    return 0;
}

/* ---- results ---- */

static int evaluate_results(struct evaluation *e, const struct measure *m, const struct parts *p,
                            struct outcome *o)
{
    struct arena *a = e->values->arena;
    struct ground ground = conditions_ground(e, o->conditions, m->condition_count);
    const struct failure *failure = NULL;
    const struct missing *of_figures = NULL;
    o->results = ARENA_ARRAY(a, struct result, m->benefit_count + 1);
    if (!o->results)
        return E_MEMORY;
    for (size_t i = 0; i < m->benefit_count; i++) {
        o->results[i].benefit = &p->benefits[i];
        o->results[i].basis = BASIS_DECLARED;
        if (o->status != STATUS_INELIGIBLE)
            find_result(e, &p->benefits[i], o->status, ground, &o->results[i], &of_figures,
                        &failure);
    }
    if (o->status != STATUS_INELIGIBLE)
        bound_deducted(e, m, o->results, &of_figures, &failure);
    o->test = VALUE_NULL_V;
    if (p->test.expr && o->status != STATUS_INELIGIBLE) {
        o->test = evaluate(e, p->test.expr, NULL);
        note_value(a, o->test, &of_figures, &failure);
    }
    o->of_figures = of_figures;
    if (o->status !=
        STATUS_UNDETERMINED) /* figures are asked for once the conditions leave nothing to ask */
        o->missing = missing_union(a, o->missing, of_figures);
    if (failure &&
        o->status != STATUS_INELIGIBLE) { /* what failed is neither a benefit nor a refusal */
        o->status = STATUS_UNDETERMINED;
        hide_figures(m, o->results);
    }
    o->failure = o->failure ? o->failure : failure;
    return 0;
}

int evaluate_parts(struct values *v, struct frame *f, const struct measure *m,
                   const struct parts *p, struct outcome *ret)
{
    struct evaluation e = {.values = v, .frame = f};
    struct outcome o = {.status = STATUS_ELIGIBLE};
    int r = evaluate_lets(&e, m, p->lets);
    if (r == 0)
        r = evaluate_conditions(&e, m, p, &o);
    if (r == 0)
        r = evaluate_results(&e, m, p, &o);
    if (r < 0)
        return r;
    if (o.status == STATUS_INELIGIBLE)
        o.missing = NULL; /* nothing more is needed to know */
    o.locals = e.locals;
    *ret = o;
    return 0;
}
