/*
 * lint.c: checks of wording over the tree, its documents and its mentions.
 */
#include "document/lint.h"
#include <stdlib.h>
#include "document/mention_int.h"
#include "document/references.h"

VECTOR_OF(struct lint, lint_vector);

struct linting {
    struct arena *arena;
    const struct doc *doc;
    const struct doc_entries *entries;
    const struct mentions *mentions;
    const struct names *names;
    struct lint_vector out;
    const struct doc_node *article_top; /* last_article of this node is article_last */
    int64_t article_last;
};

static const struct {
    const char *name, *hint;
    bool severe;
} rules[] = {
#define LINT(NAME, word, severe, hint) {word, hint, severe},
#include "document/lint.def"
#undef LINT
};

const char *lint_name(enum lint_rule rule)
{
    return rules[rule].name;
}

const char *lint_hint(enum lint_rule rule)
{
    return rules[rule].hint;
}

bool lint_severe(enum lint_rule rule)
{
    return rules[rule].severe;
}

/* ---- adding ---- */

static struct lint *add(struct linting *l, enum lint_rule rule, const struct doc_node *n,
                        size_t from, size_t to, struct span message)
{
    struct lint *x = VECTOR_PUSH(l->arena, &l->out, struct lint);
    if (!x)
        return NULL;
    *x = (struct lint){.rule = rule, .node = n, .message = message};
    bool placed = n->seg_count && to > from && to <= n->text.n;
    x->start = placed ? doc_source(l->doc, n, from) : n->start;
    x->end = placed ? doc_source(l->doc, n, to - 1) + 1 : n->text_end;
    if (placed)
        x->words = span_of(n->text.p + from, to - from);
    return x;
}

static const char *const sentence_stops[] = {"。", "；", "！", "？", NULL};

static size_t sentence_start(struct span s, size_t at)
{
    while (at > 0 && !any_before(s, at, sentence_stops, NULL))
        at--;
    return at;
}

static size_t sentence_end(struct span s, size_t at)
{
    while (at < s.n && !any_at(s, at, sentence_stops, NULL))
        at++;
    return at;
}

static struct span sentence_of(struct span s, size_t at)
{
    size_t from = sentence_start(s, at);
    return span_of(s.p + from, sentence_end(s, at) - from);
}

/* ---- catch-all clauses ---- */

static const char *const catch_all[] = {
    "其他情形",     "其他条件",     "其他情况",     "其他要求", "其他材料",
    "其他相关材料", "其他有关材料", "其他证明材料", "其他需要", "其他应当",
    "其他不符合",   "其他符合",     "其他规定",     NULL};
static const char *const conditional[] = {"条件", "情形", "材料", "对象", "范围", "资格",
                                          "申请", "申报", "应当", "不予", NULL};

/* 其他...情形 with words between. */
static size_t other_cases(struct span s, size_t at)
{
    static const char *const ends[] = {"情形", "条件", "情况", "要求的", "材料", NULL};
    static const char *const stops[] = {"，", "。", "；", "、", NULL};
    for (size_t i = at + 6; i < s.n && i - at <= 60 && !any_at(s, i, stops, NULL); i++) {
        size_t n = any_at(s, i, ends, NULL);
        if (n)
            return i + n;
    }
    return 0;
}

/* Words of this clause and of the headings above it. */
static bool in_conditions(const struct doc_node *n)
{
    for (unsigned up = 0; n && up < 3; n = n->parent, up++) {
        struct span head = n->title.n ? n->title : n->text;
        if (head.n > 240)
            head.n = 240;
        if (word_has_any(head, conditional))
            return true;
    }
    return false;
}

static void check_catch_all(struct linting *l, const struct doc_node *n)
{
    static const char *const other[] = {"其他", "其它", NULL};
    size_t which;
    for (size_t at = words_find(n->text, 0, other, &which); at != SIZE_MAX;
         at = words_find(n->text, at + 6, other, &which)) {
        size_t end = at + any_at(n->text, at, catch_all, NULL), far = other_cases(n->text, at);
        if (far > end)
            end = far;
        if (end == at || !in_conditions(n))
            continue;
        add(l, LINT_CATCH_ALL, n, at, end,
            arena_print(l->arena, "兜底条款“%.*s”", (int)(end - at), n->text.p + at));
    }
}

