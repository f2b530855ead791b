/*
 * direct.c: `huiqi direct`: define|adopt|approve|run|open|places|moves|list|show|stop: 免申即享
 * from the command line.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/file.h"
#include "casework/direct.h"
#include "casework/money.h"
#include "cli/commands.h"
#include "cli/load.h"
#include "cli/office.h"

#define FILE_MAX (1u << 20)

struct direct_options {
    const char *library, *as, *as_of, *basis, *reason, *group, *run;
    const char *year, *department, *region, *item, *item_title;
    bool json, open, ripe, later, english;
};

static const struct option_spec options[] = {
    OPT_TEXT(struct direct_options, library, "library", "DIR", "规则库所在的文件夹"),
    OPT_TEXT(struct direct_options, as, "as", "LOGIN", "以哪个账户办理（默认：本机操作员）"),
    OPT_TEXT(struct direct_options, as_of, "as-of", "D", "run：截至哪一天（默认：今天）"),
    OPT_FLAG(struct direct_options, open, "open", "run：随即为可兑现和待确认的对象建立办件"),
    OPT_TEXT(struct direct_options, basis, "basis", "文件", "adopt：依据的文件"),
    OPT_TEXT(struct direct_options, reason, "reason", "TEXT", "stop：原因"),
    OPT_TEXT(struct direct_options, run, "run", "N",
             "places, moves, open：哪一次运行（默认：最近一次完成的）"),
    OPT_TEXT(struct direct_options, group, "group", "G",
             "places：pay, confirm, unknown, no, barred"),
    OPT_TEXT(struct direct_options, year, "year", "Y", "policies, pick：哪一年（默认：今年）"),
    OPT_TEXT(struct direct_options, department, "department", "NAME", "policies：一个部门的"),
    OPT_TEXT(struct direct_options, region, "region", "R", "policies：一个地区的"),
    OPT_FLAG(struct direct_options, ripe, "ripe", "pick：条件成熟，本年入选"),
    OPT_FLAG(struct direct_options, later, "not-yet", "pick：本年暂不入选"),
    OPT_TEXT(struct direct_options, item, "item", "CODE", "pick：依申请的政务服务事项编码"),
    OPT_TEXT(struct direct_options, item_title, "item-title", "TEXT", "pick：事项名称"),
    OPT_FLAG(struct direct_options, json, "json", "print JSON"),
    OPT_FLAG(struct direct_options, english, "english", "words in English"),
};
static const struct option_example examples[] = {
    {"huiqi direct define project.yaml --as drafter", "设立项目：十二个字段和推送规则"},
    {"huiqi direct adopt CODE reading --basis 文号", "措施有几种读法时，采用其中一种"},
    {"huiqi direct approve CODE --as reviewer", "由另一人批准上线"},
    {"huiqi direct run CODE --as-of 2023-06-30 --open", "全体对象分为五组，并为应兑现的建立办件"},
    {"huiqi direct places CODE --group unknown", "谁缺什么信息，由谁提供"},
    {"huiqi direct moves CODE", "与上次运行相比，谁换了组，为什么"},
};
#define SPEC(which, how, what, low, high)                                                          \
    static const struct command_spec which##_spec = {.name = "direct " #which,                     \
                                                     .usage = how,                                 \
                                                     .summary = what,                              \
                                                     OPTIONS_OF(options),                          \
                                                     EXAMPLES_OF(examples),                        \
                                                     .least = low,                                 \
                                                     .most = high}
SPEC(define, "FILE.yaml", "由项目记录设立一个草稿项目（docs/direct.md）。", 1, 1);
SPEC(adopt, "CODE READING --basis 文件", "采用措施的一种读法，写明依据。", 2, 2);
SPEC(approve, "CODE", "批准项目上线；不能由设立的人批准，读法未定的不能上线。", 1, 1);
SPEC(run, "CODE", "截至某日把全体对象分为五组，五组之和等于全体。", 1, 1);
SPEC(open, "CODE", "为一次运行中应兑现、待确认的对象建立办件；已有的不重复。", 1, 1);
SPEC(places, "CODE --group G", "一组里有谁，金额，为什么。", 1, 1);
SPEC(moves, "CODE", "与上一次运行相比换了组或金额的，以及原因。", 1, 1);
SPEC(results, "CODE", "应兑现的人各到了哪一步，按办件的状态计数（几次运行中的同一件只算一次）。", 1,
     1);
SPEC(list, "", "项目清单。", 0, 0);
SPEC(show, "CODE", "一个项目：记录、模式、读法、历次运行、所缺信息。", 1, 1);
SPEC(policies, "[--year Y] [--department NAME] [--region R]",
     "政策清单：发放或减免资金的全部政策，离免申即享差什么（读法、人工认定、标准），\n"
     "这一年是否入选，项目到了哪一步。",
     0, 0);
SPEC(pick, "MEASURE --ripe --item CODE --reason TEXT | --not-yet --reason TEXT",
     "年度遴选：一项政策这一年入选或暂不入选，写明理由；入选的须有依申请的事项编码。", 1, 1);
SPEC(stop, "CODE --reason TEXT", "停止项目；已建立的办件照常办完。", 1, 1);

struct desk {
    struct cli_office o;
    struct direct_options options;
    struct direct_project project;
};

static int find(struct desk *d, const char *code)
{
    return direct_find(&d->o.arena, &d->o.office, span_z(code), &d->project, &d->o.err);
}

/* ---- output ---- */

