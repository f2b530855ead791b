/*
 * mention_int.h: what the files mention*.c share: one scanner that walks the text of a node from
 * left to right and asks, at each character that may begin something, the reader of that thing. A
 * reader returns where it ended, or `at` when there was nothing. Text keeps its spaces: readers
 * step over blanks around numbers.
 */
#ifndef HUIQI_DOCUMENT_MENTION_INT_H
#define HUIQI_DOCUMENT_MENTION_INT_H
#include "base/date.h"
#include "base/decimal.h"
#include "document/document_int.h"
#include "document/mention.h"

VECTOR_OF(struct mention, mention_vector);

enum word_kind {
    WORD_NUMERAL, /* 一 ... 半 */
    WORD_PERCENT, /* 百分之 */
    WORD_SHARE,   /* 一半, 减半 */
    WORD_SIZE,
    WORD_INDUSTRY,
    WORD_EPIDEMIC, /* 疫情, 响应 */
    WORD_FROM_DAY, /* 之日起 */
    WORD_TODAY,    /* 当日 */
    WORD_DEPARTMENT,
    WORD_ORGAN,     /* 管委会: an office when a place stands before it */
    WORD_BODY,      /* a declared name */
    WORD_TAG,       /* 责任单位, 牵头 ... */
    WORD_LABEL,     /* 联系地址 ... */
    WORD_YEAR_HERE, /* 即日起 */
};

struct word {
    struct span text;
    struct span value;
    enum word_kind kind;
    uint32_t next; /* index + 1 of the next word in the same chain, longest first */
};
VECTOR_OF(struct word, word_vector);

#define WORD_CHAINS 4096
struct word_index {
    struct word_vector words;
    uint32_t chains[WORD_CHAINS]; /* by first character */
    uint8_t starts[65536 / 8];    /* code points that begin a word */
};

struct scan {
    struct arena *arena;
    const struct doc *doc;
    const struct mention_setting *set;
    const struct word_index *index;
    int usual_year;     /* of the file */
    int year;           /* of the document that the node lies in */
    struct span region; /* likewise */
    const struct doc_entry *entry;
    size_t next_entry; /* of set->entries: first one that begins behind the node */
    const struct doc_node *node;
    struct span s;
    struct mention_vector out;
    size_t first;           /* the node's first mention */
    size_t secret;          /* first secret that may lie in the node */
    enum mention_role role; /* of departments: inside a tag */
    bool tag;
};

/* mention.c */
/* Adds a mention of bytes [from, to); NULL when there is no memory. */
struct mention *mention_add(struct scan *c, enum mention_kind kind, size_t from, size_t to,
                            struct span value);
size_t skip_blank(struct span s, size_t at);
size_t blank_before(struct span s, size_t at); /* where the blanks before `at` begin */
bool starts_at(struct span s, size_t at, const char *word);
bool ends_before(struct span s, size_t at, const char *word); /* does s[..at) end with the word? */
/* The longest of the words (NULL at the end) at `at`; its length, 0 = none; *ret_index which. */
size_t any_at(struct span s, size_t at, const char *const *words, size_t *ret_index);
size_t any_before(struct span s, size_t at, const char *const *words, size_t *ret_index);
bool han_at(struct span s, size_t at);

/* mention_number.c */
struct quantity {
    struct decimal value;
    size_t end;
    bool chinese, digits_only; /* digits_only: 二〇二〇, one figure a place */
    size_t digits;             /* figures before the point */
};
bool quantity_read(struct span s, size_t at, struct quantity *ret);
struct time_unit {
    const char *word, *name;
};
/* 个工作日, 日, 个月 ... at `at`; its length, 0 = none. */
size_t time_unit_at(struct span s, size_t at, const char **ret_name);
/* A length of time with its bound and what stands behind it; *ret_end behind 内. Empty = none. */
struct span length_read(struct scan *c, size_t at, size_t *ret_end, bool *ret_within,
                        enum mention_bound *ret_bound);
enum mention_bound bound_before(struct span s, size_t at);
enum mention_bound bound_after(struct span s, size_t at, size_t *ret_end);
const char *bound_sign(enum mention_bound b);
size_t mention_number(struct scan *c, size_t at);
size_t mention_percent(struct scan *c, size_t at);
size_t mention_share(struct scan *c, size_t at, const struct word *w);

/* mention_date.c */
size_t mention_date(struct scan *c, size_t at);
/* The last day that a date text at `at` names (for "至 ..."), empty = none. */
struct span date_text(struct scan *c, size_t at, size_t *ret_end);
size_t mention_epidemic(struct scan *c, size_t at, const struct word *w);
size_t mention_from_day(struct scan *c, size_t at, const struct word *w);
size_t mention_from_now(struct scan *c, size_t at, const struct word *w);
/* 收到申请后5日内: the event that ends before `at` ("", when none is there); *ret_from its start.
 */
struct span event_before(struct span s, size_t at, size_t *ret_from);

/* mention_word.c */
size_t mention_industry(struct scan *c, size_t at, const struct word *w);
size_t mention_size(struct scan *c, size_t at, const struct word *w);

/* mention_source.c */
size_t mention_title(struct scan *c, size_t at);
size_t mention_source_number(struct scan *c, size_t at, size_t bracket);
/* The first number in a folded text (name_fold) from `from` on. */
bool source_number_in(struct arena *a, struct span folded, size_t from, struct span *ret,
                      size_t *ret_end);
size_t mention_numbered(struct scan *c, size_t at, size_t year_end);
size_t mention_nick(struct scan *c, size_t at, size_t end);

/* mention_unit.c */
size_t mention_department(struct scan *c, size_t at, const struct word *w);
size_t mention_organ(struct scan *c, size_t at, const struct word *w);
size_t mention_body(struct scan *c, size_t at, const struct word *w);
size_t mention_tag(struct scan *c, size_t at, size_t open);

/* mention_contact.c */
size_t mention_phone(struct scan *c, size_t at);
size_t mention_web(struct scan *c, size_t at);
size_t mention_mail(struct scan *c, size_t at);
size_t mention_label(struct scan *c, size_t at, const struct word *w);
size_t mention_hours(struct scan *c, size_t at);

/* mention_words.c: the index of all words that begin something */
NODISCARD int words_index(struct arena *a, const struct names *names, struct word_index **ret);
const struct word *words_at(const struct word_index *index, struct span s, size_t at);
#endif
