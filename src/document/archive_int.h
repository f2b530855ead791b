/*
 * archive_int.h: what the files of the archive share: names of sealed things, the log, the hooks.
 */
#ifndef HUIQI_DOCUMENT_ARCHIVE_INT_H
#define HUIQI_DOCUMENT_ARCHIVE_INT_H
#include "base/json.h"
#include "base/vector.h"
#include "document/archive.h"
#include "document/path.h"

#define ARCHIVE_PART ((size_t)4 << 20) /* bytes sealed as one value: well below STORE_VALUE_MAX */

/* What a sealed value is bound to. */
struct span archive_part_about(struct arena *a, struct span sha256, const char *kind, int64_t part);
struct span archive_find_about(struct arena *a, struct span sha256, int64_t start);

struct archive_log_line {
    const char *kind;
    int64_t source, document, redaction; /* 0 = none */
    struct span actor, detail;           /* detail: JSON without personal data */
};
NODISCARD int archive_log(struct store *s, const struct archive_log_line *line, struct err *err);

NODISCARD int archive_version_by_id(struct store *s, struct arena *a, int64_t id,
                                    struct archive_version **ret, struct err *err);
NODISCARD int archive_hooks_run(const struct archive_change *change, struct err *err);
/* Search and the like follow what changed of a version that is in the store. */
NODISCARD int archive_version_changed(struct store *s, struct arena *a, int64_t version,
                                      struct err *err);
#endif
