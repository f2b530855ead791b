/*
 * check_procedure_runs.c: the scripts of a procedure as they are written: every word means
 * something, every state is visited, every limit is tried. Whether they come true is
 * `huiqi procedure test`'s.
 */
#include "policy/check_procedures_int.h"

/* ---- words ---- */

static void hint_all(const struct inspection *in, struct diag *g, const char *const *words,
                     size_t n)
{
    struct buffer all = BUFFER_INIT;
    for (size_t i = 0; i < n; i++)
        buffer_print(&all, "%s%s", i ? ", " : "", words[i]);
    if (buffer_failed(&all))
        in->l->failed = true;
    else
        hint(in->l, g, "one of: %s", all.p);
    buffer_release(&all);
}

/* Complains unless j reads one of the words. */
static void want_word(const struct inspection *in, const struct json *j, const char *what,
                      const char *const *words, size_t n)
{
    struct span text = json_text(j);
    for (size_t i = 0; i < n; i++)
        if (span_eq(text, span_z(words[i])))
            return;
    hint_all(in, COMPLAIN(in->l, j, E_NAME, "unknown %s '%.*s'", what, SPAN_ARG(text)), words, n);
}

static void want_closed(const struct inspection *in, const struct json *j, const char *what,
                        const struct closed_word *words, size_t n)
{
    (void)word_of(in->l, j, words, n, what);
}

static void each_text(const struct inspection *in, const struct json *j,
                      void (*want)(const struct inspection *in, const struct json *e))
{
    if (!j || j->kind != JSON_ARRAY) {
        if (j && json_text(j).n)
            want(in, j);
        else if (j)
            COMPLAIN(in->l, j, E_TYPE, "this must be a list of names");
        return;
    }
    JSON_EACH(e, j)
    want(in, e);
}

static void want_input(const struct inspection *in, const struct json *e)
{
    (void)want_name(in, &in->inputs, e, json_text(e), "field or material");
}

static void want_clock(const struct inspection *in, const struct json *e)
{
    (void)want_name(in, &in->clocks, e, json_text(e), "clock");
}

static void want_notice(const struct inspection *in, const struct json *e)
{
    (void)want_name(in, &in->notices, e, json_text(e), "notice");
}

static void want_act(const struct inspection *in, const struct json *e)
{
    if (!procedure_is_general_act(json_text(e)))
        (void)want_name(in, &in->acts, e, json_text(e), "act");
}

/* ---- what is expected ---- */

static void expect_state(const struct inspection *in, const struct json *j)
{
    (void)want_name(in, &in->states, j, json_text(j), "state");
}

static void expect_phase(const struct inspection *in, const struct json *j)
{
    want_closed(in, j, "phase", phase_words, PHASES);
}

static void expect_decision(const struct inspection *in, const struct json *j)
{
    want_closed(in, j, "decision", decision_words, DECISIONS);
}

static void expect_clocks(const struct inspection *in, const struct json *j)
{
    static const char *const keys[] = {"state", "due", "left", "used", "late", "extended", "why"};
    static const char *const states[] = {"waiting", "running", "stopped", "ended", "lapsed"};
    JSON_EACH(c, j)
    {
        if (!map_get(&in->clocks, c->key))
            hint_named(in->l,
                       COMPLAIN_KEY(in->l, c, E_NAME, "unknown clock '%.*s'", SPAN_ARG(c->key)),
                       &in->clocks, c->key);
        JSON_EACH(e, c)
        {
            struct json key = *e;
            key.kind = JSON_STRING;
            key.text = e->key;
            key.line = e->key_line;
            key.column = e->key_column;
            want_word(in, &key, "expectation of a clock", keys, COUNT_OF(keys));
            if (span_eq(e->key, SPAN("state")))
                want_word(in, e, "state of a clock", states, COUNT_OF(states));
        }
    }
}

static void expect_overdue(const struct inspection *in, const struct json *j)
{
    each_text(in, j, want_clock);
}

static void expect_missing(const struct inspection *in, const struct json *j)
{
    each_text(in, j, want_input);
}

static void expect_may(const struct inspection *in, const struct json *j)
{
    each_text(in, j, want_act);
}

static void expect_notices(const struct inspection *in, const struct json *j)
{
    each_text(in, j, want_notice);
}

typedef void expectation(const struct inspection *in, const struct json *j);
static void any_value(const struct inspection *in, const struct json *j)
{
    UNUSED(in), UNUSED(j);
}

