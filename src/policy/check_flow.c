/*
 * check_flow.c: what the ways of a procedure say: a case can begin, every state is reached and
 * left, an end is in sight from everywhere, clocks start and lapse somewhere, and what refuses
 * gives its reason.
 */
#include "policy/check_procedures_int.h"
#include "policy/flow.h"

/* ---- states ---- */

/* Withdrawing is the applicant's way out, not the office's. */
static bool is_withdrawal(const struct flow_way *w)
{
    return !w->act && !w->lapse;
}

/* States from which a case can come to an end. */
static void mark_ending(const struct procedure *p, const struct flow *f, bool *ends)
{
    bool changed = true;
    for (size_t i = 0; i < p->state_count; i++)
        ends[i] = p->states[i].phase == PHASE_ENDED;
    while (changed) {
        changed = false;
        for (size_t i = 0; i < f->n; i++) {
            const struct flow_way *w = &f->ways[i];
            if (w->from == FLOW_OPENING || is_withdrawal(w) || ends[w->from] || !ends[w->to])
                continue;
            ends[w->from] = changed = true;
        }
    }
}

static bool is_left(const struct flow *f, size_t state)
{
    for (size_t i = 0; i < f->n; i++)
        if (f->ways[i].from == state && f->ways[i].to != state && !is_withdrawal(&f->ways[i]))
            return true;
    return false;
}

static void state(const struct inspection *in, const struct flow *f, const bool *ends, size_t i)
{
    struct loader *l = in->l;
    const struct procedure_state *s = &in->p->states[i];
    if (!f->reached[i])
        hint(
            l,
            COMPLAIN_AT(l, s->place, E_CHECK, "the state '%.*s' is never reached", SPAN_ARG(s->id)),
            "no act or lapse leads here from a state that is reached");
    else if (s->phase != PHASE_ENDED && !is_left(f, i))
        hint(l,
             COMPLAIN_AT(l, s->place, E_CHECK, "the state '%.*s' is a dead end", SPAN_ARG(s->id)),
             "an act or a lapse must leave it; or phase: ended, ends: done");
    else if (!ends[i])
        hint(l,
             COMPLAIN_AT(l, s->place, E_CHECK, "no way leads from '%.*s' to an end",
                         SPAN_ARG(s->id)),
             "the ways that leave it only come back to it");
}

static void states(const struct inspection *in, const struct flow *f)
{
    bool *ends = need(in->l, ARENA_ARRAY(in->l->scratch, bool, in->p->state_count + 1));
    if (!ends)
        return;
    mark_ending(in->p, f, ends);
    for (size_t i = 0; i < in->p->state_count; i++)
        state(in, f, ends, i);
}

static void opening(const struct inspection *in, const struct flow *f)
{
    struct loader *l = in->l;
    for (size_t i = 0; i < f->n; i++)
        if (f->ways[i].from == FLOW_OPENING && f->ways[i].to != FLOW_OPENING)
            return;
    hint(l, COMPLAIN_AT(l, in->p->place, E_CHECK, "no act opens the case"),
         "an act without 'from' and with 'to' does");
}

/* ---- clocks ---- */

/* The end that a lapse states. */
static const enum decision_kind stated_end[LAPSES] = {[LAPSE_WAIVED] = DECISION_WAIVED,
                                                      [LAPSE_REFUSED] = DECISION_REFUSED,
                                                      [LAPSE_APPROVED] = DECISION_GRANTED,
                                                      [LAPSE_VOID] = DECISION_VOID};

static void consequence(const struct inspection *in, const struct clock *c)
{
    struct loader *l = in->l;
    size_t to = c->lapse_to.n ? procedure_state_index(in->p, c->lapse_to) : SIZE_MAX;
    enum decision_kind end = stated_end[c->lapse];
    struct span word = lapse_words[c->lapse].yaml;
    if (end == DECISION_NONE)
        return;
    if (to == SIZE_MAX)
        hint(l,
             WARN_AT(l, c->place, "the clock '%.*s' lapses as %.*s and leaves the case where it is",
                     SPAN_ARG(c->id), SPAN_ARG(word)),
             "lapse_to: the state that follows");
    else if (in->p->states[to].phase == PHASE_ENDED && in->p->states[to].ends != end)
        hint(l,
             WARN_AT(l, c->place, "the clock '%.*s' lapses as %.*s, the case ends as %.*s",
                     SPAN_ARG(c->id), SPAN_ARG(word),
                     SPAN_ARG(decision_words[in->p->states[to].ends].yaml)),
             "one of them is wrong");
}

