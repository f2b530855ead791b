/*
 * case_calls.c: room in a call (S075): how often one may apply in a year, how many there may be in
 * all, what becomes of those beyond that; and whether who was refused may apply again (S080). Asked
 * when an application is handed in, in its transaction.
 */
#include "base/date.h"
#include "casework/cases_int.h"
#include "casework/clocks.h"
#include "casework/sql.h"

/* The year in which the case was begun, of Asia/Shanghai. */
static bool year_of(int64_t at, int64_t *from, int64_t *to)
{
    struct date d;

    if (!clock_date(at, &d))
        return false;
    *from = clock_midnight(date_days((struct date){d.year, 1, 1}));
    *to = clock_midnight(date_days((struct date){d.year + 1, 1, 1}));
    return true;
}

static int refuse(enum refusal *ret, struct err *err, const struct procedure *p, const char *text,
                  int64_t n, struct span cites)
{
    *ret = REFUSAL_LIMIT;
    err_set(err, E_CONFLICT, text, (long long)n);
    if (cites.n)
        err_hint(err, "依据：%.*s %.*s", SPAN_ARG(p->document ? p->document->title : SPAN("")),
                 SPAN_ARG(cites));
    return E_CONFLICT;
}

static int check_times(const struct case_work *w, enum refusal *ret, struct err *err)
{
    const struct procedure *p = w->file.procedure;
    int64_t from = 0, to = 0, n = 0;
    int r;

    if (!p->window_times || !year_of(w->file.row.opened_at, &from, &to))
        return 0;
    r = sql_int(
        w->office->store,
        "SELECT COUNT(*) FROM casefile WHERE subject_id = $1 AND procedure = $2"
        " AND id <> $3 AND opened_at >= $4 AND opened_at < $5 AND phase <> 'draft'"
        " AND decision <> 'withdrawn'",
        ARGS(INT(w->file.row.subject_id), TEXT(p->id), INT(w->file.row.id), INT(from), INT(to)), 0,
        &n, err);
    return r == 0 && n >= (int64_t)p->window_times
               ? refuse(ret, err, p, "每年可以申请 %lld 次，今年的已用完", (int64_t)p->window_times,
                        p->window_cites)
               : r;
}

static int check_again(const struct case_work *w, enum refusal *ret, struct err *err)
{
    const struct procedure *p = w->file.procedure;
    int64_t n = 0;
    int r = p->may_reapply || !p->reapply_cites.n
                ? 0
                : sql_int(w->office->store,
                          "SELECT COUNT(*) FROM casefile WHERE subject_id = $1 AND procedure = $2"
                          " AND id <> $3 AND item = $4 AND decision = 'refused'",
                          ARGS(INT(w->file.row.subject_id), TEXT(p->id), INT(w->file.row.id),
                               TEXT(w->file.row.item.n ? w->file.row.item : SPAN(""))),
                          0, &n, err);

    return r == 0 && n ? refuse(ret, err, p, "这一事项曾被决定不予通过（%lld 件），不能再次申请", n,
                                p->reapply_cites)
                       : r;
}

static int check_quota(const struct case_work *w, struct case_event *e, enum refusal *ret,
                       struct err *err)
{
    const struct procedure *p = w->file.procedure;
    struct json *data;
    int64_t n = 0;
    int r = !p->window_quota
                ? 0
                : sql_int(w->office->store,
                          "SELECT COUNT(*) FROM casefile WHERE procedure = $1 AND id <> $2"
                          " AND phase <> 'draft' AND decision NOT IN ('withdrawn', 'refused',"
                          " 'not-accepted', 'void', 'waived', 'revoked')",
                          ARGS(TEXT(p->id), INT(w->file.row.id)), 0, &n, err);

    if (r < 0 || !p->window_quota || n < (int64_t)p->window_quota)
        return r;
    if (!p->window_waits)
        return refuse(ret, err, p, "名额 %lld 个已满", (int64_t)p->window_quota, p->window_cites);
    data = json_object(w->arena);
    JSON_EACH(j, e->data)
    if (!span_eq(j->key, SPAN("waiting"))) {
        struct json *copy = ARENA_NEW(w->arena, struct json);
        if (!copy)
            return err_memory(err);
        *copy = *j;
        copy->next = NULL;
        json_set(data, j->key, copy);
    }
    JSON_SET(data, "waiting", json_int(w->arena, n - (int64_t)p->window_quota + 1));
    e->data = data;
    return w->arena->failed ? err_memory(err) : 0;
}

/* Leaving the draft, or opening past it. */
static bool applies(const struct case_work *w, const struct case_event *e)
{
    const struct procedure *p = w->file.procedure;
    size_t act = procedure_act_index(p, e->act);
    size_t to = act == SIZE_MAX ? SIZE_MAX : procedure_state_index(p, p->acts[act].to);
    bool draft = !w->file.event_count || (w->file.view && w->file.view->phase == PHASE_DRAFT);

    return draft && to != SIZE_MAX && p->states[to].phase != PHASE_DRAFT &&
           p->states[to].phase != PHASE_ENDED;
}

int case_has_room(struct case_work *w, struct case_event *e, enum refusal *ret_refusal,
                  struct err *err)
{
    int r = 0;

    if (!applies(w, e))
        return 0;
    r = check_again(w, ret_refusal, err);
    if (r == 0)
        r = check_times(w, ret_refusal, err);
    return r == 0 ? check_quota(w, e, ret_refusal, err) : r;
}
