/*
 * template.h: Mustache, the core modules of its specification (comments, delimiters, interpolation,
 * inverted, partials, sections), compiled once, over struct json.
 *
 * What is ours beyond the specification, in TEMPLATE_PAGE mode only:
 *   - escaping by place: text, attribute, URL; a value where none is safe is an error (markup.h);
 *   - {{t.key}} is a message of the language of the request, its {placeholders} filled in from the
 *     data and escaped like everything else; an unknown key is an error when linking;
 *   - a partial that does not exist is an error.
 * False are: missing, null, false, an empty list, an empty string. An array or object where a value
 * stands prints as compact JSON.
 *
 * Everything lives in the arena given to templates_new; after templates_link it is constant and any
 * thread may render. Lambdas, inheritance and dynamic names are not supported.
 */
#ifndef HUIQI_HTTP_TEMPLATE_H
#define HUIQI_HTTP_TEMPLATE_H
#include "base/diags.h"
#include "base/json.h"
#include "http/text.h"

#define TEMPLATE_NESTING 32          /* sections within one template */
#define TEMPLATE_DEPTH   64          /* sections and partials while rendering */
#define TEMPLATE_OUTPUT  (16u << 20) /* bytes of one rendering: a recursive partial must end */
#define TEMPLATE_FILE    (1u << 20)  /* bytes of one template */

enum template_mode { TEMPLATE_PLAIN, TEMPLATE_PAGE };

struct template;
struct templates;

NODISCARD struct templates *templates_new(struct arena *process, enum template_mode mode);
/* Compiles one; problems go to diags with their place. Name and text must outlive the set. */
NODISCARD int templates_add(struct templates *set, struct span name, struct span text,
                            struct diags *diags);
/* Every FOLDER/x/y.mustache as "x/y". */
NODISCARD int templates_load(struct templates *set, const char *folder, struct diags *diags,
                             struct err *err);
/* Ties partials and messages (texts may be NULL in PLAIN mode). After this nothing may be added. */
NODISCARD int templates_link(struct templates *set, const struct texts *texts, struct diags *diags);
const struct template *templates_find(const struct templates *set, struct span name);
/* Whether a name is used as the first part of a tag, here or in a partial. */
bool template_uses(const struct template *t, struct span name);

/* Appends the rendering over the frames, the last of which is innermost. E_LIMIT when it nests too
   deep or grows too large, E_MEMORY. */
NODISCARD int template_render(const struct template *t, enum language language,
                              const struct json *const *frames, size_t n, struct buffer *out,
                              struct err *err);
/* A text rendered once in PLAIN mode, in the arena: notices of procedures. E_SYNTAX when it is no
 * template. */
NODISCARD int template_render_once(struct arena *request, struct span text, const struct json *view,
                                   bool english, struct span *ret, struct err *err);
#endif
