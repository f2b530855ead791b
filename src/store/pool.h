/*
 * pool.h: connections that a server keeps: taken for a request, given back with it. Statements stay
 * prepared, so that a page costs no opening. Any thread takes and gives; a connection belongs to
 * the thread that has it.
 */
#ifndef HUIQI_STORE_POOL_H
#define HUIQI_STORE_POOL_H
#include "store/store.h"

#define POOL_KEPT 64 /* idle connections; more are closed when they come back */

struct store_pool;

/* Opens nothing yet. `url` must live as long as the pool. */
NODISCARD int store_pool_new(const char *url, struct store_pool **ret, struct err *err);
/* Closes what is idle; everything has to be back. Accepts NULL. */
void store_pool_free(struct store_pool *p);
NODISCARD int store_pool_take(struct store_pool *p, struct store **ret, struct err *err);
/* Rolls back what is open; a broken connection is closed. Accepts NULL. */
void store_pool_give(struct store_pool *p, struct store *s);
/* Takes one that goes back when the arena dies. */
NODISCARD int store_pool_lend(struct store_pool *p, struct arena *request, struct store **ret,
                              struct err *err);
#endif
