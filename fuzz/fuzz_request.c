/*
 * fuzz_request.c: any bytes as a request of the small test site in memory: the first line is method
 * and target, then header lines, an empty line, the body. Every answer must be whole: a known
 * status, the security headers, no line end inside of a header.
 */
#include <stdlib.h>
#include "http/site.h"

static int show(struct request *req, struct response *res, void *app)
{
    UNUSED(app);
    JSON_SET(res->data, "q", json_string(req->arena, request_text(req, "q")));
    if (request_value(req, "yes")->truth)
        request_flash(req, "test.saved", res->data);
    if (request_value(req, "n")->number == 7)
        return response_redirect(req, res, request_text(req, "q"));
    res->template = "form";
    return 200;
}

static const char *const sizes[] = {"small", "large", NULL};
static const struct field fields[] = {
    {.name = "q", .kind = FIELD_TEXT, .most = 50},
    {.name = "n", .kind = FIELD_INT},
    {.name = "on", .kind = FIELD_DATE},
    {.name = "sum", .kind = FIELD_MONEY},
    {.name = "rate", .kind = FIELD_NUMBER},
    {.name = "yes", .kind = FIELD_BOOL},
    {.name = "facts", .kind = FIELD_JSON},
    {.name = "size", .kind = FIELD_CHOICE, .flags = FIELD_MANY, .choices = sizes},
};
static const struct route routes[] = {
    {METHOD_GET, "/form", show, FIELDS(fields)},
    {METHOD_POST, "/form", show, FIELDS(fields), .flags = ROUTE_LENIENT},
    {METHOD_GET, "/things/{id}/x/{rest*}", show, FIELDS(fields), .flags = ROUTE_CACHE},
};

static struct site site;
static struct arena process;

static void begin(void)
{
    struct site_config config = {
        .web = "tests/http/web", .routes = routes, .route_count = COUNT_OF(routes), .local = true};
    struct diags diags;
    struct err err = ERR_INIT;
    arena_init(&process);
    diags_init(&diags, &process);
    if (site_init(&site, &config, &process, &diags, &err) < 0)
        abort(); /* run it from the root of the project */
}

static void check(const struct answer *a)
{
    bool policy = false;
    if (!*status_text(a->status))
        abort();
    for (size_t i = 0; i < a->headers.n; i++) {
        struct pair h = a->headers.at[i];
        policy = policy || span_eq(h.name, SPAN("Content-Security-Policy"));
        for (size_t k = 0; k < h.value.n; k++)
            if ((unsigned char)h.value.p[k] < 0x20)
                abort();
    }
    if (!policy)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct span rest = span_of((const char *)bytes, n), line = {0};
    struct wire_request wire = {0};
    struct answer answer;
    struct arena request;
    if (!site.templates)
        begin();
    arena_init(&request);
    span_split(&rest, '\n', &line);
    wire.target = line;
    span_split(&wire.target, ' ', &wire.method);
    while (rest.p && span_split(&rest, '\n', &line) && line.n > 0) {
        struct pair *h = VECTOR_PUSH(&request, &wire.headers, struct pair);
        if (!h)
            break;
        h->value = line;
        span_split(&h->value, ':', &h->name);
        h->value = span_trim(h->value);
    }
    wire.body = rest.p ? rest : SPAN("");
    site_answer(&site, &wire, &request, &answer);
    check(&answer);
    arena_release(&request);
    return 0;
}
