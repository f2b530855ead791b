/*
 * values.c: what every name of an expression means for one subject at one date. A value is worked
 * out when it is first needed and kept for the whole check-up: given by somebody, else computed,
 * else unknown with its cause.
 */
#include "policy/match_int.h"

#define ITEM_FRAMES_MAX                                                                            \
    64 /* kept; one frame is a value per name, so a thousand leases would be tens of megabytes */

enum basis weaker(enum basis x, enum basis y)
{
    static const uint8_t rank[BASES] = {
        [BASIS_VERIFIED] = 0, [BASIS_DECLARED] = 1, [BASIS_ACCRUED] = 2, [BASIS_FORECAST] = 3};
    return rank[x] >= rank[y] ? x : y;
}

bool region_within(struct span place, struct span region)
{
    if (!region.n || span_eq(region, SPAN("全国")))
        return true;
    return span_starts(place, region) && (place.n == region.n || place.p[region.n] == '/');
}

/* ---- given facts ---- */

static size_t hash_of(uint32_t slot, struct span item)
{
    return (size_t)(hash_bytes(item) ^ (slot * UINT64_C(0x9E3779B97F4A7C15)));
}

static int index_facts(struct values *v)
{
    size_t n = v->subject->n, size = 16;
    while (size < 2 * n)
        size *= 2;
    v->heads = ARENA_ARRAY(v->arena, uint32_t, size);
    v->next = ARENA_ARRAY(v->arena, uint32_t, n + 1);
    if (!v->heads || !v->next)
        return E_MEMORY;
    v->mask = size - 1;
    for (size_t i = 0; i < n; i++) {
        const struct fact_value *f = &v->subject->values[i];
        uint32_t *head = &v->heads[hash_of(f->fact->slot, f->item) & v->mask];
        v->next[i] = *head;
        *head = (uint32_t)i + 1;
    }
    return 0;
}

/* Was it known by the day that was asked for? */
static bool is_seen(const struct values *v, const struct fact_value *f)
{
    return !v->options->facts_known_by || !f->has_date ||
           date_compare(f->date, v->options->known_by) <= 0;
}

const struct fact_value *values_given(const struct values *v, const struct fact *f,
                                      struct span item, struct span period)
{
    for (uint32_t i = v->heads[hash_of(f->slot, item) & v->mask]; i; i = v->next[i - 1]) {
        const struct fact_value *x = &v->subject->values[i - 1];
        if (x->fact == f && span_eq(x->item, item) && span_eq(x->period, period) && is_seen(v, x))
            return x;
    }
    return NULL;
}

const struct item_list *subject_list_of(const struct subject *s, const struct item_kind *kind)
{
    for (size_t i = 0; i < s->list_count; i++)
        if (s->lists[i].kind == kind)
            return &s->lists[i];
    return NULL;
}

/* ---- frames ---- */

static struct frame *frame_new(struct values *v, const struct item_kind *kind, struct span item)
{
    struct frame *f = ARENA_NEW(v->arena, struct frame);
    size_t n = v->library->vocabulary.slots;
    if (!f)
        return NULL;
    *f = (struct frame){.kind = kind, .item = item};
    f->slots = ARENA_ARRAY(v->arena, struct value, n + 1);
    f->states = ARENA_ARRAY(v->arena, struct slot_state, n + 1);
    return f->slots && f->states ? f : NULL;
}

int values_init(struct values *v, struct arena *request, const struct library *l,
                const struct subject *s, const struct match_options *o)
{
    *v = (struct values){
        .arena = request, .library = l, .subject = s, .options = o, .region_number = 1};
    v->subject_frame = frame_new(v, NULL, (struct span){NULL, 0});
    v->judgements = ARENA_ARRAY(request, struct judgement, l->measure_count + 1);
    if (!v->judgements)
        return E_MEMORY;
    return v->subject_frame ? index_facts(v) : E_MEMORY;
}

void values_region(struct values *v, struct span region)
{
    if (!span_eq(v->region, region))
        v->region_number++;
    v->region = region;
}

/* Nobody told of any item of the kind: whatever is asked of one that has no id is what is asked of
 * the subject, and its values are the subject's. */
static struct frame *frame_untold(struct values *v, const struct item_kind *kind, struct span item)
{
    struct frame *f = ARENA_NEW(v->arena, struct frame);
    if (!f)
        return NULL;
    *f = (struct frame){.kind = kind, .item = item, .next = v->items};
    f->slots = v->subject_frame->slots;
    f->states = v->subject_frame->states;
    return v->items = f;
}

