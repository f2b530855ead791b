/*
 * heads.c: phase one, between lines and blocks: finds the heads of a compilation's documents and
 * gives the lines around them their roles. A head is a strong sign (a serial number with a title
 * and a full date); everything weaker (addressee, signature, the repeated title) is looked for only
 * between heads.
 */
#include "document/heads.h"
#include "base/utf8.h"

#define HEAD_LINES   12 /* lines of text in a head, at most */
#define HEAD_BYTES   900
#define TO_LINES     4  /* of an addressee */
#define SIGN_LINES   30 /* of a signature: eighteen issuers were seen */
#define TITLE_LINES  4
#define TITLE_SEARCH 90 /* lines of text behind a head where its title is looked for again */
#define NO_LINE      UINT32_MAX

struct range {
    struct build *b;
    uint32_t first, last; /* lines of one document: behind its head, before the next */
    struct head_parts head;
    struct span inner; /* title that the head's title encloses */
    bool signed_off;   /* a date or signature was met */
};

static struct span content(const struct build *b, uint32_t i)
{
    const struct line *l = &b->lines.at[i];
    return span_of(b->doc->bytes.p + l->content_start, l->content_end - l->content_start);
}

static bool silent(const struct line *l)
{
    return l->blank || l->page;
}

/* The next line of text behind i, before `last`; NO_LINE = none. */
static uint32_t next_text(const struct build *b, uint32_t i, uint32_t last)
{
    while (++i < last)
        if (!silent(&b->lines.at[i]))
            return i;
    return NO_LINE;
}

static bool is_url(struct span s)
{
    if (!span_starts(s, SPAN("http://")) && !span_starts(s, SPAN("https://")))
        return false;
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] <= ' ' || (unsigned char)s.p[i] >= 0x7F)
            return false;
    return true;
}

static bool is_ascii_word(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] <= ' ' || (unsigned char)s.p[i] >= 0x7F)
            return false;
    return s.n > 0;
}

/* ---- link lists at the foot of a page ---- */

/* Does the file put a blank line behind every line? Then two lines without one are a page break. */
static bool double_spaced(const struct build *b)
{
    size_t full = 0, single = 0;
    for (size_t i = 0; i < b->lines.n; i++) {
        full += !b->lines.at[i].blank;
        single += i + 1 < b->lines.n && !b->lines.at[i].blank && !b->lines.at[i + 1].blank;
    }
    return full > 20 && single * 4 < full;
}

/* A run of addresses right above the first line of a page lists the links of the page. */
static void mark_footers(struct build *b)
{
    if (!double_spaced(b))
        return;
    for (uint32_t i = 0; i < b->lines.n; i++) {
        uint32_t end = i;
        while (end < b->lines.n && is_url(content(b, end)) && !b->lines.at[end].trailing &&
               (end == i || !b->lines.at[end].top || b->lines.at[end - 1].blank))
            end++;
        if (end == i)
            continue;
        bool follows = end < b->lines.n && !b->lines.at[end].blank && b->lines.at[end].top;
        for (uint32_t j = i; follows && j < end; j++)
            b->lines.at[j].page = true;
        if (follows)
            b->lines.at[end].top = true;
        i = end - 1 + (end == i);
    }
}

/* ---- heads ---- */

/* Could a head begin here? A quick no for most lines. */
static bool may_begin(struct span s)
{
    size_t n = 0;
    while (n < s.n && n < 4 && s.p[n] >= '0' && s.p[n] <= '9')
        n++;
    if (n == 0 || n > 3)
        return false;
    struct span rest = span_from(s, n);
    return rest.n == 0 || rest.p[0] == ' ' || rest.p[0] == '.' || span_starts(rest, SPAN("．")) ||
           span_starts(rest, SPAN("、"));
}

/* "1." begins a dated title, "1 " an index line. */
static bool has_dot(struct span s)
{
    size_t n = 0;
    while (n < s.n && s.p[n] >= '0' && s.p[n] <= '9')
        n++;
    return n < s.n && s.p[n] != ' ';
}

/* Adds line i to the text of a head; a space stands for the end of a paragraph. */
static void head_add(struct build *b, uint32_t i)
{
    const struct line *l = &b->lines.at[i];
    buffer_add(&b->raw, content(b, i));
    if (l->trailing)
        buffer_byte(&b->raw, ' ');
}

