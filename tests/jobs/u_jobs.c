/*
 * u_jobs.c: jobs by lease, on both engines: asked for with what they follow from, done exactly once
 * by any number of workers, given back by workers that die.
 */
#include <pthread.h>

#include "base/alloc.h"
#include "base/date.h"
#include "jobs/jobs_int.h"
#include "tests/jobs/jobs_desk.h"

#define START "2020-03-09T08:00:00"

/* ---- asking ---- */

struct order {
    const char *kind, *key, *payload;
    int64_t run_at, id;
    int fail;
};

static int enqueue(struct store *s, void *context, struct err *err)
{
    struct order *o = context;
    struct job_order order = {span_z(o->kind), span_z(o->key), span_z(o->payload), o->run_at};
    int r = job_enqueue(s, &order, &o->id, err);
    return r < 0 ? r : o->fail;
}

static int ask(struct desk *d, struct order *o)
{
    struct err err = ERR_INIT;
    return store_write(d->s, enqueue, o, &err);
}

static void ask_for(struct desk *d, const char *kind, const char *key)
{
    CHECK_INT(ask(d, &(struct order){.kind = kind, .key = key}), 0);
}

static void check_orders(struct desk *d)
{
    struct order o = {.kind = "note", .key = "a"};
    char *long_key = calloc(1, JOB_KEY_MAX + 2);

    TEST("a job exists if and only if its transaction does, and once");
    o.fail = E_CHECK;
    CHECK_INT(ask(d, &o), E_CHECK);
    CHECK_INT(desk_number(d, "SELECT COUNT(*) FROM job"), 0);
    o.fail = 0;
    CHECK_INT(ask(d, &o), 0);
    CHECK(o.id > 0);
    CHECK_INT(ask(d, &o), 0);
    CHECK_INT(o.id, 0);
    CHECK_INT(ask(d, &(struct order){.kind = "other", .key = "a"}), 0);
    CHECK_INT(desk_number(d, "SELECT COUNT(*) FROM job"), 2);

    TEST("an order without key is never a repeat");
    ask_for(d, "note", "");
    ask_for(d, "note", "");
    CHECK_INT(desk_number(d, "SELECT COUNT(*) FROM job"), 4);

    TEST("orders that are refused");
    CHECK_INT(ask(d, &(struct order){.kind = "", .key = "x"}), E_INPUT);
    CHECK_INT(ask(d, &(struct order){.kind = "No'te", .key = "x"}), E_INPUT);
    if (long_key) {
        memset(long_key, 'k', JOB_KEY_MAX + 1);
        CHECK_INT(ask(d, &(struct order){.kind = "note", .key = long_key}), E_LIMIT);
    }
    free(long_key);
    CHECK_INT(desk_number(d, "SELECT COUNT(*) FROM job"), 4);
    desk_run(d, "DELETE FROM job");
}

/* ---- handlers ---- */

/* What handlers are told to do, and what they saw. */
struct plan {
    struct desk *d;
    struct job_kind *kinds;
    int ran;
    int code;
    enum job_verdict verdict;
    int64_t wait_ms, attempt;
    const char *steal; /* SQL that takes the job away while the handler is at work */
    int told;          /* what the transaction with job_finish gave */
};

static int write_effect(struct store *s, void *context, struct err *err)
{
    const struct job *job = context;
    struct stmt *st;
    int r = store_prepare(s, "INSERT INTO t_effect (job_id, lease) VALUES ($1, $2)", &st, err);

    if (r < 0)
        return r;
    stmt_int(st, 1, job->id);
    stmt_int(st, 2, job->lease);
    r = stmt_run(st, err);
    return r < 0 ? r : job_finish(job, SPAN("{\"written\":1}"), err);
}

static int effect(struct job *job, void *context, struct err *err)
{
    struct plan *p = context;

    if (p->steal)
        desk_run(p->d, p->steal);
    p->ran++;
    p->told = store_write(job->store, write_effect, job, err);
    return p->told;
}

/* The lease ends in the middle; another worker takes the job and does it. */
static int slow(struct job *job, void *context, struct err *err)
{
    struct plan *p = context;

    if (p->ran++ == 0) {
        struct worker *other = NULL;
        struct worker_count count = {0};
        desk_time("2020-03-09T08:10:00");
        CHECK_INT(worker_new(&(struct worker_config){p->d->url, p->kinds, 1}, &other, err), 0);
        CHECK_INT(worker_run(other, WORKER_ONCE, &count, err), 0);
        CHECK_INT(count.done, 1);
        worker_free(other);
    }
    p->told = store_write(job->store, write_effect, job, err);
    return p->told;
}