struct frame *values_item(struct values *v, const struct item_kind *kind, struct span item)
{
    for (struct frame *f = v->items; f; f = f->next)
        if (f->kind == kind && span_eq(f->item, item))
            return f;
    const struct item_list *list = item.n ? NULL : subject_list_of(v->subject, kind);
    if (!item.n && (!list || !list->n))
        return frame_untold(v, kind, item);
    if (v->item_frames < ITEM_FRAMES_MAX) {
        struct frame *f = frame_new(v, kind, item);
        if (f) {
            f->next = v->items;
            v->items = f;
            v->item_frames++;
        }
        return f;
    }
    if (!v->spare)
        v->spare = frame_new(v, kind, item);
    if (v->spare && (v->spare->kind != kind || !span_eq(v->spare->item, item))) {
        memset(v->spare->states, 0, v->library->vocabulary.slots * sizeof *v->spare->states);
        v->spare->kind = kind;
        v->spare->item = item;
    }
    return v->spare;
}

/* ---- unknown, and why ---- */

static struct span date_text(struct arena *a, struct date d)
{
    char text[DATE_TEXT];
    return arena_copy(a, span_of(text, date_print(d, text)));
}

/* The declared bounds of a number are no knowledge: "at least 0" must not pass for a figure that
 * somebody gave (law 1). */
static struct value unknown_fact(const struct values *v, const struct fact *f, struct span item,
                                 struct span period)
{
    struct missing *m = ARENA_NEW(v->arena, struct missing);
    struct period p;
    if (!m)
        return VALUE_NO_MEMORY_V;
    *m = (struct missing){
        .fact = f->name, .item = item, .period = period, .cause = f->cause, .holder = f->holder};
    if (period.n && period_parse(period, &p) && date_compare(p.last, v->options->as_of) > 0) {
        struct date from;
        m->cause = CAUSE_FUTURE;
        if (date_add_days(p.last, 1, &from))
            m->available_from = date_text(v->arena, from);
    }
    return value_unknown(v->arena, m);
}

/* ---- parameters ---- */

static const struct value *overridden(const struct values *v, const struct parameter *p)
{
    for (size_t i = 0; i < v->options->override_count; i++)
        if (v->options->overrides[i].parameter == p)
            return &v->options->overrides[i].value;
    return NULL;
}

static bool is_published(const struct values *v, const struct parameter_value *x)
{
    return date_compare(x->has_known ? x->known : x->from, v->options->known_by) <= 0;
}

/* The value of the narrowest region that holds the measure; of one region, the latest from d or
 * before. */
static const struct parameter_value *parameter_find(struct values *v, const struct parameter *p,
                                                    struct date d)
{
    const struct parameter_value *best = NULL;
    for (size_t i = 0; i < p->value_count; i++) {
        const struct parameter_value *x = &p->values[i];
        v->touched_region = v->touched_region || x->region.n;
        if ((!p->event && date_compare(x->from, d) > 0) || !is_published(v, x) ||
            !region_within(v->region, x->region))
            continue;
        if (!best || x->region.n >= best->region.n)
            best = x;
    }
    return best;
}

static struct value parameter_missing(const struct values *v, const struct parameter *p,
                                      struct span period, enum cause cause)
{
    struct missing *m = ARENA_NEW(v->arena, struct missing);
    if (!m)
        return VALUE_NO_MEMORY_V;
    *m = (struct missing){.fact = p->name, .period = period, .cause = cause, .holder = p->holder};
    if (cause == CAUSE_FUTURE)
        m->available_from = period;
    return value_unknown(v->arena, m);
}

/* An event without a date of its own has that of another which somebody declared to be the same. */
static struct value event_at(struct values *v, const struct parameter *p, struct date d)
{
    for (size_t i = 0; i < p->united_count; i++) {
        const struct event_union *u = &p->united[i];
        v->touched_region = v->touched_region || u->region.n;
        if (!u->other || !region_within(v->region, u->region))
            continue;
        const struct value *set = overridden(v, u->other);
        const struct parameter_value *x = set ? NULL : parameter_find(v, u->other, d);
        if (set || x)
            return set ? *set : x->value;
    }
    if (v->events_supposed)
        return value_date(v->supposed);
    return parameter_missing(v, p, (struct span){NULL, 0}, CAUSE_EVENT);
}

/* Never carried past its validity: a day that nothing published reaches is "needed", not the old
 * value. */
