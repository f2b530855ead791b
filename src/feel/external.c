/*
 * external.c: external Java functions that are answered here, without a Java machine: a closed
 * table of class and signature with pure equivalents in C. Whatever is not in it is no function.
 *
 * Java's double and float are binary; only here does a number pass through one, because the
 * function asked for is defined on them.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include "base/utf8.h"
#include "feel/machine.h"

typedef const struct feel_callable callable;

static struct value not_of_type(struct feel_run *run, callable *f)
{
    return value_failure(run->arena, E_RANGE, "%.*s: the argument is none of its Java type",
                         SPAN_ARG(f->name));
}

/* ---- numbers ---- */

/* A whole number within the type's range, or double and float, which take all. */
struct java_type {
    int64_t min, max;
    bool whole;
};
static const struct java_type java_byte = {INT8_MIN, INT8_MAX, true},
                              java_short = {INT16_MIN, INT16_MAX, true},
                              java_int = {INT32_MIN, INT32_MAX, true},
                              java_long = {INT64_MIN, INT64_MAX, true}, java_real = {0, 0, false};

static bool is_java(const struct java_type *t, struct value v)
{
    int64_t i;
    if (v.kind != VALUE_NUMBER)
        return false;
    return !t->whole || (decimal_to_int(v.number, &i) && i >= t->min && i <= t->max);
}

static bool all_java(callable *f, const struct value *args)
{
    for (size_t i = 0; i < f->param_count; i++)
        if (!is_java(f->context, args[i]))
            return false;
    return true;
}

static struct value call_max(callable *f, struct feel_run *run, const struct value *args)
{
    if (!all_java(f, args))
        return not_of_type(run, f);
    return decimal_compare(args[0].number, args[1].number) >= 0 ? args[0] : args[1];
}

static struct value call_min(callable *f, struct feel_run *run, const struct value *args)
{
    if (!all_java(f, args))
        return not_of_type(run, f);
    return decimal_compare(args[0].number, args[1].number) <= 0 ? args[0] : args[1];
}

static struct value call_abs(callable *f, struct feel_run *run, const struct value *args)
{
    return all_java(f, args) ? value_number(decimal_abs(args[0].number)) : not_of_type(run, f);
}

static struct value call_same(callable *f, struct feel_run *run, const struct value *args)
{
    return all_java(f, args) ? args[0] : not_of_type(run, f);
}

static double to_double(struct decimal d)
{
    char text[DECIMAL_TEXT];
    decimal_scientific(d, text, sizeof text);
    return strtod(text, NULL);
}

static struct value from_double(struct feel_run *run, callable *f, double d)
{
    char text[40];
    struct decimal n;
    int length = isfinite(d) ? snprintf(text, sizeof text, "%.16g", d) : -1;
    if (length < 0 || !decimal_parse_rounded(span_of(text, (size_t)length), &n))
        return not_of_type(run, f);
    return value_number(n);
}

#define DOUBLE_FUNCTION(name)                                                                      \
    static struct value call_##name(callable *f, struct feel_run *run, const struct value *args)   \
    {                                                                                              \
        if (!all_java(f, args))                                                                    \
            return not_of_type(run, f);                                                            \
        return from_double(run, f, name(to_double(args[0].number)));                               \
    }
DOUBLE_FUNCTION(cos)
DOUBLE_FUNCTION(sin)
DOUBLE_FUNCTION(tan)
DOUBLE_FUNCTION(sqrt)
DOUBLE_FUNCTION(exp)
DOUBLE_FUNCTION(log)
DOUBLE_FUNCTION(floor)
DOUBLE_FUNCTION(ceil)

static struct value call_pow(callable *f, struct feel_run *run, const struct value *args)
{
    if (!all_java(f, args))
        return not_of_type(run, f);
    return from_double(run, f, pow(to_double(args[0].number), to_double(args[1].number)));
}

static struct value call_parse(callable *f, struct feel_run *run, const struct value *args)
{
    struct decimal d;
    if (args[0].kind != VALUE_STRING || !decimal_parse_rounded(args[0].string, &d) ||
        !is_java(f->context, value_number(d)))
        return not_of_type(run, f);
    return value_number(d);
}

/* ---- texts ---- */

static struct value text_value(struct feel_run *run, struct buffer *b)
{
    struct span s = b->failed ? (struct span){0} : arena_copy(run->arena, buffer_span(b));
    buffer_release(b);
    return s.p ? value_string(s) : VALUE_NO_MEMORY_V;
}

static struct value call_character(callable *f, struct feel_run *run, const struct value *args)
{
    if (args[0].kind != VALUE_STRING || utf8_count(args[0].string) != 1)
        return not_of_type(run, f);
    return args[0];
}

