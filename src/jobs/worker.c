/*
 * worker.c: the loop: take what is due, run its handler, note how it ended; sleep until the next is
 * due. One connection and one job at a time.
 */
#include "jobs/worker.h"

#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/date.h"
#include "jobs/jobs_int.h"

#define POLL_MS     1000
#define LOCKED_MS   20 /* what is due is just being taken by another */
#define WORKER_NAME 96
#define JOB_MEMORY  (256u << 20) /* of one handler's arena */

struct worker {
    struct worker_config config;
    struct store *store;  /* NULL until the first use, and after an error */
    struct buffer leases; /* JSON: kind -> length of its lease */
    struct buffer timers; /* the same of kinds with a period */
    bool timers_due;      /* a period has begun: they are not to wait behind everything else */
    int64_t *slots;       /* by kind: the period that was asked for last */
    char name[WORKER_NAME];
    pthread_t thread;
    bool started;
    atomic_bool stop;
    pthread_mutex_t lock; /* of `woken` */
    pthread_cond_t wake;
    bool woken;
};

static void report(const struct worker *w, const struct err *err)
{
    if (w->config.report)
        w->config.report(w->config.report_context, err);
}

/* A name that no other worker has or had: machine, process, chance. */
static void take_name(struct worker *w)
{
    char host[48] = "";

    (void)gethostname(host, sizeof host - 1);
    snprintf(w->name, sizeof w->name, "%s/%ld/%08x%08x", host, (long)getpid(), randombytes_random(),
             randombytes_random());
}

/* ---- kinds and their defaults ---- */

static int64_t or_default(int64_t value, int64_t otherwise)
{
    return value > 0 ? value : otherwise;
}

static const struct job_kind *kind_of(const struct worker *w, struct span name)
{
    for (size_t i = 0; i < w->config.kind_count; i++)
        if (span_eq(name, span_z(w->config.kinds[i].name)))
            return &w->config.kinds[i];
    return NULL; /* the claim asks for ours only */
}

static void add_lease(struct buffer *to, const struct job_kind *kind)
{
    buffer_print(to, "%s\"%s\":%lld", to->n ? "," : "{", kind->name,
                 (long long)or_default(kind->lease_ms, JOB_LEASE_MS));
}

static void list_leases(struct worker *w)
{
    for (size_t i = 0; i < w->config.kind_count; i++) {
        add_lease(&w->leases, &w->config.kinds[i]);
        if (w->config.kinds[i].every_ms > 0)
            add_lease(&w->timers, &w->config.kinds[i]);
    }
    buffer_add_z(&w->leases, w->leases.n ? "}" : "{}");
    buffer_add_z(&w->timers, w->timers.n ? "}" : "{}");
}

static int64_t backoff(const struct job_kind *kind, int64_t attempt)
{
    int64_t ms = or_default(kind->backoff.first_ms, JOB_BACKOFF_MS);
    int64_t most = or_default(kind->backoff.most_ms, JOB_BACKOFF_MOST_MS);

    for (int64_t i = 1; i < attempt && ms < most; i++)
        ms *= 2;
    return ms < most ? ms : most;
}

/* ---- one job ---- */

static int64_t most_attempts(const struct job_kind *kind)
{
    return or_default(kind->max_attempts, JOB_ATTEMPTS);
}

/* What becomes of a job whose handler failed. */
static struct job_end end_of(const struct job *job, const struct job_kind *kind,
                             const struct err *why)
{
    int64_t now = clock_now_ms();
    bool counts = job->verdict != JOB_POSTPONE;
    bool last = job->verdict == JOB_GIVE_UP || (counts && job->attempt >= most_attempts(kind));
    int64_t wait = job->wait_ms > 0 ? job->wait_ms : backoff(kind, counts ? job->attempt : 1);

    return (struct job_end){.state = last ? JOB_DEAD : JOB_WAITING,
                            .due_at = last ? now : now + wait,
                            .counts = counts,
                            .error = span_z(why->message[0] ? why->message : "?")};
}

