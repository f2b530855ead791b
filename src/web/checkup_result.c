/*
 * checkup_result.c: a check-up as a page: what to do first, what it adds up to, and every finding
 * with its reasons. The tree is the contract's own (finding_json) with words, links and marks for
 * the template added beside it.
 */
#include "base/vector.h"
#include "web/checkup.h"

#define ACTS 5 /* at the top of the result */

struct view {
    struct answers *answers;
    struct checkup *checkup;
    struct request *req;
    struct arena *arena;
    bool english;
};

static struct json *text(struct view *v, struct span s)
{
    return json_string(v->arena, s.p ? s : SPAN(""));
}

static void set_flag(struct view *v, struct json *o, const char *key, bool b)
{
    json_set(o, span_z(key), json_bool(v->arena, b));
}

static struct span say(struct view *v, const char *key, const struct json *args)
{
    return request_say(v->req, key, args);
}

/* ---- money ---- */

struct span money_say(struct request *req, struct decimal d)
{
    char digits[DECIMAL_PLAIN];
    size_t n = decimal_fixed(d, 2, digits, sizeof digits), whole = 0;
    struct buffer b = BUFFER_INIT;
    struct json *args = json_object(req->arena);

    while (whole < n && digits[whole] != '.')
        whole++;
    for (size_t i = 0; i < whole; i++) {
        if (i > (digits[0] == '-') && (whole - i) % 3 == 0)
            buffer_byte(&b, ',');
        buffer_byte(&b, digits[i]);
    }
    if (!span_eq(span_of(digits + whole, n - whole), SPAN(".00")))
        buffer_add(&b, span_of(digits + whole, n - whole));
    JSON_SET(args, "number", json_string(req->arena, arena_copy(req->arena, buffer_span(&b))));
    req->arena->failed |= buffer_failed(&b);
    buffer_release(&b);
    return request_say(req, "checkup.money", args);
}

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

static struct span date_text(struct arena *a, struct date d)
{
    char out[DATE_TEXT];
    return arena_copy(a, span_of(out, date_print(d, out)));
}

/* The first day after which it may be too late: the earliest known end of the window, whichever
 * reading it comes from. */
