/*
 * u_rights.c: every route as every role, both ways: what rights.txt allows is let through, what it
 * does not is refused with the roles that would do; and no route is missing from either list.
 * Then signing in and out by form: cookie, token of forms, where it leads, other sites, other
 * processes, another authority, behind TLS; accounts, roles and passwords on the pages. Blame
 * src/web/routes.c, src/http/site.c, src/web/sign_in.c, sign_on.c, accounts.c.
 */
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "http/site.h"
#include "identity/organisations.h"
#include "identity/sessions.h"
#include "policy/subjects.h"
#include "tests/identity/both.h"
#include "tests/identity/fake_provider.h"
#include "tests/unit/test.h"
#include "web/app.h"

#define PASSWORD "correct horse 1"

struct visitor {
    struct site site;
    struct arena process, request, page; /* page: of the last answer; holds its connections */
    struct app app;
    struct answer answer;
    struct store *store;
    int64_t accounts[USER_ROLES];
    struct span rights; /* the file */
    size_t tried;
};

static const struct actor operator_ = {.program = true, .name = {"operator", 8}};

#define OK(call)                                                                                   \
    do {                                                                                           \
        struct err err = ERR_INIT;                                                                 \
        if (!CHECK_INT((call), 0))                                                                 \
            printf("%s\n", err.message);                                                           \
    } while (0)

/* ---- people ---- */

static int put_subject(struct store *s, void *context, struct err *err)
{
    return subject_put(s, SPAN("enterprise"), SPAN("91000000MA00000018"), SPAN("示例公司"), context,
                       err);
}

static void make_people(struct visitor *v)
{
    const struct organisation_new office = {SPAN("示例区办"), SPAN("department"), {0}, NULL, 0};
    const struct date day = {2020, 1, 1};
    int64_t organisation = 0, subject = 0, id;

    TEST("people");
    OK(organisation_add(v->store, &operator_, &office, day, &organisation, &err));
    OK(store_write(v->store, put_subject, &subject, &err));
    for (int i = 0; i < USER_ROLES; i++) {
        struct right_new x = {.role = (enum user_role)i, .since = day};
        bool all = i == USER_PUBLISHER || i == USER_AUDITOR || i == USER_ADMINISTRATOR;
        x.subject_id = i == USER_AGENT ? subject : 0;
        x.organisation_id = i == USER_AGENT || all ? 0 : organisation;
        OK(account_add(v->store, &operator_, user_role_word(x.role), SPAN(""), SPAN(""),
                       &v->accounts[i], &err));
        x.account_id = v->accounts[i];
        OK(right_grant(v->store, &operator_, &x, &id, &err));
    }
    OK(account_add(v->store, &operator_, SPAN("nothing"), SPAN(""), SPAN(PASSWORD), &id, &err));
}

static struct span token_of(struct visitor *v, int64_t account)
{
    char token[SESSION_TOKEN + 1] = "";
    OK(session_vouched(v->store, &v->process, account, SPAN("test"), token, &err));
    return arena_copy(&v->process, span_z(token));
}

/* ---- the matrix ---- */

/* "{id*}" as something that is not there. */
static struct span target_of(struct visitor *v, const char *path)
{
    struct buffer out = BUFFER_INIT;
    struct span rest = span_from(span_z(path), 1), part;

    while (span_split(&rest, '/', &part))
        buffer_print(&out, "/%.*s", SPAN_ARG(span_starts(part, SPAN("{")) ? SPAN("zzz") : part));
    struct span copy = arena_copy(&v->request, buffer_span(&out));
    buffer_release(&out);
    return copy;
}

static int ask(struct visitor *v, const struct route *r, struct span token)
{
    struct pair headers[] = {
        {SPAN("Accept"), SPAN("application/json")},
        {SPAN("Content-Type"), SPAN("application/json")},
        {SPAN("Authorization"), {0}},
    };
    struct wire_request wire = {.method = method_name(r->method),
                                .headers = {headers, token.n ? 3 : 2, 3}};

    arena_clear(&v->request);
    headers[2].value = arena_print(&v->request, "Bearer %.*s", SPAN_ARG(token));
    wire.target = target_of(v, r->path);
    if (r->method != METHOD_GET)
        wire.body = SPAN("{}");
    site_answer(&v->site, &wire, &v->request, &v->answer);
    v->tried++;
    return v->answer.status;
}

static bool names_role(const struct visitor *v)
{
    return span_find(v->answer.body, SPAN("\"needs\":[\"")) != SIZE_MAX;
}

static void try_all(struct visitor *v, const struct route *r, unsigned who)
{
    int nobody = ask(v, r, SPAN(""));
    bool ok = who ? CHECK_INT(nobody, 401) : CHECK(nobody != 401 && nobody != 403);

    for (int i = 0; i < USER_ROLES; i++) {
        int status = ask(v, r, token_of(v, v->accounts[i]));
        bool allowed = !who || (who & WHO_SIGNED_IN) || (who >> i & 1);
        bool passed = status != 401 && !(status == 403 && names_role(v));
        if (!allowed)
            passed = CHECK_INT(status, 403) && CHECK(names_role(v));
        else
            (void)CHECK(passed);
        if (!passed)
            printf("%.*s: %s is %s\n", SPAN_ARG(user_role_word((enum user_role)i)), r->path,
                   allowed ? "refused" : "let through");
    }
    if (!ok)
        printf("nobody: %s\n", r->path);
}

/* The next word of a line that blanks divide. */
static struct span word(struct span *line)
{
    *line = span_trim(*line);
    struct span w = {line->p, 0};
    while (w.n < line->n && line->p[w.n] != ' ')
        w.n++;
    *line = span_from(*line, w.n);
    return w;
}

