/*
 * directs.c: 免申即享 in the browser: projects with their record, runs in five groups, who is where
 * and why, who moved; approving, running, opening the cases.
 */
#include <inttypes.h>

#include "casework/direct.h"
#include "casework/funds.h"
#include "web/handlers.h"
#include "web/office.h"
#include "web/shape.h"

#define PLACES 100

static struct span project_link(struct request *req, struct span code)
{
    return shape_link(req, "direct", code);
}

/* The state of a project in words: keys direct.state_NAME. */
static struct json *state_say(struct request *req, struct span state)
{
    struct span key = arena_print(req->arena, "direct.state_%.*s", SPAN_ARG(state));
    return shape_text(req, key.p && state.n ? request_say(req, key.p, NULL) : state);
}

/* As the table of routes says: who only reads is offered no button. */
static bool may_change(const struct desk *d)
{
    return actor_is(&d->who, USER_HANDLER) || actor_is(&d->who, USER_REVIEWER) ||
           actor_is(&d->who, USER_PUBLISHER) || actor_is(&d->who, USER_ADMINISTRATOR);
}

int directs_list(struct request *req, struct response *res, void *app)
{
    struct json *list = json_array(req->arena);
    struct direct_project *at = NULL;
    struct desk d;
    size_t n = 0;
    int r = office_open(req, res, app, &d);

    if (r == 0)
        r = direct_list(req->arena, &d.office, &at, &n, &res->err);
    if (r != 0)
        return r;
    for (size_t i = 0; i < n; i++) {
        struct json *o = direct_project_json(req->arena, d.office.library, &at[i], is_english(req));
        JSON_SET(o, "link", shape_text(req, project_link(req, at[i].code)));
        JSON_SET(o, "state_word", state_say(req, at[i].state));
        json_add(list, o);
    }
    JSON_SET(res->data, "projects", list);
    JSON_SET(res->data, "none", json_bool(req->arena, n == 0));
    JSON_SET(res->data, "may_define", json_bool(req->arena, may_change(&d)));
    res->template = "directs";
    res->title = "direct.title";
    return 200;
}

/* ---- which policies ---- */

#define POLICIES 50 /* of a page */

static int add_policies(struct desk *d, int year)
{
    struct request *req = d->req;
    struct json *list = json_array(req->arena);
    struct direct_policy *at = NULL;
    size_t n = 0, from = (size_t)request_value(req, "from")->number;
    int r = direct_policies(req->arena, &d->office, year, SPAN(""), request_text(req, "region"),
                            &at, &n, &d->res->err);

    for (size_t i = from; r == 0 && i < n && i < from + POLICIES; i++) {
        struct json *o = direct_policy_json(req->arena, &at[i], is_english(req));
        JSON_SET(o, "measure_link", shape_text(req, shape_measure_link(req, at[i].measure)));
        JSON_SET(o, "not_asked", json_bool(req->arena, !at[i].asked));
        JSON_SET(o, "not_yet", json_bool(req->arena, at[i].asked && !at[i].picked));
        JSON_SET(o, "inexact", json_bool(req->arena, !at[i].exact));
        JSON_SET(o, "has_readings", json_bool(req->arena, at[i].readings > 0));
        JSON_SET(o, "has_recognised", json_bool(req->arena, at[i].recognised > 0));
        if (at[i].project.n)
            JSON_SET(o, "project_link", shape_text(req, project_link(req, at[i].project)));
        json_add(list, o);
    }
    shape_list(req, d->res->data, "policies", list);
    JSON_SET(d->res->data, "count", json_int(req->arena, (int64_t)n));
    if (from + POLICIES < n)
        JSON_SET(d->res->data, "more", json_int(req->arena, (int64_t)(from + POLICIES)));
    return r;
}

int directs_policies(struct request *req, struct response *res, void *app)
{
    int64_t asked = request_value(req, "year")->number;
    int year = asked ? (int)asked : date_today().year;
    struct desk d;
    int r = office_open(req, res, app, &d);

    if (r == 0)
        r = add_policies(&d, year);
    JSON_SET(res->data, "year", json_int(req->arena, year));
    JSON_SET(res->data, "region", shape_text(req, request_text(req, "region")));
    res->template = "direct_policies";
    res->title = "direct.policies";
    return r < 0 ? r : 200;
}

