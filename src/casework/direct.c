/*
 * direct.c: projects of 免申即享: the record, the mode, the reading adopted, four eyes.
 */
#include <inttypes.h>

#include "base/date.h"
#include "base/vector.h"
#include "casework/direct.h"
#include "casework/funds.h"
#include "casework/sql.h"
#include "identity/audit.h"

#define WORD_OF(id, word, zh, en) CLOSED_WORD(word, zh, en),
const struct closed_word direct_group_words[DIRECT_GROUPS] = {DIRECT_GROUP_LIST(WORD_OF)};
const struct closed_word direct_mode_words[DIRECT_MODES] = {DIRECT_MODE_LIST(WORD_OF)};

/* ---- the mode ---- */

/* S065. The first row that fits; -1 = either. */
static const struct {
    signed char by_law, adverse, on_site;
    struct direct_choice choice;
} choices[] = {
    {-1,
     -1,
     1,
     {DIRECT_MODE_SCAN,
      false,
      {SPAN_INIT("须现场核对身份"), SPAN_INIT("identity is checked on site")}}},
    {1,
     -1,
     -1,
     {DIRECT_MODE_ONE_TAP,
      false,
      {SPAN_INIT("法定须经申请，申请以一步确认代替"),
       SPAN_INIT("the law asks for an application: one step of confirmation stands for it")}}},
    {0,
     0,
     -1,
     {DIRECT_MODE_STRAIGHT,
      false,
      {SPAN_INIT("法律不要求申请，且无不利影响"),
       SPAN_INIT("no application is required and nothing is to its disadvantage")}}},
    {0,
     1,
     -1,
     {DIRECT_MODE_ONE_TAP,
      true,
      {SPAN_INIT("文件未规定“不要求申请但可能有不利影响”的情形：按一键确认办理"),
       SPAN_INIT("the text does not say what applies when no application is required but it may be "
                 "adverse: confirmed in one step")}}},
};

struct direct_choice direct_choose(struct direct_question q)
{
    for (size_t i = 0; i < COUNT_OF(choices); i++)
        if ((choices[i].by_law < 0 || choices[i].by_law == q.by_law) &&
            (choices[i].adverse < 0 || choices[i].adverse == q.adverse) &&
            (choices[i].on_site < 0 || choices[i].on_site == q.on_site))
            return choices[i].choice;
    return choices[COUNT_OF(choices) - 1].choice;
}

/* ---- the record ---- */

/* The 12 fields of a project and its push rule, as they are called in the record (S064). */
static const struct record_field {
    struct span key, zh;
} record_fields[] = {
    {SPAN_INIT("title"), SPAN_INIT("项目名称")},
    {SPAN_INIT("audience"), SPAN_INIT("服务对象")},
    {SPAN_INIT("content"), SPAN_INIT("服务内容")},
    {SPAN_INIT("conditions"), SPAN_INIT("申报条件")},
    {SPAN_INIT("times"), SPAN_INIT("每年申报次数")},
    {SPAN_INIT("period"), SPAN_INIT("每年申报时间")},
    {SPAN_INIT("department"), SPAN_INIT("实施部门")},
    {SPAN_INIT("paid_by"), SPAN_INIT("兑现时间")},
    {SPAN_INIT("contact"), SPAN_INIT("咨询电话")},
    {SPAN_INIT("kind"), SPAN_INIT("免申类型")},
    {SPAN_INIT("notes"), SPAN_INIT("备注说明")},
    {SPAN_INIT("source"), SPAN_INIT("政策原文")},
};
static const struct record_field push_fields[] = {
    {SPAN_INIT("to"), SPAN_INIT("推送对象")},
    {SPAN_INIT("content"), SPAN_INIT("推送内容")},
    {SPAN_INIT("cycle"), SPAN_INIT("推送周期")},
};

static int need_field(const struct json *record, const struct record_field *f, struct span file,
                      struct err *err)
{
    const struct json *j = json_get(record, f->key);

    if (span_trim(json_text(j)).n)
        return 0;
    err_set(err, E_INPUT, "项目记录缺少“%.*s”（%.*s）", SPAN_ARG(f->zh), SPAN_ARG(f->key));
    err_hint(err, "十二个字段和推送规则都要写；没有的写“无”");
    err_at(err, file, j ? j->line : record->line, j ? j->column : record->column);
    return E_INPUT;
}

