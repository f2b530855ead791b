/*
 * checkup_finding.c: one finding as a card of the result, and on a page of its own: every condition
 * with its clause, formulas with figures, dates, readings, what it rests on, what to do. The full
 * tree is the contract's own (finding_json) with words, links and marks for the template beside it.
 */
#include "policy/names.h"
#include "policy/procedure.h"
#include "policy/recognition.h"
#include "web/checkup_view.h"
#include "web/handlers.h"
#include "web/procedure_shape.h"

#define CARD_REASONS 3 /* on a card; the page of the finding has all */

/* ---- marks ---- */

const char *group_tag(enum group g)
{
    static const char *const tags[GROUPS] = {
        [GROUP_CAN] = "yes",   [GROUP_CONFIRM] = "maybe", [GROUP_SUPPLY] = "maybe",
        [GROUP_NEAR] = "info", [GROUP_NOT] = "no",        [GROUP_TIME] = "off"};
    return tags[g];
}

static const char *truth_mark(const struct condition_finding *c)
{
    if (c->truth.kind != VALUE_BOOLEAN)
        return "maybe";
    return c->truth.boolean ? "yes" : c->condition->soft ? "maybe" : "no";
}

/* ---- dates ---- */

struct span day_text(struct arena *a, struct date d)
{
    char out[DATE_TEXT];
    return arena_copy(a, span_of(out, date_print(d, out)));
}

bool safe_day(const struct finding *f, struct date *ret)
{
    bool any = false;
    for (size_t i = 0; i < f->date_count; i++) {
        const struct date_finding *d = &f->dates[i];
        struct date day = d->has_safe ? d->safe : d->date;
        if (!span_ends(d->what, SPAN("-by")) || !(d->known || d->has_safe))
            continue;
        if (d->known && date_compare(d->date, day) < 0)
            day = d->date;
        if (!any || date_compare(day, *ret) < 0)
            *ret = day;
        any = true;
    }
    return any;
}

/* Still to come; empty when it is past or nobody knows. */
static struct span until_text(struct view *v, const struct finding *f)
{
    struct date day;
    return safe_day(f, &day) && date_compare(day, v->req->as_of) >= 0 ? day_text(v->arena, day)
                                                                      : SPAN("");
}

#define CURRENT_DAYS 366

/* A text that does not say when it ends is open for ever by its words; a reader wants to know
   whether it still is. Current: it ends on a known day that has not passed, or took effect within
   the last year. */
bool finding_is_current(const struct finding *f, struct date as_of)
{
    bool recent = false;

    if (f->timing != TIMING_OPEN && f->timing != TIMING_UNKNOWN_END &&
        f->timing != TIMING_UNKNOWN_START)
        return false;
    for (size_t i = 0; i < f->date_count; i++) {
        const struct date_finding *d = &f->dates[i];
        if (!d->known)
            continue;
        if (span_eq(d->what, SPAN("apply-by")) || span_eq(d->what, SPAN("in-force-to")))
            return date_compare(d->date, as_of) >= 0;
        if (span_eq(d->what, SPAN("in-force-from")))
            recent = date_days(as_of) - date_days(d->date) <= CURRENT_DAYS;
    }
    return recent;
}

/* ---- conditions ---- */

static const struct library_document *document_of(const struct finding *f,
                                                  const struct condition *c)
{
    return c->document ? c->document : f->measure->document;
}

static void add_citation(struct view *v, struct json *o, const struct library_document *d,
                         struct span clause)
{
    if (d)
        JSON_SET(o, "citation", shape_citation(v->req, v->answers->app, d, clause));
}

