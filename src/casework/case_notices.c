/*
 * case_notices.c: notices of an act, from the procedure's templates, into the outbox in the
 * transaction of the act: to the inboxes of the applicant's agents or of the people of an office,
 * and to every webhook that listens (S079, S251).
 */
#include <inttypes.h>

#include "base/date.h"
#include "casework/cases_int.h"
#include "casework/clocks.h"
#include "casework/sql.h"
#include "jobs/outbox.h"

static const struct notice_template *notice_named(const struct procedure *p, struct span id)
{
    for (size_t i = 0; i < p->notice_count; i++)
        if (span_eq(p->notices[i].id, id))
            return &p->notices[i];
    return NULL;
}

static struct span title_of(const struct procedure *p, struct span id, bool english)
{
    size_t field = procedure_field_index(p, id);

    for (size_t i = 0; i < p->material_count; i++)
        if (span_eq(p->materials[i].id, id))
            return words_in(p->materials[i].title, english);
    if (field != SIZE_MAX && words_in(p->fields[field].title, english).n)
        return words_in(p->fields[field].title, english);
    return id;
}

/* What was named as missing, with titles: {{#missing}}{{title}}{{/missing}}. */
static struct json *missing_of(const struct case_work *w, const struct case_event *e, bool english)
{
    const struct procedure *p = w->file.procedure;
    struct json *list = json_array(w->arena);

    JSON_EACH(m, JSON_GET(e->data, "missing"))
    {
        struct json *o = json_object(w->arena);
        JSON_SET(o, "id", json_string(w->arena, json_text(m)));
        JSON_SET(o, "title", json_string(w->arena, title_of(p, json_text(m), english)));
        json_add(list, o);
    }
    return list;
}

/* Where the case has come to by this act, in words: the row is written later. */
static struct json *view_for(const struct case_work *w, const struct case_event *e, bool english)
{
    struct json *j = json_object(w->arena);
    const struct case_view *v = w->file.view;
    const struct procedure *p = w->file.procedure;
    char amount[DECIMAL_TEXT];

    JSON_SET(j, "number", json_string(w->arena, w->file.row.number));
    JSON_SET(j, "title", json_string(w->arena, words_in(p->title, english)));
    JSON_SET(j, "subject", json_string(w->arena, w->file.row.subject_code));
    JSON_SET(j, "subject_name", json_string(w->arena, w->file.row.subject_name));
    JSON_SET(j, "state", json_string(w->arena, words_in(p->states[v->state].title, english)));
    JSON_SET(j, "decision",
             json_string(w->arena, words_in(decision_words[v->decision].title, english)));
    JSON_SET(j, "reason", json_string(w->arena, json_text(JSON_GET(e->data, "reason"))));
    JSON_SET(j, "remedy", json_string(w->arena, json_text(JSON_GET(e->data, "remedy"))));
    JSON_SET(j, "missing", missing_of(w, e, english));
    if (v->has_amount) {
        size_t n = decimal_fixed(v->amount, 2, amount, sizeof amount);
        JSON_SET(j, "amount", json_string(w->arena, arena_copy(w->arena, span_of(amount, n))));
    }
    return j;
}

/* Who is refused reads what he can do about it, also where the template does not say so (S080). */
static struct span with_remedy(const struct case_work *w, struct span text,
                               const struct case_event *e)
{
    struct span remedy = json_text(JSON_GET(e->data, "remedy"));

    return remedy.n && span_find(text, SPAN("{{remedy}}")) == SIZE_MAX
               ? arena_print(w->arena, "%.*s\n{{remedy}}", SPAN_ARG(text))
               : text;
}

static int words_of(const struct case_work *w, const struct notice_template *t,
                    const struct case_event *e, bool english, struct span *ret, struct err *err)
{
    struct span text = english ? t->text.en : t->text.zh;

    *ret = text;
    if (!text.n || !w->office->render)
        return 0;
    return w->office->render(w->arena, with_remedy(w, text, e), view_for(w, e, english), english,
                             ret, err);
}

/* Accounts that hold a role for the subject, or in the organisation, today. */
#define HOLDERS(where)                                                                             \
    "SELECT DISTINCT r.account_id FROM account_right r JOIN account a ON a.id = r.account_id"      \
    " LEFT JOIN organisation o ON o.id = r.organisation_id WHERE a.disabled_at = 0"                \
    " AND (r.since = '' OR r.since <= $1) AND (r.until = '' OR r.until >= $1) AND " where

static struct span today(const struct case_work *w)
{
    char text[DATE_TEXT];
    return arena_copy(w->arena, span_of(text, date_print(date_today(), text)));
}

#define HOLDERS_MOST 200 /* people of one office */

/* To every account that the statement gives, and to every webhook that listens. */
static int send_to_all(const struct case_work *w, struct stmt *st, struct outgoing *m,
                       struct err *err)
{
    int64_t ids[HOLDERS_MOST];
    size_t n = 0;
    int r = 0;

    while (n < HOLDERS_MOST && (r = stmt_step(st, err)) > 0)
        ids[n++] = stmt_get_int(st, 0);
    stmt_done(st);
    m->channel = MESSAGE_INBOX;
    for (size_t i = 0; r >= 0 && i < n; i++) {
        m->to = arena_print(w->arena, "%" PRId64, ids[i]);
        r = message_add(w->office->store, m, NULL, err);
    }
    return r < 0 ? r : message_tell(w->office->store, m, err);
}

int case_notify_organisation(const struct case_work *w, struct span organisation,
                             struct outgoing *m, struct err *err)
{
    struct stmt *st = NULL;
    int r = sql_open(w->office->store,
                     HOLDERS("o.name = $2 AND r.role IN ('handler', 'reviewer',"
                             " 'finance', 'window', 'counterparty')"),
                     ARGS(TEXT(today(w)), TEXT(organisation)), &st, err);

