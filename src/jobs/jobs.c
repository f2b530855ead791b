/*
 * jobs.c: asking for work, moving it, looking at it. What takes and does it is claim.c and
 * worker.c.
 */
#include "jobs/jobs_int.h"

#include <sodium.h>

#include "base/date.h"
#include "base/utf8.h"
#include "base/vector.h"

static const char *const state_names[JOB_STATES] = {"waiting", "running", "done", "dead",
                                                    "cancelled"};

const char *job_state_name(enum job_state s)
{
    return state_names[s];
}

static enum job_state state_of(struct span name)
{
    for (int i = 0; i < JOB_STATES; i++)
        if (span_eq(name, span_z(state_names[i])))
            return (enum job_state)i;
    BUG("a job in no state"); /* the table checks it */
}

struct span jobs_cut(struct span text)
{
    size_t n = text.n < JOB_TEXT_MAX ? text.n : JOB_TEXT_MAX;
    const char *zero = n ? memchr(text.p, 0, n) : NULL;

    text.n = zero ? (size_t)(zero - text.p) : n;
    size_t bad = utf8_check(text); /* also a character that the cut went through */
    return span_of(text.p, bad < text.n ? bad : text.n);
}

int jobs_changed(struct stmt *st, struct err *err)
{
    int n = 0, r;

    while ((r = stmt_step(st, err)) > 0)
        n++;
    stmt_done(st);
    return r < 0 ? r : n > 0;
}

/* ---- asking ---- */

static bool is_kind(struct span s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
            return false;
    }
    return s.n > 0 && s.n <= JOB_KIND_MAX;
}

static int check_order(const struct job_order *o, struct err *err)
{
    if (!is_kind(o->kind))
        return err_set(err, E_INPUT, "not a kind of job: %.*s", SPAN_ARG(o->kind));
    if (o->key.n > JOB_KEY_MAX)
        return err_set(err, E_LIMIT, "a key of a job has at most %d bytes", JOB_KEY_MAX);
    if (o->payload.n > JOB_PAYLOAD_MAX)
        return err_set(err, E_LIMIT, "a payload of a job has at most %u bytes", JOB_PAYLOAD_MAX);
    return 0;
}

#define OWN_KEY 33

static void make_key(char out[OWN_KEY])
{
    unsigned char raw[16];

    randombytes_buf(raw, sizeof raw);
    sodium_bin2hex(out, OWN_KEY, raw, sizeof raw);
}

int job_enqueue(struct store *s, const struct job_order *o, int64_t *ret_id, struct err *err)
{
    int64_t now = clock_now_ms(), id = 0;
    char own[OWN_KEY];
    struct stmt *st;
    int r = check_order(o, err);

    if (r == 0)
        r = store_prepare(s,
                          "INSERT INTO job (kind, key, payload, state, due_at, created_at,"
                          " changed_at) VALUES ($1, $2, $3, 'waiting', $4, $5, $5)"
                          " ON CONFLICT (kind, key) DO NOTHING{new id}",
                          &st, err);
    if (r < 0)
        return r;
    if (o->key.n == 0)
        make_key(own);
    stmt_text(st, 1, o->kind);
    stmt_text(st, 2, o->key.n ? o->key : span_z(own));
    stmt_text(st, 3, o->payload.n ? o->payload : SPAN("{}"));
    stmt_int(st, 4, o->run_at > 0 ? o->run_at : now);
    stmt_int(st, 5, now);
    r = stmt_insert(st, &id, err);
    if (r == 0 && ret_id)
        *ret_id = id;
    return r;
}

/* ---- changing one that is there ---- */

int job_reschedule(struct store *s, struct span kind, struct span key, int64_t run_at,
                   struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s,
                          "UPDATE job SET due_at = $3, changed_at = $4 WHERE kind = $1 AND key = $2"
                          " AND state = 'waiting' RETURNING id",
                          &st, err);

    if (r < 0)
        return r;
    stmt_text(st, 1, kind);
    stmt_text(st, 2, key);
    stmt_int(st, 3, run_at);
    stmt_int(st, 4, clock_now_ms());
    r = jobs_changed(st, err);
    if (r == 0)
        return err_set(err, E_NOT_FOUND, "no job waits under %.*s %.*s", SPAN_ARG(kind),
                       SPAN_ARG(key));
    return r < 0 ? r : 0;
}

