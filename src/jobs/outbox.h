/*
 * outbox.h: messages: to the inbox of an account, by mail, by signed webhook (S-rows of notices).
 *
 * message_add writes a message inside the caller's transaction: what is announced has happened, and
 * what happened is announced. In the inbox the row is the delivery. Mail and webhooks go out by a
 * job of their own, tried again with growing pauses and dead after OUTBOX_ATTEMPTS; an operator
 * tries a dead one again (message_retry). Whether a message is sent is its sent_at; everything else
 * about its state is the state of its job, kept in one place.
 *
 * Outside of the database a message arrives at least once: its uid (Message-ID of a mail,
 * webhook-id) is the same each time, so that a receiver can tell.
 *
 * Price: the address of a mail stands in the row as text; lists show it masked
 * (message_mask_address).
 */
#ifndef HUIQI_JOBS_OUTBOX_H
#define HUIQI_JOBS_OUTBOX_H
#include "jobs/kinds.h"

#define MESSAGE_TEXT_MAX 65536 /* bytes of a text or of data */
#define MESSAGE_LINE_MAX 300   /* bytes of a subject, a key, a kind, an object */
#define MAIL_ADDRESS_MAX 254   /* RFC 5321 */
#define WEBHOOK_NAME_MAX 40    /* a-z, 0-9, '-' */
#define WEBHOOK_URL_MAX  1000
#define OUTBOX_ATTEMPTS  13 /* with the pauses of deliver.c: over 29 hours */

enum message_channel { MESSAGE_INBOX, MESSAGE_MAIL, MESSAGE_WEBHOOK, MESSAGE_CHANNELS };
const char *message_channel_name(enum message_channel c); /* "inbox" */
/* MESSAGE_CHANNELS when there is none of this name. */
enum message_channel message_channel_of(struct span name);

struct outgoing {
    enum message_channel channel;
    struct span to;   /* inbox: number of an account; mail: its address; webhook: its name */
    struct span key;  /* what it tells: the same key to the same recipient is one message */
    struct span kind; /* "case.supplement": what sort of thing it tells */
    struct span object_kind, object;    /* "case", its number; empty = none */
    struct span subject_zh, subject_en; /* one line each; one language may be empty */
    struct span text_zh, text_en;
    struct span language; /* of mail: "zh", "en"; empty = both, Chinese first */
    struct span data;     /* of webhooks: a JSON object more; empty = none */
    int64_t send_at;      /* not before; 0 = at once (an inbox shows it at once) */
};
/* Inside a transaction of s. *ret_id (may be NULL) = its number; 0 when it was there already.
 * E_INPUT: an address, line or language that is none; E_LIMIT. */
NODISCARD int message_add(struct store *s, const struct outgoing *m, int64_t *ret_id,
                          struct err *err);
/* The same message to every webhook that listens to its kind; m->channel and m->to are not read.
 * Inside a transaction of s. */
NODISCARD int message_tell(struct store *s, const struct outgoing *m, struct err *err);

/* ---- looking ---- */

struct message_row {
    int64_t id, job_id; /* job_id 0: an inbox has none */
    enum message_channel channel;
    struct span uid, to, key, kind, object_kind, object, language;
    struct span subject_zh, subject_en, text_zh, text_en, data;
    struct span state; /* "waiting", "sending", "sent", "dead", "cancelled" */
    struct span error; /* of the last attempt that failed */
    int64_t created_at, sent_at, read_at, due_at, attempts; /* 0 = not yet */
};
struct message_filter {
    struct span channel, to, state, kind; /* empty = all */
    bool unread;
    int64_t id;     /* 0 = all */
    int64_t before; /* numbers below this one; 0 = all */
    int64_t most;   /* rows; newest first */
};
NODISCARD int message_list(struct store *s, struct arena *request, const struct message_filter *f,
                           struct message_row **ret, size_t *ret_n, struct err *err);
/* How many an account has not read. */
NODISCARD int message_unread(struct store *s, int64_t account_id, int64_t *ret, struct err *err);
/* "z***@example.com": as lists and logs show an address; other recipients as they are. */
struct span message_mask_address(struct arena *request, struct span to);

/* ---- changing ---- */

/* Inside a transaction of s. Read: of the inbox of this account only; E_NOT_FOUND. Retry: a dead or
 * cancelled one, at once and with all its attempts; E_NOT_FOUND, E_CONFLICT. */
NODISCARD int message_mark_read(struct store *s, int64_t account_id, int64_t id, struct err *err);
NODISCARD int message_retry(struct store *s, int64_t id, struct err *err);

/* ---- webhooks: where other systems listen ---- */

struct webhook {
    int64_t id;
    struct span name, url;
    struct span kinds;  /* words: "case.* payment.done"; empty = all */
    struct span secret; /* as stored: sealed by whoever added it */
    bool active;
    int64_t created_at;
};
/* Inside a transaction of s. An old one of this name gets the new address, kinds and secret.
 * E_INPUT: not http(s), not a name. */
NODISCARD int webhook_put(struct store *s, const struct webhook *w, struct err *err);
/* No more messages go there; those that wait are kept. E_NOT_FOUND. */
NODISCARD int webhook_stop(struct store *s, struct span name, struct err *err);
NODISCARD int webhook_list(struct store *s, struct arena *request, struct webhook **ret,
                           size_t *ret_n, struct err *err);
/* Whether a kind is among words such as "case.* payment.done". */
bool webhook_listens(struct span kinds, struct span kind);

/* The signature of the Standard Webhooks specification, version 1: "v1," and the base64 of
 * HMAC-SHA256(secret, id "." seconds "." body). Receivers refuse a time more than five minutes off.
 */
#define WEBHOOK_SIGNATURE 64
void webhook_sign(struct span secret, struct span id, int64_t seconds, struct span body,
                  char ret[WEBHOOK_SIGNATURE]);

/* ---- sending ---- */

enum mail_tls { MAIL_TLS_REQUIRE, MAIL_TLS_TRY, MAIL_TLS_NONE };
struct mail_config {
    const char *url; /* smtp://host:587, smtps://host:465; NULL = this process sends no mail */
    const char *from;
    const char *user, *password; /* NULL = without */
    enum mail_tls tls;           /* of smtp://: STARTTLS */
};
struct outbox_config {
    struct mail_config mail;
    const char *ca_file; /* certificates to trust instead of the system's; NULL = those */
    const char *proxy;   /* of webhooks; NULL = none */
    int64_t timeout_ms;  /* of one delivery; 0 = 30 s */
    /* Opens what webhook_put was given as secret; NULL: it is the secret. */
    int (*unseal)(void *context, struct store *s, struct arena *request, struct span name,
                  struct span sealed, struct span *ret, struct err *err);
    void *unseal_context;
};
/* Adds the kinds message-mail (when there is a mail server) and message-webhook. The config must
 * outlive the worker. E_USAGE: a mail server or sender that is none. */
NODISCARD int outbox_kinds(struct job_kinds *k, const struct outbox_config *config,
                           struct err *err);

/* Adds what contradicts itself in the tables to store/verify.h's count. */
struct verify;
NODISCARD int outbox_verify(struct store *s, struct verify *v, struct err *err);
#endif
