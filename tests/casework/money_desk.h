/*
 * money_desk.h: what the tests of money share: a store of each engine, people with roles, invented
 * subjects, a fund in a line, verification after each part.
 */
#ifndef HUIQI_TESTS_MONEY_DESK_H
#define HUIQI_TESTS_MONEY_DESK_H
#include <stdlib.h>
#include <unistd.h>

#include "casework/funds.h"
#include "casework/ledger.h"
#include "store/store.h"
#include "store/verify.h"
#include "tests/unit/test.h"

struct money_desk {
    const char *url;
    struct store *s;
    struct arena arena;
};

#define MONEY_NOW "2020-03-09T10:00:00"

static const struct actor finance = {
    .account_id = 11, .name = {"财务甲", 9}, .roles = 1u << USER_FINANCE};
static const struct actor reviewer = {
    .account_id = 12, .name = {"审核乙", 9}, .roles = 1u << USER_REVIEWER};
static const struct actor handler = {
    .account_id = 13, .name = {"经办丙", 9}, .roles = 1u << USER_HANDLER};
static const struct actor agent = {
    .account_id = 14, .name = {"企业丁", 9}, .roles = 1u << USER_AGENT};

static inline struct store *money_open(const char *url)
{
    struct store *s = NULL;
    struct err err = ERR_INIT;

    if (!CHECK(store_open(url, &s, &err) == 0 && store_migrate(s, &err) == 0))
        printf("%s\n", err.message);
    return s;
}

static inline int64_t money_number(struct money_desk *d, const char *sql)
{
    struct stmt *st = NULL;
    struct err err = ERR_INIT;
    int64_t n = -1;

    if (store_prepare(d->s, sql, &st, &err) == 0 && stmt_step(st, &err) == 1)
        n = stmt_get_int(st, 0);
    else
        printf("%s: %s\n", sql, err.message);
    stmt_done(st);
    return n;
}

/* PostgreSQL is shared with other tests: begin with nothing. */
static inline void money_clear(struct money_desk *d)
{
    struct err err = ERR_INIT;

    arena_clear(&d->arena);
    if (!CHECK(
            store_execute(
                d->s,
                "DELETE FROM benefit_event; DELETE FROM subject_bar;"
                "DELETE FROM claim_event; DELETE FROM claim_receipt;"
                "DELETE FROM claim_plan; DELETE FROM claim; DELETE FROM payment_owed;"
                "DELETE FROM payment_hop; DELETE FROM payment_event;"
                "DELETE FROM payment_reply; DELETE FROM payment;"
                "DELETE FROM payment_batch; DELETE FROM payee; DELETE FROM seal_key;"
                "DELETE FROM ledger_line; DELETE FROM ledger_entry;"
                "DELETE FROM ledger_account; DELETE FROM voucher_event; DELETE FROM voucher;"
                "DELETE FROM voucher_programme; DELETE FROM payment_date; DELETE FROM reservation;"
                "DELETE FROM fund_request; DELETE FROM fund_alarm;"
                "DELETE FROM fund_event; DELETE FROM fund_part; DELETE FROM fund;",
                &err) == 0))
        printf("%s\n", err.message);
}

/* The n-th invented subject: its row. */
static inline int64_t money_subject(struct money_desk *d, unsigned n)
{
    struct stmt *st = NULL;
    struct err err = ERR_INIT;
    char code[32];
    int64_t id = 0;

    snprintf(code, sizeof code, "money-%u", n);
    if (store_prepare(d->s, "SELECT id FROM subject WHERE kind = 'person' AND code = $1", &st,
                      &err) == 0) {
        stmt_text(st, 1, span_z(code));
        if (stmt_step(st, &err) == 1)
            id = stmt_get_int(st, 0);
        stmt_done(st);
    }
    if (!id && store_prepare(d->s,
                             "INSERT INTO subject (kind, code, created_at)"
                             " VALUES ('person', $1, 0) {new id}",
                             &st, &err) == 0) {
        stmt_text(st, 1, span_z(code));
        CHECK_INT(stmt_insert(st, &id, &err), 0);
    }
    CHECK(id > 0);
    return id;
}

