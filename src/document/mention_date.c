/*
 * mention_date.c: days, stretches of the calendar, windows, and times that hang on an event. A date
 * without a year takes the year of its range's start, else the one that the file prints most; the
 * mention says that it was inferred.
 */
#include "document/mention_int.h"

/* ---- one point of the calendar ---- */

struct point {
    int year, half, quarter, month, day; /* 0 = not said */
    bool inferred;
    size_t end;
};

static bool small_number(struct span s, size_t at, int most, int *ret, size_t *ret_end)
{
    struct quantity q;
    int64_t n;
    if (!quantity_read(s, at, &q) || !decimal_to_int(q.value, &n) || n < 1 || n > most)
        return false;
    *ret = (int)n;
    *ret_end = q.end;
    return true;
}

/* 2020年, 2019年度, ２０２０年: four figures. */
static bool year_read(struct span s, size_t at, int *ret, size_t *ret_end)
{
    struct quantity q;
    int64_t n;
    if (!quantity_read(s, at, &q) || q.digits != 4 || (q.chinese && !q.digits_only) ||
        !decimal_to_int(q.value, &n) || n < 1900 || n > 2199)
        return false;
    size_t i = skip_blank(s, q.end);
    if (!starts_at(s, i, "年") && !starts_at(s, i, "届")) /* 2023届毕业生 */
        return false;
    *ret = (int)n;
    *ret_end = i + 3;
    return true;
}

static bool quarter_read(struct span s, size_t at, struct point *p)
{
    static const char *const words[] = {"第一季度", "第二季度", "第三季度", "第四季度", "一季度",
                                        "二季度",   "三季度",   "四季度",   NULL};
    size_t which, n = any_at(s, at, words, &which);
    if (!n)
        return false;
    p->quarter = (int)(which % 4) + 1;
    p->end = at + n;
    return true;
}

static bool half_read(struct span s, size_t at, struct point *p)
{
    static const char *const words[] = {"上半年", "下半年", NULL};
    size_t which, n = any_at(s, at, words, &which);
    if (!n)
        return false;
    p->half = (int)which + 1;
    p->end = at + n;
    return true;
}

/* 底, 末: the last day. */
static bool last_day(struct span s, struct point *p)
{
    static const char *const words[] = {"年底", "年末", "底", "末", NULL};
    size_t i = p->end, n = any_at(s, i, words, NULL);
    if (!n || (n == 6 && p->month))
        return false;
    if (!p->month)
        p->month = 12;
    p->day = date_month_length(p->year ? p->year : 2021, p->month);
    p->end = i + n;
    return true;
}

static bool day_read(struct span s, size_t at, struct point *p)
{
    static const char *const words[] = {"日", "号", NULL};
    size_t end;
    int day;
    if (!small_number(s, at, 31, &day, &end))
        return false;
    end = skip_blank(s, end);
    size_t n = any_at(s, end, words, NULL);
    if (!n)
        return false;
    p->day = day;
    p->end = end + n;
    return true;
}

static bool month_read(struct span s, size_t at, struct point *p)
{
    size_t end;
    int month;
    if (!small_number(s, at, 12, &month, &end))
        return false;
    end = skip_blank(s, end);
    if (!starts_at(s, end, "月"))
        return false;
    p->month = month;
    p->end = end + 3;
    if (starts_at(s, p->end, "份"))
        p->end += 3;
    else
        day_read(s, skip_blank(s, p->end), p);
    return true;
}

