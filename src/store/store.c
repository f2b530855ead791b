/*
 * store.c: what is the same on both engines: opening by URL, the cache of statements, transactions,
 * migrations.
 */
#include "store/store.h"

#include <stdlib.h>
#include <time.h>

#include "base/alloc.h"
#include "base/buffer.h"
#include "base/date.h"
#include "store/migrations.h"
#include "store/store_int.h"

#define WRITE_TRIES 20

int store_open(const char *url, struct store **ret, struct err *err)
{
    struct span s = span_z(url);

    if (span_starts(s, SPAN("sqlite:")))
        return sqlite_open(url + strlen("sqlite:"), ret, err);
    if (span_starts(s, SPAN("postgresql://")) || span_starts(s, SPAN("postgres://")))
        return postgres_open(url, ret, err);
    err_set(err, E_USAGE, "not a database address: %s", url);
    err_hint(err, "use sqlite:PATH or postgresql://USER@HOST/DATABASE in HUIQI_DATABASE");
    return E_USAGE;
}

const char *store_url(void)
{
    const char *url = getenv("HUIQI_DATABASE");
    return url && *url ? url : STORE_DEFAULT;
}

enum store_engine store_engine(const struct store *s)
{
    return s->engine->id;
}

void store_close(struct store *s)
{
    if (!s)
        return;
    store_rollback(s);
    while (s->stmts) {
        struct stmt *st = s->stmts;
        s->stmts = st->next;
        s->engine->free_stmt(st);
    }
    s->engine->close(s);
}

int store_begin(struct store *s, struct err *err)
{
    int r;

    if (s->in_transaction)
        BUG("a transaction is open already");
    r = s->engine->begin(s, err);
    s->in_transaction = r == 0;
    s->chain_before = s->chain;
    return r;
}

bool store_in_transaction(const struct store *s)
{
    return s->in_transaction;
}

struct store_chain *store_chain(struct store *s)
{
    return &s->chain;
}

int store_commit(struct store *s, struct err *err)
{
    int r = s->engine->commit(s, err);
    if (r == 0)
        s->in_transaction = false;
    else
        store_rollback(s);
    return r;
}

void store_rollback(struct store *s)
{
    if (s->in_transaction) {
        s->engine->rollback(s);
        s->chain = s->chain_before;
    }
    s->in_transaction = false;
}

static int write_once(struct store *s, int (*f)(struct store *, void *, struct err *),
                      void *context, struct err *err)
{
    int r = store_begin(s, err);
    if (r < 0)
        return r;
    r = f(s, context, err);
    if (r < 0) {
        store_rollback(s);
        return r;
    }
    return store_commit(s, err);
}

/* Between two attempts: longer each time, and not the same for all, so that those who met once do
 * not meet again. */
static void wait_a_little(const struct store *s, int attempt)
{
    uint64_t now = (uint64_t)clock_now_ms() ^ (uint64_t)(uintptr_t)s >> 6;
    long ms = (1L << (attempt < 6 ? attempt : 6)) + (long)(now % 7);

    nanosleep(&(struct timespec){.tv_nsec = ms * 1000000L}, NULL);
}

/* Those who met another one go on one at a time where the engine can say so: sixty-four at one row
 * would otherwise meet again and again until their attempts are used up. */
static void before_again(struct store *s, int attempt, bool *in_line)
{
    struct err ignored = ERR_INIT;

    if (!s->engine->stand_in_line)
        wait_a_little(s, attempt);
    else if (*in_line || s->engine->stand_in_line(s, &ignored) < 0)
        wait_a_little(s, attempt);
    else
        *in_line = true;
}

int store_write(struct store *s, int (*f)(struct store *, void *, struct err *), void *context,
                struct err *err)
{
    bool in_line = false;
    int r = E_BUSY;

    for (int i = 0; i < WRITE_TRIES && r == E_BUSY; i++) {
        struct err once = ERR_INIT;
        if (i)
            before_again(s, i, &in_line);
        r = write_once(s, f, context, &once);
        if (r < 0 && (r != E_BUSY || i + 1 == WRITE_TRIES) && err && err->code == 0)
            *err = once;
    }
    if (in_line)
        s->engine->leave_line(s);
    return r;
}

