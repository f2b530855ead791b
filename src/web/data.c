/*
 * data.c: the data behind 免申即享 in the browser: demands of projects with their answers, and what
 * subjects say is wrong about them: objecting, asking the unit, correcting, keeping.
 */
#include "casework/direct_data.h"
#include "policy/names.h"
#include "policy/subjects.h"
#include "web/handlers.h"
#include "web/office.h"
#include "web/shape.h"

#define OFFICE                                                                                     \
    (WHO(WINDOW) | WHO(HANDLER) | WHO(REVIEWER) | WHO(PUBLISHER) | WHO(AUDITOR) |                  \
     WHO(ADMINISTRATOR))

static bool has(const struct desk *d, unsigned roles)
{
    return (d->who.roles & roles) != 0;
}

/* Keys data.state_NAME. */
static struct json *state_say(struct request *req, struct span state)
{
    struct span key = arena_print(req->arena, "data.state_%.*s", SPAN_ARG(state));
    return shape_text(req, key.p && state.n ? request_say(req, key.p, NULL) : state);
}

/* Who answers a demand: an office, and a counterparty what its own unit was asked. */
static bool answers_demand(const struct desk *d, const struct demand *x)
{
    return span_eq(x->state, SPAN("open")) &&
           (has(d, WHO(HANDLER) | WHO(REVIEWER) | WHO(PUBLISHER)) ||
            (has(d, WHO(COUNTERPARTY)) && span_eq(x->unit, d->who.organisation)));
}

static int add_demands(struct desk *d)
{
    struct json *list = json_array(d->req->arena);
    struct demand *at = NULL;
    size_t n = 0;
    int r = demand_list(d->req->arena, d->office.store, SPAN(""), &at, &n, &d->res->err);

    for (size_t i = 0; r == 0 && i < n; i++) {
        if (!has(d, OFFICE) && !span_eq(at[i].unit, d->who.organisation))
            continue;
        struct json *o = demand_json(d->req->arena, &at[i]);
        JSON_SET(o, "id", json_int(d->req->arena, at[i].id));
        JSON_SET(o, "fact_say",
                 shape_text(d->req, name_words(d->office.library, at[i].fact, is_english(d->req))));
        JSON_SET(o, "may_answer", json_bool(d->req->arena, answers_demand(d, &at[i])));
        JSON_SET(o, "link", shape_text(d->req, shape_link(d->req, "direct", at[i].project)));
        JSON_SET(o, "state_word", state_say(d->req, at[i].state));
        JSON_SET(o, "is_late", json_bool(d->req->arena, at[i].late));
        json_add(list, o);
    }
    shape_list(d->req, d->res->data, "demands", list);
    return r;
}

static struct json *turned_shape(struct desk *d, const struct json *turned)
{
    struct json *list = json_array(d->req->arena);

    JSON_EACH(t, turned)
    {
        struct span id = json_text(JSON_GET(t, "measure"));
        const struct measure *m = library_find(d->office.library, id, NULL);
        struct json *o = json_object(d->req->arena);
        JSON_SET(o, "title", shape_text(d->req, m ? words_in(m->title, is_english(d->req)) : id));
        JSON_SET(o, "before", shape_text(d->req, json_text(JSON_GET(t, "before"))));
        JSON_SET(o, "after", shape_text(d->req, json_text(JSON_GET(t, "after"))));
        json_add(list, o);
    }
    return list;
}

static struct json *objection_shape(struct desk *d, const struct objection *x)
{
    struct json *o = objection_json(d->req->arena, x);
    bool open = span_eq(x->state, SPAN("open")), asked = span_eq(x->state, SPAN("asked"));
    bool answers = has(d, WHO(HANDLER) | WHO(REVIEWER)) &&
                   (!x->account_id || x->account_id != d->who.account_id);

    JSON_SET(o, "id", json_int(d->req->arena, x->id));
    JSON_SET(o, "state_word", state_say(d->req, x->state));
    JSON_SET(o, "who", shape_text(d->req, x->subject_name.n ? x->subject_name : x->subject_code));
    JSON_SET(o, "turns", turned_shape(d, JSON_GET(o, "turned")));
    JSON_SET(o, "may_ask", json_bool(d->req->arena, answers && open));
    JSON_SET(o, "may_answer", json_bool(d->req->arena, answers && (open || asked)));
    return o;
}

/* An enterprise sees its own; who reads nothing of offices and has no enterprise reads none. */
static int add_objections(struct desk *d)
{
    struct json *list = json_array(d->req->arena);
    int64_t subject = has(d, OFFICE) ? 0 : d->who.subject_id;
    struct objection *at = NULL;
    size_t n = 0;
    int r = has(d, OFFICE) || subject
                ? objection_list(d->req->arena, d->office.store, subject, &at, &n, &d->res->err)
                : 0;

    for (size_t i = 0; r == 0 && i < n; i++)
        json_add(list, objection_shape(d, &at[i]));
    shape_list(d->req, d->res->data, "objections", list);
    return r;
}

