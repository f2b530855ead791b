/*
 * claim.c: taking a job by lease and saying how it ended. Whoever changes a taken job names the
 * number of his lease: when the row has a higher one, or does not run any more, nothing happens.
 */
#include "jobs/jobs_int.h"

#include <limits.h>

#include "base/date.h"
#include "store/verify.h"

#define KEEP_PERIODIC_MS (INT64_C(30) * 24 * 3600 * 1000)

int job_next_due(struct store *s, struct span kinds, int64_t *ret, struct err *err)
{
    static const char sqlite[] =
        "SELECT due_at FROM job WHERE state IN ('waiting', 'running')"
        " AND json_extract($1, '$.\"' || kind || '\"') IS NOT NULL ORDER BY due_at, id LIMIT 1";
    static const char postgres[] =
        "SELECT due_at FROM job WHERE state IN ('waiting', 'running')"
        " AND CAST($1 AS jsonb) ->> kind IS NOT NULL ORDER BY due_at, id LIMIT 1";
    struct stmt *st;
    int64_t due = INT64_MAX;
    int r = store_prepare(s, store_engine(s) == STORE_SQLITE ? sqlite : postgres, &st, err);

    if (r < 0)
        return r;
    stmt_text(st, 1, kinds);
    r = stmt_step(st, err);
    if (r > 0)
        due = stmt_get_int(st, 0);
    stmt_done(st);
    if (r < 0)
        return r;
    *ret = due;
    return 0;
}

/* A job whose lease ran out is due like one that waits: due_at is the end of the lease. */
#define CLAIM(length, lock)                                                                        \
    "UPDATE job SET state = 'running', worker = $3, lease = lease + 1, attempts = attempts + 1,"   \
    " changed_at = $2, due_at = $2 + CAST(" length " AS BIGINT) WHERE id = ("                      \
    "SELECT id FROM job WHERE state IN ('waiting', 'running') AND due_at <= $2"                    \
    " AND " length " IS NOT NULL ORDER BY due_at, id LIMIT 1" lock ")"                             \
    " RETURNING id, lease, attempts, due_at - $2, kind, key, payload"

static int claim(struct store *s, struct arena *a, struct span kinds, struct span worker,
                 struct job *ret, struct span *ret_payload, struct err *err)
{
    static const char sqlite[] = CLAIM("json_extract($1, '$.\"' || kind || '\"')", "");
    static const char postgres[] = CLAIM("(CAST($1 AS jsonb) ->> kind)", " FOR UPDATE SKIP LOCKED");
    struct stmt *st;
    int r = store_prepare(s, store_engine(s) == STORE_SQLITE ? sqlite : postgres, &st, err);

    if (r < 0)
        return r;
    stmt_text(st, 1, kinds);
    stmt_int(st, 2, clock_now_ms());
    stmt_text(st, 3, worker);
    r = stmt_step(st, err);
    if (r > 0) {
        *ret = (struct job){.store = s,
                            .arena = a,
                            .id = stmt_get_int(st, 0),
                            .lease = stmt_get_int(st, 1),
                            .attempt = stmt_get_int(st, 2),
                            .lease_ms = stmt_get_int(st, 3),
                            .kind = arena_copy(a, stmt_get_text(st, 4)),
                            .key = arena_copy(a, stmt_get_text(st, 5))};
        *ret_payload = arena_copy(a, stmt_get_text(st, 6));
        r = jobs_changed(st, err); /* to its end */
        return r < 0 ? r : a->failed ? err_memory(err) : 1;
    }
    stmt_done(st);
    return r;
}

/* On PostgreSQL the statement alone: it passes over rows that others are taking, and has nothing to
 * repeat; on SQLite writers take turns. */
int job_claim(struct store *s, struct arena *a, struct span kinds, struct span worker,
              struct job *ret, struct span *ret_payload, struct err *err)
{
    int r, done;

    if (store_engine(s) == STORE_POSTGRES)
        return claim(s, a, kinds, worker, ret, ret_payload, err);
    r = store_begin(s, err);
    if (r < 0)
        return r;
    r = claim(s, a, kinds, worker, ret, ret_payload, err);
    if (r < 0) {
        store_rollback(s);
        return r;
    }
    done = store_commit(s, err);
    return done < 0 ? done : r;
}

/* ---- a taken job ---- */

