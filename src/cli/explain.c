/*
 * explain.c: `huiqi explain MEASURE`: one finding with everything behind it.
 */
#include <stdio.h>
#include "cli/commands.h"
#include "cli/load.h"
#include "cli/match.h"
#include "policy/names.h"
#include "policy/procedure.h"
#include "policy/recognition.h"

static const struct option_example examples[] = {
    {"huiqi explain 000-G09 --facts company.json --date 2020-03-09",
     "why, how much, by which clause, what is missing"},
    {"huiqi explain 000-G11 --facts company.json --reading combined",
     "under another reading of an ambiguous text"},
};
static const struct command_spec spec = {
    .name = "explain",
    .usage = "MEASURE (--enterprise CODE | --person ID | --facts FILE) [--date D] [--json]",
    .summary = "Explains one measure (by id or catalogue number) for one subject: each condition "
               "with its facts and their sources,\n"
               "the formula and the formula with numbers, clauses, readings, dates, what is "
               "missing and who holds it.",
    .options = match_option_specs,
    .examples = examples,
    .example_count = COUNT_OF(examples),
    .least = 1,
    .most = 1,
};

static void section(struct buffer *out, const struct match_run *r, const char *zh, const char *en)
{
    buffer_print(out, "\n%s\n", in(r->english, zh, en));
}

static void label(struct buffer *out, const char *indent, const char *word, bool english)
{
    buffer_print(out, "%s%s%s", indent, word, in(english, "：", ": "));
}

/* ---- conditions ---- */

static const struct fact_value *given(const struct match_run *r, const struct feel_use *u)
{
    for (size_t i = 0; i < r->subject.n; i++) {
        const struct fact_value *v = &r->subject.values[i];
        if (v->fact->slot == u->slot && span_eq(v->item, u->item) && span_eq(v->period, u->period))
            return v;
    }
    return NULL;
}

/* Which criterion somebody published, from when, and where it is printed. */
static void explain_criterion(struct buffer *out, const struct match_run *r, const char *indent,
                              const struct criterion *c)
{
    const struct recognition_source *s = &c->cites;
    buffer_print(
        out, "%s[%s%.*s%s%.*s", indent, in(r->english, "按口径计算：", "by the criterion "),
        SPAN_ARG(words_in(c->title, r->english)), in(r->english, "，", ", "), SPAN_ARG(c->by));
    buffer_add_z(out, in(r->english, "，自 ", ", from "));
    print_date(out, c->from);
    if (c->has_to) {
        buffer_add_z(out, in(r->english, " 至 ", " to "));
        print_date(out, c->to);
    }
    buffer_add_z(out, in(r->english, "，", ", "));
    if (s->document)
        print_clause(out, s->document, s->clause);
    else
        buffer_print(out, "%.*s", SPAN_ARG(s->text));
    buffer_byte(out, ']');
}

static void explain_use(struct buffer *out, const struct match_run *r, const struct finding *f,
                        const struct feel_use *u)
{
    static const struct words basis[BASES] = {{SPAN_INIT("已核实"), SPAN_INIT("verified")},
                                              {SPAN_INIT("申报"), SPAN_INIT("declared")},
                                              {SPAN_INIT("预计"), SPAN_INIT("forecast")},
                                              {SPAN_INIT("累计"), SPAN_INIT("accrued")}};
    const struct slot *s = &r->library->slots[u->slot];
    const struct fact_value *v = s->kind == SLOT_FACT ? given(r, u) : NULL;
    const struct criterion *by = criterion_of_use(r->checkup, f, u);
    if (s->kind > SLOT_PARAMETER)
        return;
    struct span words = name_words(r->library, u->name, r->english);
    buffer_print(out, "       %.*s", SPAN_ARG(words));
    if (!span_eq(words, u->name)) /* as it is written in --fact */
        buffer_print(out, ", %.*s", SPAN_ARG(u->name));
    if (u->item.n || u->period.n)
        buffer_print(out, "(%.*s%s%.*s)", SPAN_ARG(u->item), u->item.n && u->period.n ? ", " : "",
                     SPAN_ARG(u->period));
    buffer_add_z(out, " = ");
    if (u->value.kind == VALUE_UNKNOWN)
        buffer_add_z(out, in(r->english, "未知", "unknown"));
    else
        value_print(out, u->value);
    struct span unit = s->kind == SLOT_FACT        ? s->fact->unit
                       : s->kind == SLOT_PARAMETER ? s->parameter->unit
                                                   : SPAN("");
    if (u->value.kind == VALUE_NUMBER && unit.n)
        buffer_print(out, " %.*s", SPAN_ARG(unit));
    if (v) {
        buffer_print(out, "  [%.*s%s%.*s", SPAN_ARG(words_in(basis[v->basis], r->english)),
                     v->source.n ? ", " : "", SPAN_ARG(v->source));
        if (v->has_date) {
            buffer_add_z(out, ", ");
            print_date(out, v->date);
        }
        buffer_add_z(out, v->conflict ? in(r->english, "，来源之间不一致]", ", sources disagree]")
                                      : "]");
    } else if (by)
        explain_criterion(out, r, "  ", by);
    else if (s->kind == SLOT_PARAMETER)
        buffer_add_z(out, in(r->english, "  [公布的参数]", "  [published parameter]"));
    else if (s->kind == SLOT_FACT && s->fact->computed.text.n)
        buffer_add_z(out, in(r->english, "  [按规则推算]", "  [computed]"));
    buffer_byte(out, '\n');
}

