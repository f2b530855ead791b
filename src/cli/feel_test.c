/*
 * feel_test.c: runs files of expectations; the format is in feel_test.h.
 */
#include "cli/feel_test.h"
#include <stdio.h>
#include "base/file.h"
#include "base/utf8.h"
#include "cli/feel_session.h"
#include "cli/options.h"

struct tester {
    struct session session; /* names of this file */
    const char *path;
    uint32_t line;
    int passed, failed;
    bool explain;
};

/* ---- types ---- */

#define WORDS_MAX 32 /* members of a context, values of an enumeration */

static void skip_blanks(struct span *s)
{
    while (s->n > 0 && (s->p[0] == ' ' || s->p[0] == '\t'))
        *s = span_from(*s, 1);
}

static bool take(struct span *s, struct span word)
{
    skip_blanks(s);
    if (!span_starts(*s, word))
        return false;
    *s = span_from(*s, word.n);
    return true;
}

/* Up to one of the bytes in `ends`, trimmed. */
static struct span take_until(struct span *s, const char *ends)
{
    size_t n = 0;
    while (n < s->n && !strchr(ends, s->p[n]))
        n++;
    struct span part = span_of(s->p, n);
    *s = span_from(*s, n);
    return span_trim(part);
}

static const struct type *read_type(struct arena *a, struct span *s);

static const struct type *read_enumeration(struct arena *a, struct span *s)
{
    struct span *values = ARENA_ARRAY(a, struct span, WORDS_MAX);
    size_t n = 0;
    do {
        if (!values || n == WORDS_MAX || !take(s, SPAN("\"")))
            return NULL;
        values[n++] = take_until(s, "\"");
        if (!take(s, SPAN("\"")))
            return NULL;
    } while (take(s, SPAN("|")));
    return type_enumeration(a, values, n);
}

static const struct type *read_members(struct arena *a, struct span *s)
{
    struct type_member *members = ARENA_ARRAY(a, struct type_member, WORDS_MAX);
    size_t n = 0;
    do {
        if (!members || n == WORDS_MAX)
            return NULL;
        members[n].name = take_until(s, ":");
        if (!take(s, SPAN(":")) || !(members[n].type = read_type(a, s)))
            return NULL;
        n++;
    } while (take(s, SPAN(",")));
    return take(s, SPAN("}")) ? type_context(a, members, n) : NULL;
}

static const struct type *read_number(struct arena *a, struct span *s)
{
    if (!take(s, SPAN("(")))
        return &TYPE_NUMBER_T;
    struct span unit = take_until(s, ")");
    return take(s, SPAN(")")) ? type_number(a, unit) : NULL;
}

static const struct type *read_dated(struct arena *a, struct span *s, int period)
{
    const struct type *element = read_type(a, s);
    return element ? type_dated(a, element, (uint8_t)period, period == PERIOD_NONE) : NULL;
}

static const struct type *read_type(struct arena *a, struct span *s)
{
    static const struct {
        const char *word;
        const struct type *type;
    } simple[] = {{"string", &TYPE_STRING_T},
                  {"boolean", &TYPE_BOOLEAN_T},
                  {"date and time", &TYPE_DATE_TIME_T},
                  {"date", &TYPE_DATE_T},
                  {"time", &TYPE_TIME_T},
                  {"days", &TYPE_DAYS_T},
                  {"months", &TYPE_MONTHS_T},
                  {"any", &TYPE_ANY_T}};
    static const char *const periods[] = {"parameter", "year ", "quarter ", "month ", "day "};
    skip_blanks(s);
    if (s->n > 0 && s->p[0] == '"')
        return read_enumeration(a, s);
    if (take(s, SPAN("{")))
        return read_members(a, s);
    if (take(s, SPAN("list<"))) {
        const struct type *element = read_type(a, s);
        return element && take(s, SPAN(">")) ? type_list(a, element) : NULL;
    }
    if (take(s, SPAN("number")))
        return read_number(a, s);
    for (size_t i = 0; i < COUNT_OF(simple); i++)
        if (take(s, span_z(simple[i].word)))
            return simple[i].type;
    for (size_t i = 0; i < COUNT_OF(periods); i++)
        if (take(s, span_z(periods[i])))
            return read_dated(a, s, (int)i);
    return NULL;
}

/* ---- headers ---- */

static void complain(struct tester *t, const char *what, struct span text)
{
    t->failed++;
    printf("%s:%u: %s: %.*s\n", t->path, t->line, what, SPAN_ARG(text));
}

