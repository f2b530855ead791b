/*
 * rows.h: what commands over numbered rows of the store share (jobs, messages, webhooks): the
 * database opened, numbers of operands, changes row by row with their line in the log.
 */
#ifndef HUIQI_CLI_ROWS_H
#define HUIQI_CLI_ROWS_H
#include "cli/options.h"
#include "store/store.h"

#define ROWS_MOST 10000 /* rows of one list */

/* Opens and migrates the database of HUIQI_DATABASE. */
NODISCARD int rows_open(struct store **ret, struct err *err);
/* A number from 1 to `most`; NULL text gives `otherwise`. */
NODISCARD bool rows_number(const char *text, int64_t most, int64_t otherwise, int64_t *ret);

/* A change of one row by an operator. */
struct rows_change {
    const struct command_spec *spec;
    int (*change)(struct store *s, int64_t id, struct err *err);
    const char *object_kind, *act; /* for the log: "job", "job.retry" */
    const char *done;              /* "job %lld waits again" without the number: "等待重试" */
};
/* Each operand is the number of a row; each is a transaction of its own. The exit status: the
 * worst.
 */
NODISCARD int rows_change_all(const struct rows_change *c, int argc, char **argv);

/* A moment as people read it: 2020-03-09 08:00:00; empty for 0. */
struct span rows_time(struct arena *request, int64_t ms);
#endif
