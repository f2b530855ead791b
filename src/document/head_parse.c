/*
 * head_parse.c: the text of a head taken apart: serial number, date, issuers, title, 文号. Two
 * forms:
 *   1. title（2023 年6 月13 日）                          a numbered title with its date in
 * brackets 1 2020年 2月 4日，issuers，文号 [发布]《title》        an index line; issuers may stand
 * before the date Offsets refer to the text given, so that each part keeps its place in the file.
 */
#include "document/heads.h"
#include "base/utf8.h"

static size_t skip_spaces(struct span s, size_t at)
{
    while (at < s.n && (s.p[at] == ' ' || s.p[at] == '\t'))
        at++;
    return at;
}

static size_t number_at(struct span s, size_t at, uint32_t *ret)
{
    size_t n = 0;
    *ret = 0;
    while (at + n < s.n && s.p[at + n] >= '0' && s.p[at + n] <= '9' && n < 5)
        *ret = *ret * 10 + (uint32_t)(s.p[at + n++] - '0');
    return n;
}

size_t head_date(struct span s, size_t at, struct date *ret)
{
    static const char *const units[] = {"年", "月", "日"};
    uint32_t value[3];
    size_t i = at;
    for (int unit = 0; unit < 3; unit++) {
        size_t n = number_at(s, i, &value[unit]);
        if (n == 0 || (unit == 0 ? n != 4 : n > 2))
            return 0;
        i = skip_spaces(s, i + n);
        if (!span_starts(span_from(s, i), span_z(units[unit])))
            return 0;
        i += 3;
        if (unit < 2)
            i = skip_spaces(s, i);
    }
    return date_make(value[0], value[1], value[2], ret) ? i - at : 0;
}

/* The first full date at or behind `from`; its offset, SIZE_MAX = none. */
size_t head_date_find(struct span s, size_t from, size_t *ret_n, struct date *ret)
{
    for (size_t at = from; at < s.n; at++)
        if (s.p[at] >= '0' && s.p[at] <= '9' &&
            (at == 0 || s.p[at - 1] < '0' || s.p[at - 1] > '9') && (*ret_n = head_date(s, at, ret)))
            return at;
    return SIZE_MAX;
}

/* Bytes of the serial number at the start: "1 ", "10. ", "3、". */
static size_t serial_at(struct span s, uint32_t *ret, bool *ret_dot)
{
    size_t n = number_at(s, 0, ret), at = n;
    struct span rest = span_from(s, n);
    *ret_dot = span_starts(rest, SPAN(".")) || span_starts(rest, SPAN("．")) ||
               span_starts(rest, SPAN("、"));
    if (n == 0 || n > 3)
        return 0;
    if (*ret_dot)
        at += span_starts(rest, SPAN(".")) ? 1 : 3;
    else if (at < s.n && s.p[at] != ' ')
        return 0;
    return skip_spaces(s, at);
}

/* ---- 文号 ---- */

static size_t bracket_at(struct span s, size_t at, const char *const *marks)
{
    for (; *marks; marks++)
        if (span_starts(span_from(s, at), span_z(*marks)))
            return strlen(*marks);
    return 0;
}

static bool han_before(struct span s, size_t at)
{
    return at >= 3 && (unsigned char)s.p[at - 3] >= 0xE4 && (unsigned char)s.p[at - 3] <= 0xE9;
}

/* 〔2020〕7号 with brackets of any kind and spaces anywhere; `at` is the bracket. */
static size_t number_tail(struct span s, size_t at)
{
    static const char *const open[] = {"〔", "【", "[", "［", "（", "(", NULL};
    static const char *const close[] = {"〕", "】", "]", "］", "）", ")", NULL};
    uint32_t value;
    size_t i = at, n = bracket_at(s, i, open);
    if (n == 0)
        return 0;
    i = skip_spaces(s, i + n);
    if ((n = number_at(s, i, &value)) != 4 || value < 1949 || value > 2100)
        return 0;
    i = skip_spaces(s, i + n);
    if ((n = bracket_at(s, i, close)) == 0)
        return 0;
    i = skip_spaces(s, i + n);
    if (span_starts(span_from(s, i), SPAN("第")))
        i += 3;
    if ((n = number_at(s, i, &value)) == 0)
        return 0;
    i = skip_spaces(s, i + n);
    return span_starts(span_from(s, i), SPAN("号")) ? i + 3 - at : 0;
}

