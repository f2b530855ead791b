/*
 * archive.h: documents in the store: files, the separate documents in them, their versions and
 * clauses. Everything here is masked (law 9): personal data stands as 〔姓名〕 and the like, what
 * stood there and the bytes of the file are sealed (seal.h) and opened by a few named functions
 * only.
 *
 * One file is one transaction: a file is in the store with all its documents, or not at all. The
 * same bytes are never stored twice. A document of a later file that has the same match key (文号
 * and title) and another text becomes its next version.
 *
 * What the readers return lives in the arena given to them.
 */
#ifndef HUIQI_DOCUMENT_ARCHIVE_H
#define HUIQI_DOCUMENT_ARCHIVE_H
#include "document/document.h"
#include "store/store.h"

struct seal;
struct mentions;
struct references;
struct doc_tags;

/* A document at one version. */
struct archive_version {
    int64_t id;          /* of the version: document_version.id */
    int64_t document;    /* document.id */
    int64_t number;      /* 1, 2 ... */
    int64_t latest;      /* number of the newest version */
    int64_t source;      /* source_file.id */
    int64_t ordinal;     /* in its file, from 1 */
    int64_t start, end;  /* bytes of the text of the file */
    int64_t imported_at; /* milliseconds */
    struct span kind;    /* doc_entry_kind_name, or "frame": what stands between the entries */
    struct span slug;    /* of the document: its name for people and addresses */
    struct span title, doc_number, issued, signed_on, region, type;
    struct span issuers; /* JSON list */
    struct span meta;    /* JSON object */
    struct span text_digest, source_name, source_sha256;
};

struct archive_clause {
    int64_t id;
    int64_t position; /* in its version, from 0; the array of a version is in this order */
    int64_t parent;   /* position; -1 = the document itself */
    int64_t depth;
    int64_t start, end, line; /* of the text of the file */
    struct span kind, path, mark, title, text;
};

struct archive_filter {
    struct span region, issuer, type, kind, doc_number,
        tag;           /* empty = any; region: also below it */
    int64_t year;      /* of issue; 0 = any */
    int64_t source;    /* 0 = any */
    bool frames;       /* those of kind "frame" too */
    bool all_versions; /* else the newest of each document */
};

/* In the order of document and version. */
NODISCARD int document_archive_list(struct store *s, struct arena *a,
                                    const struct archive_filter *filter,
                                    struct archive_version **ret, size_t *ret_n, struct err *err);
/* A page of them, the latest issued first, and how many each region, office, year, type and tag has
   (of offices and tags the ARCHIVE_FACET_MOST that have most). */
#define ARCHIVE_FACET_MOST 40
struct archive_facet {
    struct span value; /* empty = not stated */
    int64_t documents;
};
struct archive_facets {
    struct archive_facet *at;
    size_t n;
};
struct archive_page {
    struct archive_version *rows;
    size_t n;
    int64_t total;
    struct archive_facets regions, issuers, years, types, tags;
};
NODISCARD int document_archive_browse(struct store *s, struct arena *a,
                                      const struct archive_filter *filter, size_t from, size_t most,
                                      struct archive_page *ret, struct err *err);
/* `name`: the slug, or document.id in digits; `number` 0 = the newest. E_NOT_FOUND. */
NODISCARD int document_archive_get(struct store *s, struct arena *a, struct span name,
                                   int64_t number, struct archive_version **ret, struct err *err);
NODISCARD int document_archive_clauses(struct store *s, struct arena *a, int64_t version_id,
                                       struct archive_clause **ret, size_t *ret_n, struct err *err);

/* ---- writing ---- */

struct reader_text;

struct archive_file {
    struct span name;     /* as the user calls it; folders are cut off */
    struct span original; /* the bytes as they came */
    const struct reader_text *text;
    const struct doc *doc;       /* of text->text */
    const struct doc_tags *tags; /* the catalogue; NULL = documents get none */
};

enum archive_outcome { ARCHIVE_NEW, ARCHIVE_CHANGED, ARCHIVE_SAME };

struct archive_entry {
    enum archive_outcome outcome;
    int64_t document, number, clauses;
    struct span slug, kind, title; /* masked */
};

/* What became of a file; also kept with it as JSON. */
struct archive_report {
    bool known;     /* the same bytes are here already: nothing was written */
    int64_t source; /* source_file.id */
    struct span name, sha256;
    struct archive_entry *entries;
    size_t entry_count; /* frames included */
    size_t clauses, repairs, notes, masked, doubtful, raw;
};

struct json;
struct json *archive_report_json(struct arena *a, const struct archive_report *report);

/* Files the documents of one file, or nothing: one transaction. */
NODISCARD int document_archive_put(struct store *s, const struct seal *seal, struct arena *a,
                                   const struct archive_file *file, struct archive_report *ret,
                                   struct err *err);

/* The bytes of a file as they came, or the text made from it: everything personal in the clear.
   `actor` asked for it, and the log says so. */
NODISCARD int document_archive_original(struct store *s, const struct seal *seal, struct arena *a,
                                        int64_t source, bool text, struct span actor,
                                        struct span *ret, struct err *err);

/* ---- what was hidden ---- */

struct archive_redaction {
    int64_t id, source, line;
    struct span kind, placeholder, reason, state, source_name;
    struct span slug, path, text; /* the clause it stands in, masked; empty = in none */
};

/* Those of one state (doubtful, certain, confirmed, released; empty = all), in order. */
NODISCARD int document_archive_redactions(struct store *s, struct arena *a, struct span state,
                                          struct archive_redaction **ret, size_t *ret_n,
                                          struct err *err);
/* An officer's decision on a find, and on all others of the same text: it is none (released: the
   text is put back wherever a placeholder stands), or it is one (confirmed). E_NOT_FOUND. Later
   imports keep to it. *ret_n = finds decided. */
NODISCARD int document_archive_decide(struct store *s, const struct seal *seal, struct arena *a,
                                      int64_t redaction, bool release, struct span actor,
                                      size_t *ret_n, struct err *err);

/*
 * What follows a version into the store: facts, relations, words to search. Each function named in
 * archive_hooks.def is called inside the transaction, for each version added and again for each
 * version whose clauses changed by a release (`doc` is NULL then: only the masked clauses are
 * known). It writes its own tables; a failure takes the whole file back.
 */
struct archive_change {
    struct store *store;
    struct arena *arena; /* of the file */
    const struct archive_version *version;
    const struct archive_clause *clauses;
    size_t clause_count;
    const struct doc_tags *tags; /* the catalogue (tags.h); NULL = what the store has stays */
    const struct doc *doc;       /* the tree of the whole file, unmasked */
    const struct doc_node *const *nodes; /* of clauses[i] */
    const struct doc_places *places;     /* what is hidden in clauses[i].text */
    const struct mentions *mentions;     /* of the whole file; NULL with doc */
    const struct references *said;       /* what its texts say of others; NULL with doc */
};
/* Byte of clauses[clause].text for byte `offset` of the unmasked text of its node; inside what is
   hidden: the start of the placeholder. */
size_t archive_masked_offset(const struct archive_change *c, size_t clause, size_t offset);
#endif
