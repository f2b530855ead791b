/*
 * u_store.c: one suite on both engines. SQLite in a fresh folder always; PostgreSQL where
 * HUIQI_TEST_POSTGRES names one, else it says "skipped".
 */
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "store/migrations.h"
#include "store/pool.h"
#include "store/store.h"
#include "tests/unit/test.h"

static struct store *open_store(const char *url)
{
    struct store *s = NULL;
    struct err err = ERR_INIT;
    if (!CHECK(store_open(url, &s, &err) == 0))
        printf("%s\n", err.message);
    return s;
}

static void check_migration(struct store *s)
{
    struct err err = ERR_INIT;
    int64_t version = -1;

    TEST("migration");
    CHECK_INT(store_migrate(s, &err), 0);
    CHECK_INT(err.code, 0);
    if (err.code)
        printf("%s\n", err.message);
    CHECK_INT(store_version(s, &version, &err), 0);
    CHECK_INT(version, migration_count);
    CHECK_INT(store_migrate(s, &err), 0); /* again: nothing to do */
}

static int64_t count_subjects(struct store *s)
{
    struct stmt *st;
    struct err err = ERR_INIT;
    int64_t n = -1;

    if (store_prepare(s, "SELECT COUNT(*) FROM subject WHERE name = $1", &st, &err) == 0) {
        stmt_text(st, 1, SPAN("测试"));
        if (stmt_step(st, &err) == 1)
            n = stmt_get_int(st, 0);
        stmt_done(st);
    }
    return n;
}

struct insert {
    const char *code;
    int fail;
};

static int insert_subject(struct store *s, void *context, struct err *err)
{
    struct insert *in = context;
    struct stmt *st;
    int r = store_prepare(
        s, "INSERT INTO subject (kind, code, name, created_at) VALUES ('enterprise', $1, $2, $3)",
        &st, err);

    if (r < 0)
        return r;
    stmt_text(st, 1, span_z(in->code));
    stmt_text(st, 2, SPAN("测试"));
    stmt_int(st, 3, INT64_C(1583712000000));
    r = stmt_run(st, err);
    return r < 0 ? r : in->fail;
}

#define POSTED 1200 /* more than travel at once */

/* Posts many rows, the last again when it is to fail; then sees them. */
static int post_subjects(struct store *s, void *context, struct err *err)
{
    const struct insert *in = context;
    char code[16];
    struct stmt *st;
    int r = 0;

    for (int i = 0; r == 0 && i < POSTED + in->fail; i++) {
        snprintf(code, sizeof code, "%s%d", in->code, i < POSTED ? i : 0);
        r = store_prepare(s,
                          "INSERT INTO subject (kind, code, name, created_at)"
                          " VALUES ('enterprise', $1, $2, 0)",
                          &st, err);
        if (r < 0)
            return r;
        stmt_text(st, 1, span_z(code));
        stmt_text(st, 2, SPAN("测试"));
        r = stmt_post(st, err);
    }
    return r;
}

static void check_posts(struct store *s)
{
    struct err err = ERR_INIT;
    int64_t before = count_subjects(s);

    TEST("posted rows are there, in the transaction too");
    CHECK_INT(store_begin(s, &err), 0);
    CHECK_INT(post_subjects(s, &(struct insert){"P", 0}, &err), 0);
    CHECK_INT(count_subjects(s), before + POSTED);
    store_rollback(s);
    CHECK_INT(count_subjects(s), before);
    CHECK_INT(store_write(s, post_subjects, &(struct insert){"P", 0}, &err), 0);
    CHECK_INT(count_subjects(s), before + POSTED);

    TEST("a posted row that breaks a rule: at the latest the commit says so");
    CHECK_INT(store_write(s, post_subjects, &(struct insert){"Q", 1}, &err), E_CONFLICT);
    CHECK_INT(count_subjects(s), before + POSTED);
    err = (struct err)ERR_INIT;
    CHECK_INT(store_write(s, insert_subject, &(struct insert){"R", 0}, &err), 0);
    CHECK_INT(count_subjects(s), before + POSTED + 1);
}

