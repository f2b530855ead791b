/*
 * checkup_whatif.c: what if one fact or one public value were another: which findings turn, and
 * what the sums become. Nothing is kept: the answers of the session stay as they are.
 */
#include "policy/whatif.h"
#include "web/checkup_view.h"
#include "web/handlers.h"

#define OFFERED 12 /* questions without an answer that are offered, too */
#define SHOWN   60 /* changes */

/* ---- what can be changed ---- */

static struct span whatif_link(struct view *v, struct fact_key k)
{
    struct span question = question_link(v->answers, k, NULL), path = SPAN("/checkups/question");
    return arena_print(v->arena, "/checkups/what-if%.*s", SPAN_ARG(span_from(question, path.n)));
}

static void add_choice(struct view *v, struct json *list, struct fact_key k, struct span now)
{
    struct json *o = json_object(v->arena);
    JSON_SET(o, "choice_say", text(v, key_words(v->req, k)));
    JSON_SET(o, "choice_now", text(v, now));
    JSON_SET(o, "choice_link", text(v, whatif_link(v, k)));
    json_add(list, o);
}

static int add_facts(struct view *v, struct json *data, struct err *err)
{
    struct json *given = json_array(v->arena), *asked = json_array(v->arena);
    const struct question *all;
    size_t n;
    int r = checkup_questions(v->arena, v->checkup, OFFERED, &all, &n, err);

    if (r < 0)
        return r;
    for (size_t i = 0; i < v->answers->subject.n; i++) {
        const struct fact_value *x = &v->answers->subject.values[i];
        if (x->fact->question.zh.n)
            add_choice(v, given, (struct fact_key){x->fact, x->item, x->period},
                       value_words(v->req, x));
    }
    for (size_t i = 0; i < n; i++)
        add_choice(v, asked, (struct fact_key){all[i].fact, all[i].item, all[i].period}, SPAN(""));
    JSON_SET(data, "given", given);
    JSON_SET(data, "asked_for", asked);
    set_flag(v, data, "has_given", given && given->n > 0);
    set_flag(v, data, "has_asked", asked && asked->n > 0);
    return 0;
}

/* Public values that the findings read; a list of words has no field here. */
static bool is_offered(const struct slot *s, const struct json *list)
{
    return s->kind == SLOT_PARAMETER && s->parameter->type->kind != TYPE_LIST && list;
}

static void add_parameters(struct view *v, struct json *data)
{
    const struct library *l = v->checkup->library;
    uint32_t *reads = ARENA_ARRAY(v->arena, uint32_t, l->vocabulary.slots);
    struct json *list = json_array(v->arena);

    for (size_t i = 0; reads && i < v->checkup->n; i++)
        for (size_t k = 0; k < v->checkup->findings[i].measure->slot_count; k++)
            reads[v->checkup->findings[i].measure->slots[k]]++;
    for (size_t i = 0; reads && i < l->parameter_count; i++) {
        const struct parameter *p = l->parameters[i];
        if (!reads[p->slot] || !is_offered(&l->slots[p->slot], list))
            continue;
        struct json *args = json_object(v->arena);
        JSON_SET(args, "title", text(v, words_in(p->title, v->english)));
        set_count(v, args, "reads", reads[p->slot]);
        shape_option(v->req, list, p->name, say(v, "checkup.parameter_option", args), false);
    }
    JSON_SET(data, "parameters", list);
    set_flag(v, data, "has_parameters", list && list->n > 0);
}

/* ---- what it turns ---- */

static struct json *side_shape(struct view *v, const struct finding *f)
{
    struct json *o = json_object(v->arena);
    struct date day;
    if (!f)
        return o;
    JSON_SET(o, "group_word", text(v, words_in(group_words[f->group].title, v->english)));
    JSON_SET(o, "group_tag", text(v, span_z(group_tag(f->group))));
    JSON_SET(o, "gives_say",
             text(v, f->group == GROUP_NOT ? SPAN("") : finding_gives(v->arena, f, v->english)));
    JSON_SET(o, "until", text(v, safe_day(f, &day) ? day_text(v->arena, day) : SPAN("")));
    set_flag(v, o, "left_out", f->left_out);
    return o;
}