int directs_pick(struct request *req, struct response *res, void *app)
{
    struct direct_pick p = {.year = (int)request_value(req, "year")->number,
                            .measure = request_text(req, "measure"),
                            .item = request_text(req, "item"),
                            .reason = request_text(req, "reason"),
                            .ripe = span_eq(request_text(req, "pick"), SPAN("ripe"))};
    struct json *args = json_object(req->arena);
    struct desk d;
    int r = office_open(req, res, app, &d);

    if (r == 0)
        r = direct_pick(req->arena, &d.office, &d.who, &p, &res->err);
    if (r == 0) {
        request_flash(req, "direct.done", NULL);
        return response_redirect(req, res,
                                 arena_print(req->arena, "/direct/policies?year=%d", p.year));
    }
    if (req->wants_json || (r != E_INPUT && r != E_CHECK && r != E_NOT_FOUND))
        return r;
    JSON_SET(args, "detail",
             json_string(req->arena, arena_copy(req->arena, span_z(res->err.message))));
    request_error(req, "measure", "money.refused", args);
    res->err = (struct err)ERR_INIT;
    int shown = directs_policies(req, res, app);
    return shown < 0 ? shown : err_http(r);
}

/* ---- one project ---- */

#define BAR_WIDTH 320

/* Each group with its share of the whole: a bar and a figure. */
static struct json *run_shape(struct desk *d, const struct direct_project *p,
                              const struct direct_run *run)
{
    struct request *req = d->req;
    struct json *o = direct_run_json(req->arena, run, is_english(req));

    JSON_SET(o, "amount_say", shape_text(req, yuan_say(req, run->amount)));
    JSON_SET(o, "link",
             shape_text(req, arena_print(req->arena, "%.*s?run=%" PRId64,
                                         SPAN_ARG(project_link(req, p->code)), run->id)));
    JSON_EACH(g, JSON_GET(o, "groups"))
    {
        struct json *group = (struct json *)(uintptr_t)g;
        int64_t n = 0;
        struct decimal count;
        if (decimal_parse(json_text(JSON_GET(g, "n")), &count))
            (void)decimal_to_int(count, &n);
        JSON_SET(group, "width",
                 json_int(req->arena, run->population ? n * BAR_WIDTH / run->population : 0));
        JSON_SET(group, "link",
                 shape_text(req, arena_print(req->arena, "%.*s?run=%" PRId64 "&group=%.*s",
                                             SPAN_ARG(project_link(req, p->code)), run->id,
                                             SPAN_ARG(json_text(JSON_GET(g, "group"))))));
    }
    return o;
}

/* The case's state by the procedure of the project. */
static struct span case_state_say(struct desk *d, const struct direct_project *p, struct span state)
{
    const struct procedure *procedure = procedure_find(d->office.library, p->procedure, NULL);
    size_t i = procedure ? procedure_state_index(procedure, state) : SIZE_MAX;
    return i == SIZE_MAX ? state : words_in(procedure->states[i].title, is_english(d->req));
}

static void add_places(struct desk *d, const struct direct_project *p,
                       const struct direct_place *at, size_t n, const char *name)
{
    struct request *req = d->req;
    struct json *list = json_array(req->arena);

    for (size_t i = 0; i < n; i++) {
        struct json *o = direct_place_json(req->arena, &at[i], is_english(req));
        if (at[i].case_number.n)
            JSON_SET(o, "case_link", shape_text(req, case_link(req, at[i].case_number)));
        JSON_SET(o, "case_number", shape_text(req, at[i].case_number));
        JSON_SET(o, "case_state_say", shape_text(req, case_state_say(d, p, at[i].case_state)));
        JSON_SET(o, "amount_say",
                 shape_text(req, at[i].amount ? yuan_say(req, at[i].amount) : SPAN("")));
        json_add(list, o);
    }
    json_set(d->res->data, span_z(name), list);
    json_set(d->res->data, arena_print(req->arena, "has_%s", name), json_bool(req->arena, n > 0));
}

