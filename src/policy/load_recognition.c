/*
 * load_recognition.c: who recognises, and by which criteria: the section `recognitions:`
 * (docs/recognition.md). Read before documents and measures, whose conditions point at it; what
 * crosses files (documents, organisations, procedures) is looked at when all are there.
 */
#include "policy/library_int.h"
#include "policy/procedure.h"
#include "policy/recognition.h"

/* ---- shapes ---- */

#define CITES(member) .offset = offsetof(struct recognition_source, member)
static const struct key cites_keys[] = {
    {.name = "document", .read = read_text, CITES(document_id)},
    {.name = "clause", .read = read_text, CITES(clause)},
    {.name = "text", .read = read_text, CITES(text)},
};
static void cites_finish(struct loader *l, const struct json *j, void *base)
{
    const struct recognition_source *s = base;
    if (!s->document_id.n == !s->text.n)
        hint(l, COMPLAIN(l, j, E_INPUT, "a source is a 'document' or a 'text', one of them"),
             "{document: id, clause: 一/（二）}, or text: the title of a text that is not held");
}
static const struct shape cites_shape = {
    "source", cites_keys,  COUNT_OF(cites_keys), sizeof(struct recognition_source),
    NO_PLACE, cites_finish};

#define SPOT(member) .offset = offsetof(struct recogniser_place, member)
static const struct key place_keys[] = {
    {.name = "region", .read = read_text, SPOT(region), .flags = KEY_REQUIRED},
    {.name = "organisation", .read = read_text, SPOT(organisation)},
    {.name = "cites", .read = read_inner, SPOT(cites), .extra = &cites_shape},
};
static const struct shape place_shape = {"place of a recogniser",
                                         place_keys,
                                         COUNT_OF(place_keys),
                                         sizeof(struct recogniser_place),
                                         offsetof(struct recogniser_place, place),
                                         NULL};

static const char *const roles[] = {"department", "street",       "bank",
                                    "guarantor",  "landlord",     "school",
                                    "experts",    "organisation", "court"};
#define WHO(member) .offset = offsetof(struct recogniser, member)
static const struct key recogniser_keys[] = {
    {.name = "role",
     .read = read_choice,
     WHO(role),
     .extra = roles,
     .extra_count = COUNT_OF(roles),
     .flags = KEY_REQUIRED},
    {.name = "title", .read = read_words, WHO(title), .flags = KEY_REQUIRED},
    {.name = "organisation", .read = read_text, WHO(organisation)},
    {.name = "of_measure", .read = read_bool, WHO(of_measure)},
    {.name = "places",
     .read = read_list,
     WHO(places),
     .second = offsetof(struct recogniser, place_count),
     .extra = &place_shape},
    {.name = "region", .read = read_text, WHO(region)},
    {.name = "bring",
     .read = read_list,
     WHO(bring),
     .second = offsetof(struct recogniser, bring_count),
     .extra = &words_shape},
    {.name = "procedure", .read = read_text, WHO(procedure_id)},
    {.name = "cites", .read = read_inner, WHO(cites), .extra = &cites_shape},
};
static const struct shape recogniser_shape = {"recogniser",
                                              recogniser_keys,
                                              COUNT_OF(recogniser_keys),
                                              sizeof(struct recogniser),
                                              offsetof(struct recogniser, place),
                                              NULL};

#define RULE(member) .offset = offsetof(struct criterion, member)
#define RULE_DAY(member, given)                                                                    \
    .offset = offsetof(struct criterion, member), .second = offsetof(struct criterion, given)
static const struct key criterion_keys[] = {
    {.name = "criterion", .read = read_text, RULE(id), .flags = KEY_REQUIRED},
    {.name = "title", .read = read_words, RULE(title), .flags = KEY_REQUIRED},
    {.name = "by", .read = read_text, RULE(by), .flags = KEY_REQUIRED},
    {.name = "is", .read = read_formula, RULE(test), .flags = KEY_REQUIRED},
    {.name = "region", .read = read_text, RULE(region)},
    {.name = "from", .read = read_date, RULE(from), .flags = KEY_REQUIRED},
    {.name = "to", .read = read_date, RULE_DAY(to, has_to)},
    {.name = "known", .read = read_date, RULE_DAY(known, has_known)},
    {.name = "withdrawn", .read = read_date, RULE_DAY(withdrawn, has_withdrawn)},
    {.name = "cites",
     .read = read_inner,
     RULE(cites),
     .extra = &cites_shape,
     .flags = KEY_REQUIRED},
};
static void criterion_finish(struct loader *l, const struct json *j, void *base)
{
    const struct criterion *c = base;
    if (c->has_to && date_compare(c->to, c->from) < 0)
        COMPLAIN(l, JSON_GET(j, "to"), E_RANGE, "a criterion ends before it begins");
    if (c->has_withdrawn && date_compare(c->withdrawn, c->from) <= 0)
        hint(l,
             COMPLAIN(l, JSON_GET(j, "withdrawn"), E_RANGE,
                      "a criterion is withdrawn before it begins"),
             "leave the criterion out: it never counted");
}
static const struct shape criterion_shape = {"criterion",
                                             criterion_keys,
                                             COUNT_OF(criterion_keys),
                                             sizeof(struct criterion),
                                             offsetof(struct criterion, place),
                                             criterion_finish};

