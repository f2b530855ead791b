/*
 * case_windows.c: see case_windows.h.
 */
#include "casework/case_windows.h"

#include <inttypes.h>

#include "base/date.h"
#include "casework/cases_int.h"
#include "casework/clocks.h"
#include "casework/sql.h"
#include "identity/audit.h"
#include "jobs/outbox.h"

const struct closed_word call_words[CALL_STATES] = {
    [CALL_PLANNED] = CLOSED_WORD("planned", "未开始", "planned"),
    [CALL_OPEN] = CLOSED_WORD("open", "受理中", "open"),
    [CALL_EXTENDED] = CLOSED_WORD("extended", "已延期", "extended"),
    [CALL_CLOSED] = CLOSED_WORD("closed", "已截止", "closed"),
    [CALL_UNTIL_NOTICE] = CLOSED_WORD("until-notice", "起止另行通知", "until further notice"),
    [CALL_ALWAYS] = CLOSED_WORD("always", "常年受理", "always open"),
};

static bool has_window(const struct procedure *p)
{
    return p->window_from.expr || p->window_to.expr;
}

/* ---- notices ---- */

int window_notice(struct store *s, const struct procedure *p, int64_t at, struct window_notice *ret,
                  struct err *err)
{
    struct stmt *st = NULL;
    int r;

    *ret = (struct window_notice){.given = false};
    if (!procedure_closes(p))
        return 0;
    r = sql_open(s,
                 "SELECT closes, until_at FROM call_window WHERE procedure = $1 AND at <= $2"
                 " ORDER BY at DESC, id DESC LIMIT 1",
                 ARGS(TEXT(p->id), INT(at)), &st, err);
    if (r == 0 && (r = stmt_step(st, err)) > 0)
        *ret = (struct window_notice){
            .given = true, .closes = stmt_get_int(st, 0) != 0, .until = stmt_get_int(st, 1)};
    stmt_done(st);
    return r < 0 ? r : 0;
}

/* ---- looking ---- */

static struct value day_of(struct procedure_scope *scope, const struct formula *f)
{
    return f->expr ? procedure_value(scope, f, NULL) : (struct value){.kind = VALUE_NULL};
}

static int from_definition(struct arena *a, const struct library *l, const struct procedure *p,
                           struct call_window *ret, struct err *err)
{
    struct match_options options = {.as_of = date_today()};
    struct local_value *locals = ARENA_ARRAY(a, struct local_value, p->local_count + 1);
    struct subject *nobody = ARENA_NEW(a, struct subject);
    struct procedure_scope *scope = NULL;
    struct value from, to;
    int r;

    if (!locals || !nobody)
        return err_memory(err);
    r = procedure_scope_new(a, l, p, nobody, SPAN(""), &options, locals, &scope, err);
    if (r < 0)
        return r;
    from = day_of(scope, &p->window_from);
    to = day_of(scope, &p->window_to);
    ret->has_from = from.kind == VALUE_DATE;
    ret->has_to = to.kind == VALUE_DATE;
    if (ret->has_from)
        ret->from = from.date;
    if (ret->has_to)
        ret->to = to.date;
    ret->state = CALL_OPEN;
    if (from.kind == VALUE_UNKNOWN || to.kind == VALUE_UNKNOWN)
        ret->state = CALL_UNTIL_NOTICE;
    if (ret->has_from && date_compare(options.as_of, ret->from) < 0)
        ret->state = CALL_PLANNED;
    if (ret->has_to && date_compare(options.as_of, ret->to) > 0)
        ret->state = CALL_CLOSED;
    return 0;
}

/* The closing clock of drafts says the end where the window does not (calls with an hour). */
static int from_clock(struct arena *a, const struct library *l, const struct procedure *p,
                      struct call_window *ret, struct err *err)
{
    struct match_options options = {.as_of = date_today()};
    struct local_value *locals = ARENA_ARRAY(a, struct local_value, p->local_count + 1);
    struct subject *nobody = ARENA_NEW(a, struct subject);
    struct procedure_scope *scope = NULL;
    int r = locals && nobody
                ? procedure_scope_new(a, l, p, nobody, SPAN(""), &options, locals, &scope, err)
                : err_memory(err);

    for (size_t i = 0; r == 0 && i < p->clock_count; i++) {
        const struct clock *c = &p->clocks[i];
        const struct missing *m = NULL;
        struct value v;
        if (!procedure_closing_clock(p, c))
            continue;
        v = procedure_value(scope, &c->limit.until, &m);
        if (m && map_get(&l->parameter_by_name, m->fact))
            ret->state = CALL_UNTIL_NOTICE; /* else each case has an end of its own */
        if (v.kind != VALUE_DATE)
            continue;
        ret->has_to = true;
        ret->to = v.date;
        ret->hour = c->limit.has_time ? c->limit.hour : 24;
        ret->minute = c->limit.has_time ? c->limit.minute : 0;
    }
    return r;
}

