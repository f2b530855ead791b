/*
 * lists.c: lists of names that an office keeps, in the browser (docs/registers.md): who stands on
 * one as of a day and why, for anybody, with persons masked; proposing, examining, publishing,
 * adjusting, removing, objecting and answering for whom it concerns.
 */
#include <inttypes.h>

#include "casework/registers.h"
#include "identity/audit.h"
#include "identity/masking.h"
#include "web/handlers.h"
#include "web/lists.h"
#include "web/office.h"
#include "web/shape.h"

#define LINES 500

static const struct actor the_public = {.name = {"public", 6}};

static bool is_staff(const struct actor *who)
{
    return actor_is(who, USER_HANDLER) || actor_is(who, USER_REVIEWER) ||
           actor_is(who, USER_PUBLISHER) || actor_is(who, USER_AUDITOR) ||
           actor_is(who, USER_ADMINISTRATOR);
}

static int find_list(struct desk *d, const struct library_register **ret)
{
    struct span name = request_param(d->req, "name");
    const struct library_register *r = map_get(&d->office.library->register_by_name, name);

    if (r && r->kept != REGISTER_TABLE) {
        *ret = r;
        return 0;
    }
    return err_set(&d->res->err, E_NOT_FOUND, "没有这份名单：%.*s", SPAN_ARG(name));
}

static struct span entry_link(struct request *req, struct span list, int64_t id)
{
    return arena_print(req->arena, "%.*s/entries/%" PRId64,
                       SPAN_ARG(shape_link(req, "registers", list)), id);
}

/* ---- what is shown of an entry ---- */

static bool is_person(const struct register_entry *e)
{
    return span_eq(e->subject_kind, SPAN("person"));
}

/* The name that the entry gives, else the one that the store keeps of an enterprise. */
static struct span name_of(struct desk *d, const struct register_entry *e)
{
    struct err err = ERR_INIT;
    struct subject_row row;

    if (e->name.n || !e->subject_code.n || is_person(e) ||
        subject_find(d->req->arena, d->office.store, e->subject_kind, e->subject_code, &row,
                     &err) != 0)
        return e->name;
    return row.name;
}

/* An enterprise or a thing by its name; a person as the role may see it. */
static struct span shown(struct desk *d, const struct register_entry *e, enum mask_kind kind)
{
    struct span text = kind == MASK_NAME ? name_of(d, e) : e->subject_code;
    bool own = false;

    if (!text.n || !is_person(e) || mask_sees(&d->who, kind, own))
        return text;
    return mask_text(d->req->arena, kind, text);
}

static struct json *effects_of(struct request *req, unsigned effects)
{
    static const char *const keys[] = {"list.no_application", "list.early_repayment",
                                       "list.later_payment"};
    struct json *list = json_array(req->arena);

    for (size_t i = 0; i < COUNT_OF(keys); i++)
        if (effects >> i & 1)
            json_add(list, shape_text(req, request_say(req, keys[i], NULL)));
    return list;
}

/* What holds until another notice has no day. */
static void set_last_day(struct request *req, struct json *o, struct span day)
{
    bool open = span_eq(day, SPAN(REGISTER_UNTIL_NOTICE));
    shape_set(req, o, "to", open ? request_say(req, "list.until_notice", NULL) : day);
}

static struct json *entry_line(struct desk *d, const struct register_entry *e)
{
    struct request *req = d->req;
    struct json *o = json_object(req->arena);
    struct span name = shown(d, e, MASK_NAME), code = shown(d, e, MASK_IDENTITY);

    JSON_SET(o, "id", json_int(req->arena, e->id));
    JSON_SET(o, "link", shape_text(req, entry_link(req, e->name_of_list, e->id)));
    JSON_SET(o, "say", shape_text(req, name.n ? name : code));
    if (name.n)
        shape_set(req, o, "code", code);
    JSON_SET(o, "state", shape_word(req, &register_state_words[e->state]));
    shape_set(req, o, "tier", e->tier);
    shape_set(req, o, "from", e->from_day);
    set_last_day(req, o, e->to_day);
    JSON_SET(o, "objected", json_bool(req->arena, e->objected));
    JSON_SET(o, "effects", effects_of(req, e->effects));
    JSON_SET(o, "has_effects", json_bool(req->arena, e->effects != 0));
    return o;
}

/* Looking at persons in the clear is written down. */
static int log_look(struct desk *d, const struct register_entry *at, size_t n)
{
    const struct audit_entry e = {AUDIT_READ,
                                  SPAN("register.list"),
                                  SPAN("register"),
                                  n ? at[0].name_of_list : SPAN(""),
                                  {NULL, 0}};
    bool clear = false;

    for (size_t i = 0; i < n; i++)
        clear = clear || is_person(&at[i]);
    clear =
        clear && (mask_sees(&d->who, MASK_NAME, false) || mask_sees(&d->who, MASK_IDENTITY, false));
    return clear ? audit_add_alone(d->office.store, &d->who, &e, &d->res->err) : 0;
}

