/*
 * money.c: 资金 in the browser: funds with balances, payments in batches made by one person and
 * approved by another, the bank's reply, and money claimed back.
 */
#include <inttypes.h>

#include "casework/clawback.h"
#include "casework/ledger.h"
#include "casework/money.h"
#include "casework/payments.h"
#include "policy/subjects.h"
#include "web/handlers.h"
#include "web/money.h"
#include "web/shape.h"

#define LINES     200
#define BAR_WIDTH 320

static struct json *yuan(struct request *req, int64_t fen)
{
    return shape_text(req, arena_print(req->arena, is_english(req) ? "%.*s yuan" : "%.*s 元",
                                       SPAN_ARG(yuan_say(req, fen))));
}

static struct span id_link(struct request *req, const char *folder, int64_t id)
{
    return arena_print(req->arena, "/%s/%" PRId64, folder, id);
}

struct json *fund_yuan(struct request *req, int64_t fen)
{
    return yuan(req, fen);
}

/* The word for a state or kind: keys money.state_NAME, money.kind_NAME. */
static struct json *word(struct request *req, const char *what, struct span name)
{
    struct span key = arena_print(req->arena, "money.%s_%.*s", what, SPAN_ARG(name));
    char *p = key.p ? (char *)(uintptr_t)key.p : NULL;

    for (size_t i = 0; p && i < key.n; i++)
        if (p[i] == '-')
            p[i] = '_';
    return shape_text(req, p && name.n ? request_say(req, p, NULL) : name);
}

/* ---- funds ---- */

/* What of the budget is reserved, on its way or paid, in hundredths. */
static int64_t used_share(const struct fund_balance *b)
{
    int64_t used = b->reserved + b->committed + b->paid;
    return b->budget > 0 ? used * 100 / b->budget : 0;
}

/* The part of the bar that an amount of the budget takes. */
static int64_t width_of(const struct fund_balance *b, int64_t fen)
{
    return b->budget > 0 && fen > 0 ? (fen < b->budget ? fen : b->budget) * BAR_WIDTH / b->budget
                                    : 0;
}

static struct json *fund_shape(struct desk *d, const struct fund *f, const struct fund_balance *b)
{
    struct request *req = d->req;
    struct json *o = fund_json(req->arena, f, b);
    int64_t share = used_share(b);

    JSON_SET(o, "code", shape_text(req, f->code));
    JSON_SET(o, "link", shape_text(req, shape_link(req, "funds", f->code)));
    JSON_SET(o, "order_word", shape_word(req, &fund_order_words[f->order]));
    JSON_SET(o, "is_hard", json_bool(req->arena, f->hard));
    JSON_SET(o, "budget_say", yuan(req, b->budget));
    JSON_SET(o, "reserved_say", yuan(req, b->reserved));
    JSON_SET(o, "committed_say", yuan(req, b->committed));
    JSON_SET(o, "paid_say", yuan(req, b->paid));
    JSON_SET(o, "claimed_say", yuan(req, b->claimed));
    JSON_SET(o, "recovered_say", yuan(req, b->recovered));
    JSON_SET(o, "free_say", yuan(req, b->free));
    JSON_SET(o, "share", json_int(req->arena, share));
    JSON_SET(o, "width", json_int(req->arena, width_of(b, b->reserved + b->committed + b->paid)));
    JSON_SET(o, "width_committed", json_int(req->arena, width_of(b, b->committed + b->paid)));
    JSON_SET(o, "width_paid", json_int(req->arena, width_of(b, b->paid)));
    JSON_SET(o, "alarm_70", json_bool(req->arena, share >= 70 && share < 90));
    JSON_SET(o, "alarm_90", json_bool(req->arena, share >= 90));
    return o;
}

static int load_fund(struct desk *d, struct span code, struct fund *f, struct json **ret)
{
    struct fund_balance b;
    int r = fund_load(d->req->arena, d->office.store, code, false, f, &d->res->err);

    if (r == 0)
        r = fund_balance(d->office.store, f->id, &b, &d->res->err);
    if (r == 0)
        *ret = fund_shape(d, f, &b);
    return r;
}