/* What a demand is written with: projects, and the facts of the library with their holders. */
static int add_demand_form(struct desk *d)
{
    struct json *projects = json_array(d->req->arena), *facts = json_array(d->req->arena);
    const struct library *l = d->office.library;
    struct direct_project *at = NULL;
    size_t n = 0;
    int r = direct_list(d->req->arena, &d->office, &at, &n, &d->res->err);

    for (size_t i = 0; r == 0 && i < n; i++)
        shape_option(d->req, projects, at[i].code, at[i].title, false);
    for (size_t i = 0; r == 0 && n && i < l->fact_count; i++) {
        struct json *o = json_object(d->req->arena);
        JSON_SET(o, "value", shape_text(d->req, l->facts[i]->name));
        JSON_SET(o, "title",
                 shape_text(d->req, is_english(d->req) && l->facts[i]->title.en.n
                                        ? l->facts[i]->title.en
                                        : l->facts[i]->holder));
        json_add(facts, o);
    }
    shape_list(d->req, d->res->data, "projects", projects);
    JSON_SET(d->res->data, "known_facts", facts);
    JSON_SET(d->res->data, "may_demand", json_bool(d->req->arena, n > 0));
    return r;
}

static int show(struct desk *d)
{
    int r = has(d, OFFICE | WHO(COUNTERPARTY)) ? add_demands(d) : 0;

    if (r == 0 && !d->req->wants_json && has(d, WHO(HANDLER) | WHO(PUBLISHER)))
        r = add_demand_form(d);

    if (r == 0)
        r = add_objections(d);
    JSON_SET(d->res->data, "may_object",
             json_bool(d->req->arena, d->who.subject_id || has(d, WHO(WINDOW) | WHO(HANDLER))));
    JSON_SET(d->res->data, "needs_code", json_bool(d->req->arena, !d->who.subject_id));
    d->res->template = "data";
    d->res->title = "data.title";
    return r < 0 ? r : 200;
}

int data_show(struct request *req, struct response *res, void *app)
{
    struct desk d;
    int r = office_open(req, res, app, &d);

    return r != 0 ? r : show(&d);
}

/* ---- acting ---- */

static int subject_of(struct desk *d, int64_t *ret, struct err *err)
{
    struct span code = request_text(d->req, "code");
    struct subject_row row;
    int r;

    *ret = d->who.subject_id;
    if (*ret)
        return 0;
    r = ENTERPRISE_KIND.check(d->req->arena, code, &code, err);
    if (r == 0)
        r = subject_find(d->req->arena, d->office.store, ENTERPRISE_KIND.kind, code, &row, err);
    if (r == 0)
        *ret = row.id;
    return r;
}

static int act_object(struct desk *d, struct err *err)
{
    struct objection_new n = {.key = request_text(d->req, "fact"),
                              .value = request_text(d->req, "value"),
                              .source = SPAN(""),
                              .reason = request_text(d->req, "reason")};
    int64_t id = 0;
    int r = err_field(err, subject_of(d, &n.subject_id, err), "code");

    return r < 0 ? r : objection_add(d->req->arena, &d->office, &d->who, &n, &id, err);
}

static int act_ask(struct desk *d, struct err *err)
{
    return objection_ask(d->req->arena, &d->office, &d->who, request_value(d->req, "id")->number,
                         err);
}

static int act_correct(struct desk *d, struct err *err)
{
    return objection_correct(d->req->arena, &d->office, &d->who,
                             request_value(d->req, "id")->number, request_text(d->req, "value"),
                             request_text(d->req, "reason"), err);
}

static int act_demand(struct desk *d, struct err *err)
{
    const struct demand_new n = {.project = request_text(d->req, "project"),
                                 .fact = request_text(d->req, "fact"),
                                 .unit = request_text(d->req, "unit"),
                                 .why = request_text(d->req, "why"),
                                 .cycle = request_text(d->req, "cycle"),
                                 .collected = request_value(d->req, "collected")->truth};
    int64_t id = 0;

    return demand_add(d->req->arena, &d->office, &d->who, &n, &id, err);
}

static int act_supply(struct desk *d, struct err *err)
{
    const struct demand_answer x = {request_text(d->req, "how"), request_text(d->req, "quality"),
                                    request_text(d->req, "cycle")};

    return demand_supply(d->req->arena, &d->office, &d->who, request_value(d->req, "id")->number,
                         &x, err);
}

static int act_refuse(struct desk *d, struct err *err)
{
    return demand_refuse(d->req->arena, &d->office, &d->who, request_value(d->req, "id")->number,
                         request_text(d->req, "cites"), request_text(d->req, "reason"), err);
}

static int act_keep(struct desk *d, struct err *err)
{
    return objection_keep(d->req->arena, &d->office, &d->who, request_value(d->req, "id")->number,
                          request_text(d->req, "reason"), err);
}

static const struct {
    const char *act;
    int (*run)(struct desk *, struct err *);
} acts[] = {{"object", act_object}, {"ask", act_ask},       {"correct", act_correct},
            {"keep", act_keep},     {"demand", act_demand}, {"supply", act_supply},
            {"refuse", act_refuse}};

static int act_within(struct store *s, void *context, struct err *err)
{
    struct desk *d = context;

    UNUSED(s);
    for (size_t i = 0; i < COUNT_OF(acts); i++)
        if (span_eq(request_text(d->req, "act"), span_z(acts[i].act)))
            return acts[i].run(d, err);
    return err_set(err, E_INPUT, "没有这个操作");
}

int data_act(struct request *req, struct response *res, void *app)
{
    struct desk d;
    int r = office_open(req, res, app, &d);

    if (r == 0)
        r = store_write(d.office.store, act_within, &d, &res->err);
    if (r == 0) {
        request_flash(req, "data.done", NULL);
        return response_redirect(req, res, SPAN("/data"));
    }
    return r;
}
