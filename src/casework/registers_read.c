/*
 * registers_read.c: where entries of registers stand: replayed from their events, listed, as of a
 * day and as known at an instant; what standing on a list means. See registers.h.
 */
#include "base/vector.h"
#include "casework/registers_int.h"
#include "casework/sql.h"
#include "policy/subjects.h"

#define ROW(id, word, zh, en) CLOSED_WORD(word, zh, en),
const struct closed_word register_step_words[REGISTER_STEPS] = {REGISTER_STEP_LIST(ROW)};
const struct closed_word register_state_words[REGISTER_STATES] = {REGISTER_STATE_LIST(ROW)};

#define IN(state)  (1u << REGISTER_STATE_##state)
#define BY(role)   (1u << USER_##role)
#define TO(target) .to_state = true, .state = REGISTER_STATE_##target
const struct register_rule register_rules[REGISTER_STEPS] = {
    [REGISTER_STEP_PROPOSE] = {.roles = BY(HANDLER) | BY(REVIEWER) | BY(PUBLISHER),
                               TO(PROPOSED),
                               .reason = true},
    [REGISTER_STEP_APPROVE] = {.states = IN(PROPOSED),
                               .roles = BY(REVIEWER),
                               TO(APPROVED),
                               .second = true},
    [REGISTER_STEP_REFUSE] = {.states = IN(PROPOSED) | IN(APPROVED),
                              .roles = BY(REVIEWER),
                              TO(REFUSED),
                              .reason = true,
                              .second = true},
    [REGISTER_STEP_PUBLISH] = {.states = IN(APPROVED), .roles = BY(PUBLISHER), TO(PUBLISHED)},
    [REGISTER_STEP_ADJUST] = {.states = IN(PUBLISHED), .roles = BY(REVIEWER), .reason = true},
    [REGISTER_STEP_OBJECT] = {.states = IN(PUBLISHED),
                              .roles = BY(AGENT) | BY(WINDOW),
                              .reason = true},
    [REGISTER_STEP_KEEP] = {.states = IN(PUBLISHED),
                            .roles = BY(REVIEWER),
                            .reason = true,
                            .objected = true},
    [REGISTER_STEP_REMOVE] = {.states = IN(PUBLISHED),
                              .roles = BY(REVIEWER) | BY(PUBLISHER),
                              TO(REMOVED),
                              .reason = true},
};

/* ---- replay ---- */

/* The last day is kept with the event, so that replaying needs no calendar. */
static void apply(struct register_entry *e, const struct register_event *x)
{
    const struct register_rule *rule = &register_rules[x->step];
    if (rule->to_state)
        e->state = rule->state;
    if (x->step == REGISTER_STEP_PUBLISH)
        e->from_day = x->from_day;
    if (x->step == REGISTER_STEP_PUBLISH || x->step == REGISTER_STEP_REMOVE ||
        (x->step == REGISTER_STEP_ADJUST && x->to_day.n))
        e->to_day = x->to_day;
    if (x->tier.n)
        e->tier = x->tier;
    if (x->step == REGISTER_STEP_OBJECT)
        e->objected = true;
    if (x->step == REGISTER_STEP_KEEP || x->step == REGISTER_STEP_REMOVE)
        e->objected = false;
}

void register_replay(struct register_entry *e, int64_t known_at)
{
    e->state = REGISTER_STATE_PROPOSED;
    e->tier = e->from_day = e->to_day = SPAN("");
    e->objected = false;
    for (size_t i = 0; i < e->event_count; i++)
        if (e->events[i].at <= known_at)
            apply(e, &e->events[i]);
}

bool register_holds(const struct register_entry *e, struct span day)
{
    return (e->state == REGISTER_STATE_PUBLISHED || e->state == REGISTER_STATE_REMOVED) &&
           e->from_day.n && span_compare(e->from_day, day) <= 0 &&
           (!e->to_day.n || span_compare(e->to_day, day) >= 0);
}

/* ---- rows ---- */

static int word_index(const struct closed_word *words, size_t n, struct span word)
{
    for (size_t i = 0; i < n; i++)
        if (span_eq(words[i].yaml, word))
            return (int)i;
    return 0;
}