/* 先拨后补: what was paid first and still lacks its approval. */
static int add_owed(struct desk *d)
{
    struct json *list = json_array(d->req->arena);
    struct owed *at = NULL;
    size_t n = 0;
    int r = owed_list(d->req->arena, d->office.store, false, &at, &n, &d->res->err);

    for (size_t i = 0; r == 0 && i < n; i++) {
        struct json *o = json_object(d->req->arena);
        JSON_SET(o, "reservation", json_int(d->req->arena, at[i].reservation_id));
        JSON_SET(o, "fund", shape_text(d->req, at[i].fund));
        JSON_SET(o, "link", shape_text(d->req, shape_link(d->req, "funds", at[i].fund)));
        JSON_SET(o, "instruction", shape_text(d->req, at[i].instruction));
        JSON_SET(o, "amount", yuan(d->req, at[i].amount));
        JSON_SET(o, "since", shape_instant(d->req, at[i].since));
        JSON_SET(o, "days", json_int(d->req->arena, -days_left(at[i].since)));
        JSON_SET(o, "by", shape_text(d->req, at[i].actor));
        json_add(list, o);
    }
    shape_list(d->req, d->res->data, "owed", list);
    return r;
}

int funds_list(struct request *req, struct response *res, void *app)
{
    struct json *list = json_array(req->arena);
    struct span *codes = NULL;
    struct desk d;
    size_t n = 0;
    int r = office_open(req, res, app, &d);

    if (r == 0)
        r = fund_list(req->arena, d.office.store, &codes, &n, &res->err);
    for (size_t i = 0; r == 0 && i < n; i++) {
        struct json *o = NULL;
        struct fund f;
        r = load_fund(&d, codes[i], &f, &o);
        json_add(list, o);
    }
    if (r == 0)
        r = add_owed(&d);
    shape_list(d.req, res->data, "funds", list);
    res->template = "funds";
    res->title = "fund.title";
    return r < 0 ? r : 200;
}

/* The measure that the money is for; a procedure without one is a ground of its own. */
static struct json *ground_title(struct desk *d, struct span id)
{
    const struct measure *m = library_find(d->office.library, id, NULL);
    const struct procedure *p = m ? NULL : procedure_find(d->office.library, id, NULL);

    return shape_text(d->req, m   ? words_in(m->title, is_english(d->req))
                              : p ? words_in(p->title, is_english(d->req))
                                  : id);
}

static bool may_claim(const struct desk *d)
{
    return actor_is(&d->who, USER_FINANCE) || actor_is(&d->who, USER_REVIEWER);
}

static int add_reservations(struct desk *d, int64_t fund)
{
    struct reservation_query q = {.fund_id = fund, .limit = LINES};
    struct json *list = json_array(d->req->arena);
    struct reservation *at = NULL;
    size_t n = 0;
    int r = reservation_list(d->req->arena, d->office.store, &q, &at, &n, &d->res->err);

    for (size_t i = 0; r == 0 && i < n; i++) {
        struct json *o = reservation_json(d->req->arena, &at[i]);
        JSON_SET(o, "amount_say", yuan(d->req, at[i].amount));
        JSON_SET(
            o, "who",
            shape_text(d->req, at[i].subject_name.n ? at[i].subject_name : at[i].subject_code));
        JSON_SET(o, "measure_title", ground_title(d, at[i].ground.measure));
        JSON_SET(o, "state_word", word(d->req, "state", at[i].state));
        JSON_SET(o, "claim_link",
                 shape_text(d->req, arena_print(d->req->arena,
                                                "/clawbacks/new?reservation=%" PRId64, at[i].id)));
        JSON_SET(o, "may_claim",
                 json_bool(d->req->arena, span_eq(at[i].state, SPAN("paid")) && may_claim(d)));
        JSON_SET(o, "on", shape_text(d->req, at[i].reserved_on));
        json_add(list, o);
    }
    shape_list(d->req, d->res->data, "reservations", list);
    return r;
}