static int64_t end_of(const struct call_window *w)
{
    return clock_midnight(date_days(w->to)) + (w->hour * 60 + w->minute) * INT64_C(60000);
}

static int amended(struct arena *a, struct store *s, const struct procedure *p,
                   struct call_window *ret, struct err *err)
{
    struct stmt *st = NULL;
    int64_t now = clock_now_ms(), until;
    int r = sql_open(s,
                     "SELECT closes, until_at, document, reason FROM call_window"
                     " WHERE procedure = $1 ORDER BY at DESC, id DESC LIMIT 1",
                     ARGS(TEXT(p->id)), &st, err);

    if (r == 0 && (r = stmt_step(st, err)) > 0) {
        until = stmt_get_int(st, 1);
        (void)clock_date(until - 1, &ret->to);
        ret->has_to = true;
        int64_t minutes = (until - clock_midnight(date_days(ret->to))) / 60000;
        ret->hour = (int)(minutes / 60);
        ret->minute = (int)(minutes % 60);
        ret->state = stmt_get_int(st, 0) || now >= until ? CALL_CLOSED : CALL_EXTENDED;
        ret->document = sql_text(a, st, 2);
        ret->reason = sql_text(a, st, 3);
    }
    stmt_done(st);
    return r < 0 ? r : 0;
}

int window_look(struct arena *request, struct store *s, const struct library *l,
                const struct procedure *p, struct call_window *ret, struct err *err)
{
    int r = 0;

    *ret = (struct call_window){.state = CALL_ALWAYS, .hour = 24};
    if (!procedure_closes(p))
        return 0;
    if (has_window(p))
        r = from_definition(request, l, p, ret, err);
    if (r == 0 && !ret->has_to)
        r = from_clock(request, l, p, ret, err);
    if (r == 0 && ret->has_to && ret->state != CALL_PLANNED)
        ret->state = clock_now_ms() >= end_of(ret) ? CALL_CLOSED : CALL_OPEN;
    return r == 0 && s ? amended(request, s, p, ret, err) : r;
}

/* ---- amending ---- */

struct amend_call {
    struct arena *arena;
    const struct office *office;
    const struct actor *who;
    const struct window_change *change;
    const struct procedure *procedure;
    int64_t until;
    size_t told;
};

static int may_amend(const struct actor *who, const struct procedure *p, struct err *err)
{
    unsigned offices = 1u << USER_HANDLER | 1u << USER_REVIEWER | 1u << USER_PUBLISHER;

    if (who->program || (who->roles >> USER_PUBLISHER & 1) ||
        ((who->roles & offices) && span_eq(who->organisation, p->authority)))
        return 0;
    return err_set(err, E_FORBIDDEN, "只有%.*s或发布人员能改受理时间", SPAN_ARG(p->authority));
}

static struct span when_text(const struct amend_call *c)
{
    char text[DATE_TEXT];
    struct date d = c->change->to;
    size_t n = date_print(d, text);

    if (c->change->hour == 24)
        return arena_copy(c->arena, span_of(text, n));
    return arena_print(c->arena, "%.*s %02d:%02d", (int)n, text, c->change->hour,
                       c->change->minute);
}

static int tell_one(struct amend_call *c, int64_t id, struct span number, int64_t subject,
                    int64_t notice, struct err *err)
{
    struct case_work w = {.arena = c->arena, .office = c->office, .who = c->who};
    struct span title = c->procedure->title.zh, en = c->procedure->title.en, when = when_text(c);
    bool closes = c->change->closes;
    struct outgoing m = {
        .key = arena_print(c->arena, "case/%.*s/window/%" PRId64, SPAN_ARG(number), notice),
        .kind = SPAN("case.window"),
        .object_kind = SPAN("case"),
        .object = number,
        .subject_zh = closes ? SPAN("受理提前截止") : SPAN("受理时间延长"),
        .subject_en = closes ? SPAN("The call is closed") : SPAN("The call is extended"),
    };

    m.text_zh = closes ? arena_print(c->arena, "“%.*s”已截止受理（%.*s）。%.*s", SPAN_ARG(title),
                                     SPAN_ARG(c->change->document), SPAN_ARG(c->change->reason))
                       : arena_print(c->arena, "“%.*s”的受理时间延长到%.*s（%.*s）。%.*s",
                                     SPAN_ARG(title), SPAN_ARG(when), SPAN_ARG(c->change->document),
                                     SPAN_ARG(c->change->reason));
    m.text_en = closes ? arena_print(c->arena, "'%.*s' takes no more applications (%.*s).",
                                     SPAN_ARG(en), SPAN_ARG(c->change->document))
                       : arena_print(c->arena, "'%.*s' is open until %.*s (%.*s).", SPAN_ARG(en),
                                     SPAN_ARG(when), SPAN_ARG(c->change->document));
    w.file.row.id = id;
    w.file.row.subject_id = subject;
    c->told++;
    return c->arena->failed ? err_memory(err) : case_notify(&w, SPAN("applicant"), &m, err);
}

