/* listen.h: "host:port" to a listening socket on loopback. */
#ifndef HUIQI_HTTP_LISTEN_H
#define HUIQI_HTTP_LISTEN_H
#include "base/err.h"

NODISCARD int listen_open(struct span address, int *ret_fd, uint16_t *ret_port, struct err *err);
#endif
