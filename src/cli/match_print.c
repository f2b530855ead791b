/*
 * match_print.c: a check-up for people: at most five next acts, totals by nature, the groups with
 * reasons and clauses, the next question. It says "preliminary" and never "you have no rights".
 */
#include <stdio.h>
#include <stdlib.h>
#include "cli/match.h"
#include "policy/names.h"
#include "policy/procedure.h"
#include "policy/recognition.h"
#include "policy/whatif.h"

#define ACTS_SHOWN 5

/* ---- small parts ---- */

void print_date(struct buffer *out, struct date d)
{
    char text[DATE_TEXT];
    buffer_add(out, span_of(text, date_print(d, text)));
}

void print_clause(struct buffer *out, const struct library_document *d, struct span clause)
{
    if (d)
        buffer_print(out, "《%.*s》%.*s", SPAN_ARG(d->title), SPAN_ARG(clause));
}

/* In English the title; the name behind it is what --fact takes. */
static void print_name(struct buffer *out, const struct match_run *r, struct span name,
                       struct span item, struct span period)
{
    struct span words = name_words(r->library, name, r->english);

    buffer_add(out, words);
    if (!span_eq(words, name))
        buffer_print(out, ", %.*s", SPAN_ARG(name));
    if (item.n || period.n)
        buffer_print(out, "（%.*s%s%.*s）", SPAN_ARG(item), item.n && period.n ? "，" : "",
                     SPAN_ARG(period));
}

/* What only somebody else decides: who, by the routes of the library, else the holder of the fact.
 */
static void print_decider(struct buffer *out, const struct match_run *r, const struct finding *f,
                          const struct missing *m)
{
    const struct recognition *x = recognition_of(r->library, m);
    struct span region = x ? recognition_region(x, &r->checkup->subject, &r->checkup->options,
                                                m->item, f->measure->region)
                           : SPAN("");
    struct buffer who = BUFFER_INIT;
    if (x && recognisers_print(&who, x, f->measure, region, r->english))
        buffer_print(out, in(r->english, "（由%.*s认定）", " (by %.*s)"),
                     SPAN_ARG(buffer_span(&who)));
    else if (m->holder.n)
        buffer_print(out, in(r->english, "（由%.*s认定）", " (by %.*s)"), SPAN_ARG(m->holder));
    buffer_release(&who);
}

void print_missing(struct buffer *out, const struct match_run *r, const struct finding *f,
                   const struct missing *m)
{
    bool english = r->english;
    for (bool first = true; m; m = m->next, first = false) {
        if (!first)
            buffer_add_z(out, in(english, "；", "; "));
        print_name(out, r, m->fact, m->item, m->period);
        if (m->cause == CAUSE_FUTURE)
            buffer_print(out, in(english, "，%.*s 起才有", ", not before %.*s"),
                         SPAN_ARG(m->available_from));
        else if (m->cause == CAUSE_EVENT &&
                 span_eq(m->holder, SPAN("申请人"))) /* an act of one's own */
            buffer_add_z(out, in(english, "，到时才有", ", known once it happens"));
        else if (m->cause == CAUSE_EVENT)
            buffer_add_z(out, in(english, "，日期未定", ", no date yet"));
        else if (m->cause == CAUSE_PARAMETER)
            buffer_add_z(out,
                         in(english, "，缺这一天的公布值", ", no published value for that day"));
        else if (m->cause == CAUSE_TEXT)
            buffer_add_z(out, in(english, "，依据的文件未收录", ", the text is not held"));
        else if (m->cause == CAUSE_RECOGNITION)
            buffer_add_z(out, in(english, "，须经认定", ", to be recognised"));
        else if (m->cause == CAUSE_REGISTER)
            buffer_add_z(out, in(english, "，名录不全", ", the register is not complete"));
        if (m->cause == CAUSE_RECOGNITION)
            print_decider(out, r, f, m);
        else if (m->holder.n)
            buffer_print(out, in(english, "（由%.*s提供）", " (held by %.*s)"),
                         SPAN_ARG(m->holder));
    }
}

