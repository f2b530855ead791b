/*
 * entries_head.c: what the head and the signature of a text say: 文号, issuers, dates, addressee,
 * address, region, type. In a compilation with heads these lines are fields of the tree; in a
 * single text they are its first and last paragraphs.
 */
#include "document/entries_int.h"

#define HEAD_PARAGRAPHS 8 /* of a single text, at most, before its body */

/* ---- lines of a head ---- */

enum field { FIELD_NONE, FIELD_NUMBER, FIELD_TO, FIELD_SIGN, FIELD_DATE, FIELD_URL };

static bool full_date(struct span s, struct date *ret)
{
    size_t n = head_date(s, 0, ret);
    return n && n == s.n;
}

static enum field field_of(const struct doc_node *n)
{
    static const struct {
        const char *step;
        enum field field;
    } steps[] = {{"文号", FIELD_NUMBER},
                 {"主送", FIELD_TO},
                 {"署名", FIELD_SIGN},
                 {"日期", FIELD_DATE},
                 {"网址", FIELD_URL}};
    for (size_t i = 0; i < COUNT_OF(steps); i++)
        if (span_eq(n->step, span_z(steps[i].step)))
            return steps[i].field;
    return FIELD_NONE;
}

static void fact_add(struct entries *x, struct fact_vector *v, struct doc_fact f)
{
    struct doc_fact *slot = VECTOR_PUSH(x->arena, v, struct doc_fact);
    if (slot)
        *slot = f;
}

static void take_number(struct entries *x, struct doc_entry *e, struct doc_fact f)
{
    struct span s = f.text;
    char room[160];
    size_t n = 0;
    if (e->number.text.n || s.n > sizeof room - 8)
        return;
    for (size_t i = 0; i < s.n;) {
        struct span rest = span_from(s, i);
        static const char *const open[] = {"【", "[", "［", NULL}, *const close[] = {"】", "]",
                                                                                     "］", NULL};
        if (s.p[i] == ' ') {
            i++;
        } else if (word_starts_any(rest, open) || word_starts_any(rest, close)) {
            memcpy(room + n, word_starts_any(rest, open) ? "〔" : "〕", 3);
            n += 3;
            i += (unsigned char)s.p[i] < 0x80 ? 1 : 3;
        } else
            room[n++] = s.p[i++];
    }
    f.text = arena_copy(x->arena, span_of(room, n));
    e->number = f;
}

/* Several names on one line or in one list: 、 ， and spaces part them; and so does the name of a
 * region behind the end of a body, where a line holds two without anything between. */
static size_t name_end(struct span s, bool spaces)
{
    static const char *const starts[] = {"上海", "北京", "天津", "重庆", "国家",
                                         "中国", "中共", "中华", NULL};
    static const char *const central[] = {"国家", "中国", "中华", NULL};
    for (size_t at = 0; at < s.n; at++) {
        struct span rest = span_from(s, at), before = span_of(s.p, at);
        if (span_starts(rest, SPAN("、")) || span_starts(rest, SPAN("，")) || s.p[at] == ',')
            return at;
        if (spaces && s.p[at] == ' ' && head_organ(span_trim(before)))
            return at;
        bool begins = word_starts_any(rest, starts) ||
                      (rest.n >= 6 && memcmp(rest.p, s.p, 6) == 0); /* the same place again */
        if (at >= 9 && begins && !word_starts_any(before, central) && head_organ(before) &&
            head_organ(rest))
            return at;
    }
    return s.n;
}

static void take_names(struct entries *x, const struct doc_node *n, struct span s,
                       struct fact_vector *v)
{
    for (s = span_trim(s); s.n;) {
        size_t end = name_end(s, true);
        struct span name = span_trim(span_of(s.p, end));
        if (span_ends(name, SPAN("等")))
            name.n -= 3;
        if (text_runes(name, 2) == 2)
            fact_add(x, v, fact_in(x, n, name));
        size_t skip = end < s.n && (s.p[end] == ',' || s.p[end] == ' ') ? 1
                      : span_starts(span_from(s, end), SPAN("、")) ||
                              span_starts(span_from(s, end), SPAN("，"))
                          ? 3
                          : 0;
        s = span_trim(span_from(s, end + skip));
    }
}

