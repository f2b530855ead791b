/*
 * run_try.c: may this be done now, by this actor, with this data; and what would it be. Each check
 * is one function; the order in which they ask is the table at the end.
 */
#include "casework/run_int.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

/* ---- refusals ---- */

enum refusal attempt_refuse(struct attempt *t, enum refusal why, const char *format, ...)
{
    char text[ERR_TEXT];
    va_list args;

    if (t->preview)
        return why;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    err_set(t->err, E_CONFLICT, "%s", text);
    return why;
}

static enum refusal fail(int code, int *ret_code)
{
    *ret_code = code;
    return REFUSAL_NONE;
}

bool attempt_is_office(const struct procedure *p, struct span actor)
{
    for (size_t i = 0; i < p->party_count; i++)
        if (span_eq(p->parties[i].id, actor))
            return p->parties[i].kind != ACTOR_COUNTERPARTY;
    return false;
}

static bool opens(const struct procedure_act *a)
{
    return a->from_count == 0;
}

static bool names(const struct span *list, size_t n, struct span name)
{
    for (size_t i = 0; i < n; i++)
        if (span_eq(list[i], name))
            return true;
    return false;
}

/* ---- who, and when ---- */

/* The program opens the parts of one thing for the applicant. */
static enum refusal check_actor(struct attempt *t, int *ret_code)
{
    const struct procedure_act *a = t->act;

    UNUSED(ret_code);
    if (t->actor.n &&
        (names(a->who, a->who_count, t->actor) || names(a->who, a->who_count, SPAN("anybody")) ||
         (opens(a) && span_eq(t->actor, SPAN("program")))))
        return REFUSAL_NONE;
    return attempt_refuse(t, REFUSAL_ACTOR, "“%.*s”不由您办理", SPAN_ARG(a->title.zh));
}

static enum refusal check_state(struct attempt *t, int *ret_code)
{
    const struct run *r = t->run;
    const struct procedure_act *a = t->act;

    UNUSED(ret_code);
    if (opens(a) ? !r->opened
                 : r->opened && !r->withdrawn &&
                       names(a->from, a->from_count, r->p->states[r->state].id))
        return REFUSAL_NONE;
    return attempt_refuse(t, REFUSAL_STATE, "办件处于“%.*s”，现在不能“%.*s”",
                          SPAN_ARG(r->p->states[r->state].title.zh), SPAN_ARG(a->title.zh));
}

/* The acts by which somebody applies: opening, and leaving the draft. */
static bool applies(const struct attempt *t)
{
    const struct procedure_act *a = t->act;
    size_t to = procedure_state_index(t->run->p, a->to);

    if (span_eq(t->actor, SPAN("program")))
        return false;
    return opens(a) || (run_phase(t->run) == PHASE_DRAFT && to != SIZE_MAX &&
                        t->run->p->states[to].phase != PHASE_DRAFT);
}

static enum refusal outside_window(struct attempt *t, struct value day, const char *what)
{
    char text[DATE_TEXT];

    date_print(day.date, text);
    return attempt_refuse(t, REFUSAL_WINDOW, "不在受理时间内：%s %s", text, what);
}

/* What the last notice says comes before what the definition says. */
static enum refusal after_notice(struct attempt *t)
{
    const struct window_notice *w = &t->run->q->window;
    struct date last = {1970, 1, 1};

    if (t->run->q->now < w->until)
        return REFUSAL_NONE;
    (void)clock_date(w->until - 1, &last);
    return outside_window(t, value_date(last), w->closes ? "已截止" : "延期后截止");
}

static enum refusal check_window(struct attempt *t, int *ret_code)
{
    const struct procedure *p = t->run->p;
    struct date today;
    struct value from, to;

    UNUSED(ret_code);
    if (!applies(t) || !clock_date(t->run->time, &today))
        return REFUSAL_NONE;
    if (!p->window_from.expr && !p->window_to.expr)
        return t->run->q->window.given ? after_notice(t) : REFUSAL_NONE;
    from = run_value(t->run, &p->window_from, &t->missing);
    if (from.kind == VALUE_DATE && date_compare(today, from.date) < 0)
        return outside_window(t, from, "开始");
    if (from.kind == VALUE_UNKNOWN && !t->run->q->window.given)
        return attempt_refuse(t, REFUSAL_WINDOW, "受理还没有开始，起日待定：%.*s",
                              SPAN_ARG(p->window_from.text));
    t->missing = NULL;
    if (t->run->q->window.given)
        return after_notice(t);
    to = run_value(t->run, &p->window_to, NULL);
    if (to.kind == VALUE_DATE && date_compare(today, to.date) > 0)
        return outside_window(t, to, "截止");
    return REFUSAL_NONE;
}

