/*
 * places.c: service points in the store: tables taken in, the nearest one, who reaches none.
 */
#include "casework/places.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/csv.h"
#include "base/date.h"
#include "base/vector.h"
#include "casework/sql.h"
#include "identity/audit.h"

#define WORD_OF(id, word, zh, en) CLOSED_WORD(word, zh, en),
const struct closed_word place_kind_words[PLACE_KINDS] = {PLACE_KIND_LIST(WORD_OF)};

/* ---- tables taken in ---- */

enum column {
    C_CODE,
    C_NAME,
    C_KIND,
    C_ORGANISATION,
    C_REGION,
    C_ADDRESS,
    C_LATITUDE,
    C_LONGITUDE,
    C_ITEMS,
    C_CHANNELS,
    C_HOURS,
    C_SOURCE,
    C_WEIGHT,
    C_ORIGIN,
    C_POINT,
    C_MINUTES,
    COLUMNS
};
static const char *const column_names[COLUMNS] = {"编号", "名称", "类型", "机构", "地区", "地址",
                                                  "纬度", "经度", "事项", "渠道", "时间", "来源",
                                                  "户数", "起点", "网点", "分钟"};

struct taking {
    struct arena *arena;
    const struct office *office;
    const struct actor *who;
    enum place_table table;
    struct span csv, file;
    int at[COLUMNS]; /* -1 = there is no such column */
    size_t n;
};

static int wrong(const struct taking *t, const struct csv_row *row, enum column c, const char *text,
                 struct err *err)
{
    int at = t->at[c];

    err_set(err, E_INPUT, "“%s”%s", column_names[c], text);
    err_at(err, t->file, row->line, at >= 0 && (size_t)at < row->n ? row->at[at].column : 1);
    return E_INPUT;
}

static struct span cell(const struct taking *t, const struct csv_row *row, enum column c)
{
    int at = t->at[c];
    return at >= 0 && (size_t)at < row->n ? span_trim(row->at[at].text) : SPAN("");
}

static int read_head(struct taking *t, const struct csv_row *row, struct err *err)
{
    static const enum column needed[][3] = {[PLACE_POINTS] = {C_CODE, C_NAME, C_KIND},
                                            [PLACE_ORIGINS] = {C_CODE, C_NAME, C_NAME},
                                            [PLACE_WAYS] = {C_ORIGIN, C_POINT, C_MINUTES}};

    for (int c = 0; c < COLUMNS; c++) {
        t->at[c] = -1;
        for (size_t i = 0; i < row->n; i++)
            if (span_eq(span_trim(row->at[i].text), span_z(column_names[c])))
                t->at[c] = (int)i;
    }
    for (size_t i = 0; i < 3; i++)
        if (t->at[needed[t->table][i]] < 0)
            return wrong(t, row, needed[t->table][i], "这一列不在第一行", err);
    return 0;
}

/* Both or none; E_INPUT where they are no place on earth. */
static int read_spot(const struct taking *t, const struct csv_row *row, struct spot *ret,
                     struct err *err)
{
    struct span latitude = cell(t, row, C_LATITUDE), longitude = cell(t, row, C_LONGITUDE);

    *ret = (struct spot){.known = false};
    if (!latitude.n && !longitude.n)
        return 0;
    return spot_parse(latitude, longitude, ret)
               ? 0
               : wrong(t, row, C_LATITUDE, "和“经度”不是一个位置，写成 31.2304、121.4737", err);
}

static bool number(struct span text, int64_t *ret)
{
    struct decimal d;
    *ret = 0;
    return !text.n || (decimal_parse(text, &d) && decimal_to_int(d, ret) && *ret >= 0);
}

/* The number of a row by its code; 0 = there is none. */
static int point_id(struct store *s, struct span code, int64_t *ret, struct err *err)
{
    return sql_int(s, "SELECT id FROM service_point WHERE code = $1", ARGS(TEXT(code)), 0, ret,
                   err);
}

static int origin_id(struct store *s, struct span code, int64_t *ret, struct err *err)
{
    return sql_int(s, "SELECT id FROM service_origin WHERE code = $1", ARGS(TEXT(code)), 0, ret,
                   err);
}

