/*
 * case_general.c: what every procedure knows without saying it: notes, letters, appointments,
 * who has the case; and the history of a case with a title for each step.
 */
#include <inttypes.h>

#include "casework/case_visits.h"
#include "identity/organisations.h"
#include "policy/show_procedure.h"
#include "web/case_form.h"
#include "web/procedure_shape.h"

enum general_who { OF_APPLICANT = 1, OF_OFFICE = 2 };
enum general_when {
    ALWAYS,
    WHILE_OPEN,
    IN_DRAFT,
    AT_OFFICE,
    UNDECIDED,
    ORDINARY,
    IN_GREEN_LANE,
    BOOKED
};
static const struct general_act {
    const char *act;
    unsigned who;
    enum general_when when;
    const char *inputs[3]; /* names in the data of the event, shown by cases.input_NAME */
    bool reason;
} general_acts[] = {
    {"fill", OF_APPLICANT, IN_DRAFT, {NULL}, false},
    {"withdraw", OF_APPLICANT, UNDECIDED, {NULL}, true},
    {"hurry", OF_APPLICANT, AT_OFFICE, {NULL}, true},
    {"expedite", OF_OFFICE, ORDINARY, {NULL}, true},
    {"ordinary", OF_OFFICE, IN_GREEN_LANE, {NULL}, true},
    {"take", OF_OFFICE, WHILE_OPEN, {NULL}, false},
    {"assign", OF_OFFICE, WHILE_OPEN, {"party", "account"}, false},
    {"transfer", OF_OFFICE, WHILE_OPEN, {"party", "organisation"}, true},
    {"return", OF_OFFICE, WHILE_OPEN, {NULL}, true},
    {"note", OF_OFFICE, ALWAYS, {"text"}, false},
    {"mail-in", OF_OFFICE, ALWAYS, {"carrier", "number", "contents"}, false},
    {"mail-out", OF_OFFICE, ALWAYS, {"carrier", "number", "contents"}, false},
    {"book", OF_APPLICANT | OF_OFFICE, WHILE_OPEN, {"slot", "at"}, false},
    {"unbook", OF_APPLICANT | OF_OFFICE, BOOKED, {NULL}, false},
};

static const struct general_act *general_named(struct span act)
{
    for (size_t i = 0; i < COUNT_OF(general_acts); i++)
        if (span_eq(act, span_z(general_acts[i].act)))
            return &general_acts[i];
    return NULL;
}

/* A word of the texts by an id, whose dashes are no part of keys. */
static struct span say_id(struct request *req, const char *prefix, struct span id)
{
    struct span key = arena_print(req->arena, "%s%.*s", prefix, SPAN_ARG(id));
    char *p = key.p ? (char *)(uintptr_t)key.p : NULL;

    for (size_t i = 0; p && i < key.n; i++)
        if (p[i] == '-')
            p[i] = '_';
    return p ? request_say(req, p, NULL) : id;
}

struct span general_title(struct request *req, struct span act)
{
    return general_named(act) ? say_id(req, "cases.act_", act) : act;
}

/* The last booking has not been given back. */
static bool is_booked(const struct case_file *f)
{
    for (size_t i = f->event_count; i-- > 0;)
        if (span_eq(f->events[i].act, SPAN("book")) || span_eq(f->events[i].act, SPAN("unbook")))
            return span_eq(f->events[i].act, SPAN("book"));
    return false;
}

static bool is_time(const struct general_act *g, const struct case_file *f)
{
    const struct case_view *v = f->view;

    switch (g->when) {
    case ALWAYS:
        return true;
    case IN_DRAFT:
        return v->phase == PHASE_DRAFT;
    case AT_OFFICE:
        return v->phase != PHASE_DRAFT && v->phase != PHASE_SUPPLY && v->phase != PHASE_ENDED;
    case UNDECIDED:
        return v->decision == DECISION_NONE && v->phase != PHASE_ENDED;
    case WHILE_OPEN:
        return v->phase != PHASE_ENDED;
    case ORDINARY:
        return !f->row.urgent && v->phase != PHASE_ENDED;
    case IN_GREEN_LANE:
        return f->row.urgent && v->phase != PHASE_ENDED;
    case BOOKED:
        return is_booked(f) && v->phase != PHASE_ENDED;
    }
    return false;
}