static int fails(struct job *job, void *context, struct err *err)
{
    struct plan *p = context;

    p->ran++;
    p->attempt = job->attempt;
    job->verdict = p->verdict;
    job->wait_ms = p->wait_ms;
    return p->code ? err_set(err, p->code, "as planned") : 0;
}

static struct worker_count run(struct desk *d, const struct job_kind *kinds, size_t n,
                               enum worker_mode mode)
{
    struct worker *w = NULL;
    struct worker_count count = {0};
    struct err err = ERR_INIT;

    CHECK_INT(worker_new(&(struct worker_config){d->url, kinds, n}, &w, &err), 0);
    if (!CHECK(w && worker_run(w, mode, &count, &err) == 0))
        printf("%s\n", err.message);
    worker_free(w);
    return count;
}

/* ---- done ---- */

static void check_done(struct desk *d)
{
    struct plan p = {.d = d};
    struct job_kind kinds[] = {{"note", effect, &p}};
    struct job_row *rows = NULL;
    struct arena a;
    struct err err = ERR_INIT;
    size_t n = 0;

    TEST("done with its effect, in order, kinds of others left alone");
    arena_init(&a);
    ask_for(d, "note", "a");
    ask_for(d, "note", "b");
    ask_for(d, "strange", "c");
    CHECK_INT(run(d, kinds, 1, WORKER_ONCE).done, 1);
    CHECK_INT(desk_number(d, "SELECT COUNT(*) FROM job WHERE key = 'a' AND state = 'done'"), 1);
    CHECK_INT(run(d, kinds, 1, WORKER_UNTIL_IDLE).done, 1);
    CHECK_INT(desk_number(d, "SELECT COUNT(*) FROM t_effect"), 2);
    CHECK_INT(run(d, kinds, 0, WORKER_UNTIL_IDLE).done, 0);
    CHECK_INT(
        job_list(d->s, &a, &(struct job_filter){.kind = SPAN("note"), .most = 9}, &rows, &n, &err),
        0);
    CHECK_INT(n, 2);
    if (n == 2) {
        CHECK_TEXT(rows[0].key, "b"); /* newest first */
        CHECK_TEXT(rows[0].result, "{\"written\":1}");
        CHECK_INT(rows[0].progress, 100);
        CHECK_INT(rows[0].lease, 1);
    }
    arena_release(&a);
    desk_run(d, "DELETE FROM job; DELETE FROM t_effect");
}

static void check_timer(struct desk *d)
{
    struct plan p = {.d = d};
    struct job_kind kinds[] = {{"note", effect, &p}};
    struct err err = ERR_INIT;
    int64_t at;

    TEST("a dated timer runs from its time on, and can be moved and ended");
    desk_time("2020-03-10T08:00:00");
    at = clock_now_ms();
    desk_time(START);
    CHECK_INT(ask(d, &(struct order){.kind = "note", .key = "t", .run_at = at}), 0);
    CHECK_INT(run(d, kinds, 1, WORKER_UNTIL_IDLE).done, 0);
    CHECK_INT(store_begin(d->s, &err), 0);
    CHECK_INT(job_reschedule(d->s, SPAN("note"), SPAN("t"), at + 3600000, &err), 0);
    CHECK_INT(job_reschedule(d->s, SPAN("note"), SPAN("none"), at, &err), E_NOT_FOUND);
    CHECK_INT(store_commit(d->s, &err), 0);
    desk_time("2020-03-10T08:59:59");
    CHECK_INT(run(d, kinds, 1, WORKER_UNTIL_IDLE).done, 0);
    desk_time("2020-03-10T09:00:00");
    CHECK_INT(run(d, kinds, 1, WORKER_UNTIL_IDLE).done, 1);
    err = (struct err)ERR_INIT;
    CHECK_INT(store_begin(d->s, &err), 0);
    CHECK_INT(job_cancel_key(d->s, SPAN("note"), SPAN("t"), &err), E_NOT_FOUND); /* done */
    CHECK_INT(job_reschedule(d->s, SPAN("note"), SPAN("t"), at, &err), E_NOT_FOUND);
    store_rollback(d->s);
    CHECK_INT(ask(d, &(struct order){.kind = "note", .key = "u", .run_at = at + 7200000}), 0);
    CHECK_INT(store_begin(d->s, &err), 0);
    CHECK_INT(job_cancel_key(d->s, SPAN("note"), SPAN("u"), &err), 0);
    CHECK_INT(store_commit(d->s, &err), 0);
    desk_time("2020-03-11T09:00:00");
    CHECK_INT(run(d, kinds, 1, WORKER_UNTIL_IDLE).done, 0);
    CHECK_INT(desk_wrong(d), 0);
    desk_run(d, "DELETE FROM job; DELETE FROM t_effect");
    desk_time(START);
}

