/*
 * direct_data.c: see direct_data.h.
 */
#include "casework/direct_data.h"

#include <inttypes.h>

#include "base/vector.h"
#include "casework/funds_int.h"
#include "casework/sql.h"
#include "policy/subjects.h"

#define LINE_MAX_BYTES 600

static bool is_line(struct span text)
{
    text = span_trim(text);
    return text.n > 0 && text.n <= LINE_MAX_BYTES;
}

static struct span or_empty(struct span text)
{
    return text.p ? span_trim(text) : SPAN("");
}

/* ---- demands ---- */

static struct span today(char out[DATE_TEXT])
{
    return money_today(out);
}

/* The last working day on which what has to be collected is due. */
static int due_of(const struct office *o, bool collected, char out[DATE_TEXT], struct span *ret,
                  struct err *err)
{
    struct date due;

    *ret = SPAN("");
    if (collected)
        return 0;
    int r = calendar_add_working(o->library->calendar, date_today(), DEMAND_DAYS, &due, err);
    if (r == 0)
        *ret = span_of(out, date_print(due, out));
    return r;
}

static int check_demand(struct arena *request, const struct office *o, const struct demand_new *n,
                        int64_t *ret_project, struct span *ret_unit, struct err *err)
{
    const struct fact *f = map_get(&o->library->fact_by_name, n->fact);
    struct direct_project p;
    int64_t there = 0;
    int r = direct_find(request, o, n->project, &p, err);

    if (r < 0)
        return r;
    if (!f) {
        struct span near = map_nearest(&o->library->fact_by_name, n->fact);
        r = err_set(err, E_NOT_FOUND, "没有信息项“%.*s”", SPAN_ARG(n->fact));
        if (near.n)
            err_hint(err, "是不是 %.*s", SPAN_ARG(near));
        return err_field(err, r, "fact");
    }
    *ret_unit = n->unit.n ? span_trim(n->unit) : f->holder;
    if (!is_line(*ret_unit) || !is_line(n->why))
        return err_field(err, err_set(err, E_INPUT, "要写由哪个单位提供和用来算什么"),
                         is_line(*ret_unit) ? "why" : "unit");
    *ret_project = p.id;
    r = sql_int(o->store,
                "SELECT id FROM data_demand WHERE project_id = $1 AND fact = $2 AND unit = $3"
                " AND state <> 'refused'",
                ARGS(INT(p.id), TEXT(n->fact), TEXT(*ret_unit)), 0, &there, err);
    return r == 0 && there ? err_set(err, E_CONFLICT, "已经提过：第 %" PRId64 " 号需求", there) : r;
}

int demand_add(struct arena *request, const struct office *o, const struct actor *who,
               const struct demand_new *n, int64_t *ret_id, struct err *err)
{
    struct span actor = actor_label(request, who), unit, due;
    char day[DATE_TEXT], last[DATE_TEXT];
    int64_t project = 0, id = 0;
    int r = actor_need(who, ROLE_BIT(HANDLER) | ROLE_BIT(PUBLISHER), err);

    if (r == 0)
        r = check_demand(request, o, n, &project, &unit, err);
    if (r == 0)
        r = due_of(o, n->collected, last, &due, err);
    if (r == 0 && !actor.p)
        r = err_memory(err);
    if (r == 0)
        r = sql_insert(o->store,
                       "INSERT INTO data_demand (project_id, fact, unit, why, cycle, collected,"
                       " asked_on, due, state, at, actor) VALUES ($1, $2, $3, $4, $5, $6, $7, $8,"
                       " 'open', $9, $10){new id}",
                       ARGS(INT(project), TEXT(n->fact), TEXT(unit), TEXT(span_trim(n->why)),
                            TEXT(or_empty(n->cycle)), INT(n->collected), TEXT(today(day)),
                            TEXT(due), INT(clock_now_ms()), TEXT(actor)),
                       &id, err);
    if (r == 0)
        r = money_audit(request, o->store, who, false, "data.demand", "demand", id, NULL, err);
    if (r == 0)
        *ret_id = id;
    return r;
}