static void read_how(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    static const char *const words[] = {"one-of", "all-of"};
    const struct key word = {.name = k->name, .extra = words, .extra_count = 2};
    struct span how = {NULL, 0};
    read_choice(l, j, &word, &how);
    *(bool *)field_of(base, k) = span_eq(how, SPAN("all-of"));
}

#define AT(member) .offset = offsetof(struct recognition, member)
static const struct key recognition_keys[] = {
    {.name = "fact", .read = read_text, AT(fact_name)},
    {.name = "manual", .read = read_text, AT(manual)},
    {.name = "where", .read = read_text, AT(where)},
    {.name = "how", .read = read_how, AT(all)},
    {.name = "cites", .read = read_inner, AT(cites), .extra = &cites_shape},
    {.name = "recognisers",
     .read = read_list,
     AT(recognisers),
     .second = offsetof(struct recognition, recogniser_count),
     .extra = &recogniser_shape,
     .flags = KEY_REQUIRED},
    {.name = "criteria",
     .read = read_list,
     AT(criteria),
     .second = offsetof(struct recognition, criterion_count),
     .extra = &criterion_shape},
};

/* ---- one recognition ---- */

static bool regions_meet(struct span x, struct span y)
{
    return region_within(x, y) || region_within(y, x);
}

static void want_how(struct loader *l, const struct json *j, const struct recognition *r)
{
    for (size_t i = 0; i < r->recogniser_count && is_absent(JSON_GET(j, "how")); i++)
        for (size_t k = 0; k < i; k++)
            if (regions_meet(r->recognisers[i].region, r->recognisers[k].region)) {
                hint(l, COMPLAIN(l, j, E_INPUT, "several recognise, but not 'how'"),
                     "how: one-of, or how: all-of");
                return;
            }
}

/* Is the first over before the second begins? */
static bool is_over(const struct criterion *x, const struct criterion *y)
{
    return (x->has_to && date_compare(x->to, y->from) < 0) ||
           (x->has_withdrawn && date_compare(x->withdrawn, y->from) <= 0);
}

static void check_overlaps(struct loader *l, const struct recognition *r)
{
    for (size_t i = 0; i < r->criterion_count; i++)
        for (size_t k = 0; k < i; k++) {
            const struct criterion *x = &r->criteria[i], *y = &r->criteria[k];
            if (span_eq(x->id, y->id))
                COMPLAIN_AT(l, x->place, E_CONFLICT, "a second criterion '%.*s'", SPAN_ARG(x->id));
            if (span_eq(x->region, y->region) && !is_over(x, y) && !is_over(y, x))
                hint(l,
                     COMPLAIN_AT(l, x->place, E_CONFLICT,
                                 "the criteria '%.*s' and '%.*s' count on the same days",
                                 SPAN_ARG(y->id), SPAN_ARG(x->id)),
                     "one criterion per day and region: give the older one 'to' or 'withdrawn'");
        }
}

static void find_where(struct loader *l, const struct json *j, struct recognition *r)
{
    const struct map *by_name = &l->library->fact_by_name;
    const struct fact *where = r->where.n ? map_get(by_name, r->where) : NULL;
    if (r->where.n && !where)
        hint_named(
            l, COMPLAIN(l, JSON_GET(j, "where"), E_NAME, "unknown fact '%.*s'", SPAN_ARG(r->where)),
            by_name, r->where);
    else if (where && ((!where->link.n && !where->is_place) || where->period ||
                       (where->of && (!r->fact || r->fact->of != where->of))))
        hint(l,
             COMPLAIN(l, JSON_GET(j, "where"), E_TYPE, "'%.*s' is no place of the same subject",
                      SPAN_ARG(r->where)),
             "a fact with 'link' or 'place'");
    else
        r->where_fact = where;
}

