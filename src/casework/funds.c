/*
 * funds.c: funds as rows: loading, balances, lists, JSON; events and alarms. Making them is
 * fund_define.c, spending them reserve.c.
 */
#include "casework/funds.h"
#include "base/vector.h"
#include "casework/funds_int.h"
#include "casework/ledger.h"
#include "casework/sql.h"
#include "identity/audit.h"
#include "identity/organisations.h"
#include "jobs/outbox.h"
#include <inttypes.h>

#define ROW(id, y, z, e) CLOSED_WORD(y, z, e),
const struct closed_word fund_order_words[FUND_ORDERS] = {FUND_ORDER_LIST(ROW)};

static const struct span part_words[PART_KINDS] = {
    [PART_LEVEL] = SPAN_INIT("level"),
    [PART_SOURCE] = SPAN_INIT("source"),
    [PART_PURPOSE] = SPAN_INIT("purpose"),
    [PART_PERIOD] = SPAN_INIT("period"),
};

/* ---- loading ---- */

static void read_part(struct arena *a, const struct stmt *st, struct fund_part *p)
{
    struct span kind = stmt_get_text(st, 0);

    for (size_t i = 0; i < PART_KINDS; i++)
        if (span_eq(part_words[i], kind))
            p->kind = (enum fund_part_kind)i;
    p->name = sql_text(a, st, 1);
    p->share = (struct share){stmt_get_int(st, 2), stmt_get_int(st, 3)};
    p->has_most = !stmt_is_null(st, 4);
    p->most = p->has_most ? stmt_get_int(st, 4) : 0;
    p->has_each = !stmt_is_null(st, 5);
    p->each = p->has_each ? stmt_get_int(st, 5) : 0;
    p->starts = sql_text(a, st, 6);
    p->ends = sql_text(a, st, 7);
    p->level = sql_text(a, st, 8);
    p->closed = span_eq(stmt_get_text(st, 9), SPAN("closed"));
    p->used = stmt_get_int(st, 10);
}

static int load_parts(struct arena *a, struct store *s, struct fund *f, struct err *err)
{
    VECTOR_OF(struct fund_part, parts) v = {0};
    struct fund_part *p;
    struct stmt *st;
    int r = sql_open(s,
                     "SELECT kind, name, up, down, most, each, starts, ends, level, state, used"
                     " FROM fund_part WHERE fund_id = $1 ORDER BY kind, position",
                     ARGS(INT(f->id)), &st, err);

    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0 && (p = VECTOR_PUSH(a, &v, struct fund_part)) != NULL)
        read_part(a, st, p);
    stmt_done(st);
    f->parts = v.at;
    f->part_count = v.n;
    return r < 0 ? r : a->failed ? err_memory(err) : 0;
}

static void set_levels(struct fund *f)
{
    f->level_count = 0;
    for (size_t i = 0; i < f->part_count && f->level_count < MONEY_PARTS_MAX; i++)
        if (f->parts[i].kind == PART_LEVEL) {
            f->shares[f->level_count] = f->parts[i].share;
            f->levels[f->level_count++] = f->parts[i].name;
        }
    if (f->level_count == 0) {
        f->shares[0] = (struct share){1, 1};
        f->levels[f->level_count++] = SPAN("");
    }
    f->taker = f->level_count;
    for (size_t i = 0; i < f->level_count; i++)
        if (span_eq(f->levels[i], f->remainder))
            f->taker = i;
}

static void read_fund(struct arena *a, const struct stmt *st, struct fund *f)
{
    struct span order = stmt_get_text(st, 7);

    *f = (struct fund){.id = stmt_get_int(st, 0),
                       .code = sql_text(a, st, 1),
                       .name = sql_text(a, st, 2),
                       .region = sql_text(a, st, 3),
                       .holder = sql_text(a, st, 4),
                       .budget = stmt_get_int(st, 5),
                       .hard = stmt_get_int(st, 6) != 0,
                       .order = FUND_ORDER_NOT_STATED};
    for (size_t i = 0; i < FUND_ORDERS; i++)
        if (span_eq(fund_order_words[i].yaml, order))
            f->order = (enum fund_order)i;
    f->remainder = sql_text(a, st, 8);
    f->rounding = stmt_get_int(st, 9);
    f->reuse = stmt_get_int(st, 10) != 0;
    f->state = sql_text(a, st, 11);
}