static bool read_who(struct span line, unsigned *ret)
{
    struct span w = word(&line);
    enum user_role role;

    *ret = span_eq(w, SPAN("signed-in")) ? WHO_SIGNED_IN : 0;
    if (span_eq(w, SPAN("anybody")) || *ret)
        return true;
    for (; w.n; w = word(&line)) {
        if (!user_role_parse(w, &role))
            return false;
        *ret |= 1u << role;
    }
    return *ret != 0;
}

static const struct route *find(enum method method, struct span path)
{
    for (size_t i = 0; i < app_route_count; i++)
        if (app_routes[i].method == method && span_eq(span_z(app_routes[i].path), path))
            return &app_routes[i];
    return NULL;
}

static void one_line(struct visitor *v, struct span line, size_t *lines)
{
    enum method method;
    unsigned who = 0;
    struct span name = word(&line), path = word(&line);
    const struct route *r = NULL;

    if (CHECK(method_parse(name, &method)) && CHECK(read_who(line, &who)))
        r = find(method, path);
    if (!CHECK(r != NULL))
        printf("rights.txt has what routes.c has not: %.*s %.*s\n", SPAN_ARG(name), SPAN_ARG(path));
    else
        try_all(v, r, who);
    (*lines)++;
}

static void matrix(struct visitor *v)
{
    struct span rest = v->rights, line;
    size_t lines = 0;

    TEST("every route as everybody");
    while (span_split(&rest, '\n', &line))
        if (line.n && line.p[0] != '#')
            one_line(v, line, &lines);
    if (!CHECK_INT(lines, app_route_count))
        printf("rights.txt and routes.c do not have the same routes\n");
    CHECK_INT(v->tried, lines * (USER_ROLES + 1));
}

/* ---- by form ---- */

static struct span header_of(const struct visitor *v, const char *name, const char *with)
{
    for (size_t i = 0; i < v->answer.headers.n; i++) {
        const struct pair *h = &v->answer.headers.at[i];
        if (span_eq(h->name, span_z(name)) && span_find(h->value, span_z(with)) != SIZE_MAX)
            return h->value;
    }
    return (struct span){0};
}

static int visit(struct visitor *v, const char *method, const char *target, struct span cookie,
                 const char *site, struct span body)
{
    struct pair headers[] = {{SPAN("Cookie"), cookie},
                             {SPAN("Accept"), SPAN("text/html")},
                             {SPAN("Sec-Fetch-Site"), span_z(site)},
                             {SPAN("Content-Type"), SPAN("application/x-www-form-urlencoded")}};
    struct wire_request wire = {.method = span_z(method),
                                .target = span_z(target),
                                .body = body,
                                .headers = {headers, 4, 4}};
    arena_clear(&v->page);
    site_answer(&v->site, &wire, &v->page, &v->answer);
    return v->answer.status;
}

/* The first `name="csrf" value="..."` of the page. */
static struct span csrf_of(struct visitor *v)
{
    size_t at = span_find(v->answer.body, SPAN("name=\"csrf\" value=\""));
    if (at == SIZE_MAX)
        return SPAN("");
    struct span rest = span_from(v->answer.body, at + 19), value = {0};
    span_split(&rest, '"', &value);
    return arena_copy(&v->request, value);
}

static struct span cookie_of(struct visitor *v, const char *name)
{
    struct span set = header_of(v, "Set-Cookie", name), value = {0};
    span_split(&set, ';', &value);
    return arena_copy(&v->request, value);
}

static struct span form(struct visitor *v, struct span csrf, const char *rest)
{
    return arena_print(&v->request, "csrf=%.*s&%s", SPAN_ARG(csrf), rest);
}

#define RIGHT "login=nothing&password=correct+horse+1"

static struct span signed_in(struct visitor *v, const char *to, const char *leads)
{
    arena_clear(&v->request);
    CHECK_INT(visit(v, "GET", "/sign-in", SPAN(""), "none", SPAN("")), 200);
    struct span cookie = cookie_of(v, "huiqi="), csrf = csrf_of(v);
    struct span body = arena_print(&v->request, "%.*s&to=%s", SPAN_ARG(form(v, csrf, RIGHT)), to);
    CHECK_INT(visit(v, "POST", "/sign-in", cookie, "same-origin", body), 303);
    CHECK_TEXT(header_of(v, "Location", ""), leads);
    struct span set = header_of(v, "Set-Cookie", "huiqi-account=");
    CHECK(span_find(set, SPAN("HttpOnly")) != SIZE_MAX &&
          span_find(set, SPAN("SameSite=Lax")) != SIZE_MAX);
    return cookie_of(v, "huiqi-account=");
}

static void refusals(struct visitor *v)
{
    TEST("signing in: refused");
    CHECK_INT(visit(v, "GET", "/account?x=1", SPAN(""), "none", SPAN("")), 303);
    CHECK_TEXT(header_of(v, "Location", ""), "/sign-in?to=%2Faccount%3Fx%3D1");
    CHECK_INT(visit(v, "POST", "/sign-in", SPAN(""), "same-origin", SPAN(RIGHT)), 403);
    CHECK_INT(visit(v, "GET", "/sign-in", SPAN(""), "none", SPAN("")), 200);
    struct span cookie = cookie_of(v, "huiqi="), csrf = csrf_of(v);
    CHECK_INT(visit(v, "POST", "/sign-in", cookie, "cross-site", form(v, csrf, RIGHT)), 403);
    CHECK_INT(visit(v, "POST", "/sign-in", cookie, "same-origin", form(v, csrf, "login=nothing")),
              422);
    CHECK_INT(visit(v, "POST", "/sign-in", cookie, "same-origin",
                    form(v, csrf, "login=nothing&password=x")),
              422);
    CHECK(span_find(v->answer.body, SPAN("账号或密码不对")) != SIZE_MAX);
    CHECK_INT(header_of(v, "Set-Cookie", "huiqi-account=").n, 0);
}

