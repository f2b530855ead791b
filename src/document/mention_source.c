/*
 * mention_source.c: other texts as a text cites them: by title in 《》, by number (文号) in any
 * brackets and widths, by nickname (市16条).
 */
#include "document/mention_int.h"

#define TITLE_MAX 600 /* bytes between 《 and 》 */

/* ---- titles ---- */

static size_t title_end(struct span s, size_t at)
{
    unsigned depth = 0;
    for (size_t i = at; i + 3 <= s.n && i - at < TITLE_MAX; i++) {
        if (memcmp(s.p + i, "《", 3) == 0)
            depth++;
        else if (memcmp(s.p + i, "》", 3) == 0 && --depth == 0)
            return i + 3;
    }
    return 0;
}

size_t mention_title(struct scan *c, size_t at)
{
    size_t end = title_end(c->s, at);
    if (!end)
        return at;
    struct span inner = span_of(c->s.p + at + 3, end - at - 6);
    mention_add(c, MENTION_TITLE, at, end, name_fold(c->arena, inner));
    return end;
}

/* ---- numbers ---- */

static size_t figures(struct span s, size_t at, size_t *ret_count)
{
    struct quantity q;
    *ret_count = 0;
    if (at >= s.n || !quantity_read(s, at, &q) || q.chinese)
        return at;
    *ret_count = q.digits;
    return q.end;
}

/* Characters that may stand in the code of an issuer: 京政办发, 京价（收）字, 工信部联企业. Words
 * of the sentence before it stop it. */
static size_t code_start(struct span s, size_t at)
{
    static const char *const stops[] = {
        "按照", "按", "根据", "落实", "依据", "贯彻", "关于",   "以及", "参照", "执行", "印发",
        "见",   "与", "和",   "及",   "文件", "通知", "市政府", "》",   "（",   "(",    NULL};
    size_t i = at;
    for (unsigned n = 0; n < 12 && i >= 3; n++) {
        if (ends_before(s, i, "）") || ends_before(s, i, ")")) { /* （收） */
            size_t wide = ends_before(s, i, "）") ? 3 : 1, back = wide + 3;
            if (i > back + 1 && (ends_before(s, i - back, "（") || ends_before(s, i - back, "("))) {
                i -= back + (ends_before(s, i - back, "（") ? 3 : 1);
                continue;
            }
            break;
        }
        if (!han_at(s, i - 3) || any_before(s, i, stops, NULL))
            break;
        i -= 3;
    }
    return i;
}

static struct span number_value(struct scan *c, size_t from, size_t to, struct span year,
                                struct span n)
{
    struct span code = name_fold(c->arena, span_of(c->s.p + from, to - from));
    return arena_print(c->arena, "%.*s〔%.*s〕%.*s号", SPAN_ARG(code), SPAN_ARG(year), SPAN_ARG(n));
}

/* 5号和7号: the numbers that follow share code and year. */
static size_t more_numbers(struct scan *c, size_t at, struct span code, struct span year)
{
    static const char *const links[] = {"和", "、", "及", NULL};
    for (unsigned k = 0; k < 8; k++) {
        size_t i = skip_blank(c->s, at), n = any_at(c->s, i, links, NULL), count;
        size_t number = skip_blank(c->s, i + n), end = n ? figures(c->s, number, &count) : 0;
        if (!n || !count || !starts_at(c->s, skip_blank(c->s, end), "号"))
            break;
        size_t from = (size_t)(code.p - c->s.p);
        struct span value =
            number_value(c, from, from + code.n, year, span_of(c->s.p + number, end - number));
        at = skip_blank(c->s, end) + 3;
        mention_add(c, MENTION_NUMBER, number, at, value);
    }
    return at;
}

/* 某政发〔2020〕3号 at its bracket, `open` bytes long. */
size_t mention_source_number(struct scan *c, size_t at, size_t open)
{
    static const char *const closes[] = {"〕", "]", "】", "）", ")", "］", NULL};
    struct span s = c->s;
    size_t count, year = skip_blank(s, at + open), i, n;
    if (!open)
        return at;
    i = figures(s, year, &count);
    struct span y = span_of(s.p + year, i - year);
    i = skip_blank(s, i);
    if (count != 4 || !(n = any_at(s, i, closes, NULL)))
        return at;
    i = skip_blank(s, i + n);
    if (starts_at(s, i, "第"))
        i = skip_blank(s, i + 3);
    size_t number = i;
    i = figures(s, i, &count);
    struct span k = span_of(s.p + number, i - number);
    i = skip_blank(s, i);
    if (!count || !starts_at(s, i, "号"))
        return at;
    size_t to = blank_before(s, at), from = code_start(s, to);
    if (from == to)
        return at;
    mention_add(c, MENTION_NUMBER, from, i + 3, number_value(c, from, to, y, k));
    return more_numbers(c, i + 3, span_of(s.p + from, to - from), y);
}

