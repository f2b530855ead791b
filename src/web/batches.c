/*
 * batches.c: outside lists taken into a register, in the browser (docs/registers.md): a file is
 * tried or imported, its rows are compared with the register, a second person decides as a whole or
 * by row, a publisher publishes. For the office only; persons are masked as the role may see them.
 */
#include <inttypes.h>

#include "casework/register_batch.h"
#include "identity/audit.h"
#include "identity/masking.h"
#include "web/handlers.h"
#include "web/lists.h"
#include "web/shape.h"

#define ROWS_SHOWN 1000

static struct span batch_link(struct request *req, struct span list, int64_t id)
{
    return arena_print(req->arena, "%.*s/batches/%" PRId64,
                       SPAN_ARG(shape_link(req, "registers", list)), id);
}

/* ---- what is shown ---- */

static struct span shown(struct desk *d, const struct register_batch *b, enum mask_kind kind,
                         struct span text)
{
    if (!text.n || !span_eq(b->subject_kind, SPAN("person")) || mask_sees(&d->who, kind, false))
        return text;
    return mask_text(d->req->arena, kind, text);
}

static struct json *row_shape(struct desk *d, const struct register_batch *b,
                              const struct register_row *x)
{
    struct request *req = d->req;
    struct json *o = json_object(req->arena);
    struct span name = shown(d, b, MASK_NAME, x->name), code = shown(d, b, MASK_IDENTITY, x->code);

    JSON_SET(o, "row", json_int(req->arena, x->seq));
    if (x->line)
        JSON_SET(o, "line", json_int(req->arena, x->line));
    JSON_SET(o, "say", shape_text(req, name.n ? name : code));
    if (name.n)
        shape_set(req, o, "code", code);
    JSON_SET(o, "change", shape_word(req, &register_row_words[x->change]));
    if (x->verdict != REGISTER_VERDICT_NONE)
        JSON_SET(o, "verdict", shape_word(req, &register_verdict_words[x->verdict]));
    JSON_SET(o, "waits", json_bool(req->arena, x->verdict == REGISTER_VERDICT_WAITING));
    shape_set(req, o, "tier", x->tier);
    shape_set(req, o, "from", x->from_day);
    shape_set(req, o, "to", x->to_day);
    shape_set(req, o, "reason", x->reason);
    shape_set(req, o, "what", x->what);
    shape_set(req, o, "problem", x->problem);
    shape_set(req, o, "hint", x->hint);
    if (x->entry_id)
        JSON_SET(
            o, "entry_link",
            shape_text(req, arena_print(req->arena, "%.*s/entries/%" PRId64,
                                        SPAN_ARG(shape_link(req, "registers", b->name_of_list)),
                                        x->entry_id)));
    return o;
}

static struct json *counts_shape(struct desk *d, const struct register_batch *b)
{
    struct json *list = json_array(d->req->arena);

    for (size_t i = 0; i < REGISTER_ROW_CHANGES; i++) {
        struct json *o = shape_word(d->req, &register_row_words[i]);
        JSON_SET(o, "n", json_int(d->req->arena, (int64_t)b->counts[i]));
        if (b->counts[i] || i == REGISTER_ROW_BAD)
            json_add(list, o);
    }
    return list;
}

static struct json *head_shape(struct desk *d, const struct register_batch *b)
{
    struct request *req = d->req;
    struct json *o = json_object(req->arena);

    JSON_SET(o, "id", json_int(req->arena, b->id));
    JSON_SET(o, "tried", json_bool(req->arena, b->id == 0));
    JSON_SET(o, "list", shape_text(req, b->name_of_list));
    JSON_SET(o, "list_link", shape_text(req, shape_link(req, "registers", b->name_of_list)));
    JSON_SET(o, "link", shape_text(req, batch_link(req, b->name_of_list, b->id)));
    JSON_SET(o, "source", shape_text(req, b->source));
    JSON_SET(o, "list_day", shape_text(req, b->list_day));
    JSON_SET(o, "at", shape_moment(req, b->at));
    JSON_SET(o, "by", shape_text(req, shape_actor(req, b->actor)));
    shape_set(req, o, "organisation", b->organisation);
    shape_set(req, o, "file", b->file);
    shape_set(req, o, "unread", b->unread);
    JSON_SET(o, "part", json_bool(req->arena, b->part));
    JSON_SET(o, "waiting", json_int(req->arena, (int64_t)b->waiting));
    JSON_SET(o, "to_publish", json_int(req->arena, (int64_t)b->to_publish));
    JSON_SET(o, "counts", counts_shape(d, b));
    return o;
}

