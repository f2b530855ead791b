/*
 * guides.c: 办事指南: every procedure of the library, and one with all a person asks before he
 * begins: who, what papers, how long, what follows, by which clause (S074).
 */
#include "casework/case_windows.h"
#include "casework/diagram.h"
#include "casework/specialists.h"
#include "policy/show_procedure.h"
#include "web/handlers.h"
#include "web/procedure_shape.h"

static bool contains(struct span hay, struct span needle)
{
    return needle.n == 0 || span_find(hay, needle) != SIZE_MAX;
}

static bool wanted(struct request *req, const struct procedure *p)
{
    struct span q = request_text(req, "q"), region = request_text(req, "region"),
                kind = request_text(req, "kind");

    return (contains(p->title.zh, q) || contains(p->title.en, q) || contains(p->plain.zh, q) ||
            contains(p->id, q)) &&
           (!region.n || region_within(p->region, region) || region_within(region, p->region)) &&
           (!kind.n || span_eq(kind, procedure_kind_words[p->kind].yaml));
}

static struct json *guide_line(struct request *req, const struct procedure *p)
{
    struct json *o = json_object(req->arena);
    bool english = is_english(req);

    JSON_SET(o, "id", shape_text(req, p->id));
    JSON_SET(o, "link", shape_text(req, guide_link(req, p)));
    JSON_SET(o, "title", shape_text(req, words_in(p->title, english)));
    JSON_SET(o, "plain", shape_text(req, words_in(p->plain, english)));
    JSON_SET(o, "kind", shape_word(req, &procedure_kind_words[p->kind]));
    JSON_SET(o, "region", shape_text(req, p->region));
    JSON_SET(o, "authority", shape_text(req, p->authority));
    return o;
}

static struct json *kind_options(struct request *req)
{
    struct json *list = json_array(req->arena);

    for (int i = 0; i < PROCEDURE_KINDS; i++)
        shape_option(req, list, procedure_kind_words[i].yaml,
                     words_in(procedure_kind_words[i].title, is_english(req)),
                     span_eq(request_text(req, "kind"), procedure_kind_words[i].yaml));
    return list;
}

static bool goes_by(const struct procedure *p, const char *channel)
{
    for (size_t i = 0; i < p->channel_count; i++)
        if (span_eq(p->channels[i], span_z(channel)))
            return true;
    return false;
}

static bool at_counter_only(const struct procedure *p)
{
    return p->channel_count == 1 && goes_by(p, "counter");
}

/* The directory in figures (S074): how many items, of which online, without a visit, free ... */
static struct json *directory_counts(struct request *req, const struct library *l)
{
    size_t online = 0, no_visit = 0, phone = 0, post = 0;
    struct json *o = json_object(req->arena);

    for (size_t i = 0; i < l->procedure_count; i++) {
        const struct procedure *p = l->procedures[i];
        online += goes_by(p, "online") || goes_by(p, "app");
        no_visit += p->channel_count && !at_counter_only(p);
        phone += goes_by(p, "phone");
        post += goes_by(p, "mail") || goes_by(p, "email");
    }
    JSON_SET(o, "all", json_int(req->arena, (int64_t)l->procedure_count));
    JSON_SET(o, "online", json_int(req->arena, (int64_t)online));
    JSON_SET(o, "no_visit", json_int(req->arena, (int64_t)no_visit));
    JSON_SET(o, "phone", json_int(req->arena, (int64_t)phone));
    JSON_SET(o, "post", json_int(req->arena, (int64_t)post));
    return o;
}

int guides_list(struct request *req, struct response *res, void *context)
{
    const struct app *app = context;
    struct json *list = json_array(req->arena);

    for (size_t i = 0; i < app->library->procedure_count; i++)
        if (wanted(req, app->library->procedures[i]))
            json_add(list, guide_line(req, app->library->procedures[i]));
    JSON_SET(res->data, "procedures", list);
    JSON_SET(res->data, "count", json_int(req->arena, list ? (int64_t)list->n : 0));
    JSON_SET(res->data, "none", json_bool(req->arena, list && list->n == 0));
    JSON_SET(res->data, "counts", directory_counts(req, app->library));
    JSON_SET(res->data, "kinds", kind_options(req));
    res->template = "guides";
    res->title = "guide.title";
    return 200;
}

