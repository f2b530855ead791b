/*
 * voucher.c: the steps of a voucher: issued, used, handed in, rejected, settled, withdrawn, lapsed
 * (voucher.h). Each holds the fund's row, so that steps against one fund take turns, moves the
 * reservation where money moves, and leaves an event.
 */
#include <inttypes.h>

#include "base/vector.h"
#include "casework/agents.h"
#include "casework/registers.h"
#include "casework/sql.h"
#include "casework/voucher_int.h"
#include "policy/subjects.h"

#define LINE_MAX_BYTES 300

struct step {
    struct arena *arena;
    struct store *s;
    const struct actor *who;
    struct voucher_programme programme;
    struct voucher voucher;
    struct fund fund;
    char today[DATE_TEXT];
};

int voucher_note(struct arena *request, struct store *s, const struct actor *who,
                 int64_t programme_id, int64_t voucher_id, const char *kind,
                 const struct json *detail, struct err *err)
{
    struct span actor = actor_label(request, who), text = json_words(request, detail);
    struct span act = arena_print(request, "voucher.%s", kind);

    if (!actor.p || !text.p || !act.p || request->failed)
        return err_memory(err);
    int r = sql_run(s,
                    "INSERT INTO voucher_event (programme_id, voucher_id, at, kind, account_id,"
                    " actor, detail) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                    ARGS(INT(programme_id), INT_OR_NULL(voucher_id), INT(clock_now_ms()),
                         TEXT(span_z(kind)), INT(who->account_id), TEXT(actor), TEXT(text)),
                    err);
    return r < 0 ? r
                 : money_audit(request, s, who, true, act.p,
                               voucher_id ? "voucher" : "voucher-programme",
                               voucher_id ? voucher_id : programme_id, detail, err);
}

/* The programme with its fund held. */
static int hold_programme(struct step *t, struct span code, struct err *err)
{
    int r = voucher_programme_load(t->arena, t->s, code, &t->programme, err);

    if (r == 0)
        r = fund_load_id(t->arena, t->s, t->programme.fund_id, true, &t->fund, err);
    return r < 0 ? r : voucher_programme_load(t->arena, t->s, code, &t->programme, err);
}

/* The voucher in one of the states (bits), with its fund held. */
static int hold(struct step *t, struct span number, unsigned states, struct err *err)
{
    int r = voucher_load(t->arena, t->s, number, &t->voucher, err);

    if (r == 0)
        r = hold_programme(t, t->voucher.programme, err);
    if (r == 0)
        r = voucher_load(t->arena, t->s, number, &t->voucher, err); /* now it stands still */
    if (r == 0 && !(states >> t->voucher.state & 1))
        r = err_set(err, E_CONFLICT, "券 %.*s %.*s，不能这样办", SPAN_ARG(number),
                    SPAN_ARG(voucher_state_words[t->voucher.state].title.zh));
    return r;
}

#define IN(state) (1u << VOUCHER_##state)

static struct span today(struct step *t)
{
    return money_today(t->today);
}

static int not_over(struct step *t, struct span day, struct err *err)
{
    return span_compare(day, t->voucher.last_day) <= 0
               ? 0
               : err_set(err, E_CONFLICT, "券 %.*s 有效期至 %.*s，已过期",
                         SPAN_ARG(t->voucher.number), SPAN_ARG(t->voucher.last_day));
}

static bool is_line(struct span text)
{
    text = span_trim(text);
    return text.n > 0 && text.n <= LINE_MAX_BYTES && !memchr(text.p, '\n', text.n);
}

/* The agent of this subject, or one of the roles. */
static int agent_or(const struct actor *who, int64_t subject_id, unsigned roles, struct err *err)
{
    if (subject_id && actor_is(who, USER_AGENT) && who->subject_id == subject_id)
        return 0;
    return actor_need(who, roles, err);
}

static int set_state(const struct step *t, enum voucher_state to, struct err *err)
{
    return sql_run(t->s, "UPDATE voucher SET state = $2 WHERE id = $1",
                   ARGS(INT(t->voucher.id), TEXT(voucher_state_words[to].yaml)), err);
}

static int note(const struct step *t, const char *kind, const struct json *detail, struct err *err)
{
    return voucher_note(t->arena, t->s, t->who, t->programme.id, t->voucher.id, kind, detail, err);
}

