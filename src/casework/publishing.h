/*
 * publishing.h: drafts of measures: what a publisher writes before it becomes law of the library
 * (S001, S013). A draft is a set of files laid over the version in force. It is checked with every
 * example of the whole library; a second person approves exactly these bytes, and only when the
 * disclosure attribute, tags, the conclusion of the review and an interpretation are there.
 * Publishing makes a version (policy/version.h); withdrawing takes that release back.
 *
 * Editing an approved draft makes it a draft again. Publishing and withdrawing write the release
 * and the draft in one transaction. `seen` is how many events of the draft the caller has seen
 * (struct draft, event_count): whoever decides on what meanwhile changed gets E_CONFLICT; 0 = as it
 * is now. Texts given back live in the arena.
 */
#ifndef HUIQI_CASEWORK_PUBLISHING_H
#define HUIQI_CASEWORK_PUBLISHING_H
#include "policy/parameter_edit.h"
#include "policy/version.h"
#include "store/verify.h"

#define DRAFT_FILES_MAX 200
#define DRAFT_TEXT_MAX  20000 /* bytes of an interpretation, a review */

struct draft {
    int64_t id, release_id; /* 0 = not published */
    int64_t event_count;
    struct span title, document, disclosure, tags, review, interpretation, state, content;
    const struct library_file *files; /* by path */
    size_t file_count;
};
struct draft_event {
    int64_t at, account_id, for_account_id;
    struct span act, detail, actor, organisation;
};

NODISCARD int draft_new(struct store *s, const struct actor *who, struct span title,
                        struct span document, int64_t *ret_id, struct err *err);
NODISCARD int draft_get(struct arena *request, struct store *s, int64_t id, struct draft *ret,
                        struct err *err);
/* The newest first, without files. */
NODISCARD int draft_list(struct arena *request, struct store *s, struct draft **ret, size_t *ret_n,
                         struct err *err);
NODISCARD int draft_events(struct arena *request, struct store *s, int64_t id,
                           struct draft_event **ret, size_t *ret_n, struct err *err);
/* A file of the library's folders; empty bytes take it out of the draft again. */
NODISCARD int draft_put(struct arena *request, struct store *s, const struct actor *who, int64_t id,
                        struct span path, struct span bytes, struct err *err);
/* "disclosure", "tags", "review", "interpretation", "document", "title". */
NODISCARD int draft_set(struct arena *request, struct store *s, const struct actor *who, int64_t id,
                        struct span name, struct span text, struct err *err);
/* Several edits at once; what is as it was is no edit. */
struct draft_text {
    bool is_file; /* `name` is a path, else a field */
    struct span name, text;
};
NODISCARD int draft_write(struct arena *request, struct store *s, const struct actor *who,
                          int64_t id, int64_t seen, const struct draft_text *at, size_t n,
                          struct err *err);
/*
 * One more value of a parameter, or the day of an event, as a draft (S253, S254): its file with the
 * value in it, into the draft *id, or into a new one when that is 0. E_NOT_FOUND: no such
 * parameter; E_INPUT, E_CONFLICT as parameter_edit.
 */
NODISCARD int draft_value(struct arena *request, struct store *s, const struct actor *who,
                          const struct library_files *base, struct span name,
                          const struct parameter_new *x, int64_t *id, struct err *err);
/* What a draft is laid over: the version in force at an instant, else the files of the folder. */
NODISCARD int draft_base(struct arena *request, struct store *s, const char *folder, int64_t at,
                         struct library_files *ret, struct err *err);
/* Over `base` (the version in force, or the folder's files): all files of the result. */
NODISCARD int draft_files(struct arena *request, const struct draft *d,
                          const struct library_files *base, struct library_files *ret,
                          struct err *err);
/* Checks and runs all examples: library_prove. */
NODISCARD int draft_check(struct arena *request, const struct draft *d,
                          const struct library_files *base, struct publication_report *ret,
                          struct diags *diags, struct err *err);
/*
 * The examples of the draft's own files only: {examples: [{measure, title, name, as_of, file, line,
 * passed, differences: [{what, got, expected}]}], count, failed}. E_CHECK when the files do not
 * load (diags).
 */
NODISCARD int draft_try(struct arena *request, const struct draft *d,
                        const struct library_files *base, struct json **ret, struct diags *diags,
                        struct err *err);
/* By a reviewer or publisher who changed nothing in it. E_CHECK names what is missing. */
NODISCARD int draft_approve(struct arena *request, struct store *s, const struct actor *who,
                            int64_t id, int64_t seen, const struct library_files *base,
                            struct diags *diags, struct err *err);
NODISCARD int draft_publish(struct arena *request, struct store *s, const struct actor *who,
                            int64_t id, const struct library_files *base, int64_t from_at,
                            struct publication_report *ret, struct diags *diags, struct err *err);
NODISCARD int draft_withdraw(struct arena *request, struct store *s, const struct actor *who,
                             int64_t id, struct span reason, struct err *err);
/* {draft, title, state, ..., files: [{path, bytes}], events: [...]}; events may be NULL. */
struct json *draft_json(struct arena *a, const struct draft *d, const struct draft_event *events,
                        size_t n);
/* For `huiqi store verify`: the state follows from the events, what was approved has its hash, what
 * was published has its release. */
NODISCARD int drafts_verify(struct store *s, struct verify *v, struct err *err);
#endif
