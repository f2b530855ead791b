/*
 * show.c: see show.h. Formulas are shown as their authors wrote them.
 */
#include "policy/show.h"
#include "policy/recognition.h"

static void set_text(struct arena *a, struct json *o, struct span key, struct span text)
{
    if (text.n)
        json_set(o, key, json_string(a, text));
}

struct json *words_json(struct arena *a, struct words w)
{
    struct json *o = json_object(a);
    JSON_SET(o, "zh", json_string(a, w.zh));
    JSON_SET(o, "en", json_string(a, w.en));
    return o;
}

static void set_words(struct arena *a, struct json *o, struct span key, struct words w)
{
    if (w.zh.n)
        json_set(o, key, words_json(a, w));
}

static void set_spans(struct arena *a, struct json *o, struct span key, const struct span *at,
                      size_t n)
{
    if (n == 0)
        return;
    struct json *list = json_array(a);
    for (size_t i = 0; i < n; i++)
        json_add(list, json_string(a, at[i]));
    json_set(o, key, list);
}

static void set_words_list(struct arena *a, struct json *o, struct span key, const struct words *at,
                           size_t n)
{
    if (n == 0)
        return;
    struct json *list = json_array(a);
    for (size_t i = 0; i < n; i++)
        json_add(list, words_json(a, at[i]));
    json_set(o, key, list);
}

static void set_date(struct arena *a, struct json *o, struct span key, struct date d)
{
    char text[DATE_TEXT];
    size_t n = date_print(d, text);
    json_set(o, key, json_string(a, arena_copy(a, span_of(text, n))));
}

static void set_decimal(struct arena *a, struct json *o, struct span key, struct decimal d)
{
    char text[DECIMAL_TEXT];
    size_t n = decimal_plain(d, text, sizeof text);
    json_set(o, key, json_number(a, arena_copy(a, span_of(text, n))));
}

static void set_type(struct arena *a, struct json *o, const struct type *t)
{
    struct buffer b = BUFFER_INIT;
    type_print(&b, t);
    JSON_SET(o, "type", json_string(a, arena_copy(a, buffer_span(&b))));
    if (buffer_failed(&b))
        a->failed = true;
    buffer_release(&b);
}

/* ---- vocabulary ---- */

static const char *const period_names[] = {NULL, "year", "quarter", "month", "day"};
static const char *const simple_types[TYPE_KINDS] = {[TYPE_BOOLEAN] = "boolean",
                                                     [TYPE_NUMBER] = "number",
                                                     [TYPE_STRING] = "string",
                                                     [TYPE_DATE] = "date",
                                                     [TYPE_LIST] = "list"};

static void set_simple_type(struct arena *a, struct json *o, const struct type *t)
{
    const struct type *strings = t->kind == TYPE_LIST ? t->element : t;
    set_text(a, o, SPAN("type"), span_z(simple_types[t->kind]));
    set_text(a, o, SPAN("unit"), t->unit);
    set_spans(a, o, SPAN("values"), strings->values, strings->value_count);
}

struct json *fact_json(struct arena *a, const struct fact *f)
{
    struct json *o = json_object(a);
    JSON_SET(o, "name", json_string(a, f->name));
    JSON_SET(o, "of",
             json_string(a, f->of          ? f->of->id
                            : f->of_person ? SPAN("person")
                                           : SPAN("enterprise")));
    set_simple_type(a, o, f->type);
    if (f->period)
        set_text(a, o, SPAN("period"), span_z(period_names[f->period]));
    if (f->whole)
        JSON_SET(o, "whole", json_bool(a, true));
    if (f->has_min)
        set_decimal(a, o, SPAN("min"), f->min);
    if (f->has_max)
        set_decimal(a, o, SPAN("max"), f->max);
    set_text(a, o, SPAN("title_en"), f->title.en);
    set_text(a, o, SPAN("holder"), f->holder);
    set_text(a, o, SPAN("cause"), span_z(cause_names[f->cause]));
    set_text(a, o, SPAN("change"), change_words[f->change].yaml);
    JSON_SET(o, "sensitive", json_bool(a, f->sensitive));
    set_words(a, o, SPAN("purpose"), f->purpose);
    if (f->has_keep_months)
        set_decimal(a, o, SPAN("keep_months"), f->keep_months);
    set_words(a, o, SPAN("question"), f->question);
    set_words(a, o, SPAN("help"), f->help);
    set_text(a, o, SPAN("computed"), f->computed.text);
    if (f->recognition)
        JSON_SET(o, "recognition", recognition_json(a, f->recognition));
    return o;
}

