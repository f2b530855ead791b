/*
 * procedure_shape.c: see procedure_shape.h.
 */
#include "policy/show_procedure.h"
#include "web/procedure_shape.h"

struct json *clock_shape(struct request *req, const struct procedure *p, const struct clock *c)
{
    struct json *o = json_object(req->arena);
    bool english = is_english(req);

    JSON_SET(o, "id", shape_text(req, c->id));
    JSON_SET(o, "title", shape_text(req, words_in(c->title, english)));
    JSON_SET(o, "owner", shape_text(req, actor_title(p, c->owner, english)));
    JSON_SET(o, "limit", shape_text(req, limit_text(req->arena, &c->limit, english)));
    JSON_SET(o, "starts",
             shape_text(req, c->starts.n ? trigger_text(req->arena, p, &c->starts, english)
                                         : c->from.text));
    JSON_SET(o, "stops", shape_text(req, trigger_text(req->arena, p, &c->stops, english)));
    JSON_SET(o, "ends", shape_text(req, trigger_text(req->arena, p, &c->ends, english)));
    JSON_SET(o, "lapse", shape_text(req, words_in(lapse_words[c->lapse].title, english)));
    JSON_SET(o, "cites", shape_text(req, c->cites));
    JSON_SET(o, "extensions", json_int(req->arena, c->extensions));
    JSON_SET(o, "extension", shape_text(req, limit_text(req->arena, &c->extension, english)));
    JSON_SET(o, "extends", json_bool(req->arena, c->extensions > 0));
    return o;
}

struct json *material_shape(struct request *req, const struct material *m)
{
    struct json *o = json_object(req->arena);
    bool english = is_english(req);

    JSON_SET(o, "id", shape_text(req, m->id));
    JSON_SET(o, "title", shape_text(req, words_in(m->title, english)));
    JSON_SET(o, "note", shape_text(req, words_in(m->note, english)));
    JSON_SET(o, "form_title", shape_text(req, words_in(paper_form_words[m->form].title, english)));
    JSON_SET(o, "copies", m->copies ? json_int(req->arena, m->copies) : json_null(req->arena));
    JSON_SET(o, "sign", json_bool(req->arena, m->sign));
    JSON_SET(o, "seal", json_bool(req->arena, m->seal));
    JSON_SET(o, "needed_if", shape_text(req, m->needed_if.text));
    JSON_SET(o, "held_kind", shape_text(req, m->held));
    JSON_SET(o, "later", json_bool(req->arena, m->later));
    JSON_SET(o, "cites", shape_text(req, m->cites));
    return o;
}

struct span guide_link(struct request *req, const struct procedure *p)
{
    return shape_link(req, "guide", p->id);
}

bool field_of_others(const struct procedure *p, struct span field, struct span party)
{
    for (size_t i = 0; i < p->act_count; i++) {
        const struct procedure_act *a = &p->acts[i];
        bool sets = false, his = false;
        for (size_t k = 0; k < a->set_count; k++)
            sets |= span_eq(a->sets[k], field);
        for (size_t k = 0; k < a->who_count; k++)
            his |= span_eq(a->who[k], party);
        if (sets && !his)
            return true;
    }
    return false;
}

static bool carries_out(const struct procedure *p, const struct measure *m)
{
    for (size_t i = 0; i < p->measure_count; i++)
        if (p->measures[i] == m)
            return true;
    return false;
}

/* Whether an applicant opens it: others are opened by an office or by the program. */
static bool is_begun(const struct procedure *p)
{
    for (size_t i = 0; i < p->act_count; i++)
        for (size_t k = 0; p->acts[i].from_count == 0 && k < p->acts[i].who_count; k++)
            if (span_eq(p->acts[i].who[k], SPAN("applicant")))
                return true;
    return false;
}

struct json *procedures_for(struct request *req, const struct library *l, const struct measure *m,
                            struct span item)
{
    struct json *list = json_array(req->arena);

    for (size_t i = 0; i < l->procedure_count; i++) {
        const struct procedure *p = l->procedures[i];
        if (!carries_out(p, m) || !is_begun(p))
            continue;
        struct json *o = json_object(req->arena);
        struct span begin = shape_link(req, "cases/new", p->id);
        if (item.n)
            begin = arena_print(req->arena, "%.*s?item=%.*s", SPAN_ARG(begin),
                                SPAN_ARG(span_from(shape_link(req, "i", item), 3)));
        JSON_SET(o, "title", shape_text(req, words_in(p->title, is_english(req))));
        JSON_SET(o, "plain", shape_text(req, words_in(p->plain, is_english(req))));
        JSON_SET(o, "guide", shape_text(req, guide_link(req, p)));
        JSON_SET(o, "begin", shape_text(req, begin));
        json_add(list, o);
    }
    return list;
}
