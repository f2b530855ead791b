/*
 * trace.c: HUIQI_TRACE to stderr. The mask is the one thing that the whole process shares; it is
 * written once, before threads start.
 */
#include "base/trace.h"
#include "base/buffer.h"
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

static const char *const names[TRACE_COUNT] = {
    [TRACE_LEX] = "lex", [TRACE_PARSE] = "parse", [TRACE_CHECK] = "check",   [TRACE_STEP] = "step",
    [TRACE_SQL] = "sql", [TRACE_HTTP] = "http",   [TRACE_POLICY] = "policy",
};

unsigned trace_mask;

void trace_init(void)
{
    struct span rest = span_z(getenv("HUIQI_TRACE")), word;

    trace_mask = 0;
    while (span_split(&rest, ',', &word))
        for (unsigned t = 0; t < TRACE_COUNT; t++)
            if (span_eq(word, span_z(names[t])) || span_eq(word, SPAN("all")))
                trace_mask |= 1u << t;
}

/* One write a line, so that lines of several threads do not mix. */
void trace_line(enum trace t, const char *format, ...)
{
    struct buffer b = BUFFER_INIT;
    va_list args;

    buffer_print(&b, "trace %s: ", names[t]);
    va_start(args, format);
    buffer_vprint(&b, format, args);
    va_end(args);
    buffer_byte(&b, '\n');
    if (!b.failed && write(STDERR_FILENO, b.p, b.n) < 0)
        trace_mask = 0; /* nobody listens */
    buffer_release(&b);
}