static struct json *item_json(struct arena *a, const struct item_kind *item)
{
    struct json *o = json_object(a);
    JSON_SET(o, "item", json_string(a, item->id));
    JSON_SET(o, "list", json_string(a, item->list));
    set_words(a, o, SPAN("title"), item->title);
    return o;
}

static struct json *parameter_json(struct arena *a, const struct parameter *p)
{
    struct json *o = json_object(a), *values = json_array(a);
    JSON_SET(o, "name", json_string(a, p->name));
    set_simple_type(a, o, p->type);
    set_words(a, o, SPAN("title"), p->title);
    set_text(a, o, SPAN("holder"), p->holder);
    JSON_SET(o, "event", json_bool(a, p->event));
    if (p->has_known_until)
        set_date(a, o, SPAN("known_until"), p->known_until);
    for (size_t i = 0; i < p->value_count; i++) {
        struct json *v = json_object(a);
        set_date(a, v, SPAN("from"), p->values[i].from);
        if (p->values[i].has_to)
            set_date(a, v, SPAN("to"), p->values[i].to);
        set_text(a, v, SPAN("region"), p->values[i].region);
        JSON_SET(v, "value", feel_to_json(a, p->values[i].value));
        set_text(a, v, SPAN("source"), p->values[i].source);
        json_add(values, v);
    }
    JSON_SET(o, "values", values);
    return o;
}

static struct json *register_json(struct arena *a, const struct library_register *r)
{
    static const char *const coverages[] = {"complete", "partial", "open"};
    struct json *o = json_object(a);
    JSON_SET(o, "name", json_string(a, r->name));
    set_type(a, o, r->type);
    set_words(a, o, SPAN("title"), r->title);
    set_text(a, o, SPAN("coverage"), span_z(coverages[r->list.list->coverage]));
    JSON_SET(o, "entries", json_int(a, (int64_t)r->list.list->n));
    set_text(a, o, SPAN("list"), span_z(register_lists[r->kept]));
    set_text(a, o, SPAN("keeper"), r->keeper);
    set_text(a, o, SPAN("fact"), r->fact);
    set_text(a, o, SPAN("document"), r->source_document);
    set_text(a, o, SPAN("clause"), r->source_clause);
    return o;
}

/* A decision as expressions see it. */
static struct json *decision_json(struct arena *a, const struct decision *d)
{
    struct json *o = json_object(a), *inputs = json_array(a);
    struct buffer b = BUFFER_INIT;
    JSON_SET(o, "name", json_string(a, d->name));
    JSON_SET(o, "model", json_string(a, d->model->id));
    for (size_t i = 0; i < d->function.input_count; i++)
        json_add(inputs, json_string(a, dmn_element_name(d->function.inputs[i])));
    JSON_SET(o, "inputs", inputs);
    type_print(&b, d->function.type->result);
    JSON_SET(o, "type", json_string(a, arena_copy(a, buffer_span(&b))));
    a->failed = a->failed || buffer_failed(&b);
    buffer_release(&b);
    return o;
}

struct json *decision_model_json(struct arena *a, const struct decision_model *m)
{
    struct json *o = dmn_decision_json(a, m->dmn, NULL);
    if (!o)
        return NULL;
    JSON_SET(o, "id", json_string(a, m->id));
    JSON_SET(o, "title", words_json(a, m->title));
    set_text(a, o, SPAN("source"), m->source);
    return a->failed ? NULL : o;
}

struct json *vocabulary_json(struct arena *a, const struct library *l)
{
    struct json *o = json_object(a), *items = json_array(a), *facts = json_array(a),
                *parameters = json_array(a);
    struct json *registers = json_array(a), *ready = json_array(a), *decisions = json_array(a);
    for (size_t i = 0; i < l->item_kind_count; i++)
        json_add(items, item_json(a, l->item_kinds[i]));
    for (size_t i = 0; i < l->fact_count; i++)
        json_add(facts, fact_json(a, l->facts[i]));
    for (size_t i = 0; i < l->parameter_count; i++)
        json_add(parameters, parameter_json(a, l->parameters[i]));
    for (size_t i = 0; i < l->register_count; i++)
        json_add(registers, register_json(a, l->registers[i]));
    for (size_t i = 0; i < l->decision_count; i++)
        json_add(decisions, decision_json(a, l->decisions[i]));
    for (size_t i = 0; i < l->vocabulary.slots; i++)
        if (l->slots[i].kind >= SLOT_TODAY)
            json_add(ready, json_string(a, l->slots[i].name));
    JSON_SET(o, "library", json_string(a, span_z(l->hash)));
    JSON_SET(o, "facts", facts);
    JSON_SET(o, "items", items);
    JSON_SET(o, "parameters", parameters);
    JSON_SET(o, "registers", registers);
    JSON_SET(o, "decisions", decisions);
    JSON_SET(o, "names", ready);
    return a->failed ? NULL : o;
}