/* ---- one procedure ---- */

static struct json *step_shape(struct request *req, const struct procedure *p,
                               const struct procedure_act *act)
{
    struct json *o = json_object(req->arena), *who = json_array(req->arena);
    size_t to = procedure_state_index(p, act->to);
    bool english = is_english(req);

    JSON_SET(o, "title", shape_text(req, words_in(act->title, english)));
    for (size_t i = 0; i < act->who_count; i++)
        json_add(who, shape_text(req, actor_title(p, act->who[i], english)));
    JSON_SET(o, "who", who);
    JSON_SET(o, "to",
             shape_text(req, to == SIZE_MAX ? (struct span){"", 0}
                                            : words_in(p->states[to].title, english)));
    JSON_SET(o, "cites", shape_text(req, act->cites));
    JSON_SET(o, "decides", json_bool(req->arena, act->decision != DECISION_NONE));
    return o;
}

static struct json *conditions_shape(struct request *req, const struct procedure *p)
{
    struct json *list = json_array(req->arena);

    for (size_t i = 0; i < p->act_count; i++)
        for (size_t k = 0; k < p->acts[i].condition_count; k++) {
            const struct condition *c = &p->acts[i].conditions[k];
            struct json *o = json_object(req->arena);
            struct span text = words_in(c->text, is_english(req));
            JSON_SET(o, "act", shape_text(req, words_in(p->acts[i].title, is_english(req))));
            JSON_SET(o, "text", shape_text(req, text.n ? text : test_say(req, c->test.text)));
            JSON_SET(o, "cites", shape_text(req, c->cites));
            json_add(list, o);
        }
    return list;
}

static struct json *fields_shape(struct request *req, const struct procedure *p)
{
    struct json *list = json_array(req->arena);

    for (size_t i = 0; i < p->field_count; i++) {
        const struct procedure_field *f = &p->fields[i];
        if (field_of_others(p, f->name, SPAN("applicant")))
            continue;
        struct json *o = json_object(req->arena);
        JSON_SET(o, "title", shape_text(req, field_title(req, f)));
        JSON_SET(o, "unit", shape_text(req, f->unit));
        JSON_SET(o, "required", json_bool(req->arena, f->required));
        JSON_SET(o, "known", json_bool(req->arena, f->fact != NULL));
        json_add(list, o);
    }
    return list;
}

static void add_word(struct request *req, struct json *list, struct span name, struct span value,
                     bool silent)
{
    struct json *o = json_object(req->arena);
    JSON_SET(o, "name", shape_text(req, name));
    JSON_SET(o, "value", shape_text(req, value));
    JSON_SET(o, "silent", json_bool(req->arena, silent));
    json_add(list, o);
}

/* What the definition says in words beside the rest, and where the text is silent. */
static struct json *words_shape(struct request *req, const struct procedure *p)
{
    struct json *list = json_array(req->arena);
    bool english = is_english(req);
    struct span channels = channels_text(req->arena, p, english);

    if (channels.n)
        add_word(req, list, request_say(req, "guide.channels", NULL), channels, false);
    for (size_t i = 0; i < GUIDE_WORDS; i++) {
        struct span text = guide_text(p, &guide_words[i], english);
        if (text.n)
            add_word(req, list, words_in(guide_words[i].word.title, english), text,
                     !json_get(p->guide, guide_words[i].word.yaml));
    }
    return list;
}

static struct json *parties_shape(struct request *req, const struct procedure *p)
{
    struct json *list = json_array(req->arena);

