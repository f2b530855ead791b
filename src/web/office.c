/*
 * office.c: see office.h.
 */
#include "casework/funds.h"
#include "casework/money.h"
#include "http/template.h"
#include "policy/version.h"
#include "web/office.h"
#include "web/shape.h"

static void give_back(void *seal)
{
    seal_forget(seal);
}

static int lend_seal(struct desk *d, struct seal **ret)
{
    struct seal *seal = ARENA_NEW(d->req->arena, struct seal);
    int r = seal ? seal_load(d->office.store, d->app->database, true, seal, &d->res->err)
                 : err_memory(&d->res->err);

    if (r == 0)
        r = arena_defer(d->req->arena, give_back, seal);
    *ret = seal;
    return r;
}

static struct library_lender *lend_versions(struct desk *d)
{
    struct library_lender *lender = ARENA_NEW(d->req->arena, struct library_lender);

    if (lender)
        *lender = (struct library_lender){d->app->versions, d->office.store, d->req->arena};
    return lender;
}

int office_open(struct request *req, struct response *res, void *app, struct desk *ret)
{
    struct seal *seal = NULL;
    int r;

    *ret = (struct desk){.req = req, .res = res, .app = app, .who = req->actor};
    ret->office = (struct office){.library = ret->app->library, .render = template_render_once};
    r = store_pool_lend(ret->app->pool, req->arena, &ret->office.store, &res->err);
    if (r == 0)
        r = lend_seal(ret, &seal);
    if (r < 0)
        return r;
    ret->office.seal = seal;
    ret->office.library_of = library_of;
    ret->office.context = lend_versions(ret);
    return ret->office.context ? 0 : err_memory(&res->err);
}

struct span case_link(struct request *req, struct span number)
{
    return shape_link(req, "cases", number);
}

#define ZONE_MS (INT64_C(8) * 3600 * 1000)

int64_t day_number(int64_t ms)
{
    return (ms + ZONE_MS) / DAY_MS;
}

struct json *shape_instant(struct request *req, int64_t ms)
{
    struct date d = {1970, 1, 1};

    if (!date_from_days(day_number(ms), &d))
        return json_null(req->arena);
    return shape_date(req, d);
}

struct json *shape_moment(struct request *req, int64_t ms)
{
    char text[DATE_TEXT];
    size_t n = clock_print(ms, text);

    if (n < 16 || text[10] != 'T')
        return shape_instant(req, ms);
    text[10] = ' ';
    return shape_text(req, arena_copy(req->arena, span_of(text, 16)));
}

int64_t days_left(int64_t due)
{
    return day_number(due - 1) - day_number(clock_now_ms());
}

struct span yuan_say(struct request *req, int64_t fen)
{
    char plain[MONEY_TEXT];

    return arena_copy(req->arena, shape_grouped(req, span_of(plain, money_print(fen, plain))));
}

struct span fund_name(struct desk *d, struct span code)
{
    struct err err = ERR_INIT;
    struct fund f;

    return fund_load(d->req->arena, d->office.store, code, false, &f, &err) == 0 && f.name.n
               ? f.name
               : code;
}