static int add_lacks(struct desk *d, int64_t run)
{
    struct direct_lack *at = NULL;
    struct json *list = json_array(d->req->arena);
    size_t n = 0;
    int r = direct_lacks(d->req->arena, &d->office, run, &at, &n, &d->res->err);

    for (size_t i = 0; r == 0 && i < n; i++) {
        struct json *o = json_object(d->req->arena);
        JSON_SET(o, "fact", shape_text(d->req, at[i].fact));
        JSON_SET(o, "holder", shape_text(d->req, at[i].holder));
        JSON_SET(o, "n", json_int(d->req->arena, at[i].n));
        json_add(list, o);
    }
    JSON_SET(d->res->data, "lacks", list);
    JSON_SET(d->res->data, "has_lacks", json_bool(d->req->arena, n > 0));
    return r;
}

/* The page is also shown after a refused act, whose route has fewer fields. */
static struct span query_text(const struct request *req, const char *name)
{
    const struct span *sent = wire_find(&req->query, span_z(name));
    return sent ? span_trim(*sent) : (struct span){"", 0};
}

static int64_t after_of(const struct request *req)
{
    return req->method == METHOD_GET ? request_value(req, "after")->number : 0;
}

static int add_group(struct desk *d, const struct direct_project *p, const struct direct_run *run)
{
    struct direct_place *at = NULL;
    size_t n = 0;
    int group = 0, r;

    while (group < DIRECT_GROUPS &&
           !span_eq(query_text(d->req, "group"), direct_group_words[group].yaml))
        group++;
    if (group < DIRECT_GROUPS) {
        r = direct_places(d->req->arena, &d->office, run->id, (enum direct_group)group,
                          after_of(d->req), SPAN("\x7f"), PLACES, &at, &n, &d->res->err);
        JSON_SET(d->res->data, "group", shape_word(d->req, &direct_group_words[group]));
        add_places(d, p, at, n, "places");
        if (r == 0 && n == PLACES)
            JSON_SET(
                d->res->data, "more",
                shape_text(d->req, arena_print(d->req->arena,
                                               "%.*s?run=%" PRId64 "&group=%.*s&after=%" PRId64,
                                               SPAN_ARG(project_link(d->req, p->code)), run->id,
                                               SPAN_ARG(direct_group_words[group].yaml),
                                               at[n - 1].subject_id)));
        return r;
    }
    r = direct_moves(d->req->arena, &d->office, run->id, PLACES, &at, &n, &d->res->err);
    add_places(d, p, at, n, "moves");
    return r;
}

/* What became of everybody whom a run named. */
static int add_results(struct desk *d, const struct direct_project *p)
{
    struct request *req = d->req;
    struct json *list = json_array(req->arena);
    struct direct_result *at = NULL;
    size_t n = 0;
    int r = direct_results(req->arena, &d->office, p, &at, &n, &d->res->err);

    for (size_t i = 0; r == 0 && i < n; i++) {
        struct json *o = json_object(req->arena);
        JSON_SET(o, "state", shape_text(req, at[i].state));
        JSON_SET(o, "title", shape_text(req, words_in(at[i].title, is_english(req))));
        JSON_SET(o, "n", json_int(req->arena, at[i].n));
        JSON_SET(o, "amount", json_int(req->arena, at[i].amount));
        JSON_SET(o, "amount_say", shape_text(req, yuan_say(req, at[i].amount)));
        json_add(list, o);
    }
    JSON_SET(d->res->data, "results", list);
    JSON_SET(d->res->data, "has_results", json_bool(req->arena, n > 0));
    return r;
}

static int add_runs(struct desk *d, const struct direct_project *p)
{
    struct direct_run *at = NULL;
    struct json *list = json_array(d->req->arena);
    int64_t chosen = request_value(d->req, "run")->number;
    size_t n = 0, which = 0;
    int r = direct_runs(d->req->arena, &d->office, p->id, &at, &n, &d->res->err);

    for (size_t i = 0; r == 0 && i < n; i++) {
        json_add(list, run_shape(d, p, &at[i]));
        if (at[i].id == chosen)
            which = i;
    }
    JSON_SET(d->res->data, "runs", list);
    JSON_SET(d->res->data, "has_runs", json_bool(d->req->arena, n > 0));
    if (r < 0 || n == 0)
        return r;
    JSON_SET(d->res->data, "run", run_shape(d, p, &at[which]));
    r = add_lacks(d, at[which].id);
    if (r == 0)
        r = add_results(d, p);
    return r == 0 ? add_group(d, p, &at[which]) : r;
}

