/*
 * server.c: see server.h. libmicrohttpd calls: on_connection (open, close), on_target (request
 * line), on_request (headers, each part of the body, end), on_completed. A sweeper thread shuts
 * connections that take too long in all, which the library's time-out of idleness does not see.
 */
#include "http/server.h"
#include <microhttpd.h>
#include <pthread.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "base/alloc.h"
#include "base/trace.h"
#include "http/listen.h"

#define POOL_BYTES (64u << 10) /* of the library, a connection: request line and headers */
#define SWEEP_MS   250

/* A connection, in the list of its server. */
struct link {
    struct link *next, **back;
    int fd;
    int64_t since; /* ms: when it began to read or to send */
    bool sending;
};

/* A request under way. */
struct exchange {
    struct server *server;
    struct link *link;
    struct arena arena;
    struct buffer body;
    struct wire_request wire;
    struct answer answer;
    int64_t began; /* us */
    bool seen;     /* the headers are there */
    size_t most;   /* bytes of a body that are taken */
};

struct server {
    struct MHD_Daemon *daemon;
    struct site *site;
    struct server_config config;
    uint16_t port;
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t wake;
    pthread_t sweeper;
    struct link *links;
    size_t active; /* requests under way */
    bool stopping;
};

static int64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int64_t now_ms(void)
{
    return now_us() / 1000;
}

static void on_connection(void *cls, struct MHD_Connection *c, void **context,
                          enum MHD_ConnectionNotificationCode code)
{
    struct server *s = cls;
    struct link *link = *context;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
        link = *context = alloc_new(sizeof *link);
        if (!link || !info)
            return; /* without a link the requests of this connection are refused */
        link->fd = info->connect_fd;
        link->since = now_ms();
        pthread_mutex_lock(&s->lock);
        link->next = s->links;
        link->back = &s->links;
        if (s->links)
            s->links->back = &link->next;
        s->links = link;
        pthread_mutex_unlock(&s->lock);
    } else if (link) {
        pthread_mutex_lock(&s->lock);
        if (link->back)
            *link->back = link->next;
        if (link->next)
            link->next->back = link->back;
        pthread_mutex_unlock(&s->lock);
        alloc_free(link);
        *context = NULL;
    }
}

/* The connection begins to send or to read; returns whether the server is about to stop. */
static bool mark(struct server *s, struct link *link, bool sending)
{
    pthread_mutex_lock(&s->lock);
    link->sending = sending;
    link->since = now_ms();
    bool stopping = s->stopping;
    pthread_mutex_unlock(&s->lock);
    return stopping;
}

static void count(struct server *s, bool begins)
{
    pthread_mutex_lock(&s->lock);
    s->active = begins ? s->active + 1 : s->active - 1;
    pthread_cond_broadcast(&s->wake);
    pthread_mutex_unlock(&s->lock);
}

static void *on_target(void *cls, const char *target, struct MHD_Connection *c)
{
    struct server *s = cls;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct exchange *x = info && info->socket_context ? alloc_new(sizeof *x) : NULL;
    if (!x)
        return NULL;
    x->server = s;
    x->link = info->socket_context;
    x->began = now_us();
    arena_init(&x->arena);
    x->arena.limit = SITE_ARENA;
    buffer_init(&x->body);
    x->wire.target = arena_copy(&x->arena, span_z(target));
    count(s, true);
    return x;
}

static void on_completed(void *cls, struct MHD_Connection *c, void **context,
                         enum MHD_RequestTerminationCode how)
{
    struct server *s = cls;
    struct exchange *x = *context;
    UNUSED(c);
    if (!x)
        return;
    if (trace_on(TRACE_HTTP)) {
        struct span path = x->wire.target, before = {0};
        span_split(&path, '?', &before); /* a query may say who asks */
        trace_line(TRACE_HTTP, "method=%.*s path=%.*s status=%d bytes=%zu us=%lld end=%d",
                   SPAN_ARG(x->wire.method), SPAN_ARG(before), x->answer.status, x->answer.body.n,
                   (long long)(now_us() - x->began), (int)how);
    }
    mark(s, x->link, false);
    buffer_release(&x->body);
    arena_release(&x->arena);
    alloc_free(x);
    *context = NULL;
    count(s, false);
}

