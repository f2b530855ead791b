/*
 * case_load.c: a case from its tables. Nothing is judged here: run_open does that.
 */
#include "base/vector.h"
#include "casework/case_windows.h"
#include "casework/cases_int.h"
#include "casework/clocks.h"

/* ---- the row ---- */

static size_t word_index(const struct closed_word *words, size_t n, struct span word)
{
    size_t i = 0;
    while (i < n && !span_eq(words[i].yaml, word))
        i++;
    return i < n ? i : 0;
}

static void row_texts(struct arena *a, const struct stmt *st, struct case_row *r)
{
    struct {
        int column;
        struct span *to;
    } const texts[] = {{1, &r->number},        {2, &r->procedure},    {3, &r->library},
                       {4, &r->item},          {5, &r->state},        {6, &r->organisation},
                       {7, &r->due_clock},     {8, &r->due_owner},    {12, &r->subject_kind},
                       {13, &r->subject_code}, {14, &r->subject_name}};

    for (size_t i = 0; i < COUNT_OF(texts); i++)
        *texts[i].to = arena_copy(a, stmt_get_text(st, texts[i].column));
}

int case_row_read(struct arena *request, const struct stmt *st, struct case_row *ret,
                  struct err *err)
{
    *ret = (struct case_row){
        .id = stmt_get_int(st, 0),
        .subject_id = stmt_get_int(st, 9),
        .parent_id = stmt_is_null(st, 10) ? 0 : stmt_get_int(st, 10),
        .handler = stmt_get_int(st, 11),
        .phase = (enum phase)word_index(phase_words, PHASES, stmt_get_text(st, 15)),
        .decision =
            (enum decision_kind)word_index(decision_words, DECISIONS, stmt_get_text(st, 16)),
        .has_amount = !stmt_is_null(st, 17),
        .amount = stmt_is_null(st, 17) ? 0 : stmt_get_int(st, 17),
        .due_at = stmt_get_int(st, 18),
        .paused = stmt_get_int(st, 19) != 0,
        .urgent = stmt_get_int(st, 20) == 0,
        .opened_at = stmt_get_int(st, 21),
        .changed_at = stmt_get_int(st, 22),
        .closed_at = stmt_get_int(st, 23),
        .events = stmt_get_int(st, 24),
    };
    row_texts(request, st, ret);
    return request->failed ? err_memory(err) : 0;
}

static int load_row(struct case_work *w, int64_t id, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(w->office->store,
                          "SELECT " CASE_COLUMNS ", c.derived_at" CASE_TABLES "WHERE c.id = $1",
                          &st, err);
    if (r < 0)
        return r;
    stmt_int(st, 1, id);
    r = stmt_step(st, err);
    if (r > 0) {
        r = case_row_read(w->arena, st, &w->file.row, err);
        w->derived_at = stmt_get_int(st, 25);
    } else if (r == 0) {
        r = err_set(err, E_NOT_FOUND, "没有这个办件");
    }
    stmt_done(st);
    return r;
}

/* ---- events ---- */

static int read_event(struct case_work *w, const struct stmt *st, struct case_event *e,
                      struct err *err)
{
    struct span data = stmt_get_text(st, 7);
    struct json *tree = NULL;
    int r = 0;

    *e = (struct case_event){.seq = stmt_get_int(st, 0),
                             .at = stmt_get_int(st, 1),
                             .act = arena_copy(w->arena, stmt_get_text(st, 2)),
                             .by = arena_copy(w->arena, stmt_get_text(st, 3)),
                             .account_id = stmt_get_int(st, 4),
                             .for_account_id = stmt_get_int(st, 5),
                             .organisation = arena_copy(w->arena, stmt_get_text(st, 6))};
    if (data.n)
        r = json_parse(w->arena, arena_copy(w->arena, data), SPAN("case_event"), &tree, err);
    e->data = tree;
    return w->arena->failed ? err_memory(err) : r;
}

static struct case_event *event_room(struct case_work *w)
{
    size_t n = w->file.event_count;
    struct case_event *e =
        vector_push(w->arena, (void **)&w->events, &n, &w->room, sizeof *w->events);

    if (!e)
        return NULL;
    w->file.event_count = n;
    w->file.events = w->events;
    return e;
}

static int load_events(struct case_work *w, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(w->office->store,
                          "SELECT seq, at, act, party, account_id, for_account_id, organisation,"
                          " data FROM case_event WHERE case_id = $1 ORDER BY seq",
                          &st, err);
    if (r < 0)
        return r;
    stmt_int(st, 1, w->file.row.id);
    while ((r = stmt_step(st, err)) > 0) {
        struct case_event *e = event_room(w);
        r = e ? read_event(w, st, e, err) : err_memory(err);
        if (r < 0)
            break;
    }
    stmt_done(st);
    return r;
}

