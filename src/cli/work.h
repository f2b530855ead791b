/*
 * work.h: the work that this program can do: the handlers of every area, in a thread of `huiqi
 * serve` or as `huiqi job run`. A new area adds a line to the table in work.c.
 */
#ifndef HUIQI_CLI_WORK_H
#define HUIQI_CLI_WORK_H
#include "document/seal.h"
#include "identity/actor.h"
#include "jobs/outbox.h"
#include "jobs/worker.h"
#include "policy/version.h"

struct work {
    const char *database;
    const struct library *library;
    struct arena arena; /* of the table of handlers and their contexts */
    struct job_kinds kinds;
    struct outbox_config outbox;
    struct library_cache *versions; /* that cases began under, or that were published since */
    struct seal seal;               /* read when the first webhook is signed */
    bool sealed;
    const char *intake; /* folder that a mail gateway fills; NULL = none */
    struct worker *worker;
};

/* Collects the handlers and makes a worker. `database` and `library` must outlive it; mail is set
 * up from the environment (docs/operations.md). */
NODISCARD int work_open(struct work *w, const char *database, const struct library *library,
                        struct err *err);
/* Stops a worker that was started, and waits for the job in hand. Accepts what open left. */
void work_close(struct work *w);

/* Whoever types a command, as the log shows him: HUIQI_USER, else the account's name. */
struct actor work_operator(void);

/* What a sealed secret of a webhook is bound to. */
struct span work_secret_place(struct arena *request, struct span name);
#endif
