/*
 * case_json.c: a case as the one JSON tree of pages and commands. What a party may not see is left
 * out here, not in a template: a counterparty gets his step, an applicant no internal notes.
 */
#include <inttypes.h>

#include "casework/case_events.h"
#include "casework/case_forget.h"
#include "casework/cases_int.h"

static struct json *instant(struct arena *a, int64_t ms)
{
    char text[DATE_TEXT];
    size_t n = clock_print(ms, text);
    return json_string(a, arena_copy(a, (struct span){text, n}));
}

static struct json *cents(struct arena *a, int64_t amount)
{
    const char *sign = amount < 0 ? "-" : "";
    uint64_t n = amount < 0 ? 0 - (uint64_t)amount : (uint64_t)amount;
    return json_string(a, arena_print(a, "%s%" PRIu64 ".%02" PRIu64, sign, n / 100, n % 100));
}

static void set_word(struct arena *a, struct json *j, struct span key,
                     const struct closed_word *word, bool english)
{
    json_set(j, key, json_string(a, word->yaml));
    json_set(j, arena_print(a, "%.*s_title", SPAN_ARG(key)),
             json_string(a, words_in(word->title, english)));
}

struct json *case_row_json(struct arena *request, const struct library *l, const struct case_row *r,
                           bool english)
{
    struct json *j = json_object(request);
    const struct procedure *p = procedure_find(l, r->procedure, NULL);
    size_t state = p ? procedure_state_index(p, r->state) : SIZE_MAX;

    JSON_SET(j, "number", json_string(request, r->number));
    JSON_SET(j, "procedure", json_string(request, r->procedure));
    JSON_SET(j, "title", json_string(request, p ? words_in(p->title, english) : r->procedure));
    JSON_SET(j, "subject", json_string(request, r->subject_code));
    JSON_SET(j, "subject_name", json_string(request, r->subject_name));
    if (r->item.n)
        JSON_SET(j, "item", json_string(request, r->item));
    JSON_SET(j, "state", json_string(request, r->state));
    JSON_SET(j, "state_title",
             json_string(request,
                         state != SIZE_MAX ? words_in(p->states[state].title, english) : r->state));
    set_word(request, j, SPAN("phase"), &phase_words[r->phase], english);
    set_word(request, j, SPAN("decision"), &decision_words[r->decision], english);
    if (r->has_amount)
        JSON_SET(j, "amount", cents(request, r->amount));
    JSON_SET(j, "organisation", json_string(request, r->organisation));
    if (r->due_at != CASE_NO_DUE) {
        JSON_SET(j, "due", instant(request, r->due_at));
        JSON_SET(j, "due_clock", json_string(request, r->due_clock));
        JSON_SET(j, "due_owner", json_string(request, r->due_owner));
        JSON_SET(j, "overdue", json_bool(request, r->due_at <= clock_now_ms()));
    }
    JSON_SET(j, "paused", json_bool(request, r->paused));
    JSON_SET(j, "urgent", json_bool(request, r->urgent));
    JSON_SET(j, "opened", instant(request, r->opened_at));
    JSON_SET(j, "changed", instant(request, r->changed_at));
    if (r->closed_at)
        JSON_SET(j, "closed", instant(request, r->closed_at));
    JSON_SET(j, "events", json_int(request, r->events));
    return j;
}

/* ---- events ---- */

bool case_of_counterparty(const struct case_file *f)
{
    for (size_t i = 0; i < f->procedure->party_count; i++)
        if (span_eq(f->procedure->parties[i].id, f->party))
            return f->procedure->parties[i].kind == ACTOR_COUNTERPARTY;
    return false;
}

/* Only the offices read notes; a counterparty reads what he did himself. */
static bool may_read(const struct case_file *f, const struct case_event *e)
{
    if (span_eq(f->party, SPAN("applicant")))
        return !span_eq(e->act, SPAN("note"));
    return !case_of_counterparty(f) || span_eq(e->by, f->party);
}

static struct span party_title(const struct case_file *f, struct span by, bool english)
{
    const struct procedure *p = f->procedure;