/* What is computed in place of a recognition has its type. */
static void compile_criteria(struct loader *l, const struct json *j, struct recognition *r)
{
    struct criterion *criteria = (struct criterion *)(uintptr_t)r->criteria;
    const struct type *want = r->fact ? r->fact->type : &TYPE_BOOLEAN_T;
    r->regional = r->where_fact != NULL;
    for (size_t i = 0; i < r->criterion_count; i++) {
        compile_formula(l, &criteria[i].test, NULL, 0, want);
        r->regional = r->regional || criteria[i].region.n;
    }
    if (!r->criterion_count || !r->fact)
        return;
    if (r->fact->cause != CAUSE_RECOGNITION)
        hint(l,
             COMPLAIN(l, j, E_CONFLICT, "'%.*s' is not recognised by anybody",
                      SPAN_ARG(r->fact_name)),
             "a criterion is for facts with cause: recognition; others are 'computed'");
    if (r->fact->period)
        hint(l,
             COMPLAIN(l, j, E_TYPE, "a criterion cannot give '%.*s', a fact by period",
                      SPAN_ARG(r->fact_name)),
             "only routes");
}

static void bind(struct loader *l, const struct json *j, struct recognition *r)
{
    struct map *by_manual = &l->library->recognition_by_manual;
    struct fact *f = r->fact_name.n ? map_get(&l->library->fact_by_name, r->fact_name) : NULL;
    if (!r->fact_name.n == !r->manual.n)
        hint(l, COMPLAIN(l, j, E_INPUT, "a recognition is of a 'fact' or of a 'manual' condition"),
             "fact: its name, or manual: the Chinese text of the condition");
    else if (r->fact_name.n && !f)
        hint_named(
            l,
            COMPLAIN(l, JSON_GET(j, "fact"), E_NAME, "unknown fact '%.*s'", SPAN_ARG(r->fact_name)),
            &l->library->fact_by_name, r->fact_name);
    else if ((f && f->recognition) || (!f && map_get(by_manual, r->manual)))
        hint(l,
             COMPLAIN(l, j, E_CONFLICT, "a second recognition of '%.*s'",
                      SPAN_ARG(f ? r->fact_name : r->manual)),
             "one entry, with several recognisers and regions");
    else if (f)
        f->recognition = r;
    else if (map_put(by_manual, r->manual, r) < 0)
        l->failed = true;
    r->fact = f;
}

static void recognition_finish(struct loader *l, const struct json *j, void *base)
{
    struct recognition *r = base;
    bind(l, j, r);
    find_where(l, j, r);
    want_how(l, j, r);
    check_overlaps(l, r);
    compile_criteria(l, j, r);
    if (!is_absent(JSON_GET(j, "recognisers")) && !r->recogniser_count)
        hint(l, COMPLAIN(l, j, E_INPUT, "nobody recognises"), "one recogniser at least");
}
static const struct shape recognition_shape = {"recognition",
                                               recognition_keys,
                                               COUNT_OF(recognition_keys),
                                               sizeof(struct recognition),
                                               offsetof(struct recognition, place),
                                               recognition_finish};

void load_recognitions(struct loader *l, const struct json *j, const struct key *k, void *base)
{
    UNUSED(k), UNUSED(base);
    JSON_EACH(e, j)
    {
        struct recognition *r = need(l, ARENA_NEW(l->program, struct recognition));
        if (!r || !read_shape(l, e, &recognition_shape, r))
            continue;
        struct recognition **slot =
            need(l, VECTOR_PUSH(l->program, &l->recognitions, struct recognition *));
        if (slot)
            *slot = r;
    }
}

/* ---- what crosses files ---- */

static void link_source(struct loader *l, struct recognition_source *s, struct place where)
{
    const struct map *by_id = &l->library->document_by_id;
    check_clause(l, s->clause, where);
    s->document = s->document_id.n ? map_get(by_id, s->document_id) : NULL;
    if (s->document_id.n && !s->document)
        hint_named(
            l, COMPLAIN_AT(l, where, E_NAME, "unknown document '%.*s'", SPAN_ARG(s->document_id)),
            by_id, s->document_id);
}

/* A route that leads nowhere is worse than none: an error, where organisations are declared. */
static void want_organisation(struct loader *l, struct span name, struct place where)
{
    const struct map *known = &l->library->organisation_by_name;
    if (name.n && known->n && !map_get(known, name))
        hint_named(l, COMPLAIN_AT(l, where, E_NAME, "unknown organisation '%.*s'", SPAN_ARG(name)),
                   known, name);
}

static bool promotes(const struct procedure *p, const struct fact *f)
{
    for (size_t i = 0; f && i < p->act_count; i++)
        for (size_t k = 0; k < p->acts[i].promote_count; k++)
            if (p->acts[i].promotes[k].fact == f)
                return true;
    return false;
}

static void link_procedure(struct loader *l, const struct recognition *r, struct recogniser *x)
{
    const struct map *by_id = &l->library->procedure_by_id;
    x->procedure = x->procedure_id.n ? map_get(by_id, x->procedure_id) : NULL;
    if (x->procedure_id.n && !x->procedure)
        hint_named(
            l,
            COMPLAIN_AT(l, x->place, E_NAME, "unknown procedure '%.*s'", SPAN_ARG(x->procedure_id)),
            by_id, x->procedure_id);
    else if (x->procedure && x->procedure->kind != PROCEDURE_RECOGNITION &&
             !promotes(x->procedure, r->fact))
        hint(l,
             WARN_AT(l, x->place, "the procedure '%.*s' recognises nothing of the kind",
                     SPAN_ARG(x->procedure_id)),
             "kind: recognition, or an act that promotes the fact");
}

