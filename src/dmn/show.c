/*
 * show.c: see show.h. Works on the XML of the elements: what is shown is what stands in the model,
 * not what was made of it.
 */
#include "dmn/show.h"
#include "base/utf8.h"
#include "dmn/dmn_int.h"

static const char *const kind_names[] = {[DMN_INPUT] = "input",
                                         [DMN_DECISION] = "decision",
                                         [DMN_BKM] = "knowledge",
                                         [DMN_SERVICE] = "service"};

/* ---- tables ---- */

struct grid {
    const struct xml *table;
    size_t inputs, outputs;
};

static size_t count(const struct xml *x, const char *name)
{
    size_t n = 0;
    XML_EACH(c, x, name)
    n++;
    return n;
}

static struct grid grid_of(const struct xml *table)
{
    return (struct grid){table, count(table, "input"), count(table, "output")};
}

static const struct xml *nth(const struct xml *x, const char *name, size_t i)
{
    const struct xml *c = xml_child(x, name);
    while (c && i-- > 0)
        c = xml_again(c, name);
    return c;
}

static struct span header(const struct grid *g, size_t column)
{
    if (column < g->inputs) {
        const struct xml *input = nth(g->table, "input", column);
        struct span text = xml_child_text(xml_child(input, "inputExpression"), "text");
        return text.n > 0 ? text : xml_attribute(input, "label");
    }
    const struct xml *output = nth(g->table, "output", column - g->inputs);
    struct span name = xml_attribute(output, "name");
    if (name.n == 0)
        name = xml_attribute(output, "label");
    return name.n > 0 ? name : xml_attribute(g->table, "outputLabel");
}

static struct span cell(const struct grid *g, const struct xml *rule, size_t column)
{
    bool input = column < g->inputs;
    const struct xml *entry =
        nth(rule, input ? "inputEntry" : "outputEntry", input ? column : column - g->inputs);
    return xml_child_text(entry, "text");
}

/* U, F, P, A, R, O, C, C+ and so on: the letter that the standard puts into the corner. */
static void policy_letter(struct buffer *out, const struct grid *g)
{
    static const char *const signs[][2] = {
        {"SUM", "+"}, {"COUNT", "#"}, {"MIN", "<"}, {"MAX", ">"}};
    struct span policy = xml_attribute(g->table, "hitPolicy"),
                how = xml_attribute(g->table, "aggregation");
    buffer_byte(out, policy.n > 0 ? policy.p[0] : 'U');
    for (size_t i = 0; i < COUNT_OF(signs); i++)
        if (span_eq(how, span_z(signs[i][0])))
            buffer_add_z(out, signs[i][1]);
}

/* ---- text ---- */

static size_t column_width(const struct grid *g, size_t column)
{
    size_t width = utf8_width(header(g, column));
    XML_EACH(rule, g->table, "rule")
    {
        size_t w = utf8_width(cell(g, rule, column));
        width = w > width ? w : width;
    }
    return width;
}

static void padded(struct buffer *out, struct span s, size_t width)
{
    for (size_t i = 0; i < s.n; i++)
        buffer_byte(out, s.p[i] == '\n' || s.p[i] == '\t' || s.p[i] == '\r' ? ' ' : s.p[i]);
    for (size_t w = utf8_width(s); w < width; w++)
        buffer_byte(out, ' ');
}

static void table_text(struct buffer *out, const struct grid *g)
{
    size_t columns = g->inputs + g->outputs, number = 1;
    buffer_add_z(out, "    ");
    policy_letter(out, g);
    for (size_t c = 0; c < columns; c++) {
        buffer_add_z(out, c == g->inputs ? "  ||  " : "  |  ");
        padded(out, header(g, c), column_width(g, c));
    }
    buffer_byte(out, '\n');
    XML_EACH(rule, g->table, "rule")
    {
        buffer_print(out, "    %zu", number++);
        for (size_t c = 0; c < columns; c++) {
            buffer_add_z(out, c == g->inputs ? "  ||  " : "  |  ");
            padded(out, cell(g, rule, c), column_width(g, c));
        }
        buffer_byte(out, '\n');
    }
}

typedef void show_table(struct buffer *out, const struct grid *g);