int job_finish(const struct job *job, struct span result, struct err *err)
{
    struct stmt *st;
    int r;

    if (result.n > JOB_PAYLOAD_MAX)
        return err_set(err, E_LIMIT, "a result of a job has at most %u bytes", JOB_PAYLOAD_MAX);
    r = store_prepare(job->store,
                      "UPDATE job SET state = 'done', worker = '', progress = 100, result = $3,"
                      " error = '', due_at = $4, changed_at = $4"
                      " WHERE id = $1 AND lease = $2 AND state = 'running' RETURNING id",
                      &st, err);
    if (r < 0)
        return r;
    stmt_int(st, 1, job->id);
    stmt_int(st, 2, job->lease);
    stmt_text(st, 3, result);
    stmt_int(st, 4, clock_now_ms());
    r = jobs_changed(st, err);
    if (r == 0)
        return err_set(err, E_CONFLICT, "the lease of job %lld was lost", (long long)job->id);
    return r < 0 ? r : 0;
}

static int finish(struct store *s, void *context, struct err *err)
{
    struct err once = ERR_INIT;
    int r = job_finish(context, (struct span){0}, &once);

    UNUSED(s);
    if (r == E_CONFLICT) /* done already, or another's now */
        return 0;
    if (r < 0 && err)
        *err = once;
    return r;
}

int job_done(const struct job *job, struct err *err)
{
    union {
        const struct job *in;
        void *out;
    } context = {.in = job};

    return store_write(job->store, finish, context.out, err);
}

struct progress {
    const struct job *job;
    int64_t percent;
    struct span text;
};

static int write_progress(struct store *s, void *context, struct err *err)
{
    const struct progress *p = context;
    struct stmt *st;
    int64_t now = clock_now_ms();
    int r = store_prepare(s,
                          "UPDATE job SET progress = $3, progress_text = $4, due_at = $5,"
                          " changed_at = $6 WHERE id = $1 AND lease = $2 AND state = 'running'"
                          " RETURNING id",
                          &st, err);

    if (r < 0)
        return r;
    stmt_int(st, 1, p->job->id);
    stmt_int(st, 2, p->job->lease);
    stmt_int(st, 3, p->percent);
    stmt_text(st, 4, p->text);
    stmt_int(st, 5, now + p->job->lease_ms);
    stmt_int(st, 6, now);
    r = jobs_changed(st, err);
    if (r == 0)
        return err_set(err, E_CONFLICT, "the lease of job %lld was lost", (long long)p->job->id);
    return r < 0 ? r : 0;
}

int job_progress(const struct job *job, int percent, struct span text, struct err *err)
{
    struct progress p = {job, percent < 0 ? 0 : percent > 100 ? 100 : percent, jobs_cut(text)};

    return store_write(job->store, write_progress, &p, err);
}

struct ending {
    const struct job *job;
    const struct job_end *end;
};

static int write_end(struct store *s, void *context, struct err *err)
{
    const struct ending *e = context;
    struct stmt *st;
    int r = store_prepare(s,
                          "UPDATE job SET state = $3, worker = '', due_at = $4, error = $5,"
                          " attempts = attempts - $6, changed_at = $7"
                          " WHERE id = $1 AND lease = $2 AND state = 'running' RETURNING id",
                          &st, err);

    if (r < 0)
        return r;
    stmt_int(st, 1, e->job->id);
    stmt_int(st, 2, e->job->lease);
    stmt_text(st, 3, span_z(job_state_name(e->end->state)));
    stmt_int(st, 4, e->end->due_at);
    stmt_text(st, 5, jobs_cut(e->end->error));
    stmt_int(st, 6, e->end->counts ? 0 : 1);
    stmt_int(st, 7, clock_now_ms());
    r = jobs_changed(st, err);
    return r < 0 ? r : 0;
}

int job_end(const struct job *job, const struct job_end *end, struct err *err)
{
    return store_write(job->store, write_end, &(struct ending){job, end}, err);
}

/* ---- periodic kinds ---- */

static int next_period(struct store *s, void *context, struct err *err)
{
    const struct job_kind *kind = context;
    int64_t now = clock_now_ms(), slot = now / kind->every_ms + 1;
    char key[32];
    struct stmt *st;
    int r = store_prepare(
        s, "DELETE FROM job WHERE kind = $1 AND state = 'done' AND changed_at < $2", &st, err);

    if (r < 0)
        return r;
    stmt_text(st, 1, span_z(kind->name));
    stmt_int(st, 2, now - KEEP_PERIODIC_MS);
    r = stmt_run(st, err);
    if (r < 0)
        return r;
    snprintf(key, sizeof key, "slot-%lld", (long long)slot);
    struct job_order o = {
        .kind = span_z(kind->name), .key = span_z(key), .run_at = slot * kind->every_ms};
    return job_enqueue(s, &o, NULL, err);
}

int job_next_period(struct store *s, const struct job_kind *kind, struct err *err)
{
    union {
        const struct job_kind *in;
        void *out;
    } context = {.in = kind};

    return store_write(s, next_period, context.out, err);
}