static void check_transactions(struct store *s)
{
    struct err err = ERR_INIT;

    TEST("commit, rollback, constraint");
    CHECK_INT(store_write(s, insert_subject, &(struct insert){"A", 0}, &err), 0);
    CHECK_INT(count_subjects(s), 1);
    CHECK_INT(store_write(s, insert_subject, &(struct insert){"B", E_INPUT}, &err), E_INPUT);
    CHECK_INT(count_subjects(s), 1); /* rolled back */
    err = (struct err)ERR_INIT;
    CHECK_INT(store_write(s, insert_subject, &(struct insert){"A", 0}, &err), E_CONFLICT);
    CHECK(err.message[0] != 0);
    CHECK_INT(count_subjects(s), 1);
}

static void check_values(struct store *s)
{
    struct stmt *st;
    struct err err = ERR_INIT;
    char zeros[3] = {'a', 0, 'b'};

    TEST("values");
    CHECK_INT(store_execute(s, "CREATE TABLE t_values (i {int}, t TEXT, b {blob}){strict}", &err),
              0);
    CHECK_INT(store_prepare(s, "INSERT INTO t_values (i, t, b) VALUES ($1, $2, $3)", &st, &err), 0);
    stmt_int(st, 1, INT64_MIN);
    stmt_text(st, 2, SPAN("”；DROP TABLE subject; --"));
    stmt_blob(st, 3, span_of(zeros, 3));
    CHECK_INT(stmt_run(st, &err), 0);
    stmt_null(st, 1);
    stmt_null(st, 2);
    stmt_null(st, 3);
    CHECK_INT(stmt_run(st, &err), 0);
    CHECK_INT(store_prepare(s, "SELECT i, t, b FROM t_values ORDER BY i IS NULL", &st, &err), 0);
    CHECK_INT(stmt_step(st, &err), 1);
    CHECK(stmt_get_int(st, 0) == INT64_MIN);
    CHECK_TEXT(stmt_get_text(st, 1), "”；DROP TABLE subject; --");
    CHECK(span_eq(stmt_get_text(st, 2), span_of(zeros, 3)));
    CHECK_INT(stmt_step(st, &err), 1);
    CHECK(stmt_is_null(st, 0) && stmt_is_null(st, 1) && stmt_is_null(st, 2));
    CHECK_INT(stmt_step(st, &err), 0);
    stmt_done(st);
    CHECK_INT(store_execute(s, "DROP TABLE t_values", &err), 0);
}

static void check_refused(struct store *s)
{
    struct stmt *st;
    struct err err = ERR_INIT;
    char *big = calloc(1, STORE_VALUE_MAX + 1);

    TEST("values that no engine keeps");
    CHECK_INT(store_prepare(s, "SELECT id FROM subject WHERE code = $1", &st, &err), 0);
    stmt_text(st, 1, span_of("a\0b", 3));
    CHECK_INT(stmt_step(st, &err), E_INPUT);
    stmt_done(st);
    err = (struct err)ERR_INIT;
    if (big) {
        stmt_blob(st, 1, span_of(big, STORE_VALUE_MAX + 1));
        CHECK_INT(stmt_step(st, &err), E_LIMIT);
        stmt_done(st);
    }
    free(big);
    stmt_text(st, 1, SPAN("A")); /* the statement goes on */
    err = (struct err)ERR_INIT;
    CHECK_INT(stmt_step(st, &err), 1);
    stmt_done(st);
}

static void check_errors(struct store *s)
{
    struct stmt *st;
    struct err err = ERR_INIT;

    TEST("errors");
    CHECK_INT(store_prepare(s, "SELECT x FROM nowhere", &st, &err), E_STORE);
    if (!CHECK(strstr(err.message, "nowhere") != NULL))
        printf("%s\n", err.message);
    CHECK_INT(count_subjects(s), 1); /* the connection goes on */
}

#define WRITERS 4
#define WRITES  25
struct writer {
    const char *url;
    int number, failures;
};

static void *write_many(void *context)
{
    struct writer *w = context;
    struct store *s = open_store(w->url);

    for (int i = 0; s && i < WRITES; i++) {
        char code[32];
        struct err err = ERR_INIT;
        snprintf(code, sizeof(code), "W%d-%d", w->number, i);
        if (store_write(s, insert_subject, &(struct insert){code, 0}, &err) < 0)
            w->failures++;
    }
    store_close(s);
    return NULL;
}

static void check_parallel(struct store *s, const char *url)
{
    pthread_t threads[WRITERS];
    struct writer writers[WRITERS];
    int failures = 0;

    TEST("parallel writers");
    for (int i = 0; i < WRITERS; i++) {
        writers[i] = (struct writer){url, i, 0};
        CHECK_INT(pthread_create(&threads[i], NULL, write_many, &writers[i]), 0);
    }
    for (int i = 0; i < WRITERS; i++) {
        pthread_join(threads[i], NULL);
        failures += writers[i].failures;
    }
    CHECK_INT(failures, 0);
    CHECK_INT(count_subjects(s), 1 + WRITERS * WRITES);
}

