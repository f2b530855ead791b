/*
 * document_int.h: what the files of this folder share. The phases, each in its file:
 *   lines.c -> blocks.c (with repair.c) -> outline.c or frames.c (with table.c, contact.c) ->
 * inline.c, secrets.c all writing into one struct build; tree.c makes, links, walks and checks
 * nodes.
 */
#ifndef HUIQI_DOCUMENT_INT_H
#define HUIQI_DOCUMENT_INT_H
#include "base/buffer.h"
#include "base/vector.h"
#include "document/document.h"
#include "document/path.h"

/* A line of the file. content_start..content_end is the line without white space at its ends. */
struct line {
    uint32_t start, next; /* next: start of the following line; a file is smaller than 4 GiB */
    uint32_t content_start, content_end;
    bool blank;
    bool trailing; /* ends with a space before the line end */
    bool page;     /* nothing but a page number, or "# Page 12:" */
    bool raw;      /* holds control characters: kept apart */
    bool top;      /* first line of a page: form feed, page number before, or the leading space */
    uint8_t role;  /* enum role, set by heads.c */
    bool begins;   /* first line of its role */
};

/* What a line is in a compilation of documents with heads. Lines of one role make one block. */
enum role {
    ROLE_NONE,
    ROLE_GROUP,    /* a heading that only holds documents: （一）上海 */
    ROLE_HEAD,     /* serial number, date, issuers, title */
    ROLE_URL,      /* the address of the head */
    ROLE_REPEAT,   /* the title once more, before the text */
    ROLE_NUMBER,   /* 文号 alone on its line */
    ROLE_TO,       /* addressee */
    ROLE_SIGN,     /* issuer above the date */
    ROLE_DATE,     /* date alone on its line */
    ROLE_NOTE,     /* （此件公开发布） */
    ROLE_LIST,     /* 附件：1.… : names of annexes */
    ROLE_ANNEX,    /* 附件 alone on its line; a title follows */
    ROLE_TITLE,    /* title of the enclosed text or of an annex */
    ROLE_COLOPHON, /* who compiled the file */
};

/* The head of one document: its lines, address included. */
struct head {
    uint32_t first, last;
    struct span text; /* lines joined, not repaired; a space ends a paragraph */
    bool listed;      /* no text follows */
};
VECTOR_OF(struct head, head_vector);

/* A change of the repair phase: `n` bytes at `at` of the joined text become `with`. */
struct edit {
    size_t at, n;
    const char *with;
    const char *reason;
};

VECTOR_OF(struct line, line_vector);
VECTOR_OF(struct edit, edit_vector);
VECTOR_OF(struct doc_piece, piece_vector);
VECTOR_OF(struct doc_seg, seg_vector);
VECTOR_OF(struct doc_repair, repair_vector);
VECTOR_OF(struct doc_secret, secret_vector);
VECTOR_OF(struct doc_mark, mark_vector);

/* How an enumerator is printed: the level is found by context, the rank only settles first
 * meetings. */
enum style {
    STYLE_NONE,
    STYLE_CHAPTER,         /* 第一章 */
    STYLE_SECTION,         /* 第一节 */
    STYLE_ARTICLE,         /* 第一条 */
    STYLE_CHINESE,         /* 一、 */
    STYLE_CHINESE_BRACKET, /* （一） */
    STYLE_NUMBER,          /* 1、 1. 1． */
    STYLE_NUMBER_BRACKET,  /* （1） 1） */
    STYLE_CIRCLED,         /* ① */
    STYLE_ORDINAL,         /* 第一， */
    STYLE_FIRSTLY,         /* 一是 */
    STYLE_BULLET,          /* · ·• 〃 ◆ - */
};

struct enumerator {
    enum style style;
    uint32_t number;
    uint32_t
        variant;   /* code point of the delimiter: 1、 and 1. are told apart when both are open */
    size_t length; /* bytes of the text it takes, white space behind included */
    struct span digits; /* the number as printed */
};

/* A repaired paragraph before it has a place in the tree. */
struct block {
    uint32_t first,
        last;         /* lines, last exclusive (blank lines and page numbers inside belong to it) */
    struct span text; /* repaired, trimmed */
    uint32_t seg, seg_count;
    struct enumerator mark;
    bool top; /* begins a page */
    bool raw;
    bool
        space_line_before; /* a line of one space precedes it: frames in the trailing-space files */
    uint8_t role;          /* of its lines */
    /* set by outline_survey */
    uint8_t part;          /* 0 none, 1 part, 2 sub-rule, 3 annex */
    struct span title;     /* of the part */
    uint32_t mention;      /* annex: 1 + index of the block that announces it */
    struct doc_node *home; /* annex: part that holds the mention; filled while building */
};
VECTOR_OF(struct block, block_vector);

/* Siblings with equal steps are counted through this table: (parent, step) -> how many. */
struct step_slot {
    const struct doc_node *parent;
    struct span step;
    uint32_t count;
};