static int need_fields(const struct json *record, struct span file, struct err *err)
{
    const struct json *push = JSON_GET(record, "push");
    int r = 0;

    for (size_t i = 0; r == 0 && i < COUNT_OF(record_fields); i++)
        r = need_field(record, &record_fields[i], file, err);
    for (size_t i = 0; r == 0 && i < COUNT_OF(push_fields); i++)
        r = need_field(push ? push : record, &push_fields[i], file, err);
    if (r == 0 && span_find(json_text(JSON_GET(record, "title")), SPAN("免申即享")) != SIZE_MAX)
        r = err_field(err, err_set(err, E_CHECK, "项目名称不得含有“免申即享”字样"), "r.title");
    return r;
}

static bool flag(const struct json *record, struct span key)
{
    struct span t = json_text(json_get(record, key));
    return span_eq(t, SPAN("true")) || span_eq(t, SPAN("是"));
}

static const struct procedure *procedure_of(const struct library *l, struct span id,
                                            struct err *err)
{
    struct span nearest = {NULL, 0};
    const struct procedure *p = procedure_find(l, id, &nearest);

    if (p)
        return p;
    err_set(err, E_NOT_FOUND, "没有事项“%.*s”", SPAN_ARG(id));
    if (nearest.n)
        err_hint(err, "是不是 %.*s？", SPAN_ARG(nearest));
    return NULL;
}

static const struct measure *measure_of(const struct library *l, struct span id, struct err *err)
{
    struct span nearest = {NULL, 0};
    const struct measure *m = library_find(l, id, &nearest);

    if (m)
        return m;
    err_set(err, E_NOT_FOUND, "没有措施“%.*s”", SPAN_ARG(id));
    err_field(err, E_NOT_FOUND, "r.measure");
    if (nearest.n)
        err_hint(err, "是不是 %.*s？", SPAN_ARG(nearest));
    return NULL;
}

/* Which procedure the cases run by when the record names none. */
static const char *const default_procedures[DIRECT_MODES] = {"direct/pay", "direct/confirm",
                                                             "direct/confirm"};

static int may_change(const struct actor *who, struct err *err)
{
    if (actor_is(who, USER_HANDLER) || actor_is(who, USER_PUBLISHER) ||
        actor_is(who, USER_ADMINISTRATOR))
        return 0;
    err_set(err, E_FORBIDDEN, "您不能设立或更改免申即享项目");
    err_hint(err, "由实施部门的经办、发布人员办理");
    return E_FORBIDDEN;
}

static int log_project(const struct office *o, struct arena *a, const struct actor *who,
                       const char *act, struct span code, struct span detail, struct err *err)
{
    struct json *j = json_object(a);
    struct buffer text = BUFFER_INIT;
    int r;

    if (detail.n)
        JSON_SET(j, "detail", json_string(a, detail));
    json_print(&text, j, JSON_COMPACT);
    struct audit_entry e = {.class = AUDIT_DECISION,
                            .act = span_z(act),
                            .object_kind = SPAN("direct"),
                            .object = code,
                            .detail = buffer_span(&text)};
    r = a->failed || text.failed ? err_memory(err) : audit_add(o->store, who, &e, err);
    buffer_release(&text);
    return r;
}

struct project_call {
    struct arena *arena;
    const struct office *office;
    const struct actor *who;
    struct direct_project project;
    struct span record, code, reading, basis, reason;
    int64_t id;
};

/* Whole working days; empty = the default of direct_run.c. */
static int need_days(const struct json *record, struct span key, int64_t least, struct span file,
                     struct err *err)
{
    const struct json *j = json_get(record, key);
    struct decimal d;
    int64_t n = 0;

    if (!j || (decimal_parse(json_text(j), &d) && decimal_to_int(d, &n) && n >= least && n <= 365))
        return 0;
    err_set(err, E_INPUT, "%.*s：是 %d 至 365 的工作日数", SPAN_ARG(key), (int)least);
    err_at(err, file, j->line, j->column);
    return E_INPUT;
}

static int need_fund(struct project_call *c, struct err *err)
{
    struct err e = ERR_INIT;
    struct fund fund;
    int r = fund_load(c->arena, c->office->store, c->project.fund, false, &fund, &e);

    if (r == E_NOT_FOUND) {
        err_set(err, r, "没有资金“%.*s”", SPAN_ARG(c->project.fund));
        err_hint(err, "huiqi fund list 列出已设立的资金；先设立资金，再设立项目");
        err_field(err, r, "r.fund");
    } else if (r < 0 && err) {
        *err = e;
    }
    return r;
}

