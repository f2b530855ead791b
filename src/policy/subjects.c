/*
 * subjects.c: the history of facts in the store, and what it says at a date. Import from CSV is import.c.
 */
#include "policy/subjects.h"

#include "base/alloc.h"
#include "base/vector.h"

static const char *const basis_names[BASES] = {"verified", "declared", "forecast", "accrued"};

static enum basis basis_of(struct span s)
{
    for (int i = 0; i < BASES; i++)
        if (span_eq(s, span_z(basis_names[i])))
            return (enum basis)i;
    return BASIS_DECLARED;
}

/* ---- subjects ---- */

static int row_of(struct arena *a, const struct stmt *st, struct subject_row *ret, struct err *err)
{
    ret->id = stmt_get_int(st, 0);
    ret->kind = arena_copy(a, stmt_get_text(st, 1));
    ret->code = arena_copy(a, stmt_get_text(st, 2));
    ret->name = arena_copy(a, stmt_get_text(st, 3));
    return a->failed ? err_memory(err) : 0;
}

int subject_find(struct arena *request, struct store *s, struct span kind, struct span code, struct subject_row *ret,
                 struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s, "SELECT id, kind, code, name FROM subject WHERE kind = $1 AND code = $2", &st, err);

    if (r < 0)
        return r;
    stmt_text(st, 1, kind);
    stmt_text(st, 2, code);
    r = stmt_step(st, err);
    if (r == 0) {
        r = err_set(err, E_NOT_FOUND, "%.*s 没有登记", SPAN_ARG(code));
        err_hint(err, "huiqi enterprise import FILE.csv, or: huiqi enterprise set %.*s 名称=...", SPAN_ARG(code));
    } else if (r > 0) {
        r = row_of(request, st, ret, err);
    }
    stmt_done(st);
    return r;
}

int subject_list(struct arena *request, struct store *s, struct span kind, size_t offset, size_t limit,
                 struct subject_row **ret, size_t *ret_n, struct err *err)
{
    VECTOR_OF(struct subject_row, rows) v = {0};
    struct stmt *st;
    int r = store_prepare(s, "SELECT id, kind, code, name FROM subject WHERE kind = $1 ORDER BY code LIMIT $2 OFFSET $3", &st, err);

    if (r < 0)
        return r;
    stmt_text(st, 1, kind);
    stmt_int(st, 2, (int64_t)limit);
    stmt_int(st, 3, (int64_t)offset);
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

static int subject_insert(struct store *s, struct span kind, struct span code, struct span name, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s,
                          "INSERT INTO subject (kind, code, name, created_at) VALUES ($1, $2, $3, $4) "
                          "ON CONFLICT (kind, code) DO UPDATE SET name = CASE WHEN excluded.name = '' THEN subject.name "
                          "ELSE excluded.name END",
                          &st, err);
    if (r < 0)
        return r;
    stmt_text(st, 1, kind);
    stmt_text(st, 2, code);
    stmt_text(st, 3, name);
    stmt_int(st, 4, clock_now_ms());
    return stmt_run(st, err);
}

int subject_put(struct store *s, struct span kind, struct span code, struct span name, int64_t *ret_id, struct err *err)
{
    struct stmt *st;
    int r = subject_insert(s, kind, code, name, err);

    if (r < 0)
        return r;
    r = store_prepare(s, "SELECT id FROM subject WHERE kind = $1 AND code = $2", &st, err);
    if (r < 0)
        return r;
    stmt_text(st, 1, kind);
    stmt_text(st, 2, code);
    r = stmt_step(st, err);
    if (r > 0)
        *ret_id = stmt_get_int(st, 0);
    stmt_done(st);
    return r < 0 ? r : 0;
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

/* 1 when this source says exactly this already, as of the same day or a later one. */
static int says_already(struct store *s, int64_t subject_id, const struct fact_event *e, struct span json, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s,
                          "SELECT e.value, e.withdrawn, e.basis FROM fact_now n JOIN fact_event e ON e.id = n.event_id "
                          "WHERE n.subject_id = $1 AND n.fact = $2 AND n.item = $3 AND n.period = $4 AND n.source = $5",
                          &st, err);
    if (r < 0)
        return r;
    bind_key(st, subject_id, e);
    r = stmt_step(st, err);
    if (r > 0)
        r = span_eq(stmt_get_text(st, 0), json) && stmt_get_int(st, 1) == e->withdrawn &&
            span_eq(stmt_get_text(st, 2), span_z(basis_names[e->basis]));
    stmt_done(st);
    return r;
}

