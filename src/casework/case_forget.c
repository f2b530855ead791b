/*
 * case_forget.c: see case_forget.h.
 */
#include "casework/case_forget.h"

#include <inttypes.h>

#include "base/date.h"
#include "base/vector.h"
#include "casework/sql.h"
#include "identity/audit.h"

#define PAGE 200

struct place_of_event {
    int64_t case_id, seq, at;
    struct span procedure, data;
};
VECTOR_OF(struct place_of_event, event_places);
VECTOR_OF(struct span, procedure_ids);
struct forgetting_cases {
    struct arena *arena; /* of the page */
    struct store *store;
    const struct library *library;
    const struct actor *who;
    struct date day;
    bool dry;
    struct forgotten *at;
    int64_t *kept_from, *found; /* by fact: the first instant that is kept; in the page at hand */
    size_t n;
    int64_t newest_kept;
    struct span procedure;
    struct event_places page;
};

bool case_forgot(const struct case_event *e)
{
    return JSON_GET(e->data, CASE_FORGOTTEN) != NULL;
}

/* ---- one event ---- */

static const struct forgotten *is_over(struct forgetting_cases *g, struct span field, int64_t at)
{
    for (size_t i = 0; i < g->n; i++)
        if (span_eq(g->at[i].fact->name, field) && at < g->kept_from[i]) {
            g->found[i]++;
            return &g->at[i];
        }
    return NULL;
}

static struct json *mark_of(struct forgetting_cases *g, const struct forgotten *x)
{
    const struct procedure *p = procedure_find(g->library, g->procedure, NULL);
    struct json *o = json_object(g->arena);
    char day[DATE_TEXT];

    JSON_SET(o, "field", json_string(g->arena, x->fact->name));
    JSON_SET(o, "on",
             json_string(g->arena, arena_copy(g->arena, span_of(day, date_print(g->day, day)))));
    JSON_SET(o, "purpose", json_string(g->arena, x->fact->purpose.zh));
    if (p && p->document)
        JSON_SET(o, "document", json_string(g->arena, p->document->id));
    if (p && p->cites.n)
        JSON_SET(o, "cites", json_string(g->arena, p->cites));
    return o;
}

/* The same object without what is over; the marks go to `marks`. Members move to the new one. */
static struct json *fields_left(struct forgetting_cases *g, struct json *fields, int64_t at,
                                struct json *marks)
{
    struct json *left = json_object(g->arena), *next;

    for (struct json *m = fields->first; m; m = next) {
        const struct forgotten *x = is_over(g, m->key, at);
        next = m->next;
        m->next = NULL;
        if (x)
            json_add(marks, mark_of(g, x));
        else
            json_set(left, m->key, m);
    }
    return left;
}

/* *ret = the data without what is over; NULL = nothing in it is. */
static int without(struct forgetting_cases *g, const struct place_of_event *e, struct json **ret,
                   struct err *err)
{
    struct json *data = NULL, *left = json_object(g->arena), *marks = json_array(g->arena), *next;
    int r = json_parse(g->arena, e->data, SPAN("case_event"), &data, err);

    *ret = NULL;
    if (r < 0 || !data || data->kind != JSON_OBJECT)
        return r;
    for (struct json *m = data->first; m; m = next) {
        bool earlier = span_eq(m->key, SPAN(CASE_FORGOTTEN));
        struct span key = m->key;
        next = m->next;
        m->next = NULL;
        if (earlier && m->kind == JSON_ARRAY)
            for (struct json *old = m->first, *after; old; old = after) {
                after = old->next;
                old->next = NULL;
                json_add(marks, old);
            }
        else if (span_eq(key, SPAN("fields")) && m->kind == JSON_OBJECT)
            json_set(left, key, fields_left(g, m, e->at, marks));
        else
            json_set(left, key, m);
    }
    JSON_SET(left, CASE_FORGOTTEN, marks);
    if (g->arena->failed)
        return err_memory(err);
    *ret = left;
    return 0;
}

static int64_t found_in_page(const struct forgetting_cases *g)
{
    int64_t sum = 0;
    for (size_t i = 0; i < g->n; i++)
        sum += g->found[i];
    return sum;
}

static int forget_event(struct forgetting_cases *g, const struct place_of_event *e, struct err *err)
{
    struct buffer text = BUFFER_INIT;
    struct json *left = NULL;
    int64_t before = found_in_page(g);
    int r = without(g, e, &left, err);

    if (r < 0 || found_in_page(g) == before || g->dry)
        return r;
    json_print(&text, left, JSON_COMPACT);
    r = buffer_failed(&text)
            ? err_memory(err)
            : sql_run(g->store, "UPDATE case_event SET data = $3 WHERE case_id = $1 AND seq = $2",
                      ARGS(INT(e->case_id), INT(e->seq), TEXT(buffer_span(&text))), err);
    buffer_release(&text);
    return r;
}

/* ---- a page of events in one transaction ---- */

static int log_found(struct forgetting_cases *g, struct err *err)
{
    int r = 0;

    for (size_t i = 0; i < g->n && r == 0; i++) {
        struct span detail = arena_print(g->arena, "{\"in_cases\":%" PRId64 "}", g->found[i]);
        const struct audit_entry e = {AUDIT_CHANGE, SPAN("facts.forget"), SPAN("fact"),
                                      g->at[i].fact->name, detail};
        if (g->found[i])
            r = detail.p ? audit_add(g->store, g->who, &e, err) : err_memory(err);
    }
    return r;
}

