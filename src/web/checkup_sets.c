/*
 * checkup_sets.c: of a check-up's result: which measures may be had together and which set gives
 * the most, with the runner-up and what to ask the office; the smallest honest steps of near
 * misses with gain and cost; and what somebody else can claim for the subject, with a letter.
 */
#include "policy/whatif.h"
#include "web/checkup_view.h"
#include "web/handlers.h"

#define SETS   8 /* shown open; the rest is folded */
#define STEPS  5 /* of advice on the result */
#define CLAIMS 12

/* ---- sets ---- */

static struct json *member_shape(struct view *v, const struct finding *f)
{
    struct json *o = json_object(v->arena);
    JSON_SET(o, "member_title", text(v, words_in(f->measure->title, v->english)));
    JSON_SET(o, "member_item", text(v, f->item));
    JSON_SET(o, "member_link", text(v, finding_link(v, "findings", f)));
    return o;
}

static struct json *set_shape(struct view *v, const struct bundle_part *p, const bool *set,
                              const struct decimal *amounts)
{
    struct json *list = json_array(v->arena);
    for (size_t i = 0; set && i < p->n; i++) {
        if (!set[i])
            continue;
        struct json *o = member_shape(v, p->members[i]);
        if (amounts && decimal_sign(amounts[i]) > 0)
            JSON_SET(o, "member_counts", text(v, money_say(v->req, amounts[i])));
        json_add(list, o);
    }
    return list;
}

static bool same_set(const struct bundle_part *p, const bool *a, const bool *b)
{
    for (size_t i = 0; i < p->n; i++)
        if (a[i] != b[i])
            return false;
    return true;
}

static struct span value_say(struct view *v, const struct bundle_part *p, struct decimal d)
{
    return p->nature < NATURES ? money_say(v->req, d) : SPAN("");
}

static struct json *reasons_shape(struct view *v, const struct bundle_part *p)
{
    struct json *list = json_array(v->arena);
    for (size_t i = 0; i < p->reason_count; i++) {
        const struct bundle_reason *r = &p->reasons[i];
        struct json *o = member_shape(v, r->finding);
        JSON_SET(o, "by_title",
                 text(v, r->by ? words_in(r->by->measure->title, v->english) : SPAN("")));
        JSON_SET(o, "rule_say", text(v, words_in(r->relation->title, v->english)));
        JSON_SET(o, "rule_word",
                 text(v, words_in(relation_words[r->relation->kind].title, v->english)));
        JSON_SET(o, "rule_document",
                 text(v, r->relation->document ? r->relation->document->title : SPAN("")));
        JSON_SET(o, "rule_clause", text(v, r->relation->cites));
        set_flag(v, o, "rule_soft", r->soft);
        json_add(list, o);
    }
    return list;
}

static struct json *office_shape(struct view *v, const struct bundle_part *p)
{
    struct json *list = json_array(v->arena);
    for (size_t i = 0; i < p->question_count; i++) {
        const struct relation *r = p->questions[i];
        struct json *o = json_object(v->arena);
        JSON_SET(o, "office_say", text(v, words_in(r->ask.zh.n ? r->ask : r->title, v->english)));
        JSON_SET(o, "office_document", text(v, r->document ? r->document->title : SPAN("")));
        JSON_SET(o, "office_clause", text(v, r->cites));
        json_add(list, o);
    }
    return list;
}

static void add_alternatives(struct view *v, const struct bundle_part *p, struct json *o)
{
    if (p->runner_up) {
        JSON_SET(o, "runner_up", set_shape(v, p, p->runner_up, NULL));
        JSON_SET(o, "runner_value", text(v, value_say(v, p, p->runner_up_value)));
    }
    set_flag(v, o, "has_runner_up", p->runner_up != NULL);
    if (p->open) {
        JSON_SET(o, "open_title", text(v, words_in(p->open->measure->title, v->english)));
        JSON_SET(o, "open_set", set_shape(v, p, p->open_set, NULL));
    }
    set_flag(v, o, "has_open", p->open != NULL);
    if (p->other_set) {
        JSON_SET(o, "other_set", set_shape(v, p, p->other_set, NULL));
        JSON_SET(o, "other_nature",
                 text(v, words_in(nature_words[p->other_nature].title, v->english)));
        JSON_SET(o, "other_value", text(v, money_say(v->req, p->other_value)));
    }
    set_flag(v, o, "has_other", p->other_set != NULL);
}

