/*
 * library_show.c: `huiqi library show` (a measure for people) and `huiqi library facts` (the
 * vocabulary).
 */
#include "cli/library.h"
#include <stdio.h>
#include "policy/show.h"

/* ---- show ---- */

struct show_values {
    const char *library;
    bool json;
};
static const struct option_spec show_options[] = {
    {"library", "DIR", "the folder (else HUIQI_LIBRARY, ./library, installed)", OPTION_TEXT,
     offsetof(struct show_values, library)},
    {"json", NULL, "as JSON; `needs` lists the facts with their types", OPTION_FLAG,
     offsetof(struct show_values, json)},
};
static const struct option_example show_examples[] = {
    {"huiqi library show 000-G09", "everything about a measure"},
    {"huiqi library show 000-G09 --json", "the same for programs"},
    {"huiqi library show 一年期LPR",
     "a parameter, fact or register, and the measures that read it"},
    {"huiqi library show enterprise-size", "decision tables; or a family: its rows with their "
                                           "parameters"},
};
static const struct command_spec show_spec = {
    .name = "library show",
    .usage = "ID-OR-CATALOGUE [--json]",
    .summary = "查看一条措施。What it gives, to whom, under which conditions with their clauses, "
               "by which formulas,\n"
               "in which readings, and the facts it needs.",
    .options = show_options,
    .option_count = COUNT_OF(show_options),
    .examples = show_examples,
    .example_count = COUNT_OF(show_examples),
    .least = 1,
    .most = 1,
};

static void head(struct buffer *out, const char *title)
{
    buffer_print(out, "\n%s\n", title);
}

static void clause(struct buffer *out, struct span cites)
{
    if (cites.n)
        buffer_print(out, "  〔%.*s〕", SPAN_ARG(cites));
    buffer_byte(out, '\n');
}

static void words_list(struct buffer *out, const char *title, const struct words *at, size_t n)
{
    if (n)
        head(out, title);
    for (size_t i = 0; i < n; i++)
        buffer_print(out, "  %zu. %.*s\n", i + 1, SPAN_ARG(at[i].zh));
}

static void show_top(struct buffer *out, const struct measure *m)
{
    buffer_print(out, "%.*s  %.*s\n%.*s\n\n%.*s\n\n", SPAN_ARG(m->catalogue), SPAN_ARG(m->title.zh),
                 SPAN_ARG(m->title.en), SPAN_ARG(m->plain.zh));
    buffer_print(out, "编号    %.*s\n种类    %.*s；%.*s\n地区    %.*s\n", SPAN_ARG(m->id),
                 SPAN_ARG(kind_words[m->kind].title.zh),
                 SPAN_ARG(precision_words[m->precision].title.zh), SPAN_ARG(m->region));
    if (m->authority.n)
        buffer_print(out, "主管    %.*s\n", SPAN_ARG(m->authority));
    if (m->institution.n)
        buffer_print(out, "机构    %.*s\n", SPAN_ARG(m->institution));
    buffer_print(out, "依据    %.*s %.*s", SPAN_ARG(m->document->title),
                 SPAN_ARG(m->document->number));
    clause(out, m->cites);
}

static void show_roles(struct buffer *out, const struct measure *m)
{
    buffer_add_z(out, "对象    ");
    for (size_t i = 0, n = 0; i < ROLES; i++)
        if (m->addressees & (1u << i))
            buffer_print(out, "%s%.*s", n++ ? "、" : "", SPAN_ARG(role_words[i].title.zh));
    buffer_print(out, "；申请人 %.*s；受益人 %.*s\n", SPAN_ARG(role_words[m->applicant].title.zh),
                 SPAN_ARG(role_words[m->beneficiary].title.zh));
    if (m->each)
        buffer_print(out, "逐项    每一%.*s\n", SPAN_ARG(m->each->title.zh));
}