/* An address in pieces over lines, without the blanks between. */
static void take_source(struct entries *x, struct doc_entry *e, const struct doc_node *n)
{
    if (e->source.text.n)
        return;
    e->source = fact_in(x, n, span_trim(n->text));
}

static void take_date(struct entries *x, struct doc_day *day, const struct doc_node *n,
                      struct span s)
{
    if (day->date.year || !full_date(s, &day->date))
        return;
    day->printed = fact_in(x, n, s);
}

struct head_state {
    struct fact_vector signers;
};

static void take_field(struct entries *x, struct doc_entry *e, struct head_state *h,
                       const struct doc_node *n, enum field field)
{
    struct span s = span_trim(n->text), number;
    if (field == FIELD_NUMBER)
        take_number(x, e, fact_in(x, n, head_number_line(s, &number) ? number : s));
    else if (field == FIELD_TO && !e->addressee.text.n)
        e->addressee = fact_in(x, n, span_of(s.p, s.n - (span_ends(s, SPAN(":")) ? 1 : 3)));
    else if (field == FIELD_SIGN && !e->signature_date.date.year)
        take_names(x, n, s, &h->signers);
    else if (field == FIELD_DATE)
        take_date(x, &e->signature_date, n, s);
    else if (field == FIELD_URL)
        take_source(x, e, n);
}

static void read_fields(struct entries *x, struct doc_entry *e, const struct doc_node *part,
                        struct head_state *h)
{
    for (const struct doc_node *n = part->first; n; n = n->next) {
        enum field field = n->kind == DOC_FIELD ? field_of(n) : FIELD_NONE;
        if (field)
            take_field(x, e, h, n, field);
    }
}

/* ---- a single text: its first and last paragraphs ---- */

static bool is_addressee(struct span s)
{
    static const char *const no[] = {"如下", "。", "根据", "按照", "《", "现将", NULL};
    return (span_ends(s, SPAN("：")) || span_ends(s, SPAN(":"))) && text_runes(s, 121) <= 120 &&
           !word_has_any(s, no);
}

static enum field guess_head(const struct doc_node *n)
{
    struct span s = span_trim(n->text), number;
    if (head_number_line(s, &number))
        return FIELD_NUMBER;
    return is_addressee(s) ? FIELD_TO : FIELD_NONE;
}

static void read_first(struct entries *x, struct doc_entry *e, struct head_state *h)
{
    unsigned seen = 0;
    for (const struct doc_node *n = e->node->first; n && seen < HEAD_PARAGRAPHS;
         n = n->next, seen++) {
        if (n->kind != DOC_PARAGRAPH && n->kind != DOC_HEADING)
            return;
        enum field field = guess_head(n);
        if (field)
            take_field(x, e, h, n, field);
        if (field == FIELD_TO)
            return;
    }
}

static const struct doc_node *last_leaf(const struct doc_node *n)
{
    while (n->last)
        n = n->last;
    return n;
}

static const struct doc_node *before(const struct doc_node *n, const struct doc_node *stop)
{
    if (n == stop)
        return NULL;
    if (n->prev)
        return last_leaf(n->prev);
    return n->parent == stop ? NULL : n->parent;
}

/* The date in the last lines, issuers above it. */
static void read_last(struct entries *x, struct doc_entry *e, struct head_state *h)
{
    const struct doc_node *n = last_leaf(e->node), *names[16];
    struct date date;
    unsigned seen = 0;
    size_t count = 0;
    for (; n && seen < HEAD_PARAGRAPHS && !full_date(span_trim(n->text), &date); seen++)
        n = before(n, e->node);
    if (!n || seen == HEAD_PARAGRAPHS)
        return;
    const struct doc_node *day = n;
    while ((n = before(n, e->node)) && count < COUNT_OF(names) && head_organ(span_trim(n->text)) &&
           text_runes(n->text, 41) <= 40)
        names[count++] = n;
    while (count > 0)
        take_field(x, e, h, names[--count], FIELD_SIGN);
    take_field(x, e, h, day, FIELD_DATE);
}

