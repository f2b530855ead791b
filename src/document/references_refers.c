/*
 * references_refers.c: clauses that leave their conditions, amount or procedure to another text,
 * and superior rules told in another document's words.
 */
#include "document/mention_int.h"
#include "document/references_int.h"

/* ---- which part ---- */

static const struct {
    const char *word;
    enum referred_part part;
} parts[] = {
    {"条件", PART_CONDITIONS}, {"范围", PART_CONDITIONS},     {"对象", PART_CONDITIONS},
    {"划型", PART_CONDITIONS}, {"认定", PART_CONDITIONS},     {"资格", PART_CONDITIONS},
    {"目录", PART_CONDITIONS}, {"标准规定", PART_CONDITIONS}, {"标准", PART_AMOUNT},
    {"金额", PART_AMOUNT},     {"比例", PART_AMOUNT},         {"额度", PART_AMOUNT},
    {"补贴", PART_AMOUNT},     {"奖励", PART_AMOUNT},         {"费率", PART_AMOUNT},
    {"减免", PART_AMOUNT},     {"流程", PART_PROCEDURE},      {"程序", PART_PROCEDURE},
    {"办理", PART_PROCEDURE},  {"申报", PART_PROCEDURE},      {"手续", PART_PROCEDURE},
    {"材料", PART_PROCEDURE},  {"申请", PART_PROCEDURE},      {"办法", PART_PROCEDURE},
};

static bool part_in(struct span s, enum referred_part *ret)
{
    size_t first = SIZE_MAX;
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        size_t at = span_find(s, span_z(parts[i].word));
        if (at < first) {
            first = at;
            *ret = parts[i].part;
        }
    }
    return first != SIZE_MAX;
}

/* The word that stands nearest to the citation before it. */
static bool part_before(struct span s, enum referred_part *ret)
{
    for (size_t at = s.n; at > 0; at--)
        for (size_t i = 0; i < COUNT_OF(parts); i++)
            if (ends_before(s, at, parts[i].word)) {
                *ret = parts[i].part;
                return true;
            }
    return false;
}

/* Behind the citation first, then before it. */
static enum referred_part part_of(struct span sentence_after, struct span sentence_before)
{
    enum referred_part part = PART_WHOLE;
    struct span near = sentence_after;
    if (near.n > 60)
        near.n = 60;
    if (!part_in(near, &part) && !part_before(sentence_before, &part))
        part_in(sentence_after, &part);
    return part;
}

/* ---- sentences ---- */

static const char *const stops[] = {"。", "；", "！", "？", NULL};

static struct span until_stop(struct span s, size_t from)
{
    size_t at = from;
    while (at < s.n && at - from < 240 && !any_at(s, at, stops, NULL))
        at++;
    return span_of(s.p + from, at - from);
}

static struct span since_stop(struct span s, size_t to)
{
    size_t at = to;
    while (at > 0 && to - at < 240 && !any_before(s, at, stops, NULL))
        at--;
    return span_of(s.p + at, to - at);
}

/* ---- referrals to a cited text ---- */

static bool leaves_to(struct span before, struct span after)
{
    static const char *const led[] = {"按照", "按",   "参照",     "依照", "根据", "符合", "详见",
                                      "见",   "遵照", "严格按照", "执行", "纳入", "列入", NULL};
    static const char *const done[] = {"执行", "办理", "规定的", "规定", "要求",
                                       "条件", "标准", "为准",   "流程", "给予",
                                       "享受", "确定", "申报",   "减免", NULL};
    struct span near = after;
    if (near.n > 90)
        near.n = 90;
    struct span words = before.n > 45 ? span_from(before, before.n - 45) : before;
    return any_before(words, blank_before(words, words.n), led, NULL) ||
           (word_has_any(words, led) && word_has_any(near, done));
}

static bool preface(struct span before)
{
    static const char *const words[] = {"为贯彻",   "为落实", "为进一步", "制定本", "制定如下",
                                        "提出如下", "结合本", "结合我",   "制订本", "现将",
                                        "为深入",   "为切实", "为支持",   "为应对", NULL};
    return word_has_any(before, words);
}

static size_t cited_text(struct linking *l, const struct mention *m)
{
    enum reference_how how;
    struct span none = {NULL, 0};
    if (m->kind == MENTION_NUMBER)
        return text_cited(l, m->value, none, &how);
    if (m->kind == MENTION_NICKNAME && span_find(m->meant, SPAN("〔")) != SIZE_MAX)
        return text_cited(l, m->meant, none, &how);
    if (m->kind == MENTION_NICKNAME)
        return text_cited(l, none, m->meant.n ? m->meant : m->value, &how);
    return text_cited(l, none, m->value, &how);
}