static struct value parameter_at(struct values *v, const struct parameter *p, struct date d)
{
    const struct value *set = overridden(v, p);
    if (set)
        return *set;
    const struct parameter_value *x = parameter_find(v, p, d);
    if (p->event)
        return x ? x->value : event_at(v, p, d);
    bool covers = x && (!x->has_to || date_compare(d, x->to) <= 0) &&
                  (!p->has_known_until || date_compare(d, p->known_until) <= 0);
    if (covers && (x->has_to || date_compare(d, v->options->known_by) <= 0))
        return x->value;
    bool later = date_compare(d, v->options->known_by) > 0 && (!p->has_known_until || covers);
    return parameter_missing(v, p, date_text(v->arena, d), later ? CAUSE_FUTURE : CAUSE_PARAMETER);
}

/* ---- facts by period, parameters by date ---- */

static struct value fact_at(struct values *v, const struct frame *f, const struct fact *fact,
                            struct span period)
{
    struct span item = fact->of && fact->of == f->kind ? f->item : (struct span){NULL, 0};
    const struct fact_value *given = values_given(v, fact, item, period);
    return given ? given->value : unknown_fact(v, fact, item, period);
}

static struct value dated_fact(struct values *v, const struct frame *f, const struct fact *fact,
                               struct value argument)
{
    struct period p;
    char text[PERIOD_TEXT];
    bool date = argument.kind == VALUE_DATE;
    bool ok = date ? period_of(argument.date, fact->period, &p)
                   : argument.kind == VALUE_STRING && period_parse(argument.string, &p) &&
                         p.kind == fact->period;
    if (!ok)
        return value_failure(v->arena, E_INPUT, "%.*s is not asked by such a period",
                             SPAN_ARG(fact->name));
    struct span period =
        date ? arena_copy(v->arena, span_of(text, period_print(p, text))) : argument.string;
    return fact_at(v, f, fact, period);
}

static struct value dated(void *context, struct feel_run *run, uint32_t slot, struct value argument)
{
    const struct evaluation *e = context;
    struct values *v = e->values;
    const struct slot *s = &v->library->slots[slot];
    UNUSED(run);
    if (s->kind == SLOT_FACT)
        return dated_fact(v, e->frame, s->fact, argument);
    if (s->kind == SLOT_OUTCOME)
        return outcome_value(v, e->frame, argument.string);
    if (argument.kind != VALUE_DATE && argument.kind != VALUE_NULL)
        return value_failure(v->arena, E_TYPE, "%.*s is asked by a date", SPAN_ARG(s->name));
    return parameter_at(v, s->parameter,
                        argument.kind == VALUE_DATE ? argument.date : v->options->as_of);
}

/* ---- running ---- */

struct feel_run run_of(struct evaluation *e)
{
    const struct values *v = e->values;
    return (struct feel_run){.arena = v->arena,
                             .slots = e->frame->slots,
                             .locals = e->locals,
                             .dated = dated,
                             .context = e,
                             .calendar = v->library->calendar,
                             .as_of = v->options->as_of,
                             .trace = v->options->trace};
}

struct value evaluate(const struct evaluation *e, const struct feel_expr *x,
                      const struct feel_use **ret_uses)
{
    struct evaluation own = *e;
    struct feel_run run = run_of(&own);
    struct value result = feel_run(x, &run);
    for (struct feel_use *u = run.uses; u; u = u->next) {
        const struct slot *s = &e->values->library->slots[u->slot];
        if (s->kind == SLOT_FACT && s->fact->of && s->fact->of == e->frame->kind)
            u->item = e->frame->item;
    }
    if (ret_uses)
        *ret_uses = run.uses;
    return result;
}

enum basis basis_of(const struct evaluation *e, const struct feel_use *uses, enum basis so_far,
                    bool *told)
{
    const struct values *v = e->values;
    for (const struct feel_use *u = uses; u; u = u->next) {
        const struct slot *s = &v->library->slots[u->slot];
        const struct slot_state *state = &e->frame->states[u->slot];
        if (s->kind != SLOT_FACT && s->kind != SLOT_ITEMS)
            continue;
        const struct fact_value *given =
            s->kind == SLOT_FACT ? values_given(v, s->fact, u->item, u->period) : NULL;
        so_far = weaker(so_far, given         ? given->basis
                                : state->told ? (enum basis)state->basis
                                              : BASIS_DECLARED);
        *told = true;
    }
    return so_far;
}

/* ---- slots ---- */

static void ensure(struct values *v, struct frame *f, uint32_t slot);

void values_ensure(struct values *v, struct frame *f, const uint32_t *slots, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ensure(v, f, slots[i]);
}

