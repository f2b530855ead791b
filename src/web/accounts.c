/*
 * accounts.c: for administrators: the list of accounts, a new one; of one its roles, granted and
 * ended, a link for a new password, closing and signing out. Who may do what to whom is decided by
 * src/identity; here its refusals become sentences.
 */
#include "identity/accounts.h"

#include "identity/organisations.h"
#include "identity/sessions.h"
#include "policy/subjects.h"
#include "web/account_pages.h"
#include "web/handlers.h"

#define ACCOUNTS_PAGE 200

/* ---- the list ---- */

int accounts_list(struct request *req, struct response *res, void *context)
{
    struct account_row *rows = NULL;
    struct json *list = json_array(req->arena);
    struct store *s = NULL;
    size_t n = 0;
    int r = account_store(context, req, &s, &res->err);

    if (r == 0)
        r = account_list(s, req->arena,
                         req->method == METHOD_POST ? (struct span){0} : request_text(req, "after"),
                         ACCOUNTS_PAGE, &rows, &n, &res->err);
    for (size_t i = 0; r == 0 && i < n; i++) {
        struct json *o = json_object(req->arena);
        JSON_SET(o, "login", json_string(req->arena, rows[i].login));
        JSON_SET(o, "name", json_string(req->arena, rows[i].name));
        JSON_SET(o, "disabled", json_bool(req->arena, rows[i].disabled_at != 0));
        json_add(list, o);
    }
    JSON_SET(res->data, "accounts", list);
    if (r == 0 && n == ACCOUNTS_PAGE)
        JSON_SET(res->data, "next", json_string(req->arena, rows[n - 1].login));
    res->template = "accounts";
    res->title = "accounts.title";
    return r < 0 ? r : 200;
}

/* ---- one account ---- */

static struct json *right_json(struct request *req, const struct right_row *x, struct span today)
{
    struct arena *a = req->arena;
    struct json *o = json_object(a);
    bool over = x->until.n && span_compare(x->until, today) < 0;

    JSON_SET(o, "id", json_int(a, x->id));
    JSON_SET(o, "role", json_string(a, user_role_word(x->role)));
    JSON_SET(o, "title", json_string(a, user_role_title(x->role, req->language == LANGUAGE_EN)));
    JSON_SET(o, "organisation", json_string(a, x->organisation));
    JSON_SET(o, "subject", json_string(a, x->subject));
    JSON_SET(o, "everywhere", json_bool(a, !x->organisation_id && !x->subject_id));
    JSON_SET(o, "since", json_string(a, x->since));
    JSON_SET(o, "until", json_string(a, x->until));
    JSON_SET(o, "over", json_bool(a, over));
    return o;
}

static int add_rights(struct store *s, struct request *req, int64_t account, struct json *data,
                      struct err *err)
{
    struct json *list = json_array(req->arena);
    struct right_row *rows = NULL;
    char today[DATE_TEXT];
    size_t n = 0, length = date_print(date_today(), today);
    int r = right_list(s, req->arena, account, &rows, &n, err);

    for (size_t i = 0; r == 0 && i < n; i++)
        json_add(list, right_json(req, &rows[i], span_of(today, length)));
    JSON_SET(data, "rights", list);
    JSON_SET(data, "no_rights", json_bool(req->arena, n == 0));
    return r;
}

/* What the form of a new right offers: roles, and names of organisations to complete. */
static int add_choices(struct store *s, struct request *req, struct json *data, struct err *err)
{
    struct json *roles = json_array(req->arena), *names = json_array(req->arena);
    struct span chosen = account_secret(req, "role"); /* of the form that grants one, if it is it */
    struct organisation_row *rows = NULL;
    size_t n = 0;
    int r = organisation_list(s, req->arena, date_today(), &rows, &n, err);

    for (unsigned i = 0; i < USER_ROLES; i++) {
        struct json *o = json_object(req->arena);
        struct span word = user_role_word((enum user_role)i);
        JSON_SET(o, "role", json_string(req->arena, word));
        JSON_SET(o, "title",
                 json_string(req->arena,
                             user_role_title((enum user_role)i, req->language == LANGUAGE_EN)));
        JSON_SET(o, "chosen", json_bool(req->arena, span_eq(word, chosen)));
        json_add(roles, o);
    }
    for (size_t i = 0; r == 0 && i < n; i++)
        json_add(names, json_string(req->arena, rows[i].name));
    if (!req->wants_json) {
        JSON_SET(data, "roles", roles);
        JSON_SET(data, "organisations", names);
    }
    return r;
}

