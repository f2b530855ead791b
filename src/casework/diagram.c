/*
 * diagram.c: see diagram.h. Rows first (the opening, then states by their distance from it, ends
 * last), then a lane for each state that something leads to: lanes whose lines do not meet share a
 * place.
 */
#include "casework/diagram.h"
#include <stdlib.h>
#include "base/buffer.h"
#include "base/utf8.h"
#include "policy/flow.h"
#include "policy/show_procedure.h"

#define BOX_HEIGHT  28
#define ROW_HEIGHT  22
#define ROW_GAP     14
#define MARGIN      12
#define LANE_WIDTH  16
#define TEXT_INDENT 18
#define COLUMN      7 /* of a terminal, in units of the picture: a Chinese character is two */

/* A state (or the opening) with what leaves it. */
struct box {
    size_t state; /* FLOW_OPENING: the opening */
    size_t depth; /* ways from the opening */
    struct span title;
    bool ended;
    size_t y, width;
};
struct line {
    const struct flow_way *way;
    struct span label;
    size_t y, end; /* where the label ends */
};
/* The lane of what leads to one state. */
struct lane {
    bool used;
    size_t top, bottom, place;
};

struct drawing {
    struct arena *arena;
    const struct procedure *p;
    bool english;
    struct flow flow;
    struct box *boxes; /* in the order of the picture */
    size_t box_count;
    struct line *lines; /* parallel to the ways */
    struct lane *lanes; /* by state */
    size_t lane_places, lanes_x, width, height;
};

/* ---- order ---- */

static int by_depth(const void *x, const void *y)
{
    const struct box *a = x, *b = y;
    if (a->ended != b->ended)
        return a->ended ? 1 : -1;
    if (a->depth != b->depth)
        return a->depth < b->depth ? -1 : 1;
    /* FLOW_OPENING is below all: it alone has depth 0 */
    return a->state < b->state ? -1 : a->state > b->state;
}

/* boxes[0] is the opening, boxes[i + 1] the state i. */
static void find_depths(struct drawing *d)
{
    bool changed = true;
    for (size_t i = 1; i <= d->p->state_count; i++)
        d->boxes[i].depth = SIZE_MAX;
    while (changed) {
        changed = false;
        for (size_t i = 0; i < d->flow.n; i++) {
            const struct flow_way *w = &d->flow.ways[i];
            size_t from = w->from == FLOW_OPENING ? 0 : w->from + 1;
            if (w->to == FLOW_OPENING || d->boxes[from].depth == SIZE_MAX ||
                d->boxes[from].depth + 1 >= d->boxes[w->to + 1].depth)
                continue;
            d->boxes[w->to + 1].depth = d->boxes[from].depth + 1;
            changed = true;
        }
    }
}

static void make_boxes(struct drawing *d)
{
    const struct procedure *p = d->p;
    d->box_count = p->state_count + 1;
    d->boxes[0] =
        (struct box){.state = FLOW_OPENING, .title = d->english ? SPAN("begins") : SPAN("开始")};
    for (size_t i = 0; i < p->state_count; i++)
        d->boxes[i + 1] =
            (struct box){.state = i,
                         .title = d->english ? p->states[i].title.en : p->states[i].title.zh,
                         .ended = p->states[i].phase == PHASE_ENDED};
    find_depths(d);
    qsort(d->boxes, d->box_count, sizeof *d->boxes, by_depth);
}

/* ---- labels ---- */

static bool is_drawn(const struct flow_way *w)
{
    return w->act || w->to != w->from; /* a lapse that changes nothing is the clock's matter */
}

static struct span who_text(const struct drawing *d, const struct procedure_act *act)
{
    struct span text = {NULL, 0};
    for (size_t i = 0; i < act->who_count; i++) {
        struct span one = actor_title(d->p, act->who[i], d->english);
        text = i ? arena_print(d->arena, "%.*s%s%.*s", SPAN_ARG(text), d->english ? ", " : "、",
                               SPAN_ARG(one))
                 : one;
    }
    return text;
}