static struct json *part_shape(struct view *v, const struct bundle_part *p)
{
    struct json *o = json_object(v->arena);
    struct json *reasons = reasons_shape(v, p), *office = office_shape(v, p);
    bool differs = !same_set(p, p->best, p->safe);

    JSON_SET(o, "part_nature",
             text(v, p->nature < NATURES ? words_in(nature_words[p->nature].title, v->english)
                                         : SPAN("")));
    set_count(v, o, "part_count", p->n);
    JSON_SET(o, "best_set", set_shape(v, p, p->best, p->best_amounts));
    JSON_SET(o, "best_value", text(v, value_say(v, p, p->best_value)));
    set_flag(v, o, "safe_differs", differs);
    struct json *safe = set_shape(v, p, p->safe, p->safe_amounts);
    set_flag(v, o, "safe_empty", safe && safe->n == 0);
    JSON_SET(o, "safe_set", safe);
    JSON_SET(o, "safe_value", text(v, value_say(v, p, p->safe_value)));
    JSON_SET(o, "rule_reasons", reasons);
    set_flag(v, o, "has_rule_reasons", reasons && reasons->n > 0);
    JSON_SET(o, "office", office);
    set_flag(v, o, "has_office", office && office->n > 0);
    set_flag(v, o, "unproved", !p->proved);
    add_alternatives(v, p, o);
    return o;
}

void add_sets(struct view *v, struct json *data)
{
    struct json *first = json_array(v->arena), *rest = json_array(v->arena);
    for (size_t i = 0; i < v->checkup->part_count; i++)
        json_add(i < SETS ? first : rest, part_shape(v, &v->checkup->parts[i]));
    JSON_SET(data, "sets", first);
    JSON_SET(data, "more_sets", rest);
    set_count(v, data, "set_count", v->checkup->part_count);
    set_count(v, data, "more_set_count", rest ? rest->n : 0);
    set_flag(v, data, "has_sets", v->checkup->part_count > 0);
    set_flag(v, data, "has_more_sets", rest && rest->n > 0);
}

/* ---- steps ---- */

static struct json *losses_shape(struct view *v, const struct advice *x)
{
    struct json *list = json_array(v->arena);
    for (size_t i = 0; i < x->loss_count; i++) {
        struct json *o = member_shape(v, x->losses[i].before);
        JSON_SET(o, "loss_gives",
                 text(v, finding_gives(v->arena, x->losses[i].before, v->english)));
        json_add(list, o);
    }
    return list;
}

static struct json *step_shape(struct view *v, const struct advice *x)
{
    struct json *o = member_shape(v, x->finding), *args = json_object(v->arena);
    struct fact_value from = {.fact = x->fact, .value = x->from},
                      to = {.fact = x->fact, .value = x->to};
    bool by_time = x->fact->change == CHANGE_BY_TIME;

    JSON_SET(args, "fact",
             text(v, key_words(v->req, (struct fact_key){x->fact, x->item, x->period})));
    JSON_SET(args, "from", text(v, value_words(v->req, &from)));
    JSON_SET(args, "to", text(v, value_words(v->req, &to)));
    JSON_SET(o, "step_say",
             text(v, say(v, by_time ? "checkup.step_time" : "checkup.step_self", args)));
    JSON_SET(o, "step_gives",
             text(v, x->after ? finding_gives(v->arena, x->after, v->english) : SPAN("")));
    JSON_SET(o, "step_gain",
             text(v, decimal_sign(x->gain) > 0 ? money_say(v->req, x->gain) : SPAN("")));
    JSON_SET(
        o, "step_less",
        text(v, decimal_sign(x->gain) < 0 ? money_say(v->req, decimal_neg(x->gain)) : SPAN("")));
    JSON_SET(o, "losses", losses_shape(v, x));
    set_flag(v, o, "has_losses", x->loss_count > 0);
    return o;
}

int add_advice(struct view *v, struct json *data, struct err *err)
{
    const struct advice *all;
    size_t n;
    struct json *list = json_array(v->arena);
    int r = checkup_advice(v->arena, v->checkup, &all, &n, err);

    if (r < 0)
        return r;
    for (size_t i = 0; i < n && i < STEPS; i++)
        json_add(list, step_shape(v, &all[i]));
    JSON_SET(data, "steps_advised", list);
    set_flag(v, data, "has_steps_advised", n > 0);
    return 0;
}

/* ---- the other side ---- */

static bool is_own(const struct view *v, enum role who)
{
    return v->answers->person ? who == ROLE_PERSON
                              : who == ROLE_ENTERPRISE || who == ROLE_SOLE_TRADER;
}

