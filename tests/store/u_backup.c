/*
 * u_backup.c: the whole store as one file and back, on both engines: of one moment while others
 * write, nothing lost, refused when it is not whole or of a newer program.
 */
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>

#include "base/alloc.h"
#include "base/file.h"
#include "store/backup.h"
#include "store/migrations.h"
#include "store/store_int.h"
#include "tests/jobs/jobs_desk.h"

struct room { /* where the files of this run lie */
    struct desk *d;
    char folder[64];
    int next;
    char file[128], url[512];
};

/* A new name for a backup. */
static const char *new_file(struct room *room)
{
    snprintf(room->file, sizeof room->file, "%s/%d.bak", room->folder, room->next++);
    return room->file;
}

/* An empty store of the same engine: a file, or a schema of the same database. */
static struct store *new_store(struct room *room)
{
    struct store *s = NULL;
    struct err err = ERR_INIT;
    char sql[128];

    if (store_engine(room->d->s) == STORE_SQLITE) {
        snprintf(room->url, sizeof room->url, "sqlite:%s/%d.db", room->folder, room->next++);
    } else {
        snprintf(sql, sizeof sql,
                 "DROP SCHEMA IF EXISTS backup_%d CASCADE; CREATE SCHEMA backup_%d", room->next,
                 room->next);
        desk_run(room->d, sql);
        snprintf(room->url, sizeof room->url, "%s&options=-csearch_path%%3Dbackup_%d", room->d->url,
                 room->next++);
    }
    if (!CHECK(store_open(room->url, &s, &err) == 0))
        printf("%s\n", err.message);
    return s;
}

static int64_t number(struct store *s, const char *sql)
{
    return desk_number(&(struct desk){.s = s}, sql);
}

static int backup(struct store *s, const char *file, struct err *err)
{
    struct backup_report report;
    return store_backup(s, file, NULL, &report, err);
}

static int restore(struct store *s, const char *file, struct err *err)
{
    struct backup_report report;
    return store_restore(s, file, NULL, &report, err);
}

/* ---- there and back ---- */

#define STRANGE "甲\t乙\n丙\\.\r\\N\\\\. '\"%"
#define CLEAN                                                                                      \
    "DELETE FROM fact_now; DELETE FROM fact_event; DELETE FROM subject WHERE code LIKE 'b-%';"     \
    "DELETE FROM webhook; DELETE FROM message WHERE kind = 'b'; DROP TABLE IF EXISTS t_not_ours"

/* A strange text, bytes, the least number, a null, a reference, a number that was given out. */
static void put_rows(struct desk *d)
{
    struct stmt *st = NULL;
    struct err err = ERR_INIT;

    desk_run(d, CLEAN);
    desk_run(d, "INSERT INTO subject (kind, code, created_at) VALUES ('person', 'b-gone', 1);"
                "DELETE FROM subject WHERE code = 'b-gone'");
    CHECK_INT(store_prepare(d->s,
                            "INSERT INTO subject (kind, code, name, created_at)"
                            " VALUES ('person', 'b-1', $1, $2)",
                            &st, &err),
              0);
    stmt_text(st, 1, SPAN(STRANGE));
    stmt_int(st, 2, INT64_MIN);
    CHECK_INT(stmt_run(st, &err), 0);
    CHECK_INT(store_prepare(d->s,
                            "INSERT INTO webhook (name, url, kinds, secret, active, created_at)"
                            " VALUES ('b', '', '', $1, 1, 1)",
                            &st, &err),
              0);
    stmt_blob(st, 1, SPAN("\0\1\xff\\.\n"));
    CHECK_INT(stmt_run(st, &err), 0);
    desk_run(d, "INSERT INTO fact_event (subject_id, fact, value, source, basis, observed,"
                " recorded_at) SELECT id, 'f', '1', 's', 'verified', '2020-01-01', 1 FROM subject"
                " WHERE code = 'b-1';"
                "INSERT INTO message (uid, channel, recipient, key, kind, object_kind, object,"
                " language, subject_zh, subject_en, text_zh, text_en, data, job_id, created_at,"
                " sent_at) VALUES ('b', 'inbox', '1', 'b', 'b', '', '', '', 'a', '', '', '', '{}',"
                " NULL, 1, 1)");
}