static bool head_text(const struct build *b, struct head_parts *h)
{
    struct span s = span_trim(buffer_span(&b->raw));
    return head_parse(s, h);
}

static bool title_closed(const struct head_parts *h)
{
    struct span t = h->title;
    static const char *const ends[] = {"》", "）", NULL};
    return text_runes(t, 6) >= 6 && (text_document_word(t) || word_ends_any(t, ends));
}

static bool may_close(struct span s)
{
    static const char *const ends[] = {"》", "）", "，", NULL};
    s = span_trim(s);
    return text_document_word(s) || word_ends_any(s, ends);
}

/* A dated title ends with its bracket. */
static uint32_t dated_end(struct build *b, uint32_t i, struct head_parts *h)
{
    uint32_t at = i;
    buffer_clear(&b->raw);
    for (unsigned n = 0; at != NO_LINE && n < HEAD_LINES && b->raw.n < HEAD_BYTES; n++) {
        struct span s = content(b, at);
        struct enumerator e;
        if (span_find(s, SPAN("。")) != SIZE_MAX || span_find(s, SPAN("；")) != SIZE_MAX ||
            (n > 0 && enumerator_read(s, &e)))
            return NO_LINE;
        buffer_add(&b->raw, s);
        if ((span_ends(s, SPAN("）")) || span_ends(s, SPAN(")"))) && head_text(b, h) &&
            h->form == HEAD_DATED)
            return title_closed(h) ? at + 1 : NO_LINE;
        at = next_text(b, at, (uint32_t)b->lines.n);
    }
    return NO_LINE;
}

/* An index line begins with the date, or an issuer and the date. */
static bool index_begins(struct span s)
{
    struct head_parts h;
    return head_parse(s, &h) && h.form == HEAD_INDEX && text_runes(h.issuers, 41) <= 40;
}

/* An index head reaches to its address, or else to the end of its title. */
static uint32_t index_end(struct build *b, uint32_t i, struct head_parts *h)
{
    uint32_t at = i, end = NO_LINE;
    if (!index_begins(content(b, i)))
        return NO_LINE;
    buffer_clear(&b->raw);
    for (unsigned n = 0; at != NO_LINE && n < HEAD_LINES && b->raw.n < HEAD_BYTES; n++) {
        struct span s = content(b, at);
        size_t url = span_find(s, SPAN("http"));
        if (url == 0) {
            end = at;
            break;
        }
        if (url != SIZE_MAX) {
            buffer_add(&b->raw, span_of(s.p, url));
            return head_text(b, h) ? at + 1 : NO_LINE;
        }
        if (n > 0 && end == NO_LINE && may_close(buffer_span(&b->raw)) && head_text(b, h) &&
            title_closed(h) && b->lines.at[at - 1].blank)
            end = at; /* kept when no address comes */
        if (span_find(s, SPAN("。")) != SIZE_MAX)
            break;
        head_add(b, at);
        at = next_text(b, at, (uint32_t)b->lines.n);
    }
    if (end == NO_LINE)
        return NO_LINE;
    buffer_clear(&b->raw);
    for (at = i; at != NO_LINE && at < end; at = next_text(b, at, end))
        head_add(b, at);
    return head_text(b, h) && h->title.n ? end : NO_LINE;
}

static void mark_role(struct build *b, uint32_t first, uint32_t last, enum role role)
{
    bool begins = true;
    for (uint32_t i = first; i < last; i++) {
        struct line *l = &b->lines.at[i];
        if (silent(l))
            continue;
        l->role = (uint8_t)role;
        l->begins = begins;
        begins = false;
    }
}

/* The address of a head, joined over lines; returns the line behind it. */
static uint32_t mark_url(struct build *b, uint32_t i)
{
    uint32_t n = (uint32_t)b->lines.n,
             at = i < n && !silent(&b->lines.at[i]) ? i : next_text(b, i, n);
    if (at == NO_LINE || !is_url(content(b, at)))
        return i;
    uint32_t end = at + 1, next = at;
    while (!b->lines.at[next].trailing) {
        uint32_t more = next_text(b, next, n);
        if (more == NO_LINE || is_url(content(b, more)) || !is_ascii_word(content(b, more)) ||
            may_begin(content(b, more)))
            break;
        next = more;
        end = next + 1;
    }
    mark_role(b, at, end, ROLE_URL);
    return end;
}

