/*
 * cases.c: cases in the browser: mine, one with everything about it, and the acts on it. What may
 * be done is what run_open says may be done; a page never decides.
 */
#include <inttypes.h>
#include <sodium.h>

#include "casework/case_events.h"
#include "policy/show_procedure.h"
#include "web/case_form.h"
#include "web/handlers.h"
#include "web/office.h"
#include "web/procedure_shape.h"

#define LIST_PAGE 50

static int go(struct desk *d, struct span path)
{
    return response_redirect(d->req, d->res, path);
}

/* ---- lines ---- */

/* A row of a list for who sees it only as a counterparty: what was decided is not his. */
static struct case_row row_for(const struct desk *d, const struct case_row *row)
{
    struct case_row seen = *row;

    if (d->who.roles == 1u << USER_COUNTERPARTY) {
        seen.has_amount = false;
        seen.decision = DECISION_NONE;
    }
    return seen;
}

struct json *case_line(struct desk *d, const struct case_row *all)
{
    struct request *req = d->req;
    const struct case_row seen = row_for(d, all), *row = &seen;
    struct json *o = case_row_json(req->arena, d->office.library, row, is_english(req));
    int64_t left = days_left(row->due_at);

    JSON_SET(o, "link", shape_text(req, case_link(req, row->number)));
    JSON_SET(o, "id", json_int(req->arena, row->id));
    if (row->has_amount)
        JSON_SET(o, "amount_say", shape_text(req, yuan_say(req, row->amount)));
    JSON_SET(o, "has_due", json_bool(req->arena, row->due_at != CASE_NO_DUE));
    JSON_SET(o, "due_on", shape_instant(req, row->due_at - 1));
    JSON_SET(o, "days_left", json_int(req->arena, left < 0 ? -left : left));
    JSON_SET(o, "is_late", json_bool(req->arena, left < 0));
    JSON_SET(o, "is_soon", json_bool(req->arena, left >= 0 && left <= 1));
    JSON_SET(o, "is_open", json_bool(req->arena, row->closed_at == 0));
    return o;
}

static int next_link(struct desk *d, const char *path, const struct case_row *rows, size_t n)
{
    struct request *req = d->req;

    if (n < LIST_PAGE)
        return 0;
    const struct case_row *last = &rows[n - 1];
    JSON_SET(
        d->res->data, "more",
        shape_text(req, arena_print(req->arena,
                                    "%s?after=%" PRId64 "&after_due=%" PRId64 "&after_urgent=%d",
                                    path, last->id, last->due_at, last->urgent)));
    return 0;
}

void case_page(struct request *req, struct case_query *q)
{
    q->after_id = request_value(req, "after")->number;
    q->after_due = request_value(req, "after_due")->number;
    q->after_urgent = request_value(req, "after_urgent")->truth;
    q->limit = LIST_PAGE;
}

int case_lines(struct desk *d, const struct case_query *q, const char *path)
{
    struct json *list = json_array(d->req->arena);
    struct case_row *rows = NULL;
    size_t n = 0;
    int r = case_list(d->req->arena, &d->office, q, &rows, &n, &d->res->err);

    for (size_t i = 0; r == 0 && i < n; i++)
        json_add(list, case_line(d, &rows[i]));
    JSON_SET(d->res->data, "cases", list);
    JSON_SET(d->res->data, "none", json_bool(d->req->arena, n == 0));
    return r < 0 ? r : next_link(d, path, rows, n);
}

/* "My cases": of the enterprise acted for; of who works in an office those on his desk. */
int cases_mine(struct request *req, struct response *res, void *app)
{
    struct desk d;
    struct case_query q = {.phase = PHASES};
    int r = office_open(req, res, app, &d);

    if (r != 0)
        return r;
    case_page(req, &q);
    if (d.who.subject_id)
        q.subject_id = d.who.subject_id;
    else
        q.handler = d.who.account_id;
    JSON_SET(res->data, "for_subject", json_bool(req->arena, d.who.subject_id != 0));
    r = case_lines(&d, &q, "/cases");
    res->template = "cases";
    res->title = "cases.mine";
    return r < 0 ? r : 200;
}