static int add_entries(struct desk *d, int64_t fund)
{
    struct json *list = json_array(d->req->arena);
    struct ledger_entry *at = NULL;
    size_t n = 0;
    int r = ledger_entries(d->req->arena, d->office.store, fund, 0, LINES, &at, &n, &d->res->err);

    for (size_t i = 0; r == 0 && i < n; i++) {
        struct json *o = json_object(d->req->arena);
        JSON_SET(o, "kind", word(d->req, "kind", at[i].kind));
        JSON_SET(o, "amount", yuan(d->req, at[i].amount));
        JSON_SET(o, "actor", shape_text(d->req, shape_actor(d->req, at[i].actor)));
        JSON_SET(o, "reason", shape_text(d->req, at[i].reason));
        JSON_SET(o, "on", shape_instant(d->req, at[i].at));
        json_add(list, o);
    }
    shape_list(d->req, d->res->data, "entries", list);
    return r;
}

int money_show_fund(struct desk *d, struct span code)
{
    struct json *o = NULL;
    struct fund f;
    int r = load_fund(d, code, &f, &o);

    if (r == 0)
        r = add_reservations(d, f.id);
    if (r == 0)
        r = add_entries(d, f.id);
    if (r == 0)
        r = fund_add_dates(d, &f);
    if (r != 0)
        return r;
    JSON_SET(d->res->data, "fund", o);
    JSON_SET(d->res->data, "title", shape_text(d->req, f.name));
    JSON_SET(d->res->data, "may_pay", json_bool(d->req->arena, actor_is(&d->who, USER_FINANCE)));
    d->res->template = "fund";
    return 200;
}

int funds_show(struct request *req, struct response *res, void *app)
{
    struct desk d;
    int r = office_open(req, res, app, &d);

    return r != 0 ? r : money_show_fund(&d, request_param(req, "code"));
}

/* ---- batches ---- */

static struct span payee_name(struct desk *d, const struct payment *p)
{
    struct err err = ERR_INIT;
    struct subject_row row;

    return subject_get(d->req->arena, d->office.store, p->subject_id, &row, &err) == 0 && row.name.n
               ? row.name
               : p->subject_code;
}

static struct json *batch_shape(struct desk *d, const struct batch *b)
{
    struct request *req = d->req;
    struct json *o = batch_json(req->arena, b);

    JSON_SET(o, "fund_link", shape_text(req, shape_link(req, "funds", b->fund)));
    JSON_SET(o, "fund_name", shape_text(req, fund_name(d, b->fund)));
    JSON_SET(o, "link", shape_text(req, id_link(req, "payments", b->id)));
    JSON_SET(o, "name", shape_text(req, b->title));
    JSON_SET(o, "id", json_int(req->arena, b->id));
    JSON_SET(o, "total_say", yuan(req, b->total));
    JSON_SET(o, "paid_say", yuan(req, b->paid));
    JSON_SET(o, "returned_say", yuan(req, b->returned));
    JSON_SET(o, "state_word", word(req, "state", b->state));
    JSON_SET(o, "maker_name", shape_text(req, b->maker));
    JSON_SET(o, "approver_name", shape_text(req, b->approver));
    JSON_SET(o, "is_draft", json_bool(req->arena, span_eq(b->state, SPAN("draft"))));
    JSON_SET(o, "is_approved", json_bool(req->arena, span_eq(b->state, SPAN("approved"))));
    JSON_SET(o, "is_sent", json_bool(req->arena, span_eq(b->state, SPAN("sent"))));
    return o;
}

int payments_list(struct request *req, struct response *res, void *app)
{
    struct batch_query q = {.limit = LINES};
    struct json *list = json_array(req->arena);
    struct batch *at = NULL;
    struct desk d;
    size_t n = 0;
    int r = office_open(req, res, app, &d);

    if (r == 0)
        r = batch_list(req->arena, d.office.store, &q, &at, &n, &res->err);
    for (size_t i = 0; r == 0 && i < n; i++)
        json_add(list, batch_shape(&d, &at[i]));
    shape_list(d.req, res->data, "batches", list);
    res->template = "payments";
    res->title = "payment.title";
    return r < 0 ? r : 200;
}

/* The way of the money from office to office, each step with its day. */
static int add_hops(struct desk *d, int64_t batch)
{
    struct json *list = NULL;
    int r = hop_list_json(d->req->arena, d->office.store, batch, &list, &d->res->err);

    if (r == 0)
        shape_list(d->req, d->res->data, "hops", list);
    return r;
}

