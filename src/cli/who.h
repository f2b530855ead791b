/*
 * who.h: the store and the actor of a command that changes something: `--as LOGIN[/PLACE]`.
 */
#ifndef HUIQI_CLI_WHO_H
#define HUIQI_CLI_WHO_H
#include "identity/actor.h"
#include "store/store.h"

#define WHO_HELP "the account that acts, or LOGIN/PLACE; default: the operator of this machine"

/* Opens the database of HUIQI_DATABASE with its tables up to date. The caller closes it. */
NODISCARD int cli_store(struct store **ret, struct err *err);
/* `as` NULL: the operator, with all rights. E_NOT_FOUND, E_FORBIDDEN as actor_of_account. */
NODISCARD int cli_who(struct arena *request, struct store *s, const char *as, struct actor *ret,
                      struct err *err);
#endif
