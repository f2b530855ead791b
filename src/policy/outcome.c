/*
 * outcome.c: what became of another measure, for conditions that ask it: declared by the subject,
 * or from the ledger of cases; and whether it can be applied for, which its own finding says.
 */
#include "policy/match_int.h"
#include "policy/procedure.h"

/* ---- what is on record ---- */

static const struct outcome_record *declared(const struct values *v, const struct measure *m,
                                             struct span item)
{
    for (size_t i = 0; i < v->subject->outcome_count; i++) {
        const struct outcome_record *r = &v->subject->outcomes[i];
        if (r->measure == m && span_eq(r->item, item))
            return r;
    }
    return NULL;
}

static bool is_false(const struct outcome_record *r, enum outcome_part_id part)
{
    return r->has[part] && value_is_false(r->at[part]);
}

static void follow(struct outcome_record *r, enum outcome_part_id part, struct value v)
{
    if (!r->has[part]) {
        r->has[part] = true;
        r->at[part] = v;
    }
}

/* Paid means approved, approved means applied; who never applied has got nothing. */
static void complete(struct outcome_record *r)
{
    static const enum outcome_part_id steps[] = {OUTCOME_PAID, OUTCOME_APPROVED, OUTCOME_APPLIED};
    for (size_t i = 0; i + 1 < COUNT_OF(steps); i++)
        if (r->has[steps[i]] && value_is_true(r->at[steps[i]]))
            follow(r, steps[i + 1], VALUE_TRUE_V);
    for (size_t i = COUNT_OF(steps) - 1; i > 0; i--)
        if (is_false(r, steps[i]))
            follow(r, steps[i - 1], VALUE_FALSE_V);
    if (is_false(r, OUTCOME_APPROVED)) {
        follow(r, OUTCOME_EXHAUSTED, VALUE_FALSE_V);
        follow(r, OUTCOME_AMOUNT, value_int(0));
        follow(r, OUTCOME_MONTHS, value_int(0));
        follow(r, OUTCOME_TIMES, value_int(0));
    }
    if (is_false(r, OUTCOME_APPLIED))
        follow(r, OUTCOME_APPLIED_ON, VALUE_NULL_V);
    if (is_false(r, OUTCOME_APPROVED))
        follow(r, OUTCOME_APPROVED_ON, VALUE_NULL_V);
    if (is_false(r, OUTCOME_PAID))
        follow(r, OUTCOME_PAID_ON, VALUE_NULL_V);
}

void outcome_known(const struct values *v, const struct measure *m, struct span item,
                   struct outcome_record *ret)
{
    const struct ledger *ledger = v->options->ledger;
    const struct outcome_record *told = declared(v, m, item);
    *ret = (struct outcome_record){.measure = m, .item = item};
    if (ledger)
        ledger->lookup(ledger->context, m, item, ret);
    for (size_t i = 0; told && i < OUTCOME_PARTS; i++)
        if (told->has[i])
            follow(ret, (enum outcome_part_id)i, told->at[i]);
    complete(ret);
}

/* ---- what its own finding says ---- */

static struct value judged_truth(struct values *v, const struct measure *m, const struct outcome *o,
                                 enum timing timing)
{
    const struct missing *missing = o->missing;
    if (o->status == STATUS_INELIGIBLE || timing == TIMING_CLOSED || timing == TIMING_EXPIRED ||
        timing == TIMING_NOT_YET)
        return VALUE_FALSE_V;
    if (o->status == STATUS_ELIGIBLE && timing != TIMING_UNKNOWN_START)
        return VALUE_TRUE_V;
    if (!missing)
        missing = missing_one(v->arena, SPAN("outcome"), SPAN(""), m->id,
                              o->status == STATUS_ELIGIBLE ? CAUSE_EVENT : CAUSE_RECOGNITION,
                              m->authority);
    return missing ? value_unknown(v->arena, missing) : VALUE_NO_MEMORY_V;
}

static int judge_in(struct values *v, struct frame *f, const struct measure *m,
                    struct judgement *ret)
{
    struct parts p = parts_of_measure(m, m->reading_count ? &m->readings[0] : NULL);
    struct finding found = {.measure = m};
    struct outcome o;
    const struct missing *of_dates = NULL;
    const struct failure *failure = NULL;
    values_ensure(v, f, m->slots, m->slot_count);
    int r = evaluate_parts(v, f, m, &p, &o);
    struct evaluation e = {.values = v, .frame = f, .locals = o.locals};
    if (r == 0)
        r = find_dates(&e, m, &p, &found, &of_dates, &failure);
    if (r < 0)
        return r;
    *ret = (struct judgement){.ready = true, .status = o.status, .timing = found.timing};
    ret->can_apply = judged_truth(v, m, &o, found.timing);
    ret->has_deadline = finding_deadline(&found, &ret->deadline);
    return 0;
}

