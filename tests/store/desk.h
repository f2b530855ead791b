/*
 * desk.h: what the tests of stored facts share: a library, a store of each engine, codes that are
 * valid in form and impossible in fact (region 000000).
 */
#ifndef HUIQI_TESTS_DESK_H
#define HUIQI_TESTS_DESK_H
#include <stdlib.h>
#include <unistd.h>
#include "identity/uscc.h"
#include "policy/subjects.h"
#include "store/store.h"
#include "tests/unit/test.h"

struct desk {
    const char *url;
    struct store *store;
    struct library *library, *later;
    struct arena arena;
};

static inline struct library *desk_library(const char *folder)
{
    struct library *l = NULL;
    struct diags diags;
    struct arena a;
    struct err err = ERR_INIT;

    arena_init(&a);
    diags_init(&diags, &a);
    if (!CHECK(library_load(folder, &l, &diags, &err) == 0))
        printf("%s: %s\n", folder, err.message);
    arena_release(&a);
    return l;
}

static inline struct store *desk_store(const char *url)
{
    struct store *s = NULL;
    struct err err = ERR_INIT;

    if (!CHECK(store_open(url, &s, &err) == 0 && store_migrate(s, &err) == 0))
        printf("%s\n", err.message);
    return s;
}

/* The n-th code. */
static inline struct span desk_code(struct arena *a, unsigned n)
{
    char code[USCC_LENGTH + 1];

    snprintf(code, sizeof code, "91000000MA%07u", n);
    code[USCC_LENGTH - 1] = uscc_check_character(span_of(code, USCC_LENGTH - 1));
    return arena_copy(a, span_of(code, USCC_LENGTH));
}

static inline struct date desk_day(const char *text)
{
    struct date d = {2020, 1, 1};

    if (!date_parse(span_z(text), &d))
        BUG("no date: %s", text);
    return d;
}

static inline int64_t desk_count(struct desk *d, const char *sql)
{
    struct stmt *st;
    struct err err = ERR_INIT;
    int64_t n = -1;

    if (store_prepare(d->store, sql, &st, &err) == 0 && stmt_step(st, &err) == 1)
        n = stmt_get_int(st, 0);
    stmt_done(st);
    return n;
}
#define DESK_EVENTS(d)   desk_count((d), "SELECT COUNT(*) FROM fact_event")
#define DESK_SUBJECTS(d) desk_count((d), "SELECT COUNT(*) FROM subject")

/* Runs f on SQLite in a fresh folder, and on PostgreSQL where HUIQI_TEST_POSTGRES names one.
 * argv[1] = tests/store. */
static inline int desk_main(int argc, char **argv, void (*f)(struct desk *))
{
    char folder[] = "/tmp/huiqi-subjects.XXXXXX", url[128], command[160];
    const char *postgres = getenv("HUIQI_TEST_POSTGRES");
    struct desk d = {0};

    if (argc != 2 || !CHECK(mkdtemp(folder) != NULL))
        return 2;
    arena_init(&d.arena);
    d.library = desk_library(arena_print(&d.arena, "%s/library", argv[1]).p);
    d.later = desk_library(arena_print(&d.arena, "%s/later", argv[1]).p);
    snprintf(url, sizeof url, "sqlite:%s/test.db", folder);
    for (int i = 0; i < 2 && d.library && d.later; i++) {
        d.url = i ? postgres : url;
        if (!d.url || !*d.url) {
            printf("PostgreSQL: skipped, HUIQI_TEST_POSTGRES is not set\n");
            break;
        }
        d.store = desk_store(d.url);
        if (d.store)
            f(&d);
        store_close(d.store);
    }
    library_unref(d.library);
    library_unref(d.later);
    arena_release(&d.arena);
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    CHECK_INT(system(command), 0);
    return test_end();
}

/* PostgreSQL is shared with other tests: begin with nothing. */
static inline void desk_clear(struct desk *d)
{
    struct err err = ERR_INIT;
    CHECK_INT(store_execute(d->store,
                            "DELETE FROM fact_now; DELETE FROM fact_event; DELETE FROM subject",
                            &err),
              0);
}
#endif