struct member {
    const char *key;
    expectation *check;
};
static const struct member expected[] = {
    {"state", expect_state},     {"phase", expect_phase},     {"decision", expect_decision},
    {"amount", any_value},       {"due", any_value},          {"overdue", expect_overdue},
    {"waiting", expect_overdue}, {"missing", expect_missing}, {"may", expect_may},
    {"clocks", expect_clocks},   {"facts", any_value},        {"notices", expect_notices},
};

/* Each member by its key; one that is not in the table is a slip. */
static void members(const struct inspection *in, const struct json *j, const struct member *table,
                    size_t n, const char *what)
{
    struct map known;
    map_init(&known, in->l->scratch);
    for (size_t i = 0; i < n; i++)
        if (map_put(&known, span_z(table[i].key), (void *)(uintptr_t)&table[i]) < 0)
            in->l->failed = true;
    JSON_EACH(e, j)
    {
        const struct member *m = map_get(&known, e->key);
        if (m)
            m->check(in, e);
        else
            hint_named(in->l,
                       COMPLAIN_KEY(in->l, e, E_NAME, "unknown %s '%.*s'", what, SPAN_ARG(e->key)),
                       &known, e->key);
    }
}

static void want_map(const struct inspection *in, const struct json *j)
{
    if (j->kind != JSON_OBJECT)
        COMPLAIN(in->l, j, E_TYPE, "this must be a map of names and values");
}

/* ---- steps ---- */

/* "2023-09-28", "2023-09-28 10:00", "2023-09-28 10:00:30" */
static void step_at(const struct inspection *in, const struct json *j)
{
    struct span t = span_trim(json_text(j));
    struct span time = span_from(t, t.n < 10 ? t.n : 10);
    struct date day;
    bool ok = t.n >= 10 && date_parse(span_of(t.p, 10), &day);
    ok = ok && (time.n == 0 || time.n == 6 || time.n == 9);
    for (size_t i = 0; ok && i < time.n; i++) {
        char c = time.p[i];
        ok = i == 0 ? c == ' ' || c == 'T' : i % 3 == 0 ? c == ':' : c >= '0' && c <= '9';
    }
    ok = ok && (time.n == 0 || (time.p[1] * 10 + time.p[2] < '0' * 11 + 24 && time.p[4] < '6'));
    if (!ok)
        hint(in->l, COMPLAIN(in->l, j, E_INPUT, "'%.*s' is no moment", SPAN_ARG(t)),
             "2023-09-28 10:00; a date is its first minute");
}

static void step_do(const struct inspection *in, const struct json *j)
{
    want_act(in, j);
}

static void step_by(const struct inspection *in, const struct json *j)
{
    want_actor(in, j, json_text(j));
}

static void step_with(const struct inspection *in, const struct json *j)
{
    want_map(in, j);
    JSON_EACH(e, j)
    {
        if (!map_get(&in->inputs, e->key))
            hint_named(in->l,
                       COMPLAIN_KEY(in->l, e, E_NAME, "unknown field or material '%.*s'",
                                    SPAN_ARG(e->key)),
                       &in->inputs, e->key);
    }
}

static void step_missing(const struct inspection *in, const struct json *j)
{
    each_text(in, j, want_input);
}

/* The words of casework's refusal_words. */
static void step_refused(const struct inspection *in, const struct json *j)
{
    static const char *const words[] = {"state",  "actor",  "condition", "unknown", "missing",
                                        "reason", "window", "four-eyes", "limit"};
    want_word(in, j, "refusal", words, COUNT_OF(words));
}

static void step_event(const struct inspection *in, const struct json *j)
{
    want_map(in, j);
    JSON_EACH(e, j)
    {
        if (!is_event(in, e->key))
            hint_named(in->l,
                       COMPLAIN_KEY(in->l, e, E_NAME, "unknown event '%.*s'", SPAN_ARG(e->key)),
                       &in->l->library->parameter_by_name, e->key);
    }
}

static void step_expect(const struct inspection *in, const struct json *j)
{
    want_map(in, j);
    members(in, j, expected, COUNT_OF(expected), "expectation");
}

static const struct member steps[] = {
    {"at", step_at},       {"do", step_do},         {"by", step_by},
    {"with", step_with},   {"item", any_value},     {"missing", step_missing},
    {"reason", any_value}, {"amount", any_value},   {"refused", step_refused},
    {"event", step_event}, {"expect", step_expect}, {"to", any_value},
};

/* ---- a run ---- */