static void show_window(struct buffer *out, const char *what, struct formula from,
                        struct formula to)
{
    buffer_print(out, "%s", what);
    if (!from.text.n && !to.text.n)
        buffer_add_z(out, "未载明");
    if (from.text.n)
        buffer_print(out, "自 %.*s", SPAN_ARG(from.text));
    if (to.text.n)
        buffer_print(out, "%s至 %.*s", from.text.n ? " " : "", SPAN_ARG(to.text));
}

static void show_windows(struct buffer *out, const struct measure *m)
{
    show_window(out, "有效    ", m->in_force_from, m->in_force_to);
    buffer_add_z(out, m->from_inferred ? "（起始日为推定）\n" : "\n");
    if (m->apply_mode == APPLY_NONE)
        return;
    buffer_print(out, "办理    %.*s；", SPAN_ARG(apply_words[m->apply_mode].title.zh));
    show_window(out, "", m->apply_from, m->apply_to);
    for (size_t i = 0; i < m->channel_count; i++)
        buffer_print(out, "%s%.*s", i ? "、" : "；", SPAN_ARG(m->channels[i]));
    clause(out, m->apply_cites);
}

static void show_conditions(struct buffer *out, const struct measure *m)
{
    if (m->condition_count)
        head(out, "条件");
    for (size_t i = 0; i < m->condition_count; i++) {
        const struct condition *c = &m->conditions[i];
        buffer_print(out, "  %zu. %.*s%s", i + 1, SPAN_ARG(c->text.zh),
                     c->soft ? "（原则上）" : "");
        if (c->manual)
            buffer_print(out, "（%.*s：%.*s）", SPAN_ARG(c->owner),
                         SPAN_ARG(reason_words[c->reason].title.zh));
        if (c->document != m->document)
            buffer_print(out, "  %.*s", SPAN_ARG(c->document->title));
        clause(out, c->cites);
        if (!c->manual)
            buffer_print(out, "       %.*s\n", SPAN_ARG(c->test.text));
    }
}

static void figure(struct buffer *out, const char *what, struct formula f)
{
    if (f.text.n)
        buffer_print(out, "       %s %.*s\n", what, SPAN_ARG(f.text));
}

static void show_benefits(struct buffer *out, const struct measure *m)
{
    if (m->benefit_count)
        head(out, "结果");
    for (size_t i = 0; i < m->benefit_count; i++) {
        const struct benefit *b = &m->benefits[i];
        buffer_print(out, "  %.*s（%.*s", SPAN_ARG(b->name),
                     SPAN_ARG(precision_words[b->precision].title.zh));
        if (b->kind == RESULT_MONEY)
            buffer_print(out, "，%.*s", SPAN_ARG(nature_words[b->nature].title.zh));
        buffer_print(out, "%s%.*s）", b->unit.n ? "，" : "", SPAN_ARG(b->unit));
        clause(out, b->cites);
        figure(out, "=", b->amount);
        figure(out, "上限", b->cap);
        figure(out, "最低", b->min);
        figure(out, "最高", b->max);
        if (b->text.zh.n)
            buffer_print(out, "       %.*s\n", SPAN_ARG(b->text.zh));
    }
    if (m->test.text.n)
        buffer_print(out, "\n检验    %.*s\n", SPAN_ARG(m->test.text));
    if (m->next.zh.n)
        buffer_print(out, "\n下一步  %.*s\n", SPAN_ARG(m->next.zh));
}

static void show_lets(struct buffer *out, const struct measure *m)
{
    if (m->let_count)
        head(out, "其中");
    for (size_t i = 0; i < m->let_count; i++)
        buffer_print(out, "  %.*s = %.*s\n", SPAN_ARG(m->lets[i].name),
                     SPAN_ARG(m->lets[i].formula.text));
    if (m->date_count)
        head(out, "日期");
    for (size_t i = 0; i < m->date_count; i++) {
        buffer_print(out, "  %.*s = %.*s", SPAN_ARG(m->dates[i].title.zh),
                     SPAN_ARG(m->dates[i].is.text));
        clause(out, m->dates[i].cites);
    }
}

