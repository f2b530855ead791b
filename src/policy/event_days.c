/*
 * event_days.c: see event_days.h.
 */
#include "policy/event_days.h"

static const struct parameter_value *value_of(const struct parameter *p, struct span place,
                                              struct date known_by)
{
    const struct parameter_value *best = NULL;

    for (size_t i = 0; i < p->value_count; i++) {
        const struct parameter_value *x = &p->values[i];
        if (x->value.kind != VALUE_DATE || !region_within(place, x->region) ||
            date_compare(x->has_known ? x->known : x->from, known_by) > 0)
            continue;
        if (!best || x->region.n >= best->region.n)
            best = x;
    }
    return best;
}

struct event_day event_day(const struct parameter *p, struct span place, struct date known_by)
{
    const struct parameter_value *x = value_of(p, place, known_by);
    struct span through = {NULL, 0};

    for (size_t i = 0; !x && i < p->united_count; i++) {
        const struct event_union *u = &p->united[i];
        if (!u->other || !region_within(place, u->region))
            continue;
        x = value_of(u->other, place, known_by);
        through = x ? u->other->name : through;
    }
    if (!x)
        return (struct event_day){.known = false};
    return (struct event_day){
        .known = true, .day = x->value.date, .source = x->source, .through = through};
}

static bool reads(const uint32_t *slots, size_t n, uint32_t slot)
{
    for (size_t i = 0; i < n; i++)
        if (slots[i] == slot)
            return true;
    return false;
}

/* "event:NAME" among what starts, stops, resumes, ends or extends a clock. */
static bool triggers(const struct trigger *t, const struct parameter *p)
{
    struct span word = SPAN("event:");

    for (size_t i = 0; i < t->n; i++)
        if (span_starts(t->acts[i], word) && span_eq(span_from(t->acts[i], word.n), p->name))
            return true;
    return false;
}

static bool moves_clock(const struct clock *c, const struct parameter *p)
{
    return triggers(&c->starts, p) || triggers(&c->stops, p) || triggers(&c->resumes, p) ||
           triggers(&c->ends, p) || triggers(&c->extended_by, p);
}

bool event_needed(const struct procedure *x, const struct parameter *p)
{
    bool needed = reads(x->slots, x->slot_count, p->slot);

    for (size_t i = 0; i < x->clock_count && !needed; i++)
        needed = moves_clock(&x->clocks[i], p);

    for (size_t i = 0; i < x->measure_count && !needed; i++)
        needed = reads(x->measures[i]->slots, x->measures[i]->slot_count, p->slot);
    return needed;
}

bool event_read(const struct formula *f, const struct parameter *p)
{
    size_t n = 0;
    const uint32_t *slots = f->expr ? feel_slots(f->expr, &n) : NULL;

    return reads(slots, n, p->slot);
}
