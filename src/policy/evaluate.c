/*
 * evaluate.c: one measure, under one reading, for the subject or one of its items: definitions, conditions, status,
 * results. Windows are in dates.c: they never change a status.
 */
#include "policy/match_int.h"

void note_value(struct arena *a, struct value v, const struct missing **missing, const struct failure **failure)
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

uint64_t lets_named(const struct node *n, size_t let_count)
{
    uint64_t bits = 0;
    if (n->kind == NODE_NAME && n->ref == REF_LOCAL && n->index < let_count)
        bits = LET_BIT(n->index);
    for (const struct node *c = n->child; c; c = c->next)
        bits |= lets_named(c, let_count);
    return bits;
}

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

/* The run of one measure: its definitions are evaluated once. */
struct work {
    struct evaluation e;
    struct value *locals;
    const struct feel_use **let_uses;
    size_t let_count;
};

static const struct feel_use *whole_uses(const struct work *w, const struct feel_expr *x, const struct feel_use *own)
{
    struct arena *a = w->e.values->arena;
    struct uses all = {NULL, NULL};
    bool computed = false;
    uint64_t named = w->let_count && feel_tree(x) ? lets_named(feel_tree(x), w->let_count) : 0;
    for (const struct feel_use *u = own; u; u = u->next)
        computed = computed || w->e.frame->states[u->slot].inner;
    if (!named && !computed)
        return own;
    add_uses(a, &all, own);
    for (size_t i = 0; i < w->let_count; i++)
        if (named & LET_BIT(i))
            add_uses(a, &all, w->let_uses[i]);
    add_inner(&w->e, &all);
    return all.first;
}

static struct value run_whole(const struct work *w, const struct feel_expr *x, const struct feel_use **ret_uses)
{
    const struct feel_use *own = NULL;
    struct value v = evaluate(&w->e, x, &own);
    *ret_uses = whole_uses(w, x, own);
    return v;
}

static int evaluate_lets(struct work *w, struct values *v, struct frame *f, const struct let *lets, size_t n)
{
    *w = (struct work){.e = {.values = v, .frame = f}};
    w->locals = ARENA_ARRAY(v->arena, struct value, n + 1);
    w->let_uses = ARENA_ARRAY(v->arena, const struct feel_use *, n + 1);
    if (!w->locals || !w->let_uses)
        return E_MEMORY;
    w->e.locals = w->locals;
    w->e.lets = lets;
    w->e.let_count = n;
    for (size_t i = 0; i < n; i++) {
        w->let_count = i;
        w->locals[i] = run_whole(w, lets[i].formula.expr, &w->let_uses[i]);
    }
    w->let_count = n;
    return 0;
}

/* ---- conditions ---- */

static struct value manual_truth(const struct work *w, const struct measure *m, const struct condition *c)
{
    struct missing *x = ARENA_NEW(w->e.values->arena, struct missing);
    if (!x)
        return VALUE_NO_MEMORY_V;
    *x = (struct missing){.fact = c->text.zh, .item = w->e.frame->item, .holder = c->owner.n ? c->owner : m->authority};
    x->cause = c->reason == REASON_TEXT_NOT_HELD ? CAUSE_TEXT : CAUSE_RECOGNITION;
    return value_unknown(w->e.values->arena, x);
}

/* An expression that tests elements of a list cannot say which fact lies outside; the uses can. */
#define NAMELESS SPAN("列表之外")

static struct span fact_behind(const struct work *w, const struct feel_use *uses)
{
    const struct slot *slots = w->e.values->library->slots;
    for (const struct feel_use *u = uses; u; u = u->next)
        if (slots[u->slot].kind == SLOT_FACT && slots[u->slot].fact->is_list)
            return u->name;
    return NAMELESS;
}

static struct value with_names(const struct work *w, struct value v, const struct feel_use *uses)
{
    struct arena *a = w->e.values->arena;
    const struct missing *all = NULL, *m = v.kind == VALUE_UNKNOWN ? v.unknown->missing : NULL;
    while (m && !span_eq(m->fact, NAMELESS))
        m = m->next;
    if (!m)
        return v;
    for (m = v.unknown->missing; m; m = m->next) {
        struct missing *copy = ARENA_NEW(a, struct missing);
        if (!copy)
            return VALUE_NO_MEMORY_V;
        *copy = *m;
        copy->next = NULL;
        if (span_eq(m->fact, NAMELESS))
            copy->fact = fact_behind(w, uses);
        all = missing_union(a, all, copy);
    }
    return all ? value_unknown(a, all) : VALUE_NO_MEMORY_V;
}

