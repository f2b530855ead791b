/*
 * advice.c: the smallest honest change that makes a near miss a hit, what it brings, and what it
 * would cost elsewhere (whatif.h).
 *
 * Values to try come from the condition itself: the other truth, the other values of a closed set,
 * the figures that it (or a definition behind it) names, and the next one above and below. Each is
 * tried by running the measure once more, so that an advice is never a guess.
 */
#include <stdlib.h>
#include "policy/match_int.h"
#include "policy/whatif.h"

struct adviser {
    struct arena *arena;
    const struct checkup *checkup;
    const struct finding *finding;
    struct err *err;
    VECTOR_OF(struct value, value_vector) trials;
};

/* ---- which values to try ---- */

static void try_value(struct adviser *a, struct value v)
{
    for (size_t i = 0; i < a->trials.n; i++)
        if (value_same(a->trials.at[i], v))
            return;
    struct value *at = VECTOR_PUSH(a->arena, &a->trials, struct value);
    if (at)
        *at = v;
}

static struct decimal step_of(const struct fact *f)
{
    struct decimal cent;
    return f->whole || !decimal_parse(SPAN("0.01"), &cent) ? DECIMAL_ONE : cent;
}

static void try_number(struct adviser *a, const struct fact *f, struct decimal d)
{
    try_value(a, value_number(d));
    try_value(a, value_number(decimal_add(d, step_of(f), NULL)));
    try_value(a, value_number(decimal_sub(d, step_of(f), NULL)));
}

static void try_literals(struct adviser *a, const struct fact *f, const struct node *n)
{
    if (n->kind == NODE_LITERAL && n->value.kind == VALUE_NUMBER)
        try_number(a, f, n->value.number);
    if (n->kind == NODE_LITERAL && n->value.kind == f->type->kind - TYPE_BOOLEAN + VALUE_BOOLEAN &&
        n->value.kind != VALUE_NUMBER)
        try_value(a, n->value);
    for (const struct node *c = n->child; c; c = c->next)
        try_literals(a, f, c);
}

static void try_expression(struct adviser *a, const struct fact *f, const struct feel_expr *x)
{
    if (x && feel_tree(x))
        try_literals(a, f, feel_tree(x));
}

static void take_trials(struct adviser *a, const struct condition_finding *c, const struct fact *f)
{
    const struct measure *m = a->finding->measure;
    const struct slot *slots = a->checkup->library->slots;
    if (f->type->kind == TYPE_BOOLEAN) {
        try_value(a, VALUE_TRUE_V);
        try_value(a, VALUE_FALSE_V);
    }
    for (size_t i = 0; f->type->kind == TYPE_STRING && i < f->type->value_count; i++)
        try_value(a, value_string(f->type->values[i]));
    try_expression(a, f, c->condition->test.expr);
    for (size_t i = 0; i < m->let_count; i++)
        try_expression(a, f, m->lets[i].formula.expr);
    for (const struct feel_use *u = c->uses; u; u = u->next) {
        if (slots[u->slot].kind == SLOT_FACT)
            try_expression(a, f, slots[u->slot].fact->computed.expr);
        if (f->type->kind == TYPE_NUMBER && u->value.kind == VALUE_NUMBER)
            try_number(a, f, u->value.number);
    }
}

/* ---- trying ---- */

/* The subject with another value of one fact. */
static struct subject with_value(struct adviser *a, const struct feel_use *u, const struct fact *f,
                                 struct value v)
{
    struct subject s = a->checkup->subject;
    struct fact_value *all = ARENA_ARRAY(a->arena, struct fact_value, s.n + 1);
    bool found = false;
    for (size_t i = 0; all && i < s.n; i++) {
        all[i] = s.values[i];
        if (all[i].fact == f && span_eq(all[i].item, u->item) &&
            span_eq(all[i].period, u->period)) {
            all[i].value = v;
            found = true;
        }
    }
    if (all && !found)
        all[s.n++] = (struct fact_value){
            .fact = f, .item = u->item, .period = u->period, .value = v, .basis = BASIS_FORECAST};
    s.values = all;
    return s;
}

