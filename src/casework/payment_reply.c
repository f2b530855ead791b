/*
 * payment_reply.c: what the bank or treasury says became of a batch: the file is read whole, every
 * line is held against its payment, and only a file without a problem changes anything
 * (payments.h).
 */
#include <inttypes.h>

#include "base/csv.h"
#include "base/map.h"
#include "base/vector.h"
#include "casework/benefits.h"
#include "casework/case_told.h"
#include "casework/funds_int.h"
#include "casework/payments_int.h"
#include "casework/sql.h"
#include "document/document.h"

#define REPLY_PROBLEMS 100 /* that are told one by one */

/* ---- reading ---- */

enum column { KEY, RESULT, AMOUNT, DAY, REFERENCE, REASON, COLUMNS };
static const struct {
    const char *zh, *en;
} column_names[COLUMNS] = {[KEY] = {"支付键", "key"},
                           [RESULT] = {"结果", "result"},
                           [AMOUNT] = {"金额", "amount"},
                           [DAY] = {"日期", "date"},
                           [REFERENCE] = {"流水号", "reference"},
                           [REASON] = {"原因", "reason"}};
static const struct {
    const char *word;
    enum reply_result result;
} reply_words[] = {{"成功", REPLY_PAID},         {"paid", REPLY_PAID},
                   {"退回", REPLY_RETURNED},     {"失败", REPLY_RETURNED},
                   {"returned", REPLY_RETURNED}, {"处理中", REPLY_PENDING},
                   {"pending", REPLY_PENDING}};

struct reply_reading {
    struct arena *arena;
    struct reply *reply;
    size_t columns[COLUMNS]; /* SIZE_MAX = not there */
    int64_t sum, count;
};

static int problem_at(struct arena *a, struct reply *reply, uint32_t line, uint32_t column,
                      struct span what, struct err *err)
{
    struct reply_problem *p;

    if (reply->problem_n == REPLY_PROBLEMS)
        return 0;
    p = vector_push(a, (void **)&reply->problems, &reply->problem_n, &reply->problem_room,
                    sizeof *p);
    if (!p || !what.p)
        return err_memory(err);
    *p = (struct reply_problem){line, column, what};
    return 0;
}

static int problem(struct reply_reading *g, const struct csv_field *f, const char *what,
                   struct err *err)
{
    struct span text =
        arena_print(g->arena, "%s：%.*s", what, (int)(f->text.n < 60 ? f->text.n : 60),
                    f->text.p ? f->text.p : "");

    return problem_at(g->arena, g->reply, f->line, f->column, text, err);
}

static int read_header(struct reply_reading *g, const struct csv_row *row, struct span file,
                       struct err *err)
{
    for (size_t k = 0; k < COLUMNS; k++) {
        g->columns[k] = SIZE_MAX;
        for (size_t i = 0; i < row->n; i++)
            if (span_eq(span_trim(row->at[i].text), span_z(column_names[k].zh)) ||
                span_eq(span_trim(row->at[i].text), span_z(column_names[k].en)))
                g->columns[k] = i;
        if (g->columns[k] == SIZE_MAX && k <= AMOUNT) {
            err_set(err, E_INPUT, "回单缺少一列：%s", column_names[k].zh);
            err_hint(err, "首行写列名：支付键,结果,金额,日期,流水号,原因");
            err_at(err, file, row->line, 1);
            return E_INPUT;
        }
    }
    return 0;
}

static const struct csv_field *cell(const struct reply_reading *g, const struct csv_row *row,
                                    enum column c)
{
    static const struct csv_field none = {{"", 0}, 0, 0};

    return g->columns[c] < row->n ? &row->at[g->columns[c]] : &none;
}

static bool read_result(struct span text, enum reply_result *ret)
{
    for (size_t i = 0; i < COUNT_OF(reply_words); i++)
        if (span_eq(span_trim(text), span_z(reply_words[i].word))) {
            *ret = reply_words[i].result;
            return true;
        }
    return false;
}

static int keep_line(struct reply_reading *g, const struct reply_line *line, struct err *err)
{
    struct reply_line *l =
        vector_push(g->arena, (void **)&g->reply->at, &g->reply->n, &g->reply->room, sizeof *l);
    if (!l)
        return err_memory(err);
    *l = *line;
    g->count++;
    if (!money_add(g->sum, line->amount, &g->sum))
        return err_set(err, E_RANGE, "回单金额合计过大");
    return 0;
}