    for (size_t i = 0; i < p->party_count; i++) {
        const struct party *party = &p->parties[i];
        struct json *o = json_object(req->arena);
        JSON_SET(o, "title", shape_text(req, words_in(party->title, is_english(req))));
        JSON_SET(o, "kind", shape_word(req, &actor_words[party->kind]));
        JSON_SET(o, "organisation", shape_text(req, party->organisation));
        JSON_SET(o, "decides", json_bool(req->arena, party_decides(p, party)));
        JSON_SET(o, "cites", shape_text(req, party->cites));
        json_add(list, o);
    }
    return list;
}

static struct json *notes_shape(struct request *req, const struct procedure *p)
{
    struct json *list = json_array(req->arena);

    for (size_t i = 0; i < p->note_count; i++)
        json_add(list, shape_text(req, words_in(p->notes[i], is_english(req))));
    return list;
}

static struct json *measures_shape(struct request *req, const struct procedure *p)
{
    struct json *list = json_array(req->arena);

    for (size_t i = 0; i < p->measure_count; i++) {
        struct json *o = json_object(req->arena);
        JSON_SET(o, "link", shape_text(req, shape_measure_link(req, p->measures[i])));
        JSON_SET(o, "title", shape_text(req, words_in(p->measures[i]->title, is_english(req))));
        json_add(list, o);
    }
    return list;
}

static struct span last_moment(struct request *req, const struct call_window *w)
{
    char text[DATE_TEXT];
    size_t n = date_print(w->to, text);

    if (w->hour == 24)
        return arena_copy(req->arena, span_of(text, n));
    return arena_print(req->arena, "%.*s %02d:%02d", (int)n, text, w->hour, w->minute);
}

/* Who helps with this item today (项目专员一览表, S100). */
static int add_helpers(struct request *req, struct response *res, struct store *s,
                       const struct procedure *p)
{
    char today[DATE_TEXT];
    const struct specialist_query q = {.has_kind = true,
                                       .kind = SPECIALIST_HELPER,
                                       .procedure = p->id,
                                       .day = span_of(today, date_print(date_today(), today))};
    struct json *list = json_array(req->arena);
    struct specialist *at = NULL;
    size_t n = 0;
    int r = specialist_list(req->arena, s, &q, &at, &n, &res->err);

    for (size_t i = 0; r == 0 && i < n; i++) {
        struct json *o = json_object(req->arena);
        shape_set(req, o, "name", at[i].name);
        shape_set(req, o, "organisation", at[i].organisation);
        shape_set(req, o, "contact", at[i].contact);
        json_add(list, o);
    }
    shape_list(req, res->data, "helpers", list);
    return r;
}

/* Planned, open, extended by a notice, closed, until further notice (S075). */
static int add_window(struct request *req, struct response *res, const struct app *app,
                      const struct procedure *p)
{
    struct call_window w;
    struct store *s = NULL;
    struct json *o = json_object(req->arena);
    int r = app->pool ? store_pool_lend(app->pool, req->arena, &s, &res->err) : 0;

    if (r == 0)
        r = window_look(req->arena, s, app->library, p, &w, &res->err);
    if (r < 0)
        return r;
    JSON_SET(o, "title", shape_text(req, words_in(call_words[w.state].title, is_english(req))));
    JSON_SET(o, "tag",
             json_string(req->arena, w.state == CALL_CLOSED    ? SPAN("no")
                                     : w.state == CALL_PLANNED ? SPAN("maybe")
                                                               : SPAN("yes")));
    JSON_SET(o, "from", w.has_from ? shape_date(req, w.from) : json_null(req->arena));
    JSON_SET(o, "to", w.has_to ? shape_text(req, last_moment(req, &w)) : json_null(req->arena));
    JSON_SET(o, "document", shape_text(req, w.document));
    JSON_SET(o, "reason", shape_text(req, w.reason));
    JSON_SET(res->data, "call", o);
    return s ? add_helpers(req, res, s, p) : 0;
}