static const char *direction(const struct change *c)
{
    if (!c->before || !c->after || c->before->group == c->after->group)
        return "other";
    return c->after->group < c->before->group ? "better" : "worse";
}

static struct json *change_shape(struct view *v, const struct change *c)
{
    const struct finding *f = c->after ? c->after : c->before;
    struct json *o = json_object(v->arena);
    const char *way = direction(c);

    JSON_SET(o, "title_say", text(v, words_in(f->measure->title, v->english)));
    JSON_SET(o, "item_say", text(v, f->item));
    JSON_SET(
        o, "measure_link",
        text(v, shape_link(v->req, f->measure->product ? "products" : "measures", f->measure->id)));
    JSON_SET(o, "way", text(v, span_z(way)));
    JSON_SET(o, "way_say", text(v, say(v, arena_print(v->arena, "checkup.turn.%s", way).p, NULL)));
    JSON_SET(o, "was", side_shape(v, c->before));
    JSON_SET(o, "becomes", side_shape(v, c->after));
    set_flag(v, o, "was_there", c->before != NULL);
    set_flag(v, o, "is_there", c->after != NULL);
    return o;
}

static struct decimal sum_of(const struct total *t, size_t n, enum nature nature)
{
    for (size_t i = 0; i < n; i++)
        if (t[i].nature == nature)
            return t[i].exact;
    return DECIMAL_ZERO;
}

static void add_sums(struct view *v, const struct checkup *after, struct json *data)
{
    struct total old[NATURES], fresh[NATURES];
    size_t n = checkup_totals(v->checkup, old), m = checkup_totals(after, fresh);
    struct json *list = json_array(v->arena);

    for (size_t k = 0; k < NATURES; k++) {
        struct decimal a = sum_of(old, n, (enum nature)k), b = sum_of(fresh, m, (enum nature)k);
        if (decimal_compare(a, b) == 0)
            continue;
        struct json *o = json_object(v->arena);
        JSON_SET(o, "nature_word", text(v, words_in(nature_words[k].title, v->english)));
        JSON_SET(o, "sum_was", text(v, money_say(v->req, a)));
        JSON_SET(o, "sum_is", text(v, money_say(v->req, b)));
        json_add(list, o);
    }
    JSON_SET(data, "sums", list);
    set_flag(v, data, "has_sums", list && list->n > 0);
}

static int add_changes(struct view *v, const struct checkup *after, struct json *data)
{
    static const char *const ways[] = {"better", "worse", "other"};
    const struct change *all;
    struct json *list = json_array(v->arena);
    size_t n, shown = 0;
    int r = checkup_changes(v->arena, v->checkup, after, &all, &n);

    if (r < 0)
        return r;
    for (size_t w = 0; w < COUNT_OF(ways); w++)
        for (size_t i = 0; i < n && shown < SHOWN; i++)
            if (span_eq(span_z(direction(&all[i])), span_z(ways[w]))) {
                json_add(list, change_shape(v, &all[i]));
                shown++;
            }
    JSON_SET(data, "turns", list);
    set_flag(v, data, "has_turns", n > 0);
    set_count(v, data, "turn_count", n);
    set_flag(v, data, "turns_cut", n > shown);
    set_count(v, data, "turns_shown", shown);
    add_sums(v, after, data);
    return 0;
}

/* ---- one thing changed ---- */

/* A public value as something to ask for: the same fields, the same reading of what was typed. */
static struct fact as_fact(const struct parameter *p)
{
    return (struct fact){.name = p->name,
                         .type = p->type,
                         .unit = p->unit,
                         .holder = p->holder,
                         .question = p->title};
}

struct trial {
    bool of_fact;
    struct fact_key key;
    const struct parameter *parameter;
    struct fact stand_in;
};

static bool trial_of(struct answers *s, struct trial *ret)
{
    *ret = (struct trial){.of_fact = request_text(s->req, "fact").n > 0};
    if (ret->of_fact)
        return key_of_address(s, &ret->key);
    ret->parameter =
        map_get(&s->app->library->parameter_by_name, request_text(s->req, "parameter"));
    if (!ret->parameter || ret->parameter->type->kind == TYPE_LIST)
        return false;
    ret->stand_in = as_fact(ret->parameter);
    return true;
}

