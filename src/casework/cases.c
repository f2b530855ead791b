/*
 * cases.c: opening a case, doing an act, looking at it. Each change is one transaction:
 *
 *     load -> lapses that are due, each an event -> run_try as one of the actor's parties -> append
 *          -> effects -> derived tables -> log
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/date.h"
#include "casework/case_trail.h"
#include "casework/cases_int.h"
#include "document/document.h"
#include "identity/audit.h"

/* ---- a repeated request is the same request ---- */

static int find_key(struct store *s, struct span key, int64_t *ret_case, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s, "SELECT case_id FROM case_key WHERE key = $1", &st, err);

    *ret_case = 0;
    if (r < 0)
        return r;
    stmt_text(st, 1, key);
    r = stmt_step(st, err);
    if (r > 0)
        *ret_case = stmt_get_int(st, 0);
    stmt_done(st);
    return r < 0 ? r : 0;
}

static int put_key(const struct case_work *w, struct span key, struct err *err)
{
    struct stmt *st;
    int r;

    if (!key.n)
        return 0;
    r = store_prepare(w->office->store,
                      "INSERT INTO case_key (key, case_id, seq) VALUES ($1, $2, $3)", &st, err);
    if (r < 0)
        return r;
    stmt_text(st, 1, key);
    stmt_int(st, 2, w->file.row.id);
    stmt_int(st, 3, (int64_t)w->file.event_count);
    return stmt_run(st, err);
}

/* ---- the log ---- */

static int note_act(const struct case_work *w, const struct case_event *e, struct err *err)
{
    const struct procedure *p = w->file.procedure;
    size_t i = procedure_act_index(p, e->act);
    bool decides = i != SIZE_MAX && p->acts[i].decision != DECISION_NONE;
    struct audit_entry entry = {
        .class = decides ? AUDIT_DECISION : AUDIT_CHANGE,
        .act = arena_print(w->arena, "case.%.*s", SPAN_ARG(e->act)),
        .object_kind = SPAN("case"),
        .object = w->file.row.number,
        .detail =
            arena_print(w->arena, "{\"seq\":%" PRId64 ",\"state\":\"%.*s\",\"data\":\"%.*s\"}",
                        e->seq, SPAN_ARG(p->states[w->file.view->state].id),
                        SPAN_ARG(case_data_digest(w->arena, e->data))),
    };
    return w->arena->failed ? err_memory(err) : audit_add(w->office->store, w->who, &entry, err);
}

/* ---- one act ---- */

static int no_act(const struct case_work *w, struct err *err)
{
    return err_set(err, E_FORBIDDEN,
                   w->file.party_count ? "您在这个办件中不能做这件事" : "您不参与这个办件");
}

/* Tries the parties of the actor in turn: the refusal that says most is kept. */
static int try_parties(struct case_work *w, const struct case_act *act, struct case_event *ret,
                       enum refusal *ret_refusal, struct err *err)
{
    struct err last = ERR_INIT;
    int r = E_FORBIDDEN;

    *ret_refusal = REFUSAL_ACTOR;
    for (size_t i = 0; r < 0 && r != E_MEMORY && i < w->file.party_count; i++) {
        struct span party = w->file.parties[i];
        struct run_question q = case_work_question(w, party);
        struct err e = ERR_INIT;
        enum refusal refusal = REFUSAL_NONE;
        if (act->party.n && !span_eq(act->party, party))
            continue;
        r = run_try(w->arena, &q, act->act, act->data, ret, &refusal, &e);
        if (r < 0 && (!last.code || refusal != REFUSAL_ACTOR)) {
            last = e;
            *ret_refusal = refusal;
        }
        if (r == 0)
            w->file.party = party;
    }
    if (r == 0) {
        *ret_refusal = REFUSAL_NONE;
        return 0;
    }
    if (!last.code)
        return no_act(w, err);
    if (err && !err->code)
        *err = last;
    return last.code;
}

static void mark_event(const struct case_work *w, struct case_event *e)
{
    e->at = w->now;
    e->account_id = w->who->account_id;
    e->for_account_id = w->who->for_account_id;
    e->organisation = w->who->organisation;
}

