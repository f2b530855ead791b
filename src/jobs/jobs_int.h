/*
 * jobs_int.h: what the files of this folder share.
 */
#ifndef HUIQI_JOBS_JOBS_INT_H
#define HUIQI_JOBS_JOBS_INT_H
#include "jobs/jobs.h"

/* Runs an UPDATE ... RETURNING to its end: 1 = it changed a row, 0 = none, negative = error. */
NODISCARD int jobs_changed(struct stmt *st, struct err *err);
/* At most JOB_TEXT_MAX bytes, up to the first one that is not UTF-8 or is zero. */
struct span jobs_cut(struct span text);

/* Takes the job that is due first among `kinds`, a JSON object of kind -> length of the lease in
 * milliseconds. 1 = *ret is filled but for payload (its text is *ret_payload), 0 = nothing is due.
 */
NODISCARD int job_claim(struct store *s, struct arena *a, struct span kinds, struct span worker,
                        struct job *ret, struct span *ret_payload, struct err *err);
/* When the next of these kinds is due; INT64_MAX = none. */
NODISCARD int job_next_due(struct store *s, struct span kinds, int64_t *ret, struct err *err);

/* How a taken job ended without being done: one transaction. 0 also when the lease was lost. */
struct job_end {
    enum job_state state; /* JOB_WAITING or JOB_DEAD */
    int64_t due_at;
    bool counts; /* as an attempt */
    struct span error;
};
NODISCARD int job_end(const struct job *job, const struct job_end *e, struct err *err);
/* Done, unless the handler said so or the lease is lost. */
NODISCARD int job_done(const struct job *job, struct err *err);

/* Sees to it that the next run of a periodic kind is asked for. */
NODISCARD int job_next_period(struct store *s, const struct job_kind *kind, struct err *err);
#endif
