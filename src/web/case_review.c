/*
 * case_review.c: what a reviewer looks at before he decides: each condition with its clause and the
 * facts it rests on, the amount with its formula, what the applicant has had before and what does
 * not stand together with it.
 */
#include <inttypes.h>

#include "policy/names.h"
#include "casework/benefits.h"
#include "casework/clawback.h"
#include "casework/money.h"
#include "web/case_form.h"
#include "web/procedure_shape.h"

static const char *mark_of(struct value truth)
{
    return truth.kind != VALUE_BOOLEAN ? "maybe" : truth.boolean ? "yes" : "no";
}

/* A value as people say it: yes and no, how many items a list has. */
static struct span value_say(struct request *req, const struct json *v)
{
    switch (v->kind) {
    case JSON_TRUE:
        return request_say(req, "cases.yes", NULL);
    case JSON_FALSE:
        return request_say(req, "cases.no", NULL);
    case JSON_ARRAY: {
        struct json *args = json_object(req->arena);
        JSON_SET(args, "n", json_int(req->arena, (int64_t)v->n));
        return request_say(req, "review.items", args);
    }
    default:
        return json_text(v);
    }
}

static struct json *fact_line(struct desk *d, const struct json *fact)
{
    struct json *o = json_object(d->req->arena);
    static const char *const keys[] = {"name", "period", "unit", "date"};
    struct span source = json_text(JSON_GET(fact, "source"));

    for (size_t i = 0; i < COUNT_OF(keys); i++)
        shape_set(d->req, o, keys[i], json_text(json_get(fact, span_z(keys[i]))));
    JSON_SET(o, "name_say",
             shape_text(d->req, name_words(d->office.library, json_text(JSON_GET(fact, "name")),
                                           is_english(d->req))));
    JSON_SET(o, "value", shape_text(d->req, value_say(d->req, JSON_GET(fact, "value"))));
    shape_set(d->req, o, "source",
              span_eq(source, SPAN("parameter")) ? request_say(d->req, "review.parameter", NULL)
                                                 : source);
    return o;
}

static struct json *condition_line(struct desk *d, const struct finding *f,
                                   const struct condition_finding *c, const struct json *told)
{
    struct request *req = d->req;
    struct json *o = json_object(req->arena), *facts = json_array(req->arena);
    const struct library_document *document =
        c->condition->document ? c->condition->document : f->measure->document;
    const char *mark = mark_of(c->truth);

    JSON_SET(
        o, "say",
        shape_text(req, condition_sentence(req->arena, d->office.library, c, is_english(req))));
    JSON_SET(o, "mark", json_string(req->arena, span_z(mark)));
    JSON_SET(o, "mark_word",
             shape_text(
                 req, request_say(req, arena_print(req->arena, "checkup.truth.%s", mark).p, NULL)));
    shape_formula(req, o, "formula", d->office.library, c->condition->test.text);
    if (document)
        JSON_SET(o, "citation", shape_citation(req, d->app, document, c->condition->cites));
    JSON_EACH(fact, JSON_GET(told, "facts"))
    if (JSON_GET(fact, "value"))
        json_add(facts, fact_line(d, fact));
    JSON_SET(o, "facts", facts);
    JSON_SET(o, "has_facts", json_bool(req->arena, facts && facts->n > 0));
    return o;
}

static struct json *result_line(struct desk *d, const struct finding *f, size_t i)
{
    struct request *req = d->req;
    const struct benefit *b = &f->measure->benefits[i];
    struct json *o = json_object(req->arena);

    JSON_SET(o, "name", shape_text(req, b->name));
    JSON_SET(o, "precision", shape_word(req, &precision_words[b->precision]));
    shape_formula(req, o, "formula", d->office.library,
                  b->amount.expr ? b->amount.text : b->cap.text);
    JSON_SET(o, "worked", shape_text(req, f->results[i].worked));
    JSON_SET(o, "gives",
             shape_text(req, result_words_of(req->arena, &f->results[i], is_english(req))));
    return o;
}

static struct json *finding_shape(struct desk *d, const struct checkup *c, const struct finding *f)
{
    struct request *req = d->req;
    struct json *o = json_object(req->arena), *conditions = json_array(req->arena),
                *results = json_array(req->arena);
    const struct json *told = JSON_GET(finding_json(req->arena, c, f), "conditions");
    const struct json *at = told ? told->first : NULL;

    JSON_SET(o, "title", shape_text(req, words_in(f->measure->title, is_english(req))));
    JSON_SET(o, "link", shape_text(req, shape_measure_link(req, f->measure)));
    JSON_SET(o, "status", shape_word(req, &status_words[f->status]));
    JSON_SET(o, "timing", shape_word(req, &timing_words[f->timing]));
    JSON_SET(o, "gives", shape_text(req, finding_gives(req->arena, f, is_english(req))));
    for (size_t i = 0; i < f->measure->condition_count; i++, at = at ? at->next : NULL)
        json_add(conditions, condition_line(d, f, &f->conditions[i], at));
    for (size_t i = 0; i < f->measure->benefit_count; i++)
        json_add(results, result_line(d, f, i));
    JSON_SET(o, "conditions", conditions);
    JSON_SET(o, "results", results);
    JSON_SET(o, "has_conditions", json_bool(req->arena, conditions && conditions->n > 0));
    return o;
}

