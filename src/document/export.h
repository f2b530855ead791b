/*
 * export.h: a stored document in other forms: Markdown, a page of HTML that stands alone, JSON,
 * Akoma Ntoso 3.0. All from the masked clauses: what is hidden stays so.
 */
#ifndef HUIQI_DOCUMENT_EXPORT_H
#define HUIQI_DOCUMENT_EXPORT_H
#include "base/buffer.h"
#include "base/json.h"
#include "document/archive.h"
#include "document/diff.h"

struct export_input {
    const struct archive_version *version;
    const struct archive_clause *clauses;
    size_t n;
};

/* Each appends to `out`; a lack of memory is sticky there. The arena is scratch. */
void export_markdown(struct buffer *out, struct arena *a, const struct export_input *in);
void export_html(struct buffer *out, struct arena *a, const struct export_input *in);
void export_akn(struct buffer *out, struct arena *a, const struct export_input *in);
struct json *export_json(struct arena *a, const struct export_input *in);

/* The later version with what changed marked: <ins>, <del>. `page`: a page that stands alone, else
   the <section> alone. */
void export_diff_html(struct buffer *out, struct arena *a, const struct archive_version *version,
                      const struct diff *diff, bool page);

struct span export_title(const struct export_input *in); /* "" never: the slug stands in */
/* A clause's text behind its heading: run-in headings are a part of the text. */
struct span export_body(const struct archive_clause *c);
#endif