bool head_number(struct span s, size_t from, size_t *ret_at, size_t *ret_n)
{
    for (size_t at = from; at < s.n; at++) {
        unsigned char c = (unsigned char)s.p[at];
        size_t n = c == 0xE3 || c == 0xEF || c == '[' || c == '(' ? number_tail(s, at) : 0;
        if (n == 0)
            continue;
        size_t start = at;
        while (start > from && start - 3 >= from && han_before(s, start) && at - start < 36)
            start -= 3;
        if (at - start < 6) /* two characters name the body at least */
            continue;
        *ret_at = start;
        *ret_n = at + n - start;
        return true;
    }
    return false;
}

bool head_is_number(struct span s)
{
    size_t at, n;
    return head_number(s, 0, &at, &n) && at == 0 && n == s.n;
}

/* s without any of the words at its start. */
static struct span without(struct span s, const char *const *words)
{
    for (const char *const *w = words; *w;) {
        s = span_trim(s);
        if (span_starts(s, span_z(*w))) {
            s = span_from(s, strlen(*w));
            w = words;
        } else {
            w++;
        }
    }
    return s;
}

bool head_number_line(struct span s, struct span *ret_number)
{
    static const char *const labels[] = {"（",       "(",        "文号", "发文字号", "发文号",
                                         "文件编号", "公文编号", "：",   ":",        NULL};
    static const char *const tails[] = {"）", ")", "，", ",", "；", "公布", "印发", "发布", NULL};
    struct date day;
    size_t at, n;
    if (!head_number(s, 0, &at, &n) || without(span_of(s.p, at), labels).n)
        return false;
    struct span rest = without(span_from(s, at + n), tails);
    rest = without(span_from(rest, head_date(rest, 0, &day)), tails);
    *ret_number = span_of(s.p + at, n);
    return rest.n == 0;
}

/* ---- segments ---- */

static const char *const organ_ends[] = {
    "委员会",   "局",   "政府", "办公室", "办公厅", "中心", "委",   "厅",       "办",
    "部",       "院",   "海关", "总部",   "分行",   "银行", "协会", "领导小组", "联席会议",
    "人民法院", "集团", "公司", "区",     "市",     "县",   "处",   NULL};
static const char *const verbs[] = {"联合发布", "联合印发", "联合制定", "发布",
                                    "制定",     "出台",     "印发",     NULL};

bool head_organ(struct span s)
{
    return text_runes(s, 3) >= 3 && word_ends_any(s, organ_ends) &&
           span_find(s, SPAN("关于")) == SIZE_MAX && span_find(s, SPAN("《")) == SIZE_MAX;
}

static struct span without_verb(struct span s)
{
    for (const char *const *v = verbs; *v; v++)
        if (span_ends(s, span_z(*v))) {
            s.n -= strlen(*v);
            break;
        }
    if (span_ends(s, SPAN("等")))
        s.n -= 3;
    return span_trim(s);
}

static struct span trim_stops(struct span s)
{
    static const char *const stops[] = {"，", ",", "、", "。", "；", NULL};
    for (;;) {
        s = span_trim(s);
        const char *const *w = stops;
        while (*w && !span_ends(s, span_z(*w)))
            w++;
        const char *const *v = stops;
        while (*v && !span_starts(s, span_z(*v)))
            v++;
        if (*w)
            s.n -= strlen(*w);
        else if (*v)
            s = span_from(s, strlen(*v));
        else
            return s;
    }
}

/* "《X》" around the whole, or an opening mark that lost its partner. */
static struct span unwrap(struct span s)
{
    if (!span_starts(s, SPAN("《")))
        return s;
    unsigned depth = 0;
    for (size_t at = 0; at + 3 <= s.n; at++) {
        if (memcmp(s.p + at, "《", 3) == 0)
            depth++;
        else if (memcmp(s.p + at, "》", 3) == 0 && --depth == 0)
            return at + 3 == s.n ? span_of(s.p + 3, s.n - 6) : s;
    }
    return span_from(s, 3);
}

/* Does the title begin at `at`, with an issuer, a verb or nothing before it? */
static bool title_begins(struct span s, size_t at)
{
    struct span before = trim_stops(span_of(s.p, at));
    if (before.n == 0 || span_find(before, SPAN("关于")) != SIZE_MAX)
        return before.n == 0;
    size_t n = before.n;
    before = without_verb(before);
    return before.n < n || head_organ(before);
}

/* Where issuers end and the title begins. */
static size_t title_start(struct span s)
{
    size_t last = 0;
    for (size_t at = 0; at < s.n; at++) {
        struct span rest = span_from(s, at);
        if (span_starts(rest, SPAN("《")))
            return title_begins(span_from(s, last), at - last) ? at : last;
        bool comma = span_starts(rest, SPAN("，")) || s.p[at] == ',';
        if (comma || s.p[at] == ' ') {
            struct span before = without_verb(trim_stops(span_of(s.p + last, at - last)));
            size_t next = at + (s.p[at] == '\xEF' ? 3 : 1);
            if (span_starts(s, SPAN("《")) || (!comma && !head_organ(before)))
                continue;
            if (span_find(before, SPAN("关于")) != SIZE_MAX)
                return last;
            last = next;
        }
    }
    return last;
}

