/*
 * oidc_fetch.c: questions to the provider, over libcurl: its description, its keys, the ID token
 * for a code. No redirects, no proxy but a given one, a short time-out, a bound on the answer.
 * Nothing that is sent or received stands in an error: codes, secrets and tokens are among it.
 */
#include <curl/curl.h>
#include <sodium.h>

#include "base/date.h"
#include "identity/oidc_int.h"

#define URL_MOST   2000
#define WELL_KNOWN "/.well-known/openid-configuration"

_Static_assert(CURL_ERROR_SIZE <= ERR_TEXT, "libcurl's problem fits");

/* ---- addresses ---- */

bool oidc_is_loopback(struct span url)
{
    static const char *const hosts[] = {"http://127.0.0.1", "http://[::1]", "http://localhost"};

    for (size_t i = 0; i < COUNT_OF(hosts); i++) {
        struct span rest = span_from(url, strlen(hosts[i]));
        if (span_starts(url, span_z(hosts[i])) &&
            (rest.n == 0 || rest.p[0] == ':' || rest.p[0] == '/'))
            return true;
    }
    return false;
}

bool oidc_url_ok(struct span url, bool loopback)
{
    bool https = span_starts(url, SPAN("https://"));
    struct span rest = span_from(url, https ? strlen("https://") : strlen("http://"));

    if (!https && !(loopback && oidc_is_loopback(url)))
        return false;
    for (size_t i = 0; i < url.n; i++)
        if ((unsigned char)url.p[i] <= ' ' || (unsigned char)url.p[i] >= 0x7f || url.p[i] == '"' ||
            url.p[i] == '#' || url.p[i] == '\\')
            return false;
    return rest.n > 0 && rest.p[0] != '/' && rest.p[0] != ':' && url.n <= URL_MOST &&
           span_find(rest, SPAN("@")) == SIZE_MAX;
}

/* ---- asking ---- */

struct question {
    struct span url, body, authorization; /* body.p NULL: GET; each with a zero byte behind */
};

struct hearing {
    struct buffer text;
    bool too_long;
};

static size_t hear(char *p, size_t size, size_t count, void *context)
{
    struct hearing *h = context;
    size_t n = size * count;

    h->too_long = h->text.n + n > OIDC_ANSWER_MOST;
    if (h->too_long)
        return 0;
    buffer_add(&h->text, span_of(p, n));
    return buffer_failed(&h->text) ? 0 : n;
}

static struct curl_slist *add_line(struct curl_slist *list, const char *line)
{
    struct curl_slist *longer = list && line ? curl_slist_append(list, line) : NULL;

    if (!longer)
        curl_slist_free_all(list);
    return longer;
}

static struct curl_slist *headers(const struct question *q)
{
    struct curl_slist *list = curl_slist_append(NULL, "accept: application/json");

    list = add_line(list, "user-agent: huiqi/" HUIQI_VERSION);
    if (q->authorization.n)
        list = add_line(list, q->authorization.p);
    return list;
}

static bool set_up(CURL *c, const struct oidc *o, const struct question *q, struct hearing *h,
                   struct curl_slist *lines, char *problem)
{
    const struct oidc_config *config = &o->config;

    return curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_ERRORBUFFER, problem) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, o->loopback ? "http,https" : "https") ==
               CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_PROXY, config->proxy ? config->proxy : "") == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, OIDC_TIMEOUT_MS) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, hear) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_WRITEDATA, h) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_HTTPHEADER, lines) == CURLE_OK &&
           curl_easy_setopt(c, CURLOPT_URL, q->url.p) == CURLE_OK &&
           (!config->ca_file || curl_easy_setopt(c, CURLOPT_CAINFO, config->ca_file) == CURLE_OK) &&
           (!q->body.p ||
            (curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)q->body.n) == CURLE_OK &&
             curl_easy_setopt(c, CURLOPT_POSTFIELDS, q->body.p) == CURLE_OK));
}

/* Whoever waits for a provider that is away takes a thread of the server: not again at once. */
static bool resting(struct oidc *o)
{
    pthread_mutex_lock(&o->lock);
    int64_t since = clock_now_ms() - o->failed_at;
    bool rests = o->failed_at != 0 && since >= 0 && since < OIDC_REST_MS;
    pthread_mutex_unlock(&o->lock);
    return rests;
}

static void note_failure(struct oidc *o, bool failed)
{
    pthread_mutex_lock(&o->lock);
    o->failed_at = failed ? clock_now_ms() : 0;
    pthread_mutex_unlock(&o->lock);
}

static int perform(struct oidc *o, CURL *c, const struct hearing *h, const char *problem,
                   const char *what, long *ret_code, struct err *err)
{
    CURLcode code = curl_easy_perform(c);

    (void)curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, ret_code);
    if (code == CURLE_OUT_OF_MEMORY || buffer_failed(&h->text))
        return err_memory(err);
    note_failure(o, code != CURLE_OK && !h->too_long);
    if (code == CURLE_OK)
        return 0;
    if (h->too_long)
        return err_set(err, E_IO, "%s: the answer has more than %u bytes", what, OIDC_ANSWER_MOST);
    return err_set(err, E_IO, "%s: %s", what, problem[0] ? problem : curl_easy_strerror(code));
}