/* A counterparty answers what its own unit was asked. */
static int own_demand(const struct office *o, const struct actor *who, int64_t id, struct err *err)
{
    int64_t own = 0;
    int r;

    if (who->program || (who->roles & (APPROVAL_ROLES | ROLE_BIT(PUBLISHER))))
        return 0;
    r = sql_int(o->store, "SELECT 1 FROM data_demand WHERE id = $1 AND unit = $2",
                ARGS(INT(id), TEXT(or_empty(who->organisation))), 0, &own, err);
    return r < 0 || own ? r : err_set(err, E_FORBIDDEN, "这项需求不是向您的单位提的");
}

static int open_demand(const struct office *o, int64_t id, struct err *err)
{
    int64_t open = -1;
    int r = sql_int(o->store,
                    "SELECT CASE state WHEN 'open' THEN 1 ELSE 0 END FROM data_demand"
                    " WHERE id = $1",
                    ARGS(INT(id)), -1, &open, err);

    if (r < 0 || open > 0)
        return r;
    return open < 0 ? err_set(err, E_NOT_FOUND, "没有第 %" PRId64 " 号数据需求", id)
                    : err_set(err, E_CONFLICT, "第 %" PRId64 " 号数据需求已经答复", id);
}

struct answer {
    int64_t id;
    struct span state, text, cites, quality, cycle;
    const char *act;
};

static int answer_demand(struct arena *request, const struct office *o, const struct actor *who,
                         const struct answer *a, struct err *err)
{
    struct json *detail = json_object(request);
    char day[DATE_TEXT];
    int r = actor_need(who, APPROVAL_ROLES | ROLE_BIT(COUNTERPARTY) | ROLE_BIT(PUBLISHER), err);

    if (r == 0)
        r = own_demand(o, who, a->id, err);
    if (r == 0)
        r = open_demand(o, a->id, err);
    if (r == 0)
        r = sql_run(o->store,
                    "UPDATE data_demand SET state = $2, answer = $3, cites = $4, answered_on = $5,"
                    " quality = $6, cycle = CASE WHEN $7 = '' THEN cycle ELSE $7 END WHERE id = $1",
                    ARGS(INT(a->id), TEXT(a->state), TEXT(a->text), TEXT(a->cites),
                         TEXT(today(day)), TEXT(or_empty(a->quality)), TEXT(or_empty(a->cycle))),
                    err);
    JSON_SET(detail, "answer", json_string(request, a->text));
    JSON_SET(detail, "cites", json_string(request, a->cites));
    JSON_SET(detail, "quality", json_string(request, or_empty(a->quality)));
    return r < 0 ? r
                 : money_audit(request, o->store, who, true, a->act, "demand", a->id, detail, err);
}

int demand_supply(struct arena *request, const struct office *o, const struct actor *who,
                  int64_t id, const struct demand_answer *x, struct err *err)
{
    const struct answer a = {.id = id,
                             .state = SPAN("supplied"),
                             .text = or_empty(x->how),
                             .cites = SPAN(""),
                             .quality = x->quality,
                             .cycle = x->cycle,
                             .act = "data.supply"};

    return is_line(a.text)
               ? answer_demand(request, o, who, &a, err)
               : err_field(err,
                           err_set(err, E_INPUT, "要写怎样提供：接口、名单，是否全面、及时、可用"),
                           "how");
}

int demand_refuse(struct arena *request, const struct office *o, const struct actor *who,
                  int64_t id, struct span cites, struct span reason, struct err *err)
{
    const struct answer a = {.id = id,
                             .state = SPAN("refused"),
                             .text = or_empty(reason),
                             .cites = or_empty(cites),
                             .act = "data.refuse"};

    if (is_line(a.cites) && is_line(a.text))
        return answer_demand(request, o, who, &a, err);
    err_set(err, E_INPUT, "拒绝提供要写依据的条款和理由");
    err_hint(err, "只有法律、法规禁止的才能拒绝，如 《…法》第…条");
    return err_field(err, E_INPUT, is_line(a.cites) ? "reason" : "cites");
}

