/*
 * clawback_bar.c: who may not apply, where and until when (clawback.h). A bar of a district holds
 * for the measures of that district and of what lies in it, not for those of the city.
 */
#include <inttypes.h>

#include "base/vector.h"
#include "casework/clawback_int.h"
#include "casework/funds_int.h"
#include "casework/sql.h"

#define BARS                                                                                       \
    "SELECT id, subject_id, COALESCE(claim_id, 0), region, measure, from_day, last_day, reason"    \
    " FROM subject_bar"
#define IN_FORCE " lifted_on = '' AND from_day <= $2 AND (last_day = '' OR last_day >= $2)"

static void read_bar(struct arena *a, const struct stmt *st, struct bar *b)
{
    *b = (struct bar){.id = stmt_get_int(st, 0),
                      .subject_id = stmt_get_int(st, 1),
                      .claim_id = stmt_get_int(st, 2),
                      .region = sql_text(a, st, 3),
                      .measure = sql_text(a, st, 4),
                      .from_day = sql_text(a, st, 5),
                      .last_day = sql_text(a, st, 6),
                      .reason = sql_text(a, st, 7)};
}

/* `inner` is `outer` or begins with it as a path; empty = every measure. */
static bool measure_within(struct span inner, struct span outer)
{
    return outer.n == 0 || span_eq(inner, outer) ||
           (inner.n > outer.n && inner.p[outer.n] == '/' && span_starts(inner, outer));
}

bool bar_reaches(const struct bar *b, const struct bar_question *q)
{
    return region_within(q->region, b->region) && measure_within(q->measure, b->measure);
}

static bool lasts_longer(const struct bar *a, const struct bar *b)
{
    if (!b->id || !a->last_day.n || !b->last_day.n)
        return !b->id || (!a->last_day.n && b->last_day.n);
    return span_compare(a->last_day, b->last_day) > 0;
}

static struct span day_text(struct date on, char out[DATE_TEXT])
{
    return span_of(out, date_print(on.year ? on : date_today(), out));
}

int bar_find(struct arena *request, struct store *s, const struct bar_question *q, struct bar *ret,
             struct err *err)
{
    char day[DATE_TEXT];
    struct bar found = {0}, b;
    struct stmt *st;
    int r = sql_open(s, BARS " WHERE subject_id = $1 AND" IN_FORCE " ORDER BY id",
                     ARGS(INT(q->subject_id), TEXT(day_text(q->on, day))), &st, err);

    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0) {
        read_bar(request, st, &b);
        if (bar_reaches(&b, q) && lasts_longer(&b, &found))
            found = b;
    }
    stmt_done(st);
    if (r < 0 || request->failed)
        return r < 0 ? r : err_memory(err);
    if (found.id)
        *ret = found;
    return found.id != 0;
}

int bar_add(struct arena *request, struct store *s, const struct actor *who, const struct bar *b,
            int64_t *ret_id, struct err *err)
{
    struct span actor = actor_label(request, who);
    struct date from, last;
    int64_t id = 0;
    int r = actor_need(who, ROLE_BIT(REVIEWER), err);

    if (r == 0 && (!span_trim(b->reason).n || !b->subject_id))
        r = err_set(err, E_INPUT, "要写对象和理由");
    if (r == 0)
        r = money_date(b->from_day, "起日", &from, err);
    if (r == 0 && b->last_day.n)
        r = money_date(b->last_day, "末日", &last, err);
    if (r == 0 && b->last_day.n && span_compare(b->last_day, b->from_day) < 0)
        r = err_set(err, E_INPUT, "末日在起日之前");
    if (r == 0 && !actor.p)
        r = err_memory(err);
    if (r == 0)
        r = sql_insert(s,
                       "INSERT INTO subject_bar (subject_id, region, measure, from_day, last_day,"
                       " claim_id, reason, at, actor) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
                       " {new id}",
                       ARGS(INT(b->subject_id), TEXT(b->region), TEXT(b->measure),
                            TEXT(b->from_day), TEXT(b->last_day), INT_OR_NULL(b->claim_id),
                            TEXT(b->reason), INT(clock_now_ms()), TEXT(actor)),
                       &id, err);
    if (r == 0)
        r = money_audit(request, s, who, true, "bar.add", "bar", id, NULL, err);
    if (r == 0)
        *ret_id = id;
    return r;
}

int bar_lift(struct arena *request, struct store *s, const struct actor *who, int64_t bar_id,
             struct span why, struct err *err)
{
    char day[DATE_TEXT];
    struct json *detail = json_object(request);
    int64_t there = 0;
    int r = actor_need(who, ROLE_BIT(REVIEWER), err);

    if (r == 0 && !span_trim(why).n)
        r = err_set(err, E_INPUT, "要写理由");
    if (r == 0)
        r = sql_int(s, "SELECT 1 FROM subject_bar WHERE id = $1 AND lifted_on = ''",
                    ARGS(INT(bar_id)), 0, &there, err);
    if (r == 0 && !there)
        r = err_set(err, E_NOT_FOUND, "没有第 %" PRId64 " 号禁申，或已经解除", bar_id);
    if (r == 0)
        r = sql_run(s, "UPDATE subject_bar SET lifted_on = $2, lifted_why = $3 WHERE id = $1",
                    ARGS(INT(bar_id), TEXT(money_today(day)), TEXT(why)), err);
    JSON_SET(detail, "why", json_string(request, why));
    return r < 0 ? r : money_audit(request, s, who, true, "bar.lift", "bar", bar_id, detail, err);
}

int bar_list(struct arena *request, struct store *s, int64_t subject_id, struct date on,
             struct bar **ret, size_t *ret_n, struct err *err)
{
    VECTOR_OF(struct bar, bars) v = {0};
    char day[DATE_TEXT];
    struct bar *b;
    struct stmt *st;
    int r = sql_open(
        s, BARS " WHERE ($1 = 0 OR subject_id = $1) AND" IN_FORCE " ORDER BY subject_id, id",
        ARGS(INT(subject_id), TEXT(day_text(on, day))), &st, err);

    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0 && (b = VECTOR_PUSH(request, &v, struct bar)) != NULL)
        read_bar(request, st, b);
    stmt_done(st);
    if (r < 0 || request->failed)
        return r < 0 ? r : err_memory(err);
    *ret = v.at;
    *ret_n = v.n;
    return 0;
}
