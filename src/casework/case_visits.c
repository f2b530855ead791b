/*
 * case_visits.c: see case_visits.h. A booking is an act of its case (`book`, `unbook`) and happens
 * in its transaction; the slot is locked while it is counted.
 */
#include "casework/case_visits.h"

#include <inttypes.h>

#include "base/vector.h"
#include "casework/cases_int.h"
#include "casework/clocks.h"
#include "casework/sql.h"
#include "identity/audit.h"

const struct closed_word visit_words[VISIT_STATES] = {
    [VISIT_BOOKED] = CLOSED_WORD("booked", "已预约", "booked"),
    [VISIT_CAME] = CLOSED_WORD("came", "等候", "waiting"),
    [VISIT_CALLED] = CLOSED_WORD("called", "办理中", "at the window"),
    [VISIT_DONE] = CLOSED_WORD("done", "已办", "served"),
    [VISIT_MISSED] = CLOSED_WORD("missed", "未到", "did not come"),
};
#define MINUTE INT64_C(60000)

/* ---- moments ---- */

bool visit_moment(struct span text, int64_t *ret)
{
    struct date day;
    int digits[4];

    if (text.n < 16 || !date_parse(span_of(text.p, 10), &day) || text.p[13] != ':')
        return false;
    for (int i = 0; i < 4; i++) {
        char c = text.p[i < 2 ? 11 + i : 12 + i];
        if (c < '0' || c > '9')
            return false;
        digits[i] = c - '0';
    }
    int hour = digits[0] * 10 + digits[1], minute = digits[2] * 10 + digits[3];
    *ret = clock_midnight(date_days(day)) + (hour * 60 + minute) * MINUTE;
    return hour < 24 && minute < 60;
}

struct span visit_say(struct arena *request, int64_t at)
{
    char text[DATE_TEXT];
    size_t n = clock_print(at, text);

    if (n < 16)
        return SPAN("");
    text[10] = ' ';
    return arena_copy(request, span_of(text, 16));
}

/* ---- rights ---- */

static int may_keep(const struct actor *who, struct span organisation, struct err *err)
{
    unsigned offices = 1u << USER_WINDOW | 1u << USER_HANDLER | 1u << USER_REVIEWER;

    if (who->program || ((who->roles & offices) && span_eq(who->organisation, organisation)))
        return 0;
    return err_set(err, E_FORBIDDEN, "只有%.*s的人能管理那里的预约", SPAN_ARG(organisation));
}

/* ---- slots ---- */

struct open_call {
    struct arena *arena;
    const struct actor *who;
    const struct visit_plan *plan;
    size_t n;
};

static int add_slot(struct store *s, const struct open_call *c, int minute, struct err *err)
{
    const struct visit_plan *p = c->plan;
    int64_t day = clock_midnight(date_days(p->day));

    return sql_run(s,
                   "INSERT INTO visit_slot (organisation, place, procedure, starts_at, ends_at,"
                   " capacity, complex, opened_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
                   " ON CONFLICT DO NOTHING",
                   ARGS(TEXT(p->organisation), TEXT(p->place), TEXT(p->procedure),
                        INT(day + minute * MINUTE), INT(day + (minute + p->each) * MINUTE),
                        INT(p->capacity), INT(p->complex), INT(c->who->account_id)),
                   err);
}

static int count_slots(struct store *s, int64_t *ret, struct err *err)
{
    return sql_int(s, "SELECT COUNT(*) FROM visit_slot", NO_ARGS, 0, ret, err);
}

static int open_within(struct store *s, void *context, struct err *err)
{
    struct open_call *c = context;
    const struct visit_plan *p = c->plan;
    int64_t before = 0, after = 0;
    struct audit_entry e = {.class = AUDIT_CHANGE,
                            .act = SPAN("visit.open"),
                            .object_kind = SPAN("organisation"),
                            .object = p->organisation};
    int r = count_slots(s, &before, err);

    for (int m = p->from; r == 0 && m + p->each <= p->to; m += p->each)
        r = add_slot(s, c, m, err);
    if (r == 0)
        r = count_slots(s, &after, err);
    c->n = (size_t)(after - before);
    return r == 0 ? audit_add(s, c->who, &e, err) : r;
}

