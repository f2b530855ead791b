/*
 * payment_look.c: batches, payments and hops as rows and as JSON (payments.h).
 */
#include <inttypes.h>

#include "base/vector.h"
#include "casework/funds_int.h"
#include "casework/payments.h"
#include "casework/sql.h"

#define SUM_OF(state)                                                                              \
    "COALESCE((SELECT CAST(SUM(p.amount) AS BIGINT) FROM payment p WHERE p.batch_id = b.id"        \
    " AND p.state = '" state "'), 0)"
#define BATCHES                                                                                    \
    "SELECT b.id, b.fund_id, b.maker_id, b.made_at, COALESCE(b.approver_id, 0),"                   \
    " COALESCE(b.approved_at, 0), COALESCE(b.sent_at, 0), b.lines, b.total, " SUM_OF(              \
        "paid") ", " SUM_OF("returned") ", f.code, b.title, b.state, b.maker, "                    \
                                        "COALESCE(b.approver, ''),"                                \
                                        " b.checksum FROM payment_batch b JOIN fund f ON f.id = "  \
                                        "b.fund_id"

static void read_batch(struct arena *a, const struct stmt *st, struct batch *b)
{
    int64_t *const numbers[] = {&b->id,          &b->fund_id,     &b->maker_id, &b->made_at,
                                &b->approver_id, &b->approved_at, &b->sent_at,  &b->lines,
                                &b->total,       &b->paid,        &b->returned};
    struct span *const texts[] = {&b->fund,  &b->title,    &b->state,
                                  &b->maker, &b->approver, &b->checksum};

    for (size_t i = 0; i < COUNT_OF(numbers); i++)
        *numbers[i] = stmt_get_int(st, (int)i);
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        *texts[i] = sql_text(a, st, (int)(COUNT_OF(numbers) + i));
}

int batch_load(struct arena *request, struct store *s, int64_t id, struct batch *ret,
               struct err *err)
{
    struct batch b = {0};
    struct stmt *st;
    int r = sql_open(s, BATCHES " WHERE b.id = $1", ARGS(INT(id)), &st, err);

    if (r < 0)
        return r;
    r = stmt_step(st, err);
    if (r > 0)
        read_batch(request, st, &b);
    stmt_done(st);
    if (r == 0)
        return err_set(err, E_NOT_FOUND, "没有第 %" PRId64 " 号拨付批次", id);
    if (r < 0 || request->failed)
        return r < 0 ? r : err_memory(err);
    *ret = b;
    return 0;
}

int batch_list(struct arena *request, struct store *s, const struct batch_query *q,
               struct batch **ret, size_t *ret_n, struct err *err)
{
    VECTOR_OF(struct batch, batches) v = {0};
    struct batch *b;
    struct stmt *st;
    int r = sql_open(s,
                     BATCHES " WHERE b.id > $1 AND ($2 = 0 OR b.fund_id = $2)"
                             " AND ($3 = '' OR b.state = $3) ORDER BY b.id LIMIT $4",
                     ARGS(INT(q->after), INT(q->fund_id), TEXT(q->state), INT((int64_t)q->limit)),
                     &st, err);

    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0 && (b = VECTOR_PUSH(request, &v, struct batch)) != NULL)
        read_batch(request, st, b);
    stmt_done(st);
    if (r < 0 || request->failed)
        return r < 0 ? r : err_memory(err);
    *ret = v.at;
    *ret_n = v.n;
    return 0;
}

/* ---- payments ---- */

#define PAYMENTS                                                                                   \
    "SELECT p.id, p.batch_id, p.position, p.reservation_id, v.subject_id, p.amount,"               \
    " COALESCE(p.again_of, 0), p.state, p.reason, p.reference, p.value_date, v.measure, s.code,"   \
    " y.tail, v.claimed FROM payment p JOIN reservation v ON v.id = p.reservation_id"              \
    " JOIN payee y ON y.id = p.payee_id JOIN subject s ON s.id = y.subject_id"

static int read_payments(struct arena *a, struct stmt *st, struct payment **ret, size_t *ret_n,
                         struct err *err)
{
    VECTOR_OF(struct payment, payments) v = {0};
    struct payment *p;
    int r;

    while ((r = stmt_step(st, err)) > 0 && (p = VECTOR_PUSH(a, &v, struct payment)) != NULL)
        *p = (struct payment){.id = stmt_get_int(st, 0),
                              .batch_id = stmt_get_int(st, 1),
                              .position = stmt_get_int(st, 2),
                              .reservation_id = stmt_get_int(st, 3),
                              .subject_id = stmt_get_int(st, 4),
                              .amount = stmt_get_int(st, 5),
                              .again_of = stmt_get_int(st, 6),
                              .state = sql_text(a, st, 7),
                              .reason = sql_text(a, st, 8),
                              .reference = sql_text(a, st, 9),
                              .value_date = sql_text(a, st, 10),
                              .measure = sql_text(a, st, 11),
                              .subject_code = sql_text(a, st, 12),
                              .tail = sql_text(a, st, 13),
                              .claimed = stmt_get_int(st, 14)};
    stmt_done(st);
    if (r < 0 || a->failed)
        return r < 0 ? r : err_memory(err);
    *ret = v.at;
    *ret_n = v.n;
    return 0;
}

