/*
 * subjects.h: subjects and their facts in the store: append events, read what was known at a date.
 *
 * A fact event says: about (item, period), value, source, basis, observed on a day, recorded at an instant. Taking a fact
 * back is one more event. What is true "now" of several sources: the declared holder's latest value on or before the
 * as-of date, else the latest of any; where sources disagree the value carries `conflict`.
 */
#ifndef HUIQI_POLICY_SUBJECTS_H
#define HUIQI_POLICY_SUBJECTS_H
#include "policy/match.h"
#include "store/store.h"

struct subject_row {
    int64_t id;
    struct span kind, code, name;
};

/* Finds by kind and code; E_NOT_FOUND with a hint. */
NODISCARD int subject_find(struct arena *request, struct store *s, struct span kind, struct span code, struct subject_row *ret,
                           struct err *err);
/* All subjects of a kind, by code, `limit` of them from `offset`. */
NODISCARD int subject_list(struct arena *request, struct store *s, struct span kind, size_t offset, size_t limit,
                           struct subject_row **ret, size_t *ret_n, struct err *err);
/* Inside a transaction: makes it when it is new; a name that is not empty replaces the old one. */
NODISCARD int subject_put(struct store *s, struct span kind, struct span code, struct span name, int64_t *ret_id, struct err *err);

struct fact_event {
    struct span fact; /* a fact of the vocabulary, or the list name of an item kind (value: boolean, complete or not) */
    struct span item, period;
    struct value value;
    bool withdrawn; /* takes back what this source said */
    struct span source;
    enum basis basis;
    struct date observed;
};
/* Inside a transaction. Appends unless the same source says the same already; *ret_written tells. */
NODISCARD int subject_add_event(struct arena *request, struct store *s, int64_t subject_id, const struct fact_event *e,
                                bool *ret_written, struct err *err);

/* What was recorded by the end of known_by, observations on or before as_of first. Facts about 2019 may well be recorded in
   2026: a caller without a known-by date of its own passes today. */
NODISCARD int subject_load(struct arena *request, struct store *s, const struct library *l, struct span kind, struct span code,
                           struct date as_of, struct date known_by, struct subject *ret, struct err *err);
/* The subject as the JSON that --facts reads. */
struct json *subject_json(struct arena *request, const struct library *l, const struct subject *s);
/* Rebuilds fact_now from fact_event and compares; *ret_bad = rows that differ. */
NODISCARD int subjects_verify(struct store *s, int64_t *ret_rows, int64_t *ret_bad, struct err *err);

/* ---- import of enterprises from CSV ---- */

struct import_problem {
    struct import_problem *next;
    uint32_t line, column;
    struct span field, reason, hint;
};
struct import_report {
    size_t rows, good, bad, facts; /* facts = events written */
    struct import_problem *problems, *last;
};
/*
 * The first row names the columns: 统一社会信用代码, 名称, then facts; a fact with a period as `参保人数@2019-12`. Cells: numbers, true/false/是/否,
 * ISO dates, texts; lists with 、 or ; between; an empty cell is unknown; `null` is known to be absent. A row is kept whole or refused
 * whole; a column that nobody knows refuses the file. One transaction per 1,000 rows. `progress` may be NULL.
 */
NODISCARD int subjects_import(struct arena *request, struct store *s, const struct library *l, struct span csv, struct span file,
                              struct span source, struct date observed, void (*progress)(void *, size_t rows), void *context,
                              struct import_report *ret, struct err *err);
#endif