/* ---- exactly once ---- */

static void check_lost(struct desk *d)
{
    struct plan p = {.d = d};
    struct job_kind slow_kind[] = {{"note", slow, &p}}, kinds[] = {{"note", effect, &p}};

    TEST("a lease that ran out in the middle: the effect of the second worker only");
    p.kinds = slow_kind;
    ask_for(d, "note", "a");
    CHECK_INT(run(d, slow_kind, 1, WORKER_UNTIL_IDLE).done, 0);
    CHECK_INT(p.ran, 2);
    CHECK_INT(p.told, E_CONFLICT);
    CHECK_INT(desk_number(d, "SELECT COUNT(*) FROM t_effect"), 1);
    CHECK_INT(desk_number(d, "SELECT lease FROM t_effect"), 2);
    CHECK_INT(desk_number(d, "SELECT COUNT(*) FROM job WHERE state = 'done' AND error = ''"), 1);
    CHECK_INT(desk_wrong(d), 0);
    desk_time(START);

    TEST("a job cancelled while it runs has no effect");
    ask_for(d, "note", "b");
    p.steal = "UPDATE job SET state = 'cancelled', worker = '' WHERE state = 'running'";
    CHECK_INT(run(d, kinds, 1, WORKER_UNTIL_IDLE).done, 0);
    CHECK_INT(p.told, E_CONFLICT);
    CHECK_INT(desk_number(d, "SELECT COUNT(*) FROM t_effect"), 1);
    CHECK_INT(desk_number(d, "SELECT COUNT(*) FROM job WHERE state = 'cancelled'"), 1);
    CHECK_INT(desk_wrong(d), 0);
    desk_run(d, "DELETE FROM job; DELETE FROM t_effect");
}

/* A worker that takes a job and is gone. */
static void take_and_die(struct desk *d, const char *worker, int64_t want_lease)
{
    struct job job = {0};
    struct span payload;
    struct arena a;
    struct err err = ERR_INIT;

    arena_init(&a);
    CHECK_INT(job_claim(d->s, &a, SPAN("{\"note\":60000}"), span_z(worker), &job, &payload, &err),
              want_lease ? 1 : 0);
    if (want_lease) {
        CHECK_INT(job.lease, want_lease);
        CHECK_INT(job.lease_ms, 60000);
        CHECK_TEXT(payload, "{}");
    }
    arena_release(&a);
}

static void check_death(struct desk *d)
{
    struct plan p = {.d = d};
    struct job_kind kinds[] = {{"note", effect, &p, .max_attempts = 2}};

    TEST("a worker that dies gives its job back when the lease ends");
    ask_for(d, "note", "a");
    take_and_die(d, "one", 1);
    take_and_die(d, "two", 0);
    desk_time("2020-03-09T08:00:59");
    take_and_die(d, "two", 0);
    CHECK_INT(run(d, kinds, 1, WORKER_UNTIL_IDLE).done, 0);
    desk_time("2020-03-09T08:01:00");
    take_and_die(d, "two", 2);
    CHECK_INT(desk_number(d, "SELECT COUNT(*) FROM job WHERE worker = 'two'"), 1);

    TEST("a job that kills whoever takes it is not taken for ever");
    desk_time("2020-03-09T08:02:00");
    CHECK_INT(run(d, kinds, 1, WORKER_UNTIL_IDLE).failed, 1);
    CHECK_INT(p.ran, 0);
    CHECK_INT(desk_number(d, "SELECT COUNT(*) FROM job WHERE state = 'dead' AND lease = 3"), 1);
    CHECK_INT(desk_wrong(d), 0);
    desk_run(d, "DELETE FROM job");
    desk_time(START);
}

