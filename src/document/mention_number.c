/*
 * mention_number.c: numbers with their unit and their bound: money, shares, lengths of time,
 * counts. A number alone is no mention.
 */
#include "document/mention_int.h"

/* ---- numbers ---- */

static bool digit_at(struct span s, size_t at, unsigned *ret, size_t *ret_length)
{
    if (at < s.n && s.p[at] >= '0' && s.p[at] <= '9') {
        *ret = (unsigned)(s.p[at] - '0');
        *ret_length = 1;
        return true;
    }
    if (at + 3 <= s.n && memcmp(s.p + at, "\xEF\xBC", 2) == 0 &&
        (unsigned char)s.p[at + 2] >= 0x90 && (unsigned char)s.p[at + 2] <= 0x99) { /* full width */
        *ret = (unsigned char)s.p[at + 2] - 0x90u;
        *ret_length = 3;
        return true;
    }
    return false;
}

#define FIGURES_MAX 24 /* figures of a number: no amount has more */

/* 1.2020年: an enumerator before a year, no fraction. */
static bool enumerates_year(struct span s, size_t at)
{
    size_t n = 0;
    while (at + 1 + n < s.n && s.p[at + 1 + n] >= '0' && s.p[at + 1 + n] <= '9')
        n++;
    return s.p[at] == '.' && n == 4 && starts_at(s, skip_blank(s, at + 5), "年");
}

static bool arabic_read(struct span s, size_t at, struct quantity *ret)
{
    char text[FIGURES_MAX + 2];
    size_t n = 0, length, figures = 0;
    unsigned figure;
    bool point = false;
    while (figures < FIGURES_MAX) {
        if (digit_at(s, at, &figure, &length)) {
            text[n++] = (char)('0' + figure);
            figures++;
            ret->digits += !point;
            at += length;
        } else if (n && !point && !enumerates_year(s, at) &&
                   (starts_at(s, at, ".") || starts_at(s, at, "．")) &&
                   digit_at(s, at + (s.p[at] == '.' ? 1 : 3), &figure, &length)) {
            point = true;
            text[n++] = '.';
            at += s.p[at] == '.' ? 1 : 3;
        } else if (n && !point && starts_at(s, at, ",") && digit_at(s, at + 1, &figure, &length) &&
                   digit_at(s, at + 2, &figure, &length) && digit_at(s, at + 3, &figure, &length) &&
                   !digit_at(s, at + 4, &figure, &length))
            at++; /* 10,000 */
        else
            break;
    }
    ret->end = at;
    return n && decimal_parse(span_of(text, n), &ret->value);
}

static const char numerals[] = "〇零一二三四五六七八九两";

static bool figure_at(struct span s, size_t at, int64_t *ret)
{
    for (size_t i = 0; at + 3 <= s.n && i < sizeof numerals - 1; i += 3)
        if (memcmp(s.p + at, numerals + i, 3) == 0) {
            int64_t n = (int64_t)(i / 3);
            *ret = n == 0 ? 0 : n == 11 ? 2 : n - 1;
            return true;
        }
    return false;
}

static int64_t place_at(struct span s, size_t at)
{
    static const struct {
        const char *word;
        int64_t value;
    } places[] = {{"十", 10}, {"百", 100}, {"千", 1000}};
    for (size_t i = 0; i < COUNT_OF(places); i++)
        if (starts_at(s, at, places[i].word))
            return places[i].value;
    return 0;
}

