/*
 * subjects.h: subjects and their facts in the store: append events, read what was known at a date.
 *
 * A fact event says: about (item, period), value, source, basis, observed on a day, recorded at an
 * instant. Taking a fact back is one more event. What is true "now" of several sources: the
 * declared holder's latest value on or before the as-of date, else the latest of any (those on or
 * before as-of before later ones); where sources disagree the value carries `conflict`.
 */
#ifndef HUIQI_POLICY_SUBJECTS_H
#define HUIQI_POLICY_SUBJECTS_H
#include "policy/match.h"
#include "store/store.h"

struct subject_row {
    int64_t id;
    struct span kind, code, name;
};

/* What differs between kinds of subjects, as data. */
struct subject_kind {
    struct span kind;   /* "enterprise" */
    struct span column; /* 统一社会信用代码, 编号 */
    bool named;         /* keeps a name; persons do not */
    /* Checks a code and gives its canonical form: as it is stored. E_INPUT with what is wrong. */
    int (*check)(struct arena *request, struct span code, struct span *ret, struct err *err);
};
extern const struct subject_kind ENTERPRISE_KIND, PERSON_KIND;

/* Finds by kind and code; E_NOT_FOUND with a hint. */
NODISCARD int subject_find(struct arena *request, struct store *s, struct span kind,
                           struct span code, struct subject_row *ret, struct err *err);
/* By id; E_NOT_FOUND. */
NODISCARD int subject_get(struct arena *request, struct store *s, int64_t id,
                          struct subject_row *ret, struct err *err);
/* Subjects of a kind by code, at most `limit`, behind the code `after` (empty = from the first). */
NODISCARD int subject_list(struct arena *request, struct store *s, struct span kind,
                           struct span after, size_t limit, struct subject_row **ret, size_t *ret_n,
                           struct err *err);
/* Inside a transaction: makes it when it is new; a name that is not empty replaces the old one. */
NODISCARD int subject_put(struct store *s, struct span kind, struct span code, struct span name,
                          int64_t *ret_id, struct err *err);

/*
 * What an event speaks of: a fact of the subject or of one of its items, the presence of an item,
 * or the completeness of a list. As text, in columns, in `set` and in event rows:
 *
 *     企业规模            参保人数@2019-12          a fact, a fact of a period
 *     贷款/L1.贷款本金                               a fact of an item; the item is there from then
 * on 贷款本金                                       a fact of an item at the top level: the one
 * item without a list 贷款/L1                                        是: the item is there; 否: it
 * is not, until 是 or taken back 贷款.complete       行业.complete             是: the list is
 * complete
 */
enum fact_key_kind { KEY_FACT, KEY_ITEM, KEY_COMPLETE };
struct fact_key {
    enum fact_key_kind kind;
    const struct fact
        *fact; /* of FACT; of COMPLETE for a fact that is a list of texts, else NULL */
    const struct item_kind *items; /* of ITEM; of COMPLETE for a list of items, else NULL */
    struct span name;              /* as events carry it: fact, list, list.complete */
    struct span item, period;      /* empty = the subject itself, timeless */
};
#define ITEM_ID_MAX 64 /* bytes: an id is a number of a contract or a person's opaque number */
/* The parts are spans of `text` or of the library, but for name in the arena. E_NAME with the
 * nearest name, E_INPUT. */
NODISCARD int fact_key_parse(struct arena *request, const struct library *l, struct span text,
                             struct fact_key *ret, struct err *err);
/* Texts separated by ; or 、 as a JSON list; empty text, empty list. NULL without memory. */
struct json *fact_list_cell(struct arena *a, struct span cell);
/* The value of a cell: numbers, true/false/是/否, ISO dates, texts, lists with 、 or ; between,
   null = known to be absent. Type, closed values and limits are checked. */
NODISCARD int fact_key_read(struct arena *request, const struct library *l,
                            const struct fact_key *k, struct span cell, struct value *ret,
                            struct err *err);

struct fact_event {
    struct span fact; /* fact_key.name */
    struct span item, period;
    struct value value;
    bool withdrawn; /* takes back what this source said */
    struct span source;
    enum basis basis;
    struct date observed;
};
/* Inside a transaction. Appends unless the same source says the same already at that day;
 * *ret_written tells. */