static struct value unknown_value(struct arena *a, struct span name, struct span bounds)
{
    struct span none = {0}, low = bounds, high = none;
    struct decimal min, max;
    size_t dots = span_find(bounds, SPAN(".."));
    if (dots != SIZE_MAX) {
        low = span_trim(span_of(bounds.p, dots));
        high = span_trim(span_from(bounds, dots + 2));
    }
    bool has_min = low.n > 0 && decimal_parse(low, &min),
         has_max = high.n > 0 && decimal_parse(high, &max);
    return value_bounded(a, missing_one(a, name, none, none, CAUSE_ASK, none),
                         has_min ? &min : NULL, has_max ? &max : NULL);
}

/* Values of headers are expressions themselves. */
static bool value_of_text(struct session *s, struct span text, struct value *ret)
{
    const struct feel_expr *e;
    if (session_compile(s, &s->arena, text, &e, NULL) < 0)
        return false;
    struct feel_run run = session_run(s, &s->arena);
    *ret = feel_run(e, &run);
    return ret->kind != VALUE_ERROR;
}

static void declare(struct tester *t, struct span header)
{
    struct session *s = &t->session;
    struct span rest = header, name = take_until(&rest, ":");
    struct value v = VALUE_NULL_V;
    const struct type *type = take(&rest, SPAN(":")) ? read_type(&s->arena, &rest) : NULL;
    rest = span_trim(rest);
    if (!type) {
        complain(t, "no type", header);
        return;
    }
    if (rest.n == 0 || rest.p[0] == '?')
        v = unknown_value(&s->arena, name, span_trim(span_from(rest, 1)));
    else if (!value_of_text(s, rest, &v))
        complain(t, "no value", header);
    struct err err = ERR_INIT;
    if (session_declare(s, name, type, v, &err) < 0)
        complain(t, err.message, header);
}

static void mark_days(struct tester *t, struct span days, bool works)
{
    struct date d, last;
    struct err err = ERR_INIT;
    size_t dots = span_find(days, SPAN(".."));
    struct span from = dots == SIZE_MAX ? days : span_of(days.p, dots);
    struct span to = dots == SIZE_MAX ? days : span_from(days, dots + 2);
    if (!date_parse(from, &d) || !date_parse(to, &last)) {
        complain(t, "no days", days);
        return;
    }
    for (; date_compare(d, last) <= 0; (void)date_add_days(d, 1, &d))
        if (calendar_mark(t->session.calendar, d, works, &err) < 0) {
            complain(t, err.message, days);
            return;
        }
}

static void add_calendar(struct tester *t, struct span rest)
{
    struct decimal year;
    int64_t y = 0;
    struct err err = ERR_INIT;
    bool works = false;
    rest = span_trim(rest);
    struct span word = take_until(&rest, " ");
    if (!t->session.calendar)
        t->session.calendar = calendar_new(&t->session.arena);
    if (!t->session.calendar || !decimal_parse(word, &year) || !decimal_to_int(year, &y) ||
        calendar_add_year(t->session.calendar, (int32_t)y, &err) < 0) {
        complain(t, "no year", word);
        return;
    }
    while (rest = span_trim(rest), rest.n > 0) {
        word = take_until(&rest, " ");
        if (span_eq(word, SPAN("off")) || span_eq(word, SPAN("work")))
            works = word.p[0] == 'w';
        else
            mark_days(t, word, works);
    }
}

static void read_header(struct tester *t, struct span header)
{
    header = span_trim(header);
    if (take(&header, SPAN("mode: spec")))
        t->session.mode = FEEL_SPEC;
    else if (take(&header, SPAN("calendar ")))
        add_calendar(t, header);
    else if (take(&header, SPAN("as-of "))) {
        if (!date_parse(span_trim(header), &t->session.as_of))
            complain(t, "no date", header);
    } else
        declare(t, header);
}

/* ---- one test ---- */

struct outcome {
    bool is_error; /* of the compiler or of the run */
    int code;
    uint32_t line, column;
    struct value value;
    const struct feel_expr *expr;
    struct span message;
};

static void set_error(struct outcome *o, const struct diag *g, int code)
{
    o->is_error = true;
    o->code = g ? g->code : code;
    if (g) {
        o->line = g->line;
        o->column = g->column;
        o->message = g->message;
    }
}

static void evaluate(struct tester *t, struct arena *a, struct span text, struct outcome *o)
{
    struct diags diags;
    diags_init(&diags, a);
    *o = (struct outcome){0};
    int r = session_compile(&t->session, a, text, &o->expr, &diags);
    if (r < 0) {
        o->expr = NULL;
        set_error(o, diags.first, r);
        return;
    }
    struct feel_run run = session_run(&t->session, a);
    o->value = feel_run(o->expr, &run);
    if (o->value.kind == VALUE_ERROR || value_is_failed(o->value))
        set_error(o, session_failure(&diags, text, o->value.failure), o->value.failure->code);
    struct buffer worked = BUFFER_INIT; /* must not fail on any expression */
    feel_worked(&worked, o->expr, &run);
    buffer_release(&worked);
}