/* ---- one case ---- */

static int open_case(struct request *req, struct response *res, void *app, struct desk *d,
                     struct case_file **ret)
{
    struct case_row row;
    int r = office_open(req, res, app, d);

    if (r != 0)
        return r;
    r = case_find(req->arena, &d->office, request_param(req, "number"), &row, &res->err);
    if (r == 0)
        r = case_open(req->arena, &d->office, &d->who, row.id, ret, &res->err);
    return r;
}

static struct json *act_line(struct desk *d, const struct case_file *f, struct span id,
                             struct span title)
{
    struct request *req = d->req;
    struct json *o = json_object(req->arena);

    JSON_SET(o, "act", shape_text(req, id));
    JSON_SET(o, "title", shape_text(req, title));
    JSON_SET(o, "link",
             shape_text(req, arena_print(req->arena, "%.*s/do/%.*s",
                                         SPAN_ARG(case_link(req, f->row.number)), SPAN_ARG(id))));
    return o;
}

static void add_acts(struct desk *d, const struct case_file *f)
{
    struct request *req = d->req;
    struct json *now = json_array(req->arena), *not_now = json_array(req->arena);

    for (size_t i = 0; i < f->procedure->act_count; i++) {
        const struct act_view *a = &f->view->acts[i];
        struct json *o = act_line(d, f, a->act->id, words_in(a->act->title, is_english(req)));
        if (a->refusal == REFUSAL_NONE || a->refusal == REFUSAL_MISSING ||
            a->refusal == REFUSAL_REASON) {
            json_add(now, o);
        } else if (a->refusal != REFUSAL_STATE && a->refusal != REFUSAL_ACTOR) {
            JSON_SET(o, "why", shape_word(req, &refusal_words[a->refusal]));
            json_add(not_now, o);
        }
    }
    JSON_SET(d->res->data, "acts", now);
    JSON_SET(d->res->data, "has_acts", json_bool(req->arena, now && now->n > 0));
    JSON_SET(d->res->data, "not_now", not_now);
    JSON_SET(d->res->data, "has_not_now", json_bool(req->arena, not_now && not_now->n > 0));
    JSON_SET(d->res->data, "general", case_general_acts(d, f));
}

/* A limit that a field gives, with its figure in this case. */
static struct span limit_of_case(struct desk *d, const struct case_file *f,
                                 const struct limit *limit)
{
    bool english = is_english(d->req);

    for (size_t i = 0; limit->amount.text.n && i < f->procedure->field_count; i++) {
        const struct field_view *v = &f->view->fields[i];
        char text[DECIMAL_PLAIN];
        if (!v->there || v->value.kind != VALUE_NUMBER ||
            !span_eq(f->procedure->fields[i].name, limit->amount.text))
            continue;
        size_t n = decimal_plain(v->value.number, text, sizeof text);
        return arena_print(d->req->arena, english ? "%.*s %.*s" : "%.*s%.*s", (int)n, text,
                           SPAN_ARG(words_in(limit_unit_words[limit->unit].title, english)));
    }
    return limit_text(d->req->arena, limit, english);
}