int store_execute(struct store *s, const char *sql, struct err *err)
{
    return s->engine->execute(s, sql, err);
}

int store_prepare(struct store *s, const char *sql, struct stmt **ret, struct err *err)
{
    struct stmt *st;
    int r;

    for (st = s->stmts; st; st = st->next)
        if (st->sql == sql) {
            stmt_done(st);
            *ret = st;
            return 0;
        }
    r = s->engine->prepare(s, sql, &st, err);
    if (r < 0)
        return r;
    st->store = s;
    st->sql = sql;
    st->next = s->stmts;
    s->stmts = st;
    *ret = st;
    return 0;
}

void stmt_int(struct stmt *st, int index, int64_t value)
{
    st->store->engine->bind_int(st, index, value);
}

/* Both engines refuse what one of them cannot keep. */
static bool fits(struct stmt *st, struct span value, bool blob)
{
    if (value.n > STORE_VALUE_MAX)
        st->bind_error = E_LIMIT;
    else if (!blob && value.n && memchr(value.p, 0, value.n))
        st->bind_error = E_INPUT;
    return st->bind_error == 0;
}

static int bind_failed(const struct stmt *st, struct err *err)
{
    if (st->bind_error == E_LIMIT)
        return err_set(err, E_LIMIT, "a value of more than %u bytes", STORE_VALUE_MAX);
    if (st->bind_error == E_INPUT)
        return err_set(err, E_INPUT, "a text with a zero byte");
    return err_memory(err);
}

void stmt_text(struct stmt *st, int index, struct span value)
{
    if (fits(st, value, false))
        st->store->engine->bind_text(st, index, value, false);
}

void stmt_blob(struct stmt *st, int index, struct span value)
{
    if (fits(st, value, true))
        st->store->engine->bind_text(st, index, value, true);
}

void stmt_null(struct stmt *st, int index)
{
    st->store->engine->bind_null(st, index);
}

int stmt_step(struct stmt *st, struct err *err)
{
    if (st->bind_error)
        return bind_failed(st, err);
    return st->store->engine->step(st, err);
}

int stmt_run(struct stmt *st, struct err *err)
{
    int r;

    while ((r = stmt_step(st, err)) > 0)
        ;
    stmt_done(st);
    return r;
}

int stmt_post(struct stmt *st, struct err *err)
{
    if (!st->store->engine->post || !st->store->in_transaction)
        return stmt_run(st, err);
    int r = st->bind_error ? bind_failed(st, err) : st->store->engine->post(st, err);
    stmt_done(st);
    return r;
}

int stmt_insert(struct stmt *st, int64_t *ret_id, struct err *err)
{
    int r = st->bind_error ? bind_failed(st, err) : st->store->engine->insert(st, ret_id, err);
    stmt_done(st);
    return r;
}

bool stmt_is_null(const struct stmt *st, int column)
{
    return st->store->engine->is_null(st, column);
}

int64_t stmt_get_int(const struct stmt *st, int column)
{
    return st->store->engine->get_int(st, column);
}

struct span stmt_get_text(const struct stmt *st, int column)
{
    return st->store->engine->get_text(st, column);
}

void stmt_done(struct stmt *st)
{
    if (!st)
        return;
    st->store->engine->done(st);
    st->bind_error = 0;
}

char *store_words(const struct engine *e, const char *sql)
{
    static const char *const names[6] = {"{serial}", "{int}",       "{blob}",
                                         "{strict}", "{clustered}", "{new id}"};
    struct buffer b;

    buffer_init(&b);
    while (*sql) {
        size_t i = 0;
        while (i < COUNT_OF(names) && strncmp(sql, names[i], strlen(names[i])) != 0)
            i++;
        if (i < COUNT_OF(names)) {
            buffer_add_z(&b, e->words[i]);
            sql += strlen(names[i]);
        } else {
            buffer_byte(&b, *sql++);
        }
    }
    char *copy = buffer_failed(&b) ? NULL : alloc_new(b.n + 1);
    if (copy && b.n)
        memcpy(copy, b.p, b.n);
    buffer_release(&b);
    return copy;
}

