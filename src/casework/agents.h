/*
 * agents.h: telling an enterprise something: a message into the inbox of everybody who stands for
 * it with an account that day. Who has no account learns it when he asks.
 */
#ifndef HUIQI_CASEWORK_AGENTS_H
#define HUIQI_CASEWORK_AGENTS_H
#include "jobs/outbox.h"

#define AGENTS_MOST 50 /* of one enterprise */

/* Rows of r (right), a (account), s (subject): who stands for whom on day $1. */
#define AGENTS_SQL                                                                                 \
    " FROM account_right r JOIN account a ON a.id = r.account_id JOIN subject s ON s.id ="         \
    " r.subject_id WHERE r.role = 'agent' AND a.disabled_at = 0"                                   \
    " AND (r.since = '' OR r.since <= $1) AND (r.until = '' OR r.until >= $1)"

/* Inside a transaction of s. `m->to` is not read. *ret_n = messages that were not there yet. */
NODISCARD int agents_tell(struct store *s, int64_t subject, struct span day,
                          const struct outgoing *m, size_t *ret_n, struct err *err);
#endif