static int find_heads(struct build *b)
{
    for (uint32_t i = 0; i < b->lines.n; i++) {
        struct head_parts h;
        if (silent(&b->lines.at[i]) || !may_begin(content(b, i)))
            continue;
        bool dotted = has_dot(content(b, i));
        uint32_t end = dotted ? dated_end(b, i, &h) : index_end(b, i, &h);
        if (end == NO_LINE)
            continue;
        struct head *k = VECTOR_PUSH(b->arena, &b->heads, struct head);
        if (!k)
            return err_memory(b->err);
        mark_role(b, i, end, ROLE_HEAD);
        struct span text = scratch_copy(b);
        *k = (struct head){.first = i, .last = end, .text = span_trim(text)};
        uint32_t behind = mark_url(b, end);
        k->last = behind;
        i = behind - 1;
    }
    return b->arena->failed ? err_memory(b->err) : 0;
}

/* ---- documents one behind the other, without serial numbers ---- */

static bool addressee_like(struct span s)
{
    static const char *const no[] = {"如下", "。",   "根据", "按照", "《",
                                     "现将", "联系", "电话", NULL};
    static const char *const who[] = {"各", "政府", "单位", "部门", "企业", "机构", NULL};
    return (span_ends(s, SPAN("：")) || span_ends(s, SPAN(":"))) && text_runes(s, 81) <= 80 &&
           !word_has_any(s, no) && word_has_any(s, who);
}

static bool is_full_date(struct span s)
{
    struct date d;
    size_t n = head_date(s, 0, &d);
    return n && n == s.n;
}

/* A document may begin behind the end of another: its date, a sentence, or the file's beginning. */
static bool may_follow(const struct build *b, uint32_t i)
{
    uint32_t at = i;
    while (at-- > 0)
        if (!silent(&b->lines.at[at])) {
            struct span s = content(b, at);
            return is_full_date(s) || text_ends_sentence(s) || b->lines.at[i].top;
        }
    return true;
}

/* A title of one to four lines above a 文号 or an addressee; the line behind the title. */
static uint32_t titled_end(struct build *b, uint32_t i)
{
    struct enumerator e;
    uint32_t at = i;
    buffer_clear(&b->raw);
    for (unsigned n = 0; n < TITLE_LINES && at != NO_LINE; n++) {
        struct span s = content(b, at);
        if (!text_heading_like(s) || enumerator_read(s, &e) || head_is_number(s) || is_full_date(s))
            return NO_LINE;
        buffer_add(&b->raw, s);
        uint32_t next = next_text(b, at, (uint32_t)b->lines.n);
        if (next == NO_LINE)
            return NO_LINE;
        struct span behind = content(b, next);
        if (head_is_number(behind) || addressee_like(behind))
            return text_document_word(buffer_span(&b->raw)) &&
                           text_runes(buffer_span(&b->raw), 8) >= 8
                       ? at + 1
                       : NO_LINE;
        at = next;
    }
    return NO_LINE;
}

static int add_titled(struct build *b, uint32_t first, uint32_t last)
{
    struct head *k = VECTOR_PUSH(b->arena, &b->heads, struct head);
    if (!k)
        return err_memory(b->err);
    buffer_clear(&b->raw);
    for (uint32_t i = first; i < last; i++)
        if (!silent(&b->lines.at[i]))
            buffer_add(&b->raw, content(b, i));
    *k = (struct head){.first = first, .last = last, .text = scratch_copy(b)};
    return 0;
}

/* Two of them at least make a collection; one alone is a single text with its title. */
static int find_titled(struct build *b)
{
    for (uint32_t i = 0; i < b->lines.n; i++) {
        if (silent(&b->lines.at[i]) || !may_follow(b, i))
            continue;
        uint32_t end = titled_end(b, i);
        if (end == NO_LINE)
            continue;
        if (add_titled(b, i, end) < 0)
            return E_MEMORY;
        i = end - 1;
    }
    if (b->heads.n < 2)
        b->heads.n = 0;
    for (size_t i = 0; i < b->heads.n; i++)
        mark_role(b, b->heads.at[i].first, b->heads.at[i].last, ROLE_HEAD);
    return b->arena->failed ? err_memory(b->err) : 0;
}

/* ---- groups: headings that only hold documents ---- */

