/*
 * data.c: `huiqi data`: what a 免申即享 project needs to know and from whom; what a subject says is
 * wrong about it. docs/direct.md is the guide.
 */
#include "casework/direct_data.h"
#include "cli/commands.h"
#include "cli/load.h"
#include "cli/office.h"
#include "cli/rows.h"
#include "cli/who.h"
#include "policy/subjects.h"

struct data_options {
    const char *library, *as, *unit, *why, *cycle, *how, *quality, *cites, *reason, *value, *source,
        *subject, *project;
    bool json, collected;
};

#define DATA_TEXT(member, name, argument, help)                                                    \
    OPT_TEXT(struct data_options, member, name, argument, help)
#define DATA_COMMON                                                                                \
    DATA_TEXT(library, "library", "DIR", "the policy library (HUIQI_LIBRARY, ./library)"),         \
        DATA_TEXT(as, "as", "LOGIN", WHO_HELP), OPT_AS_JSON(struct data_options)
#define DATA_REASON DATA_TEXT(reason, "reason", "TEXT", "why")

struct desk {
    struct cli_office o;
    struct data_options options;
    char **operands;
    int64_t id;
    struct json *result;
};

static struct span typed(const char *text)
{
    return span_z(text ? text : "");
}

static int number(struct desk *d, const char *what)
{
    return rows_number(d->operands[0], INT64_MAX, 0, &d->id)
               ? 0
               : err_set(&d->o.err, E_USAGE, "%s 要写一个编号：%s", what, d->operands[0]);
}

/* ---- demands ---- */

static int list_demands(struct desk *d, struct span project, struct err *err)
{
    struct demand *at = NULL;
    size_t n = 0;
    int r = demand_list(&d->o.arena, d->o.store, project, &at, &n, err);

    d->result = json_array(&d->o.arena);
    for (size_t i = 0; r == 0 && i < n; i++)
        if (!d->id || at[i].id == d->id)
            json_add(d->result, demand_json(&d->o.arena, &at[i]));
    return r;
}

static int do_demand(struct desk *d, struct err *err)
{
    const struct demand_new n = {.project = span_z(d->operands[0]),
                                 .fact = span_z(d->operands[1]),
                                 .unit = typed(d->options.unit),
                                 .why = typed(d->options.why),
                                 .cycle = typed(d->options.cycle),
                                 .collected = d->options.collected};
    int r = demand_add(&d->o.arena, &d->o.office, &d->o.who, &n, &d->id, err);

    return r < 0 ? r : list_demands(d, SPAN(""), err);
}

static int do_supply(struct desk *d, struct err *err)
{
    const struct demand_answer x = {typed(d->options.how), typed(d->options.quality),
                                    typed(d->options.cycle)};
    int r = number(d, "需求");

    if (r == 0)
        r = demand_supply(&d->o.arena, &d->o.office, &d->o.who, d->id, &x, err);
    return r < 0 ? r : list_demands(d, SPAN(""), err);
}

static int do_refuse(struct desk *d, struct err *err)
{
    int r = number(d, "需求");

    if (r == 0)
        r = demand_refuse(&d->o.arena, &d->o.office, &d->o.who, d->id, typed(d->options.cites),
                          typed(d->options.reason), err);
    return r < 0 ? r : list_demands(d, SPAN(""), err);
}

static int do_demands(struct desk *d, struct err *err)
{
    return list_demands(d, typed(d->options.project), err);
}

/* ---- objections ---- */

static int show_objection(struct desk *d, struct err *err)
{
    struct objection x;
    int r = objection_load(&d->o.arena, d->o.store, d->id, &x, err);

    d->result = json_array(&d->o.arena);
    if (r == 0)
        json_add(d->result, objection_json(&d->o.arena, &x));
    return r;
}

static int subject_of(struct desk *d, const char *text, int64_t *ret, struct err *err)
{
    struct span code = span_z(text), person = SPAN("person/");
    bool is_person = span_starts(code, person);
    const struct subject_kind *kind = is_person ? &PERSON_KIND : &ENTERPRISE_KIND;
    struct subject_row row;
    int r = kind->check(&d->o.arena, is_person ? span_from(code, person.n) : code, &code, err);

    if (r == 0)
        r = subject_find(&d->o.arena, d->o.store, kind->kind, code, &row, err);
    if (r == 0)
        *ret = row.id;
    return r;
}

static int do_object(struct desk *d, struct err *err)
{
    struct objection_new n = {.key = span_z(d->operands[1]),
                              .value = typed(d->options.value),
                              .source = typed(d->options.source),
                              .reason = typed(d->options.reason)};
    int r = subject_of(d, d->operands[0], &n.subject_id, err);

    if (r == 0)
        r = objection_add(&d->o.arena, &d->o.office, &d->o.who, &n, &d->id, err);
    return r < 0 ? r : show_objection(d, err);
}

