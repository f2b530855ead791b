/*
 * specialists.c: 专员与专家 in the browser: the lists, and on the page of a case what experts gave,
 * with the forms to draw, replace and score.
 */
#include "casework/specialists.h"

#include "web/case_form.h"
#include "web/handlers.h"
#include "web/shape.h"

#define KEEPERS (WHO(HANDLER) | WHO(REVIEWER) | WHO(ADMINISTRATOR))

/* ---- the lists ---- */

/* Titles of the items that a helper helps with. */
static struct span items_say(struct desk *d, struct span list)
{
    struct buffer out = BUFFER_INIT;
    struct span rest = list, part, copy;

    while (list.n && span_split(&rest, ';', &part)) {
        const struct procedure *p = procedure_find(d->office.library, span_trim(part), NULL);
        if (out.n)
            buffer_add_z(&out, "；");
        buffer_add(&out, p ? words_in(p->title, is_english(d->req)) : span_trim(part));
    }
    copy = buffer_failed(&out) ? list : arena_copy(d->req->arena, buffer_span(&out));
    buffer_release(&out);
    return copy;
}

static struct json *person_line(struct desk *d, const struct specialist *x)
{
    struct request *req = d->req;
    struct json *o = json_object(req->arena);
    const struct {
        const char *key;
        struct span text;
    } texts[] = {{"name", x->name},           {"organisation", x->organisation},
                 {"field", x->field},         {"items", items_say(d, x->procedure)},
                 {"contact", x->contact},     {"since", x->since},
                 {"until", x->until},         {"cites", x->cites},
                 {"away_from", x->away_from}, {"away_to", x->away_to}};

    JSON_SET(o, "id", json_int(req->arena, x->id));
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        shape_set(req, o, texts[i].key, texts[i].text);
    JSON_SET(o, "kind_title",
             shape_text(req, words_in(specialist_words[x->kind].title, is_english(req))));
    JSON_SET(o, "any_item", json_bool(req->arena, x->kind == SPECIALIST_HELPER && !x->procedure.n));
    return o;
}

static int show_list(struct desk *d, int status)
{
    struct specialist_query q = {.procedure = request_text(d->req, "procedure")};
    struct json *list = json_array(d->req->arena);
    struct specialist *at = NULL;
    size_t n = 0;
    int r = specialist_list(d->req->arena, d->office.store, &q, &at, &n, &d->res->err);

    for (size_t i = 0; r == 0 && i < n; i++)
        json_add(list, person_line(d, &at[i]));
    shape_list(d->req, d->res->data, "people", list);
    JSON_SET(d->res->data, "may_keep", json_bool(d->req->arena, (d->who.roles & KEEPERS) != 0));
    d->res->template = "specialists";
    d->res->title = "specialist.title";
    return r < 0 ? r : status;
}

int specialists_list(struct request *req, struct response *res, void *app)
{
    struct desk d;
    int r = office_open(req, res, app, &d);

    return r != 0 ? r : show_list(&d, 200);
}

static int64_t int_of(const struct request *req, const char *name)
{
    const struct input *v = request_value(req, name);
    return v->given ? v->number : 0;
}

static int add_one(struct desk *d)
{
    struct request *req = d->req;
    struct specialist x = {.kind = span_eq(request_text(req, "kind"), SPAN("expert"))
                                       ? SPECIALIST_EXPERT
                                       : SPECIALIST_HELPER,
                           .name = span_trim(request_text(req, "name")),
                           .organisation = span_trim(request_text(req, "organisation")),
                           .field = request_text(req, "field"),
                           .procedure = request_text(req, "items"),
                           .contact = request_text(req, "contact"),
                           .since = request_text(req, "from"),
                           .until = request_text(req, "to"),
                           .cites = request_text(req, "cites")};
    int64_t id = 0;

    return specialist_add(req->arena, d->office.store, &d->who, &x, &id, &d->res->err);
}

/* What was refused is said on the page that asked. */
static bool say_why(struct desk *d, int r)
{
    struct json *args = json_object(d->req->arena);

    if (d->req->wants_json || (r != E_CONFLICT && r != E_INPUT && r != E_NOT_FOUND))
        return false;
    JSON_SET(args, "detail",
             json_string(d->req->arena, arena_copy(d->req->arena, span_z(d->res->err.message))));
    request_error(d->req, "act", "money.refused", args);
    d->res->err = (struct err)ERR_INIT;
    return true;
}

int specialists_act(struct request *req, struct response *res, void *app)
{
    struct span act, from = request_text(req, "from"), to = request_text(req, "to");
    struct desk d;
    int r = office_open(req, res, app, &d);

    if (r != 0)
        return r;
    act = request_text(req, "act");
    if (span_eq(act, SPAN("add")))
        r = add_one(&d);
    else if (span_eq(act, SPAN("end")))
        r = specialist_end(req->arena, d.office.store, &d.who, int_of(req, "id"), to, &res->err);
    else
        r = specialist_away(req->arena, d.office.store, &d.who, int_of(req, "id"), from, to,
                            &res->err);
    if (r < 0 && say_why(&d, r))
        return show_list(&d, err_http(r));
    if (r < 0)
        return r;
    request_flash(req, "specialist.done", NULL);
    return response_redirect(req, res, SPAN("/specialists"));
}

