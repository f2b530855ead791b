/*
 * decimal.c: decimal128 over Intel's BID library, the only file that includes it.
 *
 * A number is sign, coefficient and exponent: (-1)^s * c * 10^e, c < 10^34. Reading, printing and
 * rounding work on these three in 128-bit integers and are therefore exact; arithmetic first tries
 * the short way on small integers and else calls the library.
 *
 * On conversion: text becomes coefficient and exponent digit by digit and back, so every number
 * that fits in 34 digits survives a round trip to the last digit, its trailing zeros excepted.
 * Nothing passes through the library's own text functions or through a binary float.
 */
#include "base/decimal.h"

#define DECIMAL_CALL_BY_REFERENCE      0
#define DECIMAL_GLOBAL_ROUNDING        0
#define DECIMAL_GLOBAL_EXCEPTION_FLAGS 0
#if defined(__clang__) /* the header guards on gcc's version and forgets that clang is one */
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Weverything"
#endif
#include <bid_conf.h>
#include <bid_functions.h>
#if defined(__clang__)
#pragma clang diagnostic pop
#endif

#define DIGITS    34
#define EXP_LEAST (-6176)
#define EXP_MOST  6111
#define EXP_SHIFT 49
#define SIGN_BIT  (UINT64_C(1) << 63)
#define HIGH_MASK ((UINT64_C(1) << EXP_SHIFT) - 1)
#define ONE_HIGH  ((uint64_t)(-EXP_LEAST) << EXP_SHIFT)

const struct decimal DECIMAL_ZERO = {{0, ONE_HIGH}};
const struct decimal DECIMAL_ONE = {{1, ONE_HIGH}};

/* A finite number taken apart. */
struct parts {
    bool negative;
    int exponent;
    uint128 c;
};

static const uint64_t POWERS[] = {
    1u,
    10u,
    100u,
    1000u,
    10000u,
    100000u,
    1000000u,
    10000000u,
    100000000u,
    1000000000u,
    10000000000u,
    100000000000u,
    1000000000000u,
    10000000000000u,
    100000000000000u,
    1000000000000000u,
    10000000000000000u,
    100000000000000000u,
    1000000000000000000u,
    10000000000000000000u,
};

/* 10^n for n up to 38. */
static uint128 power(unsigned n)
{
    return n < 20 ? POWERS[n] : (uint128)POWERS[19] * POWERS[n - 19];
}

static bool is_special(struct decimal d)
{
    return (d.w[1] >> 59 & 0xf) == 0xf;
}

static bool is_nan(struct decimal d)
{
    return (d.w[1] >> 58 & 0x1f) == 0x1f;
}

/* d must be finite. Coefficients that are not canonical count as zero, as the standard says. */
static struct parts take(struct decimal d)
{
    struct parts p = {.negative = d.w[1] >> 63};

    if ((d.w[1] >> 61 & 3) == 3) {
        p.exponent = (int)(d.w[1] >> 47 & 0x3fff) + EXP_LEAST;
        return p;
    }
    p.exponent = (int)(d.w[1] >> EXP_SHIFT & 0x3fff) + EXP_LEAST;
    p.c = (uint128)(d.w[1] & HIGH_MASK) << 64 | d.w[0];
    if (p.c >= power(DIGITS))
        p.c = 0;
    return p;
}

/* The parts must be in range. */
static struct decimal make(struct parts p)
{
    return (struct decimal){{(uint64_t)p.c, (p.negative ? SIGN_BIT : 0) |
                                                (uint64_t)(p.exponent - EXP_LEAST) << EXP_SHIFT |
                                                (uint64_t)(p.c >> 64)}};
}

static struct decimal infinity(bool negative)
{
    return (struct decimal){{0, (negative ? SIGN_BIT : 0) | UINT64_C(0x78) << 56}};
}

static void raise(unsigned *flags, unsigned bits)
{
    if (flags)
        *flags |= bits;
}

/* Digits of c without leading zeros; 0 has none. */
static unsigned digit_count(uint128 c)
{
    unsigned n = 0;

    if (c < POWERS[19]) {
        while (n < 19 && (uint64_t)c >= POWERS[n])
            n++;
        return n;
    }
    c /= POWERS[19];
    n = 19;
    while (n < 38 && c >= POWERS[4]) {
        c /= POWERS[4];
        n += 4;
    }
    for (; c; c /= 10)
        n++;
    return n;
}

