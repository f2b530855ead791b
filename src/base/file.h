/*
 * file.h: whole files and folders.
 */
#ifndef HUIQI_BASE_FILE_H
#define HUIQI_BASE_FILE_H
#include "base/arena.h"
#include "base/err.h"

/* Reads a whole file ("-" is standard input) of at most `limit` bytes into the arena. */
NODISCARD int file_read(struct arena *a, const char *path, size_t limit, struct span *ret,
                        struct err *err);
/* Writes beside and renames over: a reader sees the old or the new file, never half of it. */
NODISCARD int file_write(const char *path, struct span data, struct err *err);
bool file_exists(const char *path);
/* Calls f(context, path) for every regular file below `folder` whose name ends with `ending`,
   sorted by path (hidden ones and symbolic links out of the folder are passed over). Stops at the
   first negative result. */
NODISCARD int file_walk(struct arena *a, const char *folder, struct span ending,
                        int (*f)(void *context, const char *path), void *context, struct err *err);
#endif