/* ---- on a case ---- */

static struct span panel_link(struct request *req, struct span number)
{
    return arena_print(req->arena, "%.*s/panel", SPAN_ARG(case_link(req, number)));
}

static struct json *member_line(struct desk *d, const struct case_file *f, const struct json *panel,
                                const struct json *m, bool may)
{
    static const char *const keys[] = {"specialist", "name",   "organisation",
                                       "score",      "remark", "declined"};
    struct json *o = json_object(d->req->arena);

    for (size_t i = 0; i < COUNT_OF(keys); i++)
        shape_set(d->req, o, keys[i], json_text(json_get(m, span_z(keys[i]))));
    JSON_SET(o, "panel", shape_text(d->req, json_text(JSON_GET(panel, "panel"))));
    JSON_SET(o, "link", shape_text(d->req, panel_link(d->req, f->row.number)));
    JSON_SET(o, "may",
             json_bool(d->req->arena, may && !JSON_GET(m, "score") && !JSON_GET(m, "declined")));
    return o;
}

static struct json *panel_shape(struct desk *d, const struct case_file *f, const struct json *panel,
                                bool may)
{
    static const char *const keys[] = {"field", "seed", "reason", "actor", "mean", "at"};
    struct json *o = json_object(d->req->arena), *members = json_array(d->req->arena);

    for (size_t i = 0; i < COUNT_OF(keys); i++)
        shape_set(d->req, o, keys[i], json_text(json_get(panel, span_z(keys[i]))));
    JSON_EACH(m, JSON_GET(panel, "members"))
    json_add(members, member_line(d, f, panel, m, may));
    JSON_SET(o, "members", members);
    return o;
}

static bool may_judge(const struct desk *d, const struct case_file *f)
{
    return !f->row.closed_at && (d->who.roles & (WHO(HANDLER) | WHO(REVIEWER))) != 0;
}

int case_panels(struct desk *d, const struct case_file *f)
{
    struct json *all = NULL, *list = json_array(d->req->arena);
    bool may = may_judge(d, f);
    bool draws = may && (f->view->phase == PHASE_SUBMITTED || f->view->phase == PHASE_REVIEW);
    int r = panels_json(d->req->arena, d->office.store, f->row.id, &all, &d->res->err);

    if (r < 0)
        return r;
    JSON_EACH(p, all)
    json_add(list, panel_shape(d, f, p, may));
    shape_list(d->req, d->res->data, "panels", list);
    JSON_SET(d->res->data, "may_draw", json_bool(d->req->arena, draws));
    JSON_SET(d->res->data, "panels_here",
             json_bool(d->req->arena, draws || (all && all->first != NULL)));
    JSON_SET(d->res->data, "panel_link", shape_text(d->req, panel_link(d->req, f->row.number)));
    return 0;
}

static int draw(struct desk *d, int64_t case_id)
{
    struct request *req = d->req;
    struct panel_draw x = {.case_id = case_id,
                           .field = span_trim(request_text(req, "field")),
                           .wanted = int_of(req, "count"),
                           .avoid = request_text(req, "avoid"),
                           .reason = span_trim(request_text(req, "reason"))};
    int64_t id = 0;

    return panel_draw(req->arena, &d->office, &d->who, &x, &id, &d->res->err);
}

/* A panel named in the form has to be one of this case. */
static int is_of_case(struct desk *d, int64_t case_id, int64_t panel)
{
    struct json *all = NULL;
    int r = panels_json(d->req->arena, d->office.store, case_id, &all, &d->res->err);

    if (r < 0)
        return r;
    JSON_EACH(p, all)
    {
        struct decimal n;
        int64_t id = 0;
        if (decimal_parse(json_text(JSON_GET(p, "panel")), &n) && decimal_to_int(n, &id) &&
            id == panel)
            return 0;
    }
    return err_set(&d->res->err, E_NOT_FOUND, "这个办件没有这次抽取");
}

int case_panel(struct request *req, struct response *res, void *app)
{
    struct span act;
    struct case_row row;
    struct desk d;
    int r = office_open(req, res, app, &d);

    if (r == 0)
        r = case_find(req->arena, &d.office, request_param(req, "number"), &row, &res->err);
    if (r != 0)
        return r;
    act = request_text(req, "act");
    if (span_eq(act, SPAN("draw"))) {
        r = draw(&d, row.id);
    } else {
        r = is_of_case(&d, row.id, int_of(req, "panel"));
        if (r == 0 && span_eq(act, SPAN("score")))
            r = panel_score(req->arena, &d.office, &d.who, int_of(req, "panel"),
                            int_of(req, "specialist"), request_text(req, "score"),
                            request_text(req, "reason"), &res->err);
        else if (r == 0)
            r = panel_decline(req->arena, &d.office, &d.who, int_of(req, "panel"),
                              int_of(req, "specialist"), request_text(req, "reason"), &res->err);
    }
    if (r < 0)
        return r;
    request_flash(req, "specialist.done", NULL);
    return response_redirect(req, res, case_link(req, row.number));
}
