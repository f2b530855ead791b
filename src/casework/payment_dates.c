/*
 * payment_dates.c: on which day reserved money is to be paid, and earlier dates for listed classes
 * (S093): the amount stays, the day only moves forward, with reason and document; payments.h.
 */
#include <inttypes.h>

#include "base/vector.h"
#include "casework/funds_int.h"
#include "casework/payments.h"
#include "casework/registers.h"
#include "casework/sql.h"
#include "policy/subjects.h"

struct waiting {
    int64_t id, subject_id;
    struct span due; /* empty = no day yet */
};
VECTOR_OF(struct waiting, waitings);

#define NEWEST                                                                                     \
    "(SELECT x.due_on FROM payment_date x WHERE x.reservation_id = v.id ORDER BY x.id DESC LIMIT " \
    "1)"

static int load_waiting(struct arena *a, struct store *s, int64_t fund, const struct payday_new *n,
                        struct waitings *v, struct err *err)
{
    struct stmt *st;
    int r = sql_open(s,
                     "SELECT v.id, v.subject_id, COALESCE(" NEWEST ", '') FROM reservation v"
                     " WHERE v.fund_id = $1 AND v.state = 'reserved'"
                     " AND ($2 = 0 OR v.id = $2) AND ($3 = '' OR v.purpose = $3)"
                     " AND ($4 = '' OR v.measure = $4) ORDER BY v.id",
                     ARGS(INT(fund), INT(n->reservation_id), TEXT(n->purpose), TEXT(n->measure)),
                     &st, err);

    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0) {
        struct waiting *w = VECTOR_PUSH(a, v, struct waiting);
        if (!w)
            break;
        *w = (struct waiting){stmt_get_int(st, 0), stmt_get_int(st, 1), sql_text(a, st, 2)};
    }
    stmt_done(st);
    return r < 0 ? r : a->failed ? err_memory(err) : 0;
}

/* 1 = it is of the class: no list is asked for, or the subject stands on it today. */
static int of_class(struct arena *a, struct store *s, const struct payday_new *n,
                    const struct waiting *w, struct err *err)
{
    struct register_entry *at = NULL;
    struct subject_row row;
    char day[DATE_TEXT];
    size_t count = 0;
    int r = n->list.n ? subject_get(a, s, w->subject_id, &row, err) : 1;

    if (r != 0)
        return r;
    const struct register_query q = {.name_of_list = n->list,
                                     .subject_kind = row.kind,
                                     .subject_code = row.code,
                                     .day = money_today(day)};
    r = register_list(a, s, &q, &at, &count, err);
    return r < 0 ? r : count > 0;
}

static int put_date(struct arena *a, struct store *s, const struct actor *who,
                    const struct payday_new *n, const struct waiting *w, struct span day,
                    struct err *err)
{
    struct span actor = actor_label(a, who);
    struct json *detail = json_object(a);
    int r = !actor.p
                ? err_memory(err)
                : sql_run(s,
                          "INSERT INTO payment_date (reservation_id, due_on, was, reason, cites,"
                          " at, actor) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                          ARGS(INT(w->id), TEXT(day), TEXT(w->due), TEXT(n->reason), TEXT(n->cites),
                               INT(clock_now_ms()), TEXT(actor)),
                          err);

    JSON_SET(detail, "due", json_string(a, day));
    JSON_SET(detail, "was", json_string(a, w->due));
    JSON_SET(detail, "reason", json_string(a, n->reason));
    return r < 0 ? r
                 : money_audit(a, s, who, true, "payment.due", "reservation", w->id, detail, err);
}

static int set_all(struct arena *a, struct store *s, const struct actor *who,
                   const struct payday_new *n, const struct waitings *v, size_t *ret_n,
                   struct err *err)
{
    char text[DATE_TEXT];
    struct span day = span_of(text, date_print(n->on, text));
    int r = 0;

    for (size_t i = 0; r >= 0 && i < v->n; i++) {
        const struct waiting *w = &v->at[i];
        if (w->due.n && span_compare(day, w->due) >= 0)
            continue; /* it is paid as early already */
        r = of_class(a, s, n, w, err);
        if (r <= 0)
            continue;
        r = put_date(a, s, who, n, w, day, err);
        *ret_n += r == 0;
    }
    return r < 0 ? r : 0;
}

int payday_set(struct arena *request, struct store *s, const struct actor *who,
               const struct payday_new *n, size_t *ret_n, struct err *err)
{
    struct waitings v = {0};
    struct fund f;
    size_t moved = 0;
    int r = actor_need(who, APPROVAL_ROLES, err);

    if (r == 0 && (!span_trim(n->reason).n || !span_trim(n->cites).n || !n->on.year))
        r = err_set(err, E_INPUT, "要写拨付日期、理由和依据的文件");
    if (r == 0)
        r = fund_load(request, s, n->fund, true, &f, err);
    if (r == 0)
        r = fund_yours(request, s, who, &f, err);
    if (r == 0)
        r = load_waiting(request, s, f.id, n, &v, err);
    if (r == 0)
        r = set_all(request, s, who, n, &v, &moved, err);
    if (r == 0 && !moved) {
        r = err_set(err, E_CONFLICT, "没有一笔因此提前");
        err_hint(err, "只有待拨付的、日期更晚的才提前；日期不会推后");
    }
    if (r == 0)
        *ret_n = moved;
    return r;
}

int payday_list(struct arena *request, struct store *s, int64_t fund_id, struct payday **ret,
                size_t *ret_n, struct err *err)
{
    VECTOR_OF(struct payday, paydays) v = {0};
    char text[DATE_TEXT];
    struct span now = money_today(text);
    struct payday *p;
    struct stmt *st;
    int r = sql_open(s,
                     "SELECT v.id, v.amount, f.code, b.code, CASE WHEN b.kind = 'person' THEN ''"
                     " ELSE b.name END, v.measure, v.state, d.due_on, d.was, d.reason, d.cites,"
                     " d.actor FROM payment_date d JOIN reservation v ON v.id = d.reservation_id"
                     " JOIN fund f ON f.id = v.fund_id JOIN subject b ON b.id = v.subject_id"
                     " WHERE ($1 = 0 OR v.fund_id = $1) AND v.state <> 'released' AND d.id ="
                     " (SELECT MAX(x.id) FROM payment_date x WHERE x.reservation_id = v.id)"
                     " ORDER BY d.due_on, v.id LIMIT 10000",
                     ARGS(INT(fund_id)), &st, err);

    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0 && (p = VECTOR_PUSH(request, &v, struct payday)) != NULL) {
        struct span *const texts[] = {&p->fund,  &p->subject_code, &p->subject_name, &p->measure,
                                      &p->state, &p->due,          &p->was,          &p->reason,
                                      &p->cites, &p->actor};
        p->reservation_id = stmt_get_int(st, 0);
        p->amount = stmt_get_int(st, 1);
        for (size_t i = 0; i < COUNT_OF(texts); i++)
            *texts[i] = sql_text(request, st, 2 + (int)i);
        p->late = !span_eq(p->state, SPAN("paid")) && span_compare(p->due, now) < 0;
    }
    stmt_done(st);
    *ret = v.at;
    *ret_n = v.n;
    return r < 0 ? r : request->failed ? err_memory(err) : 0;
}
