/*
 * backup.c: what is the same on both engines: the file beside, its hash, the checks before a
 * restore.
 */
#include "store/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/file.h"
#include "store/store_int.h"

#define PIECE (1u << 20)

static int fail(const char *what, const char *file, struct err *err)
{
    return err_set(err, E_IO, "cannot %s %s: %s", what, file, strerror(errno));
}

/* ---- the hash ---- */

static int hash_stream(FILE *f, const char *file, struct backup_report *ret, struct err *err)
{
    crypto_hash_sha256_state state;
    unsigned char digest[crypto_hash_sha256_BYTES];
    unsigned char *piece = malloc(PIECE);
    size_t n;

    if (!piece)
        return err_memory(err);
    crypto_hash_sha256_init(&state);
    ret->bytes = 0;
    while ((n = fread(piece, 1, PIECE, f)) > 0) {
        crypto_hash_sha256_update(&state, piece, n);
        ret->bytes += (int64_t)n;
    }
    crypto_hash_sha256_final(&state, digest);
    sodium_bin2hex(ret->hash, BACKUP_HASH, digest, sizeof digest);
    free(piece);
    return ferror(f) ? fail("read", file, err) : 0;
}

static int hash_file(const char *file, struct backup_report *ret, struct err *err)
{
    FILE *f = fopen(file, "rbe");
    if (!f)
        return fail("read", file, err);
    int r = hash_stream(f, file, ret, err);
    (void)fclose(f);
    return r;
}

/* As sha256sum writes it, so that `sha256sum -c` can say whether a file is whole. */
static int write_hash(struct arena *a, const char *file, const char *name, const char *hash,
                      struct err *err)
{
    const char *slash = strrchr(name, '/');
    struct span line = arena_print(a, "%s  %s\n", hash, slash ? slash + 1 : name);

    return line.p ? file_write(file, line, err) : err_memory(err);
}

static int compare_hash(struct arena *a, const char *beside, const char *hash, struct err *err)
{
    struct span text, want;

    if (!file_exists(beside)) {
        err_set(err, E_CHECK, "there is no %s", beside);
        err_hint(err, "a backup is both files; make it with sha256sum when you know that the "
                      "backup is whole");
        return E_CHECK;
    }
    int r = file_read(a, beside, 4096, &text, err);
    if (r < 0)
        return r;
    want = span_of(text.p, text.n < BACKUP_HASH - 1 ? text.n : BACKUP_HASH - 1);
    if (span_eq(want, span_z(hash)))
        return 0;
    return err_set(err, E_CHECK, "the backup is not the one that was written: its hash is %s",
                   hash);
}

/* ---- writing ---- */

/* The name of a new file lives in its folder. */
static int sync_folder(struct arena *a, const char *file, struct err *err)
{
    const char *slash = strrchr(file, '/');
    struct span folder =
        slash ? arena_copy(a, span_of(file, (size_t)(slash - file) + 1)) : arena_copy(a, SPAN("."));
    int fd = folder.p ? open(folder.p, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

    if (fd < 0)
        return fail("open the folder of", file, err);
    int r = fsync(fd) == 0 ? 0 : fail("keep", file, err);
    close(fd);
    return r;
}

static int sync_file(const char *file, struct err *err)
{
    int fd = open(file, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return fail("open", file, err);
    int r = fsync(fd) == 0 && fchmod(fd, 0600) == 0 ? 0 : fail("keep", file, err);
    close(fd);
    return r;
}

/* Made here, so that nobody else can read it while it grows. */
static int make_part(const char *part, struct err *err)
{
    int fd = open(part, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
    if (fd < 0)
        return fail("write", part, err);
    close(fd);
    return 0;
}

static int write_all(struct store *s, struct arena *a, const char *file, const char *part,
                     const char *beside, const struct backup_watch *w, struct backup_report *ret,
                     struct err *err)
{
    int r = store_version(s, &ret->version, err);

    if (r == 0)
        r = make_part(part, err);
    if (r == 0)
        r = s->engine->dump(s, part, w, err);
    if (r == 0)
        r = sync_file(part, err);
    if (r == 0)
        r = hash_file(part, ret, err);
    if (r == 0)
        r = write_hash(a, beside, file, ret->hash, err);
    if (r == 0 && rename(part, file) != 0)
        r = fail("write", file, err);
    if (r == 0)
        return sync_folder(a, file, err);
    (void)unlink(part);
    (void)unlink(beside);
    return r;
}

int store_backup(struct store *s, const char *file, const struct backup_watch *watch,
                 struct backup_report *ret, struct err *err)
{
    struct backup_report report = {0};
    struct arena a;

    if (file_exists(file))
        return err_set(err, E_CONFLICT, "%s is there already: a backup overwrites nothing", file);
    arena_init(&a);
    struct span part = arena_print(&a, "%s.part", file),
                beside = arena_print(&a, "%s.sha256", file);
    int r = part.p && beside.p ? write_all(s, &a, file, part.p, beside.p, watch, &report, err)
                               : err_memory(err);
    arena_release(&a);
    if (r == 0)
        *ret = report;
    return r;
}

/* ---- and back ---- */

static int check_empty(struct store *s, struct err *err)
{
    int64_t version = 0;
    int r = store_version(s, &version, err);

    if (r < 0 || version == 0)
        return r;
    err_set(err, E_CONFLICT, "the store has tables already (version %lld)", (long long)version);
    err_hint(err, "restore into a new database: HUIQI_DATABASE=sqlite:NEW.db, or createdb NEW");
    return E_CONFLICT;
}

int store_restore(struct store *s, const char *file, const struct backup_watch *watch,
                  struct backup_report *ret, struct err *err)
{
    struct backup_report report = {0};
    struct arena a;
    int r = check_empty(s, err);

    if (r < 0)
        return r;
    arena_init(&a);
    struct span beside = arena_print(&a, "%s.sha256", file);
    r = beside.p ? hash_file(file, &report, err) : err_memory(err);
    if (r == 0)
        r = compare_hash(&a, beside.p, report.hash, err);
    if (r == 0)
        r = s->engine->load(s, file, watch, &report, err);
    if (r == 0)
        r = store_migrate(s, err);
    arena_release(&a);
    if (r == 0)
        *ret = report;
    return r;
}