static struct value condition_truth(const struct work *w, const struct measure *m, const struct condition *c,
                                    const struct feel_use **ret_uses)
{
    if (c->manual || !c->test.expr)
        return manual_truth(w, m, c);
    struct value v = with_names(w, run_whole(w, c->test.expr, ret_uses), *ret_uses);
    if (v.kind == VALUE_BOOLEAN || v.kind >= VALUE_UNKNOWN)
        return v;
    return value_failure(w->e.values->arena, E_TYPE, "the condition gives %s, neither true nor false",
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

static enum basis conditions_basis(const struct work *w, const struct condition_finding *c, size_t n, bool *told)
{
    enum basis basis = BASIS_VERIFIED;
    for (size_t i = 0; i < n; i++)
        basis = basis_of(&w->e, c[i].uses, basis, told);
    return basis;
}

static int evaluate_conditions(const struct work *w, const struct measure *m, const struct parts *p, struct outcome *o)
{
    struct arena *a = w->e.values->arena;
    o->conditions = ARENA_ARRAY(a, struct condition_finding, m->condition_count + 1);
    if (!o->conditions)
        return E_MEMORY;
    for (size_t i = 0; i < m->condition_count; i++) {
        struct condition_finding *c = &o->conditions[i];
        c->condition = &p->conditions[i];
        c->truth = condition_truth(w, m, c->condition, &c->uses);
        note_value(a, c->truth, &o->missing, &o->failure);
    }
    o->status = status_of(o->conditions, m->condition_count);
    return 0;
}

/* ---- results ---- */

static const struct feel_expr *figure_of(const struct benefit *b)
{
    const struct formula *all[] = {&b->amount, &b->cap, &b->max, &b->min};
    for (size_t i = 0; i < COUNT_OF(all); i++)
        if (all[i]->expr)
            return all[i]->expr;
    return NULL;
}

static enum basis figure_basis(const struct work *w, const struct benefit *b, enum basis basis, bool told)
{
    const struct feel_use *uses = NULL;
    const struct feel_expr *x = figure_of(b);
    if (x) {
        (void)run_whole(w, x, &uses);
        basis = basis_of(&w->e, uses, basis, &told);
    }
    return told ? basis : BASIS_DECLARED;
}

static int evaluate_results(struct work *w, const struct measure *m, const struct parts *p, struct outcome *o)
{
    struct arena *a = w->e.values->arena;
    bool told = false;
    enum basis basis = conditions_basis(w, o->conditions, m->condition_count, &told);
    const struct failure *failure = NULL;
    const struct missing *of_figures = NULL;
    o->results = ARENA_ARRAY(a, struct result, m->benefit_count + 1);
    if (!o->results)
        return E_MEMORY;
    for (size_t i = 0; i < m->benefit_count; i++) {
        o->results[i].benefit = &p->benefits[i];
        o->results[i].basis = BASIS_DECLARED;
        if (o->status != STATUS_INELIGIBLE)
            find_result(&w->e, &p->benefits[i], o->status, figure_basis(w, &p->benefits[i], basis, told), &o->results[i],
                        &of_figures, &failure);
    }
    o->test = VALUE_NULL_V;
    if (p->test.expr && o->status != STATUS_INELIGIBLE) {
        o->test = evaluate(&w->e, p->test.expr, NULL);
        note_value(a, o->test, &of_figures, &failure);
    }
    if (o->status != STATUS_UNDETERMINED) /* figures are asked for once the conditions leave nothing to ask */
        o->missing = missing_union(a, o->missing, of_figures);
    if (failure && o->status != STATUS_INELIGIBLE) { /* what failed is neither a benefit nor a refusal */
        o->status = STATUS_UNDETERMINED;
        hide_figures(m, o->results);
    }
    o->failure = o->failure ? o->failure : failure;
    return 0;
}

int evaluate_parts(struct values *v, struct frame *f, const struct measure *m, const struct parts *p, struct outcome *ret)
{
    struct work w;
    struct outcome o = {.status = STATUS_ELIGIBLE};
    int r = evaluate_lets(&w, v, f, p->lets, m->let_count);
    if (r == 0)
        r = evaluate_conditions(&w, m, p, &o);
    if (r == 0)
        r = evaluate_results(&w, m, p, &o);
    if (r < 0)
        return r;
    if (o.status == STATUS_INELIGIBLE)
        o.missing = NULL; /* nothing more is needed to know */
    o.locals = w.locals;
    *ret = o;
    return 0;
}
