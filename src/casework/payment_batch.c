/*
 * payment_batch.c: payees, and batches until they are handed over: made, approved by a second
 * person, cancelled (payments.h). The file is payment_file.c, the reply payment_reply.c.
 */
#include <inttypes.h>
#include <sodium.h>

#include "base/utf8.h"
#include "base/vector.h"
#include "casework/clawback.h"
#include "casework/funds_int.h"
#include "casework/ledger.h"
#include "casework/payments_int.h"
#include "casework/registers.h"
#include "casework/sql.h"

#define PAYEE_TEXT 200 /* bytes of a name or bank */
#define ACCOUNT    40  /* characters of an account */
#define TAIL       4   /* of which are shown */

/* ---- payees ---- */

static bool one_line(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
            return false;
    return s.n > 0 && s.n <= PAYEE_TEXT && utf8_check(s) == SIZE_MAX;
}

/* Digits, letters and - without the blanks that people write between groups. */
static bool account_number(struct span s, char out[ACCOUNT + 1])
{
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == ' ')
            continue;
        bool good = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                    (c == '-' && n > 0);
        if (!good || n == ACCOUNT)
            return false;
        out[n++] = c;
    }
    out[n] = 0;
    return n >= TAIL + 1;
}

static int may_say(const struct actor *who, int64_t subject_id, struct err *err)
{
    unsigned roles = MONEY_ROLES | ROLE_BIT(WINDOW) | ROLE_BIT(HANDLER);

    if (actor_is(who, USER_AGENT) && who->subject_id == subject_id)
        return 0;
    return actor_need(who, roles, err);
}

static int insert_payee(struct arena *request, struct store *s, const struct seal *seal,
                        const struct actor *who, const struct payee_new *p, const char *account,
                        int64_t *ret_id, struct err *err)
{
    char token[33], digest[SEAL_DIGEST_HEX];
    unsigned char random[16];
    struct json *j = json_object(request);
    struct span actor = actor_label(request, who), number = span_z(account);

    randombytes_buf(random, sizeof random);
    sodium_bin2hex(token, sizeof token, random, sizeof random);
    seal_digest(seal, number, digest);
    JSON_SET(j, "name", json_string(request, span_trim(p->name)));
    JSON_SET(j, "bank", json_string(request, span_trim(p->bank)));
    JSON_SET(j, "account", json_string(request, number));
    struct span sealed = seal_close(request, seal, span_z(token), json_words(request, j));
    if (request->failed || !sealed.p || !actor.p)
        return err_memory(err);
    return sql_insert(s,
                      "INSERT INTO payee (subject_id, token, sealed, digest, tail, created_at,"
                      " actor) VALUES ($1, $2, $3, $4, $5, $6, $7) {new id}",
                      ARGS(INT(p->subject_id), TEXT(span_z(token)), BLOB(sealed),
                           TEXT(span_z(digest)), TEXT(span_from(number, number.n - TAIL)),
                           INT(clock_now_ms()), TEXT(actor)),
                      ret_id, err);
}

int payee_add(struct arena *request, struct store *s, const struct seal *seal,
              const struct actor *who, const struct payee_new *p, int64_t *ret_id, struct err *err)
{
    char account[ACCOUNT + 1];
    int64_t id = 0;
    int r = may_say(who, p->subject_id, err);

    if (r == 0 && (!one_line(span_trim(p->name)) || !one_line(span_trim(p->bank))))
        r = err_set(err, E_INPUT, "户名和开户行各写一行");
    if (r == 0 && !account_number(p->account, account)) {
        r = err_set(err, E_INPUT, "账号由数字、字母和 - 组成，5 到 %d 位", ACCOUNT);
    }
    if (r == 0)
        r = seal_note(s, seal, err);
    if (r == 0)
        r = insert_payee(request, s, seal, who, p, account, &id, err);
    if (r == 0)
        r = money_audit(request, s, who, false, "payee.add", "payee", id, NULL, err);
    if (r == 0)
        *ret_id = id;
    return r;
}

