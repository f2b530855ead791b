/*
 * ical.c: see ical.h. Lines are folded at 75 bytes, between characters; texts are escaped.
 */
#include "policy/ical.h"

#define LINE_MAX_BYTES 75

/* ---- content lines ---- */

static bool is_continuation(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

static void add_line(struct buffer *out, struct span line)
{
    size_t room = LINE_MAX_BYTES;
    while (line.n > room) {
        size_t n = room;
        while (n > 0 && is_continuation(line.p[n]))
            n--;
        buffer_add(out, span_of(line.p, n));
        buffer_add_z(out, "\r\n ");
        line = span_from(line, n);
        room = LINE_MAX_BYTES - 1; /* behind the space */
    }
    buffer_add(out, line);
    buffer_add_z(out, "\r\n");
}

static void add_escaped(struct buffer *out, struct span text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '\\' || text.p[i] == ';' || text.p[i] == ',')
            buffer_byte(out, '\\');
        if (text.p[i] == '\n')
            buffer_add_z(out, "\\n");
        else if ((unsigned char)text.p[i] >= 0x20)
            buffer_byte(out, text.p[i]);
    }
}

/* ---- entries ---- */

struct feed {
    struct buffer *out;
    const struct checkup *checkup;
    bool english;
};

static void add_date(struct buffer *out, const char *name, struct date d)
{
    buffer_print(out, "%s;VALUE=DATE:%04d%02d%02d\r\n", name, (int)d.year, (int)d.month,
                 (int)d.day);
}

static void add_property(const struct feed *f, const char *name, struct span a, struct span b,
                         struct span c)
{
    struct buffer line = BUFFER_INIT;
    buffer_print(&line, "%s:", name);
    add_escaped(&line, a);
    add_escaped(&line, b);
    add_escaped(&line, c);
    add_line(f->out, buffer_span(&line));
    f->out->failed = f->out->failed || line.failed;
    buffer_release(&line);
}

/* One entry for ever: what it is about, which date of it. */
static void add_uid(const struct feed *f, const struct finding *x, const struct date_finding *d)
{
    struct buffer line = BUFFER_INIT;
    buffer_print(&line, "UID:%.*s", SPAN_ARG(x->measure->id));
    if (x->item.n)
        buffer_print(&line, "/%.*s", SPAN_ARG(x->item));
    buffer_print(&line, "/%.*s", SPAN_ARG(d->what));
    if (d->round)
        buffer_print(&line, "/%.*s", SPAN_ARG(d->round->id));
    buffer_add_z(&line, "@huiqi");
    add_line(f->out, buffer_span(&line));
    f->out->failed = f->out->failed || line.failed;
    buffer_release(&line);
}

static void add_entry(const struct feed *f, const struct finding *x, const struct date_finding *d)
{
    const struct measure *m = x->measure;
    struct date first = d->has_safe ? d->safe : d->date, next = first, as_of;
    bool en = f->english;
    as_of = f->checkup->options.as_of;
    if (!date_add_days(first, 1, &next))
        return;
    buffer_add_z(f->out, "BEGIN:VEVENT\r\n");
    add_uid(f, x, d);
    buffer_print(f->out, "DTSTAMP:%04d%02d%02dT000000Z\r\n", (int)as_of.year, (int)as_of.month,
                 (int)as_of.day);
    add_date(f->out, "DTSTART", first);
    add_date(f->out, "DTEND", next);
    add_property(f, "SUMMARY", words_in(d->title, en), en ? SPAN(": ") : SPAN("："),
                 words_in(m->title, en));
    add_property(f, "DESCRIPTION", m->document->title, SPAN(" "), d->cites.n ? d->cites : m->cites);
    if (d->has_safe)
        add_property(f, "COMMENT",
                     en ? SPAN("the earliest day that it may turn out to be")
                        : SPAN("最早可能的日期，实际日期待定"),
                     SPAN(""), SPAN(""));
    buffer_add_z(f->out, "TRANSP:TRANSPARENT\r\nEND:VEVENT\r\n");
}

bool ical_shows(const struct finding *x, const struct date_finding *d, struct date as_of)
{
    if (x->status == STATUS_INELIGIBLE || x->card || !(d->known || d->has_safe) ||
        span_eq(d->what, SPAN("in-force-from")))
        return false;
    return date_compare(d->has_safe ? d->safe : d->date, as_of) >= 0;
}

void checkup_ical(struct buffer *out, const struct checkup *c, bool english)
{
    struct feed f = {out, c, english};
    buffer_add_z(out, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//huiqi//check-up//ZH\r\n"
                      "CALSCALE:GREGORIAN\r\n");
    for (size_t i = 0; i < c->n; i++)
        for (size_t k = 0; k < c->findings[i].date_count; k++)
            if (ical_shows(&c->findings[i], &c->findings[i].dates[k], c->options.as_of))
                add_entry(&f, &c->findings[i], &c->findings[i].dates[k]);
    buffer_add_z(out, "END:VCALENDAR\r\n");
}
