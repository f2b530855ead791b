/*
 * document.h: an official text as a tree whose every node keeps its place in the original file.
 *
 * Reading has two phases, blocks by line and then the marks inside them, over a file that is never
 * an error once it is text: what has no better name becomes a paragraph or a raw piece (law 8: no
 * text is lost). The file is cut into pieces (parts of lines, blank runs, page numbers) without gap
 * or overlap; each piece belongs to exactly one node, and a walk of the tree meets the pieces in
 * the order of the file.
 *
 * Text comes in two forms: the original bytes (spans of `doc->bytes`) and the repaired text of a
 * node (lines joined, damaged marks restored). Every repair is listed with its offset. Texts of
 * nodes are NOT masked: whatever leaves the program passes doc_masked or doc_masked_piece first
 * (law 9).
 *
 * Everything lives in the arena given to document_parse and dies with it; `bytes` must live as
 * long. A parsed document is immutable: any number of threads may read it.
 */
#ifndef HUIQI_DOCUMENT_DOCUMENT_H
#define HUIQI_DOCUMENT_DOCUMENT_H
#include "base/arena.h"
#include "base/err.h"

#define DOC_FILE_MAX                                                                               \
    (64u << 20) /* bytes of a file: a text of this size is no policy; bounds memory */
#define DOC_LINE_MAX (1u << 20) /* bytes of a line: the longest honest paragraph seen has 2 KB */
#define DOC_DEPTH_MAX                                                                              \
    32 /* nesting of nodes: nine numbering styles and three kinds of parts need 14 */
#define DOC_RUN_MAX 99 /* items of a run-in enumeration, and numbers of a Chinese enumerator */

enum doc_kind {
#define DOC_KIND(name, text) DOC_##name,
#include "document/kinds.def"
#undef DOC_KIND
    DOC_KIND_COUNT
};

enum doc_piece_kind { DOC_LINE, DOC_BLANK, DOC_PAGE, DOC_RAW };

/* A stretch of the original file: a line or part of one (with its end), blank lines, a page number.
 */
struct doc_piece {
    size_t start, end; /* bytes of the file */
    uint32_t line;     /* 1-based, of start */
    enum doc_piece_kind kind;
};

/* From `text` on (offset in a block's repaired text), text comes from `source` on (offset in the
 * file). */
struct doc_seg {
    uint32_t text;
    size_t source;
};

enum doc_mark_kind {
    DOC_MARK_CITATION,    /* 《...》 */
    DOC_MARK_NUMBER,      /* 文号, as 京发〔2020〕3号 */
    DOC_MARK_RESPONSIBLE, /* （责任部门：...）, （区某局） at the end of an item */
    DOC_MARK_URL,
    DOC_MARK_EMAIL,
    DOC_MARK_PHONE, /* a landline or hot line */
    DOC_MARK_KINDS
};

struct doc_mark {
    enum doc_mark_kind kind;
    uint32_t start, end; /* bytes of the node's text */
};

struct doc_node {
    enum doc_kind kind;
    uint32_t line, column;         /* of the first byte; 1-based, column in code points */
    uint32_t end_line, end_column; /* of the end of the text (behind it), blank lines not counted */
    size_t start, end;             /* bytes of the file covered, blank lines behind included */
    size_t text_end;               /* end of the text proper */
    struct span mark;       /* enumerator or bullet as printed: "1、", "（一）", "附件：" */
    struct span step;       /* its step of a clause path: 一, （一）, 1, 段2, or the title */
    uint32_t repeat;        /* n-th sibling with this step, 1-based; printed as #n from 2 on */
    struct span title;      /* heading text, or the run-in heading of a clause; may be empty */
    struct span text;       /* repaired own text without the enumerator; children have their own */
    struct span date, unit; /* of an entry, item or head: as printed, repaired; else empty */
    struct span number;     /* 文号 of a head */
    struct doc_node *parent, *first, *last, *prev, *next;
    uint32_t piece, piece_count; /* own pieces in doc->pieces; those of the children follow */
    uint32_t paragraphs;         /* unnumbered paragraphs among the children */
    uint32_t seg, seg_count;     /* map of the block's text into the file */
    const char *seg_text;        /* where the block's text begins in memory */
    const struct doc_mark *marks;
    size_t mark_count;
};

enum doc_note { DOC_REPAIR, DOC_NOTE }; /* changed; only remarked on */

struct doc_repair {
    enum doc_note kind;
    size_t offset; /* byte of the file */
    uint32_t line, column;
    struct span original, repaired; /* a note proposes `repaired`, or leaves it empty */
    const char *reason;
};

