/*
 * jobs_desk.h: what the tests of jobs share: a store of each engine, counting by SQL, time that
 * stands still (HUIQI_NOW).
 */
#ifndef HUIQI_TESTS_JOBS_DESK_H
#define HUIQI_TESTS_JOBS_DESK_H
#include <stdlib.h>
#include <unistd.h>
#include "jobs/worker.h"
#include "store/store.h"
#include "store/verify.h"
#include "tests/unit/test.h"

struct desk {
    const char *url;
    struct store *s;
};

static inline struct store *desk_open(const char *url)
{
    struct store *s = NULL;
    struct err err = ERR_INIT;

    if (!CHECK(store_open(url, &s, &err) == 0 && store_migrate(s, &err) == 0))
        printf("%s\n", err.message);
    return s;
}

/* For statements of the tests, which may be built. */
static inline void desk_run(struct desk *d, const char *sql)
{
    struct err err = ERR_INIT;
    if (!CHECK(store_execute(d->s, sql, &err) == 0))
        printf("%s: %s\n", sql, err.message);
}

static inline int64_t desk_number(struct desk *d, const char *sql)
{
    struct stmt *st = NULL;
    struct err err = ERR_INIT;
    int64_t n = -1;

    if (store_prepare(d->s, sql, &st, &err) == 0 && stmt_step(st, &err) == 1)
        n = stmt_get_int(st, 0);
    else
        printf("%s: %s\n", sql, err.message);
    stmt_done(st);
    return n;
}

static inline void desk_time(const char *now)
{
    if (now)
        setenv("HUIQI_NOW", now, 1);
    else
        unsetenv("HUIQI_NOW");
}

static inline int64_t desk_wrong(struct desk *d)
{
    struct verify v = {.lines = BUFFER_INIT};
    struct err err = ERR_INIT;

    CHECK_INT(jobs_verify(d->s, &v, &err), 0);
    if (v.wrong)
        printf("%s", v.lines.p);
    buffer_release(&v.lines);
    return v.wrong;
}

/* Runs f on SQLite in a fresh folder, and on PostgreSQL where HUIQI_TEST_POSTGRES names one. */
static inline int desk_main(void (*f)(struct desk *), const char *empty)
{
    char folder[] = "/tmp/huiqi-jobs.XXXXXX", url[128], command[160];
    const char *postgres = getenv("HUIQI_TEST_POSTGRES");

    if (!CHECK(mkdtemp(folder) != NULL))
        return test_end();
    snprintf(url, sizeof url, "sqlite:%s/test.db", folder);
    for (int i = 0; i < 2; i++) {
        struct desk d = {.url = i ? postgres : url};
        if (!d.url || !*d.url) {
            printf("PostgreSQL: skipped, HUIQI_TEST_POSTGRES is not set\n");
            break;
        }
        d.s = desk_open(d.url);
        if (d.s) {
            desk_run(&d, empty);
            f(&d);
        }
        store_close(d.s);
    }
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    CHECK_INT(system(command), 0);
    return test_end();
}
#endif