bool source_number_in(struct arena *a, struct span s, size_t from, struct span *ret,
                      size_t *ret_end)
{
    for (size_t at = from; at + 3 <= s.n; at++) {
        size_t count, i;
        if (!starts_at(s, at, "〔"))
            continue;
        size_t year_end = figures(s, at + 3, &count);
        if (count != 4 || !starts_at(s, year_end, "〕"))
            continue;
        i = figures(s, year_end + 3, &count);
        size_t code = code_start(s, at);
        if (!count || !starts_at(s, i, "号") || code == at)
            continue;
        *ret = arena_copy(a, span_of(s.p + code, i + 3 - code));
        *ret_end = i + 3;
        return true;
    }
    return false;
}

/* 2020年第33号明电, 公告2020年第8号; `year_end` lies behind 年. */
size_t mention_numbered(struct scan *c, size_t at, size_t year_end)
{
    static const char *const kinds[] = {"公告", "令", "通告", "明电", NULL};
    size_t i = skip_blank(c->s, year_end), count, to = blank_before(c->s, at);
    if (!starts_at(c->s, i, "第"))
        return at;
    size_t number = skip_blank(c->s, i + 3);
    i = figures(c->s, number, &count);
    struct span k = span_of(c->s.p + number, i - number);
    i = skip_blank(c->s, i);
    if (!count || !starts_at(c->s, i, "号") || !any_before(c->s, to, kinds, NULL))
        return at;
    size_t from = code_start(c->s, to);
    struct span code = name_fold(c->arena, span_of(c->s.p + from, to - from));
    mention_add(
        c, MENTION_NUMBER, from, i + 3,
        arena_print(c->arena, "%.*s%.*s年第%.*s号", SPAN_ARG(code), 4, c->s.p + at, SPAN_ARG(k)));
    return i + 3;
}

/* ---- nicknames ---- */

/* “稳就业6条”: in quotes it is a nickname, whoever knows which text it means. `after`: 条. */
static size_t unknown_nick(struct scan *c, size_t at, size_t after)
{
    static const char *const tails[] = {"条措施", "条政策", "条", NULL};
    size_t end = after + any_at(c->s, after, tails, NULL), from = blank_before(c->s, at);
    while (from >= 3 && han_at(c->s, from - 3) && at - from < 30)
        from -= 3;
    if (at - from < 3 || !ends_before(c->s, from, "“") || !starts_at(c->s, end, "”"))
        return at;
    mention_add(c, MENTION_NICKNAME, from, end,
                name_fold(c->arena, span_of(c->s.p + from, end - from)));
    return end;
}

/* 市16条: the number at `at` with 条 behind it, and the words before them. */
size_t mention_nick(struct scan *c, size_t at, size_t end)
{
    static const char *const tails[] = {"条措施", "条政策", "条", NULL};
    const struct names *names = c->set->names;
    size_t i = skip_blank(c->s, end), from = at;
    const struct name_nick *nick = NULL;
    if (!starts_at(c->s, i, "条"))
        return at;
    end = i + any_at(c->s, i, tails, NULL);
    for (size_t f = at; names && f > 0 && at - f < 36;) {
        f -= f >= 3 && han_at(c->s, f - 3) ? 3 : 1;
        size_t to = end;
        const struct name_nick *n = names_nick(names, span_of(c->s.p + f, to - f), c->region);
        if (!n)
            n = names_nick(names, span_of(c->s.p + f, (to = i + 3) - f), c->region);
        if (n && han_at(c->s, f)) {
            nick = n;
            from = f;
            end = to;
        }
    }
    if (!nick)
        return unknown_nick(c, at, i);
    struct mention *m =
        mention_add(c, MENTION_NICKNAME, from, end, name_fold(c->arena, nick->nickname));
    if (m)
        m->meant = nick->number.n ? nick->number : nick->title;
    return end;
}
