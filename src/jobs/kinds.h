/*
 * kinds.h: the table of handlers that a worker is given, made by those who have handlers.
 *
 * How an area adds its work (this folder knows none of them):
 *   1. A handler: int run(struct job *job, void *context, struct err *err), see jobs.h.
 *   2. A function in its own header that adds its kinds, each once:
 *          int cases_kinds(struct job_kinds *k, const struct case_config *config, struct err *err)
 *          {
 *              struct job_kind sweep = {.name = "case-clocks", .run = sweep_clocks,
 *                                       .context = ..., .every_ms = 60000};
 *              return job_kinds_add(k, &sweep, err);
 *          }
 *      A kind with every_ms is periodic: it runs once in each period whatever the number of
 *      processes, and nobody has to order it. Contexts live in k->process.
 *   3. A line in the table of src/cli/work.c, which calls it for `huiqi serve` and `huiqi job run`.
 */
#ifndef HUIQI_JOBS_KINDS_H
#define HUIQI_JOBS_KINDS_H
#include "jobs/jobs.h"

struct job_kinds {
    struct arena *process; /* holds the table and the contexts; outlives the worker */
    struct job_kind *at;
    size_t n, room;
};

/* A second kind of the same name is E_CONFLICT. */
NODISCARD int job_kinds_add(struct job_kinds *k, const struct job_kind *kind, struct err *err);
#endif
