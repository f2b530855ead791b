/*
 * listen.c: see listen.h.
 */
#include "http/listen.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG   511
#define HOST_TEXT 64
#define PORT_TEXT 6

struct address {
    char host[HOST_TEXT], port[PORT_TEXT];
};

/* "127.0.0.1:8080", "[::1]:8080", "localhost:8080"; a lone port is not enough to know what is
 * meant. */
static int cut(struct span s, struct address *ret, struct err *err)
{
    size_t colon = SIZE_MAX;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == ':')
            colon = i;
    struct span port = colon == SIZE_MAX ? (struct span){0} : span_from(s, colon + 1);
    struct span host = span_of(s.p, colon == SIZE_MAX ? 0 : colon);
    if (host.n > 2 && host.p[0] == '[' && host.p[host.n - 1] == ']')
        host = span_of(host.p + 1, host.n - 2);
    unsigned number = 0;
    bool digits = port.n > 0 && port.n < PORT_TEXT;
    for (size_t i = 0; i < port.n && digits; i++) {
        digits = port.p[i] >= '0' && port.p[i] <= '9';
        number = number * 10 + (unsigned)(port.p[i] - '0');
    }
    if (host.n == 0 || host.n >= HOST_TEXT || !digits || number > UINT16_MAX) {
        int r = err_set(err, E_INPUT, "'%.*s' is no address to listen on", SPAN_ARG(s));
        err_hint(err, "write host:port, as in 127.0.0.1:8080");
        return r;
    }
    memcpy(ret->host, host.p, host.n);
    ret->host[host.n] = 0;
    memcpy(ret->port, port.p, port.n);
    ret->port[port.n] = 0;
    return 0;
}

static bool loopback(const struct sockaddr *a)
{
    if (a->sa_family == AF_INET)
        return ntohl(((const struct sockaddr_in *)(const void *)a)->sin_addr.s_addr) >> 24 == 127;
    return a->sa_family == AF_INET6 &&
           IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)(const void *)a)->sin6_addr);
}

static int bind_to(const struct addrinfo *info, const struct address *where, struct err *err)
{
    int one = 1;
    int fd = socket(info->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return err_set(err, E_IO, "no socket: %s", strerror(errno));
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, info->ai_addr, info->ai_addrlen) < 0 || listen(fd, BACKLOG) < 0) {
        int why = errno;
        close(fd);
        int r = err_set(err, E_IO, "cannot listen on %s:%s: %s", where->host, where->port,
                        strerror(why));
        if (why == EADDRINUSE)
            err_hint(err, "another program has this port; choose another with --listen");
        return r;
    }
    return fd;
}

static uint16_t port_of(int fd)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } a = {.v6 = {0}};
    socklen_t n = sizeof a;
    if (getsockname(fd, &a.any, &n) < 0)
        return 0;
    return ntohs(a.any.sa_family == AF_INET6 ? a.v6.sin6_port : a.v4.sin_port);
}

int listen_open(struct span address, int *ret_fd, uint16_t *ret_port, struct err *err)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE}, *info = NULL;
    struct address where = {{0}, {0}};
    int r = cut(address, &where, err);
    if (r < 0)
        return r;
    if (getaddrinfo(where.host, where.port, &hints, &info) != 0 || !info)
        return err_set(err, E_INPUT, "no address is known for '%s'", where.host);
    if (loopback(info->ai_addr)) {
        r = bind_to(info, &where, err);
    } else {
        r = err_set(err, E_FORBIDDEN, "%s is not a loopback address", where.host);
        err_hint(err, "without accounts the server serves this machine only: use 127.0.0.1");
    }
    freeaddrinfo(info);
    if (r < 0)
        return r;
    *ret_fd = r;
    *ret_port = port_of(r);
    return 0;
}
