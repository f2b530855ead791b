/*
 * case_trail.c: everything on record about a case in one list: events with what they changed, what
 * the log says of them, who looked, messages, money, visits. Read only; each source is a function
 * that adds lines, and the list is sorted at the end.
 */
#include "casework/case_trail.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>

#include "base/csv.h"
#include "base/date.h"
#include "base/vector.h"
#include "casework/funds_int.h"
#include "casework/sql.h"
#include "identity/audit.h"

#define WORDS(zh, en)                                                                              \
    {                                                                                              \
        SPAN_INIT(zh), SPAN_INIT(en)                                                               \
    }
#define WORD_OF(id, word, zh, en) CLOSED_WORD(word, zh, en),
const struct closed_word trail_kind_words[TRAIL_KINDS] = {TRAIL_KIND_LIST(WORD_OF)};

struct line {
    int64_t at;
    size_t order; /* as found: what happened in one millisecond stays in its order */
    enum trail_kind kind;
    struct json *json;
};
struct trail {
    struct arena *arena;
    const struct office *office;
    const struct case_file *file;
    bool english;
    struct line *lines;
    size_t n, room;
    const struct audit_row *log; /* of the case itself, oldest first */
    size_t log_count;
    struct json *problems;
};

/* ---- words ---- */

/* Acts that no procedure names, and what the money does. */
static const struct {
    const char *act;
    struct words title;
} titles[] = {
    {"fill", WORDS("填写", "filled in")},
    {"assign", WORDS("指派经办人", "assigned")},
    {"take", WORDS("领取办件", "taken")},
    {"transfer", WORDS("转交", "transferred")},
    {"return", WORDS("退回", "given back")},
    {"expedite", WORDS("列入绿色通道", "into the green lane")},
    {"ordinary", WORDS("退出绿色通道", "out of the green lane")},
    {"hurry", WORDS("催办", "reminder by the applicant")},
    {"note", WORDS("备注", "note")},
    {"mail-in", WORDS("来件", "letter received")},
    {"mail-out", WORDS("寄件", "letter sent")},
    {"book", WORDS("预约", "visit booked")},
    {"unbook", WORDS("取消预约", "booking given back")},
    {"withdraw", WORDS("撤回申请", "application withdrawn")},
    {"case.read", WORDS("查看办件", "case looked at")},
    {"case.trail", WORDS("调取全过程记录", "whole record taken out")},
    {"paper.add", WORDS("存入材料", "paper stored")},
    {"paper.open", WORDS("打开材料", "paper opened")},
    {"fund.reserve", WORDS("批准并占用资金", "money reserved by approval")},
    {"fund.release", WORDS("释放资金", "money released")},
    {"fund.correct", WORDS("更正占用", "reservation corrected")},
    {"fund.make-up", WORDS("补办审批", "approval made up")},
    {"fund.apply", WORDS("排队等候资金", "waits for money")},
    {"fund.withdraw", WORDS("不再等候资金", "waits no longer")},
    {"payment.batch", WORDS("编入拨付批次", "into a payment batch")},
    {"payment.approve", WORDS("批准拨付批次", "payment batch approved")},
    {"payment.cancel", WORDS("撤销拨付批次", "payment batch cancelled")},
    {"payment.file", WORDS("取出拨付文件", "payment file taken out")},
    {"payment.submit", WORDS("送出拨付批次", "payment batch sent")},
    {"payment.reply", WORDS("收到银行回执", "reply of the bank")},
    {"payment.hop", WORDS("资金下达", "money passed on")},
    {"payment.due", WORDS("提前拨付日期", "earlier day of payment")},
    {"clawback.open", WORDS("提出追回", "claimed back")},
    {"clawback.plan", WORDS("定下分期", "instalments agreed")},
    {"clawback.break", WORDS("分期逾期", "an instalment missed")},
    {"clawback.repay", WORDS("收到退回款", "repayment received")},
    {"clawback.hasten", WORDS("要求提前退回", "repayment called earlier")},
    {"clawback.transfer", WORDS("移交追缴", "handed over for collection")},
    {"clawback.cancel", WORDS("撤销追回", "claim withdrawn")},
    {"event:paid", WORDS("银行回执：已到账", "the bank's reply: paid")},
    {"event:returned", WORDS("银行回执：退回", "the bank's reply: returned")},
};

