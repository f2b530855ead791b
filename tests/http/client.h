/*
 * client.h: a client of raw sockets for the tests of the server: sends any bytes, reads until the
 * other side closes or nothing comes for a while.
 */
#ifndef HUIQI_TESTS_HTTP_CLIENT_H
#define HUIQI_TESTS_HTTP_CLIENT_H
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/buffer.h"

static inline int client_open(uint16_t port)
{
    struct sockaddr_in a = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof a) < 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static inline void client_send(int fd, struct span s)
{
    while (s.n > 0) {
        ssize_t n = send(fd, s.p, s.n, MSG_NOSIGNAL);
        if (n <= 0)
            return;
        s = span_from(s, (size_t)n);
    }
}

/* Appends what comes; true when the other side closed. */
static inline bool client_read(int fd, struct buffer *out, int quiet_ms)
{
    char chunk[8192];
    struct pollfd p = {.fd = fd, .events = POLLIN};
    while (poll(&p, 1, quiet_ms) > 0) {
        ssize_t n = recv(fd, chunk, sizeof chunk, 0);
        if (n <= 0)
            return true;
        buffer_add(out, span_of(chunk, (size_t)n));
    }
    return false;
}

/* One request on a connection of its own; the whole answer. */
static inline void client_ask(uint16_t port, struct span request, struct buffer *out)
{
    int fd = client_open(port);
    buffer_clear(out);
    if (fd < 0)
        return;
    client_send(fd, request);
    client_read(fd, out, 3000);
    close(fd);
}
#endif