/* ---- steps of a batch ---- */

int fund_pays(const struct fund *f, struct err *err)
{
    return span_eq(f->state, SPAN("frozen"))
               ? err_set(err, E_CONFLICT, "资金“%.*s”已经冻结，不能拨付", SPAN_ARG(f->code))
               : 0;
}

/* ---- making ---- */

struct candidate {
    int64_t reservation_id, subject_id, amount, payee_id, returned_id;
    struct span measure;
    bool same_account; /* as the one that was returned */
    bool too_early;    /* its case is still made public, objected to, or examined */
    bool unsettled;    /* the face of a voucher */
};

struct making {
    struct arena *arena;
    struct store *s;
    const struct actor *who;
    const struct batch_new *order;
    struct fund fund;
    struct candidate *at;
    size_t n, room;
    struct batch_made made;
    size_t left_room;
};

/* Reserved, not in another batch; with the newest account of the subject and the last return. */
#define CANDIDATES                                                                                 \
    "SELECT v.id, COALESCE(v.pay_to, v.subject_id), v.amount, COALESCE(y.id, 0),"                  \
    " COALESCE(r.id, 0), v.measure,"                                                               \
    " CASE WHEN r.id IS NOT NULL AND ry.digest = y.digest THEN 1 ELSE 0 END,"                      \
    " (SELECT COUNT(*) FROM casefile k WHERE k.id = v.case_id AND k.closed_at = 0"                 \
    " AND k.phase NOT IN ('decided', 'payment', 'duty')),"                                         \
    " (SELECT COUNT(*) FROM voucher w WHERE w.reservation_id = v.id AND w.state <> 'settled')"     \
    " FROM reservation v"                                                                          \
    " LEFT JOIN payee y ON y.id = (SELECT MAX(z.id) FROM payee z"                                  \
    " WHERE z.subject_id = COALESCE(v.pay_to, v.subject_id))"                                      \
    " LEFT JOIN payment r ON r.id = (SELECT MAX(q.id) FROM payment q"                              \
    " WHERE q.reservation_id = v.id AND q.state = 'returned')"                                     \
    " LEFT JOIN payee ry ON ry.id = r.payee_id"                                                    \
    " WHERE v.fund_id = $1 AND v.state = 'reserved' AND NOT EXISTS (SELECT 1 FROM payment p"       \
    " WHERE p.reservation_id = v.id AND p.state IN ('waiting', 'sent'))"

static bool named(const struct batch_new *o, int64_t id)
{
    for (size_t i = 0; i < o->n; i++)
        if (o->reservations[i] == id)
            return true;
    return false;
}

static int load_candidates(struct making *m, struct err *err)
{
    struct candidate *c;
    struct stmt *st;
    int r = sql_open(m->s, CANDIDATES " ORDER BY v.id", ARGS(INT(m->fund.id)), &st, err);

    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0) {
        if (m->order->n && !named(m->order, stmt_get_int(st, 0)))
            continue;
        c = vector_push(m->arena, (void **)&m->at, &m->n, &m->room, sizeof *c);
        if (!c || m->n > BATCH_LINES)
            break;
        *c = (struct candidate){.reservation_id = stmt_get_int(st, 0),
                                .subject_id = stmt_get_int(st, 1),
                                .amount = stmt_get_int(st, 2),
                                .payee_id = stmt_get_int(st, 3),
                                .returned_id = stmt_get_int(st, 4),
                                .measure = sql_text(m->arena, st, 5),
                                .same_account = stmt_get_int(st, 6) != 0,
                                .too_early = stmt_get_int(st, 7) != 0,
                                .unsettled = stmt_get_int(st, 8) != 0};
    }
    stmt_done(st);
    if (r < 0 || m->arena->failed)
        return r < 0 ? r : err_memory(err);
    return m->n > BATCH_LINES ? err_set(err, E_LIMIT, "一批最多 %d 笔：分批制作", BATCH_LINES) : 0;
}

