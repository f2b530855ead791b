/*
 * lint.h: what the wording of a text lacks (S008): catch-all clauses in conditions, requirements
 * outside a closed list, limits without a figure, missing validity, citations that lead nowhere,
 * gaps in the numbering, missing responsible department or channel, arithmetic that does not hold.
 * Warnings for the drafter with place and hint, never judgements of law.
 */
#ifndef HUIQI_DOCUMENT_LINT_H
#define HUIQI_DOCUMENT_LINT_H
#include "document/mention.h"

enum lint_rule {
#define LINT(NAME, word, severe, hint) LINT_##NAME,
#include "document/lint.def"
#undef LINT
    LINT_RULES
};

struct lint {
    enum lint_rule rule;
    const struct doc_node *node;
    size_t start, end; /* bytes of the file */
    uint32_t line, column;
    struct span words;   /* what was found, as the repaired text has it */
    struct span message; /* a sentence for people */
};

struct lints {
    struct lint *at; /* in the order of the file */
    size_t n;
};

NODISCARD int document_lint(struct arena *arena, const struct doc *doc,
                            const struct doc_entries *entries, const struct mentions *mentions,
                            const struct names *names, struct lints *ret, struct err *err);

const char *lint_name(enum lint_rule rule);
const char *lint_hint(enum lint_rule rule);
bool lint_severe(enum lint_rule rule); /* an error rather than a remark */
#endif
