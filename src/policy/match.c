/*
 * match.c: see match.h. The way of a check-up: measures addressed to the subject, in the region ->
 * a finding each, or one per item -> exclusions -> order.
 */
#include <stdlib.h>
#include "policy/match_int.h"

const struct closed_word group_words[GROUPS] = {
    [GROUP_CAN] = CLOSED_WORD("can", "可享", "available"),
    [GROUP_CONFIRM] = CLOSED_WORD("confirm", "待确认", "to be confirmed by an authority"),
    [GROUP_SUPPLY] = CLOSED_WORD("supply", "待补充", "more facts needed"),
    [GROUP_NEAR] = CLOSED_WORD("near", "差一步", "one step short"),
    [GROUP_NOT] = CLOSED_WORD("not", "不符合", "conditions not met"),
    [GROUP_TIME] = CLOSED_WORD("time", "未到期或已过期", "not yet or no longer open"),
};

struct matcher {
    struct values values;
    const struct library *library;
    const struct subject *subject;
    struct match_options options;
    unsigned roles; /* of the subject: a bit each */
    VECTOR_OF(struct finding, finding_vector) findings;
};

/* ---- which measures ---- */

unsigned roles_of(const struct subject *s)
{
    for (size_t i = 0; i < ROLES; i++)
        if (span_eq(s->kind, role_words[i].yaml))
            return 1u << i;
    return 1u << ROLE_ENTERPRISE;
}

static bool touches(struct span place, struct span regions)
{
    struct span region;
    while (span_split(&regions, ';', &region))
        if (region_within(place, region) || region_within(region, place))
            return true;
    return false;
}

/* Is any known place of the subject in the region? A subject without known places is everywhere. */
static bool is_linked(const struct subject *s, struct span regions)
{
    bool places = false;
    for (size_t i = 0; i < s->n; i++) {
        if (!s->values[i].fact->link.n || s->values[i].value.kind != VALUE_STRING)
            continue;
        if (touches(s->values[i].value.string, regions))
            return true;
        places = true;
    }
    return !places;
}

static bool is_wanted(const struct matcher *m, const struct measure *x, unsigned roles)
{
    if (m->options.only)
        return x == m->options.only;
    if (!(x->addressees & roles) && !(roles & 1u << x->beneficiary))
        return false;
    struct span region = m->options.region;
    return region.n ? touches(region, x->region) : is_linked(m->subject, x->region);
}

/* ---- one finding ---- */

/* Nobody is late before the day: a duty with a date `do-by` is due until then, and while that day
 * is not known. */
static bool is_late(const struct finding *f, struct date as_of)
{
    for (size_t i = 0; i < f->date_count; i++)
        if (span_eq(f->dates[i].what, SPAN("do-by")))
            return f->dates[i].known && date_compare(as_of, f->dates[i].date) > 0;
    return true;
}

static struct span duty_answer(const struct finding *f, const struct outcome *o, struct date as_of)
{
    if (value_is_true(o->test))
        return SPAN("met");
    return value_is_false(o->test) && is_late(f, as_of) ? SPAN("breached") : SPAN("due");
}

static struct span answer_of(const struct finding *f, const struct outcome *o, struct date as_of)
{
    const struct measure *m = f->measure;
    bool holds = o->status == STATUS_ELIGIBLE, fails = o->status == STATUS_INELIGIBLE;
    struct span none = {NULL, 0};
    switch (m->kind) {
    case KIND_DUTY:
        return holds ? duty_answer(f, o, as_of) : none;
    case KIND_INDICATOR:
        return !holds                    ? none
               : value_is_true(o->test)  ? SPAN("met")
               : value_is_false(o->test) ? SPAN("missed")
                                         : none;
    case KIND_PROHIBITION:
        return holds ? SPAN("forbidden") : fails ? SPAN("allowed") : none;
    case KIND_STATUS:
        return holds ? SPAN("applies") : fails ? SPAN("does-not") : none;
    case KIND_PROCEDURE:
        return holds ? m->next.zh : none;
    default:
        return none;
    }
}