    if (span_eq(by, SPAN("applicant")))
        return words_in(actor_words[ACTOR_APPLICANT].title, english);
    if (span_eq(by, SPAN("program")))
        return words_in(actor_words[ACTOR_PROGRAM].title, english);
    for (size_t i = 0; i < p->party_count; i++)
        if (span_eq(p->parties[i].id, by))
            return words_in(p->parties[i].title, english);
    return by;
}

/* What is shown of an event's data, as it stands there. */
static void set_texts(struct arena *a, struct json *j, const struct json *data, bool drawn)
{
    static const char *const shown[] = {
        "reason",  "remedy",    "date",    "reference", "paid",  "at",    "place",
        "text",    "contents",  "number",  "carrier",   "cost",  "login", "organisation",
        "channel", "procedure", "library", "waiting",   "source"};
    static const char *const keys[] = {"reason",  "remedy",  "date",        "reference", "paid",
                                       "booked",  "place",   "text",        "contents",  "tracking",
                                       "carrier", "cost",    "assigned_to", "to",        "channel",
                                       "part",    "library", "waiting",     "source"};
    const struct json *sampled = JSON_GET(data, "sampled");

    for (size_t i = 0; i < COUNT_OF(shown); i++) {
        struct span text = json_text(json_get(data, span_z(shown[i])));
        if (text.n)
            json_set(j, span_z(keys[i]), json_string(a, text));
    }
    if (drawn && sampled)
        JSON_SET(j, "sampled", json_bool(a, sampled->kind == JSON_TRUE));
}

/* What was deleted behind its term: that it was there, under which clause it was asked, the day. */
static void set_forgotten(struct arena *a, struct json *j, const struct json *data)
{
    static const char *const keys[] = {"field", "on", "purpose", "document", "cites"};
    const struct json *marks = JSON_GET(data, CASE_FORGOTTEN);
    struct json *list = json_array(a);

    JSON_EACH(m, marks)
    {
        struct json *o = json_object(a);
        for (size_t i = 0; i < COUNT_OF(keys); i++) {
            struct span text = json_text(json_get(m, span_z(keys[i])));
            if (text.n)
                json_set(o, span_z(keys[i]), json_string(a, text));
        }
        json_add(list, o);
    }
    if (marks)
        JSON_SET(j, "forgotten", list);
}

/* 疫情结束日, in the words of the library where it has them. */
static struct span event_title(const struct case_file *f, struct span act, bool english)
{
    struct span name = span_from(act, sizeof "event:" - 1);
    const struct parameter *p = map_get(&f->library->parameter_by_name, name);

    return p && english ? words_in(p->title, true) : name;
}

static struct json *event_json(struct arena *a, const struct case_file *f,
                               const struct case_event *e, bool english)
{
    struct json *j = json_object(a);
    size_t act = procedure_act_index(f->procedure, e->act);

    JSON_SET(j, "seq", json_int(a, e->seq));
    JSON_SET(j, "at", instant(a, e->at));
    JSON_SET(j, "act", json_string(a, e->act));
    if (act != SIZE_MAX)
        JSON_SET(j, "title", json_string(a, words_in(f->procedure->acts[act].title, english)));
    else if (span_starts(e->act, SPAN("event:")))
        JSON_SET(j, "title", json_string(a, event_title(f, e->act, english)));
    JSON_SET(j, "by", json_string(a, e->by));
    JSON_SET(j, "by_title", json_string(a, party_title(f, e->by, english)));
    if (e->organisation.n)
        JSON_SET(j, "organisation", json_string(a, e->organisation));
    if (e->for_account_id)
        JSON_SET(j, "delegated", json_bool(a, true));
    set_forgotten(a, j, e->data);
    set_texts(a, j, e->data, act != SIZE_MAX && decimal_sign(f->procedure->acts[act].sample) > 0);
    return j;
}

/* ---- what a counterparty sees ---- */

static bool in_list(const struct span *list, size_t n, struct span name)
{
    for (size_t i = 0; i < n; i++)
        if (span_eq(list[i], name))
            return true;
    return false;
}

bool case_may_see(const struct case_file *f, struct span name)
{
    if (!case_of_counterparty(f))
        return true;
    for (size_t i = 0; i < f->procedure->act_count; i++) {
        const struct procedure_act *a = &f->procedure->acts[i];
        if (in_list(a->who, a->who_count, f->party) &&
            (in_list(a->sets, a->set_count, name) || in_list(a->asks, a->ask_count, name)))
            return true;
    }
    return false;
}