static int put_items(const struct taking *t, const struct csv_row *row, int64_t id, struct err *err)
{
    struct store *s = t->office->store;
    struct span items = cell(t, row, C_ITEMS), one;
    int r = sql_run(s, "DELETE FROM service_point_item WHERE point_id = $1", ARGS(INT(id)), err);

    while (r == 0 && span_split(&items, ' ', &one)) {
        one = span_trim(one);
        if (!one.n)
            continue;
        if (!span_eq(one, SPAN("*")) && !procedure_find(t->office->library, one, NULL))
            return wrong(t, row, C_ITEMS, "里有规则库没有的事项", err);
        r = sql_run(s,
                    "INSERT INTO service_point_item (point_id, procedure) VALUES ($1, $2)"
                    " ON CONFLICT DO NOTHING",
                    ARGS(INT(id), TEXT(one)), err);
    }
    return r;
}

static int take_point(const struct taking *t, const struct csv_row *row, struct err *err)
{
    struct store *s = t->office->store;
    struct span code = cell(t, row, C_CODE), kind = cell(t, row, C_KIND);
    struct spot spot;
    int64_t id = 0;
    int k = 0, r = read_spot(t, row, &spot, err);

    while (k < PLACE_KINDS && !span_eq(kind, place_kind_words[k].yaml) &&
           !span_eq(kind, place_kind_words[k].title.zh))
        k++;
    if (r < 0)
        return r;
    if (!code.n || !cell(t, row, C_NAME).n)
        return wrong(t, row, code.n ? C_NAME : C_CODE, "是空的", err);
    if (k == PLACE_KINDS)
        return wrong(t, row, C_KIND, "须是 hall、office、community、bank、self-service、park 之一",
                     err);
    if (!hours_valid(cell(t, row, C_HOURS)))
        return wrong(t, row, C_HOURS, "写成“工作日 09:00-17:00；周六 09:00-12:00”", err);
    r = sql_run(s,
                "INSERT INTO service_point (code, kind, name, organisation, region, address,"
                " located, latitude, longitude, channels, hours, source, changed_at, actor)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
                " ON CONFLICT (code) DO UPDATE SET kind = $2, name = $3, organisation = $4,"
                " region = $5, address = $6, located = $7, latitude = $8, longitude = $9,"
                " channels = $10, hours = $11, source = $12, changed_at = $13, actor = $14",
                ARGS(TEXT(code), TEXT(place_kind_words[k].yaml), TEXT(cell(t, row, C_NAME)),
                     TEXT(cell(t, row, C_ORGANISATION)), TEXT(cell(t, row, C_REGION)),
                     TEXT(cell(t, row, C_ADDRESS)), INT(spot.known), INT(spot.latitude),
                     INT(spot.longitude), TEXT(cell(t, row, C_CHANNELS)),
                     TEXT(cell(t, row, C_HOURS)), TEXT(cell(t, row, C_SOURCE)), INT(clock_now_ms()),
                     TEXT(t->who->name)),
                err);
    if (r == 0)
        r = point_id(s, code, &id, err);
    return r == 0 ? put_items(t, row, id, err) : r;
}

static int take_origin(const struct taking *t, const struct csv_row *row, struct err *err)
{
    struct span code = cell(t, row, C_CODE);
    int64_t weight;
    struct spot spot;
    int r = read_spot(t, row, &spot, err);

    if (r < 0)
        return r;
    if (!code.n || !cell(t, row, C_NAME).n)
        return wrong(t, row, code.n ? C_NAME : C_CODE, "是空的", err);
    if (!number(cell(t, row, C_WEIGHT), &weight))
        return wrong(t, row, C_WEIGHT, "不是数", err);
    return sql_run(t->office->store,
                   "INSERT INTO service_origin (code, name, region, located, latitude, longitude,"
                   " weight) VALUES ($1, $2, $3, $4, $5, $6, $7)"
                   " ON CONFLICT (code) DO UPDATE SET name = $2, region = $3, located = $4,"
                   " latitude = $5, longitude = $6, weight = $7",
                   ARGS(TEXT(code), TEXT(cell(t, row, C_NAME)), TEXT(cell(t, row, C_REGION)),
                        INT(spot.known), INT(spot.latitude), INT(spot.longitude), INT(weight)),
                   err);
}

