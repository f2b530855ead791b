/*
 * version.c: snapshots of the library in the store and the history of releases: reading, keeping,
 * releasing. What a release needs before it may happen is version_publish.c.
 */
#include "policy/version_int.h"
#include <inttypes.h>
#include <sodium.h>
#include "base/date.h"
#include "base/map.h"
#include "identity/audit.h"

#define HASH_LEAST 8 /* characters of a hash that people may cut it to */

static struct span keep(struct arena *a, const struct stmt *st, int column)
{
    return arena_copy(a, stmt_get_text(st, column));
}

static void digest_of(struct span bytes, char ret[LIBRARY_HASH + 1])
{
    unsigned char digest[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(digest, (const unsigned char *)(bytes.p ? bytes.p : ""), bytes.n);
    sodium_bin2hex(ret, LIBRARY_HASH + 1, digest, sizeof digest);
}

/* ---- snapshots: reading ---- */

static bool is_hash(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f')))
            return false;
    return s.n >= HASH_LEAST && s.n <= LIBRARY_HASH;
}

static int no_version(struct span hash, struct err *err)
{
    int r = err_set(err, E_NOT_FOUND, "no version '%.*s' of the library is kept", SPAN_ARG(hash));
    err_hint(err, "'huiqi library versions' lists them");
    return r;
}

int version_find(struct arena *request, struct store *s, struct span hash, struct span *ret,
                 struct err *err)
{
    struct stmt *st;
    struct span found = {NULL, 0};
    if (!is_hash(hash))
        return no_version(hash, err);
    int r = store_prepare(
        s, "SELECT hash FROM library_snapshot WHERE substr(hash, 1, $1) = $2 LIMIT 2", &st, err);
    if (r < 0)
        return r;
    stmt_int(st, 1, (int64_t)hash.n);
    stmt_text(st, 2, hash);
    r = stmt_step(st, err);
    if (r > 0) {
        found = keep(request, st, 0);
        r = stmt_step(st, err);
    }
    stmt_done(st);
    if (r < 0)
        return r;
    if (r > 0)
        return err_set(err, E_CONFLICT, "several versions begin with '%.*s'", SPAN_ARG(hash));
    if (request->failed)
        return err_memory(err);
    *ret = found;
    return found.n ? 0 : no_version(hash, err);
}

static int by_path(const void *x, const void *y)
{
    return span_compare(((const struct library_file *)x)->path,
                        ((const struct library_file *)y)->path);
}

static int read_rows(struct arena *a, struct stmt *st, struct library_files *files, struct err *err)
{
    int r;
    while ((r = stmt_step(st, err)) > 0) {
        struct library_file *f = VECTOR_PUSH(a, files, struct library_file);
        if (f)
            *f = (struct library_file){keep(a, st, 0), keep(a, st, 1)};
        if (a->failed)
            return err_memory(err);
    }
    return r;
}

/* Paths are sorted here, not by the database: its collation is not that of bytes. */
int library_version_files(struct arena *request, struct store *s, struct span hash,
                          struct library_files *ret, struct err *err)
{
    struct library_files files = {0};
    struct stmt *st;
    struct span whole;
    int r = version_find(request, s, hash, &whole, err);
    if (r == 0)
        r = store_prepare(s,
                          "SELECT f.path, b.bytes FROM library_file f "
                          "JOIN library_blob b ON b.digest = f.digest WHERE f.library = $1",
                          &st, err);
    if (r < 0)
        return r;
    stmt_text(st, 1, whole);
    r = read_rows(request, st, &files, err);
    stmt_done(st);
    if (r < 0)
        return r;
    if (files.n)
        qsort(files.at, files.n, sizeof *files.at, by_path);
    *ret = files;
    return 0;
}

int library_load_version(struct store *s, struct span hash, struct library **ret,
                         struct diags *diags, struct err *err)
{
    struct arena files_arena;
    struct library_files files;
    struct library *l = NULL;
    struct span whole;
    arena_init(&files_arena);
    int r = version_find(&files_arena, s, hash, &whole, err);
    if (r == 0)
        r = library_version_files(&files_arena, s, whole, &files, err);
    if (r == 0) {
        struct span label = arena_print(&files_arena, "version-%.12s", whole.p);
        r = label.p ? library_load_files(label.p, files.at, files.n, &l, diags, err)
                    : err_memory(err);
    }
    if (r == 0 && !span_eq(span_z(l->hash), whole)) {
        r = err_set(err, E_STORE, "the files of version %.12s are not those that were kept",
                    whole.p);
        err_hint(err, "'huiqi store verify' says which; restore the database from a backup");
        library_unref(l);
    }
    arena_release(&files_arena);
    if (r == 0)
        *ret = l;
    return r;
}

/* ---- snapshots: keeping ---- */

static int keep_blob(struct store *s, const char *digest, struct span bytes, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s,
                          "INSERT INTO library_blob (digest, size, bytes) VALUES ($1, $2, $3) "
                          "ON CONFLICT (digest) DO NOTHING",
                          &st, err);
    if (r < 0)
        return r;
    stmt_text(st, 1, span_z(digest));
    stmt_int(st, 2, (int64_t)bytes.n);
    stmt_blob(st, 3, bytes);
    return stmt_run(st, err);
}

