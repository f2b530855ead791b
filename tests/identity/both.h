/*
 * both.h: runs a suite on a fresh SQLite database, and on PostgreSQL where HUIQI_TEST_POSTGRES
 * names one (its tables are dropped first), else says "skipped".
 */
#ifndef HUIQI_TESTS_BOTH_H
#define HUIQI_TESTS_BOTH_H
#include <stdlib.h>
#include <unistd.h>
#include "identity/actor.h"
#include "store/store.h"
#include "tests/unit/test.h"

static inline struct store *both_open(const char *url)
{
    struct store *s = NULL;
    struct err err = ERR_INIT;

    if (!CHECK(store_open(url, &s, &err) == 0 && store_migrate(s, &err) == 0))
        printf("%s\n", err.message);
    return s;
}

static inline int64_t both_count(struct store *s, const char *sql)
{
    struct err err = ERR_INIT;
    struct stmt *st;
    int64_t n = -1;

    if (store_prepare(s, sql, &st, &err) == 0) {
        if (stmt_step(st, &err) == 1)
            n = stmt_get_int(st, 0);
        stmt_done(st);
    }
    if (err.code)
        printf("%s\n", err.message);
    return n;
}

static inline void both_empty(const char *url)
{
    struct store *s = NULL;
    struct err err = ERR_INIT;

    if (!CHECK(store_open(url, &s, &err) == 0 &&
               store_execute(s, "DROP SCHEMA public CASCADE; CREATE SCHEMA public", &err) == 0))
        printf("%s\n", err.message);
    store_close(s);
}

static inline int both_run(void (*suite)(const char *url))
{
    char folder[] = "/tmp/huiqi-identity.XXXXXX", url[128], command[160];
    const char *postgres = getenv("HUIQI_TEST_POSTGRES");

    if (!CHECK(mkdtemp(folder) != NULL))
        return test_end();
    snprintf(url, sizeof url, "sqlite:%s/test.db", folder);
    suite(url);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    CHECK_INT(system(command), 0);
    if (postgres && *postgres) {
        both_empty(postgres);
        suite(postgres);
    } else {
        printf("PostgreSQL: skipped, HUIQI_TEST_POSTGRES is not set\n");
    }
    return test_end();
}
#endif
