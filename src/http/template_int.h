/*
 * template_int.h: the compiled form, for template.c and template_render.c alone.
 */
#ifndef HUIQI_HTTP_TEMPLATE_INT_H
#define HUIQI_HTTP_TEMPLATE_INT_H
#include "base/vector.h"
#include "http/markup.h"
#include "http/template.h"

enum op_kind { OP_TEXT, OP_VALUE, OP_MESSAGE, OP_SECTION, OP_INVERTED, OP_PARTIAL };

struct op {
    enum op_kind kind;
    enum escape escape;       /* VALUE, MESSAGE */
    bool line_start;          /* TEXT: the indentation of a partial goes before it */
    bool alone;               /* PARTIAL: on a line of its own */
    uint32_t end;             /* SECTION, INVERTED: index after the last op inside */
    struct span text;         /* TEXT; PARTIAL: its indentation */
    struct span name;         /* as written, for errors and partials */
    const struct span *parts; /* of the dotted name; n = 0 is the implicit iterator */
    size_t n;
    size_t offset; /* of the tag in the source */
    const struct template *partial;
    const struct message *messages[LANGUAGE_COUNT];
};
VECTOR_OF(struct op, op_vector);

struct template
{
    struct span name, source;
    struct op_vector ops;
};

struct templates {
    struct arena *arena;
    enum template_mode mode;
    struct map by_name;
};
#endif
