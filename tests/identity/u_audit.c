/*
 * u_audit.c: the log: chains of several connections, what a rollback leaves, sealing after a death,
 * and that every kind of tampering is found.
 */
#include <pthread.h>

#include "identity/audit.h"
#include "tests/identity/both.h"

static const struct actor clerk = {
    .account_id = 7, .name = {"窗口甲", 9}, .organisation_id = 3, .organisation = {"示例区办", 12}};

struct some {
    int n, fail;
};

static int add_some(struct store *s, void *context, struct err *err)
{
    const struct some *x = context;
    int r = 0;

    for (int i = 0; r == 0 && i < x->n; i++) {
        char name[16];
        snprintf(name, sizeof name, "2020-%d", i + 1);
        const struct audit_entry e = {i % 2 ? AUDIT_READ : AUDIT_DECISION, SPAN("case.approve"),
                                      SPAN("case"), span_z(name), SPAN("{\"amount\": \"5.00\"}")};
        r = audit_add(s, &clerk, &e, err);
    }
    return r < 0 ? r : x->fail;
}

static void add(struct store *s, int n, int fail)
{
    struct err err = ERR_INIT;
    if (!CHECK_INT(store_write(s, add_some, &(struct some){n, fail}, &err), fail))
        printf("%s\n", err.message);
}

static void seal(struct store *s)
{
    struct err err = ERR_INIT;
    if (!CHECK_INT(audit_seal(s, &err), 0))
        printf("%s\n", err.message);
}

static struct audit_report verify(struct store *s, int64_t number, const char *hash)
{
    static struct arena a; /* of the last report */
    struct audit_report report = {0};
    struct err err = ERR_INIT;

    arena_release(&a);
    arena_init(&a);
    if (!CHECK_INT(audit_verify(s, &a, number, span_z(hash), &report, &err), 0))
        printf("%s\n", err.message);
    return report;
}

static void execute(struct store *s, const char *sql)
{
    struct err err = ERR_INIT;
    if (!CHECK_INT(store_execute(s, sql, &err), 0))
        printf("%s\n", err.message);
}

static void check_chains(struct store *s, const char *url)
{
    struct audit_report report;
    struct store *other;

    TEST("an empty log is sound");
    seal(s);
    CHECK_INT(verify(s, 0, NULL).problems, 0);
    CHECK_INT(verify(s, 0, NULL).head_number, 0);

    TEST("entries of two connections; a rollback leaves no gap");
    other = both_open(url);
    add(s, 3, 0);
    add(s, 4, E_INPUT);
    add(s, 2, 0);
    add(other, 1, E_INPUT); /* its run was rolled back too */
    add(other, 5, 0);
    report = verify(s, 0, NULL);
    CHECK_INT(report.problems, 0);
    CHECK_INT(report.runs, 2);
    CHECK_INT(report.entries, 10);
    CHECK_INT(report.unsealed, 10);

    TEST("sealed once; again has nothing to do");
    seal(s);
    seal(other);
    report = verify(s, 0, NULL);
    CHECK_INT(report.seals, 2);
    CHECK_INT(report.unsealed, 0);
    CHECK_INT(report.problems, 0);

    TEST("what a dead connection left is sealed by the next");
    add(other, 2, 0);
    store_close(other);
    CHECK_INT(verify(s, 0, NULL).unsealed, 2);
    seal(s);
    report = verify(s, 0, NULL);
    CHECK_INT(report.seals, 3);
    CHECK_INT(report.unsealed, 0);
}

