/*
 * script_expect.c: what a step expects, against where the case stands. What is not mentioned is not
 * compared; lists are compared as sets, whole.
 */
#include <inttypes.h>

#include "casework/clocks.h"
#include "casework/scripts_int.h"
#include "policy/examples.h"

typedef int comparison(struct script *s, const struct case_view *v, const struct json *j);

static bool nothing(const struct json *j)
{
    return j->kind == JSON_NULL || span_eq(json_text(j), SPAN("none"));
}

static int compare_text(struct script *s, const struct json *j, struct span what, struct span got)
{
    return span_eq(got, json_text(j)) ? 0 : script_fail(s, j, what, got, json_text(j));
}

/* ---- the head ---- */

static int compare_state(struct script *s, const struct case_view *v, const struct json *j)
{
    return compare_text(s, j, SPAN("state"), s->procedure->states[v->state].id);
}

static int compare_phase(struct script *s, const struct case_view *v, const struct json *j)
{
    return compare_text(s, j, SPAN("phase"), phase_words[v->phase].yaml);
}

static int compare_decision(struct script *s, const struct case_view *v, const struct json *j)
{
    return compare_text(s, j, SPAN("decision"), decision_words[v->decision].yaml);
}

static struct span number_text(struct script *s, struct decimal d)
{
    char text[DECIMAL_TEXT];
    return arena_copy(s->arena, span_of(text, decimal_plain(d, text, sizeof text)));
}

static int compare_amount(struct script *s, const struct case_view *v, const struct json *j)
{
    struct decimal d;

    if (nothing(j))
        return v->has_amount
                   ? script_fail(s, j, SPAN("amount"), number_text(s, v->amount), SPAN("none"))
                   : 0;
    if (v->has_amount && decimal_parse(json_text(j), &d) && decimal_compare(d, v->amount) == 0)
        return 0;
    return script_fail(s, j, SPAN("amount"),
                       v->has_amount ? number_text(s, v->amount) : SPAN("none"), json_text(j));
}

/* ---- moments ---- */

static struct span day_text(struct script *s, int64_t at)
{
    char text[DATE_TEXT];
    struct date d;

    if (!clock_date(at, &d))
        return SPAN("none");
    return arena_copy(s->arena, span_of(text, date_print(d, text)));
}

static struct span moment_text(struct script *s, int64_t at)
{
    char text[DATE_TEXT];
    return arena_copy(s->arena, span_of(text, clock_print(at, text)));
}

/* A day is the last day; with an hour it is the moment. */
static int compare_due(struct script *s, const struct json *j, struct span what, bool has,
                       int64_t due)
{
    struct span text = span_trim(json_text(j));
    int64_t at;

    if (nothing(j))
        return has ? script_fail(s, j, what, day_text(s, due - 1), SPAN("none")) : 0;
    if (!has)
        return script_fail(s, j, what, SPAN("none"), text);
    if (text.n <= 10)
        return compare_text(s, j, what, day_text(s, due - 1));
    return script_moment(text, &at) && at == due
               ? 0
               : script_fail(s, j, what, moment_text(s, due), text);
}

static int compare_next(struct script *s, const struct case_view *v, const struct json *j)
{
    return compare_due(s, j, SPAN("due"), v->next != NULL, v->next ? v->next->due : 0);
}

/* ---- lists ---- */

static bool holds(const struct json *list, struct span name)
{
    if (list->kind != JSON_ARRAY)
        return span_eq(json_text(list), name);
    JSON_EACH(e, list)
    {
        if (span_eq(json_text(e), name))
            return true;
    }
    return false;
}

static bool among(const struct span *at, size_t n, struct span name)
{
    for (size_t i = 0; i < n; i++)
        if (span_eq(at[i], name))
            return true;
    return false;
}

static struct span list_text(struct script *s, const struct span *at, size_t n)
{
    struct buffer b = BUFFER_INIT;
    struct span text;

    for (size_t i = 0; i < n; i++)
        buffer_print(&b, "%s%.*s", i ? ", " : "[", SPAN_ARG(at[i]));
    buffer_add_z(&b, n ? "]" : "[]");
    text = arena_copy(s->arena, buffer_span(&b));
    s->arena->failed = s->arena->failed || buffer_failed(&b);
    buffer_release(&b);
    return text;
}

static struct span expected_list(struct script *s, const struct json *j)
{
    struct span *at = ARENA_ARRAY(s->arena, struct span, j->n + 1);
    size_t n = 0;