struct decimal decimal_from_uint(uint64_t u)
{
    return (struct decimal){{u, ONE_HIGH}};
}

struct decimal decimal_from_int(int64_t i)
{
    uint64_t u = i < 0 ? 0 - (uint64_t)i : (uint64_t)i;

    return (struct decimal){{u, ONE_HIGH | (i < 0 ? SIGN_BIT : 0)}};
}

/* --- reading ------------------------------------------------------------------------------- */

/* A numeral taken apart before it is known to fit. */
struct numeral {
    bool negative;
    struct span whole, fraction; /* digits */
    int64_t exponent;            /* as written, clipped far outside the range */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Splits the digits at the start off *s. */
static struct span take_digits(struct span *s)
{
    struct span digits = *s;
    size_t n = 0;

    while (n < s->n && is_digit(s->p[n]))
        n++;
    digits.n = n;
    *s = span_from(*s, n);
    return digits;
}

/* Splits a sign off; true when it was '-'. */
static bool take_sign(struct span *s)
{
    bool negative = s->n && s->p[0] == '-';

    if (negative || (s->n && s->p[0] == '+'))
        *s = span_from(*s, 1);
    return negative;
}

static bool read_exponent(struct span s, int64_t *ret)
{
    bool negative = take_sign(&s);
    struct span digits = take_digits(&s);
    int64_t e = 0;

    if (digits.n == 0 || s.n)
        return false;
    for (size_t i = 0; i < digits.n && e < INT64_C(1000000000000); i++)
        e = e * 10 + (digits.p[i] - '0');
    *ret = negative ? -e : e;
    return true;
}

static bool read_numeral(struct span s, struct numeral *ret)
{
    struct numeral n = {.negative = take_sign(&s)};

    n.whole = take_digits(&s);
    if (n.whole.n == 0)
        return false;
    if (s.n && s.p[0] == '.') {
        s = span_from(s, 1);
        n.fraction = take_digits(&s);
        if (n.fraction.n == 0)
            return false;
    }
    if (s.n && (s.p[0] == 'e' || s.p[0] == 'E')) {
        if (!read_exponent(span_from(s, 1), &n.exponent))
            return false;
    } else if (s.n)
        return false;
    *ret = n;
    return true;
}

static int digit_at(const struct numeral *n, size_t i)
{
    return (i < n->whole.n ? n->whole.p[i] : n->fraction.p[i - n->whole.n]) - '0';
}

/* Half-even: does the part from digit `at` to `end` round the odd or even coefficient up? */
static bool tail_rounds_up(const struct numeral *n, size_t at, size_t end, bool odd)
{
    int first = digit_at(n, at);

    if (first != 5)
        return first > 5;
    for (size_t i = at + 1; i < end; i++)
        if (digit_at(n, i))
            return true;
    return odd;
}

/* Pads the coefficient until the exponent is in range; false when it cannot be. */
static bool fold_down(uint128 *c, int64_t *exponent)
{
    if (*c == 0) {
        *exponent = *exponent > EXP_MOST ? EXP_MOST : *exponent < EXP_LEAST ? EXP_LEAST : *exponent;
        return true;
    }
    while (*exponent > EXP_MOST && *c < power(DIGITS - 1)) {
        *c *= 10;
        --*exponent;
    }
    return *exponent <= EXP_MOST;
}

/* Numerals of any length and exponent. */
static bool convert(const struct numeral *n, bool may_round, struct decimal *ret)
{
    size_t end = n->whole.n + n->fraction.n, first = 0, last, keep;
    int64_t exponent = n->exponent - (int64_t)n->fraction.n;
    uint128 c = 0;

    while (first < end && digit_at(n, first) == 0)
        first++;
    keep = end - first < DIGITS ? end - first : DIGITS;
    if (keep && exponent + (int64_t)(end - first - keep) < EXP_LEAST) {
        int64_t left = exponent + (int64_t)(end - first) - EXP_LEAST;
        keep = left > 0 ? (size_t)left : 0;
        if (left < 0) /* less than half of the smallest number */
            keep = SIZE_MAX;
    }
    last = keep == SIZE_MAX ? first : first + keep;
    for (size_t i = first; i < last; i++)
        c = c * 10 + (unsigned)digit_at(n, i);
    exponent += (int64_t)(end - last);
    if (may_round && keep != SIZE_MAX && last < end &&
        tail_rounds_up(n, last, end, (unsigned)c & 1) && ++c == power(DIGITS)) {
        c /= 10;
        exponent++;
    }
    for (size_t i = last; !may_round && i < end; i++)
        if (digit_at(n, i))
            return false;
    if (c && exponent < EXP_LEAST)
        return false;
    if (!fold_down(&c, &exponent))
        return false;
    *ret = make((struct parts){.negative = n->negative, .exponent = (int)exponent, .c = c});
    return true;
}

/* Up to 18 digits with an optional point and nothing else: what most numbers are. */
static bool parse_short(struct span s, struct decimal *ret)
{
    uint64_t c = 0;
    size_t i = s.n && s.p[0] == '-', start = i, point = SIZE_MAX;

    if (s.n == i || s.n - i > 19)
        return false;
    for (; i < s.n; i++) {
        if (is_digit(s.p[i]))
            c = c * 10 + (unsigned)(s.p[i] - '0');
        else if (s.p[i] == '.' && point == SIZE_MAX && i > start && i + 1 < s.n)
            point = i;
        else
            return false;
    }
    *ret = make((struct parts){.negative = start > 0,
                               .exponent = point == SIZE_MAX ? 0 : -(int)(s.n - point - 1),
                               .c = c});
    return true;
}

bool decimal_parse(struct span s, struct decimal *ret)
{
    struct numeral n;

    return parse_short(s, ret) || (read_numeral(s, &n) && convert(&n, false, ret));
}

bool decimal_parse_rounded(struct span s, struct decimal *ret)
{
    struct numeral n;

    return parse_short(s, ret) || (read_numeral(s, &n) && convert(&n, true, ret));
}

/* --- rounding ------------------------------------------------------------------------------ */

/* Does |c| go up when `rest` of `unit` (0 < rest < unit) is dropped? */
static bool rounds_up(enum decimal_round how, bool negative, bool odd, uint128 rest, uint128 unit)
{
    uint128 half = unit / 2; /* unit is a power of ten, at least 10 */

    switch (how) {
    case ROUND_HALF_EVEN:
        return rest > half || (rest == half && odd);
    case ROUND_HALF_UP:
        return rest >= half;
    case ROUND_HALF_DOWN:
        return rest > half;
    case ROUND_UP:
        return true;
    case ROUND_DOWN:
        return false;
    case ROUND_FLOOR:
        return negative;
    case ROUND_CEILING:
        return !negative;
    }
    BUG("no such rounding: %d", (int)how);
}

/* Drops k > 0 digits; sets *inexact when one of them was not zero. */
static uint128 drop_digits(struct parts p, unsigned k, enum decimal_round how, bool *inexact)
{
    uint128 unit = power(k < 36 ? k : 36); /* c < 10^34 is below half of 10^36 and of more */
    uint128 kept = p.c / unit, rest = p.c % unit;

    *inexact = rest != 0;
    if (rest && rounds_up(how, p.negative, (unsigned)kept & 1, rest, unit))
        kept++;
    return kept;
}

struct decimal decimal_round(struct decimal a, int scale, enum decimal_round how, unsigned *flags)
{
    struct parts p;
    int64_t exponent = -(int64_t)scale, drop;
    bool inexact;