static void by_form(struct visitor *v)
{
    TEST("signing in: where it leads");
    (void)signed_in(v, "%2F%2Fevil.example", "/account");
    (void)signed_in(v, "https%3A%2F%2Fevil.example", "/account");
    struct span cookie = signed_in(v, "%2Faccount%3Fx%3D1", "/account?x=1");

    TEST("signed in: a page, a form without and with its token, another site");
    CHECK_INT(visit(v, "GET", "/account", cookie, "none", SPAN("")), 200);
    struct span csrf = csrf_of(v);
    CHECK(csrf.n > 0 && span_find(v->answer.body, SPAN("nothing")) != SIZE_MAX);
    CHECK_INT(visit(v, "GET", "/audit", cookie, "none", SPAN("")), 403);
    CHECK(span_find(v->answer.body, SPAN("审计")) != SIZE_MAX);
    CHECK_INT(visit(v, "POST", "/sign-out", cookie, "same-origin", SPAN("")), 403);
    CHECK_INT(visit(v, "POST", "/sign-out", cookie, "cross-site", form(v, csrf, "")), 403);
    CHECK_INT(visit(v, "GET", "/account", cookie, "none", SPAN("")), 200);

    TEST("signed out: the cookie is worth nothing");
    CHECK_INT(visit(v, "POST", "/sign-out", cookie, "same-origin", form(v, csrf, "")), 303);
    CHECK(span_find(header_of(v, "Set-Cookie", "huiqi-account="), SPAN("Max-Age=0")) != SIZE_MAX);
    CHECK_INT(visit(v, "GET", "/account", cookie, "none", SPAN("")), 303);
    CHECK_INT(visit(v, "GET", "/", cookie, "none", SPAN("")), 200);
}

/* JSON by cookie needs the token of forms as well. */
static void by_program(struct visitor *v)
{
    struct span cookie = signed_in(v, "%2F", "/");
    struct pair headers[] = {{SPAN("Cookie"), cookie},
                             {SPAN("Content-Type"), SPAN("application/json")}};
    struct wire_request wire = {.method = SPAN("POST"),
                                .target = SPAN("/sign-out"),
                                .body = SPAN("{}"),
                                .headers = {headers, 2, 2}};

    TEST("JSON with a cookie is a form too");
    site_answer(&v->site, &wire, &v->request, &v->answer);
    CHECK_INT(v->answer.status, 403);
    TEST("a made-up token is nobody");
    headers[0] = (struct pair){SPAN("Authorization"),
                               SPAN("Bearer 0123456789012345678901234567890123456789012")};
    site_answer(&v->site, &wire, &v->request, &v->answer);
    CHECK_INT(v->answer.status, 401);
}

/* Another process of the site: nothing in common but the database and its key. */
static void second_process(struct visitor *v, char **argv)
{
    struct site first = v->site;
    struct diags diags;

    TEST("a form of one process, sent to another; what one remembers, the other knows");
    arena_clear(&v->request);
    CHECK_INT(visit(v, "GET", "/sign-in", SPAN(""), "none", SPAN("")), 200);
    struct span cookie = cookie_of(v, "huiqi="), csrf = csrf_of(v);
    struct site_config config = v->site.config;
    config.web = argv[1];
    diags_init(&diags, &v->process);
    OK(site_init(&v->site, &config, &v->process, &diags, &err));
    CHECK_INT(visit(v, "POST", "/sign-in", cookie, "same-origin", form(v, csrf, RIGHT)), 403);
    sessions_use_key(&v->site.sessions, first.sessions.key);
    CHECK_INT(visit(v, "POST", "/sign-in", cookie, "same-origin", form(v, csrf, RIGHT)), 303);
    struct span account = cookie_of(v, "huiqi-account=");
    CHECK_INT(visit(v, "GET", "/account", account, "none", SPAN("")), 200);
    csrf = csrf_of(v);
    struct span body = form(v, csrf, "old=correct+horse+1&new=x&again=y");
    CHECK_INT(visit(v, "POST", "/account/password", account, "same-origin", body), 422);
    struct site second = v->site;
    v->site = first;
    CHECK_INT(visit(v, "POST", "/account/password", account, "same-origin", body), 422);
    arena_clear(&v->request);
    site_release(&second);
}

/* ---- visitors ---- */

static bool says(const struct visitor *v, const char *text)
{
    return span_find(v->answer.body, span_z(text)) != SIZE_MAX;
}

/* Another process of the same database, in the place of v->site. */
static void become(struct visitor *v, struct site *other, const struct site_config *config)
{
    struct diags diags;
    unsigned char key[SESSION_KEY];

    diags_init(&diags, &v->process);
    *other = v->site;
    OK(site_init(&v->site, config, &v->process, &diags, &err));
    OK(app_form_key(&v->app, key, &err));
    sessions_use_key(&v->site.sessions, key);
}

static void swap(struct visitor *v, struct site *other)
{
    struct site here = v->site;
    v->site = *other;
    *other = here;
}

static int64_t count(struct visitor *v, const char *sql)
{
    return both_count(v->store, sql);
}

#define VISITOR "kind=person"