/* ---- failing ---- */

static int64_t wait_of(struct desk *d)
{
    return desk_number(d, "SELECT due_at FROM job WHERE key = 'f'") - clock_now_ms();
}

static void check_backoff(struct desk *d)
{
    struct plan p = {.d = d, .code = E_IO};
    struct job_kind kinds[] = {
        {"note", fails, &p, .max_attempts = 4, .backoff = {.first_ms = 1000, .most_ms = 3000}}};
    static const struct {
        const char *now;
        int64_t wait; /* 0 = dead */
    } tries[] = {{START, 1000},
                 {"2020-03-09T08:00:01", 2000},
                 {"2020-03-09T08:00:03", 3000},
                 {"2020-03-09T08:00:06", 0}};

    TEST("failing: later each time, at last dead, with the reason");
    ask_for(d, "note", "f");
    for (size_t i = 0; i < COUNT_OF(tries); i++) {
        desk_time(tries[i].now);
        CHECK_INT(run(d, kinds, 1, WORKER_UNTIL_IDLE).failed, 1);
        CHECK_INT(p.attempt, i + 1);
        CHECK_INT(wait_of(d), tries[i].wait);
    }
    CHECK_INT(desk_number(d, "SELECT COUNT(*) FROM job WHERE state = 'dead'"
                             " AND error = 'as planned'"),
              1);
    CHECK_INT(run(d, kinds, 1, WORKER_UNTIL_IDLE).failed, 0);
    CHECK_INT(desk_wrong(d), 0);
}

static void check_operator(struct desk *d)
{
    struct plan p = {.d = d};
    struct job_kind kinds[] = {{"note", fails, &p}};
    struct err err = ERR_INIT;
    int64_t id = desk_number(d, "SELECT id FROM job WHERE key = 'f'");

    TEST("an operator: retry a dead job, not a done one; cancel");
    CHECK_INT(store_begin(d->s, &err), 0);
    CHECK_INT(job_cancel(d->s, id, &err), E_CONFLICT);
    CHECK(strstr(err.message, "dead") != NULL);
    err = (struct err)ERR_INIT;
    CHECK_INT(job_retry(d->s, id + 1000, &err), E_NOT_FOUND);
    err = (struct err)ERR_INIT;
    CHECK_INT(job_retry(d->s, id, &err), 0);
    CHECK_INT(store_commit(d->s, &err), 0);
    CHECK_INT(run(d, kinds, 1, WORKER_UNTIL_IDLE).done, 1);
    CHECK_INT(p.attempt, 1);
    CHECK_INT(store_begin(d->s, &err), 0);
    CHECK_INT(job_retry(d->s, id, &err), E_CONFLICT);
    store_rollback(d->s);
    desk_run(d, "DELETE FROM job");
}

static void check_verdicts(struct desk *d)
{
    struct plan p = {.d = d, .code = E_IO, .verdict = JOB_POSTPONE, .wait_ms = 5000};
    struct job_kind kinds[] = {{"note", fails, &p, .max_attempts = 2}};

    TEST("postponed is no attempt; giving up needs one");
    desk_time(START);
    ask_for(d, "note", "f");
    CHECK_INT(run(d, kinds, 1, WORKER_UNTIL_IDLE).failed, 0);
    CHECK_INT(wait_of(d), 5000);
    desk_time("2020-03-09T08:00:05");
    CHECK_INT(run(d, kinds, 1, WORKER_UNTIL_IDLE).failed, 0);
    CHECK_INT(p.attempt, 1);
    p.verdict = JOB_GIVE_UP;
    desk_time("2020-03-09T08:00:10");
    CHECK_INT(run(d, kinds, 1, WORKER_UNTIL_IDLE).failed, 1);
    CHECK_INT(desk_number(d, "SELECT COUNT(*) FROM job WHERE state = 'dead' AND attempts = 1"), 1);
    CHECK_INT(p.ran, 3);

    TEST("a payload that is no object is dead at once");
    CHECK_INT(ask(d, &(struct order){.kind = "note", .key = "g", .payload = "[1]"}), 0);
    CHECK_INT(ask(d, &(struct order){.kind = "note", .key = "h", .payload = "{\"a\":"}), 0);
    CHECK_INT(run(d, kinds, 1, WORKER_UNTIL_IDLE).failed, 2);
    CHECK_INT(p.ran, 3);
    CHECK_INT(desk_number(d, "SELECT COUNT(*) FROM job WHERE state = 'dead'"), 3);
    CHECK_INT(desk_wrong(d), 0);
    desk_run(d, "DELETE FROM job");
    desk_time(START);
}

