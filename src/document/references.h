/*
 * references.h: what texts have to do with one another. Texts held (the entries of the files given)
 * and texts only cited are the nodes of one graph; a citation that resolves to nothing makes a
 * stub, so that nothing cited is lost. A number (文号) decides before a title, because titles are
 * printed with words missing.
 *
 * On top of that: clauses that leave something to another text (`refers`), clauses that repeat
 * others
 * (`duplicates`), clauses that say the same with other figures (`conflicts`), a superior rule
 * quoted in another document (`quotes`), and a city's text against the district's (`floors`). They
 * are proposals for a reader with their place, never decisions.
 *
 * Everything lives in the arena given; titles are masked, mentions and nodes are not.
 */
#ifndef HUIQI_DOCUMENT_REFERENCES_H
#define HUIQI_DOCUMENT_REFERENCES_H
#include "base/json.h"
#include "document/mention.h"

struct reference_file { /* one file, read */
    const struct doc *doc;
    const struct doc_entries *entries;
    const struct mentions *mentions;
};

enum text_level { LEVEL_UNKNOWN, LEVEL_STATE, LEVEL_CITY, LEVEL_DISTRICT };

struct reference_text {
    const struct reference_file *file; /* NULL: not among the files */
    const struct doc_entry *entry;
    struct span id, title, number, region;
    struct span core; /* of the title: title_core */
    enum text_level level;
    bool held;        /* its text is among the files, or the library says so */
    bool law;         /* a law or regulation */
    struct span link; /* an address that the picture leads to; may be empty */
};

enum relation_kind {
    RELATION_IMPLEMENTS,
    RELATION_BASED_ON, /* on a law */
    RELATION_AMENDS,
    RELATION_REPEALS,
    RELATION_EXTENDS,
    RELATION_INTERPRETS,
    RELATION_FORWARDS,
    RELATION_ISSUES,
    RELATION_CITES,
    RELATION_SAME_TEXT,
    RELATION_KINDS
};
enum reference_how {
    HOW_NUMBER,
    HOW_TITLE,
    HOW_FUZZY,
    HOW_NICKNAME,
    HOW_HEADING,
    HOW_TEXT,
    HOW_DECLARED
};

struct relation {
    enum relation_kind kind;
    enum reference_how how;
    size_t from, to;             /* of texts */
    const struct doc_node *node; /* where it is said; NULL when declared */
    size_t start, end;
};

enum referred_part { PART_CONDITIONS, PART_AMOUNT, PART_PROCEDURE, PART_WHOLE };

/* A clause that leaves something to another text. */
struct referral {
    size_t from, to; /* of texts; to SIZE_MAX: no text is named (另行制定, 有关规定) */
    enum referred_part part;
    bool held;
    const struct doc_node *node;
    size_t start, end;
    struct span words; /* what stands for the text when none is named */
};

struct clause_pair {
    size_t a_text, b_text;
    const struct doc_node *a, *b;            /* b NULL: the district's text has no such clause */
    unsigned percent;                        /* of shared shingles */
    const struct mention *a_value, *b_value; /* conflicts, floors: what differs; may be NULL */
    const char *change; /* floors: same, changed, stricter, looser, not-stated, dropped */
};

/* A superior text's rule told in another document. */
struct quotation {
    size_t from, to;
    const struct doc_node *node;
    size_t start, end;
};

struct references {
    struct reference_text *texts;
    size_t text_count;
    struct relation *relations;
    size_t relation_count;
    struct referral *referrals;
    size_t referral_count;
    struct quotation *quotations;
    size_t quotation_count;
    struct clause_pair *duplicates, *conflicts, *floors;
    size_t duplicate_count, conflict_count, floor_count;
};

/* `whole_library`: the documents and relations that the library declares join the graph. */
NODISCARD int references_find(struct arena *arena, const struct reference_file *files, size_t count,
                              const struct names *names, bool whole_library, struct references *ret,
                              struct err *err);

/* Only what the texts' headings and the mentions given say of other texts: texts and relations. */
NODISCARD int references_said(struct arena *arena, const struct reference_file *file,
                              struct references *ret, struct err *err);

const char *relation_name(enum relation_kind kind);
struct json *references_json(struct arena *a, const struct references *r);
/* The graph in columns by level (state, city, district), without any other program. */
struct buffer;
void references_svg(struct buffer *out, struct arena *a, const struct references *r);
/* Title without issuer, 关于印发, 的通知, marks: what two printings of a title share. */
struct span title_core(struct arena *a, struct span title);
#endif