static struct span title_of(const struct trail *t, struct span act)
{
    for (size_t i = 0; i < COUNT_OF(titles); i++)
        if (span_eq(act, span_z(titles[i].act)))
            return words_in(titles[i].title, t->english);
    return act;
}

static struct span happening(const struct trail *t, struct span act)
{
    const struct procedure *p = t->file->procedure;
    size_t i = procedure_act_index(p, act);

    if (i != SIZE_MAX)
        return words_in(p->acts[i].title, t->english);
    for (i = 0; span_starts(act, SPAN("lapse:")) && i < p->clock_count; i++)
        if (span_eq(p->clocks[i].id, span_from(act, strlen("lapse:"))))
            return arena_print(t->arena, t->english ? "time limit reached: %.*s" : "“%.*s”届满",
                               SPAN_ARG(words_in(p->clocks[i].title, t->english)));
    const struct parameter *day =
        span_starts(act, SPAN("event:"))
            ? map_get(&t->file->library->parameter_by_name, span_from(act, strlen("event:")))
            : NULL;
    return day ? t->english ? words_in(day->title, true) : day->name : title_of(t, act);
}

static struct span party_title(const struct trail *t, struct span by)
{
    const struct procedure *p = t->file->procedure;

    if (span_eq(by, SPAN("applicant")))
        return words_in(actor_words[ACTOR_APPLICANT].title, t->english);
    if (span_eq(by, SPAN("program")))
        return words_in(actor_words[ACTOR_PROGRAM].title, t->english);
    for (size_t i = 0; i < p->party_count; i++)
        if (span_eq(p->parties[i].id, by))
            return words_in(p->parties[i].title, t->english);
    return by;
}

static struct span state_title(const struct trail *t, struct span state)
{
    size_t i = procedure_state_index(t->file->procedure, state);
    return i == SIZE_MAX ? state : words_in(t->file->procedure->states[i].title, t->english);
}

static struct json *moment(const struct trail *t, int64_t at)
{
    char text[DATE_TEXT];
    return json_string(t->arena, arena_copy(t->arena, span_of(text, clock_print(at, text))));
}

static void set_text(const struct trail *t, struct json *j, struct span key, struct span text)
{
    if (text.n)
        json_set(j, key, json_string(t->arena, text));
}

static struct json *add_line(struct trail *t, enum trail_kind kind, int64_t at, struct span act,
                             struct span title)
{
    struct line *line =
        vector_push(t->arena, (void **)&t->lines, &t->n, &t->room, sizeof *t->lines);

    if (!line)
        return NULL;
    *line = (struct line){at, t->n, kind, json_object(t->arena)};
    JSON_SET(line->json, "at", moment(t, at));
    JSON_SET(line->json, "kind", json_string(t->arena, trail_kind_words[kind].yaml));
    JSON_SET(line->json, "kind_title",
             json_string(t->arena, words_in(trail_kind_words[kind].title, t->english)));
    JSON_SET(line->json, "act", json_string(t->arena, act));
    JSON_SET(line->json, "title", json_string(t->arena, title));
    return line->json;
}

/* ---- the log ---- */

static void set_log(const struct trail *t, struct json *j, const struct audit_row *row)
{
    struct json *log = json_object(t->arena);

    JSON_SET(log, "id", json_int(t->arena, row->id));
    JSON_SET(log, "hash", json_string(t->arena, row->hash));
    JSON_SET(j, "log", log);
}