/* ---- another person, and how often ---- */

static bool same_person(const struct case_event *e, int64_t account)
{
    return account && (e->account_id == account || e->for_account_id == account);
}

/* The last act of an office; those who do the same act together must differ, too. */
static enum refusal check_four_eyes(struct attempt *t, int *ret_code)
{
    const struct run *r = t->run;

    UNUSED(ret_code);
    if (!(t->act->flags & ACT_OTHER_PERSON))
        return REFUSAL_NONE;
    for (size_t i = r->q->n; i-- > 0;) {
        const struct case_event *e = &r->q->events[i];
        if (procedure_act_index(r->p, e->act) == SIZE_MAX || span_eq(e->by, SPAN("applicant")) ||
            span_eq(e->by, SPAN("program")))
            continue;
        if (same_person(e, t->account))
            return attempt_refuse(t, REFUSAL_FOUR_EYES, "上一步由您办理，“%.*s”须由另一人办理",
                                  SPAN_ARG(t->act->title.zh));
        if (!span_eq(e->act, t->act->id))
            break;
    }
    return REFUSAL_NONE;
}

static enum refusal check_extension(struct attempt *t)
{
    bool extends = false;

    for (size_t i = 0; i < t->run->p->clock_count; i++) {
        const struct clock_run *c = &t->run->clocks[i];
        if (!clock_names(&c->clock->extended_by, t->act->id))
            continue;
        if (clock_extendable(c))
            return REFUSAL_NONE;
        extends = true;
    }
    return extends
               ? attempt_refuse(t, REFUSAL_LIMIT, "“%.*s”不能再延期", SPAN_ARG(t->act->title.zh))
               : REFUSAL_NONE;
}

static enum refusal check_limit(struct attempt *t, int *ret_code)
{
    const struct procedure_act *a = t->act;
    bool together = run_needed(a) > 1;
    bool once = !a->to.n && !(a->flags & ACT_OPEN_ENDED);
    struct span by = together ? t->actor : (struct span){NULL, 0};

    UNUSED(ret_code);
    if ((once || together) && !opens(a) && run_times(t->run, a->id, by, together ? t->account : 0))
        return attempt_refuse(t, REFUSAL_LIMIT, "“%.*s”已经办过", SPAN_ARG(a->title.zh));
    return check_extension(t);
}

/* ---- what is handed in ---- */

/* A field that only offices fill in is not the applicant's. */
static bool set_by_others(const struct procedure *p, struct span field, struct span actor)
{
    for (size_t i = 0; i < p->act_count; i++) {
        const struct procedure_act *a = &p->acts[i];
        if (names(a->sets, a->set_count, field) && !names(a->who, a->who_count, actor))
            return true;
    }
    return false;
}

static bool may_fill(const struct attempt *t, struct span field)
{
    const struct run *r = t->run;
    const struct procedure_act *a = t->act;
    size_t i = procedure_field_index(r->p, field);
    enum phase phase = run_phase(r);

    if (opens(a) || names(a->sets, a->set_count, field) || names(a->asks, a->ask_count, field))
        return true;
    if (set_by_others(r->p, field, t->actor))
        return false;
    if (!span_eq(t->actor, SPAN("applicant")))
        return names(a->asks, a->ask_count, SPAN("all")) ||
               names(a->asks, a->ask_count, SPAN("missing"));
    return phase == PHASE_DRAFT || phase == PHASE_SUPPLY || i == SIZE_MAX ||
           r->p->fields[i].local >= r->p->local_count || !r->locals[r->p->fields[i].local].given;
}

static enum refusal check_data(struct attempt *t, int *ret_code)
{
    int code;

    if (t->preview || !t->data)
        return REFUSAL_NONE;
    if (t->data->kind != JSON_OBJECT)
        return fail(err_set(t->err, E_INPUT, "内容不是一个对象"), ret_code);
    JSON_EACH(j, JSON_GET(t->data, "fields"))
    {
        if (!may_fill(t, j->key))
            return attempt_refuse(t, REFUSAL_ACTOR, "“%.*s”不由您在这一步填写", SPAN_ARG(j->key));
    }
    code = run_apply_data(t->run, t->data, true, t->err);
    return code < 0 ? fail(code, ret_code) : REFUSAL_NONE;
}

