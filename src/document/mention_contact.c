/*
 * mention_contact.c: ways to reach an office, by kind: counter, phone, hotline, mail, web, hours.
 * Numbers that secrets.c gave to persons are never among them (mention_add refuses). The value is
 * the kind; hot lines and addresses of the web add what they are, because they are public.
 */
#include "document/mention_int.h"

static size_t digit_run(struct span s, size_t at)
{
    size_t n = 0;
    while (at + n < s.n && s.p[at + n] >= '0' && s.p[at + n] <= '9')
        n++;
    return n;
}

static bool hot_line(struct span digits)
{
    static const char *const lines[] = {"12345", "12333", "12329", "12366", "12315", "12348",
                                        "12393", "12355", "12320", "12369", "12328", "96007",
                                        "95598", "12319", "12350", "12336", "96156", NULL};
    return any_at(digits, 0, lines, NULL) == digits.n ||
           (digits.n == 10 &&
            (span_starts(digits, SPAN("400")) || span_starts(digits, SPAN("800"))));
}

size_t mention_phone(struct scan *c, size_t at)
{
    size_t n = digit_run(c->s, at), count, whole;
    if (at > 0 && c->s.p[at - 1] >= '0' && c->s.p[at - 1] <= '9')
        return at;
    struct span digits = span_of(c->s.p + at, n);
    if (n == 5 && hot_line(digits)) {
        mention_add(c, MENTION_CHANNEL, at, at + n,
                    arena_print(c->arena, "hotline %.*s", SPAN_ARG(digits)));
        return at + n;
    }
    whole = n >= 3 ? text_phone(c->s, at, &count) : 0;
    if (!whole || count > 13)
        return at;
    struct span all = span_of(c->s.p + at, whole);
    if (hot_line(digits))
        mention_add(c, MENTION_CHANNEL, at, at + whole,
                    arena_print(c->arena, "hotline %.*s", SPAN_ARG(all)));
    else if (count >= 7 && !(count == 11 && all.p[0] == '1' && whole == 11))
        mention_add(c, MENTION_CHANNEL, at, at + whole, SPAN("phone"));
    return at + whole;
}

/* ---- web and mail ---- */

static bool address_char(char ch)
{
    return ch > ' ' && ch < 0x7F && !strchr(",;()<>\"'", ch);
}

size_t mention_web(struct scan *c, size_t at)
{
    static const char *const heads[] = {"http://", "https://", "www.", NULL};
    size_t head = any_at(c->s, at, heads, NULL), end = at;
    if (!head)
        return at;
    while (end < c->s.n && address_char(c->s.p[end]))
        end++;
    size_t from = c->s.p[at] == 'h' ? at + head : at, host = from;
    while (host < end && c->s.p[host] != '/' && c->s.p[host] != '?')
        host++;
    if (host == from)
        return end;
    mention_add(c, MENTION_CHANNEL, at, end,
                arena_print(c->arena, "web %.*s", (int)(host - from), c->s.p + from));
    return end;
}

static bool mail_char(char ch)
{
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') ||
           (ch && strchr("._-+", ch));
}

size_t mention_mail(struct scan *c, size_t at)
{
    size_t from = at, to = at + 1;
    while (from > 0 && mail_char(c->s.p[from - 1]) && at - from < 64)
        from--;
    while (to < c->s.n && mail_char(c->s.p[to]))
        to++;
    if (from == at || to - at < 4)
        return at + 1;
    mention_add(c, MENTION_CHANNEL, from, to, SPAN("mail"));
    return to;
}

/* ---- counters and hours ---- */

/* 联系地址：...: to the end of the line or sentence. */
size_t mention_label(struct scan *c, size_t at, const struct word *w)
{
    static const char *const colons[] = {"：", ":", NULL};
    static const char *const stops[] = {"；", "。", ";", "，电话", "，联系", "  ", "）", NULL};
    static const char *const kinds[] = {"地址", "地点", NULL};
    size_t end = at + w->text.n, i = skip_blank(c->s, end), n = any_at(c->s, i, colons, NULL);
    if (!n || !any_before(c->s, end, kinds, NULL))
        return end;
    i = skip_blank(c->s, i + n);
    size_t to = i;
    while (to < c->s.n && !any_at(c->s, to, stops, NULL) && to - i < 300)
        to++;
    struct span place = span_of(c->s.p + i, to - i);
    if (place.n < 9 || span_starts(place, SPAN("http")) || span_starts(place, SPAN("www")) ||
        memchr(place.p, '@', place.n))
        return end;
    mention_add(c, MENTION_CHANNEL, i, to, SPAN("counter"));
    return to;
}

static size_t clock_at(struct span s, size_t at, unsigned *ret_hour, unsigned *ret_minute)
{
    static const char *const signs[] = {":", "：", NULL};
    size_t n = digit_run(s, at), sign = any_at(s, at + n, signs, NULL);
    size_t m = sign ? digit_run(s, at + n + sign) : 0;
    if (n < 1 || n > 2 || m != 2)
        return 0;
    *ret_hour = (unsigned)(n == 2 ? (s.p[at] - '0') * 10 + s.p[at + 1] - '0' : s.p[at] - '0');
    *ret_minute = (unsigned)((s.p[at + n + sign] - '0') * 10 + s.p[at + n + sign + 1] - '0');
    return *ret_hour < 25 && *ret_minute < 60 ? n + sign + m : 0;
}

/* 9:00-17:30 */
size_t mention_hours(struct scan *c, size_t at)
{
    static const char *const dashes[] = {"-", "—", "－", "–", "～", "~", "至", "到", NULL};
    static const char *const oclock[] = {"点", NULL};
    unsigned from[2], to[2];
    size_t n = clock_at(c->s, at, &from[0], &from[1]), dash, i, m;
    if (!n)
        return at;
    i = skip_blank(c->s, at + n);
    i = skip_blank(c->s, i + any_at(c->s, i, oclock, NULL));
    while ((dash = any_at(c->s, i, dashes, NULL)))
        i = skip_blank(c->s, i + dash);
    m = clock_at(c->s, i, &to[0], &to[1]);
    if (!m)
        return at + n;
    mention_add(c, MENTION_CHANNEL, at, i + m,
                arena_print(c->arena, "hours %02u:%02u-%02u:%02u", from[0], from[1], to[0], to[1]));
    return i + m;
}
