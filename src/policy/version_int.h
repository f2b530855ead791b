/*
 * version_int.h: what version.c (snapshots, releases) gives to version_publish.c.
 */
#ifndef HUIQI_POLICY_VERSION_INT_H
#define HUIQI_POLICY_VERSION_INT_H
#include <stdlib.h>
#include "policy/version.h"

struct release_row {
    const struct actor *who;
    struct span library; /* empty = none */
    int64_t from_at, withdraws;
    struct span reason, differences;
};

/* The whole hash of one that may be cut. */
NODISCARD int version_find(struct arena *request, struct store *s, struct span hash,
                           struct span *ret, struct err *err);
NODISCARD int version_is_kept(struct store *s, struct span hash, bool *ret, struct err *err);
/* Inside a transaction. */
NODISCARD int version_keep(struct store *s, struct span hash, const struct library_file *files,
                           size_t n, struct span counts, bool *ret_known, struct err *err);
/* The release in force, passing over one; id 0 and an empty hash when none is. */
NODISCARD int version_in_force(struct store *s, int64_t at, int64_t known_at, int64_t without,
                               int64_t *ret_id, char ret[LIBRARY_HASH + 1], struct err *err);
NODISCARD int version_release_get(struct arena *request, struct store *s, int64_t id,
                                  struct version_release *ret, struct err *err);
/* Inside a transaction; the log has it, too. */
NODISCARD int version_release_add(struct store *s, const struct release_row *x, int64_t *ret_id,
                                  struct err *err);
struct json *version_instant_json(struct arena *a, int64_t ms);
#endif