static void check_rows(struct store *s)
{
    struct stmt *st = NULL;
    struct err err = ERR_INIT;

    CHECK_INT(number(s, "SELECT COUNT(*) FROM fact_event e JOIN subject s ON s.id = e.subject_id"
                        " WHERE s.code = 'b-1'"),
              1);
    CHECK_INT(number(s, "SELECT COUNT(*) FROM message WHERE kind = 'b' AND job_id IS NULL"), 1);
    CHECK_INT(store_prepare(s,
                            "SELECT s.name, w.secret, s.created_at FROM subject s, webhook w"
                            " WHERE s.code = 'b-1'",
                            &st, &err),
              0);
    CHECK_INT(stmt_step(st, &err), 1);
    CHECK_TEXT(stmt_get_text(st, 0), STRANGE);
    CHECK(span_eq(stmt_get_text(st, 1), SPAN("\0\1\xff\\.\n")));
    CHECK_INT(stmt_get_int(st, 2), INT64_MIN);
    stmt_done(st);
}

struct seen {
    int64_t calls, done, total;
};
static void watch(void *context, int64_t done, int64_t total)
{
    struct seen *seen = context;
    CHECK(done >= seen->done && done <= total);
    *seen = (struct seen){seen->calls + 1, done, total};
}

#define NEXT "INSERT INTO subject (kind, code, created_at) VALUES ('person', 'b-2', 1)"

static void check_round(struct room *room)
{
    struct backup_report first = {0}, second = {0};
    struct err err = ERR_INIT;
    struct seen seen = {0};
    char again[128];

    TEST("everything is there again, strange texts and bytes, and goes on where it was");
    put_rows(room->d);
    const char *file = new_file(room);
    int r = store_backup(room->d->s, file, &(struct backup_watch){watch, &seen}, &first, &err);
    if (!CHECK(r == 0))
        printf("%s\n", err.message);
    CHECK(seen.calls > 0);
    CHECK_INT(seen.done, seen.total);
    CHECK_INT(first.version, migration_count);
    struct store *s = new_store(room);
    r = store_restore(s, file, NULL, &second, &err);
    if (!CHECK(r == 0))
        printf("%s\n", err.message);
    CHECK_INT(second.version, migration_count);
    CHECK_TEXT(span_z(second.hash), first.hash);
    check_rows(s);
    CHECK_INT(store_execute(s, NEXT, &err), 0);
    CHECK_INT(desk_number(room->d, "SELECT id FROM subject WHERE code = 'b-1'") + 1,
              number(s, "SELECT id FROM subject WHERE code = 'b-2'"));
    CHECK_INT(store_execute(s, "DELETE FROM subject WHERE code = 'b-1'", &err), E_CONFLICT);
    err = (struct err)ERR_INIT;
    store_close(s);

    if (store_engine(room->d->s) == STORE_POSTGRES) {
        TEST("PostgreSQL: a dump of what was restored is the same file");
        snprintf(again, sizeof again, "%s", file);
        s = new_store(room);
        CHECK_INT(restore(s, again, &err), 0);
        CHECK_INT(store_backup(s, new_file(room), NULL, &second, &err), 0);
        CHECK_TEXT(span_z(second.hash), first.hash);
        store_close(s);

        TEST("PostgreSQL: a table of somebody else in the schema is left out, and said");
        desk_run(room->d, "CREATE TABLE t_not_ours (a TEXT); INSERT INTO t_not_ours VALUES ('x')");
        CHECK_INT(backup(room->d->s, new_file(room), &err), 0);
        snprintf(again, sizeof again, "%s", room->file);
        s = new_store(room);
        CHECK_INT(store_restore(s, again, NULL, &second, &err), 0);
        CHECK_INT(second.skipped, 1);
        check_rows(s);
        store_close(s);
        desk_run(room->d, "DROP TABLE t_not_ours");
    }
}

/* ---- while others write ---- */

struct writer {
    const char *url;
    atomic_bool stop;
    atomic_int pairs;
};

static int add_one(struct store *s, const char *code, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(
        s, "INSERT INTO subject (kind, code, created_at) VALUES ('person', $1, 1)", &st, err);

    if (r < 0)
        return r;
    stmt_text(st, 1, span_z(code));
    return stmt_run(st, err);
}

static int add_pair(struct store *s, void *context, struct err *err)
{
    const struct writer *w = context;
    char one[32], two[32];

    snprintf(one, sizeof one, "b-pair-%d-1", w->pairs);
    snprintf(two, sizeof two, "b-pair-%d-2", w->pairs);
    int r = add_one(s, one, err);
    return r < 0 ? r : add_one(s, two, err);
}

static void *write_pairs(void *context)
{
    struct writer *w = context;
    struct store *s = desk_open(w->url);
    struct err err = ERR_INIT;

    while (s && !atomic_load(&w->stop) && store_write(s, add_pair, w, &err) == 0)
        atomic_fetch_add(&w->pairs, 1);
    store_close(s);
    return NULL;
}