static bool group_like(struct span s)
{
    struct enumerator e;
    return enumerator_read(s, &e) &&
           (e.style == STYLE_CHINESE || e.style == STYLE_CHINESE_BRACKET ||
            e.style == STYLE_CHAPTER) &&
           text_runes(s, 31) <= 30 && text_heading_like(span_from(s, e.length));
}

/* The line of text before i; NO_LINE = none. */
static uint32_t text_before(const struct build *b, uint32_t i)
{
    while (i-- > 0)
        if (!silent(&b->lines.at[i]))
            return i;
    return NO_LINE;
}

static void find_groups(struct build *b)
{
    for (size_t i = b->heads.n; i-- > 0;) {
        uint32_t at = text_before(b, b->heads.at[i].first);
        while (at != NO_LINE && b->lines.at[at].role == ROLE_NONE && group_like(content(b, at))) {
            mark_role(b, at, at + 1, ROLE_GROUP);
            at = text_before(b, at);
        }
    }
}

/* ---- inside one document ---- */

static bool free_text(const struct range *r, uint32_t i)
{
    return !silent(&r->b->lines.at[i]) && r->b->lines.at[i].role == ROLE_NONE;
}

static uint32_t first_text(const struct range *r, uint32_t i)
{
    while (i < r->last && !free_text(r, i))
        i++;
    return i < r->last ? i : NO_LINE;
}

static void mark_numbers(struct range *r)
{
    unsigned seen = 0;
    for (uint32_t i = first_text(r, r->first); i != NO_LINE && seen < 12;
         i = first_text(r, i + 1), seen++)
        if (head_is_number(content(r->b, i)))
            mark_role(r->b, i, i + 1, ROLE_NUMBER);
}

/* The addressee: the first lines that end with a colon and hold no sentence. */
static void mark_addressee(struct range *r)
{
    static const char *const no[] = {"如下", "。",   "为",   "根据", "按照",
                                     "《",   "现将", "日前", NULL};
    uint32_t first = first_text(r, r->first), at = first;
    struct enumerator e;
    for (unsigned n = 0; at != NO_LINE && n < TO_LINES; n++) {
        struct span s = content(r->b, at);
        if (word_has_any(s, no) || enumerator_read(s, &e))
            return;
        if (span_ends(s, SPAN("：")) || span_ends(s, SPAN(":"))) {
            mark_role(r->b, first, at + 1, ROLE_TO);
            return;
        }
        at = next_text(r->b, at, r->last);
        if (at != NO_LINE && r->b->lines.at[at].role != ROLE_NONE)
            return;
    }
}

static bool organ_line(struct span s)
{
    static const char *const no[] = {"，", "。", "：", "；", "、", ":", ",", "（", NULL};
    struct enumerator e;
    return text_runes(s, 41) <= 40 && head_organ(s) && !word_has_any(s, no) &&
           !enumerator_read(s, &e);
}

/* A date alone on its line with the issuers above it, or behind the end of a sentence. */
static void mark_signatures(struct range *r)
{
    struct build *b = r->b;
    for (uint32_t i = first_text(r, r->first); i != NO_LINE; i = first_text(r, i + 1)) {
        if (!is_full_date(content(b, i)))
            continue;
        uint32_t at = i, first = i;
        for (unsigned n = 0; n < SIGN_LINES; n++) {
            at = text_before(b, at);
            if (at == NO_LINE || at < r->first || b->lines.at[at].role != ROLE_NONE ||
                !organ_line(content(b, at)))
                break;
            first = at;
        }
        bool alone = at == NO_LINE || at < r->first || b->lines.at[at].role != ROLE_NONE ||
                     text_ends_sentence(content(b, at));
        if (first == i && !alone)
            continue;
        for (at = first; at != NO_LINE && at < i; at = next_text(b, at, i))
            mark_role(b, at, at + 1, ROLE_SIGN);
        mark_role(b, i, i + 1, ROLE_DATE);
        at = next_text(b, i, r->last);
        if (at != NO_LINE && span_starts(content(b, at), SPAN("（此件")))
            mark_role(b, at, at + 1, ROLE_NOTE);
    }
}

/* Titles equal, or one without the issuer that the other begins with. */
static bool title_equal(struct span a, struct span b)
{
    if (a.n == 0 || b.n == 0)
        return false;
    return doc_same_title(a, b) || doc_title_ends(a, b) || doc_title_ends(b, a);
}