static int check_plan(const struct office *o, const struct visit_plan *p, struct err *err)
{
    struct span near = {NULL, 0};

    if (!p->organisation.n || !p->place.n)
        return err_field(err, err_set(err, E_INPUT, "预约时段要写明部门和地点"), "place");
    if (p->each < 1 || p->from < 0 || p->to > 24 * 60 || p->from + p->each > p->to)
        return err_field(err, err_set(err, E_INPUT, "时段的起止和长短不成立"), "from");
    if ((p->to - p->from) / p->each > VISIT_SLOTS_MOST || p->capacity < 1 || p->capacity > 10000)
        return err_field(err, err_set(err, E_LIMIT, "时段太多，或每段的名额不在1到10000之间"),
                         p->capacity < 1 || p->capacity > 10000 ? "capacity" : "each");
    if (p->procedure.n && !procedure_find(o->library, p->procedure, &near)) {
        err_set(err, E_NOT_FOUND, "没有事项“%.*s”", SPAN_ARG(p->procedure));
        if (near.n)
            err_hint(err, "是不是 %.*s？", SPAN_ARG(near));
        return err_field(err, E_NOT_FOUND, "procedure");
    }
    return 0;
}

int visit_open(struct arena *request, const struct office *o, const struct actor *who,
               const struct visit_plan *p, size_t *ret_n, struct err *err)
{
    struct open_call c = {.arena = request, .who = who, .plan = p};
    int r = check_plan(o, p, err);

    if (r == 0)
        r = may_keep(who, p->organisation, err);
    if (r == 0)
        r = store_write(o->store, open_within, &c, err);
    *ret_n = r == 0 ? c.n : 0;
    return r;
}

VECTOR_OF(struct visit_slot, visit_slot_list);

int visit_slots(struct arena *request, struct store *s, const struct visit_slot_query *q,
                struct visit_slot **ret, size_t *ret_n, struct err *err)
{
    struct visit_slot_list v = {0};
    struct stmt *st = NULL;
    int r = sql_open(
        s,
        "SELECT s.id, s.starts_at, s.ends_at, s.capacity, s.complex, (SELECT COUNT(*) FROM visit v"
        " WHERE v.slot_id = s.id AND v.state <> 'given back') AS taken,"
        " s.organisation, s.place, s.procedure FROM visit_slot s"
        " WHERE s.starts_at >= $1 AND s.starts_at < $2 AND (s.organisation = $3 OR $3 = '')"
        " AND ($4 = 0 OR ((s.procedure = '' OR s.procedure = (SELECT c.procedure FROM casefile c"
        " WHERE c.id = $4)) AND (s.organisation IN (SELECT p.organisation FROM case_party p"
        " WHERE p.case_id = $4) OR s.organisation = (SELECT c.organisation FROM casefile c"
        " WHERE c.id = $4)))) ORDER BY s.starts_at, s.place, s.id LIMIT 500",
        ARGS(INT(q->from), INT(q->to), TEXT(q->organisation.n ? q->organisation : SPAN("")),
             INT(q->case_id)),
        &st, err);

    while (r >= 0 && (r = stmt_step(st, err)) > 0) {
        struct visit_slot slot = {.id = stmt_get_int(st, 0),
                                  .starts_at = stmt_get_int(st, 1),
                                  .ends_at = stmt_get_int(st, 2),
                                  .capacity = stmt_get_int(st, 3),
                                  .complex = stmt_get_int(st, 4) != 0,
                                  .taken = stmt_get_int(st, 5)};
        if (q->free_only && slot.taken >= slot.capacity)
            continue;
        slot.organisation = sql_text(request, st, 6);
        slot.place = sql_text(request, st, 7);
        slot.procedure = sql_text(request, st, 8);
        struct visit_slot *to = VECTOR_PUSH(request, &v, struct visit_slot);
        if (!to) {
            r = err_memory(err);
            break;
        }
        *to = slot;
    }
    stmt_done(st);
    *ret = v.at;
    *ret_n = v.n;
    return r < 0 ? r : request->failed ? err_memory(err) : 0;
}

/* ---- booking: an act of the case ---- */

static int full(const struct case_work *w, const struct visit_slot *all, size_t n, int64_t after,
                struct err *err)
{
    const struct visit_slot *next = NULL;