static struct json *clock_line(struct desk *d, const struct case_file *f,
                               const struct clock_view *c)
{
    struct request *req = d->req;
    struct json *o = clock_shape(req, f->procedure, c->clock);
    int64_t left = c->left < 0 ? -c->left : c->left;

    bool over = c->state == CLOCK_LAPSED && c->clock->lapse == LAPSE_PASSES;
    struct json *state = shape_word(req, &clock_state_words[c->state]);

    if (over) /* a term that had to run out, such as of publicity */
        JSON_SET(state, "title", shape_text(req, request_say(req, "cases.clock_over", NULL)));
    JSON_SET(o, "state", state);
    JSON_SET(o, "limit", shape_text(req, limit_of_case(d, f, &c->clock->limit)));
    JSON_SET(o, "tag",
             json_string(req->arena, over                        ? SPAN("off")
                                     : c->late                   ? SPAN("no")
                                     : c->state == CLOCK_RUNNING ? SPAN("info")
                                     : c->state == CLOCK_STOPPED ? SPAN("maybe")
                                     : c->state == CLOCK_ENDED   ? SPAN("yes")
                                                                 : SPAN("off")));
    JSON_SET(o, "due_on", c->has_due ? shape_instant(req, c->due - 1) : json_null(req->arena));
    JSON_SET(o, "running", json_bool(req->arena, c->state == CLOCK_RUNNING && c->has_due));
    JSON_SET(o, "is_late", json_bool(req->arena, c->left < 0));
    JSON_SET(o, "left", json_int(req->arena, left));
    JSON_SET(o, "used", json_int(req->arena, c->used));
    JSON_SET(o, "whole", json_int(req->arena, c->used + (c->left > 0 ? c->left : 0)));
    JSON_SET(
        o, "unit",
        shape_text(req, words_in(limit_unit_words[c->clock->limit.unit].title, is_english(req))));
    shape_set(req, o, "day", case_clock_day(req->arena, f, c, is_english(req)));
    JSON_SET(o, "why",
             shape_text(req, c->why.n
                                 ? happening_text(req->arena, f->procedure, c->why, is_english(req))
                                 : c->why));
    return o;
}

static void add_clocks(struct desk *d, const struct case_file *f)
{
    struct json *list = json_array(d->req->arena);

    for (size_t i = 0; i < f->procedure->clock_count; i++)
        if ((f->view->clocks[i].state != CLOCK_WAITING || f->procedure->clocks[i].from.expr) &&
            case_sees_clock(f, f->procedure->clocks[i].owner))
            json_add(list, clock_line(d, f, &f->view->clocks[i]));
    JSON_SET(d->res->data, "clocks", list);
    JSON_SET(d->res->data, "has_clocks", json_bool(d->req->arena, list && list->n > 0));
}

static bool is_office(const struct case_file *f)
{
    return f->party.n && !span_eq(f->party, SPAN("applicant"));
}

/* The parts of one thing, and the whole that a part belongs to (S101). */
static int add_parts(struct desk *d, const struct case_file *f)
{
    struct case_query q = {.phase = PHASES, .parent_id = f->row.id, .limit = LIST_PAGE};
    struct json *list = json_array(d->req->arena);
    struct case_row *rows = NULL;
    size_t n = 0;
    int r = case_of_counterparty(f)
                ? 0
                : case_list(d->req->arena, &d->office, &q, &rows, &n, &d->res->err);

    for (size_t i = 0; r == 0 && i < n; i++)
        json_add(list, case_line(d, &rows[i]));
    JSON_SET(d->res->data, "parts", list);
    JSON_SET(d->res->data, "has_parts", json_bool(d->req->arena, n > 0));
    return r;
}

/* What the rules say and what else the applicant has had is the offices' to weigh. */
static bool reviews(const struct case_file *f)
{
    return is_office(f) && !case_of_counterparty(f);
}

