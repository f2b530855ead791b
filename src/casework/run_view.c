/*
 * run_view.c: the view of a case as the one JSON tree that pages and commands show.
 */
#include "casework/run_int.h"

struct writer {
    struct arena *a;
    const struct case_view *v;
    bool english;
};

static struct json *text(const struct writer *w, struct span s)
{
    return json_string(w->a, s);
}

static struct json *instant(const struct writer *w, int64_t ms)
{
    char at[DATE_TEXT];
    size_t n = clock_print(ms, at);
    return json_string(w->a, arena_copy(w->a, (struct span){at, n}));
}

static struct json *day(const struct writer *w, int64_t ms)
{
    char at[DATE_TEXT];
    struct date d;

    if (!clock_date(ms, &d))
        return json_null(w->a);
    return json_string(w->a, arena_copy(w->a, (struct span){at, date_print(d, at)}));
}

static void set_word(const struct writer *w, struct json *j, const char *key,
                     const struct closed_word *word)
{
    json_set(j, span_z(key), text(w, word->yaml));
    json_set(j, arena_print(w->a, "%s_title", key), text(w, words_in(word->title, w->english)));
}

/* ---- names ---- */

static struct span party_title(const struct writer *w, struct span id)
{
    const struct procedure *p = w->v->procedure;

    for (enum actor_kind k = 0; k < ACTOR_KINDS; k++)
        if ((k == ACTOR_APPLICANT || k == ACTOR_PROGRAM || k == ACTOR_ANYBODY) &&
            span_eq(actor_words[k].yaml, id))
            return words_in(actor_words[k].title, w->english);
    for (size_t i = 0; i < p->party_count; i++)
        if (span_eq(p->parties[i].id, id))
            return words_in(p->parties[i].title, w->english);
    return id;
}

/* A field or a material. */
static struct span item_title(const struct writer *w, struct span id)
{
    const struct procedure *p = w->v->procedure;
    size_t field = procedure_field_index(p, id), material = material_index(p, id);

    if (material != SIZE_MAX)
        return words_in(p->materials[material].title, w->english);
    if (field != SIZE_MAX && p->fields[field].title.zh.n)
        return words_in(p->fields[field].title, w->english);
    return id;
}

static struct json *items(const struct writer *w, const struct span *at, size_t n)
{
    struct json *list = json_array(w->a);

    for (size_t i = 0; i < n; i++) {
        struct json *j = json_object(w->a);
        JSON_SET(j, "id", text(w, at[i]));
        JSON_SET(j, "title", text(w, item_title(w, at[i])));
        json_add(list, j);
    }
    return list;
}

/* ---- clocks ---- */

static void clock_moments(const struct writer *w, const struct clock_view *c, struct json *j)
{
    if (c->started) {
        JSON_SET(j, "started", instant(w, c->started));
        JSON_SET(j, "used", json_int(w->a, c->used));
        JSON_SET(j, "left", json_int(w->a, c->left));
        set_word(w, j, "unit", &limit_unit_words[clock_unit(c->clock)]);
    }
    if (c->has_due) {
        JSON_SET(j, "due", instant(w, c->due));
        JSON_SET(j, "due_day", day(w, c->due - 1));
    }
    if (c->warn) {
        JSON_SET(j, "warn", instant(w, c->warn));
        JSON_SET(j, "warned", json_bool(w->a, c->state == CLOCK_RUNNING && w->v->now >= c->warn));
    }
}

static struct json *clock_json(const struct writer *w, const struct clock_view *c)
{
    struct json *j = json_object(w->a);

