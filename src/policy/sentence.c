/*
 * sentence.c: conditions and results in words for people, with their figures. Chinese first;
 * English where asked for.
 */
#include "policy/match_int.h"
#include "policy/names.h"

/* ---- values ---- */

/* 30000.00 -> 30,000.00 */
static void add_grouped(struct buffer *out, const char *text, size_t n)
{
    size_t whole = 0, start = n > 0 && text[0] == '-';
    while (start + whole < n && text[start + whole] != '.')
        whole++;
    buffer_add(out, span_of(text, start));
    for (size_t i = 0; i < whole; i++) {
        if (i && (whole - i) % 3 == 0)
            buffer_byte(out, ',');
        buffer_byte(out, text[start + i]);
    }
    buffer_add(out, span_of(text + start + whole, n - start - whole));
}

static void add_money(struct buffer *out, struct decimal d)
{
    char text[DECIMAL_PLAIN];
    add_grouped(out, text, decimal_fixed(d, 2, text, sizeof text));
}

/* What a unit of the library is called behind a figure: 12 个月, 12 months. */
static struct span unit_words(struct span unit, bool english)
{
    static const struct {
        const char *unit, *zh, *en;
    } all[] = {
        {"元", "元", "yuan"},           {"万元", "万元", "x 10,000 yuan"},
        {"美元", "美元", "US dollars"}, {"人", "人", "people"},
        {"月", "个月", "months"},       {"日", "天", "days"},
        {"次", "次", "times"},          {"个", "个", "items"},
        {"条", "条", "items"},          {"平方米", "平方米", "square metres"},
        {"千克", "千克", "kg"},         {"个工作日", "个工作日", "working days"},
    };
    for (size_t i = 0; i < COUNT_OF(all); i++)
        if (span_eq(unit, span_z(all[i].unit)))
            return span_z(english ? all[i].en : all[i].zh);
    return unit;
}

static void add_percent(struct buffer *out, struct decimal d)
{
    char text[DECIMAL_PLAIN];
    struct decimal hundred;
    if (!decimal_parse(SPAN("100"), &hundred))
        return;
    buffer_add(out, span_of(text, decimal_plain(decimal_normal(decimal_mul(d, hundred, NULL)), text,
                                                sizeof text)));
    buffer_byte(out, '%');
}

static void add_texts(struct buffer *out, const struct list *l, bool english)
{
    for (size_t i = 0; i < l->n && !out->failed; i++) {
        if (i)
            buffer_add_z(out, english ? ", " : "、");
        value_text(out, l->at[i]);
    }
    if (!l->n)
        buffer_add_z(out, english ? "none" : "无");
}

static void add_measured(struct buffer *out, struct decimal d, struct span unit, bool english)
{
    char text[DECIMAL_PLAIN];
    add_grouped(out, text, decimal_plain(d, text, sizeof text));
    buffer_print(out, " %.*s", SPAN_ARG(unit_words(unit, english)));
}

static void add_value(struct buffer *out, struct value v, struct span unit, bool english)
{
    if (v.kind == VALUE_BOOLEAN)
        buffer_add_z(out, v.boolean ? (english ? "yes" : "是") : (english ? "no" : "否"));
    else if (v.kind == VALUE_NULL)
        buffer_add_z(out, english ? "none" : "无");
    else if (v.kind == VALUE_LIST && v.list->n && v.list->at[0].kind == VALUE_CONTEXT)
        buffer_print(out, english ? "%zu items" : "%zu 项", v.list->n);
    else if (v.kind == VALUE_LIST)
        add_texts(out, v.list, english);
    else if (v.kind == VALUE_NUMBER && unit.n)
        add_measured(out, v.number, unit, english);
    else
        value_text(out, v);
}

/* 参保人数（2019-12） */
static void add_name(struct buffer *out, const struct library *l, struct span name,
                     struct span item, struct span period, bool english)
{
    buffer_add(out, name_words(l, name, english));
    if (!item.n && !period.n)
        return;
    buffer_add_z(out, english ? " (" : "（");
    buffer_add(out, item);
    if (item.n && period.n)
        buffer_add_z(out, english ? ", " : "，");
    buffer_add(out, period);
    buffer_add_z(out, english ? ")" : "）");
}

/* ---- conditions ---- */

static struct span unit_of(const struct library *l, uint32_t slot)
{
    const struct slot *s = &l->slots[slot];
    if (s->kind == SLOT_FACT)
        return s->fact->unit;
    return s->kind == SLOT_PARAMETER ? s->parameter->unit : SPAN("");
}

/* Numbers without a unit: a fact of at most 1 is a share, a parameter a rate; both are written in
 * percent. */
static bool is_share(const struct library *l, uint32_t slot)
{
    const struct slot *s = &l->slots[slot];
    struct decimal one = decimal_from_int(1);
    if (s->kind == SLOT_PARAMETER)
        return !s->parameter->unit.n;
    return s->kind == SLOT_FACT && !s->fact->unit.n && !s->fact->whole && s->fact->has_max &&
           decimal_compare(s->fact->max, one) <= 0;
}