/* ---- one list ---- */

static struct span reason_of(const struct register_entry *e)
{
    struct span reason = {"", 0};
    for (size_t i = 0; i < e->event_count; i++)
        if (e->events[i].step == REGISTER_STEP_PROPOSE || e->events[i].step == REGISTER_STEP_REMOVE)
            reason = e->events[i].reason;
    return reason;
}

static int add_entries(struct desk *d, const struct register_query *q, const char *name)
{
    struct json *list = json_array(d->req->arena);
    struct register_entry *at = NULL;
    size_t n = 0;
    int r = register_list(d->req->arena, d->office.store, q, &at, &n, &d->res->err);

    if (r == 0)
        r = log_look(d, at, n);
    for (size_t i = 0; i < n && r == 0; i++) {
        struct register_entry full;
        struct json *o = entry_line(d, &at[i]);
        r = register_get(d->req->arena, d->office.store, at[i].id, &full, &d->res->err);
        if (r == 0)
            shape_set(d->req, o, "reason", reason_of(&full));
        json_add(list, o);
    }
    json_set(d->res->data, span_z(name), list);
    json_set(d->res->data, arena_print(d->req->arena, "has_%s", name),
             json_bool(d->req->arena, n > 0));
    return r;
}

/* What waits for somebody: only the office sees it. */
static int add_waiting(struct desk *d, struct span name)
{
    static const struct {
        enum register_state state;
        const char *name;
    } rows[] = {{REGISTER_STATE_PROPOSED, "proposed"}, {REGISTER_STATE_APPROVED, "approved"}};
    int r = 0;

    for (size_t i = 0; i < COUNT_OF(rows) && r == 0; i++) {
        const struct register_query q = {
            .name_of_list = name, .has_state = true, .state = rows[i].state, .limit = LINES};
        r = add_entries(d, &q, rows[i].name);
    }
    return r;
}

static void add_list(struct desk *d, const struct library_register *reg)
{
    static const char *const keys[] = {"", "list.white", "list.black", "list.key", "list.record"};
    struct request *req = d->req;
    struct json *o = json_object(req->arena);
    int64_t months = 0;

    JSON_SET(o, "name", shape_text(req, reg->name));
    JSON_SET(o, "link", shape_text(req, shape_link(req, "registers", reg->name)));
    JSON_SET(o, "kind", shape_text(req, request_say(req, keys[reg->kept], NULL)));
    JSON_SET(o, "keeper", shape_text(req, reg->keeper));
    JSON_SET(o, "effects", effects_of(req, reg->effects));
    JSON_SET(o, "has_effects", json_bool(req->arena, reg->effects != 0));
    if (reg->has_months && decimal_to_int(reg->months, &months))
        JSON_SET(o, "months", json_int(req->arena, months));
    shape_set(req, o, "fact", reg->fact);
    const struct library_document *doc =
        reg->source_document.n ? map_get(&d->office.library->document_by_id, reg->source_document)
                               : NULL;
    if (doc)
        JSON_SET(d->res->data, "cites", shape_citation(req, d->app, doc, reg->source_clause));
    JSON_SET(d->res->data, "list", o);
    JSON_SET(d->res->data, "title", shape_text(req, words_in(reg->title, is_english(req))));
}

static bool may_propose(const struct actor *who)
{
    return actor_is(who, USER_HANDLER) || actor_is(who, USER_REVIEWER) ||
           actor_is(who, USER_PUBLISHER);
}

static int show_list(struct desk *d)
{
    struct register_query q = {.limit = LINES};
    const struct library_register *reg = NULL;
    char day[DATE_TEXT];
    int r = find_list(d, &reg);

    if (r < 0)
        return r;
    add_list(d, reg);
    q.name_of_list = reg->name;
    q.day = arena_copy(d->req->arena, span_of(day, date_print(d->req->as_of, day)));
    r = add_entries(d, &q, "entries");
    JSON_SET(d->res->data, "is_staff", json_bool(d->req->arena, is_staff(&d->who)));
    if (r == 0 && is_staff(&d->who))
        r = add_waiting(d, reg->name);
    if (r == 0 && is_staff(&d->who))
        r = batches_of_list(d, reg->name);
    JSON_SET(d->res->data, "may_propose", json_bool(d->req->arena, may_propose(&d->who)));
    d->res->template = "list";
    return r;
}

int list_show_again(struct desk *d)
{
    return show_list(d);
}

