/*
 * deliver.c: the handlers of the outbox: read the message, send it, note that it is sent in one
 * transaction with the end of the job. Between sending and noting lies what makes it "at least
 * once".
 */
#include "base/date.h"
#include "jobs/jobs_int.h"
#include "jobs/outbox_int.h"

#define LEASE_MS       (INT64_C(120) * 1000) /* well above the time limit of a delivery */
#define FIRST_PAUSE_MS (INT64_C(30) * 1000)
#define MOST_PAUSE_MS  (INT64_C(12) * 3600 * 1000)

static int read_message(struct job *job, struct message_row *ret, struct err *err)
{
    struct message_row *rows = NULL;
    struct stmt *st;
    int64_t id = 0;
    size_t n = 0;
    int r = store_prepare(job->store, "SELECT id FROM message WHERE job_id = $1", &st, err);

    if (r < 0)
        return r;
    stmt_int(st, 1, job->id);
    r = stmt_step(st, err);
    if (r > 0)
        id = stmt_get_int(st, 0);
    stmt_done(st);
    if (r > 0)
        r = message_list(job->store, job->arena, &(struct message_filter){.id = id, .most = 1},
                         &rows, &n, err);
    if (r < 0)
        return r;
    if (n == 0) {
        job->verdict = JOB_GIVE_UP;
        return err_set(err, E_NOT_FOUND, "the message of this job is gone");
    }
    *ret = rows[0];
    return 0;
}

static int note_sent(struct store *s, void *context, struct err *err)
{
    const struct job *job = context;
    struct stmt *st;
    int r = store_prepare(s, "UPDATE message SET sent_at = $2 WHERE job_id = $1", &st, err);

    if (r < 0)
        return r;
    stmt_int(st, 1, job->id);
    stmt_int(st, 2, clock_now_ms());
    r = stmt_run(st, err);
    return r < 0 ? r : job_finish(job, (struct span){0}, err);
}

static int deliver(struct job *job, const struct outbox_config *c,
                   int (*send)(struct job *, const struct outbox_config *,
                               const struct message_row *, struct err *),
                   struct err *err)
{
    struct message_row m;
    int r = read_message(job, &m, err);

    if (r == 0)
        r = send(job, c, &m, err);
    return r < 0 ? r : store_write(job->store, note_sent, job, err);
}

static int run_mail(struct job *job, void *context, struct err *err)
{
    return deliver(job, context, mail_send, err);
}

static int run_webhook(struct job *job, void *context, struct err *err)
{
    return deliver(job, context, webhook_send, err);
}

int outbox_kinds(struct job_kinds *k, const struct outbox_config *config, struct err *err)
{
    union {
        const struct outbox_config *in;
        void *out;
    } context = {.in = config};
    struct job_kind kind = {.context = context.out,
                            .lease_ms = LEASE_MS,
                            .max_attempts = OUTBOX_ATTEMPTS,
                            .backoff = {FIRST_PAUSE_MS, MOST_PAUSE_MS}};
    int r = config->mail.url ? mail_check_config(&config->mail, err) : 0;

    if (r == 0 && config->mail.url) {
        kind.name = KIND_MAIL;
        kind.run = run_mail;
        r = job_kinds_add(k, &kind, err);
    }
    kind.name = KIND_WEBHOOK;
    kind.run = run_webhook;
    return r < 0 ? r : job_kinds_add(k, &kind, err);
}
