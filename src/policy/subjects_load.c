/*
 * subjects_load.c: what was known about a subject at a date, out of its history; and as the JSON
 * that --facts reads.
 *
 * The rows of one thing (fact, item, period) stand together, one a source. The best of them is
 * taken; then items that are gone are left out, lists get their items, and lists of texts their
 * completeness.
 */
#include "base/map.h"
#include "base/vector.h"
#include "policy/match_int.h"
#include "policy/subjects_int.h"

#define LOOSE_ITEM "未编号" /* the one item without a list, where others have ids */

/* What one source says. Spans live in the arena. */
struct word {
    struct span name, item, period, value, source, basis, day;
    bool before; /* observed on or before as_of */
    int64_t id;
};

/* A kind of items while it is collected. */
struct collected {
    const struct item_kind *kind;
    struct map index; /* id -> position + 1 */
    VECTOR_OF(struct span, collected_ids) ids;
    VECTOR_OF(bool, collected_gone) gone; /* beside ids: it was said that it is not there */
    bool loose;                           /* facts without an id */
    bool complete;
};

struct loading {
    struct arena *arena;
    const struct library *library;
    struct err *err;
    VECTOR_OF(struct fact_value, loaded_values) values;
    VECTOR_OF(struct collected, collected_kinds) kinds;
    VECTOR_OF(const struct fact *, partial_facts)
    partial;          /* lists of texts that are not complete */
    struct word best; /* of the thing at hand; name.p = NULL: none yet */
    bool conflict;
    size_t unused;
};

/* ---- the best word about a thing ---- */

static struct span holder_of(const struct loading *g, struct span name)
{
    const struct fact *f = map_get(&g->library->fact_by_name, name);
    return f ? f->holder : (struct span){NULL, 0};
}

/* The holder before others, the time before as-of before later, the younger before the older, the
 * one recorded last. */
static bool better(const struct word *a, const struct word *b, struct span holder)
{
    bool a_holds = holder.n && span_eq(a->source, holder),
         b_holds = holder.n && span_eq(b->source, holder);
    int by_day = span_compare(a->day, b->day);

    if (a_holds != b_holds)
        return a_holds;
    if (a->before != b->before)
        return a->before;
    return by_day != 0 ? by_day > 0 : a->id > b->id;
}

static bool same_thing(const struct word *a, const struct word *b)
{
    return a->name.p && span_eq(a->name, b->name) && span_eq(a->item, b->item) &&
           span_eq(a->period, b->period);
}

/* ---- what it means ---- */

static struct collected *collected_of(struct loading *g, const struct item_kind *kind)
{
    for (size_t i = 0; i < g->kinds.n; i++)
        if (g->kinds.at[i].kind == kind)
            return &g->kinds.at[i];
    struct collected *c = VECTOR_PUSH(g->arena, &g->kinds, struct collected);
    if (c) {
        c->kind = kind;
        map_init(&c->index, g->arena);
    }
    return c;
}

/* The place of an item, made when it is new. */
static bool *item_of(struct loading *g, const struct item_kind *kind, struct span id)
{
    struct collected *c = collected_of(g, kind);
    uintptr_t at = c ? (uintptr_t)map_get(&c->index, id) : 0;

    if (!c || at)
        return c ? &c->gone.at[at - 1] : NULL;
    struct span *slot = VECTOR_PUSH(g->arena, &c->ids, struct span);
    bool *gone = VECTOR_PUSH(g->arena, &c->gone, bool);
    if (!slot || !gone ||
        map_put(&c->index, id, (void *)(uintptr_t)c->ids.n) <
            0) // NOLINT(performance-no-int-to-ptr)
        return NULL;
    *slot = id;
    return gone;
}

/* Text to value. A value that no longer fits is left in the store: E_TYPE. */
static int read_value(struct loading *g, const struct word *w, const struct fact *f,
                      struct value *ret)
{
    struct err inner = ERR_INIT;
    struct json *j;
    int r = json_parse(g->arena, w->value, SPAN("fact_event"), &j, &inner);

