/*
 * vouchers.c: 券 in the browser: for offices the programmes and their vouchers, for an enterprise
 * its own as holder or provider; the steps of one voucher, for whoever may take them.
 */
#include "casework/voucher.h"
#include "policy/subjects.h"
#include "web/handlers.h"
#include "web/office.h"
#include "web/shape.h"

#define LINES 200

static struct json *yuan(struct request *req, int64_t fen)
{
    return shape_text(req, arena_print(req->arena, is_english(req) ? "%.*s yuan" : "%.*s 元",
                                       SPAN_ARG(yuan_say(req, fen))));
}

static bool has(const struct desk *d, unsigned roles)
{
    return (d->who.roles & roles) != 0;
}
#define OFFICE                                                                                     \
    (WHO(WINDOW) | WHO(HANDLER) | WHO(REVIEWER) | WHO(FINANCE) | WHO(AUDITOR) | WHO(ADMINISTRATOR))

/* ---- lists ---- */

static struct json *programme_shape(struct desk *d, const struct voucher_programme *p)
{
    struct request *req = d->req;
    struct json *o = json_object(req->arena);
    int64_t live = 0;

    for (int i = 0; i < VOUCHER_WITHDRAWN; i++)
        live += p->counts[i];
    JSON_SET(o, "code", shape_text(req, p->code));
    JSON_SET(o, "name", shape_text(req, p->name));
    JSON_SET(o, "kind", shape_text(req, p->kind));
    JSON_SET(o, "providers", shape_text(req, p->providers));
    JSON_SET(o, "providers_link", shape_text(req, shape_link(req, "registers", p->providers)));
    JSON_SET(o, "fund_link", shape_text(req, shape_link(req, "funds", p->fund)));
    JSON_SET(o, "fund", shape_text(req, p->fund));
    JSON_SET(o, "cites", shape_text(req, p->cites));
    JSON_SET(o, "face",
             p->face ? yuan(req, p->face)
                     : shape_text(req, request_say(req, "voucher.no_face", NULL)));
    JSON_SET(o, "issued", json_int(req->arena, live));
    JSON_SET(o, "settled", json_int(req->arena, p->counts[VOUCHER_SETTLED]));
    if (p->quota)
        JSON_SET(o, "quota", json_int(req->arena, p->quota));
    return o;
}

static int add_programmes(struct desk *d)
{
    struct json *list = json_array(d->req->arena);
    struct voucher_programme *at = NULL;
    size_t n = 0;
    int r = voucher_programmes(d->req->arena, d->office.store, &at, &n, &d->res->err);

    for (size_t i = 0; r == 0 && i < n; i++)
        json_add(list, programme_shape(d, &at[i]));
    shape_list(d->req, d->res->data, "programmes", list);
    return r;
}

static struct json *voucher_shape(struct desk *d, const struct voucher *v)
{
    struct request *req = d->req;
    struct json *o = json_object(req->arena);
    const struct {
        const char *key;
        struct span text;
    } texts[] = {{"number", v->number},
                 {"name", v->name},
                 {"holder", v->holder_name.n ? v->holder_name : v->holder_code},
                 {"provider", v->provider_name.n ? v->provider_name : v->provider_code},
                 {"issued_on", v->issued_on},
                 {"last_day", v->last_day},
                 {"contract", v->contract},
                 {"used_on", v->used_on},
                 {"acceptance", v->acceptance},
                 {"redeemed_on", v->redeemed_on},
                 {"settled_on", v->settled_on}};

    for (size_t i = 0; i < COUNT_OF(texts); i++)
        shape_set(req, o, texts[i].key, texts[i].text);
    JSON_SET(o, "link", shape_text(req, shape_link(req, "vouchers", v->number)));
    JSON_SET(o, "state", shape_word(req, &voucher_state_words[v->state]));
    JSON_SET(o, "face", yuan(req, v->face));
    if (v->contract_amount)
        JSON_SET(o, "contract_amount", yuan(req, v->contract_amount));
    if (v->accepted)
        JSON_SET(o, "accepted", yuan(req, v->accepted));
    if (v->amount)
        JSON_SET(o, "amount", yuan(req, v->amount));
    JSON_SET(o, "over", json_bool(req->arena, v->over));
    JSON_SET(o, "paid", json_bool(req->arena, span_eq(v->money, SPAN("paid"))));
    return o;
}