/* ---- progress ---- */

static int long_work(struct job *job, void *context, struct err *err)
{
    struct plan *p = context;

    p->ran++;
    CHECK(!job_should_stop(job));
    CHECK_TEXT(json_text(JSON_GET(job->payload, "file")), "一.csv");
    desk_time("2020-03-09T08:00:50");
    CHECK_INT(job_progress(job, 40, SPAN("读入 400 行"), err), 0);
    CHECK_INT(desk_number(p->d, "SELECT progress FROM job"), 40);
    desk_time("2020-03-09T08:01:30"); /* beyond the first lease */
    take_and_die(p->d, "thief", 0);
    CHECK_INT(job_progress(job, 300, SPAN("x"), err), 0);
    CHECK_INT(desk_number(p->d, "SELECT progress FROM job"), 100);
    desk_run(p->d, "UPDATE job SET state = 'cancelled', worker = ''");
    CHECK_INT(job_progress(job, 50, SPAN("x"), err), E_CONFLICT);
    return E_CONFLICT;
}

static void check_progress(struct desk *d)
{
    struct plan p = {.d = d};
    struct job_kind kinds[] = {{"note", long_work, &p}};

    TEST("progress is seen, lengthens the lease, and tells when it is lost");
    CHECK_INT(
        ask(d, &(struct order){.kind = "note", .key = "a", .payload = "{\"file\":\"一.csv\"}"}), 0);
    CHECK_INT(run(d, kinds, 1, WORKER_UNTIL_IDLE).done, 0);
    CHECK_INT(p.ran, 1);
    desk_run(d, "DELETE FROM job");
    desk_time(START);
}

/* ---- periodic ---- */

static void check_periodic(struct desk *d)
{
    struct plan p = {.d = d};
    struct job_kind kinds[] = {{"sweep", effect, &p, .every_ms = 3600000}};

    TEST("a periodic kind runs once in its period, whoever asks");
    desk_time("2020-03-09T08:20:00");
    CHECK_INT(run(d, kinds, 1, WORKER_UNTIL_IDLE).done, 0);
    CHECK_INT(run(d, kinds, 1, WORKER_UNTIL_IDLE).done, 0);
    CHECK_INT(desk_number(d, "SELECT COUNT(*) FROM job"), 1);
    desk_time("2020-03-09T09:00:00");
    CHECK_INT(run(d, kinds, 1, WORKER_UNTIL_IDLE).done, 1);
    CHECK_INT(run(d, kinds, 1, WORKER_UNTIL_IDLE).done, 0);

    TEST("slots that nobody was there for fall away but for the last asked for");
    desk_time("2020-03-09T15:30:00");
    CHECK_INT(run(d, kinds, 1, WORKER_UNTIL_IDLE).done, 1);
    CHECK_INT(desk_number(d, "SELECT COUNT(*) FROM job WHERE state = 'done'"), 2);
    CHECK_INT(desk_number(d, "SELECT COUNT(*) FROM job WHERE state = 'waiting'"), 1);

    TEST("old runs are forgotten");
    desk_time("2020-05-09T08:00:00");
    CHECK_INT(run(d, kinds, 1, WORKER_UNTIL_IDLE).done, 1);
    CHECK_INT(desk_number(d, "SELECT COUNT(*) FROM job"), 2);
    CHECK_INT(desk_wrong(d), 0);
    desk_run(d, "DELETE FROM job; DELETE FROM t_effect");
    desk_time(START);
}

/* Each run asks for another, which is due before any timer: as messages to a host that is away. */
static int never_ends(struct job *job, void *context, struct err *err)
{
    struct plan *p = context;
    struct order o = {.kind = "flood", .key = ""};

    p->ran++;
    if (p->ran == 3)
        desk_time("2020-03-09T09:00:00"); /* a period begins while they are worked off */
    if (p->ran < 1000)
        return store_write(job->store, enqueue, &o, err);
    return 0;
}

