/*
 * export_html.c: a document, or what changed in it, as HTML. Every clause is an element with its
 * path; the page needs nothing from outside.
 */
#include "document/export.h"

static const char style[] =
    "body{font-family:\"Noto Sans CJK SC\",\"Microsoft YaHei\",sans-serif;max-width:46em;"
    "margin:2em auto;padding:0 1em;line-height:1.7;color:#1b1b1b;background:#fff}"
    "h1{font-size:1.5em}.mark{font-weight:600}dl{display:grid;grid-template-columns:6em 1fr}"
    "dd{margin:0}table{border-collapse:collapse}td{border:1px solid #888;padding:.2em .5em}"
    "ins{background:#d9f2dc;text-decoration:underline}"
    "del{background:#f8dcdc;text-decoration:line-through}"
    ".moved{border-left:3px solid #6a5acd;padding-left:.5em}"
    ".depth-2{margin-left:1em}.depth-3{margin-left:2em}.depth-4{margin-left:3em}";

static bool is_kind(const struct archive_clause *c, const char *kind)
{
    return span_eq(c->kind, span_z(kind));
}

static void page_head(struct buffer *out, struct span title)
{
    buffer_add_z(out, "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n"
                      "<meta name=\"viewport\" content=\"width=device-width\">\n<title>");
    buffer_escape(out, title);
    buffer_print(out, "</title>\n<style>%s</style>\n</head>\n<body>\n", style);
}

static void fact(struct buffer *out, const char *name, struct span value)
{
    if (value.n == 0)
        return;
    buffer_print(out, "<dt>%s</dt><dd>", name);
    buffer_escape(out, value);
    buffer_add_z(out, "</dd>\n");
}

static void facts(struct buffer *out, struct arena *a, const struct archive_version *v)
{
    struct json *issuers = NULL;
    struct err ignored = ERR_INIT;
    buffer_add_z(out, "<dl>\n");
    fact(out, "文号", v->doc_number);
    if (json_parse(a, v->issuers, SPAN(""), &issuers, &ignored) == 0)
        JSON_EACH(issuer, issuers)
    fact(out, "发文机关", json_text(issuer));
    fact(out, "日期", v->issued);
    fact(out, "地区", v->region);
    fact(out, "文种", v->type);
    buffer_print(out, "<dt>版本</dt><dd>%lld</dd>\n</dl>\n", (long long)v->number);
}

/* id and path of a clause, for links and for programs. */
static void open_clause(struct buffer *out, const char *tag, const struct archive_clause *c,
                        const char *class)
{
    buffer_print(out, "<%s id=\"c%lld\" class=\"depth-%lld%s%s\" data-path=\"", tag,
                 (long long)c->position, (long long)(c->depth < 4 ? c->depth : 4),
                 *class ? " " : "", class);
    buffer_escape(out, c->path);
    buffer_add_z(out, "\">");
    if (c->mark.n) {
        buffer_add_z(out, "<span class=\"mark\">");
        buffer_escape(out, c->mark);
        buffer_add_z(out, "</span>");
    }
}

static const char *heading_tag(int64_t depth)
{
    static const char *const tags[] = {"h2", "h2", "h3", "h4", "h5", "h6"};
    return tags[depth < 0 ? 0 : depth > 5 ? 5 : depth];
}

/* Tables are opened by their first row and closed by what is no row. */
struct table {
    bool open, row;
};

static void end_row(struct buffer *out, struct table *t)
{
    if (t->row)
        buffer_add_z(out, "</tr>\n");
    t->row = false;
}

static void end_table(struct buffer *out, struct table *t)
{
    end_row(out, t);
    if (t->open)
        buffer_add_z(out, "</table>\n");
    t->open = false;
}

static bool row_has_cells(const struct export_input *in, size_t i)
{
    return i + 1 < in->n && is_kind(&in->clauses[i + 1], "cell");
}