/* ---- samples ---- */

/* The first 32 bits of the SHA-256 of number and act: nobody chooses, and anybody can draw again.
 */
static uint32_t draw(const struct case_work *w, struct span act)
{
    struct span seed =
        arena_print(w->arena, "%.*s/%.*s", SPAN_ARG(w->file.row.number), SPAN_ARG(act));
    char digest[DOC_SHA256_HEX];
    uint32_t n = 0;

    doc_sha256(seed, digest);
    for (int i = 0; i < 8; i++)
        n = n << 4 | (uint32_t)(digest[i] <= '9' ? digest[i] - '0' : digest[i] - 'a' + 10);
    return n;
}

/* A share of the cases is drawn for a check (S089): the event says whether this one is. */
static int draw_sample(const struct case_work *w, struct case_event *e, struct err *err)
{
    size_t i = procedure_act_index(w->file.procedure, e->act);
    const struct procedure_act *a = i == SIZE_MAX ? NULL : &w->file.procedure->acts[i];
    struct json *data;

    if (!a || decimal_sign(a->sample) <= 0)
        return 0;
    data = json_object(w->arena);
    JSON_EACH(j, e->data)
    {
        struct json *copy;
        if (span_eq(j->key, SPAN("sampled"))) /* not the actor's to say */
            continue;
        copy = ARENA_NEW(w->arena, struct json);
        if (!copy)
            return err_memory(err);
        *copy = *j;
        copy->next = NULL;
        json_set(data, j->key, copy);
    }
    struct decimal bound = decimal_mul(a->sample, decimal_from_int(INT64_C(1) << 32), NULL);
    bool drawn = decimal_compare(decimal_from_int((int64_t)draw(w, e->act)), bound) < 0;
    JSON_SET(data, "sampled", json_bool(w->arena, drawn));
    e->data = data;
    return w->arena->failed ? err_memory(err) : 0;
}

int case_act_within(struct case_work *w, const struct case_act *act, enum refusal *ret_refusal,
                    struct err *err)
{
    struct case_event e = {0};
    size_t at;
    int r = try_parties(w, act, &e, ret_refusal, err);

    if (r == 0)
        r = case_has_room(w, &e, ret_refusal, err);
    if (r == 0)
        r = draw_sample(w, &e, err);
    if (r == 0)
        r = case_settle(w, &e, err);
    if (r < 0)
        return r;
    mark_event(w, &e);
    r = case_append(w, e, err);
    at = w->file.event_count - 1; /* effects may append more */
    if (r == 0)
        r = case_work_view(w, w->file.party, err);
    if (r == 0)
        r = case_parties_name(w, err);
    if (r == 0)
        r = case_effects(w, &w->events[at], err);
    if (r == 0)
        r = put_key(w, act->key, err);
    return r == 0 ? note_act(w, &w->events[at], err) : r;
}

struct act_call {
    struct arena *arena;
    const struct office *office;
    const struct actor *who;
    int64_t id;
    const struct case_act *act;
    enum refusal refusal;
};

int case_lock(struct store *s, int64_t id, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(s, "UPDATE casefile SET events = events WHERE id = $1", &st, err);

    if (r < 0)
        return r;
    stmt_int(st, 1, id);
    return stmt_run(st, err);
}

static struct case_work *work_new(struct act_call *c)
{
    struct case_work *w = ARENA_NEW(c->arena, struct case_work);

    if (w)
        *w = (struct case_work){
            .arena = c->arena, .office = c->office, .who = c->who, .now = clock_now_ms()};
    return w;
}

static int seen_still(const struct case_work *w, int64_t seen, struct err *err)
{
    if (!seen || seen == (int64_t)w->file.event_count)
        return 0;
    err_set(err, E_CONFLICT, "办件在您查看之后已有变动");
    err_hint(err, "重新打开办件，看过新的情况再办");
    return E_CONFLICT;
}

/* 1 = this very request was done before. */
static int done_before(const struct act_call *c, struct err *err)
{
    int64_t done = 0;
    int r = c->act->key.n ? find_key(c->office->store, c->act->key, &done, err) : 0;

    if (r == 0 && done && done != c->id)
        return err_set(err, E_CONFLICT, "这个 key 已用于另一个办件");
    return r < 0 ? r : done != 0;
}

