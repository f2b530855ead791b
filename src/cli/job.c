/*
 * job.c: `huiqi job`: timers and long work: seen, done by this process, tried again, cancelled.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "cli/commands.h"
#include "cli/load.h"
#include "cli/rows.h"
#include "cli/work.h"

/* ---- list, show ---- */

struct list_options {
    const char *state, *kind, *most;
    bool json;
};

static const struct option_spec list_options[] = {
    OPT_TEXT(struct list_options, state, "state", "S", "waiting, running, done, dead or cancelled"),
    OPT_TEXT(struct list_options, kind, "kind", "K", "only this kind, such as message-mail"),
    OPT_TEXT(struct list_options, most, "most", "N",
             "at most so many (50; most 10000), newest first"),
    OPT_AS_JSON(struct list_options),
};
static const struct option_example list_examples[] = {
    {"huiqi job list --state dead", "死信：多次失败、等人处理的任务，附最后一次的原因"},
    {"huiqi job list --kind message-mail --json", "所有邮件任务"},
};
static const struct command_spec list_spec = {
    .name = "job list",
    .usage = "[--state S] [--kind K] [--most N] [--json]",
    .summary =
        "后台任务：定时、长时间工作、发送。A job waits until it is due, is taken by a worker under "
        "a\n"
        "lease, and ends done, dead (attempts used up) or cancelled. A worker that dies gives its\n"
        "job back when the lease ends.",
    OPTIONS_OF(list_options),
    EXAMPLES_OF(list_examples),
};

static const struct option_spec show_options[] = {
    OPT_AS_JSON(struct list_options),
};
static const struct option_example show_examples[] = {
    {"huiqi job show 12", "the payload, attempts, progress and last error of job 12"}};
static const struct command_spec show_spec = {
    .name = "job show",
    .usage = "N [--json]",
    .summary = "One job with everything that is known of it.",
    OPTIONS_OF(show_options),
    EXAMPLES_OF(show_examples),
    .least = 1,
    .most = 1,
};

static struct json *as_json(struct arena *a, const struct job_row *row)
{
    struct json *j = json_object(a);
    const struct {
        const char *key;
        struct span value;
    } texts[] = {
        {"kind", row->kind},
        {"key", row->key},
        {"state", span_z(job_state_name(row->state))},
        {"payload", row->payload},
        {"worker", row->worker},
        {"progress_text", row->progress_text},
        {"result", row->result},
        {"error", row->error},
        {"due_at", rows_time(a, row->due_at)},
        {"created_at", rows_time(a, row->created_at)},
        {"changed_at", rows_time(a, row->changed_at)},
    };

    JSON_SET(j, "id", json_int(a, row->id));
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        json_set(j, span_z(texts[i].key), json_string(a, texts[i].value));
    JSON_SET(j, "attempts", json_int(a, row->attempts));
    JSON_SET(j, "lease", json_int(a, row->lease));
    JSON_SET(j, "progress", json_int(a, row->progress));
    return j;
}

static void print_row(struct buffer *out, struct arena *a, const struct job_row *row)
{
    buffer_print(out, "%-6" PRId64 " ", row->id);
    cli_column(out, span_z(job_state_name(row->state)), 10);
    cli_column(out, row->kind, 17);
    cli_column(out, rows_time(a, row->due_at), 20);
    buffer_print(out, "%" PRId64 "次 ", row->attempts);
    if (row->state == JOB_RUNNING)
        buffer_print(out, "%" PRId64 "%% %.*s", row->progress, SPAN_ARG(row->progress_text));
    else
        buffer_add(out, row->error);
    buffer_byte(out, '\n');
}

static int print_rows(struct arena *a, const struct job_row *rows, size_t n, bool json)
{
    struct buffer out = BUFFER_INIT;

    if (json) {
        struct json *list = json_array(a);
        for (size_t i = 0; i < n; i++)
            json_add(list, as_json(a, &rows[i]));
        return cli_print_json(list);
    }
    for (size_t i = 0; i < n; i++)
        print_row(&out, a, &rows[i]);
    if (n == 0)
        buffer_add_z(&out, "没有这样的任务\n");
    return cli_flush(&out, 0);
}

static bool is_state(const char *name)
{
    for (int i = 0; name && i < JOB_STATES; i++)
        if (strcmp(name, job_state_name((enum job_state)i)) == 0)
            return true;
    return name == NULL;
}

static int list(int argc, char **argv)
{
    struct list_options o = {0};
    struct job_row *rows = NULL;
    struct store *s = NULL;
    struct err err = ERR_INIT;
    struct arena a;
    size_t n = 0;
    int64_t most;
    int count, status = options_parse(&list_spec, argc, argv, &o, &count);

    if (status != OPTIONS_RUN)
        return status;
    if (!is_state(o.state))
        return report_usage(&list_spec, "no state of a job: %s", o.state);
    if (!rows_number(o.most, ROWS_MOST, 50, &most))
        return report_usage(&list_spec, "--most is a number up to %d", ROWS_MOST);
    arena_init(&a);
    int r = rows_open(&s, &err);
    if (r == 0)
        r = job_list(
            s, &a,
            &(struct job_filter){.state = span_z(o.state), .kind = span_z(o.kind), .most = most},
            &rows, &n, &err);
    status = r < 0 ? report_err(&err) : print_rows(&a, rows, n, o.json);
    store_close(s);
    arena_release(&a);
    return status;
}

