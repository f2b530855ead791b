/*
 * voucher_look.c: programmes and vouchers as rows and as JSON (voucher.h).
 */
#include <inttypes.h>

#include "base/vector.h"
#include "casework/sql.h"
#include "casework/voucher_int.h"

#define ROW(id, y, z, e) CLOSED_WORD(y, z, e),
const struct closed_word voucher_state_words[VOUCHER_STATES] = {VOUCHER_STATE_LIST(ROW)};

/* ---- programmes ---- */

#define COUNT_STATE(word)                                                                          \
    ", (SELECT COUNT(*) FROM voucher v WHERE v.programme_id = p.id AND v.state = '" word "')"
#define PROGRAMMES                                                                                 \
    "SELECT p.id, p.fund_id, p.code, p.name, p.kind, f.code, p.purpose, p.measure, p.quota,"       \
    " p.per_holder, p.face, p.face_basis, p.share_up, p.share_down, p.months, p.last_day,"         \
    " p.providers, p.pays_holder, p.cites, p.notice_days" COUNT_STATE("issued")                    \
        COUNT_STATE("used") COUNT_STATE("redeemed") COUNT_STATE("settled")                         \
            COUNT_STATE("withdrawn")                                                               \
                COUNT_STATE("expired") " FROM voucher_programme p JOIN fund f ON f.id = p.fund_id"

static void read_programme(struct arena *a, const struct stmt *st, struct voucher_programme *p)
{
    *p = (struct voucher_programme){
        .id = stmt_get_int(st, 0),
        .fund_id = stmt_get_int(st, 1),
        .code = sql_text(a, st, 2),
        .name = sql_text(a, st, 3),
        .kind = sql_text(a, st, 4),
        .fund = sql_text(a, st, 5),
        .purpose = sql_text(a, st, 6),
        .measure = sql_text(a, st, 7),
        .quota = stmt_get_int(st, 8),
        .per_holder = stmt_get_int(st, 9),
        .face = stmt_get_int(st, 10),
        .face_basis = sql_text(a, st, 11),
        .share = {stmt_get_int(st, 12), stmt_get_int(st, 13)},
        .months = stmt_get_int(st, 14),
        .last_day = sql_text(a, st, 15),
        .providers = sql_text(a, st, 16),
        .pays_holder = stmt_get_int(st, 17) != 0,
        .cites = sql_text(a, st, 18),
        .notice_days = stmt_get_int(st, 19),
    };
    for (int i = 0; i < VOUCHER_STATES; i++)
        p->counts[i] = stmt_get_int(st, 20 + i);
}

int voucher_programme_load(struct arena *request, struct store *s, struct span code,
                           struct voucher_programme *ret, struct err *err)
{
    struct stmt *st;
    int r = sql_open(s, PROGRAMMES " WHERE p.code = $1", ARGS(TEXT(code)), &st, err);

    if (r < 0)
        return r;
    r = stmt_step(st, err);
    if (r > 0)
        read_programme(request, st, ret);
    stmt_done(st);
    if (r == 0) {
        r = err_set(err, E_NOT_FOUND, "没有券 %.*s", SPAN_ARG(code));
        err_hint(err, "huiqi voucher kinds 列出所有的券");
        return r;
    }
    return r < 0 ? r : request->failed ? err_memory(err) : 0;
}

int voucher_programmes(struct arena *request, struct store *s, struct voucher_programme **ret,
                       size_t *ret_n, struct err *err)
{
    VECTOR_OF(struct voucher_programme, programmes) v = {0};
    struct voucher_programme *p;
    struct stmt *st;
    int r = sql_open(s, PROGRAMMES " ORDER BY p.code", NO_ARGS, &st, err);

    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0 &&
           (p = VECTOR_PUSH(request, &v, struct voucher_programme)) != NULL)
        read_programme(request, st, p);
    stmt_done(st);
    if (r < 0 || request->failed)
        return r < 0 ? r : err_memory(err);
    *ret = v.at;
    *ret_n = v.n;
    return 0;
}

static void set(struct arena *a, struct json *j, const char *key, struct span text)
{
    if (text.n)
        json_set(j, span_z(key), json_string(a, text));
}

static void set_sum(struct arena *a, struct json *j, const char *key, int64_t fen)
{
    if (fen)
        json_set(j, span_z(key), money_json(a, fen));
}