static int open_for_act(struct act_call *c, struct case_work *w, struct err *err)
{
    int r = case_lock(c->office->store, c->id, err);

    if (r == 0)
        r = case_work_load(w, c->id, err);
    w->as_anybody = span_eq(c->act->party, SPAN("anybody"));
    if (r == 0)
        r = case_parties_of(w, err);
    return r == 0 && !w->file.party_count ? no_act(w, err) : r;
}

static int act_within(struct store *s, void *context, struct err *err)
{
    struct act_call *c = context;
    struct case_work *w = work_new(c);
    size_t lapses = 0;
    int r = w ? open_for_act(c, w, err) : err_memory(err);

    UNUSED(s);
    c->refusal = REFUSAL_NONE;
    if (r == 0)
        r = done_before(c, err);
    if (r != 0)
        return r < 0 ? r : 0;
    r = seen_still(w, c->act->seen, err);
    if (r == 0)
        r = case_work_view(w, (struct span){NULL, 0}, err);
    if (r == 0)
        r = case_catch_up(w, false, &lapses, err);
    if (r == 0)
        r = case_act_within(w, c->act, &c->refusal, err);
    return r == 0 ? case_derive(w, err) : r;
}

int case_do(struct arena *request, const struct office *o, const struct actor *who, int64_t id,
            const struct case_act *act, struct case_file **ret, enum refusal *ret_refusal,
            struct err *err)
{
    struct act_call c = {.arena = request, .office = o, .who = who, .id = id, .act = act};
    int r = store_write(o->store, act_within, &c, err);

    *ret_refusal = c.refusal;
    if (ret)
        *ret = NULL;
    if (r < 0 || !ret || span_eq(act->party, SPAN("anybody")))
        return r;
    struct err hidden = ERR_INIT;
    r = case_open(request, o, who, id, ret, &hidden);
    if (r == E_FORBIDDEN) { /* it is done, and is somebody else's now: a transfer */
        *ret = NULL;
        return 0;
    }
    if (r < 0 && err)
        *err = hidden;
    return r;
}

/* ---- opening ---- */

static int may_begin(const struct case_work *w, struct err *err)
{
    const struct actor *who = w->who;

    if (who->program || (actor_is(who, USER_WINDOW)) ||
        (actor_is(who, USER_AGENT) && who->subject_id == w->file.row.subject_id))
        return 0;
    err_set(err, E_FORBIDDEN, "您不能为 %.*s 提出申请", SPAN_ARG(w->file.row.subject_code));
    err_hint(err, "企业经办人只能为本企业办理；窗口人员可以代为录入");
    return E_FORBIDDEN;
}

/* A part begun by hand belongs to a case of the same applicant. */
static int fits_parent(struct case_work *w, const struct case_start *start, struct err *err)
{
    struct case_work up = {.arena = w->arena, .office = w->office, .who = w->who, .now = w->now};
    int r = start->parent_id ? case_work_load(&up, start->parent_id, err) : 0;

    if (r == 0 && start->parent_id && up.file.row.subject_id != w->file.row.subject_id)
        r = err_set(err, E_FORBIDDEN, "办件 %.*s 不是这个申请人的", SPAN_ARG(up.file.row.number));
    w->file.row.parent_id = start->parent_id;
    return r;
}

