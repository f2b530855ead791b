/*
 * verify.h: what a check of stored data counts: rows looked at, rows that are wrong, and a line
 * about each of the first ones. Each area has such a function; src/cli/verify.def lists them for
 * `huiqi store verify`.
 */
#ifndef HUIQI_STORE_VERIFY_H
#define HUIQI_STORE_VERIFY_H
#include "base/buffer.h"
#include "store/store.h"

#define VERIFY_LINES 20 /* wrong rows that get a line */

struct verify {
    int64_t rows, wrong;
    struct buffer lines; /* one line a wrong row */
};

/* Counts a wrong row and keeps the line about it (without line end). */
void verify_wrong(struct verify *v, const char *format, ...) PRINTF_LIKE(2, 3);

/* A rule as SQL without parameters: each row that it finds is wrong; its columns are an id and a
 * text, which stand behind `what` in the line. */
struct verify_rule {
    const char *what; /* "a running job without worker" */
    const char *sql;
};
NODISCARD int verify_rules(struct store *s, struct verify *v, const struct verify_rule *rules,
                           size_t n, struct err *err);
/* Adds the number that a query gives to v->rows. */
NODISCARD int verify_count(struct store *s, struct verify *v, const char *sql, struct err *err);
#endif