static const char *mark(const struct condition_finding *c)
{
    if (c->truth.kind != VALUE_BOOLEAN)
        return "?";
    return c->truth.boolean ? "✓" : c->condition->soft ? "!" : "✗";
}

/* In English the names in words; the expression as it is written below. */
static void explain_formula(struct buffer *out, struct match_run *r, struct span text)
{
    struct span words = formula_words(&r->arena, r->library, text, r->english);

    if (!text.n)
        return;
    buffer_print(out, "     %.*s\n", SPAN_ARG(words));
    if (!span_eq(words, text))
        buffer_print(out, "     %.*s\n", SPAN_ARG(text));
}

static void explain_condition(struct buffer *out, struct match_run *r, const struct finding *f,
                              const struct condition_finding *c)
{
    const struct condition *x = c->condition;
    struct span sentence = condition_sentence(&r->arena, r->library, c, r->english);
    buffer_print(out, "  %s  %.*s\n", mark(c), SPAN_ARG(sentence));
    explain_formula(out, r, x->test.text);
    for (const struct feel_use *u = c->uses; u; u = u->next)
        explain_use(out, r, f, u);
    const struct criterion *by = x->manual ? criterion_of_manual(r->checkup, f, c) : NULL;
    if (by) {
        explain_criterion(out, r, "     ", by);
        buffer_byte(out, '\n');
    }
    buffer_add_z(out, "     ");
    print_clause(out, x->document ? x->document : f->measure->document, x->cites);
    if (c->near)
        buffer_add_z(out, in(r->english, "  ← 只差这一条，可以自己改变",
                             "  <- the only one short, and in your hands"));
    buffer_byte(out, '\n');
}

/* ---- results ---- */

static void explain_result(struct buffer *out, struct match_run *r, const struct finding *f,
                           const struct result *x)
{
    const struct benefit *b = x->benefit;
    struct span worth = result_words_of(&r->arena, x, r->english);
    const struct {
        const struct formula *f;
        const char *zh, *en;
    } figures[] = {{&b->amount, "公式", "formula"},
                   {&b->cap, "上限", "upper limit"},
                   {&b->min, "下限", "lower limit"},
                   {&b->max, "至多", "at most"}};
    buffer_print(out, "  %.*s  %.*s  [%.*s%s%.*s]\n", SPAN_ARG(b->name), SPAN_ARG(worth),
                 SPAN_ARG(words_in(precision_words[b->precision].title, r->english)),
                 b->kind == RESULT_MONEY ? ", " : "",
                 SPAN_ARG(b->kind == RESULT_MONEY
                              ? words_in(nature_words[b->nature].title, r->english)
                              : SPAN("")));
    for (size_t i = 0; i < COUNT_OF(figures); i++)
        if (figures[i].f->text.n) {
            label(out, "     ", in(r->english, figures[i].zh, figures[i].en), r->english);
            buffer_print(
                out, "%.*s\n",
                SPAN_ARG(formula_words(&r->arena, r->library, figures[i].f->text, r->english)));
        }
    if (x->worked.n) {
        label(out, "     ", in(r->english, "代入", "with figures"), r->english);
        buffer_print(out, "%.*s\n", SPAN_ARG(x->worked));
    }
    buffer_add_z(out, "     ");
    print_clause(out, f->measure->document, b->cites);
    buffer_byte(out, '\n');
}