static bool sees_act(const struct case_file *f, struct span name)
{
    size_t i = procedure_act_index(f->procedure, name);
    return i != SIZE_MAX &&
           in_list(f->procedure->acts[i].who, f->procedure->acts[i].who_count, f->party);
}

bool case_sees_clock(const struct case_file *f, struct span owner)
{
    return !case_of_counterparty(f) || span_eq(owner, f->party);
}

/* The lists of a view of which a counterparty sees a part, by a member of their elements. */
static const struct narrowed {
    const char *list, *member;
    bool (*sees)(const struct case_file *, struct span);
} narrowed[] = {{"fields", "field", case_may_see},
                {"materials", "material", case_may_see},
                {"acts", "act", sees_act},
                {"clocks", "owner", case_sees_clock}};
/* What is between the applicant and the office. */
static const char *const hidden[] = {"decision", "decision_title", "amount",  "next",
                                     "overdue",  "asked_for",      "missing", "lapses"};

static struct json *narrow(struct arena *a, const struct case_file *f, struct json *all,
                           const struct narrowed *n)
{
    struct json *kept = json_array(a), *next;

    for (struct json *j = all->first; j && kept; j = next) {
        next = j->next;
        j->next = NULL;
        if (n->sees(f, json_text(json_get(j, span_z(n->member)))))
            json_add(kept, j);
    }
    return kept;
}

static struct json *shown_part(struct arena *a, const struct case_file *f, struct json *member)
{
    for (size_t i = 0; i < COUNT_OF(hidden); i++)
        if (span_eq(member->key, span_z(hidden[i])))
            return NULL;
    for (size_t i = 0; i < COUNT_OF(narrowed); i++)
        if (span_eq(member->key, span_z(narrowed[i].list)))
            return narrow(a, f, member, &narrowed[i]);
    return member;
}

static struct json *own_step(struct arena *a, const struct case_file *f, struct json *view)
{
    struct json *j = json_object(a), *next;

    for (struct json *m = view ? view->first : NULL; m && j; m = next) {
        struct span key = m->key;
        next = m->next;
        m->next = NULL;
        json_set(j, key, shown_part(a, f, m));
    }
    return j;
}

struct case_row case_row_seen(const struct case_file *f)
{
    struct case_row row = f->row;

    if (!case_of_counterparty(f))
        return row;
    row.has_amount = false;
    row.decision = DECISION_NONE;
    if (!span_eq(row.due_owner, f->party))
        row.due_at = CASE_NO_DUE;
    return row;
}

static struct json *head_of(struct arena *a, const struct case_file *f, bool english)
{
    struct case_row row = case_row_seen(f);

    return case_row_json(a, f->library, &row, english);
}

/* Beside each clock, the day that it waits for or that moves it. */
static void add_days(struct arena *a, const struct case_file *f, const struct json *view,
                     bool english)
{
    size_t i = 0;

    JSON_EACH(j, JSON_GET(view, "clocks"))
    {
        struct span day = i < f->procedure->clock_count
                              ? case_clock_day(a, f, &f->view->clocks[i], english)
                              : (struct span){NULL, 0};
        if (day.n)
            JSON_SET((struct json *)(uintptr_t)j, "day", json_string(a, day));
        i++;
    }
}

struct json *case_json(struct arena *request, const struct case_file *f, bool english)
{
    struct json *j, *view, *events = json_array(request);

    if (!f) /* done by "anybody", who may not look */
        return json_null(request);
    j = head_of(request, f, english);
    view = case_view_json(request, f->view, english);

    add_days(request, f, view, english);
    JSON_SET(j, "library", json_string(request, f->row.library));
    JSON_SET(j, "party", json_string(request, f->party));
    JSON_SET(j, "view", case_of_counterparty(f) ? own_step(request, f, view) : view);
    for (size_t i = 0; i < f->event_count; i++)
        if (may_read(f, &f->events[i]))
            json_add(events, event_json(request, f, &f->events[i], english));
    JSON_SET(j, "history", events);
    return j;
}
