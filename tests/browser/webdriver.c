/*
 * webdriver.c: requests to chromedriver on loopback, one connection each.
 */
#include "tests/browser/webdriver.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/file.h"

/* ---- one HTTP exchange ---- */

static int connect_to(int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static bool write_all(int fd, struct span s)
{
    while (s.n) {
        ssize_t n = write(fd, s.p, s.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        s = span_from(s, (size_t)n);
    }
    return true;
}

/* Reads headers and the body that Content-Length announces. */
static bool read_answer(int fd, struct buffer *b, struct span *ret_body)
{
    char part[65536];
    size_t head = SIZE_MAX, length = 0;

    for (;;) {
        ssize_t n = read(fd, part, sizeof(part));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        buffer_add(b, span_of(part, (size_t)n));
        if (head == SIZE_MAX && (head = span_find(buffer_span(b), SPAN("\r\n\r\n"))) != SIZE_MAX) {
            const char *at = strcasestr(b->p, "content-length:");
            length = at ? strtoul(at + strlen("content-length:"), NULL, 10) : 0;
        }
        if (head != SIZE_MAX && b->n >= head + 4 + length)
            break;
    }
    *ret_body = span_of(b->p + head + 4, length);
    return true;
}

/* One command; `path` is below /session/ID unless absolute. Returns the `value` of the answer or
 * NULL. */
static const struct json *command(struct webdriver *w, const char *method, const char *path,
                                  struct json *body)
{
    struct buffer out = BUFFER_INIT, text = BUFFER_INIT, in = BUFFER_INIT;
    struct json *answer = NULL;
    struct err err = ERR_INIT;
    struct span got;
    int fd = connect_to(w->port);

    if (body)
        json_print(&text, body, JSON_COMPACT);
    buffer_print(&out, "%s ", method);
    if (path[0] == '/')
        buffer_add_z(&out, path);
    else
        buffer_print(&out, "/session/%.*s/%s", SPAN_ARG(w->session), path);
    buffer_print(&out,
                 " HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                 "application/json\r\nContent-Length: %zu\r\n\r\n",
                 text.n);
    buffer_add(&out, buffer_span(&text));
    if (fd < 0 || !write_all(fd, buffer_span(&out)) || !read_answer(fd, &in, &got))
        fprintf(stderr, "webdriver: no answer to %s %s\n", method, path);
    else if (json_parse(&w->arena, arena_copy(&w->arena, got), SPAN("answer"), &answer, &err) < 0)
        fprintf(stderr, "webdriver: %s\n", err.message);
    if (fd >= 0)
        close(fd);
    const struct json *value = JSON_GET(answer, "value");
    struct span message = json_text(JSON_GET(value, "error"));
    if (message.n) {
        fprintf(stderr, "webdriver: %s: %.*s: %.200s\n", path, SPAN_ARG(message),
                json_text(JSON_GET(value, "message")).p);
        value = NULL;
    }
    buffer_release(&out);
    buffer_release(&text);
    buffer_release(&in);
    return value;
}

static struct json *one(struct webdriver *w, const char *key, struct span text)
{
    struct json *j = json_object(&w->arena);
    json_set(j, span_z(key), json_string(&w->arena, text));
    return j;
}

/* ---- sessions ---- */

static const char *const arguments[] = {"--headless=new",
                                        "--no-sandbox",
                                        "--disable-gpu",
                                        "--disable-quic",
                                        "--no-first-run",
                                        "--disable-background-networking",
                                        "--disable-component-update",
                                        "--disable-sync",
                                        "--force-prefers-reduced-motion",
                                        "--lang=zh-CN"};

static struct json *phone_screen(struct arena *a)
{
    struct json *metrics = json_object(a), *screen = json_object(a);
    JSON_SET(metrics, "width", json_int(a, 390));
    JSON_SET(metrics, "height", json_int(a, 844));
    JSON_SET(metrics, "pixelRatio", json_int(a, 1));
    JSON_SET(screen, "deviceMetrics", metrics);
    return screen;
}

#define BLOCK 2 /* a content setting of Chromium */

static struct json *preferences(struct webdriver *w, bool plain)
{
    struct json *prefs = one(w, "intl.accept_languages", SPAN("zh-CN"));
    if (plain)
        JSON_SET(prefs, "profile.managed_default_content_settings.javascript",
                 json_int(&w->arena, BLOCK));
    return prefs;
}

bool wd_open(struct webdriver *w, int port, bool phone, bool plain)
{
    *w = (struct webdriver){.port = port};
    arena_init(&w->arena);
    struct arena *a = &w->arena;
    struct json *list = json_array(a), *options = json_object(a), *always = json_object(a),
                *caps = json_object(a), *body = json_object(a);

    for (size_t i = 0; i < COUNT_OF(arguments); i++)
        json_add(list, json_string(a, span_z(arguments[i])));
    json_add(list, json_string(a, SPAN("--window-size=1280,900")));
    JSON_SET(options, "args", list);
    JSON_SET(options, "prefs", preferences(w, plain));
    if (phone) /* a window cannot be that narrow; an emulated screen can */
        JSON_SET(options, "mobileEmulation", phone_screen(a));
    JSON_SET(options, "binary", json_string(a, SPAN("/usr/bin/chromium")));
    JSON_SET(always, "browserName", json_string(a, SPAN("chrome")));
    JSON_SET(always, "goog:chromeOptions", options);
    JSON_SET(caps, "alwaysMatch", always);
    JSON_SET(body, "capabilities", caps);
    w->session = json_text(JSON_GET(command(w, "POST", "/session", body), "sessionId"));
    return w->session.n > 0;
}

void wd_close(struct webdriver *w)
{
    if (w->session.n) {
        struct span path = arena_print(&w->arena, "/session/%.*s", SPAN_ARG(w->session));
        (void)command(w, "DELETE", path.p, NULL);
    }
    arena_release(&w->arena);
}

/* What was read so far is forgotten, too. */
bool wd_forget(struct webdriver *w)
{
    bool done = command(w, "DELETE", "cookie", NULL) != NULL;
    char id[200];
    size_t n = w->session.n < sizeof id ? w->session.n : 0;

    memcpy(id, w->session.p, n);
    arena_clear(&w->arena);
    w->session = arena_copy(&w->arena, span_of(id, n));
    return done && n > 0;
}

bool wd_go(struct webdriver *w, const char *url)
{
    return command(w, "POST", "url", one(w, "url", span_z(url))) != NULL;
}

struct span wd_title(struct webdriver *w)
{
    return json_text(command(w, "GET", "title", NULL));
}

struct span wd_url(struct webdriver *w)
{
    return json_text(command(w, "GET", "url", NULL));
}

/* ---- elements ---- */

#define ELEMENT_KEY "element-6066-11e4-a52e-4f735466cecf"

struct span wd_find(struct webdriver *w, const char *css)
{
    struct json *body = one(w, "using", SPAN("css selector"));
    JSON_SET(body, "value", json_string(&w->arena, span_z(css)));
    return json_text(JSON_GET(command(w, "POST", "element", body), ELEMENT_KEY));
}

static const struct json *on_element(struct webdriver *w, const char *method, const char *css,
                                     const char *verb, struct json *body)
{
    struct span id = wd_find(w, css);
    if (!id.n)
        return NULL;
    struct span path = arena_print(&w->arena, "element/%.*s/%s", SPAN_ARG(id), verb);
    return command(w, method, path.p, body);
}

bool wd_click(struct webdriver *w, const char *css)
{
    return on_element(w, "POST", css, "click", json_object(&w->arena)) != NULL;
}

bool wd_keys(struct webdriver *w, const char *css, const char *keys)
{
    return on_element(w, "POST", css, "value", one(w, "text", span_z(keys))) != NULL;
}

bool wd_press(struct webdriver *w, const char *key)
{
    struct arena *a = &w->arena;
    struct json *down = one(w, "type", SPAN("keyDown")), *up = one(w, "type", SPAN("keyUp")),
                *keys = json_array(a), *device = one(w, "type", SPAN("key")),
                *devices = json_array(a), *body = json_object(a);

    JSON_SET(down, "value", json_string(a, span_z(key)));
    JSON_SET(up, "value", json_string(a, span_z(key)));
    json_add(keys, down);
    json_add(keys, up);
    JSON_SET(device, "id", json_string(a, SPAN("keyboard")));
    JSON_SET(device, "actions", keys);
    json_add(devices, device);
    JSON_SET(body, "actions", devices);
    return command(w, "POST", "actions", body) != NULL;
}

bool wd_type(struct webdriver *w, const char *css, const char *text)
{
    return on_element(w, "POST", css, "clear", json_object(&w->arena)) != NULL &&
           wd_keys(w, css, text);
}

struct span wd_text(struct webdriver *w, const char *css)
{
    return json_text(on_element(w, "GET", css, "text", NULL));
}

bool wd_has_text(struct webdriver *w, const char *needle)
{
    return span_find(wd_text(w, "body"), span_z(needle)) != SIZE_MAX;
}

const struct json *wd_script(struct webdriver *w, struct span script)
{
    struct json *body = one(w, "script", script);
    JSON_SET(body, "args", json_array(&w->arena));
    return command(w, "POST", "execute/sync", body);
}

/* ---- screenshots ---- */

static int base64_value(char c)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c ? strchr(alphabet, c) : NULL;
    return at ? (int)(at - alphabet) : -1;
}

static void base64_decode(struct buffer *out, struct span s)
{
    uint32_t bits = 0;
    int have = 0;

    for (size_t i = 0; i < s.n && base64_value(s.p[i]) >= 0; i++) {
        bits = bits << 6 | (uint32_t)base64_value(s.p[i]);
        have += 6;
        if (have >= 8) {
            have -= 8;
            buffer_byte(out, (char)(bits >> have & 0xff));
        }
    }
}

/* The part of the page to photograph: all of it, up to a limit. */
static struct json *whole_page(struct webdriver *w)
{
    const struct json *size =
        wd_script(w, SPAN("return [document.documentElement.clientWidth, "
                          "Math.min(document.documentElement.scrollHeight, 12000)]"));
    struct json *clip = json_object(&w->arena);
    JSON_SET(clip, "x", json_int(&w->arena, 0));
    JSON_SET(clip, "y", json_int(&w->arena, 0));
    JSON_SET(clip, "width", json_number(&w->arena, json_text(size ? size->first : NULL)));
    JSON_SET(clip, "height", json_number(&w->arena, json_text(size ? size->last : NULL)));
    JSON_SET(clip, "scale", json_int(&w->arena, 1));
    return size ? clip : NULL;
}

/* By the browser's own protocol: a picture of more than the window, without changing the window. */
bool wd_screenshot(struct webdriver *w, const char *path)
{
    struct json *clip = whole_page(w), *params = json_object(&w->arena),
                *body = one(w, "cmd", SPAN("Page.captureScreenshot"));
    struct buffer png = BUFFER_INIT;
    struct err err = ERR_INIT;
    bool ok = false;

    JSON_SET(params, "captureBeyondViewport", json_bool(&w->arena, true));
    if (clip)
        JSON_SET(params, "clip", clip);
    JSON_SET(body, "params", params);
    base64_decode(&png, json_text(JSON_GET(command(w, "POST", "goog/cdp/execute", body), "data")));
    if (png.n && !buffer_failed(&png))
        ok = file_write(path, buffer_span(&png), &err) == 0;
    buffer_release(&png);
    return ok;
}
