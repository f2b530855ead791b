/*
 * alloc.c: the door to the heap, with the hook that fails the n-th allocation of this thread and
 * the allocator that a program around libhuiqi may put in the place of the C library's.
 */
#include "base/alloc.h"
#include "base/beside.h"
#include <stdlib.h>

/* The test hook; per thread, so that tests may run beside each other. */
static _Thread_local uint64_t hook_count; /* allocations since the last call of alloc_fail_after */
static _Thread_local uint64_t hook_fail;  /* from this one on they fail; 0 = never */

/* Per thread and only within a call of libhuiqi: it saves handing an allocator down to every
 * buffer. */
static _Thread_local const struct allocator *own;

const struct allocator *alloc_use(const struct allocator *a)
{
    const struct allocator *before = own;

    own = a;
    return before;
}

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

bool alloc_is_plain(void)
{
    return !own && hook_fail == 0;
}

void *alloc_new(size_t size)
{
    void *p;

    if (!own)
        return may_allocate() ? calloc(1, size ? size : 1) : NULL;
    p = alloc_resize(NULL, size);
    return p ? memset(p, 0, size) : NULL;
}

void *alloc_resize(void *old, size_t size)
{
    if (!may_allocate())
        return NULL;
    return own ? own->resize(own->context, old, size ? size : 1) : realloc(old, size ? size : 1);
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
    if (!own)
        free(p);
    else if (p)
        own->release(own->context, p);
}
