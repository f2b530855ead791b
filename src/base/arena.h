/*
 * arena.h: memory by lifetime. Things put into an arena die with it, all at once; nothing inside is
 * freed alone. Four lifetimes are in use: process, program (a compiled library), request, batch. A
 * function that takes an arena says in its prototype which one it wants by the parameter's name.
 *
 * An arena belongs to one thread at a time. Debug builds poison what is released (AddressSanitizer
 * sees it). After a failed allocation `failed` stays set until arena_clear.
 */
#ifndef HUIQI_BASE_ARENA_H
#define HUIQI_BASE_ARENA_H
#include "base/base.h"

struct arena_block;
struct arena_defer;

struct arena {
    struct arena_block *block; /* newest first */
    struct arena_defer *defers;
    size_t limit; /* bytes this arena may hold; 0 = none */
    size_t used;
    bool failed;
};

void arena_init(struct arena *a);    /* allocates nothing */
void arena_release(struct arena *a); /* runs the defers, newest first; frees all */
void arena_clear(struct arena *a);   /* release, then ready for use; keeps a block */
NODISCARD void *arena_alloc(struct arena *a,
                            size_t size); /* zeroed, 16-byte aligned; NULL = no memory */
NODISCARD void *arena_array(struct arena *a, size_t count, size_t size);
/* Copies text and puts a zero byte behind it (not counted). A failed copy is {NULL, 0}. */
struct span arena_copy(struct arena *a, struct span s);
struct span arena_print(struct arena *a, const char *format, ...) PRINTF_LIKE(2, 3);
/* f(p) runs when the arena is released: for files, statements and other things that are not memory.
 */
NODISCARD int arena_defer(struct arena *a, void (*f)(void *), void *p);

#define ARENA_NEW(a, type)      ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, type, n) ((type *)arena_array((a), (n), sizeof(type)))
#endif
