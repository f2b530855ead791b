/*
 * run.c: where a case stands: its events one after another, then what time has brought. What is
 * written is true: an event is applied whatever the definition would have said; only run_try
 * refuses.
 */
#include "casework/run_int.h"

const struct closed_word refusal_words[REFUSALS] = {
    [REFUSAL_NONE] = CLOSED_WORD("none", "可以办理", "may be done"),
    [REFUSAL_STATE] = CLOSED_WORD("state", "当前状态不能办理", "not in this state"),
    [REFUSAL_ACTOR] = CLOSED_WORD("actor", "不由您办理", "not yours to do"),
    [REFUSAL_CONDITION] = CLOSED_WORD("condition", "条件不符", "a condition is not met"),
    [REFUSAL_UNKNOWN] = CLOSED_WORD("unknown", "尚缺判断所需的信息", "something is not known yet"),
    [REFUSAL_MISSING] = CLOSED_WORD("missing", "内容或材料不齐", "fields or papers are missing"),
    [REFUSAL_REASON] = CLOSED_WORD("reason", "须说明理由", "a reason is needed"),
    [REFUSAL_WINDOW] = CLOSED_WORD("window", "不在受理时间内", "outside the window"),
    [REFUSAL_FOUR_EYES] = CLOSED_WORD("four-eyes", "须由另一人办理", "another person has to do it"),
    [REFUSAL_LIMIT] = CLOSED_WORD("limit", "次数或额度已用完", "the limit is reached"),
};
const struct closed_word clock_state_words[CLOCK_STATES] = {
    [CLOCK_WAITING] = CLOSED_WORD("waiting", "未起算", "waiting"),
    [CLOCK_RUNNING] = CLOSED_WORD("running", "计时中", "running"),
    [CLOCK_STOPPED] = CLOSED_WORD("stopped", "已暂停", "stopped"),
    [CLOCK_ENDED] = CLOSED_WORD("ended", "已完成", "ended"),
    [CLOCK_LAPSED] = CLOSED_WORD("lapsed", "已逾期", "lapsed"),
};

/* ---- values ---- */

static int make_scope(struct run *r)
{
    struct match_options options = {0};

    if (r->q->options)
        options = *r->q->options;
    if (!clock_date(r->time, &options.as_of))
        return E_RANGE;
    options.overrides = r->overrides.at;
    options.override_count = r->overrides.n;
    r->scope_day = options.as_of;
    return procedure_scope_new(r->arena, r->q->library, r->p, r->q->subject, r->q->item, &options,
                               r->locals, &r->scope, r->err);
}

/* Made when an expression asks for it: most steps of most cases have none. */
static bool has_scope(struct run *r)
{
    struct date today;

    if (r->scope && clock_date(r->time, &today) && date_compare(today, r->scope_day) != 0)
        r->scope = NULL;
    if (!r->scope && r->code == 0)
        r->code = make_scope(r);
    return r->code == 0;
}

struct value run_value(struct run *r, const struct formula *f, const struct missing **ret_missing)
{
    if (ret_missing)
        *ret_missing = NULL;
    return has_scope(r) ? procedure_value(r->scope, f, ret_missing) : VALUE_NO_MEMORY_V;
}

struct value run_local(struct run *r, uint32_t local)
{
    if (local < r->p->local_count && r->locals[local].given)
        return r->locals[local].value;
    return has_scope(r) ? procedure_local(r->scope, local) : VALUE_NO_MEMORY_V;
}

static struct value sight_value(void *context, const struct formula *f)
{
    return run_value(context, f, NULL);
}

/* ---- states ---- */

enum phase run_phase(const struct run *r)
{
    if (r->withdrawn)
        return PHASE_ENDED;
    return r->p->state_count ? r->p->states[r->state].phase : PHASE_DRAFT;
}

/* How a case ends says more than what was decided on the way, but for "done". */
static void enter_state(struct run *r, struct span id)
{
    size_t i = procedure_state_index(r->p, id);
    enum decision_kind ends;

    if (i == SIZE_MAX)
        return;
    r->state = i;
    r->entered = r->applied;
    r->sight.state = r->p->states[i].id;
    ends = r->p->states[i].ends;
    if (r->p->states[i].phase != PHASE_ENDED || ends == DECISION_NONE)
        return;
    if (r->decision == DECISION_NONE ||
        !(ends == DECISION_DONE || (ends == DECISION_GRANTED && r->decision == DECISION_PARTLY)))
        r->decision = ends;
}