/* 2020-02-05, 2020.2.5, 2020/2/5 */
static bool figures_read(struct span s, size_t at, struct point *p)
{
    int parts[3] = {0};
    size_t i = at;
    for (int k = 0; k < 3; k++) {
        size_t from = i;
        while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9' && i - from < 4)
            parts[k] = parts[k] * 10 + (s.p[i++] - '0');
        if (i - from != (k == 0 ? 4u : i - from) || i == from || (k && i - from > 2))
            return false;
        if (k < 2 && (i >= s.n || !strchr("-./", s.p[i]) || s.p[i++] == 0))
            return false;
    }
    struct date d;
    if (parts[0] < 1900 || parts[0] > 2199 || !date_make(parts[0], parts[1], parts[2], &d))
        return false;
    *p = (struct point){.year = parts[0], .month = parts[1], .day = parts[2], .end = i};
    return true;
}

/* A point at `at`; `like` gives what a second one leaves out, NULL for the first. */
static bool point_read(struct scan *c, size_t at, const struct point *like, struct point *ret)
{
    struct point p = {.end = at};
    struct span s = c->s;
    if (figures_read(s, at, ret))
        return true;
    bool year = year_read(s, at, &p.year, &p.end);
    size_t i = skip_blank(s, p.end);
    if (year && starts_at(s, i, "度"))
        p.end = i + 3;
    else if (quarter_read(s, i, &p) || (year && half_read(s, i, &p)) || month_read(s, i, &p))
        ;
    else if (like && like->day && day_read(s, i, &p))
        p.month = like->month;
    else if (!year)
        return false;
    if (!p.year) {
        p.year = like && like->year ? like->year : c->year;
        p.inferred = !like;
    }
    if (!p.day && !p.quarter && !p.half)
        last_day(s, &p);
    struct date d;
    if (p.day && !date_make(p.year ? p.year : 2020, p.month, p.day, &d))
        return false;
    *ret = p;
    return true;
}

static struct span point_value(struct arena *a, const struct point *p)
{
    char year[16] = "????";
    if (p->year)
        snprintf(year, sizeof year, "%d", p->year);
    if (p->quarter)
        return arena_print(a, "%s-Q%d", year, p->quarter);
    if (p->half)
        return arena_print(a, "%s-H%d", year, p->half);
    if (p->day)
        return arena_print(a, "%s-%02d-%02d", year, p->month, p->day);
    if (p->month)
        return arena_print(a, "%s-%02d", year, p->month);
    return arena_print(a, "%s", year);
}

/* ---- ranges and windows ---- */

/* 17:00, 24时 behind a day: part of the place, not of the value. */
static size_t time_of_day(struct span s, size_t at)
{
    size_t i = skip_blank(s, at), end;
    int hour, minute;
    struct quantity q;
    static const char *const signs[] = {":", "：", "时", NULL};
    if (!quantity_read(s, i, &q) || !small_number(s, i, 24, &hour, &end))
        return at;
    size_t n = any_at(s, end, signs, NULL);
    if (!n)
        return at;
    end += n;
    if (quantity_read(s, end, &q) && q.digits == 2 &&
        (q.chinese || decimal_to_int(q.value, &(int64_t){0})))
        end = q.end;
    UNUSED(minute);
    return end;
}

static bool second_point(struct scan *c, const struct point *a, struct point *b, size_t end)
{
    static const char *const links[] = {"至", "到", "起至", "起到", "-",    "—", "－",
                                        "–",  "～", "~",    "——",   "止至", NULL};
    size_t i = skip_blank(c->s, end), n = any_at(c->s, i, links, NULL);
    return n && point_read(c, skip_blank(c->s, i + n), a, b);
}

static size_t before_word(struct span s, size_t at)
{
    static const char *const words[] = {"前",       "之前",     "以前",   "止",
                                        "前后",     "（含）前", "(含)前", "（含）之前",
                                        "(含)之前", "为止",     "截止",   NULL};
    size_t i = skip_blank(s, at), which = 0, n = any_at(s, i, words, &which);
    struct quantity q; /* 2020年前4个月 is a stretch, no end */
    bool other =
        which == 4 || starts_at(s, i, "前来") || quantity_read(s, skip_blank(s, i + n), &q);
    return n && !other ? i + n : 0;
}