static void check_backlog(struct desk *d)
{
    struct plan flood = {.d = d}, timer = {.d = d};
    struct job_kind kinds[] = {{"flood", never_ends, &flood},
                               {"sweep", effect, &timer, .every_ms = 3600000}};

    TEST("timers do not wait behind a queue that has no end");
    desk_time("2020-03-09T08:20:00");
    CHECK_INT(run(d, kinds, 2, WORKER_UNTIL_IDLE).done, 0);
    for (int i = 0; i < 5; i++)
        CHECK_INT(ask(d, &(struct order){.kind = "flood", .key = ""}), 0);
    for (int i = 0; i < 6; i++)
        CHECK_INT(run(d, kinds, 2, WORKER_ONCE).done, 1);
    CHECK_INT(timer.ran, 1);
    CHECK_INT(flood.ran, 5);

    TEST("... in a loop that does not get to its end either");
    flood.ran = 0;
    desk_time("2020-03-09T08:59:59");
    desk_run(d, "DELETE FROM job WHERE kind = 'sweep'; DELETE FROM t_effect");
    timer.ran = 0;
    CHECK(run(d, kinds, 2, WORKER_UNTIL_IDLE).done >= 1000);
    CHECK_INT(timer.ran, 1);
    CHECK_INT(desk_wrong(d), 0);
    desk_run(d, "DELETE FROM job; DELETE FROM t_effect");
    desk_time(START);
}

/* ---- many at once ---- */

#define WORKERS 4
#define JOBS    60

struct crowd {
    const char *url;
    struct plan plan;
    struct worker_count count;
    int errors;
};

static void *work_along(void *context)
{
    struct crowd *c = context;
    struct job_kind kinds[] = {{"note", effect, &c->plan, .backoff = {.first_ms = 1}}};
    struct worker *w = NULL;
    struct err err = ERR_INIT;

    if (worker_new(&(struct worker_config){c->url, kinds, 1}, &w, &err) < 0 ||
        worker_run(w, WORKER_UNTIL_IDLE, &c->count, &err) < 0) {
        printf("%s\n", err.message);
        c->errors++;
    }
    worker_free(w);
    return NULL;
}

static void check_crowd(struct desk *d)
{
    struct crowd crowd[WORKERS];
    pthread_t threads[WORKERS];
    char key[16];
    int64_t done = 0;

    TEST("several workers: each job once");
    desk_time(NULL);
    for (int i = 0; i < JOBS; i++) {
        snprintf(key, sizeof key, "j%d", i);
        ask_for(d, "note", key);
    }
    for (int i = 0; i < WORKERS; i++) {
        crowd[i] = (struct crowd){.url = d->url, .plan = {.d = d}};
        CHECK_INT(pthread_create(&threads[i], NULL, work_along, &crowd[i]), 0);
    }
    for (int i = 0; i < WORKERS; i++) {
        pthread_join(threads[i], NULL);
        CHECK_INT(crowd[i].errors, 0);
        done += crowd[i].count.done;
    }
    CHECK_INT(done, JOBS);
    CHECK_INT(desk_number(d, "SELECT COUNT(*) FROM job WHERE state = 'done' AND lease = 1"), JOBS);
    CHECK_INT(desk_number(d, "SELECT COUNT(DISTINCT job_id) FROM t_effect"), JOBS);
    CHECK_INT(desk_number(d, "SELECT COUNT(*) FROM t_effect"), JOBS);
    CHECK_INT(desk_wrong(d), 0);
    desk_run(d, "DELETE FROM job; DELETE FROM t_effect");
}

static bool wait_for(struct desk *d, const char *sql, int64_t want)
{
    for (int i = 0; i < 1000; i++) {
        if (desk_number(d, sql) == want)
            return true;
        usleep(10000);
    }
    return false;
}

