/*
 * money_days.c: see money_days.h.
 */
#include "casework/money_days.h"

#include <inttypes.h>

#include "base/vector.h"
#include "casework/clawback_int.h"
#include "casework/sql.h"
#include "casework/voucher_int.h"

#define PAGE 500

static const struct actor program = {.name = {"money-days", 10}, .program = true};

VECTOR_OF(struct span, codes);
VECTOR_OF(int64_t, ids);
struct days {
    struct arena *arena;
    struct store *store;
    struct span code; /* of the programme at hand */
    int64_t claim;    /* the one at hand */
    size_t n;         /* what the transaction at hand has done */
    struct err first;
};

static bool ends_everything(int r)
{
    return r == E_MEMORY || r == E_STORE || r == E_IO;
}

/* One piece in a transaction of its own. */
static int piece(struct days *d, int (*f)(struct store *, void *, struct err *), size_t *sum,
                 struct err *err)
{
    struct err wrong = ERR_INIT;
    int r = store_write(d->store, f, d, &wrong);

    if (r == 0)
        *sum += d->n;
    else if (ends_everything(r)) {
        if (err)
            *err = wrong;
        return r;
    } else if (!d->first.code)
        d->first = wrong;
    return 0;
}

static int find_codes(struct days *d, const char *sql, struct codes *v, struct err *err)
{
    char day[DATE_TEXT];
    struct stmt *st;
    int r = sql_open(d->store, sql, ARGS(TEXT(money_today(day))), &st, err);

    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0) {
        struct span *code = VECTOR_PUSH(d->arena, v, struct span);
        if (code)
            *code = sql_text(d->arena, st, 0);
        if (d->arena->failed)
            break;
    }
    stmt_done(st);
    return r < 0 ? r : d->arena->failed ? err_memory(err) : 0;
}

/* ---- vouchers ---- */

static int lapse(struct store *s, void *context, struct err *err)
{
    struct days *d = context;
    return voucher_lapse(d->arena, s, &program, d->code, &d->n, err);
}

static int warn(struct store *s, void *context, struct err *err)
{
    struct days *d = context;
    return voucher_warn(d->arena, s, &program, d->code, &d->n, err);
}

static int each_programme(struct days *d, const char *sql,
                          int (*f)(struct store *, void *, struct err *), size_t *sum,
                          struct err *err)
{
    struct codes v = {0};
    int r = find_codes(d, sql, &v, err);

    for (size_t i = 0; r == 0 && i < v.n; i++) {
        d->code = v.at[i];
        r = piece(d, f, sum, err);
    }
    return r;
}

/* ---- claims ---- */

static int tell_broken(struct store *s, void *context, struct err *err)
{
    struct days *d = context;
    return claim_break(d->arena, s, &program, d->claim, &d->n, err);
}

static int find_claims(struct days *d, int64_t after, struct ids *v, struct err *err)
{
    char day[DATE_TEXT];
    struct stmt *st;
    int r = sql_open(d->store,
                     "SELECT DISTINCT c.id FROM claim c JOIN claim_plan p ON p.claim_id = c.id"
                     " WHERE c.id > $1 AND c.state IN ('open', 'transferred')"
                     " AND c.repaid < c.amount AND p.due < $2 ORDER BY c.id LIMIT $3",
                     ARGS(INT(after), TEXT(money_today(day)), INT(PAGE)), &st, err);

    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0) {
        int64_t *id = VECTOR_PUSH(d->arena, v, int64_t);
        if (id)
            *id = stmt_get_int(st, 0);
        if (d->arena->failed)
            break;
    }
    stmt_done(st);
    return r < 0 ? r : d->arena->failed ? err_memory(err) : 0;
}

static int each_claim(struct days *d, size_t *sum, struct err *err)
{
    struct ids v;
    int64_t after = 0;
    int r;

    do {
        v = (struct ids){0};
        r = find_claims(d, after, &v, err);
        for (size_t i = 0; r == 0 && i < v.n; i++) {
            d->claim = after = v.at[i];
            r = piece(d, tell_broken, sum, err);
        }
    } while (r == 0 && v.n == PAGE);
    return r;
}

int money_days_run(struct arena *request, struct store *s, struct money_days *ret, struct err *err)
{
    struct days d = {.arena = request, .store = s, .first = ERR_INIT};
    struct money_days sum = {0};
    int r = each_programme(&d,
                           "SELECT DISTINCT p.code FROM voucher v JOIN voucher_programme p ON p.id"
                           " = v.programme_id WHERE v.state IN ('issued', 'used')"
                           " AND v.last_day < $1 ORDER BY p.code",
                           lapse, &sum.lapsed, err);

    if (r == 0)
        r = each_programme(&d,
                           "SELECT DISTINCT p.code FROM voucher v JOIN voucher_programme p ON p.id"
                           " = v.programme_id WHERE v.state IN ('issued', 'used')"
                           " AND p.notice_days > 0 AND v.last_day >= $1 ORDER BY p.code",
                           warn, &sum.warned, err);
    if (r == 0)
        r = each_claim(&d, &sum.broken, err);
    *ret = sum;
    if (r < 0 || !d.first.code)
        return r;
    if (err)
        *err = d.first;
    return d.first.code;
}