static void set_actor(const struct trail *t, struct json *j, const struct audit_row *row)
{
    bool program = row->account_id == 0 && span_eq(row->actor, SPAN("program"));

    set_text(t, j, SPAN("actor"),
             program ? words_in(actor_words[ACTOR_PROGRAM].title, t->english) : row->actor);
    if (row->account_id)
        JSON_SET(j, "account", json_int(t->arena, row->account_id));
    set_text(t, j, SPAN("organisation"), row->organisation);
    if (row->delegation_id)
        JSON_SET(j, "on_behalf", json_int(t->arena, row->for_account_id));
}

static void add_logged(struct trail *t, const struct audit_row *row, bool money)
{
    enum trail_kind kind = row->class == AUDIT_READ       ? TRAIL_READ
                           : money                        ? TRAIL_MONEY
                           : row->class == AUDIT_DECISION ? TRAIL_DECISION
                                                          : TRAIL_CHANGE;
    struct json *j = add_line(t, kind, row->at, row->act, title_of(t, row->act));

    set_actor(t, j, row);
    JSON_SET(j, "object",
             json_string(t->arena, arena_print(t->arena, "%.*s %.*s", SPAN_ARG(row->object_kind),
                                               SPAN_ARG(row->object))));
    set_text(t, j, SPAN("detail"), row->detail);
    set_log(t, j, row);
}

/* Of one thing, oldest first. */
static int log_of(const struct trail *t, struct span kind, struct span object,
                  const struct audit_row **ret, size_t *ret_n, struct err *err)
{
    struct audit_filter f = {.object_kind = kind, .object = object, .limit = AUDIT_PAGE_MAX};
    struct audit_row *rows = NULL;
    int r = audit_list(t->office->store, t->arena, &f, &rows, ret_n, err);

    for (size_t i = 0; r == 0 && i < *ret_n / 2; i++) {
        struct audit_row other = rows[i];
        rows[i] = rows[*ret_n - 1 - i];
        rows[*ret_n - 1 - i] = other;
    }
    *ret = rows;
    return r;
}

static int add_log_of(struct trail *t, const char *kind, int64_t id, bool money, struct err *err)
{
    const struct audit_row *rows = NULL;
    size_t n = 0;
    int r = log_of(t, span_z(kind), arena_print(t->arena, "%" PRId64, id), &rows, &n, err);

    for (size_t i = 0; r == 0 && i < n; i++)
        if (rows[i].at >= t->file->row.opened_at)
            add_logged(t, &rows[i], money);
    return r;
}

/* ---- events ---- */

struct span case_data_digest(struct arena *a, const struct json *data)
{
    unsigned char hash[crypto_generichash_BYTES];
    char text[2 * sizeof hash + 1];
    struct buffer b = BUFFER_INIT;

    if (data)
        json_print(&b, data, JSON_COMPACT);
    crypto_generichash(hash, sizeof hash, (const unsigned char *)(b.p ? b.p : ""), b.n, NULL, 0);
    a->failed |= buffer_failed(&b);
    buffer_release(&b);
    sodium_bin2hex(text, sizeof text, hash, sizeof hash);
    return arena_copy(a, span_of(text, sizeof text - 1));
}

static const struct procedure_field *field_named(const struct procedure *p, struct span name)
{
    for (size_t i = 0; i < p->field_count; i++)
        if (span_eq(p->fields[i].name, name))
            return &p->fields[i];
    return NULL;
}

static struct span field_title(const struct trail *t, struct span name)
{
    const struct procedure_field *f = field_named(t->file->procedure, name);
    struct span title = f ? words_in(f->title, t->english) : name;
    return title.n ? title : name;
}

/* What an event said of a field, as a mark where it is sensitive. */
static struct span field_value(const struct trail *t, const struct json *value)
{
    const struct procedure_field *f = field_named(t->file->procedure, value->key);
    struct buffer b = BUFFER_INIT;

    if (!f || f->sensitive || (f->fact && f->fact->sensitive))
        return t->english ? SPAN("[not shown]") : SPAN("〔不公开〕");
    if (value->kind == JSON_STRING || value->kind == JSON_NUMBER)
        return value->text;
    json_print(&b, value, JSON_COMPACT);
    struct span text = arena_copy(t->arena, buffer_span(&b));
    t->arena->failed |= buffer_failed(&b);
    buffer_release(&b);
    return text;
}