static int do_ask(struct desk *d, struct err *err)
{
    int r = number(d, "异议");

    if (r == 0)
        r = objection_ask(&d->o.arena, &d->o.office, &d->o.who, d->id, err);
    return r < 0 ? r : show_objection(d, err);
}

static int do_correct(struct desk *d, struct err *err)
{
    int r = number(d, "异议");

    if (r == 0)
        r = objection_correct(&d->o.arena, &d->o.office, &d->o.who, d->id, typed(d->options.value),
                              typed(d->options.reason), err);
    return r < 0 ? r : show_objection(d, err);
}

static int do_keep(struct desk *d, struct err *err)
{
    int r = number(d, "异议");

    if (r == 0)
        r = objection_keep(&d->o.arena, &d->o.office, &d->o.who, d->id, typed(d->options.reason),
                           err);
    return r < 0 ? r : show_objection(d, err);
}

static int do_objections(struct desk *d, struct err *err)
{
    struct objection *at = NULL;
    int64_t subject = 0;
    size_t n = 0;
    int r = d->options.subject ? subject_of(d, d->options.subject, &subject, err) : 0;

    if (r == 0)
        r = objection_list(&d->o.arena, d->o.store, subject, &at, &n, err);
    d->result = json_array(&d->o.arena);
    for (size_t i = 0; r == 0 && i < n; i++)
        json_add(d->result, objection_json(&d->o.arena, &at[i]));
    return r;
}

/* ---- descriptions ---- */

static const struct option_spec demand_options[] = {
    DATA_TEXT(unit, "unit", "OFFICE", "who is asked (default: the holder that the library names)"),
    DATA_TEXT(why, "why", "TEXT", "what the project computes from it"),
    DATA_TEXT(cycle, "cycle", "TEXT", "how often it is refreshed, such as 每月"),
    OPT_FLAG(struct data_options, collected, "collected",
             "the unit has it already; else it is due within 15 working days"),
    DATA_COMMON};
static const struct option_spec supply_options[] = {
    DATA_TEXT(how, "how", "TEXT", "interface, list, table"),
    DATA_TEXT(quality, "quality", "TEXT", "whole, in time, fit for use"),
    DATA_TEXT(cycle, "cycle", "TEXT", "how often it is refreshed, where it is not as asked"),
    DATA_COMMON};
static const struct option_spec refuse_options[] = {
    DATA_TEXT(cites, "cites", "CLAUSE", "law and clause that forbids it"), DATA_REASON,
    DATA_COMMON};
static const struct option_spec demands_options[] = {
    DATA_TEXT(project, "project", "CODE", "of this project"), DATA_COMMON};
static const struct option_spec object_options[] = {
    DATA_TEXT(value, "value", "VALUE", "what it should be"),
    DATA_TEXT(source, "source", "OFFICE", "whose statement is wrong (default: the newest)"),
    DATA_REASON, DATA_COMMON};
static const struct option_spec ask_options[] = {DATA_COMMON};
static const struct option_spec correct_options[] = {
    DATA_TEXT(value, "value", "VALUE", "what the source unit states now"), DATA_REASON,
    DATA_COMMON};
static const struct option_spec keep_options[] = {DATA_REASON, DATA_COMMON};
static const struct option_spec objections_options[] = {
    DATA_TEXT(subject, "subject", "CODE", "of this enterprise, or person/编号"), DATA_COMMON};

static const struct option_example examples[] = {
    {"huiqi data demand CODE 参保人数 --unit 区人社局 --why 计算稳岗补贴 --cycle 每月 --as lead",
     "向数据单位提需求"},
    {"huiqi data refuse 1 --cites 《…法》第三十条 --reason 涉及个人信息 --as unit",
     "拒绝提供要写依据的条款"},
    {"huiqi data object CODE 参保人数@2019-12 --value 30 --reason 名册有误 --as agent",
     "企业对一项数据提异议"},
    {"huiqi data correct 1 --value 30 --reason 社保中心复核 --as handler",
     "更正，并重算哪些政策有变化"},
};
#define SPEC(which, how_, what, low, high)                                                         \
    static const struct command_spec which##_spec = {.name = "data " #which,                       \
                                                     .usage = how_,                                \
                                                     .summary = what,                              \
                                                     OPTIONS_OF(which##_options),                  \
                                                     EXAMPLES_OF(examples),                        \
                                                     .least = low,                                 \
                                                     .most = high}
SPEC(demand, "PROJECT FACT --why TEXT [...]",
     "数据需求：项目要用的信息，向哪个单位要。What nobody has collected yet is due within 15\n"
     "working days.",
     2, 2);
