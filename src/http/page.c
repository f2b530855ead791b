/*
 * page.c: see page.h. Builds the shell that every template sees around its data.
 */
#include "http/page.h"
#include "base/trace.h"
#include "http/escape.h"
#include "http/refused.h"
#include "identity/accounts.h"

int answer_header(struct answer *a, struct arena *request, const char *name, struct span value)
{
    struct pair *slot = VECTOR_PUSH(request, &a->headers, struct pair);
    if (!slot)
        return E_MEMORY;
    *slot = (struct pair){span_z(name), value};
    return 0;
}

static struct json *date_json(struct arena *request, struct date d)
{
    char text[DATE_TEXT];
    return json_string(request, arena_copy(request, span_of(text, date_print(d, text))));
}

/* The same page with another value of one query parameter; the rest of the query stays. */
static struct span with_parameter(const struct request *req, const char *name, struct span value)
{
    struct buffer out = BUFFER_INIT;
    struct span path = req->target;
    size_t question = span_find(path, SPAN("?"));
    buffer_add(&out, span_of(path.p, question == SIZE_MAX ? path.n : question));
    char sign = '?';
    for (size_t i = 0; req->method != METHOD_POST && i < req->query.n; i++) {
        const struct pair *p = &req->query.at[i];
        if (span_eq(p->name, span_z(name)))
            continue;
        buffer_byte(&out, sign);
        escape_percent(&out, p->name);
        buffer_byte(&out, '=');
        escape_percent(&out, p->value);
        sign = '&';
    }
    buffer_print(&out, "%c%s=%.*s", sign, name, SPAN_ARG(value));
    struct span copy =
        buffer_failed(&out) ? (struct span){0} : arena_copy(req->arena, buffer_span(&out));
    buffer_release(&out);
    return copy;
}

/* Hidden fields for the as-of form: the query without the date. */
static struct json *query_fields(const struct request *req)
{
    struct json *list = json_array(req->arena);
    for (size_t i = 0; req->method != METHOD_POST && i < req->query.n; i++) {
        const struct pair *p = &req->query.at[i];
        if (span_eq(p->name, SPAN("date")) || span_eq(p->name, SPAN("lang")))
            continue;
        struct json *item = json_object(req->arena);
        JSON_SET(item, "name", json_string(req->arena, p->name));
        JSON_SET(item, "value", json_string(req->arena, p->value));
        json_add(list, item);
    }
    return list;
}

static struct json *error_list(const struct request *req)
{
    struct json *list = json_array(req->arena);
    for (const struct field_error *e = req->errors; e; e = e->next) {
        struct json *item = json_object(req->arena);
        JSON_SET(item, "name", json_string(req->arena, e->name));
        JSON_SET(item, "message", json_string(req->arena, e->message));
        json_add(list, item);
    }
    return list;
}

static struct span error_of(const struct request *req, struct span name)
{
    for (const struct field_error *e = req->errors; e; e = e->next)
        if (span_eq(e->name, name))
            return e->message;
    return (struct span){0};
}

/* What was sent for one field, to fill the form in again: value, error, is_CHOICE, checked. */
static struct json *field_state(const struct request *req, const struct field *f,
                                const struct input *input)
{
    struct arena *a = req->arena;
    struct json *state = json_object(a);
    struct span error = error_of(req, span_z(f->name));
    JSON_SET(state, "value", json_string(a, input->text));
    if (error.n > 0)
        JSON_SET(state, "error", json_string(a, error));
    if (f->kind == FIELD_BOOL && input->truth)
        JSON_SET(state, "checked", json_bool(a, true));
    for (; f->kind == FIELD_CHOICE && input && input->given; input = input->next)
        json_set(state, arena_print(a, "is_%s", f->choices[input->choice]), json_bool(a, true));
    return state;
}

static struct json *form_state(const struct request *req)
{
    struct json *form = json_object(req->arena);
    for (size_t i = 0; req->route && req->values && i < req->route->field_count; i++) {
        const struct field *f = &req->route->fields[i];
        json_set(form, span_z(f->name), field_state(req, f, &req->values[i]));
    }
    return form;
}

