/*
 * fault.h: the failing-allocation loop. Runs f again and again, failing the first allocation, the
 * second, ... until a run needs none of the failing ones. Each earlier run must say E_MEMORY; the
 * leaks it left are AddressSanitizer's to find.
 *
 * The first 200 are failed one by one, then with a prime stride; all of them with HUIQI_TORTURE=1.
 */
#ifndef HUIQI_TESTS_FAULT_H
#define HUIQI_TESTS_FAULT_H
#include <stdlib.h>
#include "base/alloc.h"
#include "base/err.h"
#include "tests/unit/test.h"

#define FAULT_EACH   200
#define FAULT_STRIDE 37

/* f gets the context and must return 0 or a code; it frees what it made in either case. */
static inline void fault_loop(int (*f)(void *context), void *context)
{
    bool all = getenv("HUIQI_TORTURE") != NULL, reached = true;

    for (uint64_t n = 1; reached; n += all || n < FAULT_EACH ? 1 : FAULT_STRIDE) {
        int r;
        alloc_fail_after(n);
        r = f(context);
        reached = alloc_fail_after(0) >= n;
        if (r != (reached ? E_MEMORY : 0))
            printf("allocation %" PRIu64 " %s\n", n, reached ? "failed" : "was not reached");
        if (!test_int(r, reached ? E_MEMORY : 0, "result", __FILE__, __LINE__))
            break;
    }
}
#endif
