/*
 * redact.c: what was hidden, and an officer's decisions on it. A release opens the sealed text and
 * puts it where its placeholders stand; places behind it in the same field move along.
 */
#include "base/buffer.h"
#include "document/archive_int.h"
#include "document/seal.h"

#define FAR 1000000000 /* beyond any place: rows move there first, so that no two ever meet */

VECTOR_OF(struct archive_redaction, redaction_vector);
VECTOR_OF(int64_t, id_vector);

static struct span keep(struct arena *a, const struct stmt *st, int column)
{
    return arena_copy(a, stmt_get_text(st, column));
}

static void read_redaction(struct arena *a, const struct stmt *st, struct archive_redaction *x)
{
    struct span *const texts[] = {&x->kind,        &x->placeholder, &x->reason, &x->state,
                                  &x->source_name, &x->slug,        &x->path,   &x->text};
    x->id = stmt_get_int(st, 0);
    x->source = stmt_get_int(st, 1);
    x->line = stmt_get_int(st, 2);
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        *texts[i] = keep(a, st, 3 + (int)i);
}

int document_archive_redactions(struct store *s, struct arena *a, struct span state,
                                struct archive_redaction **ret, size_t *ret_n, struct err *err)
{
    struct redaction_vector v = {0};
    struct stmt *st;
    int r = store_prepare(
        s,
        "SELECT r.id, r.source_id, r.line, r.kind, r.placeholder, r.reason, r.state, f.name,"
        " COALESCE(d.slug, ''), COALESCE(c.path, ''), COALESCE(c.text, '') FROM redaction r"
        " JOIN source_file f ON f.id = r.source_id"
        " LEFT JOIN clause c ON c.id = (SELECT MAX(clause_id) FROM redaction_place p"
        "  WHERE p.redaction_id = r.id AND p.field = 'text')"
        " LEFT JOIN document_version v ON v.id = c.version_id"
        " LEFT JOIN document d ON d.id = v.document_id"
        " WHERE $1 = '' OR r.state = $1 ORDER BY r.id",
        &st, err);

    if (r < 0)
        return r;
    stmt_text(st, 1, state);
    while ((r = stmt_step(st, err)) > 0) {
        struct archive_redaction *x = VECTOR_PUSH(a, &v, struct archive_redaction);
        if (x)
            read_redaction(a, st, x);
        if (a->failed) {
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

/* ---- decisions ---- */

struct decision {
    const struct seal *seal;
    struct arena *arena;
    int64_t redaction;
    bool release;
    struct span actor;
    size_t decided;
    struct span kind, digest;
    struct id_vector versions; /* whose clauses changed */
};

/* One integer column of all rows. */
static int read_ids(struct stmt *st, struct arena *a, struct id_vector *v, struct err *err)
{
    int r;
    while ((r = stmt_step(st, err)) > 0) {
        int64_t *id = VECTOR_PUSH(a, v, int64_t);
        if (!id) {
            r = err_memory(err);
            break;
        }
        *id = stmt_get_int(st, 0);
    }
    stmt_done(st);
    return r;
}

static int find_decided(struct store *s, struct decision *d, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s, "SELECT kind, digest FROM redaction WHERE id = $1", &st, err);

    if (r < 0)
        return r;
    stmt_int(st, 1, d->redaction);
    r = stmt_step(st, err);
    if (r > 0) {
        d->kind = keep(d->arena, st, 0);
        d->digest = keep(d->arena, st, 1);
    }
    stmt_done(st);
    if (r == 0) {
        err_set(err, E_NOT_FOUND, "no find %lld", (long long)d->redaction);
        err_hint(err, "'huiqi document redactions list' names them");
        return E_NOT_FOUND;
    }
    return r < 0 ? r : d->arena->failed ? err_memory(err) : 0;
}

static int set_state(struct store *s, const struct decision *d, int64_t id, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s, "UPDATE redaction SET state = $2 WHERE id = $1", &st, err);

    if (r < 0)
        return r;
    stmt_int(st, 1, id);
    stmt_text(st, 2, d->release ? SPAN("released") : SPAN("confirmed"));
    r = stmt_run(st, err);
    if (r < 0)
        return r;
    return archive_log(s,
                       &(struct archive_log_line){.kind = d->release ? "release" : "confirm",
                                                  .redaction = id,
                                                  .actor = d->actor,
                                                  .detail = SPAN("{}")},
                       err);
}

/* The text that a find hides. */
static int open_find(struct store *s, const struct decision *d, int64_t id, struct span *ret,
                     struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s,
                          "SELECT r.sealed, r.start_byte, f.sha256 FROM redaction r"
                          " JOIN source_file f ON f.id = r.source_id WHERE r.id = $1",
                          &st, err);