#define FUND_BY_ID                                                                                 \
    "SELECT id, code, name, region, holder, budget, hard, ordering, remainder, rounding, reuse,"   \
    " state FROM fund WHERE id = $1"

int fund_load_id(struct arena *request, struct store *s, int64_t id, bool lock, struct fund *ret,
                 struct err *err)
{
    struct stmt *st;
    struct fund f;
    bool row = lock && store_engine(s) == STORE_POSTGRES; /* SQLite has one writer at a time */
    int r = row ? sql_open(s, FUND_BY_ID " FOR UPDATE", ARGS(INT(id)), &st, err)
                : sql_open(s, FUND_BY_ID, ARGS(INT(id)), &st, err);

    if (r < 0)
        return r;
    r = stmt_step(st, err);
    if (r > 0)
        read_fund(request, st, &f);
    stmt_done(st);
    if (r <= 0)
        return r < 0 ? r : err_set(err, E_NOT_FOUND, "没有第 %" PRId64 " 号资金", id);
    r = load_parts(request, s, &f, err);
    if (r < 0)
        return r;
    set_levels(&f);
    *ret = f;
    return 0;
}

int fund_load(struct arena *request, struct store *s, struct span code, bool lock, struct fund *ret,
              struct err *err)
{
    int64_t id;
    int r = sql_int(s, "SELECT id FROM fund WHERE code = $1", ARGS(TEXT(code)), 0, &id, err);

    if (r < 0)
        return r;
    if (id)
        return fund_load_id(request, s, id, lock, ret, err);
    err_set(err, E_NOT_FOUND, "没有资金“%.*s”", (int)(code.n < 80 ? code.n : 80),
            code.p ? code.p : "");
    err_hint(err, "huiqi fund list 列出所有资金");
    return E_NOT_FOUND;
}

const struct fund_part *fund_part_find(const struct fund *f, enum fund_part_kind kind,
                                       struct span name)
{
    for (size_t i = 0; i < f->part_count; i++)
        if (f->parts[i].kind == kind && span_eq(f->parts[i].name, name))
            return &f->parts[i];
    return NULL;
}

void fund_split(const struct fund *f, int64_t amount, int64_t ret[MONEY_PARTS_MAX])
{
    money_split(amount, f->shares, f->level_count, f->taker, ret);
}

int fund_yours(struct arena *request, struct store *s, const struct actor *who,
               const struct fund *f, struct err *err)
{
    struct organisation_row holder;
    struct err none = ERR_INIT;
    bool sees = false;
    int r =
        who->program ? 0 : organisation_find(s, request, f->holder, date_today(), &holder, &none);

    if (who->program || r == E_NOT_FOUND)
        return 0;
    if (r < 0)
        return err_set(err, r, "%s", none.message);
    r = actor_sees_organisation(s, who, holder.id, date_today(), &sees, err);
    if (r < 0 || sees)
        return r;
    err_set(err, E_FORBIDDEN, "资金“%.*s”由 %.*s 管理", SPAN_ARG(f->code), SPAN_ARG(f->holder));
    err_hint(err, "由该单位的人办理，或取得其委托");
    return E_FORBIDDEN;
}

/* ---- balances ---- */

int fund_balance(struct store *s, int64_t fund_id, struct fund_balance *ret, struct err *err)
{
    int64_t sums[LEDGER_ACCOUNTS] = {0};
    struct stmt *st;
    int r = sql_open(s,
                     "SELECT kind, CAST(SUM(balance) AS BIGINT) FROM ledger_account"
                     " WHERE fund_id = $1 GROUP BY kind",
                     ARGS(INT(fund_id)), &st, err);

    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0)
        for (size_t i = 0; i < LEDGER_ACCOUNTS; i++)
            if (span_eq(ledger_account_words[i].yaml, stmt_get_text(st, 0)))
                sums[i] = stmt_get_int(st, 1);
    stmt_done(st);
    if (r < 0)
        return r;
    *ret = (struct fund_balance){.budget = -sums[ACCOUNT_BUDGET],
                                 .free = sums[ACCOUNT_FREE],
                                 .reserved = sums[ACCOUNT_RESERVED],
                                 .committed = sums[ACCOUNT_COMMITTED],
                                 .paid = sums[ACCOUNT_PAID],
                                 .claimed = sums[ACCOUNT_CLAIMED],
                                 .recovered = sums[ACCOUNT_RECOVERED]};
    return 0;
}