static enum MHD_Result on_header(void *cls, enum MHD_ValueKind kind, const char *name,
                                 size_t name_n, const char *value, size_t value_n)
{
    struct exchange *x = cls;
    UNUSED(kind);
    struct pair *slot = VECTOR_PUSH(&x->arena, &x->wire.headers, struct pair);
    if (!slot)
        return MHD_NO;
    *slot = (struct pair){span_of(name, name_n), span_of(value, value ? value_n : 0)};
    return MHD_YES;
}

static enum MHD_Result send_answer(struct exchange *x, struct MHD_Connection *c)
{
    const struct answer *a = &x->answer;
    struct MHD_Response *r = MHD_create_response_from_buffer(
        a->body.n, (void *)(uintptr_t)a->body.p, MHD_RESPMEM_PERSISTENT); /* lives in the arena */
    bool ok = r != NULL;
    for (size_t i = 0; ok && i < a->headers.n; i++)
        ok = MHD_add_response_header(r, a->headers.at[i].name.p, a->headers.at[i].value.p) ==
             MHD_YES;
    if (mark(x->server, x->link, true) && ok)
        ok = MHD_add_response_header(r, "Connection", "close") == MHD_YES;
    ok = ok && MHD_queue_response(c, (unsigned)a->status, r) == MHD_YES;
    if (r)
        MHD_destroy_response(r);
    return ok ? MHD_YES : MHD_NO;
}

static enum MHD_Result answer(struct exchange *x, struct MHD_Connection *c)
{
    x->wire.body = buffer_span(&x->body);
    if (buffer_failed(&x->body) || x->arena.failed)
        site_plain(&x->answer);
    else
        site_answer(x->server->site, &x->wire, &x->arena, &x->answer);
    return send_answer(x, c);
}

/* How much of a body is taken: forms with files are larger. */
static size_t body_most(const struct exchange *x)
{
    for (size_t i = 0; i < x->wire.headers.n; i++)
        if (wire_eq_ascii(x->wire.headers.at[i].name, SPAN("Content-Type")))
            return span_starts(span_trim(x->wire.headers.at[i].value), SPAN("multipart/form-data"))
                       ? SITE_UPLOAD
                       : SITE_BODY;
    return SITE_BODY;
}

static bool length_too_large(const struct exchange *x)
{
    for (size_t i = 0; i < x->wire.headers.n; i++) {
        struct span value = x->wire.headers.at[i].value;
        struct decimal d;
        if (wire_eq_ascii(x->wire.headers.at[i].name, SPAN("Content-Length")))
            return !decimal_parse(span_trim(value), &d) ||
                   decimal_compare(d, decimal_from_uint(x->most)) > 0;
    }
    return false;
}

/* Called with the headers, with each part of the body, and at the end. */
static enum MHD_Result on_request(void *cls, struct MHD_Connection *c, const char *url,
                                  const char *method, const char *version, const char *data,
                                  size_t *n, void **context)
{
    struct exchange *x = *context;
    UNUSED(cls);
    UNUSED(url);
    UNUSED(version);
    if (!x)
        return MHD_NO;
    if (!x->seen) {
        x->seen = true;
        x->wire.method = arena_copy(&x->arena, span_z(method));
        MHD_get_connection_values_n(c, MHD_HEADER_KIND, on_header, x);
        x->most = body_most(x);
        x->wire.too_large = length_too_large(x);
        return x->wire.too_large ? answer(x, c) : MHD_YES;
    }
    if (*n == 0)
        return answer(x, c);
    if (x->body.n + *n > x->most) { /* of unknown length: read on a little, to be able to say so */
        if (x->wire.too_large && x->body.n + *n > 2 * x->most)
            return MHD_NO;
        x->wire.too_large = true;
    }
    buffer_add(&x->body, span_of(data, *n));
    *n = 0;
    return MHD_YES;
}

static void shut_slow(struct server *s)
{
    int64_t now = now_ms();
    for (struct link *link = s->links; link; link = link->next) {
        int64_t limit = link->sending ? SERVER_SEND_SECONDS : s->config.read_seconds;
        if (now - link->since > limit * 1000)
            shutdown(link->fd, SHUT_RDWR);
    }
}