/* As deep as the XML. */
static void each_table(struct buffer *out, const struct xml *x, show_table *show)
{
    if (xml_is(x, "decisionTable")) {
        struct grid g = grid_of(x);
        show(out, &g);
        return;
    }
    for (const struct xml *c = x->child; c; c = c->next)
        each_table(out, c, show);
}

static void needs_text(struct buffer *out, const char *word, const struct dmn_need_vector *v)
{
    if (v->n > 0)
        buffer_print(out, "    %s ", word);
    for (size_t i = 0; i < v->n; i++) {
        buffer_add_z(out, i > 0 ? ", " : "");
        if (v->at[i].prefix.n > 0)
            buffer_print(out, "%.*s.", SPAN_ARG(v->at[i].prefix));
        buffer_add(out, v->at[i].element->name);
    }
    if (v->n > 0)
        buffer_byte(out, '\n');
}

void dmn_show_text(struct buffer *out, const struct dmn *m)
{
    buffer_print(out, "%.*s\n", SPAN_ARG(dmn_name(m)));
    for (size_t i = 0; i < dmn_element_count(m); i++) {
        const struct dmn_element *e = dmn_element_at(m, i);
        buffer_print(out, "\n%s %.*s", kind_names[e->kind], SPAN_ARG(e->name));
        if (e->type->kind != TYPE_ANY) {
            buffer_add_z(out, ": ");
            if (e->type->name.n > 0)
                buffer_add(out, e->type->name);
            else
                type_print(out, e->type);
        }
        buffer_byte(out, '\n');
        needs_text(out, "requires", &e->needs);
        needs_text(out, "yields", &e->outputs);
        needs_text(out, "takes", &e->params);
        each_table(out, e->xml, table_text);
    }
}

/* ---- SVG ---- */

enum { BOX_WIDTH = 180, BOX_HEIGHT = 44, GAP_X = 30, GAP_Y = 56, MARGIN = 20 };

/* Elements of all models stand in rows by height, decisions that nobody requires on top. */
struct layout {
    const struct dmn *m;
    uint32_t top;  /* greatest height */
    size_t widest; /* elements of the fullest row */
};

static size_t row_size(const struct dmn *m, uint32_t height)
{
    size_t n = 0;
    for (size_t i = 0; i < m->elements.n; i++)
        n += m->elements.at[i]->height == height;
    return n;
}

static struct layout layout_of(const struct dmn *m)
{
    struct layout l = {m, 0, 0};
    for (size_t i = 0; i < m->elements.n; i++)
        if (m->elements.at[i]->height > l.top)
            l.top = m->elements.at[i]->height;
    for (uint32_t h = 0; h <= l.top; h++) {
        size_t n = row_size(m, h);
        l.widest = n > l.widest ? n : l.widest;
    }
    return l;
}

static void position(const struct layout *l, const struct dmn_element *e, long *ret_x, long *ret_y)
{
    size_t before = 0, n = row_size(l->m, e->height);
    for (size_t i = 0; l->m->elements.at[i] != e; i++)
        before += l->m->elements.at[i]->height == e->height;
    *ret_x =
        MARGIN + (long)((l->widest - n) * (BOX_WIDTH + GAP_X) / 2 + before * (BOX_WIDTH + GAP_X));
    *ret_y = MARGIN + (long)(l->top - e->height) * (BOX_HEIGHT + GAP_Y);
}

static void edges(struct buffer *out, const struct layout *l, const struct dmn_element *e,
                  const struct dmn_need_vector *v)
{
    long x, y, from_x, from_y;
    position(l, e, &x, &y);
    for (size_t i = 0; i < v->n; i++) {
        const struct dmn_element *from = v->at[i].element;
        position(l, from, &from_x, &from_y);
        buffer_print(out, "<line x1=\"%ld\" y1=\"%ld\" x2=\"%ld\" y2=\"%ld\"%s/>\n",
                     from_x + BOX_WIDTH / 2, from_y, x + BOX_WIDTH / 2, y + BOX_HEIGHT,
                     from->kind == DMN_BKM ? " stroke-dasharray=\"5 4\"" : "");
    }
}