/* The newest word on a field before an event; empty = none. */
static const struct json *said_before(const struct trail *t, size_t event, struct span field)
{
    for (size_t i = event; i-- > 0;) {
        const struct json *v = json_get(JSON_GET(t->file->events[i].data, "fields"), field);
        if (v)
            return v;
    }
    return NULL;
}

static void add_changes(struct trail *t, struct json *j, size_t event)
{
    const struct json *fields = JSON_GET(t->file->events[event].data, "fields");
    struct json *list = json_array(t->arena);

    JSON_EACH(v, fields)
    {
        const struct json *old = said_before(t, event, v->key);
        struct json *o = json_object(t->arena);
        JSON_SET(o, "field", json_string(t->arena, v->key));
        JSON_SET(o, "title", json_string(t->arena, field_title(t, v->key)));
        if (old)
            JSON_SET(o, "before", json_string(t->arena, field_value(t, old)));
        JSON_SET(o, "after", json_string(t->arena, field_value(t, v)));
        json_add(list, o);
    }
    if (list && list->n)
        JSON_SET(j, "changes", list);
}

static void add_papers(const struct trail *t, struct json *j, const struct json *data)
{
    const struct procedure *p = t->file->procedure;
    struct json *list = json_array(t->arena);

    JSON_EACH(m, JSON_GET(data, "materials"))
    {
        struct span title = m->key;
        for (size_t i = 0; i < p->material_count; i++)
            if (span_eq(p->materials[i].id, m->key))
                title = words_in(p->materials[i].title, t->english);
        json_add(list, json_string(t->arena, title));
    }
    if (list && list->n)
        JSON_SET(j, "papers", list);
}

/* What the log says of the event of this number; NULL = nothing. */
static const struct audit_row *logged(const struct trail *t, int64_t seq, struct json **ret_detail)
{
    for (size_t i = 0; i < t->log_count; i++) {
        struct err ignored = ERR_INIT;
        struct json *detail = NULL;
        int64_t number = 0;
        struct decimal n;
        if (!t->log[i].detail.n ||
            json_parse(t->arena, t->log[i].detail, SPAN("audit"), &detail, &ignored) < 0)
            continue;
        if (decimal_parse(json_text(JSON_GET(detail, "seq")), &n) && decimal_to_int(n, &number) &&
            number == seq) {
            *ret_detail = detail;
            return &t->log[i];
        }
    }
    return NULL;
}

static void add_problem(const struct trail *t, const char *zh, const char *en, int64_t seq)
{
    json_add(t->problems, json_string(t->arena, arena_print(t->arena, "%s %" PRId64,
                                                            t->english ? en : zh, seq)));
}

/* What became of the log's word on the event. A bank's reply is in the log of its batch. */
static void compare(const struct trail *t, const struct case_event *e, const struct audit_row *row,
                    const struct json *detail)
{
    struct span digest = json_text(JSON_GET(detail, "data"));

    if (!row && !span_starts(e->act, SPAN("event:")) && !span_starts(e->act, SPAN("sub:")) &&
        !span_starts(e->act, SPAN("unopened:")))
        add_problem(t, "留痕中没有的步骤：", "not in the log: step", e->seq);
    if (digest.n && !span_eq(digest, case_data_digest(t->arena, e->data)))
        add_problem(t, "内容与留痕不一致的步骤：", "differs from the log: step", e->seq);
}

static enum trail_kind kind_of(const struct trail *t, struct span act)
{
    size_t i = procedure_act_index(t->file->procedure, act);
    return i != SIZE_MAX && t->file->procedure->acts[i].decision != DECISION_NONE ? TRAIL_DECISION
                                                                                  : TRAIL_CHANGE;
}

static struct span add_event(struct trail *t, size_t at, struct span before)
{
    static const char *const said[] = {"reason", "remedy", "text", "amount", "organisation"};
    const struct case_event *e = &t->file->events[at];
    struct json *j = add_line(t, kind_of(t, e->act), e->at, e->act, happening(t, e->act));
    struct json *detail = NULL;
    const struct audit_row *row = logged(t, e->seq, &detail);
    struct span after = json_text(JSON_GET(detail, "state"));

