/*
 * checkup_places.c: the enterprise of the check-up put in every district: what one family of
 * measures would give there. A cell says whether it is the district's own rule, its city's,
 * silence, or a document that is not in the collection. It compares texts; it never advises to
 * move.
 */
#include "policy/compare.h"
#include "web/checkup_view.h"
#include "web/handlers.h"

static const char *cell_tag(enum cell_kind k)
{
    static const char *const tags[CELL_KINDS] = {[CELL_VALUE] = "info",
                                                 [CELL_CITY] = "info",
                                                 [CELL_CITY_NOT_HELD] = "maybe",
                                                 [CELL_NOT_STATED] = "off",
                                                 [CELL_NO_DOCUMENT] = "off"};
    return tags[k];
}

static struct json *place_shape(struct view *v, struct span region, struct span own,
                                const struct compare_cell *cell)
{
    struct json *o = json_object(v->arena);
    const struct finding *f = cell->finding;

    JSON_SET(o, "place", text(v, region));
    set_flag(v, o, "is_own", span_eq(region, own));
    JSON_SET(o, "cell_word", text(v, words_in(cell_words[cell->kind].title, v->english)));
    JSON_SET(o, "cell_tag", text(v, span_z(cell_tag(cell->kind))));
    if (f) {
        JSON_SET(o, "group_word", text(v, words_in(group_words[f->group].title, v->english)));
        JSON_SET(o, "group_tag", text(v, span_z(group_tag(f->group))));
        JSON_SET(
            o, "gives_say",
            text(v, f->group == GROUP_NOT ? SPAN("") : finding_gives(v->arena, f, v->english)));
    }
    if (cell->measure) {
        JSON_SET(o, "measure_say", text(v, words_in(cell->measure->title, v->english)));
        JSON_SET(o, "measure_link", text(v, shape_link(v->req, "measures", cell->measure->id)));
    }
    return o;
}

static const struct family *family_asked(struct view *v)
{
    const struct library *l = v->checkup->library;
    const struct family *f = map_get(&l->family_by_id, request_text(v->req, "family"));
    return f ? f : l->family_count ? l->families[0] : NULL;
}

static struct span own_place(const struct answers *s, const struct fact *vary)
{
    const struct fact_value *v = answers_find(s, (struct fact_key){.fact = vary});
    return v && v->value.kind == VALUE_STRING ? v->value.string : SPAN("");
}

static void add_rows(struct view *v, const struct comparison *all, struct json *data)
{
    struct json *rows = json_array(v->arena);
    struct span own = own_place(v->answers, all->vary);

    for (size_t i = 0; all->row_count && i < all->region_count; i++)
        json_add(rows, place_shape(v, all->regions[i], own, &all->rows[0].cells[i]));
    JSON_SET(data, "rows", rows);
    set_flag(v, data, "has_rows", rows && rows->n > 0);
}

int checkups_places(struct request *req, struct response *res, void *context)
{
    struct answers s;
    struct checkup *c;
    struct comparison all;
    int r = checkup_open(req, res, context, false, &s, &c);

    if (r != 0)
        return r;
    struct view v = view_of(&s, c);
    const struct family *family = family_asked(&v);
    const struct fact *vary = map_get(&c->library->fact_by_name, SPAN("注册地"));
    struct json *families = json_array(req->arena);
    for (size_t i = 0; i < c->library->family_count; i++)
        shape_option(req, families, c->library->families[i]->id,
                     words_in(c->library->families[i]->title, v.english),
                     c->library->families[i] == family);
    JSON_SET(res->data, "families", families);
    if (vary && family) {
        r = compare_places(req->arena, c->library, &s.subject, &c->options, vary, family, &all,
                           &res->err);
        if (r < 0)
            return r;
        if (req->wants_json) {
            res->data = comparison_json(req->arena, &all);
            return res->data ? 200 : err_memory(&res->err);
        }
        add_rows(&v, &all, res->data);
        JSON_SET(res->data, "family_say", text(&v, words_in(family->title, v.english)));
        JSON_SET(res->data, "family_link", text(&v, shape_link(req, "families", family->id)));
    }
    res->template = "checkup_places";
    res->title = "checkup.places_title";
    return 200;
}
