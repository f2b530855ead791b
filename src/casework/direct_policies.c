/*
 * direct_policies.c: the list of policies that give something, and the yearly pick of those that
 * are to reach people without an application (S063).
 */
#include <inttypes.h>

#include "base/date.h"
#include "base/vector.h"
#include "casework/direct.h"
#include "casework/sql.h"
#include "identity/audit.h"

/* ---- the list ---- */

/* 行政给付、资金补贴扶持、税收优惠: what gives money or takes a burden off; no duties, no services.
 */
static bool gives(const struct measure *m)
{
    static const enum measure_kind kinds[] = {KIND_SUBSIDY, KIND_INTEREST, KIND_WAIVER, KIND_REFUND,
                                              KIND_TAX};
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (m->kind == kinds[i])
            return true;
    return false;
}

static bool lies_in(struct span region, struct span where)
{
    return !where.n || span_eq(region, where) ||
           (span_starts(region, where) && region.p[where.n] == '/');
}

static void weigh(struct direct_policy *p)
{
    const struct measure *m = p->measure;

    p->readings = m->reading_count > 1 ? m->reading_count : 0;
    for (size_t i = 0; i < m->condition_count; i++)
        p->recognised += m->conditions[i].manual;
    for (size_t i = 0; i < m->benefit_count; i++)
        p->exact |=
            m->benefits[i].kind == RESULT_MONEY && m->benefits[i].precision == PRECISION_EXACT;
}

static int add_pick(struct arena *a, struct store *s, int year, struct direct_policy *p,
                    struct err *err)
{
    struct stmt *st;
    int r = sql_open(s,
                     "SELECT ripe, item, reason, actor, at FROM direct_pick"
                     " WHERE year = $1 AND measure = $2 ORDER BY id DESC LIMIT 1",
                     ARGS(INT(year), TEXT(p->measure->id)), &st, err);
    if (r < 0)
        return r;
    r = stmt_step(st, err);
    if (r > 0) {
        p->asked = true;
        p->picked = stmt_get_int(st, 0) != 0;
        p->item = sql_text(a, st, 1);
        p->reason = sql_text(a, st, 2);
        p->decided_by = sql_text(a, st, 3);
        p->decided_at = stmt_get_int(st, 4);
    }
    stmt_done(st);
    return r < 0 ? r : 0;
}

static int add_project(struct arena *a, struct store *s, struct direct_policy *p, struct err *err)
{
    struct stmt *st;
    int r = sql_open(s,
                     "SELECT code, state FROM direct_project WHERE measure = $1"
                     " ORDER BY id DESC LIMIT 1",
                     ARGS(TEXT(p->measure->id)), &st, err);
    if (r < 0)
        return r;
    r = stmt_step(st, err);
    if (r > 0) {
        p->project = sql_text(a, st, 0);
        p->state = sql_text(a, st, 1);
    }
    stmt_done(st);
    return r < 0 ? r : 0;
}

int direct_policies(struct arena *request, const struct office *o, int year, struct span authority,
                    struct span region, struct direct_policy **ret, size_t *ret_n, struct err *err)
{
    struct direct_policy *at = NULL;
    size_t n = 0, room = 0;
    int r = 0;

    for (size_t i = 0; r == 0 && i < o->library->measure_count; i++) {
        const struct measure *m = o->library->measures[i];
        struct direct_policy *p;
        if (!gives(m) || (authority.n && !span_eq(m->authority, authority)) ||
            !lies_in(m->region, region))
            continue;
        p = vector_push(request, (void **)&at, &n, &room, sizeof *at);
        if (!p)
            return err_memory(err);
        *p = (struct direct_policy){.measure = m};
        weigh(p);
        r = add_pick(request, o->store, year, p, err);
        if (r == 0)
            r = add_project(request, o->store, p, err);
    }
    *ret = at;
    *ret_n = n;
    return r < 0 ? r : request->failed ? err_memory(err) : 0;
}

/* ---- the pick ---- */

struct picking {
    struct arena *arena;
    const struct actor *who;
    const struct direct_pick *pick;
    struct span measure; /* its id */
};

