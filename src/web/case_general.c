/*
 * case_general.c: what every procedure knows without saying it: notes, letters, appointments,
 * who has the case; and the history of a case with a title for each step.
 */
#include "policy/show_procedure.h"
#include "web/case_form.h"
#include "web/procedure_shape.h"

enum general_who { OF_APPLICANT = 1, OF_OFFICE = 2 };
enum general_when { ALWAYS, WHILE_OPEN, IN_DRAFT, AT_OFFICE, UNDECIDED };
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
    {"take", OF_OFFICE, WHILE_OPEN, {NULL}, false},
    {"assign", OF_OFFICE, WHILE_OPEN, {"party", "account"}, false},
    {"transfer", OF_OFFICE, WHILE_OPEN, {"organisation"}, true},
    {"return", OF_OFFICE, WHILE_OPEN, {NULL}, true},
    {"note", OF_OFFICE, ALWAYS, {"text"}, false},
    {"mail-in", OF_OFFICE, ALWAYS, {"number", "contents"}, false},
    {"mail-out", OF_OFFICE, ALWAYS, {"number", "contents"}, false},
    {"book", OF_APPLICANT | OF_OFFICE, WHILE_OPEN, {"at"}, false},
};

static const struct general_act *general_named(struct span act)
{
    for (size_t i = 0; i < COUNT_OF(general_acts); i++)
        if (span_eq(act, span_z(general_acts[i].act)))
            return &general_acts[i];
    return NULL;
}

struct span general_title(struct request *req, struct span act)
{
    struct span key = arena_print(req->arena, "cases.act_%.*s", SPAN_ARG(act));
    char *p = key.p ? (char *)(uintptr_t)key.p : NULL;

    if (!general_named(act))
        return act;
    for (size_t i = 0; p && i < key.n; i++)
        if (p[i] == '-')
            p[i] = '_';
    return p ? request_say(req, p, NULL) : act;
}

static bool is_time(const struct general_act *g, const struct case_view *v)
{
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
    }
    return false;
}

struct json *case_general_acts(struct desk *d, const struct case_file *f)
{
    struct request *req = d->req;
    struct json *list = json_array(req->arena);
    unsigned who = span_eq(f->party, SPAN("applicant")) ? OF_APPLICANT : OF_OFFICE;

    for (size_t i = 0; f->party.n && i < COUNT_OF(general_acts); i++) {
        const struct general_act *g = &general_acts[i];
        struct span act = span_z(g->act);
        if (!(g->who & who) || !is_time(g, f->view) ||
            procedure_act_index(f->procedure, act) != SIZE_MAX)
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

bool case_general_inputs(struct desk *d, struct span act, bool *ret_reason)
{
    const struct general_act *g = general_named(act);
    struct request *req = d->req;
    struct json *list = json_array(req->arena);

    for (size_t i = 0; g && i < COUNT_OF(g->inputs) && g->inputs[i]; i++) {
        struct json *o = json_object(req->arena);
        struct span key = arena_print(req->arena, "cases.input_%s", g->inputs[i]);
        const struct span *sent =
            wire_find(&req->form, arena_print(req->arena, "set.%s", g->inputs[i]));
        JSON_SET(o, "name", json_string(req->arena, span_z(g->inputs[i])));
        JSON_SET(o, "title", shape_text(req, request_say(req, key.p ? key.p : "", NULL)));
        JSON_SET(o, "value", shape_text(req, sent ? *sent : SPAN("")));
        json_add(list, o);
    }
    JSON_SET(d->res->data, "inputs", list);
    *ret_reason = g && g->reason;
    return g != NULL;
}

/* ---- history ---- */

static struct span event_title(struct desk *d, const struct case_file *f, struct span act)
{
    static const struct {
        const char *prefix, *key;
    } kinds[] = {{"event:", "cases.event"}, {"sub:", "cases.sub"}};

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
        json_add(list, o);
    }
    return list;
}
