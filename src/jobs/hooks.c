/*
 * hooks.c: where other systems listen: names, addresses, kinds; the signature.
 */
#include <sodium.h>

#include "base/date.h"
#include "base/vector.h"
#include "jobs/jobs_int.h"
#include "jobs/outbox_int.h"

static bool is_url(struct span url)
{
    struct span host = url;

    if (span_starts(url, SPAN("https://")))
        host = span_from(url, strlen("https://"));
    else if (span_starts(url, SPAN("http://")))
        host = span_from(url, strlen("http://"));
    else
        return false;
    for (size_t i = 0; i < url.n; i++)
        if ((unsigned char)url.p[i] <= ' ' || (unsigned char)url.p[i] >= 0x7f)
            return false;
    return host.n > 0 && host.p[0] != '/' && url.n <= WEBHOOK_URL_MAX &&
           span_find(host, SPAN("@")) == SIZE_MAX; /* a password belongs nowhere in sight */
}

static int check(const struct webhook *w, struct err *err)
{
    if (!webhook_name_ok(w->name))
        return err_set(err, E_INPUT, "not a name of a webhook (a-z, 0-9, -; at most %d): %.*s",
                       WEBHOOK_NAME_MAX, SPAN_ARG(w->name));
    if (!is_url(w->url))
        return err_set(err, E_INPUT, "not an address of a webhook: https://host/path");
    if (w->kinds.n > MESSAGE_LINE_MAX)
        return err_set(err, E_LIMIT, "the kinds of a webhook have at most %d bytes",
                       MESSAGE_LINE_MAX);
    if (w->secret.n == 0)
        return err_set(err, E_INPUT, "a webhook needs a secret");
    return 0;
}

int webhook_put(struct store *s, const struct webhook *w, struct err *err)
{
    static const char sql[] =
        "INSERT INTO webhook (name, url, kinds, secret, active, created_at)"
        " VALUES ($1, $2, $3, $4, 1, $5) ON CONFLICT (name) DO UPDATE SET url = excluded.url,"
        " kinds = excluded.kinds, secret = excluded.secret, active = 1";
    struct stmt *st;
    int r = check(w, err);

    if (r == 0)
        r = store_prepare(s, sql, &st, err);
    if (r < 0)
        return r;
    stmt_text(st, 1, w->name);
    stmt_text(st, 2, w->url);
    stmt_text(st, 3, w->kinds);
    stmt_blob(st, 4, w->secret);
    stmt_int(st, 5, clock_now_ms());
    return stmt_run(st, err);
}

int webhook_stop(struct store *s, struct span name, struct err *err)
{
    struct stmt *st;
    int r =
        store_prepare(s, "UPDATE webhook SET active = 0 WHERE name = $1 RETURNING id", &st, err);

    if (r < 0)
        return r;
    stmt_text(st, 1, name);
    r = jobs_changed(st, err);
    if (r == 0)
        return err_set(err, E_NOT_FOUND, "there is no webhook %.*s", SPAN_ARG(name));
    return r < 0 ? r : 0;
}

VECTOR_OF(struct webhook, hook_vector);

int webhook_list(struct store *s, struct arena *request, struct webhook **ret, size_t *ret_n,
                 struct err *err)
{
    struct hook_vector rows = {0};
    struct stmt *st;
    int r = store_prepare(s,
                          "SELECT id, name, url, kinds, secret, active, created_at FROM webhook"
                          " ORDER BY name",
                          &st, err);

    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0) {
        struct webhook *w = VECTOR_PUSH(request, &rows, struct webhook);
        if (w)
            *w = (struct webhook){.id = stmt_get_int(st, 0),
                                  .name = arena_copy(request, stmt_get_text(st, 1)),
                                  .url = arena_copy(request, stmt_get_text(st, 2)),
                                  .kinds = arena_copy(request, stmt_get_text(st, 3)),
                                  .secret = arena_copy(request, stmt_get_text(st, 4)),
                                  .active = stmt_get_int(st, 5) != 0,
                                  .created_at = stmt_get_int(st, 6)};
    }
    stmt_done(st);
    if (r < 0 || request->failed)
        return r < 0 ? r : err_memory(err);
    *ret = rows.at;
    *ret_n = rows.n;
    return 0;
}

bool webhook_listens(struct span kinds, struct span kind)
{
    struct span rest = span_trim(kinds), word;
    bool any = rest.n == 0;

    while (!any && span_split(&rest, ' ', &word)) {
        if (word.n && word.p[word.n - 1] == '*')
            any = span_starts(kind, span_of(word.p, word.n - 1));
        else
            any = word.n && span_eq(word, kind);
    }
    return any;
}

void webhook_sign(struct span secret, struct span id, int64_t seconds, struct span body,
                  char ret[WEBHOOK_SIGNATURE])
{
    crypto_auth_hmacsha256_state state;
    unsigned char mac[crypto_auth_hmacsha256_BYTES];
    char time[32];

    snprintf(time, sizeof time, ".%lld.", (long long)seconds);
    crypto_auth_hmacsha256_init(&state, (const unsigned char *)secret.p, secret.n);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)id.p, id.n);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)time, strlen(time));
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)body.p, body.n);
    crypto_auth_hmacsha256_final(&state, mac);
    memcpy(ret, "v1,", 3);
    sodium_bin2base64(ret + 3, WEBHOOK_SIGNATURE - 3, mac, sizeof mac,
                      sodium_base64_VARIANT_ORIGINAL);
}