static void check_thread(struct desk *d)
{
    struct plan p = {.d = d};
    struct job_kind kinds[] = {{"note", effect, &p}};
    struct worker *w = NULL;
    struct err err = ERR_INIT;
    static const char done[] = "SELECT COUNT(*) FROM job WHERE state = 'done'";

    TEST("a worker in a thread of its own: woken, and by itself; it ends when asked");
    CHECK_INT(worker_new(&(struct worker_config){d->url, kinds, 1, .poll_ms = 20}, &w, &err), 0);
    CHECK_INT(worker_start(w, &err), 0);
    ask_for(d, "note", "a");
    worker_wake(w);
    CHECK(wait_for(d, done, 1));
    ask_for(d, "note", "b");
    CHECK(wait_for(d, done, 2));
    worker_free(w);
    ask_for(d, "note", "c");
    CHECK_INT(desk_number(d, done), 2);
    desk_run(d, "DELETE FROM job; DELETE FROM t_effect");
    desk_time(START);
}

/* ---- no memory ---- */

static void check_memory(struct desk *d)
{
    struct plan p = {.d = d};
    struct job_kind kinds[] = {{"note", effect, &p}};
    int attempts = 0;

    TEST("without memory: an error, and everything is as if nothing had been asked");
    for (uint64_t n = 1; n < 400; n += n < 40 ? 1 : 7) {
        struct order o = {.kind = "note", .key = "m"};
        alloc_fail_after(n);
        int r = ask(d, &o);
        alloc_fail_after(0);
        CHECK(r == 0 || r == E_MEMORY);
        if (r == 0)
            break;
        CHECK_INT(desk_number(d, "SELECT COUNT(*) FROM job"), 0);
    }
    for (uint64_t n = 1; n < 400; n += n < 60 ? 1 : 7) {
        struct worker *w = NULL;
        struct worker_count count = {0};
        struct err err = ERR_INIT;
        desk_run(d, "UPDATE job SET state = 'waiting', worker = '', due_at = 0, attempts = 0");
        desk_run(d, "DELETE FROM t_effect");
        alloc_fail_after(n);
        int r = worker_new(&(struct worker_config){d->url, kinds, 1}, &w, &err);
        if (r == 0)
            r = worker_run(w, WORKER_ONCE, &count, &err);
        alloc_fail_after(0);
        worker_free(w);
        CHECK(r == 0 || r == E_MEMORY);
        CHECK(desk_number(d, "SELECT COUNT(*) FROM t_effect") ==
              desk_number(d, "SELECT COUNT(*) FROM job WHERE state = 'done'"));
        attempts++;
        if (r == 0 && count.done)
            break;
    }
    CHECK(attempts > 3);
    CHECK_INT(desk_number(d, "SELECT COUNT(*) FROM t_effect"), 1);
    desk_run(d, "DELETE FROM job; DELETE FROM t_effect");
}

/* ---- verify ---- */

static void check_verify(struct desk *d)
{
    static const char *const wrongs[] = {
        "UPDATE job SET state = 'running', worker = 'w', lease = 1",
        "UPDATE job SET state = 'done', progress = 100",
        "UPDATE job SET state = 'done', lease = 1",
        "UPDATE job SET state = 'dead', lease = 1",
        "UPDATE job SET attempts = 2, lease = 1",
    };

    TEST("verify names what contradicts itself");
    for (size_t i = 0; i < COUNT_OF(wrongs); i++) {
        ask_for(d, "note", "a");
        ask_for(d, "note", "b");
        CHECK_INT(desk_wrong(d), 0);
        desk_run(d, wrongs[i]);
        struct verify v = {.lines = BUFFER_INIT};
        struct err err = ERR_INIT;
        CHECK_INT(jobs_verify(d->s, &v, &err), 0);
        CHECK_INT(v.rows, 2);
        CHECK_INT(v.wrong, i == 0 ? 1 : 2);
        CHECK(v.lines.n > 0);
        buffer_release(&v.lines);
        desk_run(d, "DELETE FROM job");
    }
}

static void check_engine(struct desk *d)
{
    desk_run(d, "DROP TABLE IF EXISTS t_effect;"
                "CREATE TABLE t_effect (job_id {int} NOT NULL, lease {int} NOT NULL){strict}");
    desk_time(START);
    check_orders(d);
    check_done(d);
    check_timer(d);
    check_lost(d);
    check_death(d);
    check_backoff(d);
    check_operator(d);
    check_verdicts(d);
    check_progress(d);
    check_periodic(d);
    check_backlog(d);
    check_crowd(d);
    check_thread(d);
    check_memory(d);
    check_verify(d);
    desk_run(d, "DROP TABLE t_effect");
}

int main(void)
{
    return desk_main(check_engine, "DELETE FROM job");
}