    if (r < 0)
        return r;
    stmt_int(st, 1, id);
    r = stmt_step(st, err);
    if (r > 0) {
        struct span sha = keep(d->arena, st, 2), sealed = keep(d->arena, st, 0);
        struct span about = archive_find_about(d->arena, sha, stmt_get_int(st, 1));
        r = seal_open(d->arena, d->seal, about, sealed, ret, err);
    }
    stmt_done(st);
    return r < 0 ? r : 0;
}

struct spot {
    int64_t clause, version, start, end;
    struct span field;
};
VECTOR_OF(struct spot, spot_vector);

static int read_spots(struct store *s, const struct decision *d, int64_t id, struct spot_vector *v,
                      struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s,
                          "SELECT p.clause_id, c.version_id, p.text_start, p.text_end, p.field"
                          " FROM redaction_place p JOIN clause c ON c.id = p.clause_id"
                          " WHERE p.redaction_id = $1 ORDER BY p.text_start DESC",
                          &st, err);

    if (r < 0)
        return r;
    stmt_int(st, 1, id);
    while ((r = stmt_step(st, err)) > 0) {
        struct spot *x = VECTOR_PUSH(d->arena, v, struct spot);
        if (!x) {
            r = err_memory(err);
            break;
        }
        *x = (struct spot){stmt_get_int(st, 0), stmt_get_int(st, 1), stmt_get_int(st, 2),
                           stmt_get_int(st, 3), keep(d->arena, st, 4)};
    }
    stmt_done(st);
    return r;
}

/* SQL by field: a column's name is no parameter. */
static const struct {
    const char *field, *read, *write;
} columns[] = {
    {"path", "SELECT path FROM clause WHERE id = $1", "UPDATE clause SET path = $2 WHERE id = $1"},
    {"mark", "SELECT mark FROM clause WHERE id = $1", "UPDATE clause SET mark = $2 WHERE id = $1"},
    {"title", "SELECT title FROM clause WHERE id = $1",
     "UPDATE clause SET title = $2 WHERE id = $1"},
    {"text", "SELECT text FROM clause WHERE id = $1", "UPDATE clause SET text = $2 WHERE id = $1"},
};

static int read_field(struct store *s, const struct decision *d, size_t column,
                      const struct spot *x, struct span *ret, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s, columns[column].read, &st, err);

    if (r < 0)
        return r;
    stmt_int(st, 1, x->clause);
    r = stmt_step(st, err);
    if (r > 0)
        *ret = keep(d->arena, st, 0);
    stmt_done(st);
    return r < 0 ? r : d->arena->failed ? err_memory(err) : 0;
}

static int put_back(struct store *s, const struct decision *d, const struct spot *x,
                    struct span text, struct err *err)
{
    size_t column = 0;
    struct span old = {0};
    struct stmt *st;

    while (column + 1 < COUNT_OF(columns) && !span_eq(x->field, span_z(columns[column].field)))
        column++;
    int r = read_field(s, d, column, x, &old, err);
    if (r < 0)
        return r;
    if (x->start < 0 || x->end < x->start || (size_t)x->end > old.n)
        return err_set(err, E_STORE, "a placeholder is not where the database says");
    struct span fresh = arena_print(d->arena, "%.*s%.*s%.*s", (int)x->start, old.p, SPAN_ARG(text),
                                    SPAN_ARG(span_from(old, (size_t)x->end)));
    if (!fresh.p)
        return err_memory(err);
    r = store_prepare(s, columns[column].write, &st, err);
    if (r < 0)
        return r;
    stmt_int(st, 1, x->clause);
    stmt_text(st, 2, fresh);
    return stmt_run(st, err);
}