/* ---- migrations ---- */

int store_version(struct store *s, int64_t *ret, struct err *err)
{
    struct stmt *st;
    int64_t version = 0;
    int r = store_execute(s,
                          "CREATE TABLE IF NOT EXISTS migration (version {int} PRIMARY KEY, run_at "
                          "{int} NOT NULL){strict}",
                          err);

    if (r < 0)
        return r;
    r = store_prepare(s, "SELECT COALESCE(MAX(version), 0) FROM migration", &st, err);
    if (r < 0)
        return r;
    r = stmt_step(st, err);
    if (r > 0)
        version = stmt_get_int(st, 0);
    stmt_done(st);
    if (r < 0)
        return r;
    *ret = version;
    return 0;
}

/* The row of the version comes first: its key makes several programs wait for each other on every
 * engine. Who comes second finds it taken and, when tried again, nothing left to do. */
static int claim_version(struct store *s, int64_t version, struct err *err)
{
    struct err once = ERR_INIT;
    struct stmt *st;
    int r = store_prepare(s, "INSERT INTO migration (version, run_at) VALUES ($1, $2)", &st, err);

    if (r < 0)
        return r;
    stmt_int(st, 1, version);
    stmt_int(st, 2, clock_now_ms());
    r = stmt_run(st, &once);
    if (r == E_CONFLICT)
        return err_set(err, E_BUSY, "another program is at step %lld", (long long)version);
    if (r < 0)
        *err = once;
    return r;
}

static int migrate_step(struct store *s, void *context, struct err *err)
{
    int64_t want = *(int64_t *)context, have;
    int r = store_version(s, &have, err);

    if (r < 0 || have >= want) /* another process was faster */
        return r;
    const struct migration *m = &migrations[want - 1];
    const char *own = store_engine(s) == STORE_SQLITE ? m->sqlite : m->postgres;
    r = claim_version(s, want, err);
    if (r == 0)
        r = store_execute(s, m->sql, err);
    return r < 0 || !own ? r : store_execute(s, own, err);
}

/* The first of several programs makes the table of versions: the others try again. */
static int version_of_any(struct store *s, int64_t *ret, struct err *err)
{
    int r = E_BUSY;

    for (int i = 0; i < WRITE_TRIES && r == E_BUSY; i++) {
        struct err once = ERR_INIT;
        if (i)
            wait_a_little(s, i);
        r = store_version(s, ret, &once);
        if (r < 0 && (r != E_BUSY || i + 1 == WRITE_TRIES) && err && err->code == 0)
            *err = once;
    }
    return r;
}

int store_check_version(int64_t version, struct err *err)
{
    if (version <= (int64_t)migration_count)
        return 0;
    err_set(err, E_CONFLICT, "the database is at version %lld, this program knows %zu",
            (long long)version, migration_count);
    err_hint(err, "use the newer huiqi, or another database in HUIQI_DATABASE");
    return E_CONFLICT;
}

int store_make_tables(struct store *s, int64_t version, struct err *err)
{
    int64_t have = 0;
    int r = store_version(s, &have, err);

    for (int64_t i = 1; i <= version && r == 0; i++) {
        const struct migration *m = &migrations[i - 1];
        const char *own = store_engine(s) == STORE_SQLITE ? m->sqlite : m->postgres;
        r = claim_version(s, i, err);
        if (r == 0)
            r = store_execute(s, m->sql, err);
        if (r == 0 && own)
            r = store_execute(s, own, err);
    }
    return r;
}

int store_migrate(struct store *s, struct err *err)
{
    int64_t version;
    int r = version_of_any(s, &version, err);

    if (r == 0)
        r = store_check_version(version, err);
    if (r < 0)
        return r;
    while (version < (int64_t)migration_count) {
        version++;
        r = store_write(s, migrate_step, &version, err);
        if (r < 0)
            return r;
    }
    return 0;
}
