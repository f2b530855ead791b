/*
 * value_print.c: values as text. value_text is FEEL's string(); value_print puts strings in quotes;
 * value_literal writes an expression that yields the value again.
 */
#include "feel/value_print.h"
#include "base/err.h"
#include "base/utf8.h"
#include "feel/temporal.h"

enum style { STYLE_TEXT, STYLE_QUOTED, STYLE_LITERAL };

static void print(struct buffer *out, struct value v, enum style style);

static void print_quoted(struct buffer *out, struct span s)
{
    buffer_byte(out, '"');
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '"' || c == '\\') {
            buffer_byte(out, '\\');
            buffer_byte(out, c);
        } else if (c == '\n')
            buffer_add_z(out, "\\n");
        else if (c == '\r')
            buffer_add_z(out, "\\r");
        else if (c == '\t')
            buffer_add_z(out, "\\t");
        else
            buffer_byte(out, c);
    }
    buffer_byte(out, '"');
}

static void print_number(struct buffer *out, struct decimal d)
{
    char text[DECIMAL_PLAIN];
    buffer_add(out, span_of(text, decimal_plain(d, text, sizeof text)));
}

static void print_date(struct buffer *out, struct date d)
{
    char text[DATE_TEXT];
    buffer_add(out, span_of(text, date_print(d, text)));
}

static void print_list(struct buffer *out, const struct list *l, enum style style)
{
    buffer_byte(out, '[');
    for (size_t i = 0; i < l->n; i++) {
        if (i > 0)
            buffer_add_z(out, ", ");
        print(out, l->at[i], style);
    }
    if (l->coverage != COVERAGE_COMPLETE)
        buffer_add_z(out, l->n > 0 ? ", ..." : "...");
    buffer_byte(out, ']');
}

/* Can the key stand without quotes? Letters, digits (not first), underscore and everything beyond
 * ASCII. */
static bool is_plain_key(struct span key)
{
    for (size_t i = 0; i < key.n; i++) {
        char c = key.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80);
        bool digit = c >= '0' && c <= '9';
        if (!letter && !(digit && i > 0) && !(c == ' ' && i > 0 && i + 1 < key.n))
            return false;
    }
    return key.n > 0;
}

static void print_context(struct buffer *out, const struct context *c, enum style style)
{
    buffer_byte(out, '{');
    for (size_t i = 0; i < c->n; i++) {
        if (i > 0)
            buffer_add_z(out, ", ");
        if (is_plain_key(c->at[i].key))
            buffer_add(out, c->at[i].key);
        else
            print_quoted(out, c->at[i].key);
        buffer_add_z(out, ": ");
        print(out, c->at[i].value, style);
    }
    buffer_byte(out, '}');
}

static void print_half_range(struct buffer *out, const struct range *r, enum style style)
{
    buffer_add_z(out, r->has_low ? "(>" : "(<");
    if (r->has_low ? r->low_closed : r->high_closed)
        buffer_byte(out, '=');
    buffer_byte(out, ' ');
    print(out, r->has_low ? r->low : r->high, style);
    buffer_byte(out, ')');
}

static void print_range(struct buffer *out, const struct range *r, enum style style)
{
    if (r->has_low != r->has_high) {
        print_half_range(out, r, style);
        return;
    }
    buffer_byte(out, r->low_closed ? '[' : '(');
    print(out, r->low, style);
    buffer_add_z(out, "..");
    print(out, r->high, style);
    buffer_byte(out, r->high_closed ? ']' : ')');
}

static void print_unknown(struct buffer *out, const struct unknown *u)
{
    buffer_add_z(out, "unknown");
    if (u->has_min || u->has_max) {
        buffer_add_z(out, u->has_min ? " [" : " (");
        if (u->has_min)
            print_number(out, u->min);
        buffer_add_z(out, "..");
        if (u->has_max)
            print_number(out, u->max);
        buffer_byte(out, u->has_max ? ']' : ')');
    }
    const char *before = ": ";
    for (const struct missing *m = u->missing; m; m = m->next) {
        buffer_add_z(out, before);
        buffer_add(out, m->fact);
        if (m->item.n > 0)
            buffer_print(out, "@%.*s", SPAN_ARG(m->item));
        if (m->period.n > 0)
            buffer_print(out, "(%.*s)", SPAN_ARG(m->period));
        before = ", ";
    }
}

/* Temporal values; as literals they need their constructor. */
static void print_temporal(struct buffer *out, struct value v)
{
    if (v.kind == VALUE_DATE)
        print_date(out, v.date);
    else if (v.kind == VALUE_TIME)
        time_print(out, v.time);
    else if (v.kind == VALUE_DATE_TIME)
        date_time_print(out, v.date_time);
    else if (v.kind == VALUE_DAYS)
        days_print(out, v.nanoseconds);
    else
        months_print(out, v.months);
}

static void print_temporal_literal(struct buffer *out, struct value v)
{
    buffer_add_z(out, "@\"");
    print_temporal(out, v);
    buffer_byte(out, '"');
}

static void print(struct buffer *out, struct value v, enum style style)
{
    switch ((enum value_kind)v.kind) {
    case VALUE_NULL:
        buffer_add_z(out, "null");
        break;
    case VALUE_BOOLEAN:
        buffer_add_z(out, v.boolean ? "true" : "false");
        break;
    case VALUE_NUMBER:
        print_number(out, v.number);
        break;
    case VALUE_STRING:
        if (style == STYLE_TEXT)
            buffer_add(out, v.string);
        else
            print_quoted(out, v.string);
        break;
    case VALUE_DATE:
    case VALUE_TIME:
    case VALUE_DATE_TIME:
    case VALUE_DAYS:
    case VALUE_MONTHS:
        if (style == STYLE_LITERAL)
            print_temporal_literal(out, v);
        else
            print_temporal(out, v);
        break;
    case VALUE_LIST:
        print_list(out, v.list, style == STYLE_TEXT ? STYLE_QUOTED : style);
        break;
    case VALUE_CONTEXT:
        print_context(out, v.context, style == STYLE_TEXT ? STYLE_QUOTED : style);
        break;
    case VALUE_RANGE:
        print_range(out, v.range, style == STYLE_TEXT ? STYLE_QUOTED : style);
        break;
    case VALUE_FUNCTION:
        buffer_add_z(out, "function");
        break;
    case VALUE_UNKNOWN:
        print_unknown(out, v.unknown);
        break;
    case VALUE_ERROR:
        buffer_print(out, "error %s: %.*s", err_name(v.failure->code),
                     SPAN_ARG(v.failure->message));
        break;
    case VALUE_KINDS:
        break;
    }
}

void value_print(struct buffer *out, struct value v)
{
    print(out, v, STYLE_QUOTED);
}

void value_text(struct buffer *out, struct value v)
{
    print(out, v, STYLE_TEXT);
}

void value_literal(struct buffer *out, struct value v)
{
    print(out, v, STYLE_LITERAL);
}