static void show_form(struct view *v, struct trial *t, struct json *data)
{
    struct question q = {.fact = t->of_fact ? t->key.fact : &t->stand_in,
                         .item = t->key.item,
                         .period = t->key.period,
                         .at_stake = DECIMAL_ZERO};

    JSON_SET(data, "question", question_shape(v->answers, &q, v->req->errors != NULL));
    set_flag(v, data, "of_parameter", !t->of_fact);
    JSON_SET(data, "title", text(v, words_in(q.fact->question, v->english)));
}

static int check_other(struct view *v, struct trial *t, struct json *value, struct checkup **ret,
                       struct err *err)
{
    struct answers other = *v->answers;
    struct override set = {.parameter = t->parameter};
    struct match_options options = v->checkup->options;
    int r = 0;

    if (t->of_fact)
        answers_put(&other, t->key, value);
    r = answers_read(&other, err);
    if (r == 0 && !t->of_fact) {
        struct override *kept = ARENA_NEW(v->arena, struct override);
        r = kept ? feel_from_json(v->arena, value, t->parameter->type, &set.value, err) : E_MEMORY;
        if (r == 0)
            *kept = set;
        options.overrides = kept;
        options.override_count = 1;
    }
    struct subject *subject = r == 0 ? ARENA_NEW(v->arena, struct subject) : NULL;
    if (!subject)
        return r < 0 ? r : err_memory(err);
    *subject = other.subject;
    return match(v->arena, v->checkup->library, subject, &options, ret, err);
}

/* What was tried, for people. */
static struct span tried_words(struct view *v, const struct trial *t, const struct json *value)
{
    const struct fact *f = t->of_fact ? t->key.fact : &t->stand_in;
    const struct type *type = f->type->kind == TYPE_DATED ? f->type->element : f->type;
    struct fact_value tried = {.fact = f, .value = {.kind = VALUE_NULL}};
    struct err ignored = ERR_INIT;

    if (value->kind != JSON_NULL &&
        feel_from_json(v->arena, value, type, &tried.value, &ignored) < 0)
        return json_text(value);
    return value_words(v->req, &tried);
}

static int no_such_trial(struct response *res)
{
    err_set(&res->err, E_NOT_FOUND, "no such fact or public value");
    err_hint(&res->err, "/checkups/what-if offers what can be changed");
    return E_NOT_FOUND;
}

int checkups_whatif(struct request *req, struct response *res, void *context)
{
    struct answers s;
    struct checkup *c;
    struct trial t;
    int r = checkup_open(req, res, context, false, &s, &c);

    if (r != 0)
        return r;
    struct view v = view_of(&s, c);
    res->template = "checkup_whatif";
    res->title = "checkup.whatif_title";
    if (!request_text(req, "fact").n && !request_text(req, "parameter").n) {
        r = add_facts(&v, res->data, &res->err);
        add_parameters(&v, res->data);
        set_flag(&v, res->data, "choosing", true);
        return r < 0 ? r : 200;
    }
    if (!trial_of(&s, &t))
        return no_such_trial(res);
    show_form(&v, &t, res->data);
    res->title = NULL;
    return 200;
}

int checkups_try(struct request *req, struct response *res, void *context)
{
    struct answers s;
    struct checkup *c, *after;
    struct trial t;
    int r = checkup_open(req, res, context, false, &s, &c);

    if (r != 0)
        return r;
    if (!trial_of(&s, &t))
        return no_such_trial(res);
    struct view v = view_of(&s, c);
    struct json *value = req->errors ? NULL
                         : span_eq(request_text(req, "how"), SPAN("absent"))
                             ? json_null(req->arena)
                             : question_value(&s, t.of_fact ? t.key.fact : &t.stand_in);
    res->template = "checkup_whatif";
    if (req->errors) {
        show_form(&v, &t, res->data);
        return 422;
    }
    r = value ? check_other(&v, &t, value, &after, &res->err) : err_memory(&res->err);
    if (r == 0)
        r = add_changes(&v, after, res->data);
    if (r < 0)
        return r;
    JSON_SET(res->data, "changed",
             text(&v, t.of_fact ? key_words(req, t.key) : words_in(t.parameter->title, v.english)));
    JSON_SET(res->data, "changed_to", text(&v, tried_words(&v, &t, value)));
    set_flag(&v, res->data, "tried", true);
    res->title = "checkup.whatif_title";
    return 200;
}