void register_row_read(struct arena *a, const struct stmt *st, struct register_entry *ret)
{
    struct span state = stmt_get_text(st, 7);
    *ret = (struct register_entry){
        .id = stmt_get_int(st, 0),
        .name_of_list = sql_text(a, st, 1),
        .subject_kind = sql_text(a, st, 2),
        .subject_code = sql_text(a, st, 3),
        .name = sql_text(a, st, 4),
        .case_number = sql_text(a, st, 5),
        .effects = (unsigned)stmt_get_int(st, 6),
        .state = (enum register_state)word_index(register_state_words, REGISTER_STATES, state),
        .tier = sql_text(a, st, 8),
        .from_day = sql_text(a, st, 9),
        .to_day = sql_text(a, st, 10),
        .objected = stmt_get_int(st, 11) != 0,
        .event_count = (size_t)stmt_get_int(st, 12),
        .region = sql_text(a, st, 13),
    };
}

static void event_read(struct arena *a, const struct stmt *st, struct register_event *ret)
{
    *ret = (struct register_event){
        .at = stmt_get_int(st, 0),
        .step = (enum register_step)word_index(register_step_words, REGISTER_STEPS,
                                               stmt_get_text(st, 1)),
        .from_day = sql_text(a, st, 2),
        .to_day = sql_text(a, st, 3),
        .tier = sql_text(a, st, 4),
        .reason = sql_text(a, st, 5),
        .cites = sql_text(a, st, 6),
        .account_id = stmt_get_int(st, 7),
        .for_account_id = stmt_get_int(st, 8),
        .actor = sql_text(a, st, 9),
        .organisation = sql_text(a, st, 10),
    };
}

static int read_events(struct arena *a, struct store *s, struct register_entry *e, struct err *err)
{
    VECTOR_OF(struct register_event, events) v = {0};
    struct stmt *st;
    int r = sql_open(s,
                     "SELECT at, act, from_day, to_day, tier, reason, cites, account_id,"
                     " for_account_id, actor, organisation FROM register_event"
                     " WHERE entry_id = $1 ORDER BY seq",
                     ARGS(INT(e->id)), &st, err);
    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0) {
        struct register_event *x = VECTOR_PUSH(a, &v, struct register_event);
        if (x)
            event_read(a, st, x);
        if (a->failed)
            break;
    }
    stmt_done(st);
    if (r < 0 || a->failed)
        return r < 0 ? r : err_memory(err);
    e->events = v.at;
    e->event_count = v.n;
    return 0;
}

int register_get(struct arena *request, struct store *s, int64_t id, struct register_entry *ret,
                 struct err *err)
{
    struct register_entry e;
    struct stmt *st;
    int r = sql_open(s, REGISTER_COLUMNS " WHERE id = $1", ARGS(INT(id)), &st, err);
    if (r < 0)
        return r;
    r = stmt_step(st, err);
    if (r > 0)
        register_row_read(request, st, &e);
    stmt_done(st);
    if (r == 0) {
        r = err_set(err, E_NOT_FOUND, "no entry %lld of a register", (long long)id);
        err_hint(err, "'huiqi register list' shows them");
    }
    if (r > 0)
        r = request->failed ? err_memory(err) : read_events(request, s, &e, err);
    if (r == 0)
        *ret = e;
    return r;
}

/* ---- lists ---- */

VECTOR_OF(struct register_entry, register_entries);

static int read_entries(struct arena *a, struct stmt *st, struct register_entries *v,
                        struct err *err)
{
    int r;
    while ((r = stmt_step(st, err)) > 0) {
        struct register_entry *e = VECTOR_PUSH(a, v, struct register_entry);
        if (e)
            register_row_read(a, st, e);
        if (a->failed)
            break;
    }
    stmt_done(st);
    return r < 0 ? r : a->failed ? err_memory(err) : 0;
}

/* A day and a state decide here, where they may have to be those of an earlier instant. */
static bool wanted(const struct register_entry *e, const struct register_query *q)
{
    return (!q->has_state || e->state == q->state) && (!q->day.n || register_holds(e, q->day));
}