static void dress_condition(struct view *v, const struct finding *f,
                            const struct condition_finding *c, struct json *o)
{
    bool any = false;

    JSON_SET(o, "say", text(v, condition_sentence(v->arena, v->checkup->library, c, v->english)));
    JSON_SET(o, "mark", json_string(v->arena, span_z(truth_mark(c))));
    JSON_SET(o, "mark_word",
             text(v, say(v, arena_print(v->arena, "checkup.truth.%s", truth_mark(c)).p, NULL)));
    add_citation(v, o, document_of(f, c->condition), c->condition->cites);
    shape_formula(v->req, o, "if", v->checkup->library, c->condition->test.text);
    const struct json *facts = JSON_GET(o, "facts");
    for (struct json *fact = facts ? facts->first : NULL; fact; fact = fact->next) {
        JSON_SET(fact, "name_say",
                 text(v, name_words(v->checkup->library, json_text(JSON_GET(fact, "name")),
                                    v->english)));
        any |= JSON_GET(fact, "known") && JSON_GET(fact, "known")->kind == JSON_TRUE;
    }
    set_flag(v, o, "has_facts", any);
}

static void dress_conditions(struct view *v, const struct finding *f, struct json *o)
{
    const struct json *list = JSON_GET(o, "conditions");
    struct json *at = list ? list->first : NULL;

    for (size_t i = 0; i < f->measure->condition_count && at; i++, at = at->next)
        dress_condition(v, f, &f->conditions[i], at);
    set_flag(v, o, "has_conditions", f->measure->condition_count > 0);
}

/* The reasons that decide: what is not met, what is near. Kept short; the rest opens below. */
static void add_reasons(struct view *v, const struct finding *f, struct json *o, size_t most)
{
    struct json *reasons = json_array(v->arena);

    for (size_t i = 0; i < f->measure->condition_count; i++) {
        const struct condition_finding *c = &f->conditions[i];
        bool open = c->condition->manual && f->group == GROUP_CONFIRM;
        if ((reasons && reasons->n >= most) ||
            (!open && !(value_is_false(c->truth) && !c->condition->soft)))
            continue;
        struct json *r = json_object(v->arena);
        JSON_SET(r, "say",
                 text(v, condition_sentence(v->arena, v->checkup->library, c, v->english)));
        JSON_SET(r, "mark", json_string(v->arena, span_z(truth_mark(c))));
        json_add(reasons, r);
    }
    if (f->no_item) {
        struct json *r = json_object(v->arena), *args = json_object(v->arena);
        JSON_SET(args, "of", text(v, words_in(f->measure->each->title, v->english)));
        JSON_SET(r, "say", text(v, say(v, "checkup.no_item", args)));
        JSON_SET(r, "mark", json_string(v->arena, SPAN("no")));
        json_add(reasons, r);
    }
    JSON_SET(o, "reasons", reasons);
    set_flag(v, o, "has_reasons", reasons && reasons->n > 0);
}

static void add_near(struct view *v, const struct finding *f, struct json *o)
{
    bool by_time = false;

    for (size_t i = 0; i < f->measure->condition_count; i++)
        for (const struct feel_use *u = f->conditions[i].near ? f->conditions[i].uses : NULL; u;
             u = u->next) {
            const struct slot *s = &v->checkup->library->slots[u->slot];
            by_time |= s->kind == SLOT_FACT && s->fact->change == CHANGE_BY_TIME;
        }
    if (f->group == GROUP_NEAR)
        JSON_SET(o, "near_say",
                 text(v, say(v, by_time ? "checkup.near_time" : "checkup.near_self", NULL)));
}

/* ---- what is missing ---- */

static struct span papers_say(struct view *v, const struct recogniser *x)
{
    struct buffer b = BUFFER_INIT;
    for (size_t i = 0; i < x->bring_count; i++)
        buffer_print(&b, "%s%.*s", i ? v->english ? ", " : "、" : "",
                     SPAN_ARG(words_in(x->bring[i], v->english)));
    struct span say = arena_copy(v->arena, buffer_span(&b));
    buffer_release(&b);
    return say;
}

/* One who recognises, if there is more to say of him than his name. */
static void add_recogniser(struct view *v, const struct recogniser *x, struct json *list)
{
    struct json *o = json_object(v->arena);
    JSON_SET(o, "who", text(v, words_in(x->title, v->english)));
    JSON_SET(o, "papers", text(v, papers_say(v, x)));
    if (x->procedure)
        JSON_SET(o, "guide_link", text(v, shape_link(v->req, "guide", x->procedure->id)));
    if (x->bring_count || x->procedure)
        json_add(list, o);
}

