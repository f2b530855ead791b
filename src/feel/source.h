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
    const struct feel_piece
        *pieces; /* spec.h: stretches of the text with places of their own; NULL = one text */
    size_t piece_count;
    size_t errors; /* reported through this source */
    int code;      /* of the first of them */
};

/* An error about bytes start..end. The result takes a hint and may be NULL. */
struct diag *source_error(struct source *s, int code, uint32_t start, uint32_t end,
                          const char *format, ...) PRINTF_LIKE(5, 6);
/* Limits and encoding: things that no later stage need think of. E_LIMIT, E_ENCODING, E_SYNTAX or
 * 0. (front.c) */
NODISCARD int source_check(struct source *s);
/* Says where bytes start..end stand. */
void source_place(const struct source *s, struct diag *g, uint32_t start, uint32_t end);
void source_hint(struct source *s, struct diag *g, const char *format, ...) PRINTF_LIKE(3, 4);
#endif
