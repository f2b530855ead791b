/*
 * audit.h: the log of reads of personal data, changes and decisions. Append-only; each run of a
 * process writes a hash chain of its own, which is sealed into a common chain, so that processes
 * need not wait for each other. docs/audit.md says what the hashes cover.
 */
#ifndef HUIQI_IDENTITY_AUDIT_H
#define HUIQI_IDENTITY_AUDIT_H
#include "identity/actor.h"
#include "store/store.h"

enum audit_class { AUDIT_SIGN_IN, AUDIT_READ, AUDIT_CHANGE, AUDIT_DECISION, AUDIT_CLASSES };

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
#endif
