/*
 * fund_acts.c: acts on the page of a fund: an approval that was owed has been made up (先拨后补),
 * and the day on which reserved money is to be paid, or an earlier one (提前兑现).
 */
#include "casework/payments.h"
#include "web/handlers.h"
#include "web/money.h"
#include "web/shape.h"

static bool may_act(const struct desk *d)
{
    return actor_is(&d->who, USER_FINANCE) || actor_is(&d->who, USER_REVIEWER);
}

static int add_owed(struct desk *d, const struct fund *f)
{
    struct request *req = d->req;
    struct json *list = json_array(req->arena);
    struct owed *at = NULL;
    size_t n = 0;
    int r = owed_list(req->arena, d->office.store, true, &at, &n, &d->res->err);

    for (size_t i = 0; r == 0 && i < n; i++) {
        struct json *o = json_object(req->arena);
        if (!span_eq(at[i].fund, f->code))
            continue;
        JSON_SET(o, "reservation", json_int(req->arena, at[i].reservation_id));
        JSON_SET(o, "instruction", shape_text(req, at[i].instruction));
        JSON_SET(o, "amount", fund_yuan(req, at[i].amount));
        JSON_SET(o, "since", shape_instant(req, at[i].since));
        JSON_SET(o, "by", shape_text(req, shape_actor(req, at[i].actor)));
        JSON_SET(o, "is_open", json_bool(req->arena, at[i].made_up_at == 0));
        if (at[i].made_up_at) {
            JSON_SET(o, "made_up", shape_instant(req, at[i].made_up_at));
            JSON_SET(o, "made_up_by", shape_text(req, shape_actor(req, at[i].made_up_by)));
            JSON_SET(o, "how", shape_text(req, at[i].made_up_how));
        }
        json_add(list, o);
    }
    shape_list(req, d->res->data, "owed", list);
    return r;
}

static int add_paydays(struct desk *d, const struct fund *f)
{
    struct request *req = d->req;
    struct json *list = json_array(req->arena);
    struct payday *at = NULL;
    size_t n = 0;
    int r = payday_list(req->arena, d->office.store, f->id, &at, &n, &d->res->err);

    for (size_t i = 0; r == 0 && i < n; i++) {
        const struct payday *p = &at[i];
        struct json *o = json_object(req->arena);
        JSON_SET(o, "reservation", json_int(req->arena, p->reservation_id));
        JSON_SET(o, "who", shape_text(req, p->subject_name.n ? p->subject_name : p->subject_code));
        JSON_SET(o, "amount", fund_yuan(req, p->amount));
        JSON_SET(o, "due", shape_text(req, p->due));
        shape_set(req, o, "was", p->was);
        JSON_SET(o, "reason", shape_text(req, p->reason));
        JSON_SET(o, "basis", shape_text(req, p->cites));
        JSON_SET(o, "late", json_bool(req->arena, p->late));
        json_add(list, o);
    }
    shape_list(req, d->res->data, "paydays", list);
    return r;
}

/* Reservations that have no day yet, or may get an earlier one. */
static int add_choices(struct desk *d, const struct fund *f)
{
    struct request *req = d->req;
    const struct reservation_query q = {.fund_id = f->id, .state = SPAN("reserved"), .limit = 200};
    struct json *list = json_array(req->arena);
    struct reservation *at = NULL;
    size_t n = 0;
    int r = reservation_list(req->arena, d->office.store, &q, &at, &n, &d->res->err);

    for (size_t i = 0; r == 0 && i < n; i++) {
        struct span who = at[i].subject_name.n ? at[i].subject_name : at[i].subject_code;
        struct span value = arena_print(req->arena, "%lld", (long long)at[i].id);
        shape_option(req, list, value,
                     arena_print(req->arena, "%lld %.*s %.*s", (long long)at[i].id, SPAN_ARG(who),
                                 SPAN_ARG(yuan_say(req, at[i].amount))),
                     span_eq(request_form_text(req, "reservation"), value));
    }
    shape_list(req, d->res->data, "reserved", list);
    return r;
}

int fund_add_dates(struct desk *d, const struct fund *f)
{
    int r = add_owed(d, f);

    if (r == 0)
        r = add_paydays(d, f);
    if (r == 0 && may_act(d))
        r = add_choices(d, f);
    JSON_SET(d->res->data, "may_act", json_bool(d->req->arena, may_act(d)));
    return r;
}

/* ---- acts ---- */

struct fund_call {
    struct desk *d;
    struct span code;
};

/* A number sent to the page of one fund is of that fund. */
static int of_this_fund(const struct fund_call *c, struct store *s, int64_t id, struct err *err)
{
    struct reservation v;
    struct fund f;
    int r = fund_load(c->d->req->arena, s, c->code, false, &f, err);

    if (r == 0)
        r = reservation_load(c->d->req->arena, s, id, &v, err);
    return r == 0 && v.fund_id != f.id ? err_set(err, E_NOT_FOUND, "这笔占用不在这项资金里") : r;
}

static int make_up(struct fund_call *c, struct store *s, struct err *err)
{
    struct request *req = c->d->req;
    int64_t id = request_value(req, "reservation")->number;
    int r = of_this_fund(c, s, id, err);

    return r < 0 ? r : owed_make_up(req->arena, s, &c->d->who, id, request_text(req, "how"), err);
}

static int set_day(struct fund_call *c, struct store *s, struct err *err)
{
    struct request *req = c->d->req;
    const struct payday_new n = {.fund = c->code,
                                 .reservation_id = request_value(req, "reservation")->number,
                                 .purpose = SPAN(""),
                                 .measure = SPAN(""),
                                 .list = request_text(req, "list"),
                                 .on = request_value(req, "on")->date,
                                 .reason = request_text(req, "reason"),
                                 .cites = request_text(req, "cites")};
    size_t moved = 0;
    int r = n.reservation_id ? of_this_fund(c, s, n.reservation_id, err) : 0;

    return r < 0 ? r : payday_set(req->arena, s, &c->d->who, &n, &moved, err);
}

static int act_within(struct store *s, void *context, struct err *err)
{
    struct fund_call *c = context;

    return span_eq(request_text(c->d->req, "act"), SPAN("make-up")) ? make_up(c, s, err)
                                                                    : set_day(c, s, err);
}

int funds_act(struct request *req, struct response *res, void *app)
{
    bool owed = span_eq(request_text(req, "act"), SPAN("make-up"));
    struct desk d;
    struct fund_call c = {.d = &d, .code = request_param(req, "code")};
    int again, r = office_open(req, res, app, &d);

    if (r != 0)
        return r;
    if (!req->errors)
        r = store_write(d.office.store, act_within, &c, &res->err);
    if (r == 0 && !req->errors) {
        request_flash(req, owed ? "fund.made_up_done" : "fund.day_done", NULL);
        return response_redirect(req, res, shape_link(req, "funds", c.code));
    }
    if (r < 0 && !money_say_why(&d, owed ? "how" : "on", r))
        return r;
    again = money_show_fund(&d, c.code);
    return again < 0 ? again : r < 0 && r != E_INPUT ? err_http(r) : 422;
}