int payments_show(struct request *req, struct response *res, void *app)
{
    struct json *list = json_array(req->arena);
    struct payment *at = NULL;
    struct batch b;
    struct desk d;
    size_t n = 0;
    int r = office_open(req, res, app, &d);

    if (r == 0)
        r = batch_load(req->arena, d.office.store, request_value(req, "id")->number, &b, &res->err);
    if (r == 0)
        r = payment_list(req->arena, d.office.store, b.id, 0, LINES, &at, &n, &res->err);
    if (r == 0)
        r = add_hops(&d, b.id);
    if (r != 0)
        return r;
    for (size_t i = 0; i < n; i++) {
        struct json *o = payment_json(req->arena, &at[i]);
        JSON_SET(o, "amount_say", yuan(req, at[i].amount));
        JSON_SET(o, "state_word", word(req, "state", at[i].state));
        JSON_SET(o, "subject_code", shape_text(req, at[i].subject_code));
        JSON_SET(o, "who", shape_text(req, payee_name(&d, &at[i])));
        JSON_SET(o, "measure_title", ground_title(&d, at[i].measure));
        JSON_SET(o, "tail_say", shape_text(req, at[i].tail));
        JSON_SET(o, "why", shape_text(req, at[i].reason));
        JSON_SET(o, "on", shape_text(req, at[i].value_date));
        JSON_SET(o, "again", json_bool(req->arena, at[i].again_of != 0));
        json_add(list, o);
    }
    shape_list(d.req, res->data, "lines", list);
    JSON_SET(res->data, "batch", batch_shape(&d, &b));
    JSON_SET(res->data, "title", shape_text(req, b.title.n ? b.title : fund_name(&d, b.fund)));
    JSON_SET(res->data, "may_pay", json_bool(req->arena, actor_is(&d.who, USER_FINANCE)));
    JSON_SET(
        res->data, "may_approve",
        json_bool(req->arena, actor_is(&d.who, USER_FINANCE) || actor_is(&d.who, USER_REVIEWER)));
    res->template = "payment";
    return 200;
}

/* What was refused is said on the page that asked; false = an error page, or JSON, says it. */
bool money_say_why(struct desk *d, const char *field, int r)
{
    struct json *args = json_object(d->req->arena);

    if (d->req->wants_json || (r != E_CONFLICT && r != E_CHECK && r != E_INPUT && r != E_FORBIDDEN))
        return false;
    JSON_SET(args, "detail",
             json_string(d->req->arena, arena_copy(d->req->arena, span_z(d->res->err.message))));
    request_error(d->req, d->res->err.field ? d->res->err.field : field, "money.refused", args);
    d->res->err = (struct err)ERR_INIT;
    return true;
}

struct batch_call {
    struct desk *d;
    int64_t id;
    struct span act, text, file;
    struct batch_made made;
    struct reply_outcome outcome;
};

static int make_within(struct store *s, void *context, struct err *err)
{
    struct batch_call *c = context;
    struct batch_new n = {.fund = request_text(c->d->req, "fund"),
                          .title = request_text(c->d->req, "title")};
    return batch_make(c->d->req->arena, s, &c->d->who, &n, &c->made, err);
}

int payments_make(struct request *req, struct response *res, void *app)
{
    struct json *args = json_object(req->arena);
    struct desk d;
    struct batch_call c = {.d = &d};
    int r = office_open(req, res, app, &d);

    if (r == 0)
        r = store_write(d.office.store, make_within, &c, &res->err);
    if (r != 0)
        return r;
    JSON_SET(args, "lines", json_int(req->arena, c.made.lines));
    JSON_SET(args, "left_out", json_int(req->arena, (int64_t)c.made.left_out_n));
    request_flash(req, "payment.made", args);
    return response_redirect(req, res, id_link(req, "payments", c.made.id));
}

static int approve(struct batch_call *c, struct store *s, struct err *err)
{
    return batch_approve(c->d->req->arena, s, &c->d->who, c->id, err);
}

