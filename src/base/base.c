/*
 * base.c: spans and the end of the road for own mistakes. Knows nothing of the rest of the house.
 */
#include "base/base.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

_Noreturn void bug_at(const char *file, int line, const char *format, ...)
{
    va_list args;

    fprintf(stderr, "%s:%d: BUG: ", file, line);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    abort();
}

int span_compare(struct span a, struct span b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int r = n ? memcmp(a.p, b.p, n) : 0;

    if (r != 0)
        return r;
    return (a.n > b.n) - (a.n < b.n);
}

size_t span_find(struct span hay, struct span needle)
{
    const char *at;

    if (needle.n == 0)
        return 0;
    if (needle.n > hay.n)
        return SIZE_MAX;
    at = memmem(hay.p, hay.n, needle.p, needle.n);
    return at ? (size_t)(at - hay.p) : SIZE_MAX;
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct span span_trim(struct span s)
{
    while (s.n > 0 && is_space(s.p[0])) {
        s.p++;
        s.n--;
    }
    while (s.n > 0 && is_space(s.p[s.n - 1]))
        s.n--;
    return s;
}

bool span_split(struct span *rest, char by, struct span *ret_part)
{
    const char *at;

    if (!rest->p)
        return false;
    at = rest->n ? memchr(rest->p, by, rest->n) : NULL;
    if (!at) {
        *ret_part = *rest;
        *rest = (struct span){NULL, 0};
        return true;
    }
    *ret_part = span_of(rest->p, (size_t)(at - rest->p));
    *rest = span_from(*rest, ret_part->n + 1);
    return true;
}