/* ---- issuing ---- */

static int check_quota(const struct step *t, int64_t holder, struct err *err)
{
    const struct voucher_programme *p = &t->programme;
    int64_t live = p->counts[VOUCHER_ISSUED] + p->counts[VOUCHER_USED] +
                   p->counts[VOUCHER_REDEEMED] + p->counts[VOUCHER_SETTLED];
    int64_t own = 0;

    if (!p->face) {
        err_set(err, E_CHECK, "券 %.*s 的面值没有公布：参数待定，不能发放", SPAN_ARG(p->code));
        err_hint(err, "面值公布后：huiqi voucher face %.*s --amount YUAN --cites 文件",
                 SPAN_ARG(p->code));
        return E_CHECK;
    }
    if (p->quota && live >= p->quota)
        return err_set(err, E_CONFLICT, "券 %.*s 共 %" PRId64 " 张，已经发完", SPAN_ARG(p->code),
                       p->quota);
    int r = sql_int(t->s,
                    "SELECT COUNT(*) FROM voucher WHERE programme_id = $1 AND holder_id = $2"
                    " AND state NOT IN ('withdrawn', 'expired')",
                    ARGS(INT(p->id), INT(holder)), 0, &own, err);
    return r == 0 && p->per_holder && own >= p->per_holder
               ? err_set(err, E_CONFLICT, "每家最多 %" PRId64 " 张，这一家已有 %" PRId64 " 张",
                         p->per_holder, own)
               : r;
}

static int last_day_of(const struct step *t, struct span day, char out[DATE_TEXT], struct span *ret,
                       struct err *err)
{
    struct date last = date_today();

    *ret = t->programme.last_day;
    if (t->programme.months) {
        if (!date_add_months(last, t->programme.months, &last))
            return err_set(err, E_RANGE, "有效期超出范围");
        *ret = span_of(out, date_print(last, out));
    }
    return span_compare(day, *ret) <= 0 ? 0
                                        : err_set(err, E_CONFLICT, "券 %.*s 的有效期已过，不再发放",
                                                  SPAN_ARG(t->programme.code));
}

static int reserve_face(const struct step *t, int64_t holder, struct span number, int64_t *ret,
                        struct err *err)
{
    const struct voucher_programme *p = &t->programme;
    const struct fund_request q = {
        .fund = p->fund,
        .purpose = p->purpose,
        .ground = {.measure = p->measure,
                   .subject_id = holder,
                   .item = number,
                   .about = SPAN(""),
                   .part = SPAN("")},
        .amount = p->face,
        .precision = PRECISION_EXACT,
        .nature = p->pays_holder ? NATURE_RECEIVED : NATURE_THIRD_PARTY,
        .basis = BASIS_VERIFIED,
        .reason = arena_print(t->arena, "发放%.*s %.*s", SPAN_ARG(p->kind), SPAN_ARG(number)),
    };
    return t->arena->failed ? err_memory(err) : fund_reserve(t->arena, t->s, t->who, &q, ret, err);
}

static int insert_voucher(struct step *t, int64_t holder, struct span number, struct span last_day,
                          int64_t reservation, struct err *err)
{
    return sql_insert(t->s,
                      "INSERT INTO voucher (programme_id, number, holder_id, face, share_up,"
                      " share_down, issued_on, last_day, state, reservation_id)"
                      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'issued', $9){new id}",
                      ARGS(INT(t->programme.id), TEXT(number), INT(holder), INT(t->programme.face),
                           INT(t->programme.share.up), INT(t->programme.share.down), TEXT(today(t)),
                           TEXT(last_day), INT(reservation)),
                      &t->voucher.id, err);
}

int voucher_issue(struct arena *request, struct store *s, const struct actor *who,
                  struct span programme, int64_t holder_id, struct span *ret_number,
                  struct err *err)
{
    struct step t = {.arena = request, .s = s, .who = who};
    struct span number = SPAN(""), last_day;
    int64_t before = 0, reservation = 0;
    char text[DATE_TEXT];
    int r = hold_programme(&t, programme, err);