static void check_list(struct store *s)
{
    struct audit_filter f = {.has_class = true, .class = AUDIT_DECISION, .limit = 4};
    struct audit_row *rows = NULL;
    struct err err = ERR_INIT;
    struct arena a;
    size_t n = 0;

    TEST("list: newest first, by class, page by page");
    arena_init(&a);
    CHECK_INT(audit_list(s, &a, &f, &rows, &n, &err), 0);
    CHECK_INT(n, 4);
    CHECK(n == 4 && rows[0].id > rows[3].id && rows[0].class == AUDIT_DECISION);
    f.before = n ? rows[n - 1].id : 0;
    CHECK_INT(audit_list(s, &a, &f, &rows, &n, &err), 0);
    CHECK_INT(n, 3); /* 7 decisions in all: 2 + 1 + 3 + 1 */
    TEST("list: of an object, of an account, of no time");
    f = (struct audit_filter){.object_kind = SPAN("case"), .object = SPAN("2020-5")};
    CHECK_INT(audit_list(s, &a, &f, &rows, &n, &err), 0);
    CHECK_INT(n, 1);
    CHECK(n == 1 && span_eq(rows[0].organisation, SPAN("示例区办")) && rows[0].account_id == 7);
    f = (struct audit_filter){.account_id = 8};
    CHECK_INT(audit_list(s, &a, &f, &rows, &n, &err), 0);
    CHECK_INT(n, 0);
    f = (struct audit_filter){.from = 1, .to = 1000};
    CHECK_INT(audit_list(s, &a, &f, &rows, &n, &err), 0);
    CHECK_INT(n, 0);
    f = (struct audit_filter){.from = 1, .account_id = 7};
    CHECK_INT(audit_list(s, &a, &f, &rows, &n, &err), 0);
    CHECK_INT(n, 12);
    CHECK_INT(err.code, 0);
    arena_release(&a);
}

#define FORGED(seq)                                                                                \
    "INSERT INTO audit_entry (run_id, seq, at, class, act, object_kind, object, account_id, "      \
    "actor,"                                                                                       \
    " organisation_id, organisation, subject_id, delegation_id, for_account_id, detail, hash)"     \
    " SELECT run_id, " seq ", at, class, act, object_kind, object, account_id, actor,"             \
    " organisation_id, organisation, subject_id, delegation_id, for_account_id, detail, hash"      \
    " FROM audit_entry WHERE run_id = 1 AND seq = 1"

/* Each is done inside a transaction that is then rolled back. */
static const struct {
    const char *what, *sql;
    int64_t least; /* problems */
} crimes[] = {
    {"an entry changed", "UPDATE audit_entry SET object = '2020-99' WHERE run_id = 1 AND seq = 2",
     1},
    {"who did it", "UPDATE audit_entry SET account_id = 9 WHERE run_id = 1 AND seq = 1", 1},
    {"when", "UPDATE audit_entry SET at = at + 1 WHERE run_id = 1 AND seq = 1", 1},
    {"an entry taken out", "DELETE FROM audit_entry WHERE run_id = 1 AND seq = 2", 2},
    {"the end cut off after sealing", "DELETE FROM audit_entry WHERE run_id = 1 AND seq >= 4", 1},
    {"all of a run", "DELETE FROM audit_entry WHERE run_id = 1; DELETE FROM audit_run WHERE id = 1",
     1},
    {"a seal changed", "UPDATE audit_seal SET upto = 4 WHERE number = 1", 1},
    {"a seal taken out", "DELETE FROM audit_seal WHERE number = 2", 1},
    {"a hash that is none", "UPDATE audit_entry SET hash = 'x' WHERE run_id = 1 AND seq = 1", 1},
    {"one put in between",
     "UPDATE audit_entry SET seq = -seq - 1 WHERE run_id = 1 AND seq >= 2;"
     "UPDATE audit_entry SET seq = -seq WHERE seq < 0;" FORGED("2"),
     2},
    {"one put at the end", FORGED("6"), 1},
    {"two exchanged",
     "UPDATE audit_entry SET seq = 100 WHERE run_id = 1 AND seq = 2;"
     "UPDATE audit_entry SET seq = 2 WHERE run_id = 1 AND seq = 3;"
     "UPDATE audit_entry SET seq = 3 WHERE run_id = 1 AND seq = 100",
     2},
    {"an entry moved to another run",
     "UPDATE audit_entry SET run_id = (SELECT MAX(id) FROM audit_run), seq = 8"
     " WHERE run_id = 1 AND seq = 5",
     2},
    {"another beginning", "UPDATE audit_run SET nonce = 'ff' WHERE id = 1", 2},
};

