/*
 * u_site.c: requests in memory, without sockets: the application's own routes that need no library,
 * and the way of a request when memory ends at any point. Blame src/http/site.c, src/web/openapi.c.
 */
#include "http/site.h"
#include "tests/unit/fault.h"
#include "tests/unit/test.h"
#include "web/app.h"

static int form_show(struct request *req, struct response *res, void *app)
{
    UNUSED(app);
    session_set(&req->session, SPAN("k"), json_string(req->arena, SPAN("v")));
    JSON_SET(res->data, "q", json_string(req->arena, request_text(req, "q")));
    res->template = "form";
    res->title = "test.title";
    return 200;
}

static int away(struct request *req, struct response *res, void *app)
{
    UNUSED(app);
    request_flash(req, "test.saved", NULL);
    return response_redirect(req, res, SPAN("/form"));
}

static int fail(struct request *req, struct response *res, void *app)
{
    UNUSED(app);
    UNUSED(req);
    return err_set(&res->err, E_CONFLICT, "no");
}

static const struct field fields[] = {
    {.name = "q", .kind = FIELD_TEXT},
    {.name = "n", .kind = FIELD_INT},
};
static const struct route routes[] = {
    {METHOD_GET, "/form", form_show, FIELDS(fields)},
    {METHOD_POST, "/away", away, FIELDS(fields)},
    {METHOD_GET, "/fail/{id*}", fail},
};

static bool open_site(struct site *site, struct arena *process, const char *web,
                      const struct route *table, size_t n, void *app)
{
    struct diags diags;
    struct err err = ERR_INIT;
    struct site_config config = {.web = web, .routes = table, .route_count = n, .app = app};
    arena_init(process);
    diags_init(&diags, process);
    bool ok = CHECK_INT(site_init(site, &config, process, &diags, &err), 0);
    if (!ok)
        printf("%s\n", err.message);
    return ok;
}

static void application(const char *web)
{
    struct site site;
    struct arena process, request;
    struct app app = {.version = "1.2.3"};
    struct answer answer;
    struct json *tree = NULL;
    struct err err = ERR_INIT;
    TEST("application");
    if (!open_site(&site, &process, web, app_routes, app_route_count, &app))
        return;
    arena_init(&request);
    struct wire_request health = {.method = SPAN("GET"), .target = SPAN("/healthz")};
    site_answer(&site, &health, &request, &answer);
    CHECK_INT(answer.status, 200);
    CHECK(span_starts(answer.body, SPAN("{\"status\":\"ok\"")));
    struct wire_request openapi = {.method = SPAN("GET"), .target = SPAN("/openapi.json")};
    site_answer(&site, &openapi, &request, &answer);
    CHECK_INT(answer.status, 200);
    CHECK_INT(json_parse(&request, answer.body, SPAN("openapi"), &tree, &err), 0);
    CHECK_TEXT(json_text(JSON_GET(tree, "openapi")), "3.1.0");
    for (size_t i = 0; i < app_route_count; i++) {
        struct span path = span_z(app_routes[i].path);
        if (span_find(path, SPAN("{")) == SIZE_MAX)
            CHECK(json_get(JSON_GET(tree, "paths"), path) != NULL);
        CHECK(app_routes[i].summary != NULL);
    }
    arena_release(&request);
    site_release(&site);
    arena_release(&process);
}

struct attempt {
    struct site *site;
    struct wire_request wire;
    int status;
};

/* 0 for the answer that belongs here, E_MEMORY for the plain 503. */
static int one(void *context)
{
    struct attempt *t = context;
    struct arena request;
    struct answer answer;
    arena_init(&request);
    site_answer(t->site, &t->wire, &request, &answer);
    bool policy = false;
    for (size_t i = 0; i < answer.headers.n; i++)
        policy = policy || span_eq(answer.headers.at[i].name, SPAN("Content-Security-Policy"));
    int r = answer.status == t->status ? 0 : answer.status == 503 ? E_MEMORY : E_IO;
    if (!policy)
        r = E_IO;
    arena_release(&request);
    return r;
}

static void memory_ends(const char *web)
{
    struct pair html[] = {{SPAN("Cookie"), SPAN("lang=en; as_of=2020-03-09")},
                          {SPAN("Accept"), SPAN("text/html")}};
    struct pair json[] = {{SPAN("Content-Type"), SPAN("application/json")}};
    struct site site;
    struct arena process;
    TEST("memory ends");
    if (!open_site(&site, &process, web, routes, COUNT_OF(routes), NULL))
        return;
    struct attempt attempts[] = {
        {&site,
         {SPAN("GET"), SPAN("/form?q=%E7%94%B2&lang=zh&date=2020-03-09"), {0}, {html, 2, 2}, false},
         200},
        {&site, {SPAN("GET"), SPAN("/form.json?q=a"), {0}, {html, 2, 2}, false}, 200},
        {&site, {SPAN("GET"), SPAN("/form?n=x"), {0}, {html, 2, 2}, false}, 422},
        {&site, {SPAN("POST"), SPAN("/away"), SPAN("{\"q\": \"a\"}"), {json, 1, 1}, false}, 303},
        {&site, {SPAN("GET"), SPAN("/fail/a/b"), {0}, {html, 2, 2}, false}, 409},
        {&site, {SPAN("GET"), SPAN("/nothing"), {0}, {html, 2, 2}, false}, 404},
        {&site, {SPAN("GET"), SPAN("/static/test.css"), {0}, {html, 2, 2}, false}, 200},
    };
    for (size_t i = 0; i < COUNT_OF(attempts); i++)
        fault_loop(one, &attempts[i]);
    site_release(&site);
    arena_release(&process);
}

static int start_site(void *web)
{
    struct site site;
    struct arena process;
    struct diags diags;
    struct site_config config = {.web = web, .routes = routes, .route_count = COUNT_OF(routes)};
    arena_init(&process);
    diags_init(&diags, &process);
    int r = site_init(&site, &config, &process, &diags, NULL);
    if (r == 0)
        site_release(&site);
    if (r < 0 && process.failed)
        r = E_MEMORY;
    arena_release(&process);
    return r;
}

int main(int argc, char **argv)
{
    char *web = argv[argc - 1];
    application(web);
    memory_ends(web);
    TEST("starting without memory");
    fault_loop(start_site, web);
    return test_end();
}