int cases_show(struct request *req, struct response *res, void *app)
{
    struct case_file *f = NULL;
    struct desk d;
    int r = open_case(req, res, app, &d, &f);

    if (r != 0)
        return r;
    const struct case_row seen = case_row_seen(f);
    if (req->wants_json)
        JSON_SET(res->data, "case", case_json(req->arena, f, is_english(req)));
    JSON_SET(res->data, "history", case_history(&d, f));
    JSON_SET(res->data, "library", shape_text(req, f->row.library));
    JSON_SET(
        res->data, "library_short",
        shape_text(req, span_of(f->row.library.p, f->row.library.n < 12 ? f->row.library.n : 12)));
    JSON_SET(res->data, "line", case_line(&d, &seen));
    JSON_SET(res->data, "title", shape_text(req, words_in(f->procedure->title, is_english(req))));
    JSON_SET(res->data, "guide", shape_text(req, guide_link(req, f->procedure)));
    JSON_SET(res->data, "link", shape_text(req, case_link(req, f->row.number)));
    JSON_SET(res->data, "is_office", json_bool(req->arena, is_office(f)));
    JSON_SET(res->data, "reviews", json_bool(req->arena, reviews(f)));
    JSON_SET(res->data, "paused",
             json_bool(req->arena, f->view->paused && !case_of_counterparty(f)));
    JSON_SET(res->data, "may_trail",
             json_bool(req->arena, reviews(f) || actor_is(&d.who, USER_AUDITOR)));
    add_acts(&d, f);
    add_clocks(&d, f);
    case_papers_shape(&d, f);
    case_fields_shape(&d, f);
    r = case_of_counterparty(f) ? 0 : case_bars(&d, f->row.subject_id, f->procedure);
    if (r == 0 && reviews(f))
        r = case_review(&d, f);
    if (r == 0 && reviews(f))
        r = case_panels(&d, f);
    if (r == 0)
        r = add_parts(&d, f);
    res->template = "case";
    return r < 0 ? r : 200;
}

/* ---- beginning ---- */

static int show_new(struct desk *d, struct span procedure, int status)
{
    struct request *req = d->req;
    const struct procedure *p = procedure_find(d->office.library, procedure, NULL);
    struct json *data = d->res->data;
    struct span key = request_form_text(req, "key");

    if (!p)
        return err_set(&d->res->err, E_NOT_FOUND, "没有这个事项");
    if (!key.n)
        key = arena_print(req->arena, "web-%" PRId64 "-%08x%08x%08x%08x", d->who.account_id,
                          randombytes_random(), randombytes_random(), randombytes_random(),
                          randombytes_random());
    JSON_SET(data, "procedure", shape_text(req, p->id));
    JSON_SET(data, "title", shape_text(req, words_in(p->title, is_english(req))));
    JSON_SET(data, "plain", shape_text(req, words_in(p->plain, is_english(req))));
    JSON_SET(data, "guide", shape_text(req, guide_link(req, p)));
    JSON_SET(data, "signed_in", json_bool(req->arena, d->who.account_id != 0));
    JSON_SET(data, "has_subject", json_bool(req->arena, d->who.subject_id != 0));
    JSON_SET(data, "is_window", json_bool(req->arena, actor_is(&d->who, USER_WINDOW)));
    JSON_SET(data, "key", shape_text(req, key));
    d->res->template = "case_new";
    int r = case_bars(d, d->who.subject_id, p);
    return r < 0 ? r : status;
}

int cases_new(struct request *req, struct response *res, void *app)
{
    struct desk d;
    int r = office_open(req, res, app, &d);

    return r != 0 ? r : show_new(&d, request_param(req, "procedure"), 200);
}

/* What was refused is said beside the form that asked; the rest is an error page, or JSON. */
static int refuse_new(struct desk *d, struct span procedure, int r)
{
    struct json *args = json_object(d->req->arena);
    bool of_code = !d->who.subject_id && (r == E_INPUT || r == E_NOT_FOUND);

    if (d->req->wants_json ||
        (r != E_INPUT && r != E_NOT_FOUND && r != E_CONFLICT && r != E_CHECK && r != E_FORBIDDEN))
        return r;
    JSON_SET(args, "detail",
             json_string(d->req->arena, arena_copy(d->req->arena, span_z(d->res->err.message))));
    request_error(d->req, of_code ? "code" : "item", "cases.failed", args);
    d->res->err = (struct err)ERR_INIT;
    return show_new(d, procedure, err_http(r));
}

static int subject_for(struct desk *d, struct case_start *start)
{
    struct subject_row row;
    struct span code = request_text(d->req, "code");
    int r;

    if (!d->who.subject_id) {
        start->subject_kind = span_eq(request_text(d->req, "subject_kind"), PERSON_KIND.kind)
                                  ? PERSON_KIND.kind
                                  : ENTERPRISE_KIND.kind;
        start->subject_code = code;
        return code.n ? 0 : err_set(&d->res->err, E_INPUT, "请填写为哪个企业办理");
    }
    r = subject_get(d->req->arena, d->office.store, d->who.subject_id, &row, &d->res->err);
    start->subject_kind = row.kind;
    start->subject_code = row.code;
    return r;
}