static const struct date_finding *safe_date(const struct finding *f)
{
    const struct date_finding *best = NULL;
    for (size_t i = 0; i < f->date_count; i++) {
        const struct date_finding *d = &f->dates[i];
        bool end = span_eq(d->what, SPAN("apply-by")) || span_ends(d->what, SPAN("-by"));
        if (end && d->known && (!best || date_compare(d->date, best->date) < 0))
            best = d;
    }
    return best;
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
    JSON_EACH(fact, JSON_GET(o, "facts"))
    any |= JSON_GET(fact, "known") && JSON_GET(fact, "known")->kind == JSON_TRUE;
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
static void add_reasons(struct view *v, const struct finding *f, struct json *o)
{
    struct json *reasons = json_array(v->arena);

    for (size_t i = 0; i < f->measure->condition_count; i++) {
        const struct condition_finding *c = &f->conditions[i];
        bool open = c->condition->manual && f->group == GROUP_CONFIRM;
        if (!open && !(value_is_false(c->truth) && !c->condition->soft))
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

static void dress_missing(struct view *v, const struct missing *m, struct json *o)
{
    const struct fact *fact = map_get(&v->checkup->library->fact_by_name, m->fact);
    struct span what =
        fact ? key_words(v->req, (struct fact_key){fact, m->item, m->period}) : m->fact;
    struct json *args = json_object(v->arena);
    bool own_act = m->cause == CAUSE_EVENT && span_eq(m->holder, SPAN("申请人"));

    JSON_SET(args, "what", text(v, what));
    JSON_SET(args, "holder", text(v, m->holder.n ? m->holder : say(v, "checkup.authority", NULL)));
    JSON_SET(args, "from", text(v, m->available_from));
    JSON_SET(o, "say",
             text(v, say(v,
                         arena_print(v->arena, "checkup.missing.%s",
                                     own_act ? "own" : cause_names[m->cause])
                             .p,
                         args)));
    if (m->cause == CAUSE_ASK && fact)
        JSON_SET(o, "link",
                 text(v, question_link(v->answers, (struct fact_key){fact, m->item, m->period},
                                       "result")));
}

static void dress_all_missing(struct view *v, const struct finding *f, struct json *o)
{
    const struct json *list = JSON_GET(o, "missing");
    struct json *at = list ? list->first : NULL;

    for (const struct missing *m = f->missing; m && at; m = m->next, at = at->next)
        dress_missing(v, m, at);
    set_flag(v, o, "has_missing", f->missing && f->group != GROUP_NOT && f->group != GROUP_NEAR);
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
    const struct date_finding *safe = safe_date(f);
    if (safe && date_compare(safe->date, v->req->as_of) >= 0)
        JSON_SET(o, "until", text(v, date_text(v->arena, safe->date)));
}

static void dress_readings(struct view *v, const struct finding *f, struct json *o)
{
    const struct json *list = JSON_GET(o, "readings");
    struct json *at = list ? list->first : NULL;

    for (size_t i = 0; i < f->measure->reading_count && at; i++, at = at->next) {
        struct finding other = *f;
        other.results = f->readings[i].results;
        other.answer = f->readings[i].answer;
        other.status = f->readings[i].status;
        JSON_SET(at, "say", text(v, words_in(f->readings[i].reading->title, v->english)));
        JSON_SET(at, "status_word",
                 text(v, words_in(status_words[f->readings[i].status].title, v->english)));
        JSON_SET(at, "reading_gives", text(v, finding_gives(v->arena, &other, v->english)));
    }
    set_flag(v, o, "has_readings", f->measure->reading_count > 0);
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
static bool gives_money(const struct finding *f)
{
    for (size_t i = 0; i < f->measure->benefit_count; i++)
        if (f->results[i].has_value && f->results[i].benefit->kind == RESULT_MONEY &&
            f->results[i].benefit->precision == PRECISION_EXACT)
            return true;
    return false;
}

static struct json *finding_shape(struct view *v, const struct finding *f)
{
    const struct measure *m = f->measure;
    struct json *o = finding_json(v->arena, v->checkup, f);

    JSON_SET(o, "title_say", text(v, words_in(m->title, v->english)));
    JSON_SET(o, "plain_say", text(v, words_in(m->plain, v->english)));
    JSON_SET(o, "gives_say",
             text(v, f->group == GROUP_NOT ? SPAN("") : finding_gives(v->arena, f, v->english)));
    JSON_SET(o, "measure_link",
             text(v, shape_link(v->req, m->product ? "products" : "measures", m->id)));
    JSON_SET(o, "kind_word", text(v, words_in(kind_words[m->kind].title, v->english)));
    JSON_SET(o, "timing_word", text(v, words_in(timing_words[f->timing].title, v->english)));
    JSON_SET(o, "item_say", text(v, f->item));
    set_flag(v, o, "gives_money", gives_money(f));
    set_flag(v, o, "excluded", f->excluded_count > 0);
    JSON_SET(o, "failure_say", text(v, f->failure ? f->failure->message : SPAN("")));
    dress_conditions(v, f, o);
    add_reasons(v, f, o);
    add_near(v, f, o);
    dress_all_missing(v, f, o);
    dress_results(v, f, o);
    dress_dates(v, f, o);
    dress_readings(v, f, o);
    add_next(v, f, o);
    return o;
}

/* ---- acts ---- */

struct act {
    const struct finding *finding;
    const char *key;  /* the sentence */
    struct date date; /* safe date; far in the future when none */
    bool has_date;
};
VECTOR_OF(struct act, act_list);

static bool acts_on(const struct finding *f, const char **ret_key)
{
    const struct measure *m = f->measure;
    bool due = span_eq(f->answer, SPAN("due")) || span_eq(f->answer, SPAN("breached"));

    if (m->product || f->excluded_count)
        return false;
    if (m->kind == KIND_DUTY && f->group == GROUP_CAN && due)
        *ret_key = "checkup.act.duty";
    else if (m->kind == KIND_DUTY || m->kind == KIND_PROHIBITION || m->kind == KIND_INDICATOR)
        return false;
    else if (f->group == GROUP_CAN && m->apply_mode == APPLY_APPLICATION)
        *ret_key = "checkup.act.apply";
    else if (f->group == GROUP_CAN && m->apply_mode == APPLY_ANNOUNCED)
        *ret_key = "checkup.act.await";
    else if (f->group == GROUP_CONFIRM && m->apply_mode == APPLY_APPLICATION)
        *ret_key = "checkup.act.confirm";
    else if (f->group == GROUP_NEAR)
        *ret_key = "checkup.act.near";
    else
        return false;
    return true;
}

/* By safe date; without one behind those with one, in the order of the findings (group, then
 * amount). */
static void insert_act(struct view *v, struct act_list *list, struct act act)
{
    struct act *slot = VECTOR_PUSH(v->arena, list, struct act);
    size_t at = list->n - 1;

    if (!slot)
        return;
    while (at > 0 && date_compare(act.date, list->at[at - 1].date) < 0) {
        list->at[at] = list->at[at - 1];
        at--;
    }
    list->at[at] = act;
}

static struct json *act_shape(struct view *v, const struct act *act)
{
    struct json *o = json_object(v->arena), *args = json_object(v->arena);
    const struct measure *m = act->finding->measure;

    JSON_SET(args, "title", text(v, words_in(m->title, v->english)));
    JSON_SET(args, "who", text(v, m->authority));
    JSON_SET(o, "act_say", text(v, say(v, act->key, args)));
    JSON_SET(o, "act_link", text(v, shape_link(v->req, "measures", m->id)));
    JSON_SET(o, "act_gives", text(v, finding_gives(v->arena, act->finding, v->english)));
    JSON_SET(o, "act_who", text(v, m->authority));
    JSON_SET(o, "act_step", text(v, m->step_count ? words_in(m->steps[0], v->english) : SPAN("")));
    JSON_SET(o, "act_date", text(v, act->has_date ? date_text(v->arena, act->date) : SPAN("")));
    JSON_SET(
        o, "act_when",
        text(v, say(v, m->apply_mode == APPLY_ANNOUNCED ? "checkup.await_date" : "checkup.no_date",
                    NULL)));
    return o;
}

/* Credit products are one act together: choose among them. */
static void add_comparison(struct view *v, struct json *acts)
{
    struct json *o = json_object(v->arena), *args = json_object(v->arena);
    int64_t n = 0;

    for (size_t i = 0; i < v->checkup->n; i++)
        n += v->checkup->findings[i].measure->product && v->checkup->findings[i].group == GROUP_CAN;
    if (!n)
        return;
    JSON_SET(args, "count", json_int(v->arena, n));
    JSON_SET(o, "act_say", text(v, say(v, "checkup.act.compare", args)));
    JSON_SET(o, "act_link", json_string(v->arena, SPAN("/products/compare")));
    JSON_SET(o, "act_when", text(v, say(v, "checkup.no_date", NULL)));
    json_add(acts, o);
}

static struct json *acts_shape(struct view *v)
{
    struct act_list list = {0};
    struct json *acts = json_array(v->arena);

    for (size_t i = 0; i < v->checkup->n; i++) {
        const struct finding *f = &v->checkup->findings[i];
        const struct date_finding *safe = safe_date(f);
        struct act act = {.finding = f, .date = {DATE_YEAR_MAX, 12, 31}};
        if (!acts_on(f, &act.key))
            continue;
        act.has_date = safe && date_compare(safe->date, v->req->as_of) >= 0;
        if (act.has_date)
            act.date = safe->date;
        insert_act(v, &list, act);
    }
    for (size_t i = 0; i < list.n && i < ACTS; i++)
        json_add(acts, act_shape(v, &list.at[i]));
    if (acts && acts->n < ACTS)
        add_comparison(v, acts);
    return acts;
}

/* ---- totals ---- */

static struct decimal largest(const struct total *t, size_t n)
{
    struct decimal most = DECIMAL_ZERO;
    for (size_t i = 0; i < n; i++) {
        struct decimal sum = decimal_add(t[i].exact, t[i].upper, NULL);
        if (decimal_compare(sum, most) > 0)
            most = sum;
    }
    return most;
}

/* Hundredths of the largest, for the widths of bars. */
static struct json *share_of(struct view *v, struct decimal part, struct decimal most)
{
    char out[DECIMAL_PLAIN];
    struct decimal d = decimal_sign(most) > 0
                           ? decimal_div(decimal_mul(part, decimal_from_int(100), NULL), most, NULL)
                           : DECIMAL_ZERO;
    return json_string(v->arena,
                       arena_copy(v->arena, span_of(out, decimal_fixed(d, 1, out, sizeof out))));
}

static struct json *total_shape(struct view *v, const struct total *t, struct decimal most)
{
    struct json *o = json_object(v->arena);
    struct span id = nature_words[t->nature].yaml;

    JSON_SET(o, "nature_word", text(v, words_in(nature_words[t->nature].title, v->english)));
    JSON_SET(o, "nature_note",
             text(v, say(v, arena_print(v->arena, "checkup.nature.%.*s", SPAN_ARG(id)).p, NULL)));
    JSON_SET(o, "exact_words", text(v, t->exact_count ? money_say(v->req, t->exact) : SPAN("")));
    JSON_SET(o, "upper_words", text(v, t->upper_count ? money_say(v->req, t->upper) : SPAN("")));
    JSON_SET(o, "exact_count", json_int(v->arena, (int64_t)t->exact_count));
    JSON_SET(o, "upper_count", json_int(v->arena, (int64_t)t->upper_count));
    JSON_SET(o, "unpublished_count", json_int(v->arena, (int64_t)t->unpublished_count));
    set_flag(v, o, "has_unpublished", t->unpublished_count > 0);
    JSON_SET(o, "bar_exact", share_of(v, t->exact, most));
    JSON_SET(o, "bar_upper", share_of(v, t->upper, most));
    return o;
}

static void add_totals(struct view *v, struct json *data)
{
    struct total totals[NATURES];
    size_t n = checkup_totals(v->checkup, totals);
    struct decimal most = largest(totals, n);
    struct json *list = json_array(v->arena);

    for (size_t i = 0; i < n; i++)
        json_add(list, total_shape(v, &totals[i], most));
    JSON_SET(data, "totals", list);
    set_flag(v, data, "has_totals", n > 0);
    set_flag(v, data, "has_bars", decimal_sign(most) > 0);
}

/* ---- groups ---- */

static struct json *group_shape(struct view *v, enum group g)
{
    struct json *o = json_object(v->arena), *measures = json_array(v->arena),
                *products = json_array(v->arena);
    struct span id = group_words[g].yaml;

    for (size_t i = 0; i < v->checkup->n; i++) {
        const struct finding *f = &v->checkup->findings[i];
        if (f->group == g)
            json_add(f->measure->product ? products : measures, finding_shape(v, f));
    }
    JSON_SET(o, "group_id", text(v, id));
    JSON_SET(o, "group_word", text(v, words_in(group_words[g].title, v->english)));
    JSON_SET(o, "group_note",
             text(v, say(v, arena_print(v->arena, "checkup.group.%.*s", SPAN_ARG(id)).p, NULL)));
    JSON_SET(o, "group_tag", json_string(v->arena, span_z(group_tag(g))));
    JSON_SET(o, "group_count", json_int(v->arena, (int64_t)(measures->n + products->n)));
    JSON_SET(o, "product_count", json_int(v->arena, (int64_t)products->n));
    set_flag(v, o, "group_open", g == GROUP_CAN || g == GROUP_CONFIRM || g == GROUP_NEAR);
    set_flag(v, o, "group_any", measures->n + products->n > 0);
    set_flag(v, o, "has_products", products->n > 0);
    JSON_SET(o, "findings", measures);
    JSON_SET(o, "product_findings", products);
    return o;
}

struct json *result_shape(struct answers *s, struct checkup *c)
{
    struct view v = {s, c, s->req, s->req->arena, is_english(s->req)};
    struct json *data = json_object(v.arena), *groups = json_array(v.arena), *acts = acts_shape(&v);
    bool open = false;

    for (size_t i = 0; i < c->n; i++)
        open |= finding_is_current(&c->findings[i], s->req->as_of);
    for (size_t g = 0; g < GROUPS && v.arena && !v.arena->failed; g++)
        json_add(groups, group_shape(&v, (enum group)g));
    JSON_SET(data, "acts", acts);
    set_flag(&v, data, "has_acts", acts && acts->n > 0);
    add_totals(&v, data);
    add_bundle(s->req, c, v.english, data);
    JSON_SET(data, "groups", groups);
    JSON_SET(data, "all_count", json_int(v.arena, (int64_t)c->n));
    JSON_SET(data, "answer_count", json_int(v.arena, (int64_t)s->subject.n));
    set_flag(&v, data, "nothing_open", !open);
    set_flag(&v, data, "person", s->person);
    return data;
}