/* What only somebody else decides: who, by the routes of the library, with what to bring and the
 * guide of the procedure. Empty = nobody is named. */
static struct span recognisers_say(struct view *v, const struct finding *f, const struct missing *m,
                                   struct json *o)
{
    const struct recognition *r = recognition_of(v->checkup->library, m);
    struct buffer who = BUFFER_INIT;
    struct json *list = json_array(v->arena);
    if (!r)
        return SPAN("");
    struct span region = recognition_region(r, &v->checkup->subject, &v->checkup->options, m->item,
                                            f->measure->region);
    (void)recognisers_print(&who, r, f->measure, region, v->english);
    for (size_t i = 0; i < r->recogniser_count; i++)
        if (recogniser_is_of(&r->recognisers[i], region))
            add_recogniser(v, &r->recognisers[i], list);
    struct span say = arena_copy(v->arena, buffer_span(&who));
    buffer_release(&who);
    set_flag(v, o, "has_recognisers", list && list->n > 0);
    JSON_SET(o, "recognisers", list);
    return say;
}

struct json *missing_line(struct view *v, const struct finding *f, const struct missing *m)
{
    struct json *o = json_object(v->arena), *args = json_object(v->arena);
    const struct fact *fact = map_get(&v->checkup->library->fact_by_name, m->fact);
    struct span what =
        fact ? key_words(v->req, (struct fact_key){fact, m->item, m->period}) : m->fact;
    bool own_act = m->cause == CAUSE_EVENT && span_eq(m->holder, SPAN("申请人"));
    const char *cause = own_act ? "own" : cause_names[m->cause];

    struct span who = recognisers_say(v, f, m, o);
    who = who.n ? who : m->holder.n ? m->holder : say(v, "checkup.authority", NULL);

    JSON_SET(args, "what", text(v, what));
    JSON_SET(args, "holder", text(v, who));
    JSON_SET(args, "from", text(v, m->available_from));
    JSON_SET(o, "what", text(v, what));
    JSON_SET(o, "say", text(v, say(v, arena_print(v->arena, "checkup.missing.%s", cause).p, args)));
    if (m->cause == CAUSE_ASK && fact)
        JSON_SET(o, "link",
                 text(v, question_link(v->answers, (struct fact_key){fact, m->item, m->period},
                                       "result")));
    return o;
}

static void add_missing(struct view *v, const struct finding *f, struct json *o, size_t most)
{
    struct json *list = json_array(v->arena);
    size_t n = 0;

    if (f->group == GROUP_NOT || f->group == GROUP_NEAR)
        return;
    for (const struct missing *m = f->missing; m; m = m->next)
        if (n++ < most)
            json_add(list, missing_line(v, f, m));
    JSON_SET(o, "lacks", list);
    set_flag(v, o, "has_missing", n > 0);
    set_count(v, o, "missing_more", n > most ? n - most : 0);
    set_flag(v, o, "has_missing_more", n > most);
}

/* ---- results, dates, readings ---- */

static void dress_results(struct view *v, const struct finding *f, struct json *o)
{
    const struct json *list = JSON_GET(o, "results");
    struct json *at = list ? list->first : NULL;
    bool any = false;

    for (size_t i = 0; i < f->measure->benefit_count && at; i++, at = at->next) {
        const struct benefit *b = f->results[i].benefit;
        JSON_SET(at, "precision_word",
                 text(v, words_in(precision_words[b->precision].title, v->english)));
        JSON_SET(at, "nature_word",
                 text(v, b->kind == RESULT_MONEY
                             ? words_in(nature_words[b->nature].title, v->english)
                             : SPAN("")));
        set_flag(v, at, "show_worked",
                 f->results[i].worked.n > 0 &&
                     !span_eq(f->results[i].worked, json_text(JSON_GET(at, "formula"))));
        bool figure = f->results[i].has_value || f->results[i].has_min || f->results[i].has_max;
        JSON_SET(
            at, "result_say",
            text(v, figure ? result_words_of(v->arena, &f->results[i], v->english) : SPAN("")));
        any |= json_text(JSON_GET(at, "formula")).n > 0;
        if (json_text(JSON_GET(at, "formula")).n)
            shape_formula(v->req, at, "formula", v->checkup->library,
                          json_text(JSON_GET(at, "formula")));
    }
    set_flag(v, o, "has_formulas", any);
}