    if (is_special(a))
        return a;
    p = take(a);
    drop = exponent - p.exponent;
    if (drop <= 0 || p.c == 0)
        return a;
    p.c = drop_digits(p, drop < 36 ? (unsigned)drop : 36, how, &inexact);
    if (inexact)
        raise(flags, DECIMAL_INEXACT);
    if (!fold_down(&p.c, &exponent)) {
        raise(flags, DECIMAL_OVERFLOW | DECIMAL_INEXACT);
        return infinity(p.negative);
    }
    p.exponent = (int)exponent;
    return make(p);
}

/* --- printing ------------------------------------------------------------------------------ */

/* Digits of c, most significant first, without leading zeros; at least "0". Returns how many. */
static unsigned put_digits(uint128 c, char out[40])
{
    unsigned n = digit_count(c);
    bool is_long = c >= POWERS[19];
    uint64_t low = is_long ? (uint64_t)(c % POWERS[19]) : (uint64_t)c,
             high = is_long ? (uint64_t)(c / POWERS[19]) : 0;

    if (n == 0)
        n = 1;
    for (unsigned i = n; i-- > 0;) {
        if (n - i == 20)
            low = high;
        out[i] = (char)('0' + low % 10);
        low /= 10;
    }
    return n;
}

static size_t put_text(const char *text, size_t n, char *out, size_t room)
{
    if (n >= room)
        BUG("a decimal needs %zu bytes and was given %zu", n + 1, room);
    memcpy(out, text, n);
    out[n] = '\0';
    return n;
}

static size_t put_special(struct decimal d, char *out, size_t room)
{
    struct span s = is_nan(d) ? SPAN("NaN") : d.w[1] >> 63 ? SPAN("-Infinity") : SPAN("Infinity");

    return put_text(s.p, s.n, out, room);
}

static size_t put_repeated(char *out, char c, size_t n)
{
    memset(out, c, n);
    return n;
}

/* Bytes of the plain notation. */
static size_t plain_length(struct parts p, unsigned digits)
{
    size_t n = p.negative;

    if (p.exponent >= 0)
        return n + digits + (size_t)p.exponent;
    if ((int)digits > -p.exponent)
        return n + digits + 1;
    return n + 2 + (size_t)-p.exponent;
}

/* Plain notation of exactly these parts; out has the room. */
static size_t put_plain(struct parts p, const char *digits, unsigned n, char *out)
{
    size_t at = 0;

    if (p.negative)
        out[at++] = '-';
    if (p.exponent >= 0 || (int)n > -p.exponent) {
        unsigned whole = p.exponent >= 0 ? n : n - (unsigned)-p.exponent;
        memcpy(out + at, digits, whole);
        at += whole;
        if (p.exponent >= 0)
            at += put_repeated(out + at, '0', (size_t)p.exponent);
        else {
            out[at++] = '.';
            memcpy(out + at, digits + whole, n - whole);
            at += n - whole;
        }
    } else {
        out[at++] = '0';
        out[at++] = '.';
        at += put_repeated(out + at, '0', (size_t)-p.exponent - n);
        memcpy(out + at, digits, n);
        at += n;
    }
    out[at] = '\0';
    return at;
}

static void strip_zeros(struct parts *p, int until)
{
    while (p->c >> 64 && p->exponent < until && p->c % 10 == 0) {
        p->c /= 10;
        p->exponent++;
    }
    if (p->c >> 64)
        return;
    uint64_t c = (uint64_t)p->c; /* the processor divides 64 bits many times faster than 128 */
    for (; c && p->exponent < until && c % 10 == 0; c /= 10)
        p->exponent++;
    p->c = c;
}

static size_t put_scientific(struct parts p, char *out, size_t room)
{
    char digits[40], text[DECIMAL_TEXT];
    unsigned n = put_digits(p.c, digits);
    int exponent = p.exponent + (int)n - 1;
    size_t at = 0;
    struct parts e = {.c = (unsigned)(exponent < 0 ? -exponent : exponent)};

    if (p.negative)
        text[at++] = '-';
    text[at++] = digits[0];
    if (n > 1) {
        text[at++] = '.';
        memcpy(text + at, digits + 1, n - 1);
        at += n - 1;
    }
    text[at++] = 'E';
    text[at++] = exponent < 0 ? '-' : '+';
    n = put_digits(e.c, digits);
    memcpy(text + at, digits, n);
    return put_text(text, at + n, out, room);
}

/* Plain where it fits, else scientific: never a cut number. */
static size_t put_number(struct parts p, char *out, size_t room)
{
    char digits[40];
    unsigned n = put_digits(p.c, digits);

    if (plain_length(p, n) >= room)
        return put_scientific(p, out, room);
    return put_plain(p, digits, n, out);
}

size_t decimal_plain(struct decimal d, char *out, size_t room)
{
    struct parts p;

    if (is_special(d))
        return put_special(d, out, room);
    p = take(d);
    if (p.c == 0)
        p = (struct parts){0};
    strip_zeros(&p, 0);
    return put_number(p, out, room);
}

size_t decimal_scientific(struct decimal d, char *out, size_t room)
{
    struct parts p;

    if (is_special(d))
        return put_special(d, out, room);
    p = take(d);
    if (p.c == 0)
        p = (struct parts){0};
    strip_zeros(&p, EXP_MOST);
    return put_scientific(p, out, room);
}

size_t decimal_fixed(struct decimal d, int places, char *out, size_t room)
{
    struct parts p;
    int missing;
    size_t n;

    if (places < 0)
        BUG("decimal_fixed of %d places", places);
    d = decimal_round(d, places, ROUND_HALF_UP, NULL);
    if (is_special(d))
        return put_special(d, out, room);
    p = take(d);
    if (p.c == 0)
        p = (struct parts){.exponent = -places};
    missing = p.exponent < 0 ? places + p.exponent : places; /* zeros to be added after the point */
    if (p.c == 0 || missing <= 0)
        return put_number(p, out, room);
    n = put_number(p, out, room);
    if (n + (size_t)missing + 1 >= room) /* not enough room: the number as it is, exact */
        return n;
    if (p.exponent >= 0)
        out[n++] = '.';
    n += put_repeated(out + n, '0', (size_t)missing);
    out[n] = '\0';
    return n;
}

/* --- arithmetic ---------------------------------------------------------------------------- */

static BID_UINT128 to_bid(struct decimal d)
{
    return (BID_UINT128){{d.w[0], d.w[1]}};
}

/* Takes the address of the library's flags: the call that sets them is the argument beside it. */
static struct decimal from_bid(BID_UINT128 b, const _IDEC_flags *bits, unsigned *flags)
{
    static const struct {
        unsigned theirs, ours;
    } table[] = {
        {BID_INVALID_EXCEPTION, DECIMAL_INVALID},   {BID_ZERO_DIVIDE_EXCEPTION, DECIMAL_DIVISION},
        {BID_OVERFLOW_EXCEPTION, DECIMAL_OVERFLOW}, {BID_UNDERFLOW_EXCEPTION, DECIMAL_UNDERFLOW},
        {BID_INEXACT_EXCEPTION, DECIMAL_INEXACT},
    };