int demand_list(struct arena *request, struct store *s, struct span project, struct demand **ret,
                size_t *ret_n, struct err *err)
{
    VECTOR_OF(struct demand, demands) v = {0};
    char day[DATE_TEXT];
    struct span now = today(day);
    struct demand *d;
    struct stmt *st;
    int r = sql_open(
        s,
        "SELECT d.id, d.collected, p.code, d.fact, d.unit, d.why, d.cycle, d.state,"
        " d.due, d.asked_on, d.answered_on, d.answer, d.cites, d.quality FROM data_demand d"
        " JOIN direct_project p ON p.id = d.project_id"
        " WHERE ($1 = '' OR p.code = $1) ORDER BY d.id",
        ARGS(TEXT(project.p ? project : SPAN(""))), &st, err);

    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0 && (d = VECTOR_PUSH(request, &v, struct demand)) != NULL) {
        struct span *const texts[] = {&d->project,     &d->fact,   &d->unit,  &d->why,
                                      &d->cycle,       &d->state,  &d->due,   &d->asked_on,
                                      &d->answered_on, &d->answer, &d->cites, &d->quality};
        *d = (struct demand){.id = stmt_get_int(st, 0), .collected = stmt_get_int(st, 1) != 0};
        for (size_t i = 0; i < COUNT_OF(texts); i++)
            *texts[i] = sql_text(request, st, 2 + (int)i);
        d->late = d->due.n && span_eq(d->state, SPAN("open")) && span_compare(d->due, now) < 0;
    }
    stmt_done(st);
    *ret = v.at;
    *ret_n = v.n;
    return r < 0 ? r : request->failed ? err_memory(err) : 0;
}

struct named_text {
    const char *key;
    struct span text;
};

static void set_texts(struct arena *a, struct json *j, const struct named_text *at, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (at[i].text.n)
            json_set(j, span_z(at[i].key), json_string(a, at[i].text));
}

struct json *demand_json(struct arena *a, const struct demand *d)
{
    const struct named_text texts[] = {{"project", d->project},
                                       {"fact", d->fact},
                                       {"unit", d->unit},
                                       {"why", d->why},
                                       {"cycle", d->cycle},
                                       {"state", d->state},
                                       {"asked_on", d->asked_on},
                                       {"due", d->due},
                                       {"answer", d->answer},
                                       {"cites", d->cites},
                                       {"answered_on", d->answered_on},
                                       {"quality", d->quality}};
    struct json *j = json_object(a);

    JSON_SET(j, "demand", json_int(a, d->id));
    set_texts(a, j, texts, COUNT_OF(texts));
    JSON_SET(j, "collected", json_bool(a, d->collected));
    JSON_SET(j, "late", json_bool(a, d->late));
    return j;
}

/* ---- objections ---- */

/* The statement that is objected to: of a source, or the newest one. */
static int find_said(struct arena *a, struct store *s, int64_t subject, const struct fact_key *k,
                     struct span *source, struct span *ret_said, struct err *err)
{
    struct stmt *st;
    int r = sql_open(s,
                     "SELECT e.value, e.source FROM fact_now n JOIN fact_event e"
                     " ON e.id = n.event_id WHERE n.subject_id = $1 AND n.fact = $2"
                     " AND n.item = $3 AND n.period = $4 AND ($5 = '' OR n.source = $5)"
                     " AND e.withdrawn = 0 ORDER BY e.id DESC LIMIT 1",
                     ARGS(INT(subject), TEXT(k->name), TEXT(k->item.p ? k->item : SPAN("")),
                          TEXT(k->period.p ? k->period : SPAN("")), TEXT(or_empty(*source))),
                     &st, err);

    if (r < 0)
        return r;
    r = stmt_step(st, err);
    if (r > 0) {
        *ret_said = sql_text(a, st, 0);
        *source = sql_text(a, st, 1);
    }
    stmt_done(st);
    if (r == 0)
        return err_field(err, err_set(err, E_NOT_FOUND, "没有人报过这一信息，无从异议"), "fact");
    return r < 0 ? r : a->failed ? err_memory(err) : 0;
}