static void dress_dates(struct view *v, const struct finding *f, struct json *o)
{
    const struct json *list = JSON_GET(o, "dates");
    struct json *at = list ? list->first : NULL;

    for (size_t i = 0; i < f->date_count && at; i++, at = at->next) {
        JSON_SET(at, "say", text(v, words_in(f->dates[i].title, v->english)));
        set_flag(v, at, "by_reading", span_eq(f->dates[i].certainty, SPAN("reading")));
        set_flag(v, at, "by_event", span_eq(f->dates[i].certainty, SPAN("event")));
    }
    set_flag(v, o, "has_dates", f->date_count > 0);
}

/* ---- what to do ---- */

static struct json *words_list(struct view *v, const struct words *at, size_t n)
{
    struct json *list = json_array(v->arena);
    for (size_t i = 0; i < n; i++) {
        struct json *o = json_object(v->arena);
        JSON_SET(o, "say", text(v, words_in(at[i], v->english)));
        json_add(list, o);
    }
    return list;
}

static void add_next(struct view *v, const struct finding *f, struct json *o)
{
    const struct measure *m = f->measure;
    struct json *contacts = json_array(v->arena);
    bool useful = f->group == GROUP_CAN || f->group == GROUP_CONFIRM || f->group == GROUP_NEAR;

    for (size_t i = 0; i < m->contact_count; i++) {
        struct json *c = json_object(v->arena);
        JSON_SET(c, "role", text(v, words_in(m->contacts[i].role, v->english)));
        JSON_SET(c, "organisation", text(v, m->contacts[i].organisation));
        json_add(contacts, c);
    }
    JSON_SET(o, "steps", words_list(v, m->steps, m->step_count));
    JSON_SET(o, "materials", words_list(v, m->materials, m->material_count));
    JSON_SET(o, "contacts", contacts);
    set_flag(v, o, "has_steps", useful && m->step_count > 0);
    set_flag(v, o, "has_materials", useful && m->material_count > 0);
    set_flag(v, o, "has_contacts", useful && m->contact_count > 0);
    JSON_SET(o, "mode_word", text(v, words_in(apply_words[m->apply_mode].title, v->english)));
}

/* ---- one finding ---- */

/* A sum that may be counted on stands out; everything else is said in plain ink. */
bool gives_money(const struct finding *f)
{
    for (size_t i = 0; i < f->measure->benefit_count; i++)
        if (f->results[i].has_value && f->results[i].benefit->kind == RESULT_MONEY &&
            f->results[i].benefit->precision == PRECISION_EXACT)
            return true;
    return false;
}

struct span finding_link(struct view *v, const char *folder, const struct finding *f)
{
    struct span path = arena_print(v->arena, "checkups/%s", folder),
                link = path.p ? shape_link(v->req, path.p, f->measure->id) : path;
    const struct item_kind *kind = f->measure->each;
    for (size_t i = 0; kind && f->item.n && i < v->answers->subject.list_count; i++) {
        const struct item_list *l = &v->answers->subject.lists[i];
        for (size_t k = 0; l->kind == kind && k < l->n; k++)
            if (span_eq(l->ids[k], f->item))
                return arena_print(v->arena, "%.*s?item=%zu", SPAN_ARG(link), k + 1);
    }
    return link;
}