/* ---- requirements outside closed lists ---- */

static const struct {
    const char *word, *list;
} outside[] = {
    {"须取得", "行政许可事项清单"},       {"需取得", "行政许可事项清单"},
    {"应当取得", "行政许可事项清单"},     {"须经审批", "行政许可事项清单"},
    {"缴纳保证金", "收费目录清单"},       {"收取费用", "收费目录清单"},
    {"缴纳费用", "收费目录清单"},         {"收取服务费", "收费目录清单"},
    {"评估报告", "中介服务事项清单"},     {"鉴证报告", "中介服务事项清单"},
    {"专项审计报告", "中介服务事项清单"}, {"第三方检测报告", "中介服务事项清单"},
    {"出具证明", "证明事项清单"},         {"开具证明", "证明事项清单"},
    {"无犯罪记录证明", "证明事项清单"},   {"在本区注册满", "公平竞争审查"},
    {"指定的中介", "中介服务事项清单"},   {"指定机构", "中介服务事项清单"},
};

static void check_outside(struct linting *l, const struct doc_node *n)
{
    static const char *const negated[] = {"无需", "不再", "取消", "免于", "不得",
                                          "替代", "清单", "目录", "免",   NULL};
    for (size_t i = 0; i < COUNT_OF(outside); i++) {
        size_t at = span_find(n->text, span_z(outside[i].word));
        if (at == SIZE_MAX || word_has_any(sentence_of(n->text, at), negated))
            continue;
        add(l, LINT_OUTSIDE_LIST, n, at, at + strlen(outside[i].word),
            arena_print(l->arena, "“%s”没有注明依据%s", outside[i].word, outside[i].list));
    }
}

/* ---- limits without a figure ---- */

static const char *const vague[] = {"较大",   "较高",     "较多",     "较严重", "及时",
                                    "尽快",   "适当补贴", "适当奖励", "适当",   "一定比例",
                                    "一定的", "相应奖励", "酌情",     "原则上", "一般不超过",
                                    "大力",   "合理期限", "限时",     NULL};
/* Words of exhortation are no limits. */
static const char *const binding[] = {"补贴", "奖励", "补助", "贴息", "减免", "申请", "受理",
                                      "审批", "审核", "拨付", "兑现", "办理", "条件", "办结",
                                      "答复", "告知", "反馈", "企业", NULL};