static const struct finding *twin(const struct checkup *c, const struct finding *f)
{
    for (size_t i = 0; i < c->n; i++)
        if (c->findings[i].measure == f->measure && span_eq(c->findings[i].item, f->item))
            return &c->findings[i];
    return NULL;
}

static int run(struct adviser *a, struct subject *s, const struct measure *only,
               struct checkup **ret)
{
    struct match_options o = a->checkup->options;
    o.only = only;
    o.trace = false;
    return s->values || !s->n ? match(a->arena, a->checkup->library, s, &o, ret, a->err)
                              : err_memory(a->err);
}

static struct decimal distance(struct value x, struct value y)
{
    if (x.kind != VALUE_NUMBER || y.kind != VALUE_NUMBER)
        return DECIMAL_ONE;
    struct decimal d = decimal_sub(x.number, y.number, NULL);
    return decimal_sign(d) < 0 ? decimal_sub(DECIMAL_ZERO, d, NULL) : d;
}

static bool in_range(const struct fact *f, struct value v)
{
    return v.kind != VALUE_NUMBER || !((f->has_min && decimal_compare(v.number, f->min) < 0) ||
                                       (f->has_max && decimal_compare(v.number, f->max) > 0));
}

static int try_fact(struct adviser *a, const struct condition_finding *c, const struct feel_use *u,
                    struct advice *best)
{
    const struct fact *f = a->checkup->library->slots[u->slot].fact;
    a->trials.n = 0;
    take_trials(a, c, f);
    for (size_t i = 0; i < a->trials.n; i++) {
        struct value v = a->trials.at[i];
        struct checkup *after;
        if (value_same(v, u->value) || !in_range(f, v))
            continue;
        if (best->fact &&
            decimal_compare(distance(v, u->value), distance(best->to, best->from)) >= 0)
            continue;
        struct subject s = with_value(a, u, f, v);
        int r = run(a, &s, a->finding->measure, &after);
        if (r < 0)
            return r;
        const struct finding *now = twin(after, a->finding);
        if (!now || now->status != STATUS_ELIGIBLE)
            continue;
        *best = (struct advice){.finding = a->finding,
                                .condition = c,
                                .fact = f,
                                .item = u->item,
                                .period = u->period,
                                .from = u->value,
                                .to = v};
    }
    return 0;
}

static bool may_change(const struct slot *s)
{
    return s->kind == SLOT_FACT && !s->fact->computed.expr &&
           (s->fact->change == CHANGE_BY_APPLICANT || s->fact->change == CHANGE_BY_TIME);
}

/* ---- what it brings, and what it costs ---- */

static struct decimal received(const struct checkup *c)
{
    struct total totals[NATURES];
    size_t n = checkup_totals(c, totals);
    for (size_t i = 0; i < n; i++)
        if (totals[i].nature == NATURE_RECEIVED)
            return totals[i].exact;
    return DECIMAL_ZERO;
}

static bool is_loss(const struct change *c)
{
    return c->before && c->before->group == GROUP_CAN &&
           (!c->after || c->after->group != GROUP_CAN);
}

static int weigh(struct adviser *a, struct advice *x)
{
    struct feel_use use = {.item = x->item, .period = x->period};
    struct subject s = with_value(a, &use, x->fact, x->to);
    const struct change *changes;
    struct change *losses;
    struct checkup *after;
    size_t n;
    int r = run(a, &s, NULL, &after);
    if (r == 0)
        r = checkup_changes(a->arena, a->checkup, after, &changes, &n);
    if (r < 0)
        return r;
    losses = ARENA_ARRAY(a->arena, struct change, n + 1);
    if (!losses)
        return E_MEMORY;
    for (size_t i = 0; i < n; i++)
        if (is_loss(&changes[i]))
            losses[x->loss_count++] = changes[i];
    x->losses = losses;
    x->after = twin(after, x->finding);
    x->gain = decimal_sub(received(after), received(a->checkup), NULL);
    return 0;
}