/* In spec mode a null is a null, whatever made it; `error` asks for one that an error made. */
static bool value_matches(struct tester *t, struct arena *a, const struct outcome *o,
                          struct span want)
{
    if (t->session.mode == FEEL_SPEC && o->value.kind == VALUE_NULL)
        return span_eq(want, SPAN("null"));
    struct buffer b = BUFFER_INIT;
    value_print(&b, o->value);
    bool same = span_eq(buffer_span(&b), want);
    buffer_release(&b);
    if (same || o->is_error)
        return same;
    struct outcome other;
    evaluate(t, a, want, &other);
    return !other.is_error && value_same(o->value, other.value);
}

static bool error_matches(const struct outcome *o, struct span want)
{
    char text[80];
    int n = snprintf(text, sizeof text, "%s %u:%u", err_name(o->code), o->line, o->column);
    return o->is_error && span_eq(span_of(text, (size_t)n), want);
}

static bool is_missing(const struct missing *m, struct span fact)
{
    for (; m; m = m->next)
        if (span_eq(m->fact, fact))
            return true;
    return false;
}

/* The missing facts are exactly these, in any order. */
static bool unknown_matches(const struct outcome *o, struct span want)
{
    size_t wanted = 0, there = 0;
    if (o->is_error || o->value.kind != VALUE_UNKNOWN)
        return false;
    const struct missing *m = o->value.unknown->missing;
    struct span fact;
    while (span_split(&want, ',', &fact)) {
        wanted++;
        if (!is_missing(m, span_trim(fact)))
            return false;
    }
    struct span last = {0};
    for (; m; m = m->next) {
        there += !span_eq(m->fact, last); /* sorted: periods of one fact stand together */
        last = m->fact;
    }
    return wanted == there;
}

static void report(struct tester *t, struct span text, struct span want, const struct outcome *o)
{
    struct buffer b = BUFFER_INIT;
    if (o->is_error)
        buffer_print(&b, "error %s %u:%u %.*s", err_name(o->code), o->line, o->column,
                     SPAN_ARG(o->message));
    else
        value_print(&b, o->value);
    printf("%s:%u: %.*s\n  wanted %.*s\n  got    %.*s\n", t->path, t->line, SPAN_ARG(text),
           SPAN_ARG(want), SPAN_ARG(buffer_span(&b)));
    buffer_clear(&b);
    if (t->explain && o->expr) {
        feel_explain(&b, o->expr);
        printf("%.*s", SPAN_ARG(buffer_span(&b)));
    }
    buffer_release(&b);
}

static void run_test(struct tester *t, struct span text, struct span want)
{
    struct arena a;
    struct outcome o;
    struct span rest = want;
    bool ok;
    arena_init(&a);
    evaluate(t, &a, text, &o);
    if (take(&rest, SPAN("= ")))
        ok = value_matches(t, &a, &o, span_trim(rest));
    else if (take(&rest, SPAN("error ")))
        ok = error_matches(&o, span_trim(rest));
    else if (take(&rest, SPAN("unknown ")))
        ok = unknown_matches(&o, span_trim(rest));
    else
        ok = false;
    if (ok)
        t->passed++;
    else {
        t->failed++;
        report(t, text, want, &o);
    }
    arena_release(&a);
}

/* ---- files ---- */

/* Index of the last " // " of a line, SIZE_MAX when there is none. */
static size_t last_comment(struct span line)
{
    size_t found = SIZE_MAX;
    for (size_t i = 0; i + 3 < line.n; i++)
        if (memcmp(line.p + i, " // ", 4) == 0)
            found = i;
    return found;
}

static void run_line(struct tester *t, struct span line)
{
    if (span_starts(line, SPAN("//!"))) {
        read_header(t, span_from(line, 3));
        return;
    }
    if (line.n == 0 || span_starts(line, SPAN("//")))
        return;
    size_t at = last_comment(line);
    if (at == SIZE_MAX) {
        complain(t, "no expectation", line);
        return;
    }
    run_test(t, span_trim(span_of(line.p, at)), span_trim(span_from(line, at + 4)));
}

static int run_file(struct tester *t, const char *path)
{
    struct span text, line;
    struct err err = ERR_INIT;
    session_init(&t->session);
    t->path = path;
    t->line = 0;
    int r = file_read(&t->session.arena, path, JSON_SIZE, &text, &err);
    while (r == 0 && span_split(&text, '\n', &line)) {
        t->line++;
        run_line(t, span_trim(line));
    }
    session_release(&t->session);
    return r < 0 ? report_err(&err) : 0;
}

int feel_test_files(int count, char **paths, bool explain)
{
    struct tester t = {.explain = explain};
    int status = 0;
    for (int i = 0; i < count && status == 0; i++)
        status = run_file(&t, paths[i]);
    printf("%d passed, %d failed\n", t.passed, t.failed);
    return status ? status : t.failed ? 1 : 0;
}
