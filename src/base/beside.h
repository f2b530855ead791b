/*
 * beside.h: memory for work that another thread does beside this one, in an arena of its own.
 */
#ifndef HUIQI_BASE_BESIDE_H
#define HUIQI_BASE_BESIDE_H
#include "base/arena.h"

/* alloc.c: the C library's allocator, and no test hook: another thread may allocate in this one's
 * stead. */
bool alloc_is_plain(void);

/* arena.c: what lies in `from` lives as long as `a` from now on; `from` is empty then. */
void arena_adopt(struct arena *a, struct arena *from);
#endif