/* ---- clocks ---- */

/* Papers that were to come later have come. */
static void end_later(struct run *r, struct clock_run *c, int64_t at)
{
    const struct procedure *p = r->p;

    for (size_t i = 0; i < p->material_count; i++)
        if (span_eq(p->materials[i].later_clock, c->clock->id)) {
            if (run_later_done(r, c->clock->id))
                clock_end(c, at);
            return;
        }
}

/* The end of a case ends its clocks, but for those that begin with it. */
static int settle_clocks(struct run *r, struct span name, bool ended, int64_t at, struct err *err)
{
    int code = 0;

    for (size_t i = 0; i < r->p->clock_count && code == 0; i++) {
        struct clock_run *c = &r->clocks[i];
        code = clock_enter(c, &r->sight, at, err);
        if (code == 0)
            code = clock_refresh(c, &r->sight, at, err);
        if (code == 0 && ended && clock_active(c) && !clock_names(&c->clock->starts, name))
            clock_end(c, at);
        if (code == 0 && clock_active(c))
            end_later(r, c, at);
    }
    return code;
}

/* Something happened by this name: every clock hears of it, in the state that it led to. */
static int tell_clocks(struct run *r, struct span name, bool supplies, bool ended, int64_t at,
                       struct err *err)
{
    int code = 0;

    r->scope = NULL;
    for (size_t i = 0; i < r->p->clock_count && code == 0; i++)
        code = clock_event(&r->clocks[i], &r->sight, name, supplies, at, err);
    return code == 0 ? settle_clocks(r, name, ended, at, err) : code;
}

/* ---- data ---- */

static void answer(struct run *r, struct span id)
{
    size_t n = 0;

    for (size_t i = 0; i < r->asked.n; i++)
        if (!span_eq(r->asked.at[i], id))
            r->asked.at[n++] = r->asked.at[i];
    r->asked.n = n;
}

/* A form gives one of several values alone. */
static const struct json *as_list(struct arena *a, const struct type *t, const struct json *j)
{
    struct json *list, *one;

    if (!t || t->kind != TYPE_LIST || (j->kind != JSON_STRING && j->kind != JSON_NUMBER))
        return j;
    list = json_array(a);
    one = ARENA_NEW(a, struct json);
    if (!list || !one)
        return j;
    *one = *j;
    one->next = NULL;
    list->key = j->key;
    list->line = j->line;
    list->column = j->column;
    json_add(list, one);
    return list;
}

static int apply_field(struct run *r, const struct json *j, bool strict, struct err *err)
{
    size_t i = procedure_field_index(r->p, j->key);
    struct err ignored = ERR_INIT;
    struct value v;
    int code;

    if (i == SIZE_MAX)
        return strict ? err_set(err, E_NAME, "没有“%.*s”这一项", SPAN_ARG(j->key)) : 0;
    const struct procedure_field *f = &r->p->fields[i];
    if (f->local >= r->p->local_count)
        return 0;
    if (j->kind == JSON_NULL) {
        r->locals[f->local] = (struct local_value){.given = false};
        return 0;
    }
    code = procedure_read_field(r->arena, r->q->library, f, as_list(r->arena, f->type, j), &v,
                                strict ? err : &ignored);
    if (code < 0)
        return strict || code == E_MEMORY ? code : 0;
    r->locals[f->local] = (struct local_value){.given = true, .value = v};
    answer(r, j->key);
    return 0;
}

static bool says(const struct json *j, const char *what)
{
    const struct json *v = json_get(j, span_z(what));
    return v && (v->kind == JSON_TRUE || span_eq(json_text(v), SPAN("true")));
}

