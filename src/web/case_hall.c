/*
 * case_hall.c: what comes to an office in numbers: the visits of a day, called and served in turn
 * (S099), and a list that another department sends back, which is done at once (S069).
 */
#include <inttypes.h>

#include "casework/case_returned.h"
#include "casework/case_visits.h"
#include "web/case_form.h"
#include "web/handlers.h"
#include "web/office.h"
#include "web/procedure_shape.h"

static int open_office(struct request *req, struct response *res, void *app, struct desk *d)
{
    int r = office_open(req, res, app, d);

    if (r == 0 && !d->who.organisation.n)
        r = err_set(&res->err, E_FORBIDDEN, "您的账户不在任何部门");
    return r;
}

/* ---- visits ---- */

static const char *next_step(enum visit_state s)
{
    static const char *const steps[VISIT_STATES] = {
        [VISIT_BOOKED] = "come", [VISIT_CAME] = "call", [VISIT_CALLED] = "done"};
    return steps[s];
}

static struct json *visit_line(struct request *req, const struct visit_row *v)
{
    struct json *o = json_object(req->arena);
    const char *step = next_step(v->state);

    JSON_SET(o, "id", json_int(req->arena, v->id));
    JSON_SET(o, "ticket", v->number ? json_int(req->arena, v->number) : json_null(req->arena));
    JSON_SET(o, "at", v->starts_at ? shape_moment(req, v->starts_at) : json_null(req->arena));
    JSON_SET(o, "place", shape_text(req, v->place));
    JSON_SET(o, "subject", shape_text(req, v->subject));
    JSON_SET(o, "state", shape_word(req, &visit_words[v->state]));
    JSON_SET(o, "case_number", shape_text(req, v->case_number));
    JSON_SET(o, "link",
             v->case_number.n ? shape_text(req, case_link(req, v->case_number))
                              : json_null(req->arena));
    JSON_SET(o, "step", step ? json_string(req->arena, span_z(step)) : json_null(req->arena));
    if (step) {
        struct span key = arena_print(req->arena, "visits.step_%s", step);
        JSON_SET(o, "step_title", shape_text(req, request_say(req, key.p ? key.p : "", NULL)));
    }
    return o;
}

static void add_report(struct request *req, struct json *data, const struct visit_report *x)
{
    struct json *o = json_object(req->arena);

    JSON_SET(o, "booked", json_int(req->arena, x->booked));
    JSON_SET(o, "walked_in", json_int(req->arena, x->walked_in));
    JSON_SET(o, "missed", json_int(req->arena, x->missed));
    JSON_SET(o, "called", json_int(req->arena, x->called));
    JSON_SET(o, "any_called", json_bool(req->arena, x->called > 0)); /* no share of nobody */
    if (x->called) {
        JSON_SET(o, "mean", json_int(req->arena, x->wait_ms / x->called / 60000));
        JSON_SET(o, "in_time", json_int(req->arena, x->in_time * 100 / x->called));
    }
    JSON_SET(data, "report", o);
}

static int show_visits(struct desk *d)
{
    struct request *req = d->req;
    struct json *list = json_array(req->arena);
    struct visit_row *at = NULL;
    struct visit_report x = {0};
    struct date today = date_today();
    size_t n = 0;
    int r =
        visit_list(req->arena, d->office.store, d->who.organisation, today, &at, &n, &d->res->err);

    if (r == 0)
        r = visit_count(req->arena, d->office.store, d->who.organisation, today, today, &x,
                        &d->res->err);
    for (size_t i = 0; r == 0 && i < n; i++)
        json_add(list, visit_line(req, &at[i]));
    shape_list(req, d->res->data, "visits", list);
    JSON_SET(d->res->data, "organisation", shape_text(req, d->who.organisation));
    JSON_SET(d->res->data, "today", shape_date(req, today));
    add_report(req, d->res->data, &x);
    d->res->template = "visits";
    d->res->title = "visits.title";
    return r < 0 ? r : 200;
}

int visits_show(struct request *req, struct response *res, void *app)
{
    struct desk d;
    int r = open_office(req, res, app, &d);

    return r != 0 ? r : show_visits(&d);
}

/* "09:30" as minutes of the day; -1 = it is none. */
static int minutes_of(struct request *req, const char *name)
{
    int64_t at = 0;
    struct span said =
        arena_print(req->arena, "1970-01-02 %.*s", SPAN_ARG(request_text(req, name)));

    return said.p && visit_moment(said, &at) ? (int)((at + INT64_C(8) * 3600000) % 86400000 / 60000)
                                             : -1;
}

