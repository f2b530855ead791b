/*
 * dates.c: when a measure is in force and when one applies for it; other dates of the text. Dates
 * change `timing` only, never a status.
 */
#include "policy/match_int.h"

#define TEXT(literal)                                                                              \
    {                                                                                              \
        (literal), sizeof(literal) - 1                                                             \
    }

struct window {
    struct value from, to; /* DATE, UNKNOWN, ERROR; null = not stated */
};

struct builder {
    struct evaluation *e;
    struct date_finding *at;
    size_t n;
    const struct missing **missing;
    const struct failure **failure;
};

static bool rests_on_event(const struct library *l, const struct feel_expr *x)
{
    size_t n = 0;
    const uint32_t *slots = feel_slots(x, &n);
    for (size_t i = 0; i < n; i++)
        if (l->slots[slots[i]].kind == SLOT_PARAMETER && l->slots[slots[i]].parameter->event)
            return true;
    return false;
}

static struct span certainty(const struct library *l, const struct formula *f, bool known,
                             bool inferred)
{
    if (f->expr && rests_on_event(l, f->expr))
        return SPAN("event");
    if (!known)
        return SPAN("unknown");
    return inferred ? SPAN("reading") : SPAN("fixed");
}

static struct value add_date(struct builder *b, struct span what, struct words title,
                             const struct formula *f, bool inferred, struct span cites)
{
    struct value v = f->expr ? evaluate(b->e, f->expr, NULL) : VALUE_NULL_V;
    struct date_finding *d = &b->at[b->n++];
    note_value(b->e->values->arena, v, b->missing, b->failure);
    *d = (struct date_finding){
        .what = what, .title = title, .known = v.kind == VALUE_DATE, .cites = cites};
    if (d->known)
        d->date = v.date;
    d->certainty = certainty(b->e->values->library, f, d->known, inferred);
    return v;
}

static bool past(struct value v, struct date as_of)
{
    return v.kind == VALUE_DATE && date_compare(as_of, v.date) > 0;
}

static bool ahead(struct value v, struct date as_of)
{
    return v.kind == VALUE_DATE && date_compare(as_of, v.date) < 0;
}

static bool open_ended(struct value v)
{
    return v.kind == VALUE_UNKNOWN || v.kind == VALUE_ERROR;
}

static enum timing timing_of(const struct measure *m, struct window force, struct window apply,
                             struct date as_of)
{
    bool unannounced = m->apply_mode == APPLY_ANNOUNCED && apply.from.kind == VALUE_NULL;
    if (past(force.to, as_of))
        return TIMING_EXPIRED;
    if (past(apply.to, as_of))
        return TIMING_CLOSED;
    if (ahead(force.from, as_of) || ahead(apply.from, as_of))
        return TIMING_NOT_YET;
    if (open_ended(force.from) || open_ended(apply.from) || unannounced)
        return TIMING_UNKNOWN_START;
    if (open_ended(force.to) || open_ended(apply.to))
        return TIMING_UNKNOWN_END;
    return TIMING_OPEN;
}

int find_dates(struct evaluation *e, const struct measure *m, const struct parts *p,
               struct finding *ret, const struct missing **missing, const struct failure **failure)
{
    static const struct words in_force = {TEXT("生效"), TEXT("in force from")},
                              expires = {TEXT("有效期至"), TEXT("in force until")};
    static const struct words opens = {TEXT("开始申请"), TEXT("apply from")},
                              closes = {TEXT("申请截止"), TEXT("apply by")};
    struct builder b = {e, ARENA_ARRAY(e->values->arena, struct date_finding, m->date_count + 4), 0,
                        missing, failure};
    struct window force, apply = {VALUE_NULL_V, VALUE_NULL_V};
    const struct failure *ignored = NULL; /* a window that fails is unknown: it decides no status */
    if (!b.at)
        return E_MEMORY;
    b.failure = &ignored;
    force.from = add_date(&b, SPAN("in-force-from"), in_force, &m->in_force_from, m->from_inferred,
                          m->in_force_cites);
    force.to = add_date(&b, SPAN("in-force-to"), expires, &m->in_force_to, m->from_inferred,
                        m->in_force_cites);
    if (m->apply_mode != APPLY_NONE || m->apply_from.expr || m->apply_to.expr) {
        apply.from = add_date(&b, SPAN("apply-from"), opens, &m->apply_from, false, m->apply_cites);
        apply.to = add_date(&b, SPAN("apply-by"), closes, &m->apply_to, false, m->apply_cites);
    }
    for (size_t i = 0; i < m->date_count; i++)
        (void)add_date(&b, p->dates[i].what, p->dates[i].title, &p->dates[i].is, false,
                       p->dates[i].cites);
    *failure = *failure ? *failure : ignored;
    ret->dates = b.at;
    ret->date_count = b.n;
    ret->timing = timing_of(m, force, apply, e->values->options->as_of);
    return 0;
}

bool finding_deadline(const struct finding *f, struct date *ret)
{
    for (size_t i = 0; i < f->date_count; i++)
        if (f->dates[i].known && span_eq(f->dates[i].what, SPAN("apply-by"))) {
            *ret = f->dates[i].date;
            return true;
        }
    return false;
}