static enum refusal check_reason(struct attempt *t, int *ret_code)
{
    UNUSED(ret_code);
    if (t->preview || !(t->act->flags & (ACT_REASON | ACT_RETURNS)) ||
        span_trim(json_text(JSON_GET(t->data, "reason"))).n)
        return REFUSAL_NONE;
    return attempt_refuse(t, REFUSAL_REASON, "“%.*s”须说明理由", SPAN_ARG(t->act->title.zh));
}

/* "施工合同（contract）": what it is, and what a command calls it. */
static struct span item_words(const struct run *r, struct span id)
{
    size_t i = material_index(r->p, id);

    if (i == SIZE_MAX)
        return id;
    return arena_print(r->arena, "%.*s（%.*s）", SPAN_ARG(r->p->materials[i].title.zh),
                       SPAN_ARG(id));
}

static void join(const struct run *r, char *to, size_t room, const struct span_vector *v)
{
    size_t n = 0;

    to[0] = 0;
    for (size_t i = 0; i < v->n; i++) {
        struct span words = item_words(r, v->at[i]);
        if (n + words.n + 8 >= room)
            return;
        n += (size_t)snprintf(to + n, room - n, "%s%.*s", i ? "、" : "", SPAN_ARG(words));
    }
}

static enum refusal refuse_lack(struct attempt *t, const char *what)
{
    char text[ERR_TEXT - 32];

    join(t->run, text, sizeof text, &t->lack.ids);
    return attempt_refuse(t, REFUSAL_MISSING, "%s：%s", what, text);
}

static enum refusal refuse_unknown(struct attempt *t, const struct missing *m)
{
    t->missing = missing_union(t->run->arena, t->missing, m);
    if (m)
        return attempt_refuse(t, REFUSAL_UNKNOWN, "还不知道：%.*s", SPAN_ARG(m->fact));
    return attempt_refuse(t, REFUSAL_UNKNOWN, "还不能判断");
}

static enum refusal check_asks(struct attempt *t, int *ret_code)
{
    int code = run_lack(t->run, t->act->asks, t->act->ask_count, &t->lack, t->err);

    if (code < 0)
        return fail(code, ret_code);
    if (t->lack.ids.n)
        return refuse_lack(t, "还缺");
    return t->lack.unknown ? refuse_unknown(t, t->lack.unknown) : REFUSAL_NONE;
}

/* ---- what is told to be missing ---- */

static int named_item(struct attempt *t, struct span id, struct json *list)
{
    const struct procedure *p = t->run->p;

    if (procedure_field_index(p, id) == SIZE_MAX && material_index(p, id) == SIZE_MAX)
        return err_set(t->err, E_NAME, "没有“%.*s”这一项或这份材料", SPAN_ARG(id));
    json_add(list, json_string(t->run->arena, id));
    return 0;
}

/* Nobody named: what is needed and not there. */
static int fill_list(struct attempt *t, struct json *list)
{
    struct lack lack = {.unknown = NULL};
    int code = run_lack_all(t->run, &lack, t->err);

    for (size_t i = 0; i < lack.ids.n && code == 0; i++)
        json_add(list, json_string(t->run->arena, lack.ids.at[i]));
    return code;
}

/* Once and completely (一次性告知): what is asked for a second time, or newly, rests on a ground
 * that is written down. */
static enum refusal check_again(struct attempt *t)
{
    const struct run *r = t->run;

    if (!r->named.n || t->act->flags & ACT_OPEN_ENDED ||
        span_trim(json_text(JSON_GET(t->data, "reason"))).n)
        return REFUSAL_NONE;
    return attempt_refuse(t, REFUSAL_REASON, "补正须一次性告知：再次要求补正要写明依据");
}

static enum refusal check_list(struct attempt *t, int *ret_code)
{
    const struct json *given = JSON_GET(t->data, "missing");
    struct json *list;
    int code = 0;

    if (t->preview || !(t->act->flags & ACT_LISTS_MISSING))
        return REFUSAL_NONE;
    list = json_array(t->run->arena);
    if (!list)
        return fail(err_memory(t->err), ret_code);
    JSON_EACH(j, given)
    {
        if (code == 0)
            code = named_item(t, json_text(j), list);
    }
    if (code == 0 && !given)
        code = fill_list(t, list);
    if (code < 0)
        return fail(code, ret_code);
    if (!list->first)
        return attempt_refuse(t, REFUSAL_MISSING, "须写明缺少哪些内容或材料");
    JSON_SET(t->made, "missing", list);
    return check_again(t);
}

