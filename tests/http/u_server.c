/*
 * u_server.c: a client against a server on a loopback port: what a stranger can send and what he
 * gets. Blame src/http/site.c and page.c for wrong answers, server.c for time, size and stopping.
 */
#include "http/server.h"
#include <pthread.h>
#include <stdio.h>
#include <time.h>
#include "tests/http/client.h"
#include "tests/unit/test.h"

static void pause_ms(long ms)
{
    struct timespec t = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&t, NULL);
}

static int form_show(struct request *req, struct response *res, void *app)
{
    UNUSED(app);
    UNUSED(req);
    res->template = "form";
    res->title = "test.title";
    return 200;
}

static int form_save(struct request *req, struct response *res, void *app)
{
    UNUSED(app);
    struct json *args = json_object(req->arena);
    JSON_SET(args, "q", json_string(req->arena, request_text(req, "q")));
    if (req->errors) {
        res->template = "form";
        return 422;
    }
    request_flash(req, "test.saved", args);
    return response_redirect(req, res, SPAN("/form"));
}

static int thing_show(struct request *req, struct response *res, void *app)
{
    UNUSED(app);
    struct span id = request_param(req, "id");
    if (span_eq(id, SPAN("gone")))
        return err_set(&res->err, E_NOT_FOUND, "no thing 'gone'");
    if (span_eq(id, SPAN("inside")))
        return err_set(&res->err, E_IO, "secret of our insides");
    JSON_SET(res->data, "id", json_string(req->arena, id));
    res->template = "plain";
    return 200;
}

static int broken_show(struct request *req, struct response *res, void *app)
{
    UNUSED(app);
    UNUSED(req);
    res->template = "broken";
    return 200;
}

static int slow_show(struct request *req, struct response *res, void *app)
{
    UNUSED(app);
    pause_ms(400);
    JSON_SET(res->data, "slow", json_bool(req->arena, true));
    return 200;
}

static const char *const size_names[] = {"small", "large", NULL};
static const struct field form_fields[] = {
    {.name = "q", .kind = FIELD_TEXT, .flags = FIELD_REQUIRED, .most = 10},
    {.name = "on", .kind = FIELD_DATE},
    {.name = "size", .kind = FIELD_CHOICE, .choices = size_names},
};

static const struct route routes[] = {
    {METHOD_GET, "/form", form_show},
    {METHOD_POST, "/form", form_save, FIELDS(form_fields), .flags = ROUTE_LENIENT},
    {METHOD_POST, "/strict", form_save, FIELDS(form_fields)},
    {METHOD_GET, "/things/{id*}", thing_show, .flags = ROUTE_CACHE},
    {METHOD_GET, "/broken", broken_show},
    {METHOD_GET, "/slow", slow_show},
};

static uint16_t port;
static struct buffer got;

static void ask(const char *request)
{
    client_ask(port, span_z(request), &got);
}

/* "GET PATH" with Host and close, and further header lines. */
static void get(const char *path, const char *headers)
{
    struct buffer b = BUFFER_INIT;
    buffer_print(&b, "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s\r\n", path,
                 headers);
    client_ask(port, buffer_span(&b), &got);
    buffer_release(&b);
}

static void post(const char *path, const char *headers, const char *body)
{
    struct buffer b = BUFFER_INIT;
    buffer_print(&b,
                 "POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: "
                 "%zu\r\n%s\r\n%s",
                 path, strlen(body), headers, body);
    client_ask(port, buffer_span(&b), &got);
    buffer_release(&b);
}

static bool has(const char *text)
{
    return span_find(buffer_span(&got), span_z(text)) != SIZE_MAX;
}

static bool is(int status)
{
    char line[32];
    snprintf(line, sizeof line, "HTTP/1.1 %d ", status);
    if (span_starts(buffer_span(&got), span_z(line)))
        return true;
    printf("  wanted %d: %.120s\n", status, got.p);
    return false;
}

