/*
 * scripts.c: see scripts.h. A step moves time, sets an event, does an act, expects something: in
 * this order, each if it is there.
 */
#include <inttypes.h>

#include "casework/clocks.h"
#include "casework/scripts_int.h"

/* Persons of a script: the applicant is 1, the parties follow; a colleague of each when another
 * person is asked for. */
enum { ACCOUNT_APPLICANT = 1, ACCOUNT_PARTY = 2, ACCOUNT_COLLEAGUE = 100000 };

struct run_question script_question(const struct script *s, struct span actor, int64_t account)
{
    return (struct run_question){.library = s->library,
                                 .procedure = s->procedure,
                                 .subject = &s->subject,
                                 .item = s->item,
                                 .options = &s->options,
                                 .events = s->events.at,
                                 .n = s->events.n,
                                 .now = s->now,
                                 .actor = actor,
                                 .account_id = account,
                                 .held = s->held,
                                 .held_count = s->held_count};
}

static int64_t account_of(const struct procedure *p, struct span actor)
{
    if (span_eq(actor, SPAN("program")))
        return 0;
    for (size_t i = 0; i < p->party_count; i++)
        if (span_eq(p->parties[i].id, actor))
            return ACCOUNT_PARTY + (int64_t)i;
    return ACCOUNT_APPLICANT;
}

/* ---- failures ---- */

int script_look(struct script *s, struct span actor, struct case_view **ret)
{
    struct run_question q = script_question(s, actor, account_of(s->procedure, actor));
    struct err err = ERR_INIT;
    int code = run_open(s->arena, &q, ret, &err);

    if (code == 0 || code == E_MEMORY)
        return code;
    s->broken = true;
    *ret = NULL;
    return script_fail(s, s->run->steps, SPAN("view"), arena_copy(s->arena, span_z(err.message)),
                       SPAN("a view"));
}

/* "review, since 2023-10-07: decide running to 2023-10-11; missing contract" */
static struct span summary(struct script *s)
{
    struct run_question q = script_question(s, (struct span){NULL, 0}, 0);
    struct buffer b = BUFFER_INIT;
    struct case_view *v = NULL;
    char at[DATE_TEXT];
    struct span text;

    if (run_open(s->arena, &q, &v, NULL) < 0 || !s->procedure->state_count)
        return (struct span){NULL, 0};
    buffer_add(&b, span_of(at, clock_print(s->now, at)));
    buffer_print(&b, " %.*s", SPAN_ARG(s->procedure->states[v->state].id));
    if (v->decision != DECISION_NONE)
        buffer_print(&b, " (%.*s)", SPAN_ARG(decision_words[v->decision].yaml));
    for (size_t i = 0; i < s->procedure->clock_count; i++) {
        const struct clock_view *c = &v->clocks[i];
        struct date d;
        if (c->state == CLOCK_WAITING)
            continue;
        buffer_print(&b, "; %.*s %.*s", SPAN_ARG(c->clock->id),
                     SPAN_ARG(clock_state_words[c->state].yaml));
        if (c->has_due && clock_date(c->due - 1, &d)) {
            buffer_add_z(&b, " due ");
            buffer_add(&b, span_of(at, date_print(d, at)));
        }
    }
    for (size_t i = 0; i < v->missing_count; i++)
        buffer_print(&b, "%s%.*s", i ? ", " : "; missing ", SPAN_ARG(v->missing[i]));
    text = arena_copy(s->arena, buffer_span(&b));
    s->arena->failed = s->arena->failed || buffer_failed(&b);
    buffer_release(&b);
    return text;
}

int script_fail(struct script *s, const struct json *at, struct span what, struct span got,
                struct span expected)
{
    struct script_failure *f = ARENA_NEW(s->arena, struct script_failure);