/* 十五, 二百三十, 二〇二〇, 半. Units of money (万, 亿) are not part of it. */
static bool chinese_read(struct span s, size_t at, struct quantity *ret)
{
    int64_t total = 0, open = -1, row = 0, figure;
    size_t figures = 0, places = 0;
    if (starts_at(s, at, "半")) {
        ret->end = at + 3;
        ret->chinese = true;
        return decimal_parse(SPAN("0.5"), &ret->value);
    }
    for (; figures + places < 12; at += 3) {
        int64_t place = place_at(s, at);
        if (place) {
            total += (open < 0 ? 1 : open) * place;
            open = -1;
            places++;
        } else if (figure_at(s, at, &figure)) {
            row = row * 10 + figure;
            open = figure;
            figures++;
        } else
            break;
    }
    if (figures + places == 0)
        return false;
    ret->chinese = true;
    ret->digits_only = places == 0;
    ret->digits = places ? 0 : figures;
    ret->end = at;
    ret->value = decimal_from_int(places ? total + (open > 0 ? open : 0) : row);
    return true;
}

bool quantity_read(struct span s, size_t at, struct quantity *ret)
{
    struct quantity q = {.end = at};
    if (!arabic_read(s, at, &q)) {
        q = (struct quantity){.end = at};
        if (!chinese_read(s, at, &q))
            return false;
    }
    *ret = q;
    return true;
}

/* ---- bounds ---- */

struct bound_word {
    const char *word;
    enum mention_bound bound;
    uint8_t reach; /* characters that may stand between the word and the number */
};
static const struct bound_word bounds_before[] = {
    {"不超过", BOUND_MOST, 14},    {"不得超过", BOUND_MOST, 14},  {"不能超过", BOUND_MOST, 14},
    {"不超出", BOUND_MOST, 14},    {"未超过", BOUND_MOST, 14},    {"不高于", BOUND_MOST, 14},
    {"不得高于", BOUND_MOST, 14},  {"不多于", BOUND_MOST, 14},    {"不大于", BOUND_MOST, 14},
    {"至多", BOUND_MOST, 6},       {"最高", BOUND_MOST, 8},       {"最多", BOUND_MOST, 8},
    {"最长", BOUND_MOST, 8},       {"上限为", BOUND_MOST, 4},     {"上限", BOUND_MOST, 4},
    {"控制在", BOUND_NONE, 0},     {"超过", BOUND_MORE, 14},      {"超出", BOUND_MORE, 14},
    {"高于", BOUND_MORE, 14},      {"多于", BOUND_MORE, 14},      {"大于", BOUND_MORE, 14},
    {"不低于", BOUND_LEAST, 16},   {"不得低于", BOUND_LEAST, 16}, {"不少于", BOUND_LEAST, 16},
    {"不得少于", BOUND_LEAST, 16}, {"不小于", BOUND_LEAST, 16},   {"至少", BOUND_LEAST, 6},
    {"最低", BOUND_LEAST, 6},      {"最少", BOUND_LEAST, 6},      {"下限", BOUND_LEAST, 4},
    {"低于", BOUND_LESS, 16},      {"少于", BOUND_LESS, 14},      {"小于", BOUND_LESS, 14},
    {"不满", BOUND_LESS, 3},       {"不足", BOUND_LESS, 3},       {"未满", BOUND_LESS, 3},
    {"未达到", BOUND_LESS, 3},
};

static bool stops_bound(struct span s, size_t at)
{
    static const char *const stops[] = {"，", "。", "；", "、",   "：",   "！",   "？", "（",
                                        "）", "《", "》", "以上", "以下", "以内", NULL};
    unsigned char byte = (unsigned char)s.p[at];
    if (byte < 0x80)
        return byte != ' ' && byte != '%' && !(byte >= 'A' && byte <= 'Z');
    return any_at(s, at, stops, NULL) > 0;
}

/* Words like 最低 are part of a name here: the lowest wage is no floor. */
static bool names_a_standard(struct span s, size_t at)
{
    static const char *const names[] = {"工资", "生活", "缴费",   "法院",
                                        "检察", "人民", "价标准", NULL};
    return any_at(s, at, names, NULL) > 0;
}