int lists_show(struct request *req, struct response *res, void *app)
{
    struct desk d;
    int r = office_open(req, res, app, &d);

    if (r == 0)
        r = show_list(&d);
    return r < 0 ? r : 200;
}

/* ---- refusals: what was typed stays ---- */

int list_status(int r)
{
    return r == E_FORBIDDEN ? 403 : r == E_CONFLICT ? 409 : 422;
}

/* Whether a page can show it; else the code itself is the answer. */
bool list_is_refusal(const struct request *req, int r)
{
    return !req->wants_json && (r == E_FORBIDDEN || r == E_CONFLICT || r == E_INPUT ||
                                r == E_LIMIT || r == E_NOT_FOUND);
}

void list_say_refusal(struct desk *d, int r, const char *field)
{
    const char *key = r == E_FORBIDDEN  ? "list.forbidden"
                      : r == E_CONFLICT ? "list.conflict"
                                        : "list.refused";
    struct json *args = json_object(d->req->arena);

    JSON_SET(args, "detail",
             json_string(d->req->arena, arena_copy(d->req->arena, span_z(d->res->err.message))));
    request_error(d->req, d->res->err.field ? d->res->err.field : field, key, args);
    d->res->err = (struct err)ERR_INIT;
}

int lists_propose(struct request *req, struct response *res, void *app)
{
    struct register_new x = {.name_of_list = request_param(req, "name"),
                             .subject_kind = request_text(req, "kind"),
                             .subject_code = request_text(req, "code"),
                             .name = request_text(req, "title"),
                             .tier = request_text(req, "tier"),
                             .reason = request_text(req, "reason"),
                             .cites = request_text(req, "cites"),
                             .case_number = SPAN("")};
    struct desk d;
    int64_t id = 0;
    int again, r = office_open(req, res, app, &d);

    if (r < 0)
        return r;
    if (!x.subject_kind.n)
        x.subject_kind = SPAN("enterprise");
    if (!req->errors)
        r = register_propose(req->arena, d.office.store, d.office.library, &d.who, &x, &id,
                             &res->err);
    if (r == 0 && !req->errors) {
        request_flash(req, "list.proposed_done", NULL);
        return response_redirect(req, res, entry_link(req, x.name_of_list, id));
    }
    if (r < 0 && !list_is_refusal(req, r))
        return r;
    if (r < 0)
        list_say_refusal(&d, r,
                         r == E_CONFLICT                ? "code"
                         : x.subject_code.n || x.name.n ? "reason"
                                                        : "code");
    again = show_list(&d);
    return again < 0 ? again : r < 0 ? list_status(r) : 422;
}

/* ---- one entry ---- */

static struct json *event_shape(struct desk *d, const struct register_event *x)
{
    struct request *req = d->req;
    struct json *o = json_object(req->arena);

    JSON_SET(o, "title",
             shape_text(req, words_in(register_step_words[x->step].title, is_english(req))));
    JSON_SET(o, "at", shape_moment(req, x->at));
    shape_set(req, o, "from", x->from_day);
    set_last_day(req, o, x->to_day);
    shape_set(req, o, "tier", x->tier);
    shape_set(req, o, "reason", x->reason);
    shape_set(req, o, "basis", x->cites);
    shape_set(req, o, "organisation", x->organisation);
    if (is_staff(&d->who))
        shape_set(req, o, "by",
                  span_eq(x->actor, the_public.name) ? request_say(req, "list.public", NULL)
                                                     : shape_actor(req, x->actor));
    return o;
}

struct entry_step {
    const char *word; /* as forms send it */
    enum register_step step;
    unsigned states, roles;
    bool objected;
};
#define IN(state) (1u << REGISTER_STATE_##state)
static const struct entry_step entry_steps[] = {
    {"approve", REGISTER_STEP_APPROVE, IN(PROPOSED), WHO(REVIEWER), false},
    {"refuse", REGISTER_STEP_REFUSE, IN(PROPOSED) | IN(APPROVED), WHO(REVIEWER), false},
    {"publish", REGISTER_STEP_PUBLISH, IN(APPROVED), WHO(PUBLISHER), false},
    {"adjust", REGISTER_STEP_ADJUST, IN(PUBLISHED), WHO(REVIEWER), false},
    {"keep", REGISTER_STEP_KEEP, IN(PUBLISHED), WHO(REVIEWER), true},
    {"remove", REGISTER_STEP_REMOVE, IN(PUBLISHED), WHO(REVIEWER) | WHO(PUBLISHER), false},
    {"object", REGISTER_STEP_OBJECT, IN(PUBLISHED), WHO(AGENT) | WHO(WINDOW), false},
};