int fund_list(struct arena *request, struct store *s, struct span **ret, size_t *ret_n,
              struct err *err)
{
    VECTOR_OF(struct span, codes) v = {0};
    struct span *code;
    struct stmt *st;
    int r = sql_open(s, "SELECT code FROM fund ORDER BY code", NO_ARGS, &st, err);

    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0 && (code = VECTOR_PUSH(request, &v, struct span)) != NULL)
        *code = sql_text(request, st, 0);
    stmt_done(st);
    if (r < 0 || request->failed)
        return r < 0 ? r : err_memory(err);
    *ret = v.at;
    *ret_n = v.n;
    return 0;
}

/* ---- as JSON ---- */

struct json *money_json(struct arena *request, int64_t fen)
{
    return json_string(request, fen_text(request, fen));
}

struct span json_words(struct arena *request, const struct json *j)
{
    struct buffer b = BUFFER_INIT;
    struct span text = SPAN("{}");

    if (!j)
        return text;
    json_print(&b, j, JSON_COMPACT);
    text = buffer_failed(&b) ? (struct span){NULL, 0} : arena_copy(request, buffer_span(&b));
    buffer_release(&b);
    return text;
}

static void set_text(struct arena *a, struct json *j, struct span key, struct span text)
{
    if (text.n)
        json_set(j, key, json_string(a, text));
}

static struct json *part_json(struct arena *a, const struct fund_part *p)
{
    struct json *j = json_object(a);

    JSON_SET(j, "name", json_string(a, p->name));
    if (p->kind == PART_LEVEL)
        JSON_SET(
            j, "share",
            json_string(a, arena_print(a, "%" PRId64 "/%" PRId64, p->share.up, p->share.down)));
    if (p->has_most)
        JSON_SET(j, "cap", money_json(a, p->most));
    if (p->has_each) {
        JSON_SET(j, "each", money_json(a, p->each));
        if (p->has_most)
            JSON_SET(j, "heads_most", json_int(a, p->most / p->each));
        JSON_SET(j, "heads_used", json_int(a, p->used / p->each));
    }
    set_text(a, j, SPAN("from"), p->starts);
    set_text(a, j, SPAN("to"), p->ends);
    set_text(a, j, SPAN("level"), p->level);
    if (p->kind == PART_PERIOD)
        JSON_SET(j, "closed", json_bool(a, p->closed));
    if (p->kind == PART_PURPOSE || p->kind == PART_PERIOD)
        JSON_SET(j, "used", money_json(a, p->used));
    return j;
}

static void set_balance(struct arena *a, struct json *j, const struct fund_balance *b)
{
    const struct {
        struct span key;
        int64_t fen;
    } lines[] = {{SPAN("budget"), b->budget},
                 {SPAN("reserved"), b->reserved},
                 {SPAN("committed"), b->committed},
                 {SPAN("paid"), b->paid},
                 {SPAN("claimed"), b->claimed},
                 {SPAN("recovered"), b->recovered},
                 {SPAN("free"), b->free}};

    for (size_t i = 0; i < COUNT_OF(lines); i++)
        json_set(j, lines[i].key, money_json(a, lines[i].fen));
}

struct json *fund_json(struct arena *request, const struct fund *f, const struct fund_balance *b)
{
    static const struct span names[PART_KINDS] = {SPAN_INIT("levels"), SPAN_INIT("sources"),
                                                  SPAN_INIT("purposes"), SPAN_INIT("periods")};
    struct json *j = json_object(request), *balance = json_object(request);