static const struct bound_word *bound_word_ending(struct span s, size_t at)
{
    const struct bound_word *best = NULL;
    size_t length = 0;
    for (size_t i = 0; i < COUNT_OF(bounds_before); i++) {
        size_t n = strlen(bounds_before[i].word);
        if (n <= length || n > at || bounds_before[i].word[n - 1] != s.p[at - 1] ||
            !ends_before(s, at, bounds_before[i].word))
            continue;
        best = &bounds_before[i];
        length = n;
    }
    return best && !names_a_standard(s, at) ? best : NULL;
}

enum mention_bound bound_before(struct span s, size_t at)
{
    size_t between = 0;
    if (ends_before(s, blank_before(s, at), "加")) /* LPR加0.5个百分点 */
        return BOUND_NONE;
    for (size_t i = at; i > 0 && between <= 16;) {
        const struct bound_word *w = bound_word_ending(s, i);
        if (w)
            return between <= w->reach ? w->bound : BOUND_NONE;
        do
            i--;
        while (i > 0 && ((unsigned char)s.p[i] & 0xC0) == 0x80);
        if (stops_bound(s, i))
            return BOUND_NONE;
        between += s.p[i] != ' ';
    }
    return BOUND_NONE;
}

/* (含), （不含本数）: 0 none, 1 included, 2 excluded. */
static int inclusion_at(struct span s, size_t at, size_t *ret_end)
{
    static const char *const open[] = {"(", "（", NULL}, *const close[] = {")", "）", NULL};
    size_t o = any_at(s, at, open, NULL), i = skip_blank(s, at + o);
    bool out = starts_at(s, i, "不含");
    if (!o || !(out || starts_at(s, i, "含")))
        return 0;
    for (size_t n = 0; n < 8 && i < s.n; n++) {
        size_t k = any_at(s, i, close, NULL);
        if (k) {
            *ret_end = i + k;
            return out ? 2 : 1;
        }
        do
            i++;
        while (i < s.n && ((unsigned char)s.p[i] & 0xC0) == 0x80);
    }
    return 0;
}

static const struct bound_word bounds_after[] = {
    {"及以上", BOUND_LEAST, 0}, {"及其以上", BOUND_LEAST, 0}, {"以上", BOUND_LEAST, 0},
    {"或以上", BOUND_LEAST, 0}, {"及以下", BOUND_MOST, 0},    {"以下", BOUND_MOST, 0},
    {"或以下", BOUND_MOST, 0},  {"以内", BOUND_MOST, 0},      {"之内", BOUND_MOST, 0},
    {"封顶", BOUND_MOST, 0},    {"为限", BOUND_MOST, 0},      {"为上限", BOUND_MOST, 0},
    {"起步", BOUND_LEAST, 0},   {"左右", BOUND_NONE, 0},
};

enum mention_bound bound_after(struct span s, size_t at, size_t *ret_end)
{
    size_t end = at, i = skip_blank(s, at);
    int included = inclusion_at(s, i, &end);
    i = skip_blank(s, included ? end : i);
    const struct bound_word *best = NULL;
    for (size_t k = 0; k < COUNT_OF(bounds_after); k++)
        if (starts_at(s, i, bounds_after[k].word))
            best = &bounds_after[k];
    if (!best || best->bound == BOUND_NONE)
        return BOUND_NONE;
    *ret_end = i + strlen(best->word);
    int later = inclusion_at(s, skip_blank(s, *ret_end), &end);
    if (later)
        *ret_end = end;
    if (included == 2 || later == 2)
        return best->bound == BOUND_LEAST ? BOUND_MORE : BOUND_LESS;
    return best->bound;
}

const char *bound_sign(enum mention_bound b)
{
    static const char *const signs[] = {"", "<=", "<", ">=", ">"};
    return signs[b];
}

/* ---- units ---- */

enum measure_kind { MEASURE_MONEY, MEASURE_RATIO, MEASURE_TIME, MEASURE_COUNT };

