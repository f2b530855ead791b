/*
 * fund_look.c: reservations as rows and as JSON (funds.h).
 */
#include <inttypes.h>

#include "base/vector.h"
#include "casework/funds_int.h"
#include "casework/sql.h"

#define RESERVATIONS                                                                               \
    "SELECT v.id, v.fund_id, COALESCE(v.case_id, 0), v.subject_id, v.amount, v.months, v.claimed," \
    " v.reserved_at, f.code, v.purpose, v.period, v.state, v.nature, v.reason, v.reserved_on,"     \
    " s.kind, s.code, CASE WHEN s.kind = 'person' THEN '' ELSE s.name END,"                        \
    " v.measure, v.item, v.about, v.part FROM reservation v"                                       \
    " JOIN fund f ON f.id = v.fund_id JOIN subject s ON s.id = v.subject_id"

static void read_reservation(struct arena *a, const struct stmt *st, struct reservation *v)
{
    struct span *const texts[] = {
        &v->fund,           &v->purpose,     &v->period,       &v->state,        &v->nature,
        &v->reason,         &v->reserved_on, &v->subject_kind, &v->subject_code, &v->subject_name,
        &v->ground.measure, &v->ground.item, &v->ground.about, &v->ground.part};

    v->id = stmt_get_int(st, 0);
    v->fund_id = stmt_get_int(st, 1);
    v->case_id = stmt_get_int(st, 2);
    v->subject_id = v->ground.subject_id = stmt_get_int(st, 3);
    v->amount = stmt_get_int(st, 4);
    v->months = stmt_get_int(st, 5);
    v->claimed = stmt_get_int(st, 6);
    v->reserved_at = stmt_get_int(st, 7);
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        *texts[i] = sql_text(a, st, 8 + (int)i);
}

int reservation_load(struct arena *request, struct store *s, int64_t id, struct reservation *ret,
                     struct err *err)
{
    struct reservation v = {0};
    struct stmt *st;
    int r = sql_open(s, RESERVATIONS " WHERE v.id = $1", ARGS(INT(id)), &st, err);

    if (r < 0)
        return r;
    r = stmt_step(st, err);
    if (r > 0)
        read_reservation(request, st, &v);
    stmt_done(st);
    if (r == 0)
        return err_set(err, E_NOT_FOUND, "没有第 %" PRId64 " 号占用", id);
    if (r < 0 || request->failed)
        return r < 0 ? r : err_memory(err);
    *ret = v;
    return 0;
}

int reservation_list(struct arena *request, struct store *s, const struct reservation_query *q,
                     struct reservation **ret, size_t *ret_n, struct err *err)
{
    VECTOR_OF(struct reservation, reservations) v = {0};
    struct reservation *row;
    struct stmt *st;
    int r = sql_open(s,
                     RESERVATIONS " WHERE v.id > $1 AND ($2 = 0 OR v.fund_id = $2)"
                                  " AND ($3 = 0 OR v.subject_id = $3)"
                                  " AND ($4 = 0 OR v.case_id = $4)"
                                  " AND ($5 = '' OR v.state = $5) ORDER BY v.id LIMIT $6",
                     ARGS(INT(q->after), INT(q->fund_id), INT(q->subject_id), INT(q->case_id),
                          TEXT(q->state), INT((int64_t)q->limit)),
                     &st, err);

    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0 &&
           (row = VECTOR_PUSH(request, &v, struct reservation)) != NULL)
        read_reservation(request, st, row);
    stmt_done(st);
    if (r < 0 || request->failed)
        return r < 0 ? r : err_memory(err);
    *ret = v.at;
    *ret_n = v.n;
    return 0;
}

struct json *reservation_json(struct arena *request, const struct reservation *v)
{
    const struct {
        struct span key, text;
    } texts[] = {{SPAN("fund"), v->fund},
                 {SPAN("state"), v->state},
                 {SPAN("purpose"), v->purpose},
                 {SPAN("period"), v->period},
                 {SPAN("measure"), v->ground.measure},
                 {SPAN("part"), v->ground.part},
                 {SPAN("item"), v->ground.item},
                 {SPAN("about"), v->ground.about},
                 {SPAN("subject_kind"), v->subject_kind},
                 {SPAN("subject"), v->subject_code},
                 {SPAN("name"), v->subject_name},
                 {SPAN("nature"), v->nature},
                 {SPAN("reserved_on"), v->reserved_on},
                 {SPAN("reason"), v->reason}};
    struct json *j = json_object(request);

    JSON_SET(j, "reservation", json_int(request, v->id));
    if (v->case_id)
        JSON_SET(j, "case", json_int(request, v->case_id));
    JSON_SET(j, "amount", money_json(request, v->amount));
    if (v->months)
        JSON_SET(j, "months", json_int(request, v->months));
    if (v->claimed)
        JSON_SET(j, "claimed", money_json(request, v->claimed));
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        if (texts[i].text.n)
            json_set(j, texts[i].key, json_string(request, texts[i].text));
    return j;
}