    if (!at || j->kind != JSON_ARRAY)
        return json_text(j);
    JSON_EACH(e, j)
    at[n++] = json_text(e);
    return list_text(s, at, n);
}

static int compare_list(struct script *s, const struct json *j, struct span what,
                        const struct span *at, size_t n)
{
    bool same = true;

    for (size_t i = 0; i < n; i++)
        same = same && holds(j, at[i]);
    JSON_EACH(e, j->kind == JSON_ARRAY ? j : NULL)
    same = same && among(at, n, json_text(e));
    if (j->kind != JSON_ARRAY && json_text(j).n)
        same = same && among(at, n, json_text(j));
    return same ? 0 : script_fail(s, j, what, list_text(s, at, n), expected_list(s, j));
}

static bool is_overdue(const struct case_view *v, const struct clock_view *c)
{
    return clock_overdue(c, v->phase);
}

/* Its start or its end is a date that nobody knows yet. */
static bool waits(const struct case_view *v, const struct clock_view *c)
{
    if (v->phase == PHASE_ENDED)
        return false;
    return (c->state == CLOCK_WAITING && c->clock->from.expr) ||
           (c->state == CLOCK_RUNNING && !c->has_due);
}

static int compare_clock_list(struct script *s, const struct case_view *v, const struct json *j,
                              struct span what,
                              bool (*is)(const struct case_view *, const struct clock_view *))
{
    struct span *at = ARENA_ARRAY(s->arena, struct span, s->procedure->clock_count + 1);
    size_t n = 0;

    if (!at)
        return E_MEMORY;
    for (size_t i = 0; i < s->procedure->clock_count; i++)
        if (is(v, &v->clocks[i]))
            at[n++] = s->procedure->clocks[i].id;
    return compare_list(s, j, what, at, n);
}

static int compare_overdue(struct script *s, const struct case_view *v, const struct json *j)
{
    return compare_clock_list(s, v, j, SPAN("overdue"), is_overdue);
}

static int compare_waiting(struct script *s, const struct case_view *v, const struct json *j)
{
    return compare_clock_list(s, v, j, SPAN("waiting"), waits);
}

static int compare_missing(struct script *s, const struct case_view *v, const struct json *j)
{
    if (v->asked_count || v->phase == PHASE_SUPPLY)
        return compare_list(s, j, SPAN("missing"), v->asked_for, v->asked_count);
    return compare_list(s, j, SPAN("missing"), v->missing, v->missing_count);
}

static int compare_notices(struct script *s, const struct case_view *v, const struct json *j)
{
    UNUSED(v);
    return compare_list(s, j, SPAN("notices"), s->last ? s->last->notices : NULL,
                        s->last ? s->last->notice_count : 0);
}

/* ---- what may be done, by anybody ---- */

static int may_as(struct script *s, struct span actor, bool *may)
{
    struct case_view *v = NULL;
    int code = script_look(s, actor, &v);

    for (size_t i = 0; code == 0 && v && i < s->procedure->act_count; i++)
        may[i] = may[i] || v->acts[i].refusal == REFUSAL_NONE;
    return code;
}

static int compare_may(struct script *s, const struct case_view *v, const struct json *j)
{
    const struct procedure *p = s->procedure;
    bool *may = ARENA_ARRAY(s->arena, bool, p->act_count + 1);
    struct span *at = ARENA_ARRAY(s->arena, struct span, p->act_count + 1);
    size_t n = 0;
    int code = may && at ? may_as(s, SPAN("applicant"), may) : E_MEMORY;

    UNUSED(v);
    for (size_t i = 0; i < p->party_count && code == 0; i++)
        code = may_as(s, p->parties[i].id, may);
    if (code == 0)
        code = may_as(s, SPAN("program"), may);
    if (code < 0)
        return code;
    for (size_t i = 0; i < p->act_count; i++)
        if (may[i])
            at[n++] = p->acts[i].id;
    return compare_list(s, j, SPAN("may"), at, n);
}

/* ---- clocks ---- */

static int compare_count(struct script *s, const struct json *j, struct span what, int64_t got)
{
    struct decimal d;
    int64_t n;

    if (decimal_parse(json_text(j), &d) && decimal_to_int(d, &n) && n == got)
        return 0;
    return script_fail(s, j, what, arena_print(s->arena, "%" PRId64, got), json_text(j));
}