/* NULL = it can be paid. */
static int why_not(struct making *m, const struct candidate *c, const char **ret, struct err *err)
{
    struct bar bar;
    const struct bar_question q = {
        .subject_id = c->subject_id, .region = m->fund.region, .measure = c->measure};
    const struct register_question listed = {
        .subject_id = c->subject_id, .effects = REGISTER_LATER_PAYMENT, .region = m->fund.region};
    struct register_bar entry;
    int r = 0;

    *ret = NULL;
    if (c->too_early)
        *ret = "case-open";
    else if (c->unsettled)
        *ret = "voucher-open";
    else if (!c->payee_id)
        *ret = "no-payee";
    else if (m->order->n == 0 && c->same_account)
        *ret = "returned-account";
    else if (m->order->n == 0 && (r = bar_find(m->arena, m->s, &q, &bar, err)) > 0)
        *ret = "barred";
    else if (r == 0 && m->order->n == 0 &&
             (r = register_bar_find(m->arena, m->s, &listed, &entry, err)) > 0)
        *ret = "listed";
    return r < 0 ? r : 0;
}

static int insert_batch(struct making *m, struct err *err)
{
    struct span maker = actor_label(m->arena, m->who);

    if (!maker.p)
        return err_memory(err);
    return sql_insert(m->s,
                      "INSERT INTO payment_batch (fund_id, title, state, maker_id, maker, made_at)"
                      " VALUES ($1, $2, 'draft', $3, $4, $5) {new id}",
                      ARGS(INT(m->fund.id), TEXT(m->order->title), INT(m->who->account_id),
                           TEXT(maker), INT(clock_now_ms())),
                      &m->made.id, err);
}

static int insert_payment(struct making *m, const struct candidate *c, struct err *err)
{
    if (!money_add(m->made.total, c->amount, &m->made.total))
        return err_set(err, E_RANGE, "批次总额过大");
    m->made.lines++;
    return sql_run(m->s,
                   "INSERT INTO payment (batch_id, position, reservation_id, payee_id, amount,"
                   " state, again_of) VALUES ($1, $2, $3, $4, $5, 'waiting', $6)",
                   ARGS(INT(m->made.id), INT(m->made.lines), INT(c->reservation_id),
                        INT(c->payee_id), INT(c->amount), INT_OR_NULL(c->returned_id)),
                   err);
}

static int take_candidate(struct making *m, const struct candidate *c, struct err *err)
{
    const char *why;
    int r = why_not(m, c, &why, err);

    if (r < 0 || !why)
        return r < 0 ? r : insert_payment(m, c, err);
    struct left_out *l = vector_push(m->arena, (void **)&m->made.left_out, &m->made.left_out_n,
                                     &m->left_room, sizeof *l);
    if (!l)
        return err_memory(err);
    *l = (struct left_out){c->reservation_id, why};
    return 0;
}

static int check_made(const struct making *m, struct err *err)
{
    if (m->order->n && m->n < m->order->n)
        return err_set(err, E_CONFLICT, "指定的占用有些不在该资金中、不待拨付或已在别的批次");
    if (m->made.lines)
        return 0;
    err_set(err, E_CONFLICT, "没有可以拨付的款项：%zu 笔待付，%zu 笔不能付", m->n,
            m->made.left_out_n);
    err_hint(err, "huiqi payment payee 登记收款账户；退回的要先更正账户");
    return E_CONFLICT;
}

static int finish_made(struct making *m, struct err *err)
{
    struct json *detail = json_object(m->arena);
    int r = sql_run(m->s, "UPDATE payment_batch SET lines = $2, total = $3 WHERE id = $1",
                    ARGS(INT(m->made.id), INT(m->made.lines), INT(m->made.total)), err);

    JSON_SET(detail, "lines", json_int(m->arena, m->made.lines));
    JSON_SET(detail, "total", money_json(m->arena, m->made.total));
    return r < 0 ? r
                 : money_audit(m->arena, m->s, m->who, false, "payment.batch", "batch", m->made.id,
                               detail, err);
}

