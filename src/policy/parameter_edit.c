/*
 * parameter_edit.c: see parameter_edit.h. The place is found by lines: the block of the parameter,
 * its `values:`, behind the last of them. The result is parsed and compared with what was meant.
 */
#include "policy/parameter_edit.h"

#include "base/date.h"
#include "base/decimal.h"

struct line {
    struct span text; /* without line end */
    size_t start, end, indent;
    bool blank; /* or a comment */
};

static bool next_line(struct span yaml, size_t at, struct line *ret)
{
    size_t n = 0, indent = 0;

    if (at >= yaml.n)
        return false;
    while (at + n < yaml.n && yaml.p[at + n] != '\n')
        n++;
    ret->text = span_of(yaml.p + at, n);
    while (indent < n && ret->text.p[indent] == ' ')
        indent++;
    *ret = (struct line){ret->text, at, at + n < yaml.n ? at + n + 1 : at + n, indent,
                         indent == n || ret->text.p[indent] == '#'};
    return true;
}

static struct span rest_of(const struct line *l)
{
    return span_from(l->text, l->indent);
}

static bool names(struct span text, struct span name)
{
    size_t comment = span_find(text, SPAN(" #"));

    text = span_trim(span_of(text.p, comment == SIZE_MAX ? text.n : comment));
    if (text.n >= 2 && (text.p[0] == '\'' || text.p[0] == '"'))
        text = span_of(text.p + 1, text.n - 2);
    return span_eq(text, name);
}

/* Where the value goes. */
struct slot {
    size_t at;         /* byte */
    size_t indent;     /* of the item */
    bool opens;        /* `values:` has to be written before it */
    struct span empty; /* "[]" that goes */
};

#define PARAMETER "- parameter:"
#define VALUES    "values:"

static bool find_block(struct span yaml, struct span name, struct line *ret)
{
    for (size_t at = 0; next_line(yaml, at, ret); at = ret->end)
        if (span_starts(rest_of(ret), SPAN(PARAMETER)) &&
            names(span_from(rest_of(ret), sizeof PARAMETER - 1), name))
            return true;
    return false;
}

/* Behind the last item of the list that begins behind `at`; `key` is the indent of its name. */
static void find_end(struct span yaml, size_t at, size_t key, struct slot *ret)
{
    struct line l;
    bool first = true;

    ret->at = at;
    ret->indent = key + 2;
    for (; next_line(yaml, at, &l); at = l.end) {
        bool item = span_starts(rest_of(&l), SPAN("- "));
        if (l.blank)
            continue;
        if (l.indent < key || (l.indent == key && !item))
            return;
        if (first)
            ret->indent = l.indent;
        first = false;
        ret->at = l.end;
    }
}

/* 0 = there; E_INPUT = the values stand in one line. */
static int find_slot(struct span yaml, const struct line *head, struct slot *ret, struct err *err)
{
    size_t key = head->indent + 2;
    struct line l;

    *ret = (struct slot){.at = head->end, .indent = key + 2, .opens = true};
    for (size_t at = head->end; next_line(yaml, at, &l); at = l.end) {
        if (l.blank)
            continue;
        if (l.indent < key)
            break;
        ret->at = l.end;
        if (l.indent != key || !span_starts(rest_of(&l), SPAN(VALUES)))
            continue;
        struct span behind = span_trim(span_from(rest_of(&l), sizeof VALUES - 1));
        ret->opens = false;
        if (span_starts(behind, SPAN("[]")) && (behind.n == 2 || behind.p[2] == ' '))
            ret->empty = span_of(behind.p, 2);
        else if (behind.n && behind.p[0] != '#')
            return err_set(err, E_INPUT,
                           "the values of the parameter stand in one line: edit the file itself");
        find_end(yaml, l.end, key, ret);
        return 0;
    }
    return 0;
}

/* ---- what is written ---- */

static void add_quoted(struct buffer *out, const char *key, struct span text)
{
    buffer_print(out, ", %s: '", key);
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '\'')
            buffer_byte(out, '\'');
        buffer_byte(out, text.p[i]);
    }
    buffer_byte(out, '\'');
}

/* Plain where that reads as a number, a date or a truth; quoted otherwise. */
static void add_value(struct buffer *out, struct span value)
{
    struct decimal d;
    struct date day;

    if (decimal_parse(value, &d) || date_parse(value, &day) || span_eq(value, SPAN("true")) ||
        span_eq(value, SPAN("false")))
        buffer_print(out, ", value: %.*s", SPAN_ARG(value));
    else
        add_quoted(out, "value", value);
}

static void write_item(struct buffer *out, const struct slot *slot, const struct parameter_new *x)
{
    if (slot->opens)
        buffer_print(out, "%*s" VALUES "\n", (int)slot->indent - 2, "");
    buffer_print(out, "%*s- {from: %.*s", (int)slot->indent, "", SPAN_ARG(x->from));
    if (x->to.n)
        buffer_print(out, ", to: %.*s", SPAN_ARG(x->to));
    add_value(out, x->value);
    if (x->region.n)
        add_quoted(out, "region", x->region);
    add_quoted(out, "source", x->source);
    buffer_add_z(out, "}\n");
}