static void print_title(struct buffer *out, const struct finding *f, bool english)
{
    const struct measure *m = f->measure;
    if (m->catalogue.n)
        buffer_print(out, "%.*s ", SPAN_ARG(m->catalogue));
    buffer_add(out, words_in(m->title, english));
    if (m->product && m->institution.n)
        buffer_print(out, "（%.*s）", SPAN_ARG(m->institution));
    if (f->item.n)
        buffer_print(out, " [%.*s %.*s]", SPAN_ARG(words_in(m->each->title, english)),
                     SPAN_ARG(f->item));
}

static const struct date_finding *date_of(const struct finding *f, const char *what)
{
    for (size_t i = 0; i < f->date_count; i++)
        if (span_eq(f->dates[i].what, span_z(what)))
            return &f->dates[i];
    return NULL;
}

/* ---- reasons ---- */

static const struct condition_finding *first_false(const struct finding *f)
{
    for (size_t i = 0; i < f->measure->condition_count; i++)
        if (value_is_false(f->conditions[i].truth) && !f->conditions[i].condition->soft)
            return &f->conditions[i];
    return NULL;
}

static void print_sentence(struct buffer *out, struct match_run *r,
                           const struct condition_finding *c)
{
    buffer_add(out, condition_sentence(&r->arena, r->library, c, r->english));
}

static void print_timing(struct buffer *out, const struct finding *f, bool english)
{
    static const char *const told_by[TIMINGS] = {
        [TIMING_CLOSED] = "apply-by", [TIMING_EXPIRED] = "in-force-to"};
    const struct date_finding *d =
        told_by[f->timing] ? date_of(f, told_by[f->timing]) : date_of(f, "apply-by");
    if (f->timing == TIMING_NOT_YET)
        d = date_of(f, "apply-from") && date_of(f, "apply-from")->known
                ? date_of(f, "apply-from")
                : date_of(f, "in-force-from");
    buffer_add(out, words_in(timing_words[f->timing].title, english));
    if (d && (d->known || d->has_safe)) {
        buffer_print(out, in(english, "（%.*s ", " (%.*s "), SPAN_ARG(words_in(d->title, english)));
        if (d->has_safe)
            buffer_add_z(out, in(english, "最早可能 ", "at the earliest "));
        print_date(out, d->has_safe ? d->safe : d->date);
        if (d->notice)
            buffer_print(out, in(english, "，见%.*s", ", by %.*s"),
                         SPAN_ARG(words_in(d->notice->title, english)));
        buffer_add_z(out, in(english, "）", ")"));
    }
    if (f->late)
        buffer_add_z(
            out,
            span_eq(f->measure->late, SPAN("automatic"))
                ? in(english, "，已过期限，自动顺延", ", past the day, prolonged of itself")
                : in(english, "，已过期限，可补办但有滞纳金", ", past the day, with a late fee"));
}

static void print_all_met(struct buffer *out, size_t conditions, bool english)
{
    if (conditions == 0)
        buffer_add_z(out, in(english, "没有另设条件", "no condition is set"));
    else if (conditions == 1)
        buffer_add_z(out, in(english, "条件符合", "the condition is met"));
    else
        buffer_print(out, in(english, "%zu 个条件全部符合", "all %zu conditions are met"),
                     conditions);
}

/* All that is open in an eligible or undecided finding; every condition met needs one line only. */
static void print_reason(struct buffer *out, struct match_run *r, const struct finding *f)
{
    size_t n = 0;
    for (size_t i = 0; i < f->measure->condition_count; i++) {
        const struct condition_finding *c = &f->conditions[i];
        if (value_is_true(c->truth))
            continue;
        buffer_add_z(out, n++ ? in(r->english, "\n          ", "\n          ") : "");
        print_sentence(out, r, c);
    }
    if (!n && f->status == STATUS_ELIGIBLE)
        print_all_met(out, f->measure->condition_count, r->english);
    if (f->failure)
        buffer_print(out, in(r->english, "%s计算出错：%.*s", "%scould not be computed: %.*s"),
                     n ? "；" : "", SPAN_ARG(f->failure->message));
}

static void print_line(struct buffer *out, const char *label, bool english)
{
    buffer_print(out, "      %s%s", label, in(english, "：", ": "));
}

