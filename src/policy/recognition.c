/*
 * recognition.c: see recognition.h. Which criterion is in force, what it says of a subject, and who
 * else would say it.
 */
#include "policy/recognition.h"
#include "policy/match_int.h"
#include "policy/procedure.h"

/* ---- where and when ---- */

static bool is_seen(const struct match_options *o, const struct fact_value *x)
{
    return !o->facts_known_by || !x->has_date || date_compare(x->date, o->known_by) <= 0;
}

struct span recognition_region(const struct recognition *r, const struct subject *s,
                               const struct match_options *o, struct span item,
                               struct span measure_region)
{
    const struct fact *where = r->where_fact;
    for (size_t i = 0; where && i < s->n; i++) {
        const struct fact_value *x = &s->values[i];
        if (x->fact == where && (!where->of || span_eq(x->item, item)) && is_seen(o, x) &&
            x->value.kind == VALUE_STRING)
            return x->value.string;
    }
    return measure_region;
}

/* A withdrawal counts from its day on, once it is known; what was printed as the last day was
 * printed from the first. */
static bool is_in_force(const struct criterion *c, struct date as_of, struct date known_by)
{
    if (date_compare(c->from, as_of) > 0 || (c->has_to && date_compare(as_of, c->to) > 0) ||
        date_compare(c->has_known ? c->known : c->from, known_by) > 0)
        return false;
    return !c->has_withdrawn || date_compare(c->withdrawn, as_of) > 0 ||
           date_compare(c->withdrawn, known_by) > 0;
}

const struct criterion *criterion_in_force(const struct recognition *r, struct span region,
                                           struct date as_of, struct date known_by)
{
    const struct criterion *best = NULL;
    for (size_t i = 0; i < r->criterion_count; i++) {
        const struct criterion *c = &r->criteria[i];
        if (is_in_force(c, as_of, known_by) && region_within(region, c->region) &&
            (!best || c->region.n > best->region.n))
            best = c;
    }
    return best;
}

/* ---- what a criterion says ---- */

static const struct criterion *find(const struct values *v, const struct recognition *r,
                                    struct span item)
{
    struct span region = recognition_region(r, v->subject, v->options, item, v->region);
    return criterion_in_force(r, region, v->options->as_of, v->options->known_by);
}

bool criterion_value(struct values *v, struct frame *f, const struct recognition *r,
                     struct slot_state *state, struct value *ret)
{
    const struct criterion *c = r->criterion_count ? find(v, r, f->item) : NULL;
    if (c) {
        *ret = values_compute(v, f, c->test.expr, state);
        state->told = true; /* whoever published it has spoken, even if it asks for nothing */
    }
    if (r->criterion_count && r->regional)
        state->regional = v->touched_region = true;
    return c != NULL;
}

bool criterion_truth(const struct evaluation *e, const struct recognition *r, struct value *ret,
                     const struct feel_use **ret_uses)
{
    const struct criterion *c = r ? find(e->values, r, e->frame->item) : NULL;
    struct evaluation own = {.values = e->values, .frame = e->frame};
    size_t n = 0;
    if (!c)
        return false;
    const uint32_t *slots = feel_slots(c->test.expr, &n);
    values_ensure(e->values, e->frame, slots, n);
    *ret = evaluate_whole(&own, c->test.expr, ret_uses);
    return true;
}

static const struct criterion *of_finding(const struct checkup *c, const struct finding *f,
                                          const struct recognition *r, struct span item)
{
    struct span region = recognition_region(r, &c->subject, &c->options, item, f->measure->region);
    return criterion_in_force(r, region, c->options.as_of, c->options.known_by);
}

static bool is_given(const struct checkup *c, const struct feel_use *u, const struct fact *fact)
{
    for (size_t i = 0; i < c->subject.n; i++) {
        const struct fact_value *x = &c->subject.values[i];
        if (x->fact == fact && span_eq(x->item, u->item) && span_eq(x->period, u->period) &&
            is_seen(&c->options, x))
            return true;
    }
    return false;
}