static int take_way(const struct taking *t, const struct csv_row *row, struct err *err)
{
    int64_t from = 0, to = 0, minutes;
    int r = origin_id(t->office->store, cell(t, row, C_ORIGIN), &from, err);

    if (r == 0)
        r = point_id(t->office->store, cell(t, row, C_POINT), &to, err);
    if (r < 0)
        return r;
    if (!from || !to)
        return wrong(t, row, from ? C_POINT : C_ORIGIN, "没有这个编号", err);
    if (!cell(t, row, C_MINUTES).n || !number(cell(t, row, C_MINUTES), &minutes) || minutes > 10000)
        return wrong(t, row, C_MINUTES, "不是分钟数", err);
    return sql_run(t->office->store,
                   "INSERT INTO service_way (origin_id, point_id, minutes, source)"
                   " VALUES ($1, $2, $3, $4) ON CONFLICT (origin_id, point_id)"
                   " DO UPDATE SET minutes = $3, source = $4",
                   ARGS(INT(from), INT(to), INT(minutes), TEXT(cell(t, row, C_SOURCE))), err);
}

static int note_import(const struct taking *t, struct err *err)
{
    static const char *const tables[] = {"points", "origins", "ways"};
    struct audit_entry e = {
        .class = AUDIT_CHANGE,
        .act = SPAN("place.import"),
        .object_kind = SPAN("places"),
        .object = span_z(tables[t->table]),
        .detail = arena_print(t->arena, "{\"rows\":%zu}", t->n),
    };
    return t->arena->failed ? err_memory(err) : audit_add(t->office->store, t->who, &e, err);
}

static int take_all(struct store *s, void *context, struct err *err)
{
    static int (*const takers[])(const struct taking *, const struct csv_row *,
                                 struct err *) = {take_point, take_origin, take_way};
    struct taking *t = context;
    struct csv_row row;
    struct csv csv;
    int r;

    UNUSED(s);
    csv_init(&csv, t->csv, t->file);
    t->n = 0;
    r = csv_next(&csv, t->arena, &row, err);
    if (r == 0)
        return err_set(err, E_INPUT, "表是空的：第一行是列名");
    r = r > 0 ? read_head(t, &row, err) : r;
    while (r == 0 && (r = csv_next(&csv, t->arena, &row, err)) > 0) {
        r = ++t->n > PLACE_ROWS ? err_set(err, E_LIMIT, "最多 %d 行", PLACE_ROWS)
                                : takers[t->table](t, &row, err);
    }
    return r == 0 ? note_import(t, err) : r;
}

int place_import(struct arena *request, const struct office *o, const struct actor *who,
                 enum place_table table, struct span csv, struct span file, size_t *ret_n,
                 struct err *err)
{
    struct taking t = {request, o, who, table, csv, file, {0}, 0};
    int r;

    if (!actor_is(who, USER_HANDLER) && !actor_is(who, USER_PUBLISHER) &&
        !actor_is(who, USER_ADMINISTRATOR))
        return err_set(err, E_FORBIDDEN, "网点由经办、发布或管理员登记");
    r = store_write(o->store, take_all, &t, err);
    *ret_n = r == 0 ? t.n : 0;
    return r;
}

/* ---- reading ---- */

#define POINT_COLUMNS                                                                              \
    "p.id, p.code, p.kind, p.name, p.organisation, p.region, p.address, p.located, p.latitude,"    \
    " p.longitude, p.channels, p.hours, p.source"

static void read_point(struct arena *a, const struct stmt *st, struct service_point *ret)
{
    struct span *const texts[] = {&ret->name, &ret->organisation, &ret->region, &ret->address};
    struct span kind = stmt_get_text(st, 2);
    int k = 0;

    *ret = (struct service_point){.id = stmt_get_int(st, 0)};
    ret->code = sql_text(a, st, 1);
    while (k < PLACE_KINDS - 1 && !span_eq(kind, place_kind_words[k].yaml))
        k++;
    ret->kind = (enum place_kind)k;
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        *texts[i] = sql_text(a, st, 3 + (int)i);
    ret->spot = (struct spot){stmt_get_int(st, 7) != 0, stmt_get_int(st, 8), stmt_get_int(st, 9)};
    ret->channels = sql_text(a, st, 10);
    ret->hours = sql_text(a, st, 11);
    ret->source = sql_text(a, st, 12);
}