/* ---- conditions ---- */

static struct span label_of(const struct condition *c)
{
    return c->text.zh.n ? c->text.zh : c->test.text;
}

static enum refusal weigh(struct attempt *t, size_t i, enum refusal so_far)
{
    const struct condition *c = &t->act->conditions[i];
    const struct missing *m = NULL;
    struct value v = run_value(t->run, &c->test, &m);

    t->conditions[i] = (struct condition_finding){.condition = c, .truth = v};
    if (value_is_true(v) || so_far == REFUSAL_CONDITION)
        return so_far;
    if (v.kind != VALUE_UNKNOWN && v.kind != VALUE_ERROR)
        return REFUSAL_CONDITION;
    t->missing = missing_union(t->run->arena, t->missing, m);
    return REFUSAL_UNKNOWN;
}

/* The sentence is about the first condition that stands in the way. */
static enum refusal check_conditions(struct attempt *t, int *ret_code)
{
    const struct procedure_act *a = t->act;
    enum refusal found = REFUSAL_NONE;

    t->conditions = ARENA_ARRAY(t->run->arena, struct condition_finding, a->condition_count + 1);
    if (!t->conditions)
        return fail(err_memory(t->err), ret_code);
    for (size_t i = 0; i < a->condition_count; i++)
        found = weigh(t, i, found);
    for (size_t i = 0; found != REFUSAL_NONE && i < a->condition_count; i++) {
        struct value v = t->conditions[i].truth;
        bool unknown = v.kind == VALUE_UNKNOWN || v.kind == VALUE_ERROR;
        if (value_is_true(v) || unknown != (found == REFUSAL_UNKNOWN))
            continue;
        return attempt_refuse(t, found, unknown ? "还不能判断：%.*s" : "条件不符：%.*s",
                              SPAN_ARG(label_of(t->act->conditions + i)));
    }
    return found;
}

/* ---- the amount ---- */

static struct json *money(struct arena *a, struct decimal d)
{
    char text[DECIMAL_TEXT];
    size_t n = decimal_fixed(d, 2, text, sizeof text);
    return json_string(a, arena_copy(a, (struct span){text, n}));
}

/* The day of the first act that left the draft, else of the first: it decides windows and
 * parameters of the measures. */
static struct date application_day(const struct run *r)
{
    const struct procedure *p = r->p;
    int64_t at = r->q->n ? r->q->events[0].at : r->time;
    struct date d = {1970, 1, 1};

    for (size_t i = 0; i < r->q->n; i++) {
        size_t act = procedure_act_index(p, r->q->events[i].act);
        size_t to = act == SIZE_MAX ? SIZE_MAX : procedure_state_index(p, p->acts[act].to);
        if (to != SIZE_MAX && p->states[to].phase != PHASE_DRAFT) {
            at = r->q->events[i].at;
            break;
        }
    }
    (void)clock_date(at, &d);
    return d;
}

/* A case about one item is paid for that item. */
static void keep_item(struct checkup *c, struct span item)
{
    size_t n = 0;

    for (size_t i = 0; i < c->n; i++)
        if (!c->findings[i].item.n || span_eq(c->findings[i].item, item))
            c->findings[n++] = c->findings[i];
    c->n = n;
}

/* The sum of what is certain; money of two natures is not one sum (law 17). */
static bool exact_of(const struct checkup *c, struct decimal *sum)
{
    struct total totals[NATURES];
    size_t n = checkup_totals(c, totals), exact = 0;

    for (size_t i = 0; i < n; i++)
        if (totals[i].exact_count && exact++ == 0)
            *sum = decimal_add(*sum, totals[i].exact, NULL);
    return exact == 1;
}

