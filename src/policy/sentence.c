/*
 * sentence.c: conditions and results in words for people, with their figures. Chinese first; English where asked for.
 */
#include "policy/match_int.h"

/* ---- values ---- */

static void add_money(struct buffer *out, struct decimal d)
{
    char text[DECIMAL_PLAIN];
    size_t n = decimal_fixed(d, 2, text, sizeof text), whole = 0;
    size_t start = text[0] == '-';
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

static void add_percent(struct buffer *out, struct decimal d)
{
    char text[DECIMAL_PLAIN];
    struct decimal hundred;
    if (!decimal_parse(SPAN("100"), &hundred))
        return;
    buffer_add(out, span_of(text, decimal_plain(decimal_normal(decimal_mul(d, hundred, NULL)), text, sizeof text)));
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
    else
        value_text(out, v);
    if (v.kind == VALUE_NUMBER && unit.n)
        buffer_print(out, " %.*s", SPAN_ARG(unit));
}

/* 参保人数（2019-12） */
static void add_name(struct buffer *out, struct span name, struct span item, struct span period, bool english)
{
    buffer_add(out, name);
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

/* Ready-made names and registers say nothing to people. */
static bool is_telling(const struct library *l, const struct feel_use *u)
{
    enum slot_kind kind = l->slots[u->slot].kind;
    return (kind == SLOT_FACT || kind == SLOT_PARAMETER || kind == SLOT_ITEMS) && u->value.kind < VALUE_UNKNOWN;
}

static void add_figures(struct buffer *out, const struct library *l, const struct condition_finding *c, bool english)
{
    bool any = false;
    for (const struct feel_use *u = c->uses; u; u = u->next) {
        if (!is_telling(l, u))
            continue;
        buffer_add_z(out, any ? (english ? "; " : "；") : (english ? " (" : "（"));
        add_name(out, u->name, u->item, u->period, english);
        buffer_add_z(out, english ? ": " : "：");
        add_value(out, u->value, unit_of(l, u->slot), english);
        any = true;
    }
    if (any)
        buffer_add_z(out, english ? ")" : "）");
}

static void add_missing(struct buffer *out, const struct missing *m, bool english)
{
    bool first = true;
    buffer_add_z(out, english ? "; not known: " : "；还缺：");
    for (; m; m = m->next) {
        if (!first)
            buffer_add_z(out, english ? ", " : "、");
        add_name(out, m->fact, m->item, m->period, english);
        first = false;
    }
}

static void add_manual(struct buffer *out, const struct condition_finding *c, bool english)
{
    const struct condition *x = c->condition;
    buffer_print(out, english ? " - decided by %.*s (%.*s)" : "——由%.*s认定（%.*s）",
                 SPAN_ARG(x->owner.n ? x->owner : english ? SPAN("the authority") : SPAN("主管部门")),
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
        return english ? "not met, asked for in principle only" : "不符合（原则性要求，不因此否定）";
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

struct span condition_sentence(struct arena *request, const struct library *l, const struct condition_finding *c, bool english)
{
    struct buffer out = BUFFER_INIT;
    buffer_add(&out, words_in(c->condition->text, english));
    if (c->condition->manual) {
        add_manual(&out, c, english);
        return finished(request, &out);
    }
    buffer_print(&out, "%s%s", english ? ": " : "：", verdict(c, english));
    add_figures(&out, l, c, english);
    if (c->truth.kind == VALUE_UNKNOWN)
        add_missing(&out, c->truth.unknown->missing, english);
    if (c->truth.kind == VALUE_ERROR)
        buffer_print(&out, "%s%.*s", english ? "; " : "；", SPAN_ARG(c->truth.failure->message));
    return finished(request, &out);
}

struct span money_words(struct arena *request, struct decimal d)
{
    struct buffer out = BUFFER_INIT;
    add_money(&out, d);
    buffer_add_z(&out, " 元");
    return finished(request, &out);
}

/* ---- results ---- */

static void add_figure(struct buffer *out, const struct benefit *b, struct value v, bool english)
{
    if (v.kind != VALUE_NUMBER)
        add_value(out, v, b->unit, english);
    else if (b->kind == RESULT_RATE && !b->unit.n)
        add_percent(out, v.number);
    else if (b->kind == RESULT_MONEY) {
        add_money(out, v.number);
        buffer_print(out, " %.*s", SPAN_ARG(b->unit));
    } else
        add_value(out, v, b->unit, english);
}

static void add_range(struct buffer *out, const struct result *r, bool english)
{
    const struct benefit *b = r->benefit;
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
        buffer_add_z(out, english ? " (a bound, not a payable amount)" : "（界限，非应付额）");
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
        buffer_print(out, english ? " (%.*s)" : "（%.*s）", SPAN_ARG(words_in(nature_words[r->benefit->nature].title, english)));
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
    static const struct { const char *word, *zh, *en; } answers[] = {
        {"due", "应当履行", "to be done"}, {"met", "已达到", "met"}, {"breached", "未履行", "breached"}, {"missed", "未达到", "missed"},
        {"forbidden", "禁止", "forbidden"}, {"allowed", "不在禁止之列", "not forbidden"}, {"applies", "适用", "applies"},
        {"does-not", "不适用", "does not apply"},
    };
    struct buffer out = BUFFER_INIT;
    for (size_t i = 0; i < f->measure->benefit_count; i++) {
        if (i)
            buffer_add_z(&out, english ? "; " : "；");
        add_result(&out, &f->results[i], english);
    }
    struct span answer = f->measure->kind == KIND_PROCEDURE && f->answer.n ? words_in(f->measure->next, english) : f->answer;
    for (size_t i = 0; i < COUNT_OF(answers); i++)
        if (span_eq(answer, span_z(answers[i].word)))
            answer = span_z(english ? answers[i].en : answers[i].zh);
    if (answer.n && out.n)
        buffer_add_z(&out, english ? "; " : "；");
    buffer_add(&out, answer);
    return finished(request, &out);
}