static int load_items(struct arena *a, struct store *s, struct service_point *p, struct err *err)
{
    struct span *items = NULL;
    size_t n = 0, room = 0;
    struct stmt *st;
    int r = sql_open(s,
                     "SELECT procedure FROM service_point_item WHERE point_id = $1"
                     " ORDER BY procedure",
                     ARGS(INT(p->id)), &st, err);
    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0) {
        struct span *to = vector_push(a, (void **)&items, &n, &room, sizeof *items);
        if (to)
            *to = sql_text(a, st, 0);
    }
    stmt_done(st);
    p->items = items;
    p->item_count = n;
    return r < 0 ? r : a->failed ? err_memory(err) : 0;
}

int place_find(struct arena *request, struct store *s, struct span code, struct service_point *ret,
               struct err *err)
{
    struct stmt *st;
    int r = sql_open(s, "SELECT " POINT_COLUMNS " FROM service_point p WHERE p.code = $1",
                     ARGS(TEXT(code)), &st, err);
    if (r < 0)
        return r;
    r = stmt_step(st, err);
    if (r > 0)
        read_point(request, st, ret);
    stmt_done(st);
    if (r == 0)
        return err_set(err, E_NOT_FOUND, "没有网点 %.*s", SPAN_ARG(code));
    return r < 0 ? r : load_items(request, s, ret, err);
}

struct places {
    struct service_point *at;
    size_t n, room;
};

/* Those that a question is about, but for the way. */
static int load_places(struct arena *a, struct store *s, const struct place_query *q,
                       struct places *ret, struct err *err)
{
    struct stmt *st;
    int r = sql_open(s,
                     "SELECT " POINT_COLUMNS " FROM service_point p WHERE ($1 = '' OR EXISTS"
                     " (SELECT 1 FROM service_point_item i WHERE i.point_id = p.id"
                     " AND (i.procedure = $1 OR i.procedure = '*')) OR NOT EXISTS"
                     " (SELECT 1 FROM service_point_item i WHERE i.point_id = p.id))"
                     " AND ($2 = '' OR p.region = $2 OR substr(p.region, 1, length($2) + 1)"
                     " = $2 || '/') ORDER BY p.code",
                     ARGS(TEXT(q->procedure), TEXT(q->region)), &st, err);
    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0) {
        struct service_point *p =
            vector_push(a, (void **)&ret->at, &ret->n, &ret->room, sizeof *ret->at);
        if (p)
            read_point(a, st, p);
    }
    stmt_done(st);
    for (size_t i = 0; r == 0 && i < ret->n; i++)
        r = load_items(a, s, &ret->at[i], err);
    return r < 0 ? r : a->failed ? err_memory(err) : 0;
}

/* Channels that nobody stated may be there. */
static bool has_channel(const struct service_point *p, struct span channel)
{
    struct span rest = p->channels, one;

    if (!channel.n || !p->channels.n)
        return true;
    while (span_split(&rest, ' ', &one))
        if (span_eq(span_trim(one), channel))
            return true;
    return false;
}

/* ---- ways ---- */

struct way {
    int64_t point_id, minutes;
};
struct origin {
    int64_t id, weight;
    struct span code, name, region;
    struct spot spot;
    const struct way *ways; /* by point */
    size_t way_count;
};

static int load_ways(struct arena *a, struct store *s, struct origin *o, struct err *err)
{
    struct way *ways = NULL;
    size_t n = 0, room = 0;
    struct stmt *st;
    int r = sql_open(s,
                     "SELECT point_id, minutes FROM service_way WHERE origin_id = $1"
                     " ORDER BY point_id",
                     ARGS(INT(o->id)), &st, err);
    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0) {
        struct way *w = vector_push(a, (void **)&ways, &n, &room, sizeof *ways);
        if (w)
            *w = (struct way){stmt_get_int(st, 0), stmt_get_int(st, 1)};
    }
    stmt_done(st);
    o->ways = ways;
    o->way_count = n;
    return r < 0 ? r : a->failed ? err_memory(err) : 0;
}

static int by_point(const void *a, const void *b)
{
    const struct way *x = a, *y = b;
    return x->point_id < y->point_id ? -1 : x->point_id > y->point_id;
}

static enum way_basis measure(const struct origin *o, const struct service_point *p, int64_t speed,
                              int64_t *ret_metres, int64_t *ret_minutes)
{
    const struct way key = {p->id, 0}, *w = NULL;

    *ret_metres = *ret_minutes = 0;
    if (o->way_count)
        w = bsearch(&key, o->ways, o->way_count, sizeof key, by_point);
    if (w) {
        *ret_minutes = w->minutes;
        return WAY_STATED;
    }
    if (!o->spot.known || !p->spot.known)
        return WAY_UNKNOWN;
    *ret_metres = spot_metres(o->spot, p->spot);
    *ret_minutes = (*ret_metres * 60 + speed - 1) / speed;
    return WAY_LINE;
}