    JSON_SET(j, "clock", text(w, c->clock->id));
    JSON_SET(j, "title", text(w, words_in(c->clock->title, w->english)));
    JSON_SET(j, "owner", text(w, c->clock->owner));
    JSON_SET(j, "owner_title", text(w, party_title(w, c->clock->owner)));
    set_word(w, j, "state", &clock_state_words[c->state]);
    clock_moments(w, c, j);
    JSON_SET(j, "late", json_bool(w->a, c->late));
    JSON_SET(j, "overdue", json_bool(w->a, clock_overdue(c, w->v->phase)));
    if (c->why.n) {
        size_t act = procedure_act_index(w->v->procedure, c->why);
        JSON_SET(j, "why", text(w, c->why));
        if (act != SIZE_MAX)
            JSON_SET(j, "why_title",
                     text(w, words_in(w->v->procedure->acts[act].title, w->english)));
    }
    if (c->extended)
        JSON_SET(j, "extended", json_int(w->a, c->extended));
    set_word(w, j, "lapse", &lapse_words[c->clock->lapse]);
    if (c->clock->cites.n)
        JSON_SET(j, "cites", text(w, c->clock->cites));
    return j;
}

/* ---- papers and fields ---- */

static struct json *material_json(const struct writer *w, const struct material_view *m)
{
    struct json *j = json_object(w->a);

    JSON_SET(j, "material", text(w, m->material->id));
    JSON_SET(j, "title", text(w, words_in(m->material->title, w->english)));
    set_word(w, j, "form", &paper_form_words[m->material->form]);
    JSON_SET(j, "needed", json_bool(w->a, m->needed && !m->unknown));
    JSON_SET(j, "unknown", json_bool(w->a, m->unknown));
    JSON_SET(j, "there", json_bool(w->a, m->there));
    JSON_SET(j, "held", json_bool(w->a, m->held));
    JSON_SET(j, "promised", json_bool(w->a, m->promised));
    if (m->material->cites.n)
        JSON_SET(j, "cites", text(w, m->material->cites));
    return j;
}

static struct json *field_json(const struct writer *w, const struct field_view *f)
{
    struct json *j = json_object(w->a);

    JSON_SET(j, "field", text(w, f->field->name));
    JSON_SET(j, "title", text(w, item_title(w, f->field->name)));
    if (f->field->unit.n)
        JSON_SET(j, "unit", text(w, f->field->unit));
    JSON_SET(j, "required", json_bool(w->a, f->field->required));
    JSON_SET(j, "sensitive", json_bool(w->a, f->field->sensitive));
    JSON_SET(j, "shown", json_bool(w->a, f->shown));
    JSON_SET(j, "there", json_bool(w->a, f->there));
    if (f->there) {
        JSON_SET(j, "value", feel_to_json(w->a, f->value));
        JSON_SET(j, "source", text(w, f->source));
    }
    return j;
}

/* ---- acts ---- */

static struct json *condition_json(const struct writer *w, const struct condition_finding *c)
{
    struct json *j = json_object(w->a);
    struct span label = words_in(c->condition->text, w->english);
    struct span truth = value_is_true(c->truth)    ? SPAN("true")
                        : value_is_false(c->truth) ? SPAN("false")
                                                   : SPAN("unknown");

    JSON_SET(j, "if", text(w, c->condition->test.text));
    if (label.n)
        JSON_SET(j, "text", text(w, label));
    JSON_SET(j, "truth", text(w, truth));
    if (c->condition->cites.n)
        JSON_SET(j, "cites", text(w, c->condition->cites));
    return j;
}

static struct json *unknowns(const struct writer *w, const struct missing *m)
{
    struct json *list = json_array(w->a);

    for (; m; m = m->next) {
        struct json *j = json_object(w->a);
        JSON_SET(j, "fact", text(w, m->fact));
        JSON_SET(j, "cause", text(w, span_z(cause_names[m->cause])));
        json_add(list, j);
    }
    return list;
}

static struct json *act_json(const struct writer *w, const struct act_view *a)
{
    struct json *j = json_object(w->a);