    if (r == 0 && j->kind == JSON_NULL) {
        *ret = fact_absent(g->arena, f);
        r = ret->kind == VALUE_ERROR ? E_MEMORY : 0;
    } else if (r == 0) {
        r = feel_from_json(g->arena, j, f->type, ret, &inner);
    }
    return r == E_MEMORY ? err_memory(g->err) : r < 0 ? E_TYPE : 0;
}

static int take_fact(struct loading *g, const struct word *w, const struct fact *f)
{
    struct fact_value v = {.fact = f,
                           .item = w->item,
                           .period = w->period,
                           .source = w->source,
                           .conflict = g->conflict,
                           .basis = BASIS_DECLARED};
    struct period p;
    int r = read_value(g, w, f, &v.value);

    if (r == E_MEMORY)
        return r;
    bool fits_period = f->period == PERIOD_NONE
                           ? !w->period.n
                           : period_parse(w->period, &p) && p.kind == f->period;
    if (r < 0 || !fits_period || (w->item.n && !f->of)) {
        g->unused++;
        return 0;
    }
    for (int i = 0; i < BASES; i++)
        if (span_eq(w->basis, span_z(basis_names[i])))
            v.basis = (enum basis)i;
    v.has_date = date_parse(w->day, &v.date);
    struct fact_value *slot = VECTOR_PUSH(g->arena, &g->values, struct fact_value);
    struct collected *c = f->of ? collected_of(g, f->of) : NULL;
    if (!slot || (f->of && !c) || (w->item.n && !item_of(g, f->of, w->item)))
        return err_memory(g->err);
    if (c && !w->item.n)
        c->loose = true;
    *slot = v;
    return 0;
}

static int take_complete(struct loading *g, const struct word *w)
{
    struct span list = span_of(w->name.p, w->name.n - strlen(".complete"));
    const struct item_kind *kind = item_kind_by_list(g->library, list);
    const struct fact *f = map_get(&g->library->fact_by_name, list);
    bool complete = span_eq(w->value, SPAN("true"));

    if (kind) {
        struct collected *c = collected_of(g, kind);
        if (!c)
            return err_memory(g->err);
        c->complete = complete;
    } else if (f && f->is_list && !complete) {
        const struct fact **slot = VECTOR_PUSH(g->arena, &g->partial, const struct fact *);
        if (!slot)
            return err_memory(g->err);
        *slot = f;
    } else if (!f) {
        g->unused++;
    }
    return 0;
}

/* The thing is over: its best word counts. */
static int finish_thing(struct loading *g)
{
    const struct word *w = &g->best;
    const struct fact *f = w->name.p ? map_get(&g->library->fact_by_name, w->name) : NULL;
    const struct item_kind *kind =
        w->name.p && !f && w->item.n ? item_kind_by_list(g->library, w->name) : NULL;

    if (!w->name.p)
        return 0;
    if (f)
        return take_fact(g, w, f);
    if (kind) {
        bool *gone = item_of(g, kind, w->item);
        if (!gone)
            return err_memory(g->err);
        *gone = span_eq(w->value, SPAN("false"));
        return 0;
    }
    if (span_ends(w->name, SPAN(".complete")))
        return take_complete(g, w);
    g->unused++;
    return 0;
}

static int take_row(struct loading *g, const struct stmt *st)
{
    struct word w = {.before = stmt_get_int(st, 7) != 0, .id = stmt_get_int(st, 8)};
    struct span *const columns[] = {&w.name,   &w.item,  &w.period, &w.value,
                                    &w.source, &w.basis, &w.day};
    int r = 0;

    for (size_t i = 0; i < COUNT_OF(columns); i++)
        *columns[i] = arena_copy(g->arena, stmt_get_text(st, (int)i));
    if (g->arena->failed)
        return err_memory(g->err);
    if (!same_thing(&g->best, &w)) {
        r = finish_thing(g);
        g->best = w;
        g->conflict = false;
        return r;
    }
    g->conflict = g->conflict || !span_eq(g->best.value, w.value);
    if (better(&w, &g->best, holder_of(g, w.name)))
        g->best = w;
    return 0;
}