static int define_within(struct store *s, void *context, struct err *err)
{
    struct project_call *c = context;
    const struct direct_project *p = &c->project;
    int64_t there = 0;
    int r = sql_int(s, "SELECT id FROM direct_project WHERE code = $1", ARGS(TEXT(p->code)), 0,
                    &there, err);
    if (r == 0 && there)
        return err_field(err, err_set(err, E_CONFLICT, "项目编码已有：%.*s", SPAN_ARG(p->code)),
                         "r.code");
    if (r == 0)
        r = need_fund(c, err);
    if (r == 0)
        r = sql_insert(s,
                       "INSERT INTO direct_project (code, title, measure, procedure, subject_kind,"
                       " organisation, fund, record, mode, gap, reading, reading_basis, reading_by,"
                       " state, created_at, created_by, approved_at, approved_by)"
                       " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', '', 0, 'draft', $11,"
                       " $12, 0, 0){new id}",
                       ARGS(TEXT(p->code), TEXT(p->title), TEXT(p->measure), TEXT(p->procedure),
                            TEXT(p->subject_kind), TEXT(p->organisation), TEXT(p->fund),
                            TEXT(c->record), TEXT(direct_mode_words[p->mode].yaml), TEXT(p->gap),
                            INT(clock_now_ms()), INT(c->who->account_id)),
                       &c->id, err);
    return r == 0 ? log_project(c->office, c->arena, c->who, "direct.define", p->code, p->gap, err)
                  : r;
}

int direct_define(struct arena *request, const struct office *o, const struct actor *who,
                  const struct json *record, struct span file, int64_t *ret_id, struct err *err)
{
    struct project_call c = {.arena = request, .office = o, .who = who};
    struct direct_project *p = &c.project;
    struct direct_choice choice = direct_choose(
        (struct direct_question){flag(record, SPAN("application_by_law")),
                                 flag(record, SPAN("adverse")), flag(record, SPAN("on_site"))});
    const struct measure *m;
    struct buffer text = BUFFER_INIT;
    int r = may_change(who, err);

    if (r == 0)
        r = need_fields(record, file, err);
    if (r == 0)
        r = need_days(record, SPAN("publicity_days"), 0, file, err);
    if (r == 0)
        r = need_days(record, SPAN("confirm_days"), 1, file, err);
    if (r < 0)
        return r;
    m = measure_of(o->library, json_text(JSON_GET(record, "measure")), err);
    p->procedure = json_text(JSON_GET(record, "procedure"));
    if (!p->procedure.n)
        p->procedure = span_z(default_procedures[choice.mode]);
    if (!m || !procedure_of(o->library, p->procedure, err))
        return E_NOT_FOUND;
    json_print(&text, record, JSON_COMPACT);
    c.record = arena_copy(request, buffer_span(&text));
    buffer_release(&text);
    p->code = json_text(JSON_GET(record, "code"));
    p->title = json_text(JSON_GET(record, "title"));
    p->measure = m->id;
    p->subject_kind = m->applicant == ROLE_PERSON ? PERSON_KIND.kind : ENTERPRISE_KIND.kind;
    p->organisation = json_text(JSON_GET(record, "department"));
    p->fund = json_text(JSON_GET(record, "fund"));
    p->mode = choice.mode;
    p->gap = choice.gap ? choice.why.zh : (struct span){"", 0};
    if (request->failed)
        return err_memory(err);
    if (!p->code.n || !p->fund.n)
        return err_set(err, E_INPUT, "项目记录缺少 %s",
                       p->code.n ? "fund（资金）" : "code（编码）");
    r = store_write(o->store, define_within, &c, err);
    if (r == 0)
        *ret_id = c.id;
    return r;
}

/* ---- looking ---- */

#define PROJECT_COLUMNS                                                                            \
    "SELECT id, code, title, measure, procedure, subject_kind, organisation, fund, record, mode,"  \
    " gap, reading, reading_basis, reading_by, state, created_at, created_by, approved_at,"        \
    " approved_by FROM direct_project "

static enum direct_mode mode_named(struct span word)
{
    for (int i = 0; i < DIRECT_MODES; i++)
        if (span_eq(word, direct_mode_words[i].yaml))
            return (enum direct_mode)i;
    return DIRECT_MODE_ONE_TAP;
}

static int read_project(struct arena *a, const struct stmt *st, struct direct_project *ret,
                        struct err *err)
{
    struct json *record = NULL;
    int r = json_parse(a, sql_text(a, st, 8), SPAN("direct_project"), &record, err);