int batch_make(struct arena *request, struct store *s, const struct actor *who,
               const struct batch_new *n, struct batch_made *ret, struct err *err)
{
    struct making m = {.arena = request, .s = s, .who = who, .order = n};
    int r = actor_need(who, MONEY_ROLES, err);

    if (r == 0 && (!one_line(n->title) || n->n > BATCH_LINES))
        r = err_field(err, err_set(err, E_INPUT, "批次要有一行标题，最多 %d 笔", BATCH_LINES),
                      "title");
    if (r == 0)
        r = fund_load(request, s, n->fund, true, &m.fund, err);
    if (r == 0)
        r = fund_pays(&m.fund, err);
    if (r == 0)
        r = fund_yours(request, s, who, &m.fund, err);
    if (r == 0)
        r = load_candidates(&m, err);
    if (r == 0)
        r = insert_batch(&m, err);
    for (size_t i = 0; r == 0 && i < m.n; i++)
        r = take_candidate(&m, &m.at[i], err);
    if (r == 0)
        r = check_made(&m, err);
    if (r == 0)
        r = finish_made(&m, err);
    if (r == 0)
        *ret = m.made;
    return r;
}

int batch_hold(struct batch_step *t, int64_t id, struct span state, struct err *err)
{
    int r = batch_load(t->arena, t->s, id, &t->batch, err);

    if (r == 0)
        r = fund_load_id(t->arena, t->s, t->batch.fund_id, true, &t->fund, err);
    if (r == 0)
        r = fund_yours(t->arena, t->s, t->who, &t->fund, err);
    if (r == 0)
        r = batch_load(t->arena, t->s, id, &t->batch, err); /* again, now that it stands still */
    if (r == 0 && state.n && !span_eq(t->batch.state, state))
        r = err_set(err, E_CONFLICT, "第 %" PRId64 " 号批次的状态是 %.*s", id,
                    SPAN_ARG(t->batch.state));
    return r;
}

int batch_set_state(const struct batch_step *t, struct span state, struct err *err)
{
    return sql_run(t->s, "UPDATE payment_batch SET state = $2 WHERE id = $1",
                   ARGS(INT(t->batch.id), TEXT(state)), err);
}

int payment_move(const struct batch_step *t, const struct payment *p, const struct money_move *m,
                 struct err *err)
{
    const struct ledger_post post = {.kind = m->kind,
                                     .from = m->from,
                                     .to = m->to,
                                     .after = p->amount,
                                     .reservation_id = p->reservation_id,
                                     .payment_id = p->id,
                                     .actor = t->who,
                                     .reason = m->reason};
    int r = reservation_move(t->s, p->reservation_id, ledger_account_words[m->from].yaml,
                             ledger_account_words[m->to].yaml, err);

    return r < 0 ? r : ledger_post(t->arena, t->s, &t->fund, &post, err);
}

static int move_all(struct batch_step *t, const struct money_move *m, struct err *err)
{
    struct payment *at = NULL;
    size_t n = 0;
    int r = payment_list(t->arena, t->s, t->batch.id, 0, BATCH_LINES, &at, &n, err);

    for (size_t i = 0; r == 0 && i < n; i++)
        r = payment_move(t, &at[i], m, err);
    return r;
}

/* ---- approving ---- */

/* Not the maker, nor anybody with the maker's rights. */
static int four_eyes(const struct batch_step *t, struct span label, struct err *err)
{
    const struct actor *who = t->who;
    bool same = actor_same(t->batch.maker_id, t->batch.maker, who->account_id, label) ||
                (t->batch.maker_id && who->for_account_id == t->batch.maker_id);

    if (!same)
        return 0;
    err_set(err, E_FORBIDDEN, "制作人不能复核自己的批次");
    err_hint(err, "由另一人复核");
    return E_FORBIDDEN;
}