static void check_moment(struct room *room)
{
    struct writer w = {.url = room->d->url};
    struct err err = ERR_INIT;
    pthread_t thread;
    char files[3][128];

    TEST("while others write: the file is of one moment, and what was done before is in it");
    put_rows(room->d);
    CHECK_INT(pthread_create(&thread, NULL, write_pairs, &w), 0);
    int before[3];
    for (int i = 0; i < 3; i++) {
        for (int k = 0; k < 500 && atomic_load(&w.pairs) < 5 * (i + 1); k++)
            usleep(10000);
        before[i] = atomic_load(&w.pairs);
        snprintf(files[i], sizeof files[i], "%s", new_file(room));
        CHECK_INT(backup(room->d->s, files[i], &err), 0);
    }
    atomic_store(&w.stop, true);
    pthread_join(thread, NULL);
    for (int i = 0; i < 3; i++) {
        struct store *s = new_store(room);
        CHECK_INT(restore(s, files[i], &err), 0);
        int64_t rows = number(s, "SELECT COUNT(*) FROM subject WHERE code LIKE 'b-pair-%'");
        CHECK_INT(rows % 2, 0);
        CHECK(rows >= 2 * before[i] && rows <= 2 * atomic_load(&w.pairs));
        store_close(s);
    }
}

/* ---- refused ---- */

static void write_hash_of(const char *file, struct span text)
{
    unsigned char digest[crypto_hash_sha256_BYTES];
    char hex[BACKUP_HASH], beside[160], line[256];
    struct err err = ERR_INIT;

    crypto_hash_sha256(digest, (const unsigned char *)text.p, text.n);
    sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
    snprintf(beside, sizeof beside, "%s.sha256", file);
    snprintf(line, sizeof line, "%s  x\n", hex);
    CHECK_INT(file_write(beside, span_z(line), &err), 0);
}

/* Nothing of a refused file is in the store, and another one still fits. */
static void refused(struct room *room, const char *file, int code, const char *good)
{
    struct store *s = new_store(room);
    struct err err = ERR_INIT;
    int64_t version = -1;

    int r = restore(s, file, &err);
    if (r != code)
        printf("%s\n", err.message);
    CHECK_INT(r, code);
    err = (struct err)ERR_INIT;
    CHECK_INT(store_version(s, &version, &err), 0);
    CHECK_INT(version, 0);
    if (good)
        CHECK_INT(restore(s, good, &err), 0);
    store_close(s);
}

static void check_damage(struct room *room)
{
    struct err err = ERR_INIT;
    struct arena a;
    struct span text = {0};
    char good[128], bad[128], beside[160];

    arena_init(&a);
    put_rows(room->d);
    snprintf(good, sizeof good, "%s", new_file(room));
    CHECK_INT(backup(room->d->s, good, &err), 0);
    CHECK_INT(file_read(&a, good, 64 << 20, &text, &err), 0);
    CHECK(text.n > 4000);

    TEST("a file without its hash, and one that has another");
    snprintf(bad, sizeof bad, "%s", new_file(room));
    CHECK_INT(file_write(bad, text, &err), 0);
    refused(room, bad, E_CHECK, NULL);
    write_hash_of(bad, text);
    char *bytes = (char *)(uintptr_t)text.p;
    bytes[text.n - 5] ^= 1;
    CHECK_INT(file_write(bad, text, &err), 0);
    refused(room, bad, E_CHECK, NULL);
    bytes[text.n - 5] ^= 1;

    TEST("a file cut off whose hash is right");
    struct span cut = span_of(text.p, text.n - text.n / 3);
    CHECK_INT(file_write(bad, cut, &err), 0);
    write_hash_of(bad, cut);
    refused(room, bad, E_CHECK, good);

    TEST("what is no backup of this engine");
    struct span other = store_engine(room->d->s) == STORE_SQLITE ? SPAN("huiqi-dump 1 3\nend\n")
                                                                 : SPAN("SQLite format 3");
    CHECK_INT(file_write(bad, other, &err), 0);
    write_hash_of(bad, other);
    refused(room, bad, E_INPUT, NULL);
    CHECK_INT(restore(room->d->s, good, &err), E_CONFLICT);
    CHECK(strstr(err.message, "has tables already") != NULL);
    err = (struct err)ERR_INIT;

    if (store_engine(room->d->s) == STORE_POSTGRES) {
        TEST("PostgreSQL: words of a forged dump never become SQL");
        static const char *const forged[] = {
            "table subject (id) FROM STDIN; DROP TABLE subject; --)\n1\n\\.\nend\n",
            "table subject (id) FROM PROGRAM 'true' (x)\n1\n\\.\nend\n",
            "sequence subject id'),1);CREATE TABLE t_forged(a 1\nend\n",
            "sequence subject id 1; CREATE TABLE t_forged (a TEXT)\nend\n",
            "table \"subject (id)\n\\.\nend\n",
            "table subject ()\n\\.\nend\n",
            "table subject (id)\n\\.\nend\nend\n",
            "tables\n",
        };
        for (size_t i = 0; i < COUNT_OF(forged); i++) {
            struct span text_of =
                arena_print(&a, "huiqi-dump 1 %d\n%s", (int)migration_count, forged[i]);
            CHECK_INT(file_write(bad, text_of, &err), 0);
            write_hash_of(bad, text_of);
            refused(room, bad, E_CHECK, i == 0 ? good : NULL);
        }
    }

    TEST("a backup overwrites nothing, and leaves nothing when it fails");
    CHECK_INT(backup(room->d->s, good, &err), E_CONFLICT);
    err = (struct err)ERR_INIT;
    snprintf(bad, sizeof bad, "%s/nowhere/x.bak", room->folder);
    CHECK_INT(backup(room->d->s, bad, &err), E_IO);
    CHECK(err.message[0] != 0);
    snprintf(beside, sizeof beside, "%s.part", good);
    CHECK(!file_exists(beside));
    arena_release(&a);
}