static int open_slots(struct desk *d)
{
    struct request *req = d->req;
    struct visit_plan p = {.organisation = d->who.organisation,
                           .place = request_text(req, "place"),
                           .procedure = request_text(req, "procedure"),
                           .day = request_value(req, "on")->date,
                           .from = minutes_of(req, "from"),
                           .to = minutes_of(req, "to"),
                           .each = (int)request_value(req, "each")->number,
                           .capacity = request_value(req, "capacity")->number,
                           .complex = request_value(req, "complex")->truth};
    struct json *args = json_object(req->arena);
    size_t n = 0;
    int r = visit_open(req->arena, &d->office, &d->who, &p, &n, &d->res->err);

    JSON_SET(args, "n", json_int(req->arena, (int64_t)n));
    if (r == 0)
        request_flash(req, "visits.opened", args);
    return r;
}

int visits_add(struct request *req, struct response *res, void *app)
{
    struct desk d;
    int64_t id = 0;
    int r = open_office(req, res, app, &d);

    if (r != 0)
        return r;
    r = request_value(req, "on")->given
            ? open_slots(&d)
            : visit_walk_in(req->arena, &d.office, &d.who, d.who.organisation,
                            request_text(req, "place"), request_value(req, "complex")->truth, &id,
                            &res->err);
    return r < 0 ? r : response_redirect(req, res, SPAN("/visits"));
}

int visits_step(struct request *req, struct response *res, void *app)
{
    struct desk d;
    int r = open_office(req, res, app, &d);

    if (r == 0)
        r = visit_step(req->arena, &d.office, &d.who, request_value(req, "id")->number,
                       request_param(req, "step"), &res->err);
    return r != 0 ? r : response_redirect(req, res, SPAN("/visits"));
}

/* ---- a list that comes back ---- */

static bool is_office_act(const struct procedure *p, const struct procedure_act *a)
{
    for (size_t i = 0; i < p->party_count; i++)
        for (size_t k = 0; k < a->who_count; k++)
            if (span_eq(a->who[k], p->parties[i].id))
                return a->from_count > 0;
    return false;
}

/* Acts of offices from submitted and reviewed cases, as "PROCEDURE ACT". */
static void add_choices(struct desk *d)
{
    struct request *req = d->req;
    struct json *list = json_array(req->arena);
    const struct library *l = d->office.library;
    struct span only = request_text(req, "procedure");

    for (size_t i = 0; i < l->procedure_count; i++) {
        const struct procedure *p = l->procedures[i];
        if (!span_eq(p->id, only))
            continue;
        for (size_t k = 0; k < p->act_count; k++)
            if (is_office_act(p, &p->acts[k]))
                shape_option(req, list, p->acts[k].id, words_in(p->acts[k].title, is_english(req)),
                             false);
    }
    shape_list(req, d->res->data, "acts", list);
    list = json_array(req->arena);
    for (size_t i = 0; i < l->procedure_count; i++)
        shape_option(req, list, l->procedures[i]->id,
                     words_in(l->procedures[i]->title, is_english(req)),
                     span_eq(l->procedures[i]->id, only));
    shape_list(req, d->res->data, "procedures", list);
    JSON_SET(d->res->data, "procedure", shape_text(req, only));
}

int desk_list(struct request *req, struct response *res, void *app)
{
    struct desk d;
    int r = open_office(req, res, app, &d);

    if (r != 0)
        return r;
    add_choices(&d);
    res->template = "desk_list";
    res->title = "returned.title";
    return 200;
}

static void add_result(struct desk *d, const struct returned_result *x)
{
    struct request *req = d->req;
    struct json *o = json_object(req->arena), *list = json_array(req->arena);

    JSON_SET(o, "lines", json_int(req->arena, (int64_t)x->lines));
    JSON_SET(o, "listed", json_int(req->arena, (int64_t)x->listed));
    JSON_SET(o, "unlisted", json_int(req->arena, (int64_t)x->unlisted));
    JSON_SET(o, "left", json_int(req->arena, (int64_t)x->left));
    for (size_t i = 0; i < x->problem_count; i++) {
        struct json *p = json_object(req->arena);
        JSON_SET(p, "code", shape_text(req, x->problems[i].code));
        JSON_SET(p, "number", shape_text(req, x->problems[i].number));
        JSON_SET(p, "why", shape_text(req, x->problems[i].why));
        json_add(list, p);
    }
    shape_list(req, o, "problems", list);
    JSON_SET(d->res->data, "result", o);
}

int desk_return(struct request *req, struct response *res, void *app)
{
    struct returned_list list = {.procedure = request_text(req, "procedure"),
                                 .listed = request_text(req, "listed"),
                                 .unlisted = request_text(req, "unlisted"),
                                 .reason = request_text(req, "reason"),
                                 .text = request_text(req, "codes")};
    struct returned_result x;
    struct desk d;
    int r = open_office(req, res, app, &d);

    if (r == 0 && req->uploads.n && req->uploads.at[0].bytes.n)
        list.text = req->uploads.at[0].bytes;
    if (r == 0)
        r = cases_returned(req->arena, &d.office, &d.who, &list, &x, &res->err);
    if (r != 0)
        return r;
    add_choices(&d);
    add_result(&d, &x);
    res->template = "desk_list";
    res->title = "returned.title";
    return 200;
}