/* As it was known: what had no event by then was not there. */
static int take_back(struct arena *a, struct store *s, struct register_entry *e, int64_t known_at,
                     bool *ret_there, struct err *err)
{
    int r = read_events(a, s, e, err);
    if (r < 0)
        return r;
    *ret_there = e->event_count && e->events[0].at <= known_at;
    register_replay(e, known_at);
    return 0;
}

static int read_page(struct arena *a, struct store *s, const struct register_query *q,
                     int64_t after, struct register_entries *v, struct err *err)
{
    struct stmt *st;
    int r = sql_open(
        s,
        REGISTER_COLUMNS " WHERE id > $1 AND ($2 = '' OR register = $2) AND"
                         " ($3 = '' OR (subject_kind = $4 AND subject_code = $3))"
                         " ORDER BY id LIMIT 1000",
        ARGS(INT(after), TEXT(q->name_of_list), TEXT(q->subject_code), TEXT(q->subject_kind)), &st,
        err);
    return r < 0 ? r : read_entries(a, st, v, err);
}

int register_list(struct arena *request, struct store *s, const struct register_query *q,
                  struct register_entry **ret, size_t *ret_n, struct err *err)
{
    struct register_entries found = {0}, page;
    size_t limit = q->limit ? q->limit : REGISTER_LIST_MAX;
    int64_t after = q->after;
    int r;
    do {
        page = (struct register_entries){0};
        r = read_page(request, s, q, after, &page, err);
        for (size_t i = 0; i < page.n && r == 0 && found.n < limit; i++) {
            struct register_entry *e = &page.at[i];
            bool there = true;
            after = e->id;
            if (q->known_at)
                r = take_back(request, s, e, q->known_at, &there, err);
            if (r < 0 || !there || !wanted(e, q))
                continue;
            struct register_entry *kept = VECTOR_PUSH(request, &found, struct register_entry);
            if (kept)
                *kept = *e;
        }
    } while (r == 0 && page.n && found.n < limit && !request->failed);
    if (r < 0 || request->failed)
        return r < 0 ? r : err_memory(err);
    *ret = found.at;
    *ret_n = found.n;
    return 0;
}

/* ---- as JSON ---- */

static void set(struct arena *a, struct json *o, struct span key, struct span text)
{
    json_set(o, key, text.n ? json_string(a, text) : json_null(a));
}

static struct json *event_json(struct arena *a, const struct register_event *x)
{
    struct json *o = json_object(a);
    char at[DATE_TEXT];
    set(a, o, SPAN("act"), register_step_words[x->step].yaml);
    set(a, o, SPAN("title"), register_step_words[x->step].title.zh);
    set(a, o, SPAN("title_en"), register_step_words[x->step].title.en);
    set(a, o, SPAN("at"), arena_copy(a, span_of(at, clock_print(x->at, at))));
    set(a, o, SPAN("from"), x->from_day);
    set(a, o, SPAN("to"), x->to_day);
    set(a, o, SPAN("tier"), x->tier);
    set(a, o, SPAN("reason"), x->reason);
    set(a, o, SPAN("cites"), x->cites);
    set(a, o, SPAN("by"), x->actor);
    set(a, o, SPAN("organisation"), x->organisation);
    return o;
}

struct json *register_entry_json(struct arena *a, const struct register_entry *e)
{
    struct json *o = json_object(a), *effects = json_array(a), *events = json_array(a);
    JSON_SET(o, "entry", json_int(a, e->id));
    set(a, o, SPAN("register"), e->name_of_list);
    set(a, o, SPAN("kind"), e->subject_kind);
    set(a, o, SPAN("code"), e->subject_code);
    set(a, o, SPAN("name"), e->name);
    set(a, o, SPAN("case"), e->case_number);
    set(a, o, SPAN("state"), register_state_words[e->state].yaml);
    set(a, o, SPAN("state_title"), register_state_words[e->state].title.zh);
    set(a, o, SPAN("state_title_en"), register_state_words[e->state].title.en);
    set(a, o, SPAN("tier"), e->tier);
    set(a, o, SPAN("from"), e->from_day);
    set(a, o, SPAN("to"), e->to_day);
    JSON_SET(o, "objected", json_bool(a, e->objected));
    for (size_t i = 0; i < COUNT_OF(register_effects); i++)
        if (e->effects >> i & 1)
            json_add(effects, json_string(a, span_z(register_effects[i])));
    JSON_SET(o, "effects", effects);
    for (size_t i = 0; e->events && i < e->event_count; i++)
        json_add(events, event_json(a, &e->events[i]));
    JSON_SET(o, "events", events);
    return a->failed ? NULL : o;
}

