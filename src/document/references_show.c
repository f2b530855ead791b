/*
 * references_show.c: the graph of texts as data and as a picture. The picture has a column for each
 * level and orders each column by the places of its neighbours, twice; no other program is needed.
 */
#include <stdlib.h>
#include "base/utf8.h"
#include "document/references_int.h"

/* ---- data ---- */

static const char *const level_names[] = {"unknown", "state", "city", "district"};
static const char *const how_names[] = {"number",  "title", "fuzzy",   "nickname",
                                        "heading", "text",  "declared"};
static const char *const part_names[] = {"conditions", "amount", "procedure", "whole"};

static struct json *text_json(struct arena *a, const struct reference_text *t, size_t index)
{
    struct json *j = json_object(a);
    JSON_SET(j, "text", json_int(a, (int64_t)index));
    if (t->id.n)
        JSON_SET(j, "id", json_string(a, t->id));
    JSON_SET(j, "title", json_string(a, t->title));
    if (t->number.n)
        JSON_SET(j, "number", json_string(a, t->number));
    if (t->region.n)
        JSON_SET(j, "region", json_string(a, t->region));
    JSON_SET(j, "level", json_string(a, span_z(level_names[t->level])));
    JSON_SET(j, "held", json_bool(a, t->held));
    if (t->file)
        JSON_SET(j, "file", json_string(a, t->file->doc->file));
    return j;
}

static struct span clause_path(struct arena *a, const struct reference_text *t,
                               const struct doc_node *n)
{
    const struct doc *doc = t->file->doc;
    return doc_masked(a, doc, n, doc_path(a, doc, n));
}

static void set_place(struct arena *a, struct json *j, const struct reference_text *t,
                      const struct doc_node *node, size_t start, size_t end)
{
    if (!node || !t->file)
        return;
    JSON_SET(j, "clause", json_string(a, clause_path(a, t, node)));
    JSON_SET(j, "line", json_int(a, doc_line_at(t->file->doc, start)));
    JSON_SET(j, "start", json_int(a, (int64_t)start));
    JSON_SET(j, "end", json_int(a, (int64_t)end));
}

static struct json *relations_json(struct arena *a, const struct references *r)
{
    struct json *list = json_array(a);
    for (size_t i = 0; i < r->relation_count; i++) {
        const struct relation *e = &r->relations[i];
        struct json *j = json_object(a);
        JSON_SET(j, "kind", json_string(a, span_z(relation_name(e->kind))));
        JSON_SET(j, "from", json_int(a, (int64_t)e->from));
        JSON_SET(j, "to", json_int(a, (int64_t)e->to));
        JSON_SET(j, "by", json_string(a, span_z(how_names[e->how])));
        set_place(a, j, &r->texts[e->from], e->node, e->start, e->end);
        json_add(list, j);
    }
    return list;
}

static struct json *referrals_json(struct arena *a, const struct references *r)
{
    struct json *list = json_array(a);
    for (size_t i = 0; i < r->referral_count; i++) {
        const struct referral *e = &r->referrals[i];
        struct json *j = json_object(a), *refers = json_object(a);
        const struct reference_text *t = e->to != NO_TEXT ? &r->texts[e->to] : NULL;
        JSON_SET(j, "from", json_int(a, (int64_t)e->from));
        if (t) {
            JSON_SET(j, "to", json_int(a, (int64_t)e->to));
            struct span name = t->id.n ? t->id : t->number.n ? t->number : t->title;
            JSON_SET(refers, "document", json_string(a, name));
        } else {
            JSON_SET(refers, "document", json_null(a));
            JSON_SET(refers, "words", json_string(a, e->words));
        }
        JSON_SET(refers, "part", json_string(a, span_z(part_names[e->part])));
        JSON_SET(refers, "held", json_bool(a, e->held));
        JSON_SET(j, "refers", refers);
        set_place(a, j, &r->texts[e->from], e->node, e->start, e->end);
        json_add(list, j);
    }
    return list;
}

static struct json *quotations_json(struct arena *a, const struct references *r)
{
    struct json *list = json_array(a);
    for (size_t i = 0; i < r->quotation_count; i++) {
        const struct quotation *e = &r->quotations[i];
        struct json *j = json_object(a);
        JSON_SET(j, "from", json_int(a, (int64_t)e->from));
        JSON_SET(j, "to", json_int(a, (int64_t)e->to));
        JSON_SET(j, "level", json_string(a, span_z(level_names[r->texts[e->to].level])));
        set_place(a, j, &r->texts[e->from], e->node, e->start, e->end);
        json_add(list, j);
    }
    return list;
}