bool has_claimant(const struct view *v, const struct finding *f)
{
    const struct measure *m = f->measure;
    return !is_own(v, m->applicant) && m->applicant != ROLE_DEPARTMENT &&
           (f->other_side || m->applicant == ROLE_LANDLORD || is_own(v, m->beneficiary));
}

static bool may_come(const struct view *v, const struct finding *f)
{
    return (f->other_side || has_claimant(v, f)) && !f->card && !f->measure->product &&
           (f->group == GROUP_CAN || f->group == GROUP_CONFIRM || f->group == GROUP_SUPPLY);
}

void add_other_side(struct view *v, struct json *data)
{
    struct json *list = json_array(v->arena);

    for (size_t i = 0; i < v->checkup->n; i++) {
        const struct finding *f = &v->checkup->findings[i];
        if (!may_come(v, f) || (list && list->n == CLAIMS))
            continue;
        struct json *o = member_shape(v, f);
        JSON_SET(o, "who", text(v, words_in(role_words[f->measure->applicant].title, v->english)));
        JSON_SET(o, "claim", text(v, finding_gives(v->arena, f, v->english)));
        JSON_SET(o, "group_word", text(v, words_in(group_words[f->group].title, v->english)));
        JSON_SET(o, "group_tag", json_string(v->arena, span_z(group_tag(f->group))));
        JSON_SET(o, "letter",
                 text(v, has_claimant(v, f) ? finding_link(v, "letter", f) : SPAN("")));
        json_add(list, o);
    }
    JSON_SET(data, "claims", list);
    set_flag(v, data, "has_claims", list && list->n > 0);
    set_count(v, data, "claim_count", list ? list->n : 0);
}

static struct json *letter_lines(struct view *v, const struct finding *f)
{
    struct json *list = json_array(v->arena);
    for (size_t i = 0; i < f->measure->condition_count; i++) {
        struct json *o = json_object(v->arena);
        const struct condition *c = f->conditions[i].condition;
        JSON_SET(o, "say", text(v, words_in(c->text, v->english)));
        JSON_SET(o, "clause", text(v, c->cites));
        json_add(list, o);
    }
    return list;
}

static struct json *letter_shape(struct view *v, const struct finding *f)
{
    const struct measure *m = f->measure;
    struct json *o = json_object(v->arena), *materials = json_array(v->arena);
    struct date day;

    for (size_t i = 0; i < m->material_count; i++)
        json_add(materials, text(v, words_in(m->materials[i], v->english)));
    JSON_SET(o, "who", text(v, words_in(role_words[m->applicant].title, v->english)));
    JSON_SET(o, "measure_say", text(v, words_in(m->title, v->english)));
    JSON_SET(o, "plain_say", text(v, words_in(m->plain, v->english)));
    JSON_SET(o, "claim", text(v, finding_gives(v->arena, f, v->english)));
    JSON_SET(o, "lines", letter_lines(v, f));
    set_flag(v, o, "has_lines", m->condition_count > 0);
    JSON_SET(o, "papers", materials);
    set_flag(v, o, "has_papers", m->material_count > 0);
    JSON_SET(o, "document_say", text(v, m->document->title));
    JSON_SET(o, "number_say", text(v, m->document->number));
    JSON_SET(o, "clause_say", text(v, m->cites));
    JSON_SET(o, "authority_say", text(v, m->authority));
    JSON_SET(o, "by_day", text(v, safe_day(f, &day) ? day_text(v->arena, day) : SPAN("")));
    JSON_SET(o, "day", text(v, day_text(v->arena, v->req->as_of)));
    JSON_SET(o, "title", text(v, say(v, "checkup.letter_title", NULL)));
    return o;
}

int checkups_letter(struct request *req, struct response *res, void *context)
{
    struct answers s;
    struct checkup *c;
    int r = checkup_open(req, res, context, true, &s, &c);
    const struct finding *f = r == 0 ? finding_of_address(&s, c) : NULL;

    if (r != 0)
        return r;
    struct view v = view_of(&s, c);
    if (!f || !has_claimant(&v, f)) {
        err_set(&res->err, E_NOT_FOUND, "nobody else claims this measure for you");
        err_hint(&res->err, "/checkups/result lists what others can claim");
        return E_NOT_FOUND;
    }
    res->data = letter_shape(&v, f);
    res->template = "checkup_letter";
    return 200;
}
