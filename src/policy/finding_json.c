/*
 * finding_json.c: findings as JSON: the contract of docs/finding.md. Every key is always there;
 * what does not apply is null or empty. Figures are strings, so that no reader turns them into
 * binary fractions.
 */
#include "policy/match_int.h"
#include "policy/recognition.h"

struct writer {
    struct arena *arena;
    const struct checkup *checkup;
    const struct finding *finding;
};

static struct json *text_or_null(struct arena *a, struct span s)
{
    return s.n ? json_string(a, s) : json_null(a);
}

static struct json *text(struct arena *a, struct span s)
{
    return json_string(a, s.p ? s : SPAN(""));
}

static struct json *date_json(struct arena *a, struct date d)
{
    char buffer[DATE_TEXT];
    return json_string(a, arena_copy(a, span_of(buffer, date_print(d, buffer))));
}

static struct span plain_text(struct arena *a, struct value v)
{
    struct buffer b = BUFFER_INIT;
    value_text(&b, v);
    struct span s = arena_copy(a, buffer_span(&b));
    if (buffer_failed(&b))
        a->failed = true;
    buffer_release(&b);
    return s;
}

/* ---- values ---- */

struct span money_text(struct arena *a, struct decimal d)
{
    char buffer[DECIMAL_PLAIN];
    return arena_copy(a, span_of(buffer, decimal_fixed(d, 2, buffer, sizeof buffer)));
}

static struct json *figure(struct arena *a, const struct benefit *b, bool has, struct value v)
{
    if (!has)
        return json_null(a);
    if (is_in_yuan(b) && v.kind == VALUE_NUMBER)
        return json_string(a, money_text(a, v.number));
    return json_string(a, plain_text(a, v));
}

/* A list of items is shown by their ids. */
static struct json *ids_json(struct arena *a, const struct list *l)
{
    struct json *ids = json_array(a);
    for (size_t i = 0; i < l->n; i++) {
        const struct value *id =
            l->at[i].kind == VALUE_CONTEXT ? context_get(l->at[i].context, SPAN("id")) : NULL;
        json_add(ids, id ? feel_to_json(a, *id) : feel_to_json(a, l->at[i]));
    }
    return ids;
}

static struct json *fact_value_json(struct arena *a, struct value v)
{
    switch (v.kind) {
    case VALUE_NULL:
    case VALUE_UNKNOWN:
    case VALUE_ERROR:
        return json_null(a);
    case VALUE_NUMBER:
        return json_string(a, plain_text(a, v));
    case VALUE_LIST:
        return ids_json(a, v.list);
    default:
        return feel_to_json(a, v);
    }
}

/* ---- conditions ---- */

static const struct fact_value *given(const struct checkup *c, const struct feel_use *u,
                                      const struct fact *f)
{
    for (size_t i = 0; i < c->subject.n; i++) {
        const struct fact_value *v = &c->subject.values[i];
        if (v->fact == f && span_eq(v->item, u->item) && span_eq(v->period, u->period))
            return v;
    }
    return NULL;
}

static struct span source_of(const struct slot *s, const struct fact_value *v,
                             const struct feel_use *u)
{
    if (v)
        return v->source;
    if (s->kind == SLOT_PARAMETER)
        return SPAN("parameter");
    if (s->kind == SLOT_REGISTER)
        return SPAN("register");
    return s->kind == SLOT_FACT && s->fact->computed.text.n && u->value.kind < VALUE_UNKNOWN
               ? SPAN("computed")
               : SPAN("");
}

static struct json *use_json(const struct writer *w, const struct feel_use *u)
{
    struct arena *a = w->arena;
    const struct slot *s = &w->checkup->library->slots[u->slot];
    const struct fact_value *v = s->kind == SLOT_FACT ? given(w->checkup, u, s->fact) : NULL;
    const struct criterion *by = criterion_of_use(w->checkup, w->finding, u);
    struct json *j = json_object(a);
    JSON_SET(j, "name", text(a, u->name));
    JSON_SET(j, "item", text(a, u->item));
    JSON_SET(j, "period", text(a, u->period));
    JSON_SET(j, "value", s->kind == SLOT_REGISTER ? json_null(a) : fact_value_json(a, u->value));
    JSON_SET(j, "unit",
             text(a, s->kind == SLOT_FACT        ? s->fact->unit
                     : s->kind == SLOT_PARAMETER ? s->parameter->unit
                                                 : SPAN("")));
    JSON_SET(j, "known", json_bool(a, u->value.kind < VALUE_UNKNOWN));
    JSON_SET(j, "source", text(a, by ? SPAN("criterion") : source_of(s, v, u)));
    JSON_SET(j, "date", v && v->has_date ? date_json(a, v->date) : json_null(a));
    JSON_SET(j, "conflict", json_bool(a, v && v->conflict));
    JSON_SET(j, "criterion", criterion_json(a, by));
    return j;
}

