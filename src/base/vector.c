/*
 * vector.c: growing arrays inside an arena.
 */
#include "base/vector.h"

#define VECTOR_FIRST 8

void *vector_push(struct arena *a, void **at, size_t *n, size_t *room, size_t size)
{
    if (*n == *room) {
        size_t more = *room ? *room * 2 : VECTOR_FIRST;
        void *bigger = arena_array(a, more, size);
        if (!bigger)
            return NULL;
        if (*n)
            memcpy(bigger, *at, *n * size);
        *at = bigger;
        *room = more;
    }
    return memset((char *)*at + (*n)++ * size, 0, size);
}
