/*
 * beside.h: a good library with one more file, in a folder of its own, and what loading it must
 * report. The file's comments say it, no more and no less:
 *
 *     # expect LINE:COLUMN: error: message      in this file ("elsewhere" = in another one)
 *     #     hint the hint of the line above
 */
#ifndef HUIQI_TESTS_BESIDE_H
#define HUIQI_TESTS_BESIDE_H
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/file.h"
#include "policy/library.h"
#include "tests/unit/test.h"

struct beside {
    struct arena *arena;
    const char *from, *to;
};

static inline int beside_copy(void *context, const char *path)
{
    struct beside *c = context;
    struct span bytes, name = span_from(span_z(path), strlen(c->from));
    struct span to = arena_print(c->arena, "%s%.*s", c->to, SPAN_ARG(name));
    for (size_t i = strlen(c->to) + 1; i < to.n; i++)
        if (to.p[i] == '/')
            (void)mkdir(arena_print(c->arena, "%.*s", (int)i, to.p).p, 0700);
    int r = file_read(c->arena, path, LIBRARY_FILE_MAX, &bytes, NULL);
    return r < 0 ? r : file_write(to.p, bytes, NULL);
}

/* The good library with `text` as the file `name`; NULL when it cannot be made. */
static inline const char *beside_make(struct arena *a, const char *good, const char *name,
                                      struct span text)
{
    char *path = (char *)arena_copy(a, SPAN("/tmp/huiqi-library-XXXXXX")).p;
    struct beside c = {a, good, path};
    if (!mkdtemp(path) || file_walk(a, good, SPAN(""), beside_copy, &c, NULL) < 0 ||
        file_write(arena_print(a, "%s/%s", path, name).p, text, NULL) < 0)
        return NULL;
    return path;
}

static inline int beside_remove_one(const char *path, const struct stat *st, int kind,
                                    struct FTW *at)
{
    UNUSED(st), UNUSED(kind), UNUSED(at);
    return remove(path);
}

static inline void beside_remove(const char *path)
{
    if (nftw(path, beside_remove_one, 8, FTW_DEPTH | FTW_PHYS) != 0)
        printf("%s is left behind\n", path);
}

static inline struct span beside_shown(struct arena *a, const struct diag *g)
{
    static const char *const levels[] = {"error", "warning", "note"};
    if (!span_ends(g->file, SPAN("/added.yaml")))
        return arena_print(a, "elsewhere: %s: %.*s", levels[g->level], SPAN_ARG(g->message));
    return arena_print(a, "%u:%u: %s: %.*s", g->line, g->column, levels[g->level],
                       SPAN_ARG(g->message));
}

static inline bool beside_reported(struct arena *a, const struct diags *d, struct span expected,
                                   const struct diag **ret)
{
    for (const struct diag *g = d->first; g; g = g->next)
        if (span_eq(beside_shown(a, g), expected)) {
            *ret = g;
            return true;
        }
    return false;
}

/* The diagnostics are those that the file's comments ask for. */
static inline void beside_compare(struct arena *a, const struct diags *d, struct span text)
{
    size_t expected = 0;
    struct span rest = text, line;
    const struct diag *last = NULL;
    while (span_split(&rest, '\n', &line)) {
        if (span_starts(line, SPAN("# expect "))) {
            expected++;
            if (!CHECK(beside_reported(a, d, span_from(line, 9), &last)))
                printf("    not reported: %.*s\n", SPAN_ARG(line));
        } else if (span_starts(line, SPAN("#     hint ")) && last) {
            bool same = false;
            for (const struct diag *g = d->first; g; g = g->next)
                same = same || (g->line == last->line && span_eq(g->hint, span_from(line, 11)));
            if (!CHECK(same))
                printf("    no such hint: %.*s\n", SPAN_ARG(line));
        }
    }
    if (!CHECK_INT(d->errors + d->warnings, expected))
        for (const struct diag *g = d->first; g; g = g->next)
            printf("    reported: %.*s\n", SPAN_ARG(beside_shown(a, g)));
}
#endif