int batch_approve(struct arena *request, struct store *s, const struct actor *who, int64_t id,
                  struct err *err)
{
    const struct money_move move = {"commit", ACCOUNT_RESERVED, ACCOUNT_COMMITTED,
                                    SPAN("列入拨付")};
    struct batch_step t = {.arena = request, .s = s, .who = who};
    struct span label = actor_label(request, who);
    int r = actor_need(who, MONEY_ROLES | ROLE_BIT(REVIEWER), err);

    if (r == 0 && !label.p)
        r = err_memory(err);
    if (r == 0)
        r = batch_hold(&t, id, SPAN("draft"), err);
    if (r == 0)
        r = four_eyes(&t, label, err);
    if (r == 0)
        r = fund_pays(&t.fund, err);
    if (r == 0)
        r = move_all(&t, &move, err);
    if (r == 0)
        r = sql_run(s,
                    "UPDATE payment_batch SET state = 'approved', approver_id = $2, approver = $3,"
                    " approved_at = $4 WHERE id = $1",
                    ARGS(INT(id), INT(who->account_id), TEXT(label), INT(clock_now_ms())), err);
    return r < 0 ? r
                 : money_audit(request, s, who, true, "payment.approve", "batch", id, NULL, err);
}

int batch_cancel(struct arena *request, struct store *s, const struct actor *who, int64_t id,
                 struct span reason, struct err *err)
{
    const struct money_move move = {"uncommit", ACCOUNT_COMMITTED, ACCOUNT_RESERVED, reason};
    struct batch_step t = {.arena = request, .s = s, .who = who};
    struct json *detail = json_object(request);
    int r = actor_need(who, MONEY_ROLES | ROLE_BIT(REVIEWER), err);

    if (r == 0 && !span_trim(reason).n)
        r = err_field(err, err_set(err, E_INPUT, "要写理由"), "reason");
    if (r == 0)
        r = batch_hold(&t, id, SPAN(""), err);
    if (r == 0 && !span_eq(t.batch.state, SPAN("draft")) &&
        !span_eq(t.batch.state, SPAN("approved")))
        r = err_set(err, E_CONFLICT, "已经送出或已经了结的批次不能取消");
    if (r == 0 && span_eq(t.batch.state, SPAN("approved")))
        r = move_all(&t, &move, err);
    if (r == 0)
        r = sql_run(s, "UPDATE payment SET state = 'withdrawn', reason = $2 WHERE batch_id = $1",
                    ARGS(INT(id), TEXT(reason)), err);
    if (r == 0)
        r = batch_set_state(&t, SPAN("cancelled"), err);
    JSON_SET(detail, "reason", json_string(request, reason));
    return r < 0 ? r
                 : money_audit(request, s, who, true, "payment.cancel", "batch", id, detail, err);
}

/* ---- hops ---- */

int hop_add(struct arena *request, struct store *s, const struct actor *who, int64_t batch_id,
            const struct hop *h, struct err *err)
{
    struct batch_step t = {.arena = request, .s = s, .who = who};
    char day[DATE_TEXT];
    struct span on = span_of(day, date_print(h->made_on.year ? h->made_on : date_today(), day));
    struct span actor = actor_label(request, who);
    int r = actor_need(who, MONEY_ROLES, err);

    if (r == 0 && (!one_line(h->giver) || !one_line(h->taker) || h->amount <= 0))
        r = err_set(err, E_INPUT, "要写从哪里、到哪里和大于零的金额");
    if (r == 0)
        r = batch_hold(&t, batch_id, SPAN(""), err);
    if (r == 0 && !actor.p)
        r = err_memory(err);
    if (r == 0)
        r = sql_run(s,
                    "INSERT INTO payment_hop (batch_id, giver, taker, account, source, amount,"
                    " made_on, at, actor) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                    ARGS(INT(batch_id), TEXT(h->giver), TEXT(h->taker), TEXT(h->account),
                         TEXT(h->source), INT(h->amount), TEXT(on), INT(clock_now_ms()),
                         TEXT(actor)),
                    err);
    return r < 0 ? r
                 : money_audit(request, s, who, false, "payment.hop", "batch", batch_id, NULL, err);
}