int cases_begin(struct request *req, struct response *res, void *app)
{
    struct case_start start = {0};
    struct case_file *f = NULL;
    struct desk d;
    int64_t id = 0;
    int r = office_open(req, res, app, &d);

    if (r != 0)
        return r;
    start.procedure = request_text(req, "procedure");
    start.item = request_text(req, "item");
    start.key = request_text(req, "key");
    r = subject_for(&d, &start);
    if (r == 0)
        r = case_begin(req->arena, &d.office, &d.who, &start, &id, &res->err);
    if (r == 0)
        r = case_open(req->arena, &d.office, &d.who, id, &f, &res->err);
    return r < 0 ? refuse_new(&d, start.procedure, r) : go(&d, case_link(req, f->row.number));
}

/* ---- acting ---- */

int cases_form(struct request *req, struct response *res, void *app)
{
    struct case_file *f = NULL;
    struct desk d;
    int r = open_case(req, res, app, &d, &f);

    return r != 0 ? r : case_form_show(&d, f, request_param(req, "act"), 200);
}

/* The same page again, with what the rules said against it; what was typed stays in the form. */
static int refuse(struct desk *d, struct case_file *f, struct span act, enum refusal refusal,
                  const struct json *data)
{
    struct json *args = json_object(d->req->arena);
    struct err err = d->res->err;
    bool told = refusal == REFUSAL_MISSING && case_form_lacks(d, f, act, data);

    JSON_SET(args, "why",
             shape_text(d->req, words_in(refusal_words[refusal].title, is_english(d->req))));
    JSON_SET(args, "detail",
             json_string(d->req->arena, arena_copy(d->req->arena, span_z(err.message))));
    if (!told)
        request_error(d->req, "act", refusal == REFUSAL_NONE ? "cases.failed" : "cases.refused",
                      args);
    d->res->err = (struct err)ERR_INIT;
    return case_form_show(d, f, act, err_http(err.code));
}

int cases_do(struct request *req, struct response *res, void *app)
{
    struct case_file *f = NULL, *after = NULL;
    struct case_act act = {.act = request_param(req, "act")};
    struct json *data = NULL;
    enum refusal refusal = REFUSAL_NONE;
    struct desk d;
    int r = open_case(req, res, app, &d, &f);

    if (r != 0)
        return r;
    act.key = request_text(req, "key");
    act.party = request_text(req, "party");
    act.seen = request_value(req, "seen")->number;
    r = case_form_read(&d, f, &data);
    act.data = data;
    if (r == 0)
        r = case_do(req->arena, &d.office, &d.who, f->row.id, &act, &after, &refusal, &res->err);
    if (r < 0 && !req->wants_json && r != E_MEMORY && r != E_FORBIDDEN)
        return refuse(&d, f, act.act, refusal, data);
    if (r < 0)
        return r;
    if (req->wants_json) {
        JSON_SET(res->data, "case", case_json(req->arena, after, is_english(req)));
        return 200;
    }
    request_flash(req, "cases.done", NULL);
    return go(&d, after ? case_link(req, f->row.number) : SPAN("/desk"));
}

/* ---- papers ---- */

int papers_open(struct request *req, struct response *res, void *app)
{
    struct paper_row row;
    struct desk d;
    struct span bytes;
    int r = office_open(req, res, app, &d);

    if (r == 0)
        r = paper_open(req->arena, &d.office, &d.who, request_value(req, "id")->number, &row,
                       &bytes, &res->err);
    if (r != 0)
        return r;
    res->body = bytes;
    res->type = "application/octet-stream"; /* never shown as a page of ours */
    res->filename =
        arena_print(req->arena, "paper-%" PRId64 "%.*s", row.id, SPAN_ARG(paper_suffix(row.name)))
            .p;
    return 200;
}