static int log_look(struct desk *d, const struct register_batch *b)
{
    const struct audit_entry e = {
        AUDIT_READ, SPAN("register.list"), SPAN("register"), b->name_of_list, {NULL, 0}};
    bool clear = span_eq(b->subject_kind, SPAN("person")) &&
                 (mask_sees(&d->who, MASK_NAME, false) || mask_sees(&d->who, MASK_IDENTITY, false));

    return clear ? audit_add_alone(d->office.store, &d->who, &e, &d->res->err) : 0;
}

static int show(struct desk *d, const struct register_batch *b)
{
    struct request *req = d->req;
    struct json *rows = json_array(req->arena), *data = d->res->data;
    int r = log_look(d, b);
    size_t n = 0, same = b->counts[REGISTER_ROW_SAME];

    if (r < 0)
        return r;
    for (size_t i = 0; i < b->n && n < ROWS_SHOWN; i++)
        if (b->rows[i].change != REGISTER_ROW_SAME) {
            json_add(rows, row_shape(d, b, &b->rows[i]));
            n++;
        }
    JSON_SET(data, "batch", head_shape(d, b));
    shape_list(req, data, "rows", rows);
    JSON_SET(data, "is_cut", json_bool(req->arena, n + same < b->n));
    JSON_SET(data, "may_decide",
             json_bool(req->arena, b->id && b->waiting && actor_is(&d->who, USER_REVIEWER)));
    JSON_SET(data, "may_publish",
             json_bool(req->arena, b->id && b->to_publish && actor_is(&d->who, USER_PUBLISHER)));
    d->res->template = "batch";
    d->res->title = "batch.title";
    return 0;
}

static int find(struct desk *d, struct register_batch *ret)
{
    int r = register_batch_get(d->req->arena, d->office.store, request_value(d->req, "id")->number,
                               ret, &d->res->err);

    if (r == 0 && !span_eq(ret->name_of_list, request_param(d->req, "name")))
        r = err_set(&d->res->err, E_NOT_FOUND, "没有这一批");
    return r;
}

int batches_show(struct request *req, struct response *res, void *app)
{
    struct register_batch b;
    struct desk d;
    int r = office_open(req, res, app, &d);

    if (r == 0)
        r = find(&d, &b);
    if (r == 0)
        r = show(&d, &b);
    return r < 0 ? r : 200;
}

/* The batches of a list, for its page: what was taken in, from whom, of which day. */
int batches_of_list(struct desk *d, struct span list)
{
    struct json *lines = json_array(d->req->arena);
    struct register_batch *at = NULL;
    size_t n = 0;
    int r = register_batch_list(d->req->arena, d->office.store, list, &at, &n, &d->res->err);

    for (size_t i = 0; i < n && r == 0; i++)
        json_add(lines, head_shape(d, &at[i]));
    shape_list(d->req, d->res->data, "batches", lines);
    return r;
}

/* ---- a file ---- */

static const struct upload *uploaded(const struct request *req)
{
    for (size_t i = 0; i < req->uploads.n; i++)
        if (span_eq(req->uploads.at[i].field, SPAN("file")) && req->uploads.at[i].bytes.n)
            return &req->uploads.at[i];
    return NULL;
}