const struct criterion *criterion_of_use(const struct checkup *c, const struct finding *f,
                                         const struct feel_use *u)
{
    const struct slot *s = &c->library->slots[u->slot];
    const struct recognition *r = s->kind == SLOT_FACT ? s->fact->recognition : NULL;
    if (!r || !r->criterion_count || u->value.kind >= VALUE_UNKNOWN || is_given(c, u, s->fact))
        return NULL;
    return of_finding(c, f, r, u->item);
}

const struct criterion *criterion_of_manual(const struct checkup *c, const struct finding *f,
                                            const struct condition_finding *x)
{
    const struct recognition *r = x->condition->recognition;
    if (!r || x->truth.kind != VALUE_BOOLEAN)
        return NULL;
    return of_finding(c, f, r, f->item);
}

/* ---- who recognises ---- */

const struct recognition *recognition_of(const struct library *l, const struct missing *m)
{
    if (m->cause != CAUSE_RECOGNITION && m->cause != CAUSE_TEXT)
        return NULL;
    const struct fact *f = map_get(&l->fact_by_name, m->fact);
    return f ? f->recognition : map_get(&l->recognition_by_manual, m->fact);
}

bool recogniser_is_of(const struct recogniser *x, struct span region)
{
    return region_within(region, x->region);
}

static const struct recogniser_place *place_in(const struct recogniser *x, struct span region)
{
    const struct recogniser_place *best = NULL;
    for (size_t i = 0; i < x->place_count; i++)
        if (region_within(region, x->places[i].region) &&
            (!best || x->places[i].region.n > best->region.n))
            best = &x->places[i];
    return best;
}

struct span recogniser_organisation(const struct recogniser *x, const struct measure *m,
                                    struct span region)
{
    const struct recogniser_place *there = place_in(x, region);
    if (there && there->organisation.n)
        return there->organisation;
    if (x->of_measure && m && (m->institution.n || span_eq(x->role, SPAN("department"))))
        return m->institution.n ? m->institution : m->authority;
    return x->organisation;
}

const struct recognition_source *recogniser_cites(const struct recogniser *x, struct span region)
{
    const struct recogniser_place *there = place_in(x, region);
    bool own = there && (there->cites.document_id.n || there->cites.text.n);
    return own ? &there->cites : &x->cites;
}

bool recognisers_print(struct buffer *out, const struct recognition *r, const struct measure *m,
                       struct span region, bool english)
{
    size_t n = 0;
    const char *between = r->all ? english ? " and " : "和" : english ? " or " : "或";
    for (size_t i = 0; i < r->recogniser_count; i++) {
        const struct recogniser *x = &r->recognisers[i];
        if (!recogniser_is_of(x, region))
            continue;
        struct span body = recogniser_organisation(x, m, region);
        buffer_add_z(out, n++ ? between : "");
        buffer_add(out, body.n && !english ? body : words_in(x->title, english));
        if (body.n && english)
            buffer_print(out, " (%.*s)", SPAN_ARG(body));
    }
    return n > 0;
}

/* ---- as JSON ---- */

static struct json *text(struct arena *a, struct span s)
{
    return json_string(a, s.p ? s : SPAN(""));
}

static struct json *text_or_null(struct arena *a, struct span s)
{
    return s.n ? json_string(a, s) : json_null(a);
}

static struct json *day(struct arena *a, bool has, struct date d)
{
    char buffer[DATE_TEXT];
    return has ? json_string(a, arena_copy(a, span_of(buffer, date_print(d, buffer))))
               : json_null(a);
}

static void set_source(struct arena *a, struct json *j, const struct recognition_source *s)
{
    JSON_SET(j, "document", text(a, s->document ? s->document->id : SPAN("")));
    JSON_SET(j, "document_title", text(a, s->document ? s->document->title : s->text));
    JSON_SET(j, "clause", text(a, s->clause));
}

static struct json *bring_json(struct arena *a, const struct recogniser *x, bool english)
{
    struct json *all = json_array(a);
    for (size_t i = 0; i < x->bring_count; i++)
        json_add(all, text(a, words_in(x->bring[i], english)));
    return all;
}

