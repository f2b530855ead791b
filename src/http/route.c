/*
 * route.c: the table of routes: checked and sorted once, then matched segment by segment.
 */
#include "http/route.h"
#include <stdlib.h>

#define SEGMENTS 32 /* of a pattern */

static const char *const methods[METHOD_COUNT] = {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"};

struct span method_name(enum method m)
{
    return span_z(methods[m]);
}

bool method_parse(struct span s, enum method *ret)
{
    for (int m = 0; m < METHOD_COUNT; m++) {
        if (span_eq(s, span_z(methods[m]))) {
            *ret = (enum method)m;
            return true;
        }
    }
    return false;
}

static bool is_rest(struct span segment)
{
    return span_starts(segment, SPAN("{")) && span_ends(segment, SPAN("*}"));
}

static bool is_name(struct span segment)
{
    return span_starts(segment, SPAN("{")) && span_ends(segment, SPAN("}"));
}

bool route_valid(const struct route *r, struct err *err)
{
    struct span rest = span_z(r->path), part = {0};
    size_t n = 0;
    if (!span_starts(rest, SPAN("/")) || !r->handle) {
        err_set(err, E_CHECK, "route '%s' needs a handler and a path that begins with /", r->path);
        return false;
    }
    rest = span_from(rest, 1);
    while (span_split(&rest, '/', &part)) {
        bool brace = span_find(part, SPAN("{")) != SIZE_MAX;
        if (++n > SEGMENTS || (brace && !is_name(part)) || (is_rest(part) && rest.p)) {
            err_set(err, E_CHECK, "route '%s': bad segment '%.*s'", r->path, SPAN_ARG(part));
            return false;
        }
    }
    return true;
}

/* 0 literal, 1 {name}, 2 {rest*}. */
static int rank(struct span segment)
{
    return is_rest(segment) ? 2 : is_name(segment) ? 1 : 0;
}

static int compare(const void *x, const void *y)
{
    const struct route *const *a = x, *const *b = y;
    struct span left = span_from(span_z((*a)->path), 1), right = span_from(span_z((*b)->path), 1);
    struct span p = {0}, q = {0};
    for (;;) {
        bool more_left = span_split(&left, '/', &p), more_right = span_split(&right, '/', &q);
        if (!more_left || !more_right)
            return more_left != more_right ? (more_left ? -1 : 1)
                                           : (int)(*a)->method - (int)(*b)->method;
        int by_rank = rank(p) - rank(q);
        int order = by_rank ? by_rank : rank(p) == 0 ? span_compare(p, q) : 0;
        if (order)
            return order;
    }
}

int router_init(struct router *router, struct arena *process, const struct route *routes, size_t n,
                struct err *err)
{
    router->sorted = ARENA_ARRAY(process, const struct route *, n ? n : 1);
    router->n = n;
    if (!router->sorted)
        return err_memory(err);
    for (size_t i = 0; i < n; i++) {
        if (!route_valid(&routes[i], err))
            return E_CHECK;
        router->sorted[i] = &routes[i];
    }
    qsort((void *)router->sorted, n, sizeof(void *), compare);
    for (size_t i = 1; i < n; i++)
        if (compare((const void *)&router->sorted[i - 1], (const void *)&router->sorted[i]) == 0)
            return err_set(err, E_CHECK, "two routes for %s %s", methods[router->sorted[i]->method],
                           router->sorted[i]->path);
    return 0;
}

struct match {
    struct pair params[SEGMENTS];
    size_t n;
};

static struct span join_rest(const struct span *segments, size_t n, struct arena *request)
{
    size_t total = 0;
    for (size_t i = 0; i < n; i++)
        total += segments[i].n + 1;
    char *out = arena_alloc(request, total + 1), *at = out;
    if (!out)
        return (struct span){0};
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            *at++ = '/';
        if (segments[i].n > 0)
            memcpy(at, segments[i].p, segments[i].n);
        at += segments[i].n;
    }
    return span_of(out, (size_t)(at - out));
}

static bool matches(const struct route *r, const struct span *segments, size_t n,
                    struct arena *request, struct match *m)
{
    struct span rest = span_from(span_z(r->path), 1), part;
    size_t at = 0;
    m->n = 0;
    while (span_split(&rest, '/', &part)) {
        if (at >= n)
            return false;
        if (is_rest(part)) {
            if (segments[at].n == 0)
                return false;
            m->params[m->n++] = (struct pair){span_of(part.p + 1, part.n - 3),
                                              join_rest(segments + at, n - at, request)};
            return true;
        }
        if (is_name(part)) {
            if (segments[at].n == 0)
                return false;
            m->params[m->n++] = (struct pair){span_of(part.p + 1, part.n - 2), segments[at]};
        } else if (!span_eq(part, segments[at])) {
            return false;
        }
        at++;
    }
    return at == n;
}

static bool serves(const struct route *r, enum method method)
{
    return r->method == method || (r->method == METHOD_GET && method == METHOD_HEAD);
}

const struct route *router_find(const struct router *router, enum method method,
                                const struct span *segments, size_t n, struct arena *request,
                                struct pairs *ret_params, unsigned *ret_allowed)
{
    struct match m;
    *ret_allowed = 0;
    for (size_t i = 0; i < router->n; i++) {
        const struct route *r = router->sorted[i];
        if (!matches(r, segments, n, request, &m))
            continue;
        *ret_allowed |= 1u << r->method;
        if (r->method == METHOD_GET)
            *ret_allowed |= 1u << METHOD_HEAD;
        if (!serves(r, method))
            continue;
        ret_params->at = ARENA_ARRAY(request, struct pair, m.n ? m.n : 1);
        ret_params->n = ret_params->at ? m.n : 0;
        for (size_t k = 0; k < ret_params->n; k++)
            ret_params->at[k] = m.params[k];
        return r;
    }
    return NULL;
}
