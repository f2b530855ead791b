/*
 * desk.c: the queue of an office by due date with acts on many at once, and the day view:
 * everything that is due, by day.
 */
#include <inttypes.h>

#include "web/case_form.h"
#include "web/handlers.h"
#include "web/office.h"
#include "web/procedure_shape.h"

#define BULK_MOST 100

static int need_office(struct desk *d)
{
    if (d->who.organisation.n)
        return 0;
    err_set(&d->res->err, E_FORBIDDEN, "待办属于部门：您的账户不在任何部门");
    err_hint(&d->res->err, "换一个身份登录，或请管理员授权");
    return E_FORBIDDEN;
}

/* ---- acts on many ---- */

static bool plays(const struct desk *d, const struct procedure *p, const struct procedure_act *a)
{
    static const enum user_role roles[ACTOR_KINDS] = {[ACTOR_WINDOW] = USER_WINDOW,
                                                      [ACTOR_HANDLER] = USER_HANDLER,
                                                      [ACTOR_REVIEWER] = USER_REVIEWER,
                                                      [ACTOR_FINANCE] = USER_FINANCE,
                                                      [ACTOR_COUNTERPARTY] = USER_COUNTERPARTY};

    for (size_t i = 0; i < p->party_count; i++)
        for (size_t k = 0; k < a->who_count; k++)
            if (span_eq(a->who[k], p->parties[i].id) &&
                d->who.roles >> roles[p->parties[i].kind] & 1)
                return true;
    return false;
}

/* Acts that ask for papers, figures or a list have their own page. */
static bool fits_many(const struct procedure_act *a, struct span state)
{
    if (a->set_count || a->ask_count ||
        (a->flags & (ACT_LISTS_MISSING | ACT_RESERVES | ACT_CLAIMS_BACK | ACT_REMEDY)))
        return false;
    for (size_t i = 0; i < a->from_count; i++)
        if (span_eq(a->from[i], state))
            return true;
    return false;
}

static bool is_option(const struct json *list, struct span value)
{
    JSON_EACH(o, list)
    if (span_eq(json_text(JSON_GET(o, "value")), value))
        return true;
    return false;
}

/* The select of the queue: what may be done in the states that are listed, "take" first. */
static struct json *bulk_acts(struct desk *d, const struct json *cases)
{
    struct request *req = d->req;
    struct json *list = json_array(req->arena);

    shape_option(req, list, SPAN("take"), general_title(req, SPAN("take")), true);
    JSON_EACH(line, cases)
    {
        const struct procedure *p =
            procedure_find(d->office.library, json_text(JSON_GET(line, "procedure")), NULL);
        struct span state = json_text(JSON_GET(line, "state"));
        for (size_t i = 0; p && i < p->act_count; i++)
            if (fits_many(&p->acts[i], state) && plays(d, p, &p->acts[i]) &&
                !is_option(list, p->acts[i].id))
                shape_option(req, list, p->acts[i].id, words_in(p->acts[i].title, is_english(req)),
                             false);
    }
    return list;
}

int desk_show(struct request *req, struct response *res, void *app)
{
    struct desk d;
    struct case_query q = {.phase = PHASES, .open_only = true};
    int r = office_open(req, res, app, &d);

    if (r == 0)
        r = need_office(&d);
    if (r != 0)
        return r;
    case_page(req, &q);
    q.procedure = request_text(req, "procedure");
    q.unassigned = request_value(req, "unassigned")->truth;
    if (request_value(req, "mine")->truth)
        q.handler = d.who.account_id;
    else
        q.organisation = d.who.organisation;
    JSON_SET(res->data, "organisation", shape_text(req, d.who.organisation));
    JSON_SET(res->data, "mine", json_bool(req->arena, q.handler != 0));
    JSON_SET(res->data, "unassigned", json_bool(req->arena, q.unassigned));
    r = case_lines(&d, &q, "/desk");
    JSON_SET(res->data, "all", json_bool(req->arena, !q.handler && !q.unassigned));
    JSON_SET(res->data, "acts", bulk_acts(&d, JSON_GET(res->data, "cases")));
    res->template = "desk";
    res->title = "desk.title";
    return r < 0 ? r : 200;
}

/* ---- many at once ---- */

struct bulk {
    size_t done, failed;
    struct json *problems;
};

static void note_problem(struct desk *d, struct bulk *b, struct span number, const struct err *err)
{
    struct json *o = json_object(d->req->arena);

    JSON_SET(o, "number", shape_text(d->req, number));
    JSON_SET(o, "link", shape_text(d->req, case_link(d->req, number)));
    JSON_SET(o, "why", json_string(d->req->arena, arena_copy(d->req->arena, span_z(err->message))));
    json_add(b->problems, o);
    b->failed++;
}

