/*
 * test.h: what a test program needs: CHECK counts and reports, TEST names a case, the last line is
 * "N passed, N failed". A program ends with `return test_end();`.
 */
#ifndef HUIQI_TESTS_TEST_H
#define HUIQI_TESTS_TEST_H
#include <inttypes.h>
#include <stdio.h>
#include "base/base.h"

static int test_passed, test_failed;
static const char *test_case = "";

#define TEST(name)            (test_case = (name))
#define CHECK(condition)      test_check((condition), #condition, __FILE__, __LINE__)
#define CHECK_INT(got, want)  test_int((int64_t)(got), (int64_t)(want), #got, __FILE__, __LINE__)
#define CHECK_TEXT(got, want) test_text((got), span_z(want), #got, __FILE__, __LINE__)

static inline bool test_check(bool ok, const char *what, const char *file, int line)
{
    if (ok)
        test_passed++;
    else {
        test_failed++;
        printf("%s:%d: %s: failed: %s\n", file, line, test_case, what);
    }
    return ok;
}

static inline bool test_int(int64_t got, int64_t want, const char *what, const char *file, int line)
{
    if (got != want)
        printf("%s = %" PRId64 ", wanted %" PRId64 "\n", what, got, want);
    return test_check(got == want, what, file, line);
}

static inline bool test_text(struct span got, struct span want, const char *what, const char *file,
                             int line)
{
    bool ok = span_eq(got, want);
    if (!ok)
        printf("%s = \"%.*s\", wanted \"%.*s\"\n", what, SPAN_ARG(got), SPAN_ARG(want));
    return test_check(ok, what, file, line);
}

static inline int test_end(void)
{
    printf("%d passed, %d failed\n", test_passed, test_failed);
    return test_failed ? 1 : 0;
}
#endif