    if (r == 0)
        r = check_quota(&t, holder_id, err);
    if (r == 0)
        r = last_day_of(&t, today(&t), text, &last_day, err);
    if (r == 0)
        r = sql_int(s, "SELECT COUNT(*) FROM voucher WHERE programme_id = $1",
                    ARGS(INT(t.programme.id)), 0, &before, err);
    if (r == 0)
        number = arena_print(request, "%.*s-%04" PRId64, SPAN_ARG(programme), before + 1);
    if (r == 0)
        r = reserve_face(&t, holder_id, number, &reservation, err);
    if (r == 0)
        r = insert_voucher(&t, holder_id, number, last_day, reservation, err);
    if (r == 0)
        r = note(&t, "issue", NULL, err);
    if (r == 0)
        *ret_number = number;
    return r;
}

/* ---- using ---- */

static int is_listed(const struct step *t, int64_t provider, struct span day, struct err *err)
{
    struct register_entry *at = NULL;
    struct subject_row row;
    size_t n = 0;
    int r = subject_get(t->arena, t->s, provider, &row, err);
    const struct register_query q = {.name_of_list = t->programme.providers,
                                     .subject_kind = row.kind,
                                     .subject_code = row.code,
                                     .day = day};

    if (r == 0)
        r = register_list(t->arena, t->s, &q, &at, &n, err);
    if (r < 0 || n > 0)
        return r;
    err_set(err, E_CONFLICT, "%.*s 在 %.*s 不在“%.*s”内", SPAN_ARG(row.code), SPAN_ARG(day),
            SPAN_ARG(t->programme.providers));
    err_hint(err, "huiqi register show %.*s 列出服务商", SPAN_ARG(t->programme.providers));
    return err_field(err, E_CONFLICT, "provider");
}

/* One contract is paid by one voucher, whatever the programme. */
static int contract_free(const struct step *t, const struct voucher_use *u, struct err *err)
{
    int64_t other = 0;
    int r = sql_int(t->s,
                    "SELECT id FROM voucher WHERE provider_id = $1 AND contract = $2"
                    " AND state NOT IN ('withdrawn', 'expired')",
                    ARGS(INT(u->provider_id), TEXT(span_trim(u->contract))), 0, &other, err);
    return r == 0 && other
               ? err_field(err, err_set(err, E_CONFLICT, "这份合同已经用过券"), "contract")
               : r;
}

static int check_use(struct step *t, const struct voucher_use *u, struct span day, struct err *err)
{
    int r = 0;

    if (!is_line(u->contract) || u->amount <= 0 || !u->provider_id)
        return err_field(err, err_set(err, E_INPUT, "要写服务商、合同号和大于零的合同金额"),
                         !u->provider_id         ? "provider"
                         : !is_line(u->contract) ? "contract"
                                                 : "amount");
    if (u->provider_id == t->voucher.holder_id)
        return err_field(err, err_set(err, E_CONFLICT, "持券人不能是自己的服务商"), "provider");
    if (span_compare(day, t->voucher.issued_on) < 0 || span_compare(day, today(t)) > 0)
        return err_field(err, err_set(err, E_INPUT, "签约日期要在发放之后、今天之前"), "on");
    r = not_over(t, today(t), err);
    if (r == 0)
        r = is_listed(t, u->provider_id, day, err);
    return r < 0 ? r : contract_free(t, u, err);
}

int voucher_use(struct arena *request, struct store *s, const struct actor *who, struct span number,
                const struct voucher_use *u, struct err *err)
{
    struct step t = {.arena = request, .s = s, .who = who};
    struct json *detail = json_object(request);
    char text[DATE_TEXT];
    struct span day = span_of(text, date_print(u->on.year ? u->on : date_today(), text));
    int r = hold(&t, number, IN(ISSUED), err);

    if (r == 0)
        r = agent_or(who, t.voucher.holder_id, ROLE_BIT(WINDOW) | ROLE_BIT(HANDLER), err);
    if (r == 0)
        r = check_use(&t, u, day, err);
    if (r == 0)
        r = sql_run(s,
                    "UPDATE voucher SET state = 'used', provider_id = $2, contract = $3,"
                    " contract_amount = $4, used_on = $5 WHERE id = $1",
                    ARGS(INT(t.voucher.id), INT(u->provider_id), TEXT(span_trim(u->contract)),
                         INT(u->amount), TEXT(day)),
                    err);
    JSON_SET(detail, "provider", json_int(request, u->provider_id));
    JSON_SET(detail, "contract", json_string(request, span_trim(u->contract)));
    JSON_SET(detail, "amount", money_json(request, u->amount));
    return r < 0 ? r : note(&t, "use", detail, err);
}

