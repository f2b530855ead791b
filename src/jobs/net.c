/*
 * net.c: libcurl with the limits of the house. What jobs send to other machines goes through this
 * file, mail.c and webhook.c; beside them only identity/oidc_fetch.c asks another machine.
 */
#include <curl/curl.h>

#include "jobs/outbox_int.h"

#define TIMEOUT_MS INT64_C(30000)

_Static_assert(CURL_ERROR_SIZE <= sizeof(((struct net *)0)->problem), "libcurl's problem fits");

static int stop_asked(void *context, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    const struct net *n = context;

    UNUSED(a), UNUSED(b), UNUSED(c), UNUSED(d);
    return job_should_stop(n->job);
}

/* What the other side answers is of no use but for its code. */
static size_t drop(char *p, size_t size, size_t count, void *context)
{
    UNUSED(p), UNUSED(context);
    return size * count;
}

static size_t give(char *p, size_t size, size_t count, void *context)
{
    struct net *n = context;
    size_t room = size * count, part = n->left.n < room ? n->left.n : room;

    if (part)
        memcpy(p, n->left.p, part);
    n->left = span_from(n->left, part);
    return part;
}

int net_open(struct net *n, struct job *job, const struct outbox_config *c, const char *protocols,
             struct err *err)
{
    CURL *curl = curl_easy_init();
    int64_t timeout = c->timeout_ms > 0 ? c->timeout_ms : TIMEOUT_MS;

    *n = (struct net){.curl = curl, .job = job};
    if (!curl)
        return err_memory(err);
    bool ok = curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
              curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, n->problem) == CURLE_OK &&
              curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, protocols) == CURLE_OK &&
              curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
              curl_easy_setopt(curl, CURLOPT_PROXY, c->proxy ? c->proxy : "") == CURLE_OK &&
              curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)timeout) == CURLE_OK &&
              curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L) == CURLE_OK &&
              curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, stop_asked) == CURLE_OK &&
              curl_easy_setopt(curl, CURLOPT_XFERINFODATA, n) == CURLE_OK &&
              curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, drop) == CURLE_OK &&
              (!c->ca_file || curl_easy_setopt(curl, CURLOPT_CAINFO, c->ca_file) == CURLE_OK);
    if (ok)
        return 0;
    net_close(n);
    return err_set(err, E_IO, "this libcurl lacks %s", protocols);
}

void net_close(struct net *n)
{
    curl_easy_cleanup(n->curl);
    n->curl = NULL;
}

void net_upload(struct net *n, struct span text)
{
    n->left = text;
    (void)curl_easy_setopt(n->curl, CURLOPT_READFUNCTION, give);
    (void)curl_easy_setopt(n->curl, CURLOPT_READDATA, n);
    (void)curl_easy_setopt(n->curl, CURLOPT_UPLOAD, 1L);
    (void)curl_easy_setopt(n->curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)text.n);
}

int net_run(struct net *n, const char *what, long *ret_code, struct err *err)
{
    CURLcode code = curl_easy_perform(n->curl);

    *ret_code = 0;
    (void)curl_easy_getinfo(n->curl, CURLINFO_RESPONSE_CODE, ret_code);
    if (code == CURLE_OK)
        return 0;
    if (code == CURLE_OUT_OF_MEMORY)
        return err_memory(err);
    if (code == CURLE_ABORTED_BY_CALLBACK)
        n->job->verdict = JOB_POSTPONE;
    if (code == CURLE_LOGIN_DENIED) /* the fault of this site, not of the message */
        *ret_code = 0;
    return err_set(err, E_IO, "%s: %s", what,
                   n->problem[0] ? n->problem : curl_easy_strerror(code));
}