/* May the applicant honestly change everything that the expression rests on (law 20)? */
static bool changeable(const struct library *l, const struct feel_expr *x, bool *any)
{
    size_t n = 0;
    const uint32_t *slots = feel_slots(x, &n);
    for (size_t i = 0; i < n; i++) {
        const struct slot *s = &l->slots[slots[i]];
        if (s->kind == SLOT_ITEMS)
            return false;
        if (s->kind != SLOT_FACT)
            continue;
        if (s->fact->computed.expr) {
            if (!changeable(l, s->fact->computed.expr, any))
                return false;
            continue;
        }
        if (s->fact->change != CHANGE_BY_APPLICANT && s->fact->change != CHANGE_BY_TIME)
            return false;
        *any = true;
    }
    return true;
}

/* Facts that a condition reads by way of definitions count, too: they are among its uses. */
static bool uses_changeable(const struct library *l, const struct condition_finding *c)
{
    for (const struct feel_use *u = c->uses; u; u = u->next) {
        const struct slot *s = &l->slots[u->slot];
        if (s->kind == SLOT_FACT && !s->fact->computed.expr &&
            s->fact->change != CHANGE_BY_APPLICANT && s->fact->change != CHANGE_BY_TIME)
            return false;
    }
    return true;
}

/* Nobody is helped one step nearer to a prohibition or a duty. */
static bool grants(const struct measure *m)
{
    return m->kind != KIND_PROHIBITION && m->kind != KIND_DUTY && m->kind != KIND_INDICATOR;
}

/* Exactly one condition is false, the others hold, and it is in the applicant's hands. */
static bool mark_near(const struct library *l, const struct measure *m, struct outcome *o)
{
    struct condition_finding *failed = NULL;
    bool any = false;
    if (!grants(m))
        return false;
    for (size_t i = 0; i < m->condition_count; i++) {
        struct condition_finding *c = &o->conditions[i];
        if (c->condition->soft || value_is_true(c->truth))
            continue;
        if (failed || !value_is_false(c->truth))
            return false;
        failed = c;
    }
    if (!failed || failed->condition->manual || /* by a criterion: nothing that he may change */
        !changeable(l, failed->condition->test.expr, &any) || !any || !uses_changeable(l, failed))
        return false;
    failed->near = true;
    return true;
}

static enum group group_of(enum status status, enum timing timing, bool near)
{
    bool out_of_time =
        timing == TIMING_NOT_YET || timing == TIMING_CLOSED || timing == TIMING_EXPIRED;
    if (status == STATUS_INELIGIBLE)
        return near && timing != TIMING_CLOSED && timing != TIMING_EXPIRED ? GROUP_NEAR : GROUP_NOT;
    if (out_of_time)
        return GROUP_TIME;
    return status == STATUS_ELIGIBLE       ? GROUP_CAN
           : status == STATUS_UNDETERMINED ? GROUP_SUPPLY
                                           : GROUP_CONFIRM;
}

/* Who could tell: what the expression did not know, the library does. */
static struct span holder_of(const struct matcher *m, const struct measure *x,
                             const struct missing *missing)
{
    if (missing->holder.n)
        return missing->holder;
    const struct fact *f = map_get(&m->library->fact_by_name, missing->fact);
    if (missing->cause == CAUSE_RECOGNITION && !(f && f->cause == CAUSE_RECOGNITION))
        return x->institution.n ? x->institution : x->authority;
    if (f)
        return f->holder;
    const struct parameter *p = map_get(&m->library->parameter_by_name, missing->fact);
    return p ? p->holder : missing->cause == CAUSE_ASK ? SPAN("") : x->authority;
}

static const struct missing *with_holders(struct matcher *m, const struct measure *x,
                                          const struct missing *all, bool *failed)
{
    struct missing *first = NULL, **end = &first;
    const struct missing *told = all;
    while (told && told->holder.n)
        told = told->next;
    if (!told)
        return all;
    for (; all; all = all->next) {
        struct missing *copy = ARENA_NEW(m->values.arena, struct missing);
        if (!copy) {
            *failed = true;
            return NULL;
        }
        *copy = *all;
        copy->holder = holder_of(m, x, all);
        copy->next = NULL;
        *end = copy;
        end = (struct missing **)&copy->next;
    }
    return first;
}

