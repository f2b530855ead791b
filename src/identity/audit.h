/*
 * audit.h: the log of reads of personal data, changes and decisions (S256). Append-only; each
 * connection of a process (a run) writes a hash chain of its own, which is sealed into a common
 * chain, so that processes need not wait for each other. docs/audit.md says what the hashes cover
 * and what they prove.
 *
 * An entry names things by number or code, never a person's data. Rows and texts that are given
 * back live in the arena passed.
 */
#ifndef HUIQI_IDENTITY_AUDIT_H
#define HUIQI_IDENTITY_AUDIT_H
#include "base/json.h"
#include "identity/actor.h"
#include "store/store.h"

enum audit_class { AUDIT_SIGN_IN, AUDIT_READ, AUDIT_CHANGE, AUDIT_DECISION, AUDIT_CLASSES };
#define AUDIT_HASH 64 /* characters of a hash: hexadecimal */

/* "sign-in", "read", "change", "decision": in the store and on the command line. */
struct span audit_class_name(enum audit_class class);
bool audit_class_parse(struct span name, enum audit_class *ret);

struct audit_entry {
    enum audit_class class;
    struct span act;         /* "case.approve" */
    struct span object_kind; /* "case" */
    struct span object;      /* number or id, never a person's data */
    struct span detail; /* JSON object as text, or empty: before and after, without personal data */
};
/* Inside a transaction of s: the entry exists if and only if the change does. */
NODISCARD int audit_add(struct store *s, const struct actor *who, const struct audit_entry *e,
                        struct err *err);
/* The same for a read that changes nothing else: a transaction of its own. */
NODISCARD int audit_add_alone(struct store *s, const struct actor *who, const struct audit_entry *e,
                              struct err *err);

/* Seals into the common chain what every run has written since: at intervals, at the end, and at
   the start of the next run, which so seals what a killed one left. Not inside a transaction. */
NODISCARD int audit_seal(struct store *s, struct err *err);

/* ---- reading ---- */

struct audit_filter {
    bool has_class;
    enum audit_class class;
    struct span act, object_kind, object; /* empty = any */
    int64_t account_id;                   /* 0 = any; also as whose rights were used */
    int64_t from, to;                     /* ms since 1970, to exclusive; 0 = open */
    int64_t before;                       /* id: older entries than this; 0 = the newest */
    int limit;                            /* 0 = AUDIT_PAGE */
};
#define AUDIT_PAGE     100
#define AUDIT_PAGE_MAX 10000

struct audit_row {
    int64_t id, run_id, seq, at;
    enum audit_class class;
    struct span act, object_kind, object, actor, organisation, detail, hash;
    int64_t account_id, organisation_id, subject_id, delegation_id, for_account_id;
};
/* Newest first. */
NODISCARD int audit_list(struct store *s, struct arena *a, const struct audit_filter *f,
                         struct audit_row **ret, size_t *ret_n, struct err *err);
struct json *audit_row_json(struct arena *a, const struct audit_row *row);

/* ---- proving ---- */

#define AUDIT_PROBLEMS 100 /* described; all are counted */
struct audit_report {
    int64_t runs, entries, seals;
    int64_t unsealed;    /* entries that no seal covers yet: no problem */
    int64_t problems;    /* of all kinds */
    struct span *texts;  /* the first AUDIT_PROBLEMS of them */
    int64_t head_number; /* the last seal; 0 = none yet */
    struct span head;    /* its hash: note it elsewhere, and give it back with --expect */
};
/* Walks every chain. A found problem is no failure of the function. expect_number 0 = nothing to
   compare, else the seal of that number must have that hash. */
NODISCARD int audit_verify(struct store *s, struct arena *a, int64_t expect_number,
                           struct span expect_hash, struct audit_report *ret, struct err *err);
#endif