struct measure {
    const char *word;
    const char *name;  /* of the value; "" = a plain ratio */
    const char *scale; /* the number is multiplied by it */
    enum measure_kind kind;
};
static const struct measure measures[] = {
    {"元", "元", "1", MEASURE_MONEY},
    {"千元", "元", "1000", MEASURE_MONEY},
    {"万元", "元", "10000", MEASURE_MONEY},
    {"百万元", "元", "1000000", MEASURE_MONEY},
    {"千万元", "元", "10000000", MEASURE_MONEY},
    {"亿元", "元", "100000000", MEASURE_MONEY},
    {"万亿元", "元", "1000000000000", MEASURE_MONEY},
    {"元人民币", "元", "1", MEASURE_MONEY},
    {"万元人民币", "元", "10000", MEASURE_MONEY},
    {"美元", "美元", "1", MEASURE_MONEY},
    {"万美元", "美元", "10000", MEASURE_MONEY},
    {"亿美元", "美元", "100000000", MEASURE_MONEY},
    {"万欧元", "欧元", "10000", MEASURE_MONEY},
    {"万港元", "港元", "10000", MEASURE_MONEY},
    {"万", "元", "10000", MEASURE_MONEY},
    {"亿", "元", "100000000", MEASURE_MONEY},
    {"%", "", "0.01", MEASURE_RATIO},
    {"％", "", "0.01", MEASURE_RATIO},
    {"‰", "", "0.001", MEASURE_RATIO},
    {"个百分点", " 百分点", "1", MEASURE_RATIO},
    {"个基点", " 百分点", "0.01", MEASURE_RATIO},
    {"个BP", " 百分点", "0.01", MEASURE_RATIO},
    {"BP", " 百分点", "0.01", MEASURE_RATIO},
    {"倍", " 倍", "1", MEASURE_RATIO},
    {"折", "", "0.1", MEASURE_RATIO},
    {"成", "", "0.1", MEASURE_RATIO},
    {"个工作日", " 工作日", "1", MEASURE_TIME},
    {"工作日", " 工作日", "1", MEASURE_TIME},
    {"个自然日", " 日", "1", MEASURE_TIME},
    {"自然日", " 日", "1", MEASURE_TIME},
    {"日历天", " 日", "1", MEASURE_TIME},
    {"日", " 日", "1", MEASURE_TIME},
    {"天", " 日", "1", MEASURE_TIME},
    {"个小时", " 小时", "1", MEASURE_TIME},
    {"小时", " 小时", "1", MEASURE_TIME},
    {"分钟", " 分钟", "1", MEASURE_TIME},
    {"周", " 周", "1", MEASURE_TIME},
    {"个星期", " 周", "1", MEASURE_TIME},
    {"个月", " 月", "1", MEASURE_TIME},
    {"个季度", " 季度", "1", MEASURE_TIME},
    {"年", " 年", "1", MEASURE_TIME},
    {"人", " 人", "1", MEASURE_COUNT},
    {"名", " 人", "1", MEASURE_COUNT},
    {"家", " 家", "1", MEASURE_COUNT},
    {"户", " 户", "1", MEASURE_COUNT},
    {"次", " 次", "1", MEASURE_COUNT},
    {"笔", " 笔", "1", MEASURE_COUNT},
    {"个", " 个", "1", MEASURE_COUNT},
    {"项", " 项", "1", MEASURE_COUNT},
    {"平方米", " 平方米", "1", MEASURE_COUNT},
    {"㎡", " 平方米", "1", MEASURE_COUNT},
    {"千瓦", " 千瓦", "1", MEASURE_COUNT},
    {"周岁", " 岁", "1", MEASURE_COUNT},
    {"岁", " 岁", "1", MEASURE_COUNT},
    {"辆", " 辆", "1", MEASURE_COUNT},
    {"台", " 台", "1", MEASURE_COUNT},
    {"级", " 级", "1", MEASURE_COUNT},
};

