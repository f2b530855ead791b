/*
 * tables.c: the .def files as arrays, and look-ups in them.
 */
#include "feel/builtins.h"
#include "feel/feel.h"

#define PARAMS(flags_, ...)                                                                        \
    (COUNT_OF(((struct builtin_param[]){__VA_ARGS__})) - (((flags_)&B_CLOCK) != 0))

#define BUILTIN(run, name_, result_, min_, flags_, meaning_, example_, ...)                        \
    {.name = (name_),                                                                              \
     .result = (result_),                                                                          \
     .min = (min_),                                                                                \
     .max = ((flags_)&B_MANY) ? UINT8_MAX : PARAMS(flags_, __VA_ARGS__),                           \
     .param_count = PARAMS(flags_, __VA_ARGS__),                                                   \
     .flags = (flags_),                                                                            \
     .params = {__VA_ARGS__},                                                                      \
     .meaning = (meaning_),                                                                        \
     .example = (example_)},
const struct builtin builtins[] = {
#include "feel/builtins.def"
};
#undef BUILTIN
const size_t builtin_count = COUNT_OF(builtins);

int builtin_find(struct span name)
{
    for (size_t i = 0; i < builtin_count; i++)
        if (span_eq(span_z(builtins[i].name), name))
            return (int)i;
    return -1;
}

int builtin_find_in(struct span name, int mode)
{
    uint32_t refused = mode == FEEL_SPEC ? B_STRICT : B_SPEC;
    for (size_t i = 0; i < builtin_count; i++)
        if (name.n && builtins[i].name[0] == name.p[0] && !(builtins[i].flags & refused) &&
            span_eq(span_z(builtins[i].name), name))
            return (int)i;
    return -1;
}

enum op_mode { BOTH, SPEC };

#define OP(op_, left_, right_, result_, modes_, run, meaning_)                                     \
    {.op = NOP_##op_,                                                                              \
     .left = VALUE_##left_,                                                                        \
     .right = VALUE_##right_,                                                                      \
     .result = VALUE_##result_,                                                                    \
     .spec_only = (modes_) == SPEC,                                                                \
     .meaning = (meaning_)},
const struct op_row op_rows[] = {
#include "feel/ops.def"
};
#undef OP
const size_t op_row_count = COUNT_OF(op_rows);

const char *op_text(enum node_op op)
{
    static const char *const texts[NODE_OPS] = {
        [NOP_NONE] = "", [NOP_OR] = "or", [NOP_AND] = "and", [NOP_EQ] = "=",   [NOP_NE] = "!=",
        [NOP_LT] = "<",  [NOP_LE] = "<=", [NOP_GT] = ">",    [NOP_GE] = ">=",  [NOP_ADD] = "+",
        [NOP_SUB] = "-", [NOP_MUL] = "*", [NOP_DIV] = "/",   [NOP_POW] = "**", [NOP_NEG] = "-",
    };
    return texts[op];
}

#define PROPERTY(kind_, name_, result_, run, meaning_)                                             \
    {.kind = VALUE_##kind_, .result = VALUE_##result_, .name = (name_), .meaning = (meaning_)},
const struct property properties[] = {
#include "feel/properties.def"
};
#undef PROPERTY
const size_t property_count = COUNT_OF(properties);

int property_find(enum value_kind kind, struct span name)
{
    for (size_t i = 0; i < property_count; i++)
        if (properties[i].kind == kind && span_eq(span_z(properties[i].name), name))
            return (int)i;
    return -1;
}
