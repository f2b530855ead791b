/*
 * sign_in.c: signing in and out. The answer to a wrong name, a wrong password and a locked account
 * is the same.
 */
#include "identity/sessions.h"
#include "web/account_pages.h"
#include "web/handlers.h"

int sign_in_show(struct request *req, struct response *res, void *context)
{
    const struct app *app = context;
    struct json *elsewhere = json_object(req->arena);

    JSON_SET(res->data, "to", json_string(req->arena, request_text(req, "to")));
    if (app->oidc) {
        const char *name = oidc_name(app->oidc);
        JSON_SET(elsewhere, "name",
                 json_string(req->arena,
                             name ? span_z(name) : request_say(req, "sign_on.elsewhere", NULL)));
        JSON_SET(res->data, "elsewhere", elsewhere);
    }
    res->template = "sign_in";
    res->title = "sign_in.title";
    return 200;
}

struct span account_secret(const struct request *req, const char *name)
{
    const struct span *field = wire_find(&req->form, span_z(name));
    return field ? *field : json_text(json_get(req->body, span_z(name)));
}

struct span sign_in_target(struct span to)
{
    bool here = span_starts(to, SPAN("/")) && !span_starts(to, SPAN("//")) &&
                span_find(to, SPAN("\\")) == SIZE_MAX;
    return here ? to : SPAN("/account");
}

static int refuse(struct request *req, struct response *res, void *context)
{
    request_error(req, "login", "sign_in.refused", NULL);
    (void)sign_in_show(req, res, context);
    return 422;
}

int sign_in_done(struct request *req, struct response *res, const char *token, struct span to)
{
    struct span copy = arena_copy(req->arena, span_of(token, SESSION_TOKEN));

    if (!copy.p)
        return err_memory(&res->err);
    session_drop(&req->session); /* what another visitor of this browser left */
    res->sign_in = copy;
    return response_redirect(req, res, sign_in_target(to));
}

/* A program gets the token to send in "Authorization: Bearer"; a browser gets the cookie. */
static int let_in(struct request *req, struct response *res, const char *token)
{
    if (!req->wants_json)
        return sign_in_done(req, res, token, request_text(req, "to"));
    struct span copy = arena_copy(req->arena, span_of(token, SESSION_TOKEN));
    JSON_SET(res->data, "token", json_string(req->arena, copy));
    return copy.p ? 200 : err_memory(&res->err);
}

int sign_in_do(struct request *req, struct response *res, void *context)
{
    const struct app *app = context;
    char token[SESSION_TOKEN + 1];
    enum sign_in how = SIGN_IN_REFUSED;
    struct store *s = NULL;

    if (req->errors)
        return refuse(req, res, context);
    int r = account_store(app, req, &s, &res->err);
    if (r == 0)
        r = session_sign_in(s, req->arena, request_text(req, "login"),
                            account_secret(req, "password"), &how, token, &res->err);
    if (r < 0)
        return r;
    return how == SIGN_IN_DONE ? let_in(req, res, token) : refuse(req, res, context);
}

/* Whether he came from the other authority, where he is still signed in. */
static int came_from_elsewhere(struct store *s, struct request *req, bool *ret, struct err *err)
{
    struct session_row row = {0};
    struct actor ignored;
    int r = actor_of_session(s, req->arena, req->credential, date_today(), &ignored, &row, err);

    *ret = r == 0 && span_eq(row.how, SPAN("oidc"));
    return r;
}

int signed_out_show(struct request *req, struct response *res, void *context)
{
    const struct app *app = context;
    const char *name = app->oidc ? oidc_name(app->oidc) : NULL;

    if (app->oidc && request_value(req, "elsewhere")->given) {
        struct json *o = json_object(req->arena);
        JSON_SET(o, "name",
                 json_string(req->arena,
                             name ? span_z(name) : request_say(req, "sign_on.elsewhere", NULL)));
        JSON_SET(res->data, "elsewhere", o);
    }
    res->template = "signed_out";
    res->title = "sign_in.signed_out";
    return 200;
}

int sign_out_do(struct request *req, struct response *res, void *context)
{
    const struct app *app = context;
    struct store *s = NULL;
    bool elsewhere = false;
    int r = account_store(app, req, &s, &res->err);

    if (r == 0 && app->oidc)
        r = came_from_elsewhere(s, req, &elsewhere, &res->err);
    if (r == 0)
        r = session_sign_out(s, &req->actor, req->credential, &res->err);
    if (r < 0)
        return r;
    res->sign_out = true;
    session_drop(&req->session);
    if (req->wants_json) {
        JSON_SET(res->data, "signed_out", json_bool(req->arena, true));
        return 200;
    }
    /* not to the provider at once: a form's answer may not lead out of this site (form-action) */
    return response_redirect(req, res,
                             elsewhere ? SPAN("/signed-out?elsewhere=1") : SPAN("/signed-out"));
}
