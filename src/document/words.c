/*
 * words.c: small questions about Chinese official text: does it end a sentence, look like a title,
 * hold a date or a phone number. Tables of words first; no state.
 */
#include "document/document_int.h"
#include "base/utf8.h"

/* Ends of titles of official texts and of their annexes. */
static const char *const document_words[] = {
    "举措",   "细则",   "方案", "办法",     "意见",   "通知",     "措施",   "规定",
    "公告",   "决定",   "条例", "政策汇总", "计划",   "要点",     "指南",   "指引",
    "清单",   "公报",   "批复", "纪要",     "通告",   "规划",     "一览表", "汇总表",
    "登记表", "申请表", "目录", "若干政策", "承诺书", "实施规则", NULL};

static const char *const title_ends[] = {"，", "、", "！", "？", ",", ".",
                                         ":",  "?",  "!",  "…",  NULL};

bool word_ends_any(struct span s, const char *const *words)
{
    for (; *words; words++)
        if (span_ends(s, span_z(*words)))
            return true;
    return false;
}

bool word_starts_any(struct span s, const char *const *words)
{
    for (; *words; words++)
        if (span_starts(s, span_z(*words)))
            return true;
    return false;
}

bool word_has_any(struct span s, const char *const *words)
{
    for (; *words; words++)
        if (span_find(s, span_z(*words)) != SIZE_MAX)
            return true;
    return false;
}

/* One pass for all words: a bit for the third byte of each first character passes over most of the
 * text. */
size_t words_find(struct span s, size_t from, const char *const *words, size_t *ret_word)
{
    uint64_t thirds = 0;
    for (size_t i = 0; words[i]; i++)
        thirds |= UINT64_C(1) << ((unsigned char)words[i][2] & 63);
    for (size_t at = from; at + 3 <= s.n; at += (unsigned char)s.p[at] < 0xE0 ? 1 : 3) {
        if ((unsigned char)s.p[at] < 0xE0 || !(thirds >> ((unsigned char)s.p[at + 2] & 63) & 1))
            continue;
        for (size_t i = 0; words[i]; i++)
            if (words[i][2] == s.p[at + 2] && words[i][1] == s.p[at + 1] &&
                span_starts(span_from(s, at), span_z(words[i]))) {
                *ret_word = i;
                return at;
            }
    }
    return SIZE_MAX;
}

/* The last three bytes as one number; every mark below has three bytes or one. */
static uint32_t last_bytes(struct span s)
{
    const unsigned char *p = (const unsigned char *)s.p + s.n;
    return (uint32_t)p[-3] << 16 | (uint32_t)p[-2] << 8 | p[-1];
}

#define MARK3(a, b, c) ((uint32_t)(a) << 16 | (uint32_t)(b) << 8 | (c))

bool text_ends_sentence(struct span s)
{
    if (s.n == 0)
        return false;
    unsigned char last = (unsigned char)s.p[s.n - 1];
    if (last < 0x80)
        return strchr(";:!?)\"", last) != NULL && last != 0;
    switch (s.n < 3 ? 0 : last_bytes(s)) {
    case MARK3(0xE3, 0x80, 0x82): /* 。 */
    case MARK3(0xEF, 0xBC, 0x81): /* ！ */
    case MARK3(0xEF, 0xBC, 0x9F): /* ？ */
    case MARK3(0xEF, 0xBC, 0x9B): /* ； */
    case MARK3(0xEF, 0xBC, 0x9A): /* ： */
    case MARK3(0xE2, 0x80, 0x9D): /* ” */
    case MARK3(0xE2, 0x80, 0x99): /* ’ */
    case MARK3(0xEF, 0xBC, 0x89): /* ） */
    case MARK3(0xE3, 0x80, 0x8B): /* 》 */
    case MARK3(0xE3, 0x80, 0x91): /* 】 */
        return true;
    case MARK3(0xE2, 0x80, 0xA6): /* … twice */
        return s.n >= 6 && last_bytes(span_of(s.p, s.n - 3)) == MARK3(0xE2, 0x80, 0xA6);
    default:
        return false;
    }
}

size_t text_runes(struct span s, size_t limit)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n && n < limit; i++)
        n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
    return n;
}

/* 。；：; anywhere, in one pass. */
static bool has_title_stop(struct span s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == ';')
            return true;
        if ((c == 0xE3 || c == 0xEF) && i + 3 <= s.n) {
            uint32_t mark = last_bytes(span_of(s.p, i + 3));
            if (mark == MARK3(0xE3, 0x80, 0x82) || mark == MARK3(0xEF, 0xBC, 0x9B) ||
                mark == MARK3(0xEF, 0xBC, 0x9A))
                return true;
        }
    }
    return false;
}

#define HEADING_RUNES 60

