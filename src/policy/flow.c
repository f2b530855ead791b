/*
 * flow.c: see flow.h. States and running clocks are found together, until nothing new is found: an
 * act leads on from a state that is reached, a clock lapses in a state in which it may run.
 */
#include "policy/flow.h"
#include "base/vector.h"

VECTOR_OF(struct flow_way, way_vector);

struct finder {
    struct arena *arena;
    const struct procedure *p;
    bool *reached, *running;
    bool changed;
};

static void mark(struct finder *f, bool *at)
{
    f->changed = f->changed || !*at;
    *at = true;
}

static bool names(const struct trigger *t, struct span name)
{
    for (size_t i = 0; i < t->n; i++)
        if (span_eq(t->acts[i], name))
            return true;
    return false;
}

/* "lapse:accept" of the clock accept. */
static bool names_lapse(const struct trigger *t, const struct clock *c)
{
    for (size_t i = 0; i < t->n; i++)
        if (span_starts(t->acts[i], SPAN("lapse:")) &&
            span_eq(span_from(t->acts[i], strlen("lapse:")), c->id))
            return true;
    return false;
}

static bool triggers(const struct trigger *t, const struct flow_way *w)
{
    return w->act ? names(t, w->act->id) : w->lapse && names_lapse(t, w->lapse);
}

/* ---- one way ---- */

static bool may_run_after(const struct finder *f, size_t clock, const struct flow_way *w)
{
    const struct clock *c = &f->p->clocks[clock];
    if (triggers(&c->starts, w) || c->from.expr)
        return true;
    return w->from != FLOW_OPENING && f->running[clock * f->p->state_count + w->from] &&
           c != w->lapse && !triggers(&c->ends, w);
}

static void go(void *context, const struct flow_way *w)
{
    struct finder *f = context;
    mark(f, &f->reached[w->to]);
    for (size_t i = 0; i < f->p->clock_count; i++)
        if (may_run_after(f, i, w))
            mark(f, &f->running[i * f->p->state_count + w->to]);
}

/* ---- all ways that lead on from what is reached so far ---- */

typedef void way_function(void *context, const struct flow_way *w);

static void ways_of_act(struct finder *f, const struct procedure_act *a, size_t from,
                        way_function *visit, void *context)
{
    struct flow_way w = {.from = from, .act = a, .to = from};
    bool leaves = a->from_count == 0 && from == FLOW_OPENING;
    for (size_t i = 0; i < a->from_count; i++)
        leaves = leaves || procedure_state_index(f->p, a->from[i]) == from;
    if (a->to.n)
        w.to = procedure_state_index(f->p, a->to);
    if (leaves && w.to != SIZE_MAX)
        visit(context, &w);
}

static void ways_of_clock(struct finder *f, size_t clock, size_t from, way_function *visit,
                          void *context)
{
    const struct clock *c = &f->p->clocks[clock];
    const struct procedure_state *s = &f->p->states[from];
    struct flow_way w = {.from = from, .lapse = c, .to = from};
    if (c->lapse_to.n)
        w.to = procedure_state_index(f->p, c->lapse_to);
    if (s->phase != PHASE_ENDED && w.to != SIZE_MAX &&
        f->running[clock * f->p->state_count + from] &&
        (!c->only_in.n || span_eq(c->only_in, s->id)))
        visit(context, &w);
}

/* The general act: into the state that ends so, where the definition has no act of its own. */
static void withdrawal(struct finder *f, size_t from, way_function *visit, void *context)
{
    static const bool open[PHASES] = {
        [PHASE_SUBMITTED] = true, [PHASE_SUPPLY] = true,   [PHASE_REVIEW] = true,
        [PHASE_PUBLICITY] = true, [PHASE_OBJECTED] = true, [PHASE_SUSPENDED] = true};
    const struct procedure *p = f->p;
    if (!open[p->states[from].phase] || procedure_act_index(p, SPAN("withdraw")) != SIZE_MAX)
        return;
    for (size_t i = 0; i < p->state_count; i++)
        if (p->states[i].phase == PHASE_ENDED && p->states[i].ends == DECISION_WITHDRAWN) {
            visit(context, &(struct flow_way){.from = from, .to = i});
            return;
        }
}

static void ways_from(struct finder *f, size_t from, way_function *visit, void *context)
{
    for (size_t i = 0; i < f->p->act_count; i++)
        ways_of_act(f, &f->p->acts[i], from, visit, context);
    if (from == FLOW_OPENING)
        return;
    for (size_t i = 0; i < f->p->clock_count; i++)
        ways_of_clock(f, i, from, visit, context);
    withdrawal(f, from, visit, context);
}

/* ---- the answer ---- */

struct collector {
    struct arena *arena;
    struct way_vector ways;
};

static void collect(void *context, const struct flow_way *w)
{
    struct collector *c = context;
    struct flow_way *at = VECTOR_PUSH(c->arena, &c->ways, struct flow_way);
    if (at)
        *at = *w;
}

static void every_way(struct finder *f, way_function *visit, void *context)
{
    ways_from(f, FLOW_OPENING, visit, context);
    for (size_t s = 0; s < f->p->state_count; s++)
        if (f->reached[s])
            ways_from(f, s, visit, context);
}

int flow_find(struct arena *a, const struct procedure *p, struct flow *ret, struct err *err)
{
    struct finder f = {.arena = a,
                       .p = p,
                       .reached = ARENA_ARRAY(a, bool, p->state_count + 1),
                       .running = ARENA_ARRAY(a, bool, p->clock_count * p->state_count + 1)};
    struct collector c = {.arena = a};
    if (!f.reached || !f.running)
        return err_memory(err);
    do {
        f.changed = false;
        every_way(&f, go, &f);
    } while (f.changed);
    every_way(&f, collect, &c);
    if (a->failed)
        return err_memory(err);
    *ret =
        (struct flow){.ways = c.ways.at, .n = c.ways.n, .reached = f.reached, .running = f.running};
    return 0;
}

/* ---- starts ---- */

static bool happens(const struct flow *f, struct span name)
{
    struct trigger one = {.acts = &name, .n = 1};
    for (size_t i = 0; i < f->n; i++)
        if (triggers(&one, &f->ways[i]))
            return true;
    return span_starts(name, SPAN("event:")) || procedure_is_general_act(name);
}

bool flow_starts(const struct flow *f, const struct clock *c)
{
    size_t n = 0;
    for (size_t i = 0; i < c->starts.n; i++)
        n += happens(f, c->starts.acts[i]);
    return c->from.expr || (c->starts.last ? n == c->starts.n : n > 0);
}