static int add_findings(struct desk *d, struct case_file *f)
{
    struct json *list = json_array(d->req->arena);
    const struct measure *m;
    int r = 0;

    for (size_t i = 0; r == 0 && (m = case_measure(f, i)); i++) {
        struct checkup *c = NULL;
        r = case_judge(d->req->arena, f, m, &c, &d->res->err);
        for (size_t k = 0; r == 0 && k < c->n; k++)
            if (c->findings[k].measure == m &&
                (!f->row.item.n || span_eq(c->findings[k].item, f->row.item)))
                json_add(list, finding_shape(d, c, &c->findings[k]));
    }
    JSON_SET(d->res->data, "findings", list);
    JSON_SET(d->res->data, "has_findings", json_bool(d->req->arena, list && list->n > 0));
    return r;
}

static struct span cents(struct desk *d, int64_t fen)
{
    return yuan_say(d->req, fen);
}

static struct json *benefit_line_shape(struct desk *d, const struct benefit_line *b)
{
    struct json *o = json_object(d->req->arena);
    const struct measure *m = library_find(d->office.library, b->ground.measure, NULL);

    JSON_SET(o, "title",
             shape_text(d->req, m ? words_in(m->title, is_english(d->req)) : b->ground.measure));
    JSON_SET(o, "about", shape_text(d->req, b->ground.about));
    JSON_SET(o, "item", shape_text(d->req, b->ground.item));
    JSON_SET(o, "approved", shape_text(d->req, cents(d, b->approved)));
    JSON_SET(o, "received", shape_text(d->req, cents(d, b->received)));
    JSON_SET(o, "source", shape_text(d->req, fund_name(d, b->source)));
    return o;
}

/* Of one measure: what of the ledger does not stand together with it. */
static int add_clashes(struct desk *d, const struct measure *m, const struct benefit_line *lines,
                       size_t n, struct json *list)
{
    struct benefit_clash *at = NULL;
    size_t count = 0;
    int r =
        benefit_clashes(d->req->arena, d->office.library, m, lines, n, &at, &count, &d->res->err);

    for (size_t i = 0; r == 0 && i < count; i++) {
        struct json *o = benefit_line_shape(d, at[i].line);
        JSON_SET(o, "rule",
                 shape_text(d->req, words_in(at[i].relation->title, is_english(d->req))));
        JSON_SET(o, "cites", shape_text(d->req, at[i].relation->cites));
        json_add(list, o);
    }
    return r;
}

static int add_benefits(struct desk *d, struct case_file *f)
{
    struct benefit_query q = {.subject_id = f->row.subject_id};
    struct json *list = json_array(d->req->arena), *clashes = json_array(d->req->arena);
    struct benefit_line *lines = NULL;
    const struct measure *m;
    size_t n = 0;
    int r = benefits_of(d->req->arena, d->office.store, &q, &lines, &n, &d->res->err);

    for (size_t i = 0; r == 0 && i < n; i++)
        json_add(list, benefit_line_shape(d, &lines[i]));
    for (size_t i = 0; r == 0 && (m = case_measure(f, i)); i++)
        r = add_clashes(d, m, lines, n, clashes);
    JSON_SET(d->res->data, "benefits", list);
    JSON_SET(d->res->data, "has_benefits", json_bool(d->req->arena, list && list->n > 0));
    JSON_SET(d->res->data, "clashes", clashes);
    JSON_SET(d->res->data, "has_clashes", json_bool(d->req->arena, clashes && clashes->n > 0));
    return r;
}

/* ---- what stands in the way ---- */

static struct json *bar_shape(struct desk *d, const struct standing *s)
{
    struct request *req = d->req;
    struct json *o = json_object(req->arena);

    JSON_SET(o, "ground", shape_text(req, s->ground));
    JSON_SET(o, "from", shape_text(req, s->from_day));
    JSON_SET(o, "until",
             shape_text(req, s->last_day.n ? s->last_day : request_say(req, "bar.open", NULL)));
    JSON_SET(o, "no_application", json_bool(req->arena, s->no_application));
    JSON_SET(o, "later_payment", json_bool(req->arena, s->later_payment));
    JSON_SET(o, "early_repayment", json_bool(req->arena, s->early_repayment));
    if (s->entry_id) {
        struct span folder = shape_link(req, "registers", s->ground);
        JSON_SET(o, "link",
                 shape_text(req, arena_print(req->arena, "%.*s/entries/%" PRId64, SPAN_ARG(folder),
                                             s->entry_id)));
    }
    return o;
}

int case_bars(struct desk *d, int64_t subject, const struct procedure *p)
{
    bool grants = p->kind == PROCEDURE_APPLICATION || p->kind == PROCEDURE_CALL ||
                  p->kind == PROCEDURE_SERVICE;
    const struct bar_question q = {.subject_id = subject, .region = p->region};
    struct json *list = json_array(d->req->arena);
    struct standing *at = NULL;
    bool barred = false;
    size_t n = 0;
    int r = subject && grants
                ? standings_of(d->req->arena, d->office.store, &q, &at, &n, &d->res->err)
                : 0;

    for (size_t i = 0; r == 0 && i < n; i++) {
        json_add(list, bar_shape(d, &at[i]));
        barred |= at[i].no_application && p->kind != PROCEDURE_SERVICE;
    }
    shape_list(d->req, d->res->data, "bars", list);
    JSON_SET(d->res->data, "is_barred", json_bool(d->req->arena, barred));
    return r;
}

int case_review(struct desk *d, struct case_file *f)
{
    int r = add_findings(d, f);
    return r == 0 ? add_benefits(d, f) : r;
}