/* One phrase without the end of a sentence: what a heading looks like, down to 附则. */
bool text_heading_like(struct span s)
{
    if (s.n == 0 || s.n > 4 * HEADING_RUNES)
        return false;
    return text_runes(s, HEADING_RUNES + 1) <= HEADING_RUNES && !has_title_stop(s) &&
           !word_ends_any(s, title_ends) && !text_has_phone(s);
}

bool text_title_like(struct span s)
{
    return text_runes(s, 4) >= 4 && text_heading_like(s);
}

/* Ends with 细则, 办法, 通知 and the like, closing marks left aside. */
bool text_document_word(struct span s)
{
    static const char *const tails[] = {"》", "〉", "”", "（试行）", "(试行)", "（暂行）", NULL};
    for (const char *const *t = tails; *t; t++)
        if (span_ends(s, span_z(*t)))
            s.n -= strlen(*t);
    return word_ends_any(s, document_words);
}

/* A title of an official text, by its last word. */
bool text_document_title(struct span s)
{
    return text_document_word(s) && text_title_like(s);
}

static size_t digits_at(struct span s, size_t at)
{
    size_t n = 0;
    while (at + n < s.n && s.p[at + n] >= '0' && s.p[at + n] <= '9')
        n++;
    return n;
}

/* 2月4日, 2020年2月4日, with spaces around the numbers. */
bool text_is_date(struct span s)
{
    static const char *const units[] = {"年", "月", "日"};
    size_t at = 0, seen = 0;
    for (int unit = 0; unit < 3; unit++) {
        size_t n = digits_at(s, at), mark = at + n;
        while (n && mark < s.n && s.p[mark] == ' ')
            mark++;
        if (n && n <= 4 && span_starts(span_from(s, mark), span_z(units[unit]))) {
            at = mark + 3;
            seen |= 1u << unit;
        } else if (unit > 0)
            return false;
        while (at < s.n && s.p[at] == ' ')
            at++;
    }
    return at == s.n && (seen & 6u) == 6u;
}

/* "2023-2025" */
static bool year_range(const char *p, size_t n)
{
    return n == 9 && p[4] == '-' && memcmp(p, p + 5, 2) == 0 &&
           (memcmp(p, "20", 2) == 0 || memcmp(p, "19", 2) == 0);
}

/* 7 or more digits, hyphens allowed inside ("021-64480159", "62491900-1510"). */
size_t text_phone(struct span s, size_t at, size_t *ret_digits)
{
    size_t i = at, digits = 0;
    if (at > 0 && ((s.p[at - 1] >= '0' && s.p[at - 1] <= '9') || s.p[at - 1] == '.'))
        return 0;
    for (; i < s.n; i++) {
        bool digit = s.p[i] >= '0' && s.p[i] <= '9';
        bool hyphen =
            s.p[i] == '-' && i > at && i + 1 < s.n && s.p[i + 1] >= '0' && s.p[i + 1] <= '9';
        if (!digit && !hyphen)
            break;
        digits += digit;
    }
    if (digits < 7 || digits > 16 || year_range(s.p + at, i - at))
        return 0;
    *ret_digits = digits;
    return i - at;
}

/* Seven digits or hyphens in a row cover one place in every seven: most text is passed over at that
 * step. */
bool text_may_have_phone(struct span s)
{
    for (size_t i = 6; i < s.n; i += 7) {
        size_t from = i, to = i;
        while (to < s.n && ((s.p[to] >= '0' && s.p[to] <= '9') || s.p[to] == '-'))
            to++;
        if (to == i)
            continue;
        while (from > 0 && ((s.p[from - 1] >= '0' && s.p[from - 1] <= '9') || s.p[from - 1] == '-'))
            from--;
        if (to - from >= 7)
            return true;
    }
    return false;
}

bool text_has_phone(struct span s)
{
    if (!text_may_have_phone(s))
        return false;
    for (size_t i = 0; i < s.n;) {
        size_t n = digits_at(s, i), digits;
        if (n && text_phone(s, i, &digits))
            return true;
        i += n ? n : 1;
    }
    return false;
}

/* Speaks of the text it stands in: 本办法, 以上措施. */
bool text_about_itself(struct span s)
{
    static const char *const selves[] = {
        "本措施",   "本办法",     "本方案",     "本细则",       "本实施细则", "本意见",
        "本通知",   "本规定",     "本管理规定", "本行动方案",   "本工作方案", "本政策",
        "本若干",   "本实施意见", "本实施方案", "本实施办法",   "本条例",     "本规则",
        "本要点",   "本行动计划", "本计划",     "本次专项服务", "以上措施",   "以上政策",
        "上述措施", "上述政策",   "本条款",     "本公告",       "本通告",     "本指南",
        "本清单",   NULL};
    static const char *const firsts[] = {"本", "以上", "上述", NULL};
    size_t which; /* many words with few beginnings: those are looked for */
    for (size_t at = words_find(s, 0, firsts, &which); at != SIZE_MAX;
         at = words_find(s, at + 3, firsts, &which))
        if (word_starts_any(span_from(s, at), selves))
            return true;
    return false;
}