NODISCARD int subject_add_event(struct arena *request, struct store *s, int64_t subject_id,
                                const struct fact_event *e, bool *ret_written, struct err *err);

/*
 * What was recorded by the end of known_by, observations on or before as_of first. Facts about 2019
 * may well be recorded in 2026: a caller without a known-by date of its own passes today. Facts
 * that the library no longer declares, or whose stored value no longer fits its type, stay in the
 * store and are not used: *ret_unused (may be NULL) counts them.
 */
NODISCARD int subject_load(struct arena *request, struct store *s, const struct library *l,
                           struct span kind, struct span code, struct date as_of,
                           struct date known_by, struct subject *ret, struct err *err);
NODISCARD int subject_load_counting(struct arena *request, struct store *s, const struct library *l,
                                    struct span kind, struct span code, struct date as_of,
                                    struct date known_by, struct subject *ret, size_t *ret_unused,
                                    struct err *err);
/* The subject as the JSON that --facts reads. NULL without memory. */
struct json *subject_json(struct arena *request, const struct library *l, const struct subject *s);
/* Rebuilds fact_now from fact_event and compares; *ret_bad = rows that differ. */
NODISCARD int subjects_verify(struct store *s, int64_t *ret_rows, int64_t *ret_bad,
                              struct err *err);

/* ---- import ---- */

struct import_problem {
    struct import_problem *next;
    uint32_t line, column;
    struct span field, reason, hint;
};
struct import_report {
    size_t rows, good, bad, facts; /* facts = events written */
    struct import_problem *problems, *last;
};
struct import_options {
    const struct subject_kind *kind;
    struct span file;   /* for messages */
    struct span source; /* of facts that do not name their own */
    enum basis basis;
    struct date observed;
    void (*progress)(void *, size_t rows); /* may be NULL */
    void *context;
};
/*
 * Without a store (s == NULL) all three only check, CSV its first row only: a caller need not open
 * a database for nothing.
 *
 * CSV. The first row names the columns: that of the code, 名称 (enterprises), then keys as above.
 * An empty cell is unknown. A row is kept whole or refused whole; a column that nobody knows
 * refuses the file. One transaction per 1,000 rows.
 */
NODISCARD int subjects_import(struct arena *request, struct store *s, const struct library *l,
                              struct span csv, const struct import_options *o,
                              struct import_report *ret, struct err *err);
/*
 * JSON: {code: {facts as --facts reads them, "subject": {"name": ...}}}, what `export --json`
 * prints, or one subject alone: {"subject": {"id": code, "name": ...}, facts}. All of it in one
 * transaction, or nothing: the first mistake refuses the file, with its position.
 */
NODISCARD int subjects_import_json(struct arena *request, struct store *s, const struct library *l,
                                   struct span json, const struct import_options *o,
                                   struct import_report *ret, struct err *err);

/* One subject, several statements of one source, in one transaction: `set`. */
struct assignment {
    struct span key,
        value; /* an empty value takes back what the source said; the key 名称 names the subject */
};
NODISCARD int subject_set(struct arena *request, struct store *s, const struct library *l,
                          struct span code, const struct assignment *at, size_t n,
                          const struct import_options *o, struct import_report *ret,
                          struct err *err);

/* ---- what is kept for a time only (S257) ---- */

struct actor;
struct forgotten {
    const struct fact *fact; /* sensitive; its purpose and term stand there */
    int64_t events;          /* said of it before its term */
    int64_t in_cases;        /* held by closed cases (casework/case_forget.h) */
};
/* The first day that is still kept; false = the fact has no term. */
bool fact_first_kept(const struct fact *f, struct date day, struct date *ret);
/* Deletes what was said of sensitive facts and observed longer ago than they are kept: history and
 * present, one transaction, a line of the log for each fact that had any. `dry` only counts. What
 * cases hold is for cases_forget. *ret: every fact with a term, in the library's order. */
NODISCARD int subjects_forget(struct arena *request, struct store *s, const struct library *l,
                              const struct actor *who, struct date day, bool dry,
                              struct forgotten **ret, size_t *ret_n, struct err *err);
#endif
