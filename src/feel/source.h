/*
 * source.h: the text of one expression with its place in a file, and reports about it.
 */
#ifndef HUIQI_FEEL_SOURCE_H
#define HUIQI_FEEL_SOURCE_H
#include "base/diags.h"

struct source {
    struct span text;
    struct span file;      /* where the text stands; may be empty */
    uint32_t line, column; /* of its first byte, 1-based */
    struct diags *diags;   /* may be NULL */
    size_t errors;         /* reported through this source */
    int code;              /* of the first of them */
};

/* An error about bytes start..end. The result takes a hint and may be NULL. */
struct diag *source_error(struct source *s, int code, uint32_t start, uint32_t end, const char *format, ...)
    PRINTF_LIKE(5, 6);
void source_hint(struct source *s, struct diag *g, const char *format, ...) PRINTF_LIKE(3, 4);
#endif