static int keep_file(struct store *s, struct span hash, const struct library_file *f,
                     struct err *err)
{
    char digest[LIBRARY_HASH + 1];
    struct stmt *st;
    digest_of(f->bytes, digest);
    int r = keep_blob(s, digest, f->bytes, err);
    if (r == 0)
        r = store_prepare(s, "INSERT INTO library_file (library, path, digest) VALUES ($1, $2, $3)",
                          &st, err);
    if (r < 0)
        return r;
    stmt_text(st, 1, hash);
    stmt_text(st, 2, f->path);
    stmt_text(st, 3, span_z(digest));
    return stmt_run(st, err);
}

int version_is_kept(struct store *s, struct span hash, bool *ret, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s, "SELECT 1 FROM library_snapshot WHERE hash = $1", &st, err);
    if (r < 0)
        return r;
    stmt_text(st, 1, hash);
    r = stmt_step(st, err);
    stmt_done(st);
    *ret = r > 0;
    return r < 0 ? r : 0;
}

static int keep_head(struct store *s, struct span hash, const struct library_file *files, size_t n,
                     struct span counts, struct err *err)
{
    struct stmt *st;
    int64_t size = 0;
    int r = store_prepare(s,
                          "INSERT INTO library_snapshot (hash, kept_at, files, size, program, "
                          "counts) VALUES ($1, $2, $3, $4, $5, $6)",
                          &st, err);
    for (size_t i = 0; i < n; i++)
        size += (int64_t)files[i].bytes.n;
    if (r < 0)
        return r;
    stmt_text(st, 1, hash);
    stmt_int(st, 2, clock_now_ms());
    stmt_int(st, 3, (int64_t)n);
    stmt_int(st, 4, size);
    stmt_text(st, 5, SPAN(HUIQI_VERSION));
    stmt_text(st, 6, counts);
    return stmt_run(st, err);
}

int version_keep(struct store *s, struct span hash, const struct library_file *files, size_t n,
                 struct span counts, bool *ret_known, struct err *err)
{
    bool known = false;
    int r = version_is_kept(s, hash, &known, err);
    if (r == 0 && !known)
        r = keep_head(s, hash, files, n, counts, err);
    for (size_t i = 0; i < n && r == 0 && !known; i++)
        r = keep_file(s, hash, &files[i], err);
    if (r == 0)
        *ret_known = known;
    return r;
}

/* ---- releases: reading ---- */

/* Of the release in force at $1, as known at $2, passing over release $3. Withdrawals are no
 * versions of their own: what one brought back may be withdrawn in its turn. */
#define IN_FORCE                                                                                   \
    "SELECT r.id, r.library FROM library_release r WHERE r.from_at <= $1 AND r.recorded_at <= $2"  \
    " AND r.kind = 'publish' AND r.id <> $3 AND NOT EXISTS (SELECT 1 FROM library_release w"       \
    " WHERE w.withdraws = r.id AND w.recorded_at <= $2) ORDER BY r.from_at DESC, r.id DESC LIMIT " \
    "1"

int version_in_force(struct store *s, int64_t at, int64_t known_at, int64_t without,
                     int64_t *ret_id, char ret[LIBRARY_HASH + 1], struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s, IN_FORCE, &st, err);
    if (r < 0)
        return r;
    stmt_int(st, 1, at);
    stmt_int(st, 2, known_at);
    stmt_int(st, 3, without);
    r = stmt_step(st, err);
    struct span hash = r > 0 ? stmt_get_text(st, 1) : SPAN("");
    if (r >= 0) {
        *ret_id = r > 0 ? stmt_get_int(st, 0) : 0;
        memcpy(ret, hash.n == LIBRARY_HASH ? hash.p : "", hash.n == LIBRARY_HASH ? hash.n : 0);
        ret[hash.n == LIBRARY_HASH ? hash.n : 0] = '\0';
    }
    stmt_done(st);
    return r < 0 ? r : 0;
}