static struct span label_of(const struct drawing *d, const struct flow_way *w)
{
    const char *sides = d->english ? "%.*s (%.*s)" : "%.*s（%.*s）";
    if (w->act)
        return arena_print(d->arena, sides, SPAN_ARG(act_title(d->p, w->act->id, d->english)),
                           SPAN_ARG(who_text(d, w->act)));
    if (!w->lapse)
        return d->english ? SPAN("withdraw (applicant)") : SPAN("撤回（申请人）");
    struct span title = d->english ? w->lapse->title.en : w->lapse->title.zh;
    struct span limit = limit_text(d->arena, &w->lapse->limit, d->english);
    return arena_print(d->arena, d->english ? "lapse of %.*s (%.*s)" : "%.*s届满（%.*s）",
                       SPAN_ARG(title), SPAN_ARG(limit));
}

static size_t text_width(struct span text)
{
    return utf8_width(text) * COLUMN;
}

/* ---- places ---- */

static void place_rows(struct drawing *d)
{
    size_t y = MARGIN;
    for (size_t i = 0; i < d->box_count; i++) {
        struct box *b = &d->boxes[i];
        b->y = y;
        b->width = text_width(b->title) + 2 * MARGIN;
        y += BOX_HEIGHT;
        if (b->width + MARGIN > d->lanes_x)
            d->lanes_x = b->width + MARGIN;
        for (size_t k = 0; k < d->flow.n; k++) {
            struct line *line = &d->lines[k];
            if (d->flow.ways[k].from != b->state || !is_drawn(&d->flow.ways[k]))
                continue;
            line->way = &d->flow.ways[k];
            line->label = label_of(d, line->way);
            line->y = y + ROW_HEIGHT / 2;
            line->end = MARGIN + TEXT_INDENT + text_width(line->label) + 6;
            if (line->end > d->lanes_x)
                d->lanes_x = line->end;
            y += ROW_HEIGHT;
        }
        y += ROW_GAP;
    }
    d->height = y;
    d->lanes_x += LANE_WIDTH;
}

static size_t box_middle(const struct drawing *d, size_t state)
{
    for (size_t i = 0; i < d->box_count; i++)
        if (d->boxes[i].state == state)
            return d->boxes[i].y + BOX_HEIGHT / 2;
    return 0;
}

static void reach(struct lane *lane, size_t y)
{
    if (!lane->used || y < lane->top)
        lane->top = y;
    if (!lane->used || y > lane->bottom)
        lane->bottom = y;
    lane->used = true;
}

static bool is_taken(const struct drawing *d, size_t state, size_t place)
{
    const struct lane *lane = &d->lanes[state];
    for (size_t i = 0; i < state; i++)
        if (d->lanes[i].used && d->lanes[i].place == place && d->lanes[i].top <= lane->bottom &&
            lane->top <= d->lanes[i].bottom)
            return true;
    return false;
}

static void place_lanes(struct drawing *d)
{
    for (size_t i = 0; i < d->flow.n; i++) {
        const struct line *line = &d->lines[i];
        if (!line->way || line->way->to == line->way->from)
            continue;
        reach(&d->lanes[line->way->to], line->y);
        reach(&d->lanes[line->way->to], box_middle(d, line->way->to));
    }
    for (size_t s = 0; s < d->p->state_count; s++) {
        struct lane *lane = &d->lanes[s];
        while (lane->used && is_taken(d, s, lane->place))
            lane->place++;
        if (lane->used && lane->place + 1 > d->lane_places)
            d->lane_places = lane->place + 1;
    }
    d->width = d->lanes_x + d->lane_places * LANE_WIDTH + MARGIN;
}

static size_t lane_x(const struct drawing *d, size_t state)
{
    return d->lanes_x + d->lanes[state].place * LANE_WIDTH;
}