/* Hard-wrapped print: see reflow.c. */
struct reflow {
    unsigned width, indent; /* cells; width 0: the layout is not of this kind */
    unsigned at, capacity;  /* of the printed line that the open paragraph has reached */
    bool lone;              /* it is an enumerator alone on its line so far */
    int open;               /* brackets */
    enum style first;       /* of its enumerator while it is on its first printed line */
    bool heading;           /* it looks like a numbered heading so far */
};

struct build {
    struct arena *arena;
    struct doc *doc;
    struct err *err;
    struct line_vector lines;
    struct block_vector blocks;
    struct head_vector heads;
    struct reflow reflow, whole; /* of the document at hand; of the whole file, once measured */
    bool whole_measured;
    struct piece_vector pieces;
    struct seg_vector segs;
    struct repair_vector repairs;
    struct secret_vector secrets;
    struct step_slot *slots;
    size_t slot_count, slot_used;
    struct buffer raw, fixed; /* scratch of the repair phase */
    struct edit_vector edits; /* likewise, sorted */
    bool failed;
};

/* lines.c */
NODISCARD int lines_read(struct build *b);
enum doc_joining lines_measure(const struct build *b);

/* reflow.c */
void reflow_measure(struct build *b, uint32_t from, uint32_t to);
void reflow_begin(struct build *b, uint32_t line);
bool reflow_goes_on(struct build *b, uint32_t last, uint32_t next);

/* blocks.c */
NODISCARD int blocks_make(struct build *b);
/* repair.c: turns b->raw (joined pieces, mapped by segs from `seg` on) into the block's text. */
NODISCARD int repair_block(struct build *b, struct block *k);
void repair_note(struct build *b, enum doc_note kind, size_t offset, struct span original,
                 struct span repaired, const char *reason);

/* enumerator.c */
bool enumerator_read(struct span text, struct enumerator *ret);
/* The step of a path; NULL text on a lack of memory or for bullets. */
struct span enumerator_step(struct arena *a, const struct enumerator *e);
/* Chinese numeral at the start of s; its length in bytes, 0 = none. */
size_t chinese_number(struct span s, uint32_t *ret);

/* words.c: small questions about text */
bool word_ends_any(struct span s, const char *const *words);
bool word_has_any(struct span s, const char *const *words);
bool word_starts_any(struct span s, const char *const *words);
/* The first of several words (each begins with a three-byte character) at or behind `from`;
 * SIZE_MAX = none. */
size_t words_find(struct span s, size_t from, const char *const *words, size_t *ret_word);
bool text_ends_sentence(struct span s); /* 。！？；： and closing marks behind them */
bool text_heading_like(struct span s);
bool text_title_like(struct span s);     /* a heading of four characters or more */
bool text_document_title(struct span s); /* ... that ends with 细则, 办法, 通知 and the like */
bool text_document_word(struct span s);  /* the same without a look at its length */
bool text_about_itself(struct span s);
bool text_is_date(struct span s);
size_t text_phone(struct span s, size_t at,
                  size_t *ret_digits); /* bytes of a phone number at `at`, 0 = none */
bool text_has_phone(struct span s);
bool text_may_have_phone(struct span s);        /* quick; false is certain */
size_t text_runes(struct span s, size_t limit); /* code points, counted up to the limit */

/* tree.c */
struct doc_node *node_new(struct build *b, struct doc_node *parent, enum doc_kind kind);
/* Gives the block's pieces [from, to) of its source range to the node; to SIZE_MAX = the rest. */
void node_take(struct build *b, struct doc_node *n, const struct block *k, size_t from, size_t to);
void node_text(struct doc_node *n, const struct block *k, size_t from, size_t to);
void node_step(struct build *b, struct doc_node *n, struct span step);
/* b->raw as lasting text; a failure is noted in the arena. */
struct span scratch_copy(struct build *b);
/* 段n */
void node_paragraph_step(struct build *b, struct doc_node *n);
void node_title_step(struct build *b, struct doc_node *n);
void tree_finish(struct build *b);
size_t block_source(const struct build *b, const struct block *k, size_t offset);

/* run_in.c: text of a block into a node and the members of a run-in enumeration (一是...二是...).
 */
void block_into(struct build *b, struct doc_node *n, const struct block *k, size_t from);

/* outline.c */
void outline_survey(struct build *b);
NODISCARD int outline_build(struct build *b, uint32_t first, uint32_t last);
/* frames.c */
bool frames_digest(const struct build *b);
bool frames_bulletin(const struct build *b);
NODISCARD int digest_build(struct build *b);
NODISCARD int bulletin_build(struct build *b);
/* contact.c, table.c */
bool contact_label(struct span text);
bool contact_line(struct span text, bool inside);
bool table_head(struct span text);
uint32_t table_build(struct build *b, struct doc_node *parent, uint32_t first, uint32_t last);

/* inline.c, secrets.c: after the tree stands */
void inline_marks(struct build *b);
void secrets_find(struct build *b);
/* A person's name by look: surname, two or three characters, no office word at the end. */
bool secret_name_like(struct span s);
#endif