static int apply_material(struct run *r, const struct json *j, bool strict, struct err *err)
{
    size_t i = material_index(r->p, j->key);

    if (i == SIZE_MAX)
        return strict ? err_set(err, E_NAME, "没有“%.*s”这份材料", SPAN_ARG(j->key)) : 0;
    struct paper_run *paper = &r->papers[i];
    *paper = (struct paper_run){.data = j,
                                .held = says(j, "held"),
                                .refused = j->kind == JSON_NULL || says(j, "none"),
                                .promised = says(j, "promised")};
    paper->there = !paper->refused && !paper->promised;
    if (paper->there)
        answer(r, j->key);
    return 0;
}

int run_apply_data(struct run *r, const struct json *data, bool strict, struct err *err)
{
    int code = 0;

    r->scope = NULL;
    JSON_EACH(j, JSON_GET(data, "fields"))
    {
        if (code == 0)
            code = apply_field(r, j, strict, err);
    }
    JSON_EACH(j, JSON_GET(data, "materials"))
    {
        if (code == 0)
            code = apply_material(r, j, strict, err);
    }
    return code;
}

static int list_missing(struct run *r, const struct json *data, struct err *err)
{
    r->asked.n = 0;
    JSON_EACH(j, JSON_GET(data, "missing"))
    {
        struct span *asked = VECTOR_PUSH(r->arena, &r->asked, struct span);
        struct span *named = VECTOR_PUSH(r->arena, &r->named, struct span);
        if (!asked || !named)
            return err_memory(err);
        *asked = *named = json_text(j);
    }
    return 0;
}

/* ---- one event ---- */

size_t run_needed(const struct procedure_act *a)
{
    if (a->all)
        return a->who_count ? a->who_count : 1;
    return a->quorum ? a->quorum : 1;
}

size_t run_times(const struct run *r, struct span act, struct span by, int64_t account)
{
    size_t n = 0;

    for (size_t i = r->entered; i < r->applied && i < r->q->n; i++) {
        const struct case_event *e = &r->q->events[i];
        n += span_eq(e->act, act) && (!by.n || span_eq(e->by, by)) &&
             (!account || e->account_id == account);
    }
    return n;
}

/* Votes of one person count once. */
static size_t voters(const struct run *r, struct span act)
{
    size_t n = 0;

    for (size_t i = r->entered; i < r->applied && i < r->q->n; i++) {
        const struct case_event *e = &r->q->events[i];
        bool again = false;
        if (!span_eq(e->act, act))
            continue;
        for (size_t k = r->entered; k < i && !again; k++) {
            const struct case_event *b = &r->q->events[k];
            again = span_eq(b->act, act) && span_eq(b->by, e->by) && b->account_id == e->account_id;
        }
        n += !again;
    }
    return n;
}

static void decide(struct run *r, const struct procedure_act *a, const struct case_event *e)
{
    struct decimal d;

    if (a->decision == DECISION_NONE)
        return;
    r->decision = a->decision;
    if (decimal_parse(json_text(JSON_GET(e->data, "amount")), &d)) {
        r->amount = d;
        r->has_amount = true;
    }
}

static void note_day(struct run *r, const struct procedure_act *a, int64_t at)
{
    struct date d;

    if (a->date_as.n && a->date_local < r->p->local_count && clock_date(at, &d))
        r->locals[a->date_local] = (struct local_value){.given = true, .value = value_date(d)};
}

static int apply_act(struct run *r, const struct procedure_act *a, const struct case_event *e,
                     struct err *err)
{
    bool supplies = a->flags & ACT_SUPPLIES;
    bool was_closed = run_closed(r);
    int code = 0;

    r->applied++;
    if (run_needed(a) > 1 && voters(r, a->id) < run_needed(a))
        return 0;
    r->opened = true;
    if (a->flags & ACT_LISTS_MISSING)
        code = list_missing(r, e->data, err);
    note_day(r, a, e->at);
    decide(r, a, e);
    if (a->to.n)
        enter_state(r, a->to);
    if (code == 0)
        code = tell_clocks(r, a->id, supplies, !was_closed && run_closed(r), e->at, err);
    return code;
}

/* Back to nothing: into the state that says so, or out of the procedure. */
static int apply_withdrawal(struct run *r, const struct case_event *e, struct err *err)
{
    const struct procedure *p = r->p;
    size_t i = 0;

    r->applied++;
    while (i < p->state_count && p->states[i].ends != DECISION_WITHDRAWN)
        i++;
    if (i < p->state_count)
        enter_state(r, p->states[i].id);
    else
        r->withdrawn = true;
    r->decision = DECISION_WITHDRAWN;
    return tell_clocks(r, e->act, false, true, e->at, err);
}

