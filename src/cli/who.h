/*
 * who.h: the store and the actor of a command that changes something: `--as NAME`.
 */
#ifndef HUIQI_CLI_WHO_H
#define HUIQI_CLI_WHO_H
#include "identity/actor.h"
#include "store/store.h"

#define WHO_HELP "the account that acts: LOGIN or LOGIN/PLACE; default: the operator"

/* Opens the database of HUIQI_DATABASE with its tables up to date. The caller closes it. */
NODISCARD int cli_store(struct store **ret, struct err *err);
/* `as` NULL: the operator of this machine, who may do everything but be the second person of what
 * he did himself. */
NODISCARD int cli_who(struct arena *request, struct store *s, const char *as, struct actor *ret,
                      struct err *err);
#endif