    JSON_SET(j, "act", text(w, a->act->id));
    JSON_SET(j, "title", text(w, words_in(a->act->title, w->english)));
    JSON_SET(j, "may", json_bool(w->a, a->refusal == REFUSAL_NONE));
    set_word(w, j, "refusal", &refusal_words[a->refusal]);
    JSON_SET(j, "reason", json_bool(w->a, (a->act->flags & (ACT_REASON | ACT_RETURNS)) != 0));
    if (a->act->decision != DECISION_NONE)
        set_word(w, j, "decision", &decision_words[a->act->decision]);
    if (a->lacking_count)
        JSON_SET(j, "lacking", items(w, a->lacking, a->lacking_count));
    if (a->missing)
        JSON_SET(j, "missing", unknowns(w, a->missing));
    if (a->conditions && a->act->condition_count) {
        struct json *list = json_array(w->a);
        for (size_t i = 0; i < a->act->condition_count; i++)
            json_add(list, condition_json(w, &a->conditions[i]));
        JSON_SET(j, "conditions", list);
    }
    if (a->act->cites.n)
        JSON_SET(j, "cites", text(w, a->act->cites));
    return j;
}

/* ---- the whole ---- */

static void head(const struct writer *w, struct json *j)
{
    const struct case_view *v = w->v;
    const struct procedure *p = v->procedure;
    char amount[DECIMAL_TEXT];

    JSON_SET(j, "procedure", text(w, p->id));
    JSON_SET(j, "title", text(w, words_in(p->title, w->english)));
    JSON_SET(j, "now", instant(w, v->now));
    JSON_SET(j, "opened", json_bool(w->a, v->opened));
    if (p->state_count) {
        JSON_SET(j, "state", text(w, p->states[v->state].id));
        JSON_SET(j, "state_title", text(w, words_in(p->states[v->state].title, w->english)));
    }
    set_word(w, j, "phase", &phase_words[v->phase]);
    set_word(w, j, "decision", &decision_words[v->decision]);
    if (v->has_amount) {
        size_t n = decimal_fixed(v->amount, 2, amount, sizeof amount);
        JSON_SET(j, "amount", text(w, arena_copy(w->a, (struct span){amount, n})));
    }
    JSON_SET(j, "paused", json_bool(w->a, v->paused));
    if (v->next)
        JSON_SET(j, "next", clock_json(w, v->next));
}

static struct json *lapses(const struct writer *w)
{
    struct json *list = json_array(w->a);

    for (size_t i = 0; i < w->v->lapse_count; i++) {
        struct json *j = json_object(w->a);
        JSON_SET(j, "act", text(w, w->v->lapses[i].act));
        JSON_SET(j, "at", instant(w, w->v->lapses[i].at));
        json_add(list, j);
    }
    return list;
}

static struct json *overdue(const struct writer *w)
{
    struct json *list = json_array(w->a);

    for (size_t i = 0; i < w->v->procedure->clock_count; i++)
        if (clock_overdue(&w->v->clocks[i], w->v->phase))
            json_add(list, text(w, w->v->clocks[i].clock->id));
    return list;
}

#define EACH(member, count, write)                                                                 \
    do {                                                                                           \
        struct json *list = json_array(request);                                                   \
        for (size_t i = 0; i < (count); i++)                                                       \
            json_add(list, write(&w, &v->member[i]));                                              \
        JSON_SET(j, #member, list);                                                                \
    } while (0)

struct json *case_view_json(struct arena *request, const struct case_view *v, bool english)
{
    const struct procedure *p = v->procedure;
    struct writer w = {.a = request, .v = v, .english = english};
    struct json *j = json_object(request);

    head(&w, j);
    EACH(clocks, p->clock_count, clock_json);
    JSON_SET(j, "overdue", overdue(&w));
    EACH(materials, p->material_count, material_json);
    EACH(fields, p->field_count, field_json);
    JSON_SET(j, "asked_for", items(&w, v->asked_for, v->asked_count));
    JSON_SET(j, "missing", items(&w, v->missing, v->missing_count));
    EACH(acts, p->act_count, act_json);
    JSON_SET(j, "lapses", lapses(&w));
    return j;
}