/* nav_measures is true on /measures and everything below it. */
static void mark_nav(struct request *req, struct json *shell)
{
    struct span part = {0}, rest = span_from(req->path, 1);
    span_split(&rest, '/', &part);
    struct span key =
        part.n > 0 ? arena_print(req->arena, "nav_%.*s", SPAN_ARG(part)) : SPAN("nav_home");
    json_set(shell, key, json_bool(req->arena, true));
}

/* may_desk is true where the table of routes lets the visitor open /desk. */
static void add_doors(const struct site *site, const struct request *req, struct json *shell)
{
    unsigned roles = req->actor.roles | (req->actor.account_id ? WHO_SIGNED_IN : 0);

    for (size_t i = 0; i < site->config.route_count; i++) {
        const struct route *r = &site->config.routes[i];
        struct span name = span_from(span_z(r->path), 1);
        if (r->method != METHOD_GET || !name.n || memchr(name.p, '/', name.n) ||
            (r->who && !(r->who & roles)))
            continue;
        json_set(shell, arena_print(req->arena, "may_%.*s", SPAN_ARG(name)),
                 json_bool(req->arena, true));
    }
}

static void add_unread(const struct site *site, const struct request *req, struct json *shell)
{
    int64_t n = req->actor.account_id && site->config.unread
                    ? site->config.unread(site->config.app, req->arena, &req->actor)
                    : 0;
    if (n > 0)
        JSON_SET(shell, "unread", json_int(req->arena, n));
}

/* Who is looking: what the head of the page says, and which links are of use to him. */
static void add_actor(const struct request *req, struct json *shell)
{
    struct arena *a = req->arena;
    if (!req->actor.account_id)
        return;
    JSON_SET(shell, "signed_in", json_bool(a, true));
    JSON_SET(shell, "actor_name", json_string(a, req->actor.name));
    for (unsigned i = 0; i < USER_ROLES; i++)
        if (req->actor.roles >> i & 1)
            json_set(shell, arena_print(a, "can_%.*s", SPAN_ARG(user_role_word((enum user_role)i))),
                     json_bool(a, true));
}

static void add_session(const struct template *t, struct request *req, struct json *shell)
{
    if (template_uses(t, SPAN("csrf")))
        JSON_SET(shell, "csrf", json_string(req->arena, session_token(&req->session)));
    const struct json *flash = session_get(&req->session, SPAN("flash"));
    if (flash && template_uses(t, SPAN("flash"))) {
        JSON_SET(shell, "flash", json_string(req->arena, json_text(flash)));
        session_set(&req->session, SPAN("flash"), NULL);
    }
}

static struct json *shell_of(const struct site *site, const struct template *t, struct request *req,
                             const struct response *res)
{
    struct arena *a = req->arena;
    enum language other = req->language == LANGUAGE_ZH ? LANGUAGE_EN : LANGUAGE_ZH;
    struct json *shell = json_object(a);
    struct span title = res->title ? request_say(req, res->title, res->data)
                                   : json_text(JSON_GET(res->data, "title"));
    JSON_SET(shell, "lang", json_string(a, language_tag(req->language)));
    JSON_SET(shell, "html_lang", json_string(a, language_html(req->language)));
    JSON_SET(shell, "other_lang", json_string(a, language_html(other)));
    JSON_SET(shell, "other_lang_link",
             json_string(a, with_parameter(req, "lang", language_tag(other))));
    JSON_SET(shell, "page_title", json_string(a, title));
    JSON_SET(shell, "path", json_string(a, req->path));
    JSON_SET(shell, "query_fields", query_fields(req));
    JSON_SET(shell, "as_of", date_json(a, req->as_of));
    JSON_SET(shell, "as_of_chosen", json_bool(a, req->as_of_chosen));
    JSON_SET(shell, "today", date_json(a, date_today()));
    JSON_SET(shell, "today_link", json_string(a, with_parameter(req, "date", SPAN(""))));
    JSON_SET(shell, "version", json_string(a, span_z(site->files.version)));
    JSON_SET(shell, "errors", error_list(req));
    JSON_SET(shell, "has_errors", json_bool(a, req->errors != NULL));
    JSON_SET(shell, "form", form_state(req));
    mark_nav(req, shell);
    add_doors(site, req, shell);
    add_actor(req, shell);
    add_unread(site, req, shell);
    add_session(t, req, shell);
    return shell;
}