static int submit(struct batch_call *c, struct store *s, struct err *err)
{
    return batch_submit(c->d->req->arena, s, c->d->office.seal, &c->d->who, c->id, err);
}

static int hop(struct batch_call *c, struct store *s, struct err *err)
{
    struct request *req = c->d->req;
    struct hop h = {.giver = request_text(req, "from"),
                    .taker = request_text(req, "to"),
                    .account = SPAN(""),
                    .source = request_text(req, "source")};
    int r = money_parse(request_text(req, "amount"), &h.amount, err);

    if (request_value(req, "on")->given)
        h.made_on = request_value(req, "on")->date;
    return r == 0 ? hop_add(req->arena, s, &c->d->who, c->id, &h, err) : r;
}

static int cancel(struct batch_call *c, struct store *s, struct err *err)
{
    return batch_cancel(c->d->req->arena, s, &c->d->who, c->id,
                        request_form_text(c->d->req, "reason"), err);
}

static int reply(struct batch_call *c, struct store *s, struct err *err)
{
    if (!c->d->req->uploads.n)
        return err_set(err, E_INPUT, "请选择银行的回单文件");
    return batch_reply(c->d->req->arena, s, &c->d->who, c->id, c->d->req->uploads.at[0].bytes,
                       c->d->req->uploads.at[0].name, &c->outcome, err);
}

static const struct {
    const char *act;
    int (*run)(struct batch_call *, struct store *, struct err *);
} acts[] = {
    {"approve", approve}, {"submit", submit}, {"cancel", cancel}, {"reply", reply}, {"hop", hop}};

static int act_within(struct store *s, void *context, struct err *err)
{
    struct batch_call *c = context;

    for (size_t i = 0; i < COUNT_OF(acts); i++)
        if (span_eq(c->act, span_z(acts[i].act)))
            return acts[i].run(c, s, err);
    return err_set(err, E_INPUT, "没有这个操作");
}

/* Problems of a reply, each with its place: the file was refused whole. */
static int show_problems(struct desk *d, const struct batch_call *c)
{
    struct json *list = json_array(d->req->arena);

    for (size_t i = 0; i < c->outcome.problem_n; i++) {
        struct json *o = json_object(d->req->arena);
        JSON_SET(o, "line", json_int(d->req->arena, c->outcome.problems[i].line));
        JSON_SET(o, "column", json_int(d->req->arena, c->outcome.problems[i].column));
        JSON_SET(o, "what", shape_text(d->req, c->outcome.problems[i].what));
        json_add(list, o);
    }
    shape_list(d->req, d->res->data, "problems", list);
    JSON_SET(d->res->data, "link", shape_text(d->req, id_link(d->req, "payments", c->id)));
    d->res->err = (struct err)ERR_INIT;
    d->res->template = "payment_problems";
    d->res->title = "payment.problems";
    return 422;
}

int payments_act(struct request *req, struct response *res, void *app)
{
    struct desk d;
    struct batch_call c = {.d = &d};
    int r = office_open(req, res, app, &d);

    if (r != 0)
        return r;
    c.id = request_value(req, "id")->number;
    c.act = request_text(req, "act");
    r = store_write(d.office.store, act_within, &c, &res->err);
    if (r == E_CHECK && c.outcome.problem_n)
        return show_problems(&d, &c);
    if (r < 0)
        return r;
    request_flash(req, "payment.done", NULL);
    return response_redirect(req, res, id_link(req, "payments", c.id));
}

struct file_call {
    struct desk *d;
    int64_t id;
    enum batch_format format;
    struct buffer *out;
};

static int file_within(struct store *s, void *context, struct err *err)
{
    struct file_call *c = context;

    buffer_clear(c->out);
    return batch_file(c->d->req->arena, s, c->d->office.seal, &c->d->who, c->id, c->format, c->out,
                      err);
}

