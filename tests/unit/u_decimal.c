/* u_decimal.c: decimal128 at its edges: 34 digits, half-even, exponents, printing, rounding. */
#include "base/decimal.h"
#include "tests/unit/test.h"

static struct decimal dec(const char *z)
{
    struct decimal d = DECIMAL_ZERO;

    if (!decimal_parse(span_z(z), &d))
        CHECK(!"a number of the test can be read");
    return d;
}

static char text[DECIMAL_PLAIN];

static struct span plain(struct decimal d)
{
    return span_of(text, decimal_plain(d, text, sizeof text));
}

static struct span fixed(const char *z, int places)
{
    return span_of(text, decimal_fixed(dec(z), places, text, sizeof text));
}

static void test_plain(void)
{
    static const char *const same[] = {"0",
                                       "1",
                                       "-1",
                                       "0.1",
                                       "12600",
                                       "-0.000001",
                                       "9999999999999999999999999999999999",
                                       "0.9999999999999999999999999999999999",
                                       "18446744073709551616",
                                       "100000000000000000000000000000000000000000"};
    static const struct {
        const char *in, *out;
    } other[] = {{"-0.00", "0"},
                 {"+1.50", "1.5"},
                 {"1e3", "1000"},
                 {"12E-3", "0.012"},
                 {"000012.3400", "12.34"},
                 {"0e99999999999999999999", "0"},
                 {"-1.0000000000000000000000000000000000000000", "-1"}};
    static const char *const bad[] = {"",       "-",       "1.",
                                      ".5",     "1e",      "1e+",
                                      "1 ",     " 1",      "0x1",
                                      "1,000",  "NaN",     "１",
                                      "--1",    "1.2.3",   "99999999999999999999999999999999995",
                                      "1e6145", "1e-6177", "1e999999999999999999999"};

    TEST("plain");
    for (size_t i = 0; i < COUNT_OF(same); i++)
        CHECK_TEXT(plain(dec(same[i])), same[i]);
    for (size_t i = 0; i < COUNT_OF(other); i++)
        CHECK_TEXT(plain(dec(other[i].in)), other[i].out);
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        struct decimal d = DECIMAL_ONE;
        CHECK(!decimal_parse(span_z(bad[i]), &d) && decimal_compare(d, DECIMAL_ONE) == 0);
    }
}

static void test_limits(void)
{
    struct decimal d;

    TEST("limits");
    CHECK_INT(decimal_plain(dec("1e6144"), text, sizeof text), 6145);
    CHECK_INT(decimal_plain(dec("-1e-6176"), text, sizeof text), 6179);
    CHECK_TEXT(span_of(text, decimal_plain(dec("-1e-6176"), text, DECIMAL_TEXT)), "-1E-6176");
    CHECK(decimal_parse_rounded(SPAN("99999999999999999999999999999999995"), &d));
    CHECK_TEXT(plain(d), "100000000000000000000000000000000000");
    CHECK(decimal_parse_rounded(SPAN("10000000000000000000000000000000005"), &d));
    CHECK_TEXT(plain(d), "10000000000000000000000000000000000"); /* half to even */
    CHECK(decimal_parse_rounded(SPAN("10000000000000000000000000000000015"), &d));
    CHECK_TEXT(plain(d), "10000000000000000000000000000000020");
    CHECK(decimal_parse_rounded(SPAN("100000000000000000000000000000000050000000000001e-14"), &d));
    CHECK_INT(decimal_compare(d, dec("1000000000000000000000000000000001")), 0);
    CHECK(decimal_parse_rounded(SPAN("5e-6177"), &d) && decimal_sign(d) == 0);
    CHECK(decimal_parse_rounded(SPAN("6e-6177"), &d) && decimal_sign(d) == 1);
    CHECK(!decimal_parse_rounded(SPAN("9999999999999999999999999999999999.9e6111"), &d));
}