static int compare_clock(struct script *s, const struct clock_view *c, const struct json *j)
{
    struct span what = arena_print(s->arena, "%.*s.%.*s", SPAN_ARG(c->clock->id), SPAN_ARG(j->key));

    if (span_eq(j->key, SPAN("state")))
        return compare_text(s, j, what, clock_state_words[c->state].yaml);
    if (span_eq(j->key, SPAN("due")))
        return compare_due(s, j, what, c->has_due, c->due);
    if (span_eq(j->key, SPAN("left")))
        return compare_count(s, j, what, c->left);
    if (span_eq(j->key, SPAN("used")))
        return compare_count(s, j, what, c->used);
    if (span_eq(j->key, SPAN("extended")))
        return compare_count(s, j, what, c->extended);
    if (span_eq(j->key, SPAN("late")))
        return compare_text(s, j, what, c->late ? SPAN("true") : SPAN("false"));
    if (span_eq(j->key, SPAN("why")))
        return compare_text(s, j, what, c->why);
    return script_fail(s, j, what, SPAN("no such key"), json_text(j));
}

static int compare_clocks(struct script *s, const struct case_view *v, const struct json *j)
{
    int code = 0;

    JSON_EACH(of, j)
    {
        size_t i = 0;
        while (i < s->procedure->clock_count && !span_eq(s->procedure->clocks[i].id, of->key))
            i++;
        if (i == s->procedure->clock_count) {
            code = code ? code : script_fail(s, of, SPAN("clocks"), SPAN("no such clock"), of->key);
            continue;
        }
        JSON_EACH(e, of)
        {
            if (code == 0)
                code = compare_clock(s, &v->clocks[i], e);
        }
    }
    return code;
}

/* ---- facts ---- */

/* What an act made a fact, else what the case says, else what is known. */
static bool fact_of(const struct script *s, const struct case_view *v, struct span name,
                    struct value *ret)
{
    size_t field = procedure_field_index(s->procedure, name);

    for (size_t i = s->promoted.n; i-- > 0;)
        if (span_eq(s->promoted.at[i].fact->name, name)) {
            *ret = s->promoted.at[i].value;
            return true;
        }
    if (field != SIZE_MAX && v->fields[field].there) {
        *ret = v->fields[field].value;
        return true;
    }
    for (size_t i = 0; i < s->procedure->local_count; i++)
        if (span_eq(s->procedure->locals[i], name) && v->locals[i].given) {
            *ret = v->locals[i].value;
            return true;
        }
    for (size_t i = 0; i < s->subject.n; i++)
        if (span_eq(s->subject.values[i].fact->name, name)) {
            *ret = s->subject.values[i].value;
            return true;
        }
    return false;
}

static struct span shown(struct script *s, struct value v)
{
    struct buffer b = BUFFER_INIT;
    struct span text;

    value_text(&b, v);
    text = arena_copy(s->arena, buffer_span(&b));
    s->arena->failed = s->arena->failed || buffer_failed(&b);
    buffer_release(&b);
    return text;
}

static int compare_facts(struct script *s, const struct case_view *v, const struct json *j)
{
    int code = 0;

    JSON_EACH(e, j)
    {
        struct value got;
        bool has = fact_of(s, v, e->key, &got);
        if (code < 0 || (nothing(e) ? !has : has && value_reads_as(got, json_text(e))))
            continue;
        code = script_fail(s, e, e->key, has ? shown(s, got) : SPAN("unknown"), json_text(e));
    }
    return code;
}

/* ---- the table ---- */

static const struct {
    const char *key;
    comparison *compare;
} comparisons[] = {
    {"state", compare_state},     {"phase", compare_phase},     {"decision", compare_decision},
    {"amount", compare_amount},   {"due", compare_next},        {"overdue", compare_overdue},
    {"waiting", compare_waiting}, {"missing", compare_missing}, {"may", compare_may},
    {"clocks", compare_clocks},   {"facts", compare_facts},     {"notices", compare_notices},
};

int script_expect(struct script *s, const struct json *expect)
{
    struct case_view *v = NULL;
    int code = script_look(s, (struct span){NULL, 0}, &v);

    if (code < 0 || !v)
        return code;
    JSON_EACH(j, expect)
    {
        for (size_t i = 0; i < COUNT_OF(comparisons) && code == 0; i++)
            if (span_eq(j->key, span_z(comparisons[i].key)))
                code = comparisons[i].compare(s, v, j);
    }
    return s->arena->failed ? E_MEMORY : code;
}
