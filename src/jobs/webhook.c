/*
 * webhook.c: a message as a signed POST (Standard Webhooks: webhook-id, webhook-timestamp,
 * webhook-signature).
 */
#include <curl/curl.h>
#include <sodium.h>

#include "base/date.h"
#include "jobs/outbox_int.h"

#define WAIT_MOST_MS (INT64_C(3600) * 1000) /* of what a receiver may ask us to wait */

static struct json *languages(struct arena *a, struct span zh, struct span en)
{
    struct json *j = json_object(a);

    JSON_SET(j, "zh", json_string(a, zh));
    JSON_SET(j, "en", json_string(a, en));
    return j;
}

/* The instant is that of the event: the body is the same at each attempt. */
static int print_body(struct arena *a, const struct message_row *m, struct buffer *out,
                      struct err *err)
{
    struct json *j = json_object(a), *data = json_object(a), *object = json_object(a);
    struct json *more = NULL;
    char at[DATE_TEXT];
    int r = json_parse(a, m->data, (struct span){0}, &more, err);

    if (r < 0)
        return r;
    size_t n = clock_print(m->created_at, at);
    JSON_SET(object, "kind", json_string(a, m->object_kind));
    JSON_SET(object, "id", json_string(a, m->object));
    JSON_SET(data, "object", object);
    JSON_SET(data, "subject", languages(a, m->subject_zh, m->subject_en));
    JSON_SET(data, "text", languages(a, m->text_zh, m->text_en));
    JSON_SET(data, "more", more);
    JSON_SET(j, "type", json_string(a, m->kind));
    JSON_SET(j, "timestamp", json_string(a, span_of(at, n)));
    JSON_SET(j, "data", data);
    json_print(out, j, JSON_COMPACT);
    return a->failed || buffer_failed(out) ? err_memory(err) : 0;
}

static int find_hook(struct job *job, const struct outbox_config *c, struct span name,
                     struct webhook *ret, struct err *err)
{
    struct webhook *hooks = NULL;
    size_t n = 0, i = 0;
    int r = webhook_list(job->store, job->arena, &hooks, &n, err);

    while (r == 0 && i < n && !span_eq(hooks[i].name, name))
        i++;
    if (r < 0)
        return r;
    if (i == n || !hooks[i].active)
        return err_set(err, E_NOT_FOUND, "there is no webhook %.*s any more", SPAN_ARG(name));
    *ret = hooks[i];
    if (!c->unseal)
        return 0;
    return c->unseal(c->unseal_context, job->store, job->arena, ret->name, hooks[i].secret,
                     &ret->secret, err);
}

/* NULL = no memory. */
static struct curl_slist *headers(struct arena *a, const struct message_row *m, struct span secret,
                                  struct span body)
{
    int64_t seconds = clock_now_ms() / 1000;
    char signature[WEBHOOK_SIGNATURE];
    struct curl_slist *list = NULL;

    webhook_sign(secret, m->uid, seconds, body, signature);
    const struct span lines[] = {
        SPAN("content-type: application/json"),
        SPAN("expect:"), /* no waiting for permission to send a page of text */
        SPAN("user-agent: huiqi/" HUIQI_VERSION),
        arena_print(a, "webhook-id: %.*s", SPAN_ARG(m->uid)),
        arena_print(a, "webhook-timestamp: %lld", (long long)seconds),
        arena_print(a, "webhook-signature: %s", signature),
    };
    for (size_t i = 0; i < COUNT_OF(lines); i++) {
        struct curl_slist *longer = lines[i].p ? curl_slist_append(list, lines[i].p) : NULL;
        if (!longer) {
            curl_slist_free_all(list);
            return NULL;
        }
        list = longer;
    }
    return list;
}

/* 410: nobody is there any more. 429 and 503 may say how long to wait. */
static int judge(struct job *job, CURL *curl, long code, struct err *err)
{
    curl_off_t wait = 0;

    if (code >= 200 && code < 300)
        return 0;
    if (code == 410)
        job->verdict = JOB_GIVE_UP;
    (void)curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &wait);
    if (wait > 0)
        job->wait_ms = wait * 1000 < WAIT_MOST_MS ? wait * 1000 : WAIT_MOST_MS;
    return err_set(err, E_IO, "the webhook answered %ld", code);
}

static int post(struct net *n, struct span url, struct curl_slist *lines, struct span body,
                struct err *err)
{
    long code = 0;

    if (curl_easy_setopt(n->curl, CURLOPT_URL, url.p) != CURLE_OK ||
        curl_easy_setopt(n->curl, CURLOPT_HTTPHEADER, lines) != CURLE_OK ||
        curl_easy_setopt(n->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.n) != CURLE_OK ||
        curl_easy_setopt(n->curl, CURLOPT_POSTFIELDS, body.p) != CURLE_OK)
        return err_memory(err);
    int r = net_run(n, "the webhook", &code, err);
    return r < 0 ? r : judge(n->job, n->curl, code, err);
}

int webhook_send(struct job *job, const struct outbox_config *c, const struct message_row *m,
                 struct err *err)
{
    struct buffer body = BUFFER_INIT;
    struct curl_slist *lines = NULL;
    struct webhook hook;
    struct net n = {0};
    int r = find_hook(job, c, m->to, &hook, err);

    if (r == E_NOT_FOUND)
        job->verdict = JOB_GIVE_UP;
    if (r == 0)
        r = print_body(job->arena, m, &body, err);
    if (r == 0)
        r = net_open(&n, job, c, "http,https", err);
    if (r == 0) {
        lines = headers(job->arena, m, hook.secret, buffer_span(&body));
        r = lines ? post(&n, hook.url, lines, buffer_span(&body), err) : err_memory(err);
    }
    net_close(&n);
    curl_slist_free_all(lines);
    buffer_release(&body);
    return r;
}
