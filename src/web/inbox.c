/*
 * inbox.c: 消息: what the program has told the account that looks, newest first, and marking it
 * read.
 */
#include <inttypes.h>

#include "jobs/outbox.h"
#include "web/handlers.h"
#include "web/office.h"
#include "web/shape.h"

#define INBOX_PAGE 50

static struct span for_account(struct request *req)
{
    return arena_print(req->arena, "%" PRId64, req->actor.account_id);
}

/* In the language of the page where there is a text in it. */
static struct span choose(struct request *req, struct span zh, struct span en)
{
    return (is_english(req) && en.n) || !zh.n ? en : zh;
}

static struct json *message_shape(struct request *req, const struct message_row *m)
{
    struct json *o = json_object(req->arena);
    char at[DATE_TEXT];
    struct span when = span_of(at, clock_print(m->created_at, at));

    JSON_SET(o, "id", json_int(req->arena, m->id));
    JSON_SET(o, "subject", shape_text(req, choose(req, m->subject_zh, m->subject_en)));
    JSON_SET(o, "text", shape_text(req, choose(req, m->text_zh, m->text_en)));
    JSON_SET(o, "at",
             shape_text(req, arena_print(req->arena, "%.*s %.*s", 10, when.p, 5, when.p + 11)));
    JSON_SET(o, "is_new", json_bool(req->arena, m->read_at == 0));
    JSON_SET(o, "link",
             shape_text(req, span_eq(m->object_kind, SPAN("case")) ? case_link(req, m->object)
                             : span_eq(m->object_kind, SPAN("voucher"))
                                 ? shape_link(req, "vouchers", m->object)
                                 : SPAN("")));
    return o;
}

int inbox_show(struct request *req, struct response *res, void *app)
{
    struct message_filter filter = {.channel = SPAN("inbox"),
                                    .to = for_account(req),
                                    .before = request_value(req, "before")->number,
                                    .most = INBOX_PAGE};
    struct json *list = json_array(req->arena);
    struct message_row *rows = NULL;
    struct desk d;
    size_t n = 0;
    int r = office_open(req, res, app, &d);

    if (r == 0)
        r = message_list(d.office.store, req->arena, &filter, &rows, &n, &res->err);
    if (r < 0)
        return r;
    for (size_t i = 0; i < n; i++)
        json_add(list, message_shape(req, &rows[i]));
    JSON_SET(res->data, "messages", list);
    JSON_SET(res->data, "none", json_bool(req->arena, n == 0));
    if (n == INBOX_PAGE)
        JSON_SET(
            res->data, "more",
            shape_text(req, arena_print(req->arena, "/inbox?before=%" PRId64, rows[n - 1].id)));
    res->template = "inbox";
    res->title = "inbox.title";
    return 200;
}

struct read_call {
    struct request *req;
    int64_t id; /* 0 = all of the first page */
};

static int read_within(struct store *s, void *context, struct err *err)
{
    const struct read_call *c = context;
    struct message_filter filter = {.channel = SPAN("inbox"),
                                    .to = for_account(c->req),
                                    .unread = true,
                                    .id = c->id,
                                    .most = INBOX_PAGE};
    struct message_row *rows = NULL;
    size_t n = 0;
    int r = message_list(s, c->req->arena, &filter, &rows, &n, err);

    for (size_t i = 0; r == 0 && i < n; i++)
        r = message_mark_read(s, c->req->actor.account_id, rows[i].id, err);
    return r;
}

int inbox_read(struct request *req, struct response *res, void *app)
{
    struct read_call c = {req, request_value(req, "id")->number};
    struct desk d;
    int r = office_open(req, res, app, &d);

    if (r == 0)
        r = store_write(d.office.store, read_within, &c, &res->err);
    return r < 0 ? r : response_redirect(req, res, SPAN("/inbox"));
}