    for (size_t i = 0; *bits && flags && i < COUNT_OF(table); i++)
        if (*bits & table[i].theirs)
            *flags |= table[i].ours;
    return (struct decimal){{b.w[0], b.w[1]}};
}

/* Coefficient below 2^64 and no special: sums and products of two such stay exact in 128 bits. */
static bool is_short(struct decimal d)
{
    return (d.w[1] >> 61 & 3) != 3 && (d.w[1] & HIGH_MASK) == 0;
}

static bool same_exponent(struct decimal a, struct decimal b)
{
    return ((a.w[1] ^ b.w[1]) & ~SIGN_BIT & ~HIGH_MASK) == 0;
}

static int128 signed_short(struct decimal d)
{
    return d.w[1] >> 63 ? -(int128)d.w[0] : (int128)d.w[0];
}

static int exponent_of(struct decimal d)
{
    return (int)(d.w[1] >> EXP_SHIFT & 0x3fff) + EXP_LEAST;
}

#define SHIFT_MOST 18 /* places; 2^64 * 10^18 < 2^124: a sum of two such has room in 128 bits */

/*
 * Sum of two short numbers whose exponents are near: b, whose exponent is the larger one, is
 * brought to that of a, which is the exponent that the standard prefers. Exact, or false when the
 * sum does not fit in 34 digits.
 */
static bool add_near(struct decimal a, struct decimal b, unsigned shift, struct decimal *ret)
{
    int128 sum = signed_short(a) + signed_short(b) * (int128)POWERS[shift];
    uint128 c = sum < 0 ? (uint128)-sum : (uint128)sum;
    bool negative = sum < 0 || (sum == 0 && (a.w[1] & b.w[1]) >> 63);

    if (c >= power(DIGITS))
        return false;
    *ret = make((struct parts){.negative = negative, .exponent = exponent_of(a), .c = c});
    return true;
}

struct decimal decimal_add(struct decimal a, struct decimal b, unsigned *flags)
{
    _IDEC_flags bits = 0;
    struct decimal near;

