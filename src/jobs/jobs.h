/*
 * jobs.h: timers and long work as rows of one table, taken by lease (design.md, section 6).
 *
 * A job is asked for inside the caller's transaction (job_enqueue): it exists if and only if what
 * it follows from does. Kind and key name the work; asking twice is asking once. A worker
 * (worker.h) takes a job that is due for the length of a lease, runs the handler of its kind, and
 * notes how it ended. A worker that dies says nothing: when its lease ends another one takes the
 * job.
 *
 * So a handler may run more than once. Its effects happen exactly once when it writes them in one
 * transaction with job_finish: that fails with E_CONFLICT when the lease was lost (it ran out and
 * somebody else took the job, or the job was cancelled), and the transaction with it. Effects
 * outside of the database (mail) happen at least once.
 *
 * Instants are milliseconds since 1970 (clock_now_ms); texts are copied where they are kept.
 */
#ifndef HUIQI_JOBS_JOBS_H
#define HUIQI_JOBS_JOBS_H
#include "base/arena.h"
#include "base/json.h"
#include "store/store.h"

#define JOB_KIND_MAX    40         /* bytes of a kind: a-z, 0-9, '-' */
#define JOB_KEY_MAX     200        /* bytes of a key */
#define JOB_PAYLOAD_MAX (1u << 20) /* bytes of a payload or a result: ids, not data */
#define JOB_TEXT_MAX    500        /* bytes of an error or a line of progress; the rest is cut */

enum job_state { JOB_WAITING, JOB_RUNNING, JOB_DONE, JOB_DEAD, JOB_CANCELLED, JOB_STATES };
const char *job_state_name(enum job_state s); /* "waiting", as the table has it */

/* ---- asking for work ---- */

struct job_order {
    struct span kind;
    struct span key;     /* empty: a new one, so that this order is never a repeat */
    struct span payload; /* JSON, empty = {} */
    int64_t run_at;      /* a dated timer; 0 = at once */
};

/* Inside a transaction of s. *ret_id (may be NULL) = its id; 0 when kind and key were there
 * already, whatever became of that job: nothing is done then. E_INPUT, E_LIMIT. */
NODISCARD int job_enqueue(struct store *s, const struct job_order *o, int64_t *ret_id,
                          struct err *err);
/* Moves a timer that is still waiting, inside a transaction of s. E_NOT_FOUND when none waits under
 * this kind and key. */
NODISCARD int job_reschedule(struct store *s, struct span kind, struct span key, int64_t run_at,
                             struct err *err);
/* The same, but ends it. A job that runs is cancelled too: its handler can no longer commit. */
NODISCARD int job_cancel_key(struct store *s, struct span kind, struct span key, struct err *err);

/* For operators, by id, inside a transaction of s. Cancel: waiting or running. Retry: dead or
 * cancelled, at once and with all its attempts. E_NOT_FOUND; E_CONFLICT when its state is another.
 */
NODISCARD int job_cancel(struct store *s, int64_t id, struct err *err);
NODISCARD int job_retry(struct store *s, int64_t id, struct err *err);

/* ---- looking at it ---- */

struct job_row {
    int64_t id;
    struct span kind, key, payload, worker, progress_text, result, error;
    enum job_state state;
    int64_t due_at, lease, attempts, progress, created_at, changed_at;
};
struct job_filter {
    struct span state, kind; /* empty = all */
    int64_t id;              /* 0 = all */
    int64_t most;            /* rows; newest first */
};
NODISCARD int job_list(struct store *s, struct arena *request, const struct job_filter *f,
                       struct job_row **ret, size_t *ret_n, struct err *err);

/* ---- doing it ---- */

struct worker;

/* What a handler says, beside its error, about what shall become of the job. */
enum job_verdict {
    JOB_TRY_AGAIN, /* after the back-off of its kind, while attempts are left */
    JOB_GIVE_UP,   /* no attempt can succeed: dead */
    JOB_POSTPONE,  /* this was no attempt: after wait_ms (0 = the first back-off) */
};

/* A job in hand: what a handler gets. Everything in it lives until the handler returns. */
struct job {
    struct store *store; /* the worker's connection; no transaction is open */
    struct arena *arena; /* for the handler; request lifetime */
    int64_t id, lease;
    int64_t attempt; /* 1 = the first */
    int64_t lease_ms;
    struct span kind, key;
    const struct json *payload; /* an object */
    enum job_verdict verdict;   /* read when the handler fails */
    int64_t wait_ms;            /* > 0: instead of the back-off */
    const struct worker *worker;
};

struct job_kind {
    const char *name;
    /* 0 = done (job_finish may have said so already), or an error; see enum job_verdict. */
    int (*run)(struct job *job, void *context, struct err *err);
    void *context;    /* passed to run */
    int64_t lease_ms; /* longer than the handler is ever silent; 0 = JOB_LEASE_MS */
    int max_attempts; /* 0 = JOB_ATTEMPTS */
    struct backoff {
        int64_t first_ms; /* after the first failure, then doubled; 0 = JOB_BACKOFF_MS */
        int64_t most_ms;  /* 0 = JOB_BACKOFF_MOST_MS */
    } backoff;
    int64_t
        every_ms; /* > 0: runs at each multiple of this since 1970, by key; slots that nobody was
                     there for fall away but for the last one. Done ones are kept 30 days. */
};

#define JOB_LEASE_MS        60000
#define JOB_ATTEMPTS        8
#define JOB_BACKOFF_MS      10000
#define JOB_BACKOFF_MOST_MS (6 * 3600 * 1000)

/* In a transaction of job->store: done, with a result (JSON or empty). E_CONFLICT: the lease was
 * lost; return it, so that the transaction is rolled back. */
NODISCARD int job_finish(const struct job *job, struct span result, struct err *err);
/* Outside of a transaction: how far it is (0..100) and a line of text; the lease begins anew.
 * E_CONFLICT: the lease was lost: stop. Long handlers call it several times in lease_ms. */
NODISCARD int job_progress(const struct job *job, int percent, struct span text, struct err *err);
/* The program wants to end: a long handler returns an error with JOB_POSTPONE. */
bool job_should_stop(const struct job *job);

/* Adds what contradicts itself in the table to store/verify.h's count. */
struct verify;
NODISCARD int jobs_verify(struct store *s, struct verify *v, struct err *err);
#endif
