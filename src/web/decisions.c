/*
 * decisions.c: the shared decision tables of the library (DMN models): list, and one with its
 * inputs and tables.
 */
#include "policy/show.h"
#include "web/handlers.h"
#include "web/shape.h"

int decisions_list(struct request *req, struct response *res, void *context)
{
    const struct app *app = context;
    const struct library *l = app->library;
    struct json *list = json_array(req->arena);

    for (size_t i = 0; i < l->decision_model_count; i++) {
        struct json *o = shape_decision(req, l->decision_models[i]);
        shape_set(req, o, "source", l->decision_models[i]->source);
        json_add(list, o);
    }
    JSON_SET(res->data, "models", list);
    JSON_SET(res->data, "none", json_bool(req->arena, l->decision_model_count == 0));
    res->template = "decisions";
    res->title = "decisions.title";
    return 200;
}

/* `title` of a decision or input in the language of the page. */
static void say_names(struct request *req, struct json *list)
{
    JSON_EACH(o, list)
    JSON_SET((struct json *)o, "title",
             shape_text(req, json_text(is_english(req) ? JSON_GET(o, "en") : JSON_GET(o, "name"))));
}

static bool uses(const struct library *l, const struct measure *measure,
                 const struct decision_model *m)
{
    for (size_t i = 0; i < measure->slot_count; i++) {
        const struct slot *s = &l->slots[measure->slots[i]];
        if (s->kind == SLOT_DECISION && s->decision->model == m)
            return true;
    }
    return false;
}

static void add_users(struct request *req, const struct library *l, const struct decision_model *m,
                      struct json *data)
{
    struct json *list = json_array(req->arena);
    for (size_t i = 0; i < l->measure_count; i++) {
        const struct measure *measure = l->measures[i];
        if (!uses(l, measure, m))
            continue;
        struct json *o = json_object(req->arena);
        JSON_SET(o, "link", shape_text(req, shape_measure_link(req, measure)));
        JSON_SET(o, "title", shape_text(req, words_in(measure->title, is_english(req))));
        json_add(list, o);
    }
    JSON_SET(data, "users", list);
    JSON_SET(data, "has_users", json_bool(req->arena, list && list->n > 0));
}

int decisions_show(struct request *req, struct response *res, void *context)
{
    const struct app *app = context;
    struct span id = request_param(req, "id");
    const struct decision_model *m = map_get(&app->library->decision_model_by_id, id);
    struct json *j;

    if (!m)
        return err_set(&res->err, E_NOT_FOUND, "没有这张决策表：%.*s", SPAN_ARG(id));
    j = decision_model_json(req->arena, m);
    if (!j)
        return err_memory(&res->err);
    say_names(req, (struct json *)JSON_GET(j, "inputs"));
    say_names(req, (struct json *)JSON_GET(j, "parts"));
    JSON_SET(res->data, "model", j);
    JSON_SET(res->data, "title", shape_text(req, words_in(m->title, is_english(req))));
    add_users(req, app->library, m, res->data);
    res->template = "decision";
    return 200;
}
