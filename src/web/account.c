/*
 * account.c: "my account": in what seat somebody acts, what he handed on and was handed, his
 * sessions, his password. Accounts of others are in accounts.c, the log in audits.c.
 */
#include "identity/organisations.h"
#include "identity/sessions.h"
#include "web/account_pages.h"
#include "web/handlers.h"
#include "web/office.h"

int account_store(const struct app *app, struct request *req, struct store **ret, struct err *err)
{
    if (!app->pool)
        return err_set(err, E_NOT_FOUND, "there are no accounts here");
    return store_pool_lend(app->pool, req->arena, ret, err);
}

/* ---- shapes ---- */

static bool english(const struct request *req)
{
    return req->language == LANGUAGE_EN;
}

static struct span role_titles(const struct request *req, unsigned roles)
{
    struct buffer out = BUFFER_INIT;

    for (unsigned i = 0; i < USER_ROLES; i++)
        if (roles >> i & 1)
            buffer_print(&out, "%s%.*s",
                         out.n == 0     ? ""
                         : english(req) ? ", "
                                        : "、",
                         SPAN_ARG(user_role_title((enum user_role)i, english(req))));
    struct span copy =
        buffer_failed(&out) ? (struct span){0} : arena_copy(req->arena, buffer_span(&out));
    buffer_release(&out);
    return copy;
}

static struct json *role_list(struct arena *a, unsigned roles)
{
    struct json *list = json_array(a);

    for (unsigned i = 0; i < USER_ROLES; i++)
        if (roles >> i & 1)
            json_add(list, json_string(a, user_role_word((enum user_role)i)));
    return list;
}

static void set(struct request *req, struct json *o, struct span key, struct span text)
{
    if (text.n)
        json_set(o, key, json_string(req->arena, text));
}

static struct json *time_json(struct arena *a, int64_t ms)
{
    char text[DATE_TEXT];
    return json_string(a, arena_copy(a, span_of(text, clock_print(ms, text))));
}

static bool is_seat(const struct actor *who, const struct seat *x)
{
    return who->organisation_id == x->organisation_id && who->subject_id == x->subject_id &&
           who->delegation_id == x->delegation_id;
}

static struct json *seat_json(struct request *req, const struct seat *x, size_t i)
{
    struct arena *a = req->arena;
    struct json *o = json_object(a);

    JSON_SET(o, "seat", json_int(a, (int64_t)i + 1));
    JSON_SET(o, "roles", role_list(a, x->roles));
    JSON_SET(o, "titles", json_string(a, role_titles(req, x->roles)));
    set(req, o, SPAN("organisation"), x->organisation);
    set(req, o, SPAN("subject"), x->subject);
    set(req, o, SPAN("for"), x->for_login);
    if (is_seat(&req->actor, x))
        JSON_SET(o, "current", json_bool(a, true));
    return o;
}

static struct json *delegation_json(struct request *req, const struct delegation_row *x)
{
    struct arena *a = req->arena;
    struct json *o = json_object(a);

    JSON_SET(o, "id", json_int(a, x->id));
    JSON_SET(o, "from", json_string(a, x->from_login));
    JSON_SET(o, "to", json_string(a, x->to_login));
    JSON_SET(o, "titles", json_string(a, role_titles(req, x->roles)));
    set(req, o, SPAN("organisation"), x->organisation);
    set(req, o, SPAN("subject"), x->subject);
    JSON_SET(o, "since", json_string(a, x->since));
    JSON_SET(o, "until", json_string(a, x->until));
    if (x->from_account == req->actor.account_id)
        JSON_SET(o, "mine", json_bool(a, true));
    return o;
}

/* ---- my account ---- */

static int add_seats(struct store *s, struct request *req, struct json *data, struct err *err)
{
    struct seat *seats = NULL;
    size_t n = 0;
    int r = account_seats(s, req->arena, req->actor.account_id, date_today(), &seats, &n, err);
    struct json *list = json_array(req->arena);

    for (size_t i = 0; r == 0 && i < n; i++)
        json_add(list, seat_json(req, &seats[i], i));
    JSON_SET(data, "seats", list);
    JSON_SET(data, "no_seats", json_bool(req->arena, n == 0));
    JSON_SET(data, "several_seats", json_bool(req->arena, n > 1));
    return r;
}

static int add_delegations(struct store *s, struct request *req, struct json *data, struct err *err)
{
    struct delegation_row *rows = NULL;
    size_t n = 0;
    int r = delegation_list(s, req->arena, req->actor.account_id, &rows, &n, err);
    struct json *list = json_array(req->arena);

    for (size_t i = 0; r == 0 && i < n; i++)
        json_add(list, delegation_json(req, &rows[i]));
    JSON_SET(data, "delegations", list);
    JSON_SET(data, "has_delegations", json_bool(req->arena, n > 0));
    return r;
}

static int add_sessions(struct store *s, struct request *req, struct json *data, struct err *err)
{
    struct session_row *rows = NULL;
    size_t n = 0;
    int r = session_list(s, req->arena, req->actor.account_id, &rows, &n, err);
    struct json *list = json_array(req->arena);

    for (size_t i = 0; r == 0 && i < n && i < 10; i++) {
        struct json *o = json_object(req->arena);
        JSON_SET(o, "created", time_json(req->arena, rows[i].created_at));
        JSON_SET(o, "seen", time_json(req->arena, rows[i].seen_at));
        JSON_SET(o, "created_say", shape_moment(req, rows[i].created_at));
        JSON_SET(o, "seen_say", shape_moment(req, rows[i].seen_at));
        if (rows[i].ended_at)
            JSON_SET(o, "ended_say", shape_moment(req, rows[i].ended_at));
        if (rows[i].ended_at)
            JSON_SET(o, "ended", time_json(req->arena, rows[i].ended_at));
        json_add(list, o);
    }
    JSON_SET(data, "sessions", list);
    return r;
}