static struct json *recogniser_json(struct arena *a, const struct recogniser *x,
                                    struct span organisation,
                                    const struct recognition_source *cites)
{
    struct json *j = json_object(a);
    JSON_SET(j, "role", text(a, x->role));
    JSON_SET(j, "title", text(a, x->title.zh));
    JSON_SET(j, "title_en", text(a, x->title.en));
    JSON_SET(j, "organisation", text(a, organisation));
    JSON_SET(j, "bring", bring_json(a, x, false));
    JSON_SET(j, "bring_en", bring_json(a, x, true));
    JSON_SET(j, "procedure", text_or_null(a, x->procedure ? x->procedure->id : SPAN("")));
    set_source(a, j, cites);
    return j;
}

struct json *recognisers_json(struct arena *a, const struct checkup *c, const struct finding *f,
                              const struct missing *m)
{
    struct json *all = json_array(a);
    const struct recognition *r = recognition_of(c->library, m);
    if (!r)
        return all;
    struct span region =
        recognition_region(r, &c->subject, &c->options, m->item, f->measure->region);
    for (size_t i = 0; i < r->recogniser_count; i++) {
        const struct recogniser *x = &r->recognisers[i];
        if (recogniser_is_of(x, region))
            json_add(all, recogniser_json(a, x, recogniser_organisation(x, f->measure, region),
                                          recogniser_cites(x, region)));
    }
    return all;
}

struct json *criterion_json(struct arena *a, const struct criterion *x)
{
    if (!x)
        return json_null(a);
    struct json *j = json_object(a);
    JSON_SET(j, "id", text(a, x->id));
    JSON_SET(j, "title", text(a, x->title.zh));
    JSON_SET(j, "title_en", text(a, x->title.en));
    JSON_SET(j, "by", text(a, x->by));
    JSON_SET(j, "is", text(a, x->test.text));
    JSON_SET(j, "region", text(a, x->region));
    JSON_SET(j, "from", day(a, true, x->from));
    JSON_SET(j, "to", day(a, x->has_to, x->to));
    JSON_SET(j, "known", day(a, true, x->has_known ? x->known : x->from));
    JSON_SET(j, "withdrawn", day(a, x->has_withdrawn, x->withdrawn));
    set_source(a, j, &x->cites);
    return j;
}

static struct json *places_json(struct arena *a, const struct recogniser *x)
{
    struct json *all = json_array(a);
    for (size_t i = 0; i < x->place_count; i++) {
        struct json *j = json_object(a);
        JSON_SET(j, "region", text(a, x->places[i].region));
        JSON_SET(j, "organisation", text(a, x->places[i].organisation));
        set_source(a, j, recogniser_cites(x, x->places[i].region));
        json_add(all, j);
    }
    return all;
}

struct json *recognition_json(struct arena *a, const struct recognition *r)
{
    struct json *j = json_object(a), *recognisers = json_array(a), *criteria = json_array(a);
    for (size_t i = 0; i < r->recogniser_count; i++) {
        const struct recogniser *x = &r->recognisers[i];
        struct json *one = recogniser_json(a, x, x->organisation, &x->cites);
        JSON_SET(one, "region", text(a, x->region));
        JSON_SET(one, "of_measure", json_bool(a, x->of_measure));
        JSON_SET(one, "places", places_json(a, x));
        json_add(recognisers, one);
    }
    for (size_t i = 0; i < r->criterion_count; i++)
        json_add(criteria, criterion_json(a, &r->criteria[i]));
    JSON_SET(j, "fact", text_or_null(a, r->fact_name));
    JSON_SET(j, "manual", text_or_null(a, r->manual));
    JSON_SET(j, "where", text_or_null(a, r->where));
    JSON_SET(j, "how", json_string(a, r->all ? SPAN("all-of") : SPAN("one-of")));
    JSON_SET(j, "recognisers", recognisers);
    JSON_SET(j, "criteria", criteria);
    return j;
}