/* ---- lapses ---- */

static const enum decision_kind decision_of_lapse[LAPSES] = {
    [LAPSE_WAIVED] = DECISION_WAIVED,
    [LAPSE_REFUSED] = DECISION_REFUSED,
    [LAPSE_APPROVED] = DECISION_GRANTED,
    [LAPSE_VOID] = DECISION_VOID,
};

/* The end of a day is of that day: what starts with it counts from the next. */
static int64_t moment_of_lapse(const struct clock_run *c, int64_t at)
{
    if (!c->has_due)
        return at;
    return c->due == clock_midnight(clock_day(c->due)) ? c->due - 1 : c->due;
}

static int apply_lapse(struct run *r, struct clock_run *c, struct span name, int64_t at,
                       struct err *err)
{
    bool was_closed = run_closed(r);
    int64_t moment = moment_of_lapse(c, at);
    enum decision_kind decision = decision_of_lapse[c->clock->lapse];
    int code = clock_lapse(c, &r->sight, at, err);

    if (code < 0)
        return code;
    if (decision != DECISION_NONE)
        r->decision = decision;
    if (c->clock->lapse_to.n)
        enter_state(r, c->clock->lapse_to);
    return tell_clocks(r, name, false, !was_closed && run_closed(r), moment, err);
}

static struct clock_run *clock_named(struct run *r, struct span id)
{
    for (size_t i = 0; i < r->p->clock_count; i++)
        if (span_eq(r->clocks[i].clock->id, id))
            return &r->clocks[i];
    return NULL;
}

/* ---- named events ---- */

/* The last word counts: a day may be set right. */
static struct override *override_of(struct run *r, const struct parameter *p)
{
    for (size_t i = 0; i < r->overrides.n; i++)
        if (r->overrides.at[i].parameter == p)
            return &r->overrides.at[i];
    return VECTOR_PUSH(r->arena, &r->overrides, struct override);
}

/* An event of the library gets its day; any other name only sets clocks going. */
static int apply_named(struct run *r, const struct case_event *e, struct err *err)
{
    struct span name = span_from(e->act, sizeof "event:" - 1);
    struct date d;
    int64_t at = e->at;
    const struct parameter *p = map_get(&r->q->library->parameter_by_name, name);

    r->applied++;
    if (date_parse(json_text(JSON_GET(e->data, "date")), &d)) {
        at = clock_midnight(date_days(d));
        if (p && p->event) {
            struct override *o = override_of(r, p);
            if (!o)
                return err_memory(err);
            *o = (struct override){.parameter = p, .value = value_date(d)};
        }
    }
    return tell_clocks(r, e->act, false, false, at, err);
}

/* ---- all of them ---- */

static int apply(struct run *r, const struct case_event *e, struct err *err)
{
    size_t act = procedure_act_index(r->p, e->act);
    int code;

    if (e->at > r->time)
        r->time = e->at;
    if (span_starts(e->act, SPAN("lapse:"))) {
        struct clock_run *c = clock_named(r, span_from(e->act, sizeof "lapse:" - 1));
        r->applied++;
        return c ? apply_lapse(r, c, e->act, e->at, err) : 0;
    }
    if (span_starts(e->act, SPAN("event:")))
        return apply_named(r, e, err);
    code = run_apply_data(r, e->data, false, err);
    if (code < 0)
        return code;
    if (act != SIZE_MAX)
        return apply_act(r, &r->p->acts[act], e, err);
    if (span_eq(e->act, SPAN("withdraw")))
        return apply_withdrawal(r, e, err);
    r->applied++;
    return tell_clocks(r, e->act, false, false, e->at, err);
}

static struct clock_run *first_due(const struct run *r)
{
    struct clock_run *first = NULL;

    for (size_t i = 0; i < r->p->clock_count; i++) {
        struct clock_run *c = &r->clocks[i];
        if (c->state == CLOCK_RUNNING && c->has_due && c->due <= r->q->now &&
            (!first || c->due < first->due))
            first = c;
    }
    return first;
}

