/*
 * procedure_show.c: `huiqi procedure show ID`: a procedure for people, for programs, and drawn.
 */
#include <stdio.h>
#include "casework/diagram.h"
#include "cli/procedure.h"
#include "policy/show_procedure.h"

#define OPTION(member, option, argument, kind, help)                                               \
    {                                                                                              \
        option, argument, help, kind, offsetof(struct show_values, member)                         \
    }

struct show_values {
    const char *library, *lang;
    bool json, diagram;
};
static const struct option_spec options[] = {
    OPTION(library, "library", "DIR", OPTION_TEXT,
           "the folder (else HUIQI_LIBRARY, ./library, installed)"),
    OPTION(json, "json", NULL, OPTION_FLAG, "as JSON, with the keys of docs/procedures.md"),
    OPTION(diagram, "diagram", NULL, OPTION_FLAG,
           "the picture: SVG with a title and every way in words"),
    OPTION(lang, "lang", "zh|en", OPTION_TEXT, "language of the output; default zh"),
};
static const struct option_example examples[] = {
    {"huiqi procedure show shanghai/travel-deposit-refund", "states, acts, materials, clocks"},
    {"huiqi procedure show shanghai/travel-deposit-refund --diagram > deposit.svg",
     "the way from application to the end"},
};
static const struct command_spec spec = {
    .name = "procedure show",
    .usage = "ID-OR-CATALOGUE [--json | --diagram] [--lang zh|en]",
    .summary =
        "查看一个事项。Who takes part, what is asked for, the ways from state to state, each clock "
        "with its start, limit\n"
        "and consequence, and the clauses they rest on.",
    .options = options,
    .option_count = COUNT_OF(options),
    .examples = examples,
    .example_count = COUNT_OF(examples),
    .least = 1,
    .most = 1,
};

struct page {
    struct arena *arena;
    struct buffer *out;
    const struct procedure *p;
    bool english;
};

static struct span in(const struct page *g, struct words w)
{
    return g->english ? w.en : w.zh;
}

static const char *word(const struct page *g, const char *zh, const char *en)
{
    return g->english ? en : zh;
}

static void head(const struct page *g, const char *zh, const char *en)
{
    buffer_print(g->out, "\n%s\n", word(g, zh, en));
}

static void clause(const struct page *g, struct span cites)
{
    if (cites.n)
        buffer_print(g->out, "  〔%.*s〕", SPAN_ARG(cites));
    buffer_byte(g->out, '\n');
}

static void line(const struct page *g, const char *zh, const char *en, struct span text)
{
    if (!text.n)
        return;
    cli_column(g->out, span_z(word(g, zh, en)), 12);
    buffer_print(g->out, "%.*s\n", SPAN_ARG(text));
}

static void top(const struct page *g)
{
    const struct procedure *p = g->p;
    buffer_print(g->out, "%.*s\n%.*s\n\n", SPAN_ARG(in(g, p->title)), SPAN_ARG(in(g, p->plain)));
    line(g, "编号", "id", p->id);
    line(g, "种类", "kind", in(g, procedure_kind_words[p->kind].title));
    line(g, "地区", "region", p->region);
    line(g, "主管", "authority", p->authority);
    line(g, "申请人", "applicant", in(g, role_words[p->applicant].title));
    if (p->document)
        line(g, "依据", "rests on",
             arena_print(g->arena, "%.*s %.*s〔%.*s〕", SPAN_ARG(p->document->title),
                         SPAN_ARG(p->document->number), SPAN_ARG(p->cites)));
    for (size_t i = 0; i < p->measure_count; i++)
        line(g, "措施", "measure",
             arena_print(g->arena, word(g, "%.*s（%.*s）", "%.*s (%.*s)"),
                         SPAN_ARG(in(g, p->measures[i]->title)), SPAN_ARG(p->measures[i]->id)));
    line(g, "资金", "fund", p->fund);
    line(g, "开始受理", "open from", p->window_from.text);
    line(g, "截止受理", "open until", p->window_to.text);
}

static void guide(const struct page *g)
{
    line(g, "办理方式", "how", channels_text(g->arena, g->p, g->english));
    for (size_t i = 0; i < GUIDE_WORDS; i++)
        line(g, guide_words[i].word.title.zh.p, guide_words[i].word.title.en.p,
             guide_text(g->p, &guide_words[i], g->english));
}

static void parties(const struct page *g)
{
    if (g->p->party_count)
        head(g, "办理人", "Who takes part");
    for (size_t i = 0; i < g->p->party_count; i++) {
        const struct party *p = &g->p->parties[i];
        buffer_print(g->out, word(g, "  %.*s（%.*s）", "  %.*s (%.*s)"), SPAN_ARG(in(g, p->title)),
                     SPAN_ARG(in(g, actor_words[p->kind].title)));
        buffer_print(g->out, "  %.*s", SPAN_ARG(p->organisation.n ? p->organisation : p->by.text));
        if (party_decides(g->p, p))
            buffer_add_z(g->out, word(g, "  作决定", "  decides"));
        clause(g, p->cites);
    }
}