static void box(struct buffer *out, const struct layout *l, const struct dmn_element *e)
{
    static const int radius[] = {
        [DMN_INPUT] = BOX_HEIGHT / 2, [DMN_DECISION] = 0, [DMN_BKM] = 6, [DMN_SERVICE] = 12};
    long x, y;
    position(l, e, &x, &y);
    buffer_print(out,
                 "<rect class=\"%s\" x=\"%ld\" y=\"%ld\" width=\"%d\" height=\"%d\" "
                 "rx=\"%d\"/>\n<text x=\"%ld\" y=\"%ld\">",
                 kind_names[e->kind], x, y, BOX_WIDTH, BOX_HEIGHT, radius[e->kind],
                 x + BOX_WIDTH / 2, y + BOX_HEIGHT / 2 + 5);
    buffer_escape(out, e->name);
    buffer_add_z(out, "</text>\n");
}

void dmn_show_svg(struct buffer *out, const struct dmn *m)
{
    struct layout l = layout_of(m);
    size_t width = 2 * MARGIN + l.widest * (BOX_WIDTH + GAP_X),
           height = 2 * MARGIN + (l.top + 1) * (BOX_HEIGHT + GAP_Y);
    buffer_print(out,
                 "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %zu %zu\" width=\"%zu\" "
                 "height=\"%zu\" "
                 "role=\"img\">\n<title>",
                 width, height, width, height);
    buffer_escape(out, dmn_name(m));
    buffer_add_z(out, "</title>\n<g stroke=\"#555\">\n");
    for (size_t i = 0; i < m->elements.n; i++) {
        edges(out, &l, m->elements.at[i], &m->elements.at[i]->needs);
        edges(out, &l, m->elements.at[i], &m->elements.at[i]->outputs);
    }
    buffer_add_z(
        out, "</g>\n<g fill=\"#fff\" stroke=\"#222\">\n<g text-anchor=\"middle\" font-size=\"14\" "
             "font-family=\"sans-serif\">\n<style>text{fill:#222;stroke:none}</style>\n");
    for (size_t i = 0; i < m->elements.n; i++)
        box(out, &l, m->elements.at[i]);
    buffer_add_z(out, "</g></g>\n</svg>\n");
}

/* ---- HTML ---- */

static void table_html(struct buffer *out, const struct grid *g)
{
    size_t columns = g->inputs + g->outputs, number = 1;
    buffer_add_z(out, "<table>\n<tr><th scope=\"col\">");
    policy_letter(out, g);
    buffer_add_z(out, "</th>");
    for (size_t c = 0; c < columns; c++) {
        buffer_print(out, "<th scope=\"col\" class=\"%s\">", c < g->inputs ? "in" : "out");
        buffer_escape(out, header(g, c));
        buffer_add_z(out, "</th>");
    }
    buffer_add_z(out, "</tr>\n");
    XML_EACH(rule, g->table, "rule")
    {
        buffer_print(out, "<tr><th scope=\"row\">%zu</th>", number++);
        for (size_t c = 0; c < columns; c++) {
            buffer_add_z(out, "<td>");
            buffer_escape(out, cell(g, rule, c));
            buffer_add_z(out, "</td>");
        }
        buffer_add_z(out, "</tr>\n");
    }
    buffer_add_z(out, "</table>\n");
}

void dmn_show_html(struct buffer *out, const struct dmn *m)
{
    buffer_add_z(out, "<!DOCTYPE html>\n<html lang=\"zh\">\n<head><meta charset=\"utf-8\"><title>");
    buffer_escape(out, dmn_name(m));
    buffer_add_z(
        out,
        "</title>\n<style>body{font-family:sans-serif}table{border-collapse:collapse}"
        "th,td{border:1px solid #999;padding:.2em .6em;text-align:left}th.in{background:#e8eef7}"
        "th.out{background:#eef7e8}</style></head>\n<body>\n<h1>");
    buffer_escape(out, dmn_name(m));
    buffer_add_z(out, "</h1>\n");
    dmn_show_svg(out, m);
    for (size_t i = 0; i < dmn_element_count(m); i++) {
        const struct dmn_element *e = dmn_element_at(m, i);
        if (e->kind == DMN_INPUT)
            continue;
        buffer_add_z(out, "<h2>");
        buffer_escape(out, e->name);
        buffer_add_z(out, "</h2>\n");
        each_table(out, e->xml, table_html);
        const struct xml *text = xml_child(xml_child(e->xml, "literalExpression"), "text");
        if (text) {
            buffer_add_z(out, "<pre>");
            buffer_escape(out, text->text);
            buffer_add_z(out, "</pre>\n");
        }
    }
    buffer_add_z(out, "</body>\n</html>\n");
}