static struct json *side_json(struct arena *a, const struct references *r, size_t text,
                              const struct doc_node *n, const struct mention *value)
{
    struct json *j = json_object(a);
    JSON_SET(j, "text", json_int(a, (int64_t)text));
    if (n)
        set_place(a, j, &r->texts[text], n, value ? value->start : n->start,
                  value ? value->end : n->end);
    if (value) {
        JSON_SET(j, "kind", json_string(a, span_z(mention_name(value->kind))));
        JSON_SET(j, "value", json_string(a, value->value));
    }
    return j;
}

static struct json *pairs_json(struct arena *a, const struct references *r,
                               const struct clause_pair *p, size_t n, const char *first,
                               const char *second)
{
    struct json *list = json_array(a);
    for (size_t i = 0; i < n; i++) {
        struct json *j = json_object(a);
        if (p[i].change)
            JSON_SET(j, "change", json_string(a, span_z(p[i].change)));
        if (p[i].percent)
            JSON_SET(j, "percent", json_int(a, p[i].percent));
        json_set(j, span_z(first), side_json(a, r, p[i].a_text, p[i].a, p[i].a_value));
        json_set(j, span_z(second), side_json(a, r, p[i].b_text, p[i].b, p[i].b_value));
        json_add(list, j);
    }
    return list;
}

struct json *references_json(struct arena *a, const struct references *r)
{
    struct json *j = json_object(a), *texts = json_array(a);
    for (size_t i = 0; i < r->text_count; i++)
        json_add(texts, text_json(a, &r->texts[i], i));
    JSON_SET(j, "texts", texts);
    JSON_SET(j, "relations", relations_json(a, r));
    JSON_SET(j, "refers", referrals_json(a, r));
    JSON_SET(j, "quotes", quotations_json(a, r));
    JSON_SET(j, "duplicates", pairs_json(a, r, r->duplicates, r->duplicate_count, "a", "b"));
    JSON_SET(j, "conflicts", pairs_json(a, r, r->conflicts, r->conflict_count, "a", "b"));
    JSON_SET(j, "floors", pairs_json(a, r, r->floors, r->floor_count, "city", "district"));
    return j;
}

/* ---- picture ---- */

#define COLUMN  420 /* from one column's left side to the next */
#define BOX     300
#define ROW     34
#define TOP     48
#define TITLE   19 /* characters of a title that fit the box */
#define COLUMNS 4

struct cell {
    size_t text;
    unsigned column;
    double wish; /* mean row of the neighbours: only places of boxes, never a figure of a text */
    size_t row;
};

struct drawing {
    struct arena *a;
    const struct references *r;
    struct cell *cells; /* by text */
    size_t *order;      /* texts of a column, in rows */
    size_t counts[COLUMNS];
    bool *drawn;
};

static unsigned column_of(enum text_level level)
{
    return level == LEVEL_STATE ? 0 : level == LEVEL_CITY ? 1 : level == LEVEL_DISTRICT ? 2 : 3;
}

/* Texts without any relation would only fill the page. */
static void mark_drawn(struct drawing *d)
{
    for (size_t i = 0; i < d->r->relation_count; i++) {
        d->drawn[d->r->relations[i].from] = true;
        d->drawn[d->r->relations[i].to] = true;
    }
}

static void place_rows(struct drawing *d)
{
    memset(d->counts, 0, sizeof d->counts);
    for (size_t i = 0; i < d->r->text_count; i++) {
        struct cell *c = &d->cells[d->order[i]];
        if (d->drawn[c->text])
            c->row = d->counts[c->column]++;
    }
}

static void wish(struct drawing *d)
{
    size_t n = d->r->text_count;
    size_t *seen = ARENA_ARRAY(d->a, size_t, n + 1);
    double *sum = ARENA_ARRAY(d->a, double, n + 1);
    for (size_t i = 0; seen && sum && i < d->r->relation_count; i++) {
        const struct relation *e = &d->r->relations[i];
        sum[e->from] += (double)d->cells[e->to].row;
        sum[e->to] += (double)d->cells[e->from].row;
        seen[e->from]++;
        seen[e->to]++;
    }
    for (size_t i = 0; seen && sum && i < n; i++)
        d->cells[i].wish = seen[i] ? sum[i] / (double)seen[i] : 0;
}

static int by_wish(const void *a, const void *b, void *context)
{
    const struct drawing *d = context;
    const struct cell *x = &d->cells[*(const size_t *)a], *y = &d->cells[*(const size_t *)b];
    if (x->column != y->column)
        return x->column < y->column ? -1 : 1;
    if (x->wish != y->wish)
        return x->wish < y->wish ? -1 : 1;
    return x->text < y->text ? -1 : x->text > y->text;
}

static size_t left_of(const struct cell *c)
{
    return 20 + (size_t)c->column * COLUMN;
}

static size_t top_of(const struct cell *c)
{
    return TOP + c->row * ROW;
}

