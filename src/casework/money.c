/*
 * money.c: see money.h. Products of an amount and a share fit into 128 bits: 10^16 * 10^16.
 */
#include "casework/money.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

bool money_add(int64_t a, int64_t b, int64_t *ret)
{
    int64_t sum;

    if (__builtin_add_overflow(a, b, &sum) || sum > MONEY_MAX || sum < -MONEY_MAX)
        return false;
    *ret = sum;
    return true;
}

/* ---- as text ---- */

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static int not_money(struct span text, struct err *err)
{
    err_set(err, E_INPUT, "不是金额：%.*s", (int)(text.n < 60 ? text.n : 60), text.p ? text.p : "");
    err_hint(err, "写作 1500000、1500000.00、150万 或 1.5亿（单位元，最多到分）");
    return E_INPUT;
}

/* Takes 元, 万, 亿 off the end; 10 to the power of *places 分 is one. */
static struct span take_unit(struct span s, int *places)
{
    static const struct {
        struct span word;
        int places;
    } units[] = {{{"万", 3}, 6}, {{"亿", 3}, 10}};

    s = span_trim(s);
    if (span_ends(s, SPAN("元")))
        s = span_trim(span_of(s.p, s.n - strlen("元")));
    *places = 2;
    for (size_t i = 0; i < COUNT_OF(units); i++)
        if (span_ends(s, units[i].word)) {
            *places = units[i].places;
            return span_trim(span_of(s.p, s.n - units[i].word.n));
        }
    return s;
}

/* digits[.digits] as a whole number of 10^-places; false: no number, too fine. E_RANGE by *large.
 */
static bool read_fixed(struct span s, int places, int64_t *ret, bool *large)
{
    int64_t v = 0;
    bool point = false, any = false;

    *large = false;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '.' && !point && any) {
            point = true;
            continue;
        }
        if (!digit(s.p[i]) || (point && places == 0 && s.p[i] != '0'))
            return false;
        any = true;
        if (point && places == 0)
            continue;
        places -= point;
        v = v * 10 + (s.p[i] - '0');
        *large |= v > MONEY_MAX;
        v = *large ? 0 : v;
    }
    for (; places > 0; places--) {
        v *= 10;
        *large |= v > MONEY_MAX;
        v = *large ? 0 : v;
    }
    *ret = v;
    return any && s.p[s.n - 1] != '.';
}

int money_parse(struct span text, int64_t *ret, struct err *err)
{
    int places;
    bool large;
    int64_t v = 0;
    struct span s = take_unit(text, &places);

    if (!read_fixed(s, places, &v, &large))
        return not_money(text, err);
    if (large)
        return err_set(err, E_RANGE, "金额过大：最多 100 万亿元");
    *ret = v;
    return 0;
}

size_t money_print(int64_t fen, char out[MONEY_TEXT])
{
    uint64_t v = fen < 0 ? 0 - (uint64_t)fen : (uint64_t)fen;

    return (size_t)snprintf(out, MONEY_TEXT, "%s%" PRIu64 ".%02u", fen < 0 ? "-" : "", v / 100,
                            (unsigned)(v % 100));
}

struct span fen_text(struct arena *a, int64_t fen)
{
    char text[MONEY_TEXT];
    size_t n = money_print(fen, text);

    return arena_copy(a, span_of(text, n));
}

/* ---- shares ---- */

static bool whole_number(struct span s, int64_t *ret)
{
    bool large;

    return read_fixed(s, 0, ret, &large) && !large && *ret <= SHARE_MAX && !memchr(s.p, '.', s.n);
}

static void reduce(struct share *s)
{
    int64_t a = s->up, b = s->down;

    while (b) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    s->up /= a;
    s->down /= a;
}

int share_parse(struct span text, struct share *ret, struct err *err)
{
    struct span s = span_trim(text), rest = s, first;
    struct share share = {0, 1};
    bool large = false, ok;
    int places = 6;

    if (s.n && memchr(s.p, '/', s.n)) {
        ok = span_split(&rest, '/', &first) && whole_number(span_trim(first), &share.up) &&
             whole_number(span_trim(rest), &share.down);
    } else {
        if (span_ends(s, SPAN("%"))) {
            s = span_trim(span_of(s.p, s.n - 1));
            places = 4;
        }
        share.down = SHARE_MAX;
        ok = read_fixed(s, places, &share.up, &large) && !large;
    }
    if (ok && share.down > 0 && share.up <= share.down) {
        reduce(&share);
        *ret = share;
        return 0;
    }
    err_set(err, E_INPUT, "不是比例：%.*s", (int)(text.n < 60 ? text.n : 60), text.p ? text.p : "");
    err_hint(err, "写作 60%%、0.6 或 3/5，在 0 与 1 之间");
    return E_INPUT;
}