/* ---- issuers ---- */

static struct span before_about(struct span title)
{
    static const char *const verbs[] = {"关于", "落实", "贯彻", "印发", "转发", NULL};
    size_t which, at = words_find(title, 0, verbs, &which);
    struct span s = span_trim(span_of(title.p, at == SIZE_MAX ? 0 : at));
    if (span_ends(s, SPAN("等")))
        s.n -= 3;
    return head_organ(s) ? s : (struct span){0};
}

static size_t subsequence(struct span small, struct span large)
{
    size_t at = 0;
    while (small.n >= 3 && at + 3 <= large.n) {
        if (memcmp(small.p, large.p + at, 3) == 0)
            small = span_from(small, 3);
        at += 3;
    }
    return small.n;
}

static bool same_body(struct span a, struct span b)
{
    return subsequence(a, b) == 0 || subsequence(b, a) == 0;
}

static void compare_issuers(struct doc_entry *e)
{
    bool any = e->signer_count == 0 || e->issuer_count == 0;
    for (size_t i = 0; i < e->issuer_count && !any; i++)
        for (size_t j = 0; j < e->signer_count && !any; j++)
            any = same_body(e->issuers[i].text, e->signers[j].text);
    if (!any)
        e->flags |= DOC_FLAG_ISSUERS_DIFFER;
}

/* "甲局 乙委等联合发布": the list is not complete; the title may have all. */
static bool and_others(const struct doc_node *n)
{
    if (!n->text.p || n->unit.p < n->text.p || n->unit.p + n->unit.n > n->text.p + n->text.n)
        return false;
    return span_starts(span_from(n->text, (size_t)(n->unit.p - n->text.p) + n->unit.n), SPAN("等"));
}

static void set_issuers(struct entries *x, struct doc_entry *e, struct head_state *h)
{
    struct fact_vector v = {0};
    const struct doc_node *n = e->node;
    e->signers = h->signers.at;
    e->signer_count = h->signers.n;
    bool others = n->unit.n && and_others(n);
    struct span title = before_about(e->title.text);
    if (n->unit.n && !(others && title.n))
        take_names(x, n, n->unit, &v);
    if (v.n == 0 && h->signers.n)
        v = h->signers;
    if (v.n == 0 && title.n)
        take_names(x, n, title, &v);
    e->issuers = v.at;
    e->issuer_count = v.n;
    compare_issuers(e);
}

void entry_responsible(struct entries *x, struct doc_entry *e, const struct doc_node *item)
{
    struct fact_vector v = {0};
    for (size_t i = 0; i < item->mark_count; i++) {
        const struct doc_mark *m = &item->marks[i];
        if (m->kind != DOC_MARK_RESPONSIBLE)
            continue;
        struct span tag = span_of(item->text.p + m->start, m->end - m->start);
        size_t wide = span_find(tag, SPAN("：")), narrow = span_find(tag, SPAN(":"));
        size_t from = wide < narrow ? wide + 3 : narrow + 1;
        if (wide != SIZE_MAX || narrow != SIZE_MAX)
            take_names(x, item,
                       span_of(tag.p + from, tag.n - from - (span_ends(tag, SPAN(")")) ? 1 : 3)),
                       &v);
    }
    if (v.n == 0)
        return;
    e->issuers = v.at;
    e->issuer_count = v.n;
    e->flags = (e->flags | DOC_FLAG_ISSUER_INFERRED) & ~(unsigned)DOC_FLAG_NO_ISSUER;
}