static int note_lapse(struct run *r, const struct clock_run *c, int64_t at, struct span *ret,
                      struct err *err)
{
    struct case_event *e = VECTOR_PUSH(r->arena, &r->lapses, struct case_event);

    if (!e)
        return err_memory(err);
    *e = (struct case_event){
        .seq = (int64_t)(r->q->n + r->lapses.n),
        .at = at,
        .act = arena_print(r->arena, "lapse:%.*s", SPAN_ARG(c->clock->id)),
        .by = SPAN("program"),
    };
    *ret = e->act;
    return r->arena->failed ? err_memory(err) : 0;
}

/* What was published since the last event: dates and limits as they are known by now. */
static int refresh_clocks(struct run *r, struct err *err)
{
    int64_t before = r->time;
    int code = 0;

    if (r->q->now <= before)
        return 0;
    r->time = r->q->now;
    for (size_t i = 0; i < r->p->clock_count && code == 0; i++)
        code = clock_refresh(&r->clocks[i], &r->sight, r->time, err);
    r->time = before;
    return code;
}

/* What time has brought since the last event; a lapse may start further clocks. */
static int work_out_lapses(struct run *r, struct err *err)
{
    struct clock_run *c;
    struct span name;
    int64_t before = INT64_MIN;
    size_t stuck = 0;
    int code = 0;

    while (code == 0 && (c = first_due(r)) && r->lapses.n < RUN_LAPSES_MAX) {
        int64_t due = c->due;
        stuck = due > before ? 0 : stuck + 1;
        if (stuck > 4 * r->p->clock_count + 16)
            return err_set(err, E_CHECK, "事项 %.*s 的时钟互相起算而时间不前进",
                           SPAN_ARG(r->p->id));
        before = due;
        if (due > r->time)
            r->time = due;
        code = note_lapse(r, c, r->time, &name, err);
        if (code == 0)
            code = apply_lapse(r, c, name, r->time, err);
    }
    if (code == 0 && r->q->now > r->time && r->lapses.n < RUN_LAPSES_MAX)
        r->time = r->q->now;
    return code;
}

static int allocate(struct run *r, struct err *err)
{
    const struct procedure *p = r->p;
    int code = 0;

    r->locals = ARENA_ARRAY(r->arena, struct local_value, p->local_count + 1);
    r->clocks = ARENA_ARRAY(r->arena, struct clock_run, p->clock_count + 1);
    r->papers = ARENA_ARRAY(r->arena, struct paper_run, p->material_count + 1);
    if (!r->locals || !r->clocks || !r->papers)
        return err_memory(err);
    for (size_t i = 0; i < p->clock_count && code == 0; i++)
        code = clock_init(r->arena, &p->clocks[i], &r->clocks[i], err);
    for (size_t i = 0; r->q->window.given && i < p->clock_count && code == 0; i++)
        if (procedure_closing_clock(p, &p->clocks[i]))
            r->clocks[i].closes_at = r->q->window.until;
    return code;
}

/* Where a case is before anything happened: where its first opening act leads. */
static void place_at_start(struct run *r)
{
    size_t i = 0;

    while (i < r->p->act_count && r->p->acts[i].from_count)
        i++;
    if (i < r->p->act_count) {
        size_t s = procedure_state_index(r->p, r->p->acts[i].to);
        r->state = s == SIZE_MAX ? 0 : s;
    }
    if (r->p->state_count)
        r->sight.state = r->p->states[r->state].id;
}

int run_init(struct run *r, struct arena *request, const struct run_question *q, struct err *err)
{
    int code;

    *r = (struct run){.arena = request, .q = q, .p = q->procedure, .err = err};
    r->time = q->n ? q->events[0].at : q->now;
    r->sight = (struct clock_sight){
        .arena = request, .calendar = q->library->calendar, .value = sight_value, .context = r};
    for (size_t i = 0; q->options && i < q->options->override_count; i++) {
        struct override *o = VECTOR_PUSH(request, &r->overrides, struct override);
        if (!o)
            return err_memory(err);
        *o = q->options->overrides[i];
    }
    code = allocate(r, err);
    if (code < 0)
        return code;
    place_at_start(r);
    for (size_t i = 0; i < q->n && code == 0; i++)
        code = apply(r, &q->events[i], err);
    if (code == 0 && q->n && !run_closed(r))
        code = refresh_clocks(r, err);
    if (code == 0 && q->n)
        code = work_out_lapses(r, err);
    r->scope = NULL;
    if (code == 0)
        code = r->code;
    return request->failed ? err_memory(err) : code;
}