static int judge_measures(struct run *r, bool *ret_has, struct decimal *ret, struct err *err)
{
    struct match_options options = {0};
    struct subject s;
    struct decimal sum = DECIMAL_ZERO;
    int code;

    *ret_has = false;
    if (r->q->options)
        options = *r->q->options;
    options.as_of = application_day(r);
    options.known_by = (struct date){0, 0, 0};
    options.overrides = r->overrides.at;
    options.override_count = r->overrides.n;
    code = procedure_subject(r->arena, r->p, r->q->subject, r->q->item, r->locals, &s, err);
    for (size_t i = 0; i < r->p->measure_count && code == 0; i++) {
        struct checkup *c = NULL;
        options.only = r->p->measures[i];
        code = match(r->arena, r->q->library, &s, &options, &c, err);
        if (code == 0 && r->p->each && r->q->item.n)
            keep_item(c, r->q->item);
        if (code == 0 && exact_of(c, &sum))
            *ret_has = true;
    }
    *ret = sum;
    return code;
}

static int measured(struct attempt *t, bool *ret_has, struct decimal *ret)
{
    struct run *r = t->run;
    struct case_view v;
    int code;

    if (!r->q->amount_of)
        return judge_measures(r, ret_has, ret, t->err);
    v = (struct case_view){.procedure = r->p, .state = r->state, .locals = r->locals};
    v.phase = run_phase(r);
    v.now = r->q->now;
    code = r->q->amount_of(r->q->context, &v, ret_has, ret, t->err);
    return code;
}

/* What the rules give; *ret_has = false: no figure. */
static enum refusal computed(struct attempt *t, bool *ret_has, struct decimal *ret, int *ret_code)
{
    const struct formula *f = &t->act->amount;
    const struct missing *m = NULL;
    struct value v;
    int code;

    *ret_has = false;
    if (!f->expr) {
        code = t->run->p->measure_count || t->run->q->amount_of ? measured(t, ret_has, ret) : 0;
        return code < 0 ? fail(code, ret_code) : REFUSAL_NONE;
    }
    v = run_value(t->run, f, &m);
    *ret_has = v.kind == VALUE_NUMBER;
    if (*ret_has)
        *ret = v.number;
    t->missing = missing_union(t->run->arena, t->missing, m);
    return REFUSAL_NONE;
}

static bool grants(const struct procedure_act *a)
{
    return a->decision == DECISION_GRANTED || a->decision == DECISION_PARTLY;
}

/* A person may grant less than the rules give, never more; where they give no figure, his own. */
static enum refusal check_amount(struct attempt *t, int *ret_code)
{
    const struct json *given = JSON_GET(t->data, "amount");
    struct decimal said, rule = DECIMAL_ZERO;
    bool has_rule = false;
    enum refusal refusal;

    if (t->preview || t->act->decision == DECISION_NONE ||
        (!grants(t->act) && !given && !t->act->amount.expr))
        return REFUSAL_NONE;
    refusal = computed(t, &has_rule, &rule, ret_code);
    if (refusal != REFUSAL_NONE || *ret_code < 0)
        return refusal;
    if (has_rule)
        rule = decimal_round(rule, 2, ROUND_HALF_UP, NULL);
    if (given && (!decimal_parse(json_text(given), &said) || decimal_sign(said) < 0 ||
                  decimal_compare(said, decimal_round(said, 2, ROUND_DOWN, NULL)) != 0))
        return fail(err_set(t->err, E_INPUT, "金额不是以元计、最多两位小数的数"), ret_code);
    if (given && has_rule && decimal_compare(said, rule) > 0)
        return attempt_refuse(t, REFUSAL_LIMIT, "金额超过按规则计算的数额");
    if (!given && !has_rule)
        return t->act->amount.expr ? refuse_unknown(t, t->missing) : REFUSAL_NONE;
    if (has_rule && given)
        JSON_SET(t->made, "computed", money(t->run->arena, rule));
    JSON_SET(t->made, "amount", money(t->run->arena, given ? said : rule));
    return REFUSAL_NONE;
}

/* ---- in order ---- */

enum refusal attempt_check(struct attempt *t, int *ret_code)
{
    static enum refusal (*const checks[])(struct attempt *, int *) = {
        check_actor, check_window, check_state, check_four_eyes,  check_limit,  check_data,
        check_list,  check_reason, check_asks,  check_conditions, check_amount,
    };
    enum refusal refusal = REFUSAL_NONE;

    for (size_t i = 0; i < COUNT_OF(checks) && refusal == REFUSAL_NONE && *ret_code == 0; i++)
        refusal = checks[i](t, ret_code);
    return refusal;
}

/* ---- the event ---- */

static const struct json *copy_node(struct arena *a, const struct json *j)
{
    struct json *to = ARENA_NEW(a, struct json);

    if (to) {
        *to = *j;
        to->next = NULL;
    }
    return to;
}