/* ---- measures ---- */

static void set_formula(struct arena *a, struct json *o, struct span key, struct formula f)
{
    set_text(a, o, key, f.text);
}

static void set_document(struct arena *a, struct json *o, const struct library_document *d)
{
    struct json *j = json_object(a);
    JSON_SET(j, "id", json_string(a, d->id));
    set_text(a, j, SPAN("title"), d->title);
    set_text(a, j, SPAN("number"), d->number);
    set_spans(a, j, SPAN("issuers"), d->issuers, d->issuer_count);
    JSON_SET(o, "document", j);
}

static struct json *condition_json(struct arena *a, const struct condition *c,
                                   const struct measure *m)
{
    struct json *o = json_object(a);
    set_text(a, o, SPAN("rule"), c->id);
    set_formula(a, o, SPAN("if"), c->test);
    set_words(a, o, c->manual ? SPAN("manual") : SPAN("text"), c->text);
    if (c->manual) {
        set_text(a, o, SPAN("owner"), c->owner);
        set_text(a, o, SPAN("reason"), reason_words[c->reason].yaml);
        if (c->recognition)
            JSON_SET(o, "recognition", recognition_json(a, c->recognition));
    }
    if (c->soft)
        JSON_SET(o, "soft", json_bool(a, true));
    set_text(a, o, SPAN("cites"), c->cites);
    if (c->document && c->document != m->document)
        set_text(a, o, SPAN("document"), c->document->id);
    return o;
}

static struct json *benefit_json(struct arena *a, const struct benefit *b)
{
    struct json *o = json_object(a);
    JSON_SET(o, "name", json_string(a, b->name));
    set_text(a, o, SPAN("kind"), result_words[b->kind].yaml);
    set_text(a, o, SPAN("precision"), precision_words[b->precision].yaml);
    if (b->kind == RESULT_MONEY)
        set_text(a, o, SPAN("nature"), nature_words[b->nature].yaml);
    set_text(a, o, SPAN("unit"), b->unit);
    set_formula(a, o, SPAN("amount"), b->amount);
    set_formula(a, o, SPAN("cap"), b->cap);
    set_formula(a, o, SPAN("min"), b->min);
    set_formula(a, o, SPAN("max"), b->max);
    set_words(a, o, SPAN("text"), b->text);
    set_text(a, o, SPAN("cites"), b->cites);
    return o;
}

static void set_lets(struct arena *a, struct json *o, const struct measure *m)
{
    if (m->let_count == 0)
        return;
    struct json *lets = json_object(a);
    for (size_t i = 0; i < m->let_count; i++)
        json_set(lets, m->lets[i].name, json_string(a, m->lets[i].formula.text));
    JSON_SET(o, "let", lets);
}

static void set_windows(struct arena *a, struct json *o, const struct measure *m)
{
    struct json *force = json_object(a), *apply = json_object(a);
    set_formula(a, force, SPAN("from"), m->in_force_from);
    set_formula(a, force, SPAN("to"), m->in_force_to);
    JSON_SET(force, "certainty",
             json_string(a, m->from_inferred ? SPAN("inferred") : SPAN("printed")));
    set_text(a, apply, SPAN("mode"), apply_words[m->apply_mode].yaml);
    set_formula(a, apply, SPAN("from"), m->apply_from);
    set_formula(a, apply, SPAN("to"), m->apply_to);
    set_text(a, apply, SPAN("late"), m->late);
    set_spans(a, apply, SPAN("channels"), m->channels, m->channel_count);
    set_text(a, apply, SPAN("cites"), m->apply_cites);
    JSON_SET(o, "in_force", force);
    JSON_SET(o, "apply", apply);
}

