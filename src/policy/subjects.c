/*
 * subjects.c: subjects and the history of their facts in the store: writing. Reading at a date is
 * subjects_load.c.
 */
#include "policy/subjects_int.h"

#include "base/vector.h"

const char *const basis_names[BASES] = {"verified", "declared", "forecast", "accrued"};

/* ---- subjects ---- */

static int row_of(struct arena *a, const struct stmt *st, struct subject_row *ret, struct err *err)
{
    ret->id = stmt_get_int(st, 0);
    ret->kind = arena_copy(a, stmt_get_text(st, 1));
    ret->code = arena_copy(a, stmt_get_text(st, 2));
    ret->name = arena_copy(a, stmt_get_text(st, 3));
    return a->failed ? err_memory(err) : 0;
}

int subject_find(struct arena *request, struct store *s, struct span kind, struct span code,
                 struct subject_row *ret, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(
        s, "SELECT id, kind, code, name FROM subject WHERE kind = $1 AND code = $2", &st, err);

    if (r < 0)
        return r;
    stmt_text(st, 1, kind);
    stmt_text(st, 2, code);
    r = stmt_step(st, err);
    if (r == 0) {
        r = err_set(err, E_NOT_FOUND, "%.*s 没有登记", SPAN_ARG(code));
        err_hint(err, "登记：huiqi %.*s import FILE.csv，或 huiqi %.*s set %.*s 事实=值",
                 SPAN_ARG(kind), SPAN_ARG(kind), SPAN_ARG(code));
    } else if (r > 0) {
        r = row_of(request, st, ret, err);
    }
    stmt_done(st);
    return r;
}

int subject_get(struct arena *request, struct store *s, int64_t id, struct subject_row *ret,
                struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s, "SELECT id, kind, code, name FROM subject WHERE id = $1", &st, err);

    if (r < 0)
        return r;
    stmt_int(st, 1, id);
    r = stmt_step(st, err);
    if (r == 0)
        r = err_set(err, E_NOT_FOUND, "没有登记这个主体");
    else if (r > 0)
        r = row_of(request, st, ret, err);
    stmt_done(st);
    return r;
}

int subject_list(struct arena *request, struct store *s, struct span kind, struct span after,
                 size_t limit, struct subject_row **ret, size_t *ret_n, struct err *err)
{
    VECTOR_OF(struct subject_row, rows) v = {0};
    struct stmt *st;
    int r = store_prepare(s,
                          "SELECT id, kind, code, name FROM subject WHERE kind = $1 AND code > $2 "
                          "ORDER BY code LIMIT $3",
                          &st, err);

    if (r < 0)
        return r;
    stmt_text(st, 1, kind);
    stmt_text(st, 2, after);
    stmt_int(st, 3, (int64_t)limit);
    while ((r = stmt_step(st, err)) > 0) {
        struct subject_row *row = VECTOR_PUSH(request, &v, struct subject_row);
        r = row ? row_of(request, st, row, err) : err_memory(err);
        if (r < 0)
            break;
    }
    stmt_done(st);
    if (r < 0)
        return r;
    *ret = v.at;
    *ret_n = v.n;
    return 0;
}

/* *ret_id = 0 when it is there already. */
static int subject_insert(struct store *s, struct span kind, struct span code, struct span name,
                          int64_t *ret_id, struct err *err)
{
    struct stmt *st;
    int r =
        store_prepare(s,
                      "INSERT INTO subject (kind, code, name, created_at) VALUES ($1, $2, $3, $4) "
                      "ON CONFLICT (kind, code) DO NOTHING{new id}",
                      &st, err);
    if (r < 0)
        return r;
    stmt_text(st, 1, kind);
    stmt_text(st, 2, code);
    stmt_text(st, 3, name);
    stmt_int(st, 4, clock_now_ms());
    return stmt_insert(st, ret_id, err);
}

static int subject_rename(struct store *s, int64_t id, struct span name, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s, "UPDATE subject SET name = $2 WHERE id = $1", &st, err);

    if (r < 0)
        return r;
    stmt_int(st, 1, id);
    stmt_text(st, 2, name);
    return stmt_run(st, err);
}