    JSON_SET(j, "seq", json_int(t->arena, e->seq));
    JSON_SET(j, "party", json_string(t->arena, party_title(t, e->by)));
    if (row) {
        set_actor(t, j, row);
        set_log(t, j, row);
    } else {
        set_text(t, j, SPAN("organisation"), e->organisation);
    }
    if (after.n && !span_eq(before, after)) {
        set_text(t, j, SPAN("before"), state_title(t, before));
        set_text(t, j, SPAN("after"), state_title(t, after));
        JSON_SET(j, "key", json_bool(t->arena, true)); /* a node of the flow */
    }
    for (size_t i = 0; i < COUNT_OF(said); i++) {
        const char *key = strcmp(said[i], "organisation") == 0 ? "to" : said[i];
        set_text(t, j, span_z(key), json_text(json_get(e->data, span_z(said[i]))));
    }
    add_changes(t, j, at);
    add_papers(t, j, e->data);
    compare(t, e, row, detail);
    return after.n ? after : before;
}

static int add_events(struct trail *t, struct err *err)
{
    struct span state = SPAN("");
    int r = log_of(t, SPAN("case"), t->file->row.number, &t->log, &t->log_count, err);

    for (size_t i = 0; r == 0 && i < t->file->event_count; i++)
        state = add_event(t, i, state);
    for (size_t i = 0; r == 0 && i < t->log_count; i++)
        if (t->log[i].class == AUDIT_READ)
            add_logged(t, &t->log[i], false);
    return r;
}

/* ---- what hangs on the case ---- */

/* Numbers of things, each with its part of the log. */
static int add_things(struct trail *t, const char *sql, const char *kind, bool money,
                      struct err *err)
{
    struct stmt *st;
    int64_t *ids = NULL;
    size_t n = 0, room = 0;
    int r = store_prepare(t->office->store, sql, &st, err);

    if (r < 0)
        return r;
    stmt_int(st, 1, t->file->row.id);
    while ((r = stmt_step(st, err)) > 0) {
        int64_t *id = vector_push(t->arena, (void **)&ids, &n, &room, sizeof *ids);
        if (id)
            *id = stmt_get_int(st, 0);
    }
    stmt_done(st);
    for (size_t i = 0; r == 0 && i < n; i++)
        r = add_log_of(t, kind, ids[i], money, err);
    return r;
}

#define OF_RESERVATIONS "(SELECT id FROM reservation WHERE case_id = $1)"

static int add_linked(struct trail *t, struct err *err)
{
    static const struct {
        const char *sql, *kind;
        bool money;
    } things[] = {
        {"SELECT DISTINCT paper_id FROM paper_use WHERE case_id = $1 ORDER BY paper_id", "paper",
         false},
        {"SELECT id FROM fund_request WHERE case_id = $1 ORDER BY id", "fund-request", true},
        {"SELECT id FROM reservation WHERE case_id = $1 ORDER BY id", "reservation", true},
        {"SELECT DISTINCT batch_id FROM payment WHERE reservation_id IN " OF_RESERVATIONS
         " ORDER BY batch_id",
         "batch", true},
        {"SELECT id FROM claim WHERE reservation_id IN " OF_RESERVATIONS " ORDER BY id", "claim",
         true},
    };
    int r = 0;

    for (size_t i = 0; r == 0 && i < COUNT_OF(things); i++)
        r = add_things(t, things[i].sql, things[i].kind, things[i].money, err);
    return r;
}

