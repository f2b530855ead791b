/*
 * values.c: a value of a parameter, or the day of an event, by form: it becomes a draft, which a
 * second person approves. The page of the parameter is vocabulary.c.
 */
#include "web/drafts.h"
#include "web/handlers.h"
#include "web/shape.h"

static int refuse(struct desk *d, void *app, int r)
{
    struct json *args = json_object(d->req->arena);
    int status = r == E_CONFLICT ? 409 : r == E_FORBIDDEN ? 403 : 422;

    if (!d->req->errors) {
        JSON_SET(args, "detail", shape_text(d->req, span_z(d->res->err.message)));
        request_error(d->req, d->res->err.field ? d->res->err.field : "value",
                      "vocabulary.value_refused", args);
    }
    d->res->err = (struct err)ERR_INIT;
    r = parameters_show(d->req, d->res, app);
    return r < 0 ? r : status;
}

static int begin(struct desk *d, int64_t *ret)
{
    struct request *req = d->req;
    struct library_files base;
    const struct parameter_new x = {request_text(req, "value"), request_value(req, "from")->text,
                                    request_value(req, "to")->text, request_text(req, "region"),
                                    request_text(req, "source")};
    int r = draft_base_of(d, clock_now_ms(), &base);

    return r < 0 ? r
                 : draft_value(req->arena, d->office.store, &d->who, &base,
                               request_param(req, "name"), &x, ret, &d->res->err);
}

int parameters_add(struct request *req, struct response *res, void *app)
{
    struct desk d;
    int64_t id = 0;
    int r = office_open(req, res, app, &d);

    if (r < 0)
        return r;
    if (req->errors)
        return refuse(&d, app, E_CHECK);
    r = begin(&d, &id);
    if (r == E_INPUT || r == E_CONFLICT || r == E_FORBIDDEN)
        return refuse(&d, app, r);
    if (r < 0)
        return r;
    request_flash(req, "draft.begun", NULL);
    return response_redirect(req, res, draft_link(req, id));
}