/* ---- handing in ---- */

int64_t voucher_worth(int64_t face, struct share share, int64_t accepted)
{
    int64_t part = (int64_t)((int128)accepted * share.up / share.down);
    return part < face ? part : face;
}

int voucher_redeem(struct arena *request, struct store *s, const struct actor *who,
                   struct span number, struct span acceptance, int64_t amount, struct err *err)
{
    struct step t = {.arena = request, .s = s, .who = who};
    struct json *detail = json_object(request);
    struct span actor = actor_label(request, who);
    int r = hold(&t, number, IN(USED), err);

    if (r == 0)
        r = agent_or(who, t.voucher.provider_id, ROLE_BIT(HANDLER), err);
    if (r == 0 && (!is_line(acceptance) || amount <= 0))
        r = err_field(err, err_set(err, E_INPUT, "要写验收材料和大于零的验收金额"),
                      is_line(acceptance) ? "amount" : "acceptance");
    if (r == 0 && amount > t.voucher.contract_amount)
        r = err_field(err, err_set(err, E_CONFLICT, "验收金额多于合同金额"), "amount");
    if (r == 0)
        r = not_over(&t, today(&t), err);
    if (r == 0 && !actor.p)
        r = err_memory(err);
    if (r == 0)
        r = sql_run(s,
                    "UPDATE voucher SET state = 'redeemed', acceptance = $2, accepted = $3,"
                    " redeemed_on = $4, redeemer_id = $5, redeemer = $6 WHERE id = $1",
                    ARGS(INT(t.voucher.id), TEXT(span_trim(acceptance)), INT(amount),
                         TEXT(today(&t)), INT(who->account_id), TEXT(actor)),
                    err);
    JSON_SET(detail, "acceptance", json_string(request, span_trim(acceptance)));
    JSON_SET(detail, "amount", money_json(request, amount));
    return r < 0 ? r : note(&t, "redeem", detail, err);
}

int voucher_reject(struct arena *request, struct store *s, const struct actor *who,
                   struct span number, struct span reason, struct err *err)
{
    struct step t = {.arena = request, .s = s, .who = who};
    struct json *detail = json_object(request);
    int r = actor_need(who, MONEY_ROLES | ROLE_BIT(REVIEWER), err);

    if (r == 0 && !span_trim(reason).n)
        r = err_field(err, err_set(err, E_INPUT, "要写理由"), "reason");
    if (r == 0)
        r = hold(&t, number, IN(REDEEMED), err);
    if (r == 0)
        r = fund_yours(request, s, who, &t.fund, err);
    if (r == 0)
        r = sql_run(s,
                    "UPDATE voucher SET state = 'used', acceptance = '', accepted = 0,"
                    " redeemed_on = '', redeemer_id = 0, redeemer = '' WHERE id = $1",
                    ARGS(INT(t.voucher.id)), err);
    JSON_SET(detail, "reason", json_string(request, reason));
    return r < 0 ? r : note(&t, "reject", detail, err);
}

/* ---- settling ---- */

/* Not who handed it in, nor whoever acts by his delegation. */
static int four_eyes(const struct step *t, struct err *err)
{
    struct span label = actor_label(t->arena, t->who), redeemer = SPAN("");
    int64_t account = 0;
    struct stmt *st;
    int r = sql_open(t->s, "SELECT redeemer_id, redeemer FROM voucher WHERE id = $1",
                     ARGS(INT(t->voucher.id)), &st, err);

    if (r < 0)
        return r;
    r = stmt_step(st, err);
    if (r > 0) {
        account = stmt_get_int(st, 0);
        redeemer = sql_text(t->arena, st, 1);
    }
    stmt_done(st);
    if (r < 0 || t->arena->failed)
        return r < 0 ? r : err_memory(err);
    if (!actor_same(account, redeemer, t->who->account_id, label) &&
        !(account && t->who->for_account_id == account))
        return 0;
    err_set(err, E_FORBIDDEN, "核销的人不能自己结算");
    err_hint(err, "由另一人结算");
    return E_FORBIDDEN;
}

static struct share share_of(const struct step *t, struct err *err, int *r)
{
    struct share share = {0, 1};