/* "上海海关等11 部门关于…": as many as named? */
static void compare_count(struct doc_entry *e)
{
    struct span title = e->title.text;
    size_t at = span_find(title, SPAN("部门")), about = span_find(title, SPAN("关于")), digits = 0;
    unsigned n = 0, place = 1;
    if (at == SIZE_MAX || about == SIZE_MAX || at > about)
        return;
    while (at > 0 && title.p[at - 1] == ' ')
        at--;
    for (; at > 0 && title.p[at - 1] >= '0' && title.p[at - 1] <= '9' && digits < 3; digits++) {
        n += (unsigned)(title.p[--at] - '0') * place;
        place *= 10;
    }
    if (n > 1 && e->issuer_count > 1 && n != e->issuer_count)
        e->flags |= DOC_FLAG_COUNT_DIFFERS;
}

/* ---- dates ---- */

static void heading_date(struct entries *x, struct doc_entry *e)
{
    const struct doc_node *n = e->node;
    if (!n->date.n)
        return;
    struct doc_day *d = &e->heading_date;
    if (full_date(n->date, &d->date)) {
        d->printed = fact_in(x, n, n->date);
        return;
    }
    unsigned month = 0, day = 0;
    size_t at = 0;
    for (; at < n->date.n && n->date.p[at] >= '0' && n->date.p[at] <= '9'; at++)
        month = month * 10 + (unsigned)(n->date.p[at] - '0');
    struct span rest = span_trim(span_from(n->date, at));
    if (!x->frame_year || !span_starts(rest, SPAN("月")))
        return;
    rest = span_trim(span_from(rest, 3));
    for (at = 0; at < rest.n && rest.p[at] >= '0' && rest.p[at] <= '9'; at++)
        day = day * 10 + (unsigned)(rest.p[at] - '0');
    if (!date_make(x->frame_year, month, day, &d->date))
        return;
    for (const struct doc_node *c = n->first; c; c = c->next)
        if (c->kind == DOC_DATE)
            d->printed = fact_in(x, c, c->text);
    e->flags |= DOC_FLAG_YEAR_INFERRED;
}

static void set_dates(struct entries *x, struct doc_entry *e)
{
    heading_date(x, e);
    struct date a = e->heading_date.date, b = e->signature_date.date;
    e->date = a.year ? a : b.year ? b : x->list->frame_date;
    if (a.year && b.year && date_compare(a, b) != 0)
        e->flags |= DOC_FLAG_DATES_DIFFER;
    if (!e->date.year)
        e->flags |= DOC_FLAG_NO_DATE;
}

/* ---- region ---- */

static void read_groups(struct region *r, const struct doc_node *n)
{
    const struct doc_node *chain[8];
    size_t count = 0;
    for (n = n->parent; n && count < COUNT_OF(chain); n = n->parent)
        if (n->kind == DOC_GROUP)
            chain[count++] = n;
    while (count > 0)
        region_read(r, chain[--count]->title);
}

static void read_frame(struct entries *x)
{
    if (x->frame_read)
        return;
    x->frame_read = true;
    region_read(&x->frame, x->list->frame_title);
    region_dominant(&x->frame, x->doc->bytes);
}

static void set_region(struct entries *x, struct doc_entry *e)
{
    struct region r = {0};
    read_groups(&r, e->node);
    r.inferred = false;
    for (size_t i = 0; i < e->issuer_count; i++)
        region_read(&r, e->issuers[i].text);
    for (size_t i = 0; i < e->signer_count; i++)
        region_read(&r, e->signers[i].text);
    region_read(&r, e->title.text);
    if (!r.province.n && !r.city.n && e->number.text.n)
        region_by_number(&r, e->number.text);
    if (!r.province.n && !r.city.n) {
        read_frame(x);
        struct region own = r;
        r = x->frame;
        if (own.district.n && !span_eq(own.district, r.district))
            r = own;
        r.inferred = true;
    }
    e->region = region_path(x->arena, &r);
    if (r.inferred)
        e->flags |= DOC_FLAG_REGION_INFERRED;
}

/* ---- type ---- */