/* ---- what standing on a list means ---- */

int register_bars(struct arena *request, struct store *s, struct span subject_kind,
                  struct span subject_code, struct date day, struct register_bar **ret,
                  size_t *ret_n, struct err *err)
{
    VECTOR_OF(struct register_bar, bars) v = {0};
    struct register_entries entries = {0};
    char text[DATE_TEXT];
    struct span on = span_of(text, date_print(day, text));
    struct stmt *st;
    int r = sql_open(s,
                     REGISTER_COLUMNS " WHERE subject_kind = $1 AND subject_code = $2 AND"
                                      " effects > 0 ORDER BY id",
                     ARGS(TEXT(subject_kind), TEXT(subject_code)), &st, err);
    if (r == 0)
        r = read_entries(request, st, &entries, err);
    for (size_t i = 0; i < entries.n && r == 0; i++) {
        const struct register_entry *e = &entries.at[i];
        struct register_bar *b =
            register_holds(e, on) ? VECTOR_PUSH(request, &v, struct register_bar) : NULL;
        if (b)
            *b = (struct register_bar){e->id,   e->name_of_list, e->from_day, e->to_day,
                                       e->tier, e->region,       e->effects};
    }
    if (r < 0 || request->failed)
        return r < 0 ? r : err_memory(err);
    *ret = v.at;
    *ret_n = v.n;
    return 0;
}

static bool holds_longer(const struct register_bar *a, const struct register_bar *b)
{
    if (!b->entry_id || !b->to_day.n)
        return !b->entry_id;
    return !a->to_day.n || span_compare(a->to_day, b->to_day) > 0;
}

int register_bar_find(struct arena *request, struct store *s, const struct register_question *q,
                      struct register_bar *ret, struct err *err)
{
    struct subject_row row = {.kind = q->subject_kind, .code = q->subject_code};
    struct register_bar found = {0}, *at = NULL;
    size_t n = 0;
    int r = q->subject_id ? subject_get(request, s, q->subject_id, &row, err) : 0;

    if (r == 0)
        r = register_bars(request, s, row.kind, row.code, q->day.year ? q->day : date_today(), &at,
                          &n, err);
    for (size_t i = 0; r == 0 && i < n; i++)
        if (at[i].effects & q->effects && region_within(q->region, at[i].region) &&
            holds_longer(&at[i], &found))
            found = at[i];
    if (r == 0 && found.entry_id)
        *ret = found;
    return r < 0 ? r : found.entry_id != 0;
}

/* ---- verifying ---- */

static bool same(const struct register_entry *a, const struct register_entry *b)
{
    return a->state == b->state && a->objected == b->objected && span_eq(a->tier, b->tier) &&
           span_eq(a->from_day, b->from_day) && span_eq(a->to_day, b->to_day) &&
           a->event_count == b->event_count;
}

static int verify_page(struct arena *a, struct store *s, struct verify *v, int64_t *after,
                       bool *ret_more, struct err *err)
{
    static const struct register_query all = {0};
    struct register_entries page = {0};
    int r = read_page(a, s, &all, *after, &page, err);
    for (size_t i = 0; i < page.n && r == 0; i++) {
        struct register_entry e = page.at[i];
        r = read_events(a, s, &e, err);
        if (r < 0)
            break;
        register_replay(&e, INT64_MAX);
        v->rows++;
        *after = e.id;
        if (!same(&e, &page.at[i]))
            verify_wrong(v, "entry %lld of %.*s does not stand where its events put it",
                         (long long)e.id, SPAN_ARG(e.name_of_list));
    }
    *ret_more = page.n > 0;
    return r;
}

int registers_verify(struct store *s, struct verify *v, struct err *err)
{
    struct arena a;
    int64_t after = 0;
    bool more = true;
    int r = 0;
    arena_init(&a);
    while (more && r == 0) {
        r = verify_page(&a, s, v, &after, &more, err);
        arena_clear(&a);
    }
    arena_release(&a);
    return r;
}