static struct span without_tail(struct span s)
{
    return span_ends(s, SPAN("的通知")) ? span_of(s.p, s.n - 9) : s;
}

/* What a title encloses: 《...》 behind 印发 or 转发, or all that follows these words. */
static struct span enclosed_title(struct span title)
{
    size_t at = span_find(title, SPAN("印发")), forward = span_find(title, SPAN("转发"));
    if (at == SIZE_MAX || (forward != SIZE_MAX && forward < at))
        at = forward;
    if (at == SIZE_MAX)
        return (struct span){0};
    struct span rest = span_trim(span_from(title, at + 6));
    size_t open = span_find(rest, SPAN("《"));
    if (open != SIZE_MAX) {
        size_t close = rest.n;
        while (close > open + 3 && memcmp(rest.p + close - 3, "》", 3) != 0)
            close--;
        if (close > open + 6)
            return span_of(rest.p + open + 3, close - open - 6);
    }
    return without_tail(rest);
}

/* Marks that no line of a title holds, told apart by their last byte where most text is passed
 * over. */
static bool has_stop(struct span s)
{
    for (size_t i = 0; i + 3 <= s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == 0xE3) { /* 。 〕 */
            unsigned char d = (unsigned char)s.p[i + 2];
            if ((unsigned char)s.p[i + 1] == 0x80 && (d == 0x82 || d == 0x95))
                return true;
        } else if (c == 0xEF && (unsigned char)s.p[i + 1] == 0xBC) { /* ， ： ； */
            unsigned char d = (unsigned char)s.p[i + 2];
            if (d == 0x8C || d == 0x9A || d == 0x9B)
                return true;
        }
    }
    return false;
}

/* Lines from `first` on that together are one of the known titles; the line behind them. */
static uint32_t title_at(struct range *r, uint32_t first)
{
    struct build *b = r->b;
    uint32_t at = first;
    struct span begin = content(b, first);
    if (begin.n < 6 || (span_find(r->head.title, span_of(begin.p, 6)) == SIZE_MAX &&
                        !span_starts(begin, SPAN("《"))))
        return NO_LINE; /* its first two characters stand nowhere in the title */
    buffer_clear(&b->raw);
    for (unsigned n = 0; n < TITLE_LINES && at != NO_LINE; n++) {
        struct span s = content(b, at);
        if (b->lines.at[at].role != ROLE_NONE || has_stop(s))
            return NO_LINE;
        buffer_add(&b->raw, s);
        struct span t = buffer_span(&b->raw);
        if (title_equal(t, r->inner) || title_equal(t, r->head.title) ||
            title_equal(t, without_tail(r->head.title)))
            return at + 1;
        at = next_text(b, at, r->last);
    }
    return NO_LINE;
}

static bool is_annex_word(struct span s)
{
    if (!span_starts(s, SPAN("附件")) && !span_starts(s, SPAN("附表")))
        return false;
    s = span_trim(span_from(s, 6));
    uint32_t number;
    size_t n = chinese_number(s, &number);
    s = span_from(s, n);
    while (s.n && s.p[0] >= '0' && s.p[0] <= '9')
        s = span_from(s, 1);
    return s.n == 0 || span_eq(s, SPAN("：")) || span_eq(s, SPAN(":"));
}

/* The title under a lone 附件: a known title, or the line itself. */
static void mark_annex(struct range *r, uint32_t i)
{
    struct build *b = r->b;
    uint32_t title = next_text(b, i, r->last);
    if (title == NO_LINE || !text_heading_like(content(b, title)))
        return;
    uint32_t end = title_at(r, title);
    mark_role(b, i, i + 1, ROLE_ANNEX);
    if (end == NO_LINE) {
        mark_role(b, title, title + 1, ROLE_TITLE);
        return;
    }
    mark_role(b, title, end, ROLE_TITLE);
    r->inner = r->head.title = (struct span){0};
}