    for (size_t i = 0; i < n && !next; i++)
        if (all[i].taken < all[i].capacity && all[i].starts_at > after)
            next = &all[i];
    err_set(err, E_CONFLICT, "这个时段已经约满");
    if (next)
        err_hint(err, "最近的空位：%.*s %.*s", SPAN_ARG(visit_say(w->arena, next->starts_at)),
                 SPAN_ARG(next->place));
    return E_CONFLICT;
}

static int64_t number_of(const struct json *j)
{
    struct decimal d;
    int64_t n = 0;
    return decimal_parse(json_text(j), &d) && decimal_to_int(d, &n) ? n : 0;
}

/* By its number, or by the moment (and the place, where there are several). */
static const struct visit_slot *chosen(const struct visit_slot *all, size_t n,
                                       const struct json *data)
{
    struct span place = json_text(JSON_GET(data, "place"));
    int64_t id = number_of(JSON_GET(data, "slot")), at = 0;
    bool has_at = visit_moment(json_text(JSON_GET(data, "at")), &at);

    for (size_t i = 0; i < n; i++)
        if (id ? all[i].id == id
               : has_at && all[i].starts_at == at && (!place.n || span_eq(place, all[i].place)))
            return &all[i];
    return NULL;
}

static int slots_of_case(const struct case_work *w, struct visit_slot **ret, size_t *ret_n,
                         struct err *err)
{
    struct visit_slot_query q = {.case_id = w->file.row.id, .from = w->now, .to = CASE_NO_DUE};

    return visit_slots(w->arena, w->office->store, &q, ret, ret_n, err);
}

/* Before the event is written: where slots have been opened for the case, one of them, with room.
 */
int case_settle_visit(struct case_work *w, struct case_event *e, struct json *data, struct err *err)
{
    struct visit_slot *all = NULL;
    const struct visit_slot *slot;
    size_t n = 0;
    int r = slots_of_case(w, &all, &n, err);

    if (r < 0 || n == 0)
        return r;
    slot = chosen(all, n, e->data);
    if (!slot) {
        err_set(err, E_CONFLICT, "没有这个预约时段");
        err_hint(err, "最近的时段：%.*s %.*s", SPAN_ARG(visit_say(w->arena, all[0].starts_at)),
                 SPAN_ARG(all[0].place));
        return E_CONFLICT;
    }
    r = sql_run(w->office->store, "UPDATE visit_slot SET capacity = capacity WHERE id = $1",
                ARGS(INT(slot->id)), err); /* others wait while we count */
    if (r == 0)
        r = slots_of_case(w, &all, &n, err);
    slot = r == 0 ? chosen(all, n, e->data) : NULL;
    if (r < 0 || !slot)
        return r < 0 ? r : err_set(err, E_CONFLICT, "没有这个预约时段");
    if (slot->taken >= slot->capacity)
        return full(w, all, n, slot->starts_at, err);
    case_put(data, SPAN("slot"), json_int(w->arena, slot->id));
    case_put(data, SPAN("at"), json_string(w->arena, visit_say(w->arena, slot->starts_at)));
    case_put(data, SPAN("place"), json_string(w->arena, slot->place));
    return 0;
}

/* A case has one booking: a new one moves it. */
int case_visit_effect(struct case_work *w, const struct case_event *e, struct err *err)
{
    int64_t slot = number_of(JSON_GET(e->data, "slot"));
    int r = sql_run(w->office->store,
                    "UPDATE visit SET state = 'given back' WHERE case_id = $1 AND state = 'booked'",
                    ARGS(INT(w->file.row.id)), err);

    if (r < 0 || !slot || !span_eq(e->act, SPAN("book")))
        return r;
    return sql_run(w->office->store,
                   "INSERT INTO visit (slot_id, case_id, organisation, place, complex, state,"
                   " number, booked_at, came_at, called_at, done_at, day)"
                   " SELECT id, $2, organisation, place, complex, 'booked', 0, $3, 0, 0, 0, $4"
                   " FROM visit_slot WHERE id = $1",
                   ARGS(INT(slot), INT(w->file.row.id), INT(w->now),
                        TEXT(span_of(json_text(JSON_GET(e->data, "at")).p, 10))),
                   err);
}

/* ---- the hall ---- */

static struct span day_text(struct arena *a, struct date d)
{
    char text[DATE_TEXT];
    return arena_copy(a, span_of(text, date_print(d, text)));
}