/* What a card and the page have in common. */
static void add_head(struct view *v, const struct finding *f, struct json *o)
{
    const struct measure *m = f->measure;
    bool open = f->timing == TIMING_OPEN;

    JSON_SET(o, "title_say", text(v, words_in(m->title, v->english)));
    JSON_SET(o, "plain_say", text(v, words_in(m->plain, v->english)));
    JSON_SET(o, "gives_say",
             text(v, f->group == GROUP_NOT ? SPAN("") : finding_gives(v->arena, f, v->english)));
    JSON_SET(o, "kind_word", text(v, words_in(kind_words[m->kind].title, v->english)));
    JSON_SET(o, "timing_word",
             text(v, open ? SPAN("") : words_in(timing_words[f->timing].title, v->english)));
    JSON_SET(o, "item_say", text(v, f->item));
    JSON_SET(o, "region_say", text(v, m->region));
    JSON_SET(o, "until", text(v, until_text(v, f)));
    set_flag(v, o, "gives_money", gives_money(f));
    set_flag(v, o, "excluded", f->excluded_count > 0);
    set_flag(v, o, "left_out", f->left_out && !f->excluded_count);
    set_flag(v, o, "pay_late", f->late);
}

/* Rows that pass on the same rule: one card with all its sources. */
static void add_sources(struct view *v, const struct finding *f, struct json *o)
{
    struct json *list = json_array(v->arena);

    for (size_t i = 0; i < f->source_count; i++) {
        const struct measure *m = f->sources[i]->measure;
        struct json *s = json_object(v->arena);
        JSON_SET(s, "source_say", text(v, m->document->title));
        JSON_SET(s, "source_clause", text(v, m->cites));
        JSON_SET(s, "source_link", text(v, shape_link(v->req, "measures", m->id)));
        json_add(list, s);
    }
    JSON_SET(o, "same_sources", list);
    set_count(v, o, "source_count", f->source_count + 1);
    set_flag(v, o, "has_sources", f->source_count > 0);
}

/* What it rests on, and the last day on which all of that can be begun. */
static void add_chain(struct view *v, const struct finding *f, struct json *o)
{
    struct json *list = json_array(v->arena);

    for (size_t i = 0; i < f->chain_count; i++) {
        const struct chain_finding *c = &f->chain[i];
        const struct measure *m = c->link->measure;
        struct json *s = json_object(v->arena);
        JSON_SET(s, "chain_title", text(v, words_in(m->title, v->english)));
        JSON_SET(s, "chain_link", text(v, shape_link(v->req, "measures", m->id)));
        JSON_SET(
            s, "chain_state",
            text(v, c->known
                        ? say(v, c->applied ? "checkup.chain_applied" : "checkup.chain_not", NULL)
                    : c->judged ? words_in(status_words[c->status].title, v->english)
                                : say(v, "checkup.chain_unknown", NULL)));
        JSON_SET(s, "chain_day", text(v, c->has_last ? day_text(v->arena, c->last) : SPAN("")));
        set_flag(v, s, "chain_changes", c->link->kind == LINK_CHANGES);
        json_add(list, s);
    }
    JSON_SET(o, "chain_steps", list);
    set_flag(v, o, "has_chain", f->chain_count > 0);
    JSON_SET(o, "chain_last",
             text(v, f->has_chain_last ? day_text(v->arena, f->chain_last) : SPAN("")));
}

/* Where the readings of a text give different things, the card says what each gives. */
static void add_readings(struct view *v, const struct finding *f, struct json *o)
{
    struct json *list = json_array(v->arena);

    for (size_t i = 0; i < f->measure->reading_count; i++) {
        const struct reading_finding *r = &f->readings[i];
        struct finding other = *f;
        struct json *s = json_object(v->arena);
        other.results = r->results;
        other.answer = r->answer;
        other.status = r->status;
        JSON_SET(s, "reading_say", text(v, words_in(r->reading->title, v->english)));
        set_flag(v, s, "reading_used", r->used);
        JSON_SET(s, "reading_status", text(v, words_in(status_words[r->status].title, v->english)));
        JSON_SET(s, "reading_gives",
                 text(v, r->status == STATUS_INELIGIBLE
                             ? SPAN("")
                             : finding_gives(v->arena, &other, v->english)));
        json_add(list, s);
    }
    JSON_SET(o, "both_readings", list);
    set_flag(v, o, "has_readings", f->measure->reading_count > 0);
}

