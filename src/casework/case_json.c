/*
 * case_json.c: a case as the one JSON tree of pages and commands. What a party may not see is left
 * out here, not in a template: a counterparty gets his step, an applicant no internal notes.
 */
#include <inttypes.h>

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

/* Only the offices read notes; a counterparty reads what he did himself. */
static bool may_read(const struct case_file *f, const struct case_event *e)
{
    size_t i = 0;

    if (span_eq(f->party, SPAN("applicant")))
        return !span_eq(e->act, SPAN("note"));
    while (i < f->procedure->party_count && !span_eq(f->procedure->parties[i].id, f->party))
        i++;
    if (i < f->procedure->party_count && f->procedure->parties[i].kind == ACTOR_COUNTERPARTY)
        return span_eq(e->by, f->party);
    return true;
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
    JSON_SET(j, "by", json_string(a, e->by));
    JSON_SET(j, "by_title", json_string(a, party_title(f, e->by, english)));
    if (e->organisation.n)
        JSON_SET(j, "organisation", json_string(a, e->organisation));
    if (e->for_account_id)
        JSON_SET(j, "delegated", json_bool(a, true));
    struct span reason = json_text(JSON_GET(e->data, "reason"));
    if (reason.n)
        JSON_SET(j, "reason", json_string(a, reason));
    return j;
}

struct json *case_json(struct arena *request, const struct case_file *f, bool english)
{
    struct json *j = case_row_json(request, f->library, &f->row, english);
    struct json *events = json_array(request);

    JSON_SET(j, "library", json_string(request, f->row.library));
    JSON_SET(j, "party", json_string(request, f->party));
    JSON_SET(j, "view", case_view_json(request, f->view, english));
    for (size_t i = 0; i < f->event_count; i++)
        if (may_read(f, &f->events[i]))
            json_add(events, event_json(request, f, &f->events[i], english));
    JSON_SET(j, "history", events);
    return j;
}