/* How often, how many, in which directions; again after a refusal (S075, S080). */
static void add_call_limits(struct request *req, struct response *res, const struct procedure *p)
{
    struct json *args = json_object(req->arena), *o = json_object(req->arena);
    size_t field = procedure_field_index(p, p->window_directions);
    struct buffer out = BUFFER_INIT;

    JSON_SET(args, "n", json_int(req->arena, p->window_times));
    JSON_SET(args, "m", json_int(req->arena, p->window_quota));
    if (p->window_times)
        shape_set(req, o, "times", request_say(req, "guide.times_say", args));
    if (p->window_quota)
        shape_set(
            req, o, "quota",
            request_say(req, p->window_waits ? "guide.quota_waits" : "guide.quota_full", args));
    if (field != SIZE_MAX && p->fields[field].has_in_list)
        value_text(&out, p->fields[field].in_list);
    if (!buffer_failed(&out))
        shape_set(req, o, "directions", arena_copy(req->arena, buffer_span(&out)));
    buffer_release(&out);
    if (p->reapply_cites.n)
        shape_set(
            req, o, "reapply",
            request_say(req, p->may_reapply ? "guide.reapply_yes" : "guide.reapply_no", NULL));
    shape_set(req, o, "cites", p->window_cites);
    shape_set(req, o, "reapply_cites", p->reapply_cites);
    JSON_SET(res->data, "limits", o);
}

static int fill_guide(struct request *req, struct response *res, const struct app *app,
                      const struct procedure *p)
{
    struct json *steps = json_array(req->arena), *clocks = json_array(req->arena),
                *materials = json_array(req->arena);
    struct span svg = {"", 0};
    int r = procedure_svg(req->arena, p, is_english(req), &svg, &res->err);

    for (size_t i = 0; i < p->act_count; i++)
        json_add(steps, step_shape(req, p, &p->acts[i]));
    for (size_t i = 0; i < p->clock_count; i++)
        json_add(clocks, clock_shape(req, p, &p->clocks[i]));
    for (size_t i = 0; i < p->material_count; i++)
        json_add(materials, material_shape(req, &p->materials[i]));
    JSON_SET(res->data, "procedure", guide_line(req, p));
    JSON_SET(res->data, "title", shape_text(req, words_in(p->title, is_english(req))));
    JSON_SET(res->data, "applicant", shape_word(req, &role_words[p->applicant]));
    JSON_SET(res->data, "always",
             json_bool(req->arena, !p->window_from.expr && !p->window_to.expr));
    JSON_SET(res->data, "from", shape_text(req, p->window_from.text));
    JSON_SET(res->data, "to", shape_text(req, p->window_to.text));
    add_call_limits(req, res, p);
    if (r == 0)
        r = add_window(req, res, app, p);
    if (p->document)
        JSON_SET(res->data, "citation", shape_citation(req, app, p->document, p->cites));
    JSON_SET(res->data, "diagram", shape_text(req, svg));
    shape_list(req, res->data, "steps", steps);
    shape_list(req, res->data, "clocks", clocks);
    shape_list(req, res->data, "materials", materials);
    shape_list(req, res->data, "fields", fields_shape(req, p));
    shape_list(req, res->data, "conditions", conditions_shape(req, p));
    shape_list(req, res->data, "words", words_shape(req, p));
    shape_list(req, res->data, "parties", parties_shape(req, p));
    shape_list(req, res->data, "notes", notes_shape(req, p));
    shape_list(req, res->data, "measures", measures_shape(req, p));
    res->template = "guide";
    return r < 0 ? r : 200;
}

int guides_show(struct request *req, struct response *res, void *context)
{
    const struct app *app = context;
    struct span nearest = {NULL, 0};
    const struct procedure *p = procedure_find(app->library, request_param(req, "id"), &nearest);

    if (p)
        return fill_guide(req, res, app, p);
    err_set(&res->err, E_NOT_FOUND, "没有这个事项");
    if (nearest.n)
        err_hint(&res->err, "是不是 %.*s？", SPAN_ARG(nearest));
    return E_NOT_FOUND;
}
