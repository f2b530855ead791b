/*
 * document_desk.h: what the commands on stored documents share: the database with its key, opened
 * when they are needed and not before, so that bad input leaves nothing behind.
 */
#ifndef HUIQI_CLI_DOCUMENT_DESK_H
#define HUIQI_CLI_DOCUMENT_DESK_H
#include "document/archive.h"
#include "document/seal.h"

struct desk {
    struct arena arena; /* of the command, or of one file */
    struct store *store;
    struct seal seal;
    bool sealed; /* the key was read */
    struct err err;
};

void desk_init(struct desk *d);
void desk_release(struct desk *d);
/* Opens the database, once. `key`: with its key (made on first use). */
NODISCARD int desk_open(struct desk *d, bool key);
/* Reports d->err; the exit status. */
NODISCARD int desk_fail(const struct desk *d);
/* Who asked, for the log: HUIQI_USER, else the account's name. */
struct span desk_actor(void);
#endif
