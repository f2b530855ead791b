/*
 * trails.c: the whole record of a case (S256): every step with what it changed, who looked, what
 * was told, what the money did, each with its line in the log; on paper, as JSON, or as a table.
 */
#include "casework/case_trail.h"
#include "web/handlers.h"
#include "web/office.h"
#include "web/shape.h"

/* "2020-09-28 10:00:05" of "2020-09-28T10:00:05+08:00". */
static struct span second_of(struct request *req, struct span at)
{
    return at.n < 19 ? at : arena_print(req->arena, "%.*s %.*s", 10, at.p, 8, at.p + 11);
}

/* The first characters of a hash: enough to find the line in the log, room for it in a table. */
static struct span short_hash(struct span hash)
{
    return span_of(hash.p, hash.n < 12 ? hash.n : 12);
}

/* What a line does not say would be looked for around it: there is an amount of the case, too. */
static void say_nothing(struct request *req, struct json *o, const char *const *keys, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!json_get(o, span_z(keys[i])))
            json_set(o, span_z(keys[i]), json_string(req->arena, SPAN("")));
}

static void fence(struct request *req, struct json *line)
{
    static const char *const keys[] = {
        "amount", "object_title", "party",     "organisation", "before", "after",    "reason",
        "remedy", "text",         "reference", "key",          "papers", "on_behalf"};
    static const char *const change[] = {"before", "after"};

    JSON_EACH(x, JSON_GET(line, "changes"))
    say_nothing(req, (struct json *)(uintptr_t)x, change, COUNT_OF(change));
    if (!JSON_GET(line, "changes"))
        JSON_SET(line, "changes", json_array(req->arena));
    say_nothing(req, line, keys, COUNT_OF(keys));
}

/* "batch 2": what was done to it, in words. */
static struct span object_words(struct request *req, struct span object)
{
    static const struct {
        struct span kind;
        struct words title;
    } kinds[] = {{SPAN_INIT("reservation"), {SPAN_INIT("占用"), SPAN_INIT("reservation")}},
                 {SPAN_INIT("ledger"), {SPAN_INIT("分录"), SPAN_INIT("ledger entry")}},
                 {SPAN_INIT("batch"), {SPAN_INIT("批次"), SPAN_INIT("batch")}},
                 {SPAN_INIT("claim"), {SPAN_INIT("追回"), SPAN_INIT("claim")}},
                 {SPAN_INIT("case"), {SPAN_INIT("办件"), SPAN_INIT("case")}},
                 {SPAN_INIT("paper"), {SPAN_INIT("材料"), SPAN_INIT("paper")}}};
    size_t blank = span_find(object, SPAN(" "));

    for (size_t i = 0; blank != SIZE_MAX && i < COUNT_OF(kinds); i++)
        if (span_eq(span_of(object.p, blank), kinds[i].kind))
            return arena_print(req->arena, "%.*s%.*s",
                               SPAN_ARG(words_in(kinds[i].title, is_english(req))),
                               SPAN_ARG(span_from(object, blank)));
    return object;
}

static void add_words(struct request *req, const struct json *line)
{
    struct json *o = (struct json *)(uintptr_t)line;
    struct span actor = json_text(JSON_GET(line, "actor"));

    JSON_SET(o, "when", shape_text(req, second_of(req, json_text(JSON_GET(line, "at")))));
    JSON_SET(o, "who", shape_text(req, shape_actor(req, actor)));
    JSON_SET(o, "hash",
             shape_text(req, short_hash(json_text(JSON_GET(JSON_GET(line, "log"), "hash")))));
    JSON_SET(o, "has_changes", json_bool(req->arena, JSON_GET(line, "changes") != NULL));
    JSON_SET(o, "moved", json_bool(req->arena, JSON_GET(line, "after") != NULL));
    if (req->wants_json)
        return;
    if (JSON_GET(line, "object"))
        JSON_SET(o, "object_title",
                 shape_text(req, object_words(req, json_text(JSON_GET(line, "object")))));
    fence(req, o);
}

static int as_table(struct desk *d, const struct json *trail, struct span number)
{
    struct request *req = d->req;
    struct buffer out = BUFFER_INIT;

    case_trail_csv(trail, is_english(req), &out);
    d->res->body = arena_copy(req->arena, buffer_span(&out));
    d->res->type = "text/csv; charset=utf-8";
    d->res->filename = arena_print(req->arena, "%.*s.csv", SPAN_ARG(number)).p;
    req->arena->failed |= buffer_failed(&out);
    buffer_release(&out);
    return req->arena->failed ? err_memory(&d->res->err) : 200;
}

static int show(struct desk *d, const struct case_row *row, struct json *trail)
{
    struct request *req = d->req;
    struct json *data = d->res->data;
    const struct json *problems = JSON_GET(trail, "problems");

    if (span_eq(request_text(req, "format"), SPAN("csv")))
        return as_table(d, trail, row->number);
    JSON_EACH(line, JSON_GET(trail, "lines"))
    add_words(req, line);
    JSON_SET(data, "trail", trail);
    JSON_SET(data, "made_at", shape_text(req, second_of(req, json_text(JSON_GET(trail, "made")))));
    JSON_SET(data, "has_problems", json_bool(req->arena, problems && problems->n > 0));
    JSON_SET(data, "link", shape_text(req, case_link(req, row->number)));
    JSON_SET(data, "subject_name", shape_text(req, row->subject_name));
    d->res->template = "case_trail";
    d->res->title = "trail.title";
    return req->arena->failed ? err_memory(&d->res->err) : 200;
}

int cases_trail(struct request *req, struct response *res, void *app)
{
    struct json *trail = NULL;
    struct case_row row;
    struct desk d;
    int r = office_open(req, res, app, &d);

    if (r != 0)
        return r;
    r = case_find(req->arena, &d.office, request_param(req, "number"), &row, &res->err);
    if (r == 0)
        r = case_trail(req->arena, &d.office, &d.who, row.id, is_english(req), &trail, &res->err);
    return r < 0 ? r : show(&d, &row, trail);
}