static void show_readings(struct buffer *out, const struct measure *m)
{
    if (m->reading_count)
        head(out, "读法（原文有歧义）");
    for (size_t i = 0; i < m->reading_count; i++) {
        const struct reading *r = &m->readings[i];
        buffer_print(out, "  %.*s  %.*s%s\n", SPAN_ARG(r->id), SPAN_ARG(r->title.zh),
                     i == 0 ? "（默认）" : "");
        for (size_t k = 0; k < m->let_count && i > 0; k++)
            if (!span_eq(r->lets[k].formula.text, m->lets[k].formula.text))
                buffer_print(out, "       %.*s = %.*s\n", SPAN_ARG(r->lets[k].name),
                             SPAN_ARG(r->lets[k].formula.text));
    }
    if (m->relation_count)
        head(out, "与其他措施");
    for (size_t i = 0; i < m->relation_count; i++) {
        buffer_print(out, "  %.*s", SPAN_ARG(m->relations[i].title.zh));
        for (size_t k = 0; k < m->relations[i].with_count; k++)
            buffer_print(out, " %.*s", SPAN_ARG(m->relations[i].with[k]));
        clause(out, m->relations[i].cites);
    }
}

static void show_needs(struct buffer *out, const struct library *l, const struct measure *m)
{
    static const char *const per[] = {"", "（按年）", "（按季）", "（按月）", "（按日）"};
    head(out, "所需事实");
    for (size_t i = 0; i < m->slot_count; i++) {
        const struct slot *s = &l->slots[m->slots[i]];
        if (s->kind == SLOT_PARAMETER || s->kind == SLOT_REGISTER)
            buffer_print(out, "  %.*s  %s\n", SPAN_ARG(s->name),
                         s->kind == SLOT_REGISTER ? "名录" : "参数");
        if (s->kind == SLOT_DECISION)
            buffer_print(out, "  %.*s  决策表 %.*s\n", SPAN_ARG(s->name),
                         SPAN_ARG(s->decision->model->id));
        if (s->kind != SLOT_FACT)
            continue;
        buffer_print(out, "  %.*s%s  ", SPAN_ARG(s->name), per[s->fact->period]);
        type_print(out, s->fact->type);
        if (s->fact->holder.n)
            buffer_print(out, "  %.*s", SPAN_ARG(s->fact->holder));
        buffer_print(out, "%s\n", s->fact->computed.text.n ? "  可推算" : "");
    }
}

static void show_rest(struct buffer *out, const struct measure *m)
{
    words_list(out, "材料", m->materials, m->material_count);
    words_list(out, "步骤", m->steps, m->step_count);
    if (m->contact_count)
        head(out, "联系");
    for (size_t i = 0; i < m->contact_count; i++)
        buffer_print(out, "  %.*s  %.*s  %.*s\n", SPAN_ARG(m->contacts[i].role.zh),
                     SPAN_ARG(m->contacts[i].organisation), SPAN_ARG(m->contacts[i].channel));
    words_list(out, "说明", m->notes, m->note_count);
    if (m->example_count)
        head(out, "示例");
    for (size_t i = 0; i < m->example_count; i++)
        buffer_print(out, "  %.*s → %.*s\n", SPAN_ARG(m->examples[i].name),
                     SPAN_ARG(json_text(JSON_GET(m->examples[i].expect, "status"))));
}

static int show_text(const struct library *l, const struct measure *m)
{
    struct buffer out = BUFFER_INIT;
    show_top(&out, m);
    show_roles(&out, m);
    show_windows(&out, m);
    show_conditions(&out, m);
    show_benefits(&out, m);
    show_lets(&out, m);
    show_readings(&out, m);
    show_needs(&out, l, m);
    show_rest(&out, m);
    return cli_flush(&out, 0);
}

static int show_found(const struct library *l, const struct measure *m, bool json)
{
    struct arena request;
    if (!json)
        return show_text(l, m);
    arena_init(&request);
    int status = cli_print_json(measure_json(&request, l, m));
    arena_release(&request);
    return status;
}

static struct span string_of(const struct json *o, const char *key)
{
    return json_text(json_get(o, span_z(key)));
}