static void set_roles(struct arena *a, struct json *o, const struct measure *m)
{
    struct json *addressees = json_array(a);
    for (size_t i = 0; i < ROLES; i++)
        if (m->addressees & (1u << i))
            json_add(addressees, json_string(a, role_words[i].yaml));
    JSON_SET(o, "addressee", addressees);
    set_text(a, o, SPAN("applicant"), role_words[m->applicant].yaml);
    set_text(a, o, SPAN("beneficiary"), role_words[m->beneficiary].yaml);
    if (m->each)
        set_text(a, o, SPAN("each"), m->each->id);
}

static void set_decision(struct arena *a, struct json *o, const struct measure *m)
{
    struct json *conditions = json_array(a), *benefits = json_array(a), *dates = json_array(a);
    for (size_t i = 0; i < m->condition_count; i++)
        json_add(conditions, condition_json(a, &m->conditions[i], m));
    for (size_t i = 0; i < m->benefit_count; i++)
        json_add(benefits, benefit_json(a, &m->benefits[i]));
    for (size_t i = 0; i < m->date_count; i++) {
        struct json *d = json_object(a);
        set_text(a, d, SPAN("what"), m->dates[i].what);
        set_words(a, d, SPAN("title"), m->dates[i].title);
        set_formula(a, d, SPAN("is"), m->dates[i].is);
        set_text(a, d, SPAN("cites"), m->dates[i].cites);
        json_add(dates, d);
    }
    JSON_SET(o, "conditions", conditions);
    set_lets(a, o, m);
    JSON_SET(o, "benefit", benefits);
    set_formula(a, o, SPAN("test"), m->test);
    JSON_SET(o, "dates", dates);
}

static struct json *reading_json(struct arena *a, const struct measure *m, const struct reading *r,
                                 bool used)
{
    struct json *o = json_object(a), *set = json_object(a);
    set_text(a, o, SPAN("reading"), r->id);
    set_words(a, o, SPAN("title"), r->title);
    JSON_SET(o, "default", json_bool(a, used));
    for (size_t i = 0; r->lets && i < m->let_count; i++)
        if (!span_eq(r->lets[i].formula.text, m->lets[i].formula.text))
            json_set(set, r->lets[i].name, json_string(a, r->lets[i].formula.text));
    JSON_SET(o, "set", set);
    return o;
}

static void set_around(struct arena *a, struct json *o, const struct measure *m)
{
    struct json *readings = json_array(a), *relations = json_array(a), *contacts = json_array(a);
    for (size_t i = 0; i < m->reading_count; i++)
        json_add(readings, reading_json(a, m, &m->readings[i], i == 0));
    for (size_t i = 0; i < m->relation_count; i++) {
        struct json *r = json_object(a);
        set_text(a, r, SPAN("kind"), relation_words[m->relations[i].kind].yaml);
        set_spans(a, r, SPAN("with"), m->relations[i].with, m->relations[i].with_count);
        set_words(a, r, SPAN("title"), m->relations[i].title);
        set_text(a, r, SPAN("cites"), m->relations[i].cites);
        set_text(a, r, SPAN("rule"), m->relations[i].rule);
        if (m->relations[i].soft)
            JSON_SET(r, "soft", json_bool(a, true));
        set_words(a, r, SPAN("ask"), m->relations[i].ask);
        json_add(relations, r);
    }
    for (size_t i = 0; i < m->contact_count; i++) {
        struct json *c = json_object(a);
        set_words(a, c, SPAN("role"), m->contacts[i].role);
        set_text(a, c, SPAN("organisation"), m->contacts[i].organisation);
        set_text(a, c, SPAN("channel"), m->contacts[i].channel);
        json_add(contacts, c);
    }
    JSON_SET(o, "readings", readings);
    JSON_SET(o, "relations", relations);
    set_words_list(a, o, SPAN("materials"), m->materials, m->material_count);
    set_words_list(a, o, SPAN("steps"), m->steps, m->step_count);
    JSON_SET(o, "contacts", contacts);
    set_words_list(a, o, SPAN("notes"), m->notes, m->note_count);
}

/* Computed facts are left out of nothing: a supplied value wins over the computation, so both may
 * be given. */