/* Has anybody told one of the facts that a computed fact rests on? (Computed facts form no cycle.)
 */
static bool is_begun(const struct values *v, const struct fact *fact)
{
    size_t n = 0;
    const uint32_t *slots = feel_slots(fact->computed.expr, &n);

    for (size_t i = 0; i < n; i++) {
        const struct slot *s = &v->library->slots[slots[i]];
        if (s->kind != SLOT_FACT)
            continue;
        for (size_t k = 0; k < v->subject->n; k++)
            if (v->subject->values[k].fact == s->fact)
                return true;
        if (s->fact->computed.expr && is_begun(v, s->fact))
            return true;
    }
    return false;
}

/* Nobody is asked for four figures where one plain answer would do: until a part is told, the fact
 * named by `asks` is missing. */
static struct value ask_plainly(const struct values *v, const struct fact *fact,
                                struct value result)
{
    const struct fact *asked = fact->asks.n ? map_get(&v->library->fact_by_name, fact->asks) : NULL;

    if (!value_is_unknown(result) || !asked || is_begun(v, fact))
        return result;
    return unknown_fact(v, asked, SPAN(""), SPAN(""));
}

struct value values_compute(struct values *v, struct frame *f, const struct feel_expr *x,
                            struct slot_state *state)
{
    struct evaluation e = {.values = v, .frame = f};
    bool outer = v->touched_region;
    size_t n = 0;
    const uint32_t *slots = feel_slots(x, &n);
    v->touched_region = false;
    values_ensure(v, f, slots, n);
    for (size_t i = 0; i < n; i++)
        v->touched_region = v->touched_region || f->states[slots[i]].regional;
    struct value result = evaluate(&e, x, &state->inner);
    state->basis = basis_of(&e, state->inner, BASIS_VERIFIED, &state->told);
    state->regional = v->touched_region;
    v->touched_region = outer || state->regional;
    return result;
}

/* The item that a bare fact speaks of in this frame. */
static struct value fact_value_of(struct values *v, struct frame *f, const struct fact *fact,
                                  struct slot_state *state)
{
    const struct fact_value *given =
        values_given(v, fact, f->kind && fact->of == f->kind ? f->item : SPAN(""), SPAN(""));
    if (given) {
        state->basis = given->basis;
        state->told = true;
        return given->value;
    }
    if (fact->has_in_list && f->item.n)
        return fact->in_list;
    struct value by_criterion;
    if (fact->recognition && criterion_value(v, f, fact->recognition, state, &by_criterion))
        return by_criterion;
    if (fact->computed.expr)
        return ask_plainly(v, fact, values_compute(v, f, fact->computed.expr, state));
    return unknown_fact(v, fact, f->kind && fact->of == f->kind ? f->item : SPAN(""), SPAN(""));
}

/* ---- lists of items ---- */

/* {period: value} of a fact by period. */
static struct value periods_value(struct values *v, const struct fact *fact, struct span item)
{
    size_t n = 0;
    uint32_t head = v->heads[hash_of(fact->slot, item) & v->mask];
    for (uint32_t i = head; i; i = v->next[i - 1])
        n++;
    struct context *c = arena_alloc(v->arena, sizeof *c + n * sizeof c->at[0]);
    if (!c)
        return VALUE_NO_MEMORY_V;
    for (uint32_t i = head; i; i = v->next[i - 1]) {
        const struct fact_value *x = &v->subject->values[i - 1];
        if (x->fact == fact && span_eq(x->item, item) && is_seen(v, x))
            c->at[c->n++] = (struct context_entry){x->period, x->value};
    }
    return (struct value){.kind = VALUE_CONTEXT, .context = c};
}

static struct value item_value(struct values *v, const struct item_kind *kind, struct span item,
                               struct slot_state *state)
{
    const struct library *l = v->library;
    struct frame *f = values_item(v, kind, item);
    size_t n = 1;
    for (size_t i = 0; i < l->fact_count; i++)
        n += l->facts[i]->of == kind;
    struct context *c = arena_alloc(v->arena, sizeof *c + n * sizeof c->at[0]);
    if (!f || !c)
        return VALUE_NO_MEMORY_V;
    c->at[c->n++] = (struct context_entry){SPAN("id"), value_string(item)};
    for (size_t i = 0; i < l->fact_count; i++) {
        const struct fact *fact = l->facts[i];
        if (fact->of != kind)
            continue;
        ensure(v, f, fact->slot);
        struct value x = fact->period ? periods_value(v, fact, item) : f->slots[fact->slot];
        c->at[c->n++] = (struct context_entry){fact->name, x};
        state->regional = state->regional || f->states[fact->slot].regional;
        if (f->states[fact->slot].told)
            state->basis =
                (uint8_t)weaker((enum basis)state->basis, (enum basis)f->states[fact->slot].basis);
    }
    state->told = true;
    return (struct value){.kind = VALUE_CONTEXT, .context = c};
}

