/*
 * builtins_number.c: functions of numbers. Every failure of the decimals is an error, never a
 * strange number.
 */
#include "feel/builtins_int.h"

#define SCALE_MIN (-6111)
#define SCALE_MAX 6176

static struct value checked(struct builtin_call *call, struct decimal d, unsigned flags)
{
    if (flags & DECIMAL_DIVISION)
        return value_failure(call->arena, E_DIVISION, "division by zero");
    if ((flags & (DECIMAL_INVALID | DECIMAL_OVERFLOW)) || !decimal_is_finite(d))
        return value_failure(call->arena, E_RANGE, "the result is out of range");
    return value_number(d);
}

static struct value rounded(struct builtin_call *call, const struct value *args, size_t n,
                            enum decimal_round how)
{
    int64_t scale = 0;
    struct value failure;
    if (argument_given(args, n, 1) && !argument_int(call, args[1], &scale, &failure))
        return failure;
    if (scale < SCALE_MIN || scale > SCALE_MAX)
        return value_failure(call->arena, E_RANGE, "a scale is between %d and %d", SCALE_MIN,
                             SCALE_MAX);
    unsigned flags = 0;
    struct decimal d = decimal_round(args[0].number, (int)scale, how, &flags);
    return checked(call, d, flags);
}

struct value fn_decimal(struct builtin_call *call, const struct value *args, size_t n)
{
    return rounded(call, args, n, ROUND_HALF_EVEN);
}

struct value fn_floor(struct builtin_call *call, const struct value *args, size_t n)
{
    return rounded(call, args, n, ROUND_FLOOR);
}

struct value fn_ceiling(struct builtin_call *call, const struct value *args, size_t n)
{
    return rounded(call, args, n, ROUND_CEILING);
}

struct value fn_round_up(struct builtin_call *call, const struct value *args, size_t n)
{
    return rounded(call, args, n, ROUND_UP);
}

struct value fn_round_down(struct builtin_call *call, const struct value *args, size_t n)
{
    return rounded(call, args, n, ROUND_DOWN);
}

struct value fn_round_half_up(struct builtin_call *call, const struct value *args, size_t n)
{
    return rounded(call, args, n, ROUND_HALF_UP);
}

struct value fn_round_half_down(struct builtin_call *call, const struct value *args, size_t n)
{
    return rounded(call, args, n, ROUND_HALF_DOWN);
}

struct value fn_abs(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(call);
    UNUSED(n);
    if (args[0].kind == VALUE_DAYS)
        return value_days(args[0].nanoseconds < 0 ? -args[0].nanoseconds : args[0].nanoseconds);
    if (args[0].kind == VALUE_MONTHS)
        return value_months(args[0].months < 0 ? -args[0].months : args[0].months);
    return value_number(decimal_abs(args[0].number));
}

struct value fn_modulo(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    unsigned flags = 0;
    if (decimal_sign(args[1].number) == 0)
        return value_failure(call->arena, E_DIVISION, "division by zero");
    struct decimal d = decimal_modulo(args[0].number, args[1].number, &flags);
    return checked(call, d, flags);
}

struct value fn_sqrt(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    unsigned flags = 0;
    struct decimal d = decimal_sqrt(args[0].number, &flags);
    return checked(call, d, flags);
}

struct value fn_log(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    unsigned flags = 0;
    if (decimal_sign(args[0].number) <= 0)
        return value_failure(call->arena, E_RANGE, "the logarithm needs a positive number");
    struct decimal d = decimal_log(args[0].number, &flags);
    return checked(call, d, flags);
}

struct value fn_exp(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    unsigned flags = 0;
    struct decimal d = decimal_exp(args[0].number, &flags);
    return checked(call, d, flags);
}

static struct value parity(struct builtin_call *call, struct decimal d, bool odd)
{
    if (!decimal_is_integer(d))
        return value_failure(call->arena, E_RANGE, "a whole number is needed");
    struct decimal rest = decimal_modulo(d, decimal_from_int(2), NULL);
    return value_boolean((decimal_sign(rest) != 0) == odd);
}

struct value fn_odd(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    return parity(call, args[0].number, true);
}

struct value fn_even(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    return parity(call, args[0].number, false);
}

struct value fn_with_unit(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(call);
    UNUSED(n);
    return args[0]; /* units are a matter of the checker */
}

/* ---- number from text ---- */

static struct value no_number(struct builtin_call *call, struct span s)
{
    return value_failure(call->arena, E_INPUT, "\"%.*s\" is not a number",
                         (int)(s.n < 60 ? s.n : 60), s.p ? s.p : "");
}

static struct value parsed(struct builtin_call *call, struct span digits, struct span original)
{
    struct decimal d;
    return decimal_parse_rounded(digits, &d) ? value_number(d) : no_number(call, original);
}

struct value fn_number(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    if (args[0].kind == VALUE_NUMBER)
        return args[0];
    return parsed(call, args[0].string, args[0].string);
}

static bool is_one_of(struct value v, const char *allowed)
{
    return v.kind == VALUE_NULL ||
           (v.kind == VALUE_STRING && v.string.n == 1 && strchr(allowed, v.string.p[0]));
}

struct value fn_number_separated(struct builtin_call *call, const struct value *args, size_t n)
{
    UNUSED(n);
    struct span from = args[0].string;
    if (!is_one_of(args[1], " ,.") || !is_one_of(args[2], ",."))
        return value_failure(call->arena, E_INPUT,
                             "separators are space, comma or point; decimals comma or point");
    char group = args[1].kind == VALUE_STRING ? args[1].string.p[0] : 0;
    char point = args[2].kind == VALUE_STRING ? args[2].string.p[0] : 0;
    if (group && group == point)
        return value_failure(call->arena, E_INPUT, "grouping and decimal separator are the same");
    struct buffer digits = BUFFER_INIT;
    for (size_t i = 0; i < from.n; i++) {
        char ch = from.p[i];
        if (ch == group && group)
            continue;
        bool stray = ch == '.' && point == ',';
        buffer_byte(&digits, stray ? '?' : ch == point && point ? '.' : ch);
    }
    struct value v = digits.failed ? VALUE_NO_MEMORY_V : parsed(call, buffer_span(&digits), from);
    buffer_release(&digits);
    return v;
}