/* ---- the whole ---- */

static bool is_gone(struct loading *g, const struct fact_value *v)
{
    return v->fact->of && v->item.n && *item_of(g, v->fact->of, v->item);
}

static void drop_gone(struct loading *g)
{
    size_t kept = 0;

    for (size_t i = 0; i < g->values.n; i++)
        if (!is_gone(g, &g->values.at[i]))
            g->values.at[kept++] = g->values.at[i];
    g->values.n = kept;
}

static void name_loose(struct loading *g, const struct item_kind *kind)
{
    for (size_t i = 0; i < g->values.n; i++)
        if (g->values.at[i].fact->of == kind && !g->values.at[i].item.n)
            g->values.at[i].item = SPAN(LOOSE_ITEM);
}

static int finish_list(struct loading *g, const struct collected *c, struct item_list *list)
{
    struct span *ids = ARENA_ARRAY(g->arena, struct span, c->ids.n + 1);

    if (!ids)
        return err_memory(g->err);
    *list = (struct item_list){.kind = c->kind, .ids = ids, .given = true, .complete = c->complete};
    for (size_t i = 0; i < c->ids.n; i++)
        if (!c->gone.at[i])
            ids[list->n++] = c->ids.at[i];
    if (!c->loose)
        return 0;
    list->flat = list->n == 0;
    if (!list->flat)
        name_loose(g, c->kind);
    ids[list->n++] = list->flat ? SPAN("") : SPAN(LOOSE_ITEM);
    return 0;
}

static int mark_partial(struct loading *g)
{
    for (size_t i = 0; i < g->partial.n; i++)
        for (size_t k = 0; k < g->values.n; k++) {
            struct fact_value *v = &g->values.at[k];
            if (v->fact == g->partial.at[i] && !v->item.n && v->value.kind == VALUE_LIST &&
                !fact_value_partial(g->arena, v))
                return err_memory(g->err);
        }
    return 0;
}

static int finish(struct loading *g, const struct subject_row *row, struct subject *ret)
{
    struct item_list *lists;
    int r = finish_thing(g);

    if (r == 0)
        r = mark_partial(g);
    if (r < 0)
        return r;
    drop_gone(g);
    lists = ARENA_ARRAY(g->arena, struct item_list, g->kinds.n + 1);
    if (!lists)
        return err_memory(g->err);
    for (size_t i = 0; i < g->kinds.n; i++)
        if ((r = finish_list(g, &g->kinds.at[i], &lists[i])) < 0)
            return r;
    *ret = (struct subject){.kind = row->kind,
                            .id = row->code,
                            .values = g->values.at,
                            .n = g->values.n,
                            .lists = lists,
                            .list_count = g->kinds.n};
    return 0;
}

/* Per source its latest observation on or before as_of, else its latest; what was taken back is
 * left out. */
static const char known_sql[] =
    "SELECT fact, item, period, value, source, basis, observed, CASE WHEN observed <= $2 THEN 1 "
    "ELSE 0 END AS before_then, id FROM ("
    " SELECT fact, item, period, value, source, basis, observed, withdrawn, id, ROW_NUMBER() OVER ("
    "  PARTITION BY fact, item, period, source"
    "  ORDER BY CASE WHEN observed <= $2 THEN 0 ELSE 1 END, observed DESC, id DESC) AS place"
    " FROM fact_event WHERE subject_id = $1 AND recorded_at < $3) ranked "
    "WHERE place = 1 AND withdrawn = 0 ORDER BY fact, item, period, source";

