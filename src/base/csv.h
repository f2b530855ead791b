/*
 * csv.h: RFC 4180 rows with positions. A byte order mark is passed over, rows end with LF or CRLF,
 * quoted fields may hold commas, doubled quotes and line ends. An error names line and column;
 * csv_skip goes on behind it.
 *
 * A forgotten closing quote would swallow all that follows. So csv_skip goes on with the line after
 * the one where the bad row began, not after the place where reading stopped; what is read twice in
 * that way is bounded by the size of the text, after that it goes on from where reading stopped.
 * Reading stays linear whatever the text is.
 */
#ifndef HUIQI_BASE_CSV_H
#define HUIQI_BASE_CSV_H
#include "base/arena.h"
#include "base/err.h"

#define CSV_FIELDS_MAX 1000
#define CSV_FIELD_MAX  (1u << 20) /* bytes of one field */

struct csv_field {
    struct span
        text; /* quotes taken off; in the arena when it had doubled quotes, else in the text */
    uint32_t line, column; /* 1-based, column in code points */
};
struct csv_row {
    struct csv_field *at;
    size_t n;
    uint32_t line;
};
struct csv {
    struct span text, file;
    size_t at;
    uint32_t line;
    size_t row_at; /* where the last row began */
    uint32_t row_line;
    size_t again; /* bytes read twice so far */
};

void csv_init(struct csv *c, struct span text, struct span file);
/* 1 and a row (empty lines are passed over), 0 at the end, negative on error: E_INPUT, E_ENCODING,
 * E_LIMIT, E_MEMORY. */
NODISCARD int csv_next(struct csv *c, struct arena *a, struct csv_row *ret, struct err *err);
void csv_skip(struct csv *c); /* after an error: to the next line that may begin a row */
/* One field as CSV: quoted when it must be; a leading = + - @ gets an apostrophe, so that no
 * spreadsheet runs it. */
struct buffer;
void csv_print(struct buffer *out, struct span field);
#endif