static const struct measure *measure_at(struct span s, size_t at)
{
    const struct measure *best = NULL;
    size_t length = 0;
    for (size_t i = 0; at < s.n && i < COUNT_OF(measures); i++) {
        const char *w = measures[i].word;
        if (w[0] != s.p[at] || (w[1] && at + 1 < s.n && w[1] != s.p[at + 1]))
            continue;
        size_t n = strlen(w);
        if (n > length && starts_at(s, at, w)) {
            best = &measures[i];
            length = n;
        }
    }
    return best;
}

/* 余, 多 behind the number: about. */
static size_t about(struct span s, size_t at)
{
    static const char *const words[] = {"余", "多", NULL};
    return any_at(s, at, words, NULL);
}

static struct span print_decimal(struct arena *a, struct decimal d)
{
    char text[DECIMAL_TEXT];
    size_t n = decimal_plain(d, text, sizeof text);
    return arena_copy(a, span_of(text, n));
}

static struct span scaled(struct scan *c, struct decimal d, const struct measure *m)
{
    struct decimal scale;
    if (m->scale[0] == '1' && !m->scale[1])
        return print_decimal(c->arena, d);
    if (!decimal_parse(span_z(m->scale), &scale))
        return (struct span){NULL, 0};
    return print_decimal(c->arena, decimal_mul(d, scale, NULL));
}

/* 元/平方米: what follows the stroke, up to four characters. */
static struct span per(struct span s, size_t at)
{
    static const char *const stops[] = {"以", "的", "标", "计", "为", "给",
                                        "不", "补", "，", "至", NULL};
    size_t end = at + 1;
    if (at >= s.n || s.p[at] != '/')
        return span_of(s.p, 0);
    while (han_at(s, end) && end - at < 12 && !any_at(s, end, stops, NULL))
        end += 3;
    return end > at + 1 ? span_of(s.p + at, end - at) : span_of(s.p, 0);
}

/* 万 without 元 is money only where nothing is counted and the words before speak of money. */
static bool bare_money(struct span s, size_t at, size_t end)
{
    static const char *const counted[] = {"余", "多", "家", "户", "人", "个", "名", "件",
                                          "条", "次", "平", "吨", "亩", "套", "辆", "股",
                                          "亿", "张", "册", "字", "份", NULL};
    static const char *const money[] = {"额", "金", "贷", "补",   "奖",   "资", "款",
                                        "费", "币", "价", "最高", "收入", NULL};
    size_t from = at > 24 ? at - 24 : 0;
    return !any_at(s, skip_blank(s, end), counted, NULL) &&
           word_has_any(span_of(s.p + from, at - from), money);
}

static size_t dash_at(struct span s, size_t at)
{
    static const char *const dashes[] = {"-", "—", "–", "～", "~", "至", "到", "－", NULL};
    size_t i = skip_blank(s, at), n = any_at(s, i, dashes, NULL);
    return n ? skip_blank(s, i + n) : 0;
}

/* ---- a mention ---- */

struct amount {
    struct quantity low, high; /* high.end = 0: one number */
    const struct measure *measure;
    size_t from, end;
    struct span per;
};

static const struct measure *measure_behind(struct span s, size_t at, size_t *ret_end)
{
    size_t i = skip_blank(s, at);
    i = skip_blank(s, i + about(s, i));
    const struct measure *m = measure_at(s, i);
    if (m)
        *ret_end = i + strlen(m->word);
    return m;
}

/* 30-50万元, 30%—50%, 0.05元/千瓦时—0.3元/千瓦时 */
static bool amount_read(struct span s, size_t at, struct amount *a)
{
    size_t end = 0;
    *a = (struct amount){.from = at};
    if (!quantity_read(s, at, &a->low))
        return false;
    a->measure = measure_behind(s, a->low.end, &end);
    if (a->measure) {
        a->per = per(s, end);
        end += a->per.n;
    }
    size_t next = dash_at(s, a->measure ? end : a->low.end);
    struct quantity high;
    if (next && quantity_read(s, next, &high) && high.chinese == a->low.chinese) {
        size_t to = 0;
        const struct measure *m = measure_behind(s, high.end, &to);
        if (m && (!a->measure || a->measure == m)) {
            a->high = high;
            a->measure = m;
            a->per = per(s, to);
            end = to + a->per.n;
        }
    }
    a->end = end;
    return a->measure != NULL;
}

