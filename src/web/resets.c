/*
 * resets.c: the page behind a link from an administrator: its owner gives himself a password, once.
 */
#include "identity/accounts.h"
#include "web/account_pages.h"
#include "web/handlers.h"

/* A link that was used or is over says no more than that. */
static int gone(struct response *res)
{
    res->template = "new_password";
    res->title = "new_password.title";
    return 404;
}

static int show(struct request *req, struct response *res, const struct account_row *account)
{
    JSON_SET(res->data, "account", json_bool(req->arena, true));
    JSON_SET(res->data, "login", json_string(req->arena, account->login));
    JSON_SET(res->data, "link", json_string(req->arena, request_param(req, "token")));
    res->template = "new_password";
    res->title = "new_password.title";
    return 200;
}

static int wrong(struct request *req, struct response *res, const struct account_row *account,
                 const char *field, const char *key)
{
    request_error(req, field, key, NULL);
    (void)show(req, res, account);
    return 422;
}

static int look(struct request *req, struct response *res, void *context, struct store **ret_store,
                struct account_row *ret)
{
    struct err quiet = ERR_INIT;
    int r = account_store(context, req, ret_store, &res->err);

    if (r == 0)
        r = account_reset_look(*ret_store, req->arena, request_param(req, "token"), ret, &quiet);
    if (r < 0 && r != E_NOT_FOUND && quiet.code)
        res->err = quiet;
    return r;
}

int new_password_show(struct request *req, struct response *res, void *context)
{
    struct account_row account;
    struct store *s = NULL;
    int r = look(req, res, context, &s, &account);

    if (r == E_NOT_FOUND)
        return gone(res);
    return r < 0 ? r : show(req, res, &account);
}

int new_password_do(struct request *req, struct response *res, void *context)
{
    struct span fresh = account_secret(req, "new");
    struct account_row account;
    struct err refusal = ERR_INIT;
    struct store *s = NULL;
    int r = look(req, res, context, &s, &account);

    if (r == E_NOT_FOUND)
        return gone(res);
    if (r < 0)
        return r;
    if (!span_eq(fresh, account_secret(req, "again")))
        return wrong(req, res, &account, "again", "account.not_the_same");
    r = account_reset_use(s, req->arena, request_param(req, "token"), fresh, &refusal);
    if (r == E_INPUT || r == E_ENCODING)
        return wrong(req, res, &account, "new", "account.weak");
    if (r == E_NOT_FOUND)
        return gone(res);
    if (r < 0) {
        res->err = refusal;
        return r;
    }
    if (req->wants_json) {
        JSON_SET(res->data, "login", json_string(req->arena, account.login));
        return 200;
    }
    request_flash(req, "new_password.done", NULL);
    return response_redirect(req, res, SPAN("/sign-in"));
}