/* ---- SVG ---- */

/* Tells lanes apart on white and on black. */
static const char *const colours[] = {"#3273c4", "#b0691a", "#2f8a57", "#a8458f",
                                      "#c04848", "#6a6fc9", "#717c1f", "#1f8791"};

static const char *colour_of(const struct drawing *d, size_t state)
{
    return colours[d->lanes[state].place % COUNT_OF(colours)];
}

static void put_label(struct buffer *out, size_t x, size_t y, struct span text)
{
    buffer_print(out, "<text x=\"%zu\" y=\"%zu\">", x, y);
    buffer_escape(out, text);
    buffer_add_z(out, "</text>\n");
}

static void put_box(struct buffer *out, const struct box *b)
{
    buffer_print(out,
                 "<rect x=\"%d\" y=\"%zu\" width=\"%zu\" height=\"%d\" rx=\"%d\" "
                 "fill=\"currentColor\" fill-opacity=\"%s\" stroke=\"currentColor\" "
                 "stroke-width=\"%s\"/>\n",
                 MARGIN, b->y, b->width, BOX_HEIGHT, b->state == FLOW_OPENING ? 14 : 5,
                 b->ended ? "0.16" : "0.05", b->ended ? "2" : "1");
    put_label(out, 2 * MARGIN, b->y + BOX_HEIGHT / 2 + 5, b->title);
}

/* A row: its label, and the way to the lane of where it leads. */
static void put_line(struct buffer *out, const struct drawing *d, const struct line *line)
{
    size_t to = line->way->to;
    bool stays = to == line->way->from;
    put_label(out, MARGIN + TEXT_INDENT, line->y + 5, line->label);
    buffer_print(out, "<circle cx=\"%d\" cy=\"%zu\" r=\"3\" fill=\"%s\"%s/>\n", MARGIN + 8, line->y,
                 stays ? "none" : colour_of(d, to), stays ? " stroke=\"currentColor\"" : "");
    if (stays)
        return;
    buffer_print(out,
                 "<path d=\"M%zu %zu H%zu\" stroke=\"%s\"%s/>"
                 "<circle cx=\"%zu\" cy=\"%zu\" r=\"2.5\" fill=\"%s\"/>\n",
                 line->end, line->y, lane_x(d, to), colour_of(d, to),
                 line->way->lapse ? " stroke-dasharray=\"4 3\"" : "", lane_x(d, to), line->y,
                 colour_of(d, to));
}

static void put_lane(struct buffer *out, const struct drawing *d, const struct box *b)
{
    const struct lane *lane = &d->lanes[b->state];
    size_t x = lane_x(d, b->state), end = MARGIN + b->width, y = b->y + BOX_HEIGHT / 2;
    buffer_print(out,
                 "<path d=\"M%zu %zu V%zu M%zu %zu H%zu\" stroke=\"%s\"/>"
                 "<path d=\"M%zu %zu l8 -4 v8 z\" fill=\"%s\" stroke=\"none\"/>\n",
                 x, lane->top, lane->bottom, x, y, end + 8, colour_of(d, b->state), end, y,
                 colour_of(d, b->state));
}

static void put_head(struct buffer *out, const struct drawing *d, struct span description)
{
    struct span title = d->english ? d->p->title.en : d->p->title.zh;
    buffer_print(out,
                 "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %zu %zu\" width=\"%zu\" "
                 "height=\"%zu\" role=\"img\" lang=\"%s\" "
                 "aria-labelledby=\"procedure-title procedure-ways\" class=\"procedure-ways\" "
                 "font-family=\"sans-serif\" font-size=\"14\">\n<title id=\"procedure-title\">",
                 d->width, d->height, d->width, d->height, d->english ? "en" : "zh-CN");
    buffer_escape(out, title);
    buffer_add_z(out, "</title>\n<desc id=\"procedure-ways\">");
    buffer_escape(out, description);
    buffer_add_z(out, "</desc>\n");
}

