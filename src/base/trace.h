/*
 * trace.h: HUIQI_TRACE=lex,parse,check,step,sql,http,policy writes structured lines to stderr;
 * costs one load when off.
 */
#ifndef HUIQI_BASE_TRACE_H
#define HUIQI_BASE_TRACE_H
#include "base/base.h"

enum trace {
    TRACE_LEX,
    TRACE_PARSE,
    TRACE_CHECK,
    TRACE_STEP,
    TRACE_SQL,
    TRACE_HTTP,
    TRACE_POLICY,
    TRACE_COUNT
};
extern unsigned trace_mask; /* bit per enum trace; read from the environment by trace_init */
void trace_init(void);
static inline bool trace_on(enum trace t)
{
    return (trace_mask >> t) & 1u;
}
void trace_line(enum trace t, const char *format, ...) PRINTF_LIKE(2, 3);
#endif