static struct span text_of(const struct json *j, const char *key)
{
    return json_text(json_get(j, span_z(key)));
}

static void print_groups(struct buffer *out, const struct json *run)
{
    buffer_print(out, "运行 %.*s（截至 %.*s）：对象 %.*s\n", SPAN_ARG(text_of(run, "id")),
                 SPAN_ARG(text_of(run, "as_of")), SPAN_ARG(text_of(run, "population")));
    JSON_EACH(g, JSON_GET(run, "groups"))
    {
        buffer_add_z(out, "  ");
        cli_column(out, text_of(g, "title"), 14);
        buffer_print(out, "%.*s\n", SPAN_ARG(text_of(g, "n")));
    }
    buffer_print(out, "  金额合计 %.*s 元，已建办件 %.*s\n", SPAN_ARG(text_of(run, "amount")),
                 SPAN_ARG(text_of(run, "opened")));
}

static int print_run(struct desk *d, const struct direct_run *run)
{
    struct json *j = direct_run_json(&d->o.arena, run, d->options.english);
    struct buffer out = BUFFER_INIT;

    if (d->options.json)
        return cli_print_json(j);
    print_groups(&out, j);
    return cli_flush(&out, 0);
}

static void print_why(struct buffer *out, const struct json *why)
{
    JSON_EACH(part, why)
    {
        if (part->kind == JSON_STRING)
            buffer_print(out, "  %.*s", SPAN_ARG(part->text));
        JSON_EACH(m, part)
        buffer_print(out, "  缺 %.*s（%.*s）", SPAN_ARG(text_of(m, "fact")),
                     SPAN_ARG(text_of(m, "holder")));
    }
}

static int print_places(struct desk *d, const struct direct_place *at, size_t n)
{
    struct json *list = json_array(&d->o.arena);
    struct buffer out = BUFFER_INIT;

    for (size_t i = 0; i < n; i++) {
        struct json *j = direct_place_json(&d->o.arena, &at[i], d->options.english);
        json_add(list, j);
        cli_column(&out, text_of(j, "subject"), 20);
        if (text_of(j, "was_title").n)
            buffer_print(&out, "%.*s → ", SPAN_ARG(text_of(j, "was_title")));
        cli_column(&out, text_of(j, "group_title"), 12);
        cli_column(&out, text_of(j, "amount"), 14);
        print_why(&out, JSON_GET(j, "why"));
        if (text_of(j, "case").n)
            buffer_print(&out, "  办件 %.*s", SPAN_ARG(text_of(j, "case")));
        buffer_byte(&out, '\n');
    }
    if (!d->options.json)
        return cli_flush(&out, 0);
    buffer_release(&out);
    return cli_print_json(list);
}

