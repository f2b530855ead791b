/*
 * site.h: everything between the bytes of a request and the bytes of an answer, without a socket:
 * server.c is its carrier, the fuzzer and the tests are others.
 *
 * Made once from the folder web/ (templates, texts, static files) and a table of routes; then
 * constant but for the store of sessions. Any thread may call site_answer with an arena of its own.
 *
 * What a template sees: the handler's tree, and behind it the shell: t.* (messages), lang,
 * html_lang, other_lang, other_lang_link, page_title, path, as_of, as_of_chosen, today, today_link,
 * version (of static files), csrf, flash, errors[{name, message}], has_errors, form.FIELD.{value,
 * error, checked, is_CHOICE} (what was sent), nav_NAME (true on pages below /NAME), signed_in,
 * actor_name, can_ROLE (roles of the visitor's seat), may_NAME (the visitor may open the page
 * /NAME), unread (messages that wait for him; absent when there are none).
 */
#ifndef HUIQI_HTTP_SITE_H
#define HUIQI_HTTP_SITE_H
#include "http/files.h"
#include "http/route.h"
#include "http/template.h"

#define SITE_SIGN_IN      "/sign-in"
#define ACCOUNT_COOKIE    "huiqi-account"
#define SITE_TARGET       8192        /* bytes of path and query */
#define SITE_HEADERS      (16u << 10) /* bytes of all header fields */
#define SITE_HEADER_COUNT 100
#define SITE_BODY         (1u << 20)  /* bytes of a body */
#define SITE_UPLOAD       (12u << 20) /* ... of a form with files */
#define SITE_ARENA        (64u << 20) /* memory of one request */

struct site_config {
    const char *web;    /* folder with templates/, static/, text/ */
    const char *vendor; /* folder of third-party files, served below /static/; may be NULL */
    const struct route *routes;
    size_t route_count;
    void *app;
    /* What the handler of one request gets instead of `app`; lives as long as the request's arena.
     * NULL = no memory. Not set: `app`. */
    void *(*enter)(void *app, struct arena *request);
    /* Who a token stands for; E_NOT_FOUND = nobody (any more). NULL: nobody ever signs in. */
    int (*identify)(void *app, struct arena *request, struct span token, struct actor *ret,
                    struct err *err);
    /* How many messages wait for who has signed in; NULL: nobody gets any. */
    int64_t (*unread)(void *app, struct arena *request, const struct actor *who);
    struct session_keep keep;      /* may be empty, see session.h */
    struct session_store visitors; /* load NULL: memory of this process */
    /* Where people see this site, behind a proxy: "https://huiqi.example.gov.cn", several separated
     * by blanks, all with the same scheme. NULL: at the address where it listens. */
    const char *public_url;
    bool local; /* listens on loopback: only loopback names are accepted as Host, and the names in
                   public_url */
};

struct site {
    struct site_config config;
    struct texts texts;
    struct templates *templates;
    struct files files;
    struct router router;
    struct sessions sessions;
    struct span *hosts; /* of public_url, with port where one is named */
    size_t host_count;
    bool secure; /* public_url is https: cookies are Secure and named __Host-, and browsers told
                    to come by TLS only */
};

struct wire_request {
    struct span method, target, body;
    struct pairs headers; /* in order, names as sent */
    bool too_large;       /* the body was larger than is taken and was not kept */
};

VECTOR_OF(const struct pair, headers);

struct answer {
    int status;
    struct headers headers; /* complete but for Date, Content-Length, Connection; a zero byte
                               follows each name and value */
    struct span body;       /* in the request's arena or, when `lasting`, in the site's */
    bool lasting;
};

/* Problems of web/ and of the routes go to diags (positions) and err (the first); E_CHECK then. */
NODISCARD int site_init(struct site *site, const struct site_config *config, struct arena *process,
                        struct diags *diags, struct err *err);
void site_release(struct site *site);
/* Always makes an answer, if only a plain 503. */
void site_answer(struct site *site, const struct wire_request *wire, struct arena *request,
                 struct answer *ret);
/* The answer when there is no memory for any other: needs none. */
void site_plain(struct answer *ret);
const char *status_text(int status);
#endif
