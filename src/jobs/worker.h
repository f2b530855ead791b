/*
 * worker.h: who does the jobs: a loop over the table of handlers, in the caller's thread
 * (`huiqi job run`) or in one of its own (`huiqi serve`). Any number of workers, in any number of
 * processes, may work on one database.
 */
#ifndef HUIQI_JOBS_WORKER_H
#define HUIQI_JOBS_WORKER_H
#include "jobs/jobs.h"

struct worker_config {
    const char *database;
    const struct job_kind *kinds; /* must outlive the worker; other kinds are left to others */
    size_t kind_count;
    int64_t poll_ms; /* how long to sleep at most; 0 = 1000 */
    /* Called for what no row of a job can tell, such as a database that is away; may be NULL. From
     * the worker's thread. */
    void (*report)(void *context, const struct err *err);
    void *report_context;
};

struct worker_count {
    int64_t done, failed; /* attempts; a postponed one is neither */
};

enum worker_mode {
    WORKER_ONCE,       /* at most one job */
    WORKER_UNTIL_IDLE, /* until none is due */
    WORKER_FOREVER,    /* until worker_ask_stop */
};

NODISCARD int worker_new(const struct worker_config *config, struct worker **ret, struct err *err);
void worker_free(struct worker *w); /* accepts NULL; of a started one: stops and waits first */

/* In this thread. A database that is away is an error, but with WORKER_FOREVER, which waits for it
 * to come back. *ret is counted on. */
NODISCARD int worker_run(struct worker *w, enum worker_mode mode, struct worker_count *ret,
                         struct err *err);
/* WORKER_FOREVER in a thread of its own. */
NODISCARD int worker_start(struct worker *w, struct err *err);
/* From any thread: the present job goes on to its end (job_should_stop tells it), no other is
 * taken. */
void worker_ask_stop(struct worker *w);
/* From any thread: something may be due now. */
void worker_wake(struct worker *w);
#endif