/* Longer words first: the first that ends the title is taken. */
static const char *const types[] = {
    "若干政策措施", "三年行动计划", "若干措施", "具体措施", "政策措施",       "工作措施",
    "措施",         "工作举措",     "举措",     "实施细则", "操作细则",       "流程细则",
    "细则",         "管理办法",     "暂行办法", "实施办法", "办法",           "行动计划",
    "工作计划",     "计划",         "行动方案", "工作方案", "实施方案",       "服务方案",
    "方案",         "工作要点",     "要点",     "实施意见", "指导意见",       "若干意见",
    "意见",         "管理规定",     "暂行规定", "若干规定", "规定",           "条例",
    "规则",         "若干政策",     "决定",     "公告",     "通告",           "紧急通知",
    "通知",         "倡议书",       "倡议",     "问答",     "解读",           "办理流程",
    "工作流程",     "流程",         "服务包",   "政策汇总", "联系方式汇总表", "汇总表",
    "登记表",       "申请表",       "申报表",   "一览表",   "汇总",           "目录",
    "名单",         "台账",         "清单",     "指南",     "指引",           "纪要",
    "批复",         "公报",         "函",       "报告",     "规划",           "纲要",
    "说明",         "表",           NULL};

/* （试行）, （2023—2025年） and closing marks say nothing of the kind. */
static struct span bare_title(struct span s)
{
    static const char *const tails[] = {"》", "〉", ">", "＞", "”", "\"", "’", NULL};
    for (bool again = true; again;) {
        again = false;
        s = span_trim(s);
        for (const char *const *t = tails; *t; t++)
            if (span_ends(s, span_z(*t))) {
                s.n -= strlen(*t);
                again = true;
            }
        size_t open = SIZE_MAX;
        if (span_ends(s, SPAN("）")) || span_ends(s, SPAN(")")))
            for (size_t at = s.n; at-- > 0 && open == SIZE_MAX;)
                if (s.p[at] == '(' || span_starts(span_from(s, at), SPAN("（")))
                    open = at;
        if (open != SIZE_MAX && open > 0) {
            s.n = open;
            again = true;
        }
    }
    return s;
}

struct span entry_type(struct span title)
{
    struct span s = bare_title(title);
    for (const char *const *t = types; *t; t++)
        if (span_ends(s, span_z(*t)))
            return span_z(*t);
    return (struct span){0};
}

static void set_type(struct doc_entry *e)
{
    static const char *const kinds[DOC_ENTRY_KINDS] = {"",         "",         "附件",
                                                       "舆情条目", "简报条目", "动态"};
    if (e->kind == DOC_ENTRY_DIGEST || e->kind == DOC_ENTRY_BULLETIN) {
        e->type = span_z(kinds[e->kind]);
        return;
    }
    e->type = e->body != e->node ? entry_type(e->body_title) : (struct span){0};
    if (!e->type.n)
        e->type = entry_type(e->title.text);
    if (!e->type.n)
        e->type = e->kind == DOC_ENTRY_DOCUMENT ? SPAN("动态") : span_z(kinds[e->kind]);
}

void entry_head(struct entries *x, struct doc_entry *e)
{
    struct head_state h = {0};
    const struct doc_node *n = e->node;
    read_fields(x, e, n, &h);
    if (e->body != n && !e->signature_date.date.year)
        read_fields(x, e, e->body, &h);
    if (e->kind == DOC_ENTRY_DOCUMENT && n == x->doc->root) {
        read_first(x, e, &h);
        read_last(x, e, &h);
    }
    if (n->number.n)
        take_number(x, e, fact_in(x, n, n->number));
    set_issuers(x, e, &h);
    compare_count(e);
    set_dates(x, e);
    set_type(e);
    set_region(x, e);
    if (!e->number.text.n)
        e->flags |= DOC_FLAG_NO_NUMBER;
    if (!e->issuer_count)
        e->flags |= DOC_FLAG_NO_ISSUER;
}
