/*
 * document_text.h: the text of a document as pages show it: clauses with the measures that rest on
 * them, contents, changes between versions, the original beside the repaired text. All masked.
 */
#ifndef HUIQI_WEB_DOCUMENT_TEXT_H
#define HUIQI_WEB_DOCUMENT_TEXT_H
#include "web/stored.h"

#define OUTLINE_MAX 3000 /* clauses shown of one document */

/* Members `clauses`, `contents` and `held` of data, from the store, else from the folder of texts.
 */
NODISCARD int text_show(struct request *req, const struct app *app, struct store *s,
                        const struct stored_pair *p, struct json *data, struct err *err);
/* Member `changes`: what the version changed since version `before`. */
NODISCARD int text_changes(struct request *req, struct store *s, const struct archive_version *v,
                           int64_t before, struct json *data, struct err *err);
/* Adds to each of data's clauses what stands in the file (`original`, masked) and whether it
 * differs. The opening of what is sealed is logged. */
NODISCARD int text_original(struct request *req, const struct app *app, struct store *s,
                            const struct archive_version *v, struct json *data, struct err *err);
/* Adds to each of data's clauses its inline facts (`facts`: say, value, words). */
NODISCARD int text_facts(struct request *req, struct store *s, const struct archive_version *v,
                         struct json *data, struct err *err);
#endif