static size_t from_word(struct span s, size_t at)
{
    static const char *const words[] = {"起", "开始", "（含）起", "(含)起", "以来", NULL};
    size_t i = skip_blank(s, at), n = any_at(s, i, words, NULL);
    return n && !starts_at(s, i, "起草") ? i + n : 0;
}

/* 至2020年12月31日, 截至4月底: only an end is named. */
#define NO_START SIZE_MAX
static size_t until_before(struct span s, size_t at)
{
    static const char *const words[] = {"截至",   "截止到", "截止至",   "截止",   "延长至",
                                        "延期至", "延续至", "延至",     "推迟至", "顺延至",
                                        "至",     "到",     "有效期至", NULL};
    size_t i = blank_before(s, at), n = any_before(s, i, words, NULL);
    if (n == 3 && (ends_before(s, i, "达到") || ends_before(s, i, "收到")))
        return NO_START;
    return n ? i - n : NO_START;
}

static size_t add_range(struct scan *c, size_t at, const struct point *a, const struct point *b)
{
    bool days = a->day && b->day;
    size_t end = b->end, to = before_word(c->s, end);
    if (days)
        end = time_of_day(c->s, end);
    if (to && (starts_at(c->s, to - 3, "止")))
        end = to;
    struct span low = point_value(c->arena, a), high = point_value(c->arena, b);
    struct mention *m =
        mention_add(c, days ? MENTION_WINDOW : MENTION_PERIOD, at, end,
                    arena_print(c->arena, "%.*s..%.*s", SPAN_ARG(low), SPAN_ARG(high)));
    if (m)
        m->inferred = a->inferred;
    return end;
}

static size_t add_point(struct scan *c, size_t at, const struct point *p)
{
    struct span value = point_value(c->arena, p), printed = value;
    size_t end = time_of_day(c->s, p->end), to = before_word(c->s, end),
           from = from_word(c->s, end);
    size_t start = until_before(c->s, at);
    enum mention_kind kind = p->day ? MENTION_DATE : MENTION_PERIOD;
    if (to || start != NO_START) {
        printed = arena_print(c->arena, "..%.*s", SPAN_ARG(value));
        kind = MENTION_WINDOW;
    } else if (from) {
        printed = arena_print(c->arena, "%.*s..", SPAN_ARG(value));
        kind = MENTION_WINDOW;
    }
    if (start == NO_START || to)
        start = at;
    end = to ? to : kind == MENTION_WINDOW && start == at ? from : p->end;
    struct mention *m = mention_add(c, kind, start, end, printed);
    if (m)
        m->inferred = p->inferred;
    return end;
}

/* 2023—2025年: the first year has no 年. */
static size_t years_read(struct scan *c, size_t at)
{
    static const char *const dashes[] = {"-", "—", "－", "–", "～", "~", "至", NULL};
    struct quantity q;
    int64_t first;
    int last;
    size_t end;
    if (!quantity_read(c->s, at, &q) || q.chinese || q.digits != 4 ||
        !decimal_to_int(q.value, &first))
        return at;
    size_t i = skip_blank(c->s, q.end), n = any_at(c->s, i, dashes, NULL);
    if (!n || !year_read(c->s, skip_blank(c->s, i + n), &last, &end) || first < 1900 ||
        first > last)
        return at;
    mention_add(c, MENTION_PERIOD, at, end, arena_print(c->arena, "%d..%d", (int)first, last));
    return end;
}

size_t mention_date(struct scan *c, size_t at)
{
    struct point a, b;
    size_t end = years_read(c, at);
    if (end > at)
        return end;
    if (!point_read(c, at, NULL, &a))
        return mention_source_number(c, at, 0);
    if (!a.month && !a.quarter && !a.half && (end = mention_numbered(c, at, a.end)) > at)
        return end;
    if (second_point(c, &a, &b, a.day ? time_of_day(c->s, a.end) : a.end))
        return add_range(c, at, &a, &b);
    return add_point(c, at, &a);
}