static inline int64_t money_wrong(struct money_desk *d)
{
    struct verify v = {.lines = BUFFER_INIT};
    struct err err = ERR_INIT;

    if (!CHECK(money_verify(d->s, &v, &err) == 0))
        printf("%s\n", err.message);
    if (v.wrong)
        printf("%.*s", (int)v.lines.n, v.lines.p);
    buffer_release(&v.lines);
    return v.wrong;
}

/* ---- one step in one transaction ---- */

struct money_step {
    int (*run)(struct arena *request, struct store *s, void *context, struct err *err);
    void *context;
    struct arena *arena;
};

static inline int money_step_run(struct store *s, void *context, struct err *err)
{
    struct money_step *step = context;
    return step->run(step->arena, s, step->context, err);
}

static inline int money_do_on(struct store *s, struct arena *a,
                              int (*run)(struct arena *, struct store *, void *, struct err *),
                              void *context, struct err *err)
{
    struct money_step step = {run, context, a};
    return store_write(s, money_step_run, &step, err);
}

/* ---- a fund from its text ---- */

struct fund_text {
    const char *yaml;
    int64_t id;
};

static inline int fund_text_add(struct arena *a, struct store *s, void *context, struct err *err)
{
    struct fund_text *f = context;
    struct json *j = NULL;
    int r = yaml_parse(a, span_z(f->yaml), SPAN("fund.yaml"), &j, err);

    return r < 0 ? r : fund_add(a, s, &finance, j, SPAN("fund.yaml"), &f->id, err);
}

static inline int64_t money_fund(struct money_desk *d, const char *yaml)
{
    struct fund_text f = {yaml, 0};
    struct err err = ERR_INIT;

    if (!CHECK(money_do_on(d->s, &d->arena, fund_text_add, &f, &err) == 0))
        printf("%s: %u:%u %s\n", yaml, err.line, err.column, err.message);
    return f.id;
}

static inline struct fund_balance money_balance(struct money_desk *d, int64_t fund)
{
    struct fund_balance b = {0};
    struct err err = ERR_INIT;

    CHECK_INT(fund_balance(d->s, fund, &b, &err), 0);
    return b;
}

/* ---- a reservation ---- */

struct approval {
    struct fund_request q;
    const struct actor *who;
    int64_t id;
};

static inline int approval_run(struct arena *a, struct store *s, void *context, struct err *err)
{
    struct approval *p = context;
    return fund_reserve(a, s, p->who, &p->q, &p->id, err);
}

static inline struct fund_request money_request(const char *fund, int64_t subject, int64_t amount)
{
    return (struct fund_request){.fund = span_z(fund),
                                 .ground = {.measure = {"test/a", 6}, .subject_id = subject},
                                 .amount = amount,
                                 .precision = PRECISION_EXACT,
                                 .nature = NATURE_RECEIVED,
                                 .basis = BASIS_VERIFIED,
                                 .reason = {"批准", 6}};
}

/* The code; *ret_id = the reservation. */
static inline int money_reserve(struct money_desk *d, const struct fund_request *q, int64_t *ret_id)
{
    struct approval p = {*q, &reviewer, 0};
    struct err err = ERR_INIT;
    int r = money_do_on(d->s, &d->arena, approval_run, &p, &err);

    if (r == 0 && ret_id)
        *ret_id = p.id;
    return r;
}

/* Runs f on SQLite in a fresh folder, and on PostgreSQL where HUIQI_TEST_POSTGRES names one. */
static inline int money_main(void (*f)(struct money_desk *))
{
    char folder[] = "/tmp/huiqi-money.XXXXXX", url[128], command[160];
    const char *postgres = getenv("HUIQI_TEST_POSTGRES");

    setenv("HUIQI_NOW", MONEY_NOW, 1);
    if (!CHECK(mkdtemp(folder) != NULL))
        return test_end();
    snprintf(url, sizeof url, "sqlite:%s/test.db", folder);
    for (int i = 0; i < 2; i++) {
        struct money_desk d = {.url = i ? postgres : url};
        if (!d.url || !*d.url) {
            printf("PostgreSQL: skipped, HUIQI_TEST_POSTGRES is not set\n");
            break;
        }
        arena_init(&d.arena);
        d.s = money_open(d.url);
        if (d.s)
            f(&d);
        store_close(d.s);
        arena_release(&d.arena);
    }
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    CHECK_INT(system(command), 0);
    return test_end();
}
#endif
