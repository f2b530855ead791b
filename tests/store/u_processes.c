/*
 * u_processes.c: a program with several connections beside other programs that come and go: each
 * sees what the others wrote. On SQLite that fails when a connection loses its locks, because the
 * last one out removes the WAL under it.
 */
#include <spawn.h>
#include <sys/wait.h>

#include "tests/jobs/jobs_desk.h"

extern char **environ;

static int write_row(struct store *s, void *context, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s, "INSERT INTO t_process (who) VALUES ($1)", &st, err);

    if (r < 0)
        return r;
    stmt_text(st, 1, span_z(context));
    return stmt_run(st, err);
}

/* Another program: comes, writes, goes. */
static int come_and_go(char *url)
{
    struct store *s = NULL;
    struct err err = ERR_INIT;
    char who[] = "other";
    int r = store_open(url, &s, &err);

    if (r == 0)
        r = store_write(s, write_row, who, &err);
    store_close(s);
    return r == 0 ? 0 : 1;
}

static void run_other(const char *url)
{
    char program[] = "/proc/self/exe", *copy = strdup(url);
    char *words[] = {program, copy, NULL};
    pid_t pid = 0;
    int status = -1;

    CHECK_INT(posix_spawn(&pid, program, NULL, NULL, words, environ), 0);
    CHECK_INT(waitpid(pid, &status, 0), pid);
    CHECK_INT(status, 0);
    free(copy);
}

static int64_t rows(struct store *s)
{
    return desk_number(&(struct desk){.s = s}, "SELECT COUNT(*) FROM t_process");
}

static void check_engine(struct desk *d)
{
    struct store *second = NULL, *third = NULL;
    struct err err = ERR_INIT;
    char who[] = "this";

    desk_run(d, "DROP TABLE IF EXISTS t_process;"
                "CREATE TABLE t_process (id {serial}, who TEXT NOT NULL){strict}");
    TEST("two connections here, programs that come and go beside: everybody sees everything");
    CHECK_INT(rows(d->s), 0);
    CHECK_INT(store_open(d->url, &second, &err), 0);
    CHECK_INT(rows(second), 0);
    run_other(d->url);
    run_other(d->url);
    CHECK_INT(rows(d->s), 2);
    CHECK_INT(rows(second), 2);

    TEST("what is written here after they went is there for who comes later");
    CHECK_INT(store_write(d->s, write_row, who, &err), 0);
    store_close(second);
    run_other(d->url);
    CHECK_INT(store_write(d->s, write_row, who, &err), 0);
    CHECK_INT(store_open(d->url, &third, &err), 0);
    CHECK_INT(rows(third), 5);
    CHECK_INT(rows(d->s), 5);
    store_close(third);
    desk_run(d, "DROP TABLE t_process");
}

int main(int argc, char **argv)
{
    return argc > 1 ? come_and_go(argv[1])
                    : desk_main(check_engine, "DELETE FROM job WHERE id < 0");
}