static void add_steps(struct desk *d, const struct register_entry *e)
{
    for (size_t i = 0; i < COUNT_OF(entry_steps); i++) {
        const struct entry_step *x = &entry_steps[i];
        bool may = (x->states >> e->state & 1) && (!x->objected || e->objected) &&
                   (d->who.program || (d->who.roles & x->roles));
        if (x->step == REGISTER_STEP_OBJECT && !d->who.account_id)
            may = (x->states >> e->state & 1) && !e->objected;
        json_set(d->res->data, arena_print(d->req->arena, "may_%s", x->word),
                 json_bool(d->req->arena, may));
    }
}

/* The public sees what was published, never what was only proposed or refused. */
static int find_entry(struct desk *d, struct register_entry *ret)
{
    const struct library_register *reg = NULL;
    int r = find_list(d, &reg);

    if (r == 0)
        r = register_get(d->req->arena, d->office.store, request_value(d->req, "id")->number, ret,
                         &d->res->err);
    if (r < 0)
        return r;
    if (!span_eq(ret->name_of_list, reg->name) || (!ret->from_day.n && !is_staff(&d->who)))
        return err_set(&d->res->err, E_NOT_FOUND, "名单中没有这一条");
    add_list(d, reg);
    return log_look(d, ret, 1);
}

static int show_entry(struct desk *d)
{
    struct json *events = json_array(d->req->arena);
    struct register_entry e;
    int r = find_entry(d, &e);

    if (r < 0)
        return r;
    for (size_t i = 0; i < e.event_count; i++)
        if (is_staff(&d->who) || e.events[i].step != REGISTER_STEP_REFUSE)
            json_add(events, event_shape(d, &e.events[i]));
    struct json *line = entry_line(d, &e);
    JSON_SET(d->res->data, "entry", line);
    JSON_SET(d->res->data, "events", events);
    JSON_SET(d->res->data, "is_staff", json_bool(d->req->arena, is_staff(&d->who)));
    if (e.case_number.n && is_staff(&d->who))
        JSON_SET(d->res->data, "case_link", shape_text(d->req, case_link(d->req, e.case_number)));
    shape_set(d->req, d->res->data, "case_number", e.case_number);
    add_steps(d, &e);
    d->res->template = "list_entry";
    return 0;
}

int lists_entry(struct request *req, struct response *res, void *app)
{
    struct desk d;
    int r = office_open(req, res, app, &d);

    if (r == 0)
        r = show_entry(&d);
    return r < 0 ? r : 200;
}

static int take_step(struct desk *d, int64_t id)
{
    struct request *req = d->req;
    struct register_change c = {.step = REGISTER_STEPS,
                                .from_day = request_text(req, "from"),
                                .to_day = request_text(req, "to"),
                                .tier = request_text(req, "tier"),
                                .reason = request_text(req, "reason"),
                                .cites = request_text(req, "cites")};

    for (size_t i = 0; i < COUNT_OF(entry_steps); i++)
        if (span_eq(request_text(req, "act"), span_z(entry_steps[i].word)))
            c.step = entry_steps[i].step;
    if (c.step == REGISTER_STEPS)
        return err_set(&d->res->err, E_INPUT, "没有这一步");
    if (!d->who.account_id && c.step != REGISTER_STEP_OBJECT)
        return err_set(&d->res->err, E_FORBIDDEN, "请先登录");
    return register_do(req->arena, d->office.store, d->office.library,
                       d->who.account_id ? &d->who : &the_public, id, &c, &d->res->err);
}

/* Where the error summary leads. */
static const char *field_of(const struct request *req)
{
    static const struct {
        const char *act, *field;
    } rows[] = {{"approve", "approve-reason"}, {"refuse", "refuse-reason"},
                {"publish", "from"},           {"adjust", "adjust-reason"},
                {"keep", "answer-reason"},     {"remove", "remove-reason"}};
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        if (span_eq(request_text(req, "act"), span_z(rows[i].act)))
            return rows[i].field;
    return "reason";
}

int lists_act(struct request *req, struct response *res, void *app)
{
    struct register_entry e;
    struct desk d;
    int again, r = office_open(req, res, app, &d);

    if (r == 0)
        r = find_entry(&d, &e);
    if (r < 0)
        return r;
    if (!req->errors)
        r = take_step(&d, e.id);
    if (r == 0 && !req->errors) {
        request_flash(req, "list.done", NULL);
        return response_redirect(req, res, entry_link(req, e.name_of_list, e.id));
    }
    if (r < 0 && !list_is_refusal(req, r))
        return r;
    if (r < 0)
        list_say_refusal(&d, r, field_of(req));
    JSON_SET(res->data, "tried", shape_text(req, request_text(req, "act")));
    again = show_entry(&d);
    return again < 0 ? again : r < 0 ? list_status(r) : 422;
}