SPEC(supply, "N --how TEXT", "提供：how it is supplied, and whether it is whole, in time, fit.", 1,
     1);
SPEC(refuse, "N --cites CLAUSE --reason TEXT", "拒绝提供：only with the clause that forbids it.", 1,
     1);
SPEC(demands, "[--project CODE]", "需求台账：open, late, supplied, refused.", 0, 0);
SPEC(object, "CODE FACT --value VALUE --reason TEXT",
     "数据异议：a subject says that one datum about it is wrong.", 2, 2);
SPEC(ask, "N", "送来源单位核实。", 1, 1);
SPEC(correct, "N --value VALUE --reason TEXT",
     "更正：the source unit states another value; what turns in the matches is recorded.", 1, 1);
SPEC(keep, "N --reason TEXT", "维持：the datum is right, and why.", 1, 1);
SPEC(objections, "[--subject CODE]", "异议清单，未答复的在前。", 0, 0);

/* ---- running ---- */

static void print_row(struct buffer *out, const struct json *row)
{
    JSON_EACH(m, row)
    if (m->kind != JSON_ARRAY)
        buffer_print(out, "%s%.*s=%.*s", m == row->first ? "" : "  ", SPAN_ARG(m->key),
                     m->kind == JSON_TRUE    ? 3
                     : m->kind == JSON_FALSE ? 3
                                             : (int)json_text(m).n,
                     m->kind == JSON_TRUE    ? "是"
                     : m->kind == JSON_FALSE ? "否"
                                             : json_text(m).p);
    buffer_byte(out, '\n');
    JSON_EACH(t, JSON_GET(row, "turned"))
    buffer_print(out, "  %.*s：%.*s → %.*s\n", SPAN_ARG(json_text(JSON_GET(t, "measure"))),
                 SPAN_ARG(json_text(JSON_GET(t, "before"))),
                 SPAN_ARG(json_text(JSON_GET(t, "after"))));
}

static int print_result(const struct desk *d)
{
    struct buffer out = BUFFER_INIT;

    if (d->options.json)
        return cli_print_json(d->result);
    JSON_EACH(row, d->result)
    print_row(&out, row);
    if (!d->result->first)
        buffer_add_z(&out, "没有\n");
    return cli_flush(&out, 0);
}

struct running {
    struct desk *d;
    int (*f)(struct desk *, struct err *);
};

static int run_within(struct store *s, void *context, struct err *err)
{
    struct running *r = context;

    UNUSED(s);
    r->d->id = 0;
    return r->f(r->d, err);
}

static int run(const struct command_spec *spec, int (*f)(struct desk *, struct err *), int argc,
               char **argv)
{
    struct desk d = {.o = {.err = ERR_INIT}, .operands = argv + 1};
    struct running running = {&d, f};
    int count, status = options_parse(spec, argc, argv, &d.options, &count);

    if (status != OPTIONS_RUN)
        return status;
    status = cli_office_open(&d.o, d.options.library, d.options.as);
    if (status == OPTIONS_RUN) {
        int r = store_write(d.o.store, run_within, &running, &d.o.err);
        status = r < 0 ? report_err(&d.o.err) : print_result(&d);
    }
    cli_office_close(&d.o);
    return status;
}

#define SUBCOMMAND(name)                                                                           \
    static int data_cmd_##name(int argc, char **argv)                                              \
    {                                                                                              \
        return run(&name##_spec, do_##name, argc, argv);                                           \
    }
SUBCOMMAND(demand)
SUBCOMMAND(supply)
SUBCOMMAND(refuse)
SUBCOMMAND(demands)
SUBCOMMAND(object)
SUBCOMMAND(ask)
SUBCOMMAND(correct)
SUBCOMMAND(keep)
SUBCOMMAND(objections)

int cmd_data(int argc, char **argv)
{
    static const struct subcommand subcommands[] = {
        {"demand", data_cmd_demand, "what a project needs, from whom", NULL},
        {"supply", data_cmd_supply, "the unit supplies it", NULL},
        {"refuse", data_cmd_refuse, "only with the clause that forbids it", NULL},
        {"demands", data_cmd_demands, "the ledger of demands", NULL},
        {"object", data_cmd_object, "one datum is wrong, a subject says", NULL},
        {"ask", data_cmd_ask, "sent to the unit that it comes from", NULL},
        {"correct", data_cmd_correct, "corrected; what turns is recorded", NULL},
        {"keep", data_cmd_keep, "kept, with the reason", NULL},
        {"objections", data_cmd_objections, "open ones first", NULL},
    };
    static const struct command_group group = {
        .name = "data",
        .summary = "数据：免申即享项目的数据需求和归集，企业对一项数据的异议和更正。",
        .at = subcommands,
        .n = COUNT_OF(subcommands)};
    return group_run(&group, argc, argv);
}