int payments_file(struct request *req, struct response *res, void *app)
{
    bool xml = span_eq(request_text(req, "format"), SPAN("xml"));
    struct buffer out = BUFFER_INIT;
    struct desk d;
    struct file_call c = {.d = &d, .format = xml ? BATCH_XML : BATCH_CSV, .out = &out};
    int r = office_open(req, res, app, &d);

    c.id = request_value(req, "id")->number;
    if (r == 0)
        r = store_write(d.office.store, file_within, &c, &res->err);
    if (r == 0) {
        res->body = arena_copy(req->arena, buffer_span(&out));
        res->type = xml ? "application/xml" : "text/csv; charset=utf-8";
        res->filename =
            arena_print(req->arena, "batch-%" PRId64 ".%s", c.id, xml ? "xml" : "csv").p;
    }
    buffer_release(&out);
    return r < 0 ? r : req->arena->failed ? err_memory(&res->err) : 200;
}

/* ---- claims ---- */

static struct json *cause_say(struct request *req, struct span cause)
{
    for (int i = 0; i < CLAIM_CAUSES; i++)
        if (span_eq(claim_cause_words[i].yaml, cause))
            return shape_text(req, words_in(claim_cause_words[i].title, is_english(req)));
    return shape_text(req, cause);
}

static struct json *claim_shape(struct desk *d, const struct claim *c)
{
    struct request *req = d->req;
    struct json *o = json_object(req->arena);

    JSON_SET(o, "id", json_int(req->arena, c->id));
    JSON_SET(o, "link", shape_text(req, id_link(req, "clawbacks", c->id)));
    JSON_SET(o, "who", shape_text(req, c->subject_name.n ? c->subject_name : c->subject_code));
    JSON_SET(o, "amount", yuan(req, c->amount));
    JSON_SET(o, "repaid", yuan(req, c->repaid));
    JSON_SET(o, "overdue", yuan(req, c->overdue));
    JSON_SET(o, "is_overdue", json_bool(req->arena, c->overdue > 0));
    JSON_SET(o, "state", word(req, "state", c->state));
    JSON_SET(o, "cause", cause_say(req, c->cause));
    JSON_SET(o, "cites", shape_text(req, c->cites));
    JSON_SET(o, "reason", shape_text(req, c->reason));
    JSON_SET(o, "decided_on", shape_text(req, c->decided_on));
    JSON_SET(o, "is_open", json_bool(req->arena, c->repaid < c->amount));
    return o;
}

int claims_list(struct request *req, struct response *res, void *app)
{
    struct claim_query q = {.limit = LINES};
    struct json *list = json_array(req->arena);
    struct claim *at = NULL;
    struct desk d;
    size_t n = 0;
    int r = office_open(req, res, app, &d);

    if (r == 0)
        r = claim_list(req->arena, d.office.store, &q, &at, &n, &res->err);
    for (size_t i = 0; r == 0 && i < n; i++)
        json_add(list, claim_shape(&d, &at[i]));
    shape_list(d.req, res->data, "claims", list);
    res->template = "claims";
    res->title = "claim.title";
    return r < 0 ? r : 200;
}

/* A list of the claim's JSON with the amounts as people read them. */
static void add_lines(struct desk *d, const struct json *all, const char *name)
{
    struct json *list = json_array(d->req->arena);

    JSON_EACH(line, json_get(all, span_z(name)))
    {
        struct json *o = json_object(d->req->arena);
        int64_t fen = 0;
        JSON_EACH(m, line)
        if (m->key.n && !span_eq(m->key, SPAN("amount")) && !span_eq(m->key, SPAN("kind")))
            json_set(o, m->key, shape_text(d->req, json_text(m)));
        if (money_parse(json_text(JSON_GET(line, "amount")), &fen, NULL) == 0)
            JSON_SET(o, "amount", yuan(d->req, fen));
        if (JSON_GET(line, "kind"))
            JSON_SET(o, "step", word(d->req, "claim", json_text(JSON_GET(line, "kind"))));
        json_add(list, o);
    }
    shape_list(d->req, d->res->data, name, list);
}

/* Who may not apply because of this claim, where and until when. */
static int add_bars(struct desk *d, const struct claim *c)
{
    struct json *list = json_array(d->req->arena);
    struct bar *at = NULL;
    size_t n = 0;
    int r = bar_list(d->req->arena, d->office.store, c->subject_id, (struct date){0}, &at, &n,
                     &d->res->err);

    for (size_t i = 0; r == 0 && i < n; i++) {
        struct json *o = json_object(d->req->arena);
        if (at[i].claim_id != c->id)
            continue;
        JSON_SET(o, "region", shape_text(d->req, at[i].region));
        JSON_SET(o, "from", shape_text(d->req, at[i].from_day));
        JSON_SET(o, "until", shape_text(d->req, at[i].last_day));
        json_add(list, o);
    }
    shape_list(d->req, d->res->data, "bars", list);
    return r;
}