static void put_picture(struct buffer *out, const struct drawing *d, struct span description)
{
    put_head(out, d, description);
    buffer_add_z(out, "<g fill=\"none\" stroke-width=\"1.5\">\n");
    for (size_t i = 0; i < d->box_count; i++)
        if (d->boxes[i].state != FLOW_OPENING && d->lanes[d->boxes[i].state].used)
            put_lane(out, d, &d->boxes[i]);
    buffer_add_z(out, "</g>\n<g fill=\"currentColor\" stroke-width=\"1.5\">\n");
    for (size_t i = 0; i < d->flow.n; i++)
        if (d->lines[i].way)
            put_line(out, d, &d->lines[i]);
    for (size_t i = 0; i < d->box_count; i++)
        put_box(out, &d->boxes[i]);
    buffer_add_z(out, "</g>\n</svg>\n");
}

/* ---- words ---- */

static void say_way(struct buffer *out, const struct drawing *d, const struct line *line)
{
    const struct flow_way *w = line->way;
    struct span to = d->english ? d->p->states[w->to].title.en : d->p->states[w->to].title.zh;
    if (w->from == FLOW_OPENING)
        buffer_add(out, d->english ? SPAN("begins") : SPAN("开始"));
    else
        buffer_add(out,
                   d->english ? d->p->states[w->from].title.en : d->p->states[w->from].title.zh);
    if (w->to != w->from)
        buffer_print(out, " → %.*s", SPAN_ARG(to));
    buffer_print(out, "%s%.*s\n", d->english ? ": " : "：", SPAN_ARG(line->label));
}

static void say_ways(struct buffer *out, const struct drawing *d)
{
    for (size_t i = 0; i < d->box_count; i++)
        for (size_t k = 0; k < d->flow.n; k++)
            if (d->lines[k].way && d->lines[k].way->from == d->boxes[i].state)
                say_way(out, d, &d->lines[k]);
}

/* ---- the whole ---- */

static int draw(struct drawing *d, struct err *err)
{
    int r = flow_find(d->arena, d->p, &d->flow, err);
    if (r < 0)
        return r;
    d->boxes = ARENA_ARRAY(d->arena, struct box, d->p->state_count + 1);
    d->lines = ARENA_ARRAY(d->arena, struct line, d->flow.n + 1);
    d->lanes = ARENA_ARRAY(d->arena, struct lane, d->p->state_count + 1);
    if (!d->boxes || !d->lines || !d->lanes)
        return err_memory(err);
    make_boxes(d);
    place_rows(d);
    place_lanes(d);
    return d->arena->failed ? err_memory(err) : 0;
}

static int keep(struct arena *a, struct buffer *out, struct span *ret, struct err *err)
{
    struct span text = arena_copy(a, buffer_span(out));
    int r = buffer_failed(out) || a->failed ? err_memory(err) : 0;
    buffer_release(out);
    if (r == 0)
        *ret = text;
    return r;
}

int procedure_svg(struct arena *a, const struct procedure *p, bool english, struct span *ret,
                  struct err *err)
{
    struct drawing d = {.arena = a, .p = p, .english = english};
    struct buffer out = BUFFER_INIT, words = BUFFER_INIT;
    int r = draw(&d, err);
    if (r < 0)
        return r;
    say_ways(&words, &d);
    put_picture(&out, &d, buffer_span(&words));
    if (buffer_failed(&words))
        a->failed = true;
    buffer_release(&words);
    return keep(a, &out, ret, err);
}

int procedure_ways_text(struct arena *a, const struct procedure *p, bool english, struct span *ret,
                        struct err *err)
{
    struct drawing d = {.arena = a, .p = p, .english = english};
    struct buffer out = BUFFER_INIT;
    int r = draw(&d, err);
    if (r < 0)
        return r;
    say_ways(&out, &d);
    return keep(a, &out, ret, err);
}