static bool states_item(const struct service_point *p, struct span item)
{
    for (size_t i = 0; i < p->item_count; i++)
        if (span_eq(p->items[i], item) || span_eq(p->items[i], SPAN("*")))
            return true;
    return false;
}

static int nearer(const void *a, const void *b)
{
    const struct place_found *x = a, *y = b;
    bool far = x->basis == WAY_UNKNOWN, away = y->basis == WAY_UNKNOWN;

    if (far != away)
        return far ? 1 : -1;
    if (x->minutes != y->minutes)
        return x->minutes < y->minutes ? -1 : 1;
    return span_compare(x->place.code, y->place.code);
}

static int load_origin(struct arena *a, struct store *s, const struct place_query *q,
                       struct origin *ret, struct err *err)
{
    struct stmt *st;
    int r;

    *ret = (struct origin){.spot = q->from};
    if (!q->origin.n)
        return 0;
    r = sql_open(s, "SELECT id, located, latitude, longitude FROM service_origin WHERE code = $1",
                 ARGS(TEXT(q->origin)), &st, err);
    if (r < 0)
        return r;
    r = stmt_step(st, err);
    if (r > 0) {
        ret->id = stmt_get_int(st, 0);
        ret->spot =
            (struct spot){stmt_get_int(st, 1) != 0, stmt_get_int(st, 2), stmt_get_int(st, 3)};
    }
    stmt_done(st);
    if (r == 0)
        return err_set(err, E_NOT_FOUND, "没有起点 %.*s", SPAN_ARG(q->origin));
    return r < 0 ? r : load_ways(a, s, ret, err);
}

static int64_t speed_of(const struct place_query *q)
{
    return q->speed > 0 ? q->speed : PLACE_SPEED;
}

int place_near(struct arena *request, const struct office *o, const struct place_query *q,
               struct place_found **ret, size_t *ret_n, struct err *err)
{
    struct places all = {NULL, 0, 0};
    struct place_found *found = NULL;
    struct origin origin;
    size_t n = 0, room = 0;
    int r = load_origin(request, o->store, q, &origin, err);

    if (r == 0)
        r = load_places(request, o->store, q, &all, err);
    for (size_t i = 0; r == 0 && i < all.n; i++) {
        struct place_found f = {.place = all.at[i]};
        f.basis = measure(&origin, &all.at[i], speed_of(q), &f.metres, &f.minutes);
        f.open = hours_open(f.place.hours, o->library->calendar,
                            q->open_at ? q->open_at : clock_now_ms());
        f.stated_item = q->procedure.n == 0 || states_item(&f.place, q->procedure);
        if (!has_channel(&f.place, q->channel) || (q->open_at && f.open == HOURS_SHUT) ||
            (q->minutes && f.basis != WAY_UNKNOWN && f.minutes > q->minutes))
            continue;
        struct place_found *to = vector_push(request, (void **)&found, &n, &room, sizeof *found);
        if (to)
            *to = f;
    }
    if (r < 0 || request->failed)
        return r < 0 ? r : err_memory(err);
    if (n)
        qsort(found, n, sizeof *found, nearer);
    *ret = found;
    *ret_n = n;
    return 0;
}

/* ---- gaps ---- */

static int load_origins(struct arena *a, struct store *s, struct span region, struct origin **ret,
                        size_t *ret_n, struct err *err)
{
    struct origin *at = NULL;
    size_t n = 0, room = 0;
    struct stmt *st;
    int r = sql_open(s,
                     "SELECT id, code, name, region, located, latitude, longitude, weight"
                     " FROM service_origin WHERE ($1 = '' OR region = $1"
                     " OR substr(region, 1, length($1) + 1) = $1 || '/') ORDER BY code",
                     ARGS(TEXT(region)), &st, err);
    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0) {
        struct origin *o = vector_push(a, (void **)&at, &n, &room, sizeof *at);
        if (o)
            *o = (struct origin){
                .id = stmt_get_int(st, 0),
                .weight = stmt_get_int(st, 7),
                .code = sql_text(a, st, 1),
                .name = sql_text(a, st, 2),
                .region = sql_text(a, st, 3),
                .spot = {stmt_get_int(st, 4) != 0, stmt_get_int(st, 5), stmt_get_int(st, 6)}};
    }
    stmt_done(st);
    for (size_t i = 0; r == 0 && i < n; i++)
        r = load_ways(a, s, &at[i], err);
    *ret = at;
    *ret_n = n;
    return r < 0 ? r : a->failed ? err_memory(err) : 0;
}