struct json *case_general_acts(struct desk *d, const struct case_file *f)
{
    struct request *req = d->req;
    struct json *list = json_array(req->arena);
    unsigned who = span_eq(f->party, SPAN("applicant")) ? OF_APPLICANT : OF_OFFICE;

    bool has_none = !f->party.n || case_of_counterparty(f);

    for (size_t i = 0; !has_none && i < COUNT_OF(general_acts); i++) {
        const struct general_act *g = &general_acts[i];
        struct span act = span_z(g->act);
        if (!(g->who & who) || !is_time(g, f) || procedure_act_index(f->procedure, act) != SIZE_MAX)
            continue;
        struct json *o = json_object(req->arena);
        JSON_SET(o, "act", json_string(req->arena, act));
        JSON_SET(o, "title", shape_text(req, general_title(req, act)));
        JSON_SET(o, "link",
                 shape_text(req, arena_print(req->arena, "%.*s/do/%s",
                                             SPAN_ARG(case_link(req, f->row.number)), g->act)));
        json_add(list, o);
    }
    return list;
}

/* ---- what such an act asks for: of people, places and times, those that there are ---- */

static int party_choices(struct desk *d, const struct case_file *f, struct json *list)
{
    for (size_t i = 0; i < f->procedure->party_count; i++)
        shape_option(d->req, list, f->procedure->parties[i].id,
                     words_in(f->procedure->parties[i].title, is_english(d->req)),
                     span_eq(f->procedure->parties[i].id, f->party));
    return 0;
}

static int organisation_choices(struct desk *d, const struct case_file *f, struct json *list)
{
    struct organisation_row *rows = NULL;
    size_t n = 0;
    int r =
        organisation_list(d->office.store, d->req->arena, date_today(), &rows, &n, &d->res->err);

    UNUSED(f);
    for (size_t i = 0; r == 0 && i < n; i++)
        shape_option(d->req, list, rows[i].name, rows[i].name, false);
    return r;
}

static int account_choices(struct desk *d, const struct case_file *f, struct json *list)
{
    struct case_holder *rows = NULL;
    size_t n = 0;
    int r = case_holders(d->req->arena, &d->office, d->who.organisation, &rows, &n, &d->res->err);

    UNUSED(f);
    for (size_t i = 0; r == 0 && i < n; i++)
        shape_option(d->req, list, rows[i].login,
                     arena_print(d->req->arena, "%.*s %.*s", SPAN_ARG(rows[i].login),
                                 SPAN_ARG(rows[i].name)),
                     false);
    return r;
}

static int slot_choices(struct desk *d, const struct case_file *f, struct json *list)
{
    struct visit_slot_query q = {
        .case_id = f->row.id, .from = clock_now_ms(), .to = CASE_NO_DUE, .free_only = true};
    struct visit_slot *at = NULL;
    size_t n = 0;
    int r = visit_slots(d->req->arena, d->office.store, &q, &at, &n, &d->res->err);

    for (size_t i = 0; r == 0 && i < n; i++)
        shape_option(d->req, list, arena_print(d->req->arena, "%" PRId64, at[i].id),
                     arena_print(d->req->arena, "%.*s %.*s",
                                 SPAN_ARG(visit_say(d->req->arena, at[i].starts_at)),
                                 SPAN_ARG(at[i].place)),
                     false);
    return r;
}

static const struct {
    const char *input;
    int (*choices)(struct desk *, const struct case_file *, struct json *);
    bool only; /* without a choice it is not asked */
} chosen_inputs[] = {{"party", party_choices, true},
                     {"organisation", organisation_choices, false},
                     {"account", account_choices, false},
                     {"slot", slot_choices, true}};

static int add_input(struct desk *d, const struct case_file *f, const char *name, struct json *list)
{
    struct request *req = d->req;
    struct json *o = json_object(req->arena), *choices = json_array(req->arena);
    struct span key = arena_print(req->arena, "cases.input_%s", name);
    const struct span *sent = wire_find(&req->form, arena_print(req->arena, "set.%s", name));
    bool only = false;
    int r = 0;

    for (size_t i = 0; r == 0 && i < COUNT_OF(chosen_inputs); i++)
        if (strcmp(chosen_inputs[i].input, name) == 0) {
            r = chosen_inputs[i].choices(d, f, choices);
            only = chosen_inputs[i].only;
        }
    if (!choices || r < 0 || (only && !choices->n))
        return r;
    JSON_SET(o, "name", json_string(req->arena, span_z(name)));
    JSON_SET(o, "title", shape_text(req, request_say(req, key.p ? key.p : "", NULL)));
    JSON_SET(o, "value", shape_text(req, sent ? *sent : SPAN("")));
    JSON_SET(o, "has_choices", json_bool(req->arena, choices->n > 0));
    JSON_SET(o, "choices", choices);
    json_add(list, o);
    return 0;
}