static void table_part(struct buffer *out, const struct export_input *in, size_t i, struct table *t)
{
    const struct archive_clause *c = &in->clauses[i];
    bool cell = is_kind(c, "cell");
    if (!t->open)
        buffer_add_z(out, "<table>\n");
    t->open = true;
    if (!cell) {
        end_row(out, t);
        buffer_add_z(out, "<tr>");
        t->row = true;
        if (row_has_cells(in, i))
            return;
    }
    open_clause(out, "td", c, "");
    buffer_escape(out, c->text);
    buffer_add_z(out, "</td>");
}

static void clause(struct buffer *out, const struct export_input *in, size_t i, struct table *t)
{
    const struct archive_clause *c = &in->clauses[i];
    if (is_kind(c, "row") || is_kind(c, "cell")) {
        table_part(out, in, i, t);
        return;
    }
    end_table(out, t);
    if (c->text.n == 0 && c->mark.n == 0)
        return;
    struct span body = export_body(c);
    bool heading = c->title.n && (is_kind(c, "heading") || is_kind(c, "part") || body.n == 0);
    const char *tag = heading ? heading_tag(c->depth) : "p";
    open_clause(out, tag, c, "");
    buffer_escape(out, c->text);
    buffer_print(out, "</%s>\n", tag);
}

void export_html(struct buffer *out, struct arena *a, const struct export_input *in)
{
    struct table t = {0};
    page_head(out, export_title(in));
    buffer_add_z(out, "<h1>");
    buffer_escape(out, export_title(in));
    buffer_add_z(out, "</h1>\n");
    facts(out, a, in->version);
    for (size_t i = 0; i < in->n; i++)
        if (i > 0 || !span_eq(in->clauses[i].text, in->version->title))
            clause(out, in, i, &t);
    end_table(out, &t);
    buffer_add_z(out, "</body>\n</html>\n");
}

/* ---- what changed ---- */

static void runs(struct buffer *out, const struct diff_item *item)
{
    static const char *const tags[] = {NULL, "ins", "del"};
    for (size_t i = 0; i < item->run_count; i++) {
        const struct diff_run *r = &item->runs[i];
        if (r->text.n == 0)
            continue;
        if (tags[r->word])
            buffer_print(out, "<%s>", tags[r->word]);
        buffer_escape(out, r->text);
        if (tags[r->word])
            buffer_print(out, "</%s>", tags[r->word]);
    }
}

static void changed(struct buffer *out, const struct diff_item *item)
{
    const struct archive_clause *c = item->after ? item->after : item->before;
    if (is_kind(c, "cell") || (c->text.n == 0 && c->mark.n == 0))
        return;
    buffer_print(out, "<p class=\"%s%s\" data-path=\"", diff_kind_name(item->kind),
                 item->moved && item->kind != DIFF_MOVED ? " moved" : "");
    buffer_escape(out, c->path);
    buffer_add_z(out, "\">");
    if (item->before && item->after && !span_eq(item->before->mark, item->after->mark)) {
        buffer_add_z(out, "<del>");
        buffer_escape(out, item->before->mark);
        buffer_add_z(out, "</del><ins>");
        buffer_escape(out, item->after->mark);
        buffer_add_z(out, "</ins>");
    } else {
        buffer_escape(out, c->mark);
    }
    runs(out, item);
    buffer_add_z(out, "</p>\n");
}

void export_diff_html(struct buffer *out, struct arena *a, const struct archive_version *version,
                      const struct diff *diff, bool page)
{
    UNUSED(a);
    if (page) {
        page_head(out, version->title);
        buffer_add_z(out, "<h1>");
        buffer_escape(out, version->title);
        buffer_add_z(out, "</h1>\n");
    }
    buffer_add_z(out, "<section class=\"document-diff\">\n");
    for (size_t i = 0; i < diff->n; i++)
        changed(out, &diff->items[i]);
    buffer_add_z(out, "</section>\n");
    if (page)
        buffer_add_z(out, "</body>\n</html>\n");
}