    if (is_short(a) && is_short(b) && same_exponent(a, b)) {
        int128 sum = signed_short(a) + signed_short(b);
        bool negative = sum < 0 || (sum == 0 && (a.w[1] & b.w[1]) >> 63);
        return make((struct parts){.negative = negative,
                                   .exponent = (int)(a.w[1] >> EXP_SHIFT & 0x3fff) + EXP_LEAST,
                                   .c = sum < 0 ? (uint128)-sum : (uint128)sum});
    }
    if (is_short(a) && is_short(b)) {
        int shift = exponent_of(b) - exponent_of(a);
        if (shift >= 0 && shift <= SHIFT_MOST && add_near(a, b, (unsigned)shift, &near))
            return near;
        if (shift < 0 && shift >= -SHIFT_MOST && add_near(b, a, (unsigned)-shift, &near))
            return near;
    }
    return from_bid(bid128_add(to_bid(a), to_bid(b), BID_ROUNDING_TO_NEAREST, &bits), &bits, flags);
}

struct decimal decimal_sub(struct decimal a, struct decimal b, unsigned *flags)
{
    return decimal_add(a, decimal_neg(b), flags);
}

struct decimal decimal_mul(struct decimal a, struct decimal b, unsigned *flags)
{
    _IDEC_flags bits = 0;