static int add_messages(struct trail *t, struct err *err)
{
    struct stmt *st;
    int r = sql_open(t->office->store,
                     "SELECT channel, kind, subject_zh, subject_en, created_at, sent_at, read_at,"
                     " recipient FROM message WHERE object_kind = 'case' AND object = $1"
                     " ORDER BY id",
                     ARGS(TEXT(t->file->row.number)), &st, err);
    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0) {
        struct span channel = sql_text(t->arena, st, 0);
        struct json *j = add_line(t, TRAIL_MESSAGE, stmt_get_int(st, 4), sql_text(t->arena, st, 1),
                                  sql_text(t->arena, st, t->english ? 3 : 2));
        set_text(t, j, SPAN("channel"), channel);
        if (span_eq(channel, SPAN("inbox"))) /* an address is a person's; an account's number not */
            JSON_SET(j, "account", json_string(t->arena, sql_text(t->arena, st, 7)));
        if (stmt_get_int(st, 5))
            JSON_SET(j, "sent", moment(t, stmt_get_int(st, 5)));
        if (stmt_get_int(st, 6))
            JSON_SET(j, "read", moment(t, stmt_get_int(st, 6)));
    }
    stmt_done(st);
    return r;
}

static const struct {
    const char *kind;
    struct words title;
} postings[] = {
    {"reserve", WORDS("占用", "reserved")},
    {"release", WORDS("释放", "released")},
    {"commit", WORDS("列入拨付", "committed")},
    {"paid", WORDS("已付", "paid")},
    {"pay", WORDS("已付", "paid")},
    {"return", WORDS("退票", "returned")},
    {"returned", WORDS("退票", "returned")},
    {"correct", WORDS("更正", "corrected")},
    {"uncommit", WORDS("退出拨付", "taken out of the batch")},
    {"claim", WORDS("应追回", "to be repaid")},
    {"recover", WORDS("已追回", "repaid")},
};

static struct span posting_title(const struct trail *t, struct span kind)
{
    for (size_t i = 0; i < COUNT_OF(postings); i++)
        if (span_eq(kind, span_z(postings[i].kind)))
            return words_in(postings[i].title, t->english);
    return kind;
}

static int add_ledger(struct trail *t, struct err *err)
{
    struct stmt *st;
    int r = sql_open(t->office->store,
                     "SELECT e.id, e.at, e.kind, e.actor, e.reason, f.code,"
                     " (SELECT CAST(SUM(l.amount) AS BIGINT) FROM ledger_line l"
                     " WHERE l.entry_id = e.id AND l.amount > 0)"
                     " FROM ledger_entry e JOIN fund f ON f.id = e.fund_id"
                     " WHERE e.reservation_id IN " OF_RESERVATIONS " ORDER BY e.id",
                     ARGS(INT(t->file->row.id)), &st, err);
    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0) {
        struct span kind = sql_text(t->arena, st, 2);
        struct json *j =
            add_line(t, TRAIL_MONEY, stmt_get_int(st, 1),
                     arena_print(t->arena, "ledger.%.*s", SPAN_ARG(kind)), posting_title(t, kind));
        set_text(t, j, SPAN("actor"), sql_text(t->arena, st, 3));
        set_text(t, j, SPAN("reason"), sql_text(t->arena, st, 4));
        set_text(t, j, SPAN("fund"), sql_text(t->arena, st, 5));
        JSON_SET(j, "amount", money_json(t->arena, stmt_get_int(st, 6)));
        JSON_SET(
            j, "object",
            json_string(t->arena, arena_print(t->arena, "ledger %" PRId64, stmt_get_int(st, 0))));
        JSON_SET(j, "key", json_bool(t->arena, true));
    }
    stmt_done(st);
    return r;
}

/* What the bank said of each payment. */
static int add_replies(struct trail *t, struct err *err)
{
    struct stmt *st;
    int r = sql_open(t->office->store,
                     "SELECT e.at, e.kind, e.actor, e.reason, e.reference, e.value_date, p.amount"
                     " FROM payment_event e JOIN payment p ON p.id = e.payment_id"
                     " WHERE p.reservation_id IN " OF_RESERVATIONS " ORDER BY e.id",
                     ARGS(INT(t->file->row.id)), &st, err);
    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0) {
        struct span kind = sql_text(t->arena, st, 1);
        struct json *j =
            add_line(t, TRAIL_MONEY, stmt_get_int(st, 0),
                     arena_print(t->arena, "payment.%.*s", SPAN_ARG(kind)), posting_title(t, kind));
        set_text(t, j, SPAN("actor"), sql_text(t->arena, st, 2));
        set_text(t, j, SPAN("reason"), sql_text(t->arena, st, 3));
        set_text(t, j, SPAN("reference"), sql_text(t->arena, st, 4));
        set_text(t, j, SPAN("date"), sql_text(t->arena, st, 5));
        JSON_SET(j, "amount", money_json(t->arena, stmt_get_int(st, 6)));
    }
    stmt_done(st);
    return r;
}

