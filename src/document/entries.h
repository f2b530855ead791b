/*
 * entries.h: the separate documents of a file. A file may hold one official text or a compilation,
 * a digest, a bulletin, a catalogue that only lists texts; each separate text is an entry with what
 * its head and foot say of it: title, 文号, issuers, dates, region, type, addressee, validity, what
 * is missing. Facts are taken from the text and keep their place in the file; what is concluded and
 * not printed (a year, a region) carries a flag. Nothing is ever corrected: two dates that differ
 * are both kept.
 *
 * Entries point into the tree of document.h and live in the same arena. Texts are NOT masked.
 */
#ifndef HUIQI_DOCUMENT_ENTRIES_H
#define HUIQI_DOCUMENT_ENTRIES_H
#include "base/date.h"
#include "document/document.h"

enum doc_entry_kind {
    DOC_ENTRY_DOCUMENT,  /* an official text with a head of its own, or the only text of the file */
    DOC_ENTRY_PART,      /* separately titled text of a compilation without heads */
    DOC_ENTRY_ANNEX,     /* annex with a title, printed behind its document */
    DOC_ENTRY_DIGEST,    /* entry of a digest */
    DOC_ENTRY_BULLETIN,  /* item of a bulletin */
    DOC_ENTRY_CATALOGUE, /* listed by title, without its text */
    DOC_ENTRY_KINDS
};

/* A text of the file: as printed but repaired (lines joined), and where it stands. Empty = absent.
 */
struct doc_fact {
    struct span text;
    size_t start, end; /* bytes of the file; 0, 0 when the text was concluded, not printed */
};

struct doc_day {
    struct date date; /* year 0: none */
    struct doc_fact printed;
};

enum doc_flag {
    DOC_FLAG_NO_NUMBER = 1 << 0, /* no 文号 is printed */
    DOC_FLAG_NO_DATE = 1 << 1,
    DOC_FLAG_NO_ISSUER =
        1 << 2, /* concluded from the title, the 文号 or the compilation, or unknown */
    DOC_FLAG_NO_BODY = 1 << 3,      /* only title, date, link: catalogue entries and bare notices */
    DOC_FLAG_DATES_DIFFER = 1 << 4, /* heading and signature print two dates */
    DOC_FLAG_ISSUERS_DIFFER = 1 << 5, /* heading and signature name two issuers */
    DOC_FLAG_YEAR_INFERRED = 1 << 6,
    DOC_FLAG_REGION_INFERRED = 1 << 7, /* from the compilation or a table of districts */
    DOC_FLAG_MISSING_ANNEX = 1 << 8,
    DOC_FLAG_DUPLICATE = 1 << 9,  /* same title as an earlier entry */
    DOC_FLAG_TRUNCATED = 1 << 10, /* the text stops inside a sentence */
    DOC_FLAG_ISSUER_INFERRED =
        1 << 11,                /* not said by the text itself: from an overview, the title */
    DOC_FLAG_PENDING = 1 << 12, /* something is to be settled later: 另行制定, 另行通知 */
    DOC_FLAG_COUNT_DIFFERS = 1 << 13, /* the title counts other issuers than are named */
    DOC_FLAG_COUNT = 14
};

/* Validity: of the whole text, and where the text lets a measure or another rule override it. */
struct doc_validity {
    struct date from, to; /* year 0: not stated as a date */
    struct span
        from_event; /* 发布之日, 印发之日, 公布之日 ...; `from` then is the date of the text */
    struct span to_event;   /* 疫情防控期间, 响应结束 ... */
    uint32_t months;        /* 有效期五年, 2个月: `to` is derived where `from` is known */
    struct doc_fact text;   /* the sentence */
    bool own_terms_prevail; /* 具体措施明确执行期限的，从其规定 */
    bool superior_prevails; /* 国家有相关规定的，从其规定 */
};

struct doc_missing {
    struct doc_fact what; /* 附件：清单（略） */
    const char *cause; /* "omitted" (略), "absent" (named, not in the file), "pending" (另行...) */
};

enum doc_relation {
    DOC_RELATION_ISSUES,     /* 印发: the text encloses it */
    DOC_RELATION_FORWARDS,   /* 转发 */
    DOC_RELATION_INTERPRETS, /* 解读, 说明 */
};

/* The text that the heading itself names: 关于印发《...》的通知, 《...》的解读. */
struct doc_enclosed {
    enum doc_relation relation;
    struct span title, number;   /* number: of the forwarded text, where printed */
    const struct doc_node *node; /* the enclosed text in this file, NULL = not here */
};

struct doc_entry {
    enum doc_entry_kind kind;
    struct span id;                 /* slug, stable while title, date and region stay */
    const struct doc_node *node;    /* the whole: head, notice, body, annexes */
    const struct doc_node *body;    /* where the clauses are: the enclosed text, else `node` */
    const struct doc_entry *within; /* annex: its document; part: the part it lies in; or NULL */
    size_t start, end;              /* bytes of the file */
    uint32_t line, end_line;
    struct doc_fact title;    /* as the heading prints it, date in brackets left out */
    struct span body_title;   /* of `body`: the head of clause paths (path.h) */
    struct doc_fact number;   /* 文号 in its normal form: 沪府办规〔2023〕1号 */
    struct doc_fact *issuers; /* of the heading; else of the signature; else concluded */
    size_t issuer_count;
    struct doc_fact *signers; /* of the signature */
    size_t signer_count;
    struct doc_day heading_date, signature_date;
    struct date date;   /* heading, else signature, else the frame's; year 0: unknown */
    struct span region; /* 北京市/海淀区; empty = unknown */
    struct span type; /* 若干措施, 通知, 解读 ...: of the enclosed text where there is one */
    struct doc_fact addressee;
    struct doc_fact source; /* URL printed with the heading, joined over lines */
    struct doc_validity validity;
    struct doc_missing *missing;
    size_t missing_count;
    struct doc_enclosed *enclosed; /* NULL = none */
    unsigned flags;                /* enum doc_flag */
};

struct doc_entries {
    struct doc_entry *at;
    size_t n;
    struct span frame_title; /* of the compilation, digest, bulletin; empty when none is printed */
    struct date frame_date;
};

/* All entries in the order of the file; annexes too. E_MEMORY or 0. */
NODISCARD int document_entries(const struct doc *doc, struct arena *arena, struct doc_entries *ret,
                               struct err *err);
/* Counts in `document list`: annexes of a document with a head belong to it. */
bool doc_entry_separate(const struct doc_entry *e);
/* The innermost entry a node lies in, or NULL (frames, headings of a compilation). */
const struct doc_entry *doc_entry_of(const struct doc_entries *list, const struct doc_node *node);

const char *doc_entry_kind_name(enum doc_entry_kind kind);
const char *doc_flag_name(unsigned bit); /* bit: 0 .. DOC_FLAG_COUNT - 1 */
const char *doc_relation_name(enum doc_relation relation);
#endif