/* The one that is there; *ret_named = it has this name, or none is given. */
static int subject_id(struct store *s, struct span kind, struct span code, struct span name,
                      int64_t *ret_id, bool *ret_named, struct err *err)
{
    struct stmt *st;
    int r =
        store_prepare(s, "SELECT id, name FROM subject WHERE kind = $1 AND code = $2", &st, err);

    if (r < 0)
        return r;
    stmt_text(st, 1, kind);
    stmt_text(st, 2, code);
    r = stmt_step(st, err);
    *ret_id = r > 0 ? stmt_get_int(st, 0) : 0;
    *ret_named = r > 0 && (name.n == 0 || span_eq(stmt_get_text(st, 1), name));
    stmt_done(st);
    return r < 0 ? r : 0;
}

int subject_make(struct store *s, struct span kind, struct span code, struct span name,
                 int64_t *ret_id, bool *ret_new, struct err *err)
{
    int64_t id = 0;
    bool named = true;
    int r = subject_id(s, kind, code, name, &id, &named, err);
    bool is_new = r == 0 && id == 0;

    if (is_new)
        r = subject_insert(s, kind, code, name, &id, err);
    else if (r == 0 && !named)
        r = subject_rename(s, id, name, err);
    if (r == 0 && id == 0) /* made by another transaction meanwhile */
        r = err_set(err, E_BUSY, "the subject was made at the same time");
    if (r < 0)
        return r;
    *ret_id = id;
    *ret_new = is_new;
    return 0;
}

int subject_put(struct store *s, struct span kind, struct span code, struct span name,
                int64_t *ret_id, struct err *err)
{
    bool is_new;
    return subject_make(s, kind, code, name, ret_id, &is_new, err);
}

/* ---- events ---- */

static void bind_key(struct stmt *st, int64_t subject_id, const struct fact_event *e)
{
    stmt_int(st, 1, subject_id);
    stmt_text(st, 2, e->fact);
    stmt_text(st, 3, e->item);
    stmt_text(st, 4, e->period);
    stmt_text(st, 5, e->source);
}

/* What a source said last: latest observation; of one day, the one recorded last. */
struct said {
    bool any, same; /* same = as the event at hand */
    bool later;     /* observed after it */
};

static bool row_says(const struct stmt *st, const struct fact_event *e, struct span json)
{
    return span_eq(stmt_get_text(st, 0), json) && (stmt_get_int(st, 1) != 0) == e->withdrawn &&
           span_eq(stmt_get_text(st, 2), span_z(basis_names[e->basis]));
}

static int said_last(struct store *s, int64_t subject_id, const struct fact_event *e,
                     struct span json, struct span day, struct said *ret, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s,
                          "SELECT e.value, e.withdrawn, e.basis, e.observed FROM fact_now n JOIN "
                          "fact_event e ON e.id = n.event_id "
                          "WHERE n.subject_id = $1 AND n.fact = $2 AND n.item = $3 AND n.period = "
                          "$4 AND n.source = $5",
                          &st, err);
    if (r < 0)
        return r;
    bind_key(st, subject_id, e);
    r = stmt_step(st, err);
    if (r > 0)
        *ret =
            (struct said){true, row_says(st, e, json), span_compare(stmt_get_text(st, 3), day) > 0};
    stmt_done(st);
    return r < 0 ? r : 0;
}

/* The same, up to the day of the event: an old file read again says nothing new. */
static int said_then(struct store *s, int64_t subject_id, const struct fact_event *e,
                     struct span json, struct span day, bool *ret_same, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s,
                          "SELECT value, withdrawn, basis FROM fact_event WHERE subject_id = $1 "
                          "AND fact = $2 AND item = $3 "
                          "AND period = $4 AND source = $5 AND observed <= $6 ORDER BY observed "
                          "DESC, id DESC LIMIT 1",
                          &st, err);
    if (r < 0)
        return r;
    bind_key(st, subject_id, e);
    stmt_text(st, 6, day);
    r = stmt_step(st, err);
    if (r >= 0)
        *ret_same = r > 0 && row_says(st, e, json);
    stmt_done(st);
    return r < 0 ? r : 0;
}

static int insert_event(struct store *s, int64_t subject_id, const struct fact_event *e,
                        struct span json, struct span day, int64_t *ret_id, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s,
                          "INSERT INTO fact_event (subject_id, fact, item, period, source, value, "
                          "basis, observed, recorded_at, "
                          "withdrawn) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10){new id}",
                          &st, err);
    if (r < 0)
        return r;
    bind_key(st, subject_id, e);
    stmt_text(st, 6, json);
    stmt_text(st, 7, span_z(basis_names[e->basis]));
    stmt_text(st, 8, day);
    stmt_int(st, 9, clock_now_ms());
    stmt_int(st, 10, e->withdrawn);
    return stmt_insert(st, ret_id, err);
}