/* An enterprise sees its own; who sees nothing of offices and has no enterprise sees none. */
static int add_vouchers(struct desk *d)
{
    struct voucher_query q = {.subject_id = has(d, OFFICE) ? 0 : d->who.subject_id, .limit = LINES};
    struct json *list = json_array(d->req->arena);
    struct voucher *at = NULL;
    size_t n = 0;
    int r = has(d, OFFICE) || d->who.subject_id
                ? voucher_list(d->req->arena, d->office.store, &q, &at, &n, &d->res->err)
                : 0;

    for (size_t i = 0; r == 0 && i < n; i++)
        json_add(list, voucher_shape(d, &at[i]));
    shape_list(d->req, d->res->data, "vouchers", list);
    return r;
}

static int show_list(struct desk *d)
{
    unsigned issuers = WHO(HANDLER) | WHO(REVIEWER) | WHO(FINANCE);
    int r = has(d, OFFICE) ? add_programmes(d) : 0;

    if (r == 0)
        r = add_vouchers(d);
    JSON_SET(d->res->data, "may_issue", json_bool(d->req->arena, has(d, issuers)));
    d->res->template = "vouchers";
    d->res->title = "voucher.title";
    return r < 0 ? r : 200;
}

int vouchers_list(struct request *req, struct response *res, void *app)
{
    struct desk d;
    int r = office_open(req, res, app, &d);

    return r != 0 ? r : show_list(&d);
}

/* ---- one ---- */

/* What may be done now, by whom; the store asks again. */
static void add_steps(struct desk *d, const struct voucher *v)
{
    bool holder = d->who.subject_id && d->who.subject_id == v->holder_id;
    bool provider = d->who.subject_id && d->who.subject_id == v->provider_id;
    bool money = has(d, WHO(FINANCE) | WHO(REVIEWER)), clerk = has(d, WHO(HANDLER));
    bool open = !v->over;
    const struct {
        const char *name;
        bool may;
    } steps[] = {
        {"may_use", open && v->state == VOUCHER_ISSUED && (holder || clerk || has(d, WHO(WINDOW)))},
        {"may_redeem", open && v->state == VOUCHER_USED && (provider || clerk)},
        {"may_settle", money && v->state == VOUCHER_REDEEMED},
        {"may_withdraw", money && (v->state == VOUCHER_ISSUED || v->state == VOUCHER_USED)},
    };

    for (size_t i = 0; i < COUNT_OF(steps); i++)
        json_set(d->res->data, span_z(steps[i].name), json_bool(d->req->arena, steps[i].may));
}

/* Who is neither holder nor provider nor an office has not heard of it. */
static int load(struct desk *d, struct voucher *v)
{
    struct span number = request_param(d->req, "number");
    int r = voucher_load(d->req->arena, d->office.store, number, v, &d->res->err);

    if (r == 0 && !has(d, OFFICE) &&
        (!d->who.subject_id ||
         (d->who.subject_id != v->holder_id && d->who.subject_id != v->provider_id)))
        r = err_set(&d->res->err, E_NOT_FOUND, "没有券号 %.*s", SPAN_ARG(number));
    return r;
}

static int show_one(struct desk *d)
{
    struct json *all = NULL, *events = json_array(d->req->arena);
    struct voucher v;
    int r = load(d, &v);

    if (r == 0)
        r = voucher_json(d->req->arena, d->office.store, &v, &all, &d->res->err);
    if (r < 0)
        return r;
    JSON_EACH(e, JSON_GET(all, "events"))
    {
        struct json *o = json_object(d->req->arena);
        struct span key = arena_print(d->req->arena, "voucher.step_%.*s",
                                      SPAN_ARG(json_text(JSON_GET(e, "kind"))));
        JSON_SET(o, "step", shape_text(d->req, key.p ? request_say(d->req, key.p, NULL) : key));
        JSON_SET(o, "by", shape_text(d->req, json_text(JSON_GET(e, "by"))));
        JSON_SET(o, "at", shape_text(d->req, json_text(JSON_GET(e, "at"))));
        JSON_SET(o, "reason",
                 shape_text(d->req, json_text(JSON_GET(JSON_GET(e, "detail"), "reason"))));
        json_add(events, o);
    }
    JSON_SET(d->res->data, "voucher", voucher_shape(d, &v));
    if (d->req->wants_json)
        JSON_SET(d->res->data, "all", all);
    shape_list(d->req, d->res->data, "steps", events);
    add_steps(d, &v);
    JSON_SET(d->res->data, "title", shape_text(d->req, v.number));
    d->res->template = "voucher";
    return 200;
}

