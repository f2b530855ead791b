/*
 * base.h: what every file of the house may take for granted: fixed-size types, attributes, spans.
 *
 * A span is a view of bytes that somebody else owns; it is never terminated by a zero byte and the
 * bytes must outlive it. Text is UTF-8 unless a name says otherwise. This is the only umbrella
 * header; everything else is included where it is used. banned.h turns unsafe calls into errors.
 */
#ifndef HUIQI_BASE_BASE_H
#define HUIQI_BASE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

__extension__ typedef __int128 int128;
__extension__ typedef unsigned __int128 uint128;

#define NODISCARD         __attribute__((warn_unused_result))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))
#define UNUSED(x)         ((void)(x))
#define COUNT_OF(a)       (sizeof(a) / sizeof((a)[0]))

/* Own mistakes: prints the sentence with file and line to stderr and aborts. Never for bad input.
 */
#define BUG(...) bug_at(__FILE__, __LINE__, __VA_ARGS__)
_Noreturn void bug_at(const char *file, int line, const char *format, ...) PRINTF_LIKE(3, 4);

struct span {
    const char *p; /* may be NULL when n is 0 */
    size_t n;      /* bytes, not characters */
};

/* A span over a string literal: SPAN("或"). */
#define SPAN(literal) ((struct span){("" literal), sizeof(literal) - 1})
/* The same in a static initialiser, where a compound literal is none. */
#define SPAN_INIT(literal)                                                                         \
    {                                                                                              \
        ("" literal), sizeof(literal) - 1                                                          \
    }
/* For printf("%.*s", SPAN_ARG(s)). */
#define SPAN_ARG(s) (int)(s).n, ((s).p ? (s).p : "")

static inline struct span span_of(const char *p, size_t n)
{
    return (struct span){p, n};
}

/* A span over a zero-terminated string; NULL gives the empty span. */
static inline struct span span_z(const char *z)
{
    return (struct span){z, z ? strlen(z) : 0};
}

static inline bool span_eq(struct span a, struct span b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool span_starts(struct span s, struct span prefix)
{
    return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}

static inline bool span_ends(struct span s, struct span suffix)
{
    return s.n >= suffix.n &&
           (suffix.n == 0 || memcmp(s.p + s.n - suffix.n, suffix.p, suffix.n) == 0);
}

/* The rest of s after its first n bytes (n is clipped to the length). */
static inline struct span span_from(struct span s, size_t n)
{
    if (n > s.n)
        n = s.n;
    return (struct span){s.p ? s.p + n : s.p, s.n - n};
}

/* Byte order comparison: negative, zero or positive. */
int span_compare(struct span a, struct span b);
/* Index of the first occurrence of `needle` in `hay`, or SIZE_MAX. */
size_t span_find(struct span hay, struct span needle);
/* Without ASCII white space at both ends. */
struct span span_trim(struct span s);
/*
 * Splits off the part of *rest before the first byte `by`; *rest becomes what follows it. Returns
 * false when *rest was used up (its p is then NULL).
 */
bool span_split(struct span *rest, char by, struct span *ret_part);

#include "base/banned.h"
#endif