static struct json *uses_json(const struct writer *w, const struct feel_use *u)
{
    struct json *all = json_array(w->arena);
    for (; u; u = u->next)
        if (w->checkup->library->slots[u->slot].kind <= SLOT_REGISTER)
            json_add(all, use_json(w, u));
    return all;
}

static struct json *failure_json(struct arena *a, const struct failure *f)
{
    if (!f)
        return json_null(a);
    struct json *j = json_object(a);
    JSON_SET(j, "code", json_string(a, span_z(err_name(f->code))));
    JSON_SET(j, "message", text(a, f->message));
    JSON_SET(j, "start", json_int(a, f->start));
    JSON_SET(j, "end", json_int(a, f->end));
    return j;
}

static struct json *place_json(struct arena *a, const struct library_document *d,
                               struct span clause)
{
    struct json *j = json_object(a);
    JSON_SET(j, "document", text(a, d ? d->id : SPAN("")));
    JSON_SET(j, "title", text(a, d ? d->title : SPAN("")));
    JSON_SET(j, "clause", text(a, clause));
    return j;
}

/* What the applicant would change to get there. */
static struct json *near_json(const struct writer *w, const struct condition_finding *c)
{
    struct arena *a = w->arena;
    if (!c->near)
        return json_null(a);
    struct json *names = json_array(a), *j = json_object(a);
    for (const struct feel_use *u = c->uses; u; u = u->next) {
        const struct slot *s = &w->checkup->library->slots[u->slot];
        if (s->kind == SLOT_FACT && !s->fact->computed.expr)
            json_add(names, json_string(a, u->name));
    }
    JSON_SET(j, "facts", names);
    return j;
}

static struct json *condition_json(const struct writer *w, const struct condition_finding *c)
{
    static const char *const truths[] = {"false", "true"};
    struct arena *a = w->arena;
    const struct condition *x = c->condition;
    struct json *j = json_object(a);
    bool known = c->truth.kind == VALUE_BOOLEAN;
    JSON_SET(j, "if", text_or_null(a, x->test.text));
    JSON_SET(j, "text", text(a, x->text.zh));
    JSON_SET(j, "text_en", text(a, x->text.en));
    JSON_SET(j, "truth",
             json_string(a, known ? span_z(truths[c->truth.boolean]) : SPAN("unknown")));
    JSON_SET(j, "sentence", text(a, condition_sentence(a, w->checkup->library, c, false)));
    JSON_SET(j, "sentence_en", text(a, condition_sentence(a, w->checkup->library, c, true)));
    JSON_SET(j, "manual", json_bool(a, x->manual));
    JSON_SET(j, "soft", json_bool(a, x->soft));
    JSON_SET(j, "owner", text_or_null(a, x->owner));
    JSON_SET(j, "reason", x->manual ? json_string(a, reason_words[x->reason].yaml) : json_null(a));
    JSON_SET(j, "document", text(a, x->document ? x->document->id : SPAN("")));
    JSON_SET(j, "cites", text(a, x->cites));
    JSON_SET(j, "criterion", criterion_json(a, criterion_of_manual(w->checkup, w->finding, c)));
    JSON_SET(j, "facts", uses_json(w, c->uses));
    JSON_SET(j, "near", near_json(w, c));
    JSON_SET(j, "error", failure_json(a, c->truth.kind == VALUE_ERROR ? c->truth.failure : NULL));
    return j;
}

/* ---- results, dates, missing, readings ---- */

static const char *const basis_names[BASES] = {"verified", "declared", "forecast", "accrued"};

static struct span formula_text(struct arena *a, const struct benefit *b)
{
    const struct formula *low, *shown = shown_formula(b, &low);
    if (shown && low)
        return arena_print(a, "[%.*s..%.*s]", SPAN_ARG(low->text), SPAN_ARG(shown->text));
    return shown ? shown->text : SPAN("");
}

/* A result of words is its words. */
static struct json *value_json(struct arena *a, const struct result *r, bool shown)
{
    const struct benefit *b = r->benefit;
    if (!r->has_value && b->kind == RESULT_TEXT && b->text.zh.n && shown)
        return json_string(a, b->text.zh);
    return figure(a, b, r->has_value, r->value);
}