/* Begun at one, gone on with at the other, seen at the first. */
static void visitors(struct visitor *v, char **argv)
{
    struct site original, other;
    struct site_config config = v->site.config;
    int64_t before = count(v, "SELECT COUNT(*) FROM visitor_data");

    TEST("a check-up of somebody who has not signed in is known to every process");
    config.web = argv[1];
    config.visitors = app_visitors(&v->app);
    become(v, &original, &config);
    become(v, &other, &config); /* both without anything of their own */
    arena_clear(&v->request);
    CHECK_INT(visit(v, "GET", "/checkups", SPAN(""), "none", SPAN("")), 200);
    struct span cookie = cookie_of(v, "huiqi=");
    CHECK_INT(visit(v, "POST", "/checkups", cookie, "same-origin", form(v, csrf_of(v), VISITOR)),
              303);
    CHECK_INT(count(v, "SELECT COUNT(*) FROM visitor_data"), before + 1);
    CHECK_INT(visit(v, "GET", "/checkups/answers", cookie, "none", SPAN("")), 200);
    swap(v, &other);
    CHECK_INT(visit(v, "GET", "/checkups/answers", cookie, "none", SPAN("")), 200);
    CHECK(says(v, "name=\"csrf\""));
    CHECK_INT(visit(v, "GET", "/checkups/answers", SPAN(""), "none", SPAN("")), 303);

    TEST("the store holds neither the id nor what was answered");
    struct span id = span_from(cookie, 6);
    CHECK_INT(count(v, "SELECT COUNT(*) FROM visitor_data WHERE data LIKE '%person%'"), 0);
    struct span sql = arena_print(
        &v->request, "SELECT COUNT(*) FROM visitor_data WHERE hash = '%.*s'", SPAN_ARG(id));
    CHECK_INT(count(v, sql.p), 0);

    TEST("another key of the site: as if nothing were there, and no error");
    unsigned char key[SESSION_KEY] = {7};
    sessions_use_key(&v->site.sessions, key);
    CHECK_INT(visit(v, "GET", "/checkups/answers", cookie, "none", SPAN("")), 303);
    swap(v, &other);

    TEST("it ends twelve hours after its last use, and goes with the old sessions");
    int64_t gone = 0;
    setenv("HUIQI_NOW", "2020-03-10T21:00:00", 1);
    CHECK_INT(visit(v, "GET", "/checkups/answers", cookie, "none", SPAN("")), 200);
    setenv("HUIQI_NOW", "2020-03-11T08:00:00", 1);
    CHECK_INT(visit(v, "GET", "/checkups/answers", cookie, "none", SPAN("")), 200);
    setenv("HUIQI_NOW", "2020-03-11T20:00:01", 1);
    CHECK_INT(visit(v, "GET", "/checkups/answers", cookie, "none", SPAN("")), 303);
    OK(sessions_purge(v->store, NULL, NULL, &gone, &err));
    CHECK_INT(count(v, "SELECT COUNT(*) FROM visitor_data"), 0);
    setenv("HUIQI_NOW", "2020-03-10T10:00:00", 1);

    TEST("of too many the least recently used go");
    for (int i = 0; i < 6; i++) {
        char hash[8];
        snprintf(hash, sizeof hash, "h%d", i);
        OK(visitor_save(v->store, span_z(hash), SPAN("0123456789"), 1000 + i, &err));
    }
    OK(visitors_trim(v->store, 5, 1000, &err));
    CHECK_INT(count(v, "SELECT COUNT(*) FROM visitor_data WHERE hash = 'h0'"), 0);
    CHECK_INT(count(v, "SELECT COUNT(*) FROM visitor_data"), 5);
    OK(visitors_trim(v->store, 5, 25, &err));
    CHECK_INT(count(v, "SELECT COUNT(*) FROM visitor_data WHERE hash IN ('h4', 'h5')"), 2);
    CHECK_INT(count(v, "SELECT COUNT(*) FROM visitor_data"), 2);
    OK(visitor_save(v->store, SPAN("h4"), SPAN(""), 2000, &err));
    CHECK_INT(count(v, "SELECT COUNT(*) FROM visitor_data"), 1);
    arena_clear(&v->request);
    site_release(&v->site);
    site_release(&other);
    v->site = original;
}

/* ---- behind TLS ---- */

/* As a proxy hands it on: the name that people typed, and where the form came from. */
static int through(struct visitor *v, const char *method, const char *host, const char *origin,
                   struct span cookie, struct span body)
{
    struct pair headers[] = {{SPAN("Host"), span_z(host)},
                             {SPAN("Accept"), SPAN("text/html")},
                             {SPAN("Cookie"), cookie},
                             {SPAN("Content-Type"), SPAN("application/x-www-form-urlencoded")},
                             {SPAN("Origin"), span_z(origin)}};
    size_t n = *origin ? 5 : 4;
    struct wire_request wire = {.method = span_z(method),
                                .target = SPAN("/sign-in"),
                                .body = body,
                                .headers = {headers, n, n}};
    arena_clear(&v->page);
    site_answer(&v->site, &wire, &v->page, &v->answer);
    return v->answer.status;
}

