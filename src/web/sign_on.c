/*
 * sign_on.c: signing on with another authority (identity/oidc.h): the way there and the way back.
 * The attempt hangs on the browser's id, so that nobody can be signed on as somebody else by a
 * link.
 */
#include "identity/oidc.h"
#include "web/account_pages.h"
#include "web/handlers.h"

static int need_oidc(const struct app *app, struct err *err)
{
    return app->oidc ? 0 : err_set(err, E_NOT_FOUND, "this site signs nobody on from elsewhere");
}

/* What to say, and how it counts, by outcome. */
static const struct {
    const char *key;
    int status;
} sayings[OIDC_OUTCOMES] = {
    [OIDC_STATE] = {"sign_on.state", 403},           [OIDC_LATE] = {"sign_on.late", 403},
    [OIDC_DENIED] = {"sign_on.denied", 403},         [OIDC_PROVIDER] = {"sign_on.provider", 503},
    [OIDC_TOKEN] = {"sign_on.token", 403},           [OIDC_CLAIM] = {"sign_on.claim", 403},
    [OIDC_NO_ACCOUNT] = {"sign_on.no_account", 403}, [OIDC_DISABLED] = {"sign_on.disabled", 403},
};

static int explain(struct request *req, struct response *res, enum oidc_outcome why,
                   struct span login)
{
    struct json *args = json_object(req->arena);

    JSON_SET(args, "login", json_string(req->arena, login));
    JSON_SET(res->data, "why", json_string(req->arena, span_z(oidc_outcome_word(why))));
    JSON_SET(res->data, "message",
             json_string(req->arena, request_say(req, sayings[why].key, args)));
    JSON_SET(res->data, "again", json_bool(req->arena, why != OIDC_NO_ACCOUNT));
    res->template = "sign_on";
    res->title = "sign_on.title";
    return sayings[why].status;
}

int sign_on_begin(struct request *req, struct response *res, void *context)
{
    const struct app *app = context;
    struct store *s = NULL;
    struct span url = {0};
    int r = need_oidc(app, &res->err);

    if (r == 0)
        r = account_store(app, req, &s, &res->err);
    if (r < 0)
        return r;
    struct span visitor = session_name(&req->session);
    r = oidc_begin(app->oidc, s, req->arena, visitor, sign_in_target(request_text(req, "to")), &url,
                   &res->err);
    if (r == E_IO || r == E_BUSY)
        return explain(req, res, OIDC_PROVIDER, SPAN(""));
    res->location = url;
    return r < 0 ? r : 303;
}

/* The link of the page that says that he is signed out here. */
int sign_on_leave(struct request *req, struct response *res, void *context)
{
    const struct app *app = context;
    struct span url = {0};
    int r = need_oidc(app, &res->err);

    if (r == 0)
        r = oidc_leave(app->oidc, req->arena, &url, &res->err);
    if (r == E_IO)
        return explain(req, res, OIDC_PROVIDER, SPAN(""));
    if (r == 0 && !url.n)
        r = err_set(&res->err, E_NOT_FOUND, "nobody signs out there");
    res->location = url;
    return r < 0 ? r : 303;
}

int sign_on_end(struct request *req, struct response *res, void *context)
{
    const struct app *app = context;
    struct oidc_answer x = {.state = request_text(req, "state"),
                            .code = request_text(req, "code"),
                            .error = request_text(req, "error"),
                            .issuer = request_text(req, "iss")};
    struct oidc_result result;
    struct store *s = NULL;
    int r = need_oidc(app, &res->err);

    if (r == 0)
        r = account_store(app, req, &s, &res->err);
    if (r < 0)
        return r;
    x.visitor = session_name(&req->session);
    r = oidc_end(app->oidc, s, req->arena, &x, &result, &res->err);
    if (r < 0)
        return r;
    if (result.outcome != OIDC_DONE)
        return explain(req, res, result.outcome, result.login);
    return sign_in_done(req, res, result.token, result.target);
}
