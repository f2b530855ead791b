/*
 * case_notices.c: notices of an act, from the procedure's templates, into the outbox in the
 * transaction of the act: to the inboxes of the applicant's agents or of the people of an office,
 * and to every webhook that listens (S079, S251).
 */
#include <inttypes.h>

#include "base/date.h"
#include "casework/cases_int.h"
#include "casework/sql.h"
#include "jobs/outbox.h"

static const struct notice_template *notice_named(const struct procedure *p, struct span id)
{
    for (size_t i = 0; i < p->notice_count; i++)
        if (span_eq(p->notices[i].id, id))
            return &p->notices[i];
    return NULL;
}

/* What was named as missing, with titles: {{#missing}}{{title}}{{/missing}}. */
static struct json *missing_of(const struct case_work *w, const struct case_event *e, bool english)
{
    const struct procedure *p = w->file.procedure;
    struct json *list = json_array(w->arena);

    JSON_EACH(m, JSON_GET(e->data, "missing"))
    {
        struct json *o = json_object(w->arena);
        struct span title = json_text(m);
        for (size_t i = 0; i < p->material_count; i++)
            if (span_eq(p->materials[i].id, json_text(m)))
                title = words_in(p->materials[i].title, english);
        JSON_SET(o, "id", json_string(w->arena, json_text(m)));
        JSON_SET(o, "title", json_string(w->arena, title));
        json_add(list, o);
    }
    return list;
}

static struct json *view_for(const struct case_work *w, const struct case_event *e, bool english)
{
    struct json *j = case_row_json(w->arena, w->file.library, &w->file.row, english);
    char amount[DECIMAL_TEXT];

    JSON_SET(j, "reason", json_string(w->arena, json_text(JSON_GET(e->data, "reason"))));
    JSON_SET(j, "missing", missing_of(w, e, english));
    if (w->file.view->has_amount && !JSON_GET(j, "amount")) {
        size_t n = decimal_fixed(w->file.view->amount, 2, amount, sizeof amount);
        JSON_SET(j, "amount", json_string(w->arena, arena_copy(w->arena, span_of(amount, n))));
    }
    return j;
}

static int words_of(const struct case_work *w, const struct notice_template *t,
                    const struct case_event *e, bool english, struct span *ret, struct err *err)
{
    struct span text = english ? t->text.en : t->text.zh;

    *ret = text;
    if (!text.n || !w->office->render)
        return 0;
    return w->office->render(w->arena, text, view_for(w, e, english), english, ret, err);
}

/* Accounts that hold a role for the subject, or in the organisation, today. */
#define HOLDERS(where)                                                                             \
    "SELECT DISTINCT r.account_id FROM account_right r JOIN account a ON a.id = r.account_id"      \
    " LEFT JOIN organisation o ON o.id = r.organisation_id WHERE a.disabled_at = 0"                \
    " AND (r.since = '' OR r.since <= $1) AND (r.until = '' OR r.until >= $1) AND " where

static int holders(const struct case_work *w, struct span to, struct stmt **ret, struct err *err)
{
    char text[DATE_TEXT];
    struct span today = arena_copy(w->arena, span_of(text, date_print(date_today(), text)));

    if (span_eq(to, SPAN("applicant")))
        return sql_open(w->office->store, HOLDERS("r.subject_id = $2 AND r.role = 'agent'"),
                        ARGS(TEXT(today), INT(w->file.row.subject_id)), ret, err);
    return sql_open(w->office->store,
                    HOLDERS("o.name = $2 AND r.role IN ('handler', 'reviewer',"
                            " 'finance', 'window', 'counterparty')"),
                    ARGS(TEXT(today), TEXT(case_party_organisation(w, to))), ret, err);
}

#define HOLDERS_MOST 200 /* people of one office */

static int send_to_all(const struct case_work *w, struct span to, struct outgoing *m,
                       struct err *err)
{
    int64_t ids[HOLDERS_MOST];
    struct stmt *st = NULL;
    size_t n = 0;
    int r = holders(w, to, &st, err);

    if (r < 0)
        return r;
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
    return r == 0 ? send_to_all(w, t->to, &m, err) : r;
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