    JSON_SET(j, "fund", json_string(request, f->code));
    JSON_SET(j, "name", json_string(request, f->name));
    JSON_SET(j, "region", json_string(request, f->region));
    JSON_SET(j, "holder", json_string(request, f->holder));
    JSON_SET(j, "limit", json_string(request, f->hard ? SPAN("cap") : SPAN("planned")));
    JSON_SET(j, "order", json_string(request, fund_order_words[f->order].yaml));
    JSON_SET(j, "remainder", json_string(request, f->remainder));
    JSON_SET(j, "reuse", json_bool(request, f->reuse));
    JSON_SET(j, "state", json_string(request, f->state));
    for (size_t k = 0; k < PART_KINDS; k++) {
        struct json *list = json_array(request);
        for (size_t i = 0; i < f->part_count; i++)
            if (f->parts[i].kind == k)
                json_add(list, part_json(request, &f->parts[i]));
        json_set(j, names[k], list);
    }
    set_balance(request, balance, b);
    JSON_SET(j, "balance", balance);
    return j;
}

/* ---- events, the log ---- */

int money_audit(struct arena *request, struct store *s, const struct actor *who, bool decision,
                const char *act, const char *kind, int64_t object, const struct json *detail,
                struct err *err)
{
    struct span number = arena_print(request, "%" PRId64, object);
    struct span text = json_words(request, detail);

    if (!number.p || !text.p || request->failed)
        return err_memory(err);
    const struct audit_entry e = {.class = decision ? AUDIT_DECISION : AUDIT_CHANGE,
                                  .act = span_z(act),
                                  .object_kind = span_z(kind),
                                  .object = number,
                                  .detail = text};
    return audit_add(s, who, &e, err);
}

int fund_note(struct arena *request, struct store *s, const struct actor *who, int64_t fund_id,
              const char *kind, const struct json *detail, int64_t *ret_event, struct err *err)
{
    struct span actor = actor_label(request, who), text = json_words(request, detail);
    int64_t id;

    if (!actor.p || !text.p || request->failed)
        return err_memory(err);
    int r = sql_insert(
        s,
        "INSERT INTO fund_event (fund_id, at, kind, actor, detail)"
        " VALUES ($1, $2, $3, $4, $5) {new id}",
        ARGS(INT(fund_id), INT(clock_now_ms()), TEXT(span_z(kind)), TEXT(actor), TEXT(text)), &id,
        err);
    if (r == 0 && ret_event)
        *ret_event = id;
    return r;
}

int fund_events(struct arena *request, struct store *s, int64_t fund_id, int64_t after,
                size_t limit, struct fund_event **ret, size_t *ret_n, struct err *err)
{
    VECTOR_OF(struct fund_event, events) v = {0};
    struct fund_event *e;
    struct stmt *st;
    int r =
        sql_open(s,
                 "SELECT id, fund_id, at, kind, actor, detail FROM fund_event"
                 " WHERE (CAST($1 AS BIGINT) = 0 OR fund_id = $1) AND id > $2 ORDER BY id LIMIT $3",
                 ARGS(INT(fund_id), INT(after), INT((int64_t)limit)), &st, err);

    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0 &&
           (e = VECTOR_PUSH(request, &v, struct fund_event)) != NULL)
        *e = (struct fund_event){.id = stmt_get_int(st, 0),
                                 .fund_id = stmt_get_int(st, 1),
                                 .at = stmt_get_int(st, 2),
                                 .kind = sql_text(request, st, 3),
                                 .actor = sql_text(request, st, 4),
                                 .detail = sql_text(request, st, 5)};
    stmt_done(st);
    if (r < 0 || request->failed)
        return r < 0 ? r : err_memory(err);
    *ret = v.at;
    *ret_n = v.n;
    return 0;
}

/* ---- alarms ---- */

struct watch {
    struct arena *request;
    struct store *s;
    const struct actor *who;
    const struct fund *fund;
};

static bool passed(int64_t used, int64_t most, int64_t percent)
{
    return used > 0 && (int128)used * 100 >= (int128)most * percent;
}

