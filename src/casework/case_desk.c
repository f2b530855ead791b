/*
 * case_desk.c: the acts of a desk that every procedure knows, as far as they reach outside of the
 * case: to whom a case is transferred or assigned, and whether there is such a one today; the green
 * lane with its reason; a reminder of the applicant to whoever has the case (S096, S249).
 *
 * case_settle says before the event is written what it names in full: the organisation by its own
 * name, the account by its id. What follows is done by case_desk_effect.
 */
#include <inttypes.h>

#include "base/date.h"
#include "base/vector.h"
#include "casework/cases_int.h"
#include "casework/sql.h"
#include "identity/accounts.h"
#include "identity/organisations.h"
#include "jobs/outbox.h"

void case_put(struct json *data, struct span key, struct json *value)
{
    struct json *e = data ? data->first : NULL;

    while (e && !span_eq(e->key, key))
        e = e->next;
    if (!e) {
        json_set(data, key, value);
    } else if (value) {
        struct json *next = e->next;
        *e = *value;
        e->key = key;
        e->next = next;
    }
}

/* ---- who there is ---- */

static const struct party *party_named(const struct case_work *w, struct span id)
{
    const struct procedure *p = w->file.procedure;

    for (size_t i = 0; i < p->party_count; i++)
        if (span_eq(p->parties[i].id, id))
            return &p->parties[i];
    return NULL;
}

/* Whose place changes: the party that the event names, else the one who acts; by itself, the first
 * office. */
static const struct party *party_of(const struct case_work *w, const struct case_event *e)
{
    struct span named = json_text(JSON_GET(e->data, "party"));
    const struct party *p = party_named(w, named.n ? named : e->by);

    return p || !w->file.procedure->party_count ? p : &w->file.procedure->parties[0];
}

static struct span today(const struct case_work *w)
{
    char text[DATE_TEXT];
    return arena_copy(w->arena, span_of(text, date_print(date_today(), text)));
}

static struct span role_word(const struct party *p)
{
    static const enum user_role roles[ACTOR_KINDS] = {[ACTOR_WINDOW] = USER_WINDOW,
                                                      [ACTOR_HANDLER] = USER_HANDLER,
                                                      [ACTOR_REVIEWER] = USER_REVIEWER,
                                                      [ACTOR_FINANCE] = USER_FINANCE,
                                                      [ACTOR_COUNTERPARTY] = USER_COUNTERPARTY};
    return user_role_word(roles[p->kind]);
}

/* How many people hold the party's role in the organisation today; account 0 = anybody,
 * organisation empty = anywhere. */
static int count_holders(const struct case_work *w, const struct party *p, struct span organisation,
                         int64_t account, int64_t *ret, struct err *err)
{
    return sql_int(w->office->store,
                   "SELECT COUNT(*) FROM account_right r JOIN account a ON a.id = r.account_id"
                   " LEFT JOIN organisation o ON o.id = r.organisation_id"
                   " WHERE a.disabled_at = 0 AND r.role = $1"
                   " AND (r.since = '' OR r.since <= $2) AND (r.until = '' OR r.until >= $2)"
                   " AND (o.name = $3 OR $3 = '') AND (a.id = $4 OR $4 = 0)",
                   ARGS(TEXT(role_word(p)), TEXT(today(w)), TEXT(organisation), INT(account)), 0,
                   ret, err);
}

static int nobody_there(const struct party *p, struct span organisation, struct err *err)
{
    err_set(err, E_CONFLICT, "%.*s今天没有担任“%.*s”的账户，办件到了那里没有人能办",
            SPAN_ARG(organisation), SPAN_ARG(actor_words[p->kind].title.zh));
    err_hint(err, "请管理员先授权：huiqi account grant");
    return E_CONFLICT;
}

/* The organisation by its own name, also when it was called by another. */
static int settle_organisation(struct case_work *w, struct case_event *e, struct json *data,
                               struct err *err)
{
    struct span name = json_text(JSON_GET(e->data, "organisation"));
    const struct party *p = party_of(w, e);
    struct organisation_row row;
    int64_t n = 0;
    int r = organisation_find(w->office->store, w->arena, name, date_today(), &row, err);

    if (r == E_NOT_FOUND) {
        struct span near = map_nearest(&w->file.library->organisation_by_name, name);
        if (err)
            *err = (struct err)ERR_INIT;
        err_set(err, E_NOT_FOUND, "今天没有单位“%.*s”", SPAN_ARG(name));
        if (near.n)
            err_hint(err, "是不是 %.*s？", SPAN_ARG(near));
        return E_NOT_FOUND;
    }
    if (r == 0 && p)
        r = count_holders(w, p, row.name, 0, &n, err);
    if (r == 0 && p && !n)
        r = nobody_there(p, row.name, err);
    if (r == 0)
        case_put(data, SPAN("organisation"), json_string(w->arena, row.name));
    return r;
}

