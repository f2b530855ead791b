/*
 * compare.c: credit products side by side, judged by the answers of the check-up: whom each is for,
 * how much, at what rate, for how long, how fast. Without answers it is the plain table.
 */
#include "web/checkup.h"
#include "web/handlers.h"

/* Columns after the status: the names that products give to their results. */
static const struct {
    const char *result, *key;
} columns[] = {
    {"额度", "amount"}, {"利率", "rate"}, {"期限", "term"}, {"时限", "speed"}, {"费用", "fee"}};

struct view {
    struct request *req;
    struct checkup *checkup;
    struct answers *answers;
};

static struct json *text(struct view *v, struct span s)
{
    return json_string(v->req->arena, s.p ? s : SPAN(""));
}

/* Results whose name is or ends with the column's, in words. */
static struct span column_words(struct view *v, const struct finding *f, struct span name)
{
    struct buffer b = BUFFER_INIT;

    for (size_t i = 0; i < f->measure->benefit_count; i++) {
        if (span_find(f->results[i].benefit->name, name) == SIZE_MAX)
            continue;
        if (b.n)
            buffer_add_z(&b, is_english(v->req) ? "; " : "；");
        buffer_add(&b, result_words_of(v->req->arena, &f->results[i], is_english(v->req)));
    }
    struct span s = arena_copy(v->req->arena, buffer_span(&b));
    v->req->arena->failed |= buffer_failed(&b);
    buffer_release(&b);
    return s;
}

/* The first thing that stands in the way. */
static struct span reason_of(struct view *v, const struct finding *f)
{
    for (int want_false = 1; want_false >= 0; want_false--)
        for (size_t i = 0; i < f->measure->condition_count; i++) {
            const struct condition_finding *c = &f->conditions[i];
            if (c->condition->soft || value_is_true(c->truth) ||
                value_is_false(c->truth) != (want_false == 1))
                continue;
            return condition_sentence(v->req->arena, v->checkup->library, c, is_english(v->req));
        }
    return SPAN("");
}

static struct json *row_shape(struct view *v, const struct finding *f)
{
    struct json *o = json_object(v->req->arena);
    const struct measure *m = f->measure;
    bool english = is_english(v->req);

    JSON_SET(o, "product", text(v, m->id));
    JSON_SET(o, "name", text(v, words_in(m->title, english)));
    JSON_SET(o, "product_link", text(v, shape_link(v->req, "products", m->id)));
    JSON_SET(o, "institution", text(v, m->institution));
    JSON_SET(o, "status", text(v, status_words[f->status].yaml));
    JSON_SET(o, "status_word", text(v, words_in(group_words[f->group].title, english)));
    JSON_SET(o, "status_tag", json_string(v->req->arena, span_z(group_tag(f->group))));
    JSON_SET(o, "reason", text(v, reason_of(v, f)));
    for (size_t i = 0; i < COUNT_OF(columns); i++)
        json_set(o, span_z(columns[i].key), text(v, column_words(v, f, span_z(columns[i].result))));
    return o;
}

static bool wanted(struct request *req, const struct measure *m)
{
    struct span institution = request_text(req, "institution"), type = request_text(req, "type");
    return m->product && (!institution.n || span_eq(m->institution, institution)) &&
           (!type.n || span_eq(m->product_type, type));
}

static bool has_option(const struct json *list, struct span value)
{
    JSON_EACH(o, list)
    if (span_eq(json_text(JSON_GET(o, "value")), value))
        return true;
    return false;
}

static void add_filters(struct view *v, struct json *data)
{
    struct request *req = v->req;
    struct json *institutions = json_array(req->arena), *types = json_array(req->arena);
    const struct library *l = v->checkup->library;

    for (size_t i = 0; i < l->measure_count; i++) {
        const struct measure *m = l->measures[i];
        struct span type = m->product_type, bank = m->institution;
        if (!m->product)
            continue;
        if (!has_option(institutions, bank))
            shape_option(req, institutions, bank, bank,
                         span_eq(bank, request_text(req, "institution")));
        if (type.n && !has_option(types, type))
            shape_option(req, types, type,
                         request_say(req,
                                     arena_print(req->arena, "compare.type.%.*s", SPAN_ARG(type)).p,
                                     NULL),
                         span_eq(type, request_text(req, "type")));
    }
    JSON_SET(data, "institutions", institutions);
    JSON_SET(data, "types", types);
}

int products_compare(struct request *req, struct response *res, void *context)
{
    struct answers s;
    struct view v = {.req = req, .answers = &s};
    struct json *rows = json_array(req->arena);

    answers_load(req, context, &s);
    int r = answers_check(&s, false, &v.checkup, &res->err);
    if (r < 0)
        return r;
    for (size_t i = 0; i < v.checkup->n; i++)
        if (wanted(req, v.checkup->findings[i].measure))
            json_add(rows, row_shape(&v, &v.checkup->findings[i]));
    JSON_SET(res->data, "rows", rows);
    JSON_SET(res->data, "count", json_int(req->arena, rows ? (int64_t)rows->n : 0));
    JSON_SET(res->data, "has_rows", json_bool(req->arena, rows && rows->n > 0));
    JSON_SET(res->data, "begun", json_bool(req->arena, s.begun));
    add_filters(&v, res->data);
    gloss_add(req, res->data);
    res->template = "compare";
    res->title = "compare.title";
    return 200;
}
