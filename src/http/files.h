/*
 * files.h: the files that are sent as they are: read once at start, named by the hash of their
 * bytes. A request looks up a name in a table and never touches the file system, so no path can
 * leave it.
 */
#ifndef HUIQI_HTTP_FILES_H
#define HUIQI_HTTP_FILES_H
#include "base/err.h"
#include "base/map.h"

#define FILES_SIZE (8u << 20) /* bytes of one static file */
#define FILES_ETAG 34         /* 32 hex digits and quotes */

struct file {
    struct span name; /* "huiqi.css" */
    struct span body;
    const char *type;
    char etag[FILES_ETAG + 1];
};

struct files {
    struct map by_name;
    char version[17]; /* of all files together, for addresses that may be kept for ever */
};

void files_init(struct files *f, struct arena *process);
/* Adds every file of a folder of the endings known; a missing folder is an error when `must`. */
NODISCARD int files_load(struct files *f, struct arena *process, const char *folder, bool must,
                         struct err *err);
void files_seal(struct files *f);
const struct file *files_find(const struct files *f, struct span name);
void files_etag(struct span body, char ret[FILES_ETAG + 1]);
#endif