/* One row of a table: cells, then what is noted beside them. */
static void show_rule(struct buffer *out, const struct json *rule)
{
    buffer_add_z(out, "  ");
    JSON_EACH(cell, JSON_GET(rule, "cells"))
    {
        struct buffer text = BUFFER_INIT;
        buffer_add(&text, string_of(cell, "text"));
        cli_column(out, buffer_span(&text), 24);
        out->failed = out->failed || text.failed;
        buffer_release(&text);
    }
    JSON_EACH(note, JSON_GET(rule, "notes"))
    buffer_print(out, "  〔%.*s〕", SPAN_ARG(json_text(note)));
    buffer_byte(out, '\n');
}

static void show_part(struct buffer *out, const struct json *part)
{
    struct span name = string_of(part, "name"), policy = string_of(part, "policy");
    buffer_print(out, "\n%.*s  %.*s\n  %.*s\n", SPAN_ARG(name), SPAN_ARG(policy),
                 SPAN_ARG(string_of(part, "description")));
    buffer_add_z(out, "  ");
    JSON_EACH(column, JSON_GET(part, "columns"))
    cli_column(out, string_of(column, "title"), 24);
    buffer_byte(out, '\n');
    JSON_EACH(rule, JSON_GET(part, "rules"))
    show_rule(out, rule);
    if (string_of(part, "default").n)
        buffer_print(out, "  其余：%.*s\n", SPAN_ARG(string_of(part, "default")));
    if (string_of(part, "expression").n)
        buffer_print(out, "  %.*s\n", SPAN_ARG(string_of(part, "expression")));
}

static int show_model(const struct decision_model *m, bool json)
{
    struct arena request;
    struct buffer out = BUFFER_INIT;
    arena_init(&request);
    struct json *tree = decision_model_json(&request, m);
    int status = 0;
    if (json || !tree) {
        status = cli_print_json(tree);
    } else {
        buffer_print(&out, "%.*s  %.*s\n%.*s\n", SPAN_ARG(m->id), SPAN_ARG(m->title.zh),
                     SPAN_ARG(m->source));
        JSON_EACH(part, JSON_GET(tree, "parts"))
        show_part(&out, part);
    }
    arena_release(&request);
    return status ? status : cli_flush(&out, 0);
}

/* ---- names: what reads them ---- */

static bool reads(const struct measure *m, uint32_t slot)
{
    for (size_t i = 0; i < m->slot_count; i++)
        if (m->slots[i] == slot)
            return true;
    return false;
}

static void show_values(struct buffer *out, const struct parameter *p)
{
    for (size_t i = 0; i < p->value_count; i++) {
        const struct parameter_value *v = &p->values[i];
        char text[DATE_TEXT];
        buffer_print(out, "  %.*s 起  ", (int)date_print(v->from, text), text);
        value_text(out, v->value);
        buffer_print(out, "%s%.*s  %.*s  %.*s\n", p->unit.n ? " " : "", SPAN_ARG(p->unit),
                     SPAN_ARG(v->region), SPAN_ARG(v->source));
    }
}

/* A fact, parameter or register, and the measures that a change of it touches. */
static int show_name(const struct library *l, const struct feel_name *name, bool json)
{
    const struct slot *s = &l->slots[name->slot];
    struct buffer out = BUFFER_INIT;
    struct arena request;
    arena_init(&request);
    struct json *o = json_object(&request), *measures = json_array(&request);
    buffer_print(&out, "%.*s  ", SPAN_ARG(name->name));
    type_print(&out, name->type->kind == TYPE_DATED ? name->type->element : name->type);
    buffer_byte(&out, '\n');
    if (s->kind == SLOT_PARAMETER)
        show_values(&out, s->parameter);
    head(&out, "使用它的措施");
    for (size_t i = 0; i < l->measure_count; i++) {
        const struct measure *m = l->measures[i];
        if (!reads(m, name->slot))
            continue;
        buffer_print(&out, "  %.*s  %.*s  %.*s\n", SPAN_ARG(m->catalogue), SPAN_ARG(m->id),
                     SPAN_ARG(m->title.zh));
        json_add(measures, json_string(&request, m->id));
    }
    JSON_SET(o, "name", json_string(&request, name->name));
    JSON_SET(o, "measures", measures);
    int status = 0;
    if (json) {
        status = cli_print_json(request.failed ? NULL : o);
        buffer_release(&out);
    } else
        status = cli_flush(&out, 0);
    arena_release(&request);
    return status;
}