static int set_now(struct store *s, int64_t subject_id, const struct fact_event *e, int64_t id,
                   bool is_new, struct err *err)
{
    static const char insert[] = "INSERT INTO fact_now (subject_id, fact, item, period, source, "
                                 "event_id) VALUES ($1, $2, $3, $4, $5, $6)";
    static const char update[] = "UPDATE fact_now SET event_id = $6 WHERE subject_id = $1 AND fact "
                                 "= $2 AND item = $3 AND period = $4 "
                                 "AND source = $5";
    struct stmt *st;
    int r = store_prepare(s, is_new ? insert : update, &st, err);

    if (r < 0)
        return r;
    bind_key(st, subject_id, e);
    stmt_int(st, 6, id);
    return stmt_run(st, err);
}

static int append(struct store *s, int64_t subject_id, bool is_new, const struct fact_event *e,
                  struct span json, bool *ret_written, struct err *err)
{
    char text[DATE_TEXT];
    struct span day = span_of(text, date_print(e->observed, text));
    struct said last = {false, false, false};
    int64_t id = 0;
    int r;

    if (e->observed.year < 1 || e->observed.year > 9999) /* ISO text must sort as dates do */
        return err_set(err, E_INPUT, "观察日期应在 0001 年至 9999 年之间");
    r = is_new ? 0 : said_last(s, subject_id, e, json, day, &last, err);
    bool same = last.same && !last.later;
    if (r == 0 && last.later)
        r = said_then(s, subject_id, e, json, day, &same, err);
    if (r == 0 && !last.any)
        same = e->withdrawn; /* nothing to take back */
    if (r == 0 && !same)
        r = insert_event(s, subject_id, e, json, day, &id, err);
    if (r == 0 && !same && !last.later)
        r = set_now(s, subject_id, e, id, !last.any, err);
    if (r == 0)
        *ret_written = !same;
    return r;
}

int subject_tell(struct arena *request, struct store *s, int64_t subject_id, bool is_new,
                 const struct fact_event *e, bool *ret_written, struct err *err)
{
    struct buffer json = BUFFER_INIT;
    bool written = false;
    int r;

    json_print(&json, e->withdrawn ? json_null(request) : feel_to_json(request, e->value),
               JSON_COMPACT);
    if (buffer_failed(&json) || request->failed)
        r = err_memory(err);
    else
        r = append(s, subject_id, is_new, e, buffer_span(&json), &written, err);
    buffer_release(&json);
    if (r == 0 && ret_written)
        *ret_written = written;
    return r;
}

int subject_add_event(struct arena *request, struct store *s, int64_t subject_id,
                      const struct fact_event *e, bool *ret_written, struct err *err)
{
    return subject_tell(request, s, subject_id, false, e, ret_written, err);
}

/* ---- verify ---- */

static int count(struct store *s, const char *sql, int64_t *ret, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s, sql, &st, err);

    if (r < 0)
        return r;
    r = stmt_step(st, err);
    if (r > 0)
        *ret = stmt_get_int(st, 0);
    stmt_done(st);
    return r < 0 ? r : 0;
}

#define LATEST                                                                                     \
    "SELECT subject_id, fact, item, period, source, id AS event_id FROM (SELECT subject_id, "      \
    "fact, item, period, source, id, "                                                             \
    "ROW_NUMBER() OVER (PARTITION BY subject_id, fact, item, period, source ORDER BY observed "    \
    "DESC, id DESC) AS place "                                                                     \
    "FROM fact_event) ranked WHERE place = 1"
#define NOW "SELECT subject_id, fact, item, period, source, event_id FROM fact_now"

int subjects_verify(struct store *s, int64_t *ret_rows, int64_t *ret_bad, struct err *err)
{
    int64_t rows = 0, missing = 0, extra = 0;
    int r = count(s, "SELECT COUNT(*) FROM fact_now", &rows, err);

    if (r == 0)
        r = count(s, "SELECT COUNT(*) FROM (" LATEST " EXCEPT " NOW ") d", &missing, err);
    if (r == 0)
        r = count(s, "SELECT COUNT(*) FROM (" NOW " EXCEPT " LATEST ") d", &extra, err);
    if (r < 0)
        return r;
    *ret_rows = rows;
    *ret_bad = missing + extra;
    return 0;
}