    if (is_short(a) && is_short(b)) {
        struct parts p = {.negative = (a.w[1] ^ b.w[1]) >> 63,
                          .exponent = exponent_of(a) + exponent_of(b),
                          .c = (uint128)a.w[0] * b.w[0]};
        if (p.c < power(DIGITS) && p.exponent >= EXP_LEAST && p.exponent <= EXP_MOST)
            return make(p);
    }
    return from_bid(bid128_mul(to_bid(a), to_bid(b), BID_ROUNDING_TO_NEAREST, &bits), &bits, flags);
}

struct decimal decimal_div(struct decimal a, struct decimal b, unsigned *flags)
{
    _IDEC_flags bits = 0;

    return from_bid(bid128_div(to_bid(a), to_bid(b), BID_ROUNDING_TO_NEAREST, &bits), &bits, flags);
}

/* a^n by squaring, or false as soon as a step is not exact. */
static bool exact_power(struct decimal a, uint64_t n, struct decimal *ret)
{
    struct decimal result = DECIMAL_ONE, square = a;
    unsigned flags = 0;

    for (;;) {
        if (n & 1)
            result = decimal_mul(result, square, &flags);
        n >>= 1;
        if (n == 0 || flags)
            break;
        square = decimal_mul(square, square, &flags);
    }
    *ret = result;
    return flags == 0;
}

/*
 * The library's pow is right to about one unit in the last place but not always exact where the
 * result has few digits, so whole exponents are tried by exact multiplication first.
 */
struct decimal decimal_pow(struct decimal a, struct decimal b, unsigned *flags)
{
    _IDEC_flags bits = 0;
    struct decimal result;
    int64_t n;

    if (!is_special(a) && decimal_sign(a) != 0 && decimal_to_int(b, &n) && n != INT64_MIN &&
        exact_power(a, n < 0 ? (uint64_t)-n : (uint64_t)n, &result))
        return n < 0 ? decimal_div(DECIMAL_ONE, result, flags) : result;
    return from_bid(bid128_pow(to_bid(a), to_bid(b), BID_ROUNDING_TO_NEAREST, &bits), &bits, flags);
}

struct decimal decimal_neg(struct decimal a)
{
    a.w[1] ^= SIGN_BIT;
    return a;
}

struct decimal decimal_abs(struct decimal a)
{
    a.w[1] &= ~SIGN_BIT;
    return a;
}

struct decimal decimal_sqrt(struct decimal a, unsigned *flags)
{
    _IDEC_flags bits = 0;

