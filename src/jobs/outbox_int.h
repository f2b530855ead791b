/*
 * outbox_int.h: what the files of the outbox share: checks, and sending over libcurl.
 */
#ifndef HUIQI_JOBS_OUTBOX_INT_H
#define HUIQI_JOBS_OUTBOX_INT_H
#include "base/buffer.h"
#include "jobs/outbox.h"

#define KIND_MAIL    "message-mail"
#define KIND_WEBHOOK "message-webhook"

bool mail_address_ok(struct span address);
bool webhook_name_ok(struct span name);

/* Builds the mail (RFC 5322, 2045): one text in base64. `date_ms` is its Date. */
void mail_print(struct buffer *out, const struct message_row *m, struct span from, int64_t date_ms);
NODISCARD int mail_check_config(const struct mail_config *c, struct err *err);

/* Deliver one message; job->verdict and job->wait_ms say what shall become of it. */
NODISCARD int mail_send(struct job *job, const struct outbox_config *c, const struct message_row *m,
                        struct err *err);
NODISCARD int webhook_send(struct job *job, const struct outbox_config *c,
                           const struct message_row *m, struct err *err);

/* One transfer of libcurl with the limits of the house: time, no signals, no redirects, no proxy
 * but a given one, stopped when the program ends. */
struct net {
    void *curl;        /* CURL; NULL = no memory */
    struct job *job;   /* asked whether to stop */
    struct span left;  /* still to be sent, of an upload */
    char problem[256]; /* CURL_ERROR_SIZE: of libcurl */
};
NODISCARD int net_open(struct net *n, struct job *job, const struct outbox_config *c,
                       const char *protocols, struct err *err);
void net_close(struct net *n);
void net_upload(struct net *n, struct span text);
/* 0 and the last code of the server, or E_IO with `what` and libcurl's problem; JOB_POSTPONE when
 * it was stopped. */
NODISCARD int net_run(struct net *n, const char *what, long *ret_code, struct err *err);
#endif