static void check_versions(struct room *room)
{
    struct err err = ERR_INIT;
    char file[128];
    int64_t version = 0;

    TEST("a newer program's store: refused when opened and when restored, with what to do");
    snprintf(file, sizeof file, "%s", new_file(room));
    desk_run(room->d, "INSERT INTO migration (version, run_at) VALUES (9999, 0)");
    CHECK_INT(store_migrate(room->d->s, &err), E_CONFLICT);
    CHECK(strstr(err.message, "9999") != NULL && strstr(err.hint, "newer huiqi") != NULL);
    err = (struct err)ERR_INIT;
    CHECK_INT(backup(room->d->s, file, &err), 0);
    desk_run(room->d, "DELETE FROM migration WHERE version = 9999");
    refused(room, file, E_CONFLICT, NULL);

    TEST("an older program's store comes up to date");
    struct store *s = new_store(room);
    CHECK_INT(store_begin(s, &err), 0);
    CHECK_INT(store_make_tables(s, 3, &err), 0);
    CHECK_INT(store_commit(s, &err), 0);
    CHECK_INT(store_execute(s,
                            "INSERT INTO subject (kind, code, created_at)"
                            " VALUES ('person', 'p1', 1)",
                            &err),
              0);
    snprintf(file, sizeof file, "%s", new_file(room));
    CHECK_INT(backup(s, file, &err), 0);
    store_close(s);
    s = new_store(room);
    int r = restore(s, file, &err);
    if (!CHECK(r == 0))
        printf("%s\n", err.message);
    CHECK_INT(store_version(s, &version, &err), 0);
    CHECK_INT(version, migration_count);
    CHECK_INT(number(s, "SELECT COUNT(*) FROM subject WHERE code = 'p1'"), 1);
    store_close(s);
}

static void check_memory(struct room *room)
{
    struct err err = ERR_INIT;
    int failures = 0;

    TEST("without memory: an error, and no half a file");
    for (uint64_t n = 1; n < 400; n += n < 12 ? 1 : 17) {
        const char *file = new_file(room);
        alloc_fail_after(n);
        int r = backup(room->d->s, file, &err);
        alloc_fail_after(0);
        CHECK(r == 0 || r == E_MEMORY);
        CHECK_INT(file_exists(file), r == 0);
        failures += r < 0;
        err = (struct err)ERR_INIT;
        if (r == 0)
            break;
    }
    CHECK(failures > 0);
}

static void check_engine(struct desk *d)
{
    struct room room = {.d = d, .folder = "/tmp/huiqi-backup.XXXXXX"};
    char command[96], sql[64];

    if (!CHECK(mkdtemp(room.folder) != NULL))
        return;
    check_round(&room);
    check_moment(&room);
    check_damage(&room);
    check_versions(&room);
    check_memory(&room);
    desk_run(d, CLEAN);
    for (int i = 0; store_engine(d->s) == STORE_POSTGRES && i < room.next; i++) {
        snprintf(sql, sizeof sql, "DROP SCHEMA IF EXISTS backup_%d CASCADE", i);
        desk_run(d, sql);
    }
    snprintf(command, sizeof command, "rm -rf '%s'", room.folder);
    CHECK_INT(system(command), 0);
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    return desk_main(check_engine, "DELETE FROM migration WHERE version = 9999");
}
