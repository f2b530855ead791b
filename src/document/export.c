/*
 * export.c: Markdown and JSON of a stored document, and what all forms share.
 */
#include "document/export.h"
#include "base/date.h"
#include "base/utf8.h"

struct span export_title(const struct export_input *in)
{
    return in->version->title.n ? in->version->title : in->version->slug;
}

struct span export_body(const struct archive_clause *c)
{
    if (c->title.n == 0 || !span_starts(c->text, c->title))
        return c->text;
    return span_trim(span_from(c->text, c->title.n));
}

/* ---- Markdown ---- */

/* What Markdown would read as a sign of its own. */
static void add_plain(struct buffer *out, struct span s, bool line_start)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool digit_list = line_start && (c == '.' || c == ')') && i > 0 && i < 10;
        for (size_t k = 0; digit_list && k < i; k++)
            digit_list = s.p[k] >= '0' && s.p[k] <= '9';
        bool start = line_start && i == 0 && c && strchr("#+-=>~", c);
        if (digit_list || start || (c && strchr("\\`*_[]<&|", c)))
            buffer_byte(out, '\\');
        buffer_byte(out, c == '\n' || c == '\r' ? ' ' : c);
    }
}

static bool is_kind(const struct archive_clause *c, const char *kind)
{
    return span_eq(c->kind, span_z(kind));
}

static bool has_children(const struct export_input *in, size_t i)
{
    return i + 1 < in->n && in->clauses[i + 1].depth > in->clauses[i].depth;
}

/* A heading is what has a title and nothing behind it, or others below. */
static bool is_heading(const struct export_input *in, size_t i)
{
    const struct archive_clause *c = &in->clauses[i];
    return is_kind(c, "heading") || is_kind(c, "part") ||
           (c->title.n && export_body(c).n == 0 && has_children(in, i));
}

static void markdown_clause(struct buffer *out, const struct export_input *in, size_t i)
{
    const struct archive_clause *c = &in->clauses[i];
    if (is_kind(c, "cell") || (c->text.n == 0 && c->mark.n == 0))
        return;
    if (is_heading(in, i)) {
        int64_t level = c->depth < 1 ? 2 : c->depth > 4 ? 6 : c->depth + 2;
        for (int64_t k = 0; k < level; k++)
            buffer_byte(out, '#');
        buffer_byte(out, ' ');
        add_plain(out, c->mark, false);
        add_plain(out, c->text.n ? c->text : c->title, false);
    } else {
        bool bullet = is_kind(c, "item") && c->mark.n == 0;
        if (bullet)
            buffer_add_z(out, "- ");
        add_plain(out, c->mark, !bullet);
        add_plain(out, c->text, !bullet && c->mark.n == 0);
    }
    buffer_add_z(out, "\n\n");
}

static void markdown_fact(struct buffer *out, const char *name, struct span value)
{
    if (value.n == 0)
        return;
    buffer_print(out, "- %s：", name);
    add_plain(out, value, false);
    buffer_byte(out, '\n');
}

/* ["甲","乙"] as 甲、乙 */
static struct span listed(struct arena *a, struct span json)
{
    struct json *list = NULL;
    struct err ignored = ERR_INIT;
    struct buffer b = BUFFER_INIT;
    if (json_parse(a, json, SPAN(""), &list, &ignored) == 0)
        JSON_EACH(item, list)
        {
            if (b.n)
                buffer_add_z(&b, "、");
            buffer_add(&b, json_text(item));
        }
    struct span s = arena_copy(a, buffer_span(&b));
    buffer_release(&b);
    return s;
}

void export_markdown(struct buffer *out, struct arena *a, const struct export_input *in)
{
    const struct archive_version *v = in->version;
    buffer_add_z(out, "# ");
    add_plain(out, export_title(in), false);
    buffer_add_z(out, "\n\n");
    markdown_fact(out, "文号", v->doc_number);
    markdown_fact(out, "发文机关", listed(a, v->issuers));
    markdown_fact(out, "日期", v->issued);
    markdown_fact(out, "地区", v->region);
    markdown_fact(out, "文种", v->type);
    if (v->number > 1)
        buffer_print(out, "- 版本：%lld\n", (long long)v->number);
    buffer_byte(out, '\n');
    for (size_t i = 0; i < in->n; i++)
        if (i > 0 || !span_eq(in->clauses[i].text, v->title))
            markdown_clause(out, in, i);
}

/* ---- JSON ---- */

static void set(struct arena *a, struct json *j, const char *key, struct span value)
{
    json_set(j, span_z(key), json_string(a, value));
}

static struct json *parsed(struct arena *a, struct span text)
{
    struct json *j = NULL;
    struct err ignored = ERR_INIT;
    return json_parse(a, text, SPAN(""), &j, &ignored) == 0 ? j : json_null(a);
}

static struct json *json_clause(struct arena *a, const struct archive_clause *c)
{
    struct json *j = json_object(a);
    JSON_SET(j, "position", json_int(a, c->position));
    JSON_SET(j, "parent", c->parent < 0 ? json_null(a) : json_int(a, c->parent));
    JSON_SET(j, "depth", json_int(a, c->depth));
    set(a, j, "kind", c->kind);
    set(a, j, "path", c->path);
    set(a, j, "mark", c->mark);
    set(a, j, "title", c->title);
    set(a, j, "text", c->text);
    JSON_SET(j, "start", json_int(a, c->start));
    JSON_SET(j, "end", json_int(a, c->end));
    JSON_SET(j, "line", json_int(a, c->line));
    return j;
}

struct json *export_json(struct arena *a, const struct export_input *in)
{
    const struct archive_version *v = in->version;
    struct json *j = json_object(a), *list = json_array(a);
    char at[DATE_TEXT];
    const struct {
        const char *key;
        struct span value;
    } facts[] = {{"id", v->slug},
                 {"kind", v->kind},
                 {"title", v->title},
                 {"number", v->doc_number},
                 {"date", v->issued},
                 {"signed", v->signed_on},
                 {"region", v->region},
                 {"type", v->type},
                 {"source", v->source_name},
                 {"sha256", v->source_sha256}};
    for (size_t i = 0; i < COUNT_OF(facts); i++)
        set(a, j, facts[i].key, facts[i].value);
    JSON_SET(j, "version", json_int(a, v->number));
    JSON_SET(j, "latest", json_int(a, v->latest));
    set(a, j, "imported", arena_copy(a, span_of(at, clock_print(v->imported_at, at))));
    JSON_SET(j, "issuers", parsed(a, v->issuers));
    JSON_SET(j, "meta", parsed(a, v->meta));
    for (size_t i = 0; i < in->n; i++)
        json_add(list, json_clause(a, &in->clauses[i]));
    JSON_SET(j, "clauses", list);
    return j;
}