    *ret = (struct direct_project){
        .id = stmt_get_int(st, 0),
        .code = sql_text(a, st, 1),
        .title = sql_text(a, st, 2),
        .measure = sql_text(a, st, 3),
        .procedure = sql_text(a, st, 4),
        .subject_kind = sql_text(a, st, 5),
        .organisation = sql_text(a, st, 6),
        .fund = sql_text(a, st, 7),
        .record = record,
        .mode = mode_named(stmt_get_text(st, 9)),
        .gap = sql_text(a, st, 10),
        .reading = sql_text(a, st, 11),
        .reading_basis = sql_text(a, st, 12),
        .reading_by = stmt_get_int(st, 13),
        .state = sql_text(a, st, 14),
        .created_at = stmt_get_int(st, 15),
        .created_by = stmt_get_int(st, 16),
        .approved_at = stmt_get_int(st, 17),
        .approved_by = stmt_get_int(st, 18),
    };
    return a->failed ? err_memory(err) : r;
}

int direct_find(struct arena *request, const struct office *o, struct span code,
                struct direct_project *ret, struct err *err)
{
    struct stmt *st;
    int r = sql_open(o->store, PROJECT_COLUMNS "WHERE code = $1", ARGS(TEXT(code)), &st, err);

    if (r < 0)
        return r;
    r = stmt_step(st, err);
    if (r > 0)
        r = read_project(request, st, ret, err);
    else if (r == 0)
        r = err_set(err, E_NOT_FOUND, "没有项目 %.*s", SPAN_ARG(code));
    stmt_done(st);
    return r;
}

int direct_list(struct arena *request, const struct office *o, struct direct_project **ret,
                size_t *ret_n, struct err *err)
{
    VECTOR_OF(struct direct_project, projects) v = {0};
    struct stmt *st;
    int r = sql_open(o->store, PROJECT_COLUMNS "ORDER BY code", NO_ARGS, &st, err);

    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0) {
        struct direct_project *p = VECTOR_PUSH(request, &v, struct direct_project);
        r = p ? read_project(request, st, p, err) : err_memory(err);
        if (r < 0)
            break;
    }
    stmt_done(st);
    *ret = v.at;
    *ret_n = v.n;
    return r;
}

/* ---- reading, approval, end ---- */

static int find_draft(struct project_call *c, struct err *err)
{
    int r = direct_find(c->arena, c->office, c->code, &c->project, err);

    if (r == 0 && !span_eq(c->project.state, SPAN("draft"))) {
        err_set(err, E_CONFLICT, "项目 %.*s 已经上线或停止", SPAN_ARG(c->code));
        err_hint(err, "停止它，另立一个项目");
        r = E_CONFLICT;
    }
    return r;
}

static int adopt_within(struct store *s, void *context, struct err *err)
{
    struct project_call *c = context;
    const struct measure *m;
    bool there = false;
    int r = find_draft(c, err);

    if (r < 0)
        return r;
    m = measure_of(c->office->library, c->project.measure, err);
    if (!m)
        return E_NOT_FOUND;
    for (size_t i = 0; i < m->reading_count; i++)
        there |= span_eq(m->readings[i].id, c->reading);
    if (!there)
        return err_set(err, E_NOT_FOUND, "措施 %.*s 没有读法“%.*s”", SPAN_ARG(m->id),
                       SPAN_ARG(c->reading));
    if (!span_trim(c->basis).n)
        return err_set(err, E_INPUT, "采用一种读法要写明依据的文件");
    r = sql_run(s,
                "UPDATE direct_project SET reading = $2, reading_basis = $3, reading_by = $4"
                " WHERE code = $1",
                ARGS(TEXT(c->code), TEXT(c->reading), TEXT(c->basis), INT(c->who->account_id)),
                err);
    return r == 0 ? log_project(c->office, c->arena, c->who, "direct.adopt", c->code, c->basis, err)
                  : r;
}

int direct_adopt(struct arena *request, const struct office *o, const struct actor *who,
                 struct span code, struct span reading, struct span basis, struct err *err)
{
    struct project_call c = {.arena = request,
                             .office = o,
                             .who = who,
                             .code = code,
                             .reading = reading,
                             .basis = basis};
    int r = may_change(who, err);
    return r == 0 ? store_write(o->store, adopt_within, &c, err) : r;
}

static int four_eyes(const struct project_call *c, struct err *err)
{
    if (c->who->account_id && c->who->account_id == c->project.created_by) {
        err_set(err, E_FORBIDDEN, "设立项目的人不能自己批准上线");
        err_hint(err, "请另一位有权人员批准");
        return E_FORBIDDEN;
    }
    return 0;
}