/* ---- subcommands ---- */

static int do_define(struct desk *d, char **argv)
{
    struct json *record = NULL;
    struct span text;
    int64_t id = 0;
    int r = file_read(&d->o.arena, argv[1], FILE_MAX, &text, &d->o.err);

    if (r == 0)
        r = yaml_parse(&d->o.arena, text, span_z(argv[1]), &record, &d->o.err);
    if (r == 0)
        r = direct_define(&d->o.arena, &d->o.office, &d->o.who, record, span_z(argv[1]), &id,
                          &d->o.err);
    if (r < 0)
        return report_err(&d->o.err);
    printf("项目 %" PRId64 " 已设立（草稿）\n", id);
    return 0;
}

static int do_adopt(struct desk *d, char **argv)
{
    int r = direct_adopt(&d->o.arena, &d->o.office, &d->o.who, span_z(argv[1]), span_z(argv[2]),
                         span_z(d->options.basis), &d->o.err);
    return r < 0 ? report_err(&d->o.err) : 0;
}

static int do_approve(struct desk *d, char **argv)
{
    int r = direct_approve(&d->o.arena, &d->o.office, &d->o.who, span_z(argv[1]), &d->o.err);
    return r < 0 ? report_err(&d->o.err) : 0;
}

static int do_stop(struct desk *d, char **argv)
{
    int r = direct_stop(&d->o.arena, &d->o.office, &d->o.who, span_z(argv[1]),
                        span_z(d->options.reason), &d->o.err);
    return r < 0 ? report_err(&d->o.err) : 0;
}

static int do_run(struct desk *d, char **argv)
{
    struct date as_of = date_today();
    struct direct_run run;
    size_t opened = 0;
    int r = 0;

    if (d->options.as_of && !date_parse(span_z(d->options.as_of), &as_of))
        return report_usage(&run_spec, "--as-of takes a date, 2023-06-30");
    r = direct_divide(&d->o.arena, &d->o.office, &d->o.who, span_z(argv[1]), as_of, &run,
                      &d->o.err);
    if (r == 0 && d->options.open)
        r = cli_office_keep(&d->o, d->options.library);
    if (r == 0 && d->options.open)
        r = direct_open_cases(&d->o.arena, &d->o.office, &d->o.who, run.id, &opened, &d->o.err);
    if (r == 0)
        r = direct_run_find(&d->o.arena, &d->o.office, run.id, &run, &d->o.err);
    return r < 0 ? report_err(&d->o.err) : print_run(d, &run);
}

/* --run, else the newest run that is done. */
static int which_run(struct desk *d, const char *code, struct direct_run *ret)
{
    struct direct_run *at = NULL;
    struct decimal n;
    int64_t id = 0;
    size_t count = 0;
    int r = find(d, code);

    if (r < 0)
        return r;
    if (d->options.run) {
        if (!decimal_parse(span_z(d->options.run), &n) || !decimal_to_int(n, &id))
            return err_set(&d->o.err, E_USAGE, "--run takes a number");
        return direct_run_find(&d->o.arena, &d->o.office, id, ret, &d->o.err);
    }
    r = direct_runs(&d->o.arena, &d->o.office, d->project.id, &at, &count, &d->o.err);
    for (size_t i = 0; r == 0 && i < count; i++)
        if (span_eq(at[i].state, SPAN("done"))) {
            *ret = at[i];
            return 0;
        }
    return r < 0 ? r : err_set(&d->o.err, E_NOT_FOUND, "项目 %s 还没有运行过", code);
}