static void test_fixed(void)
{
    TEST("fixed");
    CHECK_TEXT(fixed("12600", 2), "12600.00");
    CHECK_TEXT(fixed("0.005", 2), "0.01");
    CHECK_TEXT(fixed("-0.005", 2), "-0.01");
    CHECK_TEXT(fixed("-0.0049", 2), "0.00");
    CHECK_TEXT(fixed("0", 2), "0.00");
    CHECK_TEXT(fixed("1e3", 0), "1000");
    CHECK_TEXT(fixed("1e33", 4), "1000000000000000000000000000000000.0000");
    CHECK_TEXT(fixed("999.995", 2), "1000.00");
}

static void test_arithmetic(void)
{
    unsigned flags = 0;

    TEST("arithmetic");
    CHECK_TEXT(plain(decimal_add(dec("0.1"), dec("0.2"), &flags)), "0.3");
    CHECK_TEXT(plain(decimal_sub(dec("1"), dec("1.00"), &flags)), "0");
    CHECK_TEXT(plain(decimal_mul(dec("18446744073709551615"), dec("-18446744073709551615"), NULL)),
               "-340282366920938463426481119284349100000");
    CHECK_INT(flags, 0);
    CHECK_TEXT(plain(decimal_div(dec("2"), dec("3"), &flags)),
               "0.6666666666666666666666666666666667");
    CHECK_INT(flags, DECIMAL_INEXACT);
    flags = 0;
    decimal_div(dec("1"), DECIMAL_ZERO, &flags);
    CHECK(flags & DECIMAL_DIVISION);
    flags = 0;
    CHECK(!decimal_is_finite(decimal_div(DECIMAL_ZERO, DECIMAL_ZERO, &flags)) &&
          flags == DECIMAL_INVALID);
    flags = 0;
    decimal_mul(dec("1e6000"), dec("1e6000"), &flags);
    CHECK(flags & DECIMAL_OVERFLOW);
    CHECK_TEXT(plain(decimal_pow(dec("1.1"), dec("10"), NULL)), "2.5937424601");
    CHECK_TEXT(plain(decimal_pow(dec("2"), dec("-3"), NULL)), "0.125");
    CHECK_TEXT(plain(decimal_pow(dec("-2"), dec("3"), NULL)), "-8");
    CHECK_TEXT(plain(decimal_sqrt(dec("2.25"), NULL)), "1.5");
    CHECK_TEXT(plain(decimal_modulo(dec("-12"), dec("5"), NULL)), "3");
    CHECK_TEXT(plain(decimal_modulo(dec("12"), dec("-5"), NULL)), "-3");
    CHECK_TEXT(plain(decimal_modulo(dec("10.1"), dec("4.5"), NULL)), "1.1");
    flags = 0;
    decimal_modulo(dec("1"), DECIMAL_ZERO, &flags);
    CHECK(flags & DECIMAL_DIVISION);
}

static void test_round(void)
{
    /* rows: HALF_EVEN UP DOWN HALF_UP HALF_DOWN FLOOR CEILING */
    static const struct {
        const char *in, *out[7];
    } table[] = {
        {"5.5", {"6", "6", "5", "6", "5", "5", "6"}},
        {"2.5", {"2", "3", "2", "3", "2", "2", "3"}},
        {"1.1", {"1", "2", "1", "1", "1", "1", "2"}},
        {"-1.1", {"-1", "-2", "-1", "-1", "-1", "-2", "-1"}},
        {"-2.5", {"-2", "-3", "-2", "-3", "-2", "-3", "-2"}},
        {"1e-40", {"0", "1", "0", "0", "0", "0", "1"}},
    };

    TEST("round");
    for (size_t i = 0; i < COUNT_OF(table); i++)
        for (unsigned how = 0; how < 7; how++)
            CHECK_TEXT(plain(decimal_round(dec(table[i].in), 0, (enum decimal_round)how, NULL)),
                       table[i].out[how]);
    CHECK_TEXT(plain(decimal_round(dec("12345"), -2, ROUND_HALF_UP, NULL)), "12300");
    CHECK_TEXT(plain(decimal_round(dec("1.125"), 2, ROUND_HALF_EVEN, NULL)), "1.12");
}

