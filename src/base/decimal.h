/*
 * decimal.h: IEEE decimal128, the only number of the house. By value, explicit rounding, explicit
 * flags; the library behind it (Intel's BID) is included by decimal.c alone.
 *
 * Operations round half-even at 34 digits, as FEEL does. *flags may be NULL; bits are or-ed in.
 */
#ifndef HUIQI_BASE_DECIMAL_H
#define HUIQI_BASE_DECIMAL_H
#include "base/base.h"

struct decimal {
    uint64_t w[2]; /* BID_UINT128; opaque */
};

enum decimal_flags {
    DECIMAL_INVALID = 1 << 0,  /* no number: 0/0, inf-inf, sqrt(-1) */
    DECIMAL_DIVISION = 1 << 1, /* division by zero */
    DECIMAL_OVERFLOW = 1 << 2,
    DECIMAL_UNDERFLOW = 1 << 3,
    DECIMAL_INEXACT = 1 << 4,
};

enum decimal_round {
    ROUND_HALF_EVEN,
    ROUND_UP,   /* away from zero */
    ROUND_DOWN, /* towards zero */
    ROUND_HALF_UP,
    ROUND_HALF_DOWN,
    ROUND_FLOOR,
    ROUND_CEILING,
};

#define DECIMAL_TEXT  64   /* enough for decimal_scientific */
#define DECIMAL_PLAIN 6300 /* enough for decimal_plain of any value */

struct decimal decimal_from_int(int64_t i);
struct decimal decimal_from_uint(uint64_t u);
/* [+-]digits[.digits][(e|E)[+-]digits]; false when s is anything else or does not fit in 34 digits
   exactly (*ret is then untouched). */
bool decimal_parse(struct span s, struct decimal *ret);
/* As decimal_parse, but more than 34 digits are rounded half-even. */
bool decimal_parse_rounded(struct span s, struct decimal *ret);
/* Shortest plain notation without exponent, trailing zeros of the fraction dropped, "-0" as "0".
   Returns the length, a zero byte follows; out must have DECIMAL_PLAIN bytes. Short values need few
   of them, and with less room (at least DECIMAL_TEXT) a long one is written in scientific notation.
 */
size_t decimal_plain(struct decimal d, char *out, size_t room);
/* d.dddE+n, exact and short: room must be at least DECIMAL_TEXT. */
size_t decimal_scientific(struct decimal d, char *out, size_t room);
/* With exactly `places` digits after the point, rounded half-up (money: places = 2). */
size_t decimal_fixed(struct decimal d, int places, char *out, size_t room);
/* True and the value when d is an integer that fits. */
bool decimal_to_int(struct decimal d, int64_t *ret);

struct decimal decimal_add(struct decimal a, struct decimal b, unsigned *flags);
struct decimal decimal_sub(struct decimal a, struct decimal b, unsigned *flags);
struct decimal decimal_mul(struct decimal a, struct decimal b, unsigned *flags);
struct decimal decimal_div(struct decimal a, struct decimal b, unsigned *flags);
struct decimal decimal_pow(struct decimal a, struct decimal b, unsigned *flags);
struct decimal decimal_neg(struct decimal a);
struct decimal decimal_abs(struct decimal a);
struct decimal decimal_sqrt(struct decimal a, unsigned *flags);
struct decimal decimal_exp(struct decimal a, unsigned *flags);
struct decimal decimal_log(struct decimal a, unsigned *flags);
/* FEEL modulo: a - b * floor(a / b). */
struct decimal decimal_modulo(struct decimal a, struct decimal b, unsigned *flags);
/* Rounds to `scale` digits after the point (negative: before it). */
struct decimal decimal_round(struct decimal a, int scale, enum decimal_round how, unsigned *flags);
int decimal_compare(struct decimal a, struct decimal b); /* -1, 0, 1; numbers only */
int decimal_sign(struct decimal a);
bool decimal_is_finite(struct decimal a);
bool decimal_is_integer(struct decimal a);
struct decimal decimal_normal(struct decimal a); /* trailing zeros removed */
uint64_t decimal_hash(struct decimal a);         /* equal numbers, equal hashes */
extern const struct decimal DECIMAL_ZERO, DECIMAL_ONE;
#endif