/* A measure that runs over items can be applied for when it can for one of them. */
static int judge_items(struct values *v, const struct measure *m, struct judgement *ret)
{
    const struct item_list *list = subject_list_of(v->subject, m->each);
    struct judgement best = {.ready = true, .status = STATUS_INELIGIBLE, .timing = TIMING_OPEN};
    best.can_apply = VALUE_FALSE_V;
    for (size_t i = 0; list && i < list->n; i++) {
        struct judgement one;
        struct frame *f = values_item(v, m->each, list->ids[i]);
        int r = f ? judge_in(v, f, m, &one) : E_MEMORY;
        if (r < 0)
            return r;
        if (i == 0 || value_is_true(one.can_apply) ||
            (value_is_false(best.can_apply) && !value_is_false(one.can_apply)))
            best = one;
    }
    *ret = best;
    if (list && list->n)
        return 0;
    struct frame *f = values_item(v, m->each, SPAN(""));
    return f ? judge_in(v, f, m, ret) : E_MEMORY;
}

int judge(struct values *v, struct frame *from, const struct measure *m, struct judgement *ret)
{
    bool same_item = m->each && from->kind == m->each;
    struct judgement *kept = &v->judgements[m->index];
    const struct measure *outer = v->measure;
    struct span region = v->region;
    if (!same_item && kept->ready) {
        *ret = *kept;
        return 0;
    }
    v->measure = m;
    values_region(v, m->region);
    int r = same_item ? judge_in(v, from, m, ret)
            : m->each ? judge_items(v, m, ret)
                      : judge_in(v, v->subject_frame, m, ret);
    if (r == 0 && !same_item && !v->events_supposed)
        *kept = *ret;
    v->measure = outer;
    values_region(v, region);
    if (outer) /* the expression that asked goes on with values of its own region */
        values_ensure(v, from, outer->slots, outer->slot_count);
    else if (v->guards)
        values_ensure(v, from, v->guards->slots, v->guards->slot_count);
    return r;
}

/* ---- the value ---- */

static struct value unknown_part(struct values *v, const struct measure *m, struct span item)
{
    const struct missing *missing = missing_one(v->arena, SPAN("outcome"), item, m->id, CAUSE_ASK,
                                                m->institution.n ? m->institution : m->authority);
    return missing ? value_unknown(v->arena, missing) : VALUE_NO_MEMORY_V;
}

static bool judges(const struct measure *by, const struct measure *m)
{
    for (size_t i = 0; by && i < by->chain_count; i++)
        if (by->chain[i].measure == m && by->chain[i].judged)
            return true;
    return false;
}

struct value outcome_value(struct values *v, struct frame *f, struct span id)
{
    const struct measure *m = map_get(&v->library->measure_by_id, id);
    struct context *c = arena_alloc(v->arena, sizeof *c + OUTCOME_PARTS * sizeof c->at[0]);
    struct judgement j = {.can_apply = VALUE_NULL_V};
    struct outcome_record known;
    if (!m)
        return value_failure(v->arena, E_NAME, "no measure '%.*s'", SPAN_ARG(id));
    struct span item = m->each && f->kind == m->each ? f->item : SPAN("");
    bool asked = v->measure ? judges(v->measure, m) : v->guards != NULL;
    if (!c || (asked && judge(v, f, m, &j) < 0))
        return VALUE_NO_MEMORY_V;
    outcome_known(v, m, item, &known);
    follow(&known, OUTCOME_CAN_APPLY, j.can_apply);
    if (j.has_deadline)
        follow(&known, OUTCOME_LAST_DAY, value_date(j.deadline));
    for (size_t i = 0; i < OUTCOME_PARTS; i++)
        c->at[c->n++] = (struct context_entry){
            outcome_parts[i].name, known.has[i] ? known.at[i] : unknown_part(v, m, item)};
    return (struct value){.kind = VALUE_CONTEXT, .context = c};
}

/* ---- definitions that another measure changes ---- */

struct value changed(const struct evaluation *e, const struct measure *m, size_t let,
                     struct value old)
{
    for (size_t i = 0; i < m->chain_count && !e->values->events_supposed; i++) {
        const struct chain_link *link = &m->chain[i];
        struct judgement j;
        if (link->kind != LINK_CHANGES || link->change->index != let || !link->change->to.expr)
            continue;
        if (judge(e->values, e->frame, link->measure, &j) < 0)
            return VALUE_NO_MEMORY_V;
        if (value_is_true(j.can_apply))
            old = evaluate(e, link->change->to.expr, NULL);
        else if (!value_is_false(j.can_apply))
            old = j.can_apply; /* nobody knows yet which of the two holds */
    }
    return old;
}