static int keep(struct buffer *out, struct request *req, struct answer *ret, struct err *err)
{
    struct span copy =
        buffer_failed(out) ? (struct span){0} : arena_copy(req->arena, buffer_span(out));
    buffer_release(out);
    if (!copy.p || req->arena->failed)
        return err_memory(err);
    ret->body = copy;
    return 0;
}

static int as_json(struct request *req, struct response *res, struct answer *ret, struct err *err)
{
    struct buffer out = BUFFER_INIT;
    if (req->errors && !JSON_GET(res->data, "error"))
        JSON_SET(res->data, "errors", error_list(req));
    json_print(&out, res->data, JSON_COMPACT);
    buffer_byte(&out, '\n');
    if (answer_header(ret, req->arena, "Content-Type", SPAN("application/json; charset=utf-8")) < 0)
        buffer_clear(&out);
    return keep(&out, req, ret, err);
}

/* The page of a refused form: once more with what was found out, then marked. */
static int mark_refused(const struct template *t, const struct request *req,
                        const struct json *const *frames, struct buffer *out, struct err *err)
{
    struct json *errors = error_list(req);
    struct span marked = {0};
    int r = refused_find(req, buffer_span(out), errors);

    struct json *found = json_object(req->arena);
    JSON_SET(found, "errors", errors);
    const struct json *const again[] = {frames[0], frames[1], found};
    buffer_clear(out);
    if (r == 0)
        r = template_render(t, req->language, again, 3, out, err);
    if (r == 0)
        r = refused_mark(req, buffer_span(out), &marked);
    buffer_clear(out);
    buffer_add(out, marked);
    return r == E_MEMORY ? err_memory(err) : r;
}

static int as_page(struct site *site, struct request *req, struct response *res, struct answer *ret,
                   struct err *err)
{
    const struct template *t = templates_find(site->templates, span_z(res->template));
    struct buffer out = BUFFER_INIT;
    if (!t)
        return err_set(err, E_IO, "no template '%s'", res->template);
    struct json *shell = shell_of(site, t, req, res);
    const struct json *frames[] = {shell, res->data};
    int r = req->arena->failed ? err_memory(err)
                               : template_render(t, req->language, frames, 2, &out, err);
    if (r == 0 && req->errors)
        r = mark_refused(t, req, frames, &out, err);
    if (r < 0) {
        buffer_release(&out);
        return r;
    }
    r = answer_header(ret, req->arena, "Content-Type", SPAN("text/html; charset=utf-8"));
    if (r < 0)
        buffer_clear(&out);
    return keep(&out, req, ret, err);
}

static int as_body(struct request *req, struct response *res, struct answer *ret, struct err *err)
{
    int r = answer_header(ret, req->arena, "Content-Type",
                          span_z(res->type ? res->type : "application/octet-stream"));
    if (r == 0 && res->filename) {
        struct buffer value = BUFFER_INIT;
        buffer_add_z(&value, "attachment; filename*=UTF-8''");
        escape_percent(&value, span_z(res->filename));
        struct span copy = arena_copy(req->arena, buffer_span(&value));
        r = buffer_failed(&value) || !copy.p
                ? E_MEMORY
                : answer_header(ret, req->arena, "Content-Disposition", copy);
        buffer_release(&value);
    }
    ret->body = res->body;
    return r < 0 ? err_memory(err) : 0;
}

