/*
 * u_crowd.c: many approvals at once, each a whole case with its events, clocks, money and log, not
 * the fund alone (u_funds.c): as many are paid as the fund can pay, the others stay as they were.
 * On both stores. Argument: the library, tests/casework/moon.
 */
#include <pthread.h>

#include "casework/cases.h"
#include "tests/casework/money_desk.h"

#define CROWD 64
#define CAN   10 /* of 100 yuan, which moon/grant pays */

static const struct library *library;
static const struct actor the_operator = {.program = true, .name = {"operator", 8}, .roles = ~0u};
static const struct actor office = {.account_id = 13,
                                    .name = {"经办丙", 9},
                                    .roles = 1u << USER_HANDLER,
                                    .organisation = {"环形山区劳动局", 21}};

struct approver {
    const char *url;
    int64_t id;
    int code;
};

static struct office office_of(struct store *s)
{
    return (struct office){.store = s, .library = library};
}

/* A case that waits for its approval; 0 = it could not be made. */
static int64_t waiting_case(struct money_desk *d, unsigned n)
{
    struct office o = office_of(d->s);
    struct case_start start = {.procedure = SPAN("moon/grant"), .subject_kind = SPAN("enterprise")};
    struct case_act submit = {.act = SPAN("submit"), .party = SPAN("applicant")};
    enum refusal refusal;
    struct err err = ERR_INIT;
    char code[32];
    int64_t id = 0;

    snprintf(code, sizeof code, "crowd-%u", n);
    start.subject_code = span_z(code);
    int r = store_begin(d->s, &err);
    if (r == 0)
        r = subject_put(d->s, start.subject_kind, start.subject_code, SPAN("人群公司"), &id, &err);
    if (r == 0)
        r = store_commit(d->s, &err);
    if (r == 0)
        r = case_begin(&d->arena, &o, &the_operator, &start, &id, &err);
    if (r == 0)
        r = case_do(&d->arena, &o, &the_operator, id, &submit, NULL, &refusal, &err);
    if (!CHECK(r == 0))
        printf("%s\n", err.message);
    return r == 0 ? id : 0;
}

static void *approve(void *context)
{
    struct approver *p = context;
    struct case_act act = {.act = SPAN("grant")};
    struct store *s = NULL;
    struct arena a;
    enum refusal refusal;

    arena_init(&a);
    /* a cluster may allow fewer connections than that: wait for one */
    for (int i = 0; (p->code = store_open(p->url, &s, NULL)) < 0 && i < 2000; i++)
        usleep(5000);
    struct office o = office_of(s);
    if (p->code == 0)
        p->code = case_do(&a, &o, &office, p->id, &act, NULL, &refusal, NULL);
    store_close(s);
    arena_release(&a);
    return NULL;
}

static void approve_all(struct approver crowd[CROWD])
{
    pthread_t threads[CROWD];
    size_t n = 0;

    while (n < CROWD && pthread_create(&threads[n], NULL, approve, &crowd[n]) == 0)
        n++;
    CHECK_INT(n, CROWD);
    while (n > 0)
        pthread_join(threads[--n], NULL);
}

/* Of this test's cases: other tests may share the database. */
static int64_t count(struct money_desk *d, int64_t first, const char *sql)
{
    struct stmt *st = NULL;
    struct err err = ERR_INIT;
    int64_t n = -1;

    if (store_prepare(d->s, sql, &st, &err) == 0) {
        stmt_int(st, 1, first);
        if (stmt_step(st, &err) == 1)
            n = stmt_get_int(st, 0);
    }
    if (n < 0)
        printf("%s: %s\n", sql, err.message);
    stmt_done(st);
    return n;
}

/* Either all that an approval writes is there, or nothing. */
static void check_whole(struct money_desk *d, int64_t first, int64_t paid)
{
    struct office o = office_of(d->s);
    struct verify v = {.lines = BUFFER_INIT};
    static const struct {
        const char *sql;
        bool rest; /* counts those that were not paid */
    } counts[] = {
        {"SELECT COUNT(*) FROM casefile WHERE id >= $1 AND state = 'granted' AND closed_at > 0"
         " AND events = 3 AND amount = 10000",
         false},
        {"SELECT COUNT(*) FROM casefile WHERE id >= $1 AND state = 'review' AND closed_at = 0"
         " AND events = 2 AND amount IS NULL",
         true},
        {"SELECT COUNT(*) FROM case_event WHERE case_id >= $1 AND act = 'grant'", false},
        {"SELECT COUNT(*) FROM reservation WHERE case_id >= $1 AND state = 'reserved'", false},
        {"SELECT COUNT(*) FROM case_clock WHERE case_id >= $1 AND state = 'ended'", false},
        {"SELECT COUNT(*) FROM case_clock WHERE case_id >= $1 AND state = 'running'", true},
        {"SELECT COUNT(*) FROM audit_entry e JOIN casefile c ON c.number = e.object"
         " WHERE c.id >= $1 AND e.act = 'case.grant'",
         false},
    };

    for (size_t i = 0; i < COUNT_OF(counts); i++)
        if (!CHECK_INT(count(d, first, counts[i].sql), counts[i].rest ? CROWD - paid : paid))
            printf("%s\n", counts[i].sql);
    CHECK_INT(money_wrong(d), 0);
    if (store_engine(d->s) == STORE_SQLITE) {
        CHECK_INT(cases_verify(&o, &v, NULL), 0);
        CHECK_INT(v.wrong, 0);
        CHECK(v.rows >= CROWD);
        buffer_release(&v.lines);
    }
}

static void check_crowd(struct money_desk *d, const char *fund, int64_t can)
{
    struct approver crowd[CROWD] = {0};
    int64_t paid = 0, refused = 0;

    money_clear(d);
    money_fund(d, fund);
    for (unsigned i = 0; i < CROWD; i++)
        crowd[i] = (struct approver){d->url, waiting_case(d, i), 0};
    approve_all(crowd);
    for (size_t i = 0; i < CROWD; i++) {
        paid += crowd[i].code == 0;
        refused += crowd[i].code == E_CONFLICT;
    }
    CHECK_INT(paid, can);
    CHECK_INT(refused, CROWD - can);
    check_whole(d, crowd[0].id, can);
}

#define FUND(cap)                                                                                  \
    "{fund: moon-fund, name: 甲, region: 月球省, holder: 环形山区财政局, cap: " cap                \
    ", order: approval}"

static void check(struct money_desk *d)
{
    setenv("HUIQI_NOW", "2023-03-01T10:00:00", 1);
    TEST("64 cases approved at once against a fund that can pay 10: exactly 10 are paid");
    check_crowd(d, FUND("1000"), CAN);
    TEST("64 cases approved at once against a fund that can pay all: nobody is turned away");
    check_crowd(d, FUND("6400"), CROWD);
}

int main(int argc, char **argv)
{
    struct library *l = NULL;
    struct arena a;
    struct diags diags;
    struct err err = ERR_INIT;

    arena_init(&a);
    diags_init(&diags, &a);
    if (argc < 2 || library_load(argv[1], &l, &diags, &err) < 0) {
        fprintf(stderr, "u_crowd: %s\n", err.message);
        return 2;
    }
    library = l;
    int status = money_main(check);
    library_unref(l);
    arena_release(&a);
    return status;
}