static void add_readings(struct desk *d, const struct direct_project *p)
{
    struct json *list = json_array(d->req->arena);
    const struct measure *m = library_find(d->office.library, p->measure, NULL);

    for (size_t i = 0; m && i < m->reading_count; i++)
        shape_option(d->req, list, m->readings[i].id,
                     words_in(m->readings[i].title, is_english(d->req)),
                     span_eq(m->readings[i].id, p->reading));
    const struct reading *adopted = NULL;
    for (size_t i = 0; m && i < m->reading_count; i++)
        if (span_eq(m->readings[i].id, p->reading))
            adopted = &m->readings[i];
    JSON_SET(
        d->res->data, "reading_title",
        shape_text(d->req, adopted ? words_in(adopted->title, is_english(d->req)) : p->reading));
    JSON_SET(d->res->data, "readings", list);
    JSON_SET(d->res->data, "has_readings", json_bool(d->req->arena, list && list->n > 1));
    if (m)
        JSON_SET(d->res->data, "measure_link", shape_text(d->req, shape_measure_link(d->req, m)));
}

int directs_show(struct request *req, struct response *res, void *app)
{
    struct direct_project p;
    struct desk d;
    int r = office_open(req, res, app, &d);

    if (r == 0)
        r = direct_find(req->arena, &d.office, request_param(req, "code"), &p, &res->err);
    if (r != 0)
        return r;
    JSON_SET(res->data, "project",
             direct_project_json(req->arena, d.office.library, &p, is_english(req)));
    JSON_SET(res->data, "state_word", state_say(req, p.state));
    JSON_SET(res->data, "may_change", json_bool(req->arena, may_change(&d)));
    JSON_SET(res->data, "title", shape_text(req, p.title));
    JSON_SET(res->data, "link", shape_text(req, project_link(req, p.code)));
    JSON_SET(res->data, "is_draft", json_bool(req->arena, span_eq(p.state, SPAN("draft"))));
    JSON_SET(res->data, "is_live", json_bool(req->arena, span_eq(p.state, SPAN("live"))));
    add_readings(&d, &p);
    r = add_runs(&d, &p);
    res->template = "direct";
    return r < 0 ? r : 200;
}

/* ---- changing ---- */

static int define(struct desk *d)
{
    struct json *record = json_object(d->req->arena), *push = json_object(d->req->arena);
    int64_t id = 0;

    for (size_t i = 0; i < d->req->form.n; i++) {
        const struct pair *p = &d->req->form.at[i];
        bool of_push = span_starts(p->name, SPAN("push."));
        if (span_starts(p->name, SPAN("r.")))
            json_set(record, span_from(p->name, 2), json_string(d->req->arena, p->value));
        if (of_push)
            json_set(push, span_from(p->name, 5), json_string(d->req->arena, p->value));
    }
    JSON_SET(record, "push", push);
    return direct_define(d->req->arena, &d->office, &d->who, record, SPAN("form"), &id,
                         &d->res->err);
}

#define MEASURES_MOST 20

static struct json *measure_shape(struct desk *d, const struct measure *m)
{
    struct json *o = json_object(d->req->arena);
    struct span take =
        arena_print(d->req->arena, "/direct/new?measure=%.*s#measure", SPAN_ARG(m->id));

    JSON_SET(o, "id", shape_text(d->req, m->id));
    JSON_SET(o, "title", shape_text(d->req, words_in(m->title, is_english(d->req))));
    JSON_SET(o, "document", shape_text(d->req, m->document ? m->document->title : SPAN("")));
    JSON_SET(o, "region", shape_text(d->req, m->region));
    JSON_SET(o, "page", shape_text(d->req, shape_link(d->req, "measures", m->id)));
    JSON_SET(o, "take", shape_text(d->req, take));
    return o;
}