int library_published(struct store *s, int64_t at, int64_t known_at, char ret[LIBRARY_HASH + 1],
                      struct err *err)
{
    int64_t id;
    return version_in_force(s, at, known_at, 0, &id, ret, err);
}

#define RELEASE_COLUMNS                                                                            \
    "r.id, r.recorded_at, r.from_at, r.library, r.kind, r.withdraws, w.id, r.reason, r.actor,"     \
    " r.organisation, n.counts, r.differences, n.files, n.size FROM library_release r"             \
    " LEFT JOIN library_release w ON w.withdraws = r.id"                                           \
    " LEFT JOIN library_snapshot n ON n.hash = r.library"

static void take_release(struct arena *a, const struct stmt *st, struct version_release *ret)
{
    *ret = (struct version_release){
        .id = stmt_get_int(st, 0),
        .recorded_at = stmt_get_int(st, 1),
        .from_at = stmt_get_int(st, 2),
        .library = keep(a, st, 3),
        .withdraw = span_eq(stmt_get_text(st, 4), SPAN("withdraw")),
        .withdraws = stmt_is_null(st, 5) ? 0 : stmt_get_int(st, 5),
        .withdrawn_by = stmt_is_null(st, 6) ? 0 : stmt_get_int(st, 6),
        .reason = keep(a, st, 7),
        .actor = keep(a, st, 8),
        .organisation = keep(a, st, 9),
        .counts = keep(a, st, 10),
        .differences = keep(a, st, 11),
        .files = stmt_is_null(st, 12) ? 0 : stmt_get_int(st, 12),
        .size = stmt_is_null(st, 13) ? 0 : stmt_get_int(st, 13),
    };
}

int library_releases(struct arena *request, struct store *s, struct version_release **ret,
                     size_t *ret_n, struct err *err)
{
    VECTOR_OF(struct version_release, releases) v = {0};
    struct stmt *st;
    int r = store_prepare(s, "SELECT " RELEASE_COLUMNS " ORDER BY r.id DESC", &st, err);
    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0) {
        struct version_release *x = VECTOR_PUSH(request, &v, struct version_release);
        if (x)
            take_release(request, st, x);
        if (request->failed) {
            r = err_memory(err);
            break;
        }
    }
    stmt_done(st);
    if (r < 0)
        return r;
    *ret = v.at;
    *ret_n = v.n;
    return 0;
}

int version_release_get(struct arena *request, struct store *s, int64_t id,
                        struct version_release *ret, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s, "SELECT " RELEASE_COLUMNS " WHERE r.id = $1", &st, err);
    if (r < 0)
        return r;
    stmt_int(st, 1, id);
    r = stmt_step(st, err);
    if (r > 0)
        take_release(request, st, ret);
    stmt_done(st);
    if (r == 0) {
        r = err_set(err, E_NOT_FOUND, "no release %" PRId64, id);
        err_hint(err, "'huiqi library versions' lists them");
    }
    return r < 0 ? r : request->failed ? err_memory(err) : 0;
}

/* ---- releases: adding ---- */

static void bind_release(struct stmt *st, const struct release_row *x)
{
    if (x->library.n)
        stmt_text(st, 1, x->library);
    else
        stmt_null(st, 1);
    stmt_int(st, 2, clock_now_ms());
    stmt_int(st, 3, x->from_at);
    stmt_text(st, 4, x->withdraws ? SPAN("withdraw") : SPAN("publish"));
    if (x->withdraws)
        stmt_int(st, 5, x->withdraws);
    else
        stmt_null(st, 5);
    stmt_text(st, 6, x->reason);
    stmt_text(st, 7, x->who->name);
    stmt_int(st, 8, x->who->account_id);
    stmt_text(st, 9, x->who->organisation);
    stmt_text(st, 10, x->differences);
}