static int insert_case(struct case_work *w, const struct case_start *start, struct err *err)
{
    struct case_row *row = &w->file.row;
    struct stmt *st;
    int r = store_prepare(
        w->office->store,
        "INSERT INTO casefile (number, procedure, library, subject_id, item, parent_id, opened_at,"
        " opened_by, events, state, phase, decision, amount, organisation, handler, due_at,"
        " due_clock, due_owner, paused, lane, changed_at, closed_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, '', '', '', NULL, $9, 0, $10, '', '', 0, 1,"
        " $7, 0){new id}",
        &st, err);
    char draft[48];

    if (r < 0)
        return r;
    /* until the id is known: no two connections insert at one nanosecond with one address */
    int n = snprintf(draft, sizeof draft, "new-%" PRIx64 "-%" PRIx64, (uint64_t)w->now,
                     (uint64_t)(uintptr_t)w);
    stmt_text(st, 1, (struct span){draft, (size_t)n});
    stmt_text(st, 2, w->file.procedure->id);
    stmt_text(st, 3, span_z(w->file.library->hash));
    stmt_int(st, 4, row->subject_id);
    stmt_text(st, 5, start->item);
    if (start->parent_id)
        stmt_int(st, 6, start->parent_id);
    else
        stmt_null(st, 6);
    stmt_int(st, 7, w->now);
    stmt_int(st, 8, w->who->account_id);
    stmt_text(st, 9, w->file.procedure->authority);
    stmt_int(st, 10, CASE_NO_DUE);
    return stmt_insert(st, &row->id, err);
}

/* Day and id: people can say it, and it sorts by day. */
static int number_case(struct case_work *w, struct err *err)
{
    struct case_row *row = &w->file.row;
    struct date d = date_today();
    struct stmt *st;
    int r =
        store_prepare(w->office->store, "UPDATE casefile SET number = $2 WHERE id = $1", &st, err);
    if (r < 0)
        return r;
    row->number = arena_print(w->arena, "%04d%02d%02d%08" PRId64, (int)d.year, (int)d.month,
                              (int)d.day, row->id);
    stmt_int(st, 1, row->id);
    stmt_text(st, 2, row->number);
    r = stmt_run(st, err);
    return w->arena->failed ? err_memory(err) : r;
}

static const struct procedure_act *opening_act(const struct procedure *p)
{
    for (size_t i = 0; i < p->act_count; i++)
        if (p->acts[i].from_count == 0)
            return &p->acts[i];
    return NULL;
}

static int find_definition(struct case_work *w, const struct case_start *start, struct err *err)
{
    struct span nearest = {NULL, 0};

    w->file.library = w->office->library;
    w->file.procedure = procedure_find(w->file.library, start->procedure, &nearest);
    if (!w->file.procedure) {
        err_set(err, E_NOT_FOUND, "没有事项“%.*s”", SPAN_ARG(start->procedure));
        if (nearest.n)
            err_hint(err, "是不是 %.*s？", SPAN_ARG(nearest));
        return E_NOT_FOUND;
    }
    return opening_act(w->file.procedure)
               ? 0
               : err_set(err, E_CHECK, "事项 %.*s 没有开始的步骤", SPAN_ARG(start->procedure));
}

static int find_subject(struct case_work *w, const struct case_start *start, struct err *err)
{
    struct case_row *row = &w->file.row;
    struct subject_row subject;
    int r = subject_find(w->arena, w->office->store, start->subject_kind, start->subject_code,
                         &subject, err);
    if (r < 0)
        return r;
    row->subject_id = subject.id;
    row->subject_kind = subject.kind;
    row->subject_code = subject.code;
    row->subject_name = subject.name;
    row->procedure = w->file.procedure->id;
    row->library = span_z(w->file.library->hash);
    row->item = start->item;
    row->opened_at = w->now;
    row->due_at = CASE_NO_DUE;
    return case_work_known(w, err);
}

static int begin(struct case_work *w, const struct case_start *start, struct err *err)
{
    enum refusal refusal;
    int r = find_definition(w, start, err);

    if (r == 0)
        r = find_subject(w, start, err);
    if (r == 0)
        r = may_begin(w, err);
    if (r == 0)
        r = case_not_barred(w, err);
    if (r == 0)
        r = case_not_owing(w, err);
    if (r == 0)
        r = fits_parent(w, start, err);
    if (r == 0)
        r = insert_case(w, start, err);
    if (r == 0)
        r = number_case(w, err);
    if (r == 0)
        r = case_parties_make(w, err);
    if (r == 0)
        r = case_parties_of(w, err);
    if (r == 0)
        r = case_act_within(w,
                            &(struct case_act){.act = opening_act(w->file.procedure)->id,
                                               .data = start->data,
                                               .key = start->key},
                            &refusal, err);
    return r == 0 ? case_derive(w, err) : r;
}