/* Where to apply: nowhere for what was refused. */
static void add_ways(struct view *v, const struct finding *f, struct json *o)
{
    struct json *ways = procedures_for(v->req, v->checkup->library, f->measure, f->item);
    bool any = ways && ways->n > 0 && f->group != GROUP_NOT;

    JSON_SET(o, "ways", ways);
    set_flag(v, o, "has_ways", any);
    set_flag(v, o, "one_way", any && ways->n == 1);
    set_flag(v, o, "several_ways", any && ways->n > 1);
}

struct json *finding_card(struct view *v, const struct finding *f)
{
    struct json *o = json_object(v->arena);

    add_head(v, f, o);
    JSON_SET(o, "finding_page", text(v, finding_link(v, "findings", f)));
    add_ways(v, f, o);
    add_reasons(v, f, o, CARD_REASONS);
    add_near(v, f, o);
    add_missing(v, f, o, CARD_REASONS);
    add_sources(v, f, o);
    add_chain(v, f, o);
    add_readings(v, f, o);
    return o;
}

/* ---- the page of one finding ---- */

static struct json *finding_shape(struct view *v, const struct finding *f)
{
    struct json *o = finding_json(v->arena, v->checkup, f);

    add_head(v, f, o);
    add_ways(v, f, o);
    JSON_SET(
        o, "measure_link",
        text(v, shape_link(v->req, f->measure->product ? "products" : "measures", f->measure->id)));
    JSON_SET(o, "failure_say", text(v, f->failure ? f->failure->message : SPAN("")));
    JSON_SET(o, "group_word", text(v, words_in(group_words[f->group].title, v->english)));
    JSON_SET(o, "group_tag", json_string(v->arena, span_z(group_tag(f->group))));
    JSON_SET(o, "letter", text(v, has_claimant(v, f) ? finding_link(v, "letter", f) : SPAN("")));
    dress_conditions(v, f, o);
    add_reasons(v, f, o, SIZE_MAX);
    add_near(v, f, o);
    add_missing(v, f, o, SIZE_MAX);
    dress_results(v, f, o);
    dress_dates(v, f, o);
    add_sources(v, f, o);
    add_chain(v, f, o);
    add_readings(v, f, o);
    add_next(v, f, o);
    return o;
}

struct finding *finding_of_address(struct answers *s, struct checkup *c)
{
    struct span id = request_param(s->req, "id"), item;
    const struct measure *m = library_find(s->app->library, id, NULL);

    if (!m || !answers_item_id(s, m->each, request_value(s->req, "item")->number, &item))
        return NULL;
    for (size_t i = 0; i < c->n; i++)
        if (c->findings[i].measure == m && (!item.n || span_eq(c->findings[i].item, item)))
            return &c->findings[i];
    return NULL;
}

int checkups_finding(struct request *req, struct response *res, void *context)
{
    struct answers s;
    struct checkup *c;
    int r = checkup_open(req, res, context, true, &s, &c);
    const struct finding *f = r == 0 ? finding_of_address(&s, c) : NULL;

    if (r != 0)
        return r;
    if (!f) {
        err_set(&res->err, E_NOT_FOUND, "no such finding in this check-up");
        err_hint(&res->err, "/checkups/result lists the findings");
        return E_NOT_FOUND;
    }
    struct view v = view_of(&s, c);
    if (req->wants_json) {
        res->data = finding_json(req->arena, c, f);
        return res->data ? 200 : err_memory(&res->err);
    }
    res->data = finding_shape(&v, f);
    JSON_SET(res->data, "title", text(&v, words_in(f->measure->title, v.english)));
    gloss_add(req, res->data);
    res->template = "checkup_finding";
    return 200;
}