/* *ret is the body of the answer, whatever its code. */
static int ask(struct oidc *o, struct arena *a, const struct question *q, const char *what,
               long *ret_code, struct span *ret, struct err *err)
{
    struct hearing h = {.text = BUFFER_INIT};
    char problem[CURL_ERROR_SIZE] = "";
    int r;

    if (resting(o))
        return err_set(err, E_BUSY, "%s: the provider did not answer a moment ago", what);
    CURL *c = curl_easy_init();
    struct curl_slist *lines = c ? headers(q) : NULL;
    if (!lines)
        r = err_memory(err);
    else if (!set_up(c, o, q, &h, lines, problem))
        r = err_set(err, E_IO, "%s: libcurl does not take the question", what);
    else
        r = perform(o, c, &h, problem, what, ret_code, err);
    if (r == 0) {
        *ret = arena_copy(a, buffer_span(&h.text));
        r = ret->p ? 0 : err_memory(err);
    }
    curl_slist_free_all(lines);
    curl_easy_cleanup(c);
    buffer_release(&h.text);
    return r;
}

static int parse(struct arena *a, struct span text, const char *what, struct json **ret,
                 struct err *err)
{
    struct err quiet = ERR_INIT; /* it would quote what it read */
    int r = json_parse(a, text, SPAN("provider"), ret, &quiet);

    if (r == E_MEMORY || a->failed)
        return err_memory(err);
    if (r < 0 || (*ret)->kind != JSON_OBJECT)
        return err_set(err, E_IO, "%s: the answer is no JSON object", what);
    return 0;
}

/* ---- description and keys ---- */

/* The kept text, if it is young enough. */
static bool kept(struct oidc *o, struct arena *a, const struct buffer *text, const int64_t *at,
                 struct span *ret)
{
    pthread_mutex_lock(&o->lock);
    int64_t age = clock_now_ms() - *at;
    bool young = text->n > 0 && age >= 0 && age < OIDC_CACHE_MS;
    if (young)
        *ret = arena_copy(a, buffer_span(text));
    pthread_mutex_unlock(&o->lock);
    return young && ret->p;
}

static void keep(struct oidc *o, struct span text, struct buffer *ret, int64_t *at)
{
    pthread_mutex_lock(&o->lock);
    buffer_clear(ret);
    buffer_add(ret, text);
    if (buffer_failed(ret))
        buffer_clear(ret); /* then it is asked for again */
    *at = clock_now_ms();
    pthread_mutex_unlock(&o->lock);
}

static struct span member(const struct json *o, const char *key)
{
    const struct json *j = json_get(o, span_z(key));
    return j && j->kind == JSON_STRING ? j->text : (struct span){0};
}

static bool lists(const struct json *list, struct span word)
{
    JSON_EACH(one, list)
    if (span_eq(json_text(one), word))
        return true;
    return false;
}

static int read_description(struct oidc *o, struct arena *a, struct span text,
                            struct oidc_provider *ret, struct err *err)
{
    static const char what[] = "the provider's description";
    struct json *tree = NULL;
    int r = parse(a, text, what, &tree, err);

    if (r < 0)
        return r;
    if (!span_eq(member(tree, "issuer"), span_z(o->config.issuer)))
        return err_set(err, E_IO, "%s is of another issuer", what);
    const struct json *methods = JSON_GET(tree, "token_endpoint_auth_methods_supported");
    struct oidc_provider p = {
        .authorization = arena_copy(a, member(tree, "authorization_endpoint")),
        .token = arena_copy(a, member(tree, "token_endpoint")),
        .keys = arena_copy(a, member(tree, "jwks_uri")),
        .end = arena_copy(a, member(tree, "end_session_endpoint")),
        .post_secret = methods && !lists(methods, SPAN("client_secret_basic")) &&
                       lists(methods, SPAN("client_secret_post"))};
    if (a->failed)
        return err_memory(err);
    if (!oidc_url_ok(p.authorization, o->loopback) || !oidc_url_ok(p.token, o->loopback) ||
        !oidc_url_ok(p.keys, o->loopback))
        return err_set(err, E_IO, "%s lacks an https address", what);
    if (!oidc_url_ok(p.end, o->loopback))
        p.end = (struct span){0};
    *ret = p;
    return 0;
}

static int get(struct oidc *o, struct arena *a, struct span url, const char *what, struct span *ret,
               struct err *err)
{
    const struct question q = {.url = url};
    long code = 0;
    int r = url.p ? ask(o, a, &q, what, &code, ret, err) : err_memory(err);

    if (r == 0 && code != 200)
        r = err_set(err, E_IO, "%s: the provider answered %ld", what, code);
    return r;
}