static int insert_event(struct store *s, int64_t subject_id, const struct fact_event *e, struct span json, int64_t *ret_id,
                        struct err *err)
{
    char observed[DATE_TEXT];
    struct stmt *st;
    int r = store_prepare(s,
                          "INSERT INTO fact_event (subject_id, fact, item, period, source, value, basis, observed, recorded_at, "
                          "withdrawn) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id",
                          &st, err);
    if (r < 0)
        return r;
    bind_key(st, subject_id, e);
    stmt_text(st, 6, json);
    stmt_text(st, 7, span_z(basis_names[e->basis]));
    stmt_text(st, 8, span_of(observed, date_print(e->observed, observed)));
    stmt_int(st, 9, clock_now_ms());
    stmt_int(st, 10, e->withdrawn);
    r = stmt_step(st, err);
    if (r > 0)
        *ret_id = stmt_get_int(st, 0);
    stmt_done(st);
    return r < 0 ? r : 0;
}

/* The present of one source is its latest observation; of one day, the one recorded last. */
static int update_now(struct store *s, int64_t subject_id, const struct fact_event *e, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s,
                          "INSERT INTO fact_now (subject_id, fact, item, period, source, event_id) "
                          "SELECT subject_id, fact, item, period, source, id FROM fact_event "
                          "WHERE subject_id = $1 AND fact = $2 AND item = $3 AND period = $4 AND source = $5 "
                          "ORDER BY observed DESC, id DESC LIMIT 1 "
                          "ON CONFLICT (subject_id, fact, item, period, source) DO UPDATE SET event_id = excluded.event_id",
                          &st, err);
    if (r < 0)
        return r;
    bind_key(st, subject_id, e);
    return stmt_run(st, err);
}

int subject_add_event(struct arena *request, struct store *s, int64_t subject_id, const struct fact_event *e, bool *ret_written,
                      struct err *err)
{
    struct buffer json = BUFFER_INIT;
    int64_t id = 0;
    int r;

    json_print(&json, e->withdrawn ? json_null(request) : feel_to_json(request, e->value), JSON_COMPACT);
    if (buffer_failed(&json) || request->failed)
        r = err_memory(err);
    else
        r = says_already(s, subject_id, e, buffer_span(&json), err);
    bool write = r == 0;
    if (write)
        r = insert_event(s, subject_id, e, buffer_span(&json), &id, err);
    if (write && r == 0)
        r = update_now(s, subject_id, e, err);
    buffer_release(&json);
    if (r < 0)
        return r;
    if (ret_written)
        *ret_written = write;
    return 0;
}

/* ---- what was known at a date ---- */

struct loading {
    struct arena *arena;
    const struct library *library;
    VECTOR_OF(struct fact_value, values) values;
    VECTOR_OF(struct item_list, lists) lists;
    struct err *err;
};

static const struct item_kind *kind_by_list(const struct library *l, struct span name)
{
    for (size_t i = 0; i < l->item_kind_count; i++)
        if (span_eq(l->item_kinds[i]->list, name))
            return l->item_kinds[i];
    return NULL;
}

static struct item_list *list_of(struct loading *g, const struct item_kind *kind)
{
    for (size_t i = 0; i < g->lists.n; i++)
        if (g->lists.at[i].kind == kind)
            return &g->lists.at[i];
    struct item_list *list = VECTOR_PUSH(g->arena, &g->lists, struct item_list);
    if (list) {
        list->kind = kind;
        list->given = true;
    }
    return list;
}