struct span date_text(struct scan *c, size_t at, size_t *ret_end)
{
    struct point p;
    if (!point_read(c, at, NULL, &p))
        return (struct span){NULL, 0};
    *ret_end = p.end;
    return point_value(c->arena, &p);
}

/* ---- events ---- */

struct event {
    const char *word, *name;
};
/* What ends before 之日起 or 后, longest first wins. One name for each, whatever the spelling. */
static const struct event events[] = {
    {"公开", "公布"},
    {"公布", "公布"},
    {"发布", "公布"},
    {"印发", "公布"},
    {"颁布", "公布"},
    {"公告", "公布"},
    {"下发", "公布"},
    {"施行", "施行"},
    {"实施", "施行"},
    {"生效", "施行"},
    {"执行", "施行"},
    {"受理", "受理"},
    {"受理申请", "受理"},
    {"收到申请", "收到申请"},
    {"收到申请材料", "收到申请"},
    {"接到申请", "收到申请"},
    {"提交申请", "提交申请"},
    {"申请", "提交申请"},
    {"到期", "到期"},
    {"届满", "到期"},
    {"期满", "到期"},
    {"批准", "批准"},
    {"核准", "批准"},
    {"审批通过", "批准"},
    {"审核通过", "审核通过"},
    {"核发", "核发"},
    {"签订", "签订"},
    {"发生", "发生"},
    {"认定", "认定"},
    {"公示", "公示"},
    {"公示期满", "公示期满"},
    {"公示无异议", "公示期满"},
    {"登记", "登记"},
    {"注册", "登记"},
    {"成立", "成立"},
    {"中止施工", "中止施工"},
    {"录用", "录用"},
    {"入职", "录用"},
    {"立项", "立项"},
    {"疫情结束", "疫情结束"},
    {"疫情解除", "疫情结束"},
    {"预防控制工作结束", "疫情结束"},
    {"防控工作结束", "疫情结束"},
    {"疫情防控结束", "疫情结束"},
    {"响应结束", "响应结束"},
    {"验收", "验收"},
    {"竣工", "竣工"},
    {"开业", "开业"},
    {"送达", "送达"},
    {"受理破产申请", "受理"},
    {"裁定受理", "受理"},
    {"缴费", "缴费"},
    {"放款", "放款"},
    {"备案", "备案"},
    {"作出", "作出"},
    {"复工", "复工"},
    {"收到", "收到"},
    {"退休", "退休"},
    {"投产", "投产"},
    {"终结", "终结"},
};

static const struct event *event_ending(struct span s, size_t at)
{
    const struct event *best = NULL;
    for (size_t i = 0; i < COUNT_OF(events); i++)
        if (ends_before(s, at, events[i].word) &&
            (!best || strlen(events[i].word) > strlen(best->word)))
            best = &events[i];
    return best;
}

struct span event_before(struct span s, size_t at, size_t *ret_from)
{
    size_t to = blank_before(s, at);
    const struct event *e = event_ending(s, to);
    if (!e)
        return (struct span){NULL, 0};
    *ret_from = to - strlen(e->word);
    return span_z(e->name);
}

/* Where the words of an event begin: behind 自, 从, or a stop, at most 16 characters back. */
static size_t event_start(struct span s, size_t to)
{
    static const char *const stops[] = {"自", "从", "，", "。", "；", "、", "：",
                                        "（", "于", ",",  ";",  "(",  "）", NULL};
    size_t at = to;
    for (unsigned n = 0; at > 0 && n < 16; n++) {
        if (any_before(s, at, stops, NULL))
            return at;
        do
            at--;
        while (at > 0 && ((unsigned char)s.p[at] & 0xC0) == 0x80);
    }
    return at;
}