struct json *voucher_programme_json(struct arena *a, const struct voucher_programme *p)
{
    struct json *j = json_object(a), *counts = json_object(a);

    set(a, j, "voucher", p->code);
    set(a, j, "name", p->name);
    set(a, j, "kind", p->kind);
    set(a, j, "fund", p->fund);
    set(a, j, "purpose", p->purpose);
    set(a, j, "measure", p->measure);
    JSON_SET(j, "face", p->face ? money_json(a, p->face) : json_string(a, SPAN("参数待定")));
    set(a, j, "face_basis", p->face_basis);
    JSON_SET(j, "share",
             json_string(a, arena_print(a, "%" PRId64 "/%" PRId64, p->share.up, p->share.down)));
    JSON_SET(j, "quota", p->quota ? json_int(a, p->quota) : json_null(a));
    JSON_SET(j, "per_holder", p->per_holder ? json_int(a, p->per_holder) : json_null(a));
    if (p->months)
        JSON_SET(j, "months", json_int(a, p->months));
    if (p->notice_days)
        JSON_SET(j, "notice_days", json_int(a, p->notice_days));
    set(a, j, "until", p->last_day);
    set(a, j, "providers", p->providers);
    set(a, j, "pays", p->pays_holder ? SPAN("holder") : SPAN("provider"));
    set(a, j, "cites", p->cites);
    for (int i = 0; i < VOUCHER_STATES; i++)
        json_set(counts, voucher_state_words[i].yaml, json_int(a, p->counts[i]));
    JSON_SET(j, "counts", counts);
    return j;
}

/* ---- vouchers ---- */

#define VOUCHERS                                                                                   \
    "SELECT v.id, v.programme_id, p.fund_id, v.holder_id, COALESCE(v.provider_id, 0),"             \
    " v.reservation_id, v.face, v.contract_amount, v.accepted, v.amount, v.state, v.number,"       \
    " p.code, p.name, f.code, h.code, CASE WHEN h.kind = 'person' THEN '' ELSE h.name END,"        \
    " COALESCE(o.code, ''), COALESCE(o.name, ''), v.issued_on, v.last_day, v.contract, v.used_on," \
    " v.acceptance, v.redeemed_on, v.settled_on, r.state FROM voucher v"                           \
    " JOIN voucher_programme p ON p.id = v.programme_id JOIN fund f ON f.id = p.fund_id"           \
    " JOIN subject h ON h.id = v.holder_id JOIN reservation r ON r.id = v.reservation_id"          \
    " LEFT JOIN subject o ON o.id = v.provider_id"

static enum voucher_state state_named(struct span word)
{
    int i = 0;
    while (i < VOUCHER_STATES - 1 && !span_eq(voucher_state_words[i].yaml, word))
        i++;
    return (enum voucher_state)i;
}

static void read_voucher(struct arena *a, const struct stmt *st, struct voucher *v)
{
    int64_t *const numbers[] = {&v->id,        &v->programme_id,    &v->fund_id,
                                &v->holder_id, &v->provider_id,     &v->reservation_id,
                                &v->face,      &v->contract_amount, &v->accepted,
                                &v->amount};
    struct span *const texts[] = {
        &v->number,      &v->programme,   &v->name,          &v->fund,
        &v->holder_code, &v->holder_name, &v->provider_code, &v->provider_name,
        &v->issued_on,   &v->last_day,    &v->contract,      &v->used_on,
        &v->acceptance,  &v->redeemed_on, &v->settled_on,    &v->money};
    char today[DATE_TEXT];

    for (size_t i = 0; i < COUNT_OF(numbers); i++)
        *numbers[i] = stmt_get_int(st, (int)i);
    v->state = state_named(stmt_get_text(st, 10));
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        *texts[i] = sql_text(a, st, 11 + (int)i);
    v->over = (v->state == VOUCHER_ISSUED || v->state == VOUCHER_USED) &&
              span_compare(v->last_day, money_today(today)) < 0;
}

int voucher_load(struct arena *request, struct store *s, struct span number, struct voucher *ret,
                 struct err *err)
{
    struct voucher v = {0};
    struct stmt *st;
    int r = sql_open(s, VOUCHERS " WHERE v.number = $1", ARGS(TEXT(number)), &st, err);