static int advise(struct adviser *a, struct advice *ret)
{
    const struct finding *f = a->finding;
    *ret = (struct advice){.fact = NULL};
    for (size_t i = 0; i < f->measure->condition_count; i++) {
        const struct condition_finding *c = &f->conditions[i];
        for (const struct feel_use *u = c->near ? c->uses : NULL; u; u = u->next) {
            int r = may_change(&a->checkup->library->slots[u->slot]) ? try_fact(a, c, u, ret) : 0;
            if (r < 0)
                return r;
        }
    }
    return ret->fact ? weigh(a, ret) : 0;
}

static int by_gain(const void *x, const void *y)
{
    const struct advice *a = x, *b = y;
    int r = decimal_compare(b->gain, a->gain);
    return r ? r : span_compare(a->finding->measure->id, b->finding->measure->id);
}

int checkup_advice(struct arena *request, const struct checkup *c, const struct advice **ret,
                   size_t *ret_n, struct err *err)
{
    struct adviser a = {.arena = request, .checkup = c, .err = err};
    size_t room = 1, n = 0;
    for (size_t i = 0; i < c->n; i++)
        room += c->findings[i].group == GROUP_NEAR;
    struct advice *all = ARENA_ARRAY(request, struct advice, room);
    if (!all)
        return err_memory(err);
    for (size_t i = 0; i < c->n; i++) {
        a.finding = &c->findings[i];
        if (a.finding->group != GROUP_NEAR)
            continue;
        int r = advise(&a, &all[n]);
        if (r < 0)
            return r;
        n += all[n].fact != NULL;
    }
    qsort(all, n, sizeof *all, by_gain);
    *ret = all;
    *ret_n = n;
    return 0;
}

/* ---- as JSON ---- */

static struct json *one_json(struct arena *a, const struct advice *x)
{
    struct json *j = json_object(a);
    struct span gives = x->after ? finding_gives(a, x->after, false) : SPAN("");
    JSON_SET(j, "measure", json_string(a, x->finding->measure->id));
    JSON_SET(j, "title", json_string(a, x->finding->measure->title.zh));
    JSON_SET(j, "title_en", json_string(a, x->finding->measure->title.en));
    JSON_SET(j, "condition", json_string(a, x->condition->condition->text.zh));
    JSON_SET(j, "condition_en", json_string(a, x->condition->condition->text.en));
    JSON_SET(j, "cites", json_string(a, x->condition->condition->cites));
    JSON_SET(j, "fact", json_string(a, x->fact->name));
    JSON_SET(j, "item", json_string(a, x->item.p ? x->item : SPAN("")));
    JSON_SET(j, "period", json_string(a, x->period.p ? x->period : SPAN("")));
    JSON_SET(j, "unit", json_string(a, x->fact->unit.p ? x->fact->unit : SPAN("")));
    JSON_SET(j, "from", feel_to_json(a, x->from));
    JSON_SET(j, "to", feel_to_json(a, x->to));
    JSON_SET(j, "by", json_string(a, change_words[x->fact->change].yaml));
    JSON_SET(j, "gives", json_string(a, gives.p ? gives : SPAN("")));
    JSON_SET(j, "gain", json_string(a, money_text(a, x->gain)));
    JSON_SET(j, "loses", changes_json(a, x->losses, x->loss_count));
    return j;
}

struct json *advice_json(struct arena *request, const struct advice *advice, size_t n)
{
    struct json *all = json_array(request);
    for (size_t i = 0; i < n; i++)
        json_add(all, one_json(request, &advice[i]));
    return all;
}