static struct json *result_json(struct arena *a, const struct result *r, bool shown)
{
    const struct benefit *b = r->benefit;
    struct json *j = json_object(a);
    JSON_SET(j, "name", text(a, b->name));
    JSON_SET(j, "kind", json_string(a, result_words[b->kind].yaml));
    JSON_SET(j, "precision", json_string(a, precision_words[b->precision].yaml));
    JSON_SET(j, "nature",
             b->kind == RESULT_MONEY ? json_string(a, nature_words[b->nature].yaml) : json_null(a));
    JSON_SET(j, "basis", json_string(a, span_z(basis_names[r->basis])));
    JSON_SET(j, "unit", text(a, b->unit));
    JSON_SET(j, "value", value_json(a, r, shown));
    JSON_SET(j, "min", figure(a, b, r->has_min, r->min));
    JSON_SET(j, "max", figure(a, b, r->has_max, r->max));
    JSON_SET(j, "formula", text(a, formula_text(a, b)));
    JSON_SET(j, "worked", text(a, r->worked));
    JSON_SET(j, "text", text_or_null(a, b->text.zh));
    JSON_SET(j, "text_en", text_or_null(a, b->text.en));
    JSON_SET(j, "cites", text(a, b->cites));
    return j;
}

static struct json *results_json(struct arena *a, const struct measure *m, const struct result *r,
                                 enum status status)
{
    struct json *all = json_array(a);
    for (size_t i = 0; i < m->benefit_count; i++)
        json_add(all, result_json(a, &r[i], status != STATUS_INELIGIBLE));
    return all;
}

static struct json *dates_json(struct arena *a, const struct finding *f)
{
    struct json *all = json_array(a);
    for (size_t i = 0; i < f->date_count; i++) {
        const struct date_finding *d = &f->dates[i];
        struct json *j = json_object(a);
        JSON_SET(j, "what", text(a, d->what));
        JSON_SET(j, "title", text(a, d->title.zh));
        JSON_SET(j, "title_en", text(a, d->title.en));
        JSON_SET(j, "date", d->known ? date_json(a, d->date) : json_null(a));
        JSON_SET(j, "certainty", text(a, d->certainty));
        JSON_SET(j, "cites", text(a, d->cites));
        JSON_SET(j, "safe", d->has_safe ? date_json(a, d->safe) : json_null(a));
        JSON_SET(j, "round", text_or_null(a, d->round ? d->round->id : SPAN("")));
        JSON_SET(j, "notice", text_or_null(a, d->notice ? d->notice->title.zh : SPAN("")));
        json_add(all, j);
    }
    return all;
}

static struct json *missing_json(const struct writer *w, const struct missing *m)
{
    struct arena *a = w->arena;
    struct json *all = json_array(a);
    for (; m; m = m->next) {
        struct json *j = json_object(a);
        JSON_SET(j, "fact", text(a, m->fact));
        JSON_SET(j, "item", text(a, m->item));
        JSON_SET(j, "period", text(a, m->period));
        JSON_SET(j, "cause", json_string(a, span_z(cause_names[m->cause])));
        JSON_SET(j, "holder", text(a, m->holder));
        JSON_SET(j, "available_from", text_or_null(a, m->available_from));
        const struct recognition *r = recognition_of(w->checkup->library, m);
        JSON_SET(j, "how", !r ? json_null(a) : text(a, r->all ? SPAN("all-of") : SPAN("one-of")));
        JSON_SET(j, "recognisers", recognisers_json(a, w->checkup, w->finding, m));
        json_add(all, j);
    }
    return all;
}

static struct json *readings_json(struct arena *a, const struct finding *f)
{
    struct json *all = json_array(a);
    for (size_t i = 0; i < f->measure->reading_count; i++) {
        const struct reading_finding *r = &f->readings[i];
        struct json *j = json_object(a);
        JSON_SET(j, "id", text(a, r->reading->id));
        JSON_SET(j, "title", text(a, r->reading->title.zh));
        JSON_SET(j, "title_en", text(a, r->reading->title.en));
        JSON_SET(j, "used", json_bool(a, r->used));
        JSON_SET(j, "status", json_string(a, status_words[r->status].yaml));
        JSON_SET(j, "answer", text_or_null(a, r->answer));
        JSON_SET(j, "results", results_json(a, f->measure, r->results, r->status));
        json_add(all, j);
    }
    return all;
}

static struct json *excluded_json(struct arena *a, const struct finding *f)
{
    struct json *all = json_array(a);
    for (size_t i = 0; i < f->excluded_count; i++)
        json_add(all, json_string(a, f->excluded_by[i]->id));
    return all;
}