/* The rule is found by words of its title or document, not by its number. */
static int add_measures(struct desk *d)
{
    struct span q = query_text(d->req, "q"), id = query_text(d->req, "measure"), near;
    struct json *list = json_array(d->req->arena);
    const struct measure *taken = id.n ? library_find(d->office.library, id, &near) : NULL;
    struct search_hit *at = NULL;
    size_t n = 0;
    int r = q.n ? search_measures(d->req->arena, d->app->search, q, &at, &n, &d->res->err) : 0;

    for (size_t i = 0; r == 0 && i < n && i < MEASURES_MOST; i++)
        json_add(list, measure_shape(d, at[i].measure));
    shape_list(d->req, d->res->data, "found", list);
    JSON_SET(d->res->data, "q", shape_text(d->req, q));
    JSON_SET(d->res->data, "none_found", json_bool(d->req->arena, q.n && !n));
    JSON_SET(d->res->data, "more_found", json_bool(d->req->arena, n > MEASURES_MOST));
    if (taken)
        JSON_SET(d->res->data, "taken", measure_shape(d, taken));
    return r;
}

/* The funds that a project may draw on, by name. */
static int show_form(struct desk *d)
{
    struct json *list = json_array(d->req->arena);
    struct span *codes = NULL, chosen = request_form_text(d->req, "r.fund");
    size_t n = 0;
    int r = fund_list(d->req->arena, d->office.store, &codes, &n, &d->res->err);

    for (size_t i = 0; r == 0 && i < n; i++)
        shape_option(d->req, list, codes[i], fund_name(d, codes[i]), span_eq(codes[i], chosen));
    JSON_SET(d->res->data, "funds", list);
    if (r == 0)
        r = add_measures(d);
    d->res->template = "direct_new";
    d->res->title = "direct.new";
    return r < 0 ? r : 200;
}

int directs_new(struct request *req, struct response *res, void *app)
{
    struct desk d;
    int r = office_open(req, res, app, &d);

    return r != 0 ? r : show_form(&d);
}

/* A form has every field of the record: each that is empty is named at once. */
static bool lacks_fields(struct request *req)
{
    for (size_t i = 0; i < req->form.n; i++) {
        struct span name = req->form.at[i].name;
        bool asked = span_starts(name, SPAN("r.")) || span_starts(name, SPAN("push."));
        if (asked && !span_eq(name, SPAN("r.opens")) && !span_trim(req->form.at[i].value).n)
            request_refuse(req, name, request_say(req, "field.required", NULL));
    }
    return req->errors != NULL;
}

int directs_define(struct request *req, struct response *res, void *app)
{
    struct desk d;
    int r = office_open(req, res, app, &d);

    if (r == 0 && !req->wants_json && lacks_fields(req))
        return 422;
    if (r == 0)
        r = define(&d);
    if (r != 0)
        return r;
    return response_redirect(req, res, project_link(req, request_form_text(req, "r.code")));
}

static int act_adopt(struct desk *d, struct span code)
{
    return direct_adopt(d->req->arena, &d->office, &d->who, code, request_text(d->req, "reading"),
                        request_text(d->req, "basis"), &d->res->err);
}

static int act_approve(struct desk *d, struct span code)
{
    return direct_approve(d->req->arena, &d->office, &d->who, code, &d->res->err);
}

static int act_stop(struct desk *d, struct span code)
{
    return direct_stop(d->req->arena, &d->office, &d->who, code, request_text(d->req, "reason"),
                       &d->res->err);
}

static int act_run(struct desk *d, struct span code)
{
    struct direct_run run;
    return direct_divide(d->req->arena, &d->office, &d->who, code, d->req->as_of, &run,
                         &d->res->err);
}

static int act_open(struct desk *d, struct span code)
{
    size_t opened = 0;
    UNUSED(code);
    return direct_open_cases(d->req->arena, &d->office, &d->who,
                             request_value(d->req, "run")->number, &opened, &d->res->err);
}

static const struct {
    const char *act;
    int (*run)(struct desk *, struct span code);
} acts[] = {{"adopt", act_adopt},
            {"approve", act_approve},
            {"stop", act_stop},
            {"run", act_run},
            {"open", act_open}};

int directs_act(struct request *req, struct response *res, void *app)
{
    struct span code = request_param(req, "code"), act = request_text(req, "act");
    struct desk d;
    int r = office_open(req, res, app, &d);

    for (size_t i = 0; r == 0 && i < COUNT_OF(acts); i++)
        if (span_eq(act, span_z(acts[i].act)))
            r = acts[i].run(&d, code);
    if (r != 0)
        return r;
    request_flash(req, "direct.done", NULL);
    return response_redirect(req, res, project_link(req, code));
}