static void draw_text(struct buffer *out, const struct drawing *d, const struct cell *c)
{
    const struct reference_text *t = &d->r->texts[c->text];
    struct span label = t->title.n ? t->title : t->number;
    size_t cut = utf8_offset(label, TITLE);
    buffer_add_z(out, "<g>");
    if (t->link.n) {
        buffer_add_z(out, "<a href=\"");
        buffer_escape(out, t->link);
        buffer_add_z(out, "\">");
    }
    buffer_add_z(out, "<title>");
    buffer_escape(out, t->title);
    buffer_add_z(out, " ");
    buffer_escape(out, t->number);
    buffer_print(
        out,
        "</title><rect x=\"%zu\" y=\"%zu\" width=\"%d\" height=\"26\" rx=\"3\" fill=\"%s\" "
        "stroke=\"#555\"%s/><text x=\"%zu\" y=\"%zu\">",
        left_of(c), top_of(c), BOX, t->held ? "#eef6ff" : "#fff",
        t->held ? "" : " stroke-dasharray=\"4 3\"", left_of(c) + 6, top_of(c) + 18);
    buffer_escape(out, span_of(label.p, cut));
    buffer_add_z(out, cut < label.n ? "…</text>" : "</text>");
    buffer_add_z(out, t->link.n ? "</a></g>\n" : "</g>\n");
}

static const char *colour(enum relation_kind kind)
{
    static const char *const colours[] = {"#0b6", "#088", "#c60", "#b00", "#a60",
                                          "#64c", "#06c", "#999", "#bbb", "#c09"};
    return colours[kind];
}

static void draw_relation(struct buffer *out, const struct drawing *d, const struct relation *e)
{
    const struct cell *a = &d->cells[e->from], *b = &d->cells[e->to];
    bool back = a->column >= b->column, same = a->column == b->column;
    size_t x1 = left_of(a) + (back && !same ? 0 : BOX), y1 = top_of(a) + 13;
    size_t x2 = left_of(b) + (back ? BOX : 0), y2 = top_of(b) + 13;
    long bend = same ? 60 : back ? -60 : 60;
    buffer_print(
        out,
        "<path d=\"M%zu %zu C%ld %zu %ld %zu %zu %zu\" stroke=\"%s\"><title>%s</title></path>\n",
        x1, y1, (long)x1 + bend, y1, (long)x2 + (back || same ? 60 : -60), y2, x2, y2,
        colour(e->kind), relation_name(e->kind));
}

static void draw_head(struct buffer *out, const struct drawing *d)
{
    static const char *const heads[] = {"国家", "市", "区", "未定"};
    size_t most = 0;
    for (size_t i = 0; i < COLUMNS; i++)
        most = d->counts[i] > most ? d->counts[i] : most;
    size_t width = COLUMNS * COLUMN, height = TOP + most * ROW + 40;
    buffer_print(out,
                 "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %zu %zu\" width=\"%zu\" "
                 "height=\"%zu\" font-family=\"sans-serif\" font-size=\"14\">\n",
                 width, height, width, height);
    for (size_t i = 0; i < COLUMNS; i++)
        buffer_print(out, "<text x=\"%zu\" y=\"28\" font-weight=\"bold\">%s</text>\n",
                     20 + i * COLUMN, heads[i]);
    for (size_t i = 0; i < RELATION_KINDS; i++)
        buffer_print(out, "<text x=\"%zu\" y=\"%zu\" fill=\"%s\">%s</text>\n", 20 + i * 110,
                     height - 12, colour((enum relation_kind)i),
                     relation_name((enum relation_kind)i));
}

void references_svg(struct buffer *out, struct arena *a, const struct references *r)
{
    struct drawing d = {.a = a, .r = r};
    d.cells = ARENA_ARRAY(a, struct cell, r->text_count + 1);
    d.order = ARENA_ARRAY(a, size_t, r->text_count + 1);
    d.drawn = ARENA_ARRAY(a, bool, r->text_count + 1);
    if (!d.cells || !d.order || !d.drawn)
        return;
    mark_drawn(&d);
    for (size_t i = 0; i < r->text_count; i++) {
        d.order[i] = i;
        d.cells[i] = (struct cell){.text = i, .column = column_of(r->texts[i].level)};
    }
    for (unsigned pass = 0; pass < 3; pass++) {
        qsort_r(d.order, r->text_count, sizeof d.order[0], by_wish, &d);
        place_rows(&d);
        wish(&d);
    }
    draw_head(out, &d);
    buffer_add_z(out, "<g fill=\"none\" stroke-width=\"1.2\">\n");
    for (size_t i = 0; i < r->relation_count; i++)
        draw_relation(out, &d, &r->relations[i]);
    buffer_add_z(out, "</g>\n");
    for (size_t i = 0; i < r->text_count; i++)
        if (d.drawn[i])
            draw_text(out, &d, &d.cells[i]);
    buffer_add_z(out, "</svg>\n");
}