struct hall_call {
    struct arena *arena;
    const struct actor *who;
    struct span organisation, place, step;
    bool complex;
    int64_t id;
};

/* The next number of the place on its day. */
#define NEXT_NUMBER                                                                                \
    "(SELECT COALESCE(MAX(n.number), 0) + 1 FROM visit n WHERE n.organisation = $1"                \
    " AND n.place = $2 AND n.day = $3)"

static int walk_in_within(struct store *s, void *context, struct err *err)
{
    struct hall_call *c = context;

    return sql_insert(
        s,
        "INSERT INTO visit (slot_id, case_id, organisation, place, complex, state,"
        " number, booked_at, came_at, called_at, done_at, day)"
        " VALUES (NULL, NULL, $1, $2, $4, 'came', " NEXT_NUMBER ", 0, $5, 0, 0, $3){new id}",
        ARGS(TEXT(c->organisation), TEXT(c->place), TEXT(day_text(c->arena, date_today())),
             INT(c->complex), INT(clock_now_ms())),
        &c->id, err);
}

int visit_walk_in(struct arena *request, const struct office *o, const struct actor *who,
                  struct span organisation, struct span place, bool complex, int64_t *ret_id,
                  struct err *err)
{
    struct hall_call c = {.arena = request,
                          .who = who,
                          .organisation = organisation,
                          .place = place,
                          .complex = complex};
    int r = organisation.n && place.n
                ? may_keep(who, organisation, err)
                : err_field(err, err_set(err, E_INPUT, "取号要写明部门和地点"), "place");
    if (r == 0)
        r = store_write(o->store, walk_in_within, &c, err);
    *ret_id = c.id;
    return r;
}

static const struct hall_step {
    const char *step, *from, *to;
    const char *sql;
} steps[] = {
    {"come", "booked", "came",
     "UPDATE visit SET state = 'came', came_at = $2, number = (SELECT COALESCE(MAX(n.number), 0)"
     " + 1 FROM visit n WHERE n.organisation = visit.organisation AND n.place = visit.place"
     " AND n.day = visit.day) WHERE id = $1"},
    {"call", "came", "called", "UPDATE visit SET state = 'called', called_at = $2 WHERE id = $1"},
    {"done", "called", "done", "UPDATE visit SET state = 'done', done_at = $2 WHERE id = $1"},
};

static int step_within(struct store *s, void *context, struct err *err)
{
    struct hall_call *c = context;
    struct span state = {NULL, 0}, organisation = {NULL, 0};
    struct stmt *st = NULL;
    int r = sql_open(s, "SELECT state, organisation FROM visit WHERE id = $1", ARGS(INT(c->id)),
                     &st, err);

    if (r == 0 && (r = stmt_step(st, err)) > 0) {
        state = sql_text(c->arena, st, 0);
        organisation = sql_text(c->arena, st, 1);
    }
    stmt_done(st);
    if (r <= 0)
        return r < 0 ? r : err_set(err, E_NOT_FOUND, "没有这一位来访");
    r = may_keep(c->who, organisation, err);
    for (size_t i = 0; r == 0 && i < COUNT_OF(steps); i++) {
        if (!span_eq(c->step, span_z(steps[i].step)))
            continue;
        if (!span_eq(state, span_z(steps[i].from)))
            return err_set(err, E_CONFLICT, "现在不能办这一步");
        return sql_run(s, steps[i].sql, ARGS(INT(c->id), INT(clock_now_ms())), err);
    }
    return r < 0 ? r : err_set(err, E_INPUT, "没有这一步：come、call、done");
}

int visit_step(struct arena *request, const struct office *o, const struct actor *who, int64_t id,
               struct span step, struct err *err)
{
    struct hall_call c = {.arena = request, .who = who, .id = id, .step = step};

    return store_write(o->store, step_within, &c, err);
}

/* ---- looking ---- */

static enum visit_state state_of(struct span word, int64_t ends_at)
{
    size_t i = 0;

    while (i < VISIT_STATES && !span_eq(visit_words[i].yaml, word))
        i++;
    if (i == VISIT_BOOKED && ends_at && ends_at <= clock_now_ms())
        return VISIT_MISSED;
    return i < VISIT_STATES ? (enum visit_state)i : VISIT_BOOKED;
}

