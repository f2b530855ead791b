/*
 * subjects_int.h: what the files about stored facts share: fact_key.c, subjects.c, subjects_load.c,
 * import.c, import_json.c.
 */
#ifndef HUIQI_POLICY_SUBJECTS_INT_H
#define HUIQI_POLICY_SUBJECTS_INT_H
#include "policy/subjects.h"

const struct item_kind *item_kind_by_list(const struct library *l,
                                          struct span name); /* NULL = none */
/* Ids stand in keys and rows: short, and without control characters. */
NODISCARD int item_id_check(struct span id, struct err *err);
/* The limits that a fact declares beyond its type: whole, min, max. */
NODISCARD int fact_limits(const struct fact *f, struct value v, struct err *err);
extern const char *const basis_names[BASES]; /* "verified", ... */

/* What a cell or an assignment says. */
struct statement {
    const struct fact_key *key;
    struct value value;
    bool given;     /* false: nothing is said, the cell was empty */
    bool withdrawn; /* what the source said is taken back */
};
/* Inside a transaction: makes the subject and appends what is new; adds the number of events to
 * *facts. */
NODISCARD int subject_state(struct arena *request, struct store *s, struct span code,
                            struct span name, const struct statement *at, size_t n,
                            const struct import_options *o, size_t *facts, struct err *err);
/* As subject_put and subject_add_event. Of a subject that this transaction made, nothing was said
   yet: its keys, each told once, need not be looked up. */
NODISCARD int subject_make(struct store *s, struct span kind, struct span code, struct span name,
                           int64_t *ret_id, bool *ret_new, struct err *err);
NODISCARD int subject_tell(struct arena *request, struct store *s, int64_t subject_id, bool is_new,
                           const struct fact_event *e, bool *ret_written, struct err *err);
/* A mistake in the data, as opposed to a failure of memory or the store. */
bool is_data_error(int code);
#endif