static void mark_titles(struct range *r)
{
    struct build *b = r->b;
    unsigned seen = 0;
    uint32_t i = r->first;
    for (; i < r->last && seen < TITLE_SEARCH; i++) {
        if (silent(&b->lines.at[i]))
            continue;
        seen++;
        r->signed_off |= b->lines.at[i].role == ROLE_DATE;
        if (b->lines.at[i].role != ROLE_NONE)
            continue;
        if (is_annex_word(content(b, i))) {
            mark_annex(r, i);
            continue;
        }
        if (!r->head.title.n)
            continue;
        uint32_t end = title_at(r, i);
        if (end == NO_LINE)
            continue;
        mark_role(b, i, end, r->signed_off ? ROLE_TITLE : ROLE_REPEAT);
        if (r->signed_off)
            r->inner = r->head.title = (struct span){0};
        i = end - 1;
    }
    for (; i < r->last; i++)
        if (free_text(r, i) && is_annex_word(content(b, i)))
            mark_annex(r, i);
}

/* "附件：1.…" with the lines that go on with it. */
static void mark_list(struct range *r, uint32_t i)
{
    struct build *b = r->b;
    uint32_t at = i;
    bool spaced = b->doc->joining == DOC_JOIN_TRAILING_SPACE;
    mark_role(b, i, i + 1, ROLE_LIST);
    bool open = spaced && !b->lines.at[i].trailing;
    while ((at = next_text(b, at, r->last)) != NO_LINE && b->lines.at[at].role == ROLE_NONE) {
        struct span s = content(b, at);
        struct enumerator e;
        bool item = enumerator_read(s, &e) && e.style == STYLE_NUMBER;
        if (!open && (is_full_date(s) || organ_line(s) || span_ends(s, SPAN("。"))))
            return;
        if (!item && !open && !span_starts(s, SPAN("附件")) && !span_ends(s, SPAN("》")))
            return;
        mark_role(b, at, at + 1, ROLE_LIST);
        b->lines.at[at].begins = item || span_starts(s, SPAN("附件"));
        open = spaced && !b->lines.at[at].trailing;
    }
}

static bool begins_list(struct span s)
{
    static const char *const words[] = {"附件", "附表", "相关附件", NULL};
    if (!word_starts_any(s, words) || is_annex_word(s))
        return false;
    size_t wide = span_find(s, SPAN("：")), narrow = span_find(s, SPAN(":"));
    size_t at = wide < narrow ? wide : narrow;
    return at != SIZE_MAX && text_runes(span_of(s.p, at), 8) < 8;
}

static void mark_document(struct range *r)
{
    r->inner = enclosed_title(r->head.title);
    mark_signatures(r);
    mark_titles(r);
    mark_numbers(r);
    mark_addressee(r);
    for (uint32_t i = first_text(r, r->first); i != NO_LINE; i = first_text(r, i + 1))
        if (begins_list(content(r->b, i)))
            mark_list(r, i);
}

/* Whoever compiled the file signs it behind the last document. */
static void mark_colophon(struct build *b)
{
    static const char *const words[] = {"整理", "汇编", "编制", "编辑", NULL};
    uint32_t date = text_before(b, (uint32_t)b->lines.n);
    if (date == NO_LINE || !is_full_date(content(b, date)))
        return;
    uint32_t who = text_before(b, date);
    if (who == NO_LINE || !word_ends_any(content(b, who), words) ||
        text_runes(content(b, who), 21) > 20)
        return;
    mark_role(b, who, date + 1, ROLE_COLOPHON);
    b->lines.at[date].begins = true;
}

int heads_survey(struct build *b)
{
    b->doc->joining = lines_measure(b);
    mark_footers(b);
    int r = find_heads(b);
    if (r == 0 && b->heads.n == 0)
        r = find_titled(b);
    if (r < 0 || b->heads.n == 0)
        return r;
    find_groups(b);
    mark_colophon(b);
    for (size_t i = 0; i < b->heads.n; i++) {
        struct head *h = &b->heads.at[i];
        struct range g = {.b = b, .first = h->last, .last = (uint32_t)b->lines.n};
        if (i + 1 < b->heads.n)
            g.last = h[1].first;
        while (g.last > g.first &&
               (silent(&b->lines.at[g.last - 1]) || b->lines.at[g.last - 1].role == ROLE_GROUP ||
                b->lines.at[g.last - 1].role == ROLE_COLOPHON))
            g.last--;
        if (!head_parse(h->text, &g.head))
            g.head.title = h->text;
        h->listed = first_text(&g, g.first) == NO_LINE;
        mark_document(&g);
    }
    return b->arena->failed ? err_memory(b->err) : 0;
}