static int parse_payload(struct job *job, struct span text, struct err *err)
{
    struct json *payload = NULL;
    int r = json_parse(job->arena, text, (struct span){0}, &payload, err);

    if (r == 0 && payload->kind != JSON_OBJECT)
        r = err_set(err, E_INPUT, "the payload is no object");
    if (r < 0 && r != E_MEMORY)
        job->verdict = JOB_GIVE_UP;
    job->payload = payload;
    return r;
}

static int run_handler(struct job *job, const struct job_kind *kind, struct span payload,
                       struct err *err)
{
    int r;

    if (job->attempt > most_attempts(kind)) { /* each attempt ended without a word */
        job->verdict = JOB_GIVE_UP;
        return err_set(err, E_LIMIT, "%lld attempts died or were longer than their lease",
                       (long long)job->attempt - 1);
    }
    r = parse_payload(job, payload, err);
    if (r < 0)
        return r;
    r = kind->run(job, kind->context, err);
    store_rollback(job->store); /* of a handler that forgot */
    return r;
}

/* A failure to note the end leaves the job to the end of its lease; the worker is another one then,
 * so that no worker ever has two. */
static int work(struct worker *w, struct job *job, struct span payload, struct worker_count *count,
                struct err *err)
{
    const struct job_kind *kind = kind_of(w, job->kind);
    struct err why = ERR_INIT;
    int r;

    job->worker = w;
    if (run_handler(job, kind, payload, &why) == 0) {
        count->done++;
        r = job_done(job, err);
    } else {
        struct job_end end = end_of(job, kind, &why);
        count->failed += end.counts;
        r = job_end(job, &end, err);
    }
    if (r < 0)
        take_name(w);
    return r;
}

/* One of these kinds. 1 = worked, 0 = nothing is due. */
static int step_of(struct worker *w, const struct buffer *kinds, struct worker_count *count,
                   struct err *err)
{
    struct arena a;
    struct job job;
    struct span payload;
    int r;

    arena_init(&a);
    a.limit = JOB_MEMORY;
    r = job_claim(w->store, &a, buffer_span(kinds), span_z(w->name), &job, &payload, err);
    if (r > 0) {
        int ended = work(w, &job, payload, count, err);
        r = ended < 0 ? ended : 1;
    } else if (r < 0) {
        take_name(w);
    }
    arena_release(&a);
    return r;
}

/* What has a period first, once in each: a queue of messages that grows faster than it is worked
 * off must not keep the log from being sealed. */
static int step(struct worker *w, struct worker_count *count, struct err *err)
{
    int r = 0;

    if (w->timers_due)
        r = step_of(w, &w->timers, count, err);
    if (r == 0) {
        w->timers_due = false;
        r = step_of(w, &w->leases, count, err);
    }
    return r;
}

/* ---- the loop ---- */

static int ask_for_periods(struct worker *w, struct err *err)
{
    int r = 0;

    for (size_t i = 0; i < w->config.kind_count && r == 0; i++) {
        const struct job_kind *kind = &w->config.kinds[i];
        int64_t slot = kind->every_ms > 0 ? clock_now_ms() / kind->every_ms + 1 : 0;
        if (slot == w->slots[i])
            continue;
        r = job_next_period(w->store, kind, err);
        if (r < 0)
            break;
        w->slots[i] = slot;
        w->timers_due = true; /* that of the period before */
    }
    return r;
}