static void behind_tls(struct visitor *v, char **argv)
{
    struct site plain;
    struct site_config config = v->site.config;
    const char *at = "huiqi.example.gov.cn", *inside = "inside.example:8443";
    const char *from = "https://huiqi.example.gov.cn";

    TEST("behind TLS: cookies are Secure and of this host only, browsers are told to stay");
    arena_clear(&v->request);
    config.web = argv[1];
    config.local = true;
    config.public_url = "https://huiqi.example.gov.cn  https://inside.example:8443/";
    become(v, &plain, &config);
    CHECK_INT(through(v, "GET", at, "", SPAN(""), SPAN("")), 200);
    struct span cookie = cookie_of(v, "__Host-huiqi="), csrf = csrf_of(v);
    struct span set = header_of(v, "Set-Cookie", "__Host-huiqi=");
    CHECK(cookie.n > 0 && span_ends(set, SPAN("; Secure")) &&
          span_find(set, SPAN("Path=/;")) != SIZE_MAX &&
          span_find(set, SPAN("Domain")) == SIZE_MAX);
    CHECK_TEXT(header_of(v, "Strict-Transport-Security", ""), "max-age=31536000");

    TEST("behind TLS: forms of the names that are ours, by whatever name the proxy calls us");
    CHECK_INT(through(v, "POST", at, from, cookie, form(v, csrf, RIGHT)), 303);
    CHECK(span_ends(header_of(v, "Set-Cookie", "__Host-huiqi-account="), SPAN("; Secure")));
    CHECK_INT(through(v, "POST", "127.0.0.1:8080", from, cookie, form(v, csrf, RIGHT)), 303);
    CHECK_INT(
        through(v, "POST", inside, "https://inside.example:8443", cookie, form(v, csrf, RIGHT)),
        303);
    CHECK_INT(through(v, "POST", at, "http://huiqi.example.gov.cn", cookie, form(v, csrf, RIGHT)),
              403);
    CHECK_INT(through(v, "POST", at, "https://evil.example", cookie, form(v, csrf, RIGHT)), 403);
    CHECK_INT(through(v, "GET", "evil.example", "", SPAN(""), SPAN("")), 421);
    CHECK_INT(through(v, "GET", "inside.example", "", SPAN(""), SPAN("")), 421);

    TEST(
        "behind TLS: a cookie without the prefix, which anybody on the way could set, is nobody's");
    struct span bare = span_from(cookie, 7);
    CHECK_INT(through(v, "POST", at, from, bare, form(v, csrf, RIGHT)), 403);
    site_release(&v->site);
    v->site = plain;

    TEST("not behind TLS: none of it");
    CHECK_INT(visit(v, "GET", "/sign-in", SPAN(""), "none", SPAN("")), 200);
    CHECK_INT(header_of(v, "Strict-Transport-Security", "").n, 0);
    CHECK(span_find(header_of(v, "Set-Cookie", "huiqi="), SPAN("Secure")) == SIZE_MAX);

    TEST("addresses that are none");
    static const char *const bad[] = {"huiqi.example.gov.cn", "https://", "https://a/b",
                                      "https://a http://b",   "ftp://a",  "https://a?b"};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct site site;
        struct diags diags;
        struct err err = ERR_INIT;
        diags_init(&diags, &v->process);
        config.public_url = bad[i];
        if (!CHECK_INT(site_init(&site, &config, &v->process, &diags, &err), E_USAGE))
            printf("%s\n", bad[i]);
    }
    arena_clear(&v->request);
}

/* ---- signing on with another authority ---- */

static struct span value_of(struct visitor *v, struct span url, const char *key)
{
    size_t at = span_find(url, span_z(key));
    struct span rest = span_from(url, at == SIZE_MAX ? url.n : at + strlen(key)), value = {0};
    span_split(&rest, '&', &value);
    return arena_copy(&v->request, value);
}

/* To the provider and back: the status of the way back. */
static int sign_on(struct visitor *v, struct provider *p, const char *browser)
{
    CHECK_INT(visit(v, "GET", "/sign-on?to=%2Faccount%3Fx%3D1", SPAN(""), "none", SPAN("")), 303);
    struct span url = header_of(v, "Location", "/authorize"), own = cookie_of(v, "huiqi=");
    struct span state = value_of(v, url, "&state=");
    CHECK(own.n > 0 && state.n == 43);
    snprintf(p->nonce, sizeof p->nonce, "%.*s", SPAN_ARG(value_of(v, url, "&nonce=")));
    snprintf(p->challenge, sizeof p->challenge, "%.*s",
             SPAN_ARG(value_of(v, url, "&code_challenge=")));
    struct span back = arena_print(&v->request, "/sign-on/return?state=%.*s&code=code-0%%2F1%%2B2",
                                   SPAN_ARG(state));
    return visit(v, "GET", back.p, browser ? span_z(browser) : own, "cross-site", SPAN(""));
}

static void from_elsewhere(struct visitor *v)
{
    struct provider p;
    char issuer[64];
    struct oidc_config config = {.issuer = issuer,
                                 .client_id = FAKE_CLIENT,
                                 .client_secret = FAKE_SECRET,
                                 .redirect = "http://127.0.0.1/sign-on/return",
                                 .after = "http://127.0.0.1/",
                                 .name = "Office & Co"};

    TEST("no button where there is no provider");
    arena_clear(&v->request);
    CHECK_INT(visit(v, "GET", "/sign-in", SPAN(""), "none", SPAN("")), 200);
    CHECK(span_find(v->answer.body, SPAN("/sign-on")) == SIZE_MAX);
    CHECK_INT(visit(v, "GET", "/sign-on", SPAN(""), "none", SPAN("")), 404);
    if (!CHECK(fake_start(&p)))
        return;
    snprintf(issuer, sizeof issuer, "http://127.0.0.1:%d", p.port);
    snprintf(p.login, sizeof p.login, "nothing");
    OK(oidc_new(&config, &v->app.oidc, &err));
    TEST("signing on: button, way there, way back");
    CHECK_INT(visit(v, "GET", "/sign-in?to=%2Fcases%3Fx%3D1%26y%3D2", SPAN(""), "none", SPAN("")),
              200);
    CHECK(span_find(v->answer.body, SPAN("href=\"/sign-on?to=%2Fcases%3Fx%3D1%26y%3D2\"")) !=
          SIZE_MAX);
    CHECK(span_find(v->answer.body, SPAN("Office &amp; Co")) != SIZE_MAX);
    CHECK_INT(sign_on(v, &p, NULL), 303);
    CHECK_TEXT(header_of(v, "Location", ""), "/account?x=1");
    struct span account = cookie_of(v, "huiqi-account=");
    CHECK_INT(visit(v, "GET", "/account", account, "none", SPAN("")), 200);
    TEST("signing out: here by the form, there by a link that the page shows");
    struct span csrf = csrf_of(v);
    CHECK_INT(visit(v, "POST", "/sign-out", account, "same-origin", form(v, csrf, "")), 303);
    CHECK_TEXT(header_of(v, "Location", ""), "/signed-out?elsewhere=1");
    CHECK_INT(visit(v, "GET", "/signed-out?elsewhere=1", SPAN(""), "none", SPAN("")), 200);
    CHECK(says(v, "/sign-on/leave") && says(v, "Office &amp; Co"));
    CHECK_INT(visit(v, "GET", "/sign-on/leave", SPAN(""), "none", SPAN("")), 303);
    struct span leave = header_of(v, "Location", "/leave?");
    CHECK(span_find(leave, SPAN("/leave?client_id=huiqi")) != SIZE_MAX &&
          span_find(leave, SPAN("post_logout_redirect_uri=http%3A%2F%2F127.0.0.1%2F")) != SIZE_MAX);
    CHECK_INT(visit(v, "GET", "/account", account, "none", SPAN("")), 303);
    TEST("signing on: refused, with a page that says why");
    CHECK_INT(sign_on(v, &p, ""), 403); /* a browser that has not begun it */
    CHECK_INT(header_of(v, "Set-Cookie", "huiqi-account=").n, 0);
    snprintf(p.login, sizeof p.login, "<b>new");
    CHECK_INT(sign_on(v, &p, NULL), 403);
    CHECK(span_find(v->answer.body, SPAN("&lt;b&gt;new")) != SIZE_MAX);
    p.mode = FAKE_BROKEN;
    CHECK_INT(sign_on(v, &p, NULL), 503);
    CHECK_INT(visit(v, "GET", "/sign-on/return", SPAN(""), "none", SPAN("")), 403);
    CHECK_INT(p.faults, 0);
    fake_stop(&p);
}