/* String.format with %s, %d and %%; anything else is refused. */
static struct value call_format(callable *f, struct feel_run *run, const struct value *args)
{
    struct buffer b = BUFFER_INIT;
    const struct value *rest = args[1].kind == VALUE_LIST ? args[1].list->at : &args[1];
    size_t n = args[1].kind == VALUE_LIST ? args[1].list->n : 1, used = 0;
    struct span format = args[0].kind == VALUE_STRING ? args[0].string : (struct span){0};
    bool good = args[0].kind == VALUE_STRING;
    for (size_t i = 0; good && i < format.n; i++) {
        char next = i + 1 < format.n ? format.p[i + 1] : 0;
        if (format.p[i] != '%') {
            buffer_byte(&b, format.p[i]);
            continue;
        }
        i++;
        if (next == '%')
            buffer_byte(&b, '%');
        else if ((next == 's' || (next == 'd' && is_java(&java_long, rest[used < n ? used : 0]))) &&
                 used < n)
            value_text(&b, rest[used++]);
        else
            good = false;
    }
    if (good)
        return text_value(run, &b);
    buffer_release(&b);
    return not_of_type(run, f);
}

/* ---- the table ---- */

#define JAVA(class_, signature_, count_, function_, type_)                                         \
    {                                                                                              \
        class_, signature_,                                                                        \
        {                                                                                          \
            .name = {class_ "." signature_, sizeof(class_ "." signature_) - 1},                    \
            .param_count = (count_), .call = (function_), .context = (type_)                       \
        }                                                                                          \
    }
static const struct {
    const char *class_name, *signature; /* without blanks */
    struct feel_callable function;
} functions[] = {
    JAVA("java.lang.Math", "max(double,double)", 2, call_max, &java_real),
    JAVA("java.lang.Math", "max(float,float)", 2, call_max, &java_real),
    JAVA("java.lang.Math", "max(int,int)", 2, call_max, &java_int),
    JAVA("java.lang.Math", "max(long,long)", 2, call_max, &java_long),
    JAVA("java.lang.Math", "min(double,double)", 2, call_min, &java_real),
    JAVA("java.lang.Math", "min(float,float)", 2, call_min, &java_real),
    JAVA("java.lang.Math", "min(int,int)", 2, call_min, &java_int),
    JAVA("java.lang.Math", "min(long,long)", 2, call_min, &java_long),
    JAVA("java.lang.Math", "abs(double)", 1, call_abs, &java_real),
    JAVA("java.lang.Math", "abs(float)", 1, call_abs, &java_real),
    JAVA("java.lang.Math", "abs(int)", 1, call_abs, &java_int),
    JAVA("java.lang.Math", "abs(long)", 1, call_abs, &java_long),
    JAVA("java.lang.Math", "cos(double)", 1, call_cos, &java_real),
    JAVA("java.lang.Math", "sin(double)", 1, call_sin, &java_real),
    JAVA("java.lang.Math", "tan(double)", 1, call_tan, &java_real),
    JAVA("java.lang.Math", "sqrt(double)", 1, call_sqrt, &java_real),
    JAVA("java.lang.Math", "exp(double)", 1, call_exp, &java_real),
    JAVA("java.lang.Math", "log(double)", 1, call_log, &java_real),
    JAVA("java.lang.Math", "floor(double)", 1, call_floor, &java_real),
    JAVA("java.lang.Math", "ceil(double)", 1, call_ceil, &java_real),
    JAVA("java.lang.Math", "pow(double,double)", 2, call_pow, &java_real),
    JAVA("java.lang.Byte", "valueOf(byte)", 1, call_same, &java_byte),
    JAVA("java.lang.Byte", "valueOf(java.lang.String)", 1, call_parse, &java_byte),
    JAVA("java.lang.Short", "valueOf(short)", 1, call_same, &java_short),
    JAVA("java.lang.Short", "valueOf(java.lang.String)", 1, call_parse, &java_short),
    JAVA("java.lang.Integer", "valueOf(int)", 1, call_same, &java_int),
    JAVA("java.lang.Integer", "valueOf(java.lang.String)", 1, call_parse, &java_int),
    JAVA("java.lang.Long", "valueOf(long)", 1, call_same, &java_long),
    JAVA("java.lang.Long", "valueOf(java.lang.String)", 1, call_parse, &java_long),
    JAVA("java.lang.Float", "valueOf(float)", 1, call_same, &java_real),
    JAVA("java.lang.Float", "valueOf(java.lang.String)", 1, call_parse, &java_real),
    JAVA("java.lang.Double", "valueOf(double)", 1, call_same, &java_real),
    JAVA("java.lang.Double", "valueOf(java.lang.String)", 1, call_parse, &java_real),
    JAVA("java.lang.String", "valueOf(char)", 1, call_character, NULL),
    JAVA("java.lang.String", "format(java.lang.String,[Ljava.lang.Object;)", 2, call_format, NULL),
};

/* Equal but for blanks in the signature as it was written. */
static bool signature_is(struct span written, const char *signature)
{
    for (size_t i = 0; i < written.n; i++)
        if (written.p[i] != ' ' && written.p[i] != *signature++)
            return false;
    return *signature == 0;
}

const struct feel_callable *feel_external(struct span class_name, struct span signature)
{
    for (size_t i = 0; i < COUNT_OF(functions); i++)
        if (span_eq(span_trim(class_name), span_z(functions[i].class_name)) &&
            signature_is(signature, functions[i].signature))
            return &functions[i].function;
    return NULL;
}
