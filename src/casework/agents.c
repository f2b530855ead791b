/*
 * agents.c: see agents.h.
 */
#include "casework/agents.h"

#include <inttypes.h>
#include <stdio.h>

#include "casework/sql.h"

int agents_tell(struct store *s, int64_t subject, struct span day, const struct outgoing *m,
                size_t *ret_n, struct err *err)
{
    struct outgoing one = *m;
    int64_t ids[AGENTS_MOST], id;
    struct stmt *st;
    size_t n = 0;
    char number[24];
    int r = sql_open(s, "SELECT DISTINCT r.account_id" AGENTS_SQL " AND r.subject_id = $2",
                     ARGS(TEXT(day), INT(subject)), &st, err);

    if (r < 0)
        return r;
    while (n < AGENTS_MOST && (r = stmt_step(st, err)) > 0)
        ids[n++] = stmt_get_int(st, 0);
    stmt_done(st);
    *ret_n = 0;
    for (size_t i = 0; r >= 0 && i < n; i++) {
        snprintf(number, sizeof number, "%" PRId64, ids[i]);
        one.to = span_z(number);
        r = message_add(s, &one, &id, err);
        *ret_n += r == 0 && id != 0;
    }
    return r < 0 ? r : 0;
}