static int add_visits(struct trail *t, struct err *err)
{
    static const struct {
        int column;
        struct words title;
    } steps[] = {{0, WORDS("预约", "booked")},
                 {1, WORDS("到场", "came")},
                 {2, WORDS("叫号", "called")},
                 {3, WORDS("办毕", "served")}};
    struct stmt *st;
    int r = sql_open(t->office->store,
                     "SELECT booked_at, came_at, called_at, done_at, organisation, place"
                     " FROM visit WHERE case_id = $1 ORDER BY id",
                     ARGS(INT(t->file->row.id)), &st, err);
    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0)
        for (size_t i = 0; i < COUNT_OF(steps); i++) {
            int64_t at = stmt_get_int(st, steps[i].column);
            struct json *j = at ? add_line(t, TRAIL_VISIT, at, SPAN("visit"),
                                           words_in(steps[i].title, t->english))
                                : NULL;
            set_text(t, j, SPAN("organisation"), j ? sql_text(t->arena, st, 4) : SPAN(""));
            set_text(t, j, SPAN("place"), j ? sql_text(t->arena, st, 5) : SPAN(""));
        }
    stmt_done(st);
    return r;
}

/* ---- the whole ---- */

static int by_time(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    return x->at != y->at ? (x->at < y->at ? -1 : 1) : x->order < y->order ? -1 : 1;
}

static int add_head(const struct trail *t, struct json *j, struct err *err)
{
    struct stmt *st;
    int r = sql_open(t->office->store,
                     "SELECT number, hash FROM audit_seal ORDER BY number DESC LIMIT 1", NO_ARGS,
                     &st, err);
    if (r < 0)
        return r;
    r = stmt_step(st, err);
    if (r > 0)
        JSON_SET(
            j, "head",
            json_string(t->arena, arena_print(t->arena, "%" PRId64 ":%.*s", stmt_get_int(st, 0),
                                              SPAN_ARG(stmt_get_text(st, 1)))));
    stmt_done(st);
    return r < 0 ? r : 0;
}

static void add_counts(const struct trail *t, struct json *j)
{
    struct json *counts = json_object(t->arena);

    for (int k = 0; k < TRAIL_KINDS; k++) {
        int64_t n = 0;
        for (size_t i = 0; i < t->n; i++)
            n += t->lines[i].kind == (enum trail_kind)k;
        json_set(counts, trail_kind_words[k].yaml, json_int(t->arena, n));
    }
    JSON_SET(j, "counts", counts);
}

static int collect(struct trail *t, struct err *err)
{
    int (*const sources[])(struct trail *, struct err *) = {add_events, add_linked,  add_messages,
                                                            add_ledger, add_replies, add_visits};
    int r = 0;

    for (size_t i = 0; r == 0 && i < COUNT_OF(sources); i++)
        r = sources[i](t, err);
    if (r == 0 && t->arena->failed)
        r = err_memory(err);
    if (r == 0 && t->n)
        qsort(t->lines, t->n, sizeof *t->lines, by_time);
    return r;
}

static struct json *whole(const struct trail *t)
{
    struct json *j = case_row_json(t->arena, t->file->library, &t->file->row, t->english),
                *list = json_array(t->arena);