static void set_needs(struct arena *a, struct json *o, const struct library *l,
                      const struct measure *m)
{
    struct json *facts = json_array(a), *parameters = json_array(a), *registers = json_array(a),
                *decisions = json_array(a);
    for (size_t i = 0; i < m->slot_count; i++) {
        const struct slot *s = &l->slots[m->slots[i]];
        if (s->kind == SLOT_FACT)
            json_add(facts, fact_json(a, s->fact));
        else if (s->kind == SLOT_PARAMETER)
            json_add(parameters, json_string(a, s->name));
        else if (s->kind == SLOT_REGISTER)
            json_add(registers, json_string(a, s->name));
        else if (s->kind == SLOT_DECISION)
            json_add(decisions, decision_json(a, s->decision));
    }
    JSON_SET(o, "needs", facts);
    JSON_SET(o, "parameters", parameters);
    JSON_SET(o, "registers", registers);
    JSON_SET(o, "decisions", decisions);
}

struct json *measure_line_json(struct arena *a, const struct measure *m)
{
    struct json *o = json_object(a);
    JSON_SET(o, "id", json_string(a, m->id));
    set_text(a, o, SPAN("catalogue"), m->catalogue);
    JSON_SET(o, "product", json_bool(a, m->product));
    JSON_SET(o, "title", words_json(a, m->title));
    set_words(a, o, SPAN("plain"), m->plain);
    set_text(a, o, SPAN("kind"), kind_words[m->kind].yaml);
    set_text(a, o, SPAN("precision"), precision_words[m->precision].yaml);
    set_text(a, o, SPAN("region"), m->region);
    set_text(a, o, SPAN("authority"), m->authority);
    set_text(a, o, SPAN("institution"), m->institution);
    set_text(a, o, SPAN("type"), m->product_type);
    set_spans(a, o, SPAN("tags"), m->tags, m->tag_count);
    if (m->document)
        set_document(a, o, m->document);
    set_text(a, o, SPAN("cites"), m->cites);
    if (m->catalogue_count > 1)
        set_spans(a, o, SPAN("catalogues"), m->catalogues, m->catalogue_count);
    if (m->family)
        set_text(a, o, SPAN("family"), m->family->id);
    set_text(a, o, SPAN("class"), m->same_class);
    set_text(a, o, SPAN("same_as"), m->same_as_id);
    return o;
}

struct json *measure_json(struct arena *a, const struct library *l, const struct measure *m)
{
    struct json *o = measure_line_json(a, m);
    set_roles(a, o, m);
    set_windows(a, o, m);
    set_decision(a, o, m);
    set_words(a, o, SPAN("next"), m->next);
    set_around(a, o, m);
    set_needs(a, o, l, m);
    return a->failed ? NULL : o;
}

/* ---- families ---- */

static struct json *tree_copy(struct arena *a, const struct json *v)
{
    struct json *o;
    switch (v->kind) {
    case JSON_OBJECT:
        o = json_object(a);
        JSON_EACH(e, v)
        json_set(o, e->key, tree_copy(a, e));
        return o;
    case JSON_ARRAY:
        o = json_array(a);
        JSON_EACH(e, v)
        json_add(o, tree_copy(a, e));
        return o;
    default:
        return json_string(a, json_text(v));
    }
}

static struct json *member_json(struct arena *a, const struct family *f, const struct measure *m)
{
    struct json *o = measure_line_json(a, m), *values = json_object(a);
    for (size_t i = 0; m->family_values && i < f->slot_count; i++)
        json_set(values, f->slots[i].name,
                 m->family_values[i] ? tree_copy(a, m->family_values[i]) : json_null(a));
    JSON_SET(o, "values", values);
    return o;
}

struct json *family_json(struct arena *a, const struct family *f)
{
    struct json *o = json_object(a), *slots = json_array(a), *members = json_array(a);
    for (size_t i = 0; i < f->slot_count; i++) {
        struct json *s = json_object(a);
        JSON_SET(s, "name", json_string(a, f->slots[i].name));
        set_text(a, s, SPAN("unit"), f->slots[i].unit);
        set_words(a, s, SPAN("title"), f->slots[i].title);
        json_add(slots, s);
    }
    for (size_t i = 0; i < f->member_count; i++)
        json_add(members, member_json(a, f, f->members[i]));
    JSON_SET(o, "family", json_string(a, f->id));
    JSON_SET(o, "title", words_json(a, f->title));
    JSON_SET(o, "slots", slots);
    JSON_SET(o, "members", members);
    return a->failed ? NULL : o;
}