    *r = sql_int(t->s, "SELECT share_up FROM voucher WHERE id = $1", ARGS(INT(t->voucher.id)), 0,
                 &share.up, err);
    if (*r == 0)
        *r = sql_int(t->s, "SELECT share_down FROM voucher WHERE id = $1", ARGS(INT(t->voucher.id)),
                     1, &share.down, err);
    return share;
}

/* Cut down to what is owed, and to whom it goes. */
static int settle_money(const struct step *t, int64_t amount, struct err *err)
{
    struct span reason = arena_print(t->arena, "结算 %.*s", SPAN_ARG(t->voucher.number));
    int64_t payee = t->programme.pays_holder ? 0 : t->voucher.provider_id;
    int r = !reason.p ? err_memory(err)
                      : fund_correct_held(t->arena, t->s, t->who, t->voucher.reservation_id, amount,
                                          reason, err);

    return r < 0 ? r
                 : sql_run(t->s, "UPDATE reservation SET pay_to = $2 WHERE id = $1",
                           ARGS(INT(t->voucher.reservation_id), INT_OR_NULL(payee)), err);
}

int voucher_settle(struct arena *request, struct store *s, const struct actor *who,
                   struct span number, struct err *err)
{
    struct step t = {.arena = request, .s = s, .who = who};
    struct json *detail = json_object(request);
    struct share share = {1, 1};
    int64_t amount = 0;
    int r = actor_need(who, MONEY_ROLES | ROLE_BIT(REVIEWER), err);

    if (r == 0)
        r = hold(&t, number, IN(REDEEMED), err);
    if (r == 0)
        r = four_eyes(&t, err);
    if (r == 0)
        share = share_of(&t, err, &r);
    if (r == 0)
        amount = voucher_worth(t.voucher.face, share, t.voucher.accepted);
    if (r == 0 && amount <= 0)
        r = err_set(err, E_CHECK, "按比例算出的金额不到一分");
    if (r == 0)
        r = settle_money(&t, amount, err);
    if (r == 0)
        r = sql_run(s,
                    "UPDATE voucher SET state = 'settled', amount = $2, settled_on = $3"
                    " WHERE id = $1",
                    ARGS(INT(t.voucher.id), INT(amount), TEXT(today(&t))), err);
    JSON_SET(detail, "amount", money_json(request, amount));
    return r < 0 ? r : note(&t, "settle", detail, err);
}

/* ---- the other ends ---- */

static int end_voucher(struct step *t, enum voucher_state to, const char *kind, struct span reason,
                       struct err *err)
{
    struct json *detail = json_object(t->arena);
    int r = fund_release_held(t->arena, t->s, t->who, t->voucher.reservation_id, reason, err);

    if (r == 0)
        r = set_state(t, to, err);
    JSON_SET(detail, "reason", json_string(t->arena, reason));
    return r < 0 ? r : note(t, kind, detail, err);
}

int voucher_withdraw(struct arena *request, struct store *s, const struct actor *who,
                     struct span number, struct span reason, struct err *err)
{
    struct step t = {.arena = request, .s = s, .who = who};
    int r = actor_need(who, MONEY_ROLES | ROLE_BIT(REVIEWER), err);

    if (r == 0 && !span_trim(reason).n)
        r = err_field(err, err_set(err, E_INPUT, "要写理由"), "reason");
    if (r == 0)
        r = hold(&t, number, IN(ISSUED) | IN(USED), err);
    return r < 0 ? r : end_voucher(&t, VOUCHER_WITHDRAWN, "withdraw", reason, err);
}

/* ---- what the days bring ---- */

#define LAPSE_MOST 100000

static struct span say_end(const struct step *t, const struct voucher *v, bool past, bool english)
{
    char face[MONEY_TEXT];
    int n = (int)money_print(v->face, face);

    if (past)
        return arena_print(t->arena,
                           english ? "Voucher %.*s (%.*s, %.*s yuan) was valid until %.*s and has "
                                     "lapsed; its money is free again."
                                   : "券 %.*s（%.*s，面值 %.*s 元）有效期至 %.*s，已经过期，"
                                     "票面已释放，不能再使用或核销。",
                           SPAN_ARG(v->number), SPAN_ARG(v->name), n, face, SPAN_ARG(v->last_day));
    return arena_print(t->arena,
                       english
                           ? "Voucher %.*s (%.*s, %.*s yuan) is valid until %.*s. Use it and "
                             "have it handed in by then; later it lapses."
                           : "券 %.*s（%.*s，面值 %.*s 元）有效期至 %.*s，请在此之前使用并核销，"
                             "过期失效。",
                       SPAN_ARG(v->number), SPAN_ARG(v->name), n, face, SPAN_ARG(v->last_day));
}