static int show_claim(struct desk *d)
{
    static const char *const lists[] = {"plan", "receipts", "events"};
    struct request *req = d->req;
    struct json *all = NULL;
    struct claim c;
    int r =
        claim_load(req->arena, d->office.store, request_value(req, "id")->number, &c, &d->res->err);

    if (r == 0)
        r = claim_json(req->arena, d->office.store, &c, &all, &d->res->err);
    if (r == 0)
        r = add_bars(d, &c);
    if (r != 0)
        return r;
    for (size_t i = 0; i < COUNT_OF(lists); i++)
        add_lines(d, all, lists[i]);
    JSON_SET(d->res->data, "claim", claim_shape(d, &c));
    if (req->wants_json)
        JSON_SET(d->res->data, "all", all);
    JSON_SET(d->res->data, "may_book", json_bool(req->arena, actor_is(&d->who, USER_FINANCE)));
    JSON_SET(d->res->data, "may_plan", json_bool(req->arena, may_claim(d)));
    JSON_SET(d->res->data, "may_move", json_bool(req->arena, actor_is(&d->who, USER_REVIEWER)));
    d->res->template = "claim";
    d->res->title = "claim.title";
    return 200;
}

int claims_show(struct request *req, struct response *res, void *app)
{
    struct desk d;
    int r = office_open(req, res, app, &d);

    return r != 0 ? r : show_claim(&d);
}

/* Lines of a day and an amount, a blank between. */
static int read_plan(struct span text, struct instalment *at, size_t *ret_n, struct err *err)
{
    struct span line;

    *ret_n = 0;
    while (span_split(&text, '\n', &line)) {
        struct span rest = span_trim(line), day;
        int r;
        if (!rest.n)
            continue;
        if (*ret_n == CLAIM_PLAN || !span_split(&rest, ' ', &day))
            return err_set(err, E_INPUT, "计划每行写日期和金额，最多 %d 行", CLAIM_PLAN);
        r = money_date(day, "日期", &at[*ret_n].due, err);
        if (r == 0)
            r = money_parse(span_trim(rest), &at[*ret_n].amount, err);
        if (r < 0)
            return r;
        (*ret_n)++;
    }
    return 0;
}

struct claim_act {
    struct desk *d;
    int64_t id;
};

static int act_repay(struct claim_act *c, struct store *s, struct err *err)
{
    struct request *req = c->d->req;
    const struct input *on = request_value(req, "on");
    int64_t amount = 0;
    int r = err_field(err, money_parse(request_text(req, "amount"), &amount, err), "amount");

    return r < 0 ? r
                 : claim_repay(req->arena, s, &c->d->who, c->id, amount,
                               request_text(req, "reference"), on->given ? on->date : date_today(),
                               err);
}

static int act_plan(struct claim_act *c, struct store *s, struct err *err)
{
    struct instalment at[CLAIM_PLAN];
    size_t n = 0;
    int r = err_field(err, read_plan(request_text(c->d->req, "plan"), at, &n, err), "plan");

    return r < 0 ? r : claim_plan(c->d->req->arena, s, &c->d->who, c->id, at, n, err);
}

static int act_transfer(struct claim_act *c, struct store *s, struct err *err)
{
    struct request *req = c->d->req;
    return claim_transfer(req->arena, s, &c->d->who, c->id, request_text(req, "to"),
                          request_text(req, "reason"), err);
}

static int act_cancel(struct claim_act *c, struct store *s, struct err *err)
{
    return claim_cancel(c->d->req->arena, s, &c->d->who, c->id, request_text(c->d->req, "reason"),
                        err);
}