int case_append(struct case_work *w, struct case_event e, struct err *err)
{
    struct buffer data = BUFFER_INIT;
    struct case_event *to;
    struct stmt *st;
    int r;

    if (w->file.event_count >= CASE_EVENTS)
        return err_set(err, E_LIMIT, "一个办件最多 %d 个事件", CASE_EVENTS);
    to = event_room(w);
    if (!to)
        return err_memory(err);
    e.seq = (int64_t)w->file.event_count;
    *to = e;
    if (e.data)
        json_print(&data, e.data, JSON_COMPACT);
    if (buffer_failed(&data))
        r = err_memory(err);
    else if (data.n > CASE_DATA)
        r = err_set(err, E_LIMIT, "一次操作的内容超过 %u KB", CASE_DATA >> 10);
    else
        r = store_prepare(w->office->store,
                          "INSERT INTO case_event (case_id, seq, at, act, party, account_id,"
                          " for_account_id, delegation_id, organisation, data)"
                          " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                          &st, err);
    if (r == 0) {
        stmt_int(st, 1, w->file.row.id);
        stmt_int(st, 2, e.seq);
        stmt_int(st, 3, e.at);
        stmt_text(st, 4, e.act);
        stmt_text(st, 5, e.by);
        stmt_int(st, 6, e.account_id);
        stmt_int(st, 7, e.for_account_id);
        stmt_int(st, 8, e.account_id ? w->who->delegation_id : 0);
        stmt_text(st, 9, e.organisation);
        stmt_text(st, 10, buffer_span(&data));
        r = stmt_run(st, err);
    }
    buffer_release(&data);
    return r;
}

/* ---- the whole ---- */

static int find_library(struct case_work *w, struct err *err)
{
    const struct office *o = w->office;
    struct span hash = w->file.row.library;

    w->file.library = o->library;
    if (o->library && span_eq(hash, span_z(o->library->hash)))
        return 0;
    if (!o->library_of) {
        err_set(err, E_NOT_FOUND, "办件 %.*s 所依据的规则库版本不在此处",
                SPAN_ARG(w->file.row.number));
        err_hint(err, "办件始终按受理时的规则库办理；版本 %.*s", SPAN_ARG(hash));
        return E_NOT_FOUND;
    }
    return o->library_of(o->context, hash, &w->file.library, err);
}

static int find_procedure(struct case_work *w, struct err *err)
{
    struct span nearest = {NULL, 0};

    w->file.procedure = procedure_find(w->file.library, w->file.row.procedure, &nearest);
    if (w->file.procedure)
        return 0;
    return err_set(err, E_NOT_FOUND, "规则库里没有事项 %.*s", SPAN_ARG(w->file.row.procedure));
}

VECTOR_OF(struct span, kind_vector);

/* By the day of the moment: what came later was not known then. */
static int load_held(struct case_work *w, struct span day, struct err *err)
{
    struct kind_vector v = {0};
    struct stmt *st;
    int r = store_prepare(w->office->store,
                          "SELECT DISTINCT kind FROM paper WHERE subject_id = $1 AND kind <> ''"
                          " AND stored_at <= $2 AND (valid_to = '' OR valid_to >= $3)"
                          " ORDER BY kind",
                          &st, err);
    if (r < 0)
        return r;
    stmt_int(st, 1, w->file.row.subject_id);
    stmt_int(st, 2, w->now);
    stmt_text(st, 3, day);
    while ((r = stmt_step(st, err)) > 0) {
        struct span *kind = VECTOR_PUSH(w->arena, &v, struct span);
        if (!kind) {
            r = err_memory(err);
            break;
        }
        *kind = arena_copy(w->arena, stmt_get_text(st, 0));
    }
    stmt_done(st);
    w->held = v.at;
    w->held_count = v.n;
    return r < 0 ? r : w->arena->failed ? err_memory(err) : 0;
}

int case_work_known(struct case_work *w, struct err *err)
{
    struct date today = date_today();
    char day[DATE_TEXT];
    int r;

    (void)clock_date(w->now, &today);
    r = load_held(w, (struct span){day, date_print(today, day)}, err);
    if (r == 0)
        r = window_notice(w->office->store, w->file.procedure, w->now, &w->window, err);
    return r < 0
               ? r
               : subject_load(w->arena, w->office->store, w->file.library, w->file.row.subject_kind,
                              w->file.row.subject_code, today, today, &w->file.subject, err);
}

int case_work_load(struct case_work *w, int64_t id, struct err *err)
{
    int r = load_row(w, id, err);

    if (r == 0)
        r = find_library(w, err);
    if (r == 0)
        r = find_procedure(w, err);
    if (r == 0)
        r = load_events(w, err);
    if (r == 0)
        r = case_parties_load(w, err);
    return r == 0 ? case_work_known(w, err) : r;
}

struct run_question case_work_question(const struct case_work *w, struct span party)
{
    return (struct run_question){.library = w->file.library,
                                 .procedure = w->file.procedure,
                                 .subject = &w->file.subject,
                                 .item = w->file.row.item,
                                 .events = w->file.events,
                                 .n = w->file.event_count,
                                 .now = w->now,
                                 .actor = party,
                                 .account_id = w->who->account_id,
                                 .held = w->held,
                                 .held_count = w->held_count,
                                 .window = w->window};
}

int case_work_view(struct case_work *w, struct span party, struct err *err)
{
    struct run_question q = case_work_question(w, party);
    return run_open(w->arena, &q, &w->file.view, err);
}