/* What the measure answers under this reading, whose dates may differ. */
static int answer_under(struct matcher *m, const struct measure *x, struct frame *f,
                        const struct parts *p, struct outcome *o, struct reading_finding *ret)
{
    struct finding found = {.measure = x};
    struct evaluation e = {.values = &m->values, .frame = f, .locals = o->locals};
    const struct missing *of_dates = NULL;
    const struct failure *failure = NULL;
    int r = x->reading_count ? find_dates(&e, x, p, &found, &of_dates, &failure) : 0;
    if (r < 0)
        return r;
    ret->answer = answer_of(&found, o, m->options.as_of);
    ret->dates = found.dates;
    ret->date_count = found.date_count;
    return 0;
}

/* Several readings: a day that one of them puts earlier is the safe one. */
static void safest_dates(struct finding *f)
{
    for (size_t i = 0; i < f->measure->reading_count; i++) {
        const struct reading_finding *r = &f->readings[i];
        for (size_t k = 0; !r->used && k < r->date_count && k < f->date_count; k++) {
            const struct date_finding *other = &r->dates[k];
            struct date_finding *d = (struct date_finding *)(uintptr_t)&f->dates[k];
            struct date x = other->known ? other->date : other->safe;
            bool start = span_ends(d->what, SPAN("-from"));
            if (start || !(other->known || other->has_safe) ||
                (d->known && date_compare(x, d->date) >= 0) ||
                (d->has_safe && date_compare(x, d->safe) >= 0))
                continue;
            d->has_safe = true;
            d->safe = x;
        }
    }
}

/* Every reading is evaluated, so that the others can be shown beside the one used. */
static int find_readings(struct matcher *m, const struct measure *x, struct frame *f,
                         struct finding *ret, struct outcome *main, struct parts *ret_parts)
{
    struct reading_finding *all =
        ARENA_ARRAY(m->values.arena, struct reading_finding, x->reading_count + 1);
    size_t used = 0;
    if (!all)
        return E_MEMORY;
    for (size_t i = 0; i < x->reading_count; i++)
        if (span_eq(x->readings[i].id, m->options.reading))
            used = i;
    for (size_t i = 0; i < (x->reading_count ? x->reading_count : 1); i++) {
        const struct reading *reading = x->reading_count ? &x->readings[i] : NULL;
        struct parts p = parts_of_measure(x, reading);
        struct outcome o;
        int r = evaluate_parts(&m->values, f, x, &p, &o);
        if (r < 0)
            return r;
        all[i] = (struct reading_finding){
            .reading = reading, .used = i == used, .status = o.status, .results = o.results};
        r = answer_under(m, x, f, &p, &o, &all[i]);
        if (r < 0)
            return r;
        if (i == used) {
            *main = o;
            *ret_parts = p;
        }
    }
    ret->readings = all;
    return 0;
}

static struct value computed(const struct evaluation *e, const struct formula *f)
{
    return f->expr ? evaluate(e, f->expr, NULL) : VALUE_NULL_V;
}

static int find_relations(const struct evaluation *e, const struct measure *x,
                          struct finding *found)
{
    struct relation_finding *at =
        ARENA_ARRAY(e->values->arena, struct relation_finding, x->relation_count);
    if (!at)
        return E_MEMORY;
    for (size_t i = 0; i < x->relation_count; i++) {
        const struct relation *r = &x->relations[i];
        at[i] = (struct relation_finding){computed(e, &r->when), computed(e, &r->cap),
                                          computed(e, &r->amount), computed(e, &r->times)};
    }
    found->relations = at;
    return 0;
}

static void note_last(struct finding *f, struct date d)
{
    if (!f->has_chain_last || date_compare(d, f->chain_last) < 0)
        f->chain_last = d;
    f->has_chain_last = true;
}