/* ---- accounts on the pages ---- */

static int post(struct visitor *v, const char *target, struct span cookie, const char *fields)
{
    CHECK_INT(visit(v, "GET", "/accounts", cookie, "none", SPAN("")), 200);
    return visit(v, "POST", target, cookie, "same-origin", form(v, csrf_of(v), fields));
}

static struct span fresh_link(struct visitor *v, struct span cookie)
{
    CHECK_INT(post(v, "/accounts/page-1/link", cookie, ""), 200);
    size_t at = span_find(v->answer.body, SPAN("/new-password/"));
    struct span rest = at == SIZE_MAX ? SPAN("") : span_from(v->answer.body, at), link = {0};
    span_split(&rest, '<', &link);
    CHECK_INT(link.n, strlen("/new-password/") + RESET_TOKEN);
    return arena_print(&v->request, "%.*s", SPAN_ARG(link));
}

static int try_password(struct visitor *v, const char *link, const char *fields)
{
    CHECK_INT(visit(v, "GET", "/sign-in", SPAN(""), "none", SPAN("")), 200);
    struct span cookie = cookie_of(v, "huiqi="), csrf = csrf_of(v);
    return visit(v, "POST", link, cookie, "same-origin", form(v, csrf, fields));
}

#define NEW_ONE "new=a+fresh+start+1&again=a+fresh+start+1"

/* A password that nobody but its owner knows; closing, opening, signing out. */
static void passwords(struct visitor *v, struct span cookie)
{
    struct account_row row = {0};
    TEST("a link to set a password: shown once, used once, of no worth when a newer one is made");
    struct span old = fresh_link(v, cookie), link = fresh_link(v, cookie);
    CHECK(!span_eq(old, link));
    CHECK_INT(visit(v, "GET", "/accounts/page-1", cookie, "none", SPAN("")), 200);
    CHECK(!says(v, "/new-password/"));
    CHECK_INT(visit(v, "GET", old.p, SPAN(""), "none", SPAN("")), 404);
    CHECK_INT(visit(v, "GET", link.p, SPAN(""), "none", SPAN("")), 200);
    CHECK(says(v, "page-1"));
    CHECK_INT(try_password(v, link.p, "new=short&again=short"), 422);
    CHECK_INT(try_password(v, link.p, "new=long+enough+1&again=long+enough+2"), 422);
    CHECK(!says(v, "long enough"));
    CHECK_INT(try_password(v, old.p, NEW_ONE), 404);
    OK(account_find(v->store, &v->process, SPAN("page-1"), &row, &err));
    struct span before = token_of(v, row.id);
    CHECK_INT(try_password(v, link.p, NEW_ONE), 303);
    CHECK_INT(try_password(v, link.p, NEW_ONE), 404);
    struct span was = arena_print(&v->request, "huiqi-account=%.*s", SPAN_ARG(before));
    CHECK_INT(visit(v, "GET", "/account", was, "none", SPAN("")), 303); /* its sessions ended */
    CHECK_INT(try_password(v, "/sign-in", "login=page-1&password=a+fresh+start+1"), 303);
    CHECK_INT(count(v, "SELECT COUNT(*) FROM audit_entry WHERE act = 'account.link'"), 2);
    CHECK_INT(count(v, "SELECT COUNT(*) FROM audit_entry WHERE act = 'account.password' AND"
                       " detail LIKE '%link%'"),
              1);
    CHECK_INT(count(v, "SELECT COUNT(*) FROM account_reset WHERE hash LIKE '%-%' OR used_at = 0"),
              0);

    TEST("a link is over after a day");
    link = fresh_link(v, cookie);
    setenv("HUIQI_NOW", "2020-03-11T10:00:01", 1);
    CHECK_INT(visit(v, "GET", link.p, SPAN(""), "none", SPAN("")), 404);
    setenv("HUIQI_NOW", "2020-03-10T10:00:00", 1);
    CHECK_INT(visit(v, "GET", link.p, SPAN(""), "none", SPAN("")), 200);

    TEST("closed: no sign-in, no session, no link; open again");
    was = arena_print(&v->request, "huiqi-account=%.*s", SPAN_ARG(token_of(v, row.id)));
    CHECK_INT(visit(v, "GET", "/account", was, "none", SPAN("")), 200);
    CHECK_INT(post(v, "/accounts/page-1/closed", cookie, "closed=true"), 303);
    CHECK_INT(visit(v, "GET", "/account", was, "none", SPAN("")), 303);
    CHECK_INT(visit(v, "GET", link.p, SPAN(""), "none", SPAN("")), 404);
    CHECK_INT(post(v, "/accounts/page-1/link", cookie, ""), 422);
    CHECK_INT(try_password(v, "/sign-in", "login=page-1&password=a+fresh+start+1"), 422);
    CHECK_INT(visit(v, "GET", "/accounts/page-1", cookie, "none", SPAN("")), 200);
    CHECK(says(v, "value=\"false\""));
    CHECK_INT(post(v, "/accounts/page-1/closed", cookie, "closed=false"), 303);
    CHECK_INT(try_password(v, "/sign-in", "login=page-1&password=a+fresh+start+1"), 303);
    CHECK_INT(post(v, "/accounts/administrator/closed", cookie, "closed=true"), 422); /* himself */
    CHECK_INT(post(v, "/accounts/nobody/closed", cookie, "closed=true"), 404);

    TEST("signed out everywhere by the administrator");
    was = arena_print(&v->request, "huiqi-account=%.*s", SPAN_ARG(token_of(v, row.id)));
    CHECK_INT(post(v, "/accounts/page-1/sign-out", cookie, ""), 303);
    CHECK_INT(visit(v, "GET", "/account", was, "none", SPAN("")), 303);
}