static bool lapses(const struct flow *f, const struct clock *c)
{
    for (size_t i = 0; i < f->n; i++)
        if (f->ways[i].lapse == c)
            return true;
    return false;
}

static void clock_flow(const struct inspection *in, const struct flow *f, const struct clock *c)
{
    struct loader *l = in->l;
    if (!flow_starts(f, c))
        hint(l, COMPLAIN_AT(l, c->place, E_CHECK, "the clock '%.*s' never starts", SPAN_ARG(c->id)),
             "none of the acts that start it can be done%s", c->starts.last ? ", or not all" : "");
    else if (c->lapse_to.n && !lapses(f, c))
        hint(l,
             COMPLAIN_AT(l, c->place, E_CHECK, "the clock '%.*s' can lapse in no state",
                         SPAN_ARG(c->id)),
             "what starts it and what ends it leave no state in between");
    consequence(in, c);
}

/* ---- acts ---- */

/* 不予受理, refusal, revocation: who is refused learns why and what he can do (S080). */
static void refusal(const struct inspection *in, const struct procedure_act *a)
{
    struct loader *l = in->l;
    bool refuses = a->decision == DECISION_REFUSED || a->decision == DECISION_NOT_ACCEPTED ||
                   a->decision == DECISION_REVOKED;
    if (refuses && (a->flags & (ACT_REASON | ACT_REMEDY)) != (ACT_REASON | ACT_REMEDY))
        hint(l,
             COMPLAIN_AT(l, a->place, E_CHECK, "'%.*s' refuses without reason or remedy",
                         SPAN_ARG(a->id)),
             "reason: true, remedy: true");
}

static void decision(const struct inspection *in, const struct procedure_act *a)
{
    struct loader *l = in->l;
    size_t to = a->to.n ? procedure_state_index(in->p, a->to) : SIZE_MAX;
    bool pays = (a->flags & ACT_RESERVES) && !a->amount.expr && !in->p->measure_count;
    refusal(in, a);
    if (pays)
        hint(l, WARN_AT(l, a->place, "'%.*s' reserves, but no amount is known", SPAN_ARG(a->id)),
             "amount: an expression in 元, or measures: whose finding has one");
    if (a->decision == DECISION_NONE || to == SIZE_MAX || in->p->states[to].phase != PHASE_ENDED)
        return;
    if (in->p->states[to].ends != a->decision && in->p->states[to].ends != DECISION_DONE)
        hint(l,
             WARN_AT(l, a->place, "'%.*s' decides %.*s, the case ends as %.*s", SPAN_ARG(a->id),
                     SPAN_ARG(decision_words[a->decision].yaml),
                     SPAN_ARG(decision_words[in->p->states[to].ends].yaml)),
             "one of them is wrong");
}

/* What was asked for has to be able to come. */
static void supplying(const struct inspection *in)
{
    struct loader *l = in->l;
    const struct procedure_act *lists = NULL;
    bool supplies = false;
    for (size_t i = 0; i < in->p->act_count; i++) {
        if (in->p->acts[i].flags & ACT_LISTS_MISSING)
            lists = &in->p->acts[i];
        supplies = supplies || (in->p->acts[i].flags & ACT_SUPPLIES);
    }
    if (lists && !supplies)
        hint(l,
             COMPLAIN_AT(l, lists->place, E_CHECK,
                         "'%.*s' says what is missing, and nothing supplies it",
                         SPAN_ARG(lists->id)),
             "an act of the applicant with supplies: true");
}

void inspect_flow(const struct inspection *in)
{
    struct flow f;
    struct err err = ERR_INIT;
    const struct procedure *p = in->p;
    if (flow_find(in->l->scratch, p, &f, &err) < 0) {
        in->l->failed = true;
        return;
    }
    opening(in, &f);
    states(in, &f);
    for (size_t i = 0; i < p->clock_count; i++)
        clock_flow(in, &f, &p->clocks[i]);
    for (size_t i = 0; i < p->act_count; i++)
        decision(in, &p->acts[i]);
    supplying(in);
}