/* Other measures that this one rests on, and until when the whole can still be begun. */
static void print_chain(struct buffer *out, const struct finding *f, bool en)
{
    for (size_t i = 0; i < f->chain_count; i++) {
        const struct chain_finding *c = &f->chain[i];
        bool asks = c->link->kind == LINK_ASKS;
        print_line(out, asks ? in(en, "要看", "rests on") : in(en, "受其调整", "changed by"), en);
        buffer_add(out, words_in(c->link->measure->title, en));
        buffer_print(out, in(en, "（%.*s", " (%.*s"),
                     SPAN_ARG(words_in(status_words[c->status].title, en)));
        if (asks && c->known)
            buffer_add_z(out, c->applied ? in(en, "，已申请", ", applied for")
                                         : in(en, "，未申请", ", not applied for"));
        if (asks && !c->applied && c->has_last) {
            buffer_add_z(out, in(en, "，申请截止 ", ", apply by "));
            print_date(out, c->last);
        }
        buffer_add_z(out, in(en, "）\n", ")\n"));
    }
    if (f->chain_count && f->has_chain_last) {
        print_line(out, in(en, "整条链最迟", "begin the chain by"), en);
        print_date(out, f->chain_last);
        buffer_byte(out, '\n');
    }
}

static void print_finding(struct buffer *out, struct match_run *r, const struct finding *f)
{
    bool en = r->english;
    struct span gives = finding_gives(&r->arena, f, en);
    buffer_add_z(out, "  · ");
    print_title(out, f, en);
    buffer_byte(out, '\n');
    if (gives.n) {
        print_line(out, in(en, "给什么", "gives"), en);
        buffer_print(out, "%.*s\n", SPAN_ARG(gives));
    }
    if (f->other_side) {
        print_line(out, in(en, "由谁申请", "who applies"), en);
        buffer_print(out, in(en, "%.*s；您可以请对方申请\n", "%.*s; you may ask them to\n"),
                     SPAN_ARG(words_in(role_words[f->measure->applicant].title, en)));
    }
    if (f->group != GROUP_SUPPLY || f->failure ||
        !f->missing) { /* else what is missing is the reason */
        print_line(out, in(en, "理由", "why"), en);
        print_reason(out, r, f);
        buffer_byte(out, '\n');
    }
    const struct date_finding *last = date_of(f, "apply-by");
    if (f->timing != TIMING_OPEN || (last && (last->known || last->has_safe))) {
        print_line(out, in(en, "时间", "when"), en);
        print_timing(out, f, en);
        buffer_byte(out, '\n');
    }
    print_line(out, in(en, "依据", "clause"), en);
    print_clause(out, f->measure->document, f->measure->cites);
    buffer_byte(out, '\n');
    if (f->missing) {
        print_line(out, in(en, "还缺", "missing"), en);
        print_missing(out, r, f, f->missing);
        buffer_byte(out, '\n');
    }
    for (size_t i = 0; i < f->source_count; i++) {
        print_line(out, in(en, "同一规定又见", "the same in"), en);
        print_clause(out, f->sources[i]->measure->document, f->sources[i]->measure->cites);
        buffer_byte(out, '\n');
    }
    print_chain(out, f, en);
    for (size_t i = 0; i < f->excluded_count; i++) {
        print_line(out, in(en, "不能同享", "not together with"), en);
        buffer_print(out, "%.*s\n", SPAN_ARG(words_in(f->excluded_by[i]->title, en)));
    }
}

static void print_refusal(struct buffer *out, struct match_run *r, const struct finding *f)
{
    const struct condition_finding *c = first_false(f);
    buffer_add_z(out, "  · ");
    print_title(out, f, r->english);
    buffer_add_z(out, in(r->english, "：", ": "));
    if (c) {
        print_sentence(out, r, c);
        buffer_add_z(out, in(r->english, "  ", "  "));
        print_clause(out, c->condition->document ? c->condition->document : f->measure->document,
                     c->condition->cites);
    } else if (f->no_item)
        buffer_print(out, in(r->english, "没有%.*s", "has no %.*s"),
                     SPAN_ARG(words_in(f->measure->each->title, r->english)));
    if (f->group == GROUP_NEAR)
        buffer_add_z(out, in(r->english, "  ← 做到这一条就符合", "  <- all else is met"));
    buffer_byte(out, '\n');
}