/* Everybody of some days: [$2, $3]; organisation empty = all. */
#define VISITS                                                                                     \
    "SELECT v.id, v.number, COALESCE(s.starts_at, 0), COALESCE(s.ends_at, 0), v.came_at,"          \
    " v.called_at, v.done_at, v.complex, v.organisation, v.place, v.state,"                        \
    " COALESCE(c.number, ''), COALESCE(c.procedure, ''), COALESCE(u.name, '')"                     \
    " FROM visit v LEFT JOIN visit_slot s ON s.id = v.slot_id LEFT JOIN casefile c"                \
    " ON c.id = v.case_id LEFT JOIN subject u ON u.id = c.subject_id"                              \
    " WHERE v.state <> 'given back' AND v.day >= $2 AND v.day <= $3"                               \
    " AND (v.organisation = $1 OR $1 = '')"                                                        \
    " ORDER BY v.day, CASE WHEN v.came_at > 0 AND v.done_at = 0 THEN 0 ELSE 1 END,"                \
    " COALESCE(s.starts_at, v.came_at), v.id"

static struct visit_row read_visit(struct arena *a, const struct stmt *st)
{
    return (struct visit_row){.id = stmt_get_int(st, 0),
                              .number = stmt_get_int(st, 1),
                              .starts_at = stmt_get_int(st, 2),
                              .came_at = stmt_get_int(st, 4),
                              .called_at = stmt_get_int(st, 5),
                              .done_at = stmt_get_int(st, 6),
                              .complex = stmt_get_int(st, 7) != 0,
                              .organisation = sql_text(a, st, 8),
                              .place = sql_text(a, st, 9),
                              .state = state_of(stmt_get_text(st, 10), stmt_get_int(st, 3)),
                              .case_number = sql_text(a, st, 11),
                              .procedure = sql_text(a, st, 12),
                              .subject = sql_text(a, st, 13)};
}

VECTOR_OF(struct visit_row, visit_rows);

static int read_visits(struct arena *a, struct store *s, struct span organisation, struct date from,
                       struct date to, struct visit_rows *ret, struct err *err)
{
    struct stmt *st = NULL;
    int r = sql_open(s, VISITS,
                     ARGS(TEXT(organisation.n ? organisation : SPAN("")), TEXT(day_text(a, from)),
                          TEXT(day_text(a, to))),
                     &st, err);

    while (r >= 0 && (r = stmt_step(st, err)) > 0) {
        struct visit_row *row = VECTOR_PUSH(a, ret, struct visit_row);
        if (!row) {
            r = err_memory(err);
            break;
        }
        *row = read_visit(a, st);
    }
    stmt_done(st);
    return r < 0 ? r : a->failed ? err_memory(err) : 0;
}

int visit_list(struct arena *request, struct store *s, struct span organisation, struct date day,
               struct visit_row **ret, size_t *ret_n, struct err *err)
{
    struct visit_rows v = {0};
    int r = read_visits(request, s, organisation, day, day, &v, err);

    *ret = v.at;
    *ret_n = v.n;
    return r;
}

/* Who comes before his time waits from his time on. */
static void count_one(struct visit_report *x, const struct visit_row *v)
{
    int64_t since = v->starts_at > v->came_at ? v->starts_at : v->came_at;
    int64_t wait = v->called_at > since ? v->called_at - since : 0;

    x->booked += v->starts_at != 0;
    x->walked_in += v->starts_at == 0;
    x->came += v->came_at != 0;
    x->missed += v->state == VISIT_MISSED;
    if (v->called_at) {
        x->called++;
        x->wait_ms += wait;
        x->wait_most = wait > x->wait_most ? wait : x->wait_most;
        x->in_time += wait <= (v->complex ? VISIT_WAIT_LONG : VISIT_WAIT) * MINUTE;
    }
    if (v->done_at) {
        x->served++;
        x->service_ms += v->done_at - v->called_at;
        x->service_in_time += v->done_at - v->called_at <= VISIT_SERVICE * MINUTE;
    }
}

int visit_count(struct arena *request, struct store *s, struct span organisation, struct date from,
                struct date to, struct visit_report *ret, struct err *err)
{
    struct visit_rows v = {0};
    int r = read_visits(request, s, organisation, from, to, &v, err);

    *ret = (struct visit_report){0};
    for (size_t i = 0; r == 0 && i < v.n; i++)
        count_one(ret, &v.at[i]);
    return r;
}
