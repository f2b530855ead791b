/*
 * case_effects.c: what an act means outside of its case: facts that become the applicant's,
 * sub-cases and the case above, papers that are used. All in the transaction of the act. The desk,
 * money and messages: case_desk.c, case_money.c, case_notices.c.
 */
#include <inttypes.h>

#include "base/date.h"
#include "casework/cases_int.h"

/* ---- papers ---- */

static int64_t int_of(const struct json *j)
{
    int64_t n = 0;
    struct decimal d;
    return decimal_parse(json_text(j), &d) && decimal_to_int(d, &n) ? n : 0;
}

static int use_paper(const struct case_work *w, struct span material, int64_t seq, int64_t paper,
                     struct err *err)
{
    struct stmt *st;
    int r = store_prepare(w->office->store,
                          "INSERT INTO paper_use (case_id, material, seq, paper_id)"
                          " VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
                          &st, err);
    if (r < 0)
        return r;
    stmt_int(st, 1, w->file.row.id);
    stmt_text(st, 2, material);
    stmt_int(st, 3, seq);
    stmt_int(st, 4, paper);
    return stmt_run(st, err);
}

static int paper_of_subject(const struct case_work *w, int64_t paper, struct err *err)
{
    struct stmt *st;
    int r = store_prepare(w->office->store, "SELECT 1 FROM paper WHERE id = $1 AND subject_id = $2",
                          &st, err);
    if (r < 0)
        return r;
    stmt_int(st, 1, paper);
    stmt_int(st, 2, w->file.row.subject_id);
    r = stmt_step(st, err);
    stmt_done(st);
    if (r == 0)
        return err_set(err, E_NOT_FOUND, "申请人没有这份材料：%" PRId64, paper);
    return r < 0 ? r : 0;
}

static int use_papers(const struct case_work *w, const struct case_event *e, struct err *err)
{
    int r = 0;

    JSON_EACH(m, JSON_GET(e->data, "materials"))
    {
        int64_t paper = int_of(JSON_GET(m, "paper"));
        if (r == 0 && paper)
            r = paper_of_subject(w, paper, err);
        if (r == 0 && paper)
            r = use_paper(w, m->key, e->seq, paper, err);
    }
    return r;
}

/* ---- facts ---- */

static int promote(struct case_work *w, struct procedure_scope *scope, const struct promotion *p,
                   const struct case_event *e, struct err *err)
{
    struct fact_event fact = {
        .fact = p->fact->name,
        .item = p->fact->of ? w->file.row.item : (struct span){"", 0},
        .period = {"", 0},
        .value = procedure_value(scope, &p->value, NULL),
        .source = arena_print(w->arena, "%.*s（办件 %.*s，%.*s）", SPAN_ARG(e->organisation),
                              SPAN_ARG(w->file.row.number), SPAN_ARG(p->cites)),
        .basis = BASIS_VERIFIED,
        .observed = date_today(),
    };
    bool written = false;

    if (fact.value.kind == VALUE_UNKNOWN || fact.value.kind == VALUE_ERROR)
        return err_set(err, E_CHECK, "“%.*s”的值还不知道，不能作为认定结果",
                       SPAN_ARG(p->fact->name));
    if (w->arena->failed)
        return err_memory(err);
    return subject_add_event(w->arena, w->office->store, w->file.row.subject_id, &fact, &written,
                             err);
}

static int promote_all(struct case_work *w, const struct procedure_act *a,
                       const struct case_event *e, struct err *err)
{
    struct match_options options = {.as_of = date_today()};
    struct procedure_scope *scope = NULL;
    int r;

    if (a->promote_count == 0)
        return 0;
    r = procedure_scope_new(w->arena, w->file.library, w->file.procedure, &w->file.subject,
                            w->file.row.item, &options, w->file.view->locals, &scope, err);
    for (size_t i = 0; r == 0 && i < a->promote_count; i++)
        r = promote(w, scope, &a->promotes[i], e, err);
    return r == 0 ? case_work_known(w, err) : r;
}

/* ---- one thing done as several ---- */

/* What ends the whole transaction; anything else is the part's own matter. */
static bool ends_everything(int r)
{
    return r == E_MEMORY || r == E_STORE || r == E_IO || r == E_BUSY || r == E_LIMIT;
}