struct begin_call {
    struct act_call call;
    const struct case_start *start;
    int64_t id;
};

static int begin_within(struct store *s, void *context, struct err *err)
{
    struct begin_call *c = context;
    struct case_work *w;
    int r = c->start->key.n ? find_key(s, c->start->key, &c->id, err) : 0;

    if (r < 0 || c->id)
        return r;
    w = work_new(&c->call);
    r = w ? begin(w, c->start, err) : err_memory(err);
    if (r == 0)
        c->id = w->file.row.id;
    return r;
}

int case_begin(struct arena *request, const struct office *o, const struct actor *who,
               const struct case_start *start, int64_t *ret_id, struct err *err)
{
    struct begin_call c = {.call = {.arena = request, .office = o, .who = who}, .start = start};
    int r = store_write(o->store, begin_within, &c, err);

    if (r == 0)
        *ret_id = c.id;
    return r;
}

int case_begin_within(struct case_work *w, const struct case_start *start, int64_t *ret_id,
                      struct err *err)
{
    static const struct actor program = {.program = true, .name = {"program", 7}};
    struct case_work *sub = ARENA_NEW(w->arena, struct case_work);
    int r;

    if (!sub)
        return err_memory(err);
    if (w->depth >= CASE_DEPTH)
        return err_set(err, E_LIMIT, "联办事项套得太深");
    *sub = (struct case_work){.arena = w->arena,
                              .office = w->office,
                              .who = &program,
                              .now = w->now,
                              .depth = w->depth + 1};
    r = begin(sub, start, err);
    if (r == 0)
        *ret_id = sub->file.row.id;
    return r;
}

/* ---- looking ---- */

int case_find(struct arena *request, const struct office *o, struct span number,
              struct case_row *ret, struct err *err)
{
    struct stmt *st;
    int r =
        store_prepare(o->store, "SELECT " CASE_COLUMNS CASE_TABLES "WHERE c.number = $1", &st, err);
    if (r < 0)
        return r;
    stmt_text(st, 1, number);
    r = stmt_step(st, err);
    if (r > 0)
        r = case_row_read(request, st, ret, err);
    else if (r == 0)
        r = err_set(err, E_NOT_FOUND, "没有办件 %.*s", SPAN_ARG(number));
    stmt_done(st);
    return r;
}

static bool may_look(const struct case_work *w)
{
    const struct actor *who = w->who;
    return w->file.party_count || who->program || actor_is(who, USER_AUDITOR);
}

/* Of a person, or with fields that are sensitive: whoever looks at it besides the applicant is in
 * the log (S256). */
static bool is_personal(const struct case_work *w)
{
    const struct procedure *p = w->file.procedure;
    bool personal = span_eq(w->file.row.subject_kind, PERSON_KIND.kind);

    for (size_t i = 0; i < p->field_count; i++)
        personal |= p->fields[i].sensitive || (p->fields[i].fact && p->fields[i].fact->sensitive);
    return personal;
}

static int note_look(const struct case_work *w, struct err *err)
{
    struct audit_entry e = {.class = AUDIT_READ,
                            .act = SPAN("case.read"),
                            .object_kind = SPAN("case"),
                            .object = w->file.row.number};

    if (w->who->program || !w->who->account_id || span_eq(w->file.party, SPAN("applicant")) ||
        !is_personal(w))
        return 0;
    return audit_add_alone(w->office->store, w->who, &e, err);
}

int case_open(struct arena *request, const struct office *o, const struct actor *who, int64_t id,
              struct case_file **ret, struct err *err)
{
    struct act_call c = {.arena = request, .office = o, .who = who};
    struct case_work *w = work_new(&c);
    int r = w ? case_work_load(w, id, err) : err_memory(err);

    if (r == 0)
        r = case_parties_of(w, err);
    if (r == 0 && !may_look(w))
        r = err_set(err, E_FORBIDDEN, "您不参与这个办件");
    if (r == 0)
        r = case_work_view(w, w->file.party, err);
    if (r == 0)
        r = case_fill_row(w, err);
    if (r == 0)
        r = note_look(w, err);
    if (r == 0)
        *ret = &w->file;
    return r;
}