static void *open_new(void *context)
{
    struct writer *w = context;
    struct store *s = open_store(w->url);
    struct err err = ERR_INIT;

    if (!s || store_migrate(s, &err) < 0) {
        printf("%s\n", err.message);
        w->failures++;
    }
    store_close(s);
    return NULL;
}

/* Several programs start on an empty database. */
static void check_first_start(const char *url)
{
    pthread_t threads[WRITERS];
    struct writer writers[WRITERS];
    int failures = 0;

    TEST("first start of several at once");
    for (int i = 0; i < WRITERS; i++) {
        writers[i] = (struct writer){url, i, 0};
        CHECK_INT(pthread_create(&threads[i], NULL, open_new, &writers[i]), 0);
    }
    for (int i = 0; i < WRITERS; i++) {
        pthread_join(threads[i], NULL);
        failures += writers[i].failures;
    }
    CHECK_INT(failures, 0);
}

/* The database of the test may have been used: empties it. */
static void empty_postgres(const char *url)
{
    struct store *s = open_store(url);
    struct err err = ERR_INIT;
    if (s &&
        !CHECK(store_execute(s, "DROP SCHEMA public CASCADE; CREATE SCHEMA public", &err) == 0))
        printf("%s\n", err.message);
    store_close(s);
}

/* What comes back is given again, with nothing of its last user; a loan ends with its arena. */
static void check_pool(const char *url)
{
    struct store_pool *pool = NULL;
    struct store *a = NULL, *b = NULL, *c = NULL;
    struct arena request;
    struct err err = ERR_INIT;

    TEST("pool");
    if (!CHECK_INT(store_pool_new(url, &pool, &err), 0))
        return;
    CHECK_INT(store_pool_take(pool, &a, &err), 0);
    CHECK_INT(store_pool_take(pool, &b, &err), 0);
    CHECK(a && b && a != b);
    CHECK_INT(store_begin(a, &err), 0);
    store_pool_give(pool, a);
    CHECK_INT(store_pool_take(pool, &c, &err), 0);
    CHECK(c == a);
    CHECK_INT(store_begin(c, &err), 0); /* a BUG if the last one's were open */
    store_rollback(c);
    store_pool_give(pool, b);
    arena_init(&request);
    CHECK_INT(store_pool_lend(pool, &request, &a, &err), 0);
    CHECK(a == b);
    arena_release(&request);
    CHECK_INT(store_pool_take(pool, &a, &err), 0);
    CHECK(a == b);
    store_pool_give(pool, a);
    store_pool_give(pool, c);
    store_pool_free(pool);
}

static void check_engine(const char *url)
{
    check_first_start(url);
    struct store *s = open_store(url);
    if (!s)
        return;
    check_migration(s);
    check_transactions(s);
    check_values(s);
    check_refused(s);
    check_errors(s);
    check_parallel(s, url);
    check_posts(s);
    check_pool(url);
    store_close(s);
}

static void check_bad_urls(void)
{
    struct store *s = NULL;
    struct err err = ERR_INIT;

    TEST("bad addresses");
    CHECK_INT(store_open("mysql://x", &s, &err), E_USAGE);
    CHECK(err.hint[0] != 0);
    err = (struct err)ERR_INIT;
    CHECK(store_open("sqlite:/proc/nowhere/x.db", &s, &err) < 0);
    CHECK(s == NULL);
}

int main(void)
{
    char folder[] = "/tmp/huiqi-store.XXXXXX", url[128];
    const char *postgres = getenv("HUIQI_TEST_POSTGRES");

    check_bad_urls();
    if (!CHECK(mkdtemp(folder) != NULL))
        return test_end();
    snprintf(url, sizeof(url), "sqlite:%s/sub/test.db", folder);
    check_engine(url);
    if (postgres && *postgres) {
        empty_postgres(postgres);
        check_engine(postgres);
    } else {
        printf("PostgreSQL: skipped, HUIQI_TEST_POSTGRES is not set\n");
    }
    char command[160];
    snprintf(command, sizeof(command), "rm -rf '%s'", folder);
    CHECK_INT(system(command), 0);
    return test_end();
}
