/*
 * tags.h: what documents are about (S024). The catalogue is the register 标签 of the library: an
 * entry is "维度：标签", then other words for it with / between. A document gets a tag when its
 * title, or two headings of its own, have one of the words (never where "-" is among them: too
 * common a word); a person adds and takes away, and what a person said stays whatever a later
 * import finds.
 */
#ifndef HUIQI_DOCUMENT_TAGS_H
#define HUIQI_DOCUMENT_TAGS_H
#include "document/archive.h"

#define TAG_REGISTER "标签"

struct doc_tag {
    struct span kind, name;   /* 事项, 就业 */
    const struct span *words; /* the name first */
    size_t word_count;
    bool by_hand; /* only a person gives it */
};
struct doc_tags {
    struct doc_tag *at;
    size_t n, room;
};

/* Reads DIR/registers without the rest of the library, because this folder lies below it; no such
   register is an empty catalogue. */
NODISCARD int doc_tags_load(struct arena *a, const char *folder, struct doc_tags *ret,
                            struct err *err);
/* Adds an entry of the register; false = it is none, or no memory. The library's check complains.
 */
bool doc_tags_add(struct arena *a, struct doc_tags *tags, struct span entry);
/* By the name or another word of it; NULL = none. */
const struct doc_tag *doc_tags_find(const struct doc_tags *tags, struct span word);

/* Of a document, by name. */
NODISCARD int document_archive_tags(struct store *s, struct arena *a, int64_t document,
                                    struct span **ret, size_t *ret_n, struct err *err);
struct doc_tag_word {
    struct span tag;
    bool has;     /* else it is taken away */
    bool changed; /* it was otherwise before: filled in */
};
/* A person's words, all in one transaction with the log and with what is searched. `slug` as in
   document_archive_get. */
NODISCARD int document_archive_tag(struct store *s, struct arena *a, struct span slug,
                                   struct doc_tag_word *words, size_t n, struct span actor,
                                   struct err *err);
#endif