/* The fact's text, value and place in one place: nothing is objected to twice at once. */
static int check_objection(struct arena *request, const struct office *o,
                           const struct objection_new *n, struct fact_key *k, struct err *err)
{
    struct value value;
    int64_t open = 0;
    int r = fact_key_parse(request, o->library, span_trim(n->key), k, err);

    if (r < 0)
        return err_field(err, r, "fact");
    r = fact_key_read(request, o->library, k, span_trim(n->value), &value, err);
    if (r < 0)
        return err_field(err, r, "value");
    if (!is_line(n->reason))
        r = err_field(err, err_set(err, E_INPUT, "要写哪里不对、凭什么"), "reason");
    if (r == 0)
        r = sql_int(o->store,
                    "SELECT id FROM data_objection WHERE subject_id = $1 AND fact_key = $2"
                    " AND state IN ('open', 'asked')",
                    ARGS(INT(n->subject_id), TEXT(span_trim(n->key))), 0, &open, err);
    return r == 0 && open ? err_set(err, E_CONFLICT, "第 %" PRId64 " 号异议还没有答复", open) : r;
}

int objection_add(struct arena *request, const struct office *o, const struct actor *who,
                  const struct objection_new *n, int64_t *ret_id, struct err *err)
{
    struct span actor = actor_label(request, who), source = n->source, said = SPAN("");
    char day[DATE_TEXT];
    struct fact_key k;
    int64_t id = 0;
    int r = actor_is(who, USER_AGENT) && who->subject_id == n->subject_id
                ? 0
                : actor_need(who, ROLE_BIT(WINDOW) | ROLE_BIT(HANDLER), err);

    if (r == 0)
        r = check_objection(request, o, n, &k, err);
    if (r == 0)
        r = find_said(request, o->store, n->subject_id, &k, &source, &said, err);
    if (r == 0 && !actor.p)
        r = err_memory(err);
    if (r == 0)
        r = sql_insert(o->store,
                       "INSERT INTO data_objection (subject_id, fact_key, said, source, claimed,"
                       " reason, state, asked_on, account_id, at, actor) VALUES ($1, $2, $3, $4,"
                       " $5, $6, 'open', $7, $8, $9, $10){new id}",
                       ARGS(INT(n->subject_id), TEXT(span_trim(n->key)), TEXT(said), TEXT(source),
                            TEXT(span_trim(n->value)), TEXT(span_trim(n->reason)), TEXT(today(day)),
                            INT(who->account_id), INT(clock_now_ms()), TEXT(actor)),
                       &id, err);
    if (r == 0)
        r = money_audit(request, o->store, who, false, "data.object", "objection", id, NULL, err);
    if (r == 0)
        *ret_id = id;
    return r;
}

/* Open, and not one's own. */
static int hold_objection(struct arena *request, const struct office *o, const struct actor *who,
                          int64_t id, struct objection *x, struct err *err)
{
    int r = actor_need(who, ROLE_BIT(HANDLER) | ROLE_BIT(REVIEWER), err);

    if (r == 0)
        r = objection_load(request, o->store, id, x, err);
    if (r == 0 && !span_eq(x->state, SPAN("open")) && !span_eq(x->state, SPAN("asked")))
        r = err_set(err, E_CONFLICT, "第 %" PRId64 " 号异议已经答复", id);
    if (r == 0 && x->account_id &&
        (x->account_id == who->account_id || x->account_id == who->for_account_id))
        r = err_set(err, E_FORBIDDEN, "提出异议的人不能自己核实");
    return r;
}

int objection_ask(struct arena *request, const struct office *o, const struct actor *who,
                  int64_t id, struct err *err)
{
    struct objection x;
    int r = hold_objection(request, o, who, id, &x, err);

    if (r == 0 && span_eq(x.state, SPAN("asked")))
        r = err_set(err, E_CONFLICT, "已经送 %.*s 核实", SPAN_ARG(x.source));
    if (r == 0)
        r = sql_run(o->store, "UPDATE data_objection SET state = 'asked' WHERE id = $1",
                    ARGS(INT(id)), err);
    return r < 0
               ? r
               : money_audit(request, o->store, who, false, "data.ask", "objection", id, NULL, err);
}

/* ---- what turns ---- */

static int judge(struct arena *a, const struct office *o, int64_t subject_id, struct checkup **ret,
                 struct err *err)
{
    const struct match_options options = {.as_of = date_today(), .known_by = date_today()};
    struct subject_row row;
    struct subject *s = ARENA_NEW(a, struct subject);
    int r = s ? subject_get(a, o->store, subject_id, &row, err) : err_memory(err);