/* A part that cannot be opened now loses none of the others: the case says which, and why, and it
 * can be opened later by hand. */
static int note_unopened(struct case_work *w, struct span procedure, const struct err *why,
                         struct err *err)
{
    struct json *data = json_object(w->arena);
    struct case_event e = {.at = w->now, .by = SPAN("program"), .data = data};

    e.act = arena_print(w->arena, "unopened:%.*s", SPAN_ARG(procedure));
    JSON_SET(data, "reason", json_string(w->arena, arena_copy(w->arena, span_z(why->message))));
    return w->arena->failed ? err_memory(err) : case_append(w, e, err);
}

static int open_sub(struct case_work *w, struct span procedure, struct err *err)
{
    struct case_start start = {.procedure = procedure,
                               .subject_kind = w->file.row.subject_kind,
                               .subject_code = w->file.row.subject_code,
                               .item = w->file.row.item,
                               .parent_id = w->file.row.id};
    struct store_chain before = *store_chain(w->office->store);
    struct err why = ERR_INIT;
    int64_t id = 0;
    int r = store_execute(w->office->store, "SAVEPOINT part", err);

    if (r < 0)
        return r;
    r = case_begin_within(w, &start, &id, &why);
    if (r == 0)
        return store_execute(w->office->store, "RELEASE SAVEPOINT part", err);
    if (ends_everything(r)) {
        if (err)
            *err = why;
        return r;
    }
    r = store_execute(w->office->store, "ROLLBACK TO SAVEPOINT part", err);
    *store_chain(w->office->store) = before;
    return r == 0 ? note_unopened(w, procedure, &why, err) : r;
}

static int open_subs(struct case_work *w, const struct procedure_act *a, struct err *err)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < a->open_count; i++)
        r = open_sub(w, a->opens[i], err);
    return r;
}

/* The end of a part is an event of the whole. */
static int tell_parent(struct case_work *w, struct err *err)
{
    static const struct actor program = {.program = true, .name = {"program", 7}};
    struct case_work *up;
    struct json *data;
    int r;

    if (!w->file.row.parent_id || w->file.view->phase != PHASE_ENDED || w->file.row.closed_at ||
        w->depth > CASE_DEPTH)
        return 0;
    up = ARENA_NEW(w->arena, struct case_work);
    data = json_object(w->arena);
    if (!up || !data)
        return err_memory(err);
    *up = (struct case_work){.arena = w->arena,
                             .office = w->office,
                             .who = &program,
                             .now = w->now,
                             .depth = w->depth + 1};
    JSON_SET(data, "case", json_string(w->arena, w->file.row.number));
    JSON_SET(data, "decision", json_string(w->arena, decision_words[w->file.view->decision].yaml));
    r = case_lock(w->office->store, w->file.row.parent_id, err);
    if (r == 0)
        r = case_work_load(up, w->file.row.parent_id, err);
    if (r == 0)
        r = case_append(up,
                        (struct case_event){.at = w->now,
                                            .act = arena_print(w->arena, "sub:%.*s",
                                                               SPAN_ARG(w->file.procedure->id)),
                                            .by = SPAN("program"),
                                            .data = data},
                        err);
    return r == 0 ? case_derive(up, err) : r;
}

/* ---- all of it ---- */

int case_effects(struct case_work *w, const struct case_event *e, struct err *err)
{
    size_t i = procedure_act_index(w->file.procedure, e->act);
    const struct procedure_act *a = i == SIZE_MAX ? NULL : &w->file.procedure->acts[i];
    int r = a ? 0 : case_desk_effect(w, e, err);

    if (r == 0 && !a)
        r = case_money_freed(w, e, err);

    if (r == 0)
        r = use_papers(w, e, err);
    if (r == 0 && a)
        r = promote_all(w, a, e, err);
    if (r == 0 && a)
        r = case_register_effect(w, a, e, err);
    if (r == 0 && a)
        r = case_money(w, a, e, err);
    if (r == 0 && a)
        r = open_subs(w, a, err);
    if (r == 0 && a)
        r = case_notices(w, a, e, err);
    return r == 0 ? tell_parent(w, err) : r;
}