static void fields(const struct page *g)
{
    if (g->p->field_count)
        head(g, "填报", "Asked for");
    for (size_t i = 0; i < g->p->field_count; i++) {
        const struct procedure_field *f = &g->p->fields[i];
        buffer_print(g->out, "  %.*s%s", SPAN_ARG(in(g, f->title)),
                     f->required ? word(g, "（必填）", " (required)") : "");
        if (f->unit.n)
            buffer_print(g->out, "  %.*s", SPAN_ARG(f->unit));
        if (f->shown_if.text.n)
            buffer_print(g->out, "  %s %.*s", word(g, "仅当", "only if"),
                         SPAN_ARG(f->shown_if.text));
        buffer_byte(g->out, '\n');
    }
}

static void materials(const struct page *g)
{
    if (g->p->material_count)
        head(g, "材料", "Papers");
    for (size_t i = 0; i < g->p->material_count; i++) {
        const struct material *m = &g->p->materials[i];
        buffer_print(g->out, word(g, "  %.*s（%.*s）", "  %.*s (%.*s)"), SPAN_ARG(in(g, m->title)),
                     SPAN_ARG(in(g, paper_form_words[m->form].title)));
        if (m->needed_if.text.n)
            buffer_print(g->out, "  %s %.*s", word(g, "仅当", "only if"),
                         SPAN_ARG(m->needed_if.text));
        if (m->held.n)
            buffer_print(g->out, "  %s", word(g, "已有的不再要求", "not asked for if on file"));
        if (m->later)
            buffer_print(g->out, "  %s", word(g, "可后补", "may come later"));
        clause(g, m->cites);
    }
}

static int ways(const struct page *g, struct err *err)
{
    struct span text;
    int r = procedure_ways_text(g->arena, g->p, g->english, &text, err);
    if (r < 0)
        return r;
    head(g, "流程", "The way");
    while (text.n) {
        struct span row;
        (void)span_split(&text, '\n', &row);
        if (row.n)
            buffer_print(g->out, "  %.*s\n", SPAN_ARG(row));
    }
    return 0;
}

static void consequence(const struct page *g, const struct clock *c)
{
    buffer_print(g->out, "%s%.*s", word(g, "；届满：", "; lapse: "),
                 SPAN_ARG(in(g, lapse_words[c->lapse].title)));
    if (c->lapse_to.n)
        buffer_print(g->out, " → %.*s", SPAN_ARG(state_title(g->p, c->lapse_to, g->english)));
}

static void clocks(const struct page *g)
{
    if (g->p->clock_count)
        head(g, "时限", "Clocks");
    for (size_t i = 0; i < g->p->clock_count; i++) {
        const struct clock *c = &g->p->clocks[i];
        struct span limit = limit_text(g->arena, &c->limit, g->english);
        struct span owner = actor_title(g->p, c->owner, g->english);
        struct span start = trigger_text(g->arena, g->p, &c->starts, g->english);
        buffer_print(g->out, "  %.*s  %.*s  %s%.*s%s%.*s", SPAN_ARG(in(g, c->title)),
                     SPAN_ARG(limit), word(g, "责任人：", "of: "), SPAN_ARG(owner),
                     word(g, "；起算：", "; from: "), SPAN_ARG(start.n ? start : c->from.text));
        consequence(g, c);
        clause(g, c->cites);
    }
}

static void notes(const struct page *g)
{
    if (g->p->note_count)
        head(g, "说明", "Notes");
    for (size_t i = 0; i < g->p->note_count; i++)
        buffer_print(g->out, "  %.*s\n", SPAN_ARG(in(g, g->p->notes[i])));
}

static int show_text(struct arena *a, const struct procedure *p, bool english)
{
    struct buffer out = BUFFER_INIT;
    struct err err = ERR_INIT;
    struct page g = {a, &out, p, english};
    top(&g);
    guide(&g);
    parties(&g);
    fields(&g);
    materials(&g);
    if (ways(&g, &err) < 0) {
        buffer_release(&out);
        return report_err(&err);
    }
    clocks(&g);
    notes(&g);
    return cli_flush(&out, 0);
}

static int show_diagram(struct arena *a, const struct procedure *p, bool english)
{
    struct buffer out = BUFFER_INIT;
    struct err err = ERR_INIT;
    struct span svg;
    if (procedure_svg(a, p, english, &svg, &err) < 0)
        return report_err(&err);
    buffer_add(&out, svg);
    return cli_flush(&out, 0);
}

int procedure_show(int argc, char **argv)
{
    struct show_values values = {0};
    struct library *l = NULL;
    struct arena arena;
    int count, status = options_parse(&spec, argc, argv, &values, &count);
    if (status != OPTIONS_RUN)
        return status;
    if (values.lang && strcmp(values.lang, "zh") != 0 && strcmp(values.lang, "en") != 0)
        return report_usage(&spec, "--lang is zh or en");
    if (values.json && values.diagram)
        return report_usage(&spec, "either --json or --diagram");
    status = cli_load_library(values.library, &l);
    if (status != OPTIONS_RUN)
        return status;
    bool english = values.lang && strcmp(values.lang, "en") == 0;
    const struct procedure *p = NULL;
    status = cli_procedure(l, argv[1], &p);
    arena_init(&arena);
    if (p && values.json)
        status = cli_print_json(procedure_json(&arena, p));
    else if (p)
        status = values.diagram ? show_diagram(&arena, p, english) : show_text(&arena, p, english);
    arena_release(&arena);
    library_unref(l);
    return status;
}
