/*
 * people.h: what accounts need of the library: its organisations, as the store's tree begins.
 */
#ifndef HUIQI_WEB_PEOPLE_H
#define HUIQI_WEB_PEOPLE_H
#include "policy/library.h"
#include "store/store.h"

/* Brings the organisations of the library into the store, those that it does not have yet; *ret_n =
 * how many. */
NODISCARD int people_seed(struct store *s, const struct library *l, size_t *ret_n, struct err *err);
#endif