/* 半年 is six months: lengths are written in whole units. */
static bool half_year(const struct amount *a)
{
    struct decimal half;
    return strcmp(a->measure->word, "年") == 0 && decimal_parse(SPAN("0.5"), &half) &&
           decimal_compare(a->low.value, half) == 0 && !a->high.end;
}

static struct span amount_value(struct scan *c, const struct amount *a, enum mention_bound bound)
{
    const char *unit = a->measure->name, *gap = a->measure->kind == MEASURE_MONEY ? " " : "";
    struct span low = scaled(c, a->low.value, a->measure);
    if (half_year(a))
        return arena_print(c->arena, "%s6 月", bound_sign(bound));
    if (a->high.end) {
        struct span high = scaled(c, a->high.value, a->measure);
        return arena_print(c->arena, "%.*s..%.*s%s%s%.*s", SPAN_ARG(low), SPAN_ARG(high), gap, unit,
                           SPAN_ARG(a->per));
    }
    return arena_print(c->arena, "%s%.*s%s%s%.*s", bound_sign(bound), SPAN_ARG(low), gap, unit,
                       SPAN_ARG(a->per));
}

/* 超过20笔（含）: what stands behind the number turns the bound before it. */
static enum mention_bound turned(struct span s, enum mention_bound b, size_t at, size_t *ret_end)
{
    size_t end;
    int included = b == BOUND_NONE ? 0 : inclusion_at(s, skip_blank(s, at), &end);
    if (!included)
        return b;
    *ret_end = end;
    bool up = b == BOUND_LEAST || b == BOUND_MORE;
    if (included == 1)
        return up ? BOUND_LEAST : BOUND_MOST;
    return up ? BOUND_MORE : BOUND_LESS;
}

/* 上限为零售企业100万元、餐饮企业50万元: the cap goes on over the list. */
static enum mention_bound carried(const struct scan *c, size_t from)
{
    const struct mention *last = NULL;
    for (size_t i = c->out.n; i > c->first && !last; i--)
        if (c->out.at[i - 1].kind == MENTION_MONEY)
            last = &c->out.at[i - 1];
    if (!last || last->bound != BOUND_MOST || last->to > from || from - last->to > 36)
        return BOUND_NONE;
    struct span between = span_of(c->s.p + last->to, from - last->to);
    static const char *const stops[] = {"，", "。", "；", "（", "和", NULL};
    bool list = span_starts(between, SPAN("、")) && !word_has_any(between, stops);
    return list && bound_before(c->s, last->from) == BOUND_MOST ? BOUND_MOST : BOUND_NONE;
}

static size_t add_amount(struct scan *c, const struct amount *a, enum mention_kind kind)
{
    size_t end = a->end;
    enum mention_bound bound = a->high.end ? BOUND_NONE : bound_after(c->s, a->end, &end);
    if (bound == BOUND_NONE && !a->high.end)
        bound = turned(c->s, bound_before(c->s, a->from), a->end, &end);
    if (bound == BOUND_NONE && !a->high.end && kind == MENTION_MONEY)
        bound = carried(c, a->from);
    if (kind == MENTION_COUNT && bound == BOUND_NONE)
        return a->low.end;
    struct mention *m = mention_add(c, kind, a->from, end, amount_value(c, a, bound));
    if (m)
        m->bound = bound;
    return end;
}

/* Is the number part of a word or a larger sign: 第3, 7×24, 一网通办? */
static bool inside_other(struct span s, size_t at)
{
    static const char *const before[] = {"第", "×", "x", "X", "*", "#", "+", "＋", "“", NULL};
    size_t i = blank_before(s, at);
    return any_before(s, i, before, NULL) > 0;
}