/* Where none is near enough, one that nobody knows the way to may be: then nobody knows. */
static struct place_reach reach_of(const struct origin *o, const struct places *all,
                                   const struct place_query *q, int64_t most)
{
    struct place_reach x = {.code = o->code,
                            .name = o->name,
                            .region = o->region,
                            .weight = o->weight,
                            .basis = WAY_UNKNOWN};
    bool unknown = false;

    for (size_t i = 0; i < all->n; i++) {
        int64_t metres, minutes;
        bool sure = !q->procedure.n || states_item(&all->at[i], q->procedure);
        enum way_basis basis = measure(o, &all->at[i], speed_of(q), &metres, &minutes);
        if (!has_channel(&all->at[i], q->channel))
            continue;
        if (basis == WAY_UNKNOWN || (!sure && minutes <= most)) {
            unknown = true;
        } else if (sure && (x.basis == WAY_UNKNOWN || minutes < x.minutes)) {
            x.basis = basis;
            x.minutes = minutes;
            x.nearest = all->at[i].name;
        }
    }
    x.within = x.basis != WAY_UNKNOWN && x.minutes <= most;
    if (!x.within && unknown)
        x.basis = WAY_UNKNOWN;
    return x;
}

static void count_reach(struct place_cover *c, const struct place_reach *x)
{
    bool unknown = x->basis == WAY_UNKNOWN && !x->within;
    int64_t *n = unknown ? &c->unknown : x->within ? &c->within : &c->beyond;
    int64_t *weight = unknown     ? &c->weight_unknown
                      : x->within ? &c->weight_within
                                  : &c->weight_beyond;
    ++*n;
    *weight += x->weight;
}

/* Beyond first, then what nobody knows; the largest first. */
static int by_need(const void *a, const void *b)
{
    const struct place_reach *x = a, *y = b;
    int rank_x = x->within ? 2 : x->basis == WAY_UNKNOWN,
        rank_y = y->within ? 2 : y->basis == WAY_UNKNOWN;

    if (rank_x != rank_y)
        return rank_x - rank_y;
    if (x->weight != y->weight)
        return x->weight < y->weight ? 1 : -1;
    return span_compare(x->code, y->code);
}

int place_gaps(struct arena *request, const struct office *o, const struct place_query *q,
               struct place_reach **ret, size_t *ret_n, struct place_cover *cover, struct err *err)
{
    struct place_query any = {.procedure = q->procedure}; /* the next district's point counts */
    struct places all = {NULL, 0, 0};
    struct origin *origins = NULL;
    int r = load_origins(request, o->store, q->region, &origins, ret_n, err);

    *cover = (struct place_cover){0};
    if (r == 0)
        r = load_places(request, o->store, &any, &all, err);
    *ret = r == 0 ? ARENA_ARRAY(request, struct place_reach, *ret_n + 1) : NULL;
    if (r < 0 || !*ret)
        return r < 0 ? r : err_memory(err);
    for (size_t i = 0; i < *ret_n; i++) {
        (*ret)[i] = reach_of(&origins[i], &all, q, q->minutes ? q->minutes : PLACE_MINUTES);
        count_reach(cover, &(*ret)[i]);
    }
    if (*ret_n)
        qsort(*ret, *ret_n, sizeof **ret, by_need);
    return 0;
}

int place_origins(struct arena *request, struct store *s, struct place_origin **ret, size_t *ret_n,
                  struct err *err)
{
    struct place_origin *at = NULL;
    size_t n = 0, room = 0;
    struct stmt *st;
    int r = sql_open(s, "SELECT code, name, region FROM service_origin ORDER BY region, name",
                     NO_ARGS, &st, err);
    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0) {
        struct place_origin *o = vector_push(request, (void **)&at, &n, &room, sizeof *at);
        if (o)
            *o = (struct place_origin){sql_text(request, st, 0), sql_text(request, st, 1),
                                       sql_text(request, st, 2)};
    }
    stmt_done(st);
    *ret = at;
    *ret_n = n;
    return r < 0 ? r : request->failed ? err_memory(err) : 0;
}