/* What was not said to be complete may lack some: its counts and sums are bounds. */
static struct value items_value(struct values *v, const struct item_kind *kind,
                                struct slot_state *state)
{
    const struct item_list *given = subject_list_of(v->subject, kind);
    size_t n = given ? given->n : 0;
    struct list *list = arena_alloc(v->arena, sizeof *list + n * sizeof list->at[0]);
    if (!list)
        return VALUE_NO_MEMORY_V;
    for (size_t i = 0; i < n; i++)
        list->at[list->n++] = item_value(v, kind, given->ids[i], state);
    if (!given || !given->complete) {
        list->coverage = COVERAGE_PARTIAL;
        list->missing = missing_one(v->arena, kind->list, SPAN(""), SPAN(""), CAUSE_ASK, SPAN(""));
        if (!list->missing)
            return VALUE_NO_MEMORY_V;
    }
    return (struct value){.kind = VALUE_LIST, .list = list};
}

/* ---- ready-made names ---- */

static struct value period_name(struct values *v, enum period_kind kind, int64_t steps)
{
    struct period p;
    char text[PERIOD_TEXT];
    if (!period_of(v->options->as_of, kind, &p) || !period_step(p, steps, &p))
        return value_failure(v->arena, E_RANGE, "the date is outside the calendar");
    struct span s = arena_copy(v->arena, span_of(text, period_print(p, text)));
    return s.p ? value_string(s) : VALUE_NO_MEMORY_V;
}

static struct value last_year_end(struct values *v)
{
    struct span s = arena_print(v->arena, "%04d-12", (int)(v->options->as_of.year - 1));
    return s.p ? value_string(s) : VALUE_NO_MEMORY_V;
}

static struct value slot_value(struct values *v, struct frame *f, const struct slot *s,
                               struct slot_state *state)
{
    switch (s->kind) {
    case SLOT_FACT:
        return s->fact->period ? VALUE_NULL_V : fact_value_of(v, f, s->fact, state);
    case SLOT_ITEMS:
        return items_value(v, s->items, state);
    case SLOT_PARAMETER:
    case SLOT_OUTCOME:
        return VALUE_NULL_V; /* asked through `dated` */
    case SLOT_REGISTER:
        return s->reg->list;
    case SLOT_DECISION:
        return s->decision->function.value;
    case SLOT_TODAY:
        return value_date(v->options->as_of);
    case SLOT_THIS_YEAR:
        return period_name(v, PERIOD_YEAR, 0);
    case SLOT_LAST_YEAR:
        return period_name(v, PERIOD_YEAR, -1);
    case SLOT_THIS_MONTH:
        return period_name(v, PERIOD_MONTH, 0);
    case SLOT_LAST_MONTH:
        return period_name(v, PERIOD_MONTH, -1);
    case SLOT_LAST_YEAR_END:
        return last_year_end(v);
    }
    return VALUE_NULL_V;
}

/* Does the value of the slot differ from item to item of the frame? Computed facts of the subject
 * do not. */
static bool belongs(const struct frame *f, const struct slot *s)
{
    return !f->kind || (s->kind == SLOT_FACT && s->fact->of == f->kind);
}

static void ensure(struct values *v, struct frame *f, uint32_t slot)
{
    const struct slot *s = &v->library->slots[slot];
    struct slot_state *state = &f->states[slot];
    if (state->ready && (!state->regional || state->region == v->region_number))
        return;
    if (!belongs(f, s)) {
        ensure(v, v->subject_frame, slot);
        f->slots[slot] = v->subject_frame->slots[slot];
        *state = v->subject_frame->states[slot];
        return;
    }
    if (state->busy) { /* through a list of items: the checker sees circles of facts only */
        f->slots[slot] =
            value_failure(v->arena, E_CONFLICT, "%.*s depends on itself", SPAN_ARG(s->name));
        return;
    }
    *state = (struct slot_state){.busy = true, .region = v->region_number};
    struct value value = slot_value(v, f, s, state);
    f->slots[slot] = value;
    state->busy = false;
    state->ready = true;
}