/* A fact worked out from others of this list, which the condition itself does not name: a step on
 * the way. */
static bool is_step(const struct library *l, const struct condition_finding *c,
                    const struct feel_use *u)
{
    const struct slot *s = &l->slots[u->slot];
    size_t n = 0;
    if (s->kind != SLOT_FACT || !s->fact->computed.expr ||
        span_find(c->condition->test.text, u->name) != SIZE_MAX)
        return false;
    const uint32_t *slots = feel_slots(s->fact->computed.expr, &n);
    for (const struct feel_use *other = c->uses; other; other = other->next)
        for (size_t i = 0; i < n; i++)
            if (slots[i] == other->slot && l->slots[other->slot].kind == SLOT_FACT)
                return true;
    return false;
}

/* Ready-made names and registers say nothing to people. */
static bool is_telling(const struct library *l, const struct condition_finding *c,
                       const struct feel_use *u)
{
    enum slot_kind kind = l->slots[u->slot].kind;
    return (kind == SLOT_FACT || kind == SLOT_PARAMETER || kind == SLOT_ITEMS) &&
           u->value.kind < VALUE_UNKNOWN && !is_step(l, c, u);
}

static void add_figures(struct buffer *out, const struct library *l,
                        const struct condition_finding *c, bool english)
{
    bool any = false;
    for (const struct feel_use *u = c->uses; u; u = u->next) {
        if (!is_telling(l, c, u))
            continue;
        buffer_add_z(out, any ? (english ? "; " : "；") : (english ? " (" : "（"));
        add_name(out, l, u->name, u->item, u->period, english);
        buffer_add_z(out, english ? ": " : "：");
        if (u->value.kind == VALUE_NUMBER && is_share(l, u->slot))
            add_percent(out, u->value.number);
        else
            add_value(out, u->value, unit_of(l, u->slot), english);
        any = true;
    }
    if (any)
        buffer_add_z(out, english ? ")" : "）");
}

static void add_missing(struct buffer *out, const struct library *l, const struct missing *m,
                        bool english)
{
    bool first = true;
    buffer_add_z(out, english ? "; not known: " : "；还缺：");
    for (; m; m = m->next) {
        if (!first)
            buffer_add_z(out, english ? ", " : "、");
        if (m->cause == CAUSE_RECOGNITION && english)
            buffer_add_z(out, "recognition of ");
        add_name(out, l, m->fact, m->item, m->period, english);
        if (m->cause == CAUSE_RECOGNITION && !english)
            buffer_add_z(out, "的认定");
        first = false;
    }
}

static void add_manual(struct buffer *out, const struct condition_finding *c, bool english)
{
    const struct condition *x = c->condition;
    buffer_print(out, english ? " - decided by %.*s (%.*s)" : "——由%.*s认定（%.*s）",
                 SPAN_ARG(x->owner.n ? x->owner
                          : english  ? SPAN("the authority")
                                     : SPAN("主管部门")),
                 SPAN_ARG(words_in(reason_words[x->reason].title, english)));
}

static const char *verdict(const struct condition_finding *c, bool english)
{
    if (c->truth.kind == VALUE_ERROR)
        return english ? "could not be worked out" : "无法计算";
    if (c->truth.kind == VALUE_UNKNOWN)
        return english ? "not known yet" : "尚不清楚";
    if (c->truth.boolean)
        return english ? "met" : "符合";
    if (c->condition->soft)
        return english ? "not met, asked for in principle only"
                       : "不符合（原则性要求，不因此否定）";
    return english ? "not met" : "不符合";
}

static struct span finished(struct arena *a, struct buffer *out)
{
    struct span s = arena_copy(a, buffer_span(out));
    if (buffer_failed(out))
        a->failed = true;
    buffer_release(out);
    return s;
}

struct span condition_sentence(struct arena *request, const struct library *l,
                               const struct condition_finding *c, bool english)
{
    struct buffer out = BUFFER_INIT;
    buffer_add(&out, words_in(c->condition->text, english));
    if (c->condition->manual && c->truth.kind != VALUE_BOOLEAN && !c->uses) {
        add_manual(&out, c, english);
        return finished(request, &out);
    }
    buffer_print(&out, "%s%s", english ? ": " : "：", verdict(c, english));
    if (c->condition->manual) /* else it has no truth */
        buffer_add_z(&out, english ? " by the published criterion" : "（按口径计算）");
    add_figures(&out, l, c, english);
    if (c->truth.kind == VALUE_UNKNOWN)
        add_missing(&out, l, c->truth.unknown->missing, english);
    if (c->truth.kind == VALUE_ERROR)
        buffer_print(&out, "%s%.*s", english ? "; " : "；", SPAN_ARG(c->truth.failure->message));
    return finished(request, &out);
}

