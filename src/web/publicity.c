/*
 * publicity.c: 公示: cases that are made public now, for anybody, with persons masked, and the
 * objection that anybody may raise (S090).
 */
#include <inttypes.h>

#include "http/escape.h"
#include "identity/masking.h"
#include "web/case_form.h"
#include "web/handlers.h"
#include "web/office.h"
#include "web/procedure_shape.h"

static const struct actor the_public = {.name = {"public", 6}};

/* An enterprise by its name; a person by a masked number. */
static struct span shown_as(struct request *req, const struct case_row *row)
{
    if (span_eq(row->subject_kind, ENTERPRISE_KIND.kind))
        return row->subject_name.n ? row->subject_name : row->subject_code;
    return mask_text(req->arena, MASK_IDENTITY, row->subject_code);
}

static struct json *public_line(struct desk *d, const struct case_row *row)
{
    struct request *req = d->req;
    const struct procedure *p = procedure_find(d->office.library, row->procedure, NULL);
    struct json *o = json_object(req->arena);

    JSON_SET(o, "number", shape_text(req, row->number));
    JSON_SET(o, "link", shape_text(req, shape_link(req, "publicity", row->number)));
    JSON_SET(o, "title", shape_text(req, p ? words_in(p->title, is_english(req)) : row->procedure));
    JSON_SET(o, "subject", shape_text(req, shown_as(req, row)));
    JSON_SET(o, "organisation", shape_text(req, row->organisation));
    if (row->has_amount)
        JSON_SET(o, "amount", shape_text(req, yuan_say(req, row->amount)));
    if (row->due_at != CASE_NO_DUE)
        JSON_SET(o, "until", shape_instant(req, row->due_at - 1));
    return o;
}

int publicity_list(struct request *req, struct response *res, void *app)
{
    struct case_query q = {.phase = PHASE_PUBLICITY};
    struct json *list = json_array(req->arena);
    struct case_row *rows = NULL;
    struct desk d;
    size_t n = 0;
    int r = office_open(req, res, app, &d);

    if (r != 0)
        return r;
    case_page(req, &q);
    r = case_list(req->arena, &d.office, &q, &rows, &n, &res->err);
    for (size_t i = 0; r == 0 && i < n; i++)
        json_add(list, public_line(&d, &rows[i]));
    JSON_SET(res->data, "cases", list);
    JSON_SET(res->data, "none", json_bool(req->arena, n == 0));
    if (r == 0 && n == q.limit)
        JSON_SET(
            res->data, "more",
            shape_text(req, arena_print(req->arena, "/publicity?after=%" PRId64, rows[n - 1].id)));
    res->template = "publicity";
    res->title = "publicity.title";
    return r < 0 ? r : 200;
}

static int find_public(struct request *req, struct response *res, void *app, struct desk *d,
                       struct case_row *ret)
{
    int r = office_open(req, res, app, d);

    if (r != 0)
        return r;
    r = case_find(req->arena, &d->office, request_param(req, "number"), ret, &res->err);
    if (r == 0 && ret->phase != PHASE_PUBLICITY)
        r = err_set(&res->err, E_NOT_FOUND, "这个办件现在不在公示");
    return r;
}

/* The act of the definition that anybody may do in this state; NULL = there is none. */
static const struct procedure_act *objection(const struct procedure *p, struct span state)
{
    for (size_t i = 0; p && i < p->act_count; i++) {
        const struct procedure_act *a = &p->acts[i];
        for (size_t k = 0; k < a->who_count; k++)
            for (size_t s = 0; span_eq(a->who[k], SPAN("anybody")) && s < a->from_count; s++)
                if (span_eq(a->from[s], state))
                    return a;
    }
    return NULL;
}

int publicity_show(struct request *req, struct response *res, void *app)
{
    struct case_row row;
    struct desk d;
    const struct procedure *p;
    const struct procedure_act *act;
    int r = find_public(req, res, app, &d, &row);

    if (r != 0)
        return r;
    p = procedure_find(d.office.library, row.procedure, NULL);
    act = objection(p, row.state);
    JSON_SET(res->data, "line", public_line(&d, &row));
    JSON_SET(res->data, "title",
             shape_text(req, p ? words_in(p->title, is_english(req)) : row.procedure));
    JSON_SET(res->data, "may_object", json_bool(req->arena, act != NULL));
    JSON_SET(res->data, "key",
             shape_text(req, arena_print(req->arena, "object-%" PRId64 "-%" PRId64, row.id,
                                         clock_now_ms())));
    res->template = "publicity_case";
    return req->errors ? 422 : 200;
}

int publicity_object(struct request *req, struct response *res, void *app)
{
    struct case_act act = {.party = SPAN("anybody")};
    struct json *data = json_object(req->arena);
    const struct procedure_act *a;
    enum refusal refusal;
    struct case_row row;
    struct desk d;
    int r = find_public(req, res, app, &d, &row);

    if (r != 0)
        return r;
    if (req->errors)
        return publicity_show(req, res, app);
    a = objection(procedure_find(d.office.library, row.procedure, NULL), row.state);
    if (!a)
        return err_set(&res->err, E_CONFLICT, "这个事项的公示不接受网上异议");
    JSON_SET(data, "reason", shape_text(req, request_text(req, "reason")));
    act.act = a->id;
    act.data = data;
    act.key = request_text(req, "key");
    r = case_do(req->arena, &d.office, d.who.account_id ? &d.who : &the_public, row.id, &act, NULL,
                &refusal, &res->err);
    if (r < 0)
        return r;
    request_flash(req, "publicity.objected", NULL);
    return response_redirect(req, res, SPAN("/publicity"));
}