static void take_title(struct head_parts *h, struct span rest)
{
    size_t at = title_start(rest);
    h->issuers = without_verb(trim_stops(span_of(rest.p, at)));
    struct span title = trim_stops(span_from(rest, at));
    for (const char *const *v = verbs; *v; v++)
        if (span_starts(title, span_z(*v)) && span_starts(span_from(title, strlen(*v)), SPAN("《")))
            title = span_from(title, strlen(*v));
    h->title = unwrap(title);
}

/* The 文号 that stands outside the title marks cuts the text in two: issuers before, title behind,
 * or it ends the head. */
static void take_number(struct head_parts *h, struct span rest)
{
    size_t at, n, from = 0;
    while (head_number(rest, from, &at, &n)) {
        unsigned depth = 0;
        for (size_t i = 0; i < at; i++)
            if (span_starts(span_from(rest, i), SPAN("《")))
                depth++;
            else if (depth && span_starts(span_from(rest, i), SPAN("》")))
                depth--;
        struct span before = span_trim(span_of(rest.p, at));
        bool cut = span_ends(before, SPAN("，")) || span_ends(before, SPAN(",")) ||
                   span_ends(before, SPAN("》"));
        if (depth == 0 && cut) {
            h->number = span_of(rest.p + at, n);
            struct span behind = trim_stops(span_from(rest, at + n));
            before = trim_stops(before);
            if (behind.n == 0) {
                take_title(h, before);
                return;
            }
            h->issuers = without_verb(before);
            for (const char *const *v = verbs; *v; v++)
                if (span_starts(behind, span_z(*v)))
                    behind = span_from(behind, strlen(*v));
            uint32_t again;
            bool dot;
            size_t serial = serial_at(behind, &again, &dot);
            h->title = unwrap(trim_stops(span_from(behind, serial)));
            return;
        }
        from = at + n;
    }
    take_title(h, rest);
}

/* A second serial number before the title: "6 2020年...，某局 7 《...》". */
static void drop_serial(struct head_parts *h)
{
    uint32_t again;
    bool dot;
    size_t n = serial_at(h->title, &again, &dot);
    if (n && !dot && span_starts(span_from(h->title, n), SPAN("《")))
        h->title = unwrap(span_from(h->title, n));
}

static bool dated_title(struct span s, size_t from, struct head_parts *h)
{
    size_t n = 0, at = head_date_find(s, from, &n, &h->day);
    while (at != SIZE_MAX) {
        size_t open = span_ends(span_of(s.p, at), SPAN("（"))  ? 3
                      : span_ends(span_of(s.p, at), SPAN("(")) ? 1
                                                               : 0;
        struct span rest = span_from(s, at + n);
        if (open && (span_eq(rest, SPAN("）")) || span_eq(rest, SPAN(")")))) {
            h->date = span_of(s.p + at, n);
            h->title = span_trim(span_of(s.p + from, at - open - from));
            return true;
        }
        at = head_date_find(s, at + n, &n, &h->day);
    }
    return false;
}

static bool index_line(struct span s, size_t from, struct head_parts *h)
{
    size_t n, at = head_date_find(s, from, &n, &h->day);
    if (at == SIZE_MAX)
        return false;
    struct span before = span_trim(span_of(s.p + from, at - from));
    struct span rest = span_trim(span_from(s, at + n));
    if (before.n && !span_ends(before, SPAN(",")) && !span_ends(before, SPAN("，")))
        return false;
    h->date = span_of(s.p + at, n);
    if (!before.n && rest.n && !span_starts(rest, SPAN("，")) && !span_starts(rest, SPAN(",")) &&
        rest.p != s.p + at + n + 1)
        return false;
    take_number(h, before.n ? rest : trim_stops(rest));
    if (before.n) {
        struct span title = h->title;
        if (!title.n)
            take_title(h, rest);
        h->issuers = trim_stops(before);
    }
    drop_serial(h);
    return true;
}

bool head_parse(struct span s, struct head_parts *ret)
{
    bool dot;
    *ret = (struct head_parts){0};
    size_t from = serial_at(s, &ret->serial, &dot);
    if (from == 0)
        return false;
    ret->serial_length = from;
    if (dot && dated_title(s, from, ret))
        ret->form = HEAD_DATED;
    else if (index_line(s, from, ret))
        ret->form = HEAD_INDEX;
    else
        return false;
    return true;
}
