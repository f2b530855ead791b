/*
 * diags.h: a list of diagnostics with positions: report, mark failed, continue.
 *
 * Printed as  file:line:column: error: message / source line / caret underline / hint.
 */
#ifndef HUIQI_BASE_DIAGS_H
#define HUIQI_BASE_DIAGS_H
#include "base/arena.h"
#include "base/buffer.h"
#include "base/err.h"

enum diag_level { DIAG_ERROR, DIAG_WARNING, DIAG_NOTE };

struct diag {
    struct diag *next;
    enum diag_level level;
    int code;                      /* of err.def */
    struct span file;              /* may be empty */
    uint32_t line, column, length; /* 1-based; length in code points, at least 1 */
    struct span
        source; /* the source line without its end, or empty; a view of the text placed in */
    uint32_t source_column; /* column of its first character: above 1 in an embedded expression */
    struct span message, hint;
};

struct diags {
    struct arena *arena;
    struct diag *first, *last;
    size_t errors, warnings;
    size_t limit; /* further ones are counted, not kept */
};

#define DIAGS_LIMIT 200

void diags_init(struct diags *d, struct arena *a);
/* Adds one and returns it to have its place and hint filled in; NULL when over the limit. d may be
 * NULL. */
struct diag *diags_add(struct diags *d, enum diag_level level, int code, const char *format, ...)
    PRINTF_LIKE(4, 5);
void diag_hint(struct diags *d, struct diag *g, const char *format, ...) PRINTF_LIKE(3, 4);
/* Places g at byte `offset`, `length` bytes long, of `text`, which begins at line `line0`, column
   `column0` of `file` (1, 1 for a whole file). */
void diag_place(struct diag *g, struct span file, struct span text, size_t offset, size_t length,
                uint32_t line0, uint32_t column0);
void diag_print(struct buffer *out, const struct diag *g);
void diags_print(struct buffer *out, const struct diags *d);
/* The first error as a struct err: for commands that want one sentence. */
void diags_to_err(const struct diags *d, struct err *err);
#endif
