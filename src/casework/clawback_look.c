/*
 * clawback_look.c: claims as rows and as JSON, with plan, receipts and events (clawback.h).
 */
#include <inttypes.h>

#include "base/vector.h"
#include "casework/clawback.h"
#include "casework/funds_int.h"
#include "casework/sql.h"

/* The newest plan: what it comes to by a day ($1), and in all. */
#define PLANNED(more)                                                                              \
    "COALESCE((SELECT CAST(SUM(p.amount) AS BIGINT) FROM claim_plan p WHERE p.claim_id = c.id"     \
    " AND p.number = (SELECT MAX(q.number) FROM claim_plan q WHERE q.claim_id = c.id)" more        \
    "), 0)"
#define CLAIMS                                                                                     \
    "SELECT c.id, c.reservation_id, c.subject_id, c.fund_id, COALESCE(c.case_id, 0), c.amount,"    \
    " c.repaid, c.at, " PLANNED(" AND p.due <= $1") ", " PLANNED(                                  \
        "") ", f.code, v.measure,"                                                                 \
            " s.kind, s.code, CASE WHEN s.kind = 'person' THEN '' ELSE s.name END, c.cause, "      \
            "c.state,"                                                                             \
            " c.decided_on, c.cites, c.reason, c.actor FROM claim c JOIN fund f ON f.id = "        \
            "c.fund_id"                                                                            \
            " JOIN reservation v ON v.id = c.reservation_id JOIN subject s ON s.id = c.subject_id"

static void read_claim(struct arena *a, const struct stmt *st, struct claim *c)
{
    int64_t by_now = stmt_get_int(st, 8), planned = stmt_get_int(st, 9);
    struct span *const texts[] = {&c->fund,         &c->measure, &c->subject_kind, &c->subject_code,
                                  &c->subject_name, &c->cause,   &c->state,        &c->decided_on,
                                  &c->cites,        &c->reason,  &c->actor};

    c->id = stmt_get_int(st, 0);
    c->reservation_id = stmt_get_int(st, 1);
    c->subject_id = stmt_get_int(st, 2);
    c->fund_id = stmt_get_int(st, 3);
    c->case_id = stmt_get_int(st, 4);
    c->amount = stmt_get_int(st, 5);
    c->repaid = stmt_get_int(st, 6);
    c->at = stmt_get_int(st, 7);
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        *texts[i] = sql_text(a, st, 10 + (int)i);
    /* what was repaid before the plan counts as due before it */
    c->due = planned ? c->amount - planned + by_now : 0;
    c->overdue =
        c->due > c->repaid && !span_eq(c->state, SPAN("cancelled")) ? c->due - c->repaid : 0;
}

int claim_load(struct arena *request, struct store *s, int64_t id, struct claim *ret,
               struct err *err)
{
    char day[DATE_TEXT];
    struct claim c = {0};
    struct stmt *st;
    int r = sql_open(s, CLAIMS " WHERE c.id = $2", ARGS(TEXT(money_today(day)), INT(id)), &st, err);

    if (r < 0)
        return r;
    r = stmt_step(st, err);
    if (r > 0)
        read_claim(request, st, &c);
    stmt_done(st);
    if (r == 0)
        return err_set(err, E_NOT_FOUND, "没有第 %" PRId64 " 号追回", id);
    if (r < 0 || request->failed)
        return r < 0 ? r : err_memory(err);
    *ret = c;
    return 0;
}

int claim_list(struct arena *request, struct store *s, const struct claim_query *q,
               struct claim **ret, size_t *ret_n, struct err *err)
{
    VECTOR_OF(struct claim, claims) v = {0};
    char day[DATE_TEXT];
    struct claim *c;
    struct stmt *st;
    int r = sql_open(s,
                     CLAIMS " WHERE c.id > $2 AND ($3 = 0 OR c.fund_id = $3)"
                            " AND ($4 = 0 OR c.subject_id = $4) AND ($5 = '' OR c.state = $5)"
                            " ORDER BY c.id LIMIT $6",
                     ARGS(TEXT(money_today(day)), INT(q->after), INT(q->fund_id),
                          INT(q->subject_id), TEXT(q->state), INT((int64_t)q->limit)),
                     &st, err);

    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0 && (c = VECTOR_PUSH(request, &v, struct claim)) != NULL)
        read_claim(request, st, c);
    stmt_done(st);
    if (r < 0 || request->failed)
        return r < 0 ? r : err_memory(err);
    *ret = v.at;
    *ret_n = v.n;
    return 0;
}

