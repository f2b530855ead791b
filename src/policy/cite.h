/*
 * cite.h: from a citation of the library to the clause of a text. Texts are found by SHA-256 or by
 * the beginning of their file's name; a document that lies within another starts at the part that
 * its clause names.
 */
#ifndef HUIQI_POLICY_CITE_H
#define HUIQI_POLICY_CITE_H
#include "document/document.h"
#include "policy/library.h"

struct corpus_text {
    struct span name; /* of the file, without folder */
    char sha256[DOC_SHA256_HEX];
    const struct doc *doc;
};
struct corpus {
    const struct corpus_text *at;
    size_t n;
};

/* Parses every regular file of a folder (not below it). All lives in the arena, which must outlive
 * the texts. */
NODISCARD int corpus_load(struct arena *arena, const char *folder, struct corpus *ret,
                          struct err *err);
/* The text of a document, and where in it the document begins; NULL when its text was not given.
 *ret_base is NULL when the text is there but the part is not. */
const struct corpus_text *corpus_text_of(const struct corpus *t, const struct library_document *d,
                                         const struct doc_node **ret_base);
/* The clause of a citation; NULL when there is none or no text. */
const struct doc_node *clause_find(const struct corpus *t, const struct library_document *d,
                                   struct span path, const struct corpus_text **ret_text);

struct citation {
    const struct library_document *document;
    struct span clause;
    struct place place;                /* of the entry that cites */
    struct span by;                    /* its id */
    const struct procedure *procedure; /* that cites; NULL = another entry */
};
/* Calls f for every citation of the library: of documents, registers, recognitions,
 * measures and procedures. */
void citations_each(const struct library *l, void (*f)(void *context, const struct citation *c),
                    void *context);
#endif