/* ---- the view ---- */

bool clock_overdue(const struct clock_view *c, enum phase phase)
{
    return c->state == CLOCK_LAPSED && phase != PHASE_ENDED &&
           (c->clock->lapse == LAPSE_NOT_STATED || c->clock->lapse == LAPSE_ESCALATED ||
            (c->clock->lapse == LAPSE_PASSES && !c->clock->lapse_to.n));
}

static int look_clocks(struct run *r, struct case_view *v, struct err *err)
{
    size_t n = r->p->clock_count;
    struct clock_view *at = ARENA_ARRAY(r->arena, struct clock_view, n + 1);

    if (!at)
        return err_memory(err);
    v->clocks = at;
    for (size_t i = 0; i < n; i++) {
        const struct clock_view *c = &at[i];
        clock_look(&r->clocks[i], &r->sight, r->time, &at[i]);
        if (c->state == CLOCK_RUNNING && c->has_due && (!v->next || c->due < v->next->due))
            v->next = c;
        if (c->state == CLOCK_STOPPED && !span_eq(c->clock->owner, SPAN("applicant")) &&
            r->clocks[i].held && v->phase != PHASE_ENDED)
            v->paused = true;
    }
    return 0;
}

static int look_acts(struct run *r, struct case_view *v, struct err *err)
{
    size_t n = r->p->act_count;
    struct act_view *at = ARENA_ARRAY(r->arena, struct act_view, n + 1);
    int code = at ? 0 : err_memory(err);

    v->acts = at;
    for (size_t i = 0; i < n && code == 0; i++) {
        struct attempt t = {.run = r,
                            .act = &r->p->acts[i],
                            .name = r->p->acts[i].id,
                            .actor = r->q->actor,
                            .account = r->q->account_id,
                            .preview = true};
        at[i].act = t.act;
        at[i].refusal = r->q->actor.n ? attempt_check(&t, &code) : REFUSAL_ACTOR;
        at[i].conditions = t.conditions;
        at[i].missing = t.missing;
        at[i].lacking = t.lack.ids.at;
        at[i].lacking_count = t.lack.ids.n;
    }
    return code;
}

int run_make_view(struct run *r, struct case_view *v, struct err *err)
{
    struct material_view *materials = NULL;
    struct field_view *fields = NULL;
    struct lack lack = {.unknown = NULL};
    int code;

    *v = (struct case_view){.procedure = r->p,
                            .opened = r->opened,
                            .state = r->state,
                            .phase = run_phase(r),
                            .decision = r->decision,
                            .has_amount = r->has_amount,
                            .amount = r->amount,
                            .asked_for = r->asked.at,
                            .asked_count = r->asked.n,
                            .lapses = r->lapses.at,
                            .lapse_count = r->lapses.n,
                            .locals = r->locals,
                            .now = r->q->now};
    code = look_clocks(r, v, err);
    if (code == 0)
        code = run_look_materials(r, &materials, err);
    if (code == 0)
        code = run_look_fields(r, &fields, err);
    if (code == 0)
        code = run_lack_all(r, &lack, err);
    v->materials = materials;
    v->fields = fields;
    v->missing = lack.ids.at;
    v->missing_count = lack.ids.n;
    if (code == 0)
        code = look_acts(r, v, err);
    if (code == 0)
        code = r->code;
    return r->arena->failed ? err_memory(err) : code;
}

int run_open(struct arena *request, const struct run_question *q, struct case_view **ret,
             struct err *err)
{
    struct run r;
    struct case_view *v = ARENA_NEW(request, struct case_view);
    int code = v ? run_init(&r, request, q, err) : err_memory(err);

    if (code == 0)
        code = run_make_view(&r, v, err);
    if (code == 0)
        *ret = v;
    return code;
}
