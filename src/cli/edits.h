/*
 * edits.h: scalars of library files to be replaced: shown line by line, written only when asked.
 */
#ifndef HUIQI_CLI_EDITS_H
#define HUIQI_CLI_EDITS_H
#include "base/arena.h"
#include "base/buffer.h"
#include "base/vector.h"

struct edit {
    struct span file;
    uint32_t line, column; /* 1-based, of the scalar; column in code points */
    struct span old, now;
    size_t order;
};
VECTOR_OF(struct edit, edit_vector);
struct edits {
    struct arena arena;
    struct edit_vector all;
    bool failed;
};

void edits_init(struct edits *e);
/* Texts are copied. */
void edits_add(struct edits *e, struct span file, uint32_t line, uint32_t column, struct span old,
               struct span now);
/* Each changed line before and after. What the file does not say there (a row of a family) is named
 * and left. E_MEMORY, or the code of a file that could not be read or written. */
NODISCARD int edits_show(struct edits *e, struct buffer *out, bool write);
void edits_release(struct edits *e);
#endif