/* What the measure rests on, and the last day on which the whole chain can still be begun. */
static int find_chain(struct matcher *m, const struct measure *x, struct frame *f,
                      struct finding *found)
{
    struct chain_finding *at =
        ARENA_ARRAY(m->values.arena, struct chain_finding, x->chain_count + 1);
    struct date own;
    if (!at)
        return E_MEMORY;
    for (size_t i = 0; i < x->chain_count; i++) {
        const struct measure *other = x->chain[i].measure;
        struct outcome_record known;
        struct judgement j;
        int r = judge(&m->values, f, other, &j);
        if (r < 0)
            return r;
        outcome_known(&m->values, other, other->each && f->kind == other->each ? f->item : SPAN(""),
                      &known);
        at[i] = (struct chain_finding){.link = &x->chain[i],
                                       .status = j.status,
                                       .timing = j.timing,
                                       .judged = true,
                                       .known = known.has[OUTCOME_APPLIED],
                                       .has_last = j.has_deadline,
                                       .last = j.deadline};
        at[i].applied = at[i].known && value_is_true(known.at[OUTCOME_APPLIED]);
        if (!at[i].applied && j.has_deadline && x->chain[i].kind == LINK_ASKS)
            note_last(found, j.deadline);
    }
    if (finding_deadline(found, &own))
        note_last(found, own);
    found->chain = at;
    found->chain_count = x->chain_count;
    return 0;
}

static int find(struct matcher *m, const struct measure *x, struct frame *f, bool no_item)
{
    struct outcome o = {.status = STATUS_ELIGIBLE};
    struct parts p;
    struct finding found = {
        .measure = x, .subject_kind = m->subject->kind, .item = f->item, .no_item = no_item};
    found.other_side = !(x->addressees & m->roles) && (m->roles & 1u << x->beneficiary);
    bool failed = false;
    values_ensure(&m->values, f, x->slots, x->slot_count);
    int r = find_readings(m, x, f, &found, &o, &p);
    struct evaluation e = {.values = &m->values, .frame = f, .locals = o.locals};
    const struct missing *of_dates = NULL;
    if (r == 0)
        r = find_dates(&e, x, &p, &found, &of_dates, &o.failure);
    if (r == 0 && x->relation_count)
        r = find_relations(&e, x, &found);
    if (r < 0)
        return r;
    safest_dates(&found);
    if (no_item) {
        o.status = STATUS_INELIGIBLE;
        o.missing = NULL;
        hide_figures(x, o.results);
    } else if (o.status == STATUS_ELIGIBLE || o.status == STATUS_NEEDS_RECOGNITION)
        o.missing = missing_union(m->values.arena, o.missing, of_dates);
    else if (o.status == STATUS_UNDETERMINED)
        found.later =
            with_holders(m, x, missing_union(m->values.arena, o.of_figures, of_dates), &failed);
    found.status = o.status;
    found.answer = answer_of(&found, &o, m->options.as_of);
    found.results = o.results;
    found.conditions = o.conditions;
    found.failure = o.failure;
    found.group = group_of(o.status, found.timing, !no_item && mark_near(m->library, x, &o));
    found.missing = with_holders(m, x, o.missing, &failed);
    if (r == 0 && x->chain_count)
        r = find_chain(m, x, f, &found);
    if (r < 0)
        return r;
    struct finding *slot = VECTOR_PUSH(m->values.arena, &m->findings, struct finding);
    if (!slot || failed)
        return E_MEMORY;
    *slot = found;
    return 0;
}

/* One finding per item; where the list is not known to be empty, one for an item nobody told about.
 */
static int find_each(struct matcher *m, const struct measure *x)
{
    const struct item_list *list = subject_list_of(m->subject, x->each);
    size_t n = list ? list->n : 0;
    struct frame *f;
    int r = 0;
    for (size_t i = 0; i < n && r == 0; i++) {
        f = values_item(&m->values, x->each, list->ids[i]);
        r = f ? find(m, x, f, false) : E_MEMORY;
    }
    if (n || r < 0)
        return r;
    f = values_item(&m->values, x->each, SPAN(""));
    return f ? find(m, x, f, list && list->complete) : E_MEMORY;
}