static int do_open(struct desk *d, char **argv)
{
    struct direct_run run;
    size_t opened = 0;
    int r = which_run(d, argv[1], &run);

    if (r == 0)
        r = cli_office_keep(&d->o, d->options.library);
    if (r == 0)
        r = direct_open_cases(&d->o.arena, &d->o.office, &d->o.who, run.id, &opened, &d->o.err);
    if (r < 0)
        return report_err(&d->o.err);
    printf("新建办件 %zu 个\n", opened);
    return 0;
}

static int do_places(struct desk *d, char **argv)
{
    struct direct_place *at = NULL;
    struct direct_run run;
    size_t n = 0;
    int group = 0, r;

    while (group < DIRECT_GROUPS &&
           !span_eq(span_z(d->options.group), direct_group_words[group].yaml))
        group++;
    if (group == DIRECT_GROUPS)
        return report_usage(&places_spec, "--group pay, confirm, unknown, no or barred");
    r = which_run(d, argv[1], &run);
    if (r == 0)
        r = direct_places(&d->o.arena, &d->o.office, run.id, (enum direct_group)group, 0,
                          (struct span){"", 0}, 10000, &at, &n, &d->o.err);
    return r < 0 ? report_err(&d->o.err) : print_places(d, at, n);
}

static int do_moves(struct desk *d, char **argv)
{
    struct direct_place *at = NULL;
    struct direct_run run;
    size_t n = 0;
    int r = which_run(d, argv[1], &run);

    if (r == 0)
        r = direct_moves(&d->o.arena, &d->o.office, run.id, 10000, &at, &n, &d->o.err);
    return r < 0 ? report_err(&d->o.err) : print_places(d, at, n);
}

static int do_list(struct desk *d, char **argv)
{
    struct direct_project *at = NULL;
    struct json *list = json_array(&d->o.arena);
    struct buffer out = BUFFER_INIT;
    size_t n = 0;
    int r = direct_list(&d->o.arena, &d->o.office, &at, &n, &d->o.err);

    UNUSED(argv);
    if (r < 0)
        return report_err(&d->o.err);
    for (size_t i = 0; i < n; i++) {
        struct json *j = direct_project_json(&d->o.arena, d->o.library, &at[i], d->options.english);
        json_add(list, j);
        cli_column(&out, at[i].code, 24);
        cli_column(&out, at[i].state, 10);
        cli_column(&out, text_of(j, "mode_title"), 12);
        buffer_add(&out, at[i].title);
        buffer_byte(&out, '\n');
    }
    if (!d->options.json)
        return cli_flush(&out, 0);
    buffer_release(&out);
    return cli_print_json(list);
}

static int do_results(struct desk *d, char **argv)
{
    struct direct_result *at = NULL;
    struct buffer out = BUFFER_INIT;
    size_t n = 0;
    int r = find(d, argv[1]);

    if (r == 0)
        r = direct_results(&d->o.arena, &d->o.office, &d->project, &at, &n, &d->o.err);
    if (r < 0)
        return report_err(&d->o.err);
    if (d->options.json)
        return cli_print_json(direct_results_json(&d->o.arena, at, n, d->options.english));
    for (size_t i = 0; i < n; i++) {
        cli_column(&out, words_in(at[i].title, d->options.english), 20);
        char amount[MONEY_TEXT];
        money_print(at[i].amount, amount);
        buffer_print(&out, "%8" PRId64 " 件  %s 元\n", at[i].n, amount);
    }
    return cli_flush(&out, 0);
}

static struct json *lacks_json(struct arena *a, const struct direct_lack *at, size_t n)
{
    struct json *list = json_array(a);

    for (size_t i = 0; i < n; i++) {
        struct json *j = json_object(a);
        JSON_SET(j, "fact", json_string(a, at[i].fact));
        JSON_SET(j, "holder", json_string(a, at[i].holder));
        JSON_SET(j, "cause", json_string(a, at[i].cause));
        JSON_SET(j, "n", json_int(a, at[i].n));
        json_add(list, j);
    }
    return list;
}