/* By itself, or everywhere by its places. */
static bool is_cited(const struct recogniser *x)
{
    bool everywhere = x->place_count > 0;
    for (size_t i = 0; i < x->place_count; i++)
        everywhere = everywhere && (x->places[i].cites.document_id.n || x->places[i].cites.text.n);
    return everywhere || x->cites.document_id.n || x->cites.text.n;
}

static void link_recogniser(struct loader *l, const struct recognition *r, struct recogniser *x)
{
    struct recogniser_place *places = (struct recogniser_place *)(uintptr_t)x->places;
    if (x->cites.document_id.n || x->cites.text.n)
        link_source(l, &x->cites, x->place);
    else
        x->cites = r->cites;
    for (size_t i = 0; i < x->place_count; i++)
        link_source(l, &places[i].cites, places[i].place);
    if (!is_cited(x))
        hint(l, COMPLAIN_AT(l, x->place, E_INPUT, "a recogniser without 'cites'"),
             "cites: {document: ..., clause: ...} here or on the recognition");
    if (x->region.n)
        check_region(l, x->place, x->region);
    want_organisation(l, x->organisation, x->place);
    for (size_t i = 0; i < x->place_count; i++) {
        check_region(l, x->places[i].place, x->places[i].region);
        want_organisation(l, x->places[i].organisation, x->places[i].place);
    }
    link_procedure(l, r, x);
}

/* By way of whatever its criteria read, criteria of other recognitions included. */
static void check_circle(struct loader *l, const struct recognition *r, const struct criterion *c)
{
    uint8_t *used = need(l, ARENA_ARRAY(l->scratch, uint8_t, l->slots.n + 1));
    if (!used || !r->fact)
        return;
    mark_slots(l->library, c->test.expr, used);
    if (used[r->fact->slot])
        hint(l,
             COMPLAIN_AT(l, c->test.place, E_CONFLICT, "'%.*s' is computed from itself",
                         SPAN_ARG(r->fact_name)),
             "a criterion reads other facts");
}

static void link_recognition(struct loader *l, struct recognition *r)
{
    struct recogniser *recognisers = (struct recogniser *)(uintptr_t)r->recognisers;
    struct criterion *criteria = (struct criterion *)(uintptr_t)r->criteria;
    link_source(l, &r->cites, r->place);
    for (size_t i = 0; i < r->recogniser_count; i++)
        link_recogniser(l, r, &recognisers[i]);
    for (size_t i = 0; i < r->criterion_count; i++) {
        link_source(l, &criteria[i].cites, criteria[i].place);
        want_organisation(l, criteria[i].by, criteria[i].place);
        if (criteria[i].region.n)
            check_region(l, criteria[i].place, criteria[i].region);
        check_circle(l, r, &criteria[i]);
    }
}

/* Where routes are declared, everything that is recognised has one. */
static void want_routes(struct loader *l)
{
    for (size_t i = 0; i < l->facts.n; i++) {
        const struct fact *f = l->facts.at[i];
        if (f->cause == CAUSE_RECOGNITION && !f->recognition)
            hint(l,
                 WARN_AT(l, f->place, "nobody is named who recognises '%.*s'", SPAN_ARG(f->name)),
                 "add it to library/recognition");
    }
    for (size_t i = 0; i < l->measures.n; i++)
        for (size_t k = 0; k < l->measures.at[i]->condition_count; k++) {
            const struct condition *c = &l->measures.at[i]->conditions[k];
            if (c->manual && !c->recognition && c->reason != REASON_TEXT_NOT_HELD)
                hint(l,
                     WARN_AT(l, c->place, "nobody is named who recognises '%.*s'",
                             SPAN_ARG(c->text.zh)),
                     "add it to library/recognition");
        }
}

static void want_use(struct loader *l, const struct recognition *r)
{
    for (size_t i = 0; i < l->measures.n; i++)
        for (size_t k = 0; k < l->measures.at[i]->condition_count; k++)
            if (l->measures.at[i]->conditions[k].recognition == r)
                return;
    WARN_AT(l, r->place, "no manual condition says '%.*s'", SPAN_ARG(r->manual));
}

void check_recognitions(struct loader *l)
{
    for (size_t i = 0; i < l->recognitions.n; i++) {
        link_recognition(l, l->recognitions.at[i]);
        if (l->recognitions.at[i]->manual.n)
            want_use(l, l->recognitions.at[i]);
    }
    if (l->recognitions.n)
        want_routes(l);
}
