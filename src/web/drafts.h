/*
 * drafts.h: what the pages of drafts share: drafts.c (list, one draft, deciding) and draft_form.c
 * (one file of it, as a form and as text).
 */
#ifndef HUIQI_WEB_DRAFTS_H
#define HUIQI_WEB_DRAFTS_H
#include "casework/publishing.h"
#include "web/office.h"

struct span draft_link(struct request *req, int64_t id);
struct span draft_file_link(struct request *req, int64_t id, struct span path);
/* The draft of the address. */
NODISCARD int draft_of_request(struct desk *d, struct draft *ret);
/* The files that a draft is laid over at an instant. */
NODISCARD int draft_base_of(struct desk *d, int64_t at, struct library_files *ret);
/* res->data: `diagnostics` with file, line and a link where the file is the draft's. */
void draft_add_diags(struct desk *d, const struct draft *x, const struct diags *diags);
/* Runs the draft's own examples: res->data `trial`, or diagnostics. 0, E_CHECK (shown), or worse.
 */
NODISCARD int draft_add_trial(struct desk *d, const struct draft *x);
/* Whether the page can say it; else the code is the answer. */
bool draft_is_refusal(const struct request *req, int r);
/* Adds it to the error summary; the status. */
int draft_refuse(struct desk *d, int r, const char *field);
/* Readers see, publishers write. */
bool draft_may_write(const struct desk *d, const struct draft *x);
#endif