/* ---- JSON ---- */

static const char *const basis_words[] = {"stated", "line", "unknown"};
static const char *const open_words[] = {"shut", "open", "unknown"};

static void set_text(struct arena *a, struct json *j, struct span key, struct span text)
{
    if (text.n)
        json_set(j, key, json_string(a, text));
}

static struct json *degrees_json(struct arena *a, int64_t millionths)
{
    int64_t n = millionths < 0 ? -millionths : millionths;
    return json_string(a, arena_print(a, "%s%" PRId64 ".%06" PRId64, millionths < 0 ? "-" : "",
                                      n / 1000000, n % 1000000));
}

struct json *place_json(struct arena *request, const struct library *l,
                        const struct service_point *p, bool english)
{
    struct json *j = json_object(request), *items = json_array(request);

    JSON_SET(j, "code", json_string(request, p->code));
    JSON_SET(j, "name", json_string(request, p->name));
    JSON_SET(j, "kind", json_string(request, place_kind_words[p->kind].yaml));
    JSON_SET(j, "kind_title",
             json_string(request, words_in(place_kind_words[p->kind].title, english)));
    set_text(request, j, SPAN("organisation"), p->organisation);
    set_text(request, j, SPAN("region"), p->region);
    set_text(request, j, SPAN("address"), p->address);
    if (p->spot.known) {
        JSON_SET(j, "latitude", degrees_json(request, p->spot.latitude));
        JSON_SET(j, "longitude", degrees_json(request, p->spot.longitude));
    }
    set_text(request, j, SPAN("channels"), p->channels);
    set_text(request, j, SPAN("hours"), p->hours);
    set_text(request, j, SPAN("source"), p->source);
    for (size_t i = 0; i < p->item_count; i++) {
        const struct procedure *known = procedure_find(l, p->items[i], NULL);
        struct json *o = json_object(request);
        JSON_SET(o, "id", json_string(request, p->items[i]));
        if (known)
            JSON_SET(o, "title", json_string(request, words_in(known->title, english)));
        json_add(items, o);
    }
    JSON_SET(j, "items", items);
    return j;
}

struct json *place_found_json(struct arena *request, const struct library *l,
                              const struct place_found *f, bool english)
{
    struct json *j = place_json(request, l, &f->place, english);

    JSON_SET(j, "way", json_string(request, span_z(basis_words[f->basis])));
    if (f->basis != WAY_UNKNOWN)
        JSON_SET(j, "minutes", json_int(request, f->minutes));
    if (f->basis == WAY_LINE)
        JSON_SET(j, "metres", json_int(request, f->metres));
    JSON_SET(j, "open", json_string(request, span_z(open_words[f->open])));
    JSON_SET(j, "item_stated", json_bool(request, f->stated_item));
    return j;
}

struct json *place_reach_json(struct arena *request, const struct place_reach *x)
{
    struct json *j = json_object(request);
    const char *state = x->within ? "within" : x->basis == WAY_UNKNOWN ? "unknown" : "beyond";

    JSON_SET(j, "code", json_string(request, x->code));
    JSON_SET(j, "name", json_string(request, x->name));
    set_text(request, j, SPAN("region"), x->region);
    JSON_SET(j, "reach", json_string(request, span_z(state)));
    set_text(request, j, SPAN("nearest"), x->nearest);
    if (x->nearest.n)
        JSON_SET(j, "minutes", json_int(request, x->minutes));
    JSON_SET(j, "way", json_string(request, span_z(basis_words[x->basis])));
    if (x->weight)
        JSON_SET(j, "weight", json_int(request, x->weight));
    return j;
}

struct json *place_cover_json(struct arena *request, const struct place_cover *x)
{
    struct json *j = json_object(request);

    JSON_SET(j, "within", json_int(request, x->within));
    JSON_SET(j, "beyond", json_int(request, x->beyond));
    JSON_SET(j, "unknown", json_int(request, x->unknown));
    JSON_SET(j, "weight_within", json_int(request, x->weight_within));
    JSON_SET(j, "weight_beyond", json_int(request, x->weight_beyond));
    JSON_SET(j, "weight_unknown", json_int(request, x->weight_unknown));
    return j;
}