static void check_crimes(struct store *s)
{
    struct err err = ERR_INIT;

    TEST("tampering is found");
    for (size_t i = 0; i < COUNT_OF(crimes); i++) {
        CHECK_INT(store_begin(s, &err), 0);
        execute(s, crimes[i].sql);
        struct audit_report report = verify(s, 0, NULL);
        if (!CHECK(report.problems >= crimes[i].least && report.texts[0].n > 0))
            printf("not found: %s\n", crimes[i].what);
        store_rollback(s);
    }
    CHECK_INT(verify(s, 0, NULL).problems, 0);
}

static void check_head(struct store *s)
{
    struct audit_report report = verify(s, 0, NULL);
    struct err err = ERR_INIT;
    char head[AUDIT_HASH + 1] = "";

    TEST("the end of everything cut off: only a head noted outside shows it");
    if (!CHECK(report.head.n == AUDIT_HASH))
        return;
    memcpy(head, report.head.p, AUDIT_HASH);
    CHECK_INT(verify(s, 3, head).problems, 0);
    CHECK_INT(store_begin(s, &err), 0);
    execute(s, "DELETE FROM audit_seal WHERE number = 3;"
               "DELETE FROM audit_entry WHERE run_id = 2 AND seq > 5");
    CHECK_INT(verify(s, 0, NULL).problems, 0);
    CHECK_INT(verify(s, 3, head).problems, 1);
    store_rollback(s);
    CHECK_INT(verify(s, 2, head).problems, 1);
}

#define WRITERS 4
#define WRITES  25

static void *write_many(void *context)
{
    struct store *s = both_open(context);
    for (int i = 0; s && i < WRITES; i++) {
        add(s, 2, 0);
        if (i % 8 == 7)
            seal(s);
    }
    store_close(s);
    return NULL;
}

static void check_parallel(struct store *s, const char *url)
{
    pthread_t threads[WRITERS];
    int64_t before = both_count(s, "SELECT COUNT(*) FROM audit_entry");
    struct audit_report report;

    TEST("several write and seal at once");
    for (int i = 0; i < WRITERS; i++)
        CHECK_INT(pthread_create(&threads[i], NULL, write_many, (void *)(uintptr_t)url), 0);
    for (int i = 0; i < WRITERS; i++)
        pthread_join(threads[i], NULL);
    seal(s);
    report = verify(s, 0, NULL);
    CHECK_INT(report.problems, 0);
    CHECK_INT(report.entries, before + (int64_t)WRITERS * WRITES * 2);
    CHECK_INT(report.unsealed, 0);
}

#define DEAD 230 /* connections, more than two transactions of sealing take */

static void check_killed(struct store *s, const char *url)
{
    int64_t before = both_count(s, "SELECT COUNT(*) FROM audit_seal");
    struct audit_report report;

    TEST("what many dead connections left is sealed in pieces");
    for (int i = 0; i < DEAD; i++) {
        struct store *other = both_open(url);
        add(other, 1, 0);
        store_close(other);
    }
    seal(s);
    CHECK_INT(both_count(s, "SELECT COUNT(*) FROM audit_seal"), before + DEAD);
    CHECK_INT(verify(s, 0, NULL).unsealed, 0);

    TEST("a sealing that was killed keeps its first pieces, and the next does the rest");
    execute(s, "DELETE FROM audit_seal WHERE number > (SELECT MAX(number) - 130 FROM audit_seal)");
    CHECK_INT(verify(s, 0, NULL).unsealed, 130);
    seal(s);
    report = verify(s, 0, NULL);
    CHECK_INT(report.problems, 0);
    CHECK_INT(report.unsealed, 0);
    CHECK_INT(report.seals, before + DEAD);
}

static void suite(const char *url)
{
    struct store *s = both_open(url);
    if (!s)
        return;
    check_chains(s, url);
    check_list(s);
    check_crimes(s);
    check_head(s);
    check_parallel(s, url);
    check_killed(s, url);
    verify(s, 0, NULL);
    store_close(s);
}

int main(void)
{
    return both_run(suite);
}