int page_represent(struct site *site, struct request *req, struct response *res, int status,
                   struct answer *ret, struct err *err)
{
    if (req->arena->failed)
        return err_memory(err);
    if (res->body.p)
        return as_body(req, res, ret, err);
    if (status == 303) {
        ret->body = (struct span){0};
        return 0;
    }
    if (req->wants_json || !res->template)
        return as_json(req, res, ret, err);
    return as_page(site, req, res, ret, err);
}

/* Title and advice of a status; the last of its family where it has none of its own. */
static const struct {
    int status;
    const char *title, *advice;
} error_keys[] = {
    {401, "error.sign_in", "advice.sign_in"}, {403, "error.forbidden", "advice.forbidden"},
    {404, "error.missing", "advice.missing"}, {405, "error.method", "advice.bad"},
    {413, "error.large", "advice.large"},     {414, "error.large", "advice.large"},
    {415, "error.type", "advice.bad"},        {422, "error.check", "advice.check"},
    {431, "error.large", "advice.large"},     {499, "error.bad", "advice.bad"},
    {503, "error.busy", "advice.busy"},       {599, "error.server", "advice.server"},
};

/* The roles that would do, for the page and for programs. */
static void add_needed(struct request *req, struct json *error)
{
    struct arena *a = req->arena;
    struct json *words = json_array(a), *args = json_object(a);
    struct buffer titles = BUFFER_INIT;

    for (unsigned i = 0; i < USER_ROLES; i++) {
        enum user_role r = (enum user_role)i;
        if (!(req->lacks >> i & 1))
            continue;
        json_add(words, json_string(a, user_role_word(r)));
        buffer_print(&titles, "%s%.*s", titles.n ? req->language == LANGUAGE_EN ? ", " : "、" : "",
                     SPAN_ARG(user_role_title(r, req->language == LANGUAGE_EN)));
    }
    struct span copy =
        buffer_failed(&titles) ? (struct span){0} : arena_copy(a, buffer_span(&titles));
    buffer_release(&titles);
    JSON_SET(args, "roles", json_string(a, copy));
    JSON_SET(error, "needs", words);
    JSON_SET(error, "title", json_string(a, request_say(req, "error.role", NULL)));
    JSON_SET(error, "advice", json_string(a, request_say(req, "advice.role", args)));
}

static size_t error_key(int status)
{
    size_t i = 0;
    while (i + 1 < COUNT_OF(error_keys) && error_keys[i].status != status &&
           !(error_keys[i].status % 100 == 99 && status < error_keys[i].status))
        i++;
    return i;
}

void page_error(struct request *req, struct response *res, int status, const struct err *err)
{
    struct arena *a = req->arena;
    struct json *error = json_object(a);
    size_t key = error_key(status);
    bool inside = status >= 500; /* a visitor is told nothing about our insides */
    JSON_SET(error, "status", json_int(a, status));
    JSON_SET(error, "code", json_string(a, span_z(err_name(err->code ? err->code : E_INPUT))));
    if (status == 403 && req->lacks) {
        add_needed(req, error);
    } else if (status == 403 && !req->stale) {
        JSON_SET(error, "title", json_string(a, request_say(req, "error.not_yours", NULL)));
        JSON_SET(error, "advice", json_string(a, request_say(req, "advice.not_yours", NULL)));
    } else {
        JSON_SET(error, "title", json_string(a, request_say(req, error_keys[key].title, NULL)));
        JSON_SET(error, "advice", json_string(a, request_say(req, error_keys[key].advice, NULL)));
    }
    if (!inside && err->message[0])
        JSON_SET(error, "message", json_string(a, arena_copy(a, span_z(err->message))));
    if (!inside && err->hint[0])
        JSON_SET(error, "hint", json_string(a, arena_copy(a, span_z(err->hint))));
    if (req->errors)
        JSON_SET(error, "fields", error_list(req));
    *res = (struct response){.template = "error", .title = error_keys[key].title};
    res->data = json_object(a);
    JSON_SET(res->data, "error", error);
    if (trace_on(TRACE_HTTP))
        trace_line(TRACE_HTTP, "error status=%d code=%s message=%s", status, err_name(err->code),
                   err->message);
}