/* ---- as JSON ---- */

static struct json *head_json(struct arena *a, const struct claim *c)
{
    const struct {
        struct span key, text;
    } texts[] = {{SPAN("fund"), c->fund},
                 {SPAN("measure"), c->measure},
                 {SPAN("subject_kind"), c->subject_kind},
                 {SPAN("subject"), c->subject_code},
                 {SPAN("name"), c->subject_name},
                 {SPAN("cause"), c->cause},
                 {SPAN("state"), c->state},
                 {SPAN("decided_on"), c->decided_on},
                 {SPAN("cites"), c->cites},
                 {SPAN("reason"), c->reason},
                 {SPAN("by"), c->actor}};
    const struct {
        struct span key;
        int64_t fen;
    } sums[] = {{SPAN("amount"), c->amount},
                {SPAN("repaid"), c->repaid},
                {SPAN("open"), span_eq(c->state, SPAN("cancelled")) ? 0 : c->amount - c->repaid},
                {SPAN("overdue"), c->overdue}};
    struct json *j = json_object(a);

    JSON_SET(j, "claim", json_int(a, c->id));
    JSON_SET(j, "reservation", json_int(a, c->reservation_id));
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        if (texts[i].text.n)
            json_set(j, texts[i].key, json_string(a, texts[i].text));
    for (size_t i = 0; i < COUNT_OF(sums); i++)
        json_set(j, sums[i].key, money_json(a, sums[i].fen));
    return j;
}

/* Rows of two texts and an amount or instant, under a name. */
struct list_shape {
    struct span name, first, second, third;
    bool moment; /* the third column is an instant, else an amount */
};

static int add_list(struct arena *a, struct json *j, struct stmt *st, const struct list_shape *h,
                    struct err *err)
{
    struct json *list = json_array(a);
    int r;

    while ((r = stmt_step(st, err)) > 0) {
        struct json *row = json_object(a);
        char at[DATE_TEXT];
        int64_t n = stmt_get_int(st, 2);
        json_set(row, h->first, json_string(a, sql_text(a, st, 0)));
        json_set(row, h->second, json_string(a, sql_text(a, st, 1)));
        json_set(row, h->third,
                 h->moment ? json_string(a, arena_copy(a, span_of(at, clock_print(n, at))))
                           : money_json(a, n));
        json_add(list, row);
    }
    stmt_done(st);
    json_set(j, h->name, list);
    return r < 0 ? r : a->failed ? err_memory(err) : 0;
}

int claim_json(struct arena *request, struct store *s, const struct claim *c, struct json **ret,
               struct err *err)
{
    static const struct list_shape plan = {
        {"plan", 4}, {"due", 3}, {"number", 6}, {"amount", 6}, false};
    static const struct list_shape receipts = {
        {"receipts", 8}, {"received_on", 11}, {"reference", 9}, {"amount", 6}, false};
    static const struct list_shape events = {
        {"events", 6}, {"kind", 4}, {"by", 2}, {"at", 2}, true};
    struct json *j = head_json(request, c);
    struct stmt *st;
    int r = sql_open(s,
                     "SELECT due, CAST(position AS TEXT), amount FROM claim_plan"
                     " WHERE claim_id = $1 AND number = (SELECT MAX(number) FROM claim_plan"
                     " WHERE claim_id = $1) ORDER BY position",
                     ARGS(INT(c->id)), &st, err);

    if (r == 0)
        r = add_list(request, j, st, &plan, err);
    if (r == 0)
        r = sql_open(s,
                     "SELECT received_on, reference, amount FROM claim_receipt WHERE claim_id = $1"
                     " ORDER BY id",
                     ARGS(INT(c->id)), &st, err);
    if (r == 0)
        r = add_list(request, j, st, &receipts, err);
    if (r == 0)
        r = sql_open(s, "SELECT kind, actor, at FROM claim_event WHERE claim_id = $1 ORDER BY id",
                     ARGS(INT(c->id)), &st, err);
    if (r == 0)
        r = add_list(request, j, st, &events, err);
    if (r == 0)
        *ret = j;
    return r;
}