static void print_project(struct buffer *out, const struct json *j)
{
    buffer_print(out, "%.*s  %.*s  %.*s  %.*s\n", SPAN_ARG(text_of(j, "code")),
                 SPAN_ARG(text_of(j, "title")), SPAN_ARG(text_of(j, "state")),
                 SPAN_ARG(text_of(j, "mode_title")));
    if (text_of(j, "gap").n)
        buffer_print(out, "  模式的依据空缺：%.*s\n", SPAN_ARG(text_of(j, "gap")));
    if (text_of(j, "reading").n)
        buffer_print(out, "  采用读法 %.*s，依据 %.*s，账户 %.*s\n",
                     SPAN_ARG(text_of(j, "reading")), SPAN_ARG(text_of(j, "reading_basis")),
                     SPAN_ARG(text_of(j, "reading_by")));
    JSON_EACH(f, JSON_GET(j, "fields"))
    {
        buffer_add_z(out, "  ");
        cli_column(out, text_of(f, "name"), 14);
        buffer_add(out, text_of(f, "value"));
        buffer_byte(out, '\n');
    }
    JSON_EACH(run, JSON_GET(j, "runs"))
    print_groups(out, run);
    JSON_EACH(l, JSON_GET(j, "missing"))
    buffer_print(out, "  缺 %.*s（%.*s）：%.*s\n", SPAN_ARG(text_of(l, "fact")),
                 SPAN_ARG(text_of(l, "holder")), SPAN_ARG(text_of(l, "n")));
}

static int do_show(struct desk *d, char **argv)
{
    struct arena *a = &d->o.arena;
    struct direct_run *at = NULL;
    struct direct_lack *lacks = NULL;
    struct json *j, *runs = json_array(a);
    struct buffer out = BUFFER_INIT;
    size_t n = 0, lack_count = 0;
    int r = find(d, argv[1]);

    if (r == 0)
        r = direct_runs(a, &d->o.office, d->project.id, &at, &n, &d->o.err);
    if (r == 0 && n)
        r = direct_lacks(a, &d->o.office, at[0].id, &lacks, &lack_count, &d->o.err);
    if (r < 0)
        return report_err(&d->o.err);
    j = direct_project_json(a, d->o.library, &d->project, d->options.english);
    for (size_t i = 0; i < n; i++)
        json_add(runs, direct_run_json(a, &at[i], d->options.english));
    JSON_SET(j, "runs", runs);
    JSON_SET(j, "missing", lacks_json(a, lacks, lack_count));
    if (d->options.json)
        return cli_print_json(j);
    print_project(&out, j);
    return cli_flush(&out, 0);
}

static int run(const struct command_spec *spec, int (*f)(struct desk *, char **), int argc,
               char **argv)
{
    struct desk d = {.o = {.err = ERR_INIT}};
    int count, status = options_parse(spec, argc, argv, &d.options, &count);

    if (status != OPTIONS_RUN)
        return status;
    status = cli_office_open(&d.o, d.options.library, d.options.as);
    if (status == OPTIONS_RUN)
        status = f(&d, argv);
    cli_office_close(&d.o);
    return status;
}

/* ---- which policies ---- */

static int year_of(const struct desk *d, int *ret)
{
    struct decimal n;
    int64_t year = date_today().year;

    if (d->options.year && (!decimal_parse(span_z(d->options.year), &n) ||
                            !decimal_to_int(n, &year) || year < 2000 || year > 2999))
        return E_USAGE;
    *ret = (int)year;
    return 0;
}

static void print_policy(struct buffer *out, const struct direct_policy *p)
{
    cli_column(out, p->measure->catalogue, 10);
    cli_column(out, p->picked ? SPAN("入选") : p->asked ? SPAN("暂不入选") : SPAN("未遴选"), 10);
    cli_column(out, p->project.n ? p->project : SPAN("—"), 18);
    buffer_print(out, "%.*s（%.*s）", SPAN_ARG(p->measure->title.zh),
                 SPAN_ARG(p->measure->authority));
    if (!p->exact)
        buffer_add_z(out, "  金额算不准");
    if (p->readings)
        buffer_print(out, "  %zu 种读法", p->readings);
    if (p->recognised)
        buffer_print(out, "  %zu 项人工认定", p->recognised);
    buffer_byte(out, '\n');
}