static void print_out_of_time(struct buffer *out, struct match_run *r, const struct finding *f)
{
    buffer_add_z(out, "  · ");
    print_title(out, f, r->english);
    buffer_add_z(out, in(r->english, "：", ": "));
    print_timing(out, f, r->english);
    buffer_add_z(out, "  ");
    print_clause(out, f->measure->document, f->measure->cites);
    buffer_byte(out, '\n');
}

/* ---- acts ---- */

struct act {
    const struct finding *finding;
    struct date by;
    size_t order;
};

static int by_date(const void *x, const void *y)
{
    const struct act *a = x, *b = y;
    int r = date_compare(a->by, b->by);
    return r ? r : a->order < b->order ? -1 : 1;
}

static bool is_act(const struct finding *f)
{
    const struct measure *m = f->measure;
    return f->group == GROUP_CAN && !f->excluded_count && !f->left_out && !f->card &&
           !f->other_side && m->apply_mode == APPLY_APPLICATION && m->kind != KIND_PROHIBITION;
}

static void print_acts(struct buffer *out, struct match_run *r)
{
    const struct checkup *c = r->checkup;
    struct act *acts = ARENA_ARRAY(&r->arena, struct act, c->n + 1);
    size_t n = 0;
    for (size_t i = 0; acts && i < c->n; i++) {
        const struct date_finding *d = date_of(&c->findings[i], "apply-by");
        struct date last = {DATE_YEAR_MAX, 12, 31};
        if (is_act(&c->findings[i]))
            acts[n++] = (struct act){&c->findings[i], d && d->known ? d->date : last, i};
    }
    if (!acts || !n)
        return;
    qsort(acts, n, sizeof *acts, by_date);
    buffer_add_z(out, in(r->english, "\n先办这几件\n", "\nDo these first\n"));
    for (size_t i = 0; i < n && i < ACTS_SHOWN; i++) {
        buffer_print(out, "  %zu. ", i + 1);
        if (acts[i].by.year != DATE_YEAR_MAX) {
            buffer_add_z(out, in(r->english, "", "by "));
            print_date(out, acts[i].by);
            buffer_add_z(out, in(r->english, " 前申请  ", "  "));
        }
        print_title(out, acts[i].finding, r->english);
        struct span gives = finding_gives(&r->arena, acts[i].finding, r->english);
        buffer_print(out, "%s%.*s\n", gives.n ? in(r->english, "：", ": ") : "", SPAN_ARG(gives));
    }
}

/* ---- totals ---- */

static void print_total(struct buffer *out, struct match_run *r, const struct total *t)
{
    bool en = r->english;
    const char *comma = "";
    buffer_print(out, "  %.*s%s", SPAN_ARG(words_in(nature_words[t->nature].title, en)),
                 in(en, "：", ": "));
    if (t->exact_count) {
        buffer_print(out, in(en, "算得准 %zu 项，", "%zu exact, "), t->exact_count);
        buffer_add(out, money_words(&r->arena, t->exact, r->english));
        if (decimal_sign(t->verified) == 0)
            buffer_add_z(out, in(en, "（按申报的事实，核实后才应付）",
                                 " (on declared facts; payable once verified)"));
        comma = in(en, "；", "; ");
    }
    if (t->upper_count) {
        buffer_print(out,
                     in(en, "%s只有上限 %zu 项，最高 ", "%s%zu with an upper limit only, at most "),
                     comma, t->upper_count);
        buffer_add(out, money_words(&r->arena, t->upper, r->english));
        comma = in(en, "；", "; ");
    }
    if (t->unpublished_count)
        buffer_print(out, in(en, "%s数额未定 %zu 项", "%s%zu of unknown amount"), comma,
                     t->unpublished_count);
    buffer_byte(out, '\n');
}

static void print_totals(struct buffer *out, struct match_run *r)
{
    struct total totals[NATURES];
    size_t n = checkup_totals(r->checkup, totals);
    if (!n)
        return;
    buffer_add_z(out, in(r->english, "\n合计（不同性质的钱不相加）\n",
                         "\nTotals (money of different natures is never added)\n"));
    for (size_t i = 0; i < n; i++)
        print_total(out, r, &totals[i]);
}

