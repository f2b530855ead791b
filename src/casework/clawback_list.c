/*
 * clawback_list.c: early repayment (S094, S172): who is published on a black list that says so owes
 * what is open of his claims at once, where the list reaches, and no instalments are agreed while
 * he stands on it. What was due stays due after he is removed; a new plan may be agreed then.
 */
#include <inttypes.h>

#include "base/vector.h"
#include "casework/clawback_int.h"
#include "casework/funds_int.h"
#include "casework/registers.h"
#include "casework/sql.h"
#include "policy/subjects.h"

#define CLAIMS_MOST 10000 /* of one debtor */

/* 1 = on such a list, 0 = on none. */
static int find_list(const struct claim_work *t, struct register_bar *ret, struct err *err)
{
    const struct register_question q = {.subject_id = t->claim.subject_id,
                                        .effects = REGISTER_EARLY_REPAYMENT,
                                        .region = t->fund.region};
    return register_bar_find(t->arena, t->s, &q, ret, err);
}

int claim_may_wait(const struct claim_work *t, struct date last, struct err *err)
{
    struct register_bar bar;
    int r = date_compare(last, date_today()) > 0 ? find_list(t, &bar, err) : 0;

    if (r <= 0)
        return r;
    err_set(err, E_CONFLICT, "债务人在“%.*s”内（自 %.*s 起），须一次还清，不能分期",
            SPAN_ARG(bar.name_of_list), SPAN_ARG(bar.from_day));
    err_hint(err, "移出名单之后可以另订计划");
    return E_CONFLICT;
}

/* All that is open on one day, whatever was agreed before. */
static int hasten(const struct claim_work *t, const struct register_bar *list, int64_t open,
                  struct date due, struct err *err)
{
    const struct instalment all = {due, open};
    struct json *detail = json_object(t->arena);
    char text[DATE_TEXT];
    struct span day = arena_copy(t->arena, span_of(text, date_print(due, text)));
    int r = claim_put_plan(t, &all, 1, err);

    JSON_SET(detail, "register", json_string(t->arena, list->name_of_list));
    JSON_SET(detail, "entry", json_int(t->arena, list->entry_id));
    JSON_SET(detail, "due", json_string(t->arena, day));
    if (r == 0)
        r = claim_note(t, "hasten", detail, err);
    const struct claim_told told = {.what = CLAIM_HASTENED, .day = day, .name = list->name_of_list};
    return r < 0 ? r : claim_tell(t, &told, NULL, err);
}

int claim_hasten_listed(const struct claim_work *t, int64_t amount, struct date on, struct err *err)
{
    struct register_bar bar;
    int r = find_list(t, &bar, err);

    return r > 0 ? hasten(t, &bar, amount, on, err) : r;
}

/* 1 = the plan already asks for all of it by then. */
static int due_already(const struct claim_work *t, struct span day, struct err *err)
{
    int64_t later = 0, any = 0;
    int r = sql_int(t->s, "SELECT COUNT(*) FROM claim_plan WHERE claim_id = $1",
                    ARGS(INT(t->claim.id)), 0, &any, err);

    if (r == 0)
        r = sql_int(t->s,
                    "SELECT COUNT(*) FROM claim_plan p WHERE p.claim_id = $1 AND p.due > $2"
                    " AND p.number = (SELECT MAX(q.number) FROM claim_plan q"
                    " WHERE q.claim_id = p.claim_id)",
                    ARGS(INT(t->claim.id), TEXT(day)), 0, &later, err);
    return r < 0 ? r : any && !later;
}

static int hasten_one(struct claim_work *t, int64_t id, const struct register_bar *list,
                      struct err *err)
{
    struct date due;
    int r = claim_load(t->arena, t->s, id, &t->claim, err);

    if (r == 0)
        r = fund_load_id(t->arena, t->s, t->claim.fund_id, true, &t->fund, err);
    if (r == 0)
        r = claim_load(t->arena, t->s, id, &t->claim, err); /* again, now that it stands still */
    if (r < 0 || !span_eq(t->claim.state, SPAN("open")) ||
        !region_within(t->fund.region, list->region))
        return r;
    r = due_already(t, list->from_day, err);
    if (r != 0)
        return r < 0 ? r : 0;
    r = money_date(list->from_day, "起日", &due, err);
    return r < 0 ? r : hasten(t, list, t->claim.amount - t->claim.repaid, due, err);
}

