/*
 * server.h: carries requests from sockets to a site and answers back: one libmicrohttpd epoll pool
 * with a thread a core. Knows nothing of routes and pages.
 *
 * Every request has an arena that lives until its answer is sent. Limits are in site.h; here are
 * those of time and number. Loopback only until there are accounts.
 */
#ifndef HUIQI_HTTP_SERVER_H
#define HUIQI_HTTP_SERVER_H
#include "http/site.h"

#define SERVER_LISTEN        "127.0.0.1:8080"
#define SERVER_CONNECTIONS   1000 /* below the usual limit of 1,024 open files */
#define SERVER_IDLE_SECONDS  15   /* without a byte */
#define SERVER_READ_SECONDS  30   /* from the end of the last answer to the end of the request */
#define SERVER_SEND_SECONDS  120  /* for a slow reader */
#define SERVER_DRAIN_SECONDS 10   /* for requests under way when stopping */

struct server_config {
    const char *listen; /* "127.0.0.1:8080"; NULL = SERVER_LISTEN; port 0 = any free one */
    unsigned threads;   /* 0 = one a core */
    unsigned idle_seconds, read_seconds; /* 0 = the default; tests set short ones */
};

struct server;

/* The site must outlive the server. E_INPUT for a bad or E_FORBIDDEN for a foreign address, E_IO
   when the port is taken. */
NODISCARD int server_start(const struct server_config *config, struct site *site,
                           struct server **ret, struct err *err);
uint16_t server_port(const struct server *server);
/* Takes no new connection, lets requests under way end (until `hurry` says true or time is up),
   then closes everything and frees the server. hurry may be NULL. */
void server_stop(struct server *server, bool (*hurry)(void *context), void *context);
#endif