    if (!f)
        return E_MEMORY;
    *f = (struct script_failure){.line = at ? at->line : 0,
                                 .column = at ? at->column : 0,
                                 .what = what,
                                 .got = got,
                                 .expected = expected};
    f->view = summary(s);
    if (s->end)
        s->end->next = f;
    else
        s->first = f;
    s->end = f;
    return s->arena->failed ? E_MEMORY : 0;
}

/* ---- time ---- */

static bool two_digits(struct span s, size_t at, int most, int64_t *ret)
{
    if (s.n < at + 2 || s.p[at] < '0' || s.p[at] > '9' || s.p[at + 1] < '0' || s.p[at + 1] > '9')
        return false;
    *ret = (s.p[at] - '0') * 10 + (s.p[at + 1] - '0');
    return *ret <= most;
}

bool script_moment(struct span text, int64_t *ret)
{
    struct span t = span_trim(text), time;
    int64_t hour = 0, minute = 0, second = 0;
    struct date d;

    if (t.n < 10 || !date_parse(span_of(t.p, 10), &d))
        return false;
    time = span_from(t, 10);
    if (time.n &&
        (time.n < 6 || (time.p[0] != ' ' && time.p[0] != 'T') || !two_digits(time, 1, 23, &hour) ||
         time.p[3] != ':' || !two_digits(time, 4, 59, &minute)))
        return false;
    if (time.n > 6 && (time.n != 9 || time.p[6] != ':' || !two_digits(time, 7, 59, &second)))
        return false;
    *ret = clock_midnight(date_days(d)) + ((hour * 60 + minute) * 60 + second) * 1000;
    return true;
}

static int move_time(struct script *s, const struct json *at)
{
    int64_t now;

    if (!at)
        return 0;
    if (!script_moment(json_text(at), &now) || now < s->now) {
        s->broken = true;
        return script_fail(s, at, SPAN("at"), json_text(at), SPAN("a moment that is not earlier"));
    }
    s->now = now;
    return 0;
}

/* ---- events ---- */

static int append(struct script *s, const struct case_event *e)
{
    struct case_event *to = VECTOR_PUSH(s->arena, &s->events, struct case_event);

    if (!to)
        return E_MEMORY;
    *to = *e;
    to->seq = (int64_t)s->events.n;
    return 0;
}

/* What time has brought is written down before anything is done, as casework does. */
static int write_lapses(struct script *s)
{
    struct case_view *v = NULL;
    int code = 0;

    if (!s->events.n)
        return 0;
    do {
        code = script_look(s, (struct span){NULL, 0}, &v);
        for (size_t i = 0; code == 0 && v && i < v->lapse_count; i++)
            code = append(s, &v->lapses[i]);
    } while (code == 0 && v && v->lapse_count == RUN_LAPSES_MAX);
    return code;
}

static int set_event(struct script *s, const struct json *event)
{
    int code = write_lapses(s);

    JSON_EACH(e, event)
    {
        struct json *data = json_object(s->arena);
        struct case_event made = {.at = s->now,
                                  .by = SPAN("program"),
                                  .act = arena_print(s->arena, "event:%.*s", SPAN_ARG(e->key)),
                                  .data = data};
        JSON_SET(data, "date", json_string(s->arena, json_text(e)));
        if (code == 0)
            code = s->arena->failed ? E_MEMORY : append(s, &made);
    }
    return code;
}

/* ---- the data of an act ---- */

static bool is_material(const struct procedure *p, struct span id)
{
    for (size_t i = 0; i < p->material_count; i++)
        if (span_eq(p->materials[i].id, id))
            return true;
    return false;
}

/* "file", "none", "held", "promised", or the object itself. */
static struct json *paper(struct script *s, const struct json *j)
{
    struct span word = json_text(j);
    struct json *data;

