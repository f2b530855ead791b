/*
 * home.c: the first page: what this is, where to begin, how much it knows, and what is open on the
 * day.
 */
#include "web/checkup.h"
#include "web/handlers.h"

#define SHOWN 5

/* Figures draw more readers than promises: how much it says about a typical measure that it is
 * shown here. */
static int weight_of(const struct finding *f, struct date as_of)
{
    const struct measure *m = f->measure;
    int weight = finding_is_current(f, as_of) ? 100 : 0;

    if (m->precision == PRECISION_EXACT)
        weight += 20;
    for (size_t i = 0; i < m->benefit_count; i++)
        if (m->benefits[i].kind == RESULT_MONEY && m->benefits[i].nature == NATURE_RECEIVED)
            weight += 5;
    return weight + (m->apply_mode == APPLY_APPLICATION ? 3 : 0);
}

static struct json *line_shape(struct request *req, const struct finding *f)
{
    struct json *o = json_object(req->arena);
    const struct measure *m = f->measure;
    bool english = is_english(req), current = finding_is_current(f, req->as_of);
    bool open_ended = !current && (f->timing == TIMING_OPEN || f->timing == TIMING_UNKNOWN_END);

    JSON_SET(o, "id", shape_text(req, m->id));
    JSON_SET(o, "name", shape_text(req, words_in(m->title, english)));
    JSON_SET(o, "plain", shape_text(req, words_in(m->plain, english)));
    JSON_SET(o, "link", shape_text(req, shape_link(req, "measures", m->id)));
    JSON_SET(o, "timing_word",
             shape_text(req, open_ended ? request_say(req, "home.no_end", NULL)
                                        : words_in(timing_words[f->timing].title, english)));
    JSON_SET(o, "timing_tag", json_string(req->arena, current ? SPAN("yes") : SPAN("off")));
    JSON_SET(o, "where", shape_text(req, m->region));
    return o;
}

static struct json *typical(struct request *req, const struct checkup *c)
{
    struct json *list = json_array(req->arena);
    bool *used = ARENA_ARRAY(req->arena, bool, c->n + 1);

    for (size_t k = 0; used && k < SHOWN; k++) {
        size_t best = c->n;
        for (size_t i = 0; i < c->n; i++)
            if (!used[i] && !c->findings[i].measure->product &&
                (best == c->n || weight_of(&c->findings[i], req->as_of) >
                                     weight_of(&c->findings[best], req->as_of)))
                best = i;
        if (best == c->n)
            break;
        used[best] = true;
        json_add(list, line_shape(req, &c->findings[best]));
    }
    return list;
}

static void add_numbers(struct request *req, const struct library *l, struct json *data)
{
    size_t products = 0;
    for (size_t i = 0; i < l->measure_count; i++)
        products += l->measures[i]->product;
    JSON_SET(data, "measures", json_int(req->arena, (int64_t)(l->measure_count - products)));
    JSON_SET(data, "products", json_int(req->arena, (int64_t)products));
    JSON_SET(data, "documents", json_int(req->arena, (int64_t)l->document_count));
}

int home_show(struct request *req, struct response *res, void *context)
{
    const struct app *app = context;
    struct subject nobody = {.kind = SPAN("enterprise")};
    struct match_options options = {.as_of = req->as_of, .known_by = req->as_of};
    struct checkup *c;
    int64_t open = 0;
    int r = match(req->arena, app->library, &nobody, &options, &c, &res->err);

    if (r < 0)
        return r;
    for (size_t i = 0; i < c->n; i++)
        open += finding_is_current(&c->findings[i], req->as_of) && !c->findings[i].measure->product;
    add_numbers(req, app->library, res->data);
    JSON_SET(res->data, "open", json_int(req->arena, open));
    JSON_SET(res->data, "nothing_open", json_bool(req->arena, open == 0));
    JSON_SET(res->data, "typical", typical(req, c));
    res->template = "home";
    res->title = "home.title";
    return 200;
}
