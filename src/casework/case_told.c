/*
 * case_told.c: what an area without a library tells a case: the bank's word about its payment. The
 * event is there at once, in the transaction of the reply; the rows for lists follow with the next
 * act or tick, which know the case's definition.
 */
#include <inttypes.h>

#include "base/date.h"
#include "casework/case_told.h"
#include "casework/money.h"
#include "casework/sql.h"

static struct json *data_of(struct arena *a, const struct case_told *t)
{
    struct json *j = json_object(a);
    char today[DATE_TEXT], amount[MONEY_TEXT];
    size_t n = date_print(date_today(), today);

    JSON_SET(j, "date", json_string(a, t->date.n ? t->date : arena_copy(a, span_of(today, n))));
    n = money_print(t->amount, amount);
    JSON_SET(j, "paid", json_string(a, arena_copy(a, span_of(amount, n))));
    JSON_SET(j, "reservation", json_int(a, t->reservation_id));
    JSON_SET(j, "payment", json_int(a, t->payment_id));
    if (t->reference.n)
        JSON_SET(j, "reference", json_string(a, t->reference));
    if (t->reason.n)
        JSON_SET(j, "reason", json_string(a, t->reason));
    return j;
}

/* An event is never before the one before it. */
static int count_event(struct store *s, int64_t id, int64_t now, struct err *err)
{
    return sql_run(s,
                   "UPDATE casefile SET events = events + 1, derived_at = -1, look_at = $2,"
                   " changed_at = CASE WHEN changed_at > $2 THEN changed_at ELSE $2 END"
                   " WHERE id = $1",
                   ARGS(INT(id), INT(now)), err);
}

static int add_event(struct arena *a, struct store *s, const struct actor *who, int64_t id,
                     const struct case_told *t, struct err *err)
{
    struct span name = arena_print(a, "event:%s", t->name);
    struct buffer data = BUFFER_INIT;
    int r;

    json_print(&data, data_of(a, t), JSON_COMPACT);
    r = a->failed || buffer_failed(&data)
            ? err_memory(err)
            : sql_run(s,
                      "INSERT INTO case_event (case_id, seq, at, act, party, account_id,"
                      " for_account_id, delegation_id, organisation, data)"
                      " SELECT id, events, changed_at, $2, 'program', $3, $4, $5, $6, $7"
                      " FROM casefile WHERE id = $1",
                      ARGS(INT(id), TEXT(name), INT(who->account_id), INT(who->for_account_id),
                           INT(who->delegation_id),
                           TEXT(who->organisation.n ? who->organisation : SPAN("")),
                           TEXT(buffer_span(&data))),
                      err);
    buffer_release(&data);
    return r;
}

int case_tell(struct arena *request, struct store *s, const struct actor *who,
              const struct case_told *t, struct err *err)
{
    int64_t id = 0;
    int r = sql_int(s,
                    "SELECT c.id FROM reservation r JOIN casefile c ON c.id = r.case_id"
                    " WHERE r.id = $1",
                    ARGS(INT(t->reservation_id)), 0, &id, err);

    if (r == 0 && id)
        r = count_event(s, id, clock_now_ms(), err);
    return r == 0 && id ? add_event(request, s, who, id, t, err) : r;
}