/* Adds fractions one by one, reduced; with MONEY_PARTS_MAX different denominators the common one
 * might not fit: then they are not the whole as far as anyone writes shares. */
bool shares_whole(const struct share *at, size_t n)
{
    uint128 up = 0, down = 1;

    for (size_t i = 0; i < n; i++) {
        uint128 a, b, d = (uint128)at[i].down;
        if (down > (~(uint128)0 >> 64) / d)
            return false;
        up = up * d + (uint128)at[i].up * down;
        down *= d;
        for (a = up, b = down; b;) {
            uint128 rest = a % b;
            a = b;
            b = rest;
        }
        up /= a;
        down /= a;
    }
    return n > 0 && up == down;
}

/* Whether the fraction of i is larger than that of k: remainders over different denominators. */
static bool larger(const struct share *at, const int64_t *rest, size_t i, size_t k)
{
    return (int128)rest[i] * at[k].down > (int128)rest[k] * at[i].down;
}

void money_split(int64_t amount, const struct share *at, size_t n, size_t taker, int64_t *ret)
{
    int64_t rest[MONEY_PARTS_MAX] = {0}, odd = amount;

    if (n > MONEY_PARTS_MAX || amount < 0)
        BUG("a split of %zu parts", n);
    for (size_t i = 0; i < n; i++) {
        int128 product = (int128)amount * at[i].up;
        ret[i] = (int64_t)(product / at[i].down);
        rest[i] = (int64_t)(product % at[i].down);
        odd -= ret[i];
    }
    if (taker < n)
        ret[taker] += odd;
    for (; taker >= n && odd > 0; odd--) {
        size_t best = 0;
        for (size_t i = 1; i < n; i++)
            if (larger(at, rest, i, best))
                best = i;
        ret[best]++;
        rest[best] = -1; /* had its one */
    }
}

/* ---- pro rata ---- */

struct fraction {
    int64_t rest; /* of the division by the sum */
    size_t index;
};

static int by_fraction(const void *a, const void *b)
{
    const struct fraction *x = a, *y = b;

    if (x->rest != y->rest)
        return x->rest > y->rest ? -1 : 1;
    return x->index < y->index ? -1 : 1;
}

int money_pro_rata(struct arena *request, int64_t amount, int64_t unit, const int64_t *asked,
                   size_t n, int64_t *ret, struct err *err)
{
    struct fraction *at = ARENA_ARRAY(request, struct fraction, n);
    int64_t sum = 0, units = amount / unit;

    if (!at)
        return err_memory(err);
    for (size_t i = 0; i < n; i++)
        if (!money_add(sum, asked[i], &sum))
            return err_set(err, E_RANGE, "申请金额合计过大");
    int64_t odd = units;
    for (size_t i = 0; i < n; i++) {
        int128 product = (int128)units * asked[i];
        ret[i] = (int64_t)(product / sum) * unit;
        at[i] = (struct fraction){(int64_t)(product % sum), i};
        odd -= (int64_t)(product / sum);
    }
    qsort(at, n, sizeof at[0], by_fraction);
    for (size_t i = 0; i < n && odd > 0; i++) {
        int64_t *share = &ret[at[i].index];
        if (*share + unit > asked[at[i].index])
            continue; /* never more than was asked */
        *share += unit;
        odd--;
    }
    return 0;
}

/* ---- who, when ---- */

struct span actor_label(struct arena *a, const struct actor *actor)
{
    struct span name = actor->name.n ? actor->name : SPAN("系统");

    if (actor->for_account_id)
        return arena_print(a, "%.*s（受账号 %" PRId64 " 委托）", SPAN_ARG(name),
                           actor->for_account_id);
    return arena_copy(a, name);
}

bool actor_same(int64_t account_a, struct span name_a, int64_t account_b, struct span name_b)
{
    if (account_a || account_b)
        return account_a == account_b;
    return span_eq(name_a, name_b);
}

int actor_need(const struct actor *a, unsigned roles, struct err *err)
{
    if (a->program || (a->roles & roles))
        return 0;
    err_set(err, E_FORBIDDEN, "%.*s 没有办理此事的角色", SPAN_ARG(a->name));
    err_hint(err, "由财务、审核或管理员办理，或取得委托");
    return E_FORBIDDEN;
}

struct span money_today(char out[DATE_TEXT])
{
    size_t n = date_print(date_today(), out);

    return span_of(out, n);
}

int money_date(struct span text, const char *what, struct date *ret, struct err *err)
{
    struct date d;

    if (text.n == 10 && date_parse(text, &d) && d.year >= 1900 && d.year < 3000) {
        *ret = d;
        return 0;
    }
    err_set(err, E_INPUT, "%s：不是日期：%.*s", what, (int)(text.n < 40 ? text.n : 40),
            text.p ? text.p : "");
    err_hint(err, "写作 2020-03-09");
    return E_INPUT;
}