size_t time_unit_at(struct span s, size_t at, const char **ret_name)
{
    const struct measure *m = measure_at(s, at);
    if (!m || m->kind != MEASURE_TIME)
        return 0;
    *ret_name = m->name;
    return strlen(m->word);
}

/* 期限：1年以内 says how long, not by when. */
static bool names_a_term(struct span s, size_t at)
{
    static const char *const words[] = {"期限：", "期限:", "期限为", "期限", "期：", "期为", NULL};
    return any_before(s, blank_before(s, at), words, NULL) > 0;
}

/* 内, 以内, 之内 behind a length of time. */
static size_t within_at(struct span s, size_t at)
{
    static const char *const words[] = {"内", "以内", "之内", NULL};
    static const char *const not [] = {"内部", "内容", "内外", "内资", NULL};
    size_t i = skip_blank(s, at), n = any_at(s, i, words, NULL);
    return n && !any_at(s, i, not, NULL) ? i + n : 0;
}

/* Chinese numbers before 日, 天, 月 are mostly other words (一日, 百日); 10日 alone is a day of
 * some month. */
static bool plain_word(const struct amount *a, struct span s)
{
    if (strcmp(a->measure->word, "日") == 0 && !within_at(s, a->end) && !a->high.end &&
        bound_before(s, a->from) == BOUND_NONE && !starts_at(s, a->end, "以") &&
        !starts_at(s, a->end, "期"))
        return true;
    static const char *const risky[] = {"日", "天", "周", "小时", NULL};
    return a->low.chinese && any_at(s, skip_blank(s, a->low.end), risky, NULL) &&
           !within_at(s, a->end) && !starts_at(s, a->end, "以");
}

struct span length_read(struct scan *c, size_t at, size_t *ret_end, bool *ret_within,
                        enum mention_bound *ret_bound)
{
    struct amount a;
    if (!amount_read(c->s, at, &a) || a.measure->kind != MEASURE_TIME)
        return (struct span){NULL, 0};
    size_t in = names_a_term(c->s, at) ? 0 : within_at(c->s, a.end);
    *ret_within = in > 0;
    *ret_end = in ? in : a.end;
    size_t term = starts_at(c->s, a.end, "期") ? a.end + 3 : a.end; /* 一年期（含）以上 */
    *ret_bound = in ? BOUND_NONE : bound_after(c->s, term, ret_end);
    if (!in && *ret_bound == BOUND_NONE)
        *ret_bound = bound_before(c->s, at);
    return amount_value(c, &a, *ret_bound);
}

/* 收到申请后5日内, 受理的一周内: what stands before the length says from when. */
static size_t anchored_length(struct scan *c, size_t at, size_t end, struct span value)
{
    static const char *const links[] = {"次月起", "后", "之后", "的", "后的", "后次月起", NULL};
    size_t to = blank_before(c->s, at), which = 0, from;
    size_t n = any_before(c->s, to, links, &which);
    if (!n)
        return 0;
    bool month = ends_before(c->s, to, "次月起");
    struct span event = event_before(c->s, to - n, &from);
    if (!event.n && which == 0)
        event = SPAN("次月"), from = to - n;
    else if (event.n && month)
        event = arena_print(c->arena, "%.*s次月", SPAN_ARG(event));
    if (!event.n)
        return 0;
    mention_add(c, MENTION_ANCHORED, from, end,
                arena_print(c->arena, "%.*s+%.*s", SPAN_ARG(event), SPAN_ARG(value)));
    return end;
}

/* 1年期LPR: part of a rate's name. */
static bool names_a_rate(struct span s, size_t at)
{
    static const char *const rates[] = {
        "期LPR", "期贷款市场报价利率", "期贷款基准利率", "期基准利率", "期定期", NULL};
    size_t i = skip_blank(s, at);
    if (starts_at(s, i, "期 LPR"))
        return true;
    return any_at(s, i, rates, NULL) > 0;
}