static int forget_page(struct store *s, void *context, struct err *err)
{
    struct forgetting_cases *g = context;
    int r = 0;

    UNUSED(s);
    memset(g->found, 0, g->n * sizeof *g->found);
    for (size_t i = 0; i < g->page.n && r == 0; i++)
        r = forget_event(g, &g->page.at[i], err);
    return r < 0 || g->dry ? r : log_found(g, err);
}

/* Events of closed cases of the procedure, old enough to hold something that is over. */
static int read_page(struct forgetting_cases *g, struct place_of_event after, struct err *err)
{
    struct stmt *st;
    int r = sql_open(g->store,
                     "SELECT e.case_id, e.seq, e.at, e.data FROM casefile c JOIN case_event e ON"
                     " e.case_id = c.id WHERE c.procedure = $1 AND c.closed_at > 0 AND e.at < $2"
                     " AND (c.id > $3 OR (c.id = $3 AND e.seq > $4)) AND e.data LIKE"
                     " '%\"fields\"%' ORDER BY e.case_id, e.seq LIMIT $5",
                     ARGS(TEXT(g->procedure), INT(g->newest_kept), INT(after.case_id),
                          INT(after.seq), INT(PAGE)),
                     &st, err);

    if (r < 0)
        return r;
    g->page = (struct event_places){0};
    while ((r = stmt_step(st, err)) > 0 && !g->arena->failed) {
        struct place_of_event *e = VECTOR_PUSH(g->arena, &g->page, struct place_of_event);
        if (e)
            *e = (struct place_of_event){.case_id = stmt_get_int(st, 0),
                                         .seq = stmt_get_int(st, 1),
                                         .at = stmt_get_int(st, 2),
                                         .data = sql_text(g->arena, st, 3)};
    }
    stmt_done(st);
    return r < 0 ? r : g->arena->failed ? err_memory(err) : 0;
}

static int forget_procedure(struct forgetting_cases *g, struct err *err)
{
    struct place_of_event after = {0};
    int r = 0;

    do {
        arena_clear(g->arena);
        r = read_page(g, after, err);
        if (r == 0 && g->page.n)
            r = g->dry ? forget_page(g->store, g, err) : store_write(g->store, forget_page, g, err);
        for (size_t i = 0; i < g->n && r == 0 && g->page.n; i++)
            g->at[i].in_cases += g->found[i];
        if (r == 0 && g->page.n)
            after = g->page.at[g->page.n - 1];
    } while (r == 0 && g->page.n == PAGE);
    return r;
}

/* ---- which procedures ---- */

static bool asks_for_sensitive(const struct procedure *p)
{
    for (size_t i = 0; i < p->field_count; i++)
        if (p->fields[i].fact && p->fields[i].fact->sensitive)
            return true;
    return false;
}

/* Those that ask for something sensitive, and those that the library no longer has. */
static int find_procedures(struct arena *request, struct forgetting_cases *g,
                           struct procedure_ids *ret, struct err *err)
{
    struct stmt *st;
    int r = sql_open(g->store, "SELECT DISTINCT procedure FROM casefile ORDER BY procedure",
                     NO_ARGS, &st, err);

    if (r < 0)
        return r;
    while ((r = stmt_step(st, err)) > 0 && !request->failed) {
        struct span id = sql_text(request, st, 0);
        const struct procedure *p = procedure_find(g->library, id, NULL);
        struct span *to =
            !p || asks_for_sensitive(p) ? VECTOR_PUSH(request, ret, struct span) : NULL;
        if (to)
            *to = id;
    }
    stmt_done(st);
    return r < 0 ? r : request->failed ? err_memory(err) : 0;
}

static int prepare(struct arena *request, struct forgetting_cases *g, struct err *err)
{
    g->kept_from = ARENA_ARRAY(request, int64_t, g->n + 1);
    g->found = ARENA_ARRAY(request, int64_t, g->n + 1);
    if (!g->kept_from || !g->found)
        return err_memory(err);
    for (size_t i = 0; i < g->n; i++) {
        struct date first;
        char text[DATE_TEXT];
        int64_t ms = 0;
        if (fact_first_kept(g->at[i].fact, g->day, &first))
            (void)clock_read(span_of(text, date_print(first, text)), &ms);
        g->kept_from[i] = ms;
        g->newest_kept = ms > g->newest_kept ? ms : g->newest_kept;
        g->at[i].in_cases = 0;
    }
    return 0;
}

int cases_forget(struct arena *request, struct store *s, const struct library *l,
                 const struct actor *who, struct date day, bool dry, struct forgotten *at, size_t n,
                 struct err *err)
{
    struct arena page;
    struct forgetting_cases g = {.arena = &page,
                                 .store = s,
                                 .library = l,
                                 .who = who,
                                 .day = day,
                                 .dry = dry,
                                 .at = at,
                                 .n = n};
    struct procedure_ids ids = {0};

    if (!actor_is(who, USER_ADMINISTRATOR))
        return err_set(err, E_FORBIDDEN, "deleting what is over is not for this account");
    arena_init(&page);
    int r = prepare(request, &g, err);
    if (r == 0)
        r = find_procedures(request, &g, &ids, err);
    for (size_t i = 0; i < ids.n && r == 0; i++) {
        g.procedure = ids.at[i];
        r = forget_procedure(&g, err);
    }
    arena_release(&page);
    return r;
}