static int read_line(struct reply_reading *g, const struct csv_row *row, struct err *err)
{
    const struct csv_field *key = cell(g, row, KEY), *result = cell(g, row, RESULT),
                           *amount = cell(g, row, AMOUNT), *day = cell(g, row, DAY);
    struct reply_line l = {.key = span_trim(key->text),
                           .date = span_trim(day->text),
                           .reference = span_trim(cell(g, row, REFERENCE)->text),
                           .reason = span_trim(cell(g, row, REASON)->text),
                           .line = row->line,
                           .column = key->column};
    struct date date;

    if (!read_result(result->text, &l.result))
        return problem(g, result->line ? result : &row->at[0], "结果是 成功、退回 或 处理中", err);
    if (money_parse(amount->text, &l.amount, NULL) < 0)
        return problem(g, amount->line ? amount : &row->at[0], "不是金额", err);
    if (l.date.n && money_date(l.date, "日期", &date, NULL) < 0)
        return problem(g, day, "不是日期", err);
    if (l.result == REPLY_RETURNED && !l.reason.n)
        return problem(g, result, "退回的要写原因", err);
    return keep_line(g, &l, err);
}

/* 合计,NUMBER,SUM: the bank's own count. */
static int read_total(struct reply_reading *g, const struct csv_row *row, struct err *err)
{
    struct span number = arena_print(g->arena, "%" PRId64, g->count);
    int64_t sum = -1;

    for (size_t i = 2; i < row->n && sum < 0; i++)
        if (row->at[i].text.n && money_parse(row->at[i].text, &sum, NULL) < 0)
            sum = -1;
    if (row->n < 3 || !span_eq(span_trim(row->at[1].text), number))
        return problem(g, &row->at[row->n > 1], "合计的笔数与各行不符", err);
    if (sum != g->sum)
        return problem(g, &row->at[2], "合计的金额与各行不符", err);
    return 0;
}

static int read_row(struct reply_reading *g, const struct csv_row *row, struct err *err)
{
    if (g->reply->n >= REPLY_LINES)
        return err_set(err, E_LIMIT, "回单最多 %d 行", REPLY_LINES);
    return span_eq(span_trim(row->at[0].text), SPAN("合计")) ? read_total(g, row, err)
                                                             : read_line(g, row, err);
}

int reply_parse(struct arena *request, struct span text, struct span file, struct reply *ret,
                struct err *err)
{
    struct reply reply = {0};
    struct reply_reading g = {.arena = request, .reply = &reply};
    struct csv csv;
    struct csv_row row;

    csv_init(&csv, text, file);
    int r = csv_next(&csv, request, &row, err);
    if (r <= 0)
        return r < 0 ? r : err_set(err, E_INPUT, "回单是空的");
    r = read_header(&g, &row, file, err);
    while (r == 0) {
        struct err bad = ERR_INIT;
        r = csv_next(&csv, request, &row, &bad);
        if (r == 0)
            break;
        if (r == E_MEMORY)
            return err_memory(err);
        if (r > 0) {
            r = read_row(&g, &row, err);
            continue;
        }
        r = problem_at(request, &reply, bad.line, bad.column,
                       arena_copy(request, span_z(bad.message)), err);
        csv_skip(&csv);
    }
    if (r == 0)
        *ret = reply;
    return r;
}

/* ---- against the payments ---- */

struct settling {
    struct batch_step step;
    struct reply reply;
    struct payment *at;
    size_t n;
    bool *seen; /* by position */
    struct reply_outcome out;
    struct span file;
};

/* HQ<batch>-<position>; 0 = not of this batch. */
static size_t position_of(const struct settling *g, struct span key)
{
    struct span head = arena_print(g->step.arena, "HQ%" PRId64 "-", g->step.batch.id);
    size_t n = 0;

    if (!head.p || !span_starts(key, head) || key.n == head.n || key.n > head.n + 6)
        return 0;
    for (size_t i = head.n; i < key.n; i++) {
        if (key.p[i] < '0' || key.p[i] > '9' || (i == head.n && key.p[i] == '0'))
            return 0;
        n = n * 10 + (size_t)(key.p[i] - '0');
    }
    return n <= g->n ? n : 0;
}