/* ---- families ---- */

static void slot_value(struct buffer *out, const struct json *v)
{
    size_t n = 0;
    if (!v)
        buffer_add_z(out, "-");
    else if (v->kind == JSON_OBJECT)
        buffer_add(out, json_text(JSON_GET(v, "zh")));
    else if (v->kind != JSON_ARRAY)
        buffer_add(out, json_text(v));
    JSON_EACH(e, v && v->kind == JSON_ARRAY ? v : NULL)
    buffer_print(out, "%s%.*s", n++ ? "、" : "", SPAN_ARG(json_text(e)));
}

static void show_member(struct buffer *out, const struct family *f, const struct measure *m)
{
    buffer_print(out, "\n%.*s  %.*s  %.*s\n  %.*s\n", SPAN_ARG(m->catalogue), SPAN_ARG(m->region),
                 SPAN_ARG(m->title.zh), SPAN_ARG(m->id));
    for (size_t i = 0; m->family_values && i < f->slot_count; i++) {
        const struct family_slot *s = &f->slots[i];
        buffer_print(out, "  %.*s = ", SPAN_ARG(s->title.zh.n ? s->title.zh : s->name));
        slot_value(out, m->family_values[i]);
        buffer_print(out, "%s%.*s\n", s->unit.n ? " " : "", SPAN_ARG(s->unit));
    }
}

static int show_family(const struct family *f, bool json)
{
    struct arena request;
    struct buffer out = BUFFER_INIT;
    if (!json) {
        buffer_print(&out, "%.*s  %.*s\n", SPAN_ARG(f->id), SPAN_ARG(f->title.zh));
        for (size_t i = 0; i < f->member_count; i++)
            show_member(&out, f, f->members[i]);
        return cli_flush(&out, 0);
    }
    arena_init(&request);
    int status = cli_print_json(family_json(&request, f));
    arena_release(&request);
    return status;
}

/* By the name of the file or of one of its decisions; NULL when there is none. */
static const struct decision_model *find_model(const struct library *l, struct span name)
{
    const struct decision_model *m = map_get(&l->decision_model_by_id, name);
    for (size_t i = 0; i < l->decision_count && !m; i++)
        if (span_eq(l->decisions[i]->name, name))
            m = l->decisions[i]->model;
    return m;
}

int library_show(int argc, char **argv)
{
    struct show_values values = {0};
    struct library *l = NULL;
    struct span near = {NULL, 0};
    int count, status = options_parse(&show_spec, argc, argv, &values, &count);
    if (status == OPTIONS_RUN)
        status = cli_load_library(values.library, &l);
    if (status != OPTIONS_RUN)
        return status;
    const struct measure *m = library_find(l, span_z(argv[1]), &near);
    const struct decision_model *model = m ? NULL : find_model(l, span_z(argv[1]));
    const struct family *family = m ? NULL : map_get(&l->family_by_id, span_z(argv[1]));
    const struct feel_name *name =
        m || family || model ? NULL : map_get(&l->vocabulary.names, span_z(argv[1]));
    if (family) {
        status = show_family(family, values.json);
    } else if (name) {
        status = show_name(l, name, values.json);
    } else if (model) {
        status = show_model(model, values.json);
    } else if (m) {
        status = show_found(l, m, values.json);
    } else {
        struct err err = ERR_INIT;
        err_set(&err, E_NOT_FOUND, "no measure '%s'", argv[1]);
        if (near.n)
            err_hint(&err, "did you mean '%.*s'?", SPAN_ARG(near));
        else
            err_hint(&err, "'huiqi library list' lists them");
        status = report_err(&err);
    }
    library_unref(l);
    return status;
}

/* ---- facts ---- */