static struct span write_file(struct arena *a, struct span yaml, const struct slot *slot,
                              const struct parameter_new *x)
{
    struct buffer out = BUFFER_INIT;
    size_t gap = slot->empty.n ? (size_t)(slot->empty.p - yaml.p) : slot->at;

    buffer_add(&out, span_of(yaml.p, gap));
    if (slot->empty.n) {
        while (out.n && out.p[out.n - 1] == ' ')
            out.n--;
        buffer_add(&out, span_of(slot->empty.p + 2, slot->at - gap - 2));
    }
    if (out.n && out.p[out.n - 1] != '\n')
        buffer_byte(&out, '\n');
    write_item(&out, slot, x);
    buffer_add(&out, span_from(yaml, slot->at));
    struct span copy = buffer_failed(&out) ? (struct span){0} : arena_copy(a, buffer_span(&out));
    buffer_release(&out);
    return copy;
}

/* ---- proof ---- */

static const struct json *declared(struct arena *a, struct span yaml, struct span name)
{
    struct json *file = NULL;
    struct err ignored = ERR_INIT;

    if (span_find(yaml, name) == SIZE_MAX ||
        yaml_parse(a, yaml, SPAN("parameters"), &file, &ignored) < 0)
        return NULL;
    JSON_EACH(p, JSON_GET(file, "parameters"))
    if (span_eq(json_text(JSON_GET(p, "parameter")), name))
        return p;
    return NULL;
}

static const struct json *values_of(struct arena *a, struct span yaml, struct span name)
{
    const struct json *p = declared(a, yaml, name), *values = JSON_GET(p, "values");
    return !p ? NULL : values ? values : json_array(a);
}

static bool says_event(const struct json *p)
{
    const struct json *event = JSON_GET(p, "event");
    return event && (event->kind == JSON_TRUE || span_eq(json_text(event), SPAN("true")));
}

bool parameter_in_file(struct arena *request, struct span yaml, struct span name, bool *ret_event)
{
    const struct json *p = declared(request, yaml, name);

    *ret_event = says_event(p);
    return p != NULL;
}

static bool is_there(const struct json *values, const struct parameter_new *x)
{
    JSON_EACH(v, values)
    if (span_eq(json_text(JSON_GET(v, "from")), x->from) &&
        span_eq(json_text(JSON_GET(v, "region")), x->region))
        return true;
    return false;
}

static bool one_line(struct span s, size_t most)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 0x20)
            return false;
    return s.n <= most;
}

/* An event is known from the day on which it is announced: today, or its own day when that is past.
 */
static struct span known_from(struct arena *a, struct span day)
{
    char today[DATE_TEXT];
    size_t n = date_print(date_today(), today);

    return span_compare(day, span_of(today, n)) < 0 ? day : arena_copy(a, span_of(today, n));
}

static int check(struct arena *a, bool event, struct parameter_new *x, struct err *err)
{
    struct date from, to;

    x->value = span_trim(x->value);
    x->region = span_trim(x->region);
    x->source = span_trim(x->source);
    if (event && !x->from.n)
        x->from = known_from(a, x->value);
    if (!x->value.n || !one_line(x->value, 200))
        return err_set(err, E_INPUT, "a value is one line of at most 200 bytes");
    if (event && !date_parse(x->value, &from))
        return err_set(err, E_INPUT, "the day of an event is a date such as 2020-07-20");
    if (!date_parse(x->from, &from) || (x->to.n && !date_parse(x->to, &to)))
        return err_set(err, E_INPUT, "a value holds from a day on, such as 2020-07-01");
    if (x->to.n && date_compare(to, from) < 0)
        return err_set(err, E_INPUT, "the last day lies before the first");
    if (!x->source.n || !one_line(x->source, 300) || !one_line(x->region, 100))
        return err_set(err, E_INPUT, "a value needs its source: the document that says so");
    return 0;
}

int parameter_edit(struct arena *request, struct span name, struct span yaml,
                   const struct parameter_new *given, struct span *ret, struct err *err)
{
    const struct json *was = values_of(request, yaml, name), *is;
    struct parameter_new x = *given;
    struct line head;
    struct slot slot;

    if (!was)
        return err_set(err, E_NOT_FOUND, "the file declares no parameter %.*s", SPAN_ARG(name));
    int r = check(request, says_event(declared(request, yaml, name)), &x, err);
    if (r < 0)
        return r;
    if (!find_block(yaml, name, &head))
        return err_set(err, E_INPUT, "the file does not hold the parameter in lines of its own");
    if (is_there(was, &x))
        return err_set(err, E_CONFLICT, "there is a value from %.*s on already", SPAN_ARG(x.from));
    r = find_slot(yaml, &head, &slot, err);
    if (r < 0)
        return r;
    *ret = write_file(request, yaml, &slot, &x);
    if (!ret->p)
        return err_memory(err);
    is = values_of(request, *ret, name);
    if (!is || is->n != was->n + 1 || !is_there(is, &x))
        return err_set(err, E_INPUT, "the file is written so that nothing can be added: edit it");
    return 0;
}
