/*
 * file.c: whole files and folders. Writing goes through a temporary file beside the target.
 */
#include "base/file.h"
#include "base/alloc.h"
#include "base/vector.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_STEP    ((size_t)64 << 10)
#define FOLDER_DEPTH 32 /* folders below the first; deeper ones are an error, not a silence */

static int fail(struct err *err, const char *path, const char *doing)
{
    int cause = errno;
    int code = cause == ENOENT || cause == ENOTDIR ? E_NOT_FOUND : E_IO;

    err_set(err, code, "cannot %s %s: %s", doing, path, strerror(cause));
    err_at(err, span_z(path), 0, 0);
    return code;
}

/* Reads on until the end; grows by copying inside the arena. */
static int read_all(struct arena *a, int fd, const char *path, size_t limit, size_t guess,
                    struct span *ret, struct err *err)
{
    size_t room = guess + 1, n = 0;
    char *p = arena_alloc(a, room + 1);

    for (;;) {
        ssize_t got;
        if (!p)
            return err_memory(err);
        got = read(fd, p + n, room - n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail(err, path, "read");
        if (got == 0)
            break;
        n += (size_t)got;
        if (n > limit) {
            err_set(err, E_LIMIT, "%s is larger than %zu bytes", path, limit);
            err_at(err, span_z(path), 0, 0);
            return E_LIMIT;
        }
        if (n == room) {
            char *more = arena_alloc(a, room * 2 + 1);
            if (more)
                memcpy(more, p, n);
            p = more;
            room *= 2;
        }
    }
    p[n] = '\0';
    *ret = span_of(p, n);
    return 0;
}

int file_read(struct arena *a, const char *path, size_t limit, struct span *ret, struct err *err)
{
    bool standard = strcmp(path, "-") == 0;
    int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    size_t guess = READ_STEP;
    struct stat st;
    int r;

    if (fd < 0)
        return fail(err, path, "open");
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size >= 0)
        guess = (size_t)st.st_size < limit ? (size_t)st.st_size : limit;
    r = read_all(a, fd, standard ? "standard input" : path, limit, guess, ret, err);
    if (!standard)
        close(fd);
    return r;
}

static int write_all(int fd, struct span data)
{
    while (data.n) {
        ssize_t put = write(fd, data.p, data.n);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return -1;
        data = span_from(data, (size_t)put);
    }
    return fsync(fd);
}

/* The mode of the file that is replaced, or what a new file would get. */
static mode_t mode_for(const char *path)
{
    struct stat st;
    mode_t mask;

    if (stat(path, &st) == 0)
        return st.st_mode & 0777;
    mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

int file_write(const char *path, struct span data, struct err *err)
{
    size_t n = strlen(path);
    char *beside = alloc_new(n + sizeof ".XXXXXX");
    int fd = -1, r = 0;

    if (!beside)
        return err_memory(err);
    memcpy(beside, path, n);
    memcpy(beside + n, ".XXXXXX", sizeof ".XXXXXX");
    fd = mkostemp(beside, O_CLOEXEC);
    if (fd < 0) {
        r = fail(err, path, "write");
        goto done;
    }
    if (write_all(fd, data) < 0 || fchmod(fd, mode_for(path)) < 0 || rename(beside, path) < 0) {
        r = fail(err, path, "write");
        unlink(beside);
    }
    close(fd);
done:
    alloc_free(beside);
    return r;
}

bool file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

/* --- folders ------------------------------------------------------------------------------- */

struct walk {
    struct arena *arena;
    struct span ending;
    char root[PATH_MAX]; /* resolved: links must stay below it */
    VECTOR_OF(const char *, path_vector) files;
    struct err *err;
};

static bool stays_inside(const struct walk *w, const char *path)
{
    char real[PATH_MAX];
    size_t n = strlen(w->root);

    return realpath(path, real) && strncmp(real, w->root, n) == 0 &&
           (real[n] == '/' || w->root[n - 1] == '/');
}

static int keep_file(struct walk *w, const char *path)
{
    const char **slot;

    if (!span_ends(span_z(path), w->ending))
        return 0;
    slot = VECTOR_PUSH(w->arena, &w->files, const char *);
    if (!slot)
        return err_memory(w->err);
    *slot = path;
    return 0;
}

static int walk_folder(struct walk *w, const char *folder, int depth);

static int walk_entry(struct walk *w, const char *folder, const char *name, int depth)
{
    bool slash = folder[0] && folder[strlen(folder) - 1] == '/';
    struct span path = arena_print(w->arena, "%s%s%s", folder, slash ? "" : "/", name);
    struct stat st;

    if (!path.p)
        return err_memory(w->err);
    if (lstat(path.p, &st) < 0)
        return errno == ENOENT ? 0 : fail(w->err, path.p, "read");
    if (S_ISDIR(st.st_mode))
        return walk_folder(w, path.p, depth + 1);
    if (S_ISLNK(st.st_mode) &&
        (!stays_inside(w, path.p) || stat(path.p, &st) < 0)) /* linked folders are not entered */
        return 0;
    return S_ISREG(st.st_mode) ? keep_file(w, path.p) : 0;
}

static int walk_folder(struct walk *w, const char *folder, int depth)
{
    struct dirent *entry;
    int r = 0;
    DIR *dir;

    if (depth > FOLDER_DEPTH)
        return err_set(w->err, E_LIMIT, "%s lies more than %d folders deep", folder, FOLDER_DEPTH);
    dir = opendir(folder);
    if (!dir)
        return fail(w->err, folder, "open");
    while (r == 0 && (errno = 0, entry = readdir(dir)))
        if (entry->d_name[0] != '.')
            r = walk_entry(w, folder, entry->d_name, depth);
    if (r == 0 && errno)
        r = fail(w->err, folder, "read");
    closedir(dir);
    return r;
}

static int by_path(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int file_walk(struct arena *a, const char *folder, struct span ending,
              int (*f)(void *context, const char *path), void *context, struct err *err)
{
    struct walk w = {.arena = a, .ending = ending, .err = err};
    int r;

    if (!realpath(folder, w.root))
        return fail(err, folder, "open");
    r = walk_folder(&w, folder, 0);
    if (r == 0 && w.files.n)
        qsort(w.files.at, w.files.n, sizeof *w.files.at, by_path);
    for (size_t i = 0; r == 0 && i < w.files.n; i++) {
        int result = f(context, w.files.at[i]);
        r = result < 0 ? result : 0;
    }
    return r;
}