/* The first mention at or behind byte `start` of the file. */
static size_t mention_from(const struct linting *l, size_t start)
{
    size_t lo = 0, hi = l->mentions->n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (l->mentions->at[mid].start < start)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static bool has_figure(const struct linting *l, const struct doc_node *n, size_t from, size_t to)
{
    size_t start = doc_source(l->doc, n, from), end = doc_source(l->doc, n, to - 1) + 1;
    for (size_t lo = mention_from(l, start); lo < l->mentions->n && l->mentions->at[lo].start < end;
         lo++) {
        enum mention_kind k = l->mentions->at[lo].kind;
        if (k <= MENTION_COUNT || k == MENTION_LIMIT || k == MENTION_WINDOW ||
            k == MENTION_DURATION)
            return true;
        if (k == MENTION_ANCHORED && span_find(l->mentions->at[lo].value, SPAN("+")) != SIZE_MAX)
            return true;
    }
    return false;
}

static void check_vague(struct linting *l, const struct doc_node *n)
{
    static const char *const strong[] = {"较大",     "适当补贴", "适当奖励", "一定比例",
                                         "相应奖励", "及时",     "尽快",     "酌情",
                                         "合理期限", "较严重",   NULL};
    size_t which;
    for (size_t at = words_find(n->text, 0, vague, &which); at != SIZE_MAX;
         at = words_find(n->text, at + 6, vague, &which)) {
        size_t length = any_at(n->text, at, vague, &which), from = sentence_start(n->text, at);
        struct span sentence = sentence_of(n->text, at);
        if (!any_at(n->text, at, strong, NULL) || !word_has_any(sentence, binding) ||
            has_figure(l, n, from, from + sentence.n))
            continue;
        add(l, LINT_NO_LIMIT, n, at, at + length,
            arena_print(l->arena, "“%s”没有数额或者时限", vague[which]));
    }
}

/* ---- citations ---- */

static void check_marks(struct linting *l, const struct doc_node *n)
{
    size_t open = SIZE_MAX;
    unsigned depth = 0;
    for (size_t i = 0; i + 3 <= n->text.n; i++) {
        if (starts_at(n->text, i, "《") && depth++ == 0)
            open = i;
        else if (starts_at(n->text, i, "》") && (depth == 0 || --depth == 0)) {
            if (open == SIZE_MAX)
                add(l, LINT_BROKEN_CITATION, n, i, i + 3, SPAN("书名号没有前半"));
            open = SIZE_MAX;
        }
    }
    if (depth)
        add(l, LINT_BROKEN_CITATION, n, open, open + 3, SPAN("书名号没有后半"));
}

/* A number and a title that name two texts. */
static void check_number(struct linting *l, size_t i)
{
    const struct mention *m = &l->mentions->at[i];
    const struct mention *t = i ? &l->mentions->at[i - 1] : NULL;
    if (m->kind != MENTION_NUMBER || !t || t->kind != MENTION_TITLE || t->node != m->node ||
        m->from - t->to > 12 || !l->names)
        return;
    const struct name_text *by_number = map_get(&l->names->by_number, m->value);
    if (!by_number)
        return;
    struct span told = title_core(l->arena, t->value),
                known = title_core(l->arena, by_number->title);
    if (span_eq(told, known) || span_find(told, known) != SIZE_MAX ||
        span_find(known, told) != SIZE_MAX)
        return;
    add(l, LINT_BROKEN_CITATION, m->node, t->from, m->to,
        arena_print(l->arena, "%.*s的标题是《%.*s》", SPAN_ARG(m->value),
                    SPAN_ARG(by_number->title)));
}

/* The highest 第n条 below the node; kept, because one text is asked often. */
static int64_t last_article(struct linting *l, const struct doc_node *top)
{
    int64_t one;
    if (l->article_top == top)
        return l->article_last;
    l->article_top = top;
    l->article_last = 0;
    for (const struct doc_node *k = top; k; k = doc_following(top, k)) {
        struct quantity a;
        if (starts_at(k->step, 0, "第") && quantity_read(k->step, 3, &a) &&
            starts_at(k->step, a.end, "条") && decimal_to_int(a.value, &one) &&
            one > l->article_last)
            l->article_last = one;
    }
    return l->article_last;
}

/* 本办法第九条 where the document ends with the eighth. */
static void check_article(struct linting *l, const struct doc_node *n)
{
    static const char *const own[] = {"本办法第", "本规定第", "本细则第", "本条例第",
                                      "本措施第", "本意见第", "本方案第", NULL};
    size_t which;
    for (size_t at = words_find(n->text, 0, own, &which); at != SIZE_MAX;
         at = words_find(n->text, at + 9, own, &which)) {
        size_t from = at + strlen(own[which]);
        struct quantity q;
        int64_t number;
        if (!quantity_read(n->text, from, &q) || !starts_at(n->text, q.end, "条") ||
            !decimal_to_int(q.value, &number))
            continue;
        const struct doc_entry *e = doc_entry_of(l->entries, n);
        int64_t most = last_article(l, e ? e->node : l->doc->root);
        if (most && number > most)
            add(l, LINT_BROKEN_CITATION, n, at, q.end + 3,
                arena_print(l->arena, "本文没有第%d条", (int)number));
    }
}

/* ---- numbering ---- */

/* The number of an enumerator's step and its style: the step with the number cut out. */
static bool step_number(struct span step, int64_t *ret, struct span *ret_before,
                        struct span *ret_after)
{
    static const char *const heads[] = {"（", "第", NULL};
    size_t at = any_at(step, 0, heads, NULL);
    struct quantity q;
    if (!quantity_read(step, at, &q) || !decimal_to_int(q.value, ret))
        return false;
    *ret_before = span_of(step.p, at);
    *ret_after = span_from(step, q.end);
    static const char *const tails[] = {"）", "条", "章", "节", "", NULL};
    return any_at(*ret_after, 0, tails, NULL) == ret_after->n && (at || ret_after->n == 0);
}

static bool chinese_step(struct span step)
{
    return step.n >= 3 && (unsigned char)step.p[step.n > 3 && step.p[0] == '\xEF' ? 3 : 0] >= 0x80;
}

static void check_numbering(struct linting *l, const struct doc_node *parent)
{
    const struct doc_node *last = NULL;
    int64_t before = 0, number;
    struct span head, tail, last_head = {NULL, 0}, last_tail = {NULL, 0};
    for (const struct doc_node *n = parent->first; n; n = n->next) {
        if (n->kind != DOC_CLAUSE || !step_number(n->step, &number, &head, &tail))
            continue;
        bool same = last && span_eq(head, last_head) && span_eq(tail, last_tail) &&
                    chinese_step(n->step) == chinese_step(last->step);
        if (same && number != before + 1)
            add(l, LINT_NUMBERING_GAP, n, 0, 0,
                arena_print(l->arena, "“%.*s”跟在“%.*s”后面", SPAN_ARG(n->step),
                            SPAN_ARG(last->step)));
        last = n;
        before = number;
        last_head = head;
        last_tail = tail;
    }
}

/* ---- validity, annexes ---- */

static bool needs_validity(const struct doc_entry *e)
{
    static const char *const types[] = {"措施", "办法", "细则", "规定",
                                        "方案", "意见", "政策", NULL};
    return e->kind == DOC_ENTRY_DOCUMENT && word_has_any(e->title.text, types) &&
           !(e->flags & DOC_FLAG_NO_BODY);
}

static bool text_says_validity(const struct doc_entry *e)
{
    static const char *const words[] = {"有效期", "起施行", "起实施",   "起执行",   "试行一年",
                                        "止。",   "施行期", "实施期限", "执行期限", "自然失效",
                                        "有效至", "截止到", "执行至",   "日起生效", NULL};
    for (const struct doc_node *n = e->node; n; n = doc_following(e->node, n))
        if (word_has_any(n->text, words))
            return true;
    return false;
}

static void check_entry(struct linting *l, const struct doc_entry *e)
{
    const struct doc_validity *v = &e->validity;
    bool stated = v->from.year || v->to.year || v->from_event.n || v->to_event.n || v->months;
    if (needs_validity(e) && !stated && !text_says_validity(e))
        add(l, LINT_NO_VALIDITY, e->node, 0, 0, SPAN("没有写明施行日期和有效期"));
    for (size_t i = 0; i < e->missing_count; i++) {
        struct lint *x = add(l, LINT_MISSING_PART, e->node, 0, 0,
                             arena_print(l->arena, "缺“%.*s”", SPAN_ARG(e->missing[i].what.text)));
        if (x && e->missing[i].what.end) {
            x->start = e->missing[i].what.start;
            x->end = e->missing[i].what.end;
            x->words = e->missing[i].what.text;
        }
    }
}

/* ---- responsible departments ---- */

static bool has_role(const struct linting *l, const struct doc_node *n)
{
    for (size_t i = mention_from(l, n->start); i < l->mentions->n; i++) {
        const struct mention *m = &l->mentions->at[i];
        if (m->start >= n->end)
            return false;
        if (m->kind == MENTION_UNIT && (m->role == ROLE_RESPONSIBLE || m->role == ROLE_LEAD))
            return true;
    }
    return false;
}

/* Where most clauses of a parent name a department, the one that does not is remarkable. */
static void check_responsible(struct linting *l, const struct doc_node *parent)
{
    size_t clauses = 0, with = 0;
    for (const struct doc_node *n = parent->first; n; n = n->next) {
        if (n->kind != DOC_CLAUSE)
            continue;
        clauses++;
        with += has_role(l, n);
    }
    if (clauses < 4 || with * 4 < clauses * 3 || with == clauses)
        return;
    for (const struct doc_node *n = parent->first; n; n = n->next)
        if (n->kind == DOC_CLAUSE && !has_role(l, n))
            add(l, LINT_NO_RESPONSIBLE, n, 0, 0, SPAN("没有责任单位"));
}

/* ---- arithmetic ---- */

static bool plain_number(struct span value, struct decimal *ret)
{
    while (value.n && strchr("<>=", value.p[0]))
        value = span_from(value, 1);
    return decimal_parse(value, ret);
}

/* 从2.5%降至1%，下调幅度超过60%: the drop is exactly 60 %. */
static void check_drop(struct linting *l, size_t i)
{
    const struct mention *a = &l->mentions->at[i];
    if (i + 2 >= l->mentions->n)
        return;
    const struct mention *b = a + 1, *c = a + 2;
    struct decimal from, to, claimed;
    if (a->kind != MENTION_RATIO || b->kind != MENTION_RATIO || c->kind != MENTION_RATIO ||
        a->node != c->node || c->bound == BOUND_NONE || b->from - a->to > 12 || b->from < a->to)
        return;
    struct span between = span_of(a->node->text.p + a->to, b->from - a->to);
    struct span words = span_of(a->node->text.p + b->to, c->from - b->to);
    static const char *const falls[] = {"降至", "降到", "下调至", "下降至", NULL};
    static const char *const claims[] = {"幅度", "降幅", "下降", NULL};
    if (!word_has_any(between, falls) || !word_has_any(words, claims) ||
        !plain_number(a->value, &from) || !plain_number(b->value, &to) ||
        !plain_number(c->value, &claimed) || decimal_sign(from) <= 0)
        return;
    int order = decimal_compare(decimal_div(decimal_sub(from, to, NULL), from, NULL), claimed);
    bool holds = c->bound == BOUND_MORE    ? order > 0
                 : c->bound == BOUND_LEAST ? order >= 0
                 : c->bound == BOUND_LESS  ? order < 0
                                           : order <= 0;
    if (!holds)
        add(l, LINT_ARITHMETIC, a->node, a->from, c->to,
            arena_print(l->arena, "从%.*s到%.*s算不出%.*s", SPAN_ARG(a->text), SPAN_ARG(b->text),
                        SPAN_ARG(c->text)));
}

/* ---- all ---- */

static int by_start(const void *a, const void *b)
{
    const struct lint *x = a, *y = b;
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    return (int)x->rule - (int)y->rule;
}

static void place_all(struct linting *l)
{
    uint32_t line = 1, column = 1;
    size_t at = 0;
    if (l->out.n)
        qsort(l->out.at, l->out.n, sizeof l->out.at[0], by_start);
    for (size_t i = 0; i < l->out.n; i++) {
        struct lint *x = &l->out.at[i];
        for (; at < x->start && at < l->doc->bytes.n; at++) {
            bool end = l->doc->bytes.p[at] == '\n';
            line += end;
            column = end ? 1 : column + (((unsigned char)l->doc->bytes.p[at] & 0xC0) != 0x80);
        }
        x->line = line;
        x->column = column;
    }
}

int document_lint(struct arena *arena, const struct doc *doc, const struct doc_entries *entries,
                  const struct mentions *mentions, const struct names *names, struct lints *ret,
                  struct err *err)
{
    struct linting l = {
        .arena = arena, .doc = doc, .entries = entries, .mentions = mentions, .names = names};
    for (const struct doc_node *n = doc->root; n; n = doc_following(doc->root, n)) {
        check_numbering(&l, n);
        check_responsible(&l, n);
        if (n->kind == DOC_CELL || !n->seg_count)
            continue;
        check_catch_all(&l, n);
        check_outside(&l, n);
        check_vague(&l, n);
        check_marks(&l, n);
        check_article(&l, n);
    }
    for (size_t i = 0; i < entries->n; i++)
        check_entry(&l, &entries->at[i]);
    for (size_t i = 0; i < mentions->n; i++) {
        check_number(&l, i);
        check_drop(&l, i);
    }
    place_all(&l);
    if (arena->failed)
        return err_memory(err);
    *ret = (struct lints){l.out.at, l.out.n};
    return 0;
}