/* What follows the event: a length of time (E+n), an end (E..D), or nothing (E..). */
static size_t after_event(struct scan *c, struct span event, size_t at, struct span *ret)
{
    static const char *const skips[] = {"的",   "，",     ",",    "计算",   "算起", "算", "再顺延",
                                        "顺延", "再延长", "延长", "次月起", "开始", NULL};
    static const char *const untils[] = {"至", "到", NULL};
    size_t i = skip_blank(c->s, at), n, end;
    bool within, month = false;
    enum mention_bound bound;
    for (unsigned k = 0; k < 3 && (n = any_at(c->s, i, skips, NULL)); k++) {
        month |= starts_at(c->s, i, "次月起");
        i = skip_blank(c->s, i + n);
    }
    size_t until = any_at(c->s, i, untils, NULL);
    struct span day = until ? date_text(c, skip_blank(c->s, i + until), &end) : SPAN("");
    const char *late = month ? "次月" : "";
    if (day.n) {
        *ret = arena_print(c->arena, "%.*s..%.*s", SPAN_ARG(event), SPAN_ARG(day));
        return end;
    }
    struct span length = length_read(c, i, &end, &within, &bound);
    if (length.n) {
        *ret = arena_print(c->arena, "%.*s%s+%.*s", SPAN_ARG(event), late, SPAN_ARG(length));
        return end;
    }
    *ret = arena_print(c->arena, "%.*s%s..", SPAN_ARG(event), late);
    return month ? i : at;
}

size_t mention_from_day(struct scan *c, size_t at, const struct word *w)
{
    struct span value;
    const struct event *e = event_ending(c->s, blank_before(c->s, at));
    size_t from = event_start(c->s, at);
    struct span name = e ? span_z(e->name) : span_of(c->s.p + from, at - from);
    if (name.n == 0)
        return at + w->text.n;
    if (e && event_start(c->s, at) + strlen(e->word) > at)
        from = at - strlen(e->word);
    size_t end = after_event(c, name, at + w->text.n, &value);
    mention_add(c, MENTION_ANCHORED, from, end, value);
    return end;
}

/* 即日起, 即日起至2020年12月31日 */
size_t mention_from_now(struct scan *c, size_t at, const struct word *w)
{
    struct span value;
    size_t end = after_event(c, w->value, at + w->text.n, &value);
    mention_add(c, MENTION_ANCHORED, at, end, value);
    return end;
}

/* 疫情防控期间, 疫情结束后3个月内, 至疫情结束 */
size_t mention_epidemic(struct scan *c, size_t at, const struct word *w)
{
    static const char *const middles[] = {"防控", "防疫", "响应", "", NULL};
    static const char *const during[] = {"期间", "期内", "期", "时期", "特殊时期", NULL};
    static const char *const over[] = {"结束", "解除", NULL};
    static const char *const after[] = {"后", "之后", "以后", NULL};
    size_t i = at + w->text.n, middle = any_at(c->s, i, middles, NULL), n;
    i += middle;
    if ((n = any_at(c->s, i, during, NULL))) {
        mention_add(c, MENTION_ANCHORED, at, i + n,
                    arena_print(c->arena, "%.*s期间", SPAN_ARG(w->value)));
        return i + n;
    }
    if (!(n = any_at(c->s, i, over, NULL)))
        return at + w->text.n;
    i += n;
    struct span name = arena_print(c->arena, "%.*s结束", SPAN_ARG(w->value)), value;
    size_t later = any_at(c->s, i, after, NULL);
    if (starts_at(c->s, i, "之日起"))
        later = strlen("之日起");
    if (later) {
        size_t end = after_event(c, name, i + later, &value);
        mention_add(c, MENTION_ANCHORED, at, end, value);
        return end;
    }
    size_t start = until_before(c->s, at);
    bool until = start != NO_START;
    mention_add(c, MENTION_ANCHORED, until ? start : at, i,
                until ? arena_print(c->arena, "..%.*s", SPAN_ARG(name)) : name);
    return i;
}
