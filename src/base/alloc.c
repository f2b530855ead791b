/*
 * alloc.c: the door to the heap, with the hook that fails the n-th allocation of this thread.
 */
#include "base/alloc.h"
#include <stdlib.h>

/* The test hook; per thread, so that tests may run beside each other. */
static _Thread_local uint64_t hook_count; /* allocations since the last call of alloc_fail_after */
static _Thread_local uint64_t hook_fail;  /* from this one on they fail; 0 = never */

static bool may_allocate(void)
{
    hook_count++;
    return hook_fail == 0 || hook_count < hook_fail;
}

uint64_t alloc_fail_after(uint64_t n)
{
    uint64_t count = hook_count;

    hook_count = 0;
    hook_fail = n;
    return count;
}

void *alloc_new(size_t size)
{
    return may_allocate() ? calloc(1, size ? size : 1) : NULL;
}

void *alloc_resize(void *old, size_t size)
{
    return may_allocate() ? realloc(old, size ? size : 1) : NULL;
}

void *alloc_array(size_t count, size_t size)
{
    size_t total;

    if (__builtin_mul_overflow(count, size, &total))
        return NULL;
    return alloc_new(total);
}

void alloc_free(void *p)
{
    free(p);
}