static int do_policies(struct desk *d, char **argv)
{
    struct json *list = json_array(&d->o.arena);
    struct direct_policy *at = NULL;
    struct buffer out = BUFFER_INIT;
    size_t n = 0, picked = 0;
    int year, r;

    UNUSED(argv);
    if (year_of(d, &year) < 0)
        return report_usage(&policies_spec, "--year is a year such as 2023");
    r = direct_policies(&d->o.arena, &d->o.office, year, span_z(d->options.department),
                        span_z(d->options.region), &at, &n, &d->o.err);
    if (r < 0)
        return report_err(&d->o.err);
    for (size_t i = 0; i < n; i++) {
        json_add(list, direct_policy_json(&d->o.arena, &at[i], d->options.english));
        print_policy(&out, &at[i]);
        picked += at[i].picked;
    }
    buffer_print(&out, "%d 年：%zu 项政策，入选 %zu 项\n", year, n, picked);
    if (!d->options.json)
        return cli_flush(&out, 0);
    buffer_release(&out);
    return cli_print_json(list);
}

static int do_pick(struct desk *d, char **argv)
{
    struct direct_pick p = {.measure = span_z(argv[1]),
                            .item = span_z(d->options.item),
                            .item_title = span_z(d->options.item_title),
                            .reason = span_z(d->options.reason),
                            .ripe = d->options.ripe};
    int r;

    if (year_of(d, &p.year) < 0 || d->options.ripe == d->options.later)
        return report_usage(&pick_spec, "--ripe or --not-yet, and --year such as 2023");
    r = direct_pick(&d->o.arena, &d->o.office, &d->o.who, &p, &d->o.err);
    return r < 0 ? report_err(&d->o.err) : 0;
}

#define SUBCOMMAND(name)                                                                           \
    static int direct_cmd_##name(int argc, char **argv)                                            \
    {                                                                                              \
        return run(&name##_spec, do_##name, argc, argv);                                           \
    }
SUBCOMMAND(define)
SUBCOMMAND(adopt)
SUBCOMMAND(approve)
SUBCOMMAND(run)
SUBCOMMAND(open)
SUBCOMMAND(places)
SUBCOMMAND(moves)
SUBCOMMAND(results)
SUBCOMMAND(list)
SUBCOMMAND(show)
SUBCOMMAND(policies)
SUBCOMMAND(pick)
SUBCOMMAND(stop)

int cmd_direct(int argc, char **argv)
{
    static const struct subcommand subcommands[] = {
        {"define", direct_cmd_define, "设立项目", NULL},
        {"adopt", direct_cmd_adopt, "采用一种读法", NULL},
        {"approve", direct_cmd_approve, "批准上线", NULL},
        {"run", direct_cmd_run, "把全体对象分为五组", NULL},
        {"open", direct_cmd_open, "建立办件", NULL},
        {"places", direct_cmd_places, "一组里有谁", NULL},
        {"moves", direct_cmd_moves, "谁换了组，为什么", NULL},
        {"results", direct_cmd_results, "兑现结果：已兑现、放弃、未回应、退票……各几件", NULL},
        {"list", direct_cmd_list, "项目清单", NULL},
        {"show", direct_cmd_show, "一个项目", NULL},
        {"policies", direct_cmd_policies, "政策清单：差什么，是否入选", NULL},
        {"pick", direct_cmd_pick, "年度遴选", NULL},
        {"stop", direct_cmd_stop, "停止项目", NULL},
    };
    static const struct command_group group = {
        .name = "direct",
        .summary = "免申即享：不用申请的兑现。A run divides everybody into pay, confirm, unknown, "
                   "no and barred; the five are the whole.",
        .at = subcommands,
        .n = COUNT_OF(subcommands)};
    return group_run(&group, argc, argv);
}