static void refer_cited(struct linking *l, const struct reference_file *f, const struct mention *m)
{
    struct span s = m->node->text, after = until_stop(s, m->to), before = since_stop(s, m->from);
    size_t from = text_of_entry(l, doc_entry_of(f->entries, m->node));
    if (from == NO_TEXT || preface(before) || preface(after) || !leaves_to(before, after))
        return;
    size_t to = cited_text(l, m);
    if (to == from)
        return;
    struct referral *r = VECTOR_PUSH(l->arena, &l->referrals, struct referral);
    if (r)
        *r = (struct referral){.from = from,
                               .to = to,
                               .part = part_of(after, before),
                               .held = l->texts.at[to].held,
                               .node = m->node,
                               .start = m->start,
                               .end = m->end};
}

/* ---- referrals without a name ---- */

static const char *const unnamed[] = {
    "另行制定",     "另行通知",     "另行公布",     "另行规定",     "另行发布",     "另行明确",
    "有关规定执行", "相关规定执行", "有关政策执行", "相关政策执行", "有关规定办理", "相关规定办理",
    "有关规定给予", "按市级政策",   "按照市级政策", "市级规定执行", "国家规定执行", "公布清单为准",
    "实际公布为准", "有关要求执行", "详见申报指南", "申报指南为准", "具体办法由",   NULL};

static void refer_unnamed(struct linking *l, const struct reference_file *f,
                          const struct doc_node *n)
{
    size_t from = SIZE_MAX, which;
    struct span s = n->text;
    for (size_t at = words_find(s, 0, unnamed, &which); at != SIZE_MAX;
         at = words_find(s, at + 3, unnamed, &which)) {
        size_t length = strlen(unnamed[which]);
        if (from == SIZE_MAX)
            from = text_of_entry(l, doc_entry_of(f->entries, n));
        struct referral *r =
            from == NO_TEXT ? NULL : VECTOR_PUSH(l->arena, &l->referrals, struct referral);
        if (!r)
            return;
        *r = (struct referral){.from = from,
                               .to = NO_TEXT,
                               .part = part_of(span_of(s.p, 0), since_stop(s, at)),
                               .node = n,
                               .start = doc_source(f->doc, n, at),
                               .end = doc_source(f->doc, n, at + length - 1) + 1,
                               .words = span_z(unnamed[which])};
    }
}

/* ---- quotations ---- */

static bool carries_figure(const struct mentions *all, size_t i)
{
    const struct mention *m = &all->at[i];
    for (size_t k = i + 1; k < all->n && all->at[k].node == m->node; k++)
        if (all->at[k].kind <= MENTION_COUNT || all->at[k].kind == MENTION_LIMIT ||
            all->at[k].kind == MENTION_WINDOW)
            return true;
    return false;
}

/* A figure behind a superior text's name is that text's, told at second hand. */
static void quote(struct linking *l, const struct reference_file *f, size_t i)
{
    const struct mention *m = &f->mentions->at[i];
    size_t from = text_of_entry(l, doc_entry_of(f->entries, m->node));
    struct span before = since_stop(m->node->text, m->from);
    if (from == NO_TEXT || preface(before) || preface(until_stop(m->node->text, m->to)) ||
        !carries_figure(f->mentions, i))
        return;
    size_t to = cited_text(l, m);
    enum text_level up = l->texts.at[to].level;
    if (to == from || up == LEVEL_UNKNOWN || up >= l->texts.at[from].level)
        return;
    struct quotation *q = VECTOR_PUSH(l->arena, &l->quotations, struct quotation);
    if (q)
        *q = (struct quotation){
            .from = from, .to = to, .node = m->node, .start = m->start, .end = m->end};
}

void referrals_find(struct linking *l, const struct reference_file *f)
{
    const struct mentions *all = f->mentions;
    for (size_t i = 0; i < all->n && !l->arena->failed; i++) {
        const struct mention *m = &all->at[i];
        const struct mention *last = i ? &all->at[i - 1] : NULL;
        bool second = last && m->kind == MENTION_NUMBER && last->kind == MENTION_TITLE &&
                      last->node == m->node && m->from - last->to <= 12;
        if ((m->kind != MENTION_TITLE && m->kind != MENTION_NUMBER &&
             m->kind != MENTION_NICKNAME) ||
            second || m->node->kind == DOC_HEADING)
            continue;
        refer_cited(l, f, m);
        quote(l, f, i);
    }
    for (const struct doc_node *n = f->doc->root; n; n = doc_following(f->doc->root, n))
        if (n->kind != DOC_CELL && n->seg_count)
            refer_unnamed(l, f, n);
}