int oidc_discover(struct oidc *o, struct arena *a, struct oidc_provider *ret, struct err *err)
{
    struct span text = {0}, issuer = span_z(o->config.issuer);

    if (kept(o, a, &o->description, &o->description_at, &text))
        return read_description(o, a, text, ret, err);
    if (span_ends(issuer, SPAN("/")))
        issuer.n--;
    int r = get(o, a, arena_print(a, "%.*s" WELL_KNOWN, SPAN_ARG(issuer)),
                "the provider's description", &text, err);
    if (r == 0)
        r = read_description(o, a, text, ret, err);
    if (r == 0)
        keep(o, text, &o->description, &o->description_at);
    return r;
}

int oidc_keys(struct oidc *o, struct arena *a, const struct oidc_provider *p, bool fresh,
              bool *ret_fresh, struct span *ret, struct err *err)
{
    *ret_fresh = false;
    if (!fresh && kept(o, a, &o->keys, &o->keys_at, ret))
        return 0;
    int r = get(o, a, p->keys, "the provider's keys", ret, err);
    if (r == 0) {
        keep(o, *ret, &o->keys, &o->keys_at);
        *ret_fresh = true;
    }
    return r;
}

/* ---- the code ---- */

void oidc_parameter(struct buffer *out, const char *name, struct span value)
{
    static const char hex[] = "0123456789ABCDEF";

    buffer_print(out, "&%s=", name);
    for (size_t i = 0; i < value.n; i++) {
        unsigned char c = (unsigned char)value.p[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     c == '-' || c == '.' || c == '_' || c == '~';
        if (plain) {
            buffer_byte(out, (char)c);
        } else {
            buffer_byte(out, '%');
            buffer_byte(out, hex[c >> 4]);
            buffer_byte(out, hex[c & 15]);
        }
    }
}

/* "Authorization: Basic ..." (RFC 6749, 2.3.1: both parts are escaped first). */
static struct span basic(struct arena *a, const struct oidc_config *c, struct err *err)
{
    struct buffer plain = BUFFER_INIT;
    struct span line = {0};

    oidc_parameter(&plain, "", span_z(c->client_id));
    oidc_parameter(&plain, "", span_z(c->client_secret));
    struct span pair = span_from(buffer_span(&plain), 2); /* "&=ID&=SECRET" */
    size_t at = span_find(pair, SPAN("&="));
    struct span joined =
        arena_print(a, "%.*s:%.*s", (int)at, pair.p, SPAN_ARG(span_from(pair, at + 2)));
    size_t room =
        joined.p ? sodium_base64_ENCODED_LEN(joined.n, sodium_base64_VARIANT_ORIGINAL) : 0;
    char *text = joined.p && !buffer_failed(&plain) ? arena_alloc(a, room) : NULL;
    if (text) {
        sodium_bin2base64(text, room, (const unsigned char *)joined.p, joined.n,
                          sodium_base64_VARIANT_ORIGINAL);
        line = arena_print(a, "authorization: Basic %s", text);
    }
    buffer_release(&plain);
    if (!line.p)
        (void)err_memory(err);
    return line;
}

static struct span print_exchange(struct arena *a, const struct oidc_config *c, bool with_secret,
                                  struct span code, struct span verifier)
{
    struct buffer out = BUFFER_INIT;

    buffer_add_z(&out, "grant_type=authorization_code");
    oidc_parameter(&out, "code", code);
    oidc_parameter(&out, "redirect_uri", span_z(c->redirect));
    oidc_parameter(&out, "client_id", span_z(c->client_id));
    oidc_parameter(&out, "code_verifier", verifier);
    if (with_secret)
        oidc_parameter(&out, "client_secret", span_z(c->client_secret));
    struct span copy = buffer_failed(&out) ? (struct span){0} : arena_copy(a, buffer_span(&out));
    buffer_release(&out);
    return copy;
}

int oidc_exchange(struct oidc *o, struct arena *a, const struct oidc_provider *p, struct span code,
                  struct span verifier, struct span *ret, struct err *err)
{
    static const char what[] = "the exchange of the code";
    const struct oidc_config *c = &o->config;
    struct question q = {.url = p->token};
    struct json *tree = NULL;
    struct span text = {0};
    long status = 0;

    q.body = print_exchange(a, c, c->client_secret && p->post_secret, code, verifier);
    if (c->client_secret && !p->post_secret) {
        q.authorization = basic(a, c, err);
        if (!q.authorization.p)
            return E_MEMORY;
    }
    int r = q.body.p ? ask(o, a, &q, what, &status, &text, err) : err_memory(err);
    if (r == 0 && status != 200)
        r = err_set(err, status >= 400 && status < 500 ? E_FORBIDDEN : E_IO,
                    "%s: the provider answered %ld", what, status);
    if (r == 0)
        r = parse(a, text, what, &tree, err);
    if (r == 0 && member(tree, "id_token").n == 0)
        r = err_set(err, E_IO, "%s: no ID token came", what);
    if (r == 0)
        *ret = member(tree, "id_token");
    return r;
}