struct span money_words(struct arena *request, struct decimal d, bool english)
{
    struct buffer out = BUFFER_INIT;
    add_money(&out, d);
    buffer_print(&out, " %.*s", SPAN_ARG(unit_words(SPAN("元"), english)));
    return finished(request, &out);
}

/* ---- results ---- */

static void add_figure(struct buffer *out, const struct benefit *b, struct value v, bool english)
{
    if (v.kind != VALUE_NUMBER)
        add_value(out, v, b->unit, english);
    else if (b->kind == RESULT_RATE && !b->unit.n)
        add_percent(out, v.number);
    else if (is_in_yuan(b)) {
        add_money(out, v.number);
        buffer_print(out, " %.*s", SPAN_ARG(unit_words(b->unit, english)));
    } else
        add_value(out, v, b->unit, english);
}

static const char *range_word(const struct result *r, bool english)
{
    if (r->has_min && r->has_max)
        return english ? "only a range" : "范围";
    if (r->has_max)
        return english ? "only an upper limit" : "上限";
    return english ? "only a lower limit" : "下限";
}

static void add_range(struct buffer *out, const struct result *r, bool english)
{
    const struct benefit *b = r->benefit;
    if (!r->has_min && r->has_max &&
        decimal_sign(r->max.number) == 0) { /* a charge that falls away: no bound to speak of */
        add_figure(out, b, r->max, english);
        buffer_add_z(out, english ? " (if the conditions are met)" : "（条件符合时）");
        return;
    }
    if (r->has_min && r->has_max) {
        add_figure(out, b, r->min, english);
        buffer_add_z(out, english ? " to " : " 至 ");
        add_figure(out, b, r->max, english);
    } else if (r->has_max) {
        buffer_add_z(out, english ? "at most " : "最高 ");
        add_figure(out, b, r->max, english);
    } else {
        buffer_add_z(out, english ? "at least " : "最低 ");
        add_figure(out, b, r->min, english);
    }
    if (b->kind == RESULT_MONEY)
        buffer_print(out, english ? " (%s, not what will be paid)" : "（只是%s，不等于实付）",
                     range_word(r, english));
}

/* Nothing but the precision is known. */
static void add_words(struct buffer *out, const struct benefit *b, bool english)
{
    if (b->text.zh.n)
        buffer_add(out, words_in(b->text, english));
    else if (b->precision == PRECISION_UNPUBLISHED)
        buffer_add(out, words_in(precision_words[b->precision].title, english));
    else if (b->kind == RESULT_DATE)
        buffer_add_z(out, english ? "date not known yet" : "日期待定");
    else if (b->kind == RESULT_TEXT)
        buffer_add_z(out, english ? "not known yet" : "待定");
    else
        buffer_add_z(out, english ? "amount not known yet" : "数额待定");
}

static void add_worth(struct buffer *out, const struct result *r, bool english)
{
    if (r->has_value)
        add_figure(out, r->benefit, r->value, english);
    else if (r->has_min || r->has_max)
        add_range(out, r, english);
    else
        add_words(out, r->benefit, english);
    if (r->has_value && r->benefit->kind == RESULT_MONEY && r->benefit->nature != NATURE_RECEIVED)
        buffer_print(out, english ? " (%.*s)" : "（%.*s）",
                     SPAN_ARG(words_in(nature_words[r->benefit->nature].title, english)));
}

static void add_result(struct buffer *out, const struct result *r, bool english)
{
    buffer_add(out, r->benefit->name);
    buffer_byte(out, ' ');
    add_worth(out, r, english);
}

struct span result_words_of(struct arena *request, const struct result *r, bool english)
{
    struct buffer out = BUFFER_INIT;
    add_worth(&out, r, english);
    return finished(request, &out);
}

struct span finding_gives(struct arena *request, const struct finding *f, bool english)
{
    static const struct {
        const char *word, *zh, *en;
    } answers[] = {
        {"due", "应当履行", "to be done"},  {"met", "已达到", "met"},
        {"breached", "未履行", "breached"}, {"missed", "未达到", "missed"},
        {"forbidden", "禁止", "forbidden"}, {"allowed", "不在禁止之列", "not forbidden"},
        {"applies", "适用", "applies"},     {"does-not", "不适用", "does not apply"},
    };
    struct buffer out = BUFFER_INIT;
    for (size_t i = 0; i < f->measure->benefit_count; i++) {
        if (i)
            buffer_add_z(&out, english ? "; " : "；");
        add_result(&out, &f->results[i], english);
    }
    struct span answer = f->measure->kind == KIND_PROCEDURE && f->answer.n
                             ? words_in(f->measure->next, english)
                             : f->answer;
    for (size_t i = 0; i < COUNT_OF(answers); i++)
        if (span_eq(answer, span_z(answers[i].word)))
            answer = span_z(english ? answers[i].en : answers[i].zh);
    if (answer.n && out.n)
        buffer_add_z(&out, english ? "; " : "；");
    buffer_add(&out, answer);
    return finished(request, &out);
}
