/*
 * arena.c: blocks that double in size, newest first; a large thing gets a block of its own behind
 * the head, so that the room of the head is not wasted. Under AddressSanitizer free room is
 * poisoned and a red zone follows each thing.
 */
#include "base/arena.h"
#include "base/alloc.h"
#include "base/beside.h"
#include "base/err.h"
#include <stdarg.h>
#include <stdio.h>
#include <sys/mman.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#endif

#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(p, n)   ASAN_POISON_MEMORY_REGION((p), (n))
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION((p), (n))
#define RED_ZONE       16
#else
#define POISON(p, n)   ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#define RED_ZONE       0
#endif

#define ALIGN         16
#define BLOCK_FIRST   ((size_t)4096)
#define BLOCK_LARGEST ((size_t)8 << 20)
#define BLOCK_HUGE    ((size_t)4 << 20) /* from here on in huge pages, where there are some */

struct arena_block {
    struct arena_block *next;
    size_t room, used; /* bytes behind this head */
};

struct arena_defer {
    struct arena_defer *next;
    void (*f)(void *);
    void *p;
};

#define HEAD ((sizeof(struct arena_block) + ALIGN - 1) / ALIGN * ALIGN)

static char *block_bytes(struct arena_block *b)
{
    return (char *)b + HEAD;
}

static void block_free(struct arena_block *b)
{
    UNPOISON(block_bytes(b), b->room);
    alloc_free(b);
}

void arena_init(struct arena *a)
{
    *a = (struct arena){0};
}

static void run_defers(struct arena *a)
{
    while (a->defers) {
        struct arena_defer *d = a->defers;
        a->defers = d->next; /* first, so that f may add further ones */
        d->f(d->p);
    }
}

static void free_blocks(struct arena_block *b)
{
    while (b) {
        struct arena_block *next = b->next;
        block_free(b);
        b = next;
    }
}

void arena_release(struct arena *a)
{
    size_t limit = a->limit;

    run_defers(a);
    free_blocks(a->block);
    *a = (struct arena){.limit = limit};
}

void arena_clear(struct arena *a)
{
    struct arena_block *keep;
    size_t limit = a->limit;

    run_defers(a);
    keep = a->block;
    if (keep) {
        free_blocks(keep->next);
        keep->next = NULL;
        keep->used = 0;
        POISON(block_bytes(keep), keep->room);
    }
    *a = (struct arena){.block = keep, .limit = limit, .used = keep ? keep->room : 0};
}

static void *fail(struct arena *a)
{
    a->failed = true;
    return NULL;
}

void arena_adopt(struct arena *a, struct arena *from)
{
    struct arena_block **blocks = a->block ? &a->block->next : &a->block, **last = blocks;
    struct arena_defer **defers = &from->defers;

    if (from->block) { /* behind the head, whose room is still used */
        struct arena_block *rest = *blocks;
        *blocks = from->block;
        while (*last)
            last = &(*last)->next;
        *last = rest;
    }
    while (*defers)
        defers = &(*defers)->next;
    *defers = a->defers;
    a->defers = from->defers;
    a->used += from->used;
    a->failed = a->failed || from->failed;
    *from = (struct arena){.limit = from->limit};
}

/* A large block costs one page fault for two megabytes, not five hundred. Advice only. */
static void in_huge_pages(struct arena_block *b, size_t size)
{
    uintptr_t page = (uintptr_t)2 << 20, from = ((uintptr_t)b + page - 1) / page * page,
              to = ((uintptr_t)b + size) / page * page;
    if (size >= BLOCK_HUGE && from < to)
        (void)madvise((void *)from, to - from, MADV_HUGEPAGE);
}

/* Adds a block with room for `size`: as head, or behind it when `size` is large. */
static struct arena_block *block_add(struct arena *a, size_t size)
{
    size_t room = a->block ? a->block->room * 2 : BLOCK_FIRST;
    struct arena_block *b;
    bool alone;

    if (room > BLOCK_LARGEST)
        room = BLOCK_LARGEST;
    if (a->limit && a->used + room > a->limit && a->limit >= a->used)
        room = a->limit - a->used;
    alone = size > room / 4 && a->block;
    if (alone || size > room)
        room = size;
    if (a->limit && (a->used > a->limit || room > a->limit - a->used))
        return NULL;
    b = alloc_resize(NULL, HEAD + room);
    if (!b)
        return NULL;
    in_huge_pages(b, HEAD + room);
    b->room = room;
    b->used = 0;
    b->next = alone ? a->block->next : a->block;
    *(alone ? &a->block->next : &a->block) = b;
    a->used += room;
    POISON(block_bytes(b), room);
    return b;
}

void *arena_alloc(struct arena *a, size_t size)
{
    struct arena_block *b = a->block;
    size_t full;
    char *p;

    if (a->failed || size > SIZE_MAX / 4)
        return fail(a);
    full = (size + ALIGN - 1) / ALIGN * ALIGN + RED_ZONE;
    if (full == 0)
        full = ALIGN;
    if (!b || b->room - b->used < full)
        b = block_add(a, full);
    if (!b)
        return fail(a);
    p = block_bytes(b) + b->used;
    b->used += full;
    UNPOISON(p, size);
    memset(p, 0, size);
    return p;
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
    size_t total;

    if (__builtin_mul_overflow(count, size, &total))
        return fail(a);
    return arena_alloc(a, total);
}

struct span arena_copy(struct arena *a, struct span s)
{
    char *p = arena_alloc(a, s.n + 1);

    if (!p)
        return (struct span){NULL, 0};
    if (s.n)
        memcpy(p, s.p, s.n);
    return span_of(p, s.n);
}

struct span arena_print(struct arena *a, const char *format, ...)
{
    va_list args;
    char *p;
    int n;

    va_start(args, format);
    n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n < 0 || !(p = arena_alloc(a, (size_t)n + 1)))
        return (struct span){NULL, 0};
    va_start(args, format);
    vsnprintf(p, (size_t)n + 1, format, args);
    va_end(args);
    return span_of(p, (size_t)n);
}

int arena_defer(struct arena *a, void (*f)(void *), void *p)
{
    struct arena_defer *d = ARENA_NEW(a, struct arena_defer);

    if (!d)
        return E_MEMORY;
    *d = (struct arena_defer){.next = a->defers, .f = f, .p = p};
    a->defers = d;
    return 0;
}