static int show(struct store *s, struct request *req, struct response *res,
                const struct account_row *account)
{
    struct arena *a = req->arena;
    int r = add_rights(s, req, account->id, res->data, &res->err);

    if (r == 0)
        r = add_choices(s, req, res->data, &res->err);
    JSON_SET(res->data, "login", json_string(a, account->login));
    JSON_SET(res->data, "name", json_string(a, account->name));
    JSON_SET(res->data, "disabled", json_bool(a, account->disabled_at != 0));
    JSON_SET(res->data, "password", json_bool(a, account->has_password));
    JSON_SET(res->data, "locked", json_bool(a, account->locked_until > clock_now_ms()));
    JSON_SET(res->data, "own", json_bool(a, account->id == req->actor.account_id));
    res->template = "accounts_one";
    res->title = "accounts.one";
    return r < 0 ? r : 200;
}

static int find(struct request *req, struct response *res, void *context, struct store **ret_store,
                struct account_row *ret)
{
    int r = account_store(context, req, ret_store, &res->err);
    return r < 0
               ? r
               : account_find(*ret_store, req->arena, request_param(req, "login"), ret, &res->err);
}

int accounts_show(struct request *req, struct response *res, void *context)
{
    struct account_row account;
    struct store *s = NULL;
    int r = find(req, res, context, &s, &account);

    return r < 0 ? r : show(s, req, res, &account);
}

/* ---- changes ---- */

static int done(struct request *req, struct response *res, struct span login, const char *flash)
{
    struct span path = arena_print(req->arena, "/accounts/%.*s", SPAN_ARG(login));

    if (!path.p)
        return err_memory(&res->err);
    if (req->wants_json) {
        JSON_SET(res->data, "login", json_string(req->arena, login));
        return 200;
    }
    request_flash(req, flash, NULL);
    return response_redirect(req, res, path);
}

/* The page once more, with what was wrong. */
static int wrong(struct store *s, struct request *req, struct response *res,
                 const struct account_row *account, const char *field, const char *key)
{
    request_error(req, field, key, NULL);
    int r = show(s, req, res, account);
    return r < 0 ? r : 422;
}

int accounts_add(struct request *req, struct response *res, void *context)
{
    struct span login = request_text(req, "login");
    struct err refusal = ERR_INIT;
    struct store *s = NULL;
    int64_t id = 0;
    int r = account_store(context, req, &s, &res->err);

    if (r < 0)
        return r;
    r = account_add(s, &req->actor, login, request_text(req, "name"),
                    account_secret(req, "password"), &id, &refusal);
    if (r == 0)
        return done(req, res, login, "accounts.added");
    if (r != E_CONFLICT && r != E_INPUT && r != E_ENCODING) {
        res->err = refusal;
        return r;
    }
    request_error(req, "login", r == E_CONFLICT ? "accounts.taken" : "accounts.bad_login", NULL);
    r = accounts_list(req, res, context);
    return r < 0 ? r : 422;
}

struct making {
    struct span code;
    int64_t id;
};

static int make_subject(struct store *s, void *context, struct err *err)
{
    struct making *m = context;
    return subject_put(s, ENTERPRISE_KIND.kind, m->code, SPAN(""), &m->id, err);
}

/* Where the right is held. *ret_field names the field that is wrong when it fails with E_INPUT or
 * E_NOT_FOUND. An enterprise is made only when the role can be held for one. */
static int find_place(struct store *s, struct request *req, struct right_new *x,
                      const char **ret_field, struct err *err)
{
    struct span organisation = request_text(req, "organisation");
    struct span enterprise = request_text(req, "enterprise");
    struct organisation_row row = {0};
    struct making m = {0};
    int r = 0;

    *ret_field = organisation.n ? "organisation" : "enterprise";
    if (organisation.n)
        r = organisation_find(s, req->arena, organisation, x->since, &row, err);
    x->organisation_id = row.id;
    if (r == 0 && enterprise.n)
        r = ENTERPRISE_KIND.check(req->arena, enterprise, &m.code, err);
    if (r < 0)
        return r;
    *ret_field = "role";
    r = right_fits(x->role, x->organisation_id, enterprise.n ? 1 : 0, err);
    if (r == 0 && enterprise.n)
        r = store_write(s, make_subject, &m, err);
    x->subject_id = m.id;
    return r;
}