/* The holder, and the provider under contract. *ret_n = messages. */
static int tell_end(struct step *t, const struct voucher *v, bool past, size_t *ret_n,
                    struct err *err)
{
    const struct outgoing m = {
        .channel = MESSAGE_INBOX,
        .key = arena_print(t->arena, "voucher/%.*s/%s/%.*s", SPAN_ARG(v->number),
                           past ? "lapsed" : "ends", SPAN_ARG(v->last_day)),
        .kind = past ? SPAN("voucher.lapsed") : SPAN("voucher.ends"),
        .object_kind = SPAN("voucher"),
        .object = v->number,
        .subject_zh = past ? SPAN("服务券已过期") : SPAN("服务券快要到期"),
        .subject_en = past ? SPAN("A voucher has lapsed") : SPAN("A voucher lapses soon"),
        .text_zh = say_end(t, v, past, false),
        .text_en = say_end(t, v, past, true)};
    const int64_t whom[] = {v->holder_id, v->provider_id};
    int r = t->arena->failed ? err_memory(err) : 0;

    *ret_n = 0;
    for (size_t i = 0; r == 0 && i < COUNT_OF(whom); i++) {
        size_t n = 0;
        if (whom[i])
            r = agents_tell(t->s, whom[i], today(t), &m, &n, err);
        *ret_n += n;
    }
    return r;
}

/* The last day lies within the days that the programme says. */
static bool ends_soon(struct step *t, const struct voucher *v)
{
    struct date now, last, from;

    return (v->state == VOUCHER_ISSUED || v->state == VOUCHER_USED) && !v->over &&
           date_parse(today(t), &now) && date_parse(v->last_day, &last) && (from = last).year &&
           date_add_days(last, -t->programme.notice_days, &from) && date_compare(now, from) >= 0;
}

int voucher_warn(struct arena *request, struct store *s, const struct actor *who,
                 struct span programme, size_t *ret_n, struct err *err)
{
    struct voucher_query q = {.programme = programme, .state = SPAN(""), .limit = LAPSE_MOST};
    struct step t = {.arena = request, .s = s, .who = who};
    struct voucher *at = NULL;
    size_t n = 0;
    int r = actor_need(who, MONEY_ROLES | ROLE_BIT(REVIEWER), err);

    *ret_n = 0;
    if (r == 0)
        r = voucher_programme_load(request, s, programme, &t.programme, err);
    if (r == 0 && t.programme.notice_days)
        r = voucher_list(request, s, &q, &at, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++) {
        size_t told = 0;
        if (!ends_soon(&t, &at[i]))
            continue;
        t.voucher = at[i];
        r = tell_end(&t, &at[i], false, &told, err);
        if (r == 0 && told)
            r = note(&t, "warn", NULL, err);
        *ret_n += told > 0;
    }
    return r;
}

int voucher_lapse(struct arena *request, struct store *s, const struct actor *who,
                  struct span programme, size_t *ret_n, struct err *err)
{
    struct voucher_query q = {.programme = programme, .state = SPAN(""), .limit = LAPSE_MOST};
    struct step t = {.arena = request, .s = s, .who = who};
    struct voucher *at = NULL;
    size_t n = 0, told = 0;
    int r = actor_need(who, MONEY_ROLES | ROLE_BIT(REVIEWER), err);

    *ret_n = 0;
    if (r == 0)
        r = hold_programme(&t, programme, err);
    if (r == 0)
        r = voucher_list(request, s, &q, &at, &n, err);
    for (size_t i = 0; r == 0 && i < n; i++) {
        if (!at[i].over)
            continue;
        t.voucher = at[i];
        r = end_voucher(&t, VOUCHER_EXPIRED, "lapse", SPAN("有效期已过"), err);
        if (r == 0)
            r = tell_end(&t, &at[i], true, &told, err);
        *ret_n += r == 0;
    }
    return r;
}