    if (r < 0)
        return r;
    r = stmt_step(st, err);
    if (r > 0)
        read_voucher(request, st, &v);
    stmt_done(st);
    if (r == 0)
        return err_set(err, E_NOT_FOUND, "没有券号 %.*s", SPAN_ARG(number));
    if (r < 0 || request->failed)
        return r < 0 ? r : err_memory(err);
    *ret = v;
    return 0;
}

int voucher_list(struct arena *request, struct store *s, const struct voucher_query *q,
                 struct voucher **ret, size_t *ret_n, struct err *err)
{
    VECTOR_OF(struct voucher, vouchers) v = {0};
    struct voucher *one;
    struct stmt *st;
    int r = sql_open(s,
                     VOUCHERS " WHERE v.id > $1 AND ($2 = '' OR p.code = $2)"
                              " AND ($3 = '' OR v.state = $3)"
                              " AND ($4 = 0 OR v.holder_id = $4 OR v.provider_id = $4)"
                              " ORDER BY v.id LIMIT $5",
                     ARGS(INT(q->after), TEXT(q->programme), TEXT(q->state), INT(q->subject_id),
                          INT((int64_t)q->limit)),
                     &st, err);

    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0 && (one = VECTOR_PUSH(request, &v, struct voucher)) != NULL)
        read_voucher(request, st, one);
    stmt_done(st);
    if (r < 0 || request->failed)
        return r < 0 ? r : err_memory(err);
    *ret = v.at;
    *ret_n = v.n;
    return 0;
}

static struct json *voucher_head(struct arena *a, const struct voucher *v)
{
    const struct {
        const char *key;
        struct span text;
    } texts[] = {{"voucher", v->number},
                 {"programme", v->programme},
                 {"name", v->name},
                 {"fund", v->fund},
                 {"state", voucher_state_words[v->state].yaml},
                 {"holder", v->holder_code},
                 {"holder_name", v->holder_name},
                 {"issued_on", v->issued_on},
                 {"last_day", v->last_day},
                 {"provider", v->provider_code},
                 {"provider_name", v->provider_name},
                 {"contract", v->contract},
                 {"used_on", v->used_on},
                 {"acceptance", v->acceptance},
                 {"redeemed_on", v->redeemed_on},
                 {"settled_on", v->settled_on},
                 {"money", v->money}};
    struct json *j = json_object(a);

    for (size_t i = 0; i < COUNT_OF(texts); i++)
        set(a, j, texts[i].key, texts[i].text);
    set_sum(a, j, "face", v->face);
    set_sum(a, j, "contract_amount", v->contract_amount);
    set_sum(a, j, "accepted", v->accepted);
    set_sum(a, j, "amount", v->amount);
    JSON_SET(j, "reservation", json_int(a, v->reservation_id));
    JSON_SET(j, "over", json_bool(a, v->over));
    return j;
}

static int add_events(struct arena *a, struct stmt *st, struct json *list, struct err *err)
{
    int r;

    while ((r = stmt_step(st, err)) > 0) {
        struct json *row = json_object(a), *detail = NULL;
        char at[DATE_TEXT];
        struct err ignored = ERR_INIT;
        set(a, row, "kind", sql_text(a, st, 0));
        set(a, row, "by", sql_text(a, st, 1));
        set(a, row, "at", arena_copy(a, span_of(at, clock_print(stmt_get_int(st, 2), at))));
        if (json_parse(a, sql_text(a, st, 3), SPAN("event"), &detail, &ignored) == 0)
            JSON_SET(row, "detail", detail);
        json_add(list, row);
    }
    stmt_done(st);
    return r < 0 ? r : a->failed ? err_memory(err) : 0;
}

int voucher_json(struct arena *request, struct store *s, const struct voucher *v, struct json **ret,
                 struct err *err)
{
    struct json *events = json_array(request);
    struct stmt *st;
    int r = 0;

    *ret = voucher_head(request, v);
    if (!s)
        return request->failed ? err_memory(err) : 0;
    r = sql_open(s,
                 "SELECT kind, actor, at, detail FROM voucher_event WHERE voucher_id = $1"
                 " ORDER BY id",
                 ARGS(INT(v->id)), &st, err);
    if (r == 0)
        r = add_events(request, st, events, err);
    JSON_SET(*ret, "events", events);
    return r;
}