static int write_pick(struct store *s, void *context, struct err *err)
{
    const struct picking *c = context;
    const struct direct_pick *p = c->pick;
    struct json *detail = json_object(c->arena);
    struct buffer text = BUFFER_INIT;
    int64_t was = -1;
    int r = sql_int(s,
                    "SELECT ripe FROM direct_pick WHERE year = $1 AND measure = $2"
                    " ORDER BY id DESC LIMIT 1",
                    ARGS(INT(p->year), TEXT(c->measure)), -1, &was, err);

    if (r == 0)
        r = sql_run(s,
                    "INSERT INTO direct_pick (year, measure, ripe, item, reason, at, actor,"
                    " account_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                    ARGS(INT(p->year), TEXT(c->measure), INT(p->ripe), TEXT(p->item),
                         TEXT(p->reason), INT(clock_now_ms()), TEXT(c->who->name),
                         INT(c->who->account_id)),
                    err);
    if (r < 0)
        return r;
    JSON_SET(detail, "year", json_int(c->arena, p->year));
    if (was >= 0)
        JSON_SET(detail, "before", json_bool(c->arena, was != 0));
    JSON_SET(detail, "after", json_bool(c->arena, p->ripe));
    JSON_SET(detail, "reason", json_string(c->arena, p->reason));
    json_print(&text, detail, JSON_COMPACT);
    r = c->arena->failed || buffer_failed(&text)
            ? err_memory(err)
            : audit_add(s, c->who,
                        &(struct audit_entry){.class = AUDIT_DECISION,
                                              .act = SPAN("direct.pick"),
                                              .object_kind = SPAN("measure"),
                                              .object = c->measure,
                                              .detail = buffer_span(&text)},
                        err);
    buffer_release(&text);
    return r;
}

int direct_pick(struct arena *request, const struct office *o, const struct actor *who,
                const struct direct_pick *p, struct err *err)
{
    struct span near = {NULL, 0};
    const struct measure *m = library_find(o->library, p->measure, &near);
    struct picking c = {request, who, p, m ? m->id : p->measure};

    if (!actor_is(who, USER_PUBLISHER) && !actor_is(who, USER_REVIEWER))
        return err_set(err, E_FORBIDDEN, "年度遴选由审核、发布人员办理");
    if (!m) {
        err_set(err, E_NOT_FOUND, "没有措施“%.*s”", SPAN_ARG(p->measure));
        if (near.n)
            err_hint(err, "是不是 %.*s？", SPAN_ARG(near));
        return E_NOT_FOUND;
    }
    if (!gives(m))
        return err_set(err, E_CHECK, "“%.*s”不发放也不减免资金", SPAN_ARG(m->title.zh));
    if (p->year < 2000 || p->year > 2999 || !p->reason.n)
        return err_set(err, E_INPUT, "写明年份和理由");
    if (p->ripe && !p->item.n) {
        err_set(err, E_INPUT, "入选的须有依申请的政务服务事项编码");
        err_hint(err, "没有的，先申请增设事项，本年写“暂不入选”");
        return E_INPUT;
    }
    if (span_find(p->item_title, SPAN("免申即享")) != SIZE_MAX)
        return err_set(err, E_CHECK, "事项名称不得含有“免申即享”");
    return store_write(o->store, write_pick, &c, err);
}

/* ---- JSON ---- */

struct json *direct_policy_json(struct arena *request, const struct direct_policy *p, bool english)
{
    struct json *j = json_object(request);
    char day[DATE_TEXT];

    JSON_SET(j, "measure", json_string(request, p->measure->id));
    JSON_SET(j, "catalogue", json_string(request, p->measure->catalogue));
    JSON_SET(j, "title", json_string(request, words_in(p->measure->title, english)));
    JSON_SET(j, "authority", json_string(request, p->measure->authority));
    JSON_SET(j, "region", json_string(request, p->measure->region));
    JSON_SET(j, "kind",
             json_string(request, words_in(kind_words[p->measure->kind].title, english)));
    JSON_SET(j, "computable", json_bool(request, p->exact));
    JSON_SET(j, "readings", json_int(request, (int64_t)p->readings));
    JSON_SET(j, "recognised", json_int(request, (int64_t)p->recognised));
    if (p->asked) {
        JSON_SET(j, "picked", json_bool(request, p->picked));
        JSON_SET(j, "item", json_string(request, p->item));
        JSON_SET(j, "reason", json_string(request, p->reason));
        JSON_SET(j, "decided_by", json_string(request, p->decided_by));
        JSON_SET(j, "decided",
                 json_string(request,
                             arena_copy(request, span_of(day, clock_print(p->decided_at, day)))));
    }
    if (p->project.n) {
        JSON_SET(j, "project", json_string(request, p->project));
        JSON_SET(j, "project_state", json_string(request, p->state));
    }
    return j;
}