/* ---- what goes together ---- */

static void print_set(struct buffer *out, const struct bundle_part *p, const bool *set, bool en)
{
    size_t n = 0;
    for (size_t i = 0; i < p->n; i++) {
        if (!set[i])
            continue;
        buffer_add_z(out, n++ ? in(en, "、", ", ") : "");
        print_title(out, p->members[i], en);
    }
    if (!n)
        buffer_add_z(out, in(en, "（空）", "(none)"));
}

static void print_set_line(struct buffer *out, struct match_run *r, const struct bundle_part *p,
                           const char *label, const bool *set, struct decimal value)
{
    buffer_print(out, "      %s%s", label, in(r->english, "：", ": "));
    print_set(out, p, set, r->english);
    if (p->nature < NATURES) {
        buffer_print(out, in(r->english, "，%.*s ", "; %.*s "),
                     SPAN_ARG(words_in(nature_words[p->nature].title, r->english)));
        buffer_add(out, money_words(&r->arena, value, r->english));
    }
    buffer_byte(out, '\n');
}

static bool same_set(const struct bundle_part *p)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->best[i] != p->safe[i])
            return false;
    return true;
}

static void print_part(struct buffer *out, struct match_run *r, const struct bundle_part *p,
                       size_t number)
{
    bool en = r->english, same = same_set(p);
    buffer_print(out, in(en, "  %zu. 有关系的 %zu 项\n", "  %zu. %zu that rules tie together\n"),
                 number, p->n);
    print_set_line(out, r, p, same ? in(en, "最好", "best") : in(en, "稳妥的选择", "safe choice"),
                   p->safe, p->safe_value);
    if (!same)
        print_set_line(out, r, p, in(en, "问过再定的选择", "best, once asked"), p->best,
                       p->best_value);
    if (p->runner_up)
        print_set_line(out, r, p, in(en, "其次", "next best"), p->runner_up, p->runner_up_value);
    if (p->open) {
        print_line(out, in(en, "无法比较", "not comparable"), en);
        buffer_print(out,
                     in(en, "%.*s的数额未知，可能更多\n",
                        "the amount of %.*s is not known and may be more\n"),
                     SPAN_ARG(words_in(p->open->measure->title, en)));
    }
    if (p->other_set) {
        print_line(out, in(en, "另一种性质", "another nature"), en);
        print_set(out, p, p->other_set, en);
        buffer_print(out, in(en, "，%.*s ", "; %.*s "),
                     SPAN_ARG(words_in(nature_words[p->other_nature].title, en)));
        buffer_add(out, money_words(&r->arena, p->other_value, en));
        buffer_byte(out, '\n');
    }
    for (size_t i = 0; i < p->reason_count; i++) {
        const struct bundle_reason *why = &p->reasons[i];
        if (i && why->finding == why[-1].finding && why->relation == why[-1].relation)
            continue;
        print_line(out, in(en, "不选", "left out"), en);
        buffer_add(out, words_in(why->finding->measure->title, en));
        buffer_print(out, in(en, "（%.*s", " (%.*s"), SPAN_ARG(words_in(why->relation->title, en)));
        if (why->relation->document && why->relation->cites.n) {
            buffer_byte(out, ' ');
            print_clause(out, why->relation->document, why->relation->cites);
        }
        buffer_add_z(out, in(en, "）\n", ")\n"));
    }
    for (size_t i = 0; i < p->question_count; i++) {
        const struct relation *q = p->questions[i];
        print_line(out, in(en, "要问", "ask"), en);
        buffer_print(out, "%.*s\n", SPAN_ARG(words_in(q->ask.zh.n ? q->ask : q->title, en)));
    }
}

static void print_bundle(struct buffer *out, struct match_run *r)
{
    size_t n = 0;
    for (size_t i = 0; i < r->checkup->part_count; i++) {
        const struct bundle_part *p = &r->checkup->parts[i];
        if (p->n < 2 && !p->reason_count)
            continue;
        if (!n)
            buffer_add_z(out, in(r->english, "\n哪些可以一起享受\n", "\nWhat goes together\n"));
        print_part(out, r, p, ++n);
    }
}