int version_release_add(struct store *s, const struct release_row *x, int64_t *ret_id,
                        struct err *err)
{
    struct stmt *st;
    int64_t id = 0;
    int r = store_prepare(s,
                          "INSERT INTO library_release (library, recorded_at, from_at, kind, "
                          "withdraws, reason, actor, account_id, organisation, differences) "
                          "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10){new id}",
                          &st, err);
    if (r < 0)
        return r;
    bind_release(st, x);
    r = stmt_insert(st, &id, err);
    if (r < 0)
        return r;
    struct audit_entry e = {AUDIT_DECISION,
                            x->withdraws ? SPAN("library.withdraw") : SPAN("library.publish"),
                            SPAN("library"),
                            x->library.n ? x->library : SPAN("-"),
                            {NULL, 0}};
    r = audit_add(s, x->who, &e, err);
    if (r == 0)
        *ret_id = id;
    return r;
}

/* ---- what may be said ---- */

static struct json *text_or_null(struct arena *a, struct span s)
{
    return s.n ? json_string(a, s) : json_null(a);
}

struct json *version_instant_json(struct arena *a, int64_t ms)
{
    char text[DATE_TEXT];
    size_t n = clock_print(ms, text);
    return json_string(a, arena_copy(a, span_of(text, n)));
}

/* Kept as text, given as a tree; what cannot be read is not there. */
static struct json *tree_of(struct arena *a, struct span text)
{
    struct json *j = NULL;
    struct err ignored = ERR_INIT;
    if (!text.n || json_parse(a, text, SPAN("library_release"), &j, &ignored) < 0)
        return json_null(a);
    return j;
}

static struct json *release_json(struct arena *a, const struct version_release *x)
{
    struct json *o = json_object(a);
    JSON_SET(o, "release", json_int(a, x->id));
    JSON_SET(o, "library", text_or_null(a, x->library));
    JSON_SET(o, "kind", json_string(a, x->withdraw ? SPAN("withdraw") : SPAN("publish")));
    JSON_SET(o, "from", version_instant_json(a, x->from_at));
    JSON_SET(o, "recorded_at", version_instant_json(a, x->recorded_at));
    JSON_SET(o, "by", json_string(a, x->actor));
    JSON_SET(o, "organisation", text_or_null(a, x->organisation));
    JSON_SET(o, "reason", text_or_null(a, x->reason));
    JSON_SET(o, "withdraws", x->withdraws ? json_int(a, x->withdraws) : json_null(a));
    JSON_SET(o, "withdrawn_by", x->withdrawn_by ? json_int(a, x->withdrawn_by) : json_null(a));
    JSON_SET(o, "files", json_int(a, x->files));
    JSON_SET(o, "bytes", json_int(a, x->size));
    JSON_SET(o, "counts", tree_of(a, x->counts));
    JSON_SET(o, "differences", tree_of(a, x->differences));
    return o;
}

struct json *library_releases_json(struct arena *request, const struct version_release *at,
                                   size_t n, struct span published)
{
    struct json *o = json_object(request), *list = json_array(request);
    for (size_t i = 0; i < n; i++)
        json_add(list, release_json(request, &at[i]));
    JSON_SET(o, "published", text_or_null(request, published));
    JSON_SET(o, "as_of", version_instant_json(request, clock_now_ms()));
    JSON_SET(o, "releases", list);
    return request->failed ? NULL : o;
}

/* ---- verifying ---- */

/* The hash that the kept files make; any that no longer loads as text makes another. */
static int verify_one(struct store *s, struct span hash, bool *ret_good, struct err *err)
{
    struct arena a;
    struct library_files files;
    char made[LIBRARY_HASH + 1];
    arena_init(&a);
    int r = library_version_files(&a, s, hash, &files, err);
    if (r == 0) {
        library_hash_files(files.at, files.n, made);
        *ret_good = span_eq(span_z(made), hash);
    }
    arena_release(&a);
    return r;
}

static int all_hashes(struct arena *a, struct store *s, struct library_files *ret, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s, "SELECT hash, program FROM library_snapshot ORDER BY hash", &st, err);
    if (r < 0)
        return r;
    r = read_rows(a, st, ret, err);
    stmt_done(st);
    return r;
}

int library_versions_verify(struct store *s, int64_t *ret_snapshots, int64_t *ret_bad,
                            struct err *err)
{
    struct arena a;
    struct library_files hashes = {0};
    int64_t bad = 0;
    arena_init(&a);
    int r = all_hashes(&a, s, &hashes, err);
    for (size_t i = 0; i < hashes.n && r == 0; i++) {
        bool good = false;
        r = verify_one(s, hashes.at[i].path, &good, err);
        bad += !good;
    }
    if (r == 0) {
        *ret_snapshots = (int64_t)hashes.n;
        *ret_bad = bad;
    }
    arena_release(&a);
    return r;
}
