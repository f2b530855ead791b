/*
 * mention.h: what a text says inside its sentences: amounts, shares, days, limits, texts that it
 * cites, departments, ways to reach them. A mention has a place (bytes of the file) and a value in
 * one notation (docs/reading.md), so that programs and people compare values, never wordings.
 *
 * Found on demand and apart from document_parse: who only wants the tree does not pay. What a name
 * means (aliases of departments, nicknames of texts) comes from names.h and may be absent; then
 * values are what the text prints. Everything lives in the arena given; texts are NOT masked.
 * Numbers of persons are never a mention: what secrets.c found is passed over.
 */
#ifndef HUIQI_DOCUMENT_MENTION_H
#define HUIQI_DOCUMENT_MENTION_H
#include "document/document.h"
#include "document/entries.h"
#include "document/names.h"

enum mention_kind {
#define MENTION(NAME, word, meaning) MENTION_##NAME,
#include "document/mention.def"
#undef MENTION
    MENTION_KINDS
};

/* How a department takes part, as the notation of tags says. */
enum mention_role {
    ROLE_NAMED,
    ROLE_RESPONSIBLE,
    ROLE_LEAD,
    ROLE_JOINT,
    ROLE_CONSULT,
    ROLE_APPROVE
};

enum mention_bound { BOUND_NONE, BOUND_MOST, BOUND_LESS, BOUND_LEAST, BOUND_MORE }; /* <= < >= > */

struct mention {
    enum mention_kind kind;
    enum mention_role role;
    enum mention_bound bound;
    bool inferred; /* a year or a prefix that the text does not print */
    const struct doc_node *node;
    uint32_t from, to; /* bytes of the node's text */
    size_t start, end; /* bytes of the file */
    struct span text;  /* as the repaired text has it */
    struct span value;
    struct span meant; /* declared name of the department, number of the nicknamed text; may be
                          empty */
};

struct mentions {
    struct mention *at; /* in the order of the file */
    size_t n;
};

struct mention_setting {
    const struct names *names;         /* may be NULL */
    const struct doc_entries *entries; /* region and year by document; may be NULL */
    struct span region;                /* where entries give none: what 区 and 市 mean */
    int year; /* of dates that print none; 0 = the year that the file prints most */
};

/* The mentions of `start` and all below it. E_MEMORY or 0. */
NODISCARD int mentions_find(struct arena *arena, const struct doc *doc,
                            const struct doc_node *start, const struct mention_setting *setting,
                            struct mentions *ret, struct err *err);

const char *mention_name(enum mention_kind kind);
const char *mention_role_name(enum mention_role role);
#endif