static int add_item(struct loading *g, const struct item_kind *kind, struct span id)
{
    struct item_list *list = list_of(g, kind);

    if (!list)
        return err_memory(g->err);
    for (size_t i = 0; i < list->n; i++)
        if (span_eq(list->ids[i], id))
            return 0;
    struct span *ids = ARENA_ARRAY(g->arena, struct span, list->n + 1);
    if (!ids)
        return err_memory(g->err);
    if (list->n)
        memcpy(ids, list->ids, list->n * sizeof(*ids));
    ids[list->n++] = id;
    list->ids = ids;
    return 0;
}

static int read_value(struct loading *g, struct span text, const struct type *type, struct value *ret)
{
    struct json *j;
    int r = json_parse(g->arena, text, SPAN("fact_event"), &j, g->err);

    if (r < 0)
        return r;
    if (j->kind == JSON_NULL) {
        *ret = VALUE_NULL_V;
        return 0;
    }
    return feel_from_json(g->arena, j, type, ret, g->err);
}

/* One source's word about one thing: the first row of a group sets the value, later ones replace it when they are the
   holder's or younger, and mark a conflict when they differ. Rows come by source, so order decides nothing. */
static int take_row(struct loading *g, const struct stmt *st)
{
    struct arena *a = g->arena;
    struct span name = arena_copy(a, stmt_get_text(st, 0)), item = arena_copy(a, stmt_get_text(st, 1));
    struct span period = arena_copy(a, stmt_get_text(st, 2)), source = arena_copy(a, stmt_get_text(st, 4));
    const struct fact *fact = map_get(&g->library->fact_by_name, name);
    const struct item_kind *kind = fact ? fact->of : kind_by_list(g->library, name);
    struct fact_value v = {.fact = fact, .item = item, .period = period, .source = source};
    int r;

    if (a->failed)
        return err_memory(g->err);
    if (kind && item.n && (r = add_item(g, kind, item)) < 0)
        return r;
    if (!fact) { /* a list: is it complete? or a fact that this library no longer knows: kept in the store, not used */
        struct item_list *list = kind && !item.n ? list_of(g, kind) : NULL;
        if (list)
            list->complete = span_eq(stmt_get_text(st, 3), SPAN("true"));
        return kind && !item.n && !list ? err_memory(g->err) : 0;
    }
    r = read_value(g, stmt_get_text(st, 3), fact->type, &v.value);
    if (r < 0)
        return r;
    v.basis = basis_of(stmt_get_text(st, 5));
    v.has_date = date_parse(stmt_get_text(st, 6), &v.date);
    struct fact_value *old = g->values.n ? &g->values.at[g->values.n - 1] : NULL;
    if (!old || old->fact != fact || !span_eq(old->item, item) || !span_eq(old->period, period)) {
        struct fact_value *slot = VECTOR_PUSH(a, &g->values, struct fact_value);
        if (!slot)
            return err_memory(g->err);
        *slot = v;
        return 0;
    }
    bool conflict = old->conflict || !value_same(old->value, v.value);
    bool old_holds = span_eq(old->source, fact->holder), new_holds = span_eq(source, fact->holder);
    if (new_holds || (!old_holds && date_compare(v.date, old->date) > 0))
        *old = v;
    old->conflict = conflict;
    return 0;
}

/* Per source its latest observation on or before as_of, else its latest; what was taken back is left out. */
static const char known_sql[] =
    "SELECT fact, item, period, value, source, basis, observed FROM ("
    " SELECT fact, item, period, value, source, basis, observed, withdrawn, ROW_NUMBER() OVER ("
    "  PARTITION BY fact, item, period, source"
    "  ORDER BY CASE WHEN observed <= $2 THEN 0 ELSE 1 END, observed DESC, id DESC) AS place"
    " FROM fact_event WHERE subject_id = $1 AND recorded_at < $3) ranked "
    "WHERE place = 1 AND withdrawn = 0 ORDER BY fact, item, period, source";