/* To every webhook that listens; lists and pages show the event itself. */
static int tell_alarm(const struct watch *w, int64_t event, int64_t percent, struct span data,
                      struct err *err)
{
    const struct fund *f = w->fund;
    struct outgoing m = {.key = arena_print(w->request, "fund-alarm-%" PRId64, event),
                         .kind = SPAN("fund.alarm"),
                         .object_kind = SPAN("fund"),
                         .object = f->code,
                         .subject_zh = arena_print(w->request, "资金 %.*s 已占用 %" PRId64 "%%",
                                                   SPAN_ARG(f->code), percent),
                         .subject_en = arena_print(w->request, "Fund %.*s: %" PRId64 " %% in use",
                                                   SPAN_ARG(f->code), percent),
                         .data = data};

    m.text_zh = m.subject_zh;
    m.text_en = m.subject_en;
    return w->request->failed || !data.p ? err_memory(err) : message_tell(w->s, &m, err);
}

static int raise_alarm(const struct watch *w, struct span part, int64_t percent, int64_t used,
                       int64_t most, struct err *err)
{
    struct json *detail = json_object(w->request);
    int64_t event;

    JSON_SET(detail, "part", json_string(w->request, part));
    JSON_SET(detail, "percent", json_int(w->request, percent));
    JSON_SET(detail, "used", money_json(w->request, used));
    JSON_SET(detail, "of", money_json(w->request, most));
    int r = fund_note(w->request, w->s, w->who, w->fund->id, "alarm", detail, &event, err);
    if (r == 0)
        r = tell_alarm(w, event, percent, json_words(w->request, detail), err);
    if (r < 0)
        return r;
    return sql_run(w->s,
                   "INSERT INTO fund_alarm (fund_id, part, percent, event_id)"
                   " VALUES ($1, $2, $3, $4)",
                   ARGS(INT(w->fund->id), TEXT(part), INT(percent), INT(event)), err);
}

static int watch_mark(const struct watch *w, struct span part, int64_t percent, int64_t used,
                      int64_t most, struct err *err)
{
    const struct sql_args mark = ARGS(INT(w->fund->id), TEXT(part), INT(percent));
    int64_t event;
    int r = sql_int(w->s,
                    "SELECT event_id FROM fund_alarm WHERE fund_id = $1 AND part = $2"
                    " AND percent = $3",
                    mark, 0, &event, err);

    if (r < 0 || passed(used, most, percent) == (event != 0))
        return r;
    if (!event)
        return raise_alarm(w, part, percent, used, most, err);
    return sql_run(w->s, "DELETE FROM fund_alarm WHERE fund_id = $1 AND part = $2 AND percent = $3",
                   mark, err);
}

/* A cap cannot be passed, so its marks end before; a planned budget can. */
static int watch_part(const struct watch *w, struct span part, int64_t used, int64_t most,
                      struct err *err)
{
    static const int64_t marks[] = {70, 90, 100};
    int r = part.p ? 0 : err_memory(err);

    for (size_t i = 0; r == 0 && i < COUNT_OF(marks); i++)
        r = watch_mark(w, part, marks[i], used, most, err);
    return r;
}

int fund_watch(struct arena *request, struct store *s, const struct actor *who, int64_t fund_id,
               struct err *err)
{
    struct fund f;
    struct fund_balance b;
    int r = fund_load_id(request, s, fund_id, false, &f, err);
    struct watch w = {request, s, who, &f};

    if (r == 0)
        r = fund_balance(s, fund_id, &b, err);
    if (r == 0)
        r = watch_part(&w, SPAN(""), b.budget - b.free, b.budget, err);
    for (size_t i = 0; r == 0 && i < f.part_count; i++) {
        const struct fund_part *p = &f.parts[i];
        if (p->has_most && (p->kind == PART_PURPOSE || p->kind == PART_PERIOD))
            r = watch_part(
                &w,
                arena_print(request, "%.*s/%.*s", SPAN_ARG(part_words[p->kind]), SPAN_ARG(p->name)),
                p->used, p->most, err);
    }
    return r;
}