int vouchers_show(struct request *req, struct response *res, void *app)
{
    struct desk d;
    int r = office_open(req, res, app, &d);

    return r != 0 ? r : show_one(&d);
}

/* ---- changing ---- */

static int subject_of(struct desk *d, struct store *s, struct span code, int64_t *ret,
                      struct err *err)
{
    struct subject_row row;
    int r = ENTERPRISE_KIND.check(d->req->arena, code, &code, err);

    if (r == 0)
        r = subject_find(d->req->arena, s, ENTERPRISE_KIND.kind, code, &row, err);
    if (r == 0)
        *ret = row.id;
    return r;
}

struct voucher_call {
    struct desk *d;
    struct span number;
};

static int issue_within(struct store *s, void *context, struct err *err)
{
    struct voucher_call *c = context;
    int64_t holder = 0;
    int r = err_field(err, subject_of(c->d, s, request_text(c->d->req, "holder"), &holder, err),
                      "holder");

    return r < 0 ? r
                 : voucher_issue(c->d->req->arena, s, &c->d->who,
                                 request_text(c->d->req, "programme"), holder, &c->number, err);
}

int vouchers_issue(struct request *req, struct response *res, void *app)
{
    struct desk d;
    struct voucher_call c = {.d = &d};
    int r = office_open(req, res, app, &d);

    if (r == 0)
        r = store_write(d.office.store, issue_within, &c, &res->err);
    return r != 0 ? r : response_redirect(req, res, shape_link(req, "vouchers", c.number));
}

static int amount_of(const struct desk *d, int64_t *ret, struct err *err)
{
    return err_field(err, money_parse(request_text(d->req, "amount"), ret, err), "amount");
}

static int act_use(struct voucher_call *c, struct store *s, struct err *err)
{
    const struct desk *d = c->d;
    struct voucher_use u = {.contract = request_text(d->req, "contract")};
    int r =
        err_field(err, subject_of(c->d, s, request_text(d->req, "provider"), &u.provider_id, err),
                  "provider");

    if (r == 0)
        r = amount_of(d, &u.amount, err);
    if (request_value(d->req, "on")->given)
        u.on = request_value(d->req, "on")->date;
    return r < 0 ? r : voucher_use(d->req->arena, s, &d->who, c->number, &u, err);
}

static int act_redeem(struct voucher_call *c, struct store *s, struct err *err)
{
    const struct desk *d = c->d;
    int64_t amount = 0;
    int r = amount_of(d, &amount, err);

    return r < 0 ? r
                 : voucher_redeem(d->req->arena, s, &d->who, c->number,
                                  request_text(d->req, "acceptance"), amount, err);
}

static int act_settle(struct voucher_call *c, struct store *s, struct err *err)
{
    return voucher_settle(c->d->req->arena, s, &c->d->who, c->number, err);
}

static int act_reject(struct voucher_call *c, struct store *s, struct err *err)
{
    return voucher_reject(c->d->req->arena, s, &c->d->who, c->number,
                          request_text(c->d->req, "reason"), err);
}

static int act_withdraw(struct voucher_call *c, struct store *s, struct err *err)
{
    return voucher_withdraw(c->d->req->arena, s, &c->d->who, c->number,
                            request_text(c->d->req, "reason"), err);
}

static const struct {
    const char *act;
    int (*run)(struct voucher_call *, struct store *, struct err *);
} acts[] = {{"use", act_use},
            {"redeem", act_redeem},
            {"settle", act_settle},
            {"reject", act_reject},
            {"withdraw", act_withdraw}};

static int act_within(struct store *s, void *context, struct err *err)
{
    struct voucher_call *c = context;

    for (size_t i = 0; i < COUNT_OF(acts); i++)
        if (span_eq(request_text(c->d->req, "act"), span_z(acts[i].act)))
            return acts[i].run(c, s, err);
    return err_set(err, E_INPUT, "没有这个操作");
}

int vouchers_act(struct request *req, struct response *res, void *app)
{
    struct desk d;
    struct voucher v;
    struct voucher_call c = {.d = &d};
    int r = office_open(req, res, app, &d);

    if (r == 0)
        r = load(&d, &v);
    if (r != 0)
        return r;
    c.number = v.number;
    r = store_write(d.office.store, act_within, &c, &res->err);
    if (r < 0)
        return r;
    request_flash(req, "voucher.done", NULL);
    return response_redirect(req, res, shape_link(req, "vouchers", c.number));
}
