/*
 * child.h: another program as a child process under limits: memory, processor time, wall clock and
 * output. No shell; the input is its standard input, a file in memory that never touches a disk;
 * its environment holds PATH and LC_ALL only. The child dies with us.
 */
#ifndef HUIQI_DOCUMENT_CHILD_H
#define HUIQI_DOCUMENT_CHILD_H
#include "base/arena.h"
#include "base/err.h"

struct child_limits {
    size_t memory;    /* bytes of address space */
    size_t output;    /* bytes on standard output */
    unsigned cpu;     /* seconds */
    unsigned wall_ms; /* milliseconds */
};

#define CHILD_MESSAGES 4096 /* bytes of standard error that are kept */

struct child_result {
    struct span output, messages;
    int status; /* exit status; 128 + signal */
};

/* Runs argv[0], looked for in PATH. E_NOT_FOUND (no such program), E_LIMIT (a limit was reached),
   E_IO, E_MEMORY; a child that ends by itself is an answer, whatever its status. */
NODISCARD int child_run(struct arena *a, const char *const argv[], struct span input,
                        const struct child_limits *limits, struct child_result *ret,
                        struct err *err);
#endif