static int show(int argc, char **argv)
{
    struct list_options o = {0};
    struct job_row *rows = NULL;
    struct store *s = NULL;
    struct err err = ERR_INIT;
    struct arena a;
    size_t n = 0;
    int64_t id;
    int count, status = options_parse(&show_spec, argc, argv, &o, &count);

    if (status != OPTIONS_RUN)
        return status;
    if (!rows_number(argv[1], INT64_MAX, 0, &id))
        return report_usage(&show_spec, "not a number: %s", argv[1]);
    arena_init(&a);
    int r = rows_open(&s, &err);
    if (r == 0)
        r = job_list(s, &a, &(struct job_filter){.id = id, .most = 1}, &rows, &n, &err);
    if (r == 0 && n == 0)
        r = err_set(&err, E_NOT_FOUND, "there is no job %" PRId64, id);
    /* as data in both forms: there is nothing to leave out */
    status = r < 0 ? report_err(&err) : cli_print_json(as_json(&a, &rows[0]));
    store_close(s);
    arena_release(&a);
    return status;
}

/* ---- retry, cancel ---- */

static const struct option_example retry_examples[] = {
    {"huiqi job retry 12 15", "dead or cancelled jobs, at once and with all their attempts"}};
static const struct command_spec retry_spec = {
    .name = "job retry",
    .usage = "N...",
    .summary = "Jobs that are dead or cancelled wait again, due now. Logged with who said so.",
    EXAMPLES_OF(retry_examples),
    .least = 1,
    .most = -1,
};
static int retry(int argc, char **argv)
{
    static const struct rows_change change = {&retry_spec, job_retry, "job", "job.retry",
                                              "等待重试"};
    return rows_change_all(&change, argc, argv);
}

static const struct option_example cancel_examples[] = {
    {"huiqi job cancel 12",
     "a job that waits or runs; one that runs can no longer write anything"}};
static const struct command_spec cancel_spec = {
    .name = "job cancel",
    .usage = "N...",
    .summary = "Ends jobs that wait or run. What they have sent to other machines is sent.",
    EXAMPLES_OF(cancel_examples),
    .least = 1,
    .most = -1,
};
static int cancel(int argc, char **argv)
{
    static const struct rows_change change = {&cancel_spec, job_cancel, "job", "job.cancel",
                                              "已取消"};
    return rows_change_all(&change, argc, argv);
}

/* ---- run ---- */

struct run_options {
    const char *library;
    bool forever, once;
};
static const struct option_spec run_options[] = {
    OPT_FLAG(struct run_options, forever, "forever",
             "go on until Ctrl-C, as the thread in `huiqi serve` does"),
    OPT_FLAG(struct run_options, once, "once", "at most one job"),
    OPT_TEXT(struct run_options, library, "library", "DIR",
             "the policy library (HUIQI_LIBRARY, ./library)"),
};
static const struct option_example run_examples[] = {
    {"huiqi job run", "everything that is due now, then ends: for cron"},
    {"huiqi job run --forever",
     "a process of its own for the work, beside `huiqi serve --no-jobs`"},
};
static const struct command_spec run_spec = {
    .name = "job run",
    .usage = "[--forever|--once]",
    .summary =
        "Does the jobs that are due. Any number of processes may: each job is taken by one.\n"
        "Mail is sent where HUIQI_SMTP names a server (docs/operations.md). Exit 1 when an\n"
        "attempt failed.",
    OPTIONS_OF(run_options),
    EXAMPLES_OF(run_examples),
};

static int run_forever(struct work *w, struct err *err)
{
    sigset_t signals;
    int which = 0;

    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    if (worker_start(w->worker, err) < 0)
        return report_err(err);
    sigwait(&signals, &which);
    return 0;
}

static int run_due(struct work *w, enum worker_mode mode, struct err *err)
{
    struct worker_count n = {0};

    if (worker_run(w->worker, mode, &n, err) < 0)
        return report_err(err);
    printf("完成 %" PRId64 " 件，失败 %" PRId64 " 次\n", n.done, n.failed);
    return n.failed ? 1 : 0;
}

static int prepare(void)
{
    struct store *s = NULL;
    struct err err = ERR_INIT;

    if (rows_open(&s, &err) < 0)
        return report_err(&err);
    store_close(s);
    return OPTIONS_RUN;
}

static int run(int argc, char **argv)
{
    struct run_options o = {0};
    struct library *library = NULL;
    struct work w;
    struct err err = ERR_INIT;
    int count, status = options_parse(&run_spec, argc, argv, &o, &count);

    if (status != OPTIONS_RUN)
        return status;
    if (o.forever && o.once)
        return report_usage(&run_spec, "--forever and --once exclude each other");
    status = cli_load_library(o.library, &library);
    if (status == OPTIONS_RUN)
        status = prepare();
    if (status == OPTIONS_RUN) {
        signal(SIGPIPE, SIG_IGN);
        if (work_open(&w, store_url(), library, &err) < 0) {
            status = report_err(&err);
        } else {
            status = o.forever ? run_forever(&w, &err)
                               : run_due(&w, o.once ? WORKER_ONCE : WORKER_UNTIL_IDLE, &err);
            work_close(&w);
        }
    }
    library_unref(library);
    return status;
}

int cmd_job(int argc, char **argv)
{
    static const struct subcommand subcommands[] = {
        {"list", list, "jobs by state and kind, newest first", NULL},
        {"show", show, "one job with everything known of it", NULL},
        {"run", run, "does what is due, now or for ever", NULL},
        {"retry", retry, "dead or cancelled jobs wait again", NULL},
        {"cancel", cancel, "ends jobs that wait or run", NULL}};
    static const struct command_group group = {
        .name = "job",
        .summary = "后台任务：定时器、长时间工作、邮件与通知的发送；多个进程可共用一个数据库。",
        .at = subcommands,
        .n = COUNT_OF(subcommands)};
    return group_run(&group, argc, argv);
}