int subject_load_counting(struct arena *request, struct store *s, const struct library *l,
                          struct span kind, struct span code, struct date as_of,
                          struct date known_by, struct subject *ret, size_t *ret_unused,
                          struct err *err)
{
    struct loading g = {.arena = request, .library = l, .err = err};
    char day[DATE_TEXT];
    struct subject_row row;
    struct stmt *st;
    int r = subject_find(request, s, kind, code, &row, err);

    if (r == 0)
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
    if (r == 0)
        r = finish(&g, &row, ret);
    if (r == 0 && ret_unused)
        *ret_unused = g.unused;
    return r;
}

int subject_load(struct arena *request, struct store *s, const struct library *l, struct span kind,
                 struct span code, struct date as_of, struct date known_by, struct subject *ret,
                 struct err *err)
{
    return subject_load_counting(request, s, l, kind, code, as_of, known_by, ret, NULL, err);
}

/* ---- as JSON ---- */

/* {"value":, "source":, "date":, "basis":}, the long form that subject_from_json reads. */
static struct json *fact_json(struct arena *a, const struct fact_value *v)
{
    struct json *j = json_object(a);
    char day[DATE_TEXT];

    JSON_SET(j, "value", feel_to_json(a, v->value));
    if (v->source.n)
        JSON_SET(j, "source", json_string(a, v->source));
    if (v->has_date)
        JSON_SET(j, "date", json_string(a, arena_copy(a, span_of(day, date_print(v->date, day)))));
    JSON_SET(j, "basis", json_string(a, span_z(basis_names[v->basis])));
    return j;
}

static void put_fact(struct arena *a, struct json *into, const struct fact_value *v)
{
    struct json *last = into ? into->last : NULL; /* periods of a fact stand together */

    if (!v->period.n) {
        json_set(into, v->fact->name, fact_json(a, v));
        return;
    }
    if (!last || !span_eq(last->key, v->fact->name))
        json_set(into, v->fact->name, last = json_object(a));
    json_set(last, v->period, fact_json(a, v));
}

/* The objects of a list, filled in one pass over the values. */
static struct json *list_json(struct arena *a, const struct subject *s,
                              const struct item_list *list)
{
    struct json *array = json_array(a);
    struct map by_id;

    map_init(&by_id, a);
    for (size_t i = 0; i < list->n; i++) {
        struct json *item = json_object(a);
        JSON_SET(item, "id", json_string(a, list->ids[i]));
        json_add(array, item);
        if (!item || map_put(&by_id, list->ids[i], item) < 0)
            return NULL;
    }
    for (size_t i = 0; i < s->n; i++)
        if (s->values[i].fact->of == list->kind)
            put_fact(a, map_get(&by_id, s->values[i].item), &s->values[i]);
    return array;
}

static struct json *self_json(struct arena *a, const struct subject *s)
{
    struct json *j = json_object(a);

    JSON_SET(j, "kind", json_string(a, s->kind));
    if (s->id.n)
        JSON_SET(j, "id", json_string(a, s->id));
    return j;
}

static void put_complete(struct arena *a, struct json *j, struct span list, bool complete)
{
    json_set(j, arena_print(a, "%.*s.complete", SPAN_ARG(list)), json_bool(a, complete));
}

struct json *subject_json(struct arena *request, const struct library *l, const struct subject *s)
{
    struct json *j = json_object(request);

    UNUSED(l);
    JSON_SET(j, "subject", self_json(request, s));
    for (size_t i = 0; i < s->n; i++) {
        const struct fact_value *v = &s->values[i];
        if (v->item.n)
            continue;
        put_fact(request, j, v);
        if (v->value.kind == VALUE_LIST && v->value.list->coverage == COVERAGE_PARTIAL &&
            !v->period.n)
            put_complete(request, j, v->fact->name, false);
    }
    for (size_t i = 0; i < s->list_count; i++) {
        const struct item_list *list = &s->lists[i];
        if (list->flat)
            continue;
        json_set(j, list->kind->list, list_json(request, s, list));
        put_complete(request, j, list->kind->list, list->complete);
    }
    return request->failed ? NULL : j;
}