    return from_bid(bid128_sqrt(to_bid(a), BID_ROUNDING_TO_NEAREST, &bits), &bits, flags);
}

struct decimal decimal_exp(struct decimal a, unsigned *flags)
{
    _IDEC_flags bits = 0;

    return from_bid(bid128_exp(to_bid(a), BID_ROUNDING_TO_NEAREST, &bits), &bits, flags);
}

struct decimal decimal_log(struct decimal a, unsigned *flags)
{
    _IDEC_flags bits = 0;

    return from_bid(bid128_log(to_bid(a), BID_ROUNDING_TO_NEAREST, &bits), &bits, flags);
}

/* The exact remainder has the sign of a; floor division wants that of b. */
struct decimal decimal_modulo(struct decimal a, struct decimal b, unsigned *flags)
{
    _IDEC_flags bits = 0;
    struct decimal rest;

    if (!is_special(b) && decimal_sign(b) == 0) {
        raise(flags, DECIMAL_DIVISION);
        return (struct decimal){{0, UINT64_C(0x7c) << 56}};
    }
    rest = from_bid(bid128_fmod(to_bid(a), to_bid(b), &bits), &bits, flags);
    if (is_special(rest) || decimal_sign(rest) == 0 || decimal_sign(rest) == decimal_sign(b))
        return rest;
    return decimal_add(rest, b, flags);
}

int decimal_compare(struct decimal a, struct decimal b)
{
    _IDEC_flags bits = 0;

    if (is_short(a) && is_short(b) && same_exponent(a, b)) {
        int128 x = signed_short(a), y = signed_short(b);
        return (x > y) - (x < y);
    }
    if (is_short(a) && is_short(b)) { /* brought to one exponent, exactly */
        int shift = exponent_of(b) - exponent_of(a);
        int128 x = signed_short(a), y = signed_short(b);
        if (shift >= -SHIFT_MOST && shift <= SHIFT_MOST) {
            x *= shift < 0 ? POWERS[-shift] : 1;
            y *= shift > 0 ? POWERS[shift] : 1;
            return (x > y) - (x < y);
        }
    }
    return bid128_quiet_greater(to_bid(a), to_bid(b), &bits) -
           bid128_quiet_less(to_bid(a), to_bid(b), &bits);
}

int decimal_sign(struct decimal a)
{
    int sign = a.w[1] >> 63 ? -1 : 1;

    if (is_special(a))
        return is_nan(a) ? 0 : sign;
    return take(a).c ? sign : 0;
}

bool decimal_is_finite(struct decimal a)
{
    return !is_special(a);
}

bool decimal_is_integer(struct decimal a)
{
    struct parts p;

    if (is_special(a))
        return false;
    p = take(a);
    if (p.c)
        strip_zeros(&p, 0);
    return p.c == 0 || p.exponent >= 0;
}

bool decimal_to_int(struct decimal d, int64_t *ret)
{
    struct parts p;
    uint128 limit;

    if (is_special(d))
        return false;
    p = take(d);
    if (p.c == 0)
        p.exponent = 0;
    strip_zeros(&p, 0);
    if (p.exponent < 0 || p.exponent > 18)
        return false;
    limit = (uint128)INT64_MAX + p.negative;
    if (p.c > limit || (p.c *= POWERS[p.exponent]) > limit)
        return false;
    *ret = p.negative ? (int64_t) - (int128)p.c : (int64_t)p.c;
    return true;
}

struct decimal decimal_normal(struct decimal a)
{
    struct parts p;

    if (is_special(a))
        return a;
    p = take(a);
    if (p.c == 0)
        return DECIMAL_ZERO;
    strip_zeros(&p, EXP_MOST);
    return make(p);
}

uint64_t decimal_hash(struct decimal a)
{
    struct decimal n = decimal_normal(a);
    uint128 m =
        (uint128)(n.w[0] ^ UINT64_C(0x9e3779b97f4a7c15)) * (n.w[1] ^ UINT64_C(0xd6e8feb86659fd93));

    return (uint64_t)m ^ (uint64_t)(m >> 64);
}