static void wait_ms(struct server *s, int64_t ms)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    int64_t ns = t.tv_nsec + ms * 1000000;
    t.tv_sec += ns / 1000000000;
    t.tv_nsec = ns % 1000000000;
    pthread_cond_timedwait(&s->wake, &s->lock, &t);
}

static void *sweep(void *context)
{
    struct server *s = context;
    int64_t next = now_ms() + SWEEP_MS;
    pthread_mutex_lock(&s->lock);
    while (!s->stopping) {
        int64_t now = now_ms();
        if (now >= next) {
            shut_slow(s);
            next = now + SWEEP_MS;
        }
        wait_ms(s, SWEEP_MS);
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

static void log_line(void *cls, const char *format, va_list args)
{
    struct buffer line = BUFFER_INIT;
    UNUSED(cls);
    if (!trace_on(TRACE_HTTP))
        return;
    buffer_vprint(&line, format, args);
    trace_line(TRACE_HTTP, "library: %.*s", SPAN_ARG(span_trim(buffer_span(&line))));
    buffer_release(&line);
}

static struct MHD_Daemon *start_daemon(struct server *s, int fd)
{
    struct MHD_OptionItem pool[2] = {{MHD_OPTION_END, 0, NULL}, {MHD_OPTION_END, 0, NULL}};
    if (s->config.threads > 1)
        pool[0] =
            (struct MHD_OptionItem){MHD_OPTION_THREAD_POOL_SIZE, (intptr_t)s->config.threads, NULL};
    return MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ERROR_LOG | MHD_USE_ITC, 0, NULL, NULL, on_request,
        s, MHD_OPTION_EXTERNAL_LOGGER, log_line, NULL, MHD_OPTION_LISTEN_SOCKET, fd,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)SERVER_CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT,
        s->config.idle_seconds, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)POOL_BYTES,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_NOTIFY_CONNECTION, on_connection, s,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, s, MHD_OPTION_URI_LOG_CALLBACK, on_target, s,
        MHD_OPTION_ARRAY, pool, MHD_OPTION_END);
}

static void set_defaults(struct server_config *c)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (c->threads == 0)
        c->threads = cores > 0 ? (unsigned)cores : 1;
    if (c->idle_seconds == 0)
        c->idle_seconds = SERVER_IDLE_SECONDS;
    if (c->read_seconds == 0)
        c->read_seconds = SERVER_READ_SECONDS;
}

int server_start(const struct server_config *config, struct site *site, struct server **ret,
                 struct err *err)
{
    struct server *s = alloc_new(sizeof *s);
    int fd = -1;
    if (!s)
        return err_memory(err);
    s->config = *config;
    s->site = site;
    set_defaults(&s->config);
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->wake, NULL);
    int r =
        listen_open(span_z(config->listen ? config->listen : SERVER_LISTEN), &fd, &s->port, err);
    if (r == 0 && pthread_create(&s->sweeper, NULL, sweep, s) != 0)
        r = err_set(err, E_IO, "no thread can be started");
    else if (r == 0 && !(s->daemon = start_daemon(s, fd)))
        r = err_set(err, E_IO, "the server library does not start");
    if (r == 0) {
        *ret = s;
        return 0;
    }
    if (s->sweeper)
        server_stop(s, NULL, NULL);
    else
        alloc_free(s);
    if (fd >= 0)
        close(fd);
    return r;
}

uint16_t server_port(const struct server *server)
{
    return server->port;
}

static void drain(struct server *s, bool (*hurry)(void *), void *context)
{
    int64_t until = now_ms() + SERVER_DRAIN_SECONDS * 1000;
    pthread_mutex_lock(&s->lock);
    s->stopping = true;
    pthread_cond_broadcast(&s->wake);
    while (s->active > 0 && now_ms() < until && !(hurry && hurry(context)))
        wait_ms(s, 50);
    pthread_mutex_unlock(&s->lock);
}

void server_stop(struct server *s, bool (*hurry)(void *context), void *context)
{
    int fd = s->daemon ? MHD_quiesce_daemon(s->daemon) : -1;
    drain(s, hurry, context);
    pthread_join(s->sweeper, NULL);
    if (s->daemon)
        MHD_stop_daemon(s->daemon);
    if (fd >= 0)
        close(fd);
    pthread_cond_destroy(&s->wake);
    pthread_mutex_destroy(&s->lock);
    alloc_free(s);
}