/* ---- groups ---- */

typedef void finding_printer(struct buffer *out, struct match_run *r, const struct finding *f);
static finding_printer *const printers[GROUPS] = {
    [GROUP_CAN] = print_finding,  [GROUP_CONFIRM] = print_finding, [GROUP_SUPPLY] = print_finding,
    [GROUP_NEAR] = print_refusal, [GROUP_NOT] = print_refusal,     [GROUP_TIME] = print_out_of_time,
};

/* Lines of a group that are shown without --all; 0 = every one. */
static const size_t shown_most[GROUPS] = {[GROUP_SUPPLY] = 20, [GROUP_NOT] = 10, [GROUP_TIME] = 10};

static void print_group(struct buffer *out, struct match_run *r, enum group g)
{
    size_t n = 0, shown = 0, most = r->all || !shown_most[g] ? SIZE_MAX : shown_most[g];
    for (size_t i = 0; i < r->checkup->n; i++)
        n += r->checkup->findings[i].group == g && !r->checkup->findings[i].card;
    if (!n)
        return;
    buffer_print(out, in(r->english, "\n%.*s（%zu）\n", "\n%.*s (%zu)\n"),
                 SPAN_ARG(words_in(group_words[g].title, r->english)), n);
    for (size_t i = 0; i < r->checkup->n; i++)
        if (r->checkup->findings[i].group == g && !r->checkup->findings[i].card && shown++ < most)
            printers[g](out, r, &r->checkup->findings[i]);
    if (shown > most)
        buffer_print(out,
                     in(r->english, "  …另有 %zu 项，--all 全部列出\n",
                        "  ... and %zu more, listed with --all\n"),
                     shown - most);
}

/* How the next question is answered at the command line: --fact 是否停工=是|否 */
static void print_answer(struct buffer *out, const struct question *q, bool english)
{
    const struct fact *f = q->fact;
    const struct type *t = f->is_list && f->type->element ? f->type->element : f->type;
    if (t->kind == TYPE_DATED)
        t = t->element;
    buffer_print(out, in(english, "\n  回答：--fact %.*s%s%.*s=", "\n  answer: --fact %.*s%s%.*s="),
                 SPAN_ARG(f->name), q->period.n ? "@" : "", SPAN_ARG(q->period));
    if (t->kind == TYPE_BOOLEAN)
        buffer_add_z(out, in(english, "是|否", "true|false"));
    else if (t->kind == TYPE_DATE)
        buffer_add_z(out, "YYYY-MM-DD");
    for (size_t i = 0; i < t->value_count; i++)
        buffer_print(out, "%s%.*s", i ? "|" : "", SPAN_ARG(t->values[i]));
    if (f->is_list)
        buffer_add_z(out, in(english, "  （可选多个，用、隔开；一个都没有写 []）",
                             "  (several: separated by ;  none at all: [])"));
    else if (t->kind == TYPE_NUMBER && f->unit.n)
        buffer_print(out, in(english, "数字  （单位：%.*s）", "NUMBER  (in %.*s)"),
                     SPAN_ARG(f->unit));
}

void print_question(struct buffer *out, struct match_run *r, const struct question *q)
{
    struct span question = words_in(q->fact->question, r->english);
    buffer_add_z(out, in(r->english, "\n下一个问题：", "\nNext question: "));
    buffer_add(out, question.n ? question : q->fact->name);
    buffer_add_z(out, in(r->english, "\n  事实 ", "\n  fact "));
    print_name(out, r, q->fact->name, q->item, q->period);
    buffer_print(out, in(r->english, "，关系到 %zu 项", ", %zu findings wait for it"), q->settles);
    if (decimal_sign(q->at_stake) > 0) {
        buffer_add_z(out, in(r->english, "，最高 ", ", at most "));
        buffer_add(out, money_words(&r->arena, q->at_stake, r->english));
    }
    if (!q->item.n)
        print_answer(out, q, r->english);
    buffer_byte(out, '\n');
}