static void explain_readings(struct buffer *out, struct match_run *r, const struct finding *f)
{
    if (!f->measure->reading_count)
        return;
    section(out, r, "原文的几种读法", "Readings of the text");
    for (size_t i = 0; i < f->measure->reading_count; i++) {
        const struct reading_finding *x = &f->readings[i];
        struct finding as_read = *f;
        as_read.results = x->results;
        as_read.answer = x->answer;
        struct span gives = finding_gives(&r->arena, &as_read, r->english);
        buffer_print(
            out, "  %s %.*s  %.*s%s%.*s；%.*s\n", x->used ? "*" : " ", SPAN_ARG(x->reading->id),
            SPAN_ARG(words_in(x->reading->title, r->english)), in(r->english, "：", ": "),
            SPAN_ARG(words_in(status_words[x->status].title, r->english)), SPAN_ARG(gives));
    }
}

static struct span certainty_words(struct span word, bool english)
{
    static const struct {
        const char *word, *zh;
    } all[] = {{"fixed", "明文"},
               {"event", "取决于事件"},
               {"reading", "推断"},
               {"unknown", "未说明或未知"}};
    for (size_t i = 0; !english && i < COUNT_OF(all); i++)
        if (span_eq(word, span_z(all[i].word)))
            return span_z(all[i].zh);
    return word;
}

static void explain_dates(struct buffer *out, const struct match_run *r, const struct finding *f)
{
    section(out, r, "日期", "Dates");
    for (size_t i = 0; i < f->date_count; i++) {
        const struct date_finding *d = &f->dates[i];
        buffer_print(out, "  %.*s%s", SPAN_ARG(words_in(d->title, r->english)),
                     in(r->english, "：", ": "));
        if (d->known)
            print_date(out, d->date);
        else
            buffer_add_z(out, in(r->english, "——", "-"));
        buffer_print(out, "  [%.*s]", SPAN_ARG(certainty_words(d->certainty, r->english)));
        if (d->cites.n)
            buffer_print(out, "  %.*s", SPAN_ARG(d->cites));
        buffer_byte(out, '\n');
    }
}

/* ---- the whole ---- */

static void explain_words(struct buffer *out, const struct match_run *r, const char *zh,
                          const char *en, const struct words *at, size_t n)
{
    if (!n)
        return;
    section(out, r, zh, en);
    for (size_t i = 0; i < n; i++)
        buffer_print(out, "  %zu. %.*s\n", i + 1, SPAN_ARG(words_in(at[i], r->english)));
}

static void explain_head(struct buffer *out, struct match_run *r, const struct finding *f)
{
    const struct measure *m = f->measure;
    struct span gives = finding_gives(&r->arena, f, r->english);
    buffer_print(out, "\n%.*s %.*s\n", SPAN_ARG(m->catalogue),
                 SPAN_ARG(words_in(m->title, r->english)));
    if (f->item.n)
        buffer_print(out, "  %.*s %.*s\n", SPAN_ARG(words_in(m->each->title, r->english)),
                     SPAN_ARG(f->item));
    buffer_print(out, "  %.*s\n", SPAN_ARG(words_in(m->plain, r->english)));
    buffer_print(out, "  %.*s · %.*s · %.*s\n",
                 SPAN_ARG(words_in(group_words[f->group].title, r->english)),
                 SPAN_ARG(words_in(status_words[f->status].title, r->english)),
                 SPAN_ARG(words_in(timing_words[f->timing].title, r->english)));
    if (gives.n)
        buffer_print(out, "  %.*s\n", SPAN_ARG(gives));
    if (f->no_item)
        buffer_print(out, in(r->english, "  没有%.*s\n", "  has no %.*s\n"),
                     SPAN_ARG(words_in(m->each->title, r->english)));
    if (f->failure)
        buffer_print(out, in(r->english, "  计算出错：%.*s\n", "  could not be computed: %.*s\n"),
                     SPAN_ARG(f->failure->message));
    buffer_add_z(out, "  ");
    print_clause(out, m->document, m->cites);
    buffer_print(out, "  %.*s\n", SPAN_ARG(m->authority.n ? m->authority : m->institution));
}

static void explain_missing(struct buffer *out, const struct match_run *r, const struct finding *f,
                            const char *zh, const char *en, const struct missing *m)
{
    if (!m)
        return;
    section(out, r, zh, en);
    buffer_add_z(out, "  ");
    print_missing(out, r, f, m);
    buffer_byte(out, '\n');
}

/* ---- who recognises ---- */