/* An administrator of an office works below it only: not with the link either. */
static void reach(struct visitor *v)
{
    struct right_new x = {.role = USER_ADMINISTRATOR, .since = {2020, 1, 1}};
    int64_t id = 0;

    TEST("an administrator of an office reaches no account beyond it");
    x.organisation_id = count(v, "SELECT id FROM organisation WHERE name = '示例区办'");
    OK(account_add(v->store, &operator_, SPAN("local"), SPAN(""), SPAN(""), &x.account_id, &err));
    OK(right_grant(v->store, &operator_, &x, &id, &err));
    struct span cookie =
        arena_print(&v->process, "huiqi-account=%.*s", SPAN_ARG(token_of(v, x.account_id)));
    CHECK_INT(post(v, "/accounts/auditor/link", cookie, ""), 422);
    CHECK_INT(post(v, "/accounts/auditor/closed", cookie, "closed=true"), 422);
    CHECK_INT(post(v, "/accounts/auditor/sign-out", cookie, ""), 422);
    CHECK_INT(count(v, "SELECT COUNT(*) FROM account_reset r JOIN account a ON a.id = r.account_id"
                       " WHERE a.login = 'auditor'"),
              0);
    CHECK_INT(post(v, "/accounts/handler/link", cookie, ""), 200);
}

static void administration(struct visitor *v)
{
    struct account_row row = {0};
    struct right_row *rights = NULL;
    char end[80];
    size_t n = 0;

    arena_clear(&v->request);
    struct span token = token_of(v, v->accounts[USER_ADMINISTRATOR]);
    struct span cookie = arena_print(&v->process, "huiqi-account=%.*s", SPAN_ARG(token));
    TEST("an account is added, and only a right one");
    CHECK_INT(post(v, "/accounts", cookie, "login=page-1&name=&password="), 303);
    CHECK_TEXT(header_of(v, "Location", ""), "/accounts/page-1");
    CHECK_INT(visit(v, "GET", "/accounts/page-1", cookie, "none", SPAN("")), 200);
    CHECK(says(v, "已新增") && says(v, "从未有过角色") && says(v, "没有密码"));
    CHECK_INT(post(v, "/accounts", cookie, "login=page-1"), 422);
    CHECK(says(v, "已有这个账号"));
    CHECK_INT(post(v, "/accounts", cookie, "login=Page+2"), 422);
    CHECK_INT(post(v, "/accounts", cookie, "login=page-2&password=short"), 422);
    CHECK(!says(v, "short"));
    CHECK_INT(account_find(v->store, &v->process, SPAN("page-2"), &row, NULL), E_NOT_FOUND);
    TEST("a role is granted where it fits");
    CHECK_INT(post(v, "/accounts/page-1/rights", cookie, "role=handler"), 422);
    CHECK_INT(post(v, "/accounts/page-1/rights", cookie, "role=emperor"), 422);
    CHECK_INT(post(v, "/accounts/page-1/rights", cookie, "role=handler&organisation=nowhere"), 422);
    CHECK(says(v, "没有这个机构"));
    CHECK_INT(post(v, "/accounts/page-1/rights", cookie, "role=agent&enterprise=12345"), 422);
    CHECK_INT(
        post(v, "/accounts/page-1/rights", cookie,
             "role=handler&organisation=%E7%A4%BA%E4%BE%8B%E5%8C%BA%E5%8A%9E&until=2020-03-09"),
        422);
    CHECK_INT(post(v, "/accounts/page-1/rights", cookie,
                   "role=handler&organisation=%E7%A4%BA%E4%BE%8B%E5%8C%BA%E5%8A%9E"),
              303);
    CHECK_INT(post(v, "/accounts/administrator/rights", cookie, "role=auditor"), 422);
    CHECK_INT(post(v, "/accounts/nobody/rights", cookie, "role=auditor"), 404);
    OK(account_find(v->store, &v->process, SPAN("page-1"), &row, &err));
    OK(right_list(v->store, &v->process, row.id, &rights, &n, &err));
    if (!CHECK_INT(n, 1))
        return;
    CHECK_TEXT(rights[0].organisation, "示例区办");
    CHECK_TEXT(rights[0].since, "2020-03-10");
    TEST("a role ends; not by the page of another account");
    snprintf(end, sizeof end, "right=%" PRId64 "&last=2020-03-31", rights[0].id);
    CHECK_INT(post(v, "/accounts/nothing/rights/end", cookie, end), 404);
    CHECK_INT(post(v, "/accounts/page-1/rights/end", cookie, end), 303);
    OK(right_list(v->store, &v->process, row.id, &rights, &n, &err));
    CHECK_TEXT(rights[0].until, "2020-03-31");
    passwords(v, cookie);
    reach(v);
}