    if (span_eq(word, SPAN("none")) || j->kind == JSON_NULL)
        return json_null(s->arena);
    data = json_object(s->arena);
    if (span_eq(word, SPAN("held")))
        JSON_SET(data, "held", json_bool(s->arena, true));
    else if (span_eq(word, SPAN("promised")) || span_eq(word, SPAN("later")))
        JSON_SET(data, "promised", json_bool(s->arena, true));
    else
        JSON_SET(data, "name", json_string(s->arena, word.n ? word : SPAN("file")));
    return data;
}

static struct json *value_copy(struct script *s, const struct json *j)
{
    struct json *to = ARENA_NEW(s->arena, struct json);

    if (to) {
        *to = *j;
        to->next = NULL;
    }
    return to;
}

static void copy_member(struct script *s, struct json *to, const struct json *step, const char *key,
                        const char *as)
{
    const struct json *j = json_get(step, span_z(key));
    if (j)
        json_set(to, span_z(as), value_copy(s, j));
}

/* Fields of the procedure's own that the facts of the run name are filled in as the case opens. */
static bool own_field(const struct procedure *p, struct span name)
{
    size_t i = procedure_field_index(p, name);
    return i != SIZE_MAX && !p->fields[i].fact;
}

static struct json *act_data(struct script *s, const struct json *step)
{
    struct json *data = json_object(s->arena), *fields = json_object(s->arena),
                *materials = json_object(s->arena);

    JSON_EACH(j, JSON_GET(step, "with"))
    {
        if (is_material(s->procedure, j->key))
            json_set(materials, j->key, paper(s, j));
        else
            json_set(fields, j->key, value_copy(s, j));
    }
    JSON_EACH(j, s->events.n ? NULL : s->run->facts)
    {
        if (own_field(s->procedure, j->key) && !json_get(fields, j->key))
            json_set(fields, j->key, value_copy(s, j));
    }
    if (fields && fields->first)
        JSON_SET(data, "fields", fields);
    if (materials && materials->first)
        JSON_SET(data, "materials", materials);
    copy_member(s, data, step, "missing", "missing");
    copy_member(s, data, step, "reason", "reason");
    copy_member(s, data, step, "amount", "amount");
    copy_member(s, data, step, "to", "organisation");
    /* letters and notes have their words in `reason` */
    copy_member(s, data, step, "reason", "text");
    copy_member(s, data, step, "reason", "contents");
    return data;
}

/* ---- doing ---- */

struct doing {
    struct span act;
    const struct json *data;
    struct case_event event;
    enum refusal refusal;
    struct err err;
};

static int try_as(struct script *s, struct doing *d, struct span actor, int64_t account)
{
    struct run_question q = script_question(s, actor, account);
    enum refusal refusal = REFUSAL_NONE;
    struct err err = ERR_INIT;
    int code = run_try(s->arena, &q, d->act, d->data, &d->event, &refusal, &err);

    /* what somebody could have done but for something says more than that another could not */
    if (code == 0 || !d->err.code || d->refusal == REFUSAL_ACTOR) {
        d->refusal = refusal;
        d->err = err;
    }
    return code;
}

/* The first of those who may; another person where the act asks for one. */
static int try_actor(struct script *s, struct doing *d, struct span actor, bool colleague)
{
    int64_t account = account_of(s->procedure, actor);
    int code = try_as(s, d, actor, account);

    if (code == E_CONFLICT && d->refusal == REFUSAL_FOUR_EYES && colleague) {
        d->err.code = 0;
        code = try_as(s, d, actor, account + ACCOUNT_COLLEAGUE);
    }
    return code;
}

static int try_anybody(struct script *s, struct doing *d, bool colleague)
{
    const struct procedure *p = s->procedure;
    size_t i = procedure_act_index(p, d->act);
    const struct procedure_act *a = i == SIZE_MAX ? NULL : &p->acts[i];
    int code = E_CONFLICT;

    for (size_t k = 0; a && k < a->who_count && code == E_CONFLICT; k++) {
        bool any = span_eq(a->who[k], SPAN("anybody"));
        code = try_actor(s, d, any ? SPAN("applicant") : a->who[k], colleague);
    }
    if (a)
        return code;
    code = try_actor(s, d, SPAN("applicant"), false);
    for (size_t k = 0; k < p->party_count && code == E_CONFLICT; k++)
        code = try_actor(s, d, p->parties[k].id, false);
    return code == E_CONFLICT ? try_actor(s, d, SPAN("program"), false) : code;
}