static void explain_recogniser(struct buffer *out, const struct match_run *r,
                               const struct finding *f, const struct recogniser *x,
                               struct span region)
{
    struct span body = recogniser_organisation(x, f->measure, region);
    const struct recognition_source *s = recogniser_cites(x, region);
    bool en = r->english;
    buffer_print(out, "    · %.*s", SPAN_ARG(words_in(x->title, en)));
    if (body.n && !span_eq(body, x->title.zh))
        buffer_print(out, in(en, "（%.*s）", " (%.*s)"), SPAN_ARG(body));
    for (size_t i = 0; i < x->bring_count; i++)
        buffer_print(out, "%s%.*s", i ? in(en, "、", ", ") : in(en, "；带：", "; bring: "),
                     SPAN_ARG(words_in(x->bring[i], en)));
    if (x->procedure)
        buffer_print(out, in(en, "；办理：%.*s（%.*s）", "; procedure: %.*s (%.*s)"),
                     SPAN_ARG(words_in(x->procedure->title, en)), SPAN_ARG(x->procedure->id));
    buffer_add_z(out, "  ");
    if (s->document)
        print_clause(out, s->document, s->clause);
    else
        buffer_print(out, "%.*s", SPAN_ARG(s->text));
    buffer_byte(out, '\n');
}

static void explain_recognition(struct buffer *out, const struct match_run *r,
                                const struct finding *f, const struct missing *m)
{
    const struct recognition *x = recognition_of(r->library, m);
    struct span region = recognition_region(x, &r->checkup->subject, &r->checkup->options, m->item,
                                            f->measure->region);
    size_t n = 0;
    for (size_t i = 0; i < x->recogniser_count; i++)
        n += recogniser_is_of(&x->recognisers[i], region);
    buffer_print(out, "  %.*s%s\n", SPAN_ARG(m->fact),
                 n < 2    ? ""
                 : x->all ? in(r->english, "（须都认定）", " (all of them)")
                          : in(r->english, "（其中之一）", " (one of them)"));
    for (size_t i = 0; i < x->recogniser_count; i++)
        if (recogniser_is_of(&x->recognisers[i], region))
            explain_recogniser(out, r, f, &x->recognisers[i], region);
}

static void explain_recognisers(struct buffer *out, const struct match_run *r,
                                const struct finding *f)
{
    const struct missing *lists[] = {f->missing, f->later};
    size_t n = 0;
    for (size_t i = 0; i < COUNT_OF(lists); i++)
        for (const struct missing *m = lists[i]; m; m = m->next)
            if (recognition_of(r->library, m)) {
                if (n++ == 0)
                    section(out, r, "由谁认定", "Who recognises");
                explain_recognition(out, r, f, m);
            }
}

static void explain(struct buffer *out, struct match_run *r, const struct finding *f)
{
    const struct measure *m = f->measure;
    explain_head(out, r, f);
    section(out, r, "条件", "Conditions");
    for (size_t i = 0; i < m->condition_count; i++)
        explain_condition(out, r, f, &f->conditions[i]);
    if (m->benefit_count)
        section(out, r, "给什么", "What it gives");
    for (size_t i = 0; i < m->benefit_count; i++)
        explain_result(out, r, f, &f->results[i]);
    explain_readings(out, r, f);
    explain_dates(out, r, f);
    explain_words(out, r, "材料", "What to hand in", m->materials, m->material_count);
    explain_words(out, r, "步骤", "Steps", m->steps, m->step_count);
    explain_words(out, r, "说明", "Notes", m->notes, m->note_count);
    explain_missing(out, r, f, "还缺", "Missing", f->missing);
    explain_missing(out, r, f, "条件定了以后，算数额和日期还要",
                    "Once the conditions are settled, figures and dates need", f->later);
    explain_recognisers(out, r, f);
}

static void explain_all(struct buffer *out, struct match_run *r)
{
    const struct question *q = NULL;
    size_t n = 0;
    print_head(out, r);
    for (size_t i = 0; i < r->checkup->n; i++)
        explain(out, r, &r->checkup->findings[i]);
    if (checkup_questions(&r->arena, r->checkup, 1, &q, &n, &r->err) == 0 && n)
        print_question(out, r, q);
}

int cmd_explain(int argc, char **argv)
{
    struct command_spec own = spec;
    struct match_values values = {0};
    struct match_run r;
    struct buffer out = BUFFER_INIT;
    own.option_count = match_option_count;
    int count, status = options_parse(&own, argc, argv, &values, &count);
    if (status != OPTIONS_RUN)
        return status;
    values.measure = argv[1];
    status = match_run(&own, &values, &r);
    if (status == OPTIONS_RUN && values.json)
        status = cli_print_json(checkup_json(&r.arena, r.checkup));
    else if (status == OPTIONS_RUN) {
        explain_all(&out, &r);
        status = cli_flush(&out, r.arena.failed ? 2 : 0);
    }
    match_run_release(&r);
    return status;
}
