/*
 * site.c: the way of a request: target, route, language and date, session, body, token, fields,
 * handler, representation, headers. See site.h.
 */
#include "http/site.h"
#include <stdio.h>
#include "base/trace.h"
#include "base/utf8.h"
#include "http/escape.h"
#include "http/page.h"
#include "http/refused.h"

#define SEGMENTS_MOST 64
#define SECURE_PREFIX "__Host-"
#define COOKIE_LANG   "lang"
#define COOKIE_DATE   "as_of"
#define STATIC_PREFIX "/static/"

#define HEADER(name, value)                                                                        \
    {                                                                                              \
        {name, sizeof(name) - 1},                                                                  \
        {                                                                                          \
            value, sizeof(value) - 1                                                               \
        }                                                                                          \
    }

/* On every answer: the first SECURITY_COUNT; all of them on the plain one. */
static const struct pair plain_headers[] = {
    /* data: is for the small drawings inside of Bootstrap's style sheet */
    HEADER("Content-Security-Policy",
           "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
           "form-action 'self'; frame-ancestors 'none'"),
    HEADER("X-Content-Type-Options", "nosniff"),
    HEADER("X-Frame-Options", "DENY"),
    HEADER("Referrer-Policy", "same-origin"),
    HEADER("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    HEADER("Cross-Origin-Opener-Policy", "same-origin"),
    HEADER("Cross-Origin-Resource-Policy", "same-origin"),
    HEADER("Content-Type", "text/plain; charset=utf-8"),
    HEADER("Cache-Control", "no-store"),
    HEADER("Retry-After", "5"),
};
#define SECURITY_COUNT (COUNT_OF(plain_headers) - 3)

static const struct {
    int status;
    const char *text;
} statuses[] = {
    {200, "OK"},
    {201, "Created"},
    {204, "No Content"},
    {303, "See Other"},
    {304, "Not Modified"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {409, "Conflict"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {503, "Service Unavailable"},
};

const char *status_text(int status)
{
    for (size_t i = 0; i < COUNT_OF(statuses); i++)
        if (statuses[i].status == status)
            return statuses[i].text;
    return "";
}

/* What one request needs on its way; on the stack of site_answer. */
struct visit {
    struct site *site;
    const struct wire_request *wire;
    struct request req;
    struct response res;
    struct err err;
    struct answer *answer;
    int status;
    bool bearer;             /* the credential came in a header, not in a cookie */
    unsigned allowed;        /* of a 405 */
    const struct file *file; /* a static one */
};

static struct span header(const struct wire_request *wire, const char *name)
{
    for (size_t i = 0; i < wire->headers.n; i++)
        if (wire_eq_ascii(wire->headers.at[i].name, span_z(name)))
            return wire->headers.at[i].value;
    return (struct span){0};
}

static bool is_type(struct span type, const char *name);

static int check_limits(struct visit *v)
{
    size_t total = 0;
    for (size_t i = 0; i < v->wire->headers.n; i++)
        total += v->wire->headers.at[i].name.n + v->wire->headers.at[i].value.n + 4;
    if (v->wire->target.n > SITE_TARGET) {
        err_set(&v->err, E_LIMIT, "the address has more than %d bytes", SITE_TARGET);
        return 414;
    }
    if (total > SITE_HEADERS || v->wire->headers.n > SITE_HEADER_COUNT) {
        err_set(&v->err, E_LIMIT, "the header fields are more than %u bytes or %d fields",
                SITE_HEADERS, SITE_HEADER_COUNT);
        return 431;
    }
    bool files = is_type(header(v->wire, "Content-Type"), "multipart/form-data");
    unsigned most = files ? SITE_UPLOAD : SITE_BODY;
    if (v->wire->too_large || v->wire->body.n > most) {
        err_set(&v->err, E_LIMIT, "the body has more than %u bytes", most);
        return 413;
    }
    return 0;
}

/* One of the names under which people see this site. */
static bool is_public(const struct site *site, struct span host)
{
    for (size_t i = 0; i < site->host_count; i++)
        if (wire_eq_ascii(host, site->hosts[i]))
            return true;
    return false;
}

/* Another site's name that resolves to this machine must not reach a server that trusts its place.
 */
static int check_host(struct visit *v)
{
    struct span whole = header(v->wire, "Host"), host = whole, name = {0};
    if (!v->site->config.local)
        return 0;
    if (span_starts(host, SPAN("["))) {
        size_t end = span_find(host, SPAN("]"));
        name = span_of(host.p, end == SIZE_MAX ? host.n : end + 1);
    } else {
        span_split(&host, ':', &name);
    }
    if (name.n == 0 || wire_eq_ascii(name, SPAN("localhost")) || span_eq(name, SPAN("127.0.0.1")) ||
        span_eq(name, SPAN("[::1]")) || is_public(v->site, whole))
        return 0;
    err_set(&v->err, E_FORBIDDEN, "this server does not answer to that name");
    err_hint(&v->err, "to loopback names, and to those of `serve --public-url`");
    return 421;
}

/* Splits the path and decodes each segment; %2F stays inside of its segment. */
static int split_path(struct visit *v, struct span path, struct span *segments, size_t *ret_n)
{
    struct span part;
    size_t n = 0;
    path = span_from(path, 1);
    while (span_split(&path, '/', &part)) {
        if (n >= SEGMENTS_MOST)
            return err_set(&v->err, E_LIMIT, "the path has more than %d parts", SEGMENTS_MOST);
        int r = wire_decode(v->req.arena, part, WIRE_PLUS_IS_PLUS, &segments[n], &v->err);
        if (r < 0)
            return r;
        if (span_eq(segments[n], SPAN(".")) || span_eq(segments[n], SPAN("..")))
            return err_set(&v->err, E_INPUT, "'.' and '..' have no place in a path");
        n++;
    }
    *ret_n = n;
    return 0;
}

static const struct route *find(struct visit *v, const struct span *segments, size_t n)
{
    unsigned allowed = 0;
    const struct route *r = router_find(&v->site->router, v->req.method, segments, n, v->req.arena,
                                        &v->req.params, &allowed);
    v->allowed |= allowed;
    return r;
}

/* Sets req->route; a path that ends with .json and is no route itself asks for JSON. */
static int find_route(struct visit *v, struct span path)
{
    struct span segments[SEGMENTS_MOST];
    size_t n = 0;
    bool known = method_parse(v->wire->method, &v->req.method);
    int r = split_path(v, path, segments, &n);
    if (r < 0)
        return r;
    if (!known) {
        v->allowed = 1u << METHOD_GET | 1u << METHOD_HEAD | 1u << METHOD_POST;
        return err_set(&v->err, E_METHOD, "this server does not know the method");
    }
    struct span *last = &segments[n - 1];
    bool json = n > 0 && last->n > 5 && span_ends(*last, SPAN(".json"));
    if (json) { /* a rest {name*} would swallow the ending: without it first, unless it is literal
                 */
        v->req.route = find(v, segments, n);
        bool literal = v->req.route && span_ends(span_z(v->req.route->path), SPAN(".json"));
        if (literal)
            return 0;
        v->allowed = 0;
        last->n -= 5;
        v->req.wants_json = true;
    }
    v->req.route = find(v, segments, n);
    if (v->req.route)
        return 0;
    return v->allowed ? err_set(&v->err, E_METHOD, "this address does not take %.*s",
                                SPAN_ARG(method_name(v->req.method)))
                      : err_set(&v->err, E_NOT_FOUND, "there is nothing at this address");
}

static void find_file(struct visit *v, struct span path)
{
    struct span decoded;
    bool get = span_eq(v->wire->method, SPAN("GET")) || span_eq(v->wire->method, SPAN("HEAD"));
    if (span_eq(path, SPAN("/favicon.ico")))
        path = SPAN(STATIC_PREFIX "huiqi.svg");
    if (!span_starts(path, SPAN(STATIC_PREFIX)))
        return;
    path = span_from(path, sizeof STATIC_PREFIX - 1);
    if (wire_decode(v->req.arena, path, WIRE_PLUS_IS_PLUS, &decoded, NULL) < 0)
        return;
    const struct file *file = files_find(&v->site->files, decoded);
    if (file && get)
        v->file = file;
    else if (file)
        v->allowed = 1u << METHOD_GET | 1u << METHOD_HEAD;
}

/* What the client prefers; who sends JSON and does not say gets JSON. */
static void choose_format(struct visit *v)
{
    bool sent_json = is_type(header(v->wire, "Content-Type"), "application/json");
    struct span accept = header(v->wire, "Accept");
    int how_json = 0, how_html = 0;
    int json = wire_accept(accept, SPAN("application/json"), &how_json);
    int html = wire_accept(accept, SPAN("text/html"), &how_html);
    if (json > html ||
        (json == html && (how_json > how_html || (how_json == how_html && sent_json))))
        v->req.wants_json = true;
}

static void choose_language(struct visit *v)
{
    const struct span *asked = wire_find(&v->req.query, SPAN("lang"));
    struct span cookie = wire_cookie(header(v->wire, "Cookie"), SPAN(COOKIE_LANG));
    struct span accept = header(v->wire, "Accept-Language");
    v->req.language = LANGUAGE_ZH;
    if (asked && language_parse(*asked, &v->req.language))
        return;
    if (language_parse(cookie, &v->req.language))
        return;
    if (wire_language(accept, SPAN("en")) > wire_language(accept, SPAN("zh")))
        v->req.language = LANGUAGE_EN;
}

static void choose_date(struct visit *v)
{
    const struct span *asked = wire_find(&v->req.query, SPAN("date"));
    struct span cookie = wire_cookie(header(v->wire, "Cookie"), SPAN(COOKIE_DATE));
    v->req.as_of = date_today();
    if (asked && span_trim(*asked).n > 0) {
        v->req.as_of_chosen = field_date(span_trim(*asked), &v->req.as_of);
        if (!v->req.as_of_chosen)
            request_error(&v->req, "date", "field.date", NULL);
    } else if (!asked) {
        v->req.as_of_chosen = field_date(cookie, &v->req.as_of);
    }
}

static bool is_type(struct span type, const char *name)
{
    struct span first = {0};
    span_split(&type, ';', &first);
    return wire_eq_ascii(span_trim(first), span_z(name));
}

static int read_body(struct visit *v)
{
    struct span type = header(v->wire, "Content-Type");
    struct json *tree = NULL;
    if (v->wire->body.n == 0)
        return 0;
    if (is_type(type, "application/x-www-form-urlencoded"))
        return wire_form(v->req.arena, v->wire->body, &v->req.form, &v->err);
    if (is_type(type, "multipart/form-data"))
        return wire_multipart(v->req.arena, type, v->wire->body, &v->req.form, &v->req.uploads,
                              &v->err);
    if (!is_type(type, "application/json")) {
        err_set(&v->err, E_INPUT, "the body must be a form or JSON");
        return 415;
    }
    int r = json_parse(v->req.arena, v->wire->body, SPAN("body"), &tree, &v->err);
    if (r == 0 && tree->kind != JSON_OBJECT)
        r = err_set(&v->err, E_TYPE, "the body must be a JSON object");
    v->req.body = tree;
    return r;
}

static bool foreign_origin(const struct visit *v)
{
    struct span site = header(v->wire, "Sec-Fetch-Site"), origin = header(v->wire, "Origin");
    struct span host = header(v->wire, "Host");
    if (site.n > 0 && !span_eq(site, SPAN("same-origin")) && !span_eq(site, SPAN("none")))
        return true;
    size_t at = span_find(origin, SPAN("://"));
    if (origin.n == 0)
        return false;
    if (at == SIZE_MAX)
        return true;
    struct span from = span_from(origin, at + 3);
    bool https = span_eq(span_of(origin.p, at), SPAN("https"));
    if (is_public(v->site, from)) /* whatever name the proxy calls us by */
        return https != v->site->secure;
    return !span_eq(from, host);
}

/* A form needs the token of its session. JSON without a session needs none: no other site's page
   can send it without asking first, and we never agree. */
static int check_token(struct visit *v)
{
    struct span token = header(v->wire, "X-CSRF-Token");
    const struct span *field = wire_find(&v->req.form, SPAN("csrf"));
    bool json = is_type(header(v->wire, "Content-Type"), "application/json");
    if (v->bearer) /* no browser sends it by itself */
        return 0;
    if (v->req.method == METHOD_GET || v->req.method == METHOD_HEAD)
        return 0;
    v->req.stale = foreign_origin(v);
    if (v->req.stale)
        return err_set(&v->err, E_FORBIDDEN, "this form comes from another site");
    if (json && !v->req.session.live && !v->req.session.account.n)
        return 0;
    if (field)
        token = *field;
    if (session_token_ok(&v->req.session, token))
        return 0;
    v->req.stale = true;
    int r = err_set(&v->err, E_FORBIDDEN, "the form has no valid token");
    err_hint(&v->err, "go back, load the page again and send it once more");
    return r;
}

/* With the prefix a browser takes it over TLS only, for this host only, whatever sets it. */
static const char *cookie_name(const struct site *site, const char *prefixed)
{
    return site->secure ? prefixed : prefixed + sizeof SECURE_PREFIX - 1;
}

static struct span read_cookie(const struct visit *v, const char *prefixed)
{
    return wire_cookie(header(v->wire, "Cookie"), span_z(cookie_name(v->site, prefixed)));
}

static int open_session(struct visit *v)
{
    struct span cookie = read_cookie(v, SECURE_PREFIX SESSION_COOKIE);
    return session_open(&v->req.session, &v->site->sessions, cookie, v->req.arena, &v->err);
}

/* A program sends its token in a header, a browser in a cookie. */
static struct span find_credential(struct visit *v)
{
    struct span value = header(v->wire, "Authorization");
    v->bearer = span_starts(value, SPAN("Bearer "));
    return v->bearer ? span_trim(span_from(value, 7))
                     : read_cookie(v, SECURE_PREFIX ACCOUNT_COOKIE);
}

/* A token that stands for nobody any more leaves a visitor who has not signed in. */
static int identify(struct visit *v)
{
    const struct site_config *c = &v->site->config;
    struct err err = ERR_INIT;
    struct span token = find_credential(v);

    if (token.n == 0 || !c->identify) {
        v->bearer = false;
        return 0;
    }
    int r = c->identify(c->app, v->req.arena, token, &v->req.actor, &err);
    if (r == E_NOT_FOUND) {
        v->req.actor = (struct actor){0};
        v->bearer = false;
        return 0;
    }
    if (r < 0) {
        v->err = err;
        return r;
    }
    v->req.credential = token;
    return v->bearer ? 0 : session_sign(&v->req.session, token, &v->err);
}

/* "/sign-in?to=..." for somebody who asks for a page that is not for everybody. */
static int ask_to_sign_in(struct visit *v)
{
    struct buffer out = BUFFER_INIT;

    if (v->req.wants_json || v->req.method == METHOD_POST) {
        err_set(&v->err, E_FORBIDDEN, "sign in first");
        return 401;
    }
    buffer_add_z(&out, SITE_SIGN_IN "?to=");
    escape_percent(&out, v->req.target);
    v->res.location =
        buffer_failed(&out) ? (struct span){0} : arena_copy(v->req.arena, buffer_span(&out));
    buffer_release(&out);
    return v->res.location.p ? 303 : err_memory(&v->err);
}

static int check_rights(struct visit *v)
{
    unsigned who = v->req.route->who;

    if (who == 0 || ((who & WHO_SIGNED_IN) && v->req.actor.account_id))
        return 0;
    if (!v->req.actor.account_id)
        return ask_to_sign_in(v);
    if (v->req.actor.roles & who)
        return 0;
    v->req.lacks = who;
    return err_set(&v->err, E_FORBIDDEN, "this needs another role");
}

/* Everything before the handler. A status, a negative code, or 0 to go on. */
static int prepare(struct visit *v)
{
    struct span path = v->wire->target, query;
    int r = check_limits(v);
    if (r != 0)
        return r;
    if (!span_starts(path, SPAN("/")))
        return err_set(&v->err, E_INPUT, "the address must begin with /");
    if (span_starts(path, SPAN("//"))) /* in a link it would be another host */
        return err_set(&v->err, E_INPUT, "the address must not begin with //");
    query = path;
    span_split(&query, '?', &path);
    v->req.target = v->wire->target;
    v->req.path = path;
    r = check_host(v);
    if (r != 0)
        return r;
    r = query.p ? wire_form(v->req.arena, query, &v->req.query, &v->err) : 0;
    if (r < 0)
        return r;
    choose_language(v);
    choose_date(v);
    find_file(v, path);
    if (v->file)
        return 200;
    r = open_session(v);
    if (r < 0)
        return r;
    r = find_route(v, path);
    if (r < 0)
        return r;
    if (v->req.wants_json)
        v->req.path.n -= span_ends(v->req.path, SPAN(".json")) ? 5 : 0;
    r = identify(v);
    if (r == 0)
        r = check_rights(v);
    if (r == 0)
        r = read_body(v);
    if (r == 0)
        r = check_token(v);
    return r != 0 ? r : request_read_fields(&v->req, &v->err);
}

/* A page that was asked for with a field nobody can use shows itself without it, and says so. */
static bool leave_out(struct request *req)
{
    const struct route *route = req->route;

    if (req->method == METHOD_POST || req->wants_json)
        return false;
    for (const struct field_error *e = req->errors; e; e = e->next)
        for (unsigned k = 0; k < route->field_count; k++) {
            if (!span_eq(e->name, span_z(route->fields[k].name)))
                continue;
            if (route->fields[k].flags & FIELD_REQUIRED)
                return false;
            req->values[k] = (struct input){.text = SPAN("")};
        }
    return true;
}

static int run_handler(struct visit *v)
{
    const struct site_config *config = &v->site->config;
    void *app = config->enter ? config->enter(config->app, v->req.arena) : config->app;

    v->res = (struct response){.data = json_object(v->req.arena)};
    return !app && config->enter ? err_memory(&v->res.err)
                                 : v->req.route->handle(&v->req, &v->res, app);
}

static int call_handler(struct visit *v)
{
    bool less = false;

    if (v->req.errors && !(v->req.route->flags & ROUTE_LENIENT)) {
        less = leave_out(&v->req);
        if (!less) {
            v->res.data = json_object(v->req.arena);
            err_set(&v->err, E_CHECK, "some fields cannot be used");
            return 422;
        }
    }
    int r = run_handler(v);
    if (r < 0)
        v->err = v->res.err;
    return less && r == 200 ? 422 : r;
}

/* ---- a form that was refused, on its own page again ---- */

/* Where the form stood: it says so itself, else the browser says where it came from. */
static struct span page_of_form(const struct visit *v)
{
    const struct span *said = wire_find(&v->req.form, SPAN(REFUSED_PAGE));
    struct span from = header(v->wire, "Referer");
    size_t at = span_find(from, SPAN("://"));

    if (said)
        return *said;
    if (at == SIZE_MAX)
        return SPAN("");
    from = span_from(from, at + 3);
    at = span_find(from, SPAN("/"));
    return at == SIZE_MAX ? SPAN("/") : span_from(from, at);
}

static bool may_see(const struct request *req)
{
    unsigned who = req->route->who;

    return who == 0 || ((who & WHO_SIGNED_IN) && req->actor.account_id) || (req->actor.roles & who);
}

/* As if the page of this address had been asked for; false: there is none, or not for him. */
static bool turn_to(struct visit *v, struct span target)
{
    struct span segments[SEGMENTS_MOST], path = {0}, query = target;
    struct field_error *errors = v->req.errors;
    struct err quiet = ERR_INIT;
    size_t n = 0;

    if (!span_starts(target, SPAN("/")) || span_starts(target, SPAN("//")) ||
        target.n > SITE_TARGET)
        return false;
    span_split(&query, '?', &path);
    v->req.method = METHOD_GET;
    v->req.params = (struct pairs){0};
    v->req.query = (struct pairs){0};
    if (split_path(v, path, segments, &n) < 0)
        return false;
    v->req.route = find(v, segments, n);
    if (!v->req.route || !may_see(&v->req))
        return false;
    v->req.path = path;
    v->req.target = target;
    if (query.p && wire_form(v->req.arena, query, &v->req.query, &quiet) < 0)
        return false;
    v->req.errors = NULL;
    bool good = request_read_fields(&v->req, &quiet) == 0 && !v->req.errors;
    v->req.errors = errors;
    return good;
}

/* The page that the form names, else the nearest one above the address that it was sent to. */
static bool find_page(struct visit *v)
{
    struct span path = v->req.path;

    if (turn_to(v, page_of_form(v)))
        return true;
    while (path.n > 1 && !turn_to(v, path)) {
        path.n--;
        while (path.n > 1 && path.p[path.n - 1] != '/')
            path.n--;
        path.n -= path.n > 1;
    }
    return path.n > 1;
}

/* What the handler could not do, at the field that it names. */
static void say_refusal(struct visit *v)
{
    struct json *args = json_object(v->req.arena);
    const struct err *e = &v->err;
    struct span detail = arena_print(v->req.arena, "%s%s%s%s", e->message, e->hint[0] ? " (" : "",
                                     e->hint, e->hint[0] ? ")" : "");

    JSON_SET(args, "detail", json_string(v->req.arena, detail));
    request_error(&v->req, e->field ? e->field : "", "errors.refused", args);
}

static void turn_back(struct visit *v, const struct request *posted)
{
    v->req.route = posted->route;
    v->req.values = posted->values;
    v->req.params = posted->params;
    v->req.method = posted->method;
}

/* Shows the page again where a form was refused, with what was sent and what is wrong. */
static int show_again(struct visit *v, int r)
{
    const struct request posted = v->req;
    int status = r < 0 ? err_http(r) : r;
    bool own = v->res.template || v->res.body.p;

    if (v->req.method != METHOD_POST || v->req.wants_json || status < 400 || status >= 500 ||
        (r > 0 && own) || (r > 0 && !v->req.errors))
        return r;
    int again = find_page(v) ? run_handler(v) : 404;
    turn_back(v, &posted);
    if (again != 200 || !v->res.template) {
        v->req.path = posted.path;
        v->req.target = posted.target;
        v->req.query = posted.query;
        v->res = (struct response){.data = json_object(v->req.arena)};
        return r;
    }
    v->req.sent_to = posted.path;
    if (r < 0)
        say_refusal(v);
    v->err = (struct err)ERR_INIT;
    return status;
}

static int status_of(struct visit *v, int r)
{
    if (r >= 0)
        return r;
    if (v->err.code == 0)
        err_set(&v->err, r, "%s", err_text(r, v->req.language == LANGUAGE_ZH));
    return err_http(r);
}

static int add(struct visit *v, const char *name, struct span value)
{
    return value.p ? answer_header(v->answer, v->req.arena, name, value) : E_MEMORY;
}

static int add_cookie(struct visit *v, const char *name, struct span value, int64_t seconds)
{
    struct span text =
        arena_print(v->req.arena, "%s=%.*s; Path=/; Max-Age=%lld; HttpOnly; SameSite=Lax%s", name,
                    SPAN_ARG(value), (long long)seconds, v->site->secure ? "; Secure" : "");
    return add(v, "Set-Cookie", text);
}

static int add_session_cookie(struct visit *v, const char *prefixed, struct span value,
                              int64_t seconds)
{
    return add_cookie(v, cookie_name(v->site, prefixed), value, seconds);
}

static int add_cookies(struct visit *v)
{
    const struct span *lang = wire_find(&v->req.query, SPAN("lang"));
    const struct span *date = wire_find(&v->req.query, SPAN("date"));
    struct session *s = &v->req.session;
    char text[DATE_TEXT];
    enum language ignored;
    int r = 0;
    if (v->res.sign_in.n)
        r = add_session_cookie(v, SECURE_PREFIX ACCOUNT_COOKIE, v->res.sign_in, SESSION_SECONDS);
    else if (v->res.sign_out)
        r = add_session_cookie(v, SECURE_PREFIX ACCOUNT_COOKIE, SPAN(""), 0);
    if (r < 0)
        return r;
    if (v->req.wants_json && !s->fresh && !s->dropped) /* programs say each time what they want */
        return 0;
    if (s->fresh)
        r = add_session_cookie(v, SECURE_PREFIX SESSION_COOKIE, span_of(s->id, SESSION_ID),
                               SESSION_SECONDS);
    else if (s->dropped)
        r = add_session_cookie(v, SECURE_PREFIX SESSION_COOKIE, SPAN(""), 0);
    if (r == 0 && lang && language_parse(*lang, &ignored))
        r = add_cookie(v, COOKIE_LANG, language_tag(v->req.language), 365 * 86400);
    if (r == 0 && date && v->req.as_of_chosen)
        r = add_cookie(v, COOKIE_DATE, span_of(text, date_print(v->req.as_of, text)),
                       SESSION_SECONDS);
    else if (r == 0 && date && span_trim(*date).n == 0)
        r = add_cookie(v, COOKIE_DATE, SPAN(""), 0);
    return r;
}

static int add_allow(struct visit *v)
{
    struct buffer text = BUFFER_INIT;
    for (int m = 0; m < METHOD_COUNT; m++)
        if (v->allowed & 1u << m)
            buffer_print(&text, "%s%.*s", text.n ? ", " : "",
                         SPAN_ARG(method_name((enum method)m)));
    struct span copy =
        buffer_failed(&text) ? (struct span){0} : arena_copy(v->req.arena, buffer_span(&text));
    buffer_release(&text);
    return add(v, "Allow", copy);
}

/* Not for names below this one, and not for longer than a change of mind is bearable. */
#define HSTS "max-age=31536000"

static int add_security(const struct site *site, struct answer *a, struct arena *request)
{
    int r = site->secure ? answer_header(a, request, "Strict-Transport-Security", SPAN(HSTS)) : 0;
    for (size_t i = 0; r == 0 && i < SECURITY_COUNT; i++)
        r = answer_header(a, request, plain_headers[i].name.p, plain_headers[i].value);
    return r;
}

/* Static files and ROUTE_CACHE pages: by the hash of their bytes. */
static int add_etag(struct visit *v, struct span etag, const char *how)
{
    int r = add(v, "ETag", etag);
    if (r == 0)
        r = add(v, "Cache-Control", span_z(how));
    if (wire_etag_matches(header(v->wire, "If-None-Match"), etag)) {
        v->answer->status = 304;
        v->answer->body = (struct span){0};
    }
    return r;
}

static int answer_file(struct visit *v)
{
    bool versioned = wire_find(&v->req.query, SPAN("v")) != NULL;
    int r = add(v, "Content-Type", span_z(v->file->type));
    v->answer->body = v->file->body;
    v->answer->lasting = true;
    if (r == 0)
        r = add_etag(v, span_z(v->file->etag),
                     versioned ? "public, max-age=31536000, immutable" : "public, max-age=600");
    return r;
}

static int add_caching(struct visit *v)
{
    const struct route *route = v->req.route;
    bool cached = v->answer->status == 200 && route && (route->flags & ROUTE_CACHE);
    int r = add(v, "Vary", SPAN("Accept, Accept-Language, Cookie"));
    if (r < 0)
        return r;
    if (!cached || v->req.session.fresh)
        return add(v, "Cache-Control", SPAN("no-store"));
    char etag[FILES_ETAG + 1];
    files_etag(v->answer->body, etag);
    return add_etag(v, arena_copy(v->req.arena, span_of(etag, FILES_ETAG)), "private, no-cache");
}

static int answer_headers(struct visit *v)
{
    int r = 0;
    if (v->status == 405)
        r = add_allow(v);
    if (r == 0 && v->status == 303)
        r = add(v, "Location", v->res.location);
    if (r == 0)
        r = add_cookies(v);
    if (r == 0)
        r = add_caching(v);
    return r;
}

static int represent(struct visit *v)
{
    int r = page_represent(v->site, &v->req, &v->res, v->status, v->answer, &v->err);
    if (r == 0)
        r = session_close(&v->req.session, &v->err);
    if (r == 0)
        r = answer_headers(v);
    return r;
}

/* The headers of a failed attempt are forgotten. */
static void start_over(struct visit *v, int status)
{
    v->status = status;
    v->answer->status = status;
    v->answer->headers.n = 0;
    v->answer->body = (struct span){0};
    v->answer->lasting = false;
}

static int finish(struct visit *v, int r)
{
    if (v->file) {
        start_over(v, 200);
        return answer_file(v);
    }
    start_over(v, status_of(v, r));
    bool said = v->res.template || v->res.body.p || (v->res.data && v->res.data->first);
    if (v->status >= 400 && (r < 0 || !said)) /* a handler may say itself what is wrong */
        page_error(&v->req, &v->res, v->status, &v->err);
    return represent(v);
}

void site_plain(struct answer *ret)
{
    *ret = (struct answer){.status = 503, .body = SPAN("503 busy, try again\n"), .lasting = true};
    ret->headers =
        (struct headers){plain_headers, COUNT_OF(plain_headers), COUNT_OF(plain_headers)};
}

void site_answer(struct site *site, const struct wire_request *wire, struct arena *request,
                 struct answer *ret)
{
    struct visit v = {.site = site, .wire = wire, .answer = ret};
    *ret = (struct answer){0};
    v.req.arena = request;
    v.req.texts = &site->texts;
    v.req.target = SPAN("/");
    v.req.path = SPAN("/");
    v.req.session = (struct session){.all = &site->sessions, .arena = request};
    choose_format(&v);
    int r = prepare(&v);
    if (r == 0)
        r = show_again(&v, call_handler(&v));
    r = finish(&v, r);
    if (r < 0 && r != E_MEMORY) { /* the page itself failed: once more, as an error */
        v.res = (struct response){0};
        r = finish(&v, r);
    }
    if (r < 0 || add_security(site, ret, request) < 0)
        site_plain(ret);
}

static int load_web(struct site *site, struct arena *process, struct diags *diags, struct err *err)
{
    struct span web = span_z(site->config.web);
    struct span texts = arena_print(process, "%.*s/text", SPAN_ARG(web));
    struct span templates = arena_print(process, "%.*s/templates", SPAN_ARG(web));
    struct span files = arena_print(process, "%.*s/static", SPAN_ARG(web));
    site->templates = templates_new(process, TEMPLATE_PAGE);
    if (process->failed || !site->templates)
        return err_memory(err);
    int r = texts_load(&site->texts, process, texts.p, diags, err);
    if (r == 0)
        r = templates_load(site->templates, templates.p, diags, err);
    if (r == 0)
        r = templates_link(site->templates, &site->texts, diags);
    if (r == 0)
        r = files_load(&site->files, process, files.p, true, err);
    if (r == 0 && site->config.vendor)
        r = files_load(&site->files, process, site->config.vendor, false, err);
    return r;
}

/* "https://HOST[:PORT]", without path; *ret_https and what follows it. */
static bool split_origin(struct span origin, bool *ret_https, struct span *ret_host)
{
    *ret_https = span_starts(origin, SPAN("https://"));
    if (!*ret_https && !span_starts(origin, SPAN("http://")))
        return false;
    *ret_host = span_from(origin, *ret_https ? 8 : 7);
    if (span_ends(*ret_host, SPAN("/")))
        ret_host->n--;
    for (size_t i = 0; i < ret_host->n; i++) {
        char c = ret_host->p[i];
        bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!word && !strchr(".-:[]", c))
            return false;
    }
    return ret_host->n > 0;
}

static int read_public(struct site *site, struct arena *process, struct err *err)
{
    struct span rest = span_trim(span_z(site->config.public_url)), origin, host;
    bool https = false;

    site->hosts = arena_alloc(process, (rest.n / 2 + 1) * sizeof *site->hosts);
    if (!site->hosts)
        return err_memory(err);
    while (rest.n && span_split(&rest, ' ', &origin)) {
        rest = span_trim(rest);
        if (!split_origin(origin, &https, &host) || (site->host_count && https != site->secure)) {
            err_set(err, E_USAGE, "'%.*s' is no public address", SPAN_ARG(origin));
            err_hint(err, "such as https://huiqi.example.gov.cn, without a path; several separated "
                          "by blanks, all with https");
            return E_USAGE;
        }
        site->secure = https;
        site->hosts[site->host_count++] = host;
    }
    return 0;
}

int site_init(struct site *site, const struct site_config *config, struct arena *process,
              struct diags *diags, struct err *err)
{
    struct session_store store = config->visitors;
    *site = (struct site){.config = *config};
    texts_init(&site->texts, process);
    files_init(&site->files, process);
    int r = read_public(site, process, err);
    if (r == 0)
        r = router_init(&site->router, process, config->routes, config->route_count, err);
    if (r == 0)
        r = load_web(site, process, diags, err);
    if (r < 0)
        return r;
    files_seal(&site->files);
    if (!templates_find(site->templates, SPAN("error")))
        diags_add(diags, DIAG_ERROR, E_NAME, "no template 'error' in %s/templates", config->web);
    if (diags->errors > 0) {
        diags_to_err(diags, err);
        return E_CHECK;
    }
    r = store.load ? 0 : session_store_memory(&store, err);
    if (r == 0)
        r = sessions_init(&site->sessions, store, err);
    site->sessions.keep = config->keep;
    return r;
}

void site_release(struct site *site)
{
    sessions_release(&site->sessions);
}