int claims_hasten(struct arena *request, struct store *s, const struct actor *who,
                  const struct register_entry *e, struct err *err)
{
    char now[DATE_TEXT];
    struct span today = money_today(now);
    /* an outside list may say a day that is past: nothing falls due before it is known here */
    bool past = span_compare(e->from_day, today) < 0;
    const struct register_bar list = {.entry_id = e->id,
                                      .name_of_list = e->name_of_list,
                                      .from_day = past ? today : e->from_day,
                                      .region = e->region};
    struct claim_query q = {.state = SPAN("open"), .limit = CLAIMS_MOST};
    struct claim_work t = {.arena = request, .s = s, .who = who};
    struct err ignored = ERR_INIT;
    struct subject_row row;
    struct claim *at = NULL;
    size_t n = 0;
    int r;

    if (!(e->effects & REGISTER_EARLY_REPAYMENT) || !e->subject_code.n)
        return 0;
    r = subject_find(request, s, e->subject_kind, e->subject_code, &row, &ignored);
    if (r < 0) { /* who is not known here owes nothing here */
        if (r != E_NOT_FOUND && err)
            *err = ignored;
        return r == E_NOT_FOUND ? 0 : r;
    }
    q.subject_id = row.id;
    r = claim_list(request, s, &q, &at, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++)
        r = hasten_one(&t, at[i].id, &list, err);
    return r;
}

/* ---- all that stands in the way ---- */

VECTOR_OF(struct standing, standings);

static int add_bars(struct arena *a, struct store *s, const struct bar_question *q,
                    struct standings *v, struct err *err)
{
    struct bar *at = NULL;
    size_t n = 0;
    int r = bar_list(a, s, q->subject_id, q->on, &at, &n, err);

    for (size_t i = 0; r == 0 && i < n; i++) {
        struct standing *x = bar_reaches(&at[i], q) ? VECTOR_PUSH(a, v, struct standing) : NULL;
        if (x)
            *x = (struct standing){.ground = at[i].reason,
                                   .from_day = at[i].from_day,
                                   .last_day = at[i].last_day,
                                   .bar_id = at[i].id,
                                   .no_application = true,
                                   .later_payment = true};
    }
    return r;
}

static int add_entries(struct arena *a, struct store *s, const struct bar_question *q,
                       struct standings *v, struct err *err)
{
    struct register_bar *at = NULL;
    struct subject_row row;
    size_t n = 0;
    int r = subject_get(a, s, q->subject_id, &row, err);

    if (r == 0)
        r = register_bars(a, s, row.kind, row.code, q->on.year ? q->on : date_today(), &at, &n,
                          err);
    for (size_t i = 0; r == 0 && i < n; i++) {
        struct standing *x =
            region_within(q->region, at[i].region) ? VECTOR_PUSH(a, v, struct standing) : NULL;
        if (x)
            *x = (struct standing){.ground = at[i].name_of_list,
                                   .from_day = at[i].from_day,
                                   .last_day = at[i].to_day,
                                   .entry_id = at[i].entry_id,
                                   .no_application = (at[i].effects & REGISTER_NO_APPLICATION) != 0,
                                   .later_payment = (at[i].effects & REGISTER_LATER_PAYMENT) != 0,
                                   .early_repayment =
                                       (at[i].effects & REGISTER_EARLY_REPAYMENT) != 0};
    }
    return r;
}

int standings_of(struct arena *request, struct store *s, const struct bar_question *q,
                 struct standing **ret, size_t *ret_n, struct err *err)
{
    struct standings v = {0};
    int r = add_bars(request, s, q, &v, err);

    if (r == 0)
        r = add_entries(request, s, q, &v, err);
    *ret = v.at;
    *ret_n = v.n;
    return r < 0 ? r : request->failed ? err_memory(err) : 0;
}