    return r < 0 ? r : send_to_all(w, st, m, err);
}

int case_notify(const struct case_work *w, struct span to, struct outgoing *m, struct err *err)
{
    struct stmt *st = NULL;
    int r;

    if (!span_eq(to, SPAN("applicant")))
        return case_notify_organisation(w, case_party_organisation(w, to), m, err);
    r = sql_open(w->office->store, HOLDERS("r.subject_id = $2 AND r.role = 'agent'"),
                 ARGS(TEXT(today(w)), INT(w->file.row.subject_id)), &st, err);
    return r < 0 ? r : send_to_all(w, st, m, err);
}

static int send(const struct case_work *w, const struct notice_template *t,
                const struct case_event *e, struct err *err)
{
    struct outgoing m = {
        .key = arena_print(w->arena, "case/%.*s/%" PRId64 "/%.*s", SPAN_ARG(w->file.row.number),
                           e->seq, SPAN_ARG(t->id)),
        .kind = arena_print(w->arena, "case.%.*s", SPAN_ARG(t->id)),
        .object_kind = SPAN("case"),
        .object = w->file.row.number,
        .subject_zh = t->title.zh,
        .subject_en = t->title.en,
    };
    int r = words_of(w, t, e, false, &m.text_zh, err);

    if (r == 0)
        r = words_of(w, t, e, true, &m.text_en, err);
    if (w->arena->failed)
        return err_memory(err);
    return r == 0 ? case_notify(w, t->to, &m, err) : r;
}

/* ---- clocks ---- */

static struct span day_of(const struct case_work *w, int64_t due)
{
    char text[DATE_TEXT];
    struct date d = {1970, 1, 1};

    (void)clock_date(due - 1, &d);
    return arena_copy(w->arena, span_of(text, date_print(d, text)));
}

/* "即将到期" before the end, "已到期" after it: to whose duty it is, once for each end. */
static int remind(const struct case_work *w, const struct clock_view *c, bool lapsed,
                  struct span to, struct err *err)
{
    struct span number = w->file.row.number, day = day_of(w, c->due),
                zh = w->file.procedure->title.zh, en = w->file.procedure->title.en;
    struct words clock = c->clock->title;
    struct outgoing m = {
        .key = arena_print(w->arena, "case/%.*s/%s/%.*s/%" PRId64 "/%.*s", SPAN_ARG(number),
                           lapsed ? "lapsed" : "due", SPAN_ARG(c->clock->id), c->due, SPAN_ARG(to)),
        .kind = lapsed ? SPAN("case.overdue") : SPAN("case.due"),
        .object_kind = SPAN("case"),
        .object = number,
        .subject_zh = lapsed ? SPAN("时限已到") : SPAN("时限将到"),
        .subject_en = lapsed ? SPAN("A time limit has passed") : SPAN("A time limit is near"),
        .text_zh = arena_print(w->arena, "办件%.*s（%.*s）的“%.*s”%s%.*s%s。", SPAN_ARG(number),
                               SPAN_ARG(zh), SPAN_ARG(clock.zh), lapsed ? "已于" : "将于",
                               SPAN_ARG(day), lapsed ? "到期，没有办" : "到期"),
        .text_en = arena_print(w->arena, "Case %.*s (%.*s): '%.*s' %s %.*s.", SPAN_ARG(number),
                               SPAN_ARG(en), SPAN_ARG(clock.en), lapsed ? "ended on" : "ends on",
                               SPAN_ARG(day)),
    };

    return w->arena->failed ? err_memory(err) : case_notify(w, to, &m, err);
}

static const struct clock_view *clock_of_lapse(const struct case_work *w, struct span act)
{
    struct span id = span_from(act, sizeof "lapse:" - 1);

    for (size_t i = 0; i < w->file.procedure->clock_count; i++)
        if (span_eq(w->file.procedure->clocks[i].id, id))
            return &w->file.view->clocks[i];
    return NULL;
}

/* A limit that ran out: whose it was reads it, and the applicant what became of his case by it; one
 * that is escalated reaches those who review. */
int case_notice_lapse(const struct case_work *w, const struct case_event *e, struct err *err)
{
    const struct procedure *p = w->file.procedure;
    const struct clock_view *c = clock_of_lapse(w, e->act);
    bool escalated = c && c->clock->lapse == LAPSE_ESCALATED;
    int r;

    if (!c || !c->due || c->clock->lapse == LAPSE_PASSES || c->clock->lapse == LAPSE_RENEWED)
        return 0;
    r = remind(w, c, true, c->clock->owner, err);
    if (r == 0 && !span_eq(c->clock->owner, SPAN("applicant")) && c->clock->lapse_to.n)
        r = remind(w, c, true, SPAN("applicant"), err);
    for (size_t i = 0; r == 0 && escalated && i < p->party_count; i++)
        if (p->parties[i].kind == ACTOR_REVIEWER && !span_eq(p->parties[i].id, c->clock->owner))
            r = remind(w, c, true, p->parties[i].id, err);
    return r;
}

int case_notice_due(const struct case_work *w, struct err *err)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < w->file.procedure->clock_count; i++) {
        const struct clock_view *c = &w->file.view->clocks[i];
        if (c->state == CLOCK_RUNNING && c->warn && c->warn <= w->now && c->due > w->now)
            r = remind(w, c, false, c->clock->owner, err);
    }
    return r;
}

int case_notices(struct case_work *w, const struct procedure_act *a, const struct case_event *e,
                 struct err *err)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < a->notice_count; i++) {
        const struct notice_template *t = notice_named(w->file.procedure, a->notices[i]);
        if (t)
            r = send(w, t, e, err);
    }
    return r;
}