int case_general_inputs(struct desk *d, const struct case_file *f, struct span act, bool *ret_known,
                        bool *ret_reason)
{
    const struct general_act *g = general_named(act);
    struct json *list = json_array(d->req->arena);
    int r = 0;

    for (size_t i = 0; r == 0 && g && i < COUNT_OF(g->inputs) && g->inputs[i]; i++) {
        bool slots = list && list->n && strcmp(g->inputs[i], "at") == 0;
        r = slots ? 0 : add_input(d, f, g->inputs[i], list); /* a slot says when */
    }
    JSON_SET(d->res->data, "inputs", list);
    *ret_reason = g && g->reason;
    *ret_known = g != NULL;
    return r;
}

/* ---- history ---- */

static struct span event_title(struct desk *d, const struct case_file *f, struct span act)
{
    static const struct {
        const char *prefix, *key;
    } kinds[] = {{"event:", "cases.event"}, {"sub:", "cases.sub"}, {"unopened:", "cases.unopened"}};

    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (span_starts(act, span_z(kinds[i].prefix))) {
            struct json *args = json_object(d->req->arena);
            JSON_SET(args, "name", shape_text(d->req, span_from(act, strlen(kinds[i].prefix))));
            return request_say(d->req, kinds[i].key, args);
        }
    return general_named(act) && procedure_act_index(f->procedure, act) == SIZE_MAX
               ? general_title(d->req, act)
               : happening_text(d->req->arena, f->procedure, act, is_english(d->req));
}

/* "2020-09-28 10:00" of "2020-09-28T10:00:00+08:00". */
static struct span minute_of(struct request *req, struct span at)
{
    return at.n < 16 ? at : arena_print(req->arena, "%.*s %.*s", 10, at.p, 5, at.p + 11);
}

/* What else was said with it: a letter, a note, an appointment, to whom it went. */
static struct json *event_details(struct request *req, const struct json *event)
{
    static const char *const keys[] = {"text",   "contents", "carrier",     "tracking", "cost",
                                       "booked", "place",    "assigned_to", "to",       "date",
                                       "remedy", "channel",  "part"};
    struct json *list = json_array(req->arena);

    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        struct span text = json_text(json_get(event, span_z(keys[i])));
        struct json *o = json_object(req->arena);
        if (!text.n)
            continue;
        if (strcmp(keys[i], "channel") == 0)
            text = say_id(req, "channel.", text);
        JSON_SET(o, "name", shape_text(req, say_id(req, "cases.said_", span_z(keys[i]))));
        JSON_SET(o, "value", shape_text(req, text));
        json_add(list, o);
    }
    return list;
}

struct json *case_history(struct desk *d, const struct case_file *f)
{
    struct request *req = d->req;
    struct json *list = json_array(req->arena);

    JSON_EACH(event, JSON_GET(case_json(req->arena, f, is_english(req)), "history"))
    {
        struct json *o = json_object(req->arena);
        bool own = span_eq(json_text(JSON_GET(event, "by")), SPAN("applicant"));
        JSON_SET(o, "title", shape_text(req, event_title(d, f, json_text(JSON_GET(event, "act")))));
        JSON_SET(o, "at", shape_text(req, minute_of(req, json_text(JSON_GET(event, "at")))));
        JSON_SET(o, "by_title", shape_text(req, json_text(JSON_GET(event, "by_title"))));
        JSON_SET(o, "organisation",
                 shape_text(req, own ? SPAN("") : json_text(JSON_GET(event, "organisation"))));
        JSON_SET(o, "delegated", json_bool(req->arena, JSON_GET(event, "delegated") != NULL));
        JSON_SET(o, "reason", shape_text(req, json_text(JSON_GET(event, "reason"))));
        JSON_SET(o, "details", event_details(req, event));
        json_add(list, o);
    }
    return list;
}