/* Papers on file are used by name, so that the case does not change when the file does. */
static struct json *papers_used(struct attempt *t, const struct json *given)
{
    struct arena *a = t->run->arena;
    struct json *all = json_object(a);

    JSON_EACH(j, given)
    json_set(all, j->key, (struct json *)(uintptr_t)copy_node(a, j));
    for (size_t i = 0; t->act && t->act->ask_count && i < t->run->p->material_count; i++) {
        const struct material *m = &t->run->p->materials[i];
        const struct paper_run *p = &t->run->papers[i];
        struct json *held;
        if (!m->held.n || p->there || p->held || p->refused || json_get(given, m->id) ||
            !names(t->run->q->held, t->run->q->held_count, m->held))
            continue;
        held = json_object(a);
        JSON_SET(held, "held", json_bool(a, true));
        json_set(all, m->id, held);
    }
    return all;
}

static struct span remedy_of(const struct attempt *t)
{
    struct date today = {1970, 1, 1};

    (void)clock_date(t->run->q->now, &today);
    return remedy_text(t->run->arena, t->run->q->library, t->run->p, today);
}

static struct json *event_data(struct attempt *t)
{
    struct arena *a = t->run->arena;
    struct json *data = json_object(a), *papers;

    JSON_EACH(j, t->data)
    {
        if (!json_get(t->made, j->key) && !span_eq(j->key, SPAN("materials")))
            json_set(data, j->key, (struct json *)(uintptr_t)copy_node(a, j));
    }
    JSON_EACH(j, t->made)
    json_set(data, j->key, (struct json *)(uintptr_t)copy_node(a, j));
    papers = papers_used(t, JSON_GET(t->data, "materials"));
    if (papers && papers->first)
        JSON_SET(data, "materials", papers);
    if (t->act && t->act->flags & ACT_REMEDY && !json_get(data, SPAN("remedy")))
        JSON_SET(data, "remedy", json_string(a, remedy_of(t)));
    return data && data->first ? data : NULL;
}

static int make_event(struct attempt *t, struct case_event *ret, struct err *err)
{
    const struct run_question *q = t->run->q;
    int64_t last = q->n ? q->events[q->n - 1].at : q->now;
    struct json *data = event_data(t);

    if (t->run->arena->failed)
        return err_memory(err);
    *ret = (struct case_event){.seq = (int64_t)q->n + 1,
                               .at = q->now > last ? q->now : last,
                               .act = t->act ? t->act->id : t->name,
                               .by = t->actor,
                               .account_id = q->account_id,
                               .data = data};
    return 0;
}

static enum refusal dispatch(struct attempt *t, int *ret_code)
{
    const struct procedure *p = t->run->p;
    size_t i = procedure_act_index(p, t->name);

    if (!p->state_count)
        return fail(err_set(t->err, E_CHECK, "事项 %.*s 没有状态", SPAN_ARG(p->id)), ret_code);
    if (i != SIZE_MAX) {
        t->act = &p->acts[i];
        return attempt_check(t, ret_code);
    }
    if (general_known(t->name))
        return general_check(t, ret_code);
    return fail(
        err_set(t->err, E_NAME, "事项 %.*s 没有“%.*s”这一步", SPAN_ARG(p->id), SPAN_ARG(t->name)),
        ret_code);
}

int run_try(struct arena *request, const struct run_question *q, struct span act,
            const struct json *data, struct case_event *ret, enum refusal *ret_refusal,
            struct err *err)
{
    struct run r;
    struct attempt t = {.run = &r,
                        .name = act,
                        .actor = q->actor,
                        .account = q->account_id,
                        .data = data,
                        .err = err};
    enum refusal refusal = REFUSAL_NONE;
    int code;

    *ret_refusal = REFUSAL_NONE;
    t.made = json_object(request);
    code = t.made ? run_init(&r, request, q, err) : err_memory(err);
    if (code == 0)
        refusal = dispatch(&t, &code);
    if (code == 0)
        code = r.code;
    if (request->failed)
        return err_memory(err);
    if (code < 0)
        return code;
    *ret_refusal = refusal;
    if (refusal != REFUSAL_NONE)
        return err_set(err, E_CONFLICT, "%.*s", SPAN_ARG(refusal_words[refusal].title.zh));
    return make_event(&t, ret, err);
}