/* Each case is a transaction of its own: one that cannot be done does not keep the others. */
static int do_one(struct desk *d, struct span number, struct bulk *b)
{
    struct case_act act = {.act = request_text(d->req, "act")};
    struct json *data = json_object(d->req->arena);
    struct err err = ERR_INIT;
    struct case_row row;
    enum refusal refusal;
    int r = case_find(d->req->arena, &d->office, number, &row, &err);

    if (request_text(d->req, "reason").n)
        JSON_SET(data, "reason", shape_text(d->req, request_text(d->req, "reason")));
    act.data = data;
    if (r == 0)
        r = case_do(d->req->arena, &d->office, &d->who, row.id, &act, NULL, &refusal, &err);
    if (r == E_MEMORY || r == E_STORE)
        return err_set(&d->res->err, r, "%s", err.message);
    if (r < 0)
        note_problem(d, b, number, &err);
    else
        b->done++;
    return 0;
}

int desk_do(struct request *req, struct response *res, void *app)
{
    struct bulk b = {0, 0, json_array(req->arena)};
    struct json *args = json_object(req->arena);
    struct desk d;
    size_t n = 0;
    int r = office_open(req, res, app, &d);

    if (r == 0)
        r = need_office(&d);
    for (const struct input *v = request_value(req, "case"); r == 0 && v && v->given; v = v->next)
        r = n++ < BULK_MOST ? do_one(&d, v->text, &b)
                            : err_set(&res->err, E_LIMIT, "一次最多办 %d 件", BULK_MOST);
    if (r != 0)
        return r;
    JSON_SET(args, "done", json_int(req->arena, (int64_t)b.done));
    JSON_SET(args, "failed", json_int(req->arena, (int64_t)b.failed));
    if (!b.failed && !req->wants_json) {
        request_flash(req, "desk.all_done", args);
        return response_redirect(req, res, SPAN("/desk"));
    }
    JSON_SET(res->data, "done", json_int(req->arena, (int64_t)b.done));
    JSON_SET(res->data, "failed", json_int(req->arena, (int64_t)b.failed));
    JSON_SET(res->data, "problems", b.problems);
    res->template = "desk_done";
    res->title = "desk.title";
    return 200;
}

/* ---- the day view ---- */

#define DUE_DAYS 14

static struct json *day_shape(struct desk *d, int64_t day, int64_t today)
{
    struct json *o = json_object(d->req->arena);
    struct date date = {1970, 1, 1};

    (void)date_from_days(day, &date);
    JSON_SET(o, "day", shape_date(d->req, date));
    JSON_SET(o, "is_late", json_bool(d->req->arena, day < today));
    JSON_SET(o, "is_today", json_bool(d->req->arena, day == today));
    JSON_SET(o, "cases", json_array(d->req->arena));
    return o;
}

/* Rows come by green channel, then date: each goes to its day. */
static void into_days(struct desk *d, const struct case_row *rows, size_t n, struct json *days)
{
    int64_t today = day_number(clock_now_ms());

    for (int64_t day = today - 1; days && day <= today + DUE_DAYS; day++) {
        struct json *o = NULL;
        for (size_t i = 0; i < n; i++) {
            int64_t due = day_number(rows[i].due_at - 1);
            bool late = due < today;
            if (rows[i].due_at == CASE_NO_DUE || (late ? day != today - 1 : due != day))
                continue;
            if (!o) {
                o = day_shape(d, day, today);
                json_add(days, o);
            }
            json_add((struct json *)(uintptr_t)JSON_GET(o, "cases"), case_line(d, &rows[i]));
        }
        if (o)
            JSON_SET(o, "n", json_int(d->req->arena, (int64_t)JSON_GET(o, "cases")->n));
    }
}

int due_show(struct request *req, struct response *res, void *app)
{
    struct case_query q = {.phase = PHASES, .open_only = true, .limit = CASE_LIST_MOST};
    struct json *days = json_array(req->arena);
    struct case_row *rows = NULL;
    struct desk d;
    size_t n = 0;
    int r = office_open(req, res, app, &d);

    if (r == 0 && !d.who.subject_id)
        r = need_office(&d);
    if (r != 0)
        return r;
    q.due_before = clock_now_ms() + (DUE_DAYS + 1) * DAY_MS;
    if (d.who.subject_id)
        q.subject_id = d.who.subject_id;
    else
        q.organisation = d.who.organisation;
    r = case_list(req->arena, &d.office, &q, &rows, &n, &res->err);
    if (r == 0)
        into_days(&d, rows, n, days);
    JSON_SET(res->data, "days", days);
    JSON_SET(res->data, "none", json_bool(req->arena, days && days->n == 0));
    res->template = "due";
    res->title = "due.title";
    return r < 0 ? r : 200;
}