static int not_fit(const struct party *p, struct span organisation, struct span login,
                   struct err *err)
{
    err_set(err, E_CONFLICT, "账户 %.*s 今天不担任%.*s“%.*s”", SPAN_ARG(login),
            SPAN_ARG(organisation), SPAN_ARG(actor_words[p->kind].title.zh));
    err_hint(err, "只能交给在本单位担任这个角色的人");
    return E_CONFLICT;
}

/* An account by its login or its id. */
static int find_account(struct case_work *w, struct span said, struct account_row *ret,
                        struct err *err)
{
    struct decimal d;
    int64_t id = 0;
    int r = decimal_parse(said, &d) && decimal_to_int(d, &id)
                ? account_get(w->office->store, w->arena, id, ret, err)
                : account_find(w->office->store, w->arena, said, ret, err);

    if (r == 0 && ret->disabled_at)
        r = err_set(err, E_CONFLICT, "账户 %.*s 已经停用", SPAN_ARG(ret->login));
    return r;
}

static int settle_account(struct case_work *w, struct case_event *e, struct json *data,
                          struct err *err)
{
    const struct party *p = party_of(w, e);
    struct span organisation = p ? case_party_organisation(w, p->id) : (struct span){NULL, 0};
    struct account_row row;
    int64_t n = 0;
    int r = find_account(w, json_text(JSON_GET(e->data, "account")), &row, err);

    if (r == 0 && p)
        r = count_holders(w, p, organisation.n ? organisation : SPAN(""), row.id, &n, err);
    if (r == 0 && p && !n)
        r = not_fit(p, organisation, row.login, err);
    if (r == 0)
        case_put(data, SPAN("account"), json_int(w->arena, row.id));
    if (r == 0)
        case_put(data, SPAN("login"), json_string(w->arena, row.login));
    if (r == 0 && p)
        case_put(data, SPAN("party"), json_string(w->arena, p->id));
    return r;
}

/* Letters between the centre and the applicant cost him nothing, unless it is said what (S098). */
static int settle_mail(struct case_work *w, struct case_event *e, struct json *data,
                       struct err *err)
{
    struct span cost = json_text(JSON_GET(e->data, "cost"));
    struct decimal d;

    if (cost.n && (!decimal_parse(cost, &d) || decimal_sign(d) < 0))
        return err_set(err, E_INPUT, "邮费不是数：%.*s", SPAN_ARG(cost));
    if (!cost.n)
        case_put(data, SPAN("cost"), json_string(w->arena, SPAN("0")));
    return 0;
}

/* ---- before ---- */

static struct json *copy_of(struct arena *a, const struct json *from)
{
    struct json *to = json_object(a);

    JSON_EACH(j, from)
    {
        struct json *copy = ARENA_NEW(a, struct json);
        if (!copy)
            return NULL;
        *copy = *j;
        copy->next = NULL;
        json_set(to, j->key, copy);
    }
    return to;
}

/* By which way something was handed over (S097, S102): said, or as the actor is seen to do it. */
static int settle_channel(struct case_work *w, struct case_event *e, struct err *err)
{
    static const char *const words[] = {"online",  "counter", "phone",        "mail",  "email",
                                        "courier", "fax",     "self-service", "video", "app"};
    struct span said = json_text(JSON_GET(e->data, "channel"));
    bool known = !said.n, hands = JSON_GET(e->data, "fields") || JSON_GET(e->data, "materials");
    struct json *data;

    for (size_t i = 0; i < COUNT_OF(words); i++)
        known = known || span_eq(said, span_z(words[i]));
    if (!known) {
        err_set(err, E_INPUT, "没有这个渠道：%.*s", SPAN_ARG(said));
        err_hint(err,
                 "online、counter、phone、mail、email、courier、fax、self-service、video、app");
        return E_INPUT;
    }
    if (said.n || w->who->program || !hands || !span_eq(e->by, SPAN("applicant")))
        return 0;
    data = copy_of(w->arena, e->data);
    case_put(data, SPAN("channel"),
             json_string(w->arena, w->who->subject_id ? SPAN("online") : SPAN("counter")));
    e->data = data;
    return data ? 0 : err_memory(err);
}

int case_settle(struct case_work *w, struct case_event *e, struct err *err)
{
    static const struct {
        const char *act;
        int (*run)(struct case_work *, struct case_event *, struct json *, struct err *);
    } acts[] = {{"transfer", settle_organisation},
                {"assign", settle_account},
                {"book", case_settle_visit},
                {"mail-in", settle_mail},
                {"mail-out", settle_mail}};
    struct json *data;
    int r = settle_channel(w, e, err);

    if (r < 0 || procedure_act_index(w->file.procedure, e->act) != SIZE_MAX)
        return r;
    for (size_t i = 0; r == 0 && i < COUNT_OF(acts); i++) {
        if (!span_eq(e->act, span_z(acts[i].act)))
            continue;
        data = copy_of(w->arena, e->data);
        r = data ? acts[i].run(w, e, data, err) : err_memory(err);
        e->data = data;
    }
    return r == 0 && w->arena->failed ? err_memory(err) : r;
}

/* ---- after ---- */

