/*
 * version.h: versions of the library in the store (design.md section 6; rows S001, S013 of
 * systems.md). A snapshot is every file of a library, kept once by content and named by the
 * library's hash; it never changes. A release says from which instant on a snapshot is the
 * published one; releases are only added. Publishing is: check, run every example, keep, release.
 * Withdrawing a release is one more release: of what was in force without it.
 *
 * Rules of one library go with it: `serve`, findings and cases name the hash, and a version loads
 * from the store exactly as it was published, whatever became of the folder.
 *
 * Everything returned lives in the arena given; instants are milliseconds since 1970 UTC. On a
 * failed check nothing is written and the old version stays in force.
 */
#ifndef HUIQI_POLICY_VERSION_H
#define HUIQI_POLICY_VERSION_H
#include "identity/actor.h"
#include "policy/library.h"
#include "store/store.h"

#define LIBRARY_HASH       64   /* characters of a whole hash */
#define VERSION_REASON_MAX 1000 /* bytes of a reason: a sentence, no report */
#define VERSION_FILES_MAX  20000

struct version_release {
    int64_t id, recorded_at, from_at;
    struct span library;  /* hash; empty = none is published any more */
    bool withdraw;        /* else a publication */
    int64_t withdraws;    /* the release it takes back; 0 = none */
    int64_t withdrawn_by; /* 0 = it stands */
    struct span reason, actor, organisation;
    struct span counts, differences; /* JSON */
    int64_t files, size;
};

/* Files of a version, sorted by path. E_NOT_FOUND; `hash` may be cut to at least 8 characters where
 * that is clear (E_CONFLICT where not). */
NODISCARD int library_version_files(struct arena *request, struct store *s, struct span hash,
                                    struct library_files *ret, struct err *err);
/* Loads exactly what was published: E_STORE when the stored files no longer have that hash. */
NODISCARD int library_load_version(struct store *s, struct span hash, struct library **ret,
                                   struct diags *diags, struct err *err);

/* Keeps the files of a library that is in use without being published, so that cases that begin
 * under it find it again. Nothing when they are kept already. E_CONFLICT when the folder no longer
 * has that hash. */
NODISCARD int library_keep_folder(struct arena *request, struct store *s, const struct library *l,
                                  const char *folder, struct err *err);

/*
 * Versions that are loaded, shared by the threads of a process: a case is judged under the library
 * it began under. The least recently used goes when there are more than VERSIONS_LOADED, once
 * nobody uses it any more.
 */
#define VERSIONS_LOADED 8
struct library_cache;
NODISCARD int library_cache_new(struct library_cache **ret, struct err *err);
void library_cache_free(struct library_cache *c); /* accepts NULL */
/* *ret is a reference for the caller. */
NODISCARD int library_cache_take(struct library_cache *c, struct store *s, struct span hash,
                                 struct library **ret, struct err *err);
/* What struct office of casework asks: libraries by hash that live as long as the arena. */
struct library_lender {
    struct library_cache *cache;
    struct store *store;
    struct arena *arena;
};
NODISCARD int library_of(void *lender, struct span hash, const struct library **ret,
                         struct err *err);

/* Something that belongs to a release and is written with it, in the same transaction: a draft that
 * becomes published with its version. A failure takes the release back. */
struct release_step {
    int (*run)(struct store *s, void *context, int64_t release, struct err *err);
    void *context;
};
/* What is asked of a publication. */
struct publication {
    const struct library_file *files;
    size_t n;
    const char *label; /* of the files in messages: the folder */
    int64_t from_at;   /* 0 = now; an instant in the past is refused */
    struct span reason;
    const struct release_step *with; /* called where a release was made; NULL = nothing */
};
/* An example that came out otherwise than its author expected. */
struct publication_failure {
    struct publication_failure *next;
    struct span measure_id, example, what, got, expected, file;
    uint32_t line;
};
struct publication_report {
    char hash[LIBRARY_HASH + 1];
    int64_t release; /* 0 = it was in force already: nothing was written */
    int64_t from_at;
    bool known; /* the snapshot was in the store already */
    size_t examples, failed;
    struct publication_failure *failures; /* the first 50 */
    struct json *counts, *differences;
};
/*
 * Checks the files, runs all examples, keeps the snapshot and releases it: one transaction. E_CHECK
 * when a check (diags) or an example (report) fails. Needs USER_PUBLISHER: E_FORBIDDEN. *ret is
 * filled on E_CHECK, too.
 */
NODISCARD int library_publish(struct arena *request, struct store *s, const struct actor *who,
                              const struct publication *p, struct publication_report *ret,
                              struct diags *diags, struct err *err);
/* Only the first half: check and examples, no store. *ret_library may be NULL. */
NODISCARD int library_prove(struct arena *request, const struct publication *p,
                            struct library **ret_library, struct publication_report *ret,
                            struct diags *diags, struct err *err);
/* A snapshot that is kept already becomes the published one again. */
NODISCARD int library_republish(struct arena *request, struct store *s, const struct actor *who,
                                struct span hash, int64_t from_at, struct span reason,
                                struct publication_report *ret, struct err *err);
/*
 * Takes a release back (0 = the one in force), with a reason: at once what was in force without it
 * is the published one again, or none. E_NOT_FOUND, E_CONFLICT when it was withdrawn before.
 */
NODISCARD int library_withdraw(struct arena *request, struct store *s, const struct actor *who,
                               int64_t release, struct span reason, struct version_release *ret,
                               struct err *err);
/* The same with a step in its transaction. */
NODISCARD int library_withdraw_with(struct arena *request, struct store *s, const struct actor *who,
                                    int64_t release, struct span reason,
                                    const struct release_step *with, struct version_release *ret,
                                    struct err *err);

/* The hash published at instant `at`, as it was known at `known_at` (now: give the same twice).
 * ret[0] = 0 when none was. One cheap statement: `serve` asks each second. */
NODISCARD int library_published(struct store *s, int64_t at, int64_t known_at,
                                char ret[LIBRARY_HASH + 1], struct err *err);
/* All releases, the newest first. */
NODISCARD int library_releases(struct arena *request, struct store *s, struct version_release **ret,
                               size_t *ret_n, struct err *err);
/* {"published": hash|null, "as_of": instant, "releases": [...]}. NULL without memory. */
struct json *library_releases_json(struct arena *request, const struct version_release *at,
                                   size_t n, struct span published);
/* What differs between two libraries (old may be NULL): {measures: {added, removed, changed},
 * facts: {...}, parameters: {...}, registers: {...}, documents: {...}}. NULL without memory. */
struct json *library_differences(struct arena *request, const struct library *old,
                                 const struct library *now);
struct json *library_counts(struct arena *request, const struct library *l);

/* Every kept file still has its digest and every snapshot its hash. *ret_bad = snapshots that do
 * not. For `huiqi store verify`. */
NODISCARD int library_versions_verify(struct store *s, int64_t *ret_snapshots, int64_t *ret_bad,
                                      struct err *err);
#endif