int job_cancel_key(struct store *s, struct span kind, struct span key, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s,
                          "UPDATE job SET state = 'cancelled', worker = '', due_at = $3,"
                          " changed_at = $3 WHERE kind = $1 AND key = $2"
                          " AND state IN ('waiting', 'running') RETURNING id",
                          &st, err);

    if (r < 0)
        return r;
    stmt_text(st, 1, kind);
    stmt_text(st, 2, key);
    stmt_int(st, 3, clock_now_ms());
    r = jobs_changed(st, err);
    if (r == 0)
        return err_set(err, E_NOT_FOUND, "no job waits or runs under %.*s %.*s", SPAN_ARG(kind),
                       SPAN_ARG(key));
    return r < 0 ? r : 0;
}

/* Why an operator's word changed nothing. */
static int refused(struct store *s, int64_t id, const char *what, struct err *err)
{
    struct arena a;
    struct job_row *rows = NULL;
    size_t n = 0;

    arena_init(&a);
    int r = job_list(s, &a, &(struct job_filter){.id = id, .most = 1}, &rows, &n, err);
    if (r == 0 && n == 0)
        r = err_set(err, E_NOT_FOUND, "there is no job %lld", (long long)id);
    else if (r == 0)
        r = err_set(err, E_CONFLICT, "job %lld is %s: it cannot be %s", (long long)id,
                    job_state_name(rows[0].state), what);
    arena_release(&a);
    return r;
}

static int change(struct store *s, const char *sql, int64_t id, const char *what, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s, sql, &st, err);

    if (r < 0)
        return r;
    stmt_int(st, 1, id);
    stmt_int(st, 2, clock_now_ms());
    r = jobs_changed(st, err);
    return r < 0 ? r : r > 0 ? 0 : refused(s, id, what, err);
}

int job_cancel(struct store *s, int64_t id, struct err *err)
{
    static const char sql[] = "UPDATE job SET state = 'cancelled', worker = '', due_at = $2,"
                              " changed_at = $2 WHERE id = $1"
                              " AND state IN ('waiting', 'running') RETURNING id";

    return change(s, sql, id, "cancelled", err);
}

int job_retry(struct store *s, int64_t id, struct err *err)
{
    static const char sql[] = "UPDATE job SET state = 'waiting', attempts = 0, progress = 0,"
                              " progress_text = '', due_at = $2, changed_at = $2 WHERE id = $1"
                              " AND state IN ('dead', 'cancelled') RETURNING id";

    return change(s, sql, id, "tried again", err);
}

/* ---- looking ---- */

VECTOR_OF(struct job_row, row_vector);

static void read_row(struct arena *a, const struct stmt *st, struct job_row *row)
{
    struct span *texts[] = {&row->kind,          &row->key,    &row->payload, &row->worker,
                            &row->progress_text, &row->result, &row->error};
    int64_t *numbers[] = {&row->due_at,   &row->lease,      &row->attempts,
                          &row->progress, &row->created_at, &row->changed_at};

    row->id = stmt_get_int(st, 0);
    row->state = state_of(stmt_get_text(st, 1));
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        *texts[i] = arena_copy(a, stmt_get_text(st, (int)(2 + i)));
    for (size_t i = 0; i < COUNT_OF(numbers); i++)
        *numbers[i] = stmt_get_int(st, (int)(2 + COUNT_OF(texts) + i));
}

int job_list(struct store *s, struct arena *request, const struct job_filter *f,
             struct job_row **ret, size_t *ret_n, struct err *err)
{
    struct row_vector rows = {0};
    struct stmt *st;
    int r = store_prepare(s,
                          "SELECT id, state, kind, key, payload, worker, progress_text, result,"
                          " error, due_at, lease, attempts, progress, created_at, changed_at"
                          " FROM job WHERE ($1 = '' OR state = $1) AND ($2 = '' OR kind = $2)"
                          " AND (CAST($3 AS BIGINT) = 0 OR id = $3) ORDER BY id DESC LIMIT $4",
                          &st, err);

    if (r < 0)
        return r;
    stmt_text(st, 1, f->state);
    stmt_text(st, 2, f->kind);
    stmt_int(st, 3, f->id);
    stmt_int(st, 4, f->most);
    while ((r = stmt_step(st, err)) > 0) {
        struct job_row *row = VECTOR_PUSH(request, &rows, struct job_row);
        if (row)
            read_row(request, st, row);
    }
    stmt_done(st);
    if (r < 0 || request->failed)
        return r < 0 ? r : err_memory(err);
    *ret = rows.at;
    *ret_n = rows.n;
    return 0;
}