/* Places behind the spot move by what the text is longer than its placeholder. */
static int move_places(struct store *s, const struct spot *x, struct span text, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s,
                          "UPDATE redaction_place SET text_start = text_start + $4,"
                          " text_end = text_end + $4"
                          " WHERE clause_id = $1 AND field = $2 AND text_start > $3",
                          &st, err);

    if (r < 0)
        return r;
    stmt_int(st, 1, x->clause);
    stmt_text(st, 2, x->field);
    stmt_int(st, 3, x->start);
    stmt_int(st, 4, FAR + (int64_t)text.n - (x->end - x->start));
    r = stmt_run(st, err);
    if (r == 0)
        r = store_prepare(s,
                          "UPDATE redaction_place SET text_start = text_start - $3,"
                          " text_end = text_end - $3"
                          " WHERE clause_id = $1 AND field = $2 AND text_start >= $3",
                          &st, err);
    if (r < 0)
        return r;
    stmt_int(st, 1, x->clause);
    stmt_text(st, 2, x->field);
    stmt_int(st, 3, FAR);
    return stmt_run(st, err);
}

static int drop_places(struct store *s, int64_t id, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s, "DELETE FROM redaction_place WHERE redaction_id = $1", &st, err);

    if (r < 0)
        return r;
    stmt_int(st, 1, id);
    return stmt_run(st, err);
}

static bool seen(const struct id_vector *v, int64_t id)
{
    for (size_t i = 0; i < v->n; i++)
        if (v->at[i] == id)
            return true;
    return false;
}

static int release_one(struct store *s, struct decision *d, int64_t id, struct err *err)
{
    struct spot_vector spots = {0};
    struct span text = {0};
    int r = read_spots(s, d, id, &spots, err);

    if (r == 0)
        r = open_find(s, d, id, &text, err);
    for (size_t i = 0; r == 0 && i < spots.n; i++) {
        const struct spot *x = &spots.at[i];
        r = put_back(s, d, x, text, err);
        if (r == 0)
            r = move_places(s, x, text, err);
        if (r == 0 && !seen(&d->versions, x->version)) {
            int64_t *version = VECTOR_PUSH(d->arena, &d->versions, int64_t);
            if (!version)
                return err_memory(err);
            *version = x->version;
        }
    }
    return r < 0 ? r : drop_places(s, id, err);
}

static int decide(struct store *s, void *context, struct err *err)
{
    struct decision *d = context;
    struct id_vector ids = {0};
    struct stmt *st;
    int r = find_decided(s, d, err);

    d->versions.n = 0;
    d->decided = 0;
    if (r == 0)
        r = store_prepare(s,
                          "SELECT id FROM redaction WHERE kind = $1 AND digest = $2 AND"
                          " state <> 'released' ORDER BY id",
                          &st, err);
    if (r < 0)
        return r;
    stmt_text(st, 1, d->kind);
    stmt_text(st, 2, d->digest);
    r = read_ids(st, d->arena, &ids, err);
    for (size_t i = 0; r == 0 && i < ids.n; i++) {
        r = set_state(s, d, ids.at[i], err);
        if (r == 0 && d->release)
            r = release_one(s, d, ids.at[i], err);
        d->decided += r == 0;
    }
    for (size_t i = 0; r == 0 && i < d->versions.n; i++)
        r = archive_version_changed(s, d->arena, d->versions.at[i], err);
    return r;
}

int document_archive_decide(struct store *s, const struct seal *seal, struct arena *a,
                            int64_t redaction, bool release, struct span actor, size_t *ret_n,
                            struct err *err)
{
    struct decision d = {
        .seal = seal, .arena = a, .redaction = redaction, .release = release, .actor = actor};
    int r = store_write(s, decide, &d, err);

    if (r == 0)
        *ret_n = d.decided;
    return r;
}