/* The drafts' rows are written anew by the timer. */
static int tell_all(struct amend_call *c, int64_t notice, struct err *err)
{
    struct case_query q = {.procedure = c->procedure->id,
                           .phase = PHASES,
                           .open_only = true,
                           .order = CASES_BY_NUMBER};
    size_t n = CASE_LIST_MOST;
    int r = 0;

    while (r == 0 && n == CASE_LIST_MOST) {
        struct case_row *rows = NULL;
        r = case_list(c->arena, c->office, &q, &rows, &n, err);
        for (size_t i = 0; r == 0 && i < n; i++)
            r = tell_one(c, rows[i].id, rows[i].number, rows[i].subject_id, notice, err);
        if (r == 0 && n)
            q.after_id = rows[n - 1].id;
    }
    return r < 0 ? r
                 : sql_run(c->office->store,
                           "UPDATE casefile SET look_at = $2 WHERE procedure = $1 AND closed_at = 0"
                           " AND phase = 'draft'",
                           ARGS(TEXT(c->procedure->id), INT(clock_now_ms())), err);
}

static int amend_within(struct store *s, void *context, struct err *err)
{
    struct amend_call *c = context;
    struct audit_entry e = {.class = AUDIT_DECISION,
                            .act = c->change->closes ? SPAN("window.close") : SPAN("window.extend"),
                            .object_kind = SPAN("procedure"),
                            .object = c->procedure->id};
    int64_t id = 0;
    int r = sql_insert(s,
                       "INSERT INTO call_window (procedure, closes, until_at, document, reason,"
                       " account_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7){new id}",
                       ARGS(TEXT(c->procedure->id), INT(c->change->closes), INT(c->until),
                            TEXT(c->change->document),
                            TEXT(c->change->reason.n ? c->change->reason : SPAN("")),
                            INT(c->who->account_id), INT(clock_now_ms())),
                       &id, err);

    c->told = 0;
    if (r == 0)
        r = tell_all(c, id, err);
    return r == 0 ? audit_add(s, c->who, &e, err) : r;
}

static int check_change(struct amend_call *c, struct err *err)
{
    const struct window_change *x = c->change;
    struct call_window now;
    int r;

    if (!x->document.n)
        return err_set(err, E_INPUT, "改受理时间要写明依据哪一份通知");
    if (!procedure_closes(c->procedure))
        return err_set(err, E_CONFLICT, "事项 %.*s 常年受理，没有起止可改",
                       SPAN_ARG(c->procedure->id));
    r = window_look(c->arena, c->office->store, c->office->library, c->procedure, &now, err);
    c->until = clock_now_ms();
    if (r == 0 && now.state == CALL_ALWAYS)
        return err_set(err, E_CONFLICT, "事项 %.*s 没有对所有人一样的截止",
                       SPAN_ARG(c->procedure->id));
    if (r < 0 || x->closes)
        return r;
    if (x->hour < 0 || x->hour > 24 || x->minute < 0 || x->minute > 59)
        return err_set(err, E_INPUT, "时刻不成立");
    c->until = clock_midnight(date_days(x->to)) + (x->hour * 60 + x->minute) * INT64_C(60000);
    if (c->until <= clock_now_ms() || (now.has_to && c->until <= end_of(&now)))
        return err_set(err, E_INPUT, "延长后的截止不晚于现在的截止");
    return 0;
}

int window_amend(struct arena *request, const struct office *o, const struct actor *who,
                 const struct window_change *change, size_t *ret_told, struct err *err)
{
    struct amend_call c = {.arena = request, .office = o, .who = who, .change = change};
    struct span near = {NULL, 0};
    int r;

    c.procedure = procedure_find(o->library, change->procedure, &near);
    if (!c.procedure) {
        err_set(err, E_NOT_FOUND, "没有事项“%.*s”", SPAN_ARG(change->procedure));
        if (near.n)
            err_hint(err, "是不是 %.*s？", SPAN_ARG(near));
        return E_NOT_FOUND;
    }
    r = may_amend(who, c.procedure, err);
    if (r == 0)
        r = check_change(&c, err);
    if (r == 0)
        r = store_write(o->store, amend_within, &c, err);
    *ret_told = r == 0 ? c.told : 0;
    return r;
}