static int find_measure(struct matcher *m, const struct measure *x)
{
    values_region(&m->values, x->region);
    m->values.measure = x;
    return x->each ? find_each(m, x) : find(m, x, m->values.subject_frame, false);
}

/* ---- order ---- */

struct place_in_list {
    const struct finding *finding;
    struct decimal amount;
    struct date deadline;
    bool gives; /* an amount that is certain, else 0 */
    size_t order;
};

static int by_group(const void *x, const void *y)
{
    const struct place_in_list *a = x, *b = y;
    int r = (int)a->finding->group - (int)b->finding->group;
    if (!r && (a->gives || b->gives))
        r = decimal_compare(b->amount, a->amount);
    if (!r)
        r = date_compare(a->deadline, b->deadline);
    return r ? r : a->order < b->order ? -1 : 1;
}

static int sort_findings(struct matcher *m)
{
    size_t n = m->findings.n;
    struct place_in_list *at = ARENA_ARRAY(m->values.arena, struct place_in_list, n + 1);
    struct finding *sorted = ARENA_ARRAY(m->values.arena, struct finding, n + 1);
    if (!at || !sorted)
        return E_MEMORY;
    for (size_t i = 0; i < n; i++) {
        at[i] = (struct place_in_list){
            .finding = &m->findings.at[i], .deadline = {DATE_YEAR_MAX, 12, 31}, .order = i};
        at[i].gives = finding_amount(at[i].finding, &at[i].amount);
        (void)finding_deadline(at[i].finding, &at[i].deadline);
    }
    qsort(at, n, sizeof *at, by_group);
    for (size_t i = 0; i < n; i++)
        sorted[i] = *at[i].finding;
    m->findings.at = sorted;
    return 0;
}

/* ---- the door ---- */

/* Room for a finding of each measure at once: growing would copy them again and again. */
static int make_room(struct matcher *m)
{
    size_t n = m->options.only ? 1 : m->library->measure_count + 1;
    m->findings.at = ARENA_ARRAY(m->values.arena, struct finding, n);
    m->findings.room = m->findings.at ? n : 0;
    return m->findings.at ? 0 : E_MEMORY;
}

static int check_options(const struct match_options *o, struct err *err)
{
    const struct measure *x = o->only;
    bool known = !x || !o->reading.n;
    for (size_t i = 0; !known && i < x->reading_count; i++)
        known = span_eq(x->readings[i].id, o->reading);
    if (known)
        return 0;
    err_set(err, E_NAME, "'%.*s' has no reading '%.*s'", SPAN_ARG(x->id), SPAN_ARG(o->reading));
    if (x->reading_count)
        err_hint(err, "its readings begin with '%.*s'", SPAN_ARG(x->readings[0].id));
    else
        err_hint(err, "its text has one reading only");
    return E_NAME;
}

int match(struct arena *request, const struct library *l, const struct subject *s,
          const struct match_options *options, struct checkup **ret, struct err *err)
{
    struct checkup *c = ARENA_NEW(request, struct checkup);
    struct matcher m = {.library = l, .subject = s, .options = *options};
    int r = check_options(options, err);
    if (r < 0)
        return r;
    if (!m.options.known_by.month)
        m.options.known_by = m.options.as_of;
    if (!c || values_init(&m.values, request, l, s, &m.options) < 0 || make_room(&m) < 0)
        return err_memory(err);
    unsigned roles = m.roles = roles_of(s);
    for (size_t i = 0; i < l->measure_count && r == 0; i++)
        if (is_wanted(&m, l->measures[i], roles))
            r = find_measure(&m, l->measures[i]);
    if (r == 0)
        r = sort_findings(&m);
    if (r == 0)
        r = find_same(request, m.findings.at, m.findings.n);
    *c = (struct checkup){.library = l,
                          .subject = *s,
                          .options = m.options,
                          .findings = m.findings.at,
                          .n = m.findings.n};
    m.values.measure = NULL;
    if (r == 0)
        r = find_bundle(&m.values, c->findings, c->n, &c->parts, &c->part_count);
    if (r < 0 || request->failed)
        return err_memory(err);
    *ret = c;
    return 0;
}