static int claim_within(struct store *s, void *context, struct err *err)
{
    static const struct {
        const char *act;
        int (*run)(struct claim_act *, struct store *, struct err *);
    } table[] = {{"repay", act_repay},
                 {"plan", act_plan},
                 {"transfer", act_transfer},
                 {"cancel", act_cancel}};
    struct desk *d = context;
    struct claim_act c = {d, request_value(d->req, "id")->number};

    for (size_t i = 0; i < COUNT_OF(table); i++)
        if (span_eq(request_text(d->req, "act"), span_z(table[i].act)))
            return table[i].run(&c, s, err);
    return err_set(err, E_INPUT, "没有这个操作");
}

int claims_act(struct request *req, struct response *res, void *app)
{
    struct desk d;
    int r = office_open(req, res, app, &d);

    if (r == 0)
        r = store_write(d.office.store, claim_within, &d, &res->err);
    if (r != 0)
        return r;
    request_flash(req, "claim.done", NULL);
    return response_redirect(req, res, id_link(req, "clawbacks", request_value(req, "id")->number));
}

/* ---- claiming back ---- */

static struct json *causes(struct request *req)
{
    struct json *list = json_array(req->arena);

    for (int i = 0; i < CLAIM_CAUSES; i++)
        shape_option(req, list, claim_cause_words[i].yaml,
                     words_in(claim_cause_words[i].title, is_english(req)),
                     span_eq(request_form_text(req, "cause"), claim_cause_words[i].yaml));
    return list;
}

static int claim_form(struct desk *d, int status)
{
    struct request *req = d->req;
    struct reservation v;
    int r = reservation_load(req->arena, d->office.store, request_value(req, "reservation")->number,
                             &v, &d->res->err);

    if (r != 0)
        return r;
    JSON_SET(d->res->data, "reservation", json_int(req->arena, v.id));
    JSON_SET(d->res->data, "who",
             shape_text(req, v.subject_name.n ? v.subject_name : v.subject_code));
    JSON_SET(d->res->data, "what", ground_title(d, v.ground.measure));
    JSON_SET(d->res->data, "paid", yuan(req, v.amount));
    JSON_SET(d->res->data, "fund_link", shape_text(req, shape_link(req, "funds", v.fund)));
    JSON_SET(d->res->data, "causes", causes(req));
    d->res->template = "claim_new";
    d->res->title = "claim.open";
    return status;
}

int claims_new(struct request *req, struct response *res, void *app)
{
    struct desk d;
    int r = office_open(req, res, app, &d);

    return r != 0 ? r : claim_form(&d, 200);
}

struct claim_call {
    struct desk *d;
    int64_t id;
};

static int open_within(struct store *s, void *context, struct err *err)
{
    struct claim_call *c = context;
    struct request *req = c->d->req;
    struct span cause = request_text(req, "cause"), amount = request_text(req, "amount");
    struct claim_new n = {.reservation_id = request_value(req, "reservation")->number,
                          .cites = request_text(req, "cites"),
                          .reason = request_text(req, "reason")};
    int r = amount.n ? err_field(err, money_parse(amount, &n.amount, err), "amount") : 0;

    for (int i = 0; i < CLAIM_CAUSES; i++)
        if (span_eq(claim_cause_words[i].yaml, cause))
            n.cause = (enum claim_cause)i;
    return r == 0 ? claim_open(req->arena, s, &c->d->who, &n, &c->id, err) : r;
}

int claims_open(struct request *req, struct response *res, void *app)
{
    struct json *args = json_object(req->arena);
    struct desk d;
    struct claim_call c = {.d = &d};
    int r = office_open(req, res, app, &d);

    if (r != 0)
        return r;
    if (req->errors)
        return claim_form(&d, 422);
    r = store_write(d.office.store, open_within, &c, &res->err);
    if (r == 0) {
        request_flash(req, "claim.done", NULL);
        return response_redirect(req, res, id_link(req, "clawbacks", c.id));
    }
    if (req->wants_json || r == E_MEMORY || r == E_FORBIDDEN)
        return r;
    JSON_SET(args, "detail",
             json_string(req->arena, arena_copy(req->arena, span_z(res->err.message))));
    request_error(req, res->err.field ? res->err.field : "", "errors.refused", args);
    res->err = (struct err)ERR_INIT;
    return claim_form(&d, 422);
}