/* Text between two marks of the last answer, copied. */
static void cut(const char *before, const char *after, char *out, size_t room)
{
    struct span s = buffer_span(&got);
    size_t at = span_find(s, span_z(before));
    out[0] = 0;
    if (at == SIZE_MAX)
        return;
    s = span_from(s, at + strlen(before));
    size_t n = span_find(s, span_z(after));
    if (n < room) {
        memcpy(out, s.p, n);
        out[n] = 0;
    }
}

static void secured(void)
{
    CHECK(has("Content-Security-Policy: default-src 'self'"));
    CHECK(!has("unsafe-inline"));
    CHECK(has("X-Content-Type-Options: nosniff"));
    CHECK(has("Referrer-Policy: same-origin"));
    CHECK(has("Permissions-Policy: "));
}

static void representations(void)
{
    TEST("representations");
    get("/things/a/b", "");
    CHECK(is(200) && has("text/html") && has("<p>你好 a/b</p>"));
    secured();
    get("/things/a/b.json", "");
    CHECK(is(200) && has("application/json") && has("{\"id\":\"a/b\"}"));
    secured();
    get("/things/a", "Accept: application/json\r\n");
    CHECK(has("{\"id\":\"a\"}"));
    get("/things/a", "Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n");
    CHECK(has("<p>"));
    get("/things/a", "Accept: */*\r\n");
    CHECK(has("<p>"));
    get("/things/%3Cb%3E%E7%94%B2", "");
    CHECK(has("<p>你好 &lt;b&gt;甲</p>"));
    ask("HEAD /things/a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    CHECK(is(200) && has("Content-Length: ") && !has("<p>"));
    secured();
}

static void languages(void)
{
    TEST("languages");
    get("/things/a?lang=en", "");
    CHECK(has("Hello a") && has("Set-Cookie: lang=en; Path=/") && has("HttpOnly; SameSite=Lax"));
    get("/things/a", "Cookie: x=1; lang=en\r\n");
    CHECK(has("Hello a"));
    get("/things/a", "Accept-Language: en-GB,en;q=0.9\r\n");
    CHECK(has("Hello a"));
    get("/things/a", "Accept-Language: en;q=0.5,zh;q=0.9\r\n");
    CHECK(has("你好 a"));
    get("/things/a?lang=fr", "");
    CHECK(has("你好 a") && !has("Set-Cookie"));
    get("/form?a=1&lang=zh&b=%26", "");
    CHECK(has("href=\"/form?a=1&amp;b=%26&amp;lang=en\""));
}

static void dates(void)
{
    TEST("dates");
    get("/form?date=2020-03-09", "");
    CHECK(has("<p class=\"as-of\">2020-03-09 chosen</p>") && has("Set-Cookie: as_of=2020-03-09"));
    get("/form", "Cookie: as_of=2020-03-09\r\n");
    CHECK(has("2020-03-09 chosen"));
    get("/form?date=", "Cookie: as_of=2020-03-09\r\n");
    CHECK(!has("chosen") && has("Set-Cookie: as_of=; Path=/; Max-Age=0"));
    get("/form?date=2020-02-31", "");
    CHECK(is(422) && has(">field-date-zh</a>")); /* the page of today, and what is wrong */
}

static void errors(void)
{
    TEST("errors");
    get("/nothing", "");
    CHECK(is(404) && has("advice-missing-zh") && has("Vary: Accept"));
    secured();
    get("/nothing.json?lang=en", "");
    CHECK(is(404) && has("\"code\":\"E_NOT_FOUND\"") && has("missing-en"));
    get("/things/gone.json", "");
    CHECK(is(404) && has("no thing 'gone'"));
    get("/things/inside.json", "");
    CHECK(is(500) && !has("secret"));
    get("/broken", "");
    CHECK(is(413));
    secured();
    ask("PUT /form HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    CHECK(is(405) && has("Allow: GET, HEAD, POST\r\n"));
    ask("BREW /form HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    CHECK(is(405) && has("Allow: "));
    ask("DELETE /static/test.css HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    CHECK(is(405) && has("Allow: GET, HEAD\r\n"));
}

static void bad_bytes(void)
{
    TEST("bad bytes");
    get("/things/%zz", "");
    CHECK(is(400));
    secured();
    get("/things/%00", "");
    CHECK(is(400));
    get("/things/%C0%AF", "");
    CHECK(is(400));
    get("/form?q=%", "");
    CHECK(is(400));
    get("//evil.example/form", "");
    CHECK(is(400) && !has("evil"));
    get("/things/../form", "");
    CHECK(is(400));
    get("/things/%2e%2e/form", "");
    CHECK(is(400));
    client_ask(port, SPAN("GET /form\0x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
               &got);
    CHECK(!has("HTTP/1.1 5"));
    ask("\r\n\r\n\x16\x03\x01 nonsense\r\n\r\n");
    CHECK(!has("HTTP/1.1 5"));
    get("/form", "Host: evil.example\r\n");
    ask("GET /form HTTP/1.1\r\nHost: evil.example:8080\r\nConnection: close\r\n\r\n");
    CHECK(is(421));
    ask("GET /form HTTP/1.1\r\nHost: [::1]:8080\r\nConnection: close\r\n\r\n");
    CHECK(is(200));
}

static void sizes(void)
{
    struct buffer b = BUFFER_INIT, big = BUFFER_INIT;
    TEST("sizes");
    while (big.n < 9000)
        buffer_add_z(&big, "0123456789");
    buffer_print(&b, "/form?q=%s", big.p);
    get(b.p, "");
    CHECK(is(414));
    buffer_clear(&b);
    buffer_print(&b, "X-A: %s\r\nX-B: %s\r\n", big.p, big.p);
    get("/form", b.p);
    CHECK(is(431));
    secured();
    buffer_clear(&b);
    for (int i = 0; i < SITE_HEADER_COUNT + 5; i++)
        buffer_print(&b, "X-%d: 1\r\n", i);
    get("/form", b.p);
    CHECK(is(431));
    buffer_clear(&b);
    for (int i = 0; i < 50; i++)
        buffer_print(&b, "X-%d: %s\r\n", i,
                     big.p); /* more than the library keeps: it says so itself */
    get("/form", b.p);
    CHECK(!has("HTTP/1.1 200"));
    ask("POST /form HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: "
        "2000000\r\n\r\nq=");
    CHECK(is(413));
    secured();
    ask("POST /form HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: "
        "99999999999999999999\r\n\r\nq=");
    CHECK(!has("HTTP/1.1 200"));
    buffer_clear(&b);
    buffer_add_z(&b, "POST /form HTTP/1.1\r\nHost: localhost\r\nConnection: "
                     "close\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 130; i++)
        buffer_print(&b, "%zx\r\n%s\r\n", big.n, big.p);
    buffer_add_z(&b, "0\r\n\r\n");
    client_ask(port, buffer_span(&b), &got);
    CHECK(is(413));
    buffer_release(&b);
    buffer_release(&big);
}

#define FORM "Content-Type: application/x-www-form-urlencoded\r\n"
#define JSON "Content-Type: application/json\r\n"

static void forms(void)
{
    char cookie[128], token[128], headers[512], body[512];
    TEST("forms and tokens");
    get("/form", "");
    cut("Set-Cookie: ", ";", cookie, sizeof cookie);
    cut("name=\"csrf\" value=\"", "\"", token, sizeof token);
    CHECK(span_starts(span_z(cookie), SPAN("huiqi=")) && strlen(token) == CSRF_TOKEN);
    CHECK(has("HttpOnly; SameSite=Lax"));
    snprintf(headers, sizeof headers, FORM "Cookie: %s\r\n", cookie);
    post("/form", FORM, "q=x");
    CHECK(is(403));
    secured();
    post("/form", headers, "q=x");
    CHECK(is(403));
    snprintf(body, sizeof body, "csrf=%s&q=x", token);
    post("/form", FORM, body);
    CHECK(is(403));
    post("/form", headers, body);
    CHECK(is(303) && has("Location: /form\r\n"));
    snprintf(headers, sizeof headers, "Cookie: %s\r\n", cookie);
    get("/form", headers);
    CHECK(has("<p class=\"flash\">已保存 x</p>") && !has("Set-Cookie: huiqi"));
    get("/form", headers);
    CHECK(!has("flash"));
    snprintf(headers, sizeof headers, FORM "Cookie: %s\r\nOrigin: https://evil.example\r\n",
             cookie);
    post("/form", headers, body);
    CHECK(is(403));
    snprintf(headers, sizeof headers, FORM "Cookie: %s\r\nSec-Fetch-Site: cross-site\r\n", cookie);
    post("/form", headers, body);
    CHECK(is(403));
    snprintf(headers, sizeof headers, FORM "Cookie: %s\r\nOrigin: http://localhost\r\n", cookie);
    snprintf(body, sizeof body, "csrf=%s&size=large&q=%%3Cb%%3E5678901234", token);
    post("/form", headers, body);
    CHECK(is(422) && has("<a href=\"#q\">at most 10 zh</a>") &&
          has("value=\"&lt;b&gt;5678901234\""));
    CHECK(has("<b>at most 10 zh</b><option>small<option selected>large"));
    post("/strict", headers, body);
    CHECK(is(422) && has("q: at most 10 zh"));
}

static void json_bodies(void)
{
    TEST("JSON bodies");
    post("/form", JSON, "{\"q\": \"x\"}");
    CHECK(is(303));
    post("/strict", JSON "Accept: application/json\r\n", "{\"q\": 1, \"on\": \"x\"}");
    CHECK(is(422) && has("\"fields\":[{\"name\":\"on\",\"message\":\"field-date-zh\"}]"));
    post("/form", JSON, "[1]");
    CHECK(is(400));
    post("/form", JSON, "{\"q\": ");
    CHECK(is(400));
    post("/form", "Content-Type: text/xml\r\n", "<q/>");
    CHECK(is(415));
    post("/form", JSON "Origin: https://evil.example\r\n", "{\"q\": \"x\"}");
    CHECK(is(403));
}

static void files(void)
{
    static const char *const outside[] = {"/static/../text/zh.yaml",
                                          "/static/%2e%2e/text/zh.yaml",
                                          "/static/..%2ftext%2fzh.yaml",
                                          "/static//etc/passwd",
                                          "/static/",
                                          "/static",
                                          "/static/test.css/",
                                          "/static/test.css%00.js"};
    char etag[64], headers[128];
    TEST("static files");
    get("/static/test.css", "");
    CHECK(is(200) && has("text/css") && has("color: #123") && has("max-age=600"));
    secured();
    cut("ETag: ", "\r\n", etag, sizeof etag);
    snprintf(headers, sizeof headers, "If-None-Match: %s\r\n", etag);
    get("/static/test.css?v=1", headers);
    CHECK(is(304) && !has("color") && has("immutable"));
    for (size_t i = 0; i < COUNT_OF(outside); i++) {
        get(outside[i], "");
        if (!CHECK(has("HTTP/1.1 40")))
            printf("  %s\n", outside[i]);
    }
    get("/things/a", "");
    cut("ETag: ", "\r\n", etag, sizeof etag);
    snprintf(headers, sizeof headers, "If-None-Match: %s\r\n", etag);
    get("/things/a", headers);
    CHECK(is(304));
    get("/things/b", headers);
    CHECK(is(200));
}

static void connections(void)
{
    int fd = client_open(port);
    TEST("pipelining");
    buffer_clear(&got);
    client_send(fd, SPAN("GET /things/first HTTP/1.1\r\nHost: localhost\r\n\r\nGET /things/second "
                         "HTTP/1.1\r\nHost: localhost\r\n"
                         "Connection: close\r\n\r\n"));
    client_read(fd, &got, 2000);
    size_t first = span_find(buffer_span(&got), SPAN("你好 first")),
           second = span_find(buffer_span(&got), SPAN("你好 second"));
    CHECK(first < second && second != SIZE_MAX);
    close(fd);
    TEST("a client that drips its headers is shut out");
    fd = client_open(port);
    buffer_clear(&got);
    client_send(fd, SPAN("GET /form HTTP/1.1\r\nHost: localhost\r\n"));
    bool closed = false;
    for (int i = 0; i < 80 && !closed; i++) {
        client_send(fd, SPAN("X: 1\r\n"));
        closed = client_read(fd, &got, 100);
    }
    CHECK(closed);
    close(fd);
    TEST("a silent client is shut out");
    fd = client_open(port);
    CHECK(client_read(fd, &got, 8000));
    close(fd);
}

static void *many(void *context)
{
    struct buffer b = BUFFER_INIT;
    size_t *good = context;
    for (int i = 0; i < 40; i++) {
        client_ask(port, SPAN("GET /form HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
                   &b);
        *good += span_starts(buffer_span(&b), SPAN("HTTP/1.1 200"));
    }
    buffer_release(&b);
    return NULL;
}

static void crowd(void)
{
    pthread_t threads[4];
    size_t good[4] = {0};
    TEST("several clients at once");
    for (int i = 0; i < 4; i++)
        CHECK_INT(pthread_create(&threads[i], NULL, many, &good[i]), 0);
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        CHECK_INT(good[i], 40);
    }
}

static void *ask_slow(void *context)
{
    client_ask(port, SPAN("GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n"), context);
    return NULL;
}

static void addresses(struct site *site)
{
    static const struct {
        const char *listen;
        int code;
    } bad[] = {{"nonsense", E_INPUT},        {"127.0.0.1:", E_INPUT},    {":8080", E_INPUT},
               {"127.0.0.1:99999", E_INPUT}, {"0.0.0.0:0", E_FORBIDDEN}, {"[::]:0", E_FORBIDDEN},
               {"192.0.2.1:0", E_FORBIDDEN}};
    char taken[32];
    snprintf(taken, sizeof taken, "127.0.0.1:%u", (unsigned)port);
    for (size_t i = 0; i <= COUNT_OF(bad); i++) {
        struct server_config config = {.listen = i < COUNT_OF(bad) ? bad[i].listen : taken};
        struct server *server = NULL;
        struct err err = ERR_INIT;
        TEST(config.listen);
        int r = server_start(&config, site, &server, &err);
        CHECK_INT(r, i < COUNT_OF(bad) ? bad[i].code : E_IO);
        CHECK(r < 0 && err.message[0]);
        if (r == 0)
            server_stop(server, NULL, NULL);
    }
}

static void stopping(struct server *server)
{
    struct buffer slow = BUFFER_INIT;
    pthread_t thread;
    TEST("a request under way is answered when stopping");
    CHECK_INT(pthread_create(&thread, NULL, ask_slow, &slow), 0);
    pause_ms(150);
    server_stop(server, NULL, NULL);
    pthread_join(thread, NULL);
    CHECK(span_starts(buffer_span(&slow), SPAN("HTTP/1.1 200")));
    CHECK(span_find(buffer_span(&slow), SPAN("Connection: close")) != SIZE_MAX);
    CHECK(client_open(port) < 0);
    buffer_release(&slow);
}

int main(int argc, char **argv)
{
    struct site site;
    struct server *server = NULL;
    struct arena process;
    struct diags diags;
    struct err err = ERR_INIT;
    struct site_config config = {
        .web = argv[argc - 1], .routes = routes, .route_count = COUNT_OF(routes), .local = true};
    struct server_config how = {
        .listen = "127.0.0.1:0", .threads = 2, .idle_seconds = 2, .read_seconds = 3};
    arena_init(&process);
    diags_init(&diags, &process);
    buffer_init(&got);
    if (!CHECK_INT(site_init(&site, &config, &process, &diags, &err), 0) ||
        !CHECK_INT(server_start(&how, &site, &server, &err), 0)) {
        printf("%s\n", err.message);
        return test_end();
    }
    port = server_port(server);
    representations();
    languages();
    dates();
    errors();
    bad_bytes();
    sizes();
    forms();
    json_bodies();
    files();
    connections();
    crowd();
    addresses(&site);
    stopping(server);
    site_release(&site);
    buffer_release(&got);
    arena_release(&process);
    return test_end();
}
