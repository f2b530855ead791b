/*
 * alloc.h: the one door to the heap. Everything that the house allocates passes here, so that the
 * failing-allocation loop can fail the n-th one. (Libraries allocate for themselves.)
 *
 * All return NULL when there is no memory or the test hook says so; the caller reports E_MEMORY.
 */
#ifndef HUIQI_BASE_ALLOC_H
#define HUIQI_BASE_ALLOC_H
#include "base/base.h"

NODISCARD void *alloc_new(size_t size);                 /* zeroed */
NODISCARD void *alloc_resize(void *old, size_t size);   /* old stays valid on failure */
NODISCARD void *alloc_array(size_t count, size_t size); /* zeroed, overflow-checked */
void alloc_free(void *p);                               /* accepts NULL */

/* Where memory comes from when it is not the C library. */
struct allocator {
    void *(*resize)(void *context, void *old, size_t size); /* old may be NULL */
    void (*release)(void *context, void *p);
    void *context;
};
/*
 * Allocations of this thread go to *a (NULL = the C library) until the next call; returns what was
 * in use. For libhuiqi, whose functions set it on the way in and put it back on the way out. What
 * was allocated under one allocator has to be freed under it.
 */
const struct allocator *alloc_use(const struct allocator *a);

/* Test hook of this thread: fails the n-th allocation from now (1 = the next), then every later one
   until called with 0. Returns the number of allocations since the last call. */
uint64_t alloc_fail_after(uint64_t n);
#endif