static struct span refusal_text(struct script *s, const struct doing *d)
{
    return arena_print(s->arena, "%.*s: %s",
                       SPAN_ARG(d->refusal == REFUSAL_NONE ? span_z(err_name(d->err.code))
                                                           : refusal_words[d->refusal].yaml),
                       d->err.message);
}

static int promote(struct script *s, const struct json *at)
{
    struct match_options options = s->options;
    struct procedure_scope *scope = NULL;
    struct case_view *v = NULL;
    int code = script_look(s, (struct span){NULL, 0}, &v);

    if (code < 0 || !v)
        return code;
    (void)clock_date(s->now, &options.as_of);
    code = procedure_scope_new(s->arena, s->library, s->procedure, &s->subject, s->item, &options,
                               v->locals, &scope, NULL);
    for (size_t i = 0; i < s->last->promote_count && code == 0; i++) {
        const struct promotion *p = &s->last->promotes[i];
        struct fact_value *to = VECTOR_PUSH(s->arena, &s->promoted, struct fact_value);
        if (!to)
            return E_MEMORY;
        *to =
            (struct fact_value){.fact = p->fact, .value = procedure_value(scope, &p->value, NULL)};
        if (to->value.kind == VALUE_UNKNOWN || to->value.kind == VALUE_ERROR)
            code = script_fail(s, at, p->fact->name, SPAN("unknown"), SPAN("a value to promote"));
    }
    return code;
}

/* An act of several takes effect with the last of them. */
static bool took_effect(struct script *s, const struct procedure_act *a)
{
    struct case_view *v = NULL;

    if (!a->all && a->quorum < 2)
        return true;
    if (!a->to.n || script_look(s, (struct span){NULL, 0}, &v) < 0 || !v)
        return true;
    return span_eq(s->procedure->states[v->state].id, a->to);
}

static int done(struct script *s, const struct doing *d, const struct json *at)
{
    size_t i = procedure_act_index(s->procedure, d->act);
    int code = append(s, &d->event);

    s->last = i == SIZE_MAX ? NULL : &s->procedure->acts[i];
    if (code == 0 && s->last && !took_effect(s, s->last))
        s->last = NULL;
    return code == 0 && s->last && s->last->promote_count ? promote(s, at) : code;
}

static int compare_refusal(struct script *s, const struct doing *d, const struct json *expected,
                           int code)
{
    if (code == 0) {
        s->broken = true;
        return script_fail(s, expected, SPAN("refused"), SPAN("done"), json_text(expected));
    }
    if (span_eq(refusal_words[d->refusal].yaml, json_text(expected)))
        return 0;
    return script_fail(s, expected, SPAN("refused"), refusal_text(s, d), json_text(expected));
}

static int do_act(struct script *s, const struct json *step, const struct json *act)
{
    const struct json *refused = JSON_GET(step, "refused"), *by = JSON_GET(step, "by");
    struct doing d = {.act = json_text(act), .data = act_data(s, step)};
    bool colleague = !span_eq(json_text(refused), SPAN("four-eyes"));
    int code = write_lapses(s);

    if (code < 0)
        return code;
    if (s->arena->failed)
        return E_MEMORY;
    code = by ? try_actor(s, &d, json_text(by), false) : try_anybody(s, &d, colleague);
    if (code == E_MEMORY)
        return code;
    if (refused)
        return compare_refusal(s, &d, refused, code);
    if (code == 0)
        return done(s, &d, act);
    s->broken = true;
    return script_fail(s, act, arena_print(s->arena, "do %.*s", SPAN_ARG(d.act)),
                       refusal_text(s, &d), SPAN("done"));
}