enum doc_person {
    DOC_PERSON_NAME,
    DOC_PERSON_MOBILE,
    DOC_PERSON_ID,
    DOC_PERSON_ACCOUNT,
    DOC_PERSON_MAIL,
    DOC_PERSON_PASSWORD,
    DOC_PERSON_KINDS
};

/* Personal data found: a range of the file and the text that stands there. */
struct doc_secret {
    enum doc_person kind;
    bool doubtful; /* hidden too, but an officer may find that it is none */
    const char *reason;
    size_t start, end;
    struct span text;
};

const char *doc_person_name(enum doc_person kind); /* name, mobile ... */
struct span doc_placeholder(enum doc_person kind); /* 〔姓名〕 ... */

/* Where something was hidden in a text. */
struct doc_place {
    const struct doc_secret *secret;
    size_t from, to;   /* of the text as it was */
    size_t start, end; /* of the placeholder in the masked text */
};
struct doc_places {
    struct doc_place *at;
    size_t n, room;
};

enum doc_form { DOC_FORM_PLAIN, DOC_FORM_COMPILATION, DOC_FORM_DIGEST, DOC_FORM_BULLETIN };
enum doc_joining { DOC_JOIN_TRAILING_SPACE, DOC_JOIN_SPACED, DOC_JOIN_WRAPPED };

struct doc {
    struct arena *arena;
    struct span file, bytes;
    struct doc_node *root;
    enum doc_form form;
    enum doc_joining joining;
    uint32_t lines;
    struct doc_piece *pieces;
    size_t piece_count;
    struct doc_seg *segs;
    size_t seg_count;
    struct doc_repair *repairs;
    size_t repair_count;
    struct doc_secret *secrets; /* in order of start */
    size_t secret_count;
    size_t node_count;
};

/*
 * Reads `bytes` (UTF-8, a byte order mark is allowed). `file` is a name for messages. Fails with
 * E_ENCODING (bad UTF-8, NUL), E_LIMIT or E_MEMORY, with position and hint; any other input gives a
 * tree.
 */
NODISCARD int document_parse(struct arena *arena, struct span bytes, struct span file,
                             struct doc **ret, struct err *err);

const char *doc_kind_name(enum doc_kind kind);
const char *doc_form_name(enum doc_form form);
const char *doc_joining_name(enum doc_joining joining);
const char *doc_mark_name(enum doc_mark_kind kind);

/* Walk without recursion: DOC_ENTER and DOC_EXIT for every node, leaves too, the start included. */
enum doc_event { DOC_DONE, DOC_ENTER, DOC_EXIT };
struct doc_walk {
    const struct doc_node *start, *node;
    enum doc_event event;
};
void doc_walk_init(struct doc_walk *w, const struct doc_node *start);
enum doc_event doc_walk_next(struct doc_walk *w);
/* The next node in the order of the file within `start`, NULL at the end. */
const struct doc_node *doc_following(const struct doc_node *start, const struct doc_node *node);

/* The text of a node with that of everything below it: one line per node, enumerators included. */
struct buffer;
void doc_text(struct buffer *out, const struct doc *doc, const struct doc_node *node,
              bool unmasked);
/* `text` (taken from `node`) with the personal data found in the node replaced by 〔姓名〕,
   〔手机〕, 〔证件号〕, 〔账号〕. Allocates only when something was replaced; {NULL, 0} when there
   is no memory. */
struct span doc_masked(struct arena *arena, const struct doc *doc, const struct doc_node *node,
                       struct span text);
/* The same for a text that stands in bytes [start, end) of the file; notes the places when `places`
   is not NULL. */
struct span doc_masked_range(struct arena *arena, const struct doc *doc, size_t start, size_t end,
                             struct span text, struct doc_places *places);
/* The bytes of the file that hold the node's own text, not that of its children (but a row's
 * cells).
 */
void doc_own_range(const struct doc *doc, const struct doc_node *node, size_t *ret_start,
                   size_t *ret_end);
/* The original bytes of a range, masked. */
void doc_masked_source(struct buffer *out, const struct doc *doc, size_t start, size_t end);

/* Offset in the file of byte `offset` of the node's text. */
size_t doc_source(const struct doc *doc, const struct doc_node *node, size_t offset);
uint32_t doc_line_at(const struct doc *doc, size_t offset);

/* Checks links, order, positions and that the pieces tile the file. NULL = sound, else a sentence.
 */
const char *doc_check(const struct doc *doc);

#define DOC_SHA256_HEX 65
void doc_sha256(struct span bytes, char ret_hex[DOC_SHA256_HEX]);
#endif