static void run_facts(const struct inspection *in, const struct procedure_run *run)
{
    const struct library *lib = in->l->library;
    JSON_EACH(f, run->facts)
    {
        if (subject_name(lib, f->key) || span_eq(f->key, SPAN("outcomes")))
            continue;
        struct diag *g =
            COMPLAIN_KEY(in->l, f, E_NAME, "unknown fact '%.*s' in a run", SPAN_ARG(f->key));
        if (map_get(&in->inputs, f->key))
            hint(in->l, g, "an act fills in what the case asks: with: {%.*s: ...}",
                 SPAN_ARG(f->key));
        else
            hint_named(in->l, g, &lib->fact_by_name, f->key);
    }
    JSON_EACH(p, run->parameters)
    {
        if (!map_get(&lib->parameter_by_name, p->key))
            hint_named(in->l,
                       COMPLAIN_KEY(in->l, p, E_NAME, "unknown parameter '%.*s' in a run",
                                    SPAN_ARG(p->key)),
                       &lib->parameter_by_name, p->key);
    }
}

static void run_steps(const struct inspection *in, const struct procedure_run *run)
{
    bool expects = false;
    JSON_EACH(s, run->steps)
    {
        want_map(in, s);
        members(in, s, steps, COUNT_OF(steps), "key of a step");
        expects = expects || JSON_GET(s, "expect") || JSON_GET(s, "refused");
    }
    if (!expects)
        hint(in->l,
             COMPLAIN_AT(in->l, run->place, E_CHECK, "the run '%.*s' expects nothing",
                         SPAN_ARG(run->name)),
             "expect: {state: ...}");
}

/* ---- what the runs leave out ---- */

static bool mentions(const struct json *list, struct span name)
{
    if (span_eq(json_text(list), name))
        return true;
    JSON_EACH(e, list)
    if (span_eq(json_text(e), name))
        return true;
    return false;
}

/* Reached as an act's target, or expected. */
static bool step_visits(const struct procedure *p, const struct json *step, struct span state)
{
    size_t act = procedure_act_index(p, json_text(JSON_GET(step, "do")));
    bool done = act != SIZE_MAX && !JSON_GET(step, "refused");
    return span_eq(json_text(JSON_GET(JSON_GET(step, "expect"), "state")), state) ||
           (done && span_eq(p->acts[act].to, state));
}

static bool step_tries(const struct json *step, const struct clock *c)
{
    const struct json *expect = JSON_GET(step, "expect");
    return json_get(JSON_GET(expect, "clocks"), c->id) ||
           mentions(JSON_GET(expect, "overdue"), c->id) ||
           mentions(JSON_GET(expect, "waiting"), c->id);
}

static bool is_visited(const struct procedure *p, struct span state)
{
    for (size_t i = 0; i < p->run_count; i++)
        JSON_EACH(s, p->runs[i].steps)
    if (step_visits(p, s, state))
        return true;
    return false;
}

static bool is_tried(const struct procedure *p, const struct clock *c)
{
    for (size_t i = 0; i < p->run_count; i++)
        JSON_EACH(s, p->runs[i].steps)
    if (step_tries(s, c))
        return true;
    return c->lapse_to.n && is_visited(p, c->lapse_to);
}

static void coverage(const struct inspection *in)
{
    const struct procedure *p = in->p;
    struct loader *l = in->l;
    for (size_t i = 0; i < p->state_count; i++)
        if (!is_visited(p, p->states[i].id))
            hint(l,
                 WARN_AT(l, p->states[i].place, "no run visits the state '%.*s'",
                         SPAN_ARG(p->states[i].id)),
                 "do an act that leads here, or expect: {state: %.*s}", SPAN_ARG(p->states[i].id));
    for (size_t i = 0; i < p->clock_count; i++)
        if (!is_tried(p, &p->clocks[i]))
            hint(l,
                 WARN_AT(l, p->clocks[i].place, "no run tries the clock '%.*s'",
                         SPAN_ARG(p->clocks[i].id)),
                 "expect: {clocks: {%.*s: {due: ...}}} on its last day, and what follows a day "
                 "later",
                 SPAN_ARG(p->clocks[i].id));
}

void inspect_runs(const struct inspection *in)
{
    struct loader *l = in->l;
    struct map names;
    map_init(&names, l->scratch);
    if (!in->p->run_count)
        hint(l, COMPLAIN_AT(l, in->p->place, E_CHECK, "'%.*s' has no run", SPAN_ARG(in->p->id)),
             "runs: a script on either side of each limit");
    for (size_t i = 0; i < in->p->run_count; i++) {
        const struct procedure_run *run = &in->p->runs[i];
        if (map_get(&names, run->name))
            COMPLAIN_AT(l, run->place, E_CONFLICT, "a second run '%.*s'", SPAN_ARG(run->name));
        else if (map_put(&names, run->name, (void *)(uintptr_t)run) < 0)
            l->failed = true;
        run_facts(in, run);
        run_steps(in, run);
    }
    if (in->p->run_count)
        coverage(in);
}