/* ---- values of parameters ---- */

#define EVENT  "/parameters/%E6%B4%BB%E5%8A%A8%E7%BB%93%E6%9D%9F%E6%97%A5"
#define FIGURE "/parameters/%E5%8F%82%E8%80%83%E5%88%A9%E7%8E%87"

static int send_value(struct visitor *v, const char *target, struct span cookie, const char *fields)
{
    CHECK_INT(visit(v, "GET", target, cookie, "none", SPAN("")), 200);
    CHECK(says(v, "name=\"source\""));
    return visit(v, "POST", target, cookie, "same-origin", form(v, csrf_of(v), fields));
}

static void values(struct visitor *v)
{
    arena_clear(&v->request);
    struct span cookie = arena_print(&v->process, "huiqi-account=%.*s",
                                     SPAN_ARG(token_of(v, v->accounts[USER_PUBLISHER])));

    TEST("the day of an event by form: for publishers, kept when it is wrong, then a draft");
    CHECK_INT(visit(v, "GET", EVENT, SPAN(""), "none", SPAN("")), 200);
    CHECK(!says(v, "name=\"source\""));
    CHECK_INT(send_value(v, EVENT, cookie, "value=soon&source=x+y"), 422);
    CHECK(says(v, "value=\"x y\"") && says(v, "href=\"#value\""));
    CHECK_INT(send_value(v, EVENT, cookie, "value=2020-05-01&source="), 422);
    CHECK_INT(count(v, "SELECT COUNT(*) FROM draft"), 0);
    CHECK_INT(send_value(v, EVENT, cookie, "value=2020-05-01&source=No.+3"), 303);
    CHECK_TEXT(header_of(v, "Location", ""), "/drafts/1");
    CHECK_INT(visit(v, "GET", "/drafts/1", cookie, "none", SPAN("")), 200);
    CHECK(says(v, "2020-05-01"));
    TEST("a figure from a day on");
    CHECK_INT(send_value(v, FIGURE, cookie, "value=0.0405&from=&source=No.+4"), 422);
    CHECK_INT(send_value(v, FIGURE, cookie, "value=0.0405&from=2020-04-20&source=No.+4"), 303);
    CHECK_INT(count(v, "SELECT COUNT(*) FROM draft"), 2);
    CHECK_INT(visit(v, "POST", "/parameters/none", cookie, "same-origin",
                    form(v, SPAN(""), "value=1&source=a")),
              403);
    arena_clear(&v->request);
}

/* A key that is made once, whoever asks. */
static void one_key(struct visitor *v)
{
    unsigned char a[SESSION_KEY], b[SESSION_KEY], none[SESSION_KEY] = {0};

    TEST("the key of forms is the database's");
    OK(app_form_key(&v->app, a, &err));
    OK(app_form_key(&v->app, b, &err));
    CHECK(memcmp(a, b, sizeof a) == 0 && memcmp(a, none, sizeof a) != 0);
}

/* ---- the visitor ---- */

static bool open_visitor(struct visitor *v, char **argv, const char *url)
{
    struct diags diags;
    struct err err = ERR_INIT;
    struct site_config config = {
        .web = argv[1],
        .routes = app_routes,
        .route_count = app_route_count,
        .app = &v->app,
        .identify = app_identify,
        .unread = app_unread,
        .keep = {&v->app, app_session_load, app_session_save, app_session_drop}};

    v->app.version = "1";
    arena_init(&v->process);
    arena_init(&v->request);
    arena_init(&v->page);
    diags_init(&diags, &v->process);
    setenv("HUIQI_DATABASE", url, 1);
    bool ok = CHECK_INT(app_init(&v->app, &v->process, argv[2], NULL, &diags, &err), 0) &&
              CHECK_INT(site_init(&v->site, &config, &v->process, &diags, &err), 0) &&
              CHECK_INT(app_make_database(&v->app, &err), 0) &&
              CHECK_INT(store_open(url, &v->store, &err), 0) &&
              CHECK_INT(file_read(&v->process, argv[3], 1 << 20, &v->rights, &err), 0);
    if (!ok)
        printf("%s\n", err.message);
    return ok;
}

static char **arguments;

static void suite(const char *url)
{
    char **argv = arguments, key[64];
    struct visitor v = {0};

    snprintf(key, sizeof key, "/tmp/huiqi-rights-%ld.key", (long)getpid());
    setenv("HUIQI_KEY_FILE", key, 1);
    setenv("HUIQI_NOW", "2020-03-10T10:00:00", 1);
    if (open_visitor(&v, argv, url)) {
        make_people(&v);
        matrix(&v);
        arena_clear(&v.request);
        refusals(&v);
        by_form(&v);
        by_program(&v);
        one_key(&v);
        second_process(&v, argv);
        visitors(&v, argv);
        behind_tls(&v, argv);
        from_elsewhere(&v);
        administration(&v);
        values(&v);
        arena_clear(&v.page); /* gives connections back */
        arena_clear(&v.request);
        store_close(v.store);
        site_release(&v.site);
        app_release(&v.app);
    }
    arena_release(&v.page);
    arena_release(&v.request);
    arena_release(&v.process);
    (void)unlink(key);
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    arguments = argv;
    return both_run(suite);
}