void print_head(struct buffer *out, const struct match_run *r)
{
    bool person = span_eq(r->subject.kind, SPAN("person"));
    buffer_print(out,
                 in(r->english, "政策体检  %s %.*s  截至 ", "Policy check-up  %s %.*s  as of "),
                 person ? in(r->english, "个人", "person") : in(r->english, "企业", "enterprise"),
                 SPAN_ARG(r->name));
    print_date(out, r->checkup->options.as_of);
    buffer_print(out,
                 in(r->english, "  文库 %.12s\n初步匹配，以主管部门审核为准。\n",
                    "  library %.12s\nA preliminary match; the competent authority decides.\n"),
                 r->library->hash);
}

/* ---- what turns, and what would ---- */

static void print_side(struct buffer *out, struct match_run *r, const struct finding *f)
{
    struct span gives =
        f && f->status != STATUS_INELIGIBLE ? finding_gives(&r->arena, f, r->english) : SPAN("");
    if (!f) {
        buffer_add_z(out, in(r->english, "没有", "none"));
        return;
    }
    buffer_add(out, words_in(group_words[f->group].title, r->english));
    if (gives.n)
        buffer_print(out, in(r->english, "（%.*s）", " (%.*s)"), SPAN_ARG(gives));
}

static void print_changes(struct buffer *out, struct match_run *r)
{
    const struct change *all = NULL;
    size_t n = 0;
    if (!r->before || checkup_changes(&r->arena, r->before, r->checkup, &all, &n) < 0)
        return;
    buffer_print(out, in(r->english, "\n因此改变（%zu）\n", "\nWhat turns (%zu)\n"), n);
    for (size_t i = 0; i < n; i++) {
        buffer_add_z(out, "  · ");
        print_title(out, all[i].after ? all[i].after : all[i].before, r->english);
        buffer_add_z(out, in(r->english, "：", ": "));
        print_side(out, r, all[i].before);
        buffer_add_z(out, " → ");
        print_side(out, r, all[i].after);
        buffer_byte(out, '\n');
    }
}

static void print_step(struct buffer *out, struct match_run *r, const struct advice *x)
{
    bool en = r->english;
    buffer_add_z(out, "  · ");
    print_title(out, x->finding, en);
    buffer_add_z(out, in(en, "：", ": "));
    print_name(out, r, x->fact->name, x->item, x->period);
    buffer_byte(out, ' ');
    value_text(out, x->from);
    buffer_add_z(out, " → ");
    value_text(out, x->to);
    buffer_print(out, "%s%.*s", x->fact->unit.n ? " " : "", SPAN_ARG(x->fact->unit));
    if (x->fact->change == CHANGE_BY_TIME)
        buffer_add_z(out, in(en, "（等时间到）", " (a matter of time)"));
    if (decimal_sign(x->gain) != 0) {
        buffer_add_z(out, in(en, "，到手多 ", ", received: "));
        buffer_add(out, money_words(&r->arena, x->gain, en));
    }
    buffer_byte(out, '\n');
    for (size_t i = 0; i < x->loss_count; i++) {
        print_line(out, in(en, "小心，会失去", "beware, it loses"), en);
        print_title(out, x->losses[i].before, en);
        buffer_byte(out, '\n');
    }
}

static void print_advice(struct buffer *out, struct match_run *r)
{
    const struct advice *all = NULL;
    size_t n = 0;
    if (checkup_advice(&r->arena, r->checkup, &all, &n, &r->err) < 0 || !n)
        return;
    buffer_add_z(out, in(r->english, "\n再做一步就符合\n", "\nOne step would do\n"));
    for (size_t i = 0; i < n; i++)
        print_step(out, r, &all[i]);
}

void print_checkup(struct buffer *out, struct match_run *r)
{
    const struct question *q = NULL;
    size_t n = 0;
    print_head(out, r);
    print_acts(out, r);
    print_totals(out, r);
    print_bundle(out, r);
    for (int g = 0; g < GROUPS; g++)
        print_group(out, r, (enum group)g);
    if (!r->checkup->n)
        buffer_add_z(out, in(r->english, "\n文库里没有面向该对象的措施。\n",
                             "\nThe library holds no measure addressed to this subject.\n"));
    print_advice(out, r);
    print_changes(out, r);
    if (checkup_questions(&r->arena, r->checkup, 1, &q, &n, &r->err) == 0 && n)
        print_question(out, r, q);
}