/* ---- the run ---- */

static int step(struct script *s, const struct json *j)
{
    const struct json *event = JSON_GET(j, "event"), *act = JSON_GET(j, "do"),
                      *expect = JSON_GET(j, "expect"), *item = JSON_GET(j, "item");
    int code = move_time(s, JSON_GET(j, "at"));

    if (item)
        s->item = json_text(item);
    if (code == 0 && event && !s->broken)
        code = set_event(s, event);
    if (code == 0 && act && !s->broken)
        code = do_act(s, j, act);
    if (code == 0 && expect && !s->broken)
        code = script_expect(s, expect);
    return code;
}

static int read_overrides(struct script *s, struct err *err)
{
    const struct json *given = s->run->parameters;
    size_t n = given ? given->n : 0;
    struct override *at = ARENA_ARRAY(s->arena, struct override, n + 1);

    if (!at)
        return err_memory(err);
    s->options.overrides = at;
    JSON_EACH(j, given)
    {
        const struct parameter *p = map_get(&s->library->parameter_by_name, j->key);
        struct override *to = &at[s->options.override_count];
        int code = p ? feel_from_json(s->arena, j, p->type, &to->value, err)
                     : err_set(err, E_NAME, "unknown parameter '%.*s'", SPAN_ARG(j->key));
        if (code < 0)
            return code;
        to->parameter = p;
        s->options.override_count++;
    }
    return 0;
}

static int read_facts(struct script *s, struct err *err)
{
    struct json *facts = json_object(s->arena);
    enum role role = s->procedure->applicant;
    int code;

    JSON_EACH(j, s->run->facts)
    {
        if (!own_field(s->procedure, j->key))
            json_set(facts, j->key, value_copy(s, j));
    }
    if (s->arena->failed)
        return err_memory(err);
    code = subject_from_json(s->arena, s->library, facts, s->run->place.file, &s->subject, err);
    if (code == 0 && (!s->subject.kind.n || role != ROLE_ENTERPRISE))
        s->subject.kind = role_words[role].yaml;
    return code;
}

/* The item that the case is about, until a step names one. */
static void first_item(struct script *s)
{
    for (size_t i = 0; s->procedure->each && i < s->subject.list_count; i++) {
        const struct item_list *l = &s->subject.lists[i];
        if (l->kind == s->procedure->each && l->n)
            s->item = l->ids[0];
    }
}

static int papers_on_file(struct script *s)
{
    const struct procedure *p = s->procedure;

    s->held = ARENA_ARRAY(s->arena, struct span, p->material_count + 1);
    if (!s->held)
        return E_MEMORY;
    for (size_t i = 0; i < p->material_count; i++)
        if (p->materials[i].held.n)
            s->held[s->held_count++] = p->materials[i].held;
    return 0;
}

static int play(struct script *s)
{
    size_t n = 0;
    int code = 0;

    JSON_EACH(j, s->run->steps)
    {
        if (code == 0 && !s->broken && n++ < SCRIPT_STEPS_MAX)
            code = step(s, j);
    }
    return code;
}

int script_run(struct arena *request, const struct library *l, const struct procedure *p,
               const struct procedure_run *run, const struct script_failure **ret)
{
    struct script s = {.arena = request, .library = l, .procedure = p, .run = run};
    struct err err = ERR_INIT;
    int code = read_overrides(&s, &err);

    if (code == 0)
        code = read_facts(&s, &err);
    if (code == 0)
        code = papers_on_file(&s);
    if (code == 0) {
        first_item(&s);
        code = play(&s);
    } else if (code != E_MEMORY) {
        code = script_fail(&s, run->steps, SPAN("facts"), arena_copy(request, span_z(err.message)),
                           SPAN("facts that are read"));
    }
    if (code < 0 || request->failed)
        return E_MEMORY;
    *ret = s.first;
    return 0;
}
