/*
 * points.c: service points in the browser (S255): which is near and what is done there, one point,
 * and where nobody reaches one in so many minutes.
 */
#include "base/date.h"
#include "casework/places.h"
#include "web/handlers.h"
#include "web/office.h"
#include "web/procedure_shape.h"
#include "web/shape.h"

static struct json *flag(struct request *req, bool b)
{
    return json_bool(req->arena, b);
}

/* What the page asks with, as it was asked. */
static struct place_query query_of(struct request *req)
{
    return (struct place_query){.origin = request_text(req, "from"),
                                .procedure = request_text(req, "item"),
                                .minutes = request_value(req, "minutes")->number,
                                .open_at = request_value(req, "open")->truth ? clock_now_ms() : 0};
}

static int add_form(struct desk *d, const struct place_query *q)
{
    struct request *req = d->req;
    struct json *list = json_array(req->arena);
    struct place_origin *at = NULL;
    size_t n = 0;
    int r = place_origins(req->arena, d->office.store, &at, &n, &d->res->err);

    for (size_t i = 0; r == 0 && i < n; i++)
        shape_option(req, list, at[i].code, at[i].name, span_eq(at[i].code, q->origin));
    shape_list(req, d->res->data, "origins", list);
    const struct procedure *p = procedure_find(d->office.library, q->procedure, NULL);
    shape_set(req, d->res->data, "item", q->procedure);
    shape_set(req, d->res->data, "item_title",
              p ? words_in(p->title, is_english(req)) : q->procedure);
    JSON_SET(d->res->data, "has_item", flag(req, q->procedure.n > 0));
    JSON_SET(d->res->data, "minutes",
             q->minutes ? json_int(req->arena, q->minutes) : json_null(req->arena));
    JSON_SET(d->res->data, "open", flag(req, q->open_at != 0));
    JSON_SET(d->res->data, "from", shape_text(req, q->origin));
    return r;
}

static void add_items(struct request *req, struct desk *d, struct json *o)
{
    JSON_EACH(item, JSON_GET(o, "items"))
    {
        const struct procedure *p =
            procedure_find(d->office.library, json_text(JSON_GET(item, "id")), NULL);
        struct json *line = (struct json *)(uintptr_t)item;
        JSON_SET(line, "all", flag(req, span_eq(json_text(JSON_GET(item, "id")), SPAN("*"))));
        if (p)
            JSON_SET(line, "link", shape_text(req, guide_link(req, p)));
    }
    JSON_SET(o, "has_items", flag(req, JSON_GET(o, "items")->n > 0));
    JSON_SET(o, "link", shape_text(req, shape_link(req, "places", json_text(JSON_GET(o, "code")))));
}

/* A channel by its word; one that has none stays as it was written. */
static struct span channel_say(struct request *req, struct span id)
{
    struct span key = arena_print(req->arena, "channel.%.*s", SPAN_ARG(id));
    char *p = key.p ? (char *)(uintptr_t)key.p : NULL;

    for (size_t i = 0; p && i < key.n; i++)
        if (p[i] == '-')
            p[i] = '_';
    const struct message *m = p ? texts_find(req->texts, req->language, key) : NULL;
    return m ? m->text : id;
}

/* "counter self-service" in words. */
static void add_channels(struct request *req, struct json *o, struct span channels)
{
    struct json *list = json_array(req->arena);
    struct span one;

    while (span_split(&channels, ' ', &one))
        if (one.n)
            json_add(list, shape_text(req, channel_say(req, one)));
    JSON_SET(o, "channel_list", list);
}

static struct json *found_line(struct desk *d, const struct place_found *f)
{
    struct request *req = d->req;
    struct json *o = place_found_json(req->arena, d->office.library, f, is_english(req));

    add_items(req, d, o);
    add_channels(req, o, f->place.channels);
    JSON_SET(o, "by_line", flag(req, f->basis == WAY_LINE));
    JSON_SET(o, "way_known", flag(req, f->basis != WAY_UNKNOWN));
    JSON_SET(o, "is_open", flag(req, f->open == HOURS_OPEN));
    JSON_SET(o, "is_shut", flag(req, f->open == HOURS_SHUT));
    JSON_SET(o, "item_open", flag(req, !f->stated_item));
    return o;
}

int places_list(struct request *req, struct response *res, void *app)
{
    struct json *list = json_array(req->arena);
    struct place_found *at = NULL;
    struct place_query q = query_of(req);
    struct desk d;
    size_t n = 0;
    int r = office_open(req, res, app, &d);

    if (r == 0)
        r = add_form(&d, &q);
    if (r == 0)
        r = place_near(req->arena, &d.office, &q, &at, &n, &res->err);
    if (r != 0)
        return r;
    for (size_t i = 0; i < n; i++)
        json_add(list, found_line(&d, &at[i]));
    shape_list(req, res->data, "places", list);
    JSON_SET(res->data, "has_from", flag(req, q.origin.n > 0));
    res->template = "places";
    res->title = "places.title";
    return 200;
}

int places_show(struct request *req, struct response *res, void *app)
{
    struct service_point p;
    struct desk d;
    int r = office_open(req, res, app, &d);

    if (r == 0)
        r = place_find(req->arena, d.office.store, request_param(req, "code"), &p, &res->err);
    if (r != 0)
        return r;
    struct json *o = place_json(req->arena, d.office.library, &p, is_english(req));
    enum hours_answer open = hours_open(p.hours, d.office.library->calendar, clock_now_ms());
    add_items(req, &d, o);
    add_channels(req, o, p.channels);
    JSON_SET(o, "is_open", flag(req, open == HOURS_OPEN));
    JSON_SET(o, "is_shut", flag(req, open == HOURS_SHUT));
    JSON_SET(res->data, "place", o);
    JSON_SET(res->data, "title", shape_text(req, p.name));
    res->template = "place";
    return 200;
}

static struct json *reach_line(struct request *req, const struct place_reach *x)
{
    struct json *o = place_reach_json(req->arena, x);

    JSON_SET(o, "within", flag(req, x->within));
    JSON_SET(o, "unknown", flag(req, !x->within && x->basis == WAY_UNKNOWN));
    JSON_SET(o, "by_line", flag(req, x->basis == WAY_LINE));
    JSON_SET(o, "way_known", flag(req, x->nearest.n > 0));
    return o;
}

int places_gaps(struct request *req, struct response *res, void *app)
{
    struct json *list = json_array(req->arena);
    struct place_query q = {.procedure = request_text(req, "item"),
                            .minutes = request_value(req, "minutes")->number};
    struct place_reach *at = NULL;
    struct place_cover cover;
    struct desk d;
    size_t n = 0;
    int r = office_open(req, res, app, &d);

    q.minutes = q.minutes ? q.minutes : PLACE_MINUTES;
    if (r == 0)
        r = add_form(&d, &q);
    if (r == 0)
        r = place_gaps(req->arena, &d.office, &q, &at, &n, &cover, &res->err);
    if (r != 0)
        return r;
    for (size_t i = 0; i < n; i++)
        json_add(list, reach_line(req, &at[i]));
    shape_list(req, res->data, "reaches", list);
    JSON_SET(res->data, "cover", place_cover_json(req->arena, &cover));
    res->template = "places_gaps";
    res->title = "places.gaps_title";
    return 200;
}