static const struct option_example facts_examples[] = {
    {"huiqi library facts --json", "the vocabulary for programs"}};
static const struct command_spec facts_spec = {
    .name = "library facts",
    .usage = "[--json]",
    .summary =
        "词汇表。Every name that expressions and facts files may use, with type and question.",
    .options = show_options,
    .option_count = COUNT_OF(show_options),
    .examples = facts_examples,
    .example_count = COUNT_OF(facts_examples),
};

static void print_fact(struct buffer *out, const struct fact *f)
{
    static const char *const per[] = {"", "（按年）", "（按季）", "（按月）", "（按日）"};
    struct buffer name = BUFFER_INIT, type = BUFFER_INIT;
    buffer_print(&name, "%.*s%s", SPAN_ARG(f->name), per[f->period]);
    type_print(&type, f->type);
    cli_column(out, buffer_span(&name), 32);
    cli_column(out, buffer_span(&type), 18);
    buffer_print(out, "%.*s%.*s\n", SPAN_ARG(f->question.zh),
                 SPAN_ARG(f->question.zh.n     ? SPAN("")
                          : f->computed.text.n ? SPAN("（推算）")
                                               : f->holder));
    out->failed = out->failed || name.failed || type.failed;
    buffer_release(&name);
    buffer_release(&type);
}

static void print_subject(struct buffer *out, const struct library *l, const struct item_kind *of,
                          bool person)
{
    for (size_t i = 0; i < l->fact_count; i++)
        if (l->facts[i]->of == of && l->facts[i]->of_person == person)
            print_fact(out, l->facts[i]);
}

/* 企业划型(划型行业, 从业人员, ...)  what it yields */
static void print_decision(struct buffer *out, const struct decision *d)
{
    buffer_print(out, "%.*s(", SPAN_ARG(d->name));
    for (size_t i = 0; i < d->function.input_count; i++)
        buffer_print(out, "%s%.*s", i ? ", " : "",
                     SPAN_ARG(dmn_element_name(d->function.inputs[i])));
    buffer_add_z(out, ")  ");
    type_print(out, d->function.type->result);
    buffer_print(out, "  %.*s\n", SPAN_ARG(d->model->id));
}

static int facts_text(const struct library *l)
{
    struct buffer out = BUFFER_INIT;
    buffer_add_z(&out, "企业\n");
    print_subject(&out, l, NULL, false);
    buffer_add_z(&out, "\n个人\n");
    print_subject(&out, l, NULL, true);
    for (size_t i = 0; i < l->item_kind_count; i++) {
        const struct item_kind *item = l->item_kinds[i];
        buffer_print(&out, "\n%.*s（列表 %.*s）\n", SPAN_ARG(item->title.zh), SPAN_ARG(item->list));
        print_subject(&out, l, item, false);
    }
    buffer_add_z(&out, "\n参数\n");
    for (size_t i = 0; i < l->parameter_count; i++) {
        cli_column(&out, l->parameters[i]->name, 32);
        buffer_print(&out, "%.*s\n", SPAN_ARG(l->parameters[i]->title.zh));
    }
    buffer_add_z(&out, "\n名录\n");
    for (size_t i = 0; i < l->register_count; i++) {
        cli_column(&out, l->registers[i]->name, 32);
        buffer_print(&out, "%zu 项\n", l->registers[i]->list.list->n);
    }
    if (l->decision_count)
        buffer_add_z(&out, "\n决策表\n");
    for (size_t i = 0; i < l->decision_count; i++)
        print_decision(&out, l->decisions[i]);
    return cli_flush(&out, 0);
}

int library_facts(int argc, char **argv)
{
    struct show_values values = {0};
    struct library *l = NULL;
    struct arena request;
    int count, status = options_parse(&facts_spec, argc, argv, &values, &count);
    if (status == OPTIONS_RUN)
        status = cli_load_library(values.library, &l);
    if (status != OPTIONS_RUN)
        return status;
    arena_init(&request);
    status = values.json ? cli_print_json(vocabulary_json(&request, l)) : facts_text(l);
    arena_release(&request);
    library_unref(l);
    return status;
}