static int reading_settled(const struct project_call *c, struct err *err)
{
    const struct measure *m = measure_of(c->office->library, c->project.measure, err);

    if (!m)
        return E_NOT_FOUND;
    if (m->reading_count < 2 || c->project.reading.n)
        return 0;
    err_set(err, E_CHECK, "措施 %.*s 有 %zu 种读法，还没有采用哪一种", SPAN_ARG(m->id),
            m->reading_count);
    err_hint(err, "huiqi direct adopt %.*s 读法 --basis 文件", SPAN_ARG(c->code));
    return E_CHECK;
}

static int approve_within(struct store *s, void *context, struct err *err)
{
    struct project_call *c = context;
    int r = find_draft(c, err);

    if (r == 0)
        r = four_eyes(c, err);
    if (r == 0)
        r = reading_settled(c, err);
    if (r == 0)
        r = sql_run(s,
                    "UPDATE direct_project SET state = 'live', approved_at = $2, approved_by = $3"
                    " WHERE code = $1",
                    ARGS(TEXT(c->code), INT(clock_now_ms()), INT(c->who->account_id)), err);
    return r == 0 ? log_project(c->office, c->arena, c->who, "direct.approve", c->code,
                                (struct span){"", 0}, err)
                  : r;
}

int direct_approve(struct arena *request, const struct office *o, const struct actor *who,
                   struct span code, struct err *err)
{
    struct project_call c = {.arena = request, .office = o, .who = who, .code = code};

    if (!actor_is(who, USER_REVIEWER) && !actor_is(who, USER_ADMINISTRATOR))
        return err_set(err, E_FORBIDDEN, "项目上线由审核人员批准");
    return store_write(o->store, approve_within, &c, err);
}

static int stop_within(struct store *s, void *context, struct err *err)
{
    struct project_call *c = context;
    int r = direct_find(c->arena, c->office, c->code, &c->project, err);

    if (r == 0)
        r = sql_run(s, "UPDATE direct_project SET state = 'stopped' WHERE code = $1",
                    ARGS(TEXT(c->code)), err);
    return r == 0 ? log_project(c->office, c->arena, c->who, "direct.stop", c->code, c->reason, err)
                  : r;
}

int direct_stop(struct arena *request, const struct office *o, const struct actor *who,
                struct span code, struct span reason, struct err *err)
{
    struct project_call c = {
        .arena = request, .office = o, .who = who, .code = code, .reason = reason};
    int r = may_change(who, err);

    if (r == 0 && !span_trim(reason).n)
        r = err_set(err, E_INPUT, "停止项目要写明原因");
    return r == 0 ? store_write(o->store, stop_within, &c, err) : r;
}

struct json *direct_project_json(struct arena *a, const struct library *l,
                                 const struct direct_project *p, bool english)
{
    struct json *j = json_object(a), *fields = json_array(a);
    const struct measure *m = library_find(l, p->measure, NULL);
    const struct json *push = JSON_GET(p->record, "push");

    JSON_SET(j, "code", json_string(a, p->code));
    JSON_SET(j, "title", json_string(a, p->title));
    JSON_SET(j, "measure", json_string(a, p->measure));
    JSON_SET(j, "measure_title", json_string(a, m ? words_in(m->title, english) : p->measure));
    JSON_SET(j, "procedure", json_string(a, p->procedure));
    JSON_SET(j, "department", json_string(a, p->organisation));
    JSON_SET(j, "fund", json_string(a, p->fund));
    JSON_SET(j, "mode", json_string(a, direct_mode_words[p->mode].yaml));
    JSON_SET(j, "mode_title", json_string(a, words_in(direct_mode_words[p->mode].title, english)));
    JSON_SET(j, "gap", json_string(a, p->gap));
    JSON_SET(j, "state", json_string(a, p->state));
    JSON_SET(j, "reading", json_string(a, p->reading));
    JSON_SET(j, "reading_basis", json_string(a, p->reading_basis));
    JSON_SET(j, "reading_by", json_int(a, p->reading_by));
    JSON_SET(j, "created_by", json_int(a, p->created_by));
    JSON_SET(j, "approved_by", json_int(a, p->approved_by));
    for (size_t i = 0; i < COUNT_OF(record_fields) + COUNT_OF(push_fields); i++) {
        bool own = i < COUNT_OF(record_fields);
        const struct record_field *f =
            own ? &record_fields[i] : &push_fields[i - COUNT_OF(record_fields)];
        struct json *line = json_object(a);
        JSON_SET(line, "name", json_string(a, f->zh));
        JSON_SET(line, "value",
                 json_string(a, json_text(json_get(own ? p->record : push, f->key))));
        json_add(fields, line);
    }
    JSON_SET(j, "fields", fields);
    return j;
}
