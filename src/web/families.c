/*
 * families.c: one measure across districts, side by side: the rows of a family with what differs,
 * as a table and, where a figure differs, as bars. An empty cell says that the text does not state
 * it.
 */
#include "web/handlers.h"
#include "web/shape.h"

#define BAR_WIDTH 320

static struct json *family_line(struct request *req, const struct family *f)
{
    struct json *o = json_object(req->arena);

    JSON_SET(o, "id", shape_text(req, f->id));
    JSON_SET(o, "link", shape_text(req, shape_link(req, "families", f->id)));
    JSON_SET(o, "title", shape_text(req, words_in(f->title, is_english(req))));
    JSON_SET(o, "members", json_int(req->arena, (int64_t)f->member_count));
    return o;
}

int families_list(struct request *req, struct response *res, void *context)
{
    const struct app *app = context;
    struct json *list = json_array(req->arena);

    for (size_t i = 0; i < app->library->family_count; i++)
        json_add(list, family_line(req, app->library->families[i]));
    JSON_SET(res->data, "families", list);
    JSON_SET(res->data, "none", json_bool(req->arena, list && list->n == 0));
    res->template = "families";
    res->title = "families.title";
    return 200;
}

/* ---- one family ---- */

/* A slot that only repeats the region of its row. */
static bool is_region(const struct family *f, size_t slot)
{
    for (size_t k = 0; k < f->member_count; k++) {
        const struct measure *m = f->members[k];
        const struct json *v = m->family_values ? m->family_values[slot] : NULL;
        if (v && !span_eq(json_text(v), m->region))
            return false;
    }
    return true;
}

/* Slots that tell districts apart: not places of the text, not FEEL. */
static bool is_compared(const struct family *f, size_t slot)
{
    const enum family_slot_kind kind = f->slots[slot].kind;
    return kind != FAMILY_TEXT && kind != FAMILY_EXPRESSION && !is_region(f, slot);
}

static struct span value_words(struct request *req, const struct json *v)
{
    struct buffer b = BUFFER_INIT;

    if (v && v->kind == JSON_ARRAY) {
        JSON_EACH(e, v)
        {
            if (b.n)
                buffer_add_z(&b, "、");
            buffer_add(&b, json_text(e));
        }
        struct span words = arena_copy(req->arena, buffer_span(&b));
        req->arena->failed |= buffer_failed(&b);
        buffer_release(&b);
        return words;
    }
    struct span text = v ? json_text(v) : (struct span){NULL, 0};
    if (span_eq(text, SPAN("true")))
        return request_say(req, "families.yes", NULL);
    if (span_eq(text, SPAN("false")))
        return request_say(req, "families.no", NULL);
    return text;
}

static struct json *member_row(struct request *req, const struct app *app, const struct family *f,
                               const struct measure *m)
{
    struct json *o = json_object(req->arena), *cells = json_array(req->arena);

    JSON_SET(o, "link", shape_text(req, shape_measure_link(req, m)));
    JSON_SET(o, "title", shape_text(req, words_in(m->title, is_english(req))));
    JSON_SET(o, "plain", shape_text(req, words_in(m->plain, is_english(req))));
    JSON_SET(o, "region", shape_text(req, m->region));
    if (m->document)
        JSON_SET(o, "cites", shape_citation(req, app, m->document, m->cites));
    for (size_t i = 0; i < f->slot_count; i++) {
        struct json *cell = json_object(req->arena);
        struct span title = words_in(f->slots[i].title, is_english(req));
        if (!is_compared(f, i))
            continue;
        JSON_SET(cell, "column", shape_text(req, title.n ? title : f->slots[i].name));
        shape_set(req, cell, "value",
                  m->family_values ? value_words(req, m->family_values[i])
                                   : (struct span){NULL, 0});
        json_add(cells, cell);
    }
    JSON_SET(o, "cells", cells);
    return o;
}