/* What a line cannot say of its payment; NULL = nothing against it. */
static const char *contradicts(const struct settling *g, const struct reply_line *l,
                               const struct payment *p)
{
    if (l->amount != p->amount)
        return "金额与批次不符";
    if (g->seen[p->position - 1])
        return "同一笔出现两次";
    if (l->result == REPLY_PAID && span_eq(p->state, SPAN("returned")))
        return "这一笔已登记退回";
    if (l->result == REPLY_PENDING && !span_eq(p->state, SPAN("sent")))
        return "这一笔已有结果";
    if (l->result == REPLY_RETURNED && p->claimed)
        return "这一笔正在追回";
    return NULL;
}

static int check_line(struct settling *g, const struct reply_line *l, struct err *err)
{
    size_t position = position_of(g, l->key);
    const char *what = position ? contradicts(g, l, &g->at[position - 1]) : "批次中没有这一笔";

    if (position)
        g->seen[position - 1] = true;
    return what ? problem_at(g->step.arena, &g->reply, l->line, l->column,
                             arena_print(g->step.arena, "%s：%.*s", what,
                                         (int)(l->key.n < 60 ? l->key.n : 60), l->key.p),
                             err)
                : 0;
}

static int note_payment(const struct settling *g, const struct payment *p,
                        const struct reply_line *l, const char *kind, struct err *err)
{
    struct span actor = actor_label(g->step.arena, g->step.who);

    if (!actor.p)
        return err_memory(err);
    return sql_run(g->step.s,
                   "INSERT INTO payment_event (payment_id, at, kind, reply_id, line, reason,"
                   " reference, value_date, actor) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                   ARGS(INT(p->id), INT(clock_now_ms()), TEXT(span_z(kind)), INT(g->out.id),
                        INT(l->line), TEXT(l->reason), TEXT(l->reference), TEXT(l->date),
                        TEXT(actor)),
                   err);
}

static int set_payment(const struct settling *g, const struct payment *p,
                       const struct reply_line *l, const char *state, struct err *err)
{
    int r = sql_run(
        g->step.s,
        "UPDATE payment SET state = $2, reason = $3, reference = $4, value_date = $5"
        " WHERE id = $1",
        ARGS(INT(p->id), TEXT(span_z(state)), TEXT(l->reason), TEXT(l->reference), TEXT(l->date)),
        err);

    if (r == 0)
        r = note_payment(g, p, l, state, err);
    return r < 0 ? r
                 : case_tell(g->step.arena, g->step.s, g->step.who,
                             &(struct case_told){state, p->reservation_id, p->id, p->amount,
                                                 l->date, l->reference, l->reason},
                             err);
}

static int settle_paid(struct settling *g, const struct payment *p, const struct reply_line *l,
                       struct err *err)
{
    const struct batch_step *t = &g->step;
    const struct money_move move = {"pay", ACCOUNT_COMMITTED, ACCOUNT_PAID, l->reference};
    int r = payment_move(t, p, &move, err);

    if (r == 0)
        r = benefit_note(t->arena, t->s, t->who, p->reservation_id, SPAN("paid"), p->amount, 0,
                         err);
    g->out.paid++;
    return r < 0 ? r : set_payment(g, p, l, "paid", err);
}

/* At once, or after it had been paid: then what was received goes back, too. */
static int settle_returned(struct settling *g, const struct payment *p, const struct reply_line *l,
                           struct err *err)
{
    const struct batch_step *t = &g->step;
    bool late = span_eq(p->state, SPAN("paid"));
    const struct money_move move = {"return", late ? ACCOUNT_PAID : ACCOUNT_COMMITTED,
                                    ACCOUNT_RESERVED, l->reason};
    int r = payment_move(t, p, &move, err);

    if (r == 0 && late)
        r = benefit_note(t->arena, t->s, t->who, p->reservation_id, SPAN("returned"), -p->amount, 0,
                         err);
    g->out.returned++;
    return r < 0 ? r : set_payment(g, p, l, "returned", err);
}

static int settle_line(struct settling *g, const struct reply_line *l, struct err *err)
{
    const struct payment *p = &g->at[position_of(g, l->key) - 1];

    if (l->result == REPLY_PAID && span_eq(p->state, SPAN("sent")))
        return settle_paid(g, p, l, err);
    if (l->result == REPLY_RETURNED && !span_eq(p->state, SPAN("returned")))
        return settle_returned(g, p, l, err);
    g->out.unchanged++;
    return 0;
}

/* ---- all of it ---- */