    if (r == 0)
        r = subject_load(a, o->store, o->library, row.kind, row.code, options.as_of,
                         options.known_by, s, err);
    return r < 0 ? r : match(a, o->library, s, &options, ret, err);
}

static const struct finding *same_finding(const struct checkup *c, const struct finding *f)
{
    for (size_t i = 0; i < c->n; i++)
        if (c->findings[i].measure == f->measure && span_eq(c->findings[i].item, f->item))
            return &c->findings[i];
    return NULL;
}

static struct span gist(struct arena *a, const struct finding *f)
{
    struct span gives = f ? finding_gives(a, f, false) : SPAN("");

    return f ? arena_print(a, "%.*s%s%.*s", SPAN_ARG(status_words[f->status].title.zh),
                           gives.n ? "：" : "", SPAN_ARG(gives))
             : SPAN("无");
}

/* Measures whose finding is another one now. */
static struct json *turned(struct arena *a, const struct checkup *before,
                           const struct checkup *after)
{
    struct json *list = json_array(a);

    for (size_t i = 0; i < after->n; i++) {
        const struct finding *f = &after->findings[i];
        struct span was = gist(a, same_finding(before, f)), is = gist(a, f);
        struct json *j = span_eq(was, is) ? NULL : json_object(a);
        if (!j)
            continue;
        JSON_SET(j, "measure", json_string(a, f->measure->id));
        if (f->item.n)
            JSON_SET(j, "item", json_string(a, f->item));
        JSON_SET(j, "before", json_string(a, was));
        JSON_SET(j, "after", json_string(a, is));
        json_add(list, j);
    }
    return list;
}

static int state_fact(struct arena *request, const struct office *o, const struct objection *x,
                      struct span value, struct err *err)
{
    struct fact_event e = {.source = x->source, .basis = BASIS_VERIFIED, .observed = date_today()};
    struct fact_key k;
    bool written;
    int r = fact_key_parse(request, o->library, x->key, &k, err);

    if (r == 0)
        r = fact_key_read(request, o->library, &k, span_trim(value), &e.value, err);
    if (r < 0)
        return r;
    e.fact = k.name;
    e.item = k.item.p ? k.item : SPAN("");
    e.period = k.period.p ? k.period : SPAN("");
    return subject_add_event(request, o->store, x->subject_id, &e, &written, err);
}

struct ending {
    struct span state, value, reason, turned;
};

static int end_objection(struct arena *request, const struct office *o, const struct actor *who,
                         int64_t id, const struct ending *e, struct err *err)
{
    struct json *detail = json_object(request);
    char day[DATE_TEXT];
    struct span act = arena_print(request, "data.%.*s", SPAN_ARG(e->state));
    int r = sql_run(o->store,
                    "UPDATE data_objection SET state = $2, value = $3, answer = $4, turned = $5,"
                    " answered_on = $6 WHERE id = $1",
                    ARGS(INT(id), TEXT(e->state), TEXT(e->value), TEXT(e->reason), TEXT(e->turned),
                         TEXT(today(day))),
                    err);

    JSON_SET(detail, "reason", json_string(request, e->reason));
    if (r == 0 && !act.p)
        r = err_memory(err);
    return r < 0 ? r
                 : money_audit(request, o->store, who, true, act.p, "objection", id, detail, err);
}

int objection_correct(struct arena *request, const struct office *o, const struct actor *who,
                      int64_t id, struct span value, struct span reason, struct err *err)
{
    struct ending e = {SPAN("corrected"), or_empty(value), or_empty(reason), SPAN("[]")};
    struct checkup *before = NULL, *after = NULL;
    struct objection x;
    int r = hold_objection(request, o, who, id, &x, err);

    if (r == 0 && (!is_line(e.value) || !is_line(e.reason)))
        r = err_field(err, err_set(err, E_INPUT, "要写来源单位核实后的值和经过"),
                      is_line(e.value) ? "reason" : "value");
    if (r == 0)
        r = judge(request, o, x.subject_id, &before, err);
    if (r == 0)
        r = state_fact(request, o, &x, e.value, err);
    if (r == 0)
        r = judge(request, o, x.subject_id, &after, err);
    if (r < 0)
        return r;
    struct buffer b = BUFFER_INIT;
    json_print(&b, turned(request, before, after), JSON_COMPACT);
    e.turned = arena_copy(request, buffer_span(&b));
    bool lost = buffer_failed(&b) || request->failed;
    buffer_release(&b);
    return lost ? err_memory(err) : end_objection(request, o, who, id, &e, err);
}

