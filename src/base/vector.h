/*
 * vector.h: growing arrays of one element type inside an arena. Growth copies; the old array stays
 * in the arena until it dies, which doubling keeps below the final size.
 *
 *     struct thing_vector { struct thing *at; size_t n, room; };
 *     struct thing *t = VECTOR_PUSH(arena, &v, struct thing);     // zeroed slot, NULL = no memory
 */
#ifndef HUIQI_BASE_VECTOR_H
#define HUIQI_BASE_VECTOR_H
#include "base/arena.h"

#define VECTOR_OF(type, name)                                                                      \
    struct name {                                                                                  \
        type *at;                                                                                  \
        size_t n, room;                                                                            \
    }

/* Makes room for one more element; *at may move. Returns the new, zeroed slot or NULL. */
NODISCARD void *vector_push(struct arena *a, void **at, size_t *n, size_t *room, size_t size);
#define VECTOR_PUSH(arena, v, type)                                                                \
    ((type *)vector_push((arena), (void **)&(v)->at, &(v)->n, &(v)->room, sizeof(type)))
#endif
