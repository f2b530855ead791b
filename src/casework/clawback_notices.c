/*
 * clawback_notices.c: what the debtor of a claim is told: a plan, that all of it falls due, that he
 * has missed an instalment, that others take it over. Once each: the key says what it tells.
 */
#include <inttypes.h>

#include "casework/agents.h"
#include "casework/clawback_int.h"
#include "casework/funds_int.h"
#include "casework/sql.h"

static const struct {
    const char *kind;
    struct span zh, en;
} titles[CLAIM_NOTICES] = {
#define TITLE(id, word, zh, en) {"claim." word, {zh, sizeof(zh) - 1}, {en, sizeof(en) - 1}},
    CLAIM_NOTICE_LIST(TITLE)};

static struct span text_of(struct arena *a, const struct claim *c, const struct claim_told *x,
                           bool english)
{
    char open[MONEY_TEXT], late[MONEY_TEXT];
    int n = (int)money_print(c->amount - c->repaid, open), m = (int)money_print(x->late, late);

    switch (x->what) {
    case CLAIM_PLANNED:
        return arena_print(a,
                           english ? "Claim %" PRId64 " (%.*s): %.*s yuan are to be repaid in %zu "
                                     "instalments, the first by %.*s."
                                   : "第 %" PRId64
                                     " 号追回（%.*s）：尚欠 %.*s 元，分 %zu 期归还，第"
                                     "一期不迟于 %.*s。",
                           c->id, SPAN_ARG(c->measure), n, open, x->instalments, SPAN_ARG(x->day));
    case CLAIM_HASTENED:
        return arena_print(a,
                           english ? "Claim %" PRId64 " (%.*s): %.*s yuan are open. For the entry "
                                     "in %.*s all of it is due on %.*s; no instalments count."
                                   : "第 %" PRId64 " 号追回（%.*s）：尚欠 %.*s 元，因列入“%.*s”，"
                                     "须在 %.*s 前一次还清，原来的分期不再有效。",
                           c->id, SPAN_ARG(c->measure), n, open, SPAN_ARG(x->name),
                           SPAN_ARG(x->day));
    case CLAIM_BROKEN:
        return arena_print(a,
                           english ? "Claim %" PRId64 " (%.*s): %.*s yuan are overdue; what was "
                                     "due on %.*s was not repaid in full. Repay it, or talk to the "
                                     "office."
                                   : "第 %" PRId64 " 号追回（%.*s）：应还未还 %.*s 元，%.*s 到期的"
                                     "没有足额归还。请尽快归还，或联系经办部门。",
                           c->id, SPAN_ARG(c->measure), m, late, SPAN_ARG(x->day));
    default:
        return arena_print(a,
                           english ? "Claim %" PRId64 " (%.*s): %.*s yuan are open and were handed "
                                     "over to %.*s on %.*s. It may still be repaid."
                                   : "第 %" PRId64 " 号追回（%.*s）：尚欠 %.*s 元，已移送“%.*s”处理"
                                     "（%.*s）；仍可归还。",
                           c->id, SPAN_ARG(c->measure), n, open, SPAN_ARG(x->name),
                           SPAN_ARG(x->day));
    }
}

/* t->claim may be one that has just been opened: it is read again. */
int claim_tell(const struct claim_work *t, const struct claim_told *x, size_t *ret_n,
               struct err *err)
{
    struct arena *a = t->arena;
    struct claim c;
    char today[DATE_TEXT];
    size_t n = 0;
    int64_t events = 0;
    int r = claim_load(a, t->s, t->claim.id, &c, err);