static size_t add_length(struct scan *c, const struct amount *a)
{
    size_t end;
    bool within;
    enum mention_bound bound;
    if (plain_word(a, c->s) || names_a_rate(c->s, a->end))
        return a->low.end;
    struct span value = length_read(c, a->from, &end, &within, &bound);
    if (within) {
        size_t anchored = anchored_length(c, a->from, end, value);
        if (anchored)
            return anchored;
    }
    bool limit = within || span_find(value, SPAN("工作日")) != SIZE_MAX;
    if (!within && starts_at(c->s, a->end, "期") && bound == BOUND_NONE)
        end = a->end + 3; /* 一年期 */
    struct mention *m =
        mention_add(c, limit ? MENTION_LIMIT : MENTION_DURATION, a->from, end, value);
    if (m)
        m->bound = bound;
    return end;
}

/* 七五折, 三成, 8.5折 */
static bool odd_share(struct span s, const struct amount *a)
{
    bool word = strcmp(a->measure->word, "折") == 0 || strcmp(a->measure->word, "成") == 0;
    static const char *const other[] = {"成立", "成果", "成本", "成交", "成长", "成员",
                                        "成为", "成功", "成效", "折合", "折旧", "折叠",
                                        "成熟", "成品", "成套", NULL};
    return word && any_at(s, a->end - 3, other, NULL);
}

static void two_figures(struct amount *a)
{
    if (strcmp(a->measure->word, "折") == 0 && a->low.digits_only && a->low.digits == 2)
        a->low.value = decimal_div(a->low.value, decimal_from_int(10), NULL);
}

static size_t add_measured(struct scan *c, struct amount *a)
{
    switch (a->measure->kind) {
    case MEASURE_MONEY:
        if ((strcmp(a->measure->word, "万") == 0 || strcmp(a->measure->word, "亿") == 0) &&
            !bare_money(c->s, a->from, a->end))
            return a->low.end;
        if (starts_at(c->s, a->end, "旦") ||
            (a->low.chinese && strcmp(a->measure->word, "元") == 0))
            return a->low.end;
        return add_amount(c, a, MENTION_MONEY);
    case MEASURE_RATIO:
        if (odd_share(c->s, a))
            return a->low.end;
        two_figures(a);
        return add_amount(c, a, MENTION_RATIO);
    case MEASURE_TIME:
        return add_length(c, a);
    case MEASURE_COUNT:
        break;
    }
    return add_amount(c, a, MENTION_COUNT);
}

size_t mention_number(struct scan *c, size_t at)
{
    struct amount a;
    struct quantity q;
    size_t end = mention_phone(c, at);
    if (end > at || (end = mention_date(c, at)) > at || (end = mention_hours(c, at)) > at)
        return end;
    if (!quantity_read(c->s, at, &q))
        return at;
    if ((end = mention_nick(c, at, q.end)) > at)
        return end;
    if (inside_other(c->s, at) || !amount_read(c->s, at, &a))
        return q.end;
    end = add_measured(c, &a);
    return end > at ? end : q.end;
}

/* 百分之五十 */
size_t mention_percent(struct scan *c, size_t at)
{
    struct quantity q;
    size_t from = at + strlen("百分之"), end;
    if (!quantity_read(c->s, from, &q))
        return at;
    enum mention_bound bound = bound_after(c->s, end = q.end, &end);
    if (bound == BOUND_NONE)
        bound = bound_before(c->s, at);
    struct span value = print_decimal(c->arena, decimal_div(q.value, decimal_from_int(100), NULL));
    struct mention *m =
        mention_add(c, MENTION_RATIO, at, end,
                    arena_print(c->arena, "%s%.*s", bound_sign(bound), SPAN_ARG(value)));
    if (m)
        m->bound = bound;
    return end;
}

size_t mention_share(struct scan *c, size_t at, const struct word *w)
{
    mention_add(c, MENTION_RATIO, at, at + w->text.n, w->value);
    return at + w->text.n;
}