int payment_list(struct arena *request, struct store *s, int64_t batch_id, int64_t after,
                 size_t limit, struct payment **ret, size_t *ret_n, struct err *err)
{
    struct stmt *st;
    int r = sql_open(s,
                     PAYMENTS " WHERE p.batch_id = $1 AND p.position > $2"
                              " ORDER BY p.position LIMIT $3",
                     ARGS(INT(batch_id), INT(after), INT((int64_t)limit)), &st, err);

    return r < 0 ? r : read_payments(request, st, ret, ret_n, err);
}

int payments_of(struct arena *request, struct store *s, int64_t reservation_id,
                struct payment **ret, size_t *ret_n, struct err *err)
{
    struct stmt *st;
    int r = sql_open(s, PAYMENTS " WHERE p.reservation_id = $1 ORDER BY p.id",
                     ARGS(INT(reservation_id)), &st, err);

    return r < 0 ? r : read_payments(request, st, ret, ret_n, err);
}

/* ---- as JSON ---- */

struct named {
    struct span key, text;
};

static void set_texts(struct arena *a, struct json *j, const struct named *at, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (at[i].text.n)
            json_set(j, at[i].key, json_string(a, at[i].text));
}

static void set_moment(struct arena *a, struct json *j, struct span key, int64_t ms)
{
    char text[DATE_TEXT];

    if (ms)
        json_set(j, key, json_string(a, arena_copy(a, span_of(text, clock_print(ms, text)))));
}

struct json *batch_json(struct arena *request, const struct batch *b)
{
    const struct named texts[] = {{SPAN("fund"), b->fund},         {SPAN("title"), b->title},
                                  {SPAN("state"), b->state},       {SPAN("maker"), b->maker},
                                  {SPAN("approver"), b->approver}, {SPAN("sha256"), b->checksum}};
    struct json *j = json_object(request);

    JSON_SET(j, "batch", json_int(request, b->id));
    set_texts(request, j, texts, COUNT_OF(texts));
    JSON_SET(j, "lines", json_int(request, b->lines));
    JSON_SET(j, "total", money_json(request, b->total));
    JSON_SET(j, "paid", money_json(request, b->paid));
    JSON_SET(j, "returned", money_json(request, b->returned));
    set_moment(request, j, SPAN("made_at"), b->made_at);
    set_moment(request, j, SPAN("approved_at"), b->approved_at);
    set_moment(request, j, SPAN("sent_at"), b->sent_at);
    return j;
}

struct json *payment_json(struct arena *request, const struct payment *p)
{
    const struct named texts[] = {
        {SPAN("state"), p->state},          {SPAN("measure"), p->measure},
        {SPAN("subject"), p->subject_code}, {SPAN("account"), p->tail},
        {SPAN("reason"), p->reason},        {SPAN("reference"), p->reference},
        {SPAN("value_date"), p->value_date}};
    struct json *j = json_object(request);

    JSON_SET(j, "key",
             json_string(request,
                         arena_print(request, "HQ%" PRId64 "-%" PRId64, p->batch_id, p->position)));
    JSON_SET(j, "payment", json_int(request, p->id));
    JSON_SET(j, "reservation", json_int(request, p->reservation_id));
    JSON_SET(j, "amount", money_json(request, p->amount));
    set_texts(request, j, texts, COUNT_OF(texts));
    if (p->again_of)
        JSON_SET(j, "again_of", json_int(request, p->again_of));
    return j;
}

int hop_list_json(struct arena *request, struct store *s, int64_t batch_id, struct json **ret,
                  struct err *err)
{
    struct json *list = json_array(request);
    struct stmt *st;
    int r = sql_open(s,
                     "SELECT giver, taker, account, source, made_on, actor, amount"
                     " FROM payment_hop WHERE batch_id = $1 ORDER BY id",
                     ARGS(INT(batch_id)), &st, err);

    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0) {
        static const struct span keys[] = {{"from", 4},   {"to", 2}, {"account", 7},
                                           {"source", 6}, {"on", 2}, {"by", 2}};
        struct json *row = json_object(request);
        for (size_t i = 0; i < COUNT_OF(keys); i++)
            set_texts(request, row, &(struct named){keys[i], sql_text(request, st, (int)i)}, 1);
        JSON_SET(row, "amount", money_json(request, stmt_get_int(st, 6)));
        json_add(list, row);
    }
    stmt_done(st);
    if (r < 0 || request->failed)
        return r < 0 ? r : err_memory(err);
    *ret = list;
    return 0;
}