/* Until something is due, somebody wakes it, or the poll is over. */
static void sleep_until(struct worker *w, int64_t due)
{
    int64_t ms = or_default(w->config.poll_ms, POLL_MS), now = clock_now_ms();
    struct timespec t;

    if (due - now < ms)
        ms = due > now ? due - now : LOCKED_MS;
    clock_gettime(CLOCK_REALTIME, &t);
    t.tv_sec += (time_t)(ms / 1000);
    t.tv_nsec += (long)(ms % 1000) * 1000000L;
    if (t.tv_nsec >= 1000000000L) {
        t.tv_sec++;
        t.tv_nsec -= 1000000000L;
    }
    pthread_mutex_lock(&w->lock);
    while (!w->woken && !atomic_load(&w->stop))
        if (pthread_cond_timedwait(&w->wake, &w->lock, &t) != 0)
            break;
    w->woken = false;
    pthread_mutex_unlock(&w->lock);
}

/* Everything that is due; *ret_due = when to look again. */
static int work_off(struct worker *w, enum worker_mode mode, struct worker_count *count,
                    int64_t *ret_due, struct err *err)
{
    int64_t due = INT64_MAX;
    int r = w->store ? 0 : store_open(w->config.database, &w->store, err);

    while (r == 0 && !atomic_load(&w->stop)) {
        r = ask_for_periods(w, err);
        if (r == 0)
            r = job_next_due(w->store, buffer_span(&w->leases), &due, err);
        if (r < 0 || due > clock_now_ms())
            break;
        r = step(w, count, err);
        if (r <= 0 || mode == WORKER_ONCE)
            break;
        r = 0;
    }
    *ret_due = due;
    return r < 0 ? r : 0;
}

int worker_run(struct worker *w, enum worker_mode mode, struct worker_count *ret, struct err *err)
{
    do {
        struct err once = ERR_INIT;
        int64_t due = INT64_MAX;
        int r = work_off(w, mode, ret, &due, &once);
        if (r < 0) {
            store_close(w->store);
            w->store = NULL;
            if (mode != WORKER_FOREVER) {
                if (err && err->code == 0)
                    *err = once;
                return r;
            }
            report(w, &once);
        }
        if (mode == WORKER_FOREVER && !atomic_load(&w->stop))
            sleep_until(w, due);
    } while (mode == WORKER_FOREVER && !atomic_load(&w->stop));
    return 0;
}

static void *run_forever(void *context)
{
    struct worker_count count = {0};

    (void)!worker_run(context, WORKER_FOREVER, &count, NULL);
    return NULL;
}

int worker_start(struct worker *w, struct err *err)
{
    if (pthread_create(&w->thread, NULL, run_forever, w) != 0)
        return err_set(err, E_MEMORY, "no thread for the jobs");
    w->started = true;
    return 0;
}

void worker_wake(struct worker *w)
{
    pthread_mutex_lock(&w->lock);
    w->woken = true;
    pthread_cond_signal(&w->wake);
    pthread_mutex_unlock(&w->lock);
}

void worker_ask_stop(struct worker *w)
{
    atomic_store(&w->stop, true);
    worker_wake(w);
}

bool job_should_stop(const struct job *job)
{
    return atomic_load(&job->worker->stop);
}

int worker_new(const struct worker_config *config, struct worker **ret, struct err *err)
{
    struct worker *w = sodium_init() < 0 ? NULL : alloc_new(sizeof *w);

    if (!w)
        return err_memory(err);
    w->config = *config;
    buffer_init(&w->leases);
    buffer_init(&w->timers);
    list_leases(w);
    w->slots = alloc_array(config->kind_count + 1, sizeof *w->slots);
    take_name(w);
    atomic_init(&w->stop, false);
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->wake, NULL);
    if (!w->slots || buffer_failed(&w->leases) || buffer_failed(&w->timers)) {
        worker_free(w);
        return err_memory(err);
    }
    *ret = w;
    return 0;
}

void worker_free(struct worker *w)
{
    if (!w)
        return;
    if (w->started) {
        worker_ask_stop(w);
        pthread_join(w->thread, NULL);
    }
    store_close(w->store);
    pthread_cond_destroy(&w->wake);
    pthread_mutex_destroy(&w->lock);
    buffer_release(&w->leases);
    buffer_release(&w->timers);
    alloc_free(w->slots);
    alloc_free(w);
}