/* Of rows that pass on one rule: the others that say the same. */
static struct json *sources_json(struct arena *a, const struct finding *f)
{
    struct json *all = json_array(a);
    for (size_t i = 0; i < f->source_count; i++) {
        const struct measure *m = f->sources[i]->measure;
        struct json *j = place_json(a, m->document, m->cites);
        JSON_SET(j, "measure", text(a, m->id));
        JSON_SET(j, "status", json_string(a, status_words[f->sources[i]->status].yaml));
        json_add(all, j);
    }
    return all;
}

/* What it rests on: other measures whose outcome it asks, or that change it. */
static struct json *chain_json(struct arena *a, const struct finding *f)
{
    struct json *all = json_array(a);
    for (size_t i = 0; i < f->chain_count; i++) {
        const struct chain_finding *c = &f->chain[i];
        const struct measure *m = c->link->measure;
        struct json *j = json_object(a);
        JSON_SET(j, "measure", text(a, m->id));
        JSON_SET(j, "title", text(a, m->title.zh));
        JSON_SET(j, "title_en", text(a, m->title.en));
        JSON_SET(j, "link", text(a, c->link->kind == LINK_ASKS ? SPAN("asks") : SPAN("changes")));
        JSON_SET(j, "status", json_string(a, status_words[c->status].yaml));
        JSON_SET(j, "timing", json_string(a, timing_words[c->timing].yaml));
        JSON_SET(j, "applied", c->known ? json_bool(a, c->applied) : json_null(a));
        JSON_SET(j, "last_day", c->has_last ? date_json(a, c->last) : json_null(a));
        json_add(all, j);
    }
    return all;
}

/* ---- citations ---- */

static void cite_once(struct arena *a, struct json *all, const struct library_document *d,
                      struct span clause)
{
    if (!clause.n || !d)
        return;
    JSON_EACH(x, all)
    {
        if (span_eq(json_text(JSON_GET(x, "document")), d->id) &&
            span_eq(json_text(JSON_GET(x, "clause")), clause))
            return;
    }
    json_add(all, place_json(a, d, clause));
}

static struct json *cites_json(struct arena *a, const struct finding *f)
{
    const struct measure *m = f->measure;
    struct json *all = json_array(a);
    cite_once(a, all, m->document, m->cites);
    for (size_t i = 0; i < m->condition_count; i++)
        cite_once(a, all, m->conditions[i].document ? m->conditions[i].document : m->document,
                  m->conditions[i].cites);
    for (size_t i = 0; i < m->benefit_count; i++)
        cite_once(a, all, m->document, m->benefits[i].cites);
    return all;
}

/* ---- the finding ---- */

static struct json *subject_of(struct arena *a, const struct finding *f)
{
    struct json *j = json_object(a);
    JSON_SET(j, "kind", text(a, f->subject_kind));
    JSON_SET(j, "item", text(a, f->item));
    JSON_SET(j, "item_kind", text_or_null(a, f->measure->each ? f->measure->each->id : SPAN("")));
    return j;
}

static struct span role_of(const struct finding *f)
{
    const struct measure *m = f->measure;
    if (span_eq(f->subject_kind, role_words[m->applicant].yaml))
        return SPAN("applicant");
    if (span_eq(f->subject_kind, role_words[m->beneficiary].yaml))
        return SPAN("beneficiary");
    return SPAN("addressee");
}

static void add_head(struct arena *a, struct json *j, const struct finding *f)
{
    const struct measure *m = f->measure;
    JSON_SET(j, "measure", text(a, m->id));
    JSON_SET(j, "catalogue", text_or_null(a, m->catalogue));
    JSON_SET(j, "kind", json_string(a, kind_words[m->kind].yaml));
    JSON_SET(j, "product", json_bool(a, m->product));
    JSON_SET(j, "title", text(a, m->title.zh));
    JSON_SET(j, "title_en", text(a, m->title.en));
    JSON_SET(j, "plain", text(a, m->plain.zh));
    JSON_SET(j, "plain_en", text(a, m->plain.en));
    JSON_SET(j, "region", text(a, m->region));
    JSON_SET(j, "authority", text(a, m->authority.n ? m->authority : m->institution));
    JSON_SET(j, "subject", subject_of(a, f));
    JSON_SET(j, "role", json_string(a, role_of(f)));
    JSON_SET(j, "other_side", json_bool(a, f->other_side));
}