    if (r == 0)
        r = sql_int(t->s, "SELECT COUNT(*) FROM claim_event WHERE claim_id = $1", ARGS(INT(c.id)),
                    0, &events, err);
    if (r < 0)
        return r;
    struct span number = arena_print(a, "%" PRId64, c.id);
    const struct outgoing m = {
        .channel = MESSAGE_INBOX,
        .key = x->what == CLAIM_BROKEN
                   ? arena_print(a, "claim/%" PRId64 "/broken/%.*s", c.id, SPAN_ARG(x->day))
                   : arena_print(a, "claim/%" PRId64 "/%s/%" PRId64, c.id, titles[x->what].kind,
                                 events),
        .kind = span_z(titles[x->what].kind),
        .object_kind = SPAN("claim"),
        .object = number,
        .subject_zh = titles[x->what].zh,
        .subject_en = titles[x->what].en,
        .text_zh = text_of(a, &c, x, false),
        .text_en = text_of(a, &c, x, true)};
    r = a->failed ? err_memory(err)
                  : agents_tell(t->s, c.subject_id, money_today(today), &m, &n, err);
    if (r == 0 && ret_n)
        *ret_n = n;
    return r;
}

/* ---- a plan that is not kept ---- */

/* The first day of the plan by which less was repaid than it says; empty = it is kept. What was
 * repaid before the plan is no part of it: the plan covers what was open then. */
static int missed_day(const struct claim_work *t, struct span *ret, struct err *err)
{
    const struct claim *c = &t->claim;
    char day[DATE_TEXT];
    int64_t planned = 0, by_then;
    struct stmt *st;
    int r = sql_int(t->s,
                    "SELECT SUM(amount) FROM claim_plan WHERE claim_id = $1 AND number ="
                    " (SELECT MAX(number) FROM claim_plan WHERE claim_id = $1)",
                    ARGS(INT(c->id)), 0, &planned, err);

    if (r == 0)
        r = sql_open(t->s,
                     "SELECT due, amount FROM claim_plan WHERE claim_id = $1 AND due < $2"
                     " AND number = (SELECT MAX(number) FROM claim_plan WHERE claim_id = $1)"
                     " ORDER BY due",
                     ARGS(INT(c->id), TEXT(money_today(day))), &st, err);
    if (r < 0)
        return r;
    by_then = c->amount - planned;
    while ((r = stmt_step(st, err)) > 0 && by_then <= c->repaid) {
        by_then += stmt_get_int(st, 1);
        if (by_then > c->repaid)
            *ret = sql_text(t->arena, st, 0);
    }
    stmt_done(st);
    return r < 0 ? r : t->arena->failed ? err_memory(err) : 0;
}

/* Noted once for each instalment, whether or not anybody has an account to be told. */
static int note_break(const struct claim_work *t, struct span day, bool *ret_new, struct err *err)
{
    struct json *detail = json_object(t->arena);
    int64_t before = 0;

    JSON_SET(detail, "due", json_string(t->arena, day));
    JSON_SET(detail, "overdue", money_json(t->arena, t->claim.overdue));
    int r = sql_int(
        t->s,
        "SELECT COUNT(*) FROM claim_event WHERE claim_id = $1 AND kind = 'break'"
        " AND detail LIKE $2",
        ARGS(INT(t->claim.id), TEXT(arena_print(t->arena, "%%\"due\":%%%.*s%%", SPAN_ARG(day)))), 0,
        &before, err);
    *ret_new = r == 0 && before == 0;
    return *ret_new ? claim_note(t, "break", detail, err) : r;
}

int claim_break(struct arena *request, struct store *s, const struct actor *who, int64_t claim_id,
                size_t *ret_n, struct err *err)
{
    struct claim_work t = {.arena = request, .s = s, .who = who};
    struct span day = {"", 0};
    bool is_new = false;
    int r = claim_load(request, s, claim_id, &t.claim, err);

    *ret_n = 0;
    if (r == 0)
        r = fund_load_id(request, s, t.claim.fund_id, true, &t.fund, err);
    if (r == 0)
        r = claim_load(request, s, claim_id, &t.claim, err); /* again, now that it stands still */
    if (r == 0 && t.claim.overdue > 0)
        r = missed_day(&t, &day, err);
    if (r == 0 && day.n)
        r = note_break(&t, day, &is_new, err);
    if (r < 0 || !is_new)
        return r;
    const struct claim_told x = {
        .what = CLAIM_BROKEN, .day = day, .late = t.claim.overdue, .name = SPAN("")};
    *ret_n = 1;
    return claim_tell(&t, &x, NULL, err);
}