    JSON_SET(j, "made", moment(t, clock_now_ms()));
    JSON_SET(j, "library", json_string(t->arena, t->file->row.library));
    for (size_t i = 0; i < t->n; i++) {
        JSON_SET(t->lines[i].json, "n", json_int(t->arena, (int64_t)i + 1));
        json_add(list, t->lines[i].json);
    }
    add_counts(t, j);
    JSON_SET(j, "lines", list);
    JSON_SET(j, "problems", t->problems);
    return j;
}

static int note_export(const struct trail *t, const struct actor *who, struct err *err)
{
    struct audit_entry e = {.class = AUDIT_READ,
                            .act = SPAN("case.trail"),
                            .object_kind = SPAN("case"),
                            .object = t->file->row.number};
    return audit_add_alone(t->office->store, who, &e, err);
}

int case_trail(struct arena *request, const struct office *o, const struct actor *who, int64_t id,
               bool english, struct json **ret, struct err *err)
{
    struct trail t = {
        .arena = request, .office = o, .english = english, .problems = json_array(request)};
    struct case_file *file = NULL;
    int r = case_open(request, o, who, id, &file, err);

    if (r < 0)
        return r;
    t.file = file;
    if (!who->program && !actor_is(who, USER_AUDITOR) &&
        (case_of_counterparty(file) || span_eq(file->party, SPAN("applicant"))))
        return err_set(err, E_FORBIDDEN, "全过程记录由办理部门或审计调取");
    r = note_export(&t, who, err);
    if (r == 0)
        r = collect(&t, err);
    if (r < 0)
        return r;
    *ret = whole(&t);
    r = add_head(&t, *ret, err);
    return r == 0 && request->failed ? err_memory(err) : r;
}

/* ---- as a table ---- */

static void join(struct buffer *out, const struct json *list, const char *before)
{
    JSON_EACH(c, list)
    {
        struct span old = json_text(JSON_GET(c, "before"));
        if (out->n)
            buffer_add_z(out, "；");
        if (c->kind == JSON_STRING)
            buffer_print(out, "%s%.*s", before, SPAN_ARG(c->text));
        else
            buffer_print(out, "%.*s：%.*s%s%.*s", SPAN_ARG(json_text(JSON_GET(c, "title"))),
                         SPAN_ARG(old), old.n ? " → " : "",
                         SPAN_ARG(json_text(JSON_GET(c, "after"))));
    }
}

/* What is left of a line, in one cell. */
static void add_said(struct buffer *out, const struct json *line)
{
    static const char *const keys[] = {"reason", "remedy",    "text", "to",   "amount", "fund",
                                       "date",   "reference", "sent", "read", "channel"};

    join(out, JSON_GET(line, "changes"), "");
    join(out, JSON_GET(line, "papers"), "+ ");
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        struct span text = json_text(json_get(line, span_z(keys[i])));
        if (text.n)
            buffer_print(out, "%s%s：%.*s", out->n ? "；" : "", keys[i], SPAN_ARG(text));
    }
}

static void csv_line(struct buffer *out, const struct json *line)
{
    static const char *const columns[] = {"n",     "at",           "kind_title", "title", "party",
                                          "actor", "organisation", "before",     "after"};
    struct buffer said = BUFFER_INIT;

    for (size_t i = 0; i < COUNT_OF(columns); i++) {
        csv_print(out, json_text(json_get(line, span_z(columns[i]))));
        buffer_byte(out, ',');
    }
    add_said(&said, line);
    csv_print(out, buffer_span(&said));
    buffer_byte(out, ',');
    csv_print(out, json_text(JSON_GET(JSON_GET(line, "log"), "hash")));
    buffer_add_z(out, "\r\n");
    buffer_release(&said);
}

void case_trail_csv(const struct json *trail, bool english, struct buffer *out)
{
    buffer_add_z(out, "\xEF\xBB\xBF");
    buffer_add_z(out, english ? "no,at,kind,what,as,by,organisation,before,after,said,log\r\n"
                              : "序号,时间,类别,事项,身份,办理人,机构,变动前,变动后,内容,留痕\r\n");
    JSON_EACH(line, JSON_GET(trail, "lines"))
    csv_line(out, line);
}