int account_show(struct request *req, struct response *res, void *context)
{
    struct account_row account = {0};
    struct store *s = NULL;
    int r = account_store(context, req, &s, &res->err);

    if (r == 0)
        r = account_get(s, req->arena, req->actor.account_id, &account, &res->err);
    if (r == 0)
        r = add_seats(s, req, res->data, &res->err);
    if (r == 0)
        r = add_delegations(s, req, res->data, &res->err);
    if (r == 0)
        r = add_sessions(s, req, res->data, &res->err);
    if (r < 0)
        return r;
    JSON_SET(res->data, "login", json_string(req->arena, account.login));
    JSON_SET(res->data, "name", json_string(req->arena, account.name));
    res->template = "account";
    res->title = "account.title";
    return 200;
}

static int back(struct request *req, struct response *res, const char *flash)
{
    if (req->wants_json) {
        JSON_SET(res->data, "done", json_bool(req->arena, true));
        return 200;
    }
    request_flash(req, flash, NULL);
    return response_redirect(req, res, SPAN("/account"));
}

int account_seat(struct request *req, struct response *res, void *context)
{
    size_t i = (size_t)request_value(req, "seat")->number, n = 0;
    struct seat *seats = NULL;
    struct store *s = NULL;
    int r = account_store(context, req, &s, &res->err);

    if (r == 0)
        r = account_seats(s, req->arena, req->actor.account_id, date_today(), &seats, &n,
                          &res->err);
    if (r == 0 && i > n)
        r = err_set(&res->err, E_NOT_FOUND, "there is no such seat");
    if (r == 0)
        r = session_take_seat(s, req->arena, req->credential, &seats[i - 1], date_today(),
                              &res->err);
    return r < 0 ? r : back(req, res, "account.seat_taken");
}

/* The old one once more: a screen left open does not give the account away. */
static int check_old(struct store *s, struct request *req, bool *ret, struct err *err)
{
    char token[SESSION_TOKEN + 1];
    enum sign_in how = SIGN_IN_REFUSED;
    struct account_row account;
    int r = account_get(s, req->arena, req->actor.account_id, &account, err);

    if (r == 0)
        r = session_sign_in(s, req->arena, account.login, account_secret(req, "old"), &how, token,
                            err);
    *ret = r == 0 && how == SIGN_IN_DONE;
    return r;
}

static int password_wrong(struct request *req, struct response *res, void *context,
                          const char *field, const char *key)
{
    int r;
    request_error(req, field, key, NULL);
    r = account_show(req, res, context);
    return r < 0 ? r : 422;
}

int account_password(struct request *req, struct response *res, void *context)
{
    struct span fresh = account_secret(req, "new");
    struct store *s = NULL;
    bool right = false;
    int r;

    if (!span_eq(fresh, account_secret(req, "again")))
        return password_wrong(req, res, context, "again", "account.not_the_same");
    r = account_store(context, req, &s, &res->err);
    if (r == 0)
        r = check_old(s, req, &right, &res->err);
    if (r < 0)
        return r;
    if (!right)
        return password_wrong(req, res, context, "old", "account.old_wrong");
    r = account_set_password(s, &req->actor, req->actor.account_id, fresh, &res->err);
    if (r == E_INPUT)
        return password_wrong(req, res, context, "new", "account.weak");
    if (r < 0)
        return r;
    res->sign_out = true; /* all sessions have ended, this one too */
    return response_redirect(req, res, SPAN("/sign-in"));
}

/* ---- handing on ---- */

int account_delegate(struct request *req, struct response *res, void *context)
{
    struct delegation_new x = {.from_account = req->actor.account_id,
                               .organisation_id = req->actor.organisation_id,
                               .subject_id = req->actor.subject_id,
                               .since = request_value(req, "since")->given
                                            ? request_value(req, "since")->date
                                            : date_today(),
                               .until = request_value(req, "until")->date};
    struct account_row receiver = {0};
    struct store *s = NULL;
    int64_t id = 0;
    int r = account_store(context, req, &s, &res->err);

    if (r == 0)
        r = account_find(s, req->arena, request_text(req, "to"), &receiver, &res->err);
    if (r == E_NOT_FOUND)
        return password_wrong(req, res, context, "to", "account.no_receiver");
    x.to_account = receiver.id;
    if (r == 0)
        r = delegation_add(s, &req->actor, &x, &id, &res->err);
    if (r == E_INPUT || r == E_FORBIDDEN)
        return password_wrong(req, res, context, "until", "account.cannot_delegate");
    return r < 0 ? r : back(req, res, "account.delegated");
}

int account_delegate_end(struct request *req, struct response *res, void *context)
{
    struct date last;
    struct store *s = NULL;
    int r = account_store(context, req, &s, &res->err);

    if (r == 0 && !date_add_days(date_today(), -1, &last))
        r = err_set(&res->err, E_RANGE, "there is no day before today");
    if (r == 0)
        r = delegation_end(s, &req->actor, request_value(req, "delegation")->number, last,
                           &res->err);
    return r < 0 ? r : back(req, res, "account.delegation_ended");
}