int subject_load(struct arena *request, struct store *s, const struct library *l, struct span kind, struct span code,
                 struct date as_of, struct date known_by, struct subject *ret, struct err *err)
{
    struct loading g = {.arena = request, .library = l, .err = err};
    char day[DATE_TEXT];
    struct subject_row row;
    struct stmt *st;
    int r = subject_find(request, s, kind, code, &row, err);

    if (r < 0)
        return r;
    r = store_prepare(s, known_sql, &st, err);
    if (r < 0)
        return r;
    stmt_int(st, 1, row.id);
    stmt_text(st, 2, span_of(day, date_print(as_of, day)));
    /* the end of known_by in Asia/Shanghai, UTC+8 */
    stmt_int(st, 3, (date_days(known_by) + 1) * INT64_C(86400000) - INT64_C(8) * 3600000);
    while ((r = stmt_step(st, err)) > 0) {
        r = take_row(&g, st);
        if (r < 0)
            break;
    }
    stmt_done(st);
    if (r < 0)
        return r;
    *ret = (struct subject){.kind = row.kind,
                            .id = row.code,
                            .values = g.values.at,
                            .n = g.values.n,
                            .lists = g.lists.at,
                            .list_count = g.lists.n};
    return 0;
}

/* ---- as JSON ---- */

/* {"value":, "source":, "date":, "basis":}, the long form that subject_from_json reads. */
static struct json *fact_json(struct arena *a, const struct fact_value *v)
{
    struct json *j = json_object(a);
    char day[DATE_TEXT];

    JSON_SET(j, "value", feel_to_json(a, v->value));
    JSON_SET(j, "source", json_string(a, v->source));
    if (v->has_date)
        JSON_SET(j, "date", json_string(a, arena_copy(a, span_of(day, date_print(v->date, day)))));
    JSON_SET(j, "basis", json_string(a, span_z(basis_names[v->basis])));
    return j;
}

static void put_fact(struct arena *a, struct json *into, const struct fact_value *v)
{
    if (!v->period.n) {
        json_set(into, v->fact->name, fact_json(a, v));
        return;
    }
    struct json *periods = (struct json *)(uintptr_t)json_get(into, v->fact->name); /* ours, still being built */
    if (!periods) {
        periods = json_object(a);
        json_set(into, v->fact->name, periods);
    }
    json_set(periods, v->period, fact_json(a, v));
}

static struct json *item_json(struct arena *a, const struct subject *s, const struct item_list *list, struct span id)
{
    struct json *j = json_object(a);

    JSON_SET(j, "id", json_string(a, id));
    for (size_t i = 0; i < s->n; i++)
        if (s->values[i].fact->of == list->kind && span_eq(s->values[i].item, id))
            put_fact(a, j, &s->values[i]);
    return j;
}

struct json *subject_json(struct arena *request, const struct library *l, const struct subject *s)
{
    struct json *j = json_object(request);

    UNUSED(l);
    for (size_t i = 0; i < s->n; i++)
        if (!s->values[i].item.n)
            put_fact(request, j, &s->values[i]);
    for (size_t i = 0; i < s->list_count; i++) {
        const struct item_list *list = &s->lists[i];
        struct json *items = json_array(request);
        for (size_t k = 0; k < list->n; k++)
            json_add(items, item_json(request, s, list, list->ids[k]));
        json_set(j, list->kind->list, items);
        json_set(j, arena_print(request, "%.*s.complete", SPAN_ARG(list->kind->list)), json_bool(request, list->complete));
    }
    return j;
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

#define LATEST                                                                                                         \
    "SELECT subject_id, fact, item, period, source, id AS event_id FROM (SELECT subject_id, fact, item, period, source, id, "   \
    "ROW_NUMBER() OVER (PARTITION BY subject_id, fact, item, period, source ORDER BY observed DESC, id DESC) AS place "         \
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