int accounts_grant(struct request *req, struct response *res, void *context)
{
    const struct input *since = request_value(req, "since"), *until = request_value(req, "until");
    struct right_new x = {.since = since->given ? since->date : date_today(),
                          .has_until = until->given,
                          .until = until->date};
    const char *field = "role";
    struct account_row account;
    struct err refusal = ERR_INIT;
    struct store *s = NULL;
    int64_t id = 0;
    int r = find(req, res, context, &s, &account);

    if (r < 0)
        return r;
    x.account_id = account.id;
    if (!user_role_parse(request_text(req, "role"), &x.role))
        return wrong(s, req, res, &account, "role", "accounts.no_place");
    r = find_place(s, req, &x, &field, &refusal);
    if (r == E_INPUT || r == E_NOT_FOUND)
        return wrong(s, req, res, &account, field,
                     strcmp(field, "role") == 0 ? "accounts.no_place" : "accounts.not_found");
    if (r == 0)
        r = right_grant(s, &req->actor, &x, &id, &refusal);
    if (r == E_FORBIDDEN || r == E_INPUT || r == E_CONFLICT)
        return wrong(s, req, res, &account, "role", "accounts.refused");
    if (r < 0) {
        res->err = refusal;
        return r;
    }
    return done(req, res, account.login, "accounts.granted");
}

/* ---- passwords and closing ---- */

/* Shown this once; only its hash is kept. */
int accounts_link(struct request *req, struct response *res, void *context)
{
    const struct app *app = context;
    char token[RESET_TOKEN + 1], until[DATE_TEXT];
    struct account_row account;
    struct err refusal = ERR_INIT;
    struct store *s = NULL;
    int64_t expires = 0;
    int r = find(req, res, context, &s, &account);

    if (r < 0)
        return r;
    r = account_reset_make(s, &req->actor, account.id, token, &expires, &refusal);
    if (r == E_FORBIDDEN || r == E_CONFLICT)
        return wrong(s, req, res, &account, "link", "accounts.out_of_reach");
    if (r < 0) {
        res->err = refusal;
        return r;
    }
    struct span site = span_z(app->public_url), origin = site;
    span_split(&site, ' ', &origin);
    struct json *o = json_object(req->arena);
    JSON_SET(o, "address",
             json_string(req->arena,
                         arena_print(req->arena, "%.*s/new-password/%s", SPAN_ARG(origin), token)));
    JSON_SET(o, "until",
             json_string(req->arena,
                         arena_copy(req->arena, span_of(until, clock_print(expires, until)))));
    JSON_SET(res->data, "link", o);
    return show(s, req, res, &account);
}

int accounts_close(struct request *req, struct response *res, void *context)
{
    bool close = request_value(req, "closed")->truth;
    struct account_row account;
    struct err refusal = ERR_INIT;
    struct store *s = NULL;
    int r = find(req, res, context, &s, &account);

    if (r < 0)
        return r;
    r = account_disable(s, &req->actor, account.id, close, &refusal);
    if (r == E_FORBIDDEN || r == E_CONFLICT)
        return wrong(s, req, res, &account, "closed", "accounts.out_of_reach");
    if (r < 0) {
        res->err = refusal;
        return r;
    }
    return done(req, res, account.login, close ? "accounts.closed" : "accounts.opened");
}

int accounts_sign_out(struct request *req, struct response *res, void *context)
{
    struct account_row account;
    struct err refusal = ERR_INIT;
    struct store *s = NULL;
    size_t n = 0;
    int r = find(req, res, context, &s, &account);

    if (r < 0)
        return r;
    r = session_end_all(s, &req->actor, account.id, &n, &refusal);
    if (r == E_FORBIDDEN || r == E_CONFLICT)
        return wrong(s, req, res, &account, "link", "accounts.out_of_reach");
    if (r < 0) {
        res->err = refusal;
        return r;
    }
    return done(req, res, account.login, "accounts.signed_out");
}

static int owns_right(struct store *s, struct request *req, int64_t account, int64_t right,
                      struct err *err)
{
    struct right_row *rows = NULL;
    size_t n = 0;
    int r = right_list(s, req->arena, account, &rows, &n, err);

    for (size_t i = 0; r == 0 && i < n; i++)
        if (rows[i].id == right)
            return 0;
    return r < 0 ? r : err_set(err, E_NOT_FOUND, "the account has no such right");
}

int accounts_end(struct request *req, struct response *res, void *context)
{
    const struct input *last = request_value(req, "last");
    int64_t right = request_value(req, "right")->number;
    struct account_row account;
    struct err refusal = ERR_INIT;
    struct store *s = NULL;
    int r = find(req, res, context, &s, &account);

    if (r == 0)
        r = owns_right(s, req, account.id, right, &res->err);
    if (r < 0)
        return r;
    r = right_end(s, &req->actor, right, last->given ? last->date : date_today(), &refusal);
    if (r == E_FORBIDDEN || r == E_INPUT || r == E_CONFLICT)
        return wrong(s, req, res, &account, "last", "accounts.cannot_end");
    if (r < 0) {
        res->err = refusal;
        return r;
    }
    return done(req, res, account.login, "accounts.ended");
}