static bool slot_number(const struct measure *m, size_t slot, struct decimal *ret)
{
    const struct json *v = m->family_values ? m->family_values[slot] : NULL;
    return v && decimal_parse(json_text(v), ret);
}

/* The first number that differs between members; SIZE_MAX = none. */
static size_t slot_to_draw(const struct family *f)
{
    for (size_t i = 0; i < f->slot_count; i++) {
        struct decimal first, d;
        bool any = false;
        for (size_t k = 0; f->slots[i].kind == FAMILY_NUMBER && k < f->member_count; k++) {
            if (!slot_number(f->members[k], i, &d))
                continue;
            if (any && decimal_compare(first, d) != 0)
                return i;
            first = any ? first : d;
            any = true;
        }
    }
    return SIZE_MAX;
}

static int64_t bar_width(struct decimal d, struct decimal most)
{
    unsigned flags = 0;
    int64_t width = 0;

    if (decimal_sign(most) > 0) {
        struct decimal part =
            decimal_div(decimal_mul(d, decimal_from_int(BAR_WIDTH), &flags), most, &flags);
        (void)decimal_to_int(decimal_round(part, 0, ROUND_FLOOR, &flags), &width);
    }
    return width < 2 ? 2 : width;
}

/* Bars of one figure: lengths are parts of the longest, in whole pixels. */
static void add_bars(struct request *req, const struct family *f, size_t slot, struct json *data)
{
    struct json *bars = json_array(req->arena), *chart = json_object(req->arena);
    struct decimal most = decimal_from_int(0), d;

    for (size_t k = 0; k < f->member_count; k++)
        if (slot_number(f->members[k], slot, &d) && decimal_compare(d, most) > 0)
            most = d;
    for (size_t k = 0; k < f->member_count; k++) {
        struct json *o = json_object(req->arena);
        if (!slot_number(f->members[k], slot, &d))
            continue;
        JSON_SET(o, "region", shape_text(req, f->members[k]->region));
        JSON_SET(o, "value", shape_text(req, json_text(f->members[k]->family_values[slot])));
        JSON_SET(o, "width", json_int(req->arena, bar_width(d, most)));
        json_add(bars, o);
    }
    JSON_SET(chart, "of", shape_text(req, f->slots[slot].name));
    shape_set(req, chart, "unit", f->slots[slot].unit);
    JSON_SET(chart, "bars", bars);
    JSON_SET(data, "chart", chart);
}

static void add_columns(struct request *req, const struct family *f, struct json *data)
{
    struct json *columns = json_array(req->arena);

    for (size_t i = 0; i < f->slot_count; i++) {
        struct json *o = json_object(req->arena);
        struct span title = words_in(f->slots[i].title, is_english(req));
        if (!is_compared(f, i))
            continue;
        JSON_SET(o, "name", shape_text(req, title.n ? title : f->slots[i].name));
        shape_set(req, o, "unit", f->slots[i].unit);
        json_add(columns, o);
    }
    JSON_SET(data, "columns", columns);
}

int families_show(struct request *req, struct response *res, void *context)
{
    const struct app *app = context;
    struct span id = request_param(req, "id");
    const struct family *f = map_get(&app->library->family_by_id, id);
    struct json *rows = json_array(req->arena);

    if (!f)
        return err_set(&res->err, E_NOT_FOUND, "没有这一组措施：%.*s", SPAN_ARG(id));
    for (size_t i = 0; i < f->member_count; i++)
        json_add(rows, member_row(req, app, f, f->members[i]));
    size_t drawn = slot_to_draw(f);
    if (drawn != SIZE_MAX)
        add_bars(req, f, drawn, res->data);
    add_columns(req, f, res->data);
    JSON_SET(res->data, "rows", rows);
    JSON_SET(res->data, "title", shape_text(req, words_in(f->title, is_english(req))));
    res->template = "family";
    return 200;
}