static int set_party(const struct case_work *w, struct span party, struct span organisation,
                     int64_t account, struct err *err)
{
    return sql_run(w->office->store,
                   "UPDATE case_party SET organisation = CASE WHEN $3 = '' THEN organisation"
                   " ELSE $3 END, account_id = $4 WHERE case_id = $1 AND party = $2",
                   ARGS(INT(w->file.row.id), TEXT(party), TEXT(organisation), INT(account)), err);
}

static int64_t int_of(const struct json *j)
{
    int64_t n = 0;
    struct decimal d;
    return decimal_parse(json_text(j), &d) && decimal_to_int(d, &n) ? n : 0;
}

static int assign(struct case_work *w, const struct case_event *e, struct err *err)
{
    struct span party = json_text(JSON_GET(e->data, "party"));
    int64_t account = int_of(JSON_GET(e->data, "account"));

    w->file.row.handler = account;
    return party.n ? set_party(w, party, SPAN(""), account, err) : 0;
}

/* To another organisation, with a reason: nobody's desk there yet. */
static int transfer(struct case_work *w, const struct case_event *e, struct err *err)
{
    struct span organisation = json_text(JSON_GET(e->data, "organisation"));
    const struct party *p = party_of(w, e);
    int r;

    w->file.row.handler = 0;
    if (!organisation.n || !p)
        return 0;
    r = set_party(w, p->id, organisation, 0, err);
    return r == 0 ? case_parties_load(w, err) : r;
}

static int take(struct case_work *w, const struct case_event *e, struct err *err)
{
    UNUSED(err);
    w->file.row.handler = e->account_id;
    return 0;
}

/* Into the green lane, or out of it: an office says so, and why. */
static int into_lane(struct case_work *w, const struct case_event *e, struct err *err)
{
    UNUSED(err);
    w->file.row.urgent = span_eq(e->act, SPAN("expedite"));
    return 0;
}

/* Whoever has the case now is written to; his queue stays in its order. */
static int hurry(struct case_work *w, const struct case_event *e, struct err *err)
{
    struct span reason = json_text(JSON_GET(e->data, "reason"));
    struct span number = w->file.row.number;
    struct outgoing m = {
        .key = arena_print(w->arena, "case/%.*s/%" PRId64 "/hurry", SPAN_ARG(number), e->seq),
        .kind = SPAN("case.hurry"),
        .object_kind = SPAN("case"),
        .object = number,
        .subject_zh = SPAN("申请人催办"),
        .subject_en = SPAN("The applicant asks how it stands"),
        .text_zh = arena_print(w->arena, "办件%.*s的申请人催办：%.*s", SPAN_ARG(number),
                               SPAN_ARG(reason.n ? reason : SPAN("没有写理由"))),
        .text_en = arena_print(w->arena, "Case %.*s: the applicant asks for it: %.*s",
                               SPAN_ARG(number), SPAN_ARG(reason)),
    };

    return w->arena->failed ? err_memory(err)
                            : case_notify_organisation(w, w->file.row.organisation, &m, err);
}

int case_desk_effect(struct case_work *w, const struct case_event *e, struct err *err)
{
    static const struct {
        const char *act;
        int (*run)(struct case_work *, const struct case_event *, struct err *);
    } acts[] = {{"assign", assign},
                {"take", take},
                {"transfer", transfer},
                {"hurry", hurry},
                {"expedite", into_lane},
                {"ordinary", into_lane},
                {"book", case_visit_effect},
                {"unbook", case_visit_effect},
                {"withdraw", case_visit_effect}};

    for (size_t i = 0; i < COUNT_OF(acts); i++)
        if (span_eq(e->act, span_z(acts[i].act)))
            return acts[i].run(w, e, err);
    return 0;
}

/* ---- who could have it ---- */

int case_holders(struct arena *request, const struct office *o, struct span organisation,
                 struct case_holder **ret, size_t *ret_n, struct err *err)
{
    VECTOR_OF(struct case_holder, holders) v = {0};
    char day[DATE_TEXT];
    struct stmt *st = NULL;
    size_t n = date_print(date_today(), day);
    int r = sql_open(o->store,
                     "SELECT DISTINCT a.id, a.login, a.name FROM account_right r"
                     " JOIN account a ON a.id = r.account_id JOIN organisation g ON"
                     " g.id = r.organisation_id WHERE a.disabled_at = 0 AND g.name = $1"
                     " AND (r.since = '' OR r.since <= $2) AND (r.until = '' OR r.until >= $2)"
                     " AND r.role IN ('window', 'handler', 'reviewer', 'finance') ORDER BY a.login",
                     ARGS(TEXT(organisation), TEXT(span_of(day, n))), &st, err);

    while (r >= 0 && (r = stmt_step(st, err)) > 0) {
        struct case_holder *to = VECTOR_PUSH(request, &v, struct case_holder);
        if (!to) {
            r = err_memory(err);
            break;
        }
        *to = (struct case_holder){stmt_get_int(st, 0), sql_text(request, st, 1),
                                   sql_text(request, st, 2)};
    }
    stmt_done(st);
    *ret = v.at;
    *ret_n = v.n;
    return r < 0 ? r : request->failed ? err_memory(err) : 0;
}