static int refuse(const struct settling *g, struct err *err)
{
    const struct reply_problem *p = g->reply.problems;

    err_set(err, E_CHECK, "回单有 %zu 处问题，没有登记任何一行；第一处：%.*s", g->reply.problem_n,
            (int)(p->what.n < 200 ? p->what.n : 200), p->what.p);
    err_hint(err, "更正后重新导入整份回单");
    err_at(err, g->file, p->line, p->column);
    return E_CHECK;
}

static int insert_reply(struct settling *g, const char *digest, struct err *err)
{
    const struct batch_step *t = &g->step;
    struct span actor = actor_label(t->arena, t->who);

    if (!actor.p)
        return err_memory(err);
    return sql_insert(t->s,
                      "INSERT INTO payment_reply (batch_id, sha256, at, actor, lines, changed)"
                      " VALUES ($1, $2, $3, $4, $5, 0) {new id}",
                      ARGS(INT(t->batch.id), TEXT(span_z(digest)), INT(clock_now_ms()), TEXT(actor),
                           INT((int64_t)g->reply.n)),
                      &g->out.id, err);
}

static int finish(struct settling *g, struct err *err)
{
    const struct batch_step *t = &g->step;
    struct json *detail = json_object(t->arena);
    int64_t open = 1;
    int r = sql_run(t->s, "UPDATE payment_reply SET changed = $2 WHERE id = $1",
                    ARGS(INT(g->out.id), INT(g->out.paid + g->out.returned)), err);

    if (r == 0)
        r = sql_int(t->s,
                    "SELECT COUNT(*) FROM payment WHERE batch_id = $1"
                    " AND state IN ('waiting', 'sent')",
                    ARGS(INT(t->batch.id)), 0, &open, err);
    if (r == 0 && !open)
        r = batch_set_state(t, SPAN("settled"), err);
    JSON_SET(detail, "paid", json_int(t->arena, g->out.paid));
    JSON_SET(detail, "returned", json_int(t->arena, g->out.returned));
    return r < 0 ? r
                 : money_audit(t->arena, t->s, t->who, false, "payment.reply", "batch", t->batch.id,
                               detail, err);
}

/* 1 = taken before. */
static int taken_before(struct settling *g, const char *digest, struct err *err)
{
    int r = sql_int(g->step.s, "SELECT id FROM payment_reply WHERE batch_id = $1 AND sha256 = $2",
                    ARGS(INT(g->step.batch.id), TEXT(span_z(digest))), 0, &g->out.id, err);

    g->out.repeated = r == 0 && g->out.id != 0;
    return r < 0 ? r : g->out.repeated;
}

static int settle(struct settling *g, const char *digest, struct err *err)
{
    int r = payment_list(g->step.arena, g->step.s, g->step.batch.id, 0, BATCH_LINES, &g->at, &g->n,
                         err);

    if (r == 0 && !(g->seen = ARENA_ARRAY(g->step.arena, bool, g->n + 1)))
        r = err_memory(err);
    for (size_t i = 0; r == 0 && i < g->reply.n; i++)
        r = check_line(g, &g->reply.at[i], err);
    if (r == 0 && g->reply.problem_n)
        r = refuse(g, err);
    if (r == 0)
        r = insert_reply(g, digest, err);
    for (size_t i = 0; r == 0 && i < g->reply.n; i++)
        r = settle_line(g, &g->reply.at[i], err);
    return r < 0 ? r : finish(g, err);
}

int batch_reply(struct arena *request, struct store *s, const struct actor *who, int64_t id,
                struct span text, struct span file, struct reply_outcome *ret, struct err *err)
{
    struct settling g = {.step = {.arena = request, .s = s, .who = who}, .file = file};
    char digest[DOC_SHA256_HEX];
    int r = actor_need(who, MONEY_ROLES, err);

    doc_sha256(text, digest);
    if (r == 0)
        r = reply_parse(request, text, file, &g.reply, err);
    if (r == 0)
        r = batch_hold(&g.step, id, SPAN(""), err);
    if (r == 0 && !g.step.batch.sent_at)
        r = err_set(err, E_CONFLICT, "批次还没有送出");
    if (r == 0)
        r = taken_before(&g, digest, err);
    if (r == 0)
        r = settle(&g, digest, err);
    g.out.lines = (int64_t)g.reply.n;
    g.out.problems = g.reply.problems;
    g.out.problem_n = g.reply.problem_n;
    *ret = g.out;
    return r < 0 ? r : 0;
}
