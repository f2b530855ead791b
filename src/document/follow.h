/*
 * follow.h: inline facts and relations of documents in the store: written with each version
 * (archive_hooks.def), masked as the clauses are, read by pages and exports. A relation's target is
 * found among the documents held by its 文号, else by its title; it stays open until a later import
 * brings that text.
 */
#ifndef HUIQI_DOCUMENT_FOLLOW_H
#define HUIQI_DOCUMENT_FOLLOW_H
#include "document/archive.h"

struct stored_fact {
    int64_t id, clause; /* clause_fact.id, clause.id */
    int64_t start, end; /* bytes of the clause's text */
    struct span kind;   /* mention_name */
    struct span value;  /* JSON: text, value, role, meant, inferred */
};
struct stored_relation {
    struct span kind; /* relation_name */
    bool reverse;     /* the other document says so of this one */
    struct span path; /* of the clause that says so; empty = the heading */
    struct span title, number;
    struct span slug; /* of the other document; empty = not held */
};

/* In the order of the text. */
NODISCARD int follow_facts(struct store *s, struct arena *a, int64_t version,
                           struct stored_fact **ret, size_t *ret_n, struct err *err);
/* What the version says of others, then what the newest versions of others say of its document. */
NODISCARD int follow_relations(struct store *s, struct arena *a, const struct archive_version *v,
                               struct stored_relation **ret, size_t *ret_n, struct err *err);
/* Facts whose place does not hold their words, relations whose target is not the text they name. */
NODISCARD int follow_verify(struct store *s, int64_t *ret_rows, int64_t *ret_bad, struct err *err);
#endif