int objection_keep(struct arena *request, const struct office *o, const struct actor *who,
                   int64_t id, struct span reason, struct err *err)
{
    const struct ending e = {SPAN("kept"), SPAN(""), or_empty(reason), SPAN("[]")};
    struct objection x;
    int r = hold_objection(request, o, who, id, &x, err);

    if (r == 0 && !is_line(e.reason))
        r = err_field(err, err_set(err, E_INPUT, "维持要写理由"), "reason");
    return r < 0 ? r : end_objection(request, o, who, id, &e, err);
}

/* ---- looking ---- */

#define OBJECTIONS                                                                                 \
    "SELECT x.id, x.subject_id, x.account_id, s.code, s.name, x.fact_key, x.said, x.source,"       \
    " x.claimed, x.reason, x.state, x.asked_on, x.answered_on, x.answer, x.value, x.turned"        \
    " FROM data_objection x JOIN subject s ON s.id = x.subject_id"

static void read_objection(struct arena *a, const struct stmt *st, struct objection *x)
{
    struct span *const texts[] = {&x->subject_code, &x->subject_name, &x->key,    &x->said,
                                  &x->source,       &x->claimed,      &x->reason, &x->state,
                                  &x->asked_on,     &x->answered_on,  &x->answer, &x->value,
                                  &x->turned};

    *x = (struct objection){.id = stmt_get_int(st, 0),
                            .subject_id = stmt_get_int(st, 1),
                            .account_id = stmt_get_int(st, 2)};
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        *texts[i] = sql_text(a, st, 3 + (int)i);
}

int objection_load(struct arena *request, struct store *s, int64_t id, struct objection *ret,
                   struct err *err)
{
    struct stmt *st;
    int r = sql_open(s, OBJECTIONS " WHERE x.id = $1", ARGS(INT(id)), &st, err);

    if (r < 0)
        return r;
    r = stmt_step(st, err);
    if (r > 0)
        read_objection(request, st, ret);
    stmt_done(st);
    if (r == 0)
        return err_set(err, E_NOT_FOUND, "没有第 %" PRId64 " 号数据异议", id);
    return r < 0 ? r : request->failed ? err_memory(err) : 0;
}

int objection_list(struct arena *request, struct store *s, int64_t subject_id,
                   struct objection **ret, size_t *ret_n, struct err *err)
{
    VECTOR_OF(struct objection, objections) v = {0};
    struct objection *x;
    struct stmt *st;
    int r = sql_open(s,
                     OBJECTIONS " WHERE ($1 = 0 OR x.subject_id = $1)"
                                " ORDER BY CASE WHEN x.state IN ('open', 'asked') THEN 0 ELSE 1"
                                " END, x.id LIMIT 1000",
                     ARGS(INT(subject_id)), &st, err);

    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0 && (x = VECTOR_PUSH(request, &v, struct objection)) != NULL)
        read_objection(request, st, x);
    stmt_done(st);
    *ret = v.at;
    *ret_n = v.n;
    return r < 0 ? r : request->failed ? err_memory(err) : 0;
}

struct json *objection_json(struct arena *a, const struct objection *x)
{
    const struct named_text texts[] = {{"subject", x->subject_code},
                                       {"name", x->subject_name},
                                       {"fact", x->key},
                                       {"said", x->said},
                                       {"source", x->source},
                                       {"claimed", x->claimed},
                                       {"reason", x->reason},
                                       {"state", x->state},
                                       {"asked_on", x->asked_on},
                                       {"answer", x->answer},
                                       {"value", x->value},
                                       {"answered_on", x->answered_on}};
    struct json *j = json_object(a), *list = NULL;
    struct err ignored = ERR_INIT;

    JSON_SET(j, "objection", json_int(a, x->id));
    set_texts(a, j, texts, COUNT_OF(texts));
    if (json_parse(a, x->turned, SPAN("turned"), &list, &ignored) == 0)
        JSON_SET(j, "turned", list);
    return j;
}
