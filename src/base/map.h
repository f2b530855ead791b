/*
 * map.h: text to pointer, insertion order kept, inside an arena. Keys are not copied.
 */
#ifndef HUIQI_BASE_MAP_H
#define HUIQI_BASE_MAP_H
#include "base/arena.h"

struct map_entry {
    struct span key;
    void *value;
    uint64_t hash;
};

struct map {
    struct arena *arena;
    struct map_entry *entries; /* in order of insertion */
    size_t n, room;
    uint32_t *slots; /* index + 1 into entries, 0 = empty; a power of two of them */
    size_t slot_count;
};

void map_init(struct map *m, struct arena *a);
void *map_get(const struct map *m, struct span key); /* NULL = absent */
/* Sets or replaces. 0 or E_MEMORY. */
NODISCARD int map_put(struct map *m, struct span key, void *value);
/* The key of m that is nearest to `word` by edit distance over code points (at most a third of its
   length, at least 1), or the empty span: for "did you mean". */
struct span map_nearest(const struct map *m, struct span word);
uint64_t hash_bytes(struct span s);
/* Edit distance over code points, `limit` + 1 when it is larger than limit. */
size_t edit_distance(struct span a, struct span b, size_t limit);
#endif