struct json *finding_json(struct arena *request, const struct checkup *c, const struct finding *f)
{
    struct writer w = {request, c, f};
    struct json *j = json_object(request), *conditions = json_array(request);
    add_head(request, j, f);
    for (size_t i = 0; i < f->measure->condition_count; i++)
        json_add(conditions, condition_json(&w, &f->conditions[i]));
    JSON_SET(j, "status", json_string(request, status_words[f->status].yaml));
    JSON_SET(j, "answer", text_or_null(request, f->answer));
    JSON_SET(j, "timing", json_string(request, timing_words[f->timing].yaml));
    JSON_SET(j, "late", text_or_null(request, f->late ? f->measure->late : SPAN("")));
    JSON_SET(j, "gives", text(request, finding_gives(request, f, false)));
    JSON_SET(j, "results", results_json(request, f->measure, f->results, f->status));
    JSON_SET(j, "dates", dates_json(request, f));
    JSON_SET(j, "conditions", conditions);
    JSON_SET(j, "missing", missing_json(&w, f->missing));
    JSON_SET(j, "missing_later", missing_json(&w, f->later));
    JSON_SET(j, "readings", readings_json(request, f));
    JSON_SET(j, "excluded_by", excluded_json(request, f));
    JSON_SET(j, "counted_with", text_or_null(request, f->card ? f->card->measure->id : SPAN("")));
    JSON_SET(j, "sources", sources_json(request, f));
    JSON_SET(j, "chain", chain_json(request, f));
    JSON_SET(j, "chain_last_day",
             f->has_chain_last && f->chain_count ? date_json(request, f->chain_last)
                                                 : json_null(request));
    JSON_SET(j, "group", json_string(request, group_words[f->group].title.zh));
    JSON_SET(j, "no_item", json_bool(request, f->no_item));
    JSON_SET(j, "error", failure_json(request, f->failure));
    JSON_SET(j, "cites", cites_json(request, f));
    return j;
}

/* ---- the check-up ---- */

static struct json *total_json(struct arena *a, const struct total *t)
{
    struct json *j = json_object(a);
    JSON_SET(j, "nature", json_string(a, nature_words[t->nature].yaml));
    JSON_SET(j, "exact", json_string(a, money_text(a, t->exact)));
    JSON_SET(j, "verified", json_string(a, money_text(a, t->verified)));
    JSON_SET(j, "upper", json_string(a, money_text(a, t->upper)));
    JSON_SET(j, "exact_count", json_int(a, (int64_t)t->exact_count));
    JSON_SET(j, "upper_count", json_int(a, (int64_t)t->upper_count));
    JSON_SET(j, "unpublished_count", json_int(a, (int64_t)t->unpublished_count));
    return j;
}

static struct json *totals_json(struct arena *a, const struct checkup *c)
{
    struct total totals[NATURES];
    struct json *all = json_array(a);
    size_t n = checkup_totals(c, totals);
    for (size_t i = 0; i < n; i++)
        json_add(all, total_json(a, &totals[i]));
    return all;
}

static struct json *question_json(struct arena *a, const struct question *q)
{
    struct json *j = json_object(a);
    JSON_SET(j, "fact", text(a, q->fact->name));
    JSON_SET(j, "item", text(a, q->item));
    JSON_SET(j, "period", text(a, q->period));
    JSON_SET(j, "question", text(a, q->fact->question.zh));
    JSON_SET(j, "question_en", text(a, q->fact->question.en));
    JSON_SET(j, "holder", text(a, q->fact->holder));
    JSON_SET(j, "settles", json_int(a, (int64_t)q->settles));
    JSON_SET(j, "at_stake", json_string(a, money_text(a, q->at_stake)));
    return j;
}

#define QUESTIONS_SHOWN 7 /* of a check-up */
static struct json *questions_json(struct arena *a, const struct checkup *c)
{
    const struct question *q = NULL;
    struct json *all = json_array(a);
    size_t n = 0;
    if (checkup_questions(a, c, QUESTIONS_SHOWN, &q, &n, NULL) < 0)
        return NULL;
    for (size_t i = 0; i < n; i++)
        json_add(all, question_json(a, &q[i]));
    return all;
}

struct json *checkup_json(struct arena *request, const struct checkup *c)
{
    struct json *j = json_object(request), *findings = json_array(request);
    for (size_t i = 0; i < c->n; i++)
        json_add(findings, finding_json(request, c, &c->findings[i]));
    JSON_SET(j, "as_of", date_json(request, c->options.as_of));
    JSON_SET(j, "known_by", date_json(request, c->options.known_by));
    JSON_SET(j, "library", json_string(request, span_z(c->library->hash)));
    JSON_SET(j, "findings", findings);
    JSON_SET(j, "bundle", bundle_json(request, c));
    JSON_SET(j, "totals", totals_json(request, c));
    JSON_SET(j, "questions", questions_json(request, c));
    return request->failed ? NULL : j;
}