static void test_integers(void)
{
    int64_t i;

    TEST("integers");
    CHECK(decimal_to_int(decimal_from_int(INT64_MIN), &i) && i == INT64_MIN);
    CHECK(decimal_to_int(decimal_from_int(INT64_MAX), &i) && i == INT64_MAX);
    CHECK(!decimal_to_int(decimal_from_uint(UINT64_MAX), &i));
    CHECK(decimal_to_int(dec("1.2e3"), &i) && i == 1200);
    CHECK(!decimal_to_int(dec("1.5"), &i) && !decimal_to_int(dec("1e30"), &i));
    CHECK(decimal_is_integer(dec("2.00")) && !decimal_is_integer(dec("2.01")));
    CHECK(decimal_hash(dec("1e3")) == decimal_hash(dec("1000.0")));
    CHECK(decimal_hash(dec("-0")) == decimal_hash(dec("0.000")));
    CHECK_INT(decimal_compare(dec("1e3"), dec("1000.00")), 0);
    CHECK_INT(decimal_compare(dec("-1"), dec("1e-6176")), -1);
}

/*
 * The short ways against the library: a number of up to 19 digits takes them, the same number
 * written with 34 digits (zeros behind it, a smaller exponent) does not. Values and flags must
 * agree.
 */
struct pair {
    struct decimal brief, full;
};

static uint64_t random_next(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *seed >> 20;
}

static struct pair random_pair(uint64_t *seed)
{
    char digits[64], brief[96], full[96];
    int n = (int)(random_next(seed) % 19) + 1, exponent = (int)(random_next(seed) % 45) - 22;

    for (int i = 0; i < n; i++) /* nines and zeros are where carries are */
        digits[i] = "0123456789999000"[random_next(seed) % 16];
    digits[0] = (char)('1' + random_next(seed) % 9);
    digits[n] = '\0';
    const char *sign = random_next(seed) % 2 ? "-" : "";
    snprintf(brief, sizeof brief, "%s%se%d", sign, digits, exponent);
    snprintf(full, sizeof full, "%s%s%0*de%d", sign, digits, 34 - n, 0, exponent - (34 - n));
    return (struct pair){dec(brief), dec(full)};
}

static bool agree(struct decimal x, unsigned x_flags, struct decimal y, unsigned y_flags)
{
    char a[DECIMAL_TEXT], b[DECIMAL_TEXT];
    size_t n = decimal_scientific(x, a, sizeof a), m = decimal_scientific(y, b, sizeof b);

    return x_flags == y_flags && span_eq(span_of(a, n), span_of(b, m));
}

static void test_short_ways(void)
{
    uint64_t seed = 1;
    int bad = 0;

    TEST("short ways");
    for (int i = 0; i < 100000; i++) {
        struct pair x = random_pair(&seed), y = random_pair(&seed);
        unsigned f[4] = {0};
        bad += !agree(decimal_add(x.brief, y.brief, &f[0]), f[0],
                      decimal_add(x.full, y.full, &f[1]), f[1]);
        bad += !agree(decimal_mul(x.brief, y.brief, &f[2]), f[2],
                      decimal_mul(x.full, y.full, &f[3]), f[3]);
        bad += decimal_compare(x.brief, y.brief) != decimal_compare(x.full, y.full);
        bad += decimal_compare(x.brief, x.full) != 0 || !agree(x.brief, 0, x.full, 0);
    }
    CHECK_INT(bad, 0);
    CHECK_TEXT(plain(decimal_add(dec("0e5"), dec("-0.0"), NULL)), "0");
    CHECK_INT(decimal_compare(dec("0e18"), dec("-0.000")), 0);
}

int main(void)
{
    test_plain();
    test_limits();
    test_fixed();
    test_arithmetic();
    test_round();
    test_integers();
    test_short_ways();
    return test_end();
}