static int import(struct desk *d, struct register_batch *ret)
{
    struct request *req = d->req;
    const struct upload *u = uploaded(req);
    struct span kind = request_text(req, "kind");
    const struct register_import x = {.name_of_list = request_param(req, "name"),
                                      .csv = u ? u->bytes : request_text(req, "text"),
                                      .file = {.subject_kind = kind.n ? kind : SPAN("enterprise"),
                                               .file = u ? u->name : SPAN("text")},
                                      .source = request_text(req, "source"),
                                      .list_day = request_text(req, "listed"),
                                      .reason = request_text(req, "reason"),
                                      .cites = request_text(req, "cites"),
                                      .part = request_value(req, "part")->truth,
                                      .dry = span_eq(request_text(req, "then"), SPAN("try"))};

    if (!x.csv.n)
        return err_set(&d->res->err, E_INPUT, "请选择名单文件（CSV）");
    return register_import(req->arena, d->office.store, d->office.library, &d->who, &x, ret,
                           &d->res->err);
}

int batches_import(struct request *req, struct response *res, void *app)
{
    struct register_batch b = {0};
    struct desk d;
    int again, r = office_open(req, res, app, &d);

    if (r < 0)
        return r;
    if (!req->errors)
        r = import(&d, &b);
    if (r == 0 && !req->errors && !b.id) {
        r = show(&d, &b);
        return r < 0 ? r : 200;
    }
    if (r == 0 && !req->errors) {
        request_flash(req, "batch.imported", NULL);
        return response_redirect(req, res, batch_link(req, b.name_of_list, b.id));
    }
    if (r < 0 && !list_is_refusal(req, r))
        return r;
    if (r < 0)
        list_say_refusal(&d, r, "file");
    again = list_show_again(&d);
    return again < 0 ? again : r < 0 ? list_status(r) : 422;
}

/* ---- deciding ---- */

static int chosen_rows(struct request *req, int64_t **ret, size_t *ret_n, struct err *err)
{
    size_t n = 0;

    for (const struct input *v = request_value(req, "row"); v && v->given; v = v->next)
        n++;
    *ret = n ? ARENA_ARRAY(req->arena, int64_t, n) : NULL;
    if (n && !*ret)
        return err_memory(err);
    *ret_n = 0;
    for (const struct input *v = request_value(req, "row"); v && v->given; v = v->next)
        (*ret)[(*ret_n)++] = v->number;
    return n ? 0 : err_set(err, E_INPUT, "请先勾选要审核的行");
}

static int act(struct desk *d, int64_t id, size_t *ret_done)
{
    struct request *req = d->req;
    struct span what = request_text(req, "act");
    struct register_verdict_given g = {.agree = !span_starts(what, SPAN("refuse")),
                                       .reason = request_text(req, "reason")};
    int64_t *rows = NULL;
    int r = 0;

    if (span_eq(what, SPAN("publish")))
        return register_batch_publish(req->arena, d->office.store, d->office.library, &d->who, id,
                                      request_text(req, "from"), ret_done, &d->res->err);
    if (!span_ends(what, SPAN("-all")))
        r = chosen_rows(req, &rows, &g.n, &d->res->err);
    g.rows = rows;
    return r < 0 ? r
                 : register_batch_decide(req->arena, d->office.store, d->office.library, &d->who,
                                         id, &g, ret_done, &d->res->err);
}

int batches_act(struct request *req, struct response *res, void *app)
{
    struct json *args = json_object(req->arena);
    struct register_batch b;
    struct desk d;
    size_t done = 0;
    int again, r = office_open(req, res, app, &d);

    if (r == 0)
        r = find(&d, &b);
    if (r < 0)
        return r;
    if (!req->errors)
        r = act(&d, b.id, &done);
    if (r == 0 && !req->errors) {
        JSON_SET(args, "n", json_int(req->arena, (int64_t)done));
        request_flash(req, "batch.done", args);
        return response_redirect(req, res, batch_link(req, b.name_of_list, b.id));
    }
    if (r < 0 && !list_is_refusal(req, r))
        return r;
    if (r < 0)
        list_say_refusal(&d, r, "batch-reason");
    again = show(&d, &b);
    return again < 0 ? again : r < 0 ? list_status(r) : 422;
}
